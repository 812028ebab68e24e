package provider_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
	"github.com/dockertask/terraform-provider-docker/internal/registry/registrytest"
)

// Where the user of this test puts canaries, and where a data source reads them.
var putPlaces = []string{
	"data.docker_task.test.command", "data.docker_task.test.docker_labels.team", "data.docker_task.test.entry_point",
	"data.docker_task.test.environment.PASSWORD", "data.docker_task.test.health_check.command",
	"data.docker_task.test.sidecars.logs.environment.SIDECAR_PASSWORD", "data.docker_task.test.sidecars.logs.log_options.splunk-token",
	"docker_task.json.definition_json", "docker_task.json.environment.PASSWORD",
	"docker_task.test.command", "docker_task.test.docker_labels.team", "docker_task.test.entry_point",
	"docker_task.test.environment.PASSWORD", "docker_task.test.health_check.command",
	"docker_task.test.sidecars.logs.environment.SIDECAR_PASSWORD", "docker_task.test.sidecars.logs.log_options.splunk-token",
	"docker_task_schedule.test.command", "docker_task_schedule.test.environment.PASSWORD",
	"docker_task_subscription.test.input_transformer.template",
}

// Nothing that is secret, and no value of an environment, is in a log of any level, in an error, or in state and plan
// outside the attributes that the user set.
func TestAccCanary(t *testing.T) {
	t.Parallel()
	acctest.PreCheck(t)
	acctest.Isolate(t)
	proxy := acctest.NewProxy(t)
	name := acctest.RandomName(t)
	acctest.CreateRole(t, name+"-consumer")
	server := registrytest.New(t)
	server.Require("user", secretMarkers["registry"])
	host := server.Listen()
	server.Push("app:v1", registrytest.MultiPlatform(t, "linux/amd64"))
	login := makeSecret(t, name, fmt.Sprintf(`{"username":"user","password":%q}`, secretMarkers["registry"]))

	a := newSecretSearch(t, fmt.Sprintf(`
provider "docker" {
  region      = %[2]q
  access_key  = %[3]q
  secret_key  = var.canary["secret_key"]
  token       = var.canary["token"]
  max_retries = 2
  http_proxy  = "http://user:${var.canary["proxy"]}@127.0.0.1:9"
  https_proxy = "http://user:${var.canary["proxy"]}@127.0.0.1:9"
  no_proxy    = "127.0.0.1"
  endpoints {
    logs = "http://user:${var.canary["endpoint"]}@%[4]s"
  }
}

resource "docker_task" "test" {
  name          = %[1]q
  image         = "busybox"
  environment   = { PASSWORD = var.canary["environment"] }
  command       = [var.canary["command"]]
  entry_point   = ["sh", var.canary["entry_point"]]
  docker_labels = { team = var.canary["label"] }
  health_check  = { command = ["CMD", var.canary["health_check"]] }
  sidecars = {
    logs = {
      image       = "busybox"
      environment = { SIDECAR_PASSWORD = var.canary["sidecar"] }
      log_driver  = "splunk"
      log_options = { splunk-token = var.canary["log_option"], splunk-url = "https://example.com" }
    }
  }
  wires = { uploads = { object_store = "uploads", access = "read" } }
}

resource "docker_task" "json" {
  name = "%[1]s-json"
  definition_json = local.definition
  environment     = { PASSWORD = var.canary["environment"] }
}

locals {
  definition = jsonencode({
    family = "app"
    containerDefinitions = [{
      name = "app", image = "busybox", memory = 128, environment = [{ name = "OTHER", value = var.canary["definition"] }]
    }]
  })
}

resource "docker_task_wire" "test" {
  task          = docker_task.test
  consumer_role = "%[1]s-consumer"
  integration   = "step_functions"
}

resource "docker_task_schedule" "test" {
  name        = %[1]q
  task        = docker_task.test
  expression  = "rate(1 hour)"
  command     = [var.canary["schedule_command"]]
  environment = { PASSWORD = var.canary["override"] }
}

resource "docker_task_subscription" "test" {
  name  = %[1]q
  task  = docker_task.test
  queue = %[7]q
  input_transformer = {
    paths    = { task = "$.detail.taskArn" }
    template = "{\"task\": <task>, \"password\": \"${var.canary["template"]}\"}"
  }
}

data "docker_task" "test" {
  name = docker_task.test.name
}

data "docker_task_image" "test" {
  image                  = "%[5]s/app:v1"
  repository_credentials = %[6]q
}
`, name, acctest.Region(), environmentOf(t)["AWS_ACCESS_KEY_ID"], strings.TrimPrefix(environmentOf(t)["AWS_ENDPOINT_URL"], "http://"), host, login, newSubscriptionFixture(t).queue("-done")))

	a.run("", "validate")
	a.run("", "plan", "-out=plan")
	marked := 0
	changes, _ := a.read("plan")["resource_changes"].([]any)
	for _, c := range changes {
		resource, _ := c.(map[string]any)
		change, _ := resource["change"].(map[string]any)
		places("", change["after"], func(string) { marked++ })
		withoutMark(fmt.Sprint(resource["address"]), change["after"], change["after_sensitive"], func(path string) {
			t.Errorf("%s is not marked as sensitive in the plan", path)
		})
	}
	if marked == 0 {
		t.Error("no canary in the plan: the test proves nothing")
	}
	a.run("", "apply")
	a.run("", "plan", "-detailed-exitcode")
	if got := a.kept(); !slices.Equal(got, putPlaces) {
		t.Errorf("state has canaries at\n%s\nnot only at\n%s", strings.Join(got, "\n"), strings.Join(putPlaces, "\n"))
	}

	t.Log("an update, and updates that fail in every way")
	a.replace(`{ PASSWORD = var.canary["environment"] }`, `{ PASSWORD = "x${var.canary["environment"]}" }`)
	for _, fault := range []acctest.Fault{
		acctest.AccessDenied, acctest.ServerError, acctest.ConnectionDropped,
		// Some errors of AWS say what is wrong with a value.
		{Code: "ClientException", Message: "Invalid environment variable: value 'x" + secretMarkers["environment"] + "' of container"},
	} {
		failing := proxy.Fail(acctest.On("ecs.RegisterTaskDefinition"), fault)
		a.run("could not be updated", "apply")
		failing.Stop()
	}
	a.run("", "apply")

	t.Log("drift, and import")
	foreign := unit{t: t, cloud: acctest.AWS(t), name: name}
	foreign.registerElsewhere(func(in *ecs.RegisterTaskDefinitionInput) {
		value := secretMarkers["foreign"]
		variable := "THEIRS"
		in.ContainerDefinitions[0].Environment = append(in.ContainerDefinitions[0].Environment, ecstypes.KeyValuePair{Name: &variable, Value: &value})
	})
	// A value that was set outside Terraform is not marked by the configuration: the plan that removes it shows it.
	a.shown = secretMarkers["foreign"]
	a.run("", "apply")
	a.shown = ""
	a.run("", "state", "rm", "docker_task.test")
	a.run("", "import", "docker_task.test", name)
	a.run("", "apply")

	t.Log("mistakes")
	correct, err := os.ReadFile(filepath.Join(a.work.Folder, "main.tf"))
	if err != nil {
		t.Fatal(err)
	}
	label := `docker_labels = { team = var.canary["label"] }`
	for _, mistake := range []struct{ old, replacement, says string }{
		{label, label + "\n" + `secrets = { A = "no secret ${var.canary["mistake"]}" }`, "the value itself does not belong here"},
		{label, label + "\n" + `secrets = { PASSWORD = "/a" }`, "PASSWORD"},
		{`{ PASSWORD = "x${var.canary["environment"]}" }`, `{ BUCKET_NAME = var.canary["environment"] }`, "BUCKET_NAME"},
		{`name = "app", image = "busybox", memory = 128,`, `name = "app", image = "busybox", memory = 128, nonsense = var.canary["mistake"],`, "nonsense"},
		{`name = "app", image = "busybox", memory = 128,`, `name = "app", image = "busybox", memory = var.canary["mistake"],`, "definition_json"},
		{`definition_json = local.definition`, `definition_json = "{${var.canary["mistake"]}"`, "definition_json"},
		{`endpoints {`, `endpoints {` + "\n" + `ecs = "ftp://user:${var.canary["mistake"]}@example.com"`, "Invalid endpoint"},
		{`https_proxy = "http://user:`, `https_proxy = "http://us er:%zz`, "Invalid HTTPS Proxy"},
		{`secret_key  = var.canary["secret_key"]`, ``, "These attributes must be configured together"},
		{`https_proxy = "http`, `allowed_account_ids = ["999999999999"]` + "\n" + `https_proxy = "http`, "Wrong AWS account"},
	} {
		a.replace(mistake.old, mistake.replacement)
		a.run(mistake.says, "plan")
		if err := os.WriteFile(filepath.Join(a.work.Folder, "main.tf"), correct, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	a.silentLog("AWS call", "ECS.RegisterTaskDefinition", "Calling provider defined Resource Create", "Received request", "http.status")
	a.run("", "destroy")
	a.silentLog("ECS.DeregisterTaskDefinition", "Calling provider defined Resource Delete", "Calling provider defined Resource ImportState", "Secrets Manager.GetSecretValue")
	if err := acctest.CheckAccountEmpty(t)(nil); err != nil {
		t.Error(err)
	}
}

// Nor are credentials logged that STS and ECR issue.
func TestAccCanary_handedOut(t *testing.T) {
	t.Parallel()
	acctest.PreCheck(t)
	acctest.OnEmulator(t, "assumes a role that nobody may assume")
	acctest.Isolate(t)
	environment := environmentOf(t)
	role := acctest.CreateRole(t, acctest.RandomName(t))
	sts := newIssued(t, environment["AWS_ENDPOINT_URL"])
	const host = "210987654321.dkr.ecr.eu-west-1.amazonaws.com"
	server := registrytest.New(t)
	token := emulatorToken(t, "eu-west-1")
	server.Require("AWS", token)
	server.Push("app:v1", registrytest.MultiPlatform(t, "linux/amd64"))
	way := server.Proxy(host)

	a := newSecretSearch(t, fmt.Sprintf(`
provider "docker" {
  region           = %[1]q
  https_proxy      = %[2]q
  http_proxy       = ""
  custom_ca_bundle = %[3]q
  assume_role {
    role_arn = %[4]q
  }
  endpoints {
    sts = %[5]q
  }
}

provider "docker" {
  alias  = "web"
  region = %[1]q
  assume_role_with_web_identity {
    role_arn           = %[4]q
    web_identity_token = var.canary["web_identity"]
  }
  endpoints {
    sts = %[5]q
  }
}

data "docker_task_image" "test" {
  image = "%[6]s/app:v1"
}

resource "docker_task_wire" "test" {
  provider      = docker.web
  task          = { name = "app" }
  attach_policy = false
}
`, acctest.Region(), way.URL, way.CA, role, sts.URL, host))
	a.more = func() []string { return append(sts.all(), token) }
	a.run("", "apply")
	if handed := sts.all(); len(handed) < 4 {
		t.Errorf("STS handed out %d secrets, not those of two roles", len(handed))
	}
	a.run("", "destroy")
	a.silentLog("ECR.GetAuthorizationToken", "STS.GetCallerIdentity")
}
