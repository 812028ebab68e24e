package registry

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/dockertask/terraform-provider-docker/internal/registry/registrytest"
	"github.com/dockertask/terraform-provider-docker/internal/sanitize/sanitizetest"
)

// In these tests the registry, or a host between it and the provider, is the attacker.

// world is a network in which one function answers for all hosts, and which writes down who
// was asked.
type world struct {
	answer func(*http.Request) *http.Response // nil: no connection

	mu    sync.Mutex
	asked []string // SCHEME://HOST/PATH, with the Authorization header after a blank
}

func (w *world) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	body := ""
	if r.Body != nil {
		b, _ := io.ReadAll(r.Body)
		body = string(b)
	}
	w.mu.Lock()
	w.asked = append(w.asked, strings.TrimSpace(r.URL.Scheme+"://"+r.URL.Host+r.URL.Path+" "+r.Header.Get("Authorization")+" "+body))
	w.mu.Unlock()
	answer := w.answer(r)
	if answer == nil {
		return nil, errors.New("no connection")
	}
	answer.Request = r
	return answer, nil
}

// askedOf are the requests to URLs that begin so.
func (w *world) askedOf(prefix string) []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(w.asked), func(s string) bool { return !strings.HasPrefix(s, prefix) })
}

// says is an answer; headers are pairs.
func says(status int, body string, headers ...string) *http.Response {
	header := http.Header{}
	for i := 0; i < len(headers); i += 2 {
		header.Add(headers[i], headers[i+1])
	}
	return &http.Response{
		StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)),
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}
}

// answers is says, anew for each request.
func answers(status int, body string, headers ...string) func() *http.Response {
	return func() *http.Response { return says(status, body, headers...) }
}

func redirects(to string) *http.Response { return says(http.StatusFound, "", "Location", to) }

// bearer is a challenge to log in there.
func bearer(realm string) *http.Response {
	return says(http.StatusUnauthorized, "", "WWW-Authenticate", `Bearer realm="`+realm+`",service="registry"`)
}

const (
	ociManifest = "application/vnd.oci.image.manifest.v1+json"
	ociIndex    = "application/vnd.oci.image.index.v1+json"
	ociConfig   = "application/vnd.oci.image.config.v1+json"
)

// manifestOf is a manifest whose configuration has a size, and with layers of these sizes.
func manifestOf(configSize int64, layers ...int64) string {
	var parts []string
	for i, n := range layers {
		parts = append(parts, fmt.Sprintf(`{"mediaType":"application/vnd.oci.image.layer.v1.tar","size":%d,"digest":"sha256:%064x"}`, n, i+1))
	}
	return fmt.Sprintf(`{"schemaVersion":2,"mediaType":%q,"config":{"mediaType":%q,"size":%d,"digest":%q},"layers":[%s]}`,
		ociManifest, ociConfig, configSize, digestOf(imageConfig), strings.Join(parts, ","))
}

// imageConfig is the configuration of the image, and fits its size.
const (
	imageConfig = `{"os":"linux","architecture":"amd64"}`
	fits        = int64(len(imageConfig))
)

// place is where a registry may do something instead of answering.
var places = map[string]func(r *http.Request) bool{
	"ping":     func(r *http.Request) bool { return r.URL.Path == "/v2/" },
	"manifest": func(r *http.Request) bool { return strings.Contains(r.URL.Path, "/manifests/") },
	"config":   func(r *http.Request) bool { return strings.Contains(r.URL.Path, "/blobs/") },
	"token":    func(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/token") },
}

// goodRegistry answers for an image, at any host, with a token of its own host.
func goodRegistry(r *http.Request) *http.Response {
	at := func(place string) bool { return places[place](r) }
	switch {
	case at("token"):
		return says(http.StatusOK, `{"token":"a-token-of-the-registry"}`)
	case r.Header.Get("Authorization") != "Bearer a-token-of-the-registry":
		return bearer(r.URL.Scheme + "://" + r.URL.Host + "/token")
	case at("ping"):
		return says(http.StatusOK, "")
	case at("manifest"):
		return says(http.StatusOK, manifestOf(fits), "Content-Type", ociManifest)
	}
	return says(http.StatusOK, imageConfig)
}

// anonymousRegistry lets everybody in.
func anonymousRegistry(r *http.Request) *http.Response {
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer a-token-of-the-registry")
	return goodRegistry(r)
}

// resolveIn reads an image in a world.
func resolveIn(t *testing.T, w *world, image string, credentials Credentials, insecure ...string) (Image, error) {
	t.Helper()
	return Client{Transport: w, Credentials: credentials, InsecureRegistries: insecure}.Resolve(t.Context(), mustParse(t, image), NeedOf("", ""))
}

const (
	loginSecret = "hunter2-hunter2"
	loginUser   = "robot"
)

// awsMetadata are the addresses at which AWS hands out credentials, and other ways to write
// them that a resolver, a proxy or a gateway understands.
var awsMetadata = []string{
	"169.254.169.254", "169.254.170.2", "169.254.170.23", "[fd00:ec2::254]", "[fd00:ec2::23]",
	"169.254.169.254.", "[::ffff:169.254.169.254]", "[::ffff:a9fe:a9fe]", "[64:ff9b::a9fe:a9fe]", "[2002:a9fe:a9fe::]", "[::169.254.169.254]",
	"[fe80::a9fe:a9fe%25eth0]", "2852039166", "0xa9fea9fe", "0xa9.0xfe.0xa9.0xfe", "0251.0376.0251.0376", "169.254.43518", "169.16689662",
	"１６９.254.169.254", "169。254。169。254", "instance-data", "instance-data.ec2.internal", "metadata.google.internal", "metadata.google.internal.",
	"168.63.129.16", "100.100.100.200",
}

var nearHosts = []string{
	"127.0.0.1:8500", "127.1", "localhost", "localhost:8500", "LOCALHOST", "app.localhost", "[::1]:8500", "[::ffff:127.0.0.1]", "0.0.0.0", "[::]", "0", "2130706433",
	"10.0.0.1", "172.16.0.1:80", "192.168.1.1", "100.64.0.1", "192.0.0.192", "198.18.0.1", "[fd12::1]", "[64:ff9b::a00:1]", "0xa.0.0.1",
}

// TestResolve_leadsNowhereNear has a registry of the internet lead the provider to credentials
// and services of the machine it runs on, and of its network, wherever it can.
func TestResolve_leadsNowhereNear(t *testing.T) {
	t.Parallel()
	for place, isPlace := range places {
		for how, lead := range map[string]func(to string) *http.Response{
			"redirect": redirects,
			"realm":    bearer,
		} {
			if how == "realm" && place == "token" {
				continue // no place to log in at the place to log in
			}
			for _, target := range slices.Concat(awsMetadata, nearHosts) {
				for _, scheme := range []string{"http", "https"} {
					to := scheme + "://" + target + "/latest/meta-data/"
					t.Run(place+" "+how+" "+to, func(t *testing.T) {
						t.Parallel()
						w := &world{}
						w.answer = func(r *http.Request) *http.Response {
							if r.URL.Host == host && isPlace(r) {
								return lead(to)
							}
							return goodRegistry(r)
						}
						_, err := resolveIn(t, w, host+"/app:v1", Login(loginUser, loginSecret))
						if err == nil {
							t.Error("no error")
						}
						// Not "list it": no argument opens these.
						if how == "redirect" && place == "ping" {
							wantProblem(t, err, Unsafe)
						}
						if others := slices.DeleteFunc(w.askedOf(""), func(s string) bool { return strings.HasPrefix(s, "https://"+host+"/") }); len(others) > 0 {
							t.Errorf("asked %q", others)
						}
					})
				}
			}
		}
	}
}

// Where the image itself names such a host, it is asked; but never where credentials are.
func TestResolve_imageNamesTheHost(t *testing.T) {
	t.Parallel()
	for registry, asked := range map[string]bool{
		"127.0.0.1:5000": true, "localhost:5000": true, "10.0.0.9:5000": true, "registry.corp.example": true, "100.64.0.1": true,
		"169.254.169.254": false, "169.254.170.2:80": false, "metadata.google.internal": false, "2852039166:80": false, "168.63.129.16": false,
	} {
		t.Run(registry, func(t *testing.T) {
			t.Parallel()
			w := &world{answer: goodRegistry}
			_, err := resolveIn(t, w, registry+"/app:v1", Credentials{})
			if asked && err != nil {
				t.Error(err)
			}
			if !asked {
				wantProblem(t, err, Unsafe)
				if len(w.asked) > 0 {
					t.Errorf("asked %q", w.asked)
				}
			}
		})
	}
}

// A registry may have its blobs and its tokens elsewhere, as near as it is itself.
func TestResolve_leadsElsewhere(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ registry, to string }{
		{host, "blobs.example.com"}, {"10.0.0.9", "10.0.0.10:9000"}, {"10.0.0.9", "blobs.example.com"}, {"127.0.0.1:5000", "10.0.0.10:9000"},
	} {
		t.Run(tt.registry+" "+tt.to, func(t *testing.T) {
			t.Parallel()
			w := &world{}
			w.answer = func(r *http.Request) *http.Response {
				if r.URL.Host == tt.registry && places["config"](r) {
					return redirects("https://" + tt.to + r.URL.Path)
				}
				return anonymousRegistry(r)
			}
			_, err := resolveIn(t, w, tt.registry+"/app:v1", Credentials{})
			// go-containerregistry lets nothing redirect to a private address.
			if private := strings.HasPrefix(tt.to, "10."); err != nil != private || !private && len(w.askedOf("https://"+tt.to+"/")) != 1 {
				t.Errorf("%v: %q", err, w.asked)
			}
		})
	}
}

// TestResolve_staysWithTLS has a registry, asked over TLS, lead to where TLS is not: a load
// balancer with an absolute Location is enough.
func TestResolve_staysWithTLS(t *testing.T) {
	t.Parallel()
	for place, isPlace := range places {
		for _, registry := range []string{host, "10.0.0.9:5000", "registry.local:5000", "127.0.0.1:5000", "listed.example.com"} {
			for _, to := range []string{"http://" + registry, "http://other.example.com", "http://127.0.0.1:8500", "HTTP://" + registry, "ftp://" + registry, "//" + registry} {
				if to == "//"+registry {
					continue // is TLS still
				}
				t.Run(place+" "+registry+" "+to, func(t *testing.T) {
					t.Parallel()
					w := &world{}
					w.answer = func(r *http.Request) *http.Response {
						if r.URL.Scheme == "https" && isPlace(r) {
							return redirects(to + r.URL.Path)
						}
						return goodRegistry(r)
					}
					_, err := resolveIn(t, w, registry+"/app:v1", Login(loginUser, loginSecret), "listed.example.com", "other.example.com")
					if err == nil {
						t.Error("no error")
					}
					if plain := w.askedOf("http:"); len(plain) > 0 {
						t.Errorf("asked without TLS: %q", plain)
					}
				})
			}
		}
	}
}

// noTLS is what net/http says of a server without TLS that is asked with it.
func noTLS(r *http.Request) *http.Response { return anonymousRegistry(r) }

type plainWorld struct{ *world }

func (w plainWorld) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := w.world.RoundTrip(r)
	if err == nil && r.URL.Scheme == "https" {
		return nil, http.ErrSchemeMismatch
	}
	return response, err
}

// TestResolve_plain has registries without TLS: asked are those of this machine and those that
// are listed.
func TestResolve_plain(t *testing.T) {
	t.Parallel()
	for registry, allowed := range map[string]bool{
		"127.0.0.1:5000": true, "127.0.0.2:5000": true, "localhost:5000": true, "[::1]:5000": true, "listed.example.com": true, "10.0.0.10:5000": true,
		"10.0.0.9:5000": false, "172.16.0.1:5000": false, "192.168.3.4:5000": false, "registry.local:5000": false, "app.localhost:5000": false,
		"10.0.0.10:5001": false, "listed.example.com:5000": false, host: false,
	} {
		t.Run(registry, func(t *testing.T) {
			t.Parallel()
			w := &world{answer: noTLS}
			_, err := Client{Transport: plainWorld{w}, Credentials: Login(loginUser, loginSecret), InsecureRegistries: []string{"listed.example.com", "10.0.0.10:5000"}}.
				Resolve(t.Context(), mustParse(t, registry+"/app:v1"), NeedOf("", ""))
			if allowed && err != nil {
				t.Error(err)
			}
			if !allowed {
				wantProblem(t, err, NoTLS, registry, "without TLS")
				if plain := w.askedOf("http:"); len(plain) > 0 {
					t.Errorf("asked without TLS: %q", plain)
				}
			}
		})
	}
}

// go-containerregistry asks without TLS if TLS has no answer within 0.3 s, and stays with what answers first: an
// attacker who slows TLS down gets the login.
func TestResolve_slowTLS(t *testing.T) {
	t.Parallel()
	for _, registry := range []string{"127.0.0.1:5000", "10.0.0.9:5000", "listed.example.com", "registry.local"} {
		synctest.Test(t, func(t *testing.T) {
			w := &world{}
			w.answer = func(r *http.Request) *http.Response {
				if r.URL.Scheme == "https" {
					<-time.After(5 * time.Second) // of the bubble's clock
				}
				return goodRegistry(r)
			}
			if _, err := resolveIn(t, w, registry+"/app:v1", Login(loginUser, loginSecret), "listed.example.com"); err != nil {
				t.Error(err)
			}
			if plain := w.askedOf("http:"); len(plain) > 0 {
				t.Errorf("%s is asked without TLS: %q", registry, plain)
			}
		})
	}
}

// TestResolve_redirectLoop has a registry redirect for ever.
func TestResolve_redirectLoop(t *testing.T) {
	t.Parallel()
	for place, isPlace := range places {
		for how, next := range map[string]func(*http.Request, int) string{
			"to itself":       func(r *http.Request, _ int) string { return r.URL.Path },
			"to others":       func(r *http.Request, n int) string { return fmt.Sprintf("https://h%d.example.com%s", n, r.URL.Path) },
			"back and forth":  func(r *http.Request, _ int) string { return "http://" + r.URL.Host + r.URL.Path },
			"with a question": func(r *http.Request, n int) string { return fmt.Sprintf("%s?%d", r.URL.Path, n) },
		} {
			for _, registry := range []string{host, "127.0.0.1:5000"} {
				t.Run(place+" "+how+" "+registry, func(t *testing.T) {
					t.Parallel()
					var n atomic.Int32
					w := &world{}
					w.answer = func(r *http.Request) *http.Response {
						if n.Add(1) > 5000 {
							return nil // for this test to end
						}
						if isPlace(r) {
							return redirects(next(r, int(n.Load())))
						}
						return goodRegistry(r)
					}
					if _, err := resolveIn(t, w, registry+"/app:v1", Login(loginUser, loginSecret)); err == nil {
						t.Error("no error")
					}
					if n.Load() > 40 { // the library tries with TLS and without, and a token twice
						t.Errorf("%d requests", n.Load())
					}
				})
			}
		}
	}
}

// TestResolve_fewRequests has an index whose parts have to be looked at one by one.
func TestResolve_fewRequests(t *testing.T) {
	t.Parallel()
	parts := make([]string, 30_000)
	for i := range parts {
		parts[i] = fmt.Sprintf(`{"mediaType":%q,"size":1,"digest":"sha256:%064x"}`, ociManifest, i)
	}
	index := fmt.Sprintf(`{"schemaVersion":2,"mediaType":%q,"manifests":[%s]}`, ociIndex, strings.Join(parts, ","))
	w := &world{}
	w.answer = func(r *http.Request) *http.Response {
		if strings.HasSuffix(r.URL.Path, "/manifests/v1") {
			return says(http.StatusOK, index, "Content-Type", ociIndex)
		}
		if places["manifest"](r) {
			return says(http.StatusNotFound, "")
		}
		return anonymousRegistry(r)
	}
	_, err := resolveIn(t, w, host+"/app:v1", Credentials{})
	wantProblem(t, err, NoImage) // the first part
	w.asked = nil
	image := registrytest.Image(t, "linux/amd64")
	s := registrytest.New(t)
	members := make([]registrytest.Member, 150)
	for i := range members {
		members[i] = registrytest.Member{Add: image}
	}
	s.Push("many:v1", registrytest.Index(t, members...))
	_, err = resolve(t, s, "many:v1", NeedOf("", ""))
	if n := len(s.Requests()); n > maxRequests {
		t.Errorf("%d requests", n)
	}
	wantProblem(t, err, Unsafe, "more than 200 requests")
}

// endless is a body that goes on, and counts what is read of it.
type endless struct {
	start string
	read  *atomic.Int64
}

func (e *endless) Read(p []byte) (int, error) {
	if n := copy(p, e.start); n > 0 {
		e.start = e.start[n:]
		return n, nil
	}
	const end = 1 << 30 // of this test's patience
	if e.read.Load() > end {
		return 0, io.EOF
	}
	for i := range p {
		p[i] = ' '
	}
	e.read.Add(int64(len(p)))
	return len(p), nil
}

func (e *endless) Close() error { return nil }

// TestResolve_answersWithoutEnd has a registry send without end, at each place and with
// each status. What is read ends at the limit.
func TestResolve_answersWithoutEnd(t *testing.T) {
	t.Parallel()
	for place, isPlace := range places {
		for _, status := range []int{http.StatusOK, http.StatusUnauthorized, http.StatusNotFound, http.StatusBadRequest} {
			for _, start := range []string{"", "{"} {
				for _, configSize := range []int64{-1, fits} {
					t.Run(fmt.Sprintf("%s %d %q %d", place, status, start, configSize), func(t *testing.T) {
						t.Parallel()
						var read atomic.Int64
						w := &world{}
						w.answer = func(r *http.Request) *http.Response {
							if isPlace(r) && (place != "ping" || r.Header.Get("Authorization") == "") {
								answer := says(status, "", "Content-Type", ociManifest)
								answer.ContentLength = -1
								answer.Body = &endless{start, &read}
								return answer
							}
							if places["manifest"](r) && r.Header.Get("Authorization") != "" {
								return says(http.StatusOK, manifestOf(configSize), "Content-Type", ociManifest)
							}
							return goodRegistry(r)
						}
						_, err := resolveIn(t, w, host+"/app:v1", Credentials{})
						if err == nil && !(place == "ping" && status == http.StatusOK) && !(place == "config" && configSize == fits) {
							t.Error("no error")
						}
						if n := read.Load(); n > maxAnswer+1<<20 {
							t.Errorf("read %d MiB", n>>20)
						}
					})
				}
			}
		}
	}
}

// TestResolve_answersTogether has an index whose parts are all as large as may be.
func TestResolve_answersTogether(t *testing.T) {
	t.Parallel()
	s := registrytest.New(t)
	var parts []registrytest.Member
	for range 12 {
		parts = append(parts, registrytest.Member{Add: registrytest.Image(t, "linux/amd64")})
	}
	s.Push("app:v1", registrytest.Index(t, parts...))
	inner := registrytest.RoundTripper(s)
	var read atomic.Int64
	_, err := Client{Transport: transportFunc(func(r *http.Request) (*http.Response, error) {
		response, err := inner.RoundTrip(r)
		if err == nil && strings.Contains(r.URL.Path, "/manifests/sha256:") {
			body, _ := io.ReadAll(response.Body)
			response.ContentLength = -1
			response.Header.Set("Content-Type", string(types.OCIManifestSchema1))
			response.Body = &endless{string(body), &read}
		}
		return response, err
	})}.Resolve(t.Context(), mustParse(t, host+"/app:v1"), NeedOf("", ""))
	if wantProblem(t, err, Unsafe, "bytes"); read.Load() > maxAnswers+1<<20 {
		t.Errorf("read %d MiB", read.Load()>>20)
	}
}

func TestResolve_sizes(t *testing.T) {
	t.Parallel()
	const most = 1<<63 - 1
	many := make([]int64, 400)
	for i := range many {
		many[i] = most
	}
	for name, tt := range map[string]struct {
		manifest string
		want     int64 // -1: refused
	}{
		"none":                       {manifestOf(fits), 0},
		"some":                       {manifestOf(fits, 1, 2, 3), 6},
		"the most":                   {manifestOf(fits, most-1, 1), most},
		"one more":                   {manifestOf(fits, most, 1), -1},
		"400 of the most":            {manifestOf(fits, many...), -1},
		"twice round":                {manifestOf(fits, most, most, 2, 5), -1},
		"a negative layer":           {manifestOf(fits, 100, -50), -1},
		"unknown":                    {manifestOf(fits, -1), -1},
		"configuration not known":    {manifestOf(-1), -1},
		"a negative configuration":   {manifestOf(-5), -1},
		"a huge configuration":       {manifestOf(maxAnswer + 1), -1},
		"not what it is":             {manifestOf(fits + 1), -1},
		"not a number that there is": {strings.Replace(manifestOf(fits, 7), `"size":7`, `"size":9223372036854775808`, 1), -1},
	} {
		for form, manifest := range map[string]string{
			"alone": tt.manifest,
			"in an index": fmt.Sprintf(`{"schemaVersion":2,"mediaType":%q,"manifests":[{"mediaType":%q,"size":%d,"digest":"%s"}]}`,
				ociIndex, ociManifest, len(tt.manifest), digestOf(tt.manifest)),
			"with its platform": fmt.Sprintf(`{"schemaVersion":2,"mediaType":%q,"manifests":[{"mediaType":%q,"size":%d,"digest":"%s","platform":{"os":"linux","architecture":"amd64"}}]}`,
				ociIndex, ociManifest, len(tt.manifest), digestOf(tt.manifest)),
		} {
			if form == "with its platform" && strings.Contains(name, "onfiguration") || name == "not what it is" && form == "with its platform" {
				continue // is not asked for
			}
			t.Run(name+" "+form, func(t *testing.T) {
				t.Parallel()
				kind := ociManifest
				if form != "alone" {
					kind = ociIndex
				}
				w := &world{}
				w.answer = func(r *http.Request) *http.Response {
					if strings.HasSuffix(r.URL.Path, "/manifests/v1") {
						return says(http.StatusOK, manifest, "Content-Type", kind)
					}
					if places["manifest"](r) {
						return says(http.StatusOK, tt.manifest, "Content-Type", ociManifest)
					}
					return anonymousRegistry(r)
				}
				image, err := resolveIn(t, w, host+"/app:v1", Credentials{})
				if (err != nil) != (tt.want < 0) || err == nil && image.SizeBytes != tt.want {
					t.Errorf("%d bytes, %v", image.SizeBytes, err)
				}
			})
		}
	}
	for _, size := range []string{"-1", "-9223372036854775808"} {
		index := strings.Replace(fmt.Sprintf(`{"schemaVersion":2,"mediaType":%q,"manifests":[{"mediaType":%q,"size":N,"digest":"%s","platform":{"os":"linux","architecture":"amd64"}}]}`,
			ociIndex, ociManifest, digestOf(manifestOf(fits))), "N", size, 1)
		w := &world{answer: func(r *http.Request) *http.Response {
			if strings.HasSuffix(r.URL.Path, "/manifests/v1") {
				return says(http.StatusOK, index, "Content-Type", ociIndex)
			}
			return anonymousRegistry(r)
		}}
		_, err := resolveIn(t, w, host+"/app:v1", Credentials{})
		wantProblem(t, err, NotAnImage, size+" bytes")
	}
}

// TestResolve_credentialsStay has a registry, or what it redirects to, ask for the login that is
// its own, or for another's.
func TestResolve_credentialsStay(t *testing.T) {
	t.Parallel()
	const evil = "evil.example.net"
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte(loginUser+":"+loginSecret))
	for name, answer := range map[string]func(r *http.Request) *http.Response{
		"ping redirects, and is then asked for a token": func(r *http.Request) *http.Response {
			if r.URL.Host != evil && places["ping"](r) {
				return redirects("https://" + evil + "/v2/")
			}
			if r.URL.Host == evil && places["ping"](r) {
				return bearer("https://" + evil + "/token")
			}
			return goodRegistry(r)
		},
		"ping redirects, and is then asked for a login": func(r *http.Request) *http.Response {
			if r.URL.Host != evil && places["ping"](r) {
				return redirects("https://" + evil + "/v2/")
			}
			return says(http.StatusUnauthorized, "", "WWW-Authenticate", `Basic realm="x"`)
		},
		"manifest redirects": func(r *http.Request) *http.Response {
			if r.URL.Host != evil && places["manifest"](r) && r.Header.Get("Authorization") == "Bearer a-token-of-the-registry" {
				return redirects("https://" + evil + r.URL.Path)
			}
			return goodRegistry(r)
		},
		"manifest redirects to a subdomain": func(r *http.Request) *http.Response {
			if r.URL.Host == host && places["manifest"](r) && r.Header.Get("Authorization") == "Bearer a-token-of-the-registry" {
				return redirects("https://" + evil + "." + host + r.URL.Path)
			}
			return goodRegistry(r)
		},
		"manifest redirects to another port": func(r *http.Request) *http.Response {
			if r.URL.Host == host && places["manifest"](r) && r.Header.Get("Authorization") == "Bearer a-token-of-the-registry" {
				return redirects("https://" + host + ":8443" + r.URL.Path)
			}
			return goodRegistry(r)
		},
		"token redirects": func(r *http.Request) *http.Response {
			if r.URL.Host == host && places["token"](r) {
				return says(http.StatusTemporaryRedirect, "", "Location", "https://"+evil+"/token")
			}
			return goodRegistry(r)
		},
		"config redirects, and is then asked for a login": func(r *http.Request) *http.Response {
			if r.URL.Host != evil && places["config"](r) {
				return redirects("https://" + evil + r.URL.Path)
			}
			if r.URL.Host == evil {
				return says(http.StatusUnauthorized, "", "WWW-Authenticate", `Bearer realm="https://`+evil+`/token"`, "WWW-Authenticate", `Basic realm="x"`)
			}
			return goodRegistry(r)
		},
	} {
		for kind, credentials := range map[string]Credentials{
			"login":         Login(loginUser, loginSecret),
			"refresh token": identity(loginSecret),
		} {
			t.Run(name+" "+kind, func(t *testing.T) {
				t.Parallel()
				w := &world{answer: answer}
				_, _ = resolveIn(t, w, host+"/app:v1", credentials)
				for _, request := range w.askedOf("") {
					own := strings.HasPrefix(request, "https://"+host+"/")
					if !own && (strings.Contains(request, basic) || strings.Contains(request, loginSecret) || strings.Contains(request, "a-token-of-the-registry") && !tokenOf(request, evil)) {
						t.Errorf("sent %q", request)
					}
				}
			})
		}
	}
}

// tokenOf reports whether a host got a token that it made itself, as this world's all are the same.
func tokenOf(request, host string) bool { return strings.HasPrefix(request, "https://"+host+"/") }

// A place to log in that the registry names itself gets the login, as the protocol wants.
func TestResolve_loginElsewhere(t *testing.T) {
	t.Parallel()
	w := &world{}
	w.answer = func(r *http.Request) *http.Response {
		if r.URL.Host == host && r.Header.Get("Authorization") == "" {
			return bearer("https://auth.example.com:443/token")
		}
		return goodRegistry(r)
	}
	for _, credentials := range []Credentials{Login(loginUser, loginSecret), identity(loginSecret)} {
		w.asked = nil
		if _, err := resolveIn(t, w, host+"/app:v1", credentials); err != nil {
			t.Error(err)
		}
		if got := w.askedOf("https://auth.example.com:443/token "); len(got) != 1 {
			t.Errorf("%q", w.asked)
		}
	}
}

const screen = "\x1b[2J\x1b[H\x1b[32mNo changes.\x1b[0m\n\x1b]0;owned\x07\x9b31m\u202e"

// TestResolve_saysNoControlCharacters has a registry and its token server return control characters and
// secrets in every text that may be shown.
func TestResolve_saysNoControlCharacters(t *testing.T) {
	t.Parallel()
	const private = "s3cr3t-refresh-token"
	quoted, err := json.Marshal(screen)
	if err != nil {
		t.Fatal(err)
	}
	evil := string(quoted)
	platform := fmt.Sprintf(`{"mediaType":%q,"size":1,"digest":%q,"platform":{"os":%s,"architecture":%[3]s,"os.version":%[3]s,"variant":%[3]s}}`, ociManifest, digestOf(imageConfig), evil)
	suitable := fmt.Sprintf(`{"mediaType":%q,"size":%d,"digest":"%s","platform":{"os":"linux","architecture":"amd64"}}`, ociManifest, len(manifestOf(fits)), digestOf(manifestOf(fits)))
	index := func(parts string) func() *http.Response {
		return answers(http.StatusOK, fmt.Sprintf(`{"schemaVersion":2,"mediaType":%q,"manifests":[%s]}`, ociIndex, parts), "Content-Type", ociIndex)
	}
	for name, tt := range map[string]struct {
		place  string
		answer func() *http.Response
	}{
		"error":               {"manifest", answers(http.StatusForbidden, `{"errors":[{"code":"DENIED","message":`+evil+`}]}`)},
		"code":                {"manifest", answers(http.StatusForbidden, `{"errors":[{"code":`+evil+`,"message":"no"}]}`)},
		"many errors":         {"manifest", answers(http.StatusForbidden, `{"errors":[`+strings.Repeat(`{"code":`+evil+`},`, 900)+`{"code":"x"}]}`)},
		"detail":              {"manifest", answers(http.StatusForbidden, `{"errors":[{"code":"DENIED","detail":`+evil+`}]}`)},
		"page":                {"manifest", answers(http.StatusBadRequest, screen)},
		"other platforms":     {"manifest", index(platform)},
		"a platform too":      {"manifest", index(platform + "," + suitable)},
		"not JSON":            {"manifest", answers(http.StatusOK, screen, "Content-Type", ociIndex)},
		"kind":                {"manifest", answers(http.StatusOK, `{"schemaVersion":2,"mediaType":`+evil+`}`)},
		"kind of the config":  {"manifest", answers(http.StatusOK, strings.Replace(manifestOf(fits), `"`+ociConfig+`"`, evil, 1), "Content-Type", ociManifest)},
		"digest":              {"manifest", answers(http.StatusOK, strings.Replace(manifestOf(fits), `"`+digestOf(imageConfig)+`"`, evil, 1), "Content-Type", ociManifest)},
		"number":              {"manifest", answers(http.StatusOK, strings.Replace(manifestOf(fits), fmt.Sprintf(`"size":%d`, fits), `"size":`+evil, 1), "Content-Type", ociManifest)},
		"config":              {"config", answers(http.StatusOK, "no")},
		"redirect":            {"manifest", func() *http.Response { return redirects("https://x.example.com:y\u202e/" + private) }},
		"challenge":           {"ping", answers(http.StatusUnauthorized, "", "WWW-Authenticate", `Bearer x="`+screen+`"`)},
		"no challenge":        {"ping", answers(http.StatusUnauthorized, "", "WWW-Authenticate", screen)},
		"realm":               {"ping", func() *http.Response { return bearer("https://x:y\u202e/") }},
		"token: none":         {"token", answers(http.StatusOK, `{"refresh_token":"`+private+`","note":`+evil+`}`)},
		"token: no JSON":      {"token", answers(http.StatusOK, private+screen)},
		"token: wrong types":  {"token", answers(http.StatusOK, `{"token":["`+private+`"],"expires_in":`+evil+`}`)},
		"token: refused":      {"token", answers(http.StatusUnauthorized, `{"errors":[{"code":"DENIED","message":`+evil+`}],"refresh_token":"`+private+`"}`)},
		"token: refused, raw": {"token", answers(http.StatusBadRequest, private+screen)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := &world{}
			w.answer = func(r *http.Request) *http.Response {
				if places["manifest"](r) && strings.HasSuffix(r.URL.Path, "/"+digestOf(manifestOf(fits))) {
					return says(http.StatusOK, manifestOf(fits), "Content-Type", ociManifest)
				}
				if places[tt.place](r) && (tt.place == "token" || tt.place == "ping" || r.Header.Get("Authorization") != "") {
					return tt.answer()
				}
				return goodRegistry(r)
			}
			image, err := resolveIn(t, w, host+"/app:v1", Login(loginUser, loginSecret))
			shown := fmt.Sprintf("%s|%s|%s|%s|%s", image.Reference, image.Digest, image.MediaType, image.Platform, strings.Join(image.Platforms, "|"))
			if err != nil {
				shown = err.Error()
			}
			if (err == nil) != (name == "a platform too") {
				t.Error(err)
			}
			sanitizetest.Check(t, shown)
			if strings.Contains(shown, private) {
				t.Errorf("says what is not to be said: %s", shown)
			}
			if len(shown) > 8000 {
				t.Errorf("says %d bytes", len(shown))
			}
		})
	}
}

// FuzzMessage has a registry say anything.
func FuzzMessage(f *testing.F) {
	for _, seed := range []string{"", "denied", screen, "\x00\xff", loginSecret, "https://u:p/w@h", strings.Repeat("\u202e", 5000), "ě0"} {
		f.Add(http.StatusForbidden, seed, seed, seed)
		f.Add(http.StatusOK, seed, seed, seed)
	}
	f.Fuzz(func(t *testing.T, status int, code, message, kind string) {
		if status < 200 || status > 599 || status == http.StatusTooManyRequests || status == http.StatusRequestTimeout || status == 499 || status > 499 {
			return // tried again, after seconds
		}
		body, err := json.Marshal(map[string]any{"errors": []map[string]string{{"code": code, "message": message}}, "mediaType": kind, "schemaVersion": 2})
		if err != nil {
			t.Fatal(err)
		}
		w := &world{answer: func(r *http.Request) *http.Response {
			if places["manifest"](r) {
				return says(status, string(body), "Content-Type", kind)
			}
			return anonymousRegistry(r)
		}}
		_, err = resolveIn(t, w, host+"/app:v1", Login(loginUser, loginSecret))
		if err == nil {
			t.Fatal("no error")
		}
		sanitizetest.Check(t, err.Error())
		if len(err.Error()) > 3*maxMessage || strings.Contains(err.Error(), loginSecret) {
			t.Errorf("%d bytes: %s", len(err.Error()), err)
		}
	})
}

// Whatever a registry or its token server answers at one place, the result is an image or an error that may be shown.
func FuzzAnswer(f *testing.F) {
	at := slices.Sorted(maps.Keys(places))
	for place := range at {
		for _, body := range []string{"", "{}", "null", "[]", `{"token":null}`, `{"token":"a-token-of-the-registry"}`, manifestOf(fits), manifestOf(-1, 1), manifestOf(fits, 1<<62, 1<<62), imageConfig, `{"os":1}`, "<html>", screen} {
			f.Add(place, http.StatusOK, ociManifest, body)
			f.Add(place, http.StatusNotFound, ociIndex, body)
			f.Add(place, http.StatusUnauthorized, "text/html", body)
		}
	}
	f.Fuzz(func(t *testing.T, place, status int, kind, body string) {
		if place < 0 || place >= len(at) || status < 200 || status == http.StatusTooManyRequests || status == http.StatusRequestTimeout || status >= 499 {
			return // no place; or it is tried again, after seconds
		}
		w := &world{answer: func(r *http.Request) *http.Response {
			if places[at[place]](r) {
				return says(status, body, "Content-Type", kind)
			}
			return goodRegistry(r)
		}}
		image, err := resolveIn(t, w, host+"/app:v1", Login(loginUser, loginSecret))
		switch {
		case err == nil && (!strings.HasPrefix(image.Digest, "sha256:") || image.SizeBytes < 0):
			t.Errorf("the image is %+v", image)
		case err == nil:
			sanitizetest.Check(t, image.MediaType+strings.Join(image.Platforms, "")+image.Platform)
		default:
			sanitizetest.Check(t, err.Error())
			if strings.Contains(err.Error(), loginSecret) {
				t.Errorf("says the password: %v", err)
			}
		}
	})
}

// TestGuard_dials has a name turn out to be at each kind of address.
func TestGuard_dials(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	listening := strings.TrimPrefix(server.URL, "http://")
	for _, tt := range []struct {
		address string
		near    network
		to      destination
		refused bool
	}{
		{listening, internet, destination{host: "evil.test"}, true},
		{listening, privateNetwork, destination{host: "evil.test"}, true},
		{listening, thisMachine, destination{host: "evil.test"}, false},
		{listening, internet, destination{host: "registry.test", registry: true}, false},
		{listening, internet, destination{host: "evil.test", proxied: true}, false},
		{"10.0.0.1:443", internet, destination{host: "evil.test"}, true},
		{"[fd12::1]:443", internet, destination{host: "evil.test"}, true},
		{"100.64.0.1:443", internet, destination{host: "evil.test"}, true},
		{"0.0.0.0:443", internet, destination{host: "evil.test"}, true},
		{"169.254.169.254:80", thisMachine, destination{host: "registry.test", registry: true}, true},
		{"169.254.170.2:80", thisMachine, destination{host: "registry.test", registry: true}, true},
		{"169.254.170.23:80", thisMachine, destination{host: "registry.test", registry: true}, true},
		{"[fd00:ec2::254]:80", thisMachine, destination{host: "registry.test", registry: true}, true},
		{"[fd00:ec2::23]:80", thisMachine, destination{host: "registry.test", registry: true}, true},
		{"[fe80::1%lo]:80", thisMachine, destination{host: "registry.test", registry: true}, true},
		{"[64:ff9b::a9fe:a9fe]:80", thisMachine, destination{host: "registry.test", registry: true}, true},
	} {
		g := newGuard(&http.Transport{}, "registry.test", nil)
		g.near = tt.near
		connection, err := g.direct.DialContext(withDestination(t, tt.to), "tcp", tt.address)
		if connection != nil {
			_ = connection.Close()
		}
		if stopped := (*refusal)(nil); errors.As(err, &stopped) != tt.refused || !tt.refused && err != nil {
			t.Errorf("%+v: %v", tt, err)
		}
		g.close()
	}
	g := newGuard(&http.Transport{}, "registry.test", nil)
	if _, err := g.direct.DialContext(t.Context(), "tcp", listening); err == nil {
		t.Error("dials for nobody")
	}
}

// A registry of this machine is near, and knows it from the connection.
func TestGuard_nearness(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	g := newGuard(nil, "localhost:"+server.URL[strings.LastIndexByte(server.URL, ':')+1:], nil)
	t.Cleanup(g.close)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+g.registry+"/v2/", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	response, err := g.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if g.near != thisMachine {
		t.Errorf("near %d", g.near)
	}
}

// TestGuard_proxy has the way to a registry be a proxy, which would find the address itself.
func TestGuard_proxy(t *testing.T) {
	t.Parallel()
	var asked []string
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Method+" "+r.RequestURI)
		if r.URL.Host == "listed.example.com" {
			http.Redirect(w, r, r.Header.Get("X-To"), http.StatusFound)
			return
		}
		w.WriteHeader(http.StatusBadGateway)
	}))
	t.Cleanup(proxy.Close)
	through := &http.Transport{Proxy: func(*http.Request) (*url.URL, error) { return url.Parse(proxy.URL) }}
	for _, target := range slices.Concat(awsMetadata, nearHosts) {
		for _, scheme := range []string{"http", "https"} {
			asked = nil
			g := newGuard(through, "listed.example.com", []string{"listed.example.com"})
			client := http.Client{Transport: transportFunc(func(r *http.Request) (*http.Response, error) {
				r.Header.Set("X-To", scheme+"://"+target+"/latest/")
				return g.RoundTrip(r)
			})}
			request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://listed.example.com/v2/", http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			response, err := client.Do(request)
			if err == nil {
				_ = response.Body.Close()
			}
			if stopped := (*refusal)(nil); !errors.As(err, &stopped) || len(asked) != 1 {
				t.Errorf("%s: %v; the proxy was asked for %q", target, err, asked)
			}
			g.close()
		}
	}
}

// FuzzReadHost looks for a way to write an address that is taken for a name: resolvers read
// more than netip does.
func FuzzReadHost(f *testing.F) {
	for _, seed := range slices.Concat(awsMetadata, nearHosts, []string{"registry.example.com", "1.example.com", "a.b.0x", "xn--e1afmkfd.example"}) {
		f.Add(hostname(seed))
	}
	f.Fuzz(func(t *testing.T, name string) {
		address, literal, err := readHost(name)
		if err != nil {
			return
		}
		if numeric, ok := inetAton(strings.TrimSuffix(name, ".")); ok && (!literal || address != numeric) {
			t.Errorf("%q is %s to a resolver, and here %s", name, numeric, address)
		}
	})
}
