// Package known is what acctest tells its front of the command line.
package known

import "regexp"

const (
	// CommandLine names the environment variable with the path of the command line.
	CommandLine = "DOCKER_TASK_TEST_COMMAND_LINE"
	// Version names the one with what the command line prints for `version -json`.
	Version = "DOCKER_TASK_TEST_COMMAND_LINE_VERSION"
	// Configuration is the file into which terraform-plugin-testing writes a step's configuration.
	Configuration = "terraform_plugin_test.tf"
	// PlanIsChecked is a comment in the configuration of a step that has checks of the plan before its apply.
	PlanIsChecked = "# acctest: the plan before apply is checked"
	// PlansAreChecked is the comment of a step that has checks of the plans after its apply.
	PlansAreChecked = "# acctest: the plans after apply are checked"
)

// initialised is what an init prepares beside providers.
var initialised = regexp.MustCompile(`(?m)^\s*(module\s|backend\s|cloud\s*\{)`)

// NeedsInit reports whether a configuration has something, other than providers, that only an init prepares.
func NeedsInit(configuration string) bool { return initialised.MatchString(configuration) }
