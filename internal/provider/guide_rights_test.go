package provider_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/aws/middleware"
)

// The guide names every call of the provider: those whose answers have a rule, beside the services' names in it.
func TestGuide_rights(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/guides/least-privilege.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(page), "## Credentials that run Terraform")
	section, _, _ = strings.Cut(section, "AWS services use")
	rows := regexp.MustCompile(`(?m)^\|.*$`).FindAllString(section, -1)
	if len(rows) < 10 || len(middleware.Rules) < 50 {
		t.Fatalf("%d rows of the guide, %d operations", len(rows), len(middleware.Rules))
	}
	for operation := range middleware.Rules {
		service, name, _ := strings.Cut(operation, ".")
		found := false
		for _, row := range rows {
			found = found || strings.Contains(row, service) && strings.Contains(row, "`"+name+"`")
		}
		if !found {
			t.Errorf("the guide does not name %s", operation)
		}
	}
}
