package aws

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/dockertask/terraform-provider-docker/internal/aws/wait"
	"github.com/dockertask/terraform-provider-docker/internal/subscription"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// recent are the parts that a provider instance has deleted, and whose they were, and those that
// it has made, or may have. For a while AWS may still tell of the first, and what is made again
// under the same name, as in a replacement, must not take them for another owner's. The other way
// round AWS may not tell yet of what was just made, and has to be removed again: an undo must not
// take it for gone.
type recent struct {
	mu   sync.Mutex
	gone map[string]deletion
	// made are the parts that it made since, or may have, and when.
	made map[string]time.Time
}

type deletion struct {
	unitID string
	at     time.Time
}

// IAM compares names of roles without case, and knows no regions.
func rolePart(name string) string { return "role " + strings.ToLower(name) }

func rolePolicyPart(role, name string) string {
	return "policy " + strings.ToLower(role) + "/" + name
}

func statementPart(p subscription.Permission) string { return "statement " + p.ARN + " " + p.Sid }

func (c *Client) logGroupPart(name string) string { return c.Region + " log group " + name }

func (c *Client) familyPart(family string) string { return c.Region + " family " + family }

func (c *Client) rulePart(name string) string { return c.Region + " rule " + name }

func (c *Client) schedulePart(g, name string) string { return c.Region + " schedule " + g + "/" + name }

// deleted notes that a part with these tags was deleted.
func (r *recent) deleted(part string, tags map[string]string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.gone == nil {
		r.gone = map[string]deletion{}
	}
	r.gone[part] = deletion{unitID: tags[task.TagUnit], at: time.Now()}
	delete(r.made, part)
}

// created notes that a part was made, or may have been.
func (r *recent) created(part string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.made == nil {
		r.made = map[string]time.Time{}
	}
	r.made[part] = time.Now()
}

// mayBeInvisible reports whether a part was made so lately that AWS may not tell of it yet.
func (r *recent) mayBeInvisible(part string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	at, ok := r.made[part]
	return ok && time.Since(at) < propagationDelay
}

// maybeCreated reports whether this process has made a part, or taken it over, or may have.
func (r *recent) maybeCreated(part string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, ok := r.made[part]
	return ok
}

// untilSeen looks for a part, and again where it is not seen though it was just made, or may have
// been: it is [Client.untilPropagated] for what AWS need not tell a time of. A part that was refused
// is looked for once.
func (c *Client) untilSeen(ctx context.Context, part string, look func() (seen bool, err error)) error {
	return wait.Until(ctx, func(time.Duration) (bool, error) {
		seen, err := look()
		return err == nil && !seen && !c.session.consistent && c.session.recent.mayBeInvisible(part), err
	})
}

// deletedRecently reports whether a part with these tags is one that was deleted a moment ago.
func (r *recent) deletedRecently(part string, tags map[string]string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	was, ok := r.gone[part]
	return ok && was.unitID == tags[task.TagUnit] && time.Since(was.at) < propagation
}

// refuse is the refusal to make a part over one that is there with the given tags; nil where
// that is the unit's own: then the answer to an earlier call was lost.
func (c *Client) refuse(part claim, tags map[string]string, unitID string) error {
	if tags[task.TagUnit] == unitID {
		return nil
	}
	refused := c.exists(part)
	refused.Owned, refused.By, refused.leaving = task.Foreign(tags, unitID), tags[task.TagUnit], c.session.recent.deletedRecently(part.part, tags)
	return refused
}
