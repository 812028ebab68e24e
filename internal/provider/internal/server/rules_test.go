package server_test

import (
	"context"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/dockertask/terraform-provider-docker/internal/provider"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/server"
)

// settable is an attribute, of any depth, that a configuration can set.
type settable struct {
	typ  tftypes.Type // of the whole configuration
	path []string     // * for an element
	at   tftypes.Type
	// validate and plan are the RPCs that see the configuration; plan is nil for what has none.
	validate, plan func(*testing.T, tftypes.Value) []*tfprotov6.Diagnostic
}

func (s settable) String() string { return strings.Join(s.path, ".") }

// attribute reports whether it is one, and not an element of a collection.
func (s settable) attribute() bool { return s.path[len(s.path)-1] != "*" }

// with is a configuration that has a value here, and nothing else.
func (s settable) with(v tftypes.Value) tftypes.Value { return valueAt(s.typ, s.path, v) }

func valueAt(typ tftypes.Type, path []string, v tftypes.Value) tftypes.Value {
	if len(path) == 0 {
		return v
	}
	switch typ := typ.(type) {
	case tftypes.Object:
		out := map[string]tftypes.Value{}
		for name, at := range typ.AttributeTypes {
			out[name] = tftypes.NewValue(at, nil)
		}
		out[path[0]] = valueAt(typ.AttributeTypes[path[0]], path[1:], v)
		return tftypes.NewValue(typ, out)
	case tftypes.Map:
		return tftypes.NewValue(typ, map[string]tftypes.Value{"x": valueAt(typ.ElementType, path[1:], v)})
	case tftypes.List:
		return tftypes.NewValue(typ, []tftypes.Value{valueAt(typ.ElementType, path[1:], v)})
	case tftypes.Set:
		return tftypes.NewValue(typ, []tftypes.Value{valueAt(typ.ElementType, path[1:], v)})
	}
	panic(fmt.Sprintf("%s has nothing inside", typ))
}

// everySettable are those of all schemas of the provider.
func everySettable(t *testing.T) []settable {
	t.Helper()
	s := provider.NewServer(provider.New("test")())
	schemas, err := s.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	dynamic := func(t *testing.T, v tftypes.Value) *tfprotov6.DynamicValue {
		d, err := tfprotov6.NewDynamicValue(v.Type(), v)
		if err != nil {
			t.Fatal(err)
		}
		return &d
	}
	var out []settable
	add := func(schema *tfprotov6.Schema, as settable) {
		as.typ = schema.ValueType()
		computed := map[string]bool{}
		for _, a := range schema.Block.Attributes {
			if !a.Optional && !a.Required {
				computed[a.Name] = true
			}
		}
		var walk func(path []string, typ tftypes.Type)
		walk = func(path []string, typ tftypes.Type) {
			if len(path) == 1 && computed[path[0]] {
				return
			}
			if len(path) > 0 {
				one := as
				one.path, one.at = path, typ
				out = append(out, one)
			}
			switch typ := typ.(type) {
			case tftypes.Object:
				for name, at := range typ.AttributeTypes {
					walk(append(slices.Clone(path), name), at)
				}
			case tftypes.Map:
				walk(append(slices.Clone(path), "*"), typ.ElementType)
			case tftypes.List:
				walk(append(slices.Clone(path), "*"), typ.ElementType)
			case tftypes.Set:
				walk(append(slices.Clone(path), "*"), typ.ElementType)
			}
		}
		walk(nil, as.typ)
	}
	add(schemas.Provider, settable{validate: func(t *testing.T, v tftypes.Value) []*tfprotov6.Diagnostic {
		resp, err := s.ValidateProviderConfig(t.Context(), &tfprotov6.ValidateProviderConfigRequest{Config: dynamic(t, v)})
		if err != nil {
			t.Fatal(err)
		}
		return resp.Diagnostics
	}})
	for name, schema := range schemas.ResourceSchemas {
		add(schema, settable{
			validate: func(t *testing.T, v tftypes.Value) []*tfprotov6.Diagnostic {
				resp, err := s.ValidateResourceConfig(t.Context(), &tfprotov6.ValidateResourceConfigRequest{TypeName: name, Config: dynamic(t, v)})
				if err != nil {
					t.Fatal(err)
				}
				return resp.Diagnostics
			},
			plan: func(t *testing.T, v tftypes.Value) []*tfprotov6.Diagnostic {
				none := dynamic(t, tftypes.NewValue(v.Type(), nil))
				resp, err := s.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{TypeName: name, Config: dynamic(t, v), PriorState: none, ProposedNewState: dynamic(t, v)})
				if err != nil {
					t.Fatal(err)
				}
				return resp.Diagnostics
			},
		})
	}
	for name, schema := range schemas.DataSourceSchemas {
		add(schema, settable{
			validate: func(t *testing.T, v tftypes.Value) []*tfprotov6.Diagnostic {
				resp, err := s.ValidateDataResourceConfig(t.Context(), &tfprotov6.ValidateDataResourceConfigRequest{TypeName: name, Config: dynamic(t, v)})
				if err != nil {
					t.Fatal(err)
				}
				return resp.Diagnostics
			},
			plan: func(t *testing.T, v tftypes.Value) []*tfprotov6.Diagnostic {
				resp, err := s.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: name, Config: dynamic(t, v)})
				if err != nil {
					t.Fatal(err)
				}
				return resp.Diagnostics
			},
		})
	}
	return out
}

func textsOf(diags []*tfprotov6.Diagnostic) []string {
	var out []string
	for _, d := range diags {
		out = append(out, fmt.Sprintf("%s %s: %s %s", d.Severity, d.Summary, d.Detail, d.Attribute))
	}
	slices.Sort(out)
	return out
}

// begins reports whether a path is that of an attribute, or inside of it.
func begins(at *tftypes.AttributePath, s settable) bool {
	if at == nil {
		return false
	}
	var names []string
	for _, step := range at.Steps() {
		if name, ok := step.(tftypes.AttributeName); ok {
			names = append(names, string(name))
		}
	}
	var want []string
	for _, name := range s.path {
		if name != "*" {
			want = append(want, name)
		}
	}
	return slices.Equal(names, want)
}

func refusedAt(diags []*tfprotov6.Diagnostic, s settable, says string) bool {
	return slices.ContainsFunc(diags, func(d *tfprotov6.Diagnostic) bool {
		return d.Severity == tfprotov6.DiagnosticSeverityError && begins(d.Attribute, s) && strings.Contains(d.Detail, says)
	})
}

// A null in a map, wherever there is one, is the same as none; in a list or set it is an error.
func TestSchemas_nullElements(t *testing.T) {
	t.Parallel()
	n := 0
	for _, s := range everySettable(t) {
		var null, none tftypes.Value
		switch typ := s.at.(type) {
		case tftypes.Map:
			null = tftypes.NewValue(typ, map[string]tftypes.Value{"x": tftypes.NewValue(typ.ElementType, nil)})
			none = tftypes.NewValue(typ, map[string]tftypes.Value{})
			if a, b := textsOf(s.validate(t, s.with(null))), textsOf(s.validate(t, s.with(none))); !slices.Equal(a, b) {
				t.Errorf("%s: with a null\n%s\nand without\n%s", s, strings.Join(a, "\n"), strings.Join(b, "\n"))
			}
			n++
		case tftypes.List:
			null = tftypes.NewValue(typ, []tftypes.Value{tftypes.NewValue(typ.ElementType, nil)})
		case tftypes.Set:
			null = tftypes.NewValue(typ, []tftypes.Value{tftypes.NewValue(typ.ElementType, nil)})
		default:
			continue
		}
		if s.at.Is(tftypes.Map{}) {
			continue
		}
		n++
		if diags := s.validate(t, s.with(null)); !refusedAt(diags, s, "no null elements") {
			t.Errorf("%s: a null is not refused there: %v", s, textsOf(diags))
		}
		if s.plan == nil {
			continue
		}
		if diags := s.plan(t, s.with(null)); !refusedAt(diags, s, "no null elements") {
			t.Errorf("%s: a null that is known at plan only is not refused there: %v", s, textsOf(diags))
		}
	}
	if n < 100 {
		t.Errorf("only %d collections were looked at", n)
	}
}

// A number that is no whole number of 64 bits is an error at its attribute that names the unit; none
// is a fault of the provider.
func TestSchemas_numbers(t *testing.T) {
	t.Parallel()
	n := 0
	for _, s := range everySettable(t) {
		if !s.at.Is(tftypes.Number) {
			continue
		}
		n++
		name := s.path[len(s.path)-1]
		if name == "*" {
			name = s.path[len(s.path)-2]
		}
		unit, ok := server.Measures[name]
		if !ok {
			t.Errorf("%s: rules.go does not say what it counts", s)
		}
		for text, says := range map[string]string{
			"0.25": "whole number" + server.OfMeasure(unit) + ", not 0.25", "-1.5": "not -1.5", "1e30": "at most 64 bits, not 1e+30", "-1e30": "not -1e+30",
			"9223372036854775808": "64 bits", "-9223372036854775808": "",
		} {
			number, _, err := big.ParseFloat(text, 10, 512, big.ToNearestEven)
			if err != nil {
				t.Fatal(err)
			}
			v := s.with(tftypes.NewValue(s.at, number))
			rpcs := []func(*testing.T, tftypes.Value) []*tfprotov6.Diagnostic{s.validate}
			if says != "" && s.plan != nil {
				rpcs = append(rpcs, s.plan)
			}
			for _, rpc := range rpcs {
				diags := rpc(t, v)
				if says != "" && !refusedAt(diags, s, says) {
					t.Errorf("%s = %s is not refused there by %q: %v", s, text, says, textsOf(diags))
				}
				for _, d := range textsOf(diags) {
					if strings.Contains(d, "error in the provider") || strings.Contains(d, "Value Conversion") {
						t.Errorf("%s = %s: %s", s, text, d)
					}
				}
			}
		}
	}
	if n < 40 {
		t.Errorf("only %d numbers were looked at", n)
	}
}

// A message about a value in a larger unit has the value in the attribute's unit.
func TestSchemas_numbers_largerUnit(t *testing.T) {
	t.Parallel()
	want := map[string]string{
		"cpu": "0.25 vCPU is 256.", "memory": "0.25 GiB is 256.", "stop_timeout": "0.25 minutes is 15.", "flexible_window_minutes": "0.25 hours is 15.",
	}
	for _, s := range everySettable(t) {
		says := want[s.String()]
		if says == "" || !s.at.Is(tftypes.Number) {
			continue
		}
		if diags := s.validate(t, s.with(tftypes.NewValue(s.at, big.NewFloat(0.25)))); !refusedAt(diags, s, says) {
			t.Errorf("%s: %v", s, textsOf(diags))
		}
	}
}

// A nested object in which nothing is set is questioned, wherever it says nothing.
func TestSchemas_emptyObjects(t *testing.T) {
	t.Parallel()
	unused := map[string]bool{}
	for name := range server.SayingByBeing {
		unused[name] = true
	}
	n := 0
	for _, s := range everySettable(t) {
		typ, ok := s.at.(tftypes.Object)
		if !ok {
			continue
		}
		diags := s.validate(t, s.with(valueAt(typ, []string{slices.Sorted(keysOf(typ))[0]}, tftypes.NewValue(typ.AttributeTypes[slices.Sorted(keysOf(typ))[0]], nil))))
		warned := slices.ContainsFunc(diags, func(d *tfprotov6.Diagnostic) bool {
			return d.Severity == tfprotov6.DiagnosticSeverityWarning && begins(d.Attribute, s) && strings.Contains(d.Detail, "misspelt")
		})
		says := server.SayingByBeing[strings.ReplaceAll(s.String(), "*.", "")]
		delete(unused, strings.ReplaceAll(s.String(), "*.", ""))
		if want := s.attribute() && !says; warned != want {
			t.Errorf("%s = {}: questioned: %t %v", s, warned, textsOf(diags))
		}
		n++
	}
	if n < 20 || len(unused) > 0 {
		t.Errorf("%d objects were looked at; there are no %v", n, unused)
	}
}

func keysOf(typ tftypes.Object) func(func(string) bool) {
	return func(yield func(string) bool) {
		for name := range typ.AttributeTypes {
			if !yield(name) {
				return
			}
		}
	}
}

// parrot is a provider that plans, creates and reads its input, and shows the input.
type parrot struct {
	server.FrameworkServer
	heard []tftypes.Value
	typ   tftypes.Type
}

func (p *parrot) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	config, state, plan := server.CallOf(ctx).Values()
	p.heard = append(p.heard, config, state, plan)
	server.CallOf(ctx).Answer(plan)
	return &tfprotov6.PlanResourceChangeResponse{PlannedState: req.ProposedNewState}, nil
}

func (p *parrot) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	config, state, plan := server.CallOf(ctx).Values()
	p.heard = append(p.heard, config, state, plan)
	server.CallOf(ctx).Answer(plan)
	return &tfprotov6.ApplyResourceChangeResponse{NewState: req.PlannedState}, nil
}

func (p *parrot) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	_, state, _ := server.CallOf(ctx).Values()
	p.heard = append(p.heard, state)
	server.CallOf(ctx).Answer(state)
	return &tfprotov6.ReadResourceResponse{NewState: req.CurrentState}, nil
}

func (p *parrot) ReadDataSource(_ context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	v, err := req.Config.Unmarshal(p.typ)
	p.heard = append(p.heard, v)
	return &tfprotov6.ReadDataSourceResponse{State: req.Config}, err
}

// A null in a map stays in plan and state, which Terraform compares with the configuration, and the
// provider never sees it.
func TestServer_nullsInMapsStay(t *testing.T) {
	t.Parallel()
	n := 0
	for _, s := range everySettable(t) {
		typ, ok := s.at.(tftypes.Map)
		if !ok || s.plan == nil {
			continue
		}
		n++
		p := &parrot{typ: s.typ}
		r := server.NewRules(p, s.typ.(tftypes.Object)) //nolint:errcheck // of every schema
		v := s.with(tftypes.NewValue(typ, map[string]tftypes.Value{"x": tftypes.NewValue(typ.ElementType, nil), "y": tftypes.NewValue(typ.ElementType, tftypes.UnknownValue)}))
		d, err := tfprotov6.NewDynamicValue(s.typ, v)
		if err != nil {
			t.Fatal(err)
		}
		plan, err1 := r.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{TypeName: "it", Config: &d, PriorState: &d, ProposedNewState: &d})
		apply, err2 := r.ApplyResourceChange(t.Context(), &tfprotov6.ApplyResourceChangeRequest{TypeName: "it", Config: &d, PriorState: &d, PlannedState: &d})
		read, err3 := r.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{TypeName: "it", CurrentState: &d})
		data, err4 := r.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: "it", Config: &d})
		for _, err := range []error{err1, err2, err3, err4} {
			if err != nil {
				t.Fatal(err)
			}
		}
		for i, out := range []*tfprotov6.DynamicValue{plan.PlannedState, apply.NewState, read.NewState, data.State} {
			if have, err := out.Unmarshal(s.typ); err != nil || !have.Equal(v) {
				t.Errorf("%s: answer %d is %s: %v", s, i, have, err)
			}
		}
		if len(p.heard) != 8 {
			t.Errorf("%s: %d values", s, len(p.heard))
		}
		for i, have := range p.heard {
			if _, changed := server.WithoutNulls(have); changed {
				t.Errorf("%s: value %d has the null", s, i)
			}
			if !strings.Contains(have.String(), `"y":`) {
				t.Errorf("%s: value %d has lost the other entry", s, i)
			}
		}
	}
	if n < 30 {
		t.Errorf("only %d maps were looked at", n)
	}
}
