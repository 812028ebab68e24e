package wire

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
)

// Container is what the user gives a container by itself.
type Container struct {
	Environment map[string]string
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
				problems = append(problems, w.problem("env_prefix", fmt.Sprintf(
					"wires %q and %q both set %s, to different values; set env_prefix on one of them, as in env_prefix = %q",
					other.wire, w.Name, name, prefixOf(w.Name))))
				continue
			}
			first[name] = setting{wire: w.Name, value: value}
			problems = append(problems, w.clash(main, "", name, value)...)
			for _, container := range slices.Sorted(slices.Values(w.Containers)) {
				problems = append(problems, w.clash(sidecars[container], container, name, value)...)
			}
		}
	}
	return problems
}

// MayClash are the variables that two wires set of which one at least, in unknown, has a target
// that is not known yet: only then it shows whether they have two values.
func MayClash(known, unknown []Wire) []Problem {
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
			problems = append(problems, w.problem("env_prefix", fmt.Sprintf(
				"wires %q and %q both set %s, and not all of their targets are known yet: it will be an error unless both have the same value; set env_prefix on one of them, as in env_prefix = %q",
				other.Name, w.Name, strings.Join(both, ", "), prefixOf(w.Name))))
		}
	}
	return problems
}

// clash says that a container has a variable of the wire with another value.
func (w Wire) clash(c Container, sidecar, name, value string) []Problem {
	where := "environment"
	if said, ok := c.Environment[name]; slices.Contains(c.Secrets, name) {
		where = "secrets"
	} else if !ok || said == value {
		return nil
	}
	if sidecar != "" {
		where = fmt.Sprintf("%s of sidecar %q", where, sidecar)
	}
	return []Problem{w.problem("env_prefix", fmt.Sprintf(
		"wire %q and %s both set %s, to different values; leave it out there, or set env_prefix on the wire, as in env_prefix = %q",
		w.Name, where, name, prefixOf(w.Name)))}
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
