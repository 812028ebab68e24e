package awsapi

import (
	"context"
	"sync"

	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// glances are the families that were looked up for a plan, by name.
type glances struct {
	mu       sync.Mutex
	families map[string]func() (*task.ObservedDefinition, error)
}

// GlanceAtDefinition is the newest ACTIVE revision of a family, with its tags; nil where there is
// none. A family is looked up once for a client's lifetime, whatever the answer is: many resources
// may name one task.
func (c *Client) GlanceAtDefinition(ctx context.Context, family string) (*task.ObservedDefinition, error) {
	c.glances.mu.Lock()
	look := c.glances.families[family]
	if look == nil {
		look = sync.OnceValues(func() (*task.ObservedDefinition, error) { return c.findDefinition(ctx, family) })
		if c.glances.families == nil {
			c.glances.families = map[string]func() (*task.ObservedDefinition, error){}
		}
		c.glances.families[family] = look
	}
	c.glances.mu.Unlock()
	return look()
}
