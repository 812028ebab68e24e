package provider_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventstypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
	"github.com/dockertask/terraform-provider-docker/internal/policy"
)

// failedCreate is what a create leaves that fails and cannot be undone either, under inject.
func (h heldSubscription) failedCreate(proxy *acctest.Proxy, inject func()) resourceState {
	h.t.Helper()
	inject()
	state, err := h.core.apply(h.core.nothing(), h.arguments)
	if err == nil || !state.exists() {
		h.t.Fatalf("the create left nothing, or succeeded: %v", err)
	}
	proxy.Reset()
	return state
}

// makeElsewhere creates a rule of the name, with a target, that belongs to no subscription.
func (h heldSubscription) makeElsewhere() { h.reachingElsewhere(h.arn("sqs", "theirs")) }

// reachingElsewhere creates such a rule with a given target.
func (h heldSubscription) reachingElsewhere(target string) {
	h.t.Helper()
	_, err := h.events.PutRule(h.t.Context(), &eventbridge.PutRuleInput{Name: &h.task, EventPattern: aws.String(h.pattern("batch", `"RUNNING"`))})
	h.must(err)
	_, err = h.events.PutTargets(h.t.Context(), &eventbridge.PutTargetsInput{Rule: &h.task, Targets: []eventstypes.Target{
		{Id: aws.String("docker-task"), Arn: &target},
	}})
	h.must(err)
}

func onStatementRemoved(c acctest.Call) bool { return strings.HasPrefix(c.String(), "lambda.DELETE ") }

// A create that fails, and is not rolled back either, leaves a state with the name of a rule. A rule of another owner
// that is created by then does not belong to the unit because of that: no apply changes it or permits it more
// targets, and no destroy deletes it, but the statement, which the create has written.
func TestAccSubscription_unfinished_exists(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		refreshed, tainted bool
		// forgotten: a run was killed, which loses private state, and another one refreshes.
		forgotten bool
		tag       string
		// reaches: the rule of the other owner has the same target, so the statement belongs to it too.
		reaches bool
	}{
		"refreshed":                      {refreshed: true},
		"not refreshed":                  {},
		"tainted":                        {refreshed: true, tainted: true},
		"forgotten":                      {refreshed: true, forgotten: true},
		"forgotten, tainted":             {refreshed: true, forgotten: true, tainted: true},
		"tainted, not refreshed":         {tainted: true},
		"of another unit, tainted":       {refreshed: true, tainted: true, tag: anotherUnit, reaches: true},
		"of another unit, refreshed":     {refreshed: true, tag: anotherUnit, reaches: true},
		"of another unit, not refreshed": {tag: anotherUnit, reaches: true},
		"of another unit and target":     {refreshed: true, tag: anotherUnit},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			proxy := acctest.NewProxy(t)
			h := holdFunctionSubscription(t)
			state := h.failedCreate(proxy, func() {
				proxy.Fail(acctest.On("events.PutRule"), acctest.AccessDenied)
				proxy.Fail(onStatementRemoved, acctest.AccessDenied)
			})
			if c.reaches {
				h.reachingElsewhere(h.arn("lambda", "function:"+h.task+"-notify"))
			} else {
				h.makeElsewhere()
			}
			if c.tag != "" {
				h.tagRule("docker-task:unit", c.tag)
			}
			want := h.look()
			if c.refreshed {
				var err error
				state, err = h.core.refresh(state)
				h.must(err)
			}
			if c.forgotten {
				var err error
				state, err = h.core.refresh(state.withoutPrivate())
				h.must(err)
			}
			changed := values{"only_failures": true}
			for k, v := range h.arguments {
				changed[k] = v
			}
			state, err := h.core.apply(state, changed)
			if err == nil || !strings.Contains(err.Error(), "Set name to another one") {
				t.Errorf("an apply adopted the rule: %v", err)
			}
			if err := different(want, h.look()); err != nil {
				t.Errorf("after the apply: %v", err)
			}
			if !c.reaches {
				delete(want["policy of function"], subscriptionSid(h.arn("events", "rule/"+h.task)))
			}
			if c.refreshed {
				state, err = h.core.refresh(state)
				h.must(err)
			}
			if c.tainted {
				state = state.withoutPrivate()
			}
			_, err = h.core.destroy(state)
			h.must(err)
			if err := different(want, h.look()); err != nil {
				t.Errorf("destroyed: %v", err)
			}
		})
	}
}

// What such a create has left is not looked for with credentials of another account.
func TestAccSubscription_unfinished_otherAccount(t *testing.T) {
	t.Parallel()
	acctest.OnEmulator(t, "there is one account only")
	proxy := acctest.NewProxy(t)
	h := holdFunctionSubscription(t)
	before := h.look()
	state := h.failedCreate(proxy, func() {
		proxy.Fail(acctest.On("events.PutRule"), acctest.AccessDenied)
		proxy.Fail(onStatementRemoved, acctest.AccessDenied)
	})
	newProtocolClient(t, "docker_task_subscription", values{"access_key": "of-another-account"}).
		mustRefuse(state, "The subscription "+h.task+" is in account "+h.place.Account)
	_, err := h.core.destroy(state)
	h.must(err)
	if err := different(before, h.look()); err != nil {
		t.Errorf("destroyed: %v", err)
	}
}

// Once a refresh has found all parts, it is a subscription like any other: a destroy deletes it, also if the tags of
// the rule were removed.
func TestAccSubscription_unfinished_whole(t *testing.T) {
	t.Parallel()
	proxy := acctest.NewProxy(t)
	h := holdFunctionSubscription(t)
	before := h.look()
	state := h.failedCreate(proxy, func() {
		proxy.Fail(acctest.On("events.PutTargets"), acctest.AnswerLost)
		proxy.Fail(acctest.On("events.RemoveTargets"), acctest.AccessDenied)
	})
	h.core.mustPlanNothing(state, h.arguments)
	state, err := h.core.refresh(state)
	h.must(err)
	h.untagRule("docker-task:unit")
	_, err = h.core.destroy(state)
	h.must(err)
	if err := different(before, h.look()); err != nil {
		t.Errorf("destroyed: %v", err)
	}
}

// A rule that another owner creates while a create fails stays after the rollback; the statement that the create has
// written does not.
func TestAccSubscription_madeMeanwhile(t *testing.T) {
	t.Parallel()
	proxy := acctest.NewProxy(t)
	h := holdFunctionSubscription(t)
	before := h.look()
	proxy.Fail(acctest.On("events.PutRule"), acctest.AccessDenied.Then(h.makeElsewhere))
	state, err := h.core.apply(h.core.nothing(), h.arguments)
	if err == nil || state.exists() {
		t.Errorf("in state: %t: %v", state.exists(), err)
	}
	after := h.look()
	if len(h.targets(h.task)) != 1 {
		t.Errorf("the rule is gone, or its target: %v", after)
	}
	delete(after, "rule")
	if err := different(before, after); err != nil {
		t.Error(err)
	}
}

// A statement that a failed update has left on its new target is in state even if no other part exists.
func TestAccSubscription_leftOnly(t *testing.T) {
	t.Parallel()
	proxy := acctest.NewProxy(t)
	h := holdFunctionSubscription(t)
	queue := h.queue("-done")
	before := h.queuePolicy(queue)
	state, err := h.core.apply(h.core.nothing(), h.arguments)
	h.must(err)
	proxy.Fail(acctest.On("events.PutTargets"), acctest.AccessDenied)
	state, err = h.core.apply(state, values{"name": h.task, "task": values{"name": h.task}, "queue": queue})
	if err == nil || h.queuePolicy(queue) == before {
		t.Fatalf("no statement was written, or the update did not fail: %v", err)
	}
	proxy.Reset()
	h.deleteRule(h.task)
	h.removePermission()
	state, err = h.core.refresh(state)
	h.must(err)
	if state.exists() {
		_, err = h.core.destroy(state)
		h.must(err)
	}
	if after := h.queuePolicy(queue); !policy.Equivalent(after, before) {
		t.Errorf("the queue's policy is %s, not %s", after, before)
	}
}
