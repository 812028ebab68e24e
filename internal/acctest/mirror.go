package acctest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// RegistryVariable set to 1 lets examples use the hashicorp/aws of the registry instead of
// the stand-in, where a registry can be reached.
const RegistryVariable = "DOCKER_TASK_TEST_AWS_FROM_REGISTRY"

// mirrorLimit bounds the build of one provider, on a machine without a build cache.
const mirrorLimit = 15 * time.Minute

// mirroredProvider is a provider that the command line finds in the mirror.
type mirroredProvider struct {
	binary string // terraform-provider-NAME
	source string // the package to build, relative to the project root
	// addresses are namespace/type. A configuration without required_providers asks for
	// hashicorp/NAME.
	addresses []string
	versions  []string
}

var (
	dockerProvider = mirroredProvider{
		binary:    "terraform-provider-docker",
		source:    ".",
		addresses: []string{"dockertask/docker", "hashicorp/docker"},
		versions:  []string{"0.1.0"},
	}
	awsProvider = mirroredProvider{
		binary:    "terraform-provider-aws",
		source:    "./internal/acctest/standin/cmd/terraform-provider-aws",
		addresses: []string{"hashicorp/aws"},
		// For `~> 5.0` and `~> 6.0` alike.
		versions: []string{"5.100.0", "6.50.0"},
	}
	awsccProvider = mirroredProvider{
		binary:    "terraform-provider-awscc",
		source:    awsProvider.source,
		addresses: []string{"hashicorp/awscc"},
		versions:  []string{"1.60.0"},
	}
)

// The registries whose names a source address without a host stands for, by command line.
var registryHosts = []string{"registry.terraform.io", "registry.opentofu.org"}

// projectRoot is the folder of the project's go.mod, above the working directory, which
// for a test is its package's.
var projectRoot = sync.OnceValues(func() (string, error) {
	folder, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			return folder, nil
		}
		parent := filepath.Dir(folder)
		if parent == folder {
			return "", errors.New("no go.mod in the working directory or above")
		}
		folder = parent
	}
})

// mirrors builds each provider once for this process.
var mirrors = map[string]func() error{
	dockerProvider.binary: sync.OnceValue(dockerProvider.install),
	awsProvider.binary:    sync.OnceValue(awsProvider.install),
	awsccProvider.binary:  sync.OnceValue(awsccProvider.install),
}

// mirror is the folder of the filesystem mirror.
func mirror() (string, error) {
	root, err := projectRoot()
	if err != nil {
		return "", err
	}
	return filepath.Join(root, ".cache", "test-mirror"), nil
}

// install builds the provider and puts it into the mirror, under every host and address.
func (p mirroredProvider) install() error {
	folder, err := mirror()
	if err != nil {
		return err
	}
	return build(p.binary, p.source, func(built string) error {
		if err := place(built, filepath.Join(folder, "overrides", p.binary, p.binary), built+".new", os.Link); err != nil {
			return err
		}
		for _, host := range registryHosts {
			for _, address := range p.addresses {
				for _, version := range p.versions {
					target := filepath.Join(folder, "providers", host, filepath.FromSlash(address), version,
						runtime.GOOS+"_"+runtime.GOARCH, p.binary+"_v"+version)
					if err := place(built, target, built+".new", os.Link); err != nil {
						return err
					}
				}
			}
		}
		return nil
	})
}

// build builds a binary and hands it to use, while no other test binary builds it.
func build(binary, source string, use func(built string) error) error {
	root, err := projectRoot()
	if err != nil {
		return err
	}
	folder, err := mirror()
	if err != nil {
		return err
	}
	builds := filepath.Join(folder, "build")
	if err := os.MkdirAll(builds, 0o755); err != nil {
		return err
	}
	// Test binaries of several packages run at the same time.
	unlock, err := lockFile(filepath.Join(builds, binary+".lock"))
	if err != nil {
		return err
	}
	defer unlock()

	built := filepath.Join(builds, binary)
	ctx, cancel := context.WithTimeout(context.Background(), mirrorLimit)
	defer cancel()
	// Without symbols: the command line reads a provider whole before each command, for its checksum.
	command := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-ldflags=-s -w", fmt.Sprintf("-race=%t", raceDetector), "-o", built, source)
	command.Env = slices.DeleteFunc(os.Environ(), func(variable string) bool { return strings.HasPrefix(variable, "GOMAXPROCS=") })
	command.Dir = root
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("building %s: %w\n%s", source, err, output)
	}
	// The build writes into its own file; what is used is one other file, with many names in the mirror.
	used := filepath.Join(builds, binary+".mirrored")
	if err := place(built, used, built+".new", copyFile); err != nil {
		return err
	}
	return use(used)
}

// place puts source's content at target, by link at fresh, a name on the same file system.
// A target that has the content is left alone, and another is replaced in one step: a
// command line may be running it.
func place(source, target, fresh string, link func(from, to string) error) error {
	same, err := sameContent(source, target)
	if err != nil || same {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return err
	}
	// A process that was killed may have left one.
	if err := os.Remove(fresh); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := link(source, fresh); err != nil {
		return err
	}
	return os.Rename(fresh, target)
}

func sameContent(a, b string) (bool, error) {
	infoA, err := os.Stat(a)
	if err != nil {
		return false, err
	}
	infoB, err := os.Stat(b)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, err
	case os.SameFile(infoA, infoB):
		return true, nil
	case infoA.Size() != infoB.Size():
		return false, nil
	}
	sumA, err := contentSum(a)
	if err != nil {
		return false, err
	}
	sumB, err := contentSum(b)
	return bytes.Equal(sumA, sumB), err
}

func contentSum(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		return nil, err
	}
	return hash.Sum(nil), nil
}

func copyFile(from, to string) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, content, 0o755)
}

// lockFile waits until no other process holds the lock.
func lockFile(path string) (unlock func(), err error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX); err != nil {
		file.Close()
		return nil, err
	}
	return func() { file.Close() }, nil
}

// cliConfig is the command line's configuration: providers come from the mirror and from
// nowhere else.
func cliConfig(folder string, overridden []mirroredProvider) string {
	installation := "  filesystem_mirror {\n    path = %q\n  }\n"
	if os.Getenv(RegistryVariable) == "1" {
		const aws = `["*/hashicorp/aws"]`
		installation = "  filesystem_mirror {\n    path    = %q\n    exclude = " + aws + "\n  }\n  direct {\n    include = " + aws + "\n  }\n"
	}
	var b strings.Builder
	b.WriteString("provider_installation {\n")
	if len(overridden) > 0 {
		b.WriteString("  dev_overrides {\n")
		for _, p := range overridden {
			for _, address := range p.addresses {
				fmt.Fprintf(&b, "    %q = %q\n", address, filepath.Join(folder, "overrides", p.binary))
			}
		}
		b.WriteString("  }\n")
	}
	fmt.Fprintf(&b, installation, filepath.Join(folder, "providers"))
	b.WriteString("}\ndisable_checkpoint = true\n")
	return b.String()
}
