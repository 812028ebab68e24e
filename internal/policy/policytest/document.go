// Package policytest evaluates IAM policies, so that tests check what a policy allows and not how it is
// written. It knows identity policies, the trust policies of
// roles, and the policies of resources that let services in: effect, wildcards and conditions,
// as AWS documents their evaluation. What it does not know is an error, never a silent no.
//
// It evaluates one policy by itself. Boundaries, service control policies and sessions are not
// its business.
package policytest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
)

// Kind is what a policy is on, which decides what its statements have to say.
type Kind int

// The kinds.
const (
	IdentityPolicy Kind = iota // Resource, no Principal
	TrustPolicy                // Principal, no Resource
	ResourcePolicy             // both
)

// document is a policy as it is written.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
type document struct {
	Version    string
	ID         string          `json:"Id"`
	Statements list[statement] `json:"Statement"`
}

type statement struct {
	Sid         string
	Effect      string
	Principal   map[string]list[string]
	Action      list[string]
	NotAction   list[string]
	Resource    list[string]
	NotResource list[string]
	Condition   map[string]map[string]list[string]
}

// list is what IAM lets be written as one element or as a list of them.
type list[T any] []T

// UnmarshalJSON reads either form.
func (l *list[T]) UnmarshalJSON(text []byte) error {
	if bytes.HasPrefix(text, []byte("[")) {
		var many []T
		if err := strict(text, &many); err != nil {
			return err
		}
		*l = many
		return nil
	}
	var one T
	if err := strict(text, &one); err != nil {
		return err
	}
	*l = list[T]{one}
	return nil
}

// strict refuses keys that are not known: a misspelt one would be ignored.
func strict(text []byte, to any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(to); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("something follows the JSON")
	}
	return nil
}

// sidPattern is what IAM takes in the Sid of an identity's policy.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html
var sidPattern = regexp.MustCompile(`^[A-Za-z0-9]*$`)

// actionPattern is a service's prefix and an action of it, with or without wildcards.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
var actionPattern = regexp.MustCompile(`^[a-z0-9-]+:[A-Za-z0-9*?]+$`)

// parse reads a policy as strictly as IAM does when it is put on a role.
func parse(text string, on Kind) (document, error) {
	var d document
	if err := strict([]byte(text), &d); err != nil {
		return d, fmt.Errorf("reading the policy: %w", err)
	}
	if d.Version != "2012-10-17" {
		return d, fmt.Errorf("version %q of the policy language is not known here", d.Version)
	}
	if len(d.Statements) == 0 {
		return d, fmt.Errorf("the policy has no statement")
	}
	sids := map[string]bool{}
	for i, s := range d.Statements {
		if err := s.check(on); err != nil {
			return d, fmt.Errorf("statement %d (%s): %w", i+1, s.Sid, err)
		}
		if s.Sid != "" && sids[s.Sid] {
			return d, fmt.Errorf("statement %d: Sid %s is there twice", i+1, s.Sid)
		}
		sids[s.Sid] = true
	}
	return d, nil
}

func (s statement) check(on Kind) error {
	switch {
	case !sidPattern.MatchString(s.Sid):
		return fmt.Errorf("a Sid has letters and digits only")
	case s.Effect != "Allow" && s.Effect != "Deny":
		return fmt.Errorf("effect %q is neither Allow nor Deny", s.Effect)
	case (len(s.Action) > 0) == (len(s.NotAction) > 0):
		return fmt.Errorf("there is one of Action and NotAction")
	case on == TrustPolicy && (len(s.Principal) == 0 || len(s.Resource)+len(s.NotResource) > 0):
		return fmt.Errorf("a trust policy has a Principal and no Resource")
	case on == IdentityPolicy && len(s.Principal) > 0:
		return fmt.Errorf("an identity's policy has no Principal")
	case on == ResourcePolicy && len(s.Principal) == 0:
		return fmt.Errorf("a resource's policy has a Principal")
	case on != TrustPolicy && (len(s.Resource) > 0) == (len(s.NotResource) > 0):
		return fmt.Errorf("there is one of Resource and NotResource")
	}
	for kind := range s.Principal {
		if kind != "Service" {
			return fmt.Errorf("a principal of the kind %s is not known here", kind)
		}
	}
	for _, a := range append(s.Action[:len(s.Action):len(s.Action)], s.NotAction...) {
		if a != "*" && !actionPattern.MatchString(a) {
			return fmt.Errorf("%q is no action", a)
		}
	}
	for _, r := range append(s.Resource[:len(s.Resource):len(s.Resource)], s.NotResource...) {
		if err := checkResource(r); err != nil {
			return err
		}
	}
	for operator, keys := range s.Condition {
		if _, err := readOperator(operator); err != nil {
			return err
		}
		for key, wanted := range keys {
			if _, err := kindOfKey(key); err != nil {
				return err
			}
			if len(wanted) == 0 {
				return fmt.Errorf("condition %s has no value", key)
			}
			for _, w := range wanted {
				if err := checkVariables(w); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// checkResource takes * or an ARN whose partition and service are written out; AWS takes no
// wildcard for the service.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
func checkResource(r string) error {
	if r == "*" {
		return nil
	}
	parts := strings.SplitN(r, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" || parts[1] == "" || parts[5] == "" {
		return fmt.Errorf("%q is neither * nor an ARN", r)
	}
	if parts[2] == "" || strings.ContainsAny(parts[2], "*?") {
		return fmt.Errorf("%q has no service", r)
	}
	return checkVariables(r)
}

// checkVariables refuses policy variables, which would need to know who asks. The three
// that stand for a character are known.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
func checkVariables(text string) error {
	rest := text
	for _, v := range literals {
		rest = strings.ReplaceAll(rest, v.variable, " ") // what is before and after it does not meet
	}
	if strings.Contains(rest, "${") {
		return fmt.Errorf("%q has a policy variable, which is not known here", text)
	}
	return nil
}

var literals = []struct{ variable, character string }{{"${*}", "*"}, {"${?}", "?"}, {"${$}", "$"}}
