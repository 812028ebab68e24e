package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// cliFault is a call that fails on the command line: the first of an operation, by how its name
// begins.
type cliFault struct {
	call  string
	fault acctest.Fault
}

// TestAccFaultsOnCommandLine is what TestAccFaults does, through Terraform itself, for some calls of
// each resource: a create, an update, a refresh and a destroy that fail, and the next run each time.
func TestAccFaultsOnCommandLine(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		configs                          func(t *testing.T) cliConfigs
		create, update, refresh, destroy cliFault
	}{
		"docker_task": {
			configs: func(t *testing.T) cliConfigs {
				u := newUnit(t)
				return cliConfigs{acctest.NewProxy(t), u.config(), u.config(`image = "alpine"`, fmt.Sprintf("task_role = { name = %q }", u.name+"-renamed")), u.checkGone()}
			},
			create:  cliFault{"ecs.RegisterTaskDefinition", acctest.AnswerLost},
			update:  cliFault{"iam.DeleteRole", acctest.AccessDenied},
			refresh: cliFault{"iam.GetRole", acctest.ServerError},
			destroy: cliFault{"logs.DeleteLogGroup", acctest.ConnectionDropped},
		},
		"docker_task_wire": {
			configs: func(t *testing.T) cliConfigs {
				proxy := acctest.NewProxy(t)
				w := newWired(t)
				return cliConfigs{proxy, w.config(w.wireBlock(w.byName())), w.config(w.wireBlock(w.byName(), `actions = ["stop"]`)), w.expectPolicies()}
			},
			create:  cliFault{"iam.PutRolePolicy", acctest.AnswerLost},
			update:  cliFault{"iam.PutRolePolicy", acctest.AccessDenied},
			refresh: cliFault{"iam.GetRolePolicy", acctest.ServerError},
			destroy: cliFault{"iam.DeleteRolePolicy", acctest.AnswerLost},
		},
		"docker_task_schedule": {
			configs: func(t *testing.T) cliConfigs {
				s := newScheduled(t)
				return cliConfigs{s.proxy, s.config(s.block()), s.config(s.block(fmt.Sprintf("role = { name = %q }", s.name+"-renamed"))), s.checkGone()}
			},
			create:  cliFault{"scheduler.POST", acctest.AnswerLost},
			update:  cliFault{"scheduler.PUT", acctest.AccessDenied},
			refresh: cliFault{"scheduler.GET", acctest.ServerError},
			destroy: cliFault{"scheduler.DELETE", acctest.AnswerLost},
		},
		"docker_task_subscription": {
			configs: func(t *testing.T) cliConfigs {
				proxy := acctest.NewProxy(t)
				h := newSubscriptionFixture(t)
				done, other, notify := h.queue("-done"), h.queue("-other"), h.function("-notify")
				config := func(lines ...string) string { return h.config(append(lines, fmt.Sprintf("name = %q", h.task))...) }
				return cliConfigs{
					proxy, config(fmt.Sprintf("function = %q", notify), fmt.Sprintf("dead_letter_queue = { queue = %q }", done)), config(fmt.Sprintf("queue = %q", other)),
					h.gone(h.queueLets(done), h.queueLets(other), h.functionLets(notify)),
				}
			},
			create:  cliFault{"events.PutTargets", acctest.AnswerLost},
			update:  cliFault{"sqs.SetQueueAttributes", acctest.AccessDenied},
			refresh: cliFault{"events.ListTargetsByRule", acctest.ServerError},
			destroy: cliFault{"events.DeleteRule", acctest.ServerError},
		},
		"docker_task_cluster": {
			configs: func(t *testing.T) cliConfigs {
				h := newClusterFixture(t)
				return cliConfigs{acctest.NewProxy(t), h.config(), h.config(`default_strategy = [{ name = "FARGATE_SPOT" }]`), h.gone()}
			},
			create:  cliFault{"ecs.CreateCluster", acctest.AnswerLost},
			update:  cliFault{"ecs.PutClusterCapacityProviders", acctest.AccessDenied},
			refresh: cliFault{"ecs.DescribeClusters", acctest.ServerError},
			destroy: cliFault{"ecs.DeleteCluster", acctest.AnswerLost},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := tt.configs(t)
			inject := func(f cliFault) func() {
				return func() {
					c.proxy.Reset()
					c.proxy.FailNth(1, f.fault, func(c acctest.Call) bool { return strings.HasPrefix(c.String(), f.call) })
				}
			}
			acctest.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: factories,
				CheckDestroy:             c.gone,
				Steps: []resource.TestStep{
					{PreConfig: inject(tt.create), Config: c.before, ExpectError: saying("could not be")},
					{PreConfig: func() { c.proxy.Reset(); mustBeGone(t, c.gone) }, Config: c.before},
					{PreConfig: inject(tt.update), Config: c.after, ExpectError: saying("could not be")},
					{PreConfig: c.proxy.Reset, Config: c.after},
					{PreConfig: inject(tt.refresh), RefreshState: true, ExpectError: saying("could not be read")},
					{PreConfig: inject(tt.destroy), Config: c.after, Destroy: true, ExpectError: saying("could not be")},
				},
			})
		})
	}
}

// cliConfigs are the configurations before and after the update, the proxy that makes calls fail, and a check that
// nothing is left.
type cliConfigs struct {
	proxy         *acctest.Proxy
	before, after string
	gone          resource.TestCheckFunc
}

func mustBeGone(t *testing.T, gone resource.TestCheckFunc) {
	t.Helper()
	if err := gone(nil); err != nil {
		t.Errorf("the create was not undone: %v", err)
	}
}
