// Package provider is everything Terraform-shaped: schemas, models, plans.
package provider

import (
	"context"
	"sync/atomic"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/dockertask/terraform-provider-docker/internal/aws/wait"
	"github.com/dockertask/terraform-provider-docker/internal/provider/dockertask"
	"github.com/dockertask/terraform-provider-docker/internal/provider/functions"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/server"
	"github.com/dockertask/terraform-provider-docker/internal/provider/taskcluster"
	"github.com/dockertask/terraform-provider-docker/internal/provider/taskimage"
	"github.com/dockertask/terraform-provider-docker/internal/provider/taskrun"
	"github.com/dockertask/terraform-provider-docker/internal/provider/taskschedule"
	"github.com/dockertask/terraform-provider-docker/internal/provider/tasksubscription"
	"github.com/dockertask/terraform-provider-docker/internal/provider/taskwire"
)

var (
	_ provider.Provider                     = (*dockerProvider)(nil)
	_ provider.ProviderWithConfigValidators = (*dockerProvider)(nil)
	_ provider.ProviderWithActions          = (*dockerProvider)(nil)
	_ provider.ProviderWithListResources    = (*dockerProvider)(nil)
	_ provider.ProviderWithFunctions        = (*dockerProvider)(nil)
	_ provider.ProviderWithValidateConfig   = (*dockerProvider)(nil)
)

// dockerProvider is the provider "docker".
type dockerProvider struct {
	version    string
	consistent bool
	clock      wait.Clock
	// validated reports whether the provider block was validated in this process, and not configured since.
	validated atomic.Bool
	// data is what Configure has made; nil before.
	data any
}

// Option is a choice that the provider block does not have.
type Option func(*dockerProvider)

// OnConsistentAWS is for an AWS whose reads show each write at once, such as an emulator: a part that is deleted
// right after it was created is then found missing at once.
func OnConsistentAWS() Option { return func(p *dockerProvider) { p.consistent = true } }

// AwaitingBy takes the time by which runs of tasks are awaited from another clock than the machine's.
func AwaitingBy(clock wait.Clock) Option { return func(p *dockerProvider) { p.clock = clock } }

// New returns the constructor of the provider, as the plugin server wants it. The user
// agent has the version.
func New(version string, options ...Option) func() provider.Provider {
	return func() provider.Provider {
		p := &dockerProvider{version: version}
		for _, o := range options {
			o(p)
		}
		return p
	}
}

// NewServer serves a provider, which is one that New has made, to Terraform: the framework's server, with the rules
// that hold for all schemas.
func NewServer(p provider.Provider) tfprotov6.ProviderServer {
	return server.New(p.(*dockerProvider)) //nolint:errcheck // the framework's own servers want the interface
}

// ResourceData is what Configure has given to the resources.
func (p *dockerProvider) ResourceData() any { return p.data }

// Metadata names the provider: the prefix of its resources.
func (p *dockerProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "docker"
	resp.Version = p.version
}

// Resources lists what the provider manages.
func (p *dockerProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{
		dockertask.NewResource,
		taskwire.NewResource,
		taskcluster.NewResource,
		taskrun.NewResource,
		func() resource.Resource { return taskschedule.NewResource(dockertask.Find) },
		func() resource.Resource { return tasksubscription.NewResource(dockertask.Find) },
	}
}

// DataSources lists what the provider reads.
func (p *dockerProvider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{dockertask.NewDataSource, taskimage.NewDataSource, taskrun.NewDataSource}
}

// Actions lists what the provider does now and then.
func (p *dockerProvider) Actions(context.Context) []func() action.Action {
	return []func() action.Action{taskrun.NewAction, taskrun.NewStopAction}
}

// ListResources lists what can be listed.
func (p *dockerProvider) ListResources(context.Context) []func() list.ListResource {
	return []func() list.ListResource{
		dockertask.NewListResource,
		func() list.ListResource { return taskschedule.NewListResource(dockertask.Find) },
		func() list.ListResource { return tasksubscription.NewListResource(dockertask.Find) },
	}
}

// Functions lists what the provider computes.
func (p *dockerProvider) Functions(context.Context) []func() function.Function { return functions.All }
