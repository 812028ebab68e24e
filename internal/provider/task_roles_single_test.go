package provider_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// singleRole is a task that has one role, with something to do for both.
func singleRole(more values) values {
	return merged(values{
		"name": "sample", "image": "busybox", "single_role": true,
		"wires": values{"uploads": values{"object_store": "uploads", "access": "read"}},
	}, more)
}

const (
	sampleExecutionRole = "sample-us-east-1-execution"
	sampleTaskRole      = "sample-us-east-1-task"
)

// hasRoles looks which roles of the task there are, and which inline policies the execution role has.
func (u unit) hasRoles(when string, roles, policies []string) {
	u.t.Helper()
	for _, name := range []string{sampleExecutionRole, sampleTaskRole} {
		if have := u.cloud.RoleExists(name); have != slices.Contains(roles, name) {
			u.t.Errorf("%s: role %s is there: %t", when, name, have)
		}
	}
	if !u.cloud.RoleExists(sampleExecutionRole) {
		return
	}
	if have := u.cloud.RolePolicies(sampleExecutionRole); !slices.Equal(have, policies) {
		u.t.Errorf("%s: the execution role has the policies %v, not %v", when, have, policies)
	}
}

var (
	oneRole  = []string{sampleExecutionRole}
	twoRoles = []string{sampleExecutionRole, sampleTaskRole}
	both     = []string{"docker-task", "docker-task-task-role"}
)

// One role is execution role and task role: with the policies of both, known at plan, found by an
// import, and removed by destroy.
func TestAccTask_roles_single(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	c := newProtocolClient(t, "docker_task", nil)
	arguments := singleRole(nil)
	if err := c.validate(arguments); err != nil {
		t.Fatal(err)
	}
	to, _, err := c.plan(c.nothing(), arguments)
	if err != nil {
		t.Fatal(err)
	}
	for _, attribute := range []string{"task_role_arn", "execution_role_arn"} {
		if arn := textOf(t, to, attribute); !strings.HasSuffix(arn, ":role/"+sampleExecutionRole) {
			t.Errorf("planned %s %s", attribute, arn)
		}
	}
	state, err := c.change(c.nothing(), to, c.config(arguments))
	if err != nil {
		t.Fatal(err)
	}
	u.hasRoles("created", oneRole, both)
	if trust := u.cloud.TrustPolicy(sampleExecutionRole); strings.Contains(trust, "aws:SourceAccount") {
		t.Errorf("the trust policy is %s, and ECS may not start a task by it", trust)
	}
	if own, _ := u.cloud.RolePolicy(sampleExecutionRole, "docker-task-task-role"); !strings.Contains(own, "s3:GetObject") || strings.Contains(own, "logs:") {
		t.Errorf("the task's policy is %s", own)
	}
	c.quiet(t, "the second plan", state, arguments)

	taken, err := c.imported("sample")
	if err != nil {
		t.Fatal(err)
	}
	if to, _, err = c.plan(taken, arguments); err != nil {
		t.Fatal(err)
	}
	if have, want := changedAttributes(t, taken.value, to.value), []string{"environment", "wire_environment", "wire_policies", "wires"}; !slices.Equal(have, want) {
		t.Errorf("after an import the plan changes %v, not %v", have, want)
	}
	if state, err = c.change(taken, to, c.config(arguments)); err != nil {
		t.Fatal(err)
	}
	c.quiet(t, "the plan after an import", state, arguments)

	restricted := singleRole(values{"execution_role": values{"restrict_trust": true}})
	if state, err = c.apply(state, restricted); err != nil {
		t.Fatal(err)
	}
	if trust := u.cloud.TrustPolicy(sampleExecutionRole); !strings.Contains(trust, "aws:SourceAccount") {
		t.Errorf("the restricted trust policy is %s", trust)
	}
	if _, err := c.destroy(state); err != nil {
		t.Error(err)
	}
	u.hasRoles("destroyed", nil, nil)
}

// A manual change of the one role is drift, and is repaired.
func TestAccTask_roles_single_drift(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	c := newProtocolClient(t, "docker_task", nil)
	arguments := singleRole(nil)
	state, err := c.apply(c.nothing(), arguments)
	if err != nil {
		t.Fatal(err)
	}
	repaired := func(what string, changes ...string) {
		t.Helper()
		seen, err := c.refresh(state)
		if err != nil {
			t.Fatal(err)
		}
		to, _, err := c.plan(seen, arguments)
		if err != nil {
			t.Fatal(err)
		}
		if have := changedAttributes(t, seen.value, to.value); !slices.Equal(have, changes) {
			t.Errorf("%s: the plan changes %v, not %v", what, have, changes)
		}
		if state, err = c.change(seen, to, c.config(arguments)); err != nil {
			t.Fatal(err)
		}
		c.quiet(t, what, state, arguments)
	}
	u.cloud.DeleteRolePolicy(sampleExecutionRole, "docker-task-task-role")
	repaired("the task's policy was deleted", "task_role_policy_json")
	u.cloud.PutRolePolicy(sampleExecutionRole, "docker-task-task-role", readQueues)
	repaired("the task's policy was changed", "task_role_policy_json")
	u.cloud.PutTrustPolicy(sampleExecutionRole, trustOfLambda)
	repaired("the trust policy was changed", "drift")
	u.hasRoles("repaired", oneRole, both)

	// A task that needs no policy of that name has none, also if others wrote it.
	arguments = singleRole(values{"wires": nil})
	if state, err = c.apply(state, arguments); err != nil {
		t.Fatal(err)
	}
	u.hasRoles("without wires", oneRole, both[:1])
	u.cloud.PutRolePolicy(sampleExecutionRole, "docker-task-task-role", readQueues)
	repaired("a policy was put there that the task does not need", "task_role_policy_json")
	u.hasRoles("repaired", oneRole, both[:1])

	for _, name := range u.cloud.RolePolicies(sampleExecutionRole) {
		u.cloud.DeleteRolePolicy(sampleExecutionRole, name)
	}
	u.cloud.DeleteRole(sampleExecutionRole)
	repaired("the role was deleted", "execution_role_arn", "execution_role_policy_json", "task_role_arn")
	if _, err := c.destroy(state); err != nil {
		t.Error(err)
	}
	u.hasRoles("destroyed", nil, nil)
}

// From two roles to one, and back: the old task role goes last, and the one role loses the rights that
// it no longer needs. The plan says so.
func TestAccTask_roles_single_change(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	proxy := acctest.NewProxy(t)
	c := newProtocolClient(t, "docker_task", nil)
	two := singleRole(values{"single_role": nil, "task_role": values{"policies": values{"queues": readQueues}}})
	one := singleRole(nil)
	state, err := c.apply(c.nothing(), two)
	if err != nil {
		t.Fatal(err)
	}
	u.hasRoles("two roles", twoRoles, both[:1])

	if warned := c.warnings(state, one); len(warned) != 1 || !strings.Contains(warned[0], "Role "+sampleTaskRole+" is deleted last: role "+sampleExecutionRole+" is the task role then.") {
		t.Errorf("warnings: %q", warned)
	}
	proxy.Reset()
	if state, err = c.apply(state, one); err != nil {
		t.Fatal(err)
	}
	u.hasRoles("one role", oneRole, both)
	order := proxy.Calls(acctest.On("iam.PutRolePolicy", "ecs.RegisterTaskDefinition", "iam.DeleteRole"))
	if len(order) != 3 || order[0].Operation != "PutRolePolicy" || order[1].Operation != "RegisterTaskDefinition" || order[2].Operation != "DeleteRole" {
		t.Errorf("order of calls: %v", order)
	}
	c.quiet(t, "the plan with one role", state, one)

	if warned := c.warnings(state, two); len(warned) != 1 || !strings.Contains(warned[0], "Role "+sampleTaskRole+" is created, and role "+sampleExecutionRole+" loses the rights of the task role.") {
		t.Errorf("warnings: %q", warned)
	}
	if state, err = c.apply(state, two); err != nil {
		t.Fatal(err)
	}
	u.hasRoles("two roles again", twoRoles, both[:1])
	c.quiet(t, "the plan with two roles", state, two)

	// The one role may have a name of its own.
	named := singleRole(values{"execution_role": values{"name": "sample-both"}})
	if state, err = c.apply(state, named); err != nil {
		t.Fatal(err)
	}
	u.hasRoles("another role", nil, nil)
	if have := u.cloud.RolePolicies("sample-both"); !slices.Equal(have, both) {
		t.Errorf("the role has the policies %v", have)
	}
	c.quiet(t, "the plan with a named role", state, named)
	if _, err := c.destroy(state); err != nil {
		t.Error(err)
	}
	if u.cloud.RoleExists("sample-both") {
		t.Error("the role is still there")
	}
}

// A role that is given by its ARN can be both, and nothing about it is touched.
func TestAccTask_roles_single_given(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	c := newProtocolClient(t, "docker_task", nil)
	given := acctest.CreateRole(t, "theirs")
	two := singleRole(values{"single_role": nil})
	state, err := c.apply(c.nothing(), two)
	if err != nil {
		t.Fatal(err)
	}
	arguments := singleRole(values{"execution_role": values{"arn": given}})
	if state, err = c.apply(state, arguments); err != nil {
		t.Fatal(err)
	}
	c.quiet(t, "the second plan", state, arguments)
	u.hasRoles("given", oneRole, both[:1]) // the execution role was released, the task role has no use
	if tags, policies := u.cloud.RoleTags("theirs"), u.cloud.RolePolicies("theirs"); len(tags)+len(policies) != 0 {
		t.Errorf("tags %v, policies %v", tags, policies)
	}
	for attribute, want := range map[string]string{"execution_role_arn": given, "task_role_arn": given, "task_role_name": "theirs"} {
		if have := textOf(t, state, attribute); have != want {
			t.Errorf("%s is %s, not %s", attribute, have, want)
		}
	}
	if needs := textOf(t, state, "task_role_policy_json"); !strings.Contains(needs, "s3:GetObject") {
		t.Errorf("task_role_policy_json is %s", needs)
	}
	if _, err := c.destroy(state); err != nil {
		t.Error(err)
	}
	if !u.cloud.RoleExists("theirs") {
		t.Error("the role of another owner was deleted")
	}
	u.cloud.DeleteRolePolicy(sampleExecutionRole, "docker-task")
	u.cloud.DeleteRole(sampleExecutionRole)
}

// What does not go with one role is refused, and what is not known yet leaves the rest unknown.
func TestAccTask_roles_single_checks(t *testing.T) {
	t.Parallel()
	newUnit(t)
	c := newProtocolClient(t, "docker_task", nil)
	for name, test := range map[string]struct {
		more values
		says string
	}{
		"a task role":         {values{"task_role": values{"description": "d"}}, "Invalid task_role: With single_role = true the execution role is the task role too"},
		"a policy of its own": {values{"execution_role": values{"policies": values{"docker-task-task-role": readQueues}}}, `"docker-task-task-role" is the name of the policy that the provider derives`},
	} {
		if err := c.validate(singleRole(test.more)); err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	policies := values{}
	for i := range 9 {
		policies[fmt.Sprint("p", i)] = fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::%s/*"}]}`, strings.Repeat("b", 1000))
	}
	wires := values{}
	for i := range 15 {
		wires[fmt.Sprint("w", i)] = values{"object_store": fmt.Sprint("bucket-", i), "access": "read_write", "variables": values{}}
	}
	_, _, err := c.plan(c.nothing(), singleRole(values{"execution_role": values{"policies": policies}, "wires": wires}))
	if err == nil || !strings.Contains(err.Error(), "10240") {
		t.Errorf("more policies than one role takes: %v", err)
	}

	to, _, err := c.plan(c.nothing(), singleRole(values{"single_role": tftypes.UnknownValue}))
	if err != nil {
		t.Fatal(err)
	}
	for attribute, known := range map[string]bool{"execution_role_arn": true, "execution_role_policy_json": true, "task_role_arn": false, "task_role_name": false} {
		if have := attributeOf(t, to, attribute); have.IsKnown() != known {
			t.Errorf("while single_role is not known, %s is %s", attribute, have)
		}
	}
	to, _, err = c.plan(c.nothing(), singleRole(values{"execution_role": values{"name": tftypes.UnknownValue}}))
	if err != nil {
		t.Fatal(err)
	}
	for _, attribute := range []string{"execution_role_arn", "task_role_arn", "task_role_name"} {
		if have := attributeOf(t, to, attribute); have.IsKnown() {
			t.Errorf("while the name of the role is not known, %s is %s", attribute, have)
		}
	}
}

// A task definition file may name one role for both, or leave it to the unit.
func TestAccTask_roles_single_definitionJSON(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	c := newProtocolClient(t, "docker_task", nil)
	arguments := values{"name": "sample", "single_role": true, "definition_json": strings.ReplaceAll(twoContainers, `"value": "hidden"`, `"value": "one"`)}
	state, err := c.apply(c.nothing(), arguments)
	if err != nil {
		t.Fatal(err)
	}
	c.quiet(t, "the second plan", state, arguments)
	u.hasRoles("created", oneRole, both[:1])
	d, _ := u.cloud.TaskDefinition("sample")
	if d.TaskRoleArn == nil || d.ExecutionRoleArn == nil || *d.TaskRoleArn != *d.ExecutionRoleArn {
		t.Errorf("roles of the task definition: %v, %v", d.ExecutionRoleArn, d.TaskRoleArn)
	}
	if _, err := c.destroy(state); err != nil {
		t.Error(err)
	}
	u.hasRoles("destroyed", nil, nil)
}
