package subscription_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/golden"
	"github.com/dockertask/terraform-provider-docker/internal/subscription"
)

const (
	family  = "arn:aws:ecs:us-west-2:111122223333:task-definition/transcode"
	cluster = "arn:aws:ecs:us-west-2:111122223333:cluster/default"
)

// filters are those that the golden files in testdata/patterns show.
var filters = map[string]subscription.Filter{
	"stopped":                {FamilyARN: family, ClusterARN: cluster},
	"any_cluster":            {FamilyARN: family},
	"running_and_stopped":    {FamilyARN: family, ClusterARN: cluster, Statuses: []string{"STOPPED", "RUNNING"}},
	"failures":               {FamilyARN: family, ClusterARN: cluster, Container: "transcode", OnlyFailures: true},
	"failures_any_container": {FamilyARN: family, ClusterARN: cluster, OnlyFailures: true},
	"exit_codes":             {FamilyARN: family, ClusterARN: cluster, Container: "transcode", ExitCodes: []int64{3, 1, 3}},
	"schedule":               {FamilyARN: family, ClusterARN: cluster, Schedule: "nightly"},
	"schedule_long_name":     {FamilyARN: family, ClusterARN: cluster, Schedule: "transcode-every-night-at-two", OnlyFailures: true},
	"exit_well":              {FamilyARN: family, ClusterARN: cluster, Container: "transcode", ExitCodes: []int64{0}},
}

// received are the events of testdata/events that each filter receives. They are written after
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html and
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html.
var received = map[string][]string{
	"schedule":           {"scheduled_nightly"},
	"schedule_long_name": {"scheduled_long_failed"},
	"stopped": {
		"essential_sidecar_failed", "exit_0", "exit_1", "exit_3", "future_stop_code", "host_terminated", "image_not_found", "infrastructure_health", "main_failed_sidecar_well",
		"main_without_code", "out_of_memory", "scheduled_long_failed", "scheduled_nightly", "sidecar_first", "sidecar_stopped", "spot_interruption", "stopped_by_service", "stopped_by_user", "stopped_by_user_well",
	},
	"any_cluster": {
		"essential_sidecar_failed", "exit_0", "exit_1", "exit_3", "future_stop_code", "host_terminated", "image_not_found", "infrastructure_health", "main_failed_sidecar_well",
		"main_without_code", "other_cluster", "out_of_memory", "scheduled_long_failed", "scheduled_nightly", "sidecar_first", "sidecar_stopped", "spot_interruption", "stopped_by_service", "stopped_by_user",
		"stopped_by_user_well",
	},
	"running_and_stopped": {
		"essential_sidecar_failed", "exit_0", "exit_1", "exit_3", "future_stop_code", "host_terminated", "image_not_found", "infrastructure_health", "main_failed_sidecar_well",
		"main_without_code", "out_of_memory", "running", "scheduled_long_failed", "scheduled_nightly", "sidecar_first", "sidecar_stopped", "spot_interruption", "stopped_by_service", "stopped_by_user",
		"stopped_by_user_well",
	},
	"failures": {
		"essential_sidecar_failed", "exit_1", "exit_3", "future_stop_code", "host_terminated", "image_not_found", "infrastructure_health", "main_failed_sidecar_well",
		"out_of_memory", "scheduled_long_failed", "spot_interruption", "stopped_by_user",
	},
	"failures_any_container": {
		"essential_sidecar_failed", "exit_1", "exit_3", "future_stop_code", "host_terminated", "image_not_found", "infrastructure_health", "main_failed_sidecar_well",
		"out_of_memory", "scheduled_long_failed", "sidecar_first", "sidecar_stopped", "spot_interruption", "stopped_by_user",
	},
	"exit_codes": {"exit_1", "exit_3", "main_failed_sidecar_well", "scheduled_long_failed"},
	"exit_well": {
		"exit_0", "future_stop_code", "host_terminated", "infrastructure_health", "scheduled_nightly", "sidecar_first", "sidecar_stopped", "spot_interruption", "stopped_by_service",
		"stopped_by_user_well",
	},
}

func TestFilter_received(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/events/*.json")
	if err != nil || len(files) < 15 {
		t.Fatalf("%d events: %v", len(files), err)
	}
	for name, f := range filters {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var have []string
			for _, file := range files {
				event, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				ok, err := matches(f.Pattern(), string(event))
				if err != nil {
					t.Fatal(err)
				}
				if ok {
					have = append(have, strings.TrimSuffix(filepath.Base(file), ".json"))
				}
			}
			if !slices.Equal(have, received[name]) {
				t.Errorf("%s\nreceives %v\nnot   %v", f.Pattern(), have, received[name])
			}
		})
	}
}

func TestPatternGolden(t *testing.T) {
	t.Parallel()
	for name, f := range filters {
		golden.File(t, filepath.Join("testdata", "patterns", name+".json"), []byte(f.Pattern()+"\n"))
	}
}

// What a pattern says is read back, for the import of a rule.
func TestParsePattern(t *testing.T) {
	t.Parallel()
	for name, f := range filters {
		have, exact := subscription.ParsePattern(f.Pattern())
		if !exact || have.Pattern() != f.Pattern() || have.FamilyARN != f.FamilyARN || have.Container != f.Container {
			t.Errorf("%s: %+v, exact: %t", name, have, exact)
		}
	}
	spaced := strings.ReplaceAll(filters["failures"].Pattern(), ":[", " :\n [ ")
	if _, exact := subscription.ParsePattern(spaced); !exact {
		t.Error("spacing counts")
	}
	for name, c := range map[string]struct{ pattern, family string }{
		"not JSON":           {`{`, ""},
		"a list":             {`[]`, ""},
		"another service":    {`{"source":["aws.s3"]}`, ""},
		"a bare family":      {`{"source":["aws.ecs"],"detail":{"taskDefinitionArn":[{"prefix":"` + family + `"}]}}`, ""},
		"a revision":         {`{"source":["aws.ecs"],"detail":{"taskDefinitionArn":["` + family + `:7"]}}`, ""},
		"two families":       {`{"detail":{"taskDefinitionArn":[{"prefix":"` + family + `:"},{"prefix":"` + family + `2:"}]}}`, ""},
		"no detail type":     {`{"source":["aws.ecs"],"detail":{"lastStatus":["STOPPED"],"taskDefinitionArn":[{"prefix":"` + family + `:"}]}}`, family},
		"further conditions": {strings.Replace(filters["stopped"].Pattern(), `"lastStatus"`, `"group":["x"],"lastStatus"`, 1), family},
		"numeric":            {strings.Replace(filters["exit_well"].Pattern(), `"exitCode":[0]`, `"exitCode":[{"numeric":[">",0]}]`, 1), family},
	} {
		have, exact := subscription.ParsePattern(c.pattern)
		if exact || have.FamilyARN != c.family {
			t.Errorf("%s: exact: %t, family %q", name, exact, have.FamilyARN)
		}
	}
}

// However long the names, EventBridge takes the pattern.
func TestPatternLimit(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("n", 255)
	f := subscription.Filter{
		FamilyARN:  "arn:aws-us-gov:ecs:us-gov-west-1:111122223333:task-definition/" + long,
		ClusterARN: "arn:aws-us-gov:ecs:us-gov-west-1:111122223333:cluster/" + long,
		Container:  long, Statuses: subscription.Statuses, OnlyFailures: true,
	}
	if n := len(f.Pattern()); n > subscription.PatternLimit {
		t.Errorf("%d characters", n)
	}
}

func FuzzParsePattern(f *testing.F) {
	for _, filter := range filters {
		f.Add(filter.Pattern())
	}
	f.Fuzz(func(t *testing.T, pattern string) {
		filter, exact := subscription.ParsePattern(pattern)
		if exact && !subscription.SamePattern(filter.Pattern(), pattern) {
			t.Errorf("%q is not %q", pattern, filter.Pattern())
		}
	})
}
