package dockertask

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/task"
	"github.com/dockertask/terraform-provider-docker/internal/task/attribute"
)

// described is a model and what it says. An operation describes a model once and hands that on.
type described struct {
	model *model
	// spec is the task, with defaults filled in. An unknown value counts as left out: what depends on it is
	// for the caller not to use.
	spec task.Spec
	// unknown are the attributes that are not known yet, wholly or in part, those of an object by
	// themselves: "image", "task_role.name", "volumes.efs" for that kind of any volume.
	unknown attribute.Set
	wires   wired
	// file is definition_json, nil where there is none.
	file *task.Input
	// invalid: something is refused, and left out.
	invalid bool
}

// inputs are attributes as what a derived value follows from.
func (d described) inputs(attributes ...attribute.Path) tf.Unknown {
	return tf.Unknown(d.unknown.Any(attributes...))
}

// fileTags are the tags in definition_json.
func (d described) fileTags() map[string]string {
	tags := map[string]string{}
	if d.file != nil {
		for _, t := range d.file.Tags {
			tags[t.Key] = t.Value
		}
	}
	return tags
}

// tags are those of the configuration: those in definition_json, and over them those of tags.
func (d described) tags() map[string]string {
	tags := d.fileTags()
	maps.Copy(tags, tf.StringMapOf(d.model.Tags))
	return tags
}

// describe reads a model.
func (m *model) describe(ctx context.Context, place lifecycle.Site, diags *diag.Diagnostics) described {
	var problems diag.Diagnostics
	d := m.describeAlone(ctx, place, &problems)
	d.wires = d.readWires(ctx, place, &problems)
	d.spec.Wired = d.wires.Wired
	if d.wires.unknown {
		d.unknown[attribute.Wires] = true
	}
	d.invalid = problems.HasError()
	diags.Append(problems...)
	return d
}

// describeAlone reads a model without its wires, which no default depends on.
func (m *model) describeAlone(ctx context.Context, place lifecycle.Site, diags *diag.Diagnostics) described {
	main, rest := valuesOf(m.containerAttributes), valuesOf(m.definitionAttributes)
	d := described{model: m, unknown: m.unknowns(ctx, main, rest), file: readFile(m.DefinitionJSON)}
	if place.Account == "" {
		d.unknown[attribute.Account] = true
	}
	d.spec = m.expand(ctx, place, main, rest, diags)
	if d.file != nil {
		d.spec.Base, d.spec.Images = &d.file.Definition, imagesOf(m.Images)
	}
	d.spec = d.spec.WithDefaults()
	d.keepRoles()
	d.addUnknownDefaults(ctx, place.Defaults, diags)
	return d
}

// keepRoles takes the names and paths of the unit's own roles from computed attributes: of what was planned or applied, they
// are final, whatever the provider's defaults say by now.
func (d *described) keepRoles() {
	for _, kind := range task.RoleKinds {
		_, roleARN, name, _ := d.model.roleAttributes(kind)
		if !d.spec.Manages(kind) || !tf.IsSet(*name) {
			continue
		}
		r := &d.spec.TaskRole
		if kind == task.ExecutionRole {
			r = &d.spec.ExecutionRole
		}
		r.Name = name.ValueString()
		if a, err := arn.Parse(roleARN.ValueString()); err == nil {
			r.Path = a.RolePath()
		}
	}
}

// addUnknownDefaults adds the attributes that are left to defaults of the provider which are not known yet.
func (d *described) addUnknownDefaults(ctx context.Context, defaults lifecycle.Defaults, diags *diag.Diagnostics) {
	add := func(at attribute.Path, said, fallback attr.Value) {
		if said.IsNull() && fallback.IsUnknown() {
			d.unknown[at] = true
		}
	}
	g := d.model.logGroup(ctx, diags)
	add(attribute.LogGroup.RetentionInDays, g.RetentionInDays, defaults.LogRetentionInDays)
	add(attribute.LogGroup.KMSKeyID, g.KMSKeyID, defaults.LogKMSKeyID)
	for _, kind := range task.RoleKinds {
		object, roleARN, name, _ := d.model.roleAttributes(kind)
		r := role(ctx, *object, diags)
		if r.Name.IsNull() && !tf.IsSet(*name) {
			add(kind.Attributes().NamePrefix, r.NamePrefix, defaults.RoleNamePrefix)
		}
		if !tf.IsSet(*roleARN) {
			add(kind.Attributes().Path, r.Path, defaults.RolePath)
		}
	}
}

// readFile is the task definition in definition_json, nil where there is none. Validation refuses one that
// cannot be read.
func readFile(text types.String) *task.Input {
	if text.ValueString() == "" {
		return nil
	}
	in, err := task.ParseInput(text.ValueString())
	if err != nil {
		return nil
	}
	return &in
}

// unknowns are the attributes that are not known yet.
func (m *model) unknowns(ctx context.Context, main, rest map[string]attr.Value) attribute.Set {
	u := attribute.Set{}
	for _, values := range []map[string]attr.Value{main, rest} {
		for name, v := range values {
			if tf.AnyUnknown(v) {
				u[attribute.Named(name)] = true
			}
		}
	}
	for path, v := range map[attribute.Path]attr.Value{
		attribute.Name: m.Name, attribute.Region: m.Region, attribute.Wires: m.Wires, attribute.Sidecars: m.Sidecars,
		attribute.DefinitionJSON: m.DefinitionJSON, attribute.Images: m.Images, attribute.ContainerName: m.ContainerName,
		attribute.LaunchTypes: m.LaunchTypes, attribute.NetworkMode: m.NetworkMode, attribute.CPU: m.CPU, attribute.Memory: m.Memory,
		attribute.Architecture: m.Architecture, attribute.OperatingSystemFamily: m.OperatingSystemFamily,
		attribute.SingleRole: m.SingleRole, attribute.PermissionsBoundary: m.PermissionsBoundary,
		attribute.SecretsKMSKeyARNs: m.SecretsKMSKeyARNs, attribute.EnableExecuteCommand: m.EnableExecuteCommand,
		attribute.Cluster: m.Cluster, attribute.SubnetIDs: m.SubnetIDs, attribute.SecurityGroupIDs: m.SecurityGroupIDs,
		attribute.AssignPublicIP: m.AssignPublicIP, attribute.Tags: m.Tags, attribute.TagsAll: m.TagsAll,
		attribute.KeepRevisions: m.KeepRevisions, attribute.DeleteRevisions: m.DeleteRevisions,
	} {
		if tf.AnyUnknown(v) {
			u[path] = true
		}
	}
	addUnknownIn(ctx, u, "log_group", m.LogGroup)
	addUnknownIn(ctx, u, "execution_role", m.ExecutionRole)
	addUnknownIn(ctx, u, "task_role", m.TaskRole)
	volumes := m.Volumes.Elements()
	if m.Volumes.IsUnknown() {
		volumes = map[string]attr.Value{"": types.ObjectUnknown(volumeTable.Types())}
	}
	for _, v := range volumes {
		if o, ok := v.(types.Object); ok {
			addUnknownIn(ctx, u, "volumes", o)
		}
	}
	return u
}

// addUnknownIn adds which attributes of an object are unknown, as NAME.ATTRIBUTE.
func addUnknownIn(ctx context.Context, u attribute.Set, name string, o types.Object) {
	values := o.Attributes() // none where the object is null or unknown
	for inner := range o.AttributeTypes(ctx) {
		if v, set := values[inner]; o.IsUnknown() || set && tf.AnyUnknown(v) {
			u[attribute.Named(name+"."+inner)] = true
		}
	}
}
