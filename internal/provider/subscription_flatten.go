package provider

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/awsapi"
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

// known is what was seen of a unit of which private state tells: of an unfinished one no rule that
// does not carry its id. The target is made last.
func (o subscriptionObservation) known(private subscriptionState) subscriptionObservation {
	o.unit = private
	if private.Unfinished {
		o.Observed = o.Of(private.ID)
		o.unit.Unfinished = !o.Whole()
	}
	return o
}

// flatten writes what AWS has into the model. A value stays as it is written where it says
// what AWS has; a part that is missing is null; what has no attribute becomes a line of
// drift. A statement that the unit has put stays the unit's where the rule reaches something else by now:
// what state does not name any more, private state does.
func (m *subscriptionModel) flatten(ctx context.Context, o *subscriptionObservation, diags *diag.Diagnostics) {
	had := m.unit(ctx, o.place, diags).Permissions
	m.Region = types.StringValue(o.place.Region)
	m.flattenPermissions(ctx, o, diags)
	var lines []string
	if o.Rule == nil {
		m.RuleARN, m.EventPattern, m.TargetARN = types.StringNull(), types.StringNull(), types.StringNull()
	} else {
		lines = o.Rule.Foreign
		m.flattenRule(o)
		m.flattenTarget(ctx, o, diags)
		flattenTags(&m.Tags, &m.TagsAll, o.Rule.Tags, o.rules)
		if keys := o.unitTagChange(); len(keys) > 0 {
			lines = append(lines, "rule: tags "+strings.Join(keys, ", "))
		}
	}
	has := m.unit(ctx, o.place, diags).Permissions
	for _, p := range had {
		if o.Statements[p.ARN] != "" && !slices.Contains(has, p) {
			o.unit.Left = awsapi.AllPermissions(o.unit.Left, []subscription.Permission{p})
		}
	}
	for _, p := range o.unit.Left {
		lines = append(lines, "left over: "+p.Part())
	}
	m.Drift = driftOf(lines)
}

// unitTagChange are the keys of those tags that are not as the unit has them. Others have an
// attribute.
func (o *subscriptionObservation) unitTagChange() []string {
	if o.unit.ID == "" {
		return nil
	}
	have := o.rules.Comparable(o.Rule.Tags)
	maps.DeleteFunc(have, func(key, _ string) bool { return !strings.HasPrefix(key, task.TagPrefix) })
	return task.ChangeTags(have, map[string]string{task.TagUnit: o.unit.ID}).Keys()
}

func (m *subscriptionModel) flattenRule(o *subscriptionObservation) {
	m.RuleARN = types.StringValue(o.Rule.ARN)
	if !subscription.SamePattern(m.EventPattern.ValueString(), o.Rule.Pattern) {
		m.EventPattern = types.StringValue(o.Rule.Pattern)
	}
	if m.enabled() != o.Rule.Enabled {
		m.Enabled = types.BoolValue(o.Rule.Enabled)
	}
	m.Description = keepString(m.Description, o.Rule.Description)
}

func (m *subscriptionModel) flattenTarget(ctx context.Context, o *subscriptionObservation, diags *diag.Diagnostics) {
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
	m.Retry = keepRetry(ctx, m.Retry, newRetry(have.Retry.MaximumAttempts, have.Retry.MaximumAgeSeconds), subscriptionRetry, diags)
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
func (m *subscriptionModel) flattenPermissions(ctx context.Context, o *subscriptionObservation, diags *diag.Diagnostics) {
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
