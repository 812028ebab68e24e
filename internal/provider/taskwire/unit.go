package taskwire

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/aws"
	"github.com/dockertask/terraform-provider-docker/internal/policy"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// Create puts the policies on the roles: all of them, or none. One of the same name that says the
// same is adopted.
func (r *wireResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan model
	resp.Diagnostics.Append(tf.Get(ctx, req.Plan, &plan)...)
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
	wanted := plan.attachments(ctx, home, r.RoleNamePrefix(), &resp.Diagnostics)
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
	resp.Diagnostics.Append(tf.Set(ctx, &resp.State, &plan)...)
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
	for _, a := range state.attachments(ctx, home, r.RoleNamePrefix(), diags) {
		if !a.document.IsNull() {
			p := a.part()
			p.Confirmed = true
			rec = rec.With(p)
		}
	}
	return rec, home
}

// loadParts is the wire's record, and the policies that state names.
func (r *wireResource) loadParts(ctx context.Context, state *model, from tf.PrivateReader, diags *diag.Diagnostics) (task.Record, []attachment) {
	rec, home := r.loadRecord(ctx, state, from, diags)
	if diags.HasError() {
		return rec, nil
	}
	return rec, state.attachments(ctx, home, r.RoleNamePrefix(), diags)
}

// what names the resource in errors about private state.
const what = "wire"

// undoTimeout is how long a wire that failed may take to remove what it had put.
const undoTimeout = time.Minute

// Read looks at the policies. A wire none of whose policies is left is gone. One that an update which
// failed has left behind shows as a policy_json that is empty, so that an update is planned, which
// removes it.
func (r *wireResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state model
	resp.Diagnostics.Append(tf.Get(ctx, req.State, &state)...)
	if state.onlyComputed(ctx, req.Private, &resp.Diagnostics) {
		return
	}
	ctx, done := r.Begin(ctx, nil, lifecycle.ReadTimeout, &resp.Diagnostics)
	if done == nil {
		return
	}
	defer done()
	rec, named := r.loadParts(ctx, &state, req.Private, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
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
	resp.Diagnostics.Append(tf.Set(ctx, &resp.State, &state)...)
}

// Update writes the policies anew, puts those that are new, and then takes those that are wanted
// no more off the roles.
func (r *wireResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var state, plan model
	resp.Diagnostics.Append(tf.Get(ctx, req.State, &state)...)
	resp.Diagnostics.Append(tf.Get(ctx, req.Plan, &plan)...)
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
	wanted := plan.attachments(ctx, home, r.RoleNamePrefix(), &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	named := state.attachments(ctx, home, r.RoleNamePrefix(), &resp.Diagnostics)
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
	resp.Diagnostics.Append(tf.Set(ctx, &resp.State, &plan)...)
}

// Delete takes the policies off the roles.
func (r *wireResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state model
	resp.Diagnostics.Append(tf.Get(ctx, req.State, &state)...)
	if state.onlyComputed(ctx, req.Private, &resp.Diagnostics) {
		return
	}
	ctx, done := r.Begin(ctx, nil, lifecycle.ChangeTimeout, &resp.Diagnostics)
	if done == nil {
		return
	}
	defer done()
	rec, named := r.loadParts(ctx, &state, req.Private, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
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

// ImportState says how to come by what an import would: AWS has nothing of a wire but the
// policy, and not what it was made for.
func (r *wireResource) ImportState(_ context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	resp.Diagnostics.AddError("A wire is not imported", fmt.Sprintf(
		"AWS has nothing of it but a policy (%s), which does not tell the task, the integration and the variables that it is for. "+
			"Write the wire without an import, and apply: a policy of its name on consumer_role that says the same is adopted. "+
			"Set policy_name where the policy has another name than the wire's default.", req.ID))
}
