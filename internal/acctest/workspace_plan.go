package acctest

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"
)

// planFile is where [Workspace.Plan] leaves a plan for [Workspace.Apply].
const planFile = "test.tfplan"

// Read reads a file of the folder.
func (w *Workspace) Read(name string) string {
	w.t.Helper()
	content, err := os.ReadFile(filepath.Join(w.Folder, name))
	if err != nil {
		w.t.Fatalf("acctest: %v", err)
	}
	return string(content)
}

// Plan plans, and returns the plan and what the command line says of it.
func (w *Workspace) Plan() (*tfjson.Plan, string) {
	w.t.Helper()
	said := w.MustRun("plan", "-out="+planFile)
	var plan tfjson.Plan
	if err := json.Unmarshal([]byte(w.MustRun("show", "-json", planFile)), &plan); err != nil {
		w.t.Fatalf("acctest: %v", err)
	}
	return &plan, said
}

// Apply applies the last plan.
func (w *Workspace) Apply() string {
	w.t.Helper()
	return w.MustRun("apply", planFile)
}

// Quiet fails where a plan has something to do.
func (w *Workspace) Quiet() {
	w.t.Helper()
	w.MustRun("plan", "-detailed-exitcode")
}

// Refused runs a subcommand, which has to fail, and returns what it says.
func (w *Workspace) Refused(subcommand string, arguments ...string) string {
	w.t.Helper()
	said, err := w.Run(subcommand, arguments...)
	failed, ok := errors.AsType[*CommandError](err)
	if !ok {
		w.t.Fatalf("acctest: %s %s: %v\n%s", subcommand, strings.Join(arguments, " "), err, said)
	}
	return failed.Output
}
