package dockertask

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/golden"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
)

// TestTask_hasEveryFieldOfTheSDK finds out by trying which attribute sets which field of
// RegisterTaskDefinition. A field that the SDK gains and no attribute sets fails it.
func TestTask_hasEveryFieldOfTheSDK(t *testing.T) {
	t.Parallel()
	set := setBy(t)
	all := sdkFields(reflect.TypeFor[ecs.RegisterTaskDefinitionInput](), "")
	if len(all) < 120 {
		t.Errorf("only %d fields of the SDK were found", len(all))
	}
	for _, field := range all {
		reason, left := leftOut[field]
		switch {
		case left && len(set[field]) > 0:
			t.Errorf("%s is left out, but %s sets it", field, strings.Join(set[field], ", "))
		case left && reason == "":
			t.Errorf("%s is left out for no reason", field)
		case !left && len(set[field]) == 0:
			t.Errorf("no attribute sets %s; give it one, or a reason in leftOut", field)
		}
	}
	for field := range leftOut {
		if !slices.Contains(all, field) {
			t.Errorf("leftOut has %s, which the SDK does not have", field)
		}
	}
	t.Logf("%d fields, %d of them left out", len(all), len(leftOut))
}

// The guide has the table that the code gives.
func TestTask_fieldTable(t *testing.T) {
	t.Parallel()
	guide := filepath.Join("..", "..", "..", "templates", "guides", "fields.md")
	golden.Section(t, guide, "<!-- fields -->\n", "<!-- /fields -->", fieldTable(t))
}

// fieldTable is the table of the guide: every field of a task definition and the attributes
// that set it, or why none does.
func fieldTable(t *testing.T) string {
	t.Helper()
	set := setBy(t)
	var b strings.Builder
	b.WriteString("| field of the task definition | attribute |\n|---|---|\n")
	for _, field := range sdkFields(reflect.TypeFor[ecs.RegisterTaskDefinitionInput](), "") {
		by := leftOut[field]
		if by == "" {
			by = tf.Code(set[field])
		}
		fmt.Fprintf(&b, "| `%s` | %s |\n", field, by)
	}
	return b.String()
}

// sdkFields are the paths of a type's fields that hold no further ones, in the words of a
// task definition file.
func sdkFields(typ reflect.Type, path string) []string {
	typ = elementOf(typ)
	var out []string
	if members, ok := unions[typ]; ok {
		for _, name := range slices.Sorted(maps.Keys(members)) {
			out = append(out, sdkFields(members[name], below(path, name))...)
		}
		return out
	}
	if typ.Kind() != reflect.Struct {
		return []string{path}
	}
	for i := range typ.NumField() {
		if f := typ.Field(i); f.IsExported() {
			out = append(out, sdkFields(f.Type, below(path, f.Name))...)
		}
	}
	return out
}

// unions are the SDK's unions, interfaces, with what their members hold. A test of
// internal/aws keeps them complete.
var unions = map[reflect.Type]map[string]reflect.Type{
	reflect.TypeFor[ecstypes.SharingStrategy](): {"NvidiaMps": reflect.TypeFor[ecstypes.NvidiaMpsAllocation]()},
}

// below is the path of a field: the API's names are the SDK's with a small first letter.
func below(path, field string) string {
	return strings.TrimPrefix(path+"."+strings.ToLower(field[:1])+field[1:], ".")
}

func elementOf(typ reflect.Type) reflect.Type {
	for typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice {
		typ = typ.Elem()
	}
	return typ
}

// saidBy are the values that a definition's JSON says, by path; those of all elements of a
// list together, and those of a map as one.
func saidBy(v any, path string, into map[string][]string) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			saidBy(e, path, into)
		}
	case map[string]any:
		if field := path[strings.LastIndexByte(path, '.')+1:]; slices.Contains([]string{"options", "dockerLabels", "driverOpts", "labels"}, field) {
			into[path] = append(into[path], fmt.Sprint(v))
			return
		}
		for _, name := range slices.Sorted(maps.Keys(v)) {
			saidBy(v[name], strings.TrimPrefix(path+"."+name, "."), into)
		}
	default:
		into[path] = append(into[path], fmt.Sprint(v))
	}
}

// setBy are the attributes that set each field: each is tried alone. Names and sizes, from
// which much is derived, are listed only if no other attribute sets a field, and a sidecar's attributes only if the
// main container has none.
func setBy(t *testing.T) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	attributes := taskAttributesSchema()
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		if slices.Contains([]string{"definition_json", "images", "wires"}, name) {
			continue // a whole definition, what goes into one, and what an environment variable is made of
		}
		if a := attributes[name]; a.IsComputed() && !a.IsOptional() {
			continue // it follows from the others
		}
		for _, one := range trials(name, attributes[name]) {
			before, after := registered(t, name, one.before), registered(t, name, one.after)
			for field := range after {
				if !slices.Equal(before[field], after[field]) && !slices.Contains(out[field], one.path) {
					out[field] = append(out[field], one.path)
				}
			}
		}
	}
	for field, by := range out {
		for _, derived := range []string{"sidecars", "name", "region"} {
			rest := slices.DeleteFunc(slices.Clone(by), func(path string) bool { return path == derived || strings.HasPrefix(path, derived+".") })
			if len(rest) > 0 {
				by = rest
			}
		}
		// An attribute that only sets a number to 0 by its presence is left out: the attribute of the number is listed.
		out[field] = slices.DeleteFunc(slices.Clone(by), func(path string) bool {
			return slices.ContainsFunc(by, func(other string) bool { return strings.HasPrefix(other, path+".") })
		})
	}
	return out
}

// trial is an attribute without and with one leaf set.
type trial struct {
	path          string
	before, after attr.Value
}

// samples are values for leaves that do not take just any.
var samples = map[string]string{
	"name": "another", "region": "eu-west-1", "launch_types": "EXTERNAL", "secrets": "/token", "log_secret_options": "/token",
	"environment_files": "arn:aws:s3:::bucket/key", "execution_role.arn": "arn:aws:iam::123456789012:role/x", "task_role.arn": "arn:aws:iam::123456789012:role/x",
	"execution_role.path": "/x/", "task_role.path": "/x/", "log_group.arn": "arn:aws:logs:us-east-1:123456789012:log-group:x",
}

func trials(path string, a schema.Attribute) []trial {
	null := nullOf(a.GetType())
	leaf := func(v attr.Value) []trial { return []trial{{path, null, v}} }
	text := types.StringValue("sample")
	if s, ok := samples[path]; ok {
		text = types.StringValue(s)
	}
	inside := func(attributes map[string]schema.Attribute, around func(types.Object) attr.Value) []trial {
		empty := map[string]attr.Value{}
		objectTypes := map[string]attr.Type{}
		for name, a := range attributes {
			objectTypes[name] = a.GetType()
			empty[name] = nullOf(a.GetType())
		}
		var out []trial
		for _, name := range slices.Sorted(maps.Keys(attributes)) {
			for _, inner := range trials(path+"."+name, attributes[name]) {
				with := func(v attr.Value) attr.Value {
					values := maps.Clone(empty)
					values[name] = v
					return around(types.ObjectValueMust(objectTypes, values))
				}
				out = append(out, trial{inner.path, with(inner.before), with(inner.after)})
			}
		}
		return out
	}
	switch a := a.(type) {
	case schema.StringAttribute:
		return leaf(text)
	case schema.Int64Attribute:
		return leaf(types.Int64Value(77))
	case schema.BoolAttribute:
		return leaf(types.BoolValue(!strings.HasSuffix(path, "essential")))
	case schema.SetAttribute:
		return leaf(types.SetValueMust(types.StringType, []attr.Value{text}))
	case schema.ListAttribute:
		if a.ElementType == types.Int64Type {
			return leaf(types.ListValueMust(types.Int64Type, []attr.Value{types.Int64Value(77)}))
		}
		return leaf(types.ListValueMust(types.StringType, []attr.Value{text}))
	case schema.MapAttribute:
		return leaf(types.MapValueMust(types.StringType, map[string]attr.Value{"key": text}))
	case schema.SingleNestedAttribute:
		return inside(a.Attributes, func(o types.Object) attr.Value { return o })
	case schema.ListNestedAttribute:
		return inside(a.NestedObject.Attributes, func(o types.Object) attr.Value {
			return types.ListValueMust(a.NestedObject.Type(), []attr.Value{o})
		})
	case schema.MapNestedAttribute:
		around := func(o types.Object) attr.Value {
			return types.MapValueMust(a.NestedObject.Type(), map[string]attr.Value{"key": o})
		}
		out := inside(a.NestedObject.Attributes, around)
		return append(out, trial{path, null, out[0].before}) // its key
	}
	panic(fmt.Sprintf("nothing to try %T with", a))
}

func nullOf(typ attr.Type) attr.Value {
	v, err := typ.ValueFromTerraform(context.Background(), tftypes.NewValue(typ.TerraformType(context.Background()), nil))
	if err != nil {
		panic(err)
	}
	return v
}

// registered is what is sent to ECS for a small task on EC2, where least is filled in, with
// one attribute set.
func registered(t *testing.T, attribute string, v attr.Value) map[string][]string {
	t.Helper()
	var diags diag.Diagnostics
	m := newModel(t.Context(), &diags)
	m.Name, m.Image, m.LaunchTypes = types.StringValue("sample-task"), types.StringValue("busybox"), tf.SetOf([]string{"EC2"})
	m.set(t, attribute, v)
	place := lifecycle.Site{Place: arn.Place{Partition: "aws", Region: "us-east-1", Account: "123456789012"}, DefaultSubnets: func() types.Set { return tf.SetOf(nil) }}
	if attribute == "region" && !v.IsNull() {
		place.Region = tf.As[types.String](v).ValueString()
	}
	spec := m.describe(t.Context(), place, &diags).spec
	if diags.HasError() {
		t.Fatalf("%s: %v", attribute, diags)
	}
	definition, err := spec.Definition()
	if err != nil {
		t.Fatalf("%s: %v", attribute, err)
	}
	var said map[string]any // internal/aws sends this text's fields, none more and none less
	if err := json.Unmarshal(definition.JSON(), &said); err != nil {
		t.Fatalf("%s: %v", attribute, err)
	}
	out := map[string][]string{}
	saidBy(said, "", out)
	return out
}

// set writes one attribute of a model, unless it is null.
func (m *model) set(t testing.TB, attribute string, v attr.Value) {
	t.Helper()
	if v.IsNull() {
		return
	}
	reflect.ValueOf(&m.taskAttributes).Elem().FieldByIndex(m.field(t, attribute)).Set(reflect.ValueOf(v))
}

// attribute reads one attribute of a model.
func (m *model) attribute(t testing.TB, name string) attr.Value {
	t.Helper()
	v, ok := reflect.ValueOf(m.taskAttributes).FieldByIndex(m.field(t, name)).Interface().(attr.Value)
	if !ok {
		t.Fatalf("the field of %s is no value of an attribute", name)
	}
	return v
}

func (m *model) field(t testing.TB, attribute string) []int {
	t.Helper()
	index, ok := attributeFields()[attribute]
	if !ok {
		t.Fatalf("the model has no attribute %s", attribute)
	}
	return index
}

// attributeFields are the fields of the model by their attributes. The framework's own way, by a value of the
// whole object, takes most of the time of tests that go through all fields.
var attributeFields = sync.OnceValue(func() map[string][]int {
	out := map[string][]int{}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[taskAttributes]()) {
		if name := f.Tag.Get("tfsdk"); name != "" {
			out[name] = f.Index
		}
	}
	return out
})
