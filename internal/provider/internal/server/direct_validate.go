package server

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Of a configuration, the framework validates each attribute of the schema at any depth, set or not. Few are set, and
// a validator has nothing to say of one that is null
// (https://developer.hashicorp.com/terraform/plugin/framework/validation). So it gets a schema of those that are set,
// and those that have to be: one for each set of names, of which a stack has few.

// validators are the servers that validate one type of resource, by the names of the attributes that are set.
type validators struct {
	mu     sync.Mutex
	byName map[string]validator
}

// validator validates configurations in which certain attributes are set.
type validator struct {
	server frameworkServer
	typ    tftypes.Type
}

// validate validates a configuration.
func (k *kind) validate(ctx context.Context, p Provider, req *tfprotov6.ValidateResourceConfigRequest, config tftypes.Value) (*tfprotov6.ValidateResourceConfigResponse, error) {
	v := k.validator(ctx, p, config)
	encoded, err := tfprotov6.NewDynamicValue(v.typ, narrowedValue(config, v.typ))
	if err != nil {
		return nil, err
	}
	inner := *req
	inner.Config = &encoded
	c := &call{config: config}
	return v.server.ValidateResourceConfig(c.in(ctx), &inner)
}

// validator is that of a configuration.
func (k *kind) validator(ctx context.Context, p Provider, config tftypes.Value) validator {
	var key strings.Builder
	names := settable(k.schema.Attributes, []tftypes.Value{config}, &key)
	k.validators.mu.Lock()
	defer k.validators.mu.Unlock()
	if v, ok := k.validators.byName[key.String()]; ok {
		return v
	}
	set := schema.Schema{Attributes: narrowed(k.schema.Attributes, names)}
	v := validator{typ: set.Type().TerraformType(ctx)}
	v.server = serverOf(directProvider{p, []func() resource.Resource{func() resource.Resource {
		return validatedResource{directResource{k.newOne(), k, p.ResourceData()}, set}
	}}})
	if k.validators.byName == nil {
		k.validators.byName = map[string]validator{}
	}
	k.validators.byName[key.String()] = v
	return v
}

// names are attributes that are set or required, with those in them.
type names map[string]names

// settable are the names of what is set in any of the objects, or required. They are written to key, too.
func settable(attributes map[string]schema.Attribute, objects []tftypes.Value, key *strings.Builder) names {
	out := names{}
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		values := make([]tftypes.Value, 0, len(objects))
		for _, object := range objects {
			var all map[string]tftypes.Value
			if object.IsKnown() && object.As(&all) == nil && all != nil && !all[name].IsNull() {
				values = append(values, all[name])
			}
		}
		if len(values) == 0 && !attributes[name].IsRequired() {
			continue
		}
		key.WriteString(name)
		key.WriteByte(' ')
		out[name] = nil
		if inner, ok := nestedAttributes(attributes[name]); ok {
			key.WriteByte('{')
			out[name] = settable(inner, elementsOf(attributes[name], values), key)
			key.WriteByte('}')
		}
	}
	return out
}

// nestedAttributes are those of an attribute whose type follows from them.
func nestedAttributes(a schema.Attribute) (map[string]schema.Attribute, bool) {
	switch a := a.(type) {
	case schema.SingleNestedAttribute:
		return a.Attributes, a.CustomType == nil
	case schema.MapNestedAttribute:
		return a.NestedObject.Attributes, true
	case schema.ListNestedAttribute:
		return a.NestedObject.Attributes, true
	}
	return nil, false
}

// elementsOf are the objects in values of a nested attribute.
func elementsOf(a schema.Attribute, values []tftypes.Value) []tftypes.Value {
	var out []tftypes.Value
	for _, v := range values {
		var byKey map[string]tftypes.Value
		var inOrder []tftypes.Value
		switch a.(type) {
		case schema.SingleNestedAttribute:
			out = append(out, v)
		case schema.MapNestedAttribute:
			if v.IsKnown() && v.As(&byKey) == nil {
				out = slices.AppendSeq(out, maps.Values(byKey))
			}
		case schema.ListNestedAttribute:
			if v.IsKnown() && v.As(&inOrder) == nil {
				out = append(out, inOrder...)
			}
		}
	}
	return out
}

// narrowed are attributes without those that are not named.
func narrowed(attributes map[string]schema.Attribute, of names) map[string]schema.Attribute {
	out := make(map[string]schema.Attribute, len(of))
	for name, inner := range of {
		switch a := attributes[name].(type) {
		case schema.SingleNestedAttribute:
			if inner != nil {
				a.Attributes = narrowed(a.Attributes, inner)
			}
			out[name] = a
		case schema.MapNestedAttribute:
			a.NestedObject.Attributes = narrowed(a.NestedObject.Attributes, inner)
			out[name] = a
		case schema.ListNestedAttribute:
			a.NestedObject.Attributes = narrowed(a.NestedObject.Attributes, inner)
			out[name] = a
		default:
			out[name] = a
		}
	}
	return out
}

// narrowedValue is a value without the attributes that a type does not have.
func narrowedValue(v tftypes.Value, to tftypes.Type) tftypes.Value {
	switch {
	case v.IsNull():
		return tftypes.NewValue(to, nil)
	case !v.IsKnown():
		return tftypes.NewValue(to, tftypes.UnknownValue)
	}
	var byKey map[string]tftypes.Value
	var inOrder []tftypes.Value
	switch to := to.(type) {
	case tftypes.Object:
		out := make(map[string]tftypes.Value, len(to.AttributeTypes))
		if v.As(&byKey) == nil {
			for name, typ := range to.AttributeTypes {
				out[name] = narrowedValue(byKey[name], typ)
			}
		}
		return tftypes.NewValue(to, out)
	case tftypes.Map:
		out := map[string]tftypes.Value{}
		if to.ElementType.Is(tftypes.Object{}) && v.As(&byKey) == nil {
			for key, e := range byKey {
				out[key] = narrowedValue(e, to.ElementType)
			}
			return tftypes.NewValue(to, out)
		}
	case tftypes.List:
		out := []tftypes.Value{}
		if to.ElementType.Is(tftypes.Object{}) && v.As(&inOrder) == nil {
			for _, e := range inOrder {
				out = append(out, narrowedValue(e, to.ElementType))
			}
			return tftypes.NewValue(to, out)
		}
	}
	return v
}

// validatedResource is a resource as the framework sees it when it validates.
type validatedResource struct {
	directResource
	set schema.Schema
}

var _ resource.ResourceWithValidateConfig = validatedResource{}

// Schema has the attributes that are set.
func (r validatedResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = r.set
}

// ValidateConfig validates the whole configuration.
func (r validatedResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	if inner, ok := r.inner.(resource.ResourceWithValidateConfig); ok {
		req.Config = tfsdk.Config{Raw: callOf(ctx).config, Schema: r.kind.schema}
		inner.ValidateConfig(ctx, req, resp)
	}
}
