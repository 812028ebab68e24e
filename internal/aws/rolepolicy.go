package aws

import (
	"context"
	"errors"

	"github.com/dockertask/terraform-provider-docker/internal/panics"
	"github.com/dockertask/terraform-provider-docker/internal/policy"
)

// ErrOtherPolicy refuses to write over a policy that says something else.
var ErrOtherPolicy = errors.New("there is another policy of this name")

// DescribeRolePolicy is an inline policy as messages name it.
func DescribeRolePolicy(role, name string) string { return "policy " + name + " of role " + role }

// HoldRolePolicy writes an inline policy on a role, or adopts an equivalent policy of that name. The first result
// reports whether it was, or may have been, written. A policy has no tags that could name an owner, so within
// this process [holds] do: the error is a [HeldError] if another wire holds it.
func (c *Client) HoldRolePolicy(ctx context.Context, role, name, document string, by Holder) (written bool, err error) {
	part, holds := rolePolicyPart(role, name), &c.session.holds
	turn := holds.turn(part)
	if err := turn.take(ctx); err != nil {
		return false, err
	}
	defer turn.give()
	if err := holds.take(by, rolePolicyClaim(role, name)); err != nil {
		return false, err
	}
	defer func() { holds.settle(by, part, err) }()
	defer func() {
		if r := recover(); r != nil {
			written, err = true, panics.Recovered(ctx, r)
		}
	}()
	have, err := c.FindRolePolicy(ctx, role, name)
	switch {
	case err != nil:
		return false, err
	case have == "":
		return true, c.PutRolePolicy(ctx, role, name, document)
	case !policy.Equivalent(have, document):
		return false, ErrOtherPolicy
	}
	return false, nil
}

// DropRolePolicy deletes an inline policy, unless another holds it by now: with
// create_before_destroy, the new wire of the same name adopts the policy of the old one, which must then not
// delete it and returns it as left. A policy or role that does not exist is no error.
func (c *Client) DropRolePolicy(ctx context.Context, role, name string, by Holder) (left []Left, err error) {
	part, holds := rolePolicyPart(role, name), &c.session.holds
	turn := holds.turn(part)
	if err := turn.take(ctx); err != nil {
		return nil, err
	}
	defer turn.give()
	if held := holds.by(part); held.ID != "" && held.ID != by.ID {
		return []Left{{DescribeRolePolicy(role, name), "it is that of " + held.Name + " now, by this run"}}, nil
	}
	if err := c.DeleteRolePolicy(ctx, role, name); err != nil {
		return nil, err
	}
	holds.release(by, part)
	return nil, nil
}

// HasNoRolePolicy ends the holds of a wire that has no policy on AWS. A delete whose response was lost fails, and
// keeps the hold.
func (c *Client) HasNoRolePolicy(by Holder) { c.session.holds.end(by, nil) }

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
