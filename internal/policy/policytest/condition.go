package policytest

import (
	"fmt"
	"slices"
	"strings"
)

// keyKind reports whether a key has one value in a request or any number of them.
type keyKind int

const (
	single keyKind = iota
	multiple
)

// keys are the condition keys that are known, in lower case; those that end in / go on with
// a tag's key. A key that is not here is an error: add it with what the service
// authorization reference says about it.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
var keys = map[string]keyKind{
	"aws:calledvia":                    multiple,
	"aws:principalaccount":             single,
	"aws:principalarn":                 single,
	"aws:principaltag/":                single,
	"aws:requestedregion":              single,
	"aws:requesttag/":                  single,
	"aws:resourceaccount":              single,
	"aws:resourcetag/":                 single,
	"aws:securetransport":              single,
	"aws:sourceaccount":                single,
	"aws:sourcearn":                    single,
	"aws:tagkeys":                      multiple,
	"dynamodb:leadingkeys":             multiple,
	"ecs:cluster":                      single,
	"ecs:createaction":                 single,
	"elasticfilesystem:accesspointarn": single,
	"iam:associatedresourcearn":        single,
	"iam:passedtoservice":              single,
	"kms:viaservice":                   single,
	"s3:prefix":                        single,
	"sts:externalid":                   single,
	"states:statemachinequalifier":     multiple,
}

func kindOfKey(key string) (keyKind, error) {
	name := strings.ToLower(key)
	if at := strings.IndexByte(name, '/'); at >= 0 {
		name = name[:at+1]
	}
	kind, ok := keys[name]
	if !ok {
		return single, fmt.Errorf("condition key %s is not known here", key)
	}
	return kind, nil
}

// operator compares a key of the request with the values of a condition.
type operator struct {
	// forAny and forAll quantify over the values of a key with several.
	forAny, forAll bool
	// ifExists makes a key that the request lacks no obstacle.
	ifExists bool
	// null asks whether the key is absent; the others compare with match.
	null bool
	// negated holds where no value matches.
	negated bool
	match   func(wanted, have string) bool
}

// operators by their names without set prefix and IfExists.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
var operators = map[string]operator{
	"StringEquals":              {match: equal},
	"StringNotEquals":           {match: equal, negated: true},
	"StringEqualsIgnoreCase":    {match: strings.EqualFold},
	"StringNotEqualsIgnoreCase": {match: strings.EqualFold, negated: true},
	"StringLike":                {match: like},
	"StringNotLike":             {match: like, negated: true},
	"ArnEquals":                 {match: matchARN},
	"ArnLike":                   {match: matchARN},
	"ArnNotEquals":              {match: matchARN, negated: true},
	"ArnNotLike":                {match: matchARN, negated: true},
	"Bool":                      {match: strings.EqualFold},
	"Null":                      {null: true},
}

// equal compares texts; a variable stands for its character there too.
func equal(wanted, have string) bool {
	for _, v := range literals {
		wanted = strings.ReplaceAll(wanted, v.variable, v.character)
	}
	return wanted == have
}

func like(wanted, have string) bool { return glob(wanted, have, ".*") }

func readOperator(name string) (operator, error) {
	base, forAny := strings.CutPrefix(name, "ForAnyValue:")
	base, forAll := strings.CutPrefix(base, "ForAllValues:")
	base, ifExists := strings.CutSuffix(base, "IfExists")
	o, ok := operators[base]
	if !ok || forAny && forAll || o.null && (ifExists || forAny || forAll) {
		return operator{}, fmt.Errorf("condition operator %s is not known here", name)
	}
	o.forAny, o.forAll, o.ifExists = forAny, forAll, ifExists
	return o, nil
}

// holds reports whether all conditions of a statement do: all operators and keys, any of the
// values of each.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
func (s statement) holds(context map[string][]string) (bool, error) {
	all := true
	for name, conditions := range s.Condition {
		o, err := readOperator(name)
		if err != nil {
			return false, err
		}
		for key, wanted := range conditions {
			have, present := context[strings.ToLower(key)]
			ok, err := o.holds(key, wanted, have, present)
			if err != nil {
				return false, err
			}
			all = all && ok
		}
	}
	return all, nil
}

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
func (o operator) holds(key string, wanted, have []string, present bool) (bool, error) {
	one := func(value string) bool {
		matches := slices.ContainsFunc(wanted, func(w string) bool { return o.match(w, value) })
		return matches != o.negated
	}
	kind, err := kindOfKey(key)
	switch {
	case err != nil:
		return false, err
	case o.null:
		if len(wanted) != 1 || wanted[0] != "true" && wanted[0] != "false" {
			return false, fmt.Errorf("the Null of %s is neither true nor false", key)
		}
		return (wanted[0] == "true") == !present, nil
	case o.forAny:
		// IfExists makes no difference here.
		return slices.ContainsFunc(have, one), nil
	case o.forAll:
		return !slices.ContainsFunc(have, func(v string) bool { return !one(v) }), nil
	case kind == multiple:
		return false, fmt.Errorf("%s has several values: its operator needs ForAnyValue or ForAllValues", key)
	case !present:
		return o.ifExists || o.negated, nil
	}
	return one(have[0]), nil
}
