package provider

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// An ARN as import id imports what it names, in its region; the refusal of an id of another kind names the kind.
func TestImport_ids(t *testing.T) {
	t.Parallel()
	w := newWalk(t, &fakeAWS{}, byGraphWalk)
	const task, schedule, subscription = "docker_task", "docker_task_schedule", "docker_task_subscription"
	for _, c := range []struct {
		typ, id string
		state   map[string]string // nil: refused
		says    string
	}{
		{task, "arn:aws:ecs:eu-west-1:123456789012:task-definition/t", map[string]string{"name": "t", "region": "eu-west-1"}, ""},
		{task, "arn:aws:ecs:us-east-1:123456789012:task-definition/t:7", map[string]string{"name": "t", "region": "us-east-1"}, ""},
		{task, "t", map[string]string{"name": "t", "region": "eu-west-1"}, ""},
		{task, "t@us-east-1", map[string]string{"name": "t", "region": "us-east-1"}, ""},
		{task, "arn:aws:ecs:us-east-1:999999999999:task-definition/t", nil, "Credentials of another account"},
		{task, "t:7", nil, "leave the revision out, t."},
		{task, "t:7@us-east-1", nil, "leave the revision out, t@us-east-1."},
		{task, "arn:aws:ecs:us-east-1:123456789012:task/default/0123", nil, "It is the ARN of a running task."},
		{task, "arn:aws:sqs:us-east-1:123456789012:jobs", nil, "It is the ARN of an SQS queue."},
		{task, "arn:aws", nil, "It is no ARN."},
		{schedule, "arn:aws:scheduler:us-east-1:123456789012:schedule/jobs/s", map[string]string{"name": "s", "group": "jobs"}, ""},
		{schedule, "arn:aws:scheduler:us-east-1:123456789012:schedule-group/jobs", nil, "It is the ARN of a schedule group."},
		{subscription, "arn:aws:events:us-east-1:123456789012:rule/r", map[string]string{"name": "r", "region": "us-east-1"}, ""},
		{subscription, "arn:aws:events:us-east-1:123456789012:rule/bus/r", nil, "Invalid import id"},
		{"docker_task_cluster", "arn:aws:ecs:us-east-1:123456789012:cluster/c", map[string]string{"name": "c", "region": "us-east-1"}, ""},
		{"docker_task_cluster", "arn:aws:ecs:us-east-1:999999999999:cluster/c", nil, "Credentials of another account"},
		{"docker_task_cluster", "arn:aws:ecs:us-east-1:123456789012:task/c/0123", nil, "It is the ARN of a running task."},
		{"docker_task_cluster", "c.d", nil, "1 to 255 letters"},
		{subscription, "arn:aws:events:us-east-1:123456789012:event-bus/b", nil, "It is the ARN of an event bus."},
	} {
		answer, err := w.server.ImportResourceState(t.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: c.typ, ID: c.id})
		if err != nil {
			t.Fatal(err)
		}
		said := strings.Join((plannedResource{PlanResourceChangeResponse: &tfprotov6.PlanResourceChangeResponse{Diagnostics: answer.Diagnostics}}).errors(), "\n")
		if c.state == nil {
			if !strings.Contains(said, c.says) {
				t.Errorf("%s %s: says %q, without %q", c.typ, c.id, said, c.says)
			}
			continue
		}
		if said != "" {
			t.Errorf("%s %s: says %q", c.typ, c.id, said)
			continue
		}
		state, err := answer.ImportedResources[0].State.Unmarshal(w.schemas.ResourceSchemas[c.typ].ValueType())
		if err != nil {
			t.Fatal(err)
		}
		attributes := map[string]tftypes.Value{}
		if err := state.As(&attributes); err != nil {
			t.Fatal(err)
		}
		for name, want := range c.state {
			if got := stringIn(attributes[name]); got != want {
				t.Errorf("%s %s: %s is %q, want %q", c.typ, c.id, name, got, want)
			}
		}
	}
}

// stringIn is a text in a state; "" where it is null.
func stringIn(v tftypes.Value) string {
	var s string
	_ = v.As(&s)
	return s
}
