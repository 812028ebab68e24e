package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/acctest/front/known"
)

// The command line of these tests prints its arguments, and ends with the code in the file "code".
const commandLine = "#!/bin/sh\necho \"ran $*\"\nexit $(cat code 2>/dev/null || echo 0)\n"

func TestMain(m *testing.M) {
	if os.Getenv("FRONT_UNDER_TEST") != "" {
		main()
	}
	os.Exit(m.Run())
}

// folder is the folder of a test of terraform-plugin-testing.
type folder struct {
	t    *testing.T
	path string
}

func newFolder(t *testing.T) folder {
	t.Helper()
	f := folder{t, t.TempDir()}
	f.write("cli", commandLine)
	if err := os.Chmod(filepath.Join(f.path, "cli"), 0o700); err != nil {
		t.Fatal(err)
	}
	f.write(known.Configuration, "resource \"docker_task\" \"test\" {}\n")
	return f
}

func (f folder) write(name, content string) {
	f.t.Helper()
	if err := os.WriteFile(filepath.Join(f.path, name), []byte(content), 0o600); err != nil {
		f.t.Fatal(err)
	}
}

// run runs the front, and wants this output and exit code of it.
func (f folder) run(output string, code int, arguments ...string) {
	f.t.Helper()
	command := exec.CommandContext(f.t.Context(), os.Args[0], arguments...)
	command.Dir = f.path
	command.Env = append(os.Environ(), "FRONT_UNDER_TEST=1", "TF_LOG=", "TF_ACC_LOG=", known.Version+"=the version\n",
		known.CommandLine+"="+filepath.Join(f.path, "cli"))
	got, _ := command.CombinedOutput() // the exit code is compared
	if string(got) != output || command.ProcessState.ExitCode() != code {
		f.t.Errorf("%s: %q with exit code %d, want %q with %d", strings.Join(arguments, " "), got, command.ProcessState.ExitCode(), output, code)
	}
}

func TestFront_passesOn(t *testing.T) {
	t.Parallel()
	f := newFolder(t)
	f.run("the version\n", 0, "version", "-json")
	f.run("ran version\n", 0, "version")
	f.run("ran destroy -auto-approve\n", 0, "destroy", "-auto-approve")
	f.write("code", "3")
	f.run("ran state rm x\n", 3, "state", "rm", "x")
	f.run("ran plan -detailed-exitcode\n", 3, "plan", "-detailed-exitcode")
	f.run("ran show -json plan\n", 3, "show", "-json", "plan")
}

func TestFront_init(t *testing.T) {
	t.Parallel()
	f := newFolder(t)
	f.run("", 0, "init", "-upgrade=true")
	for _, block := range []string{"module \"a\" {\n", "terraform {\n  backend \"local\" {}\n}\n", "terraform {\n  cloud {}\n}\n"} {
		f.write("other.tf", block)
		f.run("ran init -upgrade=true\n", 0, "init", "-upgrade=true")
	}
}

func TestFront_showsState(t *testing.T) {
	t.Parallel()
	f := newFolder(t)
	f.run(emptyState, 0, "show", "-json", "-no-color")
	f.write(stateFile, "one")
	f.run("ran show -json -no-color\n", 0, "show", "-json", "-no-color")
	f.write("code", "1") // not asked again
	f.run("ran show -json -no-color\n", 0, "show", "-json", "-no-color")
	f.write(stateFile, "two")
	f.run("ran show -json -no-color\n", 1, "show", "-json", "-no-color")
}

func TestFront_showsPlan(t *testing.T) {
	t.Parallel()
	asJSON, asText := []string{"show", "-json", "plan"}, []string{"show", "-no-color", "plan"}
	f := newFolder(t)
	plan := func(code string) {
		t.Helper()
		f.write("code", code)
		f.run("ran plan -detailed-exitcode\n", int(code[0]-'0'), "plan", "-detailed-exitcode")
		f.write("code", "0")
	}
	plan("0")
	f.run(emptyPlan, 0, asJSON...)
	f.run("ran show -no-color plan\n", 0, asText...)
	plan("2")
	f.run("ran show -json plan\n", 0, asJSON...)
	f.run("", 0, asText...) // for a log
	f.run("ran show -no-color plan\n", 0, asText...)

	f.write(known.Configuration, known.PlanIsChecked)
	plan("0")
	f.run("ran show -json plan\n", 0, asJSON...)
	f.run("ran apply\n", 0, "apply")
	plan("0")
	f.run(emptyPlan, 0, asJSON...)

	f.write(known.Configuration, known.PlansAreChecked)
	plan("0")
	f.run(emptyPlan, 0, asJSON...)
	f.run("ran apply\n", 0, "apply")
	plan("0")
	f.run("ran show -json plan\n", 0, asJSON...)
}
