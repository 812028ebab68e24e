package provider

import "testing"

func TestPrivate_frozen_task(t *testing.T) {
	t.Parallel()
	checkFrozenPrivate(t, "../testdata/frozen", "docker_task", func() any { return &unitState{} })
}
