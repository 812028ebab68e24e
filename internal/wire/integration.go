package wire

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/awsname"
	"github.com/dockertask/terraform-provider-docker/internal/policy"
)

// Integration is a way to run a task: code with an SDK, or a service of AWS.
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
var Integrations = []Integration{
	{Name: "sdk", Description: "code that calls ECS: a function, a task, a program"},
	{Name: "step_functions", Description: "a state that starts the task and continues", Actions: []Action{Run}, State: "ecs:runTask"},
	{Name: "step_functions_sync", Description: "a state that waits for the task to stop", Actions: Actions, FollowsTasks: true, State: "ecs:runTask.sync"},
	{Name: "step_functions_task_token", Description: "a state that waits for the task to send its result", Actions: []Action{Run}, State: "ecs:runTask.waitForTaskToken", Token: true},
	{Name: "scheduler", Description: "EventBridge Scheduler", Actions: []Action{Run}},
	{Name: "events", Description: "an EventBridge rule", Actions: []Action{Run}},
}

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

// MaxProviders is how many capacity providers RunTask takes.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html
const MaxProviders = 20

// launch is how RunTask is called, in the form that Step Functions takes.
type launch struct {
	Cluster                  string
	TaskDefinition           string
	LaunchType               string             `json:",omitempty"`
	CapacityProviderStrategy []capacityProvider `json:",omitempty"`
	NetworkConfiguration     *networkConfig     `json:",omitempty"`
	PropagateTags            string             `json:",omitempty"`
	Overrides                *overrides         `json:",omitempty"`
}

type capacityProvider struct {
	CapacityProvider string
	Base, Weight     int64
}

type networkConfig struct{ AwsvpcConfiguration awsvpc }

type awsvpc struct {
	Subnets        []string
	SecurityGroups []string `json:",omitempty"`
	AssignPublicIP string   `json:"AssignPublicIp"`
}

type overrides struct{ ContainerOverrides []containerOverride }

type containerOverride struct {
	Name        string
	Environment []map[string]string
}

// StateJSON is the Task state that runs the task: resource, cluster, task definition and
// network, and the token where the task answers by one. Next is the state after it, "" for
// the end. Launch type and capacity providers are left out where the cluster decides.
func (c Consumer) StateJSON(t Task, next string) (string, error) {
	family, err := arn.Parse(t.FamilyARN)
	if err != nil {
		return "", err
	}
	environment := c.Environment(t)
	run := t.Capability.Resolve(c.Launch)
	parameters := launch{Cluster: t.ClusterARN, TaskDefinition: environment["DOCKER_TASK_ARN"], LaunchType: run.Type}
	for _, p := range run.Providers {
		parameters.CapacityProviderStrategy = append(parameters.CapacityProviderStrategy, capacityProvider{p.Name, p.Base, p.Weight})
	}
	if c.TagsTasks {
		// RunTask passes no tags on unless it is asked to.
		parameters.PropagateTags = "TASK_DEFINITION"
	}
	if len(t.Network.SubnetIDs) > 0 {
		parameters.NetworkConfiguration = &networkConfig{awsvpc{
			Subnets:        slices.Sorted(slices.Values(t.Network.SubnetIDs)),
			SecurityGroups: slices.Sorted(slices.Values(t.Network.SecurityGroupIDs)),
			AssignPublicIP: environment["DOCKER_TASK_ASSIGN_PUBLIC_IP"],
		}}
	}
	if c.Integration.Token {
		parameters.Overrides = &overrides{[]containerOverride{{
			Name:        t.Container,
			Environment: []map[string]string{{"Name": "TASK_TOKEN", "Value.$": "$$.Task.Token"}},
		}}}
	}
	state := struct {
		Type       string
		Resource   string
		Parameters launch
		Next       string `json:",omitempty"`
		End        bool   `json:",omitempty"`
	}{
		Type:       "Task",
		Resource:   "arn:" + family.Partition + ":states:::" + c.Integration.State,
		Parameters: parameters,
		Next:       next,
		End:        next == "",
	}
	text, err := json.Marshal(state)
	if err != nil {
		return "", fmt.Errorf("encoding a state: %w", err)
	}
	return string(text), nil
}

// FunctionEnvironmentLimit is how many bytes all environment variables of a function may
// take together.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const FunctionEnvironmentLimit = 4096
