package schedule

import (
	"reflect"
	"slices"
	"time"

	"github.com/dockertask/terraform-provider-docker/internal/awsname"
	"github.com/dockertask/terraform-provider-docker/internal/run"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// Equal reports whether two schedules are the same for Scheduler.
func (s Schedule) Equal(other Schedule) bool {
	return reflect.DeepEqual(s.canonical(), other.canonical())
}

// canonical has one form for what says the same.
func (s Schedule) canonical() Schedule {
	s.Start, s.End = s.Start.UTC(), s.End.UTC()
	s.Expression = canonicalExpression(s.Expression)
	s.Created = time.Time{}
	if s.AfterCompletion == "" {
		s.AfterCompletion = Keep
	}
	t := &s.Target
	t.Network.SubnetIDs = append([]string{}, sorted(t.Network.SubnetIDs)...)
	t.Network.SecurityGroupIDs = append([]string{}, sorted(t.Network.SecurityGroupIDs)...)
	if len(t.Network.SubnetIDs) == 0 {
		t.Network.AssignPublicIP = false
	}
	if t.Tags == nil {
		t.Tags = map[string]string{}
	}
	t.Launch.Providers = append([]task.CapacityProvider{}, t.Launch.Providers...)
	t.Constraints, t.Strategies = append([]run.Constraint{}, t.Constraints...), append([]run.Strategy{}, t.Strategies...)
	t.Others = append([]string{}, t.Others...)
	if o, ok := ReadInput(t.Input, ""); ok {
		t.Input = o.Input(Container(t.Input))
	}
	return s
}

// Differences name what of a schedule differs from what it shall be and has no attribute of
// its own in a plan: what follows from the task, and what others added. Container is the main one.
func Differences(want, have Schedule, container string) []string {
	w, h := want.canonical().Target, have.canonical().Target
	var out []string
	for _, d := range []struct {
		name    string
		differs bool
	}{
		{"cluster", w.ClusterARN != h.ClusterARN},
		{"role", w.RoleARN != h.RoleARN},
		{"task definition", family(w.DefinitionARN) != family(h.DefinitionARN)},
		{"subnets", !slices.Equal(w.Network.SubnetIDs, h.Network.SubnetIDs)},
		{"security groups", !slices.Equal(w.Network.SecurityGroupIDs, h.Network.SecurityGroupIDs)},
		{"public address", w.Network.AssignPublicIP != h.Network.AssignPublicIP},
		{"overrides", w.Input != h.Input && !isReadable(have.Target.Input, container)},
	} {
		if d.differs {
			out = append(out, d.name)
		}
	}
	return append(out, h.Others...)
}

// isReadable reports whether overrides have nothing but what has an attribute.
func isReadable(input, container string) bool {
	_, ok := ReadInput(input, container)
	return ok
}

// family is the ARN of a task definition without its revision.
func family(definition string) string {
	family, _ := awsname.SplitRevision(definition)
	return family
}
