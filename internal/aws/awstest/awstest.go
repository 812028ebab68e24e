package awstest

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"
)

// Whose the credentials of tests are, and for which region.
const (
	Account = "123456789012"
	Region  = "eu-west-1"
	Key     = "AKIAIOSFODNN7EXAMPLE"
	Secret  = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
)

// Isolate takes away whatever of the machine's own AWS configuration could reach a test.
func Isolate(t *testing.T) {
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

// WriteFile writes a file that only its owner can read.
func WriteFile(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// STSAnswer is what STS answers, nil for an operation of another service.
func STSAnswer(operation string) *http.Response {
	switch operation {
	case "GetCallerIdentity":
		return XMLResponse(fmt.Sprintf(`<GetCallerIdentityResponse><GetCallerIdentityResult>`+
			`<Arn>arn:aws:iam::%[1]s:user/test</Arn><UserId>AIDATEST</UserId><Account>%[1]s</Account>`+
			`</GetCallerIdentityResult></GetCallerIdentityResponse>`, Account))
	case "AssumeRole":
		return XMLResponse(`<AssumeRoleResponse><AssumeRoleResult><Credentials>` +
			`<AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId><SecretAccessKey>` + Secret + `</SecretAccessKey>` +
			`<SessionToken>session-token-of-the-role</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration>` +
			`</Credentials></AssumeRoleResult></AssumeRoleResponse>`)
	}
	return nil
}

// STSOnly is an AWS that tells whose the credentials are, and nothing else.
type STSOnly struct{}

// RoundTrip answers STS.
func (STSOnly) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, err
	}
	if answer := STSAnswer(form.Get("Action")); answer != nil {
		return answer, nil
	}
	return nil, fmt.Errorf("unexpected call at %s", r.URL.Host)
}

// XMLResponse is an answer of the query protocol.
func XMLResponse(body string) *http.Response { return Response(http.StatusOK, "text/xml", body) }

// JSONResponse is an answer of the JSON protocol.
func JSONResponse(status int, body string) *http.Response {
	return Response(status, "application/x-amz-json-1.1", body)
}

// JSONError is an error of the JSON protocol.
func JSONError(status int, code, message string) *http.Response {
	return JSONResponse(status, fmt.Sprintf(`{"__type":%q,"message":%q}`, code, message))
}

// XMLError is an error of the query protocol.
func XMLError(status int, code, message string) *http.Response {
	return Response(status, "text/xml", fmt.Sprintf(`<ErrorResponse><Error><Code>%s</Code><Message>%s</Message></Error></ErrorResponse>`, code, message))
}

// Response is an answer of HTTP.
func Response(status int, contentType, body string) *http.Response {
	return &http.Response{
		StatusCode:    status,
		Header:        http.Header{"Content-Type": []string{contentType}},
		Body:          io.NopCloser(strings.NewReader(body)),
		ContentLength: int64(len(body)),
		Proto:         "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}
}

// Fill sets what a request may have.
func Fill(v reflect.Value, depth int) {
	switch v.Kind() {
	case reflect.Pointer:
		if depth < 9 {
			v.Set(reflect.New(v.Type().Elem()))
			Fill(v.Elem(), depth)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.Unix(0, 0)))
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				Fill(v.Field(i), depth+1)
			}
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() != reflect.Uint8 && depth < 9 {
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
			Fill(v.Index(0), depth+1)
		}
	case reflect.Map:
		if v.Type() == reflect.TypeFor[map[string]string]() {
			v.Set(reflect.ValueOf(map[string]string{"mine": "mine"}))
		}
	case reflect.String:
		v.SetString("mine")
	case reflect.Int32, reflect.Int64:
		v.SetInt(1)
	}
}

// Canary is a value that must not be logged.
const Canary = "canary-5d1f-value-of-an-environment-variable"

// AssertSilent fails if a secret is in the log, or what shows that anything is logged is not.
func AssertSilent(t *testing.T, log string, logged []string, secrets ...string) {
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

// Documented are the buckets of ECS as AWS documents them, written once more: the table of the
// provider is what is tested.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html
var Documented = map[string]struct {
	Burst, Refill float64
	Operations    []string
}{
	"modify task definitions": {20, 1, []string{"RegisterTaskDefinition", "DeregisterTaskDefinition"}},
	"delete task definitions": {5, 1, []string{"DeleteTaskDefinitions"}},
	"read task definitions":   {50, 20, []string{"DescribeTaskDefinition", "ListTaskDefinitions", "ListTaskDefinitionFamilies"}},
	"tag":                     {20, 10, []string{"TagResource"}},
	"run and stop tasks":      {100, 40, []string{"RunTask", "StopTask"}},
	"read tasks":              {100, 20, []string{"DescribeTasks", "ListTasks"}},
}
