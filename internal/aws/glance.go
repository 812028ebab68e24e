package aws

import (
	"context"

	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// GlanceAtDefinition is the newest ACTIVE revision of a family, with its tags, as it was when a run first asked for it; nil
// where there is none.
func (c *Client) GlanceAtDefinition(ctx context.Context, family string) (*task.ObservedDefinition, error) {
	return c.families.get(ctx, family, func() (*task.ObservedDefinition, error) {
		return c.findDefinition(ctx, family)
	})
}

// GlanceAtRoles are the roles of this account that a revision names, with their tags and without their policies, as they
// were when a run first asked for them.
func (c *Client) GlanceAtRoles(ctx context.Context, d *task.ObservedDefinition) (map[task.RoleKind]*task.ObservedRole, error) {
	return c.roles.get(ctx, d.ARN, func() (map[task.RoleKind]*task.ObservedRole, error) {
		found := make([]*task.ObservedRole, len(task.RoleKinds))
		var calls []func() error
		for i, kind := range task.RoleKinds {
			if name, here := c.Place().NameIn(task.Unit{Definition: d.Definition}.RoleARN(kind)); here {
				calls = append(calls, func() (err error) { found[i], err = c.getRole(ctx, name); return err })
			}
		}
		if err := concurrently(ctx, calls...); err != nil {
			return nil, err
		}
		roles := map[task.RoleKind]*task.ObservedRole{}
		for i, kind := range task.RoleKinds {
			if found[i] != nil {
				roles[kind] = found[i]
			}
		}
		return roles, nil
	})
}
