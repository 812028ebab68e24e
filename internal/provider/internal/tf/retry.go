package tf

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Retry is the attribute retry: how often, and for how long, EventBridge or its Scheduler try again.
type Retry struct {
	MaximumAttempts   types.Int64 `tfsdk:"maximum_attempts"`
	MaximumAgeSeconds types.Int64 `tfsdk:"maximum_age_seconds"`
}

// RetryType is the type of the attribute retry.
var RetryType = types.ObjectType{AttrTypes: map[string]attr.Type{
	"maximum_attempts": types.Int64Type, "maximum_age_seconds": types.Int64Type,
}}

// NewRetry tries again so often, and for so many seconds.
func NewRetry(attempts, age int64) Retry {
	return Retry{types.Int64Value(attempts), types.Int64Value(age)}
}

// ReadRetry is retry, with what normally holds for what it does not say.
func ReadRetry(ctx context.Context, retry types.Object, normally Retry, diags *diag.Diagnostics) Retry {
	var r Retry
	Decode(ctx, retry, &r, diags)
	if r.MaximumAttempts.IsNull() {
		r.MaximumAttempts = normally.MaximumAttempts
	}
	if r.MaximumAgeSeconds.IsNull() {
		r.MaximumAgeSeconds = normally.MaximumAgeSeconds
	}
	return r
}

// KeepRetry writes what AWS has, and leaves out what is not written and as it normally is.
func KeepRetry(ctx context.Context, have types.Object, aws, normally Retry, diags *diag.Diagnostics) types.Object {
	var wrote Retry
	Decode(ctx, have, &wrote, diags)
	is := Retry{
		MaximumAttempts:   KeepNumber(wrote.MaximumAttempts, aws.MaximumAttempts.ValueInt64(), normally.MaximumAttempts.ValueInt64()),
		MaximumAgeSeconds: KeepNumber(wrote.MaximumAgeSeconds, aws.MaximumAgeSeconds.ValueInt64(), normally.MaximumAgeSeconds.ValueInt64()),
	}
	if is == wrote {
		return have
	}
	object, d := types.ObjectValueFrom(ctx, RetryType.AttrTypes, is)
	diags.Append(d...)
	return object
}
