package lifecycle

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/dockertask/terraform-provider-docker/internal/aws"
	"github.com/dockertask/terraform-provider-docker/internal/sanitize"
	"github.com/dockertask/terraform-provider-docker/internal/task"
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

// DescribeOrphans are the lines of drift of parts that state does not name.
func DescribeOrphans(orphans []task.Part) []string {
	var lines []string
	for _, p := range orphans {
		why := "may be left by an update that failed"
		if p.Adopted {
			why = "may have tags of an update that failed"
		}
		lines = append(lines, fmt.Sprintf("%s %s: %s", p.Kind, p.Name, why))
	}
	return lines
}
