package taskschedule

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/awsname"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/provider/taskref"
	"github.com/dockertask/terraform-provider-docker/internal/schedule"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// planSchedule fills in every computed attribute. Whatever follows from something unknown is
// unknown.
//
// The result is the schedule that is planned.
func (r *scheduleResource) planSchedule(ctx context.Context, place lifecycle.Site, plan *model, diags *diag.Diagnostics) (spec schedule.Spec) {
	plan.Region = types.StringValue(place.Region)
	t, known := plan.taskRef(ctx, place, diags)
	t.CheckPlace("schedule", place.Place, diags)
	if diags.HasError() {
		return spec
	}
	spec = plan.spec(ctx, place, t, r.TagRules, diags)
	account := types.StringValue(place.Account)
	if place.Account == "" {
		account = types.StringUnknown()
	}
	plan.ARN = derived(schedule.ARN(spec.Schedule.Group, spec.Schedule.Name, place.Place), plan.Name, plan.Group, account)
	planScheduleRole(ctx, spec, plan, account, diags)
	plan.PolicyJSON = types.StringUnknown()
	if known && !tf.UnknownAny(account, plan.Revision, plan.PropagateTags, plan.KMSKeyARN) && !tf.AnyUnknown(plan.DeadLetterQueue) && !plan.mayTagTasks() {
		document, err := spec.Policy()
		if err != nil {
			addClusterError(diags, err)
			return spec
		}
		plan.PolicyJSON = types.StringValue(document.JSON())
	}
	plan.TagsAll = tf.MapOf(spec.Tags)
	switch {
	case plan.Role.IsUnknown() || tf.AnyUnknown(plan.Tags) || r.DefaultTagsUnknown:
		plan.TagsAll = types.MapUnknown(types.StringType)
	case !spec.ManagesRole():
		plan.TagsAll = types.MapNull(types.StringType)
	}
	plan.Drift = tf.ListOf(nil)
	plan.checkRun(ctx, spec, t, diags)
	plan.checkDeadLetterKey(ctx, place.Place, diags)
	checkScheduleTags(spec, plan.Tags, diags)
	if !plan.TagsAll.IsUnknown() && !plan.TagsAll.IsNull() {
		if err := task.CheckTagRoom(spec.Tags, 0); err != nil {
			tf.AddInvalid(diags, path.Root("tags"), err)
		}
	}
	return spec
}

// mayTagTasks tells that only tags which are not known yet decide whether tasks are tagged: a
// tag that turns out to be null is none.
func (m *model) mayTagTasks() bool {
	return tf.AnyUnknown(m.TaskTags) && len(tf.StringMapOf(m.TaskTags)) == 0 && !m.PropagateTags.ValueBool()
}

// planScheduleRole derives name and ARN of the role.
func planScheduleRole(ctx context.Context, spec schedule.Spec, plan *model, account types.String, diags *diag.Diagnostics) {
	role := plan.role(ctx, diags)
	if plan.Role.IsUnknown() || role.ARN.IsUnknown() {
		plan.RoleName, plan.RoleARN = types.StringUnknown(), types.StringUnknown()
		return
	}
	name, roleARN := spec.Role()
	if !spec.ManagesRole() {
		plan.RoleName, plan.RoleARN = types.StringValue(name), types.StringValue(roleARN)
		return
	}
	needs := []attr.Value{role.Name}
	if role.Name.IsNull() {
		needs = []attr.Value{role.NamePrefix, plan.Name, plan.Group}
	}
	plan.RoleName = derived(name, needs...)
	plan.RoleARN = derived(roleARN, append(needs, role.Path, account)...)
}

// checkRun checks what can be judged of a run before it: that the task can be launched so, and how much
// is overridden.
func (m *model) checkRun(ctx context.Context, spec schedule.Spec, t taskref.Model, diags *diag.Diagnostics) {
	launch := m.launch(ctx, diags)
	t.CheckLaunch(m.Task, launch, diags)
	if !launch.Unknown && !t.CapabilityUnknown() {
		m.checkLaunched(t.Capability().Resolve(launch.Launch), diags)
	}
	if tf.UnknownAny(m.CPU, m.Memory) || tf.AnyUnknown(m.Command) || tf.AnyUnknown(m.Environment) || t.ContainerName.IsUnknown() {
		return
	}
	if err := schedule.CheckInput(spec.Overrides.Input(spec.Task.Container)); err != nil {
		at := path.Root("environment")
		if m.Environment.IsNull() {
			at = path.Root("command")
		}
		tf.AddInvalid(diags, at, err)
	}
}

// checkScheduleTags checks the tags together with those of the provider.
func checkScheduleTags(spec schedule.Spec, own types.Map, diags *diag.Diagnostics) {
	mine := tf.StringMapOf(own)
	for k, v := range spec.Tags {
		wrong := task.CheckTag(k, v)
		if wrong == nil {
			continue
		}
		if _, is := mine[k]; is {
			tf.AddInvalid(diags, path.Root("tags").AtMapKey(k), wrong)
		} else {
			diags.AddError("Invalid default_tags", tf.Sentence(wrong.Error()))
		}
	}
	for k, v := range mine {
		// Those of the provider's own keys are not among all.
		if _, is := spec.Tags[k]; !is && task.CheckTag(k, v) != nil {
			tf.AddInvalid(diags, path.Root("tags").AtMapKey(k), task.CheckTag(k, v))
		}
	}
	if err := task.CheckTagCase(spec.Tags); err != nil && spec.ManagesRole() {
		tf.AddInvalid(diags, path.Root("tags"), err)
	}
	checkTaskTags(spec.Schedule.Target.Tags, diags)
}

func checkTaskTags(tags map[string]string, diags *diag.Diagnostics) {
	for k, v := range tags {
		if err := schedule.CheckTaskTag(k, v); err != nil {
			tf.AddInvalid(diags, path.Root("task_tags").AtMapKey(k), err)
		}
	}
}

// checkDeadLetterKey refuses a key of another region than the queue's: SQS encrypts with keys of its own
// region only.
func (m *model) checkDeadLetterKey(ctx context.Context, place arn.Place, diags *diag.Diagnostics) {
	dead := m.deadLetterQueue(ctx, diags)
	key, err := arn.Parse(dead.KMSKeyARN.ValueString())
	queue, queueErr := arn.Parse(awsname.Queue.ARN(dead.Queue.ValueString(), place))
	if err != nil || queueErr != nil || key.Region == queue.Region {
		return
	}
	tf.AddInvalidf(diags, path.Root("dead_letter_queue").AtName("kms_key_arn"),
		"the key is in %s, and the queue in %s: SQS encrypts with keys of its own region only", key.Region, queue.Region)
}

// unknownPlan is a plan of which not even the place is known.
func (m *model) unknownPlan() {
	m.Region = types.StringUnknown()
	m.ARN, m.RoleARN, m.RoleName, m.PolicyJSON = types.StringUnknown(), types.StringUnknown(), types.StringUnknown(), types.StringUnknown()
	m.TagsAll = types.MapUnknown(types.StringType)
	m.Drift = tf.ListOf(nil)
}

// derived is a value that follows from others, unknown where one of them is.
func derived(value string, from ...attr.Value) types.String {
	if tf.UnknownAny(from...) {
		return types.StringUnknown()
	}
	return types.StringValue(value)
}

func addClusterError(diags *diag.Diagnostics, err error) {
	if err != nil {
		at := path.Root("task").AtName("cluster")
		tf.AddInvalid(diags, at, err)
	}
}
