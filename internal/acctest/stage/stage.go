// Package stage plays ECS tasks, which emulators of AWS do not: states, exit codes, failures, log lines.
//
// A [Stage] stands before an emulator as an [http.RoundTripper]. It answers RunTask, StartTask, StopTask,
// DescribeTasks and ListTasks, and passes all other calls on. It reads task definitions, clusters and container
// instances from the emulator, and writes log lines there, so that the rest of an account is the emulator's. The
// emulator must not verify signatures: the stage's own calls carry the headers of the call that it answers.
//
// What it answers follows AWS's service model and pages, which stand beside each rule; a quotation is from the
// documentation of the operation. AWS documents few texts of errors: these are as users quote them in public.
// Where no quotation was found, a comment says "text ours": callers must not depend on it.
//
// Nothing happens by itself: a task goes on by one state with each DescribeTasks that names it, and time passes
// with the clock of [WithClock] and with [Stage.Advance].
package stage

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// Play is what happens to the tasks of one RunTask or StartTask. The zero Play is a run that succeeds.
type Play struct {
	// Family limits the play to runs of this family; "" is any.
	Family string
	// Fails are the failures in the answer to RunTask. Each stands for one task that is not started: with as many
	// as the count, none is.
	Fails []Failure
	// Each has the plays of the first, second, … task, where they differ from this one. Their Family, Fails and
	// Each have no meaning.
	Each []Play

	// Unseen is the number of DescribeTasks, and of ListTasks, that do not know the task yet: "the result of an
	// API command … might not be immediately visible to all subsequent commands" (RunTask).
	Unseen int
	// States are the values of lastStatus, one for each DescribeTasks. The last one stays. Default: PROVISIONING,
	// PENDING, RUNNING, DEPROVISIONING, STOPPED, without RUNNING for a task that fails to start.
	States []string
	// Hangs is the state in which the task stays until StopTask.
	Hangs string

	// Exit has the exit codes by container; one that is absent has none. Default: 0 for each container. A task
	// whose Code is TaskFailedToStart has no exit codes.
	Exit map[string]int32
	// LateExit is the number of answers with STOPPED that do not have the exit codes yet.
	LateExit int
	// Code is the stopCode, default EssentialContainerExited; Reason the stoppedReason, default "Essential
	// container in task exited".
	Code, Reason string
	// Reasons has the containers' own reasons.
	Reasons map[string]string

	// Lines are log lines of the first container. They appear while the task is RUNNING, in equal parts, and all
	// of them by the time that it is STOPPED. Nothing is logged by a task that failed to start.
	Lines []string
	// LinesOf are log lines of the other containers, by name.
	LinesOf map[string][]string
	// LateLines is the number of the last Lines that appear only after LateReads reads of the log (default 1) of
	// the stopped task: CloudWatch Logs takes in events with a delay.
	LateLines, LateReads int

	// Pull and Runs are how long the pull of the images and the containers take. The clock does not move: the
	// task's times do.
	Pull, Runs time.Duration
}

// ParsePlay reads a play from JSON with the names of its fields; durations are nanoseconds. An unknown field is an
// error.
func ParsePlay(document []byte) (Play, error) {
	var play Play
	decoder := json.NewDecoder(bytes.NewReader(document))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(&play)
	return play, err
}

// Failure is one of the failures of an answer.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Failure.html
type Failure struct {
	ARN    string `json:"arn,omitempty"`
	Reason string `json:"reason,omitempty"`
	Detail string `json:"detail,omitempty"`
}

// Stage plays tasks. It is safe for concurrent use. Tasks are kept by the ARN of their cluster, so that one stage
// can serve several accounts and regions.
type Stage struct {
	clock func() time.Time

	mu         sync.Mutex
	offset     time.Duration
	plays      []Play
	otherwise  Play
	tasks      []*task
	placements []*placement
	instances  map[string][]string // ARNs by cluster name
	made       map[string]int      // identifiers by kind
}

// Option is an option of [New].
type Option func(*Stage)

// WithClock takes the time from now instead of from the system.
func WithClock(now func() time.Time) Option { return func(s *Stage) { s.clock = now } }

// New is a stage on which every task succeeds, until [Stage.Next] or [Stage.Otherwise] says something else.
func New(options ...Option) *Stage {
	s := &Stage{clock: time.Now, instances: make(map[string][]string), made: make(map[string]int)}
	for _, set := range options {
		set(s)
	}
	return s
}

// Next adds plays for the next calls of RunTask and StartTask, one for each call. A call takes the first play that
// is for its family.
func (s *Stage) Next(plays ...Play) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.plays = append(s.plays, plays...)
}

// Otherwise sets the play of calls for which [Stage.Next] has left none.
func (s *Stage) Otherwise(play Play) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.otherwise = play
}

// Left is the number of plays that no call has taken.
func (s *Stage) Left() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.plays)
}

// Advance moves the stage's clock on.
func (s *Stage) Advance(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.offset += d
}

// AddContainerInstances makes container instances of a cluster known to the stage, in addition to those of the
// emulator, by their ARNs.
func (s *Stage) AddContainerInstances(cluster string, arns ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.instances[cluster] = append(s.instances[cluster], arns...)
}

// Task is a task that was started.
type Task struct {
	ARN, ID, Cluster, Definition string
	// Token is the clientToken of the RunTask that started it.
	Token string
	// Overrides and Network are those of the request, as JSON; "" if it had none.
	Overrides, Network string
	Tags               map[string]string // null of a task that StopTask has stopped
	Group, StartedBy   string
	LaunchType         string
	CapacityProvider   string
	Instance           string // of StartTask: the container instance's ARN
	PlatformVersion    string
	// Status is the lastStatus that was answered last.
	Status string
	// Stopped is true after StopTask, and StopReason is what it said.
	Stopped    bool
	StopReason string
}

// Tasks are all tasks that were started, in this order; those too that ECS no longer knows.
func (s *Stage) Tasks() []Task {
	s.mu.Lock()
	defer s.mu.Unlock()
	var tasks []Task
	for _, t := range s.tasks {
		tasks = append(tasks, t.seen())
	}
	return tasks
}

// Forget lets the stage forget all tasks, tokens and plays.
func (s *Stage) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.plays, s.tasks, s.placements = nil, nil, nil
}

// now must be called with the stage locked.
func (s *Stage) now() time.Time { return s.clock().Add(s.offset) }

// play takes the play of a call; it must be called with the stage locked.
func (s *Stage) play(family string) Play {
	for i, p := range s.plays {
		if p.Family == "" || p.Family == family {
			s.plays = slices.Delete(s.plays, i, i+1)
			return p
		}
	}
	return s.otherwise
}

// of is the play of the i-th task of a call.
func (p Play) of(i int) Play {
	if i < len(p.Each) {
		return p.Each[i]
	}
	return p
}

// The prefix of X-Amz-Target is the service model's targetPrefix.
const (
	targetECS  = "AmazonEC2ContainerServiceV20141113."
	targetLogs = "Logs_20140328."
)

// RoundTripper answers the calls that are the stage's, and lets behind answer all others.
func (s *Stage) RoundTripper(behind http.RoundTripper) http.RoundTripper {
	return roundTripper(func(r *http.Request) (*http.Response, error) { return s.roundTrip(behind, r) })
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func (s *Stage) roundTrip(behind http.RoundTripper, r *http.Request) (*http.Response, error) {
	target := r.Header.Get("X-Amz-Target")
	operation, isECS := strings.CutPrefix(target, targetECS)
	answers := s.operation(operation)
	if !isECS || answers == nil {
		return s.pass(behind, r, target)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	// A request that has arrived is carried out, whether or not its caller waits.
	next := &emulator{transport: behind, request: r, ctx: context.WithoutCancel(r.Context())}
	answer, err := answers(next, body)
	return s.response(r, answer, err), nil
}

// operation is what answers an operation of ECS; nil if it is the emulator's.
func (s *Stage) operation(name string) func(*emulator, []byte) (any, error) {
	switch name {
	case "RunTask":
		return s.runTask
	case "StartTask":
		return s.startTask
	case "StopTask":
		return s.stopTask
	case "DescribeTasks":
		return s.describeTasks
	case "ListTasks":
		return s.listTasks
	default:
		return nil
	}
}

// pass lets the emulator answer. A read of a log may be what a late line waits for.
func (s *Stage) pass(behind http.RoundTripper, r *http.Request, target string) (*http.Response, error) {
	if target != targetLogs+"GetLogEvents" {
		return behind.RoundTrip(r)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	forwarded := r.Clone(r.Context())
	forwarded.Body = io.NopCloser(bytes.NewReader(body))
	response, err := behind.RoundTrip(forwarded)
	if err != nil {
		return nil, err
	}
	var read struct{ LogGroupName, LogGroupIdentifier, LogStreamName string }
	if json.Unmarshal(body, &read) == nil {
		next := &emulator{transport: behind, request: r, ctx: context.WithoutCancel(r.Context())}
		if err := s.logRead(next, read.LogStreamName); err != nil {
			response.Body.Close()
			return s.response(r, nil, err), nil
		}
	}
	return response, nil
}
