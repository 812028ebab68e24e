package schedule

import (
	"maps"
	"strconv"
	"time"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/run"
	"github.com/dockertask/terraform-provider-docker/internal/task"
	"github.com/dockertask/terraform-provider-docker/internal/wire"
)

// What happens to a schedule that has nothing more to run.
const (
	Keep   = "NONE"
	Delete = "DELETE"
)

// Scheduler's defaults, which it writes into a schedule that says nothing of them.
// https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html
const (
	MaximumAttempts   = 185
	MaximumAgeSeconds = 86400
)

// Spec describes a schedule, the role it runs the task with included.
type Spec struct {
	Schedule Schedule
	Place    arn.Place
	Task     wire.Task
	// Revision pins the task definition; 0 is the newest, whatever its number.
	Revision  int64
	Overrides Overrides

	// RoleARN is that of a role that is given; the provider never changes it.
	RoleARN             string
	RoleName, RolePath  string
	RoleNamePrefix      string // of the name that the rules give
	PermissionsBoundary string
	// DeadLetterKeyARN is the key that the dead-letter queue is encrypted with, "" for none of the
	// user's.
	DeadLetterKeyARN string
	Tags             map[string]string // of the role
}

// Schedule is what EventBridge Scheduler keeps.
type Schedule struct {
	Name, Group     string
	Expression      string
	TimeZone        string
	FlexibleMinutes int64     // 0: at the minute
	Start, End      time.Time // zero: none
	AfterCompletion string    // Keep or Delete
	Enabled         bool
	Description     string
	KMSKeyARN       string
	Target          Target
	// Created is when AWS created it. A schedule that was deleted and created again has another time.
	Created time.Time
}

// Target is what Scheduler has ECS run, and how it retries.
type Target struct {
	ClusterARN    string
	RoleARN       string
	DefinitionARN string // without a revision: the newest
	// Input is the overrides of RunTask, as JSON; "" for none.
	Input string

	Launch          task.Launch // resolved in a unit
	PlatformVersion string
	TaskCount       int64
	Network         Network
	PropagateTags   bool
	ExecuteCommand  bool
	Tags            map[string]string // of the running task
	ManagedTags     bool              // of ECS, on the running task
	TaskGroup       string
	ReferenceID     string
	Constraints     []run.Constraint
	Strategies      []run.Strategy

	MaximumAttempts   int64
	MaximumAgeSeconds int64
	DeadLetterARN     string

	// Others names what a schedule that others changed has beside all this.
	Others []string
}

// IsAsMade compares the fields that another schedule of the same name does not have by chance.
func (s Schedule) IsAsMade(want Schedule) bool {
	return SameExpression(s.Expression, want.Expression) && s.Target.RoleARN == want.Target.RoleARN &&
		s.Target.DefinitionARN == want.Target.DefinitionARN && s.Target.ClusterARN == want.Target.ClusterARN &&
		s.Target.Input == want.Target.Input
}

// Network is the network configuration of a task; without subnets there is none, as on a
// container instance.
type Network struct {
	SubnetIDs        []string // sorted
	SecurityGroupIDs []string // sorted
	AssignPublicIP   bool
}

// Unit is everything that a schedule is in AWS, as it shall be.
type Unit struct {
	Schedule Schedule
	// Role is the role that Scheduler assumes; nil if it is given by its ARN.
	Role *task.Role
	Tags map[string]string // of the role, the unit's id apart
}

// Parts are the parts of the unit as its record has them.
func (u Unit) Parts() []task.Part {
	parts := []task.Part{u.Schedule.Part()}
	if u.Role != nil {
		parts = append(parts, task.Part{Kind: task.RolePart, Name: u.Role.Name})
	}
	return parts
}

// Part is the schedule as a record has it.
func (s Schedule) Part() task.Part {
	return task.Part{Kind: task.SchedulePart, Name: s.Group + "/" + s.Name}
}

// Observed is what AWS has of a unit. A part that is missing is nil.
type Observed struct {
	Schedule *Schedule
	Role     *task.ObservedRole
}

// Owns reports whether the schedule that was seen is the unit's. A schedule has no tags that could tell.
//
//   - One that is confirmed is the unit's if it runs with the unit's own role, or was made at the time that the
//     record has. Where no time was noted, one that still runs the same task, or runs it with the same role, is
//     the unit's, changed by hand.
//   - One that is not confirmed is if it runs with the unit's own role, which is made before it and removed after
//     it. Where the role is given, it is if it says what the unit would write: its create had found none.
func (u Unit) Owns(seen Observed, rec task.Record) bool {
	s, part := *seen.Schedule, u.Schedule.Part()
	part, _ = rec.Part(part.Kind, part.Name)
	switch runsWithOwn := u.Role != nil && s.Target.RoleARN == u.Role.ARN; {
	case !part.Confirmed && u.Role != nil:
		return runsWithOwn && seen.Role != nil && rec.Owns(task.RolePart, u.Role.Name, seen.Role.Tags)
	case !part.Confirmed:
		return s.IsAsMade(u.Schedule)
	case runsWithOwn:
		return true
	case part.Version != 0:
		return s.Created.UnixMilli() == part.Version
	}
	was := u.Schedule.Target
	return s.Target.RoleARN == was.RoleARN ||
		family(s.Target.DefinitionARN) == family(was.DefinitionARN) && s.Target.ClusterARN == was.ClusterARN
}

// IsWanted reports whether a schedule is as an update to the unit leaves it, which was killed.
func (u Unit) IsWanted(s Schedule) bool {
	if u.Role != nil {
		return s.Target.RoleARN == u.Role.ARN
	}
	return s.IsAsMade(u.Schedule)
}

// Of is what the record of a unit shows of what was seen. What is the unit's by its id, or by [Unit.Owns], is
// confirmed; a schedule that is gone is forgotten, as another of its name may come.
func (o Observed) Of(u Unit, rec task.Record) (Observed, task.Record) {
	all := o
	if o.Role != nil {
		rec = rec.Seen(task.RolePart, o.Role.Name, o.Role.Tags)
		if !rec.Shows(task.RolePart, o.Role.Name, o.Role.Tags) {
			o.Role = nil
		}
	}
	part := u.Schedule.Part()
	switch {
	case o.Schedule == nil:
	case u.Owns(all, rec):
		part.Confirmed, part.Version = true, o.Schedule.Created.UnixMilli()
		return o, rec.With(part)
	default:
		o.Schedule = nil
	}
	return o, rec.Without(part.Kind, part.Name)
}

// ManagesRole reports whether the role is the unit's.
func (s Spec) ManagesRole() bool { return s.RoleARN == "" }

// Role names the role that Scheduler acts with, managed or not.
func (s Spec) Role() (name, roleARN string) {
	if !s.ManagesRole() {
		if a, err := arn.Parse(s.RoleARN); err == nil {
			name = a.Name()
		}
		return name, s.RoleARN
	}
	return s.roleName(), s.Place.Global("iam", "role"+s.rolePath()+s.roleName())
}

func (s Spec) roleName() string {
	if s.RoleName != "" {
		return s.RoleName
	}
	return RoleName(s.RoleNamePrefix, s.Schedule.Group, s.Schedule.Name, s.Place.Region)
}

func (s Spec) rolePath() string {
	if s.RolePath != "" {
		return s.RolePath
	}
	return task.DefaultRolePath
}

// Unit derives the parts. It fails if the ARN of the cluster is not an ARN.
func (s Spec) Unit() (Unit, error) {
	policy, err := s.Policy()
	if err != nil {
		return Unit{}, err
	}
	u := Unit{Schedule: s.Schedule, Tags: maps.Clone(s.Tags)}
	if u.Tags == nil {
		u.Tags = map[string]string{}
	}
	name, roleARN := s.Role()
	u.Schedule.Target = s.target(roleARN)
	if s.ManagesRole() {
		u.Role = &task.Role{
			Name:                name,
			ARN:                 roleARN,
			Path:                s.rolePath(),
			Description:         "Runs docker task " + s.Task.Name + " on schedule " + s.Schedule.Group + "/" + s.Schedule.Name,
			MaxSessionDuration:  task.DefaultMaxSessionDuration,
			PermissionsBoundary: s.PermissionsBoundary,
			TrustPolicy:         s.TrustPolicy().JSON(),
			Policies:            map[string]string{task.InlinePolicyName: policy.JSON()},
		}
	}
	return u, nil
}

func (s Spec) target(roleARN string) Target {
	t := s.Schedule.Target
	t.RoleARN = roleARN
	t.ClusterARN = s.Task.ClusterARN
	t.DefinitionARN = s.Task.FamilyARN
	if s.Revision > 0 {
		t.DefinitionARN += ":" + strconv.FormatInt(s.Revision, 10)
	}
	t.Input = s.Overrides.Input(s.Task.Container)
	t.Launch = s.Task.Capability.Resolve(t.Launch)
	if len(s.Task.Network.SubnetIDs) > 0 {
		t.Network = Network{
			SubnetIDs:        sorted(s.Task.Network.SubnetIDs),
			SecurityGroupIDs: sorted(s.Task.Network.SecurityGroupIDs),
			// RunTask refuses a public address elsewhere.
			AssignPublicIP: s.Task.Network.AssignPublicIP && s.Task.Capability.MayBeOnFargate(t.Launch),
		}
	}
	return t
}
