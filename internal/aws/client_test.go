package aws

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/dockertask/terraform-provider-docker/internal/aws/awstest"
	"github.com/dockertask/terraform-provider-docker/internal/aws/connection"
)

const deployRole = "arn:aws:iam::" + awstest.Account + ":role/deploy"

func TestNew_asksOnceWhoItIs(t *testing.T) {
	awstest.Isolate(t)
	fake := &fakeAWS{}
	client := mustNew(t, testConfig(fake))

	if fake.count("GetCallerIdentity") != 1 || fake.count("") != 1 {
		t.Errorf("%d calls, want one", fake.count(""))
	}
	if client.AccountID != awstest.Account || client.Partition != "aws" || client.Region != awstest.Region {
		t.Errorf("got %s, %s, %s", client.AccountID, client.Partition, client.Region)
	}
	if agent := fake.calls[0].request.UserAgent(); strings.Contains(agent, "terraform-provider-docker") {
		t.Errorf("user agent %q", agent)
	}
}

func TestNew_skips(t *testing.T) {
	for _, tt := range []struct {
		name       string
		set        func(*connection.Config)
		account    string
		partition  string
		operations []string
	}{
		{"both", func(c *connection.Config) { c.SkipCredentialsValidation, c.SkipRequestingAccountID = true, true }, "", "aws", nil},
		{"both in China", func(c *connection.Config) {
			c.SkipCredentialsValidation, c.SkipRequestingAccountID, c.Region = true, true, "cn-north-1"
		}, "", "aws-cn", nil},
		{"both in no region", func(c *connection.Config) {
			c.SkipCredentialsValidation, c.SkipRequestingAccountID, c.SkipRegionValidation, c.Region = true, true, true, "local"
		}, "", "aws", nil},
		{"account only", func(c *connection.Config) { c.SkipRequestingAccountID = true }, awstest.Account, "aws", []string{"GetCallerIdentity"}},
		{"validation only", func(c *connection.Config) { c.SkipCredentialsValidation = true }, awstest.Account, "aws", []string{"GetUser", "GetCallerIdentity"}},
		{"region", func(c *connection.Config) { c.SkipRegionValidation, c.Region = true, "eu-west-99" }, awstest.Account, "aws", []string{"GetCallerIdentity"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			awstest.Isolate(t)
			fake := &fakeAWS{answer: func(call) *http.Response {
				return awstest.Response(http.StatusForbidden, "text/xml", `<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>`)
			}}
			cfg := testConfig(fake)
			tt.set(&cfg)
			client := mustNew(t, cfg)
			if client.AccountID != tt.account || client.Partition != tt.partition {
				t.Errorf("got account %q, partition %q", client.AccountID, client.Partition)
			}
			var operations []string
			for _, c := range fake.calls {
				operations = append(operations, c.operation)
			}
			if !slices.Equal(operations, tt.operations) {
				t.Errorf("called %v, want %v", operations, tt.operations)
			}
		})
	}
}

// With the account in the configuration, credentials are looked for when the first call needs them, once, and have to
// be of this account.
func TestNew_accountID(t *testing.T) {
	for name, tt := range map[string]struct {
		set        func(*connection.Config)
		operations []string // of a client that looks up the default subnets twice
		says       []string // nil where the lookup succeeds
		none       bool     // there are no credentials
	}{
		"credentials of the account": {func(*connection.Config) {}, []string{"GetCallerIdentity", "DescribeSubnets"}, nil, false},
		// aws-sdk-go-base tries the role before it hands it over.
		"a role of the account": {func(c *connection.Config) { c.AssumeRole = []connection.AssumeRole{{RoleARN: deployRole}} }, []string{"AssumeRole", "AssumeRole", "GetCallerIdentity", "DescribeSubnets"}, nil, false},
		"no credentials":        {func(c *connection.Config) { c.AccessKey, c.SecretKey = "", "" }, nil, []string{"No AWS credentials", "AWS_ACCESS_KEY_ID"}, true},
		"no credentials for the role": {func(c *connection.Config) {
			c.AccessKey, c.SecretKey, c.AssumeRole = "", "", []connection.AssumeRole{{RoleARN: deployRole}}
		}, nil, []string{"No AWS credentials"}, true},
		"of another account": {func(c *connection.Config) { c.AccountID = "111111111111" }, []string{"GetCallerIdentity"}, []string{"Wrong AWS account", awstest.Account, "account_id is 111111111111"}, false},
		"nobody says whose": {func(c *connection.Config) {
			c.AccountID, c.SkipCredentialsValidation, c.SkipRequestingAccountID = "111111111111", true, true
		}, []string{"DescribeSubnets"}, nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			awstest.Isolate(t)
			fake := &fakeAWS{answer: func(c call) *http.Response {
				if c.operation != "DescribeSubnets" {
					return nil
				}
				return awstest.Response(http.StatusOK, "text/xml", "<DescribeSubnetsResponse><subnetSet/></DescribeSubnetsResponse>")
			}}
			cfg := testConfig(fake)
			cfg.AccountID = awstest.Account
			tt.set(&cfg)
			client := mustNew(t, cfg)
			if client.AccountID != cfg.AccountID || client.Partition != "aws" || fake.count("") > 0 {
				t.Errorf("got %s, %s after %d calls", client.AccountID, client.Partition, fake.count(""))
			}
			for range 2 {
				_, err := client.DefaultSubnets(client.Context(t.Context()))
				if (err == nil) != (tt.says == nil) || (err != nil && CredentialsError(err).None != tt.none) {
					t.Fatal(err)
				}
				for _, words := range tt.says {
					if !strings.Contains(err.Error(), words) {
						t.Errorf("%q is not said: %v", words, err)
					}
				}
			}
			var operations []string
			for _, c := range fake.calls {
				operations = append(operations, c.operation)
			}
			if !slices.Equal(operations, tt.operations) {
				t.Errorf("called %v, want %v", operations, tt.operations)
			}
		})
	}
}

func TestNew_metadataSwitchLeavesTheEnvironmentAlone(t *testing.T) {
	awstest.Isolate(t)
	os.Unsetenv("AWS_EC2_METADATA_DISABLED")
	mustNew(t, testConfig(&fakeAWS{}))
	if v, set := os.LookupEnv("AWS_EC2_METADATA_DISABLED"); set {
		t.Errorf("AWS_EC2_METADATA_DISABLED became %q", v)
	}
}

func TestNew_assumesRolesInTurn(t *testing.T) {
	awstest.Isolate(t)
	fake := &fakeAWS{}
	cfg := testConfig(fake)
	cfg.AssumeRole = []connection.AssumeRole{{RoleARN: deployRole}, {RoleARN: deployRole + "-second", SessionName: "session"}}
	mustNew(t, cfg)

	var roles []string
	for _, c := range fake.calls {
		for _, part := range strings.Split(c.body, "&") {
			if arn, ok := strings.CutPrefix(part, "RoleArn="); ok && !slices.Contains(roles, arn) {
				roles = append(roles, arn)
			}
		}
		if c.operation == "AssumeRole" && !strings.Contains(c.body, "DurationSeconds=3600") {
			t.Errorf("session not of an hour: %s", c.body)
		}
	}
	if len(roles) != 2 || !strings.HasSuffix(roles[0], "deploy") || !strings.HasSuffix(roles[1], "deploy-second") {
		t.Errorf("assumed %v", roles)
	}
	if last := fake.calls[len(fake.calls)-1]; last.operation != "GetCallerIdentity" ||
		!strings.Contains(last.request.Header.Get("Authorization"), "ASIAIOSFODNN7EXAMPLE") || fake.count("GetCallerIdentity") != 1 {
		t.Errorf("last call is %s with %s", last.operation, last.request.Header.Get("Authorization"))
	}
}

func TestNew_endpoints(t *testing.T) {
	awstest.Isolate(t)
	t.Setenv("AWS_ENDPOINT_URL", "http://all.test")
	t.Setenv("AWS_ENDPOINT_URL_STS", "http://sts.test")
	t.Setenv("AWS_ENDPOINT_URL_ECS", "http://ecs.test")
	t.Setenv("AWS_ENDPOINT_URL_CLOUDWATCH_LOGS", "http://logs.test")
	fake := &fakeAWS{answer: func(c call) *http.Response {
		if c.operation == "ListRoles" || c.operation == "DescribeSubnets" {
			return awstest.XMLResponse(`<Response><ListRolesResult></ListRolesResult></Response>`)
		}
		return awstest.JSONResponse(http.StatusOK, `{}`)
	}}
	cfg := testConfig(fake)
	cfg.AssumeRole = []connection.AssumeRole{{RoleARN: deployRole}}
	cfg.Endpoints = map[string]string{"ecs": "http://argument.test"}
	client := mustNew(t, cfg)

	_, err := client.ecs.ListServices(t.Context(), &ecs.ListServicesInput{})
	_, err2 := client.logs.DescribeLogGroups(t.Context(), &cloudwatchlogs.DescribeLogGroupsInput{})
	_, err3 := client.iam.ListRoles(t.Context(), &iam.ListRolesInput{})
	_, err4 := client.ec2.DescribeSubnets(t.Context(), &ec2.DescribeSubnetsInput{})
	for _, err := range []error{err, err2, err3, err4} {
		if err != nil {
			t.Error(err)
		}
	}
	for _, c := range fake.calls {
		want := map[string]string{
			"AssumeRole": "sts.test", "GetCallerIdentity": "sts.test", "ListServices": "argument.test",
			"DescribeLogGroups": "logs.test", "ListRoles": "all.test", "DescribeSubnets": "all.test",
		}[c.operation]
		if c.host != want {
			t.Errorf("%s went to %s, want %s", c.operation, c.host, want)
		}
	}

	// The argument goes before the variables for STS too, for every caller.
	fake.calls = nil
	cfg.Endpoints["sts"] = "http://argument.test"
	mustNew(t, cfg)
	for _, c := range fake.calls {
		if c.host != "argument.test" {
			t.Errorf("%s went to %s", c.operation, c.host)
		}
	}
}

func TestNew_stsRegion(t *testing.T) {
	awstest.Isolate(t)
	fake := &fakeAWS{}
	cfg := testConfig(fake)
	cfg.STSRegion = "us-east-1"
	if client := mustNew(t, cfg); client.Region != awstest.Region {
		t.Errorf("region %s", client.Region)
	}
	if c := fake.calls[0]; c.host != "sts.us-east-1.amazonaws.com" || c.region != "us-east-1" {
		t.Errorf("STS asked at %s, signed for %s", c.host, c.region)
	}

	// So it is where the account is asked for later.
	cfg.SkipRequestingAccountID, cfg.SkipCredentialsValidation = true, true
	fake.calls = nil
	client := mustNew(t, cfg)
	if len(fake.calls) != 0 {
		t.Errorf("%d calls at the start", len(fake.calls))
	}
	if account, err := client.Account(t.Context()); err != nil || account != awstest.Account || fake.calls[0].host != "sts.us-east-1.amazonaws.com" {
		t.Errorf("account %q, asked for at %s: %v", account, fake.calls[0].host, err)
	}
}

func TestNew_errors(t *testing.T) {
	for _, tt := range []struct {
		name      string
		set       func(t *testing.T, c *connection.Config)
		attribute string
		summary   string
		detail    []string
	}{
		{"no credentials", func(_ *testing.T, c *connection.Config) { c.AccessKey, c.SecretKey = "", "" },
			"", "No AWS credentials", []string{"access_key", "AWS_ACCESS_KEY_ID", "AWS_PROFILE", "assume_role_with_web_identity"}},
		{"half the key", func(_ *testing.T, c *connection.Config) { c.SecretKey = "" },
			"secret_key", "Incomplete AWS credentials", []string{"secret_key"}},
		{"only a token", func(_ *testing.T, c *connection.Config) { c.AccessKey, c.SecretKey, c.Token = "", "", "token" },
			"access_key", "Incomplete AWS credentials", nil},
		{"no region", func(_ *testing.T, c *connection.Config) { c.Region = "" },
			"region", "No AWS region", []string{"AWS_REGION", "profile"}},
		{"no region for a role", func(_ *testing.T, c *connection.Config) {
			c.Region, c.AssumeRole = "", []connection.AssumeRole{{RoleARN: deployRole}}
		},
			"region", "No AWS region", nil},
		{"wrong region", func(_ *testing.T, c *connection.Config) { c.Region = "eu-wset-1" },
			"region", "Invalid AWS region", []string{"eu-west-1", "skip_region_validation"}},
		{"wrong region of the environment", func(t *testing.T, c *connection.Config) {
			c.Region = ""
			t.Setenv("AWS_REGION", "eu-wset-1")
		}, "", "Invalid AWS region", []string{"AWS_REGION", "eu-west-1"}},
		{"wrong region of the profile", func(t *testing.T, c *connection.Config) {
			c.Region = ""
			awstest.WriteFile(t, os.Getenv("AWS_CONFIG_FILE"), "[default]\nregion=eu-wset-1\n")
		}, "", "Invalid AWS region", []string{"profile", "eu-west-1"}},
		{"not allowed", func(_ *testing.T, c *connection.Config) {
			c.AllowedAccountIDs = []string{"111111111111", "222222222222"}
		},
			"allowed_account_ids", "Wrong AWS account", []string{awstest.Account, "allowed_account_ids", "111111111111, 222222222222"}},
		{"account_id not allowed", func(_ *testing.T, c *connection.Config) {
			c.AccountID, c.AllowedAccountIDs = awstest.Account, []string{"111111111111"}
		},
			"allowed_account_ids", "Wrong AWS account", []string{awstest.Account, "allowed_account_ids", "111111111111"}},
		{"forbidden", func(_ *testing.T, c *connection.Config) { c.ForbiddenAccountIDs = []string{awstest.Account} },
			"forbidden_account_ids", "Wrong AWS account", []string{awstest.Account, "forbidden_account_ids"}},
		{"allowed but not known", func(_ *testing.T, c *connection.Config) {
			c.AllowedAccountIDs, c.SkipCredentialsValidation, c.SkipRequestingAccountID = []string{awstest.Account}, true, true
		}, "allowed_account_ids", "AWS account not known", []string{"skip_credentials_validation", "skip_requesting_account_id"}},
		{"no such profile", func(_ *testing.T, c *connection.Config) { c.AccessKey, c.SecretKey, c.Profile = "", "", "absent" },
			"profile", "No such AWS profile", []string{"absent", "AWS_PROFILE"}},
		{"no such profile of the environment", func(t *testing.T, c *connection.Config) {
			c.AccessKey, c.SecretKey = "", ""
			t.Setenv("AWS_PROFILE", "absent")
		}, "", "No such AWS profile", []string{"absent"}},
		{"role refused", func(_ *testing.T, c *connection.Config) {
			c.AssumeRole = []connection.AssumeRole{{RoleARN: deployRole}}
			c.HTTPClient = &http.Client{Transport: refuse{"AssumeRole", "AccessDenied"}}
		}, "assume_role", "Cannot assume IAM Role", []string{deployRole, "AccessDenied"}},
		{"web identity refused", func(_ *testing.T, c *connection.Config) {
			c.AccessKey, c.SecretKey = "", ""
			c.AssumeRoleWithWebIdentity = &connection.AssumeRoleWithWebIdentity{RoleARN: deployRole, WebIdentityToken: "a-token-that-must-not-be-shown"}
			c.HTTPClient = &http.Client{Transport: refuse{"AssumeRoleWithWebIdentity", "AccessDenied"}}
		}, "assume_role_with_web_identity", "Cannot assume IAM Role with web identity", []string{deployRole}},
		{"role without a name", func(_ *testing.T, c *connection.Config) { c.AssumeRole = []connection.AssumeRole{{}} },
			"assume_role", "Cannot assume IAM Role", []string{"not set"}},
		{"credentials refused", func(_ *testing.T, c *connection.Config) {
			c.HTTPClient = &http.Client{Transport: refuse{"GetCallerIdentity", "InvalidClientTokenId"}}
		}, "", "AWS does not accept the credentials", []string{"access_key and secret_key", "InvalidClientTokenId"}},
		{"credentials of the environment refused", func(t *testing.T, c *connection.Config) {
			c.AccessKey, c.SecretKey = "", ""
			t.Setenv("AWS_ACCESS_KEY_ID", awstest.Key)
			t.Setenv("AWS_SECRET_ACCESS_KEY", awstest.Secret)
			c.HTTPClient = &http.Client{Transport: refuse{"GetCallerIdentity", "ExpiredToken"}}
		}, "", "AWS does not accept the credentials", []string{"come from the environment variables", "ExpiredToken"}},
		{"no STS", func(_ *testing.T, c *connection.Config) {
			c.HTTPClient = &http.Client{Transport: refuse{}}
		}, "", "Cannot verify the AWS credentials", []string{"AWS_ENDPOINT_URL_STS", "skip_credentials_validation"}},
		{"no CA bundle", func(_ *testing.T, c *connection.Config) { c.CustomCABundle, c.HTTPClient = "/absent.pem", nil },
			"custom_ca_bundle", "Invalid custom CA bundle", []string{"/absent.pem"}},
		{"bad proxy", func(_ *testing.T, c *connection.Config) { c.HTTPProxy = aws.String("http://proxy\n") },
			"http_proxy", "Invalid HTTP Proxy", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			awstest.Isolate(t)
			cfg := testConfig(&fakeAWS{})
			tt.set(t, &cfg)
			client, diags := New(t.Context(), cfg)
			if client != nil {
				t.Fatal("got a client")
			}
			i := slices.IndexFunc(diags, func(d connection.Diagnostic) bool { return d.Summary == tt.summary })
			if i < 0 {
				t.Fatalf("no error %q in %+v", tt.summary, diags)
			}
			d := diags[i]
			if d.Severity != connection.Error || d.Attribute != tt.attribute {
				t.Errorf("severity %d, attribute %q, want %q", d.Severity, d.Attribute, tt.attribute)
			}
			for _, part := range tt.detail {
				if !strings.Contains(d.Detail, part) {
					t.Errorf("detail does not say %q: %s", part, d.Detail)
				}
			}
			for _, secret := range []string{awstest.Secret, "a-token-that-must-not-be-shown"} {
				if strings.Contains(d.Summary+d.Detail, secret) {
					t.Errorf("secret in %+v", d)
				}
			}
		})
	}
}

// refuse answers one operation of STS with an error code, others like fakeAWS; without a code
// nothing is answered.
type refuse struct{ operation, code string }

func (r refuse) RoundTrip(request *http.Request) (*http.Response, error) {
	if r.code == "" {
		return nil, http.ErrServerClosed
	}
	var body bytes.Buffer
	_, _ = body.ReadFrom(request.Body)
	if strings.Contains(body.String(), "Action="+r.operation+"&") {
		return awstest.Response(http.StatusForbidden, "text/xml", `<ErrorResponse><Error><Code>`+r.code+`</Code><Message>no</Message></Error></ErrorResponse>`), nil
	}
	request.Body = io.NopCloser(&body)
	return (&fakeAWS{}).RoundTrip(request)
}

func TestNew_warnings(t *testing.T) {
	awstest.Isolate(t)
	awstest.WriteFile(t, os.Getenv("AWS_SHARED_CREDENTIALS_FILE"), "[work]\naws_access_key_id="+awstest.Key+"\naws_secret_access_key="+awstest.Secret+"\n")
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIAOTHER")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "other")
	fake := &fakeAWS{}
	cfg := testConfig(fake)
	cfg.AccessKey, cfg.SecretKey, cfg.Profile, cfg.HTTPProxy = "", "", "work", aws.String("http://proxy.test")

	client, diags := New(t.Context(), cfg)
	if client == nil {
		t.Fatal(diags)
	}
	if auth := fake.calls[0].request.Header.Get("Authorization"); !strings.Contains(auth, awstest.Key) {
		t.Errorf("the profile did not go first: %s", auth)
	}
	for attribute, summary := range map[string]string{"profile": "Two sources of AWS credentials", "http_proxy": "Missing HTTPS Proxy"} {
		if !slices.ContainsFunc(diags, func(d connection.Diagnostic) bool {
			return d.Severity == connection.Warning && d.Attribute == attribute && d.Summary == summary
		}) {
			t.Errorf("no warning %q of %s in %+v", summary, attribute, diags)
		}
	}
}

func TestClient_InRegion(t *testing.T) {
	awstest.Isolate(t)
	fake := &fakeAWS{answer: func(call) *http.Response { return awstest.JSONResponse(http.StatusOK, `{}`) }}
	client := mustNew(t, testConfig(fake))

	for _, own := range []string{"", awstest.Region} {
		if got, err := client.InRegion(own); got != client || err != nil {
			t.Errorf("%q: %v, %v", own, got, err)
		}
	}

	var (
		wg    sync.WaitGroup
		found [8]*Client
	)
	for i := range found {
		wg.Go(func() { found[i], _ = client.InRegion("us-east-1") })
	}
	wg.Wait()
	other := found[0]
	for _, c := range found {
		if c == nil || c != other {
			t.Fatal("not one client for a region")
		}
	}
	if back, err := other.InRegion(awstest.Region); back != client || err != nil {
		t.Errorf("the way back: %v, %v", back, err)
	}
	if other.Region != "us-east-1" || other.AccountID != awstest.Account || other.Partition != "aws" {
		t.Errorf("got %s, %s, %s", other.AccountID, other.Partition, other.Region)
	}
	if _, err := other.ecs.ListServices(t.Context(), &ecs.ListServicesInput{}); err != nil {
		t.Fatal(err)
	}
	if c := fake.calls[len(fake.calls)-1]; c.region != "us-east-1" || c.host != "ecs.us-east-1.amazonaws.com" {
		t.Errorf("called %s in %s", c.host, c.region)
	}
	if fake.count("GetCallerIdentity") != 1 {
		t.Error("asked again who it is")
	}

	for _, wrong := range []string{"cn-north-1", "us-esat-1"} {
		if _, err := client.InRegion(wrong); err == nil || !strings.Contains(err.Error(), "us-east-1") || !strings.Contains(err.Error(), wrong) {
			t.Errorf("%s: error %v does not name the regions", wrong, err)
		}
	}

	cfg := testConfig(fake)
	cfg.SkipRegionValidation = true
	if _, err := mustNew(t, cfg).InRegion("local"); err != nil {
		t.Errorf("with skip_region_validation: %v", err)
	}
}
