package tasksubscription

import (
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tftest"
)

// What is unknown in the configuration makes unknown just what follows from it.
func TestPlanSubscription_unknown(t *testing.T) {
	t.Parallel()
	var schema resource.SchemaResponse
	r := &subscriptionResource{}
	r.Schema(t.Context(), resource.SchemaRequest{}, &schema)
	unknown := tftest.Unknown
	whole := tftest.Block{"name": "transcode", "family_arn": tftest.Place.Regional("ecs", "task-definition/transcode"), "cluster": "default"}
	task := func(b tftest.Block) tftest.Block {
		return tftest.Block{"task": tftest.With(tftest.Block{"name": "transcode"}, b)}
	}
	queue := tftest.Place.Regional("sqs", "done")
	for name, c := range map[string]struct {
		config  tftest.Block
		account string
		want    []string
	}{
		"nothing":                {nil, tftest.Account, nil},
		"account":                {nil, "", []string{"event_pattern", "permission_json", "rule_arn", "target_arn"}},
		"account, ARNs given":    {tftest.Block{"task": whole, "queue": queue}, "", []string{"event_pattern", "permission_json", "rule_arn"}},
		"account, any cluster":   {tftest.Block{"task": whole, "queue": queue, "any_cluster": true}, "", []string{"permission_json", "rule_arn"}},
		"name":                   {tftest.Block{"name": unknown}, tftest.Account, []string{"name", "permission_json", "rule_arn"}},
		"task":                   {tftest.Block{"task": unknown}, tftest.Account, []string{"event_pattern", "name", "permission_json", "region", "rule_arn", "target_arn"}},
		"task's name":            {task(tftest.Block{"name": unknown}), tftest.Account, []string{"event_pattern", "name", "permission_json", "rule_arn"}},
		"family":                 {task(tftest.Block{"family_arn": unknown, "cluster": "default"}), tftest.Account, []string{"event_pattern"}},
		"family, cluster":        {task(tftest.Block{"family_arn": unknown}), tftest.Account, []string{"event_pattern"}},
		"cluster":                {task(tftest.Block{"cluster": unknown}), tftest.Account, []string{"event_pattern"}},
		"cluster, any":           {tftest.With(task(tftest.Block{"cluster": unknown}), tftest.Block{"any_cluster": true}), tftest.Account, nil},
		"any cluster":            {tftest.Block{"any_cluster": unknown}, tftest.Account, []string{"event_pattern"}},
		"any cluster, not told":  {tftest.Block{"task": tftest.With(whole, tftest.Block{"cluster": nil}), "any_cluster": unknown}, tftest.Account, []string{"event_pattern"}},
		"container, unused":      {task(tftest.Block{"container_name": unknown}), tftest.Account, nil},
		"container":              {tftest.With(task(tftest.Block{"container_name": unknown}), tftest.Block{"only_failures": true}), tftest.Account, []string{"event_pattern"}},
		"one exit code":          {tftest.Block{"exit_codes": unknown}, tftest.Account, []string{"event_pattern"}},
		"statuses":               {tftest.Block{"statuses": []any{unknown}}, tftest.Account, []string{"event_pattern"}},
		"queue":                  {tftest.Block{"queue": unknown}, tftest.Account, []string{"name", "permission_json", "rule_arn", "target_arn"}},
		"dead-letter queue":      {tftest.Block{"dead_letter_queue": tftest.Block{"queue": unknown}}, tftest.Account, []string{"dead_letter_permission_json"}},
		"dead letters":           {tftest.Block{"dead_letter_queue": unknown}, tftest.Account, []string{"dead_letter_permission_json"}},
		"dead letters, attached": {tftest.Block{"dead_letter_queue": tftest.Block{"queue": "lost", "attach_permission": unknown}}, tftest.Account, nil},
		"tags":                   {tftest.Block{"tags": tftest.Block{"a": unknown}}, tftest.Account, []string{"tags_all"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := tfsdk.Config{
				Raw:    tftest.Value(t, schema.Schema.Type().TerraformType(t.Context()), tftest.With(tftest.With(task(nil), tftest.Block{"queue": "done"}), c.config)),
				Schema: schema.Schema,
			}
			in := subscriptionInput{place: tftest.Place}
			in.place.Account = c.account
			diags := config.Get(t.Context(), &in.config)
			plan := in.config
			planSubscription(t.Context(), in, &plan, &diags)
			if diags.HasError() {
				t.Fatal(diags)
			}
			var have []string
			for name, v := range map[string]attr.Value{
				"name": plan.Name, "region": plan.Region, "rule_arn": plan.RuleARN, "target_arn": plan.TargetARN, "event_pattern": plan.EventPattern,
				"permission_json": plan.PermissionJSON, "dead_letter_permission_json": plan.DeadLetterPermissionJSON, "tags_all": plan.TagsAll, "drift": plan.Drift,
			} {
				if v.IsUnknown() {
					have = append(have, name)
				}
			}
			if slices.Sort(have); !slices.Equal(have, c.want) {
				t.Errorf("unknown: %v, not %v", have, c.want)
			}
		})
	}
}
