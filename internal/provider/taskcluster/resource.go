package taskcluster

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
)

var (
	_ resource.ResourceWithConfigure      = (*clusterResource)(nil)
	_ resource.ResourceWithIdentity       = (*clusterResource)(nil)
	_ resource.ResourceWithImportState    = (*clusterResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*clusterResource)(nil)
	_ resource.ResourceWithValidateConfig = (*clusterResource)(nil)
)

// clusterResource is docker_task_cluster.
type clusterResource struct {
	lifecycle.Unit[model, observation]
}

// NewResource makes the resource docker_task_cluster.
func NewResource() resource.Resource {
	r := &clusterResource{}
	r.Unit = lifecycle.NewUnit[model, observation]("_task_cluster", r)
	return r
}

// ModifyPlan fills in what the configuration leaves to the provider.
func (r *clusterResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || r.Client == nil {
		return // destroyed; or nobody knows yet where: everything computed stays unknown
	}
	ctx = r.Client.Context(ctx)
	in := clusterInput{rules: r.TagRules, defaultTagsUnknown: r.DefaultTagsUnknown}
	var plan model
	resp.Diagnostics.Append(tf.Get(ctx, req.Config, &in.config)...)
	resp.Diagnostics.Append(tf.Get(ctx, req.Plan, &plan)...)
	if !req.State.Raw.IsNull() {
		in.state = &model{}
		resp.Diagnostics.Append(tf.Get(ctx, req.State, in.state)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	_, site := r.place(ctx, in.config.Region, in.state, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	in.place = site.Place
	lifecycle.CheckArgumentPlaces("docker_task_cluster", req.Config.Raw, in.place, &resp.Diagnostics)
	planCluster(ctx, in, &plan, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	in.warnOfLostHistory(&plan, &resp.Diagnostics)
	if in.state != nil {
		if !in.state.Name.Equal(plan.Name) {
			resp.RequiresReplace.Append(path.Root("name"))
		}
		if !in.state.Region.Equal(plan.Region) {
			resp.RequiresReplace.Append(path.Root("region"))
		}
	}
	who := lifecycle.Planner{Resource: "docker_task_cluster", Name: plan.Name.ValueString(), Exists: in.state != nil, Unit: lifecycle.UnitID(ctx, req.Private)}
	r.Planned.Claim(who, plan.claims(), &resp.Diagnostics)
	resp.Diagnostics.Append(tf.Set(ctx, &resp.Plan, &plan)...)
}
