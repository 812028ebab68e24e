package run

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// MaxOverrides is how many characters the overrides of a run have at most, those of the JSON included.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskOverride.html
const MaxOverrides = 8192

// Overrides are what a run does differently from the task definition, as RunTask and StartTask take it. Zero values are
// as defined.
type Overrides struct {
	Containers       []ContainerOverride `json:"containerOverrides,omitempty"`
	CPU              string              `json:"cpu,omitempty"`    // units of the whole task
	Memory           string              `json:"memory,omitempty"` // MiB of the whole task
	EphemeralStorage *Storage            `json:"ephemeralStorage,omitempty"`
	ExecutionRoleARN string              `json:"executionRoleArn,omitempty"`
	TaskRoleARN      string              `json:"taskRoleArn,omitempty"`
}

// Storage is the ephemeral storage of a task.
type Storage struct {
	SizeInGiB int64 `json:"sizeInGiB"`
}

// ContainerOverride is what one container does differently.
type ContainerOverride struct {
	Name              string            `json:"name"`
	Command           []string          `json:"command,omitempty"`
	CPU               int64             `json:"cpu,omitempty"` // units
	Environment       []Variable        `json:"environment,omitempty"`
	EnvironmentFiles  []EnvironmentFile `json:"environmentFiles,omitempty"`
	Memory            int64             `json:"memory,omitempty"`            // MiB
	MemoryReservation int64             `json:"memoryReservation,omitempty"` // MiB
}

// Variable is an environment variable.
type Variable struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// EnvironmentFile is a file of variables in S3.
type EnvironmentFile struct {
	Type  string `json:"type"`
	Value string `json:"value"`
}

// Variables are environment variables in the order of their names, so that the same ones are the same request: a
// clientToken is of one request only.
func Variables(environment map[string]string) []Variable {
	var out []Variable
	for _, name := range slices.Sorted(maps.Keys(environment)) {
		out = append(out, Variable{name, environment[name]})
	}
	return out
}

// Variables are those of a container as a map; false if one is there twice.
func (c ContainerOverride) Variables() (map[string]string, bool) {
	out := map[string]string{}
	for _, v := range c.Environment {
		out[v.Name] = v.Value
	}
	return out, len(out) == len(c.Environment)
}

// EnvironmentFiles are files of variables, by the ARNs of their objects.
func EnvironmentFiles(arns []string) []EnvironmentFile {
	var out []EnvironmentFile
	for _, a := range arns {
		out = append(out, EnvironmentFile{Type: "s3", Value: a})
	}
	return out
}

// Size is a number as a task override has it; "" for 0.
func Size(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

// Add adds what a container does differently, unless that is nothing.
func (o *Overrides) Add(c ContainerOverride) {
	if len(c.Command)+len(c.Environment)+len(c.EnvironmentFiles) > 0 || c.CPU+c.Memory+c.MemoryReservation > 0 {
		o.Containers = append(o.Containers, c)
	}
}

// Equal reports whether two overrides are the same for ECS: the order of containers and variables does not matter.
func (o Overrides) Equal(other Overrides) bool {
	return reflect.DeepEqual(o.canonical(), other.canonical())
}

func (o Overrides) canonical() Overrides {
	var containers []ContainerOverride
	for _, c := range o.Containers {
		c.Environment = slices.Clone(c.Environment)
		slices.SortFunc(c.Environment, func(a, b Variable) int { return strings.Compare(a.Name, b.Name) })
		if len(c.Command) == 0 {
			c.Command = nil
		}
		if len(c.Environment) == 0 {
			c.Environment = nil
		}
		if len(c.EnvironmentFiles) == 0 {
			c.EnvironmentFiles = nil
		}
		containers = append(containers, c)
	}
	slices.SortFunc(containers, func(a, b ContainerOverride) int { return strings.Compare(a.Name, b.Name) })
	o.Containers = containers
	return o
}

// IsZero reports whether everything is as defined.
func (o Overrides) IsZero() bool {
	return len(o.Containers) == 0 && o.CPU+o.Memory+o.ExecutionRoleARN+o.TaskRoleARN == "" && o.EphemeralStorage == nil
}

// Length is the number of characters of the overrides as JSON.
func (o Overrides) Length() int {
	if o.IsZero() {
		return 0
	}
	text, err := json.Marshal(o)
	if err != nil {
		panic(fmt.Sprintf("encoding overrides: %s", err)) // texts and numbers cannot fail
	}
	return utf8.RuneCount(text)
}

// Check checks that the overrides are not too long. The error is about the attribute to shorten.
func (o Overrides) Check() (attribute string, err error) {
	if length := o.Length(); length > MaxOverrides {
		return o.largest(), fmt.Errorf("ECS takes overrides of at most %d characters, the JSON around them included, and these have %d", MaxOverrides, length)
	}
	return "", nil
}

// largest is the attribute that has the most characters: the one to shorten.
func (o Overrides) largest() string {
	command, environment := 0, 0
	for _, c := range o.Containers {
		for _, word := range c.Command {
			command += len(word)
		}
		for _, v := range c.Environment {
			environment += len(v.Name) + len(v.Value)
		}
	}
	if command > environment {
		return "command"
	}
	return "environment"
}

// Sizes of the ephemeral storage of a task on Fargate, in GiB.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EphemeralStorage.html
const (
	MinStorage = 21
	MaxStorage = 200
)
