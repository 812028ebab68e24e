package tasksubscription

import (
	"context"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/provider/taskref"
	"github.com/dockertask/terraform-provider-docker/internal/subscription"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// subscribedTask is what a subscription needs to know of its task. A value that is not known
// yet is unknown; an empty container is any.
type subscribedTask struct {
	name, familyARN, clusterARN, container types.String
}

// subscribed takes from a task what a subscription needs, and by the naming rules what a task
// that is given by its name leaves out.
func subscribed(ctx context.Context, m model, place arn.Place, diags *diag.Diagnostics) subscribedTask {
	var t taskref.Model
	tf.Decode(ctx, m.Task, &t, diags)
	if m.Task.IsUnknown() {
		t = taskref.Unknown()
	}
	out := subscribedTask{name: t.Name, familyARN: t.FamilyARN, clusterARN: types.StringUnknown(), container: t.ContainerName}
	nowhere := t.Region.IsUnknown() || place.Account == ""

	byName := t.FamilyARN.IsNull()
	if byName {
		out.familyARN = types.StringUnknown()
		if !t.Name.IsUnknown() && !nowhere {
			out.familyARN = types.StringValue(task.Spec{Name: t.Name.ValueString(), Place: place}.FamilyARN())
		}
	}
	switch {
	case !t.ContainerName.IsNull():
	case byName:
		out.container = t.Name // by the naming rules
	case t.FamilyARN.IsUnknown():
		out.container = types.StringUnknown()
	}

	cluster := t.Cluster
	if cluster.IsNull() && byName {
		cluster = types.StringValue(task.DefaultCluster)
	}
	switch {
	case m.AnyCluster.IsUnknown() || cluster.IsUnknown() || cluster.IsNull() && t.FamilyARN.IsUnknown():
	case m.AnyCluster.ValueBool():
		out.clusterARN = types.StringValue("")
	case cluster.IsNull():
		at := path.Root("task")
		tf.AddInvalidf(diags, at,
			"Docker task %s does not tell its cluster: it was not made by this provider, and ECS does not keep where a task runs. Set any_cluster = true to hear of it wherever it runs, or add the cluster: cluster = \"…\" in data \"docker_task\", or task = merge(data.docker_task.NAME, { cluster = \"…\" }).",
			t.Name.ValueString())
	case arn.Is(cluster.ValueString()) || !nowhere:
		out.clusterARN = types.StringValue(task.ClusterARN(cluster.ValueString(), place))
	}
	checkSubscribed(t, place, diags)
	return out
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
	rules              task.TagRules
	defaultTagsUnknown bool
}

// planSubscription fills in every computed attribute. Whatever follows from something unknown
// is unknown.
func planSubscription(ctx context.Context, in subscriptionInput, plan *model, diags *diag.Diagnostics) {
	t := subscribed(ctx, in.config, in.place, diags)
	if diags.HasError() {
		return
	}
	plan.Region = types.StringValue(in.place.Region)
	region := taskref.Region(ctx, plan.Task, diags)
	if region.IsUnknown() {
		plan.Region = types.StringUnknown()
	}

	kind, known := in.config.kind()
	plan.Name = in.config.Name
	if plan.Name.IsNull() {
		plan.Name = types.StringUnknown()
		if known && !t.name.IsUnknown() {
			plan.Name = types.StringValue(subscription.DefaultName(t.name.ValueString(), kind, in.config.target(kind).ValueString()))
		}
	}
	nowhere := in.place.Account == "" || region.IsUnknown()
	plan.RuleARN = types.StringUnknown()
	if !plan.Name.IsUnknown() && !nowhere {
		plan.RuleARN = types.StringValue(subscription.RuleARN(plan.Name.ValueString(), in.place))
	}
	plan.TargetARN = types.StringUnknown()
	if known {
		if target := in.config.target(kind).ValueString(); arn.Is(target) || !nowhere {
			plan.TargetARN = types.StringValue(kind.ARN(target, in.place))
		}
	}
	planPattern(in.config, t, plan, diags)
	planPermissions(ctx, in, kind, plan, nowhere, diags)
	planSubscriptionTags(in, plan, diags)
	plan.Drift = tf.ListOf(nil)
}

func planPattern(config model, t subscribedTask, plan *model, diags *diag.Diagnostics) {
	plan.EventPattern = types.StringUnknown()
	needs := []attr.Value{t.familyARN, t.clusterARN, config.Statuses, config.OnlyFailures, config.ExitCodes}
	f := subscription.Filter{
		FamilyARN:    t.familyARN.ValueString(),
		ClusterARN:   t.clusterARN.ValueString(),
		Statuses:     tf.StringsOf(config.Statuses.Elements()),
		OnlyFailures: config.OnlyFailures.ValueBool(),
		ExitCodes:    int64sOf(config.ExitCodes.Elements()),
	}
	if f.OnlyFailures || len(f.ExitCodes) > 0 {
		needs = append(needs, t.container)
		f.Container = t.container.ValueString()
	}
	if slices.ContainsFunc(needs, tf.AnyUnknown) {
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

func planPermissions(ctx context.Context, in subscriptionInput, kind subscription.Kind, plan *model, nowhere bool, diags *diag.Diagnostics) {
	plan.PermissionJSON, plan.DeadLetterPermissionJSON = types.StringUnknown(), types.StringUnknown()
	if !plan.RuleARN.IsUnknown() && !plan.TargetARN.IsUnknown() {
		plan.PermissionJSON = types.StringValue(subscription.NewPermission(kind, plan.TargetARN.ValueString(), plan.RuleARN.ValueString()).JSON())
	}
	if in.config.DeadLetterQueue.IsNull() {
		plan.DeadLetterPermissionJSON = types.StringNull()
		return
	}
	dead := in.config.deadLetterQueue(ctx, diags)
	if plan.RuleARN.IsUnknown() || dead.Queue.IsUnknown() || nowhere && !arn.Is(dead.Queue.ValueString()) {
		return
	}
	queue := dead.arn(in.place)
	plan.DeadLetterPermissionJSON = types.StringValue(subscription.NewPermission(subscription.Queue, queue, plan.RuleARN.ValueString()).JSON())
}

func planSubscriptionTags(in subscriptionInput, plan *model, diags *diag.Diagnostics) {
	plan.TagsAll = types.MapUnknown(types.StringType)
	if in.defaultTagsUnknown || tf.AnyUnknown(in.config.Tags) {
		return
	}
	for k, v := range in.rules.Default {
		if err := task.CheckTag(k, v); err != nil {
			diags.AddError("Invalid default_tags", tf.Sentence(err.Error()))
		}
	}
	all := in.rules.All(tf.StringMapOf(in.config.Tags))
	if err := task.CheckTagRoom(all, 0); err != nil {
		tf.AddInvalid(diags, path.Root("tags"), err)
	}
	plan.TagsAll = tf.MapOf(all)
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
