package acctest

import (
	"errors"
	"strings"
	"syscall"
	"testing"
	"time"
)

// nothingToDo needs no provider.
var nothingToDo = map[string]string{"main.tf": `
output "greeting" {
  value = "hello"
}
`}

// A command line runs in its folder, and what it says is kept apart from what goes wrong.
func TestWorkspace_run(t *testing.T) {
	t.Parallel()
	w := NewWorkspace(t, nothingToDo)
	w.MustRun("apply", "-auto-approve")
	if have := strings.TrimSpace(w.MustRun("output", "-raw", "greeting")); have != "hello" {
		t.Errorf("%q", have)
	}
	w.Write("main.tf", "output \"greeting\" {\n  value = nonsense\n}\n")
	_, err := w.Run("plan")
	failed, ok := errors.AsType[*CommandError](err)
	if !ok || failed.Subcommand != "plan" || !strings.Contains(failed.Output, "nonsense") {
		t.Errorf("error %v", err)
	}
	if err := w.write("../main.tf", ""); err == nil {
		t.Error("a file outside of the folder")
	}
}

// At the moment of a call its provider can be killed, and what it called for is carried out.
func TestRunning_killProviders(t *testing.T) {
	t.Parallel()
	proxy := NewProxy(t)
	w := NewWorkspace(t, oneTask(t))
	started, killed := make(chan *Running, 1), make(chan int, 1)
	proxy.Before(On("logs.CreateLogGroup"), func(Call) {
		n, err := (<-started).KillProviders()
		if err != nil {
			t.Error(err)
		}
		killed <- n
	})
	run := w.Start("apply", "-auto-approve")
	started <- run
	_, err := run.Wait()
	if n := <-killed; n != 1 {
		t.Errorf("%d providers were killed", n)
	}
	if _, ok := errors.AsType[*CommandError](err); !ok {
		t.Errorf("error %v", err)
	}
	proxy.Settle()
	made := proxy.Calls(On("logs.CreateLogGroup"))
	if len(made) != 1 || made[0].End == 0 || AWS(t).LogGroup(made[0].Field("logGroupName")) == nil {
		t.Errorf("calls for a log group: %+v", made)
	}
}

// One interrupt asks to stop, two end at once.
func TestRunning_interrupt(t *testing.T) {
	t.Parallel()
	for name, times := range map[string]int{"once": 1, "twice": 2} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			proxy := NewProxy(t)
			w := NewWorkspace(t, oneTask(t))
			calls, goOn := make(chan struct{}), make(chan struct{})
			proxy.Before(On("logs.CreateLogGroup"), func(Call) {
				close(calls)
				<-goOn
			})
			run := w.Start("apply", "-auto-approve")
			<-calls
			run.Interrupt()
			if !run.WaitFor("Interrupt received") {
				t.Error("the interrupt is not noticed")
			}
			if times == 2 {
				run.Interrupt()
				<-run.exited
			}
			close(goOn)
			if _, err := run.Wait(); err == nil {
				t.Error("the run has succeeded")
			}
			if run.WaitFor("there is no such line") {
				t.Error("it says what it does not say")
			}
		})
	}
}

// What a test leaves running ends with it, the providers too.
func TestRunning_endsWithTheTest(t *testing.T) {
	t.Parallel()
	proxy := NewProxy(t)
	var group int
	t.Run("left running", func(t *testing.T) {
		w := NewWorkspace(t, oneTask(t))
		calls := make(chan struct{})
		proxy.FailNth(1, NeverAnswers, func(c Call) bool {
			if c.String() != "logs.CreateLogGroup" {
				return false
			}
			close(calls)
			return true
		})
		run := w.Start("apply", "-auto-approve")
		group = run.cmd.Process.Pid
		<-calls
	})
	for begun := time.Now(); syscall.Kill(-group, 0) == nil; {
		if time.Since(begun) > 10*time.Second {
			t.Fatal("the processes are still there")
		}
	}
}

// oneTask is a configuration of one docker task.
func oneTask(t *testing.T) map[string]string {
	t.Helper()
	return map[string]string{"main.tf": ProviderConfig(t) + "resource \"docker_task\" \"test\" {\n  name = \"" + RandomName(t) + "\"\n  image = \"busybox\"\n}\n"}
}
