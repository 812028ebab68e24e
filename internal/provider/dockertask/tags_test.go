package dockertask

import (
	"fmt"
	"maps"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// A tag that is both configured and ignored stays in state as it is written: without it, every plan would add it.
// The value on AWS belongs to another tool.
func TestFlattenTags(t *testing.T) {
	t.Parallel()
	rules := task.TagRules{Default: map[string]string{"team": "video"}, IgnoreKeys: []string{"owner"}, IgnorePrefixes: []string{"corp:"}}
	for name, c := range map[string]struct {
		tags, all, aws, wantTags, wantAll map[string]string
	}{
		"as written":  {tags: map[string]string{"a": "1"}, aws: map[string]string{"a": "1", "team": "video"}, wantTags: map[string]string{"a": "1"}, wantAll: map[string]string{"a": "1", "team": "video"}},
		"ignored":     {tags: map[string]string{"a": "1", "owner": "me"}, aws: map[string]string{"a": "1"}, wantTags: map[string]string{"a": "1", "owner": "me"}, wantAll: map[string]string{"a": "1"}},
		"by prefix":   {tags: map[string]string{"corp:cost": "1"}, wantTags: map[string]string{"corp:cost": "1"}},
		"another's":   {tags: map[string]string{"owner": "me"}, aws: map[string]string{"owner": "them", "corp:x": "y"}, wantTags: map[string]string{"owner": "me"}},
		"not written": {aws: map[string]string{"owner": "them"}},
		"gone":        {tags: map[string]string{"a": "1", "owner": "me"}, wantTags: map[string]string{"owner": "me"}},
	} {
		tags, all := tf.MapOf(c.tags), tf.MapOf(c.all)
		tf.FlattenTags(&tags, &all, c.aws, rules)
		if !maps.Equal(tf.StringMapOf(tags), c.wantTags) || !maps.Equal(tf.StringMapOf(all), c.wantAll) {
			t.Errorf("%s: tags %v, all %v", name, tags, all)
		}
	}
}

// What is ignored from now on is no longer missed, although state has it.
func TestExpectedTags_ignored(t *testing.T) {
	t.Parallel()
	m := configuredTask(t, map[string]attr.Value{"tags_all": tf.MapOf(map[string]string{"owner": "me", "team": "video"})})
	var diags diag.Diagnostics
	seen := observation{place: siteOf(), rules: task.TagRules{IgnoreKeys: []string{"owner"}}, record: task.Record{ID: "unit"}}
	have := seen.expectedTags(m.describe(t.Context(), siteOf(), &diags).spec)
	if _, is := have["owner"]; is || have["team"] != "video" || have[task.TagUnit] != "unit" || diags.HasError() {
		t.Errorf("expected are %v; %v", have, diags)
	}
}

// The tags that say where a task runs are counted with the default subnets in them.
func TestTaskCheckTags_defaultSubnets(t *testing.T) {
	t.Parallel()
	tags, subnets := map[string]string{}, []string{}
	for i := range 45 {
		tags[fmt.Sprint("k", i)] = ""
	}
	for i := range task.MaxSubnets {
		subnets = append(subnets, fmt.Sprintf("subnet-0123456789abcde%02d", i))
	}
	for _, n := range []int{1, task.MaxSubnets} {
		in := planInput{config: configuredTask(t, map[string]attr.Value{"tags": tf.MapOf(tags)}), place: siteOf(subnets[:n]...)}
		var diags diag.Diagnostics
		plan := planOf(t, in)
		(&taskResource{}).checkTags(plan.describe(t.Context(), in.place, &diags), &diags)
		if diags.HasError() != (n == task.MaxSubnets) {
			t.Errorf("%d tags and %d subnets: %v", len(tags), n, diags)
		}
	}
}
