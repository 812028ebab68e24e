package provider_test

import (
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// keeping is test for a unit that leaves something: clean checks and deletes it.
func (u unit) keeping(clean func(), steps ...resource.TestStep) {
	u.t.Helper()
	acctest.Test(u.t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps:                    steps,
		CheckDestroy: resource.ComposeTestCheckFunc(
			func(*terraform.State) error { clean(); return nil },
			u.checkGone(),
		),
	})
}

// refused is a step whose apply fails with a message.
func refused(config, message string) resource.TestStep {
	return resource.TestStep{Config: config, ExpectError: regexp.MustCompile(message)}
}

// somebodysDefinition is a task definition of the unit's family that another owner registered.
func (u unit) somebodysDefinition() *ecs.RegisterTaskDefinitionInput {
	return &ecs.RegisterTaskDefinitionInput{
		Family: &u.name, Cpu: aws.String("256"), Memory: aws.String("512"), NetworkMode: ecstypes.NetworkModeAwsvpc,
		RequiresCompatibilities: []ecstypes.Compatibility{ecstypes.CompatibilityFargate},
		ContainerDefinitions:    []ecstypes.ContainerDefinition{{Name: aws.String("old"), Image: aws.String("old"), Essential: aws.Bool(true)}},
	}
}

// TestAccTask_exists: a create is refused if a part exists. The refusal names the part and the import command; the
// part stays as it is, and nothing else is left.
func TestAccTask_exists(t *testing.T) {
	t.Parallel()
	type existing struct {
		make, remove func(unit)
		message      string
	}
	role := func(name func(unit) string, message string) existing {
		return existing{
			make:    func(u unit) { acctest.CreateRole(u.t, name(u)) },
			remove:  func(unit) {}, // the end of the test does
			message: message,
		}
	}
	definition := existing{
		make:    func(u unit) { u.cloud.Register(u.somebodysDefinition()) },
		remove:  func(u unit) { u.cloud.DeregisterAll(u.name) },
		message: `task definition\s+family\s+NAME\s+exists\s+already`,
	}
	group := existing{
		make:    func(u unit) { u.cloud.CreateLogGroup(u.logGroup) },
		remove:  func(u unit) { u.cloud.DeleteLogGroup(u.logGroup) },
		message: `log\s+group\s+/ecs/NAME\s+exists\s+already`,
	}
	execution := role(func(u unit) string { return u.executionRole }, `execution\s+role\s+NAME-\S+-execution\s+exists\s+already`)
	own := role(func(u unit) string { return u.taskRole }, `task\s+role\s+NAME-\S+-task\s+exists\s+already`)
	for name, parts := range map[string][]existing{
		"execution_role":  {execution},
		"task_role":       {own},
		"log_group":       {group},
		"task_definition": {definition},
		"all":             {definition, execution, own, group},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u := newUnit(t)
			var before map[string]part
			var steps []resource.TestStep
			for i, p := range parts {
				step := refused(u.config(), "(?is)"+regexp.MustCompile("NAME").ReplaceAllString(p.message, u.name)+
					`.*terraform import docker_task\.NAME\s+`+u.name+"@"+acctest.Region())
				if i == 0 {
					step.PreConfig = func() {
						for _, p := range parts {
							p.make(u)
						}
						before = u.look()
					}
				}
				steps = append(steps, step)
			}
			u.keeping(func() {
				u.checkLook(before)
				for _, p := range parts {
					p.remove(u)
				}
			}, steps...)
		})
	}
}

// TestAccTask_exists_namedLogGroup: a log group with a name of its own that no task created cannot be imported, so
// the refusal has another way to adopt it.
func TestAccTask_exists_namedLogGroup(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	const group = "/shared"
	named := fmt.Sprintf("log_group = { name = %q }", group)
	refusal := refused(u.config(named), `(?is)log\s+group\s+/shared\s+exists\s+already\s+in\s+[a-z0-9-]+\.\s+A\s+docker\s+task\s+is\s+not\s+made\s+over\s+what\s+exists\.\s+To\s+take\s+over\s+log\s+group\s+/shared,\s+set\s+log_group\.adopt`)
	refusal.PreConfig = func() { u.cloud.CreateLogGroup(group) }
	u.keeping(func() { u.cloud.DeleteLogGroup(group) }, refusal,
		resource.TestStep{Config: u.config(strings.Replace(named, "}", ", adopt = true }", 1))})
}

// TestAccTask_exists_namedRole: nor can a role. The refusal separates it from what a killed run has left, which can
// be imported.
func TestAccTask_exists_namedRole(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	role, group := u.name+"-theirs", "/own/"+u.name
	named := []string{fmt.Sprintf("task_role = { name = %q }", role), fmt.Sprintf("log_group = { name = %q }", group)}
	refusal, both := refused(u.config(named...), ""), refused(u.config(named...), "")
	refusal.PreConfig = func() { acctest.CreateRole(t, role) }
	refusal.ExpectError = saying("Task role " + role + " exists already in account " + acctest.AccountID(t) + ". A docker task is not made over what exists. To take over task role " + role + ", give it by task_role.arn first")
	both.PreConfig = func() {
		u.cloud.CreateLogGroup(group)
		u.cloud.TagLogGroup(group, "docker-task:unit", lostID("docker_task", u.name))
	}
	both.ExpectError = saying("terraform import docker_task.NAME "+u.name+"@"+acctest.Region()+":log_group="+group+" Else", "To take over task role "+role)
	u.keeping(func() { u.cloud.DeleteLogGroup(group) }, refusal, both)
}

// TestAccTask_exists_inactive: a family without an ACTIVE revision is free.
func TestAccTask_exists_inactive(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	u.test(resource.TestStep{
		PreConfig: func() {
			u.cloud.Register(u.somebodysDefinition())
			u.cloud.DeregisterAll(u.name)
		},
		Config:            u.config(),
		ConfigStateChecks: []statecheck.StateCheck{has("revision", knownvalue.Int64Exact(2))},
	})
}

// TestAccTask_exists_otherUnit: two units of one name. The second is refused at plan, and leaves
// the first as it is.
func TestAccTask_exists_otherUnit(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	twice := regexp.MustCompile(`"test"`).ReplaceAllString(u.resource(), `"second"`)
	var before map[string]part
	u.test(
		resource.TestStep{Config: u.config(), PostApplyFunc: func() { before = u.look() }},
		refused(u.config()+twice, `(?s)Planned\s+twice:\s+task\s+definition\s+`+u.name),
		resource.TestStep{
			Config:           u.config(),
			ConfigPlanChecks: planned(plancheck.ExpectEmptyPlan()),
			PostApplyFunc:    func() { u.checkLook(before) },
		},
	)
}

// TestAccTask_deletes_onlyItsOwn: a part that carries another unit's id stays.
func TestAccTask_deletes_onlyItsOwn(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	u.keeping(
		func() {
			if !u.cloud.RoleExists(u.taskRole) || u.cloud.LogGroup(u.logGroup) == nil || len(u.active()) == 0 {
				t.Errorf("parts of another unit were deleted; left are %v", u.look())
			}
			u.cloud.DeleteRole(u.taskRole)
			u.cloud.DeleteLogGroup(u.logGroup)
			u.cloud.DeregisterAll(u.name)
		},
		resource.TestStep{Config: u.config()},
		resource.TestStep{
			PreConfig: func() {
				u.cloud.TagRole(u.taskRole, "docker-task:unit", "another")
				u.cloud.TagLogGroup(u.logGroup, "docker-task:unit", "another")
				u.cloud.TagTaskDefinition(u.arn(), "docker-task:unit", "another")
			},
			Config:  u.config(),
			Destroy: true,
		},
	)
}

// TestAccTask_deletes_whatHangsOnIt: a destroy removes the policies that others put on a role, because IAM deletes no
// role that has some; parts that do not exist are no error.
func TestAccTask_deletes_whatHangsOnIt(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	u.test(
		resource.TestStep{Config: u.config()},
		resource.TestStep{
			PreConfig: func() {
				u.cloud.PutRolePolicy(u.taskRole, "by-hand", readObjects)
				u.cloud.AttachPolicy(u.taskRole, u.policy("by-hand"))
				u.putIntoProfile(u.taskRole)
				u.cloud.DeleteRole(u.executionRole)
				u.registerElsewhere(func(in *ecs.RegisterTaskDefinitionInput) { in.ContainerDefinitions[0].Image = aws.String("alpine") })
			},
			Config:  u.config(),
			Destroy: true,
		},
	)
}

// TestAccTask_leavesOthersPolicies: an update leaves the policies that others add to a role.
func TestAccTask_leavesOthersPolicies(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	u.test(
		resource.TestStep{Config: u.config(withPolicy("task_role"))},
		resource.TestStep{
			PreConfig: func() {
				u.cloud.PutRolePolicy(u.taskRole, "by-hand", readQueues)
				u.cloud.AttachPolicy(u.taskRole, u.policy("by-hand"))
			},
			Config:           u.config(withPolicy("task_role")),
			ConfigPlanChecks: planned(plancheck.ExpectEmptyPlan()),
		},
		resource.TestStep{
			Config: u.config(`task_role = { description = "Without." }`),
			PostApplyFunc: func() {
				if policies := u.cloud.RolePolicies(u.taskRole); !slices.Equal(policies, []string{"by-hand"}) {
					t.Errorf("inline policies: %v", policies)
				}
				if attached := u.cloud.AttachedPolicies(u.taskRole); len(attached) != 1 {
					t.Errorf("managed policies: %v", attached)
				}
			},
		},
	)
}

// TestAccTask_logGroup_adopt: a group that exists is adopted with its tags, and stays.
func TestAccTask_logGroup_adopt(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	config := u.config(`log_group = { adopt = true, retention_in_days = 7 }`, `tags = { team = "video" }`)
	u.keeping(
		func() {
			if tags := u.cloud.LogGroupTags(u.logGroup); !maps.Equal(tags, map[string]string{"owner": "somebody", "team": "video"}) {
				t.Errorf("tags of the group that was adopted: %v", tags)
			}
			u.cloud.DeleteLogGroup(u.logGroup)
		},
		resource.TestStep{
			PreConfig: func() {
				u.cloud.CreateLogGroup(u.logGroup)
				u.cloud.TagLogGroup(u.logGroup, "owner", "somebody")
				u.cloud.PutRetention(u.logGroup, 90)
			},
			Config: config,
			PostApplyFunc: func() {
				tags := u.cloud.LogGroupTags(u.logGroup)
				if tags["owner"] != "somebody" || tags["docker-task:unit"] == "" || tags["docker-task:adopted"] == "" || tags["team"] != "video" {
					t.Errorf("tags: %v", tags)
				}
				if days := u.cloud.Retention(u.logGroup); days != 7 {
					t.Errorf("keeps events for %d days", days)
				}
			},
		},
		// Adopted is adopted, whether the line stays or not.
		resource.TestStep{Config: u.config(`tags = { team = "video" }`), ConfigPlanChecks: planned(updates(), changes("log_group", "log_retention_in_days"))},
	)
}

// TestAccTask_logGroup_adopt_failed: a create that fails releases an adopted group.
func TestAccTask_logGroup_adopt_failed(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	u.keeping(
		func() {
			group, tags := u.cloud.LogGroup(u.logGroup), u.cloud.LogGroupTags(u.logGroup)
			if group == nil || !reflect.DeepEqual(tags, map[string]string{"owner": "somebody"}) {
				t.Errorf("group %v with tags %v", group, tags)
			}
			u.cloud.DeleteLogGroup(u.logGroup)
		},
		resource.TestStep{
			PreConfig: func() {
				u.cloud.CreateLogGroup(u.logGroup)
				u.cloud.TagLogGroup(u.logGroup, "owner", "somebody")
				acctest.CreateRole(t, u.taskRole)
			},
			Config:      u.config(`log_group = { adopt = true }`),
			ExpectError: regexp.MustCompile(`(?i)task\s+role\s+\S+\s+exists\s+already`),
		},
	)
}

// TestAccTask_logGroup_adopt_given: a group that was given by its ARN is adopted with adopt = true, and not by its
// name alone; and stays.
func TestAccTask_logGroup_adopt_given(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	const group = "/shared"
	u.keeping(
		func() {
			if u.cloud.LogGroup(group) == nil {
				t.Fatal("the group was deleted")
			}
			if tags := u.cloud.LogGroupTags(group); len(tags) != 0 {
				t.Errorf("the group has kept %v", tags)
			}
			u.cloud.DeleteLogGroup(group)
		},
		resource.TestStep{
			PreConfig: func() { u.cloud.CreateLogGroup(group) },
			Config:    u.config(fmt.Sprintf(`log_group = { arn = %q }`, u.place.Regional("logs", "log-group:"+group))),
		},
		refused(u.config(fmt.Sprintf(`log_group = { name = %q }`, group)), `(?is)log\s+group\s+\S+\s+exists.*log_group\.adopt\s+=\s+true`),
		resource.TestStep{Config: u.config(fmt.Sprintf(`log_group = { name = %q, adopt = true }`, group))},
	)
}

// TestAccTask_logGroup_adopt_tags: a group that has no room for the unit's tags is refused
// before anything about it is changed.
func TestAccTask_logGroup_adopt_tags(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	came := map[string]string{}
	for i := range 45 {
		came[fmt.Sprint("k", i)] = "v"
	}
	u.keeping(
		func() {
			if tags := u.cloud.LogGroupTags(u.logGroup); !maps.Equal(tags, came) || u.cloud.Retention(u.logGroup) != 90 {
				t.Errorf("tags %v, retention %d", tags, u.cloud.Retention(u.logGroup))
			}
			u.cloud.DeleteLogGroup(u.logGroup)
		},
		resource.TestStep{
			PreConfig: func() {
				u.cloud.CreateLogGroup(u.logGroup)
				for k, v := range came {
					u.cloud.TagLogGroup(u.logGroup, k, v)
				}
				u.cloud.PutRetention(u.logGroup, 90)
			},
			Config:      u.config(`log_group = { adopt = true, retention_in_days = 7 }`),
			ExpectError: regexp.MustCompile(`(?s)AWS\s+takes\s+50\s+tags\s+on\s+one\s+object;\s+it\s+keeps\s+45,\s+and\s+6\s+come`),
		},
	)
}

// TestAccTask_logGroup_keepOnDestroy: the group stays with its log, without the unit's tags, and the next task of
// that name resumes it without adopt; no other task does.
func TestAccTask_logGroup_keepOnDestroy(t *testing.T) {
	t.Parallel()
	type again = func(u unit, c protocolClient, state resourceState, plain, keeps values) (resourceState, error)
	destroyed := func(c protocolClient, state resourceState) error { _, err := c.destroy(state); return err }
	for name, test := range map[string]struct {
		again   again
		refused string
		adopted bool // in the end
	}{
		"made again": {again: func(_ unit, c protocolClient, state resourceState, plain, _ values) (resourceState, error) {
			if err := destroyed(c, state); err != nil {
				return state, err
			}
			return c.apply(c.nothing(), plain)
		}},
		"made again, with adopt": {adopted: true, again: func(_ unit, c protocolClient, state resourceState, plain, _ values) (resourceState, error) {
			if err := destroyed(c, state); err != nil {
				return state, err
			}
			return c.apply(c.nothing(), merged(plain, values{"log_group": values{"adopt": true}}))
		}},
		"replaced, as tainted": {again: func(_ unit, c protocolClient, state resourceState, plain, keeps values) (resourceState, error) {
			if err := destroyed(c, state.withoutPrivate()); err != nil {
				return state, err
			}
			state, err := c.apply(c.nothing(), keeps)
			if err != nil {
				return state, err
			}
			return c.apply(state, plain)
		}},
		"renamed, and back": {again: func(_ unit, c protocolClient, state resourceState, plain, keeps values) (resourceState, error) {
			state, err := c.applyOrReplace(state, merged(keeps, values{"name": "another"}))
			if err != nil {
				return state, err
			}
			state, err = c.applyOrReplace(state, plain)
			acctest.AWS(c.t).DeleteLogGroup("/ecs/another")
			return state, err
		}},
		"group renamed, and back": {again: func(_ unit, c protocolClient, state resourceState, plain, _ values) (resourceState, error) {
			state, err := c.apply(state, merged(plain, values{"log_group": values{"name": "/another"}}))
			if err != nil {
				return state, err
			}
			state, err = c.apply(state, plain)
			acctest.AWS(c.t).DeleteLogGroup("/another")
			return state, err
		}},
		"made again after a create that failed": {again: func(u unit, c protocolClient, state resourceState, plain, _ values) (resourceState, error) {
			if err := destroyed(c, state); err != nil {
				return state, err
			}
			acctest.CreateRole(c.t, u.taskRole)
			if state, err := c.apply(c.nothing(), plain); err == nil {
				c.t.Error("the role of another was no hindrance")
				return state, nil
			}
			u.cloud.DeleteRole(u.taskRole)
			return c.apply(c.nothing(), plain)
		}},
		"by another task": {refused: "exists already", again: func(u unit, c protocolClient, state resourceState, plain, _ values) (resourceState, error) {
			if err := destroyed(c, state); err != nil {
				return state, err
			}
			return c.apply(c.nothing(), merged(plain, values{"name": "another", "log_group": values{"name": u.logGroup}}))
		}},
		"by a live unit": {refused: "belongs to another unit of this provider", again: func(u unit, c protocolClient, state resourceState, plain, _ values) (resourceState, error) {
			if err := destroyed(c, state); err != nil {
				return state, err
			}
			u.cloud.TagLogGroup(u.logGroup, "docker-task:unit", anotherUnit)
			return c.apply(c.nothing(), plain)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u := newUnit(t)
			c := newProtocolClient(t, "docker_task", nil)
			plain := values{"name": u.name, "image": "busybox"}
			keeps := merged(plain, values{"log_group": values{"keep_on_destroy": true}})
			state, err := c.apply(c.nothing(), keeps)
			if err != nil {
				t.Fatal(err)
			}
			u.cloud.TagLogGroup(u.logGroup, "theirs", "stays")
			made := aws.ToInt64(u.cloud.LogGroup(u.logGroup).CreationTime)
			state, err = test.again(u, c, state, plain, keeps)
			if test.refused != "" {
				if err == nil || !strings.Contains(err.Error(), test.refused) {
					t.Errorf("not refused: %v", err)
				}
				if u.cloud.LogGroup(u.logGroup) == nil {
					t.Error("the group is gone")
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			tags := u.cloud.LogGroupTags(u.logGroup)
			if aws.ToInt64(u.cloud.LogGroup(u.logGroup).CreationTime) != made || tags["docker-task:unit"] == "" || (tags["docker-task:adopted"] != "") != test.adopted {
				t.Errorf("it is not the group of before, or has the tags %v", tags)
			}
			if !test.adopted {
				if state, err = c.refresh(state); err != nil {
					t.Fatal(err)
				}
				if state, err = c.apply(state, plain); err != nil { // takes the tag away that somebody added
					t.Fatal(err)
				}
				c.mustPlanNothing(state, plain)
				if kept := u.cloud.LogGroupTags(u.logGroup)["docker-task:kept"]; kept != "" {
					t.Errorf("it is still kept for %s", kept)
				}
			}
			if _, err := c.destroy(state); err != nil {
				t.Fatal(err)
			}
			if left := u.cloud.LogGroup(u.logGroup) != nil; left != test.adopted {
				t.Errorf("in the end it is there: %t", left)
			}
		})
	}
}

// TestAccTask_logGroup_keepsOthersWithItsName: a group whose name begins like the task's is
// another one.
func TestAccTask_logGroup_keepsOthersWithItsName(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	u.keeping(
		func() { u.cloud.DeleteLogGroup(u.logGroup + "-b") },
		resource.TestStep{
			PreConfig: func() { u.cloud.CreateLogGroup(u.logGroup + "-b") },
			Config:    u.config(),
		},
		resource.TestStep{
			PreConfig:        func() { u.cloud.DeleteLogGroup(u.logGroup) },
			Config:           u.config(),
			ConfigPlanChecks: planned(updates(), changes("log_group_arn", "log_retention_in_days")),
		},
		resource.TestStep{Config: u.config(fmt.Sprintf("name = %q", u.name))},
	)
}
