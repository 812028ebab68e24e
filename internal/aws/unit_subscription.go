package aws

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/dockertask/terraform-provider-docker/internal/panics"
	"github.com/dockertask/terraform-provider-docker/internal/subscription"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// errTagsNotReturned: EventBridge returns a rule and not its tags, as right after the rule was created.
var errTagsNotReturned = errors.New("EventBridge does not return the tags of the rule yet, so its owner is not known: wait a few seconds and try again")

// ReadSubscription reads all parts of a subscription at the same time, and again like [Client.ReadUnit] if parts are
// missing that were created a short time ago. AWS returns no creation time of any part.
func (c *Client) ReadSubscription(ctx context.Context, refs subscription.Refs, changedAt int64) (o subscription.Observed, err error) {
	err = c.untilPropagated(ctx, changedAt, func() (bool, int64, error) {
		o, err = c.lookAtSubscription(ctx, refs)
		return o.Lacks(), 0, err
	})
	return o, err
}

// CheckTagsReturned refuses a rule without its tags, if it belongs to the unit only with the unit's id.
func CheckTagsReturned(rec task.Record, name string, rule *subscription.ObservedRule) error {
	if rule != nil && rule.Tags == nil && !rec.Confirmed(task.RulePart, name) {
		return fmt.Errorf("%w: %s", errTagsNotReturned, rule.ARN)
	}
	return nil
}

func (c *Client) lookAtSubscription(ctx context.Context, refs subscription.Refs) (subscription.Observed, error) {
	o := subscription.Observed{Statements: map[string]string{}}
	statements := make([]string, len(refs.Permissions))
	calls := []func() error{
		func() (err error) { o.Rule, err = c.FindRule(ctx, refs.Name, refs.ARN); return err },
	}
	for i, p := range refs.Permissions {
		calls = append(calls, func() error {
			document, err := c.policyStore(p).read(ctx)
			if err != nil && !isMissingTarget(err) {
				return fmt.Errorf("reading the policy of %s %s: %w", p.Kind, p.Name(), err)
			}
			statements[i] = p.In(document)
			return nil
		})
	}
	err := concurrently(ctx, calls...)
	for i, p := range refs.Permissions {
		o.Statements[p.ARN] = statements[i]
	}
	return o, err
}

// CreateSubscription creates a subscription whose rule carries the record's id: rule and
// permissions at the same time, then the target, so that no event is sent before it is permitted. It refuses
// a rule that exists ([ExistsError]). If it fails, it removes what it created; the error is a [CreateError], and the
// record has what may be left.
func (c *Client) CreateSubscription(ctx context.Context, u subscription.Unit, rec task.Record) (_ task.Record, err error) {
	unitID := rec.ID
	by, claims := subscriptionHolder(u.Name, unitID), c.subscriptionClaims(u)
	c.yield(by, claims...)
	if err := c.session.holds.take(by, claims...); err != nil {
		return rec, &CreateError{Err: err}
	}
	defer func() { c.session.holds.end(by, err, claims...) }()
	// PutRule changes a rule that exists, so the rule is read first.
	err = retryWhile(ctx, isBeingDeleted, func() error {
		have, err := c.FindRule(ctx, u.Name, u.ARN)
		if err != nil || have == nil {
			return err
		}
		return c.refuse(c.ruleClaim(u.Name), have.Tags, unitID)
	})
	if err != nil {
		return rec, &CreateError{Err: err}
	}
	tags := withUnit(u.Tags, unitID)
	calls := []func() error{func() error { return c.createRule(ctx, u, tags) }}
	for _, p := range u.Permissions {
		calls = append(calls, func() error { return c.permit(ctx, p) })
	}
	err = concurrently(ctx, calls...)
	if err == nil {
		err = panics.Guard(ctx, func() error {
			if err := c.putTarget(ctx, u.Name, u.Target); err != nil {
				return err
			}
			return c.verifyStatements(ctx, u.Permissions)
		})
	}
	if err == nil {
		return rec.Of(u.Parts()...), nil
	}
	// The timeout of the create may have passed; the rollback has its own.
	undo, cancel := context.WithTimeout(context.WithoutCancel(ctx), propagation+time.Minute)
	defer cancel()
	rollback := panics.Guard(undo, func() error { return c.removeSubscription(undo, u.Refs(), byIDOnly(unitID)) })
	return c.withPossible(rec, u.Parts()), &CreateError{Err: err, Rollback: rollback}
}

// subscriptionHolder is a subscription as the holder of its parts.
func subscriptionHolder(name, unitID string) Holder {
	return Holder{ID: unitID, Name: "subscription " + name}
}

// subscriptionClaims are all parts of a subscription.
func (c *Client) subscriptionClaims(u subscription.Unit) []claim {
	claims := []claim{c.ruleClaim(u.Name)}
	for _, p := range u.Permissions {
		claims = append(claims, statementClaim(p))
	}
	return claims
}

// SubscriptionUpdate is a change of a subscription.
type SubscriptionUpdate struct {
	Record task.Record
	// Want is the unit as it shall be.
	Want subscription.Unit
	// Reached are the permissions that the unit would want if it wrote all of them: adopted ones among them stay.
	Reached []subscription.Permission
	Rules   task.TagRules
}

// UpdateSubscription reads a subscription and changes it to what it shall be: permissions and rule first, then the target,
// then permissions that are not needed any more. No event is lost in between. The record has what it may have created, also
// if it fails.
func (c *Client) UpdateSubscription(ctx context.Context, up SubscriptionUpdate) (task.Record, error) {
	if err := c.updateSubscription(ctx, up); err != nil {
		return c.withPossible(up.Record, up.Want.Parts()), err
	}
	return up.Record.Of(up.Want.Parts()...), nil
}

func (c *Client) updateSubscription(ctx context.Context, up SubscriptionUpdate) (err error) {
	by, claims := subscriptionHolder(up.Want.Name, up.Record.ID), c.subscriptionClaims(up.Want)
	c.yield(by, claims...)
	have, err := c.lookAtSubscription(ctx, up.Want.Refs())
	if err == nil {
		err = c.checkOwnRule(up, have.Rule)
	}
	if err != nil {
		return err
	}
	tags := map[string]map[string]string{}
	if have.Rule != nil {
		tags[c.rulePart(up.Want.Name)] = have.Rule.Tags
	}
	if err := c.holdSeen(by, claims, tags); err != nil {
		return err
	}
	defer func() { c.session.holds.end(by, err, claims...) }()
	defer func() {
		if r := recover(); r != nil {
			err = panics.Recovered(ctx, r)
		}
	}()
	calls := []func() error{func() error { return c.updateRule(ctx, up, have.Rule) }}
	var missing []subscription.Permission
	for _, p := range up.Want.Permissions {
		if have.Statements[p.ARN] != p.JSON() {
			missing = append(missing, p)
			calls = append(calls, func() error { return c.permit(ctx, p) })
		}
	}
	if err := concurrently(ctx, calls...); err != nil {
		return err
	}
	if t := targetOn(have.Rule); t == nil || !t.Equal(up.Want.Target) || len(have.Rule.Foreign) > 0 {
		if err := c.putTarget(ctx, up.Want.Name, up.Want.Target); err != nil {
			return err
		}
	}
	if err := c.verifyStatements(ctx, missing); err != nil {
		return err
	}
	return c.removePermissions(ctx, up.leaving())
}

// checkOwnRule refuses a rule that does not belong to the unit, before anything is changed.
func (c *Client) checkOwnRule(up SubscriptionUpdate, rule *subscription.ObservedRule) error {
	switch {
	case rule == nil, up.Record.Owns(task.RulePart, up.Want.Name, rule.Tags):
		return nil
	case task.Foreign(rule.Tags, up.Record.ID):
		return c.owned(c.ruleClaim(up.Want.Name), rule.Tags)
	}
	if err := CheckTagsReturned(up.Record, up.Want.Name, rule); err != nil {
		return err
	}
	return c.exists(c.ruleClaim(up.Want.Name))
}

func (c *Client) updateRule(ctx context.Context, up SubscriptionUpdate, have *subscription.ObservedRule) error {
	want, tags := up.Want, withUnit(up.Want.Tags, up.Record.ID)
	if have == nil {
		return c.createRule(ctx, want, tags)
	}
	var calls []func() error
	if !subscription.SamePattern(have.Pattern, want.Pattern) || have.Enabled != want.Enabled || have.Description != want.Description || len(have.Foreign) > 0 {
		calls = append(calls, func() error { return c.putRule(ctx, want, nil) })
	}
	change := task.ChangeTags(up.Rules.Comparable(have.Tags), tags)
	if err := change.CheckRoom(have.Tags); err != nil {
		return fmt.Errorf("tagging rule %s: %w", want.Name, err)
	}
	if have.Tags != nil && have.UnitID() != up.Record.ID {
		err := c.mark(ctx, c.ruleClaim(want.Name), up.Record.ID, nil,
			func(ctx context.Context, id task.TagChange) error { return c.tagRule(ctx, want, id) },
			func() (map[string]string, error) { return c.ruleTags(ctx, want.ARN) })
		if err != nil {
			return err
		}
	}
	if !change.Empty() {
		calls = append(calls, func() error {
			return retryWhile(ctx, isBusy, func() error { return c.tagRule(ctx, want, change) })
		})
	}
	return concurrently(ctx, calls...)
}

// leaving are the permissions that the unit may have written and does not want any more.
func (up SubscriptionUpdate) leaving() []subscription.Permission {
	return slices.DeleteFunc(subscription.Recorded(up.Record, up.Want.ARN), func(p subscription.Permission) bool {
		part, _ := up.Record.Part(task.StatementPart, p.ARN)
		return slices.Contains(up.Want.Permissions, p) || part.Adopted && slices.Contains(up.Reached, p)
	})
}

// DeleteSubscription deletes a subscription: first all targets of the rule, those of others too, because EventBridge deletes
// no rule that has targets; then rule and permissions. A part that does not exist is no error. A rule that carries another
// unit's id stays, with the permissions for its targets: they belong to that unit. A rule that carries no id and is not
// confirmed stays, without the permissions, which the create has written. Left is what stays for these reasons.
func (c *Client) DeleteSubscription(ctx context.Context, refs subscription.Refs, rec task.Record) (left []Left, err error) {
	own := owner{Record: rec, left: &leavings{}}
	for _, p := range subscription.Recorded(rec, refs.ARN) {
		if !slices.Contains(refs.Permissions, p) {
			refs.Permissions = append(slices.Clip(refs.Permissions), p)
		}
	}
	if err = c.removeSubscription(ctx, refs, own); err == nil {
		c.session.holds.end(subscriptionHolder(refs.Name, rec.ID), nil)
	}
	return own.left.all(), err
}

func (c *Client) removeSubscription(ctx context.Context, refs subscription.Refs, own owner) error {
	var rule *subscription.ObservedRule
	err := c.untilSeen(ctx, c.rulePart(refs.Name), func() (_ bool, err error) {
		rule, err = c.FindRule(ctx, refs.Name, refs.ARN)
		return rule != nil && rule.Tags != nil, err
	})
	if err == nil {
		err = CheckTagsReturned(own.Record, refs.Name, rule)
	}
	switch {
	case err != nil:
		return err
	case rule == nil:
		return c.removePermissions(ctx, refs.Permissions)
	case !own.Owns(task.RulePart, refs.Name, rule.Tags):
		own.leaves(c.ruleClaim(refs.Name).called, rule.Tags)
		goes := refs.Permissions
		if task.Foreign(rule.Tags, own.ID) {
			goes = notOf(rule, refs.Permissions)
		}
		for _, p := range refs.Permissions {
			if !slices.Contains(goes, p) {
				own.left.add(p.Part(), "it lets "+c.ruleClaim(refs.Name).called+" in, which stays")
			}
		}
		return c.removePermissions(ctx, goes)
	}
	ids := rule.OtherTargets
	if rule.Target != nil {
		ids = append(ids, subscription.TargetID)
	}
	if err := c.removeTargets(ctx, refs.Name, ids); err != nil {
		return err
	}
	return concurrently(ctx,
		func() error { return c.deleteRule(ctx, refs.Name, rule.Tags) },
		func() error { return c.removePermissions(ctx, refs.Permissions) },
	)
}

// notOf are the permissions that a rule does not need, by its target.
func notOf(rule *subscription.ObservedRule, permissions []subscription.Permission) []subscription.Permission {
	if rule.Target == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(permissions), func(p subscription.Permission) bool {
		return p.ARN == rule.Target.ARN || p.ARN == rule.Target.DeadLetterARN
	})
}

func (c *Client) removePermissions(ctx context.Context, permissions []subscription.Permission) error {
	var calls []func() error
	for _, p := range permissions {
		calls = append(calls, func() error { return c.forbid(ctx, p) })
	}
	return concurrently(ctx, calls...)
}
