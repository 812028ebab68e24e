package aws

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/dockertask/terraform-provider-docker/internal/panics"
	"github.com/dockertask/terraform-provider-docker/internal/schedule"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// ScheduleRefs name the parts of a schedule: what is needed to look at them all at once.
type ScheduleRefs struct {
	Group, Name string
	Role        string // "" where it is not managed
}

func scheduleRefs(u schedule.Unit) ScheduleRefs {
	refs := ScheduleRefs{Group: u.Schedule.Group, Name: u.Schedule.Name}
	if u.Role != nil {
		refs.Role = u.Role.Name
	}
	return refs
}

// ReadSchedule looks at all parts of a schedule at once. Right after they were made it looks
// again for those that it does not see; made is as [Client.ReadUnit] has it.
func (c *Client) ReadSchedule(ctx context.Context, refs ScheduleRefs, made int64) (o schedule.Observed, err error) {
	err = c.untilPropagated(ctx, made, func() (bool, int64, error) {
		var newest int64
		o, newest, err = c.lookAtSchedule(ctx, refs)
		return o.Schedule == nil || refs.Role != "" && o.Role == nil, newest, err
	})
	return o, err
}

// lookAtSchedule reads the parts of a schedule. The second result is when the newest of them was created, in seconds since
// 1970.
func (c *Client) lookAtSchedule(ctx context.Context, refs ScheduleRefs) (o schedule.Observed, made int64, err error) {
	return c.findScheduleParts(ctx, refs, func() (*task.ObservedRole, error) {
		return c.findRole(ctx, task.RoleRef{Name: refs.Role, Policies: []string{task.InlinePolicyName}})
	})
}

// findScheduleParts is [Client.lookAtSchedule] with a way to read the role.
func (c *Client) findScheduleParts(ctx context.Context, refs ScheduleRefs, findRole func() (*task.ObservedRole, error)) (o schedule.Observed, made int64, err error) {
	calls := []func() error{
		func() error {
			out, err := c.getSchedule(ctx, refs.Group, refs.Name)
			if err == nil && out != nil {
				o.Schedule, made = observedSchedule(out, refs.Group, refs.Name), seconds(out.CreationDate)
			}
			return err
		},
	}
	if refs.Role != "" {
		calls = append(calls, func() (err error) { o.Role, err = findRole(); return err })
	}
	err = concurrently(ctx, calls...)
	if o.Role != nil {
		made = max(made, o.Role.Made)
	}
	return o, made, err
}

// CreateSchedule makes a schedule and its role, which carries the record's id. It refuses to
// make either over anything that exists ([ExistsError]). When it fails, what it made is removed
// again; the error is a [CreateError], and the record has what may be left.
func (c *Client) CreateSchedule(ctx context.Context, u schedule.Unit, rec task.Record) (_ task.Record, err error) {
	unitID := rec.ID
	by, claims := scheduleHolder(u, unitID), c.scheduleClaims(u)
	c.yield(by, claims...)
	if err := c.session.holds.take(by, claims...); err != nil {
		return rec, &CreateError{Err: err}
	}
	defer func() { c.session.holds.end(by, err, claims...) }()
	absent := false // until seen: a schedule carries no id that could tell whose it is
	calls := []func() error{
		func() error {
			err := c.checkNoSchedule(ctx, u.Schedule)
			absent = err == nil
			return err
		},
	}
	if u.Role != nil {
		calls = append(calls, func() error { return c.createScheduleRole(ctx, *u.Role, withUnit(u.Tags, unitID)) })
	}
	err = concurrently(ctx, calls...)
	tried := err == nil
	if tried {
		var made bool
		err = panics.Guard(ctx, func() (err error) {
			made, err = c.createSchedule(ctx, u.Schedule, madeBy(u, true))
			return err
		})
		if err == nil && !made {
			// There was none a moment ago, and this has made none: in another process a unit has.
			tried, err = false, c.exists(c.scheduleClaim(u.Schedule))
		}
	}
	if err == nil {
		return rec.Of(u.Parts()...), nil
	}
	// The time for the create may be up; undoing it has a time of its own.
	undo, cancel := context.WithTimeout(context.WithoutCancel(ctx), propagation+time.Minute)
	defer cancel()
	rollback := panics.Guard(undo, func() error { return c.undoSchedule(undo, u, unitID, absent && tried) })
	return c.withPossible(rec, u.Parts()), &CreateError{Err: err, Rollback: rollback}
}

// scheduleHolder is a schedule as one that holds its parts.
func scheduleHolder(u schedule.Unit, unitID string) Holder {
	return Holder{ID: unitID, Name: describeSchedule(u.Schedule)}
}

// scheduleClaims are all parts of a schedule.
func (c *Client) scheduleClaims(u schedule.Unit) []claim {
	claims := []claim{c.scheduleClaim(u.Schedule)}
	if u.Role != nil {
		claims = append(claims, roleClaim(schedule.RoleKind, u.Role.Name))
	}
	return claims
}

func (c *Client) createScheduleRole(ctx context.Context, role task.Role, tags map[string]string) error {
	if err := c.createRole(ctx, schedule.RoleKind, role, tags); err != nil {
		return err
	}
	return c.putPolicies(ctx, role)
}

// undoSchedule removes what a create made. The schedule is its own if there was none before
// and the one that is there is as it wanted it.
func (c *Client) undoSchedule(ctx context.Context, u schedule.Unit, unitID string, tried bool) error {
	if tried {
		var have *schedule.Schedule
		err := c.untilSeen(ctx, c.schedulePart(u.Schedule.Group, u.Schedule.Name), func() (_ bool, err error) {
			have, err = c.findSchedule(ctx, u.Schedule.Group, u.Schedule.Name)
			return have != nil, err
		})
		if err == nil && have != nil && have.IsAsMade(u.Schedule) {
			err = c.deleteSchedule(ctx, u.Schedule.Group, u.Schedule.Name)
		}
		if err != nil {
			return err
		}
	}
	if u.Role == nil {
		return nil
	}
	return c.deleteRole(ctx, u.Role.Name, policiesOf(*u.Role), byIDOnly(unitID))
}

// madeBy are the ARNs of the unit's role, if it was just made.
func madeBy(u schedule.Unit, justMade bool) []string {
	if u.Role == nil || !justMade {
		return nil
	}
	return []string{u.Role.ARN}
}

// ScheduleUpdate is a change of a schedule.
type ScheduleUpdate struct {
	Record task.Record
	// Had is the unit as state has it, Want as it shall be.
	Had, Want schedule.Unit
	// Seen is the role of Had as the last refresh saw it; nil if that is not known. A role that stays as it was seen is
	// not read.
	Seen *task.ObservedRole
	// Over tells that the schedule has run for the last time and deleted itself; it is not
	// made again.
	Over  bool
	Rules task.TagRules

	left *leavings
}

// UpdateSchedule brings a schedule and its role to what they shall be, from what AWS has of them now, but for a role that
// does not change: the role before the schedule that names it, an old role last. What it made has the record also where it
// fails.
func (c *Client) UpdateSchedule(ctx context.Context, up ScheduleUpdate) (rec task.Record, left []Left, err error) {
	up.left = &leavings{}
	written, err := c.updateSchedule(ctx, up)
	if err == nil {
		return up.Record.Of(up.Want.Parts()...), up.left.all(), nil
	}
	rec = c.afterFailure(ctx, up.Record, up.Had.Parts(), up.roles().parts(up.Want.Parts()))
	if written { // then there was none before, or the unit's; it may have been made anew
		part := up.Want.Schedule.Part()
		part.Confirmed = true
		rec = rec.With(part)
	}
	return rec, up.left.all(), err
}

// updateSchedule reports whether it may have written the schedule.
func (c *Client) updateSchedule(ctx context.Context, up ScheduleUpdate) (written bool, err error) {
	want := up.Want.Schedule
	by, claims := scheduleHolder(up.Want, up.Record.ID), c.scheduleClaims(up.Want)
	c.yield(by, claims...)
	refs, roleTags, read := scheduleRefs(up.Want), withUnit(up.Want.Tags, up.Record.ID), claims
	have, _, err := c.findScheduleParts(ctx, refs, func() (*task.ObservedRole, error) {
		if up.Seen != nil && up.Seen.Name == refs.Role && up.change().keepsRole(*up.Want.Role, *up.Seen, roleTags) {
			read = claims[:1] // the schedule's
			return up.Seen, nil
		}
		return c.findChangedRole(ctx, task.RoleRef{Name: refs.Role, Policies: []string{task.InlinePolicyName}}, up.Seen, up.Record.ID)
	})
	if err != nil {
		return false, err
	}
	if err := c.checkOwnSchedule(ctx, up, have.Schedule); err != nil {
		return false, err
	}
	tags := map[string]map[string]string{}
	if have.Role != nil {
		tags[rolePart(have.Role.Name)] = have.Role.Tags
	}
	if err := c.holdSeen(by, read, tags); err != nil {
		return false, err
	}
	defer func() { c.session.holds.end(by, err, claims...) }()
	defer func() {
		if r := recover(); r != nil {
			written, err = true, panics.Recovered(ctx, r)
		}
	}()
	justMade, seen := madeBy(up.Want, have.Role == nil), map[task.RoleKind]*task.ObservedRole{schedule.RoleKind: have.Role}
	if up.Want.Role != nil {
		if err := c.updateRole(ctx, up.roles(), schedule.RoleKind, have.Role, roleTags); err != nil {
			return false, errors.Join(err, c.releaseTaken(ctx, up.roles(), seen))
		}
	}
	switch {
	case have.Schedule == nil && up.Over:
	case have.Schedule == nil:
		written, err = c.createSchedule(ctx, want, justMade)
	case !have.Schedule.Equal(want):
		written, err = true, c.putSchedule(ctx, want, justMade)
	}
	if err != nil {
		return written, errors.Join(err, c.releaseTaken(ctx, up.roles(), seen))
	}
	return true, c.leaveOldScheduleRole(ctx, up)
}

// checkOwnSchedule refuses an update of a schedule that is not the unit's.
func (c *Client) checkOwnSchedule(ctx context.Context, up ScheduleUpdate, have *schedule.Schedule) error {
	if have == nil {
		return nil
	}
	part := up.Had.Schedule.Part()
	if up.Record.Confirmed(part.Kind, part.Name) && up.Want.IsWanted(*have) {
		return nil
	}
	before := schedule.Observed{Schedule: have}
	if !up.Record.Confirmed(part.Kind, part.Name) {
		var err error
		if before, _, err = c.lookAtSchedule(ctx, scheduleRefs(up.Had)); err != nil {
			return err
		}
	}
	if before.Schedule == nil || !up.Had.Owns(before, up.Record) {
		return c.exists(c.scheduleClaim(up.Want.Schedule))
	}
	return nil
}

func (up ScheduleUpdate) change() change { return change{Record: up.Record, rules: up.Rules} }

// roles is the update of the role.
func (up ScheduleUpdate) roles() roleChange {
	own := func(role *task.Role) map[task.RoleKind]task.Role {
		if role == nil {
			return nil
		}
		return map[task.RoleKind]task.Role{schedule.RoleKind: *role}
	}
	return roleChange{
		change: up.change(),
		had:    own(up.Had.Role), want: own(up.Want.Role),
		given: map[task.RoleKind]string{schedule.RoleKind: up.Had.Schedule.Target.RoleARN},
	}
}

// leaveOldScheduleRole deletes the role that a change of name left behind, now that the
// schedule runs with another, and takes the unit's tags off one that was given up for an ARN.
func (c *Client) leaveOldScheduleRole(ctx context.Context, up ScheduleUpdate) error {
	had, want := up.Had.Role, up.Want.Role
	own := owner{Record: up.Record, left: up.left}
	orphans := up.Record.Orphans(slices.Concat(up.Had.Parts(), up.Want.Parts()))
	calls := []func() error{func() error { return c.deleteOrphans(ctx, orphans, own) }}
	switch {
	case had == nil || want != nil && want.Name == had.Name:
	case want != nil:
		calls = append(calls, func() error { return c.deleteRole(ctx, had.Name, policiesOf(*had), own) })
	default:
		calls = append(calls, func() error { return c.releaseRole(ctx, had.Name, up.Record.ID) })
	}
	return concurrently(ctx, calls...)
}

// DeleteSchedule removes a schedule, and then its role, so that Scheduler never runs it without
// one. Parts that are gone are fine. A role that carries another unit's id is left alone, and so
// is a schedule that runs with it: it is that unit's. A schedule that is not the unit's stays too.
// Left is what stays for one of these reasons.
func (c *Client) DeleteSchedule(ctx context.Context, u schedule.Unit, rec task.Record) (left []Left, err error) {
	own := owner{Record: rec, left: &leavings{}}
	if err = c.removeSchedule(ctx, u, own); err == nil {
		err = c.deleteOrphans(ctx, rec.Orphans(u.Parts()), own)
	}
	if err == nil {
		c.session.holds.end(scheduleHolder(u, rec.ID), nil)
	}
	return own.left.all(), err
}

func (c *Client) removeSchedule(ctx context.Context, u schedule.Unit, own owner) error {
	refs := scheduleRefs(u)
	all, _, err := c.findScheduleParts(ctx, refs, func() (*task.ObservedRole, error) { return c.getRole(ctx, refs.Role) })
	if err != nil {
		return err
	}
	have, _ := all.Of(u, own.Record)
	foreign := have.Role != nil && !own.Owns(task.RolePart, have.Role.Name, have.Role.Tags)
	switch runsWithIt := foreign && have.Schedule != nil && have.Schedule.Target.RoleARN == have.Role.ARN; {
	case runsWithIt:
		own.left.add(describeSchedule(u.Schedule), "it runs with role "+u.Role.Name+", which stays")
	case have.Schedule != nil:
		if err := c.deleteSchedule(ctx, u.Schedule.Group, u.Schedule.Name); err != nil {
			return err
		}
	case all.Schedule != nil:
		own.left.add(describeSchedule(u.Schedule), "it is not the one that this unit made: it was made at another time or for another role")
	}
	if all.Role == nil {
		return nil
	}
	return c.deleteSeenRole(ctx, all.Role, policiesOf(*u.Role), own)
}
