package provider

import "testing"

func TestPrivate_frozen_schedule(t *testing.T) {
	t.Parallel()
	checkFrozenPrivate(t, "../testdata/frozen", "docker_task_schedule", func() any { return &unitState{} })
}
