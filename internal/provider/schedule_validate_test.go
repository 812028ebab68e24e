package provider_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// What is wrong with a schedule is said before anything is applied, and where.
func TestAccSchedule_invalid(t *testing.T) {
	t.Parallel()
	acctest.PreCheck(t)
	s := newScheduled(t)
	whole := func(region, account string) string {
		return fmt.Sprintf(`task = { name = "a", family_arn = "arn:aws:ecs:%s:%s:task-definition/a", container_name = "a", cluster = "default", subnet_ids = ["subnet-0a"], assign_public_ip = true }`, region, account)
	}
	var steps []resource.TestStep
	for _, c := range []struct {
		lines []string
		says  []string
	}{
		{[]string{`name = "a b"`}, []string{"Invalid name", "1 to 64 letters"}},
		{[]string{`group = ""`}, []string{"Invalid group"}},
		{[]string{`expression = "0 3 * * *"`}, []string{"Invalid expression", "write cron(0 3 * * ? *)"}},
		{[]string{`expression = "cron(0 25 * * ? *)"`}, []string{"Invalid expression", "Field hours", "0 to 23"}},
		{[]string{`time_zone = "CET+1"`}, []string{"Invalid time_zone", "IANA"}},
		{[]string{"flexible_window_minutes = 0"}, []string{"Invalid flexible_window_minutes", "1 to 1440 minutes"}},
		{[]string{`start = "2030-01-01"`}, []string{"Invalid start", "RFC 3339"}},
		{[]string{`start = "2030-01-02T00:00:00Z"`, `end = "2030-01-01T00:00:00Z"`}, []string{"Invalid end", "later than start"}},
		{[]string{`end = "2030-01-01T00:00:00Z"`, `expression = "at(2029-01-01T00:00:00)"`}, []string{"Invalid end", "cron and rate"}},
		{[]string{`action_after_completion = "DELETE"`}, []string{"Invalid action_after_completion", "set end"}},
		{[]string{`action_after_completion = "delete"`}, []string{"Invalid action_after_completion", "NONE, DELETE"}},
		{[]string{`kms_key_arn = "alias/jobs"`}, []string{"Invalid kms_key_arn", "key/ID"}},
		{[]string{"revision = 0"}, []string{"Invalid revision"}},
		{[]string{`launch_type = "MANAGED_INSTANCES"`}, []string{"Invalid launch_type", "FARGATE, EC2, EXTERNAL"}},
		{[]string{`launch_type = "FARGATE"`, `capacity_providers = [{ name = "FARGATE_SPOT" }]`}, []string{"Invalid capacity_providers", "not both"}},
		{[]string{`launch_type = "FARGATE"`, `capacity_providers = []`}, []string{"Invalid capacity_providers", "not both"}},
		{[]string{`capacity_providers = [{ name = "FARGATE_SPOT", weight = 0 }]`}, []string{"Invalid capacity_providers", "weight greater than 0"}},
		{[]string{`capacity_providers = [for i in range(7) : { name = "p${i}" }]`}, []string{"capacity_providers", "at most 6"}},
		{[]string{`capacity_providers = [{ name = "a b" }]`}, []string{"Invalid capacity_providers[0].name"}},
		{[]string{`task = { name = "a", launch_types = ["EC2"], network_mode = "awsvpc" }`, `launch_type = "FARGATE"`}, []string{"Invalid launch_type", "does not run on FARGATE", "launch types are EC2"}},
		{[]string{`task = { name = "a", launch_types = ["MANAGED_INSTANCES"] }`}, []string{"Invalid capacity_providers", "to [] for"}},
		{[]string{`task = { name = "a", launch_types = ["EC2"] }`, `platform_version = "1.4.0"`}, []string{"Invalid platform_version", "Only Fargate"}},
		{[]string{`task = { name = "a", network_mode = "bridge", subnet_ids = ["subnet-0a"] }`}, []string{"Invalid task.subnet_ids", "only with network_mode awsvpc"}},
		{[]string{`task_tags = { team = "" }`}, []string{`Invalid task_tags`, "no tag without a value"}},
		{[]string{`tags = { Team = "a", team = "b" }`}, []string{"Invalid tags", "upper and lower case only"}},
		{[]string{`dead_letter_queue = { queue = "dead", kms_key_arn = "alias/jobs" }`}, []string{"Invalid dead_letter_queue.kms_key_arn", "key/ID"}},
		{[]string{`dead_letter_queue = { queue = "dead", kms_key_arn = "arn:aws:kms:sa-east-1:123456789012:key/1" }`}, []string{"Invalid dead_letter_queue.kms_key_arn", "of its own region only"}},
		{[]string{`launch_type = "EC2"`, `platform_version = "1.4.0"`}, []string{"Invalid platform_version", "Only Fargate"}},
		{[]string{`platform_version = "1.4"`}, []string{"Invalid platform_version", "three numbers"}},
		{[]string{`placement_strategy = [{ type = "random" }]`, `launch_type = "FARGATE"`}, []string{"Invalid placement_strategy", "have no placement strategy"}},
		{[]string{`placement_constraints = [{ type = "distinctInstance" }]`}, []string{"Invalid placement_constraints", "have no placement constraints"}},
		{[]string{`task_group = ""`}, []string{"Invalid task_group", "1 to 255"}},
		{[]string{`reference_id = ""`}, []string{"Invalid reference_id", "1 to 1024"}},
		{[]string{`containers = { ` + s.task + ` = { cpu = 1 } }`}, []string{"Invalid containers", "is the main container"}},
		{[]string{"task_count = 11"}, []string{"Invalid task_count", "1 to 10"}},
		{[]string{`command = ["pg_dump app"]`}, []string{"Invalid command", "blanks"}},
		{[]string{`environment = { "A=B" = "c" }`}, []string{"Invalid environment"}},
		{[]string{`environment = { A = format("%09000d", 0) }`}, []string{"Invalid environment", "8192"}},
		{[]string{"cpu = 256", "memory = 4096"}, []string{"Invalid memory", "With cpu = 256, memory is"}},
		{[]string{"cpu = 100"}, []string{"Invalid cpu"}},
		{[]string{"retry = { maximum_attempts = 186 }"}, []string{"Invalid retry.maximum_attempts", "0 to 185"}},
		{[]string{"retry = { maximum_age_seconds = 59 }"}, []string{"Invalid retry.maximum_age_seconds", "60 to 86400"}},
		{[]string{`dead_letter_queue = { queue = "dead.fifo" }`}, []string{"Invalid dead_letter_queue.queue", "no FIFO"}},
		{[]string{`role = { arn = "theirs" }`}, []string{"Invalid role.arn"}},
		{[]string{`role = { arn = "arn:aws:iam::123456789012:role/x", name = "x" }`}, []string{"Invalid role", "never changes a role"}},
		{[]string{`role = { arn = "arn:aws:iam::123456789012:role/x" }`, `permissions_boundary = "arn:aws:iam::123456789012:policy/x"`}, []string{"Invalid permissions_boundary"}},
		{[]string{`role = { arn = "arn:aws:iam::123456789012:role/x" }`, `tags = { a = "b" }`}, []string{"Invalid tags"}},
		{[]string{`tags = { "docker-task:unit" = "b" }`}, []string{"Invalid tags", "docker-task:"}},
		{[]string{`tags = { for i in range(50) : "t${i}" => "x" }`}, []string{"Invalid tags", "AWS takes 50", "needs 1", "there are 50"}},
		{[]string{`task_tags = { "aws:x" = "b" }`}, []string{"Invalid task_tags", "aws:"}},
		{[]string{`task = { name = "a b" }`}, []string{"Invalid task.name"}},
		{[]string{`task = { name = "a", region = "eu-nowhere-1" }`}, []string{"Invalid task.region"}},
		{[]string{whole("eu-west-3", s.place.Account)}, []string{"Invalid task.family_arn", "the schedule would be in", "set task.region to eu-west-3"}},
		{[]string{whole(s.place.Region, "444455556666")}, []string{"Invalid task.family_arn", "account 444455556666"}},
		{[]string{`task = { name = "a", assign_public_ip = true }`, `launch_type = "EC2"`}, []string{"Invalid task.assign_public_ip", "Only a task on Fargate"}},
		{[]string{`task = { name = "a", assign_public_ip = true }`, `capacity_providers = [{ name = "ours" }]`}, []string{"Invalid task.assign_public_ip", "Only a task on Fargate"}},
		{[]string{`task = { name = "a", subnet_ids = [] }`}, []string{"Invalid task.subnet_ids", "has no subnets", "network_mode"}},
	} {
		steps = append(steps, resource.TestStep{Config: s.config(s.block(c.lines...)), PlanOnly: true, ExpectError: saying(c.says...)})
	}
	// On container instances a task needs none.
	steps = append(steps, resource.TestStep{
		Config:             s.config(s.block(`task = { name = "a", subnet_ids = [] }`, `launch_type = "EC2"`)),
		PlanOnly:           true,
		ExpectNonEmptyPlan: true,
	})
	acctest.Test(t, resource.TestCase{ProtoV6ProviderFactories: factories, Steps: steps})
}
