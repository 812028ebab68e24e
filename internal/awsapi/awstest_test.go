package awsapi

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
)

const (
	testAccount = "123456789012"
	testRegion  = "eu-west-1"
	testKey     = "AKIAIOSFODNN7EXAMPLE"
	testSecret  = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
)

// isolate takes away whatever of the machine's own AWS configuration could reach a test.
func isolate(t *testing.T) {
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
}

// writeFile writes a file that only its owner can read.
func writeFile(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// stsAnswer is what STS answers, nil for an operation of another service.
func stsAnswer(operation string) *http.Response {
	switch operation {
	case "GetCallerIdentity":
		return xmlResponse(fmt.Sprintf(`<GetCallerIdentityResponse><GetCallerIdentityResult>`+
			`<Arn>arn:aws:iam::%[1]s:user/test</Arn><UserId>AIDATEST</UserId><Account>%[1]s</Account>`+
			`</GetCallerIdentityResult></GetCallerIdentityResponse>`, testAccount))
	case "AssumeRole":
		return xmlResponse(`<AssumeRoleResponse><AssumeRoleResult><Credentials>` +
			`<AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId><SecretAccessKey>` + testSecret + `</SecretAccessKey>` +
			`<SessionToken>session-token-of-the-role</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration>` +
			`</Credentials></AssumeRoleResult></AssumeRoleResponse>`)
	}
	return nil
}

// stsOnly is an AWS that tells whose the credentials are, and nothing else.
type stsOnly struct{}

// RoundTrip answers STS.
func (stsOnly) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, err
	}
	if answer := stsAnswer(form.Get("Action")); answer != nil {
		return answer, nil
	}
	return nil, fmt.Errorf("unexpected call at %s", r.URL.Host)
}

func xmlResponse(body string) *http.Response { return response(http.StatusOK, "text/xml", body) }

func jsonResponse(status int, body string) *http.Response {
	return response(status, "application/x-amz-json-1.1", body)
}

// jsonError and xmlError are errors as AWS's JSON and query protocols have them.
func jsonError(status int, code, message string) *http.Response {
	return jsonResponse(status, fmt.Sprintf(`{"__type":%q,"message":%q}`, code, message))
}

func xmlError(status int, code, message string) *http.Response {
	return response(status, "text/xml", fmt.Sprintf(`<ErrorResponse><Error><Code>%s</Code><Message>%s</Message></Error></ErrorResponse>`, code, message))
}

func response(status int, contentType, body string) *http.Response {
	return &http.Response{
		StatusCode:    status,
		Header:        http.Header{"Content-Type": []string{contentType}},
		Body:          io.NopCloser(strings.NewReader(body)),
		ContentLength: int64(len(body)),
		Proto:         "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}
}
