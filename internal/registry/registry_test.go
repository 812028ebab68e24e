package registry

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/dockertask/terraform-provider-docker/internal/registry/registrytest"
)

const host = "registry.example.com"

func mustParse(t *testing.T, image string) Reference {
	t.Helper()
	ref, err := Parse(image)
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

// resolve reads host/reference from the server.
func resolve(t *testing.T, s *registrytest.Server, reference string, need Need) (Image, error) {
	t.Helper()
	return Client{Transport: registrytest.RoundTripper(s)}.Resolve(t.Context(), mustParse(t, host+"/"+reference), need)
}

// wantProblem wants an error of the kind that says all of the parts.
func wantProblem(t *testing.T, err error, problem Problem, parts ...string) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("not an *Error: %v", err)
	}
	if e.Problem != problem {
		t.Errorf("problem %d, want %d: %s", e.Problem, problem, e)
	}
	for _, part := range parts {
		if !strings.Contains(e.Error(), part) {
			t.Errorf("does not say %q: %s", part, e)
		}
	}
}

// askedAnonymously reports whether an error is of a request without credentials.
func askedAnonymously(err error) bool {
	e := (*Error)(nil)
	return errors.As(err, &e) && e.Anonymous
}

func layersSize(t *testing.T, image v1.Image) int64 {
	t.Helper()
	layers, err := image.Layers()
	if err != nil {
		t.Fatal(err)
	}
	var sum int64
	for _, l := range layers {
		size, err := l.Size()
		if err != nil {
			t.Fatal(err)
		}
		sum += size
	}
	return sum
}

func TestResolve_image(t *testing.T) {
	t.Parallel()
	s := registrytest.New(t)
	image := registrytest.Image(t, "linux/amd64")
	digest := s.Push("team/app:v1", image)

	got, err := resolve(t, s, "team/app:v1", NeedOf("", ""))
	if err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`^sha256:[0-9a-f]{64}$`).MatchString(digest) {
		t.Fatalf("digest %q", digest)
	}
	want := Image{
		Reference: host + "/team/app@" + digest,
		Digest:    digest,
		MediaType: "application/vnd.docker.distribution.manifest.v2+json",
		Platforms: []string{"linux/amd64"},
		Platform:  "linux/amd64",
		SizeBytes: layersSize(t, image),
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}

	// By the digest that came of it: the same.
	again, err := Client{Transport: registrytest.RoundTripper(s)}.Resolve(t.Context(), mustParse(t, got.Reference), NeedOf("", ""))
	if err != nil || fmt.Sprint(again) != fmt.Sprint(want) {
		t.Errorf("by digest: %+v, %v", again, err)
	}
}

func TestResolve_index(t *testing.T) {
	t.Parallel()
	s := registrytest.New(t)
	arm := registrytest.Image(t, "linux/arm64/v8")
	index := registrytest.Index(t,
		registrytest.Member{Add: registrytest.Image(t, "linux/arm/v7"), Platform: "linux/arm/v7"},
		registrytest.Attestation(t),
		registrytest.Member{Add: registrytest.Image(t, "linux/amd64"), Platform: "linux/amd64"},
		registrytest.Member{Add: arm, Platform: "linux/arm64/v8"},
		registrytest.Attestation(t),
	)
	digest := s.Push("app:latest", index)

	got, err := resolve(t, s, "app", NeedOf("ARM64", "LINUX"))
	if err != nil {
		t.Fatal(err)
	}
	want := Image{
		Reference: host + "/app@" + digest,
		Digest:    digest,
		MediaType: "application/vnd.oci.image.index.v1+json",
		Platforms: []string{"linux/amd64", "linux/arm/v7", "linux/arm64/v8"},
		Platform:  "linux/arm64/v8",
		SizeBytes: layersSize(t, arm),
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if n := len(s.Requests()); n != 3 { // /v2/, the index, the manifest
		t.Errorf("%d requests: %v", n, s.Requests())
	}
}

func TestResolve_platform(t *testing.T) {
	t.Parallel()
	windows := []string{"windows/amd64:10.0.17763.5576", "windows/amd64:10.0.20348.2322", "windows/amd64:10.0.26100.1"}
	for name, tt := range map[string]struct {
		index            []string
		architecture, os string
		want             string // "" : none
		missing          []string
	}{
		"the default":                       {[]string{"linux/arm64", "linux/amd64"}, "", "", "linux/amd64", nil},
		"ARM64":                             {[]string{"linux/arm64", "linux/amd64"}, "ARM64", "", "linux/arm64", nil},
		"no ARM64":                          {[]string{"linux/s390x", "linux/amd64"}, "ARM64", "LINUX", "", []string{"not built for linux/arm64", "linux/amd64, linux/s390x"}},
		"32 bits are not 64":                {[]string{"linux/arm/v7", "linux/386"}, "ARM64", "", "", []string{"linux/386, linux/arm/v7"}},
		"a variant not every processor has": {[]string{"linux/amd64/v3"}, "X86_64", "", "", []string{"linux/amd64/v3"}},
		"the baseline among variants":       {[]string{"linux/amd64/v3", "linux/amd64"}, "X86_64", "", "linux/amd64", nil},
		"Windows 2019":                      {windows, "", "WINDOWS_SERVER_2019_CORE", windows[0], nil},
		"Windows 2022":                      {windows, "X86_64", "WINDOWS_SERVER_2022_FULL", windows[1], nil},
		"Windows 2025":                      {windows, "X86_64", "WINDOWS_SERVER_2025_FULL", windows[2], nil},
		"Windows 2025 with one of 2022":     {windows[:2], "X86_64", "WINDOWS_SERVER_2025_CORE", windows[1], nil},
		"Windows 2016":                      {windows, "X86_64", "WINDOWS_SERVER_2016_FULL", "", []string{"windows/amd64:10.0.14393", windows[0]}},
		"a build that begins the same":      {[]string{"windows/amd64:10.0.203481.1"}, "", "WINDOWS_SERVER_2022_CORE", "", nil},
		"Windows without a build":           {[]string{"windows/amd64"}, "", "WINDOWS_SERVER_2022_CORE", "windows/amd64", nil},
		"Windows on Linux":                  {windows, "", "LINUX", "", []string{"not built for linux/amd64"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := registrytest.New(t)
			s.Push("app:v1", registrytest.MultiPlatform(t, tt.index...))
			got, err := resolve(t, s, "app:v1", NeedOf(tt.architecture, tt.os))
			if tt.want == "" {
				wantProblem(t, err, NoPlatform, append(tt.missing, host, "app:v1")...)
				return
			}
			if err != nil || got.Platform != tt.want {
				t.Errorf("got %q, %v", got.Platform, err)
			}
		})
	}
}

func TestResolve_platformOfOneImage(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		platform, architecture, os string
		fits                       bool
	}{
		"the same":               {"linux/amd64", "X86_64", "LINUX", true},
		"another":                {"linux/amd64", "ARM64", "LINUX", false},
		"it does not say":        {"", "ARM64", "LINUX", true},
		"pulled at any variant":  {"linux/amd64/v3", "X86_64", "LINUX", true},
		"another Windows":        {"windows/amd64:10.0.17763.1", "X86_64", "WINDOWS_SERVER_2022_CORE", false},
		"the Windows":            {"windows/amd64:10.0.20348.1", "X86_64", "WINDOWS_SERVER_2022_CORE", true},
		"Linux on Windows hosts": {"linux/amd64", "X86_64", "WINDOWS_SERVER_2022_CORE", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := registrytest.New(t)
			s.Push("app:v1", registrytest.Image(t, tt.platform))
			got, err := resolve(t, s, "app:v1", NeedOf(tt.architecture, tt.os))
			if !tt.fits {
				wantProblem(t, err, NoPlatform, tt.platform)
				return
			}
			if err != nil || got.Platform != tt.platform {
				t.Errorf("got %q, %v", got.Platform, err)
			}
			if (tt.platform == "") != (len(got.Platforms) == 0) {
				t.Errorf("platforms %q", got.Platforms)
			}
		})
	}
}

// artifact is what ORAS, Helm and cosign push: a manifest with a configuration of their own.
func artifact(t *testing.T, config types.MediaType) v1.Image {
	t.Helper()
	image := mutate.MediaType(registrytest.Image(t, ""), types.OCIManifestSchema1)
	return mutate.ConfigMediaType(image, config)
}

func TestResolve_indexOfOtherThings(t *testing.T) {
	t.Parallel()
	s := registrytest.New(t)
	plain := registrytest.Image(t, "linux/amd64")
	s.Push("app:v1", registrytest.Index(t,
		registrytest.Member{Add: artifact(t, "application/vnd.cncf.helm.config.v1+json")},
		registrytest.Member{Add: registrytest.MultiPlatform(t, "linux/arm64")}, // an index in the index
		registrytest.Member{Add: plain},                                        // says its platform only inside
	))
	got, err := resolve(t, s, "app:v1", NeedOf("X86_64", ""))
	if err != nil || !slices.Equal(got.Platforms, []string{"linux/amd64", "linux/arm64"}) || got.SizeBytes != layersSize(t, plain) {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := resolve(t, s, "app:v1", NeedOf("ARM64", "")); err != nil || got.Platform != "linux/arm64" {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestResolve_sharedLayersCountOnce(t *testing.T) {
	t.Parallel()
	s := registrytest.New(t)
	image := registrytest.Image(t, "linux/amd64")
	layers, err := image.Layers()
	if err != nil {
		t.Fatal(err)
	}
	twice, err := mutate.AppendLayers(image, layers[0])
	if err != nil {
		t.Fatal(err)
	}
	s.Push("app:v1", twice)
	if got, err := resolve(t, s, "app:v1", NeedOf("", "")); err != nil || got.SizeBytes != layersSize(t, image) {
		t.Errorf("%d bytes, want %d; %v", got.SizeBytes, layersSize(t, image), err)
	}
}

// raw is a manifest as it is.
type raw struct {
	kind types.MediaType
	body string
}

func (r raw) RawManifest() ([]byte, error)        { return []byte(r.body), nil }
func (r raw) MediaType() (types.MediaType, error) { return r.kind, nil }

func TestResolve_notAnImage(t *testing.T) {
	t.Parallel()
	deep := registrytest.MultiPlatform(t, "linux/amd64")
	for range maxDepth {
		deep = registrytest.Index(t, registrytest.Member{Add: deep})
	}
	for name, tt := range map[string]struct {
		push  remote.Taggable
		parts []string
	}{
		"Helm chart":     {artifact(t, "application/vnd.cncf.helm.config.v1+json"), []string{"application/vnd.cncf.helm.config.v1+json"}},
		"no image in it": {registrytest.Index(t, registrytest.Attestation(t)), []string{"without an image"}},
		"deep":           {deep, []string{"indexes in indexes"}},
		"schema 1":       {raw{types.DockerManifestSchema1Signed, `{"schemaVersion":1}`}, []string{"schema 1", "push it again"}},
		"something":      {raw{"application/json", `{"schemaVersion":3}`}, []string{"application/json"}},
		"huge": {raw{types.OCIManifestSchema1, `{"schemaVersion":2,"config":{"mediaType":"application/vnd.oci.image.config.v1+json","size":99999999999,` +
			`"digest":"sha256:` + strings.Repeat("a", 64) + `"},"layers":[]}`}, []string{"99999999999"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := registrytest.New(t)
			s.Push("thing:v1", tt.push)
			_, err := resolve(t, s, "thing:v1", NeedOf("", ""))
			wantProblem(t, err, NotAnImage, append(tt.parts, host, "thing:v1")...)
		})
	}
}

func TestResolve_missing(t *testing.T) {
	t.Parallel()
	s := registrytest.New(t)
	digest := s.Push("app:v1", registrytest.Image(t, "linux/amd64"))
	other := "sha256:" + strings.Repeat("0", 64)
	for _, tt := range []struct {
		reference string
		parts     []string
	}{
		{"app:v2", []string{"repository app of registry " + host, "no tag v2", host + "/app:v2"}},
		{"app", []string{"no tag latest"}},
		{"app@" + other, []string{"no digest " + other}},
		{"none:v1", []string{"no repository none", host}},
		{"none@" + digest, []string{"no repository none"}},
	} {
		_, err := resolve(t, s, tt.reference, NeedOf("", ""))
		if wantProblem(t, err, NoImage, tt.parts...); !askedAnonymously(err) {
			t.Errorf("%s: asked with credentials", tt.reference)
		}
	}
}

func TestResolve_incomplete(t *testing.T) {
	t.Parallel()
	s := registrytest.New(t)
	arm := registrytest.Image(t, "linux/arm64")
	s.Push("app:v1", registrytest.Index(t, registrytest.Member{Add: arm, Platform: "linux/arm64"}))
	digest, err := arm.Digest()
	if err != nil {
		t.Fatal(err)
	}
	s.Answer(func(r *http.Request) *registrytest.Answer {
		if strings.HasSuffix(r.URL.Path, digest.String()) {
			return &registrytest.Answer{Status: http.StatusNotFound, Code: "MANIFEST_UNKNOWN"}
		}
		return nil
	})
	_, err = resolve(t, s, "app:v1", NeedOf("ARM64", ""))
	wantProblem(t, err, NoImage, "incomplete", "linux/arm64", digest.String())
}

func TestResolve_login(t *testing.T) {
	t.Parallel()
	s := registrytest.New(t)
	s.Push("app:v1", registrytest.Image(t, "linux/amd64"))
	s.Require("robot", "correct horse")
	client := Client{Transport: registrytest.RoundTripper(s)}
	ref := mustParse(t, host+"/app:v1")

	_, err := client.Resolve(t.Context(), ref, NeedOf("", ""))
	if wantProblem(t, err, Denied, host, "app:v1", "HTTP 401", "authentication required"); !askedAnonymously(err) {
		t.Error("asked with credentials")
	}
	client.Credentials = Login("robot", "battery staple")
	_, err = client.Resolve(t.Context(), ref, NeedOf("", ""))
	if wantProblem(t, err, Denied, "HTTP 401"); askedAnonymously(err) {
		t.Error("asked without credentials")
	}
	client.Credentials = Login("robot", "correct horse")
	if _, err := client.Resolve(t.Context(), ref, NeedOf("", "")); err != nil {
		t.Error(err)
	}
	if text := fmt.Sprintf("%v %+v %#v", client, client, client.Credentials); strings.Contains(text, "correct horse") {
		t.Errorf("the password is in %s", text)
	}
}

// TestResolve_token logs in as at Docker Hub and GitHub: a token for the scope, from where
// the registry says.
func TestResolve_token(t *testing.T) {
	t.Parallel()
	s := registrytest.New(t)
	s.Push("team/app:v1", registrytest.Image(t, "linux/amd64"))
	transport := registrytest.RoundTripper(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, password, basic := r.BasicAuth()
		switch {
		case r.Host == "auth.example.com" && (!basic || user == "robot" && password == "secret"):
			if scope := r.FormValue("scope"); scope != "repository:team/app:pull" {
				t.Errorf("scope %q", scope)
			}
			fmt.Fprintf(w, `{"token":"token of %s"}`, user)
		case r.Host == "auth.example.com":
			http.Error(w, `{"errors":[{"code":"UNAUTHORIZED","message":"incorrect username or password: secret of robot"}]}`, http.StatusUnauthorized)
		case r.Header.Get("Authorization") != "Bearer token of robot":
			w.Header().Set("WWW-Authenticate", `Bearer realm="https://auth.example.com/token",service="registry"`)
			http.Error(w, `{"errors":[{"code":"UNAUTHORIZED"}]}`, http.StatusUnauthorized)
		default:
			s.ServeHTTP(w, r)
		}
	}))
	ref := mustParse(t, host+"/team/app:v1")
	for _, tt := range []struct {
		credentials Credentials
		says        string // "": it gets in
	}{
		{Login("robot", "secret"), ""},
		{Login("robot", "wrong"), "incorrect username or password"},
		{Credentials{}, "HTTP 401, UNAUTHORIZED"},
	} {
		_, err := Client{Transport: transport, Credentials: tt.credentials}.Resolve(t.Context(), ref, NeedOf("", ""))
		if tt.says == "" {
			if err != nil {
				t.Error(err)
			}
			continue
		}
		wantProblem(t, err, Denied, tt.says)
	}
}

// TestResolve_doesNotSayCredentials has a registry repeat the credentials that it received.
func TestResolve_doesNotSayCredentials(t *testing.T) {
	t.Parallel()
	const password = "hunter2-hunter2"
	s := registrytest.New(t)
	s.Answer(func(r *http.Request) *registrytest.Answer {
		if r.Header.Get("Authorization") == "" {
			return &registrytest.Answer{Status: http.StatusUnauthorized, Header: http.Header{"Www-Authenticate": {`Basic realm="x"`}}}
		}
		return &registrytest.Answer{Status: http.StatusForbidden, Code: "DENIED", Message: "no " + password + " with " + r.Header.Get("Authorization")}
	})
	_, err := Client{Transport: registrytest.RoundTripper(s), Credentials: Login("robot", password)}.
		Resolve(t.Context(), mustParse(t, host+"/app:v1"), NeedOf("", ""))
	wantProblem(t, err, Denied, "DENIED: no *** with Basic ***")
	if strings.Contains(err.Error(), base64.StdEncoding.EncodeToString([]byte("robot:"+password))) {
		t.Error(err)
	}
}

// dockerConfig makes a Docker configuration for this test.
func dockerConfig(t *testing.T, content any) {
	t.Helper()
	home := t.TempDir()
	for _, variable := range []string{"DOCKER_CONFIG", "DOCKER_AUTH_CONFIG", "REGISTRY_AUTH_FILE", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME"} {
		t.Setenv(variable, "")
		os.Unsetenv(variable)
	}
	t.Setenv("HOME", home)
	text, err := json.Marshal(content)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(home, ".docker"), 0o700); err != nil {
		t.Fatal(err)
	}
	// Docker's package works the folder out once, before the test.
	t.Setenv("DOCKER_CONFIG", filepath.Join(home, ".docker"))
	if err := os.WriteFile(filepath.Join(home, ".docker", "config.json"), text, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestDockerConfiguration(t *testing.T) {
	s := registrytest.New(t)
	s.Push("app:v1", registrytest.Image(t, "linux/amd64"))
	s.Push("library/busybox:latest", registrytest.Image(t, "linux/amd64"))
	s.Require("robot", "secret")
	client := Client{Transport: registrytest.RoundTripper(s), Credentials: DockerConfiguration()}
	login := map[string]string{"auth": base64.StdEncoding.EncodeToString([]byte("robot:secret"))}
	read := func(image string) error {
		_, err := client.Resolve(t.Context(), mustParse(t, image), NeedOf("", ""))
		return err
	}

	dockerConfig(t, map[string]any{"auths": map[string]any{host: login}})
	if err := read(host + "/app:v1"); err != nil {
		t.Error(err)
	}
	other := read("other.example.com/app:v1")
	if wantProblem(t, other, Denied, "other.example.com"); !askedAnonymously(other) {
		t.Error("credentials of one registry went to another")
	}

	dockerConfig(t, map[string]any{"auths": map[string]any{"https://index.docker.io/v1/": login}})
	if err := read("busybox"); err != nil {
		t.Error(err)
	}

	// Docker Desktop leaves such a helper behind. What is public stays readable.
	dockerConfig(t, map[string]any{"credsStore": "helper-that-is-not-there"})
	wantProblem(t, read(host+"/app:v1"), Denied, "Docker's could not be read", "docker-credential-helper-that-is-not-there")
	s.Require("", "")
	if err := read(host + "/app:v1"); err != nil {
		t.Error(err)
	}
}

func TestReference(t *testing.T) {
	t.Parallel()
	const digest = "sha256:0123"
	pinned := "sha256:" + strings.Repeat("ab", 32)
	for image, tt := range map[string]struct {
		host, pinned string
		hub          bool
	}{
		"busybox":                            {"index.docker.io", "busybox@" + digest, true},
		"busybox:1.37":                       {"index.docker.io", "busybox@" + digest, true},
		"team/app":                           {"index.docker.io", "team/app@" + digest, true},
		"docker.io/library/busybox:1.37":     {"index.docker.io", "docker.io/library/busybox@" + digest, true},
		"localhost:5000/app":                 {"localhost:5000", "localhost:5000/app@" + digest, false},
		"localhost:5000/app:v1":              {"localhost:5000", "localhost:5000/app@" + digest, false},
		"public.ecr.aws/x/app@" + pinned:     {"public.ecr.aws", "public.ecr.aws/x/app@" + digest, false},
		"public.ecr.aws/x/app:v1@" + pinned:  {"public.ecr.aws", "public.ecr.aws/x/app@" + digest, false},
		"localhost:5000/x/app:v1@" + pinned:  {"localhost:5000", "localhost:5000/x/app@" + digest, false},
		"ghcr.io/team/app/part:2026.01.02-a": {"ghcr.io", "ghcr.io/team/app/part@" + digest, false},
	} {
		r := mustParse(t, image)
		if r.Host() != tt.host || r.pinned(digest) != tt.pinned || r.IsDockerHub() != tt.hub {
			t.Errorf("%s: %s, %s, %t", image, r.Host(), r.pinned(digest), r.IsDockerHub())
		}
	}
	if _, err := Parse("Not An Image"); err == nil {
		t.Error("no error")
	}
}

func TestResolve_dockerHub(t *testing.T) {
	t.Parallel()
	s := registrytest.New(t)
	digest := s.Push("library/busybox:latest", registrytest.MultiPlatform(t, "linux/amd64"))
	got, err := Client{Transport: registrytest.RoundTripper(s)}.Resolve(t.Context(), mustParse(t, "busybox"), NeedOf("", ""))
	if err != nil || got.Reference != "busybox@"+digest {
		t.Errorf("%+v, %v", got, err)
	}
	if last := s.Requests()[len(s.Requests())-1]; !strings.HasPrefix(last, "index.docker.io GET /v2/library/busybox/manifests/sha256:") {
		t.Error(last)
	}
}

func TestResolve_retries(t *testing.T) {
	t.Parallel()
	for status, problem := range map[int]Problem{
		http.StatusServiceUnavailable: Unreachable,
		http.StatusTooManyRequests:    Throttled,
	} {
		synctest.Test(t, func(t *testing.T) {
			s := registrytest.New(t)
			s.Push("app:v1", registrytest.Image(t, "linux/amd64"))
			failures := 2
			s.Answer(func(r *http.Request) *registrytest.Answer {
				if failures > 0 && strings.Contains(r.URL.Path, "/manifests/") {
					failures--
					return &registrytest.Answer{Status: status, Code: "TOOMANYREQUESTS", Message: "slow down"}
				}
				return nil
			})
			if _, err := resolve(t, s, "app:v1", NeedOf("", "")); err != nil {
				t.Errorf("%d twice: %v", status, err)
			}
			failures = 100
			_, err := resolve(t, s, "app:v1", NeedOf("", ""))
			wantProblem(t, err, problem, host, fmt.Sprintf("HTTP %d", status), "slow down")
			if failures != 97 {
				t.Errorf("tried %d times", 100-failures)
			}
		})
	}
}

// silent never answers.
type silent struct{}

func (silent) RoundTrip(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

func TestResolve_timeout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		_, err := Client{Transport: silent{}}.Resolve(t.Context(), mustParse(t, host+"/app:v1"), NeedOf("", ""))
		wantProblem(t, err, Unreachable, host, "within 1m0s")
		if took := time.Since(start); took != Timeout {
			t.Errorf("took %s", took)
		}
	})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Client{Transport: silent{}}.Resolve(ctx, mustParse(t, host+"/app:v1"), NeedOf("", ""))
	if e := (*Error)(nil); errors.As(err, &e) || !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
}

func TestResolve_unreachable(t *testing.T) {
	t.Parallel()
	// Over TCP, and without TLS, as for a registry on this machine.
	listening := registrytest.New(t)
	address := listening.Listen()
	digest := listening.Push("app:v1", registrytest.Image(t, "linux/amd64"))
	got, err := Client{}.Resolve(t.Context(), mustParse(t, address+"/app:v1"), NeedOf("", ""))
	if err != nil || got.Reference != address+"/app@"+digest {
		t.Errorf("%+v, %v", got, err)
	}

	gone := httptest.NewServer(http.NotFoundHandler())
	closed := strings.TrimPrefix(gone.URL, "http://")
	_, err = Client{}.Resolve(t.Context(), mustParse(t, closed+"/app:v1"), NeedOf("", ""))
	wantProblem(t, err, Unreachable, closed, "does not answer like a registry")
	gone.Close()
	_, err = Client{}.Resolve(t.Context(), mustParse(t, closed+"/app:v1"), NeedOf("", ""))
	wantProblem(t, err, Unreachable, closed, "refused")
}

// TestResolve_plainWebServer reads from a server that does not tell media types.
func TestResolve_plainWebServer(t *testing.T) {
	t.Parallel()
	for name, push := range map[string]remote.Taggable{
		"image": registrytest.Image(t, "linux/amd64"),
		"index": registrytest.MultiPlatform(t, "linux/amd64", "linux/arm64"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := registrytest.New(t)
			s.Push("app:v1", push)
			inner := registrytest.RoundTripper(s)
			transport := transportFunc(func(r *http.Request) (*http.Response, error) {
				response, err := inner.RoundTrip(r)
				if err == nil {
					response.Header.Set("Content-Type", "application/octet-stream")
				}
				return response, err
			})
			got, err := Client{Transport: transport}.Resolve(t.Context(), mustParse(t, host+"/app:v1"), NeedOf("", ""))
			if err != nil || got.Platform != "linux/amd64" || got.MediaType == "application/octet-stream" {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
}

type transportFunc func(*http.Request) (*http.Response, error)

func (f transportFunc) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
