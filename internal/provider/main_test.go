package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
	"github.com/dockertask/terraform-provider-docker/internal/acctest/standin"
	"github.com/dockertask/terraform-provider-docker/internal/provider"
)

func TestMain(m *testing.M) { acctest.Main(m) }

// factories are the providers of the acceptance tests: the real one, and the stand-in for
// hashicorp/aws.
var factories = map[string]func() (tfprotov6.ProviderServer, error){
	"docker": providerserver.NewProtocol6WithError(provider.New("test", provider.OnConsistentAWS())()),
	"aws":    providerserver.NewProtocol6WithError(standin.New()),
}
