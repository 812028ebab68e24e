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

// ScheduleRefs name the parts of a schedule.
type ScheduleRefs struct {
	Group, Name string
	Role        string // "" if it is not managed
}

func scheduleRefs(u schedule.Unit) ScheduleRefs {
	refs := ScheduleRefs{Group: u.Schedule.Group, Name: u.Schedule.Name}
	if u.Role != nil {
		refs.Role = u.Role.Name
	}
	return refs
}

// ReadSchedule reads all parts of a schedule at the same time, and again like [Client.ReadUnit] if parts are missing that
// were created a short time ago.
func (c *Client) ReadSchedule(ctx context.Context, refs ScheduleRefs, changedAt int64) (o schedule.Observed, err error) {
	err = c.untilPropagated(ctx, changedAt, func() (bool, int64, error) {
		var newest int64
		o, newest, err = c.lookAtSchedule(ctx, refs)
		return o.Schedule == nil || refs.Role != "" && o.Role == nil, newest, err
	})
	return o, err
}

// lookAtSchedule reads the parts of a schedule. The second result is when the newest of them was created, in seconds since
// 1970.
func (c *Client) lookAtSchedule(ctx context.Context, refs ScheduleRefs) (o schedule.Observed, created int64, err error) {
	return c.findScheduleParts(ctx, refs, func() (*task.ObservedRole, error) {
		return c.findRole(ctx, task.RoleRef{Name: refs.Role, Policies: []string{task.InlinePolicyName}})
	})
}

// findScheduleParts is [Client.lookAtSchedule] with a way to read the role.
func (c *Client) findScheduleParts(ctx context.Context, refs ScheduleRefs, findRole func() (*task.ObservedRole, error)) (o schedule.Observed, created int64, err error) {
	calls := []func() error{
		func() error {
			out, err := c.getSchedule(ctx, refs.Group, refs.Name)
			if err == nil && out != nil {
				o.Schedule, created = observedSchedule(out, refs.Group, refs.Name), seconds(out.CreationDate)
			}
			return err
		},
	}
	if refs.Role != "" {
		calls = append(calls, func() (err error) { o.Role, err = findRole(); return err })
	}
	err = concurrently(ctx, calls...)
	if o.Role != nil {
		created = max(created, o.Role.Created)
	}
	return o, created, err
}

// CreateSchedule creates a schedule and its role, which carries the record's id. It refuses a schedule or role that exists
// ([ExistsError]). If it fails, it removes what it created; the error is a [CreateError], and the record has what may be
// left.
func (c *Client) CreateSchedule(ctx context.Context, u schedule.Unit, rec task.Record) (_ task.Record, err error) {
	unitID := rec.ID
	by, claims := scheduleHolder(u, unitID), c.scheduleClaims(u)
	c.yield(by, claims...)
	if err := c.session.holds.take(by, claims...); err != nil {
		return rec, &CreateError{Err: err}
	}
	defer func() { c.session.holds.end(by, err, claims...) }()
	absent := false // until a read shows it: a schedule has no tags, so no id names its owner
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
		var created bool
		err = panics.Guard(ctx, func() (err error) {
			created, err = c.createSchedule(ctx, u.Schedule, createdRoles(u, true))
			return err
		})
		if err == nil && !created {
			// There was none a moment ago, and this call created none: another process has.
			tried, err = false, c.exists(c.scheduleClaim(u.Schedule))
		}
	}
	if err == nil {
		return rec.Of(u.Parts()...), nil
	}
	// The timeout of the create may have passed; the rollback has its own.
	undo, cancel := context.WithTimeout(context.WithoutCancel(ctx), propagation+time.Minute)
	defer cancel()
	rollback := panics.Guard(undo, func() error { return c.undoSchedule(undo, u, unitID, absent && tried) })
	return c.withPossible(rec, u.Parts()), &CreateError{Err: err, Rollback: rollback}
}

// scheduleHolder is a schedule as the holder of its parts.
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

// undoSchedule removes what a create has created. A schedule belongs to the create if there was none before and it is as
// the create wanted it.
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

// createdRoles has the ARN of the unit's role, if it was just created.
func createdRoles(u schedule.Unit, justCreated bool) []string {
	if u.Role == nil || !justCreated {
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
	// Over reports whether the schedule has run for the last time and deleted itself. It is not created again.
	Over  bool
	Rules task.TagRules

	left *leavings
}

// UpdateSchedule changes a schedule and its role to what they shall be. It reads the schedule, and the role if it changes.
// It changes the role before the schedule that names it, and deletes an old role last. The record has what it may have
// created, also if it fails.
func (c *Client) UpdateSchedule(ctx context.Context, up ScheduleUpdate) (rec task.Record, left []Left, err error) {
	up.left = &leavings{}
	written, err := c.updateSchedule(ctx, up)
	if err == nil {
		return up.Record.Of(up.Want.Parts()...), up.left.all(), nil
	}
	rec = c.afterFailure(ctx, up.Record, up.Had.Parts(), up.roles().parts(up.Want.Parts()))
	if written { // then there was none before, or the unit's; it may have been created again
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
	justCreated, seen := createdRoles(up.Want, have.Role == nil), map[task.RoleKind]*task.ObservedRole{schedule.RoleKind: have.Role}
	if up.Want.Role != nil {
		if err := c.updateRole(ctx, up.roles(), schedule.RoleKind, have.Role, roleTags); err != nil {
			return false, errors.Join(err, c.releaseAdopted(ctx, up.roles(), seen))
		}
	}
	switch {
	case have.Schedule == nil && up.Over:
	case have.Schedule == nil:
		written, err = c.createSchedule(ctx, want, justCreated)
	case !have.Schedule.Equal(want):
		written, err = true, c.putSchedule(ctx, want, justCreated)
	}
	if err != nil {
		return written, errors.Join(err, c.releaseAdopted(ctx, up.roles(), seen))
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

// leaveOldScheduleRole deletes a role that a change of name has replaced: the schedule runs with another. It removes the
// unit's tags from a role that the unit gives up for an ARN.
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

// DeleteSchedule deletes a schedule, and then its role, so that Scheduler never runs it without one. A part that does not
// exist is no error. A role that carries another unit's id stays, and so does a schedule that runs with it. A schedule that
// does not belong to the unit stays too. Left is what stays for one of these reasons.
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
		own.left.add(describeSchedule(u.Schedule), "it is not the one that this unit created: it was created at another time or for another role")
	}
	if all.Role == nil {
		return nil
	}
	return c.deleteSeenRole(ctx, all.Role, policiesOf(*u.Role), own)
}
