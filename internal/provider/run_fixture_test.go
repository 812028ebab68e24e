package provider_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// theRun is what most tests of runs are about.
const theRun = "docker_task_run.test"

// runFixture is a run under test, of a task in an account of its own, whose tasks are played.
type runFixture struct {
	t     *testing.T
	cloud *acctest.Cloud
	proxy *acctest.Proxy
	stage *acctest.Stage
	name  string
}

func newRun(t *testing.T) runFixture {
	t.Helper()
	acctest.PreCheck(t)
	acctest.OnEmulator(t, "its tasks are played")
	acctest.Isolate(t)
	proxy := acctest.NewProxy(t)
	f := runFixture{t: t, cloud: acctest.AWS(t), proxy: proxy, stage: acctest.NewStage(t, proxy), name: acctest.RandomName(t)}
	createDefaultCluster(t)
	return f
}

// task is docker_task.test, with more lines.
func (f runFixture) task(lines ...string) string {
	lines = append([]string{fmt.Sprintf("name = %q", f.name), `image = "busybox"`}, lines...)
	return block("resource docker_task test", lines...)
}

// run is docker_task_run.test of docker_task.test, with more lines.
func (f runFixture) run(lines ...string) string {
	if !strings.Contains("\n"+strings.Join(lines, "\n"), "\ntask ") {
		lines = append([]string{"task = docker_task.test"}, lines...)
	}
	return block("resource docker_task_run test", lines...)
}

// config is the task and the run, with the provider's block.
func (f runFixture) config(lines ...string) string {
	return acctest.ProviderConfig(f.t) + f.task() + "\n" + f.run(lines...)
}

// plays are the next runs.
func (f runFixture) plays(plays ...acctest.Play) func() { return func() { f.stage.Next(plays...) } }

// exits is a run whose main container ends with a code.
func (f runFixture) exits(code int32) acctest.Play {
	return acctest.Play{Exit: map[string]int32{f.name: code}}
}

// with is a play with something else.
func with(p acctest.Play, change func(*acctest.Play)) acctest.Play {
	p.Exit = maps.Clone(p.Exit)
	change(&p)
	return p
}
