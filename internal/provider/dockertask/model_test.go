package dockertask

import (
	"context"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

func taskSchema(t *testing.T) resource.SchemaResponse {
	t.Helper()
	var resp resource.SchemaResponse
	(&taskResource{}).Schema(t.Context(), resource.SchemaRequest{}, &resp)
	if resp.Diagnostics.HasError() {
		t.Fatal(resp.Diagnostics)
	}
	return resp
}

// attributesOf are the attribute values of a model by their names, those of embedded structs
// among them.
func attributesOf(model reflect.Value) map[string]reflect.Value {
	out := map[string]reflect.Value{}
	for i := range model.NumField() {
		field := model.Type().Field(i)
		if field.Anonymous {
			maps.Copy(out, attributesOf(model.Field(i)))
			continue
		}
		out[field.Tag.Get("tfsdk")] = model.Field(i)
	}
	return out
}

// Schema and models have to speak of the same attributes.
func TestTaskModel_schema(t *testing.T) {
	t.Parallel()
	schema := taskSchema(t).Schema
	if problems := schema.ValidateImplementation(t.Context()); problems.HasError() {
		t.Fatal(problems)
	}
	for name, c := range map[string]struct {
		model any
		want  []string
	}{
		"docker_task": {model{}, slices.Collect(maps.Keys(schema.Attributes))},
		"container":   {containerAttributes{}, slices.Collect(maps.Keys(mainTable.Types()))},
		"definition":  {definitionAttributes{}, slices.Collect(maps.Keys(definitionTable.Types()))},
		"log_group":   {logGroupModel{}, slices.Collect(maps.Keys(logGroupType.AttrTypes))},
		"roles":       {roleModel{}, slices.Collect(maps.Keys(roleType.AttrTypes))},
	} {
		have := slices.Sorted(maps.Keys(attributesOf(reflect.ValueOf(c.model))))
		if slices.Sort(c.want); !slices.Equal(have, c.want) {
			t.Errorf("%s: the model has %v, the schema %v", name, have, c.want)
		}
	}
}

// emptyTask is a model in which everything is null.
func emptyTask(t *testing.T) model {
	t.Helper()
	var diags diag.Diagnostics
	m := newModel(t.Context(), &diags)
	if diags.HasError() {
		t.Fatal(diags)
	}
	return m
}

// An empty model has to fit into a state, and a null state into a model.
func TestNewTaskModel(t *testing.T) {
	t.Parallel()
	ctx, schema := t.Context(), taskSchema(t).Schema
	state := tfsdk.State{Schema: schema, Raw: tftypes.NewValue(schema.Type().TerraformType(ctx), nil)}
	if problems := state.Set(ctx, emptyTask(t)); problems.HasError() {
		t.Fatal(problems)
	}
	var back model
	if problems := state.Get(ctx, &back); problems.HasError() {
		t.Fatal(problems)
	}
	for name, v := range attributesOf(reflect.ValueOf(back)) {
		if value, ok := v.Interface().(attr.Value); !ok || !value.IsNull() {
			t.Errorf("%s is %v", name, v)
		}
	}
}

// A unit's private state has to be read back as it was written, and that of other releases
// as far as it goes.
func TestUnitState(t *testing.T) {
	t.Parallel()
	kept := private{}
	want := task.Record{ID: "a", Digest: "b", DigestFormat: 1, Parts: []task.Part{
		{Kind: task.FamilyPart, Name: "c", Confirmed: true, Version: 7}, {Kind: task.RolePart, Name: "left", Adopted: true},
	}}
	var diags diag.Diagnostics
	lifecycle.WriteRecord(t.Context(), kept, "docker task", want, &diags)
	have, known := lifecycle.ReadRecord(t.Context(), kept, "docker task", &diags)
	if diags.HasError() || !known || !reflect.DeepEqual(have, want) {
		t.Errorf("%+v (%t, %v), not %+v", have, known, diags, want)
	}
	if _, known := lifecycle.ReadRecord(t.Context(), private{}, "docker task", &diags); known || diags.HasError() {
		t.Errorf("no private state is known: %t, %v", known, diags)
	}
	have, known = lifecycle.ReadRecord(t.Context(), private{tf.UnitKey: []byte(`{"id":"a","of":"a later release"}`)}, "docker task", &diags)
	if !known || have.ID != "a" || diags.HasError() {
		t.Errorf("that of another release: %+v, %v", have, diags)
	}
	if _, _ = lifecycle.ReadRecord(t.Context(), private{tf.UnitKey: []byte("{")}, "docker task", &diags); !diags.HasError() {
		t.Error("damaged private state is no error")
	}
	for format, refused := range map[string]bool{"": false, "1": false, "2": true, `{"a":1}`: true} {
		from := private{tf.UnitKey: []byte(`{"id":"a"}`)}
		if format != "" {
			from[tf.UnitFormatKey] = []byte(format)
		}
		var diags diag.Diagnostics
		have, known := lifecycle.ReadRecord(t.Context(), from, "docker task", &diags)
		switch {
		case !known || diags.HasError() != refused:
			t.Errorf("format %q: %v", format, diags)
		case !refused && have.ID != "a", refused && have.ID != "":
			t.Errorf("format %q: read as %+v", format, have)
		case refused && !strings.Contains(diags[0].Detail(), "init -upgrade"):
			t.Errorf("format %q: %s", format, diags[0].Detail())
		}
	}
}

// private is private state in memory.
type private map[string][]byte

func (p private) GetKey(_ context.Context, key string) ([]byte, diag.Diagnostics) { return p[key], nil }

func (p private) SetKey(_ context.Context, key string, value []byte) diag.Diagnostics {
	p[key] = value
	return nil
}

// textList is a list of strings.
func textList(words ...string) types.List { return tf.ListOf(words) }
