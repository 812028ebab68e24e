package provider

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/awsapi"
	"github.com/dockertask/terraform-provider-docker/internal/policy"
	"github.com/dockertask/terraform-provider-docker/internal/task"
	"github.com/dockertask/terraform-provider-docker/internal/wire"
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
	config.checkIntegration(&resp.Diagnostics)
	if config.attaches() && config.ConsumerRole.IsNull() {
		resp.Diagnostics.AddAttributeError(path.Root("consumer_role"), "Missing consumer_role",
			"The policy needs a role: set consumer_role to the name of the role of whoever runs the task, or attach_policy = false to have the policy computed only.")
	}
}

// checkIntegration refuses what an integration does not know.
func (m *wireModel) checkIntegration(diags *diag.Diagnostics) {
	i, ok := wire.FindIntegration(m.Integration.ValueString())
	if !ok || m.Integration.IsUnknown() {
		return
	}
	only := func(name string, v attr.Value, allowed bool, where string) {
		if !v.IsNull() && !v.IsUnknown() && !allowed {
			diags.AddAttributeError(path.Root(name), invalid(path.Root(name)), fmt.Sprintf("With integration %s it has no meaning: %s. Remove it.", i.Name, where))
		}
	}
	only("actions", m.Actions, i.Actions == nil, "what the service does is fixed")
	only("state_machine", m.StateMachine, i.Token, "only step_functions_task_token answers a state machine")
	only("next_state", m.NextState, i.State != "", "only Step Functions has states")
	only("launch_type", m.LaunchType, i.State != "", "only Step Functions has states")
	if i.Token && m.StateMachine.IsNull() {
		diags.AddAttributeError(path.Root("state_machine"), "Missing state_machine",
			"The task answers a state machine for its task token: set state_machine to its name, which need not exist yet.")
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
	plan.warnOfSize(&resp.Diagnostics)
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
}

// warnOfSize minds the room that a function has for all its variables.
func (m *wireModel) warnOfSize(diags *diag.Diagnostics) {
	size := 0
	for k, v := range stringMapOf(m.Environment) {
		size += len(k) + len(v)
	}
	if size > wire.FunctionEnvironmentLimit/2 {
		diags.AddAttributeWarning(path.Root("task").AtName("subnet_ids"), "Much of a function's environment",
			fmt.Sprintf("The variables take %d bytes; all variables of a Lambda function together may take %d.", size, wire.FunctionEnvironmentLimit))
	}
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

// Create puts the policies on the roles: all of them, or none. One of the same name that says the
// same is adopted.
func (r *wireResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan wireModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	ctx, done := r.begin(ctx, always, changeTimeout, &resp.Diagnostics)
	if done == nil {
		return
	}
	defer done()
	r.settle(ctx, &plan, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	put := r.attach(ctx, plan.attachments(ctx, &resp.Diagnostics), &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		// The time for the create may be up; undoing it has a time of its own.
		undo, cancel := context.WithTimeout(context.WithoutCancel(ctx), readTimeout)
		defer cancel()
		if r.removeAll(undo, put, &resp.Diagnostics) {
			return // nothing is left
		}
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
}

// settle computes what the plan could not know without the account.
func (r *wireResource) settle(ctx context.Context, plan *wireModel, diags *diag.Diagnostics) {
	if !anyUnknown(plan.PolicyJSON) && !anyUnknown(plan.Environment) && !anyUnknown(plan.StateJSON) && !anyUnknown(plan.TokenJSON) {
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

// attachment is one of the wire's policies and the role that it is on.
type attachment struct {
	role, name string
	document   *types.String
}

func (a attachment) isOf(other attachment) bool { return a.role == other.role && a.name == other.name }

// attachments are the policies of a model: on the consumer's role and, where the task
// answers by a task token, on the task's.
func (m *wireModel) attachments(ctx context.Context, diags *diag.Diagnostics) []attachment {
	if !m.attaches() {
		return nil
	}
	out := []attachment{{m.roleName(), m.PolicyName.ValueString(), &m.PolicyJSON}}
	if m.consumer().Integration.Token {
		var t wireTaskModel
		decode(ctx, m.Task, &t, diags)
		role := nameOr("", t.TaskRoleARN.ValueString())
		if role == "" { // by the name alone: by the rules
			role = task.RoleName(t.Name.ValueString(), nameOfRegion(m), task.TaskRole)
		}
		out = append(out, attachment{role, m.PolicyName.ValueString() + "-token", &m.TokenJSON})
	}
	return out
}

// nameOfRegion is the region of the wire's task.
func nameOfRegion(m *wireModel) string {
	family, err := arn.Parse(stringMapOf(m.Environment)[m.EnvPrefix.ValueString()+"DOCKER_TASK_ARN"])
	if err != nil {
		return ""
	}
	return family.Region
}

// attach puts policies on roles that do not have them, up to the first that fails. The result
// are those that may be there now and were not before.
func (r *wireResource) attach(ctx context.Context, attachments []attachment, diags *diag.Diagnostics) []attachment {
	var put []attachment
	for _, a := range attachments {
		have, err := r.client.FindRolePolicy(ctx, a.role, a.name)
		switch {
		case err != nil:
			diags.AddError("The wire's policy could not be read", sentence(err.Error()))
		case have == "":
			put = append(put, a)
			r.put(ctx, a, diags)
		case !policy.Equivalent(have, a.document.ValueString()):
			diags.AddAttributeError(path.Root("policy_name"), "The role has another policy of this name", fmt.Sprintf(
				"Role %s has an inline policy %s that says something else, and is not the wire's to change. Set policy_name to another name, or delete that policy.",
				a.role, a.name))
		}
		if diags.HasError() {
			break
		}
	}
	return put
}

func (r *wireResource) put(ctx context.Context, a attachment, diags *diag.Diagnostics) {
	err := r.client.PutRolePolicy(ctx, a.role, a.name, a.document.ValueString())
	if err == nil {
		return
	}
	detail := sentence(err.Error())
	if strings.Contains(detail, "LimitExceeded") {
		detail += " Set attach_policy = false, and put policy_json into a managed policy (aws_iam_policy) that is attached to the role."
	}
	diags.AddAttributeError(path.Root("consumer_role"), "The wire's policy could not be put on the role", detail)
}

// Read looks at the policies. A wire none of whose policies is left is gone.
func (r *wireResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state wireModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() || !state.attaches() {
		return
	}
	ctx, done := r.begin(ctx, always, readTimeout, &resp.Diagnostics)
	if done == nil {
		return
	}
	defer done()
	strays := readStrayPolicies(ctx, req.Private, &resp.Diagnostics)
	left := len(strays)
	for _, a := range state.attachments(ctx, &resp.Diagnostics) {
		have, err := r.client.FindRolePolicy(ctx, a.role, a.name)
		if err != nil {
			resp.Diagnostics.AddError("The wire's policy could not be read", sentence(err.Error()))
			return
		}
		if have != "" {
			left++
		}
		if !policy.Equivalent(have, a.document.ValueString()) {
			*a.document = stringOrNull(have)
		}
	}
	if left == 0 {
		resp.State.RemoveResource(ctx)
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
}

// Update writes the policies anew, puts those that are new, and then takes those that are wanted
// no more off the roles.
func (r *wireResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var state, plan wireModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	ctx, done := r.begin(ctx, always, changeTimeout, &resp.Diagnostics)
	if done == nil {
		return
	}
	defer done()
	r.settle(ctx, &plan, &resp.Diagnostics)
	strays := readStrayPolicies(ctx, req.Private, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	leaving := append(state.attachments(ctx, &resp.Diagnostics), strays.attachments()...)
	var fresh []attachment
	for _, a := range plan.attachments(ctx, &resp.Diagnostics) {
		i := slices.IndexFunc(leaving, a.isOf)
		if i < 0 {
			fresh = append(fresh, a)
			continue
		}
		if !policy.Equivalent(leaving[i].document.ValueString(), a.document.ValueString()) {
			r.put(ctx, a, &resp.Diagnostics)
		}
		leaving = slices.DeleteFunc(leaving, a.isOf)
	}
	if !resp.Diagnostics.HasError() {
		strays = strays.with(r.attach(ctx, fresh, &resp.Diagnostics))
	}
	if !resp.Diagnostics.HasError() && r.removeAll(ctx, leaving, &resp.Diagnostics) {
		strays = nil
	} else {
		plan = state
	}
	strays.write(ctx, resp.Private, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
}

// Delete takes the policies off the roles.
func (r *wireResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state wireModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	strays := readStrayPolicies(ctx, req.Private, &resp.Diagnostics)
	all := append(state.attachments(ctx, &resp.Diagnostics), strays.attachments()...)
	if len(all) == 0 {
		return // a wire that was only computed
	}
	ctx, done := r.begin(ctx, always, changeTimeout, &resp.Diagnostics)
	if done == nil {
		return
	}
	defer done()
	r.removeAll(ctx, all, &resp.Diagnostics)
}

// removeAll takes policies off their roles; the result tells whether it could.
func (r *wireResource) removeAll(ctx context.Context, attachments []attachment, diags *diag.Diagnostics) bool {
	all := true
	for _, a := range attachments {
		if err := r.client.DeleteRolePolicy(ctx, a.role, a.name); err != nil {
			diags.AddError("The wire's policy could not be deleted", sentence(err.Error()))
			all = false
		}
	}
	return all
}
