package taskrun

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/aws"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/provider/taskref"
	"github.com/dockertask/terraform-provider-docker/internal/run"
)

var (
	_ resource.ResourceWithConfigure      = (*runResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*runResource)(nil)
	_ resource.ResourceWithValidateConfig = (*runResource)(nil)
)

// runResource is docker_task_run.
type runResource struct {
	lifecycle.Resource
}

// NewResource makes the resource docker_task_run.
func NewResource() resource.Resource { return &runResource{lifecycle.NewResource("_task_run")} }

// unfinished is private state: tasks of updates that failed which could not be stopped.
type unfinished struct {
	Tasks []string `json:"tasks"`
}

const privateName = "run"

// ModifyPlan decides whether the task is run, and checks what can be known before it is. Nothing is run.
func (r *runResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || r.Client == nil {
		return // destroyed; or nobody knows yet where: everything computed stays unknown
	}
	ctx = r.Client.Context(ctx)
	var plan model
	var state *model
	resp.Diagnostics.Append(tf.Get(ctx, req.Plan, &plan)...)
	if !req.State.Raw.IsNull() {
		state = &model{}
		resp.Diagnostics.Append(tf.Get(ctx, req.State, state)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	plan.computed, plan.Region = unknown(), types.StringUnknown()
	region := taskref.Region(ctx, plan.Task, &resp.Diagnostics)
	if !region.IsUnknown() {
		_, site := r.InRegion(ctx, region, lifecycle.AtTaskRegion, &resp.Diagnostics)
		if resp.Diagnostics.HasError() {
			return
		}
		lifecycle.CheckArgumentPlaces("docker_task_run", req.Config.Raw, site.Place, &resp.Diagnostics)
		plan.Region = types.StringValue(site.Region)
		d := plan.describe(ctx, site, r.TagRules, &resp.Diagnostics)
		d.task.CheckPlace("run", site.Place, &resp.Diagnostics)
		d.check(&resp.Diagnostics)
		if resp.Diagnostics.HasError() {
			return
		}
		plan.TaskDefinitionARN = tf.Derive(types.StringValue(d.task.FamilyARN.ValueString()+":"+run.Size(plan.Revision.ValueInt64())), d.task.FamilyARN, plan.Revision, tf.Unknown(plan.Revision.IsNull()))
		taskref.Refer(ctx, &r.Configured, site, "docker_task_run of "+plan.title(), path.Root("task"), plan.Task, d.launch, nil, &resp.Diagnostics)
	}
	switch {
	case state != nil && !plan.Region.Equal(state.Region):
		resp.RequiresReplace.Append(path.Root("region"))
	case !plan.runs(state):
		plan.computed = state.computed
	}
	resp.Diagnostics.Append(tf.Set(ctx, &resp.Plan, &plan)...)
}

// title is the name of the task.
func (a *arguments) title() string {
	name, _ := a.Task.Attributes()["name"].(types.String)
	return name.ValueString()
}

// Create runs the task. If it fails there is no state, and the next apply runs it again; unless a task could not be
// stopped: then state has it, so that a destroy stops it.
func (r *runResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan model
	resp.Diagnostics.Append(tf.Get(ctx, req.Plan, &plan)...)
	ctx, end := r.Begin(ctx, plan.Timeouts.Create, run.DefaultTimeout, &resp.Diagnostics)
	if end == nil {
		return
	}
	defer end()
	left := r.run(ctx, &plan, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		if len(left) == 0 {
			return
		}
		plan.computed = computed{TaskARNs: tf.ListOf(left), LogStreamNames: tf.ListOf(nil), LogTail: tf.ListOf(nil), ConsoleURLs: tf.MapOf(nil)}
	}
	resp.Diagnostics.Append(tf.Set(ctx, &resp.State, &plan)...)
}

// run runs the task of a plan, and writes what came of it there. The result are tasks that may still run after an error.
func (r *runResource) run(ctx context.Context, plan *model, diags *diag.Diagnostics) (left []string) {
	client, site := r.InRegion(ctx, taskref.Region(ctx, plan.Task, diags), lifecycle.AtTaskRegion, diags)
	if diags.HasError() {
		return nil
	}
	site.ResolveAccount(ctx, client, diags)
	d := plan.describe(ctx, site, r.TagRules, diags)
	d.check(diags)
	if diags.HasError() {
		return nil
	}
	plan.Region = types.StringValue(site.Region)
	result, err := client.Run(ctx, d.request, d.conduct)
	left = report(plan.title(), result, err, diags)
	plan.finish(result, d.conduct)
	return left
}

// report adds the warnings of a run, and its error. The result are tasks that may still run.
func report(title string, result run.Result, err error, diags *diag.Diagnostics) []string {
	if err == nil {
		for _, w := range result.Warnings {
			diags.AddWarning("Run of docker task "+title, tf.Sentence(w))
		}
		return nil
	}
	summary := "Docker task " + title + " failed"
	if len(result.Tasks) == 0 {
		summary = "Docker task " + title + " could not be run"
	}
	diags.AddError(summary, tf.Sentence(result.Detail(err)))
	return run.Left(err)
}

// Read keeps the state: what ran has run, and ECS forgets it after an hour.
func (r *runResource) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

// Update runs the task again if what is run has changed. If that fails, the state stays as it was, so that the next
// plan has the same change.
func (r *runResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state model
	resp.Diagnostics.Append(tf.Get(ctx, req.Plan, &plan)...)
	resp.Diagnostics.Append(tf.Get(ctx, req.State, &state)...)
	if !resp.Diagnostics.HasError() && !plan.runs(&state) {
		plan.computed = state.computed
		resp.Diagnostics.Append(tf.Set(ctx, &resp.State, &plan)...)
		return
	}
	ctx, end := r.Begin(ctx, plan.Timeouts.Update, run.DefaultTimeout, &resp.Diagnostics)
	if end == nil {
		return
	}
	defer end()
	left := r.stop(ctx, &state, req.Private, "Run again by Terraform", &resp.Diagnostics)
	if !resp.Diagnostics.HasError() {
		left = r.run(ctx, &plan, &resp.Diagnostics)
	}
	tf.WritePrivate(ctx, resp.Private, privateName, unfinished{left}, &resp.Diagnostics)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(tf.Set(ctx, &resp.State, &plan)...)
	}
}

// stop stops what still runs of a state. The result are tasks that may run on; then there is an error.
func (r *runResource) stop(ctx context.Context, state *model, private tf.PrivateReader, reason string, diags *diag.Diagnostics) []string {
	before, _ := tf.ReadPrivate[unfinished](ctx, private, privateName, diags)
	arns := before.Tasks
	if state.StoppedAt.IsNull() { // nobody has waited for their end
		arns = append(arns, tf.StringsOf(state.TaskARNs.Elements())...)
	}
	client, _ := r.InRegion(ctx, state.Region, lifecycle.AtTaskRegion, diags)
	if len(arns) == 0 || diags.HasError() {
		return nil
	}
	left, err := client.StopTasksOf(ctx, arns, reason)
	if err != nil && !aws.IsMissingCluster(err) {
		diags.AddError("Docker task "+state.title()+" could not be stopped",
			tf.Sentence(err.Error())+" These tasks may still run: "+strings.Join(left, ", ")+".")
		return left
	}
	return nil
}

// Delete stops what still runs, and deletes nothing.
func (r *runResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state model
	resp.Diagnostics.Append(tf.Get(ctx, req.State, &state)...)
	ctx, end := r.Begin(ctx, state.Timeouts.Delete, run.DefaultStopTimeout, &resp.Diagnostics)
	if end == nil {
		return
	}
	defer end()
	r.stop(ctx, &state, req.Private, "Destroyed by Terraform", &resp.Diagnostics)
}
