package aws

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/dockertask/terraform-provider-docker/internal/policy"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// This is about a part that carries the unit's id and has a name that the unit did not have before. Everybody
// who may tag it can have copied the id, so the id alone does not make it the unit's. It is:
//
//   - if this process made it, or may have: then it was not there when the update looked, and is none of these
//   - if the unit's record has it: an update that failed may have made it
//   - if it is as this update would make it, and not older than the last change of the unit. So a run looks that
//     was killed in an update: it leaves no note, as Terraform keeps the state of before, or loses private state.
//
// Anything else is refused like a part without an id.

// hasMade reports whether the unit has made, or taken, a part, or may have: the record or this process knows.
func (c *Client) hasMade(rec task.Record, part claim) bool {
	return rec.Has(part.kind, part.name) || c.session.recent.maybeCreated(part.part)
}

// hasMadeGroup reports whether the unit has made, or taken, a log group that carries its id and that is not
// confirmed. One of the default name that the task has kept says so.
func (c *Client) hasMadeGroup(up Update, have task.ObservedLogGroup, tags map[string]string) bool {
	want, part := up.Want.LogGroup, c.logGroupClaim(have.Name)
	if c.hasMade(up.Record, part) {
		return true
	}
	family := up.Want.Definition.Family
	resumed := have.Name == task.LogGroupName(family) && have.Tags[task.TagKept] == family
	alike := resumed || up.change().couldMake(have.Made, have.Tags, tags) &&
		(have.Class == "" || have.Class == want.Class) && task.SameKey(want.KMSKeyID, have.KMSKeyID)
	if alike {
		c.session.recent.created(part.part)
	}
	return alike
}

// checkMadeRole refuses a role that state does not have, and that the unit has not made.
func (c *Client) checkMadeRole(ctx context.Context, rc roleChange, kind task.RoleKind, have *task.ObservedRole, tags map[string]string) error {
	part, want := roleClaim(kind, have.Name), rc.want[kind]
	if c.hasMade(rc.Record, part) {
		return nil
	}
	alike := rc.couldMake(have.Made, have.Tags, tags) && have.Path == want.Path && have.Description == want.Description &&
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
	c.session.recent.created(part.part)
	return nil
}

// processPart is the name of a part in [recent] and [holds].
func (c *Client) processPart(p task.Part) string {
	switch p.Kind {
	case task.RolePart:
		return rolePart(p.Name)
	case task.LogGroupPart:
		return c.logGroupPart(p.Name)
	case task.FamilyPart:
		return c.familyPart(p.Name)
	case task.RulePart:
		return c.rulePart(p.Name)
	case task.SchedulePart:
		group, name, _ := strings.Cut(p.Name, "/")
		return c.schedulePart(group, name)
	case task.StatementPart, task.PolicyPart: // which carry no tag; nothing is noted of them
	}
	return ""
}

// withPossible is the record of an operation that failed: with what it may have made, as this process knows. Of
// statements it knows nothing, and nobody else has their Sid.
func (c *Client) withPossible(rec task.Record, wanted []task.Part) task.Record {
	for _, p := range wanted {
		if p.Kind == task.StatementPart || c.session.recent.maybeCreated(c.processPart(p)) {
			rec = rec.WithPossible(p)
		}
	}
	return rec
}

// afterFailure is the record of an update that failed: with what it may have made beside the parts that state names.
// Of the orphans it looks at those that can be seen, and drops what is another owner's. One that cannot be seen may
// be there all the same: AWS may not tell of it yet.
func (c *Client) afterFailure(ctx context.Context, rec task.Record, named, wanted []task.Part) task.Record {
	// The time for the update may be up.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	rec = c.withPossible(rec, wanted)
	for _, p := range rec.Orphans(named) {
		if tags, seen := c.tagsOfPart(ctx, p); seen && !rec.Owns(p.Kind, p.Name, tags) {
			rec = rec.Without(p.Kind, p.Name)
		}
	}
	return rec
}

// tagsOfPart are the tags of a role or log group; the second result is false where AWS does not tell.
func (c *Client) tagsOfPart(ctx context.Context, p task.Part) (map[string]string, bool) {
	switch p.Kind {
	case task.RolePart:
		role, err := c.getRole(ctx, p.Name)
		if err == nil && role != nil {
			return role.Tags, true
		}
	case task.LogGroupPart:
		group, err := c.findLogGroup(ctx, p.Name, "")
		if err == nil && group != nil && group.Tags != nil {
			return group.Tags, true
		}
	}
	return nil, false
}

// deleteOrphans deletes those that exist and are the unit's, and takes its tags off roles that were taken over.
func (c *Client) deleteOrphans(ctx context.Context, orphans []task.Part, own owner) error {
	var calls []func() error
	for _, p := range orphans {
		calls = append(calls, func() error {
			switch {
			case p.Kind == task.RolePart && p.Adopted:
				return c.releaseRole(ctx, p.Name, own.ID)
			case p.Kind == task.RolePart:
				return c.deleteRole(ctx, p.Name, onRole{}, own) // whose policies are not known
			case p.Kind == task.LogGroupPart:
				return c.deleteLogGroup(ctx, p.Name, "", keeping{}, own)
			}
			return nil
		})
	}
	return concurrently(ctx, calls...)
}

// among reports whether all of some names are among others.
func among(names, others []string) bool {
	return !slices.ContainsFunc(names, func(name string) bool { return !slices.Contains(others, name) })
}
