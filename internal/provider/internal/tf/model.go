package tf

import (
	"context"
	"fmt"
	"reflect"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Get reads a model, a struct of framework values with tfsdk tags, as from.Get does. The framework works out anew
// at each call which field is which attribute, and compiles a regular expression for each; this does it once.
// A model that does not fit the schema is left to the framework, which says what is wrong.
func Get[From tfsdk.Config | tfsdk.Plan | tfsdk.State, M any](ctx context.Context, from From, m *M) diag.Diagnostics {
	data := tfsdk.State(from)
	c := codecOf(ctx, reflect.TypeFor[M](), data.Schema.Type())
	if c == nil || data.Raw.IsNull() || !data.Raw.IsKnown() {
		return data.Get(ctx, m)
	}
	var diags diag.Diagnostics
	var values map[string]tftypes.Value
	if err := data.Raw.As(&values); err != nil {
		diags.AddError("Values cannot be read", Sentence(err.Error()))
		return diags
	}
	model := reflect.ValueOf(m).Elem()
	for _, f := range c.fields {
		if err := f.read(ctx, values[f.name], model.FieldByIndex(f.index)); err != nil {
			diags.AddAttributeError(path.Root(f.name), "Value cannot be read", Sentence(err.Error()))
		}
	}
	return diags
}

// Set writes a model, as to.Set does, in the manner of [Get].
func Set[To tfsdk.Plan | tfsdk.State, M any](ctx context.Context, to *To, m *M) diag.Diagnostics {
	data := tfsdk.State(*to)
	c := codecOf(ctx, reflect.TypeFor[M](), data.Schema.Type())
	if c == nil {
		diags := data.Set(ctx, m)
		*to = To(data)
		return diags
	}
	var diags diag.Diagnostics
	values := make(map[string]tftypes.Value, len(c.fields))
	model := reflect.ValueOf(m).Elem()
	for _, f := range c.fields {
		v, err := f.write(ctx, model.FieldByIndex(f.index))
		if err != nil {
			diags.AddAttributeError(path.Root(f.name), "Value cannot be written", Sentence(err.Error()))
		}
		values[f.name] = v
	}
	if !diags.HasError() {
		data.Raw = tftypes.NewValue(c.typ, values)
		*to = To(data)
	}
	return diags
}

// codec reads and writes one kind of model.
type codec struct {
	fields []modelField
	typ    tftypes.Object
}

// modelField is a field of a model and its attribute. Most attributes are null most of the time, so that value is
// there, in both forms.
type modelField struct {
	name  string
	index []int
	typ   attr.Type
	null  reflect.Value
	none  tftypes.Value
}

// codecs are those of all models so far; nil for one that does not fit its schema.
var codecs sync.Map // reflect.Type to *codec

func codecOf(ctx context.Context, model reflect.Type, schema attr.Type) *codec {
	if known, ok := codecs.Load(model); ok {
		return known.(*codec) //nolint:errcheck // nothing else is stored
	}
	c, err := newCodec(ctx, model, schema)
	if err != nil {
		c = nil
	}
	codecs.Store(model, c)
	return c
}

func newCodec(ctx context.Context, model reflect.Type, schema attr.Type) (*codec, error) {
	object, ok := schema.(attr.TypeWithAttributeTypes)
	if !ok {
		return nil, fmt.Errorf("%s has no attributes", schema)
	}
	typ, ok := schema.TerraformType(ctx).(tftypes.Object)
	if !ok {
		return nil, fmt.Errorf("%s is no object", schema)
	}
	c := &codec{typ: typ}
	types := object.AttributeTypes()
	for _, field := range reflect.VisibleFields(model) {
		name := field.Tag.Get("tfsdk")
		if field.Anonymous || name == "" {
			continue
		}
		f := modelField{name: name, index: field.Index, typ: types[name]}
		if f.typ == nil {
			return nil, fmt.Errorf("there is no attribute %s", name)
		}
		f.none = tftypes.NewValue(typ.AttributeTypes[name], nil)
		null, err := f.typ.ValueFromTerraform(ctx, f.none)
		if err != nil {
			return nil, err
		}
		if f.null = reflect.ValueOf(null); f.null.Type() != field.Type {
			return nil, fmt.Errorf("%s is %s, and %s in the model", name, f.null.Type(), field.Type)
		}
		c.fields = append(c.fields, f)
	}
	if len(c.fields) != len(types) {
		return nil, fmt.Errorf("%s has %d fields for %d attributes", model, len(c.fields), len(types))
	}
	return c, nil
}

func (f modelField) read(ctx context.Context, v tftypes.Value, to reflect.Value) error {
	if v.IsNull() {
		to.Set(f.null)
		return nil
	}
	value, err := f.typ.ValueFromTerraform(ctx, v)
	if err != nil {
		return err
	}
	to.Set(reflect.ValueOf(value))
	return nil
}

func (f modelField) write(ctx context.Context, from reflect.Value) (tftypes.Value, error) {
	value := from.Interface().(attr.Value) //nolint:errcheck // newCodec has compared the types
	if value.IsNull() {
		return f.none, nil
	}
	return value.ToTerraformValue(ctx)
}
