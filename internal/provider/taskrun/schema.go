package taskrun

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/awsname"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/provider/taskref"
	"github.com/dockertask/terraform-provider-docker/internal/run"
	"github.com/dockertask/terraform-provider-docker/internal/schedule"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// consolePages are the keys of console_urls.
var consolePages = []string{"task", "logs"}

const runsAgain = " A change runs the task again."

// Schema describes docker_task_run.
func (r *runResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := argumentsSchema()
	maps.Copy(attributes, resultSchema())
	attributes["triggers"] = schema.MapAttribute{
		ElementType: types.StringType, Optional: true,
		MarkdownDescription: "Values whose change runs the task again.",
	}
	attributes["region"] = tf.ComputedString("AWS region of the run, which is that of the task. With another one the resource is replaced.")
	attributes["timeouts"] = timeouts.Attributes(ctx, timeouts.Opts{Create: true, Update: true, Delete: true})
	resp.Schema = schema.Schema{
		MarkdownDescription: "Runs a docker task and waits for it. The resource means: this run has succeeded. A run that failed fails the apply, and the next apply runs the task again, until it succeeds. " +
			"Nothing is run in a plan, and a refresh calls nothing.",
		Attributes: attributes,
	}
}

// argumentsSchema are the arguments of a run.
func argumentsSchema() map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{
		"task": taskref.Schema(),
		"revision": schema.Int64Attribute{
			Optional:            true,
			Validators:          []validator.Int64{tf.Between(1, 1<<31-1, "")},
			MarkdownDescription: "Revision to run, as in `docker_task.api.revision`. Default: the newest when the run starts; a new revision then does not run the task again." + runsAgain,
		},
	}
	for _, more := range []map[string]schema.Attribute{overridesSchema(), launchSchema(), taskref.PlacementSchema(), volumesSchema(), conductSchema()} {
		maps.Copy(attributes, more)
	}
	return attributes
}

func text(check tf.StringCheck, description string) schema.StringAttribute {
	return schema.StringAttribute{Optional: true, Validators: []validator.String{check}, MarkdownDescription: description}
}

// overridesSchema are the attributes that a run has instead of the task definition.
func overridesSchema() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"command":     taskref.CommandSchema("the main container", runsAgain),
		"environment": taskref.EnvironmentSchema("the main container", " They stand in state, and whoever may call `DescribeTasks` or read CloudTrail sees them: a secret belongs into `secrets` of the task."+runsAgain),
		"containers":  taskref.ContainersSchema(runsAgain),
		"cpu":         taskref.Units(taskref.MaxSize, " CPU units", "CPU units of the whole task. On Fargate, `cpu` and `memory` together must be one of its sizes."+runsAgain),
		"memory":      taskref.Units(taskref.MaxSize, " MiB", "Memory of the whole task in MiB."+runsAgain),
		"ephemeral_storage_gib": schema.Int64Attribute{
			Optional:            true,
			Validators:          []validator.Int64{tf.Between(run.MinStorage, run.MaxStorage, " GiB")},
			MarkdownDescription: fmt.Sprintf("Ephemeral storage on Fargate in GiB, %d to %d.%s", run.MinStorage, run.MaxStorage, runsAgain),
		},
		"task_role_arn":      text(task.CheckRoleARN, "ARN of a role instead of the task role. The credentials need `iam:PassRole` on it."+runsAgain),
		"execution_role_arn": text(task.CheckRoleARN, "ARN of a role instead of the execution role. The credentials need `iam:PassRole` on it."+runsAgain),
	}
}

// launchSchema are the attributes that say on what the task runs.
func launchSchema() map[string]schema.Attribute {
	ids := func(check tf.StringCheck, most int, description string) schema.SetAttribute {
		return schema.SetAttribute{
			ElementType: types.StringType, Optional: true,
			Validators:          []validator.Set{setvalidator.NoNullValues(), setvalidator.SizeAtMost(most), setvalidator.ValueStringsAre(check)},
			MarkdownDescription: description,
		}
	}
	return map[string]schema.Attribute{
		"task_count": schema.Int64Attribute{
			Optional:            true,
			Validators:          []validator.Int64{tf.Between(1, run.MaxCount, " tasks")},
			MarkdownDescription: fmt.Sprintf("Number of tasks, 1 to %d. All of them have to succeed. Default: 1.%s", run.MaxCount, runsAgain),
		},
		"launch_type":        taskref.LaunchTypeSchema("Launch type"),
		"capacity_providers": taskref.CapacityProvidersSchema(run.MaxProviders, ""),
		"container_instances": schema.SetAttribute{
			ElementType: types.StringType, Optional: true,
			Validators: []validator.Set{
				setvalidator.SizeBetween(1, run.MaxInstances), setvalidator.NoNullValues(),
				setvalidator.ValueStringsAre(tf.StringCheck(run.CheckInstance)),
			},
			MarkdownDescription: fmt.Sprintf("Container instances to run on, one task on each, by ids or ARNs, 1 to %d: for tasks on `EC2` and `EXTERNAL` only. "+
				"ECS has no token for this call (StartTask): if its answer is lost, the run fails, and the message says how to find out what was started.%s", run.MaxInstances, runsAgain),
		},
		"subnet_ids":         ids(task.CheckSubnetID, task.MaxSubnets, "Subnets to run in, instead of the task's."),
		"security_group_ids": ids(task.CheckSecurityGroupID, task.MaxSecurityGroups, "Security groups to run with, instead of the task's."),
		"assign_public_ip":   schema.BoolAttribute{Optional: true, MarkdownDescription: "Whether the task gets a public IP address, instead of the task's setting."},
		"platform_version":   text(schedule.CheckPlatformVersion, "Platform version of Fargate, as in `1.4.0`. Default: the latest."),
		"group":              taskref.TaskGroupSchema(),
		"started_by": text(run.CheckStartedBy, fmt.Sprintf("What `startedBy` of the tasks says, by which they are found again: at most %d characters, with `container_instances` %d. Default: `%s`.",
			run.MaxStartedBy, run.MaxStartedByOnStart, run.DefaultStartedBy)),
		"tags": schema.MapAttribute{
			ElementType: types.StringType, Optional: true,
			Validators:          []validator.Map{mapvalidator.SizeAtMost(awsname.MaxTags)},
			MarkdownDescription: "Tags of the running tasks, over the provider's `default_tags`. ECS deletes the tags of a task that it is told to stop.",
		},
		"propagate_tags":          schema.BoolAttribute{Optional: true, MarkdownDescription: "Whether the tasks get the tags of their task definition too. Default: true."},
		"enable_ecs_managed_tags": taskref.ManagedTagsSchema(),
		"reference_id":            taskref.ReferenceIDSchema(),
		"enable_execute_command":  schema.BoolAttribute{Optional: true, MarkdownDescription: "Whether ECS Exec is enabled for the tasks; `enable_execute_command` of the docker task adds the permissions."},
	}
}

// volumesSchema are volumes.
func volumesSchema() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"volumes": schema.MapNestedAttribute{
			Optional:            true,
			MarkdownDescription: "EBS volumes, by the names of volumes with `configured_at_launch` in the task definition.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"role_arn": schema.StringAttribute{
					Required: true, Validators: []validator.String{tf.StringCheck(task.CheckRoleARN)},
					MarkdownDescription: "ARN of the infrastructure role, with which ECS makes the volume. The credentials need `iam:PassRole` on it.",
				},
				"size_gib":        taskref.Units(65536, " GiB", "Size in GiB. Default: that of the snapshot."),
				"volume_type":     schema.StringAttribute{Optional: true, MarkdownDescription: "Type of the volume, such as `gp3`. Default: `gp3`."},
				"iops":            taskref.Units(256000, "", "I/O operations per second."),
				"throughput":      taskref.Units(2000, " MiB/s", "Throughput of `gp3` in MiB/s."),
				"encrypted":       schema.BoolAttribute{Optional: true, MarkdownDescription: "Whether the volume is encrypted. Default: the account's setting."},
				"kms_key_arn":     text(task.CheckKeyARN, "ARN of a key to encrypt the volume with."),
				"snapshot_id":     schema.StringAttribute{Optional: true, MarkdownDescription: "Snapshot to make the volume of."},
				"filesystem_type": schema.StringAttribute{Optional: true, MarkdownDescription: "File system: `xfs`, `ext4`, `ext3` or `ntfs`. Default: `xfs`, on Windows `ntfs`."},
			}},
		},
	}
}

// conductSchema are the attributes that say how the run is awaited.
func conductSchema() map[string]schema.Attribute {
	codes := func(description string) schema.SetAttribute {
		return schema.SetAttribute{
			ElementType: types.Int64Type, Optional: true,
			Validators:          []validator.Set{setvalidator.SizeAtLeast(1), setvalidator.NoNullValues(), setvalidator.ValueInt64sAre(tf.Between(0, 255, ""))},
			MarkdownDescription: description,
		}
	}
	return map[string]schema.Attribute{
		"wait": schema.StringAttribute{
			Optional:   true,
			Validators: []validator.String{tf.OneOf(run.Waits)},
			MarkdownDescription: "What to wait for: `stopped`, until the tasks have ended and succeeded; `running`, until they run; `none`. Default: `stopped`. " +
				"With `running` and `none`, tasks that still run are stopped when the task is run again, and when the resource is destroyed.",
		},
		"start_timeout":      text(checkStartTimeout, fmt.Sprintf("How long tasks may take until they run, as in `5m`. One that takes longer is stopped, and the run fails. Default: `%s`.", short(run.DefaultStartTimeout))),
		"success_exit_codes": codes("Exit codes of the main container that are a success, 0 to 255. Default: `[0]`. The other containers do not count."),
		"retry": schema.SingleNestedAttribute{
			Optional: true,
			MarkdownDescription: "Further attempts, within the same apply, after a failure of AWS's own: Spot took the capacity back, the hardware failed, network or storage was not provided in time. " +
				"With at least one attempt, tasks are also asked for again while the instances of the cluster have no room, until `start_timeout`.",
			Attributes: map[string]schema.Attribute{
				"attempts": schema.Int64Attribute{
					Optional:            true,
					Validators:          []validator.Int64{tf.Between(0, run.MaxAttempts, " attempts")},
					MarkdownDescription: fmt.Sprintf("Attempts after the first, 0 to %d. Default: 0.", run.MaxAttempts),
				},
				"exit_codes":            codes("Exit codes of the main container after which the task is run again, too."),
				"fallback_to_on_demand": schema.BoolAttribute{Optional: true, MarkdownDescription: "Whether a task on `FARGATE_SPOT` that has lost its capacity, or gets none, is run on `FARGATE`. Default: false."},
			},
		},
		"log_lines": schema.Int64Attribute{
			Optional:            true,
			Validators:          []validator.Int64{tf.Between(0, run.MaxLogLines, " lines")},
			MarkdownDescription: fmt.Sprintf("Number of last lines of the main container's log that an error shows and `log_tail` has, 0 to %d. Default: %d. They stand in state; 0 for none.", run.MaxLogLines, run.DefaultLogLines),
		},
	}
}

// resultSchema are the computed attributes.
func resultSchema() map[string]schema.Attribute {
	number := func(description string) schema.Int64Attribute {
		return schema.Int64Attribute{Computed: true, MarkdownDescription: description}
	}
	list := func(description string) schema.ListAttribute {
		return schema.ListAttribute{ElementType: types.StringType, Computed: true, MarkdownDescription: description}
	}
	return map[string]schema.Attribute{
		"task_definition_arn": tf.ComputedString("ARN of the task definition with the revision that has run. A service that refers to it waits for the run."),
		"task_arns":           list("ARNs of the tasks. ECS knows a task for about an hour after its end."),
		"exit_code":           number("Exit code of the main container of the last task."),
		"stop_code":           tf.ComputedString("Why the task stopped, as a code of ECS."),
		"stopped_reason":      tf.ComputedString("Why the task stopped, as ECS says it."),
		"started_at":          tf.ComputedString("When the task began to run (RFC 3339)."),
		"stopped_at":          tf.ComputedString("When the task ended (RFC 3339)."),
		"duration_seconds":    number("How long the task ran, in seconds."),
		"pull_seconds":        number("How long the images were pulled, in seconds."),
		"image_digest":        tf.ComputedString("Digest of the image that the main container has run."),
		"log_stream_names":    list("Log streams of the main containers, in the order of `task_arns`."),
		"log_tail":            list("Last lines of the log of the main container, as many as `log_lines`."),
		"console_urls":        tf.ConsoleURLsSchema(consolePages...),
	}
}

// checkStartTimeout takes durations.
func checkStartTimeout(s string) error {
	d, err := time.ParseDuration(s)
	if err != nil || d < time.Second {
		return fmt.Errorf("a duration of at least 1s is allowed, such as 90s or 10m, not %q", s)
	}
	return nil
}

// short is a duration as one writes it.
func short(d time.Duration) string {
	if d%time.Minute == 0 {
		return fmt.Sprintf("%dm", d/time.Minute)
	}
	return d.String()
}
