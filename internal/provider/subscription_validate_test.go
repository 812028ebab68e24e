package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// A template that EventBridge would refuse when it is put is warned of.
func TestSubscription_templateIsJSON(t *testing.T) {
	t.Parallel()
	for template, warnings := range map[string]int{
		`"Task <task> ended."`: 0, `{"task": <task>}`: 0, `Task <task> ended.`: 1,
	} {
		var diags diag.Diagnostics
		m := newSubscriptionModel()
		m.InputTransformer = objectOf(inputTransformerType, map[string]attr.Value{
			"paths": mapOf(map[string]string{"task": "$.detail.taskArn"}), "template": types.StringValue(template),
		}, &diags)
		if m.checkInput(t.Context(), &diags); diags.HasError() || diags.WarningsCount() != warnings {
			t.Errorf("%s: %v", template, diags)
		}
	}
}
