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
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/provider/taskref"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// observation is what was seen of a cluster, and what is needed to make sense of it.
type observation struct {
	// cluster is nil where there is none that is the unit's.
	cluster *cluster.Observed
	record  task.Record
	place   arn.Place
	rules   task.TagRules
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
	m.deriveConsoleURLs(o.place)
	if o.cluster == nil {
		m.ARN, m.Drift = types.StringNull(), tf.ListOf(nil)
		return
	}
	adopted := o.adopted(m.Name.ValueString())
	m.ARN = types.StringValue(o.cluster.ARN)
	m.CapacityProviders = tf.SetOf(slices.DeleteFunc(tf.StringsOf(m.CapacityProviders.Elements()), func(p string) bool {
		return !slices.Contains(o.cluster.Providers, p)
	}))
	m.ContainerInsights = tf.StringOrNull(o.cluster.Insights)
	if !(adopted && m.DefaultStrategy.IsNull()) {
		m.flattenStrategy(ctx, o.cluster.Strategy, diags)
	}
	if !(adopted && m.ExecuteCommand.IsNull()) {
		m.flattenExecute(ctx, o.cluster.Execute, diags)
	}
	tf.FlattenTags(&m.Tags, &m.TagsAll, m.shownTags(o, adopted), o.rules)
	var lines []string
	if keys := o.unitTagChange(adopted); len(keys) > 0 {
		lines = append(lines, "cluster: tags "+strings.Join(keys, ", "))
	}
	m.Drift = tf.DriftOf(lines)
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
		return o.cluster.Tags
	}
	ours, shown := tf.StringMapOf(m.TagsAll), maps.Clone(o.cluster.Tags)
	maps.DeleteFunc(shown, func(key, _ string) bool { _, put := ours[key]; return !put })
	return shown
}

// unitTagChange are the keys of those tags that are not as the unit has them. Others have an attribute.
func (o observation) unitTagChange(adopted bool) []string {
	if o.record.ID == "" {
		return nil
	}
	have, want := o.rules.Comparable(o.cluster.Tags), map[string]string{task.TagUnit: o.record.ID}
	maps.DeleteFunc(have, func(key, _ string) bool { return !strings.HasPrefix(key, task.TagPrefix) })
	if adopted {
		want[task.TagAdopted] = "true"
	}
	return task.ChangeTags(have, want).Keys()
}
