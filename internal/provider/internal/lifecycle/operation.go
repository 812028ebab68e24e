package lifecycle

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/dockertask/terraform-provider-docker/internal/aws"
	"github.com/dockertask/terraform-provider-docker/internal/panics"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// How long an operation may take unless timeouts says otherwise. Most of it is waiting for
// IAM to tell ECS of new roles, and for ECS when it throttles: behind the operations that are
// under way at the same time, not behind all of a run.
const (
	ReadTimeout   = 5 * time.Minute
	ChangeTimeout = 20 * time.Minute
)

// Begin prepares the context of an operation: its time and its log. The second result is nil
// where the operation cannot begin; else it is called when it ends.
func (c *Configured) Begin(ctx context.Context, timeout func(context.Context, time.Duration) (time.Duration, diag.Diagnostics), normally time.Duration, diags *diag.Diagnostics) (context.Context, context.CancelFunc) {
	if diags.HasError() || !c.Ready(diags) {
		return ctx, nil
	}
	limit, d := timeout(ctx, normally)
	diags.Append(d...)
	if diags.HasError() {
		return ctx, nil
	}
	return context.WithTimeout(c.Client.Context(ctx), limit)
}

// AfterMade does the rest of a create once something is made in AWS. If it panics, state has what the plan says of
// what was made, with null for what was unknown, and keep has written its id: as after any create that failed,
// the next apply replaces it.
func AfterMade(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse, what string, keep, rest func()) {
	defer func() {
		r := recover()
		if r == nil {
			return
		}
		resp.Diagnostics.AddError(what+" may be made, but its state is not complete", tf.Sentence(panics.Recovered(ctx, r).Error()))
		keep()
		known, err := tftypes.Transform(req.Plan.Raw, func(_ *tftypes.AttributePath, v tftypes.Value) (tftypes.Value, error) {
			if !v.IsKnown() {
				return tftypes.NewValue(v.Type(), nil), nil
			}
			return v, nil
		})
		if err == nil {
			resp.State.Raw = known
		}
	}()
	rest()
}

// FixedTimeout is a time limit that nobody can set.
func FixedTimeout(_ context.Context, limit time.Duration) (time.Duration, diag.Diagnostics) {
	return limit, nil
}

// Detached is the context for a look at what an operation that failed left behind: its own
// time may be up.
func Detached(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), ReadTimeout)
}

// NewUnitID makes an id for a unit: its name, and 128 random bits as letters and digits.
func NewUnitID(of task.Owner) string { return of.ID(NewHolderID()) }

// NewHolderID makes the id of what holds parts in this process only.
func NewHolderID() string { return strings.ToLower(rand.Text()) }

// RolledBack reports whether a create that failed took back all that it had made.
func RolledBack(err error) bool {
	failed := (*aws.CreateError)(nil)
	return !errors.As(err, &failed) || failed.Rollback == nil
}

// IsHeld tells of a part that another unit of the same run has.
func IsHeld(err error) bool {
	_, held := errors.AsType[*aws.HeldError](err)
	return held
}

// AddHeldError adds the error of a part that another unit of the same run has.
func AddHeldError(diags *diag.Diagnostics, summary string, err error) {
	held, _ := errors.AsType[*aws.HeldError](err)
	diags.AddError(summary, tf.Sentence(held.Error())+
		" A part is managed in one place: give one of the two a part of another name; or manage the part outside of both, and give a role or log group to each by its ARN.")
}

// DescribeExisting is what exists already, as one sentence.
func DescribeExisting(existing []*aws.ExistsError) string {
	parts := make([]string, len(existing))
	for i, e := range existing {
		parts[i] = e.Error()
	}
	return tf.Sentence(strings.Join(parts, "; "))
}

// Timestamp is the time as private state has it, in seconds since 1970. A refresh right after, which
// AWS tells of nothing yet, knows from there alone not to believe it.
func Timestamp() int64 { return time.Now().Unix() }
