// Package wire knows what a wire gives: the IAM statements and the environment variables
// that join a docker task to its consumers. It is pure.
package wire

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/awsname"
	"github.com/dockertask/terraform-provider-docker/internal/policy"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// Task is the end of a wire that is run: a docker task as its consumers need to know it.
type Task struct {
	Name string
	// FamilyARN is the ARN of the task definition without a revision.
	FamilyARN string
	// ClusterARN is the cluster in which the consumer may run it.
	ClusterARN string
	Container  string
	Network    task.Network
	Capability task.Capability
	// RoleARNs are the execution role and the task role, those that there are.
	RoleARNs []string
}

// Action is something that a consumer does with a task.
type Action string

// The actions of a consumer.
const (
	Run      Action = "run"
	Describe Action = "describe"
	Stop     Action = "stop"
)

// Actions are all there are, in the order of their statements.
var Actions = []Action{Run, Describe, Stop}

// Consumer is the other end, which runs the task.
type Consumer struct {
	// Actions are those it may do.
	Actions []Action
	// Integration is how it does, where it is no code of the user's.
	Integration Integration
	// TagsTasks lets it tag the tasks that it runs, as passing on tags takes.
	TagsTasks bool
	// Revision pins the task definition; 0 is the newest, whatever its number.
	Revision int64
	// Launch is on what it runs the task; where nothing is said, on a launch type that the task can run
	// on.
	Launch task.Launch
}

// Policy is what the consumer's role needs. It names the family's revisions and not the
// bare family, which AWS has not accepted in a policy since 2024; with all revisions it
// stays the same from one deploy to the next, and consumers in flight that hold an older
// one keep their right.
func (c Consumer) Policy(t Task) (policy.Document, error) {
	inCluster := policy.Conditions{{Operator: "ArnEquals", Key: "ecs:cluster", Values: []string{policy.Literal(t.ClusterARN)}}}
	var d policy.Document
	add := func(s policy.Statement) { d.Statements = append(d.Statements, s) }
	if c.may(Run) {
		revision := "*"
		if c.Revision > 0 {
			revision = strconv.FormatInt(c.Revision, 10)
		}
		add(policy.Statement{
			Sid:        "RunTask",
			Actions:    []string{"ecs:RunTask"},
			Resources:  []string{policy.Literal(t.FamilyARN) + ":" + revision},
			Conditions: inCluster,
		})
	}
	var manage []string
	if c.may(Describe) {
		manage = append(manage, "ecs:DescribeTasks")
	}
	if c.may(Stop) {
		manage = append(manage, "ecs:StopTask")
	}
	if len(manage) > 0 {
		tasks, err := tasksOf(t.ClusterARN)
		if err != nil {
			return policy.Document{}, err
		}
		add(policy.Statement{Sid: "ManageTasks", Actions: manage, Resources: []string{tasks}, Conditions: inCluster})
	}
	if c.may(register) {
		d.Statements = append(d.Statements, registerStatements(t.FamilyARN)...)
	}
	if roles := policy.Sorted(policy.Literals(t.RoleARNs)); (c.may(Run) || c.may(register)) && len(roles) > 0 {
		add(policy.Statement{
			Sid:       "PassRoles",
			Actions:   []string{"iam:PassRole"},
			Resources: roles,
			Conditions: policy.Conditions{
				{Operator: "StringEquals", Key: "iam:PassedToService", Values: []string{task.Principal}},
			},
		})
	}
	if c.TagsTasks && c.may(Run) {
		s, err := tagStatement(t.ClusterARN)
		if err != nil {
			return policy.Document{}, err
		}
		add(s)
	}
	if c.Integration.FollowsTasks {
		s, err := ruleStatement(t.ClusterARN)
		if err != nil {
			return policy.Document{}, err
		}
		add(s)
	}
	return d, nil
}

func (c Consumer) may(a Action) bool { return slices.Contains(c.Actions, a) }

// tasksOf are the ARNs of all tasks of a cluster. Their account and region are the
// cluster's.
func tasksOf(clusterARN string) (string, error) {
	cluster, err := arn.Parse(clusterARN)
	if err != nil {
		return "", err
	}
	return cluster.Place().Regional("ecs", "task/"+policy.Literal(cluster.Name())+"/*"), nil
}

// Input is something that a variable of the consumer follows from.
type Input int

// The inputs of the variables: of the task, the revision, and where the task can run, which is both's.
const (
	InputFamilyARN Input = iota
	InputRevision
	InputClusterARN
	InputSubnets
	InputSecurityGroups
	InputPublicIP
	InputContainer
	InputLaunch
)

// taskVariable is one that the consumer's code finds the task by, and what it follows from.
type taskVariable struct {
	name  string
	value func(Consumer, Task, task.Launch) string
	needs func(Task) []Input
}

// needs are inputs that a variable always follows from.
func needs(inputs ...Input) func(Task) []Input { return func(Task) []Input { return inputs } }

var taskVariables = []taskVariable{
	{"DOCKER_TASK_ARN", func(c Consumer, t Task, _ task.Launch) string { return c.definition(t) }, needs(InputFamilyARN, InputRevision)},
	{"DOCKER_TASK_SUBNETS", func(_ Consumer, t Task, _ task.Launch) string { return joined(t.Network.SubnetIDs) }, needs(InputSubnets)},
	{"DOCKER_TASK_CLUSTER", func(_ Consumer, t Task, _ task.Launch) string { return t.ClusterARN }, needs(InputClusterARN)},
	{"DOCKER_TASK_SECURITY_GROUPS", func(_ Consumer, t Task, _ task.Launch) string { return joined(t.Network.SecurityGroupIDs) }, needs(InputSecurityGroups)},
	{"DOCKER_TASK_ASSIGN_PUBLIC_IP", func(_ Consumer, t Task, run task.Launch) string {
		return publicIP(t.Network.AssignPublicIP && t.Capability.MayBeOnFargate(run))
	}, func(t Task) []Input {
		if t.Network.AssignPublicIP { // only on Fargate
			return []Input{InputPublicIP, InputLaunch}
		}
		return []Input{InputPublicIP}
	}},
	{"DOCKER_TASK_CONTAINER", func(_ Consumer, t Task, _ task.Launch) string { return t.Container }, needs(InputContainer)},
	{"DOCKER_TASK_LAUNCH_TYPE", func(_ Consumer, _ Task, run task.Launch) string { return run.Type }, needs(InputLaunch)},
}

// definition is the ARN of what is run: a revision, or the newest.
func (c Consumer) definition(t Task) string {
	if c.Revision > 0 {
		return t.FamilyARN + ":" + strconv.FormatInt(c.Revision, 10)
	}
	return t.FamilyARN
}

// Environment is what the consumer's code finds the task by. Every variable is always
// there; an empty one means none: without a launch type, the default capacity provider strategy of the
// cluster decides. Names are those of [Variables].
func (c Consumer) Environment(t Task) map[string]string {
	run := t.Capability.Resolve(c.Launch)
	out := make(map[string]string, len(taskVariables))
	for _, v := range taskVariables {
		out[v.name] = v.value(c, t, run)
	}
	return out
}

// EnvironmentNeeds are the inputs that each variable of [Consumer.Environment] follows from.
func EnvironmentNeeds(t Task) map[string][]Input {
	out := make(map[string][]Input, len(taskVariables))
	for _, v := range taskVariables {
		out[v.name] = v.needs(t)
	}
	return out
}

// Naming gives variables the names that an application reads.
type Naming struct {
	// Prefix begins the names of all variables.
	Prefix string
	// Names are whole names, by those of the table. The map lists all variables that are set: an empty
	// one sets none. Nil sets all of them.
	Names map[string]string
}

// Of is the name of a variable, and whether it is set.
func (n Naming) Of(variable string) (name string, set bool) {
	if n.Names == nil {
		return n.Prefix + variable, true
	}
	name, set = n.Names[variable]
	return name, set
}

// Variables are the names of the variables, sorted.
func Variables() []string {
	return slices.Sorted(maps.Keys(Consumer{}.Environment(Task{})))
}

func joined(ids []string) string {
	return strings.Join(slices.Sorted(slices.Values(ids)), ",")
}

// publicIP is the value as RunTask takes it.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AwsVpcConfiguration.html
func publicIP(assign bool) string {
	if assign {
		return "ENABLED"
	}
	return "DISABLED"
}

// TokenPolicyName is the name of the second policy, by which the task answers, on the task's own
// role. It has the name of the state machine, given by name or ARN: the first policies of several
// wires of one task have one name, as each is on another role, and here they meet.
func TokenPolicyName(policyName, stateMachine string) string {
	if a, err := arn.Parse(stateMachine); err == nil {
		stateMachine = a.Resource[strings.LastIndexByte(a.Resource, ':')+1:]
	}
	return task.Shorten(policyName, "-token-"+stateMachine, awsname.Policy.Max)
}

// PolicyName is the name of the inline policy on the consumer's role unless the user
// chooses one: another for each task, region and prefix, so that two wires on one role do
// not meet.
func PolicyName(name, region, prefix string) string {
	suffix := "-" + region
	if prefix != "" {
		suffix += "-" + prefix // whole: PUBLISH and PUBLISH_ are two
	}
	return "docker-task-" + task.Shorten(name, suffix, awsname.Policy.Max-len("docker-task-"))
}
