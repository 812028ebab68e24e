package taskcluster

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/awsname"
	"github.com/dockertask/terraform-provider-docker/internal/cluster"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/provider/taskref"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// model is docker_task_cluster.
type model struct {
	Name   types.String `tfsdk:"name"`
	Region types.String `tfsdk:"region"`

	Adopt         types.Bool `tfsdk:"adopt"`
	KeepOnDestroy types.Bool `tfsdk:"keep_on_destroy"`

	CapacityProviders types.Set    `tfsdk:"capacity_providers"`
	DefaultStrategy   types.List   `tfsdk:"default_strategy"`
	ContainerInsights types.String `tfsdk:"container_insights"`
	ExecuteCommand    types.Object `tfsdk:"execute_command"`
	EventHistory      types.Object `tfsdk:"event_history"`

	Tags    types.Map `tfsdk:"tags"`
	TagsAll types.Map `tfsdk:"tags_all"`

	ARN               types.String   `tfsdk:"arn"`
	EventLogGroupName types.String   `tfsdk:"event_log_group_name"`
	EventRuleARN      types.String   `tfsdk:"event_rule_arn"`
	ConsoleURLs       types.Map      `tfsdk:"console_urls"`
	Drift             types.List     `tfsdk:"drift"`
	Timeouts          timeouts.Value `tfsdk:"timeouts"`
}

// executeModel is execute_command.
type executeModel struct {
	KMSKeyARN         types.String `tfsdk:"kms_key_arn"`
	Logging           types.String `tfsdk:"logging"`
	LogGroup          types.String `tfsdk:"log_group"`
	LogGroupEncrypted types.Bool   `tfsdk:"log_group_encrypted"`
	Bucket            types.String `tfsdk:"bucket"`
	BucketPrefix      types.String `tfsdk:"bucket_prefix"`
	BucketEncrypted   types.Bool   `tfsdk:"bucket_encrypted"`
}

// executeType is the type of execute_command.
var executeType = types.ObjectType{AttrTypes: map[string]attr.Type{
	"kms_key_arn": types.StringType, "logging": types.StringType,
	"log_group": types.StringType, "log_group_encrypted": types.BoolType,
	"bucket": types.StringType, "bucket_prefix": types.StringType, "bucket_encrypted": types.BoolType,
}}

// historyModel is event_history.
type historyModel struct {
	RetentionInDays types.Int64  `tfsdk:"retention_in_days"`
	KMSKeyARN       types.String `tfsdk:"kms_key_arn"`
	DetailTypes     types.List   `tfsdk:"detail_types"`
}

// historyType is the type of event_history.
var historyType = types.ObjectType{AttrTypes: map[string]attr.Type{
	"retention_in_days": types.Int64Type, "kms_key_arn": types.StringType, "detail_types": types.ListType{ElemType: types.StringType},
}}

// Schema describes docker_task_cluster.
func (r *clusterResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	strategy := taskref.CapacityProvidersSchema(cluster.MaxProviders, "")
	strategy.MarkdownDescription = fmt.Sprintf("Default capacity provider strategy, at most %d providers: `[{ name = \"FARGATE_SPOT\" }]`. It applies to tasks that are run without launch type and capacity providers, such as a `docker_task_run` with "+
		"`capacity_providers = []`. Each provider has to be among `capacity_providers`. Default: none; an adopted cluster keeps its own.", cluster.MaxProviders)
	resp.Schema = schema.Schema{
		MarkdownDescription: "An ECS *cluster* for docker tasks on Fargate, with its capacity providers and settings. A new account has no cluster: `resource \"docker_task_cluster\" \"default\" {}` creates the cluster `default`, " +
			"or takes it over where it exists.",
		Attributes: map[string]schema.Attribute{
			"name": schema.StringAttribute{
				Optional: true, Computed: true,
				Validators:          []validator.String{tf.StringCheck(cluster.CheckName)},
				MarkdownDescription: "Name of the cluster: " + awsname.ECS.Says + ". Default: `" + task.DefaultCluster + "`. A change replaces the cluster.",
			},
			"region": schema.StringAttribute{
				Optional: true, Computed: true,
				Validators:          []validator.String{tf.StringCheck(tf.CheckRegion)},
				MarkdownDescription: "AWS region of the cluster. Default: the provider's. A change replaces the cluster.",
			},
			"adopt": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Whether a create takes over a cluster of this name that exists. Without, it is refused. A cluster of another `docker_task_cluster` is always refused. Default: true for the cluster `" + task.DefaultCluster + "`, otherwise false.",
			},
			"keep_on_destroy": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Whether a destroy keeps the cluster: it only removes the provider's own tags. Default: true for a cluster that was adopted or imported without the provider's tags, otherwise false.",
			},
			"capacity_providers": schema.SetAttribute{
				ElementType: types.StringType, Optional: true, Computed: true,
				Validators: []validator.Set{
					setvalidator.SizeAtMost(cluster.MaxProviders),
					setvalidator.NoNullValues(),
					setvalidator.ValueStringsAre(tf.StringCheck(task.CheckCapacityProvider)),
				},
				MarkdownDescription: fmt.Sprintf("Capacity providers to associate with the cluster, at most %d. Others that are associated, such as those of EC2 instances, stay, and are not shown. Default: %s.", cluster.MaxProviders, tf.Code(cluster.DefaultProviders)),
			},
			"default_strategy": strategy,
			"container_insights": schema.StringAttribute{
				Optional: true, Computed: true,
				Validators:          []validator.String{tf.OneOf(cluster.InsightsValues)},
				MarkdownDescription: "Container Insights: " + tf.Code(cluster.InsightsValues) + ". Default: what the cluster has, which is the account's setting for a new one.",
			},
			"execute_command": schema.SingleNestedAttribute{
				Optional:            true,
				MarkdownDescription: "How sessions of ECS Exec are encrypted and logged. Default: ECS's own; an adopted cluster keeps what it has.",
				Attributes: map[string]schema.Attribute{
					"kms_key_arn": schema.StringAttribute{
						Optional:            true,
						Validators:          []validator.String{tf.StringCheck(task.CheckKeyARN)},
						MarkdownDescription: "ARN of the KMS key that encrypts the session. The task role must be allowed to decrypt with it.",
					},
					"logging": schema.StringAttribute{
						Optional:            true,
						Validators:          []validator.String{tf.StringCheck(cluster.CheckLogging)},
						MarkdownDescription: "`DEFAULT` logs sessions where the task logs, `NONE` not at all. Default: `DEFAULT`, or the destination that `log_group` and `bucket` name. Cannot be used with these.",
					},
					"log_group": schema.StringAttribute{
						Optional:            true,
						Validators:          []validator.String{tf.StringCheck(task.CheckLogGroupName)},
						MarkdownDescription: "Name of an existing log group for the sessions.",
					},
					"log_group_encrypted": schema.BoolAttribute{
						Optional:            true,
						MarkdownDescription: "Whether the log group has to be encrypted with a KMS key; a session does not start if it is not. Default: false.",
					},
					"bucket": schema.StringAttribute{
						Optional:            true,
						Validators:          []validator.String{tf.StringCheck(cluster.CheckBucket)},
						MarkdownDescription: "Name of an existing S3 bucket for the sessions.",
					},
					"bucket_prefix": schema.StringAttribute{
						Optional:            true,
						Validators:          []validator.String{tf.StringCheck(cluster.CheckPrefix)},
						MarkdownDescription: "Prefix of the objects in the bucket.",
					},
					"bucket_encrypted": schema.BoolAttribute{
						Optional:            true,
						MarkdownDescription: "Whether the bucket has to be encrypted; a session does not start if it is not. Default: false.",
					},
				},
			},
			"event_history": schema.SingleNestedAttribute{
				Optional: true,
				MarkdownDescription: "Keeps the events of the cluster, which ECS forgets after an hour: an EventBridge rule sends them to a log group. Both have the names under which the ECS console shows the history of events. `{}` for the defaults. " +
					"If it is removed, rule and log group are deleted.",
				Attributes: map[string]schema.Attribute{
					"retention_in_days": schema.Int64Attribute{
						Optional:            true,
						Validators:          []validator.Int64{tf.Int64Check(task.CheckRetention)},
						MarkdownDescription: fmt.Sprintf("Retention of the events in days, 0 for no expiry; as `log_group.retention_in_days` of `docker_task`. Default: %d.", task.DefaultRetention),
					},
					"kms_key_arn": schema.StringAttribute{
						Optional:            true,
						Validators:          []validator.String{tf.StringCheck(tf.CheckARN("kms"))},
						MarkdownDescription: "ARN of the KMS key that the log group is encrypted with. Its key policy must allow CloudWatch Logs to use it.",
					},
					"detail_types": schema.ListAttribute{
						ElementType: types.StringType, Optional: true,
						Validators: []validator.List{
							listvalidator.SizeAtLeast(1),
							listvalidator.UniqueValues(),
							listvalidator.ValueStringsAre(tf.StringCheck(cluster.CheckEventType)),
						},
						MarkdownDescription: "Types of events to keep: " + tf.Code(cluster.EventTypes) + ". Default: `" + cluster.EventTypes[0] + "`.",
					},
				},
			},
			"tags":     tf.TagsSchema("the cluster, and of rule and log group of its event history", ""),
			"tags_all": tf.TagsAllSchema("the cluster, but for those that others have put on an adopted one"),

			"arn":                  tf.ComputedString("ARN of the cluster. Null while it is missing."),
			"event_log_group_name": tf.ComputedString("Name of the log group of the event history. Null without one, and while it is missing."),
			"event_rule_arn":       tf.ComputedString("ARN of the rule of the event history. Null without one, and while it is missing."),
			"console_urls":         tf.ConsoleURLsSchema(consolePages...),
			"drift": schema.ListAttribute{
				ElementType: types.StringType, Computed: true,
				MarkdownDescription: "Differences of the cluster without an attribute of their own, one line each. A line names fields, never values. Planned as empty.",
			},
			"timeouts": timeouts.Attributes(ctx, timeouts.Opts{
				Create: true, Read: true, Update: true, Delete: true,
				DeleteDescription: "How long a destroy takes, including the wait for tasks that run in the cluster.",
			}),
		},
	}
}
