package lifecycle

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"

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
