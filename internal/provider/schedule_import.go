package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/awsapi"
	"github.com/dockertask/terraform-provider-docker/internal/schedule"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// scheduleIdentity tells one schedule from all others.
type scheduleIdentity struct {
	Name      types.String `tfsdk:"name"`
	Group     types.String `tfsdk:"group"`
	Region    types.String `tfsdk:"region"`
	AccountID types.String `tfsdk:"account_id"`
}

// IdentitySchema describes the identity.
func (r *scheduleResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"name":       identityschema.StringAttribute{RequiredForImport: true, Description: "Name of the schedule."},
		"group":      identityschema.StringAttribute{OptionalForImport: true, Description: "Schedule group; default: default."},
		"region":     identityschema.StringAttribute{OptionalForImport: true, Description: "AWS region; default: the provider's."},
		"account_id": identityschema.StringAttribute{OptionalForImport: true, Description: "AWS account; default: that of the provider's credentials."},
	}}
}

// identify writes the identity. What it has once is kept: an identity never changes.
func (m *scheduleModel) identify(ctx context.Context, place site, to *tfsdk.ResourceIdentity, diags *diag.Diagnostics) {
	if to == nil {
		return
	}
	var have scheduleIdentity
	if !to.Raw.IsFullyNull() {
		diags.Append(to.Get(ctx, &have)...)
	}
	if !have.Name.IsNull() && !have.Group.IsNull() && !have.Region.IsNull() && !have.AccountID.IsNull() {
		return
	}
	diags.Append(to.Set(ctx, scheduleIdentity{
		Name: m.Name, Group: m.Group, Region: types.StringValue(place.Region), AccountID: stringOrNull(place.Account),
	})...)
}

// ImportState takes NAME, GROUP/NAME or either with @REGION, or an identity. What there is is
// looked up by the read that follows.
func (r *scheduleResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	var id scheduleIdentity
	if req.ID != "" {
		id = readScheduleID(req.ID)
	} else {
		resp.Diagnostics.Append(req.Identity.Get(ctx, &id)...)
	}
	if resp.Diagnostics.HasError() || !r.ready(&resp.Diagnostics) {
		return
	}
	if id.Group.IsNull() {
		id.Group = types.StringValue(schedule.DefaultGroup)
	}
	for _, part := range []types.String{id.Group, id.Name} {
		if wrong := schedule.CheckName(part.ValueString()); wrong != "" {
			resp.Diagnostics.AddError("Invalid import id", sentence(wrong)+" The id of a schedule is NAME, GROUP/NAME or GROUP/NAME@REGION.")
			return
		}
	}
	_, place := r.place(ctx, id.Region, nil, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if want := id.AccountID.ValueString(); want != "" && place.Account != "" && want != place.Account {
		resp.Diagnostics.AddError("Credentials of another account",
			fmt.Sprintf("The identity is of account %s, and the provider's credentials are for account %s.", want, place.Account))
		return
	}
	m := newScheduleModel()
	m.Name, m.Group = id.Name, id.Group
	t := wireTaskModel{
		Region:    types.StringValue(place.Region),
		SubnetIDs: types.SetNull(types.StringType), SecurityGroupIDs: types.SetNull(types.StringType),
	}
	m.Task = taskObject(ctx, t, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
	m.identify(ctx, place, resp.Identity, &resp.Diagnostics)
}

func readScheduleID(id string) scheduleIdentity {
	name, region, _ := strings.Cut(id, "@")
	out := scheduleIdentity{Region: stringOrNull(region), Name: types.StringValue(name)}
	if group, rest, has := strings.Cut(name, "/"); has {
		out.Group, out.Name = types.StringValue(group), types.StringValue(rest)
	}
	return out
}

func taskObject(ctx context.Context, t wireTaskModel, diags *diag.Diagnostics) types.Object {
	object, d := types.ObjectValueFrom(ctx, objectType(wireTaskSchema().GetType()).AttrTypes, t)
	diags.Append(d...)
	return object
}

// discoverSchedule looks at a unit of which nothing but the name is known. The role is the
// unit's if it has the name that the naming rules give or carries a unit's tag; else it is
// somebody else's, and only named by its ARN.
func (r *scheduleResource) discoverSchedule(ctx context.Context, client *awsapi.Client, place site, m *scheduleModel, diags *diag.Diagnostics) scheduleSeen {
	seen := r.look(ctx, client, place, *m, diags)
	if diags.HasError() || seen.Schedule == nil && seen.Role == nil {
		return seen
	}
	if s := seen.Schedule; s != nil {
		m.discoverRole(ctx, client, &seen, diags)
		m.discoverTask(ctx, client, place, *s, diags)
		m.DeadLetterQueue = stringOrNull(s.Target.DeadLetterARN)
		m.Enabled = types.BoolValue(s.Enabled)
	}
	if seen.Role != nil {
		seen.unit.ID = seen.Role.Tags[task.TagUnit]
	}
	return seen
}

func (m *scheduleModel) discoverRole(ctx context.Context, client *awsapi.Client, seen *scheduleSeen, diags *diag.Diagnostics) {
	roleARN := seen.Schedule.Target.RoleARN
	named, err := arn.Parse(roleARN)
	if err != nil || seen.Role != nil && seen.Role.ARN == roleARN && named.Resource == "role/"+named.Name() {
		return // the one by the rules, at the usual path
	}
	var role scheduleRoleModel
	o, err := client.ReadSchedule(ctx, awsapi.ScheduleRefs{Group: m.Group.ValueString(), Name: m.Name.ValueString(), Role: named.Name()})
	if err != nil {
		diags.AddError("Role "+roleARN+" could not be read", sentence(err.Error()))
		return
	}
	rule := schedule.RoleName(m.Group.ValueString(), m.Name.ValueString(), seen.place.Region)
	if have := o.Role; have != nil && have.ARN == roleARN && (have.Tags[task.TagUnit] != "" || have.Name == rule) {
		seen.Role = have
		if have.Name != rule {
			role.Name = types.StringValue(have.Name)
		}
		if have.Path != task.DefaultRolePath {
			role.Path = types.StringValue(have.Path)
		}
	} else {
		seen.Role = nil
		role.ARN = types.StringValue(roleARN)
		m.RoleARN, m.RoleName = types.StringValue(roleARN), types.StringValue(named.Name())
	}
	object, d := types.ObjectValueFrom(ctx, scheduleRoleTypes, role)
	diags.Append(d...)
	m.Role = object
}

// discoverTask describes the task as docker_task or its data source does, from the schedule and
// from the newest revision: for a task of this provider's, the plan after an import has nothing
// to change.
func (m *scheduleModel) discoverTask(ctx context.Context, client *awsapi.Client, place site, s schedule.Schedule, diags *diag.Diagnostics) {
	target := s.Target
	family, _ := schedule.SplitRevision(target.DefinitionARN)
	t := wireTaskModel{
		Region:           types.StringValue(place.Region),
		FamilyARN:        types.StringValue(family),
		ContainerName:    stringOrNull(schedule.Container(target.Input)),
		Cluster:          types.StringValue(target.ClusterARN),
		SubnetIDs:        setOf(target.Network.SubnetIDs),
		SecurityGroupIDs: types.SetNull(types.StringType),
		AssignPublicIP:   types.BoolValue(target.Network.AssignPublicIP),
	}
	if len(target.Network.SecurityGroupIDs) > 0 {
		t.SecurityGroupIDs = setOf(target.Network.SecurityGroupIDs)
	}
	a, err := arn.Parse(family)
	if err != nil {
		diags.AddError("Not a schedule of a docker task", fmt.Sprintf("Schedule %s/%s does not run a task of ECS.", s.Group, s.Name))
		return
	}
	t.Name = types.StringValue(a.Name())
	definition, err := client.FindDefinition(ctx, a.Name(), 0)
	if err != nil {
		diags.AddError("Docker task "+a.Name()+" could not be read", sentence(err.Error()))
		return
	}
	if definition != nil {
		t.ExecutionRoleARN = stringOrNull(roleIn(definition, task.ExecutionRole))
		t.TaskRoleARN = stringOrNull(roleIn(definition, task.TaskRole))
		if c, ok := definition.Definition.MainContainer(schedule.Container(target.Input)); ok {
			t.ContainerName = types.StringValue(c.Name)
		}
		// The unit keeps the form in which its cluster is written.
		if tagged := task.NetworkOf(definition.Tags); tagged.Cluster != nil && task.ClusterARN(*tagged.Cluster, place.Place) == target.ClusterARN {
			t.Cluster = types.StringValue(*tagged.Cluster)
		}
	}
	if t.ContainerName.IsNull() {
		t.ContainerName = t.Name
	}
	m.Task = taskObject(ctx, t, diags)
}
