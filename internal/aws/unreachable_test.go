package aws

import (
	"errors"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/dockertask/terraform-provider-docker/internal/aws/awstest"
	"github.com/dockertask/terraform-provider-docker/internal/aws/connection"
	"github.com/dockertask/terraform-provider-docker/internal/aws/middleware"
)

// unreachableAWS cannot be reached by the calls of some operations.
type unreachableAWS struct {
	fakeAWS
	// gone reports whether the nth call of an operation does not get there.
	gone func(operation string, nth int) bool
	why  error
}

// refused is what a computer says that does not listen, noHost what DNS says of an unknown name.
var (
	refused = &os.SyscallError{Syscall: "connect", Err: syscall.ECONNREFUSED}
	noHost  = &net.DNSError{Err: "no such host", Name: "ecs", IsNotFound: true}
)

func (u *unreachableAWS) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := u.fakeAWS.RoundTrip(r)
	u.mu.Lock()
	operation := u.calls[len(u.calls)-1].operation
	u.mu.Unlock()
	if u.gone(operation, u.count(operation)) {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: u.why}
	}
	return response, err
}

func (u *unreachableAWS) config() connection.Config {
	cfg := testConfig(&u.fakeAWS)
	cfg.MaxRetries, cfg.HTTPClient = aws.Int(25), &http.Client{Transport: u}
	return cfg
}

// An endpoint that cannot be reached is tried three times, and the error names it.
func TestUnreachable_givenUp(t *testing.T) {
	awstest.Isolate(t)
	synctest.Test(t, func(t *testing.T) {
		u := &unreachableAWS{why: refused, gone: func(operation string, _ int) bool { return operation == "RegisterTaskDefinition" }}
		u.answer = func(call) *http.Response { return registered() }
		client := mustNew(t, u.config())
		start := time.Now()
		err := register(t.Context(), client)
		if err == nil || !strings.Contains(err.Error(), "https://ecs."+awstest.Region+".amazonaws.com could not be reached in 3 attempts") ||
			!strings.Contains(err.Error(), "connection refused") {
			t.Errorf("the error is %v", err)
		}
		if took := time.Since(start); took > 10*time.Second || u.count("RegisterTaskDefinition") != middleware.MaxUnreached {
			t.Errorf("%d attempts in %s", u.count("RegisterTaskDefinition"), took)
		}
	})
}

// A host name that does not exist is not retried.
func TestUnreachable_noSuchHost(t *testing.T) {
	awstest.Isolate(t)
	synctest.Test(t, func(t *testing.T) {
		u := &unreachableAWS{why: noHost, gone: func(operation string, _ int) bool { return operation == "RegisterTaskDefinition" }}
		client := mustNew(t, u.config())
		err := register(t.Context(), client)
		if err == nil || !strings.Contains(err.Error(), "https://ecs."+awstest.Region+".amazonaws.com could not be reached (dial tcp: lookup ecs: no such host): check") {
			t.Errorf("the error is %v", err)
		}
		if n := u.count("RegisterTaskDefinition"); n != 1 {
			t.Errorf("%d attempts", n)
		}
	})
}

// So it is when the provider is configured.
func TestUnreachable_configured(t *testing.T) {
	awstest.Isolate(t)
	synctest.Test(t, func(t *testing.T) {
		u := &unreachableAWS{why: refused, gone: func(string, int) bool { return true }}
		client, diags := New(t.Context(), u.config())
		if client != nil || len(diags) != 1 || !strings.Contains(diags[0].Detail, "https://sts."+awstest.Region+".amazonaws.com could not be reached in 3 attempts") {
			t.Errorf("%v", diags)
		}
		if n := u.count("GetCallerIdentity"); n != middleware.MaxUnreached {
			t.Errorf("%d attempts", n)
		}
	})
}

// One that has answered before is tried on: the network may be gone for a moment in a long apply.
func TestUnreachable_reachedBefore(t *testing.T) {
	awstest.Isolate(t)
	synctest.Test(t, func(t *testing.T) {
		u := &unreachableAWS{why: refused, gone: func(operation string, nth int) bool {
			return operation == "RegisterTaskDefinition" && nth > 1 && nth <= 6
		}}
		u.answer = func(call) *http.Response { return registered() }
		client := mustNew(t, u.config())
		for range 2 {
			if err := register(t.Context(), client); err != nil {
				t.Fatal(err)
			}
		}
		if n := u.count("RegisterTaskDefinition"); n != 7 {
			t.Errorf("%d attempts", n)
		}
	})
}

// A request that was never sent has had no effect, and the error says so.
func TestUnreachable_isNoAnswer(t *testing.T) {
	err := error(&middleware.UnreachableError{Endpoint: "https://x", Err: errors.New("send failed"), Cause: &net.OpError{Op: "dial", Err: errors.New("refused")}})
	if isThrottled(err) || isBusy(err) || isMissingRole(err) {
		t.Error("taken for an answer")
	}
}
