package provider

import "testing"

func TestPrivate_frozen_subscription(t *testing.T) {
	t.Parallel()
	checkFrozenPrivate(t, "../testdata/frozen", "docker_task_subscription", func() any { return &subscriptionState{} })
}
