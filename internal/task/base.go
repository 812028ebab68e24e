package task

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// Text is the file of a definition, laid out to be read.
func (d Definition) Text() string {
	var out bytes.Buffer
	if err := json.Indent(&out, d.JSON(), "", "  "); err != nil {
		panic(fmt.Sprintf("laying out a task definition: %s", err))
	}
	return out.String()
}

// withBase takes from the user's own task definition what it says. A launch type that it
// does not name is not made up.
func (s Spec) withBase() Spec {
	// Whatever family the file names, the task's is its name: by it goes the main container too.
	base := *s.Base
	base.Family = s.Name
	s.Base = &base
	b := s.Base.Canonical()
	s.LaunchTypes, s.NetworkMode = b.RequiresCompatibilities, b.NetworkMode
	s.CPU, s.Memory = sizeNumber(b.CPU), sizeNumber(b.Memory)
	if p := b.RuntimePlatform; p != nil {
		s.Architecture, s.OperatingSystemFamily = p.CPUArchitecture, p.OperatingSystemFamily
	}
	if main, ok := s.Base.MainContainer(s.Main.Name); ok {
		s.Main.Name = main.Name
	}
	if s.ExecutionRole.unset() {
		s.ExecutionRole.ARN = ExpandRole(b.ExecutionRoleARN, s.Place)
	}
	if s.TaskRole.unset() && !s.SingleRole {
		s.TaskRole.ARN = ExpandRole(b.TaskRoleARN, s.Place)
	}
	return s
}

// sizeNumber is a size in a definition; 0 for none.
func sizeNumber(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// unset reports whether the user says nothing about the role.
func (r RoleSpec) unset() bool {
	return r.ARN == "" && r.Name == "" && r.NamePrefix == "" && r.Path == "" && r.Description == "" && r.MaxSessionDuration == 0 &&
		len(r.ManagedPolicyARNs) == 0 && len(r.Policies) == 0 && r.RestrictTrust == nil
}

// changedBase is the user's own task definition with what the unit adds: its name and
// roles, image and environment of the main container, and a log for containers that have
// none.
func (s Spec) changedBase() Definition {
	d := *s.Base
	d.Family = s.Name
	d.CPU, d.Memory, d.NetworkMode = sizeText(s.CPU), sizeText(s.Memory), s.NetworkMode
	if s.Architecture != "" || s.OperatingSystemFamily != "" {
		d.RuntimePlatform = &RuntimePlatform{CPUArchitecture: s.Architecture, OperatingSystemFamily: s.OperatingSystemFamily}
	}
	d.ExecutionRoleARN, d.TaskRoleARN = s.RoleARN(ExecutionRole), s.RoleARN(TaskRole)
	d.ContainerDefinitions = slices.Clone(d.ContainerDefinitions)
	main, _ := s.Base.MainContainer(s.Main.Name)
	for i, c := range d.ContainerDefinitions {
		if c.LogConfiguration == nil {
			c.LogConfiguration = &LogConfiguration{LogDriver: AWSLogs, Options: s.defaultLogOptions()}
		}
		c.Image = cmp.Or(s.Images[c.Name], c.Image)
		if c.Name == main.Name {
			c.Image = cmp.Or(s.Main.Image, c.Image)
			c.Environment = withVariables(c.Environment, s.Main.Environment)
		}
		c.Environment = withVariables(c.Environment, s.wiredInto(c.Name))
		d.ContainerDefinitions[i] = c
	}
	return d
}

// FileOf is the file that says what a definition says that was registered elsewhere. Roles are as the
// user's own file has them where they are the unit's, or the definition has none: a file that names a role
// gives it, and one that names none leaves it to the unit to make it.
func (s Spec) FileOf(found Definition) Definition {
	own := func(kind RoleKind) string {
		had, has := Unit{Definition: *s.Base}.RoleARN(kind), ExpandRole(Unit{Definition: found}.RoleARN(kind), s.Place)
		if s.Role(kind).Managed() || has == "" || has == s.RoleARN(kind) {
			return had
		}
		return has
	}
	found.ExecutionRoleARN, found.TaskRoleARN = own(ExecutionRole), own(TaskRole)
	return found
}

// withVariables sets variables over others.
func withVariables(base, over []KeyValue) []KeyValue {
	if len(over) == 0 {
		return base
	}
	all := map[string]string{}
	for _, v := range slices.Concat(base, over) {
		all[v.Name] = v.Value
	}
	var out []KeyValue
	for _, name := range slices.Sorted(maps.Keys(all)) {
		out = append(out, KeyValue{Name: name, Value: all[name]})
	}
	return out
}
