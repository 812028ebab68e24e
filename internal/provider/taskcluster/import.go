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
	var own []string
	for _, p := range cluster.DefaultProviders {
		if slices.Contains(o.cluster.Providers, p) {
			own = append(own, p)
		}
	}
	m.CapacityProviders = tf.SetOf(own)
	if marked {
		m.TagsAll = tf.MapOf(nil)
		return
	}
	m.flattenStrategy(ctx, o.cluster.Strategy, diags)
	m.flattenExecute(ctx, o.cluster.Execute, diags)
}
