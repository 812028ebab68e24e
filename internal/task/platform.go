package task

import (
	"cmp"
	"errors"
	"slices"
	"strings"
)

// Architectures and OperatingSystems are the values of ECS's RuntimePlatform; the first of
// each is what ECS takes when nothing is said.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RuntimePlatform.html
var (
	Architectures    = []string{"X86_64", "ARM64"}
	OperatingSystems = []string{
		"LINUX",
		"WINDOWS_SERVER_2016_FULL",
		"WINDOWS_SERVER_2019_FULL", "WINDOWS_SERVER_2019_CORE",
		"WINDOWS_SERVER_2004_CORE", "WINDOWS_SERVER_20H2_CORE",
		"WINDOWS_SERVER_2022_FULL", "WINDOWS_SERVER_2022_CORE",
		"WINDOWS_SERVER_2025_FULL", "WINDOWS_SERVER_2025_CORE",
	}
)

// IsWindows reports whether an operating system family is one of Windows.
func IsWindows(os string) bool { return strings.HasPrefix(os, "WINDOWS") }

// The defaults of ECS that depend on where a task runs. A plan shows them and the canonical form of a
// definition has them, both by these functions: what is read back is what was planned.

// withPlatform fills in a platform. Off Fargate, a definition that says nothing runs on whatever the
// container instance is.
func withPlatform(architecture, os string, launchTypes []string) (string, string) {
	if architecture == "" && os == "" && !slices.Contains(launchTypes, Fargate) {
		return "", ""
	}
	return cmp.Or(architecture, Architectures[0]), cmp.Or(os, OperatingSystems[0])
}

// withNetworkMode fills in a network mode. ECS answers none where none was registered, and runs the task
// with bridge. Windows container instances have Docker's own network, which the API has no name for: the
// console calls it default, and an emulator answers bridge.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-networking.html
// Reports: aws/amazon-cloudwatch-agent 330, sil-org/ecs-deploy 61.
func withNetworkMode(mode, os string, launchTypes []string) string {
	switch {
	case slices.Contains(launchTypes, Fargate), slices.Contains(launchTypes, ManagedInstances):
		return cmp.Or(mode, AWSVPC)
	case IsWindows(os) && (mode == "bridge" || mode == "default"):
		return ""
	case IsWindows(os):
		return mode
	}
	return cmp.Or(mode, "bridge")
}

// DefaultEphemeralStorage is the storage of a task on Fargate in GiB unless it is set. A definition that
// says it says nothing.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EphemeralStorage.html
const DefaultEphemeralStorage = 20

// CheckPlatform checks a platform. Empty values are not judged.
func CheckPlatform(architecture, os string) error {
	if architecture == "ARM64" && IsWindows(os) {
		return errors.New("ECS runs ARM64 on LINUX only; with " + os + " the architecture is X86_64")
	}
	return nil
}
