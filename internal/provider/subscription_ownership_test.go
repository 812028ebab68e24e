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
	h := newHeard(t)
	done := h.queue("-done")
	theirs := h.pattern("batch", `"RUNNING"`)
	_, err := h.events.PutRule(t.Context(), &eventbridge.PutRuleInput{Name: &h.task, EventPattern: &theirs})
	h.must(err)
	config := h.config(fmt.Sprintf("name = %q", h.task), fmt.Sprintf("queue = %q", done))
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		CheckDestroy:             h.gone(h.queueLets(done)),
		Steps: []resource.TestStep{
			{Config: config, ExpectError: saying("exists already", "terraform import docker_task_subscription.NAME "+h.task+"@"+acctest.Region())},
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
	h := newHeard(t)
	done := h.queue("-done")
	queue := fmt.Sprintf("queue = %q", done)
	rule := h.task + "-" + done + "-queue"
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		CheckDestroy:             h.gone(h.queueLets(done)),
		Steps: []resource.TestStep{
			{Config: h.config(queue) + h.block("second", queue, "only_failures = true", "depends_on = [docker_task_subscription.test]"), ExpectError: saying("belongs to another subscription", "Set name to another one")},
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
	t.Parallel()
	h := newHeard(t)
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
	resource.Test(t, resource.TestCase{
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
	h := newHeard(t)
	done := h.queue("-done")
	// The second read is the one that looks whether the statement is there.
	reads, late := 0, `{"Sid":"late","Effect":"Allow","Principal":{"AWS":"*"},"Action":"sqs:GetQueueUrl","Resource":"*"}`
	proxy.Before(acctest.On("sqs.GetQueueAttributes"), func(acctest.Call) {
		if reads++; reads == 2 {
			h.setQueuePolicy(done, `{"Version":"2012-10-17","Statement":[`+othersStatement+`,`+late+`]}`)
		}
	})
	resource.Test(t, resource.TestCase{
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

// What fails while the subscription is made leaves nothing, whichever call it is; the next
// apply makes it.
func TestAccSubscription_failedCreate(t *testing.T) {
	t.Parallel()
	for _, call := range []string{
		"events.DescribeRule", "events.ListTagsForResource", "events.PutRule", "events.PutTargets",
		"sqs.GetQueueUrl", "sqs.GetQueueAttributes", "sqs.SetQueueAttributes", "lambda.AddPermission",
	} {
		for name, fault := range map[string]acctest.Fault{"ServerError": acctest.ServerError, "AccessDenied": acctest.AccessDenied, "AnswerLost": acctest.AnswerLost} {
			t.Run(call+"/"+name, func(t *testing.T) {
				t.Parallel()
				proxy := acctest.NewProxy(t)
				h := newHeard(t)
				lost, notify := h.queue("-lost"), h.function("-notify")
				config := h.config(fmt.Sprintf("name = %q", h.task), fmt.Sprintf("function = %q", notify), fmt.Sprintf("dead_letter_queue = { queue = %q }", lost))
				match := acctest.On(call)
				if call == "lambda.AddPermission" {
					match = func(c acctest.Call) bool { return c.Service == "lambda" && c.Mutating() }
				}
				var harm *acctest.Injection
				resource.Test(t, resource.TestCase{
					ProtoV6ProviderFactories: factories,
					CheckDestroy:             h.gone(h.queueLets(lost), h.functionLets(notify)),
					Steps: []resource.TestStep{
						{PreConfig: func() { harm = proxy.FailNth(1, fault, match) }, Config: config, ExpectError: saying("could not be made")},
						{
							PreConfig: func() {
								if harm.Hits() == 0 {
									t.Errorf("%s was not called", call)
								}
								proxy.Reset()
								h.must(h.gone(h.queueLets(lost), h.functionLets(notify))(nil))
							},
							Config: config, Check: resource.ComposeAggregateTestCheckFunc(h.queueLets(lost, h.task), h.functionLets(notify, h.task)),
						},
					},
				})
			})
		}
	}
}

// An update that fails in the middle is finished by the next, or taken back by it: either way
// no permission stays behind.
func TestAccSubscription_failedUpdate(t *testing.T) {
	t.Parallel()
	for _, call := range []string{"events.PutRule", "events.PutTargets", "sqs.SetQueueAttributes"} {
		for _, back := range []bool{false, true} {
			for _, nth := range []int{1, 2} {
				if call != "sqs.SetQueueAttributes" && nth > 1 {
					continue
				}
				t.Run(fmt.Sprintf("%s/%d/back=%t", call, nth, back), func(t *testing.T) {
					t.Parallel()
					proxy := acctest.NewProxy(t)
					h := newHeard(t)
					done, other := h.queue("-done"), h.queue("-other")
					before := h.config(fmt.Sprintf("name = %q", h.task), fmt.Sprintf("queue = %q", done))
					after := h.config(fmt.Sprintf("name = %q", h.task), fmt.Sprintf("queue = %q", other), "only_failures = true")
					last, check := after, resource.ComposeAggregateTestCheckFunc(h.queueLets(other, h.task), h.queueLets(done))
					if back {
						last, check = before, resource.ComposeAggregateTestCheckFunc(h.queueLets(done, h.task), h.queueLets(other))
					}
					resource.Test(t, resource.TestCase{
						ProtoV6ProviderFactories: factories,
						CheckDestroy:             h.gone(h.queueLets(done), h.queueLets(other)),
						Steps: []resource.TestStep{
							{Config: before},
							{
								PreConfig: func() { proxy.FailNth(nth, acctest.AccessDenied, acctest.On(call)) },
								Config:    after, ExpectError: saying("could not be updated"),
							},
							{PreConfig: proxy.Reset, Config: last, Check: check},
						},
					})
				})
			}
		}
	}
}
