package wire_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dockertask/terraform-provider-docker/internal/wire"
)

// TestDocumentation_guide keeps the table in the guide on wires the one of the code.
func TestDocumentation_guide(t *testing.T) {
	const begin, end = "<!-- kinds -->\n", "<!-- /kinds -->"
	file := filepath.Join("..", "..", "templates", "guides", "wires.md")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, _ := strings.Cut(string(text), begin)
	have, after, found := strings.Cut(rest, end)
	if !found {
		t.Fatalf("%s has no %s…%s", file, begin, end)
	}
	want := wire.Documentation()
	if flag.Lookup("update").Value.String() == "true" {
		if err := os.WriteFile(file, []byte(before+begin+want+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("%s, -code +guide (go test -update takes it over):\n%s", file, diff)
	}
}
