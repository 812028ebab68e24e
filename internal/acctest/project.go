package acctest

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"
)

// Project is a configuration in a folder of its own, on which a test runs the command line as
// a user does: with real provider binaries, and a state in the folder. Provider "aws" is the
// stand-in; see [RegistryVariable].
type Project struct {
	t    testing.TB
	work work
}

// NewProject writes files by name and runs init. What they do not say of providers is put
// beside them.
func NewProject(t testing.TB, files map[string]string) *Project {
	t.Helper()
	PreCheck(t)
	work, err := prepareWork(t, files)
	if err != nil {
		t.Fatalf("acctest: %v", err)
	}
	p := &Project{t, work}
	p.Run("init", "-input=false")
	return p
}

// Write writes a file of the configuration.
func (p *Project) Write(name, content string) {
	p.t.Helper()
	if err := os.WriteFile(filepath.Join(p.work.folder, name), []byte(content), 0o600); err != nil {
		p.t.Fatal(err)
	}
}

// Read reads a file of the configuration.
func (p *Project) Read(name string) string {
	p.t.Helper()
	content, err := os.ReadFile(filepath.Join(p.work.folder, name))
	if err != nil {
		p.t.Fatal(err)
	}
	return string(content)
}

// Run runs a subcommand, which has to succeed, and returns what it says.
func (p *Project) Run(subcommand string, arguments ...string) string {
	p.t.Helper()
	out, err := p.work.run(subcommand, arguments...)
	if err != nil {
		p.t.Fatalf("%s %s: %v", subcommand, strings.Join(arguments, " "), err)
	}
	return string(out)
}

// Plan plans, and returns the plan and what the command line says of it.
func (p *Project) Plan() (*tfjson.Plan, string) {
	p.t.Helper()
	said := p.Run("plan", "-input=false", "-no-color", "-out=test.tfplan")
	var plan tfjson.Plan
	if err := json.Unmarshal([]byte(p.Run("show", "-json", "test.tfplan")), &plan); err != nil {
		p.t.Fatal(err)
	}
	return &plan, said
}

// Apply applies the last plan.
func (p *Project) Apply() string {
	p.t.Helper()
	return p.Run("apply", "-input=false", "-no-color", "test.tfplan")
}

// Quiet fails where a plan has something to do.
func (p *Project) Quiet() {
	p.t.Helper()
	p.Run("plan", "-input=false", "-no-color", "-detailed-exitcode")
}

// Refused runs a subcommand, which has to fail, and returns what it says.
func (p *Project) Refused(subcommand string, arguments ...string) string {
	p.t.Helper()
	out, err := p.work.run(subcommand, arguments...)
	failed, ok := errors.AsType[*commandError](err)
	if !ok {
		p.t.Fatalf("%s %s: %v\n%s", subcommand, strings.Join(arguments, " "), err, out)
	}
	return failed.output
}
