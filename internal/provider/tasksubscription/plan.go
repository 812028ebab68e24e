package tasksubscription

import (
	"context"
	"fmt"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/provider/taskref"
	"github.com/dockertask/terraform-provider-docker/internal/subscription"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// described is a configuration and what it says. An operation describes a model once and hands that on.
type described struct {
	model *model
	// task is the task as it is written.
	task taskref.Model
	// What a subscription needs to know of its task, by the naming rules where the task is given by its name.
	// An empty cluster or container is any.
	familyARN, clusterARN, container types.String

	// kind is that of the target, kindUnknown that it is not known yet.
	kind        subscription.Kind
	kindUnknown tf.Unknown
	dead        deadLetterQueueModel
	// placeUnknown: region or account are not known yet.
	placeUnknown tf.Unknown
}

// describe reads a configuration.
func (m *model) describe(ctx context.Context, place arn.Place, defaults lifecycle.Defaults, diags *diag.Diagnostics) described {
	t := taskref.Decode(ctx, m.Task, diags)
	d := described{model: m, task: t, familyARN: t.FamilyARN, container: t.ContainerName, dead: m.deadLetterQueue(ctx, diags)}
	d.placeUnknown = tf.Unknown(t.Region.IsUnknown() || place.Account == "")
	kind, known := m.kind()
	d.kind, d.kindUnknown = kind, tf.Unknown(!known)
	byName := t.FamilyARN.IsNull()
	if byName {
		d.familyARN = tf.Derive(types.StringValue(task.Spec{Name: t.Name.ValueString(), Place: place}.FamilyARN()), t.Name, d.placeUnknown)
	}
	switch {
	case !t.ContainerName.IsNull():
	case byName:
		d.container = t.Name // by the naming rules
	default:
		d.container = tf.Derive(t.ContainerName, t.FamilyARN)
	}
	d.clusterARN = m.clusterARN(t, place, defaults, d.placeUnknown, diags)
	checkSubscribed(t, place, diags)
	return d
}

// clusterARN is the cluster in which the task is heard of; "" is any.
func (m *model) clusterARN(t taskref.Model, place arn.Place, defaults lifecycle.Defaults, placeUnknown tf.Unknown, diags *diag.Diagnostics) types.String {
	cluster, from := t.Cluster, []tf.Input{m.AnyCluster, t.Cluster}
	if cluster.IsNull() {
		from = append(from, t.FamilyARN) // without one, the task has the default cluster
		if t.FamilyARN.IsNull() {
			cluster = defaults.ClusterByName()
			from = append(from, cluster)
		}
	}
	switch {
	case m.AnyCluster.ValueBool():
		return types.StringValue("")
	case cluster.IsNull() && tf.Known(from...):
		tf.AddInvalidf(diags, path.Root("task"),
			"Docker task %s has no cluster: another tool created the task, and ECS does not store the cluster in a task definition. Set any_cluster = true for the events of all clusters, or add the cluster: cluster = \"…\" in data \"docker_task\", or task = merge(data.docker_task.NAME, { cluster = \"…\" }).",
			t.Name.ValueString())
	case !arn.Is(cluster.ValueString()):
		from = append(from, placeUnknown)
	}
	return tf.Derive(types.StringValue(task.ClusterARN(cluster.ValueString(), place)), from...)
}

// checkSubscribed refuses a task whose events do not come to the place of the rule.
func checkSubscribed(t taskref.Model, place arn.Place, diags *diag.Diagnostics) {
	family, err := arn.Parse(t.FamilyARN.ValueString())
	if err != nil || t.Region.IsUnknown() {
		return
	}
	if !t.Name.IsUnknown() && family.Name() != t.Name.ValueString() {
		tf.AddInvalidf(diags, path.Root("task").AtName("family_arn"), "the ARN is of task definition %s, and the name is %s: these are two tasks. Give both of the same one, or the name alone", family.Name(), t.Name.ValueString())
		return
	}
	t.CheckPlace("subscription", place, diags)
}

// subscriptionInput is everything that a plan of docker_task_subscription is made of.
type subscriptionInput struct {
	config             model
	place              arn.Place
	defaults           lifecycle.Defaults
	rules              task.TagRules
	defaultTagsUnknown bool
}

// planSubscription fills in every computed attribute. Whatever follows from something unknown
// is unknown.
func planSubscription(ctx context.Context, in subscriptionInput, plan *model, diags *diag.Diagnostics) {
	d := in.config.describe(ctx, in.place, in.defaults, diags)
	if diags.HasError() {
		return
	}
	plan.Region = tf.Derive(types.StringValue(in.place.Region), d.task.Region)
	target := in.config.target(d.kind)
	plan.Name = in.config.Name
	if plan.Name.IsNull() {
		plan.Name = tf.Derive(types.StringValue(subscription.DefaultName(d.task.Name.ValueString(), d.kind, target.ValueString())), d.task.Name, d.kindUnknown)
	}
	plan.RuleARN = tf.Derive(types.StringValue(subscription.RuleARN(plan.Name.ValueString(), in.place)), plan.Name, d.placeUnknown)
	plan.TargetARN = d.placed(types.StringValue(d.kind.ARN(target.ValueString(), in.place)), *target, d.kindUnknown)
	plan.deriveConsoleURLs(in.place)
	d.planPattern(plan, diags)
	d.planPermissions(in.place, plan)
	planSubscriptionTags(in, plan, diags)
	plan.Drift = tf.ListOf(nil)
}

// placed is the ARN of a queue or the like that is given by its name, in the place of the rule, or by its ARN.
func (d *described) placed(value, given types.String, from ...tf.Input) types.String {
	if !arn.Is(given.ValueString()) {
		from = append(from, d.placeUnknown)
	}
	return tf.Derive(value, append(from, given)...)
}

func (d *described) planPattern(plan *model, diags *diag.Diagnostics) {
	config := d.model
	plan.EventPattern = types.StringUnknown()
	from := []tf.Input{d.familyARN, d.clusterARN, config.Statuses, config.OnlyFailures, config.ExitCodes, config.Schedule}
	f := subscription.Filter{
		FamilyARN:    d.familyARN.ValueString(),
		ClusterARN:   d.clusterARN.ValueString(),
		Statuses:     tf.StringsOf(config.Statuses.Elements()),
		OnlyFailures: config.OnlyFailures.ValueBool(),
		ExitCodes:    int64sOf(config.ExitCodes.Elements()),
		Schedule:     config.Schedule.ValueString(),
	}
	if f.OnlyFailures || len(f.ExitCodes) > 0 {
		from = append(from, d.container)
		f.Container = d.container.ValueString()
	}
	if !tf.Known(from...) {
		return
	}
	plan.EventPattern = types.StringValue(f.Pattern())
	if n := utf8.RuneCountInString(f.Pattern()); n > subscription.PatternLimit {
		tf.AddInvalidf(diags, path.Root("exit_codes"),
			"EventBridge takes event patterns of %d characters, and with %d exit codes this one has %d: leave some out, or set only_failures in their place",
			subscription.PatternLimit, len(f.ExitCodes), n)
	}
}

// warnOfPattern warns of a pattern that only an account with a raised quota takes. What a rule has
// already was taken.
func warnOfPattern(had, pattern types.String, diags *diag.Diagnostics) {
	n := utf8.RuneCountInString(pattern.ValueString())
	if n <= subscription.PatternQuota || n > subscription.PatternLimit || had.Equal(pattern) {
		return
	}
	diags.AddAttributeWarning(path.Root("exit_codes"), "The event pattern is long",
		fmt.Sprintf("It has %d characters, and EventBridge takes %d unless the quota \"Event pattern size\" of the account was raised. Leave some exit codes out, set only_failures in their place, or ask AWS for more (at most %d).",
			n, subscription.PatternQuota, subscription.PatternLimit))
}

func (d *described) planPermissions(place arn.Place, plan *model) {
	permission := func(kind subscription.Kind, target types.String) types.String {
		json := subscription.NewPermission(kind, target.ValueString(), plan.RuleARN.ValueString()).JSON()
		return tf.Derive(types.StringValue(json), target, plan.RuleARN)
	}
	plan.PermissionJSON = permission(d.kind, plan.TargetARN)
	plan.DeadLetterPermissionJSON = types.StringNull()
	if !d.model.DeadLetterQueue.IsNull() {
		plan.DeadLetterPermissionJSON = permission(subscription.Queue, d.placed(types.StringValue(d.dead.arn(place)), d.dead.Queue))
	}
}

func planSubscriptionTags(in subscriptionInput, plan *model, diags *diag.Diagnostics) {
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
	if err := task.CheckTagRoom(all, 0); err != nil {
		tf.AddInvalid(diags, path.Root("tags"), err)
	}
}

// taskAttributesUsed are the attributes of the task that the event pattern is made of.
func (m *model) taskAttributesUsed() []string {
	used := []string{}
	if !m.AnyCluster.ValueBool() {
		used = append(used, "cluster")
	}
	if m.OnlyFailures.ValueBool() || len(m.ExitCodes.Elements()) > 0 {
		used = append(used, "container_name")
	}
	return used
}
