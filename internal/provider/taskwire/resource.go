package taskwire

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/provider/taskref"
	"github.com/dockertask/terraform-provider-docker/internal/task"
	"github.com/dockertask/terraform-provider-docker/internal/wire"
)

var (
	_ resource.ResourceWithConfigure      = (*wireResource)(nil)
	_ resource.ResourceWithImportState    = (*wireResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*wireResource)(nil)
	_ resource.ResourceWithValidateConfig = (*wireResource)(nil)
)

// wireResource is docker_task_wire.
type wireResource struct {
	lifecycle.Resource
}

// NewResource makes the resource docker_task_wire.
func NewResource() resource.Resource { return &wireResource{lifecycle.NewResource("_task_wire")} }

// ModifyPlan computes policy and environment.
func (r *wireResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || r.Client == nil {
		return
	}
	ctx = r.Client.Context(ctx)
	var config, plan model
	resp.Diagnostics.Append(tf.Get(ctx, req.Config, &config)...)
	resp.Diagnostics.Append(tf.Get(ctx, req.Plan, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	_, place := r.place(ctx, plan, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	var state model
	if !req.State.Raw.IsNull() {
		resp.Diagnostics.Append(tf.Get(ctx, req.State, &state)...)
		r.checkAccount(ctx, state, task.Record{}, &resp.Diagnostics)
		if resp.Diagnostics.HasError() {
			return
		}
		if place.Account == "" {
			place.Account = state.account(ctx, &resp.Diagnostics)
		}
	}
	lifecycle.CheckArgumentPlaces("docker_task_wire", req.Config.Raw, place.Place, &resp.Diagnostics)
	plan.PolicyName = config.PolicyName
	d := planWire(ctx, &plan, place, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if !req.State.Raw.IsNull() && !state.PolicyName.Equal(plan.PolicyName) {
		resp.RequiresReplace.Append(path.Root("policy_name"))
	}
	plan.warnOfSize(&resp.Diagnostics)
	who := plan.planner(ctx, &resp.Diagnostics)
	who.Exists, who.Unit = !req.State.Raw.IsNull(), lifecycle.UnitID(ctx, req.Private)
	r.Planned.Claim(who, plan.claims(ctx, place.Place, place.Defaults.RoleNamePrefix), &resp.Diagnostics)
	taskref.Refer(ctx, &r.Configured, place, who.String(), path.Root("task"), plan.Task, d.launch, nil, &resp.Diagnostics)
	resp.Diagnostics.Append(tf.Set(ctx, &resp.Plan, &plan)...)
}

// warnOfSize minds the room that a function has for all its variables, of which the provider
// sees those of one wire. They take a few hundred bytes, unless names are long or subnets many.
func (m *model) warnOfSize(diags *diag.Diagnostics) {
	if m.consumer().Integration.Actions != nil {
		return // a service runs the task, and reads no variables
	}
	size := 0
	for k, v := range tf.StringMapOf(m.Environment) {
		size += len(k) + len(v)
	}
	if size > wire.FunctionEnvironmentLimit/4 {
		diags.AddAttributeWarning(path.Root("task"), "Much of a function's environment", fmt.Sprintf(
			"The variables of this wire take %d bytes; all variables of a Lambda function together may take %d. Shorter names, or fewer subnets, leave more to the function's own.",
			size, wire.FunctionEnvironmentLimit))
	}
}
