package provider_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// byName is the task of a wire that no AWS has to be asked for.
func (w wireFixture) byName(lines ...string) string {
	return "task = {\n" + strings.Join(append([]string{fmt.Sprintf("name = %q", w.task), `subnet_ids = ["subnet-0a"]`}, lines...), "\n") + "\n}"
}

// Every action adds what it takes and no more; a change of them is a change in place.
func TestAccWire_actions(t *testing.T) {
	t.Parallel()
	w := newWired(t)
	cluster := w.cluster("default")
	run := w.runStatement("*", cluster)
	pass := passStatement(w.roleARN("execution"), w.roleARN("task"))
	var steps []resource.TestStep
	for _, test := range []struct {
		actions, document string
	}{
		{`["run"]`, policyOf(run, pass)},
		{`["describe"]`, policyOf(w.tasksStatement(cluster, "DescribeTasks"))},
		{`["stop"]`, policyOf(w.tasksStatement(cluster, "StopTask"))},
		{`["stop", "describe"]`, policyOf(w.tasksStatement(cluster, "DescribeTasks", "StopTask"))},
		{`["describe", "run"]`, policyOf(run, w.tasksStatement(cluster, "DescribeTasks"), pass)},
		{`["stop", "run", "describe"]`, w.fullPolicy()},
	} {
		action := plancheck.ResourceActionUpdate
		if steps == nil {
			action = plancheck.ResourceActionCreate
		}
		steps = append(steps, resource.TestStep{
			Config: w.config(w.wireBlock(w.byName(), "actions = "+test.actions)),
			ConfigPlanChecks: planned(expectAllKnown(theWire), plancheck.ExpectResourceAction(theWire, action),
				plancheck.ExpectKnownValue(theWire, policyJSON, says(test.document))),
			Check: w.expectOnRole(w.defaultPolicyName(), test.document),
		})
	}
	// All of them are what there is without.
	steps = append(steps, resource.TestStep{
		Config:           w.config(w.wireBlock(w.byName())),
		ConfigPlanChecks: planned(plancheck.ExpectKnownValue(theWire, policyJSON, says(w.fullPolicy()))),
		Check:            w.expectOnRole(w.defaultPolicyName(), w.fullPolicy()),
	})
	acctest.Test(t, resource.TestCase{ProtoV6ProviderFactories: factories, Steps: steps, CheckDestroy: w.expectPolicies()})
}

// The prefix is in the names of the variables and of the policy. Where the user names the
// policy, a new prefix leaves it where it is.
func TestAccWire_prefix(t *testing.T) {
	t.Parallel()
	w := newWired(t)
	variables := func(prefix string) knownvalue.Check {
		return knownvalue.MapExact(map[string]knownvalue.Check{
			prefix + "DOCKER_TASK_ARN":              knownvalue.StringExact(w.family()),
			prefix + "DOCKER_TASK_CLUSTER":          knownvalue.StringExact(w.cluster("default")),
			prefix + "DOCKER_TASK_CONTAINER":        knownvalue.StringExact(w.task),
			prefix + "DOCKER_TASK_LAUNCH_TYPE":      knownvalue.StringExact("FARGATE"),
			prefix + "DOCKER_TASK_SUBNETS":          knownvalue.StringExact("subnet-0a"),
			prefix + "DOCKER_TASK_SECURITY_GROUPS":  knownvalue.StringExact(""),
			prefix + "DOCKER_TASK_ASSIGN_PUBLIC_IP": knownvalue.StringExact("DISABLED"),
		})
	}
	step := func(action plancheck.ResourceActionType, name, prefix string, lines ...string) resource.TestStep {
		return resource.TestStep{
			Config: w.config(w.wireBlock(append(lines, w.byName())...)),
			ConfigPlanChecks: planned(expectAllKnown(theWire), plancheck.ExpectResourceAction(theWire, action),
				plancheck.ExpectKnownValue(theWire, policyName, knownvalue.StringExact(name)),
				plancheck.ExpectKnownValue(theWire, environment, variables(prefix))),
			Check: w.expectOnRole(name, w.fullPolicy()),
		}
	}
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		CheckDestroy:             w.expectPolicies(),
		Steps: []resource.TestStep{
			step(plancheck.ResourceActionCreate, w.defaultPolicyName()+"-PUBLISH_", "PUBLISH_", `env_prefix = "PUBLISH_"`),
			step(plancheck.ResourceActionDestroyBeforeCreate, w.defaultPolicyName()+"-DRAW_", "DRAW_", `env_prefix = "DRAW_"`),
			step(plancheck.ResourceActionDestroyBeforeCreate, w.defaultPolicyName(), ""),
			step(plancheck.ResourceActionDestroyBeforeCreate, "run-it", "", `policy_name = "run-it"`),
			step(plancheck.ResourceActionUpdate, "run-it", "DRAW_", `policy_name = "run-it"`, `env_prefix = "DRAW_"`),
		},
	})
}

// With the longest names that are allowed, IAM accepts the name of the policy.
func TestAccWire_longNames(t *testing.T) {
	t.Parallel()
	w := newWired(t)
	w.task = acctest.NamePrefix + strings.Repeat("n", 255-len(acctest.NamePrefix))
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		CheckDestroy:             w.expectPolicies(),
		Steps: []resource.TestStep{{
			Config:            w.config(w.wireBlock(w.byName(), fmt.Sprintf("env_prefix = %q", strings.Repeat("P", 64)))),
			ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue(theWire, policyName, nameOfAtMost(128))},
		}},
	})
}

func nameOfAtMost(n int) knownvalue.Check {
	return knownvalue.StringFunc(func(s string) error {
		if len(s) > n {
			return fmt.Errorf("%q has %d characters", s, len(s))
		}
		return nil
	})
}

// A wire that is only computed changes nothing on AWS, with a role or without; and what is
// attached can come off and on again.
func TestAccWire_attachPolicy(t *testing.T) {
	t.Parallel()
	proxy := acctest.NewProxy(t)
	w := newWired(t)
	untouched := func(*terraform.State) error {
		calls := proxy.Calls(func(c acctest.Call) bool { return c.Service == "iam" })
		proxy.Reset()
		if len(calls) > 0 {
			return fmt.Errorf("IAM was called: %v", acctest.CountByOperation(calls))
		}
		return nil
	}
	withoutRole := block("resource docker_task_wire test", w.byName(), "attach_policy = false")
	attached := w.wireBlock(w.byName())
	detached := w.wireBlock(w.byName(), "attach_policy = false")
	document := statecheck.ExpectKnownValue(theWire, policyJSON, says(w.fullPolicy()))
	reset := func(*terraform.State) error { proxy.Reset(); return nil }
	updates := planned(expectAllKnown(theWire), plancheck.ExpectResourceAction(theWire, plancheck.ResourceActionUpdate))
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		CheckDestroy:             resource.ComposeAggregateTestCheckFunc(w.expectPolicies(), untouched),
		Steps: []resource.TestStep{
			{
				Config:            w.config(withoutRole),
				ConfigPlanChecks:  planned(expectAllKnown(theWire)),
				ConfigStateChecks: []statecheck.StateCheck{document},
				Check:             resource.ComposeTestCheckFunc(untouched, w.expectPolicies()),
			},
			{
				Config:           w.config(detached),
				ConfigPlanChecks: planned(expectAllKnown(theWire)),
				Check:            resource.ComposeTestCheckFunc(untouched, w.expectPolicies()),
			},
			{Config: w.config(attached), ConfigPlanChecks: updates, Check: w.expectOnRole(w.defaultPolicyName(), w.fullPolicy())},
			{
				// attach_policy = true is the same as none.
				Config:           w.config(w.wireBlock(w.byName(), "attach_policy = true")),
				ConfigPlanChecks: updates,
				Check:            w.expectOnRole(w.defaultPolicyName(), w.fullPolicy()),
			},
			{
				Config: w.config(detached), ConfigPlanChecks: updates, ConfigStateChecks: []statecheck.StateCheck{document},
				Check: resource.ComposeTestCheckFunc(w.expectPolicies(), reset),
			},
		},
	})
}

// What the plan cannot know of the task makes nothing else unknown, and is no error.
func TestAccWire_partlyUnknownTask(t *testing.T) {
	t.Parallel()
	w := newWired(t)
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		CheckDestroy:             resource.ComposeAggregateTestCheckFunc(acctest.CheckUnitGone(t, w.task), w.expectPolicies()),
		Steps: []resource.TestStep{{
			Config: w.config(hidden("subnet", `"subnet-0a"`),
				w.taskBlock(`subnet_ids = ["subnet-0b", local.subnet]`), w.wireBlock("task = docker_task.test")),
			ConfigPlanChecks: planned(expectUnknown{"environment.DOCKER_TASK_SUBNETS"},
				plancheck.ExpectKnownValue(theWire, policyJSON, says(w.fullPolicy()))),
			ConfigStateChecks: expectInState(w.fullPolicy(), map[string]string{"DOCKER_TASK_SUBNETS": "subnet-0a,subnet-0b"}),
			Check:             w.expectOnRole(w.defaultPolicyName(), w.fullPolicy()),
		}},
	})
}

// Everything that can be unknown at once, and what comes of it.
func TestAccWire_unknown(t *testing.T) {
	t.Parallel()
	w := newWired(t)
	wire := block("resource docker_task_wire test", "task = { name = local.name, region = local.region }",
		"consumer_role = local.role", `actions = ["run", local.action]`, "revision = local.revision", "env_prefix = local.prefix",
		"attach_policy = local.attach", "policy_name = local.policy")
	cluster := w.cluster("default")
	want := policyOf(w.runStatement("4", cluster), w.tasksStatement(cluster, "StopTask"), passStatement(w.roleARN("execution"), w.roleARN("task")))
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		CheckDestroy:             w.expectPolicies(),
		Steps: []resource.TestStep{{
			Config: w.config(wire, hidden("name", fmt.Sprintf("%q", w.task)), hidden("region", fmt.Sprintf("%q", acctest.Region())),
				hidden("role", fmt.Sprintf("%q", w.role)), hidden("action", `"stop"`), hidden("revision", "4"), hidden("prefix", `"P_"`),
				hidden("attach", "true"), hidden("policy", `"mine"`)),
			ConfigPlanChecks: planned(expectUnknown{
				"actions[1]", "attach_policy", "consumer_role", "env_prefix", "environment", "policy_json", "policy_name", "region", "revision",
			}),
			ConfigStateChecks: expectInState(want, map[string]string{"P_DOCKER_TASK_ARN": w.family() + ":4"}),
			Check:             w.expectOnRole("mine", want),
		}},
	})
}

// While the provider does not know where it is, the wire knows nothing, and does not fail.
func TestAccWire_unknownProviderRegion(t *testing.T) {
	t.Parallel()
	w := newWired(t)
	provider := strings.Replace(w.provider, fmt.Sprintf("region = %q", acctest.Region()), "region = local.place", 1)
	if provider == w.provider {
		t.Fatal("the region of the provider could not be replaced")
	}
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		CheckDestroy:             w.expectPolicies(),
		Steps: []resource.TestStep{{
			Config:            provider + hidden("place", fmt.Sprintf("%q", acctest.Region())) + w.wireBlock(w.byName()),
			ConfigPlanChecks:  planned(expectUnknown{"account_id", "environment", "policy_json", "policy_name", "region", "state_json", "task_token_policy_json"}),
			ConfigStateChecks: expectInState(w.fullPolicy(), nil),
			Check:             w.expectOnRole(w.defaultPolicyName(), w.fullPolicy()),
		}},
	})
}

// Where the account is not asked for, ARNs are unknown only until the wire is there.
func TestAccWire_accountNotRequested(t *testing.T) {
	t.Parallel()
	w := newWired(t)
	w.provider = acctest.ProviderConfig(t, "skip_requesting_account_id = true", "skip_credentials_validation = true")
	named := block("resource docker_task_wire named", w.byName(), "attach_policy = false")
	config := func(image string) string {
		return w.config(w.taskBlock(fmt.Sprintf("image = %q", image)), w.wireBlock("task = docker_task.test"), named)
	}
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		CheckDestroy:             resource.ComposeAggregateTestCheckFunc(acctest.CheckUnitGone(t, w.task), w.expectPolicies()),
		Steps: []resource.TestStep{
			{
				Config: config("busybox:1.36"),
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PreApply: []plancheck.PlanCheck{
						expectUnknown{"account_id", "environment.DOCKER_TASK_ARN", "environment.DOCKER_TASK_CLUSTER", "policy_json"},
						plancheck.ExpectKnownValue(theWire, policyName, knownvalue.StringExact(w.defaultPolicyName())),
					},
					PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
				},
				ConfigStateChecks: append(expectInState(w.fullPolicy(), nil),
					statecheck.ExpectKnownValue("docker_task_wire.named", policyJSON, says(w.fullPolicy()))),
				Check: w.expectOnRole(w.defaultPolicyName(), w.fullPolicy()),
			},
			{
				Config: config("busybox:1.37"),
				ConfigPlanChecks: planned(plancheck.ExpectResourceAction(theWire, plancheck.ResourceActionNoop),
					plancheck.ExpectResourceAction("docker_task_wire.named", plancheck.ResourceActionNoop)),
			},
		},
	})
}

// Where the default subnets cannot be looked up, the error says what to set.
func TestAccWire_defaultSubnetsDenied(t *testing.T) {
	t.Parallel()
	proxy := acctest.NewProxy(t)
	w := newWired(t)
	denied := proxy.Fail(acctest.On("ec2.DescribeSubnets"), acctest.AccessDenied)
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{
			{
				Config:      w.config(w.wireBlock(fmt.Sprintf("task = { name = %q }", w.task))),
				ExpectError: saying("default subnets cannot be looked up", "ec2:DescribeSubnets"),
			},
			{Config: w.config(w.wireBlock(w.byName()))},
		},
	})
	if denied.Hits() == 0 {
		t.Error("the default subnets were not asked for")
	}
}

// Ten wires on one role, created and destroyed at the same time, do not change each other or a policy of others.
func TestAccWire_manyOnOneRole(t *testing.T) {
	t.Parallel()
	w := newWired(t)
	tenth := fmt.Sprintf("\"%s-${count.index}\"", w.task)
	wires := func(count int, actions string) string {
		return w.config(w.wireBlock(fmt.Sprintf("count = %d", count), "task = { name = "+tenth+`, subnet_ids = ["subnet-0a"] }`, "actions = "+actions))
	}
	expect := func(count int, want func(name string) string) resource.TestCheckFunc {
		return func(*terraform.State) error {
			var names []string
			var errs []error
			for i := range count {
				task := fmt.Sprintf("%s-%d", w.task, i)
				name := strings.ReplaceAll(w.defaultPolicyName(), w.task, task)
				names = append(names, name)
				document, _ := w.aws.RolePolicy(w.role, name)
				errs = append(errs, sameDocument(document, want(task)))
			}
			return errors.Join(append(errs, w.expectPolicies(names...)(nil))...)
		}
	}
	full := func(task string) string { return strings.ReplaceAll(w.fullPolicy(), w.task, task) }
	stop := func(string) string { return policyOf(w.tasksStatement(w.cluster("default"), "StopTask")) }
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		CheckDestroy:             w.expectPolicies(),
		Steps: []resource.TestStep{
			{Config: wires(2, `["run", "describe", "stop"]`), Check: expect(2, full)},
			{Config: wires(10, `["run", "describe", "stop"]`), Check: expect(10, full)},
			{Config: wires(10, `["stop"]`), Check: expect(10, stop)},
			{Config: wires(1, `["stop"]`), Check: expect(1, stop)},
		},
	})
}
