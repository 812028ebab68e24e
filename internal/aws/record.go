package aws

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/dockertask/terraform-provider-docker/internal/policy"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// This file is about a part that carries the unit's id and has a name that the unit did not have before. Everyone who may
// tag the part can have copied the id, so the id alone does not prove the owner. The part belongs to the unit:
//
//   - if this process may have created it: then it did not exist when the update read the parts
//   - if the unit's record has it: an update that failed may have created it
//   - if it is as this update would create it, and not older than the last change of the unit. An update that was killed
//     leaves such a part and no record of it: Terraform keeps the state from before, or loses private state.
//
// Any other part is refused like a part without an id.

// hasCreated reports whether the unit may have created or adopted a part, by its record or by what this process did.
func (c *Client) hasCreated(rec task.Record, part claim) bool {
	return rec.Has(part.kind, part.name) || c.session.recent.maybeCreated(part.part)
}

// hasCreatedLogGroup reports whether the unit may have created or adopted a log group that carries its id and is not
// confirmed. A log group of the default name that the task has kept counts.
func (c *Client) hasCreatedLogGroup(up Update, have task.ObservedLogGroup, tags map[string]string) bool {
	want, part := up.Want.LogGroup, c.logGroupClaim(have.Name)
	if c.hasCreated(up.Record, part) {
		return true
	}
	family := up.Want.Definition.Family
	resumed := have.Name == task.LogGroupName(family) && have.Tags[task.TagKept] == family
	alike := resumed || up.change().couldHaveCreated(have.Created, have.Tags, tags) &&
		(have.Class == "" || have.Class == want.Class) && task.SameKey(want.KMSKeyID, have.KMSKeyID)
	if alike {
		c.session.recent.created(part.part)
	}
	return alike
}

// checkCreatedRole refuses a role that the unit's record does not have, and that the unit cannot have created.
func (c *Client) checkCreatedRole(ctx context.Context, rc roleChange, kind task.RoleKind, have *task.ObservedRole, tags map[string]string) error {
	part, want := roleClaim(kind, have.Name), rc.want[kind]
	if c.hasCreated(rc.Record, part) {
		return nil
	}
	alike := rc.couldHaveCreated(have.Created, have.Tags, tags) && have.Path == want.Path && have.Description == want.Description &&
		have.PermissionsBoundary == want.PermissionsBoundary && policy.Equivalent(want.TrustPolicy, have.TrustPolicy)
	if alike {
		on, err := c.listOnRole(ctx, have.Name)
		if err != nil {
			return err
		}
		// The update may have been killed before it had written all of them.
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
	case task.ClusterPart:
		return c.clusterPart(p.Name)
	case task.StatementPart, task.PolicyPart: // they have no tags and are not recorded here
	}
	return ""
}

// withPossible is the record of an operation that failed, with the parts that it may have created. Statements always
// count: no other owner has their Sid.
func (c *Client) withPossible(rec task.Record, wanted []task.Part) task.Record {
	for _, p := range wanted {
		if p.Kind == task.StatementPart || c.session.recent.maybeCreated(c.processPart(p)) {
			rec = rec.WithPossible(p)
		}
	}
	return rec
}

// afterFailure is the record of an update that failed, with the parts that it may have created beside those that state
// names. It reads the orphans, and drops those that belong to another owner. An orphan that is not found stays: it may
// exist and not be visible yet.
func (c *Client) afterFailure(ctx context.Context, rec task.Record, named, wanted []task.Part) task.Record {
	// The timeout of the update may have passed.
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

// tagsOfPart are the tags of a role or log group; the second result is false if they could not be read.
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

// deleteOrphans deletes orphans that exist and belong to the unit, and removes the unit's tags from adopted roles.
func (c *Client) deleteOrphans(ctx context.Context, orphans []task.Part, own owner) error {
	var calls []func() error
	for _, p := range orphans {
		calls = append(calls, func() error {
			switch {
			case p.Kind == task.RolePart && p.Adopted:
				return c.releaseRole(ctx, p.Name, own.ID)
			case p.Kind == task.RolePart:
				return c.deleteRole(ctx, p.Name, onRole{}, own) // its policies are not known
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
