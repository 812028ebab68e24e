package dockertask

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/task"
	"github.com/dockertask/terraform-provider-docker/internal/task/attribute"
)

var (
	_ resource.ResourceWithConfigure      = (*taskResource)(nil)
	_ resource.ResourceWithIdentity       = (*taskResource)(nil)
	_ resource.ResourceWithImportState    = (*taskResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*taskResource)(nil)
	_ resource.ResourceWithValidateConfig = (*taskResource)(nil)
)

// taskResource is docker_task.
type taskResource struct {
	lifecycle.Unit[model, observation]
}

// NewResource makes the resource docker_task.
func NewResource() resource.Resource {
	r := &taskResource{}
	r.Unit = lifecycle.NewUnit[model, observation]("_task", r)
	return r
}

// ModifyPlan fills in what the configuration leaves to the provider.
func (r *taskResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || r.Client == nil {
		return // destroyed; or nobody knows yet where: everything computed stays unknown
	}
	ctx = r.Client.Context(ctx)
	in := planInput{rules: r.TagRules, defaultTagsUnknown: r.DefaultTagsUnknown}
	var plan model
	var state *model
	resp.Diagnostics.Append(tf.Get(ctx, req.Config, &in.config)...)
	resp.Diagnostics.Append(tf.Get(ctx, req.Plan, &plan)...)
	if !req.State.Raw.IsNull() {
		state = &model{}
		resp.Diagnostics.Append(tf.Get(ctx, req.State, state)...)
		in.record, _ = r.Record(ctx, req.Private, &resp.Diagnostics)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	if in.config.Region.IsUnknown() {
		if state != nil { // it may turn out to be another one, as with a name that is not known
			resp.RequiresReplace.Append(path.Root("region"))
		}
		return
	}
	_, place := r.place(ctx, in.config.Region, state, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	in.place = place
	if state != nil {
		before := state.describe(ctx, place, &diag.Diagnostics{}) // what is wrong in it the plan may mend
		in.state = &before
	}
	lifecycle.CheckArgumentPlaces("docker_task", req.Config.Raw, place.Place, &resp.Diagnostics)
	d := planTask(ctx, in, &plan, &resp.Diagnostics)
	d.checkFileRoles(in.config, &resp.Diagnostics)
	r.checkTags(d, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if state != nil {
		switch {
		case !state.Region.Equal(plan.Region):
			resp.RequiresReplace.Append(path.Root("region"))
			in.warnOfLostLog(path.Root("region"), &resp.Diagnostics)
		case !state.Name.Equal(plan.Name):
			in.warnOfLostLog(path.Root("name"), &resp.Diagnostics)
		default:
			warnOfReplacedParts(*in.state, d, &resp.Diagnostics)
		}
	}
	who := lifecycle.Planner{Resource: "docker_task", Name: plan.Name.ValueString(), Exists: state != nil, Unit: lifecycle.UnitID(ctx, req.Private)}
	r.Planned.Claim(who, d.claims(), &resp.Diagnostics)
	reference(plan).Planned(&r.Configured, &resp.Diagnostics)
	in.config.referWires(ctx, &r.Configured, place, &resp.Diagnostics)
	resp.Diagnostics.Append(tf.Set(ctx, &resp.Plan, &plan)...)
}

// checkTags checks the tags together with those of the provider, and counts them with those
// that say where the task runs: in the default subnets, if the plan says so.
func (r *taskResource) checkTags(d described, diags *diag.Diagnostics) {
	all := r.TagRules.All(d.tags())
	network := task.Network{Cluster: d.model.Cluster.ValueString(), SubnetIDs: d.spec.Network.SubnetIDs, SecurityGroupIDs: d.spec.Network.SecurityGroupIDs}
	for k, v := range r.TagRules.Default {
		if err := task.CheckTag(k, v); err != nil {
			diags.AddError("Invalid default_tags", tf.Sentence(err.Error()))
		}
	}
	if err := task.CheckTagCount(all, network); err != nil {
		tf.AddInvalid(diags, path.Root("tags"), err)
	}
	managed := func(kind task.RoleKind) bool {
		return d.spec.Manages(kind) && !d.unknown.Any(kind.Attributes().ARN, attribute.SingleRole, attribute.DefinitionJSON)
	}
	if err := task.CheckTagCase(all); err != nil && slices.ContainsFunc(task.RoleKinds, managed) {
		tf.AddInvalid(diags, path.Root("tags"), err)
	}
}
