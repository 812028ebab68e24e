package subscription

import "github.com/dockertask/terraform-provider-docker/internal/task"

// Unit is everything a subscription is in AWS, as it shall be.
type Unit struct {
	Name        string // of the rule
	ARN         string // of the rule
	Pattern     string
	Enabled     bool
	Description string
	Tags        map[string]string // the unit's id apart
	Target      Target
	// Permissions are the statements that the unit owns: on the target, and on the
	// dead-letter queue.
	Permissions []Permission
}

// Refs name the parts of a unit: what is needed to look at them all at once.
type Refs struct {
	Name, ARN   string
	Permissions []Permission
}

// Refs name the parts of the unit.
func (u Unit) Refs() Refs { return Refs{Name: u.Name, ARN: u.ARN, Permissions: u.Permissions} }

// Parts are the parts of the unit as its record has them.
func (u Unit) Parts() []task.Part {
	parts := []task.Part{{Kind: task.RulePart, Name: u.Name}}
	for _, p := range u.Permissions {
		parts = append(parts, task.Part{Kind: task.StatementPart, Name: p.ARN})
	}
	return parts
}

// Recorded are the permissions that a record has, of the rule of the given ARN.
func Recorded(rec task.Record, ruleARN string) []Permission {
	var out []Permission
	for _, p := range rec.Parts {
		if kind, ok := KindOf(p.Name); p.Kind == task.StatementPart && ok {
			out = append(out, NewPermission(kind, p.Name, ruleARN))
		}
	}
	return out
}

// Observed is what AWS has of a unit.
type Observed struct {
	Rule *ObservedRule // nil where it is missing
	// Statements are what the permissions' policies have under their Sids, by the ARN of
	// what they are on; in the form of [Permission.In].
	Statements map[string]string
}

// ObservedRule is a rule with the unit's target.
type ObservedRule struct {
	ARN         string
	Pattern     string
	Enabled     bool
	Description string
	Tags        map[string]string
	// Target is nil where the rule has none with the unit's id.
	Target *Target
	// Foreign are things about rule and target that no unit has, named by field.
	Foreign []string
	// OtherTargets are the ids of targets that others put on the rule.
	OtherTargets []string
}

// Of is what a unit's record shows: the rule if it is the unit's, and the statements, whose Sids nobody else has. A
// rule that carries the id is confirmed.
func (o Observed) Of(rec task.Record, name string) (Observed, task.Record) {
	if o.Rule != nil {
		rec = rec.Seen(task.RulePart, name, o.Rule.Tags)
		if !rec.Shows(task.RulePart, name, o.Rule.Tags) {
			o.Rule = nil
		}
	}
	return o, rec
}

// Nothing reports whether no part exists.
func (o Observed) Nothing() bool {
	if o.Rule != nil {
		return false
	}
	for _, s := range o.Statements {
		if s != "" {
			return false
		}
	}
	return true
}

// Lacks reports whether a part is missing.
func (o Observed) Lacks() bool {
	if o.Rule == nil || o.Rule.Tags == nil || o.Rule.Target == nil {
		return true
	}
	for _, s := range o.Statements {
		if s == "" {
			return true
		}
	}
	return false
}

// UnitID is the id that the rule carries; "" for none.
func (r ObservedRule) UnitID() string { return r.Tags[task.TagUnit] }
