package taskcluster

import (
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tftest"
)

// What is unknown in the configuration makes unknown just what follows from it.
func TestPlanCluster_unknown(t *testing.T) {
	t.Parallel()
	var schema resource.SchemaResponse
	r := &clusterResource{}
	r.Schema(t.Context(), resource.SchemaRequest{}, &schema)
	unknown := tftest.Unknown
	for name, c := range map[string]struct {
		config  tftest.Block
		account string
		want    []string
	}{
		"nothing":             {nil, tftest.Account, []string{"container_insights"}},
		"insights said":       {tftest.Block{"container_insights": "enabled"}, tftest.Account, nil},
		"account":             {nil, "", []string{"arn", "container_insights"}},
		"name":                {tftest.Block{"name": unknown}, tftest.Account, []string{"arn", "console_urls", "container_insights", "name"}},
		"region":              {tftest.Block{"region": unknown}, tftest.Account, []string{"arn", "console_urls", "container_insights", "region"}},
		"providers":           {tftest.Block{"capacity_providers": unknown, "default_strategy": []any{tftest.Block{"name": "ours"}}}, tftest.Account, []string{"capacity_providers", "container_insights"}},
		"a provider":          {tftest.Block{"capacity_providers": []any{unknown}}, tftest.Account, []string{"container_insights"}},
		"strategy":            {tftest.Block{"default_strategy": unknown}, tftest.Account, []string{"container_insights"}},
		"strategy's provider": {tftest.Block{"default_strategy": []any{tftest.Block{"name": unknown}}}, tftest.Account, []string{"container_insights"}},
		"execute command":     {tftest.Block{"execute_command": unknown}, tftest.Account, []string{"container_insights"}},
		"tags":                {tftest.Block{"tags": tftest.Block{"a": unknown}}, tftest.Account, []string{"container_insights", "tags_all"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := tfsdk.Config{Raw: tftest.Value(t, schema.Schema.Type().TerraformType(t.Context()), c.config), Schema: schema.Schema}
			in := clusterInput{place: tftest.Place}
			in.place.Account = c.account
			diags := config.Get(t.Context(), &in.config)
			plan := in.config
			planCluster(t.Context(), in, &plan, &diags)
			if diags.HasError() {
				t.Fatal(diags)
			}
			var have []string
			for name, v := range map[string]attr.Value{
				"name": plan.Name, "region": plan.Region, "arn": plan.ARN, "capacity_providers": plan.CapacityProviders, "container_insights": plan.ContainerInsights,
				"console_urls": plan.ConsoleURLs, "tags_all": plan.TagsAll, "drift": plan.Drift,
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
