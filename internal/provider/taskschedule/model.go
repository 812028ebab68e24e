package taskschedule

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/awsname"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/provider/taskref"
	"github.com/dockertask/terraform-provider-docker/internal/schedule"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// model is docker_task_schedule.
type model struct {
	Name     types.String `tfsdk:"name"`
	Group    types.String `tfsdk:"group"`
	Region   types.String `tfsdk:"region"`
	Task     types.Object `tfsdk:"task"`
	Revision types.Int64  `tfsdk:"revision"`

	Expression            types.String `tfsdk:"expression"`
	TimeZone              types.String `tfsdk:"time_zone"`
	FlexibleWindowMinutes types.Int64  `tfsdk:"flexible_window_minutes"`
	Start                 types.String `tfsdk:"start"`
	End                   types.String `tfsdk:"end"`
	ActionAfterCompletion types.String `tfsdk:"action_after_completion"`
	Enabled               types.Bool   `tfsdk:"enabled"`
	Description           types.String `tfsdk:"description"`
	KMSKeyARN             types.String `tfsdk:"kms_key_arn"`

	LaunchType           types.String `tfsdk:"launch_type"`
	CapacityProviders    types.List   `tfsdk:"capacity_providers"`
	PlatformVersion      types.String `tfsdk:"platform_version"`
	TaskCount            types.Int64  `tfsdk:"task_count"`
	Command              types.List   `tfsdk:"command"`
	Environment          types.Map    `tfsdk:"environment"`
	CPU                  types.Int64  `tfsdk:"cpu"`
	Memory               types.Int64  `tfsdk:"memory"`
	EnableExecuteCommand types.Bool   `tfsdk:"enable_execute_command"`
	PropagateTags        types.Bool   `tfsdk:"propagate_tags"`
	TaskTags             types.Map    `tfsdk:"task_tags"`
	Containers           types.Map    `tfsdk:"containers"`
	TaskGroup            types.String `tfsdk:"task_group"`
	ReferenceID          types.String `tfsdk:"reference_id"`
	EnableECSManagedTags types.Bool   `tfsdk:"enable_ecs_managed_tags"`
	PlacementConstraints types.List   `tfsdk:"placement_constraints"`
	PlacementStrategy    types.List   `tfsdk:"placement_strategy"`

	Retry           types.Object `tfsdk:"retry"`
	DeadLetterQueue types.Object `tfsdk:"dead_letter_queue"`

	Role                types.Object `tfsdk:"role"`
	PermissionsBoundary types.String `tfsdk:"permissions_boundary"`
	Tags                types.Map    `tfsdk:"tags"`

	TagsAll     types.Map      `tfsdk:"tags_all"`
	ARN         types.String   `tfsdk:"arn"`
	RoleARN     types.String   `tfsdk:"role_arn"`
	RoleName    types.String   `tfsdk:"role_name"`
	PolicyJSON  types.String   `tfsdk:"policy_json"`
	ConsoleURLs types.Map      `tfsdk:"console_urls"`
	Drift       types.List     `tfsdk:"drift"`
	Timeouts    timeouts.Value `tfsdk:"timeouts"`
}

// scheduleRoleModel is role.
type scheduleRoleModel struct {
	ARN        types.String `tfsdk:"arn"`
	Name       types.String `tfsdk:"name"`
	NamePrefix types.String `tfsdk:"name_prefix"`
	Path       types.String `tfsdk:"path"`
}

// scheduleQueueModel is dead_letter_queue.
type scheduleQueueModel struct {
	Queue     types.String `tfsdk:"queue"`
	KMSKeyARN types.String `tfsdk:"kms_key_arn"`
}

// The types of the nested objects.
var (
	scheduleRoleTypes = map[string]attr.Type{"arn": types.StringType, "name": types.StringType, "name_prefix": types.StringType, "path": types.StringType}
	scheduleQueueType = types.ObjectType{AttrTypes: map[string]attr.Type{"queue": types.StringType, "kms_key_arn": types.StringType}}
)

// newModel is a model in which everything is null, with the types that null values
// need too.
func newModel() model {
	return model{
		Task:        types.ObjectNull(tf.ObjectType(taskref.Schema().GetType()).AttrTypes),
		Command:     types.ListNull(types.StringType),
		Environment: types.MapNull(types.StringType),
		TaskTags:    types.MapNull(types.StringType),
		Retry:       types.ObjectNull(tf.RetryType.AttrTypes),
		Role:        types.ObjectNull(scheduleRoleTypes),

		CapacityProviders: types.ListNull(taskref.CapacityProviderType),
		Containers:        types.MapNull(taskref.ContainerType),

		PlacementConstraints: types.ListNull(taskref.ConstraintType),
		PlacementStrategy:    types.ListNull(taskref.StrategyType),

		DeadLetterQueue: types.ObjectNull(scheduleQueueType.AttrTypes),

		Tags:        types.MapNull(types.StringType),
		TagsAll:     types.MapNull(types.StringType),
		ConsoleURLs: types.MapNull(types.StringType),
		Drift:       types.ListNull(types.StringType),
		Timeouts: timeouts.Value{Object: types.ObjectNull(map[string]attr.Type{
			"create": types.StringType, "read": types.StringType, "update": types.StringType, "delete": types.StringType,
		})},
	}
}

// described is a model and what it says. An operation describes a model once and hands that on.
type described struct {
	model *model
	// task has what is left to the rules filled in.
	task taskref.Model
	// taskKnown reports whether all of the task that goes into a policy is known.
	taskKnown bool
	launch    taskref.Launch
	role      scheduleRoleModel
	dead      scheduleQueueModel
	// spec is the schedule. What is not known counts as not there.
	spec schedule.Spec
}

// describe reads a model.
func (m *model) describe(ctx context.Context, place lifecycle.Site, rules task.TagRules, diags *diag.Diagnostics) described {
	d := described{model: m, task: taskref.Decode(ctx, m.Task, diags), launch: m.launch(ctx, diags), role: m.role(ctx, diags), dead: m.deadLetterQueue(ctx, diags)}
	d.taskKnown = d.task.Complete(path.Root("task"), place, d.launch, diags)
	d.spec = d.expand(ctx, place, rules, diags)
	return d
}

func (m *model) launch(ctx context.Context, diags *diag.Diagnostics) taskref.Launch {
	return taskref.ReadLaunch(ctx, m.LaunchType, m.CapacityProviders, diags)
}

func (m *model) deadLetterQueue(ctx context.Context, diags *diag.Diagnostics) scheduleQueueModel {
	var q scheduleQueueModel
	tf.Decode(ctx, m.DeadLetterQueue, &q, diags)
	if m.DeadLetterQueue.IsUnknown() {
		q.Queue, q.KMSKeyARN = types.StringUnknown(), types.StringUnknown()
	}
	return q
}

// expand is the schedule that a model describes.
func (d *described) expand(ctx context.Context, place lifecycle.Site, rules task.TagRules, diags *diag.Diagnostics) schedule.Spec {
	m, r := d.model, d.role
	retry := tf.ReadRetry(ctx, m.Retry, scheduleRetry, diags)
	s := schedule.Spec{
		Place:    place.Place,
		Task:     d.task.ToDomain(place.Place),
		Revision: m.Revision.ValueInt64(),
		Overrides: schedule.Overrides{
			Command:     tf.StringsOf(m.Command.Elements()),
			Environment: tf.StringMapOf(m.Environment),
			CPU:         m.CPU.ValueInt64(),
			Memory:      m.Memory.ValueInt64(),
			Containers:  taskref.ReadContainers(ctx, m.Containers, diags),
		},
		RoleARN:             r.ARN.ValueString(),
		RoleName:            r.Name.ValueString(),
		RoleNamePrefix:      lifecycle.Or(r.NamePrefix, place.Defaults.RoleNamePrefix).ValueString(),
		RolePath:            lifecycle.Or(r.Path, place.Defaults.RolePath).ValueString(),
		PermissionsBoundary: m.PermissionsBoundary.ValueString(),
		DeadLetterKeyARN:    d.dead.KMSKeyARN.ValueString(),
		Tags:                rules.All(tf.StringMapOf(m.Tags)),
	}
	s.Schedule = schedule.Schedule{
		Name:            m.Name.ValueString(),
		Group:           m.Group.ValueString(),
		Expression:      m.Expression.ValueString(),
		TimeZone:        m.TimeZone.ValueString(),
		FlexibleMinutes: m.FlexibleWindowMinutes.ValueInt64(),
		Start:           schedule.Instant(m.Start.ValueString()),
		End:             schedule.Instant(m.End.ValueString()),
		AfterCompletion: m.ActionAfterCompletion.ValueString(),
		Enabled:         m.Enabled.ValueBool(),
		Description:     m.Description.ValueString(),
		KMSKeyARN:       m.KMSKeyARN.ValueString(),
		Target: schedule.Target{
			Launch:            d.launch.Launch,
			PlatformVersion:   m.PlatformVersion.ValueString(),
			TaskCount:         m.TaskCount.ValueInt64(),
			PropagateTags:     m.PropagateTags.ValueBool(),
			ExecuteCommand:    m.EnableExecuteCommand.ValueBool(),
			Tags:              tf.StringMapOf(m.TaskTags),
			ManagedTags:       m.EnableECSManagedTags.ValueBool(),
			TaskGroup:         m.TaskGroup.ValueString(),
			ReferenceID:       m.ReferenceID.ValueString(),
			Constraints:       taskref.ReadConstraints(ctx, m.PlacementConstraints, diags),
			Strategies:        taskref.ReadStrategies(ctx, m.PlacementStrategy, diags),
			MaximumAttempts:   retry.MaximumAttempts.ValueInt64(),
			MaximumAgeSeconds: retry.MaximumAgeSeconds.ValueInt64(),
			DeadLetterARN:     awsname.Queue.ARN(d.dead.Queue.ValueString(), place.Place),
		},
	}
	if s.ManagesRole() && tf.IsSet(m.RoleName) { // final, whatever the provider's defaults say by now
		s.RoleName = m.RoleName.ValueString()
		if a, err := arn.Parse(m.RoleARN.ValueString()); err == nil {
			s.RolePath = a.RolePath()
		}
	}
	return s
}

// scheduleRetry is what Scheduler does on its own.
var scheduleRetry = tf.NewRetry(schedule.MaximumAttempts, schedule.MaximumAgeSeconds)

func (r scheduleRoleModel) object(ctx context.Context, diags *diag.Diagnostics) types.Object {
	o, d := types.ObjectValueFrom(ctx, scheduleRoleTypes, r)
	diags.Append(d...)
	return o
}

func (m *model) role(ctx context.Context, diags *diag.Diagnostics) scheduleRoleModel {
	var r scheduleRoleModel
	tf.Decode(ctx, m.Role, &r, diags)
	return r
}

// unit is the unit that a wholly known model describes.
func (m *model) unit(ctx context.Context, place lifecycle.Site, rules task.TagRules, diags *diag.Diagnostics) schedule.Unit {
	d := m.describe(ctx, place, rules, diags)
	if diags.HasError() {
		return schedule.Unit{}
	}
	unit, err := d.spec.Unit()
	addClusterError(diags, err)
	return unit
}
