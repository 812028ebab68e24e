package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
)

// unitIdentity tells one unit from all others of its kind. A docker task's has no revision:
// an identity must not change.
type unitIdentity struct {
	Name      types.String `tfsdk:"name"`
	Region    types.String `tfsdk:"region"`
	AccountID types.String `tfsdk:"account_id"`
}

func newUnitIdentity(name types.String, place arn.Place) unitIdentity {
	return unitIdentity{Name: name, Region: stringOrNull(place.Region), AccountID: stringOrNull(place.Account)}
}

// unitIdentitySchema describes unitIdentity.
func unitIdentitySchema(name string) map[string]identityschema.Attribute {
	return map[string]identityschema.Attribute{
		"name":       identityschema.StringAttribute{RequiredForImport: true, Description: name},
		"region":     identityschema.StringAttribute{OptionalForImport: true, Description: "AWS region; default: the provider's."},
		"account_id": identityschema.StringAttribute{OptionalForImport: true, Description: "AWS account; default: that of the provider's credentials."},
	}
}

// identify writes an identity. One that is whole is kept: an identity never changes.
func identify(ctx context.Context, to *tfsdk.ResourceIdentity, identity any, diags *diag.Diagnostics) {
	if to == nil || isWhole(to.Raw) {
		return
	}
	diags.Append(to.Set(ctx, identity)...)
}

// isWhole reports whether every attribute of an identity has a value.
func isWhole(identity tftypes.Value) bool {
	values := map[string]tftypes.Value{}
	if identity.IsNull() || !identity.IsKnown() || identity.As(&values) != nil {
		return false
	}
	for _, v := range values {
		if v.IsNull() {
			return false
		}
	}
	return true
}
