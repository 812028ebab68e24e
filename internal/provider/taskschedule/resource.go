package taskschedule

import (
	"cmp"
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
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/aws"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/provider/taskref"
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
	lifecycle.Resource
	findTask taskref.Finder
	// now is the clock. No plan reads it.
	now func() time.Time
}

// NewResource makes the resource docker_task_schedule; an import finds its task by find.
func NewResource(find taskref.Finder) resource.Resource {
	return &scheduleResource{lifecycle.NewResource("_task_schedule"), find, time.Now}
}

// ModifyPlan computes names, ARNs and policy.
func (r *scheduleResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || r.Client == nil {
		return // destroyed; or nobody knows yet where: everything computed stays unknown
	}
	ctx = r.Client.Context(ctx)
	var plan model
	var state *model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if !req.State.Raw.IsNull() {
		state = &model{}
		resp.Diagnostics.Append(req.State.Get(ctx, state)...)
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
		resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
		return
	}
	_, place := r.place(ctx, region, state, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	lifecycle.CheckArgumentPlaces("docker_task_schedule", req.Config.Raw, place.Place, &resp.Diagnostics)
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
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
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
	from, to := cmp.Or(had.Path.ValueString(), task.DefaultRolePath), cmp.Or(want.Path.ValueString(), task.DefaultRolePath)
	at := path.Root("role")
	switch {
	case was == is && from != to && !want.Path.IsUnknown() && !state.RoleARN.IsNull():
		lifecycle.RefuseMoved(at, is, from, to, diags)
	case was == is:
	case strings.EqualFold(was, is):
		lifecycle.RefuseRespelled(at.AtName("name"), was, is, diags)
	default:
		diags.AddAttributeWarning(at.AtName("name"), "The role is replaced", fmt.Sprintf(
			"Role %s is created, and then %s is deleted with all its policies, including those that others added.", is, was))
	}
}

// place is where a schedule is; that of state, whose account the credentials have to be of.
func (r *scheduleResource) place(ctx context.Context, region types.String, state *model, diags *diag.Diagnostics) (*aws.Client, lifecycle.Site) {
	client, place := r.InRegion(ctx, region, lifecycle.AtTaskRegion, diags)
	if state != nil && !diags.HasError() {
		place.CheckAccountOfState("schedule "+state.Name.ValueString(), diags, state.ARN, state.RoleARN)
	}
	return client, place
}

// resolveAccount is the place with an account, and the plan with what could not be known without.
func (r *scheduleResource) resolveAccount(ctx context.Context, config tftypes.Value, plan, state *model, diags *diag.Diagnostics) (*aws.Client, lifecycle.Site) {
	region := taskref.Region(ctx, plan.Task, diags)
	if state != nil {
		region = state.Region // another one replaces the schedule
	}
	client, place := r.place(ctx, region, state, diags)
	place.ResolveAccount(ctx, client, diags)
	r.CheckPlacesAtApply("docker_task_schedule", config, place.Place, diags)
	if diags.HasError() {
		return nil, lifecycle.Site{}
	}
	r.planSchedule(ctx, place, plan, diags)
	return client, place
}

// Create makes schedule and role.
func (r *scheduleResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	ctx, done := r.Begin(ctx, plan.Timeouts.Create, lifecycle.ChangeTimeout, &resp.Diagnostics)
	if done == nil {
		return
	}
	defer done()
	client, place := r.resolveAccount(ctx, req.Config.Raw, &plan, nil, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	unit := plan.unit(ctx, place, r.TagRules, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	private := lifecycle.State{ID: lifecycle.NewUnitID(plan.owner(place))}
	if err := client.CreateSchedule(ctx, unit, private.ID); err != nil {
		addScheduleCreateError(ctx, &resp.Diagnostics, plan, plan.owner(place), err)
		if lifecycle.RolledBack(err) {
			return
		}
		private.Unfinished, private.Account = true, place.Account
	}
	private.Made = lifecycle.Timestamp()
	keep := func() {
		private.Write(ctx, resp.Private, &resp.Diagnostics)
		lifecycle.SetIdentity(ctx, resp.Identity, plan.identity(place), &resp.Diagnostics)
	}
	lifecycle.AfterMade(ctx, req, resp, "Schedule "+plan.Name.ValueString(), keep, func() {
		if private.Unfinished {
			private = r.partialCreate(ctx, client, place, private, &plan)
		}
		resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
		keep()
	})
}

// partialCreate makes a state of what a create left, as that of a docker task does.
func (r *scheduleResource) partialCreate(ctx context.Context, client *aws.Client, place lifecycle.Site, private lifecycle.State, m *model) lifecycle.State {
	ctx, cancel := lifecycle.Detached(ctx)
	defer cancel()
	var looked diag.Diagnostics
	seen := r.look(ctx, client, place, *m, private.Made, &looked)
	if looked.HasError() {
		seen.Observed, looked = schedule.Observed{}, nil
	}
	seen = r.ownedBy(ctx, seen, private, *m, &looked)
	m.ARN = types.StringNull()
	m.flatten(ctx, seen, &looked)
	return seen.unit
}

func addScheduleCreateError(ctx context.Context, diags *diag.Diagnostics, plan model, of task.Owner, err error) {
	name := plan.Group.ValueString() + "/" + plan.Name.ValueString()
	existing := aws.Existing(err)
	switch {
	case lifecycle.IsHeld(err):
		lifecycle.AddHeldError(diags, "Schedule "+name+" could not be made", err)
	case len(existing) > 0:
		detail := lifecycle.DescribeExisting(existing) + "\n\nA schedule is not made over what exists."
		parts, others := lifecycle.TakenOver(plan.partNames(ctx, diags), existing)
		switch {
		case lifecycle.HasOthers(of, existing):
			detail += lifecycle.OthersStay
		case len(others) < len(existing):
			detail += " To take it over, import it:\n\n" +
				"  terraform import docker_task_schedule.NAME " + lifecycle.WithParts(name+"@"+of.Region, parts) + "\n\n" +
				lifecycle.LeftBefore + " Else choose another name, for the schedule or for its role: with create_before_destroy a replacement needs one, as both exist for a moment. " +
				"A tainted schedule is repaired in place after terraform untaint."
		}
		diags.AddError("Parts of schedule "+name+" exist", strings.Join(append([]string{detail}, others...), "\n\n"))
	case aws.IsMissingScheduleGroup(err):
		at := path.Root("group")
		tf.AddInvalidf(diags, at, "%s", missingGroup(plan, err))
	default:
		diags.AddError("Schedule "+name+" could not be made", tf.Sentence(err.Error()))
	}
}

// missingGroup says what to do about a group that there is not.
func missingGroup(plan model, err error) string {
	in, _ := arn.Parse(plan.ARN.ValueString())
	return fmt.Sprintf(
		"There is no schedule group %s in %s: make it first (aws_scheduler_schedule_group), or leave group out for the one that always exists. %s",
		plan.Group.ValueString(), in.Region, tf.Sentence(err.Error()))
}

// Read looks at schedule and role.
func (r *scheduleResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	ctx, done := r.Begin(ctx, state.Timeouts.Read, lifecycle.ReadTimeout, &resp.Diagnostics)
	if done == nil {
		return
	}
	defer done()
	private, known := lifecycle.ReadState(ctx, req.Private, &resp.Diagnostics)
	client, place := r.place(ctx, state.Region, &state, &resp.Diagnostics)
	place.CheckAccount("schedule "+state.Name.ValueString(), private.Account, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	// First of all: even a resource that is found gone has to have an identity.
	lifecycle.SetIdentity(ctx, resp.Identity, state.identity(place), &resp.Diagnostics)
	var seen observation
	imported := state.onlyNamed()
	if imported {
		if place.ResolveAccount(ctx, client, &resp.Diagnostics); resp.Diagnostics.HasError() {
			return
		}
		seen = r.discoverSchedule(ctx, client, place, &state, &resp.Diagnostics)
	} else {
		seen = r.look(ctx, client, place, state, private.Made, &resp.Diagnostics)
		if !known {
			private = r.recordFromTags(ctx, client, state, seen, &resp.Diagnostics)
		}
		seen = r.ownedBy(ctx, seen, private, state, &resp.Diagnostics)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	if seen.Schedule == nil && seen.Role == nil && seen.unit.Orphans.Empty() && !state.over(seen) {
		if imported {
			lifecycle.AddNothingToImport(&resp.Diagnostics, "schedule "+state.Group.ValueString()+"/"+state.Name.ValueString(), place.Place, "")
		}
		resp.State.RemoveResource(ctx)
		return
	}
	if seen.Schedule != nil {
		seen.unit.ScheduleCreated = seen.Schedule.Created.UnixMilli()
	}
	state.flatten(ctx, seen, &resp.Diagnostics)
	seen.unit.Write(ctx, resp.Private, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
	lifecycle.SetIdentity(ctx, resp.Identity, state.identity(place), &resp.Diagnostics)
}

// onlyNamed tells that nothing but the name is known, as between an import and its read.
func (m *model) onlyNamed() bool { return m.Expression.IsNull() }

// look looks at the parts that a model names, of a unit that was made then if anybody knows.
func (r *scheduleResource) look(ctx context.Context, client *aws.Client, place lifecycle.Site, m model, made int64, diags *diag.Diagnostics) observation {
	seen := observation{place: place, rules: r.TagRules, now: r.now()}
	refs := aws.ScheduleRefs{Group: m.Group.ValueString(), Name: m.Name.ValueString()}
	if role := m.role(ctx, diags); role.ARN.IsNull() {
		refs.Role = role.Name.ValueString()
		if refs.Role == "" {
			refs.Role = schedule.RoleName(role.NamePrefix.ValueString(), refs.Group, refs.Name, place.Region)
		}
	}
	var err error
	if seen.Observed, err = client.ReadSchedule(ctx, refs, made); err != nil {
		diags.AddError(fmt.Sprintf("Schedule %s/%s could not be read", refs.Group, refs.Name), tf.Sentence(err.Error()))
	}
	return seen
}

// ownedBy is what was seen of a unit of which private state tells: its own parts only. An unfinished one is
// finished once none of them is missing.
func (r *scheduleResource) ownedBy(ctx context.Context, seen observation, private lifecycle.State, m model, diags *diag.Diagnostics) observation {
	seen.unit = private
	if diags.HasError() {
		return seen
	}
	unit := r.had(ctx, seen.place, private, m, diags)
	seen.Observed = unit.Seen(seen.Observed, private.ID)
	if private.Unfinished {
		missing := seen.Schedule == nil || unit.Role != nil && seen.Role == nil
		seen.unit.Unfinished, seen.unit.Written = missing, missing && private.Written
	}
	return seen
}

// had is the unit that state describes, and what private state tells of it.
func (r *scheduleResource) had(ctx context.Context, place lifecycle.Site, private lifecycle.State, state model, diags *diag.Diagnostics) schedule.Unit {
	unit := state.unit(ctx, place, r.TagRules, diags)
	unit.Unfinished, unit.Written, unit.Has = private.Unfinished, private.Written, !state.ARN.IsNull()
	if private.ScheduleCreated != 0 {
		unit.Created = time.UnixMilli(private.ScheduleCreated).UTC()
	}
	return unit
}

// recordFromTags tells what unit was seen, by the role; by the one that the schedule names, where an
// update that was killed has deleted the one of state already. What state has not may be what a create
// failed over: a schedule, or a role without one that runs with it.
func (r *scheduleResource) recordFromTags(ctx context.Context, client *aws.Client, m model, seen observation, diags *diag.Diagnostics) lifecycle.State {
	unfinished := false
	if seen.Schedule != nil && m.ARN.IsNull() {
		seen.Schedule, unfinished = nil, true
	}
	if seen.Schedule == nil && seen.Role != nil && m.RoleARN.IsNull() {
		seen.Role, unfinished = nil, true
	}
	if managed := m.role(ctx, diags).ARN.IsNull(); managed && seen.Role == nil && seen.Schedule != nil {
		role, here := seen.place.NameIn(seen.Schedule.Target.RoleARN)
		if !here {
			return lifecycle.State{Unfinished: unfinished}
		}
		o, err := client.ReadSchedule(ctx, aws.ScheduleRefs{Group: seen.Schedule.Group, Name: seen.Schedule.Name, Role: role}, 0)
		if err != nil {
			diags.AddError("Role "+role+" could not be read", tf.Sentence(err.Error()))
		}
		seen.Observed = o
	}
	private := lifecycle.State{Unfinished: unfinished}
	if seen.Role != nil {
		private.ID = m.owner(seen.place).Own(seen.Role.Tags)
	}
	return private
}

// loadRecord is the private state. Terraform loses it when the provider is killed in an update, and does
// not hand it over when it replaces what is tainted: then it is told by the parts that state has.
func (r *scheduleResource) loadRecord(ctx context.Context, client *aws.Client, place lifecycle.Site, state model, from tf.PrivateReader, diags *diag.Diagnostics) lifecycle.State {
	private, known := lifecycle.ReadState(ctx, from, diags)
	place.CheckAccount("schedule "+state.Name.ValueString(), private.Account, diags)
	if known || diags.HasError() {
		return private
	}
	return r.recordFromTags(ctx, client, state, r.look(ctx, client, place, state, 0, diags), diags)
}

// Update brings schedule and role to what the plan says.
func (r *scheduleResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var state, plan model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	ctx, done := r.Begin(ctx, plan.Timeouts.Update, lifecycle.ChangeTimeout, &resp.Diagnostics)
	if done == nil {
		return
	}
	defer done()
	client, place := r.resolveAccount(ctx, req.Config.Raw, &plan, &state, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	private := r.loadRecord(ctx, client, place, state, req.Private, &resp.Diagnostics)
	if private.ID == "" { // an imported role that carries none
		private.ID = lifecycle.NewUnitID(state.owner(place))
	}
	up := aws.ScheduleUpdate{
		UnitID:  private.ID,
		Had:     r.had(ctx, place, private, state, &resp.Diagnostics),
		Want:    plan.unit(ctx, place, r.TagRules, &resp.Diagnostics),
		Orphans: private.Orphans,
		Rules:   r.TagRules,

		Changed: private.Made,
	}
	if resp.Diagnostics.HasError() {
		return
	}
	up.Over = up.Had.Has && !up.Had.Unfinished && up.Had.Schedule.Equal(up.Want.Schedule) &&
		up.Want.Schedule.AfterCompletion == schedule.Delete && up.Want.Schedule.Over(r.now())
	left, err := client.UpdateSchedule(ctx, up)
	lifecycle.WarnOfLeft(&resp.Diagnostics, "schedule "+state.Group.ValueString()+"/"+state.Name.ValueString(), left)
	if err != nil {
		addScheduleUpdateError(&resp.Diagnostics, plan, plan.owner(place), err)
		if failed, ok := errors.AsType[*aws.ScheduleUpdateError](err); ok {
			private.Orphans, private.Written = failed.Orphans, private.Unfinished && (failed.Written || private.Written)
			if failed.Written {
				private.ScheduleCreated = 0
			}
		}
		r.savePartialUpdate(ctx, client, place, private, state, plan, resp)
		return
	}
	private.Orphans, private.Unfinished, private.Written, private.Made = aws.Orphans{}, false, false, lifecycle.Timestamp()
	private.ScheduleCreated = 0 // it may have been made anew; the next refresh notes it
	private.Write(ctx, resp.Private, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	lifecycle.SetIdentity(ctx, resp.Identity, plan.identity(place), &resp.Diagnostics)
}

func addScheduleUpdateError(diags *diag.Diagnostics, plan model, of task.Owner, err error) {
	detail := tf.Sentence(err.Error())
	existing := aws.Existing(err)
	switch {
	case lifecycle.IsHeld(err):
		lifecycle.AddHeldError(diags, "Schedule "+plan.Group.ValueString()+"/"+plan.Name.ValueString()+" could not be updated", err)
		return
	case aws.IsMissingScheduleGroup(err):
		detail = missingGroup(plan, err)
	case slices.ContainsFunc(existing, func(e *aws.ExistsError) bool { return e.Owned }):
		detail += lifecycle.StaysOwned(of, existing)
	case slices.ContainsFunc(existing, func(e *aws.ExistsError) bool { return e.Copied }):
		detail += lifecycle.CopiedID + " To take it over, give the role by its ARN first and then by its name."
	case len(existing) > 0:
		detail += " Choose another name. To take over a role, give it by its ARN first and then by its name; to take over a schedule, remove this one from state and import it."
	}
	diags.AddError("Schedule "+plan.Group.ValueString()+"/"+plan.Name.ValueString()+" could not be updated", detail)
}

// savePartialUpdate writes what an update that failed left behind: it looks again.
func (r *scheduleResource) savePartialUpdate(ctx context.Context, client *aws.Client, place lifecycle.Site, private lifecycle.State, state, plan model, resp *resource.UpdateResponse) {
	ctx, cancel := lifecycle.Detached(ctx)
	defer cancel()
	var looked diag.Diagnostics
	half := state
	half.Timeouts = plan.Timeouts
	seen := r.look(ctx, client, place, half, private.Made, &looked)
	seen = r.ownedBy(ctx, seen, private, state, &looked)
	if !looked.HasError() {
		half.flatten(ctx, seen, &looked)
	}
	if looked.HasError() {
		half = state // no better knowledge than before; the next refresh will see
	}
	private.Write(ctx, resp.Private, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &half)...)
	lifecycle.SetIdentity(ctx, resp.Identity, half.identity(place), &resp.Diagnostics)
}

// Delete removes schedule and role.
func (r *scheduleResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	ctx, done := r.Begin(ctx, state.Timeouts.Delete, lifecycle.ChangeTimeout, &resp.Diagnostics)
	if done == nil {
		return
	}
	defer done()
	client, place := r.place(ctx, state.Region, &state, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	private := r.loadRecord(ctx, client, place, state, req.Private, &resp.Diagnostics)
	unit := r.had(ctx, place, private, state, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	left, err := client.DeleteSchedule(ctx, unit, private.ID, private.Orphans)
	lifecycle.WarnOfLeft(&resp.Diagnostics, "schedule "+state.Group.ValueString()+"/"+state.Name.ValueString(), left)
	if err != nil {
		resp.Diagnostics.AddError("Schedule "+state.Group.ValueString()+"/"+state.Name.ValueString()+" could not be destroyed", tf.Sentence(err.Error()))
	}
}
