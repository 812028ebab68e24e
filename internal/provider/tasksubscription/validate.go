package tasksubscription

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/dockertask/terraform-provider-docker/internal/awsname"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/subscription"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// ValidateConfig checks what goes together. What is not known yet may turn out either way,
// and is no error.
func (r *subscriptionResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(tf.Get(ctx, req.Config, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	config.checkTargets(&resp.Diagnostics)
	config.checkFilters(&resp.Diagnostics)
	config.checkInput(ctx, &resp.Diagnostics)
	config.checkQueues(ctx, &resp.Diagnostics)
	config.checkTags(&resp.Diagnostics)
}

func (m *model) checkTargets(diags *diag.Diagnostics) {
	set, unknown := 0, false
	for _, k := range subscription.Kinds {
		v := m.target(k)
		unknown = unknown || v.IsUnknown()
		if tf.IsSet(v) {
			set++
		}
	}
	switch {
	case set > 1:
		diags.AddError("More than one target", "A subscription has one target: set one of function, queue and topic, and make a subscription for each of the others.")
	case set == 0 && !unknown:
		diags.AddError("No target", "Set one of function, queue and topic to the name or ARN of the target.")
	}
}

func (m *model) checkFilters(diags *diag.Diagnostics) {
	failures, codes := m.OnlyFailures.ValueBool(), len(m.ExitCodes.Elements()) > 0
	if failures && codes {
		tf.AddInvalidf(diags, path.Root("exit_codes"), "only_failures lets through every exit code but 0, and exit_codes those that it lists: set one of the two")
		return
	}
	filter := "only_failures"
	if codes {
		filter = "exit_codes"
	}
	if !failures && !codes || m.Statuses.IsNull() || tf.AnyUnknown(m.Statuses) {
		return
	}
	for _, s := range tf.StringsOf(m.Statuses.Elements()) {
		if s != subscription.Stopped {
			tf.AddInvalidf(diags, path.Root("statuses"),
				"only a task that is %s has exit codes, so with %s none would be heard of that is %s: leave statuses out, or make a second subscription for %[3]s", subscription.Stopped, filter, s)
			return
		}
	}
}

func (m *model) checkInput(ctx context.Context, diags *diag.Diagnostics) {
	if m.InputTransformer.IsNull() || m.InputTransformer.IsUnknown() {
		return
	}
	at := path.Root("input_transformer")
	if tf.IsSet(m.InputPath) {
		tf.AddInvalidf(diags, at, "input_path takes a part of the event as it is, and input_transformer makes something else of it: set one of the two")
	}
	var t inputTransformerModel
	tf.Decode(ctx, m.InputTransformer, &t, diags)
	if t.Template.IsUnknown() || t.Template.IsNull() || t.Paths.IsUnknown() {
		return
	}
	var names []string
	for name := range t.Paths.Elements() {
		names = append(names, name)
	}
	at = at.AtName("template")
	switch template := t.Template.ValueString(); {
	case subscription.CheckTemplate(template, names) != nil:
		tf.AddInvalid(diags, at, subscription.CheckTemplate(template, names))
	case !subscription.IsTemplateJSON(template):
		diags.AddAttributeWarning(at, "The template is no JSON",
			"EventBridge takes a template that is JSON once its placeholders are filled in, and refuses others. A text goes in quotes that are part of it, one pair a line: \"\\\"Task <task> ended.\\\"\".")
	}
}

func (m *model) checkQueues(ctx context.Context, diags *diag.Diagnostics) {
	if q := m.Queue; tf.IsSet(m.MessageGroupID) && !q.IsUnknown() && !awsname.IsFIFO(q.ValueString()) {
		unknown := m.Function.IsUnknown() || m.Topic.IsUnknown()
		if !q.IsNull() || !unknown {
			tf.AddInvalidf(diags, path.Root("message_group_id"), "only a FIFO queue, whose name ends in .fifo, has message groups: remove it, or set queue to such a one")
		}
	}
	queue := m.deadLetterQueue(ctx, diags)
	if dead := queue.Queue.ValueString(); dead != "" && dead == m.Queue.ValueString() {
		at := path.Root("dead_letter_queue").AtName("queue")
		tf.AddInvalidf(diags, at, "the dead-letter queue is for what cannot be sent to the queue: it has to be another one")
	}
}

func (m *model) checkTags(diags *diag.Diagnostics) {
	for k, v := range tf.StringMapOf(m.Tags) {
		if err := task.CheckTag(k, v); err != nil {
			tf.AddInvalid(diags, path.Root("tags"), err)
		}
	}
}
