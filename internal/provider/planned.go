package provider

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/schedule"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// plannedRun is what one walk of Terraform through a configuration has planned: the parts that
// its resources will have, and the docker tasks. Two resources with one part are refused while
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

	tasks map[taskKey]*namedTaskFacts
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
	return &plannedRun{claims: map[part]claimed{}, tasks: map[taskKey]*namedTaskFacts{}}
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

// claims are the parts of a planned docker task.
func (m *taskModel) claims(s task.Spec, unknown unknowns) []claim {
	var out []claim
	if !unknown.any("name", "region") {
		out = append(out, claim{
			part{"task definition", s.Place.Region, s.Name}, path.Root("name"),
			"Give each docker task a name of its own, or another region; or keep one of the two, and refer to it where the other was used." + onceEach,
		})
	}
	for _, kind := range task.RoleKinds {
		r, attribute := s.Role(kind), roleAttribute(kind)
		if !s.Manages(kind) || unknown.any(needsRole[kind]...) {
			continue
		}
		out = append(out, claim{
			rolePart(r.Name), path.Root(attribute),
			fmt.Sprintf("A role belongs to one resource. Set %s.name to another name here or there; or let one of them make the role, and give it to the other by %[1]s.arn.", attribute),
		})
		for name := range r.Policies {
			out = append(out, claim{
				rolePolicyPart(r.Name, name), path.Root(attribute).AtName("policies").AtMapKey(name),
				"Give one of the two policies another name.",
			})
		}
	}
	if s.LogGroup.Managed() && !unknown.any(append(m.needsLogGroup(unknown), "region")...) {
		out = append(out, claim{
			part{"log group", s.Place.Region, s.LogGroup.Name}, path.Root(logGroupAttribute),
			"A log group belongs to one docker task. Set log_group.name to another name here or there; or let one of them make the group, and give it to the other by log_group.arn.",
		})
	}
	return out
}

// claims are the parts of a planned schedule.
func (m *scheduleModel) claims(spec schedule.Spec) []claim {
	var out []claim
	if !unknownAny(m.Name, m.Group) {
		out = append(out, claim{
			part{"schedule", spec.Place.Region, m.Group.ValueString() + "/" + m.Name.ValueString()}, path.Root("name"),
			"Give each schedule a name of its own, or another group." + onceEach,
		})
	}
	if spec.ManagesRole() && !unknownAny(m.Role, m.RoleName) {
		out = append(out, claim{
			rolePart(m.RoleName.ValueString()), path.Root(scheduleRoleAttribute),
			"A role belongs to one resource. Set role.name to another name; or make a role that Scheduler may use, and give it to several schedules by role.arn.",
		})
	}
	return out
}

// claims are the parts of a planned subscription. Its statements are named after the rule.
func (m *subscriptionModel) claims() []claim {
	if unknownAny(m.Name, m.Region) {
		return nil
	}
	return []claim{{
		part{"rule", m.Region.ValueString(), m.Name.ValueString()}, path.Root("name"),
		"Without name, the name of the rule follows from the names of task and target: a second subscription of one target to one task needs a name of its own." + onceEach,
	}}
}

// claims are the policies of a planned wire.
func (m *wireModel) claims(ctx context.Context, home arn.Place) []claim {
	if !m.attaches() || unknownAny(m.AttachPolicy, m.ConsumerRole, m.PolicyName, m.Integration) {
		return nil
	}
	if home.Account == "" && arn.Is(m.ConsumerRole.ValueString()) {
		return nil // of which account the role is, and so whether it is another's too, is not known
	}
	var elsewhere diag.Diagnostics // is an error of the arguments' places, and of the apply where the account is not known
	attachments := m.attachments(ctx, home, &elsewhere)
	if len(attachments) > 1 && (anyUnknown(m.Task) || m.StateMachine.IsUnknown() || nameOfRegion(m) == "") {
		attachments = attachments[:1] // on which role the other one is, is not known
	}
	var out []claim
	for _, a := range attachments {
		out = append(out, claim{
			rolePolicyPart(a.role, a.name), path.Root("consumer_role"),
			"A policy belongs to one wire: the first to go would take it from the other. Keep one wire for all that run the task with this role; or set policy_name, or env_prefix, if the two are for different things." + onceEach,
		})
	}
	return out
}

// planner is the wire in messages.
func (m *wireModel) planner(ctx context.Context, diags *diag.Diagnostics) planner {
	var t wireTaskModel
	decode(ctx, m.Task, &t, diags)
	name := "of docker task " + nameOf(t)
	if role := m.roleName(); role != "" {
		name += " for role " + role
	}
	return planner{resource: "docker_task_wire", name: name}
}

// nameOf is the name of a task as messages have it.
func nameOf(t wireTaskModel) string {
	if t.Name.ValueString() == "" {
		return "(known after apply)"
	}
	return t.Name.ValueString()
}
