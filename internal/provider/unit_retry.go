package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// retryModel is retry: how often, and for how long, EventBridge or its Scheduler try again.
type retryModel struct {
	MaximumAttempts   types.Int64 `tfsdk:"maximum_attempts"`
	MaximumAgeSeconds types.Int64 `tfsdk:"maximum_age_seconds"`
}

var retryType = types.ObjectType{AttrTypes: map[string]attr.Type{
	"maximum_attempts": types.Int64Type, "maximum_age_seconds": types.Int64Type,
}}

func newRetry(attempts, age int64) retryModel {
	return retryModel{types.Int64Value(attempts), types.Int64Value(age)}
}

// readRetry is retry, with what normally holds for what it does not say.
func readRetry(ctx context.Context, retry types.Object, normally retryModel, diags *diag.Diagnostics) retryModel {
	var r retryModel
	decode(ctx, retry, &r, diags)
	if r.MaximumAttempts.IsNull() {
		r.MaximumAttempts = normally.MaximumAttempts
	}
	if r.MaximumAgeSeconds.IsNull() {
		r.MaximumAgeSeconds = normally.MaximumAgeSeconds
	}
	return r
}

// keepRetry writes what AWS has, and leaves out what is not written and as it normally is.
func keepRetry(ctx context.Context, have types.Object, aws, normally retryModel, diags *diag.Diagnostics) types.Object {
	var wrote retryModel
	decode(ctx, have, &wrote, diags)
	is := retryModel{
		MaximumAttempts:   keepNumber(wrote.MaximumAttempts, aws.MaximumAttempts.ValueInt64(), normally.MaximumAttempts.ValueInt64()),
		MaximumAgeSeconds: keepNumber(wrote.MaximumAgeSeconds, aws.MaximumAgeSeconds.ValueInt64(), normally.MaximumAgeSeconds.ValueInt64()),
	}
	if is == wrote {
		return have
	}
	object, d := types.ObjectValueFrom(ctx, retryType.AttrTypes, is)
	diags.Append(d...)
	return object
}
