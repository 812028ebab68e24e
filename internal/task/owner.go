package task

import "regexp"

// Kinds of units whose parts carry an id: the names of their resources.
const (
	TaskUnit         = "docker_task"
	ScheduleUnit     = "docker_task_schedule"
	SubscriptionUnit = "docker_task_subscription"
	ClusterUnit      = "docker_task_cluster"
)

// Owner names a unit in the ids of its parts. Everyone who may tag a part can copy an id onto it. So an id
// names the unit that it was made for, and is valid for no other.
type Owner struct {
	// Kind is the name of the resource.
	Kind string
	// Region and Name are the unit's; of a schedule it is GROUP/NAME.
	Region, Name string
}

// maxOwnerName leaves room for kind, region and the random part: the value of a tag has 256 characters.
const maxOwnerName = 150

// idPattern is the form of ids. All of it can stand in a tag of each service.
var idPattern = regexp.MustCompile(`^(` + TaskUnit + `|` + ScheduleUnit + `|` + SubscriptionUnit + `|` + ClusterUnit + `)/([a-z0-9-]{1,40})/([A-Za-z0-9_./-]{1,150})/([a-z0-9]{1,40})$`)

// ID is an id of the unit, with a random part of lower-case letters and digits.
func (o Owner) ID(random string) string {
	return o.Kind + "/" + o.Region + "/" + Shorten(o.Name, "", maxOwnerName) + "/" + random
}

// Is reports whether an id was made for this unit.
func (o Owner) Is(id string) bool {
	m := idPattern.FindStringSubmatch(id)
	return len(m) > 0 && id == o.ID(m[4])
}

// Own is the id in the tags of a part, if it was made for this unit; else "".
func (o Owner) Own(tags map[string]string) string {
	if id := tags[TagUnit]; o.Is(id) {
		return id
	}
	return ""
}

// DescribeOwner says what unit an id was made for; "" if it is not an id.
func DescribeOwner(id string) string {
	m := idPattern.FindStringSubmatch(id)
	if m == nil {
		return ""
	}
	return m[1] + " " + m[3] + " in " + m[2]
}
