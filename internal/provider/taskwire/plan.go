package taskwire

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/provider/taskref"
	"github.com/dockertask/terraform-provider-docker/internal/wire"
)

// planWire computes policy and environment. Whatever follows from something unknown is
// unknown, variable by variable. The default subnets are only asked for where the task is
// given by its name.
func planWire(ctx context.Context, plan *model, place lifecycle.Site, diags *diag.Diagnostics) {
	var t taskref.Model
	tf.Decode(ctx, plan.Task, &t, diags)
	if plan.Task.IsUnknown() {
		t = taskref.Unknown()
	}
	launch := taskref.ReadLaunch(ctx, plan.LaunchType, plan.Providers, diags)
	given := t.FamilyARN
	known := t.Complete(path.Root("task"), place.Place, launch, place.DefaultSubnets, diags)
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
	end := t.ToDomain(place.Place)
	plan.PolicyJSON = types.StringUnknown()
	if known && !tf.AnyUnknown(plan.Actions) && !plan.Revision.IsUnknown() && !plan.Integration.IsUnknown() && !plan.TagsTasks.IsUnknown() {
		document, err := consumer.Policy(end)
		if err != nil {
			tf.AddInvalid(diags, path.Root("task").AtName("cluster"), err)
			return
		}
		plan.PolicyJSON = types.StringValue(document.JSON())
	}
	plan.planState(consumer, end, t, launch, known, diags)
	plan.planToken(place.Place, t.Region)
	plan.Environment = types.MapUnknown(types.StringType)
	if !plan.EnvPrefix.IsUnknown() && !tf.AnyUnknown(plan.Variables) {
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
func (m model) account(ctx context.Context, diags *diag.Diagnostics) string {
	var t taskref.Model
	tf.Decode(ctx, m.Task, &t, diags)
	if !t.FamilyARN.IsNull() {
		return ""
	}
	return m.accountID()
}

// consumer is the other end of the wire.
func (m *model) consumer() wire.Consumer {
	integration, _ := wire.FindIntegration(m.Integration.ValueString()) // validation knows no other
	return wire.Consumer{Actions: m.actions(integration), Integration: integration, TagsTasks: m.TagsTasks.ValueBool(), Revision: m.Revision.ValueInt64()}
}

// planState computes the Task state of Step Functions, where there is one.
func (m *model) planState(c wire.Consumer, end wire.Task, t taskref.Model, launch taskref.Launch, known bool, diags *diag.Diagnostics) {
	m.StateJSON = types.StringNull()
	if c.Integration.State == "" && !m.Integration.IsUnknown() {
		return
	}
	m.StateJSON = types.StringUnknown()
	if !m.Integration.IsUnknown() {
		t.CheckLaunch(m.Task, launch, diags)
	}
	for _, v := range []attr.Value{m.Integration, m.Revision, m.NextState, m.TagsTasks, t.SubnetIDs, t.SecurityGroupIDs, t.AssignPublicIP, t.ContainerName} {
		if tf.AnyUnknown(v) {
			return
		}
	}
	if !known || launch.Unknown || t.CapabilityUnknown() || diags.HasError() {
		return
	}
	state, err := c.StateJSON(end, m.NextState.ValueString())
	if err != nil {
		tf.AddInvalid(diags, path.Root("task").AtName("family_arn"), err)
		return
	}
	m.StateJSON = types.StringValue(state)
}

// planToken computes the policy by which the task answers, where it does. A machine that is
// given by its name is where the task is.
func (m *model) planToken(place arn.Place, region types.String) {
	m.TokenJSON = types.StringNull()
	nowhere := (place.Account == "" || region.IsUnknown()) && !arn.Is(m.StateMachine.ValueString())
	switch token := m.consumer().Integration.Token; {
	case m.Integration.IsUnknown() || token && (m.StateMachine.IsUnknown() || nowhere):
		m.TokenJSON = types.StringUnknown()
	case token:
		m.TokenJSON = types.StringValue(wire.TokenPolicy(m.StateMachine.ValueString(), place).JSON())
	}
}

func (m *model) actions(i wire.Integration) []wire.Action {
	if i.Actions != nil {
		return i.Actions
	}
	if m.Actions.IsNull() {
		return wire.Actions
	}
	var out []wire.Action
	for _, a := range tf.StringsOf(m.Actions.Elements()) {
		out = append(out, wire.Action(a))
	}
	return out
}

// checkTask refuses a task, completed, whose policies have no place: one of another account, and
// one that has no role of its own to answer a state machine with.
func (m *model) checkTask(t taskref.Model, place arn.Place, diags *diag.Diagnostics) {
	if !m.attaches() {
		return
	}
	t.CheckAccount(place, diags)
	if m.consumer().Integration.Token && t.TaskRoleARN.IsNull() {
		at := path.Root("task").AtName("task_role_arn")
		tf.AddInvalidf(diags, at,
			"Docker task %s has no task role, and with integration %s it answers the state machine by a policy on that role. "+
				"Give the task a task role; or set attach_policy = false, and put task_token_policy_json where the task has its credentials from.",
			t.Name.ValueString(), m.Integration.ValueString())
	}
}

// environment is what the consumer's code finds the task by, with those variables unknown
// that follow from something unknown.
func environment(c wire.Consumer, end wire.Task, plan *model, t taskref.Model, launch taskref.Launch) types.Map {
	naming := plan.naming()
	needs := map[string][]attr.Value{
		"DOCKER_TASK_ARN":              {t.FamilyARN, plan.Revision},
		"DOCKER_TASK_SUBNETS":          {t.SubnetIDs},
		"DOCKER_TASK_CLUSTER":          {t.Cluster, t.FamilyARN},
		"DOCKER_TASK_SECURITY_GROUPS":  {t.SecurityGroupIDs},
		"DOCKER_TASK_ASSIGN_PUBLIC_IP": {t.AssignPublicIP},
		"DOCKER_TASK_CONTAINER":        {t.ContainerName},
	}
	if launch.Unknown || t.CapabilityUnknown() {
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
			if tf.AnyUnknown(v) {
				out[name] = types.StringUnknown()
			}
		}
	}
	return types.MapValueMust(types.StringType, out)
}
