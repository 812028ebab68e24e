package provider

import (
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// A field is one attribute and the place in the domain's T that it stands for. A table of
// fields is all there is to know of a nested object: schema, expand, flatten and keep come
// from it.
type field[T any] struct {
	name      string
	attribute schema.Attribute
	// expand writes a known value into the domain.
	expand func(attr.Value, *T)
	// flatten is the value that stands for the domain's, null for what ECS takes when
	// nothing is said: two domain values mean the same when their flattened ones are equal.
	flatten func(T) attr.Value
	// keep is the configured value where it says what AWS has, as far as it does, and what
	// AWS has elsewhere. Nil compares the whole value.
	keep func(have attr.Value, aws T) attr.Value
}

// expandInto writes a value into the domain; null and unknown say nothing.
func (f field[T]) expandInto(v attr.Value, to *T) {
	if v != nil && !v.IsNull() && !v.IsUnknown() {
		f.expand(v, to)
	}
}

func (f field[T]) keepOr(have attr.Value, aws T) attr.Value {
	if f.keep != nil {
		return f.keep(have, aws)
	}
	var said T
	f.expandInto(have, &said)
	if now := f.flatten(aws); !f.flatten(said).Equal(now) {
		return now
	}
	return have
}

// fields are those of one object.
type fields[T any] []field[T]

func (fs fields[T]) schema() map[string]schema.Attribute {
	out := make(map[string]schema.Attribute, len(fs))
	for _, f := range fs {
		out[f.name] = f.attribute
	}
	return out
}

func (fs fields[T]) types() map[string]attr.Type {
	out := make(map[string]attr.Type, len(fs))
	for _, f := range fs {
		out[f.name] = f.attribute.GetType()
	}
	return out
}

func (fs fields[T]) expand(values map[string]attr.Value) T {
	var to T
	for _, f := range fs {
		f.expandInto(values[f.name], &to)
	}
	return to
}

func (fs fields[T]) flatten(from T) map[string]attr.Value {
	out := make(map[string]attr.Value, len(fs))
	for _, f := range fs {
		out[f.name] = f.flatten(from)
	}
	return out
}

// keep goes through the fields one by one. Have may lack any of them.
func (fs fields[T]) keep(have map[string]attr.Value, aws T) map[string]attr.Value {
	out := make(map[string]attr.Value, len(fs))
	for _, f := range fs {
		v, ok := have[f.name]
		if !ok {
			out[f.name] = f.flatten(aws)
			continue
		}
		out[f.name] = f.keepOr(v, aws)
	}
	return out
}

// The kinds of fields. Each takes the place in T that it stands for.

func textField[T any](name, description string, at func(*T) *string, checks ...stringCheck) field[T] {
	var validators []validator.String
	for _, c := range checks {
		validators = append(validators, c)
	}
	return field[T]{
		name:      name,
		attribute: schema.StringAttribute{Optional: true, Validators: validators, MarkdownDescription: description},
		expand:    func(v attr.Value, to *T) { *at(to) = as[types.String](v).ValueString() },
		flatten:   func(from T) attr.Value { return stringOrNull(*at(&from)) },
	}
}

// required makes an attribute one that has to be set.
func required[T any](f field[T]) field[T] {
	switch a := f.attribute.(type) {
	case schema.StringAttribute:
		a.Optional, a.Required = false, true
		f.attribute = a
	case schema.Int64Attribute:
		a.Optional, a.Required = false, true
		f.attribute = a
	case schema.BoolAttribute:
		a.Optional, a.Required = false, true
		f.attribute = a
	}
	return f
}

// textFieldOr is a text with a value that ECS takes when nothing is said.
func textFieldOr[T any](name, normally, description string, at func(*T) *string, checks ...stringCheck) field[T] {
	f := textField(name, description+" Default: `"+normally+"`.", at, checks...)
	f.flatten = func(from T) attr.Value {
		if v := *at(&from); v != normally {
			return stringOrNull(v)
		}
		return types.StringNull()
	}
	return f
}

// numberField is a number for which 0 says nothing.
func numberField[T any](name, description string, at func(*T) *int64, checks ...int64Check) field[T] {
	return numberFieldOr(name, 0, description, at, checks...)
}

// numberFieldOr is a number with a value that ECS takes when nothing is said.
func numberFieldOr[T any](name string, normally int64, description string, at func(*T) *int64, checks ...int64Check) field[T] {
	var validators []validator.Int64
	for _, c := range checks {
		validators = append(validators, c)
	}
	return field[T]{
		name:      name,
		attribute: schema.Int64Attribute{Optional: true, Validators: validators, MarkdownDescription: description},
		expand:    func(v attr.Value, to *T) { *at(to) = as[types.Int64](v).ValueInt64() },
		flatten: func(from T) attr.Value {
			if v := *at(&from); v != 0 && v != normally {
				return types.Int64Value(v)
			}
			return types.Int64Null()
		},
	}
}

// pointerField is a number for which 0 is not the same as nothing.
func pointerField[T any](name, description string, at func(*T) **int64, checks ...int64Check) field[T] {
	var validators []validator.Int64
	for _, c := range checks {
		validators = append(validators, c)
	}
	return field[T]{
		name:      name,
		attribute: schema.Int64Attribute{Optional: true, Validators: validators, MarkdownDescription: description},
		expand:    func(v attr.Value, to *T) { *at(to) = as[types.Int64](v).ValueInt64Pointer() },
		flatten:   func(from T) attr.Value { return types.Int64PointerValue(*at(&from)) },
	}
}

// flagField is true or, which is the same as nothing, false.
func flagField[T any](name, description string, at func(*T) *bool) field[T] {
	return field[T]{
		name:      name,
		attribute: schema.BoolAttribute{Optional: true, MarkdownDescription: description},
		expand:    func(v attr.Value, to *T) { *at(to) = as[types.Bool](v).ValueBool() },
		flatten: func(from T) attr.Value {
			if *at(&from) {
				return types.BoolValue(true)
			}
			return types.BoolNull()
		},
	}
}

// listField is a list whose order counts.
func listField[T any](name, description string, at func(*T) *[]string, checks ...stringCheck) field[T] {
	var validators []validator.List
	for _, c := range checks {
		validators = append(validators, listvalidator.ValueStringsAre(c))
	}
	return field[T]{
		name:      name,
		attribute: schema.ListAttribute{ElementType: types.StringType, Optional: true, Validators: validators, MarkdownDescription: description},
		expand:    func(v attr.Value, to *T) { *at(to) = stringsOf(as[types.List](v).Elements()) },
		flatten: func(from T) attr.Value {
			if list := *at(&from); len(list) > 0 {
				return listOf(list)
			}
			return types.ListNull(types.StringType)
		},
	}
}

// bagField is a list whose order does not count. It is no set, as sets in nested objects do
// not plan well.
func bagField[T any](name, description string, at func(*T) *[]string, checks ...stringCheck) field[T] {
	f := listField(name, description+" In any order.", at, checks...)
	expand, flatten := f.expand, f.flatten
	f.expand = func(v attr.Value, to *T) {
		expand(v, to)
		slices.Sort(*at(to))
	}
	f.flatten = func(from T) attr.Value {
		*at(&from) = slices.Sorted(slices.Values(*at(&from)))
		return flatten(from)
	}
	return f
}

// mapField is a map of texts.
func mapField[T any](name, description string, at func(*T) *map[string]string, checks ...validator.Map) field[T] {
	return field[T]{
		name:      name,
		attribute: schema.MapAttribute{ElementType: types.StringType, Optional: true, Validators: checks, MarkdownDescription: description},
		expand:    func(v attr.Value, to *T) { *at(to) = stringMapOf(as[types.Map](v)) },
		flatten: func(from T) attr.Value {
			if m := *at(&from); len(m) > 0 {
				return mapOf(m)
			}
			return types.MapNull(types.StringType)
		},
	}
}

// pairsField is a map that ECS has as a list of pairs in no order.
func pairsField[T, P any](name, description string, at func(*T) *[]P, pair func(key, value string) P, split func(P) (key, value string), checks ...validator.Map) field[T] {
	type held struct{ m map[string]string }
	inner := mapField(name, description, func(h *held) *map[string]string { return &h.m }, checks...)
	return field[T]{
		name:      name,
		attribute: inner.attribute,
		expand: func(v attr.Value, to *T) {
			m := stringMapOf(as[types.Map](v))
			*at(to) = nil
			for _, key := range slices.Sorted(maps.Keys(m)) {
				*at(to) = append(*at(to), pair(key, m[key]))
			}
		},
		flatten: func(from T) attr.Value {
			h := held{m: map[string]string{}}
			for _, p := range *at(&from) {
				key, value := split(p)
				h.m[key] = value
			}
			return inner.flatten(h)
		},
	}
}

// objectField is a nested object.
func objectField[T, S any](name, description string, inner fields[S], at func(*T) **S) field[T] {
	objectTypes := inner.types()
	return field[T]{
		name:      name,
		attribute: schema.SingleNestedAttribute{Optional: true, Attributes: inner.schema(), MarkdownDescription: description},
		expand: func(v attr.Value, to *T) {
			s := inner.expand(as[types.Object](v).Attributes())
			*at(to) = &s
		},
		flatten: func(from T) attr.Value {
			s := *at(&from)
			if s == nil {
				return types.ObjectNull(objectTypes)
			}
			return types.ObjectValueMust(objectTypes, inner.flatten(*s))
		},
		keep: func(have attr.Value, aws T) attr.Value {
			s := *at(&aws)
			if s == nil || have.IsNull() || have.IsUnknown() {
				if s == nil && !have.IsNull() {
					return types.ObjectNull(objectTypes)
				}
				if s == nil {
					return have
				}
				return types.ObjectValueMust(objectTypes, inner.flatten(*s))
			}
			return types.ObjectValueMust(objectTypes, inner.keep(as[types.Object](have).Attributes(), *s))
		},
	}
}

// emptyIsNone makes no difference between an object without anything in it and none.
func emptyIsNone[T any](f field[T], empty func(T) bool) field[T] {
	var none T
	flatten, keep := f.flatten, f.keep
	f.flatten = func(from T) attr.Value {
		if empty(from) {
			return flatten(none)
		}
		return flatten(from)
	}
	f.keep = func(have attr.Value, aws T) attr.Value {
		var said T
		if f.expandInto(have, &said); empty(said) && empty(aws) {
			return have
		}
		return keep(have, aws)
	}
	return f
}

// objectsField is a list of objects. Key tells which element of state is which of AWS's:
// those that are still there keep their order and spelling.
func objectsField[T, S any](name, description string, inner fields[S], at func(*T) *[]S, key func(S) string) field[T] {
	objectType := types.ObjectType{AttrTypes: inner.types()}
	expand := func(v attr.Value) []S {
		var out []S
		for _, e := range as[types.List](v).Elements() {
			if o, ok := e.(types.Object); ok {
				out = append(out, inner.expand(o.Attributes()))
			}
		}
		return out
	}
	list := func(elements []attr.Value) attr.Value {
		if len(elements) == 0 {
			return types.ListNull(objectType)
		}
		return types.ListValueMust(objectType, elements)
	}
	return field[T]{
		name: name,
		attribute: schema.ListNestedAttribute{
			Optional: true, MarkdownDescription: description,
			NestedObject: schema.NestedAttributeObject{Attributes: inner.schema()},
		},
		expand: func(v attr.Value, to *T) { *at(to) = expand(v) },
		flatten: func(from T) attr.Value {
			var elements []attr.Value
			for _, s := range *at(&from) {
				elements = append(elements, types.ObjectValueMust(objectType.AttrTypes, inner.flatten(s)))
			}
			return list(elements)
		},
		keep: func(have attr.Value, aws T) attr.Value {
			left := slices.Clone(*at(&aws))
			var elements []attr.Value
			if !have.IsNull() && !have.IsUnknown() {
				said := expand(have)
				for i, e := range as[types.List](have).Elements() {
					j := slices.IndexFunc(left, func(s S) bool { return key(s) == key(said[i]) })
					if j < 0 {
						continue
					}
					elements = append(elements, types.ObjectValueMust(objectType.AttrTypes, inner.keep(as[types.Object](e).Attributes(), left[j])))
					left = slices.Delete(left, j, j+1)
				}
				if len(left) == 0 && len(elements) == len(said) && len(said) == 0 {
					return have // an empty list that was written
				}
			}
			for _, s := range left {
				elements = append(elements, types.ObjectValueMust(objectType.AttrTypes, inner.flatten(s)))
			}
			return list(elements)
		},
	}
}

// objectMapField is a map of objects that ECS has as a list in which each has a name.
func objectMapField[T, S any](name, description string, inner fields[S], at func(*T) *[]S, nameOf func(*S) *string, checks ...validator.Map) field[T] {
	objectType := types.ObjectType{AttrTypes: inner.types()}
	mapValue := func(elements map[string]attr.Value) attr.Value {
		if len(elements) == 0 {
			return types.MapNull(objectType)
		}
		return types.MapValueMust(objectType, elements)
	}
	return field[T]{
		name: name,
		attribute: schema.MapNestedAttribute{
			Optional: true, MarkdownDescription: description, Validators: checks,
			NestedObject: schema.NestedAttributeObject{Attributes: inner.schema()},
		},
		expand: func(v attr.Value, to *T) {
			elements := as[types.Map](v).Elements()
			*at(to) = nil
			for _, key := range slices.Sorted(maps.Keys(elements)) {
				o, ok := elements[key].(types.Object)
				if !ok || o.IsUnknown() {
					continue
				}
				s := inner.expand(o.Attributes())
				*nameOf(&s) = key
				*at(to) = append(*at(to), s)
			}
		},
		flatten: func(from T) attr.Value {
			elements := map[string]attr.Value{}
			for _, s := range *at(&from) {
				elements[*nameOf(&s)] = types.ObjectValueMust(objectType.AttrTypes, inner.flatten(s))
			}
			return mapValue(elements)
		},
		keep: func(have attr.Value, aws T) attr.Value {
			said := map[string]attr.Value{}
			if m, ok := have.(types.Map); ok && !m.IsNull() && !m.IsUnknown() {
				said = m.Elements()
			}
			elements := map[string]attr.Value{}
			for _, s := range *at(&aws) {
				key := *nameOf(&s)
				attributes := map[string]attr.Value{}
				if o, ok := said[key].(types.Object); ok {
					attributes = o.Attributes()
				}
				elements[key] = types.ObjectValueMust(objectType.AttrTypes, inner.keep(attributes, s))
			}
			if len(elements) == 0 && len(said) == 0 {
				return have
			}
			return mapValue(elements)
		},
	}
}

// as is a value as the type that its attribute has.
func as[V attr.Value](v attr.Value) V {
	out, ok := v.(V)
	if !ok {
		panic(fmt.Sprintf("%T is not what the schema says", v)) // a mistake in a table of fields
	}
	return out
}
