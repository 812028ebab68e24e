package aws

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/dockertask/terraform-provider-docker/internal/run"
	"github.com/dockertask/terraform-provider-docker/internal/sanitize"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// pauses are the times between two looks at a task; the last one stays. The SDK's own waiter begins with 6 s and grows to
// 10 minutes.
var pauses = []time.Duration{time.Second, 2 * time.Second, 3 * time.Second, 5 * time.Second, 6 * time.Second}

// pauseAfter is the pause after the i-th look, or before the first.
func pauseAfter(i int) time.Duration { return pauses[min(i, len(pauses)-1)] }

const (
	// invisible is how long ECS may not know a task that it has started. Reports: dask-cloudprovider 483, prefect-aws PR 153.
	invisible = time.Minute
	// lateExit is how long the exit code of a task that has stopped may take to appear.
	lateExit = 10 * time.Second
	// stopBriefly is how long a run that ends early waits for the tasks that it stops.
	stopBriefly = 20 * time.Second
	// statusInterval is the longest time without a line of progress.
	statusInterval = 30 * time.Second
)

// runner carries out one run.
type runner struct {
	*Client
	request run.Request
	how     run.Conduct

	// definition is what is known of the task definition: it says where the logs are. nil until it is known.
	definition *task.ObservedDefinition
	result     run.Result
	// members are the tasks of the attempt that is under way.
	members []*member
	// attempt counts from 0.
	attempt int64
	// toldAt is when progress was told last.
	toldAt time.Time
	// readErr is the newest error of a look that failed.
	readErr error
	// logWarned: one warning about logs is enough.
	logWarned bool
}

// member is a task of a run.
type member struct {
	arn  string
	task run.Task // as it was seen last; its ARN is always there
	// startedAt is when it was asked for.
	startedAt time.Time
	seen      bool
	// endedAt is when it was first seen to have ended.
	endedAt time.Time
	done    bool
	outcome run.Outcome
	log     *logReader
}

// Run starts tasks and waits until they have succeeded, or as the conduct says. The result has what is known, also with an
// error; an error is a [run.Error] if the run has not succeeded, or is AWS's own if nothing was started. Tasks that run on
// after an error are stopped.
func (c *Client) Run(ctx context.Context, request run.Request, how run.Conduct) (run.Result, error) {
	r := &runner{Client: c, request: request, how: how}
	r.result.Place, r.result.Cluster = c.Place(), run.NameOf(request.Cluster)
	r.toldAt = c.session.clock.Now()
	for {
		err := r.try(ctx)
		if err == nil || !r.mayTryAgain(err) {
			r.conclude()
			return r.result, err
		}
	}
}

// try makes an attempt.
func (r *runner) try(ctx context.Context) error {
	r.tellf("starting %s of %s in cluster %s", plural(r.missing(), "task"), r.request.Definition(), r.result.Cluster)
	if err := r.place(ctx, r.missing()); err != nil {
		return r.abandon(ctx, err)
	}
	if r.how.Wait == run.NoWait {
		return nil
	}
	if err := r.await(ctx); err != nil {
		return r.abandon(ctx, err)
	}
	r.finishLogs(ctx)
	if failed := r.failed(); len(failed) > 0 {
		return r.failure(failed)
	}
	return nil
}

// missing is the number of tasks that have not succeeded yet.
func (r *runner) missing() int64 {
	n := r.request.Tasks()
	for _, m := range r.members {
		if m.outcome.Succeeded {
			n--
		}
	}
	return n
}

func (r *runner) failed() []*member {
	var out []*member
	for _, m := range r.members {
		if m.done && m.task.Ended() && !m.outcome.Succeeded {
			out = append(out, m)
		}
	}
	return out
}

// failure is the error of tasks that have failed.
func (r *runner) failure(failed []*member) error {
	failure := &run.Error{Failed: true}
	for _, m := range failed {
		failure.What = append(failure.What, m.outcome.What)
		if m.outcome.Explanation != "" && !slices.Contains(failure.What, m.outcome.Explanation) {
			failure.What = append(failure.What, m.outcome.Explanation)
		}
	}
	if all := len(r.members); all > 1 {
		failure.What = append(failure.What, fmt.Sprintf("%d of %d tasks failed.", len(failed), all))
	}
	if r.attempt > 0 {
		failure.What = append(failure.What, fmt.Sprintf("This was attempt %d.", r.attempt+1))
	}
	return failure
}

// mayTryAgain prepares another attempt, if one is allowed: all that failed must have failed in a way that retry is for.
func (r *runner) mayTryAgain(err error) bool {
	failed := r.failed()
	failure, is := errors.AsType[*run.Error](err)
	if !is || !failure.Failed || r.attempt >= r.how.Retry.Attempts || len(r.request.Instances) > 0 && len(failed) < len(r.members) {
		return false
	}
	for _, m := range failed {
		if !r.how.Retry.Again(m.outcome) {
			return false
		}
		r.tellf("%s Trying again.", m.outcome.What)
		if m.task.StopCode == "SpotInterruption" && r.how.Retry.OnDemand {
			r.request = r.request.OnDemand()
		}
	}
	r.attempt++
	r.members = slices.DeleteFunc(r.members, func(m *member) bool { return !m.outcome.Succeeded })
	return true
}

// await looks at the tasks until all are done.
func (r *runner) await(ctx context.Context) error {
	clock := r.session.clock
	for i := 0; ; i++ {
		pause := pauseAfter(i)
		if r.waitsForExit() {
			pause = min(pause, 2*time.Second)
		}
		if err := clock.Pause(ctx, pause); err != nil {
			return r.interrupted(err)
		}
		if err := r.look(ctx); err != nil {
			return err
		}
		if r.how.Stream {
			r.streamLogs(ctx)
		}
		if !slices.ContainsFunc(r.members, func(m *member) bool { return !m.done }) {
			return nil
		}
		if err := r.checkStart(); err != nil {
			return err
		}
	}
}

func (r *runner) waitsForExit() bool {
	return slices.ContainsFunc(r.members, func(m *member) bool { return !m.done && !m.endedAt.IsZero() })
}

// look looks once at the tasks that are not done. An error ends the run: one that will not go away, or a task that ECS does
// not know. A look that fails otherwise says nothing about the tasks.
func (r *runner) look(ctx context.Context) error {
	var open []*member
	for _, m := range r.members {
		if !m.done {
			open = append(open, m)
		}
	}
	for batch := range slices.Chunk(open, maxDescribed) {
		arns := make([]string, len(batch))
		for i, m := range batch {
			arns[i] = m.arn
		}
		found, err := r.describeTasks(ctx, r.request.Cluster, arns)
		switch {
		case refusedCall.is(err):
			return &run.Error{What: []string{"The task cannot be watched: the credentials need ecs:DescribeTasks on the tasks of the cluster."}, Err: err}
		case missingCluster.is(err):
			return &run.Error{What: []string{"The cluster does not exist any more."}, Err: err}
		case err != nil && ctx.Err() != nil:
			return r.interrupted(ctx.Err())
		case err != nil:
			r.readErr = err
			continue
		}
		r.readErr = nil
		for _, m := range batch {
			t, known := found[m.arn]
			if err := r.observe(m, t, known); err != nil {
				return err
			}
		}
	}
	return nil
}

// observe notes what was seen of a task.
func (r *runner) observe(m *member, t run.Task, known bool) error {
	now := r.session.clock.Now()
	if !known {
		if now.Sub(m.startedAt) < invisible || m.seen && !m.endedAt.IsZero() {
			return nil
		}
		return &run.Error{What: []string{fmt.Sprintf("ECS started task %s and does not know it any more: it tells nothing of what came of it. A task that has ended is known for about an hour.", run.ID(m.arn))}}
	}
	if t.Status != m.task.Status || now.Sub(r.toldAt) >= statusInterval {
		r.tellStatus(m, t)
	}
	m.task, m.seen = t, true
	switch {
	case t.Ended():
		if m.endedAt.IsZero() {
			m.endedAt = now
		}
		if r.how.Criteria.Waits(t) && now.Sub(m.endedAt) < lateExit {
			return nil
		}
		m.done, m.outcome = true, r.how.Criteria.Judge(t)
		r.tellEnd(m)
	case r.how.Wait == run.UntilRunning && t.Status == run.Running:
		m.done, m.outcome.Succeeded = true, true
	}
	return nil
}

// checkStart ends a run of a task that hangs before it has started.
func (r *runner) checkStart() error {
	now := r.session.clock.Now()
	for _, m := range r.members {
		if m.done || m.task.HasStarted() || now.Sub(m.startedAt) < r.how.StartTimeout {
			continue
		}
		status := m.task.Status
		if status == "" {
			status = "not known to ECS"
		}
		what := fmt.Sprintf("Task %s of %s did not start within %s (start_timeout): it is %s.", run.ID(m.arn), r.request.Definition(), r.how.StartTimeout, status)
		return &run.Error{What: append([]string{what}, r.blind()...)}
	}
	return nil
}

// blind says why nothing newer is known, if that is so.
func (r *runner) blind() []string {
	if r.readErr == nil {
		return nil
	}
	return []string{"The last look at it failed: " + strings.TrimSuffix(r.readErr.Error(), ".") + "."}
}

// interrupted is the error of a run whose time is over, or whose user has had enough.
func (r *runner) interrupted(err error) error {
	what := "The run was interrupted."
	if errors.Is(err, context.DeadlineExceeded) {
		what = "The run took longer than its timeout (timeouts)."
	}
	var status []string
	for _, m := range r.members {
		if !m.done {
			status = append(status, run.ID(m.arn)+" is "+orElse(m.task.Status, "not known to ECS yet"))
		}
	}
	if len(status) > 0 {
		what += " Task " + strings.Join(status, ", task ") + "."
	}
	return &run.Error{What: append([]string{what}, r.blind()...)}
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// abandon stops the tasks that run, since the run ends with an error, and says so. What stopping says never hides that
// error. The logs are read too.
func (r *runner) abandon(ctx context.Context, err error) error {
	var open []string
	for _, m := range r.members {
		if !m.task.Ended() {
			open = append(open, m.arn)
		}
	}
	if len(open) == 0 {
		return err
	}
	failure, is := errors.AsType[*run.Error](err)
	if !is {
		failure = &run.Error{Err: err}
	}
	detached, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopBriefly)
	defer cancel()
	left, stopErr := r.stopTasks(detached, r.request.Cluster, open, "The run of Terraform has ended: "+reasonOf(failure))
	for _, arn := range open {
		if !slices.Contains(left, arn) {
			failure.Stopped = append(failure.Stopped, run.ID(arn))
		}
	}
	failure.Left = left
	if stopErr != nil {
		failure.LeftWhy = "Stopping it failed: " + strings.TrimSuffix(stopErr.Error(), ".") + "."
	}
	r.finishLogs(detached)
	return failure
}

// reasonOf is the error as the reason of StopTask, which CloudTrail and the task keep: the first sentence.
func reasonOf(e *run.Error) string {
	if len(e.What) == 0 {
		return "it failed."
	}
	const most = 200 // ECS documents no limit
	if r := []rune(e.What[0]); len(r) > most {
		return string(r[:most])
	}
	return e.What[0]
}

// conclude writes the members into the result.
func (r *runner) conclude() {
	r.result.Tasks, r.result.Logs = nil, nil
	decides := -1
	for i, m := range r.members {
		r.result.Tasks = append(r.result.Tasks, m.task)
		r.result.Logs = append(r.result.Logs, r.logOf(m))
		if m.outcome.Warning != "" {
			r.result.Warnings = append(r.result.Warnings, m.outcome.Warning)
		}
		if decides < 0 || r.members[decides].outcome.Succeeded {
			decides = i
		}
	}
	if decides < 0 {
		return
	}
	m := r.members[decides]
	r.result.Outcome, r.result.Decides = m.outcome, m.task
	if m.log != nil {
		r.result.Lines = m.log.last()
	}
}

// StopTasksOf stops tasks of earlier runs, and waits until they have. The result are those that may run on; then there is an
// error.
func (c *Client) StopTasksOf(ctx context.Context, arns []string, reason string) (left []string, err error) {
	byCluster := map[string][]string{}
	for _, a := range arns {
		cluster := run.ClusterOf(a)
		byCluster[cluster] = append(byCluster[cluster], a)
	}
	for _, cluster := range slices.Sorted(maps.Keys(byCluster)) {
		remaining, stopErr := c.stopTasks(ctx, cluster, byCluster[cluster], reason)
		left, err = append(left, remaining...), errors.Join(err, stopErr)
	}
	return left, err
}

// tellf tells a line of progress.
func (r *runner) tellf(format string, args ...any) {
	if r.how.Tell == nil {
		return
	}
	r.toldAt = r.session.clock.Now()
	r.how.Tell(sanitize.Text(fmt.Sprintf(format, args...)))
}

func (r *runner) tellStatus(m *member, t run.Task) {
	after := r.session.clock.Now().Sub(m.startedAt)
	if was := m.task.Status; was != "" && was != t.Status {
		r.tellf("task %s: %s → %s after %s", t.ID(), was, t.Status, run.Seconds(after))
		return
	}
	r.tellf("task %s: %s after %s", t.ID(), t.Status, run.Seconds(after))
}

func (r *runner) tellEnd(m *member) {
	if m.outcome.Succeeded {
		r.tellf("task %s ended after %s with exit code %d", m.task.ID(), run.Seconds(m.task.Duration()), *m.outcome.ExitCode)
		return
	}
	r.tellf("%s", m.outcome.What)
}

func plural(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
