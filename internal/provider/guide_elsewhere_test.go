package provider_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	tfjson "github.com/hashicorp/terraform-json"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// guide are the blocks of code of a guide, by heading.
type guide struct {
	mutex  sync.Mutex
	blocks map[string][]string
	used   map[string]bool
}

func readGuide(t *testing.T, name string) *guide {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "templates", "guides", name))
	if err != nil {
		t.Fatal(err)
	}
	g := &guide{blocks: map[string][]string{}, used: map[string]bool{}}
	heading, inside := "", false
	for line := range strings.Lines(string(text)) {
		switch {
		case strings.HasPrefix(line, "```"):
			if inside = !inside; inside {
				g.blocks[heading] = append(g.blocks[heading], "")
			}
		case inside:
			g.blocks[heading][len(g.blocks[heading])-1] += line
		case strings.HasPrefix(line, "#"):
			heading = strings.TrimSpace(strings.TrimLeft(line, "#"))
		}
	}
	return g
}

// block is a block of the guide, with what a reader puts in the place of "# …" and of other
// texts.
func (g *guide) block(t *testing.T, heading string, i int, rest string, replacements ...string) string {
	t.Helper()
	g.mutex.Lock()
	defer g.mutex.Unlock()
	if i >= len(g.blocks[heading]) {
		t.Fatalf("the guide has no block %d under %q", i, heading)
	}
	g.used[fmt.Sprint(heading, i)] = true
	return strings.NewReplacer(append([]string{"  # …\n", rest}, replacements...)...).Replace(g.blocks[heading][i])
}

// command is a block of the guide that is one command, without the name of the command line.
func (g *guide) command(t *testing.T, heading string, i int) []string {
	t.Helper()
	words := strings.Fields(strings.ReplaceAll(g.block(t, heading, i, ""), "'", ""))
	if len(words) < 2 || words[0] != "terraform" {
		t.Fatalf("%v is no command", words)
	}
	return words[1:]
}

const fromElsewhere = `
terraform {
  required_providers {
    docker = { source = "dockertask/docker" }
    aws    = { source = "hashicorp/aws" }
    awscc  = { source = "hashicorp/awscc" }
  }
}
provider "docker" {
  region = "us-east-1"
}
provider "aws" {
  region = "us-east-1"
}
provider "awscc" {
  region = "us-east-1"
}
`

// elsewhereFixture is a task that another tool created: a family, two roles, a log group.
type elsewhereFixture struct {
	execution, own, group, container string
}

// make creates it in the test's account.
func (s elsewhereFixture) make(t *testing.T) {
	t.Helper()
	cloud := acctest.AWS(t)
	execution, own := acctest.CreateRole(t, s.execution), acctest.CreateRole(t, s.own)
	cloud.CreateLogGroup(s.group)
	cloud.Register(&ecs.RegisterTaskDefinitionInput{
		Family: aws.String("shop"), Cpu: aws.String("512"), Memory: aws.String("1024"), NetworkMode: ecstypes.NetworkModeAwsvpc,
		RequiresCompatibilities: []ecstypes.Compatibility{ecstypes.CompatibilityFargate},
		ExecutionRoleArn:        &execution, TaskRoleArn: &own,
		ContainerDefinitions: []ecstypes.ContainerDefinition{{
			Name: &s.container, Image: aws.String("public.ecr.aws/docker/library/nginx:1.29"), Essential: aws.Bool(true),
			PortMappings: []ecstypes.PortMapping{{ContainerPort: aws.Int32(80)}},
			LogConfiguration: &ecstypes.LogConfiguration{LogDriver: ecstypes.LogDriverAwslogs, Options: map[string]string{
				"awslogs-group": s.group, "awslogs-region": "us-east-1", "awslogs-stream-prefix": "web",
			}},
		}},
	})
}

// checkTakenOver fails unless a plan keeps the task definition as it is, and creates, replaces and destroys nothing.
func checkTakenOver(t *testing.T, plan *tfjson.Plan) {
	t.Helper()
	found := false
	for _, change := range plan.ResourceChanges {
		if change.Change.Actions.Create() || change.Change.Actions.Delete() || change.Change.Actions.Replace() {
			t.Errorf("%s is to be %v", change.Address, change.Change.Actions)
		}
		if change.Address != "docker_task.shop" {
			continue
		}
		found = true
		if slices.Contains(changed(change.Change), "arn") {
			t.Errorf("the plan registers a revision: it changes %v", changed(change.Change))
		}
	}
	if !found {
		t.Error("docker_task.shop is not in the plan")
	}
}

// TestAccGuide_comingFromElsewhere does what the guide says, with its own blocks.
func TestAccGuide_comingFromElsewhere(t *testing.T) {
	t.Parallel()
	acctest.OnEmulator(t, "the guide has names of its own")
	g := readGuide(t, "coming-from-elsewhere.md")
	ways := map[string]func(*testing.T, *guide){
		"aws": fromAWS, "awscc": fromAWSCC, "module": fromModule, "cloudformation": fromCloudFormation, "file": fromFile,
		"list": fromList, "rules": fromRules,
	}
	var tried atomic.Int32
	t.Run("ways", func(t *testing.T) {
		for name, way := range everyInShort(3, ways) {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				tried.Add(1)
				acctest.Isolate(t)
				way(t, g)
			})
		}
	})
	if int(tried.Load()) < len(ways) {
		return // -run or the short form has chosen some
	}
	for heading, blocks := range g.blocks {
		for i := range blocks {
			if !g.used[fmt.Sprint(heading, i)] {
				t.Errorf("block %d under %q is not tried", i, heading)
			}
		}
	}
}

// activeRevisions are the ARNs of the family's ACTIVE revisions.
func activeRevisions(t *testing.T) []string { return acctest.AWS(t).ActiveRevisions("shop") }

const byHand = "The aws provider, by hand"

func fromAWS(t *testing.T, g *guide) {
	elsewhereFixture{execution: "shop-execution", own: "shop", group: "/shop", container: "web"}.make(t)
	const around = `
resource "aws_ecs_service" "shop" {
  name            = "shop"
  task_definition = %s.arn
}
`
	const roles = `
resource "aws_iam_role" "shop_execution" {
  name               = "shop-execution"
  assume_role_policy = jsonencode({})
}
resource "aws_iam_role" "shop" {
  name               = "shop"
  assume_role_policy = jsonencode({})
}
resource "aws_cloudwatch_log_group" "shop" {
  name = "/shop"
}
`
	p := acctest.NewWorkspace(t, map[string]string{"main.tf": fromElsewhere, "shop.tf": roles + fmt.Sprintf(around, "aws_ecs_task_definition.shop") + `
resource "aws_ecs_task_definition" "shop" {
  family                   = "shop"
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = "512"
  memory                   = "1024"
  execution_role_arn       = aws_iam_role.shop_execution.arn
  task_role_arn            = aws_iam_role.shop.arn
  container_definitions    = jsonencode([{ name = "web", image = "public.ecr.aws/docker/library/nginx:1.29" }])
}
`})
	p.MustRun("apply", "-auto-approve")

	moved := g.block(t, byHand, 0, "")
	p.Write("shop.tf", roles+fmt.Sprintf(around, "docker_task.shop")+moved)
	plan, _ := p.Plan()
	checkTakenOver(t, plan)
	p.Apply()
	p.Quiet()

	// The roles and the log group follow.
	_, body, _ := strings.Cut(moved, `resource "docker_task" "shop" {`+"\n")
	body = regexp.MustCompile(`(?m)^  (execution_role|task_role|log_group) .*\n`).ReplaceAllString(strings.TrimSuffix(body, "}\n"), "") +
		"  task_role = { name = \"shop\" }\n" + "  " + inlineCode(t, `log_group = { name = "/shop", adopt = true }`) + "\n"
	handed := g.block(t, byHand, 1, body)
	removed, _, _ := strings.Cut(handed, "resource ")
	p.Write("shop.tf", fmt.Sprintf(around, "docker_task.shop")+handed+
		strings.ReplaceAll(removed, "aws_iam_role.shop_execution", "aws_iam_role.shop")+
		strings.ReplaceAll(removed, "aws_iam_role.shop_execution", "aws_cloudwatch_log_group.shop"))
	plan, said := p.Plan()
	checkTakenOver(t, forgotten(plan))
	checkWarned(t, said)
	p.Apply()
	p.Quiet()
	if n := len(activeRevisions(t)); n != 1 {
		t.Errorf("%d revisions", n)
	}
	p.MustRun("destroy", "-auto-approve")
	cloud := acctest.AWS(t)
	if cloud.RoleExists("shop") || cloud.RoleExists("shop-execution") || len(activeRevisions(t)) > 0 {
		t.Error("destroy has left roles or revisions")
	}
	if cloud.LogGroup("/shop") == nil {
		t.Error("destroy has deleted a log group that was adopted")
	}
}

// checkWarned fails unless a plan warns of both roles that it adopts; the command line joins the two warnings.
func checkWarned(t *testing.T, said string) {
	t.Helper()
	if strings.Count(said, "The role will be adopted") != 1 || !strings.Contains(said, "one more similar warning") {
		t.Errorf("the plan does not warn of two roles:\n%s", said)
	}
}

// inlineCode is a piece of code that the text of the guide has.
func inlineCode(t *testing.T, code string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "templates", "guides", "coming-from-elsewhere.md"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), "`"+code+"`") {
		t.Errorf("the guide does not say %s", code)
	}
	return code
}

// forgotten is a plan without what it only forgets.
func forgotten(plan *tfjson.Plan) *tfjson.Plan {
	rest := *plan
	rest.ResourceChanges = slices.DeleteFunc(slices.Clone(plan.ResourceChanges), func(c *tfjson.ResourceChange) bool { return c.Change.Actions.Forget() })
	return &rest
}

func fromAWSCC(t *testing.T, g *guide) {
	elsewhereFixture{execution: "shop-execution", own: "shop", group: "/shop", container: "web"}.make(t)
	arns := strings.NewReplacer(
		"aws_ecs_task_definition.shop", "awscc_ecs_task_definition.shop",
		"aws_iam_role.shop_execution.arn", fmt.Sprintf("%q", accountARN(t, roleARNs)+"shop-execution"),
		"aws_iam_role.shop.arn", fmt.Sprintf("%q", accountARN(t, roleARNs)+"shop"),
		"aws_cloudwatch_log_group.shop.arn", fmt.Sprintf("%q", placeOf(t).Regional("logs", "log-group:/shop")),
	)
	p := acctest.NewWorkspace(t, map[string]string{"main.tf": fromElsewhere, "shop.tf": `
resource "awscc_ecs_task_definition" "shop" {
  family = "shop"
  cpu    = "512"
  memory = "1024"
}
`})
	p.MustRun("apply", "-auto-approve")
	p.Write("shop.tf", arns.Replace(g.block(t, byHand, 0, "")))
	plan, _ := p.Plan()
	checkTakenOver(t, plan)
	p.Apply()
	p.Quiet()
	if n := len(activeRevisions(t)); n != 1 {
		t.Errorf("%d revisions", n)
	}
}

func fromModule(t *testing.T, g *guide) {
	const heading = "terraform-aws-modules/ecs"
	elsewhereFixture{execution: "shop-exec", own: "shop-tasks", group: "/aws/ecs/shop/shop", container: "shop"}.make(t)
	likeness, err := os.ReadFile(filepath.Join("testdata", "modules", "service", "main.tf"))
	if err != nil {
		t.Fatal(err)
	}
	const image = "public.ecr.aws/docker/library/nginx:1.29"
	p := acctest.NewWorkspace(t, map[string]string{
		"main.tf": fromElsewhere, "modules/service/main.tf": string(likeness),
		"shop.tf": fmt.Sprintf("module \"shop\" {\n  source = \"./modules/service\"\n  name = \"shop\"\n  image = %q\n}\n", image),
	})
	p.MustRun("apply", "-auto-approve")

	task := func(execution, own string) string {
		return fmt.Sprintf(`
resource "docker_task" "shop" {
  name           = "shop"
  image          = %q
  cpu            = 512
  memory         = 1024
  ports          = [{ container_port = 80 }]
  execution_role = { %s }
  task_role      = { %s }
  log_group      = { arn = %q }
  log_options    = { awslogs-stream-prefix = "web" }
}
`, image, execution, own, placeOf(t).Regional("logs", "log-group:/aws/ecs/shop/shop"))
	}
	module := func(more string) string {
		return g.block(t, heading, 0, "  name   = \"shop\"\n"+more, "terraform-aws-modules/ecs/aws//modules/service", "./modules/service")
	}
	p.Write("shop.tf", module("")+task("arn = module.shop.task_exec_iam_role_arn", "arn = module.shop.tasks_iam_role_arn"))
	plan, _ := p.Plan()
	checkTakenOver(t, plan)
	p.Apply()
	p.Quiet()

	off := "  " + inlineCode(t, "create_task_exec_iam_role = false") + "\n  " + inlineCode(t, "create_tasks_iam_role = false") + "\n"
	handed := module(off) + task(`name = "shop-exec"`, `name = "shop-tasks"`)
	p.Write("shop.tf", handed+"removed {\n  from = module.shop.aws_iam_role.tasks\n  lifecycle {\n    destroy = false\n  }\n}\n")
	p.Refused("plan") // as the guide says
	command := g.command(t, heading, 1)
	p.Write("shop.tf", handed)
	p.MustRun(command[0], command[1:]...)
	plan, _ = p.Plan()
	for _, change := range plan.ResourceChanges {
		gone := change.Change.Actions.Delete()
		if policy := change.Type == "aws_iam_role_policy"; gone != policy {
			t.Errorf("%s is to be %v", change.Address, change.Change.Actions)
		}
		if change.Type == "docker_task" && slices.Contains(changed(change.Change), "arn") {
			t.Errorf("the plan registers a revision: it changes %v", changed(change.Change))
		}
	}
	p.Apply()
	p.Quiet()
	if tags := acctest.AWS(t).RoleTags("shop-tasks"); tags["docker-task:unit"] == "" {
		t.Errorf("the role is not adopted: %v", tags)
	}
	if n := len(activeRevisions(t)); n != 1 {
		t.Errorf("%d revisions", n)
	}
}

func fromCloudFormation(t *testing.T, g *guide) {
	const heading = "Coming from elsewhere"
	made := elsewhereFixture{execution: "shop-ExecutionRole-5E6F7G8H", own: "shop-TaskRole-1A2B3C4D", group: "shop-LogGroup-9I0J", container: "web"}
	made.make(t)
	imports := g.block(t, heading, 0, "")
	p := acctest.NewWorkspace(t, map[string]string{"main.tf": fromElsewhere, "import.tf": imports})
	command := g.command(t, heading, 1)
	p.MustRun(command[0], command[1:]...)
	p.Refused("plan") // as the guide says
	p.Write("import.tf", regexp.MustCompile(`(?m)^  provider .*\n`).ReplaceAllString(imports, ""))
	generated := p.Read("shop.tf")
	plan, _ := p.Plan()
	checkTakenOver(t, plan)
	p.Apply()
	p.Quiet()

	handed := generated
	for kind, name := range map[string]string{"execution_role": made.execution, "task_role": made.own} {
		arn := regexp.MustCompile(`(?ms)^  ` + kind + ` += \{\n.*?^  \}\n`)
		if !arn.MatchString(handed) || !strings.Contains(arn.FindString(handed), name) {
			t.Fatalf("the generated configuration has no %s of %s:\n%s", kind, name, generated)
		}
		handed = arn.ReplaceAllString(handed, fmt.Sprintf("  %s = { name = %q }\n", kind, name))
	}
	p.Write("shop.tf", handed)
	plan, said := p.Plan()
	checkTakenOver(t, plan)
	checkWarned(t, said)
	p.Apply()
	p.Quiet()
	p.MustRun("destroy", "-auto-approve")
	if cloud := acctest.AWS(t); cloud.RoleExists(made.own) || cloud.LogGroup(made.group) == nil {
		t.Error("destroy leaves the role, or has deleted the log group that was only named")
	}
}

func fromFile(t *testing.T, g *guide) {
	const heading = "A JSON file and the aws command line"
	file := strings.ReplaceAll(readExample(t, "resources/docker_task/shop.json"), "\r", "")
	var in ecs.RegisterTaskDefinitionInput
	if err := json.Unmarshal([]byte(file), &in); err != nil {
		t.Fatal(err)
	}
	in.Family = aws.String("shop")
	acctest.AWS(t).Register(&in)
	const imports = "import {\n  to = docker_task.shop\n  id = \"shop\"\n}\n"
	configuration := g.block(t, heading, 0, "")
	p := acctest.NewWorkspace(t, map[string]string{"main.tf": fromElsewhere, "shop.json": file, "shop.tf": imports + configuration})
	plan, _ := p.Plan()
	for _, change := range plan.ResourceChanges {
		if have := changed(change.Change); !slices.Contains(have, "definition_json") {
			t.Errorf("the plan changes %v", have)
		}
	}
	p.Apply()
	p.Quiet()
	before := activeRevisions(t)
	p.Write("shop.tf", strings.Replace(configuration, "}\n", "  image = \"public.ecr.aws/docker/library/nginx:1.30\"\n}\n", 1))
	p.MustRun("apply", "-auto-approve")
	p.Quiet()
	if after := activeRevisions(t); len(after) != len(before)+1 {
		t.Errorf("%d revisions, then %d", len(before), len(after))
	}
	// A key that ECS may have by now is left out as the guide says.
	p.Write("shop.tf", g.block(t, heading, 1, ""))
	p.Write("shop.json", `{"newConfiguration": {}, `+strings.TrimPrefix(strings.TrimSpace(file), "{"))
	p.Plan()
	p.Write("shop.tf", configuration)
	if said := p.Refused("plan"); !strings.Contains(said, "newConfiguration (line 1): unknown") {
		t.Errorf("the refusal does not name the key:\n%s", said)
	}
}

// fromList has a list of containers, and files with placeholders that other tools fill in.
func fromList(t *testing.T, g *guide) {
	const containers = `[{"name": "web", "image": "public.ecr.aws/docker/library/nginx:${tag}"}]`
	p := acctest.NewWorkspace(t, map[string]string{
		"main.tf": fromElsewhere, "containers.json.tftpl": containers, "shop.tf": g.block(t, "A list of containers", 0, ""),
		"taskdef.json": `{"family": "<FAMILY>", "executionRoleArn": "<TASK_EXECUTION_ROLE_ARN>", "requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc", "cpu": "256", "memory": "512",
			"containerDefinitions": [{"name": "web", "image": "<IMAGE1_NAME>", "environment": [{"name": "STAGE", "value": "{{ must_env ` + "`STAGE`" + ` }}"}]}, {"name": "metrics"}]}`,
	})
	plan, _ := p.Plan()
	if n := len(plan.ResourceChanges); n != 1 {
		t.Errorf("%d changes", n)
	}
	p.Write("shop.tf", g.block(t, "Placeholders: CodeDeploy, ecspresso, pipelines", 0, ""))
	if _, said := p.Plan(); strings.Contains(said, "Placeholders in definition_json") {
		t.Errorf("there are placeholders left:\n%s", said)
	}
}

// fromRules has a schedule that the aws provider created, and a rule.
func fromRules(t *testing.T, g *guide) {
	const heading = "Rules and schedules"
	const shop = "resource \"docker_task\" \"shop\" {\n  name  = \"shop\"\n  image = \"public.ecr.aws/docker/library/nginx:1.29\"\n}\n"
	p := acctest.NewWorkspace(t, map[string]string{"main.tf": fromElsewhere, "shop.tf": shop +
		"resource \"docker_task_schedule\" \"nightly\" {\n  name = \"nightly\"\n  task = docker_task.shop\n  expression = \"cron(0 3 * * ? *)\"\n}\n"})
	p.MustRun("apply", "-auto-approve")
	p.MustRun("state", "rm", "docker_task_schedule.nightly") // as if it were another's
	p.Write("shop.tf", shop+g.block(t, heading, 0, "")+
		"resource \"terraform_data\" \"hourly\" {}\n"+g.block(t, heading, 1, "", "aws_cloudwatch_event_rule.hourly", "terraform_data.hourly"))
	plan, _ := p.Plan()
	for _, change := range plan.ResourceChanges {
		if actions := change.Change.Actions; change.Address == "docker_task_schedule.nightly" && (change.Change.Importing == nil || actions.Create() || actions.Delete() || actions.Replace()) {
			t.Errorf("%s is to be %v", change.Address, actions)
		}
	}
	p.Apply()
	p.Quiet()
}
