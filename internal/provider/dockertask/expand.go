package dockertask

import (
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// unknowns are the attributes of a model that are not known yet, wholly or in part:
// "image", "task_role.name", "volumes.efs" for that kind of any volume.
type unknowns map[string]bool

// any reports whether one of the attributes is unknown.
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
func (m model) spec(ctx context.Context, place lifecycle.Site, diags *diag.Diagnostics) (task.Spec, unknowns) {
	main := valuesOf(ctx, mainTable, m.containerAttributes, diags)
	rest := valuesOf(ctx, definitionTable, m.definitionAttributes, diags)
	s := sidecarsTable.Expand(map[string]attr.Value{"sidecars": m.Sidecars})
	s.Name, s.Place = m.Name.ValueString(), place.Place
	s.Wired = m.wires(ctx, place, diags).Wired
	if s.Base = expandBase(m.DefinitionJSON); s.Base != nil {
		s.Images = imagesOf(m.Images)
	}
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
	s.PermissionsBoundary = m.PermissionsBoundary.ValueString()
	s.SecretsKMSKeyARNs = tf.StringsOf(m.SecretsKMSKeyARNs.Elements())
	s.LogGroup = expandLogGroup(m.logGroup(ctx, diags))
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
	return s.WithDefaults(), m.unknowns(ctx, main, rest)
}

// unknowns are the attributes that are not known yet.
func (m model) unknowns(ctx context.Context, main, rest map[string]attr.Value) unknowns {
	u := unknowns{}
	for _, values := range []map[string]attr.Value{main, rest, {
		"name": m.Name, "region": m.Region, "wires": m.Wires, "sidecars": m.Sidecars, "definition_json": m.DefinitionJSON, "images": m.Images,
		"launch_types": m.LaunchTypes, "network_mode": m.NetworkMode, "cpu": m.CPU, "memory": m.Memory,
		"architecture": m.Architecture, "operating_system_family": m.OperatingSystemFamily,
		"single_role": m.SingleRole, "container_name": m.ContainerName, "enable_execute_command": m.EnableExecuteCommand,
		"secrets_kms_key_arns": m.SecretsKMSKeyARNs, "permissions_boundary": m.PermissionsBoundary,
		"cluster": m.Cluster, "subnet_ids": m.SubnetIDs, "security_group_ids": m.SecurityGroupIDs,
		"assign_public_ip": m.AssignPublicIP, "tags": m.Tags, "tags_all": m.TagsAll, "keep_revisions": m.KeepRevisions,
	}} {
		for name, v := range values {
			if tf.AnyUnknown(v) {
				u[name] = true
			}
		}
	}
	for name, o := range map[string]types.Object{"log_group": m.LogGroup, "execution_role": m.ExecutionRole, "task_role": m.TaskRole} {
		u.inside(ctx, name, o)
	}
	volumes := m.Volumes.Elements()
	if m.Volumes.IsUnknown() {
		volumes = map[string]attr.Value{"": types.ObjectUnknown(volumeTable.Types())}
	}
	for _, v := range volumes {
		if o, ok := v.(types.Object); ok {
			u.inside(ctx, "volumes", o)
		}
	}
	return u
}

// inside notes which attributes of an object are unknown, as NAME.ATTRIBUTE.
func (u unknowns) inside(ctx context.Context, name string, o types.Object) {
	values := o.Attributes() // none where the object is null or unknown
	for attribute := range o.AttributeTypes(ctx) {
		if v, set := values[attribute]; o.IsUnknown() || set && tf.AnyUnknown(v) {
			u[name+"."+attribute] = true
		}
	}
}

// expandBase is the task definition in definition_json, nil where there is none. Validation
// refuses one that cannot be read.
func expandBase(text types.String) *task.Definition {
	if text.ValueString() == "" {
		return nil
	}
	in, err := task.ParseInput(text.ValueString())
	if err != nil {
		return nil
	}
	return &in.Definition
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

// ownTags are the tags of the configuration: those in definition_json, and over them those of tags.
func (m *model) ownTags() map[string]string {
	tags := m.fileTags()
	maps.Copy(tags, tf.StringMapOf(m.Tags))
	return tags
}

// fileTags are the tags in definition_json.
func (m *model) fileTags() map[string]string {
	tags := map[string]string{}
	if in, err := task.ParseInput(m.DefinitionJSON.ValueString()); err == nil {
		for _, t := range in.Tags {
			tags[t.Key] = t.Value
		}
	}
	return tags
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
