package aws

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/smithy-go"

	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// errSent is the answer of lookingOnly.
var errSent = errors.New("sent")

// lookingOnly is an account that only looks at what it is sent.
type lookingOnly struct{ body string }

func (l *lookingOnly) Do(r *http.Request) (*http.Response, error) {
	text, err := io.ReadAll(r.Body)
	l.body = string(text)
	return nil, errors.Join(errSent, err)
}

// newSender makes a function that returns the request with which the SDK registers a definition, or the error why it
// does not send one.
func newSender(t *testing.T) func(task.Definition) (string, error) {
	t.Helper()
	var to lookingOnly
	client := ecs.New(ecs.Options{
		Region: "us-east-1", HTTPClient: &to, RetryMaxAttempts: 1,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "a", SecretAccessKey: "b"}, nil
		}),
	})
	return func(d task.Definition) (string, error) {
		in, err := toSDK(d)
		if err != nil {
			return "", err
		}
		if _, err = client.RegisterTaskDefinition(t.Context(), in); errors.Is(err, errSent) {
			err = nil
		}
		return to.body, err
	}
}

// Each key that only an answer of ECS has is ignored in a file, and no other.
func TestReadInput_answers(t *testing.T) {
	request := reflect.TypeFor[ecs.RegisterTaskDefinitionInput]()
	found := 0
	for _, f := range reflect.VisibleFields(reflect.TypeFor[types.TaskDefinition]()) {
		_, taken := request.FieldByName(f.Name)
		if !f.IsExported() || taken {
			continue
		}
		found++
		key := strings.ToLower(f.Name[:1]) + f.Name[1:]
		in, said := task.ReadInput(fmt.Sprintf(`{%q: [], "containerDefinitions": [{"name": "a"}]}`, key))
		if len(said.Wrong) > 0 || !slices.Equal(said.Ignored, []string{key}) || len(in.ContainerDefinitions) != 1 {
			t.Errorf("%s: %+v", key, said)
		}
	}
	if found < 8 {
		t.Errorf("only %d keys", found)
	}
}

// A missing key that the SDK would refuse at apply, in the words of Go, is reported when the file is read, with its
// place.
func TestReadInput_requiredKeys(t *testing.T) {
	whole, send := populated[task.Definition](), newSender(t)
	if _, err := send(whole); err != nil {
		t.Fatal(err)
	}
	var file map[string]any
	if err := json.Unmarshal(whole.JSON(), &file); err != nil {
		t.Fatal(err)
	}
	missed := 0
	check := func(path string) {
		text, err := json.Marshal(file)
		if err != nil {
			t.Fatal(err)
		}
		in, err := task.ParseInput(string(text))
		if err != nil {
			if !strings.Contains(err.Error(), path) {
				t.Errorf("without %s: %v", path, err)
			}
			missed++
			return
		}
		in.Family = "sample" // the task's name in any case
		var invalid smithy.InvalidParamsError
		if _, err := send(in.Definition); errors.As(err, &invalid) {
			t.Errorf("without %s the file is read, and refused at apply: %v", path, err)
		}
	}
	var visit func(v any, path string)
	visit = func(v any, path string) {
		switch v := v.(type) {
		case map[string]any:
			for _, key := range slices.Sorted(maps.Keys(v)) {
				at := strings.TrimPrefix(path+"."+key, ".")
				was := v[key]
				visit(was, at)
				delete(v, key)
				check(at)
				if _, text := was.(string); text {
					v[key] = ""
					check(at)
				}
				v[key] = was
			}
		case []any:
			visit(v[0], path+"[0]") // the others are alike
		}
	}
	visit(file, "")
	if missed < 40 {
		t.Errorf("only %d keys are required", missed)
	}
}

// The size that the limit counts is that of the request.
func TestDefinition_size(t *testing.T) {
	send := newSender(t)
	for name, d := range map[string]task.Definition{
		"all fields": populated[task.Definition](),
		"characters": {Family: "a", ContainerDefinitions: []task.Container{{Name: "a", Environment: []task.KeyValue{{Name: "A", Value: "&<>\"\\\n\t\u2028ä😀" + strings.Repeat("&", 11000)}}}}},
	} {
		body, err := send(d)
		if err != nil {
			t.Fatal(err)
		}
		if d.Size() != len(body) {
			t.Errorf("%s: %d bytes, and %d are sent", name, d.Size(), len(body))
		}
	}
}
