package provider

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/dockertask/terraform-provider-docker/internal/provider/dockertask"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tftest"
	"github.com/dockertask/terraform-provider-docker/internal/provider/taskref"
	"github.com/dockertask/terraform-provider-docker/internal/provider/taskwire"
)

func resourceTypes(t *testing.T) map[string]attr.Type {
	t.Helper()
	var resp resource.SchemaResponse
	dockertask.NewResource().Schema(t.Context(), resource.SchemaRequest{}, &resp)
	return tftest.AttributeTypes(t, resp.Schema.Type())
}

func dataSourceTypes(t *testing.T) map[string]attr.Type {
	t.Helper()
	var resp datasource.SchemaResponse
	dockertask.NewDataSource().Schema(t.Context(), datasource.SchemaRequest{}, &resp)
	return tftest.AttributeTypes(t, resp.Schema.Type())
}

// expectAmong checks that every attribute stands in a schema with the same type.
func expectAmong(t *testing.T, where string, all, some map[string]attr.Type) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(some)) {
		switch have, ok := all[name]; {
		case !ok:
			t.Errorf("%s has no attribute %s", where, name)
		case !have.Equal(some[name]):
			t.Errorf("%s: %s is %s, not %s", where, name, have, some[name])
		}
	}
}

// The data source has all attributes of the resource, but for those about how the resource is managed.
func TestTaskDataSource_schemaIsTheResources(t *testing.T) {
	t.Parallel()
	all, of := resourceTypes(t), dataSourceTypes(t)
	for _, name := range []string{"keep_revisions", "delete_revisions", "drift", "timeouts"} {
		if all[name] == nil {
			t.Errorf("the resource has no attribute %s", name)
		}
		delete(all, name)
	}
	expectAmong(t, "the data source", of, all)
	expectAmong(t, "the resource", all, of)
}

// A wire takes a whole resource or data source: attributes that its task does not have are
// dropped, but those that it has must be there. What changes with each revision must not be
// among them.
func TestWire_taskIsASubset(t *testing.T) {
	t.Parallel()
	task := tftest.AttributeTypes(t, taskref.Schema().GetType())
	expectAmong(t, "the resource", resourceTypes(t), task)
	expectAmong(t, "the data source", dataSourceTypes(t), task)
	for _, name := range []string{"arn", "revision", "image"} {
		if task[name] != nil {
			t.Errorf("a new image would change %s of the wire", name)
		}
	}
}

func TestWire_everythingIsDescribed(t *testing.T) {
	t.Parallel()
	var resp resource.SchemaResponse
	taskwire.NewResource().Schema(t.Context(), resource.SchemaRequest{}, &resp)
	for name, a := range resp.Schema.Attributes {
		if a.GetMarkdownDescription() == "" {
			t.Errorf("%s has no description", name)
		}
	}
	for name, a := range taskref.Schema().Attributes {
		if a.GetMarkdownDescription() == "" {
			t.Errorf("task.%s has no description", name)
		}
	}
	for _, variable := range []string{"DOCKER_TASK_ARN", "DOCKER_TASK_SUBNETS"} {
		if !strings.Contains(resp.Schema.Attributes["environment"].GetMarkdownDescription(), variable) {
			t.Errorf("the environment's description does not name %s", variable)
		}
	}
}
