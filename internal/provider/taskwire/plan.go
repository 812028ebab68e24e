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

// described is a wire and what it says. An operation describes a model once and hands that on.
type described struct {
	model *model
	// given is the task as it is written; task has what is left to the rules filled in.
	given, task taskref.Model
	// taskKnown reports whether all of the task that goes into a policy is known.
	taskKnown bool
	launch    taskref.Launch
	// consumer and end are the two ends of the wire. What is not known counts as not there.
	consumer wire.Consumer
	end      wire.Task
}

// describe reads a model. The default subnets are only asked for where the task is given by its name.
func (m *model) describe(ctx context.Context, place lifecycle.Site, diags *diag.Diagnostics) described {
	d := described{model: m, given: taskref.Decode(ctx, m.Task, diags), launch: taskref.ReadLaunch(ctx, m.LaunchType, m.Providers, diags), consumer: m.consumer()}
	d.consumer.Launch = d.launch.Launch
	d.task = d.given
	d.taskKnown = d.task.Complete(path.Root("task"), place, d.launch, diags)
	d.end = d.task.ToDomain(place.Place)
	return d
}

// launchUnknown is unknown as long as it is not known how the task is launched.
func (d *described) launchUnknown() tf.Unknown {
	return tf.Unknown(d.launch.Unknown || d.task.CapabilityUnknown())
}

// planWire computes policy and environment. Whatever follows from something unknown is
// unknown, variable by variable.
//
// The result is the plan, described.
func planWire(ctx context.Context, plan *model, place lifecycle.Site, diags *diag.Diagnostics) described {
	d := plan.describe(ctx, place, diags)
	plan.checkTask(d.task, place.Place, diags)
	plan.checkIntegration(diags)
	plan.checkState(diags)
	plan.checkVariables(diags)
	if diags.HasError() {
		return d
	}
	d.planPlace(place.Place)
	plan.PolicyJSON = types.StringUnknown()
	if tf.Known(tf.Unknown(!d.taskKnown), plan.Actions, plan.Revision, plan.Integration, plan.TagsTasks) {
		document, err := d.consumer.Policy(d.end)
		if err != nil {
			tf.AddInvalid(diags, path.Root("task").AtName("cluster"), err)
			return d
		}
		plan.PolicyJSON = types.StringValue(document.JSON())
	}
	d.planState(diags)
	d.planToken(place.Place)
	d.planEnvironment()
	if plan.PolicyName.IsNull() {
		name := wire.PolicyName(d.task.Name.ValueString(), place.Region, plan.EnvPrefix.ValueString())
		plan.PolicyName = tf.Derive(types.StringValue(name), d.task.Name, d.task.Region, plan.EnvPrefix)
	}
	return d
}

// planPlace computes where the task is: where its ARN says, or in the place of the provider.
func (d *described) planPlace(place arn.Place) {
	if family, err := arn.Parse(d.task.FamilyARN.ValueString()); err == nil {
		d.model.Region, d.model.AccountID = types.StringValue(family.Region), types.StringValue(family.Account)
		return
	}
	d.model.Region = tf.Derive(types.StringValue(place.Region), d.task.Region)
	d.model.AccountID = tf.Derive(types.StringValue(place.Account), d.given.FamilyARN, tf.Unknown(place.Account == ""))
}

// planState computes the Task state of Step Functions, where there is one.
func (d *described) planState(diags *diag.Diagnostics) {
	m, t := d.model, d.task
	m.StateJSON = types.StringNull()
	if d.consumer.Integration.State == "" && !m.Integration.IsUnknown() {
		return
	}
	m.StateJSON = types.StringUnknown()
	if !m.Integration.IsUnknown() {
		t.CheckLaunch(m.Task, d.launch, diags)
	}
	if !d.launchUnknown() {
		m.checkSize(t.Capability().Resolve(d.launch.Launch), diags)
	}
	if diags.HasError() || !tf.Known(tf.Unknown(!d.taskKnown), d.launchUnknown(), m.Integration, m.Revision, m.TagsTasks,
		t.SubnetIDs, t.SecurityGroupIDs, t.AssignPublicIP, t.ContainerName) || !tf.Known(m.stateInputs()...) {
		return
	}
	state, err := d.consumer.StateJSON(d.end, m.state())
	if err != nil {
		tf.AddInvalid(diags, path.Root("task").AtName("family_arn"), err)
		return
	}
	m.StateJSON = types.StringValue(state)
}

// planToken computes the policy by which the task answers, where it does. A machine that is
// given by its name is where the task is.
func (d *described) planToken(place arn.Place) {
	m := d.model
	value, from := types.StringNull(), []tf.Input{m.Integration}
	if d.consumer.Integration.Token {
		machine := m.StateMachine.ValueString()
		value, from = types.StringValue(wire.TokenPolicy(machine, place).JSON()), append(from, m.StateMachine)
		if !arn.Is(machine) {
			from = append(from, d.task.Region, tf.Unknown(place.Account == ""))
		}
	}
	m.TokenJSON = tf.Derive(value, from...)
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

// planEnvironment computes what the consumer's code finds the task by, with those variables unknown
// that follow from something unknown.
func (d *described) planEnvironment() {
	t, naming := d.task, d.model.naming()
	inputs := map[wire.Input]tf.Input{
		wire.InputFamilyARN:      t.FamilyARN,
		wire.InputRevision:       d.model.Revision,
		wire.InputClusterARN:     tf.Unknown(!tf.Known(t.Cluster, t.FamilyARN)),
		wire.InputSubnets:        t.SubnetIDs,
		wire.InputSecurityGroups: t.SecurityGroupIDs,
		wire.InputPublicIP:       t.AssignPublicIP,
		wire.InputContainer:      t.ContainerName,
		wire.InputLaunch:         d.launchUnknown(),
	}
	needs, out := wire.EnvironmentNeeds(d.end), map[string]attr.Value{}
	for variable, value := range d.consumer.Environment(d.end) {
		name, set := naming.Of(variable)
		if !set {
			continue
		}
		var from []tf.Input
		for _, input := range needs[variable] {
			from = append(from, inputs[input])
		}
		out[name] = tf.Derive(types.StringValue(value), from...)
	}
	d.model.Environment = tf.Derive(types.MapValueMust(types.StringType, out), d.model.EnvPrefix, d.model.Variables)
}
