package aws

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

// findLogGroup finds a log group with its tags; nil if there is none. With an ARN, both calls are made at the same time.
func (c *Client) findLogGroup(ctx context.Context, name, arn string) (*task.ObservedLogGroup, error) {
	var group *task.ObservedLogGroup
	var tags map[string]string
	describe := func() (err error) { group, err = c.describeLogGroup(ctx, name); return err }
	readTags := func() (err error) { tags, err = c.logGroupTags(ctx, arn); return err }
	if arn != "" {
		if err := concurrently(ctx, describe, readTags); err != nil || group == nil {
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

// findKnownLogGroup is [Client.findLogGroup] for a group that is as given if it carries the unit's id: then only its tags
// are read. Without an ARN the group is read as a whole.
func (c *Client) findKnownLogGroup(ctx context.Context, known task.ObservedLogGroup, unitID string) (*task.ObservedLogGroup, error) {
	if known.ARN == "" || unitID == "" {
		return c.findLogGroup(ctx, known.Name, known.ARN)
	}
	tags, err := c.logGroupTags(ctx, known.ARN)
	if err != nil {
		return nil, err
	}
	if tags[task.TagUnit] == unitID {
		known.Tags = tags
		return &known, nil
	}
	group, err := c.describeLogGroup(ctx, known.Name)
	if err != nil || group == nil {
		return nil, err
	}
	group.Tags = tags
	return group, nil
}

func (c *Client) describeLogGroup(ctx context.Context, name string) (*task.ObservedLogGroup, error) {
	// The name itself is the first of all names with this prefix.
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
		Created:           aws.ToInt64(g.CreationTime) / 1000,
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
	return out.Tags, nil // nil only for a group that does not exist: see package middleware
}

// keepsLogGroup reports whether the update changes nothing of a log group, if the group is as it was seen.
func (ch change) keepsLogGroup(want task.LogGroup, seen task.ObservedLogGroup, tags map[string]string) bool {
	part, _ := ch.Part(task.LogGroupPart, want.Name)
	want.Adopted = part.Adopted
	return seen.Tags[task.TagUnit] == ch.ID && want.TagChange(ch.rules.Comparable(seen.Tags), tags).Empty() &&
		want.RetentionInDays == seen.RetentionInDays && task.SameKey(want.KMSKeyID, seen.KMSKeyID) && want.Class == seen.Class
}

// logGroupResult is the result of the create or update of a log group.
type logGroupResult struct {
	// adopted reports whether the unit adopted the group, and so keeps it when it is destroyed.
	adopted bool
	// found is the group as it was found, if it existed without an id.
	found *task.ObservedLogGroup
}

// createLogGroup creates the log group. An existing group is adopted if the user says so, resumed if the task of
// this name has kept it, and the unit's own if it carries the unit's id.
func (c *Client) createLogGroup(ctx context.Context, g task.LogGroup, name string, tags map[string]string) (result logGroupResult, err error) {
	in := &cloudwatchlogs.CreateLogGroupInput{LogGroupName: &g.Name, Tags: tags}
	if g.KMSKeyID != "" {
		in.KmsKeyId = &g.KMSKeyID
	}
	if g.Class != task.LogGroupClasses[0] {
		in.LogGroupClass = types.LogGroupClass(g.Class)
	}
	part := c.logGroupClaim(g.Name)
	var free *task.ObservedLogGroup // to be adopted or resumed
	// The deletion of a group of this name may still be going on.
	err = retryWhile(ctx, isTransientConflict, func() error {
		err := c.shortlyWhile(ctx, isMissingLogKey, func() error {
			return c.creating(ctx, c.logGroupPart(g.Name), func(ctx context.Context) error {
				_, err := c.logs.CreateLogGroup(ctx, in)
				return err
			})
		})
		if !tfawserr.ErrCodeEquals(err, "ResourceAlreadyExistsException") {
			return wrapError(err, "creating "+part.called)
		}
		have, err := c.findLogGroup(ctx, g.Name, "")
		switch {
		case err != nil:
			return err
		case have == nil || have.Tags == nil:
			return c.beingDeleted(part) // one of the responses is stale
		}
		err = c.refuse(part, have.Tags, tags[task.TagUnit])
		refused, ok := errors.AsType[*ExistsError](err)
		if ok && !refused.Owned && !refused.leaving && (g.Adopt || c.resumes(g, *have, name)) {
			free, err = have, nil
		}
		result.adopted = have.IsAdopted()
		return err
	})
	switch {
	case err != nil:
		return logGroupResult{}, err
	case free != nil:
		return c.adoptLogGroup(ctx, g, free, tags)
	case g.RetentionInDays == 0:
		return result, nil
	}
	return result, retryWhile(ctx, isLogGroupUnknownYet, func() error { return c.setRetention(ctx, g) })
}

// adoptLogGroup adopts or resumes a group that carries no id of a unit. An adopted group keeps its tags, and gets
// the unit's and a tag that protects it from deletion with the unit. A group that the task of this name has kept belongs
// to it again; it keeps the tag `docker-task:kept` until the operation has succeeded.
func (c *Client) adoptLogGroup(ctx context.Context, g task.LogGroup, have *task.ObservedLogGroup, tags map[string]string) (logGroupResult, error) {
	g.Adopted = g.Adopt
	result := logGroupResult{adopted: g.Adopted, found: have}
	change := g.TagChange(have.Tags, tags)
	change.Remove = nil
	if err := change.CheckRoom(have.Tags); err != nil {
		return result, fmt.Errorf("tagging log group %s: %w", g.Name, err)
	}
	if err := c.markLogGroup(ctx, g, have, tags[task.TagUnit]); err != nil {
		return result, err
	}
	return result, c.changeLogGroup(ctx, g, have, change)
}

// resumes reports whether a group that exists belongs to the task again, because the task of this name has kept it.
// Everyone who may tag the group can write that tag, and the destroy of the task would delete the group. So the group must
// have the default name, or the task must keep it again, or this process must have kept it, in a replacement.
func (c *Client) resumes(g task.LogGroup, have task.ObservedLogGroup, name string) bool {
	return g.CanResume(have, name) && (g.Keep || have.Name == task.LogGroupName(name) || c.session.recent.maybeCreated(c.logGroupPart(have.Name)))
}

// markLogGroup puts the unit's id on a group that exists and carries none. An adopted group gets the tag that protects it in
// the same call: after a run that was killed, an import would take a group with the id alone for one that the unit created.
func (c *Client) markLogGroup(ctx context.Context, g task.LogGroup, have *task.ObservedLogGroup, unitID string) error {
	var adopted map[string]string
	if g.Adopted {
		adopted = map[string]string{task.TagAdopted: "true"}
	}
	return c.mark(ctx, c.logGroupClaim(have.Name), unitID, adopted,
		func(ctx context.Context, id task.TagChange) error { return c.tagLogGroup(ctx, have.ARN, id) },
		func() (map[string]string, error) { return c.logGroupTags(ctx, have.ARN) })
}

// finishLogGroup reads the tags of an adopted or resumed group again, and removes the tag `docker-task:kept`.
func (c *Client) finishLogGroup(ctx context.Context, g task.LogGroup, result logGroupResult, unitID string) error {
	if result.found == nil {
		return nil
	}
	err := c.stillOwn(c.logGroupClaim(g.Name), unitID, func() (map[string]string, error) { return c.logGroupTags(ctx, result.found.ARN) })
	if err != nil || result.found.Tags[task.TagKept] == "" {
		return err
	}
	return retryWhile(ctx, isBusy, func() error {
		return c.tagLogGroup(ctx, result.found.ARN, task.TagChange{Remove: []string{task.TagKept}})
	})
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

// changeLogGroup changes an existing group to what it shall be.
func (c *Client) changeLogGroup(ctx context.Context, want task.LogGroup, have *task.ObservedLogGroup, tags task.TagChange) error {
	if err := tags.CheckRoom(have.Tags); err != nil {
		return fmt.Errorf("tagging log group %s: %w", want.Name, err)
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
	return concurrently(ctx, calls...)
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

// keeping is whether a log group is kept when its unit is destroyed, and the name of the task that may resume it
// without `adopt`; "" for none, as for an adopted group.
type keeping struct {
	keep bool
	task string
}

// keepingOf is whether a unit's log group is kept when the unit is destroyed.
func keepingOf(u task.Unit) keeping {
	k := keeping{keep: u.LogGroup.Adopted || u.LogGroup.Keep}
	if k.keep && !u.LogGroup.Adopted {
		k.task = u.Definition.Family
	}
	return k
}

// deleteLogGroup deletes a log group if it belongs to the unit. An adopted group, and one that shall be kept, stays and
// loses the unit's tags. So does a group that was kept before and that a create which failed has resumed.
func (c *Client) deleteLogGroup(ctx context.Context, name, arn string, k keeping, own owner) error {
	var group *task.ObservedLogGroup
	err := c.untilSeen(ctx, c.logGroupPart(name), func() (_ bool, err error) {
		group, err = c.findKnownLogGroup(ctx, task.ObservedLogGroup{Name: name, ARN: arn}, own.ID)
		return group != nil && group.Tags != nil, err
	})
	switch {
	case err != nil || group == nil:
		return err
	case group.Tags == nil && !own.Confirmed(task.LogGroupPart, name):
		return fmt.Errorf("log group %s exists%s, and CloudWatch Logs does not return its tags, so its owner is not known", name, c.where(false))
	case !own.Owns(task.LogGroupPart, name, group.Tags):
		own.leaves(DescribeLogGroup(name), group.Tags)
		return nil
	}
	for _, mark := range []string{task.TagAdopted, task.TagKept} {
		// A failed operation may have tagged a part that is not confirmed.
		if group.Tags[mark] != "" && !k.keep && own.Confirmed(task.LogGroupPart, name) {
			own.left.add(DescribeLogGroup(name), "it has the tag "+mark+", which protects a log group from deletion, and this unit has no record that it wrote that tag")
		}
	}
	if kept := group.Tags[task.TagKept]; kept != "" {
		k = keeping{keep: true, task: kept}
	}
	if k.keep || group.IsAdopted() { // to keep a group does less harm than to delete one
		change := task.TagChange{Remove: unitTags(group.Tags)}
		// Only a group with the unit's id is marked as kept by its task: one without may belong to another owner.
		if k.task != "" && !group.IsAdopted() && own.ID != "" && group.Tags[task.TagUnit] == own.ID {
			change.Set = map[string]string{task.TagKept: k.task}
			change.Remove = slices.DeleteFunc(change.Remove, func(key string) bool { return key == task.TagKept })
		}
		c.session.recent.created(c.logGroupPart(name)) // for a replacement that follows
		return retryWhile(ctx, isBusy, func() error { return c.tagLogGroup(ctx, group.ARN, change) })
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
