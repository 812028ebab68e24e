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
	if roles := policy.Sorted(policy.Literals(t.RoleARNs)); c.may(Run) && len(roles) > 0 {
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

// Environment is what the consumer's code finds the task by. Every variable is always
// there; an empty one means none: without a launch type, the default capacity provider strategy of the
// cluster decides. Names are those of [Variables].
func (c Consumer) Environment(t Task) map[string]string {
	launch := t.Capability.Resolve(c.Launch)
	definition := t.FamilyARN
	if c.Revision > 0 {
		definition += ":" + strconv.FormatInt(c.Revision, 10)
	}
	return map[string]string{
		"DOCKER_TASK_ARN":              definition,
		"DOCKER_TASK_SUBNETS":          joined(t.Network.SubnetIDs),
		"DOCKER_TASK_CLUSTER":          t.ClusterARN,
		"DOCKER_TASK_SECURITY_GROUPS":  joined(t.Network.SecurityGroupIDs),
		"DOCKER_TASK_ASSIGN_PUBLIC_IP": publicIP(t.Network.AssignPublicIP && t.Capability.MayBeOnFargate(launch)),
		"DOCKER_TASK_CONTAINER":        t.Container,
		"DOCKER_TASK_LAUNCH_TYPE":      launch.Type,
	}
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
