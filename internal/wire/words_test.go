package wire

import "testing"

// Each other word is of a kind, and none is the name of one.
func TestWords(t *testing.T) {
	seen := map[string]bool{}
	for _, w := range words {
		if _, ok := Find(w.kind); !ok {
			t.Errorf("%s: there is no kind %s", w.text, w.kind)
		}
		if _, is := Find(w.text); is || seen[w.text] {
			t.Errorf("%s is a kind, or there twice", w.text)
		}
		seen[w.text] = true
	}
	if got := called("Bucket"); got != ": this kind is called object_store" {
		t.Error(got)
	}
}
