package middleware

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go/middleware"
)

// Grace is how long a call under way may go on when its operation is interrupted.
const Grace = 10 * time.Second

// finisher lets a call under way end when Terraform is interrupted, and lets no other begin:
// AWS may carry out a call whose caller is gone, some time after the reads of a rollback, and
// what it created would be orphaned. The deadline of an operation stays as it is.
type finisher struct{}

// addTo puts it inside the retry loop, whose pauses end at once.
func (f finisher) addTo(stack *middleware.Stack) error {
	return stack.Finalize.Insert(f, "Retry", middleware.After)
}

// ID names the middleware in the stack.
func (finisher) ID() string { return "DockerTaskFinisher" }

// HandleFinalize sends a call unless its operation was interrupted.
func (finisher) HandleFinalize(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (
	out middleware.FinalizeOutput, metadata middleware.Metadata, err error,
) {
	if err := ctx.Err(); err != nil {
		return out, metadata, &aws.RequestCanceledError{Err: err}
	}
	attempt, end := graceful(ctx)
	defer end()
	return next.HandleFinalize(attempt, in)
}

// graceful is a context that ends with the deadline of ctx, or a grace after ctx is cancelled.
func graceful(ctx context.Context) (attempt context.Context, end context.CancelFunc) {
	attempt, cancel := context.WithCancel(context.WithoutCancel(ctx))
	if deadline, limited := ctx.Deadline(); limited {
		cancel() // in favour of the next one
		attempt, cancel = context.WithDeadline(context.WithoutCancel(ctx), deadline)
	}
	unwatch := context.AfterFunc(ctx, func() {
		select {
		case <-time.After(Grace):
			cancel()
		case <-attempt.Done():
		}
	})
	return attempt, func() {
		unwatch()
		cancel()
	}
}
