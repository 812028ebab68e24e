package lifecycle

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// ReadRecord reads a unit's record from private state, which what names in errors; the second result is false where
// there is none.
func ReadRecord(ctx context.Context, from tf.PrivateReader, what string, diags *diag.Diagnostics) (task.Record, bool) {
	return tf.ReadPrivate[task.Record](ctx, from, what, diags)
}

// WriteRecord writes a unit's record to private state.
func WriteRecord(ctx context.Context, to tf.PrivateWriter, what string, rec task.Record, diags *diag.Diagnostics) {
	tf.WritePrivate(ctx, to, what, rec, diags)
}

// StateIsWhole reports whether the attributes of a state say all that the provider manages of the unit's parts, as the last
// refresh or operation left them: there is no drift, and an operation has succeeded with the record. After an import, or
// with a record that was lost and made anew, parts may lack the unit's id.
func StateIsWhole(rec task.Record, drift types.List) bool {
	return rec.ID != "" && rec.ChangedAt != 0 && !drift.IsNull() && !drift.IsUnknown() && len(drift.Elements()) == 0
}
