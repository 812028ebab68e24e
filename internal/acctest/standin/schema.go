package standin

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// schema is the schema of a resource type.
func (t resourceType) schema() schema.Schema {
	s := schema.Schema{Attributes: t.attributes.schema(), Blocks: make(map[string]schema.Block)}
	for name, nested := range t.blocks {
		s.Blocks[name] = schema.ListNestedBlock{NestedObject: schema.NestedBlockObject{Attributes: nested.schema()}}
	}
	if t.tagged {
		s.Attributes["tags"] = schema.MapAttribute{ElementType: types.StringType, Optional: true}
		s.Attributes["tags_all"] = schema.MapAttribute{ElementType: types.StringType, Optional: true, Computed: true}
	}
	if t.regional {
		s.Attributes["region"] = schema.StringAttribute{
			Optional: true, Computed: true,
			PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
		}
	}
	return s
}

func (a attributes) schema() map[string]schema.Attribute {
	s := make(map[string]schema.Attribute, len(a))
	for name, one := range a {
		s[name] = one.schema()
	}
	return s
}

// schema panics on an entry of the table that makes no sense; the test of the schemas
// finds it.
func (a attribute) schema() schema.Attribute {
	switch a.kind {
	case kindText:
		s := schema.StringAttribute{Required: a.isRequired, Optional: a.isOptional, Computed: a.isComputed(), Sensitive: a.isSecret}
		if a.fallback != nil {
			s.Default = stringdefault.StaticString(fallbackOf[string](a))
		}
		if a.pattern != "" {
			s.PlanModifiers = append(s.PlanModifiers, stringplanmodifier.UseStateForUnknown())
		}
		if a.isReplacing {
			s.PlanModifiers = append(s.PlanModifiers, stringplanmodifier.RequiresReplace())
		}
		return s
	case kindFlag:
		s := schema.BoolAttribute{Required: a.isRequired, Optional: a.isOptional, Computed: a.isComputed()}
		if a.fallback != nil {
			s.Default = booldefault.StaticBool(fallbackOf[bool](a))
		}
		if a.isReplacing {
			s.PlanModifiers = append(s.PlanModifiers, boolplanmodifier.RequiresReplace())
		}
		return s
	case kindNumber:
		s := schema.Int64Attribute{Required: a.isRequired, Optional: a.isOptional, Computed: a.isComputed()}
		if a.fallback != nil {
			s.Default = int64default.StaticInt64(int64(fallbackOf[int](a)))
		}
		if a.pattern != "" {
			s.PlanModifiers = append(s.PlanModifiers, int64planmodifier.UseStateForUnknown())
		}
		return s
	case kindTexts:
		return schema.ListAttribute{ElementType: types.StringType, Required: a.isRequired, Optional: a.isOptional}
	case kindTextSet:
		return schema.SetAttribute{ElementType: types.StringType, Required: a.isRequired, Optional: a.isOptional}
	case kindTextMap:
		return schema.MapAttribute{ElementType: types.StringType, Required: a.isRequired, Optional: a.isOptional}
	default:
		panic(fmt.Sprintf("unknown kind %d", a.kind))
	}
}

func fallbackOf[T any](a attribute) T {
	value, ok := a.fallback.(T)
	if !ok {
		panic(fmt.Sprintf("the fallback %v of an attribute of kind %d has the wrong type", a.fallback, a.kind))
	}
	return value
}
