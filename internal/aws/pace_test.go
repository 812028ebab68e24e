package aws

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/dockertask/terraform-provider-docker/internal/aws/awstest"
)

// awsBucket is AWS's side: a token bucket that answers with a throttling error when empty.
type awsBucket struct {
	burst, refill float64
	latency       time.Duration // of each way
	ok            func() *http.Response
	throttling    func() *http.Response

	mu     sync.Mutex
	tokens float64
	filled time.Time
	passed int
	denied int
}

func newBucket(burst, refill float64) *awsBucket {
	return &awsBucket{burst: burst, refill: refill, tokens: burst, filled: time.Now(), ok: registered, throttling: func() *http.Response {
		return awstest.JSONResponse(http.StatusBadRequest, `{"__type":"ThrottlingException","message":"Rate exceeded"}`)
	}}
}

// take says whether a call passes.
func (b *awsBucket) take() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	b.tokens = min(b.burst, b.tokens+now.Sub(b.filled).Seconds()*b.refill)
	b.filled = now
	if b.tokens < 1-1e-9 { // a sum of parts of a token may miss the whole by a rounding error
		b.denied++
		return false
	}
	b.tokens--
	b.passed++
	return true
}

func (b *awsBucket) answer(call) *http.Response {
	elapse(b.latency)
	defer elapse(b.latency)
	if b.take() {
		return b.ok()
	}
	return b.throttling()
}

func registered() *http.Response {
	return awstest.JSONResponse(http.StatusOK, `{"taskDefinition":{"family":"transcode","revision":1}}`)
}

// inParallel runs n calls from ten goroutines, as Terraform does, and returns their errors.
func inParallel(n int, do func() error) error {
	var (
		wg   sync.WaitGroup
		mu   sync.Mutex
		errs []error
		todo = make(chan struct{}, n)
	)
	for range n {
		todo <- struct{}{}
	}
	close(todo)
	for range 10 {
		wg.Go(func() {
			for range todo {
				if err := do(); err != nil {
					mu.Lock()
					errs = append(errs, err)
					mu.Unlock()
				}
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

func register(ctx context.Context, c *Client) error {
	_, err := c.ecs.RegisterTaskDefinition(ctx, &ecs.RegisterTaskDefinitionInput{
		Family:               aws.String("transcode"),
		ContainerDefinitions: []types.ContainerDefinition{{Name: aws.String("transcode")}},
	})
	return err
}

func deregister(ctx context.Context, c *Client) error {
	_, err := c.ecs.DeregisterTaskDefinition(ctx, &ecs.DeregisterTaskDefinitionInput{TaskDefinition: aws.String("transcode:1")})
	return err
}

// elapse lets synctest's time go by: it goes on only when all goroutines of a test wait.
func elapse(d time.Duration) { <-time.After(d) }

func TestPacer_manyRegistrationsComeThrough(t *testing.T) {
	awstest.Isolate(t)
	for _, tt := range []struct {
		latency time.Duration
		retries int
		mode    string
	}{
		{latency: 0, retries: 25},
		{latency: 80 * time.Millisecond, retries: 25},
		{latency: 700 * time.Millisecond, retries: 25},
		{latency: 80 * time.Millisecond, retries: 1}, // throttling does not count
		{latency: 80 * time.Millisecond, retries: 25, mode: "adaptive"},
	} {
		t.Run(fmt.Sprintf("%s %d %s", tt.latency, tt.retries, tt.mode), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				bucket := newBucket(20, 1)
				bucket.latency = tt.latency
				cfg := testConfig(&fakeAWS{answer: bucket.answer})
				cfg.MaxRetries, cfg.RetryMode = &tt.retries, tt.mode
				client := mustNew(t, cfg)

				start := time.Now()
				if err := inParallel(200, func() error { return register(t.Context(), client) }); err != nil {
					t.Fatal(err)
				}
				took := time.Since(start)

				const forced = 180 * time.Second // 20 at once, then one a second
				if took < forced || took > forced*6/5 {
					t.Errorf("took %s, want no more than a fifth over %s", took, forced)
				}
				if bucket.passed != 200 {
					t.Errorf("AWS took %d calls, want 200", bucket.passed)
				}
				// Ten are under way when the bucket runs dry; afterwards, hardly any is in vain.
				if bucket.denied > 20 {
					t.Errorf("AWS throttled %d calls", bucket.denied)
				}
				t.Logf("took %s, %d throttled", took, bucket.denied)
			})
		})
	}
}

func TestPacer_otherProgramsUseTheBucketToo(t *testing.T) {
	awstest.Isolate(t)
	synctest.Test(t, func(t *testing.T) {
		bucket := newBucket(20, 1)
		ours := mustNew(t, testConfig(&fakeAWS{answer: bucket.answer}))
		theirs := mustNew(t, testConfig(&fakeAWS{answer: bucket.answer}))

		start := time.Now()
		var wg sync.WaitGroup
		for _, client := range []*Client{ours, theirs} {
			wg.Go(func() {
				if err := inParallel(60, func() error { return register(t.Context(), client) }); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()

		if took, forced := time.Since(start), 100*time.Second; took > forced*6/5 {
			t.Errorf("took %s, want no more than a fifth over %s", took, forced)
		}
	})
}

func TestPacer_holdsBackNothingWithoutThrottling(t *testing.T) {
	awstest.Isolate(t)
	synctest.Test(t, func(t *testing.T) {
		client := mustNew(t, testConfig(&fakeAWS{answer: func(call) *http.Response { return registered() }}))

		start := time.Now()
		if err := inParallel(1000, func() error { return register(t.Context(), client) }); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took != 0 {
			t.Errorf("1000 calls that take no time took %s", took)
		}
	})
}

func TestPacer_letsGoWhenTheBucketIsFullAgain(t *testing.T) {
	awstest.Isolate(t)
	synctest.Test(t, func(t *testing.T) {
		bucket := newBucket(20, 1)
		client := mustNew(t, testConfig(&fakeAWS{answer: bucket.answer}))
		timed := func(n int) time.Duration {
			start := time.Now()
			if err := inParallel(n, func() error { return register(t.Context(), client) }); err != nil {
				t.Fatal(err)
			}
			return time.Since(start)
		}

		if took := timed(25); took != 5*time.Second {
			t.Errorf("25 calls took %s, want 5s", took)
		}
		elapse(10 * time.Second)
		if took := timed(10); took != 0 {
			t.Errorf("ten calls after ten quiet seconds took %s", took)
		}
		elapse(20 * time.Second)
		if took := timed(20); took != 0 {
			t.Errorf("20 calls to a full bucket took %s", took)
		}
		if before := bucket.denied; timed(1) != time.Second || bucket.denied != before+1 {
			t.Error("the pacer still paced after the bucket had been full")
		}
	})
}

func TestPacer_bucketsAreShared(t *testing.T) {
	awstest.Isolate(t)
	synctest.Test(t, func(t *testing.T) {
		bucket := newBucket(20, 1)
		fake := &fakeAWS{answer: bucket.answer}
		client := mustNew(t, testConfig(fake))
		elsewhere, err := client.InRegion("us-east-1")
		if err != nil {
			t.Fatal(err)
		}

		// Exhausting the bucket by registering makes deregistering wait, without a refusal of its own.
		if err := inParallel(21, func() error { return register(t.Context(), client) }); err != nil {
			t.Fatal(err)
		}
		start, denied := time.Now(), bucket.denied
		if err := deregister(t.Context(), client); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took != time.Second || bucket.denied != denied {
			t.Errorf("deregistering took %s and was throttled %d times, want 1s and none", took, bucket.denied-denied)
		}

		// Another region and another bucket go on as they were.
		fake.answer = func(call) *http.Response { return registered() }
		start = time.Now()
		if err := register(t.Context(), elsewhere); err != nil {
			t.Error(err)
		}
		if _, err := client.ecs.DescribeTaskDefinition(t.Context(), &ecs.DescribeTaskDefinitionInput{TaskDefinition: aws.String("transcode")}); err != nil {
			t.Error(err)
		}
		if took := time.Since(start); took != 0 {
			t.Errorf("calls of other buckets took %s", took)
		}
	})
}

func TestPacer_undocumentedLimit(t *testing.T) {
	awstest.Isolate(t)
	synctest.Test(t, func(t *testing.T) {
		bucket := newBucket(10, 3)
		bucket.throttling = func() *http.Response {
			return awstest.Response(http.StatusBadRequest, "text/xml",
				`<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate exceeded</Message></Error></ErrorResponse>`)
		}
		bucket.ok = func() *http.Response { return awstest.XMLResponse(`<DeleteRoleResponse></DeleteRoleResponse>`) }
		client := mustNew(t, testConfig(&fakeAWS{answer: bucket.answer}))
		remove := func() error {
			_, err := client.iam.DeleteRole(t.Context(), &iam.DeleteRoleInput{RoleName: aws.String("transcode")})
			return err
		}

		start := time.Now()
		if err := inParallel(100, remove); err != nil {
			t.Fatal(err)
		}
		// At best 30 s; finding the rate costs something, but not its multiple.
		took := time.Since(start)
		if took > 60*time.Second {
			t.Errorf("100 calls at 3 a second took %s", took)
		}
		if bucket.denied > 50 {
			t.Errorf("AWS throttled %d calls", bucket.denied)
		}
		t.Logf("took %s, %d throttled", took, bucket.denied)

		elapse(time.Minute)
		start = time.Now()
		if err := inParallel(10, remove); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took != 0 {
			t.Errorf("10 calls after a quiet minute took %s", took)
		}
	})
}

// What AWS documents may have been raised for an account.
func TestPacer_learnsARaisedRate(t *testing.T) {
	awstest.Isolate(t)
	synctest.Test(t, func(t *testing.T) {
		bucket := newBucket(100, 10)
		bucket.latency = 40 * time.Millisecond
		client := mustNew(t, testConfig(&fakeAWS{answer: bucket.answer}))
		start := time.Now()
		if err := inParallel(400, func() error { return register(t.Context(), client) }); err != nil {
			t.Fatal(err)
		}
		// 30 s are forced, 300 s would be at the documented rate. Finding the other takes time once.
		took := time.Since(start)
		if took > 90*time.Second {
			t.Errorf("took %s", took)
		}
		t.Logf("took %s, %d throttled", took, bucket.denied)
	})
}

func TestPacer_givesUpWithItsContext(t *testing.T) {
	awstest.Isolate(t)
	synctest.Test(t, func(t *testing.T) {
		bucket := newBucket(0, 0)
		client := mustNew(t, testConfig(&fakeAWS{answer: bucket.answer}))
		ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
		defer cancel()

		start := time.Now()
		err := register(ctx, client)
		if took := time.Since(start); took != 90*time.Second {
			t.Errorf("gave up after %s", took)
		}
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v, want the context's", err)
		}
		for _, part := range []string{"throttles changes of task definitions", "ThrottlingException"} {
			if err != nil && !strings.Contains(err.Error(), part) {
				t.Errorf("error %q does not say %q", err, part)
			}
		}
		// AWS documents one a second, and half of that is what it is asked while it refuses all.
		if bucket.denied < 45 || bucket.denied > 50 {
			t.Errorf("tried %d times in 90 s", bucket.denied)
		}
	})
}

func TestPacer_leavesOtherErrorsToTheSDK(t *testing.T) {
	awstest.Isolate(t)
	for _, tt := range []struct {
		name, body string
		status     int
		attempts   int
	}{
		{"fault", `{"__type":"ServerException","message":"Internal"}`, http.StatusInternalServerError, 3},
		{"client error", `{"__type":"ClientException","message":"Role is not valid"}`, http.StatusBadRequest, 1},
		{"quota", `{"__type":"LimitExceededException","message":"Too many"}`, http.StatusBadRequest, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				fake := &fakeAWS{answer: func(call) *http.Response { return awstest.JSONResponse(tt.status, tt.body) }}
				cfg := testConfig(fake)
				cfg.MaxRetries = aws.Int(3)
				client := mustNew(t, cfg)

				if err := register(t.Context(), client); err == nil {
					t.Error("no error")
				}
				if n := fake.count("RegisterTaskDefinition"); n != tt.attempts {
					t.Errorf("%d attempts, want %d", n, tt.attempts)
				}
			})
		})
	}
}
