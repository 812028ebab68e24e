package connection

import (
	"context"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
	awsbase "github.com/hashicorp/aws-sdk-go-base/v2"
	"github.com/hashicorp/aws-sdk-go-base/v2/logging"

	"github.com/dockertask/terraform-provider-docker/internal/aws/wait"
)

const (
	// defaultMaxAttempts is how often the aws provider tries a call; the SDK's own 3 are few
	// for a run of hundreds of calls.
	defaultMaxAttempts = 25

	// DefaultSessionDuration is how long an assumed role's session lasts unless said
	// otherwise. The SDK's 15 minutes end in the middle of long applies; AWS grants chained
	// roles no more than this hour.
	DefaultSessionDuration = time.Hour

	documentationURL = "https://registry.terraform.io/providers/dockertask/docker/latest/docs"
)

// Config is what the provider block says. The zero value of a field means that the block does
// not say it: then environment variables, shared configuration files and defaults decide, in
// this order, as they do for the aws provider.
type Config struct {
	Region    string
	STSRegion string // region of the STS endpoint, if not Region

	AccessKey, SecretKey, Token string
	Profile                     string
	SharedConfigFiles           []string // a leading ~ and $VARIABLES are expanded
	SharedCredentialsFiles      []string

	AssumeRole                []AssumeRole // one after the other, each with the credentials of the one before
	AssumeRoleWithWebIdentity *AssumeRoleWithWebIdentity

	AllowedAccountIDs, ForbiddenAccountIDs []string

	// AccountID is the account that the credentials have to be of. With it they are looked for only when a call
	// needs them.
	AccountID string

	Endpoints map[string]string // URL by [EndpointService] name

	MaxRetries *int   // attempts of a call, the first included; throttled ones are not counted
	RetryMode  string // standard or adaptive

	HTTPProxy, HTTPSProxy *string // empty: no proxy, whatever the environment says
	NoProxy               string
	CustomCABundle        string // path of a PEM file
	Insecure              bool   // accept any TLS certificate

	UseFIPSEndpoint, UseDualStackEndpoint bool

	EC2MetadataServiceEndpoint     string
	EC2MetadataServiceEndpointMode string // IPv4 or IPv6

	SkipCredentialsValidation bool
	SkipMetadataAPICheck      *bool // true: never ask the EC2 metadata service
	SkipRegionValidation      bool
	SkipRequestingAccountID   bool

	UserAgent []UserAgent

	// Consistent: reads show each write at once, as on an emulator. A part that is not found is then gone,
	// however new the other parts are.
	Consistent bool

	// Clock is the time by which runs are awaited; nil for the machine's.
	Clock wait.Clock

	// HTTPClient makes the calls if set; proxies, CA bundle and Insecure are then its business.
	HTTPClient *http.Client
}

// urls are those that the configuration names, the block and what lies around it: they may
// have passwords in them.
func (c Config) urls(s surroundings) []string {
	urls := slices.Collect(maps.Values(c.Endpoints))
	urls = append(urls, c.EC2MetadataServiceEndpoint, s.profile.BaseEndpoint, s.profile.EC2IMDSEndpoint)
	for _, proxy := range []*string{c.HTTPProxy, c.HTTPSProxy} {
		urls = append(urls, aws.ToString(proxy))
	}
	for _, services := range s.profile.Services.ServiceValues {
		urls = append(urls, services["endpoint_url"])
	}
	for _, variable := range os.Environ() {
		if name, value, _ := strings.Cut(variable, "="); strings.Contains(value, "//") && strings.Contains(value, "@") &&
			(strings.HasPrefix(name, "AWS_") || strings.HasSuffix(strings.ToUpper(name), "_PROXY")) {
			urls = append(urls, value)
		}
	}
	return urls
}

// AssumeRole is a role to assume, see AssumeRole in the STS API reference.
type AssumeRole struct {
	RoleARN           string
	Duration          time.Duration // DefaultSessionDuration if 0
	ExternalID        string
	Policy            string // JSON
	PolicyARNs        []string
	SessionName       string
	SourceIdentity    string
	Tags              map[string]string
	TransitiveTagKeys []string
}

// AssumeRoleWithWebIdentity is a role to assume with the token of an OpenID Connect
// provider, given as it is or in a file.
type AssumeRoleWithWebIdentity struct {
	RoleARN              string
	Duration             time.Duration // DefaultSessionDuration if 0
	Policy               string        // JSON
	PolicyARNs           []string
	SessionName          string
	WebIdentityToken     string
	WebIdentityTokenFile string
}

// UserAgent is a program that the user agent of the calls names.
type UserAgent struct{ Name, Version string }

// secrets are the values that must never be logged.
func (c Config) secrets() []string {
	secrets := []string{c.SecretKey, c.Token, os.Getenv("AWS_SECRET_ACCESS_KEY"), os.Getenv("AWS_SESSION_TOKEN")}
	if w := c.AssumeRoleWithWebIdentity; w != nil {
		secrets = append(secrets, w.WebIdentityToken)
	}
	return secrets
}

// surroundings are the settings that lie around the provider block.
type surroundings struct {
	env     config.EnvConfig
	profile config.SharedConfig
}

// readSurroundings reads the environment and the profile in force. What cannot be read is
// left empty: aws-sdk-go-base reads both again, and reports the errors.
func (c Config) readSurroundings(ctx context.Context) surroundings {
	env, _ := config.NewEnvConfig()

	name := c.Profile
	if name == "" {
		name = env.SharedConfigProfile
	}
	if name == "" {
		name = config.DefaultSharedConfigProfile
	}

	files := awsbase.Config{SharedConfigFiles: c.SharedConfigFiles, SharedCredentialsFiles: c.SharedCredentialsFiles}
	profile, _ := config.LoadSharedConfigProfile(ctx, name, func(o *config.LoadSharedConfigOptions) {
		if paths, err := files.ResolveSharedConfigFiles(); err == nil && len(paths) > 0 {
			o.ConfigFiles = paths
		} else if env.SharedConfigFile != "" {
			o.ConfigFiles = []string{env.SharedConfigFile}
		}
		if paths, err := files.ResolveSharedCredentialsFiles(); err == nil && len(paths) > 0 {
			o.CredentialsFiles = paths
		} else if env.SharedCredentialsFile != "" {
			o.CredentialsFiles = []string{env.SharedCredentialsFile}
		}
	})
	return surroundings{env: env, profile: profile}
}

// region returns the region in force, "" if only the EC2 metadata service may know it.
func (c Config) region(s surroundings) string {
	for _, region := range []string{c.Region, s.env.Region, s.profile.Region} {
		if region != "" {
			return region
		}
	}
	return ""
}

// maxAttempts returns how often a call is tried.
func (c Config) maxAttempts(s surroundings) int {
	if c.MaxRetries != nil {
		return max(1, *c.MaxRetries) // 0 would mean the SDK's default
	}
	for _, n := range []int{s.env.RetryMaxAttempts, s.profile.RetryMaxAttempts} {
		if n > 0 {
			return n
		}
	}
	return defaultMaxAttempts
}

// awsBase translates to aws-sdk-go-base.
func (c Config) awsBase(s surroundings, logger logging.Logger) *awsbase.Config {
	base := &awsbase.Config{
		AccessKey:                      c.AccessKey,
		AllowedAccountIds:              c.AllowedAccountIDs,
		CallerDocumentationURL:         documentationURL,
		CallerName:                     "docker provider",
		CustomCABundle:                 c.CustomCABundle,
		EC2MetadataServiceEndpoint:     c.EC2MetadataServiceEndpoint,
		EC2MetadataServiceEndpointMode: c.EC2MetadataServiceEndpointMode,
		ForbiddenAccountIds:            c.ForbiddenAccountIDs,
		HTTPClient:                     c.HTTPClient,
		HTTPProxy:                      c.HTTPProxy,
		HTTPProxyMode:                  awsbase.HTTPProxyModeSeparate, // the other mode sends HTTPS through http_proxy
		HTTPSProxy:                     c.HTTPSProxy,
		IamEndpoint:                    c.Endpoints["iam"],
		Insecure:                       c.Insecure,
		Logger:                         logger,
		MaxRetries:                     c.maxAttempts(s),
		NoProxy:                        c.NoProxy,
		Profile:                        c.Profile,
		Region:                         c.region(s),
		RetryMode:                      aws.RetryMode(c.RetryMode),
		SecretKey:                      c.SecretKey,
		SharedConfigFiles:              c.SharedConfigFiles,
		SharedCredentialsFiles:         c.SharedCredentialsFiles,
		SkipCredsValidation:            c.SkipCredentialsValidation,
		SkipRequestingAccountId:        c.SkipRequestingAccountID,
		SsoEndpoint:                    c.Endpoints["sso"],
		StsEndpoint:                    c.Endpoints["sts"],
		StsRegion:                      c.STSRegion,
		SuppressDebugLog:               true, // see callLog
		Token:                          c.Token,
		UseDualStackEndpoint:           c.UseDualStackEndpoint,
		UseFIPSEndpoint:                c.UseFIPSEndpoint,
	}

	// Setting it makes aws-sdk-go-base change this process's environment: only when asked to.
	if skip := c.SkipMetadataAPICheck; skip != nil {
		base.EC2MetadataServiceEnableState = imds.ClientEnabled
		if *skip {
			base.EC2MetadataServiceEnableState = imds.ClientDisabled
		}
	}

	// Left nil without roles: static keys with an empty list would leave no credentials.
	for _, r := range c.AssumeRole {
		base.AssumeRole = append(base.AssumeRole, awsbase.AssumeRole{
			RoleARN:           r.RoleARN,
			Duration:          sessionDuration(r.Duration),
			ExternalID:        r.ExternalID,
			Policy:            r.Policy,
			PolicyARNs:        r.PolicyARNs,
			SessionName:       r.SessionName,
			SourceIdentity:    r.SourceIdentity,
			Tags:              r.Tags,
			TransitiveTagKeys: r.TransitiveTagKeys,
		})
	}
	if r := c.AssumeRoleWithWebIdentity; r != nil {
		base.AssumeRoleWithWebIdentity = &awsbase.AssumeRoleWithWebIdentity{
			RoleARN:              r.RoleARN,
			Duration:             sessionDuration(r.Duration),
			Policy:               r.Policy,
			PolicyARNs:           r.PolicyARNs,
			SessionName:          r.SessionName,
			WebIdentityToken:     r.WebIdentityToken,
			WebIdentityTokenFile: r.WebIdentityTokenFile,
		}
	}
	for _, u := range c.UserAgent {
		base.UserAgent = append(base.UserAgent, awsbase.UserAgentProduct{Name: u.Name, Version: u.Version})
	}
	return base
}

func sessionDuration(d time.Duration) time.Duration {
	if d == 0 {
		return DefaultSessionDuration
	}
	return d
}

// check returns what is wrong with the block on its own, before anything is called.
func (c Config) check(s surroundings) []Diagnostic {
	var diags []Diagnostic
	if c.AccessKey != "" || c.SecretKey != "" || c.Token != "" {
		for _, key := range []struct{ name, value string }{{"access_key", c.AccessKey}, {"secret_key", c.SecretKey}} {
			if key.value == "" {
				diags = append(diags, Diagnostic{
					Severity:  Error,
					Summary:   "Incomplete AWS credentials",
					Detail:    key.name + " is not set: access_key and secret_key go together, with token for temporary credentials. Set both, or neither and let the environment or a profile give them.",
					Attribute: key.name,
				})
			}
		}
	}
	if region := c.region(s); region != "" && !c.SkipRegionValidation {
		if err := CheckRegion(region); err != nil {
			diags = append(diags, invalidRegion(err, c, s))
		}
	}
	if c.Profile != "" && s.env.Credentials.HasKeys() {
		diags = append(diags, Diagnostic{
			Severity:  Warning,
			Summary:   "Two sources of AWS credentials",
			Detail:    "profile is set, and so are the environment variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. The profile is used. Remove one of them.",
			Attribute: "profile",
		})
	}
	return diags
}

func invalidRegion(err error, c Config, s surroundings) Diagnostic {
	source, attribute := "the region setting of the profile, in the shared configuration file", ""
	switch {
	case c.Region != "":
		source, attribute = "the region argument", "region"
	case s.env.Region != "":
		source = "the environment variable AWS_REGION (or AWS_DEFAULT_REGION)"
	}
	return Diagnostic{
		Severity:  Error,
		Summary:   "Invalid AWS region",
		Detail:    capitalize(source) + " is wrong: " + err.Error() + ". For a region newer than this provider, set skip_region_validation = true.",
		Attribute: attribute,
	}
}

func capitalize(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
