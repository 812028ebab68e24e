package aws

import (
	"context"
	"sync"

	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// glances are what was looked up for a plan: families by name, and the roles of revisions by ARN.
type glances struct {
	mu       sync.Mutex
	families map[string]func() (*task.ObservedDefinition, error)
	roles    map[string]func() (map[task.RoleKind]*task.ObservedRole, error)
}

// lookUpOnce is a look-up that is made once for a client's lifetime, whatever the answer is: many resources may
// name one task.
func lookUpOnce[T any](mu *sync.Mutex, known *map[string]func() (T, error), key string, look func() (T, error)) (T, error) {
	mu.Lock()
	found := (*known)[key]
	if found == nil {
		found = sync.OnceValues(look)
		if *known == nil {
			*known = map[string]func() (T, error){}
		}
		(*known)[key] = found
	}
	mu.Unlock()
	return found()
}

// GlanceAtDefinition is the newest ACTIVE revision of a family, with its tags; nil where there is
// none.
func (c *Client) GlanceAtDefinition(ctx context.Context, family string) (*task.ObservedDefinition, error) {
	return lookUpOnce(&c.glances.mu, &c.glances.families, family, func() (*task.ObservedDefinition, error) {
		return c.findDefinition(ctx, family)
	})
}

// GlanceAtRoles are the roles of this account that a revision names, with their tags and without their
// policies.
func (c *Client) GlanceAtRoles(ctx context.Context, d *task.ObservedDefinition) (map[task.RoleKind]*task.ObservedRole, error) {
	return lookUpOnce(&c.glances.mu, &c.glances.roles, d.ARN, func() (map[task.RoleKind]*task.ObservedRole, error) {
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
