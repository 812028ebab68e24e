package provider_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// What the guide says about mocks makes a test pass whose wire gets a mocked task.
func TestAccGuide_testing(t *testing.T) {
	t.Parallel()
	acctest.PreCheck(t)
	acctest.Isolate(t)
	defaults := readGuide(t, "testing.md").block(t, "Test a configuration", 1, "")
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
