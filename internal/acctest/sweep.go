package acctest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	logstypes "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	schedulertypes "github.com/aws/aws-sdk-go-v2/service/scheduler/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
)

// sweepLimit bounds one sweeper: ECS deregisters about one task definition a second.
const sweepLimit = 20 * time.Minute

// registerSweepers registers what deletes the remains of broken test runs: whatever tests
// make whose name begins with [NamePrefix]. [Main] lets them loose on the account that
// [AccountVariable] names, and on no other.
func registerSweepers() {
	// What runs or calls something goes before that, and whatever has a role before the role.
	add := func(name string, sweep func(context.Context, *sweeper) error, dependencies ...string) {
		resource.AddTestSweepers(name, &resource.Sweeper{
			Name:         name,
			Dependencies: dependencies,
			F:            func(region string) error { return sweepRegion(region, sweep) },
		})
	}
	add("docker_task_schedules", sweepSchedules)
	add("docker_task_rules", sweepRules)
	add("docker_task_definitions", sweepTaskDefinitions, "docker_task_schedules")
	add("docker_task_clusters", sweepClusters)
	add("docker_task_functions", sweepFunctions, "docker_task_rules")
	add("docker_task_queues", sweepQueues, "docker_task_rules", "docker_task_schedules")
	add("docker_task_topics", sweepTopics, "docker_task_rules")
	add("docker_task_roles", sweepRoles, "docker_task_definitions", "docker_task_functions")
	add("docker_task_policies", sweepPolicies, "docker_task_roles")
	add("docker_task_log_groups", sweepLogGroups, "docker_task_definitions", "docker_task_functions")
}

func sweepRegion(region string, sweep func(context.Context, *sweeper) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), sweepLimit)
	defer cancel()
	configuration, err := config.LoadDefaultConfig(ctx, config.WithRegion(region), config.WithRetryMaxAttempts(20), plainBody)
	if err != nil {
		return err
	}
	return sweep(ctx, &sweeper{Cloud: newCloud(configuration), configuration: configuration})
}

// sweeper is the account in one region, and the configuration for the clients that only
// sweepers need.
type sweeper struct {
	*Cloud
	configuration aws.Config
}

// isTestName reports whether something was made by a test. Log groups and the URLs of queues
// have a path before the name.
func isTestName(name string) bool {
	return strings.HasPrefix(name[strings.LastIndexByte(name, '/')+1:], NamePrefix)
}

// each deletes those that a test made, by name, and goes on after an error.
func each[T any](what string, all []T, name func(T) string, remove func(T) error) error {
	var errs []error
	for _, one := range all {
		if !isTestName(name(one)) {
			continue
		}
		if err := remove(one); err != nil {
			errs = append(errs, fmt.Errorf("%s %s: %w", what, name(one), err))
		}
	}
	return errors.Join(errs...)
}

func itself(name string) string { return name }

func sweepTaskDefinitions(ctx context.Context, cloud *sweeper) error {
	arns, err := activeTaskDefinitions(ctx, cloud.ECS, "")
	if err != nil {
		return err
	}
	return each("task definition", arns, familyOf, func(arn string) error {
		_, err := cloud.ECS.DeregisterTaskDefinition(ctx, &ecs.DeregisterTaskDefinitionInput{TaskDefinition: &arn})
		return err
	})
}

func sweepClusters(ctx context.Context, cloud *sweeper) error {
	all, err := clusters(ctx, cloud.Cloud)
	if err != nil {
		return err
	}
	return each("cluster", all, func(c ecstypes.Cluster) string { return aws.ToString(c.ClusterName) }, func(c ecstypes.Cluster) error {
		_, err := cloud.ECS.DeleteCluster(ctx, &ecs.DeleteClusterInput{Cluster: c.ClusterName})
		return err
	})
}

// sweepRoles sweeps all regions' roles at once, for roles have none.
func sweepRoles(ctx context.Context, cloud *sweeper) error {
	names, err := roleNames(ctx, cloud.IAM)
	if err != nil {
		return err
	}
	return each("role", names, itself, func(name string) error {
		if err := leaveProfiles(ctx, cloud.IAM, name); err != nil {
			return err
		}
		if err := deleteRole(ctx, cloud.IAM, name); !isNoSuchEntity(err) {
			return err
		}
		return nil
	})
}

// leaveProfiles takes a role out of instance profiles, which AWS wants before it deletes the
// role, and deletes those profiles that a test made.
func leaveProfiles(ctx context.Context, client *iam.Client, role string) error {
	out, err := client.ListInstanceProfilesForRole(ctx, &iam.ListInstanceProfilesForRoleInput{RoleName: &role})
	if err != nil {
		return err
	}
	for _, profile := range out.InstanceProfiles {
		if _, err := client.RemoveRoleFromInstanceProfile(ctx, &iam.RemoveRoleFromInstanceProfileInput{InstanceProfileName: profile.InstanceProfileName, RoleName: &role}); err != nil {
			return err
		}
		if !isTestName(aws.ToString(profile.InstanceProfileName)) {
			continue
		}
		if _, err := client.DeleteInstanceProfile(ctx, &iam.DeleteInstanceProfileInput{InstanceProfileName: profile.InstanceProfileName}); err != nil {
			return err
		}
	}
	return nil
}

// sweepPolicies deletes managed policies, which are attached to nothing once the roles are gone.
func sweepPolicies(ctx context.Context, cloud *sweeper) error {
	var all []iamtypes.Policy
	pages := iam.NewListPoliciesPaginator(cloud.IAM, &iam.ListPoliciesInput{Scope: iamtypes.PolicyScopeTypeLocal})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		all = append(all, page.Policies...)
	}
	return each("policy", all, func(p iamtypes.Policy) string { return aws.ToString(p.PolicyName) }, func(p iamtypes.Policy) error {
		_, err := cloud.IAM.DeletePolicy(ctx, &iam.DeletePolicyInput{PolicyArn: p.Arn})
		return err
	})
}

func sweepLogGroups(ctx context.Context, cloud *sweeper) error {
	groups, err := logGroups(ctx, cloud.Logs, "")
	if err != nil {
		return err
	}
	return each("log group", groups, func(g logstypes.LogGroup) string { return aws.ToString(g.LogGroupName) }, func(g logstypes.LogGroup) error {
		_, err := cloud.Logs.DeleteLogGroup(ctx, &cloudwatchlogs.DeleteLogGroupInput{LogGroupName: g.LogGroupName})
		return err
	})
}

// sweepRules deletes rules of the default event bus, with whatever targets they have.
func sweepRules(ctx context.Context, cloud *sweeper) error {
	client := eventbridge.NewFromConfig(cloud.configuration)
	var names []string
	input := &eventbridge.ListRulesInput{NamePrefix: aws.String(NamePrefix)}
	for {
		page, err := client.ListRules(ctx, input)
		if err != nil {
			return err
		}
		for _, rule := range page.Rules {
			names = append(names, aws.ToString(rule.Name))
		}
		if input.NextToken = page.NextToken; input.NextToken == nil {
			break
		}
	}
	return each("rule", names, itself, func(name string) error {
		targets, err := client.ListTargetsByRule(ctx, &eventbridge.ListTargetsByRuleInput{Rule: &name})
		if err != nil {
			return err
		}
		var ids []string
		for _, target := range targets.Targets {
			ids = append(ids, aws.ToString(target.Id))
		}
		if len(ids) > 0 {
			if _, err := client.RemoveTargets(ctx, &eventbridge.RemoveTargetsInput{Rule: &name, Ids: ids}); err != nil {
				return err
			}
		}
		_, err = client.DeleteRule(ctx, &eventbridge.DeleteRuleInput{Name: &name})
		return err
	})
}

// sweepSchedules deletes schedules of all groups, then the groups.
func sweepSchedules(ctx context.Context, cloud *sweeper) error {
	client := scheduler.NewFromConfig(cloud.configuration)
	var schedules []schedulertypes.ScheduleSummary
	pages := scheduler.NewListSchedulesPaginator(client, &scheduler.ListSchedulesInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		schedules = append(schedules, page.Schedules...)
	}
	var groups []schedulertypes.ScheduleGroupSummary
	groupPages := scheduler.NewListScheduleGroupsPaginator(client, &scheduler.ListScheduleGroupsInput{})
	for groupPages.HasMorePages() {
		page, err := groupPages.NextPage(ctx)
		if err != nil {
			return err
		}
		groups = append(groups, page.ScheduleGroups...)
	}
	return errors.Join(
		each("schedule", schedules, func(s schedulertypes.ScheduleSummary) string { return aws.ToString(s.Name) }, func(s schedulertypes.ScheduleSummary) error {
			_, err := client.DeleteSchedule(ctx, &scheduler.DeleteScheduleInput{Name: s.Name, GroupName: s.GroupName})
			return err
		}),
		each("schedule group", groups, func(g schedulertypes.ScheduleGroupSummary) string { return aws.ToString(g.Name) }, func(g schedulertypes.ScheduleGroupSummary) error {
			_, err := client.DeleteScheduleGroup(ctx, &scheduler.DeleteScheduleGroupInput{Name: g.Name})
			return err
		}))
}

// sweepFunctions deletes functions, and with each the policy in which rules are let in.
func sweepFunctions(ctx context.Context, cloud *sweeper) error {
	client := lambda.NewFromConfig(cloud.configuration)
	var names []string
	pages := lambda.NewListFunctionsPaginator(client, &lambda.ListFunctionsInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, function := range page.Functions {
			names = append(names, aws.ToString(function.FunctionName))
		}
	}
	return each("function", names, itself, func(name string) error {
		_, err := client.DeleteFunction(ctx, &lambda.DeleteFunctionInput{FunctionName: &name})
		return err
	})
}

func sweepQueues(ctx context.Context, cloud *sweeper) error {
	client := sqs.NewFromConfig(cloud.configuration)
	var urls []string
	pages := sqs.NewListQueuesPaginator(client, &sqs.ListQueuesInput{QueueNamePrefix: aws.String(NamePrefix)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		urls = append(urls, page.QueueUrls...)
	}
	return each("queue", urls, itself, func(url string) error { // ends in /NAME
		_, err := client.DeleteQueue(ctx, &sqs.DeleteQueueInput{QueueUrl: &url})
		return err
	})
}

func sweepTopics(ctx context.Context, cloud *sweeper) error {
	client := sns.NewFromConfig(cloud.configuration)
	var arns []string
	pages := sns.NewListTopicsPaginator(client, &sns.ListTopicsInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, topic := range page.Topics {
			arns = append(arns, aws.ToString(topic.TopicArn))
		}
	}
	return each("topic", arns, afterColon, func(arn string) error {
		_, err := client.DeleteTopic(ctx, &sns.DeleteTopicInput{TopicArn: &arn})
		return err
	})
}

// afterColon is the name in the ARN of a topic.
func afterColon(arn string) string { return arn[strings.LastIndexByte(arn, ':')+1:] }
