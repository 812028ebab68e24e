package taskschedule

import (
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/schedule"
)

// claims are the parts of a planned schedule.
func (m *model) claims(spec schedule.Spec) []lifecycle.Claim {
	var out []lifecycle.Claim
	if !tf.UnknownAny(m.Name, m.Group) {
		out = append(out, lifecycle.NewClaim(
			lifecycle.NewPart("schedule", spec.Place.Region, m.Group.ValueString()+"/"+m.Name.ValueString()), path.Root("name"),
			"Give each schedule a name of its own, or another group."+lifecycle.OnceEach,
		))
	}
	if spec.ManagesRole() && !tf.UnknownAny(m.Role, m.RoleName) {
		out = append(out, lifecycle.NewClaim(
			lifecycle.RolePart(m.RoleName.ValueString()), path.Root(scheduleRoleAttribute),
			"A role belongs to one resource. Set role.name to another name; or make a role that Scheduler may use, and give it to several schedules by role.arn.",
		))
	}
	return out
}
