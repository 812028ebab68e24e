package provider_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
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
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
	"github.com/dockertask/terraform-provider-docker/internal/arn"
)

// theSubscription is what the subscription tests are about, most of the time.
const theSubscription = "docker_task_subscription.test"

// othersStatement is in the policy of every queue and topic, and does not belong to the subscription.
const othersStatement = `{"Sid":"others","Effect":"Allow","Principal":{"AWS":"*"},"Action":"sqs:ReceiveMessage","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}}`

// subscriptionFixture is a name for a task, and the function, queue and topic of another owner that receive its
// state changes, in an account of its own.
type subscriptionFixture struct {
	t        *testing.T
	task     string
	provider string
	place    arn.Place

	events *eventbridge.Client
	lambda *lambda.Client
	sns    *sns.Client
	sqs    *sqs.Client
}

func newSubscriptionFixture(t *testing.T, providerLines ...string) subscriptionFixture {
	t.Helper()
	acctest.PreCheck(t)
	o := acctest.AWS(t).IAM.Options()
	configuration := aws.Config{Region: acctest.Region(), BaseEndpoint: o.BaseEndpoint, Credentials: o.Credentials, HTTPClient: o.HTTPClient}
	return subscriptionFixture{
		t: t, task: acctest.RandomName(t), provider: acctest.ProviderConfig(t, providerLines...), place: placeOf(t),
		events: eventbridge.NewFromConfig(configuration),
		lambda: lambda.NewFromConfig(configuration),
		sns:    sns.NewFromConfig(configuration),
		sqs:    sqs.NewFromConfig(configuration),
	}
}

// must ends the test where a call of the fixture's own client fails.
func (h subscriptionFixture) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// function creates a function and returns its name.
func (h subscriptionFixture) function(suffix string) string {
	h.t.Helper()
	name := h.task + suffix
	var code bytes.Buffer
	archive := zip.NewWriter(&code)
	file, err := archive.Create("index.py")
	h.must(err)
	_, err = file.Write([]byte("def handler(event, context): return event\n"))
	h.must(err)
	h.must(archive.Close())
	_, err = h.lambda.CreateFunction(h.t.Context(), &lambda.CreateFunctionInput{
		FunctionName: &name, Role: aws.String(acctest.CreateRole(h.t, name)), Runtime: lambdatypes.RuntimePython313,
		Handler: aws.String("index.handler"), Code: &lambdatypes.FunctionCode{ZipFile: code.Bytes()},
	})
	h.must(err)
	return name
}

// queue creates a queue with a policy of others and returns its name.
func (h subscriptionFixture) queue(suffix string) string {
	h.t.Helper()
	name := h.task + suffix
	attributes := map[string]string{"Policy": `{"Version":"2012-10-17","Id":"theirs","Statement":[` + othersStatement + `]}`}
	if strings.HasSuffix(name, ".fifo") {
		attributes["FifoQueue"], attributes["ContentBasedDeduplication"] = "true", "true"
	}
	_, err := h.sqs.CreateQueue(h.t.Context(), &sqs.CreateQueueInput{QueueName: &name, Attributes: attributes})
	h.must(err)
	return name
}

// topic creates a topic and returns its name.
func (h subscriptionFixture) topic(suffix string) string {
	h.t.Helper()
	name := h.task + suffix
	_, err := h.sns.CreateTopic(h.t.Context(), &sns.CreateTopicInput{Name: &name})
	h.must(err)
	return name
}

func (h subscriptionFixture) arn(service, resource string) string {
	return h.place.Regional(service, resource)
}

// config is docker_task_subscription.test of the task by its name, with more lines.
func (h subscriptionFixture) config(lines ...string) string {
	return h.provider + h.block("test", lines...)
}

func (h subscriptionFixture) block(label string, lines ...string) string {
	if !slices.ContainsFunc(lines, func(l string) bool { return strings.HasPrefix(strings.TrimSpace(l), "task ") }) {
		lines = append([]string{fmt.Sprintf("task = { name = %q }", h.task)}, lines...)
	}
	return block("resource docker_task_subscription "+label, lines...)
}

// pattern is the event pattern of the task in a cluster, "" for any, written by hand, with
// more fields of the detail.
func (h subscriptionFixture) pattern(cluster, status string, more ...string) string {
	if cluster != "" {
		more = append(more, fmt.Sprintf(`"clusterArn":["%s"]`, h.arn("ecs", "cluster/"+cluster)))
	}
	more = append(more, `"lastStatus":[`+status+`]`, fmt.Sprintf(`"taskDefinitionArn":[{"prefix":"%s:"}]`, h.arn("ecs", "task-definition/"+h.task)))
	slices.Sort(more)
	return `{"detail":{` + strings.Join(more, ",") + `},"detail-type":["ECS Task State Change"],"source":["aws.ecs"]}`
}

// rule is a rule as AWS has it; nil where there is none.
func (h subscriptionFixture) rule(name string) *eventbridge.DescribeRuleOutput {
	h.t.Helper()
	out, err := h.events.DescribeRule(h.t.Context(), &eventbridge.DescribeRuleInput{Name: &name})
	if errors.As(err, new(*eventstypes.ResourceNotFoundException)) {
		return nil
	}
	h.must(err)
	return out
}

func (h subscriptionFixture) targets(rule string) []eventstypes.Target {
	h.t.Helper()
	out, err := h.events.ListTargetsByRule(h.t.Context(), &eventbridge.ListTargetsByRuleInput{Rule: &rule})
	h.must(err)
	return out.Targets
}

func (h subscriptionFixture) rules() []string {
	h.t.Helper()
	out, err := h.events.ListRules(h.t.Context(), &eventbridge.ListRulesInput{})
	h.must(err)
	var names []string
	for _, r := range out.Rules {
		if strings.Contains(aws.ToString(r.Name), h.task) {
			names = append(names, aws.ToString(r.Name))
		}
	}
	return names
}

func (h subscriptionFixture) queueURL(name string) *string {
	h.t.Helper()
	out, err := h.sqs.GetQueueUrl(h.t.Context(), &sqs.GetQueueUrlInput{QueueName: &name})
	h.must(err)
	return out.QueueUrl
}

func (h subscriptionFixture) queuePolicy(name string) string {
	h.t.Helper()
	out, err := h.sqs.GetQueueAttributes(h.t.Context(), &sqs.GetQueueAttributesInput{
		QueueUrl: h.queueURL(name), AttributeNames: []sqstypes.QueueAttributeName{sqstypes.QueueAttributeNamePolicy},
	})
	h.must(err)
	return out.Attributes["Policy"]
}

func (h subscriptionFixture) setQueuePolicy(name, policy string) {
	h.t.Helper()
	_, err := h.sqs.SetQueueAttributes(h.t.Context(), &sqs.SetQueueAttributesInput{QueueUrl: h.queueURL(name), Attributes: map[string]string{"Policy": policy}})
	h.must(err)
}

func (h subscriptionFixture) topicPolicy(name string) string {
	h.t.Helper()
	out, err := h.sns.GetTopicAttributes(h.t.Context(), &sns.GetTopicAttributesInput{TopicArn: aws.String(h.arn("sns", name))})
	h.must(err)
	return out.Attributes["Policy"]
}

func (h subscriptionFixture) functionPolicy(name string) string {
	h.t.Helper()
	out, err := h.lambda.GetPolicy(h.t.Context(), &lambda.GetPolicyInput{FunctionName: &name})
	if errors.As(err, new(*lambdatypes.ResourceNotFoundException)) {
		return ""
	}
	h.must(err)
	return aws.ToString(out.Policy)
}

// statements are those of a policy that let EventBridge in, by Sid.
func (h subscriptionFixture) statements(policy string) map[string]map[string]any {
	h.t.Helper()
	out := map[string]map[string]any{}
	if policy == "" {
		return out
	}
	var d struct{ Statement []map[string]any }
	h.must(json.Unmarshal([]byte(policy), &d))
	for _, s := range d.Statement {
		if principal, _ := s["Principal"].(map[string]any); principal["Service"] != "events.amazonaws.com" {
			continue
		}
		out[fmt.Sprint(s["Sid"])] = s
	}
	return out
}

// isFor reports whether a statement is for the one rule; for all rules in the policy of a topic, where EventBridge
// meets no condition.
func isFor(statement map[string]any, ruleARN string) bool {
	conditions, _ := statement["Condition"].(map[string]any)
	if statement["Action"] == "sns:Publish" {
		return len(conditions) == 0
	}
	for _, condition := range conditions {
		keys, _ := condition.(map[string]any)
		for _, source := range keys {
			return len(conditions) == 1 && len(keys) == 1 && source == ruleARN
		}
	}
	return false
}

// lets checks that the policy lets exactly these rules in, and still has what others put there.
func (h subscriptionFixture) lets(policy func() string, others string, rules ...string) error {
	text := policy()
	have := h.statements(text)
	if len(have) != len(rules) {
		return fmt.Errorf("%d rules may reach it, not %d: %s", len(have), len(rules), text)
	}
	for _, r := range rules {
		if ruleARN := h.arn("events", "rule/"+r); !isFor(have[subscriptionSid(ruleARN)], ruleARN) {
			return fmt.Errorf("rule %s may not reach it: %s", r, text)
		}
	}
	if !strings.Contains(strings.ReplaceAll(text, " ", ""), strings.ReplaceAll(others, " ", "")) {
		return fmt.Errorf("the statements of others were deleted: %s", text)
	}
	return nil
}

func (h subscriptionFixture) queueLets(name string, rules ...string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		return h.lets(func() string { return h.queuePolicy(name) }, `"Sid":"others"`, rules...)
	}
}

func (h subscriptionFixture) topicLets(name string, rules ...string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		return h.lets(func() string { return h.topicPolicy(name) }, `"Sid":"__default_statement_ID"`, rules...)
	}
}

func (h subscriptionFixture) functionLets(name string, rules ...string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		return h.lets(func() string { return h.functionPolicy(name) }, "", rules...)
	}
}

// gone checks that no rule of the task is left.
func (h subscriptionFixture) gone(more ...resource.TestCheckFunc) resource.TestCheckFunc {
	return resource.ComposeAggregateTestCheckFunc(append(more, func(*terraform.State) error {
		if left := h.rules(); len(left) > 0 {
			return fmt.Errorf("left behind: rules %v", left)
		}
		return nil
	})...)
}

// subscriptionSid is the id of a rule's statements.
func subscriptionSid(ruleARN string) string {
	sum := sha256.Sum256([]byte(ruleARN))
	return fmt.Sprintf("DockerTask%x", sum[:8])
}
