package policytest

import (
	"regexp"
	"strings"
	"sync"
)

// matchAction compares an action without regard to case.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
func matchAction(pattern, action string) bool {
	return glob(strings.ToLower(pattern), strings.ToLower(action), ".*")
}

// matchResource compares an ARN. A wildcard stays within its segment, slashes included; a *
// at the end of a segment also goes on beyond the colon.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html#reference_policies_elements_resource_wildcards
func matchResource(pattern, resource string) bool {
	if pattern == "*" {
		return true
	}
	// The last * of a segment is marked, to distinguish it from the others.
	marked := strings.ReplaceAll(pattern+":", "*:", "\x00:")
	return glob(strings.TrimSuffix(marked, ":"), resource, "[^:]*")
}

// matchARN compares ARNs as the ARN operators do: each of the six components by itself,
// with wildcards in any. Only the last may hold colons.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
func matchARN(pattern, value string) bool {
	wanted, have := strings.SplitN(pattern, ":", 6), strings.SplitN(value, ":", 6)
	if len(wanted) != 6 || len(have) != 6 {
		return false
	}
	for i := range wanted {
		if !glob(wanted[i], have[i], ".*") {
			return false
		}
	}
	return true
}

// glob matches the whole text. Star is what a * stands for; a NUL stands for anything.
func glob(pattern, text, star string) bool {
	key := [2]string{pattern, star}
	compiled.Lock()
	defer compiled.Unlock()
	if known, ok := compiled.expressions[key]; ok {
		return known.MatchString(text)
	}
	var b strings.Builder
	b.WriteString(`(?s)^`)
next:
	for len(pattern) > 0 {
		for _, v := range literals {
			if rest, ok := strings.CutPrefix(pattern, v.variable); ok {
				b.WriteString(regexp.QuoteMeta(v.character))
				pattern = rest
				continue next
			}
		}
		switch c := pattern[0]; c {
		case '*':
			b.WriteString(star)
		case '?':
			b.WriteString(strings.TrimSuffix(star, "*"))
		case 0:
			b.WriteString(".*")
		default:
			b.WriteString(regexp.QuoteMeta(pattern[:1]))
		}
		pattern = pattern[1:]
	}
	b.WriteString(`$`)
	expression := regexp.MustCompile(b.String())
	compiled.expressions[key] = expression
	return expression.MatchString(text)
}

// compiled are the expressions by pattern and star: tables ask for the same ones over and
// over.
var compiled = struct {
	sync.Mutex
	expressions map[[2]string]*regexp.Regexp
}{expressions: map[[2]string]*regexp.Regexp{}}
