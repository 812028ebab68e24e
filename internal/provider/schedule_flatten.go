package provider

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/policy"
	"github.com/dockertask/terraform-provider-docker/internal/schedule"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// scheduleSeen is what a look at a schedule brought, and what it is held against.
type scheduleSeen struct {
	schedule.Observed
	place site
	rules task.TagRules
	unit  unitState
	now   time.Time
}

// flatten writes what AWS has into the model, and keeps what says the same.
func (m *scheduleModel) flatten(ctx context.Context, seen scheduleSeen, diags *diag.Diagnostics) {
	t, _ := m.wired(ctx, seen.place, diags)
	if diags.HasError() {
		return
	}
	want := m.spec(ctx, seen.place, t, seen.rules, diags)
	unit, err := want.Unit()
	if err != nil {
		addClusterError(diags, err)
		return
	}
	var drift []string
	over := m.over(seen)
	switch {
	case seen.Schedule != nil:
		m.ARN = types.StringValue(schedule.ARN(m.Group.ValueString(), m.Name.ValueString(), seen.place.Place))
		m.flattenWhen(*seen.Schedule, seen.now)
		m.flattenRun(ctx, *seen.Schedule, want, diags)
		for _, what := range schedule.Differences(unit.Schedule, *seen.Schedule) {
			drift = append(drift, "schedule: "+what)
		}
	case !over:
		m.ARN = types.StringNull()
	}
	if want.ManagesRole() {
		drift = append(drift, m.flattenRole(*unit.Role, seen)...)
	} else if document, err := want.Policy(); err == nil && m.PolicyJSON.IsNull() {
		m.PolicyJSON = types.StringValue(document.JSON()) // imported: what the role needs, not what it has
	}
	for _, name := range seen.unit.Strays.Roles {
		drift = append(drift, fmt.Sprintf("role %s: left by an update that failed", name))
	}
	for _, name := range seen.unit.Strays.Taken {
		drift = append(drift, fmt.Sprintf("role %s: may have tags of an update that failed", name))
	}
	m.Drift = driftOf(drift)
}

// over tells that a schedule is missing because it deleted itself after its last run, as it
// was to.
func (m *scheduleModel) over(seen scheduleSeen) bool {
	s := schedule.Schedule{
		Expression: m.Expression.ValueString(), TimeZone: m.TimeZone.ValueString(),
		End: schedule.Instant(m.End.ValueString()),
	}
	return seen.Schedule == nil && !m.ARN.IsNull() && m.ActionAfterCompletion.ValueString() == schedule.Delete && s.Over(seen.now)
}

func (m *scheduleModel) flattenWhen(s schedule.Schedule, now time.Time) {
	if !schedule.SameExpression(m.Expression.ValueString(), s.Expression) {
		m.Expression = types.StringValue(s.Expression)
	}
	m.TimeZone = types.StringValue(s.TimeZone)
	m.FlexibleWindowMinutes = keepNumber(m.FlexibleWindowMinutes, s.FlexibleMinutes, 0)
	if began := schedule.Instant(m.Start.ValueString()); !s.Start.IsZero() || began.After(now) {
		// A start that has passed says nothing more, and an update may have to leave it out.
		m.Start = keepInstant(m.Start, s.Start)
	}
	m.End = keepInstant(m.End, s.End)
	m.ActionAfterCompletion = types.StringValue(s.AfterCompletion)
	m.Enabled = types.BoolValue(s.Enabled)
	m.Description = keepString(m.Description, s.Description)
	m.KMSKeyARN = keepString(m.KMSKeyARN, s.KMSKeyARN)
}

func (m *scheduleModel) flattenRun(ctx context.Context, s schedule.Schedule, want schedule.Spec, diags *diag.Diagnostics) {
	target := s.Target
	_, revision := schedule.SplitRevision(target.DefinitionARN)
	m.Revision = number(revision)
	m.keepLaunch(target.Launch, want.Task.Capability, want.Schedule.Target.Launch, diags)
	m.PlatformVersion = keepString(m.PlatformVersion, target.PlatformVersion)
	m.TaskCount = types.Int64Value(target.TaskCount)
	if o, ok := schedule.ReadInput(target.Input, want.Task.Container); ok {
		m.Command = keepList(m.Command, o.Command)
		m.Environment = keepMap(m.Environment, o.Environment)
		m.CPU, m.Memory = keepNumber(m.CPU, o.CPU, 0), keepNumber(m.Memory, o.Memory, 0)
	}
	m.EnableExecuteCommand = keepFlag(m.EnableExecuteCommand, target.ExecuteCommand)
	m.PropagateTags = keepFlag(m.PropagateTags, target.PropagateTags)
	m.TaskTags = keepMap(m.TaskTags, target.Tags)
	m.Retry = keepRetry(ctx, m.Retry, newRetry(target.MaximumAttempts, target.MaximumAgeSeconds), scheduleRetry, diags)
	if want.Schedule.Target.DeadLetterARN != target.DeadLetterARN {
		m.setDeadLetterQueue(target.DeadLetterARN, "", diags)
	}
}

// keepLaunch keeps what is written where AWS has what follows from it, and else writes what AWS has.
func (m *scheduleModel) keepLaunch(have task.Launch, can task.Capability, wrote task.Launch, diags *diag.Diagnostics) {
	want := can.Resolve(wrote)
	said := want.Type != "" || wrote.Providers != nil
	if said && want.Type == have.Type && slices.Equal(want.Providers, have.Providers) {
		return
	}
	m.LaunchType, m.CapacityProviders = stringOrNull(have.Type), types.ListNull(capacityProviderType)
	if have.Type == "" {
		m.CapacityProviders = providersOf(have.Providers, diags)
	}
}

func (m *scheduleModel) setDeadLetterQueue(queueARN, keyARN string, diags *diag.Diagnostics) {
	m.DeadLetterQueue = types.ObjectNull(scheduleQueueType.AttrTypes)
	if queueARN != "" {
		m.DeadLetterQueue = objectOf(scheduleQueueType, map[string]attr.Value{"queue": types.StringValue(queueARN), "kms_key_arn": stringOrNull(keyARN)}, diags)
	}
}

// flattenRole writes what there is of the role, and tells what of it differs and has no
// attribute.
func (m *scheduleModel) flattenRole(want task.Role, seen scheduleSeen) []string {
	m.RoleName = types.StringValue(want.Name)
	have := seen.Role
	if have == nil {
		m.RoleARN, m.PolicyJSON = types.StringNull(), types.StringNull()
		return nil
	}
	m.RoleARN = types.StringValue(have.ARN)
	if document := have.Policies[task.InlinePolicyName]; !policy.Equivalent(document, m.PolicyJSON.ValueString()) {
		m.PolicyJSON = stringOrNull(document)
	}
	m.PermissionsBoundary = keepString(m.PermissionsBoundary, have.PermissionsBoundary)
	flattenTags(&m.Tags, &m.TagsAll, have.Tags, seen.rules)

	drift := task.RoleDifferences(want, *have)
	if have.Description != want.Description {
		drift = append(drift, "description")
	}
	if have.MaxSessionDuration != want.MaxSessionDuration {
		drift = append(drift, "session duration")
	}
	tags := stringMapOf(m.TagsAll)
	if seen.unit.ID != "" {
		tags[task.TagUnit] = seen.unit.ID
	}
	if change := task.ChangeTags(seen.rules.Comparable(have.Tags), tags); !change.Empty() {
		drift = append(drift, "tags "+strings.Join(change.Keys(), ", "))
	}
	for i, what := range drift {
		drift[i] = "role: " + what
	}
	return drift
}

// keepNumber keeps null for the number that nothing written stands for.
func keepNumber(have types.Int64, aws, normally int64) types.Int64 {
	if have.IsNull() && aws == normally {
		return have
	}
	if aws == 0 && normally == 0 {
		return types.Int64Null()
	}
	return types.Int64Value(aws)
}

// keepFlag keeps null for false.
func keepFlag(have types.Bool, aws bool) types.Bool {
	if have.ValueBool() == aws {
		return have
	}
	return types.BoolValue(aws)
}

// keepInstant keeps the form in which a point in time is written.
func keepInstant(have types.String, aws time.Time) types.String {
	if schedule.Instant(have.ValueString()).Equal(aws) {
		return have
	}
	if aws.IsZero() {
		return types.StringNull()
	}
	return types.StringValue(aws.UTC().Format(time.RFC3339))
}
