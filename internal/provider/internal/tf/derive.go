package tf

import (
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Input is what a derived value follows from: a value of Terraform's, or an [Unknown].
type Input interface{ IsUnknown() bool }

// Unknown is an input of which only that is told: whether it is unknown.
type Unknown bool

// IsUnknown reports whether the input is unknown.
func (u Unknown) IsUnknown() bool { return bool(u) }

// Known reports whether all inputs are known, wholly.
func Known(from ...Input) bool {
	return !slices.ContainsFunc(from, func(in Input) bool {
		if v, ok := in.(attr.Value); ok {
			return AnyUnknown(v)
		}
		return in.IsUnknown()
	})
}

// Derive is a value that follows from others: unknown as long as one of them is, wholly or in part. Sets and
// maps are of strings. What takes a call or can fail is computed only if [Known].
func Derive[V attr.Value](value V, from ...Input) V {
	if Known(from...) {
		return value
	}
	var unknown attr.Value
	switch attr.Value(value).(type) {
	case types.String:
		unknown = types.StringUnknown()
	case types.Int64:
		unknown = types.Int64Unknown()
	case types.Bool:
		unknown = types.BoolUnknown()
	case types.Set:
		unknown = types.SetUnknown(types.StringType)
	case types.Map:
		unknown = types.MapUnknown(types.StringType)
	default:
		panic(fmt.Sprintf("no value derived is a %T", value)) // a mistake in the code, seen at once
	}
	return As[V](unknown)
}
