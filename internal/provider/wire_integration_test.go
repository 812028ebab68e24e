package provider_test

import (
	"encoding/json"
	"fmt"
	"regexp"
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

// ruleStatement and tagStatement are written by hand after AWS's documentation, as those of
// wired are.

func (w wireFixture) ruleStatement() string {
	return fmt.Sprintf(`{"Sid":"FollowTasks","Effect":"Allow","Action":["events:PutTargets","events:PutRule","events:DescribeRule"],"Resource":"%s"}`,
		w.place.Regional("events", "rule/StepFunctionsGetEventsForECSTaskRule"))
}

func (w wireFixture) tagStatement() string {
	return fmt.Sprintf(`{"Sid":"TagTasks","Effect":"Allow","Action":"ecs:TagResource","Resource":"%s","Condition":{"StringEquals":{"ecs:CreateAction":"RunTask"}}}`,
		w.place.Regional("ecs", "task/default/*"))
}

func (w wireFixture) registerStatement() string {
	return fmt.Sprintf(`{"Sid":"RegisterRevisions","Effect":"Allow","Action":"ecs:RegisterTaskDefinition","Resource":"%s:*"}`, w.family())
}

func (w wireFixture) tagRevisionsStatement() string {
	return fmt.Sprintf(`{"Sid":"TagRevisions","Effect":"Allow","Action":"ecs:TagResource","Resource":"%s:*","Condition":{"StringEquals":{"ecs:CreateAction":"RegisterTaskDefinition"}}}`, w.family())
}

// Each integration has just the statements that it needs, and those of Step Functions a
// state. The same wire goes from one to the next in place.
func TestAccWire_integrations(t *testing.T) {
	t.Parallel()
	w := newWired(t)
	cluster := w.cluster("default")
	run, pass := w.runStatement("*", cluster), passStatement(w.roleARN("execution"), w.roleARN("task"))
	manage := w.tasksStatement(cluster, "DescribeTasks", "StopTask")
	var steps []resource.TestStep
	for _, row := range []struct {
		lines      []string
		statements []string
		state      string // resource of the state, "" for none
	}{
		{[]string{`integration = "step_functions"`}, []string{run, pass}, "ecs:runTask"},
		{[]string{`integration = "step_functions_sync"`}, []string{run, manage, pass, w.ruleStatement()}, "ecs:runTask.sync"},
		{[]string{`integration = "scheduler"`, "propagate_tags = true"}, []string{run, pass, w.tagStatement()}, ""},
		{[]string{`integration = "events"`}, []string{run, pass}, ""},
		{[]string{`integration = "deploy"`}, []string{w.registerStatement(), w.tagRevisionsStatement(), pass}, ""},
		{[]string{`integration = "sdk"`}, []string{run, manage, pass}, ""},
		{nil, []string{run, manage, pass}, ""},
	} {
		var state knownvalue.Check = knownvalue.Null()
		if row.state != "" {
			state = knownvalue.StringFunc(w.isState(row.state, "FARGATE", "", ""))
		}
		steps = append(steps, resource.TestStep{
			Config: w.config(w.taskBlock(), w.wireBlock(append(row.lines, "task = docker_task.test")...)),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				expectAllKnown(theWire),
				plancheck.ExpectKnownValue(theWire, policyJSON, says(policyOf(row.statements...))),
			}},
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(theWire, tfjsonpath.New("state_json"), state),
				statecheck.ExpectKnownValue(theWire, tfjsonpath.New("task_token_policy_json"), knownvalue.Null()),
			},
			Check: w.expectOnRole(w.defaultPolicyName(), policyOf(row.statements...)),
		})
	}
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		CheckDestroy:             resource.ComposeAggregateTestCheckFunc(acctest.CheckUnitGone(t, w.task), w.expectPolicies()),
		Steps:                    steps,
	})
}

// isState checks a Task state of this task: what it calls, how it is launched, what comes
// next, and the name of the container that gets the token.
func (w wireFixture) isState(resource, launchType, next, token string) func(string) error {
	return func(text string) error {
		var state struct {
			Type, Resource, Next string
			End                  bool
			Parameters           struct {
				Cluster, TaskDefinition, LaunchType string
				NetworkConfiguration                struct {
					AwsvpcConfiguration struct {
						Subnets        []string
						AssignPublicIP string
					}
				}
				Overrides struct {
					ContainerOverrides []struct {
						Name        string
						Environment []map[string]string
					}
				}
			}
		}
		if err := json.Unmarshal([]byte(text), &state); err != nil {
			return err
		}
		p := state.Parameters
		network := p.NetworkConfiguration.AwsvpcConfiguration
		address := "DISABLED" // RunTask takes no other, but on Fargate
		if launchType == "FARGATE" {
			address = "ENABLED"
		}
		switch {
		case state.Type != "Task", state.Resource != "arn:"+w.place.Partition+":states:::"+resource,
			state.Next != next, state.End != (next == ""),
			p.Cluster != w.cluster("default"), p.TaskDefinition != w.family(), p.LaunchType != launchType,
			len(network.Subnets) == 0, network.AssignPublicIP != address:
			return fmt.Errorf("not the state of the task: %s", text)
		case token == "":
			if len(p.Overrides.ContainerOverrides) > 0 {
				return fmt.Errorf("the state overrides something: %s", text)
			}
			return nil
		}
		overrides := p.Overrides.ContainerOverrides
		if len(overrides) != 1 || overrides[0].Name != token || len(overrides[0].Environment) != 1 ||
			overrides[0].Environment[0]["Name"] != "TASK_TOKEN" || overrides[0].Environment[0]["Value.$"] != "$$.Task.Token" {
			return fmt.Errorf("the token does not reach container %s: %s", token, text)
		}
		return nil
	}
}

// With a task token the task calls back: a second policy, on its own role, is created and deleted with the wire,
// written again if it is missing, and deleted when the integration changes.
func TestAccWire_taskToken(t *testing.T) {
	t.Parallel()
	w := newWired(t)
	role := w.task + "-" + acctest.Region() + "-task"
	name := w.defaultPolicyName() + "-token-nightly"
	answers := policyOf(fmt.Sprintf(
		`{"Sid":"AnswerForTaskToken","Effect":"Allow","Action":["states:SendTaskSuccess","states:SendTaskFailure","states:SendTaskHeartbeat"],"Resource":"%s"}`,
		w.place.Regional("states", "stateMachine:nightly")))
	onTask := func(*terraform.State) error {
		have, _ := w.aws.RolePolicy(role, name)
		return sameDocument(have, answers)
	}
	config := func(lines ...string) string {
		return w.config(w.taskBlock(), w.wireBlock(append(lines, "task = docker_task.test")...))
	}
	token := []string{`integration = "step_functions_task_token"`, `state_machine = "nightly"`, `next_state = "Done"`, `launch_type = "EC2"`}
	tokenJSON := tfjsonpath.New("task_token_policy_json")
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		CheckDestroy: resource.ComposeAggregateTestCheckFunc(
			acctest.CheckUnitGone(t, w.task), acctest.CheckAccountEmpty(t), w.expectPolicies()),
		Steps: []resource.TestStep{
			{
				Config: config(token...),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					expectAllKnown(theWire),
					plancheck.ExpectKnownValue(theWire, tokenJSON, says(answers)),
				}},
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue(theWire, tfjsonpath.New("state_json"),
						knownvalue.StringFunc(w.isState("ecs:runTask.waitForTaskToken", "EC2", "Done", w.task))),
				},
				Check: resource.ComposeAggregateTestCheckFunc(onTask, w.expectOnRole(w.defaultPolicyName(),
					policyOf(w.runStatement("*", w.cluster("default")), passStatement(w.roleARN("execution"), w.roleARN("task"))))),
			},
			{
				PreConfig: func() { w.aws.DeleteRolePolicy(role, name) },
				Config:    config(token...),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction(theWire, plancheck.ResourceActionUpdate),
					changesOfWire{"task_token_policy_json"},
				}},
				Check: onTask,
			},
			{
				Config: config(`integration = "step_functions"`),
				Check: func(*terraform.State) error {
					if have := w.aws.RolePolicies(role); len(have) > 0 {
						return fmt.Errorf("the task's role still has %v", have)
					}
					return nil
				},
			},
			{Config: config(token...), Check: onTask},
		},
	})
}

// A policy that cannot be put takes back the one that was put before it.
func TestAccWire_taskToken_allOrNothing(t *testing.T) {
	t.Parallel()
	w := newWired(t)
	role := w.task + "-" + acctest.Region() + "-task"
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{
			{Config: w.config(w.taskBlock())},
			{
				PreConfig: func() { w.aws.PutRolePolicy(role, w.defaultPolicyName()+"-token-nightly", otherPolicyDocument) },
				Config: w.config(w.taskBlock(), w.wireBlock("task = docker_task.test",
					`integration = "step_functions_task_token"`, `state_machine = "nightly"`)),
				ExpectError: regexp.MustCompile(`another policy of this name`),
			},
			{
				RefreshState:       true,
				ExpectNonEmptyPlan: true, // the wire is still to be made
				Check:              w.expectPolicies(),
			},
		},
	})
}

// What an integration does not know is refused, by name.
func TestAccWire_integration_refused(t *testing.T) {
	t.Parallel()
	w := newWired(t)
	for name, row := range map[string]struct{ lines, want string }{
		"unknown":          {`integration = "cron"`, `integration[\s\S]*Allowed are sdk, step_functions`},
		"actions":          {`integration = "events"` + "\n" + `actions = ["run"]`, `Invalid actions`},
		"state machine":    {`state_machine = "nightly"`, `Invalid state_machine`},
		"no machine":       {`integration = "step_functions_task_token"`, `Missing state_machine`},
		"wrong machine":    {`integration = "step_functions_task_token"` + "\n" + `state_machine = "a b"`, `Invalid state_machine`},
		"next state":       {`next_state = "Done"`, `Invalid next_state`},
		"launch type":      {`integration = "events"` + "\n" + `launch_type = "EC2"`, `Invalid launch_type`},
		"providers":        {`integration = "scheduler"` + "\n" + `capacity_providers = []`, `Invalid capacity_providers`},
		"code, provider":   {`capacity_providers = [{ name = "FARGATE_SPOT" }]`, `Invalid capacity_providers[\s\S]*set\s+capacity_providers\s+to\s+\[\]`},
		"launch managed":   {`integration = "step_functions"` + "\n" + `launch_type = "MANAGED_INSTANCES"`, `Invalid launch_type[\s\S]*capacity_providers`},
		"deploy, revision": {`integration = "deploy"` + "\n" + `revision = 3`, `Invalid revision[\s\S]*runs\s+none`},
		"deploy, tags":     {`integration = "deploy"` + "\n" + `propagate_tags = true`, `Invalid propagate_tags`},
		"deploy, actions":  {`integration = "deploy"` + "\n" + `actions = ["run"]`, `Invalid actions`},
		"deploy, launch":   {`integration = "deploy"` + "\n" + `launch_type = "EC2"`, `Invalid launch_type`},
		"state, code":      {`command = ["dump"]`, `Invalid command[\s\S]*only\s+state_json`},
		"state, rule":      {`integration = "events"` + "\n" + `query_language = "JSONata"`, `Invalid query_language`},
		"language":         {`integration = "step_functions"` + "\n" + `query_language = "jsonata"`, `Invalid query_language[\s\S]*JSONata`},
		"no words":         {`integration = "step_functions"` + "\n" + `command = []`, `command`},
		"a path in the other language": {
			`integration = "step_functions"` + "\n" + `query_language = "JSONata"` + "\n" + `container_environment = { A = "$.a" }`, `Invalid container_environment[\s\S]*states.input`,
		},
		"size":               {`integration = "step_functions"` + "\n" + `cpu = 256` + "\n" + `memory = 8192`, `Invalid memory[\s\S]*512`},
		"size of a word":     {`integration = "step_functions"` + "\n" + `cpu = "much"`, `Invalid cpu`},
		"ECS's own":          {`integration = "step_functions"` + "\n" + `container_environment = { AWS_ECS_X = "a" }`, `AWS_ECS`},
		"heartbeat":          {`integration = "step_functions_sync"` + "\n" + `heartbeat_seconds = 10`, `Invalid heartbeat_seconds[\s\S]*task\s+token`},
		"heartbeat too long": {`integration = "step_functions_task_token"` + "\n" + `state_machine = "m"` + "\n" + `timeout_seconds = 10` + "\n" + `heartbeat_seconds = 10`, `Invalid heartbeat_seconds[\s\S]*below`},
		"timeout of 0":       {`integration = "step_functions_sync"` + "\n" + `timeout_seconds = 0`, `Invalid timeout_seconds[\s\S]*1\s+to`},
		"token by hand":      {`integration = "step_functions_task_token"` + "\n" + `state_machine = "m"` + "\n" + `container_environment = { TASK_TOKEN = "a" }`, `Invalid container_environment[\s\S]*leave\s+it\s+out`},
		"launch unknown":     {`integration = "step_functions"` + "\n" + `launch_type = "LAMBDA"`, `Invalid launch_type[\s\S]*FARGATE`},
	} {
		t.Run(strings.ReplaceAll(name, " ", "_"), func(t *testing.T) {
			acctest.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: factories,
				Steps: []resource.TestStep{{
					Config:      w.config(w.wireBlock(`task = { name = "x" }`, row.lines)),
					PlanOnly:    true,
					ExpectError: regexp.MustCompile(row.want),
				}},
			})
		})
	}
}

// What the state hands to the task is known at plan, changes in place, and leaves the policy as it is.
func TestAccWire_state(t *testing.T) {
	t.Parallel()
	w := newWired(t)
	stateJSON := tfjsonpath.New("state_json")
	step := func(want string, lines ...string) resource.TestStep {
		return resource.TestStep{
			Config: w.config(w.taskBlock(), w.wireBlock(append(lines, "task = docker_task.test", `integration = "step_functions_sync"`)...)),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				expectAllKnown(theWire),
				plancheck.ExpectKnownValue(theWire, stateJSON, knownvalue.StringRegexp(regexp.MustCompile(want))),
			}},
			ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue(theWire, stateJSON, knownvalue.StringRegexp(regexp.MustCompile(want)))},
			Check:             w.expectOnRole(w.defaultPolicyName(), w.syncPolicy()),
		}
	}
	changes := func(s resource.TestStep, attributes ...string) resource.TestStep {
		s.ConfigPlanChecks.PreApply = append(s.ConfigPlanChecks.PreApply, plancheck.ExpectResourceAction(theWire, plancheck.ResourceActionUpdate), changesOfWire(attributes))
		return s
	}
	unknown := step(`"Command\.\$":"States\.Array\('dump', \$\.table\)"`, `command = ["dump", terraform_data.path.output]`, `timeout_seconds = 300`)
	unknown.Config += "\nresource \"terraform_data\" \"path\" {\n  input = \"$.table\"\n}\n"
	unknown.ConfigPlanChecks.PreApply = []plancheck.PlanCheck{
		plancheck.ExpectUnknownValue(theWire, stateJSON),
		plancheck.ExpectKnownValue(theWire, policyJSON, says(w.syncPolicy())),
	}
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		CheckDestroy:             resource.ComposeAggregateTestCheckFunc(acctest.CheckUnitGone(t, w.task), w.expectPolicies()),
		Steps: []resource.TestStep{
			step(`"Command":\["dump"\].*{"Name":"TABLE","Value\.\$":"\$\.table"}.*"Cpu":"512","Memory":"1024".*"TimeoutSeconds":300`,
				`command = ["dump"]`, `cpu = 512`, `memory = 1024`, `container_environment = { TABLE = "$.table" }`, `timeout_seconds = 300`),
			changes(step(`"QueryLanguage":"JSONata".*"Arguments":.*"Command":\["dump"\].*"Value":"{% \$states\.input\.table %}"`,
				`command = ["dump"]`, `query_language = "JSONata"`, `container_environment = { TABLE = "{% $states.input.table %}" }`),
				"query_language", "container_environment", "cpu", "memory", "timeout_seconds", "state_json"),
			changes(step(`"AssignPublicIp":"ENABLED"}}},"End":true}`), "query_language", "container_environment", "command", "state_json"),
			unknown,
		},
	})
}

// syncPolicy is the policy with integration step_functions_sync.
func (w wireFixture) syncPolicy() string {
	cluster := w.cluster("default")
	return policyOf(w.runStatement("*", cluster), w.tasksStatement(cluster, "DescribeTasks", "StopTask"),
		passStatement(w.roleARN("execution"), w.roleARN("task")), w.ruleStatement())
}
