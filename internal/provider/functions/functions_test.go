package functions

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/policy/policytest"
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

// aTask is an object with these attributes of a task, changed by pairs of names and values.
func aTask(names []string, changes ...string) attr.Value {
	all := map[string]string{
		"family_arn": "arn:aws:ecs:eu-west-1:123456789012:task-definition/dump", "cluster": "batch", "name": "dump", "region": "eu-west-1", "log_group_name": "/ecs/dump",
		"execution_role_arn": "arn:aws:iam::123456789012:role/dump-execution", "task_role_arn": "",
	}
	for i := 0; i < len(changes); i += 2 {
		all[changes[i]] = changes[i+1]
	}
	kinds, values := map[string]attr.Type{}, map[string]attr.Value{}
	for _, name := range names {
		kinds[name], values[name] = types.StringType, types.StringValue(all[name])
		if all[name] == "" {
			values[name] = types.StringNull()
		}
	}
	return types.ObjectValueMust(kinds, values)
}

func actions(names ...string) attr.Value {
	values := make([]attr.Value, len(names))
	for i, name := range names {
		values[i] = text(name)
	}
	return types.SetValueMust(types.StringType, values)
}

var (
	ofPolicy    = []string{"family_arn", "cluster", "execution_role_arn", "task_role_arn"}
	ofDashboard = []string{"name", "cluster", "log_group_name", "region"}
)

// The policy of a wire, from a task alone.
func TestRunPolicyJSON(t *testing.T) {
	got, err := called(t, "run_policy_json", aTask(ofPolicy), actions("run", "stop"))
	if err != nil {
		t.Fatal(err)
	}
	document := got.(types.String).ValueString() //nolint:errcheck // the definition says so
	in := map[string][]string{"ecs:cluster": {"arn:aws:ecs:eu-west-1:123456789012:cluster/batch"}}
	for _, c := range []struct {
		request policytest.Request
		want    bool
	}{
		{policytest.Request{Action: "ecs:RunTask", Resource: "arn:aws:ecs:eu-west-1:123456789012:task-definition/dump:7", Context: in}, true},
		{policytest.Request{Action: "ecs:RunTask", Resource: "arn:aws:ecs:eu-west-1:123456789012:task-definition/dump-2:7", Context: in}, false},
		{policytest.Request{Action: "ecs:StopTask", Resource: "arn:aws:ecs:eu-west-1:123456789012:task/batch/1", Context: in}, true},
		{policytest.Request{Action: "ecs:DescribeTasks", Resource: "arn:aws:ecs:eu-west-1:123456789012:task/batch/1", Context: in}, false},
		{policytest.Request{Action: "iam:PassRole", Resource: "arn:aws:iam::123456789012:role/dump-execution", Context: map[string][]string{"iam:PassedToService": {"ecs-tasks.amazonaws.com"}}}, true},
		{policytest.Request{Action: "iam:PassRole", Resource: "arn:aws:iam::123456789012:role/other", Context: map[string][]string{"iam:PassedToService": {"ecs-tasks.amazonaws.com"}}}, false},
	} {
		if allowed, err := policytest.Allows(document, c.request); err != nil || allowed != c.want {
			t.Errorf("%s on %s: %t, %v", c.request.Action, c.request.Resource, allowed, err)
		}
	}
}

func TestDashboardJSON(t *testing.T) {
	got, err := called(t, "dashboard_json", aTask(ofDashboard, "cluster", "arn:aws:ecs:eu-west-1:123456789012:cluster/batch"))
	if err != nil || !strings.Contains(fmt.Sprint(got), "ClusterName") || strings.Contains(fmt.Sprint(got), "arn:aws") {
		t.Errorf("%v, %v", got, err)
	}
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
		{"run_policy_json", []attr.Value{aTask(ofPolicy, "family_arn", "dump"), actions("run")}, 0, "family_arn is the ARN"},
		{"run_policy_json", []attr.Value{aTask(ofPolicy, "family_arn", "arn:aws:ecs:eu-west-1:123456789012:task-definition/dump:7"), actions("run")}, 0, "without a revision"},
		{"run_policy_json", []attr.Value{aTask(ofPolicy, "cluster", "a b"), actions("run")}, 0, "a cluster is"},
		{"run_policy_json", []attr.Value{aTask(ofPolicy, "task_role_arn", "admin"), actions("run")}, 0, "task_role_arn"},
		{"run_policy_json", []attr.Value{aTask(ofPolicy), actions("fly")}, 1, "run, describe or stop"},
		{"run_policy_json", []attr.Value{aTask(ofPolicy), actions()}, 1, "at least one action"},
		{"dashboard_json", []attr.Value{aTask(ofDashboard, "log_group_name", "")}, 0, "log_group_name is missing"},
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

// object is one of these attributes.
func object(values map[string]attr.Value) attr.Value {
	kinds := map[string]attr.Type{}
	for name, v := range values {
		kinds[name] = v.Type(context.Background())
	}
	return types.ObjectValueMust(kinds, values)
}

// aSchedule is as much of a docker_task_schedule as is drawn. Its task is where it is itself.
func aSchedule(task, region attr.Value) attr.Value {
	return object(map[string]attr.Value{
		"expression": text("rate(1 day)"), "time_zone": text("UTC"), "name": text("nightly"), "region": region,
		"task": object(map[string]attr.Value{"name": task, "region": types.StringNull(), "cluster": types.StringUnknown()}),
	})
}

func dynamics(values ...attr.Value) attr.Value {
	kinds, all := make([]attr.Type, len(values)), make([]attr.Value, len(values))
	for i, v := range values {
		kinds[i], all[i] = types.DynamicType, types.DynamicValue(v)
	}
	return types.TupleValueMust(kinds, all)
}

// A resource, or a collection of them; what is not known makes the picture unknown.
func TestMermaid(t *testing.T) {
	const drawn = "flowchart LR\n  n0([\"schedule: nightly\"])\n  n1[\"dump\"]\n  n0 -->|\"rate(1 day)\"| n1\n"
	const regions = "flowchart LR\n  n0([\"schedule: nightly (eu-west-1)\"])\n  n1([\"schedule: nightly (us-east-1)\"])\n" +
		"  n2[\"dump (eu-west-1)\"]\n  n3[\"dump (us-east-1)\"]\n  n0 -->|\"rate(1 day)\"| n2\n  n1 -->|\"rate(1 day)\"| n3\n"
	one := aSchedule(text("dump"), text("eu-west-1"))
	each := types.ObjectValueMust(map[string]attr.Type{"a": one.Type(t.Context())}, map[string]attr.Value{"a": one})
	for name, c := range map[string]struct {
		arguments attr.Value
		want      attr.Value
	}{
		"nothing":       {dynamics(), text("flowchart LR\n")},
		"one":           {dynamics(one), text(drawn)},
		"for_each":      {dynamics(each), text(drawn)},
		"a tuple":       {dynamics(types.TupleValueMust([]attr.Type{one.Type(t.Context())}, []attr.Value{one})), text(drawn)},
		"null beside":   {dynamics(types.StringNull(), one), text(drawn)},
		"unknown":       {dynamics(types.StringUnknown()), types.StringUnknown()},
		"unknown name":  {dynamics(aSchedule(types.StringUnknown(), text("eu-west-1"))), types.StringUnknown()},
		"unknown place": {dynamics(aSchedule(text("dump"), types.StringUnknown())), types.StringUnknown()},
		"two regions":   {dynamics(one, aSchedule(text("dump"), text("us-east-1"))), text(regions)},
	} {
		got, err := called(t, "mermaid", c.arguments)
		if err != nil || !got.Equal(c.want) {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	if _, err := called(t, "mermaid", dynamics(one, text("dump"))); err == nil || err.FunctionArgument == nil || *err.FunctionArgument != 1 {
		t.Errorf("a text is drawn: %v", err)
	}
}
