package acctest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
)

// upstream answers every call like an ECS that has nothing, and counts what arrives.
type upstream struct {
	*httptest.Server
	arrived atomic.Int32
}

func newUpstream(t *testing.T) *upstream {
	t.Helper()
	u := &upstream{}
	u.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		u.arrived.Add(1)
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		fmt.Fprint(w, `{"taskDefinitionArns":[]}`)
	}))
	t.Cleanup(u.Close)
	return u
}

// callOnce is the SDK's configuration for one attempt a call through the proxy.
func callOnce(p *Proxy) aws.Config {
	return aws.Config{
		Region:       "us-east-1",
		BaseEndpoint: aws.String(p.URL),
		Credentials:  credentials.NewStaticCredentialsProvider("AKIA", "secret", ""),
		Retryer:      func() aws.Retryer { return aws.NopRetryer{} },
	}
}

func list(ctx context.Context, p *Proxy) error {
	_, err := ecs.NewFromConfig(callOnce(p)).ListTaskDefinitions(ctx, &ecs.ListTaskDefinitionsInput{})
	return err
}

func TestProxy_records(t *testing.T) {
	t.Parallel()
	p := NewProxyTo(t, newUpstream(t).URL)
	for range 2 {
		if err := list(t.Context(), p); err != nil {
			t.Fatal(err)
		}
	}
	calls := p.Calls()
	if len(calls) != 2 || p.Depth() != 2 {
		t.Fatalf("%d calls, depth %d: %v", len(calls), p.Depth(), calls)
	}
	first := calls[0]
	if first.String() != "ecs.ListTaskDefinitions" || first.Index != 1 || first.Status != http.StatusOK || first.Region != "us-east-1" || first.Invocation == "" {
		t.Errorf("recorded %+v", first)
	}
	if first.Invocation == calls[1].Invocation {
		t.Error("two calls of the client have the same invocation")
	}
	if got := p.Calls(On("ecs.RegisterTaskDefinition")); len(got) != 0 {
		t.Errorf("filtered calls: %v", got)
	}
	p.Reset()
	if len(p.Calls()) != 0 {
		t.Error("calls after Reset")
	}
}

// An SDK client reads the faults as it reads AWS's own errors: this is what shows that
// their documents have the right form.
func TestProxy_faultsBySDK(t *testing.T) {
	t.Parallel()
	services := map[string]func(context.Context, aws.Config) error{
		"ecs": func(ctx context.Context, c aws.Config) error {
			_, err := ecs.NewFromConfig(c).ListTaskDefinitions(ctx, &ecs.ListTaskDefinitionsInput{})
			return err
		},
		"logs": func(ctx context.Context, c aws.Config) error {
			_, err := cloudwatchlogs.NewFromConfig(c).CreateLogGroup(ctx, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: aws.String("x")})
			return err
		},
		"iam": func(ctx context.Context, c aws.Config) error {
			_, err := iam.NewFromConfig(c).GetRole(ctx, &iam.GetRoleInput{RoleName: aws.String("x")})
			return err
		},
		"sts": func(ctx context.Context, c aws.Config) error {
			_, err := sts.NewFromConfig(c).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
			return err
		},
		"ec2": func(ctx context.Context, c aws.Config) error {
			_, err := ec2.NewFromConfig(c).DescribeSubnets(ctx, &ec2.DescribeSubnetsInput{})
			return err
		},
	}
	custom := Fault{Code: "ClientException", Message: `Role is not valid <"&'>`}
	tests := []struct {
		name      string
		fault     Fault
		codes     map[string]string
		message   string
		retryable bool
	}{
		{"server error", ServerError, map[string]string{"ecs": "ServerException", "logs": "InternalFailure", "iam": "ServiceFailure", "sts": "InternalFailure", "ec2": "InternalError"}, "", true},
		{"throttling", Throttling, map[string]string{"ecs": "ThrottlingException", "logs": "ThrottlingException", "iam": "Throttling", "sts": "Throttling", "ec2": "RequestLimitExceeded"}, "", true},
		{"access denied", AccessDenied, map[string]string{"ecs": "AccessDeniedException", "logs": "AccessDeniedException", "iam": "AccessDenied", "sts": "AccessDenied", "ec2": "UnauthorizedOperation"}, "is not authorized to perform: ", false},
		{"custom", custom, map[string]string{"ecs": "ClientException", "logs": "ClientException", "iam": "ClientException", "sts": "ClientException", "ec2": "ClientException"}, custom.Message, false},
	}
	standard := retry.NewStandard()
	for _, test := range tests {
		for service, call := range services {
			t.Run(test.name+"/"+service, func(t *testing.T) {
				t.Parallel()
				up := newUpstream(t)
				p := NewProxyTo(t, up.URL)
				p.Fail(nil, test.fault)
				err := call(t.Context(), callOnce(p))
				var api smithy.APIError
				if !errors.As(err, &api) {
					t.Fatalf("no API error: %v", err)
				}
				if api.ErrorCode() != test.codes[service] || !strings.Contains(api.ErrorMessage(), test.message) || api.ErrorMessage() == "" {
					t.Errorf("%s: %q", api.ErrorCode(), api.ErrorMessage())
				}
				if got := standard.IsErrorRetryable(err); got != test.retryable {
					t.Errorf("retryable: %t", got)
				}
				if got := up.arrived.Load(); got != 0 {
					t.Errorf("%d calls reached AWS", got)
				}
			})
		}
	}
}

func TestProxy_connectionDropped(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault   Fault
		arrived int32
	}{
		"before effect": {ConnectionDropped, 0},
		"answer lost":   {AnswerLost, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			up := newUpstream(t)
			p := NewProxyTo(t, up.URL)
			fault := p.FailNth(2, test.fault)
			if err := list(t.Context(), p); err != nil { // the second call uses the connection again
				t.Fatal(err)
			}
			err := list(t.Context(), p)
			var api smithy.APIError
			if err == nil || errors.As(err, &api) {
				t.Fatalf("want an error of the connection, got %v", err)
			}
			if !retry.NewStandard().IsErrorRetryable(err) {
				t.Errorf("an SDK would not retry %v", err)
			}
			if got := up.arrived.Load(); got != 1+test.arrived {
				t.Errorf("%d calls reached AWS", got)
			}
			if got := p.Calls(); len(got) != 2 || got[1].Status != 0 || fault.Hits() != 1 {
				t.Errorf("recorded %v, hits %d", got, fault.Hits())
			}
		})
	}
}

func TestProxy_neverAnswers(t *testing.T) {
	t.Parallel()
	t.Run("until the caller gives up", func(t *testing.T) {
		t.Parallel()
		p := NewProxyTo(t, newUpstream(t).URL)
		ctx, cancel := context.WithCancel(t.Context())
		p.Fail(func(Call) bool { cancel(); return true }, NeverAnswers)
		if err := list(ctx, p); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("until the proxy closes", func(t *testing.T) {
		t.Parallel()
		p := NewProxyTo(t, newUpstream(t).URL)
		p.Fail(func(Call) bool { go p.Close(); return true }, NeverAnswers)
		if err := list(t.Context(), p); err == nil {
			t.Error("got an answer")
		}
	})
}

func TestProxy_afterEffect(t *testing.T) {
	t.Parallel()
	up := newUpstream(t)
	p := NewProxyTo(t, up.URL)
	p.Fail(On("ecs.ListTaskDefinitions"), ServerError.AfterEffect())
	var api smithy.APIError
	if err := list(t.Context(), p); !errors.As(err, &api) || up.arrived.Load() != 1 {
		t.Errorf("error %v, %d calls reached AWS", err, up.arrived.Load())
	}
}

func TestProxy_then(t *testing.T) {
	t.Parallel()
	up := newUpstream(t)
	p := NewProxyTo(t, up.URL)
	ctx, cancel := context.WithCancel(t.Context())
	arrived := int64(-1)
	p.FailNth(1, NeverAnswers.AfterEffect().Then(func() { arrived = int64(up.arrived.Load()); cancel() }))
	if err := list(ctx, p); !errors.Is(err, context.Canceled) || arrived != 1 {
		t.Errorf("error %v, %d calls had reached AWS", err, arrived)
	}
}

func TestProxy_failNthAndFrom(t *testing.T) {
	t.Parallel()
	outcomes := func(p *Proxy) string {
		var b strings.Builder
		for range 4 {
			if list(t.Context(), p) != nil {
				b.WriteByte('x')
			} else {
				b.WriteByte('.')
			}
		}
		return b.String()
	}
	up := newUpstream(t)
	nth, from, filtered, stopped := NewProxyTo(t, up.URL), NewProxyTo(t, up.URL), NewProxyTo(t, up.URL), NewProxyTo(t, up.URL)
	nth.FailNth(2, AccessDenied)
	from.FailFrom(3, AccessDenied)
	filtered.FailNth(1, AccessDenied, On("iam.CreateRole"))
	stopped.Fail(nil, AccessDenied).Stop()
	for name, test := range map[string]struct {
		p    *Proxy
		want string
	}{"nth": {nth, ".x.."}, "from": {from, "..xx"}, "filtered": {filtered, "...."}, "stopped": {stopped, "...."}} {
		if got := outcomes(test.p); got != test.want {
			t.Errorf("%s: %s, want %s", name, got, test.want)
		}
	}
	// Counting starts when the fault is set, not with the recording.
	nth.FailNth(1, AccessDenied)
	if got := outcomes(nth); got != "x..." {
		t.Errorf("set later: %s", got)
	}
}

func TestProxy_before(t *testing.T) {
	t.Parallel()
	up := newUpstream(t)
	p := NewProxyTo(t, up.URL)
	var arrivedBefore int32 = -1
	p.Before(On("ecs.ListTaskDefinitions"), func(Call) { arrivedBefore = up.arrived.Load() })
	if err := list(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	if arrivedBefore != 0 || up.arrived.Load() != 1 {
		t.Errorf("%d before, %d after", arrivedBefore, up.arrived.Load())
	}
}

// Two chains side by side, of two and three calls, are three deep: a call is not taken to
// follow one of the other chain because it happened to begin later.
func TestProxy_latencyShowsDepth(t *testing.T) {
	t.Parallel()
	p := NewProxyTo(t, newUpstream(t).URL)
	p.Latency(time.Second)
	var chains sync.WaitGroup
	for _, length := range []int{2, 3, 1, 1} {
		chains.Go(func() {
			for range length {
				if err := list(t.Context(), p); err != nil {
					t.Error(err)
				}
			}
		})
	}
	chains.Wait()
	if got := p.Depth(); got != 3 {
		t.Errorf("depth %d: %+v", got, p.Calls())
	}
	p.Latency(0)
	if err := list(t.Context(), p); err != nil {
		t.Error(err)
	}
	if got := p.Depth(); got != 4 {
		t.Errorf("depth %d: %+v", got, p.Calls())
	}
	if counts := CountByOperation(p.Calls()); counts["ecs.ListTaskDefinitions"] != 8 {
		t.Errorf("counts %v", counts)
	}
}

// A call that is never answered does not hold up the others, nor does one that is slow.
func TestProxy_latencyWithFaults(t *testing.T) {
	t.Parallel()
	p := NewProxyTo(t, newUpstream(t).URL)
	p.Latency(20 * time.Millisecond)
	hung := p.FailNth(1, NeverAnswers)
	p.FailNth(2, ConnectionDropped)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- list(ctx, p) }()
	for hung.Hits() == 0 {
		runtime.Gosched()
	}
	if err := list(t.Context(), p); err == nil {
		t.Error("the dropped call has an answer")
	}
	if err := list(t.Context(), p); err != nil {
		t.Error(err)
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("the hung call: %v", err)
	}
}

func TestProxy_emulatorGone(t *testing.T) {
	t.Parallel()
	up := newUpstream(t)
	up.Close()
	p := NewProxyTo(t, up.URL)
	if err := list(t.Context(), p); err == nil || !slices.ContainsFunc(p.Calls(), func(c Call) bool { return c.Status == http.StatusBadGateway }) {
		t.Errorf("error %v, calls %v", err, p.Calls())
	}
}
