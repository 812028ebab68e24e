package provider_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// driftCase is a change of a unit outside Terraform.
type driftCase struct {
	arguments func(unit) string // further ones; nil: none
	change    func(unit)
	// changes are the attributes in which the next plan must differ, drift the lines of that attribute.
	changes []string
	drift   []string
	// registers: the repair has to register a revision.
	registers bool
}

// driftCases are some of the manual changes of TestAccTask_drift_…, through Terraform.
var driftCases = map[string]driftCase{
	"both_roles": {
		change:  func(u unit) { u.cloud.DeleteRole(u.executionRole); u.cloud.DeleteRole(u.taskRole) },
		changes: []string{"execution_role_arn", "execution_role_policy_json", "task_role_arn"},
	},
	"inline_policy_edited": {
		change:  func(u unit) { u.cloud.PutRolePolicy(u.executionRole, "docker-task", readObjects) },
		changes: []string{"execution_role_policy_json"},
	},
	"managed_policy": {
		arguments: func(u unit) string {
			return fmt.Sprintf("task_role = { managed_policy_arns = [%q] }", u.policy("attached"))
		},
		change: func(u unit) {
			for _, arn := range u.cloud.AttachedPolicies(u.taskRole) {
				u.cloud.DetachPolicy(u.taskRole, arn)
			}
		},
		changes: []string{"task_role"},
	},
	"trust_policy_task": {
		change:  func(u unit) { u.cloud.PutTrustPolicy(u.taskRole, trustOfLambda) },
		changes: []string{"drift"},
		drift:   []string{"task role: trust policy"},
	},
	"boundary": {
		arguments: withBoundary,
		change:    func(u unit) { u.removeBoundary(u.executionRole); u.removeBoundary(u.taskRole) },
		changes:   []string{"drift", "permissions_boundary"},
		drift:     []string{"task role: permissions boundary"},
	},
	"boundary_without_execution_role": {
		arguments: func(u unit) string {
			return withBoundary(u) + fmt.Sprintf("\nexecution_role = { arn = %q }", acctest.CreateRole(u.t, u.name+"-given"))
		},
		change:  func(u unit) { u.removeBoundary(u.taskRole) },
		changes: []string{"permissions_boundary"},
	},
	"definition_user_tag": {
		arguments: withTag,
		change:    func(u unit) { u.cloud.UntagTaskDefinition(u.arn(), "team") },
		changes:   []string{"drift", "tags", "tags_all"},
		drift:     []string{"task definition: tags team"},
	},
	"log_group_tag": {
		change:  func(u unit) { u.cloud.UntagLogGroup(u.logGroup, "docker-task:unit", "docker-task:cluster") },
		changes: []string{"drift"},
		drift:   []string{"log group: tags docker-task:cluster, docker-task:unit"},
	},
	"retention": {
		change:  func(u unit) { u.cloud.PutRetention(u.logGroup, 7) },
		changes: []string{"log_retention_in_days"},
	},
	"revisions": {
		change:    func(u unit) { u.cloud.DeregisterAll(u.name) },
		changes:   []string{"arn", "revision"},
		registers: true,
	},
	"image": {
		change: func(u unit) {
			u.registerElsewhere(func(in *ecs.RegisterTaskDefinitionInput) { in.ContainerDefinitions[0].Image = aws.String("alpine") })
		},
		changes:   []string{"arn", "image", "revision"},
		registers: true,
	},
	"everything_but_the_log_group": {
		change: func(u unit) {
			u.cloud.DeleteRole(u.executionRole)
			u.cloud.DeleteRole(u.taskRole)
			u.cloud.DeregisterAll(u.name)
		},
		changes:   []string{"arn", "execution_role_arn", "execution_role_policy_json", "revision", "task_role_arn"},
		registers: true,
	},
}

func withPolicy(role string) string {
	return fmt.Sprintf("%s = { policies = { objects = %q } }", role, readObjects)
}

func withBoundary(u unit) string {
	return fmt.Sprintf("permissions_boundary = %q", u.policy("boundary"))
}

func withTag(unit) string { return `tags = { team = "video" }` }

func (u unit) arn() string { return aws.ToString(u.newest().TaskDefinitionArn) }

func (u unit) updateRole(in *iam.UpdateRoleInput) {
	u.t.Helper()
	if _, err := u.cloud.IAM.UpdateRole(u.t.Context(), in); err != nil {
		u.t.Fatal(err)
	}
}

func (u unit) removeBoundary(role string) {
	u.t.Helper()
	_, err := u.cloud.IAM.DeleteRolePermissionsBoundary(u.t.Context(), &iam.DeleteRolePermissionsBoundaryInput{RoleName: &role})
	if err != nil {
		u.t.Fatal(err)
	}
}

// TestAccTask_disappears: the next plan after a manual change is an update with the attributes that changed, and the
// next apply repairs it.
func TestAccTask_disappears(t *testing.T) {
	t.Parallel()
	for name, c := range everyInShort(6, driftCases) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u := newUnit(t)
			arguments := ""
			if c.arguments != nil {
				arguments = c.arguments(u)
			}
			config := u.config(arguments)
			lines := []knownvalue.Check{}
			for _, line := range c.drift {
				lines = append(lines, knownvalue.StringExact(strings.ReplaceAll(line, "NAME", u.name)))
			}
			checks := []plancheck.PlanCheck{updates(), changes(c.changes...), plans("drift", knownvalue.ListExact(nil))}
			if c.drift != nil || !slices.Contains(c.changes, "drift") {
				checks = append(checks, sees("drift", knownvalue.ListExact(lines)))
			}
			if c.registers {
				checks = append(checks, unknown("arn", "revision"))
			} else {
				checks = append(checks, unknown())
			}
			var whole map[string]part
			var revisions []int
			u.test(
				resource.TestStep{Config: config},
				resource.TestStep{
					PreConfig: func() {
						whole = u.look()
						revisions = u.active()
						c.change(u)
					},
					Config:           config,
					ConfigPlanChecks: planned(checks...),
					PostApplyFunc: func() {
						u.checkLook(whole)
						if again := slices.Equal(revisions, u.active()); again == c.registers {
							t.Errorf("ACTIVE revisions before: %v, now: %v", revisions, u.active())
						}
					},
				},
			)
		})
	}
}

// TestAccTask_disappears_whole: without any part, the plan is a create.
func TestAccTask_disappears_whole(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	var whole map[string]part
	u.test(
		resource.TestStep{Config: u.config()},
		resource.TestStep{
			PreConfig: func() {
				whole = u.look()
				u.cloud.DeregisterAll(u.name)
				u.cloud.DeleteRole(u.executionRole)
				u.cloud.DeleteRole(u.taskRole)
				u.cloud.DeleteLogGroup(u.logGroup)
			},
			Config:           u.config(),
			ConfigPlanChecks: planned(creates()),
			PostApplyFunc: func() {
				if len(u.look()) != len(whole) {
					t.Errorf("before: %v\nnow: %v", whole, u.look())
				}
			},
		},
	)
}

// TestAccTask_pipeline: with ignore_changes, the image of a revision that a pipeline registers stays; state follows
// it, and keeps what is in tags that such a revision does not have.
func TestAccTask_pipeline(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	config := u.config(`
  cluster            = "pipeline"
  security_group_ids = ["sg-0123456789abcdef0"]
  lifecycle {
    ignore_changes = [image]
  }`)
	deploy := func(image string) func() {
		return func() {
			u.registerElsewhere(func(in *ecs.RegisterTaskDefinitionInput) { in.ContainerDefinitions[0].Image = &image })
		}
	}
	network := []plancheck.PlanCheck{
		plancheck.ExpectEmptyPlan(),
		unknown(),
		plans("cluster", knownvalue.StringExact("pipeline")),
		plans("security_group_ids", knownvalue.SetExact(texts("sg-0123456789abcdef0"))),
		plans("assign_public_ip", knownvalue.Bool(true)),
		plans("subnet_ids", knownvalue.NotNull()),
	}
	step := func(image string, revision int64) resource.TestStep {
		return resource.TestStep{
			PreConfig:        deploy(image),
			Config:           config,
			ConfigPlanChecks: planned(network...),
			ConfigStateChecks: []statecheck.StateCheck{
				has("image", knownvalue.StringExact(image)),
				has("revision", knownvalue.Int64Exact(revision)),
				has("arn", knownvalue.StringExact(u.place.Regional("ecs", fmt.Sprintf("task-definition/%s:%d", u.name, revision)))),
			},
		}
	}
	u.test(resource.TestStep{Config: config}, step("alpine", 2), step("alpine:3", 3))
}
