package aws

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/dockertask/terraform-provider-docker/internal/run"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// RunsQuery selects runs of a family in a cluster.
type RunsQuery struct {
	Cluster, Family, Container string
	// Statuses are RUNNING and STOPPED; none for both.
	Statuses         []string
	StartedBy, Group string    // "" for any
	Since            time.Time // zero for any
	Most             int       // runs whose logs are read
	LogLines         int       // last lines of each
	History          bool      // runs that ECS has forgotten, too
}

// Run is a run that was found: a task that ECS knows, or only a log stream.
type Run struct {
	ID    string
	Task  run.Task // without an ARN if ECS has forgotten it
	Log   run.Log
	Lines []string
	// First and Last are the times of the first and the last line; zero if they are not known.
	First, Last time.Time
}

// Started is when it began to run, as far as it is known.
func (r Run) Started() time.Time { return orTime(r.Task.Started, r.First, r.Task.ARN == "") }

// Stopped is when it ended, as far as it is known.
func (r Run) Stopped() time.Time { return orTime(r.Task.Stopped, r.Last, r.Task.ARN == "") }

func orTime(t, other time.Time, may bool) time.Time {
	if t.IsZero() && may {
		return other
	}
	return t
}

// at is the time by which runs are ordered.
func (r Run) at() time.Time {
	if r.Task.Created.IsZero() {
		return r.First
	}
	return r.Task.Created
}

// maxStreamPages is how many pages of log streams, of 50 each, are read for a history.
const maxStreamPages = 40

// Runs finds runs, the newest first. The warnings are about logs that could not be read.
func (c *Client) Runs(ctx context.Context, q RunsQuery) (runs []Run, warnings []string, err error) {
	var arns [2][]string
	var definition *task.ObservedDefinition
	calls := []func() error{func() (err error) { definition, err = c.findDefinition(ctx, q.Family); return err }}
	for i, status := range []types.DesiredStatus{types.DesiredStatusRunning, types.DesiredStatusStopped} {
		if len(q.Statuses) == 0 || slices.Contains(q.Statuses, string(status)) {
			calls = append(calls, func() (err error) { arns[i], err = c.listTasksThat(ctx, q.Cluster, q.Family, status); return err })
		}
	}
	if err := concurrently(ctx, calls...); err != nil {
		return nil, nil, err
	}
	known := slices.Concat(arns[0], arns[1])
	if runs, err = c.describeRuns(ctx, q, known); err != nil {
		return nil, nil, err
	}
	if definition != nil && q.History {
		forgotten, err := c.forgotten(ctx, q, definition.Definition, known)
		if err != nil {
			warnings = append(warnings, "The log streams could not be listed, so older runs are missing: "+strings.TrimSuffix(err.Error(), ".")+".")
		}
		runs = append(runs, forgotten...)
	}
	runs = slices.DeleteFunc(runs, func(r Run) bool { return !q.has(r) })
	slices.SortFunc(runs, func(a, b Run) int { return -a.at().Compare(b.at()) })
	if definition != nil {
		for i := range runs {
			if runs[i].Log.Group == "" {
				runs[i].Log = logIn(definition.Definition, q.Container, runs[i].ID)
			}
		}
		warnings = append(warnings, c.readTails(ctx, q, runs)...)
	}
	return runs, warnings, nil
}

// logIn is the log of the main container of a definition.
func logIn(d task.Definition, container, id string) run.Log {
	main, found := d.MainContainer(container)
	if !found {
		return run.Log{}
	}
	return run.LogOf(d, main.Name, id)
}

// has reports whether a run is among those that are asked for. Of a forgotten one only its time is known.
func (q RunsQuery) has(r Run) bool {
	switch {
	case !q.Since.IsZero() && r.at().Before(q.Since):
		return false
	case r.Task.ARN == "":
		return q.StartedBy == "" && q.Group == ""
	}
	return (q.StartedBy == "" || r.Task.StartedBy == q.StartedBy) && (q.Group == "" || r.Task.Group == q.Group)
}

// describeRuns describes tasks. One that ECS has forgotten since it was listed is left out.
func (c *Client) describeRuns(ctx context.Context, q RunsQuery, arns []string) ([]Run, error) {
	batches := slices.Collect(slices.Chunk(arns, maxDescribed))
	found := make([]map[string]run.Task, len(batches))
	var calls []func() error
	for i, batch := range batches {
		calls = append(calls, func() (err error) { found[i], err = c.readTasksNow(ctx, q.Cluster, batch); return err })
	}
	if err := concurrently(ctx, calls...); err != nil {
		return nil, err
	}
	var out []Run
	for i, batch := range batches {
		for _, arn := range batch {
			if t, is := found[i][arn]; is {
				out = append(out, Run{ID: t.ID(), Task: t})
			}
		}
	}
	return out, nil
}

// listTasksThat lists the tasks of a family in a cluster by what they shall do: run, or stop.
func (c *Client) listTasksThat(ctx context.Context, cluster, family string, status types.DesiredStatus) ([]string, error) {
	var out []string
	err := eachPage(ctx, func(ctx context.Context, token *string) (*string, error) {
		page, err := c.ecs.ListTasks(ctx, &ecs.ListTasksInput{Cluster: &cluster, Family: &family, DesiredStatus: status, NextToken: token})
		if err != nil {
			return nil, err
		}
		out = append(out, page.TaskArns...)
		return page.NextToken, nil
	})
	return out, wrapError(err, "listing tasks of "+family)
}

// forgotten are runs of which only the log stream is left.
func (c *Client) forgotten(ctx context.Context, q RunsQuery, d task.Definition, known []string) ([]Run, error) {
	log := logIn(d, q.Container, "")
	if log.Group == "" || len(q.Statuses) > 0 && !slices.Contains(q.Statuses, run.Stopped) {
		return nil, nil
	}
	client, err := c.InRegion(log.Region)
	if err != nil {
		return nil, err
	}
	var out []Run
	pages := 0
	err = eachPage(ctx, func(ctx context.Context, token *string) (*string, error) {
		if pages++; pages > maxStreamPages {
			return nil, nil
		}
		page, err := client.logs.DescribeLogStreams(ctx, &cloudwatchlogs.DescribeLogStreamsInput{
			LogGroupName: &log.Group, LogStreamNamePrefix: &log.Stream, NextToken: token,
		})
		if isMissingLogGroup(err) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		for _, s := range page.LogStreams {
			stream := aws.ToString(s.LogStreamName)
			id := strings.TrimPrefix(stream, log.Stream)
			if strings.Contains(id, "/") || slices.ContainsFunc(known, func(arn string) bool { return run.ID(arn) == id }) {
				continue
			}
			one := Run{ID: id, Log: run.Log{Group: log.Group, Region: log.Region, Stream: stream}, First: millis(s.FirstEventTimestamp), Last: millis(s.LastEventTimestamp)}
			if one.First.IsZero() {
				one.First = millis(s.CreationTime)
			}
			out = append(out, one)
		}
		return page.NextToken, nil
	})
	return out, wrapError(err, fmt.Sprintf("listing streams of log group %s", log.Group))
}

// millis is a time of CloudWatch Logs, in milliseconds since 1970; zero for none.
func millis(ms *int64) time.Time {
	if ms == nil || *ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(*ms)
}

// readTails reads the last lines of the newest runs. The result are warnings, one for all of the same text.
func (c *Client) readTails(ctx context.Context, q RunsQuery, runs []Run) []string {
	if q.LogLines == 0 {
		return nil
	}
	shown := runs[:min(len(runs), q.Most)]
	failures := make([]error, len(shown))
	var calls []func() error
	for i := range shown {
		client, err := c.InRegion(shown[i].Log.Region)
		if shown[i].Log.Group == "" || err != nil {
			continue
		}
		calls = append(calls, func() error {
			reader := logReader{client: client, log: shown[i].Log, keep: q.LogLines}
			_, failures[i] = reader.read(ctx)
			shown[i].Lines = reader.last()
			return nil
		})
	}
	_ = concurrently(ctx, calls...) // each keeps its own error
	for _, err := range failures {
		if err != nil {
			return []string{"A log could not be read: " + strings.TrimSuffix(err.Error(), ".") + "."}
		}
	}
	return nil
}
