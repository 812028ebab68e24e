package taskimage

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/registry"
)

// Whose credentials a registry gets is decided by its host, wherever the image's name is from:
// others may have registered the task definition that it was read from.
func TestSourceOf(t *testing.T) {
	const account = "123456789012"
	for host, want := range map[string]credentialsSource{
		account + ".dkr.ecr.us-east-1.amazonaws.com":                fromECR,
		account + ".dkr.ecr.cn-north-1.amazonaws.com.cn":            fromECR,
		account + ".dkr-ecr.us-east-1.on.aws":                       fromECR,
		account + ".dkr.ecr.us-east-1.amazonaws.com.evil.test":      fromDocker,
		account + ".dkr-ecr.us-east-1.on.evil.test":                 fromDocker,
		account + ".dkr.ecr.us-east-1.amazonaws.evil.local":         fromDocker,
		account + ".dkr.ecr.us-east-1.c2s.evil.test":                fromDocker,
		account + ".dkr.ecr.us-east-1.amazonaws.com:443":            fromDocker,
		"evil.test/" + account + ".dkr.ecr.us-east-1.amazonaws.com": fromDocker,
		"public.ecr.aws": fromDocker,
	} {
		ref, err := registry.Parse(host + "/app:v1")
		if err != nil {
			t.Fatal(err)
		}
		if got := sourceOf(ref, types.StringNull()); got != want {
			t.Errorf("%s: %d, want %d", host, got, want)
		}
		if got := sourceOf(ref, types.StringValue("arn")); got != fromSecret {
			t.Errorf("%s with a secret: %d", host, got)
		}
	}
}
