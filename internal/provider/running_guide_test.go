package provider_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
	"github.com/dockertask/terraform-provider-docker/internal/policy/policytest"
)

// awsOfPython is as much of the aws command line as the scripts of guides and examples need, on boto3, which comes with the emulator.
const awsOfPython = `
import json, re, sys
import boto3

def read(value):
    if value.startswith("{"):
        return json.loads(value)
    if value.startswith("awsvpcConfiguration="):
        fields = re.findall(r"(\w+)=(\[[^\]]*\]|\w+)", value.split("=", 1)[1])
        return {"awsvpcConfiguration": {k: [i for i in v[1:-1].split(",") if i] if v[0] == "[" else v for k, v in fields}}
    return value

service, operation, *options = sys.argv[1:]
arguments = {}
for option, value in zip(options[::2], options[1::2]):
    first, *more = option[2:].split("-")
    if option == "--task-output":  # the command line has another --output
        arguments["output"] = value
    elif first != "output":
        arguments[first + "".join(word.title() for word in more)] = [value] if option == "--tasks" else read(value)
print(json.dumps(getattr(boto3.client(service), operation.replace("-", "_"))(**arguments), default=str))
`

// The guide's configuration gives the caller what the script needs, and the script, as it stands there, ends as its
// task does.
func TestAccGuide_running(t *testing.T) {
	t.Parallel()
	acctest.OnEmulator(t, "its tasks are played")
	for _, needed := range []string{"bash", "jq"} {
		if _, err := exec.LookPath(needed); err != nil {
			t.Skipf("there is no %s on this machine to run the script with", needed)
		}
	}
	stage := acctest.NewStage(t, acctest.NewProxy(t))
	createDefaultCluster(t)
	guide, err := os.ReadFile(filepath.Join("..", "..", "templates", "guides", "running.md"))
	if err != nil {
		t.Fatal(err)
	}
	blocks := func(language string) (found []string) {
		for _, block := range regexp.MustCompile("(?ms)^```"+language+"\n(.*?)^```$").FindAllSubmatch(guide, -1) {
			found = append(found, string(block[1]))
		}
		return found
	}
	w := acctest.NewWorkspace(t, map[string]string{"main.tf": acctest.ProviderConfig(t) + `
resource "docker_task" "api" {
  name  = "api"
  image = "busybox"
}
` + strings.Join(blocks("terraform"), "\n")})
	w.MustRun("apply", "-auto-approve")
	defer w.MustRun("destroy", "-auto-approve")

	t.Run("policy", func(t *testing.T) {
		var policy string
		if err := json.Unmarshal([]byte(w.MustRun("output", "-json", "operator_policy")), &policy); err != nil {
			t.Fatal(err)
		}
		place := "us-east-1:" + acctest.AccountID(t)
		in := func(cluster string) map[string][]string {
			return map[string][]string{"ecs:cluster": {"arn:aws:ecs:" + place + ":cluster/" + cluster}}
		}
		for _, c := range []struct {
			request policytest.Request
			want    bool
		}{
			{policytest.Request{Action: "ecs:RunTask", Resource: "arn:aws:ecs:" + place + ":task-definition/api:1", Context: in("default")}, true},
			{policytest.Request{Action: "ecs:StopTask", Resource: "arn:aws:ecs:" + place + ":task/default/1", Context: in("default")}, true},
			{policytest.Request{Action: "ecs:ListTasks", Resource: "*", Context: in("default")}, true},
			{policytest.Request{Action: "ecs:ListTasks", Resource: "*", Context: in("other")}, false},
			{policytest.Request{Action: "logs:GetLogEvents", Resource: "arn:aws:logs:" + place + ":log-group:/ecs/api:log-stream:ecs/api/1"}, true},
			{policytest.Request{Action: "logs:FilterLogEvents", Resource: "arn:aws:logs:" + place + ":log-group:/ecs/api"}, true},
			{policytest.Request{Action: "logs:GetLogEvents", Resource: "arn:aws:logs:" + place + ":log-group:/ecs/apis:log-stream:ecs/api/1"}, false},
			{policytest.Request{Action: "logs:DeleteLogGroup", Resource: "arn:aws:logs:" + place + ":log-group:/ecs/api"}, false},
		} {
			if allowed, err := policytest.Allows(policy, c.request); err != nil || allowed != c.want {
				t.Errorf("%s on %s: %t, want %t: %v", c.request.Action, c.request.Resource, allowed, c.want, err)
			}
		}
	})

	programs := t.TempDir()
	for name, script := range map[string]string{
		"aws.py":    awsOfPython,
		"aws":       "#!/bin/sh\nexec '" + os.Getenv(acctest.PythonVariable) + "' \"$(dirname \"$0\")/aws.py\" \"$@\"\n",
		"terraform": "#!/bin/sh\nexec '" + acctest.CommandLine(t).Path + "' \"$@\"\n",
		"sleep":     "#!/bin/sh\n", // nothing happens by itself on the stage
	} {
		if err := os.WriteFile(filepath.Join(programs, name), []byte(script), 0o700); err != nil { //nolint:gosec // programs
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name string
		play acctest.Play
		exit int
		want string
	}{
		{"success", acctest.Play{Exit: map[string]int32{"api": 0}}, 0, "api: exit code 0"},
		{"exit code", acctest.Play{Exit: map[string]int32{"api": 3}}, 3, "EssentialContainerExited: Essential container in task exited\napi: exit code 3"},
		{"failed to start", acctest.Play{Code: "TaskFailedToStart", Reason: "CannotPullContainerError: not found"}, 1, "CannotPullContainerError: not found\napi: exit code none"},
		{"not started", acctest.Play{Fails: []acctest.Failure{{Reason: "AGENT"}}}, 1, "not started: AGENT"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.play.States = []string{"STOPPED"} // the script's loop is the same with more of them
			stage.Next(c.play)
			command := exec.CommandContext(t.Context(), "bash", "-c", blocks("sh")[0])
			command.Dir = w.Folder
			command.Env = slices.Concat(w.Environment, []string{"AWS_DEFAULT_REGION=" + acctest.Region(), "PATH=" + programs + ":" + os.Getenv("PATH")})
			var printed bytes.Buffer
			command.Stdout, command.Stderr = &printed, &printed
			err := command.Run()
			if exited, failed := errors.AsType[*exec.ExitError](err); failed && exited.ExitCode() != c.exit || !failed && (err != nil || c.exit != 0) {
				t.Errorf("%v, want exit code %d", err, c.exit)
			}
			if !strings.Contains(printed.String(), c.want) {
				t.Errorf("%q, want %q", printed.String(), c.want)
			}
		})
	}
	if tasks := stage.Tasks(); len(tasks) != 3 || tasks[0].StartedBy != "pipeline" || !strings.Contains(tasks[0].Overrides, "bin/migrate") {
		t.Errorf("started %+v", tasks)
	}
}
