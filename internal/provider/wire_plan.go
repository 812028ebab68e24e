package provider

import (
	"context"
	"fmt"
	"slices"
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
	launch := readLaunch(ctx, plan.LaunchType, plan.Providers, diags)
	given := t.FamilyARN
	known := t.complete(path.Root("task"), place.Place, launch, place.defaultSubnets, diags)
	plan.checkTask(t, place.Place, diags)
	plan.checkIntegration(diags)
	plan.checkVariables(diags)
	if diags.HasError() {
		return
	}

	plan.Region, plan.AccountID = types.StringValue(place.Region), types.StringValue(place.Account)
	if family, err := arn.Parse(t.FamilyARN.ValueString()); err == nil {
		plan.Region, plan.AccountID = types.StringValue(family.Region), types.StringValue(family.Account)
	} else {
		if t.Region.IsUnknown() {
			plan.Region = types.StringUnknown()
		}
		if given.IsUnknown() || place.Account == "" {
			plan.AccountID = types.StringUnknown()
		}
	}
	consumer := plan.consumer()
	consumer.Launch = launch.Launch
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
	plan.planState(consumer, end, t, launch, known, diags)
	plan.planToken(place.Place, t.Region)
	plan.Environment = types.MapUnknown(types.StringType)
	if !plan.EnvPrefix.IsUnknown() && !anyUnknown(plan.Variables) {
		plan.Environment = environment(consumer, end, plan, t, launch)
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
	return m.accountID()
}

// consumer is the other end of the wire.
func (m *wireModel) consumer() wire.Consumer {
	integration, _ := wire.FindIntegration(m.Integration.ValueString()) // validation knows no other
	return wire.Consumer{Actions: m.actions(integration), Integration: integration, TagsTasks: m.TagsTasks.ValueBool(), Revision: m.Revision.ValueInt64()}
}

// planState computes the Task state of Step Functions, where there is one.
func (m *wireModel) planState(c wire.Consumer, end wire.Task, t wireTaskModel, launch launchChoice, known bool, diags *diag.Diagnostics) {
	m.StateJSON = types.StringNull()
	if c.Integration.State == "" && !m.Integration.IsUnknown() {
		return
	}
	m.StateJSON = types.StringUnknown()
	if !m.Integration.IsUnknown() {
		t.checkLaunch(m.Task, launch, diags)
	}
	for _, v := range []attr.Value{m.Integration, m.Revision, m.NextState, m.TagsTasks, t.SubnetIDs, t.SecurityGroupIDs, t.AssignPublicIP, t.ContainerName} {
		if anyUnknown(v) {
			return
		}
	}
	if !known || launch.unknown || t.capabilityUnknown() || diags.HasError() {
		return
	}
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
		LaunchTypes: types.SetUnknown(types.StringType), NetworkMode: types.StringUnknown(),
		SubnetIDs: types.SetUnknown(types.StringType), SecurityGroupIDs: types.SetUnknown(types.StringType),
		AssignPublicIP: types.BoolUnknown(), ExecutionRoleARN: types.StringUnknown(), TaskRoleARN: types.StringUnknown(),
	}
}

// complete fills in what is left to the rules when the task, which the attribute at holds, is
// given by its name, and refuses a whole task that does not tell what a consumer needs. What the
// consumer says of the launch tells of a task by its name on what it can run. The result reports whether
// all that goes into a policy is known.
func (t *wireTaskModel) complete(at path.Path, place arn.Place, launch launchChoice, defaultSubnets func() []string, diags *diag.Diagnostics) bool {
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
		t.follow(place, launch, defaultSubnets)
	} else {
		t.checkWhole(at, diags)
	}
	t.checkInterface(at, diags)
	for _, v := range []attr.Value{t.FamilyARN, t.Cluster, t.ExecutionRoleARN, t.TaskRoleARN, t.Region} {
		if v.IsUnknown() {
			return false
		}
	}
	return true
}

// follow fills in what a task that is given by its name has by the rules.
func (t *wireTaskModel) follow(place arn.Place, launch launchChoice, defaultSubnets func() []string) {
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
	t.followLaunch(launch)
	capable, unknown := t.capability(), t.capabilityUnknown()
	if t.AssignPublicIP.IsNull() {
		t.AssignPublicIP = types.BoolValue(t.SubnetIDs.IsNull() && capable.CanFargate())
		if t.SubnetIDs.IsUnknown() || t.SubnetIDs.IsNull() && unknown {
			t.AssignPublicIP = types.BoolUnknown()
		}
	}
	switch {
	case !t.SubnetIDs.IsNull():
	case t.Region.IsUnknown() || unknown:
		t.SubnetIDs = types.SetUnknown(types.StringType)
	case !capable.OwnInterface():
		t.SubnetIDs = setOf(nil)
	default:
		t.SubnetIDs = setOf(defaultSubnets())
	}
}

// followLaunch fills in on what a task that is given by its name can run. Where nothing is said of it,
// a task that is launched on container instances is one that was made for them, and has no network
// interface of its own; unless it has subnets.
func (t *wireTaskModel) followLaunch(launch launchChoice) {
	if t.capabilityUnknown() {
		return
	}
	with, without := t.followed(launch, true), t.followed(launch, false)
	can := without
	if len(t.SubnetIDs.Elements()) > 0 {
		can = with
	}
	if launch.unknown && t.LaunchTypes.IsNull() || t.SubnetIDs.IsUnknown() && with.NetworkMode != without.NetworkMode {
		t.LaunchTypes, t.NetworkMode = types.SetUnknown(types.StringType), types.StringUnknown()
		return
	}
	t.LaunchTypes, t.NetworkMode = setOf(can.LaunchTypes), stringOrNull(can.NetworkMode)
}

func (t *wireTaskModel) followed(launch launchChoice, subnets bool) task.Capability {
	can := t.capability()
	if can.NetworkMode == "" && subnets {
		can.NetworkMode = task.AWSVPC
	}
	if can.LaunchTypes == nil && launch.Type != "" && launch.Type != task.Fargate {
		can.LaunchTypes = []string{launch.Type}
	}
	return can.ByRules()
}

// checkInterface refuses subnets and security groups of a task that has no network interface of its
// own.
func (t *wireTaskModel) checkInterface(at path.Path, diags *diag.Diagnostics) {
	if t.capabilityUnknown() || t.capability().OwnInterface() {
		return
	}
	for _, v := range []struct {
		name  string
		value types.Set
	}{{"subnet_ids", t.SubnetIDs}, {"security_group_ids", t.SecurityGroupIDs}} {
		if len(v.value.Elements()) > 0 {
			addInvalid(diags, at.AtName(v.name), fmt.Sprintf(
				"a task has a network interface of its own only with network_mode %s, not with %s: remove it, or set network_mode", task.AWSVPC, t.NetworkMode.ValueString()))
		}
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
	if !t.capabilityUnknown() && !t.capability().OwnInterface() { // then there is only one answer
		if t.SubnetIDs.IsNull() {
			t.SubnetIDs = setOf(nil)
		}
		if t.AssignPublicIP.IsNull() {
			t.AssignPublicIP = types.BoolValue(false)
		}
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
	inData := ""
	if settable := slices.DeleteFunc(slices.Clone(missing), func(name string) bool { return name == "container_name" }); len(settable) > 0 {
		inData = fmt.Sprintf("; or set %s in data \"docker_task\"", strings.Join(settable, ", "))
	}
	diags.AddAttributeError(at, invalid(at), fmt.Sprintf(
		"Docker task %s does not tell its %s: it was not made by this provider, and ECS does not keep where a task runs. Add it: %s = merge(data.docker_task.NAME, { %s })%s.",
		t.Name.ValueString(), strings.Join(missing, ", "), attribute, strings.Join(add, ", "), inData))
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
		Capability: t.capability(),
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
func environment(c wire.Consumer, end wire.Task, plan *wireModel, t wireTaskModel, launch launchChoice) types.Map {
	naming := plan.naming()
	needs := map[string][]attr.Value{
		"DOCKER_TASK_ARN":              {t.FamilyARN, plan.Revision},
		"DOCKER_TASK_SUBNETS":          {t.SubnetIDs},
		"DOCKER_TASK_CLUSTER":          {t.Cluster, t.FamilyARN},
		"DOCKER_TASK_SECURITY_GROUPS":  {t.SecurityGroupIDs},
		"DOCKER_TASK_ASSIGN_PUBLIC_IP": {t.AssignPublicIP},
		"DOCKER_TASK_CONTAINER":        {t.ContainerName},
	}
	if launch.unknown || t.capabilityUnknown() {
		needs["DOCKER_TASK_LAUNCH_TYPE"] = []attr.Value{types.StringUnknown()}
		if end.Network.AssignPublicIP { // only on Fargate
			needs["DOCKER_TASK_ASSIGN_PUBLIC_IP"] = []attr.Value{types.BoolUnknown()}
		}
	}
	out := map[string]attr.Value{}
	for variable, value := range c.Environment(end) {
		name, set := naming.Of(variable)
		if !set {
			continue
		}
		out[name] = types.StringValue(value)
		for _, v := range needs[variable] {
			if anyUnknown(v) {
				out[name] = types.StringUnknown()
			}
		}
	}
	return types.MapValueMust(types.StringType, out)
}
