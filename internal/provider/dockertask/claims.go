package dockertask

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/task"
	"github.com/dockertask/terraform-provider-docker/internal/task/attribute"
)

// claims are the parts of a planned docker task.
func (d described) claims() []lifecycle.Claim {
	s := d.spec
	var out []lifecycle.Claim
	if !d.unknown.Any(attribute.Name, attribute.Region) {
		out = append(out, lifecycle.NewClaim(
			lifecycle.NewPart("task definition", s.Place.Region, s.Name), path.Root("name"),
			"Give each docker task a name of its own, or another region; or keep one of the two, and refer to it where the other was used."+lifecycle.OnceEach,
		))
	}
	for _, kind := range task.RoleKinds {
		r, name := s.Role(kind), roleAttribute(kind)
		if !s.Manages(kind) || d.unknown.Any(s.RoleNameNeeds(kind)...) {
			continue
		}
		out = append(out, lifecycle.NewClaim(
			lifecycle.RolePart(r.Name), path.Root(name),
			fmt.Sprintf("A role belongs to one resource. Set %s.name to another name here or there; or let one of them make the role, and give it to the other by %[1]s.arn.", name),
		))
		for held := range r.Policies {
			out = append(out, lifecycle.NewClaim(
				lifecycle.RolePolicyPart(r.Name, held), path.Root(name).AtName("policies").AtMapKey(held),
				"Give one of the two policies another name.",
			))
		}
	}
	if s.LogGroup.Managed() && !d.unknown.Any(append(s.LogGroupNameNeeds(), attribute.Region)...) {
		out = append(out, lifecycle.NewClaim(
			lifecycle.NewPart("log group", s.Place.Region, s.LogGroup.Name), path.Root(logGroupAttribute),
			"A log group belongs to one docker task. Set log_group.name to another name here or there; or let one of them make the group, and give it to the other by log_group.arn.",
		))
	}
	return out
}
