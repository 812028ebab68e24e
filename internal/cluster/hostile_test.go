package cluster

import (
	"strings"
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/policy/policytest"
	"github.com/dockertask/terraform-provider-docker/internal/subscription"
)

// A name from outside stays in its place of the event pattern.
func FuzzNewHistory(f *testing.F) {
	for _, text := range policytest.Hostile {
		f.Add(text, text)
	}
	f.Fuzz(func(t *testing.T, name, eventType string) {
		h := NewHistory(name, place, []string{eventType}, 30, "", nil)
		if !subscription.SamePattern(h.Rule.Pattern, historyPattern(ARN(name, place), []string{eventType})) {
			t.Errorf("%q: %s", name, h.Rule.Pattern)
		}
		if types := HistoryTypes(h.Rule.Pattern); strings.ToValidUTF8(eventType, "") == eventType && eventType != EventTypes[0] && (len(types) != 1 || types[0] != eventType) {
			t.Errorf("%q: types %q of %s", eventType, types, h.Rule.Pattern)
		}
	})
}
