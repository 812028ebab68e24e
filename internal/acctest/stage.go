package acctest

import (
	"bytes"
	"io"
	"net/http"
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/acctest/stage"
)

type (
	// Stage plays the tasks of a test; see package stage.
	Stage = stage.Stage
	// Play is what happens to the tasks of one RunTask or StartTask.
	Play = stage.Play
	// Failure is one of the failures in the answer to such a call.
	Failure = stage.Failure
)

// NewStage plays the tasks that are started through the proxy, in place of the emulator. The proxy's faults come
// before it: a call that is dropped, throttled or denied does not reach the stage, one whose answer is lost does.
func NewStage(t testing.TB, proxy *Proxy, options ...stage.Option) *Stage {
	t.Helper()
	s := stage.New(options...)
	played := s.RoundTripper(behind(func(r *http.Request, body []byte) answer {
		return forward(r, proxy.upstream, proxy.account, body)
	}))
	proxy.mu.Lock()
	defer proxy.mu.Unlock()
	proxy.played = played
	return s
}

// behind is what the stage lets answer the calls that are not its own.
type behind func(r *http.Request, body []byte) answer

// RoundTrip answers a call.
func (f behind) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	a := f(r, body)
	return &http.Response{
		StatusCode: a.status, Header: a.header, Body: io.NopCloser(bytes.NewReader(a.body)), ContentLength: int64(len(a.body)), Request: r,
	}, nil
}

// play lets the stage answer.
func play(played http.RoundTripper, r *http.Request, body []byte) answer {
	request := r.Clone(r.Context())
	request.Body = io.NopCloser(bytes.NewReader(body))
	response, err := played.RoundTrip(request)
	if err != nil {
		return unreachable(err)
	}
	defer response.Body.Close()
	answered, err := io.ReadAll(response.Body)
	if err != nil {
		return unreachable(err)
	}
	return answer{status: response.StatusCode, header: response.Header, body: answered}
}
