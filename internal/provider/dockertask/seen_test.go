package dockertask

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// An update takes parts as state has them only if a refresh found no drift, and an operation has succeeded with the record:
// else state does not say all of a part.
func TestModel_seen(t *testing.T) {
	const id = "docker_task/us-east-1/x/abc"
	for name, c := range map[string]struct {
		change func(m *model, rec *task.Record)
		want   int // parts
	}{
		"all":                      {func(*model, *task.Record) {}, 3},
		"a role is missing":        {func(m *model, _ *task.Record) { m.TaskRoleARN = types.StringNull() }, 2},
		"the log group is missing": {func(m *model, _ *task.Record) { m.LogGroupARN = types.StringNull() }, 2},
		"a role is not confirmed": {func(_ *model, rec *task.Record) {
			*rec = rec.With(task.Part{Kind: task.RolePart, Name: "x-task"})
		}, 2},
		"drift":              {func(m *model, _ *task.Record) { m.Drift = tf.ListOf([]string{"task role: trust policy"}) }, 0},
		"no drift attribute": {func(m *model, _ *task.Record) { m.Drift = types.ListNull(types.StringType) }, 0},
		"no id":              {func(_ *model, rec *task.Record) { rec.ID = "" }, 0},
		"imported":           {func(_ *model, rec *task.Record) { rec.ChangedAt = 0 }, 0},
	} {
		t.Run(name, func(t *testing.T) {
			unit := task.Unit{
				Definition: task.Definition{Family: "x"}, LogGroup: task.LogGroup{Name: "/ecs/x"}, Tags: map[string]string{},
				Roles: map[task.RoleKind]task.Role{task.ExecutionRole: {Name: "x-execution"}, task.TaskRole: {Name: "x-task"}},
			}
			var m model
			m.Drift, m.LogGroupARN = tf.ListOf(nil), types.StringValue("arn:g")
			m.ExecutionRoleName, m.ExecutionRoleARN = types.StringValue("x-execution"), types.StringValue("arn:e")
			m.TaskRoleName, m.TaskRoleARN = types.StringValue("x-task"), types.StringValue("arn:t")
			rec := task.Record{ID: id, ChangedAt: 1}.Of(unit.Parts()...)
			c.change(&m, &rec)
			seen := m.seen(unit, rec)
			have := len(seen.Roles)
			if seen.LogGroup != nil {
				have++
				if seen.LogGroup.Tags[task.TagUnit] != id {
					t.Errorf("tags of the log group: %v", seen.LogGroup.Tags)
				}
			}
			if have != c.want {
				t.Errorf("%d parts, not %d: %+v", have, c.want, seen)
			}
		})
	}
}
