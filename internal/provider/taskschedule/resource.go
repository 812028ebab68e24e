package taskschedule

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/provider/taskref"
)

var (
	_ resource.ResourceWithConfigure      = (*scheduleResource)(nil)
	_ resource.ResourceWithIdentity       = (*scheduleResource)(nil)
	_ resource.ResourceWithImportState    = (*scheduleResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*scheduleResource)(nil)
	_ resource.ResourceWithValidateConfig = (*scheduleResource)(nil)
)

// scheduleResource is docker_task_schedule.
type scheduleResource struct {
	lifecycle.Unit[model, observation]
	findTask taskref.Finder
	// now is the clock. No plan reads it.
	now func() time.Time
}

// NewResource makes the resource docker_task_schedule; an import finds its task by find.
func NewResource(find taskref.Finder) resource.Resource {
	r := &scheduleResource{findTask: find, now: time.Now}
	r.Unit = lifecycle.NewUnit[model, observation]("_task_schedule", r)
	return r
}

// ModifyPlan computes names, ARNs and policy.
func (r *scheduleResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || r.Client == nil {
		return // destroyed; or nobody knows yet where: everything computed stays unknown
	}
	ctx = r.Client.Context(ctx)
	var config, plan model
	var state *model
	resp.Diagnostics.Append(tf.Get(ctx, req.Config, &config)...)
	resp.Diagnostics.Append(tf.Get(ctx, req.Plan, &plan)...)
	if !req.State.Raw.IsNull() {
		state = &model{}
		resp.Diagnostics.Append(tf.Get(ctx, req.State, state)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	region := taskref.Region(ctx, plan.Task, &resp.Diagnostics)
	if region.IsUnknown() {
		plan.unknownPlan()
		if state != nil && !state.Region.IsNull() {
			resp.RequiresReplace.Append(path.Root("region"))
		}
		resp.Diagnostics.Append(tf.Set(ctx, &resp.Plan, &plan)...)
		return
	}
	_, place := r.place(ctx, region, state, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	lifecycle.CheckArgumentPlaces("docker_task_schedule", req.Config.Raw, place.Place, &resp.Diagnostics)
	role := plan.role(ctx, &resp.Diagnostics)
	plan.PermissionsBoundary = place.Defaults.Boundary(config.PermissionsBoundary, role.ARN.IsNull(), tf.Unknown(plan.Role.IsUnknown() || role.ARN.IsUnknown()))
	d := r.planSchedule(ctx, place, &plan, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	who := lifecycle.Planner{Resource: "docker_task_schedule", Name: plan.Name.ValueString(), Exists: state != nil, Unit: lifecycle.UnitID(ctx, req.Private)}
	r.Planned.Claim(who, plan.claims(d.spec), &resp.Diagnostics)
	taskref.Refer(ctx, &r.Configured, place, who.String(), path.Root("task"), plan.Task, d.launch, nil, &resp.Diagnostics)
	switch {
	case state == nil:
	case !state.Region.Equal(plan.Region):
		resp.RequiresReplace.Append(path.Root("region"))
	default:
		warnOfReplacedRole(ctx, *state, plan, &resp.Diagnostics)
	}
	resp.Diagnostics.Append(tf.Set(ctx, &resp.Plan, &plan)...)
}

// warnOfReplacedRole says that a change of name deletes a role, and refuses what IAM cannot do
// to one.
func warnOfReplacedRole(ctx context.Context, state, plan model, diags *diag.Diagnostics) {
	had, want := state.role(ctx, diags), plan.role(ctx, diags)
	if !had.ARN.IsNull() || !want.ARN.IsNull() || state.Name != plan.Name || state.Group != plan.Group ||
		state.RoleName.IsNull() || plan.RoleName.IsUnknown() {
		return
	}
	was, is := state.RoleName.ValueString(), plan.RoleName.ValueString()
	at := path.Root("role")
	from, errFrom := arn.Parse(state.RoleARN.ValueString())
	to, errTo := arn.Parse(plan.RoleARN.ValueString())
	switch {
	case was == is && errFrom == nil && errTo == nil && from.RolePath() != to.RolePath():
		lifecycle.RefuseMoved(at, is, from.RolePath(), to.RolePath(), diags)
	case was == is:
	case strings.EqualFold(was, is):
		lifecycle.RefuseRespelled(at.AtName("name"), was, is, diags)
	default:
		diags.AddAttributeWarning(at.AtName("name"), "The role is replaced", fmt.Sprintf(
			"Role %s is created, and then %s is deleted with all its policies, including those that others added.", is, was))
	}
}
