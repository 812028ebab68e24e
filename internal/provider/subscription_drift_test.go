package provider_test

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventstypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

func (h subscriptionFixture) removeTargets(rule string, ids ...string) {
	h.t.Helper()
	_, err := h.events.RemoveTargets(h.t.Context(), &eventbridge.RemoveTargetsInput{Rule: &rule, Ids: ids})
	h.must(err)
}

func (h subscriptionFixture) editTarget(rule string, edit func(*eventstypes.Target)) {
	h.t.Helper()
	_, target := h.look(rule)
	edit(&target)
	_, err := h.events.PutTargets(h.t.Context(), &eventbridge.PutTargetsInput{Rule: &rule, Targets: []eventstypes.Target{target}})
	h.must(err)
}

func (h subscriptionFixture) editRule(rule string, edit func(*eventbridge.PutRuleInput)) {
	h.t.Helper()
	r := h.rule(rule)
	in := &eventbridge.PutRuleInput{Name: &rule, EventPattern: r.EventPattern, State: r.State, Description: r.Description}
	edit(in)
	_, err := h.events.PutRule(h.t.Context(), in)
	h.must(err)
}

func (h subscriptionFixture) deleteRule(rule string) {
	h.t.Helper()
	h.removeTargets(rule, "docker-task")
	_, err := h.events.DeleteRule(h.t.Context(), &eventbridge.DeleteRuleInput{Name: &rule})
	h.must(err)
}

// subscriptionDrift are some of the manual changes, through Terraform, and the attributes in which the next plan must
// differ.
var subscriptionDrift = map[string]struct {
	change  func(h subscriptionFixture)
	changes []string
}{
	"constant input": {func(h subscriptionFixture) {
		h.editTarget(h.task, func(t *eventstypes.Target) { t.InputTransformer, t.Input = nil, aws.String(`{}`) })
	}, []string{"drift", "input_transformer"}},
	"both permissions": {func(h subscriptionFixture) {
		for _, q := range []string{"-done", "-lost"} {
			h.setQueuePolicy(h.task+q, `{"Version":"2012-10-17","Statement":[`+othersStatement+`]}`)
		}
	}, []string{"dead_letter_permission_json", "permission_json"}},
	"rule": {func(h subscriptionFixture) { h.deleteRule(h.task) }, []string{"event_pattern", "rule_arn", "target_arn"}},
}

func (h subscriptionFixture) whole() string {
	return h.config(fmt.Sprintf("name = %q", h.task), fmt.Sprintf("queue = %q", h.task+"-done"), `tags = { team = "video" }`,
		fmt.Sprintf("dead_letter_queue = { queue = %q }", h.task+"-lost"), `retry = { maximum_attempts = 3 }`,
		`input_transformer = { paths = { task = "$.detail.taskArn" }, template = "<task>" }`)
}

// TestAccSubscription_disappears is [TestAccSubscription_drift] through Terraform.
func TestAccSubscription_disappears(t *testing.T) {
	t.Parallel()
	for name, c := range subscriptionDrift {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newSubscriptionFixture(t)
			done, lost := h.queue("-done"), h.queue("-lost")
			type seen struct {
				pattern, description string
				state                eventstypes.RuleState
				target               eventstypes.Target
				tags                 map[string]string
			}
			look := func() seen {
				r, target := h.look(h.task)
				return seen{aws.ToString(r.EventPattern), aws.ToString(r.Description), r.State, target, h.tagsOf(h.task)}
			}
			var before seen
			acctest.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: factories,
				CheckDestroy:             h.gone(h.queueLets(done), h.queueLets(lost)),
				Steps: []resource.TestStep{
					{Config: h.whole()},
					{
						PreConfig:        func() { before = look(); c.change(h) },
						Config:           h.whole(),
						ConfigPlanChecks: planned(plancheck.ExpectResourceAction(theSubscription, plancheck.ResourceActionUpdate), changesOfSubscription(c.changes), expectAllKnown(theSubscription)),
						Check: resource.ComposeAggregateTestCheckFunc(h.queueLets(done, h.task), h.queueLets(lost, h.task), func(*terraform.State) error {
							return orHave(reflect.DeepEqual(before, look()), look())
						}),
					},
				},
			})
		})
	}
}

// Without any part the plan is a create. A missing target is an error of the apply; destroy succeeds.
func TestAccSubscription_disappears_whole(t *testing.T) {
	t.Parallel()
	h := newSubscriptionFixture(t)
	h.function("-notify")
	config := h.config(fmt.Sprintf("name = %q", h.task), fmt.Sprintf("function = %q", h.task+"-notify"))
	removeFunction := func() {
		_, err := h.lambda.DeleteFunction(h.t.Context(), &lambda.DeleteFunctionInput{FunctionName: aws.String(h.task + "-notify")})
		h.must(err)
	}
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		CheckDestroy:             h.gone(),
		Steps: []resource.TestStep{
			{Config: config},
			{
				PreConfig: func() {
					h.deleteRule(h.task)
					removeFunction()
					h.function("-notify2") // that the emulator has some
				},
				Config: h.config(fmt.Sprintf("name = %q", h.task), fmt.Sprintf("function = %q", h.task+"-notify2")), ConfigPlanChecks: planned(plancheck.ExpectResourceAction(theSubscription, plancheck.ResourceActionCreate)),
				Check: h.functionLets(h.task+"-notify2", h.task),
			},
			{
				PreConfig: func() {
					_, err := h.lambda.DeleteFunction(h.t.Context(), &lambda.DeleteFunctionInput{FunctionName: aws.String(h.task + "-notify2")})
					h.must(err)
				},
				Config:      h.config(fmt.Sprintf("name = %q", h.task), fmt.Sprintf("function = %q", h.task+"-notify2")),
				ExpectError: saying("could not be updated", "function "+h.task+"-notify2"),
			},
		},
	})
}

// Destroy succeeds if queues do not exist, and removes targets of others with the rule.
func TestAccSubscription_destroy(t *testing.T) {
	t.Parallel()
	h := newSubscriptionFixture(t)
	h.queue("-done")
	h.queue("-lost")
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		CheckDestroy:             h.gone(),
		Steps: []resource.TestStep{
			{Config: h.whole()},
			{
				PreConfig: func() {
					_, err := h.events.PutTargets(h.t.Context(), &eventbridge.PutTargetsInput{Rule: &h.task, Targets: []eventstypes.Target{{Id: aws.String("theirs"), Arn: aws.String(h.arn("sqs", "theirs"))}}})
					h.must(err)
				},
				Config: h.whole(), ConfigPlanChecks: planned(plancheck.ExpectEmptyPlan()),
				Check: func(*terraform.State) error {
					if n := len(h.targets(h.task)); n != 2 {
						return fmt.Errorf("%d targets", n)
					}
					for _, q := range []string{"-done", "-lost"} {
						_, err := h.sqs.DeleteQueue(h.t.Context(), &sqs.DeleteQueueInput{QueueUrl: h.queueURL(h.task + q)})
						h.must(err)
					}
					return nil
				},
				ExpectNonEmptyPlan: true,
			},
		},
	})
}
