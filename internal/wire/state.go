package wire

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
)

// MaxProviders is how many capacity providers RunTask takes.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html
const MaxProviders = 20

// MaxStateSeconds is the largest TimeoutSeconds and HeartbeatSeconds of a state.
// https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html
const MaxStateSeconds = 99999999

// TokenVariable is the variable in which the container finds its task token.
const TokenVariable = "TASK_TOKEN"

// State is what a Task state says besides how the task is launched.
type State struct {
	Language  QueryLanguage
	Overrides Overrides
	// Next is the state after it, "" for the end.
	Next string
	// TimeoutSeconds and HeartbeatSeconds are 0 for none.
	TimeoutSeconds, HeartbeatSeconds int64
}

// Check checks the parts of a state that are written, each good by itself, against each other. An error is about one
// attribute.
func (s State) Check(token bool) (attribute string, err error) {
	if s.TimeoutSeconds > 0 && s.HeartbeatSeconds >= s.TimeoutSeconds {
		return "heartbeat_seconds", fmt.Errorf("a state that ends after timeout_seconds, %d, takes a heartbeat_seconds below that, not %d", s.TimeoutSeconds, s.HeartbeatSeconds)
	}
	if _, set := s.Overrides.Environment[TokenVariable]; set && token {
		return "container_environment", fmt.Errorf("the state sets %s to the task token: leave it out", TokenVariable)
	}
	return s.Overrides.Check(s.Language)
}

// Refers reports whether a word of the command refers to the input of the state.
func (s State) Refers() bool { return slices.ContainsFunc(s.Overrides.Command, s.Language.refers) }

// launch is how RunTask is called, in the form that Step Functions takes.
type launch struct {
	Cluster                  string
	TaskDefinition           string
	LaunchType               string             `json:",omitempty"`
	CapacityProviderStrategy []capacityProvider `json:",omitempty"`
	NetworkConfiguration     *networkConfig     `json:",omitempty"`
	PropagateTags            string             `json:",omitempty"`
	Overrides                *taskOverride      `json:",omitempty"`
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

// taskState is a Task state. It has Parameters in JSONPath, and Arguments in JSONata.
// https://states-language.net/spec.html#task-state
type taskState struct {
	Type             string
	QueryLanguage    QueryLanguage `json:",omitempty"`
	Resource         string
	Parameters       *launch `json:",omitempty"`
	Arguments        *launch `json:",omitempty"`
	TimeoutSeconds   int64   `json:",omitempty"`
	HeartbeatSeconds int64   `json:",omitempty"`
	Next             string  `json:",omitempty"`
	End              bool    `json:",omitempty"`
}

// StateJSON is the Task state that runs the task: resource, cluster, task definition and
// network, what the state overrides, and the token where the task answers by one. Launch type and capacity
// providers are left out where the cluster decides.
func (c Consumer) StateJSON(t Task, s State) (string, error) {
	family, err := arn.Parse(t.FamilyARN)
	if err != nil {
		return "", err
	}
	run := c.runTask(t)
	run.Overrides = s.Overrides.inState(t.Container, s.Language, c.Integration.Token)
	state := taskState{
		Type:             "Task",
		Resource:         "arn:" + family.Partition + ":states:::" + c.Integration.State,
		TimeoutSeconds:   s.TimeoutSeconds,
		HeartbeatSeconds: s.HeartbeatSeconds,
		Next:             s.Next,
		End:              s.Next == "",
	}
	if s.Language == JSONata {
		// A state machine in JSONPath takes it too, if the state names its language.
		state.QueryLanguage, state.Arguments = JSONata, &run
	} else {
		state.Parameters = &run
	}
	text, err := json.Marshal(state)
	if err != nil {
		return "", fmt.Errorf("encoding a state: %w", err)
	}
	return string(text), nil
}

// runTask is the call of RunTask without overrides.
func (c Consumer) runTask(t Task) launch {
	environment := c.Environment(t)
	resolved := t.Capability.Resolve(c.Launch)
	run := launch{Cluster: t.ClusterARN, TaskDefinition: environment["DOCKER_TASK_ARN"], LaunchType: resolved.Type}
	for _, p := range resolved.Providers {
		run.CapacityProviderStrategy = append(run.CapacityProviderStrategy, capacityProvider{p.Name, p.Base, p.Weight})
	}
	if c.TagsTasks {
		// RunTask passes no tags on unless it is asked to.
		run.PropagateTags = "TASK_DEFINITION"
	}
	if len(t.Network.SubnetIDs) > 0 {
		run.NetworkConfiguration = &networkConfig{awsvpc{
			Subnets:        slices.Sorted(slices.Values(t.Network.SubnetIDs)),
			SecurityGroups: slices.Sorted(slices.Values(t.Network.SecurityGroupIDs)),
			AssignPublicIP: environment["DOCKER_TASK_ASSIGN_PUBLIC_IP"],
		}}
	}
	return run
}
