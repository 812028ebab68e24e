package wire

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
)

// Container is what the user gives a container by itself.
type Container struct {
	Environment map[string]string
	// Unknown are the variables of its environment whose values are not known yet.
	Unknown []string
	// Secrets are the variables whose values are secrets.
	Secrets []string
}

// CheckContainers says which of the wire's containers is no sidecar.
func (w Wire) CheckContainers(sidecars []string) []Problem {
	var problems []Problem
	for _, name := range w.Containers {
		if slices.Contains(sidecars, name) {
			continue
		}
		text := fmt.Sprintf("there is no sidecar %q", name)
		if len(sidecars) > 0 {
			text += "; there are " + strings.Join(slices.Sorted(slices.Values(sidecars)), ", ")
		}
		problems = append(problems, w.problem("containers", text+"; the main container gets the variables anyway"))
	}
	return problems
}

// CheckSecrets says which of the wire's variables a container that gets them has as a secret, which is
// a clash whatever the wire's target is. Containers are as in [Clashes].
func (w Wire) CheckSecrets(main Container, sidecars map[string]Container) []Problem {
	var problems []Problem
	for sidecar, c := range w.gets(main, sidecars) {
		for _, name := range w.Variables() {
			if slices.Contains(c.Secrets, name) {
				problems = append(problems, w.both(sectionOf("secrets", sidecar), name, differ))
			}
		}
	}
	return problems
}

// gets are the containers that get the wire's variables, by their names; "" is the main container.
func (w Wire) gets(main Container, sidecars map[string]Container) iter.Seq2[string, Container] {
	return func(yield func(string, Container) bool) {
		if !yield("", main) {
			return
		}
		for _, name := range slices.Sorted(slices.Values(w.Containers)) {
			if !yield(name, sidecars[name]) {
				return
			}
		}
	}
}

// Clashes are the variables that would have two values: from two wires, or from a wire and
// the user. The main container is main, the others go by their names. A variable that is
// set twice to the same value is no clash. Messages name wires and variables, never values.
func Clashes(wires []Wire, place arn.Place, main Container, sidecars map[string]Container) []Problem {
	var problems []Problem
	type setting struct{ wire, value string }
	first := map[string]setting{}
	for _, w := range slices.SortedFunc(slices.Values(wires), byName) {
		environment := w.Environment(place)
		for _, name := range slices.Sorted(maps.Keys(environment)) {
			value := environment[name]
			if other, ok := first[name]; ok && other.value != value {
				problems = append(problems, w.clashing(other.wire, name, differ))
				continue
			}
			first[name] = setting{wire: w.Name, value: value}
			for sidecar, c := range w.gets(main, sidecars) {
				problems = append(problems, w.clash(c, sidecar, name, value)...)
			}
		}
	}
	return problems
}

// MayClash are the variables that may turn out to have two values, as not both are known yet: of two
// wires of which one at least, in unknown, has a target that is not known, and of a wire and the user.
// Containers are as in [Clashes].
func MayClash(known, unknown []Wire, main Container, sidecars map[string]Container) []Problem {
	var problems []Problem
	isUnknown := func(w Wire) bool {
		return slices.ContainsFunc(unknown, func(u Wire) bool { return u.Name == w.Name })
	}
	all := slices.SortedFunc(slices.Values(slices.Concat(known, unknown)), byName)
	for i, w := range all {
		for _, other := range all[:i] {
			var both []string
			for _, name := range w.Variables() {
				if slices.Contains(other.Variables(), name) {
					both = append(both, name)
				}
			}
			if len(both) == 0 || !isUnknown(w) && !isUnknown(other) {
				continue
			}
			problems = append(problems, w.clashing(other.Name, strings.Join(both, ", "), mayDiffer))
		}
		for sidecar, c := range w.gets(main, sidecars) {
			var both []string
			for _, name := range w.Variables() {
				if _, ok := c.Environment[name]; ok && isUnknown(w) || slices.Contains(c.Unknown, name) {
					both = append(both, name)
				}
			}
			if len(both) > 0 {
				problems = append(problems, w.both(sectionOf("environment", sidecar), strings.Join(both, ", "), mayDiffer))
			}
		}
	}
	return problems
}

// clash says that a container has a variable of the wire with another value.
func (w Wire) clash(c Container, sidecar, name, value string) []Problem {
	if slices.Contains(c.Secrets, name) {
		return []Problem{w.both(sectionOf("secrets", sidecar), name, differ)}
	}
	if said, ok := c.Environment[name]; ok && said != value {
		return []Problem{w.both(sectionOf("environment", sidecar), name, differ)}
	}
	return nil
}

// How two values of a variable stand to each other.
const (
	differ    = "to different values"
	mayDiffer = "and not all of these values are known yet: it will be an error unless they are the same"
)

// clashing is the problem that two wires set variables of one name.
func (w Wire) clashing(other, names, values string) Problem {
	field, out := w.otherName()
	return w.problem(field, fmt.Sprintf("wires %q and %q both set %s, %s; on one of them, %s", other, w.Name, names, values, out))
}

// both is the problem that the wire and the user set a variable.
func (w Wire) both(section, name, values string) Problem {
	field, out := w.otherName()
	return w.problem(field, fmt.Sprintf("wire %q and %s both set %s, %s; leave it out there, or on the wire %s", w.Name, section, name, values, out))
}

// otherName is how a wire's variables get other names: the attribute, and what to do with it.
func (w Wire) otherName() (field, do string) {
	if w.Names != nil {
		return "variables", "give the variable another name in variables"
	}
	return "env_prefix", fmt.Sprintf("set env_prefix, as in env_prefix = %q, or name the variables in variables", prefixOf(w.Name))
}

// sectionOf is the environment, or the secrets, of a container.
func sectionOf(section, sidecar string) string {
	if sidecar == "" {
		return section
	}
	return fmt.Sprintf("%s of sidecar %q", section, sidecar)
}

// prefixOf is a prefix that suits a wire's name.
func prefixOf(name string) string {
	var b strings.Builder
	for _, c := range strings.ToUpper(name) {
		if c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' && b.Len() > 0 {
			b.WriteRune(c)
		} else if b.Len() > 0 && !strings.HasSuffix(b.String(), "_") {
			b.WriteByte('_')
		}
	}
	return strings.TrimSuffix(b.String(), "_") + "_"
}
