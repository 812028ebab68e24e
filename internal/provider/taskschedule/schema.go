package taskschedule

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
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

	"github.com/dockertask/terraform-provider-docker/internal/awsname"
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
			MarkdownDescription: "Name of the schedule: " + awsname.Schedule.Says + ". A change replaces it.",
		},
		"group": schema.StringAttribute{
			Optional: true, Computed: true, Default: stringdefault.StaticString(schedule.DefaultGroup),
			Validators:          []validator.String{tf.StringCheck(schedule.CheckName)},
			PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
			MarkdownDescription: "Schedule group, which must exist. Default: `default`. A change replaces the schedule.",
		},
		"region": tf.ComputedString("AWS region of the schedule, which is that of the task. A change replaces the schedule."),
		"task":   taskref.Schema(),
		"revision": schema.Int64Attribute{
			Optional:            true,
			Validators:          []validator.Int64{tf.Between(1, 1<<31-1, "")},
			MarkdownDescription: "Fixed revision for the schedule, as in `docker_task.dump.revision`. Default: the newest, so a deploy does not change the schedule.",
		},
		"role": schema.SingleNestedAttribute{
			Optional: true,
			MarkdownDescription: "The role with which EventBridge Scheduler runs the task. It is created with the schedule, trusts Scheduler for schedules of this group only, and may run only this task. " +
				"`arn` names an existing role, which the provider uses and never changes; `policy_json` has the permissions that it needs.",
			Attributes: tf.WhichRoleSchema("`NAME-REGION-schedule`, prefixed with the group unless it is the default one"),
		},
		"permissions_boundary": tf.BoundarySchema("ARN of the policy that is the permissions boundary of the role."),
		"tags":                 tf.TagsSchema("the role", ". A schedule has no tags"),
		"tags_all":             tf.TagsAllSchema("the role"),
		"arn":                  tf.ComputedString("ARN of the schedule. Null while it is missing."),
		"role_arn":             tf.ComputedString("ARN of the role. Null while it is missing."),
		"role_name":            tf.ComputedString("Name of the role."),
		"policy_json":          tf.ComputedString("The inline policy `" + task.InlinePolicyName + "` of the role; for a role given by ARN, the permissions that it needs."),
		"console_urls":         tf.ConsoleURLsSchema(consolePages...),
		"drift": schema.ListAttribute{
			ElementType: types.StringType, Computed: true,
			MarkdownDescription: "Differences of the unit without an attribute of their own, one line each. A line names fields, " +
				"never values. Planned as empty, so drift shows in a plan and the next apply repairs it.",
		},
		"timeouts": timeouts.Attributes(ctx, timeouts.Opts{Create: true, Read: true, Update: true, Delete: true}),
	}
	for _, more := range []map[string]schema.Attribute{whenSchema(), launchSchema(), taskref.PlacementSchema(), deliverySchema()} {
		for name, a := range more {
			attributes[name] = a
		}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Runs a docker task on a cron, rate or at expression, through EventBridge Scheduler. " +
			"Schedule, role and policy are created, changed, refreshed, imported and destroyed as one unit. All values are known at plan, and a new image of the task changes none of them.",
		Attributes: attributes,
	}
}

// whenSchema are the attributes that say when the task runs.
func whenSchema() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"expression": schema.StringAttribute{
			Required:   true,
			Validators: []validator.String{tf.StringCheck(schedule.CheckExpression)},
			MarkdownDescription: "Times at which the task runs: `cron(MINUTES HOURS DAY-OF-MONTH MONTH DAY-OF-WEEK YEAR)`, with `?` for one of the two days; " +
				"`rate(5 minutes)`, `rate(1 hour)`, `rate(7 days)`, with the unit in singular or plural; or once, `at(2030-12-31T23:59:00)`.",
		},
		"time_zone": schema.StringAttribute{
			Optional: true, Computed: true, Default: stringdefault.StaticString(schedule.DefaultTimeZone),
			Validators:          []validator.String{tf.StringCheck(schedule.CheckTimeZone)},
			MarkdownDescription: "Time zone of the expression, such as `Europe/Berlin`, including daylight saving time. Default: `UTC`.",
		},
		"flexible_window_minutes": schema.Int64Attribute{
			Optional:            true,
			Validators:          []validator.Int64{tf.Between(1, 1440, " minutes")},
			MarkdownDescription: "Flexible time window in minutes, 1 to 1440, which spreads the load of many schedules. Default: none, the task starts at its time.",
		},
		"start": schema.StringAttribute{
			Optional:            true,
			Validators:          []validator.String{tf.StringCheck(schedule.CheckInstant)},
			MarkdownDescription: "Start of a cron or rate schedule, with date, time of day and zone (RFC 3339). Default: immediately.",
		},
		"end": schema.StringAttribute{
			Optional:            true,
			Validators:          []validator.String{tf.StringCheck(schedule.CheckInstant)},
			MarkdownDescription: "End of a cron or rate schedule (RFC 3339). Default: never.",
		},
		"action_after_completion": schema.StringAttribute{
			Optional: true, Computed: true, Default: stringdefault.StaticString(schedule.Keep),
			Validators: []validator.String{tf.Enum{schedule.Keep, schedule.Delete}},
			MarkdownDescription: "Action after the last run of the schedule: `" + schedule.Keep + "` or `" + schedule.Delete + "`. Default: `" + schedule.Keep + "`. " +
				"A schedule that deleted itself stays in state and is not created again until it is changed or destroyed.",
		},
		"enabled": schema.BoolAttribute{
			Optional: true, Computed: true, Default: booldefault.StaticBool(true),
			MarkdownDescription: "Whether the schedule is enabled. Default: true.",
		},
		"description": schema.StringAttribute{
			Optional:            true,
			Validators:          []validator.String{tf.StringCheck(awsname.CheckDescription)},
			MarkdownDescription: fmt.Sprintf("Description of the schedule, at most %d characters.", awsname.MaxDescription),
		},
		"kms_key_arn": schema.StringAttribute{
			Optional:            true,
			Validators:          []validator.String{tf.StringCheck(task.CheckKeyARN)},
			MarkdownDescription: "ARN of a customer-managed key that encrypts the schedule; the role may decrypt with it. Default: an AWS owned key.",
		},
	}
}

// launchSchema are the attributes that say how the task is run.
func launchSchema() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"launch_type": taskref.LaunchTypeSchema("Launch type"),
		"capacity_providers": taskref.CapacityProvidersSchema(schedule.MaxProviders,
			" With `assign_public_ip` of the task, the documentation of Scheduler does not say whether it accepts a public address without `LaunchType` `FARGATE`, and it has not been tried on a real account."),
		"platform_version": schema.StringAttribute{
			Optional:            true,
			Validators:          []validator.String{tf.StringCheck(schedule.CheckPlatformVersion)},
			MarkdownDescription: "Platform version of Fargate, as in `1.4.0`. Default: the latest.",
		},
		"task_count": schema.Int64Attribute{
			Optional: true, Computed: true, Default: int64default.StaticInt64(1),
			Validators:          []validator.Int64{tf.Between(1, 10, " tasks")},
			MarkdownDescription: "Number of tasks to start each time, 1 to 10. Default: 1.",
		},
		"command":     taskref.CommandSchema("the main container", ""),
		"environment": taskref.EnvironmentSchema("the main container", ""),
		"cpu": schema.Int64Attribute{
			Optional:            true,
			Validators:          []validator.Int64{tf.Between(1, 1<<31-1, " CPU units")},
			MarkdownDescription: "CPU units of the whole task, instead of the task's `cpu`. On Fargate, `cpu` and `memory` together must be one of its sizes.",
		},
		"memory": schema.Int64Attribute{
			Optional:            true,
			Validators:          []validator.Int64{tf.Between(1, 1<<31-1, " MiB")},
			MarkdownDescription: "Memory of the whole task in MiB, instead of the task's `memory`.",
		},
		"containers":              taskref.ContainersSchema(""),
		"task_group":              taskref.TaskGroupSchema(),
		"reference_id":            taskref.ReferenceIDSchema(),
		"enable_ecs_managed_tags": taskref.ManagedTagsSchema(),
		"enable_execute_command": schema.BoolAttribute{
			Optional:            true,
			MarkdownDescription: "Whether ECS Exec is enabled for the running task; `enable_execute_command` of the docker task adds the permissions.",
		},
		"propagate_tags": schema.BoolAttribute{
			Optional:            true,
			MarkdownDescription: "Whether the running task gets the tags of its task definition. The role may then tag the tasks that it starts.",
		},
		"task_tags": schema.MapAttribute{
			ElementType: types.StringType, Optional: true,
			Validators:          []validator.Map{mapvalidator.SizeAtMost(awsname.MaxTags)},
			MarkdownDescription: "Tags of the running task. Scheduler does not accept empty values. The role may then tag the tasks that it starts.",
		},
	}
}

// deliverySchema are the attributes that say how Scheduler tries.
func deliverySchema() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"retry": schema.SingleNestedAttribute{
			Optional:            true,
			MarkdownDescription: "Retries of Scheduler if ECS does not accept the task. The exit of the task itself causes no retry.",
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
			MarkdownDescription: "The queue that receives a message when the task could not be started; the role may send to it.",
			Attributes: map[string]schema.Attribute{
				"queue": schema.StringAttribute{
					Required:            true,
					Validators:          []validator.String{tf.StringCheck(schedule.CheckQueue)},
					MarkdownDescription: "Name or ARN of a standard SQS queue, not FIFO.",
				},
				"kms_key_arn": schema.StringAttribute{
					Optional:   true,
					Validators: []validator.String{tf.StringCheck(task.CheckKeyARN)},
					MarkdownDescription: "ARN of the customer-managed key that the queue is encrypted with (SSE-KMS): the role gets `kms:GenerateDataKey` and `kms:Decrypt` on it, through SQS only. " +
						"Without this permission messages are lost without an error. Leave it out for a queue with SSE-SQS, the default.",
				},
			},
		},
	}
}
