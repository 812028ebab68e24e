package task

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestCheckTag(t *testing.T) {
	const others = "keys and values of tags are letters, digits, blanks and characters of _ . : / = + - @; key or value of "
	for _, test := range []struct{ key, value, want string }{
		{"team", "media", ""},
		{"Cost Center", "", ""},
		{"a_.:/=+-@9", "a_.:/=+-@ 9", ""},
		{"équipe", "média", ""},
		{"awsome", "x", ""},
		{strings.Repeat("k", 128), strings.Repeat("v", 256), ""},
		{strings.Repeat("é", 128), strings.Repeat("é", 256), ""}, // characters, not bytes
		{"aws:x", "", `AWS keeps tag keys that begin with aws: to itself; this one is "aws:x"`},
		{"AWS:x", "", `AWS keeps tag keys that begin with aws: to itself; this one is "AWS:x"`},
		{"docker-task:x", "", `the provider keeps tag keys that begin with docker-task: to itself; this one is "docker-task:x"`},
		{"Docker-Task:unit", "", `the provider keeps tag keys that begin with docker-task: to itself; this one is "Docker-Task:unit"`},
		{"", "v", `a tag key has 1 to 128 characters; this one is ""`},
		{strings.Repeat("k", 129), "", "a tag key has 1 to 128 characters; this one has 129 characters"},
		{"k", strings.Repeat("v", 257), `the value of a tag has at most 256 characters; that of "k" has 257`},
		{"k*", "", others + `"k*" has others`},
		{"k", "a,b", others + `"k" has others`},
		{"k", `"`, others + `"k" has others`},
		{"k", "a\nb", others + `"k" has others`},
	} {
		if err := CheckTag(test.key, test.value); textOf(err) != test.want {
			t.Errorf("%q = %q:\n got %q\nwant %q", test.key, test.value, err, test.want)
		}
	}
}

// AWS takes fifty tags on one object, the unit's own among them: its id, and those that
// hold the network.
func TestCheckTagCount(t *testing.T) {
	users := func(n int) map[string]string {
		out := map[string]string{}
		for i := range n {
			out[fmt.Sprint("k", i)] = ""
		}
		return out
	}
	for _, test := range []struct {
		network Network
		own     int
	}{
		{Network{Cluster: "c"}, 5},
		{Network{Cluster: "c", SubnetIDs: subnets(MaxSubnets)}, 6},
	} {
		if err := CheckTagCount(users(50-test.own), test.network); err != nil {
			t.Errorf("%d tags beside %d of the unit's: %s", 50-test.own, test.own, err)
		}
		want := fmt.Sprintf("AWS takes 50 tags on one object, and the unit needs %d of them; there are %d, including those of default_tags", test.own, 51-test.own)
		if err := CheckTagCount(users(51-test.own), test.network); textOf(err) != want {
			t.Errorf("%d tags:\n got %q\nwant %q", 51-test.own, err, want)
		}
	}
}

// IAM takes keys that differ in case for one.
func TestCheckTagCase(t *testing.T) {
	for _, test := range []struct {
		tags map[string]string
		want string
	}{
		{nil, ""},
		{map[string]string{"team": "a", "Teams": "a"}, ""},
		{map[string]string{"team": "a", "x": "", "Team": "a"}, `the keys "Team" and "team" differ in upper and lower case only, including those of default_tags; IAM treats them as one on a role. Write them alike, or remove one`},
	} {
		if err := CheckTagCase(test.tags); textOf(err) != test.want {
			t.Errorf("%v:\n got %q\nwant %q", test.tags, err, test.want)
		}
	}
}

func TestTagRules(t *testing.T) {
	rules := TagRules{
		Default:        map[string]string{"team": "platform", "stage": "prod", "ci:run": "1"},
		IgnoreKeys:     []string{"owner"},
		IgnorePrefixes: []string{"ci:", "kubernetes.io/"},
	}
	given := map[string]string{"team": "media", "owner": "me", "kubernetes.io/x": "", "name": "", "owners": "we"}
	if diff := cmp.Diff(map[string]string{"team": "media", "stage": "prod", "name": "", "owners": "we"}, rules.All(given)); diff != "" {
		t.Errorf("All, -want +got:\n%s", diff)
	}
	have := map[string]string{
		"team": "media", "owner": "me", "ci:run": "7", "aws:cloudformation:stack-name": "x", TagUnit: "u", tagCluster: "c", "manual": "yes",
	}
	if diff := cmp.Diff(map[string]string{"team": "media", "manual": "yes"}, rules.Users(have)); diff != "" {
		t.Errorf("Users, -want +got:\n%s", diff)
	}
	if diff := cmp.Diff(map[string]string{"team": "media", "manual": "yes", TagUnit: "u", tagCluster: "c"}, rules.Comparable(have)); diff != "" {
		t.Errorf("Comparable, -want +got:\n%s", diff)
	}
	for what, tags := range map[string]map[string]string{
		"All": TagRules{}.All(nil), "Users": TagRules{}.Users(nil), "Comparable": TagRules{}.Comparable(nil),
	} {
		if tags == nil || len(tags) != 0 {
			t.Errorf("%s of no tags is %#v", what, tags)
		}
	}
	if len(given) != 5 || len(have) != 7 || len(rules.Default) != 3 {
		t.Error("a map that was given is changed")
	}
}

func TestChangeTags(t *testing.T) {
	for name, test := range map[string]struct {
		from, to map[string]string
		want     TagChange
		keys     []string
	}{
		"nothing":  {map[string]string{"a": "1"}, map[string]string{"a": "1"}, TagChange{Set: map[string]string{}}, nil},
		"no tags":  {nil, nil, TagChange{Set: map[string]string{}}, nil},
		"new":      {nil, map[string]string{"a": ""}, TagChange{Set: map[string]string{"a": ""}}, []string{"a"}},
		"changed":  {map[string]string{"a": "1"}, map[string]string{"a": "2"}, TagChange{Set: map[string]string{"a": "2"}}, []string{"a"}},
		"gone":     {map[string]string{"b": "1", "a": ""}, nil, TagChange{Set: map[string]string{}, Remove: []string{"a", "b"}}, []string{"a", "b"}},
		"of every": {map[string]string{"a": "1", "b": "1", "c": "1"}, map[string]string{"b": "2", "c": "1", "d": ""}, TagChange{Set: map[string]string{"b": "2", "d": ""}, Remove: []string{"a"}}, []string{"a", "b", "d"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := ChangeTags(test.from, test.to)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if diff := cmp.Diff(test.keys, got.Keys()); diff != "" {
				t.Errorf("keys, -want +got:\n%s", diff)
			}
			if got.Empty() != (len(test.keys) == 0) {
				t.Errorf("Empty is %t", got.Empty())
			}
		})
	}
}

// Done to the tags it starts from, a change gives those it goes to.
func TestChangeTags_properties(t *testing.T) {
	tags := rapid.MapOfN(rapid.SampledFrom([]string{"a", "b", "c", "d"}), rapid.SampledFrom([]string{"", "1", "2"}), 0, 4)
	rapid.Check(t, func(t *rapid.T) {
		have, want := tags.Draw(t, "from"), tags.Draw(t, "to")
		change := ChangeTags(have, want)
		for _, key := range change.Remove {
			if _, ok := change.Set[key]; ok {
				t.Fatalf("%s is set and removed", key)
			}
			delete(have, key)
		}
		for key, value := range change.Set {
			if old, ok := have[key]; ok && old == value {
				t.Fatalf("%s is set to what it is", key)
			}
			have[key] = value
		}
		if diff := cmp.Diff(want, have); diff != "" {
			t.Fatalf("-want +got:\n%s", diff)
		}
	})
}

// An adopted object has tags of its own.
func TestTagChange_CheckRoom(t *testing.T) {
	tags := func(n int) map[string]string {
		out := map[string]string{}
		for i := range n {
			out[fmt.Sprint("k", i)] = "v"
		}
		return out
	}
	more := map[string]string{"a": "1", "b": "2"}
	for name, test := range map[string]struct {
		have   map[string]string
		change TagChange
		right  bool
	}{
		"nothing there":      {nil, TagChange{Set: more}, true},
		"just room":          {tags(48), TagChange{Set: more}, true},
		"one too many":       {tags(49), TagChange{Set: more}, false},
		"one goes":           {tags(49), TagChange{Set: more, Remove: []string{"k1"}}, true},
		"two are there":      {tags(50), TagChange{Set: map[string]string{"k1": "x", "k2": "x"}}, true},
		"too many, none set": {tags(51), TagChange{Remove: []string{"other"}}, true},
	} {
		if err := test.change.CheckRoom(test.have); (err == nil) != test.right {
			t.Errorf("%s: %q", name, err)
		}
	}
	if err := (TagChange{Set: more}).CheckRoom(tags(49)); !strings.Contains(textOf(err), "it keeps 49, and 2 come from the docker task") {
		t.Error(err)
	}
}
