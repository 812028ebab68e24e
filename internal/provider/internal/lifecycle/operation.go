package lifecycle

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
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

// Limit is how long an operation may take: the given time unless timeouts says otherwise.
type Limit func(context.Context, time.Duration) (time.Duration, diag.Diagnostics)

// Begin prepares the context of an operation: its time, which the limit says, or that it normally has where there is
// none; and its log. The second result is nil where the operation cannot begin; else it is called when it ends.
func (c *Configured) Begin(ctx context.Context, limit Limit, normally time.Duration, diags *diag.Diagnostics) (context.Context, context.CancelFunc) {
	if diags.HasError() || !c.Ready(diags) {
		return ctx, nil
	}
	if limit != nil {
		given, d := limit(ctx, normally)
		diags.Append(d...)
		normally = given
	}
	if diags.HasError() {
		return ctx, nil
	}
	return context.WithTimeout(c.Client.Context(ctx), normally)
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
		resp.Diagnostics.AddError(what+" may have been created, but its state is not complete", tf.Sentence(panics.Recovered(ctx, r).Error()))
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

// AddFailure adds the error of an operation: title could not be done. exists adds that of parts that exist already,
// and what to do about them; nil where none can.
func AddFailure(diags *diag.Diagnostics, title, done string, err error, exists func(existing []*aws.ExistsError)) {
	summary := Capital(title) + " could not be " + done
	held, isHeld := errors.AsType[*aws.HeldError](err)
	switch existing := aws.Existing(err); {
	case isHeld:
		diags.AddError(summary, tf.Sentence(held.Error())+
			" A part is managed in one place: give one of the two a part of another name; or manage the part outside of both, and give a role or log group to each by its ARN.")
	case len(existing) > 0 && exists != nil:
		exists(existing)
	default:
		diags.AddError(summary, tf.Sentence(err.Error()))
	}
}

// Existence is what a create says about parts that exist.
type Existence struct {
	// Of is the unit, Title as messages name it.
	Of    task.Owner
	Title string
	// Parts are those that have names of their own: an import has to be told of them. Import is the command's
	// arguments, without these: docker_task.NAME transcode@eu-west-1.
	Parts  []PartName
	Import string
	// Then says what else can be done, where an import takes all of them.
	Then string
}

// Add adds the error: what exists, and whether an import takes it over.
func (e Existence) Add(diags *diag.Diagnostics, existing []*aws.ExistsError) {
	noun, _, _ := strings.Cut(e.Title, " ")
	if e.Of.Kind == task.TaskUnit {
		noun = "docker task"
	}
	detail := DescribeExisting(existing) + "\n\nA " + noun + " is not made over what exists."
	parts, others := TakenOver(e.Parts, existing)
	switch {
	case HasOthers(e.Of, existing):
		detail += OthersStay
	case len(others) < len(existing):
		detail += " To take it over, import it:\n\n  terraform import " + WithParts(e.Import, parts) + "\n\n" + e.Then
	}
	diags.AddError("Parts of "+e.Title+" exist", strings.Join(append([]string{detail}, others...), "\n\n"))
}

// DescribeUpdateRefusal says why an update was refused over parts that exist, and what to do; take says how to take over
// what carries no id.
func DescribeUpdateRefusal(of task.Owner, err error, existing []*aws.ExistsError, take, other string) string {
	detail := tf.Sentence(err.Error())
	switch {
	case slices.ContainsFunc(existing, func(e *aws.ExistsError) bool { return e.Owned }):
		return detail + StaysOwned(of, existing)
	case slices.ContainsFunc(existing, func(e *aws.ExistsError) bool { return e.Copied }):
		return detail + CopiedID + take
	}
	return detail + other
}

// DescribeExisting is what exists already, as one sentence.
func DescribeExisting(existing []*aws.ExistsError) string {
	parts := make([]string, len(existing))
	for i, e := range existing {
		parts[i] = e.Error()
	}
	return tf.Sentence(strings.Join(parts, "; "))
}

// Capital begins a text with a capital letter.
func Capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// Timestamp is the time as private state has it, in seconds since 1970. A refresh right after, which
// AWS tells of nothing yet, knows from there alone not to believe it.
func Timestamp() int64 { return time.Now().Unix() }
