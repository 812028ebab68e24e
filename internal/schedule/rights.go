package schedule

import (
	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/policy"
	"github.com/dockertask/terraform-provider-docker/internal/task"
	"github.com/dockertask/terraform-provider-docker/internal/wire"
)

// principal is the service that assumes the role; the same in every partition.
const principal = "scheduler.amazonaws.com"

// TrustPolicy lets Scheduler act with the role, for schedules of the group: AWS wants the
// group's ARN here, and warns not to name a schedule.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
func (s Spec) TrustPolicy() policy.Document {
	return policy.Document{Statements: []policy.Statement{{
		Service: principal,
		Actions: []string{"sts:AssumeRole"},
		Conditions: policy.Conditions{
			{Operator: "StringEquals", Key: "aws:SourceAccount", Values: []string{s.Place.Account}},
			{Operator: "StringEquals", Key: "aws:SourceArn", Values: []string{policy.Literal(s.Place.Regional("scheduler", "schedule-group/"+s.Schedule.Group))}},
		},
	}}}
}

// deadLetterKeySid names the statement on the key of the dead-letter queue.
const deadLetterKeySid = "EncryptDeadLetters"

// DeadLetterKey is the key of the dead-letter queue that a policy of the role names; "" for none.
func DeadLetterKey(document string) string {
	if keys := policy.Resources(document, deadLetterKeySid); len(keys) == 1 && task.CheckKeyARN(keys[0]) == nil {
		return keys[0]
	}
	return ""
}

// Policy is what the role needs: to run the task, to put tags on it, to send dead letters, also to a
// queue that a key of the user's encrypts, and to read the schedule's own payload where a key of the user's encrypts it. It fails if the
// ARN of the cluster is not an ARN.
func (s Spec) Policy() (policy.Document, error) {
	t := s.Schedule.Target
	integration, _ := wire.FindIntegration("scheduler")
	d, err := wire.Consumer{
		Actions:     []wire.Action{wire.Run},
		Integration: integration,
		TagsTasks:   t.PropagateTags || len(t.Tags) > 0,
		Revision:    s.Revision,
	}.Policy(s.Task)
	if err != nil {
		return policy.Document{}, err
	}
	if t.DeadLetterARN != "" {
		d.Statements = append(d.Statements, policy.Statement{
			Sid: "SendDeadLetters", Actions: []string{"sqs:SendMessage"}, Resources: []string{policy.Literal(t.DeadLetterARN)},
		})
	}
	if key, err := arn.Parse(s.DeadLetterKeyARN); err == nil && t.DeadLetterARN != "" {
		// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
		d.Statements = append(d.Statements, policy.Statement{
			Sid: deadLetterKeySid, Actions: []string{"kms:GenerateDataKey", "kms:Decrypt"}, Resources: []string{policy.Literal(s.DeadLetterKeyARN)},
			Conditions: policy.Conditions{{Operator: "StringEquals", Key: "kms:ViaService", Values: key.Place().ViaService("sqs")}},
		})
	}
	if s.Schedule.KMSKeyARN != "" {
		// https://docs.aws.amazon.com/scheduler/latest/UserGuide/encryption-rest.html
		d.Statements = append(d.Statements, policy.Statement{
			Sid: "DecryptSchedule", Actions: []string{"kms:Decrypt"}, Resources: []string{policy.Literal(s.Schedule.KMSKeyARN)},
		})
	}
	return d, nil
}
