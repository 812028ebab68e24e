package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// mustGenerate imports, has the configuration generated as terraform plan -generate-config-out does, and
// plans it: there has to be nothing to do.
func (c protocolClient) mustGenerate(t *testing.T, id string) {
	t.Helper()
	taken, err := c.imported(id)
	if err != nil {
		t.Fatalf("%s: %v", c.typeName, err)
	}
	answer, err := c.server.GenerateResourceConfig(c.context(), &tfprotov6.GenerateResourceConfigRequest{
		TypeName: c.typeName, State: c.dynamic(c.typ, taken.value),
	})
	if err == nil {
		err = failures(answer.Diagnostics)
	}
	if err != nil {
		t.Fatalf("%s: %v", c.typeName, err)
	}
	config := c.known(answer.Config)
	valid, err := c.server.ValidateResourceConfig(c.context(), &tfprotov6.ValidateResourceConfigRequest{
		TypeName: c.typeName, Config: c.dynamic(c.typ, config),
	})
	if err == nil {
		err = failures(valid.Diagnostics)
	}
	if err != nil {
		t.Fatalf("%s: the configuration that is generated is not valid: %v", c.typeName, err)
	}
	planned := c.plannedAs(taken, config)
	if err := failures(planned.Diagnostics); err != nil {
		t.Fatalf("%s: %v", c.typeName, err)
	}
	if to := c.known(planned.PlannedState); !to.Equal(taken.value) {
		diffs, _ := taken.value.Diff(to)
		t.Errorf("%s: the plan of the configuration that is generated is not empty: %.1500s", c.typeName, fmt.Sprint(diffs))
	}
}

// TestAcc_generatedConfigurationIsWhatThereIs: what is generated of a rich task, schedule and subscription
// says all that AWS has.
func TestAcc_generatedConfigurationIsWhatThereIs(t *testing.T) {
	t.Parallel()
	acctest.OnEmulator(t, "images and file systems that do not exist")
	u := newUnit(t)
	task := newProtocolClient(t, "docker_task", nil)
	rich := merged(besides, dataVol, values{
		"name": u.name, "image": "busybox", "cpu": 1024, "memory": 4096, "architecture": "ARM64", "container_name": "app",
		"enable_execute_command": true, "secrets": values{"A": "/a"}, "secrets_kms_key_arns": []any{aKey},
		"environment": values{"B": "1", "EMPTY": ""}, "environment_files": []any{"arn:aws:s3:::bucket/a.env"},
		"ports": []any{values{"container_port": 80, "name": "http", "app_protocol": "http2"}}, "health_check": values{"command": []any{"CMD", "true"}, "interval": 10},
		"restart_policy": values{"enabled": true, "ignored_exit_codes": []any{1}}, "readonly_root_filesystem": true,
		"mount_points": []any{values{"source_volume": "data", "container_path": "/data", "read_only": true}},
		"ulimits":      values{"nofile": values{"soft_limit": 1024, "hard_limit": 4096}}, "linux_parameters": values{"init_process_enabled": true},
		"ephemeral_storage_gib": 30, "pid_mode": "task", "depends_on_containers": values{"other": "HEALTHY"},
		"repository_credentials": aSecret, "log_group": values{"retention_in_days": 7}, "log_options": values{"mode": "blocking"},
		"execution_role": values{"description": "Starts.", "path": "/tasks/", "restrict_trust": true},
		"task_role":      values{"name": u.name + "-own", "max_session_duration": 7200, "restrict_trust": false},
		"cluster":        "media", "subnet_ids": []any{"subnet-1"}, "security_group_ids": []any{"sg-1"}, "tags": values{"team": "video"},
	})
	made, err := task.apply(task.nothing(), rich)
	if err != nil {
		t.Fatal(err)
	}
	task.mustGenerate(t, u.name)

	schedule := task.of("docker_task_schedule")
	scheduled, err := schedule.apply(schedule.nothing(), values{
		"name": u.name, "expression": "rate(1 hour)", "time_zone": "Europe/Berlin", "flexible_window_minutes": 5, "description": "Hourly.",
		"task": values{"name": u.name, "container_name": "app", "cluster": "media", "subnet_ids": []any{"subnet-1"}, "security_group_ids": []any{"sg-1"},
			"execution_role_arn": placeOf(t).Global("iam", "role/tasks/"+u.name+"-us-east-1-execution"), "task_role_arn": placeOf(t).Global("iam", "role/"+u.name+"-own")},
		"command": []any{"all"}, "environment": values{"C": "1"}, "cpu": 512, "memory": 1024, "platform_version": "1.4.0", "task_count": 2,
		"enable_execute_command": true, "propagate_tags": true, "task_tags": values{"team": "video"}, "kms_key_arn": aKey,
		"retry": values{"maximum_attempts": 3, "maximum_age_seconds": 600}, "dead_letter_queue": values{"queue": "arn:aws:sqs:us-east-1:" + placeOf(t).Account + ":dead"},
		"role": values{"path": "/schedules/"}, "tags": values{"team": "video"}, "enabled": false,
	})
	if err != nil {
		t.Fatal(err)
	}
	schedule.mustGenerate(t, u.name)

	for _, one := range []struct {
		core  protocolClient
		state resourceState
	}{{schedule, scheduled}, {task, made}} {
		if _, err := one.core.destroy(one.state); err != nil {
			t.Error(err)
		}
	}
}

func TestAcc_generatedConfigurationIsWhatThereIs_subscription(t *testing.T) {
	t.Parallel()
	h := holdSubscription(t)
	made, err := h.core.apply(h.core.nothing(), merged(h.arguments, values{"only_failures": true, "task": values{"name": h.task, "cluster": "media"}}))
	if err != nil {
		t.Fatal(err)
	}
	h.core.mustGenerate(t, h.task)
	if _, err := h.core.destroy(made); err != nil {
		t.Error(err)
	}
}

// By the command line: the configuration that Terraform writes for an import is used as it is, and the plan has the
// imports and nothing else.
func TestAcc_generatedConfigurationIsWhatThereIs_commandLine(t *testing.T) {
	t.Parallel()
	acctest.PreCheck(t)
	acctest.Isolate(t)
	name := acctest.RandomName(t)
	place := "@" + acctest.Region()
	resources := map[string]string{
		"docker_task.test": name + place, "docker_task_schedule.test": name + place, "docker_task_subscription.test": name + "-ends" + place,
	}
	w := acctest.NewWorkspace(t, map[string]string{"main.tf": acctest.ProviderConfig(t), "shop.tf": fmt.Sprintf(`
resource "docker_task" "test" {
  name     = %[1]q
  image    = "busybox"
  tags     = { team = "video" }
  sidecars = { proxy = { image = "envoy", cpu = 64 } }
}

resource "docker_task_schedule" "test" {
  name       = %[1]q
  task       = docker_task.test
  expression = "rate(1 day)"
  command    = ["pg_dump"]
}

resource "docker_task_subscription" "test" {
  name              = "%[1]s-ends"
  task              = docker_task.test
  queue             = %[2]q
  only_failures     = true
}
`, name, newSubscriptionFixture(t).queue("-ends"))})
	w.MustRun("apply", "-auto-approve")
	var imports, generating strings.Builder
	for address, id := range resources {
		w.MustRun("state", "rm", address)
		fmt.Fprintf(&imports, "import {\n  to = %s\n  id = %q\n}\n", address, id)
		fmt.Fprintf(&generating, "import {\n  provider = docker\n  to = %s\n  id = %q\n}\n", address, id)
	}
	w.Write("shop.tf", "")
	w.Write("import.tf", generating.String())
	w.MustRun("plan", "-generate-config-out=generated.tf")
	w.Write("import.tf", imports.String())
	plan, _ := w.Plan()
	if len(plan.ResourceChanges) != len(resources) {
		t.Errorf("%d changes", len(plan.ResourceChanges))
	}
	for _, change := range plan.ResourceChanges {
		if change.Change.Importing == nil || !change.Change.Actions.NoOp() {
			t.Errorf("%s: %v changes %v", change.Address, change.Change.Actions, changed(change.Change))
		}
	}
	w.Apply()
	w.Quiet()
	w.MustRun("destroy", "-auto-approve")
	if err := acctest.CheckAccountEmpty(t)(nil); err != nil {
		t.Error(err)
	}
}
