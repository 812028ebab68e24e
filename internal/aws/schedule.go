package aws

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/scheduler/types"
	"github.com/hashicorp/aws-sdk-go-base/v2/tfawserr"

	"github.com/dockertask/terraform-provider-docker/internal/run"
	"github.com/dockertask/terraform-provider-docker/internal/schedule"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

func describeSchedule(s schedule.Schedule) string { return "schedule " + s.Group + "/" + s.Name }

// findSchedule finds a schedule; nil where there is none, or no such group.
func (c *Client) findSchedule(ctx context.Context, group, name string) (*schedule.Schedule, error) {
	out, err := c.getSchedule(ctx, group, name)
	if err != nil || out == nil {
		return nil, err
	}
	return observedSchedule(out, group, name), nil
}

func (c *Client) getSchedule(ctx context.Context, group, name string) (*scheduler.GetScheduleOutput, error) {
	out, err := c.scheduler.GetSchedule(ctx, &scheduler.GetScheduleInput{GroupName: &group, Name: &name})
	if isMissingSchedule(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading schedule %s/%s: %w", group, name, err)
	}
	return out, nil
}

func observedSchedule(out *scheduler.GetScheduleOutput, group, name string) *schedule.Schedule {
	s := &schedule.Schedule{
		Group: group, Name: name,
		Expression:      aws.ToString(out.ScheduleExpression),
		TimeZone:        aws.ToString(out.ScheduleExpressionTimezone),
		AfterCompletion: string(out.ActionAfterCompletion),
		Enabled:         out.State != types.ScheduleStateDisabled,
		Description:     aws.ToString(out.Description),
		KMSKeyARN:       aws.ToString(out.KmsKeyArn),
		Start:           aws.ToTime(out.StartDate).UTC(),
		End:             aws.ToTime(out.EndDate).UTC(),
		Created:         aws.ToTime(out.CreationDate).UTC(),
	}
	if s.TimeZone == "" {
		s.TimeZone = schedule.DefaultTimeZone
	}
	if s.AfterCompletion == "" {
		s.AfterCompletion = schedule.Keep
	}
	if w := out.FlexibleTimeWindow; w != nil && w.Mode == types.FlexibleTimeWindowModeFlexible {
		s.FlexibleMinutes = int64(aws.ToInt32(w.MaximumWindowInMinutes))
	}
	if out.Target != nil {
		s.Target = observedRunTarget(*out.Target)
	}
	return s
}

func observedRunTarget(t types.Target) schedule.Target {
	out := schedule.Target{
		ClusterARN:        aws.ToString(t.Arn),
		RoleARN:           aws.ToString(t.RoleArn),
		Input:             aws.ToString(t.Input),
		MaximumAttempts:   schedule.MaximumAttempts,
		MaximumAgeSeconds: schedule.MaximumAgeSeconds,
	}
	if r := t.RetryPolicy; r != nil {
		if r.MaximumRetryAttempts != nil {
			out.MaximumAttempts = int64(*r.MaximumRetryAttempts)
		}
		if r.MaximumEventAgeInSeconds != nil {
			out.MaximumAgeSeconds = int64(*r.MaximumEventAgeInSeconds)
		}
	}
	if t.DeadLetterConfig != nil {
		out.DeadLetterARN = aws.ToString(t.DeadLetterConfig.Arn)
	}
	if p := t.EcsParameters; p != nil {
		observeParameters(*p, &out)
	}
	for _, other := range []struct {
		name  string
		there bool
	}{
		{"EventBridge parameters", t.EventBridgeParameters != nil},
		{"Kinesis parameters", t.KinesisParameters != nil},
		{"SageMaker parameters", t.SageMakerPipelineParameters != nil},
		{"SQS parameters", t.SqsParameters != nil},
	} {
		if other.there {
			out.Others = append(out.Others, other.name)
		}
	}
	return out
}

func observeParameters(p types.EcsParameters, out *schedule.Target) {
	out.DefinitionARN = aws.ToString(p.TaskDefinitionArn)
	out.Launch.Type = string(p.LaunchType)
	out.PlatformVersion = aws.ToString(p.PlatformVersion)
	out.PropagateTags = p.PropagateTags == types.PropagateTagsTaskDefinition
	out.ExecuteCommand = aws.ToBool(p.EnableExecuteCommand)
	out.TaskCount = 1
	if p.TaskCount != nil {
		out.TaskCount = int64(*p.TaskCount)
	}
	for _, tags := range p.Tags {
		if out.Tags == nil {
			out.Tags = map[string]string{}
		}
		maps.Copy(out.Tags, tags)
	}
	for _, item := range p.CapacityProviderStrategy {
		out.Launch.Providers = append(out.Launch.Providers, task.CapacityProvider{
			Name: aws.ToString(item.CapacityProvider), Base: int64(item.Base), Weight: int64(item.Weight),
		})
	}
	if n := p.NetworkConfiguration; n != nil && n.AwsvpcConfiguration != nil {
		v := n.AwsvpcConfiguration
		out.Network = schedule.Network{
			SubnetIDs:        slices.Sorted(slices.Values(v.Subnets)),
			SecurityGroupIDs: slices.Sorted(slices.Values(v.SecurityGroups)),
			AssignPublicIP:   v.AssignPublicIp == types.AssignPublicIpEnabled,
		}
	}
	out.ManagedTags = aws.ToBool(p.EnableECSManagedTags)
	out.TaskGroup, out.ReferenceID = aws.ToString(p.Group), aws.ToString(p.ReferenceId)
	for _, c := range p.PlacementConstraints {
		out.Constraints = append(out.Constraints, run.Constraint{Type: string(c.Type), Expression: aws.ToString(c.Expression)})
	}
	for _, one := range p.PlacementStrategy {
		out.Strategies = append(out.Strategies, run.Strategy{Type: string(one.Type), Field: aws.ToString(one.Field)})
	}
}

// checkNoSchedule refuses a schedule that exists. A schedule has no tags, so no id names its owner.
func (c *Client) checkNoSchedule(ctx context.Context, s schedule.Schedule) error {
	return retryWhile(ctx, isBeingDeleted, func() error {
		have, err := c.findSchedule(ctx, s.Group, s.Name)
		if err != nil || have == nil {
			return err
		}
		refused := c.exists(c.scheduleClaim(s))
		refused.leaving = c.session.recent.deletedRecently(c.schedulePart(s.Group, s.Name), nil)
		return refused
	})
}

// createSchedule creates a schedule. There was none before, so one that exists was created by an earlier attempt whose
// response was lost. With an error, created reports whether the schedule may have been created all the same.
func (c *Client) createSchedule(ctx context.Context, s schedule.Schedule, justCreated []string) (created bool, err error) {
	in := &scheduler.CreateScheduleInput{
		Name: &s.Name, GroupName: &s.Group, ScheduleExpression: &s.Expression, ScheduleExpressionTimezone: &s.TimeZone,
		FlexibleTimeWindow: flexibleWindow(s), StartDate: timeOrNil(s.Start), EndDate: timeOrNil(s.End), State: scheduleState(s),
		ActionAfterCompletion: types.ActionAfterCompletion(s.AfterCompletion),
		Description:           textOrNil(s.Description), KmsKeyArn: textOrNil(s.KMSKeyARN), Target: runTarget(s.Target),
	}
	err = c.whileUnknown(ctx, justCreated, isTransientConflict, func() error {
		err := orBegun(&in.StartDate, func() error {
			may, err := c.maybeCreating(ctx, c.schedulePart(s.Group, s.Name), func(ctx context.Context) error {
				_, err := c.scheduler.CreateSchedule(ctx, in)
				return err
			})
			created = created || may
			return err
		})
		if !tfawserr.ErrCodeEquals(err, "ConflictException") {
			return err
		}
		have, findErr := c.findSchedule(ctx, s.Group, s.Name)
		switch {
		case findErr != nil:
			return findErr
		case have == nil:
			return c.beingDeleted(c.scheduleClaim(s)) // one of the responses is stale
		case have.IsAsMade(s):
			return nil
		}
		return c.exists(c.scheduleClaim(s))
	})
	if refused, exists := errors.AsType[*ExistsError](err); exists {
		return created && refused.leaving, err // else another schedule exists
	}
	return created, wrapError(err, "creating "+describeSchedule(s))
}

// orBegun tries a call without the start where AWS refuses that, as it has passed: a schedule that
// began long ago says the same without.
func orBegun(start **time.Time, call func() error) error {
	err := call()
	if *start == nil || !isStartPast(err) {
		return err
	}
	*start = nil
	return call()
}

// putSchedule writes all of a schedule: what an update leaves out goes back to its default.
func (c *Client) putSchedule(ctx context.Context, s schedule.Schedule, justCreated []string) error {
	in := &scheduler.UpdateScheduleInput{
		Name: &s.Name, GroupName: &s.Group, ScheduleExpression: &s.Expression, ScheduleExpressionTimezone: &s.TimeZone,
		FlexibleTimeWindow: flexibleWindow(s), StartDate: timeOrNil(s.Start), EndDate: timeOrNil(s.End), State: scheduleState(s),
		ActionAfterCompletion: types.ActionAfterCompletion(s.AfterCompletion),
		Description:           textOrNil(s.Description), KmsKeyArn: textOrNil(s.KMSKeyARN), Target: runTarget(s.Target),
	}
	err := c.whileUnknown(ctx, justCreated, isScheduleBusy, func() error {
		return orBegun(&in.StartDate, func() error {
			_, err := c.scheduler.UpdateSchedule(ctx, in)
			return err
		})
	})
	if err != nil {
		return fmt.Errorf("updating %s: %w", describeSchedule(s), err)
	}
	return nil
}

func (c *Client) deleteSchedule(ctx context.Context, group, name string) error {
	err := retryWhile(ctx, isScheduleBusy, func() error {
		_, err := c.scheduler.DeleteSchedule(ctx, &scheduler.DeleteScheduleInput{GroupName: &group, Name: &name})
		return err
	})
	if err != nil && !isMissingSchedule(err) {
		return fmt.Errorf("deleting schedule %s/%s: %w", group, name, err)
	}
	c.session.recent.deleted(c.schedulePart(group, name), nil)
	return nil
}

// whileUnknown retries while Scheduler refuses a role that was just created, or has another error that passes; some
// seconds for a group or a role of others.
func (c *Client) whileUnknown(ctx context.Context, justCreated []string, passes func(error) bool, f func() error) error {
	theirs := func(err error) bool { return isMissingSchedule(err) || isGivenRoleRefused(err, justCreated) }
	err := c.shortlyWhile(ctx, theirs, func() error {
		return retryWhile(ctx, func(err error) bool { return passes(err) || isRoleNotReady(err, justCreated) }, f)
	})
	return explainRole(err, justCreated)
}

func runTarget(t schedule.Target) *types.Target {
	p := &types.EcsParameters{
		TaskDefinitionArn: &t.DefinitionARN,
		LaunchType:        types.LaunchType(t.Launch.Type),
		PlatformVersion:   textOrNil(t.PlatformVersion),
		TaskCount:         aws.Int32(int32(t.TaskCount)),
	}
	for _, provider := range t.Launch.Providers {
		p.CapacityProviderStrategy = append(p.CapacityProviderStrategy, types.CapacityProviderStrategyItem{
			CapacityProvider: aws.String(provider.Name), Base: int32(provider.Base), Weight: int32(provider.Weight),
		})
	}
	if len(t.Network.SubnetIDs) > 0 {
		v := &types.AwsVpcConfiguration{
			Subnets: t.Network.SubnetIDs, SecurityGroups: t.Network.SecurityGroupIDs, AssignPublicIp: types.AssignPublicIpDisabled,
		}
		if t.Network.AssignPublicIP {
			v.AssignPublicIp = types.AssignPublicIpEnabled
		}
		p.NetworkConfiguration = &types.NetworkConfiguration{AwsvpcConfiguration: v}
	}
	if t.PropagateTags {
		p.PropagateTags = types.PropagateTagsTaskDefinition
	}
	if t.ExecuteCommand {
		p.EnableExecuteCommand = aws.Bool(true)
	}
	if t.ManagedTags {
		p.EnableECSManagedTags = aws.Bool(true)
	}
	p.Group, p.ReferenceId = textOrNil(t.TaskGroup), textOrNil(t.ReferenceID)
	for _, c := range t.Constraints {
		p.PlacementConstraints = append(p.PlacementConstraints, types.PlacementConstraint{Type: types.PlacementConstraintType(c.Type), Expression: textOrNil(c.Expression)})
	}
	for _, one := range t.Strategies {
		p.PlacementStrategy = append(p.PlacementStrategy, types.PlacementStrategy{Type: types.PlacementStrategyType(one.Type), Field: textOrNil(one.Field)})
	}
	for _, k := range slices.Sorted(maps.Keys(t.Tags)) {
		// Each entry of a map is a tag: not the form of ECS's own API, whose key and value would be
		// two tags here. Report: hashicorp/terraform-provider-aws 45629.
		p.Tags = append(p.Tags, map[string]string{k: t.Tags[k]})
	}
	out := &types.Target{
		Arn: &t.ClusterARN, RoleArn: &t.RoleARN, Input: textOrNil(t.Input), EcsParameters: p,
		RetryPolicy: &types.RetryPolicy{
			MaximumRetryAttempts: aws.Int32(int32(t.MaximumAttempts)), MaximumEventAgeInSeconds: aws.Int32(int32(t.MaximumAgeSeconds)),
		},
	}
	if t.DeadLetterARN != "" {
		out.DeadLetterConfig = &types.DeadLetterConfig{Arn: &t.DeadLetterARN}
	}
	return out
}

func flexibleWindow(s schedule.Schedule) *types.FlexibleTimeWindow {
	if s.FlexibleMinutes == 0 {
		return &types.FlexibleTimeWindow{Mode: types.FlexibleTimeWindowModeOff}
	}
	return &types.FlexibleTimeWindow{Mode: types.FlexibleTimeWindowModeFlexible, MaximumWindowInMinutes: aws.Int32(int32(s.FlexibleMinutes))}
}

func scheduleState(s schedule.Schedule) types.ScheduleState {
	if s.Enabled {
		return types.ScheduleStateEnabled
	}
	return types.ScheduleStateDisabled
}

// timeOrNil is a time, nil for the zero one.
func timeOrNil(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// textOrNil is a text, nil for "".
func textOrNil(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// IsMissingScheduleGroup reports whether a schedule could not be created because its group does not exist.
func IsMissingScheduleGroup(err error) bool { return isMissingSchedule(err) }

// isStartPast is the refusal of a start that has passed. Reports: getmoto/moto 8172.
func isStartPast(err error) bool {
	return tfawserr.ErrMessageContains(err, "ValidationException", "StartDate you specify cannot be earlier")
}
