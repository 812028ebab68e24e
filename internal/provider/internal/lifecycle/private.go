package lifecycle

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/dockertask/terraform-provider-docker/internal/aws"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// State is the private state of a docker task, and of a schedule. A field that an older
// release did not write is empty.
type State struct {
	// ID is what the unit's parts carry in their tag; "" for parts that were imported and
	// carry none, until the first update gives them one.
	ID string `json:"id"`
	// Digest is that of the newest revision when it was last looked at, in the format of
	// DigestFormat.
	Digest       string `json:"digest"`
	DigestFormat int    `json:"digest_format"`
	// Registered is the last revision that the unit registered itself.
	Registered int64 `json:"registered"`
	// Adopted tells that the log group is one that the unit took over: it outlives the unit.
	Adopted bool `json:"adopted,omitempty"`
	// Unfinished tells that the create failed and could not be undone wholly: see [task.Unit].
	Unfinished bool `json:"unfinished,omitempty"`
	// NeverRan tells of an unfinished docker task that there was no revision of it yet, so that
	// nothing has written a log.
	NeverRan bool `json:"never_ran,omitempty"`
	// Written tells of an unfinished schedule that an update may have written it since: see
	// [schedule.Unit].
	Written bool `json:"written,omitempty"`
	// ScheduleCreated is when AWS made the schedule, as it was last seen, in milliseconds since 1970; 0
	// where that was not noted. One of its name with another time is not the unit's.
	ScheduleCreated int64 `json:"schedule_created,omitempty"`
	// Account is where what a failed create left is, as state may have none of its ARNs.
	Account string `json:"account,omitempty"`
	// Made is when the unit was made or last changed: see [Timestamp].
	Made int64 `json:"made,omitempty"`
	// Orphans are parts that an update that failed may have left under names that state does
	// not have.
	Orphans aws.Orphans `json:"strays"`
}

// ReadState reads the private state; the second result is false where there is none.
func ReadState(ctx context.Context, from tf.PrivateReader, diags *diag.Diagnostics) (State, bool) {
	return tf.ReadPrivate[State](ctx, from, "docker task or schedule", diags)
}

func (u State) Write(ctx context.Context, to tf.PrivateWriter, diags *diag.Diagnostics) {
	tf.WritePrivate(ctx, to, "docker task or schedule", u, diags)
}

// Observed remembers the newest revision.
func (u State) Observed(d *task.ObservedDefinition) State {
	u.Digest, u.DigestFormat = "", task.DigestFormat
	if d != nil {
		u.Digest = d.Definition.Digest()
	}
	return u
}
