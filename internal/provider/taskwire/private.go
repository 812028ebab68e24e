package taskwire

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
)

// wireState is the private state of a wire.
type wireState struct {
	// ID is the wire's as holder of its policies, in this provider process.
	ID string `json:"id"`
	// Unfinished tells that the create failed and could not be undone wholly. Then orphans are all that
	// it may have put; what else has the name of a policy of the wire was there before, and state has
	// it as null.
	Unfinished bool `json:"unfinished,omitempty"`
	// Orphans are policies that an update which failed may have put on roles where state does not
	// look.
	Orphans orphanPolicies `json:"policies,omitempty"`
}

type orphanPolicies []orphanPolicy

type orphanPolicy struct {
	Role string `json:"role"`
	Name string `json:"name"`
}

// readWireState reads the private state; the second result is false where there is none.
func readWireState(ctx context.Context, from tf.PrivateReader, diags *diag.Diagnostics) (wireState, bool) {
	return tf.ReadPrivate[wireState](ctx, from, "wire", diags)
}

func (s wireState) write(ctx context.Context, to tf.PrivateWriter, diags *diag.Diagnostics) {
	tf.WritePrivate(ctx, to, "wire", s, diags)
}

// with are these and others.
func (s orphanPolicies) with(attachments []attachment) orphanPolicies {
	for _, a := range attachments {
		if !s.has(a) {
			s = append(s, orphanPolicy{a.role, a.name})
		}
	}
	return s
}

// has reports whether a policy is among them.
func (s orphanPolicies) has(a attachment) bool {
	return slices.Contains(s, orphanPolicy{a.role, a.name})
}

// without are these but for others.
func (s orphanPolicies) without(attachments []attachment) orphanPolicies {
	var out orphanPolicies
	for _, p := range s {
		if !slices.ContainsFunc(attachments, func(a attachment) bool { return a.role == p.Role && a.name == p.Name }) {
			out = append(out, p)
		}
	}
	return out
}

// and are these, and the wire's own that are not among them.
func (s orphanPolicies) and(own []attachment) []attachment {
	return append(s.attachments(), slices.DeleteFunc(own, s.has)...)
}

// attachments are the policies on their roles; what they say is not known.
func (s orphanPolicies) attachments() []attachment {
	var out []attachment
	for _, p := range s {
		unknown := types.StringNull()
		out = append(out, attachment{p.Role, p.Name, &unknown})
	}
	return out
}
