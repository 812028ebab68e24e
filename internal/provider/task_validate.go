package provider

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/policy"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// ValidateConfig checks what takes more than one attribute. What one attribute tells alone
// is checked by its validators.
func (r *taskResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config taskModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	config.checkSize(&resp.Diagnostics)
	config.checkCommands(&resp.Diagnostics)
	config.checkVariables(&resp.Diagnostics)
	config.checkPorts(ctx, &resp.Diagnostics)
	config.checkTags(&resp.Diagnostics)
	checkGiven(config.LogGroup, "log_group", &resp.Diagnostics)
	checkGiven(config.ExecutionRole, "execution_role", &resp.Diagnostics)
	checkGiven(config.TaskRole, "task_role", &resp.Diagnostics)
	config.checkRoleNames(ctx, &resp.Diagnostics)
}

func (m *taskModel) checkSize(diags *diag.Diagnostics) {
	os := m.OperatingSystemFamily
	if os.IsUnknown() {
		return // it decides which sizes there are
	}
	if wrong := task.CheckPlatform(m.Architecture.ValueString(), os.ValueString()); wrong != "" {
		diags.AddAttributeError(path.Root("architecture"), invalid(path.Root("architecture")), sentence(wrong))
	}
	if wrong := task.CheckSize(os.ValueString(), m.CPU.ValueInt64(), m.Memory.ValueInt64()); wrong != nil {
		diags.AddAttributeError(path.Root(wrong.Attribute), invalid(path.Root(wrong.Attribute)), sentence(wrong.Message))
	}
}

func (m *taskModel) checkCommands(diags *diag.Diagnostics) {
	entry := stringsOf(m.EntryPoint.Elements())
	if wrong := task.CheckCommand(entry); wrong != "" && !anyUnknown(m.EntryPoint) {
		diags.AddAttributeWarning(path.Root("entry_point"), "Looks like several words", sentence(wrong))
	}
	shell := len(entry) > 0 && entry[len(entry)-1] == "-c"
	if wrong := task.CheckCommand(stringsOf(m.Command.Elements())); wrong != "" && !shell && !anyUnknown(m.Command) && !anyUnknown(m.EntryPoint) {
		diags.AddAttributeWarning(path.Root("command"), "Looks like several words", sentence(wrong))
	}
}

func (m *taskModel) checkVariables(diags *diag.Diagnostics) {
	var both []string
	for key := range m.Environment.Elements() {
		if _, ok := m.Secrets.Elements()[key]; ok {
			both = append(both, key)
		}
	}
	slices.Sort(both)
	for _, key := range both {
		at := path.Root("secrets").AtMapKey(key)
		diags.AddAttributeError(at, invalid(at), fmt.Sprintf("%q is in environment and in secrets; ECS takes a variable from one of them. Remove it from the other.", key))
	}
}

func (m *taskModel) checkPorts(ctx context.Context, diags *diag.Diagnostics) {
	seen := map[string]int{}
	names := map[string]int{}
	for i, e := range m.Ports.Elements() {
		object, ok := e.(types.Object)
		if !ok || anyUnknown(object) {
			continue
		}
		var p portModel
		decode(ctx, object, &p, diags)
		protocol := p.Protocol.ValueString()
		if protocol == "" {
			protocol = "tcp"
		}
		at := path.Root("ports").AtListIndex(i)
		port := fmt.Sprintf("%d/%s", p.ContainerPort.ValueInt64(), protocol)
		if first, twice := seen[port]; twice {
			diags.AddAttributeError(at, invalid(at), fmt.Sprintf("Port %s stands in ports[%d] already; a port is mapped once.", port, first))
		}
		seen[port] = i
		if name := p.Name.ValueString(); name != "" {
			if first, twice := names[name]; twice {
				diags.AddAttributeError(at.AtName("name"), invalid(at.AtName("name")), fmt.Sprintf("The port in ports[%d] has the name %q already.", first, name))
			}
			names[name] = i
		}
	}
}

func (m *taskModel) checkTags(diags *diag.Diagnostics) {
	for key, e := range m.Tags.Elements() {
		at := path.Root("tags").AtMapKey(key)
		value, _ := e.(types.String)
		if wrong := task.CheckTag(key, value.ValueString()); wrong != "" {
			diags.AddAttributeError(at, invalid(at), sentence(wrong))
		}
	}
}

// checkGiven refuses to say more about a part that is somebody else's.
func checkGiven(object types.Object, attribute string, diags *diag.Diagnostics) {
	given, ok := object.Attributes()["arn"]
	if !ok || given.IsNull() || given.IsUnknown() {
		return
	}
	var more []string
	for name, v := range object.Attributes() {
		if name != "arn" && !v.IsNull() && !v.IsUnknown() {
			more = append(more, name)
		}
	}
	if len(more) == 0 {
		return
	}
	slices.Sort(more)
	at := path.Root(attribute)
	diags.AddAttributeError(at, invalid(at), fmt.Sprintf(
		"With arn, %s is somebody else's and nothing about it is managed: remove %s, or remove arn to have it made and managed.", attribute, strings.Join(more, ", ")))
}

// checkRoleNames refuses one role for both: IAM compares names without case.
func (m *taskModel) checkRoleNames(ctx context.Context, diags *diag.Diagnostics) {
	execution, own := role(ctx, m.ExecutionRole, diags).Name, role(ctx, m.TaskRole, diags).Name
	if execution.ValueString() != "" && strings.EqualFold(execution.ValueString(), own.ValueString()) {
		at := path.Root("task_role").AtName("name")
		diags.AddAttributeError(at, invalid(at), fmt.Sprintf(
			"execution_role has the name %q too; the two roles need names that differ, in more than upper and lower case.", execution.ValueString()))
	}
}

// checkARN takes ARNs of a service.
func checkARN(service string) func(string) string {
	return func(s string) string {
		a, err := arn.Parse(s)
		switch {
		case err != nil:
			return err.Error()
		case a.Service != service:
			return fmt.Sprintf("%q is an ARN of %s, not of %s", s, a.Service, service)
		}
		return ""
	}
}

// policyName is what IAM takes as the name of a policy.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html
var policyName = regexp.MustCompile(`^[\w+=,.@-]{1,128}$`)

func checkPolicyName(name string) string {
	switch {
	case !policyName.MatchString(name):
		return fmt.Sprintf("the name of a policy has 1 to 128 letters, digits and characters of _ + = , . @ -; %q does not", name)
	case name == task.InlinePolicyName:
		return fmt.Sprintf("%q is the name of the policy that the provider derives itself; choose another", name)
	}
	return ""
}

// checkPolicy takes IAM policy documents. The text is not repeated: it may be long.
func checkPolicy(document string) string {
	if wrong := policy.Check(document); wrong != "" {
		return "the policy " + wrong + "; jsonencode({ Version = …, Statement = [ … ] }) writes one"
	}
	return ""
}
