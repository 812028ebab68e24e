package provider

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/dockertask/terraform-provider-docker/internal/awsapi"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// How long an operation may take unless timeouts says otherwise. Most of it is waiting for
// IAM to tell ECS of new roles, and for ECS when it throttles: behind the operations that are
// under way at the same time, not behind all of a run.
const (
	readTimeout   = 5 * time.Minute
	changeTimeout = 20 * time.Minute
)

// begin prepares the context of an operation: its time and its log. The second result is nil
// where the operation cannot begin; else it is called when it ends.
func (c *configured) begin(ctx context.Context, timeout func(context.Context, time.Duration) (time.Duration, diag.Diagnostics), normally time.Duration, diags *diag.Diagnostics) (context.Context, context.CancelFunc) {
	if diags.HasError() || !c.ready(diags) {
		return ctx, nil
	}
	limit, d := timeout(ctx, normally)
	diags.Append(d...)
	if diags.HasError() {
		return ctx, nil
	}
	return context.WithTimeout(c.client.Context(ctx), limit)
}

// afterMade does the rest of a create once something is made in AWS. If it panics, state has what the plan says of
// what was made, with null for what was unknown, and keep has written its id: as after any create that failed,
// the next apply replaces it.
func afterMade(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse, what string, keep, rest func()) {
	defer func() {
		r := recover()
		if r == nil {
			return
		}
		resp.Diagnostics.AddError(what+" may be made, but its state is not complete", sentence(awsapi.Recovered(ctx, r).Error()))
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

// always is a time limit that nobody can set.
func always(_ context.Context, limit time.Duration) (time.Duration, diag.Diagnostics) {
	return limit, nil
}

// lookAgain is the context for a look at what an operation that failed left behind: its own
// time may be up.
func lookAgain(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), readTimeout)
}

// newUnitID makes an id for a unit: its name, and 128 random bits as letters and digits.
func newUnitID(of task.Owner) string { return of.ID(newHolderID()) }

// newHolderID makes the id of what holds parts in this process only.
func newHolderID() string { return strings.ToLower(rand.Text()) }

// leftNothing reports whether a create that failed took back all that it had made.
func leftNothing(err error) bool {
	failed := (*awsapi.CreateError)(nil)
	return !errors.As(err, &failed) || failed.Rollback == nil
}

// isHeld tells of a part that another unit of the same run has.
func isHeld(err error) bool {
	_, held := errors.AsType[*awsapi.HeldError](err)
	return held
}

// addHeld adds the error of a part that another unit of the same run has.
func addHeld(diags *diag.Diagnostics, summary string, err error) {
	held, _ := errors.AsType[*awsapi.HeldError](err)
	diags.AddError(summary, sentence(held.Error())+
		" A part is managed in one place: give one of the two a part of another name; or manage the part outside of both, and give a role or log group to each by its ARN.")
}

// listExisting is what exists already, as one sentence.
func listExisting(existing []*awsapi.ExistsError) string {
	parts := make([]string, len(existing))
	for i, e := range existing {
		parts[i] = e.Error()
	}
	return sentence(strings.Join(parts, "; "))
}
