package dockertask

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/aws"
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
	lifecycle.Resource
}

// NewResource makes the resource docker_task.
func NewResource() resource.Resource { return &taskResource{lifecycle.NewResource("_task")} }

// ModifyPlan fills in what the configuration leaves to the provider.
func (r *taskResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || r.Client == nil {
		return // destroyed; or nobody knows yet where: everything computed stays unknown
	}
	ctx = r.Client.Context(ctx)
	in := planInput{rules: r.TagRules, defaultTagsUnknown: r.DefaultTagsUnknown}
	var plan model
	var state *model
	resp.Diagnostics.Append(req.Config.Get(ctx, &in.config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if !req.State.Raw.IsNull() {
		state = &model{}
		resp.Diagnostics.Append(req.State.Get(ctx, state)...)
		in.unit, _ = lifecycle.ReadState(ctx, req.Private, &resp.Diagnostics)
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
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
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

// place is where a task is; that of state, whose account the credentials have to be of.
func (r *taskResource) place(ctx context.Context, region types.String, state *model, diags *diag.Diagnostics) (*aws.Client, lifecycle.Site) {
	client, place := r.InRegion(ctx, region, lifecycle.AtRegion, diags)
	if state != nil && !diags.HasError() {
		place.CheckAccountOfState("docker task "+state.Name.ValueString(), diags, state.FamilyARN, state.ARN)
	}
	return client, place
}

// Create makes the unit.
func (r *taskResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	ctx, done := r.Begin(ctx, plan.Timeouts.Create, lifecycle.ChangeTimeout, &resp.Diagnostics)
	if done == nil {
		return
	}
	defer done()
	client, place := r.place(ctx, plan.Region, nil, &resp.Diagnostics)
	// The plan could do without the account; the trust of the roles cannot.
	place.ResolveAccount(ctx, client, &resp.Diagnostics)
	r.CheckPlacesAtApply("docker_task", req.Config.Raw, place.Place, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	unit := plan.unit(ctx, place, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	private := lifecycle.State{ID: lifecycle.NewUnitID(plan.owner(place))}
	made, err := client.CreateUnit(ctx, unit, private.ID)
	if err != nil {
		addCreateError(ctx, &resp.Diagnostics, plan, plan.owner(place), err)
		if lifecycle.RolledBack(err) {
			return
		}
		private.Unfinished = true
	} else {
		private.Registered = made.Definition.Revision
	}
	private.Adopted, private.Made = made.Adopted, lifecycle.Timestamp()
	keep := func() {
		private.Write(ctx, resp.Private, &resp.Diagnostics)
		lifecycle.SetIdentity(ctx, resp.Identity, plan.identity(), &resp.Diagnostics)
	}
	lifecycle.AfterMade(ctx, req, resp, "Docker task "+plan.Name.ValueString(), keep, func() {
		plan.complete(ctx, place, made.Definition, &resp.Diagnostics)
		private = private.Observed(made.Definition)
		if private.Unfinished {
			private = r.partialCreate(ctx, client, place, private, &plan)
		}
		resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
		keep()
	})
}

// partialCreate makes a state of what a create left that failed and could not be undone: without the parts
// that are not the unit's. Where it cannot look, that is none of them, until the next refresh sees:
// better to leave what is the unit's than to delete what is not.
func (r *taskResource) partialCreate(ctx context.Context, client *aws.Client, place lifecycle.Site, private lifecycle.State, m *model) lifecycle.State {
	ctx, cancel := lifecycle.Detached(ctx)
	defer cancel()
	var looked diag.Diagnostics
	seen := r.look(ctx, client, place, *m, private.Made, &looked)
	if looked.HasError() {
		seen.Observed = task.Observed{}
	}
	// A group that the task of this name kept before, and that the create took again, has its log.
	private.NeverRan = !looked.HasError() && !(seen.LogGroup != nil && seen.LogGroup.Tags[task.TagKept] != "")
	seen = seen.ownedBy(private)
	m.flatten(ctx, seen, &looked)
	return seen.unit.Observed(seen.Definition)
}

// unit is the unit that a wholly known model describes.
func (m *model) unit(ctx context.Context, place lifecycle.Site, diags *diag.Diagnostics) task.Unit {
	unit, err := m.describe(ctx, place, diags).spec.Unit()
	if err != nil {
		tf.AddInvalid(diags, path.Root("secrets"), err)
	}
	return unit
}

// complete makes a state of a plan: with the revision, and with what could not be known
// without the account.
func (m *model) complete(ctx context.Context, place lifecycle.Site, made *task.ObservedDefinition, diags *diag.Diagnostics) {
	d := m.describe(ctx, place, diags)
	d.planWires(diags)
	d.derive()
	m.ARN, m.Revision = types.StringNull(), types.Int64Null()
	if made != nil {
		m.ARN, m.Revision = types.StringValue(made.ARN), types.Int64Value(made.Revision)
	}
	m.Drift = tf.ListOf(nil)
}

func addCreateError(ctx context.Context, diags *diag.Diagnostics, plan model, of task.Owner, err error) {
	existing := aws.Existing(err)
	switch summary := "Docker task " + plan.Name.ValueString() + " could not be made"; {
	case lifecycle.IsHeld(err):
		lifecycle.AddHeldError(diags, summary, err)
		return
	case len(existing) == 0:
		diags.AddError(summary, tf.Sentence(err.Error()))
		return
	}
	detail := lifecycle.DescribeExisting(existing) + "\n\nA docker task is not made over what exists."
	parts, others := lifecycle.TakenOver(plan.partNames(ctx, diags), existing)
	switch own := lifecycle.IsLeftBefore(of, existing); {
	case lifecycle.HasOthers(of, existing):
		detail += lifecycle.OthersStay
	case len(others) < len(existing):
		detail += " To take it over, import it:\n\n" +
			"  terraform import docker_task.NAME " + lifecycle.WithParts(plan.Name.ValueString()+"@"+plan.Region.ValueString(), parts) + "\n\n" +
			"Else choose another name, for the task or for this part. A log group alone is taken over with log_group.adopt = true."
		if own {
			others = append(others, lifecycle.LeftBefore+" If it is this very task that is replaced: with create_before_destroy the new one needs another name, as both exist for a moment. A tainted one is repaired in place after terraform untaint.")
		}
	}
	detail = strings.Join(append([]string{detail}, others...), "\n\n")
	diags.AddError("Parts of docker task "+plan.Name.ValueString()+" exist", detail)
}

// Read looks at the unit.
func (r *taskResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() || !r.Ready(&resp.Diagnostics) {
		return
	}
	// First of all: even a resource that is found gone has to have an identity.
	lifecycle.SetIdentity(ctx, resp.Identity, state.identity(), &resp.Diagnostics)
	ctx, done := r.Begin(ctx, state.Timeouts.Read, lifecycle.ReadTimeout, &resp.Diagnostics)
	if done == nil {
		return
	}
	defer done()
	private, known := lifecycle.ReadState(ctx, req.Private, &resp.Diagnostics)
	client, place := r.place(ctx, state.Region, &state, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	var seen observation
	imported := state.onlyNamed()
	if imported {
		state, seen = discover(ctx, &r.Configured, client, place, state, 0, &resp.Diagnostics)
	} else {
		seen = r.look(ctx, client, place, state, private.Made, &resp.Diagnostics)
		if known {
			seen = seen.ownedBy(private)
		} else {
			seen = seen.recordFromState(state)
		}
	}
	if resp.Diagnostics.HasError() {
		return
	}
	if seen.Nothing() && seen.unit.Orphans.Empty() {
		if imported {
			lifecycle.AddNothingToImport(&resp.Diagnostics, "docker task "+state.Name.ValueString(), place.Place, "; parts with names of their own follow it, as in NAME@REGION:task_role=NAME")
		}
		resp.State.RemoveResource(ctx)
		return
	}
	if imported { // without a revision nothing has told the account yet
		seen.place.ResolveAccount(ctx, client, &resp.Diagnostics)
		if resp.Diagnostics.HasError() {
			return
		}
	}
	state.flatten(ctx, seen, &resp.Diagnostics)
	if imported {
		if state.KeepRevisions.IsNull() {
			state.KeepRevisions = types.Int64Value(task.DefaultKeepRevisions)
		}
		warnOfAdopted(seen, &resp.Diagnostics)
		warnOfOthers(seen, &resp.Diagnostics)
		reportImportedNetwork(state.Name.ValueString(), seen, &resp.Diagnostics)
	}
	seen.unit.Observed(seen.Definition).Write(ctx, resp.Private, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
	lifecycle.SetIdentity(ctx, resp.Identity, state.identity(), &resp.Diagnostics)
}

// onlyNamed tells that nothing but the name is known, as between an import and its read.
func (m *model) onlyNamed() bool { return m.FamilyARN.IsNull() }

// look looks at the parts that state names, of a unit that was made then if anybody knows. The unit
// is what they tell of it.
func (r *taskResource) look(ctx context.Context, client *aws.Client, place lifecycle.Site, state model, made int64, diags *diag.Diagnostics) observation {
	refs := state.unit(ctx, place, diags).Refs()
	refs.DefinitionARN = state.ARN.ValueString()
	o, err := client.ReadUnit(ctx, refs, made)
	if err != nil {
		diags.AddError("Docker task "+refs.Family+" could not be read", tf.Sentence(err.Error()))
	}
	seen := observation{Observed: o, place: place, rules: r.TagRules}
	seen.recordFromTags(state)
	return seen
}

// loadRecord is the private state. Terraform loses it when the provider is killed in an update, and does
// not hand it over when it replaces what is tainted. Then the parts tell what unit they are of: see
// [observation.recognised].
func (r *taskResource) loadRecord(ctx context.Context, client *aws.Client, place lifecycle.Site, state model, from tf.PrivateReader, diags *diag.Diagnostics) lifecycle.State {
	private, known := lifecycle.ReadState(ctx, from, diags)
	if known || diags.HasError() {
		return private
	}
	return r.look(ctx, client, place, state, 0, diags).recordFromState(state).unit
}

// partsInState are the parts that state has, and whether those are all that was seen.
func (m *model) partsInState(o task.Observed) (shown task.Observed, all bool) {
	shown, all = task.Observed{Roles: map[task.RoleKind]*task.ObservedRole{}}, true
	has := func(arn types.String) bool {
		all = all && !arn.IsNull()
		return !arn.IsNull()
	}
	if o.Definition != nil && has(m.ARN) {
		shown.Definition = o.Definition
	}
	for kind, role := range o.Roles {
		if _, arnValue, _, _ := m.roleAttributes(kind); role != nil && has(*arnValue) {
			shown.Roles[kind] = role
		}
	}
	if o.LogGroup != nil && has(m.LogGroupARN) {
		shown.LogGroup = o.LogGroup
	}
	return shown, all
}

// Update brings the unit to what the plan says.
func (r *taskResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var state, plan model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	ctx, done := r.Begin(ctx, plan.Timeouts.Update, lifecycle.ChangeTimeout, &resp.Diagnostics)
	if done == nil {
		return
	}
	defer done()
	client, place := r.place(ctx, plan.Region, &state, &resp.Diagnostics)
	place.ResolveAccount(ctx, client, &resp.Diagnostics) // state may have none, as the plan
	r.CheckPlacesAtApply("docker_task", req.Config.Raw, place.Place, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	private := r.loadRecord(ctx, client, place, state, req.Private, &resp.Diagnostics)
	if private.ID == "" { // an imported unit whose parts carry none
		private.ID = lifecycle.NewUnitID(state.owner(place))
	}
	up := aws.Update{
		UnitID:      private.ID,
		Had:         state.unit(ctx, place, &resp.Diagnostics),
		Want:        plan.unit(ctx, place, &resp.Diagnostics),
		OwnRevision: private.Registered,
		Register:    plan.ARN.IsUnknown(),
		Rules:       r.TagRules,
		Orphans:     private.Orphans,
		Changed:     private.Made,
	}
	up.Had.LogGroup.Adopted, up.Had.Unfinished = private.Adopted, private.Unfinished
	if !state.ARN.IsNull() {
		up.HadDefinition = &task.ObservedDefinition{ARN: state.ARN.ValueString(), Revision: state.Revision.ValueInt64()}
	}
	if resp.Diagnostics.HasError() {
		return
	}
	made, warnings, err := client.UpdateUnit(ctx, up)
	for _, w := range warnings {
		resp.Diagnostics.AddAttributeWarning(path.Root("keep_revisions"), "Tidying up failed", tf.Sentence(w))
	}
	lifecycle.WarnOfLeft(&resp.Diagnostics, "docker task "+state.Name.ValueString(), made.Left)
	if err != nil {
		addUpdateError(&resp.Diagnostics, plan, plan.owner(place), err)
		if failed := (*aws.UpdateError)(nil); errors.As(err, &failed) {
			private.Orphans = failed.Orphans
		}
		r.savePartialUpdate(ctx, client, place, private, state, plan, resp)
		return
	}
	if up.Register {
		private.Registered = made.Definition.Revision
	}
	private.Adopted, private.Orphans, private.Made = made.Adopted, aws.Orphans{}, lifecycle.Timestamp()
	private.Unfinished, private.NeverRan = false, false
	plan.complete(ctx, place, made.Definition, &resp.Diagnostics)
	private.Observed(made.Definition).Write(ctx, resp.Private, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	lifecycle.SetIdentity(ctx, resp.Identity, plan.identity(), &resp.Diagnostics)
}

func addUpdateError(diags *diag.Diagnostics, plan model, of task.Owner, err error) {
	summary := "Docker task " + plan.Name.ValueString() + " could not be updated"
	switch existing := aws.Existing(err); {
	case lifecycle.IsHeld(err):
		lifecycle.AddHeldError(diags, summary, err)
	case aws.IsChanged(err):
		diags.AddError("Docker task "+plan.Name.ValueString()+" changed since the plan", tf.Sentence(err.Error())+" Plan again.")
	case slices.ContainsFunc(existing, func(e *aws.ExistsError) bool { return e.Owned }):
		diags.AddError(summary, tf.Sentence(err.Error())+lifecycle.StaysOwned(of, existing))
	case slices.ContainsFunc(existing, func(e *aws.ExistsError) bool { return e.Copied }):
		diags.AddError(summary, tf.Sentence(err.Error())+lifecycle.CopiedID+" To take it over, give a role by its ARN first and then by its name, or set log_group.adopt = true.")
	case len(existing) > 0:
		diags.AddError(summary, tf.Sentence(err.Error())+" Choose another name for this part; or give the role by its ARN first and then by its name, or set log_group.adopt = true, to take it over.")
	default:
		diags.AddError(summary, tf.Sentence(err.Error()))
	}
}

// savePartialUpdate writes what an update that failed left behind: it looks again, under the new
// names and under the old.
func (r *taskResource) savePartialUpdate(ctx context.Context, client *aws.Client, place lifecycle.Site, private lifecycle.State, state, plan model, resp *resource.UpdateResponse) {
	ctx, cancel := lifecycle.Detached(ctx)
	defer cancel()
	var looked diag.Diagnostics
	seen := r.look(ctx, client, place, state, private.Made, &looked).ownedBy(private)
	if seen.Definition != nil && seen.Definition.Tags[task.TagUnit] == private.ID {
		seen.unit.Registered = seen.Definition.Revision
	}
	half := state
	half.KeepRevisions, half.Timeouts = plan.KeepRevisions, plan.Timeouts
	if !looked.HasError() {
		half.flatten(ctx, seen, &looked)
	}
	if looked.HasError() {
		half = state // no better knowledge than before; the next refresh will see
		private.NeverRan = false
	} else {
		private = seen.unit.Observed(seen.Definition)
	}
	private.Write(ctx, resp.Private, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &half)...)
	lifecycle.SetIdentity(ctx, resp.Identity, half.identity(), &resp.Diagnostics)
}

// Delete removes the unit.
func (r *taskResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
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
	unit := state.unit(ctx, place, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	unit.LogGroup.Adopted, unit.Unfinished = private.Adopted, private.Unfinished
	if private.NeverRan {
		unit.LogGroup.Keep = false
	}
	left, err := client.DeleteUnit(ctx, unit, private.ID, private.Orphans)
	lifecycle.WarnOfLeft(&resp.Diagnostics, "docker task "+state.Name.ValueString(), left)
	if err != nil {
		resp.Diagnostics.AddError("Docker task "+state.Name.ValueString()+" could not be destroyed", tf.Sentence(err.Error()))
	}
}

// identity is the unit's.
func (m *model) identity() lifecycle.Identity {
	id := lifecycle.Identity{Name: m.Name, Region: m.Region}
	if a, err := arn.Parse(m.FamilyARN.ValueString()); err == nil {
		id.AccountID = types.StringValue(a.Account)
	}
	return id
}
