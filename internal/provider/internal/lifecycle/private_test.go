package lifecycle

import (
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tftest"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// A record that an older release has written keeps all it has.
func TestRecord_frozen(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"docker_task", "docker_task_wire", "docker_task_schedule", "docker_task_subscription"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			tftest.CheckFrozenPrivate(t, "../../testdata/frozen", kind, func() any { return &task.Record{} })
		})
	}
}
