package provider_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	schedulertypes "github.com/aws/aws-sdk-go-v2/service/scheduler/types"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// heldSchedule is a schedule that exists.
type heldSchedule struct {
	scheduleFixture
	core  protocolClient
	extra values // arguments beside the usual
}

func (h heldSchedule) terraform() (protocolClient, values) { return h.core, h.arguments(h.extra) }

func (h heldSchedule) id() string { return h.name }

func (h heldSchedule) gone() error { return h.checkGone()(nil) }

func (h heldSchedule) look() map[string]part {
	out := map[string]part{}
	u := unit{t: h.t, cloud: h.cloud}
	if s := h.find("default"); s != nil {
		whole := part{}
		u.like(s, &whole)
		for _, own := range []string{"CreationDate", "LastModificationDate", "ResultMetadata"} {
			delete(whole, own)
		}
		out["schedule"] = whole
	}
	if r := u.role(h.role); r != nil {
		out["role"] = r
	}
	return out
}

// holdSchedule is a schedule with all kinds of settings.
func holdSchedule(t *testing.T) heldSchedule {
	t.Helper()
	s := newScheduled(t)
	return heldSchedule{scheduleFixture: s, core: newProtocolClient(t, "docker_task_schedule", nil), extra: values{
		"command": []any{"pg_dump"}, "tags": values{"team": "data"}, "description": "Dumps.",
		"retry": values{"maximum_attempts": 3}, "flexible_window_minutes": 5,
	}}
}

func ofSchedule(change func(*scheduler.UpdateScheduleInput)) func(heldSchedule) {
	return func(h heldSchedule) { h.change(change) }
}

func onTarget(change func(*schedulertypes.Target)) func(heldSchedule) {
	return ofSchedule(func(in *scheduler.UpdateScheduleInput) { change(in.Target) })
}

func onParameters(change func(*schedulertypes.EcsParameters)) func(heldSchedule) {
	return onTarget(func(t *schedulertypes.Target) { change(t.EcsParameters) })
}

func onVPC(change func(*schedulertypes.AwsVpcConfiguration)) func(heldSchedule) {
	return onParameters(func(p *schedulertypes.EcsParameters) { change(p.NetworkConfiguration.AwsvpcConfiguration) })
}

func onProvider(items ...schedulertypes.CapacityProviderStrategyItem) func(heldSchedule) {
	return onParameters(func(p *schedulertypes.EcsParameters) {
		p.LaunchType, p.CapacityProviderStrategy = "", items
	})
}

// elsewhere is an ARN that the schedule does not have.
func (h heldSchedule) elsewhere(service, resource string) *string {
	return aws.String(h.place.Regional(service, resource))
}

// taken are the changes after an import of what counts as the task's: only those of task, which every import has.
var taken = []string{}

var scheduleDrift = []manualChange[heldSchedule]{
	{field: "Schedule.ScheduleExpression", changes: []string{"expression"}, does: ofSchedule(func(in *scheduler.UpdateScheduleInput) { in.ScheduleExpression = aws.String("rate(1 minute)") })},
	{field: "Schedule.ScheduleExpressionTimezone", changes: []string{"time_zone"}, does: ofSchedule(func(in *scheduler.UpdateScheduleInput) { in.ScheduleExpressionTimezone = aws.String("Europe/Berlin") })},
	{field: "Schedule.Description changed", changes: []string{"description"}, does: ofSchedule(func(in *scheduler.UpdateScheduleInput) { in.Description = aws.String("By hand.") })},
	{field: "Schedule.Description removed", changes: []string{"description"}, does: ofSchedule(func(in *scheduler.UpdateScheduleInput) { in.Description = nil })},
	{field: "Schedule.State", changes: []string{"enabled"}, does: ofSchedule(func(in *scheduler.UpdateScheduleInput) { in.State = schedulertypes.ScheduleStateDisabled })},
	{field: "Schedule.StartDate", changes: []string{"start"}, does: ofSchedule(func(in *scheduler.UpdateScheduleInput) {
		in.StartDate = aws.Time(time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC))
	})},
	{field: "Schedule.EndDate", changes: []string{"end"}, does: ofSchedule(func(in *scheduler.UpdateScheduleInput) {
		in.EndDate = aws.Time(time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC))
	})},
	{field: "Schedule.KmsKeyArn", changes: []string{"kms_key_arn"}, does: func(h heldSchedule) {
		h.change(func(in *scheduler.UpdateScheduleInput) { in.KmsKeyArn = h.elsewhere("kms", "key/1") })
	}},
	{field: "Schedule.FlexibleTimeWindow.Mode", changes: []string{"flexible_window_minutes"}, does: ofSchedule(func(in *scheduler.UpdateScheduleInput) {
		in.FlexibleTimeWindow = &schedulertypes.FlexibleTimeWindow{Mode: schedulertypes.FlexibleTimeWindowModeOff}
	})},
	{field: "Schedule.FlexibleTimeWindow.MaximumWindowInMinutes", changes: []string{"flexible_window_minutes"}, does: ofSchedule(func(in *scheduler.UpdateScheduleInput) {
		in.FlexibleTimeWindow.MaximumWindowInMinutes = aws.Int32(60)
	})},

	{field: "Schedule.Target.Arn", lines: []string{"schedule: cluster"}, imported: taken, does: func(h heldSchedule) {
		onTarget(func(t *schedulertypes.Target) { t.Arn = h.elsewhere("ecs", "cluster/elsewhere") })(h)
	}},
	{field: "Schedule.Target.RoleArn", lines: []string{"schedule: role"}, does: func(h heldSchedule) {
		onTarget(func(t *schedulertypes.Target) { t.RoleArn = aws.String(h.place.Global("iam", "role/elsewhere")) })(h)
	}},
	{field: "Schedule.Target.Input command", changes: []string{"command"}, does: func(h heldSchedule) {
		onTarget(func(t *schedulertypes.Target) {
			t.Input = aws.String(fmt.Sprintf(`{"containerOverrides":[{"name":%q,"command":["rm"]}]}`, h.task))
		})(h)
	}},
	{field: "Schedule.Target.Input role", lines: []string{"schedule: overrides"}, imported: []string{"command", "drift"}, does: onTarget(func(t *schedulertypes.Target) {
		t.Input = aws.String(`{"taskRoleArn":"arn:aws:iam::1:role/x"}`)
	})},
	{field: "Schedule.Target.Input another container", changes: []string{"command", "containers"}, imported: []string{"command"}, does: onTarget(func(t *schedulertypes.Target) {
		t.Input = aws.String(`{"containerOverrides":[{"name":"other","command":["rm"]}]}`)
	})},
	{field: "Schedule.Target.Input removed", changes: []string{"command"}, does: onTarget(func(t *schedulertypes.Target) { t.Input = nil })},
	{field: "Schedule.Target.DeadLetterConfig", changes: []string{"dead_letter_queue"}, does: func(h heldSchedule) {
		onTarget(func(t *schedulertypes.Target) {
			t.DeadLetterConfig = &schedulertypes.DeadLetterConfig{Arn: h.elsewhere("sqs", "elsewhere")}
		})(h)
	}},
	{field: "Schedule.Target.RetryPolicy.MaximumRetryAttempts", changes: []string{"retry"}, does: onTarget(func(t *schedulertypes.Target) { t.RetryPolicy.MaximumRetryAttempts = aws.Int32(1) })},
	{field: "Schedule.Target.RetryPolicy.MaximumEventAgeInSeconds", changes: []string{"retry"}, does: onTarget(func(t *schedulertypes.Target) { t.RetryPolicy.MaximumEventAgeInSeconds = aws.Int32(60) })},
	{field: "Schedule.Target.RetryPolicy removed", changes: []string{"retry"}, does: onTarget(func(t *schedulertypes.Target) { t.RetryPolicy = nil })},
	{field: "Schedule.Target.SqsParameters", lines: []string{"schedule: SQS parameters"}, does: onTarget(func(t *schedulertypes.Target) {
		t.SqsParameters = &schedulertypes.SqsParameters{MessageGroupId: aws.String("x")}
	})},
	{field: "Schedule.Target.KinesisParameters", lines: []string{"schedule: Kinesis parameters"}, does: onTarget(func(t *schedulertypes.Target) {
		t.KinesisParameters = &schedulertypes.KinesisParameters{PartitionKey: aws.String("x")}
	})},
	{field: "Schedule.Target.EventBridgeParameters", lines: []string{"schedule: EventBridge parameters"}, does: onTarget(func(t *schedulertypes.Target) {
		t.EventBridgeParameters = &schedulertypes.EventBridgeParameters{DetailType: aws.String("x"), Source: aws.String("y")}
	})},
	{field: "Schedule.Target.SageMakerPipelineParameters", lines: []string{"schedule: SageMaker parameters"}, does: onTarget(func(t *schedulertypes.Target) {
		t.SageMakerPipelineParameters = &schedulertypes.SageMakerPipelineParameters{}
	})},

	{field: "Schedule.Target.EcsParameters.TaskDefinitionArn family", lines: []string{"schedule: task definition"}, imported: []string{"drift"}, does: onParameters(func(p *schedulertypes.EcsParameters) {
		p.TaskDefinitionArn = aws.String(aws.ToString(p.TaskDefinitionArn) + "-2")
	})},
	{field: "Schedule.Target.EcsParameters.TaskDefinitionArn revision", changes: []string{"revision"}, does: onParameters(func(p *schedulertypes.EcsParameters) {
		p.TaskDefinitionArn = aws.String(aws.ToString(p.TaskDefinitionArn) + ":3")
	})},
	{field: "Schedule.Target.EcsParameters.TaskCount", changes: []string{"task_count"}, does: onParameters(func(p *schedulertypes.EcsParameters) { p.TaskCount = aws.Int32(3) })},
	{field: "Schedule.Target.EcsParameters.LaunchType", changes: []string{"launch_type"}, imported: []string{"launch_type", "drift"}, does: onParameters(func(p *schedulertypes.EcsParameters) { p.LaunchType = schedulertypes.LaunchTypeEc2 })},
	{field: "Schedule.Target.EcsParameters.PlatformVersion", changes: []string{"platform_version"}, does: onParameters(func(p *schedulertypes.EcsParameters) { p.PlatformVersion = aws.String("1.4.0") })},
	{field: "Schedule.Target.EcsParameters.CapacityProviderStrategy", changes: []string{"capacity_providers"}, does: onProvider(schedulertypes.CapacityProviderStrategyItem{CapacityProvider: aws.String("FARGATE_SPOT"), Weight: 1})},
	{
		field: "Schedule.Target.EcsParameters.CapacityProviderStrategy weight", changes: []string{"capacity_providers"},
		does: onProvider(schedulertypes.CapacityProviderStrategyItem{CapacityProvider: aws.String("FARGATE_SPOT"), Weight: 2}),
	},
	{
		field: "Schedule.Target.EcsParameters.CapacityProviderStrategy base", changes: []string{"capacity_providers"},
		does: onProvider(schedulertypes.CapacityProviderStrategyItem{CapacityProvider: aws.String("FARGATE_SPOT"), Weight: 1, Base: 1}),
	},
	{
		field: "Schedule.Target.EcsParameters.CapacityProviderStrategy two", changes: []string{"capacity_providers"},
		does: onProvider(
			schedulertypes.CapacityProviderStrategyItem{CapacityProvider: aws.String("FARGATE_SPOT"), Weight: 1},
			schedulertypes.CapacityProviderStrategyItem{CapacityProvider: aws.String("FARGATE"), Weight: 1},
		),
	},
	{field: "Schedule.Target.EcsParameters.LaunchType removed", changes: []string{"capacity_providers"}, does: onProvider()},
	{field: "Schedule.Target.EcsParameters.EnableECSManagedTags", changes: []string{"enable_ecs_managed_tags"}, does: onParameters(func(p *schedulertypes.EcsParameters) { p.EnableECSManagedTags = aws.Bool(true) })},
	{field: "Schedule.Target.EcsParameters.EnableExecuteCommand", changes: []string{"enable_execute_command"}, does: onParameters(func(p *schedulertypes.EcsParameters) { p.EnableExecuteCommand = aws.Bool(true) })},
	{field: "Schedule.Target.EcsParameters.PropagateTags", changes: []string{"propagate_tags"}, does: onParameters(func(p *schedulertypes.EcsParameters) { p.PropagateTags = schedulertypes.PropagateTagsTaskDefinition })},
	{field: "Schedule.Target.EcsParameters.Tags", changes: []string{"task_tags"}, does: onParameters(func(p *schedulertypes.EcsParameters) { p.Tags = []map[string]string{{"by": "hand"}} })},
	{field: "Schedule.Target.EcsParameters.Group", changes: []string{"task_group"}, does: onParameters(func(p *schedulertypes.EcsParameters) { p.Group = aws.String("x") })},
	{field: "Schedule.Target.EcsParameters.ReferenceId", changes: []string{"reference_id"}, does: onParameters(func(p *schedulertypes.EcsParameters) { p.ReferenceId = aws.String("x") })},
	{field: "Schedule.Target.EcsParameters.PlacementConstraints", changes: []string{"placement_constraints"}, does: onParameters(func(p *schedulertypes.EcsParameters) {
		p.PlacementConstraints = []schedulertypes.PlacementConstraint{{Type: schedulertypes.PlacementConstraintTypeDistinctInstance}}
	})},
	{field: "Schedule.Target.EcsParameters.PlacementStrategy", changes: []string{"placement_strategy"}, does: onParameters(func(p *schedulertypes.EcsParameters) {
		p.PlacementStrategy = []schedulertypes.PlacementStrategy{{Type: schedulertypes.PlacementStrategyTypeRandom}}
	})},
	{field: "Schedule.Target.EcsParameters.NetworkConfiguration.AwsvpcConfiguration.Subnets", lines: []string{"schedule: subnets"}, imported: taken, does: onVPC(func(v *schedulertypes.AwsVpcConfiguration) { v.Subnets = []string{"subnet-12345678"} })},
	{field: "Schedule.Target.EcsParameters.NetworkConfiguration.AwsvpcConfiguration.SecurityGroups", lines: []string{"schedule: security groups"}, imported: taken, does: onVPC(func(v *schedulertypes.AwsVpcConfiguration) { v.SecurityGroups = []string{"sg-12345678"} })},
	{field: "Schedule.Target.EcsParameters.NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp", lines: []string{"schedule: public address"}, imported: taken, does: onVPC(func(v *schedulertypes.AwsVpcConfiguration) { v.AssignPublicIp = schedulertypes.AssignPublicIpDisabled })},
	{
		field: "Schedule.Target.EcsParameters removed: another target", changes: []string{"capacity_providers", "task_count"},
		lines: []string{"schedule: cluster", "schedule: task definition", "schedule: subnets", "schedule: public address"},
		does: func(h heldSchedule) {
			onTarget(func(t *schedulertypes.Target) { t.Arn, t.EcsParameters = h.elsewhere("lambda", "function:x"), nil })(h)
		},
	},
	{
		field: "Schedule.Arn deleted", changes: []string{"arn"},
		imported: []string{
			"action_after_completion", "arn", "command", "description", "drift", "enabled", "expression", "flexible_window_minutes",
			"retry", "task_count", "time_zone",
		},
		does: func(h heldSchedule) { h.remove() },
	},

	{field: "Role.Description", lines: []string{"role: description"}, does: func(h heldSchedule) { h.updateRole(aws.String("By hand."), 3600) }},
	{field: "Role.MaxSessionDuration", lines: []string{"role: session duration"}, does: func(h heldSchedule) { h.updateRole(h.cloud.Role(h.role).Description, 7200) }},
	{field: "Role.AssumeRolePolicyDocument", lines: []string{"role: trust policy"}, does: func(h heldSchedule) { h.cloud.PutTrustPolicy(h.role, trustOfLambda) }},
	{field: "Role.AssumeRolePolicyDocument written otherwise", does: func(h heldSchedule) { h.cloud.PutTrustPolicy(h.role, otherwise(h.cloud.TrustPolicy(h.role))) }},
	{field: "Role.PermissionsBoundary", changes: []string{"permissions_boundary"}, does: func(h heldSchedule) {
		unit{t: h.t, cloud: h.cloud}.putBoundary(h.role, h.place.Global("iam", "policy/x"))
	}},
	{field: "Role.Tags added", changes: []string{"tags", "tags_all"}, does: func(h heldSchedule) { h.cloud.TagRole(h.role, "by hand", "yes") }},
	{field: "Role.Tags changed", changes: []string{"tags", "tags_all"}, does: func(h heldSchedule) { h.cloud.TagRole(h.role, "team", "other") }},
	{field: "Role.Tags removed", changes: []string{"tags", "tags_all"}, does: func(h heldSchedule) { h.cloud.UntagRole(h.role, "team") }},
	{field: "Role.Tags: unit removed", lines: []string{"role: tags docker-task:unit"}, does: func(h heldSchedule) { h.cloud.UntagRole(h.role, "docker-task:unit") }},
	{field: "Role.Tags: one like the provider's added", lines: []string{"role: tags docker-task:more"}, does: func(h heldSchedule) { h.cloud.TagRole(h.role, "docker-task:more", "yes") }},
	{
		field: "Role.Tags: another unit", refused: "role NAME-" + acctest.Region() + "-schedule exists in account ACCOUNT and belongs to another unit of this provider",
		does: func(h heldSchedule) { h.cloud.TagRole(h.role, "docker-task:unit", anotherUnit) },
		undo: func(h heldSchedule) { h.cloud.UntagRole(h.role, "docker-task:unit") },
	},
	{field: "policy docker-task removed", changes: []string{"policy_json"}, does: func(h heldSchedule) { h.cloud.DeleteRolePolicy(h.role, "docker-task") }},
	{field: "policy docker-task replaced", changes: []string{"policy_json"}, does: func(h heldSchedule) { h.cloud.PutRolePolicy(h.role, "docker-task", readObjects) }},
	{field: "policy of others added", does: func(h heldSchedule) { h.cloud.PutRolePolicy(h.role, "by-hand", readQueues) }},
	{field: "Schedule.Target.Input written otherwise", does: func(h heldSchedule) {
		onTarget(func(t *schedulertypes.Target) { t.Input = aws.String(strings.ReplaceAll(*t.Input, ":", " : ")) })(h)
	}},
	{field: "policy docker-task written otherwise", imported: []string{"policy_json"}, does: func(h heldSchedule) {
		document, _ := h.cloud.RolePolicy(h.role, "docker-task")
		h.cloud.PutRolePolicy(h.role, "docker-task", otherwise(document))
	}},
}

// goneScheduleDrift are changes of the role as a whole.
var goneScheduleDrift = []manualChange[heldSchedule]{
	{field: "Role.RoleId deleted", changes: []string{"policy_json", "role_arn"}, does: func(h heldSchedule) { h.cloud.DeleteRole(h.role) }},
	{
		field: "Role.RoleId made again by hand", changes: []string{"policy_json", "tags", "tags_all"},
		lines: []string{"role: trust policy", "role: description", "role: tags docker-task:unit"},
		does:  func(h heldSchedule) { unit{t: h.t, cloud: h.cloud}.remakeRole(h.role, nil) },
	},
	{
		field: "Role.Path: made again elsewhere", refused: "IAM cannot move a role",
		does: func(h heldSchedule) {
			unit{t: h.t, cloud: h.cloud}.remakeRole(h.role, func(in *iam.CreateRoleInput) { in.Path = aws.String("/elsewhere/") })
		},
		undo: func(h heldSchedule) { h.cloud.DeleteRole(h.role) },
	},
}

func (h heldSchedule) updateRole(description *string, seconds int32) {
	unit{t: h.t, cloud: h.cloud}.updateRole(&iam.UpdateRoleInput{RoleName: &h.role, Description: description, MaxSessionDuration: &seconds})
}

// importableScheduleDrift are the changes after which a schedule of a task exists, with a role that an import takes
// for the schedule's. None is of the role as a whole: a role that is created again gets another id.
func importableScheduleDrift() []manualChange[heldSchedule] {
	return slices.DeleteFunc(slices.Clone(scheduleDrift), func(h manualChange[heldSchedule]) bool {
		return slices.Contains([]string{
			"Schedule.Target.EcsParameters removed: another target", "Schedule.Target.RoleArn", "Role.Tags: unit removed", "Role.Tags: another unit",
		}, h.field)
	})
}
