package provider_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// notReady is Scheduler's answer while it does not know of a role yet.
var notReady = acctest.Fault{
	Code: "ValidationException", Message: "The execution role you provide must allow AWS EventBridge Scheduler to assume the role.",
}

// failingSchedule is a schedule under a provider whose calls fail on purpose.
type failingSchedule struct {
	scheduled
	core core
}

func newFailingSchedule(t *testing.T) failingSchedule {
	t.Helper()
	s := newScheduled(t)
	return failingSchedule{scheduled: s, core: newCore(t, "docker_task_schedule", nil)}
}

func (f failingSchedule) whole() values {
	return f.arguments(values{"tags": values{"team": "data"}, "command": []any{"pg_dump"}})
}

// changed are other arguments for whatever can change in place.
func (f failingSchedule) changed() values {
	return f.arguments(values{
		"tags": values{"team": "other"}, "command": []any{"pg_dumpall"}, "role": values{"name": f.name + "-renamed"}, "dead_letter_queue": "dead",
	})
}

// key tells the calls of an operation apart, the same way for schedules of all names.
func (f failingSchedule) key(c acctest.Call) string {
	return strings.ReplaceAll(strings.Join([]string{c.String(), c.Field("RoleName"), c.Field("PolicyName")}, " "), f.name, "NAME")
}

// end destroys what there is and looks whether anything is left.
func (f failingSchedule) end(state resourceState) {
	f.t.Helper()
	f.proxy.Reset()
	if state.exists() {
		if _, err := f.core.destroy(state); err != nil {
			f.t.Error(err)
		}
	}
	if err := f.checkGone()(nil); err != nil {
		f.t.Error(err)
	}
}

// scheduleOperations are what is harmed.
var scheduleOperations = map[string]struct {
	prepare bool // there is a schedule before
	run     func(f failingSchedule, before resourceState) (resourceState, error)
	// after looks at what the operation left, and ends with nothing.
	after func(f failingSchedule, state resourceState, err error)
}{
	"create": {
		run: func(f failingSchedule, before resourceState) (resourceState, error) {
			return f.core.apply(before, f.whole())
		},
		after: func(f failingSchedule, state resourceState, err error) {
			if err == nil {
				f.t.Error("the create did not fail")
			}
			if state.exists() {
				f.t.Error("state has something, though it could all be undone")
			} else if err := f.checkGone()(nil); err != nil {
				f.t.Errorf("state has nothing, and %v", err)
			}
			if state, err = f.core.apply(f.core.nothing(), f.whole()); err != nil {
				f.t.Fatal(err)
			}
			f.core.mustPlanNothing(state, f.whole())
			f.end(state)
		},
	},
	"update": {
		prepare: true,
		run: func(f failingSchedule, before resourceState) (resourceState, error) {
			return f.core.apply(before, f.changed())
		},
		after: func(f failingSchedule, state resourceState, err error) { f.goOn(state, err, f.changed()) },
	},
	"update_back": {
		prepare: true,
		run: func(f failingSchedule, before resourceState) (resourceState, error) {
			return f.core.apply(before, f.changed())
		},
		after: func(f failingSchedule, state resourceState, err error) { f.goOn(state, err, f.whole()) },
	},
	"update_destroyed": {
		prepare: true,
		run: func(f failingSchedule, before resourceState) (resourceState, error) {
			return f.core.apply(before, f.changed())
		},
		after: func(f failingSchedule, state resourceState, _ error) { f.end(state) },
	},
	"destroy": {
		prepare: true,
		run:     func(f failingSchedule, before resourceState) (resourceState, error) { return f.core.destroy(before) },
		after: func(f failingSchedule, state resourceState, err error) {
			if err == nil || !state.exists() {
				f.t.Errorf("the destroy did not fail: %v", err)
			}
			f.proxy.Reset()
			if state, err = f.core.refresh(state); err != nil {
				f.t.Fatal(err)
			}
			f.end(state)
		},
	},
}

// goOn applies arguments after an operation that failed.
func (f failingSchedule) goOn(state resourceState, err error, arguments values) {
	f.t.Helper()
	f.proxy.Reset()
	if !state.exists() {
		f.t.Fatalf("the schedule is lost: %v", err)
	}
	if state, err = f.core.refresh(state); err != nil {
		f.t.Fatal(err)
	}
	if state, err = f.core.apply(state, arguments); err != nil {
		f.t.Fatal(err)
	}
	f.core.mustPlanNothing(state, arguments)
	f.end(state)
}

// TestAccSchedule_failure: whatever happens to whichever call of an operation, nothing is left
// behind in the end, and the next apply makes it good.
func TestAccSchedule_failure(t *testing.T) {
	t.Parallel()
	for name, o := range scheduleOperations {
		begin := func(t *testing.T) (failingSchedule, resourceState) {
			t.Helper()
			f := newFailingSchedule(t)
			before := f.core.nothing()
			// With a plan the default subnets are known.
			_, _, err := f.core.plan(before, f.whole())
			if err == nil && o.prepare {
				before, err = f.core.apply(before, f.whole())
			}
			if err != nil {
				t.Fatal(err)
			}
			f.proxy.Reset()
			return f, before
		}
		mutating := map[string]bool{}
		t.Run(name, func(t *testing.T) {
			f, before := begin(t)
			state, err := o.run(f, before)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range f.proxy.Calls() {
				mutating[f.key(c)] = c.Mutating()
			}
			if len(mutating) == 0 {
				t.Fatal("no calls were seen")
			}
			f.end(state)
		})
		some := fewerFaults
		if name == "create" {
			some = faults
		}
		for faultName, fault := range some {
			for _, key := range slices.Sorted(maps.Keys(mutating)) {
				if !mutating[key] && (faultName == "AnswerLost" || faultName == "ConnectionDropped" && strings.HasPrefix(key, "scheduler.GET")) {
					continue // what reads has no effect; and a GET is sent again by net/http itself
				}
				t.Run(name+"/"+faultName+"/"+strings.ReplaceAll(key, "/", ":"), func(t *testing.T) {
					t.Parallel()
					f, before := begin(t)
					harm := f.proxy.FailNth(1, fault, func(c acctest.Call) bool { return f.key(c) == key })
					state, err := o.run(f, before)
					if harm.Hits() == 0 {
						t.Error("the call was not made")
					}
					o.after(f, state, err)
				})
			}
		}
	}
}

// TestAccSchedule_killed: the process dies in a create, and nothing is in state. The next create
// names what is there and how to import it, and the import takes it up.
func TestAccSchedule_killed(t *testing.T) {
	t.Parallel()
	for n := range 3 {
		t.Run(fmt.Sprintf("after_%d", n+1), func(t *testing.T) {
			t.Parallel()
			killedAfter(newFailingSchedule(t), n+1)
		})
	}
}

func killedAfter(f failingSchedule, calls int) {
	t := f.t
	t.Helper()
	if _, _, err := f.core.plan(f.core.nothing(), f.whole()); err != nil {
		t.Fatal(err)
	}
	f.proxy.Reset()
	f.proxy.FailFrom(calls+1, acctest.ConnectionDropped)
	if _, err := f.core.apply(f.core.nothing(), f.whole()); err == nil {
		t.Fatal("the create did not fail")
	}
	f.proxy.Reset()
	state, err := f.core.apply(f.core.nothing(), f.whole())
	if err != nil {
		if command := "terraform import docker_task_schedule.NAME default/" + f.name; !strings.Contains(err.Error(), command) {
			t.Fatalf("the error does not say %q: %v", command, err)
		}
		if state, err = f.core.imported(f.name); err != nil {
			t.Fatal(err)
		}
		if state, err = f.core.apply(state, f.whole()); err != nil {
			t.Fatal(err)
		}
	}
	f.core.mustPlanNothing(state, f.whole())
	f.end(state)
}

// A role that was just made is waited for, in a create and in a change of role; one that is
// somebody else's is not.
func TestAccSchedule_roleNotReady(t *testing.T) {
	t.Parallel()
	f := newFailingSchedule(t)
	path := "/schedules/" + f.name
	create := f.proxy.FailNth(1, notReady, acctest.On("scheduler.POST "+path))
	update := f.proxy.FailNth(1, notReady, acctest.On("scheduler.PUT "+path))
	state, err := f.core.apply(f.core.nothing(), f.whole())
	if err != nil || create.Hits() != 1 {
		t.Fatalf("create: %d times, %v", create.Hits(), err)
	}
	if state, err = f.core.apply(state, f.changed()); err != nil || update.Hits() != 1 {
		t.Fatalf("update: %d times, %v", update.Hits(), err)
	}
	f.core.mustPlanNothing(state, f.changed())
	f.end(state)

	given := f.arguments(values{"role": values{"arn": f.place.Global("iam", "role/theirs")}})
	never := f.proxy.Fail(acctest.On("scheduler.POST "+path), notReady)
	if _, err := f.core.apply(f.core.nothing(), given); err == nil || !strings.Contains(err.Error(), "assume the role") || never.Hits() != 1 {
		t.Errorf("a role that is given: %d times, %v", never.Hits(), err)
	}
	f.end(f.core.nothing())
}

// A start that has passed since does not keep a schedule from being changed.
func TestAccSchedule_startPassed(t *testing.T) {
	t.Parallel()
	acctest.OnEmulator(t, "time passes faster there")
	f := newFailingSchedule(t)
	// To moto, only a * makes a schedule that begins.
	past := values{"start": "2020-01-01T00:00:00Z", "expression": "rate(1 day)"}
	state, err := f.core.apply(f.core.nothing(), f.arguments(past))
	if err != nil {
		t.Fatal(err)
	}
	refused := f.proxy.Fail(func(c acctest.Call) bool {
		return c.Operation == "PUT /schedules/"+f.name && strings.Contains(string(c.Body), "StartDate")
	}, acctest.Fault{Code: "ValidationException", Message: "The StartDate you specify cannot be earlier than 5 minutes ago."})
	past["description"] = "Changed."
	if state, err = f.core.apply(state, f.arguments(past)); err != nil || refused.Hits() == 0 {
		t.Fatalf("%d times refused: %v", refused.Hits(), err)
	}
	if have := f.mustFind(); have.StartDate != nil || aws.ToString(have.Description) != "Changed." {
		t.Errorf("AWS has %+v", have)
	}
	f.core.mustPlanNothing(state, f.arguments(past))
	f.end(state)
}
