package provider

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tftest"
)

const (
	testSecret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
	testRole   = "arn:aws:iam::" + tftest.Account + ":role/deploy"
)

// fakeSTS is an STS on this machine; the SDK is led to it by AWS_ENDPOINT_URL_STS.
type fakeSTS struct {
	mu         sync.Mutex
	operations []string
	agents     []string
}

func (f *fakeSTS) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	operation := r.FormValue("Action")
	f.mu.Lock()
	f.operations = append(f.operations, operation)
	f.agents = append(f.agents, r.UserAgent())
	f.mu.Unlock()

	w.Header().Set("Content-Type", "text/xml")
	switch operation {
	case "GetCallerIdentity":
		fmt.Fprintf(w, `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::%[1]s:user/test</Arn>`+
			`<UserId>AIDATEST</UserId><Account>%[1]s</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`, tftest.Account)
	case "AssumeRole":
		fmt.Fprint(w, `<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId>`+
			`<SecretAccessKey>`+testSecret+`</SecretAccessKey><SessionToken>session</SessionToken>`+
			`<Expiration>2999-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`)
	default:
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, `<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>`)
	}
}

func (f *fakeSTS) called() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.operations)
}

// isolate removes the machine's own AWS configuration and sets a fake STS.
func isolate(t *testing.T) *fakeSTS {
	t.Helper()
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(variable, "=")
		upper := strings.ToUpper(name)
		if strings.HasPrefix(upper, "AWS_") || strings.HasPrefix(upper, "TF_") || strings.HasSuffix(upper, "_PROXY") {
			t.Setenv(name, "") // restores it afterwards
			os.Unsetenv(name)
		}
	}
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("AWS_CONFIG_FILE", home+"/config")
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", home+"/credentials")
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")

	sts := &fakeSTS{}
	server := httptest.NewServer(sts)
	t.Cleanup(server.Close)
	t.Setenv("AWS_ENDPOINT_URL_STS", server.URL)
	return sts
}

// credentials is a block that needs nothing else, with more on top.
func credentials(more tftest.Block) tftest.Block {
	b := tftest.Block{"region": "eu-west-1", "access_key": "AKIAIOSFODNN7EXAMPLE", "secret_key": testSecret, "max_retries": 1}
	maps.Copy(b, more)
	for key, value := range b {
		if value == nil {
			delete(b, key)
		}
	}
	return b
}

func providerSchema(t *testing.T) schema.Schema {
	t.Helper()
	var resp provider.SchemaResponse
	New("test")().Schema(t.Context(), provider.SchemaRequest{}, &resp)
	return resp.Schema
}

func configType(t *testing.T) tftypes.Type {
	return providerSchema(t).Type().TerraformType(t.Context())
}

// configure configures a provider and returns what it gives its resources.
func configure(t *testing.T, b tftest.Block) (*lifecycle.Data, *provider.ConfigureResponse) {
	t.Helper()
	var resp provider.ConfigureResponse
	New("1.2.3")().Configure(t.Context(), provider.ConfigureRequest{
		TerraformVersion: "1.16.0",
		Config:           tfsdk.Config{Raw: tftest.Value(t, configType(t), b), Schema: providerSchema(t)},
	}, &resp)
	data, _ := resp.ResourceData.(*lifecycle.Data)
	if fromData, _ := resp.DataSourceData.(*lifecycle.Data); fromData != data {
		t.Error("data sources get other data than resources")
	}
	return data, &resp
}

// served is the provider as Terraform sees it.
func served(t *testing.T) tfprotov6.ProviderServer {
	t.Helper()
	return NewServer(New("1.2.3")())
}

// throughProtocol validates and, if that finds no error, configures, as Terraform does.
func throughProtocol(t *testing.T, b tftest.Block) []*tfprotov6.Diagnostic {
	t.Helper()
	config, err := tfprotov6.NewDynamicValue(configType(t), tftest.Value(t, configType(t), b))
	if err != nil {
		t.Fatal(err)
	}
	s := served(t)
	validated, err := s.ValidateProviderConfig(t.Context(), &tfprotov6.ValidateProviderConfigRequest{Config: &config})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range validated.Diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			return validated.Diagnostics
		}
	}
	configured, err := s.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{Config: &config, TerraformVersion: "1.16.0"})
	if err != nil {
		t.Fatal(err)
	}
	return append(validated.Diagnostics, configured.Diagnostics...)
}

func TestProvider_schemaIsValid(t *testing.T) {
	resp, err := served(t).GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range resp.Diagnostics {
		t.Errorf("%s: %s", d.Summary, d.Detail)
	}
}

func TestProvider_everythingIsDescribedAndOptional(t *testing.T) {
	described := func(name string, attributes map[string]schema.Attribute) {
		for key, a := range attributes {
			if a.GetMarkdownDescription() == "" {
				t.Errorf("%s%s has no description", name, key)
			}
			if !a.IsOptional() {
				t.Errorf("%s%s is not optional", name, key)
			}
			secret := key == "secret_key" || key == "token" || key == "web_identity_token"
			if a.IsSensitive() != secret {
				t.Errorf("%s%s: sensitive is %t", name, key, a.IsSensitive())
			}
		}
	}
	s := providerSchema(t)
	described("", s.Attributes)
	for name, b := range s.Blocks {
		if b.GetMarkdownDescription() == "" {
			t.Errorf("%s has no description", name)
		}
		switch b := b.(type) {
		case schema.ListNestedBlock:
			described(name+".", b.NestedObject.Attributes)
		case schema.SetNestedBlock:
			described(name+".", b.NestedObject.Attributes)
		default:
			t.Errorf("%s is a %T", name, b)
		}
	}
}

func TestConfigure_oneCall(t *testing.T) {
	sts := isolate(t)
	if diags := throughProtocol(t, credentials(nil)); len(diags) > 0 {
		t.Fatalf("%+v", diags[0])
	}
	if got := sts.called(); !slices.Equal(got, []string{"GetCallerIdentity"}) {
		t.Errorf("called %v", got)
	}
	if agent := sts.agents[0]; !strings.Contains(agent, "Terraform/1.16.0") || !strings.Contains(agent, "terraform-provider-docker/1.2.3") {
		t.Errorf("user agent %q", agent)
	}
}

func TestConfigure_data(t *testing.T) {
	isolate(t)
	data, resp := configure(t, credentials(nil))
	if resp.Diagnostics.HasError() {
		t.Fatal(resp.Diagnostics)
	}
	if data.Client == nil || data.Client.AccountID != tftest.Account || data.Client.Region != "eu-west-1" || data.Client.Partition != "aws" {
		t.Errorf("client %+v", data.Client)
	}
	if data.Pending != "" || data.DefaultTagsUnknown || len(data.DefaultTags) > 0 {
		t.Errorf("data %+v", data)
	}
}

// Every argument reaches the client's configuration, under its own name.
func TestConfigure_mapsEverything(t *testing.T) {
	isolate(t)
	b := tftest.Block{
		"region": "eu-west-1", "sts_region": "us-east-1", "access_key": "key", "secret_key": "secret", "token": "token",
		"profile": "profile", "shared_config_files": []any{"a"}, "shared_credentials_files": []any{"b"},
		"account_id": "333333333333", "allowed_account_ids": []any{"111111111111"}, "forbidden_account_ids": []any{"222222222222"},
		"max_retries": 4, "retry_mode": "adaptive", "http_proxy": "http://p", "https_proxy": "", "no_proxy": "localhost",
		"custom_ca_bundle": "ca.pem", "insecure": true, "insecure_registries": []any{"registry.example.com:5000"}, "use_fips_endpoint": true, "use_dualstack_endpoint": true,
		"ec2_metadata_service_endpoint": "http://imds", "ec2_metadata_service_endpoint_mode": "IPv6",
		"skip_credentials_validation": true, "skip_metadata_api_check": false, "skip_region_validation": true, "skip_requesting_account_id": true,
		"assume_role": []any{
			tftest.Block{"role_arn": testRole},
			tftest.Block{
				"role_arn": testRole, "duration": "1h30m", "external_id": "id", "policy": "{}", "policy_arns": []any{"p"}, "session_name": "s",
				"source_identity": "i", "tags": tftest.Block{"k": "v"}, "transitive_tag_keys": []any{"k"},
			},
		},
		"assume_role_with_web_identity": []any{tftest.Block{
			"role_arn": testRole, "duration": "15m", "policy": "{}", "policy_arns": []any{"p"}, "session_name": "s",
			"web_identity_token": "t", "web_identity_token_file": "f",
		}},
		"endpoints": []any{tftest.Block{"ecs": "http://ecs", "cloudwatchlogs": "http://logs", "iam": ""}, tftest.Block{"eventbridge": "http://events"}},
		"defaults": tftest.Block{
			"cluster": "jobs", "subnet_ids": []any{"subnet-0a"}, "security_group_ids": []any{"sg-0a"}, "assign_public_ip": false, "permissions_boundary": "arn:aws:iam::123456789012:policy/b",
			"role_path": "/jobs/", "role_name_prefix": "x-", "log_retention_in_days": 90, "log_kms_key_id": "arn:aws:kms:eu-west-1:123456789012:key/k", "keep_revisions": 3,
		},
	}
	config := tfsdk.Config{Raw: tftest.Value(t, configType(t), b), Schema: providerSchema(t)}
	var model providerModel
	if diags := config.Get(t.Context(), &model); diags.HasError() {
		t.Fatal(diags)
	}
	got, diags := model.config(t.Context())
	if len(diags) > 0 {
		t.Fatal(diags)
	}

	// Compared as text, for the pointers and times in it.
	text := fmt.Sprintf("%+v %v %q %q %v %+v", got, *got.MaxRetries, *got.HTTPProxy, *got.HTTPSProxy, *got.SkipMetadataAPICheck, *got.AssumeRoleWithWebIdentity)
	for _, part := range []string{
		"Region:eu-west-1 STSRegion:us-east-1 AccessKey:key SecretKey:secret Token:token Profile:profile SharedConfigFiles:[a] SharedCredentialsFiles:[b]",
		"AllowedAccountIDs:[111111111111] ForbiddenAccountIDs:[222222222222] AccountID:333333333333",
		"RetryMode:adaptive", "NoProxy:localhost CustomCABundle:ca.pem Insecure:true UseFIPSEndpoint:true UseDualStackEndpoint:true",
		"EC2MetadataServiceEndpoint:http://imds EC2MetadataServiceEndpointMode:IPv6",
		"SkipCredentialsValidation:true", "SkipRegionValidation:true", "SkipRequestingAccountID:true",
		"Duration:1h30m0s ExternalID:id Policy:{} PolicyARNs:[p] SessionName:s SourceIdentity:i Tags:map[k:v] TransitiveTagKeys:[k]",
		"Endpoints:map[ecs:http://ecs events:http://events logs:http://logs]",
		`4 "http://p" "" false`,
		"Duration:15m0s Policy:{} PolicyARNs:[p] SessionName:s WebIdentityToken:t WebIdentityTokenFile:f}",
	} {
		if !strings.Contains(text, part) {
			t.Errorf("no %q in %s", part, text)
		}
	}
	v := reflect.ValueOf(got)
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		// Those are no arguments of the provider block.
		if v.Field(i).IsZero() && !slices.Contains([]string{"HTTPClient", "UserAgent", "Consistent", "Clock"}, name) {
			t.Errorf("nothing sets %s", name)
		}
	}
	for name := range providerSchema(t).Attributes {
		if b[name] == nil {
			t.Errorf("the test does not set %s", name)
		}
	}
	defaults := reflect.ValueOf(model.defaults(t.Context(), &diags))
	for i := range defaults.NumField() {
		if v, ok := defaults.Field(i).Interface().(attr.Value); !ok || v.IsNull() || v.IsUnknown() {
			t.Errorf("nothing sets %s of the defaults", defaults.Type().Field(i).Name)
		}
	}
	if diags.HasError() {
		t.Error(diags)
	}
}

// What is not known of the defaults leaves the client and the other defaults alone.
func TestConfigure_defaults(t *testing.T) {
	for name, c := range map[string]struct {
		block                  any
		cluster, subnets, role string
	}{
		"none":           {nil, "<null>", "<null>", "<null>"},
		"empty":          {tftest.Block{}, "<null>", "<null>", "<null>"},
		"one":            {tftest.Block{"cluster": "jobs"}, `"jobs"`, "<null>", "<null>"},
		"one is unknown": {tftest.Block{"cluster": tftest.Unknown, "role_path": "/x/"}, "<unknown>", "<null>", `"/x/"`},
		"an element":     {tftest.Block{"subnet_ids": []any{"subnet-0a", tftest.Unknown}}, "<null>", `["subnet-0a",<unknown>]`, "<null>"},
		"unknown":        {tftest.Unknown, "<unknown>", "<unknown>", "<unknown>"},
	} {
		t.Run(name, func(t *testing.T) {
			isolate(t)
			data, resp := configure(t, credentials(tftest.Block{"defaults": c.block}))
			if resp.Diagnostics.HasError() || data.Client == nil || data.Pending != "" {
				t.Fatalf("%+v, %v", data, resp.Diagnostics)
			}
			d := data.Defaults
			if d.Cluster.String() != c.cluster || d.SubnetIDs.String() != c.subnets || d.RolePath.String() != c.role {
				t.Errorf("%s, %s, %s", d.Cluster, d.SubnetIDs, d.RolePath)
			}
		})
	}
}

func TestConfigure_errors(t *testing.T) {
	for _, tt := range []struct {
		name      string
		block     tftest.Block
		attribute string
		says      []string
		called    bool // whether AWS was called before
	}{
		{"wrong region", credentials(tftest.Block{"region": "eu-wset-1"}), "region", []string{"eu-west-1", "skip_region_validation"}, false},
		{"wrong STS region", credentials(tftest.Block{"sts_region": "eu-wset-1"}), "sts_region", []string{"eu-west-1"}, false},
		{"no region", credentials(tftest.Block{"region": nil}), "region", []string{"AWS_REGION"}, false},
		{"no credentials", credentials(tftest.Block{"access_key": nil, "secret_key": nil}), "", []string{"access_key", "AWS_ACCESS_KEY_ID"}, false},
		{"half a key", credentials(tftest.Block{"secret_key": nil}), "access_key", []string{"access_key", "secret_key"}, false},
		{"not allowed", credentials(tftest.Block{"allowed_account_ids": []any{"111111111111"}}), "allowed_account_ids",
			[]string{tftest.Account, "allowed_account_ids", "111111111111"}, true},
		{"forbidden", credentials(tftest.Block{"forbidden_account_ids": []any{tftest.Account}}), "forbidden_account_ids",
			[]string{tftest.Account, "forbidden_account_ids"}, true},
		{"allowed and forbidden", credentials(tftest.Block{"allowed_account_ids": []any{tftest.Account}, "forbidden_account_ids": []any{"111111111111"}}),
			"allowed_account_ids", []string{"allowed_account_ids", "forbidden_account_ids"}, false},
		{"no account ID", credentials(tftest.Block{"allowed_account_ids": []any{"12345"}}), "allowed_account_ids", []string{"12 digits"}, false},
		{"retry mode", credentials(tftest.Block{"retry_mode": "eager"}), "retry_mode", []string{"standard", "adaptive"}, false},
		{"retries", credentials(tftest.Block{"max_retries": -1}), "max_retries", []string{"at least 0"}, false},
		{"metadata mode", credentials(tftest.Block{"ec2_metadata_service_endpoint_mode": "IPv5"}), "ec2_metadata_service_endpoint_mode", []string{"IPv6"}, false},
		{"short session", credentials(tftest.Block{"assume_role": []any{tftest.Block{"role_arn": testRole, "duration": "5m"}}}), "assume_role", []string{"15m", "12h"}, false},
		{"no duration", credentials(tftest.Block{"assume_role": []any{tftest.Block{"role_arn": testRole, "duration": "an hour"}}}), "assume_role", []string{"1h30m"}, false},
		{"no role ARN", credentials(tftest.Block{"assume_role": []any{tftest.Block{"role_arn": "deploy"}}}), "assume_role", []string{"ARN of an IAM role"}, false},
		{"gap in a chain", credentials(tftest.Block{"assume_role": []any{tftest.Block{"role_arn": testRole}, tftest.Block{}}}), "assume_role", []string{"role_arn is not set"}, false},
		{"web identity without token", credentials(tftest.Block{"assume_role_with_web_identity": []any{tftest.Block{"role_arn": testRole}}}),
			"assume_role_with_web_identity", []string{"web_identity_token_file"}, false},
		{"two tokens", credentials(tftest.Block{"assume_role_with_web_identity": []any{tftest.Block{"role_arn": testRole, "web_identity_token": "a", "web_identity_token_file": "b"}}}),
			"assume_role_with_web_identity", []string{"web_identity_token_file"}, false},
		{"no URL", credentials(tftest.Block{"endpoints": []any{tftest.Block{"ecs": "localhost:4566"}}}), "endpoints", []string{"scheme"}, false},
		{"two endpoints", credentials(tftest.Block{"endpoints": []any{tftest.Block{"logs": "http://a.test", "cloudwatchlogs": "http://b.test"}}}),
			"endpoints", []string{"two different endpoints", "logs, cloudwatchlog, cloudwatchlogs"}, false},
		{"defaults: cluster", credentials(tftest.Block{"defaults": tftest.Block{"cluster": "a b"}}), "defaults", []string{"cluster"}, false},
		{"defaults: no subnets", credentials(tftest.Block{"defaults": tftest.Block{"subnet_ids": []any{}}}), "defaults", []string{"at least 1"}, false},
		{"defaults: subnet", credentials(tftest.Block{"defaults": tftest.Block{"subnet_ids": []any{"vpc-1"}}}), "defaults", []string{"subnet"}, false},
		{"defaults: group", credentials(tftest.Block{"defaults": tftest.Block{"security_group_ids": []any{"default"}}}), "defaults", []string{"sg-"}, false},
		{"defaults: boundary", credentials(tftest.Block{"defaults": tftest.Block{"permissions_boundary": "boundary"}}), "defaults", []string{"ARN"}, false},
		{"defaults: path", credentials(tftest.Block{"defaults": tftest.Block{"role_path": "jobs"}}), "defaults", []string{"/"}, false},
		{"defaults: prefix", credentials(tftest.Block{"defaults": tftest.Block{"role_name_prefix": "a b"}}), "defaults", []string{"prefix"}, false},
		{"defaults: retention", credentials(tftest.Block{"defaults": tftest.Block{"log_retention_in_days": 31}}), "defaults", []string{"30"}, false},
		{"defaults: key", credentials(tftest.Block{"defaults": tftest.Block{"log_kms_key_id": "alias/x"}}), "defaults", []string{"ARN"}, false},
		{"defaults: revisions", credentials(tftest.Block{"defaults": tftest.Block{"keep_revisions": -1}}), "defaults", []string{"1000"}, false},
		{"defaults: cluster elsewhere", credentials(tftest.Block{"defaults": tftest.Block{"cluster": "arn:aws:ecs:eu-west-3:123456789012:cluster/c"}}), "defaults", []string{"eu-west-3"}, true},
		{"defaults: policy of others", credentials(tftest.Block{"defaults": tftest.Block{"permissions_boundary": "arn:aws:iam::999999999999:policy/b"}}), "defaults", []string{"999999999999", tftest.Account}, true},
		{"defaults: key elsewhere", credentials(tftest.Block{"defaults": tftest.Block{"log_kms_key_id": "arn:aws:kms:eu-west-3:123456789012:key/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9"}}), "defaults", []string{"eu-west-3", "replica"}, true},
		{"two default_tags", credentials(tftest.Block{"default_tags": []any{tftest.Block{}, tftest.Block{}}}), "default_tags", []string{"at most 1"}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			sts := isolate(t)
			var texts []string
			for _, d := range throughProtocol(t, tt.block) {
				text := d.Summary + ": " + d.Detail
				texts = append(texts, text)
				if strings.Contains(text, testSecret) {
					t.Errorf("secret in %s", text)
				}
				at := ""
				if d.Attribute != nil && len(d.Attribute.Steps()) > 0 {
					at = fmt.Sprint(d.Attribute.Steps()[0])
				}
				says := d.Severity == tfprotov6.DiagnosticSeverityError && at == tt.attribute
				for _, part := range tt.says {
					says = says && strings.Contains(text, part)
				}
				if says {
					if called := len(sts.called()) > 0; called != tt.called {
						t.Errorf("called AWS: %t", called)
					}
					return
				}
			}
			t.Errorf("no error of %q that says %q in %q", tt.attribute, tt.says, texts)
		})
	}
}

func TestConfigure_assumesRoleAtTheEndpointOfTheEnvironment(t *testing.T) {
	sts := isolate(t)
	if diags := throughProtocol(t, credentials(tftest.Block{"assume_role": []any{tftest.Block{"role_arn": testRole}}})); len(diags) > 0 {
		t.Fatalf("%+v", diags[0])
	}
	called := sts.called()
	if !slices.Contains(called, "AssumeRole") || called[len(called)-1] != "GetCallerIdentity" {
		t.Errorf("called %v", called)
	}
}

func TestConfigure_emptyRoleBlock(t *testing.T) {
	sts := isolate(t)
	data, resp := configure(t, credentials(tftest.Block{"assume_role": []any{tftest.Block{"role_arn": ""}}, "assume_role_with_web_identity": []any{tftest.Block{}}}))
	if data == nil || data.Client == nil || resp.Diagnostics.WarningsCount() != 2 {
		t.Errorf("got %v", resp.Diagnostics)
	}
	if slices.Contains(sts.called(), "AssumeRole") {
		t.Error("assumed a role")
	}
}

func TestConfigure_skips(t *testing.T) {
	sts := isolate(t)
	data, resp := configure(t, credentials(tftest.Block{
		"region": "local", "skip_credentials_validation": true, "skip_requesting_account_id": true, "skip_region_validation": true,
	}))
	if data == nil || data.Client == nil || data.Client.AccountID != "" || data.Client.Region != "local" {
		t.Fatalf("got %+v, %v", data, resp.Diagnostics)
	}
	if called := sts.called(); len(called) > 0 {
		t.Errorf("called %v", called)
	}
}

func TestConfigure_endpointsBlock(t *testing.T) {
	isolate(t)
	other := &fakeSTS{}
	server := httptest.NewServer(other)
	t.Cleanup(server.Close)
	if diags := throughProtocol(t, credentials(tftest.Block{"endpoints": []any{tftest.Block{"sts": server.URL}}})); len(diags) > 0 {
		t.Fatalf("%+v", diags[0])
	}
	if len(other.called()) != 1 {
		t.Error("the block does not go before the environment")
	}
}

// An unknown value is not an unset one: until it is known there is no client, no call and no error, and errors of
// resources can give the reason.
func TestConfigure_unknown(t *testing.T) {
	b := credentials(tftest.Block{})
	for name := range providerSchema(t).Attributes {
		if name == "defaults" {
			continue // they say neither where nor as whom, as TestConfigure_defaults has it
		}
		t.Run(name, func(t *testing.T) {
			assertPending(t, tftest.With(b, tftest.Block{name: tftest.Unknown}), name)
		})
	}
	for name, tt := range map[string]struct {
		block   tftest.Block
		pending string
	}{
		"element":         {tftest.Block{"allowed_account_ids": []any{tftest.Account, tftest.Unknown}}, "allowed_account_ids"},
		"list element":    {tftest.Block{"shared_config_files": []any{"a", tftest.Unknown}}, "shared_config_files[1]"},
		"role":            {tftest.Block{"assume_role": []any{tftest.Block{"role_arn": testRole}, tftest.Block{"role_arn": tftest.Unknown}}}, "assume_role[1].role_arn"},
		"role tag":        {tftest.Block{"assume_role": []any{tftest.Block{"role_arn": testRole, "tags": tftest.Block{"k": tftest.Unknown}}}}, `assume_role[0].tags["k"]`},
		"dynamic block":   {tftest.Block{"assume_role": tftest.Unknown}, "assume_role"},
		"web identity":    {tftest.Block{"assume_role_with_web_identity": []any{tftest.Block{"web_identity_token": tftest.Unknown}}}, "assume_role_with_web_identity[0].web_identity_token"},
		"endpoint":        {tftest.Block{"endpoints": []any{tftest.Block{"ecs": tftest.Unknown}}}, "endpoints[0].ecs"},
		"ignore_tags":     {tftest.Block{"ignore_tags": []any{tftest.Block{"keys": tftest.Unknown}}}, "ignore_tags[0].keys"},
		"first of two":    {tftest.Block{"token": tftest.Unknown, "profile": tftest.Unknown}, "profile"},
		"with other tags": {tftest.Block{"profile": tftest.Unknown, "default_tags": tftest.Unknown}, "profile"},
	} {
		t.Run(name, func(t *testing.T) { assertPending(t, tftest.With(b, tt.block), tt.pending) })
	}
}

func assertPending(t *testing.T, b tftest.Block, pending string) {
	t.Helper()
	sts := isolate(t)
	if diags := throughProtocol(t, b); len(diags) > 0 {
		t.Errorf("%s: %s", diags[0].Summary, diags[0].Detail)
	}
	data, resp := configure(t, b)
	if data == nil || data.Client != nil || data.Pending != pending || len(resp.Diagnostics) > 0 {
		t.Errorf("got %+v, %v", data, resp.Diagnostics)
	}
	if called := sts.called(); len(called) > 0 {
		t.Errorf("called %v", called)
	}
}

func TestConfigure_defaultTags(t *testing.T) {
	tags := func(b tftest.Block) tftest.Block { return credentials(tftest.Block{"default_tags": []any{b}}) }
	for name, tt := range map[string]struct {
		block   tftest.Block
		want    map[string]string
		unknown bool
	}{
		"none":            {credentials(nil), map[string]string{"team": "environment"}, false},
		"empty block":     {tags(tftest.Block{}), map[string]string{"team": "environment"}, false},
		"block first":     {tags(tftest.Block{"tags": tftest.Block{"team": "block", "cost": "1"}}), map[string]string{"team": "block", "cost": "1"}, false},
		"null value":      {tags(tftest.Block{"tags": tftest.Block{"team": nil}}), map[string]string{"team": "environment"}, false},
		"unknown block":   {credentials(tftest.Block{"default_tags": tftest.Unknown}), nil, true},
		"unknown element": {credentials(tftest.Block{"default_tags": []any{tftest.Unknown}}), nil, true},
		"unknown tags":    {tags(tftest.Block{"tags": tftest.Unknown}), nil, true},
		"unknown value":   {tags(tftest.Block{"tags": tftest.Block{"team": tftest.Unknown}}), nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			isolate(t)
			t.Setenv(defaultTagsEnvPrefix+"team", "environment")
			data, resp := configure(t, tt.block)
			if resp.Diagnostics.HasError() || data.Client == nil {
				t.Fatal(resp.Diagnostics)
			}
			if data.DefaultTagsUnknown != tt.unknown || !tt.unknown && !maps.Equal(data.DefaultTags, tt.want) {
				t.Errorf("got %v, unknown %t", data.DefaultTags, data.DefaultTagsUnknown)
			}
		})
	}
}

func TestConfigure_ignoreTags(t *testing.T) {
	isolate(t)
	t.Setenv(ignoreTagsKeysEnv, "b, a")
	t.Setenv(ignoreTagsKeyPrefixesEnv, "p:")
	data, resp := configure(t, credentials(tftest.Block{"ignore_tags": []any{tftest.Block{"keys": []any{"c", "a"}, "key_prefixes": []any{"o:"}}}}))
	if resp.Diagnostics.HasError() {
		t.Fatal(resp.Diagnostics)
	}
	if want := (lifecycle.IgnoreTags{Keys: []string{"a", "b", "c"}, KeyPrefixes: []string{"o:", "p:"}}); !reflect.DeepEqual(data.IgnoreTags, want) {
		t.Errorf("got %+v, want %+v", data.IgnoreTags, want)
	}
}

func TestConfigure_regionIsNotCheckedWhileTheSkipIsUnknown(t *testing.T) {
	isolate(t)
	if diags := throughProtocol(t, credentials(tftest.Block{"region": "local", "skip_region_validation": tftest.Unknown})); len(diags) > 0 {
		t.Errorf("%s: %s", diags[0].Summary, diags[0].Detail)
	}
}
