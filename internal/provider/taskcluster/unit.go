package taskcluster

import (
	"context"

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
func (r *clusterResource) Complete(_ context.Context, site lifecycle.Site, plan *model, _ *diag.Diagnostics) {
	plan.ARN = types.StringValue(cluster.ARN(plan.Name.ValueString(), site.Place))
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
		diags.AddAttributeError(path.Root("name"), "Cluster "+name+" exists", lifecycle.DescribeExisting(existing)+"\n\n"+
			"A cluster is not made over one that exists. Choose another name, which create_before_destroy needs, too. A tainted cluster is repaired in place after terraform untaint."+take)
	})
}

// UpdateUnit brings the cluster to what the plan says.
func (r *clusterResource) UpdateUnit(ctx context.Context, client *aws.Client, site lifecycle.Site, state, plan *model, rec task.Record, diags *diag.Diagnostics) (lifecycle.Done, error) {
	up := aws.ClusterUpdate{Record: rec, Had: state.unit(ctx, site.Place, diags), Want: plan.unit(ctx, site.Place, diags), Rules: r.TagRules}
	if diags.HasError() {
		return lifecycle.Done{}, nil
	}
	o, rec, err := client.UpdateCluster(ctx, up)
	if err != nil {
		lifecycle.AddFailure(diags, r.Title(plan), "updated", err, func(existing []*aws.ExistsError) {
			diags.AddError(lifecycle.Capital(r.Title(plan))+" could not be updated",
				lifecycle.DescribeExisting(existing)+" It was made anew elsewhere. Set name to another one, or remove this cluster from state.")
		})
	}
	return lifecycle.Done{Record: rec, Finish: made(plan, o)}, err
}

// DeleteUnit removes the cluster, or what shows that it is managed.
func (r *clusterResource) DeleteUnit(ctx context.Context, client *aws.Client, _ lifecycle.Site, state *model, rec task.Record, _ *diag.Diagnostics) ([]aws.Left, error) {
	return client.DeleteCluster(ctx, state.Name.ValueString(), state.keeps(rec), rec)
}

// Look looks at the cluster.
func (r *clusterResource) Look(ctx context.Context, client *aws.Client, site lifecycle.Site, m *model, changedAt int64, diags *diag.Diagnostics) observation {
	seen := observation{place: site.Place, rules: r.TagRules}
	o, err := client.ReadCluster(ctx, m.Name.ValueString(), changedAt)
	if err != nil {
		lifecycle.AddFailure(diags, r.Title(m), "read", err, nil)
		return seen
	}
	seen.cluster = o
	return seen
}

// Own is what was seen as the record shows it.
func (r *clusterResource) Own(_ context.Context, seen observation, rec task.Record, m *model, _ *diag.Diagnostics) observation {
	seen.cluster, seen.record = seen.cluster.Of(rec, m.Name.ValueString())
	return seen
}

// Recover is the record of which Terraform has handed over none: the cluster is the unit's if state has its ARN. Its tags
// tell what unit it is of, and whether it was there before. A refresh believes the id, too: an update that was killed may
// have created the cluster.
func (r *clusterResource) Recover(_ context.Context, _ *aws.Client, seen observation, state *model, refresh bool, _ *diag.Diagnostics) task.Record {
	has := !state.ARN.IsNull()
	part := task.Part{Kind: task.ClusterPart, Name: state.Name.ValueString(), Confirmed: has}
	rec := task.Record{Account: seen.place.Account}
	if seen.cluster != nil && (has || refresh) {
		rec.ID = r.Owner(state, lifecycle.Site{Place: seen.place}).Own(seen.cluster.Tags)
		part.Adopted = seen.cluster.IsAdopted()
	}
	return rec.With(part)
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
// is adopted.
func (r *clusterResource) Discover(ctx context.Context, client *aws.Client, site lifecycle.Site, m *model, diags *diag.Diagnostics) observation {
	seen := r.Look(ctx, client, site, m, 0, diags)
	name := m.Name.ValueString()
	if !diags.HasError() && seen.cluster == nil {
		lifecycle.AddNothingToImport(diags, "cluster "+name, site.Place, "")
	}
	if diags.HasError() {
		return seen
	}
	id := r.Owner(m, site).Own(seen.cluster.Tags)
	if task.Foreign(seen.cluster.Tags, id) {
		lifecycle.CheckNamedPart(r.Owner(m, site), "Cluster "+name, seen.cluster.Tags, diags)
		return seen
	}
	m.discover(ctx, seen, seen.cluster.IsAdopted(), diags)
	rec := task.Record{ID: id, Account: site.Account}
	return r.Own(ctx, seen, rec.With(task.Part{Kind: task.ClusterPart, Name: name, Confirmed: true, Adopted: id == "" || seen.cluster.IsAdopted()}), m, diags)
}

// Recorded is the record in the light of what was seen.
func (o observation) Recorded() task.Record { return o.record }

// Gone reports whether nothing is left.
func (o observation) Gone() bool { return o.cluster == nil }
