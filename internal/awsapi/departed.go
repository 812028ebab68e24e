package awsapi

import (
	"context"
	"sync"
	"time"

	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// departed are the parts that a provider instance has deleted, and whose they were. For a
// while AWS may still tell of them, and what is made again under the same name, as in a
// replacement, must not take them for somebody else's. The other way round AWS may not tell yet
// of what was just made, and has to be removed again: an undo must not take it for gone.
type departed struct {
	mu    sync.Mutex
	parts map[string]departure
	// made are the parts that it made since, and when.
	made map[string]time.Time
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
	delete(d.made, part)
}

// came notes that a part was made.
func (d *departed) came(part string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.made == nil {
		d.made = map[string]time.Time{}
	}
	d.made[part] = time.Now()
}

// settles tells whether a part was made so lately that AWS may not tell of it yet.
func (d *departed) settles(part string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	at, ok := d.made[part]
	return ok && time.Since(at) < settling
}

// untilSeen looks for a part, and again where it is not seen though it was just made: it is
// [Client.untilSettled] for what is known to have been there, of which AWS need not tell a time.
func (c *Client) untilSeen(ctx context.Context, part string, look func() (seen bool, err error)) error {
	for delay := firstDelay; ; delay = min(2*delay, longDelay) {
		seen, err := look()
		if err != nil || seen || c.session.consistent || !c.session.departed.settles(part) {
			return err
		}
		if err := pause(ctx, delay); err != nil {
			return err
		}
	}
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
