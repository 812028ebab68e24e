package aws

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/dockertask/terraform-provider-docker/internal/cluster"
	"github.com/dockertask/terraform-provider-docker/internal/panics"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// ReadCluster reads a cluster, and again like [Client.ReadUnit] if it is missing and was created a short time ago.
func (c *Client) ReadCluster(ctx context.Context, name string, changedAt int64) (o *cluster.Observed, err error) {
	err = c.untilPropagated(ctx, changedAt, func() (bool, int64, error) {
		o, err = c.FindCluster(ctx, name)
		return o == nil, 0, err
	})
	return o, err
}

// clusterHolder is a cluster as the holder of its parts.
func clusterHolder(name, unitID string) Holder { return Holder{ID: unitID, Name: "cluster " + name} }

// CreateCluster creates a cluster that carries the record's id, or takes over one that exists if the unit may. It
// refuses any other that exists ([ExistsError]). If it fails, it removes what it created, and gives back what it took
// over; the error is a [CreateError], and the record has what may be left.
func (c *Client) CreateCluster(ctx context.Context, u cluster.Unit, rec task.Record) (_ *cluster.Observed, _ task.Record, err error) {
	by, part := clusterHolder(u.Name, rec.ID), c.clusterClaim(u.Name)
	c.yield(by, part)
	if err := c.session.holds.take(by, part); err != nil {
		return nil, rec, &CreateError{Err: err}
	}
	defer func() { c.session.holds.end(by, err, part) }()
	var found *cluster.Observed // a cluster to take over
	err = retryFor(ctx, clusterPatience, isBeingDeleted, func() error {
		found, err = c.findFreeCluster(ctx, u, rec.ID)
		return err
	})
	if err != nil {
		return nil, rec, &CreateError{Err: err}
	}
	var made *cluster.Observed
	err = panics.Guard(ctx, func() (err error) {
		if found != nil {
			made, err = c.adoptCluster(ctx, u, found, rec.ID)
			return err
		}
		made, err = c.createCluster(ctx, u.Name, u.Settings(), withUnit(u.Tags, rec.ID))
		return err
	})
	wanted := u.Part()
	wanted.Adopted = found != nil
	if err == nil {
		return made, rec.Of(wanted), nil
	}
	// The timeout of the create may have passed; the rollback has its own.
	undo, cancel := context.WithTimeout(context.WithoutCancel(ctx), propagation+time.Minute)
	defer cancel()
	rollback := panics.Guard(undo, func() error {
		if found != nil {
			return c.giveBackCluster(undo, u, found, rec.ID)
		}
		return c.removeCluster(undo, u.Name, false, byIDOnly(rec.ID))
	})
	return nil, c.withPossible(rec, []task.Part{wanted}), &CreateError{Err: err, Rollback: rollback}
}

// findFreeCluster finds the cluster that a create takes over; nil if it creates one. It refuses a cluster that it may not
// take over.
func (c *Client) findFreeCluster(ctx context.Context, u cluster.Unit, unitID string) (*cluster.Observed, error) {
	have, err := c.FindCluster(ctx, u.Name)
	switch {
	case err != nil || have == nil:
		return nil, err
	case have.Leaving():
		return nil, c.beingDeleted(c.clusterClaim(u.Name))
	}
	err = c.refuse(c.clusterClaim(u.Name), have.Tags, unitID)
	if refused, ok := errors.AsType[*ExistsError](err); ok && u.Adopt && !refused.Owned && !refused.leaving {
		return have, nil
	}
	return nil, err
}

// adoptCluster takes over a cluster that carries no id of a unit.
func (c *Client) adoptCluster(ctx context.Context, u cluster.Unit, found *cluster.Observed, unitID string) (*cluster.Observed, error) {
	change := u.TagsOver(found.Tags, cluster.Unit{}, unitID, true)
	if err := change.CheckRoom(found.Tags); err != nil {
		return nil, fmt.Errorf("tagging cluster %s: %w", u.Name, err)
	}
	if err := c.markCluster(ctx, u.Name, found.ARN, unitID, true); err != nil {
		return nil, err
	}
	made, err := c.changeCluster(ctx, u.Name, found.Settings, u.Over(found.Settings, cluster.Unit{}, true))
	if err == nil && len(u.Tags) > 0 {
		err = retryFor(ctx, clusterPatience, isClusterBusy, func() error { return c.tagCluster(ctx, found.ARN, task.ChangeTags(nil, u.Tags)) })
	}
	if err == nil {
		err = c.stillOwn(c.clusterClaim(u.Name), unitID, c.clusterTags(ctx, u.Name))
	}
	if made == nil {
		made = found
	}
	return made, err
}

// markCluster puts the unit's id on a cluster that exists, with the tag of one that was taken over.
func (c *Client) markCluster(ctx context.Context, name, arn, unitID string, adopted bool) error {
	var more map[string]string
	if adopted {
		more = map[string]string{task.TagAdopted: "true"}
	}
	return c.mark(ctx, c.clusterClaim(name), unitID, more,
		func(ctx context.Context, id task.TagChange) error { return c.tagCluster(ctx, arn, id) }, c.clusterTags(ctx, name))
}

func (c *Client) clusterTags(ctx context.Context, name string) func() (map[string]string, error) {
	return func() (map[string]string, error) {
		o, err := c.FindCluster(ctx, name)
		if err != nil || o == nil {
			return nil, err
		}
		return o.Tags, nil
	}
}

// giveBackCluster undoes that a cluster was taken over: it has the settings and tags of before then.
func (c *Client) giveBackCluster(ctx context.Context, u cluster.Unit, found *cluster.Observed, unitID string) error {
	have, err := c.FindCluster(ctx, u.Name)
	if err != nil || have == nil || have.Tags[task.TagUnit] != unitID {
		return err
	}
	if _, err := c.changeCluster(ctx, u.Name, have.Settings, found.Settings); err != nil {
		return err
	}
	ours, before := withUnit(u.Tags, unitID), map[string]string{}
	ours[task.TagAdopted] = "true"
	maps.Copy(before, found.Tags)
	change := task.ChangeTags(have.Tags, before)
	maps.DeleteFunc(change.Set, func(key, _ string) bool { _, set := ours[key]; return !set })
	change.Remove = only(change.Remove, ours)
	return retryFor(ctx, clusterPatience, isClusterBusy, func() error { return c.tagCluster(ctx, have.ARN, change) })
}

// ClusterUpdate is a change of a cluster.
type ClusterUpdate struct {
	Record task.Record
	// Had is the unit as state has it, Want as it shall be.
	Had, Want cluster.Unit
	Rules     task.TagRules
}

// UpdateCluster reads a cluster and changes it to what it shall be; it creates one that is missing. The record has what it
// may have created, also if it fails.
func (c *Client) UpdateCluster(ctx context.Context, up ClusterUpdate) (*cluster.Observed, task.Record, error) {
	part, _ := up.Record.Part(task.ClusterPart, up.Want.Name)
	made, adopted, err := c.updateCluster(ctx, up, part.Adopted)
	part.Adopted = adopted
	if err != nil {
		return nil, c.withPossible(up.Record, []task.Part{part}), err
	}
	return made, up.Record.Of(part), nil
}

func (c *Client) updateCluster(ctx context.Context, up ClusterUpdate, adopted bool) (_ *cluster.Observed, _ bool, err error) {
	name, id := up.Want.Name, up.Record.ID
	by, part := clusterHolder(name, id), c.clusterClaim(name)
	c.yield(by, part)
	have, err := c.FindCluster(ctx, name)
	if err == nil {
		err = c.checkOwnCluster(up, have)
	}
	if err != nil {
		return nil, adopted, err
	}
	tags := map[string]map[string]string{}
	if have != nil {
		tags[part.part] = have.Tags
	}
	if err := c.holdSeen(by, []claim{part}, tags); err != nil {
		return nil, adopted, err
	}
	defer func() { c.session.holds.end(by, err, part) }()
	if have == nil { // a new one is the unit's, whatever the old one was
		made, err := c.createCluster(ctx, name, up.Want.Settings(), withUnit(up.Want.Tags, id))
		return made, false, err
	}
	change := up.Want.TagsOver(up.Rules.Comparable(have.Tags), up.Had, id, adopted)
	if err := change.CheckRoom(have.Tags); err != nil {
		return nil, adopted, fmt.Errorf("tagging cluster %s: %w", name, err)
	}
	if have.Tags[task.TagUnit] != id {
		if err := c.markCluster(ctx, name, have.ARN, id, adopted); err != nil {
			return nil, adopted, err
		}
	}
	made, err := c.changeCluster(ctx, name, have.Settings, up.Want.Over(have.Settings, up.Had, adopted))
	if err == nil && !change.Empty() {
		err = retryFor(ctx, clusterPatience, isClusterBusy, func() error { return c.tagCluster(ctx, have.ARN, change) })
	}
	if made == nil {
		made = have
	}
	return made, adopted, err
}

// checkOwnCluster refuses a cluster that does not belong to the unit, before anything is changed.
func (c *Client) checkOwnCluster(up ClusterUpdate, have *cluster.Observed) error {
	switch {
	case have == nil:
		return nil
	case have.Leaving():
		return c.beingDeleted(c.clusterClaim(up.Want.Name))
	case up.Record.Owns(task.ClusterPart, up.Want.Name, have.Tags):
		return nil
	case task.Foreign(have.Tags, up.Record.ID):
		return c.owned(c.clusterClaim(up.Want.Name), have.Tags)
	}
	return c.exists(c.clusterClaim(up.Want.Name))
}

// DeleteCluster deletes a cluster, and waits for what still runs in it. One that is kept loses the unit's tags instead. A
// cluster that does not exist is no error; one that belongs to another unit stays. Left is what stays for such a reason.
func (c *Client) DeleteCluster(ctx context.Context, name string, keep bool, rec task.Record) (left []Left, err error) {
	own := owner{Record: rec, left: &leavings{}}
	if err = c.removeCluster(ctx, name, keep, own); err == nil {
		c.session.holds.end(clusterHolder(name, rec.ID), nil)
	}
	return own.left.all(), err
}

func (c *Client) removeCluster(ctx context.Context, name string, keep bool, own owner) error {
	var have *cluster.Observed
	err := c.untilSeen(ctx, c.clusterPart(name), func() (_ bool, err error) {
		have, err = c.FindCluster(ctx, name)
		return have != nil, err
	})
	switch {
	case err != nil || have == nil:
		return err
	case !own.Owns(task.ClusterPart, name, have.Tags):
		own.leaves(c.clusterClaim(name).called, have.Tags)
		return nil
	}
	if part, _ := own.Part(task.ClusterPart, name); !keep && have.IsAdopted() && !part.Adopted {
		// Others can write the tag: to keep a cluster does less harm than to delete one.
		own.left.add(c.clusterClaim(name).called, "it has the tag "+task.TagAdopted+", which protects a cluster from deletion, and this unit has no record that it wrote that tag")
		keep = true
	}
	if !keep {
		return c.deleteCluster(ctx, name, have.Tags)
	}
	change := task.TagChange{Remove: unitTags(have.Tags)}
	return retryFor(ctx, clusterPatience, isClusterBusy, func() error { return c.tagCluster(ctx, have.ARN, change) })
}

// only are the keys that a map has.
func only(keys []string, in map[string]string) []string {
	var out []string
	for _, key := range keys {
		if _, has := in[key]; has {
			out = append(out, key)
		}
	}
	return out
}
