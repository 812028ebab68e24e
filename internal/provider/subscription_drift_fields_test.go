package provider_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventstypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sns"
)

// heldSubscription is a subscription that exists.
type heldSubscription struct {
	subscriptionFixture
	core      protocolClient
	arguments values
	// policies are those of the targets, by a name for them.
	policies map[string]func() string
}

func (h heldSubscription) terraform() (protocolClient, values) { return h.core, h.arguments }

func (h heldSubscription) id() string { return h.task }

func (h heldSubscription) sid() string { return subscriptionSid(h.arn("events", "rule/"+h.task)) }

func (h heldSubscription) look() map[string]part {
	u := unit{t: h.t}
	out := map[string]part{}
	if r := h.rule(h.task); r != nil {
		rule := part{}
		u.like(r, &rule)
		delete(rule, "ResultMetadata")
		rule["targets"], rule["tags"] = u.plain(h.targets(h.task)), h.tagsOf(h.task)
		out["rule"] = rule
	}
	for name, policy := range h.policies {
		statements := map[string]any{}
		if text := policy(); text != "" {
			document, _ := u.decoded(text).(map[string]any)
			list, _ := document["Statement"].([]any)
			for _, s := range list {
				object, _ := s.(map[string]any)
				statements[fmt.Sprint(object["Sid"])] = object
			}
		}
		out["policy of "+name] = part(statements)
	}
	return out
}

// gone: no rule, and no statement of it on any target.
func (h heldSubscription) gone() error {
	left := h.look()
	if left["rule"] != nil {
		return errors.New("the rule is left")
	}
	for name := range h.policies {
		if left["policy of "+name][h.sid()] != nil {
			return fmt.Errorf("the statement on the %s is left", name)
		}
	}
	return nil
}

// holdSubscription is one of a queue, with all kinds of settings.
func holdSubscription(t *testing.T) heldSubscription {
	t.Helper()
	h := newSubscriptionFixture(t)
	done, lost := h.queue("-done"), h.queue("-lost")
	return heldSubscription{
		subscriptionFixture: h, core: newProtocolClient(t, "docker_task_subscription", nil),
		arguments: values{
			"name": h.task, "task": values{"name": h.task}, "queue": done, "description": "Tells.", "tags": values{"team": "video"},
			"dead_letter_queue": values{"queue": lost}, "retry": values{"maximum_attempts": 3, "maximum_age_seconds": 600},
			"input_transformer": values{"paths": values{"task": "$.detail.taskArn"}, "template": "<task>"},
		},
		policies: map[string]func() string{
			"queue": func() string { return h.queuePolicy(done) }, "dead-letter queue": func() string { return h.queuePolicy(lost) },
		},
	}
}

func onRule(change func(*eventbridge.PutRuleInput)) func(heldSubscription) {
	return func(h heldSubscription) { h.editRule(h.task, change) }
}

func ofSubscription(change func(*eventstypes.Target)) func(heldSubscription) {
	return func(h heldSubscription) { h.editTarget(h.task, change) }
}

func (h heldSubscription) tagRule(key, value string) {
	_, err := h.events.TagResource(h.t.Context(), &eventbridge.TagResourceInput{
		ResourceARN: aws.String(h.arn("events", "rule/"+h.task)), Tags: []eventstypes.Tag{{Key: &key, Value: &value}},
	})
	h.must(err)
}

func (h heldSubscription) untagRule(key string) {
	_, err := h.events.UntagResource(h.t.Context(), &eventbridge.UntagResourceInput{
		ResourceARN: aws.String(h.arn("events", "rule/"+h.task)), TagKeys: []string{key},
	})
	h.must(err)
}

// foreignTarget are settings that no target of a subscription has.
func foreignTarget(name string, change func(*eventstypes.Target)) manualChange[heldSubscription] {
	field, text, _ := strings.Cut(name, ": ")
	return manualChange[heldSubscription]{field: "Target." + field, lines: []string{"target: " + text}, does: ofSubscription(change)}
}

// targetless are the changes after the import of a rule without a target.
var targetless = []string{"dead_letter_permission_json", "dead_letter_queue", "input_transformer", "permission_json", "queue", "retry", "target_arn"}

var ruleDrift = []manualChange[heldSubscription]{
	{field: "Rule.EventPattern changed", changes: []string{"event_pattern"}, does: onRule(func(in *eventbridge.PutRuleInput) { in.EventPattern = aws.String(`{"source":["aws.ecs"]}`) })},
	{field: "Rule.State disabled", changes: []string{"enabled"}, does: onRule(func(in *eventbridge.PutRuleInput) { in.State = eventstypes.RuleStateDisabled })},
	{field: "Rule.Description changed", changes: []string{"description"}, does: onRule(func(in *eventbridge.PutRuleInput) { in.Description = aws.String("By hand.") })},
	{field: "Rule.Description removed", changes: []string{"description"}, does: onRule(func(in *eventbridge.PutRuleInput) { in.Description = aws.String("") })},
	{field: "Rule.RoleArn", lines: []string{"rule: role"}, does: func(h heldSubscription) {
		h.editRule(h.task, func(in *eventbridge.PutRuleInput) { in.RoleArn = aws.String(h.place.Global("iam", "role/x")) })
	}},
	{field: "Rule.ScheduleExpression", lines: []string{"rule: schedule expression"}, does: onRule(func(in *eventbridge.PutRuleInput) { in.ScheduleExpression = aws.String("rate(1 hour)") })},
	{field: "Rule: tags added", changes: []string{"tags", "tags_all"}, does: func(h heldSubscription) { h.tagRule("by hand", "yes") }},
	{field: "Rule: tags changed", changes: []string{"tags", "tags_all"}, does: func(h heldSubscription) { h.tagRule("team", "audio") }},
	{field: "Rule: tags removed", changes: []string{"tags", "tags_all"}, does: func(h heldSubscription) { h.untagRule("team") }},
	{field: "Rule: tags: unit removed", lines: []string{"rule: tags docker-task:unit"}, does: func(h heldSubscription) { h.untagRule("docker-task:unit") }},
	{field: "Rule: tags: one like the provider's added", lines: []string{"rule: tags docker-task:more"}, does: func(h heldSubscription) { h.tagRule("docker-task:more", "yes") }},
	{
		field: "Rule: tags: another unit", refused: "belongs to another unit of this provider. It was made anew elsewhere",
		does: func(h heldSubscription) { h.tagRule("docker-task:unit", anotherUnit) },
		undo: func(h heldSubscription) { h.untagRule("docker-task:unit") },
	},

	{field: "Target.Id removed", changes: []string{"target_arn"}, imported: targetless, does: func(h heldSubscription) { h.removeTargets(h.task, "docker-task") }},
	{field: "Target.Arn changed", changes: []string{"target_arn"}, imported: []string{"permission_json", "queue", "target_arn"}, does: func(h heldSubscription) {
		h.editTarget(h.task, func(t *eventstypes.Target) { t.Arn = aws.String(h.arn("sqs", "elsewhere")) })
	}},
	{field: "Target.InputPath", changes: []string{"input_path", "input_transformer"}, does: ofSubscription(func(t *eventstypes.Target) { t.InputTransformer, t.InputPath = nil, aws.String("$.x") })},
	{field: "Target.InputTransformer.InputTemplate", changes: []string{"input_transformer"}, does: ofSubscription(func(t *eventstypes.Target) { t.InputTransformer.InputTemplate = aws.String(`"other"`) })},
	{field: "Target.InputTransformer.InputPathsMap", changes: []string{"input_transformer"}, does: ofSubscription(func(t *eventstypes.Target) { t.InputTransformer.InputPathsMap = map[string]string{"task": "$.time"} })},
	{field: "Target.InputTransformer removed", changes: []string{"input_transformer"}, does: ofSubscription(func(t *eventstypes.Target) { t.InputTransformer = nil })},
	{field: "Target.RetryPolicy removed", changes: []string{"retry"}, does: ofSubscription(func(t *eventstypes.Target) { t.RetryPolicy = nil })},
	{field: "Target.RetryPolicy.MaximumRetryAttempts", changes: []string{"retry"}, does: ofSubscription(func(t *eventstypes.Target) { t.RetryPolicy.MaximumRetryAttempts = aws.Int32(0) })},
	{field: "Target.RetryPolicy.MaximumEventAgeInSeconds", changes: []string{"retry"}, does: ofSubscription(func(t *eventstypes.Target) { t.RetryPolicy.MaximumEventAgeInSeconds = aws.Int32(60) })},
	{field: "Target.DeadLetterConfig removed", changes: []string{"dead_letter_queue"}, lines: []string{"left over: statement SID on queue NAME-lost"}, imported: []string{"dead_letter_permission_json", "dead_letter_queue"}, does: ofSubscription(func(t *eventstypes.Target) { t.DeadLetterConfig = nil })},
	{field: "Target.SqsParameters", changes: []string{"message_group_id"}, does: ofSubscription(func(t *eventstypes.Target) {
		t.SqsParameters = &eventstypes.SqsParameters{MessageGroupId: aws.String("x")}
	})},
	foreignTarget("Input: constant input", func(t *eventstypes.Target) { t.Input = aws.String("{}") }),
	foreignTarget("RoleArn: role", func(t *eventstypes.Target) { t.RoleArn = aws.String("arn:aws:iam::123456789012:role/x") }),
	foreignTarget("AppSyncParameters: AppSync parameters", func(t *eventstypes.Target) {
		t.AppSyncParameters = &eventstypes.AppSyncParameters{GraphQLOperation: aws.String("x")}
	}),
	foreignTarget("BatchParameters: Batch parameters", func(t *eventstypes.Target) {
		t.BatchParameters = &eventstypes.BatchParameters{JobDefinition: aws.String("x"), JobName: aws.String("y")}
	}),
	foreignTarget("EcsParameters: ECS parameters", func(t *eventstypes.Target) {
		t.EcsParameters = &eventstypes.EcsParameters{TaskDefinitionArn: aws.String("x")}
	}),
	foreignTarget("HttpParameters: HTTP parameters", func(t *eventstypes.Target) {
		t.HttpParameters = &eventstypes.HttpParameters{HeaderParameters: map[string]string{"a": "b"}}
	}),
	foreignTarget("KinesisParameters: Kinesis parameters", func(t *eventstypes.Target) {
		t.KinesisParameters = &eventstypes.KinesisParameters{PartitionKeyPath: aws.String("$.x")}
	}),
	foreignTarget("RedshiftDataParameters: Redshift parameters", func(t *eventstypes.Target) {
		t.RedshiftDataParameters = &eventstypes.RedshiftDataParameters{Database: aws.String("x")}
	}),
	foreignTarget("RunCommandParameters: Run Command parameters", func(t *eventstypes.Target) {
		t.RunCommandParameters = &eventstypes.RunCommandParameters{RunCommandTargets: []eventstypes.RunCommandTarget{{Key: aws.String("x"), Values: []string{"y"}}}}
	}),
	foreignTarget("SageMakerPipelineParameters: SageMaker parameters", func(t *eventstypes.Target) {
		t.SageMakerPipelineParameters = &eventstypes.SageMakerPipelineParameters{}
	}),

	{field: "Rule.Arn deleted", changes: []string{"event_pattern", "rule_arn", "target_arn"}, does: func(h heldSubscription) { h.deleteRule(h.task) }},
	{field: "Target.Id another added", does: func(h heldSubscription) {
		_, err := h.events.PutTargets(h.t.Context(), &eventbridge.PutTargetsInput{Rule: &h.task, Targets: []eventstypes.Target{{Id: aws.String("theirs"), Arn: aws.String(h.arn("sqs", "theirs"))}}})
		h.must(err)
	}},
	// To events of ECS it is the same.
	{field: "Rule.State with CloudTrail's events", does: onRule(func(in *eventbridge.PutRuleInput) {
		in.State = eventstypes.RuleStateEnabledWithAllCloudtrailManagementEvents
	})},
	{field: "Rule.EventPattern written otherwise", imported: []string{"event_pattern"}, does: onRule(func(in *eventbridge.PutRuleInput) {
		in.EventPattern = aws.String(strings.ReplaceAll(*in.EventPattern, `":[`, `" : [ `))
	})},
}

// permissionDrift are changes of the statements in the policy of a queue.
var permissionDrift = []manualChange[heldSubscription]{
	{field: "statement removed", changes: []string{"permission_json"}, does: func(h heldSubscription) {
		h.setQueuePolicy(h.task+"-done", policyOf(othersStatement))
	}},
	{field: "statement widened", changes: []string{"permission_json"}, does: func(h heldSubscription) {
		h.setQueuePolicy(h.task+"-done", policyOf(othersStatement, h.ruleStatement("sqs:*")))
	}},
	{field: "statement written otherwise", does: func(h heldSubscription) {
		h.setQueuePolicy(h.task+"-done", otherwise(h.queuePolicy(h.task+"-done")))
	}},
	{field: "dead-letter statement removed", changes: []string{"dead_letter_permission_json"}, does: func(h heldSubscription) {
		h.setQueuePolicy(h.task+"-lost", policyOf(othersStatement))
	}},
	{field: "statement of others added", does: func(h heldSubscription) {
		h.setQueuePolicy(h.task+"-done", strings.Replace(h.queuePolicy(h.task+"-done"), `"Statement":[`,
			`"Statement":[{"Sid":"more","Effect":"Deny","Principal":"*","Action":"sqs:DeleteMessage","Resource":"*"},`, 1))
	}},
}

// holdFunctionSubscription is one of a function.
func holdFunctionSubscription(t *testing.T) heldSubscription {
	t.Helper()
	h := newSubscriptionFixture(t)
	notify := h.function("-notify")
	return heldSubscription{
		subscriptionFixture: h, core: newProtocolClient(t, "docker_task_subscription", nil),
		arguments: values{"name": h.task, "task": values{"name": h.task}, "function": notify},
		policies:  map[string]func() string{"function": func() string { return h.functionPolicy(notify) }},
	}
}

func (h heldSubscription) removePermission() {
	_, err := h.lambda.RemovePermission(h.t.Context(), &lambda.RemovePermissionInput{
		FunctionName: aws.String(h.task + "-notify"), StatementId: aws.String(subscriptionSid(h.arn("events", "rule/"+h.task))),
	})
	h.must(err)
}

func (h heldSubscription) addPermission(sid, principal, source string) {
	_, err := h.lambda.AddPermission(h.t.Context(), &lambda.AddPermissionInput{
		FunctionName: aws.String(h.task + "-notify"), StatementId: &sid, Action: aws.String("lambda:InvokeFunction"), Principal: &principal, SourceArn: &source,
	})
	h.must(err)
}

var functionDrift = []manualChange[heldSubscription]{
	{field: "statement of others added", does: func(h heldSubscription) { h.addPermission("theirs", "s3.amazonaws.com", "arn:aws:s3:::theirs") }},
	{field: "statement removed", changes: []string{"permission_json"}, does: func(h heldSubscription) { h.removePermission() }},
	{field: "statement for another rule", changes: []string{"permission_json"}, does: func(h heldSubscription) {
		h.removePermission()
		h.addPermission(subscriptionSid(h.arn("events", "rule/"+h.task)), "events.amazonaws.com", h.arn("events", "rule/another"))
	}},
	{field: "statement for another service", changes: []string{"permission_json"}, does: func(h heldSubscription) {
		h.removePermission()
		h.addPermission(subscriptionSid(h.arn("events", "rule/"+h.task)), "s3.amazonaws.com", h.arn("events", "rule/"+h.task))
	}},
}

// holdTopicSubscription is one of a topic.
func holdTopicSubscription(t *testing.T) heldSubscription {
	t.Helper()
	h := newSubscriptionFixture(t)
	news := h.topic("-news")
	return heldSubscription{
		subscriptionFixture: h, core: newProtocolClient(t, "docker_task_subscription", nil),
		arguments: values{"name": h.task, "task": values{"name": h.task}, "topic": news},
		policies:  map[string]func() string{"topic": func() string { return h.topicPolicy(news) }},
	}
}

func (h heldSubscription) setTopicPolicy(document string) {
	_, err := h.sns.SetTopicAttributes(h.t.Context(), &sns.SetTopicAttributesInput{
		TopicArn: aws.String(h.arn("sns", h.task+"-news")), AttributeName: aws.String("Policy"), AttributeValue: &document,
	})
	h.must(err)
}

// ruleStatement is a statement with the id of the rule's, for any action on anything.
func (h heldSubscription) ruleStatement(action string) string {
	return fmt.Sprintf(`{"Sid":"%s","Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"%s","Resource":"*"}`,
		subscriptionSid(h.arn("events", "rule/"+h.task)), action)
}

// editTopicPolicy changes the statements that the topic's policy has.
func (h heldSubscription) editTopicPolicy(change func(statements []any) []any) {
	h.t.Helper()
	document := map[string]any{}
	h.must(json.Unmarshal([]byte(h.topicPolicy(h.task+"-news")), &document))
	statements, _ := document["Statement"].([]any)
	document["Statement"] = change(statements)
	text, err := json.Marshal(document)
	h.must(err)
	h.setTopicPolicy(string(text))
}

// ofRule reports whether a statement of the topic's policy is the rule's.
func (h heldSubscription) ofRule(statement any) bool {
	s, _ := statement.(map[string]any)
	return s["Sid"] == subscriptionSid(h.arn("events", "rule/"+h.task))
}

// keepRulesStatement removes all statements but the rule's.
func (h heldSubscription) keepRulesStatement() {
	h.editTopicPolicy(func(all []any) []any { return slices.DeleteFunc(all, func(s any) bool { return !h.ofRule(s) }) })
}

var topicDrift = []manualChange[heldSubscription]{
	{field: "statement removed", changes: []string{"permission_json"}, does: func(h heldSubscription) {
		h.editTopicPolicy(func(all []any) []any { return slices.DeleteFunc(all, h.ofRule) })
	}},
	{field: "statement widened", changes: []string{"permission_json"}, does: func(h heldSubscription) {
		h.editTopicPolicy(func(all []any) []any {
			return append(slices.DeleteFunc(all, h.ofRule), json.RawMessage(h.ruleStatement("sns:*")))
		})
	}},
	{field: "statement written otherwise", does: func(h heldSubscription) { h.setTopicPolicy(otherwise(h.topicPolicy(h.task + "-news"))) }},
	{field: "statement of others added", does: func(h heldSubscription) {
		h.setTopicPolicy(strings.Replace(otherwise(h.topicPolicy(h.task+"-news")), `[{`,
			`[{"Sid":"more","Effect":"Deny","Principal":"*","Action":"sns:DeleteTopic","Resource":"*"},{`, 1))
	}},
	{field: "statements of others removed", does: heldSubscription.keepRulesStatement},
}

// TestAccSubscription_drift: manual changes of rule, target and the targets' policies.
func TestAccSubscription_drift(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		stand   func(*testing.T) heldSubscription
		changes []manualChange[heldSubscription]
	}{
		"rule":     {holdSubscription, ruleDrift},
		"queue":    {holdSubscription, permissionDrift},
		"function": {holdFunctionSubscription, functionDrift},
		"topic":    {holdTopicSubscription, topicDrift},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			drifts(t, test.stand, test.changes)
		})
	}
	t.Run("rule imported", func(t *testing.T) {
		t.Parallel()
		importedDrifts(t, holdSubscription, importableRuleDrift())
	})
}

// importableRuleDrift are the changes after which an import can recognise the rule of a subscription.
func importableRuleDrift() []manualChange[heldSubscription] {
	return slices.DeleteFunc(slices.Clone(ruleDrift), func(h manualChange[heldSubscription]) bool {
		return slices.Contains([]string{"Rule.EventPattern changed", "Rule.Arn deleted", "Rule: tags: unit removed", "Rule: tags: another unit"}, h.field)
	})
}

// TestAccSubscription_destroyed: after any manual change, destroy leaves nothing of the subscription, and all that
// belongs to others but targets on its rule.
func TestAccSubscription_destroyed(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		does   func(heldSubscription)
		leaves func(map[string]part) map[string]part // of what is there before
	}{
		"target of others on the rule": {does: func(h heldSubscription) {
			_, err := h.events.PutTargets(h.t.Context(), &eventbridge.PutTargetsInput{Rule: &h.task, Targets: []eventstypes.Target{{Id: aws.String("theirs"), Arn: aws.String(h.arn("sqs", "theirs"))}}})
			h.must(err)
		}},
		"target gone": {does: func(h heldSubscription) { h.removeTargets(h.task, "docker-task") }},
		"rule gone":   {does: func(h heldSubscription) { h.deleteRule(h.task) }},
		"statement gone": {does: func(h heldSubscription) {
			h.setQueuePolicy(h.task+"-done", policyOf(othersStatement))
		}},
		"rule and statements gone": {does: func(h heldSubscription) {
			h.deleteRule(h.task)
			h.setQueuePolicy(h.task+"-done", policyOf(othersStatement))
			h.setQueuePolicy(h.task+"-lost", policyOf(othersStatement))
		}},
		"queue's policy edited by others": {does: func(h heldSubscription) {
			h.setQueuePolicy(h.task+"-done", strings.Replace(h.queuePolicy(h.task+"-done"), `"Statement":[`,
				`"Statement":[{"Sid":"more","Effect":"Deny","Principal":"*","Action":"sqs:DeleteMessage","Resource":"*"},`, 1))
		}},
		"rule made again": {does: func(h heldSubscription) {
			h.deleteRule(h.task)
			_, err := h.events.PutRule(h.t.Context(), &eventbridge.PutRuleInput{Name: &h.task, EventPattern: aws.String(h.pattern("", `"RUNNING"`))})
			h.must(err)
		}},
		"rule of another subscription": {
			does:   func(h heldSubscription) { h.tagRule("docker-task:unit", anotherUnit) },
			leaves: func(all map[string]part) map[string]part { return all },
		},
	} {
		for _, refreshed := range []bool{true, false} {
			t.Run(name+map[bool]string{true: ", refreshed"}[refreshed], func(t *testing.T) {
				t.Parallel()
				h := holdSubscription(t)
				state := mustApply(t, h.core, h.arguments)
				test.does(h)
				want := h.look()
				if test.leaves == nil {
					delete(want, "rule")
					for name := range h.policies {
						delete(want["policy of "+name], subscriptionSid(h.arn("events", "rule/"+h.task)))
					}
				}
				var err error
				if refreshed {
					if state, err = h.core.refresh(state); err != nil {
						t.Fatal(err)
					}
				}
				if state.exists() {
					var said []string
					if test.leaves != nil {
						said = []string{"rule " + h.task, "on queue " + h.task + "-done", "on queue " + h.task + "-lost"}
					}
					h.core.mustLeave(t, state, said...)
				}
				if err := different(want, h.look()); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// TestAccSubscription_destroyed_lastStatement: SNS has no topic without a policy. If the subscription's statement is
// the only one, a destroy leaves the policy of a new topic.
func TestAccSubscription_destroyed_lastStatement(t *testing.T) {
	t.Parallel()
	h := holdTopicSubscription(t)
	before := h.look()
	state := mustApply(t, h.core, h.arguments)
	h.keepRulesStatement()
	if _, err := h.core.destroy(state); err != nil {
		t.Fatal(err)
	}
	if err := different(before, h.look()); err != nil {
		t.Error(err)
	}
}
