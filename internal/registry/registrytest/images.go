package registrytest

import (
	"testing"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// Platform reads os/arch[/variant][:version].
func Platform(t testing.TB, s string) v1.Platform {
	t.Helper()
	p, err := v1.ParsePlatform(s)
	if err != nil {
		t.Fatal(err)
	}
	return *p
}

// Image is an image of random content for a platform, which is put into its configuration;
// "" says none.
func Image(t testing.TB, platform string) v1.Image {
	t.Helper()
	image, err := random.Image(1024, 2)
	if err != nil {
		t.Fatal(err)
	}
	config, err := image.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	config = config.DeepCopy()
	p := Platform(t, platform)
	config.OS, config.Architecture, config.Variant, config.OSVersion = p.OS, p.Architecture, p.Variant, p.OSVersion
	config.Created = v1.Time{Time: time.Unix(0, 0)}
	if image, err = mutate.ConfigFile(image, config); err != nil {
		t.Fatal(err)
	}
	return image
}

// Member is an image or index inside an index. The zero value of Platform says none.
type Member struct {
	Add         mutate.Appendable
	Platform    string
	Annotations map[string]string
}

// Index is an OCI index of members.
func Index(t testing.TB, members ...Member) v1.ImageIndex {
	t.Helper()
	index := mutate.IndexMediaType(empty.Index, types.OCIImageIndex)
	for _, m := range members {
		descriptor := v1.Descriptor{Annotations: m.Annotations}
		if m.Platform != "" {
			p := Platform(t, m.Platform)
			descriptor.Platform = &p
		}
		index = mutate.AppendManifests(index, mutate.IndexAddendum{Add: m.Add, Descriptor: descriptor})
	}
	return index
}

// MultiPlatform is an index of images for these platforms, with an attestation beside each
// as BuildKit makes it.
func MultiPlatform(t testing.TB, platforms ...string) v1.ImageIndex {
	t.Helper()
	var members []Member
	for _, p := range platforms {
		members = append(members, Member{Add: Image(t, p), Platform: p}, Attestation(t))
	}
	return Index(t, members...)
}

// Attestation is what BuildKit puts beside an image.
func Attestation(t testing.TB) Member {
	t.Helper()
	return Member{
		Add: Image(t, "unknown/unknown"), Platform: "unknown/unknown",
		Annotations: map[string]string{"vnd.docker.reference.type": "attestation-manifest"},
	}
}
