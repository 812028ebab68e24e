// Package sanitize makes text that others wrote fit to be shown: by a terminal, in state, in a
// log. Answers of registries and of AWS pass through it, and errors that may name a URL.
package sanitize

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text returns s with everything written as an escape of Go (\n, \x1b, \u202e) that is not a
// character to be seen: control characters, which a terminal obeys; format characters, which
// reorder or hide text; and bytes that are not UTF-8, as C1 controls are to some terminals.
// The result is one line. Text that has none of these stays as it is.
func Text(s string) string {
	if !strings.ContainsFunc(s, obeyed) {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && size == 1:
			b.WriteString(`\x`)
			b.WriteString(strconv.FormatUint(uint64(s[0])|0x100, 16)[1:])
		case obeyed(r):
			quoted := strconv.QuoteRuneToASCII(r)
			b.WriteString(quoted[1 : len(quoted)-1])
		default:
			b.WriteString(s[:size])
		}
		s = s[size:]
	}
	return b.String()
}

// Lines is [Text] for what has lines of its own: line breaks and tabs stay. It is for texts whose parts of
// others are one line each by then.
func Lines(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r != '\n' && r != '\t' && obeyed(r) }) {
		return s
	}
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		cells := strings.Split(line, "\t")
		for j, cell := range cells {
			cells[j] = Text(cell)
		}
		lines[i] = strings.Join(cells, "\t")
	}
	return strings.Join(lines, "\n")
}

// obeyed reports whether a character does something other than to be seen. The replacement
// character stands for bytes that are not UTF-8 too.
func obeyed(r rune) bool {
	return r == utf8.RuneError || unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co)
}

// Masked stands in the place of what must not be shown.
const Masked = "***"

// minFragment is the length from which on a part of a password is masked wherever it stands:
// "***" in the place of every "a" hides the message.
const minFragment = 4

var (
	// quoted is a text in quotes as Go writes it: a URL in it may have blanks.
	quoted = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)
	// inQuotes is the user name and password of a URL that is all of a quoted text. A password
	// may have every character that a URL must not have: so it ends at the last @.
	inQuotes = regexp.MustCompile(`(?s)//(.*)@`)
	// bare is the same in other text, up to the next blank; or, with blanks, up to a slash.
	bare = regexp.MustCompile(`//([^\s"]*)@|//([^/@"\n]*)@`)
	// misread is how net/url calls a password with a #, after which it leaves the URL out.
	misread = regexp.MustCompile(`invalid port "(:(?:[^"\\]|\\.)*)" after host`)
)

// URLs returns s without the user names and passwords of the URLs in it, in whatever state
// these are; but one with a blank and a slash in it, or a quote, only in quotes. What an error says of such a URL besides ('invalid port ":PASS" after host') goes
// too.
func URLs(s string) string {
	if !strings.Contains(s, "//") {
		return s
	}
	var found []string
	for _, match := range misread.FindAllStringSubmatch(s, -1) {
		found = append(found, match[1])
	}
	mask := func(pattern *regexp.Regexp, text string) string {
		return pattern.ReplaceAllStringFunc(text, func(match string) string {
			found = append(found, match[len("//"):len(match)-len("@")])
			return "//" + Masked + "@"
		})
	}
	s = quoted.ReplaceAllStringFunc(s, func(text string) string { return mask(inQuotes, text) })
	s = mask(bare, s)
	for _, fragment := range fragments(found) {
		s = strings.ReplaceAll(s, fragment, Masked)
	}
	return s
}

// Userinfo is the user name and password in a URL, in whatever state this is; "" without any.
func Userinfo(address string) string {
	_, rest, _ := strings.Cut(address, "//")
	end := strings.LastIndexByte(rest, '@')
	if u, err := url.Parse(address); end < 0 || err == nil && u.User == nil && !strings.ContainsAny(address, "#?") {
		return ""
	}
	return rest[:end]
}

// fragments are the parts of passwords that a parser may take for something else, the longest
// first: one may be a part of another.
func fragments(userinfos []string) []string {
	var out []string
	for _, userinfo := range userinfos {
		password := userinfo
		if _, after, ok := strings.Cut(userinfo, ":"); ok {
			password = after
		}
		out = append(out, password)
		out = append(out, strings.FieldsFunc(password, func(r rune) bool { return strings.ContainsRune(`:/?#@[]%\"`, r) })...)
	}
	out = slices.DeleteFunc(out, func(fragment string) bool { return len(fragment) < minFragment || fragment == Masked })
	slices.SortFunc(out, func(a, b string) int { return len(b) - len(a) })
	return slices.Compact(out)
}
