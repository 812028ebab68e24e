package provider_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// killCases are the configurations that are killed and interrupted.
var killCases = map[string]func(*testing.T, ...string) killHarness{"task": newKillTask, "rest": newKillRest, "cluster": newKillCluster}

// TestAccKilled_create: the provider is killed at any call of a create. The next create names the parts that exist,
// with the import command; the import adopts them, an apply completes the unit, and a destroy leaves nothing.
func TestAccKilled_create(t *testing.T) {
	t.Parallel()
	acctest.PreCheck(t)
	all := map[string]func(*testing.T, ...string) killHarness{"named": newKillNamed, "named schedule": newKillNamedSchedule}
	maps.Copy(all, killCases)
	for name, newHarness := range everyInShort(3, all) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var calls []string
			t.Run("not killed", func(t *testing.T) {
				m := newHarness(t)
				m.proxy.Reset()
				m.mustApply()
				calls = m.mutating()
				m.end()
			})
			if len(calls) < 3 {
				t.Fatalf("the calls that change something are %q", calls)
			}
			for _, call := range inShort(10, calls) {
				t.Run(call, func(t *testing.T) {
					t.Parallel()
					m := newHarness(t)
					before := m.parts()
					m.killedAt(call, "apply", "-auto-approve")
					lost := m.lost(before)
					if len(lost) == 0 && !leavesNoPart(call) {
						t.Error("nothing that the provider created is left")
					}
					m.takeUp(lost)
					m.end()
				})
			}
		})
	}
}

// TestAccKilled_update: the provider is killed at any call of an update. Terraform loses private state then; the next
// apply completes the update all the same.
func TestAccKilled_update(t *testing.T) {
	t.Parallel()
	onlyInLong(t)
	acctest.PreCheck(t)
	for name, newHarness := range killCases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var calls []string
			t.Run("not killed", func(t *testing.T) {
				m := newHarness(t)
				m.mustApply()
				m.proxy.Reset()
				m.change(m.after)
				m.mustApply()
				calls = m.mutating()
				m.end()
			})
			if len(calls) < 4 {
				t.Fatalf("the calls that change something are %q", calls)
			}
			for _, call := range inShort(10, calls) {
				t.Run(call, func(t *testing.T) {
					t.Parallel()
					m := newHarness(t)
					m.mustApply()
					m.change(m.after)
					m.killedAt(call, "apply", "-auto-approve")
					m.mustApply()
					m.end()
				})
			}
		})
	}
}

// TestAccKilled_destroy: the provider is killed at any call of a destroy. The next destroy completes it.
func TestAccKilled_destroy(t *testing.T) {
	t.Parallel()
	onlyInLong(t)
	acctest.PreCheck(t)
	for name, newHarness := range killCases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var calls []string
			t.Run("not killed", func(t *testing.T) {
				m := newHarness(t)
				m.mustApply()
				m.proxy.Reset()
				m.destroy()
				calls = m.mutating()
			})
			if len(calls) < 4 {
				t.Fatalf("the calls that change something are %q", calls)
			}
			for _, call := range inShort(10, calls) {
				t.Run(call, func(t *testing.T) {
					t.Parallel()
					m := newHarness(t)
					m.mustApply()
					m.killedAt(call, "destroy", "-auto-approve")
					m.destroy()
				})
			}
		})
	}
}

// leavesNoPart reports whether a call of a create leaves nothing that makes the next create fail: those for a wire's
// policy, for a statement for a rule, and for the policy that all clusters share.
func leavesNoPart(call string) bool {
	return strings.HasPrefix(call, theWiresCall) || strings.HasPrefix(call, "sqs.") || call == "logs.PutResourcePolicy"
}

// killCase are the calls that change something when a configuration is created, changed and destroyed without a kill.
type killCase struct{ create, update, destroy []string }

// runAll creates, changes and destroys the configuration.
func (m killHarness) runAll() killCase {
	m.t.Helper()
	var calls killCase
	m.proxy.Reset()
	m.mustApply()
	calls.create = m.mutating()
	m.proxy.Reset()
	m.change(m.after)
	m.mustApply()
	calls.update = m.mutating()
	m.proxy.Reset()
	m.destroy()
	calls.destroy = m.mutating()
	for _, calls := range [][]string{calls.create, calls.update, calls.destroy} {
		if len(calls) < 4 {
			m.t.Fatalf("the calls that change something are %q", calls)
		}
	}
	return calls
}

// rounds has one kill of each operation in each round, until each call had its kill.
func (l killCase) rounds() []killCase {
	out := make([]killCase, max(len(l.create), len(l.update), len(l.destroy)))
	nth := func(calls []string, i int) []string { return calls[i%len(calls):][:1] }
	for i := range out {
		out[i] = killCase{nth(l.create, i), nth(l.update, i), nth(l.destroy, i)}
	}
	return out
}

// sampled are all cases of a task, and every second one of the rest, because these tests are slow: with 0 for one
// Ctrl-C and 1 for two, each call is interrupted in one of the tests.
func sampled[T any](name string, first int, cases []T) []T {
	if name == "task" {
		return cases
	}
	return everyNth(2, cases[first:])
}

// TestAccInterrupted: Ctrl-C at any call of a create, an update and a destroy. The call in flight ends, no other
// begins, and a create is rolled back with a timeout of its own: state has all that exists, and the next run
// completes the operation. A run that was interrupted too late to fail is complete.
func TestAccInterrupted(t *testing.T) {
	t.Parallel()
	acctest.PreCheck(t)
	for name, newHarness := range everyInShort(2, killCases) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var calls killCase
			t.Run("not killed", func(t *testing.T) { calls = newHarness(t).runAll() })
			for i, l := range inShort(10, sampled(name, 0, calls.rounds())) {
				t.Run(fmt.Sprint(i), func(t *testing.T) {
					t.Parallel()
					m := newHarness(t)
					m.interruptedLife(l)
				})
			}
		})
	}
}

func (m killHarness) interruptedLife(l killCase) {
	m.t.Helper()
	before := m.parts()
	for _, call := range l.create {
		err := m.interruptedAt(call, "apply", "-auto-approve")
		if lost := m.lost(before); len(lost) > 0 {
			m.t.Errorf("%s: not in state are %v", call, lost)
		}
		m.goOn(call, err)
	}
	m.change(m.after)
	for _, call := range l.update {
		m.goOn(call, m.interruptedAt(call, "apply", "-auto-approve"))
	}
	for _, call := range l.destroy {
		if err := m.interruptedAt(call, "destroy", "-auto-approve"); err != nil {
			m.t.Logf("%s: %v", call, err)
			m.destroy()
		}
		m.gone()
	}
}

// goOn applies again after an apply that was interrupted at a call, if that failed.
func (m killHarness) goOn(call string, err error) {
	m.t.Helper()
	if err != nil {
		m.t.Logf("%s: interrupted", call)
		m.mustApply()
	}
	m.mustPlanNothing()
}

// TestAccInterrupted_takenBack: an update that was interrupted after it had created a role is reverted. The record
// has the new role, though state has the name of the old one.
func TestAccInterrupted_takenBack(t *testing.T) {
	onlyInLong(t)
	t.Parallel()
	acctest.PreCheck(t)
	m := newKillTask(t)
	m.mustApply()
	m.change(m.after)
	if err := m.interruptedAt("iam.CreateRole NAME-renamed", "apply", "-auto-approve"); err == nil {
		t.Error("the apply does not fail")
	}
	m.change(m.before)
	m.mustApply()
	m.end()
}

// TestAccInterrupted_twice: a second Ctrl-C, at any call, ends the command line at once, and kills the provider.
func TestAccInterrupted_twice(t *testing.T) {
	t.Parallel()
	onlyInLong(t)
	acctest.PreCheck(t)
	for name, newHarness := range killCases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var calls killCase
			t.Run("not killed", func(t *testing.T) { calls = newHarness(t).runAll() })
			for _, call := range inShort(10, sampled(name, 1, calls.create)) {
				t.Run("create/"+call, func(t *testing.T) {
					t.Parallel()
					m := newHarness(t)
					before := m.parts()
					m.interruptedTwiceAt(call, "apply", "-auto-approve")
					m.takeUp(m.lost(before))
					m.end()
				})
			}
			for i, l := range inShort(10, sampled(name, 1, calls.rounds())) {
				t.Run(fmt.Sprint("others/", i), func(t *testing.T) {
					t.Parallel()
					m := newHarness(t)
					m.mustApply()
					m.change(m.after)
					for _, call := range l.update {
						m.interruptedTwiceAt(call, "apply", "-auto-approve")
						m.mustApply()
						m.mustPlanNothing()
					}
					for _, call := range l.destroy {
						m.interruptedTwiceAt(call, "destroy", "-auto-approve")
						m.destroy()
					}
				})
			}
		})
	}
}
