package aws

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/scheduler/types"
	"github.com/aws/smithy-go"

	"github.com/dockertask/terraform-provider-docker/internal/aws/awstest"
	"github.com/dockertask/terraform-provider-docker/internal/schedule"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// What is written comes back as it was, whatever Scheduler's own defaults are.
func TestScheduleThereAndBack(t *testing.T) {
	t.Parallel()
	full := schedule.Schedule{
		Expression: "rate(1 day)", TimeZone: "Europe/Berlin", FlexibleMinutes: 15, AfterCompletion: schedule.Delete, Enabled: true,
		Description: "d", KMSKeyARN: "k", Start: time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC), End: time.Date(2031, 1, 1, 0, 0, 0, 0, time.UTC),
		Target: schedule.Target{
			ClusterARN: "c", RoleARN: "r", DefinitionARN: "f", Input: "{}", Launch: task.Launch{Providers: []task.CapacityProvider{{Name: "FARGATE_SPOT", Weight: 3}, {Name: "FARGATE", Base: 1, Weight: 1}}}, PlatformVersion: "1.4.0", TaskCount: 2,
			Network:       schedule.Network{SubnetIDs: []string{"a", "b"}, SecurityGroupIDs: []string{"s"}, AssignPublicIP: true},
			PropagateTags: true, ExecuteCommand: true, Tags: map[string]string{"a": "b", "c": "d"},
			MaximumAttempts: 0, MaximumAgeSeconds: 60, DeadLetterARN: "q",
		},
	}
	bare := schedule.Schedule{
		Expression: "rate(1 day)", TimeZone: "UTC", AfterCompletion: schedule.Keep,
		Target: schedule.Target{
			ClusterARN: "c", RoleARN: "r", DefinitionARN: "f", Launch: task.Launch{Type: "EC2"}, TaskCount: 1,
			MaximumAttempts: schedule.MaximumAttempts, MaximumAgeSeconds: schedule.MaximumAgeSeconds,
		},
	}
	byCluster := bare
	byCluster.Target.Launch = task.Launch{}
	for name, s := range map[string]schedule.Schedule{"full": full, "bare": bare, "neither launch type nor capacity provider": byCluster} {
		back := observedSchedule(&scheduler.GetScheduleOutput{
			ScheduleExpression: &s.Expression, ScheduleExpressionTimezone: &s.TimeZone, FlexibleTimeWindow: flexibleWindow(s),
			StartDate: timeOrNil(s.Start), EndDate: timeOrNil(s.End), State: scheduleState(s),
			ActionAfterCompletion: types.ActionAfterCompletion(s.AfterCompletion),
			Description:           textOrNil(s.Description), KmsKeyArn: textOrNil(s.KMSKeyARN), Target: runTarget(s.Target),
		}, s.Group, s.Name)
		if !back.Equal(s) {
			t.Errorf("%s: %+v comes back as %+v", name, s, back)
		}
	}
}

// Scheduler takes each entry of a map for a tag: written as ECS has it, a tag would be two, named
// key and value, and ECS would run no task with two of them.
func TestScheduleTags(t *testing.T) {
	awstest.Isolate(t)
	fake := &fakeAWS{answer: empty.answer}
	client := mustNew(t, testConfig(fake))
	s := schedule.Schedule{Group: "default", Name: "s", Expression: "rate(1 day)", Target: schedule.Target{Tags: map[string]string{"Name": "x", "Team": "y"}}}
	_, create := client.createSchedule(t.Context(), s, nil)
	update := client.putSchedule(t.Context(), s, nil)
	if create != nil || update != nil {
		t.Fatal(create, update)
	}
	var sent int
	for _, c := range fake.calls {
		if !strings.Contains(c.body, "ScheduleExpression") {
			continue
		}
		sent++
		if want := `"Tags":[{"Name":"x"},{"Team":"y"}]`; !strings.Contains(c.body, want) {
			t.Errorf("%s has no %s", c.body, want)
		}
	}
	if sent != 2 {
		t.Errorf("%d calls with a schedule", sent)
	}
	for name, tags := range map[string][]map[string]string{
		"a map for each": {{"Name": "x"}, {"Team": "y"}},
		"one map":        {{"Name": "x", "Team": "y"}},
	} {
		if have := observedRunTarget(types.Target{EcsParameters: &types.EcsParameters{Tags: tags}}).Tags; !reflect.DeepEqual(have, s.Target.Tags) {
			t.Errorf("%s: %v", name, have)
		}
	}
}

// What a unit never writes is named, not lost.
func TestObservedOthers(t *testing.T) {
	t.Parallel()
	have := observedRunTarget(types.Target{
		SqsParameters: &types.SqsParameters{}, KinesisParameters: &types.KinesisParameters{},
		EcsParameters: &types.EcsParameters{},
	}).Others
	want := []string{"Kinesis parameters", "SQS parameters"}
	if !reflect.DeepEqual(have, want) {
		t.Errorf("%v", have)
	}
}

// The parameters of a target are all read: a new one of the SDK's has to be looked at.
func TestTargetParity(t *testing.T) {
	t.Parallel()
	for typ, fields := range map[reflect.Type]int{
		reflect.TypeFor[types.Target]():                10,
		reflect.TypeFor[types.EcsParameters]():         14,
		reflect.TypeFor[types.AwsVpcConfiguration]():   3,
		reflect.TypeFor[scheduler.GetScheduleOutput](): 15,
	} {
		n := 0
		for f := range typ.NumField() {
			if typ.Field(f).IsExported() && typ.Field(f).Name != "ResultMetadata" {
				n++
			}
		}
		if n != fields {
			t.Errorf("%s has %d fields, %d were looked at", typ, n, fields)
		}
	}
}

func TestScheduleErrors(t *testing.T) {
	t.Parallel()
	invalid := func(message string) error {
		return &smithy.GenericAPIError{Code: "ValidationException", Message: message}
	}
	notReady := invalid("The execution role you provide must allow AWS EventBridge Scheduler to assume the role.")
	past := invalid("The StartDate you specify cannot be earlier than 5 minutes ago.")
	made := []string{"arn:aws:iam::123456789012:role/made"}
	if !isRoleNotReady(notReady, made) || isRoleNotReady(notReady, nil) || isRoleNotReady(past, made) || isRoleNotReady(nil, made) {
		t.Error("a role that is not ready is not told from other refusals")
	}
	if !isStartPast(past) || isStartPast(notReady) || isStartPast(nil) {
		t.Error("a start that has passed is not told from other refusals")
	}
}
