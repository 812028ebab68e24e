package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// dataBlock is data.docker_task.test of the wired task, with more lines.
func (w wireFixture) dataBlock(lines ...string) string {
	return block("data docker_task test", append([]string{fmt.Sprintf("name = %q", w.task)}, lines...)...)
}

// registerForeign registers a task as another tool does: without tags, and with a container
// that is not named like the family.
func (w wireFixture) registerForeign(t *testing.T, more func(*ecs.RegisterTaskDefinitionInput)) (arn string) {
	t.Helper()
	in := &ecs.RegisterTaskDefinitionInput{
		Family:                  aws.String(w.task),
		NetworkMode:             ecstypes.NetworkModeAwsvpc,
		RequiresCompatibilities: []ecstypes.Compatibility{ecstypes.CompatibilityFargate},
		Cpu:                     aws.String("256"),
		Memory:                  aws.String("512"),
		ContainerDefinitions:    []ecstypes.ContainerDefinition{{Name: aws.String("legacy"), Image: aws.String("busybox"), Essential: aws.Bool(true)}},
	}
	if more != nil {
		more(in)
	}
	arn = w.aws.Register(in)
	t.Cleanup(func() { w.aws.DeregisterAll(w.task) })
	return arn
}

// A default task is the same as resource, as data source of another stack and by its name.
func TestAccWire_taskGivenInEveryWay(t *testing.T) {
	t.Parallel()
	w := newWired(t)
	computed := func(name, task string) string {
		return block("resource docker_task_wire "+name, "task = "+task, "attach_policy = false")
	}
	same := func(a, b string) []statecheck.StateCheck {
		return []statecheck.StateCheck{
			statecheck.CompareValuePairs(a, policyJSON, b, policyJSON, compare.ValuesSame()),
			statecheck.CompareValuePairs(a, environment, b, environment, compare.ValuesSame()),
			statecheck.CompareValuePairs(a, policyName, b, policyName, compare.ValuesSame()),
		}
	}
	var checks []statecheck.StateCheck
	for _, wire := range []string{"data", "whole_data", "name"} {
		checks = append(checks, same("docker_task_wire.resource", "docker_task_wire."+wire)...)
	}
	w.anotherStack(t, w.taskBlock(), func() {
		config := acctest.ProviderConfig(t) + w.dataBlock() +
			computed("data", "data.docker_task.test") +
			computed("whole_data", "merge(data.docker_task.test, {})") +
			computed("name", fmt.Sprintf("{ name = %q }", w.task))
		// The stack of the consumer knows all of it while planning.
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: factories,
			Steps: []resource.TestStep{{
				Config: config,
				ConfigPlanChecks: planned(expectAllKnown("docker_task_wire.data"), expectAllKnown("docker_task_wire.name"),
					plancheck.ExpectKnownValue("docker_task_wire.data", policyJSON, says(w.fullPolicy()))),
				ConfigStateChecks: append(same("docker_task_wire.data", "docker_task_wire.name"), same("docker_task_wire.data", "docker_task_wire.whole_data")...),
			}},
		})
	}, resource.TestStep{
		Config: w.config(w.taskBlock(), w.dataBlock(), computed("resource", "docker_task.test"), computed("data", "data.docker_task.test"),
			computed("whole_data", "merge(data.docker_task.test, {})"), computed("name", fmt.Sprintf("{ name = %q }", w.task))),
		ConfigStateChecks: append(checks, statecheck.ExpectKnownValue("docker_task_wire.resource", policyJSON, says(w.fullPolicy()))),
	})
}

// anotherStack creates docker_task.test, runs f while it exists, and then more steps.
func (w wireFixture) anotherStack(t *testing.T, taskBlock string, f func(), more ...resource.TestStep) {
	t.Helper()
	steps := append([]resource.TestStep{
		{Config: w.config(taskBlock)},
		{Config: w.config(taskBlock), PreConfig: f},
	}, more...)
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps:                    steps,
		CheckDestroy:             acctest.CheckUnitGone(t, w.task),
	})
}

// A task with everything set, in a cluster of another name, through the data source.
func TestAccWire_dataOfTaskWithOwnNames(t *testing.T) {
	t.Parallel()
	w := newWired(t)
	task := w.taskBlock(`container_name = "main"`, `cluster = "batch"`, `subnet_ids = ["subnet-0b", "subnet-0a"]`,
		`security_group_ids = ["sg-0a"]`, `assign_public_ip = false`,
		fmt.Sprintf("execution_role = { name = %q, path = \"/tasks/\" }", w.task+"-x"))
	cluster := w.cluster("batch")
	want := policyOf(w.runStatement("*", cluster), w.tasksStatement(cluster, "DescribeTasks", "StopTask"),
		passStatement(strings.Replace(w.roleARN("task"), w.task+"-"+acctest.Region()+"-task", "tasks/"+w.task+"-x", 1), w.roleARN("task")))
	w.anotherStack(t, task, func() {
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: factories,
			Steps: []resource.TestStep{{
				Config: acctest.ProviderConfig(t) + w.dataBlock() + w.wireBlock("task = data.docker_task.test"),
				ConfigStateChecks: expectInState(want, map[string]string{
					"DOCKER_TASK_CONTAINER": "main", "DOCKER_TASK_CLUSTER": cluster, "DOCKER_TASK_SUBNETS": "subnet-0a,subnet-0b",
					"DOCKER_TASK_SECURITY_GROUPS": "sg-0a", "DOCKER_TASK_ASSIGN_PUBLIC_IP": "DISABLED",
				}),
				Check: w.expectOnRole(w.defaultPolicyName(), want),
			}},
			CheckDestroy: w.expectPolicies(),
		})
	})
}

// Attributes that are set come before what follows from the name; with the ARN of the family, the task has no role
// that is left out.
func TestAccWire_taskByHand(t *testing.T) {
	t.Parallel()
	w := newWired(t)
	cluster := w.cluster("batch")
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		CheckDestroy:             w.expectPolicies(),
		Steps: []resource.TestStep{
			{
				Config: w.config(w.wireBlock("task = {", fmt.Sprintf("name = %q", w.task), `cluster = "batch"`, `subnet_ids = ["subnet-0a"]`, `container_name = "main"`, "}")),
				ConfigStateChecks: expectInState(
					policyOf(w.runStatement("*", cluster), w.tasksStatement(cluster, "DescribeTasks", "StopTask"), passStatement(w.roleARN("execution"), w.roleARN("task"))),
					map[string]string{"DOCKER_TASK_CONTAINER": "main", "DOCKER_TASK_SUBNETS": "subnet-0a", "DOCKER_TASK_ASSIGN_PUBLIC_IP": "DISABLED"}),
			},
			{
				Config: w.config(w.wireBlock("task = {", fmt.Sprintf("name = %q", w.task), fmt.Sprintf("family_arn = %q", w.family()), fmt.Sprintf("cluster = %q", cluster),
					`subnet_ids = ["subnet-0a"]`, `container_name = "main"`, "assign_public_ip = true", fmt.Sprintf("task_role_arn = %q", w.roleARN("task")), "}")),
				ConfigPlanChecks: planned(plancheck.ExpectResourceAction(theWire, plancheck.ResourceActionUpdate)),
				ConfigStateChecks: expectInState(
					policyOf(w.runStatement("*", cluster), w.tasksStatement(cluster, "DescribeTasks", "StopTask"), passStatement(w.roleARN("task"))),
					map[string]string{"DOCKER_TASK_ASSIGN_PUBLIC_IP": "ENABLED"}),
			},
			{
				Config: w.config(w.wireBlock("task = {", fmt.Sprintf("name = %q", w.task), fmt.Sprintf("family_arn = %q", w.family()), fmt.Sprintf("cluster = %q", cluster),
					`subnet_ids = ["subnet-0a"]`, `container_name = "main"`, "assign_public_ip = true", "}")),
				ConfigStateChecks: expectInState(policyOf(w.runStatement("*", cluster), w.tasksStatement(cluster, "DescribeTasks", "StopTask")), nil),
			},
		},
	})
}

// A task that another tool created: the error says what to add, and with that it works.
func TestAccWire_foreignTask(t *testing.T) {
	t.Parallel()
	w := newWired(t)
	role := acctest.CreateRole(t, w.task+"-legacy")
	w.registerForeign(t, func(in *ecs.RegisterTaskDefinitionInput) { in.TaskRoleArn = aws.String(role) })
	cluster := w.cluster("old")
	want := policyOf(w.runStatement("*", cluster), w.tasksStatement(cluster, "DescribeTasks", "StopTask"), passStatement(role))
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		CheckDestroy:             w.expectPolicies(),
		Steps: []resource.TestStep{
			{
				Config:      w.config(w.dataBlock(), w.wireBlock("task = data.docker_task.test")),
				ExpectError: saying("Invalid task", w.task, "no cluster, no subnet_ids, no assign_public_ip", "merge(data.docker_task.NAME, { cluster ="),
			},
			{
				Config: w.config(w.dataBlock(), w.wireBlock(
					`task = merge(data.docker_task.test, { cluster = "old", subnet_ids = ["subnet-0a"], assign_public_ip = true })`)),
				ConfigPlanChecks: planned(expectAllKnown(theWire)),
				ConfigStateChecks: expectInState(want, map[string]string{
					"DOCKER_TASK_CONTAINER": "legacy", "DOCKER_TASK_CLUSTER": cluster, "DOCKER_TASK_SUBNETS": "subnet-0a", "DOCKER_TASK_ASSIGN_PUBLIC_IP": "ENABLED",
				}),
				Check: w.expectOnRole(w.defaultPolicyName(), want),
			},
		},
	})
}

// Values that others write into the tags of a task go into no policy.
func TestAccWire_hostileTags(t *testing.T) {
	t.Parallel()
	w := newWired(t)
	w.registerForeign(t, func(in *ecs.RegisterTaskDefinitionInput) {
		in.Tags = []ecstypes.Tag{
			{Key: aws.String("docker-task:cluster"), Value: aws.String("*")},
			{Key: aws.String("docker-task:subnets"), Value: aws.String(`subnet-0a" "*`)},
			{Key: aws.String("docker-task:assign-public-ip"), Value: aws.String("true")},
		}
	})
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{{
			Config:      w.config(w.dataBlock(), w.wireBlock("task = data.docker_task.test")),
			ExpectError: saying("Invalid task", "no cluster, no subnet_ids:"),
		}},
	})
}

// A task of another region: everything is there, by name as well as whole.
func TestAccWire_taskInAnotherRegion(t *testing.T) {
	t.Parallel()
	w := newWired(t)
	const region = "eu-west-1"
	acctest.OnEmulator(t, "in "+region+" a real account is not swept")
	task := w.taskBlock(fmt.Sprintf("region = %q", region))
	there := func(s string) string { return strings.ReplaceAll(s, acctest.Region(), region) }
	named := block("resource docker_task_wire named", fmt.Sprintf("task = { name = %q, region = %q }", w.task, region), "attach_policy = false")
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		CheckDestroy:             resource.ComposeAggregateTestCheckFunc(acctest.CheckUnitGone(t, w.task), w.expectPolicies()),
		Steps: []resource.TestStep{{
			Config:           w.config(task, w.wireBlock("task = docker_task.test"), named),
			ConfigPlanChecks: planned(expectAllKnown(theWire), plancheck.ExpectKnownValue(theWire, policyJSON, says(there(w.fullPolicy())))),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(theWire, policyName, knownvalue.StringExact(there(w.defaultPolicyName()))),
				statecheck.CompareValuePairs(theWire, policyJSON, "docker_task_wire.named", policyJSON, compare.ValuesSame()),
				statecheck.CompareValuePairs(theWire, environment, "docker_task_wire.named", environment, compare.ValuesSame()),
			},
			Check: w.expectOnRole(there(w.defaultPolicyName()), there(w.fullPolicy())),
		}},
	})
}

// Two tasks that run each other: each is known to the other by its name.
func TestAccWire_cycle(t *testing.T) {
	t.Parallel()
	w := newWired(t)
	var blocks []string
	for _, end := range []struct{ mine, other string }{{"a", "b"}, {"b", "a"}} {
		blocks = append(blocks,
			block("resource docker_task "+end.mine, fmt.Sprintf("name = \"%s-%s\"", w.task, end.mine), `image = "busybox"`,
				"environment = docker_task_wire."+end.mine+".environment"),
			block("resource docker_task_wire "+end.mine,
				fmt.Sprintf("task = { name = \"%s-%s\" }", w.task, end.other),
				// The name of the role, as a reference to it would close the circle.
				fmt.Sprintf("consumer_role = \"%s-%s-%s-task\"", w.task, end.mine, acctest.Region()), "attach_policy = false"),
			block("resource docker_task_wire "+end.mine+"_role",
				fmt.Sprintf("task = { name = \"%s-%s\" }", w.task, end.other), "consumer_role = docker_task."+end.mine+".task_role_name"),
		)
	}
	wired := func(mine, other string) error {
		role := w.task + "-" + mine + "-" + acctest.Region() + "-task"
		document, found := w.aws.RolePolicy(role, "docker-task-"+w.task+"-"+other+"-"+acctest.Region())
		if !found {
			return fmt.Errorf("role %s cannot run %s: it has %v", role, other, w.aws.RolePolicies(role))
		}
		return sameDocument(document, strings.ReplaceAll(w.fullPolicy(), w.task, w.task+"-"+other))
	}
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		CheckDestroy:             resource.ComposeAggregateTestCheckFunc(acctest.CheckUnitGone(t, w.task+"-a", w.task+"-b"), w.expectPolicies()),
		Steps: []resource.TestStep{{
			Config: w.config(blocks...),
			ConfigPlanChecks: planned(expectAllKnown("docker_task_wire.a"), expectAllKnown("docker_task_wire.b"),
				expectAllKnown("docker_task_wire.a_role"), expectAllKnown("docker_task_wire.b_role")),
			Check: resource.ComposeAggregateTestCheckFunc(
				func(*terraform.State) error { return wired("a", "b") },
				func(*terraform.State) error { return wired("b", "a") },
			),
		}},
	})
}
