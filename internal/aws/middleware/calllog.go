package middleware

import (
	"context"
	"time"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/hashicorp/aws-sdk-go-base/v2/logging"
)

// callLog logs every attempt of every call: what was called, where, how it ended and how
// long it took. It takes the place of aws-sdk-go-base's, which also logs bodies; and which,
// as of v2.0.0-beta.74, gives the buffer of a request's body back to a pool before the
// request is sent, so that calls made at once send each other's bodies.
type callLog struct{}

// addTo puts it innermost, next to the wire: what the retryer sees, it sees.
func (l callLog) addTo(stack *middleware.Stack) error {
	return stack.Deserialize.Add(l, middleware.After)
}

// ID names the middleware.
func (callLog) ID() string { return "DockerTaskCallLog" }

// HandleDeserialize logs an attempt.
func (callLog) HandleDeserialize(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (
	out middleware.DeserializeOutput, metadata middleware.Metadata, err error,
) {
	start := time.Now()
	out, metadata, err = next.HandleDeserialize(ctx, in)
	fields := map[string]any{
		"aws.operation":    awsmiddleware.GetServiceID(ctx) + "." + awsmiddleware.GetOperationName(ctx),
		"aws.region":       awsmiddleware.GetRegion(ctx),
		"http.duration_ms": time.Since(start).Milliseconds(),
	}
	if request, ok := in.Request.(*smithyhttp.Request); ok {
		fields["http.host"] = request.URL.Host
	}
	if response, ok := out.RawResponse.(*smithyhttp.Response); ok {
		fields["http.status"] = response.StatusCode
		fields["aws.request_id"] = response.Header.Get("X-Amzn-Requestid")
	}
	if err != nil {
		fields["error"] = err.Error() // of the connection: AWS's own errors are read further out
	}
	logging.RetrieveLogger(ctx).Debug(ctx, "AWS call", fields)
	return out, metadata, err
}
