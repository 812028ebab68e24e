package task

import "strings"

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

// IsWindows tells whether an operating system family is one of Windows.
func IsWindows(os string) bool { return strings.HasPrefix(os, "WINDOWS") }

// CheckPlatform says what is wrong with a platform, or "". Empty values are not judged.
func CheckPlatform(architecture, os string) string {
	if architecture == "ARM64" && IsWindows(os) {
		return "ECS runs ARM64 on LINUX only; with " + os + " the architecture is X86_64"
	}
	return ""
}
