package tasksubscription

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/subscription"
)

// subscriptionState is the private state of a subscription.
type subscriptionState struct {
	// ID is what the rule carries in its tag; "" for an imported one that carries none.
	ID string `json:"id"`
	// Unfinished tells that the create failed and could not be undone wholly: see [subscription.Refs].
	Unfinished bool `json:"unfinished,omitempty"`
	// Account is where what a failed create left is, as state may have none of its ARNs.
	Account string `json:"account,omitempty"`
	// Made is when the subscription was made or last changed: see [Timestamp].
	Made int64 `json:"made,omitempty"`
	// Left are permissions that an update which failed may have left behind.
	Left []subscription.Permission `json:"left,omitempty"`
	// Imported tells that nothing was updated since an import, which does not see who put a
	// statement that lets the rule in: attach_permission is true then until the configuration says
	// otherwise.
	Imported bool `json:"imported,omitempty"`
}

// readSubscriptionState reads the private state; the second result is false where there is
// none.
func readSubscriptionState(ctx context.Context, from tf.PrivateReader, diags *diag.Diagnostics) (subscriptionState, bool) {
	return tf.ReadPrivate[subscriptionState](ctx, from, "subscription", diags)
}

func (s subscriptionState) write(ctx context.Context, to tf.PrivateWriter, diags *diag.Diagnostics) {
	tf.WritePrivate(ctx, to, "subscription", s, diags)
}
