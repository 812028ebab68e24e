package schedule

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
)

// maxOverrides is how many characters of overrides RunTask takes, those of the JSON included.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskOverride.html
const maxOverrides = 8192

// Overrides are what a run does differently from the task definition.
type Overrides struct {
	Command     []string // nil: as defined
	Environment map[string]string
	CPU         int64 // units of the whole task; 0: as defined
	Memory      int64 // MiB of the whole task; 0: as defined
}

// The overrides as RunTask takes them.
type (
	taskOverride struct {
		ContainerOverrides []containerOverride `json:"containerOverrides,omitempty"`
		CPU                string              `json:"cpu,omitempty"`
		Memory             string              `json:"memory,omitempty"`
	}
	containerOverride struct {
		Name        string     `json:"name"`
		Command     []string   `json:"command,omitempty"`
		Environment []variable `json:"environment,omitempty"`
	}
	variable struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
)

// Input is the overrides as JSON, the same text for the same overrides every time; "" for
// none, when Scheduler is to pass nothing on. Command and variables go to the container.
func (o Overrides) Input(container string) string {
	var t taskOverride
	if len(o.Command) > 0 || len(o.Environment) > 0 {
		c := containerOverride{Name: container, Command: o.Command}
		for _, name := range slices.Sorted(maps.Keys(o.Environment)) {
			c.Environment = append(c.Environment, variable{Name: name, Value: o.Environment[name]})
		}
		t.ContainerOverrides = []containerOverride{c}
	}
	if o.CPU > 0 {
		t.CPU = strconv.FormatInt(o.CPU, 10)
	}
	if o.Memory > 0 {
		t.Memory = strconv.FormatInt(o.Memory, 10)
	}
	if t.ContainerOverrides == nil && t.CPU == "" && t.Memory == "" {
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

// ReadInput reads overrides back. It is false where the text says anything that [Overrides]
// do not hold, or is of another container; "" stands for any container.
func ReadInput(input, container string) (Overrides, bool) {
	if input == "" {
		return Overrides{}, true
	}
	var t taskOverride
	d := json.NewDecoder(bytes.NewReader([]byte(input)))
	d.DisallowUnknownFields()
	if err := d.Decode(&t); err != nil || d.Decode(new(any)) != io.EOF || len(t.ContainerOverrides) > 1 {
		return Overrides{}, false
	}
	var o Overrides
	for _, c := range t.ContainerOverrides {
		if container != "" && c.Name != container {
			return Overrides{}, false
		}
		o.Command = c.Command
		for _, v := range c.Environment {
			if o.Environment == nil {
				o.Environment = map[string]string{}
			}
			if _, twice := o.Environment[v.Name]; twice {
				return Overrides{}, false
			}
			o.Environment[v.Name] = v.Value
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

// CheckInput checks that overrides are not too long.
func CheckInput(input string) error {
	if n := len([]rune(input)); n > maxOverrides {
		return fmt.Errorf("ECS takes overrides of at most %d characters, the JSON around them included, and command, environment, cpu and memory have %d here", maxOverrides, n)
	}
	return nil
}

// Container is the container that overrides are of, "" where they name none.
func Container(input string) string {
	var t taskOverride
	if json.Unmarshal([]byte(input), &t) != nil || len(t.ContainerOverrides) != 1 {
		return ""
	}
	return t.ContainerOverrides[0].Name
}

func sorted(list []string) []string { return slices.Sorted(slices.Values(list)) }
