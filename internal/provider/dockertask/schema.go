package dockertask

import (
	"context"
	"fmt"
	"maps"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/awsname"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/provider/taskref"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// Schema describes docker_task. Optional attributes that are also computed take their value
// from other attributes while planning (planTask): a default in the schema would stay when
// its reason is gone.
func (r *taskResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := taskAttributesSchema()
	attributes["keep_revisions"] = schema.Int64Attribute{
		Optional: true, Computed: true,
		Validators: []validator.Int64{tf.Between(0, 1000, " revisions")},
		MarkdownDescription: fmt.Sprintf("Number of older revisions that stay `ACTIVE`, for rollback and for running consumers. After "+
			"a new revision is registered, older ones are deregistered, at most 100 in each update. Default: %d, unless the provider's `defaults` say otherwise.", task.DefaultKeepRevisions),
	}
	attributes["delete_revisions"] = schema.BoolAttribute{
		Optional:            true,
		MarkdownDescription: "Whether deregistered revisions are also deleted, after an update and on destroy, including those that this task left `INACTIVE` before. Default: false; ECS keeps them as `INACTIVE`.",
	}
	attributes["drift"] = schema.ListAttribute{
		ElementType: types.StringType, Computed: true,
		MarkdownDescription: "Differences of the unit without an attribute of their own, such as the trust policy of a role or the tags of a part, one " +
			"line each. A line names fields, never values. Planned as empty, so drift shows in a plan and the next apply repairs it.",
	}
	attributes["timeouts"] = timeouts.Attributes(ctx, timeouts.Opts{Create: true, Read: true, Update: true, Delete: true})
	resp.Schema = schema.Schema{
		MarkdownDescription: "A *docker task*: a container image with its size, permissions and log. ECS task definition, execution role, " +
			"task role, their policies and log group are created, changed, refreshed, imported and destroyed as one unit.",
		Attributes: attributes,
	}
}

// taskAttributesSchema are the attributes that resource and data source have in common.
func taskAttributesSchema() map[string]schema.Attribute {
	attributes := ownAttributesSchema()
	maps.Copy(attributes, mainTable.Schema())
	maps.Copy(attributes, definitionTable.Schema())
	maps.Copy(attributes, sidecarsTable.Schema())
	return attributes
}

// ownAttributesSchema are those that are no field of a task definition as it stands.
func ownAttributesSchema() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"name": schema.StringAttribute{
			Required:      true,
			Validators:    []validator.String{tf.StringCheck(task.CheckName)},
			PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
			MarkdownDescription: "Name of the task, and its task definition's family: " + awsname.ECS.Says + ". " +
				"The names of all parts follow from it unless they are set. A change replaces the task.",
		},
		"region": schema.StringAttribute{
			Optional: true, Computed: true,
			Validators:          []validator.String{tf.StringCheck(tf.CheckRegion)},
			MarkdownDescription: "AWS region of the task. Default: the provider's. A change replaces the task.",
		},
		"cpu": schema.Int64Attribute{
			Optional: true, Computed: true,
			MarkdownDescription: "CPU units, 1024 to a vCPU. Default: the smallest that fits `memory`, 256 if neither is set. Sizes of Fargate, in CPU units with MiB of memory: " + sizesTable(),
		},
		"memory": schema.Int64Attribute{
			Optional: true, Computed: true,
			MarkdownDescription: "Memory in MiB. Default: the smallest that fits `cpu`, 512 if neither is set.",
		},
		"launch_types": schema.SetAttribute{
			ElementType: types.StringType, Optional: true, Computed: true,
			Validators:          []validator.Set{setvalidator.SizeAtLeast(1), setvalidator.ValueStringsAre(tf.Enum(task.LaunchTypes))},
			MarkdownDescription: "Launch types that the task can run on: " + tf.Code(task.LaunchTypes) + ". If they include `FARGATE`, all settings must be valid on Fargate. Default: `FARGATE`.",
		},
		"network_mode": schema.StringAttribute{
			Optional: true, Computed: true,
			Validators:          []validator.String{tf.Enum(task.NetworkModes)},
			MarkdownDescription: "Network of the containers: " + tf.Code(task.NetworkModes) + ". Default: `awsvpc` on Fargate (the only one there) and on managed instances; otherwise `bridge`, and on Windows the unnamed Docker network.",
		},
		"enable_execute_command": schema.BoolAttribute{
			Optional:            true,
			MarkdownDescription: "Whether ECS Exec can open a shell in the containers: adds the permissions to the task role.",
		},
		"definition_json": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "A complete task definition, in the format of `aws ecs register-task-definition " +
				"--cli-input-json` or of the output of `aws ecs describe-task-definition`. It replaces all attributes of the containers and the task, except `image`, `images` and `environment`. `image` and `environment` go into its main container: the one with the name `container_name`, " +
				"or else with the name of the task, or else the first essential one. " +
				"Containers without a log configuration get the task's log group, and missing roles are created. Its tags apply to every part, unless `tags` has another value. " +
				"Keys that only ECS returns are ignored with a warning; any other key that ECS does not have is an error.",
		},
		"images": schema.MapAttribute{
			ElementType: types.StringType, Optional: true,
			Validators: []validator.Map{mapvalidator.ValueStringsAre(tf.StringCheck(task.CheckImage))},
			MarkdownDescription: "Images of the containers of `definition_json`, by container name, which override those in the file. For the main container, set this or `image`. " +
				"Only with `definition_json`: a sidecar has its image in `sidecars`.",
		},
		"architecture": schema.StringAttribute{
			Optional: true, Computed: true,
			Validators:          []validator.String{tf.Enum(task.Architectures)},
			MarkdownDescription: "CPU architecture: " + tf.Code(task.Architectures) + ". Default: `" + task.Architectures[0] + "` on Fargate, and on other launch types if `operating_system_family` is set.",
		},
		"operating_system_family": schema.StringAttribute{
			Optional: true, Computed: true,
			Validators:          []validator.String{tf.Enum(task.OperatingSystems)},
			MarkdownDescription: "Operating system of the image: " + tf.Code(task.OperatingSystems) + ". Default: `" + task.OperatingSystems[0] + "` on Fargate, and on other launch types if `architecture` is set.",
		},
		"container_name": schema.StringAttribute{
			Optional: true, Computed: true,
			Validators:          []validator.String{tf.StringCheck(task.CheckName)},
			MarkdownDescription: "Name of the container, for overrides. Default: `name`.",
		},
		"secrets_kms_key_arns": schema.SetAttribute{
			ElementType: types.StringType, Optional: true,
			Validators:          []validator.Set{setvalidator.ValueStringsAre(tf.StringCheck(task.CheckKeyARN))},
			MarkdownDescription: "Customer-managed KMS keys that the secrets are encrypted with: the execution role may decrypt with them, through the secrets' services only.",
		},
		"log_group": schema.SingleNestedAttribute{
			Optional: true,
			MarkdownDescription: "The log group. Without it, one named `/ecs/NAME` that keeps events for " + fmt.Sprint(task.DefaultRetention) + " days. " +
				"`arn` names an existing log group, which the provider uses and never changes; then nothing else may be set.",
			Attributes: map[string]schema.Attribute{
				"arn": schema.StringAttribute{
					Optional:            true,
					Validators:          []validator.String{tf.StringCheck(task.CheckLogGroupARN)},
					MarkdownDescription: "ARN of an existing log group.",
				},
				"name": schema.StringAttribute{
					Optional:            true,
					Validators:          []validator.String{tf.StringCheck(task.CheckLogGroupName)},
					MarkdownDescription: "Name. Default: `/ecs/NAME`. After a change, the group of the old name stays with its log events, and is no longer managed.",
				},
				"retention_in_days": schema.Int64Attribute{
					Optional:            true,
					Validators:          []validator.Int64{tf.Int64Check(task.CheckRetention)},
					MarkdownDescription: fmt.Sprintf("Retention of log events in days, 0 for no expiry: one of %s. Default: %d, unless the provider's `defaults` say otherwise.", numbers(task.Retentions), task.DefaultRetention),
				},
				"kms_key_id": schema.StringAttribute{
					Optional:            true,
					Validators:          []validator.String{tf.StringCheck(tf.CheckARN("kms"))},
					MarkdownDescription: "ARN of the KMS key that the log is encrypted with, or of an alias of it. Its key policy must allow CloudWatch Logs to use it. Without it, that of the provider's `defaults`.",
				},
				"class": schema.StringAttribute{
					Optional:            true,
					Validators:          []validator.String{tf.StringCheck(task.CheckLogGroupClass), tf.Enum(task.LogGroupClasses)},
					MarkdownDescription: "Log group class: " + tf.Code(task.LogGroupClasses) + ". Default: `" + task.LogGroupClasses[0] + "`. AWS cannot change it later. A group of class `DELIVERY`, which is for the logs of Lambda functions and has no retention, can be neither created nor adopted.",
				},
				"adopt": schema.BoolAttribute{
					Optional:            true,
					MarkdownDescription: "Adopt an existing log group of this name, and leave it when the task is destroyed. Otherwise an existing group is an error, unless a task of the same name has kept it with `keep_on_destroy`, and it has the default name or is kept again.",
				},
				"keep_on_destroy": schema.BoolAttribute{
					Optional:            true,
					MarkdownDescription: "Keep the log group and its log events when the task is destroyed or replaced. The tag `" + task.TagKept + "` then has the name of the task: the next task of that name takes the group back if the group has the default name, or if one apply replaces the task. Otherwise set `adopt`.",
				},
			},
		},
		"execution_role": roleSchema("The execution role, with which ECS starts the task, pulls the image, reads the secrets and writes the log."),
		"task_role":      roleSchema("The task role, which the containers use."),
		"single_role": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Whether the execution role is also the task role: one role, configured by `execution_role`, with the policies of both; `task_role` cannot be set. The containers then have " +
				"the permissions with which ECS starts them, such as reading every secret of the task, and the trust policy is that of the execution role. Default: false, two roles.",
		},
		"permissions_boundary": tf.BoundarySchema("ARN of the policy that is the permissions boundary of both roles."),
		"cluster": schema.StringAttribute{
			Optional: true, Computed: true,
			Validators:          []validator.String{tf.StringCheck(task.CheckCluster)},
			MarkdownDescription: "Name or ARN of the ECS cluster in which consumers run the task. Default: `" + task.DefaultCluster + "`, unless the provider's `defaults` say otherwise. " + taskref.ClusterHint,
		},
		"subnet_ids": schema.SetAttribute{
			ElementType: types.StringType, Optional: true, Computed: true,
			Validators: []validator.Set{
				setvalidator.SizeAtMost(task.MaxSubnets),
				setvalidator.ValueStringsAre(tf.StringCheck(task.CheckSubnetID)),
			},
			MarkdownDescription: fmt.Sprintf("Subnets in which consumers run the task, at most %d. Default: those of the provider's `defaults`, or of the default VPC. Set it if the default VPC has a subnet in an Availability Zone without Fargate (some "+
				"in us-west-1, ap-northeast-1 and cn-north-1): a task in that subnet does not start.", task.MaxSubnets),
		},
		"security_group_ids": schema.SetAttribute{
			ElementType: types.StringType, Optional: true, Computed: true,
			Validators: []validator.Set{
				setvalidator.SizeAtMost(task.MaxSecurityGroups),
				setvalidator.ValueStringsAre(tf.StringCheck(task.CheckSecurityGroupID)),
			},
			MarkdownDescription: fmt.Sprintf("Security groups of the running task, at most %d. Default: those of the provider's `defaults`, or the VPC's default group.", task.MaxSecurityGroups),
		},
		"assign_public_ip": schema.BoolAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "Whether the running task gets a public IP address. Default: that of the provider's `defaults`, or true on Fargate if no `subnet_ids` are set, because a task in a default subnet cannot pull its image otherwise; else false.",
		},
		"wires": wiresSchema(),
		"wire_policies": schema.MapAttribute{
			ElementType: types.StringType, Computed: true,
			MarkdownDescription: "The policy that each wire adds to the task role, as JSON, by wire.",
		},
		"wire_environment": schema.MapAttribute{
			ElementType: types.StringType, Computed: true,
			MarkdownDescription: "The variables that the wires give the container.",
		},
		"tags":                       tf.TagsSchema("every part of the unit", " and those in `definition_json`"),
		"tags_all":                   tf.TagsAllSchema("the parts"),
		"arn":                        tf.ComputedString("ARN of the newest revision of the task definition. Known after apply when a revision will be registered."),
		"revision":                   schema.Int64Attribute{Computed: true, MarkdownDescription: "Number of the newest revision. Known after apply when a revision will be registered."},
		"family_arn":                 tf.ComputedString("ARN of the task definition without a revision. ECS runs the newest one."),
		"execution_role_arn":         tf.ComputedString("ARN of the execution role. Null while the role is missing."),
		"execution_role_name":        tf.ComputedString("Name of the execution role."),
		"execution_role_policy_json": tf.ComputedString("The inline policy `" + task.InlinePolicyName + "` of the execution role; for a role given by ARN, the permissions that it needs."),
		"task_role_arn":              tf.ComputedString("ARN of the task role. Null while the role is missing."),
		"task_role_name":             tf.ComputedString("Name of the task role."),
		"task_role_policy_json":      tf.ComputedString("The inline policy `" + task.InlinePolicyName + "` of the task role, with `single_role` the inline policy `" + task.TaskPolicyName + "`; null if it needs none."),
		"log_group_name":             tf.ComputedString("Name of the log group."),
		"log_group_arn":              tf.ComputedString("ARN of the log group. Null while the group is missing."),
		"log_retention_in_days":      schema.Int64Attribute{Computed: true, MarkdownDescription: "Retention of the log group in days. Null without expiry, and for a group that is given by ARN."},
		"log_kms_key_id":             tf.ComputedString("ARN of the KMS key that the log group is encrypted with. Null if it has none, and for a group that is given by ARN."),
		"cluster_arn":                tf.ComputedString("ARN of the cluster."),
		"console_urls":               tf.ConsoleURLsSchema(consolePages...),
	}
}

func roleSchema(description string) schema.SingleNestedAttribute {
	attributes := tf.WhichRoleSchema("from the task's name, the region and the kind of role")
	attributes["description"] = schema.StringAttribute{
		Optional:            true,
		Validators:          []validator.String{tf.StringCheck(task.CheckRoleDescription)},
		MarkdownDescription: fmt.Sprintf("Description of the role, of at most %d characters of Latin-1.", awsname.MaxRoleDescription),
	}
	attributes["max_session_duration"] = schema.Int64Attribute{
		Optional:            true,
		Validators:          []validator.Int64{tf.Between(3600, 43200, " seconds")},
		MarkdownDescription: fmt.Sprintf("Longest session in seconds, 3600 to 43200. Default: %d.", task.DefaultMaxSessionDuration),
	}
	attributes["managed_policy_arns"] = schema.SetAttribute{
		ElementType: types.StringType, Optional: true,
		Validators: []validator.Set{
			setvalidator.SizeAtMost(25),
			setvalidator.ValueStringsAre(tf.StringCheck(task.CheckPolicyARN)),
		},
		MarkdownDescription: "Managed policies to attach. Other attached policies are left alone.",
	}
	attributes["policies"] = schema.MapAttribute{
		ElementType: types.StringType, Optional: true,
		Validators: []validator.Map{
			mapvalidator.KeysAre(tf.StringCheck(tf.CheckPolicyName)),
			mapvalidator.ValueStringsAre(tf.StringCheck(checkPolicy)),
		},
		MarkdownDescription: "Inline policies in addition to the derived one: name to JSON. Other inline policies are left alone.",
	}
	attributes["restrict_trust"] = schema.BoolAttribute{
		Optional: true,
		MarkdownDescription: "Whether ECS can use the role for this account and region only, by conditions on `aws:SourceAccount` and `aws:SourceArn` in its trust policy. " +
			"Default: true for the task role, false for the execution role.",
	}
	return schema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: description + " `arn` names an existing role, which the provider uses and never changes; then nothing else may be set.",
		Attributes:          attributes,
	}
}

// sizesTable stands in a list of attributes, where a registry renders no table.
func sizesTable() string {
	rows := make([]string, len(task.Sizes))
	for i, s := range task.Sizes {
		rows[i] = fmt.Sprintf("%d with %s", s.CPU, s.Memories())
		if !s.Windows {
			rows[i] += " (Linux only)"
		}
	}
	return strings.Join(rows, "; ") + "."
}

func numbers(values []int64) string {
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(values), " ", ", "), "[]")
}
