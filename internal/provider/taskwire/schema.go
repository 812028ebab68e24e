package taskwire

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/provider/taskref"
	"github.com/dockertask/terraform-provider-docker/internal/wire"
)

// inputs says what stands in for a value.
const inputs = " A value may refer to the input of the state: `$.name`, `$$.name` or an intrinsic function in JSONPath, `{% … %}` in JSONata. Only with an integration of Step Functions."

// Schema describes docker_task_wire.
func (r *wireResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A *wire* connects a consumer to the docker task that it runs: one inline policy on the consumer's role, with only the permissions " +
			"to run this task, and the environment variables for the consumer's code. Both are known at plan, and a new image changes neither.",
		Attributes: map[string]schema.Attribute{
			"task": taskref.Schema(),
			"consumer_role": schema.StringAttribute{
				Optional:      true,
				Validators:    []validator.String{tf.StringCheck(checkRole)},
				PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplaceIf(isAnotherRole, "", "")},
				MarkdownDescription: "Name or ARN of the role of the consumer, such as a function or task, in the provider's account. " +
					"Required unless `attach_policy` is false. A change replaces the wire.",
			},
			"actions": schema.SetAttribute{
				ElementType: types.StringType, Optional: true,
				Validators: []validator.Set{
					setvalidator.SizeAtLeast(1),
					setvalidator.NoNullValues(),
					setvalidator.ValueStringsAre(tf.OneOf(actionNames())),
				},
				MarkdownDescription: "Permitted actions of the consumer: " + tf.Code(actionNames()) + ". Default: all.",
			},
			"integration": schema.StringAttribute{
				Optional:            true,
				Validators:          []validator.String{tf.OneOf(integrationNames())},
				MarkdownDescription: "How the consumer runs the task, or deploys it; each value adds only the statements that it needs: " + integrationsList(),
			},
			"state_machine": schema.StringAttribute{
				Optional:   true,
				Validators: []validator.String{tf.StringCheck(wire.CheckStateMachine)},
				MarkdownDescription: "Name or ARN of the state machine that waits for the task's result; required with `step_functions_task_token`, " +
					"and only with it. A name works before the state machine exists.",
			},
			"next_state": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Name of the next state in `state_json`. Default: none, the state is an end state.",
			},
			"query_language": schema.StringAttribute{
				Optional:   true,
				Validators: []validator.String{tf.OneOf(wire.QueryLanguages)},
				MarkdownDescription: "Query language of `state_json`, which is that of the state machine: `JSONPath` or `JSONata`. Default: `JSONPath`, as in a state machine without `QueryLanguage`. " +
					"A state machine in JSONPath takes a state of both, one in JSONata only of its own.",
			},
			"command":               taskref.CommandSchema("the main container in `state_json`", inputs+" For a list from the input, add `Overrides` to the state with `merge`."),
			"container_environment": taskref.EnvironmentSchema("the main container in `state_json`", inputs),
			"cpu": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "CPU units of the whole task in `state_json`. On Fargate, `cpu` and `memory` together must be one of its sizes." + inputs + " ECS takes them as text.",
			},
			"memory": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Memory of the whole task in `state_json`, in MiB." + inputs + " ECS takes it as text.",
			},
			"timeout_seconds": schema.Int64Attribute{
				Optional:   true,
				Validators: []validator.Int64{tf.Between(1, wire.MaxStateSeconds, " seconds")},
				MarkdownDescription: "`TimeoutSeconds` of `state_json`: the state fails with `States.Timeout` after so many seconds. With `step_functions` and `step_functions_task_token` that does not stop the task. " +
					"Default: none, and a state that waits for a result waits for up to a year.",
			},
			"heartbeat_seconds": schema.Int64Attribute{
				Optional:   true,
				Validators: []validator.Int64{tf.Between(1, wire.MaxStateSeconds, " seconds")},
				MarkdownDescription: "`HeartbeatSeconds` of `state_json`, less than `timeout_seconds`: the state fails with `States.HeartbeatTimeout` if the task sends no heartbeat for so many seconds. " +
					"Only with `step_functions_task_token`. Default: none.",
			},
			"launch_type": taskref.LaunchTypeSchema("Launch type in `state_json` and in the environment"),
			"capacity_providers": taskref.CapacityProvidersSchema(wire.MaxProviders,
				" With `integration = \"sdk\"` only `[]` is allowed: the environment has no capacity providers."),
			"propagate_tags": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Whether the running tasks get the tags of their task definition: adds `ecs:TagResource`, for new tasks only, and `PropagateTags` to `state_json`. Code, a schedule and a rule must request it themselves.",
			},
			"revision": schema.Int64Attribute{
				Optional:   true,
				Validators: []validator.Int64{tf.Between(1, 1<<31-1, "")},
				MarkdownDescription: "Fixed revision for the consumer, as in `docker_task.transcode.revision`. " +
					"Default: the newest, so a deploy changes neither policy nor environment.",
			},
			"env_prefix": schema.StringAttribute{
				Optional:            true,
				Validators:          []validator.String{tf.StringCheck(checkPrefix)},
				MarkdownDescription: "Prefix of the names of the variables, for a consumer of several tasks: `PUBLISH_` makes `PUBLISH_DOCKER_TASK_ARN`. Cannot be used with `variables`.",
			},
			"variables": schema.MapAttribute{
				ElementType: types.StringType, Optional: true,
				MarkdownDescription: "Names of the variables in `environment`, by their default names: `{ DOCKER_TASK_ARN = \"REPORT_TASK\" }` sets `REPORT_TASK`. " +
					"The map lists all variables that the wire sets: others are not set, and `{}` sets none and gives only the permissions. " +
					"Default: all of them. Only with `integration = \"sdk\"`: no service reads variables. Cannot be used with `env_prefix`.",
			},
			"attach_policy": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Whether the policy is attached to the role. Default: true. With false it is only computed, for a role or managed policy that you manage.",
			},
			"policy_name": schema.StringAttribute{
				Optional: true, Computed: true,
				Validators:          []validator.String{tf.StringCheck(tf.CheckPolicyName)},
				MarkdownDescription: "Name of the inline policy. Default: derived from task, region and prefix. A change replaces the wire.",
			},
			"policy_json": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "The policy: `ecs:RunTask` on the family in its cluster, `ecs:DescribeTasks` and `ecs:StopTask` on the cluster's tasks, `iam:PassRole` on the task's roles to ECS only. With `deploy`: `ecs:RegisterTaskDefinition` and `ecs:TagResource` on the revisions of the family, and `iam:PassRole`.",
			},
			"task_token_policy_json": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "With `step_functions_task_token`, the inline policy on the task role, with which the task sends its result to the state machine.",
			},
			"state_json": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "With an integration of Step Functions, the Task state that runs the task, in `query_language`, for the definition of a state machine.",
			},
			"region":     tf.ComputedString("AWS region of the task."),
			"account_id": tf.ComputedString("AWS account of the task."),
			"environment": schema.MapAttribute{
				ElementType: types.StringType, Computed: true,
				MarkdownDescription: "Environment variables for the consumer's code. All are always set unless `variables` leaves some out; an empty value means none: " + tf.Code(wire.Variables()) + ". Lists are comma-separated.",
			},
		},
	}
}

func actionNames() []string {
	out := make([]string, len(wire.Actions))
	for i, a := range wire.Actions {
		out[i] = string(a)
	}
	return out
}

func integrationNames() []string {
	out := make([]string, len(wire.Integrations))
	for i, x := range wire.Integrations {
		out[i] = x.Name
	}
	return out
}

// integrationsList says what each integration is for.
func integrationsList() string {
	words := make([]string, len(wire.Integrations))
	for i, x := range wire.Integrations {
		words[i] = fmt.Sprintf("`%s` (%s)", x.Name, x.Description)
	}
	return strings.Join(words, ", ") + ". Default: `" + wire.Integrations[0].Name + "`."
}

// isAnotherRole reports whether a wire moves to another role. Name and ARN of one are the same; ARNs with one
// name may be of two accounts.
func isAnotherRole(_ context.Context, req planmodifier.StringRequest, resp *stringplanmodifier.RequiresReplaceIfFuncResponse) {
	was, is := model{ConsumerRole: req.StateValue}, model{ConsumerRole: req.PlanValue}
	from, fromErr := arn.Parse(req.StateValue.ValueString())
	to, toErr := arn.Parse(req.PlanValue.ValueString())
	resp.RequiresReplace = is.ConsumerRole.IsUnknown() || was.roleName() != is.roleName() ||
		fromErr == nil && toErr == nil && from.Place() != to.Place()
}
