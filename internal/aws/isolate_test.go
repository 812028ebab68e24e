package aws

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/dockertask/terraform-provider-docker/internal/aws/awstest"
	"github.com/dockertask/terraform-provider-docker/internal/aws/connection"
)

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
	case awstest.STSAnswer(c.operation) != nil:
		return awstest.STSAnswer(c.operation), nil
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

// testConfig is a configuration that needs nothing of the environment.
func testConfig(f *fakeAWS) connection.Config {
	return connection.Config{
		Region:     awstest.Region,
		AccessKey:  awstest.Key,
		SecretKey:  awstest.Secret,
		MaxRetries: aws.Int(1),
		HTTPClient: f.client(),
	}
}

// mustNew returns the client of a configuration that has no fault.
func mustNew(t *testing.T, cfg connection.Config) *Client {
	t.Helper()
	client, diags := New(t.Context(), cfg)
	if client == nil || len(diags) > 0 {
		t.Fatalf("New: %+v", diags)
	}
	return client
}
