package lifecycle

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/aws"
	"github.com/dockertask/terraform-provider-docker/internal/awsname"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// ListModel is the configuration that every list of units has.
type ListModel struct {
	Region     types.String `tfsdk:"region"`
	NamePrefix types.String `tfsdk:"name_prefix"`
	Managed    types.Bool   `tfsdk:"managed"`
}

// Filter is what is asked of AWS.
func (m ListModel) Filter() aws.ListFilter {
	return aws.ListFilter{Prefix: m.NamePrefix.ValueString(), Managed: m.Managed.ValueBoolPointer()}
}

// ListSchema are the arguments of [ListModel], for objects that AWS calls of, with names of a form. cost is what it takes to see
// whether one of them is managed.
func ListSchema(of string, name awsname.Name, cost string) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"region": schema.StringAttribute{Optional: true, MarkdownDescription: "AWS region to look in. Default: the provider's."},
		"name_prefix": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "List only " + of + " whose names begin with this: " + name.Says + ". Default: all.",
			Validators:          []validator.String{stringvalidator.RegexMatches(name.Pattern, "must have "+name.Says)},
		},
		"managed": schema.BoolAttribute{
			Optional:            true,
			MarkdownDescription: "`true` lists only what this provider created or adopted, by the tag `" + task.TagUnit + "`; `false` only what others created. Default: both. " + cost,
		},
	}
}

// Named finds the units of a list, as models of which nothing but the name is known, each as [Hooks.IsImported] has it. The
// error ends the list.
type Named[M any] func(ctx context.Context, client *aws.Client, site Site) iter.Seq2[*M, error]

// List lists units: name and identity of each, and its attributes where they are asked for, as an import finds them.
func (u *Unit[M, S]) List(ctx context.Context, req list.ListRequest, region types.String, named Named[M]) iter.Seq[list.ListResult] {
	return func(push func(list.ListResult) bool) {
		var diags diag.Diagnostics
		ctx, end := u.Begin(ctx, nil, ReadTimeout, &diags)
		if end == nil {
			push(list.ListResult{Diagnostics: diags})
			return
		}
		defer end()
		client, site := u.InRegion(ctx, region, AtRegion, &diags)
		if !diags.HasError() {
			site.ResolveAccount(ctx, client, &diags)
		}
		if diags.HasError() {
			push(list.ListResult{Diagnostics: diags})
			return
		}
		n := int64(0)
		for m, err := range named(ctx, client, site) {
			if err != nil {
				diags.AddError("The list could not be read", tf.Sentence(err.Error()))
				push(list.ListResult{Diagnostics: diags})
				return
			}
			result := u.listed(ctx, req, client, site, m)
			if n++; !push(result) || req.Limit > 0 && n >= req.Limit {
				return
			}
		}
	}
}

// listed is one unit of a list. One that cannot be read is a warning of its own: the others are listed all the same.
func (u *Unit[M, S]) listed(ctx context.Context, req list.ListRequest, client *aws.Client, site Site, m *M) list.ListResult {
	result := req.NewListResult(ctx)
	result.DisplayName = u.hooks.Title(m)
	result.Diagnostics.Append(result.Identity.Set(ctx, u.hooks.Identity(m, site))...)
	if !req.IncludeResource {
		return result
	}
	seen := u.hooks.Discover(ctx, client, site, m, &result.Diagnostics)
	if !result.Diagnostics.HasError() {
		u.hooks.Flatten(ctx, m, seen, &result.Diagnostics)
		result.Diagnostics.Append(result.Resource.Set(ctx, m)...)
	}
	return result
}
