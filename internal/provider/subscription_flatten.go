package provider

import (
	"context"
	"maps"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/subscription"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// subscriptionObservation is what was seen of a subscription, and what is needed to make
// sense of it.
type subscriptionObservation struct {
	subscription.Observed
	unit  subscriptionState
	place arn.Place
	rules task.TagRules
}

// flatten writes what AWS has into the model. A value stays as it is written where it says
// what AWS has; a part that is missing is null; what has no attribute becomes a line of
// drift.
func (m *subscriptionModel) flatten(ctx context.Context, o subscriptionObservation, diags *diag.Diagnostics) {
	m.Region = types.StringValue(o.place.Region)
	m.flattenPermissions(ctx, o, diags)
	var lines []string
	if o.Rule == nil {
		m.RuleARN, m.EventPattern, m.TargetARN = types.StringNull(), types.StringNull(), types.StringNull()
	} else {
		lines = o.Rule.Foreign
		m.flattenRule(o)
		m.flattenTarget(ctx, o, diags)
		m.flattenTags(o)
		if keys := o.unitTagChange(); len(keys) > 0 {
			lines = append(lines, "rule: tags "+strings.Join(keys, ", "))
		}
	}
	for _, p := range o.unit.Left {
		lines = append(lines, "left over: "+p.Part())
	}
	m.Drift = listOf(lines)
}

// unitTagChange are the keys of those tags that are not as the unit has them. Others have an
// attribute.
func (o subscriptionObservation) unitTagChange() []string {
	if o.unit.ID == "" {
		return nil
	}
	have := o.rules.Comparable(o.Rule.Tags)
	maps.DeleteFunc(have, func(key, _ string) bool { return !strings.HasPrefix(key, task.TagPrefix) })
	return task.ChangeTags(have, map[string]string{task.TagUnit: o.unit.ID}).Keys()
}

func (m *subscriptionModel) flattenRule(o subscriptionObservation) {
	m.RuleARN = types.StringValue(o.Rule.ARN)
	if !subscription.SamePattern(m.EventPattern.ValueString(), o.Rule.Pattern) {
		m.EventPattern = types.StringValue(o.Rule.Pattern)
	}
	if m.enabled() != o.Rule.Enabled {
		m.Enabled = types.BoolValue(o.Rule.Enabled)
	}
	m.Description = keepString(m.Description, o.Rule.Description)
}

func (m *subscriptionModel) flattenTarget(ctx context.Context, o subscriptionObservation, diags *diag.Diagnostics) {
	have := o.Rule.Target
	if have == nil {
		m.TargetARN = types.StringNull()
		return
	}
	m.TargetARN = types.StringValue(have.ARN)
	want := m.unit(ctx, o.place, diags).Target
	m.InputPath = keepString(m.InputPath, have.Input.Path)
	if was, is := want.Input, have.Input; was.Template != is.Template || !(subscription.Input{Paths: was.Paths}).Equal(subscription.Input{Paths: is.Paths}) {
		m.InputTransformer = types.ObjectNull(inputTransformerType.AttrTypes)
		if is.Template != "" {
			paths := types.MapNull(types.StringType)
			if len(is.Paths) > 0 {
				paths = mapOf(is.Paths)
			}
			m.InputTransformer = objectOf(inputTransformerType, map[string]attr.Value{"paths": paths, "template": types.StringValue(is.Template)}, diags)
		}
	}
	if want.Retry != have.Retry {
		m.Retry = objectOf(subscriptionRetryType, map[string]attr.Value{
			"maximum_attempts":    types.Int64Value(have.Retry.MaximumAttempts),
			"maximum_age_seconds": types.Int64Value(have.Retry.MaximumAgeSeconds),
		}, diags)
	}
	if want.DeadLetterARN != have.DeadLetterARN {
		was := m.deadLetterQueue(ctx, diags)
		m.DeadLetterQueue = types.ObjectNull(deadLetterQueueType.AttrTypes)
		if have.DeadLetterARN != "" {
			m.DeadLetterQueue = objectOf(deadLetterQueueType, map[string]attr.Value{
				"queue": types.StringValue(have.DeadLetterARN), "attach_permission": was.AttachPermission,
			}, diags)
		}
	}
	if want.MessageGroup != have.MessageGroup {
		m.MessageGroupID = stringOrNull(have.MessageGroup)
	}
}

func objectOf(t types.ObjectType, values map[string]attr.Value, diags *diag.Diagnostics) types.Object {
	o, d := types.ObjectValue(t.AttrTypes, values)
	diags.Append(d...)
	return o
}

// flattenPermissions: a statement that is not the subscription's to put stays as it was
// computed.
func (m *subscriptionModel) flattenPermissions(ctx context.Context, o subscriptionObservation, diags *diag.Diagnostics) {
	u := m.unit(ctx, o.place, diags)
	dead := m.deadLetterQueue(ctx, diags)
	for _, p := range u.Permissions {
		have := stringOrNull(o.Statements[p.ARN])
		if p.ARN == u.Target.ARN {
			m.PermissionJSON = have
		}
		if p.ARN == dead.arn(o.place) {
			m.DeadLetterPermissionJSON = have
		}
	}
}

// flattenTags writes tags_all, and into tags those that did not come from default_tags.
func (m *subscriptionModel) flattenTags(o subscriptionObservation) {
	all := o.rules.Users(o.Rule.Tags)
	mine, before := stringMapOf(m.Tags), stringMapOf(m.TagsAll)
	users := map[string]string{}
	for k, v := range all {
		_, configured := mine[k]
		_, wasDefault := before[k]
		if configured || !wasDefault && o.rules.Default[k] != v {
			users[k] = v
		}
	}
	m.Tags, m.TagsAll = keepMap(m.Tags, users), mapOf(all)
}

// discover makes a model of a rule of which nothing but the name is known. It tells what is
// wrong with it where the rule is no subscription to a docker task, or "".
func (m *subscriptionModel) discover(ctx context.Context, rule *subscription.ObservedRule, place arn.Place, diags *diag.Diagnostics) string {
	f, exact := subscription.ParsePattern(rule.Pattern)
	family, err := arn.Parse(f.FamilyARN)
	if err != nil || family.Place() != place {
		return "its event pattern does not name one task definition of this account and region by the prefix of its ARN"
	}
	if !exact {
		f.OnlyFailures, f.ExitCodes = false, nil // the pattern shows as a change
	}
	m.discoverTask(ctx, f, family, place, diags)
	if !(len(f.Statuses) == 1 && f.Statuses[0] == subscription.Stopped) && len(f.Statuses) > 0 {
		m.Statuses = setOf(f.Statuses)
	}
	if f.OnlyFailures {
		m.OnlyFailures = types.BoolValue(true)
	}
	m.ExitCodes = int64Set(f.ExitCodes)
	if f.ClusterARN == "" {
		m.AnyCluster = types.BoolValue(true)
	}
	t := rule.Target
	if t == nil || t.Kind == "" {
		return ""
	}
	*m.target(t.Kind) = types.StringValue(shortest(t.Kind, t.ARN, place))
	if t.DeadLetterARN != "" {
		m.DeadLetterQueue = objectOf(deadLetterQueueType, map[string]attr.Value{
			"queue": types.StringValue(shortest(subscription.Queue, t.DeadLetterARN, place)), "attach_permission": types.BoolNull(),
		}, diags)
	}
	return ""
}

// discoverTask writes the task as a user would who gives it by its name.
func (m *subscriptionModel) discoverTask(ctx context.Context, f subscription.Filter, family arn.ARN, place arn.Place, diags *diag.Diagnostics) {
	t := wireTaskModel{
		Name:      types.StringValue(family.Name()),
		SubnetIDs: types.SetNull(types.StringType), SecurityGroupIDs: types.SetNull(types.StringType),
	}
	if f.ClusterARN != "" && f.ClusterARN != task.ClusterARN(task.DefaultCluster, place) {
		t.Cluster = types.StringValue(f.ClusterARN)
		if a, err := arn.Parse(f.ClusterARN); err == nil && task.ClusterARN(a.Name(), place) == f.ClusterARN {
			t.Cluster = types.StringValue(a.Name())
		}
	}
	if f.OnlyFailures || len(f.ExitCodes) > 0 {
		switch f.Container {
		case family.Name():
		case "": // any, which only a task that is given by its ARN says
			t.FamilyARN = types.StringValue(f.FamilyARN)
			if t.Cluster.IsNull() {
				t.Cluster = types.StringValue(task.DefaultCluster)
			}
		default:
			t.ContainerName = types.StringValue(f.Container)
		}
	}
	o, d := types.ObjectValueFrom(ctx, m.Task.AttributeTypes(ctx), t)
	diags.Append(d...)
	m.Task = o
}

// shortest is the name of what is in the place, and the ARN of what is elsewhere.
func shortest(k subscription.Kind, targetARN string, place arn.Place) string {
	a, err := arn.Parse(targetARN)
	if err != nil {
		return targetARN
	}
	name := strings.TrimPrefix(a.Resource, "function:")
	if k.ARN(name, place) == targetARN {
		return name
	}
	return targetARN
}
