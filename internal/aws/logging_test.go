package aws

import (
	"bytes"
	"net/http"
	"os"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/dockertask/terraform-provider-docker/internal/aws/awstest"
	"github.com/dockertask/terraform-provider-docker/internal/aws/connection"
)

// No value of a user's environment variables may be logged, whichever way it passes: in the
// request, in AWS's answer, in the answer to a read.
func TestContext_logsNoEnvironment(t *testing.T) {
	awstest.Isolate(t)
	synctest.Test(t, testLogsNoEnvironment) // the SDK waits before it tries again
}

func testLogsNoEnvironment(t *testing.T) {
	echo := `{"taskDefinition":{"family":"transcode","containerDefinitions":[{"name":"transcode","environment":[{"name":"PASSWORD","value":"` + awstest.Canary + `"}]}]}}`
	tries := 0
	fake := &fakeAWS{answer: func(call) *http.Response {
		tries++
		if tries == 1 { // the SDK logs retries, too
			return awstest.JSONResponse(http.StatusInternalServerError, `{"__type":"ServerException","message":"try again"}`)
		}
		return awstest.JSONResponse(http.StatusOK, echo)
	}}
	var log bytes.Buffer
	root := tflogtest.RootLogger(t.Context(), &log)

	cfg := testConfig(fake)
	cfg.MaxRetries = aws.Int(2)
	client, diags := New(root, cfg)
	if client == nil {
		t.Fatal(diags)
	}
	ctx := client.Context(root)
	if _, err := client.ecs.RegisterTaskDefinition(ctx, &ecs.RegisterTaskDefinitionInput{
		Family: aws.String("transcode"),
		ContainerDefinitions: []types.ContainerDefinition{{
			Name:        aws.String("transcode"),
			Environment: []types.KeyValuePair{{Name: aws.String("PASSWORD"), Value: aws.String(awstest.Canary)}},
		}},
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := client.ecs.DescribeTaskDefinition(ctx, &ecs.DescribeTaskDefinitionInput{TaskDefinition: aws.String("transcode")}); err != nil {
		t.Fatal(err)
	}
	if last := fake.calls[len(fake.calls)-1]; last.operation != "DescribeTaskDefinition" {
		t.Fatalf("last call was %s", last.operation)
	}
	if !strings.Contains(fake.calls[len(fake.calls)-2].body, awstest.Canary) {
		t.Fatal("the request did not hold the canary")
	}

	awstest.AssertSilent(t, log.String(),
		[]string{"RegisterTaskDefinition", "DescribeTaskDefinition", "AWS call", "ECS.RegisterTaskDefinition", `"http.status":500`, "STS.GetCallerIdentity"},
		awstest.Canary, awstest.Secret, awstest.Key)
}

// aws-sdk-go-base logs the calls that get credentials to a subsystem, which the masks of the
// root logger do not reach.
func TestNew_logsNoCredentials(t *testing.T) {
	const token = "token-of-an-identity-provider-with-40-or-more-characters"
	for name, set := range map[string]func(t *testing.T, c *connection.Config){
		"arguments": func(_ *testing.T, c *connection.Config) { c.Token = token },
		"environment": func(t *testing.T, c *connection.Config) {
			c.AccessKey, c.SecretKey = "", ""
			t.Setenv("AWS_ACCESS_KEY_ID", awstest.Key)
			t.Setenv("AWS_SECRET_ACCESS_KEY", awstest.Secret)
			t.Setenv("AWS_SESSION_TOKEN", token)
		},
		"profile": func(t *testing.T, c *connection.Config) {
			c.AccessKey, c.SecretKey = "", ""
			awstest.WriteFile(t, os.Getenv("AWS_SHARED_CREDENTIALS_FILE"), "[default]\naws_access_key_id="+awstest.Key+
				"\naws_secret_access_key="+awstest.Secret+"\naws_session_token="+token+"\n")
		},
		"role": func(_ *testing.T, c *connection.Config) {
			c.AssumeRole = []connection.AssumeRole{{RoleARN: "arn:aws:iam::" + awstest.Account + ":role/deploy"}}
		},
		"web identity": func(_ *testing.T, c *connection.Config) {
			c.AccessKey, c.SecretKey = "", ""
			c.AssumeRoleWithWebIdentity = &connection.AssumeRoleWithWebIdentity{RoleARN: "arn:aws:iam::" + awstest.Account + ":role/ci", WebIdentityToken: token}
		},
	} {
		t.Run(name, func(t *testing.T) {
			awstest.Isolate(t)
			cfg := testConfig(&fakeAWS{answer: func(call) *http.Response {
				return awstest.XMLResponse(`<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials>` +
					`<AccessKeyId>` + awstest.Key + `</AccessKeyId><SecretAccessKey>` + awstest.Secret + `</SecretAccessKey>` +
					`<SessionToken>session-token-of-the-role</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration>` +
					`</Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`)
			}})
			set(t, &cfg)
			var log bytes.Buffer
			if client, diags := New(tflogtest.RootLogger(t.Context(), &log), cfg); client == nil {
				t.Fatal(diags)
			}
			awstest.AssertSilent(t, log.String(), []string{"GetCallerIdentity"}, awstest.Secret, awstest.Key, token, "session-token-of-the-role")
		})
	}
}
