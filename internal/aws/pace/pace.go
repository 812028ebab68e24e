package pace

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/dockertask/terraform-provider-docker/internal/aws/wait"
)

// throttle is one of the token buckets in which AWS counts the calls of an account in a
// region: a call takes a token, an empty bucket answers with a throttling error.
type throttle struct {
	name       string
	service    string // the SDK's ServiceID
	operations []string
	burst      int     // tokens in a full bucket; 0: not known
	refill     float64 // tokens a second; 0: not known
}

// throttles are the buckets of the operations that this provider calls in numbers. An
// operation without an entry is taken to have a bucket of its own, of unknown size.
var throttles = []throttle{
	// "Request throttling for the Amazon ECS API", Amazon ECS API Reference,
	// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html
	{
		name: "changes of task definitions", service: ecs.ServiceID, burst: 20, refill: 1,
		operations: []string{"RegisterTaskDefinition", "DeregisterTaskDefinition"},
	},
	{
		name: "deletions of task definitions", service: ecs.ServiceID, burst: 5, refill: 1,
		operations: []string{"DeleteTaskDefinitions"},
	},
	{
		name: "reads of task definitions", service: ecs.ServiceID, burst: 50, refill: 20,
		operations: []string{"DescribeTaskDefinition", "ListTaskDefinitions", "ListTaskDefinitionFamilies"},
	},
	{
		name: "changes of clusters", service: ecs.ServiceID, burst: 20, refill: 1,
		operations: []string{"CreateCluster", "DeleteCluster", "PutClusterCapacityProviders", "UpdateCluster"},
	},
	{
		name: "reads of clusters", service: ecs.ServiceID, burst: 50, refill: 20,
		operations: []string{"DescribeClusters"},
	},
	{
		name: "tagging", service: ecs.ServiceID, burst: 20, refill: 10,
		operations: []string{"TagResource"},
	},
	{
		name: "starting and stopping of tasks", service: ecs.ServiceID, burst: 100, refill: 40,
		operations: []string{"RunTask", "StopTask"},
	},
	{
		name: "reads of tasks", service: ecs.ServiceID, burst: 100, refill: 20,
		operations: []string{"DescribeTasks", "ListTasks"},
	},
	// IAM documents no rate, nor what it counts together. One queue for all changes does well
	// either way, as a unit makes them in a fixed ratio; with one for each operation, the slowest
	// would hold up all if IAM counts them together.
	{
		name: "changes of IAM", service: iam.ServiceID,
		operations: []string{
			"AttachRolePolicy", "CreateRole", "DeleteRole", "DeleteRolePermissionsBoundary", "DeleteRolePolicy", "DetachRolePolicy",
			"PutRolePermissionsBoundary", "PutRolePolicy", "RemoveRoleFromInstanceProfile", "TagRole", "UntagRole",
			"UpdateAssumeRolePolicy", "UpdateRole",
		},
	},
	{
		name: "reads of IAM", service: iam.ServiceID,
		operations: []string{"GetRole", "GetRolePolicy", "ListAttachedRolePolicies", "ListInstanceProfilesForRole", "ListRolePolicies"},
	},
}

// The rate of a bucket is what AWS lets through between two refusals, for at both of them the
// bucket is empty. A documented rate is where to begin; it may have been raised for the
// account, and other programs may take a part of it. So every rate is probed: as long as AWS
// refuses nothing it grows, by little at first and then by more, and the next refusal
// measures it anew. What was sent too slowly is not lost, for the bucket keeps it.
const (
	probeStart = 10.0            // calls a second, where the rate is not documented
	probeCalls = 8               // must have passed before the rate grows, or is measured
	probeTime  = time.Second     // must have passed before the rate grows
	probeShare = 0.75            // of the rate must be used before it grows: else it is not what holds the calls back
	probeQuiet = 5 * time.Second // without a call lets a bucket of unknown size go
	firstStep  = 0.05            // by which the rate grows; doubled each time
	belowStep  = 0.2             // the same, below a documented rate
	lastStep   = 0.5             // at most
	slowDown   = 0.7             // of the rate is left after a refusal that comes too early to measure it, down to
	slowest    = 0.5             // of the documented rate, or calls a second
)

// pacer keeps the calls of one provider instance within AWS's rates, once AWS has said that
// they are too many; until then it holds back nothing.
//
// It is a middleware inside the SDK's retry loop and sends a throttled call again by itself,
// so a throttled call uses up neither max_retries nor the SDK's exponential back-off: it
// comes through in its turn, for as long as its context lives.
type pacer struct {
	// isThrottled reports whether AWS refused a call only because it came too soon after others.
	isThrottled func(error) bool

	mu    sync.Mutex
	lanes map[laneKey]*lane
}

// laneKey identifies a quota of AWS. The account is the provider instance's only one.
type laneKey struct {
	service string
	region  string // "" for a global service
	bucket  string // name of a throttle, or the operation when none is known for it
}

// Add keeps all calls with a configuration within AWS's rates; isThrottled reports whether AWS refused a call
// only because it came too soon after others.
func Add(cfg *aws.Config, isThrottled func(error) bool) {
	cfg.APIOptions = append(cfg.APIOptions, newPacer(isThrottled).addTo)
	if newRetryer := cfg.Retryer; newRetryer != nil {
		cfg.Retryer = func() aws.Retryer {
			retryer := newRetryer()
			if v2, ok := retryer.(aws.RetryerV2); ok {
				return quotaRetryer{v2}
			}
			return retryer
		}
	}
}

func newPacer(isThrottled func(error) bool) *pacer {
	return &pacer{isThrottled: isThrottled, lanes: make(map[laneKey]*lane)}
}

// addTo puts the pacer into an operation's stack, as [aws.Config.APIOptions] wants it.
func (p *pacer) addTo(stack *middleware.Stack) error {
	// After Retry means inside it and before signing: every attempt passes, and a signature
	// does not grow old while its call waits.
	return stack.Finalize.Insert(p, "Retry", middleware.After)
}

// ID names the middleware in the stack.
func (p *pacer) ID() string { return "DockerTaskPacer" }

// HandleFinalize sends a call in its turn, and again for as long as AWS throttles it.
func (p *pacer) HandleFinalize(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (
	out middleware.FinalizeOutput, metadata middleware.Metadata, err error,
) {
	l := p.lane(awsmiddleware.GetServiceID(ctx), awsmiddleware.GetRegion(ctx), awsmiddleware.GetOperationName(ctx))

	for again := false; ; again = true {
		sent, waitErr := l.wait(ctx, again)
		if waitErr != nil {
			return out, metadata, l.canceled(waitErr, err)
		}

		// What is inside changes the request (signature, headers): each try has its own.
		attempt := in
		attempt.Request = smithyhttp.RequestCloner(in.Request)
		if request, ok := attempt.Request.(*smithyhttp.Request); ok && again {
			if rewindErr := request.RewindStream(); rewindErr != nil {
				return out, metadata, errors.Join(err, fmt.Errorf("rewinding the throttled request: %w", rewindErr))
			}
		}

		out, metadata, err = next.HandleFinalize(ctx, attempt)
		if !p.isThrottled(err) {
			l.passed(sent, time.Now())
			return out, metadata, err
		}
		if interval, began := l.refused(sent, time.Now()); began {
			tflog.Info(ctx, "AWS throttles "+l.name+": spacing the calls", map[string]any{
				"interval": interval.String(),
			})
		}
	}
}

// lane returns the one queue that all calls counted together by AWS go through.
func (p *pacer) lane(service, region, operation string) *lane {
	if service == iam.ServiceID {
		region = "" // one endpoint a partition, so one count for all regions
	}
	limit := throttle{name: service + " " + operation, service: service}
	for _, t := range throttles {
		if t.service == service && slices.Contains(t.operations, operation) {
			limit = t
			break
		}
	}
	key := laneKey{service: service, region: region, bucket: limit.name}

	p.mu.Lock()
	defer p.mu.Unlock()
	l, ok := p.lanes[key]
	if !ok {
		l = &lane{throttle: limit, line: make(chan struct{}, 1), gate: make(chan struct{}, 1)}
		p.lanes[key] = l
	}
	return l
}

// lane spaces the calls of one bucket while AWS throttles them, and learns its rate.
type lane struct {
	throttle

	// gate is held by the one call that waits for the next turn. The others wait for the gate,
	// first come, first served, so that a change of the rate holds for all of them. Of the calls
	// that were not sent yet only the first waits for the gate, and the rest in line for that: one
	// that was refused does not go behind all of them again.
	line, gate chan struct{}

	mu     sync.Mutex
	pacing bool
	rate   float64   // calls a second; 0 until AWS throttles for the first time
	next   time.Time // the next turn; in the past, one more for every interval since, if the bucket's size is known
	step   float64   // by which the rate grows next
	// What follows is since the rate was last set by a refusal.
	slowed time.Time // when that was; earlier calls say nothing about the rate
	grown  time.Time // when the rate last grew, or could have
	let    int       // calls that AWS let through since then
	meter  meter
}

// meter counts what AWS lets through while there is always a call that waits.
type meter struct {
	since time.Time
	calls int
}

// slowest is the rate at which AWS is asked while it refuses everything.
func (l *lane) slowest() float64 { return slowest * max(1, l.refill) }

func (l *lane) interval() time.Duration { return time.Duration(float64(time.Second) / l.rate) }

// wait returns when the caller may send, at once while AWS does not throttle, or with the
// context's error. sent is when that is; again: AWS has throttled the call before.
func (l *lane) wait(ctx context.Context, again bool) (sent time.Time, err error) {
	if now := time.Now(); !l.paces(now) {
		return now, nil
	}
	if err := l.pass(ctx, again); err != nil {
		return sent, err
	}
	defer func() { <-l.gate }()
	for {
		now := time.Now()
		delay := l.take(now)
		if delay <= 0 {
			return now, nil
		}
		if err := wait.Pause(ctx, delay); err != nil {
			return sent, err
		}
	}
}

// pass returns with the gate held, or with the context's error.
func (l *lane) pass(ctx context.Context, again bool) error {
	if !again {
		select {
		case l.line <- struct{}{}:
			defer func() { <-l.line }()
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	select {
	case l.gate <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (l *lane) paces(now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.relax(now)
	return l.pacing
}

// take takes the next turn, or says how long it is until then.
func (l *lane) take(now time.Time) (delay time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.relax(now)
	if !l.pacing {
		return 0
	}
	if delay = l.next.Sub(now); delay > 0 {
		return delay
	}
	l.next = l.next.Add(l.interval())
	return 0
}

// relax stops pacing when no call has been sent for so long that AWS's bucket is full again.
func (l *lane) relax(now time.Time) {
	if !l.pacing {
		return
	}
	idle := now.Sub(l.next)
	if idle > l.interval() {
		l.meter = meter{since: now} // it would measure the demand
	}
	if l.burst > 0 {
		// One token was there at next, and one more came with every interval since.
		l.pacing = idle < time.Duration(l.burst-1)*l.interval()
		return
	}
	l.pacing = idle < probeQuiet
	// How much the bucket has gathered meanwhile is not known: count on nothing.
	if idle > 0 {
		l.next = now
	}
}

// passed notes that AWS did not throttle a call, and speeds up when that was so for a while.
func (l *lane) passed(sent, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.pacing || !sent.After(l.slowed) {
		return
	}
	l.meter.calls++
	l.let++
	elapsed := now.Sub(l.grown)
	if l.let < probeCalls || elapsed < probeTime {
		return
	}
	if float64(l.let) > probeShare*l.rate*elapsed.Seconds() {
		l.rate *= 1 + l.step
		l.step = min(2*l.step, lastStep)
	}
	l.grown, l.let = now, 0
}

// refused notes that AWS throttled a call. It returns the interval between calls from now on,
// and whether pacing began with it.
func (l *lane) refused(sent, now time.Time) (interval time.Duration, began bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case !l.pacing:
		began = true
		l.pacing, l.next = true, now
		known := cmp.Or(l.refill, l.rate)
		l.rate = cmp.Or(known, probeStart)
		l.begin(now)
		if known == 0 {
			l.step = lastStep
		}
	case sent.After(l.slowed):
		if m := l.meter; m.calls >= probeCalls && now.After(m.since) {
			l.rate = min(l.rate, float64(m.calls)/now.Sub(m.since).Seconds())
		} else {
			l.rate = max(slowDown*l.rate, l.slowest())
		}
		l.begin(now)
	}
	// The bucket is empty now, whatever was reckoned with before.
	interval = l.interval()
	if earliest := now.Add(interval); l.next.Before(earliest) {
		l.next = earliest
	}
	return interval, began
}

// begin begins to learn: the bucket is empty.
func (l *lane) begin(now time.Time) {
	l.step = firstStep
	if l.rate < l.refill {
		l.step = belowStep
	}
	l.slowed, l.grown, l.let = now, now, 0
	l.meter = meter{since: now}
}

// canceled is the error of a call that gave up waiting. last is AWS's latest refusal of it,
// nil if it was never sent.
func (l *lane) canceled(ctxErr, last error) error {
	err := fmt.Errorf("waiting while AWS throttles %s: %w", l.name, ctxErr)
	if last != nil {
		err = fmt.Errorf("%w (last answer: %w)", err, last)
	}
	return &aws.RequestCanceledError{Err: err}
}

// quotaRetryer does not retry when a quota on resources is used up. The SDK takes
// LimitExceededException for throttling, and would try 25 times, for minutes.
type quotaRetryer struct{ aws.RetryerV2 }

// IsErrorRetryable says whether another attempt could succeed.
func (r quotaRetryer) IsErrorRetryable(err error) bool {
	if apiErr, ok := errors.AsType[smithy.APIError](err); ok && apiErr.ErrorCode() == "LimitExceededException" {
		return false
	}
	return r.RetryerV2.IsErrorRetryable(err)
}
