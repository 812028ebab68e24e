package taskschedule

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/awsname"
	"github.com/dockertask/terraform-provider-docker/internal/policy"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/provider/taskref"
	"github.com/dockertask/terraform-provider-docker/internal/schedule"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// observation is what a look at a schedule brought, and what it is held against.
type observation struct {
	schedule.Observed
	place  lifecycle.Site
	rules  task.TagRules
	record task.Record
	// orphans are parts of the record that state does not name.
	orphans []task.Part
	// over tells that the schedule is missing because it deleted itself after its last run.
	over bool
	now  time.Time
}

// flatten writes what AWS has into the model, and keeps what says the same.
func (m *model) flatten(ctx context.Context, seen observation, diags *diag.Diagnostics) {
	want := m.describe(ctx, seen.place, seen.rules, diags).spec
	if diags.HasError() {
		return
	}
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
		for _, what := range schedule.Differences(unit.Schedule, *seen.Schedule, want.Task.Container) {
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
	drift = append(drift, lifecycle.DescribeOrphans(seen.orphans)...)
	m.deriveConsoleURLs(seen.place.Place)
	m.Drift = tf.DriftOf(drift)
}

// over tells that a schedule is missing because it deleted itself after its last run, as it
// was to.
func (m *model) over(seen observation) bool {
	s := schedule.Schedule{
		Expression: m.Expression.ValueString(), TimeZone: m.TimeZone.ValueString(),
		End: schedule.Instant(m.End.ValueString()),
	}
	return seen.Schedule == nil && !m.ARN.IsNull() && m.ActionAfterCompletion.ValueString() == schedule.Delete && s.Over(seen.now)
}

func (m *model) flattenWhen(s schedule.Schedule, now time.Time) {
	if !schedule.SameExpression(m.Expression.ValueString(), s.Expression) {
		m.Expression = types.StringValue(s.Expression)
	}
	m.TimeZone = types.StringValue(s.TimeZone)
	m.FlexibleWindowMinutes = tf.KeepNumber(m.FlexibleWindowMinutes, s.FlexibleMinutes, 0)
	if began := schedule.Instant(m.Start.ValueString()); !s.Start.IsZero() || began.After(now) {
		// A start that has passed says nothing more, and an update may have to leave it out.
		m.Start = keepInstant(m.Start, s.Start)
	}
	m.End = keepInstant(m.End, s.End)
	m.ActionAfterCompletion = types.StringValue(s.AfterCompletion)
	m.Enabled = types.BoolValue(s.Enabled)
	m.Description = tf.KeepString(m.Description, s.Description)
	m.KMSKeyARN = tf.KeepString(m.KMSKeyARN, s.KMSKeyARN)
}

func (m *model) flattenRun(ctx context.Context, s schedule.Schedule, want schedule.Spec, diags *diag.Diagnostics) {
	target := s.Target
	_, revision := awsname.SplitRevision(target.DefinitionARN)
	m.Revision = tf.Number(revision)
	m.keepLaunch(target.Launch, want.Task.Capability, want.Schedule.Target.Launch, diags)
	m.PlatformVersion = tf.KeepString(m.PlatformVersion, target.PlatformVersion)
	m.TaskCount = types.Int64Value(target.TaskCount)
	if o, ok := schedule.ReadInput(target.Input, want.Task.Container); ok {
		m.Command = tf.KeepList(m.Command, o.Command)
		m.Environment = tf.KeepMap(m.Environment, o.Environment)
		m.CPU, m.Memory = tf.KeepNumber(m.CPU, o.CPU, 0), tf.KeepNumber(m.Memory, o.Memory, 0)
		m.Containers = taskref.FlattenContainers(ctx, m.Containers, o.Containers, diags)
	}
	m.EnableExecuteCommand = keepFlag(m.EnableExecuteCommand, target.ExecuteCommand)
	m.PropagateTags = keepFlag(m.PropagateTags, target.PropagateTags)
	m.TaskTags = tf.KeepMap(m.TaskTags, target.Tags)
	m.EnableECSManagedTags = keepFlag(m.EnableECSManagedTags, target.ManagedTags)
	m.TaskGroup, m.ReferenceID = tf.KeepString(m.TaskGroup, target.TaskGroup), tf.KeepString(m.ReferenceID, target.ReferenceID)
	m.PlacementConstraints = taskref.FlattenConstraints(ctx, m.PlacementConstraints, target.Constraints, diags)
	m.PlacementStrategy = taskref.FlattenStrategies(ctx, m.PlacementStrategy, target.Strategies, diags)
	m.Retry = tf.KeepRetry(ctx, m.Retry, tf.NewRetry(target.MaximumAttempts, target.MaximumAgeSeconds), scheduleRetry, diags)
	if want.Schedule.Target.DeadLetterARN != target.DeadLetterARN {
		m.setDeadLetterQueue(target.DeadLetterARN, "", diags)
	}
}

// keepLaunch keeps what is written where AWS has what follows from it, and else writes what AWS has.
func (m *model) keepLaunch(have task.Launch, can task.Capability, wrote task.Launch, diags *diag.Diagnostics) {
	want := can.Resolve(wrote)
	said := want.Type != "" || wrote.Providers != nil
	if said && want.Type == have.Type && slices.Equal(want.Providers, have.Providers) {
		return
	}
	m.LaunchType, m.CapacityProviders = tf.StringOrNull(have.Type), types.ListNull(taskref.CapacityProviderType)
	if have.Type == "" {
		m.CapacityProviders = taskref.FlattenProviders(have.Providers, diags)
	}
}

func (m *model) setDeadLetterQueue(queueARN, keyARN string, diags *diag.Diagnostics) {
	m.DeadLetterQueue = types.ObjectNull(scheduleQueueType.AttrTypes)
	if queueARN != "" {
		m.DeadLetterQueue = tf.ObjectOf(scheduleQueueType, map[string]attr.Value{"queue": types.StringValue(queueARN), "kms_key_arn": tf.StringOrNull(keyARN)}, diags)
	}
}

// flattenRole writes what there is of the role, and tells what of it differs and has no
// attribute.
func (m *model) flattenRole(want task.Role, seen observation) []string {
	m.RoleName = types.StringValue(want.Name)
	have := seen.Role
	if have == nil {
		m.RoleARN, m.PolicyJSON = types.StringNull(), types.StringNull()
		return nil
	}
	m.RoleARN = types.StringValue(have.ARN)
	if document := have.Policies[task.InlinePolicyName]; !policy.Equivalent(document, m.PolicyJSON.ValueString()) {
		m.PolicyJSON = tf.StringOrNull(document)
	}
	m.PermissionsBoundary = tf.KeepString(m.PermissionsBoundary, have.PermissionsBoundary)
	tf.FlattenTags(&m.Tags, &m.TagsAll, have.Tags, seen.rules)

	drift := task.RoleDifferences(want, *have)
	if have.Description != want.Description {
		drift = append(drift, "description")
	}
	if have.MaxSessionDuration != want.MaxSessionDuration {
		drift = append(drift, "session duration")
	}
	tags := tf.StringMapOf(m.TagsAll)
	if seen.record.ID != "" {
		tags[task.TagUnit] = seen.record.ID
	}
	if change := task.ChangeTags(seen.rules.Comparable(have.Tags), tags); !change.Empty() {
		drift = append(drift, "tags "+strings.Join(change.Keys(), ", "))
	}
	for i, what := range drift {
		drift[i] = "role: " + what
	}
	return drift
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
