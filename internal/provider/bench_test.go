package provider_test

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// benchOut names the file that benchmarks write their tables to; nothing is written without it.
const benchOut = "DOCKER_TASK_BENCH_OUT"

// writeTable puts the section of a benchmark into the file, or another in its place.
func writeTable(b *testing.B, heading, text string) {
	b.Helper()
	file := os.Getenv(benchOut)
	if file == "" {
		return
	}
	before, err := os.ReadFile(file)
	if err != nil {
		b.Fatal(err)
	}
	sections := strings.Split(string(before), "\n## ")
	at := slices.IndexFunc(sections, func(section string) bool { return strings.HasPrefix(section, heading+"\n") })
	if at < 0 {
		at = len(sections)
		sections = append(sections, "")
	}
	sections[at] = heading + "\n\n" + strings.TrimSpace(text) + "\n"
	if err := os.WriteFile(file, []byte(strings.Join(sections, "\n## ")), 0o644); err != nil {
		b.Fatal(err)
	}
}

// measured is what one operation asks of AWS.
type measured struct {
	resource, operation string
	calls, deep         int
	byOperation         map[string]int
}

// BenchmarkCalls counts the calls of each operation, and how many of them wait for another
// (deep). Time is not measured: that of an emulator says nothing of AWS.
func BenchmarkCalls(b *testing.B) {
	acctest.PreCheck(b)
	acctest.OnEmulator(b, "calls are counted by a proxy")
	var table []measured
	for b.Loop() {
		table = measureCalls(b)
	}
	for _, m := range table {
		name := strings.ReplaceAll(m.resource+"-"+m.operation, " ", "-")
		b.ReportMetric(float64(m.calls), name+"-calls")
		b.ReportMetric(float64(m.deep), name+"-deep")
	}
	writeTable(b, "AWS calls by operation", markdown(table))
}

// minuteOfLooks is how often a run of a minute is looked at: after 1, 3, 6 and 11 seconds, and then every 6.
const minuteOfLooks = 13

func measureCalls(b *testing.B) []measured {
	b.Helper()
	name := acctest.RandomName(b)
	acctest.CreateRole(b, name+"-consumer")
	proxy := acctest.NewProxy(b)
	proxy.Latency(latency)
	defer proxy.Close()
	var table []measured
	measure := func(resource, operation string, f func() error) {
		proxy.Reset()
		if err := f(); err != nil {
			b.Fatalf("%s: %s: %v", resource, operation, err)
		}
		table = append(table, measured{resource, operation, len(proxy.Calls()), proxy.Depth(), acctest.CountByOperation(proxy.Calls())})
	}

	const task, wire = "docker_task", "docker_task_wire"
	var tasks protocolClient
	measure("provider", "configure", func() error { tasks = newProtocolClient(b, task, nil); return nil })
	arguments := values{"name": name, "image": "busybox"}
	state := tasks.nothing()
	apply := func() (err error) { state, err = tasks.apply(state, arguments); return err }
	measure(task, "first plan", func() error { _, _, err := tasks.plan(state, arguments); return err })
	measure(task, "create", apply)
	measure(task, "refresh", func() (err error) { state, err = tasks.refresh(state); return err })
	measure(task, "plan, nothing changed", func() error { _, _, err := tasks.plan(state, arguments); return err })
	arguments["image"] = "busybox:1.37"
	measure(task, "update of the image", apply)
	arguments["tags"] = values{"team": "video"}
	measure(task, "update of the tags", apply)

	wires := tasks.of(wire)
	consumer := values{"task": values{"name": name}, "consumer_role": name + "-consumer"}
	wired := wires.nothing()
	measure(wire, "create", func() (err error) { wired, err = wires.apply(wired, consumer); return err })
	measure(wire, "refresh", func() (err error) { wired, err = wires.refresh(wired); return err })
	measure(wire, "plan, nothing changed", func() error { _, _, err := wires.plan(wired, consumer); return err })
	consumer["actions"] = []any{"run"}
	measure(wire, "update of the actions", func() (err error) { wired, err = wires.apply(wired, consumer); return err })
	measure(wire, "destroy", func() (err error) { _, err = wires.destroy(wired); return err })

	stage := acctest.NewStage(b, proxy)
	createDefaultCluster(b)
	stage.Next(acctest.Play{States: append(slices.Repeat([]string{"RUNNING"}, minuteOfLooks-1), "STOPPED")})
	runs := tasks.of("docker_task_run")
	ran := runs.nothing()
	once := values{"task": values{"name": name}}
	measure("docker_task_run", "create, of a minute", func() (err error) { ran, err = runs.apply(ran, once); return err })
	measure("docker_task_run", "refresh, plan, destroy", func() (err error) {
		if ran, err = runs.refresh(ran); err == nil {
			_, err = runs.destroy(ran)
		}
		return err
	})

	measure(task, "destroy", func() (err error) { state, err = tasks.destroy(state); return err })
	if err := acctest.CheckAccountEmpty(b)(nil); err != nil {
		b.Error(err)
	}
	return table
}

func markdown(table []measured) string {
	var s strings.Builder
	s.WriteString("One docker task with its defaults, and one wire to it. Deep is the number of round trips that wait for one another.\n\n" +
		"| resource | operation | calls | deep | which |\n|---|---|---|---|---|\n")
	for _, m := range table {
		var which []string
		for _, operation := range slices.Sorted(maps.Keys(m.byOperation)) {
			text := operation
			if n := m.byOperation[operation]; n > 1 {
				text = fmt.Sprintf("%d × %s", n, operation)
			}
			which = append(which, text)
		}
		fmt.Fprintf(&s, "| %s | %s | %d | %d | %s |\n", m.resource, m.operation, m.calls, m.deep, strings.Join(which, ", "))
	}
	return s.String()
}
