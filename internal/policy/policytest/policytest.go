package policytest

import (
	"fmt"
	"slices"
	"strings"
)

// Request is a call that is to be authorized.
type Request struct {
	// Action is the service's prefix and the action, as in "s3:GetObject".
	Action string
	// Resource is the ARN that the service compares, "*" for an action without resources, and
	// empty for the assumption of the role that a trust policy is on.
	Resource string
	// Principal is the service that assumes a role, or that a resource's policy lets in.
	Principal string
	// Context are the condition keys of the request, in any case, each with its values.
	Context map[string][]string
}

// Allows reports whether an identity's policy allows the request. The error is of a policy
// that IAM would refuse, or of one that has, like a request that has, what is not known here.
func Allows(document string, r Request) (bool, error) {
	if r.Principal != "" {
		return false, fmt.Errorf("a request to an identity's policy has no principal")
	}
	if err := r.checkResource(); err != nil {
		return false, err
	}
	return evaluate(document, r, IdentityPolicy)
}

// LetsIn reports whether a resource's policy lets the service that is the request's principal
// make it.
func LetsIn(document string, r Request) (bool, error) {
	if r.Principal == "" {
		return false, fmt.Errorf("a request to a resource's policy has a principal")
	}
	if err := r.checkResource(); err != nil {
		return false, err
	}
	return evaluate(document, r, ResourcePolicy)
}

func (r Request) checkResource() error {
	switch {
	case r.Resource == "*":
	case checkResource(r.Resource) != nil:
		return fmt.Errorf("%q is the ARN of no resource", r.Resource)
	case strings.Contains(r.Resource, "*"):
		return fmt.Errorf("a request is for one resource, not for %s", r.Resource)
	}
	return nil
}

// Trusts reports whether a role's trust policy lets the principal of the request assume it.
func Trusts(document string, r Request) (bool, error) {
	if r.Principal == "" || r.Resource != "" {
		return false, fmt.Errorf("a request to a trust policy has a principal and no resource")
	}
	return evaluate(document, r, TrustPolicy)
}

// evaluate is the decision: no without a statement that allows, and no with one that denies.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
func evaluate(document string, r Request, on Kind) (bool, error) {
	d, err := parse(document, on)
	if err != nil {
		return false, err
	}
	context, err := r.context()
	if err != nil {
		return false, err
	}
	if !actionPattern.MatchString(r.Action) || strings.ContainsAny(r.Action, "*?") {
		return false, fmt.Errorf("%q is no action", r.Action)
	}
	allowed, denied := false, false
	for i, s := range d.Statements {
		// Conditions are evaluated in any case, so that an unknown operator or key is an error.
		holds, err := s.holds(context)
		if err != nil {
			return false, fmt.Errorf("statement %d (%s): %w", i+1, s.Sid, err)
		}
		if !holds || !s.concerns(r) {
			continue
		}
		allowed = allowed || s.Effect == "Allow"
		denied = denied || s.Effect == "Deny"
	}
	return allowed && !denied, nil
}

// context are the keys of the request in lower case: IAM does not regard their case.
func (r Request) context() (map[string][]string, error) {
	out := map[string][]string{}
	for key, have := range r.Context {
		kind, err := kindOfKey(key)
		switch {
		case err != nil:
			return nil, err
		case kind == single && len(have) != 1:
			return nil, fmt.Errorf("%s has one value in a request, not %d", key, len(have))
		}
		out[strings.ToLower(key)] = have
	}
	return out, nil
}

// concerns reports whether the statement is about the principal, action and resource.
func (s statement) concerns(r Request) bool {
	matches := func(patterns []string, have string, match func(pattern, have string) bool) bool {
		return slices.ContainsFunc(patterns, func(p string) bool { return match(p, have) })
	}
	switch {
	case len(s.Action) > 0 && !matches(s.Action, r.Action, matchAction),
		len(s.NotAction) > 0 && matches(s.NotAction, r.Action, matchAction),
		len(s.Resource) > 0 && !matches(s.Resource, r.Resource, matchResource),
		len(s.NotResource) > 0 && matches(s.NotResource, r.Resource, matchResource):
		return false
	}
	return len(s.Principal) == 0 || slices.Contains(s.Principal["Service"], r.Principal)
}
