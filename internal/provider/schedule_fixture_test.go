package provider_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	schedulertypes "github.com/aws/aws-sdk-go-v2/service/scheduler/types"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
	"github.com/dockertask/terraform-provider-docker/internal/arn"
)

// theSchedule is what most tests of schedules are about.
const theSchedule = "docker_task_schedule.test"

// A schedule that says no more than it must.
const daily = "cron(0 3 * * ? *)"

// scheduleFixture is a schedule under test, the only one in an account of its own, with the names
// that its parts get by the naming rules.
type scheduleFixture struct {
	t     *testing.T
	cloud *acctest.Cloud
	api   *scheduler.Client
	proxy *acctest.Proxy
	place arn.Place

	name, task, role string
}

func newScheduled(t *testing.T) scheduleFixture {
	t.Helper()
	acctest.PreCheck(t)
	acctest.Isolate(t)
	proxy := acctest.NewProxy(t)
	name := acctest.RandomName(t)
	cloud := acctest.AWS(t)
	o := cloud.ECS.Options()
	return scheduleFixture{
		t: t, cloud: cloud, proxy: proxy, place: placeOf(t),
		api:  scheduler.New(scheduler.Options{Region: o.Region, BaseEndpoint: o.BaseEndpoint, Credentials: o.Credentials, HTTPClient: o.HTTPClient}),
		name: name, task: name + "-dump", role: name + "-" + acctest.Region() + "-schedule",
	}
}

// config is a configuration of blocks, with the provider's.
func (s scheduleFixture) config(blocks ...string) string {
	return acctest.ProviderConfig(s.t) + strings.Join(blocks, "\n")
}

// block is docker_task_schedule.test with more lines. Name, expression and task are there
// unless the lines say them.
func (s scheduleFixture) block(lines ...string) string {
	body := strings.Join(lines, "\n")
	for _, required := range []string{
		fmt.Sprintf("name = %q", s.name), fmt.Sprintf("expression = %q", daily), fmt.Sprintf("task = { name = %q }", s.task),
	} {
		attribute, _, _ := strings.Cut(required, " ")
		if !strings.HasPrefix(body, attribute+" ") && !strings.Contains(body, "\n"+attribute+" ") {
			lines = append(lines, required)
		}
	}
	return block("resource docker_task_schedule test", lines...)
}

// arguments are the same for a test that is its own core.
func (s scheduleFixture) arguments(more values) values {
	out := values{"name": s.name, "expression": daily, "task": values{"name": s.task}}
	for k, v := range more {
		out[k] = v
	}
	return out
}

// find is what AWS has of a schedule of the given group; nil where there is none.
func (s scheduleFixture) find(group string) *scheduler.GetScheduleOutput {
	s.t.Helper()
	out, err := s.api.GetSchedule(context.Background(), &scheduler.GetScheduleInput{Name: &s.name, GroupName: &group})
	if missing := (*schedulertypes.ResourceNotFoundException)(nil); errors.As(err, &missing) {
		return nil
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return out
}

func (s scheduleFixture) mustFind() *scheduler.GetScheduleOutput {
	s.t.Helper()
	out := s.find("default")
	if out == nil {
		s.t.Fatalf("there is no schedule %s", s.name)
	}
	return out
}

// change changes the schedule outside Terraform.
func (s scheduleFixture) change(change func(*scheduler.UpdateScheduleInput)) {
	s.t.Helper()
	have := s.mustFind()
	in := &scheduler.UpdateScheduleInput{
		Name: &s.name, ScheduleExpression: have.ScheduleExpression, ScheduleExpressionTimezone: have.ScheduleExpressionTimezone,
		FlexibleTimeWindow: have.FlexibleTimeWindow, State: have.State, Target: have.Target, Description: have.Description,
		StartDate: have.StartDate, EndDate: have.EndDate, KmsKeyArn: have.KmsKeyArn,
	}
	change(in)
	if _, err := s.api.UpdateSchedule(context.Background(), in); err != nil {
		s.t.Fatal(err)
	}
}

func (s scheduleFixture) remove() {
	s.t.Helper()
	if _, err := s.api.DeleteSchedule(context.Background(), &scheduler.DeleteScheduleInput{Name: &s.name}); err != nil {
		s.t.Fatal(err)
	}
}

// makeGroup creates a schedule group.
func (s scheduleFixture) makeGroup(name string) {
	s.t.Helper()
	if _, err := s.api.CreateScheduleGroup(context.Background(), &scheduler.CreateScheduleGroupInput{Name: &name}); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() {
		if _, err := s.api.DeleteScheduleGroup(context.Background(), &scheduler.DeleteScheduleGroupInput{Name: &name}); err != nil {
			s.t.Error(err)
		}
	})
}

// makeElsewhere creates a schedule of the name that belongs to no unit.
func (s scheduleFixture) makeElsewhere() {
	s.t.Helper()
	_, err := s.api.CreateSchedule(context.Background(), &scheduler.CreateScheduleInput{
		Name: &s.name, ScheduleExpression: aws.String("rate(1 hour)"), FlexibleTimeWindow: &schedulertypes.FlexibleTimeWindow{Mode: schedulertypes.FlexibleTimeWindowModeOff},
		Target: &schedulertypes.Target{
			Arn: aws.String(s.place.Regional("ecs", "cluster/default")), RoleArn: aws.String(s.place.Global("iam", "role/theirs")),
			EcsParameters: &schedulertypes.EcsParameters{
				TaskDefinitionArn: aws.String(s.place.Regional("ecs", "task-definition/"+s.task)), LaunchType: schedulertypes.LaunchTypeFargate,
				NetworkConfiguration: &schedulertypes.NetworkConfiguration{AwsvpcConfiguration: &schedulertypes.AwsVpcConfiguration{Subnets: []string{"subnet-1"}}},
			},
		},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() {
		// It may be gone by then; and the test's own context is over.
		_, _ = s.api.DeleteSchedule(context.Background(), &scheduler.DeleteScheduleInput{Name: &s.name})
	})
}

// checkGone checks that nothing is left.
func (s scheduleFixture) checkGone() func(*terraform.State) error {
	return func(state *terraform.State) error {
		if s.find("default") != nil {
			return fmt.Errorf("schedule %s is left", s.name)
		}
		return errors.Join(acctest.CheckUnitGone(s.t, s.name)(state), acctest.CheckAccountEmpty(s.t)(state))
	}
}

// policy is what the role needs for the task by its name, written by hand after AWS's
// documentation; more statements follow.
func (s scheduleFixture) policy(more ...string) string {
	cluster := s.place.Regional("ecs", "cluster/default")
	role := func(kind string) string { return s.place.Global("iam", "role/"+s.task+"-"+acctest.Region()+"-"+kind) }
	run := fmt.Sprintf(`{"Sid":"RunTask","Effect":"Allow","Action":"ecs:RunTask","Resource":"%s:*","Condition":{"ArnEquals":{"ecs:cluster":"%s"}}}`,
		s.place.Regional("ecs", "task-definition/"+s.task), cluster)
	return policyOf(append([]string{run, passStatement(role("execution"), role("task"))}, more...)...)
}

func (s scheduleFixture) trust() string {
	return policyOf(fmt.Sprintf(`{"Effect":"Allow","Principal":{"Service":"scheduler.amazonaws.com"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:SourceAccount":"%s","aws:SourceArn":"%s"}}}`,
		s.place.Account, s.place.Regional("scheduler", "schedule-group/default")))
}
