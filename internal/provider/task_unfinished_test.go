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

// makeTaskRole creates a role of another owner, without tags, under the name of the task's role.
func makeTaskRole(h faultHarness) {
	h.t.Helper()
	_, err := h.cloud.IAM.CreateRole(h.t.Context(), &iam.CreateRoleInput{RoleName: aws.String(h.taskRole()), AssumeRolePolicyDocument: aws.String(trustOfLambda)})
	h.must(h.nothing(), err)
}

// theirLogGroup creates a log group of another owner under the name of the task's log group.
func theirLogGroup(h faultHarness) {
	h.t.Helper()
	h.cloud.CreateLogGroup(h.logGroup())
	h.cloud.TagLogGroup(h.logGroup(), "owner", "somebody")
}

// denying denies calls.
func denying(calls ...string) func(p *acctest.Proxy) {
	return func(p *acctest.Proxy) { p.Fail(acctest.On(calls...), acctest.AccessDenied) }
}

// theirTask creates a task of another state, with another log group.
func theirTask(h faultHarness) {
	h.t.Helper()
	h.must(h.apply(h.nothing(), h.arguments(values{"log_group": values{"name": h.theirGroup()}})))
}

// theirTaskOtherRoles creates one that has only the family in common.
func theirTaskOtherRoles(h faultHarness) {
	h.t.Helper()
	h.must(h.apply(h.nothing(), h.arguments(values{
		"log_group": values{"name": h.theirGroup()}, "task_role": values{"name": h.name + "-theirs"}, "execution_role": values{"name": h.name + "-theirs-too"},
	})))
}

// A create that fails because a part exists, and is not rolled back completely, leaves a state with the names of all
// parts. A part that existed before, and carries no id or another unit's, does not belong to the unit because of
// that: no apply changes it, and no destroy deletes it, also if private state is lost.
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
				h.t.Errorf("the next apply adopted what existed: %v", err)
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

// The user chooses another name for the part, as the refusal says: the part of the old name still does not belong to
// the unit, though state names it, whether the update succeeds or fails after it has registered the revision.
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
		// lost: the response to the registration is lost; then the user applies again, or destroys.
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

// A log group that a create could not adopt, and that an update adopted which failed later, is released.
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

// An adopted log group stays adopted if private state is lost, because an update was killed or the resource was
// tainted.
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

// A unit with a part that was created again outside Terraform does not count as one whose create failed: its log is
// kept.
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

// An update that creates a role and is killed before it registers the revision is completed by the next apply, also
// if some parts of the unit do not carry its id: imported ones, or a revision of a pipeline.
func TestAccTask_forgotten_partly(t *testing.T) {
	t.Parallel()
	imported := func(h faultHarness) resourceState {
		h.registerElsewhere()
		return h.must(h.imported(h.name))
	}
	for name, c := range everyInShort(2, map[string]struct {
		state func(h faultHarness) resourceState
		more  func(h faultHarness) values
		// keeps: the log group existed before the import, so it stays.
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
					t.Fatalf("the update has not created the role, or did not fail: %v", err)
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

// A task of another state exists, and the create cannot be rolled back. Terraform marks the resource as tainted and
// destroys it at the next apply without private state: nothing of the other task.
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
