package task

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
)

// DefaultRetention is the retention of a log group in days unless the user says another.
const DefaultRetention = 30

// Retentions are the days that CloudWatch Logs can keep events; 0 stands for ever, which
// the API says by having no retention policy.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
var Retentions = []int64{0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}

// LogGroupClasses are the classes of log groups that a task can write to; the first is the default.
// DELIVERY is none of them: it hands the logs of functions on to S3 and Firehose, keeps them for
// a day, and refuses any retention. Report: hashicorp/terraform-provider-aws 42657.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/logs/CloudWatch_Logs_Log_Classes.html
var LogGroupClasses = []string{"STANDARD", "INFREQUENT_ACCESS", "ESSENTIALS"}

// CheckLogGroupClass refuses the class that no task can write to.
func CheckLogGroupClass(class string) error {
	if class == "DELIVERY" {
		return errors.New("a group of class DELIVERY is for the logs of Lambda functions; allowed are " + strings.Join(LogGroupClasses, ", "))
	}
	return nil
}

// CheckRetention checks a retention, with the nearest that there is.
func CheckRetention(days int64) error {
	if slices.Contains(Retentions, days) {
		return nil
	}
	words := make([]string, len(Retentions))
	for i, r := range Retentions {
		words[i] = strconv.FormatInt(r, 10)
	}
	return fmt.Errorf("CloudWatch Logs keeps events for %s days (0 is for ever), not for %d; the nearest is %d",
		Or(words), days, nearest(Retentions[1:], days))
}

// LogGroup is the task's log group, as it shall be.
type LogGroup struct {
	// ARN is set for an existing group, which the provider uses and never changes.
	ARN string

	Name            string
	RetentionInDays int64 // 0: for ever
	KMSKeyID        string
	Class           string // STANDARD unless said otherwise; cannot be changed later
	// Wanted is set where the user asks for the group; else there is one only if a container
	// writes to it, and None is set if none does.
	Wanted, None bool
	// Adopt allows to adopt an existing group; Keep keeps it when the unit is destroyed.
	Adopt, Keep bool
	// Adopted reports whether the unit adopted this group. Its tag says so too, but others can change
	// tags.
	Adopted bool
}

// Managed reports whether there is a group and it is the unit's.
func (g LogGroup) Managed() bool { return g.ARN == "" && !g.None }

// ManagedRetention is the retention of a group that is the unit's; 0 for ever, and of no such group.
func (g LogGroup) ManagedRetention() int64 {
	if g.Managed() {
		return g.RetentionInDays
	}
	return 0
}

// ManagedKeyID is the key of a group that is the unit's; "" without one, and of no such group.
func (g LogGroup) ManagedKeyID() string {
	if g.Managed() {
		return g.KMSKeyID
	}
	return ""
}

// groupName is the name of the group, another owner's included.
func (g LogGroup) groupName() string {
	if g.Managed() {
		return g.Name
	}
	a, err := arn.Parse(g.ARN)
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(strings.TrimPrefix(a.Resource, "log-group:"), ":*")
}

// region is where the group is: the task's region, unless it is another owner's elsewhere.
func (g LogGroup) region(place arn.Place) string {
	if a, err := arn.Parse(g.ARN); err == nil {
		return a.Region
	}
	return place.Region
}

// CheckLogGroupARN checks the ARN of a log group.
func CheckLogGroupARN(s string) error {
	a, err := arn.Parse(s)
	if err != nil || a.Service != "logs" || !a.Place().Complete() || !strings.HasPrefix(a.Resource, "log-group:") {
		return errors.New("the ARN of a log group is arn:PARTITION:logs:REGION:ACCOUNT:log-group:NAME; " + described(s, "a log group"))
	}
	return checkAnyLogGroupName(strings.TrimSuffix(strings.TrimPrefix(a.Resource, "log-group:"), ":*"))
}

// CanResume reports whether a group that exists is one that the task of this name has kept, and can be what
// it shall be now: its class cannot be changed. The tag alone is no proof, because others can
// write tags: the caller checks more.
func (g LogGroup) CanResume(have ObservedLogGroup, name string) bool {
	return have.Tags[TagKept] == name && have.Tags[TagUnit] == "" && !have.IsAdopted() && (have.Class == "" || have.Class == g.Class)
}

// TagChange is what has to be done to the tags of the group. Those that an adopted group
// came with stay, and one more marks it.
func (g LogGroup) TagChange(have, want map[string]string) TagChange {
	if !g.Adopted {
		return ChangeTags(have, want)
	}
	want = maps.Clone(want)
	want[TagAdopted] = "true"
	c := ChangeTags(have, want)
	c.Remove = nil
	return c
}
