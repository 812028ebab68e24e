package acctest

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	schedulertypes "github.com/aws/aws-sdk-go-v2/service/scheduler/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// Whatever a unit may leave, or change of others, shows in Holdings; what it makes, in
// CheckAccountEmpty and, by its name, in CheckUnitGone too.
func TestHoldings(t *testing.T) {
	t.Parallel()
	OnEmulator(t, "it makes one of everything")
	cloud, name := AWS(t), RandomName(t)
	ctx := t.Context()
	must := func(_ any, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	CreateRole(t, name+"-theirs")
	topic, err := cloud.SNS.CreateTopic(ctx, &sns.CreateTopicInput{Name: aws.String(name)})
	must(topic, err)
	must(cloud.Lambda.CreateFunction(ctx, &lambda.CreateFunctionInput{
		FunctionName: &name, Role: aws.String(CreateRole(t, name+"-function")), PackageType: lambdatypes.PackageTypeImage,
		Code: &lambdatypes.FunctionCode{ImageUri: aws.String(AccountID(t) + ".dkr.ecr.us-east-1.amazonaws.com/code@sha256:0000000000000000000000000000000000000000000000000000000000000000")},
	}))
	policy := `{"Version":"2012-10-17","Statement":[{"Sid":"x","Effect":"Allow","Principal":"*","Action":"sns:Publish","Resource":"*"}]}`
	for _, tt := range []struct {
		kind string
		own  bool // a unit makes it
		add  func()
	}{
		{"task definition ", true, func() {
			must(cloud.Register(&ecs.RegisterTaskDefinitionInput{Family: &name, ContainerDefinitions: []ecstypes.ContainerDefinition{{Name: &name, Image: &name, Memory: aws.Int32(64)}}}), nil)
		}},
		{"log group ", true, func() { cloud.CreateLogGroup("/ecs/" + name) }},
		{"tags of log group ", false, func() { cloud.TagLogGroup("/ecs/"+name, "owner", "somebody") }},
		{"settings of role ", false, func() {
			must(cloud.IAM.TagRole(ctx, &iam.TagRoleInput{RoleName: aws.String(name + "-theirs"), Tags: []iamtypes.Tag{{Key: aws.String("owner"), Value: aws.String("somebody")}}}))
		}},
		{"settings of role ", false, func() {
			must(cloud.IAM.UpdateRole(ctx, &iam.UpdateRoleInput{RoleName: aws.String(name + "-theirs"), Description: aws.String("Another.")}))
		}},
		{"rule ", true, func() {
			must(cloud.Events.PutRule(ctx, &eventbridge.PutRuleInput{Name: &name, EventPattern: aws.String(`{"source":["aws.ecs"]}`)}))
		}},
		{"schedule default/", true, func() {
			must(cloud.Scheduler.CreateSchedule(ctx, &scheduler.CreateScheduleInput{
				Name: &name, ScheduleExpression: aws.String("rate(1 hour)"), FlexibleTimeWindow: &schedulertypes.FlexibleTimeWindow{Mode: schedulertypes.FlexibleTimeWindowModeOff},
				Target: &schedulertypes.Target{Arn: topic.TopicArn, RoleArn: topic.TopicArn},
			}))
		}},
		{"settings of cluster ", false, func() { must(cloud.ECS.CreateCluster(ctx, &ecs.CreateClusterInput{ClusterName: &name})) }},
		{"policy of role ", false, func() { cloud.PutRolePolicy(name+"-theirs", "more", policy) }},
		{"policy of queue ", false, func() {
			must(cloud.SQS.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: &name, Attributes: map[string]string{"Policy": policy}}))
		}},
		{"policy of topic ", false, func() {
			must(cloud.SNS.SetTopicAttributes(ctx, &sns.SetTopicAttributesInput{TopicArn: topic.TopicArn, AttributeName: aws.String("Policy"), AttributeValue: &policy}))
		}},
		{"policy of function ", false, func() {
			must(cloud.Lambda.AddPermission(ctx, &lambda.AddPermissionInput{
				FunctionName: &name, StatementId: aws.String("x"), Action: aws.String("lambda:InvokeFunction"), Principal: aws.String("events.amazonaws.com"),
			}))
		}},
	} {
		before := Holdings(t)
		tt.add()
		var fresh []string
		for _, line := range Holdings(t) {
			// A log group that is new has tags that are.
			if !slices.Contains(before, line) && line != "tags of "+tt.kind+"/ecs/"+name+" map[]" {
				fresh = append(fresh, line)
			}
		}
		if len(fresh) != 1 || !strings.HasPrefix(fresh[0], tt.kind) || !strings.Contains(fresh[0], name) {
			t.Errorf("%snew are %q", tt.kind, fresh)
		}
		for _, err := range []error{CheckAccountEmpty(t)(nil), CheckUnitGone(t, name)(nil)} {
			if seen := err != nil && strings.Contains(err.Error(), tt.kind); seen != tt.own {
				t.Errorf("%swhat is left: %v", tt.kind, err)
			}
		}
	}
}
