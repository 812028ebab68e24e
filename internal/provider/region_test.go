package provider_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	schedulertypes "github.com/aws/aws-sdk-go-v2/service/scheduler/types"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// The region of the provider changes: the region of a resource is in its state. A refresh still finds it, a plan,
// with or without a refresh before it, replaces it, and a destroy leaves nothing in the old region. The task is given
// by its name alone, so nothing else has the region.
func TestAccRegion_ofTheProviderChanges(t *testing.T) {
	t.Parallel()
	acctest.OnEmulator(t, "in another region a real account is not swept")
	const other = "eu-west-1"
	task := values{"name": "report", "subnet_ids": []any{"subnet-0a"}}
	for typeName, arguments := range map[string]values{
		"docker_task":              {"name": "report", "image": "busybox", "subnet_ids": []any{"subnet-0a"}},
		"docker_task_schedule":     {"name": "report", "task": task, "expression": daily},
		"docker_task_subscription": {"task": task, "queue": "jobs", "attach_permission": false},
		"docker_task_wire":         {"task": task, "consumer_role": "api"},
		"docker_task_cluster":      {"name": "report"},
	} {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			acctest.PreCheck(t)
			acctest.Isolate(t)
			acctest.CreateRole(t, "api")
			here := newProtocolClient(t, typeName, nil)
			there := newProtocolClient(t, typeName, values{"region": other})
			before := acctest.Holdings(t)
			state, err := here.apply(here.nothing(), arguments)
			if err != nil {
				t.Fatal(err)
			}
			if region := textIn(t, state.value, "region"); region != acctest.Region() {
				t.Errorf("the region in state is %q", region)
			}
			refreshed, err := there.refresh(state)
			if err != nil || !refreshed.exists() || textIn(t, refreshed.value, "region") != acctest.Region() {
				t.Fatalf("a refresh finds %v, %v", refreshed.value, err)
			}
			for name, from := range map[string]resourceState{"refreshed": refreshed, "-refresh=false": state} {
				if _, _, replaced, err := there.planOrReplace(from, arguments); err != nil || !replaced {
					t.Errorf("%s: replaced: %t, %v", name, replaced, err)
				}
			}
			moved, err := there.applyOrReplace(state, arguments)
			if err != nil {
				t.Fatal(err)
			}
			if region := textIn(t, moved.value, "region"); region != other {
				t.Errorf("the region in state is %q", region)
			}
			for _, part := range acctest.Holdings(t) {
				if !slices.Contains(before, part) && !strings.Contains(part, other) {
					t.Errorf("left: %s", part)
				}
			}
			if _, err := here.destroy(moved); err != nil {
				t.Fatal(err)
			}
			if gone, err := there.refresh(moved); err != nil || gone.exists() {
				t.Errorf("a destroy leaves %v, %v", gone.value, err)
			}
		})
	}
}

// A schedule of another owner under the unit's name is neither written nor deleted: not after the provider's region
// has changed, nor in the unit's region after the unit's schedule was deleted outside Terraform.
func TestAccSchedule_anothersOfItsName(t *testing.T) {
	t.Parallel()
	acctest.OnEmulator(t, "in another region a real account is not swept")
	const other = "eu-west-1"
	for name, c := range map[string]struct {
		region string // of the other schedule, and of the provider since; "" for the unit's
		given  bool   // both run with one role, which is given
		noted  bool   // the unit's was refreshed before
	}{
		"in another region":                   {region: other},
		"in another region, refreshed before": {region: other, noted: true},
		"in its own region":                   {},
		"in its own region, refreshed before": {noted: true},
		"in its own region, the same role":    {given: true, noted: true},
		"in another region, the same role":    {region: other, given: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScheduled(t)
			arguments := s.arguments(nil)
			role := s.place.Global("iam", "role/another")
			if c.given {
				arguments["role"] = values{"arn": role}
			}
			here := newProtocolClient(t, "docker_task_schedule", nil)
			state, err := here.apply(here.nothing(), arguments)
			if err != nil {
				t.Fatal(err)
			}
			if c.noted {
				if state, err = here.refresh(state); err != nil {
					t.Fatal(err)
				}
			}
			api, then := s.api, here
			if c.region == "" {
				s.remove()
			} else {
				options := s.api.Options()
				api = scheduler.New(scheduler.Options{Region: c.region, BaseEndpoint: options.BaseEndpoint, Credentials: options.Credentials, HTTPClient: options.HTTPClient})
				then = newProtocolClient(t, "docker_task_schedule", values{"region": c.region})
			}
			if _, err := api.CreateSchedule(t.Context(), &scheduler.CreateScheduleInput{
				Name: &s.name, ScheduleExpression: aws.String("rate(3 days)"),
				FlexibleTimeWindow: &schedulertypes.FlexibleTimeWindow{Mode: schedulertypes.FlexibleTimeWindowModeOff},
				Target:             &schedulertypes.Target{Arn: aws.String(s.place.Regional("lambda", "function:x")), RoleArn: &role},
			}); err != nil {
				t.Fatal(err)
			}
			refreshed, err := then.refresh(state)
			if err != nil {
				t.Fatal(err)
			}
			arguments["expression"] = "rate(2 hours)"
			for what, from := range map[string]resourceState{"refreshed": refreshed, "-refresh=false": state} {
				if from.exists() {
					if _, err := then.applyOrReplace(from, arguments); err == nil || !strings.Contains(err.Error(), "exists") {
						t.Errorf("%s: an apply is not refused: %v", what, err)
					}
				}
				if from.exists() {
					if _, err := then.destroy(from); err != nil {
						t.Errorf("%s: %v", what, err)
					}
				}
			}
			have, err := api.GetSchedule(t.Context(), &scheduler.GetScheduleInput{Name: &s.name})
			if err != nil || aws.ToString(have.ScheduleExpression) != "rate(3 days)" || aws.ToString(have.Target.RoleArn) != role {
				t.Errorf("the other schedule is %+v, %v", have, err)
			}
			if c.region != "" && s.find("default") != nil {
				t.Error("the unit's own schedule is left")
			}
		})
	}
}
