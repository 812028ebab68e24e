package provider

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tftest"
)

// If a value of another kind is given for a name or an ARN, the error says what it is.
func TestPasted(t *testing.T) {
	t.Parallel()
	w := walk{t: t, server: served(t), schemas: schemasOf(t)}
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
		is            tftest.Block
	}{
		{"docker_task", "name", "leave the revision out", aTask("t:2", nil)},
		{"docker_task", "name", "it is the ARN of a task definition", aTask("arn:aws:ecs:us-east-1:123456789012:task-definition/t:2", nil)},
		{"docker_task", "cluster", isARN, aTask("t", tftest.Block{"cluster": table})},
		{"docker_task", "subnet_ids", isRole, aTask("t", tftest.Block{"subnet_ids": []any{aRole}})},
		{"docker_task", "security_group_ids", "it is the id of something else", aTask("t", tftest.Block{"security_group_ids": []any{"subnet-0a1b2c3d"}})},
		{"docker_task", "execution_role.name", isRole, aTask("t", tftest.Block{"execution_role": tftest.Block{"name": aRole}})},
		{"docker_task", "execution_role.arn", isURL, aTask("t", tftest.Block{"execution_role": tftest.Block{"arn": url}})},
		{"docker_task", "task_role.managed_policy_arns", isRole, aTask("t", tftest.Block{"task_role": tftest.Block{"managed_policy_arns": []any{aRole}}})},
		{"docker_task", "permissions_boundary", isRole, aTask("t", tftest.Block{"permissions_boundary": aRole})},
		{"docker_task", "log_group.name", "it is the ARN of a log group", aTask("t", tftest.Block{"log_group": tftest.Block{"name": "arn:aws:logs:us-east-1:123456789012:log-group:/x"}})},
		{"docker_task", "log_group.arn", isARN, aTask("t", tftest.Block{"log_group": tftest.Block{"arn": table}})},
		{"docker_task", "log_group.kms_key_id", anID, aTask("t", tftest.Block{"log_group": tftest.Block{"kms_key_id": aKey}})},
		{"docker_task", "secrets_kms_key_arns", anID, aTask("t", tftest.Block{"secrets_kms_key_arns": []any{aKey}})},
		{"docker_task", "repository_credentials", isARN, aTask("t", tftest.Block{"repository_credentials": table})},
		{"docker_task", `wires["w"].job_queue`, isURL, aTask("t", tftest.Block{"wires": tftest.Block{"w": tftest.Block{"job_queue": url, "access": "read"}}})},
		{"docker_task", `wires["w"].topic`, isURL, aTask("t", tftest.Block{"wires": tftest.Block{"w": tftest.Block{"topic": url}}})},
		{"docker_task", `wires["w"].function`, isARN, aTask("t", tftest.Block{"wires": tftest.Block{"w": tftest.Block{"function": table}}})},
		{"docker_task", `wires["w"].object_store`, isARN, aTask("t", tftest.Block{"wires": tftest.Block{"w": tftest.Block{"object_store": table, "access": "read"}}})},
		{"docker_task", `wires["w"].docker_task.name`, "leave the revision out", aTask("t", tftest.Block{"wires": tftest.Block{"w": tftest.Block{"docker_task": tftest.Block{"name": "u:3"}}}})},
		{"docker_task_wire", "consumer_role", isURL, aWire("t", url, nil)},
		{"docker_task_wire", "consumer_role", "aws_iam_role.NAME.name", aWire("t", url, nil)},
		{"docker_task_wire", "consumer_role", "it is the ARN of a Lambda function", aWire("t", "arn:aws:lambda:us-east-1:123456789012:function:f", nil)},
		{"docker_task_wire", "task.name", "leave the revision out", aWire("t:4", "api", nil)},
		{"docker_task_wire", "task.family_arn", isRole, aWire("t", "api", tftest.Block{"task": tftest.Block{"name": "t", "family_arn": aRole}})},
		{"docker_task_schedule", "dead_letter_queue.queue", isURL, aSchedule("s", tftest.Block{"dead_letter_queue": tftest.Block{"queue": url}})},
		{"docker_task_schedule", "kms_key_arn", anID, aSchedule("s", tftest.Block{"kms_key_arn": aKey})},
		{"docker_task_schedule", "role.arn", isARN, aSchedule("s", tftest.Block{"role": tftest.Block{"arn": table}})},
		{"docker_task_schedule", "name", "it is the ARN of a schedule", aSchedule("arn:aws:scheduler:us-east-1:123456789012:schedule/default/s", nil)},
		{"docker_task_subscription", "queue", isURL, aSubscription("t", url, nil)},
		{"docker_task_subscription", "queue", isARN, aSubscription("t", table, nil)},
		{"docker_task_subscription", "dead_letter_queue.queue", isURL, aSubscription("t", "q", tftest.Block{"dead_letter_queue": tftest.Block{"queue": url}})},
	} {
		typ := w.schemas.ResourceSchemas[c.typ].ValueType()
		answer, err := w.server.ValidateResourceConfig(t.Context(), &tfprotov6.ValidateResourceConfigRequest{
			TypeName: c.typ, Config: w.dynamic(typ, tftest.Value(t, typ, c.is)),
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
