package picture

import (
	"encoding/json"
	"errors"
	"fmt"
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
	Mode   string         `json:"mode"`
	Type   string         `json:"type"`
	Values map[string]any `json:"values"`
}

type changing struct {
	Type   string `json:"type"`
	Change struct {
		Actions []string       `json:"actions"`
		After   map[string]any `json:"after"`
	} `json:"change"`
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
		return of(in.Values), nil
	}
	before := Picture{}
	if in.PriorState != nil {
		before = of(in.PriorState.Values)
	}
	p := before.To(of(in.PlannedValues))
	for _, c := range in.Changes {
		if slices.Contains(c.Change.Actions, "update") {
			p.mark(kinds[c.Type], text(c.Change.After["name"]))
		}
	}
	return p, nil
}

// kinds are those of resources that have a box of their name.
var kinds = map[string]Kind{"docker_task": Task, "docker_task_schedule": Clock}

// of is the picture of values, of all modules.
func of(v *values) Picture {
	var p Picture
	if v == nil {
		return p
	}
	var walk func(module)
	walk = func(m module) {
		for _, r := range m.Resources {
			if r.Mode != "data" {
				p.Add(r.Type, r.Values)
			}
		}
		for _, child := range m.Children {
			walk(child)
		}
	}
	walk(v.Root)
	return p
}
