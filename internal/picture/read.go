package picture

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// shown is what terraform show -json prints, of a state or a plan, as far as a picture needs it.
// https://developer.hashicorp.com/terraform/internals/json-format
type shown struct {
	FormatVersion string     `json:"format_version"`
	Values        *values    `json:"values"`         // of a state
	PlannedValues *values    `json:"planned_values"` // of a plan
	PriorState    *shown     `json:"prior_state"`
	Changes       []changing `json:"resource_changes"`
}

type values struct {
	Root module `json:"root_module"`
}

type module struct {
	Resources []resource `json:"resources"`
	Children  []module   `json:"child_modules"`
}

type resource struct {
	Address   string         `json:"address"`
	Mode      string         `json:"mode"`
	Type      string         `json:"type"`
	Values    map[string]any `json:"values"`
	Sensitive any            `json:"sensitive_values"`
}

type changing struct {
	Address string `json:"address"`
	Change  struct {
		Actions      []string `json:"actions"`
		AfterUnknown any      `json:"after_unknown"`
	} `json:"change"`
}

// change is what the plan does with what is there before and after.
func (c changing) change() Change {
	a := c.Change.Actions
	if slices.Contains(a, "update") || slices.Contains(a, "create") && slices.Contains(a, "delete") {
		return Changed
	}
	return ""
}

// What stands in a picture for a value that a plan does not know yet, and for one that is sensitive.
const (
	Unknown   = "(known after apply)"
	Sensitive = "(sensitive)"
)

// marked is a value with a word in place of all that the marks, which have its form, have true.
func marked(value, marks any, word string) any {
	switch marks := marks.(type) {
	case bool:
		if marks {
			return word
		}
	case map[string]any:
		fields := maps.Clone(object(value))
		if fields == nil {
			fields = map[string]any{}
		}
		for key, mark := range marks {
			if v := marked(fields[key], mark, word); v != nil {
				fields[key] = v
			}
		}
		if len(fields) > 0 {
			return fields
		}
	case []any:
		list, _ := value.([]any)
		list = slices.Clone(list)
		for i, mark := range marks {
			if i < len(list) {
				list[i] = marked(list[i], mark, word)
			}
		}
		return list
	}
	return value
}

// Attributes that name something, and those that the provider computes from them. Terraform does not know that these are as
// sensitive.
var (
	naming  = []string{"consumer_role", "function", "name", "queue", "task", "topic", "wires"}
	derived = []string{"console_urls", "environment", "permission_json", "policy_json", "wire_environment", "wire_policies"}
)

// withoutSensitive are attributes without the sensitive ones, and without what follows from them.
func withoutSensitive(attributes map[string]any, marks any) map[string]any {
	out := maps.Clone(object(marked(attributes, marks, Sensitive)))
	if slices.ContainsFunc(naming, func(name string) bool { return anyMarked(object(marks)[name]) }) {
		for _, name := range derived {
			delete(out, name)
		}
	}
	return out
}

// anyMarked reports whether something is marked.
func anyMarked(marks any) bool {
	switch marks := marks.(type) {
	case bool:
		return marks
	case map[string]any:
		for _, mark := range marks {
			if anyMarked(mark) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(marks, anyMarked)
	}
	return false
}

// Read reads what terraform show -json prints: the picture of a state, or of a plan with its changes.
func Read(document []byte) (Picture, error) {
	var in shown
	if err := json.Unmarshal(document, &in); err != nil {
		return Picture{}, fmt.Errorf("this is not what terraform show -json prints: %w", err)
	}
	switch {
	case in.FormatVersion == "":
		return Picture{}, errors.New("this is not what terraform show -json prints: it has no format_version")
	case in.PlannedValues == nil:
		return of(in.Values, nil), nil
	}
	before := Picture{}
	if in.PriorState != nil {
		before = of(in.PriorState.Values, nil)
	}
	changes := map[string]changing{}
	for _, c := range in.Changes {
		changes[c.Address] = c
	}
	return before.To(of(in.PlannedValues, changes)), nil
}

// of is the picture of values, of all modules, with what a plan says of them by their addresses.
func of(v *values, changes map[string]changing) Picture {
	var p Picture
	if v == nil {
		return p
	}
	var walk func(module)
	walk = func(m module) {
		for _, r := range m.Resources {
			if r.Mode != "data" {
				c := changes[r.Address]
				known := marked(r.Values, c.Change.AfterUnknown, Unknown)
				p.add(r.Type, withoutSensitive(object(known), r.Sensitive), r.Address, c.change())
			}
		}
		for _, child := range m.Children {
			walk(child)
		}
	}
	walk(v.Root)
	p.Settle()
	return p
}
