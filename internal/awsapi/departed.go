package awsapi

import (
	"sync"
	"time"

	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// departed are the parts that a provider instance has deleted, and whose they were. For a
// while AWS may still tell of them, and what is made again under the same name, as in a
// replacement, must not take them for somebody else's.
type departed struct {
	mu    sync.Mutex
	parts map[string]departure
}

type departure struct {
	unitID string
	at     time.Time
}

func rolePart(name string) string                    { return "role " + name }
func (c *Client) logGroupPart(name string) string    { return c.Region + " log group " + name }
func (c *Client) familyPart(family string) string    { return c.Region + " family " + family }
func (c *Client) rulePart(name string) string        { return c.Region + " rule " + name }
func (c *Client) schedulePart(g, name string) string { return c.Region + " schedule " + g + "/" + name }

// add notes that a part with these tags was deleted.
func (d *departed) add(part string, tags map[string]string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.parts == nil {
		d.parts = map[string]departure{}
	}
	d.parts[part] = departure{unitID: tags[task.TagUnit], at: time.Now()}
}

// has tells whether a part with these tags is one that was deleted a moment ago.
func (d *departed) has(part string, tags map[string]string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	gone, ok := d.parts[part]
	return ok && gone.unitID == tags[task.TagUnit] && time.Since(gone.at) < propagation
}

// refuse is the refusal to make a part over one that is there with the given tags; nil where
// that is the unit's own: then the answer to an earlier call was lost.
func (c *Client) refuse(described, part string, tags map[string]string, unitID string) error {
	if tags[task.TagUnit] == unitID {
		return nil
	}
	return &ExistsError{Part: described, Owned: task.Foreign(tags, unitID), leaving: c.session.departed.has(part, tags)}
}
