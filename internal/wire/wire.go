package wire

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/policy"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// Wire joins a docker task to what it uses.
type Wire struct {
	// Name is the wire's key in the map of wires.
	Name string
	// Kind names the kind of the target, which is given by one of the next three: Value is a
	// name, an ARN or the JSON of a policy, Fields are those of an object, Task is a task.
	Kind   string
	Value  string
	Fields map[string]string
	Task   *Task

	// Access is "" where none was said.
	Access Access
	// EnvPrefix begins the names of the variables: "UPLOADS_" makes UPLOADS_BUCKET_NAME.
	EnvPrefix string
	// Names are the names that the containers know the variables by, by their names in the table
	// of kinds. It is the list of all variables that the wire sets: an empty one sets none. Nil
	// sets those of the kind, by their own names.
	Names map[string]string
	// KMSKeyARN is the customer-managed key that the target's data is encrypted with, or "".
	KMSKeyARN string
	// TaskToken lets the task answer a state machine for its task token.
	TaskToken bool
	// Containers are sidecars that get the variables as the main container does.
	Containers []string
}

// Problem is what is wrong with a wire.
type Problem struct {
	Wire string
	// Field is the attribute below the wire, such as "access" or "rest_api.stage".
	Field string
	// Key is the key in Field, where that is a map, or "".
	Key string
	// Text says what is wrong and what is allowed. It holds no value that may be a secret's,
	// begins in lower case and ends without a full stop.
	Text string
}

func (w Wire) problem(field, text string) Problem {
	return Problem{Wire: w.Name, Field: field, Text: text}
}

// Choose is the kind of a wire whose attributes of the given names are set, whatever they
// hold. A wire names exactly one target.
func Choose(wire string, set []string) (Kind, []Problem) {
	var found []Kind
	var names []string
	for _, k := range Kinds {
		if slices.Contains(set, k.Name) {
			found = append(found, k)
			names = append(names, k.Name)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		// A word that is no kind does not get here.
		return Kind{}, []Problem{{Wire: wire, Text: "the wire names no target; set one of " + kindsInWords() + ". Terraform drops other words without a message"}}
	}
	return Kind{}, []Problem{{
		Wire: wire, Field: names[1],
		Text: "a wire has one target, this one has " + strings.Join(names, " and ") + "; make a wire of each",
	}}
}

// Check says what is wrong with the wire. The place is the task's; one that is not complete
// is no problem here.
func (w Wire) Check(place arn.Place) []Problem {
	k, ok := Find(w.Kind)
	if !ok {
		return []Problem{w.problem("", fmt.Sprintf("there is no kind %q%s", w.Kind, called(w.Kind)))}
	}
	problems := w.CheckSettings()
	at := place
	switch k.Given {
	case ByTask:
		if w.Task == nil {
			problems = append(problems, w.problem(k.Name, k.Name+" is "+k.Description+": docker_task.NAME, or the data source's"))
		}
	case ByJSON:
		if _, err := readWritten(w.Value); err != nil {
			problems = append(problems, w.problem(k.Name, err.Error()))
		}
	default:
		var more []Problem
		_, at, more = k.target(w, place)
		problems = append(problems, more...)
		if len(more) > 0 {
			return problems
		}
		problems = append(problems, w.checkGiven(k)...)
	}
	if key, err := readKey(w.KMSKeyARN); k.TakesKey() && w.KMSKeyARN != "" && err == nil && !k.arns.NoPlace &&
		at.Region != "" && key.Region != at.Region {
		problems = append(problems, w.problem("kms_key_arn", fmt.Sprintf(
			"the key is in region %s, the target in %s; a service encrypts with keys of its own region only", key.Region, at.Region)))
	}
	return problems
}

// CheckSettings is the part of [Wire.Check] that needs to know the kind but not the target:
// for a target that is not known yet.
func (w Wire) CheckSettings() []Problem {
	k, ok := Find(w.Kind)
	if !ok {
		return nil
	}
	var problems []Problem
	if err := k.checkAccess(w.Access, w.TaskToken); err != nil {
		problems = append(problems, w.problem("access", err.Error()))
	}
	if w.TaskToken && !k.TakesToken() {
		problems = append(problems, w.problem("task_token", "a task token is a state machine's; "+k.Name+" gives none"))
	}
	switch _, err := readKey(w.KMSKeyARN); {
	case w.KMSKeyARN == "":
	case !k.TakesKey():
		problems = append(problems, w.problem("kms_key_arn",
			k.Name+" needs no right of the task's on a key; leave kms_key_arn out"))
	case err != nil:
		problems = append(problems, w.problem("kms_key_arn", err.Error()))
	}
	problems = append(problems, w.checkNames(k)...)
	if err := task.CheckVariablePrefix(w.EnvPrefix); err != nil {
		problems = append(problems, w.problem("env_prefix", err.Error()))
	}
	return problems
}

// checkNames says what is wrong with the names that the wire gives to its variables.
func (w Wire) checkNames(k Kind) []Problem {
	if w.Names == nil {
		return nil
	}
	var problems []Problem
	for _, wrong := range CheckNames(k.Name, k.Variables(), w.Names) {
		wrong.Wire = w.Name
		problems = append(problems, wrong)
	}
	if w.EnvPrefix != "" {
		problems = append(problems, w.problem("env_prefix", TwoNamings))
	}
	return problems
}

// TwoNamings is what is wrong with a prefix beside whole names.
const TwoNamings = "env_prefix begins the names of all variables, and variables gives whole names: set one of them"

// CheckNames says what is wrong with a map that renames the variables of a target, which messages
// call what. Keys are names of the table.
func CheckNames(what string, variables []string, names map[string]string) []Problem {
	var problems []Problem
	first := map[string]string{}
	for _, variable := range slices.Sorted(maps.Keys(names)) {
		name := names[variable]
		err := task.CheckVariable(name)
		switch {
		case len(variables) == 0:
			err = errors.New(what + " has no variables; leave variables out")
		case !slices.Contains(variables, variable):
			err = fmt.Errorf("%s has no variable %s; it has %s", what, variable, strings.Join(variables, ", "))
		case err == nil && first[name] != "":
			err = fmt.Errorf("%s and %s both get the name %s", first[name], variable, name)
		}
		if err != nil {
			problems = append(problems, Problem{Field: "variables", Key: variable, Text: err.Error()})
		}
		first[name] = variable
	}
	return problems
}

// checkGiven names the variables that the wire asks for and that its target does not give.
func (w Wire) checkGiven(k Kind) []Problem {
	var problems []Problem
	for _, v := range k.variables {
		if _, asked := w.Names[v.name]; asked && !v.given(w.Fields) {
			p := w.problem("variables", fmt.Sprintf("there is a %s only with %s of %s; set that, or leave %[1]s out",
				v.name, task.Or(v.when), k.Name))
			p.Key = v.name
			problems = append(problems, p)
		}
	}
	return problems
}

// checkAccess checks an access.
func (k Kind) checkAccess(access Access, token bool) error {
	known := k.Accesses()
	words := make([]string, len(known))
	for i, a := range known {
		words[i] = string(a)
	}
	switch {
	case access == "" && k.AccessRequired() && !token:
		return fmt.Errorf("%s can be read and written, and access is not set; allowed are %s", k.Name, task.Or(words))
	case access == "" || slices.Contains(known, access):
		return nil
	case !slices.Contains(Accesses, access):
		return fmt.Errorf("access is %s, not %q", task.Or([]string{string(Read), string(Write), string(ReadWrite)}), access)
	case len(known) == 0:
		return errors.New(k.Name + " has no access: its statements say what is allowed; leave access out")
	}
	return fmt.Errorf("%s knows only access %s, not %s; set that or leave access out", k.Name, known[0], access)
}

// accesses are the accesses that the wire gives: the one that was said or follows, and the
// task token.
func (w Wire) accesses(k Kind) []Access {
	access := w.Access
	if access == "" {
		access = k.unset
	}
	if known := k.Accesses(); access == "" && len(known) == 1 {
		access = known[0]
	}
	var out []Access
	if access != "" {
		out = append(out, access)
	}
	if w.TaskToken {
		out = append(out, taskToken)
	}
	return out
}

// Statements are what the task role needs. Their Sids begin with the wire's name in camel
// case; what follows distinguishes the statements of one wire. It fails for a wire that [Wire.Check]
// refuses.
func (w Wire) Statements(place arn.Place) ([]policy.Statement, error) {
	k, err := w.checked(place)
	if err != nil {
		return nil, err
	}
	switch k.Given {
	case ByJSON:
		written, err := readWritten(w.Value)
		if err != nil {
			return nil, err
		}
		return withSids(w.Name, written), nil
	case ByTask:
		var actions []Action
		for _, a := range []Access{Read, Write} {
			if w.accesses(k)[0].includes(a) {
				actions = append(actions, k.actions[a]...)
			}
		}
		d, err := Consumer{Actions: actions}.Policy(*w.Task)
		for i := range d.Statements {
			d.Statements[i].Sid = stem(w.Name) + d.Statements[i].Sid
		}
		return d.Statements, err
	}
	v, at, _ := k.target(w, place)
	if !k.arns.NoPlace && !k.arns.NoAccount && !at.Complete() {
		return nil, fmt.Errorf("wire %q: the account is not known", w.Name)
	}
	out := k.statements(stem(w.Name), v, at, w.accesses(k)...)
	if w.KMSKeyARN != "" {
		key, err := readKey(w.KMSKeyARN)
		if err != nil {
			return nil, err
		}
		out = append(out, k.keyStatement(stem(w.Name), key, w.accesses(k)...))
	}
	return out, nil
}

// Environment are the variables that the containers get. A wire that [Wire.Check] refuses
// sets none.
func (w Wire) Environment(place arn.Place) map[string]string {
	out := map[string]string{}
	k, err := w.checked(place)
	if err != nil {
		return out
	}
	switch k.Given {
	case ByJSON:
		return out
	case ByTask:
		for variable, value := range (Consumer{}).Environment(*w.Task) {
			if name, set := w.named(variable); set {
				out[name] = value
			}
		}
		return out
	}
	v, _, _ := k.target(w, place)
	for _, variable := range k.variables {
		if name, set := w.named(variable.name); set && variable.given(w.Fields) {
			out[name] = v.expand(variable.value)
		}
	}
	return out
}

// named is the name that the containers know a variable of the kind by, and whether the wire sets it.
func (w Wire) named(variable string) (name string, set bool) {
	return Naming{Prefix: w.EnvPrefix, Names: w.Names}.Of(variable)
}

// Variables are the names of the variables that the wire sets: what can be said of its
// environment while the target is not known, unless it is [Wire.Undecided].
func (w Wire) Variables() []string {
	k, _ := Find(w.Kind)
	var names []string
	for _, own := range k.Variables() {
		i := slices.IndexFunc(k.variables, func(v variable) bool { return v.name == own })
		name, set := w.named(own)
		// One that the wire asks for is there, or the wire is refused.
		if set && (w.Names != nil || i < 0 || k.variables[i].given(w.Fields)) {
			names = append(names, name)
		}
	}
	return names
}

// Undecided reports whether fields that are not known yet decide what variables there are.
func (w Wire) Undecided(unknown func(field string) bool) bool {
	k, _ := Find(w.Kind)
	return w.Names == nil && slices.ContainsFunc(k.variables, func(v variable) bool {
		return !v.given(w.Fields) && slices.ContainsFunc(v.when, unknown)
	})
}

func (w Wire) checked(place arn.Place) (Kind, error) {
	if problems := w.Check(place); len(problems) > 0 {
		p := problems[0]
		return Kind{}, fmt.Errorf("wire %q: %s", p.Wire, p.Text)
	}
	k, _ := Find(w.Kind)
	return k, nil
}

// stem begins the Sids of a wire: its name in camel case, of letters and digits, which is
// all that IAM takes in a Sid.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html
func stem(name string) string {
	var b strings.Builder
	up := true
	for _, c := range name {
		switch {
		case c >= 'a' && c <= 'z' && up:
			b.WriteRune(c - 'a' + 'A')
			up = false
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9':
			b.WriteRune(c)
			up = false
		default:
			up = true
		}
	}
	if b.Len() == 0 {
		return "Wire"
	}
	return b.String()
}
