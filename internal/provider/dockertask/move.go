package dockertask

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
)

var _ resource.ResourceWithMoveState = (*taskResource)(nil)

// movable are the resources of other providers that can be moved, with the attributes that identify the task
// definition.
var movable = map[string]struct{ provider, family, arn string }{
	"aws_ecs_task_definition":   {"aws", "family", "arn"},
	"awscc_ecs_task_definition": {"awscc", "family", "task_definition_arn"},
}

// MoveState moves the task definition of another provider, as in
// `moved { from = aws_ecs_task_definition.x, to = docker_task.x }`. It is the same as an
// import: only name and ARN move, and the read that follows finds the parts of the task.
func (r *taskResource) MoveState(context.Context) []resource.StateMover {
	return []resource.StateMover{{StateMover: moveTask}}
}

func moveTask(ctx context.Context, req resource.MoveStateRequest, resp *resource.MoveStateResponse) {
	from, ok := movable[req.SourceTypeName]
	// The host differs between Terraform and OpenTofu, and a mirror may have another
	// namespace: the name of the provider is enough, beside that of the resource.
	segments := strings.Split(req.SourceProviderAddress, "/")
	if !ok || segments[len(segments)-1] != from.provider {
		return // not one of ours to move
	}
	state := map[string]json.RawMessage{}
	if req.SourceRawState != nil {
		if err := json.Unmarshal(req.SourceRawState.JSON, &state); err != nil {
			resp.Diagnostics.AddError("The moved state cannot be read", fmt.Sprintf("The state of %s is not what it should be: %s.", req.SourceTypeName, err))
			return
		}
	}
	text := func(name string) string {
		var s string
		_ = json.Unmarshal(state[name], &s) // what is no text is not there
		return s
	}
	definition, err := arn.Parse(text(from.arn))
	if err != nil || text(from.family) == "" {
		resp.Diagnostics.AddError("The moved state cannot be read", fmt.Sprintf(
			"The state of %s has no %s or no %s. Import the docker task instead: terraform import docker_task.NAME FAMILY.", req.SourceTypeName, from.family, from.arn))
		return
	}
	m := newModel(ctx, &resp.Diagnostics)
	m.Name, m.Region = types.StringValue(text(from.family)), types.StringValue(definition.Region)
	m.ARN = types.StringValue(definition.String()) // the read takes the account from it
	resp.Diagnostics.Append(resp.TargetState.Set(ctx, &m)...)
	lifecycle.SetIdentity(ctx, resp.TargetIdentity, lifecycle.NewIdentity(m.Name, definition.Place()), &resp.Diagnostics)
}
