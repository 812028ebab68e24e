package provider

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
)

var (
	wirePlace   = arn.Place{Partition: "aws", Region: "eu-west-1", Account: testAccount}
	wireSubnets = []string{"subnet-0a", "subnet-0b"}
)

const (
	wireFamily  = "arn:aws:ecs:eu-west-1:" + testAccount + ":task-definition/transcode"
	wireCluster = "arn:aws:ecs:eu-west-1:" + testAccount + ":cluster/default"
	wireRole    = "arn:aws:iam::" + testAccount + ":role/transcode-eu-west-1-"
)

// wholeTask is the task of a wire as docker_task.transcode gives it.
func wholeTask() block {
	return block{
		"name": "transcode", "region": "eu-west-1", "family_arn": wireFamily, "container_name": "transcode", "cluster": "default",
		"subnet_ids": []any{"subnet-0a", "subnet-0b"}, "assign_public_ip": true,
		"execution_role_arn": wireRole + "execution", "task_role_arn": wireRole + "task",
	}
}

// wirePlan plans the wire of a configuration.
func wirePlan(t *testing.T, place arn.Place, subnets func() []string, b block) (wireModel, diag.Diagnostics) {
	t.Helper()
	m := wireConfig(t, b)
	var diags diag.Diagnostics
	planWire(t.Context(), &m, site{Place: place, defaultSubnets: subnets}, &diags)
	return m, diags
}

// wireConfig is a configuration as the model has it.
func wireConfig(t *testing.T, b block) wireModel {
	t.Helper()
	var resp resource.SchemaResponse
	newWireResource().Schema(t.Context(), resource.SchemaRequest{}, &resp)
	b = with(block{"capacity_providers": nullValue{}}, b)
	config := tfsdk.Config{Raw: value(t, resp.Schema.Type().TerraformType(t.Context()), b), Schema: resp.Schema}
	var m wireModel
	if diags := config.Get(t.Context(), &m); diags.HasError() {
		t.Fatal(diags)
	}
	return m
}

func noSubnets(t *testing.T) func() []string {
	return func() []string {
		t.Helper()
		t.Error("the default subnets are asked for without need")
		return nil
	}
}

func someSubnets() []string { return slices.Clone(wireSubnets) }

// unknownOf are the computed attributes of a planned wire that are unknown.
func unknownOf(m wireModel) []string {
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
	whole, diags := wirePlan(t, wirePlace, noSubnets(t), block{"task": wholeTask()})
	named, more := wirePlan(t, wirePlace, someSubnets, block{"task": block{"name": "transcode"}})
	if diags.Append(more...); diags.HasError() {
		t.Fatal(diags)
	}
	for _, m := range []wireModel{whole, named} {
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
	b := block{
		"task":    with(wholeTask(), block{"security_group_ids": []any{"sg-0b", "sg-0a"}}),
		"actions": []any{"stop", "run"}, "revision": 3, "env_prefix": "P_",
	}
	first, diags := wirePlan(t, wirePlace, noSubnets(t), b)
	again := first
	planWire(t.Context(), &again, site{Place: wirePlace, defaultSubnets: noSubnets(t)}, &diags)
	b["actions"] = []any{"run", "stop"}
	b["task"] = with(wholeTask(), block{"security_group_ids": []any{"sg-0a", "sg-0b"}, "subnet_ids": []any{"subnet-0b", "subnet-0a"}})
	shuffled, more := wirePlan(t, wirePlace, noSubnets(t), b)
	if diags.Append(more...); diags.HasError() {
		t.Fatal(diags)
	}
	for _, m := range []wireModel{again, shuffled} {
		if !m.PolicyJSON.Equal(first.PolicyJSON) || !m.Environment.Equal(first.Environment) || !m.PolicyName.Equal(first.PolicyName) {
			t.Errorf("first:\n%+v\nthen:\n%+v", first, m)
		}
	}
}

// What is unknown in the configuration makes unknown just what follows from it.
func TestPlanWire_unknown(t *testing.T) {
	t.Parallel()
	everyVariable := []string{"ARN", "ASSIGN_PUBLIC_IP", "CLUSTER", "CONTAINER", "LAUNCH_TYPE", "SECURITY_GROUPS", "SUBNETS"}
	whole := func(other block) block { return block{"task": with(wholeTask(), other)} }
	named := func(other block) block { return block{"task": with(block{"name": "transcode"}, other)} }
	answers := func(other block, machine any) block {
		return with(other, block{"integration": "step_functions_task_token", "state_machine": machine})
	}
	for name, test := range map[string]struct {
		config block
		want   []string
	}{
		"nothing": {whole(nil), nil},
		"task":    {block{"task": unknown}, append(everyVariable, "policy_json", "policy_name")},

		"whole: name":               {whole(block{"name": unknown}), []string{"policy_name"}},
		"whole: family":             {whole(block{"family_arn": unknown}), []string{"ARN", "CLUSTER", "policy_json"}},
		"whole: container":          {whole(block{"container_name": unknown}), []string{"CONTAINER"}},
		"whole: cluster":            {whole(block{"cluster": unknown}), []string{"CLUSTER", "policy_json"}},
		"whole: subnets":            {whole(block{"subnet_ids": unknown}), []string{"SUBNETS"}},
		"whole: one subnet":         {whole(block{"subnet_ids": []any{"subnet-0a", unknown}}), []string{"SUBNETS"}},
		"whole: security groups":    {whole(block{"security_group_ids": unknown}), []string{"SECURITY_GROUPS"}},
		"whole: one security group": {whole(block{"security_group_ids": []any{unknown}}), []string{"SECURITY_GROUPS"}},
		"whole: public address":     {whole(block{"assign_public_ip": unknown}), []string{"ASSIGN_PUBLIC_IP"}},
		"whole: execution role":     {whole(block{"execution_role_arn": unknown}), []string{"policy_json"}},
		"whole: task role":          {whole(block{"task_role_arn": unknown}), []string{"policy_json"}},

		"by name: name":          {block{"task": block{"name": unknown}}, []string{"ARN", "CLUSTER", "CONTAINER", "policy_json", "policy_name"}},
		"by name: region":        {named(block{"region": unknown}), []string{"ARN", "CLUSTER", "SUBNETS", "policy_json", "policy_name"}},
		"by name: region, given": {named(block{"region": unknown, "subnet_ids": []any{"subnet-0c"}}), []string{"ARN", "CLUSTER", "policy_json", "policy_name"}},
		"by name: subnets":       {named(block{"subnet_ids": unknown}), []string{"ASSIGN_PUBLIC_IP", "SUBNETS"}},
		"by name: cluster":       {named(block{"cluster": unknown}), []string{"CLUSTER", "policy_json"}},
		"by name: task role":     {named(block{"task_role_arn": unknown}), []string{"policy_json"}},
		// With an ARN, what is null would be absent; without one, it follows from the rules.
		"by name or whole": {named(block{"family_arn": unknown}), []string{"ARN", "ASSIGN_PUBLIC_IP", "CLUSTER", "CONTAINER", "SUBNETS", "policy_json"}},

		"actions":     {with(whole(nil), block{"actions": unknown}), []string{"policy_json"}},
		"one action":  {with(whole(nil), block{"actions": []any{"run", unknown}}), []string{"policy_json"}},
		"revision":    {with(whole(nil), block{"revision": unknown}), []string{"ARN", "policy_json"}},
		"prefix":      {with(whole(nil), block{"env_prefix": unknown}), []string{"environment", "policy_name"}},
		"policy name": {with(whole(nil), block{"policy_name": unknown}), []string{"policy_name"}},
		"given a policy name, prefix": {
			with(whole(nil), block{"env_prefix": unknown, "policy_name": "mine"}), []string{"environment"},
		},
		"consumer": {with(whole(nil), block{"consumer_role": unknown}), nil},

		"launch type": {with(whole(nil), block{"integration": "step_functions", "launch_type": unknown}), []string{"ASSIGN_PUBLIC_IP", "LAUNCH_TYPE"}},
		"launch type, no public address": {
			with(whole(block{"assign_public_ip": false}), block{"integration": "step_functions", "launch_type": unknown}), []string{"LAUNCH_TYPE"},
		},
		"integration, on EC2": {
			with(whole(nil), block{"integration": unknown, "launch_type": "EC2"}), []string{"policy_json", "task_token_policy_json"},
		},
		"capacity providers": {with(whole(nil), block{"capacity_providers": unknown}), []string{"ASSIGN_PUBLIC_IP", "LAUNCH_TYPE"}},
		"one capacity provider's name": {
			with(whole(nil), block{"integration": "step_functions", "capacity_providers": []any{block{"name": unknown}}}), []string{"ASSIGN_PUBLIC_IP", "LAUNCH_TYPE"},
		},
		"whole: launch types":                 {whole(block{"launch_types": unknown}), []string{"ASSIGN_PUBLIC_IP", "LAUNCH_TYPE"}},
		"whole: network mode":                 {whole(block{"network_mode": unknown}), []string{"ASSIGN_PUBLIC_IP", "LAUNCH_TYPE"}},
		"by name: launch types":               {named(block{"launch_types": unknown}), []string{"ASSIGN_PUBLIC_IP", "LAUNCH_TYPE", "SUBNETS"}},
		"by name: network mode":               {named(block{"network_mode": unknown}), []string{"ASSIGN_PUBLIC_IP", "LAUNCH_TYPE", "SUBNETS"}},
		"by name: launch type":                {with(named(nil), block{"launch_type": unknown}), []string{"ASSIGN_PUBLIC_IP", "LAUNCH_TYPE", "SUBNETS"}},
		"by name: launch type, subnets given": {with(named(block{"subnet_ids": []any{"subnet-0c"}}), block{"launch_type": unknown}), []string{"LAUNCH_TYPE"}},

		"machine": {answers(whole(nil), unknown), []string{"task_token_policy_json"}},
		"machine, region": {
			answers(named(block{"region": unknown}), "nightly"),
			[]string{"ARN", "CLUSTER", "SUBNETS", "policy_json", "policy_name", "task_token_policy_json"},
		},
		"machine, region of the whole": {answers(whole(block{"region": unknown}), "nightly"), []string{"policy_json", "policy_name", "task_token_policy_json"}},
		"machine's ARN, region": {
			answers(named(block{"region": unknown}), "arn:aws:states:eu-west-1:"+testAccount+":stateMachine:nightly"),
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

// The default subnets of another region than the task's would be the wrong ones.
// The variables of one wire are minded against what a function has room for: the usual ones are
// no matter, and the longest there can be are.
func TestPlanWire_warnsOfSize(t *testing.T) {
	t.Parallel()
	usual, diags := wirePlan(t, wirePlace, someSubnets, block{"task": block{"name": "transcode"}})
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
	largest, diags := wirePlan(t, wirePlace, noSubnets(t), block{"env_prefix": strings.Repeat("P", maxPrefix), "task": block{
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
	_, diags := wirePlan(t, wirePlace, noSubnets(t), block{"task": block{"name": "transcode", "region": unknown}})
	if diags.HasError() {
		t.Fatal(diags)
	}
}

// With skip_requesting_account_id the account is not known while planning. A task that tells
// its ARN tells the account too.
func TestPlanWire_withoutAccount(t *testing.T) {
	t.Parallel()
	place := wirePlace
	place.Account = ""
	with, diags := wirePlan(t, wirePlace, noSubnets(t), block{"task": wholeTask()})
	without, more := wirePlan(t, place, noSubnets(t), block{"task": wholeTask()})
	named, again := wirePlan(t, place, someSubnets, block{"task": block{"name": "transcode"}})
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
	byName := block{"name": "transcode", "launch_types": []any{"EC2", "FARGATE"}}
	for launchType, want := range map[any]string{nil: "ENABLED", "FARGATE": "ENABLED", "EC2": "DISABLED"} {
		for name, task := range map[string]block{"by name": byName, "whole": wholeTask()} {
			m, diags := wirePlan(t, wirePlace, someSubnets, block{"task": task, "integration": "step_functions", "launch_type": launchType})
			env, state := stringMapOf(m.Environment)["DOCKER_TASK_ASSIGN_PUBLIC_IP"], m.StateJSON.ValueString()
			if diags.HasError() || env != want || !strings.Contains(state, `"AssignPublicIp":"`+want+`"`) {
				t.Errorf("%s, %v: %s, %s, %v", name, launchType, env, state, diags)
			}
		}
	}
}

// A launch type that the task cannot run on is an error of a state; code decides for itself.
func TestPlanWire_launch_refused(t *testing.T) {
	t.Parallel()
	onEC2 := with(wholeTask(), block{"launch_types": []any{"EC2"}, "network_mode": "awsvpc"})
	_, diags := wirePlan(t, wirePlace, someSubnets, block{"task": onEC2, "integration": "step_functions", "launch_type": "FARGATE"})
	if len(diags) != 1 || !strings.Contains(diags[0].Detail(), "does not run on FARGATE") {
		t.Errorf("says %v", diags)
	}
}

// On what a wire runs the task, and where, follows from what the task can run on.
func TestPlanWire_launch(t *testing.T) {
	t.Parallel()
	const network, noNetwork = `"NetworkConfiguration":`, ""
	on := func(types ...any) block { return block{"launch_types": types, "network_mode": "awsvpc"} }
	for name, test := range map[string]struct {
		task    block
		wire    block
		want    string // launch type in state and environment, "" for none
		network string
		subnets string
	}{
		"whole, nothing told":       {task: wholeTask(), want: "FARGATE", network: network, subnets: "subnet-0a,subnet-0b"},
		"whole, EC2 only":           {task: with(wholeTask(), on("EC2")), want: "EC2", network: network, subnets: "subnet-0a,subnet-0b"},
		"whole, names none":         {task: with(wholeTask(), on()), want: "EC2", network: network, subnets: "subnet-0a,subnet-0b"},
		"whole, both":               {task: with(wholeTask(), on("EC2", "FARGATE")), want: "FARGATE", network: network, subnets: "subnet-0a,subnet-0b"},
		"whole, both, on EC2":       {task: with(wholeTask(), on("EC2", "FARGATE")), wire: block{"launch_type": "EC2"}, want: "EC2", network: network, subnets: "subnet-0a,subnet-0b"},
		"whole, by the cluster":     {task: with(wholeTask(), on("EC2")), wire: block{"capacity_providers": []any{}}, network: network, subnets: "subnet-0a,subnet-0b"},
		"whole, managed":            {task: with(wholeTask(), on("MANAGED_INSTANCES")), wire: block{"capacity_providers": []any{}}, network: network, subnets: "subnet-0a,subnet-0b"},
		"whole, bridge":             {task: with(wholeTask(), block{"network_mode": "bridge", "launch_types": []any{"EC2"}, "subnet_ids": []any{}}), want: "EC2", network: noNetwork},
		"foreign, bridge, no place": {task: with(wholeTask(), block{"network_mode": "bridge", "launch_types": []any{}, "subnet_ids": nil, "assign_public_ip": nil}), want: "EC2", network: noNetwork},
		"by name":                   {task: block{"name": "transcode"}, want: "FARGATE", network: network, subnets: "subnet-0a,subnet-0b"},
		"by name, EC2":              {task: block{"name": "transcode", "launch_types": []any{"EC2"}}, want: "EC2", network: noNetwork},
		"by name, bridge":           {task: block{"name": "transcode", "network_mode": "bridge"}, want: "EC2", network: noNetwork},
		"by name, EC2 and awsvpc":   {task: block{"name": "transcode", "launch_types": []any{"EC2"}, "network_mode": "awsvpc"}, want: "EC2", network: network, subnets: "subnet-0a,subnet-0b"},
		"by name, EC2 and subnets":  {task: block{"name": "transcode", "launch_types": []any{"EC2"}, "subnet_ids": []any{"subnet-0c"}}, want: "EC2", network: network, subnets: "subnet-0c"},
		"by name, on EC2":           {task: block{"name": "transcode"}, wire: block{"launch_type": "EC2"}, want: "EC2", network: noNetwork},
		"by name, on EC2, subnets":  {task: block{"name": "transcode", "subnet_ids": []any{"subnet-0c"}}, wire: block{"launch_type": "EC2"}, want: "EC2", network: network, subnets: "subnet-0c"},
		"by name, by the cluster":   {task: block{"name": "transcode"}, wire: block{"capacity_providers": []any{}}, network: network, subnets: "subnet-0a,subnet-0b"},
	} {
		for _, integration := range []any{"step_functions", nil} {
			m, diags := wirePlan(t, wirePlace, someSubnets, with(with(block{"task": test.task}, test.wire), block{"integration": integration}))
			env, state := stringMapOf(m.Environment), m.StateJSON.ValueString()
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
	const otherCluster = "arn:aws:ecs:eu-west-1:" + testAccount + ":cluster/batch"
	for name, test := range map[string]struct {
		task   block
		env    map[string]string
		has    []string
		hasNot []string
	}{
		"by name, overridden": {
			block{"name": "transcode", "cluster": "batch", "subnet_ids": []any{"subnet-0c"}, "security_group_ids": []any{"sg-0b", "sg-0a"}, "container_name": "main"},
			map[string]string{
				"DOCKER_TASK_ARN": wireFamily, "DOCKER_TASK_CLUSTER": otherCluster, "DOCKER_TASK_SUBNETS": "subnet-0c",
				"DOCKER_TASK_SECURITY_GROUPS": "sg-0a,sg-0b", "DOCKER_TASK_CONTAINER": "main",
				"DOCKER_TASK_ASSIGN_PUBLIC_IP": "DISABLED", // as for a docker_task whose subnets are set
			},
			[]string{otherCluster, wireRole + "execution", wireRole + "task"}, []string{wireCluster},
		},
		"by name, a cluster's ARN": {
			block{"name": "transcode", "cluster": otherCluster, "assign_public_ip": false},
			map[string]string{"DOCKER_TASK_CLUSTER": otherCluster, "DOCKER_TASK_SUBNETS": "subnet-0a,subnet-0b", "DOCKER_TASK_ASSIGN_PUBLIC_IP": "DISABLED"},
			[]string{otherCluster}, []string{wireCluster},
		},
		"by name, in another region": {
			block{"name": "transcode", "region": "eu-west-1", "task_role_arn": "arn:aws:iam::" + testAccount + ":role/mine"},
			map[string]string{"DOCKER_TASK_ARN": wireFamily},
			[]string{wireRole + "execution", "role/mine"}, []string{wireRole + "task"},
		},
		"whole, without execution role": {
			with(wholeTask(), block{"execution_role_arn": nil}), nil, []string{wireRole + "task", "iam:PassRole"}, []string{wireRole + "execution"},
		},
		"whole, without task role": {
			with(wholeTask(), block{"task_role_arn": nil}), nil, []string{wireRole + "execution"}, []string{wireRole + "task"},
		},
		"whole, without roles": {
			with(wholeTask(), block{"task_role_arn": nil, "execution_role_arn": nil}), nil, []string{"ecs:RunTask"}, []string{"iam:PassRole"},
		},
		"whole, without subnets": {
			with(wholeTask(), block{"subnet_ids": []any{}}), map[string]string{"DOCKER_TASK_SUBNETS": ""}, nil, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, diags := wirePlan(t, wirePlace, someSubnets, block{"task": test.task})
			if diags.HasError() {
				t.Fatal(diags)
			}
			env := stringMapOf(m.Environment)
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

// A task that something else made does not tell where it runs.
func TestPlanWire_foreignTask(t *testing.T) {
	t.Parallel()
	foreign := with(wholeTask(), block{"cluster": nil, "subnet_ids": nil, "assign_public_ip": nil})
	_, diags := wirePlan(t, wirePlace, noSubnets(t), block{"task": foreign})
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
	told := with(foreign, block{"cluster": "default", "subnet_ids": []any{"subnet-0a"}, "assign_public_ip": unknown})
	if _, diags := wirePlan(t, wirePlace, noSubnets(t), block{"task": told}); diags.HasError() {
		t.Error(diags)
	}
}

// A wire that could not do what it says is refused, and where; what is not known yet is not judged.
func TestPlanWire_refused(t *testing.T) {
	t.Parallel()
	roleless := with(wholeTask(), block{"task_role_arn": nil})
	token := func(task block, more block) block {
		return with(block{"task": task, "integration": "step_functions_task_token", "state_machine": "nightly"}, more)
	}
	state := func(task block, more block) block {
		return with(block{"task": task, "integration": "step_functions"}, more)
	}
	nowhere := with(wholeTask(), block{"subnet_ids": []any{}})
	theirs := with(wholeTask(), block{"family_arn": strings.Replace(wireFamily, testAccount, "444455556666", 1)})
	for name, test := range map[string]struct {
		config block
		at     string // "" for no error
		says   []string
	}{
		"no role to answer with":             {token(roleless, nil), "task.task_role_arn", []string{"transcode has no task role", "attach_policy = false"}},
		"no role to answer with, computed":   {token(roleless, block{"attach_policy": false}), "", nil},
		"no role to answer with, perhaps":    {token(roleless, block{"attach_policy": unknown}), "", nil},
		"the role of the rules":              {token(block{"name": "transcode"}, nil), "", nil},
		"no role, without an answer":         {block{"task": roleless}, "", nil},
		"no subnets":                         {state(nowhere, nil), "task.subnet_ids", []string{"transcode has no subnets", "network_mode"}},
		"no subnets, on container instances": {state(nowhere, block{"launch_type": "EC2"}), "", nil},
		"no subnets, on who knows what":      {state(nowhere, block{"launch_type": unknown}), "", nil},
		"a public address on EC2":            {state(block{"name": "transcode", "assign_public_ip": true}, block{"launch_type": "EC2"}), "task.assign_public_ip", []string{"Only a task on Fargate", "launch_type", "remove assign_public_ip"}},
		"one that may be the default":        {state(wholeTask(), block{"launch_type": "EC2"}), "", nil},
		"one on Fargate":                     {state(block{"name": "transcode", "assign_public_ip": true}, nil), "", nil},
		"one on who knows what":              {state(block{"name": "transcode", "assign_public_ip": true}, block{"launch_type": unknown}), "", nil},
		"one of who knows which task":        {state(block{"name": "transcode", "family_arn": unknown, "assign_public_ip": true}, block{"launch_type": "EC2"}), "", nil},
		"FARGATE, for EC2 only":              {state(with(wholeTask(), block{"launch_types": []any{"EC2"}}), block{"launch_type": "FARGATE"}), "launch_type", []string{"does not run on FARGATE", "launch types are EC2"}},
		"managed instances":                  {state(with(wholeTask(), block{"launch_types": []any{"MANAGED_INSTANCES"}}), nil), "capacity_providers", []string{"set capacity_providers, to []"}},
		"managed instances, by code":         {block{"task": with(wholeTask(), block{"launch_types": []any{"MANAGED_INSTANCES"}})}, "", nil},
		"Fargate's capacity providers":       {state(with(wholeTask(), block{"launch_types": []any{"EC2"}}), block{"capacity_providers": []any{block{"name": "FARGATE_SPOT"}}}), "capacity_providers", []string{"does not run on FARGATE_SPOT"}},
		"awsvpc on EC2 without subnets":      {state(with(nowhere, block{"launch_types": []any{"EC2"}, "network_mode": "awsvpc"}), nil), "task.subnet_ids", []string{"network mode awsvpc"}},
		"subnets under bridge":               {block{"task": block{"name": "transcode", "network_mode": "bridge", "subnet_ids": []any{"subnet-0c"}}}, "task.subnet_ids", []string{"only with network_mode awsvpc", "bridge"}},
		"a task of another account":          {block{"task": theirs}, "task.family_arn", []string{"of account 444455556666"}},
		"another account, computed":          {block{"task": theirs, "attach_policy": false}, "", nil},
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

// A whole task without a task role has no role by the rules either: that name may be somebody
// else's.
func TestWireModel_attachments(t *testing.T) {
	t.Parallel()
	m, _ := wirePlan(t, wirePlace, noSubnets(t), block{
		"task": with(wholeTask(), block{"task_role_arn": nil}), "consumer_role": "api", "integration": "step_functions_task_token", "state_machine": "nightly",
	})
	var diags diag.Diagnostics
	if have := m.attachments(t.Context(), wirePlace, &diags); len(have) != 1 || have[0].role != "api" {
		t.Errorf("policies on %v", have)
	}
}

// The account of a wire to a task that is given by its name stands in its state.
func TestWireModel_account(t *testing.T) {
	t.Parallel()
	const other = "210987654321"
	m := wireConfig(t, block{"task": block{"name": "t"}, "consumer_role": "api", "variables": block{}})
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
	newWireResource().Schema(t.Context(), resource.SchemaRequest{}, &resp)
	have := fieldTags(wireModel{})
	if want := slices.Sorted(maps.Keys(attributeTypes(t, resp.Schema.Type()))); !slices.Equal(have, want) {
		t.Errorf("the model has %v, the schema %v", have, want)
	}
}
