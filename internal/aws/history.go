package aws

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/cluster"
	"github.com/dockertask/terraform-provider-docker/internal/subscription"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// letsEvents reports whether EventBridge may write to the log groups of event histories, by whatever policy.
func (c *Client) letsEvents(ctx context.Context, place arn.Place) (bool, error) {
	lets := false
	err := eachPage(ctx, func(ctx context.Context, token *string) (*string, error) {
		page, err := c.logs.DescribeResourcePolicies(ctx, &cloudwatchlogs.DescribeResourcePoliciesInput{NextToken: token})
		if err != nil {
			return nil, err
		}
		for _, p := range page.ResourcePolicies {
			lets = lets || cluster.LetsEvents(aws.ToString(p.PolicyDocument), place)
		}
		return page.NextToken, nil
	})
	return lets, wrapError(err, "reading the resource policies of CloudWatch Logs")
}

// letEvents lets EventBridge write to the log groups of event histories, if no policy does so. The policy is one for all
// clusters, and outlives them.
func (c *Client) letEvents(ctx context.Context, place arn.Place) error {
	lets, err := c.letsEvents(ctx, place)
	if err != nil || lets {
		return err
	}
	err = retryWhile(ctx, isBusy, func() error {
		_, err := c.logs.PutResourcePolicy(ctx, &cloudwatchlogs.PutResourcePolicyInput{
			PolicyName: aws.String(cluster.HistoryPolicy), PolicyDocument: aws.String(cluster.HistoryPolicyDocument(place)),
		})
		return err
	})
	if fullOfPolicies.is(err) {
		err = fmt.Errorf("%w; CloudWatch Logs has at most ten resource policies in a region: delete one, or put the statement for log-group:/aws/events/* into another", err)
	}
	return wrapError(err, "writing the resource policy "+cluster.HistoryPolicy)
}

// findHistory finds the parts of an event history.
func (c *Client) findHistory(ctx context.Context, refs cluster.Refs, found *cluster.Found) []func() error {
	return []func() error{
		func() (err error) { found.Group, err = c.findLogGroup(ctx, refs.Group, refs.GroupARN); return err },
		func() (err error) { found.Rule, err = c.FindRule(ctx, refs.Rule, refs.RuleARN); return err },
		func() (err error) { found.Lets, err = c.letsEvents(ctx, refs.Place); return err },
	}
}

// checkFreeHistory refuses parts of an event history that exist.
func (c *Client) checkFreeHistory(refs cluster.Refs, found cluster.Found, unitID string) []error {
	var errs []error
	if found.Group != nil {
		errs = append(errs, c.refuse(c.logGroupClaim(refs.Group), found.Group.Tags, unitID))
	}
	if found.Rule != nil {
		errs = append(errs, c.refuse(c.ruleClaim(refs.Rule), found.Rule.Tags, unitID))
	}
	return errs
}

// createHistory creates an event history: the target last, so that no event is sent before it is permitted.
func (c *Client) createHistory(ctx context.Context, u cluster.Unit, unitID string) error {
	h, tags := u.History, withUnit(u.Tags, unitID)
	err := concurrently(ctx,
		func() error { _, err := c.createLogGroup(ctx, h.Group, "", tags); return err },
		func() error { return c.createRule(ctx, h.Rule, tags) },
		func() error { return c.letEvents(ctx, u.Place) },
	)
	if err != nil {
		return err
	}
	return c.putTarget(ctx, h.Rule.Name, h.Rule.Target)
}

// checkOwnHistory refuses parts of an event history that do not belong to the unit, before anything is changed.
func (c *Client) checkOwnHistory(up ClusterUpdate, refs cluster.Refs, found cluster.Found) []error {
	var errs []error
	check := func(part claim, tags map[string]string) {
		switch {
		case up.Record.Owns(part.kind, part.name, tags):
		case task.Foreign(tags, up.Record.ID):
			errs = append(errs, c.owned(part, tags))
		default:
			errs = append(errs, c.exists(part))
		}
	}
	if found.Group != nil {
		check(c.logGroupClaim(refs.Group), found.Group.Tags)
	}
	if found.Rule != nil {
		if found.Rule.Tags == nil && !up.Record.Confirmed(task.RulePart, refs.Rule) {
			return append(errs, CheckTagsReturned(up.Record, refs.Rule, found.Rule))
		}
		check(c.ruleClaim(refs.Rule), found.Rule.Tags)
	}
	return errs
}

// updateHistory changes an event history to what it shall be.
func (c *Client) updateHistory(ctx context.Context, up ClusterUpdate, found cluster.Found) error {
	h, tags := up.Want.History, withUnit(up.Want.Tags, up.Record.ID)
	calls := []func() error{
		func() error { return c.updateRule(ctx, subscriptionUpdate(up, h), found.Rule) },
		func() error { return c.updateHistoryGroup(ctx, up, found.Group, tags) },
	}
	if !found.Lets {
		calls = append(calls, func() error { return c.letEvents(ctx, up.Want.Place) })
	}
	if err := concurrently(ctx, calls...); err != nil {
		return err
	}
	if t := targetOn(found.Rule); t == nil || !t.Equal(h.Rule.Target) || len(found.Rule.Foreign) > 0 {
		return c.putTarget(ctx, h.Rule.Name, h.Rule.Target)
	}
	return nil
}

func subscriptionUpdate(up ClusterUpdate, h *cluster.History) SubscriptionUpdate {
	rule := h.Rule
	rule.Tags = up.Want.Tags
	return SubscriptionUpdate{Record: up.Record, Want: rule, Rules: up.Rules}
}

func (c *Client) updateHistoryGroup(ctx context.Context, up ClusterUpdate, have *task.ObservedLogGroup, tags map[string]string) error {
	g := up.Want.History.Group
	if have == nil {
		_, err := c.createLogGroup(ctx, g, "", tags)
		return err
	}
	if have.Tags[task.TagUnit] != up.Record.ID {
		if err := c.markLogGroup(ctx, g, have, up.Record.ID); err != nil {
			return err
		}
	}
	return c.changeLogGroup(ctx, g, have, task.ChangeTags(up.Rules.Comparable(have.Tags), tags))
}

// removeHistory removes an event history: the rule first, so that nothing writes to a group that is gone. The shared
// policy stays.
func (c *Client) removeHistory(ctx context.Context, refs cluster.Refs, own owner) error {
	if err := c.removeSubscription(ctx, subscription.Refs{Name: refs.Rule, ARN: refs.RuleARN}, own); err != nil {
		return err
	}
	return c.deleteLogGroup(ctx, refs.Group, refs.GroupARN, keeping{}, own)
}
