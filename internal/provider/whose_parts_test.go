package provider_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// The attacker here registers task definitions, or copies tags: those of units are there to be read.

// lostID is an id of a unit of this region whose state is lost.
func lostID(kind, name string) string {
	return task.Owner{Kind: kind, Region: acctest.Region(), Name: name}.ID("lost")
}

// victim is a live docker task with names of its own, which the attacks are after.
type victim struct {
	unit
	core                  protocolClient
	state                 resourceState
	execution, own, group string
	// id is what all of its parts carry.
	id     string
	before map[string]part
}

func newVictim(t *testing.T) victim {
	t.Helper()
	u := newUnit(t)
	v := victim{unit: u, core: newProtocolClient(t, "docker_task", nil), execution: u.name + "-shared", own: u.name + "-own", group: "/shared/" + u.name}
	v.state = mustApply(t, v.core, values{
		"name": u.name, "image": "busybox", "log_group": values{"name": v.group},
		"execution_role": values{"name": v.execution}, "task_role": values{"name": v.own, "policies": values{"objects": readObjects}},
	})
	v.id = u.cloud.RoleTags(v.own)["docker-task:unit"]
	v.before = v.all()
	return v
}

// all is what AWS has of the victim.
func (v victim) all() map[string]part {
	all := v.look()
	for _, name := range []string{v.execution, v.own} {
		if r := v.role(name); r != nil {
			all["role "+name] = r
		}
	}
	if v.cloud.LogGroup(v.group) != nil {
		all["log group"] = part{"tags": v.cloud.LogGroupTags(v.group), "retention": v.cloud.Retention(v.group)}
	}
	return all
}

// register registers a task definition of another family that uses these parts, with tags.
func (v victim) register(family, execution, own, group string, tags map[string]string) {
	v.t.Helper()
	in := &ecs.RegisterTaskDefinitionInput{
		Family: &family, Cpu: aws.String("256"), Memory: aws.String("512"), NetworkMode: ecstypes.NetworkModeAwsvpc,
		RequiresCompatibilities: []ecstypes.Compatibility{ecstypes.CompatibilityFargate},
		ContainerDefinitions:    []ecstypes.ContainerDefinition{{Name: &family, Image: aws.String("busybox"), Essential: aws.Bool(true)}},
	}
	if execution != "" {
		in.ExecutionRoleArn = aws.String(v.place.Global("iam", "role/"+execution))
	}
	if own != "" {
		in.TaskRoleArn = aws.String(v.place.Global("iam", "role/"+own))
	}
	if group != "" {
		in.ContainerDefinitions[0].LogConfiguration = &ecstypes.LogConfiguration{LogDriver: ecstypes.LogDriverAwslogs, Options: map[string]string{
			"awslogs-group": group, "awslogs-region": acctest.Region(), "awslogs-stream-prefix": "ecs",
		}}
	}
	for key, value := range tags {
		in.Tags = append(in.Tags, ecstypes.Tag{Key: aws.String(key), Value: aws.String(value)})
	}
	v.cloud.Register(in)
}

// unchanged checks that the victim is as it was.
func (v victim) unchanged(after string) {
	v.t.Helper()
	if err := different(v.before, v.all()); err != nil {
		v.t.Errorf("after %s: %v", after, err)
	}
}

// TestAccImport_takesNothingOfOthers: an import manages no part with another unit's id, and gets no other's id,
// whatever the imported definition uses and however it is tagged. What is imported is changed and destroyed, and
// the other unit stays as it is.
func TestAccImport_takesNothingOfOthers(t *testing.T) {
	t.Parallel()
	const name = "legacy"
	for attack, plant := range everyInShort(2, map[string]func(v victim){
		"execution role and log group used": func(v victim) { v.register(name, v.execution, "", v.group, nil) },
		"task role used":                    func(v victim) { v.register(name, "", v.own, "", nil) },
		"all used":                          func(v victim) { v.register(name, v.execution, v.own, v.group, nil) },
		"one role used twice":               func(v victim) { v.register(name, v.own, v.own, v.group, nil) },
		"id on the revision": func(v victim) {
			v.register(name, v.execution, v.own, v.group, map[string]string{"docker-task:unit": v.id})
		},
		"id on an older revision": func(v victim) {
			v.register(name, "", "", "", map[string]string{"docker-task:unit": v.id})
			v.register(name, v.execution, v.own, v.group, nil)
		},
		"id on parts by the naming rules": func(v victim) {
			own := name + "-" + acctest.Region() + "-task"
			acctest.CreateRole(v.t, own)
			v.cloud.TagRole(own, "docker-task:unit", v.id)
			v.register(name, v.execution, own, v.group, nil)
		},
		"own id on the revision": func(v victim) {
			v.register(name, v.execution, v.own, v.group, map[string]string{"docker-task:unit": lostID("docker_task", name)})
		},
		"id of another kind, region or name on the revision": func(v victim) {
			v.register(name, v.execution, v.own, v.group, map[string]string{"docker-task:unit": strings.Replace(v.id, v.name, name, 1) + "/x"})
		},
	}) {
		for _, way := range []string{"import", "moved"} {
			if way == "moved" && attack != "all used" { // the read that follows is the same
				continue
			}
			t.Run(attack+", "+way, func(t *testing.T) {
				t.Parallel()
				v := newVictim(t)
				plant(v)
				c := newProtocolClient(t, "docker_task", nil)
				state, err := c.takenIn(way, v.place.Regional("ecs", "task-definition/"+name+":1"), name)
				if err != nil {
					t.Fatal(err)
				}
				v.unchanged("the import")
				group := values{"name": "/of/" + name}
				arguments := values{"name": name, "image": "busybox", "log_group": group,
					"task_role": values{"name": name + "-task"}, "execution_role": values{"name": name + "-execution"}}
				if state, err = c.apply(state, arguments); err != nil {
					t.Fatal(err)
				}
				v.unchanged("the update")
				c.mustPlanNothing(state, arguments)
				_, tags := v.cloud.TaskDefinition(name)
				for what, id := range map[string]string{"revision": tags["docker-task:unit"], "task role": v.cloud.RoleTags(name + "-task")["docker-task:unit"]} {
					if owner := (task.Owner{Kind: task.TaskUnit, Region: acctest.Region(), Name: name}); !owner.Is(id) {
						t.Errorf("the %s got the id %q", what, id)
					}
				}
				if _, err := c.destroy(state); err != nil {
					t.Fatal(err)
				}
				v.unchanged("the destroy")
				if _, err := v.core.destroy(v.state); err != nil {
					t.Fatal(err)
				}
			})
		}
	}
}

// takenIn is the state after an import, or a move from another provider, and the read.
func (c protocolClient) takenIn(way, definition, name string) (resourceState, error) {
	c.t.Helper()
	if way == "import" {
		return c.imported(name)
	}
	raw, err := json.Marshal(map[string]string{"family": name, "arn": definition})
	if err != nil {
		c.t.Fatal(err)
	}
	moved, err := c.move("registry.terraform.io/hashicorp/aws", awsType, string(raw))
	if err != nil {
		return moved, err
	}
	return c.refresh(moved)
}

// TestAccImport_afterPipeline: a task whose state is lost is imported with all its parts, also if a pipeline has
// registered revisions without tags since: an older revision of the family has the id, or a part with a default name.
func TestAccImport_afterPipeline(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		named  bool
		deploy int
	}{
		"names by the rules":          {deploy: 1},
		"names of its own":            {named: true, deploy: 1},
		"names of its own, long ago":  {named: true, deploy: 23},
		"names of its own, no deploy": {named: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u := newUnit(t)
			arguments := values{"name": u.name, "image": "busybox"}
			if c.named {
				arguments = merged(arguments, values{
					"execution_role": values{"name": u.name + "-a"}, "task_role": values{"name": u.name + "-b"}, "log_group": values{"name": "/own/" + u.name},
				})
			}
			mustApply(t, newProtocolClient(t, "docker_task", nil), arguments)
			for range c.deploy {
				u.registerElsewhere(func(in *ecs.RegisterTaskDefinitionInput) { in.ContainerDefinitions[0].Image = aws.String("alpine") })
			}
			again := newProtocolClient(t, "docker_task", nil)
			state, err := again.imported(u.name)
			if err != nil {
				t.Fatal(err)
			}
			if said := again.importWarnings(u.name); len(said) > 0 {
				t.Errorf("the import says %q", said)
			}
			if state, err = again.apply(state, arguments); err != nil {
				t.Fatal(err)
			}
			again.mustLeave(t, state)
			if err := u.checkGone()(nil); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestAccImport_namedOfOthers: an import id cannot name a part of another unit, of whatever kind; nor does an import
// adopt a rule that carries another's id.
func TestAccImport_namedOfOthers(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	timed := newProtocolClient(t, "docker_task_schedule", nil)
	schedule := mustApply(t, timed, values{"name": "night", "expression": daily, "task": values{"name": v.name}, "role": values{"name": "night-runs"}})
	for _, test := range []struct{ kind, id, says string }{
		{"docker_task", "mine:task_role=" + v.own, "Role " + v.own + " belongs to docker_task " + v.name + " in"},
		{"docker_task", "mine:execution_role=" + v.execution, "Role " + v.execution + " belongs to docker_task " + v.name + " in"},
		{"docker_task", "mine:log_group=" + v.group, "Log group " + v.group + " belongs to docker_task " + v.name + " in"},
		{"docker_task", "mine:task_role=night-runs", "Role night-runs belongs to docker_task_schedule default/night in"},
		{"docker_task_schedule", "mine:role=" + v.own, "Role " + v.own + " belongs to docker_task " + v.name + " in"},
		{"docker_task_schedule", "mine:role=night-runs", "Role night-runs belongs to docker_task_schedule default/night in"},
	} {
		if _, err := newProtocolClient(t, test.kind, nil).imported(test.id); err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("the import of %s as %s: %v", test.id, test.kind, err)
		}
	}
	v.unchanged("the imports")
	for c, state := range map[*protocolClient]resourceState{&timed: schedule, &v.core: v.state} {
		if _, err := c.destroy(state); err != nil {
			t.Error(err)
		}
	}
}

// TestAccExists_suggestsNoTheft: a create that is refused over a part of another unit suggests no import, and
// does not say how to take the part.
func TestAccExists_suggestsNoTheft(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	timed := newProtocolClient(t, "docker_task_schedule", nil)
	schedule := mustApply(t, timed, values{"name": "night", "expression": daily, "task": values{"name": v.name}, "role": values{"name": "night-runs"}})
	mine := func(more values) values { return merged(values{"name": "mine", "image": "busybox"}, more) }
	run := func(more values) values {
		return merged(values{"name": "mine", "expression": daily, "task": values{"name": v.name}}, more)
	}
	for _, test := range []struct {
		kind      string
		arguments values
		part      string
	}{
		{"docker_task", mine(values{"task_role": values{"name": v.own}}), "role " + v.own},
		{"docker_task", mine(values{"execution_role": values{"name": v.execution}}), "role " + v.execution},
		{"docker_task", mine(values{"execution_role": values{"name": v.own}, "single_role": true}), "role " + v.own},
		{"docker_task", mine(values{"log_group": values{"name": v.group}}), "log group " + v.group},
		{"docker_task", mine(values{"log_group": values{"name": v.group, "adopt": true}}), "log group " + v.group},
		{"docker_task", mine(values{"task_role": values{"name": "night-runs"}}), "role night-runs"},
		{"docker_task_schedule", run(values{"role": values{"name": v.own}}), "role " + v.own},
		{"docker_task_schedule", run(values{"role": values{"name": "night-runs"}}), "role night-runs"},
	} {
		_, err := newProtocolClient(t, test.kind, nil).apply(newProtocolClient(t, test.kind, nil).nothing(), test.arguments)
		switch {
		case err == nil:
			t.Errorf("%s adopted %s", test.kind, test.part)
		case !strings.Contains(strings.ToLower(err.Error()), test.part+" exists in ") || !strings.Contains(err.Error(), "of this provider: docker_task") || !strings.Contains(err.Error(), "give a role or log group by its ARN"):
			t.Errorf("%s over %s says %v", test.kind, test.part, err)
		case strings.Contains(err.Error(), "terraform import") || strings.Contains(err.Error(), "remove the tag"):
			t.Errorf("%s over %s suggests to take it: %v", test.kind, test.part, err)
		}
	}
	v.unchanged("the refusals")
	for c, state := range map[*protocolClient]resourceState{&timed: schedule, &v.core: v.state} {
		if _, err := c.destroy(state); err != nil {
			t.Error(err)
		}
	}
}

// copying is a change of names to a part of others that carries a copied id.
type copying struct {
	kind          string
	before, after values
	role, group   string
	// tag is the one that is planted; default: that of the unit's id.
	tag string
}

func copyings(name, account string) map[string]copying {
	plain := values{"name": name, "image": "busybox"}
	theirs := name + "-auditor"
	run := values{"name": name, "expression": daily, "task": values{"name": "dump"}}
	return map[string]copying{
		"task role":      {"docker_task", plain, merged(plain, values{"task_role": values{"name": theirs}}), theirs, "", ""},
		"execution role": {"docker_task", plain, merged(plain, values{"execution_role": values{"name": theirs}}), theirs, "", ""},
		"role of its own after one": {
			"docker_task", merged(plain, values{"single_role": true}), merged(plain, values{"task_role": values{"name": theirs}}), theirs, "", "",
		},
		"role after a given one": {
			"docker_task", merged(plain, values{"task_role": values{"arn": "arn:aws:iam::" + account + ":role/given"}}),
			merged(plain, values{"task_role": values{"name": theirs}}), theirs, "", "",
		},
		"log group": {"docker_task", plain, merged(plain, values{"log_group": values{"name": "/prod/" + name}}), "", "/prod/" + name, ""},
		"log group, as if it was kept": {
			"docker_task", plain, merged(plain, values{"log_group": values{"name": "/prod/" + name}}), "", "/prod/" + name, "docker-task:kept",
		},
		"schedule role": {"docker_task_schedule", run, merged(run, values{"role": values{"name": theirs}}), theirs, "", ""},
	}
}

// TestAccCopiedID: an id that was copied onto a part of others gives the unit no part. A change of names to it is
// refused like one to any part of others, and a destroy leaves the part as it is.
func TestAccCopiedID(t *testing.T) {
	t.Parallel()
	for name := range copyings("", "") {
		for _, known := range inShort(3, []string{"known", "private state lost", "refreshed without private state"}) {
			t.Run(name+", "+known, func(t *testing.T) {
				t.Parallel()
				u := newUnit(t)
				attack := copyings(u.name, u.place.Account)[name]
				c := newProtocolClient(t, attack.kind, nil)
				state := mustApply(t, c, attack.before)
				id := u.cloud.RoleTags(textIn(t, state.value, map[string]string{"docker_task": "execution_role_name", "docker_task_schedule": "role_name"}[attack.kind]))["docker-task:unit"]
				look := func() map[string]part {
					if attack.role != "" {
						return map[string]part{"role": u.role(attack.role)}
					}
					return map[string]part{"log group": {"tags": u.cloud.LogGroupTags(attack.group), "retention": u.cloud.Retention(attack.group)}}
				}
				if attack.role != "" {
					acctest.CreateRole(t, attack.role)
					u.cloud.PutRolePolicy(attack.role, "audit", readObjects)
					u.cloud.TagRole(attack.role, "docker-task:unit", id)
				} else {
					u.cloud.CreateLogGroup(attack.group)
					if attack.tag == "" {
						u.cloud.TagLogGroup(attack.group, "docker-task:unit", id)
					} else {
						u.cloud.TagLogGroup(attack.group, attack.tag, u.name)
					}
				}
				before := look()
				var err error
				c = newProtocolClient(t, attack.kind, nil) // another run
				if known != "known" {
					state.private = nil
				}
				if strings.HasPrefix(known, "refreshed") {
					if state, err = c.refresh(state); err != nil {
						t.Fatal(err)
					}
				}
				for range 2 { // what the first leaves in private state must not help the second
					var failed error
					if state, failed = c.apply(state, attack.after); failed == nil || !strings.Contains(failed.Error(), "exists already") || strings.Contains(failed.Error(), "remove the tag") {
						t.Fatalf("the change is refused with %v", failed)
					}
					if err := different(before, look()); err != nil {
						t.Fatalf("after the update: %v", err)
					}
				}
				if _, err := c.destroy(state); err != nil {
					t.Fatal(err)
				}
				if err := different(before, look()); err != nil {
					t.Errorf("after the destroy: %v", err)
				}
				if attack.group != "" {
					u.cloud.DeleteLogGroup(attack.group)
				}
			})
		}
	}
}

// TestAccCopiedID_killed: Terraform itself is killed after an update to new names: state and private state are the
// old ones. The next run adopts what the killed one created, and a destroy leaves nothing.
func TestAccCopiedID_killed(t *testing.T) {
	t.Parallel()
	for name, attack := range copyings("", "") {
		if attack.tag != "" {
			continue
		}
		for _, known := range inShort(2, []string{"known", "private state lost"}) {
			t.Run(name+", "+known, func(t *testing.T) {
				t.Parallel()
				u := newUnit(t)
				attack := copyings(u.name, u.place.Account)[name]
				c := newProtocolClient(t, attack.kind, nil)
				before := mustApply(t, c, attack.before)
				if _, err := c.apply(before, attack.after); err != nil {
					t.Fatal(err)
				}
				if known != "known" {
					before.private = nil
				}
				next := newProtocolClient(t, attack.kind, nil)
				state, err := next.refresh(before)
				if err != nil {
					t.Fatal(err)
				}
				if state, err = next.apply(state, attack.after); err != nil {
					t.Fatal(err)
				}
				if attack.kind == "docker_task" { // of a schedule the arguments are not all there is of its task
					next.mustPlanNothing(state, attack.after)
				}
				if _, err := next.destroy(state); err != nil {
					t.Fatal(err)
				}
				if u.cloud.LogGroup(u.logGroup) != nil { // by the other name it stays with its log
					u.cloud.DeleteLogGroup(u.logGroup)
				}
				if err := acctest.CheckAccountEmpty(t)(nil); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// TestAccDestroy_saysPlantedMarks: a tag that keeps a log group, and that the task has not put there, is said.
func TestAccDestroy_saysPlantedMarks(t *testing.T) {
	t.Parallel()
	for _, mark := range []string{"docker-task:adopted", "docker-task:kept"} {
		t.Run(mark, func(t *testing.T) {
			t.Parallel()
			h := holdPlainTask(t)
			state := mustApply(t, h.core, h.arguments)
			h.cloud.TagLogGroup(h.logGroup, mark, "true")
			h.core.mustLeave(t, state, "log group "+h.logGroup)
			h.clear()
		})
	}
	t.Run("deliberate", func(t *testing.T) {
		t.Parallel()
		h := holdPlainTask(t)
		h.core.mustLeave(t, mustApply(t, h.core, merged(h.arguments, values{"log_group": values{"keep_on_destroy": true}})))
		h.clear()
	})
}

// TestAccImport_ruleOfOthers: a rule that carries another unit's id is neither imported nor is its import suggested.
func TestAccImport_ruleOfOthers(t *testing.T) {
	t.Parallel()
	h := holdSubscription(t)
	state := mustApply(t, h.core, h.arguments)
	h.tagRule("docker-task:unit", lostID("docker_task_subscription", "another"))
	before := h.look()
	c := newProtocolClient(t, "docker_task_subscription", nil)
	if _, err := c.imported(h.task); err == nil || !strings.Contains(err.Error(), "Rule "+h.task+" belongs to docker_task_subscription another in") {
		t.Errorf("the import: %v", err)
	}
	if _, err := c.apply(c.nothing(), h.arguments); err == nil || strings.Contains(err.Error(), "terraform import") || !strings.Contains(err.Error(), "of this provider: docker_task_subscription another in") {
		t.Errorf("the create: %v", err)
	}
	if err := different(before, h.look()); err != nil {
		t.Error(err)
	}
	h.tagRule("docker-task:unit", lostID("docker_task_subscription", h.task)) // of a state that is lost
	if _, err := c.apply(c.nothing(), h.arguments); err == nil || !strings.Contains(err.Error(), "terraform import docker_task_subscription.NAME "+h.task) {
		t.Errorf("the create over its own: %v", err)
	}
	imported, err := c.imported(h.task)
	if err != nil {
		t.Fatal(err)
	}
	h.core.mustLeave(t, state, "rule "+h.task, "on queue "+h.task+"-done", "on queue "+h.task+"-lost")
	c.mustLeave(t, imported)
}

// TestAccWire_destroy_saysLeft: a policy that is another wire's by now, and one that was there before a create which
// failed, are left, and said to be.
func TestAccWire_destroy_saysLeft(t *testing.T) {
	t.Parallel()
	w := newWired(t)
	arguments := values{"task": values{"name": w.task, "subnet_ids": []any{"subnet-0a"}}, "consumer_role": w.role}
	old := mustApply(t, newProtocolClient(t, "docker_task_wire", nil), arguments)
	c := newProtocolClient(t, "docker_task_wire", nil)
	state := mustApply(t, c, arguments) // create_before_destroy
	name := textIn(t, old.value, "policy_name")
	c.mustLeave(t, old, "policy "+name+" of role "+w.role)
	c.mustLeave(t, state)

	w.aws.PutRolePolicy(w.role, name, readObjects)
	var failed map[string]tftypes.Value
	if err := state.value.As(&failed); err != nil {
		t.Fatal(err)
	}
	failed["policy_json"] = tftypes.NewValue(tftypes.String, nil) // so state has one that was there before
	c.mustLeave(t, resourceState{value: tftypes.NewValue(c.typ, failed)}, "policy "+name+" of role "+w.role)
	w.aws.DeleteRolePolicy(w.role, name)
}
