package tasksubscription

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/subscription"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// observation is what was seen of a subscription, and what is needed to make
// sense of it.
type observation struct {
	subscription.Observed
	record task.Record
	// leftOver are permissions of the record that state does not name.
	leftOver []subscription.Permission
	place    arn.Place
	rules    task.TagRules
}

// flatten writes what AWS has into the model. A value stays as it is written where it says
// what AWS has; a part that is missing is null; what has no attribute becomes a line of
// drift. A statement that the unit has put stays the unit's where the rule reaches something else by now:
// the record has what state does not name any more.
func (m *model) flatten(ctx context.Context, o observation, diags *diag.Diagnostics) {
	m.Region = types.StringValue(o.place.Region)
	m.flattenPermissions(ctx, o, diags)
	var lines []string
	if o.Rule == nil {
		m.RuleARN, m.EventPattern, m.TargetARN = types.StringNull(), types.StringNull(), types.StringNull()
	} else {
		lines = o.Rule.Foreign
		m.flattenRule(o)
		m.flattenTarget(ctx, o, diags)
		tf.FlattenTags(&m.Tags, &m.TagsAll, o.Rule.Tags, o.rules)
		if keys := o.unitTagChange(); len(keys) > 0 {
			lines = append(lines, "rule: tags "+strings.Join(keys, ", "))
		}
	}
	for _, p := range m.leftOver(ctx, o, diags) {
		lines = append(lines, "left over: "+p.Part())
	}
	m.deriveConsoleURLs(o.place)
	m.Drift = tf.DriftOf(lines)
}

// leftOver are the permissions that the record has and the model does not name.
func (m *model) leftOver(ctx context.Context, o observation, diags *diag.Diagnostics) []subscription.Permission {
	is := m.unit(ctx, o.place, diags)
	return slices.DeleteFunc(subscription.Recorded(o.record, is.ARN), func(p subscription.Permission) bool {
		return slices.Contains(is.Permissions, p)
	})
}

// unitTagChange are the keys of those tags that are not as the unit has them. Others have an
// attribute.
func (o observation) unitTagChange() []string {
	if o.record.ID == "" {
		return nil
	}
	have := o.rules.Comparable(o.Rule.Tags)
	maps.DeleteFunc(have, func(key, _ string) bool { return !strings.HasPrefix(key, task.TagPrefix) })
	return task.ChangeTags(have, map[string]string{task.TagUnit: o.record.ID}).Keys()
}

func (m *model) flattenRule(o observation) {
	m.RuleARN = types.StringValue(o.Rule.ARN)
	if !subscription.SamePattern(m.EventPattern.ValueString(), o.Rule.Pattern) {
		m.EventPattern = types.StringValue(o.Rule.Pattern)
	}
	if m.enabled() != o.Rule.Enabled {
		m.Enabled = types.BoolValue(o.Rule.Enabled)
	}
	m.Description = tf.KeepString(m.Description, o.Rule.Description)
}

func (m *model) flattenTarget(ctx context.Context, o observation, diags *diag.Diagnostics) {
	have := o.Rule.Target
	if have == nil {
		m.TargetARN = types.StringNull()
		return
	}
	m.TargetARN = types.StringValue(have.ARN)
	want := m.unit(ctx, o.place, diags).Target
	m.InputPath = tf.KeepString(m.InputPath, have.Input.Path)
	if was, is := want.Input, have.Input; was.Template != is.Template || !(subscription.Input{Paths: was.Paths}).Equal(subscription.Input{Paths: is.Paths}) {
		m.InputTransformer = types.ObjectNull(inputTransformerType.AttrTypes)
		if is.Template != "" {
			paths := types.MapNull(types.StringType)
			if len(is.Paths) > 0 {
				paths = tf.MapOf(is.Paths)
			}
			m.InputTransformer = tf.ObjectOf(inputTransformerType, map[string]attr.Value{"paths": paths, "template": types.StringValue(is.Template)}, diags)
		}
	}
	m.Retry = tf.KeepRetry(ctx, m.Retry, tf.NewRetry(have.Retry.MaximumAttempts, have.Retry.MaximumAgeSeconds), subscriptionRetry, diags)
	if want.DeadLetterARN != have.DeadLetterARN {
		was := m.deadLetterQueue(ctx, diags)
		m.DeadLetterQueue = types.ObjectNull(deadLetterQueueType.AttrTypes)
		if have.DeadLetterARN != "" {
			m.DeadLetterQueue = tf.ObjectOf(deadLetterQueueType, map[string]attr.Value{
				"queue": types.StringValue(have.DeadLetterARN), "attach_permission": was.AttachPermission,
			}, diags)
		}
	}
	if want.MessageGroup != have.MessageGroup {
		m.MessageGroupID = tf.StringOrNull(have.MessageGroup)
	}
}

// flattenPermissions: a statement that is not the subscription's to put stays as it was
// computed.
func (m *model) flattenPermissions(ctx context.Context, o observation, diags *diag.Diagnostics) {
	u := m.unit(ctx, o.place, diags)
	dead := m.deadLetterQueue(ctx, diags)
	for _, p := range u.Permissions {
		have := tf.StringOrNull(o.Statements[p.ARN])
		if p.ARN == u.Target.ARN {
			m.PermissionJSON = have
		}
		if p.ARN == dead.arn(o.place) {
			m.DeadLetterPermissionJSON = have
		}
	}
}
