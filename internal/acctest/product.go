package acctest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/go-version"
)

// The products that the tests run with.
const (
	Terraform = "Terraform"
	OpenTofu  = "OpenTofu"
)

// oldestVersions are those with resource identity, which the tests import by.
var oldestVersions = map[string]string{
	Terraform: "1.14.0",
	OpenTofu:  "1.12.0",
}

// Product is the command line that the tests run with.
type Product struct {
	Name    string // Terraform or OpenTofu
	Version *version.Version
	Path    string
}

// CommandLine is the product at TF_ACC_TERRAFORM_PATH, or the terraform on PATH, the same
// that terraform-plugin-testing takes.
func CommandLine(t testing.TB) Product {
	t.Helper()
	product, err := commandLine()
	if err != nil {
		t.Fatalf("acctest: %v; `make test` builds a command line, TF_ACC_TERRAFORM_PATH names it", err)
	}
	return product
}

var commandLine = sync.OnceValues(func() (Product, error) {
	path := os.Getenv("TF_ACC_TERRAFORM_PATH")
	if path == "" {
		path = "terraform"
	}
	path, err := exec.LookPath(path)
	if err != nil {
		return Product{}, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, path, "version")
	command.Env = append(os.Environ(), "CHECKPOINT_DISABLE=1", "TF_CLI_CONFIG_FILE="+os.DevNull)
	output, err := command.Output()
	if err != nil {
		return Product{}, fmt.Errorf("%s version: %w", path, err)
	}
	product, err := parseProduct(string(output))
	product.Path = path
	return product, err
})

// The JSON form of `version` does not tell the products apart: both say terraform_version.
var productLine = regexp.MustCompile(`(?m)^(Terraform|OpenTofu) v(\S+)`)

func parseProduct(output string) (Product, error) {
	found := productLine.FindStringSubmatch(output)
	if found == nil {
		return Product{}, fmt.Errorf("neither Terraform nor OpenTofu: %q", output)
	}
	parsed, err := version.NewVersion(found[2])
	if err != nil {
		return Product{}, err
	}
	return Product{Name: found[1], Version: parsed}, nil
}

// SkipOnOpenTofu skips a test of something that OpenTofu does not have.
func SkipOnOpenTofu(t testing.TB, reason string) {
	t.Helper()
	skipWithoutAcceptance(t)
	if CommandLine(t).Name == OpenTofu {
		t.Skipf("not on OpenTofu: %s", reason)
	}
}

// RequiresTerraform skips a test on OpenTofu and on a Terraform older than the version.
// The version checks of terraform-plugin-testing compare plain numbers, and so take
// OpenTofu 1.14 for Terraform 1.14.
func RequiresTerraform(t testing.TB, oldest, reason string) {
	t.Helper()
	skipWithoutAcceptance(t)
	found := CommandLine(t)
	if found.Name != Terraform || found.Version.Core().LessThan(version.Must(version.NewVersion(oldest))) {
		t.Skipf("needs Terraform %s or newer, this is %s %s: %s", oldest, found.Name, found.Version, reason)
	}
}
