package provider_test

import (
	"fmt"
	"regexp"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

const theRuns = "data.docker_task_runs.test"

// runs is data.docker_task_runs.test of docker_task.test, with more lines.
func (f runFixture) runs(lines ...string) string {
	return acctest.ProviderConfig(f.t) + f.task() + block("data docker_task_runs test", append([]string{"task = docker_task.test"}, lines...)...)
}

// Runs that ECS knows are shown, the newest first, with reasons in words; those that it has forgotten are in the history.
func TestAccRuns_basic(t *testing.T) {
	t.Parallel()
	f := newRun(t)
	has := func(name, value string) resource.TestCheckFunc {
		return resource.TestCheckResourceAttr(theRuns, name, value)
	}
	fails := with(f.exits(137), func(p *acctest.Play) {
		p.Lines = []string{"one", "two", "three"}
		p.Reasons = map[string]string{f.name: "OutOfMemoryError: Container killed due to memory usage"}
	})
	attach := func(lines ...string) string {
		return f.config("wait = \"running\"", "started_by = \"me\"", "triggers = { n = \"3\" }") + block("data docker_task_runs test", append([]string{"task = docker_task.test", "depends_on = [docker_task_run.test]"}, lines...)...)
	}
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{
			{
				Config: f.runs(),
				Check:  resource.ComposeAggregateTestCheckFunc(has("runs.#", "0"), has("running", "0"), has("succeeded", "0"), has("failed", "0")),
			},
			{
				PreConfig: f.plays(with(f.exits(0), func(p *acctest.Play) { p.Lines = []string{"fine"} }), fails, acctest.Play{Hangs: "RUNNING"}),
				Config:    f.config(`triggers = { n = "1" }`),
			},
			{Config: f.config(`triggers = { n = "2" }`), ExpectError: saying("with exit code 137")},
			{
				Config: attach("log_lines = 2"),
				Check: resource.ComposeAggregateTestCheckFunc(
					has("runs.#", "3"), has("running", "1"), has("succeeded", "1"), has("failed", "1"),
					has("runs.0.status", "RUNNING"), has("runs.0.started_by", "me"), resource.TestCheckNoResourceAttr(theRuns, "runs.0.succeeded"),
					has("runs.1.succeeded", "false"), has("runs.1.exit_code", "137"), resource.TestMatchResourceAttr(theRuns, "runs.1.explanation", regexp.MustCompile("Memory ran out: look at `memory`")),
					has("runs.1.log_tail.#", "2"), has("runs.1.log_tail.1", "three"), has("runs.1.started_by", "terraform"), has("runs.1.revision", "1"),
					resource.TestMatchResourceAttr(theRuns, "runs.1.console_url", regexp.MustCompile("/clusters/default/tasks/")),
					has("runs.2.succeeded", "true"), has("runs.2.exit_code", "0"), has("runs.2.log_tail.0", "fine"), has("runs.2.containers."+f.name+".status", "STOPPED"),
				),
			},
			{
				Config: attach(`started_by = "me"`, `statuses = ["RUNNING"]`),
				Check:  resource.ComposeAggregateTestCheckFunc(has("runs.#", "1"), has("running", "1")),
			},
			{Config: attach("max_results = 1"), Check: resource.ComposeAggregateTestCheckFunc(has("runs.#", "1"), has("failed", "1"))},
			{Config: attach(fmt.Sprintf("since = %q", time.Now().Add(-time.Minute).Format(time.RFC3339))), Check: has("runs.#", "3")},
			{
				PreConfig: func() { f.stage.Advance(2 * time.Hour) },
				Config:    attach(),
				Check:     resource.ComposeAggregateTestCheckFunc(has("runs.#", "1"), has("failed", "0")),
			},
			{
				Config: attach("history = true", "log_lines = 1"),
				Check: resource.ComposeAggregateTestCheckFunc(
					has("runs.#", "3"), resource.TestCheckNoResourceAttr(theRuns, "runs.1.status"), resource.TestCheckNoResourceAttr(theRuns, "runs.1.exit_code"),
					func(s *terraform.State) error {
						got := s.RootModule().Resources[theRuns].Primary.Attributes
						if tails := got["runs.1.log_tail.0"] + " " + got["runs.2.log_tail.0"]; tails != "three fine" && tails != "fine three" {
							return fmt.Errorf("last lines %q", tails)
						}
						return nil
					},
				),
			},
		},
	})
}

// A cluster that does not exist is a warning: nothing has run there. What is wrong is said.
func TestAccRuns_invalid(t *testing.T) {
	t.Parallel()
	newRun(t)
	nothing := resource.TestStep{
		Config: acctest.ProviderConfig(t) + block("data docker_task_runs test", `task = { name = "nothing", cluster = "nowhere" }`, "history = true"),
		Check:  resource.TestCheckResourceAttr(theRuns, "runs.#", "0"),
	}
	var steps []resource.TestStep
	for line, says := range map[string]string{
		"log_lines = 101": "0 to 100 lines", "max_results = 0": "1 to 100 runs", `since = "2999-01-01T00:00:00Z"`: "is still to come", `since = "yesterday"`: "RFC 3339",
		`statuses = ["PENDING"]`: "RUNNING, STOPPED", `started_by = "a b"`: "without blanks", `group = ""`: "1 to 255 characters",
	} {
		steps = append(steps, resource.TestStep{
			Config: acctest.ProviderConfig(t) + block("data docker_task_runs test", `task = { name = "x" }`, line), PlanOnly: true, ExpectError: saying(says),
		})
	}
	acctest.Test(t, resource.TestCase{ProtoV6ProviderFactories: factories, Steps: append(steps, nothing)})
}
