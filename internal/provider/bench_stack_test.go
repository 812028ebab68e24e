//go:build unix

package provider_test

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// stackSize is how many docker tasks, and wires to them, the stack of BenchmarkStack has.
const stackSize = 50

// BenchmarkStack runs the command line on a stack of fifty tasks and wires, with 50 ms for each call of AWS. Of each
// command it measures the seconds on the clock, the seconds of CPU of command line and provider, and the calls. It is
// for comparing two versions on one idle machine: the emulator takes part of the time.
func BenchmarkStack(b *testing.B) {
	acctest.PreCheck(b)
	acctest.OnEmulator(b, "calls are delayed by a proxy")
	for b.Loop() {
		writeTable(b, "A stack of fifty tasks and wires", measureStack(b))
	}
}

func measureStack(b *testing.B) string {
	b.Helper()
	name := acctest.RandomName(b)
	acctest.CreateRole(b, name+"-consumer")
	proxy := acctest.NewProxy(b)
	defer proxy.Close()
	proxy.Before(func(acctest.Call) bool { return true }, func(acctest.Call) { time.Sleep(50 * time.Millisecond) }) //nolint:forbidigo // the time that AWS takes
	stack := func(image string) map[string]string {
		return map[string]string{"main.tf": fmt.Sprintf(`
terraform {
  required_providers {
    docker = { source = "dockertask/docker" }
  }
}

resource "docker_task" "x" {
  count       = %d
  name        = "%s-${count.index}"
  image       = "%s"
  environment = { LEVEL = "info", NUMBER = count.index }
  secrets     = { TOKEN = "/token" }
  wires = {
    uploads = { object_store = "uploads", access = "read" }
    jobs    = { job_queue = "jobs", access = "read_write" }
  }
}

resource "docker_task_wire" "x" {
  count         = %d
  task          = docker_task.x[count.index]
  consumer_role = "%s-consumer"
}
`, stackSize, name, image, stackSize, name)}
	}
	work := acctest.NewWorkspace(b, stack("busybox"))
	var table strings.Builder
	table.WriteString("Terraform on fifty docker tasks with two wires each, and fifty wires to them, with 50 ms for each call of AWS. CPU is that of Terraform and " +
		"the provider together; the emulator takes another part of a machine's time. Take it for comparing two versions on one idle machine.\n\n" +
		"| step | seconds | seconds of CPU | calls |\n|---|---|---|---|\n")
	run := func(step, subcommand string, arguments ...string) {
		proxy.Reset()
		began, used := time.Now(), childrenTime(b)
		work.MustRun(subcommand, arguments...)
		fmt.Fprintf(&table, "| %s | %.1f | %.1f | %d |\n", step, time.Since(began).Seconds(), (childrenTime(b) - used).Seconds(), len(proxy.Calls()))
	}
	run("first plan", "plan")
	run("apply", "apply", "-auto-approve")
	run("plan", "plan")
	work.Write("main.tf", stack("busybox:1.37")["main.tf"])
	run("new image", "apply", "-auto-approve")
	run("destroy", "destroy", "-auto-approve")
	b.Log(table.String())
	return table.String()
}

// childrenTime is the CPU time of this process's children that have ended, and of theirs.
func childrenTime(b *testing.B) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_CHILDREN, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
