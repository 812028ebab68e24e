package middleware

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"

	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// MaxUnreached is how many attempts to reach an endpoint may fail before the call does.
const MaxUnreached = 3

// unreachable gives up calls to an endpoint that cannot be reached and never was: a mistyped
// region or URL, or no network. The default of 25 attempts would take minutes to say so. An endpoint
// that has answered before is tried as often as any call is.
type unreachable struct{ reached *sync.Map }

func newUnreachable() unreachable { return unreachable{new(sync.Map)} }

// addTo puts it inside the retry loop, as [unanswered].
func (u unreachable) addTo(stack *middleware.Stack) error {
	if err := stack.Initialize.Add(u, middleware.Before); err != nil {
		return err
	}
	return stack.Finalize.Insert(u, "Retry", middleware.After)
}

// ID names the middleware in both steps.
func (unreachable) ID() string { return "DockerTaskUnreachable" }

// unreachedKey is where the context of a call has the number of its attempts that reached nothing.
type unreachedKey struct{}

// HandleInitialize begins a call.
func (unreachable) HandleInitialize(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (
	out middleware.InitializeOutput, metadata middleware.Metadata, err error,
) {
	return next.HandleInitialize(middleware.WithStackValue(ctx, unreachedKey{}, new(int)), in)
}

// HandleFinalize makes an attempt.
func (u unreachable) HandleFinalize(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (
	out middleware.FinalizeOutput, metadata middleware.Metadata, err error,
) {
	out, metadata, err = next.HandleFinalize(ctx, in)
	request, ok := in.Request.(*smithyhttp.Request)
	if !ok || request.URL == nil {
		return out, metadata, err
	}
	endpoint := request.URL.Scheme + "://" + request.URL.Host
	dial, failed := errors.AsType[*net.OpError](err)
	if !failed || dial.Op != "dial" && dial.Op != "proxyconnect" {
		if _, answered := errors.AsType[*smithyhttp.ResponseError](err); err == nil || answered && !failed {
			u.reached.Store(endpoint, true)
		}
		return out, metadata, err
	}
	count, counted := middleware.GetStackValue(ctx, unreachedKey{}).(*int)
	if _, reached := u.reached.Load(endpoint); reached || !counted {
		return out, metadata, err
	}
	// The SDK does not retry a host name that does not exist.
	unknown, named := errors.AsType[*net.DNSError](err)
	if *count++; *count < MaxUnreached && !(named && unknown.IsNotFound) {
		return out, metadata, err
	}
	return out, metadata, &UnreachableError{Endpoint: endpoint, attempts: *count, Err: err, Cause: dial}
}

// UnreachableError is a call to an endpoint that could not be reached. It did not take effect.
type UnreachableError struct {
	Endpoint string
	attempts int
	Err      error
	Cause    *net.OpError
}

func (e *UnreachableError) Error() string {
	attempts := ""
	if e.attempts > 1 {
		attempts = fmt.Sprintf(" in %d attempts", e.attempts)
	}
	return fmt.Sprintf("%s could not be reached%s (%s): check the network, the region, endpoints of the provider block, AWS_ENDPOINT_URL and its like, and the proxies",
		e.Endpoint, attempts, e.Cause)
}

func (e *UnreachableError) Unwrap() error { return e.Err }

// RetryableError ends the retries.
func (*UnreachableError) RetryableError() bool { return false }
