package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// faults are what can happen to a call; the provider does not try again here.
var faults = map[string]acctest.Fault{
	"ServerError":       acctest.ServerError,
	"AccessDenied":      acctest.AccessDenied,
	"ConnectionDropped": acctest.ConnectionDropped,
	"AnswerLost":        acctest.AnswerLost,
}

// fewerFaults are those of them that differ in what they leave: without and with an effect.
var fewerFaults = map[string]acctest.Fault{"ServerError": acctest.ServerError, "AnswerLost": acctest.AnswerLost}

// failing is one unit under a provider whose calls fail on purpose.
type failing struct {
	unit
	core
	proxy *acctest.Proxy
	t     *testing.T
}

func newFailing(t *testing.T, more values) failing {
	t.Helper()
	u := newUnit(t)
	proxy := acctest.NewProxy(t)
	return failing{unit: u, core: newCore(t, "docker_task", more), proxy: proxy, t: t}
}

// arguments of a unit that has something of everything.
func (f failing) arguments() values {
	return values{
		"name": f.name, "image": "busybox",
		"execution_role": values{"policies": values{"objects": readObjects}},
		"tags":           values{"team": "video"},
		"keep_revisions": 0,
	}
}

// changed are other arguments for whatever can change in place.
func (f failing) changed() values {
	a := f.arguments()
	a["image"] = "alpine"
	a["execution_role"] = values{"policies": values{"queues": readQueues}, "description": "Starts it."}
	a["task_role"] = values{"name": f.name + "-renamed"}
	a["log_group"] = values{"retention_in_days": 7}
	a["tags"] = values{"team": "audio"}
	return a
}

// must takes the result of an operation that has to succeed.
func (f failing) must(state resourceState, err error) resourceState {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
	return state
}

// end destroys what there is and looks whether anything is left.
func (f failing) end(state resourceState) {
	f.t.Helper()
	f.proxy.Reset()
	if state.exists() {
		f.must(f.destroy(state))
	}
	if err := f.checkGone()(nil); err != nil {
		f.t.Error(err)
	}
}

// operation is what is harmed: prepare makes what has to be there before.
type operation struct {
	prepare func(failing) resourceState
	run     func(failing, resourceState) (resourceState, error)
}

var (
	create = operation{
		// With a plan the default subnets are known.
		prepare: func(f failing) resourceState {
			_, _, err := f.plan(f.nothing(), f.arguments())
			return f.must(f.nothing(), err)
		},
		run: func(f failing, before resourceState) (resourceState, error) { return f.apply(before, f.arguments()) },
	}
	update = operation{
		prepare: func(f failing) resourceState { return f.must(f.apply(f.nothing(), f.arguments())) },
		run:     func(f failing, before resourceState) (resourceState, error) { return f.apply(before, f.changed()) },
	}
	destroy = operation{
		prepare: update.prepare,
		run:     failing.destroyed,
	}
)

func (f failing) destroyed(before resourceState) (resourceState, error) { return f.destroy(before) }

// key tells the calls of an operation apart, the same way for units of all names.
func (f failing) key(c acctest.Call) string {
	words := []string{c.String()}
	for _, field := range []string{"RoleName", "PolicyName", "taskDefinition", "familyPrefix"} {
		if v := c.Field(field); v != "" {
			v = strings.ReplaceAll(v, acctest.AccountID(f.t), "")
			words = append(words, strings.ReplaceAll(v, f.name, "NAME"))
		}
	}
	return strings.Join(words, " ")
}

// forEveryCall runs a test of every fault of every call that an operation makes, with the
// unit as it is before the operation and the call about to fail. What reads has no effect
// that could be without an answer.
func (o operation) forEveryCall(t *testing.T, faults map[string]acctest.Fault, test func(f failing, before resourceState)) {
	t.Helper()
	mutating := map[string]bool{}
	t.Run("unharmed", func(t *testing.T) {
		f := newFailing(t, nil)
		before := o.prepare(f)
		f.proxy.Reset()
		after := f.must(o.run(f, before))
		for _, c := range f.proxy.Calls() {
			mutating[f.key(c)] = c.Mutating()
		}
		f.end(after)
	})
	if len(mutating) == 0 {
		t.Fatal("no calls were seen")
	}
	for name, fault := range faults {
		for key := range mutating {
			if name == "AnswerLost" && !mutating[key] {
				continue
			}
			t.Run(name+"/"+key, func(t *testing.T) {
				t.Parallel()
				f := newFailing(t, nil)
				before := o.prepare(f)
				f.proxy.Reset()
				harm := f.proxy.FailNth(1, fault, func(c acctest.Call) bool { return f.key(c) == key })
				test(f, before)
				if harm.Hits() == 0 {
					t.Error("the call was not made")
				}
			})
		}
	}
}

// TestAccTask_failure_create: whatever happens to whichever call of a create, nothing is
// left; the next apply makes the unit.
func TestAccTask_failure_create(t *testing.T) {
	t.Parallel()
	create.forEveryCall(t, faults, func(f failing, before resourceState) {
		state, err := create.run(f, before)
		if err == nil {
			f.t.Error("the create did not fail")
		}
		if state.exists() {
			f.t.Error("state has something, though it could all be undone")
		} else if err := f.checkGone()(nil); err != nil {
			f.t.Errorf("state has nothing, and %v", err)
		}
		state = f.must(f.apply(f.nothing(), f.arguments()))
		f.mustPlanNothing(state, f.arguments())
		f.end(state)
	})
}

// TestAccTask_failure_update: whatever happens to whichever call of an update, the next one
// finishes it, and nothing of the old or the new is left in the end.
func TestAccTask_failure_update(t *testing.T) {
	t.Parallel()
	update.forEveryCall(t, fewerFaults, func(f failing, before resourceState) {
		state, err := update.run(f, before)
		if !state.exists() {
			f.t.Fatalf("the unit is lost: %v", err)
		}
		f.proxy.Reset()
		state = f.must(f.refresh(state))
		state = f.must(f.apply(state, f.changed()))
		f.mustPlanNothing(state, f.changed())
		f.end(state)
	})
}

// TestAccTask_failure_update_back: nor does it matter if the user takes the change back.
func TestAccTask_failure_update_back(t *testing.T) {
	t.Parallel()
	update.forEveryCall(t, fewerFaults, func(f failing, before resourceState) {
		state, err := update.run(f, before)
		if !state.exists() {
			f.t.Fatalf("the unit is lost: %v", err)
		}
		f.proxy.Reset()
		state = f.must(f.refresh(state))
		state = f.must(f.apply(state, f.arguments()))
		f.mustPlanNothing(state, f.arguments())
		f.end(state)
	})
}

// TestAccTask_failure_destroy: whatever happens to whichever call of a destroy, the next one
// finishes it.
func TestAccTask_failure_destroy(t *testing.T) {
	t.Parallel()
	destroy.forEveryCall(t, fewerFaults, func(f failing, before resourceState) {
		state, err := destroy.run(f, before)
		if err == nil || !state.exists() {
			f.t.Errorf("the destroy did not fail: %v", err)
		}
		// The refresh before the next destroy may find all gone.
		f.proxy.Reset()
		f.end(f.must(f.refresh(state)))
	})
}

// TestAccTask_failure_retried: an answer that is lost is asked for again; that the call took
// effect the first time is no surprise.
func TestAccTask_failure_retried(t *testing.T) {
	t.Parallel()
	for _, call := range []string{
		"iam.CreateRole", "iam.PutRolePolicy", "logs.CreateLogGroup", "logs.PutRetentionPolicy", "ecs.RegisterTaskDefinition",
	} {
		t.Run(call, func(t *testing.T) {
			t.Parallel()
			f := newFailing(t, values{"max_retries": 3})
			lost := f.proxy.FailNth(1, acctest.AnswerLost, acctest.On(call))
			state := f.must(f.apply(f.nothing(), f.arguments()))
			if lost.Hits() != 1 {
				t.Errorf("%d answers were lost", lost.Hits())
			}
			f.mustPlanNothing(state, f.arguments())
			f.end(state)
		})
	}
}

// TestAccTask_failure_gone: from one call on nothing comes through, as when the network is
// gone. The rollback fails, too, and state has to have the unit.
func TestAccTask_failure_gone(t *testing.T) {
	t.Parallel()
	diedAfter(t, func(f failing, state resourceState) {
		if !state.exists() {
			f.t.Error("nothing in state, though nobody knows what is left")
		}
		f.end(state)
	})
}

// TestAccTask_failure_killed: the process dies in a create, and nothing is in state. The next
// create names what is there and how to import it, and the import takes it up.
func TestAccTask_failure_killed(t *testing.T) {
	t.Parallel()
	diedAfter(t, func(f failing, _ resourceState) {
		state, err := f.apply(f.nothing(), f.arguments())
		if err != nil {
			if command := "terraform import docker_task.NAME " + f.name; !strings.Contains(err.Error(), command) {
				f.t.Fatalf("the error does not say %q: %v", command, err)
			}
			state = f.must(f.imported(f.name))
			state = f.must(f.apply(state, f.arguments()))
		}
		f.mustPlanNothing(state, f.arguments())
		f.end(state)
	})
}

// diedAfter runs a test of a create of which only so many calls came through: none, one, and
// so on to all but the last.
func diedAfter(t *testing.T, test func(f failing, state resourceState)) {
	t.Helper()
	calls := 0
	t.Run("unharmed", func(t *testing.T) {
		f := newFailing(t, nil)
		before := create.prepare(f)
		f.proxy.Reset()
		after := f.must(create.run(f, before))
		calls = len(f.proxy.Calls())
		f.end(after)
	})
	for n := range calls {
		t.Run(fmt.Sprintf("after_%d", n), func(t *testing.T) {
			t.Parallel()
			f := newFailing(t, nil)
			before := create.prepare(f)
			f.proxy.Reset()
			f.proxy.FailFrom(n+1, acctest.ConnectionDropped)
			state, err := create.run(f, before)
			if err == nil {
				t.Fatal("the create did not fail")
			}
			f.proxy.Reset()
			test(f, state)
		})
	}
}

// TestAccTask_failure_logGroup_rename: the new log group of an update that failed goes when
// the user takes the change back. Until then drift says that it may be there.
func TestAccTask_failure_logGroup_rename(t *testing.T) {
	t.Parallel()
	f := newFailing(t, nil)
	state := f.must(f.apply(f.nothing(), f.arguments()))
	renamed := f.arguments()
	group := "/logs/" + f.name
	renamed["log_group"] = values{"name": group}
	f.proxy.FailNth(1, acctest.AccessDenied, acctest.On("ecs.RegisterTaskDefinition"))
	state, err := f.apply(state, renamed)
	if err == nil || f.cloud.LogGroup(group) == nil {
		t.Fatalf("the group was not made, or the update did not fail: %v", err)
	}
	f.proxy.Reset()
	state = f.must(f.refresh(state))
	if drift := fmt.Sprint(state.value); !strings.Contains(drift, "log group "+group+": may be left by an update that failed") {
		t.Errorf("the state does not speak of the group: %s", drift)
	}
	state = f.must(f.apply(state, f.arguments()))
	if f.cloud.LogGroup(group) != nil {
		t.Error("the group is still there")
	}
	f.mustPlanNothing(state, f.arguments())
	f.end(state)
}
