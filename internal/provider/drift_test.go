package provider_test

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// manualChange is a change that is made outside Terraform to the parts of a resource, and what must follow from it.
// Texts of lines and refused may have NAME for the resource, refused ACCOUNT for the account.
type manualChange[F manualChangeOf] struct {
	// field is one of AWS's responses, as in "Role.Description", with a word on the change. The fields of all changes
	// are compared with those of the SDK.
	field string
	does  func(F)
	// changes are the attributes in which the next plan must differ, lines those of drift. Without either the plan
	// must be empty, and the change must stay.
	changes []string
	lines   []string
	// imported are the changes after an import, beside those of every import, if they differ from changes.
	imported []string
	// refused is part of the error of plan or apply, if the provider must not repair the change; undo reverts it.
	refused string
	undo    func(F)
}

// manualChangeOf is a resource that exists, for manual changes.
type manualChangeOf interface {
	// terraform is the resource's type in a provider, with its arguments.
	terraform() (protocolClient, values)
	// id is the import id.
	id() string
	// look is what AWS has of it and around it, but for what a repair may change.
	look() map[string]part
	// gone is an error with what is left of it after a destroy.
	gone() error
}

// someManualChanges are all changes in the long form, and every ninth of a long table in the short one. In a short
// table, a change may revert the one before it.
func someManualChanges[F manualChangeOf](changes []manualChange[F]) []manualChange[F] {
	if len(changes) < 9 {
		return changes
	}
	return inShort(9, changes)
}

// drifts makes every change to a resource, one after the other: a plan must show it and nothing else, and the next
// apply must revert it, or leave what does not belong to the resource. In the end the resource is destroyed.
func drifts[F manualChangeOf](t *testing.T, stand func(*testing.T) F, changes []manualChange[F]) {
	t.Helper()
	f := stand(t)
	c, arguments := f.terraform()
	state := mustApply(t, c, arguments)
	for _, h := range someManualChanges(changes) {
		seen, err := h.try(f, func() (resourceState, error) { return c.refresh(state) }, nil)
		if err != nil {
			t.Errorf("%s: %v", h.field, err)
			f = stand(t) // nothing is sure about this one
			c, arguments = f.terraform()
			seen = mustApply(t, c, arguments)
		}
		state = seen
	}
	if _, err := c.destroy(state); err != nil {
		t.Fatal(err)
	}
	if err := f.gone(); err != nil {
		t.Error(err)
	}
}

// importedDrifts does the same with an import after each change in place of a refresh.
func importedDrifts[F manualChangeOf](t *testing.T, stand func(*testing.T) F, changes []manualChange[F]) {
	t.Helper()
	var f F
	var c protocolClient
	var state resourceState
	var always []string
	fresh := func() {
		var arguments values
		f = stand(t)
		c, arguments = f.terraform()
		mustApply(t, c, arguments)
		taken, err := c.imported(f.id())
		if err != nil {
			t.Fatal(err)
		}
		to, _, err := c.plan(taken, arguments)
		if err != nil {
			t.Fatal(err)
		}
		always = changedAttributes(t, taken.value, to.value)
		if state, err = c.apply(taken, arguments); err != nil {
			t.Fatal(err)
		}
	}
	fresh()
	for _, h := range someManualChanges(changes) {
		seen, err := h.try(f, func() (resourceState, error) { return c.imported(f.id()) }, &always)
		if err != nil {
			t.Errorf("%s: %v", h.field, err)
			fresh()
			continue
		}
		state = seen
	}
	if _, err := c.destroy(state); err != nil {
		t.Fatal(err)
	}
	if err := f.gone(); err != nil {
		t.Error(err)
	}
}

func mustApply(t *testing.T, c protocolClient, arguments values) resourceState {
	t.Helper()
	state, err := c.apply(c.nothing(), arguments)
	if err != nil {
		t.Fatal(err)
	}
	return state
}

// try makes the change, reads as see does, and repairs. Always are the changes of every import, nil without an
// import.
func (h manualChange[F]) try(f F, see func() (resourceState, error), always *[]string) (resourceState, error) {
	c, arguments := f.terraform()
	before := f.look()
	h.does(f)
	done := f.look()
	seen, err := see()
	if err != nil {
		return seen, fmt.Errorf("reading: %w", err)
	}
	if !seen.exists() {
		return seen, errors.New("it is gone from state")
	}
	to, differs, err := c.plan(seen, arguments)
	if err == nil && h.refused == "" {
		if wrong := h.shows(c, f, seen, to, always); wrong != nil {
			return seen, wrong
		}
	}
	now := seen
	if err == nil && differs {
		now, err = c.change(seen, to, c.config(arguments))
	}
	if h.refused != "" {
		if err == nil || !strings.Contains(squeezed(err.Error()), strings.NewReplacer("NAME", f.id(), "ACCOUNT", acctest.AccountID(c.t)).Replace(h.refused)) {
			return seen, fmt.Errorf("not refused because of %q: %w", h.refused, err)
		}
		h.undo(f)
		if now, err = c.refresh(now); err != nil {
			return now, fmt.Errorf("reading: %w", err)
		}
		now, err = c.apply(now, arguments)
	}
	if err != nil {
		return now, err
	}
	again, err := c.refresh(now)
	if err != nil {
		return now, fmt.Errorf("reading again: %w", err)
	}
	second, differs, err := c.plan(again, arguments)
	if err != nil {
		return again, fmt.Errorf("planning again: %w", err)
	}
	if differs {
		diffs, _ := again.value.Diff(second.value)
		return again, fmt.Errorf("the second plan is not empty: %v", diffs)
	}
	want := before
	if h.theirs() {
		want = done
	}
	return again, different(want, f.look())
}

// theirs reports whether the change is to what the resource does not manage.
func (h manualChange[F]) theirs() bool { return h.changes == nil && h.lines == nil && h.refused == "" }

// shows compares what the plan changes with what it must change.
func (h manualChange[F]) shows(c protocolClient, f F, seen, to resourceState, always *[]string) error {
	var want []string
	want = append(want, h.changes...)
	if h.lines != nil {
		want = append(want, "drift")
	}
	if always != nil {
		if h.imported != nil {
			want = slices.Clone(h.imported)
		}
		want = append(want, *always...)
	}
	slices.Sort(want)
	want = slices.Compact(want)
	var wrong []error
	if have := changedAttributes(c.t, seen.value, to.value); !slices.Equal(have, want) {
		diffs, _ := seen.value.Diff(to.value)
		wrong = append(wrong, fmt.Errorf("the plan changes %v, not %v: %.900s", have, want, fmt.Sprint(diffs)))
	}
	if _, has := c.typ.AttributeTypes["drift"]; has && always == nil {
		lines := make([]string, len(h.lines))
		for i, line := range h.lines {
			lines[i] = strings.ReplaceAll(line, "NAME", f.id())
			if s, has := any(f).(interface{ sid() string }); has {
				lines[i] = strings.ReplaceAll(lines[i], "SID", s.sid())
			}
		}
		if have := listIn(c.t, seen.value, "drift"); !slices.Equal(have, lines) {
			wrong = append(wrong, fmt.Errorf("drift is %q, not %q", have, lines))
		}
	}
	return errors.Join(wrong...)
}

// different is an error with the parts in which two looks differ.
func different(want, have map[string]part) error {
	var out []error
	for name := range merge(want, have) {
		if !reflect.DeepEqual(want[name], have[name]) {
			out = append(out, fmt.Errorf("%s is not as it has to be:\nhas to be %v\nis        %v", name, want[name], have[name]))
		}
	}
	return errors.Join(out...)
}

func merge(a, b map[string]part) map[string]bool {
	out := map[string]bool{}
	for name := range a {
		out[name] = true
	}
	for name := range b {
		out[name] = true
	}
	return out
}

// squeezed is a text on one line.
func squeezed(text string) string { return strings.Join(strings.Fields(text), " ") }

// sortedNames are the keys of a table.
func sortedNames[T any](table map[string]T) []string { return slices.Sorted(maps.Keys(table)) }
