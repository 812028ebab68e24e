package provider

import (
	"maps"
	"strings"
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tftest"
)

// If a role or another part is given by its ARN, or follows from one, its account and partition count: nothing is
// created, and no policy is put on an object of the same name in the account of the credentials. The plan refuses it,
// or, with skip_requesting_account_id, the apply before any other call.
func TestPlaces_account(t *testing.T) {
	t.Parallel()
	whole := func(more tftest.Block) tftest.Block {
		out := tftest.Block{
			"name": "shop", "family_arn": "arn:aws:ecs:eu-west-1:" + tftest.Account + ":task-definition/shop", "container_name": "shop",
			"cluster": "default", "subnet_ids": []any{"subnet-0a"}, "assign_public_ip": false,
		}
		maps.Copy(out, more)
		return out
	}
	byName := func(more tftest.Block) tftest.Block {
		out := namedWhole("shop")
		maps.Copy(out, more)
		return out
	}
	token := tftest.Block{"integration": "step_functions_task_token", "state_machine": "m"}
	wire := func(task tftest.Block, more ...tftest.Block) tftest.Block {
		out := tftest.Block{"task": task, "consumer_role": "machine"}
		for _, m := range more {
			maps.Copy(out, m)
		}
		return out
	}
	type row struct {
		typ, at, text string // text is an ARN of the place THEIRS
		is            func(text string) tftest.Block
	}
	const role, policy = "arn:PARTITION:iam::ACCOUNT:role/api", "arn:PARTITION:iam::ACCOUNT:policy/p"
	const cluster, family = "arn:PARTITION:ecs:eu-west-1:ACCOUNT:cluster/c", "arn:PARTITION:ecs:eu-west-1:ACCOUNT:task-definition/shop"
	const queue, topic, function = "arn:PARTITION:sqs:eu-west-1:ACCOUNT:q", "arn:PARTITION:sns:eu-west-1:ACCOUNT:t", "arn:PARTITION:lambda:eu-west-1:ACCOUNT:function:f"
	at := func(name string) func(string) tftest.Block {
		return func(text string) tftest.Block { return tftest.Block{name: text} }
	}
	inTask := func(attribute string) func(string) tftest.Block {
		return func(text string) tftest.Block {
			return wire(whole(tftest.Block{"task_role_arn": "arn:aws:iam::" + tftest.Account + ":role/t", attribute: text}), token)
		}
	}
	// Neither instance keeps what it has planned.
	informed := newWalk(t, &fakeAWS{}, byTestFile)
	aws := &fakeAWS{roles: map[string]map[string]string{"api": nil, "machine": nil}}
	uninformed := newWalk(t, aws, byTestFile, tftest.Block{"skip_requesting_account_id": true, "skip_credentials_validation": true})
	t.Cleanup(func() {
		if len(aws.wrote) > 0 {
			t.Errorf("wrote %q", aws.wrote)
		}
	})
	for name, r := range map[string]row{
		"consumer role":           {"docker_task_wire", "consumer_role", role, func(s string) tftest.Block { return wire(byName(nil), tftest.Block{"consumer_role": s}) }},
		"task role":               {"docker_task_wire", "task.task_role_arn", role, inTask("task_role_arn")},
		"task role, by name":      {"docker_task_wire", "task.task_role_arn", role, func(s string) tftest.Block { return wire(byName(tftest.Block{"task_role_arn": s}), token) }},
		"execution role":          {"docker_task_wire", "task.execution_role_arn", role, inTask("execution_role_arn")},
		"execution role, by name": {"docker_task_wire", "task.execution_role_arn", role, func(s string) tftest.Block { return wire(byName(tftest.Block{"execution_role_arn": s})) }},
		"cluster of a wire":       {"docker_task_wire", "task.cluster", cluster, inTask("cluster")},
		"state machine":           {"docker_task_wire", "state_machine", "arn:PARTITION:states:eu-west-1:ACCOUNT:stateMachine:m", func(s string) tftest.Block { return wire(byName(nil), token, tftest.Block{"state_machine": s}) }},
		"family":                  {"docker_task_wire", "task.family_arn", family, func(s string) tftest.Block { return wire(whole(tftest.Block{"family_arn": s})) }},
		"role of a task":          {"docker_task", "execution_role.arn", role, func(s string) tftest.Block { return aTask("t", tftest.Block{"execution_role": at("arn")(s)}) }},
		"task role of a task":     {"docker_task", "task_role.arn", role, func(s string) tftest.Block { return aTask("t", tftest.Block{"task_role": at("arn")(s)}) }},
		"managed policy": {"docker_task", "task_role.managed_policy_arns", policy, func(s string) tftest.Block {
			return aTask("t", tftest.Block{"task_role": tftest.Block{"managed_policy_arns": []any{s}}})
		}},
		"boundary":          {"docker_task", "permissions_boundary", policy, func(s string) tftest.Block { return aTask("t", tftest.Block{"permissions_boundary": s}) }},
		"cluster of a task": {"docker_task", "cluster", cluster, func(s string) tftest.Block { return aTask("t", tftest.Block{"cluster": s}) }},
		"task that a task runs": {"docker_task", "family_arn", family, func(s string) tftest.Block {
			return aTask("t", tftest.Block{"wires": tftest.Block{"run": tftest.Block{"docker_task": whole(tftest.Block{"family_arn": s})}}})
		}},
		"role of such a task": {"docker_task", "task_role_arn", role, func(s string) tftest.Block {
			return aTask("t", tftest.Block{"wires": tftest.Block{"run": tftest.Block{"docker_task": whole(tftest.Block{"task_role_arn": s})}}})
		}},
		"role of a schedule":     {"docker_task_schedule", "role.arn", role, func(s string) tftest.Block { return aSchedule("s", tftest.Block{"role": at("arn")(s)}) }},
		"boundary of a schedule": {"docker_task_schedule", "permissions_boundary", policy, func(s string) tftest.Block { return aSchedule("s", tftest.Block{"permissions_boundary": s}) }},
		"task role of a schedule": {"docker_task_schedule", "task.task_role_arn", role, func(s string) tftest.Block {
			return aSchedule("s", tftest.Block{"task": byName(tftest.Block{"task_role_arn": s})})
		}},
		"task of a schedule": {"docker_task_schedule", "task.family_arn", family, func(s string) tftest.Block {
			return aSchedule("s", tftest.Block{"task": whole(tftest.Block{"family_arn": s})})
		}},
		"cluster of a schedule": {"docker_task_schedule", "task.cluster", cluster, func(s string) tftest.Block {
			return aSchedule("s", tftest.Block{"task": byName(tftest.Block{"cluster": s})})
		}},
		"queue":    {"docker_task_subscription", "queue", queue, func(s string) tftest.Block { return aSubscription("t", s, nil) }},
		"topic":    {"docker_task_subscription", "topic", topic, func(s string) tftest.Block { return tftest.Block{"task": byName(nil), "topic": s} }},
		"function": {"docker_task_subscription", "function", function, func(s string) tftest.Block { return tftest.Block{"task": byName(nil), "function": s} }},
		"dead-letter queue": {"docker_task_subscription", "dead_letter_queue.queue", queue, func(s string) tftest.Block {
			return aSubscription("t", "q", tftest.Block{"dead_letter_queue": at("queue")(s)})
		}},
		"task of a subscription": {"docker_task_subscription", "task.family_arn", family, func(s string) tftest.Block {
			return aSubscription("t", "q", tftest.Block{"task": whole(tftest.Block{"family_arn": s})})
		}},
		"cluster of a subscription": {"docker_task_subscription", "task.cluster", cluster, func(s string) tftest.Block {
			return aSubscription("t", "q", tftest.Block{"task": byName(tftest.Block{"cluster": s})})
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for what, theirs := range map[string]string{"account": "999999999999", "partition": "aws-cn"} {
				text := strings.NewReplacer("ACCOUNT", tftest.Account, "PARTITION", "aws").Replace(r.text)
				is := r.is(text)
				if said := informed.plan(r.typ, prior{}, is).errors(); len(said) > 0 {
					t.Fatalf("here: says %q", said)
				}
				placeholder := map[string]string{"account": "ACCOUNT", "partition": "PARTITION"}[what]
				is = r.is(strings.NewReplacer("ACCOUNT", tftest.Account, "PARTITION", "aws").Replace(strings.ReplaceAll(r.text, placeholder, theirs)))
				refused := func(when string, said []string) {
					t.Helper()
					if all := strings.Join(said, "\n"); !strings.Contains(all, theirs) || !strings.Contains(all, r.at) {
						t.Errorf("%s of another %s: says %q", when, what, said)
					}
				}
				refused("planned", informed.plan(r.typ, prior{}, is).errors())
				p := uninformed.plan(r.typ, prior{}, is)
				if said := p.errors(); len(said) > 0 {
					refused("planned without an account", said)
					continue
				}
				refused("applied", uninformed.apply(r.typ, p, is))
			}
		})
	}
}
