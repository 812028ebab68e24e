package provider_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// answers is a Step Functions that writes down what it is told.
type answers struct {
	mu   sync.Mutex
	said []string
}

func (a *answers) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	a.mu.Lock()
	defer a.mu.Unlock()
	a.said = append(a.said, operation+" "+string(body))
	_, _ = io.WriteString(w, "{}")
}

// take is what was told since the last time: operations and their arguments.
func (a *answers) take(t *testing.T) []map[string]any {
	t.Helper()
	a.mu.Lock()
	defer a.mu.Unlock()
	var out []map[string]any
	for _, line := range a.said {
		operation, body, _ := strings.Cut(line, " ")
		call := map[string]any{}
		if err := json.Unmarshal([]byte(body), &call); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		call["operation"] = operation
		out = append(out, call)
	}
	a.said = nil
	return out
}

// The guide's code in Python and the script of the example answer for a task token as they stand there.
func TestAccGuide_stateMachines(t *testing.T) {
	t.Parallel()
	acctest.OnEmulator(t, "its Python has boto3")
	states := &answers{}
	server := httptest.NewServer(states)
	t.Cleanup(server.Close)
	environment := []string{
		"TASK_TOKEN=AAAAtoken", "AWS_ENDPOINT_URL=" + server.URL, "AWS_DEFAULT_REGION=us-east-1", "AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test",
	}
	told := func(operation string, more map[string]any) map[string]any {
		return merged(map[string]any{"operation": operation, "taskToken": "AAAAtoken"}, more)
	}
	expect := func(t *testing.T, want ...map[string]any) {
		t.Helper()
		if diff := cmp.Diff(want, states.take(t)); diff != "" {
			t.Error(diff)
		}
	}

	t.Run("python", func(t *testing.T) {
		code := stateMachinesCode(t, "python")
		python := os.Getenv(acctest.PythonVariable)
		runCode(t, environment, python, map[string]string{
			"answer.py": code,
			"main.py":   "import answer\ndef work(heartbeat):\n    heartbeat()\n    return {'rows': 3}\nanswer.answer(work)\n",
		}, "main.py")
		expect(t, told("SendTaskHeartbeat", nil), told("SendTaskSuccess", map[string]any{"output": `{"rows": 3}`}))
		runCode(t, environment, python, map[string]string{
			"answer.py": code,
			"main.py":   "import answer\ndef work(heartbeat):\n    raise ValueError('no table')\ntry:\n    answer.answer(work)\nexcept ValueError:\n    pass\n",
		}, "main.py")
		expect(t, told("SendTaskFailure", map[string]any{"error": "ValueError", "cause": "no table"}))
	})

	t.Run("shell", func(t *testing.T) {
		if _, err := exec.LookPath("bash"); err != nil {
			t.Skip("there is no bash on this machine to run the script with")
		}
		programs := t.TempDir()
		for name, script := range map[string]string{
			"aws.py": awsOfPython,
			"aws":    "#!/bin/sh\nexec '" + os.Getenv(acctest.PythonVariable) + "' \"$(dirname \"$0\")/aws.py\" \"$@\"\n",
		} {
			if err := os.WriteFile(filepath.Join(programs, name), []byte(script), 0o700); err != nil { //nolint:gosec // programs
				t.Fatal(err)
			}
		}
		run := func(words ...string) error {
			command := exec.CommandContext(t.Context(), "bash", append([]string{filepath.Join("..", "..", "examples", "state-machine", "entrypoint.sh")}, words...)...)
			command.Env = append(append(os.Environ(), environment...), "PATH="+programs+":"+os.Getenv("PATH"))
			out, err := command.CombinedOutput()
			t.Logf("%s", out)
			return err
		}
		if err := run("echo", "dumped"); err != nil {
			t.Error(err)
		}
		expect(t, told("SendTaskSuccess", map[string]any{"output": `{"Example": "Test"}`}))
		if err := run("sh", "-c", "exit 7"); err == nil {
			t.Error("the script succeeds where its command fails")
		}
		expect(t, told("SendTaskFailure", map[string]any{"error": "ScriptFailed", "cause": "exit code 7"}))
	})
}

// sfnOfGuide is as much of the client of Step Functions as the guide's Go code needs: it prints its input.
const sfnOfGuide = `package sfn

import "fmt"
import "context"

type Client struct{}
type SendTaskHeartbeatInput struct{ TaskToken *string }
type SendTaskFailureInput struct{ TaskToken, Error, Cause *string }
type SendTaskSuccessInput struct{ TaskToken, Output *string }

func (*Client) SendTaskHeartbeat(_ context.Context, in *SendTaskHeartbeatInput) (any, error) {
	fmt.Println("heartbeat", *in.TaskToken)
	return nil, nil
}
func (*Client) SendTaskFailure(_ context.Context, in *SendTaskFailureInput) (any, error) {
	fmt.Println("failure", *in.TaskToken, *in.Error, *in.Cause)
	return nil, nil
}
func (*Client) SendTaskSuccess(_ context.Context, in *SendTaskSuccessInput) (any, error) {
	fmt.Println("success", *in.TaskToken, *in.Output)
	return nil, nil
}
`

// The guide's Go code answers, with a client that prints what it is given.
func TestGuide_stateMachinesGo(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":           "module guide\n\ngo 1.24\n\nrequire (\n\tgithub.com/aws/aws-sdk-go-v2 v0.0.0\n\tgithub.com/aws/aws-sdk-go-v2/service/sfn v0.0.0\n)\n\nreplace github.com/aws/aws-sdk-go-v2 => ./sdk\n\nreplace github.com/aws/aws-sdk-go-v2/service/sfn => ./sfn\n",
		"sdk/go.mod":       "module github.com/aws/aws-sdk-go-v2\n",
		"sdk/aws/aws.go":   "package aws\n\nfunc String(s string) *string { return &s }\n",
		"sfn/go.mod":       "module github.com/aws/aws-sdk-go-v2/service/sfn\n\ngo 1.24\n",
		"sfn/sfn.go":       sfnOfGuide,
		"answer/answer.go": stateMachinesCode(t, "go"),
		"main.go": `package main

import (
	"context"
	"errors"

	"guide/answer"

	"github.com/aws/aws-sdk-go-v2/service/sfn"
)

func main() {
	_ = answer.Answer(context.Background(), &sfn.Client{}, func(heartbeat func() error) (any, error) {
		return map[string]int{"rows": 3}, heartbeat()
	})
	_ = answer.Answer(context.Background(), &sfn.Client{}, func(func() error) (any, error) { return nil, errors.New("no table") })
}
`,
	} {
		file := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	command := exec.CommandContext(t.Context(), "go", "run", ".")
	command.Dir, command.Env = folder, append(os.Environ(), "TASK_TOKEN=AAAAtoken", "GOFLAGS=-mod=mod", "GOWORK=off")
	out, err := command.CombinedOutput()
	const want = "heartbeat AAAAtoken\nsuccess AAAAtoken {\"rows\":3}\nfailure AAAAtoken WorkFailed no table\n"
	if err != nil || string(out) != want {
		t.Errorf("%v\n%s", err, out)
	}
}

// stateMachinesCode is the code in a language that the guide for state machines shows.
func stateMachinesCode(t *testing.T, language string) string {
	t.Helper()
	guide, err := os.ReadFile(filepath.Join("..", "..", "templates", "guides", "state-machines.md.tmpl"))
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?ms)^```"+language+"\n(.*?)^```$").FindAllSubmatch(guide, -1)
	if len(blocks) != 1 {
		t.Fatalf("the guide has %d blocks of %s", len(blocks), language)
	}
	return string(blocks[0][1])
}
