// Package jsontext reads JSON with the line of each value, and returns all of its faults at once, in the words of
// JSON. No message repeats a value, which may be a secret.
package jsontext

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Kind is what a value is.
type Kind int

// The kinds of values.
const (
	Null Kind = iota
	Bool
	Number
	Text
	List
	Object
)

func (k Kind) String() string {
	return [...]string{"null", "a boolean", "a number", "a string", "a list", "an object"}[k]
}

// Value is a JSON value.
type Value struct {
	Kind Kind
	Line int
	// Text is a text as it is meant, and a number or a truth value as it is written.
	Text     string
	Elements []*Value // of a list
	Members  []Member // of an object, in their order
}

// Member is one key of an object.
type Member struct {
	Key   string
	Line  int
	Value *Value
}

// Member is the value of a key, nil where there is none. Of a key that stands twice it is the last.
func (v *Value) Member(key string) *Value {
	var found *Value
	for _, m := range v.Members {
		if m.Key == key {
			found = m.Value
		}
	}
	return found
}

// Empty reports whether nothing is said: null, "", and lists and objects of nothing else.
func (v *Value) Empty() bool {
	switch v.Kind {
	case Null:
		return true
	case Text:
		return v.Text == ""
	case List:
		for _, e := range v.Elements {
			if !e.Empty() {
				return false
			}
		}
		return true
	case Object:
		for _, m := range v.Members {
			if !m.Value.Empty() {
				return false
			}
		}
		return true
	default:
		return false
	}
}

// Fault is something wrong with a text.
type Fault struct {
	Line    int
	Message string
}

// Lines reports whether a text has several lines, so that the number of one helps to find it.
func Lines(text string) bool { return strings.Contains(strings.TrimSpace(text), "\n") }

// Say is the fault as the beginning or the rest of a sentence, with its line where the text has several.
func (f Fault) Say(text string) string {
	if !Lines(text) {
		return f.Message
	}
	return fmt.Sprintf("line %d: %s", f.Line, f.Message)
}

// ByteOrderMark is what some editors put before a text.
const ByteOrderMark = "\uFEFF"

// maxDepth is how many lists and objects may be in each other: deeper ones are no description of
// anything.
const maxDepth = 200

// Parse reads a text. The value is nil where it could not be read to its end; a comment and a comma
// too many or too few are faults after which reading goes on.
func Parse(text string) (*Value, []Fault) {
	p := &parser{text: text, line: 1}
	if strings.HasPrefix(text, ByteOrderMark) {
		p.fault("the text begins with a byte order mark (U+FEFF); save it as UTF-8 without one")
		p.at = len(ByteOrderMark)
	}
	p.space()
	if p.end() {
		p.fault("the text is empty; JSON is required")
		return nil, p.faults
	}
	v := p.value(0)
	if v == nil {
		return nil, p.faults
	}
	if p.space(); !p.end() {
		p.fault("there is more text after the end of the JSON")
		return nil, p.faults
	}
	return v, p.faults
}

// Check checks a text that has to be JSON.
func Check(text string) error {
	_, faults := Parse(text)
	var all []string
	for _, f := range faults {
		all = append(all, f.Say(text))
	}
	return errors.New(strings.Join(all, "; "))
}

type parser struct {
	text   string
	at     int
	line   int
	faults []Fault
}

func (p *parser) end() bool { return p.at >= len(p.text) }

func (p *parser) fault(format string, values ...any) {
	p.faults = append(p.faults, Fault{Line: p.line, Message: fmt.Sprintf(format, values...)})
}

// space skips white space, and comments with a fault each.
func (p *parser) space() {
	for !p.end() {
		switch c := p.text[p.at]; {
		case c == '\n':
			p.line++
			p.at++
		case c == ' ' || c == '\t' || c == '\r':
			p.at++
		case c == '#' || strings.HasPrefix(p.text[p.at:], "//"):
			p.fault("JSON has no comments; remove this one")
			if n := strings.IndexByte(p.text[p.at:], '\n'); n >= 0 {
				p.at += n
			} else {
				p.at = len(p.text)
			}
		case strings.HasPrefix(p.text[p.at:], "/*"):
			p.fault("JSON has no comments; remove this one")
			n := strings.Index(p.text[p.at+2:], "*/")
			if n < 0 {
				p.at = len(p.text)
				return
			}
			p.line += strings.Count(p.text[p.at:p.at+2+n], "\n")
			p.at += n + 4
		default:
			return
		}
	}
}

// value reads a value, nil where there is none.
func (p *parser) value(depth int) *Value {
	if depth > maxDepth {
		p.fault("lists and objects are nested more than %d deep", maxDepth)
		return nil
	}
	v := &Value{Line: p.line}
	rest := p.text[p.at:]
	switch c := rest[0]; {
	case c == '{':
		v.Kind = Object
		return p.members(v, depth)
	case c == '[':
		v.Kind = List
		return p.elements(v, depth)
	case c == '"':
		v.Kind = Text
		text, ok := p.quoted()
		if !ok {
			return nil
		}
		v.Text = text
		return v
	case c == '-' || c >= '0' && c <= '9':
		return p.number(v)
	}
	for word, kind := range map[string]Kind{"null": Null, "true": Bool, "false": Bool} {
		if strings.HasPrefix(rest, word) && (len(rest) == len(word) || !isLetter(rest[len(word)])) {
			v.Kind, v.Text = kind, word
			p.at += len(word)
			return v
		}
	}
	p.fault("%s", noValue(rest))
	return nil
}

// noValue says what may stand where a value is wanted.
func noValue(rest string) string {
	const wanted = "a value is required here: an object in { }, a list in [ ], a string in double quotes, a number, true, false or null"
	switch {
	case rest[0] == '\'':
		return "a string is enclosed in double quotes, not in single quotes"
	case rest[0] == ',':
		return "a value is missing before this comma"
	case isLetter(rest[0]):
		return wanted + "; write a word in double quotes"
	}
	return wanted
}

func isLetter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c >= utf8.RuneSelf
}

// number reads a number by JSON's own rules: no leading zeros, no + and no point at an end.
func (p *parser) number(v *Value) *Value {
	n := 0
	rest := p.text[p.at:]
	for n < len(rest) && (isLetter(rest[n]) || strings.IndexByte("+-.", rest[n]) >= 0) {
		n++
	}
	v.Kind, v.Text = Number, rest[:n]
	digits := func(s string) (string, bool) {
		t := strings.TrimLeft(s, "0123456789")
		return t, len(t) < len(s)
	}
	s := strings.TrimPrefix(v.Text, "-")
	zero := len(s) > 1 && s[0] == '0' && s[1] >= '0' && s[1] <= '9'
	s, ok := digits(s)
	if ok && strings.HasPrefix(s, ".") {
		s, ok = digits(s[1:])
	}
	if ok && s != "" && (s[0] == 'e' || s[0] == 'E') {
		s = s[1:]
		if s != "" && (s[0] == '+' || s[0] == '-') {
			s = s[1:]
		}
		s, ok = digits(s)
	}
	if !ok || s != "" || zero {
		p.fault("this is not a JSON number; write anything but a plain number in double quotes")
		return nil
	}
	p.at += n
	return v
}

func (p *parser) elements(v *Value, depth int) *Value {
	begun := p.line
	p.at++ // [
	for first := true; ; first = false {
		if p.space(); p.unended("list", begun) {
			return nil
		}
		if p.text[p.at] == ']' && first {
			p.at++
			return v
		}
		if !first {
			last, ok := p.separator(']', "list")
			if !ok {
				return nil
			}
			if last {
				return v
			}
			if p.unended("list", begun) {
				return nil
			}
		}
		e := p.value(depth + 1)
		if e == nil {
			return nil
		}
		v.Elements = append(v.Elements, e)
	}
}

func (p *parser) members(v *Value, depth int) *Value {
	begun := p.line
	p.at++ // {
	for first := true; ; first = false {
		if p.space(); p.unended("object", begun) {
			return nil
		}
		if p.text[p.at] == '}' && first {
			p.at++
			return v
		}
		if !first {
			last, ok := p.separator('}', "object")
			if !ok {
				return nil
			}
			if last {
				return v
			}
			if p.unended("object", begun) {
				return nil
			}
		}
		if p.text[p.at] != '"' {
			p.fault("a key in double quotes is required here, or } to end the object that begins in line %d", begun)
			return nil
		}
		m := Member{Line: p.line}
		var ok bool
		if m.Key, ok = p.quoted(); !ok {
			return nil
		}
		if p.space(); p.unended("object", begun) {
			return nil
		}
		if p.text[p.at] != ':' {
			p.fault("a colon is required after a key")
			return nil
		}
		p.at++
		if p.space(); p.unended("object", begun) {
			return nil
		}
		if m.Value = p.value(depth + 1); m.Value == nil {
			return nil
		}
		v.Members = append(v.Members, m)
	}
}

// unended reports whether the text ends inside of a list or an object, and adds that as a fault.
func (p *parser) unended(what string, begun int) bool {
	if p.end() {
		p.fault("the text ends inside the %s that begins in line %d", what, begun)
	}
	return p.end()
}

// separator reads what comes after an element: a comma, or the end of the list or object, which is
// the first result. A comma too many, and one too few, is a fault and no more.
func (p *parser) separator(closing byte, what string) (last, ok bool) {
	switch p.text[p.at] {
	case closing:
		p.at++
		return true, true
	case ',':
		p.at++
		p.space()
		if !p.end() && p.text[p.at] == closing {
			p.fault("remove the comma before %c", closing)
			p.at++
			return true, true
		}
		return false, true
	}
	if c := p.text[p.at]; c == '"' || closing == ']' && (c == '{' || c == '[') {
		p.fault("a comma is missing here, between two elements")
		return false, true
	}
	p.fault("a comma is required here, or %c to end the %s", closing, what)
	return false, false
}

// quoted reads a text in double quotes.
func (p *parser) quoted() (string, bool) {
	var out strings.Builder
	p.at++ // "
	for !p.end() {
		c := p.text[p.at]
		switch {
		case c == '"':
			p.at++
			return out.String(), true
		case c == '\n' || c == '\r':
			p.fault(`the line ends inside a string; close the double quote, or write the line break as \n`)
			return "", false
		case c < ' ':
			p.fault(`a string contains the control character U+%04X; write it as \u%04x`, c, c)
			out.WriteByte(c)
			p.at++
		case c == '\\':
			if !p.escape(&out) {
				return "", false
			}
		default:
			r, n := utf8.DecodeRuneInString(p.text[p.at:])
			out.WriteRune(r)
			p.at += n
		}
	}
	p.fault("the text ends inside a string")
	return "", false
}

var escapes = map[byte]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

func (p *parser) escape(out *strings.Builder) bool {
	if p.at+1 >= len(p.text) {
		p.fault("the text ends inside a string")
		return false
	}
	c := p.text[p.at+1]
	if c == 'u' {
		r, ok := p.unit(p.at)
		if !ok {
			p.fault(`four hexadecimal digits are required after \u`)
			return false
		}
		p.at += 6
		if utf16.IsSurrogate(r) {
			if low, ok := p.unit(p.at); ok && utf16.DecodeRune(r, low) != utf8.RuneError {
				r = utf16.DecodeRune(r, low)
				p.at += 6
			}
		}
		out.WriteRune(r) // half of a pair is U+FFFD
		return true
	}
	plain, ok := escapes[c]
	if !ok {
		p.fault(`a backslash in a string is followed by one of " \ / b f n r t u; write the backslash itself as \\`)
		return false
	}
	out.WriteByte(plain)
	p.at += 2
	return true
}

// unit is the character of a \uXXXX.
func (p *parser) unit(at int) (rune, bool) {
	if at+6 > len(p.text) || p.text[at:at+2] != `\u` {
		return 0, false
	}
	n, err := strconv.ParseUint(p.text[at+2:at+6], 16, 32)
	return rune(n), err == nil
}
