package provider_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// TestAccFaults: after each fault of each call of an operation, state has what exists, the next apply repairs it, and
// a destroy leaves nothing. -faults sets how many of the points are tried; the documentation has the table of all.
func TestAccFaults(t *testing.T) {
	t.Parallel()
	acctest.OnEmulator(t, "calls are failed on purpose")
	if faultStrides[*faultForm] == 0 {
		t.Fatalf("-faults %s: it is all, most or few", *faultForm)
	}
	var table faultTable
	t.Cleanup(func() { table.report(t) })
	for _, s := range subjects {
		t.Run(s.typeName, func(t *testing.T) {
			t.Parallel()
			for _, o := range inShort(5, s.operations()) {
				t.Run(o.name, func(t *testing.T) {
					t.Parallel()
					o.try(t, s, &table)
				})
			}
		})
	}
}

var subjects = []*subject{faultyTask, faultyWire, faultySchedule, faultySubscription, faultyCluster}

// operations are those that run with faults.
func (s *subject) operations() []faultOperation {
	made := func(h faultHarness) resourceState { return h.must(h.apply(h.nothing(), h.arguments())) }
	out := []faultOperation{
		s.create(faultVariant{}),
		{
			name: "refresh", reads: true, prepare: made,
			run:     func(h faultHarness, before resourceState) (resourceState, error) { return h.refresh(before) },
			endings: []faultEnding{{name: "destroyed", finish: destroyed}},
		},
		s.destroy(faultVariant{}),
	}
	for _, v := range s.variants {
		if v.creates {
			out = append(out, s.create(v))
		}
		out = append(out, s.destroy(v))
	}
	if s.imported != nil {
		out = append(out, faultOperation{
			name: "import", reads: true, prepare: made,
			run: func(h faultHarness, _ resourceState) (resourceState, error) {
				return h.protocolClient.imported(s.imported(h))
			},
			endings: []faultEnding{{name: "destroyed", finish: destroyed}},
		})
	}
	for _, c := range s.changes {
		out = append(out, c.operation())
	}
	return append(out, s.more...)
}

// named is an operation's name with that of the variant.
func (v faultVariant) named(operation string) string {
	if v.name == "" {
		return operation
	}
	return operation + ": " + v.name
}

func (s *subject) create(v faultVariant) faultOperation {
	return faultOperation{
		name: v.named("create"), variant: v,
		prepare: func(h faultHarness) resourceState { return h.nothing() },
		run: func(h faultHarness, before resourceState) (resourceState, error) {
			return h.apply(before, h.arguments())
		},
		endings: s.afterCreate(),
	}
}

func (s *subject) destroy(v faultVariant) faultOperation {
	return faultOperation{
		name: v.named("destroy"), variant: v,
		prepare: func(h faultHarness) resourceState {
			state := h.must(h.apply(h.nothing(), h.arguments()))
			if v.later != nil {
				v.later(h)
			}
			return state
		},
		run:     func(h faultHarness, before resourceState) (resourceState, error) { return h.destroy(before) },
		endings: []faultEnding{{name: "again", finish: destroyedAgain}},
	}
}

func destroyed(h faultHarness, _ faultKind, _, after resourceState, _ error) {
	h.t.Helper()
	h.gone(after)
}

func destroyedAgain(h faultHarness, f faultKind, _, after resourceState, err error) {
	h.t.Helper()
	if !f.passes && (err == nil || !after.exists()) {
		h.t.Errorf("the destroy did not fail: %v", err)
	}
	if f.passes && after.exists() {
		h.t.Error("it is there after a destroy that succeeded")
	}
	h.gone(after)
	if h.variant.kept != nil {
		h.variant.kept(h, true)
	}
}

// undone checks what a create that failed has left: nothing, unless the rollback failed; then state has it.
func undone(h faultHarness, f faultKind, after resourceState, err error) {
	h.t.Helper()
	switch {
	case f.passes:
	case err == nil:
		h.t.Error("the create did not fail")
	case !after.exists():
		h.empty("state has nothing")
	case !f.lasting:
		h.t.Error("state has something, though it could all be undone")
	}
}

// afterCreate are the endings of a create that failed: Terraform destroys and creates the tainted resource; or the
// user untaints it and applies; or state is lost, because the process was killed.
func (s *subject) afterCreate() []faultEnding {
	return []faultEnding{
		{
			name: "again",
			finish: func(h faultHarness, f faultKind, _, after resourceState, err error) {
				undone(h, f, after, err)
				h.done(after, err, h.arguments())
				if !f.passes {
					h.protocolClient = newProtocolClient(h.t, h.typeName, nil) // the next run is another process
					h.taintedGone(after)
					h.empty("destroyed, as it was tainted")
					after = h.nothing()
				}
				h.gone(h.goOn(after, h.arguments()))
			},
		},
		{
			name:     "taken on",
			concerns: func(f faultKind, _ faultCall) bool { return f.lasting },
			finish: func(h faultHarness, f faultKind, _, after resourceState, err error) {
				undone(h, f, after, err)
				h.gone(h.goOn(after, h.arguments()))
			},
		},
		{
			name:     "state lost",
			concerns: func(f faultKind, _ faultCall) bool { return f.everything },
			finish:   func(h faultHarness, _ faultKind, _, _ resourceState, _ error) { h.takeUp() },
		},
	}
}

// takeUp creates a unit of which parts may exist that are in no state: the create is refused and names the parts and
// the import command, and the import adopts them.
func (h faultHarness) takeUp() {
	h.t.Helper()
	left := h.left()
	h.protocolClient = newProtocolClient(h.t, h.typeName, nil) // the next process knows nothing of the one before
	state, err := h.apply(h.nothing(), h.arguments())
	if err != nil {
		if h.subject.imported == nil {
			h.t.Fatal(err)
		}
		id := h.subject.imported(h)
		if command := "terraform import " + h.typeName + ".NAME " + id; !strings.Contains(err.Error(), command) {
			h.t.Fatalf("the error does not say %q: %v", command, err)
		}
		for _, name := range left {
			if !strings.Contains(err.Error(), name) {
				h.t.Errorf("the error does not name %s, which is there: %v", name, err)
			}
		}
		state = h.must(h.protocolClient.imported(id))
		state = h.must(h.applyOrReplace(state, h.arguments()))
	} else if len(left) > 0 {
		h.t.Errorf("there were %q, which no state has, and a create has taken them without a word", left)
	}
	h.mustPlanNothing(state, h.arguments())
	h.gone(state)
}

// left are the names of parts that make a create fail: not the policies on objects of others.
func (h faultHarness) left() []string {
	h.t.Helper()
	var names []string
	for _, part := range acctest.Parts(h.t) {
		if !slices.Contains(h.baseline, part.String()) {
			names = append(names, part.Name)
		}
	}
	return names
}

// operation is the change as an operation. The calls that read are the same for all changes and come before anything
// is changed, so what happens after a fault of theirs is tried once.
func (c faultChange) operation() faultOperation {
	steps := func(h faultHarness) []values {
		if c.before == nil {
			return []values{nil}
		}
		return c.before(h)
	}
	from := func(h faultHarness) values { before := steps(h); return h.arguments(before[len(before)-1]) }
	to := func(h faultHarness) values { before := steps(h); return h.arguments(before[len(before)-1], c.to(h)) }
	end := func(h faultHarness, state resourceState, changed bool) {
		h.t.Helper()
		h.gone(state)
		if c.kept != nil {
			c.kept(h, changed)
		}
	}
	notLost := func(h faultHarness, state resourceState, err error) {
		h.t.Helper()
		switch {
		case state.exists():
		case c.replaces:
			h.empty("state has nothing")
		default:
			h.t.Fatalf("the unit is lost: %v", err)
		}
	}
	distinctChange := func(f faultKind, c faultCall) bool { return c.changing && f.distinct() }
	name := "update: " + c.name
	if c.replaces {
		name = "replace: " + c.name
	}
	return faultOperation{
		name: name,
		prepare: func(h faultHarness) resourceState {
			if c.prepare != nil {
				c.prepare(h)
			}
			state := h.nothing()
			for _, arguments := range steps(h) {
				state = h.must(h.apply(state, h.arguments(arguments)))
			}
			return state
		},
		run: func(h faultHarness, before resourceState) (resourceState, error) {
			return h.applyOrReplace(before, to(h))
		},
		endings: []faultEnding{
			{
				name: "again",
				finish: func(h faultHarness, _ faultKind, _, after resourceState, err error) {
					notLost(h, after, err)
					h.done(after, err, to(h))
					end(h, h.goOn(after, to(h)), true)
				},
			},
			{
				name: "taken back", concerns: distinctChange,
				finish: func(h faultHarness, _ faultKind, _, after resourceState, err error) {
					notLost(h, after, err)
					if err == nil && c.oneWay {
						end(h, h.goOn(after, to(h)), true) // only tidying up had failed
						return
					}
					state := h.goOn(after, from(h))
					h.asBefore("taken back")
					end(h, state, false)
				},
			},
			{
				name: "destroyed", concerns: distinctChange,
				finish: func(h faultHarness, _ faultKind, _, after resourceState, err error) {
					notLost(h, after, err)
					h.done(after, err, to(h))
					end(h, after, false)
				},
			},
		},
	}
}

// keptRole checks and removes a role that stays because it belongs to the user.
func keptRole(name func(h faultHarness) string) func(h faultHarness, changed bool) {
	return func(h faultHarness, changed bool) {
		h.t.Helper()
		switch role := name(h); {
		case h.cloud.RoleExists(role):
			mustBeReleased(h.t, "role "+role, h.cloud.RoleTags(role))
			h.cloud.DeleteRole(role)
		case changed:
			h.t.Errorf("role %s is gone, though it was given up", role)
		}
	}
}

// keptLogGroup is the same for a log group.
func keptLogGroup(name func(h faultHarness) string) func(h faultHarness, changed bool) {
	return func(h faultHarness, changed bool) {
		h.t.Helper()
		switch group := name(h); {
		case h.cloud.LogGroup(group) != nil:
			tags := h.cloud.LogGroupTags(group)
			delete(tags, "docker-task:kept") // by which the next task of the name knows it
			mustBeReleased(h.t, "log group "+group, tags)
			h.cloud.DeleteLogGroup(group)
		case changed:
			h.t.Errorf("log group %s is gone, though it was given up", group)
		}
	}
}

// mustBeReleased checks that a part which was given up has lost the unit's tags.
func mustBeReleased(t testing.TB, part string, tags map[string]string) {
	t.Helper()
	if slices.ContainsFunc(slices.Collect(maps.Keys(tags)), func(k string) bool { return strings.HasPrefix(k, "docker-task:") }) {
		t.Errorf("%s is given up, and has the unit's tags: %v", part, tags)
	}
}
