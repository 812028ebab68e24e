package cluster

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dockertask/terraform-provider-docker/internal/task"
)

func strategy(name string) []task.CapacityProvider {
	return []task.CapacityProvider{{Name: name, Weight: 1}}
}

func TestUnit_Over(t *testing.T) {
	t.Parallel()
	theirs := Settings{Providers: []string{"ec2", task.Fargate}, Strategy: strategy("ec2"), Insights: "enhanced", Execute: Execute{Logging: LogNone}}
	both := Unit{Providers: DefaultProviders}
	for name, c := range map[string]struct {
		unit, had Unit
		have      Settings
		adopted   bool
		want      Settings
	}{
		"new":     {both, Unit{}, Settings{}, false, Settings{Providers: DefaultProviders}},
		"nothing": {Unit{}, Unit{}, Settings{}, false, Settings{}},
		"adopted, nothing said": {
			both, Unit{}, theirs, true,
			Settings{Providers: []string{"ec2", task.Fargate, task.FargateSpot}, Strategy: strategy("ec2"), Insights: "enhanced", Execute: Execute{Logging: LogNone}},
		},
		"not adopted, nothing said": {
			both, both, theirs, false,
			Settings{Providers: []string{"ec2", task.Fargate, task.FargateSpot}, Insights: "enhanced"},
		},
		"adopted, said before": {
			Unit{Providers: DefaultProviders}, Unit{Providers: DefaultProviders, Strategy: strategy(task.Fargate), Execute: &Execute{Logging: LogNone}}, theirs, true,
			Settings{Providers: []string{"ec2", task.Fargate, task.FargateSpot}, Insights: "enhanced"},
		},
		"said": {
			Unit{Providers: []string{task.FargateSpot}, Strategy: strategy(task.FargateSpot), Insights: "disabled", Execute: &Execute{Bucket: "b"}}, both, theirs, true,
			Settings{Providers: []string{"ec2", task.FargateSpot}, Strategy: strategy(task.FargateSpot), Insights: "disabled", Execute: Execute{Bucket: "b"}},
		},
		"an empty strategy": {Unit{Strategy: []task.CapacityProvider{}}, Unit{}, theirs, true, Settings{Providers: theirs.Providers, Strategy: []task.CapacityProvider{}, Insights: "enhanced", Execute: theirs.Execute}},
		"a provider that others took away": {
			both, both, Settings{Providers: []string{task.FargateSpot}}, false, Settings{Providers: []string{task.FargateSpot, task.Fargate}},
		},
	} {
		if diff := cmp.Diff(c.want, c.unit.Over(c.have, c.had, c.adopted)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	if (Settings{Providers: []string{"a", "b"}}).SameCapacity(Settings{Providers: []string{"b", "a"}, Strategy: strategy("a")}) {
		t.Error("another strategy is the same")
	}
	if !(Settings{Providers: []string{"a", "b"}}).SameCapacity(Settings{Providers: []string{"b", "a"}}) {
		t.Error("the order of providers differs")
	}
}

func TestUnit_TagsOver(t *testing.T) {
	t.Parallel()
	have := map[string]string{"theirs": "1", "a": "1", "b": "1", task.TagUnit: "u"}
	unit, had := Unit{Tags: map[string]string{"a": "2"}}, Unit{Tags: map[string]string{"a": "1", "b": "1"}}
	if diff := cmp.Diff(task.TagChange{Set: map[string]string{"a": "2"}, Remove: []string{"b", "theirs"}}, unit.TagsOver(have, had, "u", false)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(task.TagChange{Set: map[string]string{"a": "2", task.TagAdopted: "true"}, Remove: []string{"b"}}, unit.TagsOver(have, had, "u", true)); diff != "" {
		t.Error(diff)
	}
}

func TestObserved(t *testing.T) {
	t.Parallel()
	var none *Observed
	id := task.Owner{Kind: task.ClusterUnit, Region: "eu-west-1", Name: "c"}.ID("1")
	mine, others := map[string]string{task.TagUnit: id}, map[string]string{task.TagUnit: "another"}
	confirmed := task.Record{ID: id}.Of(Unit{Name: "c"}.Part())
	for name, c := range map[string]struct {
		tags  map[string]string
		rec   task.Record
		shown bool
	}{
		"our id, no record":       {mine, task.Record{ID: id}, true},
		"no id, no record":        {nil, task.Record{ID: id}, false},
		"no id, confirmed":        {nil, confirmed, true},
		"another's id, confirmed": {others, confirmed, true},
		"another's id, no record": {others, task.Record{ID: id}, false},
	} {
		shown, rec := (&Observed{Tags: c.tags}).Of(c.rec, "c")
		if (shown != nil) != c.shown || c.tags[task.TagUnit] == id && !rec.Confirmed(task.ClusterPart, "c") {
			t.Errorf("%s: %v %v", name, shown, rec)
		}
	}
	if none.Exists() || (&Observed{Status: "INACTIVE"}).Exists() || !(&Observed{Status: "ACTIVE"}).Exists() {
		t.Error("a deleted cluster exists")
	}
	if o, _ := none.Of(confirmed, "c"); o != nil {
		t.Error("there is one")
	}
	if !(&Observed{Status: "ACTIVE", AttachmentsStatus: "UPDATE_IN_PROGRESS"}).Settling() || !(&Observed{AttachmentsStatus: "UPDATE_FAILED"}).Failed() {
		t.Error("the attachments do not count")
	}
}

func TestChecks(t *testing.T) {
	t.Parallel()
	for what, c := range map[string]struct {
		err  error
		says string
	}{
		"name":              {CheckName("a.b"), "1 to 255 letters"},
		"long name":         {CheckName(strings.Repeat("a", 256)), "1 to 255 letters"},
		"bucket":            {CheckBucket("A"), "lower-case"},
		"prefix":            {CheckPrefix(""), "leave it out"},
		"long prefix":       {CheckPrefix(strings.Repeat("a", 1025)), "1 to 1024 bytes"},
		"logging":           {CheckLogging("ALL"), "DEFAULT and NONE"},
		"override":          {CheckLogging("OVERRIDE"), "set one of them"},
		"strange provider":  {CheckStrategy(strategy("a"), nil), "no capacity provider a, but none"},
		"strategy's weight": {CheckStrategy([]task.CapacityProvider{{Name: "a"}}, []string{"a"}), "weight"},
	} {
		if c.err == nil || !strings.Contains(c.err.Error(), c.says) {
			t.Errorf("%s: %v", what, c.err)
		}
	}
	for what, err := range map[string]error{
		"name": CheckName("A_b-1"), "bucket": CheckBucket("my.bucket-1"), "prefix": CheckPrefix("a/"), "logging": CheckLogging("NONE"), "strategy": CheckStrategy(strategy("a"), []string{"a"}),
	} {
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	for attribute, e := range map[string]Execute{
		"logging": {Logging: LogNone, Bucket: "b"}, "bucket_prefix": {Prefix: "a", LogGroup: "g"}, "bucket_encrypted": {BucketEncrypted: true}, "log_group_encrypted": {LogGroupEncrypted: true, Bucket: "b"},
	} {
		if at, err := e.Check(); at != attribute || err == nil {
			t.Errorf("%s: %s %v", attribute, at, err)
		}
	}
	if NewExecute(Execute{Logging: LogDefault}) != (Execute{}) || NewExecute(Execute{LogGroup: "g"}).Logging != LogOverride {
		t.Error("logging does not follow")
	}
}
