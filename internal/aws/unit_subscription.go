package aws

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/dockertask/terraform-provider-docker/internal/aws/middleware"
	"github.com/dockertask/terraform-provider-docker/internal/panics"
	"github.com/dockertask/terraform-provider-docker/internal/sanitize"
	"github.com/dockertask/terraform-provider-docker/internal/subscription"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// errTagsUntold: AWS tells of a rule and not of its tags, as right after it was made.
var errTagsUntold = errors.New("AWS tells of the rule, but not of its tags yet, and so not whose it is: wait a little and try again")

// ReadSubscription looks at all parts of a subscription at once. Right after they were made it
// looks again for those that it does not see; made is as [Client.ReadUnit] has it, and AWS tells no
// time of any part.
func (c *Client) ReadSubscription(ctx context.Context, refs subscription.Refs, made int64) (o subscription.Observed, err error) {
	err = c.untilPropagated(ctx, made, func() (bool, int64, error) {
		o, err = c.lookAtSubscription(ctx, refs)
		return o.Lacks(), 0, err
	})
	return o, err
}

// CheckTagsTold refuses a rule of which AWS does not tell the tags, and that is the unit's only if it carries the id.
func CheckTagsTold(rec task.Record, name string, rule *subscription.ObservedRule) error {
	if rule != nil && rule.Tags == nil && !rec.Confirmed(task.RulePart, name) {
		return fmt.Errorf("%w: %s", errTagsUntold, rule.ARN)
	}
	return nil
}

func (c *Client) lookAtSubscription(ctx context.Context, refs subscription.Refs) (subscription.Observed, error) {
	o := subscription.Observed{Statements: map[string]string{}}
	statements := make([]string, len(refs.Permissions))
	calls := []func() error{
		func() (err error) { o.Rule, err = c.findRule(ctx, refs.Name, refs.ARN); return err },
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

// FindRule finds a rule with what is on it; nil where there is none.
func (c *Client) FindRule(ctx context.Context, name, ruleARN string) (*subscription.ObservedRule, error) {
	return c.findRule(ctx, name, ruleARN)
}

func (c *Client) findRule(ctx context.Context, name, ruleARN string) (*subscription.ObservedRule, error) {
	var rule *eventbridge.DescribeRuleOutput
	var targets []types.Target
	var tags map[string]string
	err := concurrently(ctx,
		func() (err error) { rule, err = c.describeRule(ctx, name); return err },
		func() (err error) { targets, err = c.listTargets(ctx, name); return err },
		func() (err error) { tags, err = c.ruleTags(ctx, ruleARN); return err },
	)
	if err != nil || rule == nil {
		return nil, err
	}
	o := &subscription.ObservedRule{
		ARN:         aws.ToString(rule.Arn),
		Pattern:     aws.ToString(rule.EventPattern),
		Enabled:     rule.State != types.RuleStateDisabled,
		Description: aws.ToString(rule.Description),
		Tags:        tags,
	}
	if aws.ToString(rule.ScheduleExpression) != "" {
		o.Foreign = append(o.Foreign, "rule: schedule expression")
	}
	if aws.ToString(rule.RoleArn) != "" {
		o.Foreign = append(o.Foreign, "rule: role")
	}
	for _, t := range targets {
		if aws.ToString(t.Id) != subscription.TargetID {
			o.OtherTargets = append(o.OtherTargets, aws.ToString(t.Id))
			continue
		}
		o.Target = observedTarget(t)
		o.Foreign = append(o.Foreign, foreignSettings(t)...)
	}
	return o, nil
}

// foreignSettings name what a target has and none of a subscription's does.
func foreignSettings(t types.Target) []string {
	var out []string
	for _, other := range []struct {
		name  string
		there bool
	}{
		{"constant input", t.Input != nil},
		{"role", aws.ToString(t.RoleArn) != ""},
		{"AppSync parameters", t.AppSyncParameters != nil},
		{"Batch parameters", t.BatchParameters != nil},
		{"ECS parameters", t.EcsParameters != nil},
		{"HTTP parameters", t.HttpParameters != nil},
		{"Kinesis parameters", t.KinesisParameters != nil},
		{"Redshift parameters", t.RedshiftDataParameters != nil},
		{"Run Command parameters", t.RunCommandParameters != nil},
		{"SageMaker parameters", t.SageMakerPipelineParameters != nil},
	} {
		if other.there {
			out = append(out, "target: "+other.name)
		}
	}
	return out
}

func (c *Client) describeRule(ctx context.Context, name string) (*eventbridge.DescribeRuleOutput, error) {
	out, err := c.events.DescribeRule(ctx, &eventbridge.DescribeRuleInput{Name: &name})
	if isMissingRule(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading rule %s: %w", name, err)
	}
	return out, nil
}

func (c *Client) listTargets(ctx context.Context, rule string) ([]types.Target, error) {
	var out []types.Target
	err := eachPage(ctx, func(ctx context.Context, token *string) (*string, error) {
		page, err := c.events.ListTargetsByRule(ctx, &eventbridge.ListTargetsByRuleInput{Rule: &rule, NextToken: token})
		if err != nil {
			return nil, err
		}
		out = append(out, page.Targets...)
		return page.NextToken, nil
	})
	if isMissingRule(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("listing the targets of rule %s: %w", rule, err)
	}
	return out, nil
}

func (c *Client) ruleTags(ctx context.Context, ruleARN string) (map[string]string, error) {
	out, err := c.events.ListTagsForResource(ctx, &eventbridge.ListTagsForResourceInput{ResourceARN: &ruleARN})
	if isMissingRule(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("listing the tags of rule %s: %w", ruleARN, err)
	}
	tags := map[string]string{}
	for _, t := range out.Tags {
		tags[aws.ToString(t.Key)] = aws.ToString(t.Value)
	}
	return tags, nil
}

func observedTarget(t types.Target) *subscription.Target {
	out := &subscription.Target{
		ARN:   aws.ToString(t.Arn),
		Input: subscription.Input{Path: aws.ToString(t.InputPath)},
		Retry: subscription.DefaultRetry,
	}
	out.Kind, _ = subscription.KindOf(out.ARN)
	if t.InputTransformer != nil {
		out.Input.Paths, out.Input.Template = t.InputTransformer.InputPathsMap, aws.ToString(t.InputTransformer.InputTemplate)
	}
	if r := t.RetryPolicy; r != nil {
		if r.MaximumRetryAttempts != nil {
			out.Retry.MaximumAttempts = int64(*r.MaximumRetryAttempts)
		}
		if r.MaximumEventAgeInSeconds != nil {
			out.Retry.MaximumAgeSeconds = int64(*r.MaximumEventAgeInSeconds)
		}
	}
	if t.DeadLetterConfig != nil {
		out.DeadLetterARN = aws.ToString(t.DeadLetterConfig.Arn)
	}
	if t.SqsParameters != nil {
		out.MessageGroup = aws.ToString(t.SqsParameters.MessageGroupId)
	}
	return out
}

func targetOf(t subscription.Target) types.Target {
	out := types.Target{
		Id:  aws.String(subscription.TargetID),
		Arn: &t.ARN,
		RetryPolicy: &types.RetryPolicy{
			MaximumRetryAttempts:     aws.Int32(int32(t.Retry.MaximumAttempts)),
			MaximumEventAgeInSeconds: aws.Int32(int32(t.Retry.MaximumAgeSeconds)),
		},
	}
	if t.Input.Path != "" {
		out.InputPath = &t.Input.Path
	}
	if t.Input.Template != "" {
		out.InputTransformer = &types.InputTransformer{InputTemplate: &t.Input.Template, InputPathsMap: t.Input.Paths}
	}
	if t.DeadLetterARN != "" {
		out.DeadLetterConfig = &types.DeadLetterConfig{Arn: &t.DeadLetterARN}
	}
	if t.MessageGroup != "" {
		out.SqsParameters = &types.SqsParameters{MessageGroupId: &t.MessageGroup}
	}
	return out
}

// CreateSubscription makes a subscription whose rule carries the record's id: rule and
// permissions at once, then the target, so that no event arrives before it may. It refuses
// to make it over a rule that exists ([ExistsError]). When it fails, what it made is removed
// again; the error is a [CreateError], and the record has what may be left.
func (c *Client) CreateSubscription(ctx context.Context, u subscription.Unit, rec task.Record) (_ task.Record, err error) {
	unitID := rec.ID
	by, claims := subscriptionHolder(u.Name, unitID), c.subscriptionClaims(u)
	c.yield(by, claims...)
	if err := c.session.holds.take(by, claims...); err != nil {
		return rec, &CreateError{Err: err}
	}
	defer func() { c.session.holds.end(by, err, claims...) }()
	// PutRule takes over what exists without a word, so it is looked for first.
	err = retryWhile(ctx, isBeingDeleted, func() error {
		have, err := c.findRule(ctx, u.Name, u.ARN)
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
	// The time for the create may be up; undoing it has a time of its own.
	undo, cancel := context.WithTimeout(context.WithoutCancel(ctx), propagation+time.Minute)
	defer cancel()
	rollback := panics.Guard(undo, func() error { return c.removeSubscription(undo, u.Refs(), byIDOnly(unitID)) })
	return c.withPossible(rec, u.Parts()), &CreateError{Err: err, Rollback: rollback}
}

// subscriptionHolder is a subscription as one that holds its parts.
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

// createRule makes a rule and looks whose it is: tags of a rule that others made in the
// meantime stay as they are.
func (c *Client) createRule(ctx context.Context, u subscription.Unit, tags map[string]string) error {
	err := c.creating(ctx, c.rulePart(u.Name), func(ctx context.Context) error { return c.putRule(ctx, u, tags) })
	if err != nil {
		return err
	}
	return retryWhile(ctx, isBeingDeleted, func() error {
		have, err := c.ruleTags(ctx, u.ARN)
		switch {
		case err != nil:
			return err
		case have == nil:
			return c.beingDeleted(c.ruleClaim(u.Name)) // one of two answers is old
		case have[task.TagUnit] != tags[task.TagUnit]:
			return c.refuse(c.ruleClaim(u.Name), have, tags[task.TagUnit])
		}
		return nil
	})
}

// putRule writes a rule. Tags count for a rule that does not exist yet only.
func (c *Client) putRule(ctx context.Context, u subscription.Unit, tags map[string]string) error {
	in := &eventbridge.PutRuleInput{
		Name: &u.Name, EventPattern: &u.Pattern, Description: &u.Description, State: types.RuleStateEnabled, Tags: ruleTagList(tags),
	}
	if !u.Enabled {
		in.State = types.RuleStateDisabled
	}
	err := retryWhile(ctx, isBusy, func() error {
		_, err := c.events.PutRule(ctx, in)
		return err
	})
	if err != nil {
		return fmt.Errorf("writing rule %s: %w", u.Name, err)
	}
	return nil
}

func ruleTagList(tags map[string]string) []types.Tag {
	var out []types.Tag
	for _, k := range sortedKeys(tags) {
		out = append(out, types.Tag{Key: aws.String(k), Value: aws.String(tags[k])})
	}
	return out
}

func (c *Client) putTarget(ctx context.Context, rule string, t subscription.Target) error {
	unknownYet := func(err error) bool { return isMissingRule(err) && c.session.recent.mayBeInvisible(c.rulePart(rule)) }
	err := retryWhile(ctx, func(err error) bool { return isEntryBusy(err) || unknownYet(err) }, func() error {
		in := &eventbridge.PutTargetsInput{Rule: &rule, Targets: []types.Target{targetOf(t)}}
		out, err := c.events.PutTargets(ctx, in)
		if err != nil || out.FailedEntryCount == 0 {
			return err
		}
		errs := []error{untoldEntries(out.FailedEntryCount, len(out.FailedEntries))}
		for _, e := range out.FailedEntries {
			errs = append(errs, middleware.EntryError(e.ErrorCode, e.ErrorMessage, in))
		}
		return errors.Join(errs...)
	})
	if err != nil {
		return fmt.Errorf("putting the target on rule %s: %w", rule, err)
	}
	return nil
}

// SubscriptionUpdate is a change of a subscription.
type SubscriptionUpdate struct {
	Record task.Record
	// Want is the unit as it shall be.
	Want subscription.Unit
	// Reached are the permissions that the unit would want if it put them all: those that others may have put stay.
	Reached []subscription.Permission
	Rules   task.TagRules
}

// UpdateSubscription brings a subscription to what it shall be, from whatever AWS has of it
// now: permissions and rule first, then the target, then what nothing needs any more. No
// event is lost in between. What it made has the record also where it fails.
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

// checkOwnRule refuses a rule that is not the unit's, before it or what it reaches is touched.
func (c *Client) checkOwnRule(up SubscriptionUpdate, rule *subscription.ObservedRule) error {
	switch {
	case rule == nil, up.Record.Owns(task.RulePart, up.Want.Name, rule.Tags):
		return nil
	case task.Foreign(rule.Tags, up.Record.ID):
		return c.owned(c.ruleClaim(up.Want.Name), rule.Tags)
	}
	if err := CheckTagsTold(up.Record, up.Want.Name, rule); err != nil {
		return err
	}
	return c.exists(c.ruleClaim(up.Want.Name))
}

func targetOn(rule *subscription.ObservedRule) *subscription.Target {
	if rule == nil {
		return nil
	}
	return rule.Target
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

func (c *Client) tagRule(ctx context.Context, u subscription.Unit, change task.TagChange) error {
	if len(change.Remove) > 0 { // first: there may be no room for more
		_, err := c.events.UntagResource(ctx, &eventbridge.UntagResourceInput{ResourceARN: &u.ARN, TagKeys: change.Remove})
		if err != nil {
			return fmt.Errorf("untagging rule %s: %w", u.Name, err)
		}
	}
	if len(change.Set) == 0 {
		return nil
	}
	_, err := c.events.TagResource(ctx, &eventbridge.TagResourceInput{ResourceARN: &u.ARN, Tags: ruleTagList(change.Set)})
	return wrapError(err, "tagging rule "+u.Name)
}

func wrapError(err error, doing string) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// leaving are the permissions that the unit has, or may have, and does not want any more.
func (up SubscriptionUpdate) leaving() []subscription.Permission {
	return slices.DeleteFunc(subscription.Recorded(up.Record, up.Want.ARN), func(p subscription.Permission) bool {
		part, _ := up.Record.Part(task.StatementPart, p.ARN)
		return slices.Contains(up.Want.Permissions, p) || part.Adopted && slices.Contains(up.Reached, p)
	})
}

// DeleteSubscription removes a subscription: targets first, those that others put there
// too, for a rule cannot go with targets; then rule and permissions. Parts that are gone are
// fine. A rule that carries another unit's id is left alone, with the permissions on what it reaches,
// which are the other's then. So is one that carries none and is not confirmed; but not the permissions, which
// the create has put. Left is what stays for that reason.
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
		rule, err = c.findRule(ctx, refs.Name, refs.ARN)
		return rule != nil && rule.Tags != nil, err
	})
	if err == nil {
		err = CheckTagsTold(own.Record, refs.Name, rule)
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

// notOf are the permissions that a rule does not need, if it tells what it reaches.
func notOf(rule *subscription.ObservedRule, permissions []subscription.Permission) []subscription.Permission {
	if rule.Target == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(permissions), func(p subscription.Permission) bool {
		return p.ARN == rule.Target.ARN || p.ARN == rule.Target.DeadLetterARN
	})
}

// untoldEntries is the error of entries that failed and of which the answer tells nothing.
func untoldEntries(failed int32, told int) error {
	if told > 0 {
		return nil
	}
	return fmt.Errorf("the answer counts %d entries that failed, and tells of none", failed)
}

func (c *Client) removeTargets(ctx context.Context, rule string, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	err := retryWhile(ctx, isEntryBusy, func() error {
		out, err := c.events.RemoveTargets(ctx, &eventbridge.RemoveTargetsInput{Rule: &rule, Ids: ids})
		if isMissingRule(err) || err == nil && out.FailedEntryCount == 0 {
			return nil
		}
		if err != nil {
			return err
		}
		errs := []error{untoldEntries(out.FailedEntryCount, len(out.FailedEntries))}
		for _, e := range out.FailedEntries {
			errs = append(errs, fmt.Errorf("target %s: %w", sanitize.Text(aws.ToString(e.TargetId)), middleware.EntryError(e.ErrorCode, e.ErrorMessage, nil)))
		}
		return errors.Join(errs...)
	})
	return wrapError(err, "removing the targets of rule "+rule)
}

func (c *Client) removeAllTargets(ctx context.Context, rule string) error {
	targets, err := c.listTargets(ctx, rule)
	if err != nil {
		return err
	}
	ids := make([]string, len(targets))
	for i, t := range targets {
		ids[i] = aws.ToString(t.Id)
	}
	return c.removeTargets(ctx, rule, ids)
}

func (c *Client) deleteRule(ctx context.Context, rule string, tags map[string]string) error {
	err := deleteWhenEmpty(ctx, func() error { return c.removeAllTargets(ctx, rule) }, func() error {
		_, err := c.events.DeleteRule(ctx, &eventbridge.DeleteRuleInput{Name: &rule})
		return err
	})
	if err != nil && !isMissingRule(err) {
		return fmt.Errorf("deleting rule %s: %w", rule, err)
	}
	c.session.recent.deleted(c.rulePart(rule), tags)
	return nil
}

func (c *Client) removePermissions(ctx context.Context, permissions []subscription.Permission) error {
	var calls []func() error
	for _, p := range permissions {
		calls = append(calls, func() error { return c.forbid(ctx, p) })
	}
	return concurrently(ctx, calls...)
}
