package wire

import (
	"regexp"
	"slices"
	"strings"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/awsname"
	"github.com/dockertask/terraform-provider-docker/internal/policy"
)

// Access is what a task may do with a target.
type Access string

// The accesses. Kinds that know both directions want one of them said.
const (
	Read      Access = "read"
	Write     Access = "write"
	ReadWrite Access = "read_write"

	// taskToken is no access that a user writes: it is what task_token = true gives.
	taskToken Access = "task_token"
)

// Accesses are the accesses as they are written.
var Accesses = []Access{Read, Write, ReadWrite}

func (a Access) includes(b Access) bool {
	return a == b || a == ReadWrite && (b == Read || b == Write)
}

// Given is the form in which a kind takes its target.
type Given int

// ByText is a name or ARN, ByObject an object of texts and numbers, ByTask a docker task,
// ByJSON the text of an IAM policy.
const (
	ByText Given = iota
	ByObject
	ByTask
	ByJSON
)

// Kind is a kind of target: a row of the table of wires. Everything about it follows from
// the row: attribute, checks, statements, variables, documentation.
type Kind struct {
	// Name is the attribute's.
	Name string
	// Description says what the target is, as in "an S3 bucket".
	Description string
	// Note is what else the documentation says.
	Note  string
	Given Given
	// Fields are those of a target that is given as an object.
	Fields []Field

	arns      awsname.Form
	variables []variable
	rights    []right
	key       keyUse
	// unset is the access if none is said, for kinds with both whose one is the usual.
	unset Access
	// secretive kinds are not quoted in messages: what stands there by mistake may be a
	// secret's value.
	secretive bool
	// derive computes further values. The error says what is wrong with those that there are.
	derive func(values) error
	// actions are a docker task's, by access: its statements are those of a [Consumer].
	actions map[Access][]Action
}

// Field is an attribute of a target that is given as an object.
type Field struct {
	Name        string
	Description string
	// Number reports whether it is a whole number rather than a text.
	Number bool
	// needed fields have to be there, unless the target's ARN has their values.
	needed  bool
	pattern *regexp.Regexp
	says    string // what the pattern allows, in words
}

// variable is an environment variable of the container. Its value is a template.
type variable struct {
	name, value string
	when        []string // only if one of these fields is there
}

// given reports whether the fields that the variable needs are there.
func (v variable) given(fields map[string]string) bool {
	return len(v.when) == 0 || slices.ContainsFunc(v.when, func(field string) bool { return fields[field] != "" })
}

// right is a statement, or a part of the one with the same Sid. Two rights with one Sid
// have the same resources and conditions.
type right struct {
	access  Access
	sid     string // what follows the wire's own part of the Sid
	actions []string
	on      []resource
	where   *where
}

// resource is a template of the resource part of an ARN.
type resource struct {
	at           string
	when, unless string // only if that value is there, or is not
	note         string // when that is, in the words of the documentation
}

// where is a condition of a right: its value is a template.
type where struct {
	operator, key, value string
	when                 string
}

// keyUse is what a kind's service does with a customer-managed key in the name of the task.
type keyUse struct {
	service     string // as in kms:ViaService; "" if the task needs no right on the key
	read, write []string
}

// values fill in templates: {name} stands for the value "name".
type values map[string]string

var placeholder = regexp.MustCompile(`\{([a-z_]+)\}`)

func (v values) expand(template string) string {
	return placeholder.ReplaceAllStringFunc(template, func(p string) string { return v[p[1:len(p)-1]] })
}

// has reports whether a value is there, and is true of no name.
func (v values) has(name string) bool { return name == "" || v[name] != "" }

func (r resource) applies(v values) bool {
	return v.has(r.when) && (r.unless == "" || !v.has(r.unless))
}

// Find is the kind of that name.
func Find(name string) (Kind, bool) {
	i := slices.IndexFunc(Kinds, func(k Kind) bool { return k.Name == name })
	if i < 0 {
		return Kind{}, false
	}
	return Kinds[i], true
}

// Accesses are those that the kind has: none, one, or all three.
func (k Kind) Accesses() []Access {
	has := func(a Access) bool {
		_, ofTask := k.actions[a]
		return ofTask || slices.ContainsFunc(k.rights, func(r right) bool { return r.access == a })
	}
	switch {
	case has(Read) && has(Write):
		return Accesses
	case has(Read):
		return []Access{Read}
	case has(Write):
		return []Access{Write}
	}
	return nil
}

// AccessRequired reports whether the access has to be said.
func (k Kind) AccessRequired() bool { return len(k.Accesses()) > 1 && k.unset == "" }

// TakesKey reports whether kms_key_arn has a meaning for the kind.
func (k Kind) TakesKey() bool { return k.key.service != "" }

// TakesToken reports whether task_token has a meaning for the kind.
func (k Kind) TakesToken() bool {
	return slices.ContainsFunc(k.rights, func(r right) bool { return r.access == taskToken })
}

// Variables are the names of the variables that a wire of the kind sets, in the order of
// the documentation.
func (k Kind) Variables() []string {
	if k.Given == ByTask {
		return Variables()
	}
	names := make([]string, len(k.variables))
	for i, v := range k.variables {
		names[i] = v.name
	}
	return names
}

// Deciding are the fields that decide whether there is a variable.
func (k Kind) Deciding() []string {
	var fields []string
	for _, v := range k.variables {
		fields = joinLists(fields, v.when)
	}
	return fields
}

// statements are those of the rights with one of the accesses.
func (k Kind) statements(stem string, v values, place arn.Place, accesses ...Access) []policy.Statement {
	var out []policy.Statement
	for _, r := range k.rights {
		if !slices.ContainsFunc(accesses, func(a Access) bool { return a.includes(r.access) }) {
			continue
		}
		s := policy.Statement{Sid: stem + r.sid, Actions: slices.Clone(r.actions)}
		for _, on := range r.on {
			if on.applies(v) {
				s.Resources = append(s.Resources, k.arns.Resource(place, v.expand(on.at)))
			}
		}
		if len(s.Resources) == 0 {
			continue
		}
		if r.where != nil && v.has(r.where.when) {
			s.Conditions = policy.Conditions{{Operator: r.where.operator, Key: r.where.key, Values: []string{v.expand(r.where.value)}}}
		}
		i := slices.IndexFunc(out, func(o policy.Statement) bool { return o.Sid == s.Sid })
		if i < 0 {
			out = append(out, s)
			continue
		}
		out[i].Actions = joinLists(out[i].Actions, s.Actions)
	}
	return out
}

// keyStatement is the right on the key that the target's data is encrypted with: only
// through the target's service.
func (k Kind) keyStatement(stem string, key arn.ARN, accesses ...Access) policy.Statement {
	s := policy.Statement{Sid: stem + "Key", Resources: []string{key.String()}}
	for _, a := range accesses {
		if a.includes(Read) {
			s.Actions = joinLists(s.Actions, k.key.read)
		}
		if a.includes(Write) || a == taskToken {
			s.Actions = joinLists(s.Actions, k.key.write)
		}
	}
	s.Conditions = policy.Conditions{
		{Operator: "StringEquals", Key: "kms:ViaService", Values: key.Place().ViaService(k.key.service)},
	}
	return s
}

// joinLists is the first list with what the second has beyond it.
func joinLists(a, b []string) []string {
	out := slices.Clone(a)
	for _, s := range b {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// uses reports whether a variable needs that value.
func (k Kind) uses(value string) bool {
	return slices.ContainsFunc(k.variables, func(v variable) bool { return strings.Contains(v.value, "{"+value+"}") })
}
