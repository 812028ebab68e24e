package aws

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/dockertask/terraform-provider-docker/internal/run"
)

// maxDescribed is how many tasks one DescribeTasks takes.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html
const maxDescribed = 100

// describeSpacing is the time between two DescribeTasks of a region: two calls a second, of the 20 that ECS lets an
// account make in the long run, leave room for everyone else.
const describeSpacing = 500 * time.Millisecond

// describeGather is how long the first of several runs that wake at the same time waits for the others.
const describeGather = 10 * time.Millisecond

// taskReads share DescribeTasks among the runs of one process: runs that ask at the same time ask together.
type taskReads struct {
	mu      sync.Mutex
	waiting []*taskRead
	sending bool
}

// taskRead is what one run asks for.
type taskRead struct {
	cluster string
	arns    []string
	done    chan struct{} // closed with the answer
	found   map[string]run.Task
	err     error
}

// describeTasks describes tasks of a cluster, at most [maxDescribed]. The result lacks those that ECS does not know.
func (c *Client) describeTasks(ctx context.Context, cluster string, arns []string) (map[string]run.Task, error) {
	read := &taskRead{cluster: cluster, arns: arns, done: make(chan struct{})}
	r := &c.tasks
	r.mu.Lock()
	r.waiting = append(r.waiting, read)
	first := !r.sending
	r.sending = true
	r.mu.Unlock()
	if first {
		// One run's end must not take the answer from the others.
		go c.sendTaskReads(context.WithoutCancel(ctx))
	}
	select {
	case <-read.done:
		return read.found, read.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// sendTaskReads sends what waits, until nothing does. Its pauses never end early: the context has no end.
func (c *Client) sendTaskReads(ctx context.Context) {
	_ = c.session.clock.Pause(ctx, describeGather)
	for {
		batch := c.tasks.next()
		if len(batch) == 0 {
			return
		}
		c.readTasks(ctx, batch)
		_ = c.session.clock.Pause(ctx, describeSpacing)
	}
}

// next takes the reads for the next call: of one cluster, as many tasks as a call takes.
func (r *taskReads) next() []*taskRead {
	r.mu.Lock()
	defer r.mu.Unlock()
	var batch, rest []*taskRead
	tasks := 0
	for _, read := range r.waiting {
		if len(batch) > 0 && (read.cluster != batch[0].cluster || tasks+len(read.arns) > maxDescribed) {
			rest = append(rest, read)
			continue
		}
		batch = append(batch, read)
		tasks += len(read.arns)
	}
	r.waiting = rest
	r.sending = len(batch) > 0
	return batch
}

// readTasks makes one call, and gives every read its answer.
func (c *Client) readTasks(ctx context.Context, batch []*taskRead) {
	var arns []string
	for _, read := range batch {
		arns = append(arns, read.arns...)
	}
	ctx, cancel := context.WithTimeout(ctx, describeLimit)
	defer cancel()
	var found map[string]run.Task
	err := concurrently(ctx, func() (err error) { // a panic becomes an error of all
		found, err = c.readTasksNow(ctx, batch[0].cluster, arns)
		return err
	})
	for _, read := range batch {
		read.found, read.err = map[string]run.Task{}, err
		for _, arn := range read.arns {
			if t, ok := found[arn]; ok {
				read.found[arn] = t
			}
		}
		close(read.done)
	}
}

// describeLimit is how long one DescribeTasks may take, retries included: a run asks again.
const describeLimit = time.Minute

func (c *Client) readTasksNow(ctx context.Context, cluster string, arns []string) (map[string]run.Task, error) {
	out, err := c.ecs.DescribeTasks(ctx, &ecs.DescribeTasksInput{Cluster: &cluster, Tasks: arns})
	if err != nil {
		return nil, fmt.Errorf("describing tasks: %w", err)
	}
	found := map[string]run.Task{}
	for _, t := range out.Tasks {
		found[aws.ToString(t.TaskArn)] = taskOf(t)
	}
	return found, nil
}

// taskOf is a task of the SDK's.
func taskOf(t types.Task) run.Task {
	out := run.Task{
		ARN: aws.ToString(t.TaskArn), Definition: aws.ToString(t.TaskDefinitionArn), Status: aws.ToString(t.LastStatus),
		StopCode: string(t.StopCode), Reason: aws.ToString(t.StoppedReason),
		CapacityProvider: aws.ToString(t.CapacityProviderName), LaunchType: string(t.LaunchType),
		Group: aws.ToString(t.Group), StartedBy: aws.ToString(t.StartedBy), CPU: aws.ToString(t.Cpu), Memory: aws.ToString(t.Memory),
		Instance: aws.ToString(t.ContainerInstanceArn), Zone: aws.ToString(t.AvailabilityZone),
		Created: aws.ToTime(t.CreatedAt), PullStarted: aws.ToTime(t.PullStartedAt), PullStopped: aws.ToTime(t.PullStoppedAt),
		Started: aws.ToTime(t.StartedAt), Stopped: aws.ToTime(t.StoppedAt),
	}
	for _, a := range t.Attachments {
		for _, d := range a.Details {
			if aws.ToString(d.Name) == "privateIPv4Address" {
				out.PrivateIP = aws.ToString(d.Value)
			}
		}
	}
	for _, c := range t.Containers {
		one := run.Container{
			Name: aws.ToString(c.Name), Status: aws.ToString(c.LastStatus), Reason: aws.ToString(c.Reason),
			Image: aws.ToString(c.Image), ImageDigest: aws.ToString(c.ImageDigest),
		}
		if c.ExitCode != nil {
			one.ExitCode = new(int64(*c.ExitCode))
		}
		out.Containers = append(out.Containers, one)
	}
	return out
}

// listTasks lists the tasks of a family in a cluster that shall run.
func (c *Client) listTasks(ctx context.Context, cluster, family string) ([]string, error) {
	return c.listTasksThat(ctx, cluster, family, types.DesiredStatusRunning)
}

// stopTask stops a task. One that has stopped, or that ECS does not know, is stopped.
func (c *Client) stopTask(ctx context.Context, cluster, arn, reason string) error {
	_, err := c.ecs.StopTask(ctx, &ecs.StopTaskInput{Cluster: &cluster, Task: &arn, Reason: &reason})
	if isMissingTask(err) {
		return nil
	}
	return wrapError(err, "stopping task "+run.ID(arn))
}

// tellToStop tells tasks to stop. Left are those that were not told.
func (c *Client) tellToStop(ctx context.Context, cluster string, arns []string, reason string) (left []string, err error) {
	refused := make([]error, len(arns))
	var calls []func() error
	for i, arn := range arns {
		calls = append(calls, func() error { refused[i] = c.stopTask(ctx, cluster, arn, reason); return refused[i] })
	}
	err = concurrently(ctx, calls...)
	for i, arn := range arns {
		if refused[i] != nil {
			left = append(left, arn)
		}
	}
	return left, err
}

// stopTasks stops tasks, and waits until they have stopped or the context ends. Left are those that may still run.
func (c *Client) stopTasks(ctx context.Context, cluster string, arns []string, reason string) (left []string, err error) {
	left, err = c.tellToStop(ctx, cluster, arns, reason)
	stopping := slices.DeleteFunc(slices.Clone(arns), func(arn string) bool { return slices.Contains(left, arn) })
	for i := 0; len(stopping) > 0; i++ {
		if c.session.clock.Pause(ctx, pauseAfter(i)) != nil {
			break // they are told to stop, and will
		}
		var open []string
		for batch := range slices.Chunk(stopping, maxDescribed) {
			found, err := c.describeTasks(ctx, cluster, batch)
			for _, arn := range batch {
				if t, known := found[arn]; err != nil && !refusedCall.is(err) || known && !t.Ended() {
					open = append(open, arn)
				}
			}
		}
		stopping = open
	}
	return left, err
}

// StopFamily stops the running tasks of a family in a cluster: those that startedBy has started, or all for "". It waits
// until they have ended, if it shall. Left are those that may still run; then there is an error.
func (c *Client) StopFamily(ctx context.Context, cluster, family, startedBy, reason string, waits bool) (stopped, left []string, err error) {
	arns, err := c.listTasks(ctx, cluster, family)
	if err != nil {
		return nil, nil, err
	}
	if startedBy != "" {
		if arns, err = c.startedBy(ctx, cluster, arns, startedBy); err != nil {
			return nil, nil, err
		}
	}
	if waits {
		left, err = c.stopTasks(ctx, cluster, arns, reason)
		if err == nil && ctx.Err() != nil {
			err = fmt.Errorf("tasks were told to stop, and did not end in time: %w", ctx.Err())
		}
	} else {
		left, err = c.tellToStop(ctx, cluster, arns, reason)
	}
	for _, arn := range arns {
		if !slices.Contains(left, arn) {
			stopped = append(stopped, arn)
		}
	}
	return stopped, left, err
}

// startedBy are those of the tasks that something has started.
func (c *Client) startedBy(ctx context.Context, cluster string, arns []string, by string) ([]string, error) {
	var out []string
	for batch := range slices.Chunk(arns, maxDescribed) {
		found, err := c.describeTasks(ctx, cluster, batch)
		if err != nil {
			return nil, err
		}
		for _, arn := range batch {
			if found[arn].StartedBy == by {
				out = append(out, arn)
			}
		}
	}
	return out, nil
}
