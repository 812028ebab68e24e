package provider_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// killHarness is a configuration that the real command line applies with the real provider; both may be killed or
// interrupted.
type killHarness struct {
	t     *testing.T
	proxy *acctest.Proxy
	work  *acctest.Workspace
	// names are unique to the test.
	names []string
	// before and after are the configuration and a change of all that can change in place.
	before, after string
	// renamed is the configuration under other names.
	renamed string
	// makes are the kinds of parts that make a create fail if they exist, as [acctest.Holdings] has them, with the
	// type of the resource that creates them. Not a wire's policy, nor a statement for a rule: an equal one is
	// adopted.
	makes     map[string]string
	checkGone resource.TestCheckFunc
}

// taskParts are what a docker task creates.
var taskParts = map[string]string{kindDefinition: "docker_task", "role": "docker_task", "log group": "docker_task"}

// firstCreate creates the replacement before it destroys the old resource.
const firstCreate = "lifecycle {\n  create_before_destroy = true\n}"

// newKillTask is a docker task, with more lines in its block.
func newKillTask(t *testing.T, more ...string) killHarness {
	t.Helper()
	u := newUnit(t)
	arguments := func(lines ...string) string { return u.config(append(lines, more...)...) }
	m := killHarness{
		t: t, proxy: acctest.NewProxy(t), names: []string{u.name}, checkGone: u.checkGone(),
		before: arguments(`tags = { team = "video" }`, "keep_revisions = 0", withPolicy("execution_role")),
		after: arguments(`image = "alpine"`, `tags = { team = "audio" }`, "keep_revisions = 0",
			fmt.Sprintf("execution_role = { policies = { queues = %q }, description = \"Starts it.\" }", readQueues),
			fmt.Sprintf("task_role = { name = %q }", u.name+"-renamed"), "log_group = { retention_in_days = 7 }"),
		renamed: arguments(fmt.Sprintf("name = %q", u.name+"-b")),
		makes:   taskParts,
	}
	m.work = acctest.NewWorkspace(t, map[string]string{"main.tf": m.before})
	return m
}

// newKillNamed is a docker task whose parts all have names of their own, which only its task definition has.
func newKillNamed(t *testing.T, more ...string) killHarness {
	t.Helper()
	u := newUnit(t)
	m := killHarness{
		t: t, proxy: acctest.NewProxy(t), names: []string{u.name}, checkGone: u.checkGone(),
		before: u.config(append(more, fmt.Sprintf("execution_role = { name = %q, path = \"/tasks/\" }", u.name+"-starts"),
			fmt.Sprintf("task_role = { name = %q }", u.name+"-acts"), fmt.Sprintf("log_group = { name = %q }", "/own/"+u.name))...),
		makes: taskParts,
	}
	m.work = acctest.NewWorkspace(t, map[string]string{"main.tf": m.before})
	return m
}

// newKillNamedSchedule is a schedule whose role has a name of its own.
func newKillNamedSchedule(t *testing.T, more ...string) killHarness {
	t.Helper()
	s := newScheduled(t)
	m := killHarness{
		t: t, proxy: s.proxy, names: []string{s.name}, checkGone: s.checkGone(),
		before: s.config(s.block(append(more, fmt.Sprintf("role = { name = %q }", s.name+"-runs"))...)),
		makes:  map[string]string{"schedule": "docker_task_schedule", "role": "docker_task_schedule"},
	}
	m.work = acctest.NewWorkspace(t, map[string]string{"main.tf": m.before})
	return m
}

// newKillRest is one of each other resource, of a task that is given by its name. None depends on another: they are
// created at the same time, and a kill hits all of them. Each has more lines in its block.
func newKillRest(t *testing.T, more ...string) killHarness {
	t.Helper()
	s := newScheduled(t)
	h := newSubscriptionFixture(t)
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
	m := killHarness{
		t: t, proxy: s.proxy, names: []string{s.name, h.task, w.task},
		before:    config("", queue, "pg_dump", "run"),
		after:     config("", other, "pg_dumpall", "stop"),
		renamed:   config("-b", queue, "pg_dump", "run"),
		makes:     map[string]string{"schedule": "docker_task_schedule", "role": "docker_task_schedule", "rule": "docker_task_subscription"},
		checkGone: resource.ComposeAggregateTestCheckFunc(s.checkGone(), h.gone(h.queueLets(queue), h.queueLets(other)), w.expectPolicies()),
	}
	m.work = acctest.NewWorkspace(t, map[string]string{"main.tf": m.before})
	return m
}

// newKillCluster is a cluster with its event history.
func newKillCluster(t *testing.T, more ...string) killHarness {
	t.Helper()
	c := newClusterFixture(t)
	config := func(suffix string, lines ...string) string {
		return c.config(append(append(lines, fmt.Sprintf("name = %q", c.name+suffix)), more...)...)
	}
	m := killHarness{
		t: t, proxy: acctest.NewProxy(t), names: []string{c.name},
		before:    config("", "event_history = {}", `tags = { team = "data" }`),
		after:     config("", "event_history = { retention_in_days = 7 }", `tags = { owner = "other" }`, `container_insights = "enabled"`, `default_strategy = [{ name = "FARGATE" }]`),
		renamed:   config("-b", "event_history = {}", `tags = { team = "data" }`),
		makes:     map[string]string{"cluster": "docker_task_cluster", "log group": "docker_task_cluster", "rule": "docker_task_cluster"},
		checkGone: acctest.CheckAccountEmpty(t),
	}
	m.work = acctest.NewWorkspace(t, map[string]string{"main.tf": m.before})
	return m
}

// change writes a configuration.
func (m killHarness) change(to string) { m.work.Write("main.tf", to) }

// apply applies the configuration, without a kill.
func (m killHarness) apply() error {
	_, err := m.work.Run("apply", "-auto-approve")
	return err
}

func (m killHarness) mustApply() {
	m.t.Helper()
	if err := m.apply(); err != nil {
		m.t.Fatal(err)
	}
}

// key identifies a call, the same in tests of all names.
func (m killHarness) key(c acctest.Call) string {
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
func (m killHarness) mutating() []string {
	keys := map[string]bool{}
	for _, c := range m.proxy.Calls() {
		if c.Mutating() {
			keys[m.key(c)] = true
		}
	}
	return slices.Sorted(maps.Keys(keys))
}

// at starts a subcommand and does something at the first call of a key, before AWS handles it. It returns when the
// run has ended and AWS has handled its calls.
func (m killHarness) at(key string, do func(*acctest.Running), subcommand string, arguments ...string) error {
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

// killedAt runs a subcommand whose provider is killed at a call, which takes effect.
func (m killHarness) killedAt(key, subcommand string, arguments ...string) {
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

// interruptedAt runs a subcommand that gets Ctrl-C at a call, which takes effect after the provider was asked to
// stop.
func (m killHarness) interruptedAt(key, subcommand string, arguments ...string) error {
	m.t.Helper()
	quiet := m.work.Environment
	m.work.Environment = append(slices.Clone(quiet), "TF_LOG_PROVIDER=TRACE")
	defer func() { m.work.Environment = quiet }()
	return m.at(key, func(run *acctest.Running) {
		run.Interrupt()
		if !run.WaitFor("Closed all our contexts") { // the plugin library, of its answer to StopProvider
			m.t.Error("the provider was not asked to stop")
		}
	}, subcommand, arguments...)
}

// interruptedTwiceAt sends Ctrl-C a second time, which ends the command line at once and kills the provider. The call
// takes effect.
func (m killHarness) interruptedTwiceAt(key, subcommand string, arguments ...string) {
	m.t.Helper()
	before := m.file(localState)
	err := m.at(key, func(run *acctest.Running) {
		run.Interrupt()
		if !run.WaitFor("Interrupt received") {
			m.t.Error("the interrupt was not noticed")
		}
		run.Interrupt()
		_, _ = run.Wait() // that it fails is seen below
	}, subcommand, arguments...)
	failed, ok := errors.AsType[*acctest.CommandError](err)
	if !ok || !strings.Contains(failed.Output, "Two interrupts received") {
		m.t.Errorf("error %v", err)
	}
	m.restoreState(before)
}

// localState is Terraform's.
const localState = "terraform.tfstate"

// restoreState replaces a lost state by the one from before. The command line truncates the file before it writes it,
// and a second Ctrl-C may end it in between. Its own backup may be one run older by then. A first apply has no
// backup: then state has nothing that it created.
func (m killHarness) restoreState(before []byte) {
	m.t.Helper()
	if content := m.file(localState); content != nil && !json.Valid(content) && before != nil {
		m.work.Write(localState, string(before))
	}
}

// file is one of the workspace; nil if there is none.
func (m killHarness) file(name string) []byte {
	m.t.Helper()
	content, err := os.ReadFile(filepath.Join(m.work.Folder, name))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		m.t.Fatal(err)
	}
	return content
}

// kindDefinition is the kind of part that a refusal names by its family.
const kindDefinition = "task definition"

// refusable is a part that makes a create fail if it exists.
type refusable struct {
	// words are those by which a refusal must name it.
	words        string
	resourceType string
}

// parts are all those that the account has.
func (m killHarness) parts() []refusable {
	m.t.Helper()
	var out []refusable
	for _, line := range acctest.Holdings(m.t) {
		for kind, resourceType := range m.makes {
			rest, is := strings.CutPrefix(line, kind+" ")
			if !is {
				continue
			}
			name, _, _ := strings.Cut(rest, " ")
			if kind == kindDefinition {
				_, name, _ = strings.Cut(name, "/")
				name, _, _ = strings.Cut(name, ":")
				kind += " family"
			}
			out = append(out, refusable{kind + " " + name, resourceType})
		}
	}
	return out
}

// lost are the parts that exist now, that did not exist before, and that are in no state.
func (m killHarness) lost(before []refusable) []refusable {
	m.t.Helper()
	known := m.state()
	return slices.DeleteFunc(m.parts(), func(p refusable) bool {
		return slices.Contains(before, p) || slices.Contains(known, p.resourceType+".test")
	})
}

// state are the addresses of what state has.
func (m killHarness) state() []string {
	m.t.Helper()
	content := m.file(localState)
	if len(content) == 0 {
		return nil
	}
	var state struct {
		Resources []struct {
			Type, Name string
			Instances  []json.RawMessage
		}
	}
	if err := json.Unmarshal(content, &state); err != nil {
		m.t.Fatal(err)
	}
	var out []string
	for _, r := range state.Resources {
		if len(r.Instances) > 0 { // while it is made, it is there without one
			out = append(out, r.Type+"."+r.Name)
		}
	}
	return out
}

var importCommand = regexp.MustCompile(`terraform import (docker_\w+)\.NAME (\S+)`)

// takeUp applies after a create that was killed. If parts are in no state, the apply is refused and names each of
// them with an import command. The test runs these commands, and the next apply creates the rest.
func (m killHarness) takeUp(lost []refusable) {
	m.t.Helper()
	err := m.apply()
	if len(lost) == 0 {
		if err != nil {
			m.t.Fatal(err)
		}
		return
	}
	failed, ok := errors.AsType[*acctest.CommandError](err)
	if !ok {
		m.t.Fatalf("the create adopted %v without an error: %v", lost, err)
	}
	// Each error in one line: Terraform wraps lines, and may draw a frame.
	text := strings.Join(strings.Fields(strings.NewReplacer("╷", "", "│", "", "╵", "").Replace(failed.Output)), " ")
	for _, p := range lost {
		names := regexp.MustCompile(`(?i)\b` + regexp.QuoteMeta(p.words) + ` exists`) // a sentence may begin so
		if !slices.ContainsFunc(strings.Split(text, "Error: "), func(refusal string) bool {
			return names.MatchString(refusal) && strings.Contains(refusal, "terraform import "+p.resourceType+".NAME ")
		}) {
			m.t.Errorf("the error does not name %s with the command that imports it: %v", p.words, err)
		}
	}
	for _, c := range importCommand.FindAllStringSubmatch(text, -1) {
		m.work.MustRun("import", c[1]+".test", c[2])
	}
	m.mustApply()
}

// end checks that a plan is empty, destroys, and checks that nothing is left.
func (m killHarness) end() {
	m.t.Helper()
	m.mustPlanNothing()
	m.destroy()
}

func (m killHarness) mustPlanNothing() {
	m.t.Helper()
	if output, err := m.work.Run("plan", "-detailed-exitcode"); err != nil {
		m.t.Errorf("the plan is not empty: %s %v", output, err)
	}
}

func (m killHarness) destroy() {
	m.t.Helper()
	m.work.MustRun("destroy", "-auto-approve")
	m.gone()
}

// gone checks that a destroy has left nothing, in AWS and in state.
func (m killHarness) gone() {
	m.t.Helper()
	if err := m.checkGone(nil); err != nil {
		m.t.Error(err)
	}
	if left := m.state(); len(left) > 0 {
		m.t.Errorf("state has %s", left)
	}
}
