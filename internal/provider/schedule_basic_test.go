package provider_test

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	schedulertypes "github.com/aws/aws-sdk-go-v2/service/scheduler/types"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

func onSchedule(attribute string, value knownvalue.Check) plancheck.PlanCheck {
	return plancheck.ExpectKnownValue(theSchedule, tfjsonpath.New(attribute), value)
}

// Task and schedule from nothing: all is known at plan, and a new image leaves it alone.
func TestAccSchedule_basic(t *testing.T) {
	t.Parallel()
	s := newScheduled(t)
	taskBlock := func(image string) string {
		return block("resource docker_task dump", fmt.Sprintf("name = %q", s.task), fmt.Sprintf("image = %q", image))
	}
	schedule := s.block("task = docker_task.dump", `command = ["pg_dump", "app"]`)
	known := map[string]knownvalue.Check{
		"arn":         knownvalue.StringExact(s.place.Regional("scheduler", "schedule/default/"+s.name)),
		"role_arn":    knownvalue.StringExact(s.place.Global("iam", "role/"+s.role)),
		"role_name":   knownvalue.StringExact(s.role),
		"policy_json": says(s.policy()),
		"group":       knownvalue.StringExact("default"),
		"time_zone":   knownvalue.StringExact("UTC"),
		"enabled":     knownvalue.Bool(true),
		"task_count":  knownvalue.Int64Exact(1),
		"drift":       knownvalue.ListExact(nil),
	}
	plan := []plancheck.PlanCheck{plancheck.ExpectResourceAction(theSchedule, plancheck.ResourceActionCreate), expectAllKnown(theSchedule)}
	var state []statecheck.StateCheck
	for attribute, value := range known {
		plan = append(plan, onSchedule(attribute, value))
		state = append(state, statecheck.ExpectKnownValue(theSchedule, tfjsonpath.New(attribute), value))
	}
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		CheckDestroy:             s.checkGone(),
		Steps: []resource.TestStep{
			{
				Config: s.config(taskBlock("busybox:1.36"), schedule),
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PreApply: plan, PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
				},
				ConfigStateChecks: state,
				Check:             s.checkCreated(),
			},
			{
				Config:           s.config(taskBlock("busybox:1.37"), schedule),
				ConfigPlanChecks: planned(plancheck.ExpectResourceAction(theSchedule, plancheck.ResourceActionNoop)),
			},
			{Config: acctest.ProviderConfig(t) + taskBlock("busybox:1.37") + `
removed {
  from = docker_task_schedule.test
  lifecycle {
    destroy = false
  }
}
`},
			{
				Config: fmt.Sprintf("import {\n  to = %s\n  identity = { name = %q }\n}\n", theSchedule, s.name) +
					s.config(taskBlock("busybox:1.37"), schedule),
				ConfigPlanChecks: planned(plancheck.ExpectResourceAction(theSchedule, plancheck.ResourceActionNoop)),
			},
		},
	})
}

// A task with a public address is run without on container instances, and an import does not take
// that for a change of the task.
func TestAccSchedule_onInstances(t *testing.T) {
	t.Parallel()
	s := newScheduled(t)
	dump := block("resource docker_task dump", fmt.Sprintf("name = %q", s.task), `image = "busybox:1.36"`)
	config := s.config(dump, s.block("task = docker_task.dump", `launch_type = "EC2"`))
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		CheckDestroy:             s.checkGone(),
		Steps: []resource.TestStep{
			{
				Config: config,
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue("docker_task.dump", tfjsonpath.New("assign_public_ip"), knownvalue.Bool(true)),
				},
				Check: func(*terraform.State) error {
					vpc := s.mustFind().Target.EcsParameters.NetworkConfiguration.AwsvpcConfiguration
					return orHave(vpc.AssignPublicIp == schedulertypes.AssignPublicIpDisabled, string(vpc.AssignPublicIp))
				},
			},
			{Config: acctest.ProviderConfig(t) + dump + "removed {\n  from = docker_task_schedule.test\n  lifecycle {\n    destroy = false\n  }\n}\n"},
			{
				Config:           fmt.Sprintf("import {\n  to = %s\n  identity = { name = %q }\n}\n", theSchedule, s.name) + config,
				ConfigPlanChecks: planned(plancheck.ExpectResourceAction(theSchedule, plancheck.ResourceActionNoop)),
			},
		},
	})
}

// checkCreated checks what AWS has of the schedule of TestAccSchedule_basic.
func (s scheduleFixture) checkCreated() func(*terraform.State) error {
	return func(*terraform.State) error {
		have := s.mustFind()
		target := have.Target
		p := target.EcsParameters
		vpc := p.NetworkConfiguration.AwsvpcConfiguration
		document, _ := s.cloud.RolePolicy(s.role, "docker-task")
		var errs []error
		for what, is := range map[string]bool{
			"expression":      aws.ToString(have.ScheduleExpression) == daily,
			"window":          have.FlexibleTimeWindow.Mode == schedulertypes.FlexibleTimeWindowModeOff,
			"cluster":         aws.ToString(target.Arn) == s.place.Regional("ecs", "cluster/default"),
			"role":            aws.ToString(target.RoleArn) == s.place.Global("iam", "role/"+s.role),
			"task definition": aws.ToString(p.TaskDefinitionArn) == s.place.Regional("ecs", "task-definition/"+s.task),
			"launch type":     p.LaunchType == schedulertypes.LaunchTypeFargate && len(p.CapacityProviderStrategy) == 0,
			"subnets":         len(vpc.Subnets) > 0 && slices.IsSorted(vpc.Subnets),
			"public address":  vpc.AssignPublicIp == schedulertypes.AssignPublicIpEnabled,
			"input":           aws.ToString(target.Input) == fmt.Sprintf(`{"containerOverrides":[{"name":%q,"command":["pg_dump","app"]}]}`, s.task),
			"unit id":         s.cloud.RoleTags(s.role)["docker-task:unit"] != "",
		} {
			if !is {
				errs = append(errs, fmt.Errorf("%s: %+v", what, target))
			}
		}
		return errors.Join(append(errs, sameDocument(document, s.policy()), sameDocument(s.cloud.TrustPolicy(s.role), s.trust()))...)
	}
}

// What is known only after apply is no error, and makes unknown what follows from it, no more.
func TestAccSchedule_unknown(t *testing.T) {
	t.Parallel()
	s := newScheduled(t)
	hide := func(value string) string { return hidden("hidden", value) }
	quoted := fmt.Sprintf("%q", s.name)
	for name, c := range everyInShort(4, map[string]struct {
		value string
		lines []string
		want  []string
	}{
		"name":              {quoted, []string{"name = local.hidden"}, []string{"arn", "name", "role_arn", "role_name"}},
		"named role":        {quoted, []string{"name = local.hidden", `role = { name = "` + s.role + `" }`}, []string{"arn", "name"}},
		"role":              {`"` + s.role + `"`, []string{"role = { name = local.hidden }"}, []string{"role.name", "role_arn", "role_name"}},
		"task":              {`"` + s.task + `"`, []string{"task = { name = local.hidden }"}, []string{"policy_json", "task.name"}},
		"region":            {`"` + acctest.Region() + `"`, []string{`task = { name = "` + s.task + `", region = local.hidden }`}, []string{"arn", "policy_json", "region", "role_arn", "role_name", "tags_all", "task.region"}},
		"dead_letter_queue": {`"dead"`, []string{"dead_letter_queue = { queue = local.hidden }"}, []string{"dead_letter_queue.queue", "policy_json"}},
		"propagate_tags":    {"true", []string{"propagate_tags = local.hidden"}, []string{"policy_json", "propagate_tags"}},
		"task_tags":         {`"v1"`, []string{"task_tags = { release = local.hidden }"}, []string{"policy_json", "task_tags.release"}},
		"one task tag":      {`"v1"`, []string{`task_tags = { release = local.hidden, team = "video" }`}, []string{"task_tags.release"}},
		"tags":              {`"blue"`, []string{"tags = { team = local.hidden }"}, []string{"tags.team", "tags_all"}},
		"expression":        {`"` + daily + `"`, []string{"expression = local.hidden"}, []string{"expression"}},
		"environment":       {`"x"`, []string{"environment = { A = local.hidden }"}, []string{"environment.A"}},
	}) {
		t.Run(name, func(t *testing.T) {
			acctest.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: factories,
				Steps: []resource.TestStep{{
					Config:           s.config(hide(c.value), s.block(c.lines...)),
					ConfigPlanChecks: planned(unknownOf{theSchedule, c.want}),
				}},
			})
		})
	}
}

// A create is refused if the schedule or its role exists; the error has the import command.
func TestAccSchedule_exists(t *testing.T) {
	t.Parallel()
	t.Run("schedule", func(t *testing.T) {
		t.Parallel()
		s := newScheduled(t)
		s.makeElsewhere()
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: factories,
			Steps: []resource.TestStep{{
				Config: s.config(s.block()),
				ExpectError: saying("Schedule default/"+s.name+" exists already in "+acctest.Region(),
					"terraform import docker_task_schedule.NAME default/"+s.name+"@"+acctest.Region()),
			}},
		})
		if s.cloud.RoleExists(s.role) {
			t.Error("the role is left")
		}
		if s.find("default") == nil {
			t.Error("the schedule of another owner was deleted")
		}
	})
	t.Run("role", func(t *testing.T) {
		t.Parallel()
		s := newScheduled(t)
		acctest.CreateRole(t, s.role)
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: factories,
			Steps: []resource.TestStep{{
				Config:      s.config(s.block()),
				ExpectError: saying("role", s.role, "exists already in account "+acctest.AccountID(t)),
			}},
		})
		if s.find("default") != nil {
			t.Error("the schedule is left")
		}
		if !s.cloud.RoleExists(s.role) {
			t.Error("the role of another owner was deleted")
		}
	})
}

// A role with a name of its own is found by the import id if no schedule names it; a role that was not created for a
// schedule is not imported.
func TestAccSchedule_import_named(t *testing.T) {
	t.Parallel()
	s := newScheduled(t)
	own := s.name + "-own"
	config := s.config(s.block(fmt.Sprintf("role = { name = %q }", own)))
	importing := func(parts string) resource.TestStep {
		return resource.TestStep{Config: fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", theSchedule, "default/"+s.name+parts) + config}
	}
	unreadable, unnamed, foreign := importing(":task_role="+own), importing(":role=a role"), importing(":role="+own)
	refused := resource.TestStep{Config: config, ExpectError: saying(
		"role " + own + " exists already in account " + acctest.AccountID(t) + ". A schedule is not made over what exists. To take over schedule role " + own + ", give it by role.arn first and then by its name")}
	for step, message := range map[*resource.TestStep]string{
		&unreadable: `has to be one of role with "=" and a name`,
		&unnamed:    "In role, a role name has",
		&foreign:    "Role " + own + " has no tag docker-task:unit",
	} {
		step.ExpectError, step.PlanOnly = saying(message), true
	}
	foreign.PreConfig = func() { acctest.CreateRole(t, own) }
	taken := importing(":role=" + own)
	taken.PreConfig = func() { s.cloud.TagRole(own, "docker-task:unit", lostID("docker_task_schedule", "default/"+s.name)) }
	quiet := resource.TestStep{Config: config, ConfigPlanChecks: planned(plancheck.ExpectEmptyPlan())}
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps:                    []resource.TestStep{unreadable, unnamed, foreign, refused, taken, quiet},
		CheckDestroy:             s.checkGone(),
	})
	if s.cloud.RoleExists(own) {
		t.Error("the role that was taken up was not destroyed with the schedule")
	}
}

// A change of name, group or region replaces the schedule, any other change does not.
func TestAccSchedule_replaced(t *testing.T) {
	t.Parallel()
	s := newScheduled(t)
	replaced := planned(plancheck.ExpectResourceAction(theSchedule, plancheck.ResourceActionDestroyBeforeCreate))
	inRegion := func(region string) string { return fmt.Sprintf("task = { name = %q, region = %q }", s.task, region) }
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		CheckDestroy:             s.checkGone(),
		Steps: []resource.TestStep{
			{Config: s.config(s.block())},
			{Config: s.config(s.block(fmt.Sprintf("name = %q", s.name+"-2"))), ConfigPlanChecks: replaced},
			{Config: s.config(s.block(inRegion("eu-west-2"))), ConfigPlanChecks: replaced},
			{
				Config:           s.config(s.block(inRegion("eu-west-2"), "enabled = false")),
				ConfigPlanChecks: planned(plancheck.ExpectResourceAction(theSchedule, plancheck.ResourceActionUpdate)),
			},
			{
				PreConfig:        func() { s.makeGroup("jobs") },
				Config:           s.config(s.block(`group = "jobs"`)),
				ConfigPlanChecks: replaced,
				Check: func(*terraform.State) error {
					if role := "jobs-" + s.role; s.find("jobs") == nil || !s.cloud.RoleExists(role) {
						return fmt.Errorf("no schedule jobs/%s, or no role %s", s.name, role)
					}
					return nil
				},
			},
		},
	})
}

// The group has to exist; AWS's answer is explained.
func TestAccSchedule_group(t *testing.T) {
	t.Parallel()
	acctest.OnEmulator(t, "answers what the emulator does not")
	s := newScheduled(t)
	s.proxy.Fail(acctest.On("scheduler.POST /schedules/"+s.name), acctest.Fault{Code: "ResourceNotFoundException", Message: "Schedule group jobs does not exist.", Status: 404})
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{{
			Config:      s.config(s.block(`group = "jobs"`)),
			ExpectError: saying("Invalid group", "no schedule group jobs", "aws_scheduler_schedule_group"),
		}},
	})
	if err := s.checkGone()(nil); err != nil {
		t.Error(err)
	}
}

// Scheduler takes no role of another account.
func TestAccSchedule_otherAccountsRole(t *testing.T) {
	t.Parallel()
	s := newScheduled(t)
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{{
			Config:      s.config(s.block(`role = { arn = "arn:aws:iam::999999999999:role/theirs" }`)),
			PlanOnly:    true,
			ExpectError: regexp.MustCompile(`of account\s+999999999999`),
		}},
	})
}
