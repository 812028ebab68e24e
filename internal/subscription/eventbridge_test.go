package subscription_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// matches reports whether EventBridge lets an event through a pattern. It is written after
// EventBridge's rules, not after the code under test:
//
//   - every field of the pattern has to be in the event; what the pattern leaves out does not
//     count; the alternatives of $or are taken together with the fields beside them;
//   - a field's values are alternatives: a text or number is equal, an object says how to
//     compare;
//   - where the event has a list, one element that matches is enough; fields below a list of
//     objects have to match within one and the same element.
//
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
// https://github.com/aws/event-ruler (array consistency)
func matches(pattern, event string) (bool, error) {
	var p, e map[string]any
	if err := json.Unmarshal([]byte(pattern), &p); err != nil {
		return false, fmt.Errorf("the pattern: %w", err)
	}
	if err := json.Unmarshal([]byte(event), &e); err != nil {
		return false, fmt.Errorf("the event: %w", err)
	}
	if len(p) == 0 {
		return false, errors.New("an empty pattern")
	}
	return matchesObject(p, e)
}

func matchesObject(pattern, event map[string]any) (bool, error) {
	for name, want := range pattern {
		var ok bool
		var err error
		if name == "$or" {
			ok, err = matchesAny(want, event)
		} else {
			have, there := event[name]
			ok, err = matchesField(want, have, there)
		}
		if err != nil || !ok {
			return false, err
		}
	}
	return true, nil
}

func matchesAny(alternatives any, event map[string]any) (bool, error) {
	list, ok := alternatives.([]any)
	if !ok || len(list) < 2 {
		return false, errors.New("$or takes a list of at least two patterns")
	}
	for _, a := range list {
		pattern, ok := a.(map[string]any)
		if !ok {
			return false, errors.New("$or takes patterns")
		}
		if ok, err := matchesObject(pattern, event); err != nil || ok {
			return ok, err
		}
	}
	return false, nil
}

func matchesField(want, have any, there bool) (bool, error) {
	switch want := want.(type) {
	case map[string]any: // goes on below
		elements, isList := have.([]any)
		if !isList {
			elements = []any{have}
		}
		for _, e := range elements {
			below, _ := e.(map[string]any)
			if ok, err := matchesObject(want, below); err != nil || ok {
				return ok, err
			}
		}
		return false, nil
	case []any:
		if len(want) == 0 {
			return false, errors.New("no values")
		}
		for _, w := range want {
			if ok, err := matchesValue(w, have, there); err != nil || ok {
				return ok, err
			}
		}
		return false, nil
	}
	return false, fmt.Errorf("a pattern has lists of values and objects, not %v", want)
}

func matchesValue(want, have any, there bool) (bool, error) {
	how, isHow := want.(map[string]any)
	if isHow {
		if exists, ok := how["exists"].(bool); ok {
			_, below := have.(map[string]any)
			return exists == (there && !below), nil // of leaves only
		}
	}
	if !there {
		return false, nil
	}
	elements, isList := have.([]any)
	if !isList {
		elements = []any{have}
	}
	for _, e := range elements {
		if !isHow {
			if reflect.DeepEqual(want, e) {
				return true, nil
			}
			continue
		}
		if ok, err := compares(how, e); err != nil || ok {
			return ok, err
		}
	}
	return false, nil
}

func compares(how map[string]any, have any) (bool, error) {
	if len(how) != 1 {
		return false, fmt.Errorf("one comparison at a time, not %v", how)
	}
	text, isText := have.(string)
	for operator, operand := range how {
		switch operator {
		case "prefix":
			begin, ok := operand.(string)
			if !ok {
				return false, errors.New("prefix takes a text")
			}
			return isText && strings.HasPrefix(text, begin), nil
		case "suffix":
			end, ok := operand.(string)
			if !ok {
				return false, errors.New("suffix takes a text")
			}
			return isText && strings.HasSuffix(text, end), nil
		case "anything-but":
			list, ok := operand.([]any)
			if !ok {
				list = []any{operand}
			}
			for _, not := range list {
				switch not.(type) {
				case string, float64:
				default:
					return false, fmt.Errorf("anything-but takes texts and numbers here, not %v", not)
				}
				if reflect.DeepEqual(not, have) {
					return false, nil
				}
			}
			return have != nil, nil
		case "numeric":
			return inRange(operand, have)
		}
		return false, fmt.Errorf("unknown comparison %q", operator)
	}
	return false, nil
}

func inRange(operand, have any) (bool, error) {
	terms, ok := operand.([]any)
	if !ok || len(terms) == 0 || len(terms)%2 != 0 {
		return false, errors.New("numeric takes pairs of operator and number")
	}
	n, isNumber := have.(float64)
	for i := 0; i < len(terms); i += 2 {
		bound, ok := terms[i+1].(float64)
		if !ok {
			return false, errors.New("numeric takes numbers")
		}
		holds, known := map[any]bool{"=": n == bound, "<": n < bound, "<=": n <= bound, ">": n > bound, ">=": n >= bound}[terms[i]]
		if !known {
			return false, fmt.Errorf("numeric does not know %v", terms[i])
		}
		if !isNumber || !holds {
			return false, nil
		}
	}
	return true, nil
}

// The evaluator is held against examples of the documentation.
func TestEvaluator(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		pattern, event string
		want           bool
	}{
		"equal":                    {`{"a":["x"]}`, `{"a":"x","b":1}`, true},
		"not equal":                {`{"a":["x"]}`, `{"a":"xx"}`, false},
		"case":                     {`{"a":["X"]}`, `{"a":"x"}`, false},
		"one of":                   {`{"a":["x","y"]}`, `{"a":"y"}`, true},
		"missing":                  {`{"a":["x"]}`, `{"b":"x"}`, false},
		"all fields":               {`{"a":["x"],"b":["y"]}`, `{"a":"x","b":"z"}`, false},
		"number":                   {`{"a":[3]}`, `{"a":3}`, true},
		"number is no text":        {`{"a":["3"]}`, `{"a":3}`, false},
		"below":                    {`{"a":{"b":["x"]}}`, `{"a":{"b":"x"}}`, true},
		"below a text":             {`{"a":{"b":["x"]}}`, `{"a":"x"}`, false},
		"list in the event":        {`{"a":["x"]}`, `{"a":["w","x"]}`, true},
		"list without it":          {`{"a":["x"]}`, `{"a":["w"]}`, false},
		"empty list":               {`{"a":["x"]}`, `{"a":[]}`, false},
		"prefix":                   {`{"a":[{"prefix":"x:"}]}`, `{"a":"x:1"}`, true},
		"prefix of another":        {`{"a":[{"prefix":"x:"}]}`, `{"a":"xy:1"}`, false},
		"prefix of a number":       {`{"a":[{"prefix":"1"}]}`, `{"a":12}`, false},
		"suffix":                   {`{"a":[{"suffix":"z"}]}`, `{"a":"xyz"}`, true},
		"anything but":             {`{"a":[{"anything-but":0}]}`, `{"a":1}`, true},
		"anything but that":        {`{"a":[{"anything-but":0}]}`, `{"a":0}`, false},
		"anything but, missing":    {`{"a":[{"anything-but":0}]}`, `{"b":1}`, false},
		"anything but, null":       {`{"a":[{"anything-but":0}]}`, `{"a":null}`, false},
		"anything but a list":      {`{"a":[{"anything-but":[1,2]}]}`, `{"a":3}`, true},
		"anything but, one of":     {`{"a":[{"anything-but":0}]}`, `{"a":[0,1]}`, true},
		"anything but, none of":    {`{"a":[{"anything-but":0}]}`, `{"a":[0,0]}`, false},
		"numeric":                  {`{"a":[{"numeric":[">",0,"<=",5]}]}`, `{"a":5}`, true},
		"numeric out of range":     {`{"a":[{"numeric":[">",0,"<=",5]}]}`, `{"a":6}`, false},
		"numeric of a text":        {`{"a":[{"numeric":["=",0]}]}`, `{"a":"0"}`, false},
		"exists":                   {`{"a":[{"exists":true}]}`, `{"a":0}`, true},
		"exists not":               {`{"a":[{"exists":false}]}`, `{"b":0}`, true},
		"exists all the same":      {`{"a":[{"exists":false}]}`, `{"a":0}`, false},
		"objects in a list":        {`{"a":{"b":["x"],"c":[1]}}`, `{"a":[{"b":"w","c":0},{"b":"x","c":1}]}`, true},
		"not of different objects": {`{"a":{"b":["x"],"c":[1]}}`, `{"a":[{"b":"x","c":0},{"b":"w","c":1}]}`, false},
		"or, first":                {`{"$or":[{"a":["x"]},{"b":["y"]}]}`, `{"a":"x"}`, true},
		"or, second":               {`{"$or":[{"a":["x"]},{"b":["y"]}]}`, `{"a":"w","b":"y"}`, true},
		"or, none":                 {`{"$or":[{"a":["x"]},{"b":["y"]}]}`, `{"a":"w","b":"w"}`, false},
		"or, and beside it":        {`{"c":[1],"$or":[{"a":["x"]},{"b":["y"]}]}`, `{"a":"x","c":2}`, false},
		"or below":                 {`{"d":{"c":[1],"$or":[{"a":["x"]},{"b":["y"]}]}}`, `{"d":{"b":"y","c":1}}`, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			have, err := matches(c.pattern, c.event)
			if err != nil || have != c.want {
				t.Errorf("%s\n%s\nmatches: %t %v, not %t", c.pattern, c.event, have, err, c.want)
			}
		})
	}
	for _, pattern := range []string{`{}`, `{"a":"x"}`, `{"a":[]}`, `{"$or":[{"a":["x"]}]}`, `{"a":[{"like":"x"}]}`, `{"a":[{"prefix":1}]}`, `{"a":[{"numeric":["~",1]}]}`, `[]`} {
		if _, err := matches(pattern, `{"a":"x"}`); err == nil {
			t.Errorf("%s is taken for a pattern", pattern)
		}
	}
}
