package awsapi

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"os"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/hashicorp/aws-sdk-go-base/v2/logging"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"
)

const canary = "canary-5d1f-value-of-an-environment-variable"

// assertSilent fails if a secret is in the log, or what shows that anything is logged is not.
func assertSilent(t *testing.T, log string, logged []string, secrets ...string) {
	t.Helper()
	for _, s := range logged {
		if !strings.Contains(log, s) {
			t.Errorf("%q is not logged: the test proves nothing", s)
		}
	}
	for _, s := range secrets {
		if i := strings.Index(log, s); i >= 0 {
			t.Errorf("%q is logged: …%s…", s, log[max(0, i-200):min(len(log), i+len(s)+80)])
		}
	}
}

// No value of a user's environment variables may be logged, whichever way it passes: in the
// request, in AWS's answer, in the answer to a read.
func TestContext_logsNoEnvironment(t *testing.T) {
	isolate(t)
	synctest.Test(t, testLogsNoEnvironment) // the SDK waits before it tries again
}

func testLogsNoEnvironment(t *testing.T) {
	echo := `{"taskDefinition":{"family":"transcode","containerDefinitions":[{"name":"transcode","environment":[{"name":"PASSWORD","value":"` + canary + `"}]}]}}`
	tries := 0
	fake := &fakeAWS{answer: func(call) *http.Response {
		tries++
		if tries == 1 { // the SDK logs retries, too
			return jsonResponse(http.StatusInternalServerError, `{"__type":"ServerException","message":"try again"}`)
		}
		return jsonResponse(http.StatusOK, echo)
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
			Environment: []types.KeyValuePair{{Name: aws.String("PASSWORD"), Value: aws.String(canary)}},
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
	if !strings.Contains(fake.calls[len(fake.calls)-2].body, canary) {
		t.Fatal("the request did not hold the canary")
	}

	assertSilent(t, log.String(),
		[]string{"RegisterTaskDefinition", "DescribeTaskDefinition", "AWS call", "ECS.RegisterTaskDefinition", `"http.status":500`, "STS.GetCallerIdentity"},
		canary, testSecret, testKey)
}

// aws-sdk-go-base logs the calls that get credentials to a subsystem, which the masks of the
// root logger do not reach.
func TestNew_logsNoCredentials(t *testing.T) {
	const token = "token-of-an-identity-provider-with-40-or-more-characters"
	for name, set := range map[string]func(t *testing.T, c *Config){
		"arguments": func(_ *testing.T, c *Config) { c.Token = token },
		"environment": func(t *testing.T, c *Config) {
			c.AccessKey, c.SecretKey = "", ""
			t.Setenv("AWS_ACCESS_KEY_ID", testKey)
			t.Setenv("AWS_SECRET_ACCESS_KEY", testSecret)
			t.Setenv("AWS_SESSION_TOKEN", token)
		},
		"profile": func(t *testing.T, c *Config) {
			c.AccessKey, c.SecretKey = "", ""
			writeFile(t, os.Getenv("AWS_SHARED_CREDENTIALS_FILE"), "[default]\naws_access_key_id="+testKey+
				"\naws_secret_access_key="+testSecret+"\naws_session_token="+token+"\n")
		},
		"role": func(_ *testing.T, c *Config) {
			c.AssumeRole = []AssumeRole{{RoleARN: "arn:aws:iam::" + testAccount + ":role/deploy"}}
		},
		"web identity": func(_ *testing.T, c *Config) {
			c.AccessKey, c.SecretKey = "", ""
			c.AssumeRoleWithWebIdentity = &AssumeRoleWithWebIdentity{RoleARN: "arn:aws:iam::" + testAccount + ":role/ci", WebIdentityToken: token}
		},
	} {
		t.Run(name, func(t *testing.T) {
			isolate(t)
			cfg := testConfig(&fakeAWS{answer: func(call) *http.Response {
				return xmlResponse(`<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials>` +
					`<AccessKeyId>` + testKey + `</AccessKeyId><SecretAccessKey>` + testSecret + `</SecretAccessKey>` +
					`<SessionToken>session-token-of-the-role</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration>` +
					`</Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`)
			}})
			set(t, &cfg)
			var log bytes.Buffer
			if client, diags := New(tflogtest.RootLogger(t.Context(), &log), cfg); client == nil {
				t.Fatal(diags)
			}
			assertSilent(t, log.String(), []string{"GetCallerIdentity"}, testSecret, testKey, token, "session-token-of-the-role")
		})
	}
}

func TestMaskingLogger(t *testing.T) {
	var log bytes.Buffer
	root := tflogtest.RootLogger(t.Context(), &log)
	l := newMaskingLogger(root, []string{testSecret, "test"}, nil)
	ctx := l.context(root)

	if got, ok := logging.RetrieveLogger(ctx).(maskingLogger); !ok || got.Logger != l.Logger {
		t.Errorf("registered %v", got)
	}
	_, sub := l.SubLogger(root, "sub")
	subCtx, _ := l.SubLogger(root, "sub")
	for _, out := range []struct {
		ctx    context.Context
		logger logging.Logger
	}{{root, l}, {subCtx, sub}} {
		fields := map[string]any{
			"http.request.body":                            "body",
			"http.response.body":                           "body",
			"http.request.header.x_amz_sso_bearer_token":   "bearer",
			"http.request.header.x_aws_ec2_metadata_token": "bearer",
			"http.request.header.authorization":            "AWS4-HMAC-SHA256 Credential=" + testSecret,
			"error":                                        errors.New("with " + testSecret),
			"list":                                         []string{"a", testSecret},
			"http.status_code":                             200,
		}
		out.logger.Warn(out.ctx, "warned of "+testSecret, fields)
		out.logger.Info(out.ctx, "informed of "+testSecret, fields)
		out.logger.Debug(out.ctx, "debugged "+testSecret, fields)
		out.logger.Trace(out.logger.SetField(out.ctx, "set", testSecret), "traced "+testSecret, fields)
	}

	assertSilent(t, log.String(),
		[]string{"warned of ***", "informed of ***", "debugged ***", "traced ***", `"http.status_code":200`, "with ***"},
		testSecret, `"body"`, "bearer\"")
	if got, want := l.text(`Post "http://user:pa55@proxy:3128/x": EOF`), `Post "http://***@proxy:3128/x": EOF`; got != want {
		t.Errorf("logged as %s", got) // more in package sanitize
	}
	if strings.Contains(l.text("testing"), masked) {
		t.Error("a short secret is masked: it would blot out the log")
	}
}
