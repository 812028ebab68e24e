// Package registry resolves image references at container registries: what a tag stands for
// now, and what it is built for. It knows neither Terraform nor AWS's API.
package registry

import (
	"bytes"
	"context"
	"errors"
	"math"
	"net/http"
	"slices"
	"strings"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/dockertask/terraform-provider-docker/internal/sanitize"
)

const (
	// Timeout bounds a [Client.Resolve], with what go-containerregistry tries again: three
	// times in all, after a second and three.
	Timeout = time.Minute

	// maxDepth is how deep indexes may lie in indexes. In practice they are nested once at most.
	maxDepth = 3

	// maxMembers bounds how many images an index may have, with those in it.
	maxMembers = 1000

	userAgent = "terraform-provider-docker"
)

// Client reads registries. What it lets a registry do stands in [guard].
type Client struct {
	// Transport makes the requests; nil is that of go-containerregistry, which heeds the
	// proxy variables of the environment. One of net/http is copied, so that each image has
	// connections of its own.
	Transport http.RoundTripper

	Credentials Credentials

	// InsecureRegistries are hosts that may be asked without TLS, as images name them, with
	// their port if they have one. Those of this machine always may: localhost and loopback
	// addresses. TLS goes first with all.
	InsecureRegistries []string
}

// Image is what a reference stands for.
type Image struct {
	Reference string // the same image by digest: REPOSITORY@sha256:…, the repository as it was written
	Digest    string // of the index, where the image has several platforms
	MediaType string // of the manifest or index

	// Platforms are those that there is an image for, sorted: os/arch[/variant], for Windows
	// with :version. Attestations are no images. Empty where the image does not say.
	Platforms []string

	Platform  string // the one of Platforms that a task with the need gets, "" where the image does not say
	SizeBytes int64  // of its layers, compressed, each counted once
}

// Resolve asks the registry what a reference stands for now, and makes sure that it is, or
// has, an image for the need. Errors are [*Error], but for the end of the context.
//
// It takes one request for an image of one platform and one more for its configuration, and
// two for an index, besides those of logging in.
func (c Client) Resolve(ctx context.Context, ref Reference, need Need) (Image, error) {
	ctx, cancel := context.WithTimeout(ctx, Timeout)
	defer cancel()

	g := newGuard(c.Transport, ref.Host(), c.InsecureRegistries)
	defer g.close()
	if g.plain(ref.Host()) {
		ref = ref.insecure()
	}
	r := &reader{ref: ref, access: c.Credentials.resolve(ctx, ref.parsed.Context())}
	var err error
	r.puller, err = remote.NewPuller(remote.WithContext(ctx), remote.WithAuth(r.access.login), remote.WithUserAgent(userAgent), remote.WithTransport(g))
	if err != nil {
		return Image{}, r.explain(ctx, err)
	}
	image, err := r.resolve(ctx, need)
	return image, r.explain(ctx, err)
}

// reader reads one reference.
type reader struct {
	ref    Reference
	access access
	puller *remote.Puller
}

// member is one image, alone or of an index.
type member struct {
	platform v1.Platform
	digest   v1.Hash
	manifest *v1.Manifest // nil where it was not read
}

func (r *reader) resolve(ctx context.Context, need Need) (Image, error) {
	top, err := r.puller.Get(ctx, r.ref.parsed)
	if err != nil {
		return Image{}, err
	}
	kind := mediaType(top)
	image := Image{
		Reference: r.ref.pinned(top.Digest.String()),
		Digest:    top.Digest.String(),
		MediaType: sanitize.Text(string(kind)),
	}

	var members []member
	choose := need.choose
	if kind.IsIndex() {
		members, err = r.members(ctx, top, 1)
	} else {
		choose = need.alone
		members = make([]member, 1)
		members[0], err = r.single(top, kind)
	}
	if err != nil {
		return Image{}, err
	}
	if len(members) == 0 {
		return Image{}, r.errorf(NotAnImage, nil, "what %s names at registry %s is an index without an image in it", r.ref.written, r.ref.Host())
	}
	image.Platforms = platforms(members)
	chosen, found := choose(members)
	if !found {
		only := "and does not say for what"
		if len(image.Platforms) > 0 {
			only = "only for " + strings.Join(image.Platforms, ", ")
		}
		return Image{}, r.errorf(NoPlatform, nil, "image %s at registry %s is not built for %s, %s", r.ref.written, r.ref.Host(), need, only)
	}
	if chosen.manifest == nil {
		if chosen.manifest, err = r.manifest(ctx, chosen); err != nil {
			return Image{}, err
		}
	}
	image.Platform = sanitize.Text(chosen.platform.String())
	var ok bool
	if image.SizeBytes, ok = size(chosen.manifest); !ok {
		return Image{}, r.errorf(NotAnImage, nil, "the manifest of %s at registry %s has layers of sizes that no image has: negative, or more than %d bytes together", r.ref.written, r.ref.Host(), int64(math.MaxInt64))
	}
	return image, nil
}

// mediaType is what a manifest is, by the registry's header or, where a simple web server
// stands in for a registry, by its own word or its form.
func mediaType(d *remote.Descriptor) types.MediaType {
	if d.MediaType.IsIndex() || d.MediaType.IsImage() || d.MediaType.IsSchema1() {
		return d.MediaType
	}
	index, err := v1.ParseIndexManifest(bytes.NewReader(d.Manifest))
	switch {
	case err != nil:
		return d.MediaType
	case index.MediaType != "":
		return index.MediaType
	case len(index.Manifests) > 0:
		return types.OCIImageIndex
	case index.SchemaVersion == 2:
		return types.OCIManifestSchema1
	}
	return d.MediaType
}

// attestation marks what BuildKit puts beside the images of an index.
// https://github.com/moby/buildkit/blob/master/docs/attestations/attestation-storage.md
const attestation = "vnd.docker.reference.type"

// members are the images of an index, in its order.
func (r *reader) members(ctx context.Context, index *remote.Descriptor, depth int) ([]member, error) {
	parsed, err := v1.ParseIndexManifest(bytes.NewReader(index.Manifest))
	if err != nil {
		return nil, r.errorf(NotAnImage, err, "the index of %s at registry %s cannot be read: %s", r.ref.written, r.ref.Host(), err)
	}
	var out []member
	for _, d := range parsed.Manifests {
		switch {
		case d.Size < 0:
			return nil, r.errorf(NotAnImage, nil, "the index of %s at registry %s has a part of %d bytes", r.ref.written, r.ref.Host(), d.Size)
		case len(out) > maxMembers:
			return nil, r.errorf(NotAnImage, nil, "the index of %s at registry %s has more than %d images", r.ref.written, r.ref.Host(), maxMembers)
		case d.Annotations[attestation] != "", d.Platform != nil && d.Platform.OS == "unknown":
			continue
		case d.MediaType.IsIndex():
			if depth == maxDepth {
				return nil, r.errorf(NotAnImage, nil, "what %s names at registry %s has indexes in indexes, more than %d deep", r.ref.written, r.ref.Host(), maxDepth)
			}
			inner, err := r.get(ctx, d.Digest, "index")
			if err != nil {
				return nil, err
			}
			more, err := r.members(ctx, inner, depth+1)
			if err != nil {
				return nil, err
			}
			out = append(out, more...)
		case !d.MediaType.IsImage():
			continue // a signature, a bill of materials
		case d.Platform != nil && d.Platform.OS != "":
			out = append(out, member{platform: *d.Platform, digest: d.Digest})
		default:
			// The image itself may have it. Attestations and other things that are no images have none.
			inner, err := r.get(ctx, d.Digest, "manifest")
			if err != nil {
				return nil, err
			}
			m, err := r.single(inner, d.MediaType)
			if problem := (*Error)(nil); errors.As(err, &problem) && problem.Problem == NotAnImage {
				continue
			}
			if err != nil {
				return nil, err
			}
			out = append(out, m)
		}
	}
	return out, nil
}

// get reads a part of an index; what says which.
func (r *reader) get(ctx context.Context, digest v1.Hash, what string) (*remote.Descriptor, error) {
	d, err := r.puller.Get(ctx, r.ref.parsed.Context().Digest(digest.String()))
	if err != nil {
		return nil, r.brokenBy(err, what, digest)
	}
	return d, nil
}

// single is the image of a manifest that is no index.
func (r *reader) single(d *remote.Descriptor, kind types.MediaType) (member, error) {
	switch {
	case kind.IsSchema1():
		return member{}, r.errorf(NotAnImage, nil, "image %s at registry %s has a manifest of the form that Docker wrote before 2016 (schema 1), which is not supported any more; push it again with a newer Docker", r.ref.written, r.ref.Host())
	case !kind.IsImage():
		return member{}, r.errorf(NotAnImage, nil, "what %s names at registry %s is not a container image but %s", r.ref.written, r.ref.Host(), described(kind))
	}
	manifest, err := v1.ParseManifest(bytes.NewReader(d.Manifest))
	if err != nil {
		return member{}, r.errorf(NotAnImage, err, "the manifest of %s at registry %s cannot be read: %s", r.ref.written, r.ref.Host(), err)
	}
	if !manifest.Config.MediaType.IsConfig() {
		return member{}, r.errorf(NotAnImage, nil, "what %s names at registry %s is not a container image but %s", r.ref.written, r.ref.Host(), described(manifest.Config.MediaType))
	}
	// To go-containerregistry -1 means that a size is not known.
	if n := manifest.Config.Size; n < 0 || n > maxAnswer {
		return member{}, r.errorf(NotAnImage, nil, "the configuration of image %s at registry %s has %d bytes, and not 0 to %d", r.ref.written, r.ref.Host(), n, maxAnswer)
	}
	d.MediaType = kind
	image, err := d.Image()
	if err != nil {
		return member{}, err
	}
	config, err := image.ConfigFile()
	if err != nil && isOfTokenServer(err) { // or of the configuration: neither is said
		return member{}, r.errorf(NotAnImage, err, "the configuration of %s at registry %s cannot be read: it is not JSON of the form that it has to have", r.ref.written, r.ref.Host())
	}
	if err != nil {
		return member{}, r.brokenBy(err, "configuration", manifest.Config.Digest)
	}
	m := member{digest: d.Digest, manifest: manifest}
	if p := config.Platform(); p != nil {
		m.platform = *p
	}
	return m, nil
}

// manifest reads that of an image of an index.
func (r *reader) manifest(ctx context.Context, m member) (*v1.Manifest, error) {
	d, err := r.get(ctx, m.digest, "manifest for "+m.platform.String())
	if err != nil {
		return nil, err
	}
	manifest, err := v1.ParseManifest(bytes.NewReader(d.Manifest))
	if err != nil {
		return nil, r.errorf(NotAnImage, err, "the manifest of %s for %s at registry %s cannot be read: %s", r.ref.written, m.platform, r.ref.Host(), err)
	}
	return manifest, nil
}

// brokenBy distinguishes an image with a missing part from a missing image.
func (r *reader) brokenBy(err error, part string, digest v1.Hash) error {
	if refused := (*transport.Error)(nil); errors.As(err, &refused) && refused.StatusCode == http.StatusNotFound {
		return r.errorf(NoImage, err, "image %s at registry %s is incomplete: its %s, %s, is not there", r.ref.written, r.ref.Host(), part, digest)
	}
	return err
}

func described(kind types.MediaType) string {
	if kind == "" {
		return "something that does not say what it is"
	}
	return string(kind)
}

func platforms(members []member) []string {
	out := []string{}
	for _, m := range members {
		if s := m.platform.String(); s != "" {
			out = append(out, sanitize.Text(s))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// size is that of the layers, each of which is pulled once; ok reports whether it is one.
func size(manifest *v1.Manifest) (sum int64, ok bool) {
	seen := map[v1.Hash]bool{}
	for _, layer := range manifest.Layers {
		if layer.Size < 0 || layer.Size > math.MaxInt64-sum {
			return 0, false
		}
		if !seen[layer.Digest] {
			sum += layer.Size
		}
		seen[layer.Digest] = true
	}
	return sum, true
}
