package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/awsapi"
	"github.com/dockertask/terraform-provider-docker/internal/policy"
)

var (
	_ resource.ResourceWithConfigure      = (*wireResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*wireResource)(nil)
	_ resource.ResourceWithValidateConfig = (*wireResource)(nil)
)

// wireResource is docker_task_wire.
type wireResource struct {
	configured
}

func newWireResource() resource.Resource { return &wireResource{} }

// Metadata names the resource.
func (r *wireResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_task_wire"
}

// Configure takes the provider's data.
func (r *wireResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.configure(req.ProviderData, &resp.Diagnostics)
}

// ValidateConfig asks for a role to put the policy on.
func (r *wireResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config wireModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() || config.AttachPolicy.IsUnknown() {
		return
	}
	if config.attaches() && config.ConsumerRole.IsNull() {
		resp.Diagnostics.AddAttributeError(path.Root("consumer_role"), "Missing consumer_role",
			"The policy needs a role: set consumer_role to the name of the role of whoever runs the task, or attach_policy = false to have the policy computed only.")
	}
}

func (m *wireModel) attaches() bool { return m.AttachPolicy.IsNull() || m.AttachPolicy.ValueBool() }

// roleName is the name in consumer_role.
func (m *wireModel) roleName() string { return nameOr("", m.ConsumerRole.ValueString()) }

// ModifyPlan computes policy and environment.
func (r *wireResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || r.client == nil {
		return
	}
	ctx = r.client.Context(ctx)
	var config, plan wireModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	client, place := r.place(ctx, plan, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	var state wireModel
	if !req.State.Raw.IsNull() {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
		if place.Account == "" {
			place.Account = state.account(ctx, &resp.Diagnostics)
		}
	}
	checkConsumer(config.ConsumerRole, place, &resp.Diagnostics)
	plan.PolicyName = config.PolicyName
	planWire(ctx, &plan, place, func() []string { return defaultSubnets(ctx, client, &resp.Diagnostics) }, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if !req.State.Raw.IsNull() && !state.PolicyName.Equal(plan.PolicyName) {
		resp.RequiresReplace.Append(path.Root("policy_name"))
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
}

// place is where the task of a wire is.
func (r *wireResource) place(ctx context.Context, m wireModel, diags *diag.Diagnostics) (*awsapi.Client, arn.Place) {
	var t wireTaskModel
	decode(ctx, m.Task, &t, diags)
	client, err := r.client.InRegion(t.Region.ValueString())
	if err != nil {
		diags.AddAttributeError(path.Root("task").AtName("region"), invalid(path.Root("task").AtName("region")), sentence(err.Error()))
		return nil, arn.Place{}
	}
	return client, client.Place()
}

// checkConsumer refuses a role that the provider's credentials cannot change.
func checkConsumer(role types.String, place arn.Place, diags *diag.Diagnostics) {
	a, err := arn.Parse(role.ValueString())
	if err != nil || place.Account == "" || a.Account == place.Account {
		return
	}
	diags.AddAttributeError(path.Root("consumer_role"), invalid(path.Root("consumer_role")), fmt.Sprintf(
		"The role is of account %s, and the provider's credentials are for account %s: a policy can only be put on roles of the latter. "+
			"Use a provider with credentials of account %s for this wire; and as a role cannot be passed to another account, run the task through a role of its own account.",
		a.Account, place.Account, a.Account))
}

// Create puts the policy on the role. One of the same name that says the same is adopted.
func (r *wireResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan wireModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() || !r.ready(&resp.Diagnostics) {
		return
	}
	ctx = r.client.Context(ctx)
	r.settle(ctx, &plan, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if plan.attaches() {
		r.attachNew(ctx, plan, &resp.Diagnostics)
	}
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	}
}

// settle computes what the plan could not know without the account.
func (r *wireResource) settle(ctx context.Context, plan *wireModel, diags *diag.Diagnostics) {
	if !anyUnknown(plan.PolicyJSON) && !anyUnknown(plan.Environment) {
		return
	}
	client, place := r.place(ctx, *plan, diags)
	if diags.HasError() {
		return
	}
	var err error
	if place.Account, err = client.Account(ctx); err != nil {
		diags.AddError("The account is not known", sentence(err.Error()))
		return
	}
	planWire(ctx, plan, place, func() []string { return defaultSubnets(ctx, client, diags) }, diags)
}

func (r *wireResource) attachNew(ctx context.Context, plan wireModel, diags *diag.Diagnostics) {
	have, err := r.client.FindRolePolicy(ctx, plan.roleName(), plan.PolicyName.ValueString())
	switch {
	case err != nil:
		diags.AddError("The wire's policy could not be read", sentence(err.Error()))
	case have == "":
		r.put(ctx, plan, diags)
	case !policy.Equivalent(have, plan.PolicyJSON.ValueString()):
		diags.AddAttributeError(path.Root("policy_name"), "The role has another policy of this name", fmt.Sprintf(
			"Role %s has an inline policy %s that says something else, and is not the wire's to change. Set policy_name to another name, or delete that policy.",
			plan.roleName(), plan.PolicyName.ValueString()))
	}
}

func (r *wireResource) put(ctx context.Context, plan wireModel, diags *diag.Diagnostics) {
	err := r.client.PutRolePolicy(ctx, plan.roleName(), plan.PolicyName.ValueString(), plan.PolicyJSON.ValueString())
	if err == nil {
		return
	}
	detail := sentence(err.Error())
	if strings.Contains(detail, "LimitExceeded") {
		detail += " Set attach_policy = false, and put policy_json into a managed policy (aws_iam_policy) that is attached to the role."
	}
	diags.AddAttributeError(path.Root("consumer_role"), "The wire's policy could not be put on the role", detail)
}

// Read looks at the policy. A wire whose policy or role is gone is gone.
func (r *wireResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state wireModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() || !state.attaches() || !r.ready(&resp.Diagnostics) {
		return
	}
	ctx = r.client.Context(ctx)
	have, err := r.client.FindRolePolicy(ctx, state.roleName(), state.PolicyName.ValueString())
	switch {
	case err != nil:
		resp.Diagnostics.AddError("The wire's policy could not be read", sentence(err.Error()))
	case have == "":
		resp.State.RemoveResource(ctx)
	case !policy.Equivalent(have, state.PolicyJSON.ValueString()):
		state.PolicyJSON = types.StringValue(have)
		resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
	}
}

// Update writes the policy anew, or takes it off the role.
func (r *wireResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var state, plan wireModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() || !r.ready(&resp.Diagnostics) {
		return
	}
	ctx = r.client.Context(ctx)
	r.settle(ctx, &plan, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	switch {
	case plan.attaches() && !state.attaches():
		r.attachNew(ctx, plan, &resp.Diagnostics)
	case plan.attaches() && !policy.Equivalent(state.PolicyJSON.ValueString(), plan.PolicyJSON.ValueString()):
		r.put(ctx, plan, &resp.Diagnostics)
	case !plan.attaches() && state.attaches():
		r.remove(ctx, state, &resp.Diagnostics)
	}
	if resp.Diagnostics.HasError() {
		plan = state
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
}

// Delete takes the policy off the role.
func (r *wireResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state wireModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() || !state.attaches() || !r.ready(&resp.Diagnostics) {
		return
	}
	r.remove(r.client.Context(ctx), state, &resp.Diagnostics)
}

func (r *wireResource) remove(ctx context.Context, state wireModel, diags *diag.Diagnostics) {
	if err := r.client.DeleteRolePolicy(ctx, state.roleName(), state.PolicyName.ValueString()); err != nil {
		diags.AddError("The wire's policy could not be deleted", sentence(err.Error()))
	}
}
