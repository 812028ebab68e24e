package tasksubscription

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/subscription"
)

// A template that EventBridge would refuse when it is put is warned of.
func TestSubscription_templateIsJSON(t *testing.T) {
	t.Parallel()
	for template, warnings := range map[string]int{
		`"Task <task> ended."`: 0, `{"task": <task>}`: 0, `Task <task> ended.`: 1,
	} {
		var diags diag.Diagnostics
		m := newModel()
		m.InputTransformer = tf.ObjectOf(inputTransformerType, map[string]attr.Value{
			"paths": tf.MapOf(map[string]string{"task": "$.detail.taskArn"}), "template": types.StringValue(template),
		}, &diags)
		if m.checkInput(t.Context(), &diags); diags.HasError() || diags.WarningsCount() != warnings {
			t.Errorf("%s: %v", template, diags)
		}
	}
}

// A pattern that an account takes only with a raised quota is warned of, until a rule has it.
func TestSubscription_longPattern(t *testing.T) {
	t.Parallel()
	pattern := func(n int) types.String { return types.StringValue(strings.Repeat("é", n)) }
	for name, c := range map[string]struct {
		had, pattern types.String
		warnings     int
	}{
		"short":           {types.StringNull(), pattern(subscription.PatternQuota), 0},
		"long":            {types.StringNull(), pattern(subscription.PatternQuota + 1), 1},
		"at the limit":    {types.StringNull(), pattern(subscription.PatternLimit), 1},
		"refused anyway":  {types.StringNull(), pattern(subscription.PatternLimit + 1), 0},
		"taken":           {pattern(3000), pattern(3000), 0},
		"taken, changed":  {pattern(3000), pattern(3001), 1},
		"not known yet":   {types.StringNull(), types.StringUnknown(), 0},
		"that AWS forgot": {types.StringNull(), pattern(3000), 1},
	} {
		var diags diag.Diagnostics
		if warnOfPattern(c.had, c.pattern, &diags); diags.HasError() || diags.WarningsCount() != c.warnings {
			t.Errorf("%s: %v", name, diags)
		}
		for _, d := range diags {
			for _, part := range []string{`"Event pattern size"`, "2048", "4096", fmt.Sprint(len([]rune(c.pattern.ValueString())))} {
				if !strings.Contains(d.Detail(), part) {
					t.Errorf("%s: %s is not in %s", name, part, d.Detail())
				}
			}
		}
	}
}
