package awsapi

import (
	"context"
	"errors"
	"strings"
	"sync"

	"github.com/dockertask/terraform-provider-docker/internal/policy"
)

var (
	// ErrOtherPolicy refuses to write over a policy that says something else.
	ErrOtherPolicy = errors.New("there is another policy of this name")
	// ErrHeldPolicy refuses to share a policy with another holder.
	ErrHeldPolicy = errors.New("somebody else in this run holds the policy of this name")
)

// heldPolicies are the inline policies that holders in this provider instance put on roles or
// took over there. A policy carries no tag that could tell whose it is, and who replaces a
// wire under the same name creates the new one first, if told so: then the old one, which goes
// after it, has to leave what is the new one's by now.
type heldPolicies struct {
	mu     sync.Mutex
	byName map[rolePolicyName]*heldPolicy
}

type rolePolicyName struct{ role, policy string }

// heldPolicy is one of them.
type heldPolicy struct {
	turn   turn
	holder string // "" for none, as of policies that no one in this run created
}

func (h *heldPolicies) of(role, name string) *heldPolicy {
	h.mu.Lock()
	defer h.mu.Unlock()
	// IAM compares names of roles without case.
	key := rolePolicyName{strings.ToLower(role), name}
	if h.byName == nil {
		h.byName = map[rolePolicyName]*heldPolicy{}
	}
	if h.byName[key] == nil {
		h.byName[key] = &heldPolicy{turn: newTurn()}
	}
	return h.byName[key]
}

// HoldRolePolicy puts an inline policy on a role, or takes over the one of that name which says
// the same. The first result tells whether it was, or may have been, written.
func (c *Client) HoldRolePolicy(ctx context.Context, role, name, document, holder string) (written bool, err error) {
	held := c.session.rolePolicies.of(role, name)
	if err := held.turn.take(ctx); err != nil {
		return false, err
	}
	defer held.turn.give()
	have, err := c.FindRolePolicy(ctx, role, name)
	switch {
	case err != nil:
		return false, err
	case have == "":
		if err := c.PutRolePolicy(ctx, role, name, document); err != nil {
			return true, err
		}
		written = true
	case !policy.Equivalent(have, document):
		return false, ErrOtherPolicy
	case held.holder != "" && held.holder != holder:
		return false, ErrHeldPolicy
	}
	held.holder = holder
	return written, nil
}

// DropRolePolicy deletes an inline policy, unless another holder has it by now; one that is
// gone, or whose role is, is fine.
func (c *Client) DropRolePolicy(ctx context.Context, role, name, holder string) error {
	held := c.session.rolePolicies.of(role, name)
	if err := held.turn.take(ctx); err != nil {
		return err
	}
	defer held.turn.give()
	if held.holder != "" && held.holder != holder {
		return nil
	}
	if err := c.DeleteRolePolicy(ctx, role, name); err != nil {
		return err
	}
	held.holder = ""
	return nil
}

// turn lets one at a time.
type turn chan struct{}

func newTurn() turn { return make(turn, 1) }

// take waits for the turn, or for the end of the context.
func (t turn) take(ctx context.Context) error {
	select {
	case t <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (t turn) give() { <-t }
