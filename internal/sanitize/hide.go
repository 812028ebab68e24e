package sanitize

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// MinHidden is the length from which on a value is hidden.
const MinHidden = 4

const (
	// looseHidden is the length from which on a value is found with other white space in it than it has,
	// or none: a shorter one is in too many other texts then.
	looseHidden = 12
	// wordHidden is the length from which on a value is found within a word.
	wordHidden = 8
)

// Hide returns a text without the values: "***" is in their place, in whatever way they are written there.
// A value is found as it is; escaped as in JSON, Go or XML, any number of times; and where its white space
// is another, as in a text that was wrapped. Of a value of several lines each line is hidden too. Values of
// less than [MinHidden] bytes stay, and one of less than eight is not found within a word.
func Hide(text string, values []string) string {
	var wanted []string
	for _, value := range values {
		wanted = append(wanted, value)
		if strings.ContainsAny(value, "\r\n") {
			wanted = append(wanted, strings.FieldsFunc(value, func(r rune) bool { return r == '\r' || r == '\n' })...)
		}
	}
	masks := make([]bool, len(text)+1) // the last never is
	found := false
	plainly, spaced, tight := literally(text), decode(text, false), decode(text, true)
	for _, value := range wanted {
		if len(value) < MinHidden {
			continue
		}
		found = plainly.mark([]byte(value), masks) || found
		if plain := decode(value, false).text; len(plain) >= MinHidden {
			found = spaced.mark(plain, masks) || found
		}
		if plain := decode(value, true).text; len(plain) >= looseHidden {
			found = tight.mark(plain, masks) || found
		}
	}
	if !found {
		return text
	}
	var out strings.Builder
	for i := 0; i < len(text); i++ {
		switch {
		case !masks[i]:
			out.WriteByte(text[i])
		case i == 0 || !masks[i-1]:
			out.WriteString(Masked)
		}
	}
	return out.String()
}

// decoded is a text without escapes, and where each of its bytes is from.
type decoded struct {
	text     []byte
	from, to []int
}

// mark marks where a value is in the text that was decoded.
func (d decoded) mark(value []byte, masks []bool) bool {
	value = bytes.Trim(value, " ")
	found := false
	for at := 0; len(value) >= MinHidden; {
		i := bytes.Index(d.text[at:], value)
		if i < 0 {
			break
		}
		begin, end := at+i, at+i+len(value)
		at = begin + 1
		if len(value) < wordHidden && (begin > 0 && isWord(d.text[begin-1]) && isWord(value[0]) || end < len(d.text) && isWord(d.text[end]) && isWord(value[len(value)-1])) {
			continue
		}
		for j := d.from[begin]; j < d.to[end-1]; j++ {
			masks[j] = true
		}
		found, at = true, end
	}
	return found
}

func isWord(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c >= utf8.RuneSelf
}

// literally is a text as it is.
func literally(text string) decoded {
	d := decoded{text: []byte(text), from: make([]int, len(text)), to: make([]int, len(text))}
	for i := range d.from {
		d.from[i], d.to[i] = i, i+1
	}
	return d
}

// maxDecoded is how many escapes of different kinds may be around one another.
const maxDecoded = 8

// decode takes escapes out of a text until there are none: backslashes, however many, with what they stand
// for; entities of XML, also of entities; octets in percent. White space becomes one blank, or none. Texts and
// values are decoded in the same way, so it does no harm that a value may itself have what looks like an escape.
func decode(text string, tight bool) decoded {
	d := once(text, tight)
	for range maxDecoded {
		again := once(string(d.text), tight)
		if len(again.text) == len(d.text) {
			break
		}
		for i := range again.text {
			again.from[i], again.to[i] = d.from[again.from[i]], d.to[again.to[i]-1]
		}
		d = again
	}
	return d
}

func once(text string, tight bool) decoded {
	d := decoded{text: make([]byte, 0, len(text)), from: make([]int, 0, len(text)), to: make([]int, 0, len(text))}
	put := func(from, to int, bs ...byte) {
		for _, b := range bs {
			if b <= ' ' {
				if tight || len(d.text) > 0 && d.text[len(d.text)-1] == ' ' {
					continue
				}
				b = ' '
			}
			d.text, d.from, d.to = append(d.text, b), append(d.from, from), append(d.to, to)
		}
	}
	for i := 0; i < len(text); {
		var size int
		var bs []byte
		switch {
		case strings.HasPrefix(text[i:], "\ufffd"): // in the place of a control character, as XML has it
			bs, size = []byte{' '}, len("\ufffd")
		case text[i] == '\\':
			bs, size = backslashed(text[i:])
		case text[i] == '&':
			bs, size = entity(text[i:])
		case text[i] == '%':
			bs, size = octet(text[i:])
		default:
			bs, size = []byte{text[i]}, 1
		}
		put(i, i+size, bs...)
		i += size
	}
	return d
}

// backslashed reads backslashes and what follows: \n, \\u0041, \\\x41. Those before anything else are left out.
func backslashed(s string) (bs []byte, size int) {
	n := len(s) - len(strings.TrimLeft(s, `\`))
	rest := s[n:]
	switch {
	case rest == "":
		return nil, n
	case strings.IndexByte("nrtbfav", rest[0]) >= 0:
		return []byte{' '}, n + 1
	case rest[0] == 'u':
		return utf16Escape(rest, n)
	case rest[0] == 'U':
		if r, ok := hex(rest, 1, 8); ok {
			return utf8.AppendRune(nil, rune(r)), n + 9
		}
	case rest[0] == 'x':
		if b, ok := hex(rest, 1, 2); ok {
			return []byte{byte(b)}, n + 3
		}
	}
	return nil, n
}

// utf16Escape reads u and four digits, twice for a character outside the basic plane.
func utf16Escape(rest string, n int) (bs []byte, size int) {
	high, ok := hex(rest, 1, 4)
	if !ok {
		return nil, n
	}
	r, size := rune(high), n+5
	if utf16.IsSurrogate(r) {
		after := strings.TrimLeft(rest[5:], `\`)
		if low, ok := hex(after, 1, 4); ok && after[0] == 'u' {
			if pair := utf16.DecodeRune(r, rune(low)); pair != utf8.RuneError {
				r, size = pair, n+5+(len(rest[5:])-len(after))+5
			}
		}
	}
	return utf8.AppendRune(nil, r), size
}

func hex(s string, at, digits int) (uint64, bool) {
	if len(s) < at+digits {
		return 0, false
	}
	v, err := strconv.ParseUint(s[at:at+digits], 16, 32)
	return v, err == nil
}

var entities = []struct {
	name string
	is   byte
}{{"lt;", '<'}, {"gt;", '>'}, {"quot;", '"'}, {"apos;", '\''}}

// entity reads an entity of XML; an ampersand stands for itself.
func entity(s string) (bs []byte, size int) {
	n := 1
	for strings.HasPrefix(s[n:], "amp;") {
		n += len("amp;")
	}
	rest := s[n:]
	for _, e := range entities {
		if strings.HasPrefix(rest, e.name) {
			return []byte{e.is}, n + len(e.name)
		}
	}
	if end := strings.IndexByte(rest, ';'); strings.HasPrefix(rest, "#") && end > 1 && end < 10 {
		digits, base := rest[1:end], 10
		if digits[0] == 'x' || digits[0] == 'X' {
			digits, base = digits[1:], 16
		}
		if r, err := strconv.ParseUint(digits, base, 32); err == nil && r <= utf8.MaxRune {
			return utf8.AppendRune(nil, rune(r)), n + end + 1
		}
	}
	return []byte{'&'}, n
}

// octet reads %41; also %2541, in which the percent sign is one.
func octet(s string) (bs []byte, size int) {
	n := 1
	for strings.HasPrefix(s[n:], "25") {
		n += 2
	}
	if b, ok := hex(s, n, 2); ok {
		return []byte{byte(b)}, n + 2
	}
	return []byte{'%'}, n
}
