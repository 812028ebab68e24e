package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// A rule that exists is refused, with the way to take it over, which then works; nothing of it
// or of the queue's policy is touched before.
func TestAccSubscription_exists(t *testing.T) {
	t.Parallel()
	h := newSubscriptionFixture(t)
	done := h.queue("-done")
	theirs := h.pattern("batch", `"RUNNING"`)
	_, err := h.events.PutRule(t.Context(), &eventbridge.PutRuleInput{Name: &h.task, EventPattern: &theirs})
	h.must(err)
	config := h.config(fmt.Sprintf("name = %q", h.task), fmt.Sprintf("queue = %q", done))
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		CheckDestroy:             h.gone(h.queueLets(done)),
		Steps: []resource.TestStep{
			{Config: config, ExpectError: saying("exists already in "+acctest.Region(), "terraform import docker_task_subscription.NAME "+h.task+"@"+acctest.Region())},
			{
				PreConfig: func() {
					if have := aws.ToString(h.rule(h.task).EventPattern); have != theirs || len(h.targets(h.task)) > 0 {
						t.Errorf("the rule was changed to %s", have)
					}
					h.must(h.queueLets(done)(nil))
				},
				Config: config + fmt.Sprintf("import {\n  to = docker_task_subscription.test\n  id = %q\n}\n", h.task+"@"+acctest.Region()),
				ConfigPlanChecks: planned(plancheck.ExpectResourceAction(theSubscription, plancheck.ResourceActionUpdate),
					changesOfSubscription{"event_pattern", "permission_json", "queue", "statuses", "target_arn", "task"}),
				Check: h.queueLets(done, h.task),
			},
		},
	})
}

// Two subscriptions of one target to one task need names of their own.
func TestAccSubscription_sameName(t *testing.T) {
	t.Parallel()
	h := newSubscriptionFixture(t)
	done := h.queue("-done")
	queue := fmt.Sprintf("queue = %q", done)
	rule := h.task + "-" + done + "-queue"
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		CheckDestroy:             h.gone(h.queueLets(done)),
		Steps: []resource.TestStep{
			{Config: h.config(queue) + h.block("second", queue, "only_failures = true", "depends_on = [docker_task_subscription.test]"), ExpectError: saying("Planned twice: rule "+rule, "needs a name of its own")},
			{
				Config: h.config(queue) + h.block("second", queue, "only_failures = true", fmt.Sprintf("name = %q", h.task+"-failed")),
				Check:  h.queueLets(done, rule, h.task+"-failed"),
			},
			{Config: h.config(queue), Check: h.queueLets(done, rule)},
		},
	})
}

// Ten subscriptions on one queue, topic and function at once do not disturb each other, nor
// others' statements; neither do they when they go.
func TestAccSubscription_many(t *testing.T) {
	onlyInLong(t)
	t.Parallel()
	h := newSubscriptionFixture(t)
	done, news, notify := h.queue("-done"), h.topic("-news"), h.function("-notify")
	const count = 10
	many := func(first int) string {
		var blocks strings.Builder
		for _, target := range []string{"queue = \"" + done + `"`, "topic = \"" + news + `"`, "function = \"" + notify + `"`} {
			kind, _, _ := strings.Cut(target, " ")
			blocks.WriteString(block("resource docker_task_subscription "+kind, fmt.Sprintf("count = %d", count-first), target,
				fmt.Sprintf("name = \"%s-%s-${count.index}\"", h.task, kind), fmt.Sprintf("task = { name = \"%s-${count.index}\" }", h.task),
				fmt.Sprintf("dead_letter_queue = { queue = %q }", h.task+"-lost")))
		}
		return h.provider + blocks.String()
	}
	lost := h.queue("-lost")
	rules := func(kind string, n int) []string {
		var out []string
		for i := range n {
			out = append(out, fmt.Sprintf("%s-%s-%d", h.task, kind, i))
		}
		return out
	}
	all := func(n int) []string {
		return append(append(rules("queue", n), rules("topic", n)...), rules("function", n)...)
	}
	check := func(n int) resource.TestCheckFunc {
		return resource.ComposeAggregateTestCheckFunc(h.queueLets(done, rules("queue", n)...), h.topicLets(news, rules("topic", n)...),
			h.functionLets(notify, rules("function", n)...), h.queueLets(lost, all(n)...))
	}
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		CheckDestroy:             h.gone(check(0)),
		Steps: []resource.TestStep{
			{Config: many(0), Check: check(count)},
			{Config: many(0), ConfigPlanChecks: planned(plancheck.ExpectEmptyPlan())},
			{Config: many(5), Check: check(5)},
		},
	})
}

// Somebody else who writes the queue's policy between our reading and writing undoes our
// statement; then it is put again.
func TestAccSubscription_lostUpdate(t *testing.T) {
	t.Parallel()
	proxy := acctest.NewProxy(t)
	h := newSubscriptionFixture(t)
	done := h.queue("-done")
	// The second read checks that the statement is there.
	reads, late := 0, `{"Sid":"late","Effect":"Allow","Principal":{"AWS":"*"},"Action":"sqs:GetQueueUrl","Resource":"*"}`
	proxy.Before(acctest.On("sqs.GetQueueAttributes"), func(acctest.Call) {
		if reads++; reads == 2 {
			h.setQueuePolicy(done, `{"Version":"2012-10-17","Statement":[`+othersStatement+`,`+late+`]}`)
		}
	})
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		CheckDestroy:             h.gone(h.queueLets(done)),
		Steps: []resource.TestStep{{
			Config: h.config(fmt.Sprintf("name = %q", h.task), fmt.Sprintf("queue = %q", done)),
			Check: resource.ComposeAggregateTestCheckFunc(h.queueLets(done, h.task), func(*terraform.State) error {
				if have := h.queuePolicy(done); !strings.Contains(have, "late") {
					return fmt.Errorf("the other's statement is gone: %s", have)
				}
				return nil
			}),
		}},
	})
}
