package provider_test

import (
	"fmt"
	"maps"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// TestAccTask_roles_settings: everything that can be said of a role, from the first plan on.
func TestAccTask_roles_settings(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	name := u.name + "-own"
	u.test(resource.TestStep{
		Config: u.config(fmt.Sprintf(`
  task_role = {
    name                 = %q
    path                 = "/tasks/video/"
    description          = "Transcodes <videos> & more."
    max_session_duration = 43200
    managed_policy_arns  = [%q]
    policies             = { objects = %q, queues = %q }
  }
  permissions_boundary = %q`, name, u.policy("managed"), readObjects, readQueues, u.policy("boundary"))),
		ConfigPlanChecks: planned(creates(), unknown("arn", "revision"),
			plans("task_role_arn", knownvalue.StringExact(u.place.Global("iam", "role/tasks/video/"+name))),
			plans("task_role_name", knownvalue.StringExact(name))),
		PostApplyFunc: func() {
			have := fmt.Sprint(u.role(name)["path"], u.role(name)["description"], u.role(name)["session"], u.role(name)["attached"], u.role(name)["boundary"], u.cloud.RolePolicies(name))
			want := fmt.Sprint("/tasks/video/", "Transcodes <videos> & more.", 43200, []string{u.policy("managed")}, u.policy("boundary"), []string{"objects", "queues"})
			if strings.ReplaceAll(have, " ", "") != strings.ReplaceAll(want, " ", "") {
				t.Errorf("role:\n%s\nnot\n%s", have, want)
			}
			if boundary := u.role(u.executionRole)["boundary"]; boundary != u.policy("boundary") {
				t.Errorf("boundary of the execution role: %v", boundary)
			}
		},
	})
}

// TestAccTask_roles_restrictTrust: the conditions on account and region are the task role's
// unless it says otherwise, and the execution role's if it says so.
func TestAccTask_roles_restrictTrust(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	restricted := func(execution, own bool) {
		t.Helper()
		for name, want := range map[string]bool{u.executionRole: execution, u.taskRole: own} {
			if have := strings.Contains(fmt.Sprint(u.role(name)["trust"]), "aws:SourceAccount"); have != want {
				t.Errorf("%s is restricted: %t, not %t: %v", name, have, want, u.role(name)["trust"])
			}
		}
	}
	config := u.config("execution_role = { restrict_trust = true }\ntask_role = { restrict_trust = false }")
	u.test(
		resource.TestStep{Config: u.config(), PostApplyFunc: func() { restricted(false, true) }},
		resource.TestStep{
			Config:           config,
			ConfigPlanChecks: planned(updates(), unknown(), changes("execution_role", "task_role")),
			PostApplyFunc:    func() { restricted(true, false) },
		},
	)
}

// TestAccTask_roles_rename: the new role is there before the revision that uses it, the old
// one goes last.
func TestAccTask_roles_rename(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"execution", "task"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			u := newUnit(t)
			proxy := acctest.NewProxy(t)
			old := map[string]string{"execution": u.executionRole, "task": u.taskRole}[kind]
			name := u.name + "-renamed"
			argument := kind + "_role"
			u.test(
				resource.TestStep{Config: u.config()},
				resource.TestStep{
					PreConfig: proxy.Reset,
					Config:    u.config(fmt.Sprintf("%s = { name = %q }", argument, name)),
					ConfigPlanChecks: planned(updates(), unknown("arn", "revision"),
						changes("arn", "revision", argument, argument+"_arn", argument+"_name")),
					ConfigStateChecks: []statecheck.StateCheck{
						has(argument+"_name", knownvalue.StringExact(name)),
						has("revision", knownvalue.Int64Exact(2)),
					},
					PostApplyFunc: func() {
						if u.cloud.RoleExists(old) || !u.cloud.RoleExists(name) {
							t.Error("the role was not replaced")
						}
						order := proxy.Calls(acctest.On("iam.CreateRole", "ecs.RegisterTaskDefinition", "iam.DeleteRole"))
						if len(order) != 3 || order[0].Operation != "CreateRole" || order[1].Operation != "RegisterTaskDefinition" || order[2].Operation != "DeleteRole" {
							t.Errorf("order of calls: %v", order)
						}
					},
				},
				// Left out, it has its default name again.
				resource.TestStep{Config: u.config(), ConfigPlanChecks: planned(updates(), plans(argument+"_name", knownvalue.StringExact(old)))},
			)
		})
	}
}

// TestAccTask_roles_rename_taken: a role of the new name that exists is not adopted.
func TestAccTask_roles_rename_taken(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	name := u.name + "-taken"
	acctest.CreateRole(t, name)
	var before map[string]part
	u.test(
		resource.TestStep{Config: u.config(), PostApplyFunc: func() { before = u.look() }},
		refused(u.config(fmt.Sprintf("task_role = { name = %q }", name)), `(?is)task\s+role\s+`+name+`\s+exists\s+already`),
		resource.TestStep{
			Config:           u.config(),
			ConfigPlanChecks: planned(unchanged()),
			PostApplyFunc: func() {
				u.checkLook(before)
				if tags := u.cloud.RoleTags(name); len(tags) != 0 {
					t.Errorf("the role of another owner has tags %v", tags)
				}
			},
		},
	)
}

// TestAccTask_roles_given: a role that is given by ARN belongs to another owner: nothing of it is changed.
func TestAccTask_roles_given(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	name := u.name + "-given"
	given := acctest.CreateRole(t, name)
	untouched := func() {
		if tags, policies := u.cloud.RoleTags(name), u.cloud.RolePolicies(name); len(tags)+len(policies) != 0 {
			t.Errorf("tags %v, policies %v", tags, policies)
		}
	}
	both := u.config(fmt.Sprintf("execution_role = { arn = %[1]q }\ntask_role = { arn = %[1]q }", given))
	u.keeping(
		func() {
			untouched()
			if !u.cloud.RoleExists(name) {
				t.Error("the role of another owner was deleted")
			}
		},
		resource.TestStep{
			Config: both,
			ConfigPlanChecks: planned(unknown("arn", "revision"),
				plans("execution_role_arn", knownvalue.StringExact(given)),
				plans("execution_role_name", knownvalue.StringExact(name)),
				plans("execution_role_policy_json", knownvalue.NotNull()), // what that role needs
			),
			PostApplyFunc: func() {
				untouched()
				if u.cloud.RoleExists(u.executionRole) || u.cloud.RoleExists(u.taskRole) {
					t.Error("roles were created that nothing uses")
				}
			},
		},
		// Known after apply, it still belongs to another owner.
		resource.TestStep{Config: u.config("execution_role = { arn = local.given }\ntask_role = { arn = local.given }") + hidden("given", fmt.Sprintf("%q", given))},
	)
}

// TestAccTask_roles_release_adopt: from a name to an ARN releases the role as it is, the
// other way takes it over.
func TestAccTask_roles_release_adopt(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	role := u.place.Global("iam", "role/"+u.taskRole)
	given := u.config(fmt.Sprintf("task_role = { arn = %q }", role), `tags = { team = "video" }`)
	var id string
	u.test(
		resource.TestStep{Config: u.config(`tags = { team = "video" }`), PostApplyFunc: func() { id = u.cloud.RoleTags(u.taskRole)["docker-task:unit"] }},
		resource.TestStep{
			Config:           given,
			ConfigPlanChecks: planned(updates(), unknown(), changes("task_role")),
			PostApplyFunc: func() {
				if tags := u.cloud.RoleTags(u.taskRole); len(tags) != 1 || tags["team"] != "video" {
					t.Errorf("tags of the released role: %v", tags)
				}
			},
		},
		resource.TestStep{
			Config:           u.config(`tags = { team = "video" }`),
			ConfigPlanChecks: planned(updates(), unknown(), changes("task_role")),
			PostApplyFunc: func() {
				if tags := u.cloud.RoleTags(u.taskRole); tags["docker-task:unit"] != id {
					t.Errorf("tags of the adopted role: %v", tags)
				}
			},
		},
	)
}

// TestAccTask_roles_released_stays: a role that was released outlives the unit.
func TestAccTask_roles_released_stays(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	role := u.place.Global("iam", "role/"+u.executionRole)
	u.keeping(
		func() {
			if !u.cloud.RoleExists(u.executionRole) {
				t.Error("the released role was deleted")
			}
			u.cloud.DeleteRole(u.executionRole)
		},
		resource.TestStep{Config: u.config()},
		resource.TestStep{Config: u.config(fmt.Sprintf("execution_role = { arn = %q }", role))},
	)
}

// TestAccTask_roles_immovable: what IAM and CloudWatch Logs cannot change is refused at the
// plan, with what can be done.
func TestAccTask_roles_immovable(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	plan := func(arguments, message string) resource.TestStep {
		return resource.TestStep{Config: u.config(arguments), PlanOnly: true, ExpectError: regexp.MustCompile(message)}
	}
	u.test(
		resource.TestStep{Config: u.config()},
		plan(`task_role = { path = "/other/" }`, `(?s)Invalid task_role\.path.*set\s+task_role\.name`),
		plan(`execution_role = { path = "/other/" }`, `(?s)Invalid execution_role\.path.*set\s+execution_role\.name`),
		plan(`log_group = { class = "INFREQUENT_ACCESS" }`, `(?s)Invalid log_group\.class.*Set\s+log_group\.name`),
		resource.TestStep{
			Config:           u.config(fmt.Sprintf(`task_role = { path = "/other/", name = "%s-b" }`, u.name)),
			ConfigPlanChecks: planned(updates(), unknown("arn", "revision")),
		},
	)
}

// TestAccTask_roles_longName: names that would be too long for IAM are shortened, each kind
// and each name to another.
func TestAccTask_roles_longName(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	long := u.name + strings.Repeat("-long", 40)
	short := regexp.MustCompile(`^` + u.name + `\S{1,40}-(execution|task)$`)
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{{
			Config: u.config(fmt.Sprintf("name = %q", long)),
			ConfigPlanChecks: planned(
				plans("execution_role_name", knownvalue.StringRegexp(short)),
				plans("task_role_name", knownvalue.StringRegexp(short)),
			),
		}},
		CheckDestroy: u.checkGone(),
	})
}

// TestAccTask_logGroup_rename: the old group stays with its log, released; the new one is
// the unit's.
func TestAccTask_logGroup_rename(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	acctest.OnEmulator(t, "the key does not exist")
	name := "/logs/" + u.name
	u.keeping(
		func() {
			if u.cloud.LogGroup(u.logGroup) == nil || !maps.Equal(u.cloud.LogGroupTags(u.logGroup), map[string]string{"docker-task:kept": u.name}) {
				t.Errorf("the old group: %v, tags %v", u.cloud.LogGroup(u.logGroup), u.cloud.LogGroupTags(u.logGroup))
			}
			u.cloud.DeleteLogGroup(u.logGroup)
		},
		resource.TestStep{Config: u.config()},
		resource.TestStep{
			Config: u.config(fmt.Sprintf("log_group = { name = %q, kms_key_id = %q }", name, u.place.Regional("kms", "key/a"))),
			ConfigPlanChecks: planned(updates(), unknown("arn", "revision"),
				changes("arn", "revision", "log_group", "log_group_arn", "log_group_name", "log_kms_key_id", "execution_role_policy_json")),
			PostApplyFunc: func() {
				if u.cloud.LogGroup(name) == nil {
					t.Error("there is no new group")
				}
			},
		},
	)
}

// TestAccTask_logGroup_given: a group that is given by ARN belongs to another owner.
func TestAccTask_logGroup_given(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	name := "/shared/" + u.name
	group := u.place.Regional("logs", "log-group:"+name)
	config := u.config(fmt.Sprintf("log_group = { arn = %q }", group))
	u.keeping(
		func() {
			if u.cloud.LogGroup(name) == nil || len(u.cloud.LogGroupTags(name)) != 0 || u.cloud.Retention(name) != 0 {
				t.Error("the group of another owner was changed")
			}
			if u.cloud.LogGroup(u.logGroup) == nil {
				t.Error("the group that was given up is gone")
			}
			u.cloud.DeleteLogGroup(name)
			u.cloud.DeleteLogGroup(u.logGroup)
		},
		resource.TestStep{
			PreConfig: func() { u.cloud.CreateLogGroup(name) },
			Config:    config,
			ConfigPlanChecks: planned(creates(), unknown("arn", "revision"),
				plans("log_group_name", knownvalue.StringExact(name)), plans("log_group_arn", knownvalue.StringExact(group))),
		},
		// To a group of its own, and back: that group stays, as a rename leaves it.
		resource.TestStep{Config: u.config(), ConfigPlanChecks: planned(updates(), plans("log_group_name", knownvalue.StringExact(u.logGroup)))},
		resource.TestStep{Config: config, ConfigPlanChecks: planned(updates())},
	)
}
