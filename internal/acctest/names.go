package acctest

import (
	"crypto/rand"
	"strings"
	"testing"
)

// NamePrefix begins the name of everything that a test makes. Sweepers delete nothing else.
const NamePrefix = "tf-acc-dt-"

// RandomName is a name that no other test uses: NamePrefix and ten lower-case letters and
// digits. A role name made of it, a region and a purpose stays below 64 characters.
func RandomName(t testing.TB) string {
	t.Helper()
	return NamePrefix + strings.ToLower(rand.Text()[:10])
}
