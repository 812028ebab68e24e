package awsapi

import (
	"context"
	"fmt"

	"github.com/aws/smithy-go/middleware"

	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// where is [arn.Place.Where] of the client's place.
func (c *Client) where(global bool) string { return c.Place().Where(global) }

// exists refuses a part that exists.
func (c *Client) exists(part claim) *ExistsError {
	return &ExistsError{Kind: part.kind, Name: part.name, Part: part.called, where: c.where(part.global)}
}

// owned refuses a part that carries the id of another unit, by its tags.
func (c *Client) owned(part claim, tags map[string]string) *ExistsError {
	refused := c.exists(part)
	refused.Owned, refused.By = true, tags[task.TagUnit]
	return refused
}

// leaving refuses a part that exists by one answer and is missing by another.
func (c *Client) leaving(part claim) *ExistsError {
	refused := c.exists(part)
	refused.leaving = true
	return refused
}

// placed puts the place of a call into its error: what is missing, exists or cannot be read in one region
// may be another thing in the next.
type placed struct {
	// where is that of [Client.where].
	where string
}

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
