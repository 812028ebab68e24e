package task

import (
	"slices"
	"strings"
)

// PartKind is the kind of an AWS object that is a part of a unit.
type PartKind string

// Kinds of parts, and what the name of each is.
const (
	RolePart      PartKind = "role"                   // the role's name
	LogGroupPart  PartKind = "log group"              // the group's name
	FamilyPart    PartKind = "task definition family" // the family's name
	RulePart      PartKind = "rule"                   // the rule's name
	SchedulePart  PartKind = "schedule"               // GROUP/NAME
	ClusterPart   PartKind = "cluster"                // the cluster's name
	StatementPart PartKind = "statement"              // the ARN of what has it in its policy
	PolicyPart    PartKind = "inline policy"          // ROLE/NAME
)

// Part is one AWS object of a unit, as the unit's [Record] has it.
type Part struct {
	Kind PartKind `json:"kind"`
	Name string   `json:"name"`
	// Confirmed: AWS has answered that the unit made it or took it over, or it was seen with the unit's id. A part
	// that is not confirmed may exist or not, and may be another owner's.
	Confirmed bool `json:"confirmed,omitempty"`
	// Adopted: it was there before, and outlives the unit.
	Adopted bool `json:"adopted,omitempty"`
	// Version tells which of several objects of the name is meant, 0 where that is not known: of a family the last
	// revision that the unit registered, of a schedule when AWS made it, in milliseconds since 1970.
	Version int64 `json:"version,omitempty"`
}

// is reports whether the part is of a kind and has a name. IAM compares names of roles without case.
func (p Part) is(kind PartKind, name string) bool {
	return p.Kind == kind && (p.Name == name || kind == RolePart && strings.EqualFold(p.Name, name))
}

// Record is what a unit remembers of its parts, in private state. Parts that are not confirmed, and that state does
// not name, are its orphans: an update which failed may have made them under other names.
type Record struct {
	// ID is what the parts carry in their tag; "" for parts that were imported and carry none, until the first
	// update gives them one.
	ID string `json:"id"`
	// Account is where the parts are: state may have no ARN of any.
	Account string `json:"account,omitempty"`
	// ChangedAt is when the unit was made or last changed, in seconds since 1970; 0 where nobody knows.
	ChangedAt int64  `json:"changed_at,omitempty"`
	Parts     []Part `json:"parts,omitempty"`
	// Digest is that of the newest revision when it was last looked at, in the format of DigestFormat.
	Digest       string `json:"digest,omitempty"`
	DigestFormat int    `json:"digest_format,omitempty"`
}

// Owns is the one rule of whose a part is: one that carries the id is the unit's, one that carries another's is not,
// and one that carries none is if it is confirmed.
func (r Record) Owns(kind PartKind, name string, tags map[string]string) bool {
	if id := tags[TagUnit]; id != "" {
		return id == r.ID
	}
	return r.Confirmed(kind, name)
}

// Shows reports whether state shows a part: it does not end with another's id on a part that was the unit's, so that
// a plan tells of it.
func (r Record) Shows(kind PartKind, name string, tags map[string]string) bool {
	return r.Confirmed(kind, name) || r.Owns(kind, name, tags)
}

// Part is the part of a kind and name; the second result is false where there is none.
func (r Record) Part(kind PartKind, name string) (Part, bool) {
	i := slices.IndexFunc(r.Parts, func(p Part) bool { return p.is(kind, name) })
	if i < 0 {
		return Part{Kind: kind, Name: name}, false
	}
	return r.Parts[i], true
}

// Has reports whether a part is in the record.
func (r Record) Has(kind PartKind, name string) bool {
	_, has := r.Part(kind, name)
	return has
}

// Confirmed reports whether a part is in the record as the unit's.
func (r Record) Confirmed(kind PartKind, name string) bool {
	p, _ := r.Part(kind, name)
	return p.Confirmed
}

// With has parts in place of those of the same kind and name.
func (r Record) With(parts ...Part) Record {
	r.Parts = slices.Clone(r.Parts)
	for _, p := range parts {
		if i := slices.IndexFunc(r.Parts, func(had Part) bool { return had.is(p.Kind, p.Name) }); i >= 0 {
			r.Parts[i] = p
			continue
		}
		r.Parts = append(r.Parts, p)
	}
	return r
}

// WithPossible has also parts that may exist, as of an operation that failed. What is known of them stays.
func (r Record) WithPossible(parts ...Part) Record {
	for _, p := range parts {
		if !r.Has(p.Kind, p.Name) {
			p.Confirmed = false
			r = r.With(p)
		}
	}
	return r
}

// Of has exactly these parts, confirmed: an operation has succeeded.
func (r Record) Of(parts ...Part) Record {
	r.Parts = nil
	for _, p := range parts {
		p.Confirmed = true
		r = r.With(p)
	}
	return r
}

// Without has a part no more.
func (r Record) Without(kind PartKind, name string) Record {
	r.Parts = slices.DeleteFunc(slices.Clone(r.Parts), func(p Part) bool { return p.is(kind, name) })
	return r
}

// Seen confirms a part that carries the id.
func (r Record) Seen(kind PartKind, name string, tags map[string]string) Record {
	if p, _ := r.Part(kind, name); !p.Confirmed && r.ID != "" && tags[TagUnit] == r.ID {
		p.Confirmed = true
		return r.With(p)
	}
	return r
}

// Orphans are the parts that an operation which failed may have made, and that are not among those that state names.
func (r Record) Orphans(named []Part) []Part {
	return slices.DeleteFunc(slices.Clone(r.Parts), func(p Part) bool {
		return p.Confirmed || slices.ContainsFunc(named, func(n Part) bool { return n.is(p.Kind, p.Name) })
	})
}

// WithDigest has the digest of the newest revision; nil where there is none.
func (r Record) WithDigest(d *ObservedDefinition) Record {
	r.Digest, r.DigestFormat = "", DigestFormat
	if d != nil {
		r.Digest = d.Definition.Digest()
	}
	return r
}
