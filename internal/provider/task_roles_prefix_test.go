package provider_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// name_prefix is the prefix of the default names: they are known at plan, another prefix replaces the role, and an
// import finds the roles by the task definition.
func TestAccTask_roles_namePrefix(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	c := newProtocolClient(t, "docker_task", nil)
	with := func(execution, own any) values {
		return values{
			"name": "sample", "image": "busybox",
			"execution_role": values{"name_prefix": execution}, "task_role": values{"name_prefix": own, "description": "d"},
		}
	}
	exist := func(when string, names ...string) {
		t.Helper()
		for _, name := range []string{"sample-us-east-1-execution", "team.sample-us-east-1-execution", "sample-us-east-1-task", "team.sample-us-east-1-task", "crew-sample-us-east-1-task"} {
			if have := u.cloud.RoleExists(name); have != slices.Contains(names, name) {
				t.Errorf("%s: role %s is there: %t", when, name, have)
			}
		}
	}
	arguments := with("team.", "team.")
	if err := c.validate(arguments); err != nil {
		t.Fatal(err)
	}
	to, _, err := c.plan(c.nothing(), arguments)
	if err != nil {
		t.Fatal(err)
	}
	if arn := textOf(t, to, "task_role_arn"); !strings.HasSuffix(arn, ":role/team.sample-us-east-1-task") {
		t.Errorf("planned task_role_arn %s", arn)
	}
	state, err := c.change(c.nothing(), to, c.config(arguments))
	if err != nil {
		t.Fatal(err)
	}
	exist("created", "team.sample-us-east-1-execution", "team.sample-us-east-1-task")
	c.quiet(t, "the second plan", state, arguments)

	taken, err := c.imported("sample")
	if err != nil {
		t.Fatal(err)
	}
	if to, _, err = c.plan(taken, arguments); err != nil {
		t.Fatal(err)
	}
	if have, want := changedAttributes(t, taken.value, to.value), []string{"execution_role", "task_role"}; !slices.Equal(have, want) {
		t.Errorf("after an import the plan changes %v, not %v", have, want)
	}
	if state, err = c.change(taken, to, c.config(arguments)); err != nil {
		t.Fatal(err)
	}
	c.quiet(t, "the plan after an import", state, arguments)

	arguments = with(nil, "crew-")
	if state, err = c.apply(state, arguments); err != nil {
		t.Fatal(err)
	}
	exist("changed", "sample-us-east-1-execution", "crew-sample-us-east-1-task")
	c.quiet(t, "the plan after a change", state, arguments)
	if _, err := c.destroy(state); err != nil {
		t.Error(err)
	}
	exist("destroyed")
}

// A create that is refused over a role with a prefix names it for the import.
func TestAccTask_roles_namePrefix_exists(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	c := newProtocolClient(t, "docker_task", nil)
	arguments := values{"name": "sample", "image": "busybox", "task_role": values{"name_prefix": "team."}}
	state, err := c.apply(c.nothing(), arguments)
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.apply(c.nothing(), arguments)
	if err == nil || !strings.Contains(err.Error(), "sample@us-east-1:task_role=team.sample-us-east-1-task") {
		t.Errorf("%v", err)
	}
	if _, err := c.destroy(state); err != nil {
		t.Error(err)
	}
	if u.cloud.RoleExists("team.sample-us-east-1-task") {
		t.Error("the role is still there")
	}
}

// Every role that the provider creates is named by one rule.
func TestAcc_roleNames(t *testing.T) {
	t.Parallel()
	newUnit(t)
	for _, test := range []struct {
		resource, role string
		arguments      values
		nameAttribute  string
		want           string
	}{
		{"docker_task", "execution_role", values{"name": "sample", "image": "busybox"}, "execution_role_name", "team-sample-us-east-1-execution"},
		{"docker_task", "task_role", values{"name": "sample", "image": "busybox"}, "task_role_name", "team-sample-us-east-1-task"},
		{
			"docker_task_schedule", "role",
			values{"name": "nightly", "group": "default", "expression": "rate(1 hour)", "task": values{"name": "sample", "subnet_ids": []any{"subnet-1"}}},
			"role_name", "team-nightly-us-east-1-schedule",
		},
	} {
		t.Run(test.resource+"."+test.role, func(t *testing.T) {
			c := newProtocolClient(t, test.resource, nil)
			with := func(role values) values { return merged(test.arguments, values{test.role: role}) }
			if err := c.validate(with(values{"name_prefix": "team-"})); err != nil {
				t.Fatal(err)
			}
			to, _, err := c.plan(c.nothing(), with(values{"name_prefix": "team-"}))
			if err != nil {
				t.Fatal(err)
			}
			if name := textOf(t, to, test.nameAttribute); name != test.want {
				t.Errorf("%s is %s, not %s", test.nameAttribute, name, test.want)
			}
			to, _, err = c.plan(c.nothing(), with(values{"name_prefix": tftypes.UnknownValue}))
			if err != nil {
				t.Fatal(err)
			}
			if name := attributeOf(t, to, test.nameAttribute); name.IsKnown() {
				t.Errorf("with a prefix that is not known, %s is %s", test.nameAttribute, name)
			}
			for want, role := range map[string]values{
				test.role + ".name_prefix: name_prefix begins the name":   {"name_prefix": "team-", "name": "own"},
				test.role + `.name_prefix: A prefix of a role name has 1`: {"name_prefix": "a b"},
				"name_prefix": {"name_prefix": "team-", "arn": "arn:aws:iam::123456789012:role/own"},
			} {
				if err := c.validate(with(role)); err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("%v: %v, not %q", role, err, want)
				}
			}
		})
	}
}
