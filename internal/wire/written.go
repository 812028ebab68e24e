package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/dockertask/terraform-provider-docker/internal/policy"
)

// languageVersion is the version of the policy language that statements are written in.
const languageVersion = "2012-10-17"

// statementKeys are those of a statement of an identity's policy.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
var statementKeys = []string{"Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"}

// readWritten takes the statements out of a policy that a user wrote. The error
// says what is wrong with it, and repeats nothing of it but its keys.
func readWritten(text string) ([]json.RawMessage, error) {
	if err := policy.Check(text); err != nil {
		return nil, fmt.Errorf("the policy %w", err)
	}
	var d struct {
		Version   string
		Statement json.RawMessage
	}
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		return nil, errors.New("the policy is JSON, but no IAM policy")
	}
	if d.Version != languageVersion {
		return nil, fmt.Errorf("the policy has to say \"Version\": %q: its statements go into a policy of that version, which reads ${…} as variables", languageVersion)
	}
	var statements []json.RawMessage
	if bytes.HasPrefix(bytes.TrimSpace(d.Statement), []byte("[")) {
		if err := json.Unmarshal(d.Statement, &statements); err != nil {
			return nil, errors.New("the policy is JSON, but no IAM policy")
		}
	} else {
		statements = []json.RawMessage{d.Statement}
	}
	if len(statements) == 0 {
		return nil, errors.New("the policy has no statement")
	}
	for i, s := range statements {
		if err := checkWritten(s); err != nil {
			return nil, fmt.Errorf("statement %d of the policy %w", i+1, err)
		}
	}
	return statements, nil
}

// checkWritten refuses a statement that IAM would refuse.
func checkWritten(statement json.RawMessage) error {
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(statement, &keys); err != nil || keys == nil {
		return errors.New("is no object")
	}
	for key := range keys {
		if !slices.Contains(statementKeys, key) {
			return fmt.Errorf("has %q, which a policy of a role has not; allowed are %s", key, strings.Join(statementKeys, ", "))
		}
	}
	has := func(key string) bool { _, ok := keys[key]; return ok }
	switch effect := strings.Trim(string(keys["Effect"]), `"`); {
	case effect != "Allow" && effect != "Deny":
		return errors.New("has no \"Effect\" of Allow or Deny")
	case has("Action") == has("NotAction"):
		return errors.New("needs \"Action\" or \"NotAction\", one of the two")
	case has("Resource") == has("NotResource"):
		return errors.New("needs \"Resource\" or \"NotResource\", one of the two")
	}
	return nil
}

// withSids puts the wire's name before the Sids that the statements have; those without are
// numbered.
func withSids(name string, written []json.RawMessage) []policy.Statement {
	out := make([]policy.Statement, len(written))
	taken := map[string]bool{}
	for i, w := range written {
		var s struct{ Sid string }
		// A Sid that is no text is as good as none.
		if err := json.Unmarshal(w, &s); err != nil {
			s.Sid = ""
		}
		sid := stem(name)
		if s.Sid != "" {
			sid += stem(s.Sid)
		}
		for n := 2; taken[sid]; n++ {
			sid = strings.TrimRight(sid, "0123456789") + strconv.Itoa(n)
		}
		taken[sid] = true
		out[i] = policy.Statement{Sid: sid, Written: w}
	}
	return out
}
