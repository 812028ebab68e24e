package provider_test

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	schedulertypes "github.com/aws/aws-sdk-go-v2/service/scheduler/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// scheduleHarm is something done behind Terraform's back, and how it shows.
type scheduleHarm struct {
	harm    func(s scheduled)
	changes []string
	drift   []string
}

func onTarget(change func(*schedulertypes.Target)) func(scheduled) {
	return func(s scheduled) {
		s.change(func(in *scheduler.UpdateScheduleInput) { change(in.Target) })
	}
}

func onParameters(change func(*schedulertypes.EcsParameters)) func(scheduled) {
	return onTarget(func(t *schedulertypes.Target) { change(t.EcsParameters) })
}

var scheduleHarms = map[string]scheduleHarm{
	"schedule_gone": {harm: scheduled.remove, changes: []string{"arn"}},
	"role_gone": {
		harm:    func(s scheduled) { s.cloud.DeleteRole(s.role) },
		changes: []string{"policy_json", "role_arn"},
	},
	"policy_gone": {
		harm:    func(s scheduled) { s.cloud.DeleteRolePolicy(s.role, "docker-task") },
		changes: []string{"policy_json"},
	},
	"policy_changed": {
		harm:    func(s scheduled) { s.cloud.PutRolePolicy(s.role, "docker-task", readObjects) },
		changes: []string{"policy_json"},
	},
	"trust": {
		harm:  func(s scheduled) { s.cloud.PutTrustPolicy(s.role, trustOfLambda) },
		drift: []string{"role: trust policy"},
	},
	"unit_tag": {
		harm:  func(s scheduled) { s.cloud.UntagRole(s.role, "docker-task:unit") },
		drift: []string{"role: tags docker-task:unit"},
	},
	"tag": {
		harm:    func(s scheduled) { s.cloud.TagRole(s.role, "team", "other") },
		changes: []string{"tags", "tags_all"},
	},
	"cluster": {
		harm:  onTarget(func(t *schedulertypes.Target) { t.Arn = aws.String(aws.ToString(t.Arn) + "-2") }),
		drift: []string{"schedule: cluster"},
	},
	"role": {
		harm:  onTarget(func(t *schedulertypes.Target) { t.RoleArn = aws.String(aws.ToString(t.RoleArn) + "-2") }),
		drift: []string{"schedule: role"},
	},
	"input": {
		harm:  onTarget(func(t *schedulertypes.Target) { t.Input = aws.String(`{"taskRoleArn":"arn:aws:iam::1:role/x"}`) }),
		drift: []string{"schedule: overrides"},
	},
	"command": {
		harm: func(s scheduled) {
			onTarget(func(t *schedulertypes.Target) {
				t.Input = aws.String(fmt.Sprintf(`{"containerOverrides":[{"name":%q,"command":["rm"]}]}`, s.task))
			})(s)
		},
		changes: []string{"command"},
	},
	"subnets": {
		harm: onParameters(func(p *schedulertypes.EcsParameters) {
			p.NetworkConfiguration.AwsvpcConfiguration.Subnets = []string{"subnet-12345678"}
		}),
		drift: []string{"schedule: subnets"},
	},
	"public_address": {
		harm: onParameters(func(p *schedulertypes.EcsParameters) {
			p.NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp = schedulertypes.AssignPublicIpDisabled
		}),
		drift: []string{"schedule: public address"},
	},
	"task_definition": {
		harm: onParameters(func(p *schedulertypes.EcsParameters) {
			p.TaskDefinitionArn = aws.String(aws.ToString(p.TaskDefinitionArn) + "-2")
		}),
		drift: []string{"schedule: task definition"},
	},
	"revision": {
		harm: onParameters(func(p *schedulertypes.EcsParameters) {
			p.TaskDefinitionArn = aws.String(aws.ToString(p.TaskDefinitionArn) + ":3")
		}),
		changes: []string{"revision"},
	},
	"task_group": {
		harm:  onParameters(func(p *schedulertypes.EcsParameters) { p.Group = aws.String("x") }),
		drift: []string{"schedule: task group"},
	},
	"launch": {
		harm: onParameters(func(p *schedulertypes.EcsParameters) {
			p.LaunchType, p.CapacityProviderStrategy = "", []schedulertypes.CapacityProviderStrategyItem{{CapacityProvider: aws.String("FARGATE_SPOT"), Weight: 1}}
		}),
		changes: []string{"capacity_provider"},
	},
	"disabled": {
		harm: func(s scheduled) {
			s.change(func(in *scheduler.UpdateScheduleInput) { in.State = schedulertypes.ScheduleStateDisabled })
		},
		changes: []string{"enabled"},
	},
	"expression": {
		harm: func(s scheduled) {
			s.change(func(in *scheduler.UpdateScheduleInput) { in.ScheduleExpression = aws.String("rate(1 minute)") })
		},
		changes: []string{"expression"},
	},
}

// TestAccSchedule_drift: what was done behind Terraform's back shows as what it is, and nothing
// else, and the next apply makes it good.
func TestAccSchedule_drift(t *testing.T) {
	t.Parallel()
	for name, h := range scheduleHarms {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScheduled(t)
			core := newCore(t, "docker_task_schedule", nil)
			arguments := s.arguments(values{"command": []any{"pg_dump"}, "tags": values{"team": "data"}})
			state, err := core.apply(core.nothing(), arguments)
			if err != nil {
				t.Fatal(err)
			}
			before := s.mustFind()
			h.harm(s)
			if state, err = core.refresh(state); err != nil {
				t.Fatal(err)
			}
			if !state.exists() {
				t.Fatal("the unit is gone from state")
			}
			to, differs, err := core.plan(state, arguments)
			if err != nil || !differs {
				t.Fatalf("nothing shows: %v", err)
			}
			changes := h.changes
			if h.drift != nil {
				changes = []string{"drift"}
			}
			checkTexts(t, "changes", differing(t, state.value, to.value), changes)
			checkTexts(t, "drift", listIn(t, state.value, "drift"), h.drift)
			if state, err = core.apply(state, arguments); err != nil {
				t.Fatal(err)
			}
			core.mustPlanNothing(state, arguments)
			after := s.mustFind()
			after.ScheduleExpression, before.CreationDate = aws.String(aws.ToString(after.ScheduleExpression)), after.CreationDate
			if aws.ToString(after.Target.Input) != aws.ToString(before.Target.Input) || aws.ToString(after.Target.RoleArn) != aws.ToString(before.Target.RoleArn) {
				t.Errorf("not as it was: %+v", after.Target)
			}
			if _, err := core.destroy(state); err != nil {
				t.Fatal(err)
			}
			if err := s.checkGone()(nil); err != nil {
				t.Error(err)
			}
		})
	}
}

// All parts gone is a schedule gone; a destroy finds nothing to do.
func TestAccSchedule_disappears(t *testing.T) {
	t.Parallel()
	s := newScheduled(t)
	core := newCore(t, "docker_task_schedule", nil)
	state, err := core.apply(core.nothing(), s.arguments(nil))
	if err != nil {
		t.Fatal(err)
	}
	s.remove()
	s.cloud.DeleteRole(s.role)
	if _, err := core.destroy(state); err != nil {
		t.Errorf("destroying what is gone: %v", err)
	}
	if state, err = core.refresh(state); err != nil || state.exists() {
		t.Errorf("still in state: %v", err)
	}
}

// Names used again: the unit leaves alone what another made under them since.
func TestAccSchedule_anothers(t *testing.T) {
	t.Parallel()
	s := newScheduled(t)
	core := newCore(t, "docker_task_schedule", nil)
	old, err := core.apply(core.nothing(), s.arguments(nil))
	if err != nil {
		t.Fatal(err)
	}
	s.remove()
	s.cloud.DeleteRole(s.role)
	state, err := core.apply(core.nothing(), s.arguments(nil))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := core.destroy(old); err != nil {
		t.Fatal(err)
	}
	core.mustPlanNothing(state, s.arguments(nil))
	if _, err := core.destroy(state); err != nil {
		t.Fatal(err)
	}
	if err := s.checkGone()(nil); err != nil {
		t.Error(err)
	}
}

// A schedule that deleted itself after its last run is not made again, until it is changed.
func TestAccSchedule_completed(t *testing.T) {
	t.Parallel()
	acctest.OnEmulator(t, "it takes a time that has passed")
	s := newScheduled(t)
	core := newCore(t, "docker_task_schedule", nil)
	past := s.arguments(values{"expression": "at(2020-01-01T00:00:00)", "action_after_completion": "DELETE"})
	state, err := core.apply(core.nothing(), past)
	if err != nil {
		t.Fatal(err)
	}
	s.remove()
	core.mustPlanNothing(state, past)
	// What else changes does not bring it back.
	past["tags"] = values{"team": "data"}
	if state, err = core.apply(state, past); err != nil {
		t.Fatal(err)
	}
	if s.find("default") != nil {
		t.Error("it is made again")
	}
	core.mustPlanNothing(state, past)
	future := s.arguments(values{"expression": "at(2099-01-01T00:00:00)", "action_after_completion": "DELETE"})
	if state, err = core.apply(state, future); err != nil {
		t.Fatal(err)
	}
	s.mustFind()
	// Before its time it is missing, and made again.
	s.remove()
	if state, err = core.refresh(state); err != nil || textIn(t, state.value, "arn") != "" {
		t.Errorf("not missing: %v", err)
	}
	if state, err = core.apply(state, future); err != nil {
		t.Fatal(err)
	}
	s.mustFind()
	if _, err = core.destroy(state); err != nil {
		t.Fatal(err)
	}
	if err := s.checkGone()(nil); err != nil {
		t.Error(err)
	}
}

func checkTexts(t testing.TB, what string, have, want []string) {
	t.Helper()
	if fmt.Sprint(have) != fmt.Sprint(want) {
		t.Errorf("%s: %v, not %v", what, have, want)
	}
}

// textIn is a string of an object; "" where it is null.
func textIn(t testing.TB, object tftypes.Value, attribute string) string {
	t.Helper()
	var attributes map[string]tftypes.Value
	var text *string
	if err := object.As(&attributes); err != nil {
		t.Fatal(err)
	}
	if err := attributes[attribute].As(&text); err != nil {
		t.Fatal(err)
	}
	return aws.ToString(text)
}

// listIn is a list of strings of an object.
func listIn(t testing.TB, object tftypes.Value, attribute string) []string {
	t.Helper()
	var attributes map[string]tftypes.Value
	var elements []tftypes.Value
	if err := object.As(&attributes); err != nil {
		t.Fatal(err)
	}
	if err := attributes[attribute].As(&elements); err != nil {
		t.Fatal(err)
	}
	out := make([]string, len(elements))
	for i, e := range elements {
		if err := e.As(&out[i]); err != nil {
			t.Fatal(err)
		}
	}
	return out
}
