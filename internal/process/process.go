// Package process sets up the provider's process, of which Terraform starts one for each walk of a graph, for
// seconds to minutes.
package process

import (
	"os"
	"runtime/debug"
	"slices"
	"strings"
)

const (
	// gcPercent is how much the heap grows between two garbage collections, in percent of what is live. With
	// Go's default of 100, a quarter of a plan's time is garbage collection.
	gcPercent = 400
	// memoryLimit is from where on the heap grows more slowly, in bytes of the whole process. A larger stack
	// gets what it needs, with more collections.
	memoryLimit = 96 << 20
)

// loggers are the environment variables that set the levels of the loggers of terraform-plugin-go and -framework,
// and of the provider's own. Where none is set, all write everything to a stream that Terraform does not read.
// https://developer.hashicorp.com/terraform/plugin/log/managing
var loggers = []string{"TF_LOG_SDK", "TF_LOG_PROVIDER_DOCKER"}

// Tune sets what the environment does not: the pace of the garbage collector without GOGC and GOMEMLIMIT, and the
// level of the loggers without any TF_LOG, TF_LOG_PROVIDER, TF_LOG_SDK or variable that begins like these. It is
// called once, before the provider is served.
func Tune() error {
	environment := os.Environ()
	if !setOf(environment, "GOGC") && !setOf(environment, "GOMEMLIMIT") {
		debug.SetGCPercent(gcPercent)
		debug.SetMemoryLimit(memoryLimit)
	}
	if setOf(environment, "TF_LOG") {
		return nil
	}
	for _, logger := range loggers {
		if err := os.Setenv(logger, "OFF"); err != nil {
			return err
		}
	}
	return nil
}

// setOf reports whether a variable with this name, or one that begins with it, has a value.
func setOf(environment []string, prefix string) bool {
	return slices.ContainsFunc(environment, func(variable string) bool {
		name, value, _ := strings.Cut(variable, "=")
		return strings.HasPrefix(name, prefix) && value != ""
	})
}
