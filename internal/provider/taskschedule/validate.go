package taskschedule

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/provider/taskref"
	"github.com/dockertask/terraform-provider-docker/internal/run"
	"github.com/dockertask/terraform-provider-docker/internal/schedule"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// ValidateConfig checks attributes against each other. What is not known is not judged.
func (r *scheduleResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(tf.Get(ctx, req.Config, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	config.checkWhen(&resp.Diagnostics)
	config.checkLaunch(ctx, &resp.Diagnostics)
	config.checkOwnRole(ctx, &resp.Diagnostics)
}

func (m *model) checkWhen(diags *diag.Diagnostics) {
	if m.Expression.IsUnknown() || schedule.CheckExpression(m.Expression.ValueString()) != nil {
		return
	}
	start, end := m.Start.ValueString(), m.End.ValueString()
	if schedule.CheckInstant(start) != nil {
		start = "" // not known, not there, or refused by itself
	}
	if schedule.CheckInstant(end) != nil {
		end = ""
	}
	if attribute, err := schedule.CheckPeriod(m.Expression.ValueString(), start, end); err != nil {
		tf.AddInvalid(diags, path.Root(attribute), err)
	}
	if m.ActionAfterCompletion.ValueString() == schedule.Delete && m.End.IsNull() && !schedule.Once(m.Expression.ValueString()) {
		tf.AddInvalidf(diags, path.Root("action_after_completion"), "%s has no last run without end: set end, or leave action_after_completion out", m.Expression.ValueString())
	}
}

func (m *model) checkLaunch(ctx context.Context, diags *diag.Diagnostics) {
	launch := m.launch(ctx, diags)
	launch.Check(diags)
	checkTaskTags(tf.StringMapOf(m.TaskTags), diags)
	if err := task.CheckCommand(tf.StringsOf(m.Command.Elements())); err != nil && !tf.AnyUnknown(m.Command) {
		tf.AddInvalid(diags, path.Root("command"), err)
	}
	taskref.WarnOfContainers(ctx, m.Containers, diags)
	if !launch.Unknown && !launch.ByCluster() { // else the task decides
		m.checkLaunched(launch.Launch, diags)
	}
}

// checkLaunched checks what only Fargate has, for a resolved launch. What the cluster decides is not
// known here.
func (m *model) checkLaunched(launch task.Launch, diags *diag.Diagnostics) {
	switch {
	case launch.ByCluster():
	case !launch.OnFargate():
		if tf.IsSet(m.PlatformVersion) {
			tf.AddInvalidf(diags, path.Root("platform_version"), "only Fargate has platform versions: leave platform_version out, or run the task on FARGATE or FARGATE_SPOT")
		}
	default:
		// The system is not known here; Windows has some of the sizes of Linux.
		if attribute, err := task.CheckSize("LINUX", m.CPU.ValueInt64(), m.Memory.ValueInt64()); err != nil && !tf.UnknownAny(m.CPU, m.Memory) {
			tf.AddInvalid(diags, path.Root(attribute), err)
		}
		if attribute, err := run.CheckPlacement(launch, make([]run.Constraint, len(m.PlacementConstraints.Elements())), make([]run.Strategy, len(m.PlacementStrategy.Elements()))); err != nil {
			tf.AddInvalid(diags, path.Root(attribute), err)
		}
	}
}

func (m *model) checkOwnRole(ctx context.Context, diags *diag.Diagnostics) {
	tf.CheckRoleName(m.Role, path.Root("role"), diags)
	role := m.role(ctx, diags)
	for attribute, v := range map[string]types.String{"arn": role.ARN, "path": role.Path} {
		at := path.Root("role").AtName(attribute)
		if err := task.CheckSchedulerRole(v.ValueString()); tf.IsSet(v) && !v.IsUnknown() && err != nil {
			tf.AddInvalid(diags, at, err)
		}
	}
	if !tf.IsSet(role.ARN) {
		return
	}
	const foreign = "the provider never changes a role that is given by its ARN: leave %s out, or role.arn"
	if tf.IsSet(role.Name) || tf.IsSet(role.NamePrefix) || tf.IsSet(role.Path) {
		tf.AddInvalidf(diags, path.Root("role"), foreign, "name, name_prefix and path")
	}
	if tf.IsSet(m.PermissionsBoundary) {
		tf.AddInvalidf(diags, path.Root("permissions_boundary"), foreign, "permissions_boundary")
	}
	if tf.IsSet(m.Tags) {
		tf.AddInvalidf(diags, path.Root("tags"), foreign, "tags")
	}
}
