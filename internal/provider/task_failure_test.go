package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// TestAccTask_failure_retried: an answer that is lost is asked for again; that the call took
// effect the first time is no surprise.
func TestAccTask_failure_retried(t *testing.T) {
	t.Parallel()
	for _, call := range []string{
		"iam.CreateRole", "iam.PutRolePolicy", "logs.CreateLogGroup", "logs.PutRetentionPolicy", "ecs.RegisterTaskDefinition",
	} {
		t.Run(call, func(t *testing.T) {
			t.Parallel()
			h := newFaultHarness(t, faultyTask, faultVariant{})
			h.protocolClient = newProtocolClient(t, "docker_task", values{"max_retries": 3})
			lost := h.proxy.FailNth(1, acctest.AnswerLost, acctest.On(call))
			state := h.must(h.apply(h.nothing(), h.arguments()))
			if lost.Hits() != 1 {
				t.Errorf("%d answers were lost", lost.Hits())
			}
			h.mustPlanNothing(state, h.arguments())
			h.gone(state)
			h.empty("in the end")
		})
	}
}

// TestAccTask_failure_logGroup_rename: the new log group of an update that failed goes when
// the user takes the change back. Until then drift says that it may be there.
func TestAccTask_failure_logGroup_rename(t *testing.T) {
	t.Parallel()
	h := newFaultHarness(t, faultyTask, faultVariant{})
	state := h.must(h.apply(h.nothing(), h.arguments()))
	renamed := h.arguments()
	group := "/logs/" + h.name
	renamed["log_group"] = values{"name": group}
	h.proxy.FailNth(1, acctest.AccessDenied, acctest.On("ecs.RegisterTaskDefinition"))
	state, err := h.apply(state, renamed)
	if err == nil || h.cloud.LogGroup(group) == nil {
		t.Fatalf("the group was not created, or the update did not fail: %v", err)
	}
	h.proxy.Reset()
	state = h.must(h.refresh(state))
	if drift := fmt.Sprint(state.value); !strings.Contains(drift, "log group "+group+": may be left by an update that failed") {
		t.Errorf("the state does not speak of the group: %s", drift)
	}
	state = h.must(h.apply(state, h.arguments()))
	if h.cloud.LogGroup(group) != nil {
		t.Error("the group is still there")
	}
	h.mustPlanNothing(state, h.arguments())
	h.gone(state)
	h.empty("in the end")
}

// TestAccTask_failure_orphanOnly: an orphan of a failed update is in state even if no other part exists.
func TestAccTask_failure_orphanOnly(t *testing.T) {
	t.Parallel()
	h := newFaultHarness(t, faultyTask, faultVariant{})
	state := h.must(h.apply(h.nothing(), h.arguments()))
	h.proxy.Fail(acctest.On("ecs.RegisterTaskDefinition"), acctest.AccessDenied)
	state, err := h.apply(state, h.arguments(values{"image": "alpine", "task_role": values{"name": h.name + "-renamed"}}))
	if err == nil || !h.cloud.RoleExists(h.name+"-renamed") {
		t.Fatalf("the role was not created, or the update did not fail: %v", err)
	}
	h.proxy.Reset()
	h.cloud.DeleteRole(h.taskRole())
	h.cloud.DeleteRole(strings.TrimSuffix(h.taskRole(), "task") + "execution")
	h.cloud.DeleteLogGroup(h.logGroup())
	h.cloud.DeregisterAll(h.name)
	state = h.must(h.refresh(state))
	h.gone(state)
	h.empty("destroyed")
}
