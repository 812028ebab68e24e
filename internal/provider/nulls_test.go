package provider_test

import (
	"slices"
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// Nulls in maps, as conditional expressions leave them, have no effect, and no later plan shows a change.
func TestAccNullsInMaps(t *testing.T) {
	t.Parallel()
	type subject struct {
		core      protocolClient
		arguments values
		check     func()
	}
	for name, stand := range map[string]func(*testing.T) subject{
		"docker_task": func(t *testing.T) subject {
			u := newUnit(t)
			arguments := values{
				"name": u.name, "image": "busybox", "environment": values{"A": "1", "B": nil}, "secrets": values{"S": nil}, "docker_labels": values{"a": nil},
				"volumes": values{"scratch": values{}, "cache": nil}, "sidecars": values{"proxy": values{"image": "envoy", "environment": values{"C": nil}}, "none": nil},
				"ulimits": values{"nofile": nil}, "wires": values{"bucket": nil}, "tags": values{"team": "video", "none": nil},
				"task_role": values{"policies": values{"none": nil}}, "depends_on_containers": values{"none": nil}, "system_controls": values{"net.core.somaxconn": nil},
			}
			return subject{newProtocolClient(t, "docker_task", nil), arguments, func() {
				d := u.newest()
				if len(d.Volumes) != 1 || len(d.ContainerDefinitions) != 2 || len(d.ContainerDefinitions[0].Environment) != 1 || len(d.ContainerDefinitions[0].Ulimits) != 0 {
					t.Errorf("ECS has %+v", d)
				}
			}}
		},
		"docker_task_schedule": func(t *testing.T) subject {
			s := newScheduled(t)
			return subject{newProtocolClient(t, "docker_task_schedule", nil), s.arguments(values{
				"environment": values{"A": "1", "B": nil}, "task_tags": values{"a": nil}, "tags": values{"b": nil},
			}), func() {}}
		},
		"docker_task_subscription": func(t *testing.T) subject {
			h := newSubscriptionFixture(t)
			return subject{newProtocolClient(t, "docker_task_subscription", nil), values{
				"task": values{"name": h.task}, "queue": h.queue("-nulls"), "tags": values{"a": nil},
				"input_transformer": values{"paths": values{"task": "$.detail.taskArn", "none": nil}, "template": `"<task>"`},
			}, func() {}}
		},
		"docker_task_cluster": func(t *testing.T) subject {
			h := newClusterFixture(t)
			return subject{newProtocolClient(t, "docker_task_cluster", nil), values{"name": h.name, "tags": values{"a": nil, "b": "1"}}, func() {
				if n := len(h.cluster(h.name).Tags); n != 2 {
					t.Errorf("%d tags", n)
				}
			}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			acctest.PreCheck(t)
			s := stand(t)
			if err := s.core.validate(s.arguments); err != nil {
				t.Fatal(err)
			}
			state := mustApply(t, s.core, s.arguments)
			s.check()
			s.core.mustPlanNothing(state, s.arguments)
			if _, err := s.core.destroy(state); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// A manual change of a log group is drift of the computed attribute if the configuration has no log_group, and not a
// log_group that vanishes; with log_group it is drift of that argument too.
func TestAccTask_drift_retention(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		group   any
		by      int
		changes []string
	}{
		"unsaid":           {nil, 7, []string{"log_retention_in_days"}},
		"unsaid, for ever": {nil, 0, []string{"log_retention_in_days"}},
		"said":             {values{"retention_in_days": 90}, 7, []string{"log_group", "log_retention_in_days"}},
		"another setting":  {values{"keep_on_destroy": false}, 7, []string{"log_retention_in_days"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := holdPlainTask(t)
			h.arguments["log_group"] = c.group
			state := mustApply(t, h.core, h.arguments)
			h.core.mustPlanNothing(state, h.arguments)
			h.cloud.PutRetention(h.logGroup, c.by)
			seen, err := h.core.refresh(state)
			if err != nil {
				t.Fatal(err)
			}
			to, _, err := h.core.plan(seen, h.arguments)
			if err != nil {
				t.Fatal(err)
			}
			if have := changedAttributes(t, seen.value, to.value); !slices.Equal(have, c.changes) {
				t.Errorf("the plan changes %v, not %v", have, c.changes)
			}
			if state, err = h.core.change(seen, to, h.core.config(h.arguments)); err != nil {
				t.Fatal(err)
			}
			h.core.mustPlanNothing(state, h.arguments)
			if _, err := h.core.destroy(state); err != nil {
				t.Fatal(err)
			}
		})
	}
}
