package provider_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// mortals are what is killed and interrupted.
var mortals = map[string]func(*testing.T, ...string) mortal{"task": mortalTask, "rest": mortalRest}

// TestAccKilled_create: the provider is killed at any call of a create. What it has made is
// named at the next create with the command that imports it; the import takes up what is half
// made, an apply finishes it, and a destroy leaves nothing.
func TestAccKilled_create(t *testing.T) {
	t.Parallel()
	for name, newMortal := range mortals {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var calls []string
			t.Run("unharmed", func(t *testing.T) {
				m := newMortal(t)
				m.proxy.Reset()
				m.mustApply()
				calls = m.mutating()
				m.end()
			})
			if len(calls) < 4 {
				t.Fatalf("the calls that change something are %q", calls)
			}
			for _, call := range inShort(3, calls) {
				t.Run(call, func(t *testing.T) {
					t.Parallel()
					m := newMortal(t)
					m.killedAt(call, "apply", "-auto-approve")
					m.takeUp()
					m.end()
				})
			}
		})
	}
}

// TestAccKilled_update: the provider is killed at any call of an update. Terraform loses what
// the provider keeps in private state then; the next apply finishes the update all the same.
func TestAccKilled_update(t *testing.T) {
	t.Parallel()
	for name, newMortal := range mortals {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var calls []string
			t.Run("unharmed", func(t *testing.T) {
				m := newMortal(t)
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
			for _, call := range inShort(3, calls) {
				t.Run(call, func(t *testing.T) {
					t.Parallel()
					m := newMortal(t)
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

// TestAccKilled_destroy: the provider is killed at any call of a destroy. The next one finishes
// it.
func TestAccKilled_destroy(t *testing.T) {
	t.Parallel()
	for name, newMortal := range mortals {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var calls []string
			t.Run("unharmed", func(t *testing.T) {
				m := newMortal(t)
				m.mustApply()
				m.proxy.Reset()
				m.destroy()
				calls = m.mutating()
			})
			if len(calls) < 4 {
				t.Fatalf("the calls that change something are %q", calls)
			}
			for _, call := range inShort(3, calls) {
				t.Run(call, func(t *testing.T) {
					t.Parallel()
					m := newMortal(t)
					m.mustApply()
					m.killedAt(call, "destroy", "-auto-approve")
					m.destroy()
				})
			}
		})
	}
}

// TestAccInterrupted: Ctrl-C. The call under way comes to its end, no other begins, and what was
// made is taken back with a time of its own; nothing that there is, is not in state.
func TestAccInterrupted(t *testing.T) {
	t.Parallel()
	interrupt := func(m mortal) func(*acctest.Running) {
		return func(run *acctest.Running) {
			run.Interrupt()
			if !run.WaitFor("Interrupt received") {
				m.t.Error("the interrupt was not noticed")
			}
		}
	}
	for name, test := range map[string]func(t *testing.T){
		"create": func(t *testing.T) {
			m := mortalTask(t)
			if err := m.at("logs.CreateLogGroup", interrupt(m), "apply", "-auto-approve"); err == nil {
				t.Error("the apply does not fail")
			}
			if err := m.checkGone(nil); err != nil {
				t.Error(err)
			}
			m.mustApply()
			m.end()
		},
		"last call of a create": func(t *testing.T) {
			m := mortalTask(t)
			_ = m.at("ecs.RegisterTaskDefinition", interrupt(m), "apply", "-auto-approve") // a success that was interrupted
			m.end()
		},
		"create of all others": func(t *testing.T) {
			m := mortalRest(t)
			_ = m.at("iam.CreateRole NAME-us-east-1-schedule", interrupt(m), "apply", "-auto-approve") // as above
			m.mustApply()
			m.end()
		},
		"update": func(t *testing.T) {
			m := mortalTask(t)
			m.mustApply()
			m.change(m.after)
			if err := m.at("iam.CreateRole NAME-renamed", interrupt(m), "apply", "-auto-approve"); err == nil {
				t.Error("the apply does not fail")
			}
			// Back: state knows of the new role, though it has the old one's name.
			m.change(m.before)
			m.mustApply()
			m.end()
		},
		"destroy": func(t *testing.T) {
			m := mortalTask(t)
			m.mustApply()
			if err := m.at("ecs.DeregisterTaskDefinition", interrupt(m), "destroy", "-auto-approve"); err == nil {
				t.Error("the destroy does not fail")
			}
			m.destroy()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t)
		})
	}
}

// TestAccInterrupted_twice: Ctrl-C a second time ends the command line at once, and kills the
// provider.
func TestAccInterrupted_twice(t *testing.T) {
	t.Parallel()
	for name, call := range map[string]string{"task": "logs.CreateLogGroup", "rest": "events.PutTargets"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := mortals[name](t)
			err := m.at(call, func(run *acctest.Running) {
				run.Interrupt()
				if !run.WaitFor("Interrupt received") {
					t.Error("the interrupt was not noticed")
				}
				run.Interrupt()
				_, _ = run.Wait() // that it fails is seen below
			}, "apply", "-auto-approve")
			failed, ok := errors.AsType[*acctest.CommandError](err)
			if !ok || !strings.Contains(failed.Output, "Two interrupts received") {
				t.Errorf("error %v", err)
			}
			m.takeUp()
			m.end()
		})
	}
}
