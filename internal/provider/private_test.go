package provider_test

import "testing"

// Terraform drops private state and identity when the provider dies in an update, and keeps the
// state of before. Then the parts tell what unit they are of: the next apply finishes the
// update, and a destroy, even one without a refresh, leaves nothing.
func TestAccPrivateState_lost(t *testing.T) {
	t.Parallel()
	type subject struct {
		core          core
		before, after values
		mustBeGone    func()
	}
	subjects := map[string]func(*testing.T) subject{
		"task": func(t *testing.T) subject {
			h := newHarmed(t, faultyTask, faultVariant{})
			after := h.arguments(faultyTask.change("role renamed").to(h), values{
				"image": "alpine", "execution_role": values{"policies": values{"queues": readQueues}}, "log_group": values{"retention_in_days": 7}, "tags": values{"team": "audio"},
			})
			return subject{core: h.core, before: h.arguments(), after: after, mustBeGone: func() { h.empty("in the end") }}
		},
		"schedule": func(t *testing.T) subject {
			h := newHarmed(t, faultySchedule, faultVariant{})
			after := h.arguments(faultySchedule.change("much at once").to(h))
			return subject{core: h.core, before: h.arguments(), after: after, mustBeGone: func() { h.empty("in the end") }}
		},
		"subscription": func(t *testing.T) subject {
			h := newHeard(t)
			done, other := h.queue("-done"), h.queue("-other")
			arguments := func(queue string) values {
				return values{"task": values{"name": h.task}, "name": h.task, "queue": queue, "tags": values{"team": "data"}}
			}
			return subject{
				core: newCore(t, "docker_task_subscription", nil), before: arguments(done), after: arguments(other),
				mustBeGone: func() { h.must(h.gone(h.queueLets(done), h.queueLets(other))(nil)) },
			}
		},
	}
	for name, newSubject := range subjects {
		for way, end := range map[string]func(t *testing.T, s subject, state resourceState) error{
			"destroy": func(_ *testing.T, s subject, state resourceState) error {
				_, err := s.core.destroy(state)
				return err
			},
			"update": func(_ *testing.T, s subject, state resourceState) error {
				state, err := s.core.refresh(state)
				if err == nil {
					state, err = s.core.apply(state, s.after)
				}
				if err != nil {
					return err
				}
				s.core.mustPlanNothing(state, s.after)
				_, err = s.core.destroy(state)
				return err
			},
			"update_done": func(_ *testing.T, s subject, state resourceState) error {
				// All calls were made, but nobody could tell Terraform.
				_, err := s.core.apply(state, s.after)
				state.private, state.identity = nil, nil
				if err == nil {
					state, err = s.core.refresh(state)
				}
				if err == nil {
					state, err = s.core.apply(state, s.after)
				}
				if err != nil {
					return err
				}
				s.core.mustPlanNothing(state, s.after)
				_, err = s.core.destroy(state)
				return err
			},
		} {
			t.Run(name+"/"+way, func(t *testing.T) {
				t.Parallel()
				s := newSubject(t)
				state, err := s.core.apply(s.core.nothing(), s.before)
				if err != nil {
					t.Fatal(err)
				}
				if way != "update_done" {
					state.private, state.identity = nil, nil
				}
				if err := end(t, s, state); err != nil {
					t.Fatal(err)
				}
				s.mustBeGone()
			})
		}
	}
}
