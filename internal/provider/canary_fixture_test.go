package provider_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// secretMarkers are values that may stand only where they were put, by what they are.
var secretMarkers = func() map[string]string {
	out := map[string]string{}
	for _, name := range []string{
		"secret_key", "token", "proxy", "endpoint", "registry", "web_identity",
		"environment", "command", "entry_point", "label", "log_option", "health_check", "definition", "override", "schedule_command",
		"sidecar", "template", "mistake", "foreign",
	} {
		out[name] = "canary-" + strings.ReplaceAll(name, "_", "-") + "-value-3f1d9c"
	}
	return out
}()

// secretSearch is a configuration with canaries in it, run by the command line with the provider as
// a process of its own, which logs all it can.
type secretSearch struct {
	t    *testing.T
	work *acctest.Workspace
	log  string
	// more are secrets from others: tokens, keys of assumed roles.
	more func() []string
	// shown is a value that may be in what the command line writes, for now.
	shown string
}

func newSecretSearch(t *testing.T, config string) *secretSearch {
	t.Helper()
	text, err := json.Marshal(map[string]any{"canary": secretMarkers})
	if err != nil {
		t.Fatal(err)
	}
	a := &secretSearch{t: t, log: filepath.Join(t.TempDir(), "log"), more: func() []string { return nil }}
	a.work = acctest.NewWorkspace(t, map[string]string{
		"main.tf":               "variable \"canary\" {\n  type      = map(string)\n  sensitive = true\n}\n" + config,
		"terraform.tfvars.json": string(text),
	})
	// TF_LOG would have the command line's own core log too, which is not the provider's doing.
	for _, source := range []string{"PROVIDER", "PROVIDER_DOCKER", "SDK", "SDK_FRAMEWORK", "SDK_PROTO"} {
		a.work.Environment = append(a.work.Environment, "TF_LOG_"+source+"=TRACE")
	}
	a.work.Environment = append(a.work.Environment, "TF_LOG_PATH="+a.log)
	return a
}

// replace writes another configuration.
func (a *secretSearch) replace(old, replacement string) {
	a.t.Helper()
	path := filepath.Join(a.work.Folder, "main.tf")
	text, err := os.ReadFile(path)
	if err != nil {
		a.t.Fatal(err)
	}
	if !bytes.Contains(text, []byte(old)) {
		a.t.Fatalf("the configuration has no %q", old)
	}
	if err := os.WriteFile(path, bytes.ReplaceAll(text, []byte(old), []byte(replacement)), 0o600); err != nil {
		a.t.Fatal(err)
	}
}

// run runs the command line; what it writes has no canary in it, for all of them are marked
// as sensitive. It fails if failure is not "", with a message that says so.
func (a *secretSearch) run(failure, subcommand string, arguments ...string) {
	a.t.Helper()
	switch subcommand {
	case "apply", "destroy":
		arguments = append([]string{"-no-color", "-input=false", "-auto-approve"}, arguments...)
	case "plan", "import":
		arguments = append([]string{"-no-color", "-input=false"}, arguments...)
	}
	output, err := a.work.Run(subcommand, arguments...)
	failed := (*acctest.CommandError)(nil)
	if errors.As(err, &failed) {
		output = failed.Output
	}
	plain := strings.Join(strings.Fields(strings.NewReplacer("│", " ", "╷", " ", "╵", " ").Replace(output)), " ")
	if (err != nil) != (failure != "") || !strings.Contains(plain, failure) {
		a.t.Errorf("%s: not %q, but: %v\n%s", subcommand, failure, err, output)
	}
	if a.shown != "" {
		output = strings.ReplaceAll(output, a.shown, "shown")
	}
	a.silent(subcommand+"'s output", output)
	if subcommand == "apply" || subcommand == "import" {
		for address, private := range a.private() {
			a.silent("private state of "+address, private)
		}
	}
}

// private is the private state of each resource, which show does not print. Each has its id there, at least.
func (a *secretSearch) private() map[string]string {
	a.t.Helper()
	path := filepath.Join(a.work.Folder, "terraform.tfstate")
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	out := map[string]string{}
	readStateFile(a.t, path).each(func(address string, resource, instance map[string]any) {
		if resource["mode"] != "managed" {
			return
		}
		for key, value := range readPrivateOf(a.t, instance) {
			out[address] += key + ": " + string(value) + "\n"
		}
		if !strings.Contains(out[address], `"id":`) && resource["type"] != "docker_task_run" { // which has no parts
			a.t.Errorf("%s has no private state: the test proves nothing", address)
		}
	})
	return out
}

// silent fails if a canary is in the text, also as the Authorization header has it.
func (a *secretSearch) silent(where, text string) {
	a.t.Helper()
	secrets := append(slices.Collect(maps.Values(secretMarkers)), a.more()...)
	for _, s := range secrets {
		forms := []string{s}
		for _, user := range []string{"", "user:", "AWS:"} {
			forms = append(forms, base64.StdEncoding.EncodeToString([]byte(user+s)))
		}
		for _, form := range forms {
			if at := strings.Index(text, form); at >= 0 {
				a.t.Errorf("%s in %s: …%s…", form, where, text[max(0, at-300):min(len(text), at+len(form)+100)])
			}
		}
	}
}

// silentLog looks through what the provider logged so far, which has these words in it.
func (a *secretSearch) silentLog(words ...string) {
	a.t.Helper()
	text, err := os.ReadFile(a.log)
	if err != nil {
		a.t.Fatal(err)
	}
	for _, word := range words {
		if !bytes.Contains(text, []byte(word)) {
			a.t.Errorf("%q is not logged: the test proves nothing", word)
		}
	}
	a.silent("the log", string(text))
}

// places are the paths to texts with a canary in them. Indexes are left out.
func places(path string, v any, visit func(path string)) {
	switch v := v.(type) {
	case string:
		if strings.Contains(v, "canary-") {
			visit(path)
		}
	case []any:
		for _, e := range v {
			places(path, e, visit)
		}
	case map[string]any:
		for k, e := range v {
			places(path+"."+k, e, visit)
		}
	}
}

// withoutMark are the paths to texts with a canary that the marks do not cover.
func withoutMark(path string, v, marks any, visit func(path string)) {
	if marks == true {
		return
	}
	switch v := v.(type) {
	case string:
		places(path, v, visit)
	case []any:
		of, _ := marks.([]any)
		for i, e := range v {
			var mark any
			if i < len(of) {
				mark = of[i]
			}
			withoutMark(path, e, mark, visit)
		}
	case map[string]any:
		of, _ := marks.(map[string]any)
		for k, e := range v {
			withoutMark(path+"."+k, e, of[k], visit)
		}
	}
}

// read is what show -json says of state or plan.
func (a *secretSearch) read(arguments ...string) map[string]any {
	a.t.Helper()
	text, err := a.work.Run("show", append([]string{"-json"}, arguments...)...)
	if err != nil {
		a.t.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		a.t.Fatal(err)
	}
	return out
}

// kept are the paths at which state has canaries.
func (a *secretSearch) kept() []string {
	a.t.Helper()
	found := map[string]bool{}
	values, _ := a.read()["values"].(map[string]any)
	root, _ := values["root_module"].(map[string]any)
	resources, _ := root["resources"].([]any)
	for _, r := range resources {
		resource, _ := r.(map[string]any)
		places(fmt.Sprint(resource["address"]), resource["values"], func(path string) { found[path] = true })
	}
	return slices.Sorted(maps.Keys(found))
}

func environmentOf(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, variable := range acctest.Environment(t) {
		name, value, _ := strings.Cut(variable, "=")
		out[name] = value
	}
	return out
}

// issued is the emulator's STS, with the credentials that it has issued.
type issued struct {
	URL string

	mu      sync.Mutex
	secrets []string
}

var issuedSecret = regexp.MustCompile(`<(?:SecretAccessKey|SessionToken)>([^<]+)<`)

func newIssued(t *testing.T, upstream string) *issued {
	t.Helper()
	i := &issued{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		request, err := http.NewRequestWithContext(r.Context(), r.Method, upstream+r.URL.RequestURI(), r.Body)
		if err != nil {
			t.Error(err)
			return
		}
		request.Header, request.Host = r.Header.Clone(), r.Host
		response, err := (&http.Transport{}).RoundTrip(request)
		if err != nil {
			t.Error(err)
			return
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		if err != nil {
			t.Error(err)
		}
		i.mu.Lock()
		for _, found := range issuedSecret.FindAllSubmatch(body, -1) {
			i.secrets = append(i.secrets, string(found[1]))
		}
		i.mu.Unlock()
		w.Header().Set("Content-Type", response.Header.Get("Content-Type"))
		w.WriteHeader(response.StatusCode)
		_, _ = w.Write(body) // the provider may have gone
	}))
	t.Cleanup(server.Close)
	i.URL = server.URL
	return i
}

func (i *issued) all() []string {
	i.mu.Lock()
	defer i.mu.Unlock()
	return slices.Clone(i.secrets)
}
