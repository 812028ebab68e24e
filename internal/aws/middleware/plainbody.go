package middleware

import (
	"context"
	"fmt"
	"io"

	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// PlainBody is an API option of the SDK's: the body of each request can be read, and nothing else.
//
// The SDK closes the body as soon as the answer is there; one that writes itself (io.WriterTo) says
// io.EOF from then on. net/http, which may be looking just then whether the body is longer than it
// said, takes that for an error and closes the connection: the answer is lost, and the call made once
// more. A closed body that is read has come to its end.
func PlainBody(stack *middleware.Stack) error {
	return stack.Build.Add(plainBody{}, middleware.After) // behind all that describe the body
}

type plainBody struct{}

// ID names the middleware in the stack.
func (plainBody) ID() string { return "DockerTaskPlainBody" }

// HandleBuild takes from the body what it can do besides.
func (plainBody) HandleBuild(ctx context.Context, in middleware.BuildInput, next middleware.BuildHandler) (
	out middleware.BuildOutput, metadata middleware.Metadata, err error,
) {
	if request, ok := in.Request.(*smithyhttp.Request); ok {
		if body, ok := request.GetStream().(io.ReadSeeker); ok {
			plain, err := request.SetStream(struct{ io.ReadSeeker }{body})
			if err != nil {
				return out, metadata, fmt.Errorf("request body: %w", err)
			}
			in.Request = plain
		}
	}
	return next.HandleBuild(ctx, in)
}
