package task

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
)

// ECRRegistry is a private registry of ECR.
type ECRRegistry struct {
	Account, Region string
	suffix          string
	dualStack       bool
}

// ecrHost is the host of a private ECR registry, also with FIPS and dual-stack names. What it
// ends in is looked up.
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-requests.html
var ecrHost = regexp.MustCompile(`^([0-9]{12})\.dkr(\.ecr|\.ecr-fips|-ecr|-ecr-fips)\.([a-z0-9-]+)\.([a-z0-9.-]+)$`)

// ParseECRHost reads the host name of a registry; ok reports whether it is a private registry of
// ECR. Credentials of AWS are sent to such hosts only. So the whole host name must be AWS's: anyone
// can register a host name that only begins like one.
func ParseECRHost(host string) (registry ECRRegistry, ok bool) {
	match := ecrHost.FindStringSubmatch(host)
	if match == nil {
		return ECRRegistry{}, false
	}
	registry = ECRRegistry{Account: match[1], Region: match[3], suffix: match[4], dualStack: strings.HasPrefix(match[2], "-")}
	for partition := range arn.DNSSuffixes {
		if registry.In(partition) {
			return registry, true
		}
	}
	return ECRRegistry{}, false
}

// In reports whether the registry is one of a partition. Some partitions share their names.
func (r ECRRegistry) In(partition string) bool {
	suffixes := arn.DNSSuffixes
	if r.dualStack {
		suffixes = arn.DualStackSuffixes
	}
	return r.suffix != "" && suffixes[partition] == r.suffix
}

// imageFault says why a text is no image reference, without the text: unlike a name it may have a password
// in it, and may come from a sensitive value.
func imageFault(image string) string {
	_, digest, hasDigest := strings.Cut(image, "@")
	repository := image[:len(image)-len(image[strings.LastIndexByte(image, '/')+1:])] // up to the last slash
	last, tag, hasTag := strings.Cut(image[len(repository):], ":")
	switch {
	case strings.Contains(image, "://"):
		return "a reference has no https:// or other scheme before it, and this one has"
	case strings.ContainsAny(image, " \t\r\n"):
		return "this one has white space in it"
	case hasDigest && !strings.HasPrefix(digest, "sha256:"), hasDigest && len(digest) != len("sha256:")+64:
		return "what stands after the @ of this one is no sha256: with 64 hexadecimal digits"
	case hasTag && tag == "":
		return "the tag of this one is empty"
	case strings.ToLower(last) != last:
		return "this one has capital letters in the repository"
	}
	return "this one has something in it that no reference has"
}

// CheckImage checks an image reference.
func CheckImage(image string) error {
	if image == "" {
		return errors.New("an image is a reference such as public.ecr.aws/docker/library/busybox:1.37; this one is empty")
	}
	if _, err := name.ParseReference(image, name.WeakValidation); err != nil {
		return fmt.Errorf("an image is REPOSITORY, REPOSITORY:TAG or REPOSITORY@sha256:DIGEST, as in public.ecr.aws/docker/library/busybox:1.37; %s", imageFault(image))
	}
	return nil
}

// repositoryARN is the ARN of the private ECR repository that an image is pulled from, or
// "" where the image is anywhere else and no right is needed to pull it.
func repositoryARN(image, partition string) string {
	ref, err := name.ParseReference(image, name.WeakValidation)
	if err != nil {
		return ""
	}
	registry, ok := ParseECRHost(ref.Context().RegistryStr())
	if !ok || !registry.In(partition) {
		return ""
	}
	place := arn.Place{Partition: partition, Region: registry.Region, Account: registry.Account}
	return place.Regional("ecr", "repository/"+ref.Context().RepositoryStr())
}
