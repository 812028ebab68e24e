// Package task knows what a docker task is: its sizes and names, its task definition, its
// roles and log group, and when two of them mean the same. It is pure: no AWS client, no
// Terraform type, no clock, no network.
package task

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
)

// Launch types and network modes that code has to know by name.
const (
	Fargate = "FARGATE"
	AWSVPC  = "awsvpc"
)

// DefaultKeepRevisions is how many older revisions stay ACTIVE unless the user says
// another number.
const DefaultKeepRevisions = 5

// Spec is a docker task as its user describes it, every value effective: what was left out
// is filled in by [Spec.WithDefaults].
type Spec struct {
	Name  string
	Place arn.Place

	Main ContainerSpec

	CPU                   int64 // units, 1024 to a vCPU
	Memory                int64 // MiB
	Architecture          string
	OperatingSystemFamily string

	ExecutionRole, TaskRole RoleSpec
	// PermissionsBoundary is the ARN of a policy that bounds both roles, or "".
	PermissionsBoundary string
	// SecretsKMSKeyARNs are customer-managed keys that secrets are encrypted with.
	SecretsKMSKeyARNs []string
	LogGroup          LogGroup

	Network Network
	Tags    map[string]string // default tags included

	KeepRevisions int64
}

// ContainerSpec is a container as its user describes it.
type ContainerSpec struct {
	Name             string
	Image            string
	Command          []string
	EntryPoint       []string
	WorkingDirectory string
	User             string
	Environment      map[string]string
	Secrets          map[string]string // variable to reference, see [ParseSecret]
	Ports            []PortMapping
}

// RoleSpec is a role as its user describes it.
type RoleSpec struct {
	// ARN is set for somebody else's role, about which nothing is managed.
	ARN string

	Name               string
	Path               string
	Description        string
	MaxSessionDuration int64 // seconds
	ManagedPolicyARNs  []string
	Policies           map[string]string // name to JSON
}

// Managed tells whether the role is the unit's.
func (r RoleSpec) Managed() bool { return r.ARN == "" }

// Defaults of IAM.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
const (
	DefaultRolePath           = "/"
	DefaultMaxSessionDuration = 3600 // seconds
)

// WithDefaults fills in what was left out, from the name, the region and the launch type.
func (s Spec) WithDefaults() Spec {
	if s.Architecture == "" {
		s.Architecture = Architectures[0]
	}
	if s.OperatingSystemFamily == "" {
		s.OperatingSystemFamily = OperatingSystems[0]
	}
	s.CPU, s.Memory = EffectiveSize(s.OperatingSystemFamily, s.CPU, s.Memory)
	if s.Main.Name == "" {
		s.Main.Name = s.Name
	}
	s.ExecutionRole = s.ExecutionRole.withDefaults(s, ExecutionRole)
	s.TaskRole = s.TaskRole.withDefaults(s, TaskRole)
	if s.LogGroup.Managed() {
		if s.LogGroup.Name == "" {
			s.LogGroup.Name = LogGroupName(s.Name)
		}
		if s.LogGroup.Class == "" {
			s.LogGroup.Class = LogGroupClasses[0]
		}
	}
	if s.Network.Cluster == "" {
		s.Network.Cluster = DefaultCluster
	}
	return s
}

func (r RoleSpec) withDefaults(s Spec, kind RoleKind) RoleSpec {
	if !r.Managed() {
		return r
	}
	if r.Name == "" {
		r.Name = RoleName(s.Name, s.Place.Region, kind)
	}
	if r.Path == "" {
		r.Path = DefaultRolePath
	}
	if r.MaxSessionDuration == 0 {
		r.MaxSessionDuration = DefaultMaxSessionDuration
	}
	return r
}

// Role is the user's description of one of the roles.
func (s Spec) Role(kind RoleKind) RoleSpec {
	if kind == ExecutionRole {
		return s.ExecutionRole
	}
	return s.TaskRole
}

// RoleARN is the ARN of one of the roles: known before the role exists.
func (s Spec) RoleARN(kind RoleKind) string {
	r := s.Role(kind)
	if !r.Managed() {
		return r.ARN
	}
	return s.Place.Global("iam", "role"+r.Path+r.Name)
}

// FamilyARN is the ARN of the task definition without a revision.
func (s Spec) FamilyARN() string {
	return s.Place.Regional("ecs", "task-definition/"+s.Name)
}

// LogGroupARN is the ARN of the log group, without the ":*" that some services add.
func (s Spec) LogGroupARN() string {
	if !s.LogGroup.Managed() {
		return s.LogGroup.ARN
	}
	return s.Place.Regional("logs", "log-group:"+s.LogGroup.Name)
}

// streamPrefix begins the name of every log stream, which is then prefix/container/task-id.
const streamPrefix = "ecs"

// LogGroupOption is the option of the awslogs driver that names the log group.
const LogGroupOption = "awslogs-group"

// Definition is the task definition. The error is of a secret that no reference can be
// made of; validation refuses it earlier with its key.
func (s Spec) Definition() (Definition, error) {
	main, err := s.container(s.Main)
	if err != nil {
		return Definition{}, err
	}
	return Definition{
		Family:                  s.Name,
		ContainerDefinitions:    []Container{main},
		CPU:                     strconv.FormatInt(s.CPU, 10),
		Memory:                  strconv.FormatInt(s.Memory, 10),
		NetworkMode:             AWSVPC,
		RequiresCompatibilities: []string{Fargate},
		RuntimePlatform:         &RuntimePlatform{CPUArchitecture: s.Architecture, OperatingSystemFamily: s.OperatingSystemFamily},
		ExecutionRoleARN:        s.RoleARN(ExecutionRole),
		TaskRoleARN:             s.RoleARN(TaskRole),
	}, nil
}

func (s Spec) container(c ContainerSpec) (Container, error) {
	essential := true
	out := Container{
		Name:             c.Name,
		Image:            c.Image,
		Essential:        &essential,
		Command:          c.Command,
		EntryPoint:       c.EntryPoint,
		WorkingDirectory: c.WorkingDirectory,
		User:             c.User,
		PortMappings:     c.Ports,
		LogConfiguration: &LogConfiguration{
			LogDriver: "awslogs",
			Options: map[string]string{
				LogGroupOption:          s.LogGroupName(),
				"awslogs-region":        s.LogGroup.region(s.Place),
				"awslogs-stream-prefix": streamPrefix,
			},
		},
	}
	for _, key := range slices.Sorted(maps.Keys(c.Environment)) {
		out.Environment = append(out.Environment, KeyValue{Name: key, Value: c.Environment[key]})
	}
	for _, key := range slices.Sorted(maps.Keys(c.Secrets)) {
		secret, err := ParseSecret(c.Secrets[key], s.Place)
		if err != nil {
			return Container{}, fmt.Errorf("secrets[%q]: %w", key, err)
		}
		out.Secrets = append(out.Secrets, ContainerSecret{Name: key, ValueFrom: secret.ValueFrom})
	}
	return out, nil
}

// MainContainer is the container of a definition that a docker task is about: the one of
// the given name, else the one named like the family, else the first essential one. The
// second result is false where there is none.
func (d Definition) MainContainer(name string) (Container, bool) {
	for _, wanted := range []string{name, d.Family} {
		for _, c := range d.ContainerDefinitions {
			if wanted != "" && c.Name == wanted {
				return c, true
			}
		}
	}
	for _, c := range d.ContainerDefinitions {
		if c.Essential == nil || *c.Essential {
			return c, true
		}
	}
	return Container{}, false
}

// RoleName is the name of one of the roles, also of somebody else's.
func (s Spec) RoleName(kind RoleKind) string {
	r := s.Role(kind)
	if r.Managed() {
		return r.Name
	}
	a, err := arn.Parse(r.ARN)
	if err != nil {
		return ""
	}
	return a.Name()
}

// LogGroupName is the name of the log group, also of somebody else's.
func (s Spec) LogGroupName() string { return s.LogGroup.groupName() }
