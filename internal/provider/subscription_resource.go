package provider

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/awsapi"
	"github.com/dockertask/terraform-provider-docker/internal/subscription"
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
	configured
}

func newSubscriptionResource() resource.Resource { return &subscriptionResource{} }

// Metadata names the resource.
func (r *subscriptionResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_task_subscription"
}

// Configure takes the provider's data.
func (r *subscriptionResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.configure(req.ProviderData, &resp.Diagnostics)
}

// IdentitySchema describes the identity.
func (r *subscriptionResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"name":       identityschema.StringAttribute{RequiredForImport: true, Description: "Name of the rule."},
		"region":     identityschema.StringAttribute{OptionalForImport: true, Description: "AWS region; default: the provider's."},
		"account_id": identityschema.StringAttribute{OptionalForImport: true, Description: "AWS account; default: that of the provider's credentials."},
	}}
}

// identify writes the identity. What it has once is kept: an identity never changes.
func (m *subscriptionModel) identify(ctx context.Context, to *tfsdk.ResourceIdentity, place arn.Place, diags *diag.Diagnostics) {
	if to == nil {
		return
	}
	var have taskIdentity
	if !to.Raw.IsFullyNull() {
		diags.Append(to.Get(ctx, &have)...)
	}
	if !have.Name.IsNull() && !have.Region.IsNull() && !have.AccountID.IsNull() {
		return
	}
	diags.Append(to.Set(ctx, taskIdentity{Name: m.Name, Region: types.StringValue(place.Region), AccountID: stringOrNull(place.Account)})...)
}

// at is the client for a region and the place in which ARNs are built. The account of the
// credentials has to be the one that state is of.
func (r *subscriptionResource) at(region types.String, state *subscriptionModel, diags *diag.Diagnostics) (*awsapi.Client, arn.Place) {
	client, err := r.client.InRegion(region.ValueString())
	if err != nil {
		addInvalid(diags, path.Root("task").AtName("region"), err.Error())
		return nil, arn.Place{}
	}
	place := client.Place()
	if state == nil {
		return client, place
	}
	known, err := arn.Parse(state.RuleARN.ValueString())
	if err != nil {
		return client, place
	}
	switch place.Account {
	case "":
		place.Account = known.Account
	case known.Account:
	default:
		diags.AddError("Credentials of another account", fmt.Sprintf(
			"The subscription %s is in account %s, and the provider's credentials are for account %s. Use those of account %[2]s; allowed_account_ids in the provider block keeps this from happening.",
			state.Name.ValueString(), known.Account, place.Account))
	}
	return client, place
}

// withAccount is the place with the account, which the provider may have been told not to ask
// for.
func withAccount(ctx context.Context, client *awsapi.Client, place arn.Place, diags *diag.Diagnostics) arn.Place {
	if place.Account != "" {
		return place
	}
	var err error
	if place.Account, err = client.Account(ctx); err != nil {
		diags.AddError("The account is not known", sentence(err.Error()))
	}
	return place
}

// always is a time limit that nobody can set.
func always(_ context.Context, limit time.Duration) (time.Duration, diag.Diagnostics) {
	return limit, nil
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
	_, in.place = r.at(in.config.taskRegion(ctx, &resp.Diagnostics), state, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	planSubscription(ctx, in, &plan, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if state != nil {
		if !state.Name.Equal(plan.Name) {
			resp.RequiresReplace.Append(path.Root("name"))
		}
		if !state.Region.Equal(plan.Region) {
			resp.RequiresReplace.Append(path.Root("region"))
		}
	}
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
	client, place := r.at(plan.taskRegion(ctx, &resp.Diagnostics), nil, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	place = withAccount(ctx, client, place, &resp.Diagnostics)
	r.settle(ctx, &plan, place, &resp.Diagnostics)
	unit := plan.unit(ctx, place, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	private := subscriptionState{ID: newUnitID()}
	if err := client.CreateSubscription(ctx, unit, private.ID); err != nil {
		addSubscriptionError(&resp.Diagnostics, plan, err)
		if failed := (*awsapi.CreateError)(nil); !errors.As(err, &failed) || failed.Rollback == nil {
			return // nothing is left
		}
	}
	private.write(ctx, resp.Private, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	plan.identify(ctx, resp.Identity, place, &resp.Diagnostics)
}

func addSubscriptionError(diags *diag.Diagnostics, plan subscriptionModel, err error) {
	name := plan.Name.ValueString()
	existing := awsapi.Existing(err)
	if len(existing) == 0 {
		diags.AddError("Subscription "+name+" could not be made", sentence(err.Error()))
		return
	}
	var parts []string
	for _, e := range existing {
		part := e.Part + " exists already"
		if e.Owned {
			part = e.Part + " exists and belongs to another subscription or docker task"
		}
		parts = append(parts, part)
	}
	diags.AddAttributeError(path.Root("name"), "Rule "+name+" exists", sentence(strings.Join(parts, "; "))+"\n\n"+
		"A subscription is not made over what exists. Set name to another one: a second subscription of the same target to the same task needs it, as does create_before_destroy. "+
		"Or take the rule over:\n\n"+
		"  terraform import docker_task_subscription.NAME "+name+"@"+plan.Region.ValueString())
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
	client, place := r.at(state.Region, &state, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	place = withAccount(ctx, client, place, &resp.Diagnostics)
	state.identify(ctx, resp.Identity, place, &resp.Diagnostics)
	if !known {
		private = r.discover(ctx, client, place, &state, &resp.Diagnostics)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	seen, err := client.ReadSubscription(ctx, state.unit(ctx, place, &resp.Diagnostics).Refs())
	if err != nil {
		resp.Diagnostics.AddError("Subscription "+state.Name.ValueString()+" could not be read", sentence(err.Error()))
		return
	}
	if seen.Nothing() {
		resp.State.RemoveResource(ctx)
		return
	}
	state.flatten(ctx, subscriptionObservation{Observed: seen, unit: private, place: place, rules: r.rules}, &resp.Diagnostics)
	private.write(ctx, resp.Private, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
}

// discover fills in a model of which nothing but name and region are known.
func (r *subscriptionResource) discover(ctx context.Context, client *awsapi.Client, place arn.Place, state *subscriptionModel, diags *diag.Diagnostics) subscriptionState {
	name := state.Name.ValueString()
	rule, err := client.FindRule(ctx, name, subscription.RuleARN(name, place))
	if err != nil {
		diags.AddError("Subscription "+name+" could not be read", sentence(err.Error()))
		return subscriptionState{}
	}
	if rule == nil {
		return subscriptionState{}
	}
	if wrong := state.discover(ctx, rule, place, diags); wrong != "" {
		diags.AddError("Rule "+name+" is no subscription to a docker task", sentence(wrong)+" Only a rule that hears of the state changes of one task definition can be imported.")
	}
	return subscriptionState{ID: rule.UnitID()}
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
	private, _ := readSubscriptionState(ctx, req.Private, &resp.Diagnostics)
	client, place := r.at(state.Region, &state, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	place = withAccount(ctx, client, place, &resp.Diagnostics)
	r.settle(ctx, &plan, place, &resp.Diagnostics)
	if private.ID == "" { // an imported rule that carries none
		private.ID = newUnitID()
	}
	up := awsapi.SubscriptionUpdate{
		UnitID: private.ID,
		Had:    state.unit(ctx, place, &resp.Diagnostics),
		Want:   plan.unit(ctx, place, &resp.Diagnostics),
		Left:   private.Left,
		Rules:  r.rules,
	}
	if resp.Diagnostics.HasError() {
		return
	}
	if err := client.UpdateSubscription(ctx, up); err != nil {
		addSubscriptionUpdateError(&resp.Diagnostics, plan, err)
		r.saveHalfDone(ctx, client, up, place, private, state, resp)
		return
	}
	private.Left = nil
	private.write(ctx, resp.Private, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	plan.identify(ctx, resp.Identity, place, &resp.Diagnostics)
}

func addSubscriptionUpdateError(diags *diag.Diagnostics, plan subscriptionModel, err error) {
	detail := sentence(err.Error())
	if len(awsapi.Existing(err)) > 0 {
		detail = fmt.Sprintf("Rule %s carries the id of another subscription now: it was made anew elsewhere. Set name to another one, or remove this subscription from state.", plan.Name.ValueString())
	}
	diags.AddError("Subscription "+plan.Name.ValueString()+" could not be updated", detail)
}

// saveHalfDone writes what an update that failed left behind: it looks again, and remembers
// all permissions of before and after: state names those of the target that the rule has now.
func (r *subscriptionResource) saveHalfDone(ctx context.Context, client *awsapi.Client, up awsapi.SubscriptionUpdate, place arn.Place, private subscriptionState, state subscriptionModel, resp *resource.UpdateResponse) {
	// The time for the update may be up.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), readTimeout)
	defer cancel()
	private.Left = up.Permissions()
	half := state
	seen, err := client.ReadSubscription(ctx, up.Had.Refs())
	if err == nil {
		var looked diag.Diagnostics
		half.flatten(ctx, subscriptionObservation{Observed: seen, unit: private, place: place, rules: r.rules}, &looked)
		if looked.HasError() {
			half = state // no better knowledge than before; the next refresh will see
		}
	}
	private.write(ctx, resp.Private, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &half)...)
	half.identify(ctx, resp.Identity, place, &resp.Diagnostics)
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
	private, _ := readSubscriptionState(ctx, req.Private, &resp.Diagnostics)
	client, place := r.at(state.Region, &state, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	place = withAccount(ctx, client, place, &resp.Diagnostics)
	refs := state.unit(ctx, place, &resp.Diagnostics).Refs()
	if resp.Diagnostics.HasError() {
		return
	}
	refs.Permissions = awsapi.AllPermissions(refs.Permissions, private.Left)
	if err := client.DeleteSubscription(ctx, refs, private.ID); err != nil {
		resp.Diagnostics.AddError("Subscription "+state.Name.ValueString()+" could not be destroyed", sentence(err.Error()))
	}
}

// ImportState takes NAME or NAME@REGION, or an identity. The read that follows looks the rule
// up.
func (r *subscriptionResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	var id taskIdentity
	if req.ID != "" {
		name, region, _ := strings.Cut(req.ID, "@")
		id.Name, id.Region = types.StringValue(name), stringOrNull(region)
	} else {
		resp.Diagnostics.Append(req.Identity.Get(ctx, &id)...)
	}
	if resp.Diagnostics.HasError() || !r.ready(&resp.Diagnostics) {
		return
	}
	if wrong := subscription.CheckName(id.Name.ValueString()); wrong != "" {
		resp.Diagnostics.AddError("Invalid import id", sentence(wrong)+" The id of a subscription is NAME or NAME@REGION, with the name of its rule.")
		return
	}
	client, place := r.at(id.Region, nil, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if want := id.AccountID.ValueString(); want != "" && client.AccountID != "" && want != client.AccountID {
		resp.Diagnostics.AddError("Credentials of another account",
			fmt.Sprintf("The identity is of account %s, and the provider's credentials are for account %s.", want, client.AccountID))
		return
	}
	m := newSubscriptionModel()
	m.Name, m.Region = id.Name, types.StringValue(client.Region)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
	if resp.Identity != nil {
		id.Region = m.Region
		if id.AccountID.IsNull() {
			id.AccountID = stringOrNull(place.Account)
		}
		resp.Diagnostics.Append(resp.Identity.Set(ctx, id)...)
	}
}
