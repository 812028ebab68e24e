package dockertask

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/policy"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/task"
	"github.com/dockertask/terraform-provider-docker/internal/task/attribute"
)

// planInput is everything that a plan of docker_task is made of. Nothing else may go in: the
// same input has to give the same plan when Terraform asks again at apply.
type planInput struct {
	config model
	// state is nil when the task is created.
	state  *described
	record task.Record
	place  lifecycle.Site
	rules  task.TagRules
	// DefaultTagsUnknown: the provider's default tags are not known yet.
	defaultTagsUnknown bool
}

// planTask fills in every computed attribute of a plan: values that the user left out first,
// then what follows from them. Whatever follows from something unknown is unknown.
//
// The result is the plan, described.
func planTask(ctx context.Context, in planInput, plan *model, diags *diag.Diagnostics) described {
	config := in.config.describeAlone(ctx, in.place, diags)
	plan.forgetRoles()
	planNetwork(in, config, plan)
	plan.PermissionsBoundary = in.place.Defaults.Boundary(in.config.PermissionsBoundary,
		config.spec.Manages(task.ExecutionRole) || config.spec.Manages(task.TaskRole),
		config.inputs(attribute.ExecutionRole.ARN, attribute.TaskRole.ARN, attribute.SingleRole, attribute.DefinitionJSON))
	planTags(in, config, plan)
	planSizes(config, plan)

	d := plan.describe(ctx, in.place, diags)
	d.planWires(diags)
	d.derive()
	d.checkPolicySizes(diags)
	d.checkRoleNames(in.config, diags)
	planRevision(in, d, diags)
	plan.Drift = tf.ListOf(nil)
	return d
}

func planNetwork(in planInput, config described, plan *model) {
	plan.Region = types.StringValue(in.place.Region)
	defaults := in.place.Defaults
	plan.KeepRevisions = lifecycle.Or(lifecycle.Or(in.config.KeepRevisions, defaults.KeepRevisions), types.Int64Value(task.DefaultKeepRevisions))
	plan.Cluster = lifecycle.Or(lifecycle.Or(in.config.Cluster, defaults.Cluster), types.StringValue(task.DefaultCluster))
	modeUnknown := config.inputs(append(config.spec.NetworkModeNeeds(), attribute.NetworkMode)...)
	own := config.spec.NetworkMode == task.AWSVPC
	// Only a network interface of the task's own is in subnets and security groups.
	subnets := in.config.SubnetIDs
	if own {
		subnets = lifecycle.Or(subnets, defaults.SubnetIDs)
	}
	if in.config.SubnetIDs.IsNull() {
		ids := tf.SetOf(nil)
		switch {
		case !subnets.IsNull():
			ids = subnets
		case own && tf.Known(modeUnknown):
			ids = in.place.DefaultSubnets()
		}
		plan.SubnetIDs = tf.Derive(ids, modeUnknown)
	}
	if plan.SecurityGroupIDs = in.config.SecurityGroupIDs; plan.SecurityGroupIDs.IsNull() && !defaults.SecurityGroupIDs.IsNull() {
		ids := types.SetNull(types.StringType)
		if own {
			ids = defaults.SecurityGroupIDs
		}
		plan.SecurityGroupIDs = tf.Derive(ids, modeUnknown)
	}
	if in.config.AssignPublicIP.IsNull() {
		// A container instance gives no public addresses to the interfaces of its tasks.
		can := own && config.spec.OnFargate()
		public, unknown := types.BoolValue(can && subnets.IsNull()), tf.Unknown(subnets.IsUnknown()) // they may turn out to be null
		if can && !defaults.AssignPublicIP.IsNull() {
			public, unknown = defaults.AssignPublicIP, tf.Unknown(false)
		}
		plan.AssignPublicIP = tf.Derive(public, unknown, modeUnknown)
	}
}

// forgetRoles leaves out what another plan or an operation has derived of the roles: the plan derives it anew.
func (m *model) forgetRoles() {
	for _, kind := range task.RoleKinds {
		_, roleARN, name, _ := m.roleAttributes(kind)
		*roleARN, *name = types.StringUnknown(), types.StringUnknown()
	}
}

func planTags(in planInput, config described, plan *model) {
	plan.TagsAll = tf.Derive(tf.MapOf(in.rules.All(config.tags())), tf.Unknown(in.defaultTagsUnknown), config.inputs(attribute.Tags, attribute.DefinitionJSON))
}

// planSizes fills in the values that describe the platform and have a default.
func planSizes(config described, plan *model) {
	spec := config.spec
	fill := func(to *types.String, set types.String, value string, needs ...attribute.Path) {
		if set.IsNull() {
			*to = tf.Derive(tf.StringOrNull(value), config.inputs(needs...))
		}
	}
	fill(&plan.Architecture, config.model.Architecture, spec.Architecture, spec.ArchitectureNeeds()...)
	fill(&plan.OperatingSystemFamily, config.model.OperatingSystemFamily, spec.OperatingSystemFamily, spec.OperatingSystemFamilyNeeds()...)
	fill(&plan.NetworkMode, config.model.NetworkMode, spec.NetworkMode, spec.NetworkModeNeeds()...)
	fill(&plan.ContainerName, config.model.ContainerName, spec.Main.Name, task.ContainerNameNeeds...)
	if config.model.LaunchTypes.IsNull() {
		plan.LaunchTypes = tf.Derive(tf.SetOf(spec.LaunchTypes), config.inputs(task.LaunchTypesNeeds...))
	}
	if config.model.CPU.IsNull() { // there is none, off Fargate
		plan.CPU = tf.Derive(tf.Int64OrNull(spec.CPU), config.inputs(task.CPUNeeds...))
	}
	if config.model.Memory.IsNull() {
		plan.Memory = tf.Derive(tf.Int64OrNull(spec.Memory), config.inputs(task.MemoryNeeds...))
	}
}

// derive sets the attributes that follow from the description alone.
func (d described) derive() {
	m, s := d.model, d.spec
	text := func(value string, needs []attribute.Path) types.String {
		return tf.Derive(tf.StringOrNull(value), d.inputs(needs...))
	}
	m.FamilyARN = text(s.FamilyARN(), task.FamilyARNNeeds)
	m.ClusterARN = text(s.ClusterARN(), task.ClusterARNNeeds)
	m.LogGroupName = text(s.LogGroupName(), s.LogGroupNameNeeds())
	m.LogGroupARN = text(s.LogGroupARN(), s.LogGroupARNNeeds())
	m.LogRetentionInDays = tf.Derive(tf.Int64OrNull(s.LogGroup.ManagedRetention()), d.inputs(s.LogRetentionNeeds()...))
	m.LogKMSKeyID = text(s.LogGroup.ManagedKeyID(), task.LogKeyNeeds)
	for _, kind := range task.RoleKinds {
		_, roleARN, name, json := m.roleAttributes(kind)
		*roleARN = text(s.RoleARN(kind), s.RoleARNNeeds(kind))
		*name = text(s.RoleName(kind), s.RoleNameNeeds(kind))
		*json = text(s.RolePolicy(kind).JSON(), s.RolePolicyNeeds(kind))
	}
	m.deriveConsoleURLs(s.Place)
}

// checkPolicySizes minds the room that a role has for its inline policies.
func (d described) checkPolicySizes(diags *diag.Diagnostics) {
	s := d.spec
	for _, kind := range task.RoleKinds {
		needs := []attribute.Path{kind.Attributes().Policies, attribute.SingleRole}
		var own int
		for _, held := range task.RoleKinds {
			if s.Holder(held) == kind {
				needs = append(needs, s.RolePolicyNeeds(held)...)
				own += policy.Size(s.RolePolicy(held).JSON())
			}
		}
		if !s.Manages(kind) || d.unknown.Any(needs...) {
			continue
		}
		size := own
		for _, document := range s.Role(kind).Policies {
			size += policy.Size(document)
		}
		if size > policy.RoleInlineLimit {
			name := roleAttribute(kind)
			diags.AddAttributeError(path.Root(name), "Too many rights for one role", fmt.Sprintf(
				"The inline policies of the %s role have %d characters together, white space not counted, %d of them derived; IAM takes %d. "+
					"Put some of %s.policies into a managed policy, and its ARN into %s.managed_policy_arns.", kind, size, own, policy.RoleInlineLimit, name, name))
		}
	}
}

// checkRoleNames refuses a name for one role that is the default of the other: IAM compares names
// without case. That both are given the same, validation sees.
func (d described) checkRoleNames(config model, diags *diag.Diagnostics) {
	s := d.spec
	if !s.Manages(task.ExecutionRole) || !s.Manages(task.TaskRole) || !strings.EqualFold(s.ExecutionRole.Name, s.TaskRole.Name) ||
		d.unknown.Any(slices.Concat(s.RoleNameNeeds(task.ExecutionRole), s.RoleNameNeeds(task.TaskRole))...) {
		return
	}
	given, other := "task_role", "execution_role"
	if name := config.TaskRole.Attributes()["name"]; name == nil || name.IsNull() {
		given, other = other, given
	}
	at := path.Root(given).AtName("name")
	tf.AddInvalidf(diags, at,
		"%s gets the name %q by default; the two roles need names that differ, in more than upper and lower case.", other, s.Role(task.ExecutionRole).Name)
}

// planRevision decides whether a revision will be registered: exactly when the definition is
// another one than the one observed, or none is left.
func planRevision(in planInput, d described, diags *diag.Diagnostics) {
	plan, s := d.model, d.spec
	plan.ARN, plan.Revision = types.StringUnknown(), types.Int64Unknown()
	if s.DefinitionUnknown(d.unknown) {
		return
	}
	definition, err := s.Definition()
	if err != nil {
		tf.AddInvalid(diags, path.Root("secrets"), err)
		return
	}
	if n := definition.Size(); n > task.DefinitionLimit {
		diags.AddAttributeError(path.Root(largest(s)), "Task definition too large",
			fmt.Sprintf("The task definition has %d bytes; ECS takes at most %d. The largest parts are usually environment and command: put long values into a parameter or a secret, or a file on S3.", n, task.DefinitionLimit))
		return
	}
	if in.state == nil || in.state.model.ARN.IsNull() {
		return
	}
	if in.digest() == definition.Digest() {
		plan.ARN, plan.Revision = in.state.model.ARN, in.state.model.Revision
	}
}

// warnOfReplacedParts tells of changes that delete or leave something, which a plan in place
// does not show.
func warnOfReplacedParts(state, plan described, diags *diag.Diagnostics) {
	before, after, unknown := state.spec, plan.spec, plan.unknown
	for _, kind := range task.RoleKinds {
		if unknown.Any(append(after.RoleNameNeeds(kind), attribute.SingleRole)...) {
			continue
		}
		was, is := before.Role(kind), after.Role(kind)
		had, has := before.Manages(kind), after.Manages(kind)
		_, arnBefore, _, _ := state.model.roleAttributes(kind)
		at := path.Root(roleAttribute(kind))
		switch {
		case had && has && was.Name != is.Name && strings.EqualFold(was.Name, is.Name):
			lifecycle.RefuseRespelled(at.AtName("name"), was.Name, is.Name, diags)
		case had && has && was.Name != is.Name:
			diags.AddAttributeWarning(at, "The role will be replaced",
				fmt.Sprintf("Role %s is created, and role %s deleted last. Tasks that still run with the old role lose their rights then.", is.Name, was.Name))
		case had && has && was.Path != is.Path && !unknown.Any(kind.Attributes().Path) && !arnBefore.IsNull():
			lifecycle.RefuseMoved(at, is.Name, was.Path, is.Path, diags)
		case had && after.Holder(kind) != kind && after.RoleARN(kind) != before.RoleARN(kind):
			diags.AddAttributeWarning(path.Root("single_role"), "The role will be deleted",
				fmt.Sprintf("Role %s is deleted last: role %s is the task role then. Tasks that still run with the old role lose their rights.", was.Name, after.RoleName(kind)))
		case had && !has:
			diags.AddAttributeWarning(at, "The role will be released",
				fmt.Sprintf("Role %s stays as it is and is no longer managed: the docker task uses %s.", was.Name, after.RoleARN(kind)))
		case !had && has && before.SingleRole && before.ExecutionRole.Managed():
			diags.AddAttributeWarning(at, "The role will be created",
				fmt.Sprintf("Role %s is created, and role %s loses the rights of the task role. Tasks that still run with it lose them too.", is.Name, before.RoleName(kind)))
		case !had && has && before.RoleARN(kind) == after.RoleARN(kind):
			diags.AddAttributeWarning(at, "The role will be adopted",
				fmt.Sprintf("Role %s becomes part of the docker task: it is changed to what the task needs, and deleted with it.", is.Name))
		}
	}
	if unknown.Any(after.LogGroupNameNeeds()...) || state.model.LogGroupARN.IsNull() {
		return
	}
	was, is := before.LogGroup, after.LogGroup
	at := path.Root("log_group")
	switch {
	case was.Managed() && (!is.Managed() || was.Name != is.Name):
		diags.AddAttributeWarning(at, "The old log group stays",
			fmt.Sprintf("Log group %s stays with its log and is no longer managed. Delete it by hand when it is not needed any more.", was.Name))
	case was.Managed() && is.Managed() && was.Class != is.Class && !unknown.Any(attribute.LogGroup.Class):
		tf.AddInvalidf(diags, at.AtName("class"), "AWS cannot change the class of log group %s from %s to %s. Set log_group.name to another name at the same time; the old group then stays with its log.", was.Name, was.Class, is.Class)
	}
}

// warnOfLostLog tells that a replacement for what the attribute says deletes the log group with its log.
func (in planInput) warnOfLostLog(at path.Path, diags *diag.Diagnostics) {
	group := in.state.spec.LogGroup
	if !group.Managed() || in.state.model.LogGroupARN.IsNull() || group.Keep || adopted(in.record, group.Name) {
		return
	}
	diags.AddAttributeWarning(at, "The log is deleted", fmt.Sprintf(
		"Another %s replaces docker task %s, and its log group %s is deleted with the log. "+
			"To keep both, set log_group.keep_on_destroy = true and apply that first, before %[1]s changes.",
		at, in.state.spec.Name, group.Name))
}

// largest is the attribute to begin with when a definition is too large.
func largest(s task.Spec) string {
	if s.Base != nil {
		return "definition_json"
	}
	return "environment"
}

// digest is that of the newest revision. One that another release wrote in another format
// says nothing: then it is that of the definition that state describes.
func (in planInput) digest() string {
	if in.record.DigestFormat == task.DigestFormat {
		return in.record.Digest
	}
	definition, err := in.state.spec.Definition()
	if err != nil || in.state.invalid {
		return ""
	}
	return definition.Digest()
}
