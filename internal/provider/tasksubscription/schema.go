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

	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/provider/taskref"
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

	Statuses     types.Set  `tfsdk:"statuses"`
	OnlyFailures types.Bool `tfsdk:"only_failures"`
	ExitCodes    types.Set  `tfsdk:"exit_codes"`
	AnyCluster   types.Bool `tfsdk:"any_cluster"`

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
		MarkdownDescription: "An *event subscription*: a function, queue or topic hears of what becomes of a docker task. " +
			"EventBridge rule, target and the permissions that it takes are made, changed, refreshed, imported and destroyed as one.\n\n" +
			"ECS tells at least once: the same event may arrive twice, and one status more than once, as other things about the task change. " +
			"`detail.taskArn` with `detail.version` tells events apart; a target that must act once for each task keeps the task's ARN.",
		Attributes: map[string]schema.Attribute{
			"name": schema.StringAttribute{
				Optional: true, Computed: true,
				Validators:          []validator.String{tf.StringCheck(subscription.CheckName)},
				MarkdownDescription: "Name of the rule. Default: from the names of task and target and the kind of target, as in `transcode-notify-function`, shortened to 64 characters. A second subscription of the same target needs a name of its own. A change replaces the subscription.",
			},
			"region": tf.ComputedString("AWS region: the task's. A change replaces the subscription."),
			"task":   taskref.Schema(),

			"function": target(subscription.Function, "Name or ARN of the Lambda function that hears of the task, with `:VERSION` or `:ALIAS` or without (`$LATEST`, as in `qualified_arn` of a function that is not published, is the function without). Exactly one of `function`, `queue` and `topic` is set; another target changes the rule in place, without losing an event, unless the name follows it."),
			"queue":    target(subscription.Queue, "Name or ARN of the SQS queue that hears of the task. One that is encrypted with a KMS key (SSE-KMS) needs a key of your own, whose policy lets `events.amazonaws.com` use it; SQS's own encryption (SSE-SQS) needs nothing."),
			"topic":    target(subscription.Topic, "Name or ARN of the SNS topic that hears of the task; a standard one. Its statement has no condition, since EventBridge fulfils none in the policy of a topic: any EventBridge rule may publish to the topic then (see `attach_permission`). An encrypted one needs a KMS key of your own, whose policy lets `events.amazonaws.com` use it."),

			"statuses": schema.SetAttribute{
				ElementType: types.StringType, Optional: true,
				Validators: []validator.Set{
					setvalidator.SizeAtLeast(1),
					setvalidator.NoNullValues(),
					setvalidator.ValueStringsAre(tf.OneOf(subscription.Statuses)),
				},
				MarkdownDescription: "What to hear of: values of `detail.lastStatus`, " + tf.Code(subscription.Statuses) + ". Default: `" + subscription.Stopped + "`.",
			},
			"only_failures": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Hear only of tasks that failed: the main container ended with another exit code than 0, or the task never started (`TaskFailedToStart`, as when the image cannot be pulled), " +
					"or AWS took away what it ran on (`SpotInterruption`, `TerminationNotice`, `InfrastructureHealth`). Every stop code but `EssentialContainerExited`, `UserInitiated` and `ServiceSchedulerInitiated` is a failure. " +
					"A main container that stops without an exit code is not heard under these three. " +
					"Sidecars do not count: the ones that are stopped when the main container is done end with 143 or 137. A task that a user stops counts unless its main container ends with 0 then. " +
					"Of a task that does not tell its `container_name`, any container counts.",
			},
			"exit_codes": schema.SetAttribute{
				ElementType: types.Int64Type, Optional: true,
				Validators: []validator.Set{
					setvalidator.SizeAtLeast(1),
					setvalidator.NoNullValues(),
					setvalidator.ValueInt64sAre(tf.Between(subscription.MinExitCode, subscription.MaxExitCode, "")),
				},
				MarkdownDescription: fmt.Sprintf("Hear only of tasks whose main container ended with one of these exit codes. Does not go with `only_failures`. The event pattern has room for some hundred: it has at most %d characters, %d where the account's quota was raised.", subscription.PatternQuota, subscription.PatternLimit),
			},
			"any_cluster": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Hear of the task wherever it runs. Default: false, only in the task's cluster.",
			},
			"enabled": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Whether the rule is on. Default: true.",
			},
			"description": schema.StringAttribute{
				Optional:            true,
				Validators:          []validator.String{tf.StringCheck(subscription.CheckDescription)},
				MarkdownDescription: "Description of the rule.",
			},
			"input_path": schema.StringAttribute{
				Optional:            true,
				Validators:          []validator.String{tf.StringCheck(subscription.CheckPath)},
				MarkdownDescription: "JSON path of the part of the event that reaches the target, as in `$.detail`. Default: the whole event.",
			},
			"input_transformer": schema.SingleNestedAttribute{
				Optional:            true,
				MarkdownDescription: "Makes what reaches the target of parts of the event. Does not go with `input_path`.",
				Attributes: map[string]schema.Attribute{
					"paths": schema.MapAttribute{
						ElementType: types.StringType, Optional: true,
						Validators: []validator.Map{
							mapvalidator.SizeAtMost(subscription.MaxPaths),
							mapvalidator.NoNullValues(),
							mapvalidator.KeysAre(tf.StringCheck(subscription.CheckPathName)),
							mapvalidator.ValueStringsAre(tf.StringCheck(subscription.CheckPath)),
						},
						MarkdownDescription: "Parts of the event: name to JSON path, as in `{ task = \"$.detail.taskArn\" }`. AWS asks for dot notation; it may refuse brackets, as in `$['detail-type']`.",
					},
					"template": schema.StringAttribute{
						Required:            true,
						MarkdownDescription: fmt.Sprintf("Text with `<name>` where a part goes, at most %d characters: JSON, or a text in double quotes. `<aws.events.event.json>` is the whole event.", subscription.MaxTemplate),
					},
				},
			},
			"retry": schema.SingleNestedAttribute{
				Optional:            true,
				MarkdownDescription: "How long EventBridge tries to deliver an event when the target cannot take it.",
				Attributes: map[string]schema.Attribute{
					"maximum_attempts": schema.Int64Attribute{
						Optional:            true,
						Validators:          []validator.Int64{tf.Between(0, subscription.DefaultRetry.MaximumAttempts, " attempts")},
						MarkdownDescription: fmt.Sprintf("How often it tries again, 0 to %[1]d. Default: %[1]d.", subscription.DefaultRetry.MaximumAttempts),
					},
					"maximum_age_seconds": schema.Int64Attribute{
						Optional:            true,
						Validators:          []validator.Int64{tf.Between(subscription.MinAgeSeconds, subscription.DefaultRetry.MaximumAgeSeconds, " seconds")},
						MarkdownDescription: fmt.Sprintf("For how long it tries, %d to %[2]d seconds. Default: %[2]d.", subscription.MinAgeSeconds, subscription.DefaultRetry.MaximumAgeSeconds),
					},
				},
			},
			"dead_letter_queue": schema.SingleNestedAttribute{
				Optional:            true,
				MarkdownDescription: "Where events go that could not be delivered.",
				Attributes: map[string]schema.Attribute{
					"queue": schema.StringAttribute{
						Required:            true,
						Validators:          []validator.String{tf.StringCheck(subscription.CheckDeadLetterQueue)},
						MarkdownDescription: "Name or ARN of a standard SQS queue of the task's region; of another account with `attach_permission = false`.",
					},
					"attach_permission": schema.BoolAttribute{
						Optional:            true,
						MarkdownDescription: "Whether the statement that lets the rule send there is put into the queue's policy. Default: true. With false, put `dead_letter_permission_json` there yourself.",
					},
				},
			},
			"message_group_id": schema.StringAttribute{
				Optional:            true,
				Validators:          []validator.String{tf.StringCheck(checkMessageGroup)},
				MarkdownDescription: "Message group id in a FIFO queue. Default: the task's name. The queue needs content-based deduplication, with which an event that ECS tells twice arrives once.",
			},
			"attach_permission": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Whether the statement that lets the rule reach the target is put into the target's policy, where statements of others are left alone. Default: true. " +
					"With false it is only computed: where the whole policy is managed elsewhere, as by `aws_sqs_queue_policy`, put `permission_json` in there, or for a topic a statement of your own. The statement on a function or queue is for the one rule, that on a topic for any rule of EventBridge.",
			},
			"tags":     tf.TagsSchema("the rule", ""),
			"tags_all": tf.TagsAllSchema("the rule"),

			"rule_arn":                    tf.ComputedString("ARN of the rule. Null while the rule is missing."),
			"target_arn":                  tf.ComputedString("ARN of the target, as the rule has it. Null while the rule has none."),
			"event_pattern":               tf.ComputedString("The event pattern: what of all events the rule lets through."),
			"permission_json":             tf.ComputedString("A policy with the statement that lets the rule reach the target. Null while the statement is missing."),
			"dead_letter_permission_json": tf.ComputedString("The same for the dead-letter queue; null without one."),
			"drift": schema.ListAttribute{
				ElementType: types.StringType, Computed: true,
				MarkdownDescription: "What of the subscription is not as it was made and has no attribute of its own: one line each, naming fields and never values. Planned as empty.",
			},
		},
	}
}

// checkMessageGroup: 1 to 128 letters, digits and punctuation.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
func checkMessageGroup(id string) string {
	const limit = 100 // of EventBridge, which is lower than that of SQS
	if id == "" || len(id) > limit {
		return fmt.Sprintf("a message group id has 1 to %d characters, not %d", limit, len(id))
	}
	for _, c := range id {
		if c <= ' ' || c > '~' {
			return fmt.Sprintf("a message group id has letters, digits and punctuation; %q has something else", id)
		}
	}
	return ""
}
