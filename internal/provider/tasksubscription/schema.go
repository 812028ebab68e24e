package tasksubscription

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/awsname"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/provider/taskref"
	"github.com/dockertask/terraform-provider-docker/internal/schedule"
	"github.com/dockertask/terraform-provider-docker/internal/subscription"
)

// model is docker_task_subscription.
type model struct {
	Name   types.String `tfsdk:"name"`
	Region types.String `tfsdk:"region"`
	Task   types.Object `tfsdk:"task"`

	Function types.String `tfsdk:"function"`
	Queue    types.String `tfsdk:"queue"`
	Topic    types.String `tfsdk:"topic"`

	Statuses     types.Set    `tfsdk:"statuses"`
	OnlyFailures types.Bool   `tfsdk:"only_failures"`
	ExitCodes    types.Set    `tfsdk:"exit_codes"`
	AnyCluster   types.Bool   `tfsdk:"any_cluster"`
	Schedule     types.String `tfsdk:"schedule"`

	Enabled          types.Bool   `tfsdk:"enabled"`
	Description      types.String `tfsdk:"description"`
	InputPath        types.String `tfsdk:"input_path"`
	InputTransformer types.Object `tfsdk:"input_transformer"`
	Retry            types.Object `tfsdk:"retry"`
	DeadLetterQueue  types.Object `tfsdk:"dead_letter_queue"`
	MessageGroupID   types.String `tfsdk:"message_group_id"`
	AttachPermission types.Bool   `tfsdk:"attach_permission"`

	Tags    types.Map `tfsdk:"tags"`
	TagsAll types.Map `tfsdk:"tags_all"`

	RuleARN                  types.String `tfsdk:"rule_arn"`
	TargetARN                types.String `tfsdk:"target_arn"`
	EventPattern             types.String `tfsdk:"event_pattern"`
	PermissionJSON           types.String `tfsdk:"permission_json"`
	DeadLetterPermissionJSON types.String `tfsdk:"dead_letter_permission_json"`
	ConsoleURLs              types.Map    `tfsdk:"console_urls"`
	Drift                    types.List   `tfsdk:"drift"`
}

type inputTransformerModel struct {
	Paths    types.Map    `tfsdk:"paths"`
	Template types.String `tfsdk:"template"`
}

type deadLetterQueueModel struct {
	Queue            types.String `tfsdk:"queue"`
	AttachPermission types.Bool   `tfsdk:"attach_permission"`
}

// The types of the nested objects.
var (
	inputTransformerType = types.ObjectType{AttrTypes: map[string]attr.Type{
		"paths": types.MapType{ElemType: types.StringType}, "template": types.StringType,
	}}
	deadLetterQueueType = types.ObjectType{AttrTypes: map[string]attr.Type{
		"queue": types.StringType, "attach_permission": types.BoolType,
	}}
)

// Schema describes docker_task_subscription.
func (r *subscriptionResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	target := func(k subscription.Kind, description string) schema.StringAttribute {
		return schema.StringAttribute{
			Optional:            true,
			Validators:          []validator.String{tf.StringCheck(k.Check)},
			MarkdownDescription: description,
		}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "An *event subscription* sends the state changes " +
			"of a docker task to a function, queue or topic. EventBridge rule, target and permissions are created, changed, refreshed, imported and destroyed as one unit.\n\n" +
			"ECS sends each event at least once: the same event may arrive twice, and " +
			"one status more than once, because other fields of the task change. `detail.taskArn` with `detail.version` identifies an event; a target that must act once for each task has to store the task's ARN.",
		Attributes: map[string]schema.Attribute{
			"name": schema.StringAttribute{
				Optional: true, Computed: true,
				Validators: []validator.String{tf.StringCheck(subscription.CheckName)},
				MarkdownDescription: fmt.Sprintf("Name of the rule. Default: from the names of task and target and the kind of target, as in `transcode-notify-function`, shortened to %d characters. ", awsname.Rule.Max) +
					"A second subscription of the same target needs a name of its own. A change replaces the subscription.",
			},
			"region": tf.ComputedString("AWS region, which is that of the task. A change replaces the subscription."),
			"task":   taskref.Schema(),

			"function": target(subscription.Function, "Name or ARN of the Lambda function that receives the events, with or without `:VERSION` or `:ALIAS` (`$LATEST`, as in `qualified_arn` of an unpublished function, is treated as none). Exactly one of `function`, `queue` and `topic` is required. A change of the target is an update in place that loses no event, unless it changes the default `name`."),
			"queue":    target(subscription.Queue, "Name or ARN of the SQS queue that receives the events. A queue that is encrypted with a KMS key (SSE-KMS) needs a customer-managed key whose policy allows `events.amazonaws.com` to use it; SSE-SQS needs nothing."),
			"topic":    target(subscription.Topic, "Name or ARN of the standard SNS topic that receives the events. Its statement has no condition, because EventBridge fulfils none in the policy of a topic: any EventBridge rule may then publish to the topic (see `attach_permission`). An encrypted topic needs a customer-managed KMS key whose policy allows `events.amazonaws.com` to use it."),

			"statuses": schema.SetAttribute{
				ElementType: types.StringType, Optional: true,
				Validators: []validator.Set{
					setvalidator.SizeAtLeast(1),
					setvalidator.NoNullValues(),
					setvalidator.ValueStringsAre(tf.OneOf(subscription.Statuses)),
				},
				MarkdownDescription: "Status changes to receive, values of `detail.lastStatus`: " + tf.Code(subscription.Statuses) + ". Default: `" + subscription.Stopped + "`.",
			},
			"only_failures": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Receive only failures: the main container ended with an exit code other than 0, or the task never started " +
					"(`TaskFailedToStart`, for example because the image cannot be pulled), or AWS reclaimed the capacity (`SpotInterruption`, `TerminationNotice`, `InfrastructureHealth`). Every stop code except `EssentialContainerExited`, `UserInitiated` and `ServiceSchedulerInitiated` is a failure. " +
					"With these three, a main container without an exit code is not reported. " +
					"Sidecars do not count: those that ECS stops after the main container end with 143 or 137. A task that is stopped by a user counts unless its main container ends with 0. " +
					"If `container_name` of the task is not known, any container counts.",
			},
			"exit_codes": schema.SetAttribute{
				ElementType: types.Int64Type, Optional: true,
				Validators: []validator.Set{
					setvalidator.SizeAtLeast(1),
					setvalidator.NoNullValues(),
					setvalidator.ValueInt64sAre(tf.Between(subscription.MinExitCode, subscription.MaxExitCode, "")),
				},
				MarkdownDescription: fmt.Sprintf("Receive only tasks whose main container ended with one of these exit codes. Cannot be used with `only_failures`. Some hundred are possible: the event pattern has at most %d characters, or %d with a raised quota.", subscription.PatternQuota, subscription.PatternLimit),
			},
			"any_cluster": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Receive events of the task in all clusters. Default: false, only in the task's cluster.",
			},
			"schedule": schema.StringAttribute{
				Optional:   true,
				Validators: []validator.String{tf.StringCheck(schedule.CheckName)},
				MarkdownDescription: fmt.Sprintf("Receive only tasks that the schedule of this name has run, as in `docker_task_schedule.nightly.name`. EventBridge Scheduler gives ECS the first %d characters of the name, so schedules whose names "+
					"begin with the same %[1]d characters are not told apart. Default: all tasks, whoever runs them.", subscription.ScheduleKept),
			},
			"enabled": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Whether the rule is enabled. Default: true.",
			},
			"description": schema.StringAttribute{
				Optional:            true,
				Validators:          []validator.String{tf.StringCheck(awsname.CheckDescription)},
				MarkdownDescription: "Description of the rule.",
			},
			"input_path": schema.StringAttribute{
				Optional:            true,
				Validators:          []validator.String{tf.StringCheck(subscription.CheckPath)},
				MarkdownDescription: "JSON path of the part of the event that is sent to the target, as in `$.detail`. Default: the whole event.",
			},
			"input_transformer": schema.SingleNestedAttribute{
				Optional:            true,
				MarkdownDescription: "Builds the input of the target from parts of the event. Cannot be used with `input_path`.",
				Attributes: map[string]schema.Attribute{
					"paths": schema.MapAttribute{
						ElementType: types.StringType, Optional: true,
						Validators: []validator.Map{
							mapvalidator.SizeAtMost(subscription.MaxPaths),
							mapvalidator.NoNullValues(),
							mapvalidator.KeysAre(tf.StringCheck(subscription.CheckPathName)),
							mapvalidator.ValueStringsAre(tf.StringCheck(subscription.CheckPath)),
						},
						MarkdownDescription: "Parts of the event: name to JSON path, as in `{ task = \"$.detail.taskArn\" }`. AWS requires dot notation; it may refuse brackets, as in `$['detail-type']`.",
					},
					"template": schema.StringAttribute{
						Required:            true,
						MarkdownDescription: fmt.Sprintf("Template with `<name>` for each part, at most %d characters: JSON, or a text in double quotes. `<aws.events.event.json>` is the whole event.", subscription.MaxTemplate),
					},
				},
			},
			"retry": schema.SingleNestedAttribute{
				Optional:            true,
				MarkdownDescription: "Retries of EventBridge if the target does not accept an event.",
				Attributes: map[string]schema.Attribute{
					"maximum_attempts": schema.Int64Attribute{
						Optional:            true,
						Validators:          []validator.Int64{tf.Between(0, subscription.DefaultRetry.MaximumAttempts, " attempts")},
						MarkdownDescription: fmt.Sprintf("Retries, 0 to %[1]d. Default: %[1]d.", subscription.DefaultRetry.MaximumAttempts),
					},
					"maximum_age_seconds": schema.Int64Attribute{
						Optional:            true,
						Validators:          []validator.Int64{tf.Between(subscription.MinAgeSeconds, subscription.DefaultRetry.MaximumAgeSeconds, " seconds")},
						MarkdownDescription: fmt.Sprintf("Maximum age of an event in seconds, %d to %[2]d. Default: %[2]d.", subscription.MinAgeSeconds, subscription.DefaultRetry.MaximumAgeSeconds),
					},
				},
			},
			"dead_letter_queue": schema.SingleNestedAttribute{
				Optional:            true,
				MarkdownDescription: "Queue for events that could not be delivered.",
				Attributes: map[string]schema.Attribute{
					"queue": schema.StringAttribute{
						Required:            true,
						Validators:          []validator.String{tf.StringCheck(subscription.CheckDeadLetterQueue)},
						MarkdownDescription: "Name or ARN of a standard SQS queue of the task's region; of another account with `attach_permission = false`.",
					},
					"attach_permission": schema.BoolAttribute{
						Optional:            true,
						MarkdownDescription: "Whether the statement that allows the rule to send to the queue is added to its policy. Default: true. With false, add `dead_letter_permission_json` to it yourself.",
					},
				},
			},
			"message_group_id": schema.StringAttribute{
				Optional:            true,
				Validators:          []validator.String{tf.StringCheck(checkMessageGroup)},
				MarkdownDescription: "Message group id in a FIFO queue. Default: the task's name. The queue needs content-based deduplication, so an event that ECS sends twice arrives once.",
			},
			"attach_permission": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Whether the statement that allows the rule to invoke the target is added to the target's policy, whose other statements stay unchanged. Default: true. With false it is only computed: if the whole policy is managed " +
					"elsewhere, as by `aws_sqs_queue_policy`, add `permission_json` to it, or for a topic a statement of your own. The statement for a function or queue allows this rule, that for a topic any EventBridge rule.",
			},
			"tags":     tf.TagsSchema("the rule", ""),
			"tags_all": tf.TagsAllSchema("the rule"),

			"rule_arn":                    tf.ComputedString("ARN of the rule. Null while the rule is missing."),
			"target_arn":                  tf.ComputedString("ARN of the target on the rule. Null while the rule has none."),
			"event_pattern":               tf.ComputedString("The event pattern of the rule."),
			"permission_json":             tf.ComputedString("Policy with the statement that allows the rule to invoke the target. Null while the statement is missing."),
			"dead_letter_permission_json": tf.ComputedString("The policy for the dead-letter queue; null without one."),
			"console_urls":                tf.ConsoleURLsSchema(consolePages...),
			"drift": schema.ListAttribute{
				ElementType: types.StringType, Computed: true,
				MarkdownDescription: "Differences of the subscription without an attribute of their own, one line each. A line names fields, never values. Planned as empty.",
			},
		},
	}
}

// checkMessageGroup: 1 to 128 letters, digits and punctuation.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
func checkMessageGroup(id string) error {
	const limit = 100 // of EventBridge, which is lower than that of SQS
	if id == "" || len(id) > limit {
		return fmt.Errorf("a message group id has 1 to %d characters, not %d", limit, len(id))
	}
	for _, c := range id {
		if c <= ' ' || c > '~' {
			return fmt.Errorf("a message group id has letters, digits and punctuation; %q has something else", id)
		}
	}
	return nil
}
