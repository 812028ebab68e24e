package picture_test

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/golden"
	"github.com/dockertask/terraform-provider-docker/internal/picture"
)

func TestHTML(t *testing.T) {
	golden.File(t, filepath.Join("testdata", "state.html"), []byte(mustRead(t, stateOf(stack...)).HTML()))
}

// No name ends a script, an attribute or a text, and nothing is loaded from anywhere.
func TestHTML_hostile(t *testing.T) {
	empty := picture.Picture{}.HTML()
	for _, name := range []string{`</script><script>alert(1)</script>`, `" onload="alert(1)`, `<img src=x onerror=alert(1)>`, "<!--", "{{data}}", "{{svg}}", "&quot;"} {
		p := mustRead(t, stateOf(res("docker_task", map[string]any{
			"name": name, "wires": map[string]any{"x": map[string]any{"table": name, "access": name}}, "wire_policies": map[string]any{"x": name},
			"console_urls": map[string]any{"tasks": `https://example.com/"><script>`, "x": "javascript:alert(1)"},
		})))
		text := p.HTML()
		for _, tag := range []string{"<script", "</script", "<img", "<!--", "javascript:"} {
			if got, want := strings.Count(text, tag), strings.Count(empty, tag); got != want {
				t.Errorf("%q: %s is there %d times, not %d", name, tag, got, want)
			}
		}
		if unescaped := regexp.MustCompile(`aria-label="[^"]*"[^ >]`).FindString(text); unescaped != "" {
			t.Errorf("%q: %s", name, unescaped)
		}
	}
	if !strings.Contains(empty, `content="default-src 'none'`) {
		t.Error("the page may load something")
	}
}

// No box lies on another one, with one task or with 200.
func TestHTML_layout(t *testing.T) {
	var many []map[string]any
	for i := range 200 {
		many = append(many, res("docker_task", map[string]any{"name": fmt.Sprintf("task-%03d", i), "wires": map[string]any{
			"next": map[string]any{"docker_task": map[string]any{"name": fmt.Sprintf("task-%03d", (i*7+1)%200)}}, "q": map[string]any{"job_queue": fmt.Sprintf("q-%d", i%40), "access": "read"},
		}}), res("docker_task_schedule", of(fmt.Sprintf("task-%03d", i), map[string]any{"name": fmt.Sprintf("s-%d", i), "expression": "rate(1 day)"})))
	}
	rect := regexp.MustCompile(`<rect x="(\d+)" y="(\d+)"`)
	for name, resources := range map[string][]map[string]any{"stack": stack, "many": many} {
		p := mustRead(t, stateOf(resources...))
		text := p.HTML()
		taken := map[[2]int]bool{}
		for _, m := range rect.FindAllStringSubmatch(text, -1) {
			x, _ := strconv.Atoi(m[1])
			y, _ := strconv.Atoi(m[2])
			if taken[[2]int{x, y}] {
				t.Errorf("%s: two boxes at %d, %d", name, x, y)
			}
			taken[[2]int{x, y}] = true
		}
		if len(taken) != len(p.Nodes()) {
			t.Errorf("%s: %d boxes for %d nodes", name, len(taken), len(p.Nodes()))
		}
		if again := mustRead(t, stateOf(resources...)).HTML(); again != text {
			t.Errorf("%s: another page of the same state", name)
		}
	}
}
