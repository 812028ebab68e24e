package policytest_test

import (
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/policy"
	"github.com/dockertask/terraform-provider-docker/internal/policy/policytest"
)

// Names have no part in a shape, and whatever IAM does not take for a name has.
func TestShape(t *testing.T) {
	statement := func(resource, value string) string {
		return policy.Document{Statements: []policy.Statement{{
			Sid: "A", Actions: []string{"s3:GetObject"}, Resources: []string{"arn:aws:s3:::" + resource + "/*"},
			Conditions: policy.Conditions{{Operator: "StringLike", Key: "s3:prefix", Values: []string{value}}},
		}}}.JSON()
	}
	shape := func(document string) string {
		t.Helper()
		s, err := policytest.Shape(document, policytest.IdentityPolicy)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	plain := shape(statement("uploads", "in"))
	for text, same := range map[string]bool{
		"other": true, `quo"ted`: true, "${*}": true, "${?}x${$}": true, "$LATEST": true,
		"*": false, "a?": false, "a*b": false,
	} {
		if got := shape(statement(text, "in")) == plain; got != same {
			t.Errorf("resource %q: the same shape: %t", text, got)
		}
		if got := shape(statement("uploads", text)) == plain; got != same {
			t.Errorf("value %q: the same shape: %t", text, got)
		}
		if shape(statement(policy.Literal(text), policy.Literal(text))) != plain {
			t.Errorf("%q as a literal %q has another shape", text, policy.Literal(text))
		}
	}
	for _, text := range policytest.Hostile {
		if shape(statement(policy.Literal(text), policy.Literal(text))) != plain {
			t.Errorf("%q as a literal %q has another shape", text, policy.Literal(text))
		}
	}
	// An unknown variable is an error, not a shape.
	if s, err := policytest.Shape(statement("${aws:username}", "in"), policytest.IdentityPolicy); err == nil {
		t.Errorf("a variable has the shape %s", s)
	}
}
