package acctest

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync/atomic"
	"testing"
)

// An error as text is the emulator's own failure: what only reads is asked again, and nothing else.
func TestForward_emulatorFails(t *testing.T) {
	t.Parallel()
	for action, want := range map[string]struct {
		status int
		calls  int64
	}{"ListRoles": {http.StatusOK, 3}, "CreateRole": {http.StatusInternalServerError, 1}} {
		var calls atomic.Int64
		upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if calls.Add(1) < 3 {
				w.Header().Set("Content-Type", "text/plain; charset=utf-8")
				w.WriteHeader(http.StatusInternalServerError)
			}
		}))
		t.Cleanup(upstream.Close)
		response, err := http.PostForm(NewProxyTo(t, upstream.URL).URL, url.Values{"Action": {action}})
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != want.status || calls.Load() != want.calls {
			t.Errorf("%s: status %d after %d calls, not %d after %d", action, response.StatusCode, calls.Load(), want.status, want.calls)
		}
	}
}
