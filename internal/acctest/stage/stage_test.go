package stage_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/smithy-go"

	"github.com/dockertask/terraform-provider-docker/internal/acctest/stage"
)

const (
	clusterARN  = "arn:aws:ecs:eu-west-1:123456789012:cluster/default"
	instanceARN = "arn:aws:ecs:eu-west-1:123456789012:container-instance/default/0123456789abcdef0123456789abcdef"
)

// behind is an emulator that has what the stage reads, and a log.
type behind struct {
	mu    sync.Mutex
	lines map[string][]string // by stream
	calls []string
}

func (b *behind) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	var in struct {
		Clusters                                    []string
		TaskDefinition, LogGroupName, LogStreamName string
		ContainerInstances                          []string
		LogEvents                                   []struct{ Message string }
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return nil, err
	}
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	b.mu.Lock()
	defer b.mu.Unlock()
	b.calls = append(b.calls, operation)
	switch operation {
	case "DescribeClusters":
		return answer(r, 200, b.cluster(in.Clusters[0])), nil
	case "DescribeTaskDefinition":
		def, found := definitions[in.TaskDefinition]
		if !found {
			return answer(r, 400, `{"__type":"ClientException","message":"Unable to describe task definition."}`), nil
		}
		return answer(r, 200, def), nil
	case "DescribeContainerInstances":
		if in.ContainerInstances[0] == "gone" {
			return answer(r, 200, `{"containerInstances":[{"containerInstanceArn":"`+strings.Replace(instanceARN, "0123", "9999", 1)+`","status":"INACTIVE"}]}`), nil
		}
		return answer(r, 200, `{"failures":[]}`), nil
	case "ListContainerInstances":
		return answer(r, 200, `{}`), nil
	case "CreateLogStream":
		if in.LogGroupName == "/ecs/missing" {
			return answer(r, 400, `{"__type":"ResourceNotFoundException","message":"The specified log group does not exist."}`), nil
		}
		b.lines[in.LogStreamName] = []string{}
		return answer(r, 200, ``), nil
	case "PutLogEvents":
		if !strings.Contains(r.Header.Get("Authorization"), "/logs/aws4_request") {
			return answer(r, 400, `{"__type":"SignatureDoesNotMatch"}`), nil
		}
		for _, event := range in.LogEvents {
			b.lines[in.LogStreamName] = append(b.lines[in.LogStreamName], event.Message)
		}
		return answer(r, 200, `{}`), nil
	case "GetLogEvents":
		lines, err := json.Marshal(b.lines[in.LogStreamName])
		return answer(r, 200, string(lines)), err
	}
	return answer(r, 200, `{"passed":true}`), nil
}

func (b *behind) cluster(id string) string {
	status := "ACTIVE"
	switch id {
	case "default", clusterARN:
	case "gone":
		status = "INACTIVE"
	default:
		return `{"clusters":[],"failures":[{"reason":"MISSING"}]}`
	}
	return `{"clusters":[{"clusterArn":"` + clusterARN + `","clusterName":"default","status":"` + status + `","capacityProviders":["FARGATE"]}]}`
}

func answer(r *http.Request, status int, body string) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: r}
}

var definitions = map[string]string{
	"api":       definition("api", "/ecs/api", "ACTIVE", "awsvpc", ""),
	"api:1":     definition("api", "/ecs/api", "INACTIVE", "awsvpc", ""),
	"nolog":     definition("nolog", "/ecs/missing", "ACTIVE", "awsvpc", ""),
	"instances": definition("instances", "/ecs/instances", "ACTIVE", "", `"compatibilities":["EC2"],`),
}

func definition(family, group, status, network, more string) string {
	return fmt.Sprintf(`{"taskDefinition":{"taskDefinitionArn":"arn:aws:ecs:eu-west-1:123456789012:task-definition/%[1]s:2","family":"%[1]s",
		"status":"%[3]s","networkMode":"%[4]s",%[5]s"cpu":"256","memory":"512","containerDefinitions":[
		{"name":"%[1]s","image":"busybox","logConfiguration":{"logDriver":"awslogs","options":{"awslogs-group":"%[2]s","awslogs-stream-prefix":"ecs"}}},
		{"name":"proxy","image":"envoy@sha256:aa","cpu":64,"memory":128}]},"tags":[{"key":"team","value":"a"}]}`, family, group, status, network, more)
}

// fixture is a stage before an emulator, and a client of it. Every answer is held against the SDK's shapes.
type fixture struct {
	*stage.Stage
	client *ecs.Client
	behind *behind
	t      *testing.T
	http   http.RoundTripper
}

func newFixture(t *testing.T, options ...stage.Option) *fixture {
	t.Helper()
	b := &behind{lines: make(map[string][]string)}
	s := stage.New(options...)
	f := &fixture{Stage: s, behind: b, t: t, http: checked{t, s.RoundTripper(b)}}
	f.client = ecs.New(ecs.Options{
		Region: "eu-west-1", Credentials: credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", ""),
		HTTPClient: &http.Client{Transport: f.http}, RetryMaxAttempts: 1,
	})
	return f
}

func runInput(change ...func(*ecs.RunTaskInput)) *ecs.RunTaskInput {
	in := &ecs.RunTaskInput{
		TaskDefinition: aws.String("api"), LaunchType: types.LaunchTypeFargate, ClientToken: aws.String("token"),
		NetworkConfiguration: &types.NetworkConfiguration{AwsvpcConfiguration: &types.AwsVpcConfiguration{Subnets: []string{"subnet-1"}}},
	}
	for _, f := range change {
		f(in)
	}
	return in
}

func (f *fixture) run(change ...func(*ecs.RunTaskInput)) *ecs.RunTaskOutput {
	f.t.Helper()
	out, err := f.client.RunTask(f.t.Context(), runInput(change...))
	if err != nil {
		f.t.Fatal(err)
	}
	return out
}

func (f *fixture) describe(arns ...string) *ecs.DescribeTasksOutput {
	f.t.Helper()
	out, err := f.client.DescribeTasks(f.t.Context(), &ecs.DescribeTasksInput{Tasks: arns, Include: []types.TaskField{types.TaskFieldTags}})
	if err != nil {
		f.t.Fatal(err)
	}
	return out
}

// until describes a task until it has a status.
func (f *fixture) until(arn, status string) types.Task {
	f.t.Helper()
	for range 20 {
		if out := f.describe(arn); len(out.Tasks) == 1 && *out.Tasks[0].LastStatus == status {
			return out.Tasks[0]
		}
	}
	f.t.Fatalf("%s is never %s", arn, status)
	return types.Task{}
}

func (f *fixture) list(change func(*ecs.ListTasksInput)) []string {
	f.t.Helper()
	in := &ecs.ListTasksInput{}
	change(in)
	out, err := f.client.ListTasks(f.t.Context(), in)
	if err != nil {
		f.t.Fatal(err)
	}
	return out.TaskArns
}

func (f *fixture) readLog(stream string) string {
	f.t.Helper()
	body := `{"logGroupName":"/ecs/api","logStreamName":"` + stream + `"}`
	request, err := http.NewRequestWithContext(f.t.Context(), http.MethodPost, "http://stage.test/", strings.NewReader(body))
	if err != nil {
		f.t.Fatal(err)
	}
	request.Header.Set("X-Amz-Target", "Logs_20140328.GetLogEvents")
	request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261201/eu-west-1/logs/aws4_request, x")
	response, err := f.http.RoundTrip(request)
	if err != nil {
		f.t.Fatal(err)
	}
	defer response.Body.Close()
	lines, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		f.t.Fatalf("GetLogEvents: %d %s %v", response.StatusCode, lines, err)
	}
	return string(lines)
}

func id(task types.Task) string {
	arn := *task.TaskArn
	return arn[strings.LastIndexByte(arn, '/')+1:]
}

func TestStage_success(t *testing.T) {
	f := newFixture(t)
	f.Next(stage.Play{Lines: []string{"one", "two"}, Pull: 20 * time.Second, Runs: 48 * time.Second})
	started := f.run(func(in *ecs.RunTaskInput) {
		in.StartedBy = aws.String("terraform")
		in.PropagateTags = types.PropagateTagsTaskDefinition
		in.Tags = []types.Tag{{Key: aws.String("env"), Value: aws.String("test")}}
		in.Overrides = &types.TaskOverride{ContainerOverrides: []types.ContainerOverride{{Name: aws.String("api"), Command: []string{"migrate"}}}}
	}).Tasks[0]
	if *started.LastStatus != "PROVISIONING" || *started.Group != "family:api" || *started.PlatformVersion != "1.4.0" || len(started.Tags) != 2 {
		t.Errorf("RunTask answers %s, %s, %s, %v", *started.LastStatus, *started.Group, *started.PlatformVersion, started.Tags)
	}
	if command := started.Overrides.ContainerOverrides; len(command) != 2 || command[0].Command[0] != "migrate" {
		t.Errorf("overrides are %v", command)
	}
	var states []string
	var last types.Task
	for range 6 {
		last = f.describe(*started.TaskArn).Tasks[0]
		states = append(states, *last.LastStatus)
		if exit := last.Containers[0].ExitCode; (exit != nil) != slices.Contains([]string{"DEPROVISIONING", "STOPPED"}, *last.LastStatus) {
			t.Errorf("%s: exit code %v", *last.LastStatus, exit)
		}
	}
	if got := strings.Join(states, " "); got != "PROVISIONING PENDING RUNNING DEPROVISIONING STOPPED STOPPED" {
		t.Errorf("states %s", got)
	}
	if *last.DesiredStatus != "STOPPED" || last.StopCode != types.TaskStopCodeEssentialContainerExited || *last.StoppedReason != "Essential container in task exited" {
		t.Errorf("ended with %s, %s, %s", *last.DesiredStatus, last.StopCode, *last.StoppedReason)
	}
	if pull, ran := last.PullStoppedAt.Sub(*last.PullStartedAt), last.StoppedAt.Sub(*last.StartedAt); pull < 20*time.Second || ran < 48*time.Second || ran > time.Minute {
		t.Errorf("pulled for %s, ran for %s", pull, ran)
	}
	if digest := *last.Containers[0].ImageDigest; len(digest) != len("sha256:")+64 || *last.Containers[1].ImageDigest != "sha256:aa" {
		t.Errorf("digests %s, %s", digest, *last.Containers[1].ImageDigest)
	}
	if log := f.readLog("ecs/api/" + id(last)); log != `["one","two"]` {
		t.Errorf("log %s", log)
	}
	if seen := f.Tasks(); len(seen) != 1 || seen[0].Token != "token" || seen[0].Tags["team"] != "a" || seen[0].StartedBy != "terraform" || !strings.Contains(seen[0].Network, "subnet-1") {
		t.Errorf("seen %+v", seen)
	}
}

func TestStage_failures(t *testing.T) {
	f := newFixture(t)
	f.Next(
		stage.Play{Fails: []stage.Failure{{Reason: "RESOURCE:ENI"}, {Reason: "RESOURCE:ENI"}}},
		stage.Play{Fails: []stage.Failure{{Reason: "Capacity is unavailable at this time.", Detail: "try again"}}},
	)
	if out := f.run(); len(out.Tasks) != 0 || len(out.Failures) != 1 || *out.Failures[0].Reason != "RESOURCE:ENI" {
		t.Errorf("one task: %v", out)
	}
	three := func(in *ecs.RunTaskInput) { in.Count, in.ClientToken = aws.Int32(3), aws.String("second") }
	out := f.run(three)
	if len(out.Tasks) != 2 || len(out.Failures) != 1 || *out.Failures[0].Detail != "try again" {
		t.Errorf("three tasks: %v", out)
	}
	// A retry is answered with the failures too.
	if again := f.run(three); len(again.Failures) != 1 || *again.Tasks[1].TaskArn != *out.Tasks[1].TaskArn {
		t.Errorf("again: %v", again)
	}
}

func TestStage_each(t *testing.T) {
	f := newFixture(t)
	f.Next(stage.Play{Family: "other"}, stage.Play{Exit: map[string]int32{"api": 0}, Each: []stage.Play{{}, {Exit: map[string]int32{"api": 3, "proxy": 137}, Reasons: map[string]string{"proxy": "OutOfMemoryError"}}}})
	out := f.run(func(in *ecs.RunTaskInput) { in.Count = aws.Int32(3) })
	var codes []string
	for _, task := range out.Tasks {
		ended := f.until(*task.TaskArn, "STOPPED")
		for _, c := range ended.Containers {
			code := "none"
			if c.ExitCode != nil {
				code = fmt.Sprint(*c.ExitCode)
			}
			codes = append(codes, code)
		}
	}
	if got := strings.Join(codes, " "); got != "0 0 3 137 0 none" {
		t.Errorf("exit codes %s", got)
	}
	if f.Left() != 1 {
		t.Errorf("%d plays are left, want that of the other family", f.Left())
	}
}

func TestStage_unseenAndLate(t *testing.T) {
	f := newFixture(t)
	f.Next(stage.Play{Unseen: 2, States: []string{"STOPPED"}, LateExit: 2, Lines: []string{"a", "b", "c"}, LateLines: 2, LateReads: 2})
	arn := *f.run().Tasks[0].TaskArn
	for range 2 {
		if out := f.describe(arn); len(out.Failures) != 1 || *out.Failures[0].Reason != "MISSING" || *out.Failures[0].Arn != arn {
			t.Fatalf("not missing: %v", out)
		}
	}
	for i, want := range []bool{false, false, true} {
		if c := f.describe(arn).Tasks[0].Containers[0]; *c.LastStatus != "STOPPED" || (c.ExitCode != nil) != want {
			t.Errorf("look %d: %s, exit code %v", i, *c.LastStatus, c.ExitCode)
		}
	}
	stream := "ecs/api/" + f.Tasks()[0].ID
	for i, want := range []string{`["a"]`, `["a"]`, `["a","b","c"]`} {
		if got := f.readLog(stream); got != want {
			t.Errorf("read %d: %s, want %s", i, got, want)
		}
	}
}

func TestStage_failedToStart(t *testing.T) {
	f := newFixture(t)
	f.Next(stage.Play{Code: "TaskFailedToStart", Reason: "CannotPullContainerError: not found", Lines: []string{"never"}})
	ended := f.until(*f.run().Tasks[0].TaskArn, "STOPPED")
	if ended.StartedAt != nil || ended.Containers[0].ExitCode != nil || ended.PullStartedAt == nil || ended.StopCode != types.TaskStopCodeTaskFailedToStart {
		t.Errorf("ended as %+v", ended)
	}
	if len(f.behind.lines) != 0 {
		t.Errorf("logged %v", f.behind.lines)
	}
	// As does a task whose log group is gone.
	ended = f.until(*f.run(func(in *ecs.RunTaskInput) { in.TaskDefinition, in.ClientToken = aws.String("nolog"), aws.String("2") }).Tasks[0].TaskArn, "STOPPED")
	if ended.StartedAt != nil || ended.StopCode != types.TaskStopCodeTaskFailedToStart || !strings.Contains(*ended.StoppedReason, "log group does not exist") {
		t.Errorf("without a log group: %s, %s", ended.StopCode, *ended.StoppedReason)
	}
}

func TestStage_stop(t *testing.T) {
	for _, c := range []struct {
		hangs, reason string
		states        string
		exit          *int32
	}{
		{"RUNNING", "time is over", "RUNNING STOPPING DEPROVISIONING STOPPED", aws.Int32(143)},
		{"PENDING", "", "PENDING DEPROVISIONING STOPPED STOPPED", nil},
	} {
		t.Run(c.hangs, func(t *testing.T) {
			f := newFixture(t)
			f.Next(stage.Play{Hangs: c.hangs})
			arn := *f.run(func(in *ecs.RunTaskInput) { in.Tags = []types.Tag{{Key: aws.String("a"), Value: aws.String("b")}} }).Tasks[0].TaskArn
			f.until(arn, c.hangs)
			hanging := f.describe(arn).Tasks[0]
			in := &ecs.StopTaskInput{Task: &arn}
			if c.reason != "" {
				in.Reason = &c.reason
			}
			stopped, err := f.client.StopTask(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			want := c.reason
			if want == "" {
				want = "Task stopped by user"
			}
			if *hanging.DesiredStatus != "RUNNING" || len(hanging.Tags) != 1 || *stopped.Task.DesiredStatus != "STOPPED" || len(stopped.Task.Tags) != 0 || *stopped.Task.StoppedReason != want {
				t.Errorf("StopTask of %v answers %v", hanging, stopped.Task)
			}
			states := []string{*stopped.Task.LastStatus}
			var last types.Task
			for range 3 {
				last = f.describe(arn).Tasks[0]
				states = append(states, *last.LastStatus)
			}
			if got := strings.Join(states, " "); got != c.states {
				t.Errorf("states %s, want %s", got, c.states)
			}
			if exit := last.Containers[0].ExitCode; (exit == nil) != (c.exit == nil) || exit != nil && *exit != *c.exit {
				t.Errorf("exit code %v", exit)
			}
			if last.StopCode != types.TaskStopCodeUserInitiated || !f.Tasks()[0].Stopped || f.Tasks()[0].StopReason != c.reason {
				t.Errorf("stopped as %s: %+v", last.StopCode, f.Tasks()[0])
			}
			// Once more is fine while ECS knows the task.
			if _, err := f.client.StopTask(t.Context(), in); err != nil {
				t.Errorf("stopped twice: %v", err)
			}
		})
	}
}

func TestStage_token(t *testing.T) {
	now := time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC)
	f := newFixture(t, stage.WithClock(func() time.Time { return now }))
	first := *f.run().Tasks[0].TaskArn
	if again := f.run().Tasks[0]; *again.TaskArn != first || again.CreatedAt == nil {
		t.Errorf("the token again starts %v", again)
	}
	_, err := f.client.RunTask(t.Context(), runInput(func(in *ecs.RunTaskInput) { in.Count = aws.Int32(2) }))
	if conflict, ok := errors.AsType[*types.ConflictException](err); !ok || !slices.Equal(conflict.ResourceIds, []string{first}) {
		t.Errorf("other parameters: %v", err)
	}
	f.until(first, "STOPPED")
	if again := f.run().Tasks[0]; *again.TaskArn != first || *again.LastStatus != "STOPPED" || again.CreatedAt != nil || again.Containers != nil {
		t.Errorf("the token of a stopped task is answered with %+v", again)
	}
	now = now.Add(59 * time.Minute)
	if f.describe(first); len(f.describe(first).Tasks) != 1 {
		t.Error("forgotten within an hour")
	}
	f.Advance(time.Minute)
	if out := f.describe(first); len(out.Tasks) != 0 || *out.Failures[0].Reason != "MISSING" {
		t.Errorf("after an hour: %v", out)
	}
	if again := *f.run().Tasks[0].TaskArn; again == first {
		t.Error("the token outlives its task by more than an hour")
	}
	f.Next(stage.Play{Hangs: "RUNNING"})
	long := func(in *ecs.RunTaskInput) { in.ClientToken = aws.String("long") }
	hanging := *f.run(long).Tasks[0].TaskArn
	f.Advance(24 * time.Hour)
	if again := *f.run(long).Tasks[0].TaskArn; again == hanging {
		t.Error("a token lives for more than a day")
	}
}

func TestStage_startTask(t *testing.T) {
	f := newFixture(t)
	f.AddContainerInstances("default", instanceARN)
	in := &ecs.StartTaskInput{TaskDefinition: aws.String("instances"), ContainerInstances: []string{instanceARN, "0123456789abcdef0123456789abcdef", "nowhere", "gone"}}
	out, err := f.client.StartTask(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	if len(out.Tasks) != 2 || *out.Tasks[1].ContainerInstanceArn != instanceARN || *out.Tasks[0].LastStatus != "PENDING" || out.Tasks[0].PlatformVersion != nil || len(out.Tasks[0].Attachments) != 0 {
		t.Errorf("started %v", out.Tasks)
	}
	if len(out.Failures) != 2 || *out.Failures[0].Reason != "MISSING" || *out.Failures[1].Reason != "INACTIVE" {
		t.Errorf("failures %v", out.Failures)
	}
	if on := f.list(func(in *ecs.ListTasksInput) { in.ContainerInstance = aws.String(instanceARN) }); len(on) != 2 {
		t.Errorf("on the instance are %v", on)
	}
	ended := f.until(*out.Tasks[0].TaskArn, "STOPPED")
	if *ended.Containers[1].ExitCode != 0 {
		t.Errorf("ended as %v", ended)
	}
}

func TestStage_list(t *testing.T) {
	f := newFixture(t)
	f.Next(stage.Play{Unseen: 1})
	first := *f.run(func(in *ecs.RunTaskInput) { in.StartedBy = aws.String("a") }).Tasks[0].TaskArn
	second := *f.run(func(in *ecs.RunTaskInput) { in.ClientToken = aws.String("2") }).Tasks[0].TaskArn
	all := func(*ecs.ListTasksInput) {}
	if got := f.list(all); !slices.Equal(got, []string{second}) {
		t.Errorf("while the first is not seen: %v", got)
	}
	f.until(second, "STOPPED")
	for name, c := range map[string]struct {
		change func(*ecs.ListTasksInput)
		want   []string
	}{
		"running":    {all, []string{first}},
		"stopped":    {func(in *ecs.ListTasksInput) { in.DesiredStatus = types.DesiredStatusStopped }, []string{second}},
		"pending":    {func(in *ecs.ListTasksInput) { in.DesiredStatus = types.DesiredStatusPending }, nil},
		"family":     {func(in *ecs.ListTasksInput) { in.Family = aws.String("api") }, []string{first}},
		"no family":  {func(in *ecs.ListTasksInput) { in.Family = aws.String("other") }, nil},
		"started by": {func(in *ecs.ListTasksInput) { in.StartedBy = aws.String("a") }, []string{first}},
		"launch":     {func(in *ecs.ListTasksInput) { in.LaunchType = types.LaunchTypeEc2 }, nil},
	} {
		if got := f.list(c.change); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	f.run(func(in *ecs.RunTaskInput) { in.ClientToken, in.Count = aws.String("3"), aws.Int32(10) })
	pages := ecs.NewListTasksPaginator(f.client, &ecs.ListTasksInput{MaxResults: aws.Int32(4)})
	var sizes []int
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		sizes = append(sizes, len(page.TaskArns))
	}
	if !slices.Equal(sizes, []int{4, 4, 3}) {
		t.Errorf("pages of %v", sizes)
	}
}

func TestStage_refusals(t *testing.T) {
	run := func(change func(*ecs.RunTaskInput)) func(context.Context, *ecs.Client) error {
		return func(ctx context.Context, client *ecs.Client) error {
			_, err := client.RunTask(ctx, runInput(change))
			return err
		}
	}
	long := strings.Repeat("a", 8200)
	providers := func(names ...string) func(*ecs.RunTaskInput) {
		return func(in *ecs.RunTaskInput) {
			in.LaunchType = ""
			for _, name := range names {
				in.CapacityProviderStrategy = append(in.CapacityProviderStrategy, types.CapacityProviderStrategyItem{CapacityProvider: &name})
			}
		}
	}
	for name, c := range map[string]struct {
		call func(context.Context, *ecs.Client) error
		want string
	}{
		"no cluster":       {run(func(in *ecs.RunTaskInput) { in.Cluster = aws.String("other") }), "ClusterNotFoundException: Cluster not found."},
		"inactive cluster": {run(func(in *ecs.RunTaskInput) { in.Cluster = aws.String("gone") }), "ClusterNotFoundException: The referenced cluster was inactive."},
		"no definition":    {run(func(in *ecs.RunTaskInput) { in.TaskDefinition = aws.String("other") }), "ClientException: TaskDefinition not found."},
		"inactive":         {run(func(in *ecs.RunTaskInput) { in.TaskDefinition = aws.String("api:1") }), "InvalidParameterException: TaskDefinition is inactive"},
		"count 0":          {run(func(in *ecs.RunTaskInput) { in.Count = aws.Int32(0) }), "InvalidParameterException"},
		"count 11":         {run(func(in *ecs.RunTaskInput) { in.Count = aws.Int32(11) }), "InvalidParameterException"},
		"provider":         {run(providers("FARGATE_SPOT")), "InvalidParameterException: The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster."},
		"both":             {run(func(in *ecs.RunTaskInput) { providers("FARGATE")(in); in.LaunchType = "FARGATE" }), "InvalidParameterException: Specifying both a launch type and capacity provider strategy"},
		"no instances":     {run(func(in *ecs.RunTaskInput) { in.LaunchType = "" }), "InvalidParameterException: No Container Instances were found in your cluster."},
		"launch type":      {run(func(in *ecs.RunTaskInput) { in.TaskDefinition, in.NetworkConfiguration = aws.String("instances"), nil }), "InvalidParameterException: Task definition does not support launch_type FARGATE."},
		"no network":       {run(func(in *ecs.RunTaskInput) { in.NetworkConfiguration = nil }), "InvalidParameterException: Network Configuration must be provided"},
		"container": {run(func(in *ecs.RunTaskInput) {
			in.Overrides = &types.TaskOverride{ContainerOverrides: []types.ContainerOverride{{Name: aws.String("web")}}}
		}), "InvalidParameterException: Override for container named web is not a container in the TaskDefinition."},
		"long overrides": {run(func(in *ecs.RunTaskInput) {
			in.Overrides = &types.TaskOverride{ContainerOverrides: []types.ContainerOverride{{Name: aws.String("api"), Command: []string{long}}}}
		}), "InvalidParameterException: Container Overrides length must be at most 8192"},
		"token":      {run(func(in *ecs.RunTaskInput) { in.ClientToken = aws.String("a b") }), "InvalidParameterException"},
		"long token": {run(func(in *ecs.RunTaskInput) { in.ClientToken = aws.String(long[:65]) }), "InvalidParameterException"},
		"started by": {run(func(in *ecs.RunTaskInput) { in.StartedBy = aws.String("a b") }), "InvalidParameterException"},
		"platform":   {run(func(in *ecs.RunTaskInput) { in.PlatformVersion = aws.String("9.9.9") }), "PlatformUnknownException"},
		"propagate":  {run(func(in *ecs.RunTaskInput) { in.PropagateTags = types.PropagateTagsService }), "InvalidParameterException"},
		"tag":        {run(func(in *ecs.RunTaskInput) { in.Tags = []types.Tag{{Key: aws.String("aws:x")}} }), "InvalidParameterException"},
		"execute":    {run(func(in *ecs.RunTaskInput) { in.EnableExecuteCommand = true }), "InvalidParameterException"},
		"list": {func(ctx context.Context, client *ecs.Client) error {
			_, err := client.ListTasks(ctx, &ecs.ListTasksInput{StartedBy: aws.String("a"), Family: aws.String("api")})
			return err
		}, "InvalidParameterException: cannot specify startedBy with other arguments"},
		"describe 101": {func(ctx context.Context, client *ecs.Client) error {
			_, err := client.DescribeTasks(ctx, &ecs.DescribeTasksInput{Tasks: make([]string, 101)})
			return err
		}, "InvalidParameterException"},
		"stop by id": {func(ctx context.Context, client *ecs.Client) error {
			_, err := client.StopTask(ctx, &ecs.StopTaskInput{Task: aws.String("0123")})
			return err
		}, "InvalidParameterException: Task Identifier is invalid"},
		"stop nothing": {func(ctx context.Context, client *ecs.Client) error {
			_, err := client.StopTask(ctx, &ecs.StopTaskInput{Task: aws.String("arn:aws:ecs:eu-west-1:123456789012:task/default/0123")})
			return err
		}, "InvalidParameterException: The referenced task was not found."},
		"start by": {func(ctx context.Context, client *ecs.Client) error {
			_, err := client.StartTask(ctx, &ecs.StartTaskInput{TaskDefinition: aws.String("instances"), ContainerInstances: []string{"a"}, StartedBy: aws.String(long[:37])})
			return err
		}, "InvalidParameterException"},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			err := c.call(t.Context(), f.client)
			refused, ok := errors.AsType[smithy.APIError](err)
			if !ok {
				t.Fatalf("no API error: %v", err)
			}
			if _, unknown := errors.AsType[*smithy.GenericAPIError](err); unknown {
				t.Errorf("no error of the SDK's types: %v", err)
			}
			if got := refused.ErrorCode() + ": " + refused.ErrorMessage(); !strings.HasPrefix(got, c.want) || refused.ErrorMessage() == "" {
				t.Errorf("refused with %q, want %q", got, c.want)
			}
			if len(f.Tasks()) != 0 {
				t.Error("a task was started")
			}
		})
	}
}

// Other calls go to the emulator as they are.
func TestStage_passes(t *testing.T) {
	f := newFixture(t)
	if _, err := f.client.ListServices(t.Context(), &ecs.ListServicesInput{}); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(f.behind.calls, []string{"ListServices"}) {
		t.Errorf("the emulator got %v", f.behind.calls)
	}
}

// One token at once starts one task, and each task goes its way whoever describes it.
func TestStage_concurrent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t)
		var wait sync.WaitGroup
		for i := range 40 {
			wait.Go(func() {
				out, err := f.client.RunTask(t.Context(), runInput(func(in *ecs.RunTaskInput) { in.ClientToken = aws.String(fmt.Sprint(i % 20)) }))
				if err != nil {
					t.Error(err)
					return
				}
				for range 10 {
					if _, err := f.client.DescribeTasks(t.Context(), &ecs.DescribeTasksInput{Tasks: []string{*out.Tasks[0].TaskArn}}); err != nil {
						t.Error(err)
					}
					f.Tasks()
				}
			})
		}
		wait.Wait()
		tasks := f.Tasks()
		if len(tasks) != 20 {
			t.Errorf("%d tasks, want one for each of 20 tokens", len(tasks))
		}
		for _, task := range tasks {
			if task.Status != "STOPPED" {
				t.Errorf("%s is %s", task.ARN, task.Status)
			}
		}
	})
}
