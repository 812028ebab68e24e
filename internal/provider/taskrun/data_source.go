package taskrun

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	resource "github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/aws"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/provider/taskref"
	"github.com/dockertask/terraform-provider-docker/internal/run"
	"github.com/dockertask/terraform-provider-docker/internal/schedule"
)

var (
	_ datasource.DataSourceWithConfigure      = (*runsDataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*runsDataSource)(nil)
)

// runsDataSource is data "docker_task_runs".
type runsDataSource struct {
	lifecycle.Configured
	now func() time.Time
}

// NewDataSource makes data "docker_task_runs".
func NewDataSource() datasource.DataSource { return &runsDataSource{now: time.Now} }

// runsModel is data "docker_task_runs".
type runsModel struct {
	Task       types.Object `tfsdk:"task"`
	Statuses   types.Set    `tfsdk:"statuses"`
	MaxResults types.Int64  `tfsdk:"max_results"`
	StartedBy  types.String `tfsdk:"started_by"`
	Group      types.String `tfsdk:"group"`
	Since      types.String `tfsdk:"since"`
	LogLines   types.Int64  `tfsdk:"log_lines"`
	History    types.Bool   `tfsdk:"history"`

	Runs      types.List  `tfsdk:"runs"`
	Running   types.Int64 `tfsdk:"running"`
	Succeeded types.Int64 `tfsdk:"succeeded"`
	Failed    types.Int64 `tfsdk:"failed"`
}

// Limits of docker_task_runs.
const (
	maxResults     = 100
	defaultResults = 10
	maxRunLines    = 100
)

// runField is an attribute of a run: its type, what it says, and its value.
type runField struct {
	name        string
	typ         attr.Type
	description string
	value       func(runSeen) attr.Value
}

// runSeen is a run as the data source shows it.
type runSeen struct {
	aws.Run
	container string
	outcome   *run.Outcome // nil while it runs, and of a run that ECS has forgotten
	result    run.Result   // for its pages
}

var containerType = types.ObjectType{AttrTypes: map[string]attr.Type{"status": types.StringType, "exit_code": types.Int64Type, "reason": types.StringType}}

// runFields are the attributes of runs.
var runFields = []runField{
	{"task_arn", types.StringType, "ARN of the task.", func(r runSeen) attr.Value { return tf.StringOrNull(r.Task.ARN) }},
	{"task_id", types.StringType, "Id of the task.", func(r runSeen) attr.Value { return types.StringValue(r.ID) }},
	{"revision", types.Int64Type, "Revision that ran.", func(r runSeen) attr.Value { return tf.Int64OrNull(r.Task.Revision()) }},
	{"status", types.StringType, "`lastStatus` of ECS. Null for a run that ECS has forgotten.", func(r runSeen) attr.Value { return tf.StringOrNull(r.Task.Status) }},
	{"succeeded", types.BoolType, "Whether the main container ended with exit code 0, and nothing but its own end or a user ended the task. Null while it runs, and for a run that ECS has forgotten.", func(r runSeen) attr.Value {
		if r.outcome == nil {
			return types.BoolNull()
		}
		return types.BoolValue(r.outcome.Succeeded)
	}},
	{"exit_code", types.Int64Type, "Exit code of the main container.", func(r runSeen) attr.Value {
		if r.outcome == nil || r.outcome.ExitCode == nil {
			return types.Int64Null()
		}
		return types.Int64Value(*r.outcome.ExitCode)
	}},
	{"stop_code", types.StringType, "Why it stopped, as a code of ECS.", func(r runSeen) attr.Value { return tf.StringOrNull(r.Task.StopCode) }},
	{"stopped_reason", types.StringType, "Why it stopped, as ECS says it.", func(r runSeen) attr.Value { return tf.StringOrNull(r.Task.Reason) }},
	{"explanation", types.StringType, "Why it failed, in words, with the attribute to look at; null where the provider knows nothing on it.", func(r runSeen) attr.Value {
		if r.outcome == nil {
			return types.StringNull()
		}
		return tf.StringOrNull(r.outcome.Explanation)
	}},
	{"created_at", types.StringType, "When it was asked for (RFC 3339).", func(r runSeen) attr.Value { return moment(r.Task.Created) }},
	{"started_at", types.StringType, "When it began to run (RFC 3339); for a run that ECS has forgotten, the time of the first line of its log.", func(r runSeen) attr.Value { return moment(r.Started()) }},
	{"stopped_at", types.StringType, "When it ended (RFC 3339); for a run that ECS has forgotten, the time of the last line of its log.", func(r runSeen) attr.Value { return moment(r.Stopped()) }},
	{"duration_seconds", types.Int64Type, "How long it ran, in seconds.", func(r runSeen) attr.Value { return seconds(r.Task.Duration()) }},
	{"pull_seconds", types.Int64Type, "How long the images were pulled, in seconds.", func(r runSeen) attr.Value { return seconds(r.Task.Pull()) }},
	{"started_by", types.StringType, "What started it, as that said itself.", func(r runSeen) attr.Value { return tf.StringOrNull(r.Task.StartedBy) }},
	{"group", types.StringType, "Task group.", func(r runSeen) attr.Value { return tf.StringOrNull(r.Task.Group) }},
	{"launch_type", types.StringType, "Launch type.", func(r runSeen) attr.Value { return tf.StringOrNull(r.Task.LaunchType) }},
	{"capacity_provider", types.StringType, "Capacity provider.", func(r runSeen) attr.Value { return tf.StringOrNull(r.Task.CapacityProvider) }},
	{"cpu", types.Int64Type, "CPU units.", func(r runSeen) attr.Value { return tf.Number(r.Task.CPU) }},
	{"memory", types.Int64Type, "Memory in MiB.", func(r runSeen) attr.Value { return tf.Number(r.Task.Memory) }},
	{"container_instance_arn", types.StringType, "ARN of the container instance.", func(r runSeen) attr.Value { return tf.StringOrNull(r.Task.Instance) }},
	{"private_ip", types.StringType, "Private address of the task.", func(r runSeen) attr.Value { return tf.StringOrNull(r.Task.PrivateIP) }},
	{"availability_zone", types.StringType, "Availability Zone.", func(r runSeen) attr.Value { return tf.StringOrNull(r.Task.Zone) }},
	{"image_digest", types.StringType, "Digest of the image of the main container.", func(r runSeen) attr.Value {
		main, _ := r.Task.Container(r.container)
		return tf.StringOrNull(main.ImageDigest)
	}},
	{"containers", types.MapType{ElemType: containerType}, "The containers by name, each with `status`, `exit_code` and `reason`.", func(r runSeen) attr.Value { return containersOf(r.Task) }},
	{"log_stream_name", types.StringType, "Log stream of the main container.", func(r runSeen) attr.Value { return tf.StringOrNull(r.Log.Stream) }},
	{"log_tail", types.ListType{ElemType: types.StringType}, "Last lines of its log, as many as `log_lines`.", func(r runSeen) attr.Value { return tf.ListOf(r.Lines) }},
	{"console_url", types.StringType, "Page of the task in the AWS console.", func(r runSeen) attr.Value {
		if r.Task.ARN == "" {
			return types.StringNull()
		}
		return tf.StringOrNull(r.result.TaskPage(r.Task.ARN))
	}},
	{"logs_url", types.StringType, "Page of its log in the AWS console.", func(r runSeen) attr.Value { return tf.StringOrNull(r.result.PageOf(r.Log)) }},
}

func containersOf(t run.Task) attr.Value {
	out := map[string]attr.Value{}
	for _, c := range t.Containers {
		code := types.Int64Null()
		if c.ExitCode != nil {
			code = types.Int64Value(*c.ExitCode)
		}
		out[c.Name] = types.ObjectValueMust(containerType.AttrTypes, map[string]attr.Value{
			"status": tf.StringOrNull(c.Status), "exit_code": code, "reason": tf.StringOrNull(c.Reason),
		})
	}
	return types.MapValueMust(containerType, out)
}

// runType is the type of an element of runs.
func runType() types.ObjectType {
	out := map[string]attr.Type{}
	for _, f := range runFields {
		out[f.name] = f.typ
	}
	return types.ObjectType{AttrTypes: out}
}

// Metadata names the data source.
func (d *runsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_task_runs"
}

// Configure takes the provider's data.
func (d *runsDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.SetData(req.ProviderData, &resp.Diagnostics)
}

// Schema describes data "docker_task_runs".
func (d *runsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := map[string]schema.Attribute{}
	for _, f := range runFields {
		attributes[f.name] = computedOf(f)
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "The runs of a docker task that ECS knows: those that run, and those that ended within about an hour; with `history` also older ones, from the streams of the log group. " +
			"It is read anew in every plan and refresh: in a `check` block, a plan warns when last night's run failed.",
		Attributes: map[string]schema.Attribute{
			"task": taskOfDataSource(),
			"statuses": schema.SetAttribute{
				ElementType: types.StringType, Optional: true,
				Validators:          []validator.Set{setvalidator.SizeAtLeast(1), setvalidator.NoNullValues(), setvalidator.ValueStringsAre(tf.OneOf(runStatuses))},
				MarkdownDescription: "`RUNNING` for runs that have not ended, `STOPPED` for those that have. Default: both.",
			},
			"max_results": schema.Int64Attribute{
				Optional: true, Validators: []validator.Int64{tf.Between(1, maxResults, " runs")},
				MarkdownDescription: fmt.Sprintf("Number of runs to show, the newest first, 1 to %d. Default: %d.", maxResults, defaultResults),
			},
			"started_by": schema.StringAttribute{
				Optional: true, Validators: []validator.String{tf.StringCheck(run.CheckStartedBy)},
				MarkdownDescription: "Only runs that this has started: `" + run.DefaultStartedBy + "` for those of `docker_task_run`.",
			},
			"group": schema.StringAttribute{Optional: true, Validators: []validator.String{tf.StringCheck(run.CheckGroup)}, MarkdownDescription: "Only runs of this task group."},
			"since": schema.StringAttribute{
				Optional: true, Validators: []validator.String{tf.StringCheck(schedule.CheckInstant)},
				MarkdownDescription: "Only runs that were asked for at this time or later (RFC 3339), as in `timeadd(plantimestamp(), \"-24h\")`.",
			},
			"log_lines": schema.Int64Attribute{
				Optional: true, Validators: []validator.Int64{tf.Between(0, maxRunLines, " lines")},
				MarkdownDescription: fmt.Sprintf("Number of last lines of the log of each run, 0 to %d. They stand in state. Default: 0.", maxRunLines),
			},
			"history":   schema.BoolAttribute{Optional: true, MarkdownDescription: "Whether to add runs that ECS has forgotten and whose log streams still exist: with times and lines, without exit codes. Default: false."},
			"runs":      schema.ListNestedAttribute{Computed: true, NestedObject: schema.NestedAttributeObject{Attributes: attributes}, MarkdownDescription: "The runs, the newest first."},
			"running":   schema.Int64Attribute{Computed: true, MarkdownDescription: "Number of runs that have not ended, of all that were found, also beyond `max_results`."},
			"succeeded": schema.Int64Attribute{Computed: true, MarkdownDescription: "Number of runs that have succeeded, of all that were found."},
			"failed":    schema.Int64Attribute{Computed: true, MarkdownDescription: "Number of runs that have failed, of all that were found."},
		},
	}
}

// runStatuses are the values of statuses.
var runStatuses = []string{run.Running, run.Stopped}

// computedOf is the attribute of a field.
func computedOf(f runField) schema.Attribute {
	switch t := f.typ.(type) {
	case types.MapType:
		return schema.MapAttribute{Computed: true, ElementType: t.ElemType, MarkdownDescription: f.description}
	case types.ListType:
		return schema.ListAttribute{Computed: true, ElementType: t.ElemType, MarkdownDescription: f.description}
	}
	switch f.typ {
	case types.Int64Type:
		return schema.Int64Attribute{Computed: true, MarkdownDescription: f.description}
	case types.BoolType:
		return schema.BoolAttribute{Computed: true, MarkdownDescription: f.description}
	}
	return schema.StringAttribute{Computed: true, MarkdownDescription: f.description}
}

// taskOfDataSource is the attribute task of a data source: that of resources, with its checks.
func taskOfDataSource() schema.SingleNestedAttribute {
	task := taskref.Schema()
	out := schema.SingleNestedAttribute{Required: true, MarkdownDescription: task.MarkdownDescription, Attributes: map[string]schema.Attribute{}}
	for name, a := range task.Attributes {
		switch a := a.(type) {
		case resource.StringAttribute:
			out.Attributes[name] = schema.StringAttribute{Required: a.Required, Optional: a.Optional, Validators: a.Validators, MarkdownDescription: a.MarkdownDescription}
		case resource.SetAttribute:
			out.Attributes[name] = schema.SetAttribute{ElementType: a.ElementType, Optional: a.Optional, Validators: a.Validators, MarkdownDescription: a.MarkdownDescription}
		case resource.BoolAttribute:
			out.Attributes[name] = schema.BoolAttribute{Optional: a.Optional, MarkdownDescription: a.MarkdownDescription}
		default:
			panic(fmt.Sprintf("%s of task is a %T", name, a)) // a mistake in the schema, seen at once
		}
	}
	return out
}

// ValidateConfig refuses a time that is still to come.
func (d *runsDataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	var config runsModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	d.checkSince(config, &resp.Diagnostics)
}

func (d *runsDataSource) checkSince(m runsModel, diags *diag.Diagnostics) time.Time {
	since, err := time.Parse(time.RFC3339, m.Since.ValueString())
	if err == nil && since.After(d.now()) {
		tf.AddInvalidf(diags, path.Root("since"), "%s is still to come: give the time of the oldest run to show", m.Since.ValueString())
	}
	return since
}

// Read asks ECS and CloudWatch Logs.
func (d *runsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m runsModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	ctx, end := d.Begin(ctx, nil, lifecycle.ReadTimeout, &resp.Diagnostics)
	if end == nil {
		return
	}
	defer end()
	client, site := d.InRegion(ctx, taskref.Region(ctx, m.Task, &resp.Diagnostics), lifecycle.AtTaskRegion, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	site.ResolveAccount(ctx, client, &resp.Diagnostics)
	task := taskref.Decode(ctx, m.Task, &resp.Diagnostics)
	task.WithoutNetwork()
	task.Complete(path.Root("task"), site, taskref.Launch{}, &resp.Diagnostics)
	task.CheckPlace("data source", site.Place, &resp.Diagnostics)
	lifecycle.CheckArgumentPlaces("data.docker_task_runs", req.Config.Raw, site.Place, &resp.Diagnostics)
	since := d.checkSince(m, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	found := task.ToDomain(site.Place)
	query := aws.RunsQuery{
		Cluster: found.ClusterARN, Family: found.Name, Container: found.Container, Statuses: tf.StringsOf(m.Statuses.Elements()),
		StartedBy: m.StartedBy.ValueString(), Group: m.Group.ValueString(), Since: since,
		Most: int(or(m.MaxResults, defaultResults)), LogLines: int(or(m.LogLines, 0)), History: m.History.ValueBool(),
	}
	runs, warnings, err := client.Runs(ctx, query)
	switch {
	case aws.IsMissingCluster(err):
		resp.Diagnostics.AddAttributeWarning(path.Root("task").AtName("cluster"), "There is no cluster "+task.Cluster.ValueString(),
			"So nothing has run in it, and there are no runs to show.")
	case err != nil:
		resp.Diagnostics.AddError("Runs of docker task "+found.Name+" could not be read", tf.Sentence(err.Error()))
		return
	}
	for _, w := range warnings {
		resp.Diagnostics.AddWarning("Runs of docker task "+found.Name, tf.Sentence(w))
	}
	m.show(runs, found.Container, run.Result{Place: site.Place, Cluster: run.NameOf(found.ClusterARN)}, query.Most)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

func or(n types.Int64, otherwise int64) int64 {
	if tf.IsSet(n) {
		return n.ValueInt64()
	}
	return otherwise
}

// show writes runs, and counts them.
func (m *runsModel) show(runs []aws.Run, container string, result run.Result, most int) {
	criteria := run.Criteria{Container: container}
	var elements []attr.Value
	var running, succeeded, failed int64
	for i, one := range runs {
		seen := runSeen{Run: one, container: container, result: result}
		switch {
		case one.Task.ARN == "":
		case !one.Task.Ended():
			running++
		default:
			outcome := criteria.Judge(one.Task)
			seen.outcome = &outcome
			if outcome.Succeeded {
				succeeded++
			} else {
				failed++
			}
		}
		if i < most {
			values := map[string]attr.Value{}
			for _, f := range runFields {
				values[f.name] = f.value(seen)
			}
			elements = append(elements, types.ObjectValueMust(runType().AttrTypes, values))
		}
	}
	m.Runs = types.ListValueMust(runType(), slices.Clip(elements))
	m.Running, m.Succeeded, m.Failed = types.Int64Value(running), types.Int64Value(succeeded), types.Int64Value(failed)
}
