package provider

import (
	"context"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/dockertask/terraform-provider-docker/internal/aws"
	"github.com/dockertask/terraform-provider-docker/internal/aws/connection"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
)

// Configure makes the client that all resources share, or, while an argument that decides
// where and as whom to call is unknown, notes which one.
func (p *dockerProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var model providerModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}

	data := &lifecycle.Data{Planned: lifecycle.NewPlannedRun(p.validated.Swap(false), req.ClientCapabilities)}
	data.DefaultTags, data.DefaultTagsUnknown = model.tags(ctx, &resp.Diagnostics)
	data.Defaults = model.defaults(ctx, &resp.Diagnostics)
	data.Pending = pendingArgument(req.Config.Raw)
	var err error
	if data.Registries, err = model.registries(ctx, &resp.Diagnostics); err != nil && data.Pending != "" { // else it is said below
		resp.Diagnostics.AddError("Invalid proxy", tf.Sentence(err.Error()))
	}

	if data.Pending == "" {
		config, diags := model.config(ctx)
		resp.Diagnostics.Append(diags...)
		data.IgnoreTags = model.ignoreTags(ctx, &resp.Diagnostics)
		if resp.Diagnostics.HasError() {
			return
		}
		config.UserAgent = []connection.UserAgent{
			{Name: "Terraform", Version: req.TerraformVersion},
			{Name: "terraform-provider-docker", Version: p.version},
		}

		config.Consistent, config.Clock = p.consistent, p.clock
		client, problems := aws.New(ctx, config)
		for _, d := range problems {
			addDiagnostic(resp, d)
		}
		if client == nil {
			return
		}
		data.Client = client
		lifecycle.CheckDefaultPlaces(req.Config.Raw, client.Place(), &resp.Diagnostics)
	}

	p.data = data
	resp.ResourceData = data
	resp.DataSourceData = data
	resp.ActionData = data
	resp.ListResourceData = data
}

func addDiagnostic(resp *provider.ConfigureResponse, d connection.Diagnostic) {
	switch {
	case d.Severity == connection.Warning && d.Attribute != "":
		resp.Diagnostics.AddAttributeWarning(path.Root(d.Attribute), d.Summary, d.Detail)
	case d.Severity == connection.Warning:
		resp.Diagnostics.AddWarning(d.Summary, d.Detail)
	case d.Attribute != "":
		resp.Diagnostics.AddAttributeError(path.Root(d.Attribute), d.Summary, d.Detail)
	default:
		resp.Diagnostics.AddError(d.Summary, d.Detail)
	}
}

// pendingArgument returns the path of the first unknown value of the provider block, "" if
// there is none. default_tags and defaults decide neither where nor as whom to call and do not count.
//
// Any other does, allowed_account_ids as much as region: what is unknown is not unset.
func pendingArgument(config tftypes.Value) string {
	var first string
	// The walk goes through objects in no fixed order: keep the least path.
	_ = tftypes.Walk(config, func(at *tftypes.AttributePath, v tftypes.Value) (bool, error) {
		steps := at.Steps()
		if len(steps) > 0 && (steps[0] == tftypes.AttributeName("default_tags") || steps[0] == tftypes.AttributeName("defaults")) {
			return false, nil
		}
		if v.IsKnown() {
			return true, nil
		}
		if name := pathString(steps); first == "" || name < first {
			first = name
		}
		return false, nil
	})
	return first
}

// pathString writes a path as one does in a configuration, as far as a user can point there:
// elements of sets have no name.
func pathString(steps []tftypes.AttributePathStep) string {
	var s strings.Builder
	for _, step := range steps {
		switch step := step.(type) {
		case tftypes.AttributeName:
			if s.Len() > 0 {
				s.WriteByte('.')
			}
			s.WriteString(string(step))
		case tftypes.ElementKeyInt:
			s.WriteString("[" + strconv.FormatInt(int64(step), 10) + "]")
		case tftypes.ElementKeyString:
			s.WriteString("[" + strconv.Quote(string(step)) + "]")
		}
	}
	return s.String()
}
