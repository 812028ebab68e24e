package dockertask

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/policy"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// planInput is everything that a plan of docker_task is made of. Nothing else may go in: the
// same input has to give the same plan when Terraform asks again at apply.
type planInput struct {
	config model
	// state is nil when the task is created.
	state *model
	unit  lifecycle.State
	place lifecycle.Site
	rules task.TagRules
	// DefaultTagsUnknown: the provider's default tags are not known yet.
	defaultTagsUnknown bool
}

// planTask fills in every computed attribute of a plan: values that the user left out first,
// then what follows from them. Whatever follows from something unknown is unknown.
//
// The results are the task that is planned, and what of it is not known.
func planTask(ctx context.Context, in planInput, plan *model, diags *diag.Diagnostics) (task.Spec, unknowns) {
	planNetwork(ctx, in, plan, diags)
	planTags(in, plan)
	planSizes(ctx, in, plan, diags)

	spec, unknown := plan.spec(ctx, in.place, diags)
	if in.place.Account == "" {
		unknown["account"] = true
	}
	plan.planWires(ctx, in.place, diags)
	plan.derive(spec, unknown)
	checkPolicySizes(spec, unknown, diags)
	checkRoleNames(spec, unknown, in.config, diags)
	planRevision(ctx, in, plan, spec, unknown, diags)
	plan.Drift = tf.ListOf(nil)
	return spec, unknown
}

func planNetwork(ctx context.Context, in planInput, plan *model, diags *diag.Diagnostics) {
	plan.Region = types.StringValue(in.place.Region)
	if in.config.KeepRevisions.IsNull() {
		plan.KeepRevisions = types.Int64Value(task.DefaultKeepRevisions)
	}
	spec, unknown := in.config.spec(ctx, in.place, diags)
	modeUnknown := unknown.any(append(needsNetworkMode(spec), "network_mode")...)
	own := spec.NetworkMode == task.AWSVPC
	if in.config.SubnetIDs.IsNull() {
		plan.SubnetIDs = tf.SetOf(nil)
		switch {
		case modeUnknown:
			plan.SubnetIDs = types.SetUnknown(types.StringType)
		case own:
			plan.SubnetIDs = tf.SetOf(in.place.DefaultSubnets())
		}
	}
	if in.config.AssignPublicIP.IsNull() {
		// A container instance gives no public addresses to the interfaces of its tasks.
		plan.AssignPublicIP = types.BoolValue(in.config.SubnetIDs.IsNull() && own && spec.OnFargate())
		if in.config.SubnetIDs.IsUnknown() || modeUnknown {
			plan.AssignPublicIP = types.BoolUnknown() // it may turn out to be null
		}
	}
}

func planTags(in planInput, plan *model) {
	if in.defaultTagsUnknown || tf.AnyUnknown(in.config.Tags) || in.config.DefinitionJSON.IsUnknown() {
		plan.TagsAll = types.MapUnknown(types.StringType)
		return
	}
	plan.TagsAll = tf.MapOf(in.rules.All(in.config.ownTags()))
}

// planSizes fills in the values that describe the platform and have a default.
func planSizes(ctx context.Context, in planInput, plan *model, diags *diag.Diagnostics) {
	spec, unknown := in.config.spec(ctx, in.place, diags)
	fill := func(config types.String, to *types.String, value string, needs ...string) {
		if !config.IsNull() {
			return
		}
		*to = tf.StringOrNull(value)
		if unknown.any(needs...) {
			*to = types.StringUnknown()
		}
	}
	fill(in.config.Architecture, &plan.Architecture, spec.Architecture, needsPlatform(spec, "operating_system_family")...)
	fill(in.config.OperatingSystemFamily, &plan.OperatingSystemFamily, spec.OperatingSystemFamily, needsPlatform(spec, "architecture")...)
	fill(in.config.NetworkMode, &plan.NetworkMode, spec.NetworkMode, needsNetworkMode(spec)...)
	fill(in.config.ContainerName, &plan.ContainerName, spec.Main.Name, "name", "definition_json")
	fill(in.config.Cluster, &plan.Cluster, spec.Network.Cluster)
	if in.config.LaunchTypes.IsNull() {
		plan.LaunchTypes = tf.SetOf(spec.LaunchTypes)
		if unknown.any("definition_json") {
			plan.LaunchTypes = types.SetUnknown(types.StringType)
		}
	}
	size := func(config types.Int64, to *types.Int64, value int64, other string) {
		if !config.IsNull() {
			return
		}
		*to = types.Int64Null() // none, off Fargate
		if value != 0 {
			*to = types.Int64Value(value)
		}
		if unknown.any(other, "operating_system_family", "launch_types", "definition_json") {
			*to = types.Int64Unknown()
		}
	}
	size(in.config.CPU, &plan.CPU, spec.CPU, "memory")
	size(in.config.Memory, &plan.Memory, spec.Memory, "cpu")
}

// What the derived values need to be known for.
var (
	needsName = []string{"name", "region"}
	needsRole = map[task.RoleKind][]string{
		task.ExecutionRole: slices.Concat(needsName, []string{"execution_role.arn", "execution_role.name", "execution_role.name_prefix", "definition_json"}),
		task.TaskRole:      slices.Concat(needsName, []string{"task_role.arn", "task_role.name", "task_role.name_prefix", "single_role", "definition_json"}),
	}
	needsRoleARN = map[task.RoleKind][]string{
		task.ExecutionRole: slices.Concat(needsRole[task.ExecutionRole], []string{"execution_role.path", "account"}),
		task.TaskRole:      slices.Concat(needsRole[task.TaskRole], []string{"task_role.path", "account"}),
	}
	needsPolicy = map[task.RoleKind][]string{
		task.ExecutionRole: {
			"name", "region", "account", "image", "secrets", "secrets_kms_key_arns", "log_driver", "log_options", "log_secret_options",
			"log_group.arn", "log_group.name", "repository_credentials", "environment_files", "firelens_configuration", "credential_specs",
			"docker_security_options", "volumes.fsx_windows", "sidecars", "definition_json", "images",
		},
		task.TaskRole: {"region", "account", "wires", "volumes.efs", "volumes.s3_files", "mount_points", "sidecars", "enable_execute_command", "definition_json"},
	}
	needsDefinition = slices.Concat(
		needsRoleARN[task.ExecutionRole], needsRoleARN[task.TaskRole], []string{"log_group.arn", "log_group.name"}, names(mainTable), names(definitionTable), []string{
			"wires", "sidecars", "definition_json", "images", "launch_types", "network_mode", "cpu", "memory", "architecture", "operating_system_family", "container_name",
		})
)

// needsPlatform is what the default of one half of the platform needs: off Fargate, whether there is the
// other half.
func needsPlatform(s task.Spec, other string) []string {
	needs := []string{"launch_types", "definition_json"}
	if !s.OnFargate() {
		needs = append(needs, other)
	}
	return needs
}

// needsNetworkMode is what the default of network_mode needs: the operating system only off
// Fargate.
func needsNetworkMode(s task.Spec) []string {
	needs := []string{"launch_types", "definition_json"}
	if !s.OnFargate() {
		needs = append(needs, "operating_system_family")
	}
	return needs
}

func names[T any](table tf.Fields[T]) []string {
	var out []string
	for _, f := range table {
		out = append(out, f.Name)
	}
	return out
}

// needsLogGroup is what the name of the log group needs: also what decides whether there is
// one, unless the user asks for it or the main container writes to it in any case.
func (m *model) needsLogGroup(unknown unknowns) []string {
	needs := []string{"name", "log_group.arn", "log_group.name", "definition_json"}
	if !m.LogGroup.IsNull() {
		return needs
	}
	needs = append(needs, "log_driver", "log_options")
	if unknown.any(needs...) || m.LogDriver.IsNull() && len(m.LogOptions.Elements()) == 0 {
		return needs
	}
	return append(needs, "sidecars")
}

// derive sets the attributes that follow from the description alone.
func (m *model) derive(s task.Spec, unknown unknowns) {
	set := func(to *types.String, value func() string, needs ...string) {
		if unknown.any(needs...) {
			*to = types.StringUnknown()
			return
		}
		*to = tf.StringOrNull(value())
	}
	set(&m.FamilyARN, s.FamilyARN, "name", "region", "account")
	set(&m.ClusterARN, func() string { return task.ClusterARN(s.Network.Cluster, s.Place) }, "cluster", "region", "account")
	needsGroup := m.needsLogGroup(unknown)
	set(&m.LogGroupName, s.LogGroupName, needsGroup...)
	set(&m.LogGroupARN, s.LogGroupARN, needsUnlessGiven(s.LogGroup.ARN, "log_group.arn", append(needsGroup, "region", "account"))...)
	needsManaged := slices.DeleteFunc(slices.Clone(needsGroup), func(n string) bool { return n == "name" || n == "log_group.name" })
	m.LogRetentionInDays = tf.Int64OrNull(s.LogGroup.ManagedRetention())
	if unknown.any(append(needsManaged, "log_group.retention_in_days")...) {
		m.LogRetentionInDays = types.Int64Unknown()
	}
	set(&m.LogKMSKeyID, s.LogGroup.ManagedKeyID, append(needsManaged, "log_group.kms_key_id")...)
	for _, kind := range task.RoleKinds {
		_, roleARN, name, json := m.roleAttributes(kind)
		holder := s.Holder(kind)
		needsARN := needsUnlessGiven(s.Role(holder).ARN, roleAttribute(holder)+".arn", needsRoleARN[holder])
		if kind == task.TaskRole {
			needsARN = append(slices.Clone(needsARN), "single_role")
		}
		set(roleARN, func() string { return s.RoleARN(kind) }, needsARN...)
		set(name, func() string { return s.RoleName(kind) }, needsRole[holder]...)
		needs := needsPolicy[kind]
		if len(s.RolePolicy(kind).Statements) == 0 && len(m.Wires.Elements()) == 0 {
			// No statement, whatever the place.
			needs = slices.DeleteFunc(slices.Clone(needs), func(n string) bool { return n == "name" || n == "region" || n == "account" })
		}
		if kind == task.TaskRole && len(m.Wires.Elements()) > 0 {
			// Statements of wires are merged where the role's other policies leave little room.
			needs = append(slices.Clone(needs), "single_role", roleAttribute(holder)+".policies")
			if holder != kind {
				needs = append(needs, needsPolicy[holder]...)
			}
		}
		set(json, func() string { return s.RolePolicy(kind).JSON() }, needs...)
	}
}

// needsUnlessGiven is what an ARN needs: nothing but itself where the user gives it.
func needsUnlessGiven(given, argument string, needs []string) []string {
	if arn.Is(given) { // a name in a file has an ARN only with the account
		return []string{argument}
	}
	return needs
}

// checkPolicySizes minds the room that a role has for its inline policies.
func checkPolicySizes(s task.Spec, unknown unknowns, diags *diag.Diagnostics) {
	for _, kind := range task.RoleKinds {
		attribute := roleAttribute(kind)
		needs := []string{attribute + ".policies", "single_role"}
		var own int
		for _, held := range task.RoleKinds {
			if s.Holder(held) == kind {
				needs = append(needs, needsPolicy[held]...)
				own += policy.Size(s.RolePolicy(held).JSON())
			}
		}
		if !s.Manages(kind) || unknown.any(needs...) {
			continue
		}
		size := own
		for _, document := range s.Role(kind).Policies {
			size += policy.Size(document)
		}
		if size > policy.RoleInlineLimit {
			at := path.Root(attribute)
			diags.AddAttributeError(at, "Too many rights for one role", fmt.Sprintf(
				"The inline policies of the %s role have %d characters together, white space not counted, %d of them derived; IAM takes %d. "+
					"Put some of %s.policies into a managed policy, and its ARN into %s.managed_policy_arns.", kind, size, own, policy.RoleInlineLimit, attribute, attribute))
		}
	}
}

// checkRoleNames refuses a name for one role that is the default of the other: IAM compares names
// without case. That both are given the same, validation sees.
func checkRoleNames(s task.Spec, unknown unknowns, config model, diags *diag.Diagnostics) {
	if !s.Manages(task.ExecutionRole) || !s.Manages(task.TaskRole) || !strings.EqualFold(s.ExecutionRole.Name, s.TaskRole.Name) ||
		unknown.any(slices.Concat(needsRole[task.ExecutionRole], needsRole[task.TaskRole])...) {
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
func planRevision(ctx context.Context, in planInput, plan *model, s task.Spec, unknown unknowns, diags *diag.Diagnostics) {
	plan.ARN, plan.Revision = types.StringUnknown(), types.Int64Unknown()
	if unknown.any(needsDefinition...) {
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
	if in.state == nil || in.state.ARN.IsNull() {
		return
	}
	if digestOf(ctx, in.unit, *in.state, in.place) == definition.Digest() {
		plan.ARN, plan.Revision = in.state.ARN, in.state.Revision
	}
}

// warnOfReplacedParts tells of changes that delete or leave something, which a plan in place
// does not show.
func warnOfReplacedParts(ctx context.Context, state, plan model, place lifecycle.Site, diags *diag.Diagnostics) {
	before, _ := state.spec(ctx, place, diags)
	after, unknown := plan.spec(ctx, place, diags)
	for _, kind := range task.RoleKinds {
		attribute := roleAttribute(kind)
		if unknown.any(append([]string{"single_role"}, needsRole[after.Holder(kind)]...)...) {
			continue
		}
		was, is := before.Role(kind), after.Role(kind)
		had, has := before.Manages(kind), after.Manages(kind)
		_, arnBefore, _, _ := state.roleAttributes(kind)
		at := path.Root(attribute)
		switch {
		case had && has && was.Name != is.Name && strings.EqualFold(was.Name, is.Name):
			lifecycle.RefuseRespelled(at.AtName("name"), was.Name, is.Name, diags)
		case had && has && was.Name != is.Name:
			diags.AddAttributeWarning(at, "The role will be replaced",
				fmt.Sprintf("Role %s is made, and role %s deleted last. Tasks that still run with the old role lose their rights then.", is.Name, was.Name))
		case had && has && was.Path != is.Path && !unknown.any(attribute+".path") && !arnBefore.IsNull():
			lifecycle.RefuseMoved(at, is.Name, was.Path, is.Path, diags)
		case had && after.Holder(kind) != kind && after.RoleARN(kind) != before.RoleARN(kind):
			diags.AddAttributeWarning(path.Root("single_role"), "The role will be deleted",
				fmt.Sprintf("Role %s is deleted last: role %s is the task role then. Tasks that still run with the old role lose their rights.", was.Name, after.RoleName(kind)))
		case had && !has:
			diags.AddAttributeWarning(at, "The role will be released",
				fmt.Sprintf("Role %s stays as it is and is no longer managed: the docker task uses %s.", was.Name, after.RoleARN(kind)))
		case !had && has && before.SingleRole && before.ExecutionRole.Managed():
			diags.AddAttributeWarning(at, "The role will be made",
				fmt.Sprintf("Role %s is made, and role %s loses the rights of the task role. Tasks that still run with it lose them too.", is.Name, before.RoleName(kind)))
		case !had && has && before.RoleARN(kind) == after.RoleARN(kind):
			diags.AddAttributeWarning(at, "The role will be taken over",
				fmt.Sprintf("Role %s becomes part of the docker task: it is changed to what the task needs, and deleted with it.", is.Name))
		}
	}
	if unknown.any(plan.needsLogGroup(unknown)...) || state.LogGroupARN.IsNull() {
		return
	}
	was, is := before.LogGroup, after.LogGroup
	at := path.Root("log_group")
	switch {
	case was.Managed() && (!is.Managed() || was.Name != is.Name):
		diags.AddAttributeWarning(at, "The old log group stays",
			fmt.Sprintf("Log group %s stays with its log and is no longer managed. Delete it by hand when it is not needed any more.", was.Name))
	case was.Managed() && is.Managed() && was.Class != is.Class && !unknown.any("log_group.class"):
		tf.AddInvalidf(diags, at.AtName("class"), "AWS cannot change the class of log group %s from %s to %s. Set log_group.name to another name at the same time; the old group then stays with its log.", was.Name, was.Class, is.Class)
	}
}

// warnOfLostLog tells that a replacement for what the attribute says deletes the log group with its log.
func (in planInput) warnOfLostLog(ctx context.Context, at path.Path, diags *diag.Diagnostics) {
	spec, _ := in.state.spec(ctx, in.place, diags)
	group := spec.LogGroup
	if !group.Managed() || in.state.LogGroupARN.IsNull() || group.Keep || in.unit.Adopted {
		return
	}
	diags.AddAttributeWarning(at, "The log is deleted", fmt.Sprintf(
		"Another %s replaces docker task %s, and its log group %s is deleted with the log. "+
			"To keep both, set log_group.keep_on_destroy = true and apply that first, before %[1]s changes.",
		at, in.state.Name.ValueString(), group.Name))
}

// largest is the attribute to begin with when a definition is too large.
func largest(s task.Spec) string {
	if s.Base != nil {
		return "definition_json"
	}
	return "environment"
}

// digestOf is that of the newest revision. One that another release wrote in another format
// says nothing: then it is that of the definition that state describes.
func digestOf(ctx context.Context, u lifecycle.State, state model, place lifecycle.Site) string {
	if u.DigestFormat == task.DigestFormat {
		return u.Digest
	}
	var diags diag.Diagnostics
	spec, _ := state.spec(ctx, place, &diags)
	definition, err := spec.Definition()
	if err != nil || diags.HasError() {
		return ""
	}
	return definition.Digest()
}
