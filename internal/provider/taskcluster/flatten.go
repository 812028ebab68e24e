package taskcluster

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/cluster"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/provider/taskref"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// observation is what was seen of a cluster, and what is needed to make sense of it.
type observation struct {
	cluster.Found
	record task.Record
	place  arn.Place
	rules  task.TagRules
	// leftOver are parts of the record that state does not name.
	leftOver []task.Part
}

// adopted reports whether the cluster was there before the unit.
func (o observation) adopted(name string) bool {
	part, _ := o.record.Part(task.ClusterPart, name)
	return part.Adopted
}

// flatten writes what AWS has into the model. A value stays as it is written where it says what AWS has; what others set
// of an adopted cluster is not shown where the model says nothing of it.
func (m *model) flatten(ctx context.Context, o observation, diags *diag.Diagnostics) {
	m.Region = types.StringValue(o.place.Region)
	tags, lines := m.TagsAll, []string(nil) // the tags that all parts have
	if o.Cluster == nil {
		m.ARN = types.StringNull()
	} else {
		lines = m.flattenCluster(ctx, o, diags)
	}
	if tags.IsNull() { // after an import
		tags = m.TagsAll
	}
	lines = append(lines, m.flattenHistory(ctx, o, tags, diags)...)
	m.deriveConsoleURLs(o.place)
	m.Drift = tf.DriftOf(append(lines, lifecycle.DescribeOrphans(o.leftOver)...))
}

// flattenCluster writes what ECS has of the cluster, and returns what has no attribute.
func (m *model) flattenCluster(ctx context.Context, o observation, diags *diag.Diagnostics) []string {
	adopted := o.adopted(m.Name.ValueString())
	m.ARN = types.StringValue(o.Cluster.ARN)
	m.CapacityProviders = tf.SetOf(slices.DeleteFunc(tf.StringsOf(m.CapacityProviders.Elements()), func(p string) bool {
		return !slices.Contains(o.Cluster.Providers, p)
	}))
	m.ContainerInsights = tf.StringOrNull(o.Cluster.Insights)
	if !(adopted && m.DefaultStrategy.IsNull()) {
		m.flattenStrategy(ctx, o.Cluster.Strategy, diags)
	}
	if !(adopted && m.ExecuteCommand.IsNull()) {
		m.flattenExecute(ctx, o.Cluster.Execute, diags)
	}
	tf.FlattenTags(&m.Tags, &m.TagsAll, m.shownTags(o, adopted), o.rules)
	if keys := o.unitTagChange(adopted); len(keys) > 0 {
		return []string{"cluster: tags " + strings.Join(keys, ", ")}
	}
	return nil
}

// flattenHistory writes what AWS has of the event history, and returns what has no attribute. A part that is missing is
// null.
func (m *model) flattenHistory(ctx context.Context, o observation, tags types.Map, diags *diag.Diagnostics) []string {
	m.EventLogGroupName, m.EventRuleARN = types.StringNull(), types.StringNull()
	if m.EventHistory.IsNull() {
		return nil
	}
	is, want := m.eventHistory(ctx, diags), m.history(ctx, o.place, diags)
	want.Rule.Tags = tf.StringMapOf(tags)
	if g := o.Group; g != nil {
		m.EventLogGroupName = types.StringValue(g.Name)
		if retention := g.RetentionInDays; !g.RetentionGoverned && retention != want.Group.RetentionInDays || !task.SameKey(g.KMSKeyID, want.Group.KMSKeyID) {
			if g.RetentionGoverned {
				retention = want.Group.RetentionInDays
			}
			m.EventHistory = historyObject(tf.KeepNumber(is.RetentionInDays, retention, task.DefaultRetention), g.KMSKeyID, is.DetailTypes, diags)
		}
	}
	if o.Rule != nil {
		m.EventRuleARN = types.StringValue(o.Rule.ARN)
	}
	return want.Drift(o.Found, o.record.ID, o.rules)
}

func (m *model) flattenStrategy(ctx context.Context, have []task.CapacityProvider, diags *diag.Diagnostics) {
	if cluster.SameStrategy(m.strategy(ctx, diags), have) {
		return
	}
	m.DefaultStrategy = types.ListNull(taskref.CapacityProviderType)
	if len(have) > 0 {
		m.DefaultStrategy = taskref.FlattenProviders(have, diags)
	}
}

func (m *model) flattenExecute(ctx context.Context, have cluster.Execute, diags *diag.Diagnostics) {
	var is cluster.Execute
	if e := m.execute(ctx, diags); e != nil {
		is = cluster.NewExecute(*e)
	}
	if is == have {
		return
	}
	m.ExecuteCommand = types.ObjectNull(executeType.AttrTypes)
	if have != (cluster.Execute{}) {
		m.ExecuteCommand = executeObject(have, diags)
	}
}

// shownTags are the tags that state shows: of an adopted cluster those that the unit has put, and of an imported one all.
func (m *model) shownTags(o observation, adopted bool) map[string]string {
	if !adopted || m.TagsAll.IsNull() {
		return o.Cluster.Tags
	}
	ours, shown := tf.StringMapOf(m.TagsAll), maps.Clone(o.Cluster.Tags)
	maps.DeleteFunc(shown, func(key, _ string) bool { _, put := ours[key]; return !put })
	return shown
}

// unitTagChange are the keys of those tags that are not as the unit has them. Others have an attribute.
func (o observation) unitTagChange(adopted bool) []string {
	if o.record.ID == "" {
		return nil
	}
	have, want := o.rules.Comparable(o.Cluster.Tags), map[string]string{task.TagUnit: o.record.ID}
	maps.DeleteFunc(have, func(key, _ string) bool { return !strings.HasPrefix(key, task.TagPrefix) })
	if adopted {
		want[task.TagAdopted] = "true"
	}
	return task.ChangeTags(have, want).Keys()
}
