package awsapi

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/hashicorp/aws-sdk-go-base/v2/tfawserr"

	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// findLogGroup finds a log group with its tags; nil where there is none. With the ARN
// known both questions go out at once.
func (c *Client) findLogGroup(ctx context.Context, name, arn string) (*task.ObservedLogGroup, error) {
	var group *task.ObservedLogGroup
	var tags map[string]string
	describe := func() (err error) { group, err = c.describeLogGroup(ctx, name); return err }
	readTags := func() (err error) { tags, err = c.logGroupTags(ctx, arn); return err }
	if arn != "" {
		if err := together(describe, readTags); err != nil || group == nil {
			return nil, err
		}
		group.Tags = tags
		return group, nil
	}
	if err := describe(); err != nil || group == nil {
		return nil, err
	}
	arn = group.ARN
	if err := readTags(); err != nil {
		return nil, err
	}
	group.Tags = tags
	return group, nil
}

func (c *Client) describeLogGroup(ctx context.Context, name string) (*task.ObservedLogGroup, error) {
	// Of all names that begin so, the name itself is the first.
	out, err := c.logs.DescribeLogGroups(ctx, &cloudwatchlogs.DescribeLogGroupsInput{LogGroupNamePrefix: &name})
	if err != nil {
		return nil, fmt.Errorf("reading log group %s: %w", name, err)
	}
	i := slices.IndexFunc(out.LogGroups, func(g types.LogGroup) bool { return aws.ToString(g.LogGroupName) == name })
	if i < 0 {
		return nil, nil
	}
	g := out.LogGroups[i]
	return &task.ObservedLogGroup{
		Name:              name,
		ARN:               strings.TrimSuffix(aws.ToString(g.Arn), ":*"),
		RetentionInDays:   int64(aws.ToInt32(g.RetentionInDays)),
		RetentionGoverned: g.RetentionPolicyName != nil,
		KMSKeyID:          aws.ToString(g.KmsKeyId),
		Class:             string(g.LogGroupClass),
		Made:              aws.ToInt64(g.CreationTime) / 1000,
	}, nil
}

func (c *Client) logGroupTags(ctx context.Context, arn string) (map[string]string, error) {
	out, err := c.logs.ListTagsForResource(ctx, &cloudwatchlogs.ListTagsForResourceInput{ResourceArn: &arn})
	if isMissingLogGroup(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the tags of log group %s: %w", arn, err)
	}
	if out.Tags == nil {
		return map[string]string{}, nil
	}
	return out.Tags, nil
}

// createLogGroup makes the log group. One that exists is taken over where the user says so,
// which the first result tells, and is the unit's own if it carries its id.
func (c *Client) createLogGroup(ctx context.Context, g task.LogGroup, tags map[string]string) (adopted bool, err error) {
	in := &cloudwatchlogs.CreateLogGroupInput{LogGroupName: &g.Name, Tags: tags}
	if g.KMSKeyID != "" {
		in.KmsKeyId = &g.KMSKeyID
	}
	if g.Class != task.LogGroupClasses[0] {
		in.LogGroupClass = types.LogGroupClass(g.Class)
	}
	part := DescribeLogGroup(g.Name)
	var taken *task.ObservedLogGroup // somebody else's, to be taken over
	// The deletion of a group of this name may still be going on.
	err = retryWhile(ctx, isComing, func() error {
		err := c.shortlyWhile(ctx, isMissingLogKey, func() error {
			return c.making(ctx, c.logGroupPart(g.Name), func(ctx context.Context) error {
				_, err := c.logs.CreateLogGroup(ctx, in)
				return err
			})
		})
		if !tfawserr.ErrCodeEquals(err, "ResourceAlreadyExistsException") {
			return wrapped(err, "creating "+part)
		}
		have, err := c.findLogGroup(ctx, g.Name, "")
		switch {
		case err != nil:
			return err
		case have == nil || have.Tags == nil:
			return &ExistsError{Part: part, leaving: true} // one of the answers is old
		}
		err = c.refuse(part, c.logGroupPart(g.Name), have.Tags, tags[task.TagUnit])
		if refused, ok := errors.AsType[*ExistsError](err); ok && g.Adopt && !refused.Owned && !refused.leaving {
			taken, err = have, nil
		}
		adopted = have.IsAdopted()
		return err
	})
	switch {
	case err != nil:
		return false, err
	case taken != nil:
		return true, c.adoptLogGroup(ctx, g, taken, tags)
	case g.RetentionInDays == 0:
		return adopted, nil
	}
	return adopted, retryWhile(ctx, isLogGroupUnknownYet, func() error { return c.setRetention(ctx, g) })
}

// adoptLogGroup takes over a group that somebody else made: it keeps its tags, gets the
// unit's, and one more that keeps it from being deleted with the unit.
func (c *Client) adoptLogGroup(ctx context.Context, g task.LogGroup, have *task.ObservedLogGroup, tags map[string]string) error {
	g.Adopted = true
	return c.changeLogGroup(ctx, g, have, g.TagChange(have.Tags, tags))
}

func (c *Client) setRetention(ctx context.Context, g task.LogGroup) error {
	var err error
	if g.RetentionInDays == 0 {
		_, err = c.logs.DeleteRetentionPolicy(ctx, &cloudwatchlogs.DeleteRetentionPolicyInput{LogGroupName: &g.Name})
	} else {
		_, err = c.logs.PutRetentionPolicy(ctx, &cloudwatchlogs.PutRetentionPolicyInput{
			LogGroupName: &g.Name, RetentionInDays: aws.Int32(int32(g.RetentionInDays)),
		})
	}
	if err != nil {
		return fmt.Errorf("setting the retention of log group %s: %w", g.Name, err)
	}
	return nil
}

// changeLogGroup brings an existing group to what it shall be.
func (c *Client) changeLogGroup(ctx context.Context, want task.LogGroup, have *task.ObservedLogGroup, tags task.TagChange) error {
	if wrong := tags.CheckRoom(have.Tags); wrong != "" {
		return fmt.Errorf("tagging log group %s: %s", want.Name, wrong)
	}
	var calls []func() error
	if want.RetentionInDays != have.RetentionInDays || have.RetentionGoverned {
		calls = append(calls, func() error { return c.setRetention(ctx, want) })
	}
	if !task.SameKey(want.KMSKeyID, have.KMSKeyID) {
		calls = append(calls, func() error {
			return c.shortlyWhile(ctx, isMissingLogKey, func() error { return c.setKey(ctx, want) })
		})
	}
	if !tags.Empty() {
		calls = append(calls, func() error { return c.tagLogGroup(ctx, have.ARN, tags) })
	}
	for i, f := range calls {
		calls[i] = func() error { return retryWhile(ctx, isBusy, f) }
	}
	return together(calls...)
}

func (c *Client) setKey(ctx context.Context, g task.LogGroup) error {
	var err error
	if g.KMSKeyID == "" {
		_, err = c.logs.DisassociateKmsKey(ctx, &cloudwatchlogs.DisassociateKmsKeyInput{LogGroupName: &g.Name})
	} else {
		_, err = c.logs.AssociateKmsKey(ctx, &cloudwatchlogs.AssociateKmsKeyInput{LogGroupName: &g.Name, KmsKeyId: &g.KMSKeyID})
	}
	if err != nil {
		return fmt.Errorf("setting the key of log group %s: %w", g.Name, err)
	}
	return nil
}

func (c *Client) tagLogGroup(ctx context.Context, arn string, change task.TagChange) error {
	if len(change.Remove) > 0 { // first: there may be no room for more
		_, err := c.logs.UntagResource(ctx, &cloudwatchlogs.UntagResourceInput{ResourceArn: &arn, TagKeys: change.Remove})
		if err != nil && !isMissingLogGroup(err) {
			return fmt.Errorf("removing tags of log group %s: %w", arn, err)
		}
	}
	if len(change.Set) > 0 {
		if _, err := c.logs.TagResource(ctx, &cloudwatchlogs.TagResourceInput{ResourceArn: &arn, Tags: change.Set}); err != nil {
			return fmt.Errorf("tagging log group %s: %w", arn, err)
		}
	}
	return nil
}

// deleteLogGroup deletes a log group if it is of the given unit. One that was adopted, or
// shall be kept, stays and loses the unit's tags.
func (c *Client) deleteLogGroup(ctx context.Context, name, arn string, keep bool, own owner) error {
	var group *task.ObservedLogGroup
	err := c.untilSeen(ctx, c.logGroupPart(name), func() (_ bool, err error) {
		group, err = c.findLogGroup(ctx, name, arn)
		return group != nil && group.Tags != nil, err
	})
	switch {
	case err != nil || group == nil:
		return err
	case own.strict && group.Tags == nil:
		return fmt.Errorf("log group %s is there, and CloudWatch Logs does not tell its tags, so whose it is", name)
	case !own.owns(group.Tags):
		return nil
	}
	if keep || group.IsAdopted() { // a group too many is better than one too few
		return retryWhile(ctx, isBusy, func() error {
			return c.tagLogGroup(ctx, group.ARN, task.TagChange{Remove: unitTags(group.Tags)})
		})
	}
	err = retryWhile(ctx, isBusy, func() error {
		_, err := c.logs.DeleteLogGroup(ctx, &cloudwatchlogs.DeleteLogGroupInput{LogGroupName: &name})
		return err
	})
	if err != nil && !isMissingLogGroup(err) {
		return fmt.Errorf("deleting log group %s: %w", name, err)
	}
	c.session.recent.deleted(c.logGroupPart(name), group.Tags)
	return nil
}

// unitTags are the keys of the tags that units put on their parts.
func unitTags(tags map[string]string) []string {
	return slices.DeleteFunc(sortedKeys(tags), func(k string) bool { return !strings.HasPrefix(k, task.TagPrefix) })
}
