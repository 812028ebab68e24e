package dockertask

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/policy"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/task"
	"github.com/dockertask/terraform-provider-docker/internal/task/attribute"
)

// ValidateConfig checks attributes against each other. Validators check each attribute alone.
func (r *taskResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(tf.Get(ctx, req.Config, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	config.validate(ctx, &resp.Diagnostics)
}

func (m *model) validate(ctx context.Context, diags *diag.Diagnostics) {
	d := m.checkDescription(ctx, diags)
	d.checkWires(diags)
	d.checkTags(diags)
	checkGiven(m.LogGroup, "log_group", diags)
	checkGiven(m.ExecutionRole, "execution_role", diags)
	checkGiven(m.TaskRole, "task_role", diags)
	tf.CheckRoleName(m.ExecutionRole, path.Root("execution_role"), diags)
	tf.CheckRoleName(m.TaskRole, path.Root("task_role"), diags)
	m.checkRoleNames(ctx, diags)
	m.checkSingleRole(diags)
}

// checkDescription describes a configuration, and checks what internal/task knows of values that have to
// fit together.
func (m *model) checkDescription(ctx context.Context, diags *diag.Diagnostics) described {
	d := m.describe(ctx, lifecycle.Site{DefaultSubnets: func() types.Set { return tf.SetOf(nil) }}, diags)
	d.checkDefinitionJSON(diags)
	if diags.HasError() || d.unknown.Any(attribute.DefinitionJSON) {
		return d
	}
	for _, p := range d.spec.Check(d.unknown) {
		at := pathOf(p.Path)
		if p.Warning {
			diags.AddAttributeWarning(at, cmp.Or(p.Summary, "Questionable "+at.String()), tf.Sentence(p.Message))
		} else {
			tf.AddInvalidf(diags, at, "%s", p.Message)
		}
	}
	return d
}

// pathOf is the path of a problem's place.
func pathOf(steps []string) path.Path {
	at := path.Root(steps[0])
	for _, step := range steps[1:] {
		switch step[0] {
		case '[':
			at = at.AtMapKey(step[1 : len(step)-1])
		case '#':
			i, err := strconv.Atoi(step[1:])
			if err != nil {
				panic(err) // made by internal/task
			}
			at = at.AtListIndex(i)
		default:
			at = at.AtName(step)
		}
	}
	return at
}

// checkDefinitionJSON: a task is described by a definition or by attributes, not by both.
func (d described) checkDefinitionJSON(diags *diag.Diagnostics) {
	m := d.model
	if m.DefinitionJSON.IsUnknown() {
		return // it may turn out to be null
	}
	if m.DefinitionJSON.IsNull() {
		if m.Image.IsNull() {
			diags.AddAttributeError(path.Root("image"), "Missing image", "A docker task needs an image: set image, or definition_json to a whole task definition.")
		}
		if at := path.Root("images"); len(m.Images.Elements()) > 0 {
			tf.AddInvalidf(diags, at, "definition_json is not set, and images fills in the containers of that. Set image for the main container, and sidecars[NAME].image for a sidecar.")
		}
		return
	}
	m.checkFile(diags)
	d.checkContainerName(diags)
	values := valuesOf(m.containerAttributes)
	maps.Copy(values, valuesOf(m.definitionAttributes))
	maps.Copy(values, map[string]attr.Value{
		"sidecars": m.Sidecars, "launch_types": m.LaunchTypes, "network_mode": m.NetworkMode, "cpu": m.CPU, "memory": m.Memory,
		"architecture": m.Architecture, "operating_system_family": m.OperatingSystemFamily,
	})
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if name != "image" && name != "environment" && tf.IsSet(values[name]) {
			tf.AddInvalidf(diags, path.Root(name),
				"definition_json describes the whole task but for image, images and environment: write %s there, or do without definition_json.", name)
		}
	}
}

// checkFile reports all faults of a task definition file at once, and what is ignored in it.
func (m *model) checkFile(diags *diag.Diagnostics) {
	at := path.Root("definition_json")
	_, found := task.ReadInput(m.DefinitionJSON.ValueString())
	switch n := len(found.Wrong); {
	case n == 1 && strings.HasSuffix(found.Wrong[0], "\n"):
		tf.AddInvalidf(diags, at, "in the file, %s", found.Wrong[0])
	case n == 1:
		tf.AddInvalidf(diags, at, "%s%s", tf.Sentence("in the file, "+found.Wrong[0]), newerKeys(found))
	case n > 1:
		tf.AddInvalidf(diags, at, "the file has %d faults:\n\n  - %s\n%s", n, strings.Join(found.Wrong, "\n  - "), newerKeys(found))
	}
	var notes []string
	if len(found.Ignored) > 0 {
		notes = append(notes, fmt.Sprintf("RegisterTaskDefinition does not take these keys, and they are ignored: %s.", strings.Join(found.Ignored, ", ")))
	}
	if len(found.Repeated) > 0 {
		notes = append(notes, fmt.Sprintf("These keys are in their object twice, and the last one holds: %s.", strings.Join(found.Repeated, ", ")))
	}
	if len(notes) > 0 {
		diags.AddAttributeWarning(at, "Keys of definition_json are ignored", strings.Join(notes, " "))
	}
}

// newerKeys says what to do about a key that ECS may have by now: a definition without it would be
// another one than the file describes.
func newerKeys(found task.Findings) string {
	if !found.Unknown {
		return ""
	}
	return " If ECS has such a key by now, a newer version of the provider sends it; until then, remove it from the file, for example with " +
		`jsonencode({ for k, v in jsondecode(file("FILE.json")) : k => v if k != "KEY" }).`
}

// checkContainerName refuses a name that no container of definition_json has: another one would
// be taken without a word.
func (d described) checkContainerName(diags *diag.Diagnostics) {
	name := d.model.ContainerName.ValueString()
	if d.file == nil || name == "" {
		return // not known, or refused already
	}
	var have []string
	for _, c := range d.file.ContainerDefinitions {
		have = append(have, c.Name)
	}
	if !slices.Contains(have, name) {
		at := path.Root("container_name")
		tf.AddInvalidf(diags, at, "There is no container %q; the file has %s.", name, strings.Join(have, ", "))
	}
}

func (d described) checkTags(diags *diag.Diagnostics) {
	for key, value := range d.fileTags() {
		if err := task.CheckTag(key, value); err != nil {
			at := path.Root("definition_json")
			tf.AddInvalidf(diags, at, "in the file, tags: %w", err)
		}
	}
	for key, e := range d.model.Tags.Elements() {
		at := path.Root("tags").AtMapKey(key)
		value, _ := e.(types.String)
		if err := task.CheckTag(key, value.ValueString()); err != nil {
			tf.AddInvalid(diags, at, err)
		}
	}
}

// checkGiven refuses to say more about a part that is another owner's.
func checkGiven(object types.Object, attribute string, diags *diag.Diagnostics) {
	given, ok := object.Attributes()["arn"]
	if !ok || given.IsNull() || given.IsUnknown() {
		return
	}
	var more []string
	for name, v := range object.Attributes() {
		if name != "arn" && tf.IsSet(v) {
			more = append(more, name)
		}
	}
	if len(more) == 0 {
		return
	}
	slices.Sort(more)
	at := path.Root(attribute)
	tf.AddInvalidf(diags, at,
		"With arn, %s names an existing part, which the provider never changes: remove %s, or remove arn to have it made and managed.", attribute, strings.Join(more, ", "))
}

// checkRoleNames refuses one role for both: IAM compares names without case.
func (m *model) checkRoleNames(ctx context.Context, diags *diag.Diagnostics) {
	execution, own := role(ctx, m.ExecutionRole, diags).Name, role(ctx, m.TaskRole, diags).Name
	if execution.ValueString() != "" && strings.EqualFold(execution.ValueString(), own.ValueString()) {
		at := path.Root("task_role").AtName("name")
		tf.AddInvalidf(diags, at,
			"execution_role has the name %q too; the two roles need names that differ, in more than upper and lower case.", execution.ValueString())
	}
}

// checkSingleRole refuses a task role beside the one role for both.
func (m *model) checkSingleRole(diags *diag.Diagnostics) {
	if m.SingleRole.ValueBool() && tf.IsSet(m.TaskRole) {
		tf.AddInvalidf(diags, path.Root("task_role"), "with single_role = true the execution role is the task role too: describe it in execution_role, or leave single_role out")
	}
}

// checkRepositoryCredentials takes ARNs of secrets: the right to read anything else would be none.
func checkRepositoryCredentials(s string) error {
	if err := tf.CheckARN("secretsmanager")(s); err != nil {
		return err
	}
	if task.CheckSecretARN(s) != nil {
		return fmt.Errorf("the ARN of a secret is arn:PARTITION:secretsmanager:REGION:ACCOUNT:secret:NAME; %q is of something else", s)
	}
	return nil
}

// checkPolicy takes IAM policy documents. The text is not repeated: it may be long.
func checkPolicy(document string) error {
	if err := policy.Check(document); err != nil {
		return fmt.Errorf("the policy %w; jsonencode({ Version = …, Statement = [ … ] }) writes one", err)
	}
	return nil
}

// checkFileRoles checks the roles that definition_json names as those of execution_role and task_role.
func (d described) checkFileRoles(config model, diags *diag.Diagnostics) {
	if d.file == nil {
		return
	}
	for _, kind := range task.RoleKinds {
		object, _, _, _ := config.roleAttributes(kind)
		if object.IsNull() {
			lifecycle.CheckPassedRole("docker task", "The "+string(kind)+" role in the file", d.spec.Role(kind).ARN, path.Root("definition_json"), d.spec.Place, diags)
		}
	}
}
