package awsname

import (
	"regexp"
	"strings"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
)

// Names of objects that have no version, path or ending of their own.
var (
	// ECS is the rule for families of task definitions, containers, clusters and capacity providers.
	// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html
	// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCluster.html
	// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCapacityProvider.html
	ECS = newName(`A-Za-z0-9_-`, 255, "letters, digits, hyphens and underscores")

	// Role is the name of an IAM role, without its path.
	// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
	Role = newName(`A-Za-z0-9+=,.@_-`, 64, "letters, digits and characters of + = , . @ _ -")

	// Policy is the name of an IAM policy, inline or managed.
	// https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html
	// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html
	Policy = newName(`A-Za-z0-9_+=,.@-`, 128, "letters, digits and characters of _ + = , . @ -")

	// Rule is the name of an EventBridge rule.
	// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html
	Rule = newName(`A-Za-z0-9._-`, 64, "letters, digits, hyphens, underscores and dots")

	// Schedule is the name of a schedule, and of a schedule group.
	// https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
	Schedule = newName(`A-Za-z0-9_.-`, 64, "letters, digits, hyphens, underscores and dots")

	// SecretName is the name of a Secrets Manager secret. A service that keeps a secret puts its own name and !
	// before it, as in rds!db-ID.
	// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
	// https://docs.aws.amazon.com/secretsmanager/latest/userguide/service-linked-secrets.html
	SecretName = newName(secretCharacters, 512, "letters, digits and characters of / _ + = . @ ! -")

	// StateMachineName is the name of a Step Functions state machine. Step Functions forbids blanks, brackets and most
	// signs, wildcards among them, and takes letters of all languages; of what it takes, these.
	// https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html
	StateMachineName = newName(machineCharacters, 80, "letters, digits and characters of _ . + -")
)

// The characters of names, as classes of regular expressions.
const (
	machineCharacters = `A-Za-z0-9_.+-`
	secretCharacters  = `A-Za-z0-9/_+=.@!-`
)

// SecretSuffix is the hyphen and the six characters that Secrets Manager adds to the name of a secret in
// its ARN.
// https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_iam-policies.html
var SecretSuffix = regexp.MustCompile(`-[A-Za-z0-9]{6}$`)

// Objects that are given by name or by ARN.
var (
	// Function is a Lambda function, with a version or an alias or without.
	// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
	Function = Form{
		Service: "lambda", Prefix: "function:",
		Name: regexp.MustCompile(`^(?P<name>[A-Za-z0-9_-]{1,64})(?::(?P<qualifier>\$LATEST|[A-Za-z0-9_-]{1,128}))?$`),
		Says: "1 to 64 letters, digits, hyphens and underscores, with :VERSION or :ALIAS or without",
	}

	// Queue is an SQS queue.
	// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
	Queue = Form{
		Service: "sqs",
		Name:    regexp.MustCompile(`^(?P<name>[A-Za-z0-9_-]{1,80}|[A-Za-z0-9_-]{1,75}\.fifo)$`),
		Says:    "1 to 80 letters, digits, hyphens and underscores, with .fifo at the end if it is one",
	}

	// Topic is an SNS topic.
	// https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html
	Topic = Form{
		Service: "sns",
		Name:    regexp.MustCompile(`^(?P<name>[A-Za-z0-9_-]{1,256}|[A-Za-z0-9_-]{1,251}\.fifo)$`),
		Says:    "1 to 256 letters, digits, hyphens and underscores, with .fifo at the end if it is one",
	}

	// StateMachine is a Step Functions state machine, with a version or an alias or without.
	// https://docs.aws.amazon.com/step-functions/latest/dg/auth-version-alias.html
	StateMachine = Form{
		Service: "states", Prefix: "stateMachine:",
		Name: regexp.MustCompile(`^(?P<name>[` + machineCharacters + `]{1,80})(?::(?P<qualifier>[A-Za-z0-9_.-]{1,80}))?$`),
		Says: StateMachineName.Says + ", with :VERSION or :ALIAS or without",
	}

	// Secret is a Secrets Manager secret. Its ARN has a hyphen and six characters more than its name.
	Secret = Form{
		Service: "secretsmanager", Prefix: "secret:", Example: "NAME-AbCdEf",
		Name: regexp.MustCompile(`^(?P<name>[` + secretCharacters + `]{1,519})$`),
		Says: SecretName.Says,
	}

	// Key is a KMS key, by its id.
	// https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id-key-id
	Key = Form{Service: "kms", Prefix: "key/", Example: "ID", Name: regexp.MustCompile(`^[A-Za-z0-9-]{1,64}$`)}

	// Cluster is an ECS cluster.
	Cluster = Form{Service: "ecs", Prefix: "cluster/", Name: ECS.Pattern, Says: ECS.Says}

	// TaskDefinition is a family of task definitions: no revision.
	TaskDefinition = Form{Service: "ecs", Prefix: "task-definition/", Name: ECS.Pattern, Says: ECS.Says}
)

// IsFIFO reports whether the name or ARN of a queue or topic is that of one that keeps the order of messages.
func IsFIFO(given string) bool { return strings.HasSuffix(given, ".fifo") }

// IsFamilyARN reports whether a text is the ARN of a task definition without a revision.
func IsFamilyARN(text string) bool {
	a, err := arn.Parse(text)
	if err != nil {
		return false
	}
	family, ok := TaskDefinition.NameIn(a)
	return ok && ECS.Matches(family)
}

// SplitRevision splits the ARN of a task definition into that of its family and the number of the
// revision, "" for the newest.
func SplitRevision(definition string) (family, revision string) {
	at := strings.LastIndexByte(definition, '/')
	if i := strings.IndexByte(definition[at+1:], ':'); i >= 0 {
		return definition[:at+1+i], definition[at+1+i+1:]
	}
	return definition, ""
}
