package taskschedule

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/provider/taskref"
	"github.com/dockertask/terraform-provider-docker/internal/schedule"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// Schema describes docker_task_schedule. The defaults that stand in it do not follow from
// anything.
func (r *scheduleResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := map[string]schema.Attribute{
		"name": schema.StringAttribute{
			Required:            true,
			Validators:          []validator.String{tf.StringCheck(schedule.CheckName)},
			PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
			MarkdownDescription: "Name of the schedule: 1 to 64 letters, digits, hyphens, underscores and dots. A change replaces it.",
		},
		"group": schema.StringAttribute{
			Optional: true, Computed: true, Default: stringdefault.StaticString(schedule.DefaultGroup),
			Validators:          []validator.String{tf.StringCheck(schedule.CheckName)},
			PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
			MarkdownDescription: "Schedule group, which has to exist. Default: `default`. A change replaces the schedule.",
		},
		"region": tf.ComputedString("AWS region of the schedule: the task's. A change replaces the schedule."),
		"task":   taskref.Schema(),
		"revision": schema.Int64Attribute{
			Optional:            true,
			Validators:          []validator.Int64{tf.Between(1, 1<<31-1, "")},
			MarkdownDescription: "Pins the schedule to one revision, as in `docker_task.dump.revision`. Default: the newest, whatever its number; then a deploy leaves the schedule alone.",
		},
		"role": schema.SingleNestedAttribute{
			Optional: true,
			MarkdownDescription: "The role that EventBridge Scheduler runs the task with. It is made with the schedule, trusts Scheduler for schedules of this group only, and may run this task and nothing else. " +
				"`arn` names an existing role, which the provider uses and never changes; `policy_json` is what it needs.",
			Attributes: tf.WhichRoleSchema("`NAME-REGION-schedule`, after the group where that is not the default one"),
		},
		"permissions_boundary": tf.BoundarySchema("ARN of the policy that bounds what the role may do at most."),
		"tags":                 tf.TagsSchema("the role", "; schedules have none"),
		"tags_all":             tf.TagsAllSchema("the role"),
		"arn":                  tf.ComputedString("ARN of the schedule. Null while it is missing."),
		"role_arn":             tf.ComputedString("ARN of the role. Null while it is missing."),
		"role_name":            tf.ComputedString("Name of the role."),
		"policy_json":          tf.ComputedString("The inline policy `" + task.InlinePolicyName + "` of the role; for a role given by ARN, what that role needs."),
		"drift": schema.ListAttribute{
			ElementType: types.StringType, Computed: true,
			MarkdownDescription: "What of the unit is not as it was made and has no attribute of its own: one line each, naming fields and never values. " +
				"Planned as empty, so that drift shows in a plan, and is repaired by the next apply.",
		},
		"timeouts": timeouts.Attributes(ctx, timeouts.Opts{Create: true, Read: true, Update: true, Delete: true}),
	}
	for _, more := range []map[string]schema.Attribute{whenSchema(), launchSchema(), deliverySchema()} {
		for name, a := range more {
			attributes[name] = a
		}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Runs a docker task on a cron, rate or at expression, through EventBridge Scheduler. " +
			"Schedule, role and policy are made, changed, refreshed, imported and destroyed as one; all of it is known at plan, and a new image of the task changes none.",
		Attributes: attributes,
	}
}

// whenSchema are the attributes that say when the task runs.
func whenSchema() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"expression": schema.StringAttribute{
			Required:   true,
			Validators: []validator.String{tf.StringCheck(schedule.CheckExpression)},
			MarkdownDescription: "When the task runs: `cron(MINUTES HOURS DAY-OF-MONTH MONTH DAY-OF-WEEK YEAR)`, one of the two days being `?`; " +
				"`rate(5 minutes)`, `rate(1 hour)`, `rate(7 days)`, with the unit in singular or plural; or once, `at(2030-12-31T23:59:00)`.",
		},
		"time_zone": schema.StringAttribute{
			Optional: true, Computed: true, Default: stringdefault.StaticString(schedule.DefaultTimeZone),
			Validators:          []validator.String{tf.StringCheck(schedule.CheckTimeZone)},
			MarkdownDescription: "Time zone of the expression, as in `Europe/Berlin`, daylight saving time included. Default: `UTC`.",
		},
		"flexible_window_minutes": schema.Int64Attribute{
			Optional:            true,
			Validators:          []validator.Int64{tf.Between(1, 1440, " minutes")},
			MarkdownDescription: "Within how many minutes after its time the task may start, 1 to 1440, which spreads the load of many schedules. Default: at its time.",
		},
		"start": schema.StringAttribute{
			Optional:            true,
			Validators:          []validator.String{tf.StringCheck(schedule.CheckInstant)},
			MarkdownDescription: "When a cron or rate schedule begins, with date, time of day and zone (RFC 3339). Default: at once.",
		},
		"end": schema.StringAttribute{
			Optional:            true,
			Validators:          []validator.String{tf.StringCheck(schedule.CheckInstant)},
			MarkdownDescription: "When a cron or rate schedule ends (RFC 3339). Default: never.",
		},
		"action_after_completion": schema.StringAttribute{
			Optional: true, Computed: true, Default: stringdefault.StaticString(schedule.Keep),
			Validators: []validator.String{tf.Enum{schedule.Keep, schedule.Delete}},
			MarkdownDescription: "What becomes of the schedule after it ran for the last time: `" + schedule.Keep + "` or `" + schedule.Delete + "`. Default: `" + schedule.Keep + "`. " +
				"One that deleted itself stays in state, and is not made again, until it is changed or destroyed.",
		},
		"enabled": schema.BoolAttribute{
			Optional: true, Computed: true, Default: booldefault.StaticBool(true),
			MarkdownDescription: "Whether the schedule runs. Default: true.",
		},
		"description": schema.StringAttribute{
			Optional:            true,
			Validators:          []validator.String{tf.StringCheck(schedule.CheckDescription)},
			MarkdownDescription: "Description of the schedule, at most 512 characters.",
		},
		"kms_key_arn": schema.StringAttribute{
			Optional:            true,
			Validators:          []validator.String{tf.StringCheck(task.CheckKeyARN)},
			MarkdownDescription: "ARN of a customer-managed key that encrypts the schedule; the role gets the right to decrypt with it. Default: a key of AWS's.",
		},
	}
}

// launchSchema are the attributes that say how the task is run.
func launchSchema() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"launch_type": taskref.LaunchTypeSchema("Where the task runs"),
		"capacity_providers": taskref.CapacityProvidersSchema(schedule.MaxProviders,
			" With `assign_public_ip` of the task, whether Scheduler takes a public address without `LaunchType` `FARGATE` is not clear from its documentation, and has not been tried on a real account."),
		"platform_version": schema.StringAttribute{
			Optional:            true,
			Validators:          []validator.String{tf.StringCheck(schedule.CheckPlatformVersion)},
			MarkdownDescription: "Platform version of Fargate, as in `1.4.0`. Default: the latest.",
		},
		"task_count": schema.Int64Attribute{
			Optional: true, Computed: true, Default: int64default.StaticInt64(1),
			Validators:          []validator.Int64{tf.Between(1, 10, " tasks")},
			MarkdownDescription: "How many tasks to start each time, 1 to 10. Default: 1.",
		},
		"command": schema.ListAttribute{
			ElementType: types.StringType, Optional: true,
			Validators:          []validator.List{listvalidator.SizeAtLeast(1)},
			MarkdownDescription: "Command of the main container, in place of the task's.",
		},
		"environment": schema.MapAttribute{
			ElementType: types.StringType, Optional: true,
			Validators:          []validator.Map{mapvalidator.KeysAre(tf.StringCheck(task.CheckVariable))},
			MarkdownDescription: "Variables of the main container, over those of the task.",
		},
		"cpu": schema.Int64Attribute{
			Optional:            true,
			Validators:          []validator.Int64{tf.Between(1, 1<<31-1, " CPU units")},
			MarkdownDescription: "CPU units of the whole task, in place of the task's own. On Fargate both sizes together have to be one of its sizes.",
		},
		"memory": schema.Int64Attribute{
			Optional:            true,
			Validators:          []validator.Int64{tf.Between(1, 1<<31-1, " MiB")},
			MarkdownDescription: "Memory of the whole task in MiB, in place of the task's own.",
		},
		"enable_execute_command": schema.BoolAttribute{
			Optional:            true,
			MarkdownDescription: "Whether ECS Exec is switched on for the running task; the docker task's own `enable_execute_command` gives it the rights.",
		},
		"propagate_tags": schema.BoolAttribute{
			Optional:            true,
			MarkdownDescription: "Whether the running task gets the tags of its task definition. The role may then tag tasks as it starts them.",
		},
		"task_tags": schema.MapAttribute{
			ElementType: types.StringType, Optional: true,
			Validators:          []validator.Map{mapvalidator.SizeAtMost(50)},
			MarkdownDescription: "Tags of the running task, none with an empty value: Scheduler, unlike ECS, takes none. The role may then tag tasks as it starts them.",
		},
	}
}

// deliverySchema are the attributes that say how Scheduler tries.
func deliverySchema() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"retry": schema.SingleNestedAttribute{
			Optional:            true,
			MarkdownDescription: "How often and how long to try again when ECS does not take the task. What the task itself does is no matter of it.",
			Attributes: map[string]schema.Attribute{
				"maximum_attempts": schema.Int64Attribute{
					Optional:            true,
					Validators:          []validator.Int64{tf.Between(0, schedule.MaximumAttempts, " attempts")},
					MarkdownDescription: fmt.Sprintf("Attempts after the first, 0 to %[1]d. Default: %[1]d.", schedule.MaximumAttempts),
				},
				"maximum_age_seconds": schema.Int64Attribute{
					Optional:            true,
					Validators:          []validator.Int64{tf.Between(60, schedule.MaximumAgeSeconds, " seconds")},
					MarkdownDescription: fmt.Sprintf("Seconds after which to give up, 60 to %[1]d. Default: %[1]d.", schedule.MaximumAgeSeconds),
				},
			},
		},
		"dead_letter_queue": schema.SingleNestedAttribute{
			Optional:            true,
			MarkdownDescription: "The queue that gets a message when the task could not be started; the role gets the right to send it.",
			Attributes: map[string]schema.Attribute{
				"queue": schema.StringAttribute{
					Required:            true,
					Validators:          []validator.String{tf.StringCheck(schedule.CheckQueue)},
					MarkdownDescription: "Name or ARN of an SQS queue, no FIFO one.",
				},
				"kms_key_arn": schema.StringAttribute{
					Optional:   true,
					Validators: []validator.String{tf.StringCheck(task.CheckKeyARN)},
					MarkdownDescription: "ARN of the customer-managed key that the queue is encrypted with (SSE-KMS): the role gets `kms:GenerateDataKey` and `kms:Decrypt` on it, through SQS only. " +
						"Without that right no message arrives, and nothing tells of it. Leave it out for a queue that SQS encrypts with a key of its own (SSE-SQS, the default).",
				},
			},
		},
	}
}
