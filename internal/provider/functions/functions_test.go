package functions

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// called is the result of a function, or its error.
func called(t *testing.T, name string, arguments ...attr.Value) (attr.Value, *function.FuncError) {
	t.Helper()
	for _, newOne := range All {
		f := newOne()
		var is function.MetadataResponse
		f.Metadata(t.Context(), function.MetadataRequest{}, &is)
		if is.Name != name {
			continue
		}
		var d function.DefinitionResponse
		f.Definition(t.Context(), function.DefinitionRequest{}, &d)
		result, err := d.Definition.Return.NewResultData(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		resp := function.RunResponse{Result: result}
		f.Run(t.Context(), function.RunRequest{Arguments: function.NewArgumentsData(arguments)}, &resp)
		return resp.Result.Value(), resp.Error
	}
	t.Fatalf("there is no function %s", name)
	return nil, nil
}

func text(s string) attr.Value { return types.StringValue(s) }

// systems are the arguments that may follow.
func systems(names ...string) attr.Value {
	kinds, values := make([]attr.Type, len(names)), make([]attr.Value, len(names))
	for i, name := range names {
		kinds[i], values[i] = types.StringType, text(name)
	}
	return types.TupleValueMust(kinds, values)
}

func TestFunctions(t *testing.T) {
	for _, c := range []struct {
		name      string
		arguments []attr.Value
		want      string
	}{
		{"command", []attr.Value{text("bin/dump --note 'every night'")}, `["bin/dump","--note","every night"]`},
		{"command", []attr.Value{text("")}, `[]`},
		{"fargate_size", []attr.Value{types.Int64Value(300), types.Int64Value(0), systems()}, `{"cpu":512,"memory":1024}`},
		{"fargate_size", []attr.Value{types.Int64Value(300), types.Int64Value(0), systems("WINDOWS_SERVER_2022_CORE")}, `{"cpu":1024,"memory":2048}`},
		{"names", []attr.Value{text("transcode"), text("us-east-1")}, `{"container":"transcode","execution_role":"transcode-us-east-1-execution","family":"transcode","log_group":"/ecs/transcode","task_role":"transcode-us-east-1-task","wire_policy":"docker-task-transcode-us-east-1"}`},
		{"next_runs", []attr.Value{text("cron(0 3 * * ? *)"), text("Europe/Berlin"), text("2027-03-27T12:00:00Z"), types.Int64Value(2)}, `["2027-03-28T03:00:00+02:00","2027-03-29T03:00:00+02:00"]`},
	} {
		got, err := called(t, c.name, c.arguments...)
		if err != nil || fmt.Sprint(got) != c.want {
			t.Errorf("%s(%v) is %v, %v; want %s", c.name, c.arguments, got, err, c.want)
		}
	}
}

func TestFunctions_refused(t *testing.T) {
	for _, c := range []struct {
		name      string
		arguments []attr.Value
		argument  int64 // -1 where it is none alone
		says      string
	}{
		{"command", []attr.Value{text("a | b")}, 0, `'|' at character 3`},
		{"fargate_size", []attr.Value{types.Int64Value(-1), types.Int64Value(0), systems()}, 0, "0 or more"},
		{"fargate_size", []attr.Value{types.Int64Value(0), types.Int64Value(-1), systems()}, 1, "0 or more"},
		{"fargate_size", []attr.Value{types.Int64Value(0), types.Int64Value(1 << 20), systems()}, -1, "the largest has 32768 CPU units"},
		{"fargate_size", []attr.Value{types.Int64Value(0), types.Int64Value(0), systems("BEOS")}, 2, "BEOS"},
		{"fargate_size", []attr.Value{types.Int64Value(0), types.Int64Value(0), systems("LINUX", "LINUX")}, 3, "at most one"},
		{"names", []attr.Value{text("not a name"), text("us-east-1")}, 0, "a name has"},
		{"names", []attr.Value{text("transcode"), text("")}, 1, "a region is the name of one"},
		{"next_runs", []attr.Value{text("0 3 * * *"), text("UTC"), text("2027-03-27T12:00:00Z"), types.Int64Value(2)}, 0, "crontab"},
		{"next_runs", []attr.Value{text("rate(1 day)"), text("Berlin"), text("2027-03-27T12:00:00Z"), types.Int64Value(2)}, 1, "IANA"},
		{"next_runs", []attr.Value{text("rate(1 day)"), text("UTC"), text("tomorrow"), types.Int64Value(2)}, 2, "RFC 3339"},
		{"next_runs", []attr.Value{text("rate(1 day)"), text("UTC"), text("2027-03-27T12:00:00Z"), types.Int64Value(1001)}, 3, "0 to 1000"},
	} {
		_, err := called(t, c.name, c.arguments...)
		switch {
		case err == nil || !strings.Contains(strings.ToLower(err.Text), strings.ToLower(c.says)):
			t.Errorf("%s(%v) says %v, want %q", c.name, c.arguments, err, c.says)
		case (err.FunctionArgument == nil) != (c.argument < 0) || err.FunctionArgument != nil && *err.FunctionArgument != c.argument:
			t.Errorf("%s(%v) blames %v, want argument %d", c.name, c.arguments, err.FunctionArgument, c.argument)
		}
	}
}
