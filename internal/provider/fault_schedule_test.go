package provider_test

import (
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// faultySchedule is docker_task_schedule under faults.
var faultySchedule = &subject{
	typeName: "docker_task_schedule",
	around:   func(_ *testing.T, h *faultHarness) { h.makePolicy() },
	made: func(h faultHarness) values {
		return values{
			"name": h.name, "expression": daily, "task": values{"name": h.name + "-dump", "subnet_ids": []any{"subnet-0a"}},
			"tags": values{"team": "data"}, "command": []any{"pg_dump"},
		}
	},
	imported: func(h faultHarness) string { return "default/" + h.name + "@" + acctest.Region() },
	changes: []faultChange{
		{name: "expression", to: alike(values{"expression": "rate(2 hours)"})},
		{name: "command", to: alike(values{"command": []any{"pg_dumpall"}})},
		{name: "tags", to: alike(values{"tags": values{"owner": "other"}})},
		{name: "dead-letter queue added", to: alike(values{"dead_letter_queue": values{"queue": "dead"}})},
		{name: "dead-letter queue removed", before: alike([]values{{"dead_letter_queue": values{"queue": "dead"}}}), to: alike(values{"dead_letter_queue": nil})},
		{name: "permissions boundary", to: func(h faultHarness) values { return values{"permissions_boundary": h.policyARN()} }},
		{name: "role renamed", to: func(h faultHarness) values { return values{"role": values{"name": h.name + "-renamed"}} }},
		{
			name: "role given up",
			to:   func(h faultHarness) values { return values{"role": values{"arn": h.roleARN(h.scheduleRole())}} },
			kept: keptRole(faultHarness.scheduleRole),
		},
		{
			name:    "role taken over",
			prepare: faultyTask.change("role taken over").prepare,
			before:  func(h faultHarness) []values { return []values{{"role": values{"arn": h.roleARN(h.name + "-theirs")}}} },
			to:      func(h faultHarness) values { return values{"role": values{"name": h.name + "-theirs"}} },
			kept:    faultyTask.change("role taken over").kept,
		},
		{
			name: "much at once",
			to: func(h faultHarness) values {
				return values{"tags": values{"team": "other"}, "command": []any{"pg_dumpall"}, "role": values{"name": h.name + "-renamed"}, "dead_letter_queue": values{"queue": "dead"}}
			},
		},
		{name: "name", replaces: true, to: func(h faultHarness) values { return values{"name": h.name + "-renamed"} }},
	},
	variants: []faultVariant{{
		name: "role that is given", creates: true, prepare: faultyTask.change("role taken over").prepare,
		made: func(h faultHarness) values { return values{"role": values{"arn": h.roleARN(h.name + "-theirs")}} },
	}},
}

func (h faultHarness) scheduleRole() string { return h.name + "-" + acctest.Region() + "-schedule" }

// change is a change by its name.
func (s *subject) change(name string) faultChange {
	for _, c := range s.changes {
		if c.name == name {
			return c
		}
	}
	panic("no change " + name)
}
