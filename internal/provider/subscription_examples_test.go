package provider_test

import (
	"maps"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

func init() {
	const folder = "resources/docker_task_subscription/"
	events := "arn:aws:events:us-east-1:%s:rule/"
	maps.Copy(examples, map[string]example{
		folder + "resource.tf": {
			checks: func(t *testing.T) []plancheck.PlanCheck {
				return []plancheck.PlanCheck{
					planHas("docker_task_subscription.notify", accountARN(t, events)+"transcode-notify-function", "rule_arn"),
					planMatches("docker_task_subscription.notify", `"anything-but":0.*"name":\["transcode"\]`, "event_pattern"),
				}
			},
		},
		folder + "resource_queue.tf": {
			checks: func(t *testing.T) []plancheck.PlanCheck {
				return []plancheck.PlanCheck{
					planMatches("docker_task_subscription.done", `"exitCode":\[0,3\]`, "event_pattern"),
					planMatches("docker_task_subscription.done", `sqs:SendMessage.*:`+acctest.AccountID(t)+`:transcode-lost"`, "dead_letter_permission_json"),
				}
			},
		},
		folder + "resource_topic.tf": {
			checks: func(t *testing.T) []plancheck.PlanCheck {
				return []plancheck.PlanCheck{
					planMatches("docker_task_subscription.transcode", `"lastStatus":\["RUNNING","STOPPED"\],"taskDefinitionArn":\[{"prefix":"`+accountARN(t, familyARNs)+`transcode:"}\]`, "event_pattern"),
				}
			},
		},
		folder + "resource_attach_permission.tf": {
			checks: func(t *testing.T) []plancheck.PlanCheck {
				return []plancheck.PlanCheck{
					planMatches("docker_task_subscription.done", accountARN(t, events)+"transcode-transcode-done-queue", "permission_json"),
				}
			},
		},
		folder + "import-by-string-id.tf": {prepare: makeNotify, imports: "docker_task_subscription.notify"},
		folder + "import-by-identity.tf":  {prepare: makeNotify, imports: "docker_task_subscription.notify"},
	})
}

// makeNotify creates the subscription that the examples import, its task and its function.
func makeNotify(t *testing.T) {
	t.Helper()
	h := newSubscriptionFixture(t)
	h.task = "notify"
	h.function("")
	for _, made := range []struct {
		typeName  string
		arguments values
	}{
		{"docker_task", values{"name": "transcode", "image": "public.ecr.aws/docker/library/busybox:1.37"}},
		{"docker_task_subscription", values{"task": values{"name": "transcode"}, "function": "notify", "only_failures": true}},
	} {
		core := newProtocolClient(t, made.typeName, nil)
		if _, err := core.apply(core.nothing(), made.arguments); err != nil {
			t.Fatal(err)
		}
	}
}
