package taskcluster

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/cluster"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/provider/taskref"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// newModel is one in which nothing is set.
func newModel() model {
	return model{
		CapacityProviders: types.SetNull(types.StringType),
		DefaultStrategy:   types.ListNull(taskref.CapacityProviderType),
		ExecuteCommand:    types.ObjectNull(executeType.AttrTypes),
		EventHistory:      types.ObjectNull(historyType.AttrTypes),
		Tags:              types.MapNull(types.StringType),
		TagsAll:           types.MapNull(types.StringType),
		ConsoleURLs:       types.MapNull(types.StringType),
		Drift:             types.ListNull(types.StringType),
		Timeouts: timeouts.Value{Object: types.ObjectNull(map[string]attr.Type{
			"create": types.StringType, "read": types.StringType, "update": types.StringType, "delete": types.StringType,
		})},
	}
}

// adopts reports whether a create takes over a cluster that exists.
func (m *model) adopts() bool {
	if m.Adopt.IsNull() {
		return m.Name.ValueString() == task.DefaultCluster
	}
	return m.Adopt.ValueBool()
}

// keeps reports whether a destroy keeps the cluster.
func (m *model) keeps(rec task.Record) bool {
	if m.KeepOnDestroy.IsNull() {
		part, _ := rec.Part(task.ClusterPart, m.Name.ValueString())
		return part.Adopted
	}
	return m.KeepOnDestroy.ValueBool()
}

// strategy is default_strategy; nil where it is not set.
func (m *model) strategy(ctx context.Context, diags *diag.Diagnostics) []task.CapacityProvider {
	return taskref.ReadLaunch(ctx, types.StringNull(), m.DefaultStrategy, diags).Providers
}

// execute is execute_command as it is written; nil where it is not set.
func (m *model) execute(ctx context.Context, diags *diag.Diagnostics) *cluster.Execute {
	if m.ExecuteCommand.IsNull() || m.ExecuteCommand.IsUnknown() {
		return nil
	}
	var e executeModel
	tf.Decode(ctx, m.ExecuteCommand, &e, diags)
	return &cluster.Execute{
		KMSKeyID: e.KMSKeyARN.ValueString(), Logging: e.Logging.ValueString(),
		LogGroup: e.LogGroup.ValueString(), LogGroupEncrypted: e.LogGroupEncrypted.ValueBool(),
		Bucket: e.Bucket.ValueString(), Prefix: e.BucketPrefix.ValueString(), BucketEncrypted: e.BucketEncrypted.ValueBool(),
	}
}

// executeObject is execute_command for what ECS has.
func executeObject(e cluster.Execute, diags *diag.Diagnostics) types.Object {
	flag := func(b bool) types.Bool {
		if !b {
			return types.BoolNull()
		}
		return types.BoolValue(true)
	}
	logging := tf.StringOrNull(e.Logging)
	if e.Logging == cluster.LogOverride {
		logging = types.StringNull() // it follows from the others
	}
	return tf.ObjectOf(executeType, map[string]attr.Value{
		"kms_key_arn": tf.StringOrNull(e.KMSKeyID), "logging": logging,
		"log_group": tf.StringOrNull(e.LogGroup), "log_group_encrypted": flag(e.LogGroupEncrypted),
		"bucket": tf.StringOrNull(e.Bucket), "bucket_prefix": tf.StringOrNull(e.Prefix), "bucket_encrypted": flag(e.BucketEncrypted),
	}, diags)
}

// eventHistory is event_history as it is written.
func (m *model) eventHistory(ctx context.Context, diags *diag.Diagnostics) historyModel {
	var h historyModel
	tf.Decode(ctx, m.EventHistory, &h, diags)
	return h
}

// history is the event history that a known model describes.
func (m *model) history(ctx context.Context, place arn.Place, diags *diag.Diagnostics) *cluster.History {
	h := m.eventHistory(ctx, diags)
	retention := int64(task.DefaultRetention)
	if !h.RetentionInDays.IsNull() {
		retention = h.RetentionInDays.ValueInt64()
	}
	return cluster.NewHistory(m.Name.ValueString(), place, tf.StringsOf(h.DetailTypes.Elements()), retention, h.KMSKeyARN.ValueString(), tf.StringMapOf(m.TagsAll))
}

// historyObject is event_history for what AWS has.
func historyObject(retention types.Int64, kmsKeyARN string, detailTypes types.List, diags *diag.Diagnostics) types.Object {
	return tf.ObjectOf(historyType, map[string]attr.Value{
		"retention_in_days": retention, "kms_key_arn": tf.StringOrNull(kmsKeyARN), "detail_types": detailTypes,
	}, diags)
}

// unit is the unit that a known model describes.
func (m *model) unit(ctx context.Context, place arn.Place, diags *diag.Diagnostics) cluster.Unit {
	u := cluster.Unit{
		Name:      m.Name.ValueString(),
		ARN:       cluster.ARN(m.Name.ValueString(), place),
		Place:     place,
		Providers: tf.StringsOf(m.CapacityProviders.Elements()),
		Strategy:  m.strategy(ctx, diags),
		Insights:  m.ContainerInsights.ValueString(),
		Tags:      tf.StringMapOf(m.TagsAll),
		Adopt:     m.adopts(),
	}
	if !m.EventHistory.IsNull() {
		u.History = m.history(ctx, place, diags)
	}
	if e := m.execute(ctx, diags); e != nil {
		execute := cluster.NewExecute(*e)
		u.Execute = &execute
	}
	return u
}
