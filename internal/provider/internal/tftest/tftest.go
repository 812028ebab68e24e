package tftest

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
)

// AttributeTypes are the types of the attributes of a schema, by name.
func AttributeTypes(t *testing.T, typ attr.Type) map[string]attr.Type {
	t.Helper()
	object, ok := typ.(basetypes.ObjectType)
	if !ok || len(object.AttrTypes) == 0 {
		t.Fatalf("%T has no attributes", typ)
	}
	return object.AttrTypes
}

// FieldTags are the names that the fields of a model have in Terraform, sorted.
func FieldTags(model any) []string {
	var out []string
	typ := reflect.TypeOf(model)
	for i := range typ.NumField() {
		out = append(out, typ.Field(i).Tag.Get("tfsdk"))
	}
	slices.Sort(out)
	return out
}

// Null is null also where a block that is absent would be empty.
type Null struct{}

// Value is a Go value as one of Terraform's of that type.
func Value(t *testing.T, typ tftypes.Type, v any) tftypes.Value {
	t.Helper()
	switch v := v.(type) {
	case Null:
		return tftypes.NewValue(typ, nil)
	case nil:
		if object, ok := typ.(tftypes.List); ok && object.ElementType.Is(tftypes.Object{}) {
			return tftypes.NewValue(typ, []tftypes.Value{}) // absent blocks are empty
		}
		if object, ok := typ.(tftypes.Set); ok && object.ElementType.Is(tftypes.Object{}) {
			return tftypes.NewValue(typ, []tftypes.Value{})
		}
		return tftypes.NewValue(typ, nil)
	case string:
		if v == Unknown {
			return tftypes.NewValue(typ, tftypes.UnknownValue)
		}
	case []any:
		element := tftypes.Type(nil)
		switch c := typ.(type) {
		case tftypes.List:
			element = c.ElementType
		case tftypes.Set:
			element = c.ElementType
		default:
			t.Fatalf("a list for %s", typ)
		}
		values := make([]tftypes.Value, len(v))
		for i := range v {
			values[i] = Value(t, element, v[i])
		}
		return tftypes.NewValue(typ, values)
	case Block:
		values := make(map[string]tftypes.Value)
		switch c := typ.(type) {
		case tftypes.Map:
			for key := range v {
				values[key] = Value(t, c.ElementType, v[key])
			}
		case tftypes.Object:
			for name, at := range c.AttributeTypes {
				values[name] = Value(t, at, v[name])
			}
			for name := range v {
				if _, ok := c.AttributeTypes[name]; !ok {
					t.Fatalf("no argument %s", name)
				}
			}
		}
		return tftypes.NewValue(typ, values)
	}
	return tftypes.NewValue(typ, v)
}

// Account is the account of the credentials in tests that call nothing.
const Account = "123456789012"

// Unknown stands for a value that is not known while planning.
const Unknown = "\x00unknown"

// Block is a provider block or the arguments of a resource: strings, booleans, numbers, lists, maps, and
// blocks as lists of maps, or unknown in the place of any.
type Block map[string]any

// With is a block with more in it.
func With(b, more Block) Block {
	b = maps.Clone(b)
	maps.Copy(b, more)
	return b
}

// CheckFrozenPrivate reads the frozen private state of a kind of unit into what private returns, and
// writes it again. What private state holds in the rare hour, orphans, permissions left, an adopted log group,
// is in no frozen state, which is of a run that went well. So it is frozen by hand, each field with a value: a
// field that goes by another name now would be forgotten without a word, and with it what is to be deleted, or
// must not be. New fields are empty in it.
func CheckFrozenPrivate(t *testing.T, root, kind string, private func() any) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, "v*", "private.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no frozen private state below %s: %v", root, err)
	}
	seen := false
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var frozen map[string]json.RawMessage
		if err := json.Unmarshal(text, &frozen); err != nil {
			t.Fatal(err)
		}
		unit, has := frozen[kind]
		if !has {
			continue // the same as before
		}
		seen = true
		read := private()
		strict := json.NewDecoder(bytes.NewReader(unit))
		strict.DisallowUnknownFields()
		if err := strict.Decode(read); err != nil {
			t.Errorf("%s: %v. An older release wrote it: read it too", file, err)
			continue
		}
		again, err := json.Marshal(read)
		if err != nil {
			t.Fatal(err)
		}
		var had, now map[string]any
		if err := json.Unmarshal(unit, &had); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(again, &now); err != nil {
			t.Fatal(err)
		}
		for field, value := range had {
			if !reflect.DeepEqual(now[field], value) {
				t.Errorf("%s: %s was %v, and is %v", file, field, value, now[field])
			}
		}
	}
	if !seen {
		t.Errorf("no frozen private state of %s", kind)
	}
}

// Place is a place whose partition is not the usual one.
var Place = arn.Place{Partition: "aws-cn", Region: "cn-north-1", Account: Account}

// Object is an object with some attributes set, and the others null.
func Object(t testing.TB, typ types.ObjectType, set map[string]attr.Value) types.Object {
	t.Helper()
	values := map[string]attr.Value{}
	for name, at := range typ.AttrTypes {
		v, err := at.ValueFromTerraform(t.Context(), tftypes.NewValue(at.TerraformType(t.Context()), nil))
		if err != nil {
			t.Fatal(err)
		}
		values[name] = v
		if given, ok := set[name]; ok {
			values[name] = given
		}
	}
	o, diags := types.ObjectValue(typ.AttrTypes, values)
	if diags.HasError() {
		t.Fatal(diags)
	}
	return o
}
