package provider

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// What belongs elsewhere is told by what it is, wherever a name or an ARN is asked for.
func TestPasted(t *testing.T) {
	t.Parallel()
	w := walk{t: t, server: server(t), schemas: schemasOf(t)}
	const (
		url    = "https://sqs.us-east-1.amazonaws.com/123456789012/jobs"
		table  = "arn:aws:dynamodb:us-east-1:123456789012:table/items"
		isURL  = "it is the URL of a queue"
		isARN  = "it is the ARN of a DynamoDB table"
		aKey   = "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9"
		anID   = "it is an id, as of a KMS key"
		aRole  = "arn:aws:iam::123456789012:role/api"
		isRole = "it is the ARN of an IAM role"
	)
	for _, c := range []struct {
		typ, at, says string
		is            block
	}{
		{"docker_task", "name", "leave the revision out", aTask("t:2", nil)},
		{"docker_task", "name", "it is the ARN of a task definition", aTask("arn:aws:ecs:us-east-1:123456789012:task-definition/t:2", nil)},
		{"docker_task", "cluster", isARN, aTask("t", block{"cluster": table})},
		{"docker_task", "subnet_ids", isRole, aTask("t", block{"subnet_ids": []any{aRole}})},
		{"docker_task", "security_group_ids", "it is the id of something else", aTask("t", block{"security_group_ids": []any{"subnet-0a1b2c3d"}})},
		{"docker_task", "execution_role.name", isRole, aTask("t", block{"execution_role": block{"name": aRole}})},
		{"docker_task", "execution_role.arn", isURL, aTask("t", block{"execution_role": block{"arn": url}})},
		{"docker_task", "task_role.managed_policy_arns", isRole, aTask("t", block{"task_role": block{"managed_policy_arns": []any{aRole}}})},
		{"docker_task", "permissions_boundary", isRole, aTask("t", block{"permissions_boundary": aRole})},
		{"docker_task", "log_group.name", "it is the ARN of a log group", aTask("t", block{"log_group": block{"name": "arn:aws:logs:us-east-1:123456789012:log-group:/x"}})},
		{"docker_task", "log_group.arn", isARN, aTask("t", block{"log_group": block{"arn": table}})},
		{"docker_task", "log_group.kms_key_id", anID, aTask("t", block{"log_group": block{"kms_key_id": aKey}})},
		{"docker_task", "secrets_kms_key_arns", anID, aTask("t", block{"secrets_kms_key_arns": []any{aKey}})},
		{"docker_task", "repository_credentials", isARN, aTask("t", block{"repository_credentials": table})},
		{"docker_task", `wires["w"].job_queue`, isURL, aTask("t", block{"wires": block{"w": block{"job_queue": url, "access": "read"}}})},
		{"docker_task", `wires["w"].topic`, isURL, aTask("t", block{"wires": block{"w": block{"topic": url}}})},
		{"docker_task", `wires["w"].function`, isARN, aTask("t", block{"wires": block{"w": block{"function": table}}})},
		{"docker_task", `wires["w"].object_store`, isARN, aTask("t", block{"wires": block{"w": block{"object_store": table, "access": "read"}}})},
		{"docker_task", `wires["w"].docker_task.name`, "leave the revision out", aTask("t", block{"wires": block{"w": block{"docker_task": block{"name": "u:3"}}}})},
		{"docker_task_wire", "consumer_role", isURL, aWire("t", url, nil)},
		{"docker_task_wire", "consumer_role", "aws_iam_role.NAME.name", aWire("t", url, nil)},
		{"docker_task_wire", "consumer_role", "it is the ARN of a Lambda function", aWire("t", "arn:aws:lambda:us-east-1:123456789012:function:f", nil)},
		{"docker_task_wire", "task.name", "leave the revision out", aWire("t:4", "api", nil)},
		{"docker_task_wire", "task.family_arn", isRole, aWire("t", "api", block{"task": block{"name": "t", "family_arn": aRole}})},
		{"docker_task_schedule", "dead_letter_queue.queue", isURL, aSchedule("s", block{"dead_letter_queue": block{"queue": url}})},
		{"docker_task_schedule", "kms_key_arn", anID, aSchedule("s", block{"kms_key_arn": aKey})},
		{"docker_task_schedule", "role.arn", isARN, aSchedule("s", block{"role": block{"arn": table}})},
		{"docker_task_schedule", "name", "it is the ARN of a schedule", aSchedule("arn:aws:scheduler:us-east-1:123456789012:schedule/default/s", nil)},
		{"docker_task_subscription", "queue", isURL, aSubscription("t", url, nil)},
		{"docker_task_subscription", "queue", isARN, aSubscription("t", table, nil)},
		{"docker_task_subscription", "dead_letter_queue.queue", isURL, aSubscription("t", "q", block{"dead_letter_queue": block{"queue": url}})},
	} {
		typ := w.schemas.ResourceSchemas[c.typ].ValueType()
		answer, err := w.server.ValidateResourceConfig(t.Context(), &tfprotov6.ValidateResourceConfigRequest{
			TypeName: c.typ, Config: w.dynamic(typ, value(t, typ, c.is)),
		})
		if err != nil {
			t.Fatal(err)
		}
		var said []string
		for _, text := range (plannedResource{PlanResourceChangeResponse: &tfprotov6.PlanResourceChangeResponse{Diagnostics: answer.Diagnostics}}).errors() {
			if strings.HasPrefix(text, c.at) {
				said = append(said, text)
			}
		}
		if len(said) == 0 || !strings.Contains(strings.Join(said, "\n"), c.says) {
			t.Errorf("%s, %s: says %q, without %q", c.typ, c.at, said, c.says)
		}
	}
}
