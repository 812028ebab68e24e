package schedule

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/dockertask/terraform-provider-docker/internal/run"
)

// Overrides are what a run does differently from the task definition.
type Overrides struct {
	Command     []string // nil: as defined
	Environment map[string]string
	CPU         int64 // units of the whole task; 0: as defined
	Memory      int64 // MiB of the whole task; 0: as defined
	// Containers are the overrides of other containers.
	Containers []run.ContainerOverride
}

// Input is the overrides as JSON, the same text for the same overrides every time; "" for
// none, when Scheduler is to pass nothing on. Command and variables go to the container.
func (o Overrides) Input(container string) string {
	t := o.asRun(container)
	if t.IsZero() {
		return ""
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(t); err != nil {
		panic(fmt.Sprintf("encoding overrides: %s", err)) // texts and lists of them cannot fail
	}
	return string(bytes.TrimSpace(b.Bytes()))
}

// asRun are the overrides of a run.
func (o Overrides) asRun(container string) run.Overrides {
	t := run.Overrides{CPU: run.Size(o.CPU), Memory: run.Size(o.Memory)}
	t.Add(run.ContainerOverride{Name: container, Command: o.Command, Environment: run.Variables(o.Environment)})
	for _, c := range o.Containers {
		t.Add(c)
	}
	slices.SortStableFunc(t.Containers, func(a, b run.ContainerOverride) int { return strings.Compare(a.Name, b.Name) })
	return t
}

// ReadInput reads overrides back. It is false where the text says anything that [Overrides]
// do not hold. Container is the main one; "" stands for the only one of the text, if it has one.
func ReadInput(input, container string) (Overrides, bool) {
	if input == "" {
		return Overrides{}, true
	}
	var t run.Overrides
	d := json.NewDecoder(bytes.NewReader([]byte(input)))
	d.DisallowUnknownFields()
	if err := d.Decode(&t); err != nil || d.Decode(new(any)) != io.EOF || t.ExecutionRoleARN+t.TaskRoleARN != "" || t.EphemeralStorage != nil {
		return Overrides{}, false
	}
	var o Overrides
	for _, c := range t.Containers {
		variables, once := c.Variables()
		switch {
		case !once || slices.ContainsFunc(o.Containers, func(other run.ContainerOverride) bool { return other.Name == c.Name }):
			return Overrides{}, false
		case c.Name != container && (container != "" || len(t.Containers) > 1):
			c.Environment = run.Variables(variables)
			o.Containers = append(o.Containers, c)
			continue
		case o.Command != nil || o.Environment != nil, len(c.EnvironmentFiles) > 0 || c.CPU != 0 || c.Memory != 0 || c.MemoryReservation != 0:
			return Overrides{}, false // the container twice, or what has no attribute
		}
		o.Command = c.Command
		if len(variables) > 0 {
			o.Environment = variables
		}
	}
	for _, size := range []struct {
		text string
		to   *int64
	}{{t.CPU, &o.CPU}, {t.Memory, &o.Memory}} {
		if size.text == "" {
			continue
		}
		n, err := strconv.ParseInt(size.text, 10, 64)
		if err != nil || n <= 0 {
			return Overrides{}, false
		}
		*size.to = n
	}
	return o, true
}

// Check checks that the overrides are not too long. The error is about the attribute to shorten.
func (o Overrides) Check(container string) (attribute string, err error) {
	return o.asRun(container).Check()
}

// Container is the container that overrides are of, "" where they name none.
func Container(input string) string {
	var t run.Overrides
	if json.Unmarshal([]byte(input), &t) != nil || len(t.Containers) != 1 {
		return ""
	}
	return t.Containers[0].Name
}

func sorted(list []string) []string { return slices.Sorted(slices.Values(list)) }
