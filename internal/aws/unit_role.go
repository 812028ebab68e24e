package aws

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/dockertask/terraform-provider-docker/internal/policy"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// change is what the updates of all units have in common.
type change struct {
	task.Record
	rules task.TagRules
}

// couldHaveCreated reports whether an update like this one may have created a part with these tags at a time, in seconds
// since 1970.
func (ch change) couldHaveCreated(created int64, have, want map[string]string) bool {
	have = ch.rules.Comparable(have)
	for key, value := range ch.rules.Comparable(want) {
		if have[key] != value {
			return false
		}
	}
	return created == 0 || created >= ch.ChangedAt
}

// roleChange is an update of the roles of a unit: of a docker task's two, or of a schedule's one.
type roleChange struct {
	change
	// had are the unit's own roles as state has them, want as they shall be.
	had, want map[task.RoleKind]task.Role
	// given are the ARNs of the roles that the unit had: its own, and roles of others that the configuration gives by ARN.
	given map[task.RoleKind]string
}

// adopts reports whether the update adopts a role that was given by its ARN. An update that fails releases it, so that the
// next one does not delete it.
func (rc roleChange) adopts(kind task.RoleKind) bool {
	_, was := rc.had[kind]
	want, is := rc.want[kind]
	return !was && is && want.ARN != "" && rc.given[kind] == want.ARN
}

// parts are the wanted parts, with the roles that the update adopts marked as adopted.
func (rc roleChange) parts(wanted []task.Part) []task.Part {
	out := slices.Clone(wanted)
	for i, p := range out {
		for kind, role := range rc.want {
			if p.Kind == task.RolePart && p.Name == role.Name && rc.adopts(kind) {
				out[i].Adopted = true
			}
		}
	}
	return out
}

// keepsRole reports whether the update changes nothing of a role, if the role is as it was seen.
func (ch change) keepsRole(want task.Role, seen task.ObservedRole, tags map[string]string) bool {
	return seen.Tags[task.TagUnit] == ch.ID && task.ChangeTags(ch.rules.Comparable(seen.Tags), tags).Empty() &&
		want.Path == seen.Path && want.Description == seen.Description && want.MaxSessionDuration == seen.MaxSessionDuration &&
		want.PermissionsBoundary == seen.PermissionsBoundary && len(task.RoleDifferences(want, seen)) == 0 &&
		maps.EqualFunc(want.Policies, seen.Policies, policy.Equivalent) &&
		among(want.ManagedPolicyARNs, seen.Attached) && among(seen.Attached, want.ManagedPolicyARNs)
}

// findChangedRole finds a role that an update changes; nil if there is none. If the role still carries the unit's id, its
// policies are not read: the update writes those that differ from what was seen.
func (c *Client) findChangedRole(ctx context.Context, ref task.RoleRef, seen *task.ObservedRole, unitID string) (*task.ObservedRole, error) {
	if seen == nil || seen.Name != ref.Name {
		return c.findRole(ctx, ref)
	}
	role, err := c.getRole(ctx, ref.Name)
	if err != nil || role == nil {
		return nil, err
	}
	if role.Tags[task.TagUnit] != unitID {
		return c.findRole(ctx, ref)
	}
	role.Policies, role.Attached = maps.Clone(seen.Policies), seen.Attached
	return role, nil
}

// updateRole changes a role to what it shall be; have is nil if there is none.
func (c *Client) updateRole(ctx context.Context, rc roleChange, kind task.RoleKind, have *task.ObservedRole, tags map[string]string) error {
	before, was := rc.had[kind]
	want := rc.want[kind]
	if have == nil {
		if err := c.createRole(ctx, kind, want, tags); err != nil {
			return err
		}
		return c.putPolicies(ctx, want)
	}
	part := roleClaim(kind, want.Name)
	// A role of another owner is adopted only if the configuration gave its ARN before.
	switch adopted := !was && rc.given[kind] == have.ARN; {
	case task.Foreign(have.Tags, rc.ID):
		return c.owned(part, have.Tags)
	case adopted:
	case !rc.Owns(part.kind, part.name, have.Tags):
		return c.exists(part)
	case !rc.Has(part.kind, part.name):
		if err := c.checkCreatedRole(ctx, rc, kind, have, tags); err != nil {
			return err
		}
	}
	if have.Path != want.Path {
		return fmt.Errorf("%s has the path %s now, not %s, and IAM cannot move a role: delete the role, and the next apply creates it again", part.called, have.Path, want.Path)
	}
	change := task.ChangeTags(rc.rules.Comparable(have.Tags), tags)
	if err := change.CheckRoom(have.Tags); err != nil {
		return fmt.Errorf("tagging role %s: %w", want.Name, err)
	}
	if have.Tags[task.TagUnit] != rc.ID {
		if err := c.markRole(ctx, kind, want.Name, rc.ID); err != nil {
			return err
		}
	}
	leaving := leavingPolicies{}
	if was && before.Name == want.Name {
		for _, name := range sortedKeys(before.Policies) {
			if _, stays := want.Policies[name]; !stays {
				leaving.inline = append(leaving.inline, name)
			}
		}
		for _, a := range before.ManagedPolicyARNs {
			if !slices.Contains(want.ManagedPolicyARNs, a) {
				leaving.attached = append(leaving.attached, a)
			}
		}
	}
	// Policies with the provider's own names belong to the unit, also if something else wrote them.
	for _, own := range task.OwnPolicyNames {
		if have.Policies[own] != "" && want.Policies[own] == "" && !slices.Contains(leaving.inline, own) {
			leaving.inline = append(leaving.inline, own)
		}
	}
	return c.changeRole(ctx, want, have, change, leaving)
}

// markRole puts the unit's id on a role that exists and carries none, before anything else of the role is changed.
func (c *Client) markRole(ctx context.Context, kind task.RoleKind, name, unitID string) error {
	return c.mark(ctx, roleClaim(kind, name), unitID, nil,
		func(ctx context.Context, id task.TagChange) error { return c.tagRole(ctx, name, id) },
		func() (map[string]string, error) { return c.roleTags(ctx, name) })
}

// roleTags are the tags of a role; nil if there is no role.
func (c *Client) roleTags(ctx context.Context, name string) (map[string]string, error) {
	role, err := c.getRole(ctx, name)
	if err != nil || role == nil {
		return nil, err
	}
	return role.Tags, nil
}

// releaseAdopted removes the unit's tags from roles that an update has adopted which failed.
func (c *Client) releaseAdopted(ctx context.Context, rc roleChange, have map[task.RoleKind]*task.ObservedRole) error {
	// The timeout of the update may have passed.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	var calls []func() error
	for kind, had := range have {
		if rc.adopts(kind) && had != nil && had.Tags[task.TagUnit] == "" {
			calls = append(calls, func() error { return c.releaseRole(ctx, had.Name, rc.ID) })
		}
	}
	return concurrently(ctx, calls...)
}

func (c *Client) releaseRole(ctx context.Context, name, unitID string) error {
	role, err := c.getRole(ctx, name)
	if err != nil || role == nil || task.Foreign(role.Tags, unitID) {
		return err
	}
	keys := unitTags(role.Tags)
	if len(keys) == 0 {
		return nil
	}
	if err := c.untagRole(ctx, name, keys); err != nil {
		return fmt.Errorf("releasing role %s: %w", name, err)
	}
	return nil
}
