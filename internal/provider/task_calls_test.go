package provider_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// latency is how long the proxy waits for further calls that go out together: longer than the
// provider takes between two that do, also under the race detector on a machine that is busy.
const latency = time.Second

// TestAccTask_calls: a unit is read in one round trip and created in three, with as many calls as it has parts; an
// update and a destroy make the calls that DESIGN.md lists.
func TestAccTask_calls(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	proxy := acctest.NewProxy(t)
	proxy.Latency(latency)
	c := newProtocolClient(t, "docker_task", nil)
	arguments := values{"name": u.name, "image": "busybox"}
	counted := func(operation string, calls, deep int, f func() error) {
		t.Helper()
		proxy.Reset()
		if err := f(); err != nil {
			t.Fatalf("%s: %v", operation, err)
		}
		if n, d := len(proxy.Calls()), proxy.Depth(); n > calls || d > deep || n == 0 && calls > 0 {
			t.Errorf("%s: %d calls, %d deep; allowed are %d, %d deep: %v", operation, n, d, calls, deep, acctest.CountByOperation(proxy.Calls()))
		}
	}
	state := c.nothing()
	var err error
	counted("plan of a create, with the default subnets", 1, 1, func() error { _, _, err := c.plan(state, arguments); return err })
	counted("create", 10, 3, func() error { state, err = c.apply(state, arguments); return err })
	counted("refresh", 9, 1, func() error { state, err = c.refresh(state); return err })
	counted("plan without a change", 0, 0, func() error {
		_, differs, err := c.plan(state, arguments)
		if differs {
			t.Error("the plan is not empty")
		}
		return err
	})
	arguments["execution_role"] = values{"policies": values{"objects": readObjects}}
	state, err = c.apply(state, arguments)
	if err != nil {
		t.Fatal(err)
	}
	counted("refresh with one more policy", 10, 1, func() error { state, err = c.refresh(state); return err })
	arguments["tags"] = values{"team": "video"}
	counted("update of tags", 4+4, 2, func() error { state, err = c.apply(state, arguments); return err })
	if n := len(proxy.Calls(acctest.On("ecs.RegisterTaskDefinition"))); n != 0 {
		t.Errorf("%d revisions for a change of tags", n)
	}
	arguments["image"] = "alpine"
	counted("update of the image", 2, 2, func() error { state, err = c.apply(state, arguments); return err })
	counted("destroy", 12, 5, func() error { state, err = c.destroy(state); return err })
	if err := u.checkGone()(nil); err != nil {
		t.Error(err)
	}
}

// TestAccTask_throttled: while ECS throttles, a create waits, and comes through.
func TestAccTask_throttled(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	proxy := acctest.NewProxy(t)
	c := newProtocolClient(t, "docker_task", values{"max_retries": 25})
	const times = 3
	for n := range times {
		proxy.FailNth(n+1, acctest.Throttling, acctest.On("ecs.RegisterTaskDefinition"))
	}
	state, err := c.apply(c.nothing(), values{"name": u.name, "image": "busybox"})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(proxy.Calls(acctest.On("ecs.RegisterTaskDefinition"))); n != times+1 {
		t.Errorf("ECS was asked %d times", n)
	}
	if active := u.active(); fmt.Sprint(active) != "[1]" {
		t.Errorf("ACTIVE are %v", active)
	}
	if _, err := c.destroy(state); err != nil {
		t.Fatal(err)
	}
	if err := u.checkGone()(nil); err != nil {
		t.Error(err)
	}
}

// TestAccTask_rolesNotReady: ECS may not know roles yet that IAM has just created; a permission that is missing for
// another role is not retried.
func TestAccTask_rolesNotReady(t *testing.T) {
	t.Parallel()
	denied := func(role string) acctest.Fault {
		return acctest.Fault{Code: "AccessDeniedException", Message: "User: x is not authorized to perform: iam:PassRole on resource: " + role}
	}
	for name, c := range map[string]struct {
		fault func(unit) acctest.Fault
		fails bool
	}{
		"not_valid":     {fault: func(unit) acctest.Fault { return acctest.Fault{Code: "ClientException", Message: "Role is not valid"} }},
		"pass_role":     {fault: func(u unit) acctest.Fault { return denied(u.place.Global("iam", "role/"+u.taskRole)) }},
		"missing_right": {fault: func(u unit) acctest.Fault { return denied(u.place.Global("iam", "role/other")) }, fails: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u := newUnit(t)
			proxy := acctest.NewProxy(t)
			provider := newProtocolClient(t, "docker_task", nil)
			proxy.FailNth(1, c.fault(u), acctest.On("ecs.RegisterTaskDefinition"))
			state, err := provider.apply(provider.nothing(), values{"name": u.name, "image": "busybox"})
			if (err != nil) != c.fails {
				t.Fatalf("error: %v", err)
			}
			if state.exists() {
				if _, err := provider.destroy(state); err != nil {
					t.Fatal(err)
				}
			}
			if err := u.checkGone()(nil); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestAccTask_readTooEarly: AWS is eventually consistent, and a refresh right after a create may miss parts. It reads
// again, and the plan is empty.
func TestAccTask_readTooEarly(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault acctest.Fault
		on    string
		times int
	}{
		"role":       {acctest.Fault{Code: "NoSuchEntity", Message: "The role cannot be found.", Status: 404}, "iam.GetRole", 2},
		"policy":     {acctest.Fault{Code: "NoSuchEntity", Message: "The role cannot be found.", Status: 404}, "iam.GetRolePolicy", 1},
		"definition": {acctest.Fault{Code: "ClientException", Message: "Unable to describe task definition."}, "ecs.DescribeTaskDefinition", 2},
		"tags":       {acctest.Fault{Code: "ResourceNotFoundException", Message: "The log group does not exist."}, "logs.ListTagsForResource", 1},
		"nothing":    {on: "ecs.DescribeTaskDefinition"}, // is unseen
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u := newUnit(t)
			proxy := acctest.NewProxy(t)
			docker := newCoreOf(t, patientProvider, "docker_task", nil)
			arguments := values{"name": u.name, "image": "busybox"}
			state, err := docker.apply(docker.nothing(), arguments)
			if err != nil {
				t.Fatal(err)
			}
			var unseen []*acctest.Injection
			for i := range c.times {
				unseen = append(unseen, proxy.FailNth(i+1, c.fault, acctest.On(c.on)))
			}
			made := len(proxy.Calls(acctest.On(c.on)))
			early, err := docker.refresh(state)
			if err != nil || !early.value.Equal(state.value) {
				t.Errorf("the state is another one (%v)", err)
			}
			if looks := len(proxy.Calls(acctest.On(c.on))) - made; c.times == 0 && looks != 1 {
				t.Errorf("%d reads of a unit without a missing part", looks)
			}
			for _, i := range unseen {
				if i.Hits() != 1 {
					t.Errorf("%d looks in vain", i.Hits())
				}
			}
			docker.mustPlanNothing(early, arguments)
			if _, err := docker.destroy(early); err != nil {
				t.Error(err)
			}
		})
	}
}
