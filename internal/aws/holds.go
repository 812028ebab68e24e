package aws

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/dockertask/terraform-provider-docker/internal/schedule"
	"github.com/dockertask/terraform-provider-docker/internal/subscription"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// holds are the parts that the units and wires of this provider instance have created or adopted, or are about
// to. Two operations that run at the same time could both find a part free: a tag shows only after it is
// written, and an inline policy, a schedule or a statement has no tags. So one unit holds each part before
// anything is read, until it gives the part up or until its operation fails. Once AWS must show the owner, a
// hold ends: see [holds.yield]. Parts have the names of [recent], of kind, region and name; the account is the
// instance's.
type holds struct {
	mu     sync.Mutex
	byPart map[string]*hold
}

// hold is that of one part.
type hold struct {
	turn turn
	by   Holder // none where its id is ""
	// settled is when the operation succeeded that took the part; zero while it is under way.
	settled time.Time
}

// Holder is a unit or a wire: by its id, and as messages name it.
type Holder struct{ ID, Name string }

// claim is a part that a unit wants: by its name here, and as messages name it.
type claim struct {
	part, called string
	kind         task.PartKind
	name         string
	// global is set for a part of a service that has no regions.
	global bool
}

func roleClaim(kind task.RoleKind, name string) claim {
	return claim{part: rolePart(name), called: DescribeRole(kind, name), kind: task.RolePart, name: name, global: true}
}

func rolePolicyClaim(role, name string) claim {
	return claim{part: rolePolicyPart(role, name), called: DescribeRolePolicy(role, name), kind: task.PolicyPart, name: role + "/" + name, global: true}
}

func statementClaim(p subscription.Permission) claim {
	return claim{part: statementPart(p), called: p.Part(), kind: task.StatementPart, name: p.ARN}
}

func (c *Client) logGroupClaim(name string) claim {
	return claim{part: c.logGroupPart(name), called: DescribeLogGroup(name), kind: task.LogGroupPart, name: name}
}

func (c *Client) familyClaim(family string) claim {
	return claim{part: c.familyPart(family), called: "task definition family " + family, kind: task.FamilyPart, name: family}
}

func (c *Client) ruleClaim(name string) claim {
	return claim{part: c.rulePart(name), called: "rule " + name, kind: task.RulePart, name: name}
}

func (c *Client) clusterClaim(name string) claim {
	return claim{part: c.clusterPart(name), called: "cluster " + name, kind: task.ClusterPart, name: name}
}

func (c *Client) scheduleClaim(s schedule.Schedule) claim {
	return claim{part: c.schedulePart(s.Group, s.Name), called: describeSchedule(s), kind: task.SchedulePart, name: s.Group + "/" + s.Name}
}

// HeldError refuses a part that another unit or wire of this run holds.
type HeldError struct {
	// Part says what it is, with its name; By and Wanted are those that want it.
	Part, By, Wanted string
}

func (e *HeldError) Error() string {
	return fmt.Sprintf("%s becomes part of %s in this run, and cannot be part of %s too", e.Part, e.By, e.Wanted)
}

// yield is that of [holds], after the time in which a read may miss the owner.
func (c *Client) yield(by Holder, claims ...claim) {
	after := propagationDelay
	if c.session.consistent {
		after = 0
	}
	c.session.holds.yield(by, after, claims...)
}

func (h *holds) of(part string) *hold {
	if h.byPart == nil {
		h.byPart = map[string]*hold{}
	}
	if h.byPart[part] == nil {
		h.byPart[part] = &hold{turn: newTurn()}
	}
	return h.byPart[part]
}

// turn is that of those who look at a part and then act on it.
func (h *holds) turn(part string) turn {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.of(part).turn
}

// by is who holds a part.
func (h *holds) by(part string) Holder {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.of(part).by
}

// yield ends the holds that others took so long ago that AWS must show the owner by now. It is called before the
// read that has to show the owner: a hold that is taken after it counts.
func (h *holds) yield(by Holder, after time.Duration, claims ...claim) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, c := range claims {
		if held := h.of(c.part); held.by.ID != by.ID && !held.settled.IsZero() && time.Since(held.settled) >= after {
			held.by = Holder{}
		}
	}
}

// take takes all of the parts, or none: where another holds one, the error is a [HeldError].
func (h *holds) take(by Holder, claims ...claim) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, c := range claims {
		if held := h.of(c.part); held.by.ID != "" && held.by.ID != by.ID {
			return &HeldError{Part: c.called, By: held.by.Name, Wanted: by.Name}
		}
	}
	h.give(by, claims)
	return nil
}

// own takes parts that carry the unit's id in AWS: another that wants them does not have them.
func (h *holds) own(by Holder, claims ...claim) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.give(by, claims)
}

func (h *holds) give(by Holder, claims []claim) {
	for _, c := range claims {
		if held := h.of(c.part); held.by.ID != by.ID {
			held.by, held.settled = by, time.Time{}
		}
	}
}

// settle is the end of an operation with one part of several: one that failed gives it up.
func (h *holds) settle(by Holder, part string, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	held := h.of(part)
	switch {
	case held.by.ID != by.ID:
	case err == nil:
		held.settled = time.Now()
	case held.settled.IsZero():
		held.by = Holder{}
	}
}

// release gives up a part.
func (h *holds) release(by Holder, part string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if held := h.of(part); held.by.ID == by.ID {
		held.by = Holder{}
	}
}

// end is the end of an operation. One that failed gives up what it had taken; after one that succeeded
// the unit has just these parts.
func (h *holds) end(by Holder, err error, has ...claim) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for part, held := range h.byPart {
		switch keeps := slices.ContainsFunc(has, func(c claim) bool { return c.part == part }); {
		case held.by.ID != by.ID:
		case err == nil && keeps:
			held.settled = time.Now()
		case err == nil || held.settled.IsZero():
			held.by = Holder{}
		}
	}
}
