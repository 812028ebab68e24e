package taskschedule

import (
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tftest"
)

func TestPrivate_frozen_schedule(t *testing.T) {
	t.Parallel()
	tftest.CheckFrozenPrivate(t, "../testdata/frozen", "docker_task_schedule", func() any { return &lifecycle.State{} })
}
