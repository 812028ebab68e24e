package taskwire

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tftest"
)

var (
	wirePlace   = arn.Place{Partition: "aws", Region: "eu-west-1", Account: tftest.Account}
	wireSubnets = []string{"subnet-0a", "subnet-0b"}
)

const (
	wireFamily  = "arn:aws:ecs:eu-west-1:" + tftest.Account + ":task-definition/transcode"
	wireCluster = "arn:aws:ecs:eu-west-1:" + tftest.Account + ":cluster/default"
	wireRole    = "arn:aws:iam::" + tftest.Account + ":role/transcode-eu-west-1-"
)

// wholeTask is the task of a wire as docker_task.transcode gives it.
func wholeTask() tftest.Block {
	return tftest.Block{
		"name": "transcode", "region": "eu-west-1", "family_arn": wireFamily, "container_name": "transcode", "cluster": "default",
		"subnet_ids": []any{"subnet-0a", "subnet-0b"}, "assign_public_ip": true,
		"execution_role_arn": wireRole + "execution", "task_role_arn": wireRole + "task",
	}
}

// wirePlan plans the wire of a configuration.
func wirePlan(t *testing.T, place arn.Place, subnets func() types.Set, b tftest.Block) (model, diag.Diagnostics) {
	t.Helper()
	m := wireConfig(t, b)
	var diags diag.Diagnostics
	planWire(t.Context(), &m, lifecycle.Site{Place: place, DefaultSubnets: subnets}, &diags)
	return m, diags
}

// wireConfig is a configuration as the model has it.
func wireConfig(t *testing.T, b tftest.Block) model {
	t.Helper()
	var resp resource.SchemaResponse
	NewResource().Schema(t.Context(), resource.SchemaRequest{}, &resp)
	b = tftest.With(tftest.Block{"capacity_providers": tftest.Null{}}, b)
	config := tfsdk.Config{Raw: tftest.Value(t, resp.Schema.Type().TerraformType(t.Context()), b), Schema: resp.Schema}
	var m model
	if diags := config.Get(t.Context(), &m); diags.HasError() {
		t.Fatal(diags)
	}
	return m
}

func noSubnets(t *testing.T) func() types.Set {
	return func() types.Set {
		t.Helper()
		t.Error("the default subnets are asked for without need")
		return tf.SetOf(nil)
	}
}

func someSubnets() types.Set { return tf.SetOf(wireSubnets) }

// unknownOf are the computed attributes of a planned wire that are unknown.
func unknownOf(m model) []string {
	var out []string
	for name, v := range map[string]attr.Value{"policy_json": m.PolicyJSON, "policy_name": m.PolicyName, "environment": m.Environment, "task_token_policy_json": m.TokenJSON} {
		if v.IsUnknown() {
			out = append(out, name)
		}
	}
	for name, v := range m.Environment.Elements() {
		if v.IsUnknown() {
			out = append(out, strings.ReplaceAll(name, "DOCKER_TASK_", ""))
		}
	}
	return slices.Sorted(slices.Values(out))
}

func TestPlanWire_nameAloneIsTheWholeDefaultTask(t *testing.T) {
	t.Parallel()
	whole, diags := wirePlan(t, wirePlace, noSubnets(t), tftest.Block{"task": wholeTask()})
	named, more := wirePlan(t, wirePlace, someSubnets, tftest.Block{"task": tftest.Block{"name": "transcode"}})
	if diags.Append(more...); diags.HasError() {
		t.Fatal(diags)
	}
	for _, m := range []model{whole, named} {
		if unknown := unknownOf(m); len(unknown) > 0 {
			t.Errorf("unknown: %v", unknown)
		}
	}
	if !whole.PolicyJSON.Equal(named.PolicyJSON) || !whole.Environment.Equal(named.Environment) || !whole.PolicyName.Equal(named.PolicyName) {
		t.Errorf("whole:\n%+v\nby name:\n%+v", whole, named)
	}
}

// Terraform plans again at apply, and in Create the provider may do so a third time: what is
// known stays as it is, in whatever order the sets come.
func TestPlanWire_pure(t *testing.T) {
	t.Parallel()
	b := tftest.Block{
		"task":    tftest.With(wholeTask(), tftest.Block{"security_group_ids": []any{"sg-0b", "sg-0a"}}),
		"actions": []any{"stop", "run"}, "revision": 3, "env_prefix": "P_",
	}
	first, diags := wirePlan(t, wirePlace, noSubnets(t), b)
	again := first
	planWire(t.Context(), &again, lifecycle.Site{Place: wirePlace, DefaultSubnets: noSubnets(t)}, &diags)
	b["actions"] = []any{"run", "stop"}
	b["task"] = tftest.With(wholeTask(), tftest.Block{"security_group_ids": []any{"sg-0a", "sg-0b"}, "subnet_ids": []any{"subnet-0b", "subnet-0a"}})
	shuffled, more := wirePlan(t, wirePlace, noSubnets(t), b)
	if diags.Append(more...); diags.HasError() {
		t.Fatal(diags)
	}
	for _, m := range []model{again, shuffled} {
		if !m.PolicyJSON.Equal(first.PolicyJSON) || !m.Environment.Equal(first.Environment) || !m.PolicyName.Equal(first.PolicyName) {
			t.Errorf("first:\n%+v\nthen:\n%+v", first, m)
		}
	}
}

// What is unknown in the configuration makes unknown just what follows from it.
func TestPlanWire_unknown(t *testing.T) {
	t.Parallel()
	everyVariable := []string{"ARN", "ASSIGN_PUBLIC_IP", "CLUSTER", "CONTAINER", "LAUNCH_TYPE", "SECURITY_GROUPS", "SUBNETS"}
	whole := func(other tftest.Block) tftest.Block { return tftest.Block{"task": tftest.With(wholeTask(), other)} }
	named := func(other tftest.Block) tftest.Block {
		return tftest.Block{"task": tftest.With(tftest.Block{"name": "transcode"}, other)}
	}
	answers := func(other tftest.Block, machine any) tftest.Block {
		return tftest.With(other, tftest.Block{"integration": "step_functions_task_token", "state_machine": machine})
	}
	for name, test := range map[string]struct {
		config tftest.Block
		want   []string
	}{
		"nothing": {whole(nil), nil},
		"task":    {tftest.Block{"task": tftest.Unknown}, append(everyVariable, "policy_json", "policy_name")},

		"whole: name":               {whole(tftest.Block{"name": tftest.Unknown}), []string{"policy_name"}},
		"whole: family":             {whole(tftest.Block{"family_arn": tftest.Unknown}), []string{"ARN", "CLUSTER", "policy_json"}},
		"whole: container":          {whole(tftest.Block{"container_name": tftest.Unknown}), []string{"CONTAINER"}},
		"whole: cluster":            {whole(tftest.Block{"cluster": tftest.Unknown}), []string{"CLUSTER", "policy_json"}},
		"whole: subnets":            {whole(tftest.Block{"subnet_ids": tftest.Unknown}), []string{"SUBNETS"}},
		"whole: one subnet":         {whole(tftest.Block{"subnet_ids": []any{"subnet-0a", tftest.Unknown}}), []string{"SUBNETS"}},
		"whole: security groups":    {whole(tftest.Block{"security_group_ids": tftest.Unknown}), []string{"SECURITY_GROUPS"}},
		"whole: one security group": {whole(tftest.Block{"security_group_ids": []any{tftest.Unknown}}), []string{"SECURITY_GROUPS"}},
		"whole: public address":     {whole(tftest.Block{"assign_public_ip": tftest.Unknown}), []string{"ASSIGN_PUBLIC_IP"}},
		"whole: execution role":     {whole(tftest.Block{"execution_role_arn": tftest.Unknown}), []string{"policy_json"}},
		"whole: task role":          {whole(tftest.Block{"task_role_arn": tftest.Unknown}), []string{"policy_json"}},

		"by name: name":          {tftest.Block{"task": tftest.Block{"name": tftest.Unknown}}, []string{"ARN", "CLUSTER", "CONTAINER", "policy_json", "policy_name"}},
		"by name: region":        {named(tftest.Block{"region": tftest.Unknown}), []string{"ARN", "CLUSTER", "SUBNETS", "policy_json", "policy_name"}},
		"by name: region, given": {named(tftest.Block{"region": tftest.Unknown, "subnet_ids": []any{"subnet-0c"}}), []string{"ARN", "CLUSTER", "policy_json", "policy_name"}},
		"by name: subnets":       {named(tftest.Block{"subnet_ids": tftest.Unknown}), []string{"ASSIGN_PUBLIC_IP", "SUBNETS"}},
		"by name: cluster":       {named(tftest.Block{"cluster": tftest.Unknown}), []string{"CLUSTER", "policy_json"}},
		"by name: task role":     {named(tftest.Block{"task_role_arn": tftest.Unknown}), []string{"policy_json"}},
		// With an ARN, what is null would be absent; without one, it follows from the rules.
		"by name or whole": {named(tftest.Block{"family_arn": tftest.Unknown}), []string{"ARN", "ASSIGN_PUBLIC_IP", "CLUSTER", "CONTAINER", "SUBNETS", "policy_json"}},

		"actions":     {tftest.With(whole(nil), tftest.Block{"actions": tftest.Unknown}), []string{"policy_json"}},
		"one action":  {tftest.With(whole(nil), tftest.Block{"actions": []any{"run", tftest.Unknown}}), []string{"policy_json"}},
		"revision":    {tftest.With(whole(nil), tftest.Block{"revision": tftest.Unknown}), []string{"ARN", "policy_json"}},
		"prefix":      {tftest.With(whole(nil), tftest.Block{"env_prefix": tftest.Unknown}), []string{"environment", "policy_name"}},
		"policy name": {tftest.With(whole(nil), tftest.Block{"policy_name": tftest.Unknown}), []string{"policy_name"}},
		"given a policy name, prefix": {
			tftest.With(whole(nil), tftest.Block{"env_prefix": tftest.Unknown, "policy_name": "mine"}), []string{"environment"},
		},
		"consumer": {tftest.With(whole(nil), tftest.Block{"consumer_role": tftest.Unknown}), nil},

		"launch type": {tftest.With(whole(nil), tftest.Block{"integration": "step_functions", "launch_type": tftest.Unknown}), []string{"ASSIGN_PUBLIC_IP", "LAUNCH_TYPE"}},
		"launch type, no public address": {
			tftest.With(whole(tftest.Block{"assign_public_ip": false}), tftest.Block{"integration": "step_functions", "launch_type": tftest.Unknown}), []string{"LAUNCH_TYPE"},
		},
		"integration, on EC2": {
			tftest.With(whole(nil), tftest.Block{"integration": tftest.Unknown, "launch_type": "EC2"}), []string{"policy_json", "task_token_policy_json"},
		},
		"capacity providers": {tftest.With(whole(nil), tftest.Block{"capacity_providers": tftest.Unknown}), []string{"ASSIGN_PUBLIC_IP", "LAUNCH_TYPE"}},
		"one capacity provider's name": {
			tftest.With(whole(nil), tftest.Block{"integration": "step_functions", "capacity_providers": []any{tftest.Block{"name": tftest.Unknown}}}), []string{"ASSIGN_PUBLIC_IP", "LAUNCH_TYPE"},
		},
		"whole: launch types":                 {whole(tftest.Block{"launch_types": tftest.Unknown}), []string{"ASSIGN_PUBLIC_IP", "LAUNCH_TYPE"}},
		"whole: network mode":                 {whole(tftest.Block{"network_mode": tftest.Unknown}), []string{"ASSIGN_PUBLIC_IP", "LAUNCH_TYPE"}},
		"by name: launch types":               {named(tftest.Block{"launch_types": tftest.Unknown}), []string{"ASSIGN_PUBLIC_IP", "LAUNCH_TYPE", "SUBNETS"}},
		"by name: network mode":               {named(tftest.Block{"network_mode": tftest.Unknown}), []string{"ASSIGN_PUBLIC_IP", "LAUNCH_TYPE", "SUBNETS"}},
		"by name: launch type":                {tftest.With(named(nil), tftest.Block{"launch_type": tftest.Unknown}), []string{"ASSIGN_PUBLIC_IP", "LAUNCH_TYPE", "SUBNETS"}},
		"by name: launch type, subnets given": {tftest.With(named(tftest.Block{"subnet_ids": []any{"subnet-0c"}}), tftest.Block{"launch_type": tftest.Unknown}), []string{"LAUNCH_TYPE"}},

		"machine": {answers(whole(nil), tftest.Unknown), []string{"task_token_policy_json"}},
		"machine, region": {
			answers(named(tftest.Block{"region": tftest.Unknown}), "nightly"),
			[]string{"ARN", "CLUSTER", "SUBNETS", "policy_json", "policy_name", "task_token_policy_json"},
		},
		"machine, region of the whole": {answers(whole(tftest.Block{"region": tftest.Unknown}), "nightly"), []string{"policy_json", "policy_name", "task_token_policy_json"}},
		"machine's ARN, region": {
			answers(named(tftest.Block{"region": tftest.Unknown}), "arn:aws:states:eu-west-1:"+tftest.Account+":stateMachine:nightly"),
			[]string{"ARN", "CLUSTER", "SUBNETS", "policy_json", "policy_name"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, diags := wirePlan(t, wirePlace, someSubnets, test.config)
			if diags.HasError() {
				t.Fatal(diags)
			}
			if have, want := unknownOf(m), slices.Sorted(slices.Values(test.want)); !slices.Equal(have, want) {
				t.Errorf("unknown: %v, not %v", have, want)
			}
		})
	}
}

// What goes only into the state makes only the state unknown, and what is not known is not judged.
func TestPlanWire_unknownState(t *testing.T) {
	t.Parallel()
	for attribute, value := range map[string]any{
		"query_language": tftest.Unknown, "command": []any{"dump", tftest.Unknown}, "cpu": tftest.Unknown, "memory": tftest.Unknown,
		"container_environment": tftest.Block{"A": tftest.Unknown}, "timeout_seconds": tftest.Unknown, "heartbeat_seconds": tftest.Unknown, "next_state": tftest.Unknown,
	} {
		m, diags := wirePlan(t, wirePlace, someSubnets, tftest.With(tftest.Block{
			"task": wholeTask(), "integration": "step_functions_task_token", "state_machine": "nightly",
			"cpu": "256", "memory": "8192", "timeout_seconds": 10, "heartbeat_seconds": 5, "container_environment": tftest.Block{"A": "$.a"},
		}, tftest.Block{"cpu": "1024", attribute: value}))
		if diags.HasError() {
			t.Errorf("%s: %v", attribute, diags)
		}
		if unknown := unknownOf(m); len(unknown) > 0 || !m.StateJSON.IsUnknown() {
			t.Errorf("%s: unknown are %v, and the state is %s", attribute, unknown, m.StateJSON)
		}
	}
}

// The default subnets of another region than the task's would be the wrong ones.
// The variables of one wire are minded against what a function has room for: the usual ones are
// no matter, and the longest there can be are.
func TestPlanWire_warnsOfSize(t *testing.T) {
	t.Parallel()
	usual, diags := wirePlan(t, wirePlace, someSubnets, tftest.Block{"task": tftest.Block{"name": "transcode"}})
	usual.warnOfSize(&diags)
	if len(diags) > 0 {
		t.Error(diags)
	}
	var subnets, groups []any
	for i := range 16 {
		subnets = append(subnets, fmt.Sprintf("subnet-0123456789abcde%02d", i))
	}
	for i := range 5 {
		groups = append(groups, fmt.Sprintf("sg-0123456789abcdef%d", i))
	}
	long := strings.Repeat("n", 255)
	largest, diags := wirePlan(t, wirePlace, noSubnets(t), tftest.Block{"env_prefix": strings.Repeat("P", maxPrefix), "task": tftest.Block{
		"name": long, "cluster": long, "container_name": long, "subnet_ids": subnets, "security_group_ids": groups,
	}})
	largest.warnOfSize(&diags)
	largest.Integration = types.StringValue("scheduler")
	largest.warnOfSize(&diags) // which reads no variables
	if diags.HasError() || diags.WarningsCount() != 1 || !strings.Contains(diags[0].Detail(), "may take 4096") {
		t.Error(diags)
	}
}

func TestPlanWire_unknownRegionAsksForNoSubnets(t *testing.T) {
	t.Parallel()
	_, diags := wirePlan(t, wirePlace, noSubnets(t), tftest.Block{"task": tftest.Block{"name": "transcode", "region": tftest.Unknown}})
	if diags.HasError() {
		t.Fatal(diags)
	}
}

// With skip_requesting_account_id the account is not known while planning. The ARN of
// a task has the account too.
func TestPlanWire_withoutAccount(t *testing.T) {
	t.Parallel()
	place := wirePlace
	place.Account = ""
	with, diags := wirePlan(t, wirePlace, noSubnets(t), tftest.Block{"task": wholeTask()})
	without, more := wirePlan(t, place, noSubnets(t), tftest.Block{"task": wholeTask()})
	named, again := wirePlan(t, place, someSubnets, tftest.Block{"task": tftest.Block{"name": "transcode"}})
	if diags.Append(append(more, again...)...); diags.HasError() {
		t.Fatal(diags)
	}
	if unknown := unknownOf(without); len(unknown) > 0 || !with.PolicyJSON.Equal(without.PolicyJSON) || !with.Environment.Equal(without.Environment) {
		t.Errorf("unknown: %v; with the account:\n%+v\nwithout:\n%+v", unknown, with, without)
	}
	if have, want := unknownOf(named), []string{"ARN", "CLUSTER", "policy_json"}; !slices.Equal(have, want) {
		t.Errorf("by name, unknown: %v, not %v", have, want)
	}
}

// What the launch type says of the public address stands in the environment too.
func TestPlanWire_publicIP(t *testing.T) {
	t.Parallel()
	byName := tftest.Block{"name": "transcode", "launch_types": []any{"EC2", "FARGATE"}}
	for launchType, want := range map[any]string{nil: "ENABLED", "FARGATE": "ENABLED", "EC2": "DISABLED"} {
		for name, task := range map[string]tftest.Block{"by name": byName, "whole": wholeTask()} {
			m, diags := wirePlan(t, wirePlace, someSubnets, tftest.Block{"task": task, "integration": "step_functions", "launch_type": launchType})
			env, state := tf.StringMapOf(m.Environment)["DOCKER_TASK_ASSIGN_PUBLIC_IP"], m.StateJSON.ValueString()
			if diags.HasError() || env != want || !strings.Contains(state, `"AssignPublicIp":"`+want+`"`) {
				t.Errorf("%s, %v: %s, %s, %v", name, launchType, env, state, diags)
			}
		}
	}
}

// A launch type that the task cannot run on is an error of a state; code decides for itself.
func TestPlanWire_launch_refused(t *testing.T) {
	t.Parallel()
	onEC2 := tftest.With(wholeTask(), tftest.Block{"launch_types": []any{"EC2"}, "network_mode": "awsvpc"})
	_, diags := wirePlan(t, wirePlace, someSubnets, tftest.Block{"task": onEC2, "integration": "step_functions", "launch_type": "FARGATE"})
	if len(diags) != 1 || !strings.Contains(diags[0].Detail(), "does not run on FARGATE") {
		t.Errorf("says %v", diags)
	}
}

// On what a wire runs the task, and where, follows from what the task can run on.
func TestPlanWire_launch(t *testing.T) {
	t.Parallel()
	const network, noNetwork = `"NetworkConfiguration":`, ""
	on := func(types ...any) tftest.Block { return tftest.Block{"launch_types": types, "network_mode": "awsvpc"} }
	for name, test := range map[string]struct {
		task    tftest.Block
		wire    tftest.Block
		want    string // launch type in state and environment, "" for none
		network string
		subnets string
	}{
		"whole, nothing told":       {task: wholeTask(), want: "FARGATE", network: network, subnets: "subnet-0a,subnet-0b"},
		"whole, EC2 only":           {task: tftest.With(wholeTask(), on("EC2")), want: "EC2", network: network, subnets: "subnet-0a,subnet-0b"},
		"whole, names none":         {task: tftest.With(wholeTask(), on()), want: "EC2", network: network, subnets: "subnet-0a,subnet-0b"},
		"whole, both":               {task: tftest.With(wholeTask(), on("EC2", "FARGATE")), want: "FARGATE", network: network, subnets: "subnet-0a,subnet-0b"},
		"whole, both, on EC2":       {task: tftest.With(wholeTask(), on("EC2", "FARGATE")), wire: tftest.Block{"launch_type": "EC2"}, want: "EC2", network: network, subnets: "subnet-0a,subnet-0b"},
		"whole, by the cluster":     {task: tftest.With(wholeTask(), on("EC2")), wire: tftest.Block{"capacity_providers": []any{}}, network: network, subnets: "subnet-0a,subnet-0b"},
		"whole, managed":            {task: tftest.With(wholeTask(), on("MANAGED_INSTANCES")), wire: tftest.Block{"capacity_providers": []any{}}, network: network, subnets: "subnet-0a,subnet-0b"},
		"whole, bridge":             {task: tftest.With(wholeTask(), tftest.Block{"network_mode": "bridge", "launch_types": []any{"EC2"}, "subnet_ids": []any{}}), want: "EC2", network: noNetwork},
		"foreign, bridge, no place": {task: tftest.With(wholeTask(), tftest.Block{"network_mode": "bridge", "launch_types": []any{}, "subnet_ids": nil, "assign_public_ip": nil}), want: "EC2", network: noNetwork},
		"by name":                   {task: tftest.Block{"name": "transcode"}, want: "FARGATE", network: network, subnets: "subnet-0a,subnet-0b"},
		"by name, EC2":              {task: tftest.Block{"name": "transcode", "launch_types": []any{"EC2"}}, want: "EC2", network: noNetwork},
		"by name, bridge":           {task: tftest.Block{"name": "transcode", "network_mode": "bridge"}, want: "EC2", network: noNetwork},
		"by name, EC2 and awsvpc":   {task: tftest.Block{"name": "transcode", "launch_types": []any{"EC2"}, "network_mode": "awsvpc"}, want: "EC2", network: network, subnets: "subnet-0a,subnet-0b"},
		"by name, EC2 and subnets":  {task: tftest.Block{"name": "transcode", "launch_types": []any{"EC2"}, "subnet_ids": []any{"subnet-0c"}}, want: "EC2", network: network, subnets: "subnet-0c"},
		"by name, on EC2":           {task: tftest.Block{"name": "transcode"}, wire: tftest.Block{"launch_type": "EC2"}, want: "EC2", network: noNetwork},
		"by name, on EC2, subnets":  {task: tftest.Block{"name": "transcode", "subnet_ids": []any{"subnet-0c"}}, wire: tftest.Block{"launch_type": "EC2"}, want: "EC2", network: network, subnets: "subnet-0c"},
		"by name, by the cluster":   {task: tftest.Block{"name": "transcode"}, wire: tftest.Block{"capacity_providers": []any{}}, network: network, subnets: "subnet-0a,subnet-0b"},
	} {
		for _, integration := range []any{"step_functions", nil} {
			m, diags := wirePlan(t, wirePlace, someSubnets, tftest.With(tftest.With(tftest.Block{"task": test.task}, test.wire), tftest.Block{"integration": integration}))
			env, state := tf.StringMapOf(m.Environment), m.StateJSON.ValueString()
			if diags.HasError() || env["DOCKER_TASK_LAUNCH_TYPE"] != test.want || env["DOCKER_TASK_SUBNETS"] != test.subnets {
				t.Errorf("%s: %v, %v", name, env, diags)
			}
			if integration != nil && (strings.Contains(state, network) != (test.network == network) ||
				strings.Contains(state, `"LaunchType":"`+test.want+`"`) != (test.want != "") || strings.Contains(state, "CapacityProviderStrategy")) {
				t.Errorf("%s: %s", name, state)
			}
		}
	}
}

func TestPlanWire_byHand(t *testing.T) {
	t.Parallel()
	const otherCluster = "arn:aws:ecs:eu-west-1:" + tftest.Account + ":cluster/batch"
	for name, test := range map[string]struct {
		task   tftest.Block
		env    map[string]string
		has    []string
		hasNot []string
	}{
		"by name, overridden": {
			tftest.Block{"name": "transcode", "cluster": "batch", "subnet_ids": []any{"subnet-0c"}, "security_group_ids": []any{"sg-0b", "sg-0a"}, "container_name": "main"},
			map[string]string{
				"DOCKER_TASK_ARN": wireFamily, "DOCKER_TASK_CLUSTER": otherCluster, "DOCKER_TASK_SUBNETS": "subnet-0c",
				"DOCKER_TASK_SECURITY_GROUPS": "sg-0a,sg-0b", "DOCKER_TASK_CONTAINER": "main",
				"DOCKER_TASK_ASSIGN_PUBLIC_IP": "DISABLED", // as for a docker_task whose subnets are set
			},
			[]string{otherCluster, wireRole + "execution", wireRole + "task"}, []string{wireCluster},
		},
		"by name, a cluster's ARN": {
			tftest.Block{"name": "transcode", "cluster": otherCluster, "assign_public_ip": false},
			map[string]string{"DOCKER_TASK_CLUSTER": otherCluster, "DOCKER_TASK_SUBNETS": "subnet-0a,subnet-0b", "DOCKER_TASK_ASSIGN_PUBLIC_IP": "DISABLED"},
			[]string{otherCluster}, []string{wireCluster},
		},
		"by name, in another region": {
			tftest.Block{"name": "transcode", "region": "eu-west-1", "task_role_arn": "arn:aws:iam::" + tftest.Account + ":role/mine"},
			map[string]string{"DOCKER_TASK_ARN": wireFamily},
			[]string{wireRole + "execution", "role/mine"}, []string{wireRole + "task"},
		},
		"whole, without execution role": {
			tftest.With(wholeTask(), tftest.Block{"execution_role_arn": nil}), nil, []string{wireRole + "task", "iam:PassRole"}, []string{wireRole + "execution"},
		},
		"whole, without task role": {
			tftest.With(wholeTask(), tftest.Block{"task_role_arn": nil}), nil, []string{wireRole + "execution"}, []string{wireRole + "task"},
		},
		"whole, without roles": {
			tftest.With(wholeTask(), tftest.Block{"task_role_arn": nil, "execution_role_arn": nil}), nil, []string{"ecs:RunTask"}, []string{"iam:PassRole"},
		},
		"whole, without subnets": {
			tftest.With(wholeTask(), tftest.Block{"subnet_ids": []any{}}), map[string]string{"DOCKER_TASK_SUBNETS": ""}, nil, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, diags := wirePlan(t, wirePlace, someSubnets, tftest.Block{"task": test.task})
			if diags.HasError() {
				t.Fatal(diags)
			}
			env := tf.StringMapOf(m.Environment)
			for key, want := range test.env {
				if env[key] != want {
					t.Errorf("%s is %q, not %q", key, env[key], want)
				}
			}
			for _, part := range test.has {
				if !strings.Contains(m.PolicyJSON.ValueString(), part) {
					t.Errorf("%s is not in %s", part, m.PolicyJSON.ValueString())
				}
			}
			for _, part := range test.hasNot {
				if strings.Contains(m.PolicyJSON.ValueString(), part) {
					t.Errorf("%s is in %s", part, m.PolicyJSON.ValueString())
				}
			}
		})
	}
}

// A task that another tool created has no network and cluster.
func TestPlanWire_foreignTask(t *testing.T) {
	t.Parallel()
	foreign := tftest.With(wholeTask(), tftest.Block{"cluster": nil, "subnet_ids": nil, "assign_public_ip": nil})
	_, diags := wirePlan(t, wirePlace, noSubnets(t), tftest.Block{"task": foreign})
	if !diags.HasError() {
		t.Fatal("no error")
	}
	said := fmt.Sprint(diags)
	for _, part := range []string{"transcode", "cluster", "subnet_ids", "assign_public_ip", "merge("} {
		if !strings.Contains(said, part) {
			t.Errorf("the error does not name %s: %s", part, said)
		}
	}
	if strings.Contains(said, "container_name") {
		t.Errorf("the error asks for what is there: %s", said)
	}
	told := tftest.With(foreign, tftest.Block{"cluster": "default", "subnet_ids": []any{"subnet-0a"}, "assign_public_ip": tftest.Unknown})
	if _, diags := wirePlan(t, wirePlace, noSubnets(t), tftest.Block{"task": told}); diags.HasError() {
		t.Error(diags)
	}
}

// A wire that could not do what it says is refused, and where; what is not known yet is not judged.
func TestPlanWire_refused(t *testing.T) {
	t.Parallel()
	roleless := tftest.With(wholeTask(), tftest.Block{"task_role_arn": nil})
	token := func(task tftest.Block, more tftest.Block) tftest.Block {
		return tftest.With(tftest.Block{"task": task, "integration": "step_functions_task_token", "state_machine": "nightly"}, more)
	}
	state := func(task tftest.Block, more tftest.Block) tftest.Block {
		return tftest.With(tftest.Block{"task": task, "integration": "step_functions"}, more)
	}
	nowhere := tftest.With(wholeTask(), tftest.Block{"subnet_ids": []any{}})
	theirs := tftest.With(wholeTask(), tftest.Block{"family_arn": strings.Replace(wireFamily, tftest.Account, "444455556666", 1)})
	for name, test := range map[string]struct {
		config tftest.Block
		at     string // "" for no error
		says   []string
	}{
		"no role to answer with":             {token(roleless, nil), "task.task_role_arn", []string{"transcode has no task role", "attach_policy = false"}},
		"no role to answer with, computed":   {token(roleless, tftest.Block{"attach_policy": false}), "", nil},
		"no role to answer with, perhaps":    {token(roleless, tftest.Block{"attach_policy": tftest.Unknown}), "", nil},
		"the role of the rules":              {token(tftest.Block{"name": "transcode"}, nil), "", nil},
		"no role, without an answer":         {tftest.Block{"task": roleless}, "", nil},
		"no subnets":                         {state(nowhere, nil), "task.subnet_ids", []string{"transcode has no subnets", "network_mode"}},
		"no subnets, on container instances": {state(nowhere, tftest.Block{"launch_type": "EC2"}), "", nil},
		"no subnets, on who knows what":      {state(nowhere, tftest.Block{"launch_type": tftest.Unknown}), "", nil},
		"a public address on EC2":            {state(tftest.Block{"name": "transcode", "assign_public_ip": true}, tftest.Block{"launch_type": "EC2"}), "task.assign_public_ip", []string{"Only a task on Fargate", "launch_type", "remove assign_public_ip"}},
		"one that may be the default":        {state(wholeTask(), tftest.Block{"launch_type": "EC2"}), "", nil},
		"one on Fargate":                     {state(tftest.Block{"name": "transcode", "assign_public_ip": true}, nil), "", nil},
		"one on who knows what":              {state(tftest.Block{"name": "transcode", "assign_public_ip": true}, tftest.Block{"launch_type": tftest.Unknown}), "", nil},
		"one of who knows which task":        {state(tftest.Block{"name": "transcode", "family_arn": tftest.Unknown, "assign_public_ip": true}, tftest.Block{"launch_type": "EC2"}), "", nil},
		"FARGATE, for EC2 only":              {state(tftest.With(wholeTask(), tftest.Block{"launch_types": []any{"EC2"}}), tftest.Block{"launch_type": "FARGATE"}), "launch_type", []string{"does not run on FARGATE", "launch types are EC2"}},
		"managed instances":                  {state(tftest.With(wholeTask(), tftest.Block{"launch_types": []any{"MANAGED_INSTANCES"}}), nil), "capacity_providers", []string{"set capacity_providers, to []"}},
		"managed instances, by code":         {tftest.Block{"task": tftest.With(wholeTask(), tftest.Block{"launch_types": []any{"MANAGED_INSTANCES"}})}, "", nil},
		"Fargate's capacity providers":       {state(tftest.With(wholeTask(), tftest.Block{"launch_types": []any{"EC2"}}), tftest.Block{"capacity_providers": []any{tftest.Block{"name": "FARGATE_SPOT"}}}), "capacity_providers", []string{"does not run on FARGATE_SPOT"}},
		"awsvpc on EC2 without subnets":      {state(tftest.With(nowhere, tftest.Block{"launch_types": []any{"EC2"}, "network_mode": "awsvpc"}), nil), "task.subnet_ids", []string{"network mode awsvpc"}},
		"subnets under bridge":               {tftest.Block{"task": tftest.Block{"name": "transcode", "network_mode": "bridge", "subnet_ids": []any{"subnet-0c"}}}, "task.subnet_ids", []string{"only with network_mode awsvpc", "bridge"}},
		"a task of another account":          {tftest.Block{"task": theirs}, "task.family_arn", []string{"of account 444455556666"}},
		"another account, computed":          {tftest.Block{"task": theirs, "attach_policy": false}, "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, diags := wirePlan(t, wirePlace, someSubnets, test.config)
			if test.at == "" {
				if diags.HasError() {
					t.Error(diags)
				}
				return
			}
			if diags.ErrorsCount() != 1 || diags[0].Summary() != "Invalid "+test.at {
				t.Fatalf("%v", diags)
			}
			for _, part := range test.says {
				if !strings.Contains(diags[0].Detail(), part) {
					t.Errorf("%q is not in %q", part, diags[0].Detail())
				}
			}
		})
	}
}

// A whole task without a task role has no role by the rules either: a role of that name may
// belong to another owner.
func TestWireModel_attachments(t *testing.T) {
	t.Parallel()
	m, _ := wirePlan(t, wirePlace, noSubnets(t), tftest.Block{
		"task": tftest.With(wholeTask(), tftest.Block{"task_role_arn": nil}), "consumer_role": "api", "integration": "step_functions_task_token", "state_machine": "nightly",
	})
	var diags diag.Diagnostics
	if have := m.attachments(t.Context(), wirePlace, types.StringNull(), &diags); len(have) != 1 || have[0].role != "api" {
		t.Errorf("policies on %v", have)
	}
}

// The account of a wire to a task that is given by its name stands in its state.
func TestWireModel_account(t *testing.T) {
	t.Parallel()
	const other = "210987654321"
	m := wireConfig(t, tftest.Block{"task": tftest.Block{"name": "t"}, "consumer_role": "api", "variables": tftest.Block{}})
	m.AccountID = types.StringValue(other)
	var diags diag.Diagnostics
	if got := m.account(t.Context(), &diags); got != other || diags.HasError() {
		t.Errorf("state tells account %q, %v", got, diags)
	}
}

// The model and the schema have the same attributes.
func TestWireModel_isTheSchema(t *testing.T) {
	t.Parallel()
	var resp resource.SchemaResponse
	NewResource().Schema(t.Context(), resource.SchemaRequest{}, &resp)
	have := tftest.FieldTags(model{})
	if want := slices.Sorted(maps.Keys(tftest.AttributeTypes(t, resp.Schema.Type()))); !slices.Equal(have, want) {
		t.Errorf("the model has %v, the schema %v", have, want)
	}
}
