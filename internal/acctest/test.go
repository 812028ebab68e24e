package acctest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/dockertask/terraform-provider-docker/internal/acctest/front/known"
)

// Test runs a test case of terraform-plugin-testing, in the short form with less of the command line: a front of it
// answers what is known (command acctest/front). The steps mean what they mean to [resource.Test]; in the long form
// each of their commands is the command line's.
func Test(t *testing.T, c resource.TestCase) {
	t.Helper()
	if os.Getenv("TF_ACC") != "" && testing.Short() {
		if err := useFront(); err != nil {
			t.Fatalf("acctest: %v", err)
		}
	}
	c.Steps = slices.Clone(c.Steps)
	for i := range c.Steps {
		markChecks(t, &c.Steps[i])
	}
	resource.Test(t, c)
}

// markChecks tells the front in the step's configuration which plans it has checks of.
func markChecks(t *testing.T, step *resource.TestStep) {
	t.Helper()
	if len(step.RefreshPlanChecks.PostRefresh) > 0 {
		t.Fatal("acctest: a refresh has no configuration that tells the front of its plan checks; use a step with PlanOnly")
	}
	checks := step.ConfigPlanChecks
	before, after := len(checks.PreApply) > 0, len(checks.PostApplyPreRefresh)+len(checks.PostApplyPostRefresh) > 0
	if step.Config == "" || !before && !after {
		return
	}
	if before || step.PlanOnly {
		step.Config += "\n" + known.PlanIsChecked + "\n"
	}
	if after {
		step.Config += "\n" + known.PlansAreChecked + "\n"
	}
}

// useFront has terraform-plugin-testing run the front, and the front the command line.
var useFront = sync.OnceValue(func() error {
	product, err := commandLine()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	version, err := exec.CommandContext(ctx, product.Path, "version", "-json").Output()
	if err != nil {
		return fmt.Errorf("%s version: %w", product.Path, err)
	}
	return build("front", "./internal/acctest/front", func(built string) error {
		for name, value := range map[string]string{
			known.CommandLine: product.Path, known.Version: string(version), "TF_ACC_TERRAFORM_PATH": built,
		} {
			if err := os.Setenv(name, value); err != nil {
				return err
			}
		}
		return nil
	})
})
