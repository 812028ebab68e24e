package acctest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// holding is something that an account has, of a kind that this provider may make or change.
type holding struct {
	kind string
	// name is what a unit's name is looked for in; of a task definition its family.
	name string
	// id identifies it if the name does not.
	id string
	// says is the text that the provider may change although the object is another owner's: the policy of a
	// queue, or of a consumer's role.
	says string
}

func (h holding) String() string {
	id := h.id
	if id == "" {
		id = h.name
	}
	return h.kind + " " + id
}

// lister finds the holdings of one kind.
type lister func(ctx context.Context, c *Cloud) ([]holding, error)

// Holdings are all task definitions (ACTIVE), roles, log groups, rules and schedules of the
// test's account, clusters of units, what roles, clusters and log groups are set to, and the policies of its roles, queues,
// topics and functions: one line each, sorted. Two lists are the same exactly if nothing was left
// and nothing of others was changed that this provider changes.
func Holdings(t testing.TB) []string {
	t.Helper()
	all := held(t, unitHoldings, settingsOfRoles, settingsOfClusters, tagsOfLogGroups, policiesOfRoles, policiesOfQueues, policiesOfTopics, policiesOfFunctions)
	lines := make([]string, len(all))
	for i, h := range all {
		lines[i] = strings.TrimSpace(h.String() + " " + h.says)
	}
	slices.Sort(lines)
	return lines
}

// Part is a part of a unit.
type Part struct {
	// Name is that of the part; of a task definition its family.
	Name string
	line string
}

// String is the part's line among [Holdings].
func (p Part) String() string { return p.line }

// Parts are those of [Holdings] that a unit makes, of which none is made over one that exists.
func Parts(t testing.TB) []Part {
	t.Helper()
	all := held(t, unitHoldings)
	parts := make([]Part, len(all))
	for i, h := range all {
		parts[i] = Part{Name: h.name, line: h.String()}
	}
	return parts
}

func held(t testing.TB, listers ...lister) []holding {
	t.Helper()
	cloud := AWS(t)
	ctx, cancel := cloud.context()
	defer cancel()
	all, err := cloud.holdings(ctx, listers...)
	cloud.must(err, "looking at what the account has")
	return all
}

func (c *Cloud) holdings(ctx context.Context, listers ...lister) ([]holding, error) {
	var all []holding
	for _, list := range listers {
		some, err := list(ctx, c)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

// unitHoldings are those that a unit makes.
func unitHoldings(ctx context.Context, c *Cloud) ([]holding, error) {
	return c.holdings(ctx, heldDefinitions, heldRoles, heldLogGroups, heldRules, heldSchedules, heldClusters)
}

func heldDefinitions(ctx context.Context, c *Cloud) ([]holding, error) {
	arns, err := activeTaskDefinitions(ctx, c.ECS, "")
	out := make([]holding, len(arns))
	for i, arn := range arns {
		out[i] = holding{kind: "task definition", name: familyOf(arn), id: arn}
	}
	return out, err
}

// familyOf is the family in a task definition's ARN, arn:…:task-definition/FAMILY:REVISION.
func familyOf(arn string) string {
	_, family, _ := strings.Cut(arn, "/")
	family, _, _ = strings.Cut(family, ":")
	return family
}

const kindRole = "role"

func heldRoles(ctx context.Context, c *Cloud) ([]holding, error) {
	names, err := roleNames(ctx, c.IAM)
	return named(kindRole, names), err
}

func named(kind string, names []string) []holding {
	out := make([]holding, len(names))
	for i, name := range names {
		out[i] = holding{kind: kind, name: name}
	}
	return out
}

func heldLogGroups(ctx context.Context, c *Cloud) ([]holding, error) {
	groups, err := logGroups(ctx, c.Logs, "")
	var out []holding
	for _, group := range groups {
		out = append(out, holding{kind: "log group", name: aws.ToString(group.LogGroupName)})
	}
	return out, err
}

func heldRules(ctx context.Context, c *Cloud) ([]holding, error) {
	var out []holding
	in := &eventbridge.ListRulesInput{}
	for {
		page, err := c.Events.ListRules(ctx, in)
		if err != nil {
			return nil, err
		}
		for _, rule := range page.Rules {
			out = append(out, holding{kind: "rule", name: aws.ToString(rule.Name)})
		}
		if aws.ToString(page.NextToken) == "" {
			return out, nil
		}
		in.NextToken = page.NextToken
	}
}

func heldSchedules(ctx context.Context, c *Cloud) ([]holding, error) {
	var out []holding
	pages := scheduler.NewListSchedulesPaginator(c.Scheduler, &scheduler.ListSchedulesInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, s := range page.Schedules {
			out = append(out, holding{kind: "schedule", name: aws.ToString(s.Name), id: aws.ToString(s.GroupName) + "/" + aws.ToString(s.Name)})
		}
	}
	return out, nil
}

// clusters are all that were not deleted.
func clusters(ctx context.Context, c *Cloud) ([]ecstypes.Cluster, error) {
	var arns []string
	pages := ecs.NewListClustersPaginator(c.ECS, &ecs.ListClustersInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		arns = append(arns, page.ClusterArns...)
	}
	if len(arns) == 0 {
		return nil, nil
	}
	out, err := c.ECS.DescribeClusters(ctx, &ecs.DescribeClustersInput{
		Clusters: arns, Include: []ecstypes.ClusterField{ecstypes.ClusterFieldTags, ecstypes.ClusterFieldSettings, ecstypes.ClusterFieldConfigurations},
	})
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(out.Clusters, func(c ecstypes.Cluster) bool { return aws.ToString(c.Status) == "INACTIVE" }), nil
}

// unitTag is the tag by which a part belongs to a unit.
const unitTag = "docker-task:unit"

// heldClusters are those that carry the id of a unit: any other belongs to others.
func heldClusters(ctx context.Context, c *Cloud) ([]holding, error) {
	all, err := clusters(ctx, c)
	var out []holding
	for _, cluster := range all {
		if slices.ContainsFunc(cluster.Tags, func(t ecstypes.Tag) bool { return aws.ToString(t.Key) == unitTag }) {
			out = append(out, holding{kind: "cluster", name: aws.ToString(cluster.ClusterName)})
		}
	}
	return out, err
}

func settingsOfClusters(ctx context.Context, c *Cloud) ([]holding, error) {
	all, err := clusters(ctx, c)
	var out []holding
	for _, cluster := range all {
		tags := map[string]string{}
		for _, tag := range cluster.Tags {
			tags[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
		}
		settings, err := json.Marshal([]any{cluster.CapacityProviders, cluster.DefaultCapacityProviderStrategy, cluster.Settings, cluster.Configuration})
		if err != nil {
			return nil, err
		}
		out = append(out, holding{kind: "settings of cluster", name: aws.ToString(cluster.ClusterName), says: fmt.Sprint(tags, " ", string(settings))})
	}
	return out, err
}

func settingsOfRoles(ctx context.Context, c *Cloud) ([]holding, error) {
	roles, err := roleNames(ctx, c.IAM)
	if err != nil {
		return nil, err
	}
	var out []holding
	for _, name := range roles {
		got, err := c.IAM.GetRole(ctx, &iam.GetRoleInput{RoleName: &name})
		if err != nil {
			return nil, err
		}
		role := got.Role
		var boundary string
		if role.PermissionsBoundary != nil {
			boundary = aws.ToString(role.PermissionsBoundary.PermissionsBoundaryArn)
		}
		tags := map[string]string{}
		for _, tag := range role.Tags {
			tags[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
		}
		out = append(out, holding{kind: "settings of role", name: name, says: fmt.Sprintf("%v boundary %q description %q for %d s trust %s",
			tags, boundary, aws.ToString(role.Description), aws.ToInt32(role.MaxSessionDuration), canonical(aws.ToString(role.AssumeRolePolicyDocument)))})
	}
	return out, nil
}

// tagsOfLogGroups: of a log group that was adopted the unit gives back the tags; its retention and
// key stay as they were set.
func tagsOfLogGroups(ctx context.Context, c *Cloud) ([]holding, error) {
	groups, err := logGroups(ctx, c.Logs, "")
	if err != nil {
		return nil, err
	}
	var out []holding
	for _, group := range groups {
		tags, err := c.Logs.ListTagsForResource(ctx, &cloudwatchlogs.ListTagsForResourceInput{ResourceArn: aws.String(strings.TrimSuffix(aws.ToString(group.Arn), ":*"))})
		if err != nil {
			return nil, err
		}
		out = append(out, holding{kind: "tags of log group", name: aws.ToString(group.LogGroupName), says: fmt.Sprint(tags.Tags)})
	}
	return out, nil
}

func policiesOfRoles(ctx context.Context, c *Cloud) ([]holding, error) {
	roles, err := roleNames(ctx, c.IAM)
	if err != nil {
		return nil, err
	}
	var out []holding
	for _, role := range roles {
		names, err := inlinePolicies(ctx, c.IAM, role)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			policy, err := c.IAM.GetRolePolicy(ctx, &iam.GetRolePolicyInput{RoleName: &role, PolicyName: &name})
			if err != nil {
				return nil, err
			}
			out = append(out, holding{kind: "policy of role", name: role, id: role + " " + name, says: canonical(aws.ToString(policy.PolicyDocument))})
		}
		arns, err := attachedPolicies(ctx, c.IAM, role)
		if err != nil {
			return nil, err
		}
		for _, arn := range arns {
			out = append(out, holding{kind: "attached to role", name: role, id: role + " " + arn})
		}
	}
	return out, nil
}

func policiesOfQueues(ctx context.Context, c *Cloud) ([]holding, error) {
	var out []holding
	pages := sqs.NewListQueuesPaginator(c.SQS, &sqs.ListQueuesInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, url := range page.QueueUrls {
			attributes, err := c.SQS.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
				QueueUrl: &url, AttributeNames: []sqstypes.QueueAttributeName{sqstypes.QueueAttributeNamePolicy},
			})
			if err != nil {
				return nil, err
			}
			out = append(out, holding{kind: "policy of queue", name: url, says: canonical(attributes.Attributes["Policy"])})
		}
	}
	return out, nil
}

func policiesOfTopics(ctx context.Context, c *Cloud) ([]holding, error) {
	var out []holding
	pages := sns.NewListTopicsPaginator(c.SNS, &sns.ListTopicsInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, topic := range page.Topics {
			attributes, err := c.SNS.GetTopicAttributes(ctx, &sns.GetTopicAttributesInput{TopicArn: topic.TopicArn})
			if err != nil {
				return nil, err
			}
			out = append(out, holding{kind: "policy of topic", name: aws.ToString(topic.TopicArn), says: canonical(attributes.Attributes["Policy"])})
		}
	}
	return out, nil
}

// policiesOfFunctions: a function's policy without a statement is none.
func policiesOfFunctions(ctx context.Context, c *Cloud) ([]holding, error) {
	var out []holding
	pages := lambda.NewListFunctionsPaginator(c.Lambda, &lambda.ListFunctionsInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, function := range page.Functions {
			policy, err := c.Lambda.GetPolicy(ctx, &lambda.GetPolicyInput{FunctionName: function.FunctionName})
			if errors.As(err, new(*lambdatypes.ResourceNotFoundException)) {
				continue
			}
			if err != nil {
				return nil, fmt.Errorf("policy of function %s: %w", aws.ToString(function.FunctionName), err)
			}
			if says := canonical(aws.ToString(policy.Policy)); strings.Contains(says, `"Sid"`) {
				out = append(out, holding{kind: "policy of function", name: aws.ToString(function.FunctionName), says: says})
			}
		}
	}
	return out, nil
}

// canonical is a policy's JSON in one spelling; IAM's is URL-encoded.
func canonical(policy string) string {
	if decoded, err := url.PathUnescape(policy); err == nil {
		policy = decoded
	}
	var v any
	if json.Unmarshal([]byte(policy), &v) != nil {
		return policy
	}
	text, err := json.Marshal(v)
	if err != nil {
		return policy
	}
	return string(text)
}
