package provider

import (
	"maps"
	"slices"
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tftest"
)

// byNameOnly are resources that give a task by its name alone.
func byNameOnly(more tftest.Block) map[string]struct {
	typ, at, from string
	is            tftest.Block
} {
	named := tftest.Block{"name": "t"}
	maps.Copy(named, more)
	return map[string]struct {
		typ, at, from string
		is            tftest.Block
	}{
		"wire":         {"docker_task_wire", "task", "docker_task_wire of docker task t for role api", tftest.Block{"task": named, "consumer_role": "api"}},
		"schedule":     {"docker_task_schedule", "task", "docker_task_schedule s", tftest.Block{"name": "s", "task": named, "expression": "rate(1 day)"}},
		"subscription": {"docker_task_subscription", "task", "docker_task_subscription t-q-queue", tftest.Block{"task": named, "queue": "q", "only_failures": true}},
		"wire of a task": {"docker_task", `wires["run"].docker_task`, `wires["run"] of docker_task u`,
			aTask("u", tftest.Block{"wires": tftest.Block{"run": tftest.Block{"docker_task": named}}})},
	}
}

// A task that is given by its name alone, and that a docker_task of the same run or AWS has
// otherwise, is warned of by whichever is planned second; both are named.
func TestNamedTask(t *testing.T) {
	t.Parallel()
	elsewhere := aTask("t", tftest.Block{
		"cluster": "batch", "container_name": "main", "security_group_ids": []any{"sg-0a"}, "task_role": tftest.Block{"name": "my-own-role"},
	})
	everything := []string{
		"cluster is batch, not default", "subnet_ids is subnet-0a, not subnet-0default", "security_group_ids is sg-0a, not none",
		"assign_public_ip is false, not true", "task_role_arn is arn:aws:iam::123456789012:role/my-own-role, not arn:aws:iam::123456789012:role/t-eu-west-1-task",
		"container_name is main, not t",
	}
	known := map[string]any{
		"taskDefinition": map[string]any{
			"taskDefinitionArn": "arn:aws:ecs:eu-west-1:123456789012:task-definition/t:3", "family": "t", "revision": 3, "status": "ACTIVE",
			"executionRoleArn":     "arn:aws:iam::123456789012:role/t-eu-west-1-execution",
			"taskRoleArn":          "arn:aws:iam::123456789012:role/my-own-role",
			"containerDefinitions": []any{map[string]any{"name": "main", "image": "busybox:1.37"}},
		},
		"tags": []any{
			map[string]any{"key": "docker-task:cluster", "value": "batch"}, map[string]any{"key": "docker-task:subnets", "value": "subnet-0a"},
			map[string]any{"key": "docker-task:security-groups", "value": "sg-0a"}, map[string]any{"key": "docker-task:assign-public-ip", "value": "false"},
		},
	}
	for name, r := range byNameOnly(nil) {
		words := slices.Concat([]string{r.from, "docker task t"}, everything)
		if name == "subscription" { // the rule is made of these two
			words = []string{r.from, "docker task t", everything[0], everything[5]}
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			t.Run("planned before", func(t *testing.T) {
				w := newWalk(t, &fakeAWS{}, byGraphWalk)
				mustSayNothing(t, w.plan("docker_task", prior{}, elsewhere))
				p := w.plan(r.typ, prior{}, r.is)
				mustSay(t, p.warnings(), append(words, r.at+": ", "docker_task t of this configuration")...)
				if len(p.errors()) > 0 {
					t.Error(p.errors())
				}
			})
			t.Run("planned after", func(t *testing.T) {
				w := newWalk(t, &fakeAWS{}, byGraphWalk)
				mustSayNothing(t, w.plan(r.typ, prior{}, r.is))
				mustSay(t, w.plan("docker_task", prior{}, elsewhere).warnings(), append(words, "name: ", "This docker_task")...)
			})
			t.Run("in AWS", func(t *testing.T) {
				aws := &fakeAWS{definitions: map[string]any{"t": known}}
				w := newWalk(t, aws, byGraphWalk)
				mustSay(t, w.plan(r.typ, prior{}, r.is).warnings(), append(words, r.at+": ", "In AWS in eu-west-1, ")...)
				w.plan(r.typ, prior{}, r.is)
				if len(aws.asked) != 1 {
					t.Errorf("asked %d times", len(aws.asked))
				}
				// A difference is warned of once.
				mustSayNothing(t, w.plan("docker_task", prior{}, elsewhere))
			})
			t.Run("as planned, not as AWS has it now", func(t *testing.T) {
				aws := &fakeAWS{definitions: map[string]any{"t": known}}
				w := newWalk(t, aws, byGraphWalk)
				mustSayNothing(t, w.plan("docker_task", prior{}, tftest.Block{"name": "t", "image": "busybox:1.37"}), w.plan(r.typ, prior{}, r.is))
				if len(aws.asked) > 0 {
					t.Errorf("asked %v", aws.asked)
				}
			})
			t.Run("not known", func(t *testing.T) {
				w := newWalk(t, &fakeAWS{}, byGraphWalk)
				mustSayNothing(t, w.plan("docker_task", prior{}, tftest.Block{
					"name": "t", "image": "busybox:1.37", "cluster": tftest.Unknown, "subnet_ids": tftest.Unknown, "security_group_ids": tftest.Unknown, "assign_public_ip": tftest.Unknown,
					"container_name": tftest.Unknown, "task_role": tftest.Unknown, "execution_role": tftest.Unknown,
				}), w.plan(r.typ, prior{}, r.is))
			})
			t.Run("terraform test", func(t *testing.T) {
				w := newWalk(t, &fakeAWS{}, byTestFile)
				mustSayNothing(t, w.plan("docker_task", prior{}, elsewhere), w.plan(r.typ, prior{}, r.is))
			})
		})
	}
	// What is said beside the name is meant.
	for name, r := range byNameOnly(tftest.Block{
		"cluster": "other", "subnet_ids": []any{"subnet-0b"}, "security_group_ids": []any{"sg-0b"}, "assign_public_ip": true, "container_name": "m",
		"execution_role_arn": "arn:aws:iam::123456789012:role/e", "task_role_arn": "arn:aws:iam::123456789012:role/r",
	}) {
		t.Run(name+", all said", func(t *testing.T) {
			t.Parallel()
			w := newWalk(t, &fakeAWS{definitions: map[string]any{"t": known}}, byGraphWalk)
			mustSayNothing(t, w.plan(r.typ, prior{}, r.is), w.plan("docker_task", prior{}, elsewhere))
		})
	}
}
