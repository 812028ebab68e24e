package provider_test

import (
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// If the provider is killed in an update, Terraform loses private state and identity, and keeps the old state. The
// unit is then recognised by the tags of its parts: the next apply completes the update, and a destroy, even one
// without a refresh, leaves nothing.
func TestAccPrivateState_lost(t *testing.T) {
	t.Parallel()
	type subject struct {
		core          protocolClient
		before, after values
		mustBeGone    func()
	}
	subjects := map[string]func(*testing.T) subject{
		"task": func(t *testing.T) subject {
			h := newFaultHarness(t, faultyTask, faultVariant{})
			after := h.arguments(faultyTask.change("role renamed").to(h), values{
				"image": "alpine", "execution_role": values{"policies": values{"queues": readQueues}}, "log_group": values{"retention_in_days": 7}, "tags": values{"team": "audio"},
			})
			return subject{core: h.protocolClient, before: h.arguments(), after: after, mustBeGone: func() { h.empty("in the end") }}
		},
		"schedule": func(t *testing.T) subject {
			h := newFaultHarness(t, faultySchedule, faultVariant{})
			after := h.arguments(faultySchedule.change("much at once").to(h))
			return subject{core: h.protocolClient, before: h.arguments(), after: after, mustBeGone: func() { h.empty("in the end") }}
		},
		"cluster": func(t *testing.T) subject {
			h := newFaultHarness(t, faultyCluster, faultVariant{})
			return subject{core: h.protocolClient, before: h.arguments(), after: h.arguments(faultyCluster.change("all of it").to(h)), mustBeGone: func() { h.empty("in the end") }}
		},
		"adopted cluster": func(t *testing.T) subject {
			h := newFaultHarness(t, faultyCluster, faultyCluster.variants[1])
			return subject{core: h.protocolClient, before: h.arguments(), after: h.arguments(values{"timeouts": values{"delete": "1m"}}), mustBeGone: func() { h.empty("in the end") }}
		},
		"subscription": func(t *testing.T) subject {
			h := newSubscriptionFixture(t)
			done, other := h.queue("-done"), h.queue("-other")
			arguments := func(queue string) values {
				return values{"task": values{"name": h.task}, "name": h.task, "queue": queue, "tags": values{"team": "data"}}
			}
			return subject{
				core: newProtocolClient(t, "docker_task_subscription", nil), before: arguments(done), after: arguments(other),
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
				// All calls were made, but Terraform has not received the result.
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

// AWS is eventually consistent: a refresh right after a create may find nothing. If the unit has only one part, the
// refresh, in another provider process, sees by the time in private state that it must read again.
func TestAccPrivateState_readTooEarly(t *testing.T) {
	t.Parallel()
	type subject struct {
		resource  string
		arguments values
		proxy     *acctest.Proxy
		read      string
		gone      func()
	}
	for name, c := range map[string]struct {
		new    func(*testing.T) subject
		unseen acctest.Fault
	}{
		"schedule": {func(t *testing.T) subject {
			s := newScheduled(t)
			role := acctest.CreateRole(t, s.name+"-given")
			return subject{"docker_task_schedule", s.arguments(values{"role": values{"arn": role}}), s.proxy, "scheduler.GET /schedules/" + s.name, func() {
				if s.find("default") != nil {
					t.Error("the schedule is left")
				}
			}}
		}, acctest.Fault{Code: "ResourceNotFoundException", Message: "Schedule does not exist.", Status: 404}},
		"subscription": {func(t *testing.T) subject {
			h := newSubscriptionFixture(t)
			done := h.queue("-done")
			return subject{"docker_task_subscription", values{"task": values{"name": h.task}, "queue": done, "attach_permission": false}, acctest.NewProxy(t), "events.DescribeRule", func() {
				h.must(h.gone(h.queueLets(done))(nil))
			}}
		}, acctest.Fault{Code: "ResourceNotFoundException", Message: "Rule does not exist on EventBus default."}},
		"cluster": {func(t *testing.T) subject {
			h := newClusterFixture(t)
			return subject{"docker_task_cluster", values{"name": h.name}, acctest.NewProxy(t), "ecs.DescribeClusters", func() { h.must(h.gone()(nil)) }}
		}, acctest.Fault{Code: "ClusterNotFoundException", Message: "Cluster not found."}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := c.new(t)
			process := func() protocolClient {
				return newCoreOf(t, patientProvider, s.resource, nil)
			}
			maker := process()
			state, err := maker.apply(maker.nothing(), s.arguments)
			if err != nil {
				t.Fatal(err)
			}
			unseen := s.proxy.FailNth(1, c.unseen, acctest.On(s.read))
			reader := process()
			early, err := reader.refresh(state)
			if err != nil || !early.value.Equal(state.value) || unseen.Hits() != 1 {
				t.Errorf("the state is another one, after %d looks in vain (%v)", unseen.Hits(), err)
			}
			if _, err := maker.destroy(state); err != nil {
				t.Error(err)
			}
			s.gone()
		})
	}
}
