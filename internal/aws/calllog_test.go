package aws

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/dockertask/terraform-provider-docker/internal/aws/awstest"
	"github.com/dockertask/terraform-provider-docker/internal/aws/connection"
)

// Calls made at once have to send their own bodies, also while they are logged: those of
// aws-sdk-go-base v2.0.0-beta.74 did not.
func TestCallLog_bodiesStayApart(t *testing.T) {
	awstest.Isolate(t)
	var mu sync.Mutex
	asked := map[string]int{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		form, err := url.ParseQuery(string(body))
		mu.Lock()
		defer mu.Unlock()
		if err != nil || len(form["Version"]) != 1 || form.Get("Version") != "2010-05-08" {
			t.Errorf("a body is damaged: %q", body)
		}
		asked[form.Get("RoleName")]++
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, `<ErrorResponse><Error><Code>NoSuchEntity</Code></Error></ErrorResponse>`)
	}))
	defer server.Close()
	t.Setenv("AWS_ENDPOINT_URL", server.URL)
	ctx := tflogtest.RootLogger(t.Context(), &lockedBuffer{})
	client, diags := New(ctx, connection.Config{Region: "us-east-1", AccessKey: "a", SecretKey: "b", SkipCredentialsValidation: true, SkipRequestingAccountID: true})
	if client == nil {
		t.Fatal(diags)
	}
	const roles, times = 20, 30
	var wg sync.WaitGroup
	for i := range roles {
		wg.Go(func() {
			for range times {
				// Lengths differ, so that a body of another call has the wrong one.
				name := fmt.Sprintf("role-%0*d", i+1, i)
				if _, err := client.getRole(client.Context(ctx), name); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if len(asked) != roles {
		t.Errorf("AWS was asked for %d roles, not %d: %v", len(asked), roles, asked)
	}
	for name, n := range asked {
		if n != times {
			t.Errorf("AWS was asked for %s %d times, not %d", name, n, times)
		}
	}
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}
