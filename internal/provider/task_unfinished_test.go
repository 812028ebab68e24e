package provider_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// makeTaskRole makes the role that the task would call its own: somebody else's, without a tag.
func makeTaskRole(h faultHarness) {
	h.t.Helper()
	_, err := h.cloud.IAM.CreateRole(h.t.Context(), &iam.CreateRoleInput{RoleName: aws.String(h.taskRole()), AssumeRolePolicyDocument: aws.String(trustOfLambda)})
	h.must(h.nothing(), err)
}

// theirLogGroup makes the log group that the task would call its own.
func theirLogGroup(h faultHarness) {
	h.t.Helper()
	h.cloud.CreateLogGroup(h.logGroup())
	h.cloud.TagLogGroup(h.logGroup(), "owner", "somebody")
}

// denying denies calls.
func denying(calls ...string) func(p *acctest.Proxy) {
	return func(p *acctest.Proxy) { p.Fail(acctest.On(calls...), acctest.AccessDenied) }
}

// theirTask makes the task of another state, which has a log group of another name.
func theirTask(h faultHarness) {
	h.t.Helper()
	h.must(h.apply(h.nothing(), h.arguments(values{"log_group": values{"name": h.theirGroup()}})))
}

// theirTaskOtherRoles makes one that has no part of the same name but the family.
func theirTaskOtherRoles(h faultHarness) {
	h.t.Helper()
	h.must(h.apply(h.nothing(), h.arguments(values{
		"log_group": values{"name": h.theirGroup()}, "task_role": values{"name": h.name + "-theirs"}, "execution_role": values{"name": h.name + "-theirs-too"},
	})))
}

// A create that fails over what exists, and cannot be undone wholly either, leaves a state that has
// the names of all parts. What was there before, and carries nobody's id or another unit's, is not its
// own for that: no apply changes it, and no destroy takes it; also where private state is lost.
func TestAccTask_create_unfinished(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		prepare func(faultHarness)
		denied  []string
		says    func(h faultHarness) string
	}{
		"a role":                  {makeTaskRole, []string{"logs.DeleteLogGroup", "iam.DeleteRole"}, faultHarness.taskRole},
		"a log group":             {theirLogGroup, []string{"iam.DeleteRole"}, faultHarness.logGroup},
		"the task of another":     {theirTask, []string{"logs.DeleteLogGroup"}, func(h faultHarness) string { return h.name }},
		"the task, roles apart":   {theirTaskOtherRoles, []string{"logs.DeleteLogGroup", "iam.DeleteRole"}, func(h faultHarness) string { return h.name }},
		"a role, nothing is ours": {makeTaskRole, []string{"logs.CreateLogGroup", "logs.DescribeLogGroups", "iam.CreateRole"}, faultHarness.taskRole},
	} {
		applied := func(h faultHarness, state resourceState) {
			state, err := h.apply(h.must(h.refresh(state)), h.arguments())
			if err == nil || !strings.Contains(err.Error(), c.says(h)+" exists") {
				h.t.Errorf("the next apply took what was there: %v", err)
			}
			h.gone(state)
		}
		for way, end := range everyInShort(3, map[string]func(h faultHarness, state resourceState){
			"applied":              applied,
			"destroyed":            func(h faultHarness, state resourceState) { h.gone(state) },
			"forgotten":            func(h faultHarness, state resourceState) { h.gone(state.withoutPrivate()) }, // an update was killed
			"forgotten, applied":   func(h faultHarness, state resourceState) { applied(h, state.withoutPrivate()) },
			"destroyed, blind":     func(h faultHarness, state resourceState) { h.must(h.destroy(state)) },
			"replaced, as tainted": func(h faultHarness, state resourceState) { h.taintedGone(state) },
			"replaced, blind":      func(h faultHarness, state resourceState) { h.must(h.destroy(state.withoutPrivate())) },
		}) {
			t.Run(name+"/"+way, func(t *testing.T) {
				t.Parallel()
				h := newFaultHarness(t, faultyTask, faultVariant{prepare: c.prepare})
				h.protocolClient = newProtocolClient(t, h.typeName, nil) // not the one that made what is there
				state := h.failedCreate(denying(c.denied...))
				end(h, state)
				h.empty("destroyed")
			})
		}
	}
}

// The user does as the refusal says, and chooses another name for the part: the one of before is
// still not the unit's to delete, though state names it, neither when the update succeeds nor when it
// has made the revision and fails.
func TestAccTask_create_unfinishedRenamed(t *testing.T) {
	t.Parallel()
	role := func(h faultHarness) values { return values{"task_role": values{"name": h.name + "-renamed"}} }
	group := func(h faultHarness) values { return values{"log_group": values{"name": "/logs/" + h.name}} }
	kept := values{"log_group": values{"keep_on_destroy": true}}
	for name, c := range map[string]struct {
		prepare func(faultHarness)
		denied  string
		made    values
		to      func(faultHarness) values
		// lost is the answer to the registration; then the user applies again, or destroys.
		lost, again bool
	}{
		"role":                     {prepare: makeTaskRole, denied: "logs.DeleteLogGroup", to: role},
		"role, fails":              {prepare: makeTaskRole, denied: "logs.DeleteLogGroup", to: role, lost: true},
		"role, fails, again":       {prepare: makeTaskRole, denied: "logs.DeleteLogGroup", to: role, lost: true, again: true},
		"log group":                {prepare: theirLogGroup, denied: "iam.DeleteRole", to: group},
		"log group, fails":         {prepare: theirLogGroup, denied: "iam.DeleteRole", to: group, lost: true},
		"log group, fails, again":  {prepare: theirLogGroup, denied: "iam.DeleteRole", to: group, lost: true, again: true},
		"role, log is kept":        {prepare: makeTaskRole, denied: "iam.DeleteRole", made: kept, to: role},
		"role, log is kept, fails": {prepare: makeTaskRole, denied: "iam.DeleteRole", made: kept, to: role, lost: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newFaultHarness(t, faultyTask, faultVariant{prepare: c.prepare})
			state := h.must(h.refresh(h.failedCreate(denying(c.denied), c.made)))
			renamed := h.arguments(c.made, c.to(h))
			if c.lost {
				h.proxy.FailNth(1, acctest.AnswerLost, acctest.On("ecs.RegisterTaskDefinition"))
			}
			state, err := h.apply(state, renamed)
			if failed := err != nil; failed != c.lost {
				t.Fatalf("the update ended with %v", err)
			}
			h.proxy.Reset()
			if !c.lost || c.again {
				state = h.goOn(state, renamed)
			}
			h.gone(state)
			if c.made != nil {
				keptLogGroup(faultHarness.logGroup)(h, true)
			}
			h.empty("destroyed")
		})
	}
}

// A log group that a create could not adopt, and an update adopted that failed later, is one that is
// given back.
func TestAccTask_create_unfinishedAdopts(t *testing.T) {
	t.Parallel()
	h := newFaultHarness(t, faultyTask, faultVariant{prepare: makeLogGroup})
	adopts := values{"log_group": values{"name": h.theirGroup(), "adopt": true}, "tags": nil}
	adopt := h.arguments(adopts)
	state := h.must(h.refresh(h.failedCreate(denying("logs.CreateLogGroup", "iam.DeleteRole"), adopts)))
	h.proxy.FailNth(1, acctest.AnswerLost, acctest.On("ecs.RegisterTaskDefinition"))
	state, err := h.apply(state, adopt)
	if err == nil {
		t.Fatal("the update did not fail")
	}
	h.proxy.Reset()
	state = h.goOn(state, adopt)
	h.gone(state)
	h.empty("destroyed")
}

// Of an ordinary unit whose private state is lost, as an update was killed or it was tainted, an adopted
// log group stays adopted.
func TestAccTask_forgotten_adopted(t *testing.T) {
	t.Parallel()
	h := newFaultHarness(t, faultyTask, faultVariant{prepare: makeLogGroup})
	adopts := h.arguments(values{"log_group": values{"name": h.theirGroup(), "adopt": true}, "tags": nil})
	state := h.must(h.apply(h.nothing(), adopts))
	state = h.goOn(state.withoutPrivate(), adopts)
	h.gone(state)
	h.empty("destroyed")
}

// registerElsewhere registers a revision as a pipeline does: without tags.
func (h faultHarness) registerElsewhere() {
	h.t.Helper()
	h.cloud.Register(&ecs.RegisterTaskDefinitionInput{Family: &h.name, ContainerDefinitions: []ecstypes.ContainerDefinition{{
		Name: &h.name, Image: aws.String("busybox"), Memory: aws.Int32(128),
	}}})
}

// Nor does a part that was made again by hand make it one whose create failed: its log is kept.
func TestAccTask_forgotten_kept(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(h faultHarness, state resourceState){
		"not refreshed": func(h faultHarness, state resourceState) { h.must(h.destroy(state)) },
		"refreshed":     faultHarness.gone,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newFaultHarness(t, faultyTask, faultVariant{})
			keeps := h.arguments(values{"log_group": values{"keep_on_destroy": true}})
			state := h.must(h.apply(h.nothing(), keeps))
			h.cloud.DeregisterAll(h.name)
			state = h.must(h.refresh(state))
			h.registerElsewhere()
			end(h, state.withoutPrivate())
			h.cloud.DeregisterAll(h.name)
			keptLogGroup(faultHarness.logGroup)(h, true)
			h.empty("destroyed")
		})
	}
}

// An update that makes a role and is killed before the revision is made finishes with the next apply,
// also where not all of the unit's parts carry its id: those that were imported, or registered by a
// pipeline.
func TestAccTask_forgotten_partly(t *testing.T) {
	t.Parallel()
	imported := func(h faultHarness) resourceState {
		h.registerElsewhere()
		return h.must(h.imported(h.name))
	}
	for name, c := range everyInShort(2, map[string]struct {
		state func(h faultHarness) resourceState
		more  func(h faultHarness) values
		// keeps: the log group was there before the import, so it stays.
		keeps bool
	}{
		"imported": {state: imported},
		"imported, with a log group": {keeps: true, state: func(h faultHarness) resourceState {
			h.cloud.CreateLogGroup(h.logGroup())
			return imported(h)
		}},
		"imported, log group and role given": {
			state: imported,
			more: func(h faultHarness) values {
				return values{
					"log_group":      values{"arn": h.place.Regional("logs", "log-group:"+h.theirGroup())},
					"execution_role": values{"arn": h.roleARN(h.others + "-given")},
				}
			},
		},
		"a pipeline's revision": {state: func(h faultHarness) resourceState {
			state := h.must(h.apply(h.nothing(), h.arguments()))
			h.registerElsewhere()
			h.cloud.DeleteRole(h.taskRole())
			return h.must(h.refresh(state))
		}},
	}) {
		for way, refreshes := range map[string]int{"at once": 0, "refreshed twice": 1} {
			t.Run(name+"/"+way, func(t *testing.T) {
				t.Parallel()
				h := newFaultHarness(t, faultyTask, faultVariant{prepare: func(h faultHarness) {
					makeLogGroup(h)
					acctest.CreateRole(h.t, h.others+"-given")
				}})
				state := c.state(h)
				arguments := h.arguments()
				if c.more != nil {
					arguments = h.arguments(c.more(h))
				}
				h.proxy.Fail(acctest.On("ecs.RegisterTaskDefinition"), acctest.AccessDenied)
				if _, err := h.apply(state, arguments); err == nil || !h.cloud.RoleExists(h.taskRole()) {
					t.Fatalf("the update has not made the role, or did not fail: %v", err)
				}
				h.proxy.Reset()
				h.protocolClient = newProtocolClient(t, h.typeName, nil) // the next run
				state = state.withoutPrivate()                           // Terraform keeps the state of before
				for range refreshes {
					state = h.must(h.refresh(state))
				}
				h.gone(h.goOn(state, arguments))
				if c.keeps {
					keptLogGroup(faultHarness.logGroup)(h, true)
				}
				h.empty("destroyed")
			})
		}
	}
}

// The task of another state is in the way, and the create cannot be undone. The command line then marks
// the task as tainted, and destroys it at the next apply without private state: nothing of the other's.
func TestAccTask_notUndone(t *testing.T) {
	t.Parallel()
	proxy := acctest.NewProxy(t)
	acctest.OnEmulator(t, "calls are failed on purpose")
	u := newUnit(t)
	other := newProtocolClient(t, "docker_task", nil)
	theirs, err := other.apply(other.nothing(), values{
		"name": u.name, "image": "busybox", "subnet_ids": []any{"subnet-0a"}, "log_group": values{"name": "/theirs/" + u.name},
	})
	if err != nil {
		t.Fatal(err)
	}
	before := acctest.Holdings(t)
	asBefore := func() {
		t.Helper()
		if now := acctest.Holdings(t); !slices.Equal(now, before) {
			t.Errorf("before there was %q, now there is %q", before, now)
		}
	}
	exists := saying("Task definition family " + u.name + " exists")
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		CheckDestroy: func(*terraform.State) error {
			asBefore()
			_, err := other.destroy(theirs)
			return err
		},
		Steps: []resource.TestStep{
			{
				PreConfig:   func() { proxy.Fail(acctest.On("logs.DeleteLogGroup"), acctest.AccessDenied) },
				Config:      u.config(),
				ExpectError: exists,
			},
			{
				PreConfig: func() {
					if u.cloud.LogGroup(u.logGroup) == nil {
						t.Error("it was undone: nothing is tainted")
					}
					proxy.Reset()
				},
				Config:      u.config(),
				ExpectError: exists,
			},
			{
				PreConfig: asBefore,
				Config:    acctest.ProviderConfig(t),
			},
		},
	})
}
