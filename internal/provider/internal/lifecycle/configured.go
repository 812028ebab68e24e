package lifecycle

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/dockertask/terraform-provider-docker/internal/aws"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// Configured is what resources and data sources have of the provider's configuration.
type Configured struct {
	// Client is nil before the provider is configured, and while its configuration has
	// something unknown in it, which pending names.
	Client             *aws.Client
	pending            string
	TagRules           task.TagRules
	DefaultTagsUnknown bool
	Registries         Registries
	defaults           Defaults
	// Planned is what this run has planned so far; nil where that is not kept.
	Planned *PlannedRun
}

// SetData takes what the provider hands over when it configures a resource or data source: [Data], or nil
// before the provider is configured.
func (c *Configured) SetData(data any, diags *diag.Diagnostics) {
	if data == nil {
		return // validated before the provider is configured
	}
	d, ok := data.(*Data)
	if !ok {
		diags.AddError("Wrong provider data", fmt.Sprintf("Expected *provider.Data, got %T. This is a bug in the provider.", data))
		return
	}
	c.Client, c.pending = d.Client, d.Pending
	c.TagRules = task.TagRules{Default: d.DefaultTags, IgnoreKeys: d.IgnoreTags.Keys, IgnorePrefixes: d.IgnoreTags.KeyPrefixes}
	c.DefaultTagsUnknown = d.DefaultTagsUnknown
	c.Registries = d.Registries
	c.defaults = d.Defaults
	c.Planned = d.Planned
}

// Ready reports whether AWS can be called, and adds an error that says why not.
func (c *Configured) Ready(diags *diag.Diagnostics) bool {
	if c.Client != nil {
		return true
	}
	NotKnownYet(c.pending, diags)
	return false
}

// NotKnownYet adds the error that an argument of the provider, pending, is not known yet.
func NotKnownYet(pending string, diags *diag.Diagnostics) {
	diags.AddError("The provider's configuration is not known yet",
		fmt.Sprintf("%s of provider \"docker\" depends on something that is only known after it is applied. Apply that first, with -target, or give the provider a value that is known.", pending))
}

// Resource is what every resource begins with: its name, and the provider's
// configuration.
type Resource struct {
	Configured
	// suffix follows the provider's name in the resource's.
	suffix string
}

// NewResource begins a resource whose name is the provider's followed by suffix.
func NewResource(suffix string) Resource { return Resource{suffix: suffix} }

// Metadata names the resource.
func (r *Resource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + r.suffix
}

// Configure takes the provider's data.
func (r *Resource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.SetData(req.ProviderData, &resp.Diagnostics)
}
