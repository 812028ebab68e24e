package awsapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
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
)

// throttle is one of the token buckets in which AWS counts the calls of an account in a
// region: a call takes a token, an empty bucket answers with a throttling error.
type throttle struct {
	name       string
	service    string // the SDK's ServiceID
	operations []string
	burst      int     // tokens in a full bucket
	refill     float64 // tokens a second
}

// throttles are the buckets AWS documents for the operations this provider may call.
//
// Source: "Request throttling for the Amazon ECS API", Amazon ECS API Reference,
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html
var throttles = []throttle{
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
}

// The pace of operations whose limits AWS does not document (IAM, for one) is found by
// probing: it starts at probeStart, is halved by a throttling answer down to probeSlowest,
// and doubles after every probeQuiet without one; past probeFastest nothing is held back.
const (
	probeStart   = time.Second / 5
	probeSlowest = 2 * time.Second
	probeFastest = time.Second / 20
	probeQuiet   = 5 * time.Second
)

// throttlingCodes are AWS's error codes for "too many calls". Unlike the SDK's own list it
// has no LimitExceededException: from ECS and CloudWatch Logs that means a quota on
// resources, which no waiting cures.
var throttlingCodes = []string{
	"BandwidthLimitExceeded",
	"EC2ThrottledException",
	"RequestLimitExceeded",
	"RequestThrottled",
	"RequestThrottledException",
	"SlowDown",
	"ThrottledException",
	"Throttling",
	"ThrottlingException",
	"TooManyRequestsException",
}

// isThrottled says whether AWS refused a call only for coming too soon after others.
func isThrottled(err error) bool {
	if apiErr, ok := errors.AsType[smithy.APIError](err); ok {
		if slices.Contains(throttlingCodes, apiErr.ErrorCode()) {
			return true
		}
		// ECS passes on the throttling of services behind it under its catch-all code.
		if apiErr.ErrorCode() == "ClientException" && strings.Contains(apiErr.ErrorMessage(), "Rate exceeded") {
			return true
		}
	}
	respErr, ok := errors.AsType[*smithyhttp.ResponseError](err)
	return ok && respErr.HTTPStatusCode() == http.StatusTooManyRequests
}

// pacer keeps the calls of one provider instance within AWS's rates, once AWS has said that
// they are too many; until then it holds back nothing.
//
// It is a middleware inside the SDK's retry loop and sends a throttled call again by itself,
// so a throttled call uses up neither max_retries nor the SDK's exponential back-off: it
// comes through in its turn, for as long as its context lives.
type pacer struct {
	mu    sync.Mutex
	lanes map[laneKey]*lane
}

// laneKey tells apart what AWS counts apart. The account is the provider instance's only one.
type laneKey struct {
	service string
	region  string // "" for a global service
	bucket  string // name of a throttle, or the operation when none is known for it
}

func newPacer() *pacer {
	return &pacer{lanes: make(map[laneKey]*lane)}
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
		pace, waitErr := l.wait(ctx)
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
		if !isThrottled(err) {
			return out, metadata, err
		}
		if interval, began := l.throttled(pace, time.Now()); began {
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
		l = &lane{throttle: limit}
		p.lanes[key] = l
	}
	return l
}

// lane spaces the calls of one bucket while AWS throttles them.
//
// For a documented bucket it mirrors AWS's own: empty when AWS says so, refilled at the known
// rate, and, when it has been quiet long enough for AWS's bucket to be full again, forgotten.
type lane struct {
	throttle

	mu       sync.Mutex
	pacing   bool
	interval time.Duration // between two calls
	next     time.Time     // when the next call may go; in the past, one more may for every interval since
	pace     int           // counts the changes of interval
	changed  time.Time     // when the interval last changed; only of an undocumented bucket
}

// documented says whether AWS tells the size of the lane's bucket.
func (l *lane) documented() bool { return l.refill > 0 }

// wait returns when the caller may send, at once while AWS does not throttle, or with the
// context's error. pace is the one it was given its turn by.
func (l *lane) wait(ctx context.Context) (pace int, err error) {
	delay, pace := l.reserve(time.Now())
	if delay <= 0 {
		return pace, nil
	}
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return pace, ctx.Err()
	case <-ctx.Done():
		return pace, ctx.Err()
	}
}

// reserve takes the next turn and says how long it is until then, and by which pace.
func (l *lane) reserve(now time.Time) (delay time.Duration, pace int) {
	l.mu.Lock()
	defer l.mu.Unlock()

	l.relax(now)
	if !l.pacing {
		return 0, l.pace
	}
	turn := l.next
	l.next = turn.Add(l.interval)
	return turn.Sub(now), l.pace
}

// relax speeds up or lets go after a time without throttling.
func (l *lane) relax(now time.Time) {
	switch {
	case !l.pacing:
	case l.documented():
		// One token was there at next, and one more came with every interval since.
		full := l.next.Add(time.Duration(l.burst-1) * l.interval)
		l.pacing = now.Before(full)
	default:
		for now.Sub(l.changed) >= probeQuiet && l.pacing {
			l.changed = l.changed.Add(probeQuiet)
			l.interval /= 2
			l.pace++
			l.pacing = l.interval >= probeFastest
		}
		// How much AWS's bucket has gathered meanwhile is not known: count on nothing.
		if l.next.Before(now) {
			l.next = now
		}
	}
}

// throttled notes AWS's refusal of a call that got its turn by a pace, and returns the
// interval between calls from now on, and whether pacing began with it.
func (l *lane) throttled(pace int, now time.Time) (interval time.Duration, began bool) {
	l.mu.Lock()
	defer l.mu.Unlock()

	switch {
	case !l.pacing:
		began = true
		l.pacing, l.changed, l.next = true, now, now
		l.pace++
		l.interval = probeStart
		if l.documented() {
			l.interval = time.Duration(float64(time.Second) / l.refill)
		}
	case l.documented():
	// A call that got its turn by an older pace says nothing about this one.
	case pace == l.pace:
		l.interval = min(2*l.interval, probeSlowest)
		l.pace++
		fallthrough
	default:
		l.changed = now
	}

	// The bucket is empty now, whatever was reckoned with before.
	if earliest := now.Add(l.interval); l.next.Before(earliest) {
		l.next = earliest
	}
	return l.interval, began
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
