package aws

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	schedulertypes "github.com/aws/aws-sdk-go-v2/service/scheduler/types"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/subscription"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// familiesPerPage is how many families a page has at most.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTaskDefinitionFamilies.html
const familiesPerPage = 100

// ListFilter says which objects of a list are wanted.
type ListFilter struct {
	// Prefix is how their names begin; "" for all.
	Prefix string
	// Managed is whether they carry the id of a unit; nil for both.
	Managed *bool
	// Tags are tags that they have.
	Tags map[string]string
}

// keeps reports whether an object is wanted by its tags. They are read only if the filter asks for them.
func (f ListFilter) keeps(read func() (map[string]string, error)) (bool, error) {
	if f.Managed == nil && len(f.Tags) == 0 {
		return true, nil
	}
	tags, err := read()
	if err != nil {
		return false, err
	}
	for key, value := range f.Tags {
		if have, ok := tags[key]; !ok || have != value {
			return false, nil
		}
	}
	return f.Managed == nil || (tags[task.TagUnit] != "") == *f.Managed, nil
}

// errEnough ends the pages of a list whose reader has enough.
var errEnough = errors.New("enough")

// listing reads the pages of a list as they are needed, and yields what is kept. page asks for the page of a token, nil for the
// first, and returns its entries and the token of the page after it. An error is the last element.
func listing[T any](ctx context.Context, what string, page func(ctx context.Context, token *string) ([]T, *string, error), keeps func(T) (bool, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		err := eachPage(ctx, func(ctx context.Context, token *string) (*string, error) {
			entries, next, err := page(ctx, token)
			if err != nil {
				return nil, err
			}
			for _, entry := range entries {
				kept, err := keeps(entry)
				if err != nil {
					return nil, err
				}
				if kept && !yield(entry, nil) {
					return nil, errEnough
				}
			}
			return next, nil
		})
		if err != nil && !errors.Is(err, errEnough) {
			var none T
			yield(none, fmt.Errorf("listing %s: %w", what, err))
		}
	}
}

// Families are the families of task definitions with an ACTIVE revision. An error is the last element.
func (c *Client) Families(ctx context.Context, filter ListFilter) iter.Seq2[string, error] {
	return listing(ctx, "task definition families",
		func(ctx context.Context, token *string) ([]string, *string, error) {
			out, err := c.ecs.ListTaskDefinitionFamilies(ctx, &ecs.ListTaskDefinitionFamiliesInput{
				Status: types.TaskDefinitionFamilyStatusActive, MaxResults: new(int32(familiesPerPage)), FamilyPrefix: textOrNil(filter.Prefix), NextToken: token,
			})
			if err != nil {
				return nil, nil, err
			}
			return out.Families, out.NextToken, nil
		},
		func(family string) (bool, error) {
			there := true
			kept, err := filter.keeps(func() (map[string]string, error) {
				definition, err := c.findDefinition(ctx, family)
				if there = definition != nil; err != nil || !there {
					return nil, err
				}
				return definition.Tags, nil
			})
			return kept && there, err
		})
}

// ListedSchedule is a schedule of a list.
type ListedSchedule struct{ Group, Name string }

// Schedules are the schedules of a group, or of all groups for "", that run a task of ECS. A schedule has no tags: it is managed
// if its role carries the id of a unit. An error is the last element.
func (c *Client) Schedules(ctx context.Context, group string, filter ListFilter) iter.Seq2[ListedSchedule, error] {
	return listing(ctx, "schedules",
		func(ctx context.Context, token *string) ([]ListedSchedule, *string, error) {
			out, err := c.scheduler.ListSchedules(ctx, &scheduler.ListSchedulesInput{GroupName: textOrNil(group), NamePrefix: textOrNil(filter.Prefix), NextToken: token})
			if err != nil {
				return nil, nil, err
			}
			var found []ListedSchedule
			for _, s := range out.Schedules {
				if runsTask(s) {
					found = append(found, ListedSchedule{aws.ToString(s.GroupName), aws.ToString(s.Name)})
				}
			}
			return found, out.NextToken, nil
		},
		func(s ListedSchedule) (bool, error) {
			there := true
			kept, err := filter.keeps(func() (map[string]string, error) {
				have, err := c.findSchedule(ctx, s.Group, s.Name)
				if there = have != nil; err != nil || !there {
					return nil, err
				}
				role, err := arn.Parse(have.Target.RoleARN)
				if err != nil {
					return nil, nil //nolint:nilerr // AWS gives an ARN; what is none carries no id
				}
				return c.roleTags(ctx, role.Name())
			})
			return kept && there, err
		})
}

// runsTask reports whether the target of a schedule is a cluster of ECS.
func runsTask(s schedulertypes.ScheduleSummary) bool {
	if s.Target == nil {
		return false
	}
	target, err := arn.Parse(aws.ToString(s.Target.Arn))
	return err == nil && target.Service == "ecs"
}

// TaskRules are the names of the rules of the default event bus whose pattern is of the state changes of tasks. An error is the
// last element.
func (c *Client) TaskRules(ctx context.Context, filter ListFilter) iter.Seq2[string, error] {
	rules := listing(ctx, "rules",
		func(ctx context.Context, token *string) ([]eventtypes.Rule, *string, error) {
			out, err := c.events.ListRules(ctx, &eventbridge.ListRulesInput{NamePrefix: textOrNil(filter.Prefix), NextToken: token})
			if err != nil {
				return nil, nil, err
			}
			return out.Rules, out.NextToken, nil
		},
		func(r eventtypes.Rule) (bool, error) {
			if !subscription.IsOfTasks(aws.ToString(r.EventPattern)) {
				return false, nil
			}
			return filter.keeps(func() (map[string]string, error) { return c.ruleTags(ctx, aws.ToString(r.Arn)) })
		})
	return func(yield func(string, error) bool) {
		for r, err := range rules {
			if !yield(aws.ToString(r.Name), err) {
				return
			}
		}
	}
}
