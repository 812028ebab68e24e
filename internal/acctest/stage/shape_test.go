package stage_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// checked holds every answer to a stage's operation against the SDK's type for it: each member has to be one of the
// type's, of the same kind.
type checked struct {
	t    *testing.T
	next http.RoundTripper
}

var (
	outputs = map[string]reflect.Type{
		"RunTask":       reflect.TypeFor[ecs.RunTaskOutput](),
		"StartTask":     reflect.TypeFor[ecs.StartTaskOutput](),
		"StopTask":      reflect.TypeFor[ecs.StopTaskOutput](),
		"DescribeTasks": reflect.TypeFor[ecs.DescribeTasksOutput](),
		"ListTasks":     reflect.TypeFor[ecs.ListTasksOutput](),
	}
	// The errors that the operations' pages have.
	exceptions = map[string]reflect.Type{
		"ClientException":           reflect.TypeFor[types.ClientException](),
		"ClusterNotFoundException":  reflect.TypeFor[types.ClusterNotFoundException](),
		"ConflictException":         reflect.TypeFor[types.ConflictException](),
		"InvalidParameterException": reflect.TypeFor[types.InvalidParameterException](),
		"PlatformUnknownException":  reflect.TypeFor[types.PlatformUnknownException](),
		"ServiceNotFoundException":  reflect.TypeFor[types.ServiceNotFoundException](),
	}
)

func (c checked) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := c.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	shape := outputs[operation]
	if shape == nil {
		return response, nil
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	var answer map[string]any
	if err := json.Unmarshal(body, &answer); err != nil {
		c.t.Errorf("%s answers %q: %v", operation, body, err)
		return response, nil
	}
	if response.StatusCode != http.StatusOK {
		code, _ := answer["__type"].(string)
		delete(answer, "__type")
		if shape = exceptions[code]; shape == nil || response.StatusCode != http.StatusBadRequest {
			c.t.Errorf("%s answers %d, %q", operation, response.StatusCode, code)
			return response, nil
		}
	}
	for _, problem := range mismatches(operation, answer, shape) {
		c.t.Error(problem)
	}
	return response, nil
}

// mismatches are members that a type does not have, or has of another kind.
func mismatches(path string, value any, shape reflect.Type) []string {
	for shape.Kind() == reflect.Pointer {
		shape = shape.Elem()
	}
	wrong := []string{fmt.Sprintf("%s: %T is no %s", path, value, shape)}
	var found []string
	switch value := value.(type) {
	case map[string]any:
		if shape.Kind() != reflect.Struct {
			return wrong
		}
		for name, member := range value {
			field, has := shape.FieldByNameFunc(func(field string) bool { return memberName(field) == name })
			if !has || field.Name == "ResultMetadata" {
				found = append(found, fmt.Sprintf("%s: %s has no member %s", path, shape, name))
				continue
			}
			found = append(found, mismatches(path+"."+name, member, field.Type)...)
		}
	case []any:
		if shape.Kind() != reflect.Slice {
			return wrong
		}
		for _, item := range value {
			found = append(found, mismatches(path+"[]", item, shape.Elem())...)
		}
	case string:
		if shape.Kind() != reflect.String {
			return wrong
		}
	case bool:
		if shape.Kind() != reflect.Bool {
			return wrong
		}
	case float64:
		if shape != reflect.TypeFor[time.Time]() && !(shape.Kind() == reflect.Int32 || shape.Kind() == reflect.Int64) {
			return wrong
		}
	default:
		return wrong
	}
	return found
}

// memberName is the service model's name of a field: with a small first letter.
func memberName(field string) string {
	first, size := utf8.DecodeRuneInString(field)
	return string(unicode.ToLower(first)) + field[size:]
}

func TestMismatches(t *testing.T) {
	for name, c := range map[string]struct {
		document string
		want     int
	}{
		"fine":          {`{"tasks":[{"taskArn":"a","createdAt":1.5,"enableExecuteCommand":true,"containers":[{"exitCode":1,"networkInterfaces":[{"privateIpv4Address":"1"}]}]}],"failures":[{"arn":"a"}]}`, 0},
		"unknown":       {`{"tasks":[{"taskARN":"a"}],"failure":[]}`, 2},
		"text for time": {`{"tasks":[{"createdAt":"2026"}]}`, 1},
		"number":        {`{"tasks":[{"containers":[{"cpu":1}]}]}`, 1},
		"null":          {`{"tasks":null}`, 1},
		"no list":       {`{"tasks":{}}`, 1},
	} {
		var value any
		if err := json.Unmarshal([]byte(c.document), &value); err != nil {
			t.Fatal(err)
		}
		if got := mismatches("DescribeTasks", value, outputs["DescribeTasks"]); len(got) != c.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}
