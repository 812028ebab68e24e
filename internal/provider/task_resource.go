package provider

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/awsapi"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

var (
	_ resource.ResourceWithConfigure      = (*taskResource)(nil)
	_ resource.ResourceWithIdentity       = (*taskResource)(nil)
	_ resource.ResourceWithImportState    = (*taskResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*taskResource)(nil)
	_ resource.ResourceWithValidateConfig = (*taskResource)(nil)
)

// How long an operation may take unless timeouts says otherwise. Most of it is waiting for
// IAM to tell ECS of new roles, and for ECS when it throttles.
const (
	readTimeout   = 5 * time.Minute
	changeTimeout = 20 * time.Minute
)

// taskResource is docker_task.
type taskResource struct {
	configured
}

func newTaskResource() resource.Resource { return &taskResource{} }

// Metadata names the resource.
func (r *taskResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_task"
}

// Configure takes the provider's data.
func (r *taskResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.configure(req.ProviderData, &resp.Diagnostics)
}

// ModifyPlan fills in what the configuration leaves to the provider.
func (r *taskResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || r.client == nil {
		return // destroyed; or nobody knows yet where: everything computed stays unknown
	}
	ctx = r.client.Context(ctx)
	in := planInput{rules: r.rules, defaultTagsUnknown: r.defaultTagsUnknown}
	var plan taskModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &in.config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if !req.State.Raw.IsNull() {
		in.state = &taskModel{}
		resp.Diagnostics.Append(req.State.Get(ctx, in.state)...)
		in.unit, _ = readUnitState(ctx, req.Private, &resp.Diagnostics)
	}
	if resp.Diagnostics.HasError() || in.config.Region.IsUnknown() {
		return
	}
	_, place := r.at(ctx, in.config.Region, in.state, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	in.place = place
	r.checkTags(in, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	planTask(ctx, in, &plan, &resp.Diagnostics)
	if in.state != nil {
		if !in.state.Region.Equal(plan.Region) {
			resp.RequiresReplace.Append(path.Root("region"))
		} else if in.state.Name.Equal(plan.Name) {
			warnOfReplacedParts(ctx, *in.state, plan, place, &resp.Diagnostics)
		}
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
}

// checkTags checks the tags together with those of the provider.
func (r *taskResource) checkTags(in planInput, diags *diag.Diagnostics) {
	all := r.rules.All(stringMapOf(in.config.Tags))
	network := task.Network{
		SubnetIDs:        stringsOf(in.config.SubnetIDs.Elements()),
		SecurityGroupIDs: stringsOf(in.config.SecurityGroupIDs.Elements()),
	}
	for k, v := range r.rules.Default {
		if wrong := task.CheckTag(k, v); wrong != "" {
			diags.AddError("Invalid default_tags", sentence(wrong))
		}
	}
	if wrong := task.CheckTagCount(all, network); wrong != "" {
		diags.AddAttributeError(path.Root("tags"), invalid(path.Root("tags")), sentence(wrong))
	}
}

// defaultSubnets are those of the default VPC.
func defaultSubnets(ctx context.Context, client *awsapi.Client, diags *diag.Diagnostics) []string {
	ids, err := client.DefaultSubnets(ctx)
	if err != nil {
		diags.AddAttributeError(path.Root("subnet_ids"), "The default subnets cannot be looked up",
			fmt.Sprintf("subnet_ids is not set, so the default VPC's are taken, for which the credentials need ec2:DescribeSubnets: %s. Set subnet_ids to do without.", err))
	}
	return ids
}

// site is the place of a task, and what of its surroundings a description may ask for.
type site struct {
	arn.Place
	// defaultSubnets are those of the default VPC, looked up once.
	defaultSubnets func() []string
}

// at is the client for a region and the place in which ARNs are built. The account of the
// credentials has to be the one that state is of.
func (c *configured) at(ctx context.Context, region types.String, state *taskModel, diags *diag.Diagnostics) (*awsapi.Client, site) {
	client, err := c.client.InRegion(region.ValueString())
	if err != nil {
		diags.AddAttributeError(path.Root("region"), invalid(path.Root("region")), sentence(err.Error()))
		return nil, site{}
	}
	place := site{Place: client.Place(), defaultSubnets: func() []string { return defaultSubnets(ctx, client, diags) }}
	if state == nil {
		return client, place
	}
	known, err := arn.Parse(state.FamilyARN.ValueString())
	if err != nil {
		return client, place
	}
	switch place.Account {
	case "":
		place.Account = known.Account
	case known.Account:
	default:
		diags.AddError("Credentials of another account",
			fmt.Sprintf("The docker task %s is in account %s, and the provider's credentials are for account %s. Use those of account %s; allowed_account_ids in the provider block keeps this from happening.",
				state.Name.ValueString(), known.Account, place.Account, known.Account))
	}
	return client, place
}

// Create makes the unit.
func (r *taskResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan taskModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	ctx, done := r.begin(ctx, plan.Timeouts.Create, changeTimeout, &resp.Diagnostics)
	if done == nil {
		return
	}
	defer done()
	client, place := r.at(ctx, plan.Region, nil, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if place.Account == "" {
		// The plan could do without; the trust of the roles cannot.
		var err error
		if place.Account, err = client.Account(ctx); err != nil {
			resp.Diagnostics.AddError("The account is not known", sentence(err.Error()))
			return
		}
	}
	unit := plan.unit(ctx, place, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	private := unitState{ID: newUnitID()}
	made, err := client.CreateUnit(ctx, unit, private.ID)
	if err != nil {
		addCreateError(&resp.Diagnostics, plan, err)
		if failed := (*awsapi.CreateError)(nil); !errors.As(err, &failed) || failed.Rollback == nil {
			return // nothing is left
		}
	} else {
		private.Registered = made.Definition.Revision
	}
	private.Adopted = made.Adopted
	plan.complete(ctx, place, made.Definition, &resp.Diagnostics)
	private.observed(made.Definition).write(ctx, resp.Private, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	plan.identify(ctx, resp.Identity, &resp.Diagnostics)
}

// unit is the unit that a wholly known model describes.
func (m *taskModel) unit(ctx context.Context, place site, diags *diag.Diagnostics) task.Unit {
	spec, _ := m.spec(ctx, place, diags)
	unit, err := spec.Unit()
	if err != nil {
		diags.AddAttributeError(path.Root("secrets"), invalid(path.Root("secrets")), sentence(err.Error()))
	}
	return unit
}

// complete makes a state of a plan: with the revision, and with what could not be known
// without the account.
func (m *taskModel) complete(ctx context.Context, place site, made *task.ObservedDefinition, diags *diag.Diagnostics) {
	spec, _ := m.spec(ctx, place, diags)
	m.planWires(ctx, place, diags)
	m.derive(spec, unknowns{})
	m.ARN, m.Revision = types.StringNull(), types.Int64Null()
	if made != nil {
		m.ARN, m.Revision = types.StringValue(made.ARN), types.Int64Value(made.Revision)
	}
	m.Drift = listOf(nil)
}

// newUnitID makes the id of a unit: 128 random bits, as letters and digits.
func newUnitID() string { return strings.ToLower(rand.Text()) }

func addCreateError(diags *diag.Diagnostics, plan taskModel, err error) {
	existing := awsapi.Existing(err)
	if len(existing) == 0 {
		diags.AddError("Docker task "+plan.Name.ValueString()+" could not be made", sentence(err.Error()))
		return
	}
	var parts []string
	owned := false
	for _, e := range existing {
		parts = append(parts, e.Error())
		owned = owned || e.Owned
	}
	detail := sentence(strings.Join(parts, "; ")) + "\n\n" +
		"A docker task is not made over what exists. To take it over, import it:\n\n" +
		"  terraform import docker_task.NAME " + plan.Name.ValueString() + "@" + plan.Region.ValueString() + "\n\n" +
		"Else choose another name, for the task or for this part. A log group alone is taken over with log_group.adopt = true."
	if owned {
		detail += "\n\nIf it is this very task that is replaced: with create_before_destroy the new one needs another name, as both exist for a moment."
	}
	diags.AddError("Docker task "+plan.Name.ValueString()+" exists in part", detail)
}

// Read looks at the unit.
func (r *taskResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state taskModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() || !r.ready(&resp.Diagnostics) {
		return
	}
	// First of all: even a resource that is found gone has to have an identity.
	state.identify(ctx, resp.Identity, &resp.Diagnostics)
	ctx, done := r.begin(ctx, state.Timeouts.Read, readTimeout, &resp.Diagnostics)
	if done == nil {
		return
	}
	defer done()
	private, known := readUnitState(ctx, req.Private, &resp.Diagnostics)
	client, place := r.at(ctx, state.Region, &state, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	var seen observation
	if known {
		unit := state.unit(ctx, place, &resp.Diagnostics)
		refs := unit.Refs()
		refs.DefinitionARN = state.ARN.ValueString()
		seen = r.look(ctx, client, place, refs, &resp.Diagnostics)
		seen.unit = private
	} else {
		state, seen = r.discover(ctx, client, place, state, 0, &resp.Diagnostics)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	if seen.Nothing() {
		resp.State.RemoveResource(ctx)
		return
	}
	state.flatten(ctx, seen, &resp.Diagnostics)
	if !known && state.KeepRevisions.IsNull() {
		state.KeepRevisions = types.Int64Value(task.DefaultKeepRevisions)
	}
	seen.unit.observed(seen.Definition).write(ctx, resp.Private, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
	state.identify(ctx, resp.Identity, &resp.Diagnostics)
}

func (r *taskResource) look(ctx context.Context, client *awsapi.Client, place site, refs task.Refs, diags *diag.Diagnostics) observation {
	o, err := client.ReadUnit(ctx, refs)
	if err != nil {
		diags.AddError("Docker task "+refs.Family+" could not be read", sentence(err.Error()))
	}
	return observation{Observed: o, place: place, rules: r.rules}
}

// Update brings the unit to what the plan says.
func (r *taskResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var state, plan taskModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	ctx, done := r.begin(ctx, plan.Timeouts.Update, changeTimeout, &resp.Diagnostics)
	if done == nil {
		return
	}
	defer done()
	private, _ := readUnitState(ctx, req.Private, &resp.Diagnostics)
	client, place := r.at(ctx, plan.Region, &state, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if private.ID == "" { // an imported unit whose parts carry none
		private.ID = newUnitID()
	}
	up := awsapi.Update{
		UnitID:      private.ID,
		Had:         state.unit(ctx, place, &resp.Diagnostics),
		Want:        plan.unit(ctx, place, &resp.Diagnostics),
		OwnRevision: private.Registered,
		Register:    plan.ARN.IsUnknown(),
		Rules:       r.rules,
		Strays:      private.Strays,
	}
	up.Had.LogGroup.Adopted = private.Adopted
	if !state.ARN.IsNull() {
		up.HadDefinition = &task.ObservedDefinition{ARN: state.ARN.ValueString(), Revision: state.Revision.ValueInt64()}
	}
	if resp.Diagnostics.HasError() {
		return
	}
	made, warnings, err := client.UpdateUnit(ctx, up)
	for _, w := range warnings {
		resp.Diagnostics.AddAttributeWarning(path.Root("keep_revisions"), "Tidying up failed", sentence(w))
	}
	if err != nil {
		addUpdateError(&resp.Diagnostics, plan, err)
		if failed := (*awsapi.UpdateError)(nil); errors.As(err, &failed) {
			private.Strays = failed.Strays
		}
		r.saveHalfDone(ctx, client, up, place, private, state, plan, resp)
		return
	}
	if up.Register {
		private.Registered = made.Definition.Revision
	}
	private.Adopted, private.Strays = made.Adopted, awsapi.Strays{}
	plan.complete(ctx, place, made.Definition, &resp.Diagnostics)
	private.observed(made.Definition).write(ctx, resp.Private, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	plan.identify(ctx, resp.Identity, &resp.Diagnostics)
}

func addUpdateError(diags *diag.Diagnostics, plan taskModel, err error) {
	summary := "Docker task " + plan.Name.ValueString() + " could not be updated"
	switch existing := awsapi.Existing(err); {
	case awsapi.IsChanged(err):
		diags.AddError("Docker task "+plan.Name.ValueString()+" changed since the plan", sentence(err.Error())+" Plan again.")
	case slices.ContainsFunc(existing, func(e *awsapi.ExistsError) bool { return e.Owned }):
		diags.AddError(summary, sentence(err.Error())+" It stays as it is. Choose another name for this part; or, if it is this task's after all, remove the tag "+task.TagUnit+" from it.")
	case len(existing) > 0:
		diags.AddError(summary, sentence(err.Error())+" Choose another name for this part; or give the role by its ARN first and then by its name, or set log_group.adopt = true, to take it over.")
	default:
		diags.AddError(summary, sentence(err.Error()))
	}
}

// saveHalfDone writes what an update that failed left behind: it looks again, under the new
// names and under the old.
func (r *taskResource) saveHalfDone(ctx context.Context, client *awsapi.Client, up awsapi.Update, place site, private unitState, state, plan taskModel, resp *resource.UpdateResponse) {
	// The time for the update may be up.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), readTimeout)
	defer cancel()
	refs := up.Had.Refs()
	refs.DefinitionARN = state.ARN.ValueString()
	var looked diag.Diagnostics
	seen := r.look(ctx, client, place, refs, &looked)
	seen.unit = private
	if seen.Definition != nil && seen.Definition.Tags[task.TagUnit] == private.ID {
		private.Registered = seen.Definition.Revision
		seen.unit = private
	}
	half := state
	half.KeepRevisions, half.Timeouts = plan.KeepRevisions, plan.Timeouts
	if !looked.HasError() {
		half.flatten(ctx, seen, &looked)
	}
	if looked.HasError() {
		half = state // no better knowledge than before; the next refresh will see
	} else {
		private = private.observed(seen.Definition)
	}
	private.write(ctx, resp.Private, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &half)...)
	half.identify(ctx, resp.Identity, &resp.Diagnostics)
}

// Delete removes the unit.
func (r *taskResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state taskModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	ctx, done := r.begin(ctx, state.Timeouts.Delete, changeTimeout, &resp.Diagnostics)
	if done == nil {
		return
	}
	defer done()
	private, _ := readUnitState(ctx, req.Private, &resp.Diagnostics)
	client, place := r.at(ctx, state.Region, &state, &resp.Diagnostics)
	unit := state.unit(ctx, place, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	unit.LogGroup.Adopted = private.Adopted
	if err := client.DeleteUnit(ctx, unit, private.ID, private.Strays); err != nil {
		resp.Diagnostics.AddError("Docker task "+state.Name.ValueString()+" could not be destroyed", sentence(err.Error()))
	}
}

// begin prepares the context of an operation: its time and its log. The second result is nil
// where the operation cannot begin; else it is called when it ends.
func (c *configured) begin(ctx context.Context, timeout func(context.Context, time.Duration) (time.Duration, diag.Diagnostics), normally time.Duration, diags *diag.Diagnostics) (context.Context, context.CancelFunc) {
	if diags.HasError() || !c.ready(diags) {
		return ctx, nil
	}
	limit, d := timeout(ctx, normally)
	diags.Append(d...)
	if diags.HasError() {
		return ctx, nil
	}
	return context.WithTimeout(c.client.Context(ctx), limit)
}

// identify writes the identity. What it has once is kept: an identity never changes.
func (m *taskModel) identify(ctx context.Context, to *tfsdk.ResourceIdentity, diags *diag.Diagnostics) {
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
	id := taskIdentity{Name: m.Name, Region: m.Region, AccountID: types.StringNull()}
	if a, err := arn.Parse(m.FamilyARN.ValueString()); err == nil {
		id.AccountID = types.StringValue(a.Account)
	}
	diags.Append(to.Set(ctx, id)...)
}
