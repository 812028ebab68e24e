package aws

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"

	"github.com/dockertask/terraform-provider-docker/internal/run"
	"github.com/dockertask/terraform-provider-docker/internal/sanitize"
)

const (
	// maxStreamed is how many lines of a log are told between two looks; more are counted.
	maxStreamed = 300
	// maxPages is how many pages of a log one look reads: a container that prints without end must not hold the run up.
	maxPages = 20
)

// lateLines are the pauses before the log of a task that has ended is read again: CloudWatch Logs takes lines in with a
// delay, and since 2025-06-25 ECS does not hold a container back for them by default.
// Reports: apache/airflow 43717, 21573, PR 73211.
var lateLines = []time.Duration{0, time.Second, 2 * time.Second}

// logReader reads the log of a container.
type logReader struct {
	client *Client
	log    run.Log
	keep   int // last lines
	// fromHead: all lines are read, else the last ones.
	fromHead bool
	token    *string
	lines    []string
}

// logOf is where the log of a member is.
func (r *runner) logOf(m *member) run.Log {
	if r.definition == nil {
		return run.Log{}
	}
	return logIn(r.definition.Definition, r.how.Criteria.Container, run.ID(m.arn))
}

// reader is the reader of a member's log; nil where there is none to read.
func (r *runner) reader(m *member) *logReader {
	if m.log != nil {
		return m.log
	}
	log := r.logOf(m)
	if log.Group == "" {
		return nil
	}
	client, err := r.InRegion(log.Region)
	if err != nil {
		return nil
	}
	m.log = &logReader{client: client, log: log, keep: r.how.LogLines, fromHead: r.how.Stream}
	return m.log
}

// streamLogs tells the new lines of all logs.
func (r *runner) streamLogs(ctx context.Context) {
	for _, m := range r.members {
		if reader := r.reader(m); reader != nil && m.task.HasStarted() {
			lines, err := reader.read(ctx)
			r.tellLines(m, lines)
			r.warnOfLog(err)
		}
	}
}

// tellLines tells lines of a log, each as one line, after the name of its container.
func (r *runner) tellLines(m *member, lines []string) {
	if r.how.Tell == nil || !r.how.Stream {
		return
	}
	name := r.how.Criteria.Container
	if len(r.members) > 1 {
		name += " " + run.ID(m.arn)[:min(8, len(run.ID(m.arn)))]
	}
	for _, line := range lines[:min(len(lines), maxStreamed)] {
		r.how.Tell(name + " | " + line)
	}
	if more := len(lines) - maxStreamed; more > 0 {
		r.how.Tell(fmt.Sprintf("%s | … %d lines left out", name, more))
	}
}

// finishLogs reads the log that decides once more, after the end and for some seconds; with a stream, all logs.
func (r *runner) finishLogs(ctx context.Context) {
	if r.how.LogLines == 0 && !r.how.Stream {
		return
	}
	for _, m := range r.worthReading() {
		reader := r.reader(m)
		if reader == nil || !m.task.HasStarted() && !m.seen {
			continue
		}
		for _, pause := range lateLines {
			if pause > 0 && r.session.clock.Pause(ctx, pause) != nil {
				break
			}
			lines, err := reader.read(ctx)
			r.tellLines(m, lines)
			if r.warnOfLog(err) {
				break
			}
		}
	}
}

// worthReading are the members whose log is read in the end: the one that decides, or all of a stream.
func (r *runner) worthReading() []*member {
	if r.how.Stream {
		return r.members
	}
	var last *member
	for _, m := range r.members {
		if m.seen && !m.outcome.Succeeded {
			return []*member{m}
		}
		last = m
	}
	if last == nil {
		return nil
	}
	return []*member{last}
}

// warnOfLog notes an error of a read: it never fails the run. The result reports whether reading again is in vain.
func (r *runner) warnOfLog(err error) bool {
	if err == nil {
		return false
	}
	if !r.logWarned {
		r.logWarned = true
		r.result.Warnings = append(r.result.Warnings, "The log could not be read, which does not matter to the run: "+strings.TrimSuffix(err.Error(), ".")+".")
	}
	return true
}

// read reads the new lines, until there are no more for now. A stream that does not exist has none: it appears with the
// first line, and never if nothing is printed.
func (l *logReader) read(ctx context.Context) ([]string, error) {
	var news []string
	for range maxPages {
		in := &cloudwatchlogs.GetLogEventsInput{
			LogGroupName: &l.log.Group, LogStreamName: &l.log.Stream, NextToken: l.token, StartFromHead: aws.Bool(l.fromHead || l.token != nil),
		}
		if !l.fromHead && l.token == nil {
			in.Limit = aws.Int32(int32(max(l.keep, 1)))
		}
		out, err := l.client.logs.GetLogEvents(ctx, in)
		if isMissingLogGroup(err) {
			return news, nil
		}
		if err != nil {
			if errors.Is(err, context.Canceled) {
				return news, nil
			}
			return news, fmt.Errorf("reading stream %s of log group %s: %w", l.log.Stream, l.log.Group, err)
		}
		for _, e := range out.Events {
			news = append(news, sanitize.Text(strings.TrimRight(aws.ToString(e.Message), "\r\n")))
		}
		same := l.token != nil && aws.ToString(l.token) == aws.ToString(out.NextForwardToken)
		l.token = out.NextForwardToken
		if same || l.token == nil {
			break
		}
	}
	l.lines = append(l.lines, news...)
	l.lines = l.lines[max(0, len(l.lines)-max(l.keep, 0)):]
	return news, nil
}

// last are the last lines.
func (l *logReader) last() []string { return l.lines }
