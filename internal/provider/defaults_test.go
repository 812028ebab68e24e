package provider_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// everyDefault are the lines of all defaults.
func everyDefault(t *testing.T) []string {
	t.Helper()
	return []string{
		`cluster = "jobs"`,
		`subnet_ids = ["subnet-0a1b2c3d"]`,
		`security_group_ids = ["sg-0a1b2c3d"]`,
		`assign_public_ip = true`,
		fmt.Sprintf(`permissions_boundary = "arn:aws:iam::%s:policy/boundary"`, acctest.AccountID(t)),
		`role_path = "/jobs/"`,
		`role_name_prefix = "x-"`,
		`log_retention_in_days = 90`,
		`log_kms_key_id = "arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d-0000-0000-0000-000000000000"`,
		`keep_revisions = 3`,
	}
}

// isKey reports whether a line sets the key of log groups.
func isKey(line string) bool { return strings.HasPrefix(line, "log_kms_key_id") }

// A change of the defaults is an update of what leaves an attribute to them, attribute by attribute, and of nothing else.
func TestAccDefaults(t *testing.T) {
	t.Parallel()
	acctest.OnEmulator(t, "the emulator does not look for keys, policies and subnets")
	name := acctest.RandomName(t)
	consumer := name + "-api"
	acctest.CreateRole(t, consumer)
	provider := func(defaults ...string) string {
		return acctest.ProviderConfig(t, "defaults = {\n    "+strings.Join(defaults, "\n    ")+"\n  }")
	}
	w := acctest.NewWorkspace(t, map[string]string{"main.tf": acctest.ProviderConfig(t), "stack.tf": fmt.Sprintf(`
resource "docker_task" "test" {
  name  = %[1]q
  image = "busybox"
}

resource "docker_task" "far" {
  name   = "%[1]s-far"
  image  = "busybox"
  region = "eu-west-3"
}

resource "docker_task" "bridge" {
  name         = "%[1]s-bridge"
  image        = "busybox"
  launch_types = ["EC2"]
  memory       = 128
}

resource "docker_task" "own" {
  name                 = "%[1]s-own"
  image                = "busybox"
  cluster              = "default"
  subnet_ids           = ["subnet-0f0f0f0f"]
  security_group_ids   = []
  assign_public_ip     = false
  permissions_boundary = "arn:aws:iam::%[3]s:policy/own"
  execution_role       = { name = "%[1]s-own-a", path = "/" }
  task_role            = { name_prefix = "own-", path = "/" }
  log_group            = { retention_in_days = 7, kms_key_id = "arn:aws:kms:us-east-1:123456789012:key/own" }
  keep_revisions       = 0
}

resource "docker_task" "given" {
  name           = "%[1]s-given"
  image          = "busybox"
  execution_role = { arn = docker_task.own.execution_role_arn }
  task_role      = { arn = docker_task.own.task_role_arn }
  log_group      = { arn = docker_task.own.log_group_arn }
  subnet_ids     = ["subnet-0f0f0f0f"]
}

resource "docker_task_schedule" "test" {
  name       = "%[1]s-daily"
  task       = docker_task.test
  expression = "rate(1 day)"
}

resource "docker_task_wire" "named" {
  task          = { name = %[1]q }
  consumer_role = %[2]q
  depends_on    = [docker_task.test]
}
`, name, consumer, acctest.AccountID(t))})
	w.MustRun("apply", "-auto-approve")
	w.Quiet()

	network := []string{"assign_public_ip", "security_group_ids", "subnet_ids"}
	roles := []string{"execution_role_arn", "execution_role_name", "permissions_boundary", "task_role_arn", "task_role_name"}
	logs := []string{"log_retention_in_days"}
	elsewhere := slices.Concat([]string{"cluster", "cluster_arn", "keep_revisions"}, roles, logs)
	here := slices.Concat(elsewhere, network[1:], []string{"log_kms_key_id"}) // a public address is the default already
	bridge := slices.Concat(elsewhere, []string{"log_kms_key_id"})
	isKeyAttribute := func(attribute string) bool { return attribute == "log_kms_key_id" }
	change := func(when string) {
		t.Helper()
		plan, _ := w.Plan()
		got := map[string][]string{}
		for _, c := range plan.ResourceChanges {
			if !c.Change.Actions.NoOp() {
				if !c.Change.Actions.Update() {
					t.Errorf("%s: %s is to be %v", when, c.Address, c.Change.Actions)
				}
				got[c.Address] = changed(c.Change)
			}
		}
		for address, want := range map[string][]string{
			"docker_task.test":          here,
			"docker_task.far":           elsewhere,
			"docker_task.bridge":        bridge,
			"docker_task.given":         {"cluster", "cluster_arn", "keep_revisions", "security_group_ids", "assign_public_ip"},
			"docker_task.own":           nil,
			"docker_task_schedule.test": {"permissions_boundary", "policy_json", "role_arn", "role_name", "task"},
			"docker_task_wire.named":    {"environment", "policy_json"},
		} {
			have := slices.DeleteFunc(got[address], func(a string) bool {
				return slices.Contains([]string{"arn", "revision", "execution_role_policy_json", "task_role_policy_json", "drift"}, a) // a revision for the new roles
			})
			if slices.Sort(want); !slices.Equal(have, want) {
				t.Errorf("%s: of %s changes %q, not %q", when, address, have, want)
			}
			delete(got, address)
		}
		if len(got) > 0 {
			t.Errorf("%s: %v", when, got)
		}
	}
	every := everyDefault(t)
	w.Write("main.tf", provider(every...))
	change("all are set")
	every = slices.DeleteFunc(every, isKey) // the emulator cannot change the key of a log group
	w.Write("main.tf", provider(every...))
	w.Plan()
	w.Apply()
	w.Quiet()
	cloud := acctest.AWS(t)
	role := cloud.Role("x-" + name + "-us-east-1-task")
	if role == nil || *role.Path != "/jobs/" || role.PermissionsBoundary == nil || !strings.HasSuffix(*role.PermissionsBoundary.PermissionsBoundaryArn, "policy/boundary") {
		t.Errorf("the task role is %+v", role)
	}
	if days := cloud.Retention("/ecs/" + name); days != 90 {
		t.Errorf("the log is kept for %d days", days)
	}

	// IAM cannot move a role.
	for i, line := range every {
		if strings.HasPrefix(line, "role_path") {
			moved := slices.Clone(every)
			moved[i] = `role_path = "/other/"`
			w.Write("main.tf", provider(moved...))
		}
	}
	if said := words(w.Refused("plan")); !strings.Contains(said, "has the path /jobs/, not /other/") || !strings.Contains(said, "defaults.role_path") {
		t.Errorf("another path: %s", said)
	}
	w.Write("main.tf", provider(every...))

	// An import finds the roles by the same rules.
	w.MustRun("state", "rm", "docker_task.test")
	w.MustRun("import", "docker_task.test", name+"@"+acctest.Region())
	w.Quiet()

	w.Write("main.tf", provider())
	here, bridge = slices.DeleteFunc(here, isKeyAttribute), elsewhere
	change("none is set")
	w.Apply()
	w.Quiet()
	w.MustRun("destroy", "-auto-approve")
}

// Defaults that are not known yet leave what follows from them unknown, and no more.
func TestAccDefaults_unknown(t *testing.T) {
	t.Parallel()
	acctest.OnEmulator(t, "the emulator does not look for keys, policies and subnets")
	name := acctest.RandomName(t)
	var lines []string
	var sources strings.Builder
	for _, line := range everyDefault(t) {
		argument, value, _ := strings.Cut(line, " = ")
		lines = append(lines, fmt.Sprintf("%s = terraform_data.%[1]s.output", argument))
		fmt.Fprintf(&sources, "resource \"terraform_data\" %q {\n  input = %s\n}\n", argument, value)
	}
	w := acctest.NewWorkspace(t, map[string]string{
		"main.tf": acctest.ProviderConfig(t, "defaults = {\n    "+strings.Join(lines, "\n    ")+"\n  }") + sources.String(),
		"stack.tf": fmt.Sprintf(`
resource "docker_task" "test" {
  name  = %[1]q
  image = "busybox"
}

resource "docker_task" "own" {
  name       = "%[1]s-own"
  image      = "busybox"
  cluster    = "default"
  subnet_ids = ["subnet-0f0f0f0f"]
}

resource "docker_task_schedule" "test" {
  name       = "%[1]s-daily"
  task       = { name = %[1]q }
  expression = "rate(1 day)"
  depends_on = [docker_task.test]
}
`, name),
	})
	plan, _ := w.Plan()
	for _, c := range plan.ResourceChanges {
		unknown, _ := c.Change.AfterUnknown.(map[string]any)
		for _, attribute := range map[string][]string{
			"docker_task.test":          {"cluster", "subnet_ids", "security_group_ids", "assign_public_ip", "permissions_boundary", "execution_role_name", "task_role_arn", "log_retention_in_days", "log_kms_key_id", "keep_revisions"},
			"docker_task.own":           {"security_group_ids", "keep_revisions"},
			"docker_task_schedule.test": {"permissions_boundary", "policy_json", "role_name", "role_arn"},
		}[c.Address] {
			if !isTrue(unknown[attribute]) {
				t.Errorf("%s of %s is known: %v", attribute, c.Address, unknown[attribute])
			}
		}
		if c.Address == "docker_task.own" && (isTrue(unknown["cluster"]) || isTrue(unknown["subnet_ids"]) || isTrue(unknown["family_arn"])) {
			t.Errorf("%s: %v", c.Address, unknown)
		}
	}
	w.Apply()
	w.Quiet()
	w.MustRun("destroy", "-auto-approve")
}
