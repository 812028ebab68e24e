package aws

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/dockertask/terraform-provider-docker/internal/sanitize"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// findDefinition finds an ACTIVE task definition by ARN, by family:revision, or by family
// (the newest), with its tags; nil where there is none.
func (c *Client) findDefinition(ctx context.Context, which string) (*task.ObservedDefinition, error) {
	out, err := c.ecs.DescribeTaskDefinition(ctx, &ecs.DescribeTaskDefinitionInput{
		TaskDefinition: &which,
		Include:        []types.TaskDefinitionField{types.TaskDefinitionFieldTags},
	})
	if isMissingDefinition(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading task definition %s: %w", which, err)
	}
	if out.TaskDefinition == nil || out.TaskDefinition.Status != types.TaskDefinitionStatusActive {
		return nil, nil
	}
	return observedDefinition(out.TaskDefinition, out.Tags)
}

// findNewest finds the newest ACTIVE revision of a family. ECS is eventually consistent: if it returns a revision that is
// older than known, the ARN in state, or none, known itself is read before that counts.
func (c *Client) findNewest(ctx context.Context, family, known string) (*task.ObservedDefinition, error) {
	newest, err := c.findDefinition(ctx, family)
	if err != nil || known == "" {
		return newest, err
	}
	if newest != nil && newest.Revision >= revisionOf(known) {
		return newest, nil
	}
	knownOne, err := c.findDefinition(ctx, known)
	if err != nil || knownOne != nil {
		return knownOne, err
	}
	return newest, nil
}

// revisionOf is the revision in the ARN of a task definition, 0 where it has none.
func revisionOf(arn string) int64 {
	n, err := strconv.ParseInt(arn[strings.LastIndexByte(arn, ':')+1:], 10, 64)
	if err != nil {
		return 0
	}
	return n
}

var errNoDefinition = errors.New("the answer has no task definition")

func observedDefinition(d *types.TaskDefinition, tags []types.Tag) (*task.ObservedDefinition, error) {
	if d == nil { // [Rules] has it
		return nil, errNoDefinition
	}
	o := &task.ObservedDefinition{
		ARN:      aws.ToString(d.TaskDefinitionArn),
		Revision: int64(d.Revision),
		Created:  seconds(d.RegisteredAt),
		Tags:     tagsOf(tags),
	}
	var err error
	o.Definition, err = fromSDK(d, d.ContainerDefinitions)
	return o, err
}

// registerDefinition registers a revision. It waits until ECS accepts roles that were just created, and some seconds for
// roles of others, which the same run may have created.
func (c *Client) registerDefinition(ctx context.Context, d task.Definition, tags map[string]string, justCreated []string) (*task.ObservedDefinition, error) {
	in, err := toSDK(d)
	if err != nil {
		return nil, err
	}
	in.Tags = ecsTags(tags)
	var out *ecs.RegisterTaskDefinitionOutput
	err = c.shortlyWhile(ctx, func(err error) bool { return isGivenRoleRefused(err, justCreated) }, func() error {
		return retryWhile(ctx, func(err error) bool { return isBusy(err) || isRoleNotReady(err, justCreated) }, func() error {
			return c.creating(ctx, c.familyPart(d.Family), func(ctx context.Context) (err error) {
				out, err = c.ecs.RegisterTaskDefinition(ctx, in)
				return err
			})
		})
	})
	if err != nil {
		return nil, fmt.Errorf("registering task definition %s: %w", d.Family, explainRole(err, justCreated))
	}
	return observedDefinition(out.TaskDefinition, out.Tags)
}

func (c *Client) tagDefinition(ctx context.Context, arn string, change task.TagChange) error {
	if len(change.Remove) > 0 { // first: there may be no room for more
		if _, err := c.ecs.UntagResource(ctx, &ecs.UntagResourceInput{ResourceArn: &arn, TagKeys: change.Remove}); err != nil {
			return fmt.Errorf("removing tags of task definition %s: %w", arn, err)
		}
	}
	if len(change.Set) > 0 {
		if _, err := c.ecs.TagResource(ctx, &ecs.TagResourceInput{ResourceArn: &arn, Tags: ecsTags(change.Set)}); err != nil {
			return fmt.Errorf("tagging task definition %s: %w", arn, err)
		}
	}
	return nil
}

func tagsOf(tags []types.Tag) map[string]string {
	out := map[string]string{}
	for _, t := range tags {
		out[aws.ToString(t.Key)] = aws.ToString(t.Value)
	}
	return out
}

func ecsTags(tags map[string]string) []types.Tag {
	var out []types.Tag
	for _, k := range sortedKeys(tags) {
		out = append(out, types.Tag{Key: aws.String(k), Value: aws.String(tags[k])})
	}
	return out
}

// listRevisions lists the ARNs of a family's revisions that are ACTIVE, or INACTIVE, the newest
// first.
func (c *Client) listRevisions(ctx context.Context, family string, status types.TaskDefinitionStatus) ([]string, error) {
	var arns []string
	if err := eachPage(ctx, func(ctx context.Context, token *string) (*string, error) {
		page, err := c.ecs.ListTaskDefinitions(ctx, &ecs.ListTaskDefinitionsInput{FamilyPrefix: &family, Status: status, NextToken: token})
		if err != nil {
			return nil, err
		}
		arns = append(arns, page.TaskDefinitionArns...)
		return page.NextToken, nil
	}); err != nil {
		return nil, fmt.Errorf("listing the revisions of task definition %s: %w", family, err)
	}
	// The parameter is documented as the full name of the family and called a prefix.
	arns = slices.DeleteFunc(arns, func(a string) bool {
		return !strings.HasSuffix(a[:strings.LastIndexByte(a, ':')+1], "/"+family+":")
	})
	slices.SortFunc(arns, func(a, b string) int { return int(revisionOf(b) - revisionOf(a)) })
	return arns, nil
}

// retire deregisters revisions of a family. If they shall be deleted too, so are those of the
// unit that are INACTIVE already, as after a delete that failed.
func (c *Client) retire(ctx context.Context, family string, arns []string, unitID string, deleteToo bool) error {
	var left []string
	if deleteToo {
		var err error
		if left, err = c.inactiveRevisions(ctx, family, unitID); err != nil {
			return err
		}
	}
	if err := c.deregister(ctx, arns); err != nil || !deleteToo {
		return err
	}
	return c.deleteRevisions(ctx, slices.Concat(arns, left))
}

// deregister makes revisions INACTIVE: no new tasks, no effect on running ones. Not all at once:
// they share their rate with the registrations of other units, which would wait behind them.
func (c *Client) deregister(ctx context.Context, arns []string) error {
	const atOnce = 10
	for batch := range slices.Chunk(arns, atOnce) {
		calls := make([]func() error, len(batch))
		for i, a := range batch {
			calls[i] = func() error {
				_, err := c.ecs.DeregisterTaskDefinition(ctx, &ecs.DeregisterTaskDefinitionInput{TaskDefinition: &a})
				if err != nil && !isMissingDefinition(err) {
					return fmt.Errorf("deregistering %s: %w", a, err)
				}
				return nil
			}
		}
		if err := concurrently(ctx, calls...); err != nil {
			return err
		}
	}
	return nil
}

// inactiveRevisions are the ARNs of a unit's INACTIVE revisions, the newest first. A family can
// have thousands of others, and each takes a call to read its tags: the search stops when ten in a row are not
// the unit's.
func (c *Client) inactiveRevisions(ctx context.Context, family, unitID string) ([]string, error) {
	inactive, err := c.listRevisions(ctx, family, types.TaskDefinitionStatusInactive)
	if err != nil {
		return nil, err
	}
	var out []string
	for batch := range slices.Chunk(inactive, maxDeleted) {
		owned := make([]bool, len(batch))
		calls := make([]func() error, len(batch))
		for i, a := range batch {
			calls[i] = func() error {
				answer, err := c.ecs.DescribeTaskDefinition(ctx, &ecs.DescribeTaskDefinitionInput{
					TaskDefinition: &a, Include: []types.TaskDefinitionField{types.TaskDefinitionFieldTags},
				})
				if err != nil && !isMissingDefinition(err) {
					return fmt.Errorf("reading task definition %s: %w", a, err)
				}
				owned[i] = err == nil && tagsOf(answer.Tags)[task.TagUnit] == unitID
				return nil
			}
		}
		if err := concurrently(ctx, calls...); err != nil {
			return nil, err
		}
		if !slices.Contains(owned, true) {
			break
		}
		for i, a := range batch {
			if owned[i] {
				out = append(out, a)
			}
		}
	}
	return out, nil
}

// deleteRevisions deletes INACTIVE revisions; ECS does so when no task uses them any more. One that is
// refused as it is being deleted, or gone, is done: the answer to an earlier attempt was lost.
func (c *Client) deleteRevisions(ctx context.Context, arns []string) error {
	for batch := range slices.Chunk(arns, maxDeleted) {
		left := batch
		err := c.shortlyWhile(ctx, func(err error) bool { return errors.Is(err, errStillActive) }, func() (err error) {
			left, err = c.deleteBatch(ctx, left)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// errStillActive: ECS does not know yet that a revision was deregistered a moment ago.
var errStillActive = errors.New("the revision is still ACTIVE by ECS's answer")

// deleteBatch deletes revisions. With an error, left are those that are not deleted.
func (c *Client) deleteBatch(ctx context.Context, arns []string) (left []string, err error) {
	out, err := c.ecs.DeleteTaskDefinitions(ctx, &ecs.DeleteTaskDefinitionsInput{TaskDefinitions: arns})
	if err != nil {
		return arns, fmt.Errorf("deleting revisions: %w", err)
	}
	var errs []error
	for _, f := range out.Failures {
		which, reason := aws.ToString(f.Arn), aws.ToString(f.Reason)
		deleted, err := c.isDeleted(ctx, which)
		if err == nil && deleted {
			continue
		}
		left = append(left, which)
		if err == nil && strings.Contains(strings.ToUpper(reason), string(types.TaskDefinitionStatusActive)) {
			err = errStillActive
		}
		errs = append(errs, fmt.Errorf("deleting %s: %s", sanitize.Text(which), sanitize.Text(reason)), err)
	}
	return left, errors.Join(errs...)
}

// isDeleted reports whether a revision is gone, or on its way.
func (c *Client) isDeleted(ctx context.Context, which string) (bool, error) {
	out, err := c.ecs.DescribeTaskDefinition(ctx, &ecs.DescribeTaskDefinitionInput{TaskDefinition: &which})
	if isMissingDefinition(err) {
		return true, nil
	}
	if err != nil {
		return false, fmt.Errorf("reading task definition %s: %w", which, err)
	}
	return out.TaskDefinition != nil && out.TaskDefinition.Status == types.TaskDefinitionStatusDeleteInProgress, nil
}

// maxDeleted is how many revisions DeleteTaskDefinitions takes at once.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteTaskDefinitions.html
const maxDeleted = 10

// maxTrimmed is how many revisions one update retires, at one call a second. A family that was
// imported may have thousands.
const maxTrimmed = 100

// trimRevisions retires the revisions beyond the newest and as many older ones as the unit
// keeps, the oldest first. ECS numbers the revisions of a family from 1, so where newest, the number of the newest one, is
// no more than what is kept, there are none to look for.
func (c *Client) trimRevisions(ctx context.Context, u task.Unit, newest int64, unitID string) error {
	family, kept := u.Definition.Family, u.KeepRevisions+1
	if newest <= kept {
		return nil
	}
	arns, err := c.listRevisions(ctx, family, types.TaskDefinitionStatusActive)
	if err != nil || int64(len(arns)) <= kept {
		return err
	}
	surplus := arns[kept:]
	more := max(0, len(surplus)-maxTrimmed)
	if err := c.retire(ctx, family, surplus[more:], unitID, u.DeleteRevisions); err != nil || more == 0 {
		return err
	}
	return fmt.Errorf("%d more than keep_revisions asks for; each update retires the %d oldest", more, maxTrimmed)
}

// deleteDefinitions deregisters all ACTIVE revisions of a family if it is of the given unit. A
// revision that was just registered must be in both responses: one has its tags, the other lists what is
// deregistered.
func (c *Client) deleteDefinitions(ctx context.Context, family string, own owner, deleteToo bool) error {
	var newest *task.ObservedDefinition
	var arns []string
	err := c.untilSeen(ctx, c.familyPart(family), func() (bool, error) {
		err := concurrently(ctx,
			func() (err error) { newest, err = c.findDefinition(ctx, family); return err },
			func() (err error) {
				arns, err = c.listRevisions(ctx, family, types.TaskDefinitionStatusActive)
				return err
			},
		)
		return newest != nil && slices.Contains(arns, newest.ARN), err
	})
	if err != nil {
		return err
	}
	if newest != nil && !own.Owns(task.FamilyPart, family, newest.Tags) {
		own.leaves(fmt.Sprintf("the ACTIVE revisions of %s, the newest of which is %d", c.familyClaim(family).called, newest.Revision), newest.Tags)
		return nil
	}
	if err := c.retire(ctx, family, arns, own.ID, deleteToo); err != nil {
		return err
	}
	if newest != nil {
		c.session.recent.deleted(c.familyPart(family), newest.Tags)
	}
	return nil
}

// maxAsked is the maximum number of revisions whose tags are read.
const maxAsked = 100

// FindUnitID finds the id of a docker task on the newest of its family's ACTIVE revisions that carries an id of this
// task; "" if none of the newest hundred does.
func (c *Client) FindUnitID(ctx context.Context, of task.Owner) (string, error) {
	arns, err := c.listRevisions(ctx, of.Name, types.TaskDefinitionStatusActive)
	if err != nil {
		return "", err
	}
	for batch := range slices.Chunk(arns[:min(len(arns), maxAsked)], maxDeleted) {
		ids := make([]string, len(batch))
		calls := make([]func() error, len(batch))
		for i, a := range batch {
			calls[i] = func() error {
				d, err := c.findDefinition(ctx, a)
				if err == nil && d != nil {
					ids[i] = of.Own(d.Tags)
				}
				return err
			}
		}
		if err := concurrently(ctx, calls...); err != nil {
			return "", err
		}
		if i := slices.IndexFunc(ids, func(id string) bool { return id != "" }); i >= 0 {
			return ids[i], nil
		}
	}
	return "", nil
}
