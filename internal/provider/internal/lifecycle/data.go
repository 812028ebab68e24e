package lifecycle

import (
	"net/http"

	"github.com/dockertask/terraform-provider-docker/internal/aws"
)

// Data is what the configured provider hands to its resources and data sources, as a pointer.
type Data struct {
	// Client is nil exactly when Pending is set.
	Client *aws.Client

	// Pending is the path of a provider argument that is not known yet, such as
	// assume_role[0].role_arn: where and as whom to call AWS is not known before the apply.
	// Computed values then stay unknown, and reads fail, naming the argument.
	Pending string

	// DefaultTags go on every resource that takes tags, unless it sets the key itself.
	// DefaultTagsUnknown: not known yet, so tags_all is unknown.
	DefaultTags        map[string]string
	DefaultTagsUnknown bool

	IgnoreTags IgnoreTags // known only with a Client

	// Defaults are used where a resource says nothing.
	Defaults Defaults

	Registries Registries

	Planned *PlannedRun
}

// Registries says how container registries are reached. It takes little of the provider block,
// and so is often known where a Client is not.
type Registries struct {
	Transport http.RoundTripper
	Insecure  []string // hosts that may be asked without TLS

	// Pending is the path of an argument for this that is not known yet. Then registries are not
	// asked: what is unknown is not unset.
	Pending string
}

// IgnoreTags says which tags of a resource are another owner's: neither read nor removed.
type IgnoreTags struct {
	Keys, KeyPrefixes []string // sorted
}
