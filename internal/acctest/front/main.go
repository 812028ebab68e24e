// Command front stands between terraform-plugin-testing and the command line, Terraform or OpenTofu.
//
// Of the fourteen commands that a test of one step runs, eight have an answer that is known: the version,
// an init without modules, the text of a plan for a trace log, a state that was shown before, and the
// JSON of a plan that has just said that it changes nothing. The front gives these answers. Everything
// else is the command line's, with its own output and exit code; an answer that would not do (a
// configuration with a module, a plan check on an empty plan) is the command line's too.
//
// [acctest.Test] builds the front, and sets CommandLine and Version.
package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/dockertask/terraform-provider-docker/internal/acctest/front/known"
)

// Files of the front in the folder of a test.
const (
	unchanged = ".front-unchanged" // the last plan has nothing to do
	unread    = ".front-unread"    // the last plan has something to do, and its text was not asked for yet
	applied   = ".front-applied"   // written at an apply
	shown     = ".front-shown-"    // what the command line showed of the state with this checksum
)

const (
	stateFile = "terraform.tfstate"
	// emptyState and emptyPlan are what both products show where there is no state, and the least that
	// terraform-json reads as a plan. terraform-plugin-testing asks a plan whether it is empty.
	emptyState = `{"format_version":"1.0"}` + "\n"
	emptyPlan  = `{"format_version":"1.2"}` + "\n"
)

func main() {
	code, err := run(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "acctest/front:", err)
		os.Exit(1)
	}
	os.Exit(code)
}

func run(arguments []string) (code int, err error) {
	switch subcommand(arguments) {
	case "version":
		if version := os.Getenv(known.Version); version != "" && slices.Contains(arguments, "-json") {
			return say(version)
		}
	case "init":
		if needed, err := needsInit(); err != nil || !needed {
			return 0, err
		}
	case "plan":
		return plan(arguments)
	case "apply":
		if err := os.WriteFile(applied, nil, 0o600); err != nil {
			return 0, err
		}
	case "show":
		return show(arguments)
	}
	return 1, become(arguments)
}

func subcommand(arguments []string) string {
	if len(arguments) == 0 {
		return ""
	}
	return arguments[0]
}

func say(text string) (int, error) {
	_, err := os.Stdout.WriteString(text)
	return 0, err
}

// become replaces this process by the command line.
func become(arguments []string) error {
	path := os.Getenv(known.CommandLine)
	return fmt.Errorf("%s: %w", path, syscall.Exec(path, append([]string{path}, arguments...), os.Environ()))
}

// plan plans, and notes what the exit code says of the plan.
func plan(arguments []string) (code int, err error) {
	for _, mark := range []string{unchanged, unread} {
		if err := os.Remove(mark); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return 0, err
		}
	}
	command := exec.Command(os.Getenv(known.CommandLine), arguments...)
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := command.Run(); err != nil && command.ProcessState == nil {
		return 0, err
	}
	code = command.ProcessState.ExitCode()
	switch {
	case !slices.Contains(arguments, "-detailed-exitcode"):
	case code == 0:
		err = os.WriteFile(unchanged, nil, 0o600)
	case code == 2:
		err = os.WriteFile(unread, nil, 0o600)
	}
	return code, err
}

// show shows a state or a plan. A file is the last argument.
func show(arguments []string) (int, error) {
	asJSON, file := slices.Contains(arguments, "-json"), arguments[len(arguments)-1]
	switch {
	case strings.HasPrefix(file, "-") && asJSON:
		return showState(arguments)
	case strings.HasPrefix(file, "-"):
	case asJSON && exists(unchanged):
		if isChecked, err := planIsChecked(); err != nil {
			return 0, err
		} else if !isChecked {
			return say(emptyPlan)
		}
	case !asJSON && exists(unread) && os.Getenv("TF_LOG") == "" && os.Getenv("TF_ACC_LOG") == "":
		// The first time it is for the log. The second time it is for the message of a failed test.
		return 0, os.Remove(unread)
	}
	return 1, become(arguments)
}

// showState shows a state that has been shown before from memory.
func showState(arguments []string) (int, error) {
	state, err := os.ReadFile(stateFile)
	if errors.Is(err, fs.ErrNotExist) {
		return say(emptyState)
	}
	if err != nil {
		return 0, err
	}
	memory := fmt.Sprintf("%s%x", shown, sha256.Sum256(state))
	if before, err := os.ReadFile(memory); err == nil {
		return say(string(before))
	}
	command := exec.Command(os.Getenv(known.CommandLine), arguments...)
	command.Stderr = os.Stderr
	output, err := command.Output()
	if command.ProcessState == nil {
		return 0, err // it was not run
	}
	if _, err := say(string(output)); err != nil {
		return 0, err
	}
	if code := command.ProcessState.ExitCode(); code != 0 {
		return code, nil
	}
	return 0, os.WriteFile(memory, output, 0o600)
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

// needsInit reports whether the configuration has something that only an init prepares. The providers of a test are
// reattached.
func needsInit() (bool, error) {
	files, err := filepath.Glob("*.tf")
	if err != nil {
		return false, err
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil || known.NeedsInit(string(content)) {
			return true, err
		}
	}
	return false, nil
}

// planIsChecked reports whether the step has checks of the plan that was just made.
func planIsChecked() (bool, error) {
	configuration, err := os.ReadFile(known.Configuration)
	if err != nil {
		return false, err
	}
	written, err := os.Stat(known.Configuration)
	if err != nil {
		return false, err
	}
	checks := known.PlanIsChecked
	if apply, err := os.Stat(applied); err == nil && apply.ModTime().After(written.ModTime()) {
		checks = known.PlansAreChecked // the step has applied
	}
	return strings.Contains(string(configuration), checks), nil
}
