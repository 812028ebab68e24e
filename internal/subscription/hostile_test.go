package subscription_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"unicode/utf8"

	"github.com/dockertask/terraform-provider-docker/internal/policy/policytest"
	"github.com/dockertask/terraform-provider-docker/internal/subscription"
)

// An event pattern holds names as they are: none of them is another filter.
func FuzzFilter_Pattern(f *testing.F) {
	for _, text := range policytest.Hostile {
		f.Add(text, text, text, text)
	}
	f.Fuzz(func(t *testing.T, family, cluster, container, status string) {
		for _, s := range []string{family, cluster, container, status} {
			if !utf8.ValidString(s) || s == "" {
				return // Terraform's texts are; and what is empty is left out
			}
		}
		pattern := subscription.Filter{
			FamilyARN: family, ClusterARN: cluster, Container: container, Statuses: []string{status}, OnlyFailures: true,
		}.Pattern()
		want := map[string]any{
			"source":      []any{"aws.ecs"},
			"detail-type": []any{"ECS Task State Change"},
			"detail": map[string]any{
				"taskDefinitionArn": []any{map[string]any{"prefix": family + ":"}},
				"clusterArn":        []any{cluster},
				"lastStatus":        []any{status},
				"$or": []any{
					map[string]any{"containers": map[string]any{
						"exitCode": []any{map[string]any{"anything-but": 0.0}}, "name": []any{container},
					}},
					map[string]any{"stopCode": []any{map[string]any{"anything-but": []any{"EssentialContainerExited", "UserInitiated", "ServiceSchedulerInitiated"}}}},
				},
			},
		}
		var have any
		if err := json.Unmarshal([]byte(pattern), &have); err != nil || !reflect.DeepEqual(have, any(want)) {
			t.Errorf("%v:\n%s", err, pattern)
		}
	})
}

// A permission adds exactly one statement to the policy of its target, about one target and one rule, whatever
// their names are, and keeps all other statements.
func FuzzPermission(f *testing.F) {
	for _, text := range policytest.Hostile {
		f.Add("jobs", text)
		f.Add(text, "notify")
	}
	f.Fuzz(func(t *testing.T, target, rule string) {
		if !utf8.ValidString(target) || !utf8.ValidString(rule) {
			return // Terraform's texts are
		}
		ruleARN := subscription.RuleARN(rule, here)
		p := subscription.NewPermission(subscription.Queue, here.Regional("sqs", target), ruleARN)
		document, _, err := subscription.Apply(`{"Version":"2012-10-17","Statement":[`+theirs+`]}`, subscription.Edit{Permission: p, Present: true})
		if err != nil {
			t.Fatal(err)
		}
		var have struct{ Statement []any }
		var others any
		if err := json.Unmarshal([]byte(theirs), &others); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(document), &have); err != nil {
			t.Fatalf("%v:\n%s", err, document)
		}
		want := []any{others, map[string]any{
			"Sid": subscription.Sid(ruleARN), "Effect": "Allow", "Principal": map[string]any{"Service": "events.amazonaws.com"},
			"Action": "sqs:SendMessage", "Resource": p.ARN, "Condition": map[string]any{"ArnEquals": map[string]any{"aws:SourceArn": ruleARN}},
		}}
		if !reflect.DeepEqual(have.Statement, want) {
			t.Errorf("breaks out:\n%s", document)
		}
		if subscription.Queue.Check(target) == nil && subscription.CheckName(rule) == nil {
			if special := specials(p.ARN) + specials(ruleARN); special != "" {
				t.Errorf("%q has a meaning of its own in %s", special, document)
			}
		}
	})
}

// specials are the characters of a name that IAM does not take literally.
func specials(text string) string {
	var out []rune
	for _, c := range text {
		switch c {
		case '*', '?', '{', '}', '"':
			out = append(out, c)
		}
	}
	return string(out)
}
