package dockertask

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// expand is the task that a model describes, without its wires, definition_json and defaults. An unknown
// value counts as left out.
func (m *model) expand(ctx context.Context, place lifecycle.Site, main, rest map[string]attr.Value, diags *diag.Diagnostics) task.Spec {
	s := sidecarsTable.Expand(map[string]attr.Value{"sidecars": m.Sidecars})
	s.Name, s.Place = m.Name.ValueString(), place.Place
	s.Main = mainTable.Expand(main)
	s.Main.Name = m.ContainerName.ValueString()
	s.Rest = definitionTable.Expand(rest)
	s.LaunchTypes = slices.Sorted(slices.Values(tf.StringsOf(m.LaunchTypes.Elements())))
	s.NetworkMode = m.NetworkMode.ValueString()
	s.CPU, s.Memory = m.CPU.ValueInt64(), m.Memory.ValueInt64()
	s.Architecture = m.Architecture.ValueString()
	s.OperatingSystemFamily = m.OperatingSystemFamily.ValueString()
	s.ExecuteCommand = m.EnableExecuteCommand.ValueBool()
	s.ExecutionRole = expandRole(role(ctx, m.ExecutionRole, diags))
	s.TaskRole = expandRole(role(ctx, m.TaskRole, diags))
	s.SingleRole = m.SingleRole.ValueBool()
	s.RoleDefaults = place.Defaults.Roles()
	s.PermissionsBoundary = m.PermissionsBoundary.ValueString()
	s.SecretsKMSKeyARNs = tf.StringsOf(m.SecretsKMSKeyARNs.Elements())
	s.LogGroup = expandLogGroup(m.logGroup(ctx, diags), place.Defaults)
	s.LogGroup.Wanted = !m.LogGroup.IsNull()
	s.Network = task.Network{
		Cluster:          m.Cluster.ValueString(),
		SubnetIDs:        tf.StringsOf(m.SubnetIDs.Elements()),
		SecurityGroupIDs: tf.StringsOf(m.SecurityGroupIDs.Elements()),
		AssignPublicIP:   m.AssignPublicIP.ValueBool(),
	}
	s.Tags = tf.StringMapOf(m.TagsAll)
	s.KeepRevisions = m.KeepRevisions.ValueInt64()
	s.DeleteRevisions = m.DeleteRevisions.ValueBool()
	return s
}

// imagesOf are the images of containers by name; one that is not known yet is "".
func imagesOf(m types.Map) map[string]string {
	images := tf.StringMapOf(m)
	for name, v := range m.Elements() {
		if v.IsUnknown() {
			images[name] = ""
		}
	}
	return images
}

func expandRole(r roleModel) task.RoleSpec {
	return task.RoleSpec{
		ARN:                r.ARN.ValueString(),
		Name:               r.Name.ValueString(),
		NamePrefix:         r.NamePrefix.ValueString(),
		Path:               r.Path.ValueString(),
		Description:        r.Description.ValueString(),
		MaxSessionDuration: r.MaxSessionDuration.ValueInt64(),
		ManagedPolicyARNs:  tf.StringsOf(r.ManagedPolicyARNs.Elements()),
		Policies:           tf.StringMapOf(r.Policies),
		RestrictTrust:      r.RestrictTrust.ValueBoolPointer(),
	}
}

func expandLogGroup(g logGroupModel, defaults lifecycle.Defaults) task.LogGroup {
	out := task.LogGroup{
		ARN:             g.ARN.ValueString(),
		Name:            g.Name.ValueString(),
		RetentionInDays: task.DefaultRetention,
		KMSKeyID:        lifecycle.Or(g.KMSKeyID, defaults.LogKMSKeyID).ValueString(),
		Class:           g.Class.ValueString(),
		Adopt:           g.Adopt.ValueBool(),
		Keep:            g.KeepOnDestroy.ValueBool(),
	}
	if days := lifecycle.Or(g.RetentionInDays, defaults.LogRetentionInDays); tf.IsSet(days) {
		out.RetentionInDays = days.ValueInt64()
	}
	return out
}
