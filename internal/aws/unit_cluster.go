package aws

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/dockertask/terraform-provider-docker/internal/cluster"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// ReadCluster reads a cluster, with its event history if it has one, at the same time; and again like [Client.ReadUnit] if
// parts are missing that were created a short time ago.
func (c *Client) ReadCluster(ctx context.Context, refs cluster.Refs, history bool, changedAt int64) (found cluster.Found, err error) {
	err = c.untilPropagated(ctx, changedAt, func() (bool, int64, error) {
		found, err = c.lookAtCluster(ctx, refs, history)
		lacks := found.Cluster == nil || history && (found.Group == nil || found.Rule == nil || found.Rule.Tags == nil || found.Rule.Target == nil)
		return lacks, 0, err
	})
	return found, err
}

func (c *Client) lookAtCluster(ctx context.Context, refs cluster.Refs, history bool) (cluster.Found, error) {
	found := cluster.Found{Lets: true}
	calls := []func() error{func() (err error) { found.Cluster, err = c.FindCluster(ctx, refs.Name); return err }}
	if history {
		calls = append(calls, c.findHistory(ctx, refs, &found)...)
	}
	return found, concurrently(ctx, calls...)
}

// clusterHolder is a cluster as the holder of its parts.
func clusterHolder(name, unitID string) Holder { return Holder{ID: unitID, Name: "cluster " + name} }

// clusterClaims are all parts of a cluster.
func (c *Client) clusterClaims(u cluster.Unit) []claim {
	claims := []claim{c.clusterClaim(u.Name)}
	if u.History != nil {
		claims = append(claims, c.logGroupClaim(u.History.Group.Name), c.ruleClaim(u.History.Rule.Name))
	}
	return claims
}

// CreateCluster creates a cluster that carries the record's id, or takes over one that exists if the unit may; and its
// event history. It refuses any other part that exists ([ExistsError]). If it fails, it removes what it created, and gives
// back what it took over; the error is a [CreateError], and the record has what may be left.
func (c *Client) CreateCluster(ctx context.Context, u cluster.Unit, rec task.Record) (_ *cluster.Observed, _ task.Record, err error) {
	by, claims := clusterHolder(u.Name, rec.ID), c.clusterClaims(u)
	c.yield(by, claims...)
	if err := c.session.holds.take(by, claims...); err != nil {
		return nil, rec, &CreateError{Err: err}
	}
	defer func() { c.session.holds.end(by, err, claims...) }()
	refs := u.Refs()
	var found *cluster.Observed // a cluster to take over
	err = retryFor(ctx, clusterPatience, isBeingDeleted, func() error {
		have, err := c.lookAtCluster(ctx, refs, u.History != nil)
		if err != nil {
			return err
		}
		var refused error
		found, refused = c.freeCluster(u, have.Cluster, rec.ID)
		return errors.Join(append(c.checkFreeHistory(refs, have, rec.ID), refused)...)
	})
	if err != nil {
		return nil, rec, &CreateError{Err: err}
	}
	var made *cluster.Observed
	calls := []func() error{func() (err error) {
		if found != nil {
			made, err = c.adoptCluster(ctx, u, found, rec.ID)
			return err
		}
		made, err = c.createCluster(ctx, u.Name, u.Settings(), withUnit(u.Tags, rec.ID))
		return err
	}}
	if u.History != nil {
		calls = append(calls, func() error { return c.createHistory(ctx, u, rec.ID) })
	}
	err = concurrently(ctx, calls...)
	wanted := u.Parts()
	wanted[0].Adopted = found != nil
	if err == nil {
		return made, rec.Of(wanted...), nil
	}
	// The timeout of the create may have passed; the rollback has its own.
	undo, cancel := context.WithTimeout(context.WithoutCancel(ctx), propagation+time.Minute)
	defer cancel()
	undos := []func() error{func() error {
		if found != nil {
			return c.giveBackCluster(undo, u, found, rec.ID)
		}
		return c.removeCluster(undo, u.Name, false, byIDOnly(rec.ID))
	}}
	if u.History != nil {
		undos = append(undos, func() error { return c.removeHistory(undo, refs, byIDOnly(rec.ID)) })
	}
	return nil, c.withPossible(rec, wanted), &CreateError{Err: err, Rollback: concurrently(undo, undos...)}
}

// freeCluster is the cluster that a create takes over; nil if it creates one. A cluster that it may not take over is
// refused.
func (c *Client) freeCluster(u cluster.Unit, have *cluster.Observed, unitID string) (*cluster.Observed, error) {
	switch {
	case have == nil:
		return nil, nil
	case have.Leaving():
		return nil, c.beingDeleted(c.clusterClaim(u.Name))
	}
	err := c.refuse(c.clusterClaim(u.Name), have.Tags, unitID)
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

// UpdateCluster reads a cluster and changes it to what it shall be; it creates what is missing. The record has what it may
// have created, also if it fails. Left are parts that it gives up and that belong to others.
func (c *Client) UpdateCluster(ctx context.Context, up ClusterUpdate) (*cluster.Observed, task.Record, []Left, error) {
	parts, left := up.Want.Parts(), &leavings{}
	was, _ := up.Record.Part(task.ClusterPart, up.Want.Name)
	made, adopted, err := c.updateCluster(ctx, up, was.Adopted, left)
	parts[0].Adopted = adopted
	if err != nil {
		return nil, c.withPossible(up.Record, parts), left.all(), err
	}
	return made, up.Record.Of(parts...), left.all(), nil
}

func (c *Client) updateCluster(ctx context.Context, up ClusterUpdate, adopted bool, left *leavings) (_ *cluster.Observed, _ bool, err error) {
	name, id, refs := up.Want.Name, up.Record.ID, up.Want.Refs()
	by, claims := clusterHolder(name, id), c.clusterClaims(up.Want)
	c.yield(by, claims...)
	have, err := c.lookAtCluster(ctx, refs, up.Want.History != nil)
	if err == nil {
		err = errors.Join(append(c.checkOwnHistory(up, refs, have), c.checkOwnCluster(up, have.Cluster))...)
	}
	if err != nil {
		return nil, adopted, err
	}
	if err := c.holdSeen(by, claims, c.tagsOfCluster(refs, have)); err != nil {
		return nil, adopted, err
	}
	defer func() { c.session.holds.end(by, err, claims...) }()
	var made *cluster.Observed
	calls := []func() error{func() (err error) {
		made, err = c.changeOrCreateCluster(ctx, up, have.Cluster, adopted)
		return err
	}}
	switch {
	case up.Want.History != nil:
		calls = append(calls, func() error { return c.updateHistory(ctx, up, have) })
	case up.Had.History != nil || mayHaveHistory(up.Record):
		calls = append(calls, func() error { return c.removeHistory(ctx, refs, owner{Record: up.Record, left: left}) })
	}
	err = concurrently(ctx, calls...)
	return made, adopted && have.Cluster != nil, err // a new one is the unit's, whatever the old one was
}

// mayHaveHistory reports whether a unit may have parts of an event history that state does not name: an update that failed
// has recorded them, and one that was killed has lost the record.
func mayHaveHistory(rec task.Record) bool {
	return rec.ChangedAt == 0 || slices.ContainsFunc(rec.Parts, func(p task.Part) bool { return p.Kind != task.ClusterPart })
}

// tagsOfCluster are the tags of the parts that were found, by their names in [holds].
func (c *Client) tagsOfCluster(refs cluster.Refs, found cluster.Found) map[string]map[string]string {
	tags := map[string]map[string]string{}
	if found.Cluster != nil {
		tags[c.clusterPart(refs.Name)] = found.Cluster.Tags
	}
	if found.Group != nil {
		tags[c.logGroupPart(refs.Group)] = found.Group.Tags
	}
	if found.Rule != nil {
		tags[c.rulePart(refs.Rule)] = found.Rule.Tags
	}
	return tags
}

// changeOrCreateCluster changes a cluster that exists, or creates it.
func (c *Client) changeOrCreateCluster(ctx context.Context, up ClusterUpdate, have *cluster.Observed, adopted bool) (*cluster.Observed, error) {
	name, id := up.Want.Name, up.Record.ID
	if have == nil {
		return c.createCluster(ctx, name, up.Want.Settings(), withUnit(up.Want.Tags, id))
	}
	change := up.Want.TagsOver(up.Rules.Comparable(have.Tags), up.Had, id, adopted)
	if err := change.CheckRoom(have.Tags); err != nil {
		return nil, fmt.Errorf("tagging cluster %s: %w", name, err)
	}
	if have.Tags[task.TagUnit] != id {
		if err := c.markCluster(ctx, name, have.ARN, id, adopted); err != nil {
			return nil, err
		}
	}
	made, err := c.changeCluster(ctx, name, have.Settings, up.Want.Over(have.Settings, up.Had, adopted))
	if err == nil && !change.Empty() {
		err = retryFor(ctx, clusterPatience, isClusterBusy, func() error { return c.tagCluster(ctx, have.ARN, change) })
	}
	if made == nil {
		made = have
	}
	return made, err
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

// DeleteCluster deletes a cluster, and waits for what still runs in it; then its event history, which has the events of
// that time, too. A cluster that is kept loses the unit's tags instead. A part that does not exist is no error; one that
// belongs to another unit stays. Left is what stays for such a reason.
func (c *Client) DeleteCluster(ctx context.Context, u cluster.Unit, keep bool, rec task.Record) (left []Left, err error) {
	own := owner{Record: rec, left: &leavings{}}
	err = c.removeCluster(ctx, u.Name, keep, own)
	if err == nil && (u.History != nil || mayHaveHistory(rec)) {
		err = c.removeHistory(ctx, u.Refs(), own)
	}
	if err == nil {
		c.session.holds.end(clusterHolder(u.Name, rec.ID), nil)
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
