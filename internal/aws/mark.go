package aws

import (
	"context"
	"maps"

	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// mark writes a unit's id on a part that exists and carries none, and reads it again. A unit of another process
// may have done the same since the first read, and the last write counts: with the id of another unit, the part
// belongs to that unit and is not changed any further. The other process reads again as well. An id that does
// not show yet is found by [stillOwn] later. Further tags about the part are written in the same call as the
// id, so that an id is never there without them. The part counts as created by this process, so that an update
// which fails records it.
func (c *Client) mark(ctx context.Context, part claim, unitID string, more map[string]string, tag func(context.Context, task.TagChange) error, tags func() (map[string]string, error)) error {
	id := task.TagChange{Set: map[string]string{task.TagUnit: unitID}}
	maps.Copy(id.Set, more)
	err := retryWhile(ctx, isBusy, func() error {
		return c.creating(ctx, part.part, func(ctx context.Context) error { return tag(ctx, id) })
	})
	if err != nil {
		return wrapError(err, "tagging "+part.called)
	}
	return c.stillOwn(part, unitID, tags)
}

// stillOwn refuses a part that was marked and carries another unit's id by now.
func (c *Client) stillOwn(part claim, unitID string, tags func() (map[string]string, error)) error {
	have, err := tags()
	if err == nil && task.Foreign(have, unitID) {
		return c.owned(part, have)
	}
	return err
}
