package lifecycle

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/dockertask/terraform-provider-docker/internal/aws"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// Unit is the life of a kind of unit, written once: create, read, update and delete, what they remember in private
// state, and what they save when they fail. M is the model of its attributes, S what was seen of a unit. A resource
// embeds it, and has the rest of its methods beside.
type Unit[M any, S Seen] struct {
	Resource
	hooks Hooks[M, S]
}

// NewUnit begins a resource whose name is the provider's followed by suffix.
func NewUnit[M any, S Seen](suffix string, hooks Hooks[M, S]) Unit[M, S] {
	return Unit[M, S]{NewResource(suffix), hooks}
}

// Seen is what was seen of a unit.
type Seen interface {
	// Recorded is the unit's record in the light of what was seen.
	Recorded() task.Record
	// Gone reports whether nothing of the unit is left, neither of its parts nor of what it may have made.
	Gone() bool
}

// Hooks are what a kind of unit gives to its life. Where they add errors to diags, the operation stops.
type Hooks[M any, S Seen] interface {
	// Title names a unit in the middle of messages: "docker task transcode".
	Title(m *M) string
	// Owner names a unit in the ids of its parts.
	Owner(m *M, site Site) task.Owner
	// Identity is what tells a unit from all others, for Terraform.
	Identity(m *M, site Site) any
	// Limits are the timeouts of its operations.
	Limits(m *M) Limits
	// Site is where a unit is: that of a plan, or of state, of whose account the credentials have to be. One of
	// the two may be nil.
	Site(ctx context.Context, plan, state *M, diags *diag.Diagnostics) (*aws.Client, Site)
	// Complete computes what a plan could not know without the account.
	Complete(ctx context.Context, site Site, plan *M, diags *diag.Diagnostics)

	// CreateUnit makes a unit with the record's id. An error that it returns it has added, too, with what to do.
	CreateUnit(ctx context.Context, client *aws.Client, site Site, plan *M, rec task.Record, diags *diag.Diagnostics) (Done, error)
	// UpdateUnit changes a unit, and returns errors as CreateUnit does.
	UpdateUnit(ctx context.Context, client *aws.Client, site Site, state, plan *M, rec task.Record, diags *diag.Diagnostics) (Done, error)
	// DeleteUnit removes a unit, and tells what of it stays.
	DeleteUnit(ctx context.Context, client *aws.Client, site Site, state *M, rec task.Record, diags *diag.Diagnostics) ([]aws.Left, error)

	// Look looks at the parts that a model names, of a unit that was made or last changed then, in seconds since
	// 1970; 0 where nobody knows. It tells nothing yet of whose they are. Where it fails, nothing is seen.
	Look(ctx context.Context, client *aws.Client, site Site, m *M, changedAt int64, diags *diag.Diagnostics) S
	// Own is what was seen as the record shows it.
	Own(ctx context.Context, seen S, rec task.Record, m *M, diags *diag.Diagnostics) S
	// Recover is the record of a unit of which Terraform has handed over none: it follows from state, and from the
	// tags of what was seen. A refresh may believe more than what changes something.
	Recover(ctx context.Context, client *aws.Client, seen S, state *M, refresh bool, diags *diag.Diagnostics) task.Record
	// Flatten writes what was seen into a model.
	Flatten(ctx context.Context, m *M, seen S, diags *diag.Diagnostics)
	// Keep takes over from a plan what AWS does not have, after an update that failed.
	Keep(state, plan *M)

	// IsImported tells of a state that nothing but the name is known, as between an import and its read.
	IsImported(state *M) bool
	// Discover looks at a unit of which nothing but the name is known, and fills in the model; its record has what an
	// import takes over. That there is nothing is an error.
	Discover(ctx context.Context, client *aws.Client, site Site, state *M, diags *diag.Diagnostics) S
}

// Done is what an operation has done, also where it failed.
type Done struct {
	Record task.Record
	// Left are parts that an update gave up and could not delete.
	Left []aws.Left
	// Finish completes the plan to a state with what was made; nil where the plan has all of it.
	Finish func()
}

func (d Done) finish() {
	if d.Finish != nil {
		d.Finish()
	}
}

// Limits are the timeouts of a unit's operations; nil where nobody can set one.
type Limits struct {
	Create, Read, Update, Delete Limit
}

// ready is the client and site of a plan that is applied, with the account; the plan is whole then.
func (u *Unit[M, S]) ready(ctx context.Context, config tftypes.Value, plan, state *M, diags *diag.Diagnostics) (*aws.Client, Site) {
	client, site := u.hooks.Site(ctx, plan, state, diags)
	site.ResolveAccount(ctx, client, diags)
	u.CheckPlacesAtApply("docker"+u.suffix, config, site.Place, diags)
	if !diags.HasError() {
		u.hooks.Complete(ctx, site, plan, diags)
	}
	return client, site
}

// Create makes the unit, or nothing: what a create that failed could not take back is saved, and the next apply goes on.
func (u *Unit[M, S]) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	diags, plan := &resp.Diagnostics, new(M)
	diags.Append(tf.Get(ctx, req.Plan, plan)...)
	ctx, end := u.Begin(ctx, u.hooks.Limits(plan).Create, ChangeTimeout, diags)
	if end == nil {
		return
	}
	defer end()
	client, site := u.ready(ctx, req.Config.Raw, plan, nil, diags)
	if diags.HasError() {
		return
	}
	done, err := u.hooks.CreateUnit(ctx, client, site, plan, task.Record{ID: NewUnitID(u.hooks.Owner(plan, site)), Account: site.Account}, diags)
	if err == nil && diags.HasError() || err != nil && RolledBack(err) {
		return
	}
	rec := done.Record
	rec.ChangedAt = Timestamp()
	keep := func() {
		u.write(ctx, resp.Private, rec, diags)
		SetIdentity(ctx, resp.Identity, u.hooks.Identity(plan, site), diags)
	}
	AfterMade(ctx, req, resp, Capital(u.hooks.Title(plan)), keep, func() {
		done.finish()
		if err != nil {
			rec = u.partialCreate(ctx, client, site, rec, plan)
		}
		diags.Append(tf.Set(ctx, &resp.State, plan)...)
		keep()
	})
}

// partialCreate makes a state of what a create left that failed and could not be undone: without the parts
// that are not the unit's. If it cannot look, state has no part until the next refresh: an object that stays in AWS
// does less harm than one of another owner that is deleted.
func (u *Unit[M, S]) partialCreate(ctx context.Context, client *aws.Client, site Site, rec task.Record, m *M) task.Record {
	ctx, cancel := Detached(ctx)
	defer cancel()
	var looked diag.Diagnostics
	seen := u.hooks.Look(ctx, client, site, m, rec.ChangedAt, &looked)
	looked = nil
	seen = u.hooks.Own(ctx, seen, rec, m, &looked)
	u.hooks.Flatten(ctx, m, seen, &looked)
	return seen.Recorded()
}

// Read looks at the unit, or at what an import has named.
func (u *Unit[M, S]) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	diags, state := &resp.Diagnostics, new(M)
	diags.Append(tf.Get(ctx, req.State, state)...)
	ctx, end := u.Begin(ctx, u.hooks.Limits(state).Read, ReadTimeout, diags)
	if end == nil {
		return
	}
	defer end()
	rec, known := u.Record(ctx, req.Private, diags)
	client, site := u.hooks.Site(ctx, nil, state, diags)
	site.CheckAccount(u.hooks.Title(state), rec.Account, diags)
	if diags.HasError() {
		return
	}
	// First of all: even a resource that is found gone has to have an identity.
	SetIdentity(ctx, resp.Identity, u.hooks.Identity(state, site), diags)
	var seen S
	if u.hooks.IsImported(state) {
		seen = u.hooks.Discover(ctx, client, site, state, diags)
	} else {
		seen = u.hooks.Look(ctx, client, site, state, rec.ChangedAt, diags)
		if !known && !diags.HasError() {
			rec = u.hooks.Recover(ctx, client, seen, state, true, diags)
		}
		if !diags.HasError() {
			seen = u.hooks.Own(ctx, seen, rec, state, diags)
		}
	}
	if diags.HasError() {
		return
	}
	if seen.Gone() {
		resp.State.RemoveResource(ctx)
		return
	}
	u.hooks.Flatten(ctx, state, seen, diags)
	u.write(ctx, resp.Private, seen.Recorded(), diags)
	diags.Append(tf.Set(ctx, &resp.State, state)...)
	SetIdentity(ctx, resp.Identity, u.hooks.Identity(state, site), diags)
}

// Update brings the unit to what the plan says.
func (u *Unit[M, S]) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	diags, state, plan := &resp.Diagnostics, new(M), new(M)
	diags.Append(tf.Get(ctx, req.State, state)...)
	diags.Append(tf.Get(ctx, req.Plan, plan)...)
	ctx, end := u.Begin(ctx, u.hooks.Limits(plan).Update, ChangeTimeout, diags)
	if end == nil {
		return
	}
	defer end()
	client, site := u.ready(ctx, req.Config.Raw, plan, state, diags)
	if diags.HasError() {
		return
	}
	rec := u.load(ctx, client, site, state, req.Private, diags)
	if rec.ID == "" { // an imported unit whose parts carry none
		rec.ID = NewUnitID(u.hooks.Owner(state, site))
	}
	if diags.HasError() {
		return
	}
	done, err := u.hooks.UpdateUnit(ctx, client, site, state, plan, rec, diags)
	WarnOfLeft(diags, u.hooks.Title(state), done.Left)
	switch {
	case err != nil:
		rec, plan = u.partialUpdate(ctx, client, site, done.Record, state, plan)
	case diags.HasError():
		return
	default:
		rec = done.Record
		rec.ChangedAt = Timestamp()
		done.finish()
	}
	u.write(ctx, resp.Private, rec, diags)
	diags.Append(tf.Set(ctx, &resp.State, plan)...)
	SetIdentity(ctx, resp.Identity, u.hooks.Identity(plan, site), diags)
}

// partialUpdate is the record and the state of what an update that failed left behind: it looks again, at the parts
// that state names. The record has the others.
func (u *Unit[M, S]) partialUpdate(ctx context.Context, client *aws.Client, site Site, rec task.Record, state, plan *M) (task.Record, *M) {
	ctx, cancel := Detached(ctx)
	defer cancel()
	var looked diag.Diagnostics
	half := *state
	u.hooks.Keep(&half, plan)
	seen := u.hooks.Look(ctx, client, site, &half, rec.ChangedAt, &looked)
	if !looked.HasError() {
		seen = u.hooks.Own(ctx, seen, rec, state, &looked)
	}
	if !looked.HasError() {
		u.hooks.Flatten(ctx, &half, seen, &looked)
	}
	if looked.HasError() {
		return rec, state // no better knowledge than before; the next refresh will see
	}
	return seen.Recorded(), &half
}

// Delete removes the unit.
func (u *Unit[M, S]) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	diags, state := &resp.Diagnostics, new(M)
	diags.Append(tf.Get(ctx, req.State, state)...)
	ctx, end := u.Begin(ctx, u.hooks.Limits(state).Delete, ChangeTimeout, diags)
	if end == nil {
		return
	}
	defer end()
	client, site := u.hooks.Site(ctx, nil, state, diags)
	site.ResolveAccount(ctx, client, diags)
	if diags.HasError() {
		return
	}
	rec := u.load(ctx, client, site, state, req.Private, diags)
	if diags.HasError() {
		return
	}
	left, err := u.hooks.DeleteUnit(ctx, client, site, state, rec, diags)
	WarnOfLeft(diags, u.hooks.Title(state), left)
	if err != nil {
		AddFailure(diags, u.hooks.Title(state), "destroyed", err, nil)
	}
}

// load is the record. Terraform loses it when the provider is killed in an update, and does not hand it over when it
// replaces what is tainted: then it follows from state and tags.
func (u *Unit[M, S]) load(ctx context.Context, client *aws.Client, site Site, state *M, from tf.PrivateReader, diags *diag.Diagnostics) task.Record {
	rec, known := u.Record(ctx, from, diags)
	site.CheckAccount(u.hooks.Title(state), rec.Account, diags)
	if known || diags.HasError() {
		return rec
	}
	seen := u.hooks.Look(ctx, client, site, state, 0, diags)
	if diags.HasError() {
		return rec
	}
	return u.hooks.Recover(ctx, client, seen, state, false, diags)
}

// Record is the record in private state; the second result is false where there is none.
func (u *Unit[M, S]) Record(ctx context.Context, from tf.PrivateReader, diags *diag.Diagnostics) (task.Record, bool) {
	return ReadRecord(ctx, from, nounOf(u.suffix), diags)
}

func (u *Unit[M, S]) write(ctx context.Context, to tf.PrivateWriter, rec task.Record, diags *diag.Diagnostics) {
	WriteRecord(ctx, to, nounOf(u.suffix), rec, diags)
}
