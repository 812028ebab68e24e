package tf

import (
	"context"
	"reflect"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// sampleInner is a part of sample, as models have parts in common.
type sampleInner struct {
	Count types.Int64  `tfsdk:"count"`
	Tags  types.Map    `tfsdk:"tags"`
	Role  types.Object `tfsdk:"role"`
}

type sample struct {
	sampleInner
	Name types.String `tfsdk:"name"`
}

var sampleSchema = schema.Schema{Attributes: map[string]schema.Attribute{
	"name":  schema.StringAttribute{Optional: true},
	"count": schema.Int64Attribute{Optional: true},
	"tags":  schema.MapAttribute{Optional: true, ElementType: types.StringType},
	"role":  schema.SingleNestedAttribute{Optional: true, Attributes: map[string]schema.Attribute{"arn": schema.StringAttribute{Optional: true}}},
}}

func sampleType() tftypes.Object {
	return sampleSchema.Type().TerraformType(context.Background()).(tftypes.Object) //nolint:errcheck // of every schema
}

func sampleOf(values map[string]any) tftypes.Value {
	out := map[string]tftypes.Value{}
	for name, typ := range sampleType().AttributeTypes {
		out[name] = tftypes.NewValue(typ, values[name])
	}
	return tftypes.NewValue(sampleType(), out)
}

// A model is read and written as the framework reads and writes it.
func TestGet_andSet(t *testing.T) {
	role := sampleType().AttributeTypes["role"]
	arn := func(v any) map[string]tftypes.Value {
		return map[string]tftypes.Value{"arn": tftypes.NewValue(tftypes.String, v)}
	}
	for name, raw := range map[string]tftypes.Value{
		"nulls":   sampleOf(nil),
		"unknown": sampleOf(map[string]any{"name": tftypes.UnknownValue, "count": tftypes.UnknownValue, "tags": tftypes.UnknownValue, "role": tftypes.UnknownValue}),
		"known":   sampleOf(map[string]any{"name": "x", "count": 3, "tags": map[string]tftypes.Value{"a": tftypes.NewValue(tftypes.String, "b")}, "role": arn("y")}),
		"within":  sampleOf(map[string]any{"tags": map[string]tftypes.Value{"a": tftypes.NewValue(tftypes.String, tftypes.UnknownValue)}, "role": arn(tftypes.UnknownValue)}),
	} {
		state := tfsdk.State{Raw: raw, Schema: sampleSchema}
		var ours, framework sample
		if diags := append(Get(t.Context(), state, &ours), state.Get(t.Context(), &framework)...); len(diags) > 0 {
			t.Fatal(diags)
		}
		if !reflect.DeepEqual(ours, framework) {
			t.Errorf("%s: read %v, and the framework %v", name, ours, framework)
		}
		written := tfsdk.State{Raw: tftypes.NewValue(sampleType(), nil), Schema: sampleSchema}
		if diags := Set(t.Context(), &written, &ours); len(diags) > 0 || !written.Raw.Equal(raw) {
			t.Errorf("%s: written %v: %v", name, written.Raw, diags)
		}
	}
	if codecOf(t.Context(), reflect.TypeFor[sample](), sampleSchema.Type()) == nil || !role.Is(tftypes.Object{}) {
		t.Error("the model was left to the framework")
	}
}

// What does not fit is left to the framework, which says so.
func TestGet_misfit(t *testing.T) {
	type short struct {
		Name types.String `tfsdk:"name"`
	}
	type other struct {
		Name types.String `tfsdk:"name"`
		sampleInner
		Age types.Int64 `tfsdk:"age"`
	}
	type wrong struct {
		Name types.Int64 `tfsdk:"name"`
		sampleInner
	}
	state := tfsdk.State{Raw: sampleOf(nil), Schema: sampleSchema}
	for name, diags := range map[string]interface{ HasError() bool }{
		"an attribute too few":  Get(t.Context(), state, &short{}),
		"an attribute too many": Get(t.Context(), state, &other{}),
		"no object":             Get(t.Context(), tfsdk.State{Raw: tftypes.NewValue(sampleType(), nil), Schema: sampleSchema}, &sample{}),
		"written: too few":      Set(t.Context(), &state, &short{}),
	} {
		if !diags.HasError() {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := newCodec(t.Context(), reflect.TypeFor[wrong](), sampleSchema.Type()); err == nil || !strings.Contains(err.Error(), "name is") {
		t.Errorf("a string as a number: %v", err)
	}
}
