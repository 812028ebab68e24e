package acctest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// commandLimit bounds one run of the command line.
const commandLimit = 5 * time.Minute

// Work is a folder in which the command line runs as a user runs it: with the real provider
// binaries, each in a process of its own, in the test's account.
type Work struct {
	// Folder holds the configuration, and the state if no backend says otherwise.
	Folder string
	// Environment is that of the command line and so of the providers, NAME=value.
	Environment []string

	commandLine string
}

// NewWork writes a configuration's files into a folder of their own and initializes it. What
// the configuration does not say of providers is put beside it; see [PlanExample].
func NewWork(t testing.TB, files map[string]string) *Work {
	t.Helper()
	PreCheck(t)
	work, err := prepareWork(t, files)
	if err == nil {
		_, err = work.Run("init", "-input=false", "-no-color")
	}
	if err != nil {
		t.Fatalf("acctest: %v", err)
	}
	return work
}

// CommandError is a failed run of the command line.
type CommandError struct {
	Subcommand string
	// Output is all that it wrote, standard output first.
	Output string

	cause error
}

// Error is subcommand, cause and output.
func (e *CommandError) Error() string {
	return fmt.Sprintf("%s: %v\n%s", e.Subcommand, e.cause, e.Output)
}

// Unwrap is the cause.
func (e *CommandError) Unwrap() error { return e.cause }

// prepareWork is a folder that is not initialized yet.
func prepareWork(t testing.TB, files map[string]string) (*Work, error) {
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
	folder := filepath.Join(home, "configuration")
	write := func(path, content string) error {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		return os.WriteFile(path, []byte(content), 0o600)
	}
	for name, content := range files {
		if !filepath.IsLocal(filepath.FromSlash(name)) {
			return nil, fmt.Errorf("file name %q leads out of the configuration", name)
		}
		if err := write(filepath.Join(folder, filepath.FromSlash(name)), content); err != nil {
			return nil, err
		}
	}
	if missing != "" {
		if err := write(filepath.Join(folder, "acctest_providers.tf"), missing); err != nil {
			return nil, err
		}
	}
	configuration := filepath.Join(home, "cli.tfrc")
	if err := write(configuration, cliConfig(mirrorFolder)); err != nil {
		return nil, err
	}
	return &Work{
		commandLine: CommandLine(t).Path,
		Folder:      folder,
		Environment: slices.Concat(withoutTerraform(os.Environ()), Environment(t), []string{
			"HOME=" + home,
			"TF_CLI_CONFIG_FILE=" + configuration,
			"TF_IN_AUTOMATION=1",
			"CHECKPOINT_DISABLE=1",
		}),
	}, nil
}

// withoutTerraform leaves out what would change the command line's ways: TF_LOG,
// TF_CLI_ARGS, TF_VAR_name, TF_PLUGIN_CACHE_DIR and their like.
func withoutTerraform(environment []string) []string {
	return slices.DeleteFunc(slices.Clone(environment), func(variable string) bool {
		return strings.HasPrefix(variable, "TF_")
	})
}

// Run runs one subcommand and returns what it writes to standard output. The error of one
// that fails is a [*CommandError].
func (w *Work) Run(subcommand string, arguments ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), commandLimit)
	defer cancel()
	command := exec.CommandContext(ctx, w.commandLine, append([]string{subcommand}, arguments...)...)
	command.Dir = w.Folder
	command.Env = w.Environment
	var stdout, stderr strings.Builder
	command.Stdout, command.Stderr = &stdout, &stderr
	if err := command.Run(); err != nil {
		return "", &CommandError{Subcommand: subcommand, Output: stdout.String() + stderr.String(), cause: err}
	}
	return stdout.String(), nil
}
