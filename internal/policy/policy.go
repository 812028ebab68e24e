// Package policy builds IAM policy documents: typed statements in, stable JSON out. It
// knows nothing about what the statements are for.
package policy

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"sort"
	"strings"
	"unicode"

	awspolicy "github.com/hashicorp/awspolicyequivalence"

	"github.com/dockertask/terraform-provider-docker/internal/jsontext"
)

// version is the policy language version; the only current one.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
const version = "2012-10-17"

// RoleInlineLimit is how many characters all inline policies of one role may have
// together, white space not counted.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const RoleInlineLimit = 10240

// Document is an IAM policy: of an identity, or of a role's trust.
type Document struct {
	Statements []Statement
}

// Statement allows actions. There is no Deny: nothing here is granted that would have to
// be taken back.
type Statement struct {
	Sid       string
	Service   string // the service principal; only in trust policies
	Actions   []string
	Resources []string // none in trust policies
	Conditions

	// Written is a statement as others wrote it, as JSON. All but its Sid is taken
	// from there; of the fields above only Sid counts then.
	Written json.RawMessage
}

// Conditions are all of those that must hold.
type Conditions []Condition

// Condition compares a request's key with values, any of which may match.
type Condition struct {
	Operator string // ArnEquals, StringEquals, …
	Key      string // ecs:cluster, …
	Values   []string
}

type jsonDocument struct {
	Version   string
	Statement []any // jsonStatement, or an object as it was written
}

type jsonStatement struct {
	Sid       string `json:",omitempty"`
	Effect    string
	Principal map[string]string         `json:",omitempty"`
	Action    oneOrMore                 `json:",omitempty"`
	Resource  oneOrMore                 `json:",omitempty"`
	Condition map[string]map[string]any `json:",omitempty"`
}

// oneOrMore is a list that IAM lets be written as a string when it has one element.
type oneOrMore []string

func (l oneOrMore) MarshalJSON() ([]byte, error) {
	if len(l) == 1 {
		return marshal(l[0])
	}
	return marshal([]string(l))
}

// JSON is the document, the same text for the same statements every time. A document
// without statements, which IAM refuses, is "".
func (d Document) JSON() string {
	if len(d.Statements) == 0 {
		return ""
	}
	out := jsonDocument{Version: version}
	for _, s := range d.Statements {
		if s.Written != nil {
			out.Statement = append(out.Statement, s.written())
			continue
		}
		js := jsonStatement{Sid: s.Sid, Effect: "Allow", Action: s.Actions, Resource: s.Resources}
		if s.Service != "" {
			js.Principal = map[string]string{"Service": s.Service}
		}
		for _, c := range s.Conditions {
			if js.Condition == nil {
				js.Condition = map[string]map[string]any{}
			}
			if js.Condition[c.Operator] == nil {
				js.Condition[c.Operator] = map[string]any{}
			}
			js.Condition[c.Operator][c.Key] = oneOrMore(c.Values)
		}
		out.Statement = append(out.Statement, js)
	}
	text, err := marshal(out)
	if err != nil {
		// Strings, lists and maps of them cannot fail to encode.
		panic(fmt.Sprintf("encoding a policy: %s", err))
	}
	return string(text)
}

// written is the statement under its Sid. Encoding sorts the keys.
func (s Statement) written() any {
	var object map[string]any
	decoder := json.NewDecoder(bytes.NewReader(s.Written))
	decoder.UseNumber()
	if err := decoder.Decode(&object); err != nil || object == nil {
		// The code that fills in Written has read it as an object before.
		panic(fmt.Sprintf("a written statement is no JSON object: %v", err))
	}
	delete(object, "Sid")
	if s.Sid != "" {
		object["Sid"] = s.Sid
	}
	return object
}

// marshal encodes without escaping <, > and &, which AWS does not escape either.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

var literal = strings.NewReplacer("*", "${*}", "?", "${?}", "${", "${$}{")

// Literal is text as it stands in a resource or in the value of a condition where it means
// nothing but itself: wildcards and the beginning of a variable are written as IAM's
// variables for these characters. A name that AWS allows, such as the path of a role, may
// hold them, and must not make a statement wider for it.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-specialchars
func Literal(text string) string { return literal.Replace(text) }

// Literals is the list with each text as a [Literal].
func Literals(list []string) []string {
	out := make([]string, len(list))
	for i, text := range list {
		out[i] = Literal(text)
	}
	return out
}

// Size is how many characters of a document count towards [RoleInlineLimit].
func Size(document string) int {
	n := 0
	for _, r := range document {
		if !unicode.IsSpace(r) {
			n++
		}
	}
	return n
}

// Equivalent reports whether two documents say the same, whatever their order, spacing and
// spelling of lists. Two empty ones do; text that is no policy is only equal to itself.
func Equivalent(a, b string) bool {
	if a == b {
		return true
	}
	if a == "" || b == "" {
		return false
	}
	same, err := awspolicy.PoliciesAreEquivalent(a, b)
	return err == nil && same
}

// Check checks a document that a user wrote.
func Check(document string) error {
	var d struct{ Statement json.RawMessage }
	var notObject *json.UnmarshalTypeError
	if err := json.Unmarshal([]byte(document), &d); err != nil && !errors.As(err, &notObject) {
		return fmt.Errorf("is not JSON: %w", cmp.Or(jsontext.Check(document), errors.New("it cannot be read")))
	}
	statement := strings.TrimSpace(string(d.Statement))
	if statement == "" || (statement[0] != '[' && statement[0] != '{') {
		return errors.New("is JSON, but no IAM policy: it has no \"Statement\" list")
	}
	return nil
}

// Resources are those of the statement with the given Sid, in a document as AWS has it; none
// where there is no such statement.
func Resources(document, sid string) []string {
	var d struct {
		Statement []struct {
			Sid      string
			Resource any
		}
	}
	if err := json.Unmarshal([]byte(document), &d); err != nil {
		return nil
	}
	var out []string
	for _, s := range d.Statement {
		if s.Sid != sid {
			continue
		}
		switch r := s.Resource.(type) {
		case string:
			out = append(out, r)
		case []any:
			for _, e := range r {
				if text, ok := e.(string); ok {
					out = append(out, text)
				}
			}
		}
	}
	return out
}

// Sorted is a copy of the list in order, each element once: the form in which lists stand
// in documents, so that they do not depend on the order of a map.
func Sorted(list []string) []string {
	out := append([]string(nil), list...)
	sort.Strings(out)
	n := 0
	for i, s := range out {
		if i == 0 || s != out[n-1] {
			out[n] = s
			n++
		}
	}
	return out[:n]
}
