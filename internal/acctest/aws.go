package acctest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	logstypes "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	smithymiddleware "github.com/aws/smithy-go/middleware"

	"github.com/dockertask/terraform-provider-docker/internal/aws/middleware"
)

// Cloud reads and changes the test's AWS account from outside of the provider: its calls go
// around the test's [Proxy]. Methods of which a test needs only the result fail the test
// on an error.
type Cloud struct {
	ECS       *ecs.Client
	IAM       *iam.Client
	Logs      *cloudwatchlogs.Client
	Events    *eventbridge.Client
	Scheduler *scheduler.Client
	SQS       *sqs.Client
	SNS       *sns.Client
	Lambda    *lambda.Client

	t testing.TB
}

// cloudCallLimit bounds every call of a [Cloud].
const cloudCallLimit = time.Minute

// AWS is the test's account.
func AWS(t testing.TB) *Cloud {
	t.Helper()
	of := accountOf(t)
	configuration, err := configurationFor(context.Background(), of)
	if err != nil {
		t.Fatalf("acctest: AWS configuration: %v", err)
	}
	cloud := newCloud(configuration)
	cloud.t = t
	return cloud
}

func newCloud(configuration aws.Config) *Cloud {
	return &Cloud{
		ECS:       ecs.NewFromConfig(configuration),
		IAM:       iam.NewFromConfig(configuration),
		Logs:      cloudwatchlogs.NewFromConfig(configuration),
		Events:    eventbridge.NewFromConfig(configuration),
		Scheduler: scheduler.NewFromConfig(configuration),
		SQS:       sqs.NewFromConfig(configuration),
		SNS:       sns.NewFromConfig(configuration),
		Lambda:    lambda.NewFromConfig(configuration),
	}
}

// plainBody is what all clients of the tests have in common with the provider's: an answer that was
// lost on this machine would be a call made twice.
var plainBody = config.WithAPIOptions([]func(*smithymiddleware.Stack) error{middleware.PlainBody})

// configurationFor is the SDK's configuration for an account, around its proxy.
func configurationFor(ctx context.Context, of *account) (aws.Config, error) {
	if session.kind == sessionReal {
		return config.LoadDefaultConfig(ctx, plainBody)
	}
	return config.LoadDefaultConfig(ctx,
		plainBody,
		config.WithRegion(emulatorRegion),
		config.WithBaseEndpoint(session.emulator.url),
		config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider(accessKey(of.id), emulatorSecret, "")),
		config.WithHTTPClient(accountClient{of.id}),
	)
}

// accountClient names the account to the emulator, as the gateway does for providers.
type accountClient struct{ account string }

func (c accountClient) Do(request *http.Request) (*http.Response, error) {
	request.Header.Set(accountHeader, c.account)
	return emulatorTransport.RoundTrip(request)
}

func (c *Cloud) context() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), cloudCallLimit)
}

func (c *Cloud) must(err error, format string, args ...any) {
	c.t.Helper()
	if err != nil {
		c.t.Fatalf("acctest: %s: %v", fmt.Sprintf(format, args...), err)
	}
}

// Role is the role, or nil if there is none of that name.
func (c *Cloud) Role(name string) *iamtypes.Role {
	c.t.Helper()
	ctx, cancel := c.context()
	defer cancel()
	answer, err := c.IAM.GetRole(ctx, &iam.GetRoleInput{RoleName: &name})
	if isNoSuchEntity(err) {
		return nil
	}
	c.must(err, "role %s", name)
	return answer.Role
}

// RoleExists reports whether there is a role of that name.
func (c *Cloud) RoleExists(name string) bool {
	c.t.Helper()
	return c.Role(name) != nil
}

// TrustPolicy is the role's trust policy as JSON.
func (c *Cloud) TrustPolicy(role string) string {
	c.t.Helper()
	found := c.Role(role)
	if found == nil {
		c.t.Fatalf("acctest: there is no role %s", role)
	}
	return c.decodePolicy(aws.ToString(found.AssumeRolePolicyDocument))
}

// PutTrustPolicy replaces the role's trust policy.
func (c *Cloud) PutTrustPolicy(role, document string) {
	c.t.Helper()
	ctx, cancel := c.context()
	defer cancel()
	_, err := c.IAM.UpdateAssumeRolePolicy(ctx, &iam.UpdateAssumeRolePolicyInput{RoleName: &role, PolicyDocument: &document})
	c.must(err, "trust policy of role %s", role)
}

// RolePolicies are the names of the role's inline policies, sorted.
func (c *Cloud) RolePolicies(role string) []string {
	c.t.Helper()
	ctx, cancel := c.context()
	defer cancel()
	names, err := inlinePolicies(ctx, c.IAM, role)
	c.must(err, "inline policies of role %s", role)
	slices.Sort(names)
	return names
}

// RolePolicy is an inline policy's document as JSON; found is false if there is no such
// policy or role.
func (c *Cloud) RolePolicy(role, policy string) (document string, found bool) {
	c.t.Helper()
	ctx, cancel := c.context()
	defer cancel()
	answer, err := c.IAM.GetRolePolicy(ctx, &iam.GetRolePolicyInput{RoleName: &role, PolicyName: &policy})
	if isNoSuchEntity(err) {
		return "", false
	}
	c.must(err, "policy %s of role %s", policy, role)
	return c.decodePolicy(aws.ToString(answer.PolicyDocument)), true
}

// decodePolicy undoes the URL encoding in which IAM returns documents.
func (c *Cloud) decodePolicy(encoded string) string {
	c.t.Helper()
	document, err := url.PathUnescape(encoded)
	c.must(err, "decoding a policy")
	return document
}

// PutRolePolicy sets an inline policy of the role.
func (c *Cloud) PutRolePolicy(role, policy, document string) {
	c.t.Helper()
	ctx, cancel := c.context()
	defer cancel()
	_, err := c.IAM.PutRolePolicy(ctx, &iam.PutRolePolicyInput{RoleName: &role, PolicyName: &policy, PolicyDocument: &document})
	c.must(err, "putting policy %s of role %s", policy, role)
}

// DeleteRolePolicy deletes an inline policy of the role.
func (c *Cloud) DeleteRolePolicy(role, policy string) {
	c.t.Helper()
	ctx, cancel := c.context()
	defer cancel()
	_, err := c.IAM.DeleteRolePolicy(ctx, &iam.DeleteRolePolicyInput{RoleName: &role, PolicyName: &policy})
	c.must(err, "deleting policy %s of role %s", policy, role)
}

// AttachedPolicies are the ARNs of the managed policies attached to the role, sorted.
func (c *Cloud) AttachedPolicies(role string) []string {
	c.t.Helper()
	ctx, cancel := c.context()
	defer cancel()
	arns, err := attachedPolicies(ctx, c.IAM, role)
	c.must(err, "policies attached to role %s", role)
	slices.Sort(arns)
	return arns
}

// AttachPolicy attaches a managed policy to the role.
func (c *Cloud) AttachPolicy(role, arn string) {
	c.t.Helper()
	ctx, cancel := c.context()
	defer cancel()
	_, err := c.IAM.AttachRolePolicy(ctx, &iam.AttachRolePolicyInput{RoleName: &role, PolicyArn: &arn})
	c.must(err, "attaching %s to role %s", arn, role)
}

// DetachPolicy detaches a managed policy from the role.
func (c *Cloud) DetachPolicy(role, arn string) {
	c.t.Helper()
	ctx, cancel := c.context()
	defer cancel()
	_, err := c.IAM.DetachRolePolicy(ctx, &iam.DetachRolePolicyInput{RoleName: &role, PolicyArn: &arn})
	c.must(err, "detaching %s from role %s", arn, role)
}

// DeleteRole deletes the role and what hangs on it.
func (c *Cloud) DeleteRole(name string) {
	c.t.Helper()
	ctx, cancel := c.context()
	defer cancel()
	c.must(deleteRole(ctx, c.IAM, name), "deleting role %s", name)
}

// RoleTags are the role's tags.
func (c *Cloud) RoleTags(role string) map[string]string {
	c.t.Helper()
	ctx, cancel := c.context()
	defer cancel()
	tags := make(map[string]string)
	pages := iam.NewListRoleTagsPaginator(c.IAM, &iam.ListRoleTagsInput{RoleName: &role})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		c.must(err, "tags of role %s", role)
		for _, tag := range page.Tags {
			tags[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
		}
	}
	return tags
}

// TagRole sets one tag of the role.
func (c *Cloud) TagRole(role, key, value string) {
	c.t.Helper()
	ctx, cancel := c.context()
	defer cancel()
	_, err := c.IAM.TagRole(ctx, &iam.TagRoleInput{RoleName: &role, Tags: []iamtypes.Tag{{Key: &key, Value: &value}}})
	c.must(err, "tagging role %s", role)
}

// UntagRole removes tags of the role.
func (c *Cloud) UntagRole(role string, keys ...string) {
	c.t.Helper()
	ctx, cancel := c.context()
	defer cancel()
	_, err := c.IAM.UntagRole(ctx, &iam.UntagRoleInput{RoleName: &role, TagKeys: keys})
	c.must(err, "untagging role %s", role)
}

// LogGroup is the log group, or nil if there is none of that name.
func (c *Cloud) LogGroup(name string) *logstypes.LogGroup {
	c.t.Helper()
	ctx, cancel := c.context()
	defer cancel()
	groups, err := logGroups(ctx, c.Logs, name)
	c.must(err, "log group %s", name)
	for _, group := range groups {
		if aws.ToString(group.LogGroupName) == name {
			return &group
		}
	}
	return nil
}

// Retention is the log group's retention in days, 0 if it keeps events for ever.
func (c *Cloud) Retention(group string) int {
	c.t.Helper()
	found := c.LogGroup(group)
	if found == nil {
		c.t.Fatalf("acctest: there is no log group %s", group)
	}
	return int(aws.ToInt32(found.RetentionInDays))
}

// PutRetention sets the log group's retention in days; 0 keeps events for ever.
func (c *Cloud) PutRetention(group string, days int) {
	c.t.Helper()
	ctx, cancel := c.context()
	defer cancel()
	var err error
	if days == 0 {
		_, err = c.Logs.DeleteRetentionPolicy(ctx, &cloudwatchlogs.DeleteRetentionPolicyInput{LogGroupName: &group})
	} else {
		_, err = c.Logs.PutRetentionPolicy(ctx, &cloudwatchlogs.PutRetentionPolicyInput{LogGroupName: &group, RetentionInDays: aws.Int32(int32(days))})
	}
	c.must(err, "retention of log group %s", group)
}

// CreateLogGroup makes a log group.
func (c *Cloud) CreateLogGroup(name string) {
	c.t.Helper()
	ctx, cancel := c.context()
	defer cancel()
	_, err := c.Logs.CreateLogGroup(ctx, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: &name})
	c.must(err, "making log group %s", name)
}

// DeleteLogGroup deletes the log group.
func (c *Cloud) DeleteLogGroup(name string) {
	c.t.Helper()
	ctx, cancel := c.context()
	defer cancel()
	_, err := c.Logs.DeleteLogGroup(ctx, &cloudwatchlogs.DeleteLogGroupInput{LogGroupName: &name})
	c.must(err, "deleting log group %s", name)
}

// LogGroupTags are the log group's tags.
func (c *Cloud) LogGroupTags(name string) map[string]string {
	c.t.Helper()
	ctx, cancel := c.context()
	defer cancel()
	answer, err := c.Logs.ListTagsForResource(ctx, &cloudwatchlogs.ListTagsForResourceInput{ResourceArn: c.logGroupARN(name)})
	c.must(err, "tags of log group %s", name)
	return answer.Tags
}

// TagLogGroup sets one tag of the log group.
func (c *Cloud) TagLogGroup(name, key, value string) {
	c.t.Helper()
	ctx, cancel := c.context()
	defer cancel()
	_, err := c.Logs.TagResource(ctx, &cloudwatchlogs.TagResourceInput{ResourceArn: c.logGroupARN(name), Tags: map[string]string{key: value}})
	c.must(err, "tagging log group %s", name)
}

// UntagLogGroup removes tags of the log group.
func (c *Cloud) UntagLogGroup(name string, keys ...string) {
	c.t.Helper()
	ctx, cancel := c.context()
	defer cancel()
	_, err := c.Logs.UntagResource(ctx, &cloudwatchlogs.UntagResourceInput{ResourceArn: c.logGroupARN(name), TagKeys: keys})
	c.must(err, "untagging log group %s", name)
}

// logGroupARN is the ARN as the tag operations take it: without the ":*" that
// DescribeLogGroups appends.
func (c *Cloud) logGroupARN(name string) *string {
	c.t.Helper()
	group := c.LogGroup(name)
	if group == nil {
		c.t.Fatalf("acctest: there is no log group %s", name)
	}
	return aws.String(strings.TrimSuffix(aws.ToString(group.Arn), ":*"))
}

// ActiveRevisions are the ARNs of the family's ACTIVE revisions, oldest first.
func (c *Cloud) ActiveRevisions(family string) []string {
	c.t.Helper()
	ctx, cancel := c.context()
	defer cancel()
	arns, err := activeTaskDefinitions(ctx, c.ECS, family)
	c.must(err, "revisions of %s", family)
	return arns
}

// TaskDefinition is a task definition with its tags, by family (the newest ACTIVE
// revision), family:revision or ARN; nil if there is none.
func (c *Cloud) TaskDefinition(id string) (definition *ecstypes.TaskDefinition, tags map[string]string) {
	c.t.Helper()
	ctx, cancel := c.context()
	defer cancel()
	answer, err := c.ECS.DescribeTaskDefinition(ctx, &ecs.DescribeTaskDefinitionInput{
		TaskDefinition: &id,
		Include:        []ecstypes.TaskDefinitionField{ecstypes.TaskDefinitionFieldTags},
	})
	if refusal, ok := errors.AsType[*ecstypes.ClientException](err); ok && strings.Contains(refusal.ErrorMessage(), "Unable to describe task definition") {
		return nil, nil
	}
	c.must(err, "task definition %s", id)
	tags = make(map[string]string, len(answer.Tags))
	for _, tag := range answer.Tags {
		tags[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
	}
	return answer.TaskDefinition, tags
}

// Register registers a task definition and returns its ARN: a revision made elsewhere.
func (c *Cloud) Register(input *ecs.RegisterTaskDefinitionInput) string {
	c.t.Helper()
	ctx, cancel := c.context()
	defer cancel()
	answer, err := c.ECS.RegisterTaskDefinition(ctx, input)
	c.must(err, "registering %s", aws.ToString(input.Family))
	return aws.ToString(answer.TaskDefinition.TaskDefinitionArn)
}

// Deregister deregisters one revision.
func (c *Cloud) Deregister(arn string) {
	c.t.Helper()
	ctx, cancel := c.context()
	defer cancel()
	_, err := c.ECS.DeregisterTaskDefinition(ctx, &ecs.DeregisterTaskDefinitionInput{TaskDefinition: &arn})
	c.must(err, "deregistering %s", arn)
}

// DeregisterAll deregisters all ACTIVE revisions of the family.
func (c *Cloud) DeregisterAll(family string) {
	c.t.Helper()
	for _, arn := range c.ActiveRevisions(family) {
		c.Deregister(arn)
	}
}

// TagTaskDefinition sets one tag of a revision.
func (c *Cloud) TagTaskDefinition(arn, key, value string) {
	c.t.Helper()
	ctx, cancel := c.context()
	defer cancel()
	_, err := c.ECS.TagResource(ctx, &ecs.TagResourceInput{ResourceArn: &arn, Tags: []ecstypes.Tag{{Key: &key, Value: &value}}})
	c.must(err, "tagging %s", arn)
}

// UntagTaskDefinition removes tags of a revision.
func (c *Cloud) UntagTaskDefinition(arn string, keys ...string) {
	c.t.Helper()
	ctx, cancel := c.context()
	defer cancel()
	_, err := c.ECS.UntagResource(ctx, &ecs.UntagResourceInput{ResourceArn: &arn, TagKeys: keys})
	c.must(err, "untagging %s", arn)
}

// CreateRole creates the role of a function that is a consumer of tasks, in the
// test's account, and returns its ARN. It is deleted when the test ends.
func CreateRole(t testing.TB, name string) string {
	t.Helper()
	cloud := AWS(t)
	ctx, cancel := cloud.context()
	defer cancel()
	answer, err := cloud.IAM.CreateRole(ctx, &iam.CreateRoleInput{
		RoleName: &name,
		AssumeRolePolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow",` +
			`"Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}`),
	})
	cloud.must(err, "making role %s", name)
	of := accountOf(t)
	of.mu.Lock()
	of.consumers[name] = true
	of.mu.Unlock()
	t.Cleanup(func() {
		ctx, cancel := cloud.context()
		defer cancel()
		if err := deleteRole(ctx, cloud.IAM, name); err != nil && !isNoSuchEntity(err) {
			t.Errorf("acctest: deleting role %s: %v", name, err)
		}
	})
	return aws.ToString(answer.Role.Arn)
}

func isNoSuchEntity(err error) bool {
	_, ok := errors.AsType[*iamtypes.NoSuchEntityException](err)
	return ok
}

func inlinePolicies(ctx context.Context, client *iam.Client, role string) ([]string, error) {
	var names []string
	pages := iam.NewListRolePoliciesPaginator(client, &iam.ListRolePoliciesInput{RoleName: &role})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		names = append(names, page.PolicyNames...)
	}
	return names, nil
}

func attachedPolicies(ctx context.Context, client *iam.Client, role string) ([]string, error) {
	var arns []string
	pages := iam.NewListAttachedRolePoliciesPaginator(client, &iam.ListAttachedRolePoliciesInput{RoleName: &role})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, policy := range page.AttachedPolicies {
			arns = append(arns, aws.ToString(policy.PolicyArn))
		}
	}
	return arns, nil
}

// deleteRole detaches and deletes what hangs on a role, which AWS refuses to delete
// otherwise, then the role.
func deleteRole(ctx context.Context, client *iam.Client, role string) error {
	arns, err := attachedPolicies(ctx, client, role)
	if err != nil {
		return err
	}
	for _, arn := range arns {
		if _, err := client.DetachRolePolicy(ctx, &iam.DetachRolePolicyInput{RoleName: &role, PolicyArn: &arn}); err != nil && !isNoSuchEntity(err) {
			return err
		}
	}
	names, err := inlinePolicies(ctx, client, role)
	if err != nil {
		return err
	}
	for _, name := range names {
		if _, err := client.DeleteRolePolicy(ctx, &iam.DeleteRolePolicyInput{RoleName: &role, PolicyName: &name}); err != nil && !isNoSuchEntity(err) {
			return err
		}
	}
	_, err = client.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: &role})
	return err
}

// logGroups are the log groups whose name begins with the prefix.
func logGroups(ctx context.Context, client *cloudwatchlogs.Client, prefix string) ([]logstypes.LogGroup, error) {
	input := &cloudwatchlogs.DescribeLogGroupsInput{}
	if prefix != "" {
		input.LogGroupNamePrefix = &prefix
	}
	var groups []logstypes.LogGroup
	pages := cloudwatchlogs.NewDescribeLogGroupsPaginator(client, input)
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		groups = append(groups, page.LogGroups...)
	}
	return groups, nil
}

// activeTaskDefinitions are the ARNs of ACTIVE revisions, oldest first; of all families if
// family is "".
func activeTaskDefinitions(ctx context.Context, client *ecs.Client, family string) ([]string, error) {
	input := &ecs.ListTaskDefinitionsInput{Status: ecstypes.TaskDefinitionStatusActive, Sort: ecstypes.SortOrderAsc}
	if family != "" {
		input.FamilyPrefix = &family
	}
	var arns []string
	pages := ecs.NewListTaskDefinitionsPaginator(client, input)
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		arns = append(arns, page.TaskDefinitionArns...)
	}
	return arns, nil
}

// roleNames are the names of all roles of the account.
func roleNames(ctx context.Context, client *iam.Client) ([]string, error) {
	var names []string
	pages := iam.NewListRolesPaginator(client, &iam.ListRolesInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, role := range page.Roles {
			names = append(names, aws.ToString(role.RoleName))
		}
	}
	return names, nil
}
