package schedule_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"unicode/utf8"

	"github.com/dockertask/terraform-provider-docker/internal/policy/policytest"
	"github.com/dockertask/terraform-provider-docker/internal/schedule"
)

// Names in a schedule are names in the policy and the trust of its role, and nothing else.
func FuzzSpec_Policy(f *testing.F) {
	for _, text := range policytest.Hostile {
		f.Add("nightly", "dead", text)
		f.Add(text, text, "1234abcd")
	}
	f.Fuzz(func(t *testing.T, group, queue, key string) {
		shapes := func(group, queue, key string) [2]string {
			s := spec()
			s.Schedule.Group = group
			s.Schedule.Target.DeadLetterARN = place.Regional("sqs", queue)
			s.Schedule.KMSKeyARN = place.Regional("kms", "key/"+key)
			s.DeadLetterKeyARN = place.Regional("kms", "key/"+key)
			d, err := s.Policy()
			if err != nil {
				t.Fatal(err)
			}
			policy, err := policytest.Shape(d.JSON(), policytest.IdentityPolicy)
			if err != nil {
				t.Fatal(err)
			}
			trust, err := policytest.Shape(s.TrustPolicy().JSON(), policytest.TrustPolicy)
			if err != nil {
				t.Fatal(err)
			}
			return [2]string{policy, trust}
		}
		if queue == "" {
			return // the ARN of nothing, which validation refuses
		}
		if good, got := shapes("nightly", "dead", "1234abcd"), shapes(group, queue, key); got != good {
			t.Errorf("breaks out: %q", got)
		}
	})
}

// Overrides contain the given values and nothing else, whatever the values are.
func FuzzOverrides_Input(f *testing.F) {
	for _, text := range policytest.Hostile {
		f.Add("dump", text, text)
		f.Add(text, "x", "1")
	}
	f.Fuzz(func(t *testing.T, container, word, value string) {
		for _, s := range []string{container, word, value} {
			if !utf8.ValidString(s) {
				return // Terraform's texts are
			}
		}
		o := schedule.Overrides{Command: []string{word, "-v"}, Environment: map[string]string{word: value}, CPU: 512}
		want := map[string]any{
			"containerOverrides": []any{map[string]any{
				"name": container, "command": []any{word, "-v"}, "environment": []any{map[string]any{"name": word, "value": value}},
			}},
			"cpu": "512",
		}
		var have any
		text := o.Input(container)
		if err := json.Unmarshal([]byte(text), &have); err != nil || !reflect.DeepEqual(have, any(want)) {
			t.Errorf("%v:\n%s", err, text)
		}
		if back, ok := schedule.ReadInput(text, container); !ok || !reflect.DeepEqual(back, o) {
			t.Errorf("read back as %+v", back)
		}
	})
}
