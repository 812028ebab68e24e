package taskrun

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/provider/taskref"
	"github.com/dockertask/terraform-provider-docker/internal/run"

	resource "github.com/hashicorp/terraform-plugin-framework/resource/schema"
)

var (
	_ action.ActionWithConfigure  = (*stopAction)(nil)
	_ action.ActionWithModifyPlan = (*stopAction)(nil)
)

// stopAction is the action docker_task_stop.
type stopAction struct{ lifecycle.Configured }

// NewStopAction makes the action docker_task_stop.
func NewStopAction() action.Action { return &stopAction{} }

// stopModel is the action docker_task_stop.
type stopModel struct {
	Task      types.Object   `tfsdk:"task"`
	StartedBy types.String   `tfsdk:"started_by"`
	Reason    types.String   `tfsdk:"reason"`
	Wait      types.Bool     `tfsdk:"wait"`
	Timeouts  timeouts.Value `tfsdk:"timeouts"`
}

// Metadata names the action.
func (a *stopAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_task_stop"
}

// Configure takes the provider's data.
func (a *stopAction) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	a.SetData(req.ProviderData, &resp.Diagnostics)
}

// Schema describes the action.
func (a *stopAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Stops the running tasks of a docker task in its cluster, and waits until they have ended. Tasks of services are among them: ECS starts others in their place.",
		Attributes: map[string]schema.Attribute{
			"task": oneOfAction("task", resource.Attribute(taskref.Schema())),
			"started_by": schema.StringAttribute{
				Optional: true, Validators: []validator.String{tf.StringCheck(run.CheckStartedBy)},
				MarkdownDescription: "Stop only tasks that this has started, by `startedBy`: `" + run.DefaultStartedBy + "` for those of `docker_task_run`. Default: all.",
			},
			"reason":   schema.StringAttribute{Optional: true, MarkdownDescription: "Reason, which ECS shows with the task. Default: `" + defaultReason + "`."},
			"wait":     schema.BoolAttribute{Optional: true, MarkdownDescription: "Whether to wait until the tasks have ended. Default: true."},
			"timeouts": timeouts.Attributes(ctx),
		},
	}
}

const defaultReason = "Stopped by Terraform"

// ModifyPlan checks the place of the task.
func (a *stopAction) ModifyPlan(ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	if a.Client == nil {
		return
	}
	var config stopModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	region := taskref.Region(ctx, config.Task, &resp.Diagnostics)
	if resp.Diagnostics.HasError() || region.IsUnknown() {
		return
	}
	if _, site := a.InRegion(ctx, region, lifecycle.AtTaskRegion, &resp.Diagnostics); !resp.Diagnostics.HasError() {
		task := taskref.Decode(ctx, config.Task, &resp.Diagnostics)
		task.CheckPlace("stop", site.Place, &resp.Diagnostics)
	}
}

// Invoke stops the tasks.
func (a *stopAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var config stopModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	ctx, end := a.Begin(ctx, config.Timeouts.Invoke, run.DefaultStopTimeout, &resp.Diagnostics)
	if end == nil {
		return
	}
	defer end()
	client, site := a.InRegion(ctx, taskref.Region(ctx, config.Task, &resp.Diagnostics), lifecycle.AtTaskRegion, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	site.ResolveAccount(ctx, client, &resp.Diagnostics)
	task := taskref.Decode(ctx, config.Task, &resp.Diagnostics)
	task.WithoutNetwork()
	task.Complete(path.Root("task"), site, taskref.Launch{}, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	reason := config.Reason.ValueString()
	if reason == "" {
		reason = defaultReason
	}
	found := task.ToDomain(site.Place)
	stopped, left, err := client.StopFamily(ctx, found.ClusterARN, found.Name, config.StartedBy.ValueString(), reason, config.Wait.IsNull() || config.Wait.ValueBool())
	for _, arn := range stopped {
		resp.SendProgress(action.InvokeProgressEvent{Message: "stopped task " + run.ID(arn) + " of " + found.Name})
	}
	if err != nil {
		detail := tf.Sentence(err.Error())
		if len(left) > 0 {
			detail += " These tasks may still run: " + strings.Join(left, ", ") + "."
		}
		resp.Diagnostics.AddError("Docker task "+found.Name+" could not be stopped", detail)
	}
}
