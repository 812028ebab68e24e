package dockertask

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/policy"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// observation is what was seen of a unit, and what is needed to make sense of it.
type observation struct {
	task.Observed
	record task.Record
	// orphans are parts of the record that state does not name.
	orphans []task.Part
	place   lifecycle.Site
	rules   task.TagRules
	// imported: there is no state to compare with; what AWS has is all there is.
	imported bool
	// others are parts that an import does not take over, and why not.
	others []string
	// told is where the unit runs as its parts tell it, where it is imported.
	told task.MergedNetwork
}

// lastRegistered is the last revision that the unit registered itself; 0 where that is not known.
func lastRegistered(rec task.Record, family string) int64 {
	part, _ := rec.Part(task.FamilyPart, family)
	return part.Version
}

// adopted reports whether the log group of a name is one that the unit took over.
func adopted(rec task.Record, name string) bool {
	part, _ := rec.Part(task.LogGroupPart, name)
	return part.Adopted
}

// flatten writes what AWS has into the model. A value stays as it is written where it says
// what AWS has; a part that is missing is a null ARN; what has no attribute becomes a line of
// drift.
func (m *model) flatten(ctx context.Context, o observation, diags *diag.Diagnostics) {
	before := m.describe(ctx, o.place, diags).spec
	expected := o.expectedTags(before)

	m.Region = types.StringValue(o.place.Region)
	m.flattenDefinition(ctx, before, o, diags)
	for _, kind := range task.RoleKinds {
		m.flattenRole(ctx, kind, before, o, diags)
	}
	m.flattenLogGroup(ctx, before, o, diags)
	source := o.tagSource(before)
	network := task.NetworkOf(source, o.place.Place)
	if o.imported {
		network = o.told.TaggedNetwork
	}
	m.flattenNetwork(network)
	tf.FlattenTags(&m.Tags, &m.TagsAll, source, o.rules)

	after := m.describe(ctx, o.place, diags).spec
	m.FamilyARN = types.StringValue(after.FamilyARN())
	m.ClusterARN = types.StringNull()
	if !m.Cluster.IsNull() {
		m.ClusterARN = types.StringValue(task.ClusterARN(m.Cluster.ValueString(), o.place.Place))
	}
	boundary := before.PermissionsBoundary
	if o.imported {
		m.WirePolicies = tf.MapOf(nil) // what they gave is the policy's as a whole
		m.WireEnvironment = tf.MapOf(nil)
		expected = o.rules.Comparable(source)
		boundary = after.PermissionsBoundary
	}
	m.deriveConsoleURLs(o.place.Place)
	m.Drift = tf.DriftOf(m.drift(after, expected, boundary, o))
}

// expectedTags are the tags that state says every part has, but for those that are ignored by
// now.
func (o observation) expectedTags(spec task.Spec) map[string]string {
	tags := map[string]string{}
	maps.Copy(tags, spec.Tags)
	maps.Copy(tags, spec.Network.Tags())
	if o.record.ID != "" {
		tags[task.TagUnit] = o.record.ID
	}
	return o.rules.Comparable(tags)
}

func (m *model) flattenDefinition(ctx context.Context, before task.Spec, o observation, diags *diag.Diagnostics) {
	if o.Definition == nil {
		m.ARN, m.Revision = types.StringNull(), types.Int64Null()
		return
	}
	d := o.Definition.Definition.CanonicalInOrder()
	m.ARN, m.Revision = types.StringValue(o.Definition.ARN), types.Int64Value(o.Definition.Revision)
	m.CPU, m.Memory = tf.Number(d.CPU), tf.Number(d.Memory)
	m.LaunchTypes = tf.SetOf(d.RequiresCompatibilities)
	m.NetworkMode = tf.StringOrNull(d.NetworkMode)
	m.Architecture, m.OperatingSystemFamily = types.StringNull(), types.StringNull()
	if p := d.RuntimePlatform; p != nil {
		m.Architecture, m.OperatingSystemFamily = tf.StringOrNull(p.CPUArchitecture), tf.StringOrNull(p.OperatingSystemFamily)
	}
	main, ok := mainOf(d, m.ContainerName.ValueString(), o.Definition.Definition)
	if !ok {
		return
	}
	m.ContainerName = types.StringValue(main.Name)
	if before.Base != nil {
		m.flattenBase(ctx, before, main, o, diags)
		return
	}

	rest := valuesOf(m.definitionAttributes)
	setValues(ctx, definitionTable, definitionTable.Keep(rest, d), &m.definitionAttributes, diags)
	main = m.withoutWires(main)
	values := valuesOf(m.containerAttributes)
	setValues(ctx, mainTable, mainTable.Keep(values, before.ObservedContainer(before.Main, main)), &m.containerAttributes, diags)
	var seen task.Spec
	for _, c := range d.ContainerDefinitions {
		if c.Name != main.Name {
			said := sidecarNamed(before, c.Name)
			c.Environment = withoutVariables(c.Environment, before.Wired.Sidecars[c.Name], variablesOf(said.Environment))
			seen.Sidecars = append(seen.Sidecars, before.ObservedContainer(said, c))
		}
	}
	m.Sidecars = tf.As[types.Map](sidecarsTable.Keep(map[string]attr.Value{"sidecars": m.Sidecars}, seen)["sidecars"])
}

// mainOf is the main container in its canonical form. Which one it is tells the definition
// as it was registered, as the canonical form has the containers in another order.
func mainOf(canonical task.Definition, name string, registered task.Definition) (task.Container, bool) {
	main, ok := registered.MainContainer(name)
	if !ok {
		return task.Container{}, false
	}
	i := slices.IndexFunc(canonical.ContainerDefinitions, func(c task.Container) bool { return c.Name == main.Name })
	return canonical.ContainerDefinitions[i], true
}

func sidecarNamed(s task.Spec, name string) task.ContainerSpec {
	for _, c := range s.Sidecars {
		if c.Name == name {
			return c
		}
	}
	return task.ContainerSpec{}
}

// withoutWires is the main container without the variables of the wires, which have an
// attribute of their own; that one gets the values that AWS has.
func (m *model) withoutWires(main task.Container) task.Container {
	wired, have := tf.StringMapOf(m.WireEnvironment), variablesOf(main.Environment)
	for name := range wired {
		if value, ok := have[name]; ok {
			wired[name] = value
		} else {
			delete(wired, name)
		}
	}
	m.WireEnvironment = tf.MapOf(wired)
	main.Environment = withoutVariables(main.Environment, wired, tf.StringMapOf(m.Environment))
	return main
}

// withoutVariables leaves out the variables of wires, but for those that the user sets too.
func withoutVariables(all []task.KeyValue, wired, users map[string]string) []task.KeyValue {
	return slices.DeleteFunc(slices.Clone(all), func(v task.KeyValue) bool {
		_, ofWire := wired[v.Name]
		_, ofUser := users[v.Name]
		return ofWire && !ofUser
	})
}

func variablesOf(list []task.KeyValue) map[string]string {
	out := make(map[string]string, len(list))
	for _, v := range list {
		out[v.Name] = v.Value
	}
	return out
}

// flattenBase compares a whole definition of the user's with AWS's: image and environment by
// themselves, anything else as a whole.
func (m *model) flattenBase(ctx context.Context, before task.Spec, main task.Container, o observation, diags *diag.Diagnostics) {
	if !m.Image.IsNull() {
		m.Image = types.StringValue(main.Image)
	}
	images := tf.StringMapOf(m.Images)
	for _, c := range o.Definition.Definition.ContainerDefinitions {
		if _, mine := images[c.Name]; mine {
			images[c.Name] = c.Image
		}
	}
	m.Images = tf.KeepMap(m.Images, images)
	have := variablesOf(m.withoutWires(main).Environment)
	mine := tf.StringMapOf(m.Environment)
	for k := range mine {
		if v, ok := have[k]; ok {
			mine[k] = v
		} else {
			delete(mine, k)
		}
	}
	m.Environment = tf.KeepMap(m.Environment, mine)
	after := m.describe(ctx, o.place, diags).spec
	if d, err := after.Definition(); err == nil && d.Digest() != o.Definition.Definition.Digest() {
		m.DefinitionJSON = types.StringValue(before.FileOf(o.Definition.Definition).Text())
	}
}

// roleAttributes are the attributes of one of the roles.
func (m *model) roleAttributes(kind task.RoleKind) (object *types.Object, arn, name, policyJSON *types.String) {
	if kind == task.ExecutionRole {
		return &m.ExecutionRole, &m.ExecutionRoleARN, &m.ExecutionRoleName, &m.ExecutionRolePolicyJSON
	}
	return &m.TaskRole, &m.TaskRoleARN, &m.TaskRoleName, &m.TaskRolePolicyJSON
}

func (m *model) flattenRole(ctx context.Context, kind task.RoleKind, before task.Spec, o observation, diags *diag.Diagnostics) {
	object, arnValue, name, json := m.roleAttributes(kind)
	spec := before.Role(kind)
	switch {
	case before.Holder(kind) != kind:
		m.flattenHeldRole(before, o)
		return
	case !spec.Managed():
		m.flattenGivenRole(ctx, kind, before, o, diags)
		return
	}
	*name = types.StringValue(spec.Name)
	have := o.Roles[kind]
	if have == nil {
		*arnValue, *json = types.StringNull(), types.StringNull()
		return
	}
	*arnValue = types.StringValue(have.ARN)
	if own := have.Policies[task.InlinePolicyName]; !policy.Equivalent(json.ValueString(), own) {
		*json = tf.StringOrNull(own)
	}

	r := role(ctx, *object, diags)
	wrote := r
	r.Description = tf.KeepString(r.Description, have.Description)
	if have.MaxSessionDuration != spec.MaxSessionDuration {
		r.MaxSessionDuration = types.Int64Value(have.MaxSessionDuration)
	}
	r.ManagedPolicyARNs = tf.KeepSet(r.ManagedPolicyARNs, managedBy(spec, *have, o.imported))
	r.Policies = tf.KeepMap(r.Policies, keptPolicies(spec, *have))
	if o.imported {
		r.RestrictTrust = trustRestriction(before, kind, *have)
	}
	if !r.equal(wrote) {
		*object = r.object(ctx, diags)
	}
	if kind == task.ExecutionRole || !before.ExecutionRole.Managed() {
		m.PermissionsBoundary = tf.KeepString(m.PermissionsBoundary, have.PermissionsBoundary)
	}
}

// trustRestriction is what has to be said of a role to get the trust policy that it has: null
// where that is the usual one, or one that cannot be said.
func trustRestriction(spec task.Spec, kind task.RoleKind, have task.ObservedRole) types.Bool {
	usual := kind == task.TaskRole
	otherwise := !usual
	r := spec.Role(kind)
	r.RestrictTrust = &otherwise
	if kind == task.ExecutionRole {
		spec.ExecutionRole = r
	} else {
		spec.TaskRole = r
	}
	if policy.Equivalent(spec.TrustPolicy(kind).JSON(), have.TrustPolicy) {
		return types.BoolValue(otherwise)
	}
	return types.BoolNull()
}

// flattenHeldRole writes the task role where the execution role, which is written already, is both.
func (m *model) flattenHeldRole(before task.Spec, o observation) {
	m.TaskRoleARN, m.TaskRoleName = m.ExecutionRoleARN, m.ExecutionRoleName
	if !before.ExecutionRole.Managed() {
		return // its policies are its owner's
	}
	var own string
	if have := o.Roles[task.ExecutionRole]; have != nil {
		own = have.Policies[task.TaskPolicyName]
	}
	if !policy.Equivalent(m.TaskRolePolicyJSON.ValueString(), own) {
		m.TaskRolePolicyJSON = tf.StringOrNull(own)
	}
}

// flattenGivenRole: of a role that is given, all there is to see is that the definition names it. One that
// names none leaves the role given: without its ARN it would be one for the unit to make, and to delete.
func (m *model) flattenGivenRole(ctx context.Context, kind task.RoleKind, before task.Spec, o observation, diags *diag.Diagnostics) {
	object, arnValue, name, _ := m.roleAttributes(kind)
	given := before.RoleARN(kind)
	if seen := task.ExpandRole(task.RoleIn(o.Definition, kind), o.place.Place); seen != "" && seen != given {
		given = seen
		if r := role(ctx, *object, diags); before.Base == nil || !r.ARN.IsNull() { // else definition_json gives it
			r.ARN = types.StringValue(seen)
			*object = r.object(ctx, diags)
		}
	}
	*arnValue = tf.StringOrNull(given)
	*name = tf.StringOrNull(task.Spec{ExecutionRole: task.RoleSpec{ARN: given}}.RoleName(task.ExecutionRole))
}

// managedBy are those attached policies that are the unit's business: the ones it attached
// and, where there is no state to know them by, all.
func managedBy(spec task.RoleSpec, have task.ObservedRole, imported bool) []string {
	if imported {
		return have.Attached
	}
	var out []string
	for _, a := range spec.ManagedPolicyARNs {
		if slices.Contains(have.Attached, a) {
			out = append(out, a)
		}
	}
	return out
}

// keptPolicies are the inline policies that the user wrote, as they are written where the
// role's says the same.
func keptPolicies(spec task.RoleSpec, have task.ObservedRole) map[string]string {
	out := map[string]string{}
	for name, mine := range spec.Policies {
		theirs, ok := have.Policies[name]
		if !ok {
			continue
		}
		out[name] = theirs
		if policy.Equivalent(mine, theirs) {
			out[name] = mine
		}
	}
	return out
}

func (r roleModel) equal(other roleModel) bool {
	return r.ARN.Equal(other.ARN) && r.Name.Equal(other.Name) && r.NamePrefix.Equal(other.NamePrefix) && r.Path.Equal(other.Path) && r.Description.Equal(other.Description) &&
		r.MaxSessionDuration.Equal(other.MaxSessionDuration) && r.ManagedPolicyARNs.Equal(other.ManagedPolicyARNs) && r.Policies.Equal(other.Policies) &&
		r.RestrictTrust.Equal(other.RestrictTrust)
}

func (r roleModel) object(ctx context.Context, diags *diag.Diagnostics) types.Object {
	o, d := types.ObjectValueFrom(ctx, roleType.AttrTypes, r)
	diags.Append(d...)
	return o
}

func (g logGroupModel) object(ctx context.Context, diags *diag.Diagnostics) types.Object {
	o, d := types.ObjectValueFrom(ctx, logGroupType.AttrTypes, g)
	diags.Append(d...)
	return o
}

// keepKey keeps the alias of a key, for which AWS answers the key.
func keepKey(have types.String, aws string) types.String {
	if task.SameKey(have.ValueString(), aws) {
		return have
	}
	return tf.StringOrNull(aws)
}

// flattenLogGroup keeps the log group the unit's, or another owner's, whatever the containers write to by
// now, as after an update that failed or a revision that was registered elsewhere. Where log_group is not
// set, that decides; so then it is written.
func (m *model) flattenLogGroup(ctx context.Context, before task.Spec, o observation, diags *diag.Diagnostics) {
	g := m.logGroup(ctx, diags)
	spec := before.LogGroup
	after := m.describeAlone(ctx, o.place, diags).spec
	if !spec.Managed() {
		if after.LogGroup.Managed() {
			spec.ARN = after.LogGroupARN()
			g.ARN = types.StringValue(spec.ARN)
			m.LogGroup = g.object(ctx, diags)
		}
		m.LogGroupName, m.LogGroupARN = tf.StringOrNull(task.Spec{LogGroup: spec}.LogGroupName()), tf.StringOrNull(spec.ARN)
		m.LogRetentionInDays, m.LogKMSKeyID = types.Int64Null(), types.StringNull()
		return
	}
	forgotten := !after.LogGroup.Managed()
	m.LogGroupName = types.StringValue(spec.Name)
	if o.LogGroup == nil {
		m.LogGroupARN, m.LogRetentionInDays, m.LogKMSKeyID = types.StringNull(), types.Int64Null(), types.StringNull()
		if forgotten && !o.imported {
			m.LogGroup = g.object(ctx, diags)
		}
		return
	}
	m.LogGroupARN = types.StringValue(o.LogGroup.ARN)
	wrote := g
	// What the user did not write differs in the computed attribute alone: in log_group it would show
	// as an object that vanishes.
	retention := o.LogGroup.RetentionInDays
	if o.LogGroup.RetentionGoverned {
		retention = spec.RetentionInDays
	}
	m.LogRetentionInDays = tf.Int64OrNull(retention)
	if retention != spec.RetentionInDays && (o.imported || tf.IsSet(g.RetentionInDays)) {
		g.RetentionInDays = types.Int64Value(retention)
	}
	m.LogKMSKeyID = keepKey(m.LogKMSKeyID, o.LogGroup.KMSKeyID)
	if o.imported || tf.IsSet(g.KMSKeyID) {
		g.KMSKeyID = keepKey(g.KMSKeyID, o.LogGroup.KMSKeyID)
	}
	// An API that does not know classes has the first.
	if o.LogGroup.Class != "" && o.LogGroup.Class != spec.Class {
		g.Class = types.StringValue(o.LogGroup.Class)
	}
	if g != wrote || forgotten {
		m.LogGroup = g.object(ctx, diags)
	}
}

// tagSource are the tags that tell the unit's network and tags: those of the first part that
// has them. A revision that others registered comes without.
func (o observation) tagSource(spec task.Spec) map[string]string {
	parts := o.taggedParts(spec)
	for _, p := range parts {
		if task.NetworkOf(p.tags, o.place.Place).Cluster != nil {
			return p.tags
		}
	}
	if len(parts) > 0 {
		return parts[0].tags
	}
	return nil
}

type taggedPart struct {
	name string
	tags map[string]string
}

// taggedParts are the parts whose tags the unit looks after.
func (o observation) taggedParts(spec task.Spec) []taggedPart {
	var parts []taggedPart
	unit, err := spec.Unit()
	if err != nil {
		return nil // a secret that no reference can be made of; validation refuses it
	}
	if o.Definition != nil && (o.imported || unit.OwnsRevision(*o.Definition, o.record.ID, lastRegistered(o.record, unit.Definition.Family))) {
		parts = append(parts, taggedPart{"task definition", o.Definition.Tags})
	}
	for _, kind := range task.RoleKinds {
		if r := o.Roles[kind]; r != nil {
			parts = append(parts, taggedPart{string(kind) + " role", r.Tags})
		}
	}
	if o.LogGroup != nil {
		parts = append(parts, taggedPart{"log group", o.LogGroup.Tags})
	}
	return parts
}

func (m *model) flattenNetwork(n task.TaggedNetwork) {
	m.Cluster = types.StringPointerValue(n.Cluster)
	m.AssignPublicIP = types.BoolPointerValue(n.AssignPublicIP)
	if n.SubnetIDs == nil {
		m.SubnetIDs = types.SetNull(types.StringType)
	} else {
		m.SubnetIDs = tf.SetOf(n.SubnetIDs)
	}
	m.SecurityGroupIDs = tf.KeepSet(m.SecurityGroupIDs, n.SecurityGroupIDs)
}

// drift says what of the unit is not as it shall be and has no attribute of its own. The
// boundary is the one that both roles had: its attribute tells of the execution role, where
// the unit has one.
func (m *model) drift(want task.Spec, tags map[string]string, boundary string, o observation) []string {
	var lines []string
	unit, err := want.Unit()
	if err != nil {
		return nil
	}
	if o.Definition != nil {
		for _, field := range task.Differences(unit.Definition, o.Definition.Definition) {
			lines = append(lines, "task definition: "+field)
		}
	}
	for _, kind := range task.RoleKinds {
		if have, is := o.Roles[kind], unit.Roles[kind]; have != nil && is.Name != "" {
			for _, what := range task.RoleDifferences(is, *have) {
				lines = append(lines, fmt.Sprintf("%s role: %s", kind, what))
			}
			if kind == task.TaskRole && want.ExecutionRole.Managed() && have.PermissionsBoundary != boundary {
				lines = append(lines, fmt.Sprintf("%s role: permissions boundary", kind))
			}
		}
	}
	for _, part := range o.taggedParts(want) {
		have := o.rules.Comparable(part.tags)
		change := task.ChangeTags(have, tags)
		if part.name == "log group" {
			want.LogGroup.Adopted = adopted(o.record, o.LogGroup.Name)
			change = want.LogGroup.TagChange(have, tags)
			if o.record.ID == "" { // imported, and not updated since: the mark comes with the id
				delete(change.Set, task.TagAdopted)
			}
		}
		if !change.Empty() {
			lines = append(lines, part.name+": tags "+strings.Join(change.Keys(), ", "))
		}
	}
	return append(lines, lifecycle.DescribeOrphans(o.orphans)...)
}
