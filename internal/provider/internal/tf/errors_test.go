package tf

import (
	"testing"
)

func TestSentence(t *testing.T) {
	t.Parallel()
	for said, want := range map[string]string{
		"":                         "",
		"a role has one name":      "A role has one name.",
		"It ends.":                 "It ends.",
		"famly: did you mean it?":  "Famly: did you mean it?",
		"wires[\"a\"] has no kind": "wires[\"a\"] has no kind.",
	} {
		if got := Sentence(said); got != want {
			t.Errorf("%q becomes %q, not %q", said, got, want)
		}
	}
}
