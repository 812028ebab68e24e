package provider_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// notReady is Scheduler's answer while it does not know of a role yet.
var notReady = acctest.Fault{
	Code: "ValidationException", Message: "The execution role you provide must allow AWS EventBridge Scheduler to assume the role.",
}

// A create and a change of role wait for a role that was just created; they do not wait for a role of another owner.
func TestAccSchedule_roleNotReady(t *testing.T) {
	t.Parallel()
	h := newFaultHarness(t, faultySchedule, faultVariant{})
	path := "/schedules/" + h.name
	create := h.proxy.FailNth(1, notReady, acctest.On("scheduler.POST "+path))
	update := h.proxy.FailNth(1, notReady, acctest.On("scheduler.PUT "+path))
	state := h.must(h.apply(h.nothing(), h.arguments()))
	renamed := h.arguments(values{"role": values{"name": h.name + "-renamed"}})
	state = h.must(h.apply(state, renamed))
	if create.Hits() != 1 || update.Hits() != 1 {
		t.Errorf("refused %d and %d times", create.Hits(), update.Hits())
	}
	h.mustPlanNothing(state, renamed)
	h.gone(state)

	given := h.arguments(values{"role": values{"arn": h.roleARN("theirs")}})
	never := h.proxy.Fail(acctest.On("scheduler.POST "+path), notReady)
	if _, err := h.apply(h.nothing(), given); err == nil || !strings.Contains(err.Error(), "assume the role") || never.Hits() != 1 {
		t.Errorf("a role that is given: %d times, %v", never.Hits(), err)
	}
	h.empty("in the end")
}

// A start that has passed since does not keep a schedule from being changed.
func TestAccSchedule_startPassed(t *testing.T) {
	t.Parallel()
	acctest.OnEmulator(t, "time passes faster there")
	s := newScheduled(t)
	c := newProtocolClient(t, "docker_task_schedule", nil)
	must := func(state resourceState, err error) resourceState {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return state
	}
	// To moto, only a * makes a schedule that begins.
	past := values{"start": "2020-01-01T00:00:00Z", "expression": "rate(1 day)"}
	state := must(c.apply(c.nothing(), s.arguments(past)))
	refused := s.proxy.Fail(func(c acctest.Call) bool {
		return c.Operation == "PUT /schedules/"+s.name && strings.Contains(string(c.Body), "StartDate")
	}, acctest.Fault{Code: "ValidationException", Message: "The StartDate you specify cannot be earlier than 5 minutes ago."})
	past["description"] = "Changed."
	state = must(c.apply(state, s.arguments(past)))
	if refused.Hits() == 0 {
		t.Error("the start was not refused")
	}
	if have := s.mustFind(); have.StartDate != nil || aws.ToString(have.Description) != "Changed." {
		t.Errorf("AWS has %+v", have)
	}
	c.mustPlanNothing(state, s.arguments(past))
	must(c.destroy(state))
	if err := s.checkGone()(nil); err != nil {
		t.Error(err)
	}
}
