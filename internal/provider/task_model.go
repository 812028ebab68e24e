package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
)

// taskModel is docker_task.
type taskModel struct {
	taskAttributes
	KeepRevisions types.Int64    `tfsdk:"keep_revisions"`
	Drift         types.List     `tfsdk:"drift"`
	Timeouts      timeouts.Value `tfsdk:"timeouts"`
}

// taskAttributes are what resource and data source have in common. Nested objects and
// collections stay framework values: any of them may be unknown.
type taskAttributes struct {
	Name   types.String `tfsdk:"name"`
	Region types.String `tfsdk:"region"`

	Image                 types.String `tfsdk:"image"`
	CPU                   types.Int64  `tfsdk:"cpu"`
	Memory                types.Int64  `tfsdk:"memory"`
	Architecture          types.String `tfsdk:"architecture"`
	OperatingSystemFamily types.String `tfsdk:"operating_system_family"`
	ContainerName         types.String `tfsdk:"container_name"`
	Command               types.List   `tfsdk:"command"`
	EntryPoint            types.List   `tfsdk:"entry_point"`
	WorkingDirectory      types.String `tfsdk:"working_directory"`
	User                  types.String `tfsdk:"user"`
	Environment           types.Map    `tfsdk:"environment"`
	Secrets               types.Map    `tfsdk:"secrets"`
	SecretsKMSKeyARNs     types.Set    `tfsdk:"secrets_kms_key_arns"`
	Ports                 types.List   `tfsdk:"ports"`

	LogGroup            types.Object `tfsdk:"log_group"`
	ExecutionRole       types.Object `tfsdk:"execution_role"`
	TaskRole            types.Object `tfsdk:"task_role"`
	PermissionsBoundary types.String `tfsdk:"permissions_boundary"`

	Cluster          types.String `tfsdk:"cluster"`
	SubnetIDs        types.Set    `tfsdk:"subnet_ids"`
	SecurityGroupIDs types.Set    `tfsdk:"security_group_ids"`
	AssignPublicIP   types.Bool   `tfsdk:"assign_public_ip"`

	Tags    types.Map `tfsdk:"tags"`
	TagsAll types.Map `tfsdk:"tags_all"`

	ARN                     types.String `tfsdk:"arn"`
	Revision                types.Int64  `tfsdk:"revision"`
	FamilyARN               types.String `tfsdk:"family_arn"`
	ExecutionRoleARN        types.String `tfsdk:"execution_role_arn"`
	ExecutionRoleName       types.String `tfsdk:"execution_role_name"`
	ExecutionRolePolicyJSON types.String `tfsdk:"execution_role_policy_json"`
	TaskRoleARN             types.String `tfsdk:"task_role_arn"`
	TaskRoleName            types.String `tfsdk:"task_role_name"`
	TaskRolePolicyJSON      types.String `tfsdk:"task_role_policy_json"`
	LogGroupName            types.String `tfsdk:"log_group_name"`
	LogGroupARN             types.String `tfsdk:"log_group_arn"`
	ClusterARN              types.String `tfsdk:"cluster_arn"`
}

// portModel is an element of ports.
type portModel struct {
	ContainerPort types.Int64  `tfsdk:"container_port"`
	Protocol      types.String `tfsdk:"protocol"`
	Name          types.String `tfsdk:"name"`
	AppProtocol   types.String `tfsdk:"app_protocol"`
}

// logGroupModel is log_group.
type logGroupModel struct {
	ARN             types.String `tfsdk:"arn"`
	Name            types.String `tfsdk:"name"`
	RetentionInDays types.Int64  `tfsdk:"retention_in_days"`
	KMSKeyID        types.String `tfsdk:"kms_key_id"`
	Class           types.String `tfsdk:"class"`
	Adopt           types.Bool   `tfsdk:"adopt"`
	KeepOnDestroy   types.Bool   `tfsdk:"keep_on_destroy"`
}

// roleModel is execution_role and task_role.
type roleModel struct {
	ARN                types.String `tfsdk:"arn"`
	Name               types.String `tfsdk:"name"`
	Path               types.String `tfsdk:"path"`
	Description        types.String `tfsdk:"description"`
	MaxSessionDuration types.Int64  `tfsdk:"max_session_duration"`
	ManagedPolicyARNs  types.Set    `tfsdk:"managed_policy_arns"`
	Policies           types.Map    `tfsdk:"policies"`
}

// The types of the nested objects, from the schema: it is the one place that knows them.
var (
	portType     = objectType(taskAttributesSchema()["ports"].GetType())
	logGroupType = objectType(taskAttributesSchema()["log_group"].GetType())
	roleType     = objectType(taskAttributesSchema()["task_role"].GetType())
)

// objectType is the type of a nested attribute's objects.
func objectType(t attr.Type) basetypes.ObjectType {
	switch t := t.(type) {
	case basetypes.ObjectType:
		return t
	case basetypes.ListType:
		return objectType(t.ElemType)
	}
	panic(fmt.Sprintf("%s holds no objects", t)) // a mistake in the schema, seen at once
}

// newTaskModel is a model in which everything is null, with the types that null values
// need too.
func newTaskModel() taskModel {
	return taskModel{
		taskAttributes: taskAttributes{
			Command:           types.ListNull(types.StringType),
			EntryPoint:        types.ListNull(types.StringType),
			Environment:       types.MapNull(types.StringType),
			Secrets:           types.MapNull(types.StringType),
			SecretsKMSKeyARNs: types.SetNull(types.StringType),
			Ports:             types.ListNull(portType),
			LogGroup:          types.ObjectNull(logGroupType.AttrTypes),
			ExecutionRole:     types.ObjectNull(roleType.AttrTypes),
			TaskRole:          types.ObjectNull(roleType.AttrTypes),
			SubnetIDs:         types.SetNull(types.StringType),
			SecurityGroupIDs:  types.SetNull(types.StringType),
			Tags:              types.MapNull(types.StringType),
			TagsAll:           types.MapNull(types.StringType),
		},
		Drift: types.ListNull(types.StringType),
		Timeouts: timeouts.Value{Object: types.ObjectNull(map[string]attr.Type{
			"create": types.StringType, "read": types.StringType, "update": types.StringType, "delete": types.StringType,
		})},
	}
}

// logGroup decodes log_group; everything is null where it is null or unknown.
func (m *taskAttributes) logGroup(ctx context.Context, diags *diag.Diagnostics) logGroupModel {
	var g logGroupModel
	decode(ctx, m.LogGroup, &g, diags)
	return g
}

// role decodes a role; everything is null where it is null or unknown.
func role(ctx context.Context, object types.Object, diags *diag.Diagnostics) roleModel {
	r := roleModel{ManagedPolicyARNs: types.SetNull(types.StringType), Policies: types.MapNull(types.StringType)}
	decode(ctx, object, &r, diags)
	return r
}

func decode(ctx context.Context, object types.Object, into any, diags *diag.Diagnostics) {
	if object.IsNull() || object.IsUnknown() {
		return
	}
	diags.Append(object.As(ctx, into, basetypes.ObjectAsOptions{})...)
}
