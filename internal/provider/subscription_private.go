package provider

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/dockertask/terraform-provider-docker/internal/subscription"
)

// subscriptionState is the private state of a subscription.
type subscriptionState struct {
	// ID is what the rule carries in its tag; "" for an imported one that carries none.
	ID string `json:"id"`
	// Left are permissions that an update which failed may have left behind.
	Left []subscription.Permission `json:"left,omitempty"`
}

// readSubscriptionState reads the private state; the second result is false where there is
// none.
func readSubscriptionState(ctx context.Context, from privateReader, diags *diag.Diagnostics) (subscriptionState, bool) {
	var s subscriptionState
	text, d := from.GetKey(ctx, unitKey)
	diags.Append(d...)
	if text == nil {
		return s, false
	}
	if err := json.Unmarshal(text, &s); err != nil {
		diags.AddError("Private state of the subscription is damaged", err.Error())
	}
	return s, true
}

func (s subscriptionState) write(ctx context.Context, to privateWriter, diags *diag.Diagnostics) {
	text, err := json.Marshal(s)
	if err != nil {
		diags.AddError("Private state of the subscription cannot be written", err.Error())
		return
	}
	diags.Append(to.SetKey(ctx, unitKey, text)...)
}
