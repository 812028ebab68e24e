package taskschedule

import (
	"cmp"
	"context"
	"fmt"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/aws"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/provider/taskref"
	"github.com/dockertask/terraform-provider-docker/internal/schedule"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// Title names a schedule in messages.
func (r *scheduleResource) Title(m *model) string { return "schedule " + m.fullName() }

// fullName is GROUP/NAME.
func (m *model) fullName() string { return m.Group.ValueString() + "/" + m.Name.ValueString() }

// Owner is the schedule as ids name it.
func (r *scheduleResource) Owner(m *model, site lifecycle.Site) task.Owner { return m.owner(site) }

// Identity is the schedule's.
func (r *scheduleResource) Identity(m *model, site lifecycle.Site) any { return m.identity(site) }

// Limits are the timeouts.
func (r *scheduleResource) Limits(m *model) lifecycle.Limits {
	return lifecycle.Limits{Create: m.Timeouts.Create, Read: m.Timeouts.Read, Update: m.Timeouts.Update, Delete: m.Timeouts.Delete}
}

// Site is that of the task of a plan, or of state: with another one the schedule is replaced.
func (r *scheduleResource) Site(ctx context.Context, plan, state *model, diags *diag.Diagnostics) (*aws.Client, lifecycle.Site) {
	if state != nil {
		return r.place(ctx, state.Region, state, diags)
	}
	return r.place(ctx, taskref.Region(ctx, plan.Task, diags), nil, diags)
}

// place is where a schedule is; that of state, whose account the credentials have to be of.
func (r *scheduleResource) place(ctx context.Context, region types.String, state *model, diags *diag.Diagnostics) (*aws.Client, lifecycle.Site) {
	client, place := r.InRegion(ctx, region, lifecycle.AtTaskRegion, diags)
	if state != nil && !diags.HasError() {
		place.CheckAccountOfState("schedule "+state.Name.ValueString(), diags, state.ARN, state.RoleARN)
	}
	return client, place
}

// Complete computes what the plan could not know without the account.
func (r *scheduleResource) Complete(ctx context.Context, site lifecycle.Site, plan *model, diags *diag.Diagnostics) {
	r.planSchedule(ctx, site, plan, diags)
}

// CreateUnit makes schedule and role.
func (r *scheduleResource) CreateUnit(ctx context.Context, client *aws.Client, site lifecycle.Site, plan *model, rec task.Record, diags *diag.Diagnostics) (lifecycle.Done, error) {
	unit := plan.unit(ctx, site, r.TagRules, diags)
	if diags.HasError() {
		return lifecycle.Done{}, nil
	}
	rec, err := client.CreateSchedule(ctx, unit, rec)
	switch {
	case err == nil:
	case aws.IsMissingScheduleGroup(err):
		tf.AddInvalidf(diags, path.Root("group"), "%s", missingGroup(*plan, err))
	default:
		lifecycle.AddFailure(diags, r.Title(plan), "created", err, func(existing []*aws.ExistsError) {
			lifecycle.Existence{
				Of: plan.owner(site), Title: r.Title(plan), Parts: plan.partNames(ctx, diags),
				Import: "docker_task_schedule.NAME " + plan.fullName() + "@" + site.Region,
				Then: lifecycle.LeftBefore + " Else choose another name, for the schedule or for its role: with create_before_destroy a replacement needs one, as both exist for a moment. " +
					"A tainted schedule is repaired in place after terraform untaint.",
			}.Add(diags, existing)
		})
	}
	return lifecycle.Done{Record: rec, Finish: func() {
		if err != nil {
			plan.ARN = types.StringNull() // until it is seen
		}
	}}, err
}

// missingGroup says what to do about a group that there is not.
func missingGroup(plan model, err error) string {
	in, _ := arn.Parse(plan.ARN.ValueString())
	return fmt.Sprintf(
		"There is no schedule group %s in %s: create it first (aws_scheduler_schedule_group), or leave group out for the one that always exists. %s",
		plan.Group.ValueString(), in.Region, tf.Sentence(err.Error()))
}

// UpdateUnit brings schedule and role to what the plan says.
func (r *scheduleResource) UpdateUnit(ctx context.Context, client *aws.Client, site lifecycle.Site, state, plan *model, rec task.Record, diags *diag.Diagnostics) (lifecycle.Done, error) {
	up := aws.ScheduleUpdate{
		Record: rec,
		Had:    state.unit(ctx, site, r.TagRules, diags),
		Want:   plan.unit(ctx, site, r.TagRules, diags),
		Rules:  r.TagRules,
	}
	if diags.HasError() {
		return lifecycle.Done{}, nil
	}
	up.Seen = state.seenRole(&up.Had, rec)
	up.Over = !state.ARN.IsNull() && up.Had.Schedule.Equal(up.Want.Schedule) &&
		up.Want.Schedule.AfterCompletion == schedule.Delete && up.Want.Schedule.Over(r.now())
	rec, left, err := client.UpdateSchedule(ctx, up)
	if err != nil {
		r.addUpdateError(site, plan, err, diags)
	}
	return lifecycle.Done{Record: rec, Left: left}, err
}

// seenRole is the role of the schedule that a state describes, as the last refresh or operation left it; nil where that is
// not known: the state has drift, or no operation has succeeded with this record, as after an import. It writes the
// role's policy, which a refresh writes into a computed attribute alone, into the unit.
func (m *model) seenRole(unit *schedule.Unit, rec task.Record) *task.ObservedRole {
	if unit.Role == nil {
		return nil
	}
	if document := m.PolicyJSON.ValueString(); document == "" {
		delete(unit.Role.Policies, task.InlinePolicyName)
	} else {
		unit.Role.Policies[task.InlinePolicyName] = document
	}
	if !lifecycle.StateIsWhole(rec, m.Drift) || m.RoleARN.IsNull() || !rec.Confirmed(task.RolePart, unit.Role.Name) {
		return nil
	}
	tags := maps.Clone(unit.Tags)
	tags[task.TagUnit] = rec.ID
	return unit.Role.Seen(tags)
}

func (r *scheduleResource) addUpdateError(site lifecycle.Site, plan *model, err error, diags *diag.Diagnostics) {
	summary := lifecycle.Capital(r.Title(plan)) + " could not be updated"
	if aws.IsMissingScheduleGroup(err) && !lifecycle.IsHeld(err) {
		diags.AddError(summary, missingGroup(*plan, err))
		return
	}
	lifecycle.AddFailure(diags, r.Title(plan), "updated", err, func(existing []*aws.ExistsError) {
		diags.AddError(summary, lifecycle.DescribeUpdateRefusal(plan.owner(site), err, existing,
			" To take it over, give the role by its ARN first and then by its name.",
			" Choose another name. To take over a role, give it by its ARN first and then by its name; to take over a schedule, remove this one from state and import it."))
	})
}

// DeleteUnit removes schedule and role.
func (r *scheduleResource) DeleteUnit(ctx context.Context, client *aws.Client, site lifecycle.Site, state *model, rec task.Record, diags *diag.Diagnostics) ([]aws.Left, error) {
	unit := state.unit(ctx, site, r.TagRules, diags)
	if diags.HasError() {
		return nil, nil
	}
	return client.DeleteSchedule(ctx, unit, rec)
}

// Look looks at schedule and role.
func (r *scheduleResource) Look(ctx context.Context, client *aws.Client, site lifecycle.Site, m *model, changedAt int64, diags *diag.Diagnostics) observation {
	seen := observation{place: site, rules: r.TagRules, now: r.now()}
	refs := aws.ScheduleRefs{Group: m.Group.ValueString(), Name: m.Name.ValueString()}
	if role := m.role(ctx, diags); role.ARN.IsNull() {
		prefix := lifecycle.Or(role.NamePrefix, site.Defaults.RoleNamePrefix)
		refs.Role = cmp.Or(role.Name.ValueString(), m.RoleName.ValueString(), schedule.RoleName(prefix.ValueString(), refs.Group, refs.Name, site.Region))
	}
	o, err := client.ReadSchedule(ctx, refs, changedAt)
	if err != nil {
		lifecycle.AddFailure(diags, r.Title(m), "read", err, nil)
		return seen
	}
	seen.Observed = o
	return seen
}

// Own is what was seen as the record shows it.
func (r *scheduleResource) Own(ctx context.Context, seen observation, rec task.Record, m *model, diags *diag.Diagnostics) observation {
	unit := m.unit(ctx, seen.place, r.TagRules, diags)
	if diags.HasError() {
		return observation{record: rec, place: seen.place, rules: seen.rules, now: seen.now}
	}
	seen.Observed, seen.record = seen.Of(unit, rec)
	seen.orphans = rec.Orphans(unit.Parts())
	seen.over = m.over(seen)
	return seen
}

// Recover is the record of which Terraform has handed over none: what state has is the unit's. The role tells
// what unit it is; the one that the schedule names, where an update that was killed has deleted the one of state
// already. What state has not may be what a create failed over: a schedule, or a role without one that runs with it.
func (r *scheduleResource) Recover(ctx context.Context, client *aws.Client, seen observation, state *model, _ bool, diags *diag.Diagnostics) task.Record {
	rec := task.Record{Account: seen.place.Account}
	for _, p := range state.unit(ctx, seen.place, r.TagRules, diags).Parts() {
		if p.Kind == task.SchedulePart && !state.ARN.IsNull() || p.Kind == task.RolePart && !state.RoleARN.IsNull() {
			p.Confirmed = true
			rec = rec.With(p)
		}
	}
	if state.ARN.IsNull() {
		seen.Schedule = nil
	}
	if seen.Schedule == nil && state.RoleARN.IsNull() {
		seen.Role = nil
	}
	if managed := state.role(ctx, diags).ARN.IsNull(); managed && seen.Role == nil && seen.Schedule != nil {
		role, here := seen.place.NameIn(seen.Schedule.Target.RoleARN)
		if !here {
			return rec
		}
		o, err := client.ReadSchedule(ctx, aws.ScheduleRefs{Group: seen.Schedule.Group, Name: seen.Schedule.Name, Role: role}, 0)
		if err != nil {
			diags.AddError("Role "+role+" could not be read", tf.Sentence(err.Error()))
		}
		seen.Observed = o
	}
	if seen.Role != nil {
		rec.ID = state.owner(seen.place).Own(seen.Role.Tags)
	}
	return rec
}

// Flatten writes what AWS has into the model.
func (r *scheduleResource) Flatten(ctx context.Context, m *model, seen observation, diags *diag.Diagnostics) {
	m.flatten(ctx, seen, diags)
}

// Keep takes over the timeouts.
func (r *scheduleResource) Keep(state, plan *model) { state.Timeouts = plan.Timeouts }

// IsImported tells that nothing but the name is known, as between an import and its read.
func (r *scheduleResource) IsImported(m *model) bool { return m.Expression.IsNull() }

// Discover looks at a schedule of which nothing but the name is known.
func (r *scheduleResource) Discover(ctx context.Context, client *aws.Client, site lifecycle.Site, m *model, diags *diag.Diagnostics) observation {
	if site.ResolveAccount(ctx, client, diags); diags.HasError() {
		return observation{}
	}
	seen := r.discoverSchedule(ctx, client, site, m, diags)
	seen.record = seen.importedRecord()
	if seen.Schedule == nil && seen.Role == nil && !diags.HasError() {
		lifecycle.AddNothingToImport(diags, r.Title(m), site.Place, "")
	}
	return seen
}

// Recorded is the record in the light of what was seen.
func (o observation) Recorded() task.Record { return o.record }

// Gone reports whether nothing is left, and not because it has run for the last time.
func (o observation) Gone() bool {
	return o.Schedule == nil && o.Role == nil && len(o.orphans) == 0 && !o.over
}
