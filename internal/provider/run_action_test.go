package provider_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// onlyWithActions skips a test on a command line without actions.
func onlyWithActions(t *testing.T) {
	t.Helper()
	if acctest.CommandLine(t).Name == acctest.OpenTofu {
		t.Skip("OpenTofu has no actions (opentofu/opentofu issue 3309)")
	}
}

var withActions = []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_14_0)}

// The pattern of the page: a carrier that is tainted if the action fails, so that the next apply runs it again, and what
// waits for it waits.
func TestAccRunAction_basic(t *testing.T) {
	t.Parallel()
	onlyWithActions(t)
	f := newRun(t)
	config := acctest.ProviderConfig(t) + f.task() + fmt.Sprintf(`
resource "terraform_data" "migrated" {
  triggers_replace = [docker_task.test.revision]
  lifecycle {
    action_trigger {
      events     = [after_create]
      actions    = [action.docker_task_run.migrate]
      on_failure = taint
    }
  }
}

action "docker_task_run" "migrate" {
  config {
    task           = docker_task.test
    command        = ["bin/migrate"]
    environment    = { LEVEL = "info", TOKEN = "replaced" }
    environment_wo = { TOKEN = %q }
  }
}

resource "terraform_data" "service" {
  depends_on = [terraform_data.migrated]
}
`, "ephemeral")
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		TerraformVersionChecks:   withActions,
		Steps: []resource.TestStep{
			{
				PreConfig:   f.plays(with(f.exits(1), func(p *acctest.Play) { p.Lines = []string{"ERROR: no such relation"} })),
				Config:      config,
				ExpectError: regexp.MustCompile(`(?s)exit code 1.*ERROR: no such relation`),
			},
			{
				Config: config,
				Check: func(s *terraform.State) error {
					tasks := f.stage.Tasks()
					if len(tasks) != 2 {
						return fmt.Errorf("%d tasks were started", len(tasks))
					}
					for _, text := range []string{`"bin/migrate"`, `{"name":"TOKEN","value":"ephemeral"}`, `{"name":"LEVEL","value":"info"}`} {
						if !strings.Contains(tasks[1].Overrides, text) {
							return fmt.Errorf("no %s in %s", text, tasks[1].Overrides)
						}
					}
					if strings.Contains(fmt.Sprint(s.RootModule().Resources), "ephemeral") {
						return fmt.Errorf("a write-only value is in state")
					}
					return nil
				},
			},
			{Config: config, PlanOnly: true},
		},
	})
}

// docker_task_stop stops what runs: what one has started, or all.
func TestAccStopAction_basic(t *testing.T) {
	t.Parallel()
	onlyWithActions(t)
	f := newRun(t)
	config := func(stop string) string {
		return acctest.ProviderConfig(t) + f.task() + f.run(`wait = "running"`) + fmt.Sprintf(`
resource "terraform_data" "stopped" {
  input = %q
  depends_on = [docker_task_run.test]
  lifecycle {
    action_trigger {
      events  = [after_create, after_update]
      actions = [action.docker_task_stop.all]
    }
  }
}

action "docker_task_stop" "all" {
  config {
    task = docker_task.test
    reason = "maintenance"
    %[1]s
  }
}
`, stop)
	}
	stopped := func(want string) resource.TestCheckFunc {
		return func(*terraform.State) error {
			tasks := f.stage.Tasks()
			if len(tasks) != 1 || tasks[0].StopReason != want {
				return fmt.Errorf("tasks %+v", tasks)
			}
			return nil
		}
	}
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		TerraformVersionChecks:   withActions,
		Steps: []resource.TestStep{
			{PreConfig: f.plays(acctest.Play{Hangs: "RUNNING"}), Config: config(`started_by = "somebody"`), Check: stopped("")},
			{Config: config(`started_by = "terraform"`), Check: stopped("maintenance")},
		},
	})
}

// What is wrong with an action is said before anything is run.
func TestAccRunAction_invalid(t *testing.T) {
	t.Parallel()
	onlyWithActions(t)
	f := newRun(t)
	for wrong, says := range map[string]string{
		`task_count = 11`: `Allowed are 1 to 10 tasks, not 11`,
		`container_instances = ["0123456789abcdef0123456789abcdef"]`: `The task runs on FARGATE only`,
		`timeouts = { invoke = "1m" }`:                               `1m is shorter than start_timeout`,
	} {
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: factories,
			TerraformVersionChecks:   withActions,
			Steps: []resource.TestStep{{
				Config: acctest.ProviderConfig(t) + f.task() + `
resource "terraform_data" "x" {
  lifecycle {
    action_trigger {
      events  = [after_create]
      actions = [action.docker_task_run.x]
    }
  }
}

action "docker_task_run" "x" {
  config {
    task = docker_task.test
    ` + wrong + `
  }
}
`,
				PlanOnly:    true,
				ExpectError: saying(says),
			}},
		})
	}
}
