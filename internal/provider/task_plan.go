package provider

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// planInput is everything that a plan of docker_task is made of. Nothing else may go in: the
// same input has to give the same plan when Terraform asks again at apply.
type planInput struct {
	config taskModel
	// state is nil when the task is created.
	state *taskModel
	unit  unitState
	place arn.Place
	rules task.TagRules
	// defaultTagsUnknown: the provider's default tags are not known yet.
	defaultTagsUnknown bool
	// defaultSubnets are those of the default VPC; only looked at where none are configured.
	defaultSubnets []string
}

// planTask fills in every computed attribute of a plan: values that the user left out first,
// then what follows from them. Whatever follows from something unknown is unknown.
func planTask(ctx context.Context, in planInput, plan *taskModel, diags *diag.Diagnostics) {
	planNetwork(in, plan)
	planTags(in, plan)
	planSizes(ctx, in, plan, diags)

	spec, unknown := plan.spec(ctx, in.place, diags)
	if in.place.Account == "" {
		unknown["account"] = true
	}
	plan.derive(spec, unknown)
	planRevision(ctx, in, plan, spec, unknown, diags)
	plan.Drift = listOf(nil)
}

func planNetwork(in planInput, plan *taskModel) {
	plan.Region = types.StringValue(in.place.Region)
	if in.config.SubnetIDs.IsNull() {
		plan.SubnetIDs = setOf(in.defaultSubnets)
	}
	if in.config.AssignPublicIP.IsNull() {
		plan.AssignPublicIP = types.BoolValue(in.config.SubnetIDs.IsNull())
		if in.config.SubnetIDs.IsUnknown() {
			plan.AssignPublicIP = types.BoolUnknown() // it may turn out to be null
		}
	}
	if in.config.KeepRevisions.IsNull() {
		plan.KeepRevisions = types.Int64Value(task.DefaultKeepRevisions)
	}
}

func planTags(in planInput, plan *taskModel) {
	if in.defaultTagsUnknown || anyUnknown(in.config.Tags) {
		plan.TagsAll = types.MapUnknown(types.StringType)
		return
	}
	plan.TagsAll = mapOf(in.rules.All(stringMapOf(in.config.Tags)))
}

// planSizes fills in the values that describe the platform and have a default.
func planSizes(ctx context.Context, in planInput, plan *taskModel, diags *diag.Diagnostics) {
	spec, unknown := in.config.spec(ctx, in.place, diags)
	fill := func(config types.String, to *types.String, value string, needs ...string) {
		if !config.IsNull() {
			return
		}
		*to = types.StringValue(value)
		if unknown.any(needs...) {
			*to = types.StringUnknown()
		}
	}
	fill(in.config.Architecture, &plan.Architecture, spec.Architecture)
	fill(in.config.OperatingSystemFamily, &plan.OperatingSystemFamily, spec.OperatingSystemFamily)
	fill(in.config.ContainerName, &plan.ContainerName, spec.Main.Name, "name")
	fill(in.config.Cluster, &plan.Cluster, spec.Network.Cluster)
	size := func(config types.Int64, to *types.Int64, value int64, other string) {
		if !config.IsNull() {
			return
		}
		*to = types.Int64Value(value)
		if unknown.any(other, "operating_system_family") {
			*to = types.Int64Unknown()
		}
	}
	size(in.config.CPU, &plan.CPU, spec.CPU, "memory")
	size(in.config.Memory, &plan.Memory, spec.Memory, "cpu")
}

// What the derived values need to be known for.
var (
	needsName        = []string{"name", "region"}
	needsLogGroup    = []string{"name", "log_group.arn", "log_group.name"}
	needsLogGroupARN = slices.Concat(needsLogGroup, []string{"region", "account"})
	needsRole        = map[task.RoleKind][]string{
		task.ExecutionRole: slices.Concat(needsName, []string{"execution_role.arn", "execution_role.name"}),
		task.TaskRole:      slices.Concat(needsName, []string{"task_role.arn", "task_role.name"}),
	}
	needsRoleARN = map[task.RoleKind][]string{
		task.ExecutionRole: slices.Concat(needsRole[task.ExecutionRole], []string{"execution_role.path", "account"}),
		task.TaskRole:      slices.Concat(needsRole[task.TaskRole], []string{"task_role.path", "account"}),
	}
	needsExecutionPolicy = slices.Concat(needsLogGroupARN, []string{"image", "secrets", "secrets_kms_key_arns"})
	needsDefinition      = slices.Concat(needsRoleARN[task.ExecutionRole], needsRoleARN[task.TaskRole], needsLogGroup, []string{
		"image", "cpu", "memory", "architecture", "operating_system_family", "container_name", "command", "entry_point",
		"working_directory", "user", "environment", "secrets", "ports",
	})
)

// derive sets the attributes that follow from the description alone.
func (m *taskModel) derive(s task.Spec, unknown unknowns) {
	set := func(to *types.String, value func() string, needs ...string) {
		if unknown.any(needs...) {
			*to = types.StringUnknown()
			return
		}
		*to = stringOrNull(value())
	}
	set(&m.FamilyARN, s.FamilyARN, "name", "region", "account")
	set(&m.ClusterARN, func() string { return task.ClusterARN(s.Network.Cluster, s.Place) }, "cluster", "region", "account")
	set(&m.LogGroupName, s.LogGroupName, needsLogGroup...)
	set(&m.LogGroupARN, s.LogGroupARN, m.needsUnlessGiven(s.LogGroup.ARN, "log_group.arn", needsLogGroupARN)...)
	for _, r := range []struct {
		kind            task.RoleKind
		arn, name, json *types.String
		argument        string
		needsPolicy     []string
	}{
		{task.ExecutionRole, &m.ExecutionRoleARN, &m.ExecutionRoleName, &m.ExecutionRolePolicyJSON, "execution_role.arn", needsExecutionPolicy},
		{task.TaskRole, &m.TaskRoleARN, &m.TaskRoleName, &m.TaskRolePolicyJSON, "task_role.arn", nil},
	} {
		set(r.arn, func() string { return s.RoleARN(r.kind) }, m.needsUnlessGiven(s.Role(r.kind).ARN, r.argument, needsRoleARN[r.kind])...)
		set(r.name, func() string { return s.RoleName(r.kind) }, needsRole[r.kind]...)
		set(r.json, func() string { return s.RolePolicy(r.kind).JSON() }, r.needsPolicy...)
	}
}

// needsUnlessGiven is what an ARN needs: nothing but itself where the user gives it.
func (m *taskModel) needsUnlessGiven(given, argument string, needs []string) []string {
	if given != "" {
		return []string{argument}
	}
	return needs
}

// planRevision decides whether a revision will be registered: exactly when the definition is
// another one than the one observed, or none is left.
func planRevision(ctx context.Context, in planInput, plan *taskModel, s task.Spec, unknown unknowns, diags *diag.Diagnostics) {
	plan.ARN, plan.Revision = types.StringUnknown(), types.Int64Unknown()
	if unknown.any(needsDefinition...) {
		return
	}
	definition, err := s.Definition()
	if err != nil {
		diags.AddError("Invalid secrets", err.Error())
		return
	}
	if n := len(definition.JSON()); n > task.DefinitionLimit {
		diags.AddAttributeError(path.Root("environment"), "Task definition too large",
			fmt.Sprintf("The task definition has %d bytes; ECS takes at most %d. The largest parts are usually environment and command: put long values into a parameter or a secret, or a file on S3.", n, task.DefinitionLimit))
		return
	}
	if in.state == nil || in.state.ARN.IsNull() {
		return
	}
	if in.unit.digest(ctx, *in.state, in.place) == definition.Digest() {
		plan.ARN, plan.Revision = in.state.ARN, in.state.Revision
	}
}

// warnOfReplacedParts tells of changes that delete or leave something, which a plan in place
// does not show.
func warnOfReplacedParts(ctx context.Context, state, plan taskModel, place arn.Place, diags *diag.Diagnostics) {
	before, _ := state.spec(ctx, place, diags)
	after, unknown := plan.spec(ctx, place, diags)
	for kind, attribute := range map[task.RoleKind]string{task.ExecutionRole: "execution_role", task.TaskRole: "task_role"} {
		if unknown.any(needsRole[kind]...) {
			continue
		}
		was, is := before.Role(kind), after.Role(kind)
		at := path.Root(attribute)
		switch {
		case was.Managed() && is.Managed() && was.Name != is.Name:
			diags.AddAttributeWarning(at, "The role will be replaced",
				fmt.Sprintf("Role %s is made, and role %s deleted last. Tasks that still run with the old role lose their rights then.", is.Name, was.Name))
		case was.Managed() && is.Managed() && was.Path != is.Path:
			diags.AddAttributeError(at.AtName("path"), invalid(at.AtName("path")),
				fmt.Sprintf("IAM cannot move role %s from path %s to %s. Give it another name at the same time: set %s.name.", is.Name, was.Path, is.Path, attribute))
		case was.Managed() && !is.Managed():
			diags.AddAttributeWarning(at, "The role will be released",
				fmt.Sprintf("Role %s stays as it is and is no longer managed: the docker task uses %s.", was.Name, is.ARN))
		case !was.Managed() && is.Managed() && before.RoleARN(kind) == after.RoleARN(kind):
			diags.AddAttributeWarning(at, "The role will be taken over",
				fmt.Sprintf("Role %s becomes part of the docker task: it is changed to what the task needs, and deleted with it.", is.Name))
		}
	}
	if unknown.any(needsLogGroup...) {
		return
	}
	was, is := before.LogGroup, after.LogGroup
	at := path.Root("log_group")
	switch {
	case was.Managed() && (!is.Managed() || was.Name != is.Name):
		diags.AddAttributeWarning(at, "The old log group stays",
			fmt.Sprintf("Log group %s stays with its log and is no longer managed. Delete it by hand when it is not needed any more.", was.Name))
	case was.Managed() && is.Managed() && was.Class != is.Class:
		diags.AddAttributeError(at.AtName("class"), invalid(at.AtName("class")),
			fmt.Sprintf("AWS cannot change the class of log group %s from %s to %s. Set log_group.name to another name at the same time; the old group then stays with its log.", was.Name, was.Class, is.Class))
	}
}
