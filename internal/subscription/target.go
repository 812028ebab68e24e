package subscription

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/awsname"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// Kind is a kind of target: what receives the events of a task.
type Kind string

// The kinds of targets.
const (
	Function Kind = "function"
	Queue    Kind = "queue"
	Topic    Kind = "topic"
)

// Kinds are all there are.
var Kinds = []Kind{Function, Queue, Topic}

// kindRule is what there is to know about a kind.
type kindRule struct {
	awsname.Form
	action string // what EventBridge does to it
	from   string // where a configuration has the name
}

var kindRules = map[Kind]kindRule{
	Function: {Form: awsname.Function, action: "lambda:InvokeFunction", from: "aws_lambda_function.NAME.function_name"},
	Queue:    {Form: awsname.Queue, action: "sqs:SendMessage", from: "aws_sqs_queue.NAME.name"},
	Topic:    {Form: awsname.Topic, action: "sns:Publish", from: "aws_sns_topic.NAME.name"},
}

// latest is the qualifier of what a function is without one. AddPermission refuses it.
// https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
const latest = ":$LATEST"

// Check checks the name or ARN of something of the kind.
func (k Kind) Check(text string) error {
	rule := kindRules[k]
	name := text
	if arn.Is(text) {
		a, err := arn.Parse(text)
		if err != nil {
			return err
		}
		if a.Service != rule.Service {
			return fmt.Errorf("a %s is given by its name, as in %s, or an ARN of %s; this one is of %s%s", k, rule.from, rule.Service, a.Service, arn.Hint(text))
		}
		if a.Region == "" || a.Account == "" {
			return fmt.Errorf("the ARN of a %s has a region and an account, %q has not", k, text)
		}
		rest, found := rule.NameIn(a)
		if !found {
			return fmt.Errorf("%q is the ARN of something else of %s than a %s", text, rule.Service, k)
		}
		name = rest
	}
	switch {
	case !rule.Name.MatchString(name):
		return fmt.Errorf("a %s is given by its name (%s), as in %s, or its ARN; %s is neither%s", k, rule.Says, rule.from, described(text), arn.Hint(text))
	case k == Function && strings.HasSuffix(name, latest):
		return errors.New("Lambda puts no permission on " + latest[1:] + ": leave the qualifier out, the function itself is " + latest[1:])
	case k == Topic && awsname.IsFIFO(name):
		// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html
		return errors.New("EventBridge does not publish to FIFO topics; take a standard topic, or a FIFO queue")
	}
	return nil
}

func described(text string) string {
	if n := len([]rune(text)); n > 80 {
		return fmt.Sprintf("this one, of %d characters,", n)
	}
	return fmt.Sprintf("%q", text)
}

// CheckDeadLetterQueue checks the name or ARN of a dead-letter queue.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
func CheckDeadLetterQueue(text string) error {
	if err := Queue.Check(text); err != nil {
		return err
	}
	if awsname.IsFIFO(text) {
		return errors.New("the dead-letter queue of a rule is a standard queue, not a FIFO queue")
	}
	return nil
}

// ARN is that of something of the kind, given by name or ARN, in a place.
func (k Kind) ARN(text string, place arn.Place) string {
	return kindRules[k].ARN(text, place)
}

// Name is the name in a name or ARN; of a function without version or alias.
func (k Kind) Name(text string) string {
	name, _ := k.split(text)
	return name
}

// split takes a function's version or alias from its name.
func (k Kind) split(text string) (name, qualifier string) {
	if a, err := arn.Parse(text); err == nil {
		text = strings.TrimPrefix(a.Resource, kindRules[k].Prefix)
	}
	if k != Function {
		return text, ""
	}
	name, qualifier, _ = strings.Cut(text, ":")
	return name, qualifier
}

// KindOf is the kind of a target, by its ARN; false for any other text.
func KindOf(target string) (Kind, bool) {
	if !arn.Is(target) {
		return "", false
	}
	for _, k := range Kinds {
		if k.Check(target) == nil {
			return k, true
		}
	}
	return "", false
}

// CheckName checks the name of a rule.
func CheckName(name string) error {
	if awsname.Rule.Matches(name) {
		return nil
	}
	return fmt.Errorf("a rule's name has %s; %s does not", awsname.Rule.Says, described(name))
}

// DefaultName is the name of the rule unless the user chooses one: transcode-notify-function.
func DefaultName(taskName string, k Kind, target string) string {
	return task.Shorten(taskName+"-"+k.Name(target), "-"+string(k), awsname.Rule.Max)
}

// RuleARN is the ARN of a rule of the default event bus, which receives the events of ECS.
func RuleARN(name string, place arn.Place) string { return place.Regional("events", "rule/"+name) }

// TargetID is the id of the target in the rule. Targets with other ids belong to others and are left alone.
const TargetID = "docker-task"

// Target receives the events of the task: which object, and in which form.
type Target struct {
	Kind Kind
	ARN  string
	// Input is what arrives: the whole event, a part of it, or a text made of parts.
	Input Input
	// Retry is how often and how long EventBridge tries.
	Retry Retry
	// DeadLetterARN is the queue for events that could not be delivered; "" for none.
	DeadLetterARN string
	// MessageGroup is the message group id, for FIFO queues.
	MessageGroup string
}

// Equal reports whether two targets are the same.
func (t Target) Equal(o Target) bool {
	return t.Kind == o.Kind && t.ARN == o.ARN && t.Input.Equal(o.Input) && t.Retry == o.Retry &&
		t.DeadLetterARN == o.DeadLetterARN && t.MessageGroup == o.MessageGroup
}

// Retry is the retry policy of a target.
type Retry struct {
	MaximumAttempts   int64
	MaximumAgeSeconds int64
}

// DefaultRetry is EventBridge's default, and its maximum.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
var DefaultRetry = Retry{MaximumAttempts: 185, MaximumAgeSeconds: 86400}

// MinAgeSeconds is the shortest time for which an event can be tried.
const MinAgeSeconds = 60

// Input is what of an event reaches the target.
type Input struct {
	// Path is a JSON path to a part of the event; "" for the whole.
	Path string
	// Paths and Template make a text of parts of the event; "" for none.
	Paths    map[string]string
	Template string
}

// Equal reports whether two inputs are the same.
func (i Input) Equal(o Input) bool {
	if i.Path != o.Path || i.Template != o.Template || len(i.Paths) != len(o.Paths) {
		return false
	}
	for k, v := range i.Paths {
		if w, ok := o.Paths[k]; !ok || v != w {
			return false
		}
	}
	return true
}

// Limits of an input transformer.
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_InputTransformer.html
const (
	MaxPaths         = 100
	MaxPathLength    = 256
	MaxTemplate      = 8192
	reservedVariable = "aws.events."
)

var (
	pathName    = regexp.MustCompile(`^[A-Za-z0-9_-]{1,256}$`)
	placeholder = regexp.MustCompile(`(^|[^\\])<([A-Za-z0-9_.-]+)>`)
)

// reservedVariables are those that EventBridge fills in by itself.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
var reservedVariables = []string{
	reservedVariable + "rule-arn", reservedVariable + "rule-name",
	reservedVariable + "event.ingestion-time", reservedVariable + "event", reservedVariable + "event.json",
}

// CheckPath checks a JSON path.
func CheckPath(path string) error {
	if len(path) <= MaxPathLength && (path == "$" || strings.HasPrefix(path, "$.") || strings.HasPrefix(path, "$[")) {
		return nil
	}
	return fmt.Errorf("a JSON path begins with $ and has at most %d characters, as in $.detail.taskArn; %s does not", MaxPathLength, described(path))
}

// CheckPathName checks the name of a path.
func CheckPathName(name string) error {
	switch {
	case !pathName.MatchString(name):
		return fmt.Errorf("the name of a path has letters, digits, hyphens and underscores; %s has not", described(name))
	case strings.HasPrefix(strings.ToUpper(name), "AWS"):
		return fmt.Errorf("EventBridge keeps names that begin with AWS to itself; %q does", name)
	}
	return nil
}

// CheckTemplate checks a template that can use the named paths.
// EventBridge refuses a placeholder without a path when the target is put.
func CheckTemplate(template string, paths []string) error {
	if template == "" || len(template) > MaxTemplate {
		return fmt.Errorf("a template has 1 to %d characters, not %d", MaxTemplate, len(template))
	}
	for _, name := range placeholders(template) {
		if slices.Contains(paths, name) || slices.Contains(reservedVariables, name) {
			continue
		}
		known := append(slices.Sorted(slices.Values(paths)), reservedVariables...)
		return fmt.Errorf(`the template uses <%s>, which is no path; there are %s. Where it is text and no placeholder, write \<%[1]s>`, name, strings.Join(known, ", "))
	}
	return nil
}

// IsTemplateJSON reports whether a template is made of JSON values, with placeholders in the
// place of values or in texts: EventBridge refuses any other, such as text without quotes. A
// text of several lines is one value a line.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
func IsTemplateJSON(template string) bool {
	for placeholder.MatchString(template) { // one may begin where another ends
		template = placeholder.ReplaceAllString(template, "${1}null")
	}
	d := json.NewDecoder(strings.NewReader(strings.ReplaceAll(template, `\<`, "<")))
	for {
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return errors.Is(err, io.EOF)
		}
	}
}

func placeholders(template string) []string {
	var out []string
	for {
		m := placeholder.FindStringSubmatchIndex(template)
		if m == nil {
			return out
		}
		out = append(out, template[m[4]:m[5]])
		// The > may be what the next one follows.
		template = template[m[1]-1:]
	}
}
