package provider

import (
	"maps"
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tftest"
)

// aTask, aWire, aSchedule and aSubscription are resources whose plans ask AWS for nothing.
func aTask(name string, more tftest.Block) tftest.Block {
	b := tftest.Block{"name": name, "image": "busybox:1.37", "subnet_ids": []any{"subnet-0a"}}
	maps.Copy(b, more)
	return b
}

func namedWhole(name string) tftest.Block {
	return tftest.Block{"name": name, "cluster": "default", "subnet_ids": []any{"subnet-0a"}, "assign_public_ip": false}
}

func aWire(task, role string, more tftest.Block) tftest.Block {
	b := tftest.Block{"task": namedWhole(task), "consumer_role": role}
	maps.Copy(b, more)
	return b
}

func aSchedule(name string, more tftest.Block) tftest.Block {
	b := tftest.Block{"name": name, "task": namedWhole("t"), "expression": "rate(1 day)"}
	maps.Copy(b, more)
	return b
}

func aSubscription(task, queue string, more tftest.Block) tftest.Block {
	b := tftest.Block{"task": namedWhole(task), "queue": queue}
	maps.Copy(b, more)
	return b
}

// Two resources of one configuration that would have one part in AWS are refused by the plan of
// the second, which names both and says what to do.
func TestPlanned_twice(t *testing.T) {
	t.Parallel()
	const task, wire, schedule, subscription = "docker_task", "docker_task_wire", "docker_task_schedule", "docker_task_subscription"
	type resource struct {
		typ string
		is  tftest.Block
	}
	for name, c := range map[string]struct {
		first, second resource
		says          []string // nil: nothing
	}{
		"task": {
			resource{task, aTask("t", nil)}, resource{task, aTask("t", tftest.Block{"image": "busybox:1.36"})},
			[]string{"name: ", "Two resources of this configuration are docker_task t", "task definition t in eu-west-1", "each.key"},
		},
		"task, alike":             {resource{task, aTask("t", nil)}, resource{task, aTask("t", nil)}, []string{"name: ", "docker_task t"}},
		"tasks":                   {resource{task, aTask("t", nil)}, resource{task, aTask("u", nil)}, nil},
		"task of another region":  {resource{task, aTask("t", nil)}, resource{task, aTask("t", tftest.Block{"region": "us-east-1"})}, nil},
		"name unknown":            {resource{task, aTask("t", nil)}, resource{task, aTask(tftest.Unknown, nil)}, nil},
		"region unknown":          {resource{task, aTask("t", nil)}, resource{task, aTask("t", tftest.Block{"region": tftest.Unknown})}, nil},
		"role in other letters":   {resource{task, aTask("t", tftest.Block{"task_role": tftest.Block{"name": "Jobs"}})}, resource{task, aTask("u", tftest.Block{"execution_role": tftest.Block{"name": "jobs"}})}, []string{"execution_role: ", "docker_task u and docker_task t of this configuration", "docker_task t", "role jobs", "execution_role.arn"}},
		"role of the other's":     {resource{task, aTask("t", tftest.Block{"task_role": tftest.Block{"name": "u-eu-west-1-task"}})}, resource{task, aTask("u", nil)}, []string{"task_role: ", "docker_task t"}},
		"role in another region":  {resource{task, aTask("t", tftest.Block{"task_role": tftest.Block{"name": "jobs"}})}, resource{task, aTask("u", tftest.Block{"region": "us-east-1", "task_role": tftest.Block{"name": "jobs"}})}, []string{"role jobs"}},
		"role given":              {resource{task, aTask("t", tftest.Block{"task_role": tftest.Block{"name": "jobs"}})}, resource{task, aTask("u", tftest.Block{"task_role": tftest.Block{"arn": "arn:aws:iam::123456789012:role/jobs"}})}, nil},
		"role given to both":      {resource{task, aTask("t", tftest.Block{"task_role": tftest.Block{"arn": "arn:aws:iam::123456789012:role/jobs"}})}, resource{task, aTask("u", tftest.Block{"task_role": tftest.Block{"arn": "arn:aws:iam::123456789012:role/jobs"}})}, nil},
		"role name unknown":       {resource{task, aTask("t", tftest.Block{"task_role": tftest.Block{"name": "jobs"}})}, resource{task, aTask("u", tftest.Block{"task_role": tftest.Block{"name": tftest.Unknown}})}, nil},
		"log group":               {resource{task, aTask("t", nil)}, resource{task, aTask("u", tftest.Block{"log_group": tftest.Block{"name": "/ecs/t"}})}, []string{"log_group: ", "log group /ecs/t in eu-west-1", "log_group.arn"}},
		"log group adopted":       {resource{task, aTask("t", tftest.Block{"log_group": tftest.Block{"name": "/x", "adopt": true}})}, resource{task, aTask("u", tftest.Block{"log_group": tftest.Block{"name": "/x", "adopt": true}})}, []string{"log group /x"}},
		"log group of two places": {resource{task, aTask("t", tftest.Block{"log_group": tftest.Block{"name": "/x"}})}, resource{task, aTask("u", tftest.Block{"region": "us-east-1", "log_group": tftest.Block{"name": "/x"}})}, nil},
		"log group given":         {resource{task, aTask("t", tftest.Block{"log_group": tftest.Block{"name": "/x"}})}, resource{task, aTask("u", tftest.Block{"log_group": tftest.Block{"arn": "arn:aws:logs:eu-west-1:123456789012:log-group:/x"}})}, nil},
		"no log group":            {resource{task, aTask("t", tftest.Block{"log_group": tftest.Block{"name": "/ecs/u"}})}, resource{task, aTask("u", tftest.Block{"log_driver": "none"})}, nil},
		"wire":                    {resource{wire, aWire("t", "api", nil)}, resource{wire, aWire("t", "API", nil)}, []string{"consumer_role: ", "docker_task_wire of docker task t for role api", "inline policy docker-task-t-eu-west-1 on role api", "env_prefix"}},
		"wire, role by ARN":       {resource{wire, aWire("t", "api", nil)}, resource{wire, aWire("t", "arn:aws:iam::123456789012:role/api", nil)}, []string{"inline policy"}},
		"wires of two roles":      {resource{wire, aWire("t", "api", nil)}, resource{wire, aWire("t", "web", nil)}, nil},
		"wires of two tasks":      {resource{wire, aWire("t", "api", nil)}, resource{wire, aWire("u", "api", nil)}, nil},
		"wires with prefixes":     {resource{wire, aWire("t", "api", nil)}, resource{wire, aWire("t", "api", tftest.Block{"env_prefix": "T_"})}, nil},
		"wires, computed only":    {resource{wire, aWire("t", "api", tftest.Block{"attach_policy": false})}, resource{wire, aWire("t", "api", nil)}, nil},
		"wires, named":            {resource{wire, aWire("t", "api", tftest.Block{"policy_name": "run"})}, resource{wire, aWire("u", "api", tftest.Block{"policy_name": "run"})}, []string{"inline policy run on role api"}},
		"wire, role unknown":      {resource{wire, aWire("t", "api", nil)}, resource{wire, aWire("t", tftest.Unknown, nil)}, nil},
		"policy of a task's role": {resource{task, aTask("u", tftest.Block{"task_role": tftest.Block{"policies": tftest.Block{"run": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:ListAllMyBuckets","Resource":"*"}]}`}}})}, resource{wire, aWire("t", "u-eu-west-1-task", tftest.Block{"policy_name": "run"})}, []string{"inline policy run on role u-eu-west-1-task", "docker_task u"}},
		"token policies":          {resource{wire, aWire("t", "api", tftest.Block{"integration": "step_functions_task_token", "state_machine": "m"})}, resource{wire, aWire("t", "web", tftest.Block{"integration": "step_functions_task_token", "state_machine": "m"})}, []string{"on role t-eu-west-1-task"}},
		"schedule":                {resource{schedule, aSchedule("s", nil)}, resource{schedule, aSchedule("s", tftest.Block{"expression": "rate(2 days)"})}, []string{"name: ", "docker_task_schedule s", "schedule default/s in eu-west-1"}},
		"schedules of groups":     {resource{schedule, aSchedule("s", nil)}, resource{schedule, aSchedule("s", tftest.Block{"group": "jobs"})}, nil},
		"schedules of regions":    {resource{schedule, aSchedule("s", nil)}, resource{schedule, aSchedule("s", tftest.Block{"task": tftest.Block{"name": "t", "region": "us-east-1", "subnet_ids": []any{"subnet-0a"}}})}, nil},
		"role of schedules":       {resource{schedule, aSchedule("s", tftest.Block{"role": tftest.Block{"name": "run"}})}, resource{schedule, aSchedule("r", tftest.Block{"role": tftest.Block{"name": "Run"}})}, []string{"role: ", "role.arn"}},
		"role of task, schedule":  {resource{task, aTask("t", tftest.Block{"task_role": tftest.Block{"name": "run"}})}, resource{schedule, aSchedule("r", tftest.Block{"role": tftest.Block{"name": "run"}})}, []string{"docker_task t"}},
		"subscription":            {resource{subscription, aSubscription("t", "q", nil)}, resource{subscription, aSubscription("t", "q", tftest.Block{"only_failures": true})}, []string{"name: ", "rule t-q-queue in eu-west-1"}},
		"subscriptions":           {resource{subscription, aSubscription("t", "q", nil)}, resource{subscription, aSubscription("t", "q", tftest.Block{"name": "other"})}, nil},
		"cluster":                 {resource{"docker_task_cluster", tftest.Block{}}, resource{"docker_task_cluster", tftest.Block{"name": "default"}}, []string{"name: ", "docker_task_cluster default", "cluster default in eu-west-1"}},
		"clusters":                {resource{"docker_task_cluster", tftest.Block{}}, resource{"docker_task_cluster", tftest.Block{"region": "us-east-1"}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWalk(t, &fakeAWS{}, byGraphWalk)
			mustSayNothing(t, w.plan(c.first.typ, prior{}, c.first.is))
			second := w.plan(c.second.typ, prior{}, c.second.is)
			if c.says == nil {
				mustSayNothing(t, second)
				return
			}
			mustSay(t, second.errors(), c.says...)
		})
	}
}

// However often Terraform plans one resource, it is not taken for two.
func TestPlanned_once(t *testing.T) {
	t.Parallel()
	for typ, is := range map[string]tftest.Block{
		"docker_task": aTask("t", nil), "docker_task_wire": aWire("t", "api", nil),
		"docker_task_schedule": aSchedule("s", nil), "docker_task_subscription": aSubscription("t", "q", nil),
		"docker_task_cluster": {},
	} {
		t.Run(typ, func(t *testing.T) {
			t.Parallel()
			w := newWalk(t, &fakeAWS{}, byGraphWalk)
			created := w.plan(typ, prior{}, is)
			mustSayNothing(t, created)
			for name, id := range map[string]string{"": "", "id": "unit1"} {
				state := created.existing(t, id)
				t.Run("replaced "+name, func(t *testing.T) { // -replace, replace_triggered_by, another name
					w := newWalk(t, &fakeAWS{}, byGraphWalk)
					w.t = t
					first := w.plan(typ, state, is)
					mustSayNothing(t, first, w.plan(typ, prior{private: first.PlannedPrivate}, is))
				})
			}
			t.Run("terraform test", func(t *testing.T) {
				w := newWalk(t, &fakeAWS{}, byTestFile)
				w.t = t
				for range 3 { // plan, plan, and the plan of an apply
					mustSayNothing(t, w.plan(typ, prior{}, is))
				}
				state := created.existing(t, "unit1")
				mustSayNothing(t, w.plan(typ, state, is), w.plan(typ, state, is), w.plan(typ, prior{}, is))
			})
		})
	}
	t.Run("configured again", func(t *testing.T) { // a process that is kept, as by a debugger or test library
		t.Parallel()
		w := newWalk(t, &fakeAWS{}, byGraphWalk)
		mustSayNothing(t, w.plan("docker_task", prior{}, aTask("t", nil)))
		w.configure(byGraphWalk)
		mustSayNothing(t, w.plan("docker_task", prior{}, aTask("t", nil)))
	})
}

// A resource in state and another one of its name are two, a resource and its replacement are one.
func TestPlanned_existing(t *testing.T) {
	t.Parallel()
	w := newWalk(t, &fakeAWS{}, byGraphWalk)
	a := w.plan("docker_task", prior{}, aTask("t", nil)).existing(t, "unit1")
	b := w.plan("docker_task", prior{}, aTask("u", nil)).existing(t, "unit2")

	fresh := func(t *testing.T) walk {
		w := newWalk(t, &fakeAWS{}, byGraphWalk)
		w.t = t
		return w
	}
	t.Run("a new one beside it", func(t *testing.T) {
		w := fresh(t)
		mustSayNothing(t, w.plan("docker_task", a, aTask("t", nil)))
		mustSay(t, w.plan("docker_task", prior{}, aTask("t", nil)).errors(), "docker_task t")
	})
	t.Run("it beside a new one", func(t *testing.T) {
		w := fresh(t)
		mustSayNothing(t, w.plan("docker_task", prior{}, aTask("t", nil)))
		mustSay(t, w.plan("docker_task", a, aTask("t", nil)).errors(), "docker_task t")
	})
	t.Run("twice in state", func(t *testing.T) {
		w := fresh(t)
		mustSayNothing(t, w.plan("docker_task", a, aTask("t", nil)))
		mustSay(t, w.plan("docker_task", a, aTask("t", nil)).errors(), "Both are in state already", "terraform state rm")
	})
	t.Run("replacements that swap names", func(t *testing.T) {
		w := fresh(t)
		for name, state := range map[string]prior{"u": a, "t": b} {
			first := w.plan("docker_task", state, aTask(name, nil))
			again := w.plan("docker_task", prior{private: first.PlannedPrivate}, aTask(name, nil))
			if said := append(first.errors(), again.errors()...); len(said) > 0 { // another name warns of the log
				t.Error(said)
			}
		}
	})
	t.Run("the name of one that is destroyed", func(t *testing.T) {
		w := fresh(t)
		mustSayNothing(t, w.plan("docker_task", prior{}, aTask("t", nil))) // a destroy is planned without a configuration
	})
	t.Run("the new role's name of one that is replaced", func(t *testing.T) {
		w := fresh(t)
		named := tftest.Block{"task_role": tftest.Block{"name": "jobs"}}
		first := w.plan("docker_task", a, aTask("t", named))
		again := w.plan("docker_task", prior{private: first.PlannedPrivate}, aTask("t", nil))
		for _, said := range again.errors() {
			t.Error(said)
		}
		if said := w.plan("docker_task", prior{}, aTask("v", named)).errors(); len(said) > 0 {
			t.Error(said)
		}
	})
}
