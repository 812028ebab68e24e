package provider

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/dockertask/terraform-provider-docker/internal/golden"
	"github.com/dockertask/terraform-provider-docker/internal/provider/taskref"
)

// The type in the guide on modules is that of a nested task, attribute by attribute.
func TestGuide_modules(t *testing.T) {
	t.Parallel()
	guide := filepath.Join("..", "..", "templates", "guides", "modules.md")
	golden.Section(t, guide, "<!-- type -->\n", "<!-- /type -->", "\n```terraform\nvariable \"task\" {\n"+typeOf(t, taskref.Schema())+"}\n```\n\n")
}

// typeOf is a type constraint of the object that a nested attribute is, as terraform fmt has it.
func typeOf(t *testing.T, of schema.SingleNestedAttribute) string {
	t.Helper()
	width := 0
	for name := range of.Attributes {
		width = max(width, len(name))
	}
	var b strings.Builder
	b.WriteString("  type = object({\n")
	for _, required := range []bool{true, false} {
		for _, name := range slices.Sorted(maps.Keys(of.Attributes)) {
			a := of.Attributes[name]
			if a.IsRequired() != required {
				continue
			}
			constraint := constraintOf(t, a.GetType().TerraformType(t.Context()))
			if !required {
				constraint = "optional(" + constraint + ")"
			}
			fmt.Fprintf(&b, "    %-*s = %s\n", width, name, constraint)
		}
	}
	b.WriteString("  })\n")
	return b.String()
}

func constraintOf(t *testing.T, typ tftypes.Type) string {
	t.Helper()
	switch typ := typ.(type) {
	case tftypes.Set:
		return "set(" + constraintOf(t, typ.ElementType) + ")"
	case tftypes.List:
		return "list(" + constraintOf(t, typ.ElementType) + ")"
	case tftypes.Map:
		return "map(" + constraintOf(t, typ.ElementType) + ")"
	}
	for _, primitive := range []struct {
		typ  tftypes.Type
		name string
	}{{tftypes.String, "string"}, {tftypes.Number, "number"}, {tftypes.Bool, "bool"}} {
		if typ.Is(primitive.typ) {
			return primitive.name
		}
	}
	t.Fatalf("no constraint for %s", typ)
	return ""
}
