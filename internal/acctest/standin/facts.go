package standin

import (
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
)

// factSource is a data source without arguments, of strings that follow from the settings.
type factSource struct {
	name     string
	facts    func(*settings) map[string]string
	settings *settings
}

var _ datasource.DataSourceWithConfigure = (*factSource)(nil)

func callerIdentity(s *settings) map[string]string {
	partition, _ := s.partition(s.region)
	return map[string]string{
		"id":         s.account,
		"account_id": s.account,
		"arn":        "arn:" + partition + ":iam::" + s.account + ":user/acceptance-test",
		"user_id":    "AIDAACCEPTANCETEST00",
	}
}

func partitionFacts(s *settings) map[string]string {
	partition, dns := s.partition(s.region)
	return map[string]string{"id": partition, "partition": partition, "dns_suffix": dns}
}

func regionFacts(s *settings) map[string]string {
	return map[string]string{"id": s.region, "name": s.region, "region": s.region, "description": s.region}
}

func (d *factSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = d.name
}

func (d *factSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: make(map[string]schema.Attribute)}
	for name := range d.facts(&settings{}) {
		resp.Schema.Attributes[name] = schema.StringAttribute{Computed: true}
	}
}

func (d *factSource) Configure(_ context.Context, req datasource.ConfigureRequest, _ *datasource.ConfigureResponse) {
	if configured, ok := req.ProviderData.(*settings); ok {
		d.settings = configured
	}
}

func (d *factSource) Read(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	facts := d.facts(d.settings)
	for _, name := range slices.Sorted(maps.Keys(facts)) {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(name), facts[name])...)
	}
}
