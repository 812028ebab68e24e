package taskref

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// capacityProviderModel is an element of capacity_providers.
type capacityProviderModel struct {
	Name   types.String `tfsdk:"name"`
	Base   types.Int64  `tfsdk:"base"`
	Weight types.Int64  `tfsdk:"weight"`
}

// CapacityProviderType is the type of an element of capacity_providers.
var CapacityProviderType = types.ObjectType{AttrTypes: map[string]attr.Type{
	"name": types.StringType, "base": types.Int64Type, "weight": types.Int64Type,
}}

// LaunchTypeSchema is launch_type; where says what it is for.
func LaunchTypeSchema(where string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional:   true,
		Validators: []validator.String{tf.StringCheck(task.CheckRunLaunchType)},
		MarkdownDescription: where + ": " + tf.Code(task.RunLaunchTypes) + ". Default, unless `capacity_providers` is set: the first of these that the task can run on. " +
			"If the launch types of the task are not known, it is treated as `FARGATE`; with an empty list, or with a network mode other than `awsvpc`, as `EC2`.",
	}
}

// CapacityProvidersSchema is capacity_providers, of which the service takes so many.
func CapacityProvidersSchema(most int, more string) schema.ListNestedAttribute {
	return schema.ListNestedAttribute{
		Optional:   true,
		Validators: []validator.List{listvalidator.SizeAtMost(most), listvalidator.NoNullValues()},
		MarkdownDescription: fmt.Sprintf("Capacity providers to run on instead of a launch type, at most %d: `[{ name = \"FARGATE_SPOT\" }]`. They must be associated with the cluster. With `[]`, neither launch type nor capacity "+
			"provider is sent, and the default capacity provider strategy of the cluster applies.%s", most, more),
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"name": schema.StringAttribute{
				Required:            true,
				Validators:          []validator.String{tf.StringCheck(task.CheckCapacityProvider)},
				MarkdownDescription: "`FARGATE`, `FARGATE_SPOT` or the name of another one of the cluster.",
			},
			"base": schema.Int64Attribute{
				Optional:            true,
				Validators:          []validator.Int64{tf.Between(0, task.MaxProviderBase, " tasks")},
				MarkdownDescription: "Number of tasks of a run that are placed on this capacity provider first; for one provider only. Default: 0.",
			},
			"weight": schema.Int64Attribute{
				Optional:            true,
				Validators:          []validator.Int64{tf.Between(0, task.MaxProviderWeight, "")},
				MarkdownDescription: fmt.Sprintf("Share of the remaining tasks, relative to the weights of the other providers. Default: %d.", task.DefaultProviderWeight),
			},
		}},
	}
}

// Launch is what a consumer says of the launch.
type Launch struct {
	task.Launch
	// Unknown reports whether a part of it is not known yet.
	Unknown bool
}

// ReadLaunch reads launch_type and capacity_providers.
func ReadLaunch(ctx context.Context, launchType types.String, providers types.List, diags *diag.Diagnostics) Launch {
	out := Launch{Launch: task.Launch{Type: launchType.ValueString()}, Unknown: launchType.IsUnknown() || tf.AnyUnknown(providers)}
	if providers.IsNull() || providers.IsUnknown() {
		return out
	}
	out.Providers = []task.CapacityProvider{}
	var models []capacityProviderModel
	diags.Append(providers.ElementsAs(ctx, &models, false)...)
	for _, m := range models {
		p := task.CapacityProvider{Name: m.Name.ValueString(), Base: m.Base.ValueInt64(), Weight: m.Weight.ValueInt64()}
		if m.Weight.IsNull() {
			p.Weight = task.DefaultProviderWeight
		}
		out.Providers = append(out.Providers, p)
	}
	return out
}

// Check refuses what does not go together, before anything is known of the task.
func (c Launch) Check(diags *diag.Diagnostics) {
	if c.Unknown {
		return
	}
	if c.Type != "" && c.Providers != nil {
		tf.AddInvalidf(diags, path.Root("capacity_providers"), "ECS takes a launch type or capacity providers, not both: leave launch_type out")
		return
	}
	if err := task.CheckProviders(c.Providers); err != nil {
		tf.AddInvalid(diags, path.Root("capacity_providers"), err)
	}
}

// FlattenProviders are capacity_providers as a resource that has these in AWS has them.
func FlattenProviders(providers []task.CapacityProvider, diags *diag.Diagnostics) types.List {
	elements := make([]attr.Value, len(providers))
	for i, p := range providers {
		weight := types.Int64Value(p.Weight)
		if p.Weight == task.DefaultProviderWeight {
			weight = types.Int64Null()
		}
		elements[i] = tf.ObjectOf(CapacityProviderType, map[string]attr.Value{
			"name": types.StringValue(p.Name), "base": tf.KeepNumber(types.Int64Null(), p.Base, 0), "weight": weight,
		}, diags)
	}
	return types.ListValueMust(CapacityProviderType, elements)
}

// Capability is where a task can run, by its attributes.
func (t *Model) Capability() task.Capability {
	c := task.Capability{NetworkMode: t.NetworkMode.ValueString()}
	if !t.LaunchTypes.IsNull() {
		c.LaunchTypes = append([]string{}, tf.StringsOf(t.LaunchTypes.Elements())...)
	}
	return c
}

// CapabilityUnknown reports whether it is not known yet where the task can run.
func (t *Model) CapabilityUnknown() bool {
	return tf.AnyUnknown(t.LaunchTypes) || t.NetworkMode.IsUnknown()
}

// CheckLaunch refuses a launch on which the task, completed, cannot run, and a run without the subnets
// that it needs; and what the user asks for that the launch has not.
func (t *Model) CheckLaunch(given types.Object, launch Launch, diags *diag.Diagnostics) {
	if launch.Unknown || t.CapabilityUnknown() {
		return
	}
	can := t.Capability()
	if attribute, err := can.CheckLaunch(launch.Launch); err != nil {
		tf.AddInvalid(diags, path.Root(attribute), err)
		return
	}
	run := can.Resolve(launch.Launch)
	t.checkSubnets(run.OnFargate() || can.NetworkMode == task.AWSVPC, diags)
	checkPublicIP(given, can.MayBeOnFargate(run), diags)
}

// checkSubnets refuses a task that has no subnets and needs them.
func (t *Model) checkSubnets(needed bool, diags *diag.Diagnostics) {
	if !needed || tf.AnyUnknown(t.SubnetIDs) || len(t.SubnetIDs.Elements()) > 0 {
		return
	}
	at := path.Root("task").AtName("subnet_ids")
	tf.AddInvalidf(diags, at,
		"Docker task %s has no subnets, and a task with network mode %s, as on Fargate, runs in at least one. Set subnet_ids of the task; or, if it has another network mode, network_mode and launch_types.", t.Name.ValueString(), task.AWSVPC)
}

// checkPublicIP refuses a public address that the user asks for, where the task is launched elsewhere
// than on Fargate, which alone has them. That of a whole task may be its default, and is only not asked
// for.
func checkPublicIP(given types.Object, onFargate bool, diags *diag.Diagnostics) {
	family, byName := given.Attributes()["family_arn"].(types.String)
	address, _ := given.Attributes()["assign_public_ip"].(types.Bool)
	if onFargate || !byName || !family.IsNull() || !address.ValueBool() {
		return
	}
	tf.AddInvalidf(diags, path.Root("task").AtName("assign_public_ip"), "only a task on Fargate gets a public address of its own, and launch_type, capacity_providers or launch_types of the task launch this one elsewhere: remove assign_public_ip, or set it to false")
}
