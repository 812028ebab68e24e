package aws

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/dockertask/terraform-provider-docker/internal/aws/awstest"
	"github.com/dockertask/terraform-provider-docker/internal/aws/middleware"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// silentAWS leaves calls of some operations without an answer.
type silentAWS struct {
	fakeAWS
	// silent reports whether the nth call of an operation stays without one.
	silent func(operation string, nth int) bool
}

func (s *silentAWS) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := s.fakeAWS.RoundTrip(r)
	s.mu.Lock()
	operation := s.calls[len(s.calls)-1].operation
	s.mu.Unlock()
	if s.silent(operation, s.count(operation)) {
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	return response, err
}

func silentClient(t *testing.T, s *silentAWS) *Client {
	t.Helper()
	cfg := testConfig(&s.fakeAWS)
	cfg.MaxRetries, cfg.HTTPClient = aws.Int(25), &http.Client{Transport: s}
	return mustNew(t, cfg)
}

// An answer that does not come is waited for a minute, and the call is sent again.
func TestUnanswered_sentAgain(t *testing.T) {
	awstest.Isolate(t)
	synctest.Test(t, func(t *testing.T) {
		s := &silentAWS{silent: func(operation string, nth int) bool { return operation == "RegisterTaskDefinition" && nth <= 2 }}
		s.answer = func(call) *http.Response { return registered() }
		client := silentClient(t, s)
		start := time.Now()
		if err := register(t.Context(), client); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took < 2*middleware.AnswerLimit || took > 3*middleware.AnswerLimit {
			t.Errorf("took %s", took)
		}
	})
}

// One that never comes does not eat up the time of the operation: the third attempt is the last,
// and the error says what happened.
func TestUnanswered_givenUp(t *testing.T) {
	awstest.Isolate(t)
	synctest.Test(t, func(t *testing.T) {
		s := &silentAWS{silent: func(operation string, _ int) bool { return operation == "RegisterTaskDefinition" }}
		s.answer = func(call) *http.Response { return registered() }
		client := silentClient(t, s)
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Minute)
		defer cancel()
		start := time.Now()
		err := register(ctx, client)
		if err == nil || !strings.Contains(err.Error(), "AWS did not answer 3 times, each within 1m0s") {
			t.Errorf("the error is %v", err)
		}
		if took := time.Since(start); took > 4*middleware.AnswerLimit || s.count("RegisterTaskDefinition") != middleware.MaxUnanswered {
			t.Errorf("%d attempts in %s", s.count("RegisterTaskDefinition"), took)
		}
	})
}

// The limit is one for AWS, not for waiting in line.
func TestUnanswered_pacedCallsWait(t *testing.T) {
	awstest.Isolate(t)
	synctest.Test(t, func(t *testing.T) {
		bucket := newBucket(1, 1)
		client := mustNew(t, testConfig(&fakeAWS{answer: bucket.answer}))
		if err := inParallel(150, func() error { return register(t.Context(), client) }); err != nil {
			t.Fatal(err)
		}
	})
}

// Undoing a create has a time of its own, which ends where AWS does not answer either.
func TestUnanswered_rollback(t *testing.T) {
	awstest.Isolate(t)
	synctest.Test(t, func(t *testing.T) {
		s := &silentAWS{silent: func(operation string, _ int) bool { return operation != "GetCallerIdentity" }}
		s.answer = func(call) *http.Response { return registered() }
		client := silentClient(t, s)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		_, err := client.CreateUnit(ctx, task.Unit{Definition: task.Definition{Family: "transcode"}, Tags: map[string]string{}}, newRecord("id"))
		failed, ok := errors.AsType[*CreateError](err)
		if !ok || failed.Rollback == nil {
			t.Errorf("the error is %v", err)
		}
		if took := time.Since(start); took > propagation+2*time.Minute {
			t.Errorf("took %s", took)
		}
	})
}
