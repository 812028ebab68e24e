package taskschedule

import (
	"context"
	"slices"

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
// The result is the plan, described.
func (r *scheduleResource) planSchedule(ctx context.Context, place lifecycle.Site, plan *model, diags *diag.Diagnostics) described {
	plan.Region = types.StringValue(place.Region)
	plan.RoleName, plan.RoleARN = types.StringUnknown(), types.StringUnknown() // derived anew
	d := plan.describe(ctx, place, r.TagRules, diags)
	d.task.CheckPlace("schedule", place.Place, diags)
	if diags.HasError() {
		return d
	}
	d.derive(place, tf.Unknown(r.DefaultTagsUnknown), diags)
	if diags.HasError() {
		return d
	}
	d.checkRun(diags)
	d.checkDeadLetterKey(place.Place, diags)
	checkScheduleTags(d.spec, plan.Tags, diags)
	if !plan.TagsAll.IsUnknown() && !plan.TagsAll.IsNull() {
		if err := task.CheckTagRoom(d.spec.Tags, 0); err != nil {
			tf.AddInvalid(diags, path.Root("tags"), err)
		}
	}
	return d
}

// derive sets the attributes that follow from the description.
func (d *described) derive(place lifecycle.Site, defaultTags tf.Unknown, diags *diag.Diagnostics) {
	plan, spec, account := d.model, d.spec, tf.Unknown(place.Account == "")
	plan.ARN = tf.Derive(types.StringValue(schedule.ARN(spec.Schedule.Group, spec.Schedule.Name, spec.Place)), plan.Name, plan.Group, account)
	d.deriveRole(account, place.Defaults)
	plan.deriveConsoleURLs(spec.Place)
	plan.PolicyJSON = types.StringUnknown()
	if tf.Known(tf.Unknown(!d.taskKnown), account, plan.Revision, plan.PropagateTags, plan.KMSKeyARN, plan.DeadLetterQueue, plan.mayTagTasks()) {
		document, err := spec.Policy()
		if err != nil {
			addClusterError(diags, err)
			return
		}
		plan.PolicyJSON = types.StringValue(document.JSON())
	}
	tags := tf.MapOf(spec.Tags)
	if !spec.ManagesRole() {
		tags = types.MapNull(types.StringType)
	}
	plan.TagsAll = tf.Derive(tags, plan.Tags, defaultTags, d.roleGiven())
	plan.Drift = tf.ListOf(nil)
}

// roleGiven is unknown as long as it is not known whether a role is given.
func (d *described) roleGiven() tf.Unknown {
	return tf.Unknown(d.model.Role.IsUnknown() || d.role.ARN.IsUnknown())
}

// deriveRole derives name and ARN of the role.
func (d *described) deriveRole(account tf.Unknown, defaults lifecycle.Defaults) {
	name, roleARN := d.spec.Role()
	needs := []tf.Input{d.roleGiven()}
	needsARN := needs
	if d.spec.ManagesRole() {
		needs = append(needs, d.role.Name)
		if d.role.Name.IsNull() {
			needs = append(needs, lifecycle.Or(d.role.NamePrefix, defaults.RoleNamePrefix), d.model.Name, d.model.Group)
		}
		needsARN = append(slices.Clone(needs), lifecycle.Or(d.role.Path, defaults.RolePath), account)
	}
	d.model.RoleName = tf.Derive(types.StringValue(name), needs...)
	d.model.RoleARN = tf.Derive(types.StringValue(roleARN), needsARN...)
}

// mayTagTasks is unknown where only tags which are not known yet decide whether tasks are tagged: a
// tag that turns out to be null is none.
func (m *model) mayTagTasks() tf.Unknown {
	return tf.Unknown(tf.AnyUnknown(m.TaskTags) && len(tf.StringMapOf(m.TaskTags)) == 0 && !m.PropagateTags.ValueBool())
}

// checkRun checks what can be judged of a run before it: that the task can be launched so, and how much
// is overridden.
func (d *described) checkRun(diags *diag.Diagnostics) {
	m := d.model
	d.task.CheckLaunch(m.Task, d.launch, diags)
	if !d.launch.Unknown && !d.task.CapabilityUnknown() {
		m.checkLaunched(d.task.Capability().Resolve(d.launch.Launch), diags)
	}
	taskref.CheckContainers(d.task.ContainerName, m.Containers, diags)
	if !tf.Known(m.CPU, m.Memory, m.Command, m.Environment, m.Containers, d.task.ContainerName) {
		return
	}
	if attribute, err := d.spec.Overrides.Check(d.spec.Task.Container); err != nil {
		tf.AddInvalid(diags, path.Root(attribute), err)
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
func (d *described) checkDeadLetterKey(place arn.Place, diags *diag.Diagnostics) {
	key, err := arn.Parse(d.dead.KMSKeyARN.ValueString())
	queue, queueErr := arn.Parse(awsname.Queue.ARN(d.dead.Queue.ValueString(), place))
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
	m.ConsoleURLs = types.MapUnknown(types.StringType)
	m.TagsAll = types.MapUnknown(types.StringType)
	m.Drift = tf.ListOf(nil)
}

func addClusterError(diags *diag.Diagnostics, err error) {
	if err != nil {
		at := path.Root("task").AtName("cluster")
		tf.AddInvalid(diags, at, err)
	}
}
