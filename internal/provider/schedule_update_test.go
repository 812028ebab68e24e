package provider_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	schedulertypes "github.com/aws/aws-sdk-go-v2/service/scheduler/types"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// The statements that attributes add.
func (s scheduleFixture) tagStatement() string {
	return fmt.Sprintf(`{"Sid":"TagTasks","Effect":"Allow","Action":"ecs:TagResource","Resource":"%s","Condition":{"StringEquals":{"ecs:CreateAction":"RunTask"}}}`,
		s.place.Regional("ecs", "task/default/*"))
}

func (s scheduleFixture) queueStatement(queue string) string {
	return fmt.Sprintf(`{"Sid":"SendDeadLetters","Effect":"Allow","Action":"sqs:SendMessage","Resource":"%s"}`, queue)
}

// scheduleChange is an attribute, or some that go together, and what AWS has with it.
type scheduleChange struct {
	arguments values
	// base are other arguments before and after.
	base values
	aws  func(s scheduleFixture, have *scheduler.GetScheduleOutput) bool
	// policy are statements of the role beside those to run the task.
	policy func(s scheduleFixture) []string
}

var scheduleChanges = map[string]scheduleChange{
	"expression": {
		arguments: values{"expression": "rate(2 hours)"},
		aws: func(_ scheduleFixture, have *scheduler.GetScheduleOutput) bool {
			return aws.ToString(have.ScheduleExpression) == "rate(2 hours)"
		},
	},
	"time_zone": {
		arguments: values{"time_zone": "Europe/Berlin"},
		aws: func(_ scheduleFixture, have *scheduler.GetScheduleOutput) bool {
			return aws.ToString(have.ScheduleExpressionTimezone) == "Europe/Berlin"
		},
	},
	"flexible_window_minutes": {
		arguments: values{"flexible_window_minutes": 15},
		aws: func(_ scheduleFixture, have *scheduler.GetScheduleOutput) bool {
			return have.FlexibleTimeWindow.Mode == schedulertypes.FlexibleTimeWindowModeFlexible && aws.ToInt32(have.FlexibleTimeWindow.MaximumWindowInMinutes) == 15
		},
	},
	"start": {
		arguments: values{"start": "2099-01-01T01:00:00+01:00"},
		aws: func(_ scheduleFixture, have *scheduler.GetScheduleOutput) bool {
			return aws.ToTime(have.StartDate).Equal(time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC))
		},
	},
	"end": {
		arguments: values{"end": "2099-01-01T00:00:00Z"},
		aws: func(_ scheduleFixture, have *scheduler.GetScheduleOutput) bool {
			return aws.ToTime(have.EndDate).Equal(time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC))
		},
	},
	"enabled": {
		arguments: values{"enabled": false},
		aws: func(_ scheduleFixture, have *scheduler.GetScheduleOutput) bool {
			return have.State == schedulertypes.ScheduleStateDisabled
		},
	},
	"description": {
		arguments: values{"description": "Dumps the database."},
		aws: func(_ scheduleFixture, have *scheduler.GetScheduleOutput) bool {
			return aws.ToString(have.Description) == "Dumps the database."
		},
	},
	"kms_key_arn": {
		arguments: values{"kms_key_arn": exampleKey},
		aws: func(_ scheduleFixture, have *scheduler.GetScheduleOutput) bool {
			return aws.ToString(have.KmsKeyArn) == exampleKey
		},
		policy: func(scheduleFixture) []string {
			return []string{fmt.Sprintf(`{"Sid":"DecryptSchedule","Effect":"Allow","Action":"kms:Decrypt","Resource":%q}`, exampleKey)}
		},
	},
	"launch_type": {
		arguments: values{"launch_type": "EC2"},
		aws: func(_ scheduleFixture, have *scheduler.GetScheduleOutput) bool {
			p := have.Target.EcsParameters // a task that was made for EC2 has no network interface of its own
			return p.LaunchType == schedulertypes.LaunchTypeEc2 && p.NetworkConfiguration == nil
		},
	},
	"capacity_providers_none": {
		arguments: values{"capacity_providers": []any{}},
		aws: func(_ scheduleFixture, have *scheduler.GetScheduleOutput) bool {
			p := have.Target.EcsParameters
			return p.LaunchType == "" && len(p.CapacityProviderStrategy) == 0 && len(p.NetworkConfiguration.AwsvpcConfiguration.Subnets) > 0
		},
	},
	"capacity_providers_two": {
		arguments: values{"capacity_providers": []any{values{"name": "FARGATE_SPOT", "weight": 3}, values{"name": "FARGATE", "base": 1}}},
		aws: func(_ scheduleFixture, have *scheduler.GetScheduleOutput) bool {
			s := have.Target.EcsParameters.CapacityProviderStrategy
			return len(s) == 2 && s[0].Weight == 3 && s[1].Weight == 1 && s[0].Base == 0 && s[1].Base == 1
		},
	},
	"capacity_providers": {
		arguments: values{"capacity_providers": []any{values{"name": "FARGATE_SPOT"}}},
		aws: func(_ scheduleFixture, have *scheduler.GetScheduleOutput) bool {
			p := have.Target.EcsParameters
			return p.LaunchType == "" && len(p.CapacityProviderStrategy) == 1 && aws.ToString(p.CapacityProviderStrategy[0].CapacityProvider) == "FARGATE_SPOT"
		},
	},
	"platform_version": {
		arguments: values{"platform_version": "1.4.0"},
		aws: func(_ scheduleFixture, have *scheduler.GetScheduleOutput) bool {
			return aws.ToString(have.Target.EcsParameters.PlatformVersion) == "1.4.0"
		},
	},
	"task_count": {
		arguments: values{"task_count": 3},
		aws: func(_ scheduleFixture, have *scheduler.GetScheduleOutput) bool {
			return aws.ToInt32(have.Target.EcsParameters.TaskCount) == 3
		},
	},
	"command": {
		arguments: values{"command": []any{"pg_dump", "<all>"}},
		aws: func(s scheduleFixture, have *scheduler.GetScheduleOutput) bool {
			return aws.ToString(have.Target.Input) == fmt.Sprintf(`{"containerOverrides":[{"name":%q,"command":["pg_dump","<all>"]}]}`, s.task)
		},
	},
	"environment": {
		arguments: values{"environment": values{"B": "2", "A": ""}},
		aws: func(s scheduleFixture, have *scheduler.GetScheduleOutput) bool {
			return aws.ToString(have.Target.Input) == fmt.Sprintf(`{"containerOverrides":[{"name":%q,"environment":[{"name":"A","value":""},{"name":"B","value":"2"}]}]}`, s.task)
		},
	},
	"size": {
		arguments: values{"cpu": 512, "memory": 2048},
		aws: func(_ scheduleFixture, have *scheduler.GetScheduleOutput) bool {
			return aws.ToString(have.Target.Input) == `{"cpu":"512","memory":"2048"}`
		},
	},
	"enable_execute_command": {
		arguments: values{"enable_execute_command": true},
		aws: func(_ scheduleFixture, have *scheduler.GetScheduleOutput) bool {
			return aws.ToBool(have.Target.EcsParameters.EnableExecuteCommand)
		},
	},
	"enable_ecs_managed_tags": {
		arguments: values{"enable_ecs_managed_tags": true},
		aws: func(_ scheduleFixture, have *scheduler.GetScheduleOutput) bool {
			return aws.ToBool(have.Target.EcsParameters.EnableECSManagedTags)
		},
	},
	"task_group": {
		arguments: values{"task_group": "nightly"},
		aws: func(_ scheduleFixture, have *scheduler.GetScheduleOutput) bool {
			return aws.ToString(have.Target.EcsParameters.Group) == "nightly"
		},
	},
	"reference_id": {
		arguments: values{"reference_id": "ref"},
		aws: func(_ scheduleFixture, have *scheduler.GetScheduleOutput) bool {
			return aws.ToString(have.Target.EcsParameters.ReferenceId) == "ref"
		},
	},
	"placement": {
		arguments: values{
			"launch_type":           "EC2",
			"placement_constraints": []any{values{"type": "memberOf", "expression": "attribute:ecs.instance-type =~ g4dn.*"}, values{"type": "distinctInstance"}},
			"placement_strategy":    []any{values{"type": "spread", "field": "attribute:ecs.availability-zone"}, values{"type": "random"}},
		},
		aws: func(_ scheduleFixture, have *scheduler.GetScheduleOutput) bool {
			p := have.Target.EcsParameters
			return len(p.PlacementConstraints) == 2 && aws.ToString(p.PlacementConstraints[0].Expression) == "attribute:ecs.instance-type =~ g4dn.*" &&
				len(p.PlacementStrategy) == 2 && aws.ToString(p.PlacementStrategy[0].Field) == "attribute:ecs.availability-zone" &&
				p.PlacementStrategy[1].Type == schedulertypes.PlacementStrategyTypeRandom
		},
	},
	"containers": {
		// The command tells an import which container is the main one.
		arguments: values{"command": []any{"dump"}, "containers": values{"log": values{"command": []any{"tail"}, "environment": values{"LEVEL": "info"}, "cpu": 64}}},
		aws: func(s scheduleFixture, have *scheduler.GetScheduleOutput) bool {
			return aws.ToString(have.Target.Input) == `{"containerOverrides":[{"name":"log","command":["tail"],"cpu":64,"environment":[{"name":"LEVEL","value":"info"}]},{"name":"`+s.task+`","command":["dump"]}]}`
		},
	},
	"propagate_tags": {
		arguments: values{"propagate_tags": true},
		aws: func(_ scheduleFixture, have *scheduler.GetScheduleOutput) bool {
			return have.Target.EcsParameters.PropagateTags == schedulertypes.PropagateTagsTaskDefinition
		},
		policy: func(s scheduleFixture) []string { return []string{s.tagStatement()} },
	},
	"task_tags": {
		arguments: values{"task_tags": values{"run": "nightly"}},
		aws: func(_ scheduleFixture, have *scheduler.GetScheduleOutput) bool {
			return reflect.DeepEqual(have.Target.EcsParameters.Tags, []map[string]string{{"run": "nightly"}})
		},
		policy: func(s scheduleFixture) []string { return []string{s.tagStatement()} },
	},
	"retry": {
		arguments: values{"retry": values{"maximum_attempts": 0, "maximum_age_seconds": 600}},
		aws: func(_ scheduleFixture, have *scheduler.GetScheduleOutput) bool {
			r := have.Target.RetryPolicy
			return aws.ToInt32(r.MaximumRetryAttempts) == 0 && aws.ToInt32(r.MaximumEventAgeInSeconds) == 600
		},
	},
	"retry_in_part": {
		arguments: values{"retry": values{"maximum_attempts": 2}},
		aws: func(_ scheduleFixture, have *scheduler.GetScheduleOutput) bool {
			r := have.Target.RetryPolicy
			return aws.ToInt32(r.MaximumRetryAttempts) == 2 && aws.ToInt32(r.MaximumEventAgeInSeconds) == 86400
		},
	},
	"dead_letter_queue_encrypted": {
		arguments: values{"dead_letter_queue": values{"queue": "arn:aws:sqs:us-east-1:999999999999:dead", "kms_key_arn": exampleKey}},
		policy: func(s scheduleFixture) []string {
			return []string{s.queueStatement("arn:aws:sqs:us-east-1:999999999999:dead"), fmt.Sprintf(
				`{"Sid":"EncryptDeadLetters","Effect":"Allow","Action":["kms:GenerateDataKey","kms:Decrypt"],"Resource":%q,"Condition":{"StringEquals":{"kms:ViaService":"sqs.us-east-1.amazonaws.com"}}}`, exampleKey)}
		},
	},
	"dead_letter_queue": {
		arguments: values{"dead_letter_queue": values{"queue": "dead"}},
		aws: func(s scheduleFixture, have *scheduler.GetScheduleOutput) bool {
			return have.Target.DeadLetterConfig != nil && aws.ToString(have.Target.DeadLetterConfig.Arn) == s.place.Regional("sqs", "dead")
		},
		policy: func(s scheduleFixture) []string { return []string{s.queueStatement(s.place.Regional("sqs", "dead"))} },
	},
	"dead_letter_queue_arn": {
		arguments: values{"dead_letter_queue": values{"queue": "arn:aws:sqs:us-east-1:999999999999:dead"}},
		aws: func(_ scheduleFixture, have *scheduler.GetScheduleOutput) bool {
			return have.Target.DeadLetterConfig != nil && aws.ToString(have.Target.DeadLetterConfig.Arn) == "arn:aws:sqs:us-east-1:999999999999:dead"
		},
		policy: func(s scheduleFixture) []string {
			return []string{s.queueStatement("arn:aws:sqs:us-east-1:999999999999:dead")}
		},
	},
	"revision": {
		arguments: values{"revision": 7},
		aws: func(s scheduleFixture, have *scheduler.GetScheduleOutput) bool {
			return aws.ToString(have.Target.EcsParameters.TaskDefinitionArn) == s.place.Regional("ecs", "task-definition/"+s.task+":7")
		},
	},
	"permissions_boundary": {
		arguments: values{"permissions_boundary": "arn:aws:iam::aws:policy/PowerUserAccess"},
		aws: func(s scheduleFixture, _ *scheduler.GetScheduleOutput) bool {
			b := s.cloud.Role(s.role).PermissionsBoundary
			return b != nil && aws.ToString(b.PermissionsBoundaryArn) == "arn:aws:iam::aws:policy/PowerUserAccess"
		},
	},
	"tags": {
		arguments: values{"tags": values{"team": "data"}},
		aws: func(s scheduleFixture, _ *scheduler.GetScheduleOutput) bool {
			return s.cloud.RoleTags(s.role)["team"] == "data"
		},
	},
	"role_name": {
		arguments: values{"role": values{"name": "tf-acc-dt-renamed", "path": "/jobs/"}},
		aws: func(s scheduleFixture, have *scheduler.GetScheduleOutput) bool {
			return aws.ToString(have.Target.RoleArn) == s.place.Global("iam", "role/jobs/tf-acc-dt-renamed") && !s.cloud.RoleExists(s.role)
		},
	},
	"role_arn": {
		arguments: values{"role": values{"arn": "arn:aws:iam::ACCOUNT:role/theirs"}},
		aws: func(s scheduleFixture, have *scheduler.GetScheduleOutput) bool {
			// Released: it stays, and carries nothing of the unit's.
			tags := s.cloud.RoleTags(s.role)
			return aws.ToString(have.Target.RoleArn) == s.place.Global("iam", "role/theirs") && s.cloud.RoleExists(s.role) && tags["docker-task:unit"] == ""
		},
	},
	"action_after_completion": {
		base:      values{"end": "2099-01-01T00:00:00Z"},
		arguments: values{"end": "2099-01-01T00:00:00Z", "action_after_completion": "DELETE"},
	},
}

// TestAccSchedule_update goes through every attribute: it is set, AWS has it, the plan is quiet,
// an import finds it, and without it all is as it was.
func TestAccSchedule_update(t *testing.T) {
	t.Parallel()
	for name, c := range everyInShort(6, scheduleChanges) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if name == "action_after_completion" {
				acctest.OnEmulator(t, "moto keeps it from the create on, and an update does not reach it")
			}
			s := newScheduled(t)
			core := newProtocolClient(t, "docker_task_schedule", nil)
			base, changed := s.arguments(c.base), s.arguments(s.located(c.arguments))
			steps := []values{base, changed, base}
			switch name {
			case "action_after_completion":
				steps = []values{changed} // see above
			case "role_arn":
				steps = []values{base, changed} // going back is a test of its own
			}
			state := core.nothing()
			var first *scheduler.GetScheduleOutput
			for i, arguments := range steps {
				var err error
				if state, err = core.apply(state, arguments); err != nil {
					t.Fatalf("step %d: %v", i+1, err)
				}
				core.mustPlanNothing(state, arguments)
				have := s.mustFind()
				if i == 0 {
					first = have
				}
				if reflect.DeepEqual(arguments, changed) {
					s.checkChange(c, state, have)
					s.checkImport(core, arguments)
				} else if !reflect.DeepEqual(first.Target, have.Target) || !reflect.DeepEqual(first.FlexibleTimeWindow, have.FlexibleTimeWindow) {
					t.Errorf("step %d leaves something: %+v", i+1, have.Target)
				}
			}
			if _, err := core.destroy(state); err != nil {
				t.Fatal(err)
			}
			if name == "role_arn" {
				s.cloud.DeleteRole(s.role)
			}
			if err := s.checkGone()(nil); err != nil {
				t.Error(err)
			}
		})
	}
}

// located puts the test's account where ACCOUNT stands.
func (s scheduleFixture) located(arguments values) values {
	role, ok := arguments["role"].(values)
	if !ok || role["arn"] == nil {
		return arguments
	}
	return values{"role": values{"arn": s.place.Global("iam", "role/theirs")}}
}

func (s scheduleFixture) checkChange(c scheduleChange, state resourceState, have *scheduler.GetScheduleOutput) {
	s.t.Helper()
	if c.aws != nil && !c.aws(s, have) {
		s.t.Errorf("AWS has %+v, %+v", have, have.Target)
	}
	if have.ActionAfterCompletion == schedulertypes.ActionAfterCompletionDelete != (c.arguments["action_after_completion"] != nil) {
		s.t.Errorf("after completion: %s", have.ActionAfterCompletion)
	}
	if c.policy == nil {
		return
	}
	want := s.policy(c.policy(s)...)
	document, _ := s.cloud.RolePolicy(s.role, "docker-task")
	for _, have := range []string{document, textIn(s.t, state.value, "policy_json")} {
		if err := sameDocument(have, want); err != nil {
			s.t.Error(err)
		}
	}
}

// checkImport imports what state has: all must be the same but what only the configuration has. The configuration
// gives the task by its name, and an import has the whole task.
func (s scheduleFixture) checkImport(core protocolClient, arguments values) {
	s.t.Helper()
	imported, err := core.imported("default/" + s.name + "@" + acctest.Region())
	if err != nil {
		s.t.Fatal(err)
	}
	to, _, err := core.plan(imported, arguments)
	if err != nil {
		s.t.Fatal(err)
	}
	expected := []string{"task"}
	switch {
	case reflect.DeepEqual(arguments["dead_letter_queue"], values{"queue": "dead"}):
		expected = append(expected, "dead_letter_queue") // given by name, and read as an ARN
	case arguments["start"] != nil:
		expected = append(expected, "start") // written in another zone
	case arguments["role"] != nil && arguments["role"].(values)["arn"] != nil: //nolint:errcheck // a table of this file
		expected = append(expected, "policy_json") // there is no task to tell its roles
	}
	for _, name := range changedAttributes(s.t, imported.value, to.value) {
		if !slices.Contains(expected, name) {
			s.t.Errorf("after an import the plan changes %s", name)
		}
	}
}
