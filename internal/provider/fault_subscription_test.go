package provider_test

import (
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// faultySubscription is docker_task_subscription under faults: a rule whose target is a function of another owner,
// with a dead-letter queue.
var faultySubscription = &subject{
	typeName: "docker_task_subscription",
	around: func(t *testing.T, h *faultHarness) {
		theirs := newSubscriptionFixture(t)
		h.others = theirs.task
		theirs.function("-notify")
		theirs.queue("-done")
		theirs.queue("-lost")
		theirs.topic("-news")
	},
	made: func(h faultHarness) values {
		return values{
			"name": h.name, "task": values{"name": h.name + "-dump", "subnet_ids": []any{"subnet-0a"}},
			"function": h.others + "-notify", "dead_letter_queue": values{"queue": h.others + "-lost"},
			"tags": values{"team": "data"},
		}
	},
	imported: func(h faultHarness) string { return h.name + "@" + acctest.Region() },
	changes: []faultChange{
		{name: "filters", to: alike(values{"only_failures": true})},
		{name: "input", to: alike(values{"input_path": "$.detail"})},
		{name: "retry", to: alike(values{"retry": values{"maximum_attempts": 3, "maximum_age_seconds": 600}})},
		{name: "tags", to: alike(values{"tags": values{"owner": "other"}})},
		{name: "disabled, with a description", to: alike(values{"enabled": false, "description": "Tells."})},
		{
			name:   "dead-letter queue added",
			before: alike([]values{{"dead_letter_queue": nil}}),
			to:     func(h faultHarness) values { return values{"dead_letter_queue": values{"queue": h.others + "-lost"}} },
		},
		{name: "dead-letter queue removed", to: alike(values{"dead_letter_queue": nil})},
		{name: "another dead-letter queue", to: func(h faultHarness) values { return values{"dead_letter_queue": values{"queue": h.others + "-done"}} }},
		{name: "permission given up", to: alike(values{"attach_permission": false})},
		{name: "permission from now on", before: alike([]values{{"attach_permission": false}}), to: alike(values{"attach_permission": true})},
		{name: "queue in place of a function", to: func(h faultHarness) values { return values{"function": nil, "queue": h.others + "-done"} }},
		{
			name:   "topic in place of a queue",
			before: func(h faultHarness) []values { return []values{{"function": nil, "queue": h.others + "-done"}} },
			to:     func(h faultHarness) values { return values{"queue": nil, "topic": h.others + "-news"} },
		},
		{name: "name", replaces: true, to: func(h faultHarness) values { return values{"name": h.name + "-renamed"} }},
	},
	variants: []faultVariant{
		{name: "queue", creates: true, made: func(h faultHarness) values { return values{"function": nil, "queue": h.others + "-done"} }},
		{name: "topic", creates: true, made: func(h faultHarness) values { return values{"function": nil, "topic": h.others + "-news"} }},
	},
}
