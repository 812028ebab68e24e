package taskwire

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/aws"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/provider/taskref"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

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
