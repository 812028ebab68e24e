package taskrun

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/provider/taskref"
	"github.com/dockertask/terraform-provider-docker/internal/run"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// arguments are what resource and action have in common.
type arguments struct {
	Task     types.Object `tfsdk:"task"`
	Revision types.Int64  `tfsdk:"revision"`

	Command             types.List   `tfsdk:"command"`
	Environment         types.Map    `tfsdk:"environment"`
	Containers          types.Map    `tfsdk:"containers"`
	CPU                 types.Int64  `tfsdk:"cpu"`
	Memory              types.Int64  `tfsdk:"memory"`
	EphemeralStorageGiB types.Int64  `tfsdk:"ephemeral_storage_gib"`
	TaskRoleARN         types.String `tfsdk:"task_role_arn"`
	ExecutionRoleARN    types.String `tfsdk:"execution_role_arn"`

	TaskCount            types.Int64  `tfsdk:"task_count"`
	LaunchType           types.String `tfsdk:"launch_type"`
	CapacityProviders    types.List   `tfsdk:"capacity_providers"`
	ContainerInstances   types.Set    `tfsdk:"container_instances"`
	SubnetIDs            types.Set    `tfsdk:"subnet_ids"`
	SecurityGroupIDs     types.Set    `tfsdk:"security_group_ids"`
	AssignPublicIP       types.Bool   `tfsdk:"assign_public_ip"`
	PlatformVersion      types.String `tfsdk:"platform_version"`
	PlacementConstraints types.List   `tfsdk:"placement_constraints"`
	PlacementStrategy    types.List   `tfsdk:"placement_strategy"`
	Volumes              types.Map    `tfsdk:"volumes"`
	Group                types.String `tfsdk:"group"`
	StartedBy            types.String `tfsdk:"started_by"`
	Tags                 types.Map    `tfsdk:"tags"`
	PropagateTags        types.Bool   `tfsdk:"propagate_tags"`
	EnableExecuteCommand types.Bool   `tfsdk:"enable_execute_command"`
	EnableECSManagedTags types.Bool   `tfsdk:"enable_ecs_managed_tags"`
	ReferenceID          types.String `tfsdk:"reference_id"`

	Wait             types.String `tfsdk:"wait"`
	StartTimeout     types.String `tfsdk:"start_timeout"`
	SuccessExitCodes types.Set    `tfsdk:"success_exit_codes"`
	Retry            types.Object `tfsdk:"retry"`
	LogLines         types.Int64  `tfsdk:"log_lines"`
}

// model is docker_task_run.
type model struct {
	arguments
	Triggers types.Map      `tfsdk:"triggers"`
	Timeouts timeouts.Value `tfsdk:"timeouts"`
	Region   types.String   `tfsdk:"region"`
	computed
}

// computed is what came of the run.
type computed struct {
	TaskDefinitionARN types.String `tfsdk:"task_definition_arn"`
	TaskARNs          types.List   `tfsdk:"task_arns"`
	ExitCode          types.Int64  `tfsdk:"exit_code"`
	StopCode          types.String `tfsdk:"stop_code"`
	StoppedReason     types.String `tfsdk:"stopped_reason"`
	StartedAt         types.String `tfsdk:"started_at"`
	StoppedAt         types.String `tfsdk:"stopped_at"`
	DurationSeconds   types.Int64  `tfsdk:"duration_seconds"`
	PullSeconds       types.Int64  `tfsdk:"pull_seconds"`
	ImageDigest       types.String `tfsdk:"image_digest"`
	LogStreamNames    types.List   `tfsdk:"log_stream_names"`
	LogTail           types.List   `tfsdk:"log_tail"`
	ConsoleURLs       types.Map    `tfsdk:"console_urls"`
}

// unknown is what comes of a run that is still to be.
func unknown() computed {
	return computed{
		TaskDefinitionARN: types.StringUnknown(), TaskARNs: types.ListUnknown(types.StringType), ExitCode: types.Int64Unknown(),
		StopCode: types.StringUnknown(), StoppedReason: types.StringUnknown(), StartedAt: types.StringUnknown(), StoppedAt: types.StringUnknown(),
		DurationSeconds: types.Int64Unknown(), PullSeconds: types.Int64Unknown(), ImageDigest: types.StringUnknown(),
		LogStreamNames: types.ListUnknown(types.StringType), LogTail: types.ListUnknown(types.StringType), ConsoleURLs: types.MapUnknown(types.StringType),
	}
}

// volumeModel is an element of volumes.
type volumeModel struct {
	RoleARN        types.String `tfsdk:"role_arn"`
	SizeGiB        types.Int64  `tfsdk:"size_gib"`
	VolumeType     types.String `tfsdk:"volume_type"`
	IOPS           types.Int64  `tfsdk:"iops"`
	Throughput     types.Int64  `tfsdk:"throughput"`
	Encrypted      types.Bool   `tfsdk:"encrypted"`
	KMSKeyARN      types.String `tfsdk:"kms_key_arn"`
	SnapshotID     types.String `tfsdk:"snapshot_id"`
	FilesystemType types.String `tfsdk:"filesystem_type"`
}

// retryModel is retry.
type retryModel struct {
	Attempts           types.Int64 `tfsdk:"attempts"`
	ExitCodes          types.Set   `tfsdk:"exit_codes"`
	FallbackToOnDemand types.Bool  `tfsdk:"fallback_to_on_demand"`
}

// described is what arguments say.
type described struct {
	args *arguments
	// task has what is left to the rules filled in.
	task   taskref.Model
	launch taskref.Launch
	// request is what ECS is asked for; what is not known counts as not there.
	request run.Request
	conduct run.Conduct
}

// describe reads arguments.
func (a *arguments) describe(ctx context.Context, site lifecycle.Site, rules task.TagRules, diags *diag.Diagnostics) described {
	d := described{args: a, task: taskref.Decode(ctx, a.Task, diags), launch: taskref.ReadLaunch(ctx, a.LaunchType, a.CapacityProviders, diags)}
	d.placed()
	d.task.Complete(path.Root("task"), site, d.launch, diags)
	d.conduct = a.conduct(ctx, d.task.ContainerName.ValueString(), diags)
	d.request = d.expand(ctx, site, rules, diags)
	return d
}

// placed puts the arguments that stand in place of the task's own there.
func (d *described) placed() {
	if !d.args.SubnetIDs.IsNull() {
		d.task.SubnetIDs = d.args.SubnetIDs
	}
	if !d.args.SecurityGroupIDs.IsNull() {
		d.task.SecurityGroupIDs = d.args.SecurityGroupIDs
	}
	if !d.args.AssignPublicIP.IsNull() {
		d.task.AssignPublicIP = d.args.AssignPublicIP
	}
}

// expand is the request of a run.
func (d *described) expand(ctx context.Context, site lifecycle.Site, rules task.TagRules, diags *diag.Diagnostics) run.Request {
	a, end := d.args, d.task.ToDomain(site.Place)
	can := end.Capability
	q := run.Request{
		Family: end.Name, Revision: a.Revision.ValueInt64(), Cluster: end.ClusterARN, Container: end.Container,
		Count: a.TaskCount.ValueInt64(), Launch: can.Resolve(d.launch.Launch), Instances: tf.StringsOf(a.ContainerInstances.Elements()),
		PlatformVersion: a.PlatformVersion.ValueString(), Group: a.Group.ValueString(), StartedBy: a.StartedBy.ValueString(),
		Tags: rules.All(tf.StringMapOf(a.Tags)), PropagateTags: a.PropagateTags.IsNull() || a.PropagateTags.ValueBool(),
		ExecuteCommand: a.EnableExecuteCommand.ValueBool(),
		Overrides:      a.overrides(ctx, end.Container, diags),
	}
	if q.StartedBy == "" {
		q.StartedBy = run.DefaultStartedBy
	}
	if can.OwnInterface() {
		q.Network = &run.Network{SubnetIDs: end.Network.SubnetIDs, SecurityGroupIDs: end.Network.SecurityGroupIDs}
		if len(q.Instances) == 0 && can.MayBeOnFargate(q.Launch) {
			q.Network.PublicIP = &end.Network.AssignPublicIP
		}
	}
	q.Constraints, q.Strategies = taskref.ReadConstraints(ctx, a.PlacementConstraints, diags), taskref.ReadStrategies(ctx, a.PlacementStrategy, diags)
	q.Volumes, q.ManagedTags, q.ReferenceID = a.volumes(ctx, diags), a.EnableECSManagedTags.ValueBool(), a.ReferenceID.ValueString()
	return q
}

func (a *arguments) overrides(ctx context.Context, main string, diags *diag.Diagnostics) run.Overrides {
	o := run.Overrides{
		CPU: run.Size(a.CPU.ValueInt64()), Memory: run.Size(a.Memory.ValueInt64()),
		TaskRoleARN: a.TaskRoleARN.ValueString(), ExecutionRoleARN: a.ExecutionRoleARN.ValueString(),
	}
	if n := a.EphemeralStorageGiB.ValueInt64(); n > 0 {
		o.EphemeralStorage = &run.Storage{SizeInGiB: n}
	}
	o.Add(run.ContainerOverride{Name: main, Command: tf.StringsOf(a.Command.Elements()), Environment: run.Variables(tf.StringMapOf(a.Environment))})
	for _, c := range taskref.ReadContainers(ctx, a.Containers, diags) {
		o.Add(c)
	}
	return o
}

func (a *arguments) volumes(ctx context.Context, diags *diag.Diagnostics) []run.Volume {
	var out []run.Volume
	volumes := taskref.Elements[volumeModel](ctx, a.Volumes, diags)
	for _, name := range slices.Sorted(maps.Keys(volumes)) {
		v := volumes[name]
		out = append(out, run.Volume{Name: name, EBS: run.EBSVolume{
			RoleARN: v.RoleARN.ValueString(), Encrypted: v.Encrypted.ValueBoolPointer(), FilesystemType: v.FilesystemType.ValueString(),
			IOPS: v.IOPS.ValueInt64(), KMSKeyID: v.KMSKeyARN.ValueString(), SizeInGiB: v.SizeGiB.ValueInt64(), SnapshotID: v.SnapshotID.ValueString(),
			Throughput: v.Throughput.ValueInt64(), VolumeType: v.VolumeType.ValueString(),
		}})
	}
	return out
}

// conduct is how a run is carried out.
func (a *arguments) conduct(ctx context.Context, container string, diags *diag.Diagnostics) run.Conduct {
	retry := a.retry(ctx, diags)
	c := run.Conduct{
		Wait: run.UntilStopped, StartTimeout: run.DefaultStartTimeout, LogLines: run.DefaultLogLines,
		Criteria: run.Criteria{Container: container, ExitCodes: numbersOf(a.SuccessExitCodes)},
		Retry:    run.Retry{Attempts: retry.Attempts.ValueInt64(), ExitCodes: numbersOf(retry.ExitCodes), OnDemand: retry.FallbackToOnDemand.ValueBool()},
	}
	if tf.IsSet(a.Wait) {
		c.Wait = a.Wait.ValueString()
	}
	if d, err := time.ParseDuration(a.StartTimeout.ValueString()); err == nil {
		c.StartTimeout = d
	}
	if tf.IsSet(a.LogLines) {
		c.LogLines = int(a.LogLines.ValueInt64())
	}
	return c
}

func (a *arguments) retry(ctx context.Context, diags *diag.Diagnostics) retryModel {
	var r retryModel
	tf.Decode(ctx, a.Retry, &r, diags)
	return r
}

// numbersOf are the known numbers of a set.
func numbersOf(s types.Set) []int64 {
	var out []int64
	for _, e := range s.Elements() {
		if n, ok := e.(types.Int64); ok && tf.IsSet(n) {
			out = append(out, n.ValueInt64())
		}
	}
	return out
}

// runsAgain are the attributes a change of which runs the task again.
func (m *model) runsAgain() []attr.Value {
	task := m.Task.Attributes()
	return []attr.Value{
		orNull(task["name"]), m.Revision, m.Triggers, m.Command, m.Environment, m.Containers, m.CPU, m.Memory, m.EphemeralStorageGiB,
		m.TaskRoleARN, m.ExecutionRoleARN, m.TaskCount, m.ContainerInstances,
	}
}

// orNull is the name of a task that is not known as a whole.
func orNull(v attr.Value) attr.Value {
	if v == nil {
		return types.StringUnknown()
	}
	return v
}

// Runs reports whether a plan runs the task, whose state is the other one; nil for none.
func (m *model) runs(state *model) bool {
	return state == nil || !slices.EqualFunc(m.runsAgain(), state.runsAgain(), attr.Value.Equal)
}

// finish writes what came of a run.
func (m *model) finish(result run.Result, conduct run.Conduct) {
	decides := result.Decides
	m.computed = computed{
		TaskDefinitionARN: tf.StringOrNull(decides.Definition), TaskARNs: tf.ListOf(result.ARNs()),
		StopCode: tf.StringOrNull(decides.StopCode), StoppedReason: tf.StringOrNull(decides.Reason),
		StartedAt: moment(decides.Started), StoppedAt: moment(decides.Stopped),
		DurationSeconds: seconds(decides.Duration()), PullSeconds: seconds(decides.Pull()),
		LogTail: tf.ListOf(result.Lines),
	}
	if code := result.Outcome.ExitCode; code != nil {
		m.ExitCode = types.Int64Value(*code)
	}
	if main, found := decides.Container(conduct.Criteria.Container); found {
		m.ImageDigest = tf.StringOrNull(main.ImageDigest)
	}
	var streams []string
	for _, l := range result.Logs {
		if l.Stream != "" {
			streams = append(streams, l.Stream)
		}
	}
	m.LogStreamNames = tf.ListOf(streams)
	m.ConsoleURLs = tf.ConsoleURLs(map[string]string{"task": result.TaskPage(decides.ARN), "logs": result.LogPage(decides.ARN)})
}

// moment is a time as state has it; null for none.
func moment(t time.Time) types.String {
	if t.IsZero() {
		return types.StringNull()
	}
	return types.StringValue(t.UTC().Format(time.RFC3339))
}

// seconds is a duration in whole seconds; null for none.
func seconds(d time.Duration) types.Int64 {
	if d == 0 {
		return types.Int64Null()
	}
	return types.Int64Value(int64(d.Round(time.Second) / time.Second))
}
