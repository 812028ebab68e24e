package awsapi

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
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

// call is a request as a fake AWS sees it.
type call struct {
	host, operation, region string
	request                 *http.Request
	body                    string
}

// fakeAWS answers STS, and other services by a function; it keeps the calls. As a
// [http.RoundTripper] it needs no network, so it works inside a synctest bubble.
type fakeAWS struct {
	// answer is for all calls but STS's. Without it they are refused; where it is nil, the
	// connection is lost.
	answer func(call) *http.Response
	// exact: its answers go out as they are; else [whole] adds what AWS always says.
	exact bool

	mu    sync.Mutex
	calls []call
}

func (f *fakeAWS) client() *http.Client { return &http.Client{Transport: f} }

func (f *fakeAWS) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
		_ = r.Body.Close()
	}
	c := call{host: r.URL.Host, request: r, body: string(body)}
	if form, err := url.ParseQuery(c.body); err == nil {
		c.operation = form.Get("Action")
	}
	if target := r.Header.Get("X-Amz-Target"); target != "" {
		_, c.operation, _ = strings.Cut(target, ".")
	}
	// The header names key, date, region and service, between slashes.
	if scope := strings.Split(r.Header.Get("Authorization"), "/"); len(scope) > 2 {
		c.region = scope[2]
	}
	f.mu.Lock()
	f.calls = append(f.calls, c)
	f.mu.Unlock()

	switch {
	case c.operation == "GetCallerIdentity":
		return xmlResponse(fmt.Sprintf(`<GetCallerIdentityResponse><GetCallerIdentityResult>`+
			`<Arn>arn:aws:iam::%[1]s:user/test</Arn><UserId>AIDATEST</UserId><Account>%[1]s</Account>`+
			`</GetCallerIdentityResult></GetCallerIdentityResponse>`, testAccount)), nil
	case c.operation == "AssumeRole":
		return xmlResponse(`<AssumeRoleResponse><AssumeRoleResult><Credentials>` +
			`<AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId><SecretAccessKey>` + testSecret + `</SecretAccessKey>` +
			`<SessionToken>session-token-of-the-role</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration>` +
			`</Credentials></AssumeRoleResult></AssumeRoleResponse>`), nil
	case f.answer != nil:
		answer := f.answer(c)
		if answer == nil {
			return nil, io.ErrUnexpectedEOF
		}
		if !f.exact {
			answer = whole(c, answer)
		}
		return answer, nil
	}
	return nil, fmt.Errorf("unexpected call of %s at %s", c.operation, c.host)
}

// count returns how often an operation was called; "" counts all.
func (f *fakeAWS) count(operation string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for _, c := range f.calls {
		if operation == "" || c.operation == operation {
			n++
		}
	}
	return n
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

// testConfig is a configuration that needs nothing of the environment.
func testConfig(f *fakeAWS) Config {
	return Config{
		Region:     testRegion,
		AccessKey:  testKey,
		SecretKey:  testSecret,
		MaxRetries: aws.Int(1),
		HTTPClient: f.client(),
	}
}

// mustNew returns the client of a configuration that has no fault.
func mustNew(t *testing.T, cfg Config) *Client {
	t.Helper()
	client, diags := New(t.Context(), cfg)
	if client == nil || len(diags) > 0 {
		t.Fatalf("New: %+v", diags)
	}
	return client
}
