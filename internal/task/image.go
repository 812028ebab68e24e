package task

import (
	"fmt"
	"regexp"

	"github.com/google/go-containerregistry/pkg/name"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
)

// privateRegistry is the host of a private ECR registry, in any partition, also with FIPS
// and dual-stack names.
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html
var privateRegistry = regexp.MustCompile(`^([0-9]{12})\.dkr(?:\.ecr|\.ecr-fips|-ecr|-ecr-fips)\.([a-z0-9-]+)\.(?:amazonaws\.[a-z.]+|on\.[a-z.]+|c2s\.[a-z.]+|sc2s\.[a-z.]+|cloud\.adc-e\.uk|csp\.hci\.ic\.gov)$`)

// PrivateRegistry reads the account and the region from the host name of a private ECR
// registry; ok tells whether it is one.
func PrivateRegistry(host string) (account, region string, ok bool) {
	match := privateRegistry.FindStringSubmatch(host)
	if match == nil {
		return "", "", false
	}
	return match[1], match[2], true
}

// CheckImage says what is wrong with an image reference, or "".
func CheckImage(image string) string {
	if image == "" {
		return "an image is a reference such as public.ecr.aws/docker/library/busybox:1.37; this one is empty"
	}
	if _, err := name.ParseReference(image, name.WeakValidation); err != nil {
		return fmt.Sprintf("an image is REPOSITORY, REPOSITORY:TAG or REPOSITORY@sha256:DIGEST, as in public.ecr.aws/docker/library/busybox:1.37; %s", described(image))
	}
	return ""
}

// repositoryARN is the ARN of the private ECR repository that an image is pulled from, or
// "" where the image is anywhere else and no right is needed to pull it.
func repositoryARN(image, partition string) string {
	ref, err := name.ParseReference(image, name.WeakValidation)
	if err != nil {
		return ""
	}
	account, region, ok := PrivateRegistry(ref.Context().RegistryStr())
	if !ok {
		return ""
	}
	place := arn.Place{Partition: partition, Region: region, Account: account}
	return place.Regional("ecr", "repository/"+ref.Context().RepositoryStr())
}
