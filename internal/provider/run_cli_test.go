package provider_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// words has the words of a command line's output, however it breaks its lines.
func words(output string) string {
	return strings.Join(strings.Fields(strings.NewReplacer("│", " ", "╷", " ", "╵", " ").Replace(output)), " ")
}

// hanging is a task that runs until it is stopped, and is seen to run at the first look.
var hanging = acctest.Play{States: []string{"RUNNING", "STOPPED"}, Hangs: "RUNNING"}

// quick is a task that succeeds within two looks: the provider of a workspace has the machine's clock.
var quick = acctest.Play{States: []string{"RUNNING", "STOPPED"}}

// atSecondLook does something when a task is looked at for the second time.
func (f runFixture) atSecondLook(do func()) *acctest.Injection {
	looks := 0
	return f.proxy.Before(acctest.On("ecs.DescribeTasks"), func(acctest.Call) {
		if looks++; looks == 2 {
			do()
		}
	})
}

// Ctrl-C stops the task, says so, and leaves no state; a command line whose provider is killed leaves the task running, and
// the next run says so. R23.
func TestAccRun_interrupted(t *testing.T) {
	t.Parallel()
	f := newRun(t)
	w := acctest.NewWorkspace(t, map[string]string{"main.tf": f.config()})
	defer w.MustRun("destroy", "-auto-approve")
	var running *acctest.Running
	output := func(injection *acctest.Injection) string {
		_, err := running.Wait()
		injection.Stop()
		failed, ok := errors.AsType[*acctest.CommandError](err)
		if !ok {
			t.Fatalf("the apply succeeded, %v", err)
		}
		return words(failed.Output)
	}

	f.stage.Next(hanging)
	begun := make(chan struct{})
	interruption := f.atSecondLook(func() { <-begun; running.Interrupt() })
	running = w.Start("apply", "-auto-approve")
	close(begun)
	said := output(interruption)
	for _, text := range []string{"The run was interrupted.", "The task was stopped"} {
		if !strings.Contains(said, text) {
			t.Errorf("no %q in %s", text, said)
		}
	}
	if tasks := f.stage.Tasks(); len(tasks) != 1 || !tasks[0].Stopped {
		t.Fatalf("tasks %+v", tasks)
	}
	if state := w.MustRun("state", "list"); strings.Contains(state, "docker_task_run") {
		t.Errorf("state %s", state)
	}

	f.stage.Next(hanging)
	begun = make(chan struct{})
	kill := f.atSecondLook(func() {
		<-begun
		if n, err := running.KillProviders(); n != 1 || err != nil {
			t.Errorf("%d providers, %v", n, err)
		}
	})
	running = w.Start("apply", "-auto-approve")
	close(begun)
	output(kill)
	if tasks := f.stage.Tasks(); len(tasks) != 2 || tasks[1].Stopped {
		t.Fatalf("tasks %+v", tasks)
	}

	f.stage.Next(quick)
	said = words(w.MustRun("apply", "-auto-approve"))
	if want := fmt.Sprintf("Other tasks of %s that terraform has started still run: %s.", f.name, f.stage.Tasks()[1].ID); !strings.Contains(said, want) {
		t.Errorf("no %q in %s", want, said)
	}
	if again := w.MustRun("plan", "-detailed-exitcode"); !strings.Contains(again, "No changes") {
		t.Errorf("a plan after it: %s", again)
	}
}

// An action that is invoked by hand shows states and log, and what the container prints cannot drive the terminal.
func TestAccRunAction_invoke(t *testing.T) {
	t.Parallel()
	onlyWithActions(t)
	f := newRun(t)
	w := acctest.NewWorkspace(t, map[string]string{"main.tf": acctest.ProviderConfig(t) + block("resource docker_task test", fmt.Sprintf("name = %q", f.name), `image = "busybox"`, `
lifecycle {
  action_trigger {
    events     = [after_update]
    actions    = [action.docker_task_run.smoke]
    on_failure = continue
  }
}`) + `
action "docker_task_run" "smoke" {
  config {
    task        = caller
    command     = ["bin/smoke"]
    environment = { SECRET = "canary-of-the-environment" }
  }
}
`})
	defer w.MustRun("destroy", "-auto-approve")
	w.MustRun("apply", "-auto-approve")
	played := quick
	played.Lines = []string{"checking", "\x1b[2J\x1b[31mcleared"}
	f.stage.Next(played)
	said := w.MustRun("apply", "-auto-approve", "-invoke=action.docker_task_run.smoke")
	_, said, _ = strings.Cut(said, "Action started") // what the plan shows is Terraform's
	for _, text := range []string{
		"starting 1 task of " + f.name, "RUNNING after", f.name + " | checking", f.name + ` | \x1b[2J\x1b[31mcleared`, "with exit code 0",
	} {
		if !strings.Contains(said, text) {
			t.Errorf("no %q in\n%s", text, said)
		}
	}
	if strings.Contains(said, "\x1b[2J") || strings.Contains(said, "canary-of-the-environment") {
		t.Errorf("shown\n%q", said)
	}
}

// Neither variables nor command of a run are in a log of any level, in a message, or in state outside the attributes that the
// user set; nor is what the container prints in a log: R33.
func TestAccCanary_run(t *testing.T) {
	t.Parallel()
	f := newRun(t)
	environment := environmentOf(t)
	a := newSecretSearch(t, fmt.Sprintf(`
provider "docker" {
  region     = %q
  access_key = %q
  secret_key = var.canary["secret_key"]
}
`, acctest.Region(), environment["AWS_ACCESS_KEY_ID"])+f.task()+f.run(`command = ["bin/run ${var.canary["command"]}"]`, `environment = { PASSWORD = var.canary["override"] }`))
	failing := quick
	failing.Exit, failing.Lines = map[string]int32{f.name: 1}, []string{"a line of the container"}
	f.stage.Next(failing, quick)
	a.run("a line of the container", "apply")
	a.run("", "apply")
	a.run("", "plan", "-detailed-exitcode")
	if got := fmt.Sprint(a.kept()); got != "[docker_task_run.test.command docker_task_run.test.environment.PASSWORD]" {
		t.Errorf("state has canaries at %s", got)
	}
	a.run("", "destroy")
	a.silentLog("ECS.RunTask", "ECS.DescribeTasks", "CloudWatch Logs.GetLogEvents")
}

// R29: a command that is one word with blanks is questioned, of each container.
func TestAccRun_suspiciousCommand(t *testing.T) {
	t.Parallel()
	f := newRun(t)
	w := acctest.NewWorkspace(t, map[string]string{"main.tf": f.config(`command = ["bin/migrate now"]`, `containers = { proxy = { command = ["envoy -c x"] } }`)})
	said := words(w.MustRun("validate", "-no-color"))
	for _, text := range []string{"Suspicious command", `Suspicious containers["proxy"].command`, "One element with blanks is the name of one program"} {
		if !strings.Contains(said, text) {
			t.Errorf("no %q in %s", text, said)
		}
	}
}
