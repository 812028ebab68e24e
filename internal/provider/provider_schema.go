package provider

import (
	"context"
	"fmt"
	"regexp"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/providervalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/aws/connection"
	"github.com/dockertask/terraform-provider-docker/internal/awsname"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
)

var (
	isAccountID = stringvalidator.RegexMatches(awsname.AccountID, "must be an AWS account ID: 12 digits, in quotes to keep leading zeros")

	roleARNPattern = regexp.MustCompile(`^(arn:[^:]+:iam::\d{12}:role/.+)?$`)
)

// Schema describes the provider block: names, forms and blocks of the aws provider, so that
// the same block configures both.
func (p *dockerProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Docker tasks on Amazon ECS, and the wires that connect a task to the resources it uses and to its consumers.\n\n" +
			"The provider block takes the arguments of the `aws` provider, with the same names, environment variables and precedence, except for `account_id`, `defaults` and `insecure_registries`, which are not in `aws`, and " +
			"`s3_use_path_style`, `s3_us_east_1_regional_endpoint`, `tag_policy_compliance`, `token_bucket_rate_limiter_capacity` and `user_agent`, which are not here. " +
			"`endpoints` takes the services that this provider calls.",
		Attributes: map[string]schema.Attribute{
			"region": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "AWS region of all resources without a `region` of their own. Can also be set by the environment variables " +
					"`AWS_REGION` or `AWS_DEFAULT_REGION`, or by `region` in the profile.",
			},
			"access_key": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Access key ID; requires `secret_key`. Can also be set by the environment variable `AWS_ACCESS_KEY_ID`.",
			},
			"secret_key": schema.StringAttribute{
				Optional:            true,
				Sensitive:           true,
				MarkdownDescription: "Secret access key; requires `access_key`. Can also be set by the environment variable `AWS_SECRET_ACCESS_KEY`.",
			},
			"token": schema.StringAttribute{
				Optional:            true,
				Sensitive:           true,
				MarkdownDescription: "Session token of temporary credentials. Can also be set by the environment variable `AWS_SESSION_TOKEN`.",
			},
			"profile": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Profile of the shared configuration files. Overrides credentials in environment variables. " +
					"Can also be set by the environment variable `AWS_PROFILE`.",
			},
			"shared_config_files": schema.ListAttribute{
				ElementType: types.StringType,
				Optional:    true,
				MarkdownDescription: "Paths of shared configuration files, `~/.aws/config` unless set. " +
					"Can also be set by the environment variable `AWS_CONFIG_FILE`.",
			},
			"shared_credentials_files": schema.ListAttribute{
				ElementType: types.StringType,
				Optional:    true,
				MarkdownDescription: "Paths of shared credentials files, `~/.aws/credentials` unless set. " +
					"Can also be set by the environment variable `AWS_SHARED_CREDENTIALS_FILE`.",
			},
			"allowed_account_ids": accountIDs("Allowed account IDs: credentials of any other account are an error. Conflicts with `forbidden_account_ids`."),
			"forbidden_account_ids": accountIDs("Forbidden account IDs: credentials of one of them are an error. " +
				"Conflicts with `allowed_account_ids`."),
			"account_id": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "ID of the account. With it, credentials are looked for only when AWS is called, and have to be of this account. So a plan of a configuration without state " +
					"needs no credentials and no network, and every ARN and policy is known: for `terraform test`, for policy checkers, and for pull requests from forks. Only the subnets of the default " +
					"VPC are unknown then, where `subnet_ids` is not set.",
				Validators: []validator.String{isAccountID},
			},
			"defaults": defaultsSchema(),
			"max_retries": schema.Int64Attribute{
				Optional: true,
				MarkdownDescription: "Number of attempts of a call that fails with a temporary error. Default: 25. Throttled calls are " +
					"not counted: they are sent at the rate that AWS allows, until the timeout of the operation. " +
					"Can also be set by the environment variable `AWS_MAX_ATTEMPTS`, or by `max_attempts` in the profile.",
				Validators: []validator.Int64{int64validator.AtLeast(0)},
			},
			"retry_mode": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "How failed calls are retried: `standard` (the default) or `adaptive`. " +
					"Can also be set by the environment variable `AWS_RETRY_MODE`, or by `retry_mode` in the profile.",
				Validators: []validator.String{stringvalidator.OneOf("standard", "adaptive")},
			},
			"http_proxy": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "URL of the proxy for HTTP requests; empty for none. Can also be set by the environment variable `HTTP_PROXY`.",
			},
			"https_proxy": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "URL of the proxy for HTTPS requests; empty for none. Can also be set by the environment variable `HTTPS_PROXY`.",
			},
			"no_proxy": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Hosts to reach without a proxy, separated by commas. Can also be set by the environment variable `NO_PROXY`.",
			},
			"custom_ca_bundle": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Path of a file of root certificates to trust. Can also be set by the environment variable `AWS_CA_BUNDLE`.",
			},
			"insecure": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Accept any TLS certificate. Only for tests.",
			},
			"insecure_registries": schema.SetAttribute{
				ElementType: types.StringType,
				Optional:    true,
				MarkdownDescription: "Container registries that `docker_task_image` may use without TLS, as they are in image names: `HOST` or `HOST:PORT`, as in Docker's `insecure-registries`. " +
					"TLS is tried first. Without TLS, everyone on the network path can read the login and change the responses. Registries " +
					"at `localhost` and at loopback addresses need not be listed; all others are used with TLS only.",
				Validators: []validator.Set{setvalidator.ValueStringsAre(tf.StringCheck(checkRegistryHost))},
			},
			"use_fips_endpoint": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Use endpoints that comply with FIPS 140. " +
					"Can also be set by the environment variable `AWS_USE_FIPS_ENDPOINT`, or by `use_fips_endpoint` in the profile.",
			},
			"use_dualstack_endpoint": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Use dual-stack endpoints (IPv4 and IPv6). " +
					"Can also be set by the environment variable `AWS_USE_DUALSTACK_ENDPOINT`, or by `use_dualstack_endpoint` in the profile.",
			},
			"sts_region": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Region of the STS endpoint. Default: `region`.",
			},
			"ec2_metadata_service_endpoint": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Address of the EC2 metadata service. " +
					"Can also be set by the environment variable `AWS_EC2_METADATA_SERVICE_ENDPOINT`.",
			},
			"ec2_metadata_service_endpoint_mode": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "How to reach the EC2 metadata service: `IPv4` or `IPv6`. " +
					"Can also be set by the environment variable `AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE`.",
				Validators: []validator.String{stringvalidator.OneOfCaseInsensitive("IPv4", "IPv6")},
			},
			"skip_credentials_validation": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Do not check the credentials with STS. For AWS-compatible APIs without STS.",
			},
			"skip_metadata_api_check": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Do not look for credentials in the EC2 metadata service; `false` " +
					"overrides the environment variable `AWS_EC2_METADATA_DISABLED`.",
			},
			"skip_region_validation": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Accept any region name: a region newer than the provider, or of an AWS-compatible API.",
			},
			"skip_requesting_account_id": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Do not look up the account ID, if `skip_credentials_validation` " +
					"is set too. ARNs are then unknown until AWS returns them.",
			},
		},
		Blocks: map[string]schema.Block{
			"assume_role": schema.ListNestedBlock{
				MarkdownDescription: "Role to assume. Several blocks are a chain: each role is assumed with the credentials of the previous one.",
				NestedObject: schema.NestedBlockObject{Attributes: map[string]schema.Attribute{
					"role_arn":     roleARN(),
					"duration":     sessionDuration(),
					"external_id":  schema.StringAttribute{Optional: true, MarkdownDescription: "External ID that the role requires.", Validators: atMost(1224)},
					"policy":       schema.StringAttribute{Optional: true, MarkdownDescription: "IAM policy (JSON) that restricts the session further."},
					"policy_arns":  stringSet("ARNs of IAM policies that restrict the session further."),
					"session_name": schema.StringAttribute{Optional: true, MarkdownDescription: "Name of the session.", Validators: atMost(64)},
					"source_identity": schema.StringAttribute{
						Optional: true, MarkdownDescription: "Source identity of the session.", Validators: atMost(64),
					},
					"tags":                schema.MapAttribute{ElementType: types.StringType, Optional: true, MarkdownDescription: "Tags of the session."},
					"transitive_tag_keys": stringSet("Keys of the tags that are passed on to roles assumed with this session."),
				}},
			},
			"assume_role_with_web_identity": schema.ListNestedBlock{
				MarkdownDescription: "Role to assume with the token of an OpenID Connect provider, of a CI system for example.",
				Validators:          []validator.List{listvalidator.SizeAtMost(1)},
				NestedObject: schema.NestedBlockObject{Attributes: map[string]schema.Attribute{
					"role_arn":     roleARN(),
					"duration":     sessionDuration(),
					"policy":       schema.StringAttribute{Optional: true, MarkdownDescription: "IAM policy (JSON) that restricts the session further."},
					"policy_arns":  stringSet("ARNs of IAM policies that restrict the session further."),
					"session_name": schema.StringAttribute{Optional: true, MarkdownDescription: "Name of the session.", Validators: atMost(64)},
					"web_identity_token": schema.StringAttribute{
						Optional:            true,
						Sensitive:           true,
						MarkdownDescription: "The token. Conflicts with `web_identity_token_file`.",
						Validators: []validator.String{
							stringvalidator.ConflictsWith(path.MatchRelative().AtParent().AtName("web_identity_token_file")),
						},
					},
					"web_identity_token_file": schema.StringAttribute{
						Optional:            true,
						MarkdownDescription: "Path of a file with the token.",
					},
				}},
			},
			"default_tags": schema.ListNestedBlock{
				MarkdownDescription: "Tags for every resource that has tags.",
				Validators:          []validator.List{listvalidator.SizeAtMost(1)},
				NestedObject: schema.NestedBlockObject{Attributes: map[string]schema.Attribute{
					"tags": schema.MapAttribute{
						ElementType: types.StringType,
						Optional:    true,
						MarkdownDescription: "The tags. A resource's own value of a key overrides them. " +
							"Can also be set by environment variables like `" + defaultTagsEnvPrefix + "<key>`.",
					},
				}},
			},
			"ignore_tags": schema.ListNestedBlock{
				MarkdownDescription: "Tags of others on the resources: neither read nor removed.",
				Validators:          []validator.List{listvalidator.SizeAtMost(1)},
				NestedObject: schema.NestedBlockObject{Attributes: map[string]schema.Attribute{
					"keys": stringSet("Keys of such tags. Can also be set by the environment variable `" + ignoreTagsKeysEnv +
						"`, separated by commas."),
					"key_prefixes": stringSet("Prefixes of the keys of such tags. Can also be set by the environment variable `" + ignoreTagsKeyPrefixesEnv +
						"`, separated by commas."),
				}},
			},
			// A set in the aws provider, which is written the same. The framework logs the path to
			// an element of a set with the whole element, and a URL may have a password in it.
			"endpoints": schema.ListNestedBlock{
				MarkdownDescription: "Endpoint URLs of services. Can also be set by the environment variables `AWS_ENDPOINT_URL` and " +
					"`AWS_ENDPOINT_URL_<SERVICE>`, such as `AWS_ENDPOINT_URL_CLOUDWATCH_LOGS`, or by `endpoint_url` in the profile.",
				NestedObject: schema.NestedBlockObject{Attributes: endpointAttributes()},
			},
		},
	}
}

// ConfigValidators are the rules between arguments.
func (p *dockerProvider) ConfigValidators(context.Context) []provider.ConfigValidator {
	return []provider.ConfigValidator{
		providervalidator.Conflicting(path.MatchRoot("allowed_account_ids"), path.MatchRoot("forbidden_account_ids")),
		providervalidator.RequiredTogether(path.MatchRoot("access_key"), path.MatchRoot("secret_key")),
	}
}

func endpointAttributes() map[string]schema.Attribute {
	attributes := make(map[string]schema.Attribute)
	for _, service := range connection.EndpointServices {
		attributes[service.Name] = schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "URL for the service `" + service.Name + "`.",
			Validators:          []validator.String{urlValidator{}},
		}
		for _, alias := range service.Aliases {
			attributes[alias] = schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Another name for `" + service.Name + "`.",
				Validators:          []validator.String{urlValidator{}},
			}
		}
	}
	return attributes
}

func accountIDs(description string) schema.SetAttribute {
	return schema.SetAttribute{
		ElementType:         types.StringType,
		Optional:            true,
		MarkdownDescription: description,
		Validators:          []validator.Set{setvalidator.ValueStringsAre(isAccountID)},
	}
}

func roleARN() schema.StringAttribute {
	return schema.StringAttribute{
		Optional:            true, // the aws provider takes an empty block, too
		MarkdownDescription: "ARN of the role.",
		Validators: []validator.String{
			stringvalidator.RegexMatches(roleARNPattern, "must be the ARN of an IAM role, such as arn:PARTITION:iam::ACCOUNT:role/NAME"),
		},
	}
}

func sessionDuration() schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true,
		MarkdownDescription: fmt.Sprintf("Duration of the session before it is renewed, such as "+
			"`30m`: 15 minutes to 12 hours. Default: %d minutes. AWS allows one hour for a chained role.", connection.DefaultSessionDuration/time.Minute),
		Validators: []validator.String{durationValidator{min: 15 * time.Minute, max: 12 * time.Hour}},
	}
}

func stringSet(description string) schema.SetAttribute {
	return schema.SetAttribute{ElementType: types.StringType, Optional: true, MarkdownDescription: description}
}

// atMost takes what STS takes for the names of a session: two characters or more.
func atMost(longest int) []validator.String {
	return []validator.String{stringvalidator.LengthBetween(2, longest)}
}
