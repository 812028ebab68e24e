package functions

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/awsname"
	"github.com/dockertask/terraform-provider-docker/internal/dashboard"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/task"
	"github.com/dockertask/terraform-provider-docker/internal/wire"
)

// taskParameter is a task of which a function takes these attributes, all texts.
func taskParameter(attributes ...string) function.ObjectParameter {
	texts := map[string]attr.Type{}
	for _, name := range attributes {
		texts[name] = types.StringType
	}
	return function.ObjectParameter{
		Name: "task", AttributeTypes: texts,
		MarkdownDescription: "The task: `docker_task.NAME`, `data.docker_task.NAME`, or an object with at least " + tf.Code(attributes) + ".",
	}
}

var runPolicyDefinition = function.Definition{
	Summary: "Know what running a task takes",
	MarkdownDescription: "The IAM policy that a consumer of a task needs, as the JSON that a `docker_task_wire` puts on a role: for permission sets, permissions boundaries, and modules that take a policy. " +
		"Unlike a wire it stands nowhere in state.",
	Parameters: []function.Parameter{
		taskParameter("family_arn", "cluster", "execution_role_arn", "task_role_arn"),
		function.SetParameter{
			Name: "actions", ElementType: types.StringType,
			MarkdownDescription: "What the consumer may do: `run`, `describe`, `stop`; at least one of them.",
		},
	},
	Return: function.StringReturn{},
}

func runRunPolicy(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var of types.Object
	var actions []string
	if resp.Error = req.Arguments.Get(ctx, &of, &actions); resp.Error != nil {
		return
	}
	text := texts(of)
	family, err := arn.Parse(text["family_arn"])
	if err != nil || !awsname.IsFamilyARN(text["family_arn"]) {
		fail(resp, 0, fmt.Errorf("family_arn is the ARN of a task definition without a revision, not %q", text["family_arn"]))
	}
	if err := task.CheckCluster(text["cluster"]); err != nil {
		fail(resp, 0, err)
	}
	consumer := wire.Consumer{}
	for _, name := range actions {
		action := wire.Action(name)
		if !slices.Contains(wire.Actions, action) {
			fail(resp, 1, fmt.Errorf("an action is run, describe or stop, not %q", name))
		}
		consumer.Actions = append(consumer.Actions, action)
	}
	if len(actions) == 0 {
		fail(resp, 1, errors.New("give at least one action: run, describe or stop"))
	}
	if resp.Error != nil {
		return
	}
	end := wire.Task{FamilyARN: text["family_arn"], ClusterARN: task.ClusterARN(text["cluster"], family.Place())}
	for _, attribute := range []string{"execution_role_arn", "task_role_arn"} {
		role := text[attribute]
		if role == "" {
			continue
		}
		if err := task.CheckRoleARN(role); err != nil {
			fail(resp, 0, fmt.Errorf("%s: %w", attribute, err))
			return
		}
		end.RoleARNs = append(end.RoleARNs, role)
	}
	document, err := consumer.Policy(end)
	if err != nil {
		fail(resp, 0, err)
		return
	}
	resp.Error = resp.Result.Set(ctx, document.JSON())
}

var dashboardDefinition = function.Definition{
	Summary: "Make a dashboard of a task",
	MarkdownDescription: "The body of a CloudWatch dashboard of a task, for `dashboard_body` of `aws_cloudwatch_dashboard`: the newest lines of its log, lines with an error, and CPU and memory, " +
		"for which the cluster needs Container Insights.",
	Parameters: []function.Parameter{taskParameter("name", "cluster", "log_group_name", "region")},
	Return:     function.StringReturn{},
}

func runDashboard(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var of types.Object
	if resp.Error = req.Arguments.Get(ctx, &of); resp.Error != nil {
		return
	}
	text := texts(of)
	for _, attribute := range []string{"name", "cluster", "log_group_name", "region"} {
		if text[attribute] == "" {
			fail(resp, 0, fmt.Errorf("%s is missing", attribute))
		}
	}
	if resp.Error != nil {
		return
	}
	cluster := text["cluster"]
	if a, err := arn.Parse(cluster); err == nil {
		cluster = a.Name()
	}
	resp.Error = resp.Result.Set(ctx, dashboard.Task{Family: text["name"], Cluster: cluster, LogGroup: text["log_group_name"], Region: text["region"]}.JSON())
}

// texts are the attributes of an object of texts; "" for null.
func texts(o types.Object) map[string]string {
	out := map[string]string{}
	for name, v := range o.Attributes() {
		if s, ok := v.(types.String); ok {
			out[name] = s.ValueString()
		}
	}
	return out
}
