package aws

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	schedulertypes "github.com/aws/aws-sdk-go-v2/service/scheduler/types"
	"github.com/hashicorp/aws-sdk-go-base/v2/tfawserr"

	"github.com/dockertask/terraform-provider-docker/internal/aws/awstest"
	"github.com/dockertask/terraform-provider-docker/internal/sanitize/sanitizetest"
)

// AWS repeats in some errors what it does not take.
func TestValueHiding(t *testing.T) {
	awstest.Isolate(t)
	const token = "token-of-a-log-driver"
	fake := &fakeAWS{answer: func(call) *http.Response {
		return awstest.JSONResponse(http.StatusBadRequest, `{"__type":"ValidationException","message":"refused: '`+awstest.Canary+`', '`+awstest.Canary+`-2', `+token+`, 1"}`)
	}}
	client, diags := New(t.Context(), testConfig(fake))
	if client == nil {
		t.Fatal(diags)
	}
	input := aws.String(`{"containerOverrides":[{"name":"app","environment":[{"name":"A","value":"` + awstest.Canary + `"},{"name":"B","value":"` + awstest.Canary + `-2"},{"name":"C","value":"` + token + `"}]}]}`)
	target := &schedulertypes.Target{Arn: aws.String("arn"), RoleArn: aws.String("arn"), Input: input}
	window := &schedulertypes.FlexibleTimeWindow{Mode: schedulertypes.FlexibleTimeWindowModeOff}
	variable := func(name, value string) ecstypes.KeyValuePair {
		return ecstypes.KeyValuePair{Name: &name, Value: &value}
	}
	ctx := client.Context(t.Context())
	_, register := client.ecs.RegisterTaskDefinition(ctx, &ecs.RegisterTaskDefinitionInput{Family: aws.String("app"), ContainerDefinitions: []ecstypes.ContainerDefinition{{
		Environment:      []ecstypes.KeyValuePair{variable("A", awstest.Canary), variable("B", awstest.Canary+"-2"), variable("C", "1")},
		LogConfiguration: &ecstypes.LogConfiguration{LogDriver: ecstypes.LogDriverSplunk, Options: map[string]string{"splunk-token": token}},
	}}})
	_, create := client.scheduler.CreateSchedule(ctx, &scheduler.CreateScheduleInput{Name: aws.String("a"), ScheduleExpression: aws.String("rate(1 hour)"), FlexibleTimeWindow: window, Target: target})
	_, update := client.scheduler.UpdateSchedule(ctx, &scheduler.UpdateScheduleInput{Name: aws.String("a"), ScheduleExpression: aws.String("rate(1 hour)"), FlexibleTimeWindow: window, Target: target})
	overrides := &ecstypes.TaskOverride{ContainerOverrides: []ecstypes.ContainerOverride{{
		Name: aws.String("refused"), Command: []string{token}, Environment: []ecstypes.KeyValuePair{variable("A", awstest.Canary), variable("B", awstest.Canary+"-2")},
	}}}
	_, run := client.ecs.RunTask(ctx, &ecs.RunTaskInput{TaskDefinition: aws.String("app"), Overrides: overrides})
	_, start := client.ecs.StartTask(ctx, &ecs.StartTaskInput{TaskDefinition: aws.String("app"), ContainerInstances: []string{"i"}, Overrides: overrides})
	for name, err := range map[string]error{"register": register, "create": create, "update": update, "run": run, "start": start} {
		switch {
		case err == nil:
			t.Errorf("%s: no error", name)
		case strings.Contains(err.Error(), awstest.Canary) || strings.Contains(err.Error(), token):
			t.Errorf("%s: %v", name, err)
		case !strings.Contains(err.Error(), "refused: '***', '***', ***, 1"):
			t.Errorf("%s: more is hidden than has to be: %v", name, err)
		case !tfawserr.ErrCodeEquals(err, "ValidationException"):
			t.Errorf("%s: the error has lost its code: %v", name, err)
		}
	}
}

// A value that is part of the name of a role does not hide the name in an error, so that the role is waited for; and
// the options of where a log goes are not hidden.
func TestValueHiding_partsOfNames(t *testing.T) {
	awstest.Isolate(t)
	const role = "arn:aws:iam::123456789012:role/app-" + awstest.Region + "-task"
	fake := &fakeAWS{answer: func(call) *http.Response {
		return awstest.JSONResponse(http.StatusBadRequest, `{"__type":"AccessDeniedException","message":"not authorized to perform: iam:PassRole on resource: `+role+`"}`)
	}}
	client := mustNew(t, testConfig(fake))
	register := func(c ecstypes.ContainerDefinition) error {
		_, err := client.ecs.RegisterTaskDefinition(client.Context(t.Context()), &ecs.RegisterTaskDefinitionInput{
			Family: aws.String("app"), ContainerDefinitions: []ecstypes.ContainerDefinition{c},
		})
		return err
	}
	hides := register(ecstypes.ContainerDefinition{Environment: []ecstypes.KeyValuePair{{Name: aws.String("REGION"), Value: aws.String(awstest.Region)}}})
	_, message, _ := strings.Cut(hides.Error(), "not authorized") // before it stands where the call went
	if strings.Contains(message, awstest.Region) || !isRoleNotReady(hides, []string{role}) {
		t.Errorf("a variable: %v", hides)
	}
	shows := register(ecstypes.ContainerDefinition{LogConfiguration: &ecstypes.LogConfiguration{
		LogDriver: ecstypes.LogDriverAwslogs, Options: map[string]string{"awslogs-region": awstest.Region},
	}})
	if !strings.Contains(shows.Error(), role) || !isRoleNotReady(shows, []string{role}) {
		t.Errorf("a log option: %v", shows)
	}
}

// The error of whichever call is one line that no terminal obeys, and keeps its code.
func TestErrors_controlCharacters(t *testing.T) {
	awstest.Isolate(t)
	const hostile = "\x1b]0;owned\x07\x1b[2J\r\nApply complete!\u009b31m\u202e\u2028\x7f"
	for operation, field := range calledOperations(t) {
		service, name, _ := strings.Cut(operation, ".")
		fake := &fakeAWS{exact: true, answer: func(call) *http.Response {
			switch {
			case service == "EC2":
				return awstest.Response(http.StatusBadRequest, "text/xml", "<Response><Errors><Error><Code>Refused</Code><Message>"+xmlOf(hostile)+"</Message></Error></Errors></Response>")
			case service == "IAM" || service == "SNS":
				return awstest.XMLError(http.StatusBadRequest, "Refused", xmlOf(hostile))
			case service == "Lambda" || service == "Scheduler":
				return restError(http.StatusBadRequest, "Refused", hostile)
			}
			text, _ := json.Marshal(map[string]string{"__type": "Refused", "message": hostile})
			return awstest.JSONResponse(http.StatusBadRequest, string(text))
		}}
		client := mustNew(t, testConfig(fake))
		err := invokeSDK(t, reflect.ValueOf(client).Elem().FieldByName(field), field, name)
		if err == nil || !strings.Contains(err.Error(), "Apply complete!") {
			t.Fatalf("%s: %q", operation, err)
		}
		sanitizetest.Check(t, err.Error())
		if !tfawserr.ErrCodeEquals(err, "Refused") {
			t.Errorf("%s has lost its code: %v", operation, err)
		}
	}
}

// xmlOf is a text in XML, which has no control characters.
func xmlOf(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\r' && r != '\n' {
			return '\u202e'
		}
		return r
	}, text)
}
