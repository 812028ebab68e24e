package run

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dockertask/terraform-provider-docker/internal/subscription"
)

// DefaultExitCode is the exit code of success.
const DefaultExitCode = 0

// Criteria say when a task has succeeded.
type Criteria struct {
	// Container is the main container: it alone decides. A sidecar that is stopped after the main container has done its
	// work ends with 137 or 143.
	Container string
	// ExitCodes are the accepted ones; none stands for [DefaultExitCode].
	ExitCodes []int64
}

func (c Criteria) accepts(code int64) bool {
	if len(c.ExitCodes) == 0 {
		return code == DefaultExitCode
	}
	return slices.Contains(c.ExitCodes, code)
}

// Outcome is what came of a task that has ended.
type Outcome struct {
	Succeeded bool
	// ExitCode is the main container's; nil for none.
	ExitCode *int64
	// What is a sentence on a task that has failed: which one, and how it ended.
	What string
	// Explanation says why, in words, and which attribute to look at; "" where the table has nothing on it.
	Explanation string
	// Warning is about a task that has succeeded, "" for none.
	Warning string
	// Transient tells of a failure of AWS's own, after which another try may do.
	Transient bool
}

// Judge is the outcome of a task that has ended. It has succeeded if its main container has an accepted exit code, and
// nothing but its own end or a user has ended the task: as in docker_task_subscription.only_failures.
func (c Criteria) Judge(t Task) Outcome {
	main, _ := t.Container(c.Container)
	out := Outcome{ExitCode: main.ExitCode}
	why := explain(t, main)
	done := t.StopCode == "" || slices.Contains(subscription.DoneStopCodes, t.StopCode)
	if done && main.ExitCode != nil && c.accepts(*main.ExitCode) {
		out.Succeeded = true
		out.Warning = warning(t, main)
		return out
	}
	out.What = what(t, c.Container, main)
	out.Explanation, out.Transient = why.text, why.transient
	return out
}

// warning is about a success that may not be one.
func warning(t Task, main Container) string {
	switch {
	case strings.Contains(main.Reason, outOfMemory):
		return fmt.Sprintf("Task %s succeeded, but a process of container %q was killed because memory ran out: %s. Look at memory.", t.ID(), main.Name, main.Reason)
	case t.StopCode == userInitiated:
		return fmt.Sprintf("Task %s was stopped by a user and ended with exit code %d: %s.", t.ID(), *main.ExitCode, strings.TrimSuffix(t.Reason, "."))
	}
	return ""
}

// what is a sentence on how a task ended.
func what(t Task, name string, main Container) string {
	after := ""
	if d := t.Duration(); d > 0 {
		after = " after " + Seconds(d)
	}
	parts := []string{}
	switch {
	case main.ExitCode != nil:
		parts = append(parts, fmt.Sprintf("container %q with exit code %d", main.Name, *main.ExitCode))
	case !t.HasRun():
		parts = append(parts, "it was not started")
	default:
		parts = append(parts, fmt.Sprintf("container %q has no exit code", name))
	}
	if t.StopCode != "" && t.StopCode != essentialExited {
		parts = append(parts, t.StopCode)
	}
	reasons := []string{}
	for _, reason := range []string{t.Reason, main.Reason} {
		if reason != "" && reason != essentialReason && !slices.Contains(reasons, reason) {
			reasons = append(reasons, strings.TrimSuffix(reason, "."))
		}
	}
	sentence := fmt.Sprintf("Task %s of %s ended%s: %s", t.ID(), t.DefinitionName(), after, strings.Join(parts, ", "))
	if len(reasons) > 0 {
		sentence += ": " + strings.Join(reasons, "; ")
	}
	return sentence + "."
}

// HasRun reports whether the containers of a task were started.
func (t Task) HasRun() bool { return !t.Started.IsZero() }

// Waits reports whether the exit code of a task that has ended may still appear: some moments after STOPPED, on EC2. A
// task that failed to start never has one. Reports: h3poteto/ecs-goploy PR 17, ubarsc/rios PR 149.
func (c Criteria) Waits(t Task) bool {
	main, found := t.Container(c.Container)
	return found && main.ExitCode == nil && t.StopCode != failedToStart
}

// Seconds is a duration as messages have it: 48 s, 2 min 5 s.
func Seconds(d time.Duration) string {
	s := int64(d.Round(time.Second) / time.Second)
	if s < 60 {
		return strconv.FormatInt(s, 10) + " s"
	}
	if s%60 == 0 {
		return strconv.FormatInt(s/60, 10) + " min"
	}
	return fmt.Sprintf("%d min %d s", s/60, s%60)
}
