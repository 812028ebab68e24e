package subscription

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
)

// document is the policy of a queue or topic. Statements of others stay as they are written,
// to the letter.
type document struct {
	rest       map[string]json.RawMessage // Version, Id
	statements []json.RawMessage
}

// readDocument reads a policy; "" is one without statements.
func readDocument(text string) (document, error) {
	d := document{rest: map[string]json.RawMessage{}}
	if strings.TrimSpace(text) == "" {
		return d, nil
	}
	if err := json.Unmarshal([]byte(text), &d.rest); err != nil {
		return d, fmt.Errorf("the policy there is not JSON: %w", err)
	}
	statement := d.rest["Statement"]
	delete(d.rest, "Statement")
	switch {
	case len(statement) == 0 || string(statement) == "null":
	case statement[0] == '{': // IAM takes a single one without a list
		d.statements = []json.RawMessage{statement}
	default:
		if err := json.Unmarshal(statement, &d.statements); err != nil {
			return d, fmt.Errorf("the policy there has no list of statements: %w", err)
		}
	}
	return d, nil
}

func (d document) text() string {
	if len(d.statements) == 0 {
		return ""
	}
	out := map[string]any{"Version": "2012-10-17", "Statement": d.statements}
	for k, v := range d.rest {
		out[k] = v
	}
	return encode(out)
}

func sidOf(statement json.RawMessage) string {
	var s struct{ Sid string }
	if json.Unmarshal(statement, &s) != nil {
		return ""
	}
	return s.Sid
}

func statementIn(text, sid string) any {
	d, err := readDocument(text)
	if err != nil {
		return nil
	}
	for _, s := range d.statements {
		if sidOf(s) == sid {
			return s
		}
	}
	return nil
}

// Edit is what shall be with the permission's statement in a policy.
type Edit struct {
	Permission
	// Present reports whether it shall be there.
	Present bool
}

// Apply makes edits in a policy and leaves all other statements alone, in their order. The
// second result is false where nothing had to be done. A policy of which nothing is left is
// "". The error is of a policy that cannot be read.
func Apply(text string, edits ...Edit) (string, bool, error) {
	d, err := readDocument(text)
	if err != nil {
		return "", false, err
	}
	changed := false
	for _, e := range edits {
		changed = d.apply(e) || changed
	}
	return d.text(), changed, nil
}

func (d *document) apply(e Edit) bool {
	want := e.JSON()
	var kept []json.RawMessage
	found, changed := false, false
	for _, s := range d.statements {
		switch {
		case sidOf(s) != e.Sid:
			kept = append(kept, s)
		case e.Present && !found && e.In(document{statements: []json.RawMessage{s}}.text()) == want:
			found = true
			kept = append(kept, s)
		default:
			changed = true
		}
	}
	if e.Present && !found {
		kept = append(kept, json.RawMessage(encode(e.statement())))
		changed = true
	}
	d.statements = kept
	return changed
}

// DefaultTopicPolicy is the policy that SNS gives a new topic: only its account may use it.
// The policy of a topic cannot be taken away, so this is what is left where there would be
// none.
// https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
func DefaultTopicPolicy(topicARN string) (string, error) {
	topic, err := arn.Parse(topicARN)
	if err != nil {
		return "", err
	}
	return encode(map[string]any{
		"Version": "2008-10-17",
		"Id":      "__default_policy_ID",
		"Statement": []any{map[string]any{
			"Sid":       "__default_statement_ID",
			"Effect":    "Allow",
			"Principal": map[string]any{"AWS": "*"},
			"Action": []string{
				"SNS:GetTopicAttributes", "SNS:SetTopicAttributes", "SNS:AddPermission", "SNS:RemovePermission",
				"SNS:DeleteTopic", "SNS:Subscribe", "SNS:ListSubscriptionsByTopic", "SNS:Publish",
			},
			"Resource":  topicARN,
			"Condition": map[string]any{"StringEquals": map[string]any{"AWS:SourceOwner": topic.Account}},
		}},
	}), nil
}
