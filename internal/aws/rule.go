package aws

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/dockertask/terraform-provider-docker/internal/aws/middleware"
	"github.com/dockertask/terraform-provider-docker/internal/sanitize"
	"github.com/dockertask/terraform-provider-docker/internal/subscription"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// FindRule finds a rule with what is on it; nil where there is none.
func (c *Client) FindRule(ctx context.Context, name, ruleARN string) (*subscription.ObservedRule, error) {
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

// createRule creates a rule and checks its owner: PutRule leaves the tags of a rule that others have created in the
// meantime.
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
		errs := []error{unlistedEntries(out.FailedEntryCount, len(out.FailedEntries))}
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

func targetOn(rule *subscription.ObservedRule) *subscription.Target {
	if rule == nil {
		return nil
	}
	return rule.Target
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

// unlistedEntries is the error of entries that failed and that the response does not list.
func unlistedEntries(failed int32, listed int) error {
	if listed > 0 {
		return nil
	}
	return fmt.Errorf("the response counts %d entries that failed, and lists none", failed)
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
		errs := []error{unlistedEntries(out.FailedEntryCount, len(out.FailedEntries))}
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
