package dockertask

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/golden"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// answersOf are the forms in which ECS may return a definition: with defaults or without them.
func answersOf(d task.Definition) []task.Definition {
	fargate := slices.Contains(d.RequiresCompatibilities, task.Fargate)
	out := []task.Definition{d}
	also := func(edit func(*task.Definition)) {
		for _, one := range slices.Clone(out) {
			edit(&one)
			out = append(out, one)
		}
	}
	switch p := d.RuntimePlatform; {
	case p == nil:
	case fargate && *p == task.RuntimePlatform{CPUArchitecture: "X86_64", OperatingSystemFamily: "LINUX"}:
		also(func(d *task.Definition) { d.RuntimePlatform = nil })
	case p.OperatingSystemFamily == "LINUX":
		also(func(d *task.Definition) {
			d.RuntimePlatform = &task.RuntimePlatform{CPUArchitecture: p.CPUArchitecture}
		})
	case p.CPUArchitecture == "X86_64":
		also(func(d *task.Definition) {
			d.RuntimePlatform = &task.RuntimePlatform{OperatingSystemFamily: p.OperatingSystemFamily}
		})
	}
	windows := d.RuntimePlatform != nil && task.IsWindows(d.RuntimePlatform.OperatingSystemFamily)
	instances := !fargate && !slices.Contains(d.RequiresCompatibilities, task.ManagedInstances)
	switch {
	case instances && windows && d.NetworkMode == "":
		also(func(d *task.Definition) { d.NetworkMode = "bridge" })
	case instances && d.NetworkMode == "bridge", !instances && !fargate && d.NetworkMode == task.AWSVPC:
		also(func(d *task.Definition) { d.NetworkMode = "" })
	}
	if fargate && d.EphemeralStorage == nil {
		also(func(d *task.Definition) { d.EphemeralStorage = &task.EphemeralStorage{SizeInGiB: 20} })
	}
	return out
}

// onLaunchTypes are the least that is said of a task, by what it runs on.
func onLaunchTypes(t *testing.T) map[string]model {
	t.Helper()
	out := map[string]model{}
	for _, launchTypes := range [][]string{{"FARGATE"}, {"EC2"}, {"EXTERNAL"}, {"MANAGED_INSTANCES"}, {"EC2", "FARGATE"}} {
		var diags diag.Diagnostics
		m := newModel(t.Context(), &diags)
		if diags.HasError() {
			t.Fatal(diags)
		}
		m.Name, m.Image = types.StringValue("sample"), types.StringValue("busybox")
		m.CPU, m.Memory = types.Int64Value(1024), types.Int64Value(2048)
		m.LaunchTypes = tf.SetOf(launchTypes)
		out[fmt.Sprint(launchTypes)] = m
	}
	return out
}

// staysQuiet registers what a configuration plans, has ECS tell it in each of its ways, and plans again,
// after a refresh and after an import: nothing may differ.
func staysQuiet(t *testing.T, what string, config model) {
	t.Helper()
	ctx := t.Context()
	var diags diag.Diagnostics
	place := lifecycle.Site{Place: arn.Place{Partition: "aws", Region: "us-east-1", Account: "123456789012"}, DefaultSubnets: func() types.Set { return tf.SetOf(nil) }}
	in := planInput{config: config, place: place}
	first := config
	planTask(ctx, in, &first, &diags)
	spec := first.describe(ctx, place, &diags).spec
	definition, err := spec.Definition()
	if err != nil || diags.HasError() {
		t.Fatal(what, err, diags)
	}
	first.ARN, first.Revision = types.StringValue("arn:aws:ecs:us-east-1:123456789012:task-definition/sample:1"), types.Int64Value(1)
	// What is read is read from the canonical form, so that one answer stands for all that are the same there.
	seenOnce := map[string]bool{}
	for _, answer := range answersOf(filledIn(copied(t, definition))) {
		if seenOnce[answer.Digest()] {
			continue
		}
		seenOnce[answer.Digest()] = true
		told := &task.ObservedDefinition{Definition: answer, ARN: first.ARN.ValueString(), Revision: 1}
		seen := observation{Observed: task.Observed{Definition: told}, place: place}
		refreshed := first
		refreshed.flattenDefinition(ctx, spec, seen, &diags)

		imported := newModel(ctx, &diags)
		imported.Name, imported.Region = first.Name, first.Region
		bare := imported.describe(ctx, place, &diags).spec
		seen.imported = true
		imported.flattenDefinition(ctx, bare, seen, &diags)
		for how, state := range map[string]model{"refresh": refreshed, "import": imported} {
			before := state.describe(ctx, place, &diags)
			in.state, in.record = &before, task.Record{Digest: answer.Digest(), DigestFormat: task.DigestFormat}
			again := config
			planTask(ctx, in, &again, &diags)
			if diags.HasError() {
				t.Fatal(what, diags)
			}
			for name, difference := range differentAttributes(t, state, again) {
				// An import does not know how the user writes the rest.
				if how == "refresh" || slices.Contains([]string{"arn", "revision", "network_mode", "architecture", "operating_system_family", "launch_types"}, name) {
					t.Errorf("%s: after a %s of networkMode %q, runtimePlatform %v, the plan changes %s: %s", what, how, answer.NetworkMode, answer.RuntimePlatform, name, difference)
				}
			}
		}
	}
}

// TestTask_defaultsAreQuiet: whatever is said and left out of the platform and the network, on every
// launch type, is planned as it is read back.
func TestTask_defaultsAreQuiet(t *testing.T) {
	t.Parallel()
	null := types.StringNull()
	for launchTypes, base := range onLaunchTypes(t) {
		for _, architecture := range []types.String{null, types.StringValue("X86_64"), types.StringValue("ARM64")} {
			for _, system := range []types.String{null, types.StringValue("LINUX"), types.StringValue("WINDOWS_SERVER_2022_CORE")} {
				for _, mode := range []types.String{null, types.StringValue("awsvpc"), types.StringValue("bridge")} {
					config := base
					config.Architecture, config.OperatingSystemFamily, config.NetworkMode = architecture, system, mode
					spec := config.describe(t.Context(), lifecycle.Site{DefaultSubnets: func() types.Set { return tf.SetOf(nil) }}, &diag.Diagnostics{}).spec
					if slices.ContainsFunc(spec.Check(nil), func(p task.Problem) bool { return !p.Warning }) {
						continue // there is no such task
					}
					staysQuiet(t, fmt.Sprintf("%s, %s, %s, %s", launchTypes, architecture, system, mode), config)
				}
			}
		}
	}
}

// TestTask_attributesAreQuietOnEveryLaunchType: all attributes that stand in the definition, each with all
// of its own attributes one after another.
func TestTask_attributesAreQuietOnEveryLaunchType(t *testing.T) {
	t.Parallel()
	attributes := taskAttributesSchema()
	all := map[string][]trial{}
	most := 0
	for _, name := range slices.Concat(names(mainTable), names(definitionTable)) {
		all[name] = trials(name, attributes[name])
		most = max(most, len(all[name]))
	}
	if len(all) < 45 {
		t.Errorf("only %d attributes are tried", len(all))
	}
	for launchTypes, base := range onLaunchTypes(t) {
		for i := range most {
			config := base
			for name, list := range all {
				if i < len(list) || i == 0 {
					config.set(t, name, list[i%len(list)].after)
				}
			}
			staysQuiet(t, fmt.Sprintf("%s, all attributes, their attribute %d", launchTypes, i), config)
		}
	}
	golden.Section(t, filepath.Join("..", "..", "..", "templates", "guides", "fields.md"), "<!-- launch types -->\n", "<!-- /launch types -->", launchTypeTable(t, all))
}

// launchTypeTable counts, by attribute, what the table of attributes tries on each launch type: what is not
// refused there. A refusal that is the same on all launch types is of the made-up value.
func launchTypeTable(t *testing.T, all map[string][]trial) string {
	t.Helper()
	bases := onLaunchTypes(t)
	counts, total := map[string][]int{}, make([]int, len(task.LaunchTypes))
	const own = "the task and its containers"
	for name, list := range all {
		for _, tried := range list {
			refusals, everywhere := make([]map[string]bool, len(task.LaunchTypes)), map[string]int{}
			for i, launchType := range task.LaunchTypes {
				config := bases[fmt.Sprint([]string{launchType})]
				if name != "launch_types" {
					config.set(t, name, tried.after)
				}
				spec := config.describe(t.Context(), lifecycle.Site{DefaultSubnets: func() types.Set { return tf.SetOf(nil) }}, &diag.Diagnostics{}).spec
				refusals[i] = map[string]bool{}
				for _, p := range spec.Check(nil) {
					if !p.Warning {
						refusals[i][p.Message] = true
						everywhere[p.Message]++
					}
				}
			}
			root := own
			if strings.Contains(tried.path, ".") {
				root = "`" + name + "`"
			}
			if counts[root] == nil {
				counts[root] = make([]int, len(task.LaunchTypes))
			}
			for i := range task.LaunchTypes {
				for message := range everywhere {
					if everywhere[message] == len(task.LaunchTypes) {
						delete(refusals[i], message)
					}
				}
				if len(refusals[i]) == 0 {
					counts[root][i]++
					total[i]++
				}
			}
		}
	}
	var b strings.Builder
	row := func(what string, numbers []int) {
		b.WriteString("| " + what + " |")
		for _, n := range numbers {
			fmt.Fprintf(&b, " %d |", n)
		}
		b.WriteString("\n")
	}
	b.WriteString("| attributes of | `" + strings.Join(task.LaunchTypes, "` | `") + "` |\n|---" + strings.Repeat("|---", len(task.LaunchTypes)) + "|\n")
	for _, root := range slices.Sorted(maps.Keys(counts)) {
		row(root, counts[root])
	}
	row("all", total)
	return b.String()
}

// names are the attributes of a table.
func names[T any](table tf.Fields[T]) []string { return slices.Collect(maps.Keys(table.Types())) }
