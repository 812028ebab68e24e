package lifecycle

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// Defaults are what the provider block says in place of resources: null where it says nothing, unknown where that is not
// known yet.
type Defaults struct {
	Cluster             types.String `tfsdk:"cluster"`
	SubnetIDs           types.Set    `tfsdk:"subnet_ids"`
	SecurityGroupIDs    types.Set    `tfsdk:"security_group_ids"`
	AssignPublicIP      types.Bool   `tfsdk:"assign_public_ip"`
	PermissionsBoundary types.String `tfsdk:"permissions_boundary"`
	RolePath            types.String `tfsdk:"role_path"`
	RoleNamePrefix      types.String `tfsdk:"role_name_prefix"`
	LogRetentionInDays  types.Int64  `tfsdk:"log_retention_in_days"`
	LogKMSKeyID         types.String `tfsdk:"log_kms_key_id"`
	KeepRevisions       types.Int64  `tfsdk:"keep_revisions"`
}

// NoDefaults are those of a provider block that has none.
func NoDefaults() Defaults {
	return Defaults{SubnetIDs: types.SetNull(types.StringType), SecurityGroupIDs: types.SetNull(types.StringType)}
}

// UnknownDefaults are those of which nothing is known yet.
func UnknownDefaults() Defaults {
	return Defaults{
		Cluster: types.StringUnknown(), SubnetIDs: types.SetUnknown(types.StringType), SecurityGroupIDs: types.SetUnknown(types.StringType),
		AssignPublicIP: types.BoolUnknown(), PermissionsBoundary: types.StringUnknown(), RolePath: types.StringUnknown(), RoleNamePrefix: types.StringUnknown(),
		LogRetentionInDays: types.Int64Unknown(), LogKMSKeyID: types.StringUnknown(), KeepRevisions: types.Int64Unknown(),
	}
}

// in are the defaults for resources in a region, where the provider's is home. A VPC and a key are in one region, so those of
// the provider's region say nothing of another; nor does the ARN of a cluster.
func (d Defaults) in(region, home string) Defaults {
	if region == home {
		return d
	}
	d.SubnetIDs, d.SecurityGroupIDs, d.AssignPublicIP = types.SetNull(types.StringType), types.SetNull(types.StringType), types.BoolNull()
	d.LogKMSKeyID = types.StringNull()
	if arn.Is(d.Cluster.ValueString()) {
		d.Cluster = types.StringNull()
	}
	return d
}

// Roles are the defaults for the names and paths of roles. What is not known counts as not there; the inputs tell.
func (d Defaults) Roles() task.RoleDefaults {
	return task.RoleDefaults{NamePrefix: d.RoleNamePrefix.ValueString(), Path: d.RolePath.ValueString()}
}

// ClusterByName is the cluster of a task that is given by its name alone.
func (d Defaults) ClusterByName() types.String {
	return Or(d.Cluster, types.StringValue(task.DefaultCluster))
}

// RoleNamePrefix is the default prefix of the names of roles.
func (c *Configured) RoleNamePrefix() types.String { return c.defaults.RoleNamePrefix }

// Or is a value, or where nothing is said the provider's default for it.
func Or[T attr.Value](said, fallback T) T {
	if said.IsNull() && !fallback.IsNull() {
		return fallback
	}
	return said
}

// Boundary is the permissions boundary that a configuration leads to, of what has roles of its own or not.
func (d Defaults) Boundary(said types.String, managesRoles bool, needs ...tf.Input) types.String {
	if !said.IsNull() || d.PermissionsBoundary.IsNull() {
		return said
	}
	if !managesRoles {
		return tf.Derive(types.StringNull(), needs...)
	}
	return tf.Derive(d.PermissionsBoundary, needs...)
}
