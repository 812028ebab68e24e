package provider_test

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventstypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// changesOfSubscription checks that exactly these attributes of theSubscription change.
type changesOfSubscription []string

func (want changesOfSubscription) CheckPlan(_ context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	for _, change := range req.Plan.ResourceChanges {
		if change.Address != theSubscription {
			continue
		}
		if have := changed(change.Change); !slices.Equal(have, slices.Sorted(slices.Values(want))) {
			resp.Error = fmt.Errorf("the plan changes %v, not %v\nfrom %v\nto   %v", have, want, change.Change.Before, change.Change.After)
		}
		if slices.Contains(change.Change.Actions, tfjson.ActionCreate) {
			resp.Error = fmt.Errorf("the plan is %v", change.Change.Actions)
		}
		return
	}
	resp.Error = fmt.Errorf("%s is not in the plan", theSubscription)
}

// look is all that AWS has of the rule.
func (h subscriptionFixture) look(rule string) (*eventbridge.DescribeRuleOutput, eventstypes.Target) {
	h.t.Helper()
	r, targets := h.rule(rule), h.targets(rule)
	if r == nil || len(targets) != 1 {
		h.t.Fatalf("rule %s has targets %v", rule, targets)
	}
	return r, targets[0]
}

func (h subscriptionFixture) tagsOf(rule string) map[string]string {
	h.t.Helper()
	out, err := h.events.ListTagsForResource(h.t.Context(), &eventbridge.ListTagsForResourceInput{ResourceARN: aws.String(h.arn("events", "rule/"+rule))})
	h.must(err)
	tags := map[string]string{}
	for _, t := range out.Tags {
		tags[aws.ToString(t.Key)] = aws.ToString(t.Value)
	}
	return tags
}

// subscriptionUpdate is a change of one attribute: lines before and after, what differs in the plan,
// and what AWS has to have then.
type subscriptionUpdate struct {
	before, after string
	changes       []string
	check         func(h subscriptionFixture, r *eventbridge.DescribeRuleOutput, t eventstypes.Target) error
}

func orHave(ok bool, what any) error {
	if ok {
		return nil
	}
	return fmt.Errorf("AWS has %+v", what)
}

var subscriptionUpdates = map[string]subscriptionUpdate{
	"statuses": {
		after: `statuses = ["STOPPED", "RUNNING"]`, changes: []string{"event_pattern", "statuses"},
		check: func(h subscriptionFixture, r *eventbridge.DescribeRuleOutput, _ eventstypes.Target) error {
			return orHave(aws.ToString(r.EventPattern) == h.pattern("default", `"RUNNING","STOPPED"`), *r.EventPattern)
		},
	},
	"only_failures": {
		after: `only_failures = true`, changes: []string{"event_pattern", "only_failures"},
		check: func(h subscriptionFixture, r *eventbridge.DescribeRuleOutput, _ eventstypes.Target) error {
			or := fmt.Sprintf(`"$or":[{"containers":{"exitCode":[{"anything-but":0}],"name":["%s"]}},{"stopCode":[{"anything-but":["EssentialContainerExited","UserInitiated","ServiceSchedulerInitiated"]}]}]`, h.task)
			return orHave(aws.ToString(r.EventPattern) == h.pattern("default", `"STOPPED"`, or), *r.EventPattern)
		},
	},
	"exit_codes": {
		after: `exit_codes = [3, 1]`, changes: []string{"event_pattern", "exit_codes"},
		check: func(h subscriptionFixture, r *eventbridge.DescribeRuleOutput, _ eventstypes.Target) error {
			codes := fmt.Sprintf(`"containers":{"exitCode":[1,3],"name":["%s"]}`, h.task)
			return orHave(aws.ToString(r.EventPattern) == h.pattern("default", `"STOPPED"`, codes), *r.EventPattern)
		},
	},
	"schedule": {
		after: `schedule = "nightly"`, changes: []string{"event_pattern", "schedule"},
		check: func(_ subscriptionFixture, r *eventbridge.DescribeRuleOutput, _ eventstypes.Target) error {
			by := `"startedBy":["chronos-schedule/nightly"]`
			return orHave(strings.Contains(aws.ToString(r.EventPattern), by), *r.EventPattern)
		},
	},
	"any_cluster": {
		after: `any_cluster = true`, changes: []string{"any_cluster", "event_pattern"},
		check: func(h subscriptionFixture, r *eventbridge.DescribeRuleOutput, _ eventstypes.Target) error {
			return orHave(aws.ToString(r.EventPattern) == h.pattern("", `"STOPPED"`), *r.EventPattern)
		},
	},
	"enabled": {
		after: `enabled = false`, changes: []string{"enabled"},
		check: func(_ subscriptionFixture, r *eventbridge.DescribeRuleOutput, _ eventstypes.Target) error {
			return orHave(r.State == eventstypes.RuleStateDisabled, r.State)
		},
	},
	"description": {
		before: `description = "Tells."`, after: `description = "Tells of it."`, changes: []string{"description"},
		check: func(_ subscriptionFixture, r *eventbridge.DescribeRuleOutput, _ eventstypes.Target) error {
			return orHave(aws.ToString(r.Description) == "Tells of it.", r.Description)
		},
	},
	"input_path": {
		after: `input_path = "$.detail"`, changes: []string{"input_path"},
		check: func(_ subscriptionFixture, _ *eventbridge.DescribeRuleOutput, t eventstypes.Target) error {
			return orHave(aws.ToString(t.InputPath) == "$.detail", t)
		},
	},
	"input_transformer": {
		before: `input_path = "$.detail"`,
		after: `input_transformer = {
    paths    = { task = "$.detail.taskArn" }
    template = "{\"task\": <task>}"
  }`,
		changes: []string{"input_path", "input_transformer"},
		check: func(_ subscriptionFixture, _ *eventbridge.DescribeRuleOutput, t eventstypes.Target) error {
			return orHave(t.InputPath == nil && t.InputTransformer != nil && aws.ToString(t.InputTransformer.InputTemplate) == `{"task": <task>}` &&
				reflect.DeepEqual(t.InputTransformer.InputPathsMap, map[string]string{"task": "$.detail.taskArn"}), t)
		},
	},
	"retry": {
		before: `retry = { maximum_attempts = 0 }`, after: `retry = { maximum_age_seconds = 60 }`, changes: []string{"retry"},
		check: func(_ subscriptionFixture, _ *eventbridge.DescribeRuleOutput, t eventstypes.Target) error {
			return orHave(aws.ToInt32(t.RetryPolicy.MaximumRetryAttempts) == 185 && aws.ToInt32(t.RetryPolicy.MaximumEventAgeInSeconds) == 60, t.RetryPolicy)
		},
	},
	"dead_letter_queue": {
		before: `dead_letter_queue = { queue = "NAME-lost" }`, after: `dead_letter_queue = { queue = "NAME-dead" }`,
		changes: []string{"dead_letter_permission_json", "dead_letter_queue"},
		check: func(h subscriptionFixture, _ *eventbridge.DescribeRuleOutput, t eventstypes.Target) error {
			if err := h.queueLets(h.task+"-dead", h.task)(nil); err != nil {
				return err
			}
			if err := h.queueLets(h.task + "-lost")(nil); err != nil {
				return err
			}
			return orHave(aws.ToString(t.DeadLetterConfig.Arn) == h.arn("sqs", h.task+"-dead"), t)
		},
	},
	"dead_letter_permission": {
		before: `dead_letter_queue = { queue = "NAME-lost" }`, after: `dead_letter_queue = { queue = "NAME-lost", attach_permission = false }`,
		changes: []string{"dead_letter_queue"},
		check: func(h subscriptionFixture, _ *eventbridge.DescribeRuleOutput, t eventstypes.Target) error {
			if err := h.queueLets(h.task + "-lost")(nil); err != nil {
				return err
			}
			return orHave(t.DeadLetterConfig != nil, t)
		},
	},
	"attach_permission": {
		after: `attach_permission = false`, changes: []string{"attach_permission"},
		check: func(h subscriptionFixture, _ *eventbridge.DescribeRuleOutput, _ eventstypes.Target) error {
			return h.queueLets(h.task + "-done")(nil)
		},
	},
	"tags": {
		before: `tags = { team = "video", old = "x" }`, after: `tags = { team = "audio" }`, changes: []string{"tags", "tags_all"},
		check: func(h subscriptionFixture, _ *eventbridge.DescribeRuleOutput, _ eventstypes.Target) error {
			tags := h.tagsOf(h.task)
			id := tags["docker-task:unit"]
			delete(tags, "docker-task:unit")
			return orHave(id != "" && reflect.DeepEqual(tags, map[string]string{"team": "audio"}), tags)
		},
	},
	"target": {
		before: `queue = "NAME-done"`, after: `function = "NAME-notify"`, changes: []string{"function", "permission_json", "queue", "target_arn"},
		check: func(h subscriptionFixture, _ *eventbridge.DescribeRuleOutput, t eventstypes.Target) error {
			if err := h.functionLets(h.task+"-notify", h.task)(nil); err != nil {
				return err
			}
			if err := h.queueLets(h.task + "-done")(nil); err != nil {
				return err
			}
			return orHave(aws.ToString(t.Arn) == h.arn("lambda", "function:"+h.task+"-notify"), t)
		},
	},
	"fifo": {
		before: `queue = "NAME-done"`, after: `queue = "NAME-order.fifo"`, changes: []string{"permission_json", "queue", "target_arn"},
		check: func(h subscriptionFixture, _ *eventbridge.DescribeRuleOutput, t eventstypes.Target) error {
			return orHave(t.SqsParameters != nil && aws.ToString(t.SqsParameters.MessageGroupId) == h.task, t)
		},
	},
	"message_group_id": {
		before: `queue = "NAME-order.fifo"`,
		after:  "queue = \"NAME-order.fifo\"\n  message_group_id = \"all\"", changes: []string{"message_group_id"},
		check: func(_ subscriptionFixture, _ *eventbridge.DescribeRuleOutput, t eventstypes.Target) error {
			return orHave(t.SqsParameters != nil && aws.ToString(t.SqsParameters.MessageGroupId) == "all", t)
		},
	},
	"cluster": {
		before: `task = { name = "NAME" }`, after: `task = { name = "NAME", cluster = "batch" }`, changes: []string{"event_pattern", "task"},
		check: func(h subscriptionFixture, r *eventbridge.DescribeRuleOutput, _ eventstypes.Target) error {
			return orHave(aws.ToString(r.EventPattern) == h.pattern("batch", `"STOPPED"`), *r.EventPattern)
		},
	},
	"queue_by_arn": {
		before: `queue = "NAME-done"`, after: `queue = "QUEUE"`, changes: []string{"queue"},
		check: func(h subscriptionFixture, _ *eventbridge.DescribeRuleOutput, _ eventstypes.Target) error {
			return h.queueLets(h.task+"-done", h.task)(nil)
		},
	},
}

// Whatever changes, changes in place: in the plan just that, in AWS just that, and back again.
func TestAccSubscription_update(t *testing.T) {
	t.Parallel()
	for name, c := range everyInShort(6, subscriptionUpdates) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newSubscriptionFixture(t)
			for _, suffix := range []string{"-done", "-lost", "-dead", "-order.fifo"} {
				h.queue(suffix)
			}
			h.function("-notify")
			names := strings.NewReplacer("NAME", h.task, "QUEUE", h.arn("sqs", h.task+"-done"))
			config := func(lines string) string {
				all := []string{fmt.Sprintf("name = %q", h.task)}
				if !strings.Contains(c.before+c.after, "queue =") || strings.Contains(c.before, "dead_letter") {
					all = append(all, fmt.Sprintf("queue = %q", h.task+"-done"))
				}
				if lines != "" {
					all = append(all, names.Replace(lines))
				}
				return h.config(all...)
			}
			acctest.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: factories,
				CheckDestroy: h.gone(h.queueLets(h.task+"-done"), h.queueLets(h.task+"-lost"), h.queueLets(h.task+"-dead"),
					h.queueLets(h.task+"-order.fifo"), h.functionLets(h.task+"-notify")),
				Steps: []resource.TestStep{
					{Config: config(c.before)},
					{
						Config: config(c.after), ConfigPlanChecks: planned(changesOfSubscription(c.changes), expectAllKnown(theSubscription)),
						Check: func(*terraform.State) error {
							r, target := h.look(h.task)
							return c.check(h, r, target)
						},
					},
					{
						ResourceName: theSubscription, ImportState: true, ImportStateId: h.task, ImportStateVerify: true,
						ImportStateVerifyIdentifierAttribute: "name",
						// What AWS does not hold, or holds in another form.
						ImportStateVerifyIgnore: []string{"attach_permission", "dead_letter_queue", "dead_letter_permission_json", "permission_json", "queue", "retry", "message_group_id"},
					},
					{Config: config(c.before), ConfigPlanChecks: planned(changesOfSubscription(c.changes))},
				},
			})
		})
	}
}

// A name or region is another subscription; the default name follows the target.
func TestAccSubscription_replaced(t *testing.T) {
	t.Parallel()
	h := newSubscriptionFixture(t)
	done, lost := h.queue("-done"), h.queue("-lost")
	replaced := planned(plancheck.ExpectResourceAction(theSubscription, plancheck.ResourceActionReplace))
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		CheckDestroy:             h.gone(h.queueLets(done), h.queueLets(lost)),
		Steps: []resource.TestStep{
			{Config: h.config(fmt.Sprintf("queue = %q", done))},
			{
				Config: h.config(fmt.Sprintf("queue = %q", lost)), ConfigPlanChecks: replaced,
				Check: resource.ComposeAggregateTestCheckFunc(h.queueLets(done), h.queueLets(lost, h.task+"-"+lost+"-queue")),
			},
			{
				Config: h.config(fmt.Sprintf("queue = %q", lost), fmt.Sprintf("name = %q", h.task+".own")), ConfigPlanChecks: replaced,
				Check: h.queueLets(lost, h.task+".own"),
			},
		},
	})
}

// The task may be the resource itself, and a new image leaves the subscription alone.
func TestAccSubscription_task(t *testing.T) {
	t.Parallel()
	h := newSubscriptionFixture(t)
	done := h.queue("-done")
	config := func(image string) string {
		return h.provider + block("resource docker_task test", fmt.Sprintf("name = %q", h.task), fmt.Sprintf("image = %q", image), `cluster = "batch"`, `container_name = "main"`) +
			h.block("test", "task = docker_task.test", fmt.Sprintf("queue = %q", done), "exit_codes = [0]") +
			h.block("data", "task = data.docker_task.test", fmt.Sprintf("queue = %q", done), fmt.Sprintf("name = %q", h.task)) +
			block("data docker_task test", fmt.Sprintf("name = %q", h.task), "depends_on = [docker_task.test]")
	}
	rule := h.task + "-" + done + "-queue"
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		CheckDestroy:             h.gone(h.queueLets(done), acctest.CheckUnitGone(t, h.task)),
		Steps: []resource.TestStep{
			{
				Config: config("busybox:1.36"), ConfigPlanChecks: planned(expectAllKnown(theSubscription)),
				Check: func(*terraform.State) error {
					r, _ := h.look(rule)
					want := h.pattern("batch", `"STOPPED"`, `"containers":{"exitCode":[0],"name":["main"]}`)
					return orHave(aws.ToString(r.EventPattern) == want, aws.ToString(r.EventPattern))
				},
			},
			{Config: config("busybox:1.37"), ConfigPlanChecks: planned(plancheck.ExpectResourceAction(theSubscription, plancheck.ResourceActionNoop))},
		},
	})
}
