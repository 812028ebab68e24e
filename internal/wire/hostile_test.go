package wire_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/dockertask/terraform-provider-docker/internal/policy/policytest"
	"github.com/dockertask/terraform-provider-docker/internal/task"
	"github.com/dockertask/terraform-provider-docker/internal/wire"
)

// shape is the shape of an identity's policy; a text that IAM would refuse fails the test.
func shape(t *testing.T, document string) string {
	t.Helper()
	s, err := policytest.Shape(document, policytest.IdentityPolicy)
	if err != nil {
		t.Fatalf("%v\n%s", err, document)
	}
	return s
}

// targets are further wires of a kind whose policy has another shape than that of [sample].
var targets = map[string][]string{
	"function":      {"uploads:live"},
	"state_machine": {"uploads:live"},

	"express_workflow": {"uploads:live"},
	"table_stream":     {"arn:aws:dynamodb:us-east-1:111122223333:table/uploads/stream/2026-05-11T21:21:33.291"},
	"parameter":        {"/uploads/*"},
	"secret":           {"uploads"},
}

// Whatever stands where a target's name does: it is refused, or it is a name and no more.
func FuzzWire_Statements(f *testing.F) {
	for i := range wire.Kinds {
		for _, text := range policytest.Hostile {
			f.Add(i, "uploads", text)
			f.Add(i, text, "uploads"+text)
		}
	}
	f.Fuzz(func(t *testing.T, index int, name, text string) {
		k := wire.Kinds[uint(index)%uint(len(wire.Kinds))]
		var hostile []wire.Wire
		switch good := sample(t, k.Name, home); k.Given {
		case wire.ByText:
			for _, value := range []string{text, arnOf(k.Name, text)} {
				w := good
				w.Value = value
				hostile = append(hostile, w)
			}
		case wire.ByObject:
			for field := range good.Fields {
				w := good
				w.Fields = map[string]string{}
				for n, v := range good.Fields {
					w.Fields[n] = v
				}
				w.Fields[field] = text
				hostile = append(hostile, w)
			}
		case wire.ByTask:
			for _, end := range hostileTasks(text) {
				w := good
				w.Task = &end
				hostile = append(hostile, w)
			}
		default:
			return // what a policy says is its writer's business
		}
		usual := []wire.Wire{sample(t, k.Name, home)}
		for _, value := range targets[k.Name] {
			usual = append(usual, wire.Wire{Kind: k.Name, Value: value})
		}
		for _, access := range accesses(k) {
			document := func(w wire.Wire) (string, bool) {
				w.Name, w.Access = name, access
				if len(w.Check(home)) > 0 {
					return "", false
				}
				d, err := wire.Policy([]wire.Wire{w}, home, 0)
				if err != nil && k.Given == wire.ByTask {
					return "", false // what a task says of itself has no check but this
				}
				if err != nil {
					t.Fatalf("taken, but: %v", err)
				}
				return d.JSON(), true
			}
			var shapes []string
			for _, w := range usual {
				if d, ok := document(w); ok {
					shapes = append(shapes, shape(t, d))
				}
			}
			for _, w := range hostile {
				if d, ok := document(w); ok && !slices.Contains(shapes, shape(t, d)) {
					t.Errorf("%s %q %v breaks out:\n%s", k.Name, w.Value, w.Fields, d)
				}
			}
		}
	})
}

// hostileTasks are tasks with a text in one of the places that a policy has a name from.
func hostileTasks(text string) []wire.Task {
	family, cluster, role := publish(home), publish(home), publish(home)
	family.FamilyARN = home.Regional("ecs", "task-definition/"+text)
	cluster.ClusterARN = task.ClusterARN(text, home)
	// The path keeps it another than the second role, with which it would be one.
	role.RoleARNs[0] = home.Global("iam", "role/team/"+text)
	return []wire.Task{family, cluster, role}
}

// arnOf is the ARN of a target of that name, if the kind has such.
func arnOf(kind, name string) string {
	switch kind {
	case "function":
		return home.Regional("lambda", "function:"+name)
	case "object_store":
		return "arn:aws:s3:::" + name
	case "table":
		return home.Regional("dynamodb", "table/"+name)
	case "job_queue":
		return home.Regional("sqs", name)
	case "topic":
		return home.Regional("sns", name)
	case "stream":
		return home.Regional("kinesis", "stream/"+name)
	case "state_machine":
		return home.Regional("states", "stateMachine:"+name)
	case "event_bus":
		return home.Regional("events", "event-bus/"+name)
	case "secret":
		return home.Regional("secretsmanager", "secret:"+name)
	}
	return home.Regional("ssm", "parameter/"+name)
}

// Names of a task that the checks accept, or that a task of another tool has, stay names in the policy of its
// consumer.
func FuzzConsumer_Policy(f *testing.F) {
	for _, text := range policytest.Hostile {
		f.Add(text, "media", "app", "sg-1")
		f.Add("publish", "x"+text, "app", "sg-1")
		f.Add("publish", "media", "team"+text+"/app", "sg-1")
		f.Add("publish", "media", text, text)
	}
	f.Fuzz(func(t *testing.T, family, cluster, role, machine string) {
		of := func(family, cluster, role string) wire.Task {
			end := publish(home)
			end.FamilyARN = home.Regional("ecs", "task-definition/"+family)
			end.ClusterARN = home.Regional("ecs", "cluster/"+cluster)
			end.RoleARNs = []string{home.Global("iam", "role/"+role), home.Global("iam", "role/fixed-execution")}
			return end
		}
		if role == "fixed-execution" {
			return
		}
		for _, i := range wire.Integrations {
			c := wire.Consumer{Actions: wire.Actions, Integration: i, TagsTasks: true}
			good, err := c.Policy(of("publish", "media", "app"))
			if err != nil {
				t.Fatal(err)
			}
			d, err := c.Policy(of(family, cluster, role))
			if err != nil {
				continue // refused
			}
			if shape(t, d.JSON()) != shape(t, good.JSON()) {
				t.Errorf("%s: breaks out:\n%s", i.Name, d.JSON())
			}
		}
		if got := wire.TokenPolicy(machine, home).JSON(); wire.CheckStateMachine(machine) == nil && shape(t, got) != shape(t, wire.TokenPolicy("nightly", home).JSON()) {
			t.Errorf("%q breaks out:\n%s", machine, got)
		}
	})
}

// A state holds names as they are.
func FuzzConsumer_StateJSON(f *testing.F) {
	for _, text := range policytest.Hostile {
		f.Add(text, "media", "publish", "subnet-1", "Next")
		f.Add("publish", text, text, text, text)
	}
	f.Fuzz(func(t *testing.T, family, cluster, container, subnet, next string) {
		for _, s := range []string{family, cluster, container, subnet, next} {
			if !utf8.ValidString(s) {
				return // Terraform's texts are
			}
		}
		end := publish(home)
		end.FamilyARN, end.ClusterARN, end.Container = home.Regional("ecs", "task-definition/"+family), home.Regional("ecs", "cluster/"+cluster), container
		end.Network = task.Network{SubnetIDs: []string{subnet}}
		i, _ := wire.FindIntegration("step_functions_task_token")
		text, err := wire.Consumer{Actions: wire.Actions, Integration: i}.StateJSON(end, wire.State{Next: next})
		if err != nil {
			return // refused
		}
		want := map[string]any{
			"Type":     "Task",
			"Resource": "arn:aws:states:::ecs:runTask.waitForTaskToken",
			"Parameters": map[string]any{
				"Cluster":        end.ClusterARN,
				"TaskDefinition": end.FamilyARN,
				"LaunchType":     "FARGATE",
				"NetworkConfiguration": map[string]any{"AwsvpcConfiguration": map[string]any{
					"Subnets": []any{subnet}, "AssignPublicIp": "DISABLED",
				}},
				"Overrides": map[string]any{"ContainerOverrides": []any{map[string]any{
					"Name": container, "Environment": []any{map[string]any{"Name": "TASK_TOKEN", "Value.$": "$$.Task.Token"}},
				}}},
			},
		}
		if next == "" {
			want["End"] = true
		} else {
			want["Next"] = next
		}
		var have any
		if err := json.Unmarshal([]byte(text), &have); err != nil || !reflect.DeepEqual(have, any(want)) {
			t.Errorf("%v:\n%s", err, text)
		}
	})
}

// A value of an override is a text or a reference, and nothing else of the state changes with it. Texts beside a
// reference are quoted: the function that makes the list ends where it began.
func FuzzOverrides(f *testing.F) {
	for _, text := range append(policytest.Hostile, "$.x", "$HOME", "States.Array($.x)", "it's", `a\'b`, "{% x %}", "{}", "') , $.y") {
		f.Add(text, true)
		f.Add(text, false)
	}
	f.Fuzz(func(t *testing.T, value string, jsonata bool) {
		if !utf8.ValidString(value) {
			return
		}
		s := wire.State{Overrides: wire.Overrides{Command: []string{value, "$.x"}, Environment: map[string]string{"A": value}}}
		if jsonata {
			s.Language, s.Overrides.Command[1] = wire.JSONata, "{% $states.input.x %}"
		}
		if _, err := s.Check(false); err != nil {
			return // refused
		}
		i, _ := wire.FindIntegration("step_functions")
		text, err := wire.Consumer{Actions: wire.Actions, Integration: i}.StateJSON(publish(home), s)
		if err != nil {
			t.Fatal(err)
		}
		var state struct {
			Parameters, Arguments struct {
				Overrides struct {
					ContainerOverrides []map[string]any
				}
			}
		}
		if err := json.Unmarshal([]byte(text), &state); err != nil {
			t.Fatal(err)
		}
		if jsonata {
			if c := state.Arguments.Overrides.ContainerOverrides[0]; !reflect.DeepEqual(c["Command"], []any{value, "{% $states.input.x %}"}) {
				t.Errorf("%q: %s", value, text)
			}
			return
		}
		c := state.Parameters.Overrides.ContainerOverrides[0]
		first := strings.TrimSuffix(strings.TrimPrefix(fmt.Sprint(c["Command.$"]), "States.Array("), ", $.x)")
		if first == value {
			return // a reference
		}
		if unquoted, ok := unquote(first); !ok || unquoted != value {
			t.Errorf("%q is %s", value, text)
		}
	})
}

// unquote reads a text of an intrinsic function.
func unquote(s string) (string, bool) {
	if len(s) < 2 || s[0] != '\'' || s[len(s)-1] != '\'' {
		return "", false
	}
	var out strings.Builder
	for i := 1; i < len(s)-1; i++ {
		switch c := s[i]; c {
		case '\\':
			if i++; i == len(s)-1 {
				return "", false
			}
			out.WriteByte(s[i])
		case '\'', '{', '}':
			return "", false
		default:
			out.WriteByte(c)
		}
	}
	return out.String(), true
}
