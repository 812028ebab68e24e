package registry

import (
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// TestNeedOf_everyWord fails when ECS gets a word that the tables do not know.
func TestNeedOf_everyWord(t *testing.T) {
	t.Parallel()
	for _, architecture := range task.Architectures {
		if NeedOf(architecture, "").architecture == "" {
			t.Errorf("architecture %s", architecture)
		}
	}
	for _, family := range task.OperatingSystems {
		if n := NeedOf("", family); task.IsWindows(family) != (n.os == "windows") || task.IsWindows(family) != (len(n.builds) > 0) {
			t.Errorf("%s: %+v", family, n)
		}
	}
	for family := range windowsBuilds {
		if !task.IsWindows(family) {
			t.Error(family)
		}
	}
}

func TestNeed_String(t *testing.T) {
	t.Parallel()
	for want, n := range map[string]Need{
		"linux/amd64":              NeedOf("", ""),
		"linux/arm64":              NeedOf("ARM64", "LINUX"),
		"windows/amd64:10.0.20348": NeedOf("X86_64", "WINDOWS_SERVER_2022_CORE"),
	} {
		if n.String() != want {
			t.Errorf("%s, want %s", n, want)
		}
	}
}
