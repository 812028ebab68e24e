package schedule

import (
	"errors"
	"fmt"
	"regexp"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/awsname"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// DefaultGroup is the group that every account and region has.
const DefaultGroup = "default"

// RoleKind is the kind of the role that Scheduler acts with. It ends the role's default name.
const RoleKind task.RoleKind = "schedule"

// MaxProviders is how many capacity providers Scheduler takes; RunTask takes more.
// https://docs.aws.amazon.com/scheduler/latest/APIReference/API_EcsParameters.html
const MaxProviders = 6

var platformPattern = regexp.MustCompile(`^(?:LATEST|[0-9]+\.[0-9]+\.[0-9]+)$`)

// CheckName checks the name of a schedule or of a group.
func CheckName(name string) error {
	if awsname.Schedule.Matches(name) {
		return nil
	}
	return fmt.Errorf("a name has %s; %s", awsname.Schedule.Says, described(name))
}

// CheckQueue checks a dead-letter queue that is given by name or ARN.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
func CheckQueue(queue string) error {
	name, ok := queue, true
	if a, err := arn.Parse(queue); err == nil {
		name, ok = awsname.Queue.NameIn(a)
		ok = ok && a.Place().Complete()
	}
	switch {
	case ok && awsname.IsFIFO(name):
		return errors.New("Scheduler takes no FIFO queue for dead letters; " + described(queue))
	case !ok || !awsname.Queue.Name.MatchString(name):
		return errors.New("a queue is given by its name or its ARN; " + described(queue))
	}
	return nil
}

// CheckPlatformVersion checks a platform version of Fargate.
func CheckPlatformVersion(version string) error {
	if platformPattern.MatchString(version) {
		return nil
	}
	return errors.New("a platform version is LATEST or three numbers, as in 1.4.0; " + described(version))
}

// RoleName is the name that the role gets unless the user chooses one, after the user's prefix. Names
// of schedules are unique in a group and region, those of roles in the account.
func RoleName(prefix, group, name, region string) string {
	if group != DefaultGroup {
		name = group + "-" + name
	}
	return task.RoleName(prefix, name, region, RoleKind)
}

// ARN is the ARN of a schedule.
func ARN(group, name string, place arn.Place) string {
	return place.Regional("scheduler", "schedule/"+group+"/"+name)
}

// CheckTaskTag checks a tag of the running task. Scheduler's TagMapValue has at
// least one character, where a tag of ECS may be empty.
// https://docs.aws.amazon.com/scheduler/latest/APIReference/API_EcsParameters.html
func CheckTaskTag(key, value string) error {
	if value == "" {
		return fmt.Errorf("EventBridge Scheduler takes no tag without a value, which ECS itself would take; that of %q is empty", key)
	}
	return task.CheckTag(key, value)
}
