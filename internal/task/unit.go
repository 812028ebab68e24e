package task

import (
	"maps"
	"slices"
	"strings"

	"github.com/dockertask/terraform-provider-docker/internal/policy"
)

// RoleKinds are the roles of a unit, in the order in which messages list them.
var RoleKinds = []RoleKind{ExecutionRole, TaskRole}

// Unit is everything a docker task is in AWS, as it shall be.
type Unit struct {
	Definition    Definition
	Roles         map[RoleKind]Role // the managed ones
	LogGroup      LogGroup
	LogGroupARN   string            // "" where the account is not known
	Tags          map[string]string // of every part, the unit's id apart
	KeepRevisions int64
	// DeleteRevisions deletes revisions that are deregistered.
	DeleteRevisions bool
	// SingleRole reports whether one role is both execution role and task role.
	SingleRole bool
}

// Parts are the parts of the unit as its record has them.
func (u Unit) Parts() []Part { return u.PartsWith(0, false) }

// PartsWith are the parts with the last revision that the unit registered, 0 for none, and whether the log group is one
// that it took over.
func (u Unit) PartsWith(registered int64, adopted bool) []Part {
	parts := []Part{{Kind: FamilyPart, Name: u.Definition.Family, Version: registered}}
	for _, kind := range RoleKinds {
		if role, managed := u.Roles[kind]; managed {
			parts = append(parts, Part{Kind: RolePart, Name: role.Name})
		}
	}
	if u.LogGroup.Managed() {
		parts = append(parts, Part{Kind: LogGroupPart, Name: u.LogGroup.Name, Adopted: adopted})
	}
	return parts
}

// Role is a role of the unit, as it shall be.
type Role struct {
	Name                string
	ARN                 string
	Path                string
	Description         string
	MaxSessionDuration  int64 // seconds
	PermissionsBoundary string
	TrustPolicy         string
	ManagedPolicyARNs   []string
	Policies            map[string]string // inline, the unit's own among them
	// Both reports whether it is execution role and task role.
	Both bool
}

// Unit derives the parts from the description.
func (s Spec) Unit() (Unit, error) {
	d, err := s.Definition()
	if err != nil {
		return Unit{}, err
	}
	u := Unit{
		Definition:      d,
		Roles:           map[RoleKind]Role{},
		LogGroup:        s.LogGroup,
		Tags:            maps.Clone(s.Tags),
		KeepRevisions:   s.KeepRevisions,
		DeleteRevisions: s.DeleteRevisions,
		SingleRole:      s.SingleRole,
	}
	if s.Place.Complete() {
		u.LogGroupARN = s.LogGroupARN()
	}
	if u.Tags == nil {
		u.Tags = map[string]string{}
	}
	maps.Copy(u.Tags, s.Network.Tags())
	for _, kind := range RoleKinds {
		if s.Manages(kind) {
			u.Roles[kind] = s.role(kind)
		}
	}
	return u, nil
}

func (s Spec) role(kind RoleKind) Role {
	r := s.Role(kind)
	role := Role{
		Name:                r.Name,
		ARN:                 s.RoleARN(kind),
		Path:                r.Path,
		Description:         r.Description,
		MaxSessionDuration:  r.MaxSessionDuration,
		PermissionsBoundary: s.PermissionsBoundary,
		TrustPolicy:         s.TrustPolicy(kind).JSON(),
		ManagedPolicyARNs:   slices.Clone(r.ManagedPolicyARNs),
		Policies:            map[string]string{},
		Both:                s.SingleRole,
	}
	maps.Copy(role.Policies, r.Policies)
	for _, held := range RoleKinds {
		if own := s.RolePolicy(held).JSON(); own != "" && s.Holder(held) == kind {
			role.Policies[s.policyName(held)] = own
		}
	}
	return role
}

// Refs name the parts of a unit: what is needed to look at them all at once.
type Refs struct {
	Family string
	// DefinitionARN is the revision that state knows, or "".
	DefinitionARN string
	Roles         map[RoleKind]RoleRef // the managed ones
	LogGroup      string               // "" where it is not managed
	LogGroupARN   string
}

// RoleRef names a role and the policies on it that are looked at.
type RoleRef struct {
	Name string
	// Policies are names of the inline policies that the unit has there.
	Policies []string
	// Attached: the managed policies are read too.
	Attached bool
	// Both reports whether it is execution role and task role.
	Both bool
}

// Refs name the parts of the unit.
func (u Unit) Refs() Refs {
	r := Refs{Family: u.Definition.Family, Roles: map[RoleKind]RoleRef{}}
	for kind, role := range u.Roles {
		r.Roles[kind] = RoleRef{
			Name:     role.Name,
			Policies: slices.Sorted(maps.Keys(role.Policies)),
			Attached: len(role.ManagedPolicyARNs) > 0,
			Both:     role.Both,
		}
	}
	if u.LogGroup.Managed() {
		r.LogGroup, r.LogGroupARN = u.LogGroup.Name, u.LogGroupARN
	}
	return r
}

// LookedAt are the names of the inline policies that are looked at: those that the unit has, and
// its own ones also where it needs none, as others may have added it.
func (r RoleRef) LookedAt() []string {
	own := OwnPolicyNames
	if !r.Both {
		own = own[:1]
	}
	return slices.Compact(slices.Sorted(slices.Values(slices.Concat(r.Policies, own))))
}

// RoleARN is the ARN of one of the roles, managed or not.
func (u Unit) RoleARN(kind RoleKind) string {
	if kind == ExecutionRole {
		return u.Definition.ExecutionRoleARN
	}
	return u.Definition.TaskRoleARN
}

// Observed is what AWS has of a unit. A part that is missing is nil.
type Observed struct {
	Definition *ObservedDefinition
	Roles      map[RoleKind]*ObservedRole
	LogGroup   *ObservedLogGroup
}

// ObservedDefinition is the newest ACTIVE revision.
type ObservedDefinition struct {
	ARN        string
	Revision   int64
	Definition Definition
	Tags       map[string]string
	Created    int64 // when ECS registered it, in seconds since 1970; 0: not known
}

// ObservedRole is a role with those of its policies that were asked for.
type ObservedRole struct {
	ARN                 string
	Name                string
	Path                string
	Description         string
	MaxSessionDuration  int64 // seconds
	PermissionsBoundary string
	TrustPolicy         string
	Tags                map[string]string
	Policies            map[string]string
	Attached            []string // ARNs; nil where not asked for
	Created             int64    // in seconds since 1970; 0: not known
}

// ObservedLogGroup is a log group.
type ObservedLogGroup struct {
	Name            string
	ARN             string
	RetentionInDays int64 // 0: for ever
	// RetentionGoverned reports whether the retention is a setting of the account, which hides the
	// group's own.
	RetentionGoverned bool
	KMSKeyID          string
	Class             string
	Tags              map[string]string // nil where AWS does not know of any group there
	Created           int64             // in seconds since 1970; 0: not known
}

// Seen are the roles and the log group of a unit that a refresh found to be as the unit says, with the tags of the unit.
// Only parts that are confirmed, and of which shown reports that state shows them, are among them.
func (u Unit) Seen(rec Record, shown func(Part) bool) Observed {
	tags := maps.Clone(u.Tags)
	tags[TagUnit] = rec.ID
	seen := Observed{Roles: map[RoleKind]*ObservedRole{}}
	is := func(kind PartKind, name string) (Part, bool) {
		part, _ := rec.Part(kind, name)
		return part, part.Confirmed && shown(part)
	}
	for kind, r := range u.Roles {
		if _, is := is(RolePart, r.Name); is {
			seen.Roles[kind] = r.Seen(tags)
		}
	}
	if g := u.LogGroup; g.Managed() {
		if part, is := is(LogGroupPart, g.Name); is {
			if part.Adopted {
				tags[TagAdopted] = "true"
			}
			seen.LogGroup = &ObservedLogGroup{
				Name: g.Name, ARN: u.LogGroupARN, RetentionInDays: g.RetentionInDays, KMSKeyID: g.KMSKeyID, Class: g.Class, Tags: tags,
			}
		}
	}
	return seen
}

// Seen is a role of a unit that a refresh found to be as the unit says, with these tags.
func (r Role) Seen(tags map[string]string) *ObservedRole {
	return &ObservedRole{
		ARN: r.ARN, Name: r.Name, Path: r.Path, Description: r.Description, MaxSessionDuration: r.MaxSessionDuration,
		PermissionsBoundary: r.PermissionsBoundary, TrustPolicy: r.TrustPolicy,
		Tags: maps.Clone(tags), Policies: maps.Clone(r.Policies), Attached: slices.Clone(r.ManagedPolicyARNs),
	}
}

// Lacks reports whether a part that the references name is missing, or a policy or the tags of one.
func (o Observed) Lacks(refs Refs) bool {
	if o.Definition == nil || refs.LogGroup != "" && (o.LogGroup == nil || o.LogGroup.Tags == nil) {
		return true
	}
	for kind, ref := range refs.Roles {
		role := o.Roles[kind]
		if role == nil || slices.ContainsFunc(ref.Policies, func(name string) bool { return role.Policies[name] == "" }) {
			return true
		}
	}
	return false
}

// Created is when the newest of the parts was made, in seconds since 1970; 0 if it is not known.
func (o Observed) Created() int64 {
	var newest int64
	if o.Definition != nil {
		newest = o.Definition.Created
	}
	for _, r := range o.Roles {
		if r != nil {
			newest = max(newest, r.Created)
		}
	}
	if o.LogGroup != nil {
		newest = max(newest, o.LogGroup.Created)
	}
	return newest
}

// Nothing reports whether no part exists.
func (o Observed) Nothing() bool {
	if o.Definition != nil || o.LogGroup != nil {
		return false
	}
	for _, r := range o.Roles {
		if r != nil {
			return false
		}
	}
	return true
}

// UnitID is the id of a unit that its parts carry: the revision's, else the roles', else the log
// group's; "" where they carry none that was made for it.
func (o Observed) UnitID(of Owner) string {
	if o.Definition != nil && of.Own(o.Definition.Tags) != "" {
		return of.Own(o.Definition.Tags)
	}
	for _, kind := range RoleKinds {
		if r := o.Roles[kind]; r != nil && of.Own(r.Tags) != "" {
			return of.Own(r.Tags)
		}
	}
	if o.LogGroup != nil {
		return of.Own(o.LogGroup.Tags)
	}
	return ""
}

// Shown is what the record of a unit shows of what was seen. A part that carries the id is confirmed.
func (o Observed) Shown(rec Record) (Observed, Record) {
	shown := Observed{Roles: map[RoleKind]*ObservedRole{}}
	shows := func(kind PartKind, name string, tags map[string]string) bool {
		rec = rec.Seen(kind, name, tags)
		return rec.Shows(kind, name, tags)
	}
	if d := o.Definition; d != nil && shows(FamilyPart, d.Definition.Family, d.Tags) {
		shown.Definition = d
		if family, _ := rec.Part(FamilyPart, d.Definition.Family); rec.ID != "" && d.Tags[TagUnit] == rec.ID && d.Revision > family.Version {
			family.Version = d.Revision
			rec = rec.With(family)
		}
	}
	for kind, r := range o.Roles {
		if r != nil && shows(RolePart, r.Name, r.Tags) {
			shown.Roles[kind] = r
		}
	}
	if g := o.LogGroup; g != nil {
		confirmed := rec.Confirmed(LogGroupPart, g.Name)
		if shows(LogGroupPart, g.Name, g.Tags) {
			shown.LogGroup = g
		}
		if part, _ := rec.Part(LogGroupPart, g.Name); part.Confirmed && !confirmed {
			part.Adopted = g.IsAdopted()
			rec = rec.With(part)
		}
	}
	return shown, rec
}

// RecordOf is the record of a unit whose own all is that was seen.
func (o Observed) RecordOf(id string) Record {
	rec := Record{ID: id}
	if d := o.Definition; d != nil {
		part := Part{Kind: FamilyPart, Name: d.Definition.Family, Confirmed: true}
		if id != "" && d.Tags[TagUnit] == id {
			part.Version = d.Revision
		}
		rec = rec.With(part)
	}
	for _, kind := range RoleKinds {
		if r := o.Roles[kind]; r != nil {
			rec = rec.With(Part{Kind: RolePart, Name: r.Name, Confirmed: true})
		}
	}
	if g := o.LogGroup; g != nil {
		rec = rec.With(Part{Kind: LogGroupPart, Name: g.Name, Confirmed: true, Adopted: g.IsAdopted()})
	}
	return rec
}

// Of are the parts that carry a unit's id, and whether those are all that was seen.
func (o Observed) Of(unitID string) (own Observed, all bool) {
	all = true
	is := func(tags map[string]string) bool {
		own := tags[TagUnit] == unitID
		all = all && own
		return own
	}
	own.Roles = map[RoleKind]*ObservedRole{}
	if d := o.Definition; d != nil && is(d.Tags) {
		own.Definition = d
	}
	for kind, r := range o.Roles {
		if r != nil && is(r.Tags) {
			own.Roles[kind] = r
		}
	}
	if g := o.LogGroup; g != nil && is(g.Tags) {
		own.LogGroup = g
	}
	return own, all
}

// IsAdopted reports whether the group has the tag of an adopted one.
func (g *ObservedLogGroup) IsAdopted() bool { return g != nil && g.Tags[TagAdopted] != "" }

// WasThere reports whether the group existed before the task of this name: it has no tag of a unit, or another
// task kept it.
func (g *ObservedLogGroup) WasThere(name string) bool {
	if g == nil {
		return false
	}
	if kept := g.Tags[TagKept]; kept != "" && g.Tags[TagUnit] == "" {
		return kept != name
	}
	for key := range g.Tags {
		if strings.HasPrefix(key, TagPrefix) {
			return false
		}
	}
	return true
}

// Foreign reports whether a part carries the id of a unit other than the given one.
func Foreign(tags map[string]string, unitID string) bool {
	id := tags[TagUnit]
	return id != "" && id != unitID
}

// RoleDifferences name what of a role differs from what it shall be and has no attribute
// of its own in a plan: "trust policy". Policies, boundary and the like have one.
func RoleDifferences(want Role, have ObservedRole) []string {
	if !policy.Equivalent(want.TrustPolicy, have.TrustPolicy) {
		return []string{"trust policy"}
	}
	return nil
}

// OwnsRevision decides whether the unit manages the tags of a revision: it does if it registered the revision, or
// has no other part to keep its tags on. A revision that a pipeline registered belongs to the pipeline, and
// mostly has no tags.
func (u Unit) OwnsRevision(d ObservedDefinition, unitID string, registered int64) bool {
	return d.Revision == registered || unitID != "" && d.Tags[TagUnit] == unitID ||
		len(u.Roles) == 0 && !u.LogGroup.Managed()
}
