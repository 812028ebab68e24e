package connection

import (
	"net/http"
	"os"
	"reflect"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
	awsbase "github.com/hashicorp/aws-sdk-go-base/v2"
	"github.com/hashicorp/aws-sdk-go-base/v2/logging"

	"github.com/dockertask/terraform-provider-docker/internal/aws/awstest"
)

func TestConfig_awsBase(t *testing.T) {
	awstest.Isolate(t)
	proxy, none := "http://proxy:3128", ""
	full := Config{
		Region: "eu-west-1", STSRegion: "us-east-1",
		AccessKey: "key", SecretKey: "secret", Token: "token", Profile: "profile",
		SharedConfigFiles: []string{"a"}, SharedCredentialsFiles: []string{"b"},
		AssumeRole: []AssumeRole{
			{RoleARN: "first"},
			{
				RoleARN: "second", Duration: 15 * time.Minute, ExternalID: "id", Policy: "{}", PolicyARNs: []string{"p"},
				SessionName: "s", SourceIdentity: "i", Tags: map[string]string{"k": "v"}, TransitiveTagKeys: []string{"k"},
			},
		},
		AssumeRoleWithWebIdentity: &AssumeRoleWithWebIdentity{
			RoleARN: "web", Policy: "{}", PolicyARNs: []string{"p"}, SessionName: "s", WebIdentityToken: "t", WebIdentityTokenFile: "f",
		},
		AllowedAccountIDs: []string{"1"}, ForbiddenAccountIDs: []string{"2"},
		AccountID:  "3", // where credentials are looked for only when they are needed
		Endpoints:  map[string]string{"sts": "http://sts", "iam": "http://iam", "sso": "http://sso", "ecs": "http://ecs"},
		MaxRetries: aws.Int(4), RetryMode: "adaptive",
		HTTPProxy: &proxy, HTTPSProxy: &none, NoProxy: "localhost", CustomCABundle: "ca.pem", Insecure: true,
		UseFIPSEndpoint: true, UseDualStackEndpoint: true,
		EC2MetadataServiceEndpoint: "http://imds", EC2MetadataServiceEndpointMode: "IPv6",
		SkipCredentialsValidation: true, SkipMetadataAPICheck: aws.Bool(true), SkipRegionValidation: true, SkipRequestingAccountID: true,
		Consistent: true, // not the SDK's business
		UserAgent:  []UserAgent{{Name: "Terraform", Version: "1.16.0"}},
	}
	want := &awsbase.Config{
		Region: "eu-west-1", StsRegion: "us-east-1",
		SuppressDebugLog: true,
		AccessKey:        "key", SecretKey: "secret", Token: "token", Profile: "profile",
		SharedConfigFiles: []string{"a"}, SharedCredentialsFiles: []string{"b"},
		AssumeRole: []awsbase.AssumeRole{
			{RoleARN: "first", Duration: time.Hour},
			{
				RoleARN: "second", Duration: 15 * time.Minute, ExternalID: "id", Policy: "{}", PolicyARNs: []string{"p"},
				SessionName: "s", SourceIdentity: "i", Tags: map[string]string{"k": "v"}, TransitiveTagKeys: []string{"k"},
			},
		},
		AssumeRoleWithWebIdentity: &awsbase.AssumeRoleWithWebIdentity{
			RoleARN: "web", Duration: time.Hour, Policy: "{}", PolicyARNs: []string{"p"}, SessionName: "s", WebIdentityToken: "t", WebIdentityTokenFile: "f",
		},
		AllowedAccountIds: []string{"1"}, ForbiddenAccountIds: []string{"2"},
		StsEndpoint: "http://sts", IamEndpoint: "http://iam", SsoEndpoint: "http://sso",
		MaxRetries: 4, RetryMode: aws.RetryModeAdaptive,
		HTTPProxy: &proxy, HTTPSProxy: &none, HTTPProxyMode: awsbase.HTTPProxyModeSeparate, NoProxy: "localhost",
		CustomCABundle: "ca.pem", Insecure: true,
		UseFIPSEndpoint: true, UseDualStackEndpoint: true,
		EC2MetadataServiceEndpoint: "http://imds", EC2MetadataServiceEndpointMode: "IPv6",
		EC2MetadataServiceEnableState: imds.ClientDisabled,
		SkipCredsValidation:           true, SkipRequestingAccountId: true,
		UserAgent:  awsbase.UserAgentProducts{{Name: "Terraform", Version: "1.16.0"}},
		CallerName: "docker provider", CallerDocumentationURL: documentationURL,
		Logger: logging.NullLogger{},
	}
	got := full.awsBase(surroundings{}, logging.NullLogger{})
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}

	// A field that is not set here may be one that is not translated.
	v := reflect.ValueOf(full)
	for i := range v.NumField() {
		if name := v.Type().Field(i).Name; v.Field(i).IsZero() && name != "HTTPClient" && name != "Clock" {
			t.Errorf("the test does not set %s", name)
		}
	}
}

func TestConfig_awsBaseOfNothing(t *testing.T) {
	awstest.Isolate(t)
	got := Config{AccessKey: "key", SecretKey: "secret"}.awsBase(surroundings{}, logging.NullLogger{})
	if got.AssumeRole != nil {
		t.Error("AssumeRole is not nil: static keys would be lost")
	}
	if got.EC2MetadataServiceEnableState != imds.ClientDefaultEnableState {
		t.Error("the metadata service is switched unasked: that changes the environment of the process")
	}
	if got.MaxRetries != 25 {
		t.Errorf("%d attempts, want 25", got.MaxRetries)
	}
}

func TestConfig_region(t *testing.T) {
	steps := []struct {
		set  func(t *testing.T, c *Config)
		want string
	}{
		{func(*testing.T, *Config) {}, ""},
		{func(t *testing.T, _ *Config) {
			awstest.WriteFile(t, os.Getenv("AWS_CONFIG_FILE"), "[default]\nregion=eu-north-1\n[profile named]\nregion=eu-south-1\n[profile argued]\nregion=eu-central-1\n")
		}, "eu-north-1"},
		{func(t *testing.T, _ *Config) { t.Setenv("AWS_PROFILE", "named") }, "eu-south-1"},
		{func(_ *testing.T, c *Config) { c.Profile = "argued" }, "eu-central-1"},
		{func(t *testing.T, c *Config) {
			awstest.WriteFile(t, os.Getenv("HOME")+"/other", "[profile argued]\nregion=ca-central-1\n")
			c.SharedConfigFiles = []string{"$HOME/other"}
		}, "ca-central-1"},
		{func(t *testing.T, _ *Config) { t.Setenv("AWS_DEFAULT_REGION", "us-west-1") }, "us-west-1"},
		{func(t *testing.T, _ *Config) { t.Setenv("AWS_REGION", "us-west-2") }, "us-west-2"},
		{func(_ *testing.T, c *Config) { c.Region = "us-east-2" }, "us-east-2"},
	}
	awstest.Isolate(t)
	var c Config
	for _, step := range steps { // each goes before all above it
		step.set(t, &c)
		if got := c.region(c.readSurroundings(t.Context())); got != step.want {
			t.Errorf("region %q, want %q", got, step.want)
		}
		if step.want == "" {
			continue
		}
		cfg := c
		cfg.AccessKey, cfg.SecretKey, cfg.HTTPClient = awstest.Key, awstest.Secret, &http.Client{Transport: awstest.STSOnly{}}
		connected, diags := Open(t.Context(), cfg, nil)
		if connected == nil || len(diags) > 0 {
			t.Fatalf("connect: %+v", diags)
		}
		if connected.AWS.Region != step.want {
			t.Errorf("the client's region is %s, want %s", connected.AWS.Region, step.want)
		}
	}
}

func TestConfig_maxAttempts(t *testing.T) {
	awstest.Isolate(t)
	var c Config
	for _, step := range []struct {
		set  func()
		want int
	}{
		{func() {}, 25},
		{func() { awstest.WriteFile(t, os.Getenv("AWS_CONFIG_FILE"), "[default]\nmax_attempts=7\n") }, 7},
		{func() { t.Setenv("AWS_MAX_ATTEMPTS", "5") }, 5},
		{func() { c.MaxRetries = aws.Int(9) }, 9},
		{func() { c.MaxRetries = aws.Int(0) }, 1},
	} {
		step.set()
		cfg := c
		cfg.Region, cfg.AccessKey, cfg.SecretKey, cfg.HTTPClient = awstest.Region, awstest.Key, awstest.Secret, &http.Client{Transport: awstest.STSOnly{}}
		connected, diags := Open(t.Context(), cfg, nil)
		if connected == nil || len(diags) > 0 {
			t.Fatalf("connect: %+v", diags)
		}
		if got := connected.AWS.Retryer().MaxAttempts(); got != step.want {
			t.Errorf("%d attempts, want %d", got, step.want)
		}
	}
}

func TestConfig_secretsHasAll(t *testing.T) {
	awstest.Isolate(t)
	t.Setenv("AWS_SECRET_ACCESS_KEY", "e1")
	t.Setenv("AWS_SESSION_TOKEN", "e2")
	got := Config{SecretKey: "a", Token: "b", AssumeRoleWithWebIdentity: &AssumeRoleWithWebIdentity{WebIdentityToken: "c"}}.secrets()
	if want := []string{"a", "b", "e1", "e2", "c"}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
