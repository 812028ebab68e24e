package provider

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// strayPolicies are policies that an update which failed may have put on roles where state does
// not look: all that a wire's private state has.
type strayPolicies []strayPolicy

type strayPolicy struct {
	Role string `json:"role"`
	Name string `json:"name"`
}

func readStrayPolicies(ctx context.Context, from privateReader, diags *diag.Diagnostics) strayPolicies {
	var s strayPolicies
	text, d := from.GetKey(ctx, unitKey)
	diags.Append(d...)
	if text == nil {
		return nil
	}
	if err := json.Unmarshal(text, &s); err != nil {
		diags.AddError("Private state of the wire is damaged", err.Error())
	}
	return s
}

func (s strayPolicies) write(ctx context.Context, to privateWriter, diags *diag.Diagnostics) {
	if s == nil {
		s = strayPolicies{}
	}
	text, err := json.Marshal(s)
	if err != nil {
		diags.AddError("Private state of the wire cannot be written", err.Error())
		return
	}
	diags.Append(to.SetKey(ctx, unitKey, text)...)
}

// with are these and others.
func (s strayPolicies) with(attachments []attachment) strayPolicies {
	for _, a := range attachments {
		if p := (strayPolicy{a.role, a.name}); !slices.Contains(s, p) {
			s = append(s, p)
		}
	}
	return s
}

// attachments are the policies on their roles; what they say is not known.
func (s strayPolicies) attachments() []attachment {
	var out []attachment
	for _, p := range s {
		unknown := types.StringNull()
		out = append(out, attachment{p.Role, p.Name, &unknown})
	}
	return out
}
