package taskwire

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/provider/taskref"
	"github.com/dockertask/terraform-provider-docker/internal/wire"
)

// model is docker_task_wire.
type model struct {
	Task         types.Object `tfsdk:"task"`
	ConsumerRole types.String `tfsdk:"consumer_role"`
	Actions      types.Set    `tfsdk:"actions"`
	Integration  types.String `tfsdk:"integration"`
	StateMachine types.String `tfsdk:"state_machine"`
	NextState    types.String `tfsdk:"next_state"`
	Language     types.String `tfsdk:"query_language"`
	Command      types.List   `tfsdk:"command"`
	ContainerEnv types.Map    `tfsdk:"container_environment"`
	CPU          types.String `tfsdk:"cpu"`
	Memory       types.String `tfsdk:"memory"`
	Timeout      types.Int64  `tfsdk:"timeout_seconds"`
	Heartbeat    types.Int64  `tfsdk:"heartbeat_seconds"`
	LaunchType   types.String `tfsdk:"launch_type"`
	Providers    types.List   `tfsdk:"capacity_providers"`
	TagsTasks    types.Bool   `tfsdk:"propagate_tags"`
	Revision     types.Int64  `tfsdk:"revision"`
	EnvPrefix    types.String `tfsdk:"env_prefix"`
	Variables    types.Map    `tfsdk:"variables"`
	AttachPolicy types.Bool   `tfsdk:"attach_policy"`
	PolicyName   types.String `tfsdk:"policy_name"`
	PolicyJSON   types.String `tfsdk:"policy_json"`
	TokenJSON    types.String `tfsdk:"task_token_policy_json"`
	StateJSON    types.String `tfsdk:"state_json"`
	Region       types.String `tfsdk:"region"`
	AccountID    types.String `tfsdk:"account_id"`
	Environment  types.Map    `tfsdk:"environment"`
}

// naming is how the consumer's code knows the variables.
func (m *model) naming() wire.Naming {
	n := wire.Naming{Prefix: m.EnvPrefix.ValueString()}
	if !m.Variables.IsNull() {
		n.Names = tf.StringMapOf(m.Variables)
	}
	return n
}

// state is what the Task state says. What is not known counts as not there.
func (m *model) state() wire.State {
	s := wire.State{
		Language:         wire.QueryLanguage(m.Language.ValueString()),
		Next:             m.NextState.ValueString(),
		TimeoutSeconds:   m.Timeout.ValueInt64(),
		HeartbeatSeconds: m.Heartbeat.ValueInt64(),
		Overrides:        wire.Overrides{Environment: tf.StringMapOf(m.ContainerEnv), CPU: m.CPU.ValueString(), Memory: m.Memory.ValueString()},
	}
	if tf.IsSet(m.Command) {
		s.Overrides.Command = tf.StringsOf(m.Command.Elements())
	}
	return s
}

// stateInputs are the attributes that only the Task state follows from.
func (m *model) stateInputs() []tf.Input {
	return []tf.Input{m.NextState, m.Language, m.Command, m.ContainerEnv, m.CPU, m.Memory, m.Timeout, m.Heartbeat}
}

// attaches tells that the policy is put on the role; false too where that is not known yet.
func (m *model) attaches() bool { return m.AttachPolicy.IsNull() || m.AttachPolicy.ValueBool() }

// roleName is the name in consumer_role as messages have it. No role is looked up by it: the ARN may be
// of another account.
func (m *model) roleName() string {
	given := m.ConsumerRole.ValueString()
	if a, err := arn.Parse(given); err == nil {
		return a.Name()
	}
	return given
}

// nameOfRegion is the region of the wire's task. State that an older release wrote has it in an ARN
// only.
func nameOfRegion(m *model) string {
	if region := m.Region.ValueString(); region != "" {
		return region
	}
	family, err := arn.Parse(m.familyARN())
	if err != nil {
		return ""
	}
	return family.Region
}

// accountID is the account of the wire's task. State that an older release wrote has it in an ARN only.
func (m *model) accountID() string {
	if account := m.AccountID.ValueString(); account != "" {
		return account
	}
	family, err := arn.Parse(m.familyARN())
	if err != nil {
		return ""
	}
	return family.Account
}

// familyARN is the ARN of the wire's task in state that an older release wrote.
func (m *model) familyARN() string {
	return tf.StringMapOf(m.Environment)[m.EnvPrefix.ValueString()+"DOCKER_TASK_ARN"]
}

// consumer is the other end of the wire.
func (m *model) consumer() wire.Consumer {
	integration, _ := wire.FindIntegration(m.Integration.ValueString()) // validation knows no other
	return wire.Consumer{Actions: m.actions(integration), Integration: integration, TagsTasks: m.TagsTasks.ValueBool(), Revision: m.Revision.ValueInt64()}
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
