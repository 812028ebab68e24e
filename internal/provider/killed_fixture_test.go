package provider_test

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// mortal is a configuration that the real command line works on with the real provider, both of
// which may be killed or interrupted meanwhile.
type mortal struct {
	t     *testing.T
	proxy *acctest.Proxy
	work  *acctest.Workspace
	// names are those of the test, which no two tests have in common.
	names []string
	// before and after are the configuration and a change of all that can change in place.
	before, after string
	// renamed is the configuration under other names.
	renamed   string
	checkGone resource.TestCheckFunc
}

// firstCreate has the new one made before the old one goes.
const firstCreate = "lifecycle {\n  create_before_destroy = true\n}"

// mortalTask is a docker task, with more lines in its block.
func mortalTask(t *testing.T, more ...string) mortal {
	t.Helper()
	u := newUnit(t)
	arguments := func(lines ...string) string { return u.config(append(lines, more...)...) }
	m := mortal{
		t: t, proxy: acctest.NewProxy(t), names: []string{u.name}, checkGone: u.checkGone(),
		before: arguments(`tags = { team = "video" }`, "keep_revisions = 0", withPolicy("execution_role")),
		after: arguments(`image = "alpine"`, `tags = { team = "audio" }`, "keep_revisions = 0",
			fmt.Sprintf("execution_role = { policies = { queues = %q }, description = \"Starts it.\" }", readQueues),
			fmt.Sprintf("task_role = { name = %q }", u.name+"-renamed"), "log_group = { retention_in_days = 7 }"),
		renamed: arguments(fmt.Sprintf("name = %q", u.name+"-b")),
	}
	m.work = acctest.NewWorkspace(t, map[string]string{"main.tf": m.before})
	return m
}

// mortalRest is one of each other resource, of a task that is known by its name. None depends
// on another: they are made at once, and a kill hits all of them. Each has more lines in its
// block.
func mortalRest(t *testing.T, more ...string) mortal {
	t.Helper()
	s := newScheduled(t)
	h := newHeard(t)
	w := newWired(t)
	queue, other := h.queue("-done"), h.queue("-other")
	byName := fmt.Sprintf("task = { name = %q }", h.task)
	config := func(suffix, queue, command, actions string) string {
		lines := func(own ...string) []string { return append(append(own, byName), more...) }
		return w.config(
			s.block(lines(fmt.Sprintf("name = %q", s.name+suffix), fmt.Sprintf("command = [%q]", command), `tags = { team = "data" }`)...),
			h.block("test", lines(fmt.Sprintf("name = %q", h.task+suffix), fmt.Sprintf("queue = %q", queue))...),
			w.wireBlock(lines(fmt.Sprintf("policy_name = %q", w.defaultPolicyName()+suffix), fmt.Sprintf("actions = [%q]", actions))...),
		)
	}
	m := mortal{
		t: t, proxy: s.proxy, names: []string{s.name, h.task, w.task},
		before:    config("", queue, "pg_dump", "run"),
		after:     config("", other, "pg_dumpall", "stop"),
		renamed:   config("-b", queue, "pg_dump", "run"),
		checkGone: resource.ComposeAggregateTestCheckFunc(s.checkGone(), h.gone(h.queueLets(queue), h.queueLets(other)), w.expectPolicies()),
	}
	m.work = acctest.NewWorkspace(t, map[string]string{"main.tf": m.before})
	return m
}

// change writes a configuration.
func (m mortal) change(to string) { m.work.Write("main.tf", to) }

// apply applies what is written, to its end.
func (m mortal) apply() error {
	_, err := m.work.Run("apply", "-auto-approve")
	return err
}

func (m mortal) mustApply() {
	m.t.Helper()
	if err := m.apply(); err != nil {
		m.t.Fatal(err)
	}
}

// key tells calls apart, the same way in tests of all names.
func (m mortal) key(c acctest.Call) string {
	words := []string{c.String()}
	for _, field := range []string{"RoleName", "PolicyName"} {
		if v := c.Field(field); v != "" {
			words = append(words, v)
		}
	}
	key := strings.Join(words, " ")
	for _, name := range m.names {
		key = strings.ReplaceAll(key, name, "NAME")
	}
	return strings.ReplaceAll(key, "/", ":")
}

// mutating are the calls that changed something since the last reset.
func (m mortal) mutating() []string {
	keys := map[string]bool{}
	for _, c := range m.proxy.Calls() {
		if c.Mutating() {
			keys[m.key(c)] = true
		}
	}
	return slices.Sorted(maps.Keys(keys))
}

// at begins to run a subcommand and does something at the first call of a key, before AWS
// carries it out. It returns when the run has ended and AWS is done with its calls.
func (m mortal) at(key string, do func(*acctest.Running), subcommand string, arguments ...string) error {
	m.t.Helper()
	var once sync.Once
	begun := make(chan *acctest.Running, 1)
	hit := m.proxy.Before(func(c acctest.Call) bool { return m.key(c) == key }, func(acctest.Call) {
		once.Do(func() { do(<-begun) })
	})
	run := m.work.Start(subcommand, arguments...)
	begun <- run
	_, err := run.Wait()
	m.proxy.Settle()
	if hit.Hits() == 0 {
		m.t.Errorf("the call was not made: %v", err)
	}
	m.proxy.Reset()
	return err
}

// killedAt runs a subcommand whose provider is killed at a call, which AWS carries out.
func (m mortal) killedAt(key, subcommand string, arguments ...string) {
	m.t.Helper()
	err := m.at(key, func(run *acctest.Running) {
		if n, err := run.KillProviders(); n != 1 || err != nil {
			m.t.Errorf("%d providers were killed: %v", n, err)
		}
	}, subcommand, arguments...)
	if err == nil {
		m.t.Error("the command does not fail")
	}
}

var importCommand = regexp.MustCompile(`terraform import (docker_\w+)\.NAME\s+(\S+)`)

// takeUp applies after a create that was killed. What exists is not in state, so the apply is
// refused, and says how to import it: that is done, to the letter.
func (m mortal) takeUp() {
	m.t.Helper()
	for range 3 {
		err := m.apply()
		if err == nil {
			return
		}
		failed, ok := errors.AsType[*acctest.CommandError](err)
		if !ok {
			m.t.Fatal(err)
		}
		commands := importCommand.FindAllStringSubmatch(failed.Output, -1)
		if len(commands) == 0 {
			m.t.Fatalf("the error does not say how to import what exists: %v", err)
		}
		for _, c := range commands {
			m.work.MustRun("import", c[1]+".test", c[2])
		}
	}
	m.t.Fatal("after three applies there is still something that exists")
}

// end looks whether a plan is empty, destroys, and looks whether anything is left.
func (m mortal) end() {
	m.t.Helper()
	if output, err := m.work.Run("plan", "-detailed-exitcode"); err != nil {
		m.t.Errorf("the plan is not empty: %s %v", output, err)
	}
	m.destroy()
}

func (m mortal) destroy() {
	m.t.Helper()
	m.work.MustRun("destroy", "-auto-approve")
	if err := m.checkGone(nil); err != nil {
		m.t.Error(err)
	}
	if left := strings.TrimSpace(m.work.MustRun("state", "list")); left != "" {
		m.t.Errorf("state has %s", left)
	}
}
