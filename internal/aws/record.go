package aws

import (
	"slices"

	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// This is about a part that carries the unit's id and has a name that the unit did not have before. Everybody
// who may tag it can have copied the id, so the id alone does not make it the unit's. It is:
//
//   - if this process made it, or may have: then it was not there when the update looked, and is none of these
//   - if private state has it among the orphans: an update that failed may have made it
//   - if it is as this update would make it, and not older than the last change of the unit. So a run looks that
//     was killed in an update: it leaves no note, as Terraform keeps the state of before, or loses private state.
//
// Anything else is refused like a part without an id.

// hasMadeGroup reports whether the unit has made, or taken, a log group that carries its id and that state does not
// have. One of the default name that the task has kept says so.
func (c *Client) hasMadeGroup(up Update, have task.ObservedLogGroup, tags map[string]string) bool {
	want, part := up.Want.LogGroup, c.logGroupPart(have.Name)
	if slices.Contains(up.Orphans.LogGroups, have.Name) || c.session.recent.maybeCreated(part) {
		return true
	}
	family := up.Want.Definition.Family
	resumed := have.Name == task.LogGroupName(family) && have.Tags[task.TagKept] == family
	alike := resumed || up.change().couldMake(have.Made, have.Tags, tags) &&
		(have.Class == "" || have.Class == want.Class) && task.SameKey(want.KMSKeyID, have.KMSKeyID)
	if alike {
		c.session.recent.created(part)
	}
	return alike
}

// among reports whether all of some names are among others.
func among(names, others []string) bool {
	return !slices.ContainsFunc(names, func(name string) bool { return !slices.Contains(others, name) })
}
