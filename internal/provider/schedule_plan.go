package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/schedule"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// planSchedule fills in every computed attribute. Whatever follows from something unknown is
// unknown.
//
// The result is the schedule that is planned.
func (r *scheduleResource) planSchedule(ctx context.Context, place site, plan *scheduleModel, diags *diag.Diagnostics) (spec schedule.Spec) {
	plan.Region = types.StringValue(place.Region)
	t, known := plan.wired(ctx, place, diags)
	t.checkPlace("schedule", place.Place, diags)
	if diags.HasError() {
		return spec
	}
	spec = plan.spec(ctx, place, t, r.rules, diags)
	account := types.StringValue(place.Account)
	if place.Account == "" {
		account = types.StringUnknown()
	}
	plan.ARN = derived(schedule.ARN(spec.Schedule.Group, spec.Schedule.Name, place.Place), plan.Name, plan.Group, account)
	planScheduleRole(ctx, spec, plan, account, diags)
	plan.PolicyJSON = types.StringUnknown()
	if known && !unknownAny(account, plan.Revision, plan.PropagateTags, plan.KMSKeyARN) && !anyUnknown(plan.DeadLetterQueue) && !plan.mayTagTasks() {
		document, err := spec.Policy()
		if err != nil {
			addClusterError(diags, err)
			return spec
		}
		plan.PolicyJSON = types.StringValue(document.JSON())
	}
	plan.TagsAll = mapOf(spec.Tags)
	switch {
	case plan.Role.IsUnknown() || anyUnknown(plan.Tags) || r.defaultTagsUnknown:
		plan.TagsAll = types.MapUnknown(types.StringType)
	case !spec.ManagesRole():
		plan.TagsAll = types.MapNull(types.StringType)
	}
	plan.Drift = listOf(nil)
	plan.checkRun(ctx, spec, t, diags)
	plan.checkDeadLetterKey(ctx, place.Place, diags)
	checkScheduleTags(spec, plan.Tags, diags)
	if !plan.TagsAll.IsUnknown() && !plan.TagsAll.IsNull() {
		checkRoleTagCount(len(spec.Tags), diags)
	}
	return spec
}

// checkRoleTagCount refuses more tags than IAM takes on the schedule's role.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
func checkRoleTagCount(n int, diags *diag.Diagnostics) {
	const most = 50 - 1 // the unit's id
	if n > most {
		addInvalid(diags, path.Root("tags"), fmt.Sprintf("IAM takes 50 tags on a role, of which the schedule needs 1; there are %d, those of default_tags included", n))
	}
}

// mayTagTasks tells that only tags which are not known yet decide whether tasks are tagged: a
// tag that turns out to be null is none.
func (m *scheduleModel) mayTagTasks() bool {
	return anyUnknown(m.TaskTags) && len(stringMapOf(m.TaskTags)) == 0 && !m.PropagateTags.ValueBool()
}

// planScheduleRole derives name and ARN of the role.
func planScheduleRole(ctx context.Context, spec schedule.Spec, plan *scheduleModel, account types.String, diags *diag.Diagnostics) {
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
func (m *scheduleModel) checkRun(ctx context.Context, spec schedule.Spec, t wireTaskModel, diags *diag.Diagnostics) {
	launch := m.launch(ctx, diags)
	t.checkLaunch(m.Task, launch, diags)
	if !launch.unknown && !t.capabilityUnknown() {
		m.checkLaunched(t.capability().Resolve(launch.Launch), diags)
	}
	if unknownAny(m.CPU, m.Memory) || anyUnknown(m.Command) || anyUnknown(m.Environment) || t.ContainerName.IsUnknown() {
		return
	}
	if wrong := schedule.CheckInput(spec.Overrides.Input(spec.Task.Container)); wrong != "" {
		at := path.Root("environment")
		if m.Environment.IsNull() {
			at = path.Root("command")
		}
		diags.AddAttributeError(at, invalid(at), sentence(wrong))
	}
}

// checkScheduleTags checks the tags together with those of the provider.
func checkScheduleTags(spec schedule.Spec, own types.Map, diags *diag.Diagnostics) {
	mine := stringMapOf(own)
	for k, v := range spec.Tags {
		wrong := task.CheckTag(k, v)
		if wrong == "" {
			continue
		}
		if _, is := mine[k]; is {
			diags.AddAttributeError(path.Root("tags").AtMapKey(k), invalid(path.Root("tags")), sentence(wrong))
		} else {
			diags.AddError("Invalid default_tags", sentence(wrong))
		}
	}
	for k, v := range mine {
		// Those of the provider's own keys are not among all.
		if _, is := spec.Tags[k]; !is && task.CheckTag(k, v) != "" {
			diags.AddAttributeError(path.Root("tags").AtMapKey(k), invalid(path.Root("tags")), sentence(task.CheckTag(k, v)))
		}
	}
	if wrong := task.CheckTagCase(spec.Tags); wrong != "" && spec.ManagesRole() {
		addInvalid(diags, path.Root("tags"), wrong)
	}
	checkTaskTags(spec.Schedule.Target.Tags, diags)
}

func checkTaskTags(tags map[string]string, diags *diag.Diagnostics) {
	for k, v := range tags {
		if wrong := schedule.CheckTaskTag(k, v); wrong != "" {
			diags.AddAttributeError(path.Root("task_tags").AtMapKey(k), invalid(path.Root("task_tags")), sentence(wrong))
		}
	}
}

// checkDeadLetterKey refuses a key of another region than the queue's: SQS encrypts with keys of its own
// region only.
func (m *scheduleModel) checkDeadLetterKey(ctx context.Context, place arn.Place, diags *diag.Diagnostics) {
	dead := m.deadLetterQueue(ctx, diags)
	key, err := arn.Parse(dead.KMSKeyARN.ValueString())
	queue, queueErr := arn.Parse(schedule.QueueARN(dead.Queue.ValueString(), place))
	if err != nil || queueErr != nil || key.Region == queue.Region {
		return
	}
	addInvalid(diags, path.Root("dead_letter_queue").AtName("kms_key_arn"), fmt.Sprintf(
		"the key is in %s, and the queue in %s: SQS encrypts with keys of its own region only", key.Region, queue.Region))
}

// unknownPlan is a plan of which not even the place is known.
func (m *scheduleModel) unknownPlan() {
	m.Region = types.StringUnknown()
	m.ARN, m.RoleARN, m.RoleName, m.PolicyJSON = types.StringUnknown(), types.StringUnknown(), types.StringUnknown(), types.StringUnknown()
	m.TagsAll = types.MapUnknown(types.StringType)
	m.Drift = listOf(nil)
}

// derived is a value that follows from others, unknown where one of them is.
func derived(value string, from ...attr.Value) types.String {
	if unknownAny(from...) {
		return types.StringUnknown()
	}
	return types.StringValue(value)
}

func unknownAny(values ...attr.Value) bool {
	for _, v := range values {
		if v.IsUnknown() {
			return true
		}
	}
	return false
}

func addClusterError(diags *diag.Diagnostics, err error) {
	if err != nil {
		at := path.Root("task").AtName("cluster")
		diags.AddAttributeError(at, invalid(at), sentence(err.Error()))
	}
}
