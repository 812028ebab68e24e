package sanitize

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

// writings are the ways in which a message may repeat a value.
var writings = map[string]func(string) string{
	"raw":                  func(v string) string { return v },
	"JSON":                 asJSON,
	"JSON in JSON":         func(v string) string { return asJSON(asJSON(v)) },
	"JSON thrice":          func(v string) string { return asJSON(asJSON(asJSON(v))) },
	"JSON, HTML untouched": asPlainJSON,
	"JSON, ASCII":          func(v string) string { return ascii(asPlainJSON(v)) },
	"Go":                   func(v string) string { q := strconv.Quote(v); return q[1 : len(q)-1] },
	"Go, ASCII":            func(v string) string { q := strconv.QuoteToASCII(v); return q[1 : len(q)-1] },
	"XML":                  asXML,
	"XML in XML":           func(v string) string { return asXML(asXML(v)) },
	"JSON in XML":          func(v string) string { return asXML(asJSON(v)) },
	"a URL":                url.PathEscape,
	"this package's":       Text,
	"wrapped":              func(v string) string { return strings.ReplaceAll(v, " ", "\n    ") },
	"lines joined":         func(v string) string { return strings.ReplaceAll(v, "\n", " ") },
	"CRLF":                 func(v string) string { return strings.ReplaceAll(v, "\n", "\r\n") },
}

func asJSON(v string) string {
	out, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(out[1 : len(out)-1])
}

func asPlainJSON(v string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err)
	}
	return b.String()[1 : b.Len()-2]
}

// ascii writes JSON as Python and Java do.
func ascii(text string) string {
	var b strings.Builder
	for _, r := range text {
		if r < utf8.RuneSelf {
			b.WriteRune(r)
			continue
		}
		if r > 0xffff {
			r -= 0x10000
			b.WriteString(`\u` + strconv.FormatInt(int64(0xd800+r>>10), 16) + `\u` + strconv.FormatInt(int64(0xdc00+r&0x3ff), 16))
			continue
		}
		b.WriteString(`\u` + strconv.FormatInt(int64(r)|0x10000, 16)[1:])
	}
	return b.String()
}

func asXML(v string) string {
	var b bytes.Buffer
	if err := xml.EscapeText(&b, []byte(v)); err != nil {
		panic(err)
	}
	return b.String()
}

func TestHide(t *testing.T) {
	t.Parallel()
	cases := 0
	for _, value := range []string{
		"canary-value", "pa\"ss-quoted", `back\slash`, `C:\new\table`, "angle<secret>&amp", "a&lt;b&quot;", "first-line\nsecond-line", "tab\there", "größe-日本-🐳-x", "100%41 sure%", "a b  c d e f",
		`{"password": "hunter2"}`, `{"a":"\"x\""}`, "curl -H 'X: health-secret' localhost", "ends in \\", "\\u0041bcd", "'single'", "--password=command-secret", "tr\u2028ail", "x\x1by\x07zz",
	} {
		for way, write := range writings {
			for _, around := range [][2]string{
				{"invalid: ", ""}, {`value "`, `" of container`}, {"[", "]"}, {"{name: PASSWORD, value: ", "}"}, {"'", "'"}, {`{"value":"`, `"}`}, {"=", " "}, {"line\n", "\nline"}, {`\"`, `\"`},
			} {
				cases++
				written := write(value)
				text := around[0] + written + around[1]
				got := Hide(text, []string{"other-value", value, "x"})
				if strings.Contains(got, written) || !strings.Contains(got, Masked) || len(got) > len(Masked)+len(around[0])+len(around[1])+8 {
					t.Errorf("%s: %q becomes %q", way, text, got)
				}
			}
		}
	}
	t.Logf("%d cases", cases)
}

// Of a value of several lines each line is hidden where it stands alone, and a long one also where it was wrapped.
func TestHide_parts(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"line 'second-line-secret' is invalid":               "line '***' is invalid",
		"first-line-secret":                                  "***",
		"first-line-\n   secret":                             "***",
		"longer value, with bla\nnks in it, and more":        "***, and more",
		"operation error ECS: metadata of task, Invalid one": "operation error ECS: metadata of task, Invalid one",
		"invalid data and data: 'data'":                      "invalid *** and ***: '***'",
		"1, dev, true":                                       "1, dev, true",
		"":                                                   "",
		"role/app-eu-west-1-task":                            "role/app-***-task",
	} {
		if got := Hide(text, []string{"first-line-secret\nsecond-line-secret", "longer value, with blanks in it", "data", "1", "dev", "", "eu-west-1"}); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

func FuzzHide(f *testing.F) {
	for _, seed := range []string{"pa\"ss-word", `\\u0041\n`, "&amp;lt;%2541", "a b\nc\td", "日本🐳", "%&\\%&", "x\x00\x1b\u2028yz"} {
		f.Add("invalid value '", seed, "' of container")
		f.Add("{", seed, "}")
	}
	f.Fuzz(func(t *testing.T, before, value, after string) {
		plain := strings.TrimSpace(value)
		if len(plain) < wordHidden || !utf8.ValidString(before+value+after) || strings.ContainsAny(before+after, `\&%`) || len(decode(plain, true).text) < looseHidden {
			return
		}
		before, after = before+"'", "'"+after // else the text around a value may make an escape of its end
		for way, write := range writings {
			written := write(value)
			got := Hide(before+written+after, []string{value})
			if strings.Contains(got, strings.TrimSpace(written)) && !strings.Contains(before+after+Masked, strings.TrimSpace(written)) {
				t.Errorf("%s: %q becomes %q", way, before+written+after, got)
			}
		}
		if got := Hide(before+after, nil); got != before+after {
			t.Errorf("%q becomes %q", before+after, got)
		}
	})
}
