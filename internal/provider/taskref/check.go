package taskref

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// checkInterface refuses subnets and security groups of a task that has no network interface of its
// own.
func (t *Model) checkInterface(at path.Path, diags *diag.Diagnostics) {
	if t.CapabilityUnknown() || t.Capability().OwnInterface() {
		return
	}
	for _, v := range []struct {
		name  string
		value types.Set
	}{{"subnet_ids", t.SubnetIDs}, {"security_group_ids", t.SecurityGroupIDs}} {
		if len(v.value.Elements()) > 0 {
			tf.AddInvalidf(diags, at.AtName(v.name),
				"a task has a network interface of its own only with network_mode %s, not with %s: remove it, or set network_mode", task.AWSVPC, t.NetworkMode.ValueString())
		}
	}
}

// checkWhole refuses a task that exists but was made by something else and does not tell
// where it runs, and one that is put together of two.
func (t *Model) checkWhole(at path.Path, diags *diag.Diagnostics) {
	if family, err := arn.Parse(t.FamilyARN.ValueString()); err == nil && !t.Name.IsUnknown() && family.Name() != t.Name.ValueString() {
		at := at.AtName("family_arn")
		tf.AddInvalidf(diags, at,
			"The ARN is of task definition %s, and the name is %s: these are two tasks. Give both of the same one, or the name alone.", family.Name(), t.Name.ValueString())
	}
	if !t.CapabilityUnknown() && !t.Capability().OwnInterface() { // then there is only one answer
		if t.SubnetIDs.IsNull() {
			t.SubnetIDs = tf.SetOf(nil)
		}
		if t.AssignPublicIP.IsNull() {
			t.AssignPublicIP = types.BoolValue(false)
		}
	}
	var missing, add []string
	for _, v := range []struct {
		name, example string
		value         attr.Value
	}{
		{"container_name", `"…"`, t.ContainerName},
		{"cluster", `"…"`, t.Cluster},
		{"subnet_ids", `["subnet-…"]`, t.SubnetIDs},
		{"assign_public_ip", `true or false`, t.AssignPublicIP},
	} {
		if v.value.IsNull() {
			missing = append(missing, v.name)
			add = append(add, v.name+" = "+v.example)
		}
	}
	if len(missing) == 0 {
		return
	}
	attribute, _ := at.Steps().LastStep()
	inData := ""
	if settable := slices.DeleteFunc(slices.Clone(missing), func(name string) bool { return name == "container_name" }); len(settable) > 0 {
		inData = fmt.Sprintf("; or set %s in data \"docker_task\"", strings.Join(settable, ", "))
	}
	tf.AddInvalidf(diags, at,
		"Docker task %s has no %s: another tool created the task, and ECS does not store these settings in a task definition. Add what is missing: %s = merge(data.docker_task.NAME, { %s })%s.",
		t.Name.ValueString(), strings.Join(missing, ", no "), attribute, strings.Join(add, ", "), inData)
}

// CheckAccount refuses a whole task of another account than the credentials': ECS runs a task in its own account
// only.
func (t *Model) CheckAccount(place arn.Place, diags *diag.Diagnostics) {
	family, err := arn.Parse(t.FamilyARN.ValueString())
	if err != nil || place.Account == "" || family.Account == place.Account {
		return
	}
	tf.AddInvalidf(diags, path.Root("task").AtName("family_arn"),
		"the task is of account %s, where alone it can be used, and the provider's credentials are for account %s: use a provider with credentials of account %[1]s", family.Account, place.Account)
}

// CheckPlace refuses a whole task that is not where what is made for it, such as "schedule", would
// be.
func (t *Model) CheckPlace(what string, place arn.Place, diags *diag.Diagnostics) {
	family, err := arn.Parse(t.FamilyARN.ValueString())
	if err != nil || t.Region.IsUnknown() {
		return
	}
	if family.Region != place.Region {
		tf.AddInvalidf(diags, path.Root("task").AtName("family_arn"),
			"the task is in %s, where alone it can be used, and the %s would be in %s: set task.region to %[1]s", family.Region, what, place.Region)
		return
	}
	t.CheckAccount(place, diags)
}
