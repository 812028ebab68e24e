package tasksubscription

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tftest"
	"github.com/dockertask/terraform-provider-docker/internal/subscription"
)

// The policy of a queue in another account is not the provider's to change: an import says so,
// as a configuration of it has to.
func TestDiscoverTarget_otherAccount(t *testing.T) {
	t.Parallel()
	other := tftest.Place
	other.Account = "999999999999"
	for dead, own := range map[string]bool{
		tftest.Place.Regional("sqs", "lost"): true, other.Regional("sqs", "lost"): false,
	} {
		var diags diag.Diagnostics
		m := newModel()
		m.discoverTarget(&subscription.Target{Kind: subscription.Queue, ARN: tftest.Place.Regional("sqs", "jobs"), DeadLetterARN: dead}, tftest.Place, &diags)
		queue := m.deadLetterQueue(t.Context(), &diags)
		if diags.HasError() || !m.AttachPermission.IsNull() || queue.AttachPermission.IsNull() != own || queue.attaches() != own {
			t.Errorf("%s: attach_permission is %v, that of the target %v; %v", dead, queue.AttachPermission, m.AttachPermission, diags)
		}
	}
}
