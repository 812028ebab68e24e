package acctest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/dockertask/terraform-provider-docker/internal/acctest/front/known"
)

const (
	// commandLimit bounds one run of the command line.
	commandLimit = 5 * time.Minute
	// outputLimit is how long a run's output is waited for after its end.
	outputLimit = 5 * time.Second
)

// Workspace is a folder in which the command line runs as its user runs it: with the real
// provider binary, in a process of its own, in the test's account.
type Workspace struct {
	// Folder holds the configuration and, without a backend, the state.
	Folder string
	// Environment is that of the command line and so of its providers, NAME=value.
	Environment []string

	t           testing.TB
	commandLine string
}

// NewWorkspace is an initialised folder with the files of a configuration, by name. Provider
// "aws" is the stand-in; see [RegistryVariable].
//
// In the short form, providers are development overrides: the command line takes them as they are, where it would
// read each whole at each command, for its checksum. Then only modules need an init.
func NewWorkspace(t testing.TB, files map[string]string) *Workspace {
	t.Helper()
	PreCheck(t)
	w, err := newWorkspace(t, files)
	if err == nil {
		err = w.initialise(files)
	}
	if err != nil {
		t.Fatalf("acctest: %v", err)
	}
	return w
}

func (w *Workspace) initialise(files map[string]string) error {
	var all strings.Builder
	for _, content := range files {
		all.WriteString(content + "\n")
	}
	if testing.Short() && !known.NeedsInit(all.String()) {
		return nil
	}
	_, err := w.Run("init")
	return err
}

// newWorkspace is one that is not initialised yet.
func newWorkspace(t testing.TB, files map[string]string) (*Workspace, error) {
	t.Helper()
	used, missing := providersOf(files)
	for _, provider := range used {
		if err := mirrors[provider.binary](); err != nil {
			return nil, err
		}
	}
	mirrorFolder, err := mirror()
	if err != nil {
		return nil, err
	}
	home := t.TempDir()
	configuration := filepath.Join(home, "cli.tfrc")
	w := &Workspace{
		t:           t,
		commandLine: CommandLine(t).Path,
		Folder:      filepath.Join(home, "configuration"),
		Environment: slices.Concat(withoutTerraform(os.Environ()), Environment(t), []string{
			"HOME=" + home,
			"TF_CLI_CONFIG_FILE=" + configuration,
			"TF_CLI_ARGS=-no-color",
			"TF_DISABLE_PLUGIN_TLS=1", // command line and provider would each make a certificate at each command
			"TF_INPUT=0",
			"TF_IN_AUTOMATION=1",
			"CHECKPOINT_DISABLE=1",
			// A provider under the race detector ends at a race, so that the run fails.
			"GORACE=halt_on_error=1",
		}),
	}
	for name, content := range files {
		if err := w.write(name, content); err != nil {
			return nil, err
		}
	}
	if missing != "" {
		if err := w.write("acctest_providers.tf", missing); err != nil {
			return nil, err
		}
	}
	var overridden []mirroredProvider
	if testing.Short() {
		overridden = used
	}
	return w, os.WriteFile(configuration, []byte(cliConfig(mirrorFolder, overridden)), 0o600)
}

// withoutTerraform leaves out what would change the command line's ways: TF_LOG,
// TF_CLI_ARGS, TF_VAR_name, TF_PLUGIN_CACHE_DIR and their like.
func withoutTerraform(environment []string) []string {
	return slices.DeleteFunc(slices.Clone(environment), func(variable string) bool {
		return strings.HasPrefix(variable, "TF_")
	})
}

func (w *Workspace) write(name, content string) error {
	if !filepath.IsLocal(filepath.FromSlash(name)) {
		return fmt.Errorf("file name %q leads out of the configuration", name)
	}
	path := filepath.Join(w.Folder, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(content), 0o600)
}

// Write puts a file into the configuration, or another content into it.
func (w *Workspace) Write(name, content string) {
	w.t.Helper()
	if err := w.write(name, content); err != nil {
		w.t.Fatalf("acctest: %v", err)
	}
}

// CommandError is a run of the command line that failed.
type CommandError struct {
	Subcommand string
	Output     string // of standard output and standard error
	cause      error
}

func (e *CommandError) Error() string {
	return fmt.Sprintf("%s: %v\n%s", e.Subcommand, e.cause, e.Output)
}

func (e *CommandError) Unwrap() error { return e.cause }

// Run runs a subcommand to its end and returns what it writes to standard output. The error
// is a [CommandError].
func (w *Workspace) Run(subcommand string, arguments ...string) (string, error) {
	w.t.Helper()
	return w.Start(subcommand, arguments...).Wait()
}

// MustRun runs a subcommand that has to succeed.
func (w *Workspace) MustRun(subcommand string, arguments ...string) string {
	w.t.Helper()
	output, err := w.Run(subcommand, arguments...)
	if err != nil {
		w.t.Fatalf("acctest: %v", err)
	}
	return output
}

// Running is a run of the command line that has begun. It is killed at the test's end.
type Running struct {
	*process
	subcommand     string
	stdout, stderr *output
}

// output is what a process has written so far.
type output struct {
	mu      sync.Mutex
	text    strings.Builder
	written chan struct{} // closed at the next write
}

func newOutput() *output { return &output{written: make(chan struct{})} }

// Write keeps what is written.
func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	close(o.written)
	o.written = make(chan struct{})
	return o.text.Write(p)
}

// look is what was written so far, and a channel that is closed when there is more.
func (o *output) look() (text string, more <-chan struct{}) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String(), o.written
}

func (o *output) String() string {
	text, _ := o.look()
	return text
}

// Start begins to run a subcommand.
func (w *Workspace) Start(subcommand string, arguments ...string) *Running {
	w.t.Helper()
	r := &Running{subcommand: subcommand, stdout: newOutput(), stderr: newOutput()}
	cmd := exec.Command(w.commandLine, append([]string{subcommand}, arguments...)...)
	cmd.Dir, cmd.Env = w.Folder, w.Environment
	cmd.Stdout, cmd.Stderr = r.stdout, r.stderr
	// A provider that outlives the command line may have its output open.
	cmd.WaitDelay = outputLimit
	var err error
	if r.process, err = startProcess(cmd, func() {}); err != nil {
		w.t.Fatalf("acctest: %s: %v", subcommand, err)
	}
	w.t.Cleanup(r.kill)
	return r
}

// kill ends the run at once, if it has not ended yet.
func (r *Running) kill() {
	select {
	case <-r.exited:
	default:
		r.signal(syscall.SIGKILL)
		<-r.exited
	}
}

// Wait waits for the end of the run and returns what it wrote to standard output. The error
// is a [CommandError].
func (r *Running) Wait() (string, error) {
	select {
	case <-r.exited:
	case <-time.After(commandLimit):
		r.kill()
	}
	if r.err != nil {
		return "", &CommandError{Subcommand: r.subcommand, Output: r.stdout.String() + r.stderr.String(), cause: r.err}
	}
	return r.stdout.String(), nil
}

// WaitFor waits until the run has written the text to standard output or standard error, and
// reports whether it has: the run may have ended without.
func (r *Running) WaitFor(text string) bool {
	for {
		stdout, more := r.stdout.look()
		stderr, moreErrors := r.stderr.look()
		if strings.Contains(stdout, text) || strings.Contains(stderr, text) {
			return true
		}
		select {
		case <-more:
		case <-moreErrors:
		case <-r.exited:
			return strings.Contains(r.stdout.String(), text) || strings.Contains(r.stderr.String(), text)
		}
	}
}

// Interrupt is Ctrl-C in the terminal: the command line and its providers get SIGINT.
func (r *Running) Interrupt() { r.signal(syscall.SIGINT) }

// KillProviders kills the run's provider processes, those of all its providers, and returns
// their number.
func (r *Running) KillProviders() (int, error) {
	providers, err := membersOf(r.cmd.Process.Pid)
	if err != nil {
		return 0, err
	}
	for i, pid := range providers {
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			return i, err
		}
	}
	return len(providers), nil
}
