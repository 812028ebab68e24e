package acctest

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// providerAWS is the SDK's configuration that a provider of the test's account has.
func providerAWS(t *testing.T) aws.Config {
	t.Helper()
	configuration, err := config.LoadDefaultConfig(t.Context(), // endpoint and region: from the environment
		plainBody, config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider(accessKey(AccountID(t)), emulatorSecret, "")))
	if err != nil {
		t.Fatal(err)
	}
	return configuration
}

func simpleDefinition(family string) *ecs.RegisterTaskDefinitionInput {
	return &ecs.RegisterTaskDefinitionInput{
		Family:               &family,
		ContainerDefinitions: []ecstypes.ContainerDefinition{{Name: &family, Image: aws.String("busybox"), Memory: aws.Int32(128)}},
	}
}

// Tests at the same time, with the same names, each find only what they made.
func TestAccount_isolation(t *testing.T) {
	t.Parallel()
	OnEmulator(t, "a real account is one")
	var mu sync.Mutex
	var ids []string
	t.Run("parallel", func(t *testing.T) {
		for i := range 8 {
			t.Run(fmt.Sprint(i), func(t *testing.T) {
				t.Parallel()
				Isolate(t)
				cloud := AWS(t)
				identity, err := sts.NewFromConfig(providerAWS(t)).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
				if err != nil {
					t.Fatal(err)
				}
				if got := aws.ToString(identity.Account); got != AccountID(t) {
					t.Errorf("the caller's account is %s, not %s", got, AccountID(t))
				}
				mu.Lock()
				ids = append(ids, AccountID(t))
				mu.Unlock()
				subnets, err := ec2.NewFromConfig(providerAWS(t)).DescribeSubnets(t.Context(), &ec2.DescribeSubnetsInput{})
				if err != nil || len(subnets.Subnets) == 0 {
					t.Errorf("no default subnets: %v", err)
				}

				arn := cloud.Register(simpleDefinition("transcode"))
				if !strings.Contains(arn, ":"+AccountID(t)+":") || !strings.HasSuffix(arn, "/transcode:1") {
					t.Errorf("registered %s", arn)
				}
				CreateRole(t, "api")
				if _, err := iam.NewFromConfig(providerAWS(t)).CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: aws.String("transcode-task"), AssumeRolePolicyDocument: aws.String("{}")}); err != nil {
					t.Error(err)
				}
				cloud.CreateLogGroup("/ecs/transcode")

				gone := CheckUnitGone(t, "transcode")
				err = gone(nil)
				for _, part := range []string{"task definition " + arn, "role transcode-task", "log group /ecs/transcode"} {
					if err == nil || !strings.Contains(err.Error(), part) {
						t.Errorf("%s is not reported: %v", part, err)
					}
				}
				if err := CheckUnitGone(t, "other")(nil); err != nil {
					t.Errorf("another unit: %v", err)
				}
				cloud.DeregisterAll("transcode")
				cloud.DeleteRole("transcode-task")
				cloud.DeleteLogGroup("/ecs/transcode")
				if err := gone(nil); err != nil {
					t.Errorf("after removing all: %v", err)
				}
				if err := CheckAccountEmpty(t)(nil); err != nil {
					t.Errorf("after removing all but the consumer: %v", err)
				}
			})
		}
	})
	slices.Sort(ids)
	if len(ids) != 8 || len(slices.Compact(ids)) != 8 {
		t.Errorf("accounts: %v", ids)
	}
}

func TestAccount_proxy(t *testing.T) {
	t.Parallel()
	p := NewProxy(t)
	if _, err := iam.NewFromConfig(providerAWS(t)).ListRoles(t.Context(), &iam.ListRolesInput{}); err != nil {
		t.Fatal(err)
	}
	AWS(t).CreateLogGroup("/ecs/x")
	if got := CountByOperation(p.Calls()); len(got) != 1 || got["iam.ListRoles"] != 1 {
		t.Errorf("the proxy sees what a provider does, and only that: %v", got)
	}
	outer := AccountID(t)
	t.Run("subtest", func(t *testing.T) {
		if AccountID(t) != outer {
			t.Error("a subtest has another account than its test")
		}
		inner := NewProxy(t)
		if AccountID(t) == outer {
			t.Error("a subtest with a proxy of its own has the account of its test")
		}
		p.Reset()
		if _, err := iam.NewFromConfig(providerAWS(t)).ListRoles(t.Context(), &iam.ListRolesInput{}); err != nil {
			t.Fatal(err)
		}
		if len(inner.Calls()) != 1 || len(p.Calls()) != 0 {
			t.Errorf("inner %v, outer %v", inner.Calls(), p.Calls())
		}
	})
}

// An assumed role's key is one that the emulator made, not one of ours.
func TestAccount_assumedRole(t *testing.T) {
	t.Parallel()
	OnEmulator(t, "assumes a role that nobody may assume")
	arn := CreateRole(t, "deployer")
	configuration := providerAWS(t)
	assumed, err := sts.NewFromConfig(configuration).AssumeRole(t.Context(), &sts.AssumeRoleInput{RoleArn: &arn, RoleSessionName: aws.String("acctest")})
	if err != nil {
		t.Fatal(err)
	}
	configuration.Credentials = credentials.NewStaticCredentialsProvider(*assumed.Credentials.AccessKeyId, *assumed.Credentials.SecretAccessKey, *assumed.Credentials.SessionToken)
	identity, err := sts.NewFromConfig(configuration).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	if err != nil {
		t.Fatal(err)
	}
	if aws.ToString(identity.Account) != AccountID(t) || !strings.Contains(aws.ToString(identity.Arn), "assumed-role/deployer/") {
		t.Errorf("identity %s in %s, want the role in %s", aws.ToString(identity.Arn), aws.ToString(identity.Account), AccountID(t))
	}
}

func TestProviderConfig(t *testing.T) {
	t.Parallel()
	OnEmulator(t, "credentials are in the block")
	block := ProviderConfig(t, `default_tags { tags = { team = "video" } }`)
	for _, part := range []string{`provider "docker" {`, `region = "us-east-1"`, accessKey(AccountID(t)), "max_retries = 1", "team"} {
		if !strings.Contains(block, part) {
			t.Errorf("%s is missing in\n%s", part, block)
		}
	}
	if block := ProviderConfig(t, "max_retries = 7"); strings.Contains(block, "max_retries = 1\n") {
		t.Errorf("two max_retries in\n%s", block)
	}
}

// What the checks and changes behind the back say is what the account holds.
func TestCloud(t *testing.T) {
	t.Parallel()
	OnEmulator(t, "it is a test of the tests")
	cloud := AWS(t)
	const document = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}`

	if cloud.RoleExists("api") {
		t.Error("a role before it is made")
	}
	CreateRole(t, "api")
	cloud.PutRolePolicy("api", "b", document)
	cloud.PutRolePolicy("api", "a", document)
	if got := cloud.RolePolicies("api"); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("policies %v", got)
	}
	if got, found := cloud.RolePolicy("api", "a"); !found || got != document {
		t.Errorf("policy %q, found %t", got, found)
	}
	cloud.DeleteRolePolicy("api", "a")
	if _, found := cloud.RolePolicy("api", "a"); found {
		t.Error("a policy after it is deleted")
	}
	const trust = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
	cloud.PutTrustPolicy("api", trust)
	if got := cloud.TrustPolicy("api"); got != trust {
		t.Errorf("trust policy %q", got)
	}
	cloud.TagRole("api", "team", "video")
	if got := cloud.RoleTags("api"); got["team"] != "video" {
		t.Errorf("role tags %v", got)
	}
	cloud.UntagRole("api", "team")
	if got := cloud.RoleTags("api"); len(got) != 0 {
		t.Errorf("role tags %v", got)
	}

	if cloud.LogGroup("/ecs/x") != nil {
		t.Error("a log group before it is made")
	}
	cloud.CreateLogGroup("/ecs/x")
	cloud.CreateLogGroup("/ecs/x2")
	cloud.PutRetention("/ecs/x", 7)
	if got := cloud.Retention("/ecs/x"); got != 7 {
		t.Errorf("retention %d", got)
	}
	cloud.PutRetention("/ecs/x", 0)
	if got := cloud.Retention("/ecs/x"); got != 0 {
		t.Errorf("retention %d", got)
	}
	cloud.TagLogGroup("/ecs/x", "team", "video")
	if got := cloud.LogGroupTags("/ecs/x"); got["team"] != "video" {
		t.Errorf("log group tags %v", got)
	}
	cloud.UntagLogGroup("/ecs/x", "team")
	if got := cloud.LogGroupTags("/ecs/x"); len(got) != 0 {
		t.Errorf("log group tags %v", got)
	}

	if definition, _ := cloud.TaskDefinition("x"); definition != nil {
		t.Error("a task definition before it is registered")
	}
	first := cloud.Register(simpleDefinition("x"))
	second := cloud.Register(simpleDefinition("x"))
	cloud.Register(simpleDefinition("x2"))
	if got := cloud.ActiveRevisions("x"); !slices.Equal(got, []string{first, second}) {
		t.Errorf("revisions %v", got)
	}
	cloud.TagTaskDefinition(second, "team", "video")
	if definition, tags := cloud.TaskDefinition("x"); aws.ToString(definition.TaskDefinitionArn) != second || tags["team"] != "video" {
		t.Errorf("newest %s with tags %v", aws.ToString(definition.TaskDefinitionArn), tags)
	}
	cloud.UntagTaskDefinition(second, "team")
	cloud.Deregister(first)
	if got := cloud.ActiveRevisions("x"); !slices.Equal(got, []string{second}) {
		t.Errorf("revisions %v", got)
	}
	cloud.DeregisterAll("x")
	if got := cloud.ActiveRevisions("x"); len(got) != 0 {
		t.Errorf("revisions %v", got)
	}
}

func TestGateway_leavesForeignKeysAlone(t *testing.T) {
	t.Parallel()
	request := func(authorization string) *http.Request {
		return &http.Request{Header: http.Header{"Authorization": {authorization}}}
	}
	for authorization, want := range map[string]string{
		"AWS4-HMAC-SHA256 Credential=" + accessKey("200000000001") + "/20260101/us-east-1/ecs/aws4_request, SignedHeaders=host": "200000000001",
		"AWS4-HMAC-SHA256 Credential=ASIAXYZ/20260101/us-east-1/ecs/aws4_request, SignedHeaders=host":                           "",
		"": "",
	} {
		if got := accountOfRequest(request(authorization)); got != want {
			t.Errorf("%q: account %q, want %q", authorization, got, want)
		}
	}
}
