package registry

import (
	"slices"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// Need is what ECS needs an image to be built for.
type Need struct {
	os, architecture string
	// builds are those of Windows, such as 10.0.20348, the best first; none: any will do.
	builds []string
}

// architectures are ECS's words for what image platforms call amd64 and arm64, by the first
// of GOARCH.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RuntimePlatform.html
// https://github.com/opencontainers/image-spec/blob/main/image-index.md
var architectures = map[string]string{
	"":       "amd64",
	"X86_64": "amd64",
	"ARM64":  "arm64",
}

// baselines are the variants that every processor of an architecture runs. containerd picks
// no other out of an index.
// https://github.com/containerd/platforms (normalizeArch, Only)
var baselines = map[string][]string{
	"amd64": {"", "v1"},
	"arm64": {"", "v8"},
}

// windowsBuilds are the builds of Windows whose containers a host of the family runs. Windows
// wants the host's own; Windows Server 2025 is let have that of 2022 too.
// https://learn.microsoft.com/en-us/virtualization/windowscontainers/deploy-containers/version-compatibility
var windowsBuilds = map[string][]string{
	"WINDOWS_SERVER_2016_FULL": {"10.0.14393"},
	"WINDOWS_SERVER_2019_FULL": {"10.0.17763"},
	"WINDOWS_SERVER_2019_CORE": {"10.0.17763"},
	"WINDOWS_SERVER_2004_CORE": {"10.0.19041"},
	"WINDOWS_SERVER_20H2_CORE": {"10.0.19042"},
	"WINDOWS_SERVER_2022_FULL": {"10.0.20348"},
	"WINDOWS_SERVER_2022_CORE": {"10.0.20348"},
	"WINDOWS_SERVER_2025_FULL": {"10.0.26100", "10.0.20348"},
	"WINDOWS_SERVER_2025_CORE": {"10.0.26100", "10.0.20348"},
}

// NeedOf is what a task with these values of ECS's RuntimePlatform needs. Empty ones are
// ECS's own defaults, X86_64 and LINUX. The values must be ECS's.
func NeedOf(architecture, operatingSystemFamily string) Need {
	n := Need{os: "linux", architecture: architectures[architecture]}
	if strings.HasPrefix(operatingSystemFamily, "WINDOWS") {
		n.os, n.builds = "windows", windowsBuilds[operatingSystemFamily]
	}
	return n
}

// String is the platform as images have it: linux/arm64, windows/amd64:10.0.20348.
func (n Need) String() string {
	p := v1.Platform{OS: n.os, Architecture: n.architecture}
	if len(n.builds) > 0 {
		p.OSVersion = n.builds[0]
	}
	return p.String()
}

// choose is the one of an index's images that a host takes.
func (n Need) choose(images []member) (member, bool) {
	builds := n.builds
	if len(builds) == 0 {
		builds = []string{""}
	}
	for _, build := range builds {
		for _, m := range images {
			if n.runs(m.platform, build) && slices.Contains(baselines[n.architecture], m.platform.Variant) {
				return m, true
			}
		}
	}
	return member{}, false
}

// alone is the image that is in no index, if a host runs it. A host pulls it whatever its
// platform, so variants do not count, and what it does not say is not held against it.
func (n Need) alone(images []member) (member, bool) {
	m := images[0]
	if m.platform.OS == "" || m.platform.Architecture == "" {
		return m, true
	}
	m.platform.Variant = ""
	_, runs := n.choose([]member{m})
	return images[0], runs
}

func (n Need) runs(p v1.Platform, build string) bool {
	if p.OS != n.os || p.Architecture != n.architecture {
		return false
	}
	return build == "" || p.OSVersion == "" || p.OSVersion == build || strings.HasPrefix(p.OSVersion, build+".")
}
