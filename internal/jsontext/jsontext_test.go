package jsontext

import (
	"encoding/json"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// plain is a value as encoding/json has it.
func plain(v *Value) any {
	switch v.Kind {
	case Bool:
		return v.Text == "true"
	case Number:
		return json.Number(v.Text)
	case Text:
		return v.Text
	case List:
		out := []any{}
		for _, e := range v.Elements {
			out = append(out, plain(e))
		}
		return out
	case Object:
		out := map[string]any{}
		for _, m := range v.Members {
			out[m.Key] = plain(m.Value)
		}
		return out
	default:
		return nil
	}
}

func TestParse(t *testing.T) {
	v, faults := Parse("{\n \"a\": [1, -2.5e+3, true, false, null],\n \"b\": {\"c\": \"\\u00e4\\ud83d\\ude00\\n\\\\\"}\n}\n")
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	want := map[string]any{"a": []any{json.Number("1"), json.Number("-2.5e+3"), true, false, nil}, "b": map[string]any{"c": "ä😀\n\\"}}
	if have := plain(v); !reflect.DeepEqual(have, want) {
		t.Errorf("%v", have)
	}
	if b := v.Members[1]; b.Line != 3 || b.Value.Member("c").Line != 3 || v.Member("a").Elements[4].Line != 2 {
		t.Errorf("lines of %+v", v)
	}
}

func TestParse_faults(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		want string // the faults with their lines; a value is read all the same where it ends in a +
	}{
		"empty":                   {" \n", "2 the text is empty"},
		"no JSON":                 {"family: web", "1 a value is required here"},
		"mark":                    {ByteOrderMark + "{}", "1 the text begins with a byte order mark+"},
		"comma missing":           {"{\n\"a\": 1\n\"b\": 2\n}", "3 a comma is missing+"},
		"comma missing, list":     {"[{}\n{}\n[]\n\"\"]", "2 a comma is missing|3 a comma is missing|4 a comma is missing+"},
		"comma too many":          {"{\"a\": [1,\n],\n}", "2 remove the comma before ]|3 remove the comma before }+"},
		"comma alone":             {"[,1]", "1 a value is missing before this comma"},
		"comments":                {"{\n// a\n\"a\": 1, # b\n/* c\n */ \"b\": 2}", "2 JSON has no comments|3 JSON has no comments|4 JSON has no comments+"},
		"comment, not ended":      {"[1] /* a", "1 JSON has no comments+"},
		"single quotes":           {"{\"a\": 'b'}", "1 a string is enclosed in double quotes"},
		"key without quotes":      {"{\n\na: 1}", "3 a key in double quotes is required here, or } to end the object that begins in line 1"},
		"no colon":                {`{"a" 1}`, "1 a colon is required after a key"},
		"no value":                {`{"a": }`, "1 a value is required here"},
		"True":                    {`{"a": True}`, "1 a value is required here: an object in { }, a list in [ ], a string in double quotes, a number, true, false or null; write a word in double quotes"},
		"nullable":                {`nullable`, "1 a value is required here"},
		"half an object":          {"{\n\"a\": [\n1]", "3 the text ends inside the object that begins in line 1"},
		"half a list":             {"{\n\"a\": [\n1,", "3 the text ends inside the list that begins in line 2"},
		"half a text":             {`["a`, "1 the text ends inside a string"},
		"half an escape":          {`["a\`, "1 the text ends inside a string"},
		"a text of two lines":     {"[\"a\nb\"]", "1 the line ends inside a string"},
		"a tab":                   {"[\"a\tb\"]", "1 a string contains the control character U+0009+"},
		"escape":                  {`["\d+"]`, "1 a backslash in a string is followed by one of"},
		"unicode escape":          {`["\u12"]`, "1 four hexadecimal digits"},
		"number":                  {`[012]`, "1 this is not a JSON number"},
		"number with a unit":      {`[1GB]`, "1 this is not a JSON number"},
		"number, half":            {`[1.]`, "1 this is not a JSON number"},
		"sign":                    {`[-]`, "1 this is not a JSON number"},
		"more":                    {"{}\n{}", "2 there is more text after the end"},
		"closed by another":       {`[1}`, "1 a comma is required here, or ] to end the list"},
		"deep":                    {strings.Repeat("[", 10_000_000), "1 lists and objects are nested more than 200 deep"},
		"several before the last": {"{\"a\": 1,\n\"b\": 2\n\"c\": 'd'}", "3 a comma is missing|3 a string is enclosed in double quotes"},
	} {
		t.Run(name, func(t *testing.T) {
			v, faults := Parse(test.text)
			want, read := strings.CutSuffix(test.want, "+")
			if read != (v != nil) {
				t.Errorf("%v is read", v)
			}
			wanted := strings.Split(want, "|")
			if len(faults) != len(wanted) {
				t.Fatalf("%v, want %v", faults, wanted)
			}
			for i, f := range faults {
				if have := strings.TrimSpace(string(rune('0'+f.Line)) + " " + f.Message); !strings.HasPrefix(have, wanted[i]) {
					t.Errorf("%q, want %q", have, wanted[i])
				}
			}
			if Check(test.text) == nil {
				t.Error("Check says nothing")
			}
		})
	}
}

func TestValue_Empty(t *testing.T) {
	for text, want := range map[string]bool{
		`null`: true, `""`: true, `[]`: true, `{}`: true, `{"a": "", "b": [null, {"c": ""}]}`: true,
		`0`: false, `false`: false, `" "`: false, `[0]`: false, `{"a": ["", "b"]}`: false,
	} {
		if v, _ := Parse(text); v.Empty() != want {
			t.Errorf("%s: %v", text, !want)
		}
	}
}

// wordsOfGo are those of Go's own reader, and of Go's types.
var wordsOfGo = regexp.MustCompile(`cannot unmarshal|invalid character|unexpected end of|Go (value|struct)|looking for beginning|int64|float64|\bEOF\b|%!`)

// What is read is what encoding/json reads, and what is refused it refuses.
func FuzzParse(f *testing.F) {
	for _, text := range []string{`{"a": [1, -2.5e3, true, null, "\u00e4\ud83d\ude00"], "a": {}}`, `[1,]`, "{\"a\": 1 // b\n}", `"\ud800"`, "[\"\x00\"]", `[01]`, `{'a': 1}`, ByteOrderMark + `[]`, `[1e5, 1E-2, 0.0]`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, faults := Parse(text)
		var want any
		d := json.NewDecoder(strings.NewReader(text))
		d.UseNumber()
		fine := json.Valid([]byte(text))
		if fine {
			if err := d.Decode(&want); err != nil {
				t.Fatal(err)
			}
		}
		tooDeep := len(faults) > 0 && strings.HasPrefix(faults[len(faults)-1].Message, "lists and objects are nested")
		if fine != (len(faults) == 0) && !tooDeep {
			t.Fatalf("valid: %v; %v", fine, faults)
		}
		if v == nil && len(faults) == 0 {
			t.Fatal("neither a value nor a fault")
		}
		if fine && !tooDeep && !reflect.DeepEqual(plain(v), want) {
			t.Errorf("%v, not %v", plain(v), want)
		}
		for _, f := range faults {
			if wordsOfGo.MatchString(f.Message) || f.Line < 1 || f.Line > strings.Count(text, "\n")+1 {
				t.Errorf("%+v", f)
			}
		}
	})
}
