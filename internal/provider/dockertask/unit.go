package dockertask

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/aws"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// Title names a docker task in messages.
func (r *taskResource) Title(m *model) string { return "docker task " + m.Name.ValueString() }

// Owner is the docker task as ids name it.
func (r *taskResource) Owner(m *model, site lifecycle.Site) task.Owner { return m.owner(site) }

// Identity is the docker task's.
func (r *taskResource) Identity(m *model, site lifecycle.Site) any {
	place := site.Place
	if a, err := arn.Parse(m.FamilyARN.ValueString()); err == nil {
		place.Account = a.Account // an import may learn it from a revision
	}
	return lifecycle.NewIdentity(m.Name, place)
}

// Limits are the timeouts.
func (r *taskResource) Limits(m *model) lifecycle.Limits {
	return lifecycle.Limits{Create: m.Timeouts.Create, Read: m.Timeouts.Read, Update: m.Timeouts.Update, Delete: m.Timeouts.Delete}
}

// Site is where a plan or a state is.
func (r *taskResource) Site(ctx context.Context, plan, state *model, diags *diag.Diagnostics) (*aws.Client, lifecycle.Site) {
	if plan == nil {
		plan = state
	}
	return r.place(ctx, plan.Region, state, diags)
}

// place is where a task is; that of state, whose account the credentials have to be of.
func (r *taskResource) place(ctx context.Context, region types.String, state *model, diags *diag.Diagnostics) (*aws.Client, lifecycle.Site) {
	client, place := r.InRegion(ctx, region, lifecycle.AtRegion, diags)
	if state != nil && !diags.HasError() {
		place.CheckAccountOfState("docker task "+state.Name.ValueString(), diags, state.FamilyARN, state.ARN)
	}
	return client, place
}

// Complete does nothing: the plan could do without the account, and the trust of the roles is computed with the unit.
func (r *taskResource) Complete(context.Context, lifecycle.Site, *model, *diag.Diagnostics) {}

// unit is the unit that a wholly known model describes.
func (m *model) unit(ctx context.Context, place lifecycle.Site, diags *diag.Diagnostics) task.Unit {
	unit, err := m.describe(ctx, place, diags).spec.Unit()
	if err != nil {
		tf.AddInvalid(diags, path.Root("secrets"), err)
	}
	return unit
}

// seenUnit is the unit that a state describes, with what a refresh writes into computed attributes alone: the unit's own
// policies, retention and key of the log group.
func (m *model) seenUnit(ctx context.Context, place lifecycle.Site, diags *diag.Diagnostics) task.Unit {
	unit := m.unit(ctx, place, diags)
	setPolicy := func(kind task.RoleKind, name string, document types.String) {
		role, managed := unit.Roles[kind]
		if !managed {
			return
		}
		if document.ValueString() == "" {
			delete(role.Policies, name)
			return
		}
		role.Policies[name] = document.ValueString()
	}
	setPolicy(task.ExecutionRole, task.InlinePolicyName, m.ExecutionRolePolicyJSON)
	if unit.SingleRole {
		setPolicy(task.ExecutionRole, task.TaskPolicyName, m.TaskRolePolicyJSON)
	} else {
		setPolicy(task.TaskRole, task.InlinePolicyName, m.TaskRolePolicyJSON)
	}
	if unit.LogGroup.Managed() {
		unit.LogGroup.RetentionInDays, unit.LogGroup.KMSKeyID = m.LogRetentionInDays.ValueInt64(), m.LogKMSKeyID.ValueString()
	}
	return unit
}

// seen are the parts of the unit that a state describes, as the last refresh or operation left them; nothing where that is
// not known.
func (m *model) seen(unit task.Unit, rec task.Record) task.Observed {
	if !lifecycle.StateIsWhole(rec, m.Drift) {
		return task.Observed{}
	}
	return unit.Seen(rec, func(part task.Part) bool {
		if part.Kind == task.LogGroupPart {
			return !m.LogGroupARN.IsNull()
		}
		for _, kind := range task.RoleKinds {
			if _, roleARN, name, _ := m.roleAttributes(kind); name.ValueString() == part.Name && !roleARN.IsNull() {
				return true
			}
		}
		return false
	})
}

// complete makes a state of a plan: with the revision, and with what could not be known
// without the account.
func (m *model) complete(ctx context.Context, place lifecycle.Site, made *task.ObservedDefinition, diags *diag.Diagnostics) {
	d := m.describe(ctx, place, diags)
	d.planWires(diags)
	d.derive()
	m.ARN, m.Revision = types.StringNull(), types.Int64Null()
	if made != nil {
		m.ARN, m.Revision = types.StringValue(made.ARN), types.Int64Value(made.Revision)
	}
	m.Drift = tf.ListOf(nil)
}

// CreateUnit makes the unit.
func (r *taskResource) CreateUnit(ctx context.Context, client *aws.Client, site lifecycle.Site, plan *model, rec task.Record, diags *diag.Diagnostics) (lifecycle.Done, error) {
	unit := plan.unit(ctx, site, diags)
	if diags.HasError() {
		return lifecycle.Done{}, nil
	}
	made, err := client.CreateUnit(ctx, unit, rec)
	if err != nil {
		r.addCreateError(ctx, site, plan, err, diags)
	}
	return done(ctx, site, plan, made, diags), err
}

// done is what a call has made of a plan.
func done(ctx context.Context, site lifecycle.Site, plan *model, made aws.UnitResult, diags *diag.Diagnostics) lifecycle.Done {
	return lifecycle.Done{
		Record: made.Record.WithDigest(made.Definition), Left: made.Left,
		Finish: func() { plan.complete(ctx, site, made.Definition, diags) },
	}
}

func (r *taskResource) addCreateError(ctx context.Context, site lifecycle.Site, plan *model, err error, diags *diag.Diagnostics) {
	lifecycle.AddFailure(diags, r.Title(plan), "created", err, func(existing []*aws.ExistsError) {
		then := "Else choose another name, for the task or for this part. A log group alone is adopted with log_group.adopt = true."
		if lifecycle.IsLeftBefore(plan.owner(site), existing) {
			then += "\n\n" + lifecycle.LeftBefore + " If it is this very task that is replaced: with create_before_destroy the new one needs another name, as both exist for a moment. A tainted one is repaired in place after terraform untaint."
		}
		lifecycle.Existence{
			Of: plan.owner(site), Title: r.Title(plan), Parts: plan.partNames(ctx, diags),
			Import: "docker_task.NAME " + plan.Name.ValueString() + "@" + plan.Region.ValueString(), Then: then,
		}.Add(diags, existing)
	})
}

// UpdateUnit brings the unit to what the plan says.
func (r *taskResource) UpdateUnit(ctx context.Context, client *aws.Client, site lifecycle.Site, state, plan *model, rec task.Record, diags *diag.Diagnostics) (lifecycle.Done, error) {
	had := state.seenUnit(ctx, site, diags)
	up := aws.Update{
		Record:   rec,
		Had:      had,
		Seen:     state.seen(had, rec),
		Want:     plan.unit(ctx, site, diags),
		Register: plan.ARN.IsUnknown(),
		Rules:    r.TagRules,
	}
	if !state.ARN.IsNull() {
		up.HadDefinition = &task.ObservedDefinition{ARN: state.ARN.ValueString(), Revision: state.Revision.ValueInt64()}
	}
	if diags.HasError() {
		return lifecycle.Done{}, nil
	}
	made, warnings, err := client.UpdateUnit(ctx, up)
	for _, w := range warnings {
		diags.AddAttributeWarning(path.Root("keep_revisions"), "Tidying up failed", tf.Sentence(w))
	}
	if err != nil {
		r.addUpdateError(site, plan, err, diags)
	}
	return done(ctx, site, plan, made, diags), err
}

func (r *taskResource) addUpdateError(site lifecycle.Site, plan *model, err error, diags *diag.Diagnostics) {
	title := lifecycle.Capital(r.Title(plan))
	if aws.IsChanged(err) && !lifecycle.IsHeld(err) {
		diags.AddError(title+" changed since the plan", tf.Sentence(err.Error())+" Plan again.")
		return
	}
	lifecycle.AddFailure(diags, r.Title(plan), "updated", err, func(existing []*aws.ExistsError) {
		diags.AddError(title+" could not be updated", lifecycle.DescribeUpdateRefusal(plan.owner(site), err, existing,
			" To take it over, give a role by its ARN first and then by its name, or set log_group.adopt = true.",
			" Choose another name for this part; or give the role by its ARN first and then by its name, or set log_group.adopt = true, to take it over."))
	})
}

// DeleteUnit removes the unit.
func (r *taskResource) DeleteUnit(ctx context.Context, client *aws.Client, site lifecycle.Site, state *model, rec task.Record, diags *diag.Diagnostics) ([]aws.Left, error) {
	unit := state.seenUnit(ctx, site, diags)
	if diags.HasError() {
		return nil, nil
	}
	return client.DeleteUnit(ctx, unit, rec)
}

// Look looks at the parts of the unit.
func (r *taskResource) Look(ctx context.Context, client *aws.Client, site lifecycle.Site, m *model, changedAt int64, diags *diag.Diagnostics) observation {
	seen := observation{place: site, rules: r.TagRules}
	refs := m.unit(ctx, site, diags).Refs()
	refs.DefinitionARN = m.ARN.ValueString()
	o, err := client.ReadUnit(ctx, refs, changedAt)
	if err != nil {
		lifecycle.AddFailure(diags, r.Title(m), "read", err, nil)
		return seen
	}
	seen.Observed = o
	return seen
}

// Own is what was seen as the record shows it: what has the name of a part, and is another owner's, is neither shown
// nor changed.
func (r *taskResource) Own(ctx context.Context, seen observation, rec task.Record, m *model, diags *diag.Diagnostics) observation {
	seen.Observed, seen.record = seen.Shown(rec)
	seen.orphans = rec.Orphans(m.unit(ctx, seen.place, diags).Parts())
	return seen
}

// Recover is the record of which Terraform has handed over none. Where state has nothing but what carries the unit's
// id, a create may have failed: then what state has not may be what it failed over, and counts only if it carries that
// id. Of any other unit, such as one that was imported, it is what the update made that was killed.
func (r *taskResource) Recover(ctx context.Context, _ *aws.Client, seen observation, state *model, _ bool, diags *diag.Diagnostics) task.Record {
	shown, all := state.partsInState(seen.Observed)
	of := state.owner(seen.place)
	id := shown.UnitID(of)
	if _, alike := shown.Of(id); !all && (shown.Nothing() || id != "" && alike) {
		return shown.RecordOf(id).WithPossible(task.Part{Kind: task.FamilyPart, Name: state.Name.ValueString()}) // it may have run
	}
	if id == "" {
		id = seen.UnitID(of)
	}
	rec := seen.RecordOf(id)
	for _, p := range state.unit(ctx, seen.place, diags).Parts() {
		p.Confirmed = true
		if !rec.Has(p.Kind, p.Name) {
			rec = rec.With(p)
		}
	}
	return rec
}

// partsInState are the parts that state has, and whether those are all that was seen.
func (m *model) partsInState(o task.Observed) (shown task.Observed, all bool) {
	shown, all = task.Observed{Roles: map[task.RoleKind]*task.ObservedRole{}}, true
	has := func(arn types.String) bool {
		all = all && !arn.IsNull()
		return !arn.IsNull()
	}
	if o.Definition != nil && has(m.ARN) {
		shown.Definition = o.Definition
	}
	for kind, role := range o.Roles {
		if _, arnValue, _, _ := m.roleAttributes(kind); role != nil && has(*arnValue) {
			shown.Roles[kind] = role
		}
	}
	if o.LogGroup != nil && has(m.LogGroupARN) {
		shown.LogGroup = o.LogGroup
	}
	return shown, all
}

// Flatten writes what AWS has into the model.
func (r *taskResource) Flatten(ctx context.Context, m *model, seen observation, diags *diag.Diagnostics) {
	m.flatten(ctx, seen, diags)
	if seen.imported {
		if m.KeepRevisions.IsNull() {
			m.KeepRevisions = lifecycle.Or(seen.place.Defaults.KeepRevisions, types.Int64Value(task.DefaultKeepRevisions))
		}
		warnOfAdopted(seen, diags)
		warnOfOthers(seen, diags)
		reportImportedNetwork(m.Name.ValueString(), seen, diags)
	}
}

// Keep takes over what has no counterpart in AWS.
func (r *taskResource) Keep(state, plan *model) {
	state.KeepRevisions, state.Timeouts = plan.KeepRevisions, plan.Timeouts
}

// IsImported tells that nothing but the name is known, as between an import and its read.
func (r *taskResource) IsImported(m *model) bool { return m.FamilyARN.IsNull() }

// Discover looks at a docker task of which nothing but the name is known.
func (r *taskResource) Discover(ctx context.Context, client *aws.Client, site lifecycle.Site, m *model, diags *diag.Diagnostics) observation {
	found, seen := discover(ctx, &r.Configured, client, site, *m, 0, diags)
	*m = found
	if seen.Nothing() && !diags.HasError() {
		lifecycle.AddNothingToImport(diags, r.Title(m), site.Place, "; parts with names of their own follow it, as in NAME@REGION:task_role=NAME")
	}
	// Without a revision nothing has told the account yet.
	seen.place.ResolveAccount(ctx, client, diags)
	seen.record.Account = seen.place.Account
	return seen
}

// Recorded is the record in the light of what was seen.
func (o observation) Recorded() task.Record { return o.record.WithDigest(o.Definition) }

// Gone reports whether nothing is left.
func (o observation) Gone() bool { return o.Nothing() && len(o.orphans) == 0 }
