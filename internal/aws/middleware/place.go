package middleware

import (
	"context"
	"fmt"

	"github.com/aws/smithy-go/middleware"
)

// addTo puts it outside of the retry loop.
func (p placed) addTo(stack *middleware.Stack) error {
	return stack.Initialize.Add(p, middleware.After)
}

// ID names the middleware in the stack.
func (placed) ID() string { return "DockerTaskPlaced" }

// HandleInitialize calls. The error reads "operation error ECS: DescribeClusters, in eu-west-1: …".
func (p placed) HandleInitialize(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (
	out middleware.InitializeOutput, metadata middleware.Metadata, err error,
) {
	out, metadata, err = next.HandleInitialize(ctx, in)
	if err != nil && p.where != "" {
		err = fmt.Errorf("%s: %w", p.where[1:], err)
	}
	return out, metadata, err
}

// placed puts the place of a call into its error: what is missing, exists or cannot be read in one region
// may be another thing in the next.
type placed struct {
	// where is that of [Client.where].
	where string
}
