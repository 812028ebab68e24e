package aws

import (
	"context"
	"maps"

	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// mark puts a unit's id on a part that exists and carries none, and looks again. In another process a unit
// may have done the same since this one looked, and what was written last counts: the other's id says that
// the part is the other's, and nothing else of it is touched. That other process looks as well. What AWS
// does not tell yet, it tells [stillOwn] later. More tags that say what the part is to the unit go with the
// id: whatever ends the process, an id is never there without them. The part counts as made by this process, so
// that an update which fails remembers it.
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
