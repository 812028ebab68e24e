package taskwire

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/provider/taskref"
	"github.com/dockertask/terraform-provider-docker/internal/task"
	"github.com/dockertask/terraform-provider-docker/internal/wire"
)

// ValidateConfig asks for a role to put the policy on.
func (r *wireResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(tf.Get(ctx, req.Config, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	config.checkIntegration(&resp.Diagnostics)
	config.checkState(&resp.Diagnostics)
	if !config.Language.IsUnknown() && !config.state().Refers() {
		taskref.WarnOfCommand(config.Command, path.Root("command"), &resp.Diagnostics)
	}
	config.checkVariables(&resp.Diagnostics)
	taskref.ReadLaunch(ctx, config.LaunchType, config.Providers, &resp.Diagnostics).Check(&resp.Diagnostics)
	if config.attaches() && config.ConsumerRole.IsNull() {
		resp.Diagnostics.AddAttributeError(path.Root("consumer_role"), "Missing consumer_role",
			"The policy needs a role: set consumer_role to the name of the role of the consumer, or attach_policy = false to have the policy computed only.")
	}
}

// checkIntegration refuses what an integration does not know.
func (m *model) checkIntegration(diags *diag.Diagnostics) {
	i, ok := wire.FindIntegration(m.Integration.ValueString())
	if !ok || m.Integration.IsUnknown() {
		return
	}
	only := func(name string, v attr.Value, allowed bool, where string) {
		if tf.IsSet(v) && !allowed {
			tf.AddInvalidf(diags, path.Root(name), "With integration %s it has no meaning: %s. Remove it.", i.Name, where)
		}
	}
	only("actions", m.Actions, i.Actions == nil, "what the service does is fixed")
	const deploys = "a pipeline registers revisions, and runs none"
	only("revision", m.Revision, i.Runs(), deploys)
	only("propagate_tags", m.TagsTasks, i.Runs(), deploys)
	only("state_machine", m.StateMachine, i.Token, "only step_functions_task_token answers a state machine")
	only("next_state", m.NextState, i.State != "", "only Step Functions has states")
	const inState = "only state_json has it; what runs the task says it itself"
	only("query_language", m.Language, i.State != "", inState)
	only("command", m.Command, i.State != "", inState)
	only("container_environment", m.ContainerEnv, i.State != "", inState)
	only("cpu", m.CPU, i.State != "", inState)
	only("memory", m.Memory, i.State != "", inState)
	only("timeout_seconds", m.Timeout, i.State != "", inState)
	only("heartbeat_seconds", m.Heartbeat, i.Token, "only a task with a task token sends heartbeats")
	only("variables", m.Variables, i.Actions == nil, "a service runs the task, and reads no variables")
	const launched = "what runs the task says it itself"
	only("launch_type", m.LaunchType, i.State != "" || i.Actions == nil, launched)
	only("capacity_providers", m.Providers, i.State != "" || i.Actions == nil, launched)
	if i.State == "" && len(m.Providers.Elements()) > 0 {
		tf.AddInvalidf(diags, path.Root("capacity_providers"), "The environment names no capacity providers: set capacity_providers to [], with which it has no launch type either, and name them in the code. Only state_json has them.")
	}
	if i.Token && m.StateMachine.IsNull() {
		diags.AddAttributeError(path.Root("state_machine"), "Missing state_machine",
			"The task answers a state machine for its task token: set state_machine to its name, which need not exist yet.")
	}
}

// checkState checks what the Task state says. What is not known is not judged.
func (m *model) checkState(diags *diag.Diagnostics) {
	i, ok := wire.FindIntegration(m.Integration.ValueString())
	if !ok || !tf.Known(m.Integration, m.Language) || i.State == "" {
		return
	}
	if attribute, err := m.state().Check(i.Token); err != nil {
		tf.AddInvalid(diags, path.Root(attribute), err)
	}
}

// checkSize checks the size of a task on Fargate, as far as it is written as numbers.
func (m *model) checkSize(launch task.Launch, diags *diag.Diagnostics) {
	cpu, memory, ok := m.state().Overrides.Sizes()
	if !ok || !launch.OnFargate() || !tf.Known(m.CPU, m.Memory) {
		return
	}
	// The system is not known here; Windows has some of the sizes of Linux.
	if attribute, err := task.CheckSize("LINUX", cpu, memory); err != nil {
		tf.AddInvalid(diags, path.Root(attribute), err)
	}
}

// checkVariables refuses names of variables that there are not, and two ways to give names.
func (m *model) checkVariables(diags *diag.Diagnostics) {
	if tf.IsSet(m.Variables) && tf.IsSet(m.EnvPrefix) {
		tf.AddInvalidf(diags, path.Root("env_prefix"), "%s", wire.TwoNamings)
	}
	for _, p := range wire.CheckNames("the wire", wire.Variables(), tf.StringMapOf(m.Variables)) {
		tf.AddInvalidf(diags, path.Root(p.Field).AtMapKey(p.Key), "%s", p.Text)
	}
}

// checkRole takes the name or ARN of a role.
func checkRole(s string) error {
	if arn.Is(s) {
		return task.CheckRoleARN(s)
	}
	if err := task.CheckRoleName(s); err != nil {
		return fmt.Errorf("the role is given by its name or ARN, as in aws_iam_role.NAME.name; %w", err)
	}
	return nil
}

// maxPrefix leaves room in the name of a policy for the task's.
const maxPrefix = 64

// checkPrefix checks a prefix of variables that also ends the name of the policy.
func checkPrefix(s string) error {
	if len(s) > maxPrefix {
		return fmt.Errorf("a prefix has at most %d characters; this one has %d", maxPrefix, len(s))
	}
	return task.CheckVariablePrefix(s)
}
