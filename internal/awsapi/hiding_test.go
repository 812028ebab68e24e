package awsapi

import (
	"encoding/json"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventbridgetypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
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
	_, message, _ := strings.Cut(hides.Error(), "not authorized") // before it stands where the call went
	if strings.Contains(message, testRegion) || !isRoleNotReady(hides, []string{role}) {
		t.Errorf("a variable: %v", hides)
	}
	shows := register(ecstypes.ContainerDefinition{LogConfiguration: &ecstypes.LogConfiguration{
		LogDriver: ecstypes.LogDriverAwslogs, Options: map[string]string{"awslogs-region": testRegion},
	}})
	if !strings.Contains(shows.Error(), role) || !isRoleNotReady(shows, []string{role}) {
		t.Errorf("a log option: %v", shows)
	}
}

// Every text of a container or volume is hidden that is not known to be a name; so is what ECS adds.
func TestValueHiding_allFields(t *testing.T) {
	in := &ecs.RegisterTaskDefinitionInput{ContainerDefinitions: make([]ecstypes.ContainerDefinition, 1), Volumes: make([]ecstypes.Volume, 1)}
	fill(reflect.ValueOf(&in.ContainerDefinitions[0]).Elem(), 0)
	fill(reflect.ValueOf(&in.Volumes[0]).Elem(), 0)
	in.ContainerDefinitions[0].LogConfiguration.LogDriver = ecstypes.LogDriverSplunk
	fields := map[string]bool{}
	var walk func(typ reflect.Type, field string)
	walk = func(typ reflect.Type, field string) {
		switch typ.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Map:
			walk(typ.Elem(), field)
		case reflect.String:
			fields[field] = true
		case reflect.Struct:
			for i := range typ.NumField() {
				if f := typ.Field(i); f.IsExported() {
					walk(f.Type, typ.Name()+"."+f.Name)
				}
			}
		}
	}
	walk(reflect.TypeFor[ecstypes.ContainerDefinition](), "")
	walk(reflect.TypeFor[ecstypes.Volume](), "")
	var hidden []string
	for field := range fields {
		if !nameFields[field] {
			hidden = append(hidden, field)
		}
		delete(fields, field)
	}
	slices.Sort(hidden)
	if want := []string{
		"ContainerDefinition.Command", "ContainerDefinition.DockerLabels", "ContainerDefinition.EntryPoint",
		"DockerVolumeConfiguration.DriverOpts", "DockerVolumeConfiguration.Labels", "FirelensConfiguration.Options", "HealthCheck.Command", "KeyValuePair.Value", "LogConfiguration.Options",
	}; !slices.Equal(hidden, want) {
		t.Errorf("hidden are %q, not %q: of a new field say whether it is a name", hidden, want)
	}
	if got := valuesOf(in); len(got) != len(hidden) {
		t.Errorf("%d values of %d fields: %q", len(got), len(hidden), got)
	}
}

// What is in a document of a schedule or subscription is hidden, by itself too; keys and names are not.
func TestValueHiding_documents(t *testing.T) {
	values := valuesOf(&scheduler.CreateScheduleInput{Target: &schedulertypes.Target{
		Input: aws.String(`{"containerOverrides":[{"name":"main","command":["--password=\"hunter2\""],"environment":[{"name":"PASSWORD","value":"secret-override"}]}]}`),
	}})
	for _, want := range []string{`--password="hunter2"`, "secret-override"} {
		if !slices.Contains(values, want) {
			t.Errorf("%q is not among %q", want, values)
		}
	}
	values = append(values, valuesOf(&eventbridge.PutTargetsInput{Targets: []eventbridgetypes.Target{{InputTransformer: &eventbridgetypes.InputTransformer{
		InputTemplate: aws.String(`{"task": <task>, "token": "secret-template"}`),
	}}}})...)
	if !slices.Contains(values, "secret-template") {
		t.Errorf("%q", values)
	}
	for _, name := range []string{"main", "PASSWORD", "name", "token", "environment"} {
		if slices.Contains(values, name) {
			t.Errorf("%q is a name", name)
		}
	}
}

// The error of whichever call is one line that no terminal obeys, and keeps its code.
func TestErrors_controlCharacters(t *testing.T) {
	isolate(t)
	const hostile = "\x1b]0;owned\x07\x1b[2J\r\nApply complete!\u009b31m\u202e\u2028\x7f"
	for operation, field := range calledOperations(t) {
		service, name, _ := strings.Cut(operation, ".")
		fake := &fakeAWS{exact: true, answer: func(call) *http.Response {
			switch {
			case service == "EC2":
				return response(http.StatusBadRequest, "text/xml", "<Response><Errors><Error><Code>Refused</Code><Message>"+xmlOf(hostile)+"</Message></Error></Errors></Response>")
			case service == "IAM" || service == "SNS":
				return xmlError(http.StatusBadRequest, "Refused", xmlOf(hostile))
			case service == "Lambda" || service == "Scheduler":
				return restError(http.StatusBadRequest, "Refused", hostile)
			}
			text, _ := json.Marshal(map[string]string{"__type": "Refused", "message": hostile})
			return jsonResponse(http.StatusBadRequest, string(text))
		}}
		client := mustNew(t, testConfig(fake))
		err := invokeSDK(t, reflect.ValueOf(client).Elem().FieldByName(field), field, name)
		if err == nil || strings.ContainsFunc(err.Error(), func(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl) }) || !strings.Contains(err.Error(), "Apply complete!") {
			t.Errorf("%s: %q", operation, err)
		}
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
