package tasksubscription

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/awsname"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/provider/taskref"
	"github.com/dockertask/terraform-provider-docker/internal/subscription"
)

// newModel is one in which nothing is set.
func newModel() model {
	return model{
		Task:             types.ObjectNull(tf.ObjectType(taskref.Schema().GetType()).AttrTypes),
		Statuses:         types.SetNull(types.StringType),
		ExitCodes:        types.SetNull(types.Int64Type),
		InputTransformer: types.ObjectNull(inputTransformerType.AttrTypes),
		Retry:            types.ObjectNull(tf.RetryType.AttrTypes),
		DeadLetterQueue:  types.ObjectNull(deadLetterQueueType.AttrTypes),
		Tags:             types.MapNull(types.StringType),
		TagsAll:          types.MapNull(types.StringType),
		ConsoleURLs:      types.MapNull(types.StringType),
		Drift:            types.ListNull(types.StringType),
	}
}

// target is the attribute of a kind of target.
func (m *model) target(k subscription.Kind) *types.String {
	switch k {
	case subscription.Function:
		return &m.Function
	case subscription.Queue:
		return &m.Queue
	default:
		return &m.Topic
	}
}

// kind is that of the target; false where it is not known yet, or there is none.
func (m *model) kind() (subscription.Kind, bool) {
	for _, k := range subscription.Kinds {
		if v := m.target(k); !v.IsNull() && !v.IsUnknown() {
			return k, true
		}
	}
	return "", false
}

func (m *model) enabled() bool { return m.Enabled.IsNull() || m.Enabled.ValueBool() }

func (m *model) attaches() bool {
	return m.AttachPermission.IsNull() || m.AttachPermission.ValueBool()
}

// subscriptionRetry is what EventBridge does on its own.
var subscriptionRetry = tf.NewRetry(subscription.DefaultRetry.MaximumAttempts, subscription.DefaultRetry.MaximumAgeSeconds)

func (m *model) retry(ctx context.Context, diags *diag.Diagnostics) subscription.Retry {
	r := tf.ReadRetry(ctx, m.Retry, subscriptionRetry, diags)
	return subscription.Retry{MaximumAttempts: r.MaximumAttempts.ValueInt64(), MaximumAgeSeconds: r.MaximumAgeSeconds.ValueInt64()}
}

func (m *model) input(ctx context.Context, diags *diag.Diagnostics) subscription.Input {
	var t inputTransformerModel
	tf.Decode(ctx, m.InputTransformer, &t, diags)
	in := subscription.Input{Path: m.InputPath.ValueString(), Template: t.Template.ValueString()}
	if in.Template != "" {
		in.Paths = tf.StringMapOf(t.Paths)
	}
	return in
}

func (m *model) deadLetterQueue(ctx context.Context, diags *diag.Diagnostics) deadLetterQueueModel {
	var q deadLetterQueueModel
	tf.Decode(ctx, m.DeadLetterQueue, &q, diags)
	if m.DeadLetterQueue.IsUnknown() {
		q.Queue, q.AttachPermission = types.StringUnknown(), types.BoolUnknown()
	}
	return q
}

func (q deadLetterQueueModel) attaches() bool {
	return q.AttachPermission.IsNull() || q.AttachPermission.ValueBool()
}

// arn is the ARN of the queue; "" where there is none.
func (q deadLetterQueueModel) arn(place arn.Place) string {
	if q.Queue.ValueString() == "" {
		return ""
	}
	return subscription.Queue.ARN(q.Queue.ValueString(), place)
}

// messageGroup is that of a FIFO queue, "" for any other target.
func (m *model) messageGroup(taskName string) string {
	switch {
	case !awsname.IsFIFO(m.Queue.ValueString()):
		return ""
	case !m.MessageGroupID.IsNull():
		return m.MessageGroupID.ValueString()
	}
	return taskName[:min(len(taskName), 100)]
}

// unit is the unit that a known model describes. A model without a target makes a unit without one.
func (m *model) unit(ctx context.Context, place arn.Place, diags *diag.Diagnostics) subscription.Unit {
	var t taskref.Model
	tf.Decode(ctx, m.Task, &t, diags)
	u := subscription.Unit{
		Name:        m.Name.ValueString(),
		ARN:         subscription.RuleARN(m.Name.ValueString(), place),
		Pattern:     m.EventPattern.ValueString(),
		Enabled:     m.enabled(),
		Description: m.Description.ValueString(),
		Tags:        tf.StringMapOf(m.TagsAll),
	}
	dead := m.deadLetterQueue(ctx, diags)
	if k, ok := m.kind(); ok {
		u.Target = subscription.Target{
			Kind: k, ARN: k.ARN(m.target(k).ValueString(), place),
			Input: m.input(ctx, diags), Retry: m.retry(ctx, diags),
			DeadLetterARN: dead.arn(place), MessageGroup: m.messageGroup(t.Name.ValueString()),
		}
		if m.attaches() {
			u.Permissions = append(u.Permissions, subscription.NewPermission(k, u.Target.ARN, u.ARN))
		}
	}
	if queue := dead.arn(place); queue != "" && dead.attaches() && !slices.ContainsFunc(u.Permissions, func(p subscription.Permission) bool { return p.ARN == queue }) {
		u.Permissions = append(u.Permissions, subscription.NewPermission(subscription.Queue, queue, u.ARN))
	}
	return u
}

// attached is the same subscription as it would be if it attached every permission.
func (m *model) attached(ctx context.Context, diags *diag.Diagnostics) *model {
	out := *m
	out.AttachPermission = types.BoolNull()
	if dead := m.deadLetterQueue(ctx, diags); !m.DeadLetterQueue.IsNull() {
		out.DeadLetterQueue = tf.ObjectOf(deadLetterQueueType, map[string]attr.Value{"queue": dead.Queue, "attach_permission": types.BoolNull()}, diags)
	}
	return &out
}

// int64sOf are the known numbers of a set.
func int64sOf(elements []attr.Value) []int64 {
	var out []int64
	for _, e := range elements {
		if n, ok := e.(types.Int64); ok && !n.IsNull() && !n.IsUnknown() {
			out = append(out, n.ValueInt64())
		}
	}
	return out
}

func int64Set(numbers []int64) types.Set {
	if len(numbers) == 0 {
		return types.SetNull(types.Int64Type)
	}
	elements := make([]attr.Value, len(numbers))
	for i, n := range numbers {
		elements[i] = types.Int64Value(n)
	}
	return types.SetValueMust(types.Int64Type, elements)
}
