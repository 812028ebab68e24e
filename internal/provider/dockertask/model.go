package dockertask

import (
	"context"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// model is docker_task.
type model struct {
	taskAttributes
	KeepRevisions   types.Int64    `tfsdk:"keep_revisions"`
	DeleteRevisions types.Bool     `tfsdk:"delete_revisions"`
	Drift           types.List     `tfsdk:"drift"`
	Timeouts        timeouts.Value `tfsdk:"timeouts"`
}

// taskAttributes are what resource and data source have in common. Nested objects and
// collections stay framework values: any of them may be unknown.
type taskAttributes struct {
	Name   types.String `tfsdk:"name"`
	Region types.String `tfsdk:"region"`

	containerAttributes
	definitionAttributes
	Sidecars       types.Map    `tfsdk:"sidecars"`
	DefinitionJSON types.String `tfsdk:"definition_json"`
	Images         types.Map    `tfsdk:"images"`

	LaunchTypes           types.Set    `tfsdk:"launch_types"`
	NetworkMode           types.String `tfsdk:"network_mode"`
	CPU                   types.Int64  `tfsdk:"cpu"`
	Memory                types.Int64  `tfsdk:"memory"`
	Architecture          types.String `tfsdk:"architecture"`
	OperatingSystemFamily types.String `tfsdk:"operating_system_family"`
	ContainerName         types.String `tfsdk:"container_name"`
	EnableExecuteCommand  types.Bool   `tfsdk:"enable_execute_command"`
	SecretsKMSKeyARNs     types.Set    `tfsdk:"secrets_kms_key_arns"`

	LogGroup            types.Object `tfsdk:"log_group"`
	ExecutionRole       types.Object `tfsdk:"execution_role"`
	TaskRole            types.Object `tfsdk:"task_role"`
	SingleRole          types.Bool   `tfsdk:"single_role"`
	PermissionsBoundary types.String `tfsdk:"permissions_boundary"`

	Cluster          types.String `tfsdk:"cluster"`
	SubnetIDs        types.Set    `tfsdk:"subnet_ids"`
	SecurityGroupIDs types.Set    `tfsdk:"security_group_ids"`
	AssignPublicIP   types.Bool   `tfsdk:"assign_public_ip"`

	Wires           types.Map `tfsdk:"wires"`
	WirePolicies    types.Map `tfsdk:"wire_policies"`
	WireEnvironment types.Map `tfsdk:"wire_environment"`

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
	LogRetentionInDays      types.Int64  `tfsdk:"log_retention_in_days"`
	LogKMSKeyID             types.String `tfsdk:"log_kms_key_id"`
	ClusterARN              types.String `tfsdk:"cluster_arn"`
	ConsoleURLs             types.Map    `tfsdk:"console_urls"`
}

// containerAttributes are the attributes of the main container, see mainTable.
type containerAttributes struct {
	Image                      types.String `tfsdk:"image"`
	ContainerCPU               types.Int64  `tfsdk:"container_cpu"`
	ContainerMemory            types.Int64  `tfsdk:"container_memory"`
	ContainerMemoryReservation types.Int64  `tfsdk:"container_memory_reservation"`
	Command                    types.List   `tfsdk:"command"`
	EntryPoint                 types.List   `tfsdk:"entry_point"`
	WorkingDirectory           types.String `tfsdk:"working_directory"`
	User                       types.String `tfsdk:"user"`
	Environment                types.Map    `tfsdk:"environment"`
	EnvironmentFiles           types.List   `tfsdk:"environment_files"`
	Secrets                    types.Map    `tfsdk:"secrets"`
	Ports                      types.List   `tfsdk:"ports"`
	HealthCheck                types.Object `tfsdk:"health_check"`
	DependsOnContainers        types.Map    `tfsdk:"depends_on_containers"`
	StartTimeout               types.Int64  `tfsdk:"start_timeout"`
	StopTimeout                types.Int64  `tfsdk:"stop_timeout"`
	RestartPolicy              types.Object `tfsdk:"restart_policy"`
	ReadonlyRootFilesystem     types.Bool   `tfsdk:"readonly_root_filesystem"`
	MountPoints                types.List   `tfsdk:"mount_points"`
	VolumesFrom                types.List   `tfsdk:"volumes_from"`
	LinuxParameters            types.Object `tfsdk:"linux_parameters"`
	Ulimits                    types.Map    `tfsdk:"ulimits"`
	SystemControls             types.Map    `tfsdk:"system_controls"`
	DockerLabels               types.Map    `tfsdk:"docker_labels"`
	DockerSecurityOptions      types.List   `tfsdk:"docker_security_options"`
	DNSServers                 types.List   `tfsdk:"dns_servers"`
	DNSSearchDomains           types.List   `tfsdk:"dns_search_domains"`
	ExtraHosts                 types.List   `tfsdk:"extra_hosts"`
	Hostname                   types.String `tfsdk:"hostname"`
	Links                      types.List   `tfsdk:"links"`
	DisableNetworking          types.Bool   `tfsdk:"disable_networking"`
	Privileged                 types.Bool   `tfsdk:"privileged"`
	Interactive                types.Bool   `tfsdk:"interactive"`
	PseudoTerminal             types.Bool   `tfsdk:"pseudo_terminal"`
	RepositoryCredentials      types.String `tfsdk:"repository_credentials"`
	ResourceRequirements       types.List   `tfsdk:"resource_requirements"`
	FirelensConfiguration      types.Object `tfsdk:"firelens_configuration"`
	CredentialSpecs            types.List   `tfsdk:"credential_specs"`
	VersionConsistency         types.String `tfsdk:"version_consistency"`
	LogDriver                  types.String `tfsdk:"log_driver"`
	LogOptions                 types.Map    `tfsdk:"log_options"`
	LogSecretOptions           types.Map    `tfsdk:"log_secret_options"`
	Essential                  types.Bool   `tfsdk:"essential"`
}

// definitionAttributes are those that stand in the task definition as they are, see
// definitionTable.
type definitionAttributes struct {
	Volumes              types.Map    `tfsdk:"volumes"`
	EphemeralStorageGiB  types.Int64  `tfsdk:"ephemeral_storage_gib"`
	EnableFaultInjection types.Bool   `tfsdk:"enable_fault_injection"`
	PIDMode              types.String `tfsdk:"pid_mode"`
	IPCMode              types.String `tfsdk:"ipc_mode"`
	PlacementConstraints types.List   `tfsdk:"placement_constraints"`
	ProxyConfiguration   types.Object `tfsdk:"proxy_configuration"`
	TrustedExecution     types.Object `tfsdk:"trusted_execution_configuration"`
}

// valuesOf are the attributes of a part of a model, by name.
func valuesOf(part any) map[string]attr.Value {
	from := reflect.ValueOf(part)
	out := make(map[string]attr.Value, from.NumField())
	for i := range from.NumField() {
		if v, ok := from.Field(i).Interface().(attr.Value); ok {
			out[from.Type().Field(i).Tag.Get("tfsdk")] = v
		}
	}
	return out
}

// setValues writes attributes into a part of a model.
func setValues[T any](ctx context.Context, table tf.Fields[T], values map[string]attr.Value, part any, diags *diag.Diagnostics) {
	o, d := types.ObjectValue(table.Types(), values)
	diags.Append(d...)
	diags.Append(o.As(ctx, part, basetypes.ObjectAsOptions{})...)
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
	NamePrefix         types.String `tfsdk:"name_prefix"`
	Path               types.String `tfsdk:"path"`
	Description        types.String `tfsdk:"description"`
	MaxSessionDuration types.Int64  `tfsdk:"max_session_duration"`
	ManagedPolicyARNs  types.Set    `tfsdk:"managed_policy_arns"`
	Policies           types.Map    `tfsdk:"policies"`
	RestrictTrust      types.Bool   `tfsdk:"restrict_trust"`
}

// The types of the nested objects, from the schema: it is the one place that knows them.
var (
	logGroupType = tf.ObjectType(ownAttributesSchema()["log_group"].GetType())
	roleType     = tf.ObjectType(ownAttributesSchema()["task_role"].GetType())
)

// newModel is a model in which everything is null, with the types that null values
// need too.
func newModel(ctx context.Context, diags *diag.Diagnostics) model {
	m := model{
		taskAttributes: taskAttributes{
			Images:            types.MapNull(types.StringType),
			LaunchTypes:       types.SetNull(types.StringType),
			SecretsKMSKeyARNs: types.SetNull(types.StringType),
			LogGroup:          types.ObjectNull(logGroupType.AttrTypes),
			ExecutionRole:     types.ObjectNull(roleType.AttrTypes),
			TaskRole:          types.ObjectNull(roleType.AttrTypes),
			SubnetIDs:         types.SetNull(types.StringType),
			SecurityGroupIDs:  types.SetNull(types.StringType),
			Tags:              types.MapNull(types.StringType),
			TagsAll:           types.MapNull(types.StringType),
			Wires:             types.MapNull(wiresSchema().NestedObject.Type()),
			WirePolicies:      types.MapNull(types.StringType),
			WireEnvironment:   types.MapNull(types.StringType),
			ConsoleURLs:       types.MapNull(types.StringType),
		},
		Drift: types.ListNull(types.StringType),
		Timeouts: timeouts.Value{Object: types.ObjectNull(map[string]attr.Type{
			"create": types.StringType, "read": types.StringType, "update": types.StringType, "delete": types.StringType,
		})},
	}
	setValues(ctx, mainTable, mainTable.Flatten(task.ContainerSpec{}), &m.containerAttributes, diags)
	setValues(ctx, definitionTable, definitionTable.Flatten(task.Definition{}), &m.definitionAttributes, diags)
	m.Sidecars = tf.As[types.Map](sidecarsTable.Flatten(task.Spec{})["sidecars"])
	return m
}

// logGroup decodes log_group; everything is null where it is null or unknown.
func (m *taskAttributes) logGroup(ctx context.Context, diags *diag.Diagnostics) logGroupModel {
	var g logGroupModel
	tf.Decode(ctx, m.LogGroup, &g, diags)
	return g
}

// role decodes a role; everything is null where it is null or unknown.
func role(ctx context.Context, object types.Object, diags *diag.Diagnostics) roleModel {
	r := roleModel{ManagedPolicyARNs: types.SetNull(types.StringType), Policies: types.MapNull(types.StringType)}
	tf.Decode(ctx, object, &r, diags)
	return r
}
