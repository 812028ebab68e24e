package run

import (
	"strings"
	"testing"
	"time"

	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// Texts of AWS's, as users quote them in public, and what of the table they lead to.
func TestExplain(t *testing.T) {
	exit := func(code int64) []Container { return []Container{{Name: "api", ExitCode: &code}} }
	for name, c := range map[string]struct {
		task Task
		says string // a part of it; "" for nothing
	}{
		"no such image":       {Task{Reason: "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref docker.io/library/nope:latest: docker.io/library/nope:latest: not found"}, "does not exist: look at `image`"},
		"no right":            {Task{Reason: "CannotPullContainerError: pull access denied for x, repository does not exist or may require 'docker login': denied"}, "The registry refuses the pull"},
		"no way out":          {Task{Reason: "CannotPullContainerError: ref pull has been retried 5 time(s): failed to copy: httpReadSeeker: failed open: failed to do request: Get https://x: dial tcp 1.2.3.4:443: i/o timeout"}, "There is no way from the subnets"},
		"too many pulls":      {Task{Reason: "CannotPullContainerError: inspect image has been retried 5 time(s): httpReadSeeker: failed open: unexpected status code 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit"}, "limits pulls"},
		"another platform":    {Task{Reason: "CannotPullContainerError: pull image manifest has been retried 7 time(s): image Manifest does not contain descriptor matching platform 'linux/amd64'"}, "not built for the task's platform"},
		"no room":             {Task{Reason: "CannotPullContainerError: failed to extract layer: write /x: no space left on device"}, "`ephemeral_storage_gib`"},
		"secret denied":       {Task{Reason: "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: AccessDeniedException: not authorized to perform: secretsmanager:GetSecretValue"}, "may not read a secret"},
		"no secret":           {Task{Reason: "ResourceInitializationError: unable to pull secrets or registry auth: ResourceNotFoundException: Secrets Manager can't find the specified secret."}, "does not exist: look at `secrets`"},
		"no way to secrets":   {Task{Reason: "ResourceInitializationError: unable to pull secrets or registry auth: RequestCanceled: request context canceled caused by: context deadline exceeded"}, "There is no way from the subnets"},
		"no log group":        {Task{Reason: "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: ResourceNotFoundException: The specified log group does not exist."}, "log group does not exist"},
		"no mount":            {Task{Reason: "ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes: stderr: mount.nfs4: Connection timed out"}, "EFS file system could not be mounted"},
		"no program":          {Task{Containers: []Container{{Name: "api", Reason: `CannotStartContainerError: ResourceInitializationError: failed to create new container runtime task: exec: "bin/migrate now": executable file not found in $PATH`}}}, "`command` and `entry_point` are lists of words"},
		"another CPU":         {Task{Containers: []Container{{Name: "api", Reason: "exec /bin/x: exec format error"}}}, "look at `architecture`"},
		"out of memory":       {Task{Containers: []Container{{Name: "api", ExitCode: new(int64(137)), Reason: "OutOfMemoryError: Container killed due to memory usage"}}}, "Memory ran out"},
		"killed":              {Task{Containers: exit(137)}, "signal 9 (SIGKILL)"},
		"took too long":       {Task{Containers: exit(124)}, "took longer than it may"},
		"not executable":      {Task{Containers: exit(126)}, "cannot be executed"},
		"not found":           {Task{Containers: exit(127)}, "was not found"},
		"aborted":             {Task{Containers: exit(134)}, "SIGABRT"},
		"crashed":             {Task{Containers: exit(139)}, "SIGSEGV"},
		"terminated":          {Task{Containers: exit(143)}, "SIGTERM"},
		"its own failure":     {Task{Containers: exit(1)}, ""},
		"Spot":                {Task{StopCode: "SpotInterruption", Reason: "Your Spot Task was interrupted."}, "took the spare capacity back"},
		"hardware":            {Task{StopCode: "InfrastructureHealth"}, "took away what the task ran on"},
		"network":             {Task{StopCode: "TaskFailedToStart", Reason: "Timeout waiting for network interface provisioning to complete."}, "could not provide"},
		"somebody":            {Task{StopCode: "UserInitiated", Reason: "Task stopped by user"}, "A user stopped the task"},
		"health check":        {Task{Reason: "Task failed container health checks"}, "look at `health_check`"},
		"a text that is new":  {Task{Reason: "The weather is bad"}, ""},
		"role":                {Task{StopCode: "TaskFailedToStart", Reason: "ECS was unable to assume the role 'arn:aws:iam::1:role/x' that was provided for this task."}, "may not assume a role"},
		"a sidecar's failure": {Task{Containers: []Container{{Name: "api", ExitCode: new(int64(1))}, {Name: "log", Reason: "CannotStartContainerError: no such file or directory"}}}, "does not have the program"},
	} {
		if got := Explain(c.task, "api"); (got == "") != (c.says == "") || !strings.Contains(got, c.says) {
			t.Errorf("%s: %q", name, got)
		}
	}
	used := map[string]bool{}
	for _, c := range Causes {
		if c.Says == "" || used[c.Says] && c.Says != wayOut || !strings.HasSuffix(c.Says, ".") {
			t.Errorf("%q: empty, twice, or no sentence", c.Says)
		}
		used[c.Says] = true
	}
}

// What AWS does not start, and when it is asked again.
func TestRefusal_Judge(t *testing.T) {
	for reason, want := range map[string]Again{
		"Capacity is unavailable at this time. Please try again later or in a different availability zone": Always,
		"AGENT": Always, "RESOURCE:ENI": Always, "RESOURCE:MEMORY": IfAsked, "RESOURCE:CPU": IfAsked, "RESOURCE:PORTS": IfAsked, "RESOURCE:FOO": IfAsked,
		"MISSING": Never, "INACTIVE": Never, "ATTRIBUTE": Never, "LOCATION": Never, "EMPTY CAPACITY PROVIDER": IfAsked, "NO ACTIVE INSTANCES": IfAsked,
		"memberOf placement constraint unsatisfied.": Never, "": Never, "WEATHER": Never,
	} {
		if _, got := (Refusal{Reason: reason}).Judge(); got != want {
			t.Errorf("%q: %v, not %v", reason, got, want)
		}
	}
	if got := (Refusal{ARN: "arn:i", Reason: "AGENT", Detail: "d"}).String(); got != "arn:i: AGENT (d): the agent of the container instance is not connected" {
		t.Error(got)
	}
	if got := (Refusal{}).String(); got != "no reason given" {
		t.Error(got)
	}
}

// R30: the JSON around the overrides counts too.
func TestOverrides_Length(t *testing.T) {
	var o Overrides
	if !o.IsZero() || o.Length() != 0 {
		t.Errorf("nothing has %d characters", o.Length())
	}
	o.Add(ContainerOverride{Name: "api"}) // says nothing
	if !o.IsZero() {
		t.Error("an override of nothing")
	}
	o.Add(ContainerOverride{Name: "api", Command: []string{"é"}, Environment: Variables(map[string]string{"B": "2", "A": "1"})})
	const text = `{"containerOverrides":[{"name":"api","command":["é"],"environment":[{"name":"A","value":"1"},{"name":"B","value":"2"}]}]}`
	if got, want := o.Length(), len([]rune(text)); got != want {
		t.Errorf("%d characters, not %d", got, want)
	}
}

func TestLogOf(t *testing.T) {
	options := map[string]string{"awslogs-group": "/ecs/api", "awslogs-region": "eu-west-1", "awslogs-stream-prefix": "ecs"}
	logging := func(driver string, options map[string]string) task.Definition {
		return task.Definition{ContainerDefinitions: []task.Container{{Name: "side"}, {Name: "api", LogConfiguration: &task.LogConfiguration{LogDriver: driver, Options: options}}}}
	}
	if got, want := LogOf(logging(task.AWSLogs, options), "api", "1"), (Log{"/ecs/api", "ecs/api/1", "eu-west-1"}); got != want {
		t.Errorf("%+v", got)
	}
	for name, got := range map[string]Log{
		"another driver": LogOf(logging("awsfirelens", options), "api", "1"),
		"no prefix":      LogOf(logging(task.AWSLogs, map[string]string{"awslogs-group": "/ecs/api"}), "api", "1"),
		"another one":    LogOf(logging(task.AWSLogs, options), "side", "1"),
		"none":           LogOf(task.Definition{}, "api", "1"),
	} {
		if got != (Log{}) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestSeconds(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0 s", 48400 * time.Millisecond: "48 s", 60 * time.Second: "1 min", 125 * time.Second: "2 min 5 s",
	} {
		if got := Seconds(d); got != want {
			t.Errorf("%s: %s, not %s", d, got, want)
		}
	}
}

func TestClusterOf(t *testing.T) {
	for arn, want := range map[string]string{"arn:aws:ecs:eu-west-1:1:task/batch/0123": "batch", "0123": "0123"} {
		if got := ClusterOf(arn); got != want {
			t.Errorf("%s: %s", arn, got)
		}
	}
}

// The forms of what a user writes.
func TestChecks(t *testing.T) {
	for name, c := range map[string]struct {
		check        func(string) error
		right, wrong []string
	}{
		"started_by": {CheckStartedBy, []string{"terraform", "release-7", "ecs-svc/123", "a.b:c@d"}, []string{"", "a b", "a\n", strings.Repeat("x", 129)}},
		"instance":   {CheckInstance, []string{strings.Repeat("0", 32), "arn:aws:ecs:eu-west-1:123456789012:container-instance/default/" + strings.Repeat("a", 32), "0c1a2b3c-0000-1111-2222-333344445555"}, []string{"", "i-0123", "mi-0123", "arn:aws:ec2:eu-west-1:123456789012:instance/i-0123"}},
		"variable":   {CheckVariable, []string{"A", "a.b"}, []string{"", "A=B", "AWS_ECS_X", "aws_ecs_x"}},
		"group":      {CheckGroup, []string{"family:x"}, []string{"", strings.Repeat("x", 256)}},
	} {
		for _, s := range c.right {
			if err := c.check(s); err != nil {
				t.Errorf("%s: %q: %v", name, s, err)
			}
		}
		for _, s := range c.wrong {
			if c.check(s) == nil {
				t.Errorf("%s: %q is taken", name, s)
			}
		}
	}
}
