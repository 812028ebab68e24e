package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// started checks how many tasks were started so far.
func (f runFixture) started(want int) resource.TestCheckFunc {
	return func(*terraform.State) error {
		if got := len(f.stage.Tasks()); got != want {
			return fmt.Errorf("%d tasks were started, not %d", got, want)
		}
		return nil
	}
}

// What is run again, and what is not; an update that fails keeps the state of before, and is planned again.
func TestAccRun_update(t *testing.T) {
	t.Parallel()
	f := newRun(t)
	updates := resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(theRun, plancheck.ResourceActionUpdate)}}
	step := func(tasks int, lines ...string) resource.TestStep {
		return resource.TestStep{Config: f.config(lines...), Check: f.started(tasks)}
	}
	update := func(tasks int, lines ...string) resource.TestStep {
		s := step(tasks, lines...)
		s.ConfigPlanChecks = updates
		return s
	}
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{
			step(1, `command = ["a"]`),
			update(2, `command = ["b"]`),
			update(3, `command = ["b"]`, `triggers = { file = "1" }`),
			// Nothing of this is what is run.
			update(3, `command = ["b"]`, `triggers = { file = "1" }`, `wait = "running"`, `log_lines = 5`, `tags = { a = "b" }`, `started_by = "me"`, `start_timeout = "1m"`, `timeouts = { create = "5m" }`),
			update(3, `command = ["b"]`, `triggers = { file = "1" }`),
			{
				PreConfig:        f.plays(f.exits(7)),
				Config:           f.config(`command = ["c"]`, `triggers = { file = "1" }`),
				ConfigPlanChecks: updates,
				ExpectError:      saying("with exit code 7"),
			},
			update(5, `command = ["c"]`, `triggers = { file = "1" }`), // the same change again
			// A value that is not known in the plan, and turns out to be as it was, runs nothing.
			{
				Config: acctest.ProviderConfig(t) + f.task() + `
resource "terraform_data" "file" {
  input = "1"
}
` + f.run(`command = ["c"]`, `triggers = { file = terraform_data.file.output }`),
				ConfigPlanChecks: updates,
				Check:            f.started(5),
			},
			update(6, `command = ["c"]`, `environment = { A = "b" }`, `cpu = 512`, `memory = 1024`, `ephemeral_storage_gib = 30`),
			{
				Config: f.config(`command = ["c"]`, `environment = { A = "b" }`, `cpu = 512`, `memory = 1024`, `ephemeral_storage_gib = 30`),
				Check: func(*terraform.State) error {
					want := `{"containerOverrides":[{"command":["c"],"environment":[{"name":"A","value":"b"}],"name":"` + f.name + `"}],"cpu":"512","ephemeralStorage":{"sizeInGiB":30},"memory":"1024"}`
					tasks := f.stage.Tasks()
					if got := tasks[len(tasks)-1].Overrides; got != want {
						return fmt.Errorf("overrides %s, not %s", got, want)
					}
					return nil
				},
				PlanOnly: false,
			},
		},
	})
}

// A task that nobody waits for is stopped when it is run again, and when the resource is destroyed.
func TestAccRun_wait(t *testing.T) {
	t.Parallel()
	f := newRun(t)
	f.stage.Otherwise(acctest.Play{Hangs: "RUNNING"})
	stopped := func(want ...bool) resource.TestCheckFunc {
		return func(*terraform.State) error {
			var got []bool
			for _, task := range f.stage.Tasks() {
				got = append(got, task.Stopped)
			}
			if fmt.Sprint(got) != fmt.Sprint(want) {
				return fmt.Errorf("stopped: %v, not %v", got, want)
			}
			return nil
		}
	}
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{
			{
				Config: f.config(`wait = "running"`),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue(theRun, tfjsonpath.New("exit_code"), knownvalue.Null()),
					statecheck.ExpectKnownValue(theRun, tfjsonpath.New("task_arns"), knownvalue.ListSizeExact(1)),
				},
				Check: stopped(false),
			},
			{Config: f.config(`wait = "running"`, `triggers = { a = "1" }`), Check: stopped(true, false)},
			{Config: f.config(`wait = "none"`, `triggers = { a = "2" }`), Check: stopped(true, true, false)},
			{Config: acctest.ProviderConfig(t) + f.task(), Check: stopped(true, true, true)},
		},
	})
}

// A task that cannot be stopped stands in state, so that a destroy stops it: R24.
func TestAccRun_notStopped(t *testing.T) {
	t.Parallel()
	f := newRun(t)
	f.stage.Next(acctest.Play{Hangs: "PENDING"})
	denied := f.proxy.Fail(acctest.On("ecs.StopTask"), acctest.AccessDenied)
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{
			{
				Config:      f.config(`start_timeout = "5s"`),
				ExpectError: saying("did not start within 5s (start_timeout)", "This task may still run: arn:aws:ecs:"),
			},
			{
				PreConfig: denied.Stop,
				Config:    f.config(`start_timeout = "5m"`),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction(theRun, plancheck.ResourceActionDestroyBeforeCreate),
				}},
				Check: func(*terraform.State) error {
					tasks := f.stage.Tasks()
					if len(tasks) != 2 || !tasks[0].Stopped || tasks[0].StopReason != "Destroyed by Terraform" {
						return fmt.Errorf("tasks %+v", tasks)
					}
					return nil
				},
			},
			{ // the same of an update
				PreConfig: func() {
					f.stage.Next(acctest.Play{Hangs: "PENDING"})
					denied = f.proxy.Fail(acctest.On("ecs.StopTask"), acctest.AccessDenied)
				},
				Config:      f.config(`start_timeout = "5s"`, `triggers = { a = "1" }`),
				ExpectError: saying("did not start within 5s (start_timeout)", "This task may still run: arn:aws:ecs:"),
			},
			{
				PreConfig: func() { denied.Stop() },
				Config:    acctest.ProviderConfig(t) + f.task(),
				Check: func(*terraform.State) error {
					tasks := f.stage.Tasks()
					if len(tasks) != 3 || !tasks[2].Stopped || tasks[2].StopReason != "Destroyed by Terraform" {
						return fmt.Errorf("tasks %+v", tasks)
					}
					return nil
				},
			},
		},
	})
}

// A run of a task that is given by its name alone, in its own network, with tags.
func TestAccRun_named(t *testing.T) {
	t.Parallel()
	f := newRun(t)
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{{
			Config: acctest.ProviderConfig(t) + f.task() + f.run(
				fmt.Sprintf("task = { name = %q }", f.name), "depends_on = [docker_task.test]", `subnet_ids = ["subnet-0a1b2c3d"]`, `security_group_ids = ["sg-0a1b2c3d"]`,
				"assign_public_ip = false", `tags = { team = "video" }`, `group = "migrations"`, `started_by = "release-7"`, "task_count = 2", `platform_version = "1.4.0"`,
			),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(theRun, tfjsonpath.New("task_arns"), knownvalue.ListSizeExact(2)),
				statecheck.ExpectKnownValue(theRun, tfjsonpath.New("log_stream_names"), knownvalue.ListSizeExact(2)),
			},
			Check: func(*terraform.State) error {
				for _, task := range f.stage.Tasks() {
					if task.Group != "migrations" || task.StartedBy != "release-7" || task.PlatformVersion != "1.4.0" ||
						!strings.Contains(task.Network, `"subnets":["subnet-0a1b2c3d"]`) || !strings.Contains(task.Network, `"assignPublicIp":"DISABLED"`) {
						return fmt.Errorf("%+v", task)
					}
				}
				return f.started(2)(nil)
			},
		}},
	})
}
