package taskcluster

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/cluster"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// IdentitySchema describes the identity.
func (r *clusterResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: lifecycle.IdentitySchema("Name of the cluster.")}
}

// ImportState takes NAME or NAME@REGION, the ARN, or an identity. The read that follows looks the cluster up.
func (r *clusterResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	id, err := lifecycle.ImportedIdentity(ctx, req, req.ID, &resp.Diagnostics), error(nil)
	if arn.Is(req.ID) {
		id, err = lifecycle.ParseARN(req.ID, "ecs", "cluster/")
	}
	if resp.Diagnostics.HasError() || !r.Ready(&resp.Diagnostics) {
		return
	}
	if err == nil {
		err = cluster.CheckName(id.Name.ValueString())
	}
	if err != nil {
		resp.Diagnostics.AddError("Invalid import id", tf.Sentence(err.Error())+" The id of a cluster is NAME or NAME@REGION, or its ARN.")
		return
	}
	site := r.ImportSite(ctx, id, lifecycle.AtRegion, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	m := newModel()
	m.Name, m.Region = id.Name, types.StringValue(site.Region)
	resp.Diagnostics.Append(tf.Set(ctx, &resp.State, &m)...)
	lifecycle.SetIdentity(ctx, resp.Identity, lifecycle.NewIdentity(m.Name, site.Place), &resp.Diagnostics)
}

// discover fills in what an import takes over of a cluster: all that there is, but for capacity providers that are not
// AWS's own. Of a cluster that a unit has adopted it cannot be told what the unit has set: all counts as set by others.
func (m *model) discover(ctx context.Context, o observation, marked bool, diags *diag.Diagnostics) {
	m.discoverHistory(o, diags)
	var own []string
	for _, p := range cluster.DefaultProviders {
		if o.Cluster == nil || slices.Contains(o.Cluster.Providers, p) {
			own = append(own, p)
		}
	}
	m.CapacityProviders = tf.SetOf(own)
	if o.Cluster == nil {
		return
	}
	if marked {
		m.TagsAll = tf.MapOf(nil)
		return
	}
	m.flattenStrategy(ctx, o.Cluster.Strategy, diags)
	m.flattenExecute(ctx, o.Cluster.Execute, diags)
}

// discoverHistory fills in event_history, if one of its parts is the unit's.
func (m *model) discoverHistory(o observation, diags *diag.Diagnostics) {
	if o.Group == nil && o.Rule == nil {
		return
	}
	retention, key, detailTypes := types.Int64Null(), "", types.ListNull(types.StringType)
	if g := o.Group; g != nil {
		retention, key = tf.KeepNumber(retention, g.RetentionInDays, task.DefaultRetention), g.KMSKeyID
	}
	if o.Rule != nil {
		if t := cluster.HistoryTypes(o.Rule.Pattern); len(t) > 0 {
			detailTypes = tf.ListOf(t)
		}
	}
	m.EventHistory = historyObject(retention, key, detailTypes, diags)
}
