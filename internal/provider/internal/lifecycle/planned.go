package lifecycle

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

	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
)

// PlannedRun is what one walk of Terraform through a configuration has planned: the parts that
// its resources will have, and what packages keep by [Shared]. Two resources with one part are refused while
// planning. A nil run keeps nothing and refuses nothing.
//
// It is exact, and never refuses one legal resource, because a walk plans each resource once with
// its state or once without, and a replacement once with and then once without its state. In the
// second plan of a replacement Terraform and OpenTofu hand over the private state of the first.
// (Terraform 1.16: plan in internal/terraform/node_resource_abstract_instance.go; OpenTofu 1.12:
// the same file in internal/tofu.)
type PlannedRun struct {
	mu     sync.Mutex
	claims map[Part]claimed
	// shared is what else is known once in a run, by type: see [Shared].
	shared map[reflect.Type]any
}

// Shared is the value of a type that a run has once; the first to ask makes it.
func Shared[T any](r *PlannedRun, first func() T) T {
	r.mu.Lock()
	defer r.mu.Unlock()
	key := reflect.TypeFor[T]()
	if r.shared[key] == nil {
		r.shared[key] = first()
	}
	value, _ := r.shared[key].(T)
	return value
}

// NewPlannedRun is the record for a provider instance, nil where the instance may serve more than
// one walk.
//
// A walk that owns its instance validates the provider block in the process that it configures
// next, and ends the process after it (Terraform 1.16: ConfigureProvider in
// internal/terraform/node_provider.go; OpenTofu 1.12: NewConfiguredProvider in
// internal/plugins/provider.go). "terraform test" and Stacks configure an instance without that,
// and plan and apply with it again and again (internal/moduletest/graph/node_provider.go): there
// two plans of one name may be plans of one resource. Where deferral is allowed, a plan may be one
// of a placeholder for instances that there will not be (node_resource_plan_partialexp.go).
func NewPlannedRun(validated bool, can provider.ConfigureProviderClientCapabilities) *PlannedRun {
	if !validated || can.DeferralAllowed {
		return nil
	}
	return &PlannedRun{claims: map[Part]claimed{}, shared: map[reflect.Type]any{}}
}

// Part is something that AWS has once by its name. The region is "" for IAM.
type Part struct{ kind, region, name string }

func (p Part) String() string {
	s := p.kind + " " + p.name
	if p.region != "" {
		s += " in " + p.region
	}
	return s
}

// NewPart is a part of a kind; region is "" for IAM.
func NewPart(kind, region, name string) Part { return Part{kind: kind, region: region, name: name} }

// RolePart is a role: IAM compares names without case.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
func RolePart(name string) Part { return Part{kind: "role", name: strings.ToLower(name)} }

// RolePolicyPart is an inline policy of a role.
func RolePolicyPart(role, policy string) Part {
	return Part{kind: "inline policy", name: policy + " on role " + strings.ToLower(role)}
}

// Planner is a resource that is being planned.
type Planner struct {
	// Resource is its type, name what tells it apart in messages.
	Resource, Name string
	// Exists tells that it is planned with its state.
	Exists bool
	// Unit is the id in its private state, "" where there is none.
	Unit string
}

func (p Planner) String() string { return p.Resource + " " + p.Name }

// replaces reports whether a plan without state may be the second plan of the replacement that the
// earlier plan is of. Without ids that cannot be told apart from two resources.
func (p Planner) replaces(earlier Planner) bool {
	return earlier.Exists && !p.Exists && p.Resource == earlier.Resource && p.Unit == earlier.Unit
}

// Claim is a part that a planned resource will have.
type Claim struct {
	part Part
	// at is the attribute that names the part.
	at path.Path
	// wayOut says what to do where another resource has the part too.
	wayOut string
}

// NewClaim is a claim of a part, which the attribute at names; wayOut says what to do where another resource has it.
func NewClaim(p Part, at path.Path, wayOut string) Claim {
	return Claim{part: p, at: at, wayOut: wayOut}
}

type claimed struct {
	by Planner
	Claim
}

// Claim notes the parts of a planned resource. One that another planned resource has is an error;
// the first is enough, since the names of the others usually follow from the same one.
func (r *PlannedRun) Claim(who Planner, claims []Claim, diags *diag.Diagnostics) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for p, c := range r.claims {
		if who.Unit != "" && who.replaces(c.by) {
			delete(r.claims, p) // the replacement may have other parts
		}
	}
	refused := false
	own := map[Part]bool{}
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

func addPlannedTwice(who Planner, c Claim, other claimed, diags *diag.Diagnostics) {
	detail := fmt.Sprintf("%s and %s of this configuration have the same %s. ", who, other.by, c.part)
	if who.String() == other.by.String() {
		detail = fmt.Sprintf("Two resources of this configuration are %s, with the same %s. ", who, c.part)
	}
	if other.by.Exists && who.Exists {
		detail += "Both are in state already. If they are one, take one out of state with terraform state rm, or a removed block, before its block is deleted: destroying it would delete the parts of the other. "
	}
	diags.AddAttributeError(c.at, "Planned twice: "+c.part.String(), detail+c.wayOut)
}

// UnitID is the id in the private state of a resource that is planned.
func UnitID(ctx context.Context, private tf.PrivateReader) string {
	var unit struct {
		ID string `json:"id"`
	}
	if text, _ := private.GetKey(ctx, tf.UnitKey); text != nil {
		_ = json.Unmarshal(text, &unit) // damaged: the resource's own reading says so
	}
	return unit.ID
}

// OnceEach ends a way out of two resources of one name.
const OnceEach = " With count or for_each, or in a module that is used more than once, make the key a part of the name, as in \"transcode-${each.key}\"."
