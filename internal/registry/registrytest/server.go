// Package registrytest is a container registry for tests: go-containerregistry's, a real one,
// in the test process.
package registrytest

import (
	"encoding/json"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// Server is a registry. As a [http.Handler] it answers to any host name.
type Server struct {
	t       testing.TB
	handler http.Handler

	mu       sync.Mutex
	login    *authn.Basic
	requests []string
	answer   func(*http.Request) *Answer
}

// Answer is what the server says instead of the registry.
type Answer struct {
	Status        int
	Code, Message string // of the error, in the form of registries; both empty: no body
	Header        http.Header
}

// New is an empty registry that lets anybody in.
func New(t testing.TB) *Server {
	return &Server{t: t, handler: registry.New(registry.Logger(log.New(io.Discard, "", 0)), registry.WithReferrersSupport(true))}
}

// Listen serves the registry on this machine, without TLS, and returns its host:port.
func (s *Server) Listen() string {
	server := httptest.NewServer(s)
	s.t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://")
}

// Require lets in with this login only.
func (s *Server) Require(username, password string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.login = &authn.Basic{Username: username, Password: password}
}

// Answer puts a function before the registry; where it returns nil, the registry answers.
func (s *Server) Answer(answer func(*http.Request) *Answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = answer
}

// Requests are those that were made, other than by Push: "HOST METHOD PATH".
func (s *Server) Requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.requests...)
}

// Push puts an image or an index into the registry, where reference says within it:
// REPOSITORY:TAG. It returns the digest.
func (s *Server) Push(reference string, image remote.Taggable) string {
	s.t.Helper()
	ref, err := name.ParseReference("registry.test/" + reference)
	if err != nil {
		s.t.Fatal(err)
	}
	through := remote.WithTransport(RoundTripper(s.handler))
	switch image := image.(type) {
	case v1.ImageIndex:
		err = remote.WriteIndex(ref, image, through)
	case v1.Image:
		err = remote.Write(ref, image, through)
	default:
		err = remote.Put(ref, image, through)
	}
	if err != nil {
		s.t.Fatalf("pushing %s: %v", reference, err)
	}
	pushed, err := remote.Get(ref, through)
	if err != nil {
		s.t.Fatalf("pushed %s: %v", reference, err)
	}
	return pushed.Digest.String()
}

// ServeHTTP is the registry.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.requests = append(s.requests, r.Host+" "+r.Method+" "+r.URL.Path)
	login, answer := s.login, s.answer
	s.mu.Unlock()

	if answer != nil {
		if a := answer(r); a != nil {
			a.write(w)
			return
		}
	}
	if login != nil {
		username, password, _ := r.BasicAuth()
		if username != login.Username || password != login.Password {
			(&Answer{
				Status: http.StatusUnauthorized, Code: "UNAUTHORIZED", Message: "authentication required",
				Header: http.Header{"Www-Authenticate": []string{`Basic realm="registry"`}},
			}).write(w)
			return
		}
	}
	s.handler.ServeHTTP(w, r)
}

func (a *Answer) write(w http.ResponseWriter) {
	for key, values := range a.Header {
		w.Header()[key] = values
	}
	w.WriteHeader(a.Status)
	if a.Code+a.Message == "" {
		return
	}
	_ = json.NewEncoder(w).Encode(map[string]any{
		"errors": []map[string]string{{"code": a.Code, "message": a.Message}},
	})
}

// RoundTripper answers requests by a handler, without a network: for any host, and inside a
// synctest bubble.
func RoundTripper(handler http.Handler) http.RoundTripper {
	return roundTripper{handler}
}

type roundTripper struct{ handler http.Handler }

func (t roundTripper) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	served := r.Clone(r.Context())
	if served.Host == "" {
		served.Host = r.URL.Host
	}
	if served.Body == nil {
		served.Body = http.NoBody
	}
	defer served.Body.Close()
	recorder := httptest.NewRecorder()
	t.handler.ServeHTTP(recorder, served)
	response := recorder.Result()
	response.Request = r
	return response, nil
}
