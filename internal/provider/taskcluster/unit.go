package taskcluster

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/aws"
	"github.com/dockertask/terraform-provider-docker/internal/cluster"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// Title names a cluster in messages.
func (r *clusterResource) Title(m *model) string { return "cluster " + m.Name.ValueString() }

// Owner is the cluster as ids name it.
func (r *clusterResource) Owner(m *model, site lifecycle.Site) task.Owner {
	return task.Owner{Kind: task.ClusterUnit, Region: site.Region, Name: m.Name.ValueString()}
}

// Identity is the cluster's.
func (r *clusterResource) Identity(m *model, site lifecycle.Site) any {
	return lifecycle.NewIdentity(m.Name, site.Place)
}

// Limits are the timeouts.
func (r *clusterResource) Limits(m *model) lifecycle.Limits {
	return lifecycle.Limits{Create: m.Timeouts.Create, Read: m.Timeouts.Read, Update: m.Timeouts.Update, Delete: m.Timeouts.Delete}
}

// Site is where a plan or a state is.
func (r *clusterResource) Site(ctx context.Context, plan, state *model, diags *diag.Diagnostics) (*aws.Client, lifecycle.Site) {
	if plan == nil {
		plan = state
	}
	return r.place(ctx, plan.Region, state, diags)
}

// place is where a cluster is; that of state, whose account the credentials have to be of.
func (r *clusterResource) place(ctx context.Context, region types.String, state *model, diags *diag.Diagnostics) (*aws.Client, lifecycle.Site) {
	client, site := r.InRegion(ctx, region, lifecycle.AtRegion, diags)
	if state != nil && !diags.HasError() {
		site.CheckAccountOfState(r.Title(state), diags, state.ARN)
	}
	return client, site
}

// Complete computes what the plan could not know without the account.
func (r *clusterResource) Complete(ctx context.Context, site lifecycle.Site, plan *model, diags *diag.Diagnostics) {
	in := clusterInput{config: *plan, place: site.Place, rules: r.TagRules}
	if plan.Name.IsUnknown() {
		in.config.Name = types.StringNull()
	}
	if plan.CapacityProviders.IsUnknown() {
		in.config.CapacityProviders = types.SetNull(types.StringType)
	}
	planCluster(ctx, in, plan, diags)
}

// made completes a plan with the cluster as it was made: what the configuration leaves to the account.
func made(plan *model, o *cluster.Observed) func() {
	return func() {
		if plan.ContainerInsights.IsUnknown() && o != nil {
			plan.ContainerInsights = tf.StringOrNull(o.Insights)
		}
	}
}

// CreateUnit makes the cluster, or takes it over.
func (r *clusterResource) CreateUnit(ctx context.Context, client *aws.Client, site lifecycle.Site, plan *model, rec task.Record, diags *diag.Diagnostics) (lifecycle.Done, error) {
	unit := plan.unit(ctx, site.Place, diags)
	if diags.HasError() {
		return lifecycle.Done{}, nil
	}
	o, rec, err := client.CreateCluster(ctx, unit, rec)
	if err != nil {
		r.addCreateError(site, plan, err, diags)
	}
	return lifecycle.Done{Record: rec, Finish: made(plan, o)}, err
}

func (r *clusterResource) addCreateError(site lifecycle.Site, plan *model, err error, diags *diag.Diagnostics) {
	name := plan.Name.ValueString()
	lifecycle.AddFailure(diags, r.Title(plan), "created", err, func(existing []*aws.ExistsError) {
		take := " Or import it:\n\n  terraform import docker_task_cluster.NAME " + name + "@" + plan.Region.ValueString() + "\n\n"
		switch {
		case lifecycle.HasOthers(r.Owner(plan, site), existing):
			take = " Neither a create nor an import takes over a cluster of another unit; tasks can use it by its name, without this resource."
		case lifecycle.IsLeftBefore(r.Owner(plan, site), existing):
			take += lifecycle.LeftBefore
		default:
			take += "With adopt = true, a create takes it over. If another configuration or state manages it, use it by its name, without this resource."
		}
		if !lifecycle.IsLeftBefore(r.Owner(plan, site), existing) && !slices.ContainsFunc(existing, isCluster) {
			diags.AddAttributeError(path.Root("event_history"), "The event history of cluster "+name+" exists", lifecycle.DescribeExisting(existing)+"\n\n"+historyOfOthers)
			return
		}
		summary := "Cluster " + name + " exists"
		if !slices.ContainsFunc(existing, isCluster) {
			summary = "Parts of cluster " + name + " exist"
		}
		diags.AddAttributeError(path.Root("name"), summary, lifecycle.DescribeExisting(existing)+"\n\n"+
			"A cluster is not made over one that exists. Choose another name, which create_before_destroy needs, too. A tainted cluster is repaired in place after terraform untaint."+take)
	})
}

// UpdateUnit brings the cluster to what the plan says.
func (r *clusterResource) UpdateUnit(ctx context.Context, client *aws.Client, site lifecycle.Site, state, plan *model, rec task.Record, diags *diag.Diagnostics) (lifecycle.Done, error) {
	up := aws.ClusterUpdate{Record: rec, Had: state.unit(ctx, site.Place, diags), Want: plan.unit(ctx, site.Place, diags), Rules: r.TagRules}
	if diags.HasError() {
		return lifecycle.Done{}, nil
	}
	o, rec, left, err := client.UpdateCluster(ctx, up)
	if err != nil {
		lifecycle.AddFailure(diags, r.Title(plan), "updated", err, func(existing []*aws.ExistsError) {
			diags.AddError(lifecycle.Capital(r.Title(plan))+" could not be updated", lifecycle.DescribeExisting(existing)+updateRefused(existing))
		})
	}
	return lifecycle.Done{Record: rec, Left: left, Finish: made(plan, o)}, err
}

// updateRefused says what to do about an update that was refused over parts that exist.
func updateRefused(existing []*aws.ExistsError) string {
	if slices.ContainsFunc(existing, isCluster) {
		return " It was made anew elsewhere. Set name to another one, or remove this cluster from state."
	}
	return " " + historyOfOthers
}

// isCluster reports whether it is the cluster that exists, and not its event history.
func isCluster(e *aws.ExistsError) bool { return e.Kind == task.ClusterPart }

// historyOfOthers says what to do about an event history that exists.
const historyOfOthers = "The ECS console, or another tool, keeps the history of events of this cluster under these names. Turn that off and delete what is left of it, or leave event_history out."

// DeleteUnit removes the cluster, or what shows that it is managed.
func (r *clusterResource) DeleteUnit(ctx context.Context, client *aws.Client, site lifecycle.Site, state *model, rec task.Record, diags *diag.Diagnostics) ([]aws.Left, error) {
	unit := state.unit(ctx, site.Place, diags)
	if diags.HasError() {
		return nil, nil
	}
	return client.DeleteCluster(ctx, unit, state.keeps(rec), rec)
}

// Look looks at the cluster, and at its event history if it has one.
func (r *clusterResource) Look(ctx context.Context, client *aws.Client, site lifecycle.Site, m *model, changedAt int64, diags *diag.Diagnostics) observation {
	return r.look(ctx, client, site, m, !m.EventHistory.IsNull(), changedAt, diags)
}

func (r *clusterResource) look(ctx context.Context, client *aws.Client, site lifecycle.Site, m *model, history bool, changedAt int64, diags *diag.Diagnostics) observation {
	seen := observation{place: site.Place, rules: r.TagRules}
	if site.ResolveAccount(ctx, client, diags); diags.HasError() {
		return seen
	}
	seen.place = site.Place
	found, err := client.ReadCluster(ctx, cluster.NewRefs(m.Name.ValueString(), site.Place), history, changedAt)
	if err != nil {
		lifecycle.AddFailure(diags, r.Title(m), "read", err, nil)
		return seen
	}
	seen.Found = found
	return seen
}

// Own is what was seen as the record shows it.
func (r *clusterResource) Own(ctx context.Context, seen observation, rec task.Record, m *model, diags *diag.Diagnostics) observation {
	refs := cluster.NewRefs(m.Name.ValueString(), seen.place)
	if err := aws.CheckTagsReturned(rec, refs.Rule, seen.Rule); err != nil {
		lifecycle.AddFailure(diags, r.Title(m), "read", err, nil)
		return observation{record: rec, place: seen.place, rules: seen.rules}
	}
	seen.Found, seen.record = seen.Of(rec, refs)
	seen.leftOver = seen.record.Orphans(m.unit(ctx, seen.place, diags).Parts())
	return seen
}

// Recover is the record of which Terraform has handed over none: a part is the unit's if state names it. The tags tell
// what unit it is, and whether the cluster was there before. A refresh believes the id, too: an update that was killed may
// have created the cluster.
func (r *clusterResource) Recover(ctx context.Context, _ *aws.Client, seen observation, state *model, refresh bool, diags *diag.Diagnostics) task.Record {
	has := map[task.PartKind]bool{task.ClusterPart: !state.ARN.IsNull(), task.LogGroupPart: !state.EventLogGroupName.IsNull(), task.RulePart: !state.EventRuleARN.IsNull()}
	owner, rec := r.Owner(state, lifecycle.Site{Place: seen.place}), task.Record{Account: seen.place.Account}
	for _, p := range state.unit(ctx, seen.place, diags).Parts() {
		p.Confirmed = has[p.Kind]
		p.Adopted = p.Kind == task.ClusterPart && seen.Cluster != nil && seen.Cluster.IsAdopted()
		rec = rec.With(p)
	}
	for kind, tags := range seen.tags() {
		if id := owner.Own(tags); id != "" && (has[kind] || refresh) && (rec.ID == "" || kind == task.ClusterPart) {
			rec.ID = id
		}
	}
	return rec
}

// tags are those of the parts that were seen.
func (o observation) tags() map[task.PartKind]map[string]string {
	tags := map[task.PartKind]map[string]string{}
	if o.Cluster != nil {
		tags[task.ClusterPart] = o.Cluster.Tags
	}
	if o.Group != nil {
		tags[task.LogGroupPart] = o.Group.Tags
	}
	if o.Rule != nil {
		tags[task.RulePart] = o.Rule.Tags
	}
	return tags
}

// Flatten writes what AWS has into the model.
func (r *clusterResource) Flatten(ctx context.Context, m *model, seen observation, diags *diag.Diagnostics) {
	m.flatten(ctx, seen, diags)
}

// Keep takes over what AWS does not have.
func (r *clusterResource) Keep(state, plan *model) {
	state.Adopt, state.KeepOnDestroy, state.Timeouts = plan.Adopt, plan.KeepOnDestroy, plan.Timeouts
}

// IsImported tells that nothing but name and region are known, as between an import and its read.
func (r *clusterResource) IsImported(m *model) bool { return m.CapacityProviders.IsNull() }

// Discover looks at a cluster of which nothing but the name is known. One without the provider's tags was there before: it
// is adopted. An event history without them, as the ECS console makes it, is not taken over. A create that was killed may
// have left only parts of one.
func (r *clusterResource) Discover(ctx context.Context, client *aws.Client, site lifecycle.Site, m *model, diags *diag.Diagnostics) observation {
	seen := r.look(ctx, client, site, m, true, 0, diags)
	if diags.HasError() {
		return seen
	}
	owner, name := r.Owner(m, lifecycle.Site{Place: seen.place}), m.Name.ValueString()
	if seen.Group != nil && owner.Own(seen.Group.Tags) == "" {
		seen.Group = nil
	}
	if seen.Rule != nil && owner.Own(seen.Rule.Tags) == "" {
		seen.Rule = nil
	}
	rec := task.Record{Account: seen.place.Account}
	for _, tags := range seen.tags() {
		if id := owner.Own(tags); id != "" {
			rec.ID = id
		}
	}
	switch {
	case seen.Nothing():
		lifecycle.AddNothingToImport(diags, "cluster "+name, seen.place, "")
	case seen.Cluster != nil && task.Foreign(seen.Cluster.Tags, owner.Own(seen.Cluster.Tags)):
		lifecycle.CheckNamedPart(owner, "Cluster "+name, seen.Cluster.Tags, diags)
	}
	if diags.HasError() {
		return seen
	}
	m.discover(ctx, seen, seen.Cluster != nil && seen.Cluster.IsAdopted(), diags)
	for _, p := range m.unit(ctx, seen.place, diags).Parts() {
		p.Confirmed = true
		p.Adopted = p.Kind == task.ClusterPart && seen.Cluster != nil && (owner.Own(seen.Cluster.Tags) == "" || seen.Cluster.IsAdopted())
		rec = rec.With(p)
	}
	return r.Own(ctx, seen, rec, m, diags)
}

// Recorded is the record in the light of what was seen.
func (o observation) Recorded() task.Record { return o.record }

// Gone reports whether nothing is left.
func (o observation) Gone() bool { return o.Nothing() && len(o.leftOver) == 0 }
