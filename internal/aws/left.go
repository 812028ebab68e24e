package aws

import (
	"cmp"
	"fmt"
	"slices"
	"sync"

	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// Left is a part that a destroy, or an update that gives it up, leaves in AWS though the unit's state names it.
type Left struct {
	// Part says what it is, with its name.
	Part string
	// Why is the reason, as the rest of a sentence.
	Why string
}

// leavings gathers what an operation leaves.
type leavings struct {
	mu   sync.Mutex
	list []Left
}

// add notes a part. A nil list notes nothing, as in the rollback of a create.
func (l *leavings) add(part, why string) {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.list = append(l.list, Left{part, why})
}

// all are the parts, each once.
func (l *leavings) all() []Left {
	l.mu.Lock()
	defer l.mu.Unlock()
	slices.SortFunc(l.list, func(a, b Left) int { return cmp.Or(cmp.Compare(a.Part, b.Part), cmp.Compare(a.Why, b.Why)) })
	return slices.Compact(l.list)
}

// leaves notes a part that the owner does not own, by its tags.
func (o owner) leaves(part string, tags map[string]string) { o.left.add(part, whoseTags(tags, o.ID)) }

// whoseTags says of a part that a unit does not own whose it is. Others write the tags.
func whoseTags(tags map[string]string, unitID string) string {
	switch id := tags[task.TagUnit]; {
	case task.DescribeOwner(id) != "" && task.DescribeOwner(id) == task.DescribeOwner(unitID):
		return "its tag " + task.TagUnit + " has another id: another run or state created it again"
	case task.DescribeOwner(id) != "":
		return "its tag " + task.TagUnit + " is that of " + task.DescribeOwner(id)
	case id != "":
		return fmt.Sprintf("its tag %s has the value %q, which is not this unit's", task.TagUnit, id)
	}
	return "it has no tag " + task.TagUnit + ", and this unit has no record of its creation"
}
