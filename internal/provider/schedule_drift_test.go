package provider_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// TestAccSchedule_drift: manual changes of schedule and role.
func TestAccSchedule_drift(t *testing.T) {
	t.Parallel()
	t.Run("refreshed", func(t *testing.T) {
		t.Parallel()
		drifts(t, holdSchedule, scheduleDrift)
	})
	t.Run("role as a whole", func(t *testing.T) {
		t.Parallel()
		drifts(t, holdSchedule, goneScheduleDrift)
	})
	t.Run("imported", func(t *testing.T) {
		t.Parallel()
		importedDrifts(t, holdSchedule, importableScheduleDrift())
	})
}

// TestAccSchedule_destroy: after any manual change, destroy leaves nothing of schedule and role, and all of another
// unit.
func TestAccSchedule_destroy(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		does   func(heldSchedule)
		leaves []string
	}{
		"schedule gone": {does: func(h heldSchedule) { h.remove() }},
		"role gone":     {does: func(h heldSchedule) { h.cloud.DeleteRole(h.role) }},
		"both gone":     {does: func(h heldSchedule) { h.remove(); h.cloud.DeleteRole(h.role) }},
		"policies of others": {does: func(h heldSchedule) {
			h.cloud.PutRolePolicy(h.role, "by-hand", readQueues)
			h.cloud.AttachPolicy(h.role, unit{t: h.t, cloud: h.cloud, name: h.name, policies: map[string]string{}}.policy("by-hand"))
		}},
		"schedule made again":       {does: func(h heldSchedule) { h.remove(); h.makeElsewhere() }},
		"role made again":           {does: func(h heldSchedule) { unit{t: h.t, cloud: h.cloud}.remakeRole(h.role, nil) }},
		"role of another unit":      {does: func(h heldSchedule) { h.cloud.TagRole(h.role, "docker-task:unit", anotherUnit) }, leaves: []string{"role", "schedule"}},
		"role of another unit only": {does: func(h heldSchedule) { h.remove(); h.cloud.TagRole(h.role, "docker-task:unit", anotherUnit) }, leaves: []string{"role"}},
	} {
		for _, refreshed := range []bool{true, false} {
			t.Run(name+map[bool]string{true: ", refreshed"}[refreshed], func(t *testing.T) {
				t.Parallel()
				h := holdSchedule(t)
				state := mustApply(t, h.core, h.arguments(h.extra))
				test.does(h)
				want := h.look()
				for part := range want {
					if !slices.Contains(test.leaves, part) {
						delete(want, part)
					}
				}
				var err error
				if refreshed {
					if state, err = h.core.refresh(state); err != nil {
						t.Fatal(err)
					}
				}
				if state.exists() {
					var said []string
					for _, part := range test.leaves {
						said = append(said, map[string]string{"role": "role " + h.role, "schedule": "schedule default/" + h.name}[part])
					}
					h.core.mustLeave(t, state, said...)
				}
				if err := different(want, h.look()); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// TestAccSchedule_groupGone: a schedule whose group was deleted is missing in a plan; it cannot be created without
// the group, which the error says; destroy succeeds.
func TestAccSchedule_groupGone(t *testing.T) {
	t.Parallel()
	s := newScheduled(t)
	core := newProtocolClient(t, "docker_task_schedule", nil)
	group := "jobs"
	if _, err := s.api.CreateScheduleGroup(t.Context(), &scheduler.CreateScheduleGroupInput{Name: &group}); err != nil {
		t.Fatal(err)
	}
	arguments := s.arguments(values{"group": group})
	state := mustApply(t, core, arguments)
	if _, err := s.api.DeleteScheduleGroup(context.Background(), &scheduler.DeleteScheduleGroupInput{Name: &group}); err != nil {
		t.Fatal(err)
	}
	state, err := core.refresh(state)
	if err != nil {
		t.Fatal(err)
	}
	if textIn(t, state.value, "arn") != "" {
		t.Error("the schedule is still in state")
	}
	// The emulator fails if the group is missing; this is the response of AWS.
	s.proxy.Fail(acctest.On("scheduler.POST /schedules/"+s.name), acctest.Fault{
		Code: "ResourceNotFoundException", Status: 404, Message: "Schedule group jobs does not exist.",
	})
	state, err = core.apply(state, arguments)
	if err == nil || !strings.Contains(squeezed(err.Error()), "There is no schedule group jobs in "+acctest.Region()+": create it first") {
		t.Errorf("the error does not say so: %v", err)
	}
	if _, err := core.destroy(state); err != nil {
		t.Fatal(err)
	}
	if err := acctest.CheckAccountEmpty(t)(nil); err != nil {
		t.Error(err)
	}
}

// TestAccSchedule_drift_afterCompletion: the emulator does not change ActionAfterCompletion, so the proxy does.
func TestAccSchedule_drift_afterCompletion(t *testing.T) {
	t.Parallel()
	h := holdSchedule(t)
	state := mustApply(t, h.core, h.arguments(h.extra))
	action := "DELETE"
	h.proxy.After(acctest.On("scheduler.GET /schedules/"+h.name), func(_ acctest.Call, body []byte) []byte {
		return []byte(strings.Replace(string(body), `"ActionAfterCompletion": "NONE"`, fmt.Sprintf(`"ActionAfterCompletion": %q`, action), 1))
	})
	state, err := h.core.refresh(state)
	if err != nil {
		t.Fatal(err)
	}
	to, _, err := h.core.plan(state, h.arguments(h.extra))
	if err != nil {
		t.Fatal(err)
	}
	checkTexts(t, "changes", changedAttributes(t, state.value, to.value), []string{"action_after_completion"})
	h.proxy.Before(acctest.On("scheduler.PUT /schedules/"+h.name), func(call acctest.Call) {
		if strings.Contains(string(call.Body), `"ActionAfterCompletion":"NONE"`) {
			action = "NONE"
		}
	})
	if state, err = h.core.change(state, to, h.core.config(h.arguments(h.extra))); err != nil {
		t.Fatal(err)
	}
	h.core.mustPlanNothing(state, h.arguments(h.extra))
	if _, err := h.core.destroy(state); err != nil {
		t.Fatal(err)
	}
}

// Without any part the schedule does not exist; a destroy has nothing to do.
func TestAccSchedule_disappears(t *testing.T) {
	t.Parallel()
	s := newScheduled(t)
	core := newProtocolClient(t, "docker_task_schedule", nil)
	state, err := core.apply(core.nothing(), s.arguments(nil))
	if err != nil {
		t.Fatal(err)
	}
	s.remove()
	s.cloud.DeleteRole(s.role)
	if _, err := core.destroy(state); err != nil {
		t.Errorf("destroying a missing schedule: %v", err)
	}
	if state, err = core.refresh(state); err != nil || state.exists() {
		t.Errorf("still in state: %v", err)
	}
}

// Names used again: the unit leaves what another unit has created under them since.
func TestAccSchedule_anothers(t *testing.T) {
	t.Parallel()
	s := newScheduled(t)
	core := newProtocolClient(t, "docker_task_schedule", nil)
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

// A schedule that deleted itself after its last run is not created again, until it is changed.
func TestAccSchedule_completed(t *testing.T) {
	t.Parallel()
	acctest.OnEmulator(t, "it takes a time that has passed")
	s := newScheduled(t)
	core := newProtocolClient(t, "docker_task_schedule", nil)
	past := s.arguments(values{"expression": "at(2020-01-01T00:00:00)", "action_after_completion": "DELETE"})
	state, err := core.apply(core.nothing(), past)
	if err != nil {
		t.Fatal(err)
	}
	s.remove()
	core.mustPlanNothing(state, past)
	// Other changes do not create it again.
	past["tags"] = values{"team": "data"}
	if state, err = core.apply(state, past); err != nil {
		t.Fatal(err)
	}
	if s.find("default") != nil {
		t.Error("it is created again")
	}
	core.mustPlanNothing(state, past)
	future := s.arguments(values{"expression": "at(2099-01-01T00:00:00)", "action_after_completion": "DELETE"})
	if state, err = core.apply(state, future); err != nil {
		t.Fatal(err)
	}
	s.mustFind()
	// Before its last run it is missing, and created again.
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

// textIn is a string of an object; "" if it is null.
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
