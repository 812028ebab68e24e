package provider_test

import (
	"fmt"
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
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// forget drops the unit from state and leaves it in AWS.
func (u unit) forget() resource.TestStep {
	return resource.TestStep{Config: acctest.ProviderConfig(u.t) + `
removed {
  from = docker_task.test
  lifecycle {
    destroy = false
  }
}
`}
}

// importing is a step that imports the unit and goes on with the given configuration.
func (u unit) importing(id, config string, checks ...plancheck.PlanCheck) resource.TestStep {
	return resource.TestStep{
		Config:           fmt.Sprintf("import {\n  to = %s\n  %s\n}\n", address, id) + config,
		ConfigPlanChecks: planned(checks...),
	}
}

func (u unit) byName() string { return fmt.Sprintf("id = %q", u.name) }

// importCase is the import of a unit that was created with arguments.
type importCase struct {
	arguments func(unit) string
	id        func(unit) string // default: by its name
	// change is what happened before the import.
	change  func(unit)
	changes []string // by the plan that follows the import; nil: none
	drift   []string
}

var importCases = map[string]importCase{
	"name":        {},
	"name_region": {id: func(u unit) string { return fmt.Sprintf("id = %q", u.name+"@"+acctest.Region()) }},
	"identity":    {id: func(u unit) string { return fmt.Sprintf("identity = { name = %q }", u.name) }},
	"identity_full": {id: func(u unit) string {
		return fmt.Sprintf("identity = { name = %q, region = %q, account_id = %q }", u.name, acctest.Region(), acctest.AccountID(u.t))
	}},
	"defaults_elsewhere": {
		arguments: func(unit) string {
			return `
  command            = ["true"]
  environment        = { A = "1" }
  ports              = [{ container_port = 53, protocol = "udp" }]
  cpu                = 1024
  log_group          = { retention_in_days = 7 }
  execution_role     = { description = "Starts it.", max_session_duration = 7200 }
  cluster            = "main"
  subnet_ids         = ["subnet-0123456789abcdef0"]
  security_group_ids = ["sg-0123456789abcdef0"]
  tags               = { team = "video" }`
		},
	},
	"managed_policies": {
		arguments: func(u unit) string {
			return fmt.Sprintf("permissions_boundary = %q\ntask_role = { managed_policy_arns = [%q] }", u.policy("boundary"), u.policy("attached"))
		},
	},
	"names": {
		arguments: func(u unit) string {
			return fmt.Sprintf(`
  execution_role = { name = "%[1]s-x", path = "/tasks/" }
  task_role      = { name = "%[1]s-y" }
  log_group      = { name = "/logs/%[1]s" }`, u.name)
		},
	},
	// What AWS does not store, or does not show to be the unit's.
	"rest": {
		arguments: func(u unit) string {
			return fmt.Sprintf("keep_revisions = 1\ntask_role = { policies = { objects = %q } }\nsecrets = { A = \"secret:app\" }\nsecrets_kms_key_arns = [%q]",
				readObjects, u.place.Regional("kms", "key/a"))
		},
		changes: []string{"keep_revisions", "secrets", "task_role"},
	},
	"revisions_gone": {
		change:  func(u unit) { u.cloud.DeregisterAll(u.name) },
		changes: []string{"arn", "architecture", "container_name", "cpu", "image", "launch_types", "memory", "network_mode", "operating_system_family", "revision"},
	},
	"only_execution_role": {
		change: func(u unit) {
			u.cloud.DeregisterAll(u.name)
			u.cloud.DeleteRole(u.taskRole)
			u.cloud.DeleteLogGroup(u.logGroup)
		},
		changes: []string{"arn", "architecture", "container_name", "cpu", "image", "launch_types", "log_group_arn", "log_retention_in_days", "memory", "network_mode", "operating_system_family", "revision", "task_role_arn"},
	},
	"only_log_group": {
		change: func(u unit) {
			u.cloud.DeregisterAll(u.name)
			u.cloud.DeleteRole(u.taskRole)
			u.cloud.DeleteRole(u.executionRole)
		},
		changes: []string{"arn", "architecture", "container_name", "cpu", "execution_role_arn", "execution_role_policy_json", "image", "launch_types", "memory", "network_mode", "operating_system_family", "revision", "task_role_arn"},
	},
	"role_gone": {
		change:  func(u unit) { u.cloud.DeleteRole(u.taskRole) },
		changes: []string{"task_role_arn"},
	},
	"drift": {
		change:  func(u unit) { u.cloud.PutTrustPolicy(u.taskRole, trustOfLambda) },
		changes: []string{"drift"},
		drift:   []string{"task role: trust policy"},
	},
	"without_unit_tags": {
		change: func(u unit) {
			u.cloud.UntagRole(u.executionRole, "docker-task:unit")
			u.cloud.UntagRole(u.taskRole, "docker-task:unit")
			u.cloud.UntagLogGroup(u.logGroup, "docker-task:unit")
			u.cloud.UntagTaskDefinition(u.arn(), "docker-task:unit")
		},
	},
}

// TestAccTask_import: after an import the plan is empty, or one update in place of what AWS does not store; then it
// is a unit as before, and can be destroyed.
func TestAccTask_import(t *testing.T) {
	t.Parallel()
	for name, c := range everyInShort(3, importCases) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u := newUnit(t)
			config, id := u.config(), u.byName()
			if c.arguments != nil {
				config = u.config(c.arguments(u))
			}
			if c.id != nil {
				id = c.id(u)
			}
			checks := changeOf(c.changes)
			if c.drift != nil {
				checks = append(checks, sees("drift", knownvalue.ListExact(texts(c.drift...))))
			}
			step := u.importing(id, config, checks...)
			if c.change != nil {
				step.PreConfig = func() { c.change(u) }
			}
			u.test(resource.TestStep{Config: config}, u.forget(), step)
		})
	}
}

// TestAccTask_import_verify: the imported state is the one that the create wrote.
func TestAccTask_import_verify(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	config := u.config(`command = ["true"]`, `tags = { team = "video" }`)
	u.test(
		resource.TestStep{Config: config},
		resource.TestStep{
			ResourceName: address, ImportState: true, ImportStateId: u.name,
			ImportStateVerify: true, ImportStateVerifyIdentifierAttribute: "name",
		},
		resource.TestStep{
			ResourceName: address, ImportState: true, ImportStateId: u.name,
			ImportStateKind: resource.ImportBlockWithID,
		},
		resource.TestStep{
			ResourceName: address, ImportState: true,
			ImportStateKind: resource.ImportBlockWithResourceIdentity,
		},
	)
}

// TestAccTask_import_logGroupThereBefore: a log group of the default name that no unit has created is adopted: the
// import says so, and destroy leaves it, with and without an apply.
func TestAccTask_import_logGroupThereBefore(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		tags           map[string]string
		adopted, apply bool
	}{
		"without tags":           {adopted: true, apply: true},
		"without tags, as it is": {adopted: true},
		"with tags of others":    {tags: map[string]string{"team": "video"}, adopted: true, apply: true},
		"kept by another task":   {tags: map[string]string{"docker-task:kept": "another"}, adopted: true, apply: true},
		"kept by this task":      {tags: map[string]string{"docker-task:kept": "NAME"}, apply: true},
		"of a unit":              {tags: map[string]string{"docker-task:unit": "OWN"}, apply: true},
		"of a unit, as it is":    {tags: map[string]string{"docker-task:unit": "OWN"}},
		"of a unit without id":   {tags: map[string]string{"docker-task:cluster": "default"}, apply: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u := newUnit(t)
			execution, own := acctest.CreateRole(t, u.name+"-old-execution"), acctest.CreateRole(t, u.name+"-old-task")
			u.cloud.CreateLogGroup(u.logGroup)
			for key, value := range c.tags {
				u.cloud.TagLogGroup(u.logGroup, key, strings.NewReplacer("NAME", u.name, "OWN", lostID("docker_task", u.name)).Replace(value))
			}
			u.cloud.Register(&ecs.RegisterTaskDefinitionInput{
				Family: &u.name, Cpu: aws.String("256"), Memory: aws.String("512"), NetworkMode: ecstypes.NetworkModeAwsvpc,
				RequiresCompatibilities: []ecstypes.Compatibility{ecstypes.CompatibilityFargate},
				ExecutionRoleArn:        &execution, TaskRoleArn: &own,
				ContainerDefinitions: []ecstypes.ContainerDefinition{{
					Name: &u.name, Image: aws.String("busybox"), Essential: aws.Bool(true),
					LogConfiguration: &ecstypes.LogConfiguration{LogDriver: ecstypes.LogDriverAwslogs, Options: map[string]string{
						"awslogs-group": u.logGroup, "awslogs-region": acctest.Region(), "awslogs-stream-prefix": "ecs",
					}},
				}},
			})
			core := newProtocolClient(t, "docker_task", nil)
			if said := core.importWarnings(u.name); (len(said) == 1 && strings.Contains(said[0], u.logGroup+" in "+acctest.Region()+" has no tag docker-task:unit")) != c.adopted {
				t.Errorf("the import says %q", said)
			}
			state, err := core.imported(u.name)
			if err != nil {
				t.Fatal(err)
			}
			arguments := values{
				"name": u.name, "image": "busybox", "log_group": values{"retention_in_days": 0},
				"execution_role": values{"arn": execution}, "task_role": values{"arn": own},
			}
			if c.apply {
				if state, err = core.apply(state, arguments); err != nil {
					t.Fatal(err)
				}
				core.mustPlanNothing(state, arguments)
			} else if state, err = core.refresh(state); err != nil {
				t.Fatal(err)
			}
			if _, err := core.destroy(state); err != nil {
				t.Fatal(err)
			}
			stays := u.cloud.LogGroup(u.logGroup) != nil
			if stays != c.adopted {
				t.Errorf("in the end the group is there: %t", stays)
			}
			if !stays {
				return
			}
			if tags := u.cloud.LogGroupTags(u.logGroup); tags["docker-task:unit"] != "" || tags["docker-task:kept"] != "" || tags["team"] != c.tags["team"] {
				t.Errorf("it has the tags %v", tags)
			}
		})
	}
}

// TestAccTask_import_foreign: roles and a log group with other names and without a unit's tag are not imported.
func TestAccTask_import_foreign(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	execution, own := acctest.CreateRole(t, u.name+"-old-execution"), acctest.CreateRole(t, u.name+"-old-task")
	group := "/old/" + u.name
	register := func() {
		u.cloud.CreateLogGroup(group)
		u.cloud.Register(&ecs.RegisterTaskDefinitionInput{
			Family: &u.name, Cpu: aws.String("256"), Memory: aws.String("512"), NetworkMode: ecstypes.NetworkModeAwsvpc,
			RequiresCompatibilities: []ecstypes.Compatibility{ecstypes.CompatibilityFargate},
			RuntimePlatform:         &ecstypes.RuntimePlatform{CpuArchitecture: ecstypes.CPUArchitectureX8664, OperatingSystemFamily: ecstypes.OSFamilyLinux},
			ExecutionRoleArn:        &execution, TaskRoleArn: &own,
			ContainerDefinitions: []ecstypes.ContainerDefinition{{
				Name: aws.String("old"), Image: aws.String("busybox"), Essential: aws.Bool(true),
				LogConfiguration: &ecstypes.LogConfiguration{LogDriver: ecstypes.LogDriverAwslogs, Options: map[string]string{
					"awslogs-group": group, "awslogs-region": acctest.Region(), "awslogs-stream-prefix": "ecs",
				}},
			}},
		})
	}
	step := u.importing(u.byName(), u.config(fmt.Sprintf(`
  container_name = "old"
  execution_role = { arn = %q }
  task_role      = { arn = %q }
  log_group      = { arn = %q }`, execution, own, u.place.Regional("logs", "log-group:"+group))),
		updates(), unknown(), changes("assign_public_ip", "cluster", "cluster_arn", "execution_role_policy_json", "subnet_ids"))
	step.PreConfig = register
	step.PostApplyFunc = func() {
		if !slices.Equal(u.active(), []int{1}) {
			t.Errorf("ACTIVE revisions: %v", u.active())
		}
		for _, role := range []string{u.name + "-old-execution", u.name + "-old-task"} {
			if tags, policies := u.cloud.RoleTags(role), u.cloud.RolePolicies(role); len(tags)+len(policies) != 0 {
				t.Errorf("role %s was changed: tags %v, policies %v", role, tags, policies)
			}
		}
	}
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps:                    []resource.TestStep{step},
		CheckDestroy: resource.ComposeTestCheckFunc(
			func(*terraform.State) error {
				if !u.cloud.RoleExists(u.name+"-old-task") || u.cloud.LogGroup(group) == nil {
					t.Error("parts of others were destroyed")
				}
				u.cloud.DeleteLogGroup(group)
				return nil
			},
			u.checkGone(),
		),
	})
}

// TestAccTask_import_refused: what cannot be imported says why.
func TestAccTask_import_refused(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	refused := func(id, message string) resource.TestStep {
		step := u.importing(id, u.config())
		step.ExpectError, step.PlanOnly = regexp.MustCompile(message), true
		return step
	}
	u.test(
		refused(u.byName(), `There\s+is\s+no\s+docker\s+task`),
		refused(`id = "a task"`, `NAME,\s+NAME@REGION`),
		refused(fmt.Sprintf("id = %q", u.name+":7"), `leave\s+the\s+revision\s+out`),
		refused(fmt.Sprintf("id = %q", u.name+":seven"), `"seven"\s+names\s+no\s+part:\s+it\s+has\s+to\s+be\s+one\s+of\s+execution_role,\s+log_group,\s+task_role`),
		refused(fmt.Sprintf("id = %q", u.name+":task_role="), `In\s+task_role,\s+a\s+role\s+name\s+has`),
		refused(fmt.Sprintf("id = %q", u.name+":task_role="+u.name), `There\s+is\s+no\s+docker\s+task`),
		refused(`id = ":task_role=a"`, `A\s+name\s+has`),
		refused(fmt.Sprintf("id = %q", u.name+":task_role=a:task_role=b"), `task_role\s+is\s+there\s+twice`),
		refused(fmt.Sprintf("id = %q", u.name+"@eu-west-9"), `"eu-west-9"`),
		refused(fmt.Sprintf(`identity = { name = %q, account_id = "111111111111" }`, u.name), `account\s+111111111111`),
	)
}

// TestAccTask_import_named: parts with names of their own are found by the import id if no task definition names
// them; a part that no unit has created is not imported.
func TestAccTask_import_named(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	role, group, other := u.name+"-own", "/own/"+u.name, u.name+"-other"
	config := u.config(fmt.Sprintf("task_role = { name = %q }", role), fmt.Sprintf("log_group = { name = %q }", group),
		fmt.Sprintf("execution_role = { name = %q, path = \"/own/\" }", other)) // was not made yet, and is not moved
	id := fmt.Sprintf("id = %q", u.name+":task_role="+role+":log_group="+group+":execution_role="+other)

	foreign := u.importing(id, config)
	foreign.ExpectError, foreign.PlanOnly = saying("Role "+role+" has no tag docker-task:unit", "Log group "+group+" has no tag docker-task:unit"), true
	foreign.PreConfig = func() {
		acctest.CreateRole(t, role)
		u.cloud.CreateLogGroup(group)
	}
	taken := u.importing(id, config)
	taken.PreConfig = func() {
		u.cloud.TagRole(role, "docker-task:unit", lostID("docker_task", u.name))
		u.cloud.TagLogGroup(group, "docker-task:unit", lostID("docker_task", u.name))
	}
	u.test(foreign, taken, resource.TestStep{Config: config, ConfigPlanChecks: planned(plancheck.ExpectEmptyPlan())})
	if u.cloud.RoleExists(role) || u.cloud.LogGroup(group) != nil {
		t.Error("an imported part was not destroyed with the task")
	}
}
