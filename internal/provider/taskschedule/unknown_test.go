package taskschedule

import (
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tftest"
)

// What is unknown in the configuration makes unknown just what follows from it.
func TestPlanSchedule_unknown(t *testing.T) {
	t.Parallel()
	var schema resource.SchemaResponse
	r := &scheduleResource{}
	r.Schema(t.Context(), resource.SchemaRequest{}, &schema)
	unknown := tftest.Unknown
	role := func(b tftest.Block) tftest.Block { return tftest.Block{"role": b} }
	queue := func(b tftest.Block) tftest.Block { return tftest.Block{"dead_letter_queue": b} }
	task := func(b tftest.Block) tftest.Block {
		return tftest.Block{"task": tftest.With(tftest.Block{"name": "transcode", "subnet_ids": []any{"subnet-0a"}}, b)}
	}
	for name, c := range map[string]struct {
		config  tftest.Block
		account string
		want    []string
	}{
		"nothing":            {nil, tftest.Account, nil},
		"account":            {nil, "", []string{"arn", "policy_json", "role_arn"}},
		"task":               {tftest.Block{"task": unknown}, tftest.Account, []string{"policy_json"}},
		"task's name":        {task(tftest.Block{"name": unknown}), tftest.Account, []string{"policy_json"}},
		"task's cluster":     {task(tftest.Block{"cluster": unknown}), tftest.Account, []string{"policy_json"}},
		"task's subnets":     {task(tftest.Block{"subnet_ids": unknown}), tftest.Account, nil},
		"name":               {tftest.Block{"name": unknown}, tftest.Account, []string{"arn", "role_arn", "role_name"}},
		"group":              {tftest.Block{"group": unknown}, tftest.Account, []string{"arn", "role_arn", "role_name"}},
		"revision":           {tftest.Block{"revision": unknown}, tftest.Account, []string{"policy_json"}},
		"key":                {tftest.Block{"kms_key_arn": unknown}, tftest.Account, []string{"policy_json"}},
		"propagated tags":    {tftest.Block{"propagate_tags": unknown}, tftest.Account, []string{"policy_json"}},
		"one task tag":       {tftest.Block{"task_tags": tftest.Block{"a": unknown}}, tftest.Account, []string{"policy_json"}},
		"one of two":         {tftest.Block{"task_tags": tftest.Block{"a": unknown, "b": "c"}}, tftest.Account, nil},
		"queue":              {queue(tftest.Block{"queue": unknown}), tftest.Account, []string{"policy_json"}},
		"queue's key":        {queue(tftest.Block{"queue": "dead", "kms_key_arn": unknown}), tftest.Account, []string{"policy_json"}},
		"tags":               {tftest.Block{"tags": unknown}, tftest.Account, []string{"tags_all"}},
		"one tag":            {tftest.Block{"tags": tftest.Block{"a": unknown}}, tftest.Account, []string{"tags_all"}},
		"role":               {tftest.Block{"role": unknown}, tftest.Account, []string{"role_arn", "role_name", "tags_all"}},
		"role's ARN":         {role(tftest.Block{"arn": unknown}), tftest.Account, []string{"role_arn", "role_name", "tags_all"}},
		"role's name":        {role(tftest.Block{"name": unknown}), tftest.Account, []string{"role_arn", "role_name"}},
		"role's prefix":      {role(tftest.Block{"name_prefix": unknown}), tftest.Account, []string{"role_arn", "role_name"}},
		"role's path":        {role(tftest.Block{"path": unknown}), tftest.Account, []string{"role_arn"}},
		"name, role's given": {tftest.With(tftest.Block{"name": unknown}, role(tftest.Block{"name": "jobs"})), tftest.Account, []string{"arn"}},
		"given role":         {role(tftest.Block{"arn": tftest.Place.Global("iam", "role/jobs")}), "", []string{"arn", "policy_json"}},
		"environment":        {tftest.Block{"environment": unknown}, tftest.Account, nil},
		"launch type":        {tftest.Block{"launch_type": unknown}, tftest.Account, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := tftest.With(tftest.With(task(nil), tftest.Block{
				"name": "nightly", "group": "default", "expression": "rate(1 day)", "capacity_providers": tftest.Null{},
			}), c.config)
			given := tfsdk.Config{Raw: tftest.Value(t, schema.Schema.Type().TerraformType(t.Context()), config), Schema: schema.Schema}
			var plan model
			diags := given.Get(t.Context(), &plan)
			place := lifecycle.Site{Place: tftest.Place, DefaultSubnets: func() types.Set { return tf.SetOf(nil) }}
			place.Account = c.account
			r.planSchedule(t.Context(), place, &plan, &diags)
			if diags.HasError() {
				t.Fatal(diags)
			}
			var have []string
			for name, v := range map[string]attr.Value{
				"arn": plan.ARN, "policy_json": plan.PolicyJSON, "role_arn": plan.RoleARN, "role_name": plan.RoleName, "tags_all": plan.TagsAll,
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
