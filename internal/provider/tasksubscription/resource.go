package tasksubscription

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/provider/taskref"
)

var (
	_ resource.ResourceWithConfigure      = (*subscriptionResource)(nil)
	_ resource.ResourceWithIdentity       = (*subscriptionResource)(nil)
	_ resource.ResourceWithImportState    = (*subscriptionResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*subscriptionResource)(nil)
	_ resource.ResourceWithValidateConfig = (*subscriptionResource)(nil)
)

// subscriptionResource is docker_task_subscription.
type subscriptionResource struct {
	lifecycle.Unit[model, observation]
	findTask taskref.Finder
}

// NewResource makes the resource docker_task_subscription; an import finds its task by find.
func NewResource(find taskref.Finder) resource.Resource {
	r := &subscriptionResource{findTask: find}
	r.Unit = lifecycle.NewUnit[model, observation]("_task_subscription", r)
	return r
}

// ModifyPlan fills in what the configuration leaves to the provider.
func (r *subscriptionResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || r.Client == nil {
		return // destroyed; or nobody knows yet where: everything computed stays unknown
	}
	ctx = r.Client.Context(ctx)
	in := subscriptionInput{rules: r.TagRules, defaultTagsUnknown: r.DefaultTagsUnknown}
	var plan model
	var state *model
	resp.Diagnostics.Append(tf.Get(ctx, req.Config, &in.config)...)
	resp.Diagnostics.Append(tf.Get(ctx, req.Plan, &plan)...)
	if !req.State.Raw.IsNull() {
		state = &model{}
		resp.Diagnostics.Append(tf.Get(ctx, req.State, state)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	_, place := r.place(ctx, taskref.Region(ctx, in.config.Task, &resp.Diagnostics), state, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	in.place, in.defaults = place.Place, place.Defaults
	lifecycle.CheckArgumentPlaces("docker_task_subscription", req.Config.Raw, in.place, &resp.Diagnostics)
	planSubscription(ctx, in, &plan, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	var had types.String
	if state != nil {
		had = state.EventPattern
		if !state.Name.Equal(plan.Name) {
			resp.RequiresReplace.Append(path.Root("name"))
		}
		if !state.Region.Equal(plan.Region) {
			resp.RequiresReplace.Append(path.Root("region"))
		}
	}
	warnOfPattern(had, plan.EventPattern, &resp.Diagnostics)
	who := lifecycle.Planner{Resource: "docker_task_subscription", Name: plan.Name.ValueString(), Exists: state != nil, Unit: lifecycle.UnitID(ctx, req.Private)}
	r.Planned.Claim(who, plan.claims(), &resp.Diagnostics)
	taskref.Refer(ctx, &r.Configured, place, who.String(), path.Root("task"), in.config.Task, taskref.Launch{}, plan.taskAttributesUsed(), &resp.Diagnostics)
	resp.Diagnostics.Append(tf.Set(ctx, &resp.Plan, &plan)...)
}
