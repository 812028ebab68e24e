package aws

import (
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

// beingDeleted refuses a part that exists by one answer and is missing by another.
func (c *Client) beingDeleted(part claim) *ExistsError {
	refused := c.exists(part)
	refused.leaving = true
	return refused
}
