package task

import (
	"slices"
	"testing"
)

// The one rule of whose a part is, and of what state shows.
func TestRecord_Owns(t *testing.T) {
	t.Parallel()
	const mine, other = "docker_task/eu-west-1/transcode/a", "docker_task/eu-west-1/transcode/b"
	none, possible, confirmed := []Part(nil), []Part{{Kind: RolePart, Name: "Worker"}}, []Part{{Kind: RolePart, Name: "Worker", Confirmed: true}}
	for name, c := range map[string]struct {
		id          string
		parts       []Part
		tag         string
		owns, shows bool
	}{
		"its id":                            {mine, none, mine, true, true},
		"its id, possibly made":             {mine, possible, mine, true, true},
		"another's id":                      {mine, none, other, false, false},
		"another's id, possibly made":       {mine, possible, other, false, false},
		"another's id on what was its own":  {mine, confirmed, other, false, true},
		"no id":                             {mine, none, "", false, false},
		"no id, possibly made":              {mine, possible, "", false, false},
		"no id on what is its own":          {mine, confirmed, "", true, true},
		"imported, no id":                   {"", confirmed, "", true, true},
		"imported, another's id since then": {"", confirmed, other, false, true},
		"nothing known, no id":              {"", none, "", false, false},
	} {
		rec := Record{ID: c.id, Parts: c.parts}
		tags := map[string]string{"team": "video"}
		if c.tag != "" {
			tags[TagUnit] = c.tag
		}
		if owns, shows := rec.Owns(RolePart, "worker", tags), rec.Shows(RolePart, "worker", tags); owns != c.owns || shows != c.shows {
			t.Errorf("%s: owns %t, shows %t", name, owns, shows)
		}
		if rec.Owns(LogGroupPart, "worker", nil) || rec.Confirmed(LogGroupPart, "Worker") {
			t.Errorf("%s: a log group of the same name is the unit's", name)
		}
		if seen := rec.Seen(RolePart, "worker", tags); seen.Confirmed(RolePart, "worker") != (c.tag == mine || rec.Confirmed(RolePart, "worker")) {
			t.Errorf("%s: seen, it has %+v", name, seen.Parts)
		}
	}
}

// What an operation may have made is remembered until one succeeds; nothing that is known of a part is lost by it.
func TestRecord_WithPossible(t *testing.T) {
	t.Parallel()
	family := Part{Kind: FamilyPart, Name: "transcode", Confirmed: true, Version: 7}
	group := Part{Kind: LogGroupPart, Name: "/old", Confirmed: true, Adopted: true}
	before := Record{ID: "id", Parts: []Part{family, group}}
	kept := slices.Clone(before.Parts)
	failed := before.WithPossible(Part{Kind: LogGroupPart, Name: "/new", Confirmed: true}, Part{Kind: LogGroupPart, Name: "/old"}, Part{Kind: FamilyPart, Name: "transcode", Version: 1})
	if want := append(slices.Clone(kept), Part{Kind: LogGroupPart, Name: "/new"}); !slices.Equal(failed.Parts, want) {
		t.Errorf("after a failure it has %+v", failed.Parts)
	}
	if !slices.Equal(before.Parts, kept) {
		t.Errorf("the record before is changed: %+v", before.Parts)
	}
	named := []Part{{Kind: LogGroupPart, Name: "/old"}}
	if orphans := failed.Orphans(named); !slices.Equal(orphans, []Part{{Kind: LogGroupPart, Name: "/new"}}) {
		t.Errorf("the orphans are %+v", orphans)
	}
	if orphans := failed.Orphans([]Part{{Kind: LogGroupPart, Name: "/new"}}); len(orphans) > 0 {
		t.Errorf("what is confirmed, or named by state, is an orphan: %+v", orphans)
	}
	if done := failed.Of(Part{Kind: LogGroupPart, Name: "/new"}); !slices.Equal(done.Parts, []Part{{Kind: LogGroupPart, Name: "/new", Confirmed: true}}) || done.ID != "id" {
		t.Errorf("after a success it has %+v", done)
	}
	if gone := failed.Without(LogGroupPart, "/old"); gone.Has(LogGroupPart, "/old") || len(gone.Parts) != 2 || !failed.Has(LogGroupPart, "/old") {
		t.Errorf("without one it has %+v", gone.Parts)
	}
}

// What is seen of a docker task goes into its record: the id confirms, the mark tells that a group was adopted, and a
// newer revision of its own is the last.
func TestObserved_Shown(t *testing.T) {
	t.Parallel()
	id := map[string]string{TagUnit: "id"}
	seen := Observed{
		Definition: &ObservedDefinition{Revision: 8, Tags: id, Definition: Definition{Family: "transcode"}},
		Roles: map[RoleKind]*ObservedRole{
			ExecutionRole: {Name: "ours", Tags: id},
			TaskRole:      {Name: "theirs", Tags: map[string]string{}},
		},
		LogGroup: &ObservedLogGroup{Name: "/taken", Tags: map[string]string{TagUnit: "id", TagAdopted: "true"}},
	}
	shown, rec := seen.Shown(Record{ID: "id", Parts: []Part{{Kind: FamilyPart, Name: "transcode", Confirmed: true, Version: 7}}})
	if shown.Definition == nil || shown.Roles[ExecutionRole] == nil || shown.LogGroup == nil || shown.Roles[TaskRole] != nil {
		t.Errorf("shown is %+v", shown)
	}
	want := []Part{
		{Kind: FamilyPart, Name: "transcode", Confirmed: true, Version: 8},
		{Kind: RolePart, Name: "ours", Confirmed: true},
		{Kind: LogGroupPart, Name: "/taken", Confirmed: true, Adopted: true},
	}
	if !slices.Equal(rec.Parts, want) {
		t.Errorf("the record has %+v", rec.Parts)
	}
	if again, same := seen.Shown(rec); again.Roles[TaskRole] != nil || !slices.Equal(same.Parts, want) {
		t.Errorf("seen again, it has %+v", same.Parts)
	}
	byHand := rec.With(Part{Kind: LogGroupPart, Name: "/taken", Confirmed: true})
	if _, after := seen.Shown(byHand); !slices.Equal(after.Parts, byHand.Parts) {
		t.Errorf("a mark that somebody put on a group of the unit's own counts: %+v", after.Parts)
	}
}
