package awsapi

import (
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	schedulertypes "github.com/aws/aws-sdk-go-v2/service/scheduler/types"
	"github.com/hashicorp/aws-sdk-go-base/v2/tfawserr"
)

// AWS repeats in some errors what it does not take.
func TestValueHiding(t *testing.T) {
	isolate(t)
	const token = "token-of-a-log-driver"
	fake := &fakeAWS{answer: func(call) *http.Response {
		return jsonResponse(http.StatusBadRequest, `{"__type":"ValidationException","message":"refused: '`+canary+`', '`+canary+`-2', `+token+`, 1"}`)
	}}
	client, diags := New(t.Context(), testConfig(fake))
	if client == nil {
		t.Fatal(diags)
	}
	input := aws.String(`{"containerOverrides":[{"name":"app","environment":[{"name":"A","value":"` + canary + `"},{"name":"B","value":"` + canary + `-2"},{"name":"C","value":"` + token + `"}]}]}`)
	target := &schedulertypes.Target{Arn: aws.String("arn"), RoleArn: aws.String("arn"), Input: input}
	window := &schedulertypes.FlexibleTimeWindow{Mode: schedulertypes.FlexibleTimeWindowModeOff}
	variable := func(name, value string) ecstypes.KeyValuePair {
		return ecstypes.KeyValuePair{Name: &name, Value: &value}
	}
	ctx := client.Context(t.Context())
	_, register := client.ecs.RegisterTaskDefinition(ctx, &ecs.RegisterTaskDefinitionInput{Family: aws.String("app"), ContainerDefinitions: []ecstypes.ContainerDefinition{{
		Environment:      []ecstypes.KeyValuePair{variable("A", canary), variable("B", canary+"-2"), variable("C", "1")},
		LogConfiguration: &ecstypes.LogConfiguration{LogDriver: ecstypes.LogDriverSplunk, Options: map[string]string{"splunk-token": token}},
	}}})
	_, create := client.scheduler.CreateSchedule(ctx, &scheduler.CreateScheduleInput{Name: aws.String("a"), ScheduleExpression: aws.String("rate(1 hour)"), FlexibleTimeWindow: window, Target: target})
	_, update := client.scheduler.UpdateSchedule(ctx, &scheduler.UpdateScheduleInput{Name: aws.String("a"), ScheduleExpression: aws.String("rate(1 hour)"), FlexibleTimeWindow: window, Target: target})
	for name, err := range map[string]error{"register": register, "create": create, "update": update} {
		switch {
		case err == nil:
			t.Errorf("%s: no error", name)
		case strings.Contains(err.Error(), canary) || strings.Contains(err.Error(), token):
			t.Errorf("%s: %v", name, err)
		case !strings.Contains(err.Error(), "refused: '***', '***', ***, 1"):
			t.Errorf("%s: more is hidden than has to be: %v", name, err)
		case !tfawserr.ErrCodeEquals(err, "ValidationException"):
			t.Errorf("%s: the error has lost its code: %v", name, err)
		}
	}
}

// A value that is part of a role's name does not keep the role from being waited for; and what
// tells where a log goes is not hidden.
func TestValueHiding_partsOfNames(t *testing.T) {
	isolate(t)
	const role = "arn:aws:iam::123456789012:role/app-" + testRegion + "-task"
	fake := &fakeAWS{answer: func(call) *http.Response {
		return jsonResponse(http.StatusBadRequest, `{"__type":"AccessDeniedException","message":"not authorized to perform: iam:PassRole on resource: `+role+`"}`)
	}}
	client := mustNew(t, testConfig(fake))
	register := func(c ecstypes.ContainerDefinition) error {
		_, err := client.ecs.RegisterTaskDefinition(client.Context(t.Context()), &ecs.RegisterTaskDefinitionInput{
			Family: aws.String("app"), ContainerDefinitions: []ecstypes.ContainerDefinition{c},
		})
		return err
	}
	hides := register(ecstypes.ContainerDefinition{Environment: []ecstypes.KeyValuePair{{Name: aws.String("REGION"), Value: aws.String(testRegion)}}})
	if strings.Contains(hides.Error(), testRegion) || !isRoleNotReady(hides, []string{role}) {
		t.Errorf("a variable: %v", hides)
	}
	shows := register(ecstypes.ContainerDefinition{LogConfiguration: &ecstypes.LogConfiguration{
		LogDriver: ecstypes.LogDriverAwslogs, Options: map[string]string{"awslogs-region": testRegion},
	}})
	if !strings.Contains(shows.Error(), role) || !isRoleNotReady(shows, []string{role}) {
		t.Errorf("a log option: %v", shows)
	}
}
