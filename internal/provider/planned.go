package provider

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
)

// plannedRun is what one walk of Terraform through a configuration has planned: the parts that
// its resources will have, and what packages keep by [shared]. Two resources with one part are refused while
// planning. A nil run keeps nothing and refuses nothing.
//
// It is exact, and never refuses one legal resource, because a walk plans each resource once with
// its state or once without, and a replacement once with and then once without its state. In the
// second plan of a replacement Terraform and OpenTofu hand over the private state of the first.
// (Terraform 1.16: plan in internal/terraform/node_resource_abstract_instance.go; OpenTofu 1.12:
// the same file in internal/tofu.)
type plannedRun struct {
	mu     sync.Mutex
	claims map[part]claimed
	// shared is what else is known once in a run, by type: see [shared].
	shared map[reflect.Type]any
}

// shared is the value of a type that a run has once; the first to ask makes it.
func shared[T any](r *plannedRun, first func() T) T {
	r.mu.Lock()
	defer r.mu.Unlock()
	key := reflect.TypeFor[T]()
	if r.shared[key] == nil {
		r.shared[key] = first()
	}
	value, _ := r.shared[key].(T)
	return value
}

// newPlannedRun is the record for a provider instance, nil where the instance may serve more than
// one walk.
//
// A walk that owns its instance validates the provider block in the process that it configures
// next, and ends the process after it (Terraform 1.16: ConfigureProvider in
// internal/terraform/node_provider.go; OpenTofu 1.12: NewConfiguredProvider in
// internal/plugins/provider.go). "terraform test" and Stacks configure an instance without that,
// and plan and apply with it again and again (internal/moduletest/graph/node_provider.go): there
// two plans of one name may be plans of one resource. Where deferral is allowed, a plan may be one
// of a placeholder for instances that there will not be (node_resource_plan_partialexp.go).
func newPlannedRun(validated bool, can provider.ConfigureProviderClientCapabilities) *plannedRun {
	if !validated || can.DeferralAllowed {
		return nil
	}
	return &plannedRun{claims: map[part]claimed{}, shared: map[reflect.Type]any{}}
}

// part is something in AWS that there is once by its name. The region is "" for IAM.
type part struct{ kind, region, name string }

func (p part) String() string {
	s := p.kind + " " + p.name
	if p.region != "" {
		s += " in " + p.region
	}
	return s
}

// newPart is a part of a kind; region is "" for IAM.
func newPart(kind, region, name string) part { return part{kind: kind, region: region, name: name} }

// rolePart is a role: IAM compares names without case.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
func rolePart(name string) part { return part{kind: "role", name: strings.ToLower(name)} }

func rolePolicyPart(role, policy string) part {
	return part{kind: "inline policy", name: policy + " on role " + strings.ToLower(role)}
}

// planner is a resource that is being planned.
type planner struct {
	// resource is its type, name what tells it apart in messages.
	resource, name string
	// exists tells that it is planned with its state.
	exists bool
	// unit is the id in its private state, "" where there is none.
	unit string
}

func (p planner) String() string { return p.resource + " " + p.name }

// replaces reports whether a plan without state may be the second plan of the replacement that the
// earlier plan is of. Without ids that cannot be told apart from two resources.
func (p planner) replaces(earlier planner) bool {
	return earlier.exists && !p.exists && p.resource == earlier.resource && p.unit == earlier.unit
}

// claim is a part that a planned resource will have.
type claim struct {
	part part
	// at is the attribute that names the part.
	at path.Path
	// wayOut says what to do where another resource has the part too.
	wayOut string
}

// newClaim is a claim of a part, which the attribute at names; wayOut says what to do where another resource has it.
func newClaim(p part, at path.Path, wayOut string) claim {
	return claim{part: p, at: at, wayOut: wayOut}
}

type claimed struct {
	by planner
	claim
}

// claim notes the parts of a planned resource. One that another planned resource has is an error;
// the first is enough, since the names of the others usually follow from the same one.
func (r *plannedRun) claim(who planner, claims []claim, diags *diag.Diagnostics) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for p, c := range r.claims {
		if who.unit != "" && who.replaces(c.by) {
			delete(r.claims, p) // the replacement may have other parts
		}
	}
	refused := false
	own := map[part]bool{}
	for _, c := range claims {
		other, taken := r.claims[c.part]
		taken = taken && !own[c.part] // as one role for both
		own[c.part] = true
		if taken && !who.replaces(other.by) {
			if !refused {
				addPlannedTwice(who, c, other, diags)
			}
			refused = true
			continue
		}
		r.claims[c.part] = claimed{who, c}
	}
}

func addPlannedTwice(who planner, c claim, other claimed, diags *diag.Diagnostics) {
	detail := fmt.Sprintf("%s and %s of this configuration have the same %s. ", who, other.by, c.part)
	if who.String() == other.by.String() {
		detail = fmt.Sprintf("Two resources of this configuration are %s, with the same %s. ", who, c.part)
	}
	if other.by.exists && who.exists {
		detail += "Both are in state already. If they are one, take one out of state with terraform state rm, or a removed block, before its block is deleted: destroying it would delete the parts of the other. "
	}
	diags.AddAttributeError(c.at, "Planned twice: "+c.part.String(), detail+c.wayOut)
}

// unitIn is the id in the private state of a resource that is planned.
func unitIn(ctx context.Context, private privateReader) string {
	var unit struct {
		ID string `json:"id"`
	}
	if text, _ := private.GetKey(ctx, unitKey); text != nil {
		_ = json.Unmarshal(text, &unit) // damaged: the resource's own reading says so
	}
	return unit.ID
}

// onceEach ends a way out of two resources of one name.
const onceEach = " With count or for_each, or in a module that is used more than once, make the key a part of the name, as in \"transcode-${each.key}\"."
