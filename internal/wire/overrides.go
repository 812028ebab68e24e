package wire

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/dockertask/terraform-provider-docker/internal/run"
)

// QueryLanguage is the language in which a state refers to its input.
type QueryLanguage string

// The query languages of Step Functions.
// https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
const (
	JSONPath QueryLanguage = "JSONPath"
	JSONata  QueryLanguage = "JSONata"
)

// QueryLanguages are all there are; the first is taken when nothing is said, as Step Functions does.
var QueryLanguages = []string{string(JSONPath), string(JSONata)}

// Overrides are what a state runs differently from the task definition. A value is a text, or refers to the input of
// the state in its query language.
type Overrides struct {
	Command     []string // nil: as defined
	Environment map[string]string
	CPU, Memory string // of the whole task, in CPU units and MiB; "": as defined
}

// Texts that refer to something: a path into the input ($.x, $[0]) or the context object ($$.x), an intrinsic function,
// and an expression in JSONata. The name of a variable after a dollar sign ($HOME) is a text.
// https://states-language.net/spec.html#payload-template
// https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html
var (
	jsonPath   = regexp.MustCompile(`^\$(\$?[.\[].*)?$`)
	intrinsic  = regexp.MustCompile(`^States\.[A-Za-z0-9]+\(.*\)$`)
	expression = regexp.MustCompile(`(?s)^\{%.*%\}$`)
)

// refers reports whether a value refers to the input of the state.
func (l QueryLanguage) refers(value string) bool {
	if l == JSONata {
		return expression.MatchString(value)
	}
	return jsonPath.MatchString(value) || intrinsic.MatchString(value)
}

// check refuses a value of the other language, which Step Functions would hand to the task as a text. The error does not
// repeat the value.
func (l QueryLanguage) check(value string) error {
	switch {
	case l == JSONata && JSONPath.refers(value):
		return errors.New("in JSONata an expression is {% … %}, as in {% $states.input.name %}; this one is of JSONPath")
	case l == JSONata && strings.HasPrefix(value, "{%") && !expression.MatchString(value):
		return errors.New("an expression of JSONata ends with %}; this one does not")
	case l != JSONata && strings.HasPrefix(value, "{%"):
		return errors.New("in JSONPath a path is $.name; this is an expression of JSONata: set query_language to JSONata where the state machine is in that")
	}
	return nil
}

// checkSize checks CPU units or MiB.
func (l QueryLanguage) checkSize(value string) error {
	if l.refers(value) {
		return nil
	}
	if err := l.check(value); err != nil {
		return err
	}
	if n, err := strconv.ParseInt(value, 10, 32); err != nil || n < 1 {
		path := "$.size"
		if l == JSONata {
			path = "{% $states.input.size %}"
		}
		return fmt.Errorf("a whole number from 1 on is allowed, or a reference to the input such as %s, not %q", path, value)
	}
	return nil
}

// Check checks what a state overrides. An error is about one attribute.
func (o Overrides) Check(l QueryLanguage) (attribute string, err error) {
	for i, word := range o.Command {
		if err := l.check(word); err != nil {
			return "command", fmt.Errorf("element %d: %w", i, err)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(o.Environment)) {
		if err := l.check(o.Environment[name]); err != nil {
			return "container_environment", fmt.Errorf("%s: %w", name, err)
		}
	}
	for _, size := range []struct{ attribute, value string }{{"cpu", o.CPU}, {"memory", o.Memory}} {
		if size.value == "" {
			continue
		}
		if err := l.checkSize(size.value); err != nil {
			return size.attribute, err
		}
	}
	if attribute, err = o.asRun("").Check(); attribute == "environment" {
		attribute = "container_environment"
	}
	return attribute, err
}

// Sizes are CPU and memory, 0 as defined; false if one of them refers to the input.
func (o Overrides) Sizes() (cpu, memory int64, ok bool) {
	for _, size := range []struct {
		text string
		to   *int64
	}{{o.CPU, &cpu}, {o.Memory, &memory}} {
		if size.text == "" {
			continue
		}
		n, err := strconv.ParseInt(size.text, 10, 64)
		if err != nil {
			return 0, 0, false
		}
		*size.to = n
	}
	return cpu, memory, true
}

// asRun are the overrides of a run, with references as they are written.
func (o Overrides) asRun(container string) run.Overrides {
	out := run.Overrides{CPU: o.CPU, Memory: o.Memory}
	out.Add(run.ContainerOverride{Name: container, Command: o.Command, Environment: run.Variables(o.Environment)})
	return out
}

// The overrides as Step Functions takes them. In JSONPath a key whose name ends in .$ has a reference as its value, and
// a list cannot contain any.
type (
	taskOverride struct {
		ContainerOverrides []containerOverride `json:",omitempty"`
		CPU                string              `json:"Cpu,omitempty"`
		CPUFrom            string              `json:"Cpu.$,omitempty"`
		Memory             string              `json:",omitempty"`
		MemoryFrom         string              `json:"Memory.$,omitempty"`
	}
	containerOverride struct {
		Name        string
		Command     []string      `json:",omitempty"`
		CommandFrom string        `json:"Command.$,omitempty"`
		Environment []stateSetsTo `json:",omitempty"`
	}
	stateSetsTo struct {
		Name  string
		Value *string `json:",omitempty"`
		From  string  `json:"Value.$,omitempty"`
	}
)

// inState are the overrides of the container in a state, nil for none, with the task token if the task answers by one.
func (o Overrides) inState(container string, l QueryLanguage, token bool) *taskOverride {
	var out taskOverride
	out.CPU, out.CPUFrom = l.split(o.CPU)
	out.Memory, out.MemoryFrom = l.split(o.Memory)
	c := containerOverride{Name: container}
	c.Command, c.CommandFrom = l.command(o.Command)
	for _, v := range run.Variables(o.Environment) {
		c.Environment = append(c.Environment, l.variable(v.Name, v.Value))
	}
	if token {
		from := "$$.Task.Token"
		if l == JSONata {
			from = "{% $states.context.Task.Token %}"
		}
		c.Environment = append(c.Environment, l.variable(TokenVariable, from))
	}
	if len(c.Command)+len(c.Environment) > 0 || c.CommandFrom != "" {
		out.ContainerOverrides = []containerOverride{c}
	}
	if out.ContainerOverrides == nil && out.CPU+out.CPUFrom+out.Memory+out.MemoryFrom == "" {
		return nil
	}
	return &out
}

// split is a value as that of a key, or as that of the key with .$ after its name. JSONata has no such keys.
func (l QueryLanguage) split(value string) (text, from string) {
	if l != JSONata && l.refers(value) {
		return "", value
	}
	return value, ""
}

func (l QueryLanguage) variable(name, value string) stateSetsTo {
	if text, from := l.split(value); from == "" {
		return stateSetsTo{Name: name, Value: &text}
	}
	return stateSetsTo{Name: name, From: value}
}

// command is a list of words, or in JSONPath the function that makes the list where a word refers to the input.
func (l QueryLanguage) command(words []string) (list []string, from string) {
	if l == JSONata || !slices.ContainsFunc(words, l.refers) {
		return words, ""
	}
	arguments := make([]string, len(words))
	for i, word := range words {
		if arguments[i] = word; !l.refers(word) {
			arguments[i] = "'" + quoted.Replace(word) + "'"
		}
	}
	return nil, "States.Array(" + strings.Join(arguments, ", ") + ")"
}

// quoted escapes what has a meaning in a text of an intrinsic function.
// https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html#amazon-states-language-reserved-characters
var quoted = strings.NewReplacer(`\`, `\\`, `'`, `\'`, `{`, `\{`, `}`, `\}`)
