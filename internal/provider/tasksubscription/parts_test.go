package tasksubscription

import (
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tftest"
	"github.com/dockertask/terraform-provider-docker/internal/provider/taskref"
	"github.com/dockertask/terraform-provider-docker/internal/subscription"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// The statements that a subscription has put are found again whatever its rule reaches now.
func TestSubscriptionFlatten_statementsStay(t *testing.T) {
	t.Parallel()
	text := types.StringValue
	queue := func(name string) string { return tftest.Place.Regional("sqs", name) }
	for name, change := range map[string]func(*subscription.ObservedRule){
		"as it is":                  func(*subscription.ObservedRule) {},
		"another target":            func(r *subscription.ObservedRule) { r.Target.ARN = queue("other") },
		"no target":                 func(r *subscription.ObservedRule) { r.Target = nil },
		"another dead-letter queue": func(r *subscription.ObservedRule) { r.Target.DeadLetterARN = queue("other") },
		"no dead-letter queue":      func(r *subscription.ObservedRule) { r.Target.DeadLetterARN = "" },
		"the target for both":       func(r *subscription.ObservedRule) { r.Target.DeadLetterARN = queue("jobs") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var diags diag.Diagnostics
			m := newModel()
			m.Name, m.Queue, m.Region = text("heard"), text("jobs"), text(tftest.Place.Region)
			m.Task = taskref.Object(t.Context(), taskref.Named("transcode"), &diags)
			m.DeadLetterQueue = tf.ObjectOf(deadLetterQueueType, map[string]attr.Value{"queue": text("lost"), "attach_permission": types.BoolNull()}, &diags)
			unit := m.unit(t.Context(), tftest.Place, &diags)
			if len(unit.Permissions) != 2 {
				t.Fatal(unit.Permissions)
			}
			target := unit.Target
			rule := &subscription.ObservedRule{ARN: unit.ARN, Enabled: true, Target: &target}
			change(rule)
			seen := observation{Observed: subscription.Observed{Rule: rule, Statements: map[string]string{}}, place: tftest.Place, record: task.Record{}.Of(unit.Parts()...)}
			for _, p := range unit.Permissions {
				seen.Statements[p.ARN] = p.JSON()
			}
			m.flatten(t.Context(), seen, &diags)
			if diags.HasError() {
				t.Fatal(diags)
			}
			has := slices.Concat(m.unit(t.Context(), tftest.Place, &diags).Permissions, m.leftOver(t.Context(), seen, &diags))
			for _, p := range unit.Permissions {
				if !slices.Contains(has, p) {
					t.Errorf("%s is forgotten", p.Part())
				}
			}
		})
	}
}
