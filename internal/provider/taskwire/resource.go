package taskwire

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/aws"
	"github.com/dockertask/terraform-provider-docker/internal/policy"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/provider/taskref"
	"github.com/dockertask/terraform-provider-docker/internal/task"
	"github.com/dockertask/terraform-provider-docker/internal/wire"
)

var (
	_ resource.ResourceWithConfigure      = (*wireResource)(nil)
	_ resource.ResourceWithImportState    = (*wireResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*wireResource)(nil)
	_ resource.ResourceWithValidateConfig = (*wireResource)(nil)
)

// wireResource is docker_task_wire.
type wireResource struct {
	lifecycle.Resource
}

// NewResource makes the resource docker_task_wire.
func NewResource() resource.Resource { return &wireResource{lifecycle.NewResource("_task_wire")} }

// ValidateConfig asks for a role to put the policy on.
func (r *wireResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	config.checkIntegration(&resp.Diagnostics)
	config.checkVariables(&resp.Diagnostics)
	taskref.ReadLaunch(ctx, config.LaunchType, config.Providers, &resp.Diagnostics).Check(&resp.Diagnostics)
	if config.attaches() && config.ConsumerRole.IsNull() {
		resp.Diagnostics.AddAttributeError(path.Root("consumer_role"), "Missing consumer_role",
			"The policy needs a role: set consumer_role to the name of the role of the consumer, or attach_policy = false to have the policy computed only.")
	}
}

// checkIntegration refuses what an integration does not know.
func (m *model) checkIntegration(diags *diag.Diagnostics) {
	i, ok := wire.FindIntegration(m.Integration.ValueString())
	if !ok || m.Integration.IsUnknown() {
		return
	}
	only := func(name string, v attr.Value, allowed bool, where string) {
		if tf.IsSet(v) && !allowed {
			tf.AddInvalidf(diags, path.Root(name), "With integration %s it has no meaning: %s. Remove it.", i.Name, where)
		}
	}
	only("actions", m.Actions, i.Actions == nil, "what the service does is fixed")
	only("state_machine", m.StateMachine, i.Token, "only step_functions_task_token answers a state machine")
	only("next_state", m.NextState, i.State != "", "only Step Functions has states")
	only("variables", m.Variables, i.Actions == nil, "a service runs the task, and reads no variables")
	const launched = "what runs the task says it itself"
	only("launch_type", m.LaunchType, i.State != "" || i.Actions == nil, launched)
	only("capacity_providers", m.Providers, i.State != "" || i.Actions == nil, launched)
	if i.State == "" && len(m.Providers.Elements()) > 0 {
		tf.AddInvalidf(diags, path.Root("capacity_providers"), "The environment names no capacity providers: set capacity_providers to [], with which it has no launch type either, and name them in the code. Only state_json has them.")
	}
	if i.Token && m.StateMachine.IsNull() {
		diags.AddAttributeError(path.Root("state_machine"), "Missing state_machine",
			"The task answers a state machine for its task token: set state_machine to its name, which need not exist yet.")
	}
}

// checkVariables refuses names of variables that there are not, and two ways to give names.
func (m *model) checkVariables(diags *diag.Diagnostics) {
	if tf.IsSet(m.Variables) && tf.IsSet(m.EnvPrefix) {
		tf.AddInvalidf(diags, path.Root("env_prefix"), "%s", wire.TwoNamings)
	}
	for _, p := range wire.CheckNames("the wire", wire.Variables(), tf.StringMapOf(m.Variables)) {
		tf.AddInvalidf(diags, path.Root(p.Field).AtMapKey(p.Key), "%s", p.Text)
	}
}

// naming is how the consumer's code knows the variables.
func (m *model) naming() wire.Naming {
	n := wire.Naming{Prefix: m.EnvPrefix.ValueString()}
	if !m.Variables.IsNull() {
		n.Names = tf.StringMapOf(m.Variables)
	}
	return n
}

// attaches tells that the policy is put on the role; false too where that is not known yet.
func (m *model) attaches() bool { return m.AttachPolicy.IsNull() || m.AttachPolicy.ValueBool() }

// roleName is the name in consumer_role as messages have it. No role is looked up by it: the ARN may be
// of another account.
func (m *model) roleName() string {
	given := m.ConsumerRole.ValueString()
	if a, err := arn.Parse(given); err == nil {
		return a.Name()
	}
	return given
}

// home is the account in which roles are looked up. It is asked for where the provider was told not to,
// but something is given by its ARN, and so of an account.
func (r *wireResource) home(ctx context.Context, diags *diag.Diagnostics, models ...*model) arn.Place {
	place := lifecycle.Site{Place: r.Client.Place()}
	for _, m := range models {
		var t taskref.Model
		tf.Decode(ctx, m.Task, &t, diags)
		given := []types.String{m.ConsumerRole, m.StateMachine, t.FamilyARN, t.Cluster, t.ExecutionRoleARN, t.TaskRoleARN}
		if slices.ContainsFunc(given, func(v types.String) bool { return arn.Is(v.ValueString()) }) {
			place.ResolveAccount(ctx, r.Client, diags)
		}
	}
	return place.Place
}

// checkHome refuses what is of another account than the credentials', as the plan does where it knows
// whose they are.
func (r *wireResource) checkHome(ctx context.Context, config tftypes.Value, plan *model, home arn.Place, diags *diag.Diagnostics) {
	if home.Account == "" || diags.HasError() {
		return
	}
	place := home
	place.Region = plan.Region.ValueString()
	r.CheckPlacesAtApply("docker_task_wire", config, place, diags)
	var t taskref.Model
	tf.Decode(ctx, plan.Task, &t, diags)
	if plan.attaches() {
		t.CheckAccount(place, diags)
	}
}

// ModifyPlan computes policy and environment.
func (r *wireResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || r.Client == nil {
		return
	}
	ctx = r.Client.Context(ctx)
	var config, plan model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	_, place := r.place(ctx, plan, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	var state model
	if !req.State.Raw.IsNull() {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
		r.checkAccount(ctx, state, task.Record{}, &resp.Diagnostics)
		if resp.Diagnostics.HasError() {
			return
		}
		if place.Account == "" {
			place.Account = state.account(ctx, &resp.Diagnostics)
		}
	}
	lifecycle.CheckArgumentPlaces("docker_task_wire", req.Config.Raw, place.Place, &resp.Diagnostics)
	plan.PolicyName = config.PolicyName
	d := planWire(ctx, &plan, place, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if !req.State.Raw.IsNull() && !state.PolicyName.Equal(plan.PolicyName) {
		resp.RequiresReplace.Append(path.Root("policy_name"))
	}
	plan.warnOfSize(&resp.Diagnostics)
	who := plan.planner(ctx, &resp.Diagnostics)
	who.Exists, who.Unit = !req.State.Raw.IsNull(), lifecycle.UnitID(ctx, req.Private)
	r.Planned.Claim(who, plan.claims(ctx, place.Place), &resp.Diagnostics)
	taskref.Refer(ctx, &r.Configured, place, who.String(), path.Root("task"), plan.Task, d.launch, nil, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
}

// warnOfSize minds the room that a function has for all its variables, of which the provider
// sees those of one wire. They take a few hundred bytes, unless names are long or subnets many.
func (m *model) warnOfSize(diags *diag.Diagnostics) {
	if m.consumer().Integration.Actions != nil {
		return // a service runs the task, and reads no variables
	}
	size := 0
	for k, v := range tf.StringMapOf(m.Environment) {
		size += len(k) + len(v)
	}
	if size > wire.FunctionEnvironmentLimit/4 {
		diags.AddAttributeWarning(path.Root("task"), "Much of a function's environment", fmt.Sprintf(
			"The variables of this wire take %d bytes; all variables of a Lambda function together may take %d. Shorter names, or fewer subnets, leave more to the function's own.",
			size, wire.FunctionEnvironmentLimit))
	}
}

// place is where the task of a wire is.
func (r *wireResource) place(ctx context.Context, m model, diags *diag.Diagnostics) (*aws.Client, lifecycle.Site) {
	return r.InRegion(ctx, taskref.Region(ctx, m.Task, diags), lifecycle.AtTaskRegion, diags)
}

// CheckAccount holds the credentials against the account in which a wire of state has its policies:
// in another, none of them would be found, and the wire count as gone.
func (r *wireResource) checkAccount(ctx context.Context, state model, rec task.Record, diags *diag.Diagnostics) {
	if !state.attaches() && len(rec.Parts) == 0 {
		return
	}
	var t taskref.Model
	tf.Decode(ctx, state.Task, &t, diags)
	place := lifecycle.Site{Place: r.Client.Place()}
	what := "wire of docker task " + t.Name.ValueString()
	place.CheckAccountOfState(what, diags, state.ConsumerRole)
	if !arn.Is(state.ConsumerRole.ValueString()) {
		place.CheckAccount(what, state.accountID(), diags)
	}
	if state.attaches() && !diags.HasError() {
		place.CheckAccountOfState(what, diags, t.TaskRoleARN)
	}
}

// Create puts the policies on the roles: all of them, or none. One of the same name that says the
// same is adopted.
func (r *wireResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	ctx, done := r.Begin(ctx, nil, lifecycle.ChangeTimeout, &resp.Diagnostics)
	if done == nil {
		return
	}
	defer done()
	r.resolveAccount(ctx, &plan, &resp.Diagnostics)
	home := r.home(ctx, &resp.Diagnostics, &plan)
	r.checkHome(ctx, req.Config.Raw, &plan, home, &resp.Diagnostics)
	rec := task.Record{ID: lifecycle.NewHolderID()}
	if resp.Diagnostics.HasError() {
		return
	}
	wanted := plan.attachments(ctx, home, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	put := r.attach(ctx, wanted, plan.holder(ctx, rec), &resp.Diagnostics)
	if !resp.Diagnostics.HasError() {
		rec = rec.Of(partsOf(wanted)...)
	} else {
		// The time for the create may be up, or Terraform interrupted.
		undo, cancel := context.WithTimeout(context.WithoutCancel(ctx), undoTimeout)
		defer cancel()
		left := r.removeAll(undo, put, plan.holder(ctx, rec), &resp.Diagnostics)
		if len(left) == 0 {
			return
		}
		// Saved is what is left, and no policy that was there before.
		rec = rec.WithPossible(partsOf(left)...)
		for _, a := range wanted {
			if !slices.ContainsFunc(left, a.isOf) {
				*a.document = types.StringNull()
			}
		}
	}
	lifecycle.WriteRecord(ctx, resp.Private, what, rec, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
}

// resolveAccount computes what the plan could not know without the account.
func (r *wireResource) resolveAccount(ctx context.Context, plan *model, diags *diag.Diagnostics) {
	if !tf.AnyUnknown(plan.AccountID) && !tf.AnyUnknown(plan.PolicyJSON) && !tf.AnyUnknown(plan.Environment) && !tf.AnyUnknown(plan.StateJSON) && !tf.AnyUnknown(plan.TokenJSON) {
		return
	}
	client, place := r.place(ctx, *plan, diags)
	place.ResolveAccount(ctx, client, diags)
	if diags.HasError() {
		return
	}
	planWire(ctx, plan, place, diags)
}

// attachments are the policies of a model: on the consumer's role and, where the task
// answers by a task token, on the task's. IAM finds a role by its name in the account of the
// credentials, home, so a role of another account is an error.
func (m *model) attachments(ctx context.Context, home arn.Place, diags *diag.Diagnostics) []attachment {
	if !m.attaches() {
		return nil
	}
	var out []attachment
	attach := func(at path.Path, given, name string, document *types.String) {
		role, here := home.NameIn(given)
		if !here {
			tf.AddInvalidf(diags, at, "role %s is not in account %s (partition %s) of the provider's credentials: no policy can be put on it", given, home.Account, home.Partition)
			return
		}
		out = append(out, attachment{role, name, document})
	}
	attach(path.Root("consumer_role"), m.ConsumerRole.ValueString(), m.PolicyName.ValueString(), &m.PolicyJSON)
	if m.consumer().Integration.Token {
		var t taskref.Model
		tf.Decode(ctx, m.Task, &t, diags)
		role := t.TaskRoleARN.ValueString()
		switch {
		case role != "":
		case !t.FamilyARN.IsNull():
			return out // a whole task that has no role, which a plan refuses
		default: // by the name alone: by the rules
			role = task.RoleName("", t.Name.ValueString(), nameOfRegion(m), task.TaskRole)
		}
		attach(path.Root("task").AtName("task_role_arn"), role, wire.TokenPolicyName(m.PolicyName.ValueString(), m.StateMachine.ValueString()), &m.TokenJSON)
	}
	return out
}

// onlyComputed tells that a wire of state has no policy on any role, and so needs no client.
func (m *model) onlyComputed(ctx context.Context, from tf.PrivateReader, diags *diag.Diagnostics) bool {
	rec, _ := lifecycle.ReadRecord(ctx, from, what, diags)
	return !m.attaches() && len(rec.Parts) == 0
}

// loadRecord is the wire's record, and the account in which the wire has its policies, which the credentials
// have to be of. Terraform loses the record when the provider is killed, and hands none over of a tainted wire that it
// replaces. Then state alone tells: a policy that it has as null may be of another owner.
func (r *wireResource) loadRecord(ctx context.Context, state *model, from tf.PrivateReader, diags *diag.Diagnostics) (task.Record, arn.Place) {
	rec, known := lifecycle.ReadRecord(ctx, from, what, diags)
	r.checkAccount(ctx, *state, rec, diags)
	home := r.home(ctx, diags, state)
	if known || diags.HasError() {
		return rec, home
	}
	rec = task.Record{ID: lifecycle.NewHolderID()}
	for _, a := range state.attachments(ctx, home, diags) {
		if !a.document.IsNull() {
			p := a.part()
			p.Confirmed = true
			rec = rec.With(p)
		}
	}
	return rec, home
}

// what names the resource in errors about private state.
const what = "wire"

// nameOfRegion is the region of the wire's task. State that an older release wrote has it in an ARN
// only.
func nameOfRegion(m *model) string {
	if region := m.Region.ValueString(); region != "" {
		return region
	}
	family, err := arn.Parse(m.familyARN())
	if err != nil {
		return ""
	}
	return family.Region
}

// accountID is the account of the wire's task. State that an older release wrote has it in an ARN only.
func (m *model) accountID() string {
	if account := m.AccountID.ValueString(); account != "" {
		return account
	}
	family, err := arn.Parse(m.familyARN())
	if err != nil {
		return ""
	}
	return family.Account
}

// familyARN is the ARN of the wire's task in state that an older release wrote.
func (m *model) familyARN() string {
	return tf.StringMapOf(m.Environment)[m.EnvPrefix.ValueString()+"DOCKER_TASK_ARN"]
}

// holder is the wire as one that holds its policies.
func (m *model) holder(ctx context.Context, rec task.Record) aws.Holder {
	var t taskref.Model
	var ignored diag.Diagnostics
	tf.Decode(ctx, m.Task, &t, &ignored)
	return aws.Holder{ID: rec.ID, Name: fmt.Sprintf("the wire from role %s to docker task %s", m.roleName(), t.Name.ValueString())}
}

// undoTimeout is how long a wire that failed may take to remove what it had put.
const undoTimeout = time.Minute

// attach puts policies on roles that do not have them, up to the first that fails. The result
// are those that may be there now and were not before.
func (r *wireResource) attach(ctx context.Context, attachments []attachment, holder aws.Holder, diags *diag.Diagnostics) []attachment {
	var put []attachment
	for _, a := range attachments {
		written, err := r.Client.HoldRolePolicy(ctx, a.role, a.name, a.document.ValueString(), holder)
		if written {
			put = append(put, a)
		}
		switch {
		case err == nil:
			continue
		case errors.Is(err, aws.ErrOtherPolicy):
			diags.AddAttributeError(path.Root("policy_name"), "The role has another policy of this name", fmt.Sprintf(
				"Role %s%s has an inline policy %s that says something else, and is not the wire's to change. Set policy_name to another name, or delete that policy.",
				a.role, r.Client.Place().Where(true), a.name))
		case lifecycle.IsHeld(err):
			diags.AddAttributeError(path.Root("policy_name"), "Another wire has a policy of this name on the role", tf.Sentence(err.Error())+
				" If two wires had one policy, the first to go would take it from the other. Set policy_name or env_prefix, or use one wire for both.")
		default:
			r.addPutError(diags, a, err)
		}
		break
	}
	return put
}

func (r *wireResource) put(ctx context.Context, a attachment, diags *diag.Diagnostics) {
	if err := r.Client.PutRolePolicy(ctx, a.role, a.name, a.document.ValueString()); err != nil {
		r.addPutError(diags, a, err)
	}
}

func (r *wireResource) addPutError(diags *diag.Diagnostics, a attachment, err error) {
	detail := tf.Sentence(err.Error())
	if aws.IsMissingRole(err) {
		detail = fmt.Sprintf("There is no role %s%s: create it first, or set attach_policy = false. "+
			"It is given by the name or ARN of the role itself, as in aws_iam_role.NAME.name, not of the function or service that has it. %s", a.role, r.Client.Place().Where(true), detail)
	}
	if strings.Contains(detail, "LimitExceeded") {
		detail += " Set attach_policy = false, and put policy_json into a managed policy (aws_iam_policy) that is attached to the role."
	}
	diags.AddAttributeError(path.Root("consumer_role"), "The wire's policy could not be put on the role", detail)
}

// Read looks at the policies. A wire none of whose policies is left is gone. One that an update which
// failed has left behind shows as a policy_json that is empty, so that an update is planned, which
// removes it.
func (r *wireResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if state.onlyComputed(ctx, req.Private, &resp.Diagnostics) {
		return
	}
	ctx, done := r.Begin(ctx, nil, lifecycle.ReadTimeout, &resp.Diagnostics)
	if done == nil {
		return
	}
	defer done()
	rec, home := r.loadRecord(ctx, &state, req.Private, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	named := state.attachments(ctx, home, &resp.Diagnostics)
	orphans := r.findOrphans(ctx, recorded(rec.Orphans(partsOf(named))), &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	left := orphans
	for _, a := range own(rec, named) {
		have, err := r.Client.FindRolePolicy(ctx, a.role, a.name)
		if err != nil {
			resp.Diagnostics.AddError("The wire's policy could not be read", tf.Sentence(err.Error()))
			return
		}
		if have != "" {
			left++
		}
		if !policy.Equivalent(have, a.document.ValueString()) {
			*a.document = tf.StringOrNull(have)
		}
	}
	if left == 0 && state.attaches() {
		r.Client.HasNoRolePolicy(state.holder(ctx, rec))
		resp.State.RemoveResource(ctx)
		return
	}
	// Null, that is a policy which is not the wire's, stays: an update is planned all the same.
	if orphans > 0 && !state.PolicyJSON.IsNull() {
		state.PolicyJSON = types.StringValue("")
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
}

// findOrphans is how many orphans there are. One that is not seen is not forgotten: IAM may tell
// of it late, and the next update removes it.
func (r *wireResource) findOrphans(ctx context.Context, orphans []attachment, diags *diag.Diagnostics) int {
	found := 0
	for _, a := range orphans {
		have, err := r.Client.FindRolePolicy(ctx, a.role, a.name)
		if err != nil {
			diags.AddError("The wire's policy could not be read", tf.Sentence(err.Error()))
		}
		if have != "" {
			found++
		}
	}
	return found
}

// Update writes the policies anew, puts those that are new, and then takes those that are wanted
// no more off the roles.
func (r *wireResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var state, plan model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	ctx, done := r.Begin(ctx, nil, lifecycle.ChangeTimeout, &resp.Diagnostics)
	if done == nil {
		return
	}
	defer done()
	rec, _ := r.loadRecord(ctx, &state, req.Private, &resp.Diagnostics)
	r.resolveAccount(ctx, &plan, &resp.Diagnostics)
	home := r.home(ctx, &resp.Diagnostics, &state, &plan)
	r.checkHome(ctx, req.Config.Raw, &plan, home, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	wanted := plan.attachments(ctx, home, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	named := state.attachments(ctx, home, &resp.Diagnostics)
	leaving := append(recorded(rec.Orphans(partsOf(named))), own(rec, named)...)
	var fresh []attachment
	for _, a := range wanted {
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
		rec = rec.WithPossible(partsOf(r.attach(ctx, fresh, plan.holder(ctx, rec), &resp.Diagnostics))...)
	}
	if !resp.Diagnostics.HasError() && len(r.removeAll(ctx, leaving, plan.holder(ctx, rec), &resp.Diagnostics)) == 0 {
		rec = rec.Of(partsOf(wanted)...)
	} else {
		plan = state
	}
	lifecycle.WriteRecord(ctx, resp.Private, what, rec, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
}

// Delete takes the policies off the roles.
func (r *wireResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if state.onlyComputed(ctx, req.Private, &resp.Diagnostics) {
		return
	}
	ctx, done := r.Begin(ctx, nil, lifecycle.ChangeTimeout, &resp.Diagnostics)
	if done == nil {
		return
	}
	defer done()
	rec, home := r.loadRecord(ctx, &state, req.Private, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	named := state.attachments(ctx, home, &resp.Diagnostics)
	all := recorded(rec.Parts)
	r.removeAll(ctx, all, state.holder(ctx, rec), &resp.Diagnostics)
	// Of what was there before a create that failed, nothing else tells.
	var left []aws.Left
	for _, a := range named {
		if slices.ContainsFunc(all, a.isOf) {
			continue
		}
		if have, err := r.Client.FindRolePolicy(ctx, a.role, a.name); err == nil && have != "" {
			left = append(left, aws.Left{Part: aws.DescribeRolePolicy(a.role, a.name), Why: "it was there before the create of this wire, which failed"})
		}
	}
	lifecycle.WarnOfLeft(&resp.Diagnostics, "the wire", left)
}

// removeAll takes policies off their roles, unless they are another wire's by now. The result are
// those that it could not take off.
func (r *wireResource) removeAll(ctx context.Context, attachments []attachment, holder aws.Holder, diags *diag.Diagnostics) []attachment {
	var failed []attachment
	var left []aws.Left
	for _, a := range attachments {
		stays, err := r.Client.DropRolePolicy(ctx, a.role, a.name, holder)
		if err != nil {
			diags.AddError("The wire's policy could not be deleted", tf.Sentence(err.Error()))
			failed = append(failed, a)
		}
		left = append(left, stays...)
	}
	lifecycle.WarnOfLeft(diags, "the wire", left)
	return failed
}

// ImportState says how to come by what an import would: AWS has nothing of a wire but the
// policy, and not what it was made for.
func (r *wireResource) ImportState(_ context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	resp.Diagnostics.AddError("A wire is not imported", fmt.Sprintf(
		"AWS has nothing of it but a policy (%s), which does not tell the task, the integration and the variables that it is for. "+
			"Write the wire without an import, and apply: a policy of its name on consumer_role that says the same is adopted. "+
			"Set policy_name where the policy has another name than the wire's default.", req.ID))
}
