package aws

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dockertask/terraform-provider-docker/internal/acctest/stage"
	"github.com/dockertask/terraform-provider-docker/internal/aws/awstest"
	"github.com/dockertask/terraform-provider-docker/internal/run"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// staged is an AWS in which tasks are played, and calls can be disturbed. Time is that of synctest, so that minutes
// take none.
type staged struct {
	*stage.Stage
	t      *testing.T
	client *Client
	behind *fakeAWS
	// disturb answers the n-th call of an operation, from 1, in AWS's place; or, with lose, after AWS has carried it out.
	disturb func(operation string, n int) (answer *http.Response, lose bool)

	mu    sync.Mutex
	log   map[string][]string // lines of the streams
	calls []stagedCall
	told  []string
}

type stagedCall struct {
	operation string
	at        time.Time
	body      string
}

const stagedDefinition = `{"taskDefinition":{"taskDefinitionArn":"arn:aws:ecs:eu-west-1:123456789012:task-definition/api:7","family":"api",
	"revision":7,"status":"ACTIVE","networkMode":"awsvpc","cpu":"256","memory":"512","requiresCompatibilities":["FARGATE"],"compatibilities":["EC2","FARGATE"],"containerDefinitions":[
	{"name":"api","image":"busybox","essential":true,"logConfiguration":{"logDriver":"awslogs","options":{"awslogs-group":"/ecs/api","awslogs-region":"eu-west-1","awslogs-stream-prefix":"ecs"}}},
	{"name":"proxy","image":"envoy"}]},"tags":[]}`

// inStage runs a test with a stage.
func inStage(t *testing.T, test func(s *staged)) {
	t.Helper()
	awstest.Isolate(t)
	synctest.Test(t, func(t *testing.T) {
		s := &staged{Stage: stage.New(), t: t, log: map[string][]string{}}
		s.behind = &fakeAWS{exact: true, answer: s.emulate}
		cfg := testConfig(s.behind)
		cfg.HTTPClient = &http.Client{Transport: front{s, s.RoundTripper(s.behind)}}
		s.client = mustNew(t, cfg)
		test(s)
		elapse(2 * describeLimit) // no time outside: what the last look has begun ends
	})
}

// front is what the client calls.
type front struct {
	s    *staged
	next http.RoundTripper
}

func (f front) RoundTrip(r *http.Request) (*http.Response, error) {
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	n := f.s.note(r, operation)
	if f.s.disturb != nil {
		answer, lose := f.s.disturb(operation, n)
		if lose {
			if _, err := f.next.RoundTrip(r); err != nil {
				return nil, err
			}
			return nil, errors.New("connection reset by peer")
		}
		if answer != nil {
			return answer, nil
		}
	}
	return f.next.RoundTrip(r)
}

// note notes a call, and returns the number of its operation so far.
func (s *staged) note(r *http.Request, operation string) int {
	body := readAll(r.Body)
	r.Body = io.NopCloser(strings.NewReader(body))
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, stagedCall{operation, time.Now(), body})
	n := 0
	for _, c := range s.calls {
		if c.operation == operation {
			n++
		}
	}
	return n
}

// emulate is what the stage does not play.
func (s *staged) emulate(c call) *http.Response {
	ok := func(body string) *http.Response { return awstest.JSONResponse(http.StatusOK, body) }
	s.mu.Lock()
	defer s.mu.Unlock()
	switch c.operation {
	case "DescribeClusters":
		return ok(`{"clusters":[{"clusterArn":"arn:aws:ecs:eu-west-1:123456789012:cluster/default","clusterName":"default","status":"ACTIVE","capacityProviders":["FARGATE","FARGATE_SPOT"]}]}`)
	case "DescribeTaskDefinition":
		return ok(stagedDefinition)
	case "CreateLogStream":
		s.log[c.field("logStreamName")] = nil
		return ok(`{}`)
	case "PutLogEvents":
		for _, m := range messagesIn(c.body) {
			s.log[c.field("logStreamName")] = append(s.log[c.field("logStreamName")], m)
		}
		return ok(`{}`)
	case "GetLogEvents":
		lines, exists := s.log[c.field("logStreamName")]
		if !exists {
			return awstest.JSONError(http.StatusBadRequest, "ResourceNotFoundException", "The specified log stream does not exist.")
		}
		return ok(eventsAfter(lines, c.field("nextToken")))
	}
	return ok(`{}`)
}

// request is a run of the task api.
func request(change ...func(*run.Request)) run.Request {
	q := run.Request{
		Family: "api", Cluster: "default", Container: "api", Launch: task.Launch{Type: task.Fargate}, StartedBy: run.DefaultStartedBy,
		Network: &run.Network{SubnetIDs: []string{"subnet-1"}}, PropagateTags: true,
	}
	for _, c := range change {
		c(&q)
	}
	return q
}

func counting(n int64) func(*run.Request) { return func(q *run.Request) { q.Count = n } }

// conduct is what the resource does by default.
func (s *staged) conduct(change ...func(*run.Conduct)) run.Conduct {
	c := run.Conduct{
		Wait: run.UntilStopped, StartTimeout: run.DefaultStartTimeout, LogLines: run.DefaultLogLines, Criteria: run.Criteria{Container: "api"},
		Tell: func(line string) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.told = append(s.told, line)
		},
	}
	for _, f := range change {
		f(&c)
	}
	return c
}

// run runs it, for an hour at most.
func (s *staged) run(q run.Request, c run.Conduct) (run.Result, error) {
	ctx, cancel := context.WithTimeout(s.t.Context(), run.DefaultTimeout)
	defer cancel()
	return s.client.Run(ctx, q, c)
}

// count is the number of calls of an operation.
func (s *staged) count(operation string) int { return len(s.of(operation)) }

func (s *staged) of(operation string) []stagedCall {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []stagedCall
	for _, c := range s.calls {
		if c.operation == operation {
			out = append(out, c)
		}
	}
	return out
}

// stopped is the number of tasks that StopTask has ended.
func (s *staged) stopped() int {
	n := 0
	for _, one := range s.Tasks() {
		if one.Stopped {
			n++
		}
	}
	return n
}

// outcome is what a case of a run expects.
type outcome struct {
	// fails has texts that the error's detail has; none is a success. lacks are texts that it has not.
	fails, lacks []string
	warns        []string
	started      int // tasks; 0 is 1
	stopped      int
}

func (s *staged) expect(name string, result run.Result, err error, want outcome) {
	s.t.Helper()
	detail := ""
	if err != nil {
		detail = result.Detail(err)
	}
	if (err != nil) != (len(want.fails) > 0) {
		s.t.Errorf("%s: %s", name, detail)
	}
	for _, text := range want.fails {
		if !strings.Contains(detail, text) {
			s.t.Errorf("%s: no %q in\n%s", name, text, detail)
		}
	}
	for _, text := range want.lacks {
		if strings.Contains(detail, text) {
			s.t.Errorf("%s: %q in\n%s", name, text, detail)
		}
	}
	for _, text := range want.warns {
		if !strings.Contains(strings.Join(result.Warnings, "\n"), text) {
			s.t.Errorf("%s: no warning of %q: %q", name, text, result.Warnings)
		}
	}
	if len(want.warns) == 0 && len(result.Warnings) > 0 {
		s.t.Errorf("%s: warnings %q", name, result.Warnings)
	}
	if got := len(s.Tasks()); got != max(want.started, 1) && want.started >= 0 {
		s.t.Errorf("%s: %d tasks were started, not %d", name, got, max(want.started, 1))
	}
	if got := s.stopped(); got != want.stopped {
		s.t.Errorf("%s: %d tasks were stopped, not %d", name, got, want.stopped)
	}
}

func exits(code int32) stage.Play { return stage.Play{Exit: map[string]int32{"api": code, "proxy": 0}} }

// What comes of one task, by the number of the requirement.
func TestRun_outcomes(t *testing.T) {
	for name, c := range map[string]struct {
		play stage.Play
		how  func(*run.Conduct)
		want outcome
	}{
		"success":                              {play: exits(0)},
		"R9 ends before the first look":        {play: stage.Play{States: []string{"STOPPED"}}},
		"R10 a status that nobody knows":       {play: stage.Play{States: []string{"PROVISIONING", "REJUVENATING", "RUNNING", "STOPPED"}}},
		"R12 an exit code that is no success":  {play: exits(3), want: outcome{fails: []string{`Task `, ` of api:7 ended`, `container "api" with exit code 3.`}}},
		"R12 no exit code":                     {play: stage.Play{Code: "TaskFailedToStart", Reason: "CannotPullContainerError: pull image manifest has been retried 1 time(s): busybox:nope: not found"}, want: outcome{fails: []string{"it was not started, TaskFailedToStart", "CannotPullContainerError", "Look"}[:2]}},
		"R12 other codes count as success":     {play: exits(2), how: func(c *run.Conduct) { c.Criteria.ExitCodes = []int64{0, 2} }},
		"R12 and 0 does not if others do":      {play: exits(0), how: func(c *run.Conduct) { c.Criteria.ExitCodes = []int64{2} }, want: outcome{fails: []string{"exit code 0"}}},
		"R13 a sidecar does not count":         {play: stage.Play{Exit: map[string]int32{"api": 0, "proxy": 137}}},
		"R13 nor does its success":             {play: stage.Play{Exit: map[string]int32{"api": 1, "proxy": 0}}, want: outcome{fails: []string{"exit code 1"}}},
		"R14 Spot took it back":                {play: stage.Play{Exit: map[string]int32{"api": 0}, Code: "SpotInterruption", Reason: "Your Spot Task was interrupted."}, want: outcome{fails: []string{"SpotInterruption", "`retry` runs the task again"}}},
		"R14 a code of ECS that is new":        {play: stage.Play{Exit: map[string]int32{"api": 0}, Code: "SomethingNew"}, want: outcome{fails: []string{"SomethingNew"}}},
		"R15 out of memory, and exit code 0":   {play: stage.Play{Exit: map[string]int32{"api": 0}, Reasons: map[string]string{"api": "OutOfMemoryError: Container killed due to memory usage"}}, want: outcome{warns: []string{"memory ran out"}}},
		"R16 the exit code comes late":         {play: stage.Play{Exit: map[string]int32{"api": 0}, LateExit: 2}},
		"R16 but not for ever":                 {play: stage.Play{Exit: map[string]int32{"api": 0}, LateExit: 1000}, want: outcome{fails: []string{`container "api" has no exit code`}}},
		"R8 not known in the first seconds":    {play: stage.Play{Unseen: 4}},
		"R8 not known for more than a minute":  {play: stage.Play{Unseen: 1000}, want: outcome{fails: []string{"does not know it any more"}, stopped: 1}},
		"R20 the last lines, and no JSON":      {play: with(exits(1), "first", "ERROR: last"), want: outcome{fails: []string{"Last lines of its log (/ecs/api, stream ecs/api/", "    first\n    ERROR: last"}, lacks: []string{"{", "taskArn"}}},
		"R18 a line that comes after the end":  {play: late(with(exits(1), "first", "ERROR: last")), want: outcome{fails: []string{"    first\n    ERROR: last"}}},
		"R33 no lines where none are wanted":   {play: with(exits(1), "private"), how: func(c *run.Conduct) { c.LogLines = 0 }, want: outcome{fails: []string{"exit code 1"}, lacks: []string{"private"}}},
		"R25 hangs before it runs":             {play: stage.Play{Hangs: "PENDING"}, want: outcome{fails: []string{"did not start within 10m0s (start_timeout): it is PENDING", "The task was stopped"}, stopped: 1}},
		"R22 takes longer than its timeout":    {play: with(stage.Play{Hangs: "RUNNING"}, "R21: working"), want: outcome{fails: []string{"took longer than its timeout", "is RUNNING", "The task was stopped", "R21: working"}, stopped: 1}},
		"stopped by a user, exit code 0":       {play: stage.Play{Exit: map[string]int32{"api": 0}, Code: "UserInitiated", Reason: "by hand"}, want: outcome{warns: []string{"stopped by a user", "by hand"}}},
		"R32 the console's page of the log":    {play: with(exits(1), "x"), want: outcome{fails: []string{"https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#logsV2:log-groups/log-group/$252Fecs$252Fapi/log-events/ecs$252Fapi$252F"}}},
		"R32 the task's page if it has no log": {play: stage.Play{Code: "TaskFailedToStart", Reason: "x"}, want: outcome{fails: []string{"https://eu-west-1.console.aws.amazon.com/ecs/v2/clusters/default/tasks/"}}},
		"running is enough":                    {play: stage.Play{Hangs: "RUNNING"}, how: func(c *run.Conduct) { c.Wait = run.UntilRunning }},
		"running, but it fails":                {play: exits(1), how: func(c *run.Conduct) { c.Wait = run.UntilRunning }},
		"running, but it failed to start":      {play: stage.Play{Code: "TaskFailedToStart", Reason: "exec format error"}, how: func(c *run.Conduct) { c.Wait = run.UntilRunning }, want: outcome{fails: []string{"look at `architecture`"}}},
		"nobody waits":                         {play: exits(1), how: func(c *run.Conduct) { c.Wait = run.NoWait }},
	} {
		t.Run(name, func(t *testing.T) {
			inStage(t, func(s *staged) {
				s.Next(c.play)
				how := s.conduct()
				if c.how != nil {
					c.how(&how)
				}
				result, err := s.run(request(), how)
				s.expect(name, result, err, c.want)
			})
		})
	}
}

func with(p stage.Play, lines ...string) stage.Play {
	p.Lines = lines
	return p
}

func late(p stage.Play) stage.Play {
	p.LateLines = 1
	return p
}

// Tasks that ECS does not start, and starts later.
func TestRun_refusals(t *testing.T) {
	fails := func(reason string, more ...string) []stage.Failure {
		out := []stage.Failure{{Reason: reason}}
		for _, m := range more {
			out = append(out, stage.Failure{Reason: m})
		}
		return out
	}
	capacity := "Capacity is unavailable at this time. Please try again later or in a different availability zone"
	for name, c := range map[string]struct {
		plays   []stage.Play
		request func(*run.Request)
		how     func(*run.Conduct)
		want    outcome
		calls   int // of RunTask
	}{
		"R1 nothing is started": {
			plays: []stage.Play{{Fails: fails("ATTRIBUTE")}}, calls: 1,
			want: outcome{fails: []string{"ECS did not start 1 task of api.", "ATTRIBUTE: the container instances lack an attribute"}, started: -1},
		},
		"R1 a reason that is new": {
			plays: []stage.Play{{Fails: fails("WEATHER")}}, calls: 1, want: outcome{fails: []string{"WEATHER"}, started: -1},
		},
		"R2 a part is started, and stopped": {
			plays: []stage.Play{{Fails: fails("MISSING"), Hangs: "RUNNING"}}, request: counting(3), calls: 1,
			want: outcome{fails: []string{"ECS did not start 1 task of api.", "The tasks were stopped"}, started: 2, stopped: 2},
		},
		"R3 capacity comes back": {
			plays: []stage.Play{{Fails: fails(capacity)}, {Fails: fails("AGENT")}, {Fails: fails("RESOURCE:ENI")}, exits(0)}, calls: 4,
		},
		"R3 the rest is asked for": {
			plays: []stage.Play{{Fails: fails(capacity)}, exits(0)}, request: counting(2), calls: 2, want: outcome{started: 2},
		},
		"R3 no room, and nobody asked to wait": {
			plays: []stage.Play{{Fails: fails("RESOURCE:MEMORY")}}, calls: 1, want: outcome{fails: []string{"RESOURCE:MEMORY: no container instance has enough memory left"}, started: -1},
		},
		"R3 no room, and waiting is asked for": {
			plays: []stage.Play{{Fails: fails("RESOURCE:MEMORY")}, exits(0)}, how: func(c *run.Conduct) { c.Retry.Attempts = 1 }, calls: 2,
		},
		"R26 Spot gives none, and Fargate does": {
			plays: []stage.Play{{Fails: fails(capacity)}, exits(0)},
			request: func(q *run.Request) {
				q.Launch = task.Launch{Providers: []task.CapacityProvider{{Name: task.FargateSpot, Weight: 1}}}
			},
			how: func(c *run.Conduct) { c.Retry.OnDemand = true }, calls: 2,
		},
	} {
		t.Run(name, func(t *testing.T) {
			inStage(t, func(s *staged) {
				s.Next(c.plays...)
				q, how := request(), s.conduct()
				if c.request != nil {
					c.request(&q)
				}
				if c.how != nil {
					c.how(&how)
				}
				result, err := s.run(q, how)
				s.expect(name, result, err, c.want)
				if got := s.count("RunTask"); got != c.calls {
					t.Errorf("%d calls of RunTask, not %d", got, c.calls)
				}
				tokens := map[string]bool{}
				for _, call := range s.of("RunTask") {
					tokens[clientToken(call.body)] = true
				}
				if len(tokens) != c.calls {
					t.Errorf("%d tokens for %d placements: R6", len(tokens), c.calls)
				}
				if strings.HasPrefix(name, "R26") {
					if got := s.Tasks()[0].LaunchType; got != task.Fargate {
						t.Errorf("launched on %s", got)
					}
				}
			})
		})
	}
	t.Run("R3 not for ever", func(t *testing.T) {
		inStage(t, func(s *staged) {
			s.Otherwise(stage.Play{Fails: fails(capacity)})
			began := time.Now()
			result, err := s.run(request(), s.conduct())
			s.expect("", result, err, outcome{fails: []string{"AWS has no capacity for it right now"}, started: -1})
			if took := time.Since(began); took < 10*time.Minute || took > 12*time.Minute {
				t.Errorf("given up after %s", took)
			}
		})
	})
}

// Errors of RunTask: what is repeated, with one token, and what is not.
func TestRun_callFails(t *testing.T) {
	refuse := func(code, message string) *http.Response {
		return awstest.JSONError(http.StatusBadRequest, code, message)
	}
	for name, c := range map[string]struct {
		answer func() *http.Response
		times  int
		recent bool // a role was created
		want   outcome
	}{
		"R4 throttled behind ECS": {
			answer: func() *http.Response {
				return refuse("InvalidParameterException", "Error retrieving subnet information for [subnet-1]: Rate exceeded (ErrorCode: Throttling)")
			}, times: 5,
		},
		"R5 too many tasks are PROVISIONING": {
			answer: func() *http.Response {
				return refuse("ClientException", "You've reached the limit on the number of tasks that can be in the PROVISIONING state.")
			}, times: 5,
		},
		"R31 a role that was just created": {
			answer: func() *http.Response {
				return refuse("ClientException", "ECS was unable to assume the role 'arn:aws:iam::123456789012:role/x' that was provided for this task.")
			}, times: 4, recent: true,
		},
		"R31 a role of others": {
			answer: func() *http.Response {
				return refuse("ClientException", "ECS was unable to assume the role 'arn:aws:iam::123456789012:role/x' that was provided for this task.")
			}, times: 1, want: outcome{fails: []string{"ECS was unable to assume the role"}, started: -1},
		},
		"the service-linked role of a new account": {
			answer: func() *http.Response {
				return refuse("InvalidParameterException", "Unable to assume the service linked role. Please verify that the ECS service linked role exists.")
			}, times: 5,
		},
		"an internal error": {answer: func() *http.Response {
			return awstest.JSONError(http.StatusInternalServerError, "ServerException", "no")
		}, times: 4},
		"no cluster": {answer: func() *http.Response { return refuse("ClusterNotFoundException", "Cluster not found.") }, times: 1, want: outcome{fails: []string{"There is no cluster default"}, started: -1}},
		"denied":     {answer: func() *http.Response { return refuse("AccessDeniedException", "no") }, times: 1, want: outcome{fails: []string{"they need ecs:RunTask"}, started: -1}},
	} {
		t.Run(name, func(t *testing.T) {
			inStage(t, func(s *staged) {
				s.disturb = func(operation string, n int) (*http.Response, bool) {
					if operation == "RunTask" && n <= c.times {
						return c.answer(), false
					}
					return nil, false
				}
				if c.recent {
					s.client.session.recent.created(rolePart("x"))
				}
				result, err := s.run(request(), s.conduct())
				s.expect(name, result, err, c.want)
				s.oneToken()
			})
		})
	}
}

// oneToken checks that all calls of RunTask have one token, of a form that ECS takes: R7.
func (s *staged) oneToken() {
	s.t.Helper()
	tokens := map[string]bool{}
	for _, call := range s.of("RunTask") {
		token := clientToken(call.body)
		tokens[token] = true
		if len(token) == 0 || len(token) > 64 || strings.ContainsFunc(token, func(r rune) bool { return r < 33 || r > 126 }) {
			s.t.Errorf("token %q", token)
		}
	}
	if len(tokens) != 1 {
		s.t.Errorf("%d tokens of one placement", len(tokens))
	}
}

// R6: a lost answer starts nothing twice.
func TestRun_lostAnswer(t *testing.T) {
	for _, lost := range []int{1, 3} {
		inStage(t, func(s *staged) {
			s.disturb = func(operation string, n int) (*http.Response, bool) { return nil, operation == "RunTask" && n <= lost }
			result, err := s.run(request(counting(2)), s.conduct())
			s.expect("", result, err, outcome{started: 2})
			s.oneToken()
		})
	}
	// Where no answer ever comes, the error says what is not known.
	inStage(t, func(s *staged) {
		s.disturb = func(operation string, _ int) (*http.Response, bool) { return nil, operation == "RunTask" }
		result, err := s.run(request(), s.conduct())
		s.expect("", result, err, outcome{fails: []string{"Whether a task of api was started is not known", "aws ecs list-tasks --cluster default --family api"}})
		s.oneToken()
	})
}

// R7: a token that ECS knows from another request.
func TestRun_tokenConflict(t *testing.T) {
	inStage(t, func(s *staged) {
		s.disturb = func(operation string, _ int) (*http.Response, bool) {
			if operation != "RunTask" {
				return nil, false
			}
			return awstest.JSONResponse(http.StatusBadRequest, `{"__type":"ConflictException","message":"no","resourceIds":["arn:aws:ecs:eu-west-1:123456789012:task/default/1"]}`), false
		}
		result, err := s.run(request(), s.conduct())
		s.expect("", result, err, outcome{fails: []string{"another request with the same token", "task/default/1"}, started: -1})
	})
}

// R11: looks after 1, 2, 3, 5 and then 6 seconds.
func TestRun_pauses(t *testing.T) {
	inStage(t, func(s *staged) {
		s.Next(stage.Play{States: []string{"PROVISIONING", "PENDING", "RUNNING", "RUNNING", "RUNNING", "RUNNING", "STOPPED"}})
		began := time.Now()
		if _, err := s.run(request(), s.conduct()); err != nil {
			t.Fatal(err)
		}
		var at []time.Duration
		for _, c := range s.of("DescribeTasks") {
			at = append(at, c.at.Sub(began).Truncate(time.Second))
		}
		if got := fmt.Sprint(at); got != "[1s 3s 6s 11s 17s 23s 29s]" {
			t.Errorf("looks after %s", got)
		}
	})
}

// 100 runs at once look at most twice a second, and each sees its own end.
func TestRun_hundred(t *testing.T) {
	inStage(t, func(s *staged) {
		const runs = 100
		var wg sync.WaitGroup
		for range runs {
			s.Next(stage.Play{States: []string{"PENDING", "PENDING", "RUNNING", "RUNNING", "RUNNING", "STOPPED"}})
			wg.Go(func() {
				if _, err := s.run(request(), s.conduct()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		looks := s.of("DescribeTasks")
		for i := 2; i < len(looks); i++ {
			if between := looks[i].at.Sub(looks[i-2].at); between < time.Second {
				t.Fatalf("three looks within %s", between)
			}
		}
		if len(looks) > 60 { // of 600, as each run looks six times
			t.Errorf("%d looks for %d runs", len(looks), runs)
		}
	})
}

// Looks and reads of the log that fail for minutes do not end a run that goes on: R19.
func TestRun_looksFail(t *testing.T) {
	for name, failure := range map[string]func() *http.Response{
		"throttled": func() *http.Response {
			return awstest.JSONError(http.StatusBadRequest, "ThrottlingException", "Rate exceeded")
		},
		"failing": func() *http.Response {
			return awstest.JSONError(http.StatusInternalServerError, "ServerException", "no")
		},
	} {
		t.Run(name, func(t *testing.T) {
			inStage(t, func(s *staged) {
				began := time.Now()
				s.Next(with(exits(0), "done"))
				s.disturb = func(operation string, _ int) (*http.Response, bool) {
					if (operation == "DescribeTasks" || operation == "GetLogEvents") && time.Since(began) < 5*time.Minute {
						return failure(), false
					}
					return nil, false
				}
				result, err := s.run(request(), s.conduct())
				s.expect(name, result, err, outcome{})
				if took := time.Since(began); took > 8*time.Minute {
					t.Errorf("took %s", took)
				}
			})
		})
	}
	inStage(t, func(s *staged) {
		s.Next(with(exits(0), "done"))
		s.disturb = func(operation string, _ int) (*http.Response, bool) {
			if operation == "GetLogEvents" {
				return awstest.JSONError(http.StatusBadRequest, "AccessDeniedException", "no logs:GetLogEvents"), false
			}
			return nil, false
		}
		result, err := s.run(request(), s.conduct())
		s.expect("denied log", result, err, outcome{warns: []string{"The log could not be read, which does not matter"}})
	})
	// R17: a stream that never appears.
	inStage(t, func(s *staged) {
		s.Next(exits(1))
		s.disturb = func(operation string, _ int) (*http.Response, bool) {
			if operation == "GetLogEvents" {
				return awstest.JSONError(http.StatusBadRequest, "ResourceNotFoundException", "The specified log stream does not exist."), false
			}
			return nil, false
		}
		result, err := s.run(request(), s.conduct())
		s.expect("no stream", result, err, outcome{fails: []string{"exit code 1"}, lacks: []string{"stream does not exist"}})
	})
}

// R23: a task that may not be watched, and one whose run is interrupted, are stopped; R24: what stopping says does not hide
// the first error; R28: by the full ARN.
func TestRun_stops(t *testing.T) {
	inStage(t, func(s *staged) {
		s.Next(stage.Play{Hangs: "RUNNING"})
		s.disturb = func(operation string, _ int) (*http.Response, bool) {
			if operation == "DescribeTasks" {
				return awstest.JSONError(http.StatusBadRequest, "AccessDeniedException", "no"), false
			}
			return nil, false
		}
		result, err := s.run(request(), s.conduct())
		s.expect("unwatched", result, err, outcome{fails: []string{"ecs:DescribeTasks", "The task was stopped"}, stopped: 1})
	})
	inStage(t, func(s *staged) {
		s.Next(stage.Play{Hangs: "RUNNING"})
		ctx, cancel := context.WithCancel(s.t.Context())
		time.AfterFunc(time.Minute, cancel)
		result, err := s.client.Run(ctx, request(), s.conduct())
		s.expect("interrupted", result, err, outcome{fails: []string{"The run was interrupted", "is RUNNING", "The task was stopped"}, stopped: 1})
		if stop := s.of("StopTask"); len(stop) != 1 || !strings.Contains(stop[0].body, `"task":"arn:aws:ecs:eu-west-1:123456789012:task/default/`) {
			t.Errorf("StopTask %v", stop)
		}
		if reason := s.Tasks()[0].StopReason; !strings.Contains(reason, "interrupted") {
			t.Errorf("stopped with %q", reason)
		}
	})
	inStage(t, func(s *staged) {
		s.Next(stage.Play{Hangs: "PENDING"})
		s.disturb = func(operation string, _ int) (*http.Response, bool) {
			if operation == "StopTask" {
				return awstest.JSONError(http.StatusBadRequest, "AccessDeniedException", "no ecs:StopTask"), false
			}
			return nil, false
		}
		result, err := s.run(request(), s.conduct())
		s.expect("not stopped", result, err, outcome{fails: []string{"did not start within", "This task may still run: arn:aws:ecs:eu-west-1:123456789012:task/default/", "no ecs:StopTask"}})
		if left := run.Left(err); len(left) != 1 || left[0] != s.Tasks()[0].ARN {
			t.Errorf("left %v", left)
		}
	})
}

// R26, and retries: how often, and after what.
func TestRun_retries(t *testing.T) {
	spot := stage.Play{Exit: map[string]int32{"api": 143}, Code: "SpotInterruption"}
	attempts := func(n int64) func(*run.Conduct) { return func(c *run.Conduct) { c.Retry.Attempts = n } }
	for name, c := range map[string]struct {
		plays []stage.Play
		how   func(*run.Conduct)
		count int64
		want  outcome
	}{
		"not unless asked":          {plays: []stage.Play{spot, exits(0)}, how: attempts(0), want: outcome{fails: []string{"SpotInterruption"}}},
		"until it succeeds":         {plays: []stage.Play{spot, spot, exits(0)}, how: attempts(2), want: outcome{started: 3}},
		"no more than asked":        {plays: []stage.Play{spot, spot, exits(0)}, how: attempts(1), want: outcome{fails: []string{"This was attempt 2."}, started: 2}},
		"not after its own failure": {plays: []stage.Play{exits(1), exits(0)}, how: attempts(3), want: outcome{fails: []string{"exit code 1"}}},
		"after an exit code":        {plays: []stage.Play{exits(75), exits(0)}, how: func(c *run.Conduct) { c.Retry.Attempts, c.Retry.ExitCodes = 1, []int64{75} }, want: outcome{started: 2}},
		"only those that failed":    {plays: []stage.Play{{Each: []stage.Play{exits(0), spot, exits(0)}}, exits(0)}, how: attempts(1), count: 3, want: outcome{started: 4}},
		"one of three fails":        {plays: []stage.Play{{Each: []stage.Play{exits(0), exits(4), exits(0)}}}, count: 3, how: attempts(1), want: outcome{fails: []string{"exit code 4", "1 of 3 tasks failed."}, started: 3}},
	} {
		t.Run(name, func(t *testing.T) {
			inStage(t, func(s *staged) {
				s.Next(c.plays...)
				result, err := s.run(request(counting(c.count)), s.conduct(c.how))
				s.expect(name, result, err, c.want)
			})
		})
	}
}

// R27: tasks are listed by family; one of an earlier run of the same starter is told of, and others are not.
func TestRun_left(t *testing.T) {
	inStage(t, func(s *staged) {
		s.Next(stage.Play{Hangs: "RUNNING"}, stage.Play{Hangs: "RUNNING"}, exits(0))
		nobody := s.conduct(func(c *run.Conduct) { c.Wait = run.NoWait })
		for _, by := range []string{run.DefaultStartedBy, "someone-else"} {
			if _, err := s.run(request(func(q *run.Request) { q.StartedBy = by }), nobody); err != nil {
				t.Fatal(err)
			}
		}
		s.client.session.began, s.client.session.ownTasks = time.Now().Add(time.Second), sync.Map{} // of the next command line
		result, err := s.run(request(), s.conduct())
		s.expect("", result, err, outcome{warns: []string{"Other tasks of api that terraform has started still run: " + s.Tasks()[0].ID + ". "}, started: 3})
		for _, list := range s.of("ListTasks") {
			if strings.Contains(list.body, "startedBy") {
				t.Errorf("startedBy with another filter: %s", list.body)
			}
		}
	})
}

// R33: what is told has the container's own output and nothing of the environment; control characters are escaped.
func TestRun_tells(t *testing.T) {
	inStage(t, func(s *staged) {
		s.Next(with(exits(0), "applying 0042", "\x1b[31mred\x1b[0m\rgone"))
		q := request(func(q *run.Request) {
			q.Overrides.Add(run.ContainerOverride{Name: "api", Environment: run.Variables(map[string]string{"TOKEN": awstest.Canary})})
		})
		result, err := s.run(q, s.conduct(func(c *run.Conduct) { c.Stream = true }))
		s.expect("", result, err, outcome{})
		told := strings.Join(s.told, "\n")
		for _, text := range []string{"starting 1 task of api in cluster default", "PROVISIONING → PENDING", "api | applying 0042", `api | \x1b[31mred\x1b[0m\rgone`, "with exit code 0"} {
			if !strings.Contains(told, text) {
				t.Errorf("no %q in\n%s", text, told)
			}
		}
		if strings.Contains(told, awstest.Canary) || strings.ContainsAny(told, "\x1b\r") {
			t.Errorf("told\n%s", told)
		}
		if strings.Count(told, "applying 0042") != 1 {
			t.Errorf("a line was told twice:\n%s", told)
		}
	})
}

// StartTask: one task on each instance; its answer is not asked for again, since ECS would start others.
func TestRun_containerInstances(t *testing.T) {
	instances := []string{"0123456789abcdef0123456789abcdef", "1123456789abcdef0123456789abcdef"}
	on := func(q *run.Request) { q.Instances, q.Launch = instances, task.Launch{} }
	inStage(t, func(s *staged) {
		for _, id := range instances {
			s.AddContainerInstances("default", "arn:aws:ecs:eu-west-1:123456789012:container-instance/default/"+id)
		}
		result, err := s.run(request(on), s.conduct())
		s.expect("", result, err, outcome{started: 2})
		if s.count("RunTask") > 0 {
			t.Error("RunTask was called")
		}
	})
	inStage(t, func(s *staged) {
		for _, id := range instances {
			s.AddContainerInstances("default", "arn:aws:ecs:eu-west-1:123456789012:container-instance/default/"+id)
		}
		s.disturb = func(operation string, n int) (*http.Response, bool) { return nil, operation == "StartTask" && n == 1 }
		result, err := s.run(request(on), s.conduct())
		s.expect("lost answer", result, err, outcome{fails: []string{"Whether a task of api was started is not known"}, started: 2})
		if n := s.count("StartTask"); n != 1 {
			t.Errorf("%d calls of StartTask", n)
		}
	})
}

// Every fault at every call of a run: it succeeds with one task, or fails and leaves none that runs and is not named; and
// nothing is started twice.
func TestRun_faults(t *testing.T) {
	refused := func(status int, code string) func() *http.Response {
		return func() *http.Response { return awstest.JSONError(status, code, "a fault") }
	}
	kinds := map[string]struct {
		answer  func() *http.Response // nil: the answer is lost after the effect
		lasting bool
	}{
		"server error":          {answer: refused(http.StatusInternalServerError, "ServerException")},
		"lasting server errors": {answer: refused(http.StatusInternalServerError, "ServerException"), lasting: true},
		"throttled":             {answer: refused(http.StatusBadRequest, "ThrottlingException")},
		"access denied":         {answer: refused(http.StatusBadRequest, "AccessDeniedException"), lasting: true},
		"answer lost":           {},
		"answers lost":          {lasting: true},
		"page of HTML":          {answer: func() *http.Response { return awstest.Response(http.StatusOK, "text/html", "<html>login</html>") }},
		"empty answer":          {answer: func() *http.Response { return awstest.JSONResponse(http.StatusOK, "{}") }},
		"other types": {answer: func() *http.Response {
			return awstest.JSONResponse(http.StatusOK, `{"tasks":"x","events":7,"taskArns":{}}`)
		}},
	}
	points := 0
	for _, operation := range []string{"RunTask", "DescribeTaskDefinition", "ListTasks", "DescribeTasks", "GetLogEvents", "StopTask"} {
		for nth := range 3 {
			for name, kind := range kinds {
				points++
				inStage(t, func(s *staged) {
					s.Next(with(stage.Play{States: []string{"PENDING", "RUNNING", "RUNNING", "STOPPED"}}, "done"))
					if operation == "StopTask" {
						s.Forget()
						s.Next(stage.Play{Hangs: "PENDING"})
					}
					s.disturb = func(called string, n int) (*http.Response, bool) {
						if called != operation || n-1 < nth || n-1 > nth && !kind.lasting {
							return nil, false
						}
						if kind.answer == nil {
							return nil, true
						}
						return kind.answer(), false
					}
					result, err := s.run(request(), s.conduct())
					at := fmt.Sprintf("%s at call %d of %s", name, nth+1, operation)
					tasks := s.Tasks()
					if len(tasks) > 1 {
						t.Errorf("%s: %d tasks were started", at, len(tasks))
					}
					for _, one := range tasks {
						ended := one.Status == "STOPPED" || one.Stopped
						if err == nil && !ended || err != nil && !ended && !strings.Contains(result.Detail(err), one.ARN) && !strings.Contains(err.Error(), "is not known") {
							t.Errorf("%s: task %s is %s, and the run says %v", at, one.ID, one.Status, err)
						}
					}
					// A look that never succeeds tells nothing; everything else but RunTask can fail without harm.
					harmless := operation != "StopTask" && operation != "RunTask" && (operation != "DescribeTasks" || !kind.lasting)
					if harmless && err != nil {
						t.Errorf("%s: %v", at, err)
					}
				})
			}
		}
	}
	t.Logf("%d points", points)
}

// All that a request says reaches ECS, by either call.
func TestRun_request(t *testing.T) {
	whole := request(func(q *run.Request) {
		q.Revision, q.Group, q.ReferenceID, q.ManagedTags, q.ExecuteCommand, q.Tags = 7, "g", "ref", true, true, map[string]string{"a": "b"}
		q.Launch = task.Launch{Type: "EC2"}
		q.Constraints, q.Strategies = []run.Constraint{{Type: "memberOf", Expression: "x"}}, []run.Strategy{{Type: "spread", Field: "f"}}
		q.Volumes = []run.Volume{{Name: "data", EBS: run.EBSVolume{RoleARN: "arn:aws:iam::1:role/ebs", SizeInGiB: 10, VolumeType: "gp3"}}}
		q.Overrides = run.Overrides{CPU: "512", TaskRoleARN: "arn:aws:iam::1:role/x", EphemeralStorage: &run.Storage{SizeInGiB: 30}}
		q.Overrides.Add(run.ContainerOverride{Name: "proxy", MemoryReservation: 64, EnvironmentFiles: run.EnvironmentFiles([]string{"arn:aws:s3:::b/a.env"})})
	})
	both := []string{
		`"taskDefinition":"api:7"`, `"group":"g"`, `"referenceId":"ref"`, `"enableECSManagedTags":true`, `"enableExecuteCommand":true`, `"tags":[{"key":"a","value":"b"}]`,
		`"propagateTags":"TASK_DEFINITION"`, `"startedBy":"terraform"`, `"roleArn":"arn:aws:iam::1:role/ebs"`, `"sizeInGiB":10`, `"volumeType":"gp3"`,
		`"cpu":"512"`, `"taskRoleArn":"arn:aws:iam::1:role/x"`, `"ephemeralStorage":{"sizeInGiB":30}`, `"memoryReservation":64`, `"environmentFiles":[{"type":"s3","value":"arn:aws:s3:::b/a.env"}]`,
	}
	for operation, want := range map[string][]string{
		"RunTask":   append([]string{`"launchType":"EC2"`, `"placementConstraints":[{"expression":"x","type":"memberOf"}]`, `"placementStrategy":[{"field":"f","type":"spread"}]`}, both...),
		"StartTask": append([]string{`"containerInstances":["0123456789abcdef0123456789abcdef"]`}, both...),
	} {
		inStage(t, func(s *staged) {
			s.disturb = func(called string, _ int) (*http.Response, bool) {
				if called != operation {
					return nil, false
				}
				return awstest.JSONError(http.StatusBadRequest, "ClientException", "enough"), false
			}
			q := whole
			if operation == "StartTask" {
				q.Instances, q.Launch, q.Constraints, q.Strategies = []string{"0123456789abcdef0123456789abcdef"}, task.Launch{}, nil, nil
			}
			if _, err := s.run(q, s.conduct()); err == nil {
				t.Fatal("no error")
			}
			for _, text := range want {
				if body := s.of(operation)[0].body; !strings.Contains(body, text) {
					t.Errorf("%s: no %s in %s", operation, text, body)
				}
			}
		})
	}
}
