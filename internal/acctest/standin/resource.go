package standin

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// tableResource is the resource of any type in the table.
type tableResource struct {
	name     string
	table    resourceType
	settings *settings
}

var (
	_ resource.ResourceWithConfigure  = (*tableResource)(nil)
	_ resource.ResourceWithModifyPlan = (*tableResource)(nil)
)

func (r *tableResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = r.name
}

func (r *tableResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = r.table.schema()
}

func (r *tableResource) Configure(_ context.Context, req resource.ConfigureRequest, _ *resource.ConfigureResponse) {
	if configured, ok := req.ProviderData.(*settings); ok {
		r.settings = configured
	}
}

// ModifyPlan plans what the real provider knows at plan: the region and all tags.
func (r *tableResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || r.settings == nil {
		return
	}
	if r.table.regional {
		var region types.String
		resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("region"), &region)...)
		if region.IsNull() {
			resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("region"), r.settings.region)...)
		}
	}
	if r.table.tagged {
		var tags types.Map
		resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("tags"), &tags)...)
		all, diags := r.settings.allTags(ctx, tags)
		resp.Diagnostics.Append(diags...)
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("tags_all"), all)...)
	}
}

func (r *tableResource) Create(_ context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	resp.State.Raw = r.assign(req.Plan.Raw, &resp.Diagnostics)
}

func (r *tableResource) Update(_ context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	resp.State.Raw = r.assign(req.Plan.Raw, &resp.Diagnostics)
}

// Read keeps the state: there is no object that could change.
func (r *tableResource) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

// Delete has nothing to do.
func (r *tableResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}

// assign sets what is unknown in the plan, as AWS would.
func (r *tableResource) assign(plan tftypes.Value, diags *diag.Diagnostics) tftypes.Value {
	values := make(map[string]tftypes.Value)
	if err := plan.As(&values); err != nil {
		diags.AddError("Plan is no object", err.Error())
		return plan
	}
	for _, name := range slices.Sorted(maps.Keys(r.table.attributes)) {
		if err := r.assignOne(values, name); err != nil {
			diags.AddAttributeError(path.Root(name), "No value for the attribute", err.Error())
		}
	}
	if all, found := values["tags_all"]; found && !all.IsFullyKnown() {
		values["tags_all"] = r.settings.allTagsApplied(values["tags"])
	}
	return tftypes.NewValue(plan.Type(), values)
}

var placeholder = regexp.MustCompile(`\{\w+\}`)

func (r *tableResource) assignOne(values map[string]tftypes.Value, name string) error {
	value, found := values[name]
	if !found || value.IsKnown() {
		return nil
	}
	one := r.table.attributes[name]
	if one.pattern == "" {
		return fmt.Errorf("it is unknown, and the stand-in has no pattern for it")
	}
	var failed error
	expanded := placeholder.ReplaceAllStringFunc(one.pattern, func(braced string) string {
		part := braced[1 : len(braced)-1]
		if fixed, ok := r.settings.placeholder(part, values); ok {
			return fixed
		}
		if err := r.assignOne(values, part); err != nil {
			failed = err
			return ""
		}
		var referenced string
		if err := values[part].As(&referenced); err != nil {
			failed = fmt.Errorf("pattern %s: %w", one.pattern, err)
		}
		return referenced
	})
	if failed != nil {
		return failed
	}
	if one.kind == kindNumber {
		parsed, err := strconv.ParseInt(expanded, 10, 64)
		if err != nil {
			return err
		}
		values[name] = tftypes.NewValue(tftypes.Number, parsed)
		return nil
	}
	values[name] = tftypes.NewValue(tftypes.String, expanded)
	return nil
}

func randomHex() string {
	var random [8]byte
	_, _ = rand.Read(random[:]) // never fails, says its documentation
	return hex.EncodeToString(random[:])
}
