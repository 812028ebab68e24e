package registry

import (
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
)

// Reference names an image: REPOSITORY, REPOSITORY:TAG or REPOSITORY@DIGEST, in the forms
// that Docker takes. Without tag and digest it is the tag latest.
type Reference struct {
	written string
	parsed  name.Reference
}

// Parse reads a reference.
func Parse(image string) (Reference, error) {
	parsed, err := name.ParseReference(image, name.WeakValidation)
	if err != nil {
		return Reference{}, err
	}
	return Reference{written: image, parsed: parsed}, nil
}

// Host is the registry's host, with its port if it has one: index.docker.io where the
// reference names none.
func (r Reference) Host() string { return r.parsed.Context().RegistryStr() }

// IsDockerHub reports whether the registry is Docker Hub.
func (r Reference) IsDockerHub() bool { return r.Host() == name.DefaultRegistry }

// insecure is the reference at a registry that may be asked without TLS, if it does not answer
// over TLS.
func (r Reference) insecure() Reference {
	if parsed, err := name.ParseReference(r.written, name.WeakValidation, name.Insecure); err == nil {
		r.parsed = parsed
	}
	return r
}

// pinned is the repository as it was written, so that ECS looks for credentials and rights
// where it did before, with a digest in the place of the tag.
func (r Reference) pinned(digest string) string {
	repository, _, _ := strings.Cut(r.written, "@")
	if colon := strings.LastIndexByte(repository, ':'); colon > strings.LastIndexByte(repository, '/') {
		repository = repository[:colon]
	}
	return repository + "@" + digest
}
