package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/dockertask/terraform-provider-docker/internal/schedule"
)

// claims are the parts of a planned schedule.
func (m *scheduleModel) claims(spec schedule.Spec) []claim {
	var out []claim
	if !unknownAny(m.Name, m.Group) {
		out = append(out, newClaim(
			newPart("schedule", spec.Place.Region, m.Group.ValueString()+"/"+m.Name.ValueString()), path.Root("name"),
			"Give each schedule a name of its own, or another group."+onceEach,
		))
	}
	if spec.ManagesRole() && !unknownAny(m.Role, m.RoleName) {
		out = append(out, newClaim(
			rolePart(m.RoleName.ValueString()), path.Root(scheduleRoleAttribute),
			"A role belongs to one resource. Set role.name to another name; or make a role that Scheduler may use, and give it to several schedules by role.arn.",
		))
	}
	return out
}
