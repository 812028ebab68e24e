package dockertask

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

const fileWithRoleNames = `{"requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc", "cpu": "256", "memory": "512",
  "executionRoleArn": "ecsTaskExecutionRole", "taskRoleArn": "shopTaskRole", "containerDefinitions": [{"name": "web", "image": "nginx:1"}]}`

// TestTask_roleNamesAreQuiet: ECS takes the name of a role and answers its ARN.
func TestTask_roleNamesAreQuiet(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	var diags diag.Diagnostics
	place := lifecycle.Site{Place: arn.Place{Partition: "aws-cn", Region: "cn-north-1", Account: "123456789012"}, DefaultSubnets: func() types.Set { return tf.SetOf(nil) }}
	config := newModel(ctx, &diags)
	config.Name, config.DefinitionJSON = types.StringValue("shop"), types.StringValue(fileWithRoleNames)
	in := planInput{config: config, place: place}
	plan := config
	planTask(ctx, in, &plan, &diags)
	for have, want := range map[types.String]string{
		plan.ExecutionRoleARN: "arn:aws-cn:iam::123456789012:role/ecsTaskExecutionRole", plan.ExecutionRoleName: "ecsTaskExecutionRole",
		plan.TaskRoleARN: "arn:aws-cn:iam::123456789012:role/shopTaskRole", plan.TaskRoleName: "shopTaskRole",
	} {
		if have.ValueString() != want {
			t.Errorf("planned %s, not %s", have, want)
		}
	}
	spec := plan.describe(ctx, place, &diags).spec
	definition, err := spec.Definition()
	if err != nil || diags.HasError() {
		t.Fatal(err, diags)
	}
	plan.ARN, plan.Revision = types.StringValue("arn:aws-cn:ecs:cn-north-1:123456789012:task-definition/shop:1"), types.Int64Value(1)
	for how, roles := range map[string][2]string{
		"ECS":         {"arn:aws-cn:iam::123456789012:role/ecsTaskExecutionRole", "arn:aws-cn:iam::123456789012:role/shopTaskRole"},
		"an emulator": {definition.ExecutionRoleARN, definition.TaskRoleARN},
	} {
		answer := definition
		answer.ExecutionRoleARN, answer.TaskRoleARN = roles[0], roles[1]
		seen := observation{Observed: task.Observed{Definition: &task.ObservedDefinition{Definition: answer, ARN: plan.ARN.ValueString(), Revision: 1}}, place: place}
		read := plan
		read.flatten(ctx, seen, &diags)
		if read.DefinitionJSON != plan.DefinitionJSON || read.ExecutionRole.IsNull() != plan.ExecutionRole.IsNull() || read.TaskRole.IsNull() != plan.TaskRole.IsNull() {
			t.Errorf("%s: read back as %s", how, read.DefinitionJSON)
		}
		before := read.describe(ctx, place, &diags)
		in.state, in.record = &before, task.Record{Digest: answer.Digest(), DigestFormat: task.DigestFormat}
		again := config
		planTask(ctx, in, &again, &diags)
		if again.ARN.IsUnknown() || !again.ExecutionRoleARN.Equal(plan.ExecutionRoleARN) || !again.TaskRoleARN.Equal(plan.TaskRoleARN) {
			t.Errorf("%s: planned again as %s, %s, %s", how, again.ARN, again.ExecutionRoleARN, again.TaskRoleARN)
		}
	}

	// Without the account the ARN is not known yet, and the name is.
	in = planInput{config: config, place: lifecycle.Site{Place: arn.Place{Partition: "aws", Region: "us-east-1"}, DefaultSubnets: func() types.Set { return tf.SetOf(nil) }}}
	plan = config
	planTask(ctx, in, &plan, &diags)
	if diags.HasError() || !plan.ExecutionRoleARN.IsUnknown() || plan.ExecutionRoleName.ValueString() != "ecsTaskExecutionRole" {
		t.Errorf("without an account: %s, %s, %v", plan.ExecutionRoleARN, plan.ExecutionRoleName, diags)
	}
}
