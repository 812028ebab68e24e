package tasksubscription

import (
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tftest"
)

func TestPrivate_frozen_subscription(t *testing.T) {
	t.Parallel()
	tftest.CheckFrozenPrivate(t, "../testdata/frozen", "docker_task_subscription", func() any { return &subscriptionState{} })
}
