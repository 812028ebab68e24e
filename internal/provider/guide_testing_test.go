package provider_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// With the mocks of the guide, a test of a wire with a mocked task passes.
func TestAccGuide_testing(t *testing.T) {
	t.Parallel()
	acctest.PreCheck(t)
	acctest.Isolate(t)
	defaults := readGuide(t, "testing.md.tmpl").block(t, "With a mock", 1, "")
	w := acctest.NewWorkspace(t, map[string]string{
		"main.tf": `
terraform {
  required_providers {
    docker = { source = "dockertask/docker" }
  }
}
resource "docker_task" "transcode" {
  name  = "transcode"
  image = "busybox"
  cpu   = 1024
}
data "docker_task" "publish" {
  name = "publish"
}
resource "docker_task_wire" "api" {
  task          = docker_task.transcode
  consumer_role = "api"
}
resource "docker_task_wire" "publish" {
  task          = data.docker_task.publish
  consumer_role = "api"
  env_prefix    = "PUBLISH_"
}
resource "docker_task_schedule" "nightly" {
  name       = "nightly"
  task       = docker_task.transcode
  expression = "rate(1 day)"
}
resource "docker_task_subscription" "failed" {
  task  = docker_task.transcode
  queue = "failures"
}
output "arn" {
  value = docker_task_wire.api.environment["DOCKER_TASK_ARN"]
}
`,
		"main.tftest.hcl": defaults,
	})
	w.MustRun("test")
}

// examples/quickstart is planned, and its test passes, without credentials and without a network; its policies are known.
// With credentials of another account it is refused.
func TestAccGuide_withoutCredentials(t *testing.T) {
	t.Parallel()
	acctest.PreCheck(t)
	files := map[string]string{}
	for _, name := range []string{"main.tf", "tests/policy.tftest.hcl"} {
		text, err := os.ReadFile(filepath.Join("..", "..", "examples", "quickstart", filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = string(text)
	}
	w := acctest.NewWorkspace(t, files)
	credentials := slices.Clone(w.Environment)
	unreachable := []string{"AWS_ENDPOINT_URL=http://127.0.0.1:1", "AWS_EC2_METADATA_DISABLED=true", "AWS_CONFIG_FILE=" + os.DevNull, "AWS_SHARED_CREDENTIALS_FILE=" + os.DevNull}
	w.Environment = append(slices.DeleteFunc(w.Environment, func(variable string) bool { return strings.HasPrefix(variable, "AWS_") }), unreachable...)
	if said := w.MustRun("test"); !strings.Contains(said, "1 passed, 0 failed") {
		t.Errorf("the test says %s", said)
	}

	if said := w.Refused("plan"); !strings.Contains(said, "No AWS credentials") {
		t.Errorf("without account_id the plan says %s", said)
	}
	w.Write("override.tf", `provider "docker" { account_id = "123456789012" }`)
	plan, _ := w.Plan()
	unknown := map[string][]string{
		"docker_task.transcode": {"arn", "revision", "subnet_ids"},
		"docker_task_wire.api":  {"environment.DOCKER_TASK_SUBNETS", "task.subnet_ids"},
	}
	for _, change := range plan.ResourceChanges {
		if got := slices.Sorted(slices.Values(unknownPaths(change.Change.AfterUnknown, ""))); !slices.Equal(got, unknown[change.Address]) {
			t.Errorf("%s has unknown %v, want %v", change.Address, got, unknown[change.Address])
		}
	}

	w.Environment = credentials
	w.Write("override.tf", `provider "docker" { account_id = "000000000001" }`)
	if said := w.Refused("plan"); !strings.Contains(said, "Error: Wrong AWS account") {
		t.Errorf("with credentials of another account the plan says %s", said)
	}
}

// The example of the README is planned, applied and quiet as it is pasted.
func TestAccReadme_example(t *testing.T) {
	t.Parallel()
	acctest.OnEmulator(t, "the example has a name of its own")
	acctest.Isolate(t)
	text, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "```hcl\n")
	example, _, found := strings.Cut(rest, "```\n")
	if !found {
		t.Fatal("the README has no example")
	}
	for _, says := range []string{"**Nothing of it has run on a real AWS account.**", "**There is no release yet**"} {
		if head, _, _ := strings.Cut(string(text), "\n## "); !strings.Contains(head, says) {
			t.Errorf("the top of the README does not say %q", says)
		}
	}
	w := acctest.NewWorkspace(t, map[string]string{"main.tf": example})
	w.Plan()
	w.Apply()
	w.Quiet()
	w.MustRun("destroy", "-auto-approve")
}

// The tests of the module to copy pass without credentials and without a network.
func TestAccGuide_module(t *testing.T) {
	t.Parallel()
	acctest.PreCheck(t)
	files := map[string]string{"tests/job.tftest.hcl": readExample(t, "module-job/tests/job.tftest.hcl"), "main.tf": readExample(t, "module-job/main.tf")}
	withJobModule(t, files)
	w := acctest.NewWorkspace(t, files)
	w.Environment = append(slices.DeleteFunc(w.Environment, func(variable string) bool { return strings.HasPrefix(variable, "AWS_") }),
		"AWS_ENDPOINT_URL=http://127.0.0.1:1", "AWS_EC2_METADATA_DISABLED=true", "AWS_CONFIG_FILE="+os.DevNull, "AWS_SHARED_CREDENTIALS_FILE="+os.DevNull)
	if said := w.MustRun("test"); !strings.Contains(said, "2 passed, 0 failed") {
		t.Errorf("the tests say %s", said)
	}
}
