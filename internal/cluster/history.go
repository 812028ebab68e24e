package cluster

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/subscription"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// History is the event history of a cluster: a log group, and a rule that sends it the cluster's events. Both have the
// names under which the ECS console looks for them.
type History struct {
	Group task.LogGroup
	Rule  subscription.Unit
}

// EventTypes are the events of ECS that tell their cluster; the first is the default.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_cwe_events.html
var EventTypes = []string{"ECS Task State Change", "ECS Container Instance State Change", "ECS Service Action"}

// HistoryGroup is the name of the log group of a cluster's event history.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-events.html
func HistoryGroup(cluster string) string {
	return "/aws/events/ecs/containerinsights/" + cluster + "/performance"
}

// HistoryRule is the name of the rule of a cluster's event history: by reports, a prefix of the cluster's name and the
// hash of its ARN in quotes, as base58.
func HistoryRule(cluster string, place arn.Place) string {
	sum := sha256.Sum256([]byte(`"` + ARN(cluster, place) + `"`))
	return "EventsToLogs-" + cluster[:min(len(cluster), 6)] + "-" + base58(sum[:])
}

const base58Digits = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

// base58 writes a number without the digits that look alike.
func base58(b []byte) string {
	n, base, digit := new(big.Int).SetBytes(b), big.NewInt(int64(len(base58Digits))), new(big.Int)
	var out []byte
	for n.Sign() > 0 {
		n.DivMod(n, base, digit)
		out = append(out, base58Digits[digit.Int64()])
	}
	for _, zero := range b {
		if zero != 0 {
			break
		}
		out = append(out, base58Digits[0])
	}
	slices.Reverse(out)
	return string(out)
}

// NewHistory is the event history of a cluster.
func NewHistory(cluster string, place arn.Place, types []string, retention int64, kmsKeyARN string, tags map[string]string) *History {
	if len(types) == 0 {
		types = EventTypes[:1]
	}
	refs := NewRefs(cluster, place)
	return &History{
		Group: task.LogGroup{Name: refs.Group, RetentionInDays: retention, KMSKeyID: kmsKeyARN, Class: task.LogGroupClasses[0]},
		Rule: subscription.Unit{
			Name: refs.Rule, ARN: refs.RuleARN, Pattern: historyPattern(ARN(cluster, place), types), Enabled: true,
			Description: "Event history of the ECS cluster " + cluster + ".", Tags: tags,
			Target: subscription.Target{ARN: refs.GroupARN, Retry: subscription.DefaultRetry},
		},
	}
}

func historyPattern(clusterARN string, types []string) string {
	text, err := json.Marshal(map[string]any{
		"source": []string{"aws.ecs"}, "detail-type": slices.Sorted(slices.Values(types)), "detail": map[string]any{"clusterArn": []string{clusterARN}},
	})
	if err != nil {
		panic(err) // of texts
	}
	return string(text)
}

// Refs name the parts that a cluster may have.
type Refs struct {
	Name            string
	Group, GroupARN string
	Rule, RuleARN   string
	Place           arn.Place
}

// NewRefs names the parts of a cluster, which all follow from its name.
func NewRefs(cluster string, place arn.Place) Refs {
	group, rule := HistoryGroup(cluster), HistoryRule(cluster, place)
	return Refs{
		Name: cluster, Group: group, GroupARN: place.Regional("logs", "log-group:"+group),
		Rule: rule, RuleARN: subscription.RuleARN(rule, place), Place: place,
	}
}

// HistoryTypes are the types of events that the rule of an event history lets through; nil for those that are the default.
func HistoryTypes(pattern string) []string {
	var p struct {
		Types []string `json:"detail-type"`
	}
	if json.Unmarshal([]byte(pattern), &p) != nil || slices.Equal(p.Types, EventTypes[:1]) {
		return nil
	}
	return p.Types
}

// Found is what was found of a cluster and its event history.
type Found struct {
	Cluster *Observed
	Group   *task.ObservedLogGroup
	Rule    *subscription.ObservedRule
	// Lets reports whether EventBridge may write to the log groups of event histories.
	Lets bool
}

// Nothing reports whether no part was found.
func (f Found) Nothing() bool { return f.Cluster == nil && f.Group == nil && f.Rule == nil }

// Of is what a unit's record shows of what was found. A part that carries the id is confirmed.
func (f Found) Of(rec task.Record, refs Refs) (Found, task.Record) {
	f.Cluster, rec = f.Cluster.Of(rec, refs.Name)
	if f.Group != nil {
		if rec = rec.Seen(task.LogGroupPart, refs.Group, f.Group.Tags); !rec.Shows(task.LogGroupPart, refs.Group, f.Group.Tags) {
			f.Group = nil
		}
	}
	if f.Rule != nil {
		if rec = rec.Seen(task.RulePart, refs.Rule, f.Rule.Tags); !rec.Shows(task.RulePart, refs.Rule, f.Rule.Tags) {
			f.Rule = nil
		}
	}
	return f, rec
}

// Drift names what is not as the history wants it and has no attribute: of the rule and its target, and the tags of both
// parts, which rules make comparable.
func (h *History) Drift(f Found, unitID string, rules task.TagRules) []string {
	var lines []string
	if !f.Lets {
		lines = append(lines, "resource policy of CloudWatch Logs: EventBridge may not write to /aws/events/*")
	}
	if f.Group != nil {
		if f.Group.Class != "" && f.Group.Class != h.Group.Class {
			lines = append(lines, "log group: class")
		}
		lines = append(lines, h.tagDrift("log group", f.Group.Tags, unitID, rules)...)
	}
	if f.Rule == nil {
		return lines
	}
	if !subscription.SamePattern(f.Rule.Pattern, h.Rule.Pattern) {
		lines = append(lines, "rule: event pattern")
	}
	if !f.Rule.Enabled {
		lines = append(lines, "rule: state")
	}
	if f.Rule.Description != h.Rule.Description {
		lines = append(lines, "rule: description")
	}
	lines = append(lines, f.Rule.Foreign...)
	if t := f.Rule.Target; t == nil || !t.Equal(h.Rule.Target) {
		lines = append(lines, "target")
	}
	return append(lines, h.tagDrift("rule", f.Rule.Tags, unitID, rules)...)
}

func (h *History) tagDrift(part string, have map[string]string, unitID string, rules task.TagRules) []string {
	want := map[string]string{}
	if unitID != "" {
		want[task.TagUnit] = unitID
	}
	for k, v := range h.Rule.Tags {
		want[k] = v
	}
	keys := task.ChangeTags(rules.Comparable(have), want).Keys()
	if len(keys) == 0 || unitID == "" {
		return nil
	}
	return []string{part + ": tags " + strings.Join(keys, ", ")}
}

// HistoryPolicy is the name of the resource policy of CloudWatch Logs that lets EventBridge write to the log groups of
// all event histories. An account has at most ten such policies in a region, so all clusters share it.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
const HistoryPolicy = "docker-task-events"

// policyDocument is what is read of a resource policy.
type policyDocument struct {
	Statement several[policyStatement]
}

type policyStatement struct {
	Effect           string
	Principal        principal
	Action, Resource several[string]
	Condition        json.RawMessage
}

// principal are the services that a statement is for.
type principal struct{ Service several[string] }

// UnmarshalJSON reads them; a principal of another form, such as "*", has none.
func (p *principal) UnmarshalJSON(b []byte) error {
	type plain principal
	if json.Unmarshal(b, (*plain)(p)) != nil {
		*p = principal{}
	}
	return nil
}

// several are one or many, as a policy has them.
type several[T any] []T

// UnmarshalJSON reads one, or a list.
func (s *several[T]) UnmarshalJSON(b []byte) error {
	var one T
	if json.Unmarshal(b, &one) == nil {
		*s = several[T]{one}
		return nil
	}
	return json.Unmarshal(b, (*[]T)(s))
}

// The statement that EventBridge needs.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-cloudwatchlogs-permissions
var (
	historyPrincipals = []string{"delivery.logs.amazonaws.com", "events.amazonaws.com"}
	historyActions    = []string{"logs:CreateLogStream", "logs:PutLogEvents"}
)

func historyResource(place arn.Place) string {
	return place.Regional("logs", "log-group:/aws/events/*:*")
}

// HistoryPolicyDocument is the policy of [HistoryPolicy].
func HistoryPolicyDocument(place arn.Place) string {
	text, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": []any{map[string]any{
		"Sid": "TrustEventsToStoreLogEvent", "Effect": "Allow", "Principal": map[string]any{"Service": historyPrincipals},
		"Action": historyActions, "Resource": historyResource(place),
	}}})
	if err != nil {
		panic(err) // of texts
	}
	return string(text)
}

// LetsEvents reports whether a resource policy lets EventBridge write to the log groups of event histories. A policy
// that the ECS or EventBridge console has made does.
func LetsEvents(document string, place arn.Place) bool {
	var d policyDocument
	if json.Unmarshal([]byte(document), &d) != nil {
		return false
	}
	for _, s := range d.Statement {
		if s.Effect == "Allow" && len(s.Condition) == 0 && among([]string{"events.amazonaws.com"}, s.Principal.Service) &&
			(among(historyActions, s.Action) || slices.Contains(s.Action, "logs:*")) && slices.Contains(s.Resource, historyResource(place)) {
			return true
		}
	}
	return false
}

// among reports whether all of some texts are among others.
func among(some, all []string) bool {
	return !slices.ContainsFunc(some, func(s string) bool { return !slices.Contains(all, s) })
}

// CheckEventType checks a type of events.
func CheckEventType(s string) error {
	if slices.Contains(EventTypes, s) {
		return nil
	}
	return fmt.Errorf("allowed are %s, not %q: other events of ECS do not tell their cluster", strings.Join(EventTypes, ", "), s)
}
