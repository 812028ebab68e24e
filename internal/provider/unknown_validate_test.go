package provider_test

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// conflicts are what validation refuses of several attributes together: by resource, the
// arguments, and the paths of those that are in each other's way.
var conflicts = map[string][]struct {
	arguments values
	operands  []string
}{
	"docker_task": {
		{values{"image": nil, "definition_json": aDefinition, "cpu": 256}, []string{"definition_json", "cpu"}},
		{values{"image": nil, "definition_json": aDefinition, "command": []any{"x"}}, []string{"definition_json", "command"}},
		{values{"image": nil, "definition_json": aDefinition, "sidecars": values{"a": values{"image": "a"}}}, []string{"definition_json", "sidecars"}},
		{values{"definition_json": aDefinition, "images": values{"sample": "b"}}, []string{"definition_json", "image", "images"}},
		{values{"log_group": values{"arn": "arn:aws:logs:us-east-1:123456789012:log-group:a", "name": "a"}}, []string{"log_group.arn", "log_group.name"}},
		{values{"task_role": values{"arn": "arn:aws:iam::123456789012:role/a", "path": "/a/"}}, []string{"task_role.arn", "task_role.path"}},
		{values{"task_role": values{"name": "a"}, "execution_role": values{"name": "A"}}, []string{"task_role.name", "execution_role.name"}},
		{values{"wires": values{"x": values{"object_store": "b", "table": "t", "access": "read"}}}, []string{"wires.x.object_store", "wires.x.table"}},
		{values{"wires": values{"x": values{"table": "t", "database": values{"resource_id": "db-A"}, "access": "read"}}}, []string{"wires.x.table", "wires.x.database"}},
		{values{"cpu": 256, "memory": 8192}, []string{"cpu", "memory"}},
		{values{"memory": 8192, "container_memory": 16384}, []string{"memory", "container_memory"}},
		{values{"launch_types": []any{"FARGATE"}, "privileged": true}, []string{"launch_types", "privileged"}},
		{values{"launch_types": []any{"FARGATE"}, "network_mode": "host"}, []string{"launch_types", "network_mode"}},
	},
	"docker_task_schedule": {
		{values{"launch_type": "FARGATE", "capacity_providers": []any{values{"name": "FARGATE_SPOT"}}}, []string{"launch_type", "capacity_providers", "capacity_providers.0.name"}},
		{values{"capacity_providers": []any{values{"name": "FARGATE"}, values{"name": "ours"}}}, []string{"capacity_providers.0.name", "capacity_providers.1.name"}},
		{values{"task_tags": values{"team": ""}}, []string{"task_tags.team"}},
		{values{"launch_type": "EC2", "platform_version": "1.4.0"}, []string{"launch_type", "platform_version"}},
		{values{"launch_type": "FARGATE", "placement_strategy": []any{values{"type": "random"}}}, []string{"launch_type", "placement_strategy"}},
		{values{"role": values{"arn": "arn:aws:iam::123456789012:role/a", "name": "a"}}, []string{"role.arn", "role.name"}},
		{values{"role": values{"arn": "arn:aws:iam::123456789012:role/a", "path": "/a/"}}, []string{"role.arn", "role.path"}},
		{values{"role": values{"arn": "arn:aws:iam::123456789012:role/a"}, "tags": values{"a": "b"}}, []string{"role.arn", "tags"}},
		{values{"role": values{"arn": "arn:aws:iam::123456789012:role/a"}, "permissions_boundary": "arn:aws:iam::123456789012:policy/a"}, []string{"role.arn", "permissions_boundary"}},
		{values{"expression": "at(2030-01-01T00:00:00)", "start": "2029-01-01T00:00:00Z"}, []string{"expression", "start"}},
		{values{"start": "2030-01-02T00:00:00Z", "end": "2030-01-01T00:00:00Z"}, []string{"start", "end"}},
		{values{"action_after_completion": "DELETE"}, []string{"action_after_completion", "expression", "end"}},
		{values{"launch_type": "FARGATE", "cpu": 256, "memory": 8192}, []string{"launch_type", "cpu", "memory"}},
	},
	"docker_task_run": {
		{values{"launch_type": "FARGATE", "capacity_providers": []any{values{"name": "FARGATE_SPOT"}}}, []string{"launch_type", "capacity_providers", "capacity_providers.0.name"}},
		{values{"container_instances": []any{"0123456789abcdef0123456789abcdef"}, "task_count": 2}, []string{"container_instances", "task_count"}},
		{values{"container_instances": []any{"0123456789abcdef0123456789abcdef"}, "platform_version": "1.4.0"}, []string{"container_instances", "platform_version"}},
		{values{"wait": "none", "success_exit_codes": []any{1}}, []string{"wait", "success_exit_codes"}},
		{values{"wait": "none", "retry": values{"attempts": 1}}, []string{"wait", "retry"}},
		{values{"start_timeout": "2m", "timeouts": values{"create": "1m"}}, []string{"start_timeout", "timeouts.create"}},
		{values{"launch_type": "FARGATE", "cpu": 256, "memory": 8192}, []string{"launch_type", "cpu", "memory"}},
		{values{"tags": values{"aws:x": "b"}}, []string{"tags.aws:x"}},
	},
	"docker_task_cluster": {
		{values{"capacity_providers": []any{"FARGATE"}, "default_strategy": []any{values{"name": "FARGATE_SPOT"}}}, []string{"capacity_providers", "default_strategy", "default_strategy.0.name"}},
		{values{"default_strategy": []any{values{"name": "FARGATE", "weight": 0}}}, []string{"default_strategy.0.weight"}},
		{values{"execute_command": values{"logging": "NONE", "bucket": "abc"}}, []string{"execute_command", "execute_command.logging", "execute_command.bucket"}},
		{values{"execute_command": values{"bucket_prefix": "a"}}, []string{"execute_command", "execute_command.bucket_prefix"}},
	},
	"docker_task_subscription": {
		{values{"topic": "t"}, []string{"queue", "topic"}},
		{values{"message_group_id": "g"}, []string{"queue", "message_group_id"}},
		{values{"queue": nil, "topic": "t", "message_group_id": "g"}, []string{"queue", "message_group_id"}},
		{values{"only_failures": true, "exit_codes": []any{1}}, []string{"only_failures", "exit_codes"}},
		{values{"only_failures": true, "statuses": []any{"RUNNING"}}, []string{"only_failures", "statuses"}},
		{values{"input_path": "$.detail", "input_transformer": values{"template": `"a"`}}, []string{"input_path", "input_transformer"}},
		{values{"dead_letter_queue": values{"queue": "q"}}, []string{"queue", "dead_letter_queue.queue"}},
	},
	"docker_task_wire": {
		{values{"consumer_role": nil}, []string{"attach_policy", "consumer_role"}},
		{values{"integration": "scheduler", "actions": []any{"run"}}, []string{"integration", "actions"}},
		{values{"integration": "scheduler", "state_machine": "m"}, []string{"integration", "state_machine"}},
		{values{"integration": "scheduler", "next_state": "Done"}, []string{"integration", "next_state"}},
		{values{"integration": "scheduler", "launch_type": "EC2"}, []string{"integration", "launch_type"}},
		{values{"integration": "events", "capacity_providers": []any{}}, []string{"integration"}},
		{values{"launch_type": "EC2", "capacity_providers": []any{}}, []string{"launch_type"}},
		{values{"integration": "step_functions_task_token"}, []string{"integration", "state_machine"}},
		{values{"integration": "scheduler", "timeout_seconds": 5}, []string{"integration", "timeout_seconds"}},
		{values{"integration": "step_functions_task_token", "state_machine": "m", "timeout_seconds": 10, "heartbeat_seconds": 10}, []string{"timeout_seconds", "heartbeat_seconds"}},
		{values{"integration": "step_functions", "query_language": "JSONata", "command": []any{"$.a"}}, []string{"query_language", "command"}},
	},
}

const aDefinition = `{"containerDefinitions": [{"name": "sample", "image": "busybox", "memory": 128}]}`

// While a module is validated, all its variables are unknown: values that may turn out to be
// null, and whichever of two that exclude each other is null in the end, are not refused.
func TestAccValidate_unknown(t *testing.T) {
	t.Parallel()
	acctest.PreCheck(t)
	fine := map[string]values{
		"docker_task":              {"name": "sample", "image": "busybox"},
		"docker_task_schedule":     {"name": "sample", "task": values{"name": "sample"}, "expression": "rate(1 day)"},
		"docker_task_run":          {"task": values{"name": "sample"}},
		"docker_task_subscription": {"task": values{"name": "sample"}, "queue": "q"},
		"docker_task_wire":         {"task": values{"name": "sample"}, "consumer_role": "api"},
		"docker_task_cluster":      {},
	}
	c := newProtocolClient(t, "docker_task", nil)
	for typeName, all := range conflicts {
		c := c.of(typeName)
		if err := c.validate(fine[typeName]); err != nil {
			t.Errorf("%s: %v", typeName, err)
		}
		for _, conflict := range all {
			arguments := merged(fine[typeName], conflict.arguments)
			if c.validate(arguments) == nil {
				t.Errorf("%s: %v is not refused", typeName, conflict.arguments)
			}
			everything := arguments
			for _, operand := range conflict.operands {
				everything = hiddenAt(everything, operand)
				if err := c.validate(hiddenAt(arguments, operand)); err != nil {
					t.Errorf("%s: %v, %s unknown: %v", typeName, conflict.arguments, operand, err)
				}
			}
			if err := c.validate(everything); err != nil {
				t.Errorf("%s: %v, %v unknown: %v", typeName, conflict.arguments, conflict.operands, err)
			}
		}
	}
}

// hiddenAt are the arguments with the one at a path unknown.
func hiddenAt(arguments values, at string) values {
	out := maps.Clone(arguments)
	first, rest, nested := strings.Cut(at, ".")
	if !nested {
		out[first] = tftypes.UnknownValue
		return out
	}
	switch inner := out[first].(type) {
	case values:
		out[first] = hiddenAt(inner, rest)
	case []any:
		index, rest, _ := strings.Cut(rest, ".")
		i, err := strconv.Atoi(index)
		if err != nil {
			panic(fmt.Sprintf("%s: %v", at, err)) // a mistake in the table
		}
		list := slices.Clone(inner)
		object, _ := list[i].(values)
		list[i] = hiddenAt(object, rest)
		out[first] = list
	default:
		if inner != tftypes.UnknownValue {
			panic(fmt.Sprintf("%s is no object", first)) // a mistake in the table
		}
	}
	return out
}
