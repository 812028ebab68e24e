package provider_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// Two programs that know nothing of each other change one queue's policy: both read it, both
// write it, the second without what the first wrote. The first sees it and writes again.
func TestAccConcurrency_queuePolicy(t *testing.T) {
	t.Parallel()
	h := newSubscriptionFixture(t)
	proxy := acctest.NewProxy(t)
	done := h.queue("-done")
	arguments := func(name string) values {
		return values{"task": values{"name": h.task}, "name": name, "queue": done}
	}
	first, second := h.task+"-first", h.task+"-second"
	one, two := newProtocolClient(t, "docker_task_subscription", nil), newProtocolClient(t, "docker_task_subscription", nil)
	about := func(operation, name string) func(acctest.Call) bool {
		return func(c acctest.Call) bool { return c.String() == operation && bytes.Contains(c.Body, []byte(name)) }
	}
	var other sync.WaitGroup
	var otherState resourceState
	var otherErr error
	firstWrote, secondWrote := make(chan struct{}), make(chan struct{})
	var begin, wroteFirst, wroteSecond sync.Once
	// The second one has read what the first one is about to write over.
	proxy.Before(about("sqs.SetQueueAttributes", second), func(acctest.Call) {
		begin.Do(func() {
			other.Go(func() { otherState, otherErr = one.apply(one.nothing(), arguments(first)) })
			<-firstWrote
		})
	})
	proxy.Before(about("events.PutTargets", first), func(acctest.Call) {
		wroteFirst.Do(func() { close(firstWrote) })
		<-secondWrote
	})
	proxy.Before(about("events.PutTargets", second), func(acctest.Call) { wroteSecond.Do(func() { close(secondWrote) }) })
	state, err := two.apply(two.nothing(), arguments(second))
	other.Wait()
	h.must(err)
	h.must(otherErr)
	h.must(h.queueLets(done, first, second)(nil))
	one.mustPlanNothing(otherState, arguments(first))
	two.mustPlanNothing(state, arguments(second))
	if _, err := one.destroy(otherState); err != nil {
		t.Error(err)
	}
	h.must(h.queueLets(done, second)(nil))
	if _, err := two.destroy(state); err != nil {
		t.Error(err)
	}
	h.must(h.gone(h.queueLets(done))(nil))
}

// Two wires that want one policy at the same time: one gets it, the other is refused, whether
// it would say the same or not. What the first has is left. A plan of both would refuse the second, so
// they are planned as terraform test does it.
func TestAccConcurrency_onePolicyTwoWires(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		second  values
		refusal string
	}{
		"another": {values{"actions": []any{"stop"}}, "Another wire has a policy of this name"},
		"same":    {nil, "Another wire has a policy of this name"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWired(t)
			c := newProtocolClient(t, "docker_task_wire", nil)
			first := values{"task": values{"name": w.task}, "consumer_role": w.role}
			var states [2]resourceState
			var errs [2]error
			var both sync.WaitGroup
			for i, arguments := range []values{first, merged(first, row.second)} {
				both.Go(func() { states[i], errs[i] = c.apply(c.nothing(), arguments) })
			}
			both.Wait()
			made := slices.Index(errs[:], nil)
			if made < 0 || errs[1-made] == nil || !strings.Contains(errs[1-made].Error(), row.refusal) {
				t.Fatalf("%v", errs)
			}
			if err := w.expectPolicies(w.defaultPolicyName())(nil); err != nil {
				t.Error(err)
			}
			if _, err := c.destroy(states[made]); err != nil {
				t.Error(err)
			}
			if err := w.expectPolicies()(nil); err != nil {
				t.Error(err)
			}
		})
	}
}

// crowd is a number of each resource on one role, queue, topic and function.
type crowd struct {
	wireFixture
	scheduleRole, queue, topic, function string

	prefix string // of all names
	count  int
	work   *acctest.Workspace
}

// newCrowd is a crowd on the role and function of the test, with a queue and a topic of its own:
// who writes the policy of one of those at the same time as another program, and so at times
// loses, is a matter of chance.
func newCrowd(w wireFixture, h subscriptionFixture, scheduleRole, function, prefix string, count int) crowd {
	h.t.Helper()
	c := crowd{
		wireFixture: w, scheduleRole: scheduleRole, function: function, queue: h.queue("-" + prefix), topic: h.topic("-" + prefix),
		prefix: h.task + "-" + prefix, count: count,
	}
	c.work = acctest.NewWorkspace(h.t, map[string]string{"main.tf": c.config()})
	return c
}

// config has the wires of the crowd's own tasks, and one whose policy all crowds of a role have.
func (c crowd) config() string {
	each := func(kind, label string, lines ...string) string {
		return block("resource "+kind+" "+label, append([]string{fmt.Sprintf("count = %d", c.count)}, lines...)...)
	}
	name := c.prefix + "-${count.index}"
	byName := fmt.Sprintf("task = { name = \"%s\" }", name)
	consumer := fmt.Sprintf("consumer_role = %q", c.role)
	blocks := []string{
		each("docker_task", "task", fmt.Sprintf("name = \"%s\"", name), `image = "busybox"`),
		each("docker_task_wire", "wire", consumer, "task = docker_task.task[count.index]"),
		each("docker_task_schedule", "schedule", fmt.Sprintf("name = \"%s\"", name), fmt.Sprintf("expression = %q", daily), byName,
			fmt.Sprintf("role = { arn = %q }", c.scheduleRole)),
		block("resource docker_task_wire shared", consumer, `policy_name = "shared"`, c.byName()),
	}
	for kind, target := range map[string]string{"queue": c.queue, "topic": c.topic, "function": c.function} {
		blocks = append(blocks, each("docker_task_subscription", kind, fmt.Sprintf("name = \"%s-%s\"", name, kind), byName, fmt.Sprintf("%s = %q", kind, target)))
	}
	return c.wireFixture.config(blocks...)
}

func (c crowd) names(format string) []string {
	var out []string
	for i := range c.count {
		out = append(out, fmt.Sprintf(format, fmt.Sprintf("%s-%d", c.prefix, i)))
	}
	return out
}

func (c crowd) rules(kind string) []string { return c.names("%s-" + kind) }

func (c crowd) policies() []string { return c.names("docker-task-%s-" + acctest.Region()) }

// Fifty resources at fifty at once, and two runs of Terraform on two states that meet in one role and
// one function. Nothing is lost, plans are empty afterwards, and what one destroys leaves the
// other's.
func TestAccConcurrency_crowd(t *testing.T) {
	t.Parallel()
	w, h := newWired(t), newSubscriptionFixture(t)
	role, function := acctest.CreateRole(t, w.task+"-scheduler"), h.function("-notify")
	many, few := newCrowd(w, h, role, function, "many", 6), newCrowd(w, h, role, function, "few", 2)
	crowds := []crowd{many, few}
	check := func(checks ...resource.TestCheckFunc) {
		t.Helper()
		if err := resource.ComposeAggregateTestCheckFunc(checks...)(nil); err != nil {
			t.Error(err)
		}
	}
	var runs sync.WaitGroup
	for _, c := range crowds {
		runs.Go(func() {
			if _, err := c.work.Run("apply", "-auto-approve", "-parallelism=50"); err != nil {
				t.Error(err)
			}
		})
	}
	runs.Wait()
	check(h.functionLets(function, append(many.rules("function"), few.rules("function")...)...),
		w.expectPolicies(append(append(many.policies(), few.policies()...), "shared")...))
	for _, c := range crowds {
		check(h.queueLets(c.queue, c.rules("queue")...), h.topicLets(c.topic, c.rules("topic")...))
		if output, err := c.work.Run("plan", "-detailed-exitcode", "-parallelism=50"); err != nil {
			t.Errorf("the plan is not empty: %s%v", output, err)
		}
	}
	few.work.MustRun("destroy", "-auto-approve", "-parallelism=50")
	// One policy that two states have goes with the first of them. The other puts it back.
	check(h.functionLets(function, many.rules("function")...), w.expectPolicies(many.policies()...))
	many.work.MustRun("apply", "-auto-approve")
	check(w.expectPolicies(append(many.policies(), "shared")...))
	many.work.MustRun("destroy", "-auto-approve", "-parallelism=50")
	check(h.gone(h.functionLets(function), w.expectPolicies()), acctest.CheckUnitGone(t, many.prefix, few.prefix))
	for _, c := range crowds {
		check(h.queueLets(c.queue), h.topicLets(c.topic))
	}
}
