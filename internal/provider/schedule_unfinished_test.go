package provider_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	schedulertypes "github.com/aws/aws-sdk-go-v2/service/scheduler/types"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// scheduleSays is what the schedule runs, and when; "" where there is none.
func (h faultHarness) scheduleSays() string {
	h.t.Helper()
	out, err := h.cloud.Scheduler.GetSchedule(h.t.Context(), &scheduler.GetScheduleInput{Name: &h.name})
	if errors.As(err, new(*schedulertypes.ResourceNotFoundException)) {
		return ""
	}
	h.must(h.nothing(), err)
	return aws.ToString(out.ScheduleExpression) + " " + aws.ToString(out.Target.Input)
}

// onSchedule matches the calls of a method that are about the schedule.
func (h faultHarness) onSchedule(method string) func(acctest.Call) bool {
	return acctest.On("scheduler." + method + " /schedules/" + h.name)
}

// lookingAlike are a schedule and role of another owner, with the names and settings of the unit's.
func lookingAlike(whose func(h faultHarness)) func(h faultHarness) {
	return func(h faultHarness) {
		h.t.Helper()
		h.must(h.apply(h.nothing(), h.arguments()))
		whose(h)
	}
}

func nobodysRole(h faultHarness) { h.cloud.UntagRole(h.scheduleRole(), "docker-task:unit") }

func anotherUnits(h faultHarness) { h.cloud.TagRole(h.scheduleRole(), "docker-task:unit", anotherUnit) }

func nobodysRoleOnly(h faultHarness) {
	h.t.Helper()
	nobodysRole(h)
	_, err := h.cloud.Scheduler.DeleteSchedule(h.t.Context(), &scheduler.DeleteScheduleInput{Name: &h.name})
	h.must(h.nothing(), err)
}

// refusedRoleStays makes the rollback of a create fail that is refused because of a role: the first read of the role
// is for the refusal.
func refusedRoleStays(p *acctest.Proxy) {
	p.FailFrom(2, acctest.AccessDenied, acctest.On("iam.GetRole"))
}

// A create that fails over what exists, and cannot be undone wholly either, leaves a state that has
// the names of all parts. What was there before is not its own for that, not even where it says the
// same: no apply changes it, and no destroy takes it.
func TestAccSchedule_unfinished_exists(t *testing.T) {
	t.Parallel()
	undoFails := func(p *acctest.Proxy) {
		refusedRoleStays(p)
		p.Fail(acctest.On("iam.DeleteRole"), acctest.AccessDenied)
	}
	for name, prepare := range map[string]func(h faultHarness){
		"without a unit's id": lookingAlike(nobodysRole),
		"of another unit":     lookingAlike(anotherUnits),
		"role only":           lookingAlike(nobodysRoleOnly),
		"schedule only": func(h faultHarness) {
			h.must(h.apply(h.nothing(), h.arguments(values{"role": values{"arn": h.roleARN("theirs")}})))
		},
	} {
		for way, goOn := range map[string]func(h faultHarness, state resourceState) resourceState{
			"refreshed": func(h faultHarness, state resourceState) resourceState { return h.must(h.refresh(state)) },
			"forgotten": func(h faultHarness, state resourceState) resourceState {
				if state = h.must(h.refresh(state)); state.exists() {
					state = h.must(h.refresh(state.withoutPrivate()))
				}
				return state
			},
			"not refreshed": func(_ faultHarness, state resourceState) resourceState { return state },
			"tainted": func(h faultHarness, state resourceState) resourceState {
				return h.must(h.refresh(state)).withoutPrivate()
			},
			"changed, not refreshed": func(h faultHarness, state resourceState) resourceState {
				state, err := h.apply(state, h.arguments(values{"expression": "rate(2 hours)", "command": []any{"pg_dumpall"}}))
				if err == nil || !strings.Contains(err.Error(), "exists") {
					h.t.Errorf("an apply adopted what existed: %v", err)
				}
				return state
			},
		} {
			t.Run(name+"/"+way, func(t *testing.T) {
				t.Parallel()
				h := newFaultHarness(t, faultySchedule, faultVariant{prepare: prepare})
				h.protocolClient = newProtocolClient(t, h.typeName, nil) // not the one that has made it
				before := h.scheduleSays()
				state := goOn(h, h.failedCreate(undoFails))
				if after := h.scheduleSays(); after != before {
					t.Errorf("the schedule says %q, not %q", after, before)
				}
				if state.exists() {
					h.must(h.destroy(state))
				}
				h.empty("destroyed")
			})
		}
	}
}

// If the configuration then has a role of another name, the role that existed stays; what that change creates is
// deleted by destroy, whether the change succeeds or not.
func TestAccSchedule_unfinished_renamed(t *testing.T) {
	t.Parallel()
	for name, fails := range map[string]bool{"made": false, "not made": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newFaultHarness(t, faultySchedule, faultVariant{prepare: lookingAlike(nobodysRoleOnly)})
			h.protocolClient = newProtocolClient(t, h.typeName, nil)
			state := h.failedCreate(refusedRoleStays)
			if fails {
				h.proxy.Fail(h.onSchedule("POST"), acctest.AccessDenied)
			}
			state, err := h.apply(state, h.arguments(values{"role": values{"name": h.name + "-renamed"}}))
			if failed := err != nil; failed != fails {
				t.Fatalf("the change: %v", err)
			}
			h.proxy.Reset()
			h.gone(state)
			h.empty("destroyed")
		})
	}
}

// What a change after such a create creates belongs to the unit, though it is not as the create wanted it: also if
// the change fails because its response is lost, and the read after it fails.
func TestAccSchedule_unfinished_changed(t *testing.T) {
	t.Parallel()
	given := faultySchedule.variants[0]
	for name, c := range map[string]struct {
		variant faultVariant
		create  func(h faultHarness, p *acctest.Proxy)
		to      func(h faultHarness) values
		blind   bool
	}{
		"own role":                {create: roleLeft, to: otherRun},
		"own role, blind":         {create: roleLeft, to: otherRun, blind: true},
		"role renamed":            {create: roleLeft, to: otherRole},
		"role renamed, blind":     {create: roleLeft, to: otherRole, blind: true},
		"role given up":           {create: roleLeft, to: theirRole},
		"given role":              {variant: given, create: nothingLeft, to: otherRun},
		"given role, blind":       {variant: given, create: nothingLeft, to: otherRun, blind: true},
		"own role from now on":    {variant: given, create: nothingLeft, to: otherRole},
		"other role given, blind": {variant: given, create: nothingLeft, to: theirRole, blind: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newFaultHarness(t, faultySchedule, c.variant)
			state := h.failedCreate(func(p *acctest.Proxy) { c.create(h, p) })
			h.proxy.Fail(h.onSchedule("POST"), acctest.AnswerLost)
			if c.blind {
				h.proxy.FailFrom(2, acctest.ConnectionDropped, h.onSchedule("GET")) // the first is the change's own
			}
			state, err := h.apply(state, h.arguments(c.to(h)))
			if err == nil || h.scheduleSays() == "" {
				t.Fatalf("the change did not fail, or has created nothing: %v", err)
			}
			h.proxy.Reset()
			h.gone(state)
			h.empty("destroyed")
		})
	}
}

// A change that AWS refuses has written no schedule: a schedule of another owner that is created then, with another
// role, is not the unit's.
func TestAccSchedule_unfinished_refused(t *testing.T) {
	t.Parallel()
	h := newFaultHarness(t, faultySchedule, faultVariant{})
	state := h.failedCreate(func(p *acctest.Proxy) { roleLeft(h, p) })
	h.proxy.Fail(h.onSchedule("POST"), acctest.AccessDenied)
	state, err := h.apply(state, h.arguments(otherRun(h)))
	if err == nil {
		t.Fatal("the change did not fail")
	}
	h.proxy.Reset()
	_, err = h.cloud.Scheduler.CreateSchedule(t.Context(), &scheduler.CreateScheduleInput{
		Name: &h.name, ScheduleExpression: aws.String("rate(5 days)"), FlexibleTimeWindow: &schedulertypes.FlexibleTimeWindow{Mode: schedulertypes.FlexibleTimeWindowModeOff},
		Target: &schedulertypes.Target{Arn: aws.String(h.place.Regional("sqs", "theirs")), RoleArn: aws.String(h.roleARN("theirs")), Input: aws.String("theirs")},
	})
	h.must(state, err)
	const theirs = "rate(5 days) theirs"
	if _, err := h.apply(h.must(h.refresh(state)), h.arguments(otherRun(h))); err == nil || h.scheduleSays() != theirs {
		t.Errorf("an apply adopted the schedule, which has %q: %v", h.scheduleSays(), err)
	}
	h.gone(state)
	if says := h.scheduleSays(); says != theirs {
		t.Errorf("destroyed: the schedule says %q", says)
	}
	if h.cloud.RoleExists(h.scheduleRole()) {
		t.Error("the role is left")
	}
}

// What such a create has left is not looked for with credentials of another account, where there is
// none of it: state would forget it.
func TestAccSchedule_unfinished_otherAccount(t *testing.T) {
	t.Parallel()
	acctest.OnEmulator(t, "there is one account only")
	h := newFaultHarness(t, faultySchedule, faultVariant{})
	state := h.failedCreate(func(p *acctest.Proxy) {
		roleLeft(h, p)
		p.Fail(acctest.On("iam.GetRole"), acctest.AccessDenied) // nor can anybody look
	})
	newProtocolClient(t, h.typeName, values{"access_key": "of-another-account"}).mustRefuse(state, "The schedule default/"+h.name+" is in account "+h.place.Account)
	h.gone(state)
	h.empty("destroyed")
}

// mustRefuse tries to refresh and to destroy, which has to fail.
func (c protocolClient) mustRefuse(state resourceState, why string) {
	c.t.Helper()
	_, refreshed := c.refresh(state)
	_, destroyed := c.destroy(state)
	for _, err := range []error{refreshed, destroyed} {
		if err == nil || !strings.Contains(err.Error(), why) {
			c.t.Errorf("%v", err)
		}
	}
}

// roleLeft: the create creates the role; the call for the schedule fails, and so does the deletion of the role.
func roleLeft(h faultHarness, p *acctest.Proxy) {
	p.Fail(h.onSchedule("POST"), acctest.AccessDenied)
	p.Fail(acctest.On("iam.DeleteRole"), acctest.AccessDenied)
}

// nothingLeft: the network is gone before the schedule is created.
func nothingLeft(h faultHarness, p *acctest.Proxy) {
	p.Fail(h.onSchedule("POST"), acctest.ConnectionDropped)
	p.FailFrom(2, acctest.ConnectionDropped, h.onSchedule("GET"))
}

func otherRun(faultHarness) values {
	return values{"expression": "rate(2 hours)", "command": []any{"pg_dumpall"}}
}

func otherRole(h faultHarness) values { return values{"role": values{"name": h.name + "-renamed"}} }

func theirRole(h faultHarness) values {
	return values{"role": values{"arn": h.roleARN("theirs")}, "expression": "rate(2 hours)"}
}
