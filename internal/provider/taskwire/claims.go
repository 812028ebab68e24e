package taskwire

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/provider/taskref"
)

// claims are the policies of a planned wire.
func (m *model) claims(ctx context.Context, home arn.Place, prefix types.String) []lifecycle.Claim {
	if !m.attaches() || tf.UnknownAny(m.AttachPolicy, m.ConsumerRole, m.PolicyName, m.Integration) {
		return nil
	}
	if home.Account == "" && arn.Is(m.ConsumerRole.ValueString()) {
		return nil // of which account the role is, and so whether it is another's too, is not known
	}
	var elsewhere diag.Diagnostics // is an error of the arguments' places, and of the apply where the account is not known
	attachments := m.attachments(ctx, home, prefix, &elsewhere)
	if len(attachments) > 1 && (tf.AnyUnknown(m.Task) || m.StateMachine.IsUnknown() || nameOfRegion(m) == "") {
		attachments = attachments[:1] // on which role the other one is, is not known
	}
	var out []lifecycle.Claim
	for _, a := range attachments {
		out = append(out, lifecycle.NewClaim(
			lifecycle.RolePolicyPart(a.role, a.name), path.Root("consumer_role"),
			"A policy belongs to one wire: the first to go would take it from the other. Keep one wire for all that run the task with this role; or set policy_name, or env_prefix, if the two are for different things."+lifecycle.OnceEach,
		))
	}
	return out
}

// planner is the wire in messages.
func (m *model) planner(ctx context.Context, diags *diag.Diagnostics) lifecycle.Planner {
	var t taskref.Model
	tf.Decode(ctx, m.Task, &t, diags)
	name := "of docker task " + taskref.DisplayName(t)
	if role := m.roleName(); role != "" {
		name += " for role " + role
	}
	return lifecycle.Planner{Resource: "docker_task_wire", Name: name}
}
