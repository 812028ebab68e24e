package registry

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/docker/cli/cli/config"
	"github.com/docker/cli/cli/config/configfile"
	"github.com/docker/cli/cli/config/types"
	helper "github.com/docker/docker-credential-helpers/credentials"
	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
)

// dockerConfiguration looks credentials up as go-containerregistry's DefaultKeychain does, but
// for the helpers: the library's run without limit, say in errors what they printed, and write
// what they complain of into the log.
type dockerConfiguration struct{}

// ResolveContext looks a repository up, and then its registry.
func (dockerConfiguration) ResolveContext(ctx context.Context, target authn.Resource) (authn.Authenticator, error) {
	file, err := dockerConfigFile()
	if err != nil {
		return nil, err
	}
	for _, key := range []string{target.String(), target.RegistryStr()} {
		if key == name.DefaultRegistry {
			key = authn.DefaultAuthKey
		}
		found, err := lookUp(ctx, file, key)
		if err != nil {
			return nil, err
		}
		found.ServerAddress = ""
		if found != (types.AuthConfig{}) {
			return authn.FromConfig(authn.AuthConfig{
				Username:      found.Username,
				Password:      found.Password,
				Auth:          found.Auth,
				IdentityToken: found.IdentityToken,
				RegistryToken: found.RegistryToken,
			}), nil
		}
	}
	return authn.Anonymous, nil
}

// dockerConfigFile is Docker's configuration file, else Podman's, else an empty one.
func dockerConfigFile() (*configfile.ConfigFile, error) {
	home, _ := os.UserHomeDir()
	folder := os.Getenv("DOCKER_CONFIG")
	if folder == "" {
		folder = filepath.Join(home, ".docker")
	}
	if isFile(filepath.Join(folder, config.ConfigFileName)) {
		return config.Load(folder)
	}
	settings := os.Getenv("XDG_CONFIG_HOME")
	if settings == "" {
		settings = filepath.Join(home, ".config")
	}
	for _, path := range []string{
		os.Getenv("REGISTRY_AUTH_FILE"),
		filepath.Join(os.Getenv("XDG_RUNTIME_DIR"), "containers", "auth.json"),
		filepath.Join(settings, "containers", "auth.json"),
	} {
		if !isFile(path) {
			continue
		}
		return readConfiguration(path)
	}
	return configfile.New(""), nil
}

func readConfiguration(path string) (*configfile.ConfigFile, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	return config.LoadFromReader(file)
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir()
}

// lookUp finds what a configuration has for a key: in the variable DOCKER_AUTH_CONFIG, else by
// the helper for the key or for all, else in the file.
func lookUp(ctx context.Context, file *configfile.ConfigFile, key string) (types.AuthConfig, error) {
	written := configfile.New("") // has no helpers
	found, err := written.GetAuthConfig(key)
	if err != nil || found != (types.AuthConfig{}) {
		return found, err
	}
	written.AuthConfigs = file.AuthConfigs
	if found, err = written.GetAuthConfig(key); err != nil {
		return found, err
	}
	program, own := file.CredentialHelpers[key]
	if !own {
		program = file.CredentialsStore
	}
	if program == "" {
		return found, nil
	}
	username, secret, err := askHelper(ctx, "docker-credential-"+program, key)
	if err != nil {
		return types.AuthConfig{}, err
	}
	found.Username, found.Password, found.IdentityToken = username, secret, ""
	if username == "<token>" { // as helpers say that the secret is one
		found.Username, found.Password, found.IdentityToken = "", "", secret
	}
	return found, nil
}

const (
	// maxHelperOutput bounds what a helper may print, in bytes.
	maxHelperOutput = 1 << 20
	// helperDelay is how long what a helper started may keep its output open after its end.
	helperDelay = time.Second
)

// askHelper runs a credential helper until the context ends. Nothing that it prints is said:
// some print the secret, and what is wrong besides. Like Docker's it has the whole environment.
// https://docs.docker.com/reference/cli/docker/login/#credential-helper-protocol
func askHelper(ctx context.Context, program, key string) (username, secret string, err error) {
	command := exec.CommandContext(ctx, program, "get")
	command.Stdin = strings.NewReader(key)
	out := &boundedBuffer{}
	command.Stdout = out
	command.WaitDelay = helperDelay
	endWithChildren(command)
	err = command.Run()
	switch {
	case ctx.Err() != nil:
		return "", "", fmt.Errorf("the credential helper %s did not answer in time and was ended: %w", program, ctx.Err())
	case err != nil && helper.IsErrCredentialsNotFoundMessage(strings.TrimSpace(out.content.String())):
		return "", "", nil
	case errors.Is(err, exec.ErrNotFound):
		return "", "", err
	case err != nil:
		return "", "", fmt.Errorf("the credential helper %s failed: %w", program, err)
	}
	var answer struct{ Username, Secret string }
	if err := json.Unmarshal(out.content.Bytes(), &answer); err != nil {
		return "", "", fmt.Errorf("the credential helper %s did not print JSON with Username and Secret", program)
	}
	return answer.Username, answer.Secret, nil
}

// boundedBuffer takes no more than fits.
type boundedBuffer struct{ content bytes.Buffer }

var errTooMuch = errors.New("too much output")

// Write fails where there is no room left, which ends the program's output.
func (b *boundedBuffer) Write(p []byte) (int, error) {
	if b.content.Len()+len(p) > maxHelperOutput {
		return 0, errTooMuch
	}
	return b.content.Write(p)
}
