package provider_test

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

const dataTask = "data.docker_task.test"

// dataHas checks an attribute of data.docker_task.test.
func dataHas(attribute string, value knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(dataTask, tfjsonpath.New(attribute), value)
}

// dataIsNull checks that these attributes are null.
func dataIsNull(attributes ...string) []statecheck.StateCheck {
	var out []statecheck.StateCheck
	for _, a := range attributes {
		out = append(out, dataHas(a, knownvalue.Null()))
	}
	return out
}

// sameAsResource checks that data.docker_task.test and docker_task.test agree in every attribute that both have, but
// for those that are given with their value in the data source.
type sameAsResource map[string]knownvalue.Check

func (otherwise sameAsResource) CheckState(_ context.Context, req statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse) {
	values := map[string]map[string]any{}
	for _, r := range req.State.Values.RootModule.Resources {
		values[r.Address] = r.AttributeValues
	}
	data, task := values[dataTask], values[wiredTask]
	var wrong []string
	for _, name := range slices.Sorted(maps.Keys(data)) {
		check, expected := otherwise[name]
		switch {
		case expected:
			if err := check.CheckValue(data[name]); err != nil {
				wrong = append(wrong, fmt.Sprintf("%s: %s", name, err))
			}
		case !reflect.DeepEqual(data[name], task[name]):
			wrong = append(wrong, fmt.Sprintf("%s: the data source has %v, the resource %v", name, data[name], task[name]))
		}
	}
	if len(data) == 0 || len(task) == 0 {
		wrong = append(wrong, "one of both is not in state")
	}
	if len(wrong) > 0 {
		resp.Error = fmt.Errorf("%s", strings.Join(wrong, "\n"))
	}
}

// Resource and data source of one task have the same values.
func TestAccTaskDataSource_sameAsResource(t *testing.T) {
	t.Parallel()
	var subnets []string
	for i := range 16 { // more than the 256 characters of one tag
		subnets = append(subnets, fmt.Sprintf("%q", fmt.Sprintf("subnet-0123456789abcde%02x", i)))
	}
	for name, test := range everyInShort(2, map[string]struct {
		lines     func(w wireFixture, policy string) []string
		otherwise sameAsResource
	}{
		"default": {lines: func(wireFixture, string) []string { return nil }},
		"full": {
			lines: func(_ wireFixture, policy string) []string {
				return []string{
					`image = "public.ecr.aws/docker/library/busybox:1.37"`, "cpu = 1024", "memory = 4096", `architecture = "ARM64"`,
					`container_name = "main"`, `command = ["sh", "-c", "exit 0"]`, `entry_point = ["/init"]`, `working_directory = "/srv"`, `user = "1000:1000"`,
					`environment = { LEVEL = "debug", EMPTY = "" }`,
					`ports = [{ container_port = 8080, name = "web", app_protocol = "http" }, { container_port = 53, protocol = "udp" }]`,
					"log_group = { retention_in_days = 7 }",
					`execution_role = { description = "pulls", max_session_duration = 7200, managed_policy_arns = [` + policy + `] }`,
					`task_role = { path = "/tasks/", description = "works" }`,
					"permissions_boundary = " + policy,
					`cluster = "batch"`, "subnet_ids = [" + strings.Join(subnets, ", ") + "]",
					`security_group_ids = ["sg-0b", "sg-0a"]`, "assign_public_ip = true",
					`tags = { team = "video", cost-centre = "42" }`,
				}
			},
		},
		"secrets": {
			lines: func(w wireFixture, _ string) []string {
				return []string{
					`secrets = { TOKEN = "/app/token" }`,
					fmt.Sprintf("log_group = { name = \"/app/%s\" }", w.task), fmt.Sprintf("task_role = { name = \"%s-own\" }", w.task),
				}
			},
			// AWS keeps what the name stands for.
			otherwise: sameAsResource{"secrets": knownvalue.MapSizeExact(1)},
		},
		"policies of one's own": {
			lines: func(wireFixture, string) []string {
				return []string{fmt.Sprintf("task_role = { policies = { mine = %q } }", otherPolicyDocument)}
			},
			// Of inline policies the data source has the unit's own.
			otherwise: sameAsResource{"task_role": knownvalue.Null()},
		},
		"somebody else's roles and log group": {
			lines: func(_ wireFixture, policy string) []string {
				role := strings.Replace(policy, ":policy/", ":role/", 1)
				return []string{
					"execution_role = { arn = " + role + " }", "task_role = { arn = " + role + " }",
				}
			},
			// The rights that a role of another owner needs are stored nowhere in AWS.
			otherwise: sameAsResource{"execution_role_policy_json": knownvalue.Null()},
		},
	}) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			acctest.PreCheck(t)
			acctest.Isolate(t)
			w := newWired(t)
			acctest.CreateRole(t, w.task+"-shared")
			task := w.taskBlock(test.lines(w, fmt.Sprintf("%q", w.managedPolicy(t, w.task+"-shared")))...)
			acctest.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: factories,
				CheckDestroy:             acctest.CheckUnitGone(t, w.task),
				Steps: []resource.TestStep{
					{Config: w.config(task)},
					{
						Config:            w.config(task, w.dataBlock()),
						ConfigPlanChecks:  planned(plancheck.ExpectEmptyPlan()), // all is read while planning
						ConfigStateChecks: []statecheck.StateCheck{test.otherwise},
					},
				},
			})
		})
	}
}

// managedPolicy creates a managed policy of another owner.
func (w wireFixture) managedPolicy(t *testing.T, name string) (arn string) {
	t.Helper()
	out, err := w.aws.IAM.CreatePolicy(t.Context(), &iam.CreatePolicyInput{PolicyName: &name, PolicyDocument: aws.String(otherPolicyDocument)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		// The test's own context is over by now.
		if _, err := w.aws.IAM.DeletePolicy(context.Background(), &iam.DeletePolicyInput{PolicyArn: out.Policy.Arn}); err != nil {
			t.Error(err)
		}
	})
	return aws.ToString(out.Policy.Arn)
}

// The newest revision, or the one that is asked for, as long as it is ACTIVE.
func TestAccTaskDataSource_revision(t *testing.T) {
	t.Parallel()
	w := newWired(t)
	image := func(number int) string { return fmt.Sprintf(`image = "busybox:%d"`, number) }
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		CheckDestroy:             acctest.CheckUnitGone(t, w.task),
		Steps: []resource.TestStep{
			{Config: w.config(w.taskBlock(image(1)))},
			{Config: w.config(w.taskBlock(image(2)))},
			{
				Config: w.config(w.taskBlock(image(2)), w.dataBlock()),
				ConfigStateChecks: []statecheck.StateCheck{
					dataHas("revision", knownvalue.Int64Exact(2)), dataHas("image", knownvalue.StringExact("busybox:2")),
					dataHas("arn", knownvalue.StringExact(w.family()+":2")),
				},
			},
			{
				Config: w.config(w.taskBlock(image(2)), w.dataBlock("revision = 1")),
				ConfigStateChecks: []statecheck.StateCheck{
					dataHas("revision", knownvalue.Int64Exact(1)), dataHas("image", knownvalue.StringExact("busybox:1")),
					dataHas("arn", knownvalue.StringExact(w.family()+":1")), dataHas("family_arn", knownvalue.StringExact(w.family())),
					dataHas("cluster", knownvalue.StringExact("default")),
				},
			},
			{
				Config:      w.config(w.taskBlock(image(2)), w.dataBlock("revision = 3")),
				ExpectError: saying("No such docker task", w.task, "no ACTIVE revision 3", acctest.Region()),
			},
			{
				PreConfig:   func() { w.aws.Deregister(w.family() + ":1") },
				Config:      w.config(w.taskBlock(image(2)), w.dataBlock("revision = 1")),
				ExpectError: saying("No such docker task", w.task, "no ACTIVE revision 1"),
			},
		},
	})
}

// What there is not, and what cannot be, is an error that names it.
func TestAccTaskDataSource_errors(t *testing.T) {
	t.Parallel()
	w := newWired(t)
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{
			{Config: w.config(w.dataBlock()), ExpectError: saying("No such docker task", w.task, "no ACTIVE revision in "+acctest.Region())},
			{Config: w.config(block("data docker_task test", `name = "a b"`)), ExpectError: saying("Invalid name", "letters, digits, hyphens")},
			{Config: w.config(w.dataBlock("revision = 0")), ExpectError: saying("Invalid revision", "not 0")},
			{Config: w.config(w.dataBlock(`region = "eu-wset-1"`)), ExpectError: saying("Invalid region", "eu-wset-1")},
		},
	})
}

// A call that fails is an error that names the task, and no answer that it is not there.
func TestAccTaskDataSource_denied(t *testing.T) {
	t.Parallel()
	proxy := acctest.NewProxy(t)
	w := newWired(t)
	w.registerForeign(t, nil)
	proxy.Fail(acctest.On("ecs.DescribeTaskDefinition"), acctest.AccessDenied)
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps:                    []resource.TestStep{{Config: w.config(w.dataBlock()), ExpectError: saying("could not be read", w.task, "AccessDenied")}},
	})
}

// The name is not known while planning, the task not there yet: the data source waits.
func TestAccTaskDataSource_unknown(t *testing.T) {
	t.Parallel()
	w := newWired(t)
	data := block("data docker_task test", "name = local.name", "region = local.region", "depends_on = [docker_task.test]")
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		CheckDestroy:             resource.ComposeAggregateTestCheckFunc(acctest.CheckUnitGone(t, w.task), w.expectPolicies()),
		Steps: []resource.TestStep{{
			Config: w.config(w.taskBlock(), hidden("name", fmt.Sprintf("%q", w.task)), hidden("region", fmt.Sprintf("%q", acctest.Region())),
				data, w.wireBlock("task = data.docker_task.test")),
			ConfigPlanChecks: planned(plancheck.ExpectUnknownValue(theWire, policyJSON), plancheck.ExpectUnknownValue(theWire, policyName),
				plancheck.ExpectUnknownValue(theWire, environment.AtMapKey("DOCKER_TASK_ARN"))),
			ConfigStateChecks: append(expectInState(w.fullPolicy(), nil), sameAsResource(nil)),
		}},
	})
}

// If the account is not requested, the ARNs of the task have it.
func TestAccTaskDataSource_accountNotRequested(t *testing.T) {
	t.Parallel()
	w := newWired(t)
	w.provider = acctest.ProviderConfig(t, "skip_requesting_account_id = true", "skip_credentials_validation = true")
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		CheckDestroy:             resource.ComposeAggregateTestCheckFunc(acctest.CheckUnitGone(t, w.task), w.expectPolicies()),
		Steps: []resource.TestStep{
			{Config: w.config(w.taskBlock())},
			{
				Config:            w.config(w.taskBlock(), w.dataBlock(), w.wireBlock("task = data.docker_task.test")),
				ConfigPlanChecks:  planned(expectAllKnown(theWire), plancheck.ExpectKnownValue(theWire, policyJSON, says(w.fullPolicy()))),
				ConfigStateChecks: []statecheck.StateCheck{sameAsResource(nil)},
			},
		},
	})
}

// A task of another region.
func TestAccTaskDataSource_region(t *testing.T) {
	t.Parallel()
	w := newWired(t)
	const region = "eu-west-1"
	acctest.OnEmulator(t, "in "+region+" a real account is not swept")
	there := fmt.Sprintf("region = %q", region)
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		CheckDestroy:             acctest.CheckUnitGone(t, w.task),
		Steps: []resource.TestStep{
			{Config: w.config(w.taskBlock(there))},
			{
				Config:            w.config(w.taskBlock(there), w.dataBlock(there)),
				ConfigStateChecks: []statecheck.StateCheck{sameAsResource(nil), dataHas("region", knownvalue.StringExact(region))},
			},
			{
				Config:      w.config(w.taskBlock(there), w.dataBlock()),
				ExpectError: saying("No such docker task", w.task, acctest.Region()),
			},
		},
	})
}

// Of a task that another tool created, the data source has what is in the task definition: neither the network, nor
// parts that only have the names that this provider would give them.
func TestAccTaskDataSource_foreign(t *testing.T) {
	t.Parallel()
	w := newWired(t)
	for _, kind := range []string{"execution", "task"} {
		acctest.CreateRole(t, w.task+"-"+acctest.Region()+"-"+kind)
	}
	w.aws.CreateLogGroup("/ecs/" + w.task)
	t.Cleanup(func() { w.aws.DeleteLogGroup("/ecs/" + w.task) })
	w.registerForeign(t, func(in *ecs.RegisterTaskDefinitionInput) {
		in.Tags = []ecstypes.Tag{{Key: aws.String("team"), Value: aws.String("video")}}
	})
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{{
			Config: w.config(w.dataBlock()),
			ConfigStateChecks: append(dataIsNull(
				"cluster", "cluster_arn", "subnet_ids", "security_group_ids", "assign_public_ip",
				"execution_role", "execution_role_arn", "execution_role_name", "execution_role_policy_json",
				"task_role", "task_role_arn", "task_role_name", "task_role_policy_json",
				"log_group", "log_group_arn", "log_group_name", "permissions_boundary", "secrets", "environment", "ports", "command",
			),
				dataHas("container_name", knownvalue.StringExact("legacy")), dataHas("image", knownvalue.StringExact("busybox")),
				dataHas("cpu", knownvalue.Int64Exact(256)), dataHas("memory", knownvalue.Int64Exact(512)),
				dataHas("architecture", knownvalue.StringExact("X86_64")), dataHas("operating_system_family", knownvalue.StringExact("LINUX")),
				dataHas("revision", knownvalue.Int64Exact(1)), dataHas("arn", knownvalue.StringExact(w.family()+":1")),
				dataHas("family_arn", knownvalue.StringExact(w.family())),
				dataHas("tags_all", textMap(map[string]string{"team": "video"})),
			),
		}},
	})
}

// The roles and the log group that a foreign task names.
func TestAccTaskDataSource_foreignParts(t *testing.T) {
	t.Parallel()
	w := newWired(t)
	role := acctest.CreateRole(t, w.task+"-legacy")
	w.aws.CreateLogGroup("/legacy/" + w.task)
	t.Cleanup(func() { w.aws.DeleteLogGroup("/legacy/" + w.task) })
	w.registerForeign(t, func(in *ecs.RegisterTaskDefinitionInput) {
		in.ExecutionRoleArn, in.TaskRoleArn = aws.String(role), aws.String(role)
		in.ContainerDefinitions[0].LogConfiguration = &ecstypes.LogConfiguration{
			LogDriver: ecstypes.LogDriverAwslogs,
			Options:   map[string]string{"awslogs-group": "/legacy/" + w.task, "awslogs-region": acctest.Region(), "awslogs-stream-prefix": "ecs"},
		}
	})
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{{
			Config: w.config(w.dataBlock()),
			ConfigStateChecks: []statecheck.StateCheck{
				dataHas("execution_role_arn", knownvalue.StringExact(role)), dataHas("task_role_arn", knownvalue.StringExact(role)),
				dataHas("execution_role_name", knownvalue.StringExact(w.task+"-legacy")), dataHas("task_role_name", knownvalue.StringExact(w.task+"-legacy")),
				dataHas("log_group_name", knownvalue.StringExact("/legacy/"+w.task)),
				dataHas("log_group_arn", knownvalue.StringExact(w.place.Regional("logs", "log-group:/legacy/"+w.task))),
			},
		}},
	})
}

// Everyone can write tags. Values that no unit writes are ignored.
func TestAccTaskDataSource_hostileTags(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		tags map[string]string
		null []string
		told map[string]knownvalue.Check
	}{
		"cluster": {map[string]string{"docker-task:cluster": "*", "docker-task:subnets": "subnet-0a"}, []string{"cluster", "cluster_arn"},
			map[string]knownvalue.Check{"subnet_ids": knownvalue.SetExact(texts("subnet-0a"))}},
		"cluster's ARN":  {map[string]string{"docker-task:cluster": "arn:aws:ecs:*:*:cluster/*"}, []string{"cluster", "cluster_arn"}, nil},
		"quotes":         {map[string]string{"docker-task:subnets": `subnet-0a","*`}, []string{"subnet_ids"}, nil},
		"one of two":     {map[string]string{"docker-task:subnets": "subnet-0a *", "docker-task:security-groups": "sg-0a *"}, []string{"subnet_ids", "security_group_ids"}, nil},
		"in the second":  {map[string]string{"docker-task:subnets": "subnet-0a", "docker-task:subnets-2": "*"}, []string{"subnet_ids"}, nil},
		"public address": {map[string]string{"docker-task:assign-public-ip": "perhaps"}, []string{"assign_public_ip"}, nil},
		"empty":          {map[string]string{"docker-task:cluster": ""}, []string{"cluster"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			acctest.PreCheck(t)
			acctest.Isolate(t)
			w := newWired(t)
			w.registerForeign(t, func(in *ecs.RegisterTaskDefinitionInput) {
				for k, v := range test.tags {
					in.Tags = append(in.Tags, ecstypes.Tag{Key: &k, Value: &v})
				}
			})
			checks := dataIsNull(test.null...)
			for name, check := range test.told {
				checks = append(checks, dataHas(name, check))
			}
			acctest.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: factories,
				Steps:                    []resource.TestStep{{Config: w.config(w.dataBlock()), ConfigStateChecks: checks}},
			})
		})
	}
}
