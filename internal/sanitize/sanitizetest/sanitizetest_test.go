package sanitizetest

import "testing"

func TestObeyed(t *testing.T) {
	for text, want := range map[string]rune{
		"": 0, "plain": 0, "é🐳": 0, "ě0": 0, "a\u00a0b": 0,
		"\x1b[2J": 0x1b, "a\nb": '\n', "\t": '\t', "\x00": 0, "\x7f": 0x7f, "\u009b31m": 0x9b, "\x9b31m": 0xfffd, "\ufffd": 0xfffd,
		"a\u202eb": 0x202e, "\u2028": 0x2028, "\u2029": 0x2029, "\ufeff": 0xfeff,
	} {
		got, ok := Obeyed(text)
		if got != want || ok != (want != 0 || text == "\x00") {
			t.Errorf("%q has %U, %t; want %U", text, got, ok, want)
		}
	}
}
