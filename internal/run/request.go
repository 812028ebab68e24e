// Package run is a run of a docker task: what ECS is asked for, what came of it, and why. It is pure: what calls AWS
// and waits is in internal/aws.
package run

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// Limits of RunTask and StartTask.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_StartTask.html
const (
	MaxCount            = 10
	MaxInstances        = 10
	MaxProviders        = 20
	MaxConstraints      = 10
	MaxStrategies       = 5
	MaxStartedBy        = 128
	MaxStartedByOnStart = 36 // with StartTask
)

// DefaultStartedBy is what a run says has started it, unless it says something else.
const DefaultStartedBy = "terraform"

// Request is what ECS is asked for.
type Request struct {
	// Family is that of the task definition; Revision is 0 for the newest that is ACTIVE.
	Family   string
	Revision int64
	// Cluster is a name or an ARN.
	Cluster string
	// Container is the main container, which decides whether the run has succeeded.
	Container string
	// Count is the number of tasks of RunTask.
	Count int64
	// Launch is resolved: with neither launch type nor providers the cluster decides.
	Launch task.Launch
	// Instances are the container instances of StartTask, one task on each; none for RunTask.
	Instances []string
	// Network is nil for tasks without a network interface of their own.
	Network         *Network
	PlatformVersion string
	Overrides       Overrides
	Constraints     []Constraint
	Strategies      []Strategy
	Volumes         []Volume
	Group           string
	StartedBy       string
	Tags            map[string]string
	PropagateTags   bool // those of the task definition
	ExecuteCommand  bool
	ManagedTags     bool // of ECS: the name of the cluster
	ReferenceID     string
}

// Network is where tasks with an interface of their own run.
type Network struct {
	SubnetIDs        []string
	SecurityGroupIDs []string
	// PublicIP is nil where it must not be said: only Fargate takes it.
	PublicIP *bool
}

// Constraint is a placement constraint as ECS has it.
type Constraint struct {
	Type       string `json:"type"`
	Expression string `json:"expression,omitempty"`
}

// Strategy is a placement strategy as ECS has it.
type Strategy struct {
	Type  string `json:"type"`
	Field string `json:"field,omitempty"`
}

// ConstraintTypes and StrategyTypes are the types of placement.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PlacementConstraint.html
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PlacementStrategy.html
var (
	ConstraintTypes = []string{"distinctInstance", "memberOf"}
	StrategyTypes   = []string{"random", "spread", "binpack"}
)

// Volume is an EBS volume that is configured when a task is started, by the name of a volume of the task definition.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskManagedEBSVolumeConfiguration.html
type Volume struct {
	Name string    `json:"name"`
	EBS  EBSVolume `json:"managedEBSVolume"`
}

// EBSVolume is what ECS makes such a volume of.
type EBSVolume struct {
	RoleARN        string `json:"roleArn"`
	Encrypted      *bool  `json:"encrypted,omitempty"`
	FilesystemType string `json:"filesystemType,omitempty"`
	IOPS           int64  `json:"iops,omitempty"`
	KMSKeyID       string `json:"kmsKeyId,omitempty"`
	SizeInGiB      int64  `json:"sizeInGiB,omitempty"`
	SnapshotID     string `json:"snapshotId,omitempty"`
	Throughput     int64  `json:"throughput,omitempty"` // MiB/s
	VolumeType     string `json:"volumeType,omitempty"`
}

// Definition is the task definition as a call names it: family, or family:revision.
func (r Request) Definition() string {
	if r.Revision == 0 {
		return r.Family
	}
	return fmt.Sprintf("%s:%d", r.Family, r.Revision)
}

// Tasks is the number of tasks that are started.
func (r Request) Tasks() int64 {
	if n := int64(len(r.Instances)); n > 0 {
		return n
	}
	return max(r.Count, 1)
}

// startedBy: "you can only use … (uppercase and lowercase) letters, numbers, hyphens, forward slash, and underscore".
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html
var startedBy = regexp.MustCompile(`^[A-Za-z0-9_/.:@-]+$`)

// CheckStartedBy checks what is noted to have started a task. AWS's pages do not agree on the characters: refused is
// what no page allows.
func CheckStartedBy(s string) error {
	switch {
	case len(s) > MaxStartedBy:
		return fmt.Errorf("at most %d characters are allowed, not %d", MaxStartedBy, len(s))
	case !startedBy.MatchString(s):
		return fmt.Errorf("letters, digits and - _ / . : @ are allowed, without blanks; %q has others", s)
	}
	return nil
}

// CheckTogether checks arguments against each other. An error is about one attribute.
func (r Request) CheckTogether() (attribute string, err error) {
	if len(r.Instances) > 0 && len(r.StartedBy) > MaxStartedByOnStart {
		return "started_by", fmt.Errorf("with container_instances, at most %d characters are allowed, not %d", MaxStartedByOnStart, len(r.StartedBy))
	}
	if attribute, err := r.Overrides.Check(); err != nil {
		return attribute, err
	}
	if attribute, err := CheckPlacement(r.Launch, r.Constraints, r.Strategies); err != nil {
		return attribute, err
	}
	if !r.Launch.OnFargate() && !r.Launch.ByCluster() && r.PlatformVersion != "" {
		return "platform_version", errors.New("only Fargate has platform versions: leave platform_version out, or run the task on FARGATE or FARGATE_SPOT")
	}
	return "", nil
}

// OnDemand is the request without spare capacity: Fargate in place of Fargate Spot.
func (r Request) OnDemand() Request {
	if !slices.ContainsFunc(r.Launch.Providers, func(p task.CapacityProvider) bool { return p.Name == task.FargateSpot }) {
		return r
	}
	r.Launch = task.Launch{Type: task.Fargate}
	return r
}

// NameOf is the name at the end of an ARN, or the name itself.
func NameOf(s string) string { return s[strings.LastIndexByte(s, '/')+1:] }

// CheckVariable checks the name of a variable that a run overrides. Names that begin with AWS_ECS are ECS's own, which it
// sets after the overrides.
func CheckVariable(name string) error {
	if strings.HasPrefix(strings.ToUpper(name), "AWS_ECS") {
		return fmt.Errorf("names that begin with AWS_ECS are ECS's own, and %q is one", name)
	}
	return task.CheckVariable(name)
}

// instanceID is the id of a container instance: 32 hexadecimal digits, or a UUID as older ones have it; mi-… is the form of
// AWS Systems Manager, which ECS does not take.
var instanceID = regexp.MustCompile(`^[0-9a-f]{32}$|^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// CheckInstance checks a container instance that is given by its id or ARN.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_StartTask.html
func CheckInstance(s string) error {
	id := s
	if a, err := arn.Parse(s); err == nil && a.Service == "ecs" && strings.HasPrefix(a.Resource, "container-instance/") {
		id = NameOf(s)
	}
	if instanceID.MatchString(id) {
		return nil
	}
	return fmt.Errorf("a container instance is given by its id of 32 hexadecimal digits or its ARN, arn:…:container-instance/CLUSTER/ID, not %q%s", s, arn.Hint(s, "a container instance"))
}

// MaxGroup is the length of the name of a task group: "at most 255 letters, numbers, hyphens, underscores, colons, periods,
// forward slashes and number signs", as the page on task groups has it.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-groups.html
const MaxGroup = 255

// CheckGroup checks the name of a task group.
func CheckGroup(s string) error {
	if s == "" || len(s) > MaxGroup {
		return fmt.Errorf("a task group has 1 to %d characters, not %d", MaxGroup, len(s))
	}
	return nil
}

// MaxReferenceID is the length of a reference id.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html
const MaxReferenceID = 1024

// CheckReferenceID checks a reference id.
func CheckReferenceID(s string) error {
	if n := utf8.RuneCountInString(s); n < 1 || n > MaxReferenceID {
		return fmt.Errorf("a reference id has 1 to %d characters, not %d", MaxReferenceID, n)
	}
	return nil
}

// CheckPlacement refuses placement on Fargate, for a resolved launch. An error is about one attribute.
func CheckPlacement(launch task.Launch, constraints []Constraint, strategies []Strategy) (attribute string, err error) {
	switch {
	case launch.OnFargate() && len(constraints) > 0:
		return "placement_constraints", errors.New("tasks on Fargate have no placement constraints: remove them, or run the task on EC2")
	case launch.OnFargate() && len(strategies) > 0:
		return "placement_strategy", errors.New("tasks on Fargate have no placement strategy: remove it, or run the task on EC2")
	}
	return "", nil
}
