package taskrun

import (
	"fmt"

	action "github.com/hashicorp/terraform-plugin-framework/action/schema"
	resource "github.com/hashicorp/terraform-plugin-framework/resource/schema"
)

// ofAction are attributes of a resource as those of an action.
func ofAction(attributes map[string]resource.Attribute) map[string]action.Attribute {
	out := make(map[string]action.Attribute, len(attributes))
	for name, a := range attributes {
		out[name] = oneOfAction(name, a)
	}
	return out
}

// oneOfAction has no kind of attribute that no argument of a run has.
func oneOfAction(name string, a resource.Attribute) action.Attribute {
	switch a := a.(type) {
	case resource.StringAttribute:
		return action.StringAttribute{Required: a.Required, Optional: a.Optional, MarkdownDescription: a.MarkdownDescription, Validators: a.Validators}
	case resource.BoolAttribute:
		return action.BoolAttribute{Required: a.Required, Optional: a.Optional, MarkdownDescription: a.MarkdownDescription, Validators: a.Validators}
	case resource.Int64Attribute:
		return action.Int64Attribute{Required: a.Required, Optional: a.Optional, MarkdownDescription: a.MarkdownDescription, Validators: a.Validators}
	case resource.ListAttribute:
		return action.ListAttribute{ElementType: a.ElementType, Required: a.Required, Optional: a.Optional, MarkdownDescription: a.MarkdownDescription, Validators: a.Validators}
	case resource.SetAttribute:
		return action.SetAttribute{ElementType: a.ElementType, Required: a.Required, Optional: a.Optional, MarkdownDescription: a.MarkdownDescription, Validators: a.Validators}
	case resource.MapAttribute:
		return action.MapAttribute{ElementType: a.ElementType, Required: a.Required, Optional: a.Optional, MarkdownDescription: a.MarkdownDescription, Validators: a.Validators}
	case resource.SingleNestedAttribute:
		return action.SingleNestedAttribute{
			Attributes: ofAction(a.Attributes),
			Required:   a.Required, Optional: a.Optional, MarkdownDescription: a.MarkdownDescription, Validators: a.Validators,
		}
	case resource.ListNestedAttribute:
		return action.ListNestedAttribute{
			NestedObject: action.NestedAttributeObject{Attributes: ofAction(a.NestedObject.Attributes)},
			Required:     a.Required, Optional: a.Optional, MarkdownDescription: a.MarkdownDescription, Validators: a.Validators,
		}
	case resource.MapNestedAttribute:
		return action.MapNestedAttribute{
			NestedObject: action.NestedAttributeObject{Attributes: ofAction(a.NestedObject.Attributes)},
			Required:     a.Required, Optional: a.Optional, MarkdownDescription: a.MarkdownDescription, Validators: a.Validators,
		}
	}
	panic(fmt.Sprintf("%s is a %T", name, a)) // a mistake in the schema, seen at once
}
