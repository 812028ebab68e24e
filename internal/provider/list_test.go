package provider_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// queried are the names that terraform query lists.
func queried(t *testing.T, w *acctest.Workspace, arguments ...string) []string {
	t.Helper()
	var names []string
	for line := range strings.Lines(w.MustRun("query", append([]string{"-json", "-no-color"}, arguments...)...)) {
		var message struct {
			Found struct {
				Identity struct{ Name, Region string } `json:"identity"`
			} `json:"list_resource_found"`
		}
		if json.Unmarshal([]byte(line), &message) == nil && message.Found.Identity.Name != "" {
			names = append(names, message.Found.Identity.Name)
		}
	}
	slices.Sort(names)
	return names
}

// A query finds families of all makers, and its generated configuration is used as it is: it imports them, and then the
// plan is empty.
func TestAccList_task(t *testing.T) {
	t.Parallel()
	if acctest.CommandLine(t).Name == acctest.OpenTofu {
		t.Skip("OpenTofu has no query (opentofu/opentofu issue 3787)")
	}
	acctest.OnEmulator(t, "it lists an account that has nothing else")
	made := elsewhereFixture{execution: "shop-ExecutionRole", own: "shop-TaskRole", group: "shop-LogGroup", container: "web"}
	proxy := acctest.NewProxy(t)
	made.make(t)
	w := acctest.NewWorkspace(t, map[string]string{"main.tf": acctest.ProviderConfig(t), "ours.tf": `
resource "docker_task" "ours" {
  name  = "ours"
  image = "busybox"
}
`})
	w.MustRun("apply", "-auto-approve")
	list := func(lines ...string) {
		w.Write("all.tfquery.hcl", "list \"docker_task\" \"all\" {\n  provider = docker\n  config {\n"+strings.Join(lines, "\n")+"\n  }\n}\n")
	}
	for _, c := range []struct {
		lines []string
		want  string
	}{
		{nil, "[ours shop]"}, {[]string{"managed = true"}, "[ours]"}, {[]string{"managed = false"}, "[shop]"},
		{[]string{`name_prefix = "sh"`}, "[shop]"}, {[]string{`region = "eu-west-3"`}, "[]"},
	} {
		list(c.lines...)
		if got := fmt.Sprint(queried(t, w)); got != c.want {
			t.Errorf("%v: %s, not %s", c.lines, got, c.want)
		}
	}

	// Without attributes, one call for each page.
	list()
	proxy.Reset()
	queried(t, w)
	if n := acctest.CountByOperation(proxy.Calls())["ecs.DescribeTaskDefinition"]; n != 0 {
		t.Errorf("%d task definitions were read", n)
	}

	// Many families, in pages.
	const many = 120
	for i := range many {
		acctest.AWS(t).Register(&ecs.RegisterTaskDefinitionInput{
			Family:               aws.String(fmt.Sprintf("many-%03d", i)),
			ContainerDefinitions: []ecstypes.ContainerDefinition{{Name: aws.String("app"), Image: aws.String("busybox"), Memory: aws.Int32(64)}},
		})
	}
	w.Write("all.tfquery.hcl", "list \"docker_task\" \"all\" {\n  provider = docker\n  limit = 500\n  config {\n    name_prefix = \"many-\"\n  }\n}\n")
	proxy.Reset()
	if n := len(queried(t, w)); n != many {
		t.Errorf("%d families, not %d", n, many)
	}
	if n := acctest.CountByOperation(proxy.Calls())["ecs.ListTaskDefinitionFamilies"]; n != 2 {
		t.Errorf("%d pages were read", n)
	}
	list(`name_prefix = "many-"`)
	proxy.Reset()
	if n, pages := len(queried(t, w)), acctest.CountByOperation(proxy.Calls())["ecs.ListTaskDefinitionFamilies"]; n != 100 || pages != 1 {
		t.Errorf("without a limit, %d families of %d pages", n, pages)
	}
	list(`name_prefix = "of a dot."`)
	if said := w.Refused("query"); !strings.Contains(words(said), "letters, digits") {
		t.Errorf("a prefix that no family has: %s", said)
	}

	// What others made: the file that the query writes, applied.
	list("managed = false", `name_prefix = "sh"`)
	w.MustRun("query", "-generate-config-out=found.tf")
	w.Write("all.tfquery.hcl", "")
	plan, _ := w.Plan()
	for _, change := range plan.ResourceChanges {
		if change.Change.Actions.Create() || change.Change.Actions.Delete() || change.Change.Actions.Replace() {
			t.Errorf("%s: %v", change.Address, change.Change.Actions)
		}
		if strings.Contains(change.Address, "all_0") != (change.Change.Importing != nil) {
			t.Errorf("%s is imported: %v", change.Address, change.Change.Importing)
		}
	}
	w.Apply()
	w.Quiet()
	if found := w.Read("found.tf"); !regexp.MustCompile(`name +=\s+"shop"`).MatchString(found) {
		t.Errorf("the query wrote\n%s", found)
	}
	w.MustRun("destroy", "-auto-approve")
}

// The same of schedules and subscriptions: of ours that are in no state any more.
func TestAccList_others(t *testing.T) {
	t.Parallel()
	if acctest.CommandLine(t).Name == acctest.OpenTofu {
		t.Skip("OpenTofu has no query (opentofu/opentofu issue 3787)")
	}
	acctest.OnEmulator(t, "it lists an account that has nothing else")
	name := acctest.RandomName(t)
	w := acctest.NewWorkspace(t, map[string]string{"main.tf": acctest.ProviderConfig(t), "ours.tf": fmt.Sprintf(`
resource "docker_task" "test" {
  name  = %[1]q
  image = "busybox"
}

resource "docker_task_schedule" "test" {
  name       = "%[1]s-daily"
  task       = docker_task.test
  expression = "rate(1 day)"
}

resource "docker_task_subscription" "test" {
  name  = "%[1]s-ends"
  task  = docker_task.test
  queue = %[2]q
}
`, name, newSubscriptionFixture(t).queue("-ends"))})
	w.MustRun("apply", "-auto-approve")
	query := func(kind, more string) string {
		return "list \"" + kind + "\" \"all\" {\n  provider = docker\n  config {\n" + more + "\n  }\n}\n"
	}
	for _, c := range []struct{ kind, more, want string }{
		{"docker_task_schedule", "", "[" + name + "-daily]"}, {"docker_task_schedule", `name_prefix = "x"`, "[]"}, {"docker_task_schedule", `group = "default"`, "[" + name + "-daily]"},
		{"docker_task_schedule", "managed = true", "[" + name + "-daily]"}, {"docker_task_schedule", "managed = false", "[]"},
		{"docker_task_subscription", "managed = true", "[" + name + "-ends]"}, {"docker_task_subscription", "managed = false", "[]"},
		{"docker_task_subscription", "", "[" + name + "-ends]"}, {"docker_task_subscription", `name_prefix = "x"`, "[]"},
	} {
		w.Write("all.tfquery.hcl", query(c.kind, c.more))
		if got := fmt.Sprint(queried(t, w)); got != c.want {
			t.Errorf("%s %s: %s, not %s", c.kind, c.more, got, c.want)
		}
	}
	examples, err := filepath.Glob("../../examples/list-resources/*/*.tfquery.hcl")
	if err != nil || len(examples) < 3 {
		t.Errorf("the examples of lists: %q, %v", examples, err)
	}
	for _, file := range examples {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		w.Write("all.tfquery.hcl", string(content))
		if got := queried(t, w); len(got) != 0 { // none of ours is of another tool, or has the prefix
			t.Errorf("%s: %q", file, got)
		}
	}

	for _, address := range []string{"docker_task.test", "docker_task_schedule.test", "docker_task_subscription.test"} {
		w.MustRun("state", "rm", address)
	}
	w.Write("ours.tf", "")
	w.Write("all.tfquery.hcl", query("docker_task", "")+query("docker_task_schedule", "")+query("docker_task_subscription", ""))
	w.MustRun("query", "-generate-config-out=found.tf")
	w.Write("all.tfquery.hcl", "")
	plan, _ := w.Plan()
	for _, change := range plan.ResourceChanges {
		if change.Change.Importing == nil || !change.Change.Actions.NoOp() {
			t.Errorf("%s: %v changes %v", change.Address, change.Change.Actions, changed(change.Change))
		}
	}
	w.Apply()
	w.Quiet()
	w.MustRun("destroy", "-auto-approve")
}
