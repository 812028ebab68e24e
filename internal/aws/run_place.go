package aws

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/dockertask/terraform-provider-docker/internal/run"
)

const (
	// serviceRole is how long ECS may need for the service-linked role of a new account.
	serviceRole = 3 * time.Minute
	// lostAnswer is how long a call whose answer was lost is repeated, with the same token.
	lostAnswer = 2 * time.Minute
	// placePause is the pause before tasks that were refused are asked for again.
	placePause = 5 * time.Second
)

// place starts tasks. With an error, members are those that were started all the same.
func (r *runner) place(ctx context.Context, count int64) error {
	clock := r.session.clock
	end := clock.Now().Add(r.how.StartTimeout)
	for started := 0; count > 0; started++ {
		out, err := r.start(ctx, count)
		if err != nil {
			return err
		}
		now := clock.Now()
		for _, t := range out.tasks {
			r.session.ownTasks.Store(t.ARN, true)
			r.members = append(r.members, &member{arn: t.ARN, task: t, startedAt: now})
		}
		count -= int64(len(out.tasks))
		if count <= 0 {
			break
		}
		again, err := r.refused(out.refusals, count)
		if !again || clock.Now().After(end) {
			return err
		}
		r.tellf("%s; trying again", err)
		if clock.Pause(ctx, min(time.Duration(started+1)*placePause, 30*time.Second)) != nil {
			return r.interrupted(ctx.Err())
		}
	}
	r.inspect(ctx)
	return nil
}

// refused is the error of tasks that ECS did not start, and whether to ask for them again.
func (r *runner) refused(refusals []run.Refusal, count int64) (again bool, err error) {
	failure := &run.Error{What: []string{fmt.Sprintf("ECS did not start %s of %s.", plural(count, "task"), r.request.Definition())}}
	again = len(refusals) > 0
	capacity := false
	for _, one := range refusals {
		if text := one.String() + "."; !slices.Contains(failure.What, text) {
			failure.What = append(failure.What, text)
		}
		_, when := one.Judge()
		again = again && (when == run.Always || when == run.IfAsked && r.how.Retry.Attempts > 0)
		capacity = capacity || strings.Contains(one.Reason, "Capacity is unavailable")
	}
	if len(refusals) == 0 {
		failure.What = append(failure.What, "It gave no reason.")
	}
	if capacity && r.how.Retry.OnDemand {
		r.request = r.request.OnDemand()
	}
	return again, failure
}

// started is an answer to RunTask or StartTask.
type started struct {
	tasks    []run.Task
	refusals []run.Refusal
}

// start asks ECS for tasks once: a call that is repeated has the same token, so that nothing is started twice. Awaited are
// roles that this process has just created, and the service-linked role of a new account.
func (r *runner) start(ctx context.Context, count int64) (started, error) {
	call := r.runTask
	if len(r.request.Instances) > 0 {
		call = r.startTask
	}
	token := rand.Text()
	clock := r.session.clock
	var begun time.Time
	for i := 0; ; i++ {
		var effect atomic.Bool
		out, err := call(context.WithValue(ctx, effectKey{}, &effect), count, token)
		if err == nil {
			return out, nil
		}
		if begun.IsZero() {
			begun = clock.Now()
		}
		patience := r.patience(err, effect.Load())
		if clock.Now().Sub(begun) >= patience || clock.Pause(ctx, pauseAfter(i)) != nil {
			if ctx.Err() != nil && !effect.Load() {
				return started{}, r.interrupted(ctx.Err())
			}
			return started{}, r.startError(err, effect.Load())
		}
	}
}

// patience is how long an error of RunTask is waited out.
func (r *runner) patience(err error, mayHaveStarted bool) time.Duration {
	switch {
	case serviceRoleNotReady.is(err):
		return serviceRole
	case provisioningFull.is(err):
		return r.how.StartTimeout
	case (refusedRunRole.is(err) || deniedPassRole.is(err)) && r.rolesAreNew():
		return propagation
	case mayHaveStarted && len(r.request.Instances) == 0:
		return lostAnswer
	}
	return 0
}

// rolesAreNew reports whether this process has created a role within the time that IAM needs.
func (r *runner) rolesAreNew() bool { return r.session.recent.createdRole(propagation) }

// startError is the error of a call that did not start tasks, or may not have.
func (r *runner) startError(err error, mayHaveStarted bool) error {
	failure := &run.Error{Err: err}
	switch {
	case missingCluster.is(err):
		failure.What = []string{fmt.Sprintf("There is no cluster %s%s. Create it with docker_task_cluster, aws_ecs_cluster or `aws ecs create-cluster`, or set cluster of the task.", r.result.Cluster, r.where(false))}
	case tokenConflict.is(err):
		failure.What = []string{"ECS has started tasks for another request with the same token."}
		if conflict, is := errors.AsType[*types.ConflictException](err); is {
			failure.Left, failure.LeftWhy = conflict.ResourceIds, "They are of the other request."
		}
	case mayHaveStarted:
		failure.What = []string{fmt.Sprintf("Whether a task of %s was started is not known: the answer of AWS was lost. `aws ecs list-tasks --cluster %s --family %s` lists those that run; started_by is %q.",
			r.request.Definition(), r.result.Cluster, r.request.Family, r.request.StartedBy)}
	case refusedCall.is(err) && !deniedPassRole.is(err):
		failure.What = []string{"The credentials may not run the task; they need ecs:RunTask on the task definition, and iam:PassRole on its roles (with container_instances, ecs:StartTask; with tags, ecs:TagResource)."}
	default:
		failure.Err = explainRole(err, nil)
	}
	return failure
}

// createdRole reports whether the instance has created a role, at most so long ago.
func (r *recent) createdRole(within time.Duration) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for part, at := range r.createdAt {
		if strings.HasPrefix(part, rolePart("")) && time.Since(at) < within {
			return true
		}
	}
	return false
}

func (r *runner) runTask(ctx context.Context, count int64, token string) (started, error) {
	q := r.request
	in := &ecs.RunTaskInput{
		TaskDefinition: aws.String(q.Definition()), Cluster: &q.Cluster, Count: aws.Int32(int32(count)), ClientToken: &token,
		LaunchType: types.LaunchType(q.Launch.Type), EnableExecuteCommand: q.ExecuteCommand, NetworkConfiguration: networkOf(q.Network),
		Tags: ecsTags(q.Tags),
	}
	in.PlatformVersion, in.Group, in.StartedBy, in.ReferenceId = text(q.PlatformVersion), text(q.Group), text(q.StartedBy), text(q.ReferenceID)
	in.EnableECSManagedTags = q.ManagedTags
	for _, p := range q.Launch.Providers {
		in.CapacityProviderStrategy = append(in.CapacityProviderStrategy, types.CapacityProviderStrategyItem{
			CapacityProvider: aws.String(p.Name), Base: int32(p.Base), Weight: int32(p.Weight),
		})
	}
	if q.PropagateTags {
		in.PropagateTags = types.PropagateTagsTaskDefinition
	}
	if err := errors.Join(
		convert(q.Constraints, &in.PlacementConstraints), convert(q.Strategies, &in.PlacementStrategy),
		convert(q.Volumes, &in.VolumeConfigurations), overridesTo(q.Overrides, &in.Overrides),
	); err != nil {
		return started{}, err
	}
	out, err := r.ecs.RunTask(ctx, in)
	if err != nil {
		return started{}, fmt.Errorf("running task %s: %w", q.Definition(), err)
	}
	return startedOf(out.Tasks, out.Failures)
}

// startTask has no token: a call whose answer was lost is not repeated.
func (r *runner) startTask(ctx context.Context, _ int64, _ string) (started, error) {
	q := r.request
	in := &ecs.StartTaskInput{
		TaskDefinition: aws.String(q.Definition()), Cluster: &q.Cluster, ContainerInstances: q.Instances,
		EnableExecuteCommand: q.ExecuteCommand, NetworkConfiguration: networkOf(q.Network), Tags: ecsTags(q.Tags),
	}
	in.Group, in.StartedBy, in.ReferenceId = text(q.Group), text(q.StartedBy), text(q.ReferenceID)
	in.EnableECSManagedTags = q.ManagedTags
	if q.PropagateTags {
		in.PropagateTags = types.PropagateTagsTaskDefinition
	}
	if err := errors.Join(convert(q.Volumes, &in.VolumeConfigurations), overridesTo(q.Overrides, &in.Overrides)); err != nil {
		return started{}, err
	}
	out, err := r.ecs.StartTask(ctx, in, func(o *ecs.Options) { o.RetryMaxAttempts = 1 })
	if err != nil {
		return started{}, fmt.Errorf("starting task %s: %w", q.Definition(), err)
	}
	return startedOf(out.Tasks, out.Failures)
}

func overridesTo(o run.Overrides, to **types.TaskOverride) error {
	if o.IsZero() {
		return nil
	}
	*to = &types.TaskOverride{}
	return convert(o, *to)
}

// errNothingStarted is an answer that says nothing: tasks may have been started.
var errNothingStarted = errors.New("the answer has neither tasks nor failures")

func startedOf(tasks []types.Task, failures []types.Failure) (started, error) {
	var out started
	if len(tasks)+len(failures) == 0 {
		return out, errNothingStarted
	}
	for _, t := range tasks {
		out.tasks = append(out.tasks, taskOf(t))
	}
	for _, f := range failures {
		out.refusals = append(out.refusals, run.Refusal{ARN: aws.ToString(f.Arn), Reason: aws.ToString(f.Reason), Detail: aws.ToString(f.Detail)})
	}
	return out, nil
}

func networkOf(n *run.Network) *types.NetworkConfiguration {
	if n == nil {
		return nil
	}
	out := &types.AwsVpcConfiguration{Subnets: n.SubnetIDs, SecurityGroups: n.SecurityGroupIDs}
	if n.PublicIP != nil {
		out.AssignPublicIp = types.AssignPublicIpDisabled
		if *n.PublicIP {
			out.AssignPublicIp = types.AssignPublicIpEnabled
		}
	}
	return &types.NetworkConfiguration{AwsvpcConfiguration: out}
}

// text is nil for "".
func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// inspect learns where the logs are, and what an earlier run may have left running. Neither decides anything, so no error
// ends the run.
func (r *runner) inspect(ctx context.Context) {
	var calls []func() error
	if r.definition == nil && len(r.members) > 0 && r.how.Wait != run.NoWait && (r.how.LogLines > 0 || r.how.Stream) {
		calls = append(calls, func() error {
			found, err := r.findDefinition(ctx, r.members[0].task.Definition)
			r.definition = found
			return err
		})
	}
	if r.attempt == 0 && r.how.Wait != run.NoWait {
		calls = append(calls, func() error { return r.findLeft(ctx) })
	}
	_ = concurrently(ctx, calls...)
}

// findLeft warns of tasks that an earlier run has started and that still run: its command line may have been killed.
func (r *runner) findLeft(ctx context.Context) error {
	arns, err := r.listTasks(ctx, r.request.Cluster, r.request.Family)
	if err != nil {
		return err
	}
	arns = slices.DeleteFunc(arns, func(arn string) bool {
		_, own := r.session.ownTasks.Load(arn)
		return own
	})
	if len(arns) == 0 {
		return nil
	}
	found, err := r.describeTasks(ctx, r.request.Cluster, arns[:min(len(arns), maxDescribed)])
	var left []string
	for _, t := range found {
		if t.StartedBy == r.request.StartedBy && !t.Ended() && t.Created.Before(r.session.began) {
			left = append(left, t.ID())
		}
	}
	if len(left) > 0 {
		slices.Sort(left)
		r.result.Warnings = append(r.result.Warnings, fmt.Sprintf(
			"Other tasks of %s that %s has started still run: %s. Another run may be under way, or one was killed and left them: docker_task_stop or `aws ecs stop-task` ends them.",
			r.request.Family, r.request.StartedBy, strings.Join(left, ", ")))
	}
	return err
}
