package provider_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// A run that fails leaves no state, the next apply runs it again, and then nothing is planned: not for another image either,
// but for a new revision where that is given.
func TestAccRun_basic(t *testing.T) {
	t.Parallel()
	f := newRun(t)
	tasks := func(want int) resource.TestCheckFunc {
		return func(*terraform.State) error {
			if got := len(f.stage.Tasks()); got != want {
				return fmt.Errorf("%d tasks were started, not %d", got, want)
			}
			return nil
		}
	}
	config := f.config(`revision = docker_task.test.revision`, `command = ["bin/migrate"]`)
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{
			{
				PreConfig:   f.plays(with(f.exits(1), func(p *acctest.Play) { p.Lines = []string{"applying 0042", "ERROR: no such relation"} })),
				Config:      config,
				ExpectError: regexp.MustCompile(`(?s)Docker task ` + f.name + ` failed.*with exit code 1.*applying 0042.*ERROR: no such relation`),
			},
			{
				Config: config,
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction(theRun, plancheck.ResourceActionCreate),
				}},
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue(theRun, tfjsonpath.New("exit_code"), knownvalue.Int64Exact(0)),
					statecheck.ExpectKnownValue(theRun, tfjsonpath.New("task_arns"), knownvalue.ListSizeExact(1)),
					statecheck.ExpectKnownValue(theRun, tfjsonpath.New("task_definition_arn"), knownvalue.StringRegexp(regexp.MustCompile(f.name+":1$"))),
				},
				Check: tasks(2),
			},
			{
				Config: config, PlanOnly: true,
			},
		},
	})
}
