package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// unknowns are the attributes of a model that are not known yet, wholly or in part:
// "image", "task_role.name".
type unknowns map[string]bool

// any tells whether one of the attributes is unknown.
func (u unknowns) any(attributes ...string) bool {
	for _, a := range attributes {
		if u[a] {
			return true
		}
	}
	return false
}

// spec is the task that a model describes, with defaults filled in, and what of it is not
// known yet. An unknown value counts as left out: what depends on it is for the caller not
// to use.
func (m taskModel) spec(ctx context.Context, place arn.Place, diags *diag.Diagnostics) (task.Spec, unknowns) {
	u := unknowns{}
	for name, v := range map[string]attr.Value{
		"name": m.Name, "region": m.Region, "image": m.Image, "cpu": m.CPU, "memory": m.Memory,
		"architecture": m.Architecture, "operating_system_family": m.OperatingSystemFamily,
		"container_name": m.ContainerName, "command": m.Command, "entry_point": m.EntryPoint,
		"working_directory": m.WorkingDirectory, "user": m.User, "environment": m.Environment,
		"secrets": m.Secrets, "secrets_kms_key_arns": m.SecretsKMSKeyARNs, "ports": m.Ports,
		"permissions_boundary": m.PermissionsBoundary, "cluster": m.Cluster, "subnet_ids": m.SubnetIDs,
		"security_group_ids": m.SecurityGroupIDs, "assign_public_ip": m.AssignPublicIP,
		"tags": m.Tags, "tags_all": m.TagsAll, "keep_revisions": m.KeepRevisions,
	} {
		if anyUnknown(v) {
			u[name] = true
		}
	}
	for name, o := range map[string]types.Object{"log_group": m.LogGroup, "execution_role": m.ExecutionRole, "task_role": m.TaskRole} {
		leaves := o.Attributes() // none where the object is null or unknown
		for leaf := range o.AttributeTypes(ctx) {
			if v, set := leaves[leaf]; o.IsUnknown() || set && anyUnknown(v) {
				u[name+"."+leaf] = true
			}
		}
	}

	s := task.Spec{
		Name:  m.Name.ValueString(),
		Place: place,
		Main: task.ContainerSpec{
			Name:             m.ContainerName.ValueString(),
			Image:            m.Image.ValueString(),
			Command:          stringsOf(m.Command.Elements()),
			EntryPoint:       stringsOf(m.EntryPoint.Elements()),
			WorkingDirectory: m.WorkingDirectory.ValueString(),
			User:             m.User.ValueString(),
			Environment:      stringMapOf(m.Environment),
			Secrets:          stringMapOf(m.Secrets),
			Ports:            expandPorts(ctx, m.Ports, diags),
		},
		CPU:                   m.CPU.ValueInt64(),
		Memory:                m.Memory.ValueInt64(),
		Architecture:          m.Architecture.ValueString(),
		OperatingSystemFamily: m.OperatingSystemFamily.ValueString(),
		ExecutionRole:         expandRole(role(ctx, m.ExecutionRole, diags)),
		TaskRole:              expandRole(role(ctx, m.TaskRole, diags)),
		PermissionsBoundary:   m.PermissionsBoundary.ValueString(),
		SecretsKMSKeyARNs:     stringsOf(m.SecretsKMSKeyARNs.Elements()),
		LogGroup:              expandLogGroup(m.logGroup(ctx, diags)),
		Network: task.Network{
			Cluster:          m.Cluster.ValueString(),
			SubnetIDs:        stringsOf(m.SubnetIDs.Elements()),
			SecurityGroupIDs: stringsOf(m.SecurityGroupIDs.Elements()),
			AssignPublicIP:   m.AssignPublicIP.ValueBool(),
		},
		Tags:          stringMapOf(m.TagsAll),
		KeepRevisions: m.KeepRevisions.ValueInt64(),
	}
	return s.WithDefaults(), u
}

func expandPorts(ctx context.Context, list types.List, diags *diag.Diagnostics) []task.PortMapping {
	var out []task.PortMapping
	for _, e := range list.Elements() {
		var p portModel
		if o, ok := e.(types.Object); ok {
			decode(ctx, o, &p, diags)
		}
		out = append(out, p.expand())
	}
	return out
}

func (p portModel) expand() task.PortMapping {
	return task.PortMapping{
		ContainerPort: p.ContainerPort.ValueInt64(),
		Protocol:      p.Protocol.ValueString(),
		Name:          p.Name.ValueString(),
		AppProtocol:   p.AppProtocol.ValueString(),
	}
}

func expandRole(r roleModel) task.RoleSpec {
	return task.RoleSpec{
		ARN:                r.ARN.ValueString(),
		Name:               r.Name.ValueString(),
		Path:               r.Path.ValueString(),
		Description:        r.Description.ValueString(),
		MaxSessionDuration: r.MaxSessionDuration.ValueInt64(),
		ManagedPolicyARNs:  stringsOf(r.ManagedPolicyARNs.Elements()),
		Policies:           stringMapOf(r.Policies),
	}
}

func expandLogGroup(g logGroupModel) task.LogGroup {
	out := task.LogGroup{
		ARN:             g.ARN.ValueString(),
		Name:            g.Name.ValueString(),
		RetentionInDays: task.DefaultRetention,
		KMSKeyID:        g.KMSKeyID.ValueString(),
		Class:           g.Class.ValueString(),
		Adopt:           g.Adopt.ValueBool(),
		Keep:            g.KeepOnDestroy.ValueBool(),
	}
	if !g.RetentionInDays.IsNull() && !g.RetentionInDays.IsUnknown() {
		out.RetentionInDays = g.RetentionInDays.ValueInt64()
	}
	return out
}
