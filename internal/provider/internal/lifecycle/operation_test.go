package lifecycle

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// What is made stays in state, whatever the provider does with it then.
func TestAfterMade(t *testing.T) {
	t.Parallel()
	typ := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"name": tftypes.String, "arn": tftypes.String, "tags": tftypes.Map{ElementType: tftypes.String}}}
	plan := func(arn, tag any) tftypes.Value {
		return tftypes.NewValue(typ, map[string]tftypes.Value{
			"name": tftypes.NewValue(tftypes.String, "shop"), "arn": tftypes.NewValue(tftypes.String, arn),
			"tags": tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, map[string]tftypes.Value{"team": tftypes.NewValue(tftypes.String, tag)}),
		})
	}
	req := resource.CreateRequest{Plan: tfsdk.Plan{Raw: plan(tftypes.UnknownValue, tftypes.UnknownValue)}}
	for name, c := range map[string]struct {
		rest  func(*resource.CreateResponse)
		fails bool
		state tftypes.Value
	}{
		"panics":      {func(*resource.CreateResponse) { panic("secret-value") }, true, plan(nil, nil)},
		"succeeds":    {func(resp *resource.CreateResponse) { resp.State.Raw = plan("a", "b") }, false, plan("a", "b")},
		"panics last": {func(resp *resource.CreateResponse) { resp.State.Raw = plan("a", "b"); panic(1) }, true, plan(nil, nil)},
	} {
		var resp resource.CreateResponse
		kept := 0
		AfterMade(t.Context(), req, &resp, "Docker task shop", func() { kept++ }, func() { c.rest(&resp) })
		if !resp.State.Raw.Equal(c.state) {
			t.Errorf("%s: state is %s", name, resp.State.Raw)
		}
		said := fmt.Sprint(resp.Diagnostics)
		if resp.Diagnostics.HasError() != c.fails || kept == 1 != c.fails || strings.Contains(said, "secret-value") ||
			c.fails && !strings.Contains(said, "Docker task shop may have been created") {
			t.Errorf("%s: kept %d times, and said %s", name, kept, said)
		}
	}
}
