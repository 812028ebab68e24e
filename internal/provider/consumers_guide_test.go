package provider_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// The code in the guide for consumers runs as it is there, with the variables of a wire: Python on the emulator,
// JavaScript with a client that returns its input. Go is compiled.
func TestAccGuide_consumers(t *testing.T) {
	t.Parallel()
	acctest.OnEmulator(t, "it starts a task")
	newUnit(t)
	stage := acctest.NewStage(t, acctest.NewProxy(t))
	c := newProtocolClient(t, "docker_task", nil)
	task := values{"name": "sample", "image": "busybox"}
	made, err := c.apply(c.nothing(), task)
	if err != nil {
		t.Fatal(err)
	}
	planned, _, err := c.of("docker_task_wire").plan(c.of("docker_task_wire").nothing(), values{"task": values{"name": "sample"}, "attach_policy": false})
	if err != nil {
		t.Fatal(err)
	}
	variables := mapIn(t, planned.value, "environment")
	createDefaultCluster(t)
	environment := append(acctest.Environment(t), "AWS_DEFAULT_REGION="+acctest.Region()) // as Lambda has it
	for name, value := range variables {
		environment = append(environment, name+"="+value)
	}

	t.Run("python", func(t *testing.T) {
		started := runCode(t, environment, os.Getenv(acctest.PythonVariable), map[string]string{
			"consumer.py": guideCode(t, "python"),
			"main.py":     "import consumer\nprint(consumer.handler({'input': 'holiday.mov'}, None))\n",
		}, "main.py")
		tasks := stage.Tasks()
		if len(tasks) != 1 || tasks[0].ARN != started || tasks[0].Definition != textOf(t, made, "arn") {
			t.Fatalf("%q was started: %+v", started, tasks)
		}
		if want := `{"containerOverrides": [{"name": "sample", "environment": [{"name": "INPUT", "value": "holiday.mov"}]}]}`; tasks[0].Overrides != want {
			t.Errorf("overrides %s, want %s", tasks[0].Overrides, want)
		}
		stage.Next(acctest.Play{Fails: []acctest.Failure{{Reason: "RESOURCE:ENI"}}})
		told := runCode(t, environment, os.Getenv(acctest.PythonVariable), map[string]string{
			"consumer.py": guideCode(t, "python"),
			"main.py":     "import consumer\ntry:\n    consumer.handler({'input': 'holiday.mov'}, None)\nexcept RuntimeError as error:\n    print(error)\n",
		}, "main.py")
		if !strings.Contains(told, "RESOURCE:ENI") {
			t.Errorf("a task that is not started: %q", told)
		}
	})
	t.Run("javascript", func(t *testing.T) {
		node, err := exec.LookPath("node")
		if err != nil {
			t.Skip("there is no node on this machine to run JavaScript with")
		}
		asked := runCode(t, environment, node, map[string]string{
			"consumer.mjs": guideCode(t, "javascript"),
			"main.mjs":     "import { handler } from './consumer.mjs';\nconsole.log(await handler({ input: 'holiday.mov' }));\n",
			// A client that answers with what it was asked for.
			"node_modules/@aws-sdk/client-ecs/package.json": `{"name":"@aws-sdk/client-ecs","type":"module","exports":"./index.js"}`,
			"node_modules/@aws-sdk/client-ecs/index.js": "export class RunTaskCommand { constructor(input) { this.input = input; } }\n" +
				"export class ECSClient { async send(command) { return { failures: [], tasks: [{ taskArn: JSON.stringify(command.input) }] }; } }\n",
		}, "main.mjs")
		var have any
		if err := json.Unmarshal([]byte(asked), &have); err != nil {
			t.Fatalf("%s: %v", asked, err)
		}
		var subnets []any
		for id := range strings.SplitSeq(variables["DOCKER_TASK_SUBNETS"], ",") {
			subnets = append(subnets, id)
		}
		want := map[string]any{
			"cluster": variables["DOCKER_TASK_CLUSTER"], "taskDefinition": variables["DOCKER_TASK_ARN"], "launchType": "FARGATE",
			"networkConfiguration": map[string]any{"awsvpcConfiguration": map[string]any{
				"subnets": subnets, "securityGroups": []any{}, "assignPublicIp": "ENABLED",
			}},
			"overrides": map[string]any{"containerOverrides": []any{map[string]any{
				"name": "sample", "environment": []any{map[string]any{"name": "INPUT", "value": "holiday.mov"}},
			}}},
		}
		if diff := cmp.Diff(want, have); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("go", func(t *testing.T) {
		// In this module, so that the SDK is the one that is here: an overlay puts it there.
		folder := t.TempDir()
		file, overlay := filepath.Join(folder, "consumer.go"), filepath.Join(folder, "overlay.json")
		here, err := filepath.Abs(filepath.Join("consumer", "consumer.go"))
		if err != nil {
			t.Fatal(err)
		}
		replaced, err := json.Marshal(map[string]any{"Replace": map[string]string{here: file}})
		if err != nil {
			t.Fatal(err)
		}
		for name, text := range map[string]string{file: guideCode(t, "go"), overlay: string(replaced)} {
			if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if out, err := exec.CommandContext(t.Context(), "go", "build", "-overlay", overlay, "./consumer").CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
	})

	if _, err := c.destroy(made); err != nil {
		t.Error(err)
	}
}

// createDefaultCluster creates the cluster that runs a task without one of its own, which a new account lacks.
func createDefaultCluster(t testing.TB) {
	t.Helper()
	if _, err := acctest.AWS(t).ECS.CreateCluster(t.Context(), &ecs.CreateClusterInput{ClusterName: aws.String("default")}); err != nil {
		t.Fatal(err)
	}
}

// guideCode is the code in a language that the guide for consumers shows.
func guideCode(t *testing.T, language string) string {
	t.Helper()
	guide, err := os.ReadFile(filepath.Join("..", "..", "templates", "guides", "consumers.md"))
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?ms)^```"+language+"\n(.*?)^```$").FindAllSubmatch(guide, -1)
	if len(blocks) != 1 {
		t.Fatalf("the guide has %d blocks of %s", len(blocks), language)
	}
	return string(blocks[0][1])
}

// runCode runs the last of some files with an interpreter, and returns what it prints.
func runCode(t *testing.T, environment []string, interpreter string, files map[string]string, main string) string {
	t.Helper()
	folder := t.TempDir()
	for name, text := range files {
		file := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	command := exec.CommandContext(t.Context(), interpreter, main)
	command.Dir, command.Env = folder, append(os.Environ(), environment...)
	var printed, complained bytes.Buffer
	command.Stdout, command.Stderr = &printed, &complained
	if err := command.Run(); err != nil {
		t.Fatalf("%v\n%s", err, complained.String())
	}
	return strings.TrimSpace(printed.String())
}

// mapIn is an attribute of strings, all of them known.
func mapIn(t *testing.T, object tftypes.Value, attribute string) map[string]string {
	t.Helper()
	var attributes, elements map[string]tftypes.Value
	if err := object.As(&attributes); err != nil {
		t.Fatal(err)
	}
	if err := attributes[attribute].As(&elements); err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for name, v := range elements {
		var text string
		if err := v.As(&text); err != nil {
			t.Fatal(fmt.Errorf("%s: %w", name, err))
		}
		out[name] = text
	}
	return out
}
