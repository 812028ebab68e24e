package taskref

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/run"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// What a run and a schedule say of how a task is started is described once: its containers, and where it is placed.

// container is an element of containers.
type container struct {
	Command           types.List  `tfsdk:"command"`
	Environment       types.Map   `tfsdk:"environment"`
	EnvironmentFiles  types.List  `tfsdk:"environment_files"`
	CPU               types.Int64 `tfsdk:"cpu"`
	Memory            types.Int64 `tfsdk:"memory"`
	MemoryReservation types.Int64 `tfsdk:"memory_reservation"`
}

// constraint is an element of placement_constraints, strategy one of placement_strategy.
type (
	constraint struct {
		Type       types.String `tfsdk:"type"`
		Expression types.String `tfsdk:"expression"`
	}
	strategy struct {
		Type  types.String `tfsdk:"type"`
		Field types.String `tfsdk:"field"`
	}
)

// The types of the elements.
var (
	ContainerType = types.ObjectType{AttrTypes: map[string]attr.Type{
		"command": types.ListType{ElemType: types.StringType}, "environment": types.MapType{ElemType: types.StringType},
		"environment_files": types.ListType{ElemType: types.StringType}, "cpu": types.Int64Type, "memory": types.Int64Type, "memory_reservation": types.Int64Type,
	}}
	ConstraintType = types.ObjectType{AttrTypes: map[string]attr.Type{"type": types.StringType, "expression": types.StringType}}
	StrategyType   = types.ObjectType{AttrTypes: map[string]attr.Type{"type": types.StringType, "field": types.StringType}}
)

// Units is a number of a size, up to most.
func Units(most int64, unit, description string) schema.Int64Attribute {
	return schema.Int64Attribute{Optional: true, Validators: []validator.Int64{tf.Between(1, most, unit)}, MarkdownDescription: description}
}

// MaxSize is the largest number of CPU units or MiB that ECS's API can carry.
const MaxSize = 1<<31 - 1

// ContainersSchema is containers: what others than the main container do differently.
func ContainersSchema(more string) schema.MapNestedAttribute {
	return schema.MapNestedAttribute{
		Optional:            true,
		MarkdownDescription: "What other containers do differently, by their names." + more,
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"command":     CommandSchema("the container", ""),
			"environment": EnvironmentSchema("the container", ""),
			"environment_files": schema.ListAttribute{
				ElementType: types.StringType, Optional: true,
				Validators:          []validator.List{listvalidator.ValueStringsAre(tf.StringCheck(task.CheckEnvironmentFile)), listvalidator.NoNullValues()},
				MarkdownDescription: "ARNs of files with variables in S3.",
			},
			"cpu":                Units(MaxSize, " CPU units", "CPU units of the container."),
			"memory":             Units(MaxSize, " MiB", "Memory limit of the container in MiB."),
			"memory_reservation": Units(MaxSize, " MiB", "Memory that is reserved for the container, in MiB."),
		}},
	}
}

// PlacementSchema are placement_constraints and placement_strategy.
func PlacementSchema() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"placement_constraints": schema.ListNestedAttribute{
			Optional:            true,
			Validators:          []validator.List{listvalidator.SizeAtMost(run.MaxConstraints), listvalidator.NoNullValues()},
			MarkdownDescription: fmt.Sprintf("Placement constraints, at most %d. Not on Fargate.", run.MaxConstraints),
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"type":       schema.StringAttribute{Required: true, Validators: []validator.String{tf.Enum(run.ConstraintTypes)}, MarkdownDescription: tf.Code(run.ConstraintTypes) + "."},
				"expression": schema.StringAttribute{Optional: true, MarkdownDescription: "Expression of the cluster query language, with `memberOf`."},
			}},
		},
		"placement_strategy": schema.ListNestedAttribute{
			Optional:            true,
			Validators:          []validator.List{listvalidator.SizeAtMost(run.MaxStrategies), listvalidator.NoNullValues()},
			MarkdownDescription: fmt.Sprintf("Placement strategies in their order, at most %d. Not on Fargate.", run.MaxStrategies),
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"type":  schema.StringAttribute{Required: true, Validators: []validator.String{tf.Enum(run.StrategyTypes)}, MarkdownDescription: tf.Code(run.StrategyTypes) + "."},
				"field": schema.StringAttribute{Optional: true, MarkdownDescription: "Field to apply the strategy to, such as `instanceId` or `memory`."},
			}},
		},
	}
}

// ReadContainers are the overrides of containers, in the order of their names; none while it is not known.
func ReadContainers(ctx context.Context, containers types.Map, diags *diag.Diagnostics) []run.ContainerOverride {
	var out []run.ContainerOverride
	all := Elements[container](ctx, containers, diags)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		c := all[name]
		out = append(out, run.ContainerOverride{
			Name: name, Command: tf.StringsOf(c.Command.Elements()), Environment: run.Variables(tf.StringMapOf(c.Environment)),
			EnvironmentFiles: run.EnvironmentFiles(tf.StringsOf(c.EnvironmentFiles.Elements())),
			CPU:              c.CPU.ValueInt64(), Memory: c.Memory.ValueInt64(), MemoryReservation: c.MemoryReservation.ValueInt64(),
		})
	}
	return out
}

// WarnOfContainers warns of commands of containers that are one word with blanks.
func WarnOfContainers(ctx context.Context, containers types.Map, diags *diag.Diagnostics) {
	for name, c := range Elements[container](ctx, containers, diags) {
		WarnOfCommand(c.Command, path.Root("containers").AtMapKey(name).AtName("command"), diags)
	}
}

// CheckContainers refuses a main container among the others: command and environment are its.
func CheckContainers(main types.String, containers types.Map, diags *diag.Diagnostics) {
	if !tf.IsSet(main) {
		return
	}
	if _, is := containers.Elements()[main.ValueString()]; is {
		tf.AddInvalidf(diags, path.Root("containers").AtMapKey(main.ValueString()), "%q is the main container, whose command and environment stand at the top: use those", main.ValueString())
	}
}

// FlattenContainers are containers as a resource that has these in AWS has them: as they are written, where that says the same.
func FlattenContainers(ctx context.Context, have types.Map, aws []run.ContainerOverride, diags *diag.Diagnostics) types.Map {
	var written run.Overrides
	for _, c := range ReadContainers(ctx, have, diags) {
		written.Add(c)
	}
	if (run.Overrides{Containers: aws}).Equal(written) {
		return have
	}
	if len(aws) == 0 {
		return types.MapNull(ContainerType)
	}
	out := map[string]attr.Value{}
	for _, c := range aws {
		environment := map[string]string{}
		for _, v := range c.Environment {
			environment[v.Name] = v.Value
		}
		var files []string
		for _, f := range c.EnvironmentFiles {
			files = append(files, f.Value)
		}
		out[c.Name] = tf.ObjectOf(ContainerType, map[string]attr.Value{
			"command":           tf.KeepList(types.ListNull(types.StringType), c.Command),
			"environment":       tf.KeepMap(types.MapNull(types.StringType), environment),
			"environment_files": tf.KeepList(types.ListNull(types.StringType), files),
			"cpu":               tf.Int64OrNull(c.CPU), "memory": tf.Int64OrNull(c.Memory), "memory_reservation": tf.Int64OrNull(c.MemoryReservation),
		}, diags)
	}
	return types.MapValueMust(ContainerType, out)
}

// Elements are those of a map of objects; none while it is not known.
func Elements[T any](ctx context.Context, m types.Map, diags *diag.Diagnostics) map[string]T {
	out := map[string]T{}
	for key, e := range m.Elements() {
		var one T
		if o, ok := e.(types.Object); ok && tf.IsSet(o) {
			tf.Decode(ctx, o, &one, diags)
			out[key] = one
		}
	}
	return out
}

// items are the elements of a list of objects; none while it is not known.
func items[T any](ctx context.Context, list types.List, diags *diag.Diagnostics) []T {
	var out []T
	for _, e := range list.Elements() {
		var one T
		if o, ok := e.(types.Object); ok && tf.IsSet(o) {
			tf.Decode(ctx, o, &one, diags)
			out = append(out, one)
		}
	}
	return out
}

// ReadConstraints are placement_constraints.
func ReadConstraints(ctx context.Context, list types.List, diags *diag.Diagnostics) []run.Constraint {
	var out []run.Constraint
	for _, c := range items[constraint](ctx, list, diags) {
		out = append(out, run.Constraint{Type: c.Type.ValueString(), Expression: c.Expression.ValueString()})
	}
	return out
}

// ReadStrategies are placement_strategy.
func ReadStrategies(ctx context.Context, list types.List, diags *diag.Diagnostics) []run.Strategy {
	var out []run.Strategy
	for _, s := range items[strategy](ctx, list, diags) {
		out = append(out, run.Strategy{Type: s.Type.ValueString(), Field: s.Field.ValueString()})
	}
	return out
}

// FlattenConstraints are placement_constraints as a resource that has these in AWS has them.
func FlattenConstraints(ctx context.Context, have types.List, aws []run.Constraint, diags *diag.Diagnostics) types.List {
	if slices.Equal(ReadConstraints(ctx, have, diags), aws) {
		return have
	}
	var out []attr.Value
	for _, c := range aws {
		out = append(out, tf.ObjectOf(ConstraintType, map[string]attr.Value{"type": types.StringValue(c.Type), "expression": tf.StringOrNull(c.Expression)}, diags))
	}
	if len(out) == 0 {
		return types.ListNull(ConstraintType)
	}
	return types.ListValueMust(ConstraintType, out)
}

// FlattenStrategies are placement_strategy as a resource that has these in AWS has them.
func FlattenStrategies(ctx context.Context, have types.List, aws []run.Strategy, diags *diag.Diagnostics) types.List {
	if slices.Equal(ReadStrategies(ctx, have, diags), aws) {
		return have
	}
	var out []attr.Value
	for _, s := range aws {
		out = append(out, tf.ObjectOf(StrategyType, map[string]attr.Value{"type": types.StringValue(s.Type), "field": tf.StringOrNull(s.Field)}, diags))
	}
	if len(out) == 0 {
		return types.ListNull(StrategyType)
	}
	return types.ListValueMust(StrategyType, out)
}

// ManagedTagsSchema is enable_ecs_managed_tags.
func ManagedTagsSchema() schema.BoolAttribute {
	return schema.BoolAttribute{Optional: true, MarkdownDescription: "Whether ECS tags the tasks with the name of their cluster, `aws:ecs:clusterName`, as for cost allocation. Default: false."}
}

// ReferenceIDSchema is reference_id.
func ReferenceIDSchema() schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true, Validators: []validator.String{tf.StringCheck(run.CheckReferenceID)},
		MarkdownDescription: fmt.Sprintf("Reference id of the tasks, at most %d characters.", run.MaxReferenceID),
	}
}

// TaskGroupSchema is the task group of the tasks.
func TaskGroupSchema() schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true, Validators: []validator.String{tf.StringCheck(run.CheckGroup)},
		MarkdownDescription: "Task group. Default: `family:` and the name of the task.",
	}
}
