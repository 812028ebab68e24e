package aws

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dockertask/terraform-provider-docker/internal/aws/awstest"
	"github.com/dockertask/terraform-provider-docker/internal/aws/wait"
	"github.com/dockertask/terraform-provider-docker/internal/subscription"
)

// A read right after a create does not take for gone what it does not see yet; one of what was
// made long ago does, and so does one of an AWS that forgets nothing.
func TestReadUnit_settles(t *testing.T) {
	awstest.Isolate(t)
	inline := whileThere["GetRolePolicy"]
	type reply = func(call) *http.Response
	for name, missing := range map[string]func(there reply) script{
		"nothing":    func(reply) script { return nil },
		"definition": func(reply) script { return script{"DescribeTaskDefinition": nothing} },
		"policy":     func(reply) script { return script{"GetRolePolicy": nothing} },
		"log group":  func(reply) script { return script{"DescribeLogGroups": nothing, "ListTagsForResource": nothing} },
		"tags":       func(reply) script { return script{"ListTagsForResource": nothing} },
		"a role": func(there reply) script {
			return script{"GetRole": func(c call) *http.Response {
				if strings.HasSuffix(c.field("RoleName"), "-task") {
					return nothing(c)
				}
				return there(c)
			}}
		},
	} {
		for _, test := range []struct {
			age, unseen time.Duration
			consistent  bool
			waits       time.Duration
		}{
			{time.Second, 0, false, 0},
			{time.Second, 10 * time.Second, false, 10 * time.Second},
			{time.Second, forEver, false, propagationDelay},
			{time.Second, forEver, true, 0},
			{time.Hour, forEver, false, 0},
			{-time.Hour, forEver, false, 0}, // the clocks differ
		} {
			t.Run(fmt.Sprintf("%s/%+v", name, test), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					there := empty.with(script{
						"DescribeTaskDefinition": definitionTagged("unit"), "GetRole": roleMade("unit", time.Now().Add(-test.age)), "GetRolePolicy": inline,
						"DescribeLogGroups": groupOf, "ListTagsForResource": tagged("unit"),
					})
					answers := there.with(nil)
					unseen := missing(there["GetRole"])
					for operation, unseen := range unseen {
						answers[operation] = until(test.unseen, unseen, there[operation])
					}
					cfg := testConfig(&fakeAWS{answer: answers.answer})
					cfg.Consistent = test.consistent
					client := mustNew(t, cfg)
					refs := aTask(false).Refs()
					refs.LogGroupARN = "arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/transcode-0"
					start := time.Now()
					o, err := client.ReadUnit(t.Context(), refs, 0)
					took := time.Since(start)
					if unseen == nil {
						if err != nil || took != 0 || o.Lacks(refs) {
							t.Errorf("after %s: %v", took, err)
						}
						return
					}
					if err != nil || took < test.waits-time.Second || took > test.waits+wait.LongDelay {
						t.Errorf("after %s, not %s: %v", took, test.waits, err)
					}
					if gone := test.unseen > test.waits; o.Lacks(refs) != gone {
						t.Errorf("missing: %t", !gone)
					}
				})
			})
		}
	}
}

func TestReadSchedule_settles(t *testing.T) {
	there := func(age time.Duration) func(call) *http.Response {
		made := time.Now().Add(-age).Unix()
		return always(func() *http.Response {
			return awstest.Response(http.StatusOK, "application/json", fmt.Sprintf(`{"Name":"s","ScheduleExpression":"rate(2 days)","CreationDate":%d}`, made))
		})
	}
	for name, c := range map[string]struct {
		schedule, role time.Duration // how long ago they were made
		missing        string
		waits          bool
	}{
		"role":          {time.Second, time.Second, "GetRole", true},
		"schedule":      {time.Second, time.Second, "GET scheduler", true},
		"role, old":     {time.Hour, time.Hour, "GetRole", false},
		"schedule, old": {time.Hour, time.Hour, "GET scheduler", false},
	} {
		t.Run(name, func(t *testing.T) {
			timed(t, func() script {
				answers := empty.with(script{"GET scheduler": there(c.schedule), "GetRole": roleMade("unit", time.Now().Add(-c.role)), "GetRolePolicy": whileThere["GetRolePolicy"]})
				return answers.with(script{c.missing: until(10*time.Second, empty[c.missing], answers[c.missing])})
			}, func(ctx context.Context, client *Client) error {
				o, err := client.ReadSchedule(ctx, ScheduleRefs{Group: "default", Name: "s", Role: "s"}, 0)
				if whole := o.Schedule != nil && o.Role != nil; whole != c.waits {
					t.Errorf("whole: %t", whole)
				}
				return err
			}, func(took time.Duration, _ *fakeAWS, err error) {
				if err != nil || c.waits != (took > 0) {
					t.Errorf("after %s: %v", took, err)
				}
			})
		})
	}
}

// If AWS returns no time, as for a unit that it does not show at all, the time that the creator of the unit knows
// counts, if it is known.
func TestRead_settlesByItsOwnTime(t *testing.T) {
	says := func(body string) func(call) *http.Response {
		return always(func() *http.Response { return awstest.JSONResponse(http.StatusOK, body) })
	}
	rule := subscription.Refs{Name: "r", ARN: "arn:aws:events:eu-west-1:123456789012:rule/r"}
	permission := subscription.NewPermission(subscription.Queue, "arn:aws:sqs:eu-west-1:123456789012:q", rule.ARN)
	permitted := rule
	permitted.Permissions = []subscription.Permission{permission}
	policy, _, err := subscription.Apply("", subscription.Edit{Permission: permission, Present: true})
	if err != nil {
		t.Fatal(err)
	}
	noRule := ecsRefuses("ResourceNotFoundException", "no")
	ruleThere := script{
		"DescribeRule": says(`{"Name":"r"}`), "ListTargetsByRule": says(fmt.Sprintf(`{"Targets":[{"Id":%q}]}`, subscription.TargetID)), "ListTagsForResource": says(`{"Tags":[]}`),
		"GetQueueUrl": says(`{"QueueUrl":"https://sqs.eu-west-1.amazonaws.com/q"}`), "GetQueueAttributes": says(fmt.Sprintf(`{"Attributes":{"Policy":%q}}`, policy)),
	}
	type read = func(ctx context.Context, c *Client, made int64) (whole bool, err error)
	readRule := func(refs subscription.Refs) read {
		return func(ctx context.Context, c *Client, made int64) (bool, error) {
			o, err := c.ReadSubscription(ctx, refs, made)
			return !o.Lacks(), err
		}
	}
	for name, c := range map[string]struct {
		there, missing script
		read           read
	}{
		"task": {
			script{"DescribeTaskDefinition": definitionTagged("unit"), "DescribeLogGroups": groupOf, "ListTagsForResource": tagged("unit")},
			script{"DescribeTaskDefinition": nothing, "DescribeLogGroups": nothing, "ListTagsForResource": nothing},
			func(ctx context.Context, c *Client, made int64) (bool, error) {
				refs := aTask(true).Refs()
				o, err := c.ReadUnit(ctx, refs, made)
				return !o.Lacks(refs), err
			},
		},
		"schedule with a given role": {
			script{"GET scheduler": says(`{"Name":"s","ScheduleExpression":"rate(2 days)"}`)}, script{"GET scheduler": empty["GET scheduler"]},
			func(ctx context.Context, c *Client, made int64) (bool, error) {
				o, err := c.ReadSchedule(ctx, ScheduleRefs{Group: "default", Name: "s"}, made)
				return o.Schedule != nil, err
			},
		},
		"rule without a permission": {ruleThere, script{"DescribeRule": noRule, "ListTargetsByRule": noRule, "ListTagsForResource": noRule}, readRule(rule)},
		"rule's tags":               {ruleThere, script{"ListTagsForResource": noRule}, readRule(rule)},
		"rule's target":             {ruleThere, script{"ListTargetsByRule": done}, readRule(rule)},
		"permission":                {ruleThere, script{"GetQueueAttributes": done}, readRule(permitted)},
	} {
		for _, test := range []struct {
			known bool
			age   time.Duration
			waits bool
		}{
			{true, time.Second, true},
			{true, time.Hour, false},
			{true, -time.Hour, false}, // the clocks differ
			{false, time.Second, false},
		} {
			t.Run(fmt.Sprintf("%s/%+v", name, test), func(t *testing.T) {
				timed(t, func() script {
					answers := c.there.with(nil)
					for operation, missing := range c.missing {
						answers[operation] = until(10*time.Second, missing, c.there[operation])
					}
					return answers
				}, func(ctx context.Context, client *Client) error {
					var made int64
					if test.known {
						made = time.Now().Add(-test.age).Unix()
					}
					whole, err := c.read(ctx, client, made)
					if whole != test.waits {
						t.Errorf("whole: %t", whole)
					}
					return err
				}, func(took time.Duration, _ *fakeAWS, err error) {
					if err != nil || test.waits != (took > 0) || took > propagationDelay {
						t.Errorf("after %s: %v", took, err)
					}
				})
			})
		}
	}
}
