package policy

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestDocument_JSON(t *testing.T) {
	for name, test := range map[string]struct {
		document Document
		want     string
	}{
		"no statement, which IAM refuses": {Document{}, ""},
		"lists of one are strings": {
			Document{Statements: []Statement{{Sid: "A", Actions: []string{"s:A"}, Resources: []string{"r"}}}},
			`{"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Allow","Action":"s:A","Resource":"r"}]}`,
		},
		"longer lists keep their order": {
			Document{Statements: []Statement{{Actions: []string{"s:B", "s:A"}, Resources: []string{"r2", "r1"}}}},
			`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s:B","s:A"],"Resource":["r2","r1"]}]}`,
		},
		"trust": {
			Document{Statements: []Statement{{Service: "ecs-tasks.amazonaws.com", Actions: []string{"sts:AssumeRole"}}}},
			`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}`,
		},
		"conditions, sorted, one operator with two keys": {
			Document{Statements: []Statement{{Actions: []string{"s:A"}, Resources: []string{"r"}, Conditions: Conditions{
				{Operator: "StringEquals", Key: "b", Values: []string{"2"}},
				{Operator: "StringEquals", Key: "a", Values: []string{"1", "3"}},
				{Operator: "ArnLike", Key: "c", Values: []string{"4"}},
			}}}},
			`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s:A","Resource":"r","Condition":{"ArnLike":{"c":"4"},"StringEquals":{"a":["1","3"],"b":"2"}}}]}`,
		},
		"nothing is escaped that AWS does not escape": {
			Document{Statements: []Statement{{Actions: []string{"s:A"}, Resources: []string{`<&>"`, "é"}}}},
			`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s:A","Resource":["<&>\"","é"]}]}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, test.document.JSON()); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestDocument_JSON_isStableAndReadable(t *testing.T) {
	text := rapid.StringMatching(`[ -~é]{1,12}`)
	texts := rapid.SliceOfN(text, 1, 3)
	rapid.Check(t, func(t *rapid.T) {
		var d Document
		for range rapid.IntRange(1, 4).Draw(t, "statements") {
			s := Statement{Sid: text.Draw(t, "sid"), Actions: texts.Draw(t, "actions"), Resources: texts.Draw(t, "resources")}
			keys := rapid.SliceOfNDistinct(text, 0, 3, rapid.ID[string]).Draw(t, "keys")
			for _, key := range keys {
				s.Conditions = append(s.Conditions, Condition{
					Operator: rapid.SampledFrom([]string{"ArnEquals", "StringEquals"}).Draw(t, "operator"),
					Key:      key,
					Values:   texts.Draw(t, "values"),
				})
			}
			d.Statements = append(d.Statements, s)
		}
		first := d.JSON()
		if again := d.JSON(); again != first {
			t.Fatalf("two texts of one document:\n%s\n%s", first, again)
		}
		// Conditions are "all of those", so that their order says nothing.
		for i := range d.Statements {
			slices.Reverse(d.Statements[i].Conditions)
		}
		if turned := d.JSON(); turned != first {
			t.Fatalf("the order of conditions shows:\n%s\n%s", first, turned)
		}
		var read any
		if err := json.Unmarshal([]byte(first), &read); err != nil {
			t.Fatalf("%v: %s", err, first)
		}
		if err := Check(first); err != nil {
			t.Fatalf("Check: %s", err)
		}
		spread, err := json.MarshalIndent(read, "", "\t")
		if err != nil {
			t.Fatal(err)
		}
		if !Equivalent(first, string(spread)) {
			t.Fatalf("not equivalent to itself in another layout: %s", first)
		}
		for i, s := range d.Statements {
			if firstOf := slices.IndexFunc(d.Statements, func(o Statement) bool { return o.Sid == s.Sid }); firstOf != i {
				return // Sids repeat
			}
		}
		for _, s := range d.Statements {
			if diff := cmp.Diff(s.Resources, Resources(first, s.Sid)); diff != "" {
				t.Fatalf("resources of %q, -want +got:\n%s", s.Sid, diff)
			}
		}
	})
}

func TestSize(t *testing.T) {
	for document, want := range map[string]int{
		"":                   0,
		" \t\r\n":            0,
		`{ "a" : "b c" }`:    10, // white space within strings does not count either
		"é":                  1,
		`{"Version":"2012"}`: 18,
	} {
		if got := Size(document); got != want {
			t.Errorf("%q has size %d, want %d", document, got, want)
		}
	}
}

func TestEquivalent(t *testing.T) {
	const one = `{"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Allow","Action":["s:A","s:B"],"Resource":"r"}]}`
	for name, test := range map[string]struct {
		a, b string
		want bool
	}{
		"the same":                     {one, one, true},
		"both empty":                   {"", "", true},
		"one empty":                    {one, "", false},
		"order of actions":             {one, strings.Replace(one, `"s:A","s:B"`, `"s:B","s:A"`, 1), true},
		"a list of one":                {one, strings.Replace(one, `"r"`, `["r"]`, 1), true},
		"layout":                       {one, strings.ReplaceAll(one, ",", " ,\n "), true},
		"a statement without its list": {one, strings.NewReplacer(`[{`, `{`, `}]`, `}`).Replace(one), true},
		"another action":               {one, strings.Replace(one, "s:B", "s:C", 1), false},
		"another resource":             {one, strings.Replace(one, `"r"`, `"*"`, 1), false},
		"another effect":               {one, strings.Replace(one, "Allow", "Deny", 1), false},
		"a condition more":             {one, strings.Replace(one, `"r"`, `"r","Condition":{"StringEquals":{"k":"v"}}`, 1), false},
		"no policy, the same":          {"x", "x", true},
		"no policy, another":           {"x", "y", false},
		"no policy and one":            {"x", one, false},
		"null":                         {"null", one, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Equivalent(test.a, test.b); got != test.want {
				t.Errorf("Equivalent is %t", got)
			}
			if got := Equivalent(test.b, test.a); got != test.want {
				t.Errorf("Equivalent the other way round is %t", got)
			}
		})
	}
}

func TestCheck(t *testing.T) {
	for document, want := range map[string]string{
		`{"Version":"2012-10-17","Statement":[]}`: "",
		`{"Statement":{"Effect":"Allow"}}`:        "",
		"":                                        "is not JSON",
		"{":                                       "is not JSON: the text ends inside the object that begins in line 1",
		"{\n\"Statement\": [] // none\n}":         "is not JSON: line 2: JSON has no comments; remove this one",
		"{'Statement': []}":                       "is not JSON: a key in double quotes is required here",
		`{"Statement":[]} and more`:               "is not JSON",
		`"text"`:                                  "no IAM policy",
		"[]":                                      "no IAM policy",
		`{"Version":1,"Statement":[]}`:            "",
		"null":                                    "no IAM policy",
		"{}":                                      "no IAM policy",
		`{"Statement":null}`:                      "no IAM policy",
		`{"Statement":"x"}`:                       "no IAM policy",
	} {
		got := Check(document)
		if (got == nil) != (want == "") || !strings.Contains(fmt.Sprint(got), want) {
			t.Errorf("%q: %q, want %q in it", document, got, want)
		}
	}
}

func TestResources(t *testing.T) {
	const document = `{"Statement":[
		{"Sid":"One","Resource":"a"},
		{"Sid":"More","Resource":["b","c"]},
		{"Sid":"None"},
		{"Sid":"Odd","Resource":[1,"d",{}]}
	]}`
	for sid, want := range map[string][]string{
		"One":   {"a"},
		"More":  {"b", "c"},
		"None":  nil,
		"Odd":   {"d"},
		"Other": nil,
		"":      nil,
	} {
		if diff := cmp.Diff(want, Resources(document, sid)); diff != "" {
			t.Errorf("%q, -want +got:\n%s", sid, diff)
		}
	}
	for _, document := range []string{"", "{", "null", "[]"} {
		if got := Resources(document, "One"); got != nil {
			t.Errorf("%q has resources %q", document, got)
		}
	}
}

func TestSorted(t *testing.T) {
	given := []string{"b", "a", "b", "", "a"}
	if diff := cmp.Diff([]string{"", "a", "b"}, Sorted(given)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if diff := cmp.Diff([]string{"b", "a", "b", "", "a"}, given); diff != "" {
		t.Errorf("the given list changed:\n%s", diff)
	}
	if got := Sorted(nil); len(got) != 0 {
		t.Errorf("none sorted is %q", got)
	}
}

// Documents come from users and from AWS: no text may bring the provider down.
func FuzzDocument(f *testing.F) {
	for _, seed := range []string{
		"", "null", "{}", "[]", `{"Statement":[null]}`, `{"Statement":{}}`, `{"Version":1,"Statement":[1]}`,
		`{"Statement":[{"Action":{},"Resource":1,"Principal":[],"Condition":{"a":{"b":null}}}]}`,
		`{"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Allow","Principal":"*","Action":["s:A"],"Resource":"r"}]}`,
	} {
		f.Add(seed, "A")
	}
	f.Fuzz(func(t *testing.T, document, sid string) {
		_ = Check(document)
		Size(document)
		Resources(document, sid)
		if !Equivalent(document, document) {
			t.Errorf("%q is not equivalent to itself", document)
		}
		const other = `{"Version":"2012-10-17","Statement":[{"Sid":"Fuzz","Effect":"Allow","Action":"s:Fuzz","Resource":"fuzz"}]}`
		if Equivalent(document, other) != Equivalent(other, document) {
			t.Errorf("equivalence of %q depends on the side", document)
		}
	})
}

func TestLiteral(t *testing.T) {
	for text, want := range map[string]string{
		"transcode": "transcode", "a*": "a${*}", "?": "${?}", "${aws:username}": "${$}{aws:username}", "$LATEST": "$LATEST", "${*}": "${$}{${*}}", "": "",
	} {
		if got := Literal(text); got != want {
			t.Errorf("%q is %q, not %q", text, got, want)
		}
	}
}
