package run

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/console"
)

// What a run waits for.
const (
	UntilStopped = "stopped"
	UntilRunning = "running"
	NoWait       = "none"
)

// Waits are the values of wait.
var Waits = []string{UntilStopped, UntilRunning, NoWait}

// Defaults and limits of a run.
const (
	DefaultLogLines     = 20
	MaxLogLines         = 200
	MaxAttempts         = 10
	DefaultStartTimeout = 10 * time.Minute
	DefaultTimeout      = time.Hour
	DefaultStopTimeout  = 5 * time.Minute
)

// Conduct is how a run is carried out.
type Conduct struct {
	Wait     string
	Criteria Criteria
	// StartTimeout is how long tasks may take until they are RUNNING.
	StartTimeout time.Duration
	// LogLines is the number of last lines of the log that a result has.
	LogLines int
	// Retry says when tasks are run again.
	Retry Retry
	// Tell receives what happens, a line each, without control characters; nil for nobody. Stream is whether the lines of
	// the log are among it.
	Tell   func(line string)
	Stream bool
}

// Retry says when tasks that failed are run again.
type Retry struct {
	// Attempts are those after the first: of failures of AWS's own, and of these exit codes.
	Attempts  int64
	ExitCodes []int64
	// OnDemand runs a task that Fargate Spot took back, or had no capacity for, on Fargate.
	OnDemand bool
}

// Again reports whether a task with this outcome is run again, if attempts are left.
func (r Retry) Again(o Outcome) bool {
	return o.Transient || o.ExitCode != nil && slices.Contains(r.ExitCodes, *o.ExitCode)
}

// Result is what came of a run, as far as it got.
type Result struct {
	// Cluster is the name of the cluster; Place is where it is.
	Cluster string
	Place   arn.Place
	// Tasks are those of the last attempt, as they were seen last.
	Tasks []Task
	// Outcome is the one that decides, and Decides its task: the first that failed, else the last.
	Outcome Outcome
	Decides Task
	// Logs are the logs of the main containers, in the order of the tasks; empty where there is none.
	Logs []Log
	// Lines are the last lines of the log of the task that decides.
	Lines []string
	// Warnings are about a run that has succeeded, or about what does not matter to it.
	Warnings []string
}

// ARNs are those of the tasks.
func (r Result) ARNs() []string {
	out := make([]string, len(r.Tasks))
	for i, t := range r.Tasks {
		out[i] = t.ARN
	}
	return out
}

// LogOf is the log of a task of the run.
func (r Result) LogOf(arn string) Log {
	for i, t := range r.Tasks {
		if t.ARN == arn && i < len(r.Logs) {
			return r.Logs[i]
		}
	}
	return Log{}
}

// LogPage is the console's page of the log of a task, "" for none.
func (r Result) LogPage(arn string) string {
	return r.PageOf(r.LogOf(arn))
}

// PageOf is the console's page of a log, "" for none.
func (r Result) PageOf(l Log) string {
	if l.Group == "" {
		return ""
	}
	place := r.Place
	if l.Region != "" {
		place.Region = l.Region
	}
	return console.In(place).LogStream(l.Group, l.Stream)
}

// TaskPage is the console's page of a task, "" for none.
func (r Result) TaskPage(arn string) string {
	return console.In(r.Place).Task(r.Cluster, ID(arn))
}

// Error is a run that did not succeed.
type Error struct {
	// What is what happened, in sentences.
	What []string
	// Stopped are tasks that were stopped because of it, by their ids.
	Stopped []string
	// Left are the ARNs of tasks that may still run, and LeftWhy says why they were not stopped.
	Left    []string
	LeftWhy string
	// Err is an error of AWS's, if one is the cause.
	Err error
	// Failed: the tasks have ended, and not as they should.
	Failed bool
}

func (e *Error) Error() string {
	sentences := slices.Clone(e.What)
	if e.Err != nil {
		sentences = append(sentences, strings.TrimSuffix(e.Err.Error(), ".")+".")
	}
	if len(e.Stopped) > 0 {
		sentences = append(sentences, count(len(e.Stopped), "The task was stopped", "The tasks were stopped")+": "+strings.Join(e.Stopped, ", ")+".")
	}
	if len(e.Left) > 0 {
		sentences = append(sentences, fmt.Sprintf("%s: %s. %s",
			count(len(e.Left), "This task may still run", "These tasks may still run"), strings.Join(e.Left, ", "), e.LeftWhy))
	}
	return strings.Join(sentences, " ")
}

// Unwrap is the error of AWS's.
func (e *Error) Unwrap() error { return e.Err }

func count(n int, one, more string) string {
	if n == 1 {
		return one
	}
	return more
}

// Detail is the text of an error of a run: what happened, the last lines of the log, and where the rest is.
func (r Result) Detail(err error) string {
	text := []string{err.Error()}
	if l := r.LogOf(r.Decides.ARN); len(r.Lines) > 0 {
		text = append(text, fmt.Sprintf("Last lines of its log (%s, stream %s):\n    %s", l.Group, l.Stream, strings.Join(r.Lines, "\n    ")))
	}
	if page := r.LogPage(r.Decides.ARN); page != "" && r.Decides.HasRun() {
		text = append(text, "Whole log: "+page)
	} else if r.Decides.ARN != "" && r.TaskPage(r.Decides.ARN) != "" {
		text = append(text, "Task: "+r.TaskPage(r.Decides.ARN))
	}
	return strings.Join(append(text, r.Warnings...), "\n\n")
}

// Left are the tasks that may still run after an error.
func Left(err error) []string {
	if e, is := errors.AsType[*Error](err); is {
		return e.Left
	}
	return nil
}
