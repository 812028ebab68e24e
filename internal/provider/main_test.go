package provider_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"sync"
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
	"docker": withSchemasOnce(dockerProvider),
	"aws":    withSchemasOnce(providerserver.NewProtocol6WithError(standin.New())),
}

// withSchemasOnce makes servers that share their schemas. The command line asks for them in each command,
// and terraform-plugin-testing makes a server for each command.
func withSchemasOnce(factory func() (tfprotov6.ProviderServer, error)) func() (tfprotov6.ProviderServer, error) {
	schemas := sync.OnceValues(func() (*tfprotov6.GetProviderSchemaResponse, error) {
		server, err := factory()
		if err != nil {
			return nil, err
		}
		return server.GetProviderSchema(context.Background(), &tfprotov6.GetProviderSchemaRequest{})
	})
	return func() (tfprotov6.ProviderServer, error) {
		server, err := factory()
		if err != nil {
			return nil, err
		}
		whole, ok := server.(wholeServer)
		if !ok {
			return nil, fmt.Errorf("%T has no lists or no actions", server)
		}
		return schemasOnce{whole, schemas}, nil
	}
}

// wholeServer is a server with all that Terraform asks for.
type wholeServer interface {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
	tfprotov6.ActionServer
}

type schemasOnce struct {
	wholeServer
	schemas func() (*tfprotov6.GetProviderSchemaResponse, error)
}

// GetProviderSchema gives the schemas that all servers of the factory have.
func (s schemasOnce) GetProviderSchema(context.Context, *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	return s.schemas()
}

// timesAsFast is how much faster the clock is by which runs of tasks are awaited: on the emulator nothing happens by
// itself.
const timesAsFast = 100

// dockerProvider is the provider as it is built. The emulator is consistent, and tests delete parts right after their
// creation; a real account is eventually consistent.
func dockerProvider() (tfprotov6.ProviderServer, error) {
	var options []provider.Option
	if os.Getenv(acctest.AccountVariable) == "" {
		options = append(options, provider.OnConsistentAWS(), provider.AwaitingBy(acctest.NewClock(timesAsFast)))
	}
	return provider.NewServer(provider.New("test", options...)()), nil
}

// patientProvider waits for parts that may not be visible yet, also on the emulator.
func patientProvider() (tfprotov6.ProviderServer, error) {
	return provider.NewServer(provider.New("test")()), nil
}

// inShort is every nth of cases that are much alike under -short, which is how make test runs, and
// all of them without it, which is how make test-long and the nightly workflow run.
func inShort[T any](nth int, cases []T) []T {
	if !testing.Short() {
		return cases
	}
	return everyNth(nth, cases)
}

// everyInShort is inShort for a table, in the order of its names.
func everyInShort[V any](nth int, cases map[string]V) map[string]V {
	out := map[string]V{}
	for _, name := range inShort(nth, slices.Sorted(maps.Keys(cases))) {
		out[name] = cases[name]
	}
	return out
}

// onlyInLong leaves a test to the long form, since the short one has others of its kind.
func onlyInLong(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("make test LONG=1, make test-long and the nightly workflow run it")
	}
}

func everyNth[T any](nth int, cases []T) []T {
	var out []T
	for i := 0; i < len(cases); i += nth {
		out = append(out, cases[i])
	}
	return out
}
