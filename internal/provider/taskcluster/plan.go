package taskcluster

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/cluster"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// clusterInput is everything that a plan of docker_task_cluster is made of.
type clusterInput struct {
	config             model
	state              *model // nil where there is none
	place              arn.Place
	rules              task.TagRules
	defaultTagsUnknown bool
}

// planCluster fills in every computed attribute. Whatever follows from something unknown is unknown.
func planCluster(ctx context.Context, in clusterInput, plan *model, diags *diag.Diagnostics) {
	plan.Region = tf.Derive(types.StringValue(in.place.Region), in.config.Region)
	plan.Name = in.config.Name
	if plan.Name.IsNull() {
		plan.Name = types.StringValue(task.DefaultCluster)
	}
	plan.ARN = tf.Derive(types.StringValue(cluster.ARN(plan.Name.ValueString(), in.place)), plan.Name, plan.Region, tf.Unknown(in.place.Account == ""))
	plan.CapacityProviders = in.config.CapacityProviders
	if plan.CapacityProviders.IsNull() {
		plan.CapacityProviders = tf.SetOf(cluster.DefaultProviders)
	}
	plan.ContainerInsights = in.config.ContainerInsights
	if plan.ContainerInsights.IsNull() {
		plan.ContainerInsights = in.insights(plan)
	}
	in.planHistory(plan)
	plan.deriveConsoleURLs(in.place)
	plan.checkStrategy(ctx, diags)
	in.planTags(plan, diags)
	plan.Drift = tf.ListOf(nil)
}

// insights is container_insights where the configuration says nothing of it: what the cluster has. A new one has what
// the account's setting says.
func (in clusterInput) insights(plan *model) types.String {
	if s := in.state; s == nil || s.ARN.IsNull() || !s.Name.Equal(plan.Name) || !s.Region.Equal(plan.Region) {
		return types.StringUnknown()
	}
	return in.state.ContainerInsights
}

// planHistory names the parts of the event history.
func (in clusterInput) planHistory(plan *model) {
	plan.EventLogGroupName, plan.EventRuleARN = types.StringNull(), types.StringNull()
	if plan.EventHistory.IsNull() {
		return
	}
	has := tf.Unknown(plan.EventHistory.IsUnknown())
	refs := cluster.NewRefs(plan.Name.ValueString(), in.place)
	plan.EventLogGroupName = tf.Derive(types.StringValue(refs.Group), plan.Name, has)
	plan.EventRuleARN = tf.Derive(types.StringValue(refs.RuleARN), plan.Name, plan.Region, tf.Unknown(in.place.Account == ""), has)
}

// warnOfLostHistory tells of a plan that deletes the event history and keeps the cluster.
func (in clusterInput) warnOfLostHistory(plan *model, diags *diag.Diagnostics) {
	if in.state == nil || in.state.EventLogGroupName.IsNull() || !plan.EventHistory.IsNull() {
		return
	}
	diags.AddAttributeWarning(path.Root("event_history"), "The event history is deleted",
		"Log group "+in.state.EventLogGroupName.ValueString()+" is deleted, with the events in it. To keep them, leave event_history as it is.")
}

// checkStrategy refuses a strategy with a capacity provider that the cluster does not have.
func (m *model) checkStrategy(ctx context.Context, diags *diag.Diagnostics) {
	if !tf.Known(m.DefaultStrategy, m.CapacityProviders) {
		return
	}
	if err := cluster.CheckStrategy(m.strategy(ctx, diags), tf.StringsOf(m.CapacityProviders.Elements())); err != nil {
		tf.AddInvalid(diags, path.Root("default_strategy"), err)
	}
}

func (in clusterInput) planTags(plan *model, diags *diag.Diagnostics) {
	all, from := in.rules.All(tf.StringMapOf(in.config.Tags)), []tf.Input{in.config.Tags, tf.Unknown(in.defaultTagsUnknown)}
	plan.TagsAll = tf.Derive(tf.MapOf(all), from...)
	if !tf.Known(from...) {
		return
	}
	for k, v := range in.rules.Default {
		if err := task.CheckTag(k, v); err != nil {
			diags.AddError("Invalid default_tags", tf.Sentence(err.Error()))
		}
	}
	if err := task.CheckTagRoom(all, 1); err != nil { // one more marks an adopted cluster
		tf.AddInvalid(diags, path.Root("tags"), err)
	}
}
