package lifecycle

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/dockertask/terraform-provider-docker/internal/aws"
	"github.com/dockertask/terraform-provider-docker/internal/sanitize"
)

// WarnOfLeft says which parts of a unit an operation left in AWS, and why.
func WarnOfLeft(diags *diag.Diagnostics, unit string, left []aws.Left) {
	if len(left) == 0 {
		return
	}
	lines := make([]string, len(left))
	for i, l := range left {
		lines[i] = "- " + sanitize.Text(l.Part+": "+l.Why)
	}
	diags.AddWarning("Parts of "+unit+" stay in AWS", "They have names of its parts, and were not deleted:\n\n"+strings.Join(lines, "\n")+
		"\n\nFind out whose they are. Delete by hand those that belong to nothing: their rights stay until then.")
}
