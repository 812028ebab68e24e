package provider

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/aws/connection"
	"github.com/dockertask/terraform-provider-docker/internal/registry"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// ValidateConfig refuses a region that AWS does not have.
func (p *dockerProvider) ValidateConfig(ctx context.Context, req provider.ValidateConfigRequest, resp *provider.ValidateConfigResponse) {
	p.validated.Store(true)
	var skip types.Bool
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("skip_region_validation"), &skip)...)
	if resp.Diagnostics.HasError() || skip.IsUnknown() || skip.ValueBool() {
		return
	}
	for _, name := range []string{"region", "sts_region"} {
		var region types.String
		resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root(name), &region)...)
		if region.ValueString() == "" {
			continue
		}
		if err := connection.CheckRegion(region.ValueString()); err != nil {
			resp.Diagnostics.AddAttributeError(path.Root(name), "Invalid AWS region",
				err.Error()+". For a region newer than this provider, set skip_region_validation = true.")
		}
	}
}

// durationValidator takes a Go duration within bounds.
type durationValidator struct{ min, max time.Duration }

func (v durationValidator) Description(context.Context) string {
	return fmt.Sprintf("must be a duration between %s and %s, such as 1h30m", v.min, v.max)
}

func (v durationValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v durationValidator) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	d, err := time.ParseDuration(req.ConfigValue.ValueString())
	if err != nil || d < v.min || d > v.max {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid duration", fmt.Sprintf("%q: %s.", req.ConfigValue.ValueString(), v.Description(ctx)))
	}
}

// urlValidator takes an absolute HTTP URL, or nothing.
type urlValidator struct{}

func (urlValidator) Description(context.Context) string {
	return "must be a URL with scheme and host, such as http://localhost:4566"
}

func (v urlValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v urlValidator) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	value := req.ConfigValue.ValueString()
	if value == "" {
		return
	}
	// Not repeated: there may be a password in it.
	u, err := url.Parse(value)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid endpoint", "The endpoint "+v.Description(ctx)+".")
	}
}

// checkRegistryHost checks the host of a registry.
func checkRegistryHost(host string) error {
	if ref, err := registry.Parse(host + "/x"); err != nil || ref.Host() != host {
		return fmt.Errorf("a registry is HOST or HOST:PORT, such as registry.example.com:5000, without a scheme and a path, not %q", host)
	}
	if _, ok := task.ParseECRHost(host); ok {
		return fmt.Errorf("%s is a registry of ECR, which always has TLS", host)
	}
	return nil
}
