package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// defaultsSchema are the values that resources leave to the provider.
func defaultsSchema() schema.SingleNestedAttribute {
	const here = " In the provider's region only."
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "Defaults of the resources' attributes, for what a company sets once. What a resource sets comes first. They also hold for a task that a resource gives by its name alone, so use the same " +
			"`defaults` in all configurations that name a task. A change of a default is an update of each resource that has it.",
		Attributes: map[string]schema.Attribute{
			"cluster": schema.StringAttribute{
				Optional:            true,
				Validators:          []validator.String{tf.StringCheck(task.CheckCluster)},
				MarkdownDescription: "`cluster` of tasks. An ARN holds in its provider's region only, a name in all.",
			},
			"subnet_ids": schema.SetAttribute{
				ElementType: types.StringType, Optional: true,
				Validators: []validator.Set{
					setvalidator.SizeBetween(1, task.MaxSubnets),
					setvalidator.ValueStringsAre(tf.StringCheck(task.CheckSubnetID)),
				},
				MarkdownDescription: fmt.Sprintf("`subnet_ids` of tasks with a network interface of their own, 1 to %d.", task.MaxSubnets) + here,
			},
			"security_group_ids": schema.SetAttribute{
				ElementType: types.StringType, Optional: true,
				Validators: []validator.Set{
					setvalidator.SizeBetween(1, task.MaxSecurityGroups),
					setvalidator.ValueStringsAre(tf.StringCheck(task.CheckSecurityGroupID)),
				},
				MarkdownDescription: fmt.Sprintf("`security_group_ids` of tasks with a network interface of their own, 1 to %d. A task that sets `[]` has the VPC's default group.", task.MaxSecurityGroups) + here,
			},
			"assign_public_ip": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "`assign_public_ip` of tasks that can run on Fargate." + here,
			},
			"permissions_boundary": schema.StringAttribute{
				Optional:            true,
				Validators:          []validator.String{tf.StringCheck(task.CheckPolicyARN)},
				MarkdownDescription: "`permissions_boundary` of the roles that this provider creates. A resource cannot do without it then.",
			},
			"role_path": schema.StringAttribute{
				Optional:            true,
				Validators:          []validator.String{tf.StringCheck(task.CheckRolePath)},
				MarkdownDescription: "`path` of the roles that this provider creates. IAM cannot move a role: of existing roles, change `role_name_prefix` with it.",
			},
			"role_name_prefix": schema.StringAttribute{
				Optional:            true,
				Validators:          []validator.String{tf.StringCheck(task.CheckRoleNamePrefix)},
				MarkdownDescription: "`name_prefix` of the roles that this provider creates, unless they have a `name`. After a change, each role is replaced.",
			},
			"log_retention_in_days": schema.Int64Attribute{
				Optional:            true,
				Validators:          []validator.Int64{tf.Int64Check(task.CheckRetention)},
				MarkdownDescription: "`log_group.retention_in_days` of tasks, 0 for no expiry.",
			},
			"log_kms_key_id": schema.StringAttribute{
				Optional:            true,
				Validators:          []validator.String{tf.StringCheck(tf.CheckARN("kms"))},
				MarkdownDescription: "`log_group.kms_key_id` of tasks. A task cannot do without it then." + here,
			},
			"keep_revisions": schema.Int64Attribute{
				Optional:            true,
				Validators:          []validator.Int64{tf.Between(0, 1000, " revisions")},
				MarkdownDescription: "`keep_revisions` of tasks.",
			},
		},
	}
}

// defaults are what the provider block says in place of resources.
func (m providerModel) defaults(ctx context.Context, diags *diag.Diagnostics) lifecycle.Defaults {
	switch {
	case m.Defaults.IsUnknown():
		return lifecycle.UnknownDefaults()
	case m.Defaults.IsNull():
		return lifecycle.NoDefaults()
	}
	d := lifecycle.NoDefaults()
	diags.Append(m.Defaults.As(ctx, &d, basetypes.ObjectAsOptions{})...)
	return d
}
