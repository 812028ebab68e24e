package provider

import "testing"

func TestPrivate_frozen_wire(t *testing.T) {
	t.Parallel()
	checkFrozenPrivate(t, "../testdata/frozen", "docker_task_wire", func() any { return &wireState{} })
}
