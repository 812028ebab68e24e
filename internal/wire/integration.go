package wire

import (
	"fmt"
	"slices"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/awsname"
	"github.com/dockertask/terraform-provider-docker/internal/policy"
)

// Integration is a way to run a task, by code with an SDK or a service of AWS, or to deploy it.
type Integration struct {
	Name, Description string
	// Actions are what it does; none where the user says.
	Actions []Action
	// FollowsTasks: Step Functions learns of the end of tasks by a rule of its own.
	FollowsTasks bool
	// State is the resource of the Task state, "" where there is none.
	State string
	// Token reports whether the task sends its result for a task token.
	Token bool
}

// Integrations are all there are; the first is taken when nothing is said.
// https://docs.aws.amazon.com/step-functions/latest/dg/connect-ecs.html
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-templated.html
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-ecs-tutorial.html
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-permissions.html
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security_iam_service-with-iam.html
var Integrations = []Integration{
	{Name: "sdk", Description: "code that calls ECS: a function, a task, a program"},
	{Name: "step_functions", Description: "a state that starts the task and continues", Actions: []Action{Run}, State: "ecs:runTask"},
	{Name: "step_functions_sync", Description: "a state that waits for the task to stop", Actions: Actions, FollowsTasks: true, State: "ecs:runTask.sync"},
	{Name: "step_functions_task_token", Description: "a state that waits for the task to send its result", Actions: []Action{Run}, State: "ecs:runTask.waitForTaskToken", Token: true},
	{Name: "scheduler", Description: "EventBridge Scheduler", Actions: []Action{Run}},
	{Name: "events", Description: "an EventBridge rule", Actions: []Action{Run}},
	{Name: "pipes", Description: "an EventBridge pipe", Actions: []Action{Run}},
	{Name: "deploy", Description: "a pipeline that registers revisions of the task definition, and runs nothing", Actions: []Action{register}},
}

// Runs reports whether it runs the task.
func (i Integration) Runs() bool { return !slices.Contains(i.Actions, register) }

// FindIntegration is the integration of that name, or the first for "".
func FindIntegration(name string) (Integration, bool) {
	if name == "" {
		return Integrations[0], true
	}
	i := slices.IndexFunc(Integrations, func(i Integration) bool { return i.Name == name })
	if i < 0 {
		return Integration{}, false
	}
	return Integrations[i], true
}

// register is the action of a pipeline, which consumers do not have.
const register Action = "register"

// registerStatements let a pipeline register revisions of the family, with tags, and touch no others. Since the revision
// does not exist before, they name all of the family.
// RegisterTaskDefinition takes the ARN of a task definition (resource type task-definition*), and once took only "*":
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/supported-iam-actions-tagging.html
func registerStatements(familyARN string) []policy.Statement {
	revisions := []string{policy.Literal(familyARN) + ":*"}
	return []policy.Statement{
		{Sid: "RegisterRevisions", Actions: []string{"ecs:RegisterTaskDefinition"}, Resources: revisions},
		{
			Sid:        "TagRevisions",
			Actions:    []string{"ecs:TagResource"},
			Resources:  revisions,
			Conditions: policy.Conditions{{Operator: "StringEquals", Key: "ecs:CreateAction", Values: []string{"RegisterTaskDefinition"}}},
		},
	}
}

// tagStatement lets a consumer tag tasks, and only while it starts them.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/supported-iam-actions-tagging.html
func tagStatement(clusterARN string) (policy.Statement, error) {
	tasks, err := tasksOf(clusterARN)
	return policy.Statement{
		Sid:        "TagTasks",
		Actions:    []string{"ecs:TagResource"},
		Resources:  []string{tasks},
		Conditions: policy.Conditions{{Operator: "StringEquals", Key: "ecs:CreateAction", Values: []string{"RunTask"}}},
	}, err
}

// ruleStatement allows Step Functions to manage the rule by which it learns of the end of tasks. Step Functions
// chooses the name of the rule.
// https://docs.aws.amazon.com/step-functions/latest/dg/connect-ecs.html#connect-ecs-permissions
func ruleStatement(clusterARN string) (policy.Statement, error) {
	cluster, err := arn.Parse(clusterARN)
	return policy.Statement{
		Sid:       "FollowTasks",
		Actions:   []string{"events:PutTargets", "events:PutRule", "events:DescribeRule"},
		Resources: []string{cluster.Place().Regional("events", "rule/StepFunctionsGetEventsForECSTaskRule")},
	}, err
}

// TokenPolicy lets a task answer a state machine, given by name or ARN, for its task token.
// The actions list no resource type, and are granted on the state machine in practice.
func TokenPolicy(stateMachine string, place arn.Place) policy.Document {
	return policy.Document{Statements: []policy.Statement{{
		Sid:       "AnswerForTaskToken",
		Actions:   []string{"states:SendTaskSuccess", "states:SendTaskFailure", "states:SendTaskHeartbeat"},
		Resources: []string{policy.Literal(awsname.StateMachine.ARN(stateMachine, place))},
	}}}
}

// CheckStateMachine checks a state machine's name or ARN.
func CheckStateMachine(s string) error {
	name := s
	if arn.Is(s) {
		a, err := arn.Parse(s)
		rest, ok := awsname.StateMachine.NameIn(a)
		if err != nil || !ok {
			return fmt.Errorf("the ARN of a state machine is %s; this one is %q", awsname.StateMachine.Shape(), s)
		}
		name = rest
	}
	if !awsname.StateMachineName.Matches(name) {
		return fmt.Errorf("the name of a state machine is %s; %q is not", awsname.StateMachineName.Says, name)
	}
	return nil
}

// FunctionEnvironmentLimit is how many bytes all environment variables of a function may
// take together.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const FunctionEnvironmentLimit = 4096
