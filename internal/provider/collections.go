package provider

import (
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/sanitize"
)

// stringsOf are the known strings of a list or set.
func stringsOf(elements []attr.Value) []string {
	out := make([]string, 0, len(elements))
	for _, e := range elements {
		if s, ok := e.(types.String); ok && !s.IsNull() && !s.IsUnknown() {
			out = append(out, s.ValueString())
		}
	}
	return out
}

// stringMapOf are the known strings of a map.
func stringMapOf(m types.Map) map[string]string {
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

func listOf(list []string) types.List { return types.ListValueMust(types.StringType, values(list)) }

// driftOf are the lines of drift. Names in them are what others wrote, and a line is one line: any other
// attribute has the text that AWS has, or a plan would never be quiet.
func driftOf(lines []string) types.List {
	out := make([]string, len(lines))
	for i, line := range lines {
		out[i] = sanitize.Text(line)
	}
	return listOf(out)
}

func setOf(list []string) types.Set { return types.SetValueMust(types.StringType, values(list)) }

func mapOf(m map[string]string) types.Map {
	out := make(map[string]attr.Value, len(m))
	for k, v := range m {
		out[k] = types.StringValue(v)
	}
	return types.MapValueMust(types.StringType, out)
}

// The keep functions write what AWS has, and leave a value as it is written where it says
// the same: null and empty are one thing to AWS and two to a plan.

func keepString(have types.String, aws string) types.String {
	if have.ValueString() == aws {
		return have
	}
	return stringOrNull(aws)
}

// stringOrNull is null for "", which is how AWS's API says that there is nothing.
func stringOrNull(s string) types.String {
	if s == "" {
		return types.StringNull()
	}
	return types.StringValue(s)
}

// int64OrNull is null for 0, where that says that there is nothing.
func int64OrNull(n int64) types.Int64 {
	if n == 0 {
		return types.Int64Null()
	}
	return types.Int64Value(n)
}

func keepList(have types.List, aws []string) types.List {
	if slices.Equal(stringsOf(have.Elements()), aws) {
		return have
	}
	if len(aws) == 0 {
		return types.ListNull(types.StringType)
	}
	return listOf(aws)
}

func keepSet(have types.Set, aws []string) types.Set {
	mine := stringsOf(have.Elements())
	if slices.Equal(slices.Sorted(slices.Values(mine)), slices.Sorted(slices.Values(aws))) {
		return have
	}
	if len(aws) == 0 {
		return types.SetNull(types.StringType)
	}
	return setOf(aws)
}

func keepMap(have types.Map, aws map[string]string) types.Map {
	if maps.Equal(stringMapOf(have), aws) {
		return have
	}
	if len(aws) == 0 {
		return types.MapNull(types.StringType)
	}
	return mapOf(aws)
}

// isSet tells that a value is there: what is unknown may turn out to be null, and is not
// judged before.
func isSet(v attr.Value) bool { return !v.IsNull() && !v.IsUnknown() }

// anyUnknown reports whether a value or anything in it is unknown.
func anyUnknown(v attr.Value) bool {
	if v.IsUnknown() {
		return true
	}
	switch v := v.(type) {
	case types.List:
		return slices.ContainsFunc(v.Elements(), anyUnknown)
	case types.Set:
		return slices.ContainsFunc(v.Elements(), anyUnknown)
	case types.Map:
		return slices.ContainsFunc(slices.Collect(maps.Values(v.Elements())), anyUnknown)
	case types.Object:
		return slices.ContainsFunc(slices.Collect(maps.Values(v.Attributes())), anyUnknown)
	}
	return false
}
