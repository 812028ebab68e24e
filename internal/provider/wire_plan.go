package provider

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/task"
	"github.com/dockertask/terraform-provider-docker/internal/wire"
)

// planWire computes policy and environment. Whatever follows from something unknown is
// unknown, variable by variable. The default subnets are only asked for where the task is
// given by its name.
func planWire(ctx context.Context, plan *wireModel, place site, diags *diag.Diagnostics) {
	var t wireTaskModel
	decode(ctx, plan.Task, &t, diags)
	if plan.Task.IsUnknown() {
		t = unknownTask()
	}
	known := t.complete(path.Root("task"), place.Place, place.defaultSubnets, diags)
	plan.checkTask(t, place.Place, diags)
	if diags.HasError() {
		return
	}

	consumer := plan.consumer()
	end := t.end(place.Place)
	plan.PolicyJSON = types.StringUnknown()
	if known && !anyUnknown(plan.Actions) && !plan.Revision.IsUnknown() && !plan.Integration.IsUnknown() && !plan.TagsTasks.IsUnknown() {
		document, err := consumer.Policy(end)
		if err != nil {
			diags.AddAttributeError(path.Root("task").AtName("cluster"), invalid(path.Root("task").AtName("cluster")), sentence(err.Error()))
			return
		}
		plan.PolicyJSON = types.StringValue(document.JSON())
	}
	plan.planState(consumer, end, t, known, diags)
	plan.planToken(place.Place, t.Region)
	plan.Environment = types.MapUnknown(types.StringType)
	if !plan.EnvPrefix.IsUnknown() {
		plan.Environment = environment(consumer, end, plan, t)
	}
	if plan.PolicyName.IsNull() {
		plan.PolicyName = types.StringUnknown()
		if !t.Name.IsUnknown() && !plan.EnvPrefix.IsUnknown() && !t.Region.IsUnknown() {
			plan.PolicyName = types.StringValue(wire.PolicyName(t.Name.ValueString(), place.Region, plan.EnvPrefix.ValueString()))
		}
	}
}

// account is the account of a wire's task that state tells, where the credentials do not; ""
// where state does not either. A task that comes with its ARN may be of another account than
// the next one.
func (m wireModel) account(ctx context.Context, diags *diag.Diagnostics) string {
	var t wireTaskModel
	decode(ctx, m.Task, &t, diags)
	if !t.FamilyARN.IsNull() {
		return ""
	}
	family, err := arn.Parse(m.familyARN())
	if err != nil {
		return ""
	}
	return family.Account
}

// consumer is the other end of the wire.
func (m *wireModel) consumer() wire.Consumer {
	integration, _ := wire.FindIntegration(m.Integration.ValueString()) // validation knows no other
	c := wire.Consumer{Actions: m.actions(integration), Integration: integration, TagsTasks: m.TagsTasks.ValueBool(), Revision: m.Revision.ValueInt64()}
	if integration.State != "" {
		c.LaunchType = cmp.Or(m.LaunchType.ValueString(), wire.LaunchTypes[0])
	}
	return c
}

// planState computes the Task state of Step Functions, where there is one.
func (m *wireModel) planState(c wire.Consumer, end wire.Task, t wireTaskModel, known bool, diags *diag.Diagnostics) {
	m.StateJSON = types.StringNull()
	if c.Integration.State == "" && !m.Integration.IsUnknown() {
		return
	}
	m.StateJSON = types.StringUnknown()
	for _, v := range []attr.Value{m.Integration, m.Revision, m.NextState, m.LaunchType, t.SubnetIDs, t.SecurityGroupIDs, t.AssignPublicIP, t.ContainerName} {
		if anyUnknown(v) {
			return
		}
	}
	if !known {
		return
	}
	onFargate := c.LaunchType == task.Fargate
	t.checkSubnets(onFargate, "launch_type", diags)
	checkPublicIP(m.Task, onFargate, "launch_type", diags)
	state, err := c.StateJSON(end, m.NextState.ValueString())
	if err != nil {
		diags.AddAttributeError(path.Root("task").AtName("family_arn"), invalid(path.Root("task").AtName("family_arn")), sentence(err.Error()))
		return
	}
	m.StateJSON = types.StringValue(state)
}

// planToken computes the policy by which the task answers, where it does. A machine that is
// given by its name is where the task is.
func (m *wireModel) planToken(place arn.Place, region types.String) {
	m.TokenJSON = types.StringNull()
	nowhere := (place.Account == "" || region.IsUnknown()) && !arn.Is(m.StateMachine.ValueString())
	switch token := m.consumer().Integration.Token; {
	case m.Integration.IsUnknown() || token && (m.StateMachine.IsUnknown() || nowhere):
		m.TokenJSON = types.StringUnknown()
	case token:
		m.TokenJSON = types.StringValue(wire.TokenPolicy(m.StateMachine.ValueString(), place).JSON())
	}
}

func (m *wireModel) actions(i wire.Integration) []wire.Action {
	if i.Actions != nil {
		return i.Actions
	}
	if m.Actions.IsNull() {
		return wire.Actions
	}
	var out []wire.Action
	for _, a := range stringsOf(m.Actions.Elements()) {
		out = append(out, wire.Action(a))
	}
	return out
}

func unknownTask() wireTaskModel {
	return wireTaskModel{
		Name: types.StringUnknown(), Region: types.StringUnknown(), FamilyARN: types.StringUnknown(),
		ContainerName: types.StringUnknown(), Cluster: types.StringUnknown(),
		SubnetIDs: types.SetUnknown(types.StringType), SecurityGroupIDs: types.SetUnknown(types.StringType),
		AssignPublicIP: types.BoolUnknown(), ExecutionRoleARN: types.StringUnknown(), TaskRoleARN: types.StringUnknown(),
	}
}

// complete fills in what is left to the rules when the task, which the attribute at holds, is
// given by its name, and refuses a whole task that does not tell what a consumer needs. It tells
// whether all that goes into a policy is known.
func (t *wireTaskModel) complete(at path.Path, place arn.Place, defaultSubnets func() []string, diags *diag.Diagnostics) bool {
	if t.FamilyARN.IsUnknown() {
		// Whole or by name: only the ARN tells, so nothing that is null can be judged.
		for _, v := range []*types.String{&t.ContainerName, &t.Cluster, &t.ExecutionRoleARN, &t.TaskRoleARN} {
			if v.IsNull() {
				*v = types.StringUnknown()
			}
		}
		if t.SubnetIDs.IsNull() {
			t.SubnetIDs = types.SetUnknown(types.StringType)
		}
		if t.AssignPublicIP.IsNull() {
			t.AssignPublicIP = types.BoolUnknown()
		}
		return false
	}
	if t.FamilyARN.IsNull() {
		t.follow(place, defaultSubnets)
	} else {
		t.checkWhole(at, diags)
	}
	for _, v := range []attr.Value{t.FamilyARN, t.Cluster, t.ExecutionRoleARN, t.TaskRoleARN, t.Region} {
		if v.IsUnknown() {
			return false
		}
	}
	return true
}

// follow fills in what a task that is given by its name has by the rules.
func (t *wireTaskModel) follow(place arn.Place, defaultSubnets func() []string) {
	rules := task.Spec{Name: t.Name.ValueString(), Place: place}.WithDefaults()
	fill := func(to *types.String, value string, needs ...attr.Value) {
		if !to.IsNull() {
			return
		}
		*to = types.StringValue(value)
		for _, v := range needs {
			if v.IsUnknown() {
				*to = types.StringUnknown()
			}
		}
	}
	account := types.StringValue(place.Account)
	if place.Account == "" {
		account = types.StringUnknown()
	}
	fill(&t.FamilyARN, rules.FamilyARN(), t.Name, t.Region, account)
	fill(&t.ContainerName, rules.Main.Name, t.Name)
	fill(&t.Cluster, rules.Network.Cluster)
	fill(&t.ExecutionRoleARN, rules.RoleARN(task.ExecutionRole), t.Name, t.Region, account)
	fill(&t.TaskRoleARN, rules.RoleARN(task.TaskRole), t.Name, t.Region, account)
	if t.AssignPublicIP.IsNull() {
		t.AssignPublicIP = types.BoolValue(t.SubnetIDs.IsNull())
		if t.SubnetIDs.IsUnknown() {
			t.AssignPublicIP = types.BoolUnknown()
		}
	}
	switch {
	case !t.SubnetIDs.IsNull():
	case t.Region.IsUnknown():
		t.SubnetIDs = types.SetUnknown(types.StringType)
	default:
		t.SubnetIDs = setOf(defaultSubnets())
	}
}

// checkWhole refuses a task that exists but was made by something else and does not tell
// where it runs, and one that is put together of two.
func (t *wireTaskModel) checkWhole(at path.Path, diags *diag.Diagnostics) {
	if family, err := arn.Parse(t.FamilyARN.ValueString()); err == nil && !t.Name.IsUnknown() && family.Name() != t.Name.ValueString() {
		at := at.AtName("family_arn")
		diags.AddAttributeError(at, invalid(at), fmt.Sprintf(
			"The ARN is of task definition %s, and the name is %s: these are two tasks. Give both of the same one, or the name alone.", family.Name(), t.Name.ValueString()))
	}
	var missing, add []string
	for _, v := range []struct {
		name, example string
		value         attr.Value
	}{
		{"container_name", `"…"`, t.ContainerName},
		{"cluster", `"…"`, t.Cluster},
		{"subnet_ids", `["subnet-…"]`, t.SubnetIDs},
		{"assign_public_ip", `true or false`, t.AssignPublicIP},
	} {
		if v.value.IsNull() {
			missing = append(missing, v.name)
			add = append(add, v.name+" = "+v.example)
		}
	}
	if len(missing) == 0 {
		return
	}
	attribute, _ := at.Steps().LastStep()
	diags.AddAttributeError(at, invalid(at), fmt.Sprintf(
		"Docker task %s does not tell its %s: it was not made by this provider, and ECS does not keep where a task runs. Add it: %s = merge(data.docker_task.NAME, { %s }).",
		t.Name.ValueString(), strings.Join(missing, ", "), attribute, strings.Join(add, ", ")))
}

// checkAccount refuses a whole task of another account than the credentials': ECS lets nobody
// of one account run a task of another.
func (t *wireTaskModel) checkAccount(place arn.Place, diags *diag.Diagnostics) {
	family, err := arn.Parse(t.FamilyARN.ValueString())
	if err != nil || place.Account == "" || family.Account == place.Account {
		return
	}
	addInvalid(diags, path.Root("task").AtName("family_arn"), fmt.Sprintf(
		"the task is of account %s, where alone it can be used, and the provider's credentials are for account %s: use a provider with credentials of account %[1]s", family.Account, place.Account))
}

// checkPlace refuses a whole task that is not where what is made for it, such as "schedule", would
// be.
func (t *wireTaskModel) checkPlace(what string, place arn.Place, diags *diag.Diagnostics) {
	family, err := arn.Parse(t.FamilyARN.ValueString())
	if err != nil || t.Region.IsUnknown() {
		return
	}
	if family.Region != place.Region {
		addInvalid(diags, path.Root("task").AtName("family_arn"), fmt.Sprintf(
			"the task is in %s, where alone it can be used, and the %s would be in %s: set task.region to %[1]s", family.Region, what, place.Region))
		return
	}
	t.checkAccount(place, diags)
}

// checkSubnets refuses a task that is launched on Fargate and has no subnets; otherwise says which
// attributes launch it elsewhere.
func (t *wireTaskModel) checkSubnets(onFargate bool, otherwise string, diags *diag.Diagnostics) {
	if !onFargate || anyUnknown(t.SubnetIDs) || len(t.SubnetIDs.Elements()) > 0 {
		return
	}
	at := path.Root("task").AtName("subnet_ids")
	diags.AddAttributeError(at, invalid(at), fmt.Sprintf(
		"Docker task %s has no subnets, and a task on Fargate runs in at least one. Set subnet_ids of the task; or %s here, if it runs on container instances.", t.Name.ValueString(), otherwise))
}

// checkPublicIP refuses a public address that the user asks for, where other attributes launch the
// task elsewhere than on Fargate, which alone has them. That of a whole task may be its default,
// and is only not asked for.
func checkPublicIP(given types.Object, onFargate bool, otherwise string, diags *diag.Diagnostics) {
	family, byName := given.Attributes()["family_arn"].(types.String)
	address, _ := given.Attributes()["assign_public_ip"].(types.Bool)
	if onFargate || !byName || !family.IsNull() || !address.ValueBool() {
		return
	}
	addInvalid(diags, path.Root("task").AtName("assign_public_ip"), fmt.Sprintf(
		"only a task on Fargate gets a public address of its own, and %s launches this one elsewhere: remove assign_public_ip, or set it to false", otherwise))
}

// checkTask refuses a task, completed, whose policies have no place: one of another account, and
// one that has no role of its own to answer a state machine with.
func (m *wireModel) checkTask(t wireTaskModel, place arn.Place, diags *diag.Diagnostics) {
	if !m.attaches() {
		return
	}
	t.checkAccount(place, diags)
	if m.consumer().Integration.Token && t.TaskRoleARN.IsNull() {
		at := path.Root("task").AtName("task_role_arn")
		diags.AddAttributeError(at, invalid(at), fmt.Sprintf(
			"Docker task %s has no task role, and with integration %s it answers the state machine by a policy on that role. "+
				"Give the task a task role; or set attach_policy = false, and put task_token_policy_json where the task has its credentials from.",
			t.Name.ValueString(), m.Integration.ValueString()))
	}
}

// end is the task as internal/wire knows it.
func (t *wireTaskModel) end(place arn.Place) wire.Task {
	if family, err := arn.Parse(t.FamilyARN.ValueString()); err == nil {
		place = family.Place()
	}
	end := wire.Task{
		Name:       t.Name.ValueString(),
		FamilyARN:  t.FamilyARN.ValueString(),
		ClusterARN: task.ClusterARN(t.Cluster.ValueString(), place),
		Container:  t.ContainerName.ValueString(),
		Network: task.Network{
			SubnetIDs:        stringsOf(t.SubnetIDs.Elements()),
			SecurityGroupIDs: stringsOf(t.SecurityGroupIDs.Elements()),
			AssignPublicIP:   t.AssignPublicIP.ValueBool(),
		},
	}
	for _, role := range []types.String{t.ExecutionRoleARN, t.TaskRoleARN} {
		if a := role.ValueString(); a != "" {
			end.RoleARNs = append(end.RoleARNs, a)
		}
	}
	return end
}

// environment is what the consumer's code finds the task by, with those variables unknown
// that follow from something unknown.
func environment(c wire.Consumer, end wire.Task, plan *wireModel, t wireTaskModel) types.Map {
	prefix := plan.EnvPrefix.ValueString()
	needs := map[string][]attr.Value{
		"DOCKER_TASK_ARN":              {t.FamilyARN, plan.Revision},
		"DOCKER_TASK_SUBNETS":          {t.SubnetIDs},
		"DOCKER_TASK_CLUSTER":          {t.Cluster, t.FamilyARN},
		"DOCKER_TASK_SECURITY_GROUPS":  {t.SecurityGroupIDs},
		"DOCKER_TASK_ASSIGN_PUBLIC_IP": {t.AssignPublicIP},
		"DOCKER_TASK_CONTAINER":        {t.ContainerName},
	}
	if end.Network.AssignPublicIP && !plan.LaunchType.IsNull() {
		needs["DOCKER_TASK_ASSIGN_PUBLIC_IP"] = []attr.Value{plan.LaunchType, plan.Integration}
	}
	out := map[string]attr.Value{}
	for name, value := range c.Environment(end, prefix) {
		out[name] = types.StringValue(value)
		for _, v := range needs[strings.TrimPrefix(name, prefix)] {
			if anyUnknown(v) {
				out[name] = types.StringUnknown()
			}
		}
	}
	return types.MapValueMust(types.StringType, out)
}
