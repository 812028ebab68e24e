package tasksubscription

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/aws"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/provider/taskref"
	"github.com/dockertask/terraform-provider-docker/internal/subscription"
	"github.com/dockertask/terraform-provider-docker/internal/task"
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
	lifecycle.Resource
	findTask taskref.Finder
}

// NewResource makes the resource docker_task_subscription; an import finds its task by find.
func NewResource(find taskref.Finder) resource.Resource {
	return &subscriptionResource{lifecycle.NewResource("_task_subscription"), find}
}

// place is where a subscription is; that of state, whose account the credentials have to be
// of.
func (r *subscriptionResource) place(ctx context.Context, region types.String, state *model, diags *diag.Diagnostics) (*aws.Client, lifecycle.Site) {
	client, place := r.InRegion(ctx, region, lifecycle.AtTaskRegion, diags)
	if state != nil && !diags.HasError() {
		place.CheckAccountOfState("subscription "+state.Name.ValueString(), diags, state.RuleARN)
	}
	return client, place
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
	resp.Diagnostics.Append(req.Config.Get(ctx, &in.config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if !req.State.Raw.IsNull() {
		state = &model{}
		resp.Diagnostics.Append(req.State.Get(ctx, state)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	_, place := r.place(ctx, taskref.Region(ctx, in.config.Task, &resp.Diagnostics), state, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	in.place = place.Place
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
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
}

// resolveAccount computes what the plan could not know without the account.
func (r *subscriptionResource) resolveAccount(ctx context.Context, plan *model, place arn.Place, diags *diag.Diagnostics) {
	in := subscriptionInput{config: *plan, place: place, rules: r.TagRules}
	if plan.Name.IsUnknown() {
		in.config.Name = types.StringNull()
	}
	planSubscription(ctx, in, plan, diags)
}

// Create makes the subscription.
func (r *subscriptionResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	ctx, done := r.Begin(ctx, lifecycle.FixedTimeout, lifecycle.ChangeTimeout, &resp.Diagnostics)
	if done == nil {
		return
	}
	defer done()
	client, place := r.place(ctx, taskref.Region(ctx, plan.Task, &resp.Diagnostics), nil, &resp.Diagnostics)
	place.ResolveAccount(ctx, client, &resp.Diagnostics)
	r.CheckPlacesAtApply("docker_task_subscription", req.Config.Raw, place.Place, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	r.resolveAccount(ctx, &plan, place.Place, &resp.Diagnostics)
	unit := plan.unit(ctx, place.Place, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	private := subscriptionState{ID: lifecycle.NewUnitID(plan.owner(place))}
	if err := client.CreateSubscription(ctx, unit, private.ID); err != nil {
		addSubscriptionError(&resp.Diagnostics, plan, plan.owner(place), err)
		if lifecycle.RolledBack(err) {
			return
		}
		private.Unfinished, private.Account = true, place.Account
	}
	private.Made = lifecycle.Timestamp()
	keep := func() {
		private.write(ctx, resp.Private, &resp.Diagnostics)
		lifecycle.SetIdentity(ctx, resp.Identity, lifecycle.NewIdentity(plan.Name, place.Place), &resp.Diagnostics)
	}
	lifecycle.AfterMade(ctx, req, resp, "Subscription "+plan.Name.ValueString(), keep, func() {
		if private.Unfinished {
			private = r.partialCreate(ctx, client, place, private, &plan)
		}
		resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
		keep()
	})
}

// partialCreate makes a state of what a create left, as that of a docker task does.
func (r *subscriptionResource) partialCreate(ctx context.Context, client *aws.Client, place lifecycle.Site, private subscriptionState, m *model) subscriptionState {
	ctx, cancel := lifecycle.Detached(ctx)
	defer cancel()
	var looked diag.Diagnostics
	refs := m.unit(ctx, place.Place, &looked).Refs()
	refs.Unfinished = true
	all, err := client.ReadSubscription(ctx, refs, private.Made)
	if err != nil {
		all = subscription.Observed{}
	}
	seen := observation{Observed: all, place: place.Place, rules: r.TagRules}.ownedBy(private)
	m.flatten(ctx, &seen, &looked)
	return seen.unit
}

func addSubscriptionError(diags *diag.Diagnostics, plan model, of task.Owner, err error) {
	name := plan.Name.ValueString()
	existing := aws.Existing(err)
	switch {
	case lifecycle.IsHeld(err):
		lifecycle.AddHeldError(diags, "Subscription "+name+" could not be made", err)
		return
	case len(existing) == 0:
		diags.AddError("Subscription "+name+" could not be made", tf.Sentence(err.Error()))
		return
	}
	take := " Or take the rule over:\n\n  terraform import docker_task_subscription.NAME " + name + "@" + plan.Region.ValueString() + "\n\n" + lifecycle.LeftBefore
	if lifecycle.HasOthers(of, existing) {
		take = lifecycle.OthersStay
	}
	diags.AddAttributeError(path.Root("name"), "Rule "+name+" exists", lifecycle.DescribeExisting(existing)+"\n\n"+
		"A subscription is not made over what exists. Set name to another one: a second subscription of the same target to the same task needs it, as does create_before_destroy. A tainted subscription is repaired in place after terraform untaint."+take)
}

// Read looks at the subscription.
func (r *subscriptionResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	ctx, done := r.Begin(ctx, lifecycle.FixedTimeout, lifecycle.ReadTimeout, &resp.Diagnostics)
	if done == nil {
		return
	}
	defer done()
	private, known := readSubscriptionState(ctx, req.Private, &resp.Diagnostics)
	client, place := r.place(ctx, state.Region, &state, &resp.Diagnostics)
	place.CheckAccount("subscription "+state.Name.ValueString(), private.Account, &resp.Diagnostics)
	place.ResolveAccount(ctx, client, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	lifecycle.SetIdentity(ctx, resp.Identity, lifecycle.NewIdentity(state.Name, place.Place), &resp.Diagnostics)
	imported := state.onlyNamed()
	if imported {
		r.discover(ctx, client, place, &state, &resp.Diagnostics)
		private.Imported = true
	}
	if resp.Diagnostics.HasError() {
		return
	}
	refs := state.unit(ctx, place.Place, &resp.Diagnostics).Refs()
	refs.Unfinished = private.Unfinished
	all, err := client.ReadSubscription(ctx, refs, private.Made)
	if err != nil {
		resp.Diagnostics.AddError("Subscription "+state.Name.ValueString()+" could not be read", tf.Sentence(err.Error()))
		return
	}
	if !known && all.Rule != nil {
		private.ID = state.owner(place).Own(all.Rule.Tags)
		// An update that was killed has made none without an id: it is what a create failed over.
		private.Unfinished = !imported && state.RuleARN.IsNull() && private.ID == ""
	}
	if rule := all.Rule; imported && rule != nil && task.Foreign(rule.Tags, private.ID) {
		lifecycle.CheckNamedPart(state.owner(place), "Rule "+state.Name.ValueString(), rule.Tags, &resp.Diagnostics)
		return
	}
	seen := observation{Observed: all, place: place.Place, rules: r.TagRules}.ownedBy(private)
	if seen.Nothing() && len(seen.unit.Left) == 0 {
		if imported {
			lifecycle.AddNothingToImport(&resp.Diagnostics, "subscription or rule "+state.Name.ValueString(), place.Place, "")
		}
		resp.State.RemoveResource(ctx)
		return
	}
	state.flatten(ctx, &seen, &resp.Diagnostics)
	seen.unit.write(ctx, resp.Private, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
}

// onlyNamed tells that nothing but name and region are known, as between an import and its
// read.
func (m *model) onlyNamed() bool { return m.Task.IsNull() }

// loadRecord is the private state. Terraform loses it when the provider is killed in an update, and does
// not hand it over when it replaces what is tainted: then the rule tells what unit it is of, if state
// has it.
func (r *subscriptionResource) loadRecord(ctx context.Context, client *aws.Client, place lifecycle.Site, state model, from tf.PrivateReader, diags *diag.Diagnostics) subscriptionState {
	private, known := readSubscriptionState(ctx, from, diags)
	place.CheckAccount("subscription "+state.Name.ValueString(), private.Account, diags)
	if known || diags.HasError() {
		return private
	}
	name := state.Name.ValueString()
	rule, err := client.FindRule(ctx, name, subscription.RuleARN(name, place.Place))
	if err != nil {
		diags.AddError("Subscription "+name+" could not be read", tf.Sentence(err.Error()))
	}
	switch {
	case rule == nil:
	case state.RuleARN.IsNull():
		private.Unfinished = true
	default:
		private.ID = state.owner(place).Own(rule.Tags)
	}
	return private
}

// Update brings the subscription to what the plan says.
func (r *subscriptionResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var state, plan model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	ctx, done := r.Begin(ctx, lifecycle.FixedTimeout, lifecycle.ChangeTimeout, &resp.Diagnostics)
	if done == nil {
		return
	}
	defer done()
	client, place := r.place(ctx, state.Region, &state, &resp.Diagnostics)
	place.ResolveAccount(ctx, client, &resp.Diagnostics)
	r.CheckPlacesAtApply("docker_task_subscription", req.Config.Raw, place.Place, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	private := r.loadRecord(ctx, client, place, state, req.Private, &resp.Diagnostics)
	r.resolveAccount(ctx, &plan, place.Place, &resp.Diagnostics)
	if private.ID == "" { // an imported rule that carries none
		private.ID = lifecycle.NewUnitID(state.owner(place))
	}
	up := aws.SubscriptionUpdate{
		UnitID: private.ID,
		Had:    state.unit(ctx, place.Place, &resp.Diagnostics),
		Want:   plan.unit(ctx, place.Place, &resp.Diagnostics),
		Left:   private.Left,
		Rules:  r.TagRules,

		Unfinished: private.Unfinished,
	}
	if private.Imported {
		up.Others = plan.attached(ctx, &resp.Diagnostics).unit(ctx, place.Place, &resp.Diagnostics).Permissions
	}
	if resp.Diagnostics.HasError() {
		return
	}
	if err := client.UpdateSubscription(ctx, up); err != nil {
		addSubscriptionUpdateError(&resp.Diagnostics, plan, err)
		r.savePartialUpdate(ctx, client, up, place, private, state, resp)
		return
	}
	private.Left, private.Imported, private.Unfinished, private.Made = nil, false, false, lifecycle.Timestamp()
	private.write(ctx, resp.Private, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	lifecycle.SetIdentity(ctx, resp.Identity, lifecycle.NewIdentity(plan.Name, place.Place), &resp.Diagnostics)
}

func addSubscriptionUpdateError(diags *diag.Diagnostics, plan model, err error) {
	if lifecycle.IsHeld(err) {
		lifecycle.AddHeldError(diags, "Subscription "+plan.Name.ValueString()+" could not be updated", err)
		return
	}
	detail := tf.Sentence(err.Error())
	if existing := aws.Existing(err); len(existing) > 0 {
		detail = lifecycle.DescribeExisting(existing) + " It was made anew elsewhere. Set name to another one, or remove this subscription from state."
	}
	diags.AddError("Subscription "+plan.Name.ValueString()+" could not be updated", detail)
}

// savePartialUpdate writes what an update that failed left behind: it looks again, and remembers
// all permissions of before and after: state names those of the target that the rule has now.
func (r *subscriptionResource) savePartialUpdate(ctx context.Context, client *aws.Client, up aws.SubscriptionUpdate, place lifecycle.Site, private subscriptionState, state model, resp *resource.UpdateResponse) {
	ctx, cancel := lifecycle.Detached(ctx)
	defer cancel()
	private.Left = up.Permissions()
	half := state
	refs := up.Had.Refs()
	refs.Unfinished = private.Unfinished
	all, err := client.ReadSubscription(ctx, refs, private.Made)
	if err == nil {
		var looked diag.Diagnostics
		seen := observation{Observed: all, place: place.Place, rules: r.TagRules}.ownedBy(private)
		half.flatten(ctx, &seen, &looked)
		if looked.HasError() {
			half = state // no better knowledge than before; the next refresh will see
		}
	}
	private.write(ctx, resp.Private, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &half)...)
	lifecycle.SetIdentity(ctx, resp.Identity, lifecycle.NewIdentity(half.Name, place.Place), &resp.Diagnostics)
}

// Delete removes the subscription.
func (r *subscriptionResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	ctx, done := r.Begin(ctx, lifecycle.FixedTimeout, lifecycle.ChangeTimeout, &resp.Diagnostics)
	if done == nil {
		return
	}
	defer done()
	client, place := r.place(ctx, state.Region, &state, &resp.Diagnostics)
	place.ResolveAccount(ctx, client, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	private := r.loadRecord(ctx, client, place, state, req.Private, &resp.Diagnostics)
	refs := state.unit(ctx, place.Place, &resp.Diagnostics).Refs()
	if resp.Diagnostics.HasError() {
		return
	}
	refs.Permissions, refs.Unfinished = aws.AllPermissions(refs.Permissions, private.Left), private.Unfinished
	left, err := client.DeleteSubscription(ctx, refs, private.ID)
	lifecycle.WarnOfLeft(&resp.Diagnostics, "subscription "+state.Name.ValueString(), left)
	if err != nil {
		resp.Diagnostics.AddError("Subscription "+state.Name.ValueString()+" could not be destroyed", tf.Sentence(err.Error()))
	}
}
