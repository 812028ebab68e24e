package aws

import (
	"context"
	"slices"
	"strings"

	"github.com/dockertask/terraform-provider-docker/internal/policy"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// This is about a part that carries the unit's id and has a name that the unit did not have before. Everybody
// who may tag it can have copied the id, so the id alone does not make it the unit's. It is:
//
//   - if this process made it, or may have: then it was not there when the update looked, and is none of these
//   - if private state has it among the strays: an update that failed may have made it
//   - if it is as this update would make it, and not older than the last change of the unit. So a run looks that
//     was killed in an update: it leaves no note, as Terraform keeps the state of before, or loses private state.
//
// Anything else is refused like a part without an id.

// hadRole reports whether state has a role: by its name, of either kind as names can be swapped, or given by its ARN.
func (up Update) hadRole(kind task.RoleKind, role task.ObservedRole) bool {
	if _, was := up.Had.Roles[kind]; !was && up.Had.RoleARN(kind) == role.ARN {
		return true
	}
	for _, had := range up.Had.Roles {
		if strings.EqualFold(had.Name, role.Name) {
			return true
		}
	}
	return false
}

// checkMadeRole refuses a role that state does not have, and that the unit has not made.
func (c *Client) checkMadeRole(ctx context.Context, up Update, kind task.RoleKind, want task.Role, have *task.ObservedRole, tags map[string]string) error {
	part := rolePart(have.Name)
	if slices.Contains(up.Strays.Roles, have.Name) || slices.Contains(up.Strays.Taken, have.Name) || c.session.recent.mayHaveMade(part) {
		return nil
	}
	alike := up.couldMake(have.Made, have.Tags, tags) && have.Path == want.Path && have.Description == want.Description &&
		have.PermissionsBoundary == want.PermissionsBoundary && policy.Equivalent(want.TrustPolicy, have.TrustPolicy)
	if alike {
		on, err := c.listOnRole(ctx, have.Name)
		if err != nil {
			return err
		}
		// It may have been killed before the last of them.
		alike = among(on.inline, sortedKeys(want.Policies)) && among(on.attached, want.ManagedPolicyARNs) && len(on.profiles) == 0
	}
	if !alike {
		refused := c.exists(roleClaim(kind, want.Name))
		refused.Copied = true
		return refused
	}
	c.session.recent.created(part)
	return nil
}

// hasMadeGroup reports whether the unit has made, or taken, a log group that carries its id and that state does not
// have. One of the default name that the task has kept says so.
func (c *Client) hasMadeGroup(up Update, have task.ObservedLogGroup, tags map[string]string) bool {
	want, part := up.Want.LogGroup, c.logGroupPart(have.Name)
	if slices.Contains(up.Strays.LogGroups, have.Name) || c.session.recent.mayHaveMade(part) {
		return true
	}
	family := up.Want.Definition.Family
	resumed := have.Name == task.LogGroupName(family) && have.Tags[task.TagKept] == family
	alike := resumed || up.couldMake(have.Made, have.Tags, tags) &&
		(have.Class == "" || have.Class == want.Class) && task.SameKey(want.KMSKeyID, have.KMSKeyID)
	if alike {
		c.session.recent.created(part)
	}
	return alike
}

// couldMake reports whether an update like this one may have made a part with these tags then.
func (up Update) couldMake(made int64, have, want map[string]string) bool {
	have = up.Rules.Comparable(have)
	for key, value := range up.Rules.Comparable(want) {
		if have[key] != value {
			return false
		}
	}
	return made == 0 || made >= up.Changed
}

// among reports whether all of some names are among others.
func among(names, others []string) bool {
	return !slices.ContainsFunc(names, func(name string) bool { return !slices.Contains(others, name) })
}
