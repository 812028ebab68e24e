package taskref

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
)

// Named is a task that is given by its name alone.
func Named(name string) Model {
	return Model{
		Name: types.StringValue(name), LaunchTypes: types.SetNull(types.StringType),
		SubnetIDs: types.SetNull(types.StringType), SecurityGroupIDs: types.SetNull(types.StringType),
	}
}

// Object is a task as the attribute has it.
func Object(ctx context.Context, t Model, diags *diag.Diagnostics) types.Object {
	object, d := types.ObjectValueFrom(ctx, tf.ObjectType(Schema().GetType()).AttrTypes, t)
	diags.Append(d...)
	return object
}

// Region is the region that a unit's task names, null for the provider's; unknown where it
// may turn out to name one.
func Region(ctx context.Context, object types.Object, diags *diag.Diagnostics) types.String {
	if object.IsUnknown() {
		return types.StringUnknown()
	}
	var t Model
	tf.Decode(ctx, object, &t, diags)
	return t.Region
}

// Model is the task of a wire: those attributes of docker_task and its data source
// that a consumer needs. It has neither arn nor revision, so that a new image leaves the
// wire alone.
type Model struct {
	Name             types.String `tfsdk:"name"`
	Region           types.String `tfsdk:"region"`
	FamilyARN        types.String `tfsdk:"family_arn"`
	ContainerName    types.String `tfsdk:"container_name"`
	LaunchTypes      types.Set    `tfsdk:"launch_types"`
	NetworkMode      types.String `tfsdk:"network_mode"`
	Cluster          types.String `tfsdk:"cluster"`
	SubnetIDs        types.Set    `tfsdk:"subnet_ids"`
	SecurityGroupIDs types.Set    `tfsdk:"security_group_ids"`
	AssignPublicIP   types.Bool   `tfsdk:"assign_public_ip"`
	ExecutionRoleARN types.String `tfsdk:"execution_role_arn"`
	TaskRoleARN      types.String `tfsdk:"task_role_arn"`
}
