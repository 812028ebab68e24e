// Package sanitizetest says what no text that is shown may have. It is written apart from package sanitize, so
// that a test of one does not repeat it.
package sanitizetest

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// Obeyed is the first character of a text that does something to a terminal other than to be seen: a control
// character (line breaks and tabs too), one that reorders or hides text, a line separator, a byte that is not
// UTF-8, or the character that stands for one. ok is false if there is none. It goes by characters: the bytes of
// an ordinary one ("ě" is C4 9B) may look like a control character.
func Obeyed(text string) (_ rune, ok bool) {
	for _, r := range text {
		if r == utf8.RuneError || unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
			return r, true
		}
	}
	return 0, false
}

// Check fails where a text has a character that [Obeyed] finds.
func Check(t *testing.T, text string) {
	t.Helper()
	if r, ok := Obeyed(text); ok {
		t.Errorf("has %U: %q", r, text)
	}
}

// CheckLines is [Check] for a text that may have line breaks and tabs.
func CheckLines(t *testing.T, text string) {
	t.Helper()
	if r, ok := Obeyed(strings.NewReplacer("\n", "", "\t", "").Replace(text)); ok {
		t.Errorf("has %U: %q", r, text)
	}
}
