package provider

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// Keys of private state: where a unit keeps what no attribute shows, and the format in which
// it is kept.
const (
	unitKey       = "unit"
	unitFormatKey = "format"
)

// unitFormat grows when an older release would misread private state. One that only has more
// fields has the same format: what a release does not know, it leaves out.
const unitFormat = 1

type privateReader interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

type privateWriter interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// readPrivate reads the private state of a resource, which what names in errors; the second
// result is false where there is none.
func readPrivate[T any](ctx context.Context, from privateReader, what string, diags *diag.Diagnostics) (T, bool) {
	var out, none T
	text, d := from.GetKey(ctx, unitKey)
	diags.Append(d...)
	if text == nil {
		return none, false
	}
	if written, d := from.GetKey(ctx, unitFormatKey); written != nil || d.HasError() {
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

// justMade is the time as private state has it, in seconds since 1970. A refresh right after, which
// AWS tells of nothing yet, knows from there alone not to believe it.
func justMade() int64 { return time.Now().Unix() }

func writePrivate(ctx context.Context, to privateWriter, what string, value any, diags *diag.Diagnostics) {
	text, err := json.Marshal(value)
	if err != nil {
		diags.AddError("Private state of the "+what+" cannot be written", err.Error())
		return
	}
	diags.Append(to.SetKey(ctx, unitKey, text)...)
	diags.Append(to.SetKey(ctx, unitFormatKey, fmt.Append(nil, unitFormat))...)
}
