package middleware

import (
	"context"

	"github.com/aws/smithy-go/middleware"
)

// urlHiding takes the passwords of endpoints and proxies out of the errors of calls: those of
// the environment and of profiles are parsed when a call is made.
type urlHiding struct{ hide func(string) string }

// addTo puts it outermost.
func (h urlHiding) addTo(stack *middleware.Stack) error {
	return stack.Initialize.Add(h, middleware.Before)
}

// ID names the middleware.
func (urlHiding) ID() string { return "DockerTaskURLHiding" }

// HandleInitialize calls, and hides.
func (h urlHiding) HandleInitialize(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (
	out middleware.InitializeOutput, metadata middleware.Metadata, err error,
) {
	out, metadata, err = next.HandleInitialize(ctx, in)
	if err != nil {
		if text := h.hide(err.Error()); text != err.Error() {
			err = &hiddenError{cause: err, text: text}
		}
	}
	return out, metadata, err
}
