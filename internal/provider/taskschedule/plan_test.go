package taskschedule

import (
	"cmp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tftest"
)

// What a change in place does to the role is said in the plan, and refused where IAM cannot do
// it.
func TestWarnOfReplacedRole(t *testing.T) {
	t.Parallel()
	text := types.StringValue
	role := func(name string, path types.String) model {
		m := newModel()
		m.Name, m.Group = text("nightly"), text("default")
		m.Role = tftest.Object(t, types.ObjectType{AttrTypes: scheduleRoleTypes}, map[string]attr.Value{"name": text(name), "path": path})
		m.RoleName, m.RoleARN = text(name), types.StringUnknown()
		if !path.IsUnknown() {
			m.RoleARN = text(tftest.Place.Global("iam", "role"+cmp.Or(path.ValueString(), "/")+name))
		}
		return m
	}
	gone := role("jobs", types.StringNull())
	gone.RoleARN = types.StringNull()
	given := role("jobs", types.StringNull())
	given.Role = tftest.Object(t, types.ObjectType{AttrTypes: scheduleRoleTypes}, map[string]attr.Value{"arn": given.RoleARN})
	renamed := role("jobs", text("/x/"))
	renamed.Name = text("daily") // a replacement
	null := types.StringNull()
	for name, c := range map[string]struct {
		state, plan model
		severity    diag.Severity
		at, want    string // "" for nothing
	}{
		"nothing":           {state: role("jobs", null), plan: role("jobs", null)},
		"default path":      {state: role("jobs", null), plan: role("jobs", text("/"))},
		"renamed":           {role("jobs", null), role("tasks", text("/x/")), diag.SeverityWarning, "role.name", "then jobs is deleted"},
		"moved":             {role("jobs", null), role("jobs", text("/x/")), diag.SeverityError, "role.path", "IAM cannot move a role, and jobs has the path /, not /x/. Give it another name at the same time: set role.name."},
		"moved back":        {role("jobs", text("/x/")), role("jobs", null), diag.SeverityError, "role.path", "IAM cannot move a role, and jobs has the path /x/, not /"},
		"path unknown":      {state: role("jobs", text("/x/")), plan: role("jobs", types.StringUnknown())},
		"moved, and gone":   {state: gone, plan: role("jobs", text("/x/"))},
		"other case":        {role("jobs", null), role("Jobs", null), diag.SeverityError, "role.name", "IAM takes jobs and Jobs for the same role"},
		"given":             {state: role("jobs", text("/x/")), plan: given},
		"schedule replaced": {state: role("jobs", null), plan: renamed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var diags diag.Diagnostics
			warnOfReplacedRole(t.Context(), c.state, c.plan, &diags)
			if c.want == "" {
				if len(diags) != 0 {
					t.Errorf("says %v", diags)
				}
				return
			}
			if len(diags) != 1 || diags[0].Severity() != c.severity || !strings.Contains(diags[0].Detail(), c.want) {
				t.Fatalf("says %v, not %q", diags, c.want)
			}
			if at, ok := diags[0].(diag.DiagnosticWithPath); !ok || at.Path().String() != c.at {
				t.Errorf("%v is not at %s", diags, c.at)
			}
		})
	}
}
