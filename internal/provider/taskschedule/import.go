package taskschedule

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/aws"
	"github.com/dockertask/terraform-provider-docker/internal/awsname"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/provider/taskref"
	"github.com/dockertask/terraform-provider-docker/internal/schedule"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// scheduleIdentity identifies a schedule.
type scheduleIdentity struct {
	lifecycle.Identity
	Group types.String `tfsdk:"group"`
}

// IdentitySchema describes the identity.
func (r *scheduleResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	attributes := lifecycle.IdentitySchema("Name of the schedule.")
	attributes["group"] = identityschema.StringAttribute{OptionalForImport: true, Description: "Schedule group. Default: `default`."}
	resp.IdentitySchema = identityschema.Schema{Attributes: attributes}
}

// identity is the unit's.
func (m *model) identity(place lifecycle.Site) scheduleIdentity {
	return scheduleIdentity{lifecycle.NewIdentity(m.Name, place.Place), m.Group}
}

// ImportState takes NAME, GROUP/NAME or either with @REGION, or an identity. The read that
// follows finds the parts. Only the schedule has the name of its role, so the id has a name that differs from the
// naming rules: GROUP/NAME@REGION:role=NAME.
func (r *scheduleResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	var id scheduleIdentity
	named, parts, err := lifecycle.CutParts(req.ID, schedulePartChecks)
	switch {
	case arn.Is(req.ID):
		id.Identity, err = lifecycle.ParseARN(req.ID, "scheduler", "schedule/")
		id = id.split()
	case req.ID != "":
		id = readScheduleID(named)
	default:
		resp.Diagnostics.Append(req.Identity.Get(ctx, &id)...)
	}
	if resp.Diagnostics.HasError() || !r.Ready(&resp.Diagnostics) {
		return
	}
	if id.Group.IsNull() {
		id.Group = types.StringValue(schedule.DefaultGroup)
	}
	for _, name := range []types.String{id.Group, id.Name} {
		if err == nil {
			err = schedule.CheckName(name.ValueString())
		}
	}
	if err != nil {
		resp.Diagnostics.AddError("Invalid import id", tf.Sentence(err.Error())+
			" The id of a schedule is NAME, GROUP/NAME, GROUP/NAME@REGION, or its ARN. For a role with a name of its own that a run made which was killed, it goes on, as in GROUP/NAME@REGION:role=NAME.")
		return
	}
	place := r.ImportSite(ctx, id.Identity, lifecycle.AtTaskRegion, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	m := onlyNamed(ctx, id.Name, id.Group, place.Region, &resp.Diagnostics)
	for _, part := range parts {
		m.Role = scheduleRoleModel{Name: types.StringValue(part.Name)}.object(ctx, &resp.Diagnostics)
	}
	resp.Diagnostics.Append(tf.Set(ctx, &resp.State, &m)...)
	lifecycle.SetIdentity(ctx, resp.Identity, m.identity(place), &resp.Diagnostics)
}

// onlyNamed is a schedule of which nothing but the name is known.
func onlyNamed(ctx context.Context, name, group types.String, region string, diags *diag.Diagnostics) model {
	m := newModel()
	m.Name, m.Group, m.Region = name, group, types.StringValue(region)
	t := taskref.Named("")
	t.Name, t.Region = types.StringNull(), types.StringValue(region)
	m.Task = taskref.Object(ctx, t, diags)
	return m
}

func readScheduleID(id string) scheduleIdentity {
	return scheduleIdentity{Identity: lifecycle.ParseID(id)}.split()
}

// split takes the group from a name that is GROUP/NAME.
func (i scheduleIdentity) split() scheduleIdentity {
	if group, rest, has := strings.Cut(i.Name.ValueString(), "/"); has {
		i.Group, i.Name = types.StringValue(group), types.StringValue(rest)
	}
	return i
}

// schedulePartChecks are the attributes in which parts of a schedule have names of their own.
var schedulePartChecks = map[string]func(string) error{scheduleRoleAttribute: task.CheckRoleName}

// scheduleRoleAttribute is the attribute that describes the role.
const scheduleRoleAttribute = "role"

// partNames are the parts that have names of their own.
func (m *model) partNames(ctx context.Context, diags *diag.Diagnostics) []lifecycle.PartName {
	if r := m.role(ctx, diags); !r.Name.IsNull() || !r.NamePrefix.IsNull() {
		name := cmp.Or(r.Name.ValueString(), m.RoleName.ValueString())
		return []lifecycle.PartName{{Attribute: scheduleRoleAttribute, Name: name, Kind: task.RolePart, Called: aws.DescribeRole(schedule.RoleKind, name)}}
	}
	return nil
}

// discoverSchedule looks at a unit of which nothing but the name is known. The role is the
// unit's if it carries an id that was made for the unit, or has the name that the naming rules give and no id;
// else it is only named by its ARN.
func (r *scheduleResource) discoverSchedule(ctx context.Context, client *aws.Client, place lifecycle.Site, m *model, diags *diag.Diagnostics) observation {
	seen := r.Look(ctx, client, place, m, 0, diags)
	if diags.HasError() || seen.Schedule == nil && seen.Role == nil {
		return seen
	}
	if s := seen.Schedule; s != nil {
		m.discoverRole(ctx, client, &seen, diags)
		t := r.scheduledTask(ctx, client, place, *s, diags)
		m.Task = taskref.Object(ctx, t, diags)
		// On what it runs decides whether a public address is asked for.
		m.keepLaunch(s.Target.Launch, t.Capability(), task.Launch{}, diags)
		key := ""
		if seen.Role != nil {
			key = schedule.DeadLetterKey(seen.Role.Policies[task.InlinePolicyName])
		}
		m.setDeadLetterQueue(s.Target.DeadLetterARN, key, diags)
		m.Enabled = types.BoolValue(s.Enabled)
	}
	if seen.Role == nil {
		return seen
	}
	of := m.owner(place)
	seen.record.ID = of.Own(seen.Role.Tags)
	switch {
	case seen.Schedule == nil && len(m.partNames(ctx, diags)) > 0:
		lifecycle.CheckNamedPart(of, "Role "+seen.Role.Name, seen.Role.Tags, diags)
	case task.Foreign(seen.Role.Tags, seen.record.ID): // no schedule runs with it
		seen.Role = nil
	}
	return seen
}

// importedRecord is the record of what an import takes over.
func (o observation) importedRecord() task.Record {
	rec := task.Record{ID: o.record.ID, Account: o.place.Account}
	if o.Schedule != nil {
		part := o.Schedule.Part()
		part.Confirmed, part.Version = true, o.Schedule.Created.UnixMilli()
		rec = rec.With(part)
	}
	if o.Role != nil {
		rec = rec.With(task.Part{Kind: task.RolePart, Name: o.Role.Name, Confirmed: true})
	}
	return rec
}

// roleTags are the tags of a role, if there is one.
func roleTags(role *task.ObservedRole) map[string]string {
	if role == nil {
		return nil
	}
	return role.Tags
}

func (m *model) discoverRole(ctx context.Context, client *aws.Client, seen *observation, diags *diag.Diagnostics) {
	roleARN := seen.Schedule.Target.RoleARN
	usual := cmp.Or(seen.place.Defaults.RolePath.ValueString(), task.DefaultRolePath)
	named, err := arn.Parse(roleARN)
	if err != nil || m.Role.IsNull() && seen.Role != nil && seen.Role.ARN == roleARN && named.RolePath() == usual &&
		!task.Foreign(seen.Role.Tags, m.owner(seen.place).Own(seen.Role.Tags)) {
		return // the one by the rules, at the usual path
	}
	var role scheduleRoleModel
	var o schedule.Observed
	if name, here := seen.place.NameIn(roleARN); here {
		if o, err = client.ReadSchedule(ctx, aws.ScheduleRefs{Group: m.Group.ValueString(), Name: m.Name.ValueString(), Role: name}, 0); err != nil {
			diags.AddError("Role "+roleARN+" could not be read", tf.Sentence(err.Error()))
			return
		}
	}
	rule := schedule.RoleName(seen.place.Defaults.RoleNamePrefix.ValueString(), m.Group.ValueString(), m.Name.ValueString(), seen.place.Region)
	id := m.owner(seen.place).Own(roleTags(o.Role))
	if have := o.Role; have != nil && have.ARN == roleARN && (id != "" || have.Name == rule && have.Tags[task.TagUnit] == "") {
		seen.Role = have
		if have.Name != rule {
			role.Name = types.StringValue(have.Name)
		}
		if have.Path != usual {
			role.Path = types.StringValue(have.Path)
		}
	} else {
		seen.Role = nil
		role.ARN = types.StringValue(roleARN)
		m.RoleARN, m.RoleName = types.StringValue(roleARN), types.StringValue(named.Name())
	}
	m.Role = types.ObjectNull(scheduleRoleTypes)
	if role != (scheduleRoleModel{}) {
		m.Role = role.object(ctx, diags)
	}
}

// scheduledTask describes the task that a schedule runs: as docker_task or its data source do
// where it exists, but for what the schedule itself says.
func (r *scheduleResource) scheduledTask(ctx context.Context, client *aws.Client, place lifecycle.Site, s schedule.Schedule, diags *diag.Diagnostics) taskref.Model {
	target := s.Target
	family, _ := awsname.SplitRevision(target.DefinitionARN)
	a, err := arn.Parse(family)
	if err != nil {
		diags.AddError("Not a schedule of a docker task", fmt.Sprintf("Schedule %s/%s does not run a task of ECS.", s.Group, s.Name))
		return taskref.Named("")
	}
	var t taskref.Model
	found := false
	if name, here := place.NameIn(family); here {
		t, found = r.findTask(ctx, &r.Configured, client, place, name, diags)
	}
	if !found {
		t = taskref.Named(a.Name())
		t.Region, t.FamilyARN, t.ContainerName = types.StringValue(place.Region), types.StringValue(family), t.Name
	}
	if container := schedule.Container(target.Input); container != "" {
		t.ContainerName = types.StringValue(container)
	}
	// The unit keeps the form in which its cluster is written.
	if task.ClusterARN(t.Cluster.ValueString(), place.Place) != target.ClusterARN {
		t.Cluster = types.StringValue(target.ClusterARN)
	}
	t.SubnetIDs = tf.SetOf(target.Network.SubnetIDs)
	t.SecurityGroupIDs = tf.KeepSet(t.SecurityGroupIDs, target.Network.SecurityGroupIDs)
	if t.AssignPublicIP.IsNull() || t.Capability().MayBeOnFargate(target.Launch) {
		// Elsewhere the schedule has none, whatever the task has.
		t.AssignPublicIP = types.BoolValue(target.Network.AssignPublicIP)
	}
	return t
}

// owner is the schedule as ids name it.
func (m *model) owner(place lifecycle.Site) task.Owner {
	return task.Owner{Kind: task.ScheduleUnit, Region: place.Region, Name: m.Group.ValueString() + "/" + m.Name.ValueString()}
}
