package picture_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/golden"
	"github.com/dockertask/terraform-provider-docker/internal/picture"
	"github.com/dockertask/terraform-provider-docker/internal/wire"
)

// res is a resource as terraform show -json has it.
func res(kind string, values map[string]any) map[string]any {
	return map[string]any{"mode": "managed", "type": kind, "name": "x", "values": values}
}

func stateOf(resources ...map[string]any) map[string]any {
	return map[string]any{"format_version": "1.0", "values": map[string]any{"root_module": map[string]any{
		"resources": resources[:len(resources)/2], "child_modules": []any{map[string]any{"resources": resources[len(resources)/2:]}},
	}}}
}

func mustRead(t *testing.T, document any) picture.Picture {
	t.Helper()
	text, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	p, err := picture.Read(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func of(task string, more map[string]any) map[string]any {
	out := map[string]any{"task": map[string]any{"name": task}}
	for k, v := range more {
		out[k] = v
	}
	return out
}

// stack has each kind of box and line.
var stack = []map[string]any{
	res("docker_task", map[string]any{
		"name": "dump", "console_urls": map[string]any{"tasks": "https://example.com/tasks", "log_group": "javascript:alert(1)"},
		"wires": map[string]any{
			"dumps":  map[string]any{"object_store": "example-dumps", "access": "write", "env_prefix": "DUMPS_", "table": nil},
			"jobs":   map[string]any{"job_queue": "arn:aws:sqs:eu-west-1:123456789012:jobs", "access": "read"},
			"shrink": map[string]any{"docker_task": map[string]any{"name": "shrink"}},
		},
	}),
	res("docker_task", map[string]any{"name": "shrink", "wires": map[string]any{"back": map[string]any{"docker_task": map[string]any{"name": "dump"}}}}), // a cycle
	res("docker_task_wire", of("dump", map[string]any{"consumer_role": "api", "integration": "sdk"})),
	res("docker_task_schedule", of("dump", map[string]any{"name": "nightly", "expression": "cron(0 3 * * ? *)"})),
	res("docker_task_run", of("shrink", map[string]any{"command": []any{"bin/fill", "--all"}})),
	res("docker_task_subscription", of("dump", map[string]any{"topic": "arn:aws:sns:eu-west-1:123456789012:failures", "only_failures": true})),
	res("aws_s3_bucket", map[string]any{"bucket": "example-dumps"}),
}

func TestState(t *testing.T) {
	p := mustRead(t, stateOf(stack...))
	golden.File(t, filepath.Join("testdata", "state.mmd"), []byte(p.Mermaid()))
	golden.File(t, filepath.Join("testdata", "state.dot"), []byte(p.DOT()))
	if again := mustRead(t, stateOf(stack...)); again.Mermaid() != p.Mermaid() {
		t.Error("another picture of the same state")
	}
	for _, n := range p.Nodes() {
		if n.Kind == picture.Task && n.Name == "dump" && fmt.Sprint(n.Pages) != "map[tasks:https://example.com/tasks]" {
			t.Errorf("pages %v", n.Pages)
		}
	}
}

// A plan's picture marks what it adds, changes and removes.
func TestPlan(t *testing.T) {
	before := stateOf(
		map[string]any{"address": "docker_task.x", "mode": "managed", "type": "docker_task", "values": map[string]any{"name": "dump", "wires": map[string]any{"a": map[string]any{"table": "old", "access": "read"}}}},
		res("docker_task_wire", of("dump", map[string]any{"consumer_role": "leaves"})),
	)
	plan := map[string]any{
		"format_version": "1.2", "prior_state": before,
		"planned_values": stateOf(
			map[string]any{"address": "docker_task.x", "mode": "managed", "type": "docker_task", "values": map[string]any{"name": "dump", "wires": map[string]any{"a": map[string]any{"table": "new", "access": "read"}}}},
			res("docker_task_schedule", of("dump", map[string]any{"name": "nightly", "expression": "rate(1 day)"})),
		)["values"],
		"resource_changes": []any{map[string]any{"address": "docker_task.x", "change": map[string]any{"actions": []any{"update"}, "after": map[string]any{"name": "dump"}}}},
	}
	p := mustRead(t, plan)
	golden.File(t, filepath.Join("testdata", "plan.mmd"), []byte(p.Mermaid()))
	golden.File(t, filepath.Join("testdata", "plan.dot"), []byte(p.DOT()))
}

// A plan's picture shows what is replaced, what an update in place changes, what is not known yet, and two tasks of one name in two
// regions; it does not show sensitive values.
func TestPlan_marks(t *testing.T) {
	at := func(address string, r map[string]any, sensitive any) map[string]any {
		r["address"], r["sensitive_values"] = address, sensitive
		return r
	}
	dump := map[string]any{"name": "dump", "region": "eu-west-1"}
	sub := at("docker_task_subscription.s", res("docker_task_subscription", map[string]any{"task": dump, "region": "eu-west-1", "queue": "q"}), nil)
	changed := func(address string, unknown any, actions ...any) map[string]any {
		return map[string]any{"address": address, "change": map[string]any{"actions": actions, "after_unknown": unknown}}
	}
	p := mustRead(t, map[string]any{
		"format_version": "1.2",
		"prior_state":    stateOf(at("docker_task.a", res("docker_task", dump), nil), sub, res("docker_task_wire", map[string]any{"consumer_role": "api", "region": "eu-west-1", "task": map[string]any{"name": "later"}})),
		"planned_values": stateOf(
			at("docker_task.a", res("docker_task", map[string]any{"name": "dump", "region": "eu-west-1", "wires": map[string]any{
				"up": map[string]any{"access": "read"}, "next": map[string]any{},
			}}), nil), sub,
			at("docker_task.b", res("docker_task", map[string]any{"name": "dump", "region": "us-east-1", "wires": map[string]any{"k": map[string]any{"secret": "canary"}}, "wire_policies": map[string]any{"k": "canary"}, "wire_environment": map[string]any{"SECRET": "canary"}}),
				map[string]any{"wires": map[string]any{"k": map[string]any{"secret": true}}}),
			at("docker_task.later", res("docker_task", map[string]any{"name": "later", "region": "eu-west-1"}), nil),
			at("docker_task_run.r", res("docker_task_run", map[string]any{"task": dump, "region": "eu-west-1", "command": []any{"login", "canary"}}), map[string]any{"command": []any{false, true}}),
			res("docker_task_wire", map[string]any{"consumer_role": "api", "task": map[string]any{"name": "later"}}), // where it is, nobody says
		)["values"],
		"resource_changes": []any{
			changed("docker_task.a", map[string]any{"wires": map[string]any{"up": map[string]any{"object_store": true}, "next": map[string]any{"docker_task": true}}}, "delete", "create"),
			changed("docker_task_subscription.s", map[string]any{}, "update"), changed("docker_task.b", map[string]any{"region": false}, "create"),
		},
	})
	golden.File(t, filepath.Join("testdata", "marks.mmd"), []byte(p.Mermaid()))
	for _, text := range []string{p.Mermaid(), p.DOT(), p.HTML()} {
		if strings.Contains(text, "canary") {
			t.Errorf("a sensitive value is drawn:\n%s", text)
		}
	}
	if text := p.HTML(); !strings.Contains(text, `"address":"docker_task.b"`) || !strings.Contains(text, `"title":"dump (us-east-1)"`) {
		t.Errorf("no address or region:\n%s", text)
	}
}

// Every kind of wire has a box, given by its name, its ARN or its fields.
func TestKinds(t *testing.T) {
	for _, kind := range wire.Kinds {
		if kind.Name == "docker_task" {
			continue
		}
		given := []any{"thing", "arn:aws:x:eu-west-1:123456789012:label/thing"}
		if len(kind.Fields) > 0 {
			given = []any{map[string]any{"arn": "arn:aws:x:eu-west-1:123456789012:label/thing"}}
			fields := map[string]any{}
			for _, f := range kind.Fields {
				if f.Name != "arn" {
					fields[f.Name] = "thing"
				}
			}
			given = append(given, fields)
		}
		for _, v := range given {
			p := mustRead(t, stateOf(res("docker_task", map[string]any{"name": "dump", "wires": map[string]any{"x": map[string]any{kind.Name: v}}})))
			nodes := p.Nodes()
			if len(nodes) != 2 || !strings.HasPrefix(nodes[1].Name, "thing") {
				t.Errorf("%s = %v: %v", kind.Name, v, nodes)
			}
		}
	}
	for given, want := range map[string]string{
		"arn:aws:sqs:eu-west-1:123456789012:jobs": "jobs", "arn:aws:execute-api:eu-west-1:123456789012:a1b2/prod": "a1b2/prod", "arn:aws:s3:::example-dumps": "example-dumps",
		"arn:aws:dynamodb:eu-west-1:123456789012:table/t/stream/2026-01-01T00:00:00.000": "t/stream/2026-01-01T00:00:00.000", "arn:aws:lambda:eu-west-1:123456789012:function:api": "api",
	} {
		p := mustRead(t, stateOf(res("docker_task", map[string]any{"name": "dump", "wires": map[string]any{"x": map[string]any{"table": given}}})))
		if got := p.Nodes()[1].Name; got != want {
			t.Errorf("%s is %s, not %s", given, got, want)
		}
	}
}

// Names with characters that mean something to Mermaid, DOT or HTML stay within their quotes.
func TestHostile(t *testing.T) {
	for _, name := range []string{`a"]]; click n0 "x"`, "a\nn1 --> n2", "</script><script>alert(1)</script>", `\"`, "`x`", "a\x1b[31m", "#quot;", "%%{init}%%"} {
		p := mustRead(t, stateOf(res("docker_task", map[string]any{"name": name, "wires": map[string]any{"x": map[string]any{"table": name, "access": name}}})))
		lines := regexp.MustCompile(`^(flowchart LR|  n\d+\[\(?"[\p{L}\p{N} \-_.:/(),*?@#;]*"\)?\]|  n\d+ -\.->\|"[\p{L}\p{N} \-_.:/(),*?@#;]*"\| n\d+)$`)
		for line := range strings.Lines(p.Mermaid()) {
			if !lines.MatchString(strings.TrimSuffix(line, "\n")) {
				t.Errorf("%q: %q", name, line)
			}
		}
		if n := strings.Count(p.DOT(), "\n"); n != 8 {
			t.Errorf("%q: %d lines of DOT:\n%s", name, n, p.DOT())
		}
	}
}

// Two hundred tasks are two hundred boxes, and two pictures of them are the same.
func TestMany(t *testing.T) {
	var resources []map[string]any
	for i := range 200 {
		resources = append(resources, res("docker_task", map[string]any{"name": fmt.Sprintf("task-%03d", i), "wires": map[string]any{"next": map[string]any{"docker_task": map[string]any{"name": fmt.Sprintf("task-%03d", (i+1)%200)}}}}))
	}
	p := mustRead(t, stateOf(resources...))
	if len(p.Nodes()) != 200 || len(p.Edges()) != 200 {
		t.Errorf("%d boxes, %d lines", len(p.Nodes()), len(p.Edges()))
	}
}

func TestRead_refuses(t *testing.T) {
	for _, text := range []string{"", "hello", "{}", `{"values":{}}`, "[]"} {
		if _, err := picture.Read([]byte(text)); err == nil || !strings.Contains(err.Error(), "terraform show -json") {
			t.Errorf("%q: %v", text, err)
		}
	}
	p, err := picture.Read([]byte(`{"format_version":"1.0"}`))
	if err != nil || len(p.Nodes()) != 0 {
		t.Errorf("an empty state: %v, %v", p.Nodes(), err)
	}
}

// What is read never panics, and is drawn with a line for each box and edge.
func FuzzRead(f *testing.F) {
	text, err := json.Marshal(stateOf(stack...))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(text))
	f.Add(`{"format_version":"1.0","planned_values":{"root_module":{"resources":[{"mode":"managed","type":"docker_task","values":{"name":1,"wires":[]}}]}}}`)
	f.Add(`{"format_version":"1.2","planned_values":{"root_module":{"resources":[{"address":"a","mode":"managed","type":"docker_task","values":{"name":"dump","wires":{"x":{}}},"sensitive_values":{"wires":[true]}}]}},` +
		`"resource_changes":[{"address":"a","change":{"actions":["update"],"after_unknown":{"wires":{"x":{"table":true}},"region":true}}}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		p, err := picture.Read([]byte(text))
		if err != nil {
			return
		}
		want := 1 + len(p.Nodes()) + len(p.Edges())
		for _, c := range []picture.Change{picture.Added, picture.Changed, picture.Removed} {
			for _, n := range p.Nodes() {
				if n.Change == c {
					want++ // its classDef
					break
				}
			}
		}
		if got := strings.Count(p.Mermaid(), "\n"); got != want {
			t.Errorf("%d lines, not %d:\n%s", got, want, p.Mermaid())
		}
		if got, want := strings.Count(p.DOT(), "\n"), 5+len(p.Nodes())+len(p.Edges()); got != want {
			t.Errorf("%d lines of DOT, not %d:\n%s", got, want, p.DOT())
		}
		if got, want := strings.Count(p.HTML(), "<g class="), len(p.Nodes())+len(p.Edges()); got != want {
			t.Errorf("%d boxes and lines, not %d", got, want)
		}
	})
}
