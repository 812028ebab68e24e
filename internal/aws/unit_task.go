package aws

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/panics"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// Place is the partition, account and region of the client's calls.
func (c *Client) Place() arn.Place {
	return arn.Place{Partition: c.Partition, Region: c.Region, Account: c.AccountID}
}

// owner decides by a unit's record which parts belong to the unit.
type owner struct {
	task.Record
	// left collects the parts that do not; nil collects nothing.
	left *leavings
}

// byIDOnly is the owner of what carries the id, and of nothing else: a create that failed has confirmed nothing.
func byIDOnly(unitID string) owner { return owner{Record: task.Record{ID: unitID}} }

// ReadUnit reads all parts of a unit at the same time. If parts are missing that were created a short time ago, it reads
// again until AWS must show them: see [Client.untilPropagated]. changedAt is when the unit was created or last changed, in
// seconds since 1970, 0 if that is not known; it matters when no part is found.
func (c *Client) ReadUnit(ctx context.Context, refs task.Refs, changedAt int64) (o task.Observed, err error) {
	err = c.untilPropagated(ctx, changedAt, func() (bool, int64, error) {
		o, err = c.lookAtUnit(ctx, refs)
		return o.Lacks(refs), o.Created(), err
	})
	return o, err
}

func (c *Client) lookAtUnit(ctx context.Context, refs task.Refs) (task.Observed, error) {
	var o task.Observed
	var newest *task.ObservedDefinition
	err := concurrently(ctx,
		func() (err error) { o, err = c.ReadParts(ctx, refs); return err },
		func() (err error) { newest, err = c.findNewest(ctx, refs.Family, refs.DefinitionARN); return err },
	)
	o.Definition = newest
	return o, err
}

// ReadParts reads all parts of a unit but the task definition, at the same time.
func (c *Client) ReadParts(ctx context.Context, refs task.Refs) (task.Observed, error) {
	o := task.Observed{Roles: map[task.RoleKind]*task.ObservedRole{}}
	roles := make([]*task.ObservedRole, len(task.RoleKinds))
	var calls []func() error
	for i, kind := range task.RoleKinds {
		if ref, managed := refs.Roles[kind]; managed {
			calls = append(calls, func() (err error) { roles[i], err = c.findRole(ctx, ref); return err })
		}
	}
	if refs.LogGroup != "" {
		calls = append(calls, func() (err error) {
			o.LogGroup, err = c.findLogGroup(ctx, refs.LogGroup, refs.LogGroupARN)
			return err
		})
	}
	err := concurrently(ctx, calls...)
	for i, kind := range task.RoleKinds {
		if roles[i] != nil {
			o.Roles[kind] = roles[i]
		}
	}
	return o, err
}

// FindDefinition finds the newest ACTIVE revision of a family, or the one of the given
// number; nil if there is none.
func (c *Client) FindDefinition(ctx context.Context, family string, revision int64) (*task.ObservedDefinition, error) {
	if revision > 0 {
		family = fmt.Sprintf("%s:%d", family, revision)
	}
	return c.findDefinition(ctx, family)
}

// UnitResult is the result of a create or an update, also of one that failed.
type UnitResult struct {
	Definition *task.ObservedDefinition
	Record     task.Record
	// Left are parts that an update gave up and could not delete, as they are not the unit's.
	Left []Left
}

// CreateUnit creates a unit whose parts carry the record's id: roles and log group at the same time, then
// their policies, then the first revision. It refuses a part that exists and is not the unit's
// ([ExistsError]). If it fails, it removes what it created; the error is a
// [CreateError], and the record has what may be left.
func (c *Client) CreateUnit(ctx context.Context, u task.Unit, rec task.Record) (result UnitResult, err error) {
	unitID := rec.ID
	by, claims := unitHolder(u, unitID), c.unitClaims(u)
	c.yield(by, claims...)
	if err := c.session.holds.take(by, claims...); err != nil {
		return UnitResult{Record: rec}, &CreateError{Err: err}
	}
	defer func() { c.session.holds.end(by, err, claims...) }()
	tags := withUnit(u.Tags, unitID)
	calls := []func() error{
		func() error { return c.checkNoFamily(ctx, u.Definition.Family, unitID) },
	}
	var roleARNs []string
	for _, kind := range task.RoleKinds {
		role, managed := u.Roles[kind]
		if !managed {
			continue
		}
		roleARNs = append(roleARNs, role.ARN)
		calls = append(calls, func() error {
			if err := c.createRole(ctx, kind, role, tags); err != nil {
				return err
			}
			return c.putPolicies(ctx, role)
		})
	}
	var group logGroupResult
	if u.LogGroup.Managed() {
		calls = append(calls, func() (err error) {
			group, err = c.createLogGroup(ctx, u.LogGroup, u.Definition.Family, tags)
			return err
		})
	}
	err = concurrently(ctx, calls...)
	if err == nil {
		err = panics.Guard(ctx, func() (err error) {
			if result.Definition, err = c.registerFirst(ctx, u.Definition, tags, roleARNs); err != nil {
				return err
			}
			return c.finishLogGroup(ctx, u.LogGroup, group, unitID)
		})
	}
	if err == nil {
		result.Record = rec.Of(u.PartsWith(result.Definition.Revision, group.adopted)...)
		return result, nil
	}
	// The timeout of the create may have passed; the rollback has its own.
	undo, cancel := context.WithTimeout(context.WithoutCancel(ctx), propagation+time.Minute)
	defer cancel()
	u.LogGroup.Keep = false // no task has run, so there is no log
	rollback := panics.Guard(undo, func() error { return c.remove(undo, u, byIDOnly(unitID)) })
	return UnitResult{Record: c.withPossible(rec, u.PartsWith(0, group.adopted))}, &CreateError{Err: err, Rollback: rollback}
}

// unitHolder is a docker task as the holder of its parts.
func unitHolder(u task.Unit, unitID string) Holder {
	return Holder{ID: unitID, Name: "docker task " + u.Definition.Family}
}

// unitClaims are all parts of a docker task.
func (c *Client) unitClaims(u task.Unit) []claim {
	claims := []claim{c.familyClaim(u.Definition.Family)}
	for _, kind := range task.RoleKinds {
		if role, managed := u.Roles[kind]; managed {
			claims = append(claims, roleClaim(kind, role.Name))
		}
	}
	if u.LogGroup.Managed() {
		claims = append(claims, c.logGroupClaim(u.LogGroup.Name))
	}
	return claims
}

// checkNoFamily refuses a family that has ACTIVE revisions.
func (c *Client) checkNoFamily(ctx context.Context, family, unitID string) error {
	return retryWhile(ctx, isBeingDeleted, func() error {
		have, err := c.findDefinition(ctx, family)
		if err != nil || have == nil {
			return err
		}
		return c.refuse(c.familyClaim(family), have.Tags, unitID)
	})
}

// registerFirst registers the first revision of a unit. ECS accepts a revision of any family, so another process may
// have registered one since this one read the family. The tags of the revision before show that.
func (c *Client) registerFirst(ctx context.Context, d task.Definition, tags map[string]string, justCreated []string) (*task.ObservedDefinition, error) {
	registered, err := c.registerDefinition(ctx, d, tags, justCreated)
	if err != nil || registered.Revision <= 1 {
		return registered, err
	}
	err = retryWhile(ctx, isBeingDeleted, func() error {
		before, err := c.findDefinition(ctx, fmt.Sprintf("%s:%d", d.Family, registered.Revision-1))
		if err != nil || before == nil {
			return err
		}
		return c.refuse(c.familyClaim(d.Family), before.Tags, tags[task.TagUnit])
	})
	if len(Existing(err)) > 0 {
		err = errors.Join(err, c.deregister(ctx, []string{registered.ARN})) // the rest of the family is the other's
	}
	return registered, err
}

func withUnit(tags map[string]string, unitID string) map[string]string {
	out := maps.Clone(tags)
	out[task.TagUnit] = unitID
	return out
}

// DeleteUnit deletes a unit and its orphans: all ACTIVE revisions first, so that no task starts
// without its roles, then roles and log group. A part that does not exist is no error. A part that does not belong to
// the unit stays, and is in left.
func (c *Client) DeleteUnit(ctx context.Context, u task.Unit, rec task.Record) (left []Left, err error) {
	own := owner{Record: rec, left: &leavings{}}
	group, _ := rec.Part(task.LogGroupPart, u.LogGroup.Name)
	u.LogGroup.Adopted = group.Adopted
	if !rec.Has(task.FamilyPart, u.Definition.Family) { // no task has run, so there is no log
		u.LogGroup.Keep = false
	}
	err = errors.Join(c.remove(ctx, u, own), c.deleteOrphans(ctx, rec.Orphans(u.Parts()), own))
	if err == nil {
		c.session.holds.end(unitHolder(u, rec.ID), nil)
	}
	return own.left.all(), err
}

func (c *Client) remove(ctx context.Context, u task.Unit, own owner) error {
	refs := u.Refs()
	if err := c.deleteDefinitions(ctx, refs.Family, own, u.DeleteRevisions); err != nil {
		return err
	}
	var calls []func() error
	for _, kind := range task.RoleKinds {
		if role, managed := u.Roles[kind]; managed {
			calls = append(calls, func() error { return c.deleteRole(ctx, role.Name, policiesOf(role), own) })
		}
	}
	if refs.LogGroup != "" {
		calls = append(calls, func() error {
			return c.deleteLogGroup(ctx, refs.LogGroup, refs.LogGroupARN, keepingOf(u), own)
		})
	}
	return concurrently(ctx, calls...)
}

// Update is a change of a unit.
type Update struct {
	// Record is the unit's. An update that succeeds deletes its orphans.
	Record task.Record
	// Had is the unit as state has it, Want as it shall be.
	Had, Want task.Unit
	// HadDefinition is the revision that state has, nil for none.
	HadDefinition *task.ObservedDefinition
	// Seen are the parts of Had as the last refresh saw them; empty if that is not known. A part that stays as it was
	// seen is not read. See [task.Unit.Seen].
	Seen task.Observed
	// Register reports whether the plan has a new revision.
	Register bool
	Rules    task.TagRules

	left *leavings
}

// change is what updates of all units have in common.
func (up Update) change() change { return change{Record: up.Record, rules: up.Rules} }

// roles is the update of the two roles.
func (up Update) roles() roleChange {
	given := map[task.RoleKind]string{}
	for _, kind := range task.RoleKinds {
		given[kind] = up.Had.RoleARN(kind)
	}
	return roleChange{change: up.change(), had: up.Had.Roles, want: up.Want.Roles, given: given}
}

// UpdateUnit changes a unit to what it shall be. It reads what it is about to change before it changes anything: the newest
// revision always, roles and log group where they differ from what the last refresh saw. A task definition that is not the
// one in the plan is [ErrChanged]. Warnings are failures to deregister old revisions: the update itself has succeeded.
func (c *Client) UpdateUnit(ctx context.Context, up Update) (result UnitResult, warnings []string, err error) {
	result.Record = up.Record
	by, claims := unitHolder(up.Want, up.Record.ID), c.unitClaims(up.Want)
	c.yield(by, claims...)
	// A missing part may exist and not be visible yet: then the create call is refused.
	have, read, err := c.readForUpdate(ctx, up)
	if err != nil {
		return result, nil, err
	}
	family := up.Want.Definition.Family
	if d := have.Definition; d != nil && !up.Record.Shows(task.FamilyPart, family, d.Tags) {
		refused := c.exists(c.familyClaim(family))
		refused.Owned, refused.By = task.Foreign(d.Tags, up.Record.ID), d.Tags[task.TagUnit]
		return result, nil, refused
	}
	register, err := up.registers(have.Definition)
	if err != nil {
		return result, nil, err
	}
	if err := c.holdSeen(by, read, c.unitTags(up.Want, have)); err != nil {
		return result, nil, err
	}
	defer func() { c.session.holds.end(by, err, claims...) }()
	up.left = &leavings{}
	err = panics.Guard(ctx, func() (err error) {
		result, warnings, err = c.changeUnit(ctx, up, have, register)
		return err
	})
	if err != nil {
		err = errors.Join(err, c.releaseAdopted(ctx, up.roles(), have.Roles))
		result = UnitResult{Record: c.afterFailure(ctx, up.Record, up.Had.Parts(), up.roles().parts(up.Want.Parts()))}
	}
	result.Left = up.left.all()
	return result, warnings, err
}

// holdSeen takes the holds of parts of a unit that were just read: tags are theirs, by their names in [holds]. A part that
// carries the unit's id is the unit's. A hold of any other part is refused if another unit has it.
func (c *Client) holdSeen(by Holder, claims []claim, tags map[string]map[string]string) error {
	var own, free []claim
	for _, wanted := range claims {
		if tags[wanted.part][task.TagUnit] == by.ID {
			own = append(own, wanted)
		} else {
			free = append(free, wanted)
		}
	}
	if err := c.session.holds.take(by, free...); err != nil {
		return err
	}
	c.session.holds.own(by, own...)
	return nil
}

// unitTags are the tags of the parts that were seen, by the names that they have in [holds].
func (c *Client) unitTags(u task.Unit, have task.Observed) map[string]map[string]string {
	tags := map[string]map[string]string{}
	if have.Definition != nil {
		tags[c.familyPart(u.Definition.Family)] = have.Definition.Tags
	}
	for _, role := range have.Roles {
		if role != nil {
			tags[rolePart(role.Name)] = role.Tags
		}
	}
	if have.LogGroup != nil {
		tags[c.logGroupPart(have.LogGroup.Name)] = have.LogGroup.Tags
	}
	return tags
}

func (c *Client) changeUnit(ctx context.Context, up Update, have task.Observed, register bool) (result UnitResult, warnings []string, err error) {
	tags := withUnit(up.Want.Tags, up.Record.ID)

	var calls []func() error
	var justCreated []string
	var group logGroupResult
	for _, kind := range task.RoleKinds {
		role, managed := up.Want.Roles[kind]
		if !managed {
			continue
		}
		if have.Roles[kind] == nil {
			justCreated = append(justCreated, role.ARN)
		}
		calls = append(calls, func() error { return c.updateRole(ctx, up.roles(), kind, have.Roles[kind], tags) })
	}
	if up.Want.LogGroup.Managed() {
		calls = append(calls, func() (err error) {
			group, err = c.updateLogGroup(ctx, up, have.LogGroup, tags)
			return err
		})
	}
	if !register && up.ownsRevision(have.Definition) {
		change := task.ChangeTags(up.Rules.Comparable(have.Definition.Tags), tags)
		if !change.Empty() {
			calls = append(calls, func() error { return c.tagDefinition(ctx, have.Definition.ARN, change) })
		}
	}
	if err := concurrently(ctx, calls...); err != nil {
		return UnitResult{}, nil, err
	}

	result.Definition = have.Definition
	registered := up.registered()
	if register {
		if result.Definition, err = c.registerDefinition(ctx, up.Want.Definition, tags, justCreated); err != nil {
			return UnitResult{}, nil, err
		}
	}
	if up.Register {
		registered = result.Definition.Revision
	}
	result.Record = up.Record.Of(up.Want.PartsWith(registered, group.adopted)...)
	if err := c.checkAdopted(ctx, up, have, group); err != nil {
		return UnitResult{}, nil, err
	}
	if register || up.Want.KeepRevisions < up.Had.KeepRevisions {
		if err := c.trimRevisions(ctx, up.Want, result.Definition.Revision, up.Record.ID); err != nil {
			warnings = append(warnings, "Older revisions of the task definition are still there: "+err.Error())
		}
	}
	return result, warnings, errors.Join(
		c.leaveOldParts(ctx, up),
		c.deleteOrphans(ctx, up.Record.Orphans(slices.Concat(up.Had.Parts(), up.Want.Parts())), owner{Record: up.Record, left: up.left}),
	)
}

// readForUpdate reads the newest revision and the parts that the update changes; the other parts are as the last refresh
// saw them. The second result has the claims of the parts that were read. A part that no longer carries the unit's id is
// read as a whole.
func (c *Client) readForUpdate(ctx context.Context, up Update) (have task.Observed, read []claim, err error) {
	refs, tags := up.refs(), withUnit(up.Want.Tags, up.Record.ID)
	have.Roles = map[task.RoleKind]*task.ObservedRole{}
	read = []claim{c.familyClaim(refs.Family)}
	calls := []func() error{
		func() (err error) {
			have.Definition, err = c.findNewest(ctx, refs.Family, refs.DefinitionARN)
			return err
		},
	}
	roles := make([]*task.ObservedRole, len(task.RoleKinds))
	for i, kind := range task.RoleKinds {
		want, managed := up.Want.Roles[kind]
		if !managed {
			continue
		}
		seen := up.Seen.Roles[kind]
		if seen != nil && seen.Name == want.Name && up.change().keepsRole(want, *seen, tags) {
			roles[i] = seen
			continue
		}
		read = append(read, roleClaim(kind, want.Name))
		calls = append(calls, func() (err error) {
			roles[i], err = c.findChangedRole(ctx, refs.Roles[kind], seen, up.Record.ID)
			return err
		})
	}
	if want := up.Want.LogGroup; want.Managed() {
		seen := up.Seen.LogGroup
		if seen != nil && seen.Name == want.Name && up.change().keepsLogGroup(want, *seen, tags) {
			have.LogGroup = seen
		} else {
			read = append(read, c.logGroupClaim(want.Name))
			calls = append(calls, func() (err error) {
				if seen == nil || seen.Name != want.Name {
					have.LogGroup, err = c.findLogGroup(ctx, want.Name, refs.LogGroupARN)
					return err
				}
				// Its settings are taken as they were seen: those that change are written, whatever they are by now.
				have.LogGroup, err = c.findKnownLogGroup(ctx, *seen, up.Record.ID)
				return err
			})
		}
	}
	err = concurrently(ctx, calls...)
	for i, kind := range task.RoleKinds {
		if roles[i] != nil {
			have.Roles[kind] = roles[i]
		}
	}
	return have, read, err
}

// refs name the wanted parts, with the policies that they had beside those that they shall have.
func (up Update) refs() task.Refs {
	refs, had := up.Want.Refs(), up.Had.Refs()
	for kind, ref := range refs.Roles {
		before := had.Roles[kind]
		ref.Attached = ref.Attached || before.Attached
		refs.Roles[kind] = ref
	}
	if up.HadDefinition != nil {
		refs.DefinitionARN = up.HadDefinition.ARN
	}
	return refs
}

// registers reports whether a revision has to be registered. If the plan does not have it, that is [ErrChanged].
func (up Update) registers(newest *task.ObservedDefinition) (bool, error) {
	var had int64
	if up.HadDefinition != nil {
		had = up.HadDefinition.Revision
	}
	if newest != nil && newest.Revision > had {
		return false, fmt.Errorf("task definition %s has revision %d now, and the plan was made for revision %d: %w",
			up.Want.Definition.Family, newest.Revision, had, ErrChanged)
	}
	register := newest == nil || newest.Definition.Digest() != up.Want.Definition.Digest()
	if register && !up.Register {
		return false, fmt.Errorf("task definition %s is not the one in the plan any more: %w", up.Want.Definition.Family, ErrChanged)
	}
	return register, nil
}

// ownsRevision reports whether the unit manages the tags of a revision: see [task.Unit.OwnsRevision].
func (up Update) ownsRevision(d *task.ObservedDefinition) bool {
	return d != nil && up.Want.OwnsRevision(*d, up.Record.ID, up.registered())
}

// registered is the last revision that the unit registered itself; 0 if that is not known.
func (up Update) registered() int64 {
	family, _ := up.Record.Part(task.FamilyPart, up.Want.Definition.Family)
	return family.Version
}

// checkAdopted reads the parts that an update has adopted once more, as late as possible.
func (c *Client) checkAdopted(ctx context.Context, up Update, have task.Observed, group logGroupResult) error {
	var calls []func() error
	for kind, role := range up.Want.Roles {
		if had := have.Roles[kind]; had != nil && had.Tags[task.TagUnit] != up.Record.ID {
			calls = append(calls, func() error {
				return c.stillOwn(roleClaim(kind, role.Name), up.Record.ID, func() (map[string]string, error) { return c.roleTags(ctx, role.Name) })
			})
		}
	}
	calls = append(calls, func() error { return c.finishLogGroup(ctx, up.Want.LogGroup, group, up.Record.ID) })
	return concurrently(ctx, calls...)
}

// updateLogGroup changes the log group to what it shall be; have is nil if there is none.
func (c *Client) updateLogGroup(ctx context.Context, up Update, have *task.ObservedLogGroup, tags map[string]string) (result logGroupResult, err error) {
	want, name := up.Want.LogGroup, up.Want.Definition.Family
	if have == nil {
		return c.createLogGroup(ctx, want, name, tags)
	}
	// A log group that was given by its ARN belongs to another owner until it is adopted.
	part, _ := up.Record.Part(task.LogGroupPart, want.Name)
	was := part.Confirmed
	carries := have.Tags[task.TagUnit] == up.Record.ID
	own := carries && (was || c.hasCreatedLogGroup(up, *have, tags))
	switch {
	case task.Foreign(have.Tags, up.Record.ID):
		return result, c.owned(c.logGroupClaim(want.Name), have.Tags)
	case !was && !own:
		if !want.Adopt && !c.resumes(want, *have, name) {
			refused := c.exists(c.logGroupClaim(want.Name))
			refused.Copied = carries
			return result, refused
		}
		return c.adoptLogGroup(ctx, want, have, tags)
	}
	// A log group that a failed operation adopted has the tag, and state does not name it.
	want.Adopted = part.Adopted || !was && have.IsAdopted()
	change := want.TagChange(up.Rules.Comparable(have.Tags), tags)
	if err := change.CheckRoom(have.Tags); err != nil {
		return result, fmt.Errorf("tagging log group %s: %w", want.Name, err)
	}
	if !own && have.Tags != nil {
		result.found = have
		if err := c.markLogGroup(ctx, want, have, up.Record.ID); err != nil {
			return result, err
		}
	}
	result.adopted = want.Adopted
	return result, c.changeLogGroup(ctx, want, have, change)
}

// leaveOldParts deletes roles that a change of name has replaced: no later revision uses them. It removes the unit's tags
// from parts that the unit gives up for an ARN.
func (c *Client) leaveOldParts(ctx context.Context, up Update) error {
	var calls []func() error
	wanted := map[string]bool{} // of both kinds: names can be swapped
	for _, role := range up.Want.Roles {
		wanted[role.Name] = true
	}
	for _, kind := range task.RoleKinds {
		before, was := up.Had.Roles[kind]
		_, is := up.Want.Roles[kind]
		switch {
		case !was || wanted[before.Name]:
		case is, kind == task.TaskRole && up.Want.SingleRole && before.ARN != up.Want.RoleARN(kind):
			calls = append(calls, func() error {
				return c.deleteRole(ctx, before.Name, policiesOf(before), owner{Record: up.Record, left: up.left})
			})
		default:
			calls = append(calls, func() error { return c.releaseRole(ctx, before.Name, up.Record.ID) })
		}
	}
	if had := up.Had.LogGroup; had.Managed() && (!up.Want.LogGroup.Managed() || up.Want.LogGroup.Name != had.Name) {
		left := keeping{keep: true}
		if before, _ := up.Record.Part(task.LogGroupPart, had.Name); up.Want.LogGroup.Managed() && !before.Adopted { // a log group that is given by its ARN belongs to another owner
			left.task = up.Want.Definition.Family
		}
		calls = append(calls, func() error {
			return c.deleteLogGroup(ctx, had.Name, "", left, owner{Record: up.Record, left: up.left})
		})
	}
	return concurrently(ctx, calls...)
}

// IsChanged reports whether an update stopped because something changed since its plan.
func IsChanged(err error) bool { return errors.Is(err, ErrChanged) }
