package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/dockertask/terraform-provider-docker/internal/awsapi"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// configured is what resources and data sources have of the provider's configuration.
type configured struct {
	// client is nil before the provider is configured, and while its configuration has
	// something unknown in it, which pending names.
	client             *awsapi.Client
	pending            string
	rules              task.TagRules
	defaultTagsUnknown bool
	registries         Registries
	// planned is what this run has planned so far; nil where that is not kept.
	planned *plannedRun
}

func (c *configured) configure(data any, diags *diag.Diagnostics) {
	if data == nil {
		return // validated before the provider is configured
	}
	d, ok := data.(*Data)
	if !ok {
		diags.AddError("Wrong provider data", fmt.Sprintf("Expected *provider.Data, got %T. This is a bug in the provider.", data))
		return
	}
	c.client, c.pending = d.Client, d.Pending
	c.rules = task.TagRules{Default: d.DefaultTags, IgnoreKeys: d.IgnoreTags.Keys, IgnorePrefixes: d.IgnoreTags.KeyPrefixes}
	c.defaultTagsUnknown = d.DefaultTagsUnknown
	c.registries = d.Registries
	c.planned = d.planned
}

// ready reports whether AWS can be called, and adds an error that says why not.
func (c *configured) ready(diags *diag.Diagnostics) bool {
	if c.client != nil {
		return true
	}
	notKnownYet(c.pending, diags)
	return false
}

func notKnownYet(pending string, diags *diag.Diagnostics) {
	diags.AddError("The provider's configuration is not known yet",
		fmt.Sprintf("%s of provider \"docker\" depends on something that is only known after it is applied. Apply that first, with -target, or give the provider a value that is known.", pending))
}

// configuredResource is what every resource begins with: its name, and the provider's
// configuration.
type configuredResource struct {
	configured
	// suffix follows the provider's name in the resource's.
	suffix string
}

func named(suffix string) configuredResource { return configuredResource{suffix: suffix} }

// Metadata names the resource.
func (r *configuredResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + r.suffix
}

// Configure takes the provider's data.
func (r *configuredResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.configure(req.ProviderData, &resp.Diagnostics)
}
