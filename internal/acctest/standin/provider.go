package standin

import (
	"cmp"
	"context"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// New makes the stand-in for provider "aws".
func New() provider.Provider { return &standinProvider{name: "aws"} }

// NewCloudControl makes the stand-in for provider "awscc".
func NewCloudControl() provider.Provider { return &standinProvider{name: "awscc"} }

// standinProvider has those types of the table whose names begin with its own.
type standinProvider struct{ name string }

func (p *standinProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = p.name
}

// Schema accepts the arguments that configurations commonly have. Of them only region,
// access_key and default_tags mean something here.
func (*standinProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	text := schema.StringAttribute{Optional: true}
	secret := schema.StringAttribute{Optional: true, Sensitive: true}
	flag := schema.BoolAttribute{Optional: true}
	texts := schema.SetAttribute{ElementType: types.StringType, Optional: true}
	textMap := schema.MapAttribute{ElementType: types.StringType, Optional: true}
	block := func(nested map[string]schema.Attribute) schema.Block {
		return schema.ListNestedBlock{NestedObject: schema.NestedBlockObject{Attributes: nested}}
	}
	endpoints := make(map[string]schema.Attribute)
	for _, service := range []string{"cloudwatchlogs", "dynamodb", "ec2", "ecr", "ecs", "events", "iam", "kms", "lambda", "logs", "s3", "scheduler", "secretsmanager", "sns", "sqs", "ssm", "stepfunctions", "sts"} {
		endpoints[service] = text
	}
	resp.Schema = schema.Schema{
		Attributes: map[string]schema.Attribute{
			"region": text, "profile": text, "access_key": secret, "secret_key": secret, "token": secret,
			"max_retries": schema.Int64Attribute{Optional: true}, "retry_mode": text,
			"allowed_account_ids": texts, "forbidden_account_ids": texts,
			"skip_credentials_validation": flag, "skip_metadata_api_check": text,
			"skip_region_validation": flag, "skip_requesting_account_id": flag, "s3_use_path_style": flag,
		},
		Blocks: map[string]schema.Block{
			"assume_role":  block(map[string]schema.Attribute{"role_arn": text, "session_name": text, "external_id": text, "duration": text}),
			"default_tags": block(map[string]schema.Attribute{"tags": textMap}),
			"endpoints":    block(endpoints),
			"ignore_tags":  block(map[string]schema.Attribute{"keys": texts, "key_prefixes": texts}),
		},
	}
}

func (*standinProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var region, accessKey types.String
	var defaultTags []struct {
		Tags map[string]string `tfsdk:"tags"`
	}
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("region"), &region)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("access_key"), &accessKey)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("default_tags"), &defaultTags)...)
	if resp.Diagnostics.HasError() {
		return
	}
	configured := &settings{
		region:      cmp.Or(region.ValueString(), os.Getenv("AWS_REGION"), os.Getenv("AWS_DEFAULT_REGION")),
		account:     accountFrom(cmp.Or(accessKey.ValueString(), os.Getenv("AWS_ACCESS_KEY_ID"))),
		defaultTags: make(map[string]string),
	}
	if configured.region == "" {
		resp.Diagnostics.AddAttributeError(path.Root("region"), "Invalid provider configuration", "The region is neither in the provider block nor in AWS_REGION.")
		return
	}
	for _, block := range defaultTags {
		maps.Copy(configured.defaultTags, block.Tags)
	}
	resp.ResourceData, resp.DataSourceData = configured, configured
}

func (p *standinProvider) Resources(context.Context) []func() resource.Resource {
	var all []func() resource.Resource
	for _, name := range slices.Sorted(maps.Keys(resourceTypes)) {
		if !strings.HasPrefix(name, p.name+"_") {
			continue
		}
		all = append(all, func() resource.Resource { return &tableResource{name: name, table: resourceTypes[name]} })
	}
	return all
}

func (p *standinProvider) DataSources(context.Context) []func() datasource.DataSource {
	if p.name != "aws" {
		return nil
	}
	return []func() datasource.DataSource{
		func() datasource.DataSource { return &policyDocument{} },
		func() datasource.DataSource { return &factSource{name: "aws_caller_identity", facts: callerIdentity} },
		func() datasource.DataSource { return &factSource{name: "aws_partition", facts: partitionFacts} },
		func() datasource.DataSource { return &factSource{name: "aws_region", facts: regionFacts} },
	}
}
