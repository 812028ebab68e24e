//go:build unix

package registry

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/dockertask/terraform-provider-docker/internal/registry/registrytest"
	"github.com/dockertask/terraform-provider-docker/internal/sanitize/sanitizetest"
)

// helperOnPath puts a credential helper on PATH that is this script, and returns its folder.
func helperOnPath(t *testing.T, script string) (folder string) {
	t.Helper()
	folder = t.TempDir()
	path := filepath.Join(folder, "docker-credential-test")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script), 0o700); err != nil { //nolint:gosec // it has to be run
		t.Fatal(err)
	}
	t.Setenv("PATH", folder+string(os.PathListSeparator)+os.Getenv("PATH"))
	return folder
}

// What a helper prints may be the secret: it is said nowhere, whatever goes wrong.
func TestDockerConfiguration_helperIsNotSaid(t *testing.T) {
	const secret = "helper-secret-123"
	answer := `{"ServerURL":"x","Username":"robot","Secret":"` + secret + `"}`
	s := registrytest.New(t)
	s.Push("app:v1", registrytest.Image(t, "linux/amd64"))
	s.Require("robot", secret)
	dockerConfig(t, map[string]any{"credsStore": "test"})
	for name, tt := range map[string]struct {
		script string
		says   string // "": it gets in
	}{
		"works": {`read host
[ "$1 $host" = 'get ` + host + `' ] || { echo 'credentials not found in native keychain'; exit 1; }
echo '` + answer + `'`, ""},
		"fails":            {"echo '" + answer + "'; exit 1", "docker-credential-test failed: exit status 1"},
		"fails, on stderr": {"echo '" + answer + "' >&2; exit 3", "docker-credential-test failed: exit status 3"},
		"escapes":          {`printf '\033[2J` + secret + `\n'; exit 1`, "docker-credential-test failed"},
		"no JSON":          {"echo '" + answer[1:] + "'", "did not print JSON"},
		"wrong types":      {`echo '{"Username":["` + secret + `"]}'`, "did not print JSON"},
		"without end":      {"yes " + secret, "docker-credential-test failed"},
		"is ended":         {"echo '" + answer + "'; kill -9 $$", "docker-credential-test failed: signal: killed"},
		"has nothing":      {"echo 'credentials not found in native keychain'; exit 1", "authentication required"},
	} {
		t.Run(name, func(t *testing.T) {
			helperOnPath(t, tt.script)
			_, err := Client{Transport: registrytest.RoundTripper(s), Credentials: DockerConfiguration()}.Resolve(t.Context(), mustParse(t, host+"/app:v1"), NeedOf("", ""))
			if tt.says == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			wantProblem(t, err, Denied, tt.says)
			sanitizetest.Check(t, err.Error())
			for e := err; e != nil; e = errors.Unwrap(e) {
				if strings.Contains(e.Error(), secret) {
					t.Errorf("says the secret: %v", e)
				}
			}
		})
	}
}

// A helper that hangs is ended with the operation, and what it started with it.
func TestDockerConfiguration_helperEndsWithTheOperation(t *testing.T) {
	folder := helperOnPath(t, `sleep 1000 > "$0.lives" & echo started > "$0.fifo"; wait`)
	fifo, lives := filepath.Join(folder, "docker-credential-test.fifo"), filepath.Join(folder, "docker-credential-test.lives")
	for _, path := range []string{fifo, lives} {
		if err := syscall.Mkfifo(path, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	dockerConfig(t, map[string]any{"credHelpers": map[string]string{host: "test"}})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := make(chan error, 1)
	go func() {
		_, err := Client{Transport: registrytest.RoundTripper(http.NotFoundHandler()), Credentials: DockerConfiguration()}.Resolve(ctx, mustParse(t, host+"/app:v1"), NeedOf("", ""))
		ended <- err
	}()
	if _, err := os.ReadFile(fifo); err != nil { // waits for the helper to have started
		t.Fatal(err)
	}
	started, err := os.Open(lives) // waits for what the helper starts
	if err != nil {
		t.Fatal(err)
	}
	defer started.Close()
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	// It has the fifo open for as long as it runs.
	if err := started.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(started); err != nil {
		t.Errorf("what the helper started goes on: %v", err)
	}
}
