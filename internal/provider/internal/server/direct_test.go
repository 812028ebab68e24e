package server_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/dockertask/terraform-provider-docker/internal/provider"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/server"
)

// samples are values of a type: not known, empty, good and bad ones.
func samples(typ tftypes.Type) []tftypes.Value {
	out := []tftypes.Value{tftypes.NewValue(typ, tftypes.UnknownValue)}
	add := func(v any) { out = append(out, tftypes.NewValue(typ, v)) }
	switch typ := typ.(type) {
	case tftypes.Object:
		add(nullsOf(typ))
	case tftypes.Map:
		add(map[string]tftypes.Value{})
		for _, e := range samples(typ.ElementType) {
			add(map[string]tftypes.Value{"x": e})
		}
	case tftypes.List:
		add([]tftypes.Value{})
		for _, e := range samples(typ.ElementType) {
			add([]tftypes.Value{e})
		}
	case tftypes.Set:
		add([]tftypes.Value{})
		for _, e := range samples(typ.ElementType) {
			add([]tftypes.Value{e})
		}
	default:
		switch {
		case typ.Is(tftypes.String):
			for _, text := range []string{"", "x", "arn:aws:iam::123456789012:role/x", "Not a name!", "rate(1 hour)"} {
				add(text)
			}
		case typ.Is(tftypes.Number):
			for _, n := range []int{-1, 0, 1, 1 << 20} {
				add(n)
			}
		case typ.Is(tftypes.Bool):
			add(true)
			add(false)
		}
	}
	return out
}

func nullsOf(typ tftypes.Object) map[string]tftypes.Value {
	out := map[string]tftypes.Value{}
	for name, at := range typ.AttributeTypes {
		out[name] = tftypes.NewValue(at, nil)
	}
	return out
}

// What passes the values by the framework says and plans what the framework would, for values of each attribute. The
// framework takes its time: in the short form it plans every twelfth configuration.
func TestDirect_likeTheFramework(t *testing.T) {
	t.Parallel()
	ours := provider.NewServer(provider.New("test")())
	framework := server.Framework(ours)
	schemas, err := ours.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	compared := 0
	for name, schema := range schemas.ResourceSchemas {
		typ := schema.ValueType().(tftypes.Object) //nolint:errcheck // of every schema
		dynamic := func(v tftypes.Value) *tfprotov6.DynamicValue {
			d, err := tfprotov6.NewDynamicValue(typ, v)
			if err != nil {
				t.Fatal(err)
			}
			return &d
		}
		null := tftypes.NewValue(typ, nil)
		computed := map[string]bool{}
		for _, a := range schema.Block.Attributes {
			computed[a.Name] = a.Computed
		}
		compare := func(of string, config tftypes.Value) {
			t.Helper()
			compared++
			validate := &tfprotov6.ValidateResourceConfigRequest{TypeName: name, Config: dynamic(config)}
			want, err1 := framework.ValidateResourceConfig(t.Context(), validate)
			have, err2 := ours.ValidateResourceConfig(t.Context(), validate)
			if err1 != nil || err2 != nil {
				t.Fatal(err1, err2)
			}
			if diff := cmp.Diff(said(want.Diagnostics), slices.DeleteFunc(said(have.Diagnostics), func(s string) bool { return strings.Contains(s, ": Empty ") }), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s: validation differs, other than by the rule of empty objects:\n%s", of, diff)
			}
			if testing.Short() && compared%12 != 0 {
				return
			}
			var attributes map[string]tftypes.Value
			if err := config.As(&attributes); err != nil {
				t.Fatal(err)
			}
			// As core proposes it: what is computed and not configured is as before.
			proposed := func(before map[string]tftypes.Value) tftypes.Value {
				out := maps.Clone(attributes)
				for name := range out {
					if out[name].IsNull() && computed[name] && before != nil {
						out[name] = before[name]
					}
				}
				return tftypes.NewValue(typ, out)
			}
			same, other := known(attributes, "before"), known(attributes, "before")
			for name, v := range other {
				if v.Type().Is(tftypes.String) {
					other[name] = tftypes.NewValue(tftypes.String, "another")
				}
			}
			for _, prior := range []map[string]tftypes.Value{nil, same, other} {
				state := null
				if prior != nil {
					state = tftypes.NewValue(typ, prior)
				}
				plan := &tfprotov6.PlanResourceChangeRequest{TypeName: name, Config: dynamic(config), PriorState: dynamic(state), ProposedNewState: dynamic(proposed(prior))}
				want, err1 := framework.PlanResourceChange(t.Context(), plan)
				have, err2 := ours.PlanResourceChange(t.Context(), plan)
				if err1 != nil || err2 != nil {
					t.Fatal(err1, err2)
				}
				if diff := cmp.Diff(said(want.Diagnostics), said(have.Diagnostics)); diff != "" {
					t.Errorf("%s: what a plan says differs:\n%s", of, diff)
				}
				if diff := cmp.Diff(paths(want.RequiresReplace), paths(have.RequiresReplace)); diff != "" {
					t.Errorf("%s: what is replaced differs:\n%s", of, diff)
				}
				wanted, err1 := want.PlannedState.Unmarshal(typ)
				got, err2 := have.PlannedState.Unmarshal(typ)
				if err1 != nil || err2 != nil || !wanted.Equal(got) {
					diffs, _ := wanted.Diff(got)
					t.Errorf("%s: the plan differs: %v %v %v", of, diffs, err1, err2)
				}
			}
			gone := &tfprotov6.PlanResourceChangeRequest{TypeName: name, Config: dynamic(null), PriorState: dynamic(tftypes.NewValue(typ, same)), ProposedNewState: dynamic(null)}
			if destroyed, err := ours.PlanResourceChange(t.Context(), gone); err != nil || len(destroyed.Diagnostics) > 0 {
				t.Fatal(err, said(destroyed.Diagnostics))
			} else if v, err := destroyed.PlannedState.Unmarshal(typ); err != nil || !v.IsNull() {
				t.Errorf("%s: the plan of a destroy is %s: %v", of, v, err)
			}
		}
		compare(name, tftypes.NewValue(typ, nullsOf(typ)))
		for attribute, at := range typ.AttributeTypes {
			for _, v := range samples(at) {
				config := nullsOf(typ)
				config[attribute] = v
				compare(fmt.Sprintf("%s.%s = %s", name, attribute, v), tftypes.NewValue(typ, config))
			}
		}
	}
	if compared < 500 {
		t.Errorf("only %d configurations were compared", compared)
	}
}

// known are the attributes of a state: those of a configuration, and a word for what is not known.
func known(config map[string]tftypes.Value, word string) map[string]tftypes.Value {
	out := maps.Clone(config)
	for name, v := range out {
		switch {
		case v.IsFullyKnown() && !v.IsNull():
		case v.Type().Is(tftypes.String):
			out[name] = tftypes.NewValue(v.Type(), word)
		default:
			out[name] = tftypes.NewValue(v.Type(), nil)
		}
	}
	return out
}

func said(diags []*tfprotov6.Diagnostic) []string {
	var out []string
	for _, d := range diags {
		out = append(out, fmt.Sprintf("%s %s: %s: %s", d.Severity, d.Attribute, d.Summary, d.Detail))
	}
	slices.Sort(out)
	return out
}

func paths(of []*tftypes.AttributePath) []string {
	var out []string
	for _, p := range of {
		out = append(out, p.String())
	}
	return out
}
