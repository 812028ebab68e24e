package schedule

import (
	"maps"
	"strconv"
	"time"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
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
	// Unfinished reports whether a create failed, and could not be undone wholly either. Of what then has
	// the names of the parts, only some is the unit's: see [Unit.Own].
	Unfinished bool
	// Written reports whether the schedule was written since, or may have been.
	Written bool
	// Has reports whether state has the schedule, Created when it was made, as far as it was noted: see
	// [Unit.Owns].
	Has     bool
	Created time.Time
}

// Observed is what AWS has of a unit. A part that is missing is nil.
type Observed struct {
	Schedule *Schedule
	Role     *task.ObservedRole
}

// Owns reports whether a schedule of the unit's name is the unit's. A schedule has no tags that could
// tell. It is if it runs with the unit's own role, or if it is the one that was seen before, by the time
// at which AWS made it. Where no time was noted, one that still runs the same task, or runs it with the
// same role, is the unit's, changed by hand. Of a unit that has none, with a role that is given, only
// one that says what the unit would write is its own.
func (u Unit) Owns(s Schedule) bool {
	switch {
	case u.Role != nil && s.Target.RoleARN == u.Role.ARN:
		return true
	case !u.Has:
		return u.Role == nil && s.IsAsMade(u.Schedule)
	case !u.Created.IsZero():
		return s.Created.Equal(u.Created)
	}
	was := u.Schedule.Target
	return s.Target.RoleARN == was.RoleARN ||
		family(s.Target.DefinitionARN) == family(was.DefinitionARN) && s.Target.ClusterARN == was.ClusterARN
}

// Seen are the parts of the unit among those that AWS has of its names.
func (u Unit) Seen(all Observed, unitID string) Observed {
	if u.Unfinished {
		return u.Own(all, unitID)
	}
	if all.Schedule != nil && !u.Owns(*all.Schedule) {
		all.Schedule = nil
	}
	return all
}

// Own are the parts of an unfinished unit among those seen, of what has their names. A role is the
// unit's if it carries its id. A schedule has no tags that could tell. It is the unit's if it runs with
// that role, which is made before it and removed after it; or, where the role is given, if it says what
// the create wanted, which had found none of that name; and so is any once the unit has written one.
func (u Unit) Own(seen Observed, unitID string) Observed {
	if seen.Role != nil && (unitID == "" || seen.Role.Tags[task.TagUnit] != unitID) {
		seen.Role = nil
	}
	if seen.Schedule == nil || u.Written {
		return seen
	}
	own := seen.Schedule.IsAsMade(u.Schedule)
	if u.Role != nil {
		own = seen.Role != nil && seen.Schedule.Target.RoleARN == seen.Role.ARN
	}
	if !own {
		seen.Schedule = nil
	}
	return seen
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
