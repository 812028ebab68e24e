package tf

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

// A Field is one attribute and the place in the domain's T that it stands for. A table of
// fields is all there is to know of a nested object: schema, expand, flatten and keep come
// from it.
type Field[T any] struct {
	Name      string
	Attribute schema.Attribute
	// Expand writes a known value into the domain.
	Expand func(attr.Value, *T)
	// Flatten is the value that stands for the domain's, null for what ECS takes when
	// nothing is said: two domain values mean the same when their flattened ones are equal.
	Flatten func(T) attr.Value
	// Keep is the configured value where it says what AWS has, as far as it does, and what
	// AWS has elsewhere. Nil compares the whole value.
	Keep func(have attr.Value, aws T) attr.Value
}

// expandInto writes a value into the domain; null and unknown say nothing.
func (f Field[T]) expandInto(v attr.Value, to *T) {
	if v != nil && !v.IsNull() && !v.IsUnknown() {
		f.Expand(v, to)
	}
}

// KeepOr is the value of AWS, in the words of the one that the user wrote if that says the same.
func (f Field[T]) KeepOr(have attr.Value, aws T) attr.Value {
	if f.Keep != nil {
		return f.Keep(have, aws)
	}
	var said T
	f.expandInto(have, &said)
	if now := f.Flatten(aws); !f.Flatten(said).Equal(now) {
		return now
	}
	return have
}

// Fields are those of one object.
type Fields[T any] []Field[T]

// Schema describes the attributes.
func (fs Fields[T]) Schema() map[string]schema.Attribute {
	out := make(map[string]schema.Attribute, len(fs))
	for _, f := range fs {
		out[f.Name] = f.Attribute
	}
	return out
}

// Types are the types of the attributes.
func (fs Fields[T]) Types() map[string]attr.Type {
	out := make(map[string]attr.Type, len(fs))
	for _, f := range fs {
		out[f.Name] = f.Attribute.GetType()
	}
	return out
}

// Expand makes the domain's value of attributes.
func (fs Fields[T]) Expand(values map[string]attr.Value) T {
	var to T
	for _, f := range fs {
		f.expandInto(values[f.Name], &to)
	}
	return to
}

// Flatten makes attributes of the domain's value.
func (fs Fields[T]) Flatten(from T) map[string]attr.Value {
	out := make(map[string]attr.Value, len(fs))
	for _, f := range fs {
		out[f.Name] = f.Flatten(from)
	}
	return out
}

// Keep goes through the fields one by one. Have may lack any of them.
func (fs Fields[T]) Keep(have map[string]attr.Value, aws T) map[string]attr.Value {
	out := make(map[string]attr.Value, len(fs))
	for _, f := range fs {
		v, ok := have[f.Name]
		if !ok {
			out[f.Name] = f.Flatten(aws)
			continue
		}
		out[f.Name] = f.KeepOr(v, aws)
	}
	return out
}

// The kinds of fields. Each takes the place in T that it stands for.

// TextField is a string, "" where it is null.
func TextField[T any](name, description string, at func(*T) *string, checks ...StringCheck) Field[T] {
	var validators []validator.String
	for _, c := range checks {
		validators = append(validators, c)
	}
	return Field[T]{
		Name:      name,
		Attribute: schema.StringAttribute{Optional: true, Validators: validators, MarkdownDescription: description},
		Expand:    func(v attr.Value, to *T) { *at(to) = As[types.String](v).ValueString() },
		Flatten:   func(from T) attr.Value { return StringOrNull(*at(&from)) },
	}
}

// Required makes an attribute one that has to be set.
func Required[T any](f Field[T]) Field[T] {
	switch a := f.Attribute.(type) {
	case schema.StringAttribute:
		a.Optional, a.Required = false, true
		f.Attribute = a
	case schema.Int64Attribute:
		a.Optional, a.Required = false, true
		f.Attribute = a
	case schema.BoolAttribute:
		a.Optional, a.Required = false, true
		f.Attribute = a
	}
	return f
}

// TextFieldOr is a text with a value that ECS takes when nothing is said.
func TextFieldOr[T any](name, normally, description string, at func(*T) *string, checks ...StringCheck) Field[T] {
	f := TextField(name, description+" Default: `"+normally+"`.", at, checks...)
	f.Flatten = func(from T) attr.Value {
		if v := *at(&from); v != normally {
			return StringOrNull(v)
		}
		return types.StringNull()
	}
	return f
}

// NumberField is a number for which 0 says nothing.
func NumberField[T any](name, description string, at func(*T) *int64, checks ...Int64Check) Field[T] {
	return NumberFieldOr(name, 0, description, at, checks...)
}

// NumberFieldOr is a number with a value that ECS takes when nothing is said.
func NumberFieldOr[T any](name string, normally int64, description string, at func(*T) *int64, checks ...Int64Check) Field[T] {
	var validators []validator.Int64
	for _, c := range checks {
		validators = append(validators, c)
	}
	return Field[T]{
		Name:      name,
		Attribute: schema.Int64Attribute{Optional: true, Validators: validators, MarkdownDescription: description},
		Expand:    func(v attr.Value, to *T) { *at(to) = As[types.Int64](v).ValueInt64() },
		Flatten: func(from T) attr.Value {
			if v := *at(&from); v != 0 && v != normally {
				return types.Int64Value(v)
			}
			return types.Int64Null()
		},
	}
}

// PointerField is a number for which 0 is not the same as nothing.
func PointerField[T any](name, description string, at func(*T) **int64, checks ...Int64Check) Field[T] {
	var validators []validator.Int64
	for _, c := range checks {
		validators = append(validators, c)
	}
	return Field[T]{
		Name:      name,
		Attribute: schema.Int64Attribute{Optional: true, Validators: validators, MarkdownDescription: description},
		Expand:    func(v attr.Value, to *T) { *at(to) = As[types.Int64](v).ValueInt64Pointer() },
		Flatten:   func(from T) attr.Value { return types.Int64PointerValue(*at(&from)) },
	}
}

// FlagField is true or, which is the same as nothing, false.
func FlagField[T any](name, description string, at func(*T) *bool) Field[T] {
	return FlagFieldOr(name, false, description, at)
}

// FlagFieldOr is a flag with a value that ECS takes when nothing is said.
func FlagFieldOr[T any](name string, normally bool, description string, at func(*T) *bool) Field[T] {
	return Field[T]{
		Name:      name,
		Attribute: schema.BoolAttribute{Optional: true, MarkdownDescription: description},
		Expand:    func(v attr.Value, to *T) { *at(to) = As[types.Bool](v).ValueBool() },
		Flatten: func(from T) attr.Value {
			if v := *at(&from); v != normally {
				return types.BoolValue(v)
			}
			return types.BoolNull()
		},
	}
}

// ListField is a list whose order counts.
func ListField[T any](name, description string, at func(*T) *[]string, checks ...StringCheck) Field[T] {
	var validators []validator.List
	for _, c := range checks {
		validators = append(validators, listvalidator.ValueStringsAre(c))
	}
	return Field[T]{
		Name:      name,
		Attribute: schema.ListAttribute{ElementType: types.StringType, Optional: true, Validators: validators, MarkdownDescription: description},
		Expand:    func(v attr.Value, to *T) { *at(to) = StringsOf(As[types.List](v).Elements()) },
		Flatten: func(from T) attr.Value {
			if list := *at(&from); len(list) > 0 {
				return ListOf(list)
			}
			return types.ListNull(types.StringType)
		},
	}
}

// UnorderedListField is a list whose order does not count. It is no set, as sets in nested objects do
// not plan well.
func UnorderedListField[T any](name, description string, at func(*T) *[]string, checks ...StringCheck) Field[T] {
	f := ListField(name, description+" In any order.", at, checks...)
	expand, flatten := f.Expand, f.Flatten
	f.Expand = func(v attr.Value, to *T) {
		expand(v, to)
		slices.Sort(*at(to))
	}
	f.Flatten = func(from T) attr.Value {
		*at(&from) = slices.Sorted(slices.Values(*at(&from)))
		return flatten(from)
	}
	return f
}

// MapField is a map of texts.
func MapField[T any](name, description string, at func(*T) *map[string]string, checks ...validator.Map) Field[T] {
	return Field[T]{
		Name:      name,
		Attribute: schema.MapAttribute{ElementType: types.StringType, Optional: true, Validators: checks, MarkdownDescription: description},
		Expand:    func(v attr.Value, to *T) { *at(to) = StringMapOf(As[types.Map](v)) },
		Flatten: func(from T) attr.Value {
			if m := *at(&from); len(m) > 0 {
				return MapOf(m)
			}
			return types.MapNull(types.StringType)
		},
	}
}

// PairsField is a map that ECS has as a list of pairs in no order.
func PairsField[T, P any](name, description string, at func(*T) *[]P, pair func(key, value string) P, split func(P) (key, value string), checks ...validator.Map) Field[T] {
	get := func(from T) map[string]string {
		m := map[string]string{}
		for _, p := range *at(&from) {
			key, value := split(p)
			m[key] = value
		}
		return m
	}
	set := func(to *T, m map[string]string) {
		*at(to) = nil
		for _, key := range slices.Sorted(maps.Keys(m)) {
			*at(to) = append(*at(to), pair(key, m[key]))
		}
	}
	return ConvertedField(MapField(name, description, Itself[map[string]string], checks...), get, set)
}

// ConvertedField is a field whose value the domain has in another form: get reads the value out of T, and set
// writes it there. The field is one of V itself, made with [Itself].
func ConvertedField[T, V any](f Field[V], get func(T) V, set func(*T, V)) Field[T] {
	return Field[T]{
		Name:      f.Name,
		Attribute: f.Attribute,
		Expand: func(v attr.Value, to *T) {
			var value V
			f.Expand(v, &value)
			set(to, value)
		},
		Flatten: func(from T) attr.Value { return f.Flatten(get(from)) },
	}
}

// Itself is the place of a value that is no part of another.
func Itself[V any](v *V) *V { return v }

// ObjectField is a nested object.
func ObjectField[T, S any](name, description string, inner Fields[S], at func(*T) **S) Field[T] {
	objectTypes := inner.Types()
	f := Field[T]{
		Name:      name,
		Attribute: schema.SingleNestedAttribute{Optional: true, Attributes: inner.Schema(), MarkdownDescription: description},
		Expand: func(v attr.Value, to *T) {
			s := inner.Expand(As[types.Object](v).Attributes())
			*at(to) = &s
		},
		Flatten: func(from T) attr.Value {
			s := *at(&from)
			if s == nil {
				return types.ObjectNull(objectTypes)
			}
			return types.ObjectValueMust(objectTypes, inner.Flatten(*s))
		},
	}
	f.Keep = func(have attr.Value, aws T) attr.Value {
		s := *at(&aws)
		if s == nil || have.IsNull() || have.IsUnknown() {
			return f.Flatten(aws)
		}
		return types.ObjectValueMust(objectTypes, inner.Keep(As[types.Object](have).Attributes(), *s))
	}
	return f
}

// EmptyIsNone makes no difference between an object without anything in it and none.
func EmptyIsNone[T any](f Field[T], empty func(T) bool) Field[T] {
	var none T
	flatten, keep := f.Flatten, f.Keep
	f.Flatten = func(from T) attr.Value {
		if empty(from) {
			return flatten(none)
		}
		return flatten(from)
	}
	f.Keep = func(have attr.Value, aws T) attr.Value {
		var said T
		if f.expandInto(have, &said); empty(said) && empty(aws) {
			return have
		}
		return keep(have, aws)
	}
	return f
}

// ObjectsField is a list of objects. Key matches the elements of state with those of AWS: elements that still exist
// keep their order and spelling.
func ObjectsField[T, S any](name, description string, inner Fields[S], at func(*T) *[]S, key func(S) string) Field[T] {
	objectType := types.ObjectType{AttrTypes: inner.Types()}
	expand := func(v attr.Value) []S {
		var out []S
		for _, e := range As[types.List](v).Elements() {
			if o, ok := e.(types.Object); ok {
				out = append(out, inner.Expand(o.Attributes()))
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
	return Field[T]{
		Name: name,
		Attribute: schema.ListNestedAttribute{
			Optional: true, MarkdownDescription: description,
			NestedObject: schema.NestedAttributeObject{Attributes: inner.Schema()},
		},
		Expand: func(v attr.Value, to *T) { *at(to) = expand(v) },
		Flatten: func(from T) attr.Value {
			var elements []attr.Value
			for _, s := range *at(&from) {
				elements = append(elements, types.ObjectValueMust(objectType.AttrTypes, inner.Flatten(s)))
			}
			return list(elements)
		},
		Keep: func(have attr.Value, aws T) attr.Value {
			left := slices.Clone(*at(&aws))
			var elements []attr.Value
			if !have.IsNull() && !have.IsUnknown() {
				said := expand(have)
				for i, e := range As[types.List](have).Elements() {
					j := slices.IndexFunc(left, func(s S) bool { return key(s) == key(said[i]) })
					if j < 0 {
						continue
					}
					elements = append(elements, types.ObjectValueMust(objectType.AttrTypes, inner.Keep(As[types.Object](e).Attributes(), left[j])))
					left = slices.Delete(left, j, j+1)
				}
				if len(left) == 0 && len(elements) == len(said) && len(said) == 0 {
					return have // an empty list that was written
				}
			}
			for _, s := range left {
				elements = append(elements, types.ObjectValueMust(objectType.AttrTypes, inner.Flatten(s)))
			}
			return list(elements)
		},
	}
}

// ObjectMapField is a map of objects that ECS has as a list in which each has a name.
func ObjectMapField[T, S any](name, description string, inner Fields[S], at func(*T) *[]S, nameOf func(*S) *string, checks ...validator.Map) Field[T] {
	objectType := types.ObjectType{AttrTypes: inner.Types()}
	mapValue := func(elements map[string]attr.Value) attr.Value {
		if len(elements) == 0 {
			return types.MapNull(objectType)
		}
		return types.MapValueMust(objectType, elements)
	}
	return Field[T]{
		Name: name,
		Attribute: schema.MapNestedAttribute{
			Optional: true, MarkdownDescription: description, Validators: checks,
			NestedObject: schema.NestedAttributeObject{Attributes: inner.Schema()},
		},
		Expand: func(v attr.Value, to *T) {
			elements := As[types.Map](v).Elements()
			*at(to) = nil
			for _, key := range slices.Sorted(maps.Keys(elements)) {
				o, ok := elements[key].(types.Object)
				if !ok || o.IsUnknown() {
					continue
				}
				s := inner.Expand(o.Attributes())
				*nameOf(&s) = key
				*at(to) = append(*at(to), s)
			}
		},
		Flatten: func(from T) attr.Value {
			elements := map[string]attr.Value{}
			for _, s := range *at(&from) {
				elements[*nameOf(&s)] = types.ObjectValueMust(objectType.AttrTypes, inner.Flatten(s))
			}
			return mapValue(elements)
		},
		Keep: func(have attr.Value, aws T) attr.Value {
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
				elements[key] = types.ObjectValueMust(objectType.AttrTypes, inner.Keep(attributes, s))
			}
			if len(elements) == 0 && len(said) == 0 {
				return have
			}
			return mapValue(elements)
		},
	}
}

// As is a value as the type that its attribute has.
func As[V attr.Value](v attr.Value) V {
	out, ok := v.(V)
	if !ok {
		panic(fmt.Sprintf("%T is not what the schema says", v)) // a mistake in a table of fields
	}
	return out
}
