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

// change is what an update of any unit knows of the unit.
type change struct {
	task.Record
	rules task.TagRules
}

// couldMake reports whether an update like this one may have made a part with these tags then.
func (ch change) couldMake(made int64, have, want map[string]string) bool {
	have = ch.rules.Comparable(have)
	for key, value := range ch.rules.Comparable(want) {
		if have[key] != value {
			return false
		}
	}
	return made == 0 || made >= ch.ChangedAt
}

// roleChange is an update of the roles of a unit: of a docker task's two, or of a schedule's one.
type roleChange struct {
	change
	// had are the unit's own roles as state has them, want as they shall be.
	had, want map[task.RoleKind]task.Role
	// given are the ARNs of the roles that the unit had, its own and those that were given by their ARNs.
	given map[task.RoleKind]string
}

// takes reports whether the update takes over a role that was given by its ARN. One that fails leaves it
// given, as it was, and not for the next to delete.
func (rc roleChange) takes(kind task.RoleKind) bool {
	_, was := rc.had[kind]
	want, is := rc.want[kind]
	return !was && is && want.ARN != "" && rc.given[kind] == want.ARN
}

// parts marks the roles that the update takes over, among the parts that it wants: they were there before.
func (rc roleChange) parts(wanted []task.Part) []task.Part {
	out := slices.Clone(wanted)
	for i, p := range out {
		for kind, role := range rc.want {
			if p.Kind == task.RolePart && p.Name == role.Name && rc.takes(kind) {
				out[i].Adopted = true
			}
		}
	}
	return out
}

// keepsRole reports whether a role that is as it was seen is as it shall be.
func (ch change) keepsRole(want task.Role, seen task.ObservedRole, tags map[string]string) bool {
	return seen.Tags[task.TagUnit] == ch.ID && task.ChangeTags(ch.rules.Comparable(seen.Tags), tags).Empty() &&
		want.Path == seen.Path && want.Description == seen.Description && want.MaxSessionDuration == seen.MaxSessionDuration &&
		want.PermissionsBoundary == seen.PermissionsBoundary && len(task.RoleDifferences(want, seen)) == 0 &&
		maps.EqualFunc(want.Policies, seen.Policies, policy.Equivalent) &&
		among(want.ManagedPolicyARNs, seen.Attached) && among(seen.Attached, want.ManagedPolicyARNs)
}

// findChangedRole finds a role that an update changes; nil where there is none. If it carries the unit's id as it was
// seen, its policies are taken as they were seen: those that change are written, whatever they are by now.
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

// updateRole brings a role to what it shall be; have is what there is of it, nil for nothing.
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
	// A role that is not the unit's is taken over only where its ARN was given before: that is how a user says so.
	switch taken := !was && rc.given[kind] == have.ARN; {
	case task.Foreign(have.Tags, rc.ID):
		return c.owned(part, have.Tags)
	case taken:
	case !rc.Owns(part.kind, part.name, have.Tags):
		return c.exists(part)
	case !rc.Has(part.kind, part.name):
		if err := c.checkMadeRole(ctx, rc, kind, have, tags); err != nil {
			return err
		}
	}
	if have.Path != want.Path {
		return fmt.Errorf("%s has the path %s now, not %s, and IAM cannot move a role: delete it, and it is made anew", part.called, have.Path, want.Path)
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
	// The unit's own policies are, also where others wrote them.
	for _, own := range task.OwnPolicyNames {
		if have.Policies[own] != "" && want.Policies[own] == "" && !slices.Contains(leaving.inline, own) {
			leaving.inline = append(leaving.inline, own)
		}
	}
	return c.changeRole(ctx, want, have, change, leaving)
}

// markRole puts the unit's id on a role that exists and carries none, before anything else of it is changed.
func (c *Client) markRole(ctx context.Context, kind task.RoleKind, name, unitID string) error {
	return c.mark(ctx, roleClaim(kind, name), unitID, nil,
		func(ctx context.Context, id task.TagChange) error { return c.tagRole(ctx, name, id) },
		func() (map[string]string, error) { return c.roleTags(ctx, name) })
}

// roleTags are the tags of a role; nil where it is missing.
func (c *Client) roleTags(ctx context.Context, name string) (map[string]string, error) {
	role, err := c.getRole(ctx, name)
	if err != nil || role == nil {
		return nil, err
	}
	return role.Tags, nil
}

// releaseTaken takes the unit's tags off roles again that an update which failed has taken over.
func (c *Client) releaseTaken(ctx context.Context, rc roleChange, have map[task.RoleKind]*task.ObservedRole) error {
	// The time for the update may be up.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	var calls []func() error
	for kind, had := range have {
		if rc.takes(kind) && had != nil && had.Tags[task.TagUnit] == "" {
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
