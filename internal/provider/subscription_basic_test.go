package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// Each kind of target is given by name or ARN, with or without the task of this
// configuration; everything is known in the first plan.
func TestAccSubscription_basic(t *testing.T) {
	t.Parallel()
	for kind, target := range map[string]struct {
		make   func(subscriptionFixture) string
		arn    func(subscriptionFixture, string) string
		lets   func(subscriptionFixture, string, ...string) resource.TestCheckFunc
		action string
		when   string // the statement's condition; RULE is the rule's ARN
	}{
		"function": {
			make: func(h subscriptionFixture) string { return h.function("-notify") },
			arn:  func(h subscriptionFixture, name string) string { return h.arn("lambda", "function:"+name) },
			lets: subscriptionFixture.functionLets, action: "lambda:InvokeFunction", when: `,"Condition":{"ArnLike":{"AWS:SourceArn":"RULE"}}`,
		},
		"queue": {
			make: func(h subscriptionFixture) string { return h.queue("-done") },
			arn:  func(h subscriptionFixture, name string) string { return h.arn("sqs", name) },
			lets: subscriptionFixture.queueLets, action: "sqs:SendMessage", when: `,"Condition":{"ArnEquals":{"aws:SourceArn":"RULE"}}`,
		},
		"topic": {
			make: func(h subscriptionFixture) string { return h.topic("-news") },
			arn:  func(h subscriptionFixture, name string) string { return h.arn("sns", name) },
			lets: subscriptionFixture.topicLets, action: "sns:Publish",
		},
	} {
		for _, by := range []string{"name", "arn"} {
			t.Run(kind+"/"+by, func(t *testing.T) {
				t.Parallel()
				h := newSubscriptionFixture(t)
				name := target.make(h)
				given := name
				if by == "arn" {
					given = target.arn(h, name)
				}
				rule := h.task + "-" + name + "-" + kind
				ruleARN := h.arn("events", "rule/"+rule)
				config := h.config(fmt.Sprintf("%s = %q", kind, given))
				permission := fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Sid":"%s","Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"%s","Resource":"%s"%s}]}`,
					subscriptionSid(ruleARN), target.action, target.arn(h, name), strings.Replace(target.when, "RULE", ruleARN, 1))
				known := map[string]knownvalue.Check{
					"name": knownvalue.StringExact(rule), "region": knownvalue.StringExact(acctest.Region()),
					"rule_arn": knownvalue.StringExact(ruleARN), "target_arn": knownvalue.StringExact(target.arn(h, name)),
					"event_pattern":               knownvalue.StringExact(h.pattern("default", `"STOPPED"`)),
					"permission_json":             says(permission),
					"dead_letter_permission_json": knownvalue.Null(),
					"tags_all":                    knownvalue.MapExact(nil),
					"drift":                       knownvalue.ListExact(nil),
				}
				plan := []plancheck.PlanCheck{expectAllKnown(theSubscription)}
				var state []statecheck.StateCheck
				for attribute, check := range known {
					plan = append(plan, plancheck.ExpectKnownValue(theSubscription, tfjsonpath.New(attribute), check))
					state = append(state, statecheck.ExpectKnownValue(theSubscription, tfjsonpath.New(attribute), check))
				}
				acctest.Test(t, resource.TestCase{
					ProtoV6ProviderFactories: factories,
					CheckDestroy:             h.gone(target.lets(h, name)),
					Steps: []resource.TestStep{
						{
							Config: config, ConfigPlanChecks: planned(plan...), ConfigStateChecks: state,
							Check: resource.ComposeAggregateTestCheckFunc(target.lets(h, name, rule), func(*terraform.State) error {
								r, targets := h.rule(rule), h.targets(rule)
								if r == nil || r.State != "ENABLED" || aws.ToString(r.EventPattern) != h.pattern("default", `"STOPPED"`) {
									return fmt.Errorf("the rule is %+v", r)
								}
								if len(targets) != 1 || aws.ToString(targets[0].Arn) != target.arn(h, name) || targets[0].InputPath != nil || targets[0].DeadLetterConfig != nil {
									return fmt.Errorf("the targets are %+v", targets)
								}
								return nil
							}),
						},
						{
							ResourceName: theSubscription, ImportState: true, ImportStateId: rule + "@" + acctest.Region(),
							ImportStateVerifyIdentifierAttribute: "name", ImportStateVerify: by == "name",
						},
					},
				})
			})
		}
	}
}
