package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/awsapi"
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
	configuredResource
	findTask taskFinder
}

// newSubscriptionResource makes the resource docker_task_subscription; an import finds its task by find.
func newSubscriptionResource(find taskFinder) resource.Resource {
	return &subscriptionResource{named("_task_subscription"), find}
}

// place is where a subscription is; that of state, whose account the credentials have to be
// of.
func (r *subscriptionResource) place(ctx context.Context, region types.String, state *subscriptionModel, diags *diag.Diagnostics) (*awsapi.Client, site) {
	client, place := r.inRegion(ctx, region, atTaskRegion, diags)
	if state != nil && !diags.HasError() {
		place.ofState("subscription "+state.Name.ValueString(), diags, state.RuleARN)
	}
	return client, place
}

// ModifyPlan fills in what the configuration leaves to the provider.
func (r *subscriptionResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || r.client == nil {
		return // destroyed; or nobody knows yet where: everything computed stays unknown
	}
	ctx = r.client.Context(ctx)
	in := subscriptionInput{rules: r.rules, defaultTagsUnknown: r.defaultTagsUnknown}
	var plan subscriptionModel
	var state *subscriptionModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &in.config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if !req.State.Raw.IsNull() {
		state = &subscriptionModel{}
		resp.Diagnostics.Append(req.State.Get(ctx, state)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	_, place := r.place(ctx, taskRegion(ctx, in.config.Task, &resp.Diagnostics), state, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	in.place = place.Place
	checkArgumentPlaces("docker_task_subscription", req.Config.Raw, in.place, &resp.Diagnostics)
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
	who := planner{resource: "docker_task_subscription", name: plan.Name.ValueString(), exists: state != nil, unit: unitIn(ctx, req.Private)}
	r.planned.claim(who, plan.claims(), &resp.Diagnostics)
	referTask(ctx, &r.configured, place, who.String(), path.Root("task"), in.config.Task, launchChoice{}, plan.taskAttributesUsed(), &resp.Diagnostics)
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
}

// settle computes what the plan could not know without the account.
func (r *subscriptionResource) settle(ctx context.Context, plan *subscriptionModel, place arn.Place, diags *diag.Diagnostics) {
	in := subscriptionInput{config: *plan, place: place, rules: r.rules}
	if plan.Name.IsUnknown() {
		in.config.Name = types.StringNull()
	}
	planSubscription(ctx, in, plan, diags)
}

// Create makes the subscription.
func (r *subscriptionResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan subscriptionModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	ctx, done := r.begin(ctx, always, changeTimeout, &resp.Diagnostics)
	if done == nil {
		return
	}
	defer done()
	client, place := r.place(ctx, taskRegion(ctx, plan.Task, &resp.Diagnostics), nil, &resp.Diagnostics)
	place.needAccount(ctx, client, &resp.Diagnostics)
	r.checkSettledPlaces("docker_task_subscription", req.Config.Raw, place.Place, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	r.settle(ctx, &plan, place.Place, &resp.Diagnostics)
	unit := plan.unit(ctx, place.Place, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	private := subscriptionState{ID: newUnitID(plan.owner(place))}
	if err := client.CreateSubscription(ctx, unit, private.ID); err != nil {
		addSubscriptionError(&resp.Diagnostics, plan, plan.owner(place), err)
		if leftNothing(err) {
			return
		}
		private.Unfinished, private.Account = true, place.Account
	}
	private.Made = justMade()
	keep := func() {
		private.write(ctx, resp.Private, &resp.Diagnostics)
		identify(ctx, resp.Identity, newUnitIdentity(plan.Name, place.Place), &resp.Diagnostics)
	}
	afterMade(ctx, req, resp, "Subscription "+plan.Name.ValueString(), keep, func() {
		if private.Unfinished {
			private = r.halfMade(ctx, client, place, private, &plan)
		}
		resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
		keep()
	})
}

// halfMade makes a state of what a create left, as that of a docker task does.
func (r *subscriptionResource) halfMade(ctx context.Context, client *awsapi.Client, place site, private subscriptionState, m *subscriptionModel) subscriptionState {
	ctx, cancel := lookAgain(ctx)
	defer cancel()
	var looked diag.Diagnostics
	refs := m.unit(ctx, place.Place, &looked).Refs()
	refs.Unfinished = true
	all, err := client.ReadSubscription(ctx, refs, private.Made)
	if err != nil {
		all = subscription.Observed{}
	}
	seen := subscriptionObservation{Observed: all, place: place.Place, rules: r.rules}.known(private)
	m.flatten(ctx, &seen, &looked)
	return seen.unit
}

func addSubscriptionError(diags *diag.Diagnostics, plan subscriptionModel, of task.Owner, err error) {
	name := plan.Name.ValueString()
	existing := awsapi.Existing(err)
	switch {
	case isHeld(err):
		addHeld(diags, "Subscription "+name+" could not be made", err)
		return
	case len(existing) == 0:
		diags.AddError("Subscription "+name+" could not be made", sentence(err.Error()))
		return
	}
	take := " Or take the rule over:\n\n  terraform import docker_task_subscription.NAME " + name + "@" + plan.Region.ValueString() + "\n\n" + leftBefore
	if hasOthers(of, existing) {
		take = othersStay
	}
	diags.AddAttributeError(path.Root("name"), "Rule "+name+" exists", listExisting(existing)+"\n\n"+
		"A subscription is not made over what exists. Set name to another one: a second subscription of the same target to the same task needs it, as does create_before_destroy. A tainted subscription is repaired in place after terraform untaint."+take)
}

// Read looks at the subscription.
func (r *subscriptionResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state subscriptionModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	ctx, done := r.begin(ctx, always, readTimeout, &resp.Diagnostics)
	if done == nil {
		return
	}
	defer done()
	private, known := readSubscriptionState(ctx, req.Private, &resp.Diagnostics)
	client, place := r.place(ctx, state.Region, &state, &resp.Diagnostics)
	place.ofAccount("subscription "+state.Name.ValueString(), private.Account, &resp.Diagnostics)
	place.needAccount(ctx, client, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	identify(ctx, resp.Identity, newUnitIdentity(state.Name, place.Place), &resp.Diagnostics)
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
		resp.Diagnostics.AddError("Subscription "+state.Name.ValueString()+" could not be read", sentence(err.Error()))
		return
	}
	if !known && all.Rule != nil {
		private.ID = state.owner(place).Own(all.Rule.Tags)
		// An update that was killed has made none without an id: it is what a create failed over.
		private.Unfinished = !imported && state.RuleARN.IsNull() && private.ID == ""
	}
	if rule := all.Rule; imported && rule != nil && task.Foreign(rule.Tags, private.ID) {
		checkNamedPart(state.owner(place), "Rule "+state.Name.ValueString(), rule.Tags, &resp.Diagnostics)
		return
	}
	seen := subscriptionObservation{Observed: all, place: place.Place, rules: r.rules}.known(private)
	if seen.Nothing() && len(seen.unit.Left) == 0 {
		if imported {
			addNothingToImport(&resp.Diagnostics, "subscription or rule "+state.Name.ValueString(), place.Place, "")
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
func (m *subscriptionModel) onlyNamed() bool { return m.Task.IsNull() }

// recall is the private state. Terraform loses it when the provider is killed in an update, and does
// not hand it over when it replaces what is tainted: then the rule tells what unit it is of, if state
// has it.
func (r *subscriptionResource) recall(ctx context.Context, client *awsapi.Client, place site, state subscriptionModel, from privateReader, diags *diag.Diagnostics) subscriptionState {
	private, known := readSubscriptionState(ctx, from, diags)
	place.ofAccount("subscription "+state.Name.ValueString(), private.Account, diags)
	if known || diags.HasError() {
		return private
	}
	name := state.Name.ValueString()
	rule, err := client.FindRule(ctx, name, subscription.RuleARN(name, place.Place))
	if err != nil {
		diags.AddError("Subscription "+name+" could not be read", sentence(err.Error()))
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
	var state, plan subscriptionModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	ctx, done := r.begin(ctx, always, changeTimeout, &resp.Diagnostics)
	if done == nil {
		return
	}
	defer done()
	client, place := r.place(ctx, state.Region, &state, &resp.Diagnostics)
	place.needAccount(ctx, client, &resp.Diagnostics)
	r.checkSettledPlaces("docker_task_subscription", req.Config.Raw, place.Place, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	private := r.recall(ctx, client, place, state, req.Private, &resp.Diagnostics)
	r.settle(ctx, &plan, place.Place, &resp.Diagnostics)
	if private.ID == "" { // an imported rule that carries none
		private.ID = newUnitID(state.owner(place))
	}
	up := awsapi.SubscriptionUpdate{
		UnitID: private.ID,
		Had:    state.unit(ctx, place.Place, &resp.Diagnostics),
		Want:   plan.unit(ctx, place.Place, &resp.Diagnostics),
		Left:   private.Left,
		Rules:  r.rules,

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
		r.saveHalfDone(ctx, client, up, place, private, state, resp)
		return
	}
	private.Left, private.Imported, private.Unfinished, private.Made = nil, false, false, justMade()
	private.write(ctx, resp.Private, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	identify(ctx, resp.Identity, newUnitIdentity(plan.Name, place.Place), &resp.Diagnostics)
}

func addSubscriptionUpdateError(diags *diag.Diagnostics, plan subscriptionModel, err error) {
	if isHeld(err) {
		addHeld(diags, "Subscription "+plan.Name.ValueString()+" could not be updated", err)
		return
	}
	detail := sentence(err.Error())
	if existing := awsapi.Existing(err); len(existing) > 0 {
		detail = listExisting(existing) + " It was made anew elsewhere. Set name to another one, or remove this subscription from state."
	}
	diags.AddError("Subscription "+plan.Name.ValueString()+" could not be updated", detail)
}

// saveHalfDone writes what an update that failed left behind: it looks again, and remembers
// all permissions of before and after: state names those of the target that the rule has now.
func (r *subscriptionResource) saveHalfDone(ctx context.Context, client *awsapi.Client, up awsapi.SubscriptionUpdate, place site, private subscriptionState, state subscriptionModel, resp *resource.UpdateResponse) {
	ctx, cancel := lookAgain(ctx)
	defer cancel()
	private.Left = up.Permissions()
	half := state
	refs := up.Had.Refs()
	refs.Unfinished = private.Unfinished
	all, err := client.ReadSubscription(ctx, refs, private.Made)
	if err == nil {
		var looked diag.Diagnostics
		seen := subscriptionObservation{Observed: all, place: place.Place, rules: r.rules}.known(private)
		half.flatten(ctx, &seen, &looked)
		if looked.HasError() {
			half = state // no better knowledge than before; the next refresh will see
		}
	}
	private.write(ctx, resp.Private, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &half)...)
	identify(ctx, resp.Identity, newUnitIdentity(half.Name, place.Place), &resp.Diagnostics)
}

// Delete removes the subscription.
func (r *subscriptionResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state subscriptionModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	ctx, done := r.begin(ctx, always, changeTimeout, &resp.Diagnostics)
	if done == nil {
		return
	}
	defer done()
	client, place := r.place(ctx, state.Region, &state, &resp.Diagnostics)
	place.needAccount(ctx, client, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	private := r.recall(ctx, client, place, state, req.Private, &resp.Diagnostics)
	refs := state.unit(ctx, place.Place, &resp.Diagnostics).Refs()
	if resp.Diagnostics.HasError() {
		return
	}
	refs.Permissions, refs.Unfinished = awsapi.AllPermissions(refs.Permissions, private.Left), private.Unfinished
	left, err := client.DeleteSubscription(ctx, refs, private.ID)
	warnOfLeft(&resp.Diagnostics, "subscription "+state.Name.ValueString(), left)
	if err != nil {
		resp.Diagnostics.AddError("Subscription "+state.Name.ValueString()+" could not be destroyed", sentence(err.Error()))
	}
}
