package provider

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/dockertask/terraform-provider-docker/internal/aws/connection"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
)

// providerModel is the provider block.
type providerModel struct {
	Region                         types.String `tfsdk:"region"`
	AccessKey                      types.String `tfsdk:"access_key"`
	SecretKey                      types.String `tfsdk:"secret_key"`
	Token                          types.String `tfsdk:"token"`
	Profile                        types.String `tfsdk:"profile"`
	SharedConfigFiles              types.List   `tfsdk:"shared_config_files"`
	SharedCredentialsFiles         types.List   `tfsdk:"shared_credentials_files"`
	AllowedAccountIDs              types.Set    `tfsdk:"allowed_account_ids"`
	ForbiddenAccountIDs            types.Set    `tfsdk:"forbidden_account_ids"`
	AccountID                      types.String `tfsdk:"account_id"`
	MaxRetries                     types.Int64  `tfsdk:"max_retries"`
	RetryMode                      types.String `tfsdk:"retry_mode"`
	HTTPProxy                      types.String `tfsdk:"http_proxy"`
	HTTPSProxy                     types.String `tfsdk:"https_proxy"`
	NoProxy                        types.String `tfsdk:"no_proxy"`
	CustomCABundle                 types.String `tfsdk:"custom_ca_bundle"`
	Insecure                       types.Bool   `tfsdk:"insecure"`
	InsecureRegistries             types.Set    `tfsdk:"insecure_registries"`
	UseFIPSEndpoint                types.Bool   `tfsdk:"use_fips_endpoint"`
	UseDualStackEndpoint           types.Bool   `tfsdk:"use_dualstack_endpoint"`
	STSRegion                      types.String `tfsdk:"sts_region"`
	EC2MetadataServiceEndpoint     types.String `tfsdk:"ec2_metadata_service_endpoint"`
	EC2MetadataServiceEndpointMode types.String `tfsdk:"ec2_metadata_service_endpoint_mode"`
	SkipCredentialsValidation      types.Bool   `tfsdk:"skip_credentials_validation"`
	SkipMetadataAPICheck           types.Bool   `tfsdk:"skip_metadata_api_check"`
	SkipRegionValidation           types.Bool   `tfsdk:"skip_region_validation"`
	SkipRequestingAccountID        types.Bool   `tfsdk:"skip_requesting_account_id"`

	AssumeRole                types.List   `tfsdk:"assume_role"`
	AssumeRoleWithWebIdentity types.List   `tfsdk:"assume_role_with_web_identity"`
	DefaultTags               types.List   `tfsdk:"default_tags"`
	Defaults                  types.Object `tfsdk:"defaults"`
	IgnoreTags                types.List   `tfsdk:"ignore_tags"`
	Endpoints                 types.List   `tfsdk:"endpoints"`
}

type assumeRoleModel struct {
	RoleARN           types.String `tfsdk:"role_arn"`
	Duration          types.String `tfsdk:"duration"`
	ExternalID        types.String `tfsdk:"external_id"`
	Policy            types.String `tfsdk:"policy"`
	PolicyARNs        types.Set    `tfsdk:"policy_arns"`
	SessionName       types.String `tfsdk:"session_name"`
	SourceIdentity    types.String `tfsdk:"source_identity"`
	Tags              types.Map    `tfsdk:"tags"`
	TransitiveTagKeys types.Set    `tfsdk:"transitive_tag_keys"`
}

type webIdentityModel struct {
	RoleARN              types.String `tfsdk:"role_arn"`
	Duration             types.String `tfsdk:"duration"`
	Policy               types.String `tfsdk:"policy"`
	PolicyARNs           types.Set    `tfsdk:"policy_arns"`
	SessionName          types.String `tfsdk:"session_name"`
	WebIdentityToken     types.String `tfsdk:"web_identity_token"`
	WebIdentityTokenFile types.String `tfsdk:"web_identity_token_file"`
}

type defaultTagsModel struct {
	Tags types.Map `tfsdk:"tags"`
}

type ignoreTagsModel struct {
	Keys        types.Set `tfsdk:"keys"`
	KeyPrefixes types.Set `tfsdk:"key_prefixes"`
}

// config is the block in plain types. Everything but default_tags must be known.
func (m providerModel) config(ctx context.Context) (connection.Config, diag.Diagnostics) {
	var diags diag.Diagnostics
	c := connection.Config{
		Region:                         m.Region.ValueString(),
		STSRegion:                      m.STSRegion.ValueString(),
		AccessKey:                      m.AccessKey.ValueString(),
		SecretKey:                      m.SecretKey.ValueString(),
		Token:                          m.Token.ValueString(),
		Profile:                        m.Profile.ValueString(),
		SharedConfigFiles:              elements(ctx, m.SharedConfigFiles, &diags),
		SharedCredentialsFiles:         elements(ctx, m.SharedCredentialsFiles, &diags),
		AllowedAccountIDs:              elements(ctx, m.AllowedAccountIDs, &diags),
		ForbiddenAccountIDs:            elements(ctx, m.ForbiddenAccountIDs, &diags),
		AccountID:                      m.AccountID.ValueString(),
		RetryMode:                      m.RetryMode.ValueString(),
		HTTPProxy:                      m.HTTPProxy.ValueStringPointer(), // empty is not null: no proxy
		HTTPSProxy:                     m.HTTPSProxy.ValueStringPointer(),
		NoProxy:                        m.NoProxy.ValueString(),
		CustomCABundle:                 m.CustomCABundle.ValueString(),
		Insecure:                       m.Insecure.ValueBool(),
		UseFIPSEndpoint:                m.UseFIPSEndpoint.ValueBool(),
		UseDualStackEndpoint:           m.UseDualStackEndpoint.ValueBool(),
		EC2MetadataServiceEndpoint:     m.EC2MetadataServiceEndpoint.ValueString(),
		EC2MetadataServiceEndpointMode: m.EC2MetadataServiceEndpointMode.ValueString(),
		SkipCredentialsValidation:      m.SkipCredentialsValidation.ValueBool(),
		SkipMetadataAPICheck:           m.SkipMetadataAPICheck.ValueBoolPointer(),
		SkipRegionValidation:           m.SkipRegionValidation.ValueBool(),
		SkipRequestingAccountID:        m.SkipRequestingAccountID.ValueBool(),
	}
	if !m.MaxRetries.IsNull() {
		n := int(m.MaxRetries.ValueInt64())
		c.MaxRetries = &n
	}
	c.AssumeRole = m.assumeRole(ctx, &diags)
	c.AssumeRoleWithWebIdentity = m.assumeRoleWithWebIdentity(ctx, &diags)
	c.Endpoints = m.endpoints(&diags)
	return c, diags
}

// registries is what the block says of registries, whatever else in it is unknown.
func (m providerModel) registries(ctx context.Context, diags *diag.Diagnostics) (lifecycle.Registries, error) {
	for name, value := range map[string]attr.Value{
		"custom_ca_bundle": m.CustomCABundle, "http_proxy": m.HTTPProxy, "https_proxy": m.HTTPSProxy,
		"insecure": m.Insecure, "insecure_registries": m.InsecureRegistries, "no_proxy": m.NoProxy,
	} {
		if value.IsUnknown() {
			return lifecycle.Registries{Pending: name}, nil
		}
	}
	for _, host := range m.InsecureRegistries.Elements() {
		if host.IsUnknown() {
			return lifecycle.Registries{Pending: "insecure_registries"}, nil
		}
	}
	transport, err := connection.Transport(ctx, connection.Config{
		HTTPProxy:      m.HTTPProxy.ValueStringPointer(),
		HTTPSProxy:     m.HTTPSProxy.ValueStringPointer(),
		NoProxy:        m.NoProxy.ValueString(),
		CustomCABundle: m.CustomCABundle.ValueString(),
		Insecure:       m.Insecure.ValueBool(),
		// For the ca_bundle of the profile.
		Profile:                m.Profile.ValueString(),
		SharedConfigFiles:      known(ctx, m.SharedConfigFiles, diags),
		SharedCredentialsFiles: known(ctx, m.SharedCredentialsFiles, diags),
	})
	return lifecycle.Registries{Transport: transport, Insecure: elements(ctx, m.InsecureRegistries, diags)}, err
}

// known are the strings of a list, none while one of them is unknown.
func known(ctx context.Context, list types.List, diags *diag.Diagnostics) []string {
	if list.IsUnknown() {
		return nil
	}
	for _, element := range list.Elements() {
		if element.IsUnknown() {
			return nil
		}
	}
	return elements(ctx, list, diags)
}

func (m providerModel) assumeRole(ctx context.Context, diags *diag.Diagnostics) []connection.AssumeRole {
	var blocks []assumeRoleModel
	diags.Append(m.AssumeRole.ElementsAs(ctx, &blocks, false)...)

	roles := make([]connection.AssumeRole, 0, len(blocks))
	for i, b := range blocks {
		block := path.Root("assume_role").AtListIndex(i)
		if b.RoleARN.ValueString() == "" {
			noRole(block, len(blocks) == 1, diags)
			continue
		}
		roles = append(roles, connection.AssumeRole{
			RoleARN:           b.RoleARN.ValueString(),
			Duration:          duration(block.AtName("duration"), b.Duration, diags),
			ExternalID:        b.ExternalID.ValueString(),
			Policy:            b.Policy.ValueString(),
			PolicyARNs:        elements(ctx, b.PolicyARNs, diags),
			SessionName:       b.SessionName.ValueString(),
			SourceIdentity:    b.SourceIdentity.ValueString(),
			Tags:              stringMap(ctx, b.Tags, diags),
			TransitiveTagKeys: elements(ctx, b.TransitiveTagKeys, diags),
		})
	}
	return roles
}

func (m providerModel) assumeRoleWithWebIdentity(ctx context.Context, diags *diag.Diagnostics) *connection.AssumeRoleWithWebIdentity {
	var blocks []webIdentityModel
	diags.Append(m.AssumeRoleWithWebIdentity.ElementsAs(ctx, &blocks, false)...)
	if len(blocks) == 0 {
		return nil
	}
	b, block := blocks[0], path.Root("assume_role_with_web_identity").AtListIndex(0)
	if b.RoleARN.ValueString() == "" {
		noRole(block, true, diags)
		return nil
	}
	if b.WebIdentityToken.ValueString() == "" && b.WebIdentityTokenFile.ValueString() == "" {
		diags.AddAttributeError(block, "No web identity token", "Set web_identity_token or web_identity_token_file.")
	}
	return &connection.AssumeRoleWithWebIdentity{
		RoleARN:              b.RoleARN.ValueString(),
		Duration:             duration(block.AtName("duration"), b.Duration, diags),
		Policy:               b.Policy.ValueString(),
		PolicyARNs:           elements(ctx, b.PolicyARNs, diags),
		SessionName:          b.SessionName.ValueString(),
		WebIdentityToken:     b.WebIdentityToken.ValueString(),
		WebIdentityTokenFile: b.WebIdentityTokenFile.ValueString(),
	}
}

// noRole reports a block without a role. The aws provider takes a single one as if it were
// not there, with a warning, and so must we; a gap in a chain is an error there, too.
func noRole(block path.Path, single bool, diags *diag.Diagnostics) {
	const summary = "No role to assume"
	if single {
		diags.AddAttributeWarning(block, summary, "role_arn is not set, so no role is assumed: the credentials are used as they are. Set role_arn or remove the block.")
		return
	}
	diags.AddAttributeError(block, summary, "role_arn is not set. Set it or remove the block.")
}

// endpoints returns the URLs by the service's own name.
func (m providerModel) endpoints(diags *diag.Diagnostics) map[string]string {
	urls := make(map[string]string)
	for _, block := range m.Endpoints.Elements() {
		object, ok := block.(types.Object)
		if !ok {
			continue
		}
		given := object.Attributes()
		for _, service := range connection.EndpointServices {
			for _, name := range append([]string{service.Name}, service.Aliases...) {
				url := stringValue(given[name])
				if url == "" {
					continue
				}
				if other, ok := urls[service.Name]; ok && other != url {
					// Not repeated: there may be passwords in them.
					names := strings.Join(append([]string{service.Name}, service.Aliases...), ", ")
					diags.AddAttributeError(path.Root("endpoints"), "Two endpoints for one service",
						"The service "+service.Name+" has two different endpoints. It goes by the names "+names+": set one of them, once.")
				}
				urls[service.Name] = url
			}
		}
	}
	return urls
}

// tags returns the default tags, and whether they are unknown.
func (m providerModel) tags(ctx context.Context, diags *diag.Diagnostics) (tags map[string]string, unknown bool) {
	block := make(map[string]string)
	for _, v := range m.DefaultTags.Elements() {
		object, ok := v.(types.Object)
		if !ok {
			continue
		}
		if object.IsUnknown() {
			return nil, true
		}
		var b defaultTagsModel
		diags.Append(object.As(ctx, &b, basetypes.ObjectAsOptions{})...)
		if b.Tags.IsUnknown() {
			return nil, true
		}
		for key, value := range b.Tags.Elements() {
			if value.IsUnknown() {
				return nil, true
			}
			if !value.IsNull() {
				block[key] = stringValue(value)
			}
		}
	}
	return defaultTags(block), m.DefaultTags.IsUnknown()
}

func (m providerModel) ignoreTags(ctx context.Context, diags *diag.Diagnostics) lifecycle.IgnoreTags {
	var blocks []ignoreTagsModel
	diags.Append(m.IgnoreTags.ElementsAs(ctx, &blocks, false)...)
	var keys, keyPrefixes []string
	for _, b := range blocks {
		keys = append(keys, elements(ctx, b.Keys, diags)...)
		keyPrefixes = append(keyPrefixes, elements(ctx, b.KeyPrefixes, diags)...)
	}
	return ignoreTags(keys, keyPrefixes)
}

// elements returns the strings of a list or set; those that are null are left out.
func elements(ctx context.Context, collection interface {
	ElementsAs(ctx context.Context, target any, allowUnhandled bool) diag.Diagnostics
}, diags *diag.Diagnostics) []string {
	var values []types.String
	diags.Append(collection.ElementsAs(ctx, &values, false)...)
	var result []string
	for _, v := range values {
		if !v.IsNull() {
			result = append(result, v.ValueString())
		}
	}
	return result
}

func stringMap(ctx context.Context, m types.Map, diags *diag.Diagnostics) map[string]string {
	var values map[string]types.String
	diags.Append(m.ElementsAs(ctx, &values, false)...)
	result := make(map[string]string, len(values))
	for key, v := range values {
		if !v.IsNull() {
			result[key] = v.ValueString()
		}
	}
	return result
}

func stringValue(v attr.Value) string {
	s, ok := v.(types.String)
	if !ok {
		return ""
	}
	return s.ValueString()
}

func duration(at path.Path, s types.String, diags *diag.Diagnostics) time.Duration {
	if s.IsNull() {
		return 0
	}
	d, err := time.ParseDuration(s.ValueString())
	if err != nil {
		diags.AddAttributeError(at, "Invalid duration", fmt.Sprintf("%q is no duration, such as 1h30m.", s.ValueString()))
	}
	return d
}
