package provider_test

import (
	"strings"
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
	"github.com/dockertask/terraform-provider-docker/internal/picture"
)

// What the command line shows of a plan and of a state is read and drawn.
func TestAccPicture(t *testing.T) {
	t.Parallel()
	acctest.PreCheck(t)
	acctest.Isolate(t)
	role, name := acctest.CreateRole(t, acctest.RandomName(t)), acctest.RandomName(t)
	role = role[strings.LastIndexByte(role, '/')+1:]
	const lines = "  n0[/\"consumer: ROLE\"/]CHANGE\n  n1[\"NAME\"]CHANGE\n  n2[(\"object_store: uploads\")]CHANGE\n  n0 -.-> n1\n  n1 -.->|\"read\"| n2\n"
	w := acctest.NewWorkspace(t, map[string]string{"main.tf": acctest.ProviderConfig(t) + `
resource "docker_task" "test" {
  name  = "` + name + `"
  image = "busybox"
  wires = { uploads = { object_store = "uploads", access = "read" } }
}

resource "docker_task_wire" "api" {
  task          = docker_task.test
  consumer_role = "` + role + `"
}
`})
	drawn := func(arguments ...string) string {
		t.Helper()
		p, err := picture.Read([]byte(w.MustRun("show", append([]string{"-json"}, arguments...)...)))
		if err != nil {
			t.Fatal(err)
		}
		return p.Mermaid()
	}
	want := func(change string) string {
		return "flowchart LR\n" + strings.NewReplacer("ROLE", role, "NAME", name, "CHANGE", change).Replace(lines)
	}
	w.MustRun("plan", "-out=plan.tfplan")
	got := drawn("plan.tfplan")
	if plan := strings.NewReplacer("n0 -.-> n1", `n0 -.->|"(added)"| n1`, `"read"`, `"read (added)"`).Replace(want(":::added")); !strings.HasPrefix(got, plan) {
		t.Errorf("the plan is\n%s\nnot\n%s", got, plan)
	}
	w.MustRun("apply", "-auto-approve", "plan.tfplan")
	defer w.MustRun("destroy", "-auto-approve")
	if got := drawn(); got != want("") {
		t.Errorf("the state is\n%s\nnot\n%s", got, want(""))
	}
}

// A plan is drawn with what it does not know yet by the key of the wire, and without sensitive values.
func TestAccPicture_unknown(t *testing.T) {
	t.Parallel()
	acctest.PreCheck(t)
	acctest.Isolate(t)
	name := acctest.RandomName(t)
	w := acctest.NewWorkspace(t, map[string]string{"main.tf": acctest.ProviderConfig(t) + `
resource "terraform_data" "later" {}

resource "docker_task" "test" {
  name  = "` + name + `"
  image = "busybox"
  wires = {
    later  = { table = terraform_data.later.id, access = "read" }
    hidden = { table = sensitive("canary"), access = "write" }
  }
}
`})
	w.MustRun("plan", "-out=plan.tfplan")
	p, err := picture.Read([]byte(w.MustRun("show", "-json", "plan.tfplan")))
	if err != nil {
		t.Fatal(err)
	}
	want := "flowchart LR\n  n0[\"" + name + "\"]:::added\n  n1[(\"table: (sensitive)\")]:::added\n  n2[(\"table: later (known after apply)\")]:::added\n" +
		"  n0 -.->|\"write (added)\"| n1\n  n0 -.->|\"read (added)\"| n2\n"
	if got := p.Mermaid(); !strings.HasPrefix(got, want) {
		t.Errorf("the plan is\n%s\nnot\n%s", got, want)
	}
	for _, n := range p.Nodes() {
		if n.Kind == picture.Task && n.Address != "docker_task.test" {
			t.Errorf("task %s has address %q", n.Name, n.Address)
		}
	}
	if page := p.HTML(); strings.Contains(page, "canary") {
		t.Errorf("a sensitive value is on the page:\n%s", page)
	}
}
