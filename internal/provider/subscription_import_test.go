package provider_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// After an import there is nothing to change, however the configuration gives a task that
// exists.
func TestAccSubscription_import(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		task  []string
		heard string
		lines []string
	}{
		"resource": {heard: "docker_task.test"},
		"whole": {
			heard: "docker_task.test",
			task:  []string{`cluster = "media"`, `subnet_ids = ["subnet-1", "subnet-2"]`, `security_group_ids = ["sg-1"]`, `container_name = "worker"`},
			lines: []string{"only_failures = true", "retry = { maximum_attempts = 3 }", "tags = { a = \"b\" }"},
		},
		"any cluster": {heard: "docker_task.test", lines: []string{"any_cluster = true", "exit_codes = [1, 2]"}},
		"schedule":    {heard: "docker_task.test", lines: []string{`schedule = "transcode-every-night-at-two"`}},
		"data source": {heard: "data.docker_task.test", lines: []string{"only_failures = true"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newSubscriptionFixture(t)
			done := h.queue("-done")
			task := block("resource docker_task test", append(c.task, fmt.Sprintf("name = %q", h.task), `image = "busybox:1.37"`)...) +
				block("data docker_task test", "name = docker_task.test.name")
			config := h.config(append(c.lines, "task = "+c.heard, fmt.Sprintf("queue = %q", done))...) + task
			acctest.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: factories,
				CheckDestroy:             h.gone(h.queueLets(done)),
				Steps: []resource.TestStep{
					{Config: config},
					{Config: h.provider + task + `
removed {
  from = docker_task_subscription.test
  lifecycle {
    destroy = false
  }
}
`},
					{
						Config:           config + fmt.Sprintf("import {\n  to = %s\n  identity = { name = %q }\n}\n", theSubscription, h.task+"-"+done+"-queue"),
						ConfigPlanChecks: planned(plancheck.ExpectResourceAction(theSubscription, plancheck.ResourceActionNoop)),
						Check:            h.queueLets(done, h.task+"-"+done+"-queue"),
					},
				},
			})
		})
	}
}

// An import cannot see who wrote the statements. With attach_permission = false they stay; once the provider has
// written them itself, it removes them.
func TestAccSubscription_import_othersPermission(t *testing.T) {
	t.Parallel()
	h := newSubscriptionFixture(t)
	done, lost := h.queue("-done"), h.queue("-lost")
	arguments := func(attach bool) values {
		return values{
			"task": values{"name": h.task}, "name": h.task, "queue": done, "attach_permission": attach,
			"dead_letter_queue": values{"queue": lost, "attach_permission": attach},
		}
	}
	c := newProtocolClient(t, "docker_task_subscription", nil)
	_, err := c.apply(c.nothing(), arguments(true))
	h.must(err)
	lets := func(what string, rules ...string) {
		t.Helper()
		for _, queue := range []string{done, lost} {
			if err := h.queueLets(queue, rules...)(nil); err != nil {
				t.Errorf("%s: %v", what, err)
			}
		}
	}
	// Nothing shows that these belong to another owner.
	state, err := c.imported(h.task)
	h.must(err)
	state, err = c.refresh(state)
	h.must(err)
	state, err = c.apply(state, arguments(false))
	h.must(err)
	lets("given up by the first update after the import", h.task)
	c.mustPlanNothing(state, arguments(false))

	state, err = c.apply(state, arguments(true))
	h.must(err)
	state, err = c.apply(state, arguments(false))
	h.must(err)
	lets("given up later")
	_, err = c.destroy(state)
	h.must(err)
	h.must(h.gone()(nil))
}
