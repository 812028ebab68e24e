package arn

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// kinds are what ARNs of a service are of, by the beginning of the resource; the first that fits
// holds.
var kinds = []struct{ service, prefix, kind string }{
	{"iam", "role/", "an IAM role"},
	{"iam", "policy/", "an IAM policy"},
	{"iam", "instance-profile/", "an instance profile"},
	{"iam", "user/", "an IAM user"},
	{"sts", "assumed-role/", "a session of a role"},
	{"ecs", "cluster/", "an ECS cluster"},
	{"ecs", "service/", "an ECS service"},
	{"ecs", "task-definition/", "a task definition"},
	{"ecs", "task/", "a running task"},
	{"sqs", "", "an SQS queue"},
	{"sns", "", "an SNS topic"},
	{"lambda", "function:", "a Lambda function"},
	{"states", "stateMachine:", "a state machine"},
	{"states", "execution:", "an execution of a state machine"},
	{"logs", "log-group:", "a log group"},
	{"kms", "key/", "a KMS key"},
	{"kms", "alias/", "an alias of a KMS key"},
	{"s3", "", "an S3 bucket or object"},
	{"dynamodb", "table/", "a DynamoDB table"},
	{"kinesis", "stream/", "a Kinesis stream"},
	{"secretsmanager", "secret:", "a secret"},
	{"ssm", "parameter/", "an SSM parameter"},
	{"events", "rule/", "an EventBridge rule"},
	{"events", "event-bus/", "an event bus"},
	{"scheduler", "schedule-group/", "a schedule group"},
	{"scheduler", "schedule/", "a schedule"},
	{"ec2", "subnet/", "a subnet"},
	{"ec2", "security-group/", "a security group"},
	{"ecr", "repository/", "an ECR repository"},
}

// looks are other texts that AWS has for something, and that are pasted where a name goes.
var looks = []struct {
	like *regexp.Regexp
	what string
}{
	{regexp.MustCompile(`^https?://[^/]*/[0-9]{12}/[A-Za-z0-9_-]+(\.fifo)?$`), "the URL of a queue (the aws provider's id and url)"},
	{regexp.MustCompile(`^[a-z0-9]+://`), "a URL"},
	{regexp.MustCompile(`^[0-9]{12}\.dkr\.ecr\.`), "the address of an ECR repository"},
	{regexp.MustCompile(`\.amazonaws\.com(\.cn)?$`), "a host name"},
	{regexp.MustCompile(`^A(RO|ID|IP|NP|KI|SI)A[A-Z0-9]{12,}$`), "a unique id of IAM"},
	{regexp.MustCompile(`^(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$`), "an id, as of a KMS key"},
	{regexp.MustCompile(`^alias/`), "an alias of a KMS key"},
	{regexp.MustCompile(`^(subnet|sg|vpc|eni|i|fs|fsap)-[0-9a-f]{8,}$`), "the id of something else"},
	{regexp.MustCompile(`^[A-Za-z0-9_-]+:[0-9]+$`), "a name with a revision; leave the revision out"},
	{regexp.MustCompile(`^\$\{`), "an expression in a text that Terraform does not expand"},
}

// Hint is [Guess] as it goes on after what a message says of a refused text; "" for an ARN of what is
// wanted, which is refused for another reason.
func Hint(text string, wanted ...string) string {
	guess := Guess(text)
	if guess == "" || slices.ContainsFunc(wanted, func(kind string) bool { return guess == ofKind+kind }) {
		return ""
	}
	return "; " + guess
}

const ofKind = "it is the ARN of "

// Guess says what a text that was refused is, as in "it is the URL of a queue"; "" where it looks
// like nothing that is known. Nothing of the text is repeated.
func Guess(text string) string {
	if a, err := Parse(text); err == nil {
		for _, k := range kinds {
			if a.Service == k.service && strings.HasPrefix(a.Resource, k.prefix) {
				return ofKind + k.kind
			}
		}
		return fmt.Sprintf("it is an ARN of %s", a.Service)
	}
	for _, l := range looks {
		if l.like.MatchString(text) {
			return "it is " + l.what
		}
	}
	return ""
}
