package provider_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// addresses are the resources whose replacement is refused while the old one exists, because both have the same
// names.
var addresses = map[string][]string{
	"task":    {"docker_task.test"},
	"rest":    {"docker_task_schedule.test", "docker_task_subscription.test"},
	"cluster": {"docker_task_cluster.test"},
}

// refusedReplacement applies, and expects the refusal to create a replacement before the old resource is destroyed.
func (m killHarness) refusedReplacement(arguments ...string) {
	m.t.Helper()
	_, err := m.work.Run("apply", append([]string{"-auto-approve"}, arguments...)...)
	failed, ok := errors.AsType[*acctest.CommandError](err)
	if !ok {
		m.t.Fatalf("the new resource adopted the old one: %v", err)
	}
	text := strings.Join(strings.Fields(failed.Output), " ")
	for _, hint := range []string{"belongs to another", "create_before_destroy", "terraform untaint"} {
		if !strings.Contains(text, hint) {
			m.t.Errorf("the error does not speak of %q: %s", hint, failed.Output)
		}
	}
}

// TestAccReplaced_healthy: a resource that is replaced under its own name is destroyed and created again. With
// create_before_destroy the new one is refused, and the old one stays as it is.
func TestAccReplaced_healthy(t *testing.T) {
	t.Parallel()
	for name, newHarness := range killCases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newHarness(t)
			m.mustApply()
			replace := make([]string, 0, 2)
			for _, address := range addresses[name] {
				replace = append(replace, "-replace="+address)
			}
			m.work.MustRun("apply", append([]string{"-auto-approve"}, replace...)...)
			m.end()
		})
		t.Run(name+"/create_before_destroy", func(t *testing.T) {
			t.Parallel()
			m := newHarness(t, firstCreate)
			m.mustApply()
			for _, address := range addresses[name] {
				m.work.MustRun("taint", address)
			}
			m.refusedReplacement()
			for _, address := range addresses[name] {
				m.work.MustRun("untaint", address)
			}
			m.end()
		})
	}
}

// TestAccReplaced_renamed: under other names, both exist for a moment with create_before_destroy.
// Neither takes anything from the other.
func TestAccReplaced_renamed(t *testing.T) {
	t.Parallel()
	for name, newHarness := range everyInShort(2, killCases) {
		for way, lines := range map[string][]string{"destroy_first": nil, "create_before_destroy": {firstCreate}} {
			t.Run(name+"/"+way, func(t *testing.T) {
				t.Parallel()
				m := newHarness(t, lines...)
				m.mustApply()
				m.change(m.renamed)
				m.mustApply()
				m.end()
			})
		}
	}
}

// theWiresCall creates the wire: it is one call, so a wire is never partly created.
const theWiresCall = "iam.PutRolePolicy NAME-api"

// halfMade is a configuration whose create has failed: of the calls that change something, only those whose keys have
// these prefixes took effect, each once, and none of the rollback.
func halfMade(t *testing.T, name string, through []string, more ...string) killHarness {
	t.Helper()
	m := killCases[name](t, more...)
	came := map[string]bool{}
	m.proxy.FailFrom(1, acctest.ConnectionDropped, func(c acctest.Call) bool {
		key := m.key(c)
		if !c.Mutating() || !came[key] && slices.ContainsFunc(through, func(begin string) bool { return strings.HasPrefix(key, begin) }) {
			came[key] = true
			return false
		}
		return true
	})
	err := m.apply()
	if err == nil {
		t.Fatal("the create does not fail")
	}
	t.Logf("the create failed: %v", err)
	m.proxy.Settle()
	m.proxy.Reset()
	if m.checkGone(nil) == nil {
		t.Error("nothing is partly created")
	}
	return m
}

// tainted are the addresses of what is.
func (m killHarness) tainted() []string {
	m.t.Helper()
	var out []string
	for _, address := range strings.Fields(m.work.MustRun("state", "list")) {
		if strings.Contains(m.work.MustRun("state", "show", address), "(tainted)") {
			out = append(out, address)
		}
	}
	if len(out) == 0 {
		m.t.Error("nothing is tainted")
	}
	return out
}

// TestAccReplaced_halfMade: neither a create nor its rollback ends, so the resource is tainted. The next apply
// replaces it; or, after terraform untaint, completes it.
func TestAccReplaced_halfMade(t *testing.T) {
	t.Parallel()
	onlyInLong(t)
	parts := map[string][]string{
		"task":    {"iam.CreateRole", "logs.CreateLogGroup"},
		"rest":    {"iam.CreateRole", "events.PutRule", theWiresCall},
		"cluster": {"logs.CreateLogGroup", "ecs.CreateCluster"},
	}
	for name := range killCases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := halfMade(t, name, parts[name])
			m.tainted()
			m.mustApply()
			m.end()
		})
		t.Run(name+"/create_before_destroy", func(t *testing.T) {
			t.Parallel()
			m := halfMade(t, name, parts[name], firstCreate)
			addresses := m.tainted()
			m.refusedReplacement()
			for _, address := range addresses {
				m.work.MustRun("untaint", address)
			}
			m.mustApply()
			m.end()
		})
	}
}

// TestAccReplaced_permissionOnly: of a subscription, only the statement for its rule exists. Its owner is recognised
// by the rule's name alone, so a new subscription of that name owns it too: the old one, which is destroyed last,
// leaves it.
func TestAccReplaced_permissionOnly(t *testing.T) {
	onlyInLong(t)
	t.Parallel()
	m := halfMade(t, "rest", []string{"sqs.SetQueueAttributes", theWiresCall}, firstCreate)
	if got := m.tainted(); !slices.Equal(got, []string{"docker_task_subscription.test"}) {
		t.Errorf("tainted are %v", got)
	}
	m.mustApply()
	m.end()
}

// TestAccReplaced_wire: the policy of a wire that replaces another of the same name is the same, so it is adopted.
// The old wire, which is destroyed last, leaves it.
func TestAccReplaced_wire(t *testing.T) {
	t.Parallel()
	for way, lines := range map[string][]string{"destroy_first": nil, "create_before_destroy": {firstCreate}} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			m := newKillRest(t, lines...)
			m.mustApply()
			m.work.MustRun("apply", "-auto-approve", "-replace="+theWire)
			m.end()
			// The name of a wire's policy is free once the wire is destroyed.
			m.change(m.before)
			m.mustApply()
			m.change(strings.Replace(m.before, `"docker_task_wire" "test"`, `"docker_task_wire" "other"`, 1))
			m.mustApply()
			if err := m.apply(); err != nil { // where the new one was first refused or the old one last gone
				t.Error(err)
			}
			m.end()
		})
	}
}
