package registry

import (
	"context"
	"encoding/base64"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
)

// Credentials let a client in at a registry. The zero value are none. They are never
// written: not in errors, not by fmt.
type Credentials struct {
	keychain authn.ContextKeychain
}

// Login are credentials of a user name and a password.
func Login(username, password string) Credentials {
	return Credentials{keychain: fixed{&authn.Basic{Username: username, Password: password}}}
}

// DockerConfiguration are the credentials that Docker has, or Podman where there is no
// Docker: of its configuration files and of the credential helpers named there. They are
// looked up when a registry is called.
func DockerConfiguration() Credentials {
	return Credentials{keychain: dockerConfiguration{}}
}

// GoString keeps credentials out of %#v.
func (c Credentials) GoString() string { return "registry.Credentials{…}" }

// String keeps credentials out of %v.
func (c Credentials) String() string { return c.GoString() }

type fixed struct{ login authn.Authenticator }

func (f fixed) ResolveContext(context.Context, authn.Resource) (authn.Authenticator, error) {
	return f.login, nil
}

// access is what credentials come to at one repository.
type access struct {
	login authn.Authenticator
	// failed is why Docker's configuration did not tell, although it may have something.
	failed  error
	secrets []string
}

// resolve never fails: images that are public stay readable on machines whose Docker is not
// in order, and others are denied with what went wrong.
func (c Credentials) resolve(ctx context.Context, repository name.Repository) access {
	if c.keychain == nil {
		return access{login: authn.Anonymous}
	}
	login, err := c.keychain.ResolveContext(ctx, repository)
	if err != nil {
		return access{login: authn.Anonymous, failed: err}
	}
	config, err := authn.Authorization(ctx, login)
	if err != nil {
		return access{login: authn.Anonymous, failed: err}
	}
	a := access{login: login, secrets: []string{config.Password, config.Auth, config.IdentityToken, config.RegistryToken}}
	if config.Username != "" {
		a.secrets = append(a.secrets, base64.StdEncoding.EncodeToString([]byte(config.Username+":"+config.Password)))
	}
	return a
}

func (a access) anonymous() bool { return a.login == authn.Anonymous }
