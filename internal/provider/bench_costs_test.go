//go:build unix

package provider_test

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// BenchmarkCosts measures what each of Terraform's calls of the provider costs the provider's process, for a
// docker task and a wire: allocations, and time of the processor. That is what a plan of many resources waits
// for; the time on the clock is the emulator's.
func BenchmarkCosts(b *testing.B) {
	acctest.PreCheck(b)
	acctest.OnEmulator(b, "creates a unit for each round")
	name := acctest.RandomName(b)
	acctest.CreateRole(b, name+"-consumer")

	tasks := newProtocolClient(b, "docker_task", nil)
	task := func(name, image string) values {
		return values{
			"name": name, "image": image, "command": []any{"transcode", "--all"},
			"environment": values{"LEVEL": "info", "MODE": "batch"},
			"secrets":     values{"TOKEN": "/token", "PASSWORD": "secret:database"},
			"tags":        values{"team": "video"},
			"wires": values{
				"uploads": values{"object_store": "uploads", "access": "read"},
				"jobs":    values{"job_queue": "jobs", "access": "read_write"},
				"news":    values{"topic": "news"},
			},
		}
	}
	benchmarkCalls(b, tasks, task(name, "busybox"), task(name, "busybox:1.37"))
	benchmarkCreate(b, tasks, func(i int) values { return task(fmt.Sprintf("%s-%d", name, i), "busybox") })

	existing, err := tasks.apply(tasks.nothing(), task(name, "busybox"))
	if err != nil {
		b.Fatal(err)
	}
	wires := tasks.of("docker_task_wire")
	wire := func(consumer string, actions ...any) values {
		return values{"task": values{"name": name}, "consumer_role": consumer, "actions": actions}
	}
	benchmarkCalls(b, wires, wire(name+"-consumer", "run", "stop"), wire(name+"-consumer", "run"))
	benchmarkCreate(b, wires, func(int) values { return wire(name+"-consumer", "run", "stop") })
	if _, err := tasks.destroy(existing); err != nil {
		b.Fatal(err)
	}
	writeTable(b, "CPU and allocations by call of Terraform", costs.markdown())
}

// cost is what one call costs the process of the provider.
type cost struct {
	resource, call string
	cpu            time.Duration
	allocations    uint64
	bytes          uint64
}

// measuredCosts are those so far.
type measuredCosts []cost

var costs measuredCosts

func (cs measuredCosts) markdown() string {
	var s strings.Builder
	s.WriteString("A docker task with a command, variables, secrets, tags and three wires to resources, and a wire to it. CPU depends on the machine, " +
		"allocations do not; the SDK's own for its calls of AWS are among them.\n\n" +
		"| resource | call | ms of CPU | allocations | kB allocated |\n|---|---|---|---|---|\n")
	for _, c := range cs {
		fmt.Fprintf(&s, "| %s | %s | %.1f | %d | %d |\n", c.resource, c.call, float64(c.cpu.Microseconds())/1000, c.allocations, c.bytes/1000)
	}
	return s.String()
}

// meter adds up what passes between start and stop.
type meter struct {
	since time.Duration
	heap  runtime.MemStats
	cost  cost
}

func (m *meter) start(b *testing.B) {
	b.Helper()
	runtime.ReadMemStats(&m.heap)
	m.since = processorTime(b)
}

func (m *meter) stop(b *testing.B) {
	b.Helper()
	m.cost.cpu += processorTime(b) - m.since
	before := m.heap
	runtime.ReadMemStats(&m.heap)
	m.cost.allocations += m.heap.Mallocs - before.Mallocs
	m.cost.bytes += m.heap.TotalAlloc - before.TotalAlloc
}

// report notes the cost of one of n rounds.
func (m *meter) report(b *testing.B, resource, call string) {
	b.Helper()
	rounds := uint64(b.N)
	one := cost{resource, call, m.cost.cpu / time.Duration(rounds), m.cost.allocations / rounds, m.cost.bytes / rounds}
	b.ReportMetric(float64(one.cpu.Microseconds()), "cpu-µs/op")
	b.ReportMetric(float64(one.allocations), "allocs/op")
	b.ReportMetric(float64(one.bytes), "B/op")
	costs = append(slices.DeleteFunc(costs, func(c cost) bool { return c.resource == resource && c.call == call }), one)
}

// processorTime is what this process has used so far.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// benchmarkCalls measures validation, plans and reading of one resource, of which the configuration changes.
func benchmarkCalls(b *testing.B, c protocolClient, arguments, changed values) {
	b.Helper()
	run := func(name string, call func() ([]*tfprotov6.Diagnostic, error)) {
		b.Run(c.typeName+"/"+name, func(b *testing.B) {
			var m meter
			m.start(b)
			for b.Loop() {
				if diags, err := call(); err != nil || failures(diags) != nil {
					b.Fatal(err, failures(diags))
				}
			}
			m.stop(b)
			m.report(b, c.typeName, name)
		})
	}
	plan := func(name string, state resourceState, arguments values) {
		request := c.planRequest(state, c.config(arguments))
		run(name, func() ([]*tfprotov6.Diagnostic, error) {
			answer, err := c.server.PlanResourceChange(c.context(), request)
			return answer.Diagnostics, err
		})
	}
	validate := &tfprotov6.ValidateResourceConfigRequest{TypeName: c.typeName, Config: c.dynamic(c.typ, c.config(arguments))}
	run("validate", func() ([]*tfprotov6.Diagnostic, error) {
		answer, err := c.server.ValidateResourceConfig(c.context(), validate)
		return answer.Diagnostics, err
	})
	plan("plan a create", c.nothing(), arguments)
	state, err := c.apply(c.nothing(), arguments)
	if err != nil {
		b.Fatal(err)
	}
	read := c.readRequest(state)
	run("read", func() ([]*tfprotov6.Diagnostic, error) {
		answer, err := c.server.ReadResource(c.context(), read)
		return answer.Diagnostics, err
	})
	plan("plan no change", state, arguments)
	plan("plan an update", state, changed)
	if _, err := c.destroy(state); err != nil {
		b.Fatal(err)
	}
}

// benchmarkCreate measures the apply of a create; plan and destroy of each round are not counted.
func benchmarkCreate(b *testing.B, c protocolClient, arguments func(round int) values) {
	b.Helper()
	round := 0
	b.Run(c.typeName+"/create", func(b *testing.B) {
		var m meter
		for b.Loop() {
			round++
			planned, _, err := c.plan(c.nothing(), arguments(round))
			if err != nil {
				b.Fatal(err)
			}
			request := c.applyRequest(c.nothing(), planned, c.config(arguments(round)))
			m.start(b)
			answer, err := c.server.ApplyResourceChange(c.context(), request)
			m.stop(b)
			if err != nil || failures(answer.Diagnostics) != nil {
				b.Fatal(err, failures(answer.Diagnostics))
			}
			if _, err := c.destroy(resourceState{value: c.known(answer.NewState), private: answer.Private, identity: answer.NewIdentity}); err != nil {
				b.Fatal(err)
			}
		}
		m.report(b, c.typeName, "create")
	})
}
