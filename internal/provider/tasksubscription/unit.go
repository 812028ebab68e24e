package tasksubscription

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/aws"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/taskref"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// Title names a subscription in messages.
func (r *subscriptionResource) Title(m *model) string { return "subscription " + m.Name.ValueString() }

// Owner is the subscription as ids name it.
func (r *subscriptionResource) Owner(m *model, site lifecycle.Site) task.Owner {
	return task.Owner{Kind: task.SubscriptionUnit, Region: site.Region, Name: m.Name.ValueString()}
}

// Identity is the subscription's.
func (r *subscriptionResource) Identity(m *model, site lifecycle.Site) any {
	return lifecycle.NewIdentity(m.Name, site.Place)
}

// Limits are fixed.
func (r *subscriptionResource) Limits(*model) lifecycle.Limits { return lifecycle.Limits{} }

// Site is that of the task of a plan, or of state.
func (r *subscriptionResource) Site(ctx context.Context, plan, state *model, diags *diag.Diagnostics) (*aws.Client, lifecycle.Site) {
	if state != nil {
		return r.place(ctx, state.Region, state, diags)
	}
	return r.place(ctx, taskref.Region(ctx, plan.Task, diags), nil, diags)
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

// Complete computes what the plan could not know without the account.
func (r *subscriptionResource) Complete(ctx context.Context, site lifecycle.Site, plan *model, diags *diag.Diagnostics) {
	in := subscriptionInput{config: *plan, place: site.Place, rules: r.TagRules}
	if plan.Name.IsUnknown() {
		in.config.Name = types.StringNull()
	}
	planSubscription(ctx, in, plan, diags)
}

// CreateUnit makes the subscription.
func (r *subscriptionResource) CreateUnit(ctx context.Context, client *aws.Client, site lifecycle.Site, plan *model, rec task.Record, diags *diag.Diagnostics) (lifecycle.Done, error) {
	unit := plan.unit(ctx, site.Place, diags)
	if diags.HasError() {
		return lifecycle.Done{}, nil
	}
	rec, err := client.CreateSubscription(ctx, unit, rec)
	if err != nil {
		r.addCreateError(site, plan, err, diags)
	}
	return lifecycle.Done{Record: rec}, err
}

func (r *subscriptionResource) addCreateError(site lifecycle.Site, plan *model, err error, diags *diag.Diagnostics) {
	name := plan.Name.ValueString()
	lifecycle.AddFailure(diags, r.Title(plan), "created", err, func(existing []*aws.ExistsError) {
		take := " Or take the rule over:\n\n  terraform import docker_task_subscription.NAME " + name + "@" + plan.Region.ValueString() + "\n\n" + lifecycle.LeftBefore
		if lifecycle.HasOthers(r.Owner(plan, site), existing) {
			take = lifecycle.OthersStay
		}
		diags.AddAttributeError(path.Root("name"), "Rule "+name+" exists", lifecycle.DescribeExisting(existing)+"\n\n"+
			"A subscription is not made over what exists. Set name to another one: a second subscription of the same target to the same task needs it, as does create_before_destroy. A tainted subscription is repaired in place after terraform untaint."+take)
	})
}

// UpdateUnit brings the subscription to what the plan says.
func (r *subscriptionResource) UpdateUnit(ctx context.Context, client *aws.Client, site lifecycle.Site, _, plan *model, rec task.Record, diags *diag.Diagnostics) (lifecycle.Done, error) {
	up := aws.SubscriptionUpdate{
		Record:  rec,
		Want:    plan.unit(ctx, site.Place, diags),
		Reached: plan.attached(ctx, diags).unit(ctx, site.Place, diags).Permissions,
		Rules:   r.TagRules,
	}
	if diags.HasError() {
		return lifecycle.Done{}, nil
	}
	rec, err := client.UpdateSubscription(ctx, up)
	if err != nil {
		lifecycle.AddFailure(diags, r.Title(plan), "updated", err, func(existing []*aws.ExistsError) {
			diags.AddError(lifecycle.Capital(r.Title(plan))+" could not be updated",
				lifecycle.DescribeExisting(existing)+" It was made anew elsewhere. Set name to another one, or remove this subscription from state.")
		})
	}
	return lifecycle.Done{Record: rec}, err
}

// DeleteUnit removes the subscription.
func (r *subscriptionResource) DeleteUnit(ctx context.Context, client *aws.Client, site lifecycle.Site, state *model, rec task.Record, diags *diag.Diagnostics) ([]aws.Left, error) {
	refs := state.unit(ctx, site.Place, diags).Refs()
	if diags.HasError() {
		return nil, nil
	}
	return client.DeleteSubscription(ctx, refs, rec)
}

// Look looks at rule and permissions.
func (r *subscriptionResource) Look(ctx context.Context, client *aws.Client, site lifecycle.Site, m *model, changedAt int64, diags *diag.Diagnostics) observation {
	seen := observation{place: site.Place, rules: r.TagRules}
	if site.ResolveAccount(ctx, client, diags); diags.HasError() {
		return seen
	}
	seen.place = site.Place
	o, err := client.ReadSubscription(ctx, m.unit(ctx, site.Place, diags).Refs(), changedAt)
	if err != nil {
		lifecycle.AddFailure(diags, r.Title(m), "read", err, nil)
		return seen
	}
	seen.Observed = o
	return seen
}

// Own is what was seen as the record shows it.
func (r *subscriptionResource) Own(ctx context.Context, seen observation, rec task.Record, m *model, diags *diag.Diagnostics) observation {
	if err := aws.CheckTagsReturned(rec, m.Name.ValueString(), seen.Rule); err != nil {
		lifecycle.AddFailure(diags, r.Title(m), "read", err, nil)
		return observation{record: rec, place: seen.place, rules: seen.rules}
	}
	seen.Observed, seen.record = seen.Of(rec, m.Name.ValueString())
	seen.leftOver = m.leftOver(ctx, seen, diags)
	return seen
}

// Recover is the record of which Terraform has handed over none: what state has is the subscription's. The rule tells
// what unit it is of. One that state does not have may be what a create failed over; but a refresh believes the id,
// or the rule that an update has made which was killed would be locked out. Such an update makes none without an id.
func (r *subscriptionResource) Recover(ctx context.Context, _ *aws.Client, seen observation, state *model, refresh bool, diags *diag.Diagnostics) task.Record {
	has := !state.RuleARN.IsNull()
	rec := task.Record{Account: seen.place.Account}
	for _, p := range state.unit(ctx, seen.place, diags).Parts() {
		p.Confirmed = has
		rec = rec.With(p)
	}
	if seen.Rule != nil && (has || refresh) {
		rec.ID = r.Owner(state, lifecycle.Site{Place: seen.place}).Own(seen.Rule.Tags)
	}
	return rec
}

// Flatten writes what AWS has into the model.
func (r *subscriptionResource) Flatten(ctx context.Context, m *model, seen observation, diags *diag.Diagnostics) {
	m.flatten(ctx, seen, diags)
}

// Keep does nothing: AWS has all of a subscription.
func (r *subscriptionResource) Keep(_, _ *model) {}

// IsImported tells that nothing but name and region are known, as between an import and its read.
func (r *subscriptionResource) IsImported(m *model) bool { return m.Task.IsNull() }

// Discover looks at a rule of which nothing but the name is known. A statement that is there may have been put by
// others.
func (r *subscriptionResource) Discover(ctx context.Context, client *aws.Client, site lifecycle.Site, m *model, diags *diag.Diagnostics) observation {
	if site.ResolveAccount(ctx, client, diags); diags.HasError() {
		return observation{}
	}
	r.discover(ctx, client, site, m, diags)
	if diags.HasError() {
		return observation{}
	}
	seen := r.Look(ctx, client, site, m, 0, diags)
	rec := task.Record{Account: site.Account}
	if rule := seen.Rule; rule != nil {
		rec.ID = r.Owner(m, site).Own(rule.Tags)
		if task.Foreign(rule.Tags, rec.ID) {
			lifecycle.CheckNamedPart(r.Owner(m, site), "Rule "+m.Name.ValueString(), rule.Tags, diags)
		}
	} else if !diags.HasError() {
		lifecycle.AddNothingToImport(diags, "subscription or rule "+m.Name.ValueString(), site.Place, "")
	}
	if diags.HasError() {
		return seen
	}
	for _, p := range m.unit(ctx, site.Place, diags).Parts() {
		p.Confirmed, p.Adopted = true, p.Kind == task.StatementPart
		rec = rec.With(p)
	}
	return r.Own(ctx, seen, rec, m, diags)
}

// Recorded is the record in the light of what was seen.
func (o observation) Recorded() task.Record { return o.record }

// Gone reports whether nothing is left.
func (o observation) Gone() bool { return o.Nothing() && len(o.leftOver) == 0 }
