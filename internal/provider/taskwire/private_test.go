package taskwire

import (
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tftest"
)

func TestPrivate_frozen_wire(t *testing.T) {
	t.Parallel()
	tftest.CheckFrozenPrivate(t, "../testdata/frozen", "docker_task_wire", func() any { return &wireState{} })
}
