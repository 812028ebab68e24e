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

// Task, consumer's role, function and wire in one configuration, from nothing.
func TestAccWire_basic(t *testing.T) {
	t.Parallel()
	w := newWired(t)
	acctest.OnEmulator(t, "the stand-in for the aws provider makes no role")
	consumer := block("resource aws_iam_role api", fmt.Sprintf("name = %q", w.role), `assume_role_policy = "{}"`)
	config := w.config(w.taskBlock(), consumer,
		block("resource docker_task_wire test", "task = docker_task.test", "consumer_role = aws_iam_role.api.name"),
		block("resource aws_lambda_function api", `function_name = "api"`, "role = aws_iam_role.api.arn",
			"environment {", "  variables = docker_task_wire.test.environment", "}"),
	)
	variables := func(subnets knownvalue.Check) knownvalue.Check {
		return knownvalue.MapExact(map[string]knownvalue.Check{
			"DOCKER_TASK_ARN":              knownvalue.StringExact(w.family()),
			"DOCKER_TASK_CLUSTER":          knownvalue.StringExact(w.cluster("default")),
			"DOCKER_TASK_CONTAINER":        knownvalue.StringExact(w.task),
			"DOCKER_TASK_LAUNCH_TYPE":      knownvalue.StringExact("FARGATE"),
			"DOCKER_TASK_SUBNETS":          subnets,
			"DOCKER_TASK_SECURITY_GROUPS":  knownvalue.StringExact(""),
			"DOCKER_TASK_ASSIGN_PUBLIC_IP": knownvalue.StringExact("ENABLED"),
		})
	}
	subnets := knownvalue.StringRegexp(listOfSubnets)
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		CheckDestroy: resource.ComposeAggregateTestCheckFunc(
			acctest.CheckUnitGone(t, w.task), acctest.CheckAccountEmpty(t), w.expectPolicies(),
		),
		Steps: []resource.TestStep{
			{
				Config: config,
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PreApply: []plancheck.PlanCheck{
						plancheck.ExpectResourceAction(theWire, plancheck.ResourceActionCreate),
						expectAllKnown(theWire),
						plancheck.ExpectKnownValue(theWire, policyJSON, says(w.fullPolicy())),
						plancheck.ExpectKnownValue(theWire, policyName, knownvalue.StringExact(w.defaultPolicyName())),
						plancheck.ExpectKnownValue(theWire, environment, variables(subnets)),
						plancheck.ExpectKnownValue("aws_lambda_function.api",
							tfjsonpath.New("environment").AtSliceIndex(0).AtMapKey("variables"), variables(subnets)),
					},
					PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
				},
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue(theWire, policyJSON, says(w.fullPolicy())),
					statecheck.ExpectKnownValue(theWire, environment, variables(subnets)),
				},
				Check: w.expectOnRole(w.defaultPolicyName(), w.fullPolicy()),
			},
			{
				// The wire goes, all else stays.
				Config: w.config(w.taskBlock(), consumer),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction(theWire, plancheck.ResourceActionDestroy),
					plancheck.ExpectResourceAction(wiredTask, plancheck.ResourceActionNoop),
				}},
				Check: w.expectPolicies(),
			},
		},
	})
}

// A new image does not change a wire: its policy is for all revisions.
func TestAccWire_newImage(t *testing.T) {
	t.Parallel()
	w := newWired(t)
	wire := w.wireBlock("task = docker_task.test")
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		CheckDestroy:             acctest.CheckUnitGone(t, w.task),
		Steps: []resource.TestStep{
			{Config: w.config(w.taskBlock(`image = "busybox:1.36"`), wire)},
			{
				Config: w.config(w.taskBlock(`image = "busybox:1.37"`), wire),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction(wiredTask, plancheck.ResourceActionUpdate),
					plancheck.ExpectUnknownValue(wiredTask, tfjsonpath.New("revision")),
					plancheck.ExpectResourceAction(theWire, plancheck.ResourceActionNoop),
				}},
				Check: w.expectOnRole(w.defaultPolicyName(), w.fullPolicy()),
			},
		},
	})
}

// A wire to one revision follows the task, in place.
func TestAccWire_revisionOfTask(t *testing.T) {
	t.Parallel()
	w := newWired(t)
	wire := w.wireBlock("task = docker_task.test", "revision = docker_task.test.revision")
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		CheckDestroy:             acctest.CheckUnitGone(t, w.task),
		Steps: []resource.TestStep{
			{
				Config: w.config(w.taskBlock(`image = "busybox:1.36"`), wire),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					expectUnknown{"revision", "policy_json", "environment.DOCKER_TASK_ARN"},
				}},
				ConfigStateChecks: expectInState(w.policyOfRevision("1"), map[string]string{"DOCKER_TASK_ARN": w.family() + ":1"}),
				Check:             w.expectOnRole(w.defaultPolicyName(), w.policyOfRevision("1")),
			},
			{
				Config: w.config(w.taskBlock(`image = "busybox:1.37"`), wire),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction(theWire, plancheck.ResourceActionUpdate),
					expectUnknown{"revision", "policy_json", "environment.DOCKER_TASK_ARN"},
				}},
				ConfigStateChecks: expectInState(w.policyOfRevision("2"), map[string]string{"DOCKER_TASK_ARN": w.family() + ":2"}),
				Check:             w.expectOnRole(w.defaultPolicyName(), w.policyOfRevision("2")),
			},
			{
				// A number pins it, whatever the task does.
				Config: w.config(w.taskBlock(`image = "busybox:1.38"`), w.wireBlock("task = docker_task.test", "revision = 2")),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction(wiredTask, plancheck.ResourceActionUpdate),
					plancheck.ExpectResourceAction(theWire, plancheck.ResourceActionNoop),
				}},
				Check: w.expectOnRole(w.defaultPolicyName(), w.policyOfRevision("2")),
			},
		},
	})
}

// A refresh takes one call, a create two: one checks that the name is free. A task that is given by its name alone is
// looked up once in a run besides, to warn of differences.
func TestAccWire_calls(t *testing.T) {
	t.Parallel()
	proxy := acctest.NewProxy(t)
	w := newWired(t)
	config := w.config(w.wireBlock("task = {", fmt.Sprintf("  name = %q", w.task), `  subnet_ids = ["subnet-0123456789abcdef0"]`, "}"))
	ofWire := func(c acctest.Call) bool { return c.Service != "sts" } // the provider's own, once a run
	expect := func(mode string, want map[string]int) {
		t.Helper()
		if have := acctest.CountByOperation(proxy.Calls(ofWire)); fmt.Sprint(have) != fmt.Sprint(want) {
			t.Errorf("%s made calls %v, not %v", mode, have, want)
		}
	}
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{
			{
				// A create alone: the test's own second plan comes after Check.
				Config: config,
				Check: func(*terraform.State) error {
					expect("create", map[string]int{"ecs.DescribeTaskDefinition": 1, "iam.GetRolePolicy": 1, "iam.PutRolePolicy": 1})
					return nil
				},
			},
			{
				PreConfig:    proxy.Reset,
				RefreshState: true,
				Check: func(*terraform.State) error {
					expect("refresh", map[string]int{"ecs.DescribeTaskDefinition": 1, "iam.GetRolePolicy": 1})
					return nil
				},
			},
		},
	})
}

var listOfSubnets = regexp.MustCompile(`^subnet-[0-9a-f]+(,subnet-[0-9a-f]+)*$`)
