package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestHandler(t *testing.T) {
	emulator := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		switch r.Header.Get("X-Amz-Target") {
		case "AmazonEC2ContainerServiceV20141113.DescribeClusters":
			_, _ = io.WriteString(w, `{"clusters":[{"clusterArn":"arn:aws:ecs:eu-west-1:123456789012:cluster/default","clusterName":"default","status":"ACTIVE"}]}`)
		case "AmazonEC2ContainerServiceV20141113.DescribeTaskDefinition":
			_, _ = io.WriteString(w, `{"taskDefinition":{"family":"api","status":"ACTIVE","containerDefinitions":[{"name":"api"}]}}`)
		default:
			_, _ = io.WriteString(w, r.Method+" "+r.URL.Path+" "+r.Host+" "+string(body))
		}
	}))
	t.Cleanup(emulator.Close)
	handler, err := newHandler(emulator.URL)
	if err != nil {
		t.Fatal(err)
	}
	call := func(method, path, target, body string) (int, string) {
		request := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
		request.Header.Set("X-Amz-Target", target)
		recorder := httptest.NewRecorder()
		handler.ServeHTTP(recorder, request)
		return recorder.Code, recorder.Body.String()
	}
	if _, got := call(http.MethodPost, "/anything", "", "body"); got != "POST /anything example.com body" {
		t.Errorf("the emulator answers %q", got)
	}
	if code, got := call(http.MethodPost, "/stage/next", "", `{"Exits":{}}`); code != http.StatusBadRequest {
		t.Errorf("an unknown field is answered with %d, %q", code, got)
	}
	if code, got := call(http.MethodPost, "/stage/next", "", `{"Fails":[{"reason":"AGENT"}]}`); code != http.StatusOK {
		t.Errorf("a play is answered with %d, %q", code, got)
	}
	const run = "AmazonEC2ContainerServiceV20141113.RunTask"
	if _, got := call(http.MethodPost, "/", run, `{"taskDefinition":"api","launchType":"FARGATE"}`); got != `{"tasks":[],"failures":[{"reason":"AGENT"}]}` {
		t.Errorf("RunTask: %s", got)
	}
	if code, got := call(http.MethodPost, "/", run, `{"taskDefinition":"api","launchType":"FARGATE"}`); code != http.StatusOK || !strings.Contains(got, "PENDING") {
		t.Errorf("RunTask: %d %s", code, got)
	}
	if _, got := call(http.MethodGet, "/stage/tasks", "", ""); !strings.Contains(got, `"Status":"PENDING"`) {
		t.Errorf("tasks: %s", got)
	}
}

func TestHandler_upstream(t *testing.T) {
	for _, upstream := range []string{"", "127.0.0.1:5000", "://"} {
		if _, err := newHandler(upstream); err == nil {
			t.Errorf("%q is taken", upstream)
		}
	}
}
