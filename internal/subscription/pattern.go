// Package subscription knows what it takes to receive the events of a docker task: the event
// pattern of the rule, its target, and the statements that let EventBridge reach the target.
// It is pure.
package subscription

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/dockertask/terraform-provider-docker/internal/awsname"
)

// What ECS says of itself in its events.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html
const (
	source     = "aws.ecs"
	detailType = "ECS Task State Change"
)

// Statuses are the values of lastStatus, in the order in which a task has them.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html
var Statuses = []string{
	"PROVISIONING", "PENDING", "ACTIVATING", "RUNNING",
	"DEACTIVATING", "STOPPING", "DEPROVISIONING", Stopped,
}

// Stopped is the last status, and the only one with which events have exit codes.
const Stopped = "STOPPED"

// DefaultStatuses are the statuses whose events a subscription receives by default.
var DefaultStatuses = []string{Stopped}

// DoneStopCodes are the stop codes that leave it to the exit codes whether a task failed: it ran to
// its end, or a user stopped it. Every other code, also one that AWS adds later, says that the
// task did not do its work: it never ran, or AWS took away what it ran on.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Task.html (stopCode)
var DoneStopCodes = []string{"EssentialContainerExited", "UserInitiated", "ServiceSchedulerInitiated"}

// Limits of exit codes: a signed or unsigned number of 32 bits, as Windows has them.
const (
	MinExitCode = -1 << 31
	MaxExitCode = 1<<32 - 1
)

// How many characters EventBridge takes in an event pattern: PatternLimit in no account more, and
// PatternQuota unless the account's quota "Event pattern size" was raised.
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
const (
	PatternLimit = 4096
	PatternQuota = 2048
)

// What EventBridge Scheduler gives as startedBy of the tasks that it runs: the prefix and the name of the schedule, of which 36
// characters are there. AWS's pages do not have it; it stands in what aws ecs describe-tasks shows of such tasks.
const (
	startedBySchedule = "chronos-schedule/"
	maxStartedBy      = 36
)

// ScheduleKept is how many characters of a schedule's name tell its tasks from those of another schedule.
const ScheduleKept = maxStartedBy - len(startedBySchedule)

// startedBy are the values of startedBy of the tasks of a schedule: as it is cut, and whole, should AWS leave it whole some day.
func startedBy(schedule string) []string {
	whole := startedBySchedule + schedule
	if len(whole) <= maxStartedBy {
		return []string{whole}
	}
	return []string{whole[:maxStartedBy], whole}
}

// Filter selects the events of ECS that a subscription receives.
type Filter struct {
	// FamilyARN is the ARN of the task definition without a revision.
	FamilyARN string
	// ClusterARN is the only cluster whose tasks count; "" for any.
	ClusterARN string
	// Container is the container whose exit code counts; "" for any. A sidecar that is
	// stopped because the main container has done its work ends with 143 or 137, which is no
	// failure of the task.
	Container string
	// Statuses are values of lastStatus; nil for [DefaultStatuses].
	Statuses []string
	// OnlyFailures leaves out tasks that ended well.
	OnlyFailures bool
	// ExitCodes leaves out tasks that ended with another one; nil for none left out. It does
	// not go together with OnlyFailures.
	ExitCodes []int64
	// Schedule leaves out tasks that another schedule than the one of this name has run, or that was run otherwise; "" for
	// none left out.
	Schedule string
}

// Pattern is the event pattern as JSON, the same text for the same filter every time.
func (f Filter) Pattern() string {
	statuses := f.Statuses
	if len(statuses) == 0 {
		statuses = DefaultStatuses
	}
	detail := map[string]any{
		// The colon ends the family: without it, the pattern of transcode would also match
		// transcode-hd.
		"taskDefinitionArn": []any{map[string]any{"prefix": f.FamilyARN + ":"}},
		"lastStatus":        inOrder(statuses),
	}
	if f.ClusterARN != "" {
		detail["clusterArn"] = []any{f.ClusterARN}
	}
	if f.Schedule != "" {
		detail["startedBy"] = startedBy(f.Schedule)
	}
	switch {
	case f.OnlyFailures:
		detail["$or"] = []any{
			map[string]any{"containers": f.containerWith([]any{map[string]any{"anything-but": 0}})},
			map[string]any{"stopCode": []any{map[string]any{"anything-but": DoneStopCodes}}},
		}
	case len(f.ExitCodes) > 0:
		detail["containers"] = f.containerWith(slices.Compact(slices.Sorted(slices.Values(f.ExitCodes))))
	}
	return encode(map[string]any{
		"source":      []any{source},
		"detail-type": []any{detailType},
		"detail":      detail,
	})
}

// containerWith matches one container, by name and exit code: EventBridge takes fields of
// objects in a list together only where they are of the same object.
func (f Filter) containerWith(exitCode any) any {
	match := map[string]any{"exitCode": exitCode}
	if f.Container != "" {
		match["name"] = []any{f.Container}
	}
	return match
}

// inOrder are statuses in the order of a task's life, each once. Those that are not known,
// which validation refuses, come last.
func inOrder(statuses []string) []string {
	var out []string
	for _, s := range Statuses {
		if slices.Contains(statuses, s) {
			out = append(out, s)
		}
	}
	for _, s := range slices.Sorted(slices.Values(statuses)) {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// encode leaves <, > and & as they are, which AWS does too. Keys come sorted.
func encode(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		// Strings, numbers, lists and maps of them cannot fail to encode.
		panic(fmt.Sprintf("encoding JSON: %s", err))
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// SamePattern reports whether two patterns are the same JSON, whatever their spacing and the
// order of keys.
func SamePattern(a, b string) bool { return a == b || canonical(a) == canonical(b) }

func canonical(pattern string) string {
	var v any
	d := json.NewDecoder(strings.NewReader(pattern))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		return pattern
	}
	return encode(v)
}

// ParsePattern reads a pattern that [Filter.Pattern] wrote. The second result is false for
// any other, of which the filter then has what could be read.
func ParsePattern(pattern string) (Filter, bool) {
	type containers struct {
		Name     []string
		ExitCode []json.RawMessage
	}
	var p struct {
		Detail struct {
			TaskDefinitionARN []json.RawMessage `json:"taskDefinitionArn"`
			ClusterARN        []string          `json:"clusterArn"`
			LastStatus        []string          `json:"lastStatus"`
			StartedBy         []string          `json:"startedBy"`
			Containers        containers        `json:"containers"`
			Or                []struct {
				Containers containers `json:"containers"`
			} `json:"$or"`
		} `json:"detail"`
	}
	var f Filter
	// A pattern of another form fails in part: the rest is read all the same.
	_ = json.Unmarshal([]byte(pattern), &p)
	d := p.Detail
	if len(d.TaskDefinitionARN) == 1 {
		var match struct{ Prefix string }
		if json.Unmarshal(d.TaskDefinitionARN[0], &match) == nil {
			if family, found := strings.CutSuffix(match.Prefix, ":"); found && awsname.IsFamilyARN(family) {
				f.FamilyARN = family
			}
		}
	}
	if len(d.ClusterARN) == 1 {
		f.ClusterARN = d.ClusterARN[0]
	}
	f.Statuses = d.LastStatus
	if n := len(d.StartedBy); n > 0 {
		f.Schedule, _ = strings.CutPrefix(d.StartedBy[n-1], startedBySchedule)
	}
	which := d.Containers
	if len(d.Or) > 0 {
		f.OnlyFailures = true
		which = d.Or[0].Containers
	}
	if len(which.Name) == 1 {
		f.Container = which.Name[0]
	}
	for _, text := range which.ExitCode {
		var code int64
		if json.Unmarshal(text, &code) == nil {
			f.ExitCodes = append(f.ExitCodes, code)
		}
	}
	return f, f.FamilyARN != "" && SamePattern(f.Pattern(), pattern)
}

// IsOfTasks reports whether an event pattern is of the state changes of tasks alone.
func IsOfTasks(pattern string) bool {
	var p struct {
		Source     []any `json:"source"`
		DetailType []any `json:"detail-type"`
	}
	if json.Unmarshal([]byte(pattern), &p) != nil {
		return false
	}
	return slices.Equal(p.Source, []any{source}) && slices.Equal(p.DetailType, []any{detailType})
}
