package tf

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// Keys of private state: where a unit keeps what no attribute shows, and the format in which
// it is kept.
const (
	UnitKey       = "unit"
	UnitFormatKey = "format"
)

// unitFormat grows when an older release would misread private state. One that only has more
// fields has the same format: what a release does not know, it leaves out.
const unitFormat = 1

// PrivateReader reads private state by key; the framework's requests have one.
type PrivateReader interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

// PrivateWriter writes private state by key; the framework's responses have one.
type PrivateWriter interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// ReadPrivate reads the private state of a resource, which what names in errors; the second
// result is false where there is none.
func ReadPrivate[T any](ctx context.Context, from PrivateReader, what string, diags *diag.Diagnostics) (T, bool) {
	var out, none T
	text, d := from.GetKey(ctx, UnitKey)
	diags.Append(d...)
	if text == nil {
		return none, false
	}
	if written, d := from.GetKey(ctx, UnitFormatKey); written != nil || d.HasError() {
		diags.Append(d...)
		var format int
		if err := json.Unmarshal(written, &format); err != nil || format > unitFormat {
			diags.AddError("State of a newer provider", fmt.Sprintf(
				"The private state of the %s was written by a newer release of the provider, in format %s; this release knows formats up to %d. "+
					"Nothing was changed. Use that release or a newer one: raise its version in required_providers and run init -upgrade.", what, written, unitFormat))
			return none, true
		}
	}
	if err := json.Unmarshal(text, &out); err != nil {
		diags.AddError("Private state of the "+what+" is damaged", err.Error())
	}
	return out, true
}

// WritePrivate writes the private state of a resource, which what names in errors.
func WritePrivate(ctx context.Context, to PrivateWriter, what string, value any, diags *diag.Diagnostics) {
	text, err := json.Marshal(value)
	if err != nil {
		diags.AddError("Private state of the "+what+" cannot be written", err.Error())
		return
	}
	diags.Append(to.SetKey(ctx, UnitKey, text)...)
	diags.Append(to.SetKey(ctx, UnitFormatKey, fmt.Append(nil, unitFormat))...)
}
