package provider_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// unfinishedWire is a wire whose create fails, and is not rolled back either.
type unfinishedWire struct {
	more  values               // arguments over those of faultyWire
	first func(h faultHarness) // puts what is there before; nil for nothing
	fails []acctest.Fault      // befalls the puts
	// theirs: a policy of others has the name of one of its policies.
	theirs bool
	// whole: all its policies exist all the same.
	whole bool
}

// tokenPolicy is the wire's second policy: what the task answers by.
func (h faultHarness) tokenPolicy() (role, name string) {
	return h.others + "-task", "docker-task-" + h.name + "-" + acctest.Region() + "-token-pipeline"
}

var unfinishedWires = map[string]unfinishedWire{
	"second policy is somebody's": {
		theirs: true,
		first: func(h faultHarness) {
			role, name := h.tokenPolicy()
			h.cloud.PutRolePolicy(role, name, otherPolicyDocument)
		},
	},
	"answer of the only policy lost": {whole: true, more: noToken, fails: []acctest.Fault{acctest.AnswerLost}},
	"first policy there before, answer of the second lost": {
		first: func(h faultHarness) {
			to, _, err := h.plan(h.nothing(), h.arguments())
			h.must(to, err)
			h.cloud.PutRolePolicy(h.others+"-api", "docker-task-"+h.name+"-"+acctest.Region(), textOf(must[*testing.T](h.t), to, "policy_json"))
		},
		fails: []acctest.Fault{acctest.AnswerLost},
	},
}

// unfinishedEnds are the ways to go on from there; given is the state.
var unfinishedEnds = map[string]func(u unfinishedWire, h faultHarness, given resourceState){
	"destroyed":                func(_ unfinishedWire, h faultHarness, given resourceState) { h.gone(given) },
	"destroyed, not refreshed": func(_ unfinishedWire, h faultHarness, given resourceState) { h.must(h.destroy(given)) },
	"taken on":                 func(u unfinishedWire, h faultHarness, given resourceState) { u.end(h, h.must(h.refresh(given))) },
	"taken on, not refreshed":  unfinishedWire.end,
	"taken on in vain, and destroyed": func(u unfinishedWire, h faultHarness, given resourceState) {
		h.proxy.Fail(acctest.On("iam.PutRolePolicy"), acctest.AccessDenied)
		state, err := h.apply(h.must(h.refresh(given)), h.arguments())
		if (err == nil) != u.whole {
			h.t.Errorf("nothing was to be done: %t, and it failed: %v", u.whole, err)
		}
		h.proxy.Reset()
		h.gone(state)
	},
	"made anew": func(u unfinishedWire, h faultHarness, given resourceState) {
		h.gone(given)
		h.empty("destroyed, as it was tainted")
		u.end(h, h.nothing())
	},
	"forgotten, as a run was killed, and destroyed": func(_ unfinishedWire, h faultHarness, given resourceState) {
		h.gone(h.must(h.refresh(given)).withoutPrivate())
	},
	"forgotten, and taken on": func(u unfinishedWire, h faultHarness, given resourceState) {
		u.end(h, h.must(h.refresh(h.must(h.refresh(given)).withoutPrivate())))
	},
	// Terraform then passes no private state.
	"replaced, as it is tainted": func(u unfinishedWire, h faultHarness, given resourceState) {
		h.taintedGone(given)
		h.empty("destroyed, as it was tainted")
		u.end(h, h.nothing())
	},
	"made anew, before the old one goes": func(u unfinishedWire, h faultHarness, given resourceState) {
		if u.theirs {
			role, name := h.tokenPolicy()
			h.cloud.DeleteRolePolicy(role, name)
		}
		state := h.must(h.apply(h.nothing(), h.arguments()))
		h.must(h.destroy(given))
		h.mustPlanNothing(state, h.arguments())
		h.gone(state)
		u.again(h)
	},
}

// end applies until the wire is as it should be, and destroys it.
func (u unfinishedWire) end(h faultHarness, state resourceState) {
	h.t.Helper()
	if u.theirs {
		role, name := h.tokenPolicy()
		var err error
		for range 2 { // it stays so
			state, err = h.apply(state, h.arguments())
			if err == nil || !strings.Contains(err.Error(), "another policy of this name") || !strings.Contains(err.Error(), name) {
				h.t.Fatalf("a policy of others was not refused: %v", err)
			}
			if have, _ := h.cloud.RolePolicy(role, name); sameDocument(have, otherPolicyDocument) != nil {
				h.t.Fatalf("the policy of others is now %q", have)
			}
		}
		h.cloud.DeleteRolePolicy(role, name)
	}
	state = h.must(h.apply(state, h.arguments()))
	h.mustPlanNothing(state, h.arguments())
	h.gone(state)
	u.again(h)
}

// again writes what existed before, and what a successful wire deleted with itself.
func (u unfinishedWire) again(h faultHarness) {
	h.t.Helper()
	if u.first != nil {
		u.first(h)
	}
}

// A create that fails, and cannot be undone either, leaves a state that has the names of all
// policies. The wire's own are those that it has put: what was there before under such a name no
// apply changes, and no destroy takes.
func TestAccWire_create_unfinished(t *testing.T) {
	t.Parallel()
	for name, u := range everyInShort(2, unfinishedWires) {
		for way, end := range everyInShort(3, unfinishedEnds) {
			t.Run(name+"/"+way, func(t *testing.T) {
				t.Parallel()
				h := newFaultHarness(t, faultyWire, faultVariant{prepare: u.first, made: alike(u.more)})
				h.proxy.Fail(acctest.On("iam.DeleteRolePolicy"), acctest.AccessDenied)
				for _, f := range u.fails {
					h.proxy.Fail(acctest.On("iam.PutRolePolicy"), f)
				}
				state, err := h.apply(h.nothing(), h.arguments())
				if err == nil || !state.exists() {
					t.Fatalf("the create left nothing, or succeeded: %v", err)
				}
				h.proxy.Reset()
				h.protocolClient = newProtocolClient(t, h.typeName, nil) // the next run of Terraform
				end(u, h, state)
				h.empty("in the end")
			})
		}
	}
}

// A policy that was there before stays so when a change has left one of the wire's own behind, and the
// wire is tainted then: Terraform passes no private state.
func TestAccWire_unfinished_leavesBehind(t *testing.T) {
	t.Parallel()
	forgotten := func(h faultHarness) { // with private state goes the knowledge of what the change has put
		role, name := h.tokenPolicy()
		h.cloud.DeleteRolePolicy(role, strings.Replace(name, "-token-pipeline", "-token-other", 1))
	}
	u := unfinishedWires["first policy there before, answer of the second lost"]
	for name, end := range map[string]func(h faultHarness, state resourceState){
		"destroyed": faultHarness.gone,
		"replaced, as it is tainted": func(h faultHarness, state resourceState) {
			h.taintedGone(state)
			forgotten(h)
		},
		"forgotten": func(h faultHarness, state resourceState) {
			h.gone(state.withoutPrivate())
			forgotten(h)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newFaultHarness(t, faultyWire, faultVariant{prepare: u.first})
			h.proxy.Fail(acctest.On("iam.PutRolePolicy"), u.fails[0])
			state := h.failedCreate(denying("iam.DeleteRolePolicy"))
			h.protocolClient = newProtocolClient(t, h.typeName, nil)
			h.proxy.Fail(acctest.On("iam.DeleteRolePolicy"), acctest.AccessDenied)
			state, err := h.apply(h.must(h.refresh(state)), h.arguments(values{"state_machine": "other"}))
			if err == nil {
				t.Fatal("the change did not fail")
			}
			h.proxy.Reset()
			h.protocolClient = newProtocolClient(t, h.typeName, nil) // and the one after
			end(h, h.must(h.refresh(state)))
			h.empty("destroyed")
		})
	}
}

// The same through Terraform, which marks the wire as tainted, and passes no private state to the destroy.
func TestAccWire_taskToken_notUndone(t *testing.T) {
	t.Parallel()
	proxy := acctest.NewProxy(t)
	w := newWired(t)
	role, name := w.task+"-"+acctest.Region()+"-task", w.defaultPolicyName()+"-token-nightly"
	task := w.taskBlock()
	config := w.config(task, w.wireBlock("task = docker_task.test", `integration = "step_functions_task_token"`, `state_machine = "nightly"`))
	theirs := func(*terraform.State) error {
		have, _ := w.aws.RolePolicy(role, name)
		return sameDocument(have, otherPolicyDocument)
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Error(err)
		}
	}
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		CheckDestroy:             resource.ComposeAggregateTestCheckFunc(acctest.CheckUnitGone(t, w.task), w.expectPolicies()),
		Steps: []resource.TestStep{
			{Config: w.config(task)},
			{
				PreConfig: func() {
					w.aws.PutRolePolicy(role, name, otherPolicyDocument)
					proxy.Fail(acctest.On("iam.DeleteRolePolicy"), acctest.AccessDenied)
				},
				Config:      config,
				ExpectError: saying("another policy of this name", name, "could not be deleted"),
			},
			{
				// Destroyed, because it is tainted, and created again: refused again, and rolled back.
				PreConfig: func() {
					must(w.expectPolicies(w.defaultPolicyName())(nil))
					proxy.Reset()
				},
				Config:      config,
				ExpectError: saying("another policy of this name", name),
			},
			{
				PreConfig: func() {
					must(errors.Join(w.expectPolicies()(nil), theirs(nil)))
					proxy.Fail(acctest.On("iam.DeleteRolePolicy"), acctest.AccessDenied)
				},
				Config:      config,
				ExpectError: saying("another policy of this name", name, "could not be deleted"),
			},
			{
				// Destroyed, and not created again.
				PreConfig: proxy.Reset,
				Config:    w.config(task),
				Check:     resource.ComposeAggregateTestCheckFunc(w.expectPolicies(), theirs),
			},
			{
				PreConfig:        func() { w.aws.DeleteRolePolicy(role, name) },
				Config:           config,
				ConfigPlanChecks: planned(plancheck.ExpectResourceAction(theWire, plancheck.ResourceActionCreate)),
			},
		},
	})
}

// A wire whose private state is lost, before an update that fails or after it, still owns its policies: a destroy
// deletes them. Only what that update wrote elsewhere is not known any more.
func TestAccWire_forgotten(t *testing.T) {
	t.Parallel()
	for name, after := range map[string]bool{"before": false, "after": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newFaultHarness(t, faultyWire, faultVariant{})
			state := h.must(h.apply(h.nothing(), h.arguments()))
			h.protocolClient = newProtocolClient(t, h.typeName, nil) // the next run
			if !after {
				state = state.withoutPrivate()
			}
			h.proxy.Fail(acctest.On("iam.DeleteRolePolicy"), acctest.AccessDenied)
			state, err := h.apply(state, h.arguments(values{"task": h.wireTask("worker", nil)}))
			if err == nil {
				t.Fatal("the update did not fail")
			}
			h.proxy.Reset()
			h.protocolClient = newProtocolClient(t, h.typeName, nil)
			state = h.must(h.refresh(state))
			if after {
				h.must(h.destroy(state.withoutPrivate()))
				_, policy := h.tokenPolicy()
				h.cloud.DeleteRolePolicy(h.others+"-worker", policy)
			} else {
				h.gone(state)
			}
			h.empty("destroyed")
		})
	}
}
