package tf

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/dockertask/terraform-provider-docker/internal/sanitize"
)

// StringsOf are the known strings of a list or set.
func StringsOf(elements []attr.Value) []string {
	out := make([]string, 0, len(elements))
	for _, e := range elements {
		if s, ok := e.(types.String); ok && !s.IsNull() && !s.IsUnknown() {
			out = append(out, s.ValueString())
		}
	}
	return out
}

// StringMapOf are the known strings of a map.
func StringMapOf(m types.Map) map[string]string {
	out := make(map[string]string, len(m.Elements()))
	for k, e := range m.Elements() {
		if s, ok := e.(types.String); ok && !s.IsNull() && !s.IsUnknown() {
			out[k] = s.ValueString()
		}
	}
	return out
}

func values(list []string) []attr.Value {
	out := make([]attr.Value, len(list))
	for i, s := range list {
		out[i] = types.StringValue(s)
	}
	return out
}

// ListOf is a list of strings.
func ListOf(list []string) types.List { return types.ListValueMust(types.StringType, values(list)) }

// DriftOf are the lines of drift. Names in them are what others wrote, and a line is one line: any other
// attribute has the text that AWS has, or a plan would never be quiet.
func DriftOf(lines []string) types.List {
	out := make([]string, len(lines))
	for i, line := range lines {
		out[i] = sanitize.Text(line)
	}
	return ListOf(out)
}

// SetOf is a set of strings.
func SetOf(list []string) types.Set { return types.SetValueMust(types.StringType, values(list)) }

// MapOf is a map of strings.
func MapOf(m map[string]string) types.Map {
	out := make(map[string]attr.Value, len(m))
	for k, v := range m {
		out[k] = types.StringValue(v)
	}
	return types.MapValueMust(types.StringType, out)
}

// The keep functions write what AWS has, and leave a value as it is written where it says
// the same: null and empty are one thing to AWS and two to a plan.

// KeepString is the string that AWS has; null stays where AWS has none.
func KeepString(have types.String, aws string) types.String {
	if have.ValueString() == aws {
		return have
	}
	return StringOrNull(aws)
}

// StringOrNull is null for "", which is how AWS's API says that there is nothing.
func StringOrNull(s string) types.String {
	if s == "" {
		return types.StringNull()
	}
	return types.StringValue(s)
}

// Int64OrNull is null for 0, where that says that there is nothing.
func Int64OrNull(n int64) types.Int64 {
	if n == 0 {
		return types.Int64Null()
	}
	return types.Int64Value(n)
}

// KeepList is the list that AWS has; null stays where AWS has an empty one.
func KeepList(have types.List, aws []string) types.List {
	if slices.Equal(StringsOf(have.Elements()), aws) {
		return have
	}
	if len(aws) == 0 {
		return types.ListNull(types.StringType)
	}
	return ListOf(aws)
}

// KeepSet is the set that AWS has; null stays where AWS has an empty one.
func KeepSet(have types.Set, aws []string) types.Set {
	mine := StringsOf(have.Elements())
	if slices.Equal(slices.Sorted(slices.Values(mine)), slices.Sorted(slices.Values(aws))) {
		return have
	}
	if len(aws) == 0 {
		return types.SetNull(types.StringType)
	}
	return SetOf(aws)
}

// KeepMap is the map that AWS has; null stays where AWS has an empty one.
func KeepMap(have types.Map, aws map[string]string) types.Map {
	if maps.Equal(StringMapOf(have), aws) {
		return have
	}
	if len(aws) == 0 {
		return types.MapNull(types.StringType)
	}
	return MapOf(aws)
}

// IsSet reports whether a value is known and not null. An unknown value may turn out to be null.
func IsSet(v attr.Value) bool { return !v.IsNull() && !v.IsUnknown() }

// AnyUnknown reports whether a value or anything in it is unknown.
func AnyUnknown(v attr.Value) bool {
	if v.IsUnknown() {
		return true
	}
	switch v := v.(type) {
	case types.List:
		return slices.ContainsFunc(v.Elements(), AnyUnknown)
	case types.Set:
		return slices.ContainsFunc(v.Elements(), AnyUnknown)
	case types.Map:
		return slices.ContainsFunc(slices.Collect(maps.Values(v.Elements())), AnyUnknown)
	case types.Object:
		return slices.ContainsFunc(slices.Collect(maps.Values(v.Attributes())), AnyUnknown)
	}
	return false
}

// KeepNumber keeps null for the number that nothing written stands for.
func KeepNumber(have types.Int64, aws, normally int64) types.Int64 {
	if have.IsNull() && aws == normally {
		return have
	}
	if aws == 0 && normally == 0 {
		return types.Int64Null()
	}
	return types.Int64Value(aws)
}

// UnknownAny reports whether one of the values is unknown.
func UnknownAny(values ...attr.Value) bool {
	for _, v := range values {
		if v.IsUnknown() {
			return true
		}
	}
	return false
}

// ObjectOf is an object with these attributes, and null for the others.
func ObjectOf(t types.ObjectType, values map[string]attr.Value, diags *diag.Diagnostics) types.Object {
	o, d := types.ObjectValue(t.AttrTypes, values)
	diags.Append(d...)
	return o
}

// Number is a size in the definition; ECS on EC2 may have none.
func Number(s string) types.Int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return types.Int64Null()
	}
	return types.Int64Value(n)
}

// ObjectType is the type of a nested attribute.
func ObjectType(t attr.Type) basetypes.ObjectType {
	o, ok := t.(basetypes.ObjectType)
	if !ok {
		panic(fmt.Sprintf("%s is no object", t)) // a mistake in the schema, seen at once
	}
	return o
}

// Decode reads an object into a model; one that is null or unknown leaves the model as it is.
func Decode(ctx context.Context, object types.Object, into any, diags *diag.Diagnostics) {
	if object.IsNull() || object.IsUnknown() {
		return
	}
	diags.Append(object.As(ctx, into, basetypes.ObjectAsOptions{})...)
}
