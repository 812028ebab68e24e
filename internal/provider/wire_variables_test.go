package provider

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tftest"
	"github.com/dockertask/terraform-provider-docker/internal/wire"
)

// fieldsOf are the attributes of a planned object.
func fieldsOf(t *testing.T, v tftypes.Value) map[string]tftypes.Value {
	t.Helper()
	out := map[string]tftypes.Value{}
	if err := v.As(&out); err != nil {
		t.Fatal(err)
	}
	return out
}

// variables of a wire renames the variables of its environment, and selects them; with {} the wire gives the
// rights only. Nothing else of the wire changes.
func TestWire_variables(t *testing.T) {
	t.Parallel()
	w := newWalk(t, &fakeAWS{}, byTestFile)
	planned := func(more tftest.Block) map[string]tftypes.Value {
		t.Helper()
		p := w.plan("docker_task_wire", prior{}, aWire("t", "api", more))
		if said := p.errors(); len(said) > 0 {
			t.Fatal(said)
		}
		return fieldsOf(t, p.state)
	}
	plain := planned(nil)
	for name, test := range map[string]struct {
		variables any
		want      []string // nil is unknown
	}{
		"not set":            {nil, wire.Variables()},
		"one renamed":        {tftest.Block{"DOCKER_TASK_ARN": "REPORT_TASK"}, []string{"REPORT_TASK"}},
		"two, one as it is":  {tftest.Block{"DOCKER_TASK_ARN": "A", "DOCKER_TASK_CLUSTER": "DOCKER_TASK_CLUSTER"}, []string{"A", "DOCKER_TASK_CLUSTER"}},
		"none":               {tftest.Block{}, []string{}},
		"a name not known":   {tftest.Block{"DOCKER_TASK_ARN": tftest.Unknown}, nil},
		"the map not known":  {tftest.Unknown, nil},
		"a null is left out": {tftest.Block{"DOCKER_TASK_ARN": "A", "DOCKER_TASK_SUBNETS": nil}, []string{"A"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := planned(tftest.Block{"variables": test.variables})
			if known := got["environment"].IsKnown(); known != (test.want != nil) {
				t.Fatalf("the environment is known: %t", known)
			}
			for attribute, v := range plain {
				if attribute != "environment" && attribute != "variables" && !v.Equal(got[attribute]) {
					t.Errorf("%s is %s, not %s", attribute, got[attribute], v)
				}
			}
			if test.want == nil {
				return
			}
			names := slices.Sorted(maps.Keys(fieldsOf(t, got["environment"])))
			if !slices.Equal(names, test.want) {
				t.Errorf("the environment has %v, not %v", names, test.want)
			}
		})
	}
	values := fieldsOf(t, planned(tftest.Block{"variables": tftest.Block{"DOCKER_TASK_SUBNETS": "NETS"}})["environment"])
	if !values["NETS"].Equal(fieldsOf(t, plain["environment"])["DOCKER_TASK_SUBNETS"]) {
		t.Errorf("NETS is %s", values["NETS"])
	}
}

// What variables cannot be is an error at its path, at validate and, where it was not known then, at plan.
func TestWire_variables_refused(t *testing.T) {
	t.Parallel()
	w := newWalk(t, &fakeAWS{}, byTestFile)
	tests := map[string]struct {
		more  tftest.Block
		words []string
	}{
		"no such variable":  {tftest.Block{"variables": tftest.Block{"BUCKET_NAME": "X"}}, append([]string{`variables["BUCKET_NAME"]: `, "has no variable BUCKET_NAME"}, wire.Variables()...)},
		"no name":           {tftest.Block{"variables": tftest.Block{"DOCKER_TASK_ARN": "a=b"}}, []string{`variables["DOCKER_TASK_ARN"]: `}},
		"one name twice":    {tftest.Block{"variables": tftest.Block{"DOCKER_TASK_ARN": "X", "DOCKER_TASK_CLUSTER": "X"}}, []string{`variables["DOCKER_TASK_CLUSTER"]: `, "both get the name X"}},
		"beside env_prefix": {tftest.Block{"variables": tftest.Block{"DOCKER_TASK_ARN": "X"}, "env_prefix": "T_"}, []string{"env_prefix: ", "set one of them"}},
	}
	for _, i := range wire.Integrations {
		if i.Actions != nil {
			more := tftest.Block{"variables": tftest.Block{}, "integration": i.Name, "capacity_providers": tftest.Null{}}
			if i.Token {
				more["state_machine"] = "m"
			}
			tests[i.Name] = struct {
				more  tftest.Block
				words []string
			}{more, []string{"variables: ", "no meaning", i.Name, "reads no variables"}}
		}
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			arguments := aWire("t", "api", test.more)
			mustSay(t, w.plan("docker_task_wire", prior{}, arguments).errors(), test.words...)
			mustSay(t, w.validates("docker_task_wire", arguments), test.words...)
		})
	}
}

// The account of a wire without variables stands in its state: credentials of another one are refused, and a
// plan without an account has state's.
func TestWire_variables_account(t *testing.T) {
	t.Parallel()
	w := newWalk(t, &fakeAWS{}, byTestFile)
	arguments := aWire("t", "api", tftest.Block{"variables": tftest.Block{}})
	before := w.plan("docker_task_wire", prior{}, arguments).existing(t, "w")
	if p := w.plan("docker_task_wire", before, arguments); len(p.errors()) > 0 || !p.state.Equal(*before.state) {
		t.Errorf("the second plan changes %s to %s: %v", before.state, p.state, p.errors())
	}
	attributes := fieldsOf(t, *before.state)
	if want := tftypes.NewValue(tftypes.String, tftest.Account); !attributes["account_id"].Equal(want) {
		t.Errorf("account_id is %s", attributes["account_id"])
	}
	const other = "210987654321"
	attributes["account_id"] = tftypes.NewValue(tftypes.String, other)
	elsewhere := tftypes.NewValue(before.state.Type(), attributes)
	mustSay(t, w.plan("docker_task_wire", prior{state: &elsewhere}, arguments).errors(), "Credentials of another account", other, tftest.Account)
	said := w.read("docker_task_wire", w.dynamic(elsewhere.Type(), elsewhere), nil)
	if !strings.Contains(said.String(), "Credentials of another account") {
		t.Errorf("a refresh says %s", said)
	}
}
