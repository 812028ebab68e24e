package provider_test

import (
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// faultyWire is docker_task_wire under faults: a policy on the role of a consumer, which has
// another of its own.
var faultyWire = &subject{
	typeName: "docker_task_wire", steady: true,
	around: func(t *testing.T, h *faultHarness) {
		for _, role := range []string{h.others + "-api", h.others + "-worker", h.others + "-task"} {
			acctest.CreateRole(t, role)
			h.cloud.PutRolePolicy(role, otherPolicy, otherPolicyDocument)
		}
	},
	made: func(h faultHarness) values {
		return values{
			"consumer_role": h.others + "-api", "task": h.wireTask("task", nil),
			// The task answers a state machine: that takes a policy on its own role.
			"integration": "step_functions_task_token", "state_machine": "pipeline",
		}
	},
	changes: []faultChange{
		{name: "state machine", to: alike(values{"state_machine": "other"})},
		{name: "actions", before: alike([]values{noToken}), to: alike(values{"actions": []any{"stop"}})},
		{name: "revision", to: alike(values{"revision": 7})},
		{name: "cluster of the task", to: func(h faultHarness) values { return values{"task": h.wireTask("task", values{"cluster": "batch"})} }},
		{name: "integration, which takes a policy more", before: alike([]values{noToken}), to: alike(values{
			"integration": "step_functions_task_token", "state_machine": "pipeline",
		})},
		{name: "integration, which takes a policy less", to: alike(noToken)},
		{name: "task with another role", to: func(h faultHarness) values { return values{"task": h.wireTask("worker", nil)} }},
		{name: "only computed from now on", to: alike(values{"attach_policy": false})},
		{name: "attached from now on", before: alike([]values{{"attach_policy": false}}), to: alike(values{"attach_policy": true})},
		{name: "name of the policy", replaces: true, to: func(h faultHarness) values { return values{"policy_name": h.name + "-run"} }},
		{name: "consumer's role", replaces: true, to: func(h faultHarness) values { return values{"consumer_role": h.others + "-worker"} }},
	},
}

// noToken are the arguments of a wire whose task returns no task token.
var noToken = values{"integration": nil, "state_machine": nil}

// wireTask is a task with a role of another owner.
func (h faultHarness) wireTask(role string, more values) values {
	out := values{"name": h.name, "subnet_ids": []any{"subnet-0a"}, "task_role_arn": h.roleARN(h.others + "-" + role)}
	for k, v := range more {
		out[k] = v
	}
	return out
}
