package acctest

import (
	"context"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventstypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	schedulertypes "github.com/aws/aws-sdk-go-v2/service/scheduler/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// runMain runs this test binary, with no test in it, for the test's account as if it were
// a real one.
func runMain(t *testing.T, environment []string, arguments ...string) (output string, err error) {
	t.Helper()
	command := exec.CommandContext(t.Context(), os.Args[0], append([]string{"-test.run=^$"}, arguments...)...)
	command.Env = slices.Concat(os.Environ(), Environment(t), environment)
	combined, err := command.CombinedOutput()
	return string(combined), err
}

func TestMain_realAccount(t *testing.T) {
	t.Parallel()
	OnEmulator(t, "the emulator plays the real account")
	tests := map[string]struct {
		environment []string
		arguments   []string
		refusal     string // "" if it runs
	}{
		"the right account":            {environment: []string{AccountVariable + "=" + AccountID(t)}},
		"another account":              {environment: []string{AccountVariable + "=999999999999"}, refusal: "is 999999999999, but the credentials are of account " + AccountID(t)},
		"no region":                    {environment: []string{AccountVariable + "=" + AccountID(t), "AWS_REGION="}, refusal: "set AWS_REGION"},
		"no acceptance tests":          {environment: []string{AccountVariable + "=999999999999", "TF_ACC="}},
		"no emulator":                  {environment: []string{PythonVariable + "="}, refusal: "make test"},
		"sweeping without an account":  {arguments: []string{"-sweep=us-east-1"}, refusal: AccountVariable},
		"sweeping another account":     {environment: []string{AccountVariable + "=999999999999", "TF_ACC="}, arguments: []string{"-sweep=us-east-1"}, refusal: "nothing was run"},
		"no credentials of an account": {environment: []string{AccountVariable + "=" + AccountID(t), "AWS_ACCESS_KEY_ID=", "AWS_SECRET_ACCESS_KEY="}, refusal: "the account of the credentials cannot be told"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			output, err := runMain(t, test.environment, test.arguments...)
			if (err != nil) != (test.refusal != "") || !strings.Contains(output, test.refusal) {
				t.Errorf("error %v:\n%s", err, output)
			}
		})
	}
}

// Sweepers delete what tests left, whatever hangs on it, and nothing else.
func TestSweep(t *testing.T) {
	t.Parallel()
	OnEmulator(t, "the emulator plays the real account")
	names := map[bool]string{true: RandomName(t), false: "transcode"} // by whether it is a test's
	for _, name := range names {
		makeOneOfEach(t, name)
	}
	have := everything(t)
	for of, name := range names {
		if len(have[name]) != 11 {
			t.Fatalf("the account has %v of %s (a test's: %t)", have[name], name, of)
		}
	}
	kept := have[names[false]]
	output, err := runMain(t, []string{AccountVariable + "=" + AccountID(t)}, "-sweep=us-east-1")
	if err != nil {
		t.Fatalf("%v:\n%s", err, output)
	}
	have = everything(t)
	if left := have[names[true]]; len(left) > 0 {
		t.Errorf("left: %v\n%s", left, output)
	}
	if still := have[names[false]]; !slices.Equal(still, kept) {
		t.Errorf("of others there is %v, not %v any more\n%s", still, kept, output)
	}
}

// makeOneOfEach makes one of each kind of thing that tests make, with what hangs on it.
func makeOneOfEach(t *testing.T, name string) {
	t.Helper()
	cloud, ctx := AWS(t), t.Context()
	must := func(_ any, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	const document = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}`
	role := CreateRole(t, name)
	cloud.PutRolePolicy(name, "inline", document)
	policy, err := cloud.IAM.CreatePolicy(ctx, &iam.CreatePolicyInput{PolicyName: &name, PolicyDocument: aws.String(document)})
	if err != nil {
		t.Fatal(err)
	}
	cloud.AttachPolicy(name, aws.ToString(policy.Policy.Arn))
	must(cloud.IAM.CreateInstanceProfile(ctx, &iam.CreateInstanceProfileInput{InstanceProfileName: &name}))
	must(cloud.IAM.AddRoleToInstanceProfile(ctx, &iam.AddRoleToInstanceProfileInput{InstanceProfileName: &name, RoleName: &name}))
	t.Cleanup(func() {
		// Of the one that is swept nothing is left; the other's role can only then be deleted.
		_, err := cloud.IAM.RemoveRoleFromInstanceProfile(context.Background(), &iam.RemoveRoleFromInstanceProfileInput{InstanceProfileName: &name, RoleName: &name})
		if err != nil && !isNoSuchEntity(err) {
			t.Error(err)
		}
	})
	cloud.CreateLogGroup("/ecs/" + name)
	cloud.Register(simpleDefinition(name))
	cloud.Register(simpleDefinition(name))

	c := providerAWS(t)
	queue, err := sqs.NewFromConfig(c).CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: &name})
	if err != nil || aws.ToString(queue.QueueUrl) == "" {
		t.Fatal(err)
	}
	topic, err := sns.NewFromConfig(c).CreateTopic(ctx, &sns.CreateTopicInput{Name: &name})
	if err != nil {
		t.Fatal(err)
	}
	must(lambda.NewFromConfig(c).CreateFunction(ctx, &lambda.CreateFunctionInput{
		FunctionName: &name, Role: &role, Runtime: lambdatypes.RuntimePython313, Handler: aws.String("index.handler"),
		Code: &lambdatypes.FunctionCode{ZipFile: []byte("no archive")},
	}))
	rules := eventbridge.NewFromConfig(c)
	must(rules.PutRule(ctx, &eventbridge.PutRuleInput{Name: &name, EventPattern: aws.String(`{"source":["aws.ecs"]}`)}))
	must(rules.PutTargets(ctx, &eventbridge.PutTargetsInput{Rule: &name, Targets: []eventstypes.Target{{Id: aws.String("1"), Arn: topic.TopicArn}}}))
	schedules := scheduler.NewFromConfig(c)
	must(schedules.CreateScheduleGroup(ctx, &scheduler.CreateScheduleGroupInput{Name: &name}))
	must(schedules.CreateSchedule(ctx, &scheduler.CreateScheduleInput{
		Name: &name, GroupName: &name, ScheduleExpression: aws.String("rate(1 hour)"), Target: &schedulertypes.Target{Arn: topic.TopicArn, RoleArn: &role},
		FlexibleTimeWindow: &schedulertypes.FlexibleTimeWindow{Mode: schedulertypes.FlexibleTimeWindowModeOff},
	}))
}

// everything is what the account has, by the name of [makeOneOfEach]: the kinds, sorted.
func everything(t *testing.T) map[string][]string {
	t.Helper()
	cloud, ctx := AWS(t), t.Context()
	out := map[string][]string{}
	add := func(kind string, name *string) {
		text := aws.ToString(name)
		text = text[strings.LastIndexAny(text, "/:")+1:]
		if !slices.Contains(out[text], kind) {
			out[text] = append(out[text], kind)
			slices.Sort(out[text])
		}
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	arns, err := activeTaskDefinitions(ctx, cloud.ECS, "")
	must(err)
	for _, arn := range arns {
		add("task definition", aws.String(familyOf(arn)))
	}
	roles, err := roleNames(ctx, cloud.IAM)
	must(err)
	for _, role := range roles {
		add("role", &role)
	}
	policies, err := cloud.IAM.ListPolicies(ctx, &iam.ListPoliciesInput{Scope: iamtypes.PolicyScopeTypeLocal})
	must(err)
	for _, p := range policies.Policies {
		add("policy", p.PolicyName)
	}
	profiles, err := cloud.IAM.ListInstanceProfiles(ctx, &iam.ListInstanceProfilesInput{})
	must(err)
	for _, p := range profiles.InstanceProfiles {
		add("instance profile", p.InstanceProfileName)
	}
	groups, err := logGroups(ctx, cloud.Logs, "")
	must(err)
	for _, g := range groups {
		add("log group", g.LogGroupName)
	}
	c := providerAWS(t)
	queues, err := sqs.NewFromConfig(c).ListQueues(ctx, &sqs.ListQueuesInput{})
	must(err)
	for _, url := range queues.QueueUrls {
		add("queue", &url)
	}
	topics, err := sns.NewFromConfig(c).ListTopics(ctx, &sns.ListTopicsInput{})
	must(err)
	for _, topic := range topics.Topics {
		add("topic", topic.TopicArn)
	}
	functions, err := lambda.NewFromConfig(c).ListFunctions(ctx, &lambda.ListFunctionsInput{})
	must(err)
	for _, f := range functions.Functions {
		add("function", f.FunctionName)
	}
	rules, err := eventbridge.NewFromConfig(c).ListRules(ctx, &eventbridge.ListRulesInput{})
	must(err)
	for _, r := range rules.Rules {
		add("rule", r.Name)
	}
	schedules, err := scheduler.NewFromConfig(c).ListSchedules(ctx, &scheduler.ListSchedulesInput{})
	must(err)
	for _, s := range schedules.Schedules {
		add("schedule", s.Name)
	}
	scheduleGroups, err := scheduler.NewFromConfig(c).ListScheduleGroups(ctx, &scheduler.ListScheduleGroupsInput{})
	must(err)
	for _, g := range scheduleGroups.ScheduleGroups {
		add("schedule group", g.Name)
	}
	return out
}
