package tf

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func TestDerive(t *testing.T) {
	t.Parallel()
	text := types.StringValue("a")
	partly := types.ListValueMust(types.StringType, []attr.Value{text, types.StringUnknown()})
	for name, c := range map[string]struct {
		from  []Input
		known bool
	}{
		"nothing":         {nil, true},
		"null":            {[]Input{types.StringNull()}, true},
		"known":           {[]Input{text, Unknown(false)}, true},
		"unknown":         {[]Input{text, types.StringUnknown()}, false},
		"partly unknown":  {[]Input{partly}, false},
		"told as unknown": {[]Input{text, Unknown(true)}, false},
	} {
		for _, v := range []attr.Value{text, types.StringNull(), types.Int64Value(1), types.BoolValue(true), SetOf([]string{"a"}), MapOf(map[string]string{"a": "b"})} {
			derived := Derive(v, c.from...)
			if known := !derived.IsUnknown(); known != c.known || known && !derived.Equal(v) || !derived.Type(t.Context()).Equal(v.Type(t.Context())) {
				t.Errorf("%s: %v is derived as %v", name, v, derived)
			}
		}
	}
}
