package middleware

import (
	"reflect"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventbridgetypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	schedulertypes "github.com/aws/aws-sdk-go-v2/service/scheduler/types"

	"github.com/dockertask/terraform-provider-docker/internal/aws/awstest"
)

// Every text of a container or volume is hidden that is not known to be a name; so is what ECS adds.
func TestValueHiding_allFields(t *testing.T) {
	in := &ecs.RegisterTaskDefinitionInput{ContainerDefinitions: make([]ecstypes.ContainerDefinition, 1), Volumes: make([]ecstypes.Volume, 1)}
	awstest.Fill(reflect.ValueOf(&in.ContainerDefinitions[0]).Elem(), 0)
	awstest.Fill(reflect.ValueOf(&in.Volumes[0]).Elem(), 0)
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
