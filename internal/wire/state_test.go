package wire

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// stateOf is a state as a value.
func stateOf(t *testing.T, integration string, s State) map[string]any {
	t.Helper()
	i, ok := FindIntegration(integration)
	if !ok {
		t.Fatal(integration)
	}
	text, err := Consumer{Actions: i.Actions, Integration: i}.StateJSON(taskIn(virginia), s)
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// objectIn is an object in another.
func objectIn(t *testing.T, o map[string]any, key string) map[string]any {
	t.Helper()
	in, ok := o[key].(map[string]any)
	if !ok {
		t.Fatalf("%s is %v", key, o[key])
	}
	return in
}

// A state in JSONata has Arguments, and says its language. Everything else is that of JSONPath.
func TestConsumer_StateJSON_language(t *testing.T) {
	for _, i := range Integrations {
		if i.State == "" {
			continue
		}
		path, expression := stateOf(t, i.Name, State{}), stateOf(t, i.Name, State{Language: JSONata})
		if path["QueryLanguage"] != nil || path["Arguments"] != nil || expression["Parameters"] != nil || expression["QueryLanguage"] != "JSONata" {
			t.Errorf("%s:\n%v\n%v", i.Name, path, expression)
		}
		if path["Resource"] != expression["Resource"] {
			t.Errorf("%s: %v, %v", i.Name, path["Resource"], expression["Resource"])
		}
		parameters, arguments := objectIn(t, path, "Parameters"), objectIn(t, expression, "Arguments")
		delete(parameters, "Overrides")
		delete(arguments, "Overrides")
		if diff := cmp.Diff(parameters, arguments); diff != "" {
			t.Errorf("%s: %s", i.Name, diff)
		}
		if said, _ := json.Marshal(expression); strings.Contains(string(said), `.$"`) {
			t.Errorf("%s: a key of JSONPath in %s", i.Name, said)
		}
	}
}

// What a state overrides, as Step Functions takes it.
func TestConsumer_StateJSON_overrides(t *testing.T) {
	const sync, token = "step_functions_sync", "step_functions_task_token"
	for name, c := range map[string]struct {
		integration string
		state       State
		want        string // "" for no overrides
	}{
		"nothing": {sync, State{}, ""},
		"texts": {
			sync, State{Overrides: Overrides{Command: []string{"dump", "$HOME"}, Environment: map[string]string{"B": "$1", "A": ""}, CPU: "512", Memory: "1024"}},
			`{"Cpu":"512","Memory":"1024","ContainerOverrides":[{"Name":"transcode","Command":["dump","$HOME"],"Environment":[{"Name":"A","Value":""},{"Name":"B","Value":"$1"}]}]}`,
		},
		"paths": {
			sync, State{Overrides: Overrides{
				Command: []string{"it's", "$.in", "{x}", "States.Format('{}.out', $.in)"}, CPU: "$.cpu", Memory: "$$.Execution.Input.memory",
				Environment: map[string]string{"WHOLE": "States.JsonToString($)", "ITEM": "$[0].name", "ID": "$$.Execution.Id"},
			}},
			`{"Cpu.$":"$.cpu","Memory.$":"$$.Execution.Input.memory","ContainerOverrides":[{"Name":"transcode","Command.$":"States.Array('it\\'s', $.in, '\\{x\\}', States.Format('{}.out', $.in))",` +
				`"Environment":[{"Name":"ID","Value.$":"$$.Execution.Id"},{"Name":"ITEM","Value.$":"$[0].name"},{"Name":"WHOLE","Value.$":"States.JsonToString($)"}]}]}`,
		},
		"expressions": {
			sync, State{Language: JSONata, Overrides: Overrides{
				Command: []string{"dump", "{% $states.input.in %}"}, CPU: "{% $string($states.input.cpu) %}", Environment: map[string]string{"A": "{% $states.input.a %}"},
			}},
			`{"Cpu":"{% $string($states.input.cpu) %}","ContainerOverrides":[{"Name":"transcode","Command":["dump","{% $states.input.in %}"],"Environment":[{"Name":"A","Value":"{% $states.input.a %}"}]}]}`,
		},
		"size alone": {sync, State{Overrides: Overrides{Memory: "1024"}}, `{"Memory":"1024"}`},
		"token": {
			token, State{Overrides: Overrides{Environment: map[string]string{"A": "$.a"}}},
			`{"ContainerOverrides":[{"Name":"transcode","Environment":[{"Name":"A","Value.$":"$.a"},{"Name":"TASK_TOKEN","Value.$":"$$.Task.Token"}]}]}`,
		},
		"token, JSONata": {
			token, State{Language: JSONata},
			`{"ContainerOverrides":[{"Name":"transcode","Environment":[{"Name":"TASK_TOKEN","Value":"{% $states.context.Task.Token %}"}]}]}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			var want any
			if c.want != "" {
				if err := json.Unmarshal([]byte(c.want), &want); err != nil {
					t.Fatal(err)
				}
			}
			state := stateOf(t, c.integration, c.state)
			in := "Parameters"
			if c.state.Language == JSONata {
				in = "Arguments"
			}
			if diff := cmp.Diff(want, objectIn(t, state, in)["Overrides"]); diff != "" {
				t.Error(diff)
			}
			if _, err := c.state.Check(c.integration == token); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestConsumer_StateJSON_timeouts(t *testing.T) {
	state := stateOf(t, "step_functions_task_token", State{TimeoutSeconds: 300, HeartbeatSeconds: 60, Next: "Done"})
	for key, want := range map[string]any{"TimeoutSeconds": 300.0, "HeartbeatSeconds": 60.0, "Next": "Done", "End": nil} {
		if state[key] != want {
			t.Errorf("%s: %v", key, state[key])
		}
	}
	if state := stateOf(t, "step_functions", State{}); state["TimeoutSeconds"] != nil || state["HeartbeatSeconds"] != nil || state["End"] != true {
		t.Error(state)
	}
}

// What a state does not take, by attribute.
func TestState_Check(t *testing.T) {
	environment := func(value string) Overrides { return Overrides{Environment: map[string]string{"A": value}} }
	for name, c := range map[string]struct {
		state           State
		attribute, says string
	}{
		"nothing":             {State{}, "", ""},
		"heartbeat":           {State{TimeoutSeconds: 60, HeartbeatSeconds: 60}, "heartbeat_seconds", "below that, not 60"},
		"heartbeat alone":     {State{HeartbeatSeconds: 60}, "", ""},
		"token":               {State{Overrides: Overrides{Environment: map[string]string{"TASK_TOKEN": "x"}}}, "container_environment", "leave it out"},
		"other language":      {State{Overrides: environment("{% $states.input.a %}")}, "container_environment", "set query_language"},
		"path in JSONata":     {State{Language: JSONata, Overrides: environment("$.a")}, "container_environment", "{% $states.input.name %}"},
		"function in JSONata": {State{Language: JSONata, Overrides: Overrides{Command: []string{"a", "States.UUID()"}}}, "command", "element 1: in JSONata"},
		"no end":              {State{Language: JSONata, Overrides: environment("{% $states.input.a")}, "container_environment", "ends with %}"},
		"dollar in JSONata":   {State{Language: JSONata, Overrides: environment("$HOME")}, "", ""},
		"cpu":                 {State{Overrides: Overrides{CPU: "1 vCPU"}}, "cpu", "$.size"},
		"cpu of 0":            {State{Overrides: Overrides{CPU: "0"}}, "cpu", "from 1 on"},
		"memory in JSONata":   {State{Language: JSONata, Overrides: Overrides{Memory: "much"}}, "memory", "{% $states.input.size %}"},
		"length":              {State{Overrides: environment(strings.Repeat("a", 8192))}, "container_environment", "at most 8192"},
		"length of a command": {State{Overrides: Overrides{Command: []string{strings.Repeat("a", 8192)}}}, "command", "at most 8192"},
	} {
		attribute, err := c.state.Check(true)
		if attribute != c.attribute || (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %s: %v", name, attribute, err)
		}
	}
}

func TestOverrides_Sizes(t *testing.T) {
	for _, c := range []struct {
		overrides   Overrides
		cpu, memory int64
		known       bool
	}{
		{Overrides{CPU: "256", Memory: "512"}, 256, 512, true}, {Overrides{CPU: "256"}, 256, 0, true},
		{Overrides{CPU: "256", Memory: "$.m"}, 0, 0, false}, {Overrides{}, 0, 0, true},
	} {
		if cpu, memory, known := c.overrides.Sizes(); cpu != c.cpu || memory != c.memory || known != c.known {
			t.Errorf("%+v: %d, %d, %t", c.overrides, cpu, memory, known)
		}
	}
}
