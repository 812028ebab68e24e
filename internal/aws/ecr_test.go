package aws

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/aws/awstest"
)

func TestClient_ECRLogin(t *testing.T) {
	awstest.Isolate(t)
	const password = "eyJwYXlsb2FkIjoi:colons:too"
	for name, tt := range map[string]struct {
		region string
		answer string // of a status other than 200 where it has a __type
		host   string
		says   []string // nil: it works
	}{
		"own region":           {awstest.Region, token("AWS:" + password), "api.ecr.eu-west-1.amazonaws.com", nil},
		"another":              {"us-west-2", token("AWS:" + password), "api.ecr.us-west-2.amazonaws.com", nil},
		"of another partition": {"cn-north-1", "", "", []string{"cn-north-1", "partition aws"}},
		"no right": {awstest.Region, `{"__type":"AccessDeniedException","message":"not authorized to perform: ecr:GetAuthorizationToken"}`, "",
			[]string{awstest.Region, "ecr:GetAuthorizationToken"}},
		"no token":      {awstest.Region, `{"authorizationData":[]}`, "", []string{"has none"}},
		"another token": {awstest.Region, token("nothing"), "", []string{"has none"}},
	} {
		t.Run(name, func(t *testing.T) {
			fake := &fakeAWS{answer: func(call) *http.Response {
				status := http.StatusOK
				if strings.Contains(tt.answer, "__type") {
					status = http.StatusBadRequest
				}
				return awstest.JSONResponse(status, tt.answer)
			}}
			login, err := mustNew(t, testConfig(fake)).ECRLogin(t.Context(), tt.region)
			if tt.says != nil {
				assertSays(t, err, tt.says...)
				return
			}
			if err != nil || login.Username != "AWS" || login.Password != password {
				t.Fatalf("%q, %q, %v", login.Username, login.Password, err)
			}
			last := fake.calls[len(fake.calls)-1]
			if last.operation != "GetAuthorizationToken" || last.host != tt.host || last.region != tt.region {
				t.Errorf("%s of %s in %s", last.operation, last.host, last.region)
			}
			if text := fmt.Sprintf("%v %+v %#v", login, login, login); strings.Contains(text, "colons") {
				t.Errorf("the password is in %s", text)
			}
		})
	}
}

func token(text string) string {
	return fmt.Sprintf(`{"authorizationData":[{"authorizationToken":%q,"expiresAt":1.7e9}]}`, base64.StdEncoding.EncodeToString([]byte(text)))
}

func assertSays(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("does not say %q: %v", part, err)
		}
	}
}

func TestClient_SecretLogin(t *testing.T) {
	awstest.Isolate(t)
	const secret = "arn:aws:secretsmanager:us-west-2:" + awstest.Account + ":secret:registry-AbCdEf"
	for name, tt := range map[string]struct {
		secret, content string // content "": denied
		says            []string
	}{
		"login":             {secret, `{"username":"robot","password":"p\"w"}`, nil},
		"with other keys":   {secret, `{"username":"robot","password":"p\"w","email":"x@example.com"}`, nil},
		"no password":       {secret, `{"username":"robot"}`, []string{secret, `"username"`}},
		"not JSON":          {secret, `robot:hunter2`, []string{secret, "form"}},
		"not an object":     {secret, `"hunter2"`, []string{secret, "form"}},
		"not texts":         {secret, `{"username":"robot","password":["hunter2"]}`, []string{secret, "form"}},
		"no right":          {secret, "", []string{secret, "AccessDeniedException"}},
		"of China":          {"arn:aws-cn:secretsmanager:cn-north-1:" + awstest.Account + ":secret:x", "", []string{"cn-north-1"}},
		"not an ARN at all": {"registry", "", []string{"not an ARN"}},
	} {
		t.Run(name, func(t *testing.T) {
			fake := &fakeAWS{answer: func(call) *http.Response {
				if tt.content == "" {
					return awstest.JSONResponse(http.StatusBadRequest, `{"__type":"AccessDeniedException","message":"no"}`)
				}
				return awstest.JSONResponse(http.StatusOK, `{"SecretString":`+strconv.Quote(tt.content)+`}`)
			}}
			login, err := mustNew(t, testConfig(fake)).SecretLogin(t.Context(), tt.secret)
			if tt.says != nil {
				assertSays(t, err, tt.says...)
				if strings.Contains(err.Error(), "hunter2") {
					t.Errorf("the secret is in %v", err)
				}
				return
			}
			if err != nil || login.Username != "robot" || login.Password != `p"w` {
				t.Fatalf("%q, %q, %v", login.Username, login.Password, err)
			}
			if last := fake.calls[len(fake.calls)-1]; last.region != "us-west-2" || !strings.Contains(last.body, secret) {
				t.Errorf("%s in %s", last.body, last.region)
			}
		})
	}
}
