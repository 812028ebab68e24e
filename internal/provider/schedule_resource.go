package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/awsapi"
	"github.com/dockertask/terraform-provider-docker/internal/schedule"
	"github.com/dockertask/terraform-provider-docker/internal/task"
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
	configured
	// now is the clock. No plan reads it.
	now func() time.Time
}

func newScheduleResource() resource.Resource { return &scheduleResource{now: time.Now} }

// Metadata names the resource.
func (r *scheduleResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_task_schedule"
}

// Configure takes the provider's data.
func (r *scheduleResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.configure(req.ProviderData, &resp.Diagnostics)
}

// ModifyPlan computes names, ARNs and policy.
func (r *scheduleResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || r.client == nil {
		return // destroyed; or nobody knows yet where: everything computed stays unknown
	}
	ctx = r.client.Context(ctx)
	var plan scheduleModel
	var state *scheduleModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if !req.State.Raw.IsNull() {
		state = &scheduleModel{}
		resp.Diagnostics.Append(req.State.Get(ctx, state)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	region := taskRegion(ctx, plan.Task, &resp.Diagnostics)
	if region.IsUnknown() {
		plan.unknownPlan()
		resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
		return
	}
	_, place := r.place(ctx, region, state, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	r.planSchedule(ctx, place, &plan, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if state != nil {
		if at, err := arn.Parse(state.ARN.ValueString()); err == nil && at.Region != place.Region {
			resp.RequiresReplace.Append(path.Root("task"))
		} else {
			warnOfReplacedRole(ctx, *state, plan, &resp.Diagnostics)
		}
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
}

// warnOfReplacedRole says that a change of name deletes a role.
func warnOfReplacedRole(ctx context.Context, state, plan scheduleModel, diags *diag.Diagnostics) {
	had, want := state.role(ctx, diags), plan.role(ctx, diags)
	if !had.ARN.IsNull() || !want.ARN.IsNull() || state.Name != plan.Name || state.Group != plan.Group ||
		state.RoleName.IsNull() || plan.RoleName.IsUnknown() || state.RoleName.Equal(plan.RoleName) {
		return
	}
	diags.AddAttributeWarning(path.Root("role").AtName("name"), "The role is replaced", fmt.Sprintf(
		"Role %s is made, and %s is deleted after it, with whatever policies others put on it.", plan.RoleName.ValueString(), state.RoleName.ValueString()))
}

// taskRegion is the region that a schedule's task names; unknown where it may turn out to name
// one.
func taskRegion(ctx context.Context, object types.Object, diags *diag.Diagnostics) types.String {
	if object.IsUnknown() {
		return types.StringUnknown()
	}
	var t wireTaskModel
	decode(ctx, object, &t, diags)
	return t.Region
}

// place is the client for a region and the place in which ARNs are built. The account of the
// credentials has to be the one that state is of.
func (r *scheduleResource) place(ctx context.Context, region types.String, state *scheduleModel, diags *diag.Diagnostics) (*awsapi.Client, site) {
	client, err := r.client.InRegion(region.ValueString())
	if err != nil {
		at := path.Root("task").AtName("region")
		diags.AddAttributeError(at, invalid(at), sentence(err.Error()))
		return nil, site{}
	}
	place := site{Place: client.Place(), defaultSubnets: func() []string { return defaultSubnets(ctx, client, diags) }}
	if state == nil {
		return client, place
	}
	for _, text := range []types.String{state.ARN, state.RoleARN} {
		known, err := arn.Parse(text.ValueString())
		switch {
		case err != nil:
			continue
		case place.Account == "":
			place.Account = known.Account
		case place.Account != known.Account:
			diags.AddError("Credentials of another account", fmt.Sprintf(
				"The schedule %s is in account %s, and the provider's credentials are for account %s. Use those of account %s; allowed_account_ids in the provider block keeps this from happening.",
				state.Name.ValueString(), known.Account, place.Account, known.Account))
		}
		break
	}
	return client, place
}

// settled is the place with an account, and the plan with what could not be known without.
func (r *scheduleResource) settled(ctx context.Context, plan, state *scheduleModel, diags *diag.Diagnostics) (*awsapi.Client, site) {
	client, place := r.place(ctx, taskRegion(ctx, plan.Task, diags), state, diags)
	if diags.HasError() {
		return nil, site{}
	}
	if place.Account == "" {
		var err error
		if place.Account, err = client.Account(ctx); err != nil {
			diags.AddError("The account is not known", sentence(err.Error()))
			return nil, site{}
		}
	}
	r.planSchedule(ctx, place, plan, diags)
	return client, place
}

// Create makes schedule and role.
func (r *scheduleResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan scheduleModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	ctx, done := r.begin(ctx, plan.Timeouts.Create, changeTimeout, &resp.Diagnostics)
	if done == nil {
		return
	}
	defer done()
	client, place := r.settled(ctx, &plan, nil, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	unit := plan.unit(ctx, place, r.rules, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	private := unitState{ID: newUnitID()}
	if err := client.CreateSchedule(ctx, unit, private.ID); err != nil {
		addScheduleCreateError(&resp.Diagnostics, plan, place.Region, err)
		if failed := (*awsapi.CreateError)(nil); !errors.As(err, &failed) || failed.Rollback == nil {
			return // nothing is left
		}
	}
	private.write(ctx, resp.Private, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	plan.identify(ctx, place, resp.Identity, &resp.Diagnostics)
}

func addScheduleCreateError(diags *diag.Diagnostics, plan scheduleModel, region string, err error) {
	name := plan.Group.ValueString() + "/" + plan.Name.ValueString()
	existing := awsapi.Existing(err)
	switch {
	case len(existing) > 0:
		var parts []string
		for _, e := range existing {
			parts = append(parts, e.Error())
		}
		diags.AddError("Schedule "+name+" exists in part", sentence(strings.Join(parts, "; "))+"\n\n"+
			"A schedule is not made over what exists. To take it over, import it:\n\n"+
			"  terraform import docker_task_schedule.NAME "+name+"@"+region+"\n\n"+
			"Else choose another name, for the schedule or for its role.")
	case awsapi.IsMissingScheduleGroup(err):
		at := path.Root("group")
		diags.AddAttributeError(at, invalid(at), missingGroup(plan, err))
	default:
		diags.AddError("Schedule "+name+" could not be made", sentence(err.Error()))
	}
}

// missingGroup says what to do about a group that there is not.
func missingGroup(plan scheduleModel, err error) string {
	return fmt.Sprintf(
		"There is no schedule group %s: make it first (aws_scheduler_schedule_group), or leave group out for the one that always exists. %s",
		plan.Group.ValueString(), sentence(err.Error()))
}

// Read looks at schedule and role.
func (r *scheduleResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state scheduleModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	ctx, done := r.begin(ctx, state.Timeouts.Read, readTimeout, &resp.Diagnostics)
	if done == nil {
		return
	}
	defer done()
	private, known := readUnitState(ctx, req.Private, &resp.Diagnostics)
	client, place := r.place(ctx, taskRegion(ctx, state.Task, &resp.Diagnostics), &state, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	// First of all: even a resource that is found gone has to have an identity.
	state.identify(ctx, place, resp.Identity, &resp.Diagnostics)
	var seen scheduleSeen
	if known {
		seen = r.look(ctx, client, place, state, &resp.Diagnostics)
		seen.unit = private
	} else {
		seen = r.discoverSchedule(ctx, client, place, &state, &resp.Diagnostics)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	if seen.Schedule == nil && seen.Role == nil && !state.over(seen) {
		resp.State.RemoveResource(ctx)
		return
	}
	state.flatten(ctx, seen, &resp.Diagnostics)
	seen.unit.write(ctx, resp.Private, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
	state.identify(ctx, place, resp.Identity, &resp.Diagnostics)
}

// look looks at the parts that a model names.
func (r *scheduleResource) look(ctx context.Context, client *awsapi.Client, place site, m scheduleModel, diags *diag.Diagnostics) scheduleSeen {
	seen := scheduleSeen{place: place, rules: r.rules, now: r.now()}
	refs := awsapi.ScheduleRefs{Group: m.Group.ValueString(), Name: m.Name.ValueString()}
	if role := m.role(ctx, diags); role.ARN.IsNull() {
		refs.Role = role.Name.ValueString()
		if refs.Role == "" {
			refs.Role = schedule.RoleName(refs.Group, refs.Name, place.Region)
		}
	}
	var err error
	if seen.Observed, err = client.ReadSchedule(ctx, refs); err != nil {
		diags.AddError(fmt.Sprintf("Schedule %s/%s could not be read", refs.Group, refs.Name), sentence(err.Error()))
	}
	return seen
}

// Update brings schedule and role to what the plan says.
func (r *scheduleResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var state, plan scheduleModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	ctx, done := r.begin(ctx, plan.Timeouts.Update, changeTimeout, &resp.Diagnostics)
	if done == nil {
		return
	}
	defer done()
	private, _ := readUnitState(ctx, req.Private, &resp.Diagnostics)
	client, place := r.settled(ctx, &plan, &state, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if private.ID == "" { // an imported role that carries none
		private.ID = newUnitID()
	}
	up := awsapi.ScheduleUpdate{
		UnitID:      private.ID,
		Had:         state.unit(ctx, place, r.rules, &resp.Diagnostics),
		Want:        plan.unit(ctx, place, r.rules, &resp.Diagnostics),
		HadSchedule: !state.ARN.IsNull(),
		Strays:      private.Strays,
		Rules:       r.rules,
	}
	if resp.Diagnostics.HasError() {
		return
	}
	up.Over = up.HadSchedule && up.Had.Schedule.Equal(up.Want.Schedule) &&
		up.Want.Schedule.AfterCompletion == schedule.Delete && up.Want.Schedule.Over(r.now())
	if err := client.UpdateSchedule(ctx, up); err != nil {
		addScheduleUpdateError(&resp.Diagnostics, plan, err)
		private.Strays = up.StrayRoles()
		r.saveHalfDone(ctx, client, place, private, state, plan, resp)
		return
	}
	private.Strays = awsapi.Strays{}
	private.write(ctx, resp.Private, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	plan.identify(ctx, place, resp.Identity, &resp.Diagnostics)
}

func addScheduleUpdateError(diags *diag.Diagnostics, plan scheduleModel, err error) {
	detail := sentence(err.Error())
	existing := awsapi.Existing(err)
	switch {
	case awsapi.IsMissingScheduleGroup(err):
		detail = missingGroup(plan, err)
	case slices.ContainsFunc(existing, func(e *awsapi.ExistsError) bool { return e.Owned }):
		detail += " It stays as it is. Choose another name for the role; or, if it is this schedule's after all, remove the tag " + task.TagUnit + " from it."
	case len(existing) > 0:
		detail += " Choose another name; or give the role by its ARN first and then by its name, to take it over."
	}
	diags.AddError("Schedule "+plan.Group.ValueString()+"/"+plan.Name.ValueString()+" could not be updated", detail)
}

// saveHalfDone writes what an update that failed left behind: it looks again.
func (r *scheduleResource) saveHalfDone(ctx context.Context, client *awsapi.Client, place site, private unitState, state, plan scheduleModel, resp *resource.UpdateResponse) {
	// The time for the update may be up.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), readTimeout)
	defer cancel()
	var looked diag.Diagnostics
	half := state
	half.Timeouts = plan.Timeouts
	seen := r.look(ctx, client, place, half, &looked)
	seen.unit = private
	if !looked.HasError() {
		half.flatten(ctx, seen, &looked)
	}
	if looked.HasError() {
		half = state // no better knowledge than before; the next refresh will see
	}
	private.write(ctx, resp.Private, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &half)...)
	half.identify(ctx, place, resp.Identity, &resp.Diagnostics)
}

// Delete removes schedule and role.
func (r *scheduleResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state scheduleModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	ctx, done := r.begin(ctx, state.Timeouts.Delete, changeTimeout, &resp.Diagnostics)
	if done == nil {
		return
	}
	defer done()
	private, _ := readUnitState(ctx, req.Private, &resp.Diagnostics)
	client, place := r.place(ctx, taskRegion(ctx, state.Task, &resp.Diagnostics), &state, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	unit := state.unit(ctx, place, r.rules, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if err := client.DeleteSchedule(ctx, unit, private.ID, private.Strays); err != nil {
		resp.Diagnostics.AddError("Schedule "+state.Group.ValueString()+"/"+state.Name.ValueString()+" could not be destroyed", sentence(err.Error()))
	}
}
