package taskrun

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/provider/taskref"
	"github.com/dockertask/terraform-provider-docker/internal/run"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// ValidateConfig checks attributes against each other. What is not known is not judged.
func (r *runResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(tf.Get(ctx, req.Config, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	config.validate(ctx, &resp.Diagnostics)
	for _, operation := range []string{"create", "update"} {
		given, _ := config.Timeouts.Attributes()[operation].(types.String)
		config.checkTimeout(path.Root("timeouts").AtName(operation), given, &resp.Diagnostics)
	}
}

// validate checks the arguments of a run, before anything is known of the task.
func (a *arguments) validate(ctx context.Context, diags *diag.Diagnostics) {
	launch := taskref.ReadLaunch(ctx, a.LaunchType, a.CapacityProviders, diags)
	launch.Check(diags)
	a.checkInstances(diags)
	a.checkWait(diags)
	taskref.WarnOfCommand(a.Command, path.Root("command"), diags)
	taskref.WarnOfContainers(ctx, a.Containers, diags)
	for key, value := range tf.StringMapOf(a.Tags) {
		if err := task.CheckTag(key, value); err != nil {
			tf.AddInvalid(diags, path.Root("tags").AtMapKey(key), err)
		}
	}
	if !launch.Unknown && !launch.ByCluster() && launch.OnFargate() {
		a.checkSize(diags)
	}
}

// checkInstances refuses what StartTask does not take.
func (a *arguments) checkInstances(diags *diag.Diagnostics) {
	if !tf.IsSet(a.ContainerInstances) {
		return
	}
	for _, other := range []struct {
		name  string
		value attr.Value
	}{
		{"task_count", a.TaskCount}, {"launch_type", a.LaunchType}, {"capacity_providers", a.CapacityProviders},
		{"placement_constraints", a.PlacementConstraints}, {"placement_strategy", a.PlacementStrategy},
		{"platform_version", a.PlatformVersion}, {"assign_public_ip", a.AssignPublicIP},
	} {
		if tf.IsSet(other.value) {
			tf.AddInvalidf(diags, path.Root(other.name), "container_instances start one task on each instance: remove %s, or container_instances", other.name)
		}
	}
}

// checkWait refuses what has no meaning for a run that is not awaited.
func (a *arguments) checkWait(diags *diag.Diagnostics) {
	if a.Wait.ValueString() != run.NoWait {
		return
	}
	for _, other := range []struct {
		name  string
		value attr.Value
	}{{"success_exit_codes", a.SuccessExitCodes}, {"retry", a.Retry}} {
		if tf.IsSet(other.value) {
			tf.AddInvalidf(diags, path.Root(other.name), "with wait = %q nobody looks at what comes of the tasks: remove %s, or wait for %q", run.NoWait, other.name, run.UntilStopped)
		}
	}
}

// checkTimeout refuses a timeout that ends before start_timeout does.
func (a *arguments) checkTimeout(at path.Path, given types.String, diags *diag.Diagnostics) {
	all, err := time.ParseDuration(given.ValueString())
	if err != nil || a.StartTimeout.IsUnknown() {
		return
	}
	start := run.DefaultStartTimeout
	if d, err := time.ParseDuration(a.StartTimeout.ValueString()); err == nil {
		start = d
	} else if !a.StartTimeout.IsNull() {
		return // refused by itself
	}
	if all < start {
		tf.AddInvalidf(diags, at, "%s is shorter than start_timeout, which is %s: the run would end before the task has to have started. Make it longer, or start_timeout shorter", given.ValueString(), start)
	}
}

// checkSize refuses what is no size of Fargate.
func (a *arguments) checkSize(diags *diag.Diagnostics) {
	if tf.UnknownAny(a.CPU, a.Memory) {
		return
	}
	// The system is not known here; Windows has some of the sizes of Linux.
	if attribute, err := task.CheckSize("LINUX", a.CPU.ValueInt64(), a.Memory.ValueInt64()); err != nil {
		tf.AddInvalid(diags, path.Root(attribute), err)
	}
}

// check checks a run together with its task.
func (d *described) check(diags *diag.Diagnostics) {
	a := d.args
	if tf.IsSet(a.ContainerInstances) {
		d.checkOnInstances(diags)
	} else {
		d.task.CheckLaunch(a.Task, d.launch, diags)
	}
	if !d.launch.Unknown && !d.task.CapabilityUnknown() && len(d.request.Instances) == 0 && d.request.Launch.OnFargate() {
		a.checkSize(diags)
	}
	taskref.CheckContainers(d.task.ContainerName, a.Containers, diags)
	if tf.Known(a.Command, a.Environment, a.Containers, a.ContainerInstances, a.StartedBy, a.LaunchType, a.CapacityProviders, d.task.ContainerName) && !d.task.CapabilityUnknown() {
		if attribute, err := d.request.CheckTogether(); err != nil {
			tf.AddInvalid(diags, path.Root(attribute), err)
		}
	}
	if err := task.CheckTagRoom(d.request.Tags, 0); err != nil {
		tf.AddInvalid(diags, path.Root("tags"), err)
	}
}

// checkOnInstances refuses container instances for a task that runs on Fargate alone, or one without the subnets it needs.
func (d *described) checkOnInstances(diags *diag.Diagnostics) {
	if d.task.CapabilityUnknown() {
		return
	}
	can := d.task.Capability()
	if len(can.LaunchTypes) == 1 && can.LaunchTypes[0] == task.Fargate {
		tf.AddInvalidf(diags, path.Root("container_instances"), "the task runs on FARGATE only, which has no container instances: remove container_instances, or add EC2 or EXTERNAL to launch_types of the task")
		return
	}
	if can.NetworkMode == task.AWSVPC && tf.IsSet(d.task.SubnetIDs) && len(d.task.SubnetIDs.Elements()) == 0 {
		tf.AddInvalidf(diags, path.Root("subnet_ids"), "a task with network mode %s needs subnets: set subnet_ids", task.AWSVPC)
	}
}
