package dockertask

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/aws"
	"github.com/dockertask/terraform-provider-docker/internal/policy"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/sanitize"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// IdentitySchema describes the identity.
func (r *taskResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: lifecycle.IdentitySchema("Name of the docker task.")}
}

// ImportState takes NAME, NAME@REGION, the ARN of the family or of a revision, or an identity. The read that
// follows finds the parts of the task. One part is enough, so that a task whose create failed can be imported.
// Only a task definition has the names of the other parts, so the id has those that differ from the naming
// rules: NAME@REGION:task_role=NAME.
func (r *taskResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	named, parts, err := lifecycle.CutParts(req.ID, taskPartChecks)
	id := lifecycle.ImportedIdentity(ctx, req, named, &resp.Diagnostics)
	switch revision := revisionID.FindStringSubmatch(req.ID); {
	case arn.Is(req.ID):
		id, err = lifecycle.ParseARN(req.ID, "ecs", "task-definition/")
		family, _, _ := strings.Cut(id.Name.ValueString(), ":")
		id.Name = types.StringValue(family)
	case revision != nil:
		err = fmt.Errorf("a docker task is imported with its newest revision: leave the revision out, %s%s", revision[1], revision[2])
	}
	if resp.Diagnostics.HasError() || !r.Ready(&resp.Diagnostics) {
		return
	}
	if err == nil {
		err = task.CheckName(id.Name.ValueString())
	}
	if err != nil {
		resp.Diagnostics.AddError("Invalid import id", tf.Sentence(err.Error())+
			" The id of a docker task is NAME, NAME@REGION, or the ARN of its task definition. For parts with names of their own that a run made which was killed, it goes on, as in NAME@REGION:task_role=NAME:log_group=NAME.")
		return
	}
	place := r.ImportSite(ctx, id, lifecycle.AtRegion, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	m := newModel(ctx, &resp.Diagnostics)
	m.Name, m.Region = id.Name, types.StringValue(place.Region)
	m.nameParts(ctx, parts, &resp.Diagnostics)
	resp.Diagnostics.Append(tf.Set(ctx, &resp.State, &m)...)
	lifecycle.SetIdentity(ctx, resp.Identity, lifecycle.NewIdentity(m.Name, place.Place), &resp.Diagnostics)
}

// revisionID is a name with a revision, and a region or none.
var revisionID = regexp.MustCompile(`^([^:@]+):[0-9]+(@.*)?$`)

// taskPartChecks are the attributes in which parts of a task have names of their own.
var taskPartChecks = map[string]func(string) error{
	roleAttribute(task.ExecutionRole): task.CheckRoleName,
	roleAttribute(task.TaskRole):      task.CheckRoleName,
	logGroupAttribute:                 task.CheckLogGroupName,
}

// logGroupAttribute is the attribute that describes the log group.
const logGroupAttribute = "log_group"

// roleAttribute is the attribute that describes a role.
func roleAttribute(kind task.RoleKind) string { return string(kind) + "_role" }

// partNames are the parts that have names of their own.
func (m *model) partNames(ctx context.Context, diags *diag.Diagnostics) []lifecycle.PartName {
	var out []lifecycle.PartName
	for _, kind := range task.RoleKinds {
		object, _, name, _ := m.roleAttributes(kind)
		if r := role(ctx, *object, diags); !r.Name.IsNull() || !r.NamePrefix.IsNull() {
			out = append(out, lifecycle.PartName{Attribute: roleAttribute(kind), Name: name.ValueString(), Kind: task.RolePart, Called: aws.DescribeRole(kind, name.ValueString())})
		}
	}
	if name := m.logGroup(ctx, diags).Name; !name.IsNull() {
		out = append(out, lifecycle.PartName{Attribute: logGroupAttribute, Name: name.ValueString(), Kind: task.LogGroupPart, Called: aws.DescribeLogGroup(name.ValueString())})
	}
	return out
}

// nameParts gives parts names of their own.
func (m *model) nameParts(ctx context.Context, parts []lifecycle.PartName, diags *diag.Diagnostics) {
	for _, part := range parts {
		name := types.StringValue(part.Name)
		if part.Attribute == logGroupAttribute {
			m.LogGroup = logGroupModel{Name: name}.object(ctx, diags)
			continue
		}
		for _, kind := range task.RoleKinds {
			if part.Attribute == roleAttribute(kind) {
				object, _, _, _ := m.roleAttributes(kind)
				r := role(ctx, *object, diags)
				r.Name = name
				*object = r.object(ctx, diags)
			}
		}
	}
}

// discover looks at a unit of which nothing but the name is known: first at the task
// definition, which names the other parts, then at those. A role or log group is the unit's if it carries the
// unit's id, or if it has the name that the naming rules give and carries none; else it is only named by its ARN:
// see [importedID]. Names of parts that m has are for a unit without a task definition, which was
// left half made. Revision 0 is the newest.
func discover(ctx context.Context, c *lifecycle.Configured, client *aws.Client, place lifecycle.Site, m model, revision int64, diags *diag.Diagnostics) (model, observation) {
	seen := observation{place: place, rules: c.TagRules, imported: true}
	definition, err := client.FindDefinition(ctx, m.Name.ValueString(), revision)
	if err != nil {
		diags.AddError("Docker task "+m.Name.ValueString()+" could not be read", tf.Sentence(err.Error()))
		return m, seen
	}
	if seen.place.Account == "" && definition != nil {
		if a, err := arn.Parse(definition.ARN); err == nil {
			seen.place.Account = a.Account
		}
	}
	if definition != nil {
		null := newModel(ctx, diags)
		m.ExecutionRole, m.TaskRole, m.LogGroup = null.ExecutionRole, null.TaskRole, null.LogGroup
	}
	rules := m.describe(ctx, seen.place, diags).spec
	checkDefinedRoles(definition, seen.place.Place, diags)
	refs := task.Refs{Family: rules.Name, Roles: map[task.RoleKind]task.RoleRef{}}
	execution := task.RoleIn(definition, task.ExecutionRole)
	single := execution != "" && task.RoleIn(definition, task.TaskRole) == execution
	for _, kind := range task.RoleKinds {
		if single && kind == task.TaskRole {
			continue // one role, looked at already
		}
		name := rules.RoleName(kind)
		if given := task.RoleIn(definition, kind); given != "" {
			var here bool
			if name, here = seen.place.NameIn(given); !here {
				continue // refused above
			}
		}
		refs.Roles[kind] = task.RoleRef{Name: name, Attached: true, Both: single}
	}
	refs.LogGroup = cmp.Or(task.LogGroupIn(definition, m.ContainerName.ValueString()), rules.LogGroupName())
	o, err := client.ReadParts(ctx, refs)
	if err != nil {
		diags.AddError("Docker task "+rules.Name+" could not be read", tf.Sentence(err.Error()))
		return m, seen
	}
	o.Definition = definition
	seen.Observed = o
	seen.told = task.NetworkByTags(o, rules)
	m.checkNamedParts(ctx, o, seen.place, diags)
	seen.record.ID = importedID(ctx, client, m.owner(seen.place), rules, o, diags)

	for _, kind := range task.RoleKinds {
		object, _, _, _ := m.roleAttributes(kind)
		have, named := o.Roles[kind], task.ExpandRole(task.RoleIn(definition, kind), seen.place.Place)
		r := role(ctx, *object, diags)
		switch {
		case single && kind == task.TaskRole:
			if managed := role(ctx, m.ExecutionRole, diags).ARN.IsNull(); managed {
				m.SingleRole = types.BoolValue(true)
			} else {
				r.ARN = types.StringValue(named)
			}
		case have != nil && task.Foreign(have.Tags, seen.record.ID):
			seen.leave("role "+have.Name, have.Tags, named != "")
			delete(seen.Roles, kind)
			if named != "" {
				r.ARN = types.StringValue(named)
			}
		case named != "" && refs.Roles[kind].Name != rules.RoleName(kind) && (have == nil || have.ARN != named || have.Tags[task.TagUnit] == ""):
			r.ARN = types.StringValue(named)
			delete(seen.Roles, kind)
		case have != nil:
			if have.Name != rules.RoleName(kind) {
				r.Name = types.StringValue(have.Name)
			}
			if have.Path != rules.Role(kind).Path {
				r.Path = types.StringValue(have.Path)
			}
		}
		if empty := role(ctx, types.ObjectNull(roleType.AttrTypes), diags); !r.equal(empty) {
			*object = r.object(ctx, diags)
		}
	}
	if g := o.LogGroup; g != nil {
		another := task.Foreign(g.Tags, seen.record.ID)
		named := task.LogGroupIn(definition, m.ContainerName.ValueString()) != ""
		if another {
			seen.leave("log group "+g.Name, g.Tags, named)
		}
		switch byRule := g.Name == rules.LogGroupName(); {
		case another && !named:
			seen.LogGroup = nil
		case another, !byRule && g.Tags[task.TagUnit] == "":
			m.LogGroup = logGroupModel{ARN: types.StringValue(g.ARN)}.object(ctx, diags)
			seen.LogGroup = nil
		case !byRule:
			m.LogGroup = logGroupModel{Name: types.StringValue(g.Name)}.object(ctx, diags)
		}
	}
	if r := seen.Roles[task.ExecutionRole]; r != nil {
		// The keys stand nowhere else than in the policy.
		m.SecretsKMSKeyARNs = tf.KeepSet(m.SecretsKMSKeyARNs, policy.Resources(r.Policies[task.InlinePolicyName], task.SidDecryptSecrets))
	}
	holder, own := task.TaskRole, task.InlinePolicyName
	if m.SingleRole.ValueBool() {
		holder, own = task.ExecutionRole, task.TaskPolicyName
	}
	if r := seen.Roles[holder]; r != nil && len(policy.Resources(r.Policies[own], task.SidExecuteCommand)) > 0 {
		m.EnableExecuteCommand = types.BoolValue(true)
	}
	seen.record = seen.importedRecord(rules.Name)
	return m, seen
}

// importedRecord is the record of what an import takes over. There is no other knowledge of which revisions the unit
// registered than the newest.
func (o observation) importedRecord(family string) task.Record {
	rec := o.RecordOf(o.record.ID)
	part := task.Part{Kind: task.FamilyPart, Name: family, Confirmed: true}
	if o.Definition != nil {
		part.Version = o.Definition.Revision
	}
	rec = rec.With(part)
	if g := o.LogGroup; g != nil {
		rec = rec.With(task.Part{Kind: task.LogGroupPart, Name: g.Name, Confirmed: true, Adopted: g.IsAdopted() || g.WasThere(family)})
	}
	return rec
}

// importedID is the id of the unit that is imported: one that was made for it, on its newest revision, or on a
// part that has the name of the naming rules. A pipeline registers revisions without tags: then an older
// revision decides. A part that a definition only uses does not count, as others can write the id on it. Without
// a definition the parts are those by the naming rules, and those that the user named.
func importedID(ctx context.Context, client *aws.Client, of task.Owner, rules task.Spec, o task.Observed, diags *diag.Diagnostics) string {
	if d := o.Definition; d != nil && of.Own(d.Tags) != "" {
		return of.Own(d.Tags)
	}
	byRule := task.Observed{Roles: map[task.RoleKind]*task.ObservedRole{}}
	for kind, r := range o.Roles {
		if r != nil && r.Name == rules.RoleName(kind) {
			byRule.Roles[kind] = r
		}
	}
	if g := o.LogGroup; g != nil && g.Name == rules.LogGroupName() {
		byRule.LogGroup = g
	}
	if id := byRule.UnitID(of); id != "" || o.Definition == nil || o.UnitID(of) == "" {
		return id
	}
	id, err := client.FindUnitID(ctx, of)
	if err != nil {
		diags.AddError("Docker task "+of.Name+" could not be read", tf.Sentence(err.Error()))
	}
	return id
}

// leave records a part that is not imported because it carries the id of another unit.
func (o *observation) leave(part string, tags map[string]string, used bool) {
	id := tags[task.TagUnit]
	whose := fmt.Sprintf("its tag %s has the value %q", task.TagUnit, id)
	if unit := task.DescribeOwner(id); unit != "" {
		whose = "its tag " + task.TagUnit + " is that of " + unit
	}
	if used {
		whose += ". The task definition uses it, so it is given by its ARN"
	}
	o.others = append(o.others, part+": "+whose)
}

// warnOfOthers warns of parts that are not imported because they carry the id of another unit.
func warnOfOthers(seen observation, diags *diag.Diagnostics) {
	if len(seen.others) == 0 {
		return
	}
	lines := make([]string, len(seen.others))
	for i, other := range seen.others {
		lines[i] = "- " + sanitize.Text(other) + "."
	}
	diags.AddWarning("Parts of other units are not imported", "They are not changed and not deleted with this docker task:\n\n"+strings.Join(lines, "\n")+
		"\n\nA part is imported as the task's own only if it carries the id that a revision of the task definition carries, or has the name of the naming rules and no id of another unit.")
}

// warnOfAdopted warns that an import adopts a log group that existed before the task.
func warnOfAdopted(seen observation, diags *diag.Diagnostics) {
	if g := seen.LogGroup; g != nil && adopted(seen.record, g.Name) && !g.IsAdopted() {
		diags.AddAttributeWarning(path.Root(logGroupAttribute), "The log group is adopted", fmt.Sprintf(
			"Log group %s%s has no tag %s: it was there before, and is adopted. It is changed to what log_group says, and stays with its log when the docker task is destroyed.",
			g.Name, seen.place.Where(false), task.TagUnit))
	}
}

// checkNamedParts refuses parts with names of their own that were not made for this unit: what else is known of
// them is the name alone, which may be mistyped.
func (m *model) checkNamedParts(ctx context.Context, o task.Observed, place lifecycle.Site, diags *diag.Diagnostics) {
	for _, kind := range task.RoleKinds {
		object, _, _, _ := m.roleAttributes(kind)
		have := o.Roles[kind]
		if !role(ctx, *object, diags).Name.IsNull() && have != nil {
			lifecycle.CheckNamedPart(m.owner(place), "Role "+have.Name, have.Tags, diags)
		}
	}
	if g := o.LogGroup; !m.logGroup(ctx, diags).Name.IsNull() && g != nil {
		lifecycle.CheckNamedPart(m.owner(place), "Log group "+g.Name, g.Tags, diags)
	}
}

// owner is the docker task as ids name it.
func (m *model) owner(place lifecycle.Site) task.Owner {
	return task.Owner{Kind: task.TaskUnit, Region: place.Region, Name: m.Name.ValueString()}
}
