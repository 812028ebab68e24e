package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
)

// claims are the policies of a planned wire.
func (m *wireModel) claims(ctx context.Context, home arn.Place) []claim {
	if !m.attaches() || unknownAny(m.AttachPolicy, m.ConsumerRole, m.PolicyName, m.Integration) {
		return nil
	}
	if home.Account == "" && arn.Is(m.ConsumerRole.ValueString()) {
		return nil // of which account the role is, and so whether it is another's too, is not known
	}
	var elsewhere diag.Diagnostics // is an error of the arguments' places, and of the apply where the account is not known
	attachments := m.attachments(ctx, home, &elsewhere)
	if len(attachments) > 1 && (anyUnknown(m.Task) || m.StateMachine.IsUnknown() || nameOfRegion(m) == "") {
		attachments = attachments[:1] // on which role the other one is, is not known
	}
	var out []claim
	for _, a := range attachments {
		out = append(out, newClaim(
			rolePolicyPart(a.role, a.name), path.Root("consumer_role"),
			"A policy belongs to one wire: the first to go would take it from the other. Keep one wire for all that run the task with this role; or set policy_name, or env_prefix, if the two are for different things."+onceEach,
		))
	}
	return out
}

// planner is the wire in messages.
func (m *wireModel) planner(ctx context.Context, diags *diag.Diagnostics) planner {
	var t wireTaskModel
	decode(ctx, m.Task, &t, diags)
	name := "of docker task " + nameOf(t)
	if role := m.roleName(); role != "" {
		name += " for role " + role
	}
	return planner{resource: "docker_task_wire", name: name}
}
