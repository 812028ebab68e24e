package lifecycle

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
)

// Identity tells one unit from all others of its kind. A docker task's has no revision:
// an identity must not change.
type Identity struct {
	Name      types.String `tfsdk:"name"`
	Region    types.String `tfsdk:"region"`
	AccountID types.String `tfsdk:"account_id"`
}

// NewIdentity identifies a unit by its name and place.
func NewIdentity(name types.String, place arn.Place) Identity {
	return Identity{Name: name, Region: tf.StringOrNull(place.Region), AccountID: tf.StringOrNull(place.Account)}
}

// IdentitySchema describes Identity.
func IdentitySchema(name string) map[string]identityschema.Attribute {
	return map[string]identityschema.Attribute{
		"name":       identityschema.StringAttribute{RequiredForImport: true, Description: name},
		"region":     identityschema.StringAttribute{OptionalForImport: true, Description: "AWS region. Default: the provider's."},
		"account_id": identityschema.StringAttribute{OptionalForImport: true, Description: "AWS account. Default: that of the provider's credentials."},
	}
}

// SetIdentity writes an identity. One that is whole is kept: an identity never changes.
func SetIdentity(ctx context.Context, to *tfsdk.ResourceIdentity, identity any, diags *diag.Diagnostics) {
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
