package policytest

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// special is what IAM does not take literally in a resource or a value: a variable, of which
// those in literals stand for a character, or a wildcard.
var special = regexp.MustCompile(`\$\{[^}]*\}?|[*?]`)

// Shape is what a policy allows but for the names in it: every statement with its Sid,
// effect, principal, actions and conditions, and of each resource and value only what IAM
// does not take literally. Two policies that differ in names alone have one shape: a name
// that changes the shape has broken out of its place. The error is of a policy that IAM
// would refuse.
func Shape(document string, on Kind) (string, error) {
	d, err := parse(document, on)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, s := range d.Statements {
		fmt.Fprintf(&b, "%s %s %v %q not %q on %q not %q\n", s.Sid, s.Effect, s.Principal, s.Action, s.NotAction, shapes(s.Resource), shapes(s.NotResource))
		for _, operator := range slices.Sorted(maps.Keys(s.Condition)) {
			for _, key := range slices.Sorted(maps.Keys(s.Condition[operator])) {
				fmt.Fprintf(&b, "  %s %s %q\n", operator, key, shapes(s.Condition[operator][key]))
			}
		}
	}
	return b.String(), nil
}

// shapes are sorted: names decide the order of a list.
func shapes(texts []string) []string {
	out := make([]string, len(texts))
	for i, text := range texts {
		found := special.FindAllString(text, -1)
		found = slices.DeleteFunc(found, func(s string) bool {
			return slices.ContainsFunc(literals, func(l struct{ variable, character string }) bool { return l.variable == s })
		})
		out[i] = strings.Join(found, " ")
	}
	slices.Sort(out)
	return out
}

// Hostile are texts that would mean something in a policy, a JSON document, a template or an
// ARN if they were not kept in their place: for the seeds of fuzz tests.
var Hostile = []string{
	"*", "?", "a*", "a?b", "${aws:username}", "${*}", "${", "$", "$${", "${$}{aws:username}", "%{ if true }", "{name}", "<aws.events.event>",
	`"`, `\`, `"]},{"Effect":"Allow","Action":"*","Resource":"*`, `","Action":"*`, "'", "\n", "\r\n", "\x00", "\u2028", "é", "𝄞", "<&>",
	"arn:aws:iam::111122223333:role/admin", "arn:aws:s3:::*", ":", ":*", "/", "/*", "../x", " ", ",", "", "States.Format('{}')", "$.x", "$$.Execution",
}
