package wire_test

import (
	"path/filepath"
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/golden"
	"github.com/dockertask/terraform-provider-docker/internal/wire"
)

// TestDocumentation_guide keeps the table in the guide on wires the one of the code.
func TestDocumentation_guide(t *testing.T) {
	guide := filepath.Join("..", "..", "templates", "guides", "wires.md")
	golden.Section(t, guide, "<!-- kinds -->\n", "<!-- /kinds -->", wire.Documentation())
}
