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

// recent are the parts that a provider instance has deleted, with their owner, and those that it may have created. AWS is
// eventually consistent: a read may return a deleted part for a while, and a replacement of the same name must not take it
// for a part of another owner. A read may also miss a part that was just created, and a rollback must not take that part
// for deleted.
type recent struct {
	mu   sync.Mutex
	gone map[string]deletion
	// createdAt is when the instance may have created each part.
	createdAt map[string]time.Time
}

type deletion struct {
	unitID string
	at     time.Time
}

// IAM compares names of roles without case, and has no regions.
func rolePart(name string) string { return "role " + strings.ToLower(name) }

func rolePolicyPart(role, name string) string {
	return "policy " + strings.ToLower(role) + "/" + name
}

func statementPart(p subscription.Permission) string { return "statement " + p.ARN + " " + p.Sid }

func (c *Client) logGroupPart(name string) string { return c.Region + " log group " + name }

func (c *Client) familyPart(family string) string { return c.Region + " family " + family }

func (c *Client) rulePart(name string) string { return c.Region + " rule " + name }

func (c *Client) clusterPart(name string) string { return c.Region + " cluster " + name }

func (c *Client) schedulePart(g, name string) string { return c.Region + " schedule " + g + "/" + name }

// deleted records that a part with these tags was deleted.
func (r *recent) deleted(part string, tags map[string]string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.gone == nil {
		r.gone = map[string]deletion{}
	}
	r.gone[part] = deletion{unitID: tags[task.TagUnit], at: time.Now()}
	delete(r.createdAt, part)
}

// created records that a part may have been created.
func (r *recent) created(part string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.createdAt == nil {
		r.createdAt = map[string]time.Time{}
	}
	r.createdAt[part] = time.Now()
}

// mayBeInvisible reports whether a part may have been created so recently that a read may miss it.
func (r *recent) mayBeInvisible(part string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	at, ok := r.createdAt[part]
	return ok && time.Since(at) < propagationDelay
}

// maybeCreated reports whether this process may have created or adopted a part.
func (r *recent) maybeCreated(part string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, ok := r.createdAt[part]
	return ok
}

// untilSeen reads a part, and again if it is not found and may have been created a short time ago. It is
// [Client.untilPropagated] for parts whose creation time is not needed. A part that AWS refused to create is read once.
func (c *Client) untilSeen(ctx context.Context, part string, look func() (seen bool, err error)) error {
	return wait.Until(ctx, func(time.Duration) (bool, error) {
		seen, err := look()
		return err == nil && !seen && !c.session.consistent && c.session.recent.mayBeInvisible(part), err
	})
}

// deletedRecently reports whether a part with these tags was deleted a moment ago.
func (r *recent) deletedRecently(part string, tags map[string]string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	was, ok := r.gone[part]
	return ok && was.unitID == tags[task.TagUnit] && time.Since(was.at) < propagation
}

// refuse is the refusal to create a part that exists with the given tags; nil if the part carries the unit's id: then the
// response to an earlier attempt was lost.
func (c *Client) refuse(part claim, tags map[string]string, unitID string) error {
	if tags[task.TagUnit] == unitID {
		return nil
	}
	refused := c.exists(part)
	refused.Owned, refused.By, refused.leaving = task.Foreign(tags, unitID), tags[task.TagUnit], c.session.recent.deletedRecently(part.part, tags)
	return refused
}
