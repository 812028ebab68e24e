package subscription

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/policy"
)

// principal is EventBridge; the same in every partition.
const principal = "events.amazonaws.com"

// Permission is a statement in the policy of another owner's function, queue or topic, which
// lets a rule reach it. Its Sid alone distinguishes it from the other statements: those
// of two rules on one topic are otherwise equal.
type Permission struct {
	Kind    Kind   `json:"kind"`
	ARN     string `json:"arn"`
	Sid     string `json:"sid"`
	RuleARN string `json:"rule_arn"`
}

// Sid is the id of a rule's statements: letters and digits only, which every service takes,
// and another for each rule of each region and account.
func Sid(ruleARN string) string {
	sum := sha256.Sum256([]byte(ruleARN))
	return "DockerTask" + hex.EncodeToString(sum[:8])
}

// NewPermission lets a rule reach a target.
func NewPermission(k Kind, targetARN, ruleARN string) Permission {
	return Permission{Kind: k, ARN: targetARN, Sid: Sid(ruleARN), RuleARN: ruleARN}
}

// Action is what EventBridge may do.
func (p Permission) Action() string { return kindRules[p.Kind].action }

// Principal is who may do it.
func (p Permission) Principal() string { return principal }

// Name is that of the function, queue or topic.
func (p Permission) Name() string { return p.Kind.Name(p.ARN) }

// Qualifier is the version or alias of a function whose policy has the statement; "" for the
// function itself.
func (p Permission) Qualifier() string {
	_, qualifier := p.Kind.split(p.ARN)
	return qualifier
}

// Owner is the ARN of the function, queue or topic itself, without version or alias.
func (p Permission) Owner() string {
	return strings.TrimSuffix(p.ARN, ":"+p.Qualifier())
}

// Part names the statement in a message.
func (p Permission) Part() string {
	return "statement " + p.Sid + " on " + string(p.Kind) + " " + p.Name()
}

// JSON is the statement as a policy of its own. The rule's ARN has account and region in it:
// no other condition is needed against a confused deputy. A topic's statement has no condition,
// and so allows every rule of EventBridge: EventBridge passes SNS no condition keys, and with a condition the
// unit's own rule would silently be denied.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
func (p Permission) JSON() string {
	return encode(map[string]any{"Version": "2012-10-17", "Statement": []any{p.statement()}})
}

func (p Permission) statement() map[string]any {
	out := map[string]any{
		"Sid":       p.Sid,
		"Effect":    "Allow",
		"Principal": map[string]any{"Service": principal},
		"Action":    p.Action(),
		"Resource":  p.ARN,
	}
	switch p.Kind {
	case Topic:
	case Function:
		// So AddPermission of Lambda writes it.
		out["Condition"] = map[string]any{"ArnLike": map[string]any{"AWS:SourceArn": p.RuleARN}}
	default:
		out["Condition"] = map[string]any{"ArnEquals": map[string]any{"aws:SourceArn": p.RuleARN}}
	}
	return out
}

// In is the statement that a policy has under the permission's Sid, as a policy of its own;
// "" for none. A statement that is equivalent to the permission is returned in the permission's own form.
func (p Permission) In(document string) string {
	statement := statementIn(document, p.Sid)
	if statement == nil {
		return ""
	}
	have := encode(map[string]any{"Version": "2012-10-17", "Statement": []any{statement}})
	if policy.Equivalent(folded(have), folded(p.JSON())) {
		return p.JSON()
	}
	return have
}

// folded is a policy of one statement with actions and condition keys in lower case: they
// have no case to AWS, which may tell them otherwise than they were written.
func folded(text string) string {
	var d struct{ Statement []map[string]any }
	if json.Unmarshal([]byte(text), &d) != nil || len(d.Statement) != 1 {
		return text
	}
	s := d.Statement[0]
	switch actions := s["Action"].(type) {
	case string:
		s["Action"] = strings.ToLower(actions)
	case []any:
		for i, a := range actions {
			if word, ok := a.(string); ok {
				actions[i] = strings.ToLower(word)
			}
		}
	}
	conditions, _ := s["Condition"].(map[string]any)
	for operator, keys := range conditions {
		lower := map[string]any{}
		byKey, _ := keys.(map[string]any)
		for key, values := range byKey {
			lower[strings.ToLower(key)] = values
		}
		conditions[operator] = lower
	}
	return encode(map[string]any{"Version": "2012-10-17", "Statement": d.Statement})
}

// PlaceOf is where a permission's target is.
func (p Permission) PlaceOf() arn.Place {
	a, err := arn.Parse(p.ARN)
	if err != nil {
		return arn.Place{}
	}
	return a.Place()
}
