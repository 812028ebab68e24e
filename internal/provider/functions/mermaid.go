package functions

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/picture"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
)

var mermaidDefinition = function.Definition{
	Summary: "Draw docker tasks and their wires",
	MarkdownDescription: "A flowchart of docker tasks, of what they use, and of who runs them, in the language of [Mermaid](https://mermaid.js.org), which GitHub and GitLab draw in Markdown. " +
		"A dashed line is a wire, a solid one a schedule, a run or a subscription.",
	VariadicParameter: function.DynamicParameter{
		Name: "resources", AllowUnknownValues: true, AllowNullValue: true,
		MarkdownDescription: "Resources of this provider, such as `docker_task.dump` and `docker_task_schedule.nightly`, or maps, lists and tuples of them, as with `for_each`. Null is left out.",
	},
	Return: function.StringReturn{},
}

// drawn are the resources that are drawn, by attributes that no other has, and those of their attributes that are looked at.
var drawn = []struct {
	resource   string
	marks      []string
	attributes []string
}{
	{"docker_task", []string{"family_arn", "image", "wires"}, []string{"name", "region", "wires"}},
	{"docker_task_wire", []string{"policy_name", "state_json"}, []string{"task", "region", "consumer_role", "integration"}},
	{"docker_task_schedule", []string{"expression", "time_zone"}, []string{"task", "region", "name", "expression"}},
	{"docker_task_run", []string{"task_arns", "log_lines"}, []string{"task", "region", "command"}},
	{"docker_task_subscription", []string{"only_failures", "topic"}, []string{"task", "region", "only_failures", "function", "queue", "topic"}},
}

func runMermaid(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var resources types.Tuple
	if resp.Error = req.Arguments.Get(ctx, &resources); resp.Error != nil {
		return
	}
	d := drawing{}
	for i, r := range resources.Elements() {
		if err := d.add(r); err != nil {
			fail(resp, int64(i), err)
			return
		}
	}
	if d.unknown {
		resp.Error = resp.Result.Set(ctx, types.StringUnknown())
		return
	}
	d.Settle()
	resp.Error = resp.Result.Set(ctx, d.Mermaid())
}

// drawing is a picture of values.
type drawing struct {
	picture.Picture
	// unknown: something that would be drawn is not known yet.
	unknown bool
}

// add adds a resource, or those of a collection.
func (d *drawing) add(v attr.Value) error {
	if dynamic, is := v.(types.Dynamic); is {
		v = dynamic.UnderlyingValue()
	}
	switch {
	case v == nil || v.IsNull():
		return nil
	case v.IsUnknown():
		d.unknown = true
		return nil
	}
	var inner []attr.Value
	switch v := v.(type) {
	case types.Object:
		if d.addResource(v.Attributes()) {
			return nil
		}
		for _, e := range v.Attributes() { // for_each is an object
			inner = append(inner, e)
		}
	case types.Map:
		for _, e := range v.Elements() {
			inner = append(inner, e)
		}
	case types.List:
		inner = v.Elements()
	case types.Set:
		inner = v.Elements()
	case types.Tuple:
		inner = v.Elements()
	default:
		return errors.New("give resources of this provider, or collections of them")
	}
	for _, e := range inner {
		if err := d.add(e); err != nil {
			return err
		}
	}
	return nil
}

// addResource adds a resource; false if it is none of this provider.
func (d *drawing) addResource(attributes map[string]attr.Value) bool {
	for _, kind := range drawn {
		if !hasAll(attributes, kind.marks) {
			continue
		}
		values := map[string]any{}
		for _, name := range kind.attributes {
			v := attributes[name]
			d.unknown = d.unknown || anyUnknown(name, v)
			values[name] = plain(v)
		}
		d.Add(kind.resource, values)
		return true
	}
	return false
}

// anyUnknown reports whether something of an attribute is not known that is drawn: of a task, its name and region.
func anyUnknown(name string, v attr.Value) bool {
	task, is := v.(types.Object)
	if !is || name != "task" || task.IsUnknown() {
		return v != nil && tf.AnyUnknown(v)
	}
	for _, name := range []string{"name", "region"} {
		if v := task.Attributes()[name]; v != nil && v.IsUnknown() {
			return true
		}
	}
	return false
}

func hasAll(attributes map[string]attr.Value, names []string) bool {
	for _, name := range names {
		if _, has := attributes[name]; !has {
			return false
		}
	}
	return true
}

// plain is a value as JSON would have it; nil for null and for what is not known.
func plain(v attr.Value) any {
	if dynamic, is := v.(types.Dynamic); is {
		v = dynamic.UnderlyingValue()
	}
	if v == nil || v.IsNull() || v.IsUnknown() {
		return nil
	}
	switch v := v.(type) {
	case types.String:
		return v.ValueString()
	case types.Bool:
		return v.ValueBool()
	case types.Object:
		return plainMap(v.Attributes())
	case types.Map:
		return plainMap(v.Elements())
	case types.List:
		return plainList(v.Elements())
	case types.Tuple:
		return plainList(v.Elements())
	case types.Set:
		return plainList(v.Elements())
	}
	return nil
}

func plainMap(in map[string]attr.Value) map[string]any {
	out := map[string]any{}
	for key, v := range in {
		out[key] = plain(v)
	}
	return out
}

func plainList(in []attr.Value) []any {
	out := make([]any, len(in))
	for i, v := range in {
		out[i] = plain(v)
	}
	return out
}
