package provider_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// What is wrong with a run is said before anything is started, and where; the same value, known only after apply, is no
// error in a plan.
func TestAccRun_invalid(t *testing.T) {
	t.Parallel()
	f := newRun(t)
	const (
		fargate   = `task = { name = "a", subnet_ids = ["subnet-0a"] }`
		instances = `task = { name = "a", launch_types = ["EC2"], network_mode = "bridge" }`
		instance  = `container_instances = ["0123456789abcdef0123456789abcdef"]`
	)
	var steps []resource.TestStep
	for _, c := range []struct {
		lines []string
		says  []string
	}{
		{[]string{"task_count = 0"}, []string{"Invalid task_count", "1 to 10"}},
		{[]string{"task_count = 11"}, []string{"Invalid task_count", "1 to 10"}},
		{[]string{"revision = 0"}, []string{"Invalid revision"}},
		{[]string{"cpu = 100"}, []string{"Invalid cpu", "the nearest is 256"}},
		{[]string{"cpu = 256", "memory = 4096"}, []string{"Invalid memory", "With cpu = 256, memory is"}},
		{[]string{"ephemeral_storage_gib = 20"}, []string{"Invalid ephemeral_storage_gib", "21 to 200 GiB"}},
		{[]string{instance}, []string{"Invalid container_instances", "runs on FARGATE only"}},
		{[]string{instances, `container_instances = ["i-0123456789abcdef0"]`}, []string{"Invalid container_instances", "32 hexadecimal digits"}},
		{[]string{instances, instance, "task_count = 2"}, []string{"Invalid task_count", "one task on each instance"}},
		{[]string{instances, instance, `launch_type = "EC2"`}, []string{"Invalid launch_type", "one task on each instance"}},
		{[]string{instances, instance, `capacity_providers = []`}, []string{"Invalid capacity_providers", "one task on each instance"}},
		{[]string{instances, instance, `placement_strategy = [{ type = "random" }]`}, []string{"Invalid placement_strategy", "one task on each instance"}},
		{[]string{instances, instance, `started_by = "` + fmt.Sprintf("%037d", 0) + `"`}, []string{"Invalid started_by", "at most 36"}},
		{[]string{instances, `container_instances = [for i in range(11) : format("%032x", i)]`}, []string{"container_instances", "at most 10"}},
		{[]string{`launch_type = "FARGATE"`, `capacity_providers = [{ name = "FARGATE_SPOT" }]`}, []string{"Invalid capacity_providers", "not both"}},
		{[]string{`capacity_providers = [for i in range(21) : { name = "p${i}" }]`}, []string{"capacity_providers", "at most 20"}},
		{[]string{`capacity_providers = [{ name = "FARGATE_SPOT", weight = 0 }]`}, []string{"Invalid capacity_providers", "weight greater than 0"}},
		{[]string{`placement_constraints = [{ type = "distinctInstance" }]`}, []string{"Invalid placement_constraints", "have no placement constraints"}},
		{[]string{instances, `placement_strategy = [{ type = "Spread" }]`}, []string{"Invalid placement_strategy", "random, spread, binpack"}},
		{[]string{instances, `platform_version = "1.4.0"`}, []string{"Invalid platform_version", "Only Fargate"}},
		{[]string{`containers = { ` + f.name + ` = { cpu = 1 } }`, "task = docker_task.test"}, []string{"Invalid containers", "is the main container"}},
		{[]string{`environment = { "A=B" = "c" }`}, []string{"Invalid environment"}},
		{[]string{`environment = { "" = "c" }`}, []string{"Invalid environment"}},
		{[]string{`environment = { AWS_ECS_X = "c" }`}, []string{"Invalid environment", "ECS's own"}},
		{[]string{`environment = { A = format("%09000d", 0) }`}, []string{"Invalid environment", "at most 8192 characters", "have 90"}},
		{[]string{`command = [format("%09000d", 0)]`}, []string{"Invalid command", "8192"}},
		{[]string{"success_exit_codes = [256]"}, []string{"Invalid success_exit_codes", "0 to 255"}},
		{[]string{"success_exit_codes = [-1]"}, []string{"Invalid success_exit_codes", "0 to 255"}},
		{[]string{"log_lines = -1"}, []string{"Invalid log_lines", "0 to 200"}},
		{[]string{"log_lines = 201"}, []string{"Invalid log_lines", "0 to 200"}},
		{[]string{`started_by = "a b"`}, []string{"Invalid started_by", "without blanks"}},
		{[]string{`started_by = "` + fmt.Sprintf("%0129d", 0) + `"`}, []string{"Invalid started_by", "At most 128"}},
		{[]string{`start_timeout = "soon"`}, []string{"Invalid start_timeout", "10m"}},
		{[]string{`timeouts = { create = "5m" }`}, []string{"Invalid timeouts.create", "shorter than start_timeout, which is 10m0s"}},
		{[]string{`timeouts = { update = "1m" }`, `start_timeout = "2m"`}, []string{"Invalid timeouts.update", "which is 2m0s"}},
		{[]string{`tags = { "aws:x" = "b" }`}, []string{"Invalid tags", "aws:"}},
		{[]string{`tags = { for i in range(51) : "t${i}" => "x" }`}, []string{"tags", "50"}},
		{[]string{`wait = "stoped"`}, []string{"Invalid wait", "stopped, running, none"}},
		{[]string{`wait = "none"`, "success_exit_codes = [1]"}, []string{"Invalid success_exit_codes", "nobody looks"}},
		{[]string{`wait = "none"`, "retry = { attempts = 1 }"}, []string{"Invalid retry", "nobody looks"}},
		{[]string{"retry = { attempts = 11 }"}, []string{"Invalid retry.attempts", "0 to 10"}},
		{[]string{`task_role_arn = "admin"`}, []string{"Invalid task_role_arn"}},
		{[]string{`task = { name = "a b" }`}, []string{"Invalid task.name"}},
		{[]string{`task = { name = "a", region = "eu-nowhere-1" }`}, []string{"Invalid task.region"}},
		{[]string{`task = { name = "a", subnet_ids = [] }`}, []string{"Invalid task.subnet_ids", "has no subnets"}},
		{[]string{`volumes = { data = { role_arn = "x" } }`}, []string{"Invalid volumes", "role_arn"}},
	} {
		lines := c.lines
		if len(c.lines) > 0 && !hasTask(c.lines) {
			lines = append([]string{fargate}, lines...)
		}
		steps = append(steps, resource.TestStep{Config: acctest.ProviderConfig(t) + f.task() + f.run(lines...), PlanOnly: true, ExpectError: saying(c.says...)})
	}
	acctest.Test(t, resource.TestCase{ProtoV6ProviderFactories: factories, Steps: steps})
}

func hasTask(lines []string) bool {
	for _, l := range lines {
		if len(l) > 7 && l[:7] == "task = " {
			return true
		}
	}
	return false
}
