package provider

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// wireState is the private state of a wire.
type wireState struct {
	// ID is the wire's as holder of its policies, in this provider process.
	ID string `json:"id"`
	// Strays are policies that an update which failed may have put on roles where state does not
	// look.
	Strays strayPolicies `json:"policies,omitempty"`
}

type strayPolicies []strayPolicy

type strayPolicy struct {
	Role string `json:"role"`
	Name string `json:"name"`
}

func readWireState(ctx context.Context, from privateReader, diags *diag.Diagnostics) wireState {
	s, _ := readPrivate[wireState](ctx, from, "wire", diags)
	return s
}

func (s wireState) write(ctx context.Context, to privateWriter, diags *diag.Diagnostics) {
	writePrivate(ctx, to, "wire", s, diags)
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
