// Package functions has the provider's functions: pure, without the provider's configuration and without AWS. OpenTofu
// calls them on a configured provider, Terraform on one that is not, and both get the same.
package functions

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/schedule"
	"github.com/dockertask/terraform-provider-docker/internal/task"
	"github.com/dockertask/terraform-provider-docker/internal/wire"
)

// All are the constructors of the functions.
var All = []func() function.Function{
	func() function.Function { return pure{"command", commandDefinition, runCommand} },
	func() function.Function { return pure{"dashboard_json", dashboardDefinition, runDashboard} },
	func() function.Function { return pure{"fargate_size", fargateSizeDefinition, runFargateSize} },
	func() function.Function { return pure{"mermaid", mermaidDefinition, runMermaid} },
	func() function.Function { return pure{"names", namesDefinition, runNames} },
	func() function.Function { return pure{"next_runs", nextRunsDefinition, runNextRuns} },
	func() function.Function { return pure{"run_policy_json", runPolicyDefinition, runRunPolicy} },
}

// pure is a function of a name, a definition and what it does.
type pure struct {
	name       string
	definition function.Definition
	run        func(context.Context, function.RunRequest, *function.RunResponse)
}

// Metadata names the function.
func (f pure) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = f.name
}

// Definition is its signature and documentation.
func (f pure) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = f.definition
}

// Run calls it.
func (f pure) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	f.run(ctx, req, resp)
}

// fail is the error of an argument.
func fail(resp *function.RunResponse, argument int64, err error) {
	resp.Error = function.ConcatFuncErrors(resp.Error, function.NewArgumentFuncError(argument, tf.Sentence(err.Error())))
}

var commandDefinition = function.Definition{
	Summary: "Split a command line into words",
	MarkdownDescription: "The words of a command line, as a POSIX shell splits them: blanks separate, quotes and backslashes keep together. For `command`, `entry_point` and their like, which " +
		"are lists of words, from a line of a Dockerfile, a crontab or a compose file. A container runs no shell: what one would interpret (`$`, `|`, `>`, `;`, `*` and others, outside of single quotes) is an error.",
	Parameters: []function.Parameter{function.StringParameter{Name: "line", MarkdownDescription: "The command line."}},
	Return:     function.ListReturn{ElementType: types.StringType},
}

func runCommand(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var line string
	if resp.Error = req.Arguments.Get(ctx, &line); resp.Error != nil {
		return
	}
	words, err := task.SplitCommand(line)
	if err != nil {
		fail(resp, 0, err)
		return
	}
	resp.Error = resp.Result.Set(ctx, tf.ListOf(words))
}

var sizeType = map[string]attr.Type{"cpu": types.Int64Type, "memory": types.Int64Type}

var fargateSizeDefinition = function.Definition{
	Summary: "Find the smallest size of Fargate",
	MarkdownDescription: "The smallest size of Fargate that has at least this much CPU and memory, for `cpu` and `memory` of a task. Fargate has certain pairs only; more than the largest is an error. " +
		"An operating system may follow: with one that begins with `WINDOWS`, only the sizes for Windows count.",
	Parameters: []function.Parameter{
		function.Int64Parameter{Name: "cpu", MarkdownDescription: "CPU units, 1024 to a vCPU; 0 for any."},
		function.Int64Parameter{Name: "memory", MarkdownDescription: "MiB of memory; 0 for any."},
	},
	VariadicParameter: function.StringParameter{Name: "operating_system_family", MarkdownDescription: "As `operating_system_family` of a task; at most one. Default: `LINUX`."},
	Return:            function.ObjectReturn{AttributeTypes: sizeType},
}

func runFargateSize(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var cpu, memory int64
	var systems []string
	if resp.Error = req.Arguments.Get(ctx, &cpu, &memory, &systems); resp.Error != nil {
		return
	}
	for i, v := range []int64{cpu, memory} {
		if v < 0 {
			fail(resp, int64(i), errors.New("a size is 0 or more"))
		}
	}
	if len(systems) > 1 {
		fail(resp, 3, errors.New("there is at most one operating system"))
	}
	for _, system := range systems {
		if !slices.Contains(task.OperatingSystems, system) {
			fail(resp, 2, fmt.Errorf("an operating system is %s, not %q", task.Or(task.OperatingSystems), system))
		}
	}
	if resp.Error != nil {
		return
	}
	cpu, memory, err := task.SmallestSize(append(systems, "")[0], cpu, memory)
	if err != nil {
		resp.Error = function.NewFuncError(tf.Sentence(err.Error()))
		return
	}
	resp.Error = resp.Result.Set(ctx, types.ObjectValueMust(sizeType, map[string]attr.Value{"cpu": types.Int64Value(cpu), "memory": types.Int64Value(memory)}))
}

// nameKeys are what names gives.
var nameKeys = []string{"family", "container", "log_group", "execution_role", "task_role", "wire_policy"}

var namesDefinition = function.Definition{
	Summary: "Know the names of a docker task's parts",
	MarkdownDescription: "The names that a docker task gives to its parts by default: " + tf.Code(nameKeys) + ", the last of which is the inline policy of a `docker_task_wire` to it. For what refers to them elsewhere, such as a permissions " +
		"boundary, the policy of a key, an alarm on the log group, or another stack. A task that sets names of its own has those.",
	Parameters: []function.Parameter{
		function.StringParameter{Name: "name", MarkdownDescription: "Name of the task."},
		function.StringParameter{Name: "region", MarkdownDescription: "Region of the task: the names of roles have it, since IAM is global."},
	},
	Return: function.ObjectReturn{AttributeTypes: namesType()},
}

func namesType() map[string]attr.Type {
	out := map[string]attr.Type{}
	for _, key := range nameKeys {
		out[key] = types.StringType
	}
	return out
}

func runNames(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var name, region string
	if resp.Error = req.Arguments.Get(ctx, &name, &region); resp.Error != nil {
		return
	}
	if err := task.CheckName(name); err != nil {
		fail(resp, 0, err)
	}
	if region == "" {
		fail(resp, 1, errors.New("a region is the name of one, such as eu-central-1"))
	}
	if resp.Error != nil {
		return
	}
	spec := task.Spec{Name: name, Place: arn.Place{Region: region}}.WithDefaults()
	values := map[string]string{
		"family": name, "container": spec.Main.Name, "log_group": spec.LogGroupName(),
		"execution_role": spec.RoleName(task.ExecutionRole), "task_role": spec.RoleName(task.TaskRole), "wire_policy": wire.PolicyName(name, region, ""),
	}
	out := map[string]attr.Value{}
	for key, value := range values {
		out[key] = types.StringValue(value)
	}
	resp.Error = resp.Result.Set(ctx, types.ObjectValueMust(namesType(), out))
}

var nextRunsDefinition = function.Definition{
	Summary: "Know when a schedule runs next",
	MarkdownDescription: "The next times at which an expression of EventBridge Scheduler runs, in its time zone, as RFC 3339. For a check that a schedule is what was meant. " +
		"A time that is left out when clocks go forward has no run. A rate counts from the start of the schedule, which `from` is taken for. There are fewer than asked for where an expression ends.",
	Parameters: []function.Parameter{
		function.StringParameter{Name: "expression", MarkdownDescription: "As `expression` of a `docker_task_schedule`."},
		function.StringParameter{Name: "time_zone", MarkdownDescription: "As `time_zone` of a `docker_task_schedule`, such as `Europe/Berlin`."},
		function.StringParameter{Name: "from", MarkdownDescription: "Point in time after which to look, as RFC 3339; `plantimestamp()` for now."},
		function.Int64Parameter{Name: "n", MarkdownDescription: fmt.Sprintf("Number of times, at most %d.", schedule.MaxNextRuns)},
	},
	Return: function.ListReturn{ElementType: types.StringType},
}

func runNextRuns(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var expression, zone, from string
	var n int64
	if resp.Error = req.Arguments.Get(ctx, &expression, &zone, &from, &n); resp.Error != nil {
		return
	}
	if err := schedule.CheckExpression(expression); err != nil {
		fail(resp, 0, err)
	}
	if err := schedule.CheckTimeZone(zone); err != nil {
		fail(resp, 1, err)
	}
	if err := schedule.CheckInstant(from); err != nil {
		fail(resp, 2, err)
	}
	if resp.Error != nil {
		return
	}
	runs, err := schedule.NextRuns(expression, zone, schedule.Instant(from), int(n))
	if err != nil {
		fail(resp, 3, err)
		return
	}
	words := make([]string, len(runs))
	for i, run := range runs {
		words[i] = run.Format(time.RFC3339)
	}
	resp.Error = resp.Result.Set(ctx, tf.ListOf(words))
}
