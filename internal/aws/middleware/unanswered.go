package middleware

import (
	"context"
	"fmt"
	"time"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"
	"github.com/hashicorp/aws-sdk-go-base/v2/logging"
)

const (
	// AnswerLimit is how long AWS may take to answer an attempt of a call; it answers within
	// seconds. An attempt that takes longer has silently lost its connection, and would
	// be waited for until the timeout of the operation.
	AnswerLimit = time.Minute
	// MaxUnanswered is how many attempts may stay without an answer before the call fails. Another attempt would
	// not help then; max_retries may be lower.
	MaxUnanswered = 3
)

// unanswered gives up attempts that AWS does not answer.
type unanswered struct{}

// addTo puts it inside the retry loop, and inside the pacer, which comes later to the same place:
// only AWS's own time counts. What counts the attempts of a call is outside.
func (u unanswered) addTo(stack *middleware.Stack) error {
	if err := stack.Initialize.Add(u, middleware.Before); err != nil {
		return err
	}
	return stack.Finalize.Insert(u, "Retry", middleware.After)
}

// ID names the middleware in both steps.
func (unanswered) ID() string { return "DockerTaskUnanswered" }

// attemptsKey is where the context of a call has the number of its attempts without an answer.
type attemptsKey struct{}

// HandleInitialize begins a call.
func (unanswered) HandleInitialize(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (
	out middleware.InitializeOutput, metadata middleware.Metadata, err error,
) {
	return next.HandleInitialize(middleware.WithStackValue(ctx, attemptsKey{}, new(int)), in)
}

// HandleFinalize makes an attempt.
func (unanswered) HandleFinalize(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (
	out middleware.FinalizeOutput, metadata middleware.Metadata, err error,
) {
	limited, cancel := context.WithTimeout(ctx, AnswerLimit)
	defer cancel()
	out, metadata, err = next.HandleFinalize(limited, in)
	if err == nil || limited.Err() == nil || ctx.Err() != nil {
		return out, metadata, err
	}
	attempts := 1
	if count, ok := middleware.GetStackValue(ctx, attemptsKey{}).(*int); ok {
		*count++
		attempts = *count
	}
	logging.RetrieveLogger(ctx).Warn(ctx, "AWS did not answer", map[string]any{
		"aws.operation": awsmiddleware.GetServiceID(ctx) + "." + awsmiddleware.GetOperationName(ctx),
		"attempt":       attempts,
		"limit":         AnswerLimit.String(),
	})
	return out, metadata, &unansweredError{attempts: attempts}
}

// unansweredError is an attempt without an answer. It may have taken effect.
type unansweredError struct{ attempts int }

func (e *unansweredError) Error() string {
	if e.attempts == 1 {
		return fmt.Sprintf("AWS did not answer within %s", AnswerLimit)
	}
	return fmt.Sprintf("AWS did not answer %d times, each within %s", e.attempts, AnswerLimit)
}

// RetryableError makes the SDK try again. The error does not wrap the context's, which would end the retries.
func (e *unansweredError) RetryableError() bool { return e.attempts < MaxUnanswered }
