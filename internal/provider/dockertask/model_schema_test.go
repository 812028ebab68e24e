package dockertask

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
)

// Models, tables and schemas have the same attributes, of the same types.
func TestTask_modelIsTheSchemas(t *testing.T) {
	t.Parallel()
	own := map[string]attr.Type{}
	for name, a := range ownAttributesSchema() {
		own[name] = a.GetType()
	}
	var resources resource.SchemaResponse
	NewResource().Schema(t.Context(), resource.SchemaRequest{}, &resources)
	whole := map[string]attr.Type{}
	for name, a := range resources.Schema.Attributes {
		whole[name] = a.GetType()
	}
	var data datasource.SchemaResponse
	NewDataSource().Schema(t.Context(), datasource.SchemaRequest{}, &data)
	read := map[string]attr.Type{}
	for name, a := range data.Schema.Attributes {
		read[name] = a.GetType()
	}
	shared := maps.Clone(own)
	maps.Copy(shared, mainTable.Types())
	maps.Copy(shared, definitionTable.Types())
	maps.Copy(shared, sidecarsTable.Types())
	for name, test := range map[string]struct {
		model any
		types map[string]attr.Type
	}{
		"the main container": {containerAttributes{}, mainTable.Types()},
		"the definition":     {definitionAttributes{}, definitionTable.Types()},
		"resource and data":  {taskAttributes{}, shared},
		"docker_task":        {model{}, whole},
		"data docker_task":   {taskAttributes{}, read},
		"log_group":          {logGroupModel{}, logGroupType.AttrTypes},
		"the roles":          {roleModel{}, roleType.AttrTypes},
	} {
		have := modelTypes(reflect.TypeOf(test.model))
		for _, attribute := range slices.Sorted(maps.Keys(test.types)) {
			switch typ, ok := have[attribute]; {
			case !ok:
				t.Errorf("%s: the model has no %s", name, attribute)
			case typ != reflect.TypeOf(test.types[attribute].ValueType(t.Context())) && attribute != "timeouts":
				t.Errorf("%s: %s is a %s in the model and a %T in the schema", name, attribute, typ, test.types[attribute].ValueType(t.Context()))
			}
			delete(have, attribute)
		}
		for attribute := range have {
			t.Errorf("%s: the schema has no %s", name, attribute)
		}
	}
}

// modelTypes are the types of a model's fields by their names in Terraform, embedded ones
// included.
func modelTypes(typ reflect.Type) map[string]reflect.Type {
	out := map[string]reflect.Type{}
	for i := range typ.NumField() {
		if f := typ.Field(i); f.Anonymous {
			maps.Copy(out, modelTypes(f.Type))
		} else {
			out[f.Tag.Get("tfsdk")] = f.Type
		}
	}
	return out
}

// A sidecar has the attributes of the main container; only its own size has another name
// there.
func TestTask_sidecarsAreContainers(t *testing.T) {
	t.Parallel()
	side := sidecarTable.Types()
	for name, typ := range mainTable.Types() {
		name = strings.TrimPrefix(name, "container_")
		if side[name] == nil || !side[name].Equal(typ) {
			t.Errorf("%s is %v of a sidecar, and %v of the main container", name, side[name], typ)
		}
		delete(side, name)
	}
	if len(side) > 0 {
		t.Errorf("the main container has no %v", slices.Sorted(maps.Keys(side)))
	}
}

// Every attribute has a description, and nothing inside an object is computed or a set, which do not plan well.
func TestTask_everyAttribute(t *testing.T) {
	t.Parallel()
	var resp resource.SchemaResponse
	NewResource().Schema(t.Context(), resource.SchemaRequest{}, &resp)
	n := 0
	var walk func(path string, a schema.Attribute, inside bool)
	walk = func(path string, a schema.Attribute, inside bool) {
		n++
		if a.GetMarkdownDescription() == "" && a.GetDescription() == "" && path != "timeouts" { // its own has none
			t.Errorf("%s has no description", path)
		}
		if inside && a.IsComputed() {
			t.Errorf("%s is computed", path)
		}
		if _, ok := a.(schema.SetNestedAttribute); ok {
			t.Errorf("%s is a set of objects", path)
		}
		for name, inner := range innerAttributes(a) {
			walk(path+"."+name, inner, true)
		}
	}
	for name, a := range resp.Schema.Attributes {
		walk(name, a, false)
	}
	if n < 200 {
		t.Errorf("only %d attributes were looked at", n)
	}
	t.Logf("%d attributes", n)
}

// innerAttributes are those of a nested attribute.
func innerAttributes(a schema.Attribute) map[string]schema.Attribute {
	switch a := a.(type) {
	case schema.SingleNestedAttribute:
		return a.Attributes
	case schema.ListNestedAttribute:
		return a.NestedObject.Attributes
	case schema.MapNestedAttribute:
		return a.NestedObject.Attributes
	}
	return nil
}
