package acctest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
)

// PlanExample plans the configuration in a folder, given relative to the project root, as
// a user would: with the real provider binary, by `init` and `plan` of the command line,
// in the test's account. The vars are name=value. Provider "aws" is the stand-in; see
// [RegistryVariable].
//
// A fragment is planned as it is: what it does not say of providers is put beside it.
func PlanExample(t testing.TB, folder string, vars ...string) *tfjson.Plan {
	t.Helper()
	PreCheck(t)
	root, err := projectRoot()
	if err != nil {
		t.Fatalf("acctest: %v", err)
	}
	files, err := readConfiguration(filepath.Join(root, filepath.FromSlash(folder)))
	if err != nil {
		t.Fatalf("acctest: example %s: %v", folder, err)
	}
	return PlanSource(t, files, vars...)
}

// PlanSource is like [PlanExample] for a configuration given as files by name.
func PlanSource(t testing.TB, files map[string]string, vars ...string) *tfjson.Plan {
	t.Helper()
	plan, err := planSource(t, files, vars)
	if err != nil {
		t.Fatalf("acctest: %v", err)
	}
	return plan
}

// PlanSourceError plans a configuration that must not plan, and returns what the command
// line says.
func PlanSourceError(t testing.TB, files map[string]string, vars ...string) string {
	t.Helper()
	_, err := planSource(t, files, vars)
	failed, ok := errors.AsType[*CommandError](err)
	switch {
	case err == nil:
		t.Fatal("acctest: the configuration plans without an error")
	case !ok || failed.Subcommand != "plan":
		t.Fatalf("acctest: before plan: %v", err)
	}
	return failed.Output
}

// AssertPlan makes the checks of terraform-plugin-testing on a plan of [PlanExample] or
// [PlanSource].
func AssertPlan(t testing.TB, plan *tfjson.Plan, checks ...plancheck.PlanCheck) {
	t.Helper()
	for _, check := range checks {
		var response plancheck.CheckPlanResponse
		check.CheckPlan(context.Background(), plancheck.CheckPlanRequest{Plan: plan}, &response)
		if response.Error != nil {
			t.Error(response.Error)
		}
	}
}

// readConfiguration reads a configuration's files, without what a run of the command line
// leaves there.
func readConfiguration(folder string) (map[string]string, error) {
	files := make(map[string]string)
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		switch name := entry.Name(); {
		case entry.IsDir() && name == ".terraform":
			return filepath.SkipDir
		case entry.IsDir(), name == ".terraform.lock.hcl", strings.HasPrefix(name, "terraform.tfstate"):
			return nil
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		files[filepath.ToSlash(relative)] = string(content)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(slices.Collect(maps.Keys(files)), isRootModuleFile) {
		return nil, errors.New("no .tf file in it")
	}
	return files, nil
}

func isRootModuleFile(name string) bool {
	return !strings.Contains(name, "/") && (strings.HasSuffix(name, ".tf") || strings.HasSuffix(name, ".tofu"))
}

var (
	hclComment        = regexp.MustCompile(`(?m)^\s*(#|//).*$`)
	usesDocker        = regexp.MustCompile(`\bdocker(_task\w*)?"|dockertask/docker|provider::docker::`)
	usesAWS           = regexp.MustCompile(`"aws_\w+"|"aws"|hashicorp/aws\b`)
	usesAWSCC         = regexp.MustCompile(`"awscc_\w+"|"awscc"|hashicorp/awscc\b`)
	requiresProviders = regexp.MustCompile(`(?m)^\s*required_providers\s*\{`)
	configuresDocker  = regexp.MustCompile(`(?m)^\s*provider\s+"docker"\s*\{`)
)

// providersOf is what a configuration uses, and the file that says what it does not say
// itself: where the providers come from, and a provider block.
func providersOf(files map[string]string) (used []mirroredProvider, missing string) {
	var all, root strings.Builder
	for _, name := range slices.Sorted(maps.Keys(files)) {
		content := hclComment.ReplaceAllString(files[name], "")
		all.WriteString(content + "\n")
		if isRootModuleFile(name) {
			root.WriteString(content + "\n")
		}
	}
	docker, aws, awscc := usesDocker.MatchString(all.String()), usesAWS.MatchString(all.String()), usesAWSCC.MatchString(all.String())
	var b strings.Builder
	if !requiresProviders.MatchString(root.String()) {
		b.WriteString("terraform {\n  required_providers {\n")
		if docker {
			b.WriteString("    docker = {\n      source = \"dockertask/docker\"\n    }\n")
		}
		if aws {
			b.WriteString("    aws = {\n      source = \"hashicorp/aws\"\n    }\n")
		}
		if awscc {
			b.WriteString("    awscc = {\n      source = \"hashicorp/awscc\"\n    }\n")
		}
		b.WriteString("  }\n}\n")
	}
	if docker {
		used = append(used, dockerProvider)
		if !configuresDocker.MatchString(root.String()) {
			fmt.Fprintf(&b, "provider \"docker\" {\n  region = %q\n}\n", Region())
		}
	}
	if aws && os.Getenv(RegistryVariable) != "1" {
		used = append(used, awsProvider)
	}
	if awscc {
		used = append(used, awsccProvider)
	}
	return used, b.String()
}

func planSource(t testing.TB, files map[string]string, vars []string) (*tfjson.Plan, error) {
	t.Helper()
	PreCheck(t)
	work, err := newWorkspace(t, files)
	if err != nil {
		return nil, err
	}
	if err := work.initialise(files); err != nil {
		return nil, err
	}
	arguments := []string{"-lock=false", "-out=example.tfplan"}
	for _, variable := range vars {
		arguments = append(arguments, "-var="+variable)
	}
	if _, err := work.Run("plan", arguments...); err != nil {
		return nil, err
	}
	shown, err := work.Run("show", "-json", "example.tfplan")
	if err != nil {
		return nil, err
	}
	var plan tfjson.Plan
	if err := json.Unmarshal([]byte(shown), &plan); err != nil {
		return nil, fmt.Errorf("reading the plan: %w", err)
	}
	return &plan, nil
}
