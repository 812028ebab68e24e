package aws

import (
	"context"
	"net/http"
	"sync/atomic"

	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// creating runs a create call and records the part as possibly created, unless AWS clearly refused: a call whose
// response was lost, or that was given up, may have taken effect all the same.
func (c *Client) creating(ctx context.Context, part string, call func(context.Context) error) error {
	_, err := c.maybeCreating(ctx, part, call)
	return err
}

// maybeCreating is [Client.creating] that reports whether the part may have been created.
func (c *Client) maybeCreating(ctx context.Context, part string, call func(context.Context) error) (may bool, err error) {
	var effect atomic.Bool
	err = call(context.WithValue(ctx, effectKey{}, &effect))
	if may = effect.Load(); may {
		c.session.recent.created(part)
	}
	return may, err
}

// effectKey is where the context of a call has whether it may have taken effect.
type effectKey struct{}

// effects sees whether a call may have taken effect. It looks at every attempt: the error of a
// call is that of the last attempt only, and AWS may refuse to repeat what it has done.
type effects struct{}

// addTo puts it where an attempt goes out: what waits for its turn has no effect. Outermost
// there, or the status of an answer that cannot be read would be lost.
func (e effects) addTo(stack *middleware.Stack) error {
	return stack.Deserialize.Add(e, middleware.Before)
}

// ID names the middleware in the stack.
func (effects) ID() string { return "DockerTaskEffects" }

// HandleDeserialize makes an attempt. Only a refusal means that nothing was created: after an internal
// error of AWS, or without a response, it is not known.
func (effects) HandleDeserialize(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (
	out middleware.DeserializeOutput, metadata middleware.Metadata, err error,
) {
	out, metadata, err = next.HandleDeserialize(ctx, in)
	response, answered := out.RawResponse.(*smithyhttp.Response)
	refused := answered && response.StatusCode >= http.StatusBadRequest && response.StatusCode < http.StatusInternalServerError
	if effect, asked := ctx.Value(effectKey{}).(*atomic.Bool); asked && !refused {
		effect.Store(true)
	}
	return out, metadata, err
}
