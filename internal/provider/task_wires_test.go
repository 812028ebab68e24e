package provider_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
	"github.com/dockertask/terraform-provider-docker/internal/wire"
)

// allWires has a wire of every kind. Those of which two would set the same variable have a
// prefix.
func allWires() values {
	return values{
		"call":    values{"function": "resize"},
		"publish": values{"docker_task": values{"name": "publish"}},
		"uploads": values{"object_store": "uploads", "access": "read"},
		"items":   values{"table": "items", "access": "read_write"},
		"jobs":    values{"job_queue": "jobs", "access": "write", "kms_key_arn": aKey},
		"news":    values{"topic": "news"},
		"clicks":  values{"stream": "clicks", "access": "read"},
		"shop":    values{"rest_api": values{"id": "abc123", "stage": "live"}},
		"graph":   values{"graphql_api": values{"id": "abcdefghijklmnopqrstuvwxyz"}, "access": "read"},
		"flow":    values{"state_machine": "flow", "access": "write"},
		"events":  values{"event_bus": "default"},
		"token":   values{"secret": aSecret, "access": "read"},
		"setting": values{"parameter": "/app/*", "access": "read"},
		"orders":  values{"database": values{"resource_id": "db-ABCDEFGHIJKL01234", "username": "app", "endpoint": "db.example.com", "port": 5432}, "access": "read_write"},
		"more":    values{"policy": readQueues},

		"incoming":  values{"object_prefix": values{"bucket": "uploads", "prefix": "incoming/"}, "access": "read"},
		"changes":   values{"table_stream": "items"},
		"browsers":  values{"websocket_api": values{"id": "abc123", "stage": "live"}, "access": "write"},
		"price":     values{"express_workflow": "price"},
		"ledger":    values{"data_api": "ledger"},
		"sessions":  values{"cache": values{"replication_group_id": "sessions", "username": "app", "endpoint": "sessions.example.com", "port": 6379}},
		"articles":  values{"search_domain": values{"name": "articles"}, "access": "read"},
		"sender":    values{"email": "example.com"},
		"summary":   values{"model": "amazon.nova-lite-v1:0"},
		"customers": values{"user_pool": acctest.Region() + "_AbCdEf123", "access": "read"},
	}
}

func TestAccTask_wires_allKinds(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	c := newProtocolClient(t, "docker_task", nil)
	wires := allWires()
	for _, k := range wire.Kinds {
		if !slices.ContainsFunc(slices.Collect(maps.Values(wires)), func(w any) bool { return must[values](w)[k.Name] != nil }) {
			t.Errorf("no wire of kind %s", k.Name)
		}
	}
	with := func(w values) values {
		return values{"name": "sample", "image": "busybox", "environment": values{"OWN": "1"}, "wires": w}
	}
	apply := func(state resourceState, arguments values, changes ...string) resourceState {
		t.Helper()
		if err := c.validate(arguments); err != nil {
			t.Fatal(err)
		}
		to, _, err := c.plan(state, arguments)
		if err != nil {
			t.Fatal(err)
		}
		if have := changedAttributes(t, state.value, to.value); changes != nil && !slices.Equal(have, changes) {
			t.Errorf("the plan changes %v, not %v", have, changes)
		}
		if state, err = c.change(state, to, c.config(arguments)); err != nil {
			t.Fatal(err)
		}
		c.quiet(t, "the second plan", state, arguments)
		return state
	}
	state := apply(c.nothing(), with(wires))
	document, _ := u.cloud.RolePolicy("sample-us-east-1-task", "docker-task")
	if !strings.Contains(document, "s3:GetObject") || strings.Contains(document, "s3:PutObject") {
		t.Errorf("the task role may %s", document)
	}

	// Taken over, nothing is registered: only the wires have to be written down.
	taken, err := c.imported("sample")
	if err != nil {
		t.Fatal(err)
	}
	to, _, err := c.plan(taken, with(wires))
	if err != nil {
		t.Fatal(err)
	}
	if have, want := changedAttributes(t, taken.value, to.value), []string{"environment", "wire_environment", "wire_policies", "wires"}; !slices.Equal(have, want) {
		t.Errorf("after an import the plan changes %v, not %v", have, want)
	}

	// Another access is another policy, and no revision.
	writing := merged(wires, values{"uploads": values{"object_store": "uploads", "access": "read_write"}})
	state = apply(state, with(writing), "task_role_policy_json", "wire_policies", "wires")
	// A wire less takes its variables along.
	fewer := merged(writing, nil)
	delete(fewer, "uploads")
	delete(fewer, "incoming")
	state = apply(state, with(fewer), "arn", "revision", "task_role_policy_json", "wire_environment", "wire_policies", "wires")
	if document, _ := u.cloud.RolePolicy("sample-us-east-1-task", "docker-task"); strings.Contains(document, "s3:") {
		t.Errorf("the task role still may %s", document)
	}
	// None is none.
	none := with(nil)
	delete(none, "wires")
	state = apply(state, none, "arn", "revision", "task_role_policy_json", "wire_environment", "wire_policies", "wires")
	if _, err := c.destroy(state); err != nil {
		t.Error(err)
	}
}

// Two sources of one variable are an error that names both, never their values.
func TestAccTask_wires_clash(t *testing.T) {
	t.Parallel()
	newUnit(t)
	c := newProtocolClient(t, "docker_task", nil)
	for name, test := range map[string]struct {
		arguments values
		says      []string
	}{
		"two wires": {values{"wires": values{"a": values{"topic": "one"}, "b": values{"topic": "two"}}}, []string{"TOPIC_NAME", "a", "b", "env_prefix"}},
		"the user":  {values{"wires": values{"a": values{"topic": "one"}}, "environment": values{"TOPIC_NAME": "hidden"}}, []string{"TOPIC_NAME", "environment"}},
		"a secret":  {values{"wires": values{"a": values{"topic": "one"}}, "secrets": values{"TOPIC_NAME": "/hidden"}}, []string{"TOPIC_NAME", "secrets"}},
		"a sidecar": {values{
			"wires":    values{"a": values{"topic": "one", "containers": []any{"side"}}},
			"sidecars": values{"side": values{"image": "envoy", "environment": values{"TOPIC_NAME": "hidden"}}},
		}, []string{"TOPIC_NAME", "side"}},
		"no access":       {values{"wires": values{"a": values{"object_store": "b"}}}, []string{"access"}},
		"two targets":     {values{"wires": values{"a": values{"topic": "b", "stream": "c"}}}, []string{"topic", "stream"}},
		"no target":       {values{"wires": values{"a": values{"access": "read"}}}, []string{`wires["a"]`, "object_store (not bucket or s3)"}},
		"no such sidecar": {values{"wires": values{"a": values{"topic": "one", "containers": []any{"other"}}}}, []string{"other"}},
		"the file": {
			values{"wires": values{"a": values{"topic": "one"}}, "image": nil, "definition_json": twoContainers},
			[]string{"TOPIC_NAME", "environment", `wires["a"].env_prefix`},
		},
		"a variable that the kind has not": {
			values{"wires": values{"a": values{"topic": "one", "variables": values{"BUCKET_NAME": "X"}}}},
			[]string{`Invalid wires["a"].variables["BUCKET_NAME"]:`, "TOPIC_NAME, TOPIC_ARN"},
		},
		"names and a prefix": {
			values{"wires": values{"a": values{"topic": "one", "env_prefix": "A_", "variables": values{"TOPIC_NAME": "X"}}}},
			[]string{`Invalid wires["a"].env_prefix:`, "set one of them"},
		},
		"a name of the user's": {
			values{"wires": values{"a": values{"topic": "one", "variables": values{"TOPIC_NAME": "NEWS"}}}, "environment": values{"NEWS": "hidden"}},
			[]string{`Invalid wires["a"].variables:`, "NEWS", "environment"},
		},
		"a name of the user's, in secrets": {
			values{"wires": values{"a": values{"topic": tftypes.UnknownValue, "variables": values{"TOPIC_NAME": "NEWS"}}}, "secrets": values{"NEWS": "/hidden"}},
			[]string{`Invalid wires["a"].variables:`, "NEWS", "secrets"},
		},
		"a variable without its field": {
			values{"wires": values{"a": values{"database": values{"resource_id": "db-A", "username": "app"}, "variables": values{"DB_ADDRESS": "PGHOST"}}}},
			[]string{`Invalid wires["a"].variables["DB_ADDRESS"]:`, "endpoint of database"},
		},
		"a secret of the file": {
			values{"wires": values{"a": values{"stream": "one", "access": "read"}}, "image": nil, "definition_json": twoContainers},
			[]string{"STREAM_NAME", "secrets"},
		},
		"a sidecar of the file": {
			values{"wires": values{"a": values{"topic": "one", "containers": []any{"side"}}}, "image": nil, "definition_json": twoContainers, "container_name": "other"},
			[]string{"TOPIC_NAME", `environment of sidecar "side"`},
		},
		"no such sidecar of the file": {
			values{"wires": values{"a": values{"topic": "one", "containers": []any{"main"}}}, "image": nil, "definition_json": twoContainers},
			[]string{`no sidecar "main"`, "there are other, side"},
		},
		"no such region": {
			values{"wires": values{"a": values{"docker_task": values{"name": "publish", "region": "eu-wset-1"}}}},
			[]string{`wires["a"].docker_task.region`, "eu-west-1"},
		},
		"a task of somebody else": {
			values{"wires": values{"a": values{"docker_task": values{"name": "publish", "family_arn": "arn:aws:ecs:us-east-1:123456789012:task-definition/publish"}}}},
			[]string{`Invalid wires["a"].docker_task:`, "docker_task = merge(data.docker_task.NAME, { container_name"},
		},
		"two tasks in one": {
			values{"wires": values{"a": values{"docker_task": values{"name": "publish", "family_arn": "arn:aws:ecs:us-east-1:123456789012:task-definition/other"}}}},
			[]string{`Invalid wires["a"].docker_task.family_arn:`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			arguments := merged(values{"name": "sample", "image": "busybox"}, test.arguments)
			err := c.validate(arguments)
			if err == nil {
				_, _, err = c.plan(c.nothing(), arguments)
			}
			if err == nil {
				t.Fatal("no error")
			}
			for _, words := range test.says {
				if !strings.Contains(err.Error(), words) {
					t.Errorf("%q does not say %q", err, words)
				}
			}
			if strings.Contains(err.Error(), "hidden") {
				t.Errorf("%q has a value", err)
			}
		})
	}
}

// twoContainers is a task definition with variables of its own in its main container, main, and in
// side; other has none.
const twoContainers = `{"family": "sample", "requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc", "cpu": "256", "memory": "512", "containerDefinitions": [
  {"name": "main", "image": "busybox", "essential": true,
   "environment": [{"name": "TOPIC_NAME", "value": "hidden"}], "secrets": [{"name": "STREAM_NAME", "valueFrom": "/hidden"}]},
  {"name": "side", "image": "envoy", "environment": [{"name": "TOPIC_NAME", "value": "hidden"}]},
  {"name": "other", "image": "envoy"}]}`

// Variables get the names that the application reads, those that are left out are not set, and an empty
// map gives the rights alone. The names stand in the first plan where the target does not.
func TestAccTask_wires_variables(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	c := newProtocolClient(t, "docker_task", nil)
	with := func(variables any) values {
		return values{
			"name": "sample", "image": "busybox", "sidecars": values{"side": values{"image": "envoy"}},
			"wires": values{
				"reports": values{"object_store": "reports", "access": "write", "containers": []any{"side"}, "variables": variables},
				"db":      values{"database": values{"resource_id": "cluster-A", "username": "app"}},
			},
		}
	}
	state := c.nothing()
	for _, step := range []struct {
		variables any
		want      map[string]string
	}{
		{values{"BUCKET_NAME": "AUDIT_REPORT_BUCKET"}, map[string]string{"AUDIT_REPORT_BUCKET": "reports", "DB_USER": "app"}},
		{values{"BUCKET_NAME": "REPORTS", "BUCKET_ARN": nil}, map[string]string{"REPORTS": "reports", "DB_USER": "app"}},
		{values{}, map[string]string{"DB_USER": "app"}},
		{nil, map[string]string{"BUCKET_NAME": "reports", "BUCKET_ARN": "arn:aws:s3:::reports", "DB_USER": "app"}},
	} {
		arguments := with(step.variables)
		if err := c.validate(arguments); err != nil {
			t.Fatal(err)
		}
		to, _, err := c.plan(state, arguments)
		if err != nil {
			t.Fatal(err)
		}
		if state, err = c.change(state, to, c.config(arguments)); err != nil {
			t.Fatal(err)
		}
		c.quiet(t, "the second plan", state, arguments)
		d, _ := u.cloud.TaskDefinition("sample")
		for _, container := range d.ContainerDefinitions {
			want := maps.Clone(step.want)
			if aws.ToString(container.Name) == "side" {
				delete(want, "DB_USER")
			}
			have := map[string]string{}
			for _, v := range container.Environment {
				have[aws.ToString(v.Name)] = aws.ToString(v.Value)
			}
			if !maps.Equal(have, want) {
				t.Errorf("variables %v: container %s has %v, not %v", step.variables, aws.ToString(container.Name), have, want)
			}
		}
		if document, _ := u.cloud.RolePolicy("sample-us-east-1-task", "docker-task"); !strings.Contains(document, "s3:PutObject") {
			t.Errorf("variables %v: the task role may %s", step.variables, document)
		}
	}
	late := values{"object_store": tftypes.UnknownValue, "access": "write", "variables": values{"BUCKET_NAME": "REPORTS"}}
	to, _, err := c.plan(c.nothing(), values{"name": "other", "image": "busybox", "wires": values{"reports": late}})
	if err != nil {
		t.Fatal(err)
	}
	if planned := attributeOf(t, to, "wire_environment").String(); !strings.Contains(planned, "REPORTS") || strings.Contains(planned, "BUCKET") {
		t.Errorf("planned variables %s", planned)
	}
	if _, err := c.destroy(state); err != nil {
		t.Error(err)
	}
}

// The plan refuses two wires with one variable, though whether they conflict follows from their targets.
func TestAccTask_wires_mayClash(t *testing.T) {
	t.Parallel()
	newUnit(t)
	c := newProtocolClient(t, "docker_task", nil)
	with := func(wires values) values { return values{"name": "sample", "image": "busybox", "wires": wires} }
	late := values{"topic": tftypes.UnknownValue}
	warned := c.warnings(c.nothing(), with(values{"a": late, "b": values{"topic": "two"}}))
	if len(warned) != 1 || !strings.Contains(warned[0], `wires["b"].env_prefix: Wires "a" and "b" both set TOPIC_NAME, TOPIC_ARN`) {
		t.Errorf("warnings: %q", warned)
	}
	for _, wires := range []values{
		{"a": late, "b": values{"topic": "two", "env_prefix": "B_"}},
		{"a": late, "b": values{"stream": "two", "access": "read"}},
		{"a": values{"topic": "two"}, "b": values{"topic": "two"}},
	} {
		if warned := c.warnings(c.nothing(), with(wires)); len(warned) > 0 {
			t.Errorf("warnings: %q", warned)
		}
	}

	for name, test := range map[string]struct {
		arguments values
		says      string
	}{
		"a variable of the user's": {
			merged(with(values{"a": late}), values{"environment": values{"TOPIC_NAME": "one"}}),
			`wires["a"].env_prefix: Wire "a" and environment both set TOPIC_NAME, and not all`,
		},
		"one that is not known": {
			merged(with(values{"a": values{"topic": "one"}}), values{"environment": values{"TOPIC_NAME": tftypes.UnknownValue}}),
			`wires["a"].env_prefix: Wire "a" and environment both set TOPIC_NAME, and not all`,
		},
		"one over a file's": {
			values{"name": "sample", "definition_json": twoContainers, "environment": values{"TOPIC_NAME": tftypes.UnknownValue}, "wires": values{"a": values{"topic": "one"}}},
			`wires["a"].env_prefix: Wire "a" and environment both set TOPIC_NAME, and not all`,
		},
	} {
		if warned := c.warnings(c.nothing(), test.arguments); len(warned) != 1 || !strings.Contains(warned[0], test.says) {
			t.Errorf("%s: warnings: %q", name, warned)
		}
	}
	err := c.validate(merged(with(values{"a": late}), values{"secrets": values{"TOPIC_NAME": "/hidden"}}))
	if err == nil || !strings.Contains(err.Error(), `Wire "a" and secrets both set TOPIC_NAME, to different values`) {
		t.Errorf("a secret by the name of a wire's variable: %v", err)
	}
}

// allHaveBut checks that all containers of the task "sample" but one have a variable.
func (u unit) allHaveBut(variable, without string) {
	u.t.Helper()
	d, _ := u.cloud.TaskDefinition("sample")
	for _, container := range d.ContainerDefinitions {
		has := slices.ContainsFunc(container.Environment, func(v ecstypes.KeyValuePair) bool { return aws.ToString(v.Name) == variable })
		if want := aws.ToString(container.Name) != without; has != want {
			u.t.Errorf("%s: %s is there: %t", aws.ToString(container.Name), variable, has)
		}
	}
}

// Containers of a task definition get the variables too, where they are named; a value of the file
// that is the wire's is no clash.
func TestAccTask_wires_definitionJSON(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	c := newProtocolClient(t, "docker_task", nil)
	arguments := values{
		"name": "sample", "definition_json": strings.ReplaceAll(twoContainers, `"value": "hidden"`, `"value": "one"`),
		"wires": values{"a": values{"topic": "one", "containers": []any{"other"}}},
	}
	if err := c.validate(arguments); err != nil {
		t.Fatal(err)
	}
	state, err := c.apply(c.nothing(), arguments)
	if err != nil {
		t.Fatal(err)
	}
	c.quiet(t, "the second plan", state, arguments)
	u.allHaveBut("TOPIC_ARN", "side")
	if _, err := c.destroy(state); err != nil {
		t.Error(err)
	}
}

// A task of another region that is given by its name is that region's, with its roles, cluster
// and subnets, as for any other consumer.
func TestAccTask_wires_taskOfAnotherRegion(t *testing.T) {
	t.Parallel()
	newUnit(t)
	const there = "eu-west-1"
	acctest.OnEmulator(t, "asks for the subnets of "+there)
	c := newProtocolClient(t, "docker_task", nil)
	publish := values{"name": "publish", "region": there}
	to, _, err := c.plan(c.nothing(), values{"name": "sample", "image": "busybox", "wires": values{"a": values{"docker_task": publish}}})
	if err != nil {
		t.Fatal(err)
	}
	consumer := c.of("docker_task_wire")
	wire, _, err := consumer.plan(consumer.nothing(), values{"task": publish, "attach_policy": false})
	if err != nil {
		t.Fatal(err)
	}
	given, wanted := attributeOf(t, to, "wire_environment"), attributeOf(t, wire, "environment")
	if !given.Equal(wanted) || !strings.Contains(given.String(), ":"+there+":") {
		t.Errorf("variables %s, not %s", given, wanted)
	}
	policies := attributeOf(t, to, "wire_policies").String()
	for _, says := range []string{":" + there + ":", "task-definition/publish:*", "role/publish-" + there + "-task"} {
		if !strings.Contains(policies, says) {
			t.Errorf("%s is not in %s", says, policies)
		}
	}
	if strings.Contains(policies, acctest.Region()) {
		t.Errorf("%s is in %s", acctest.Region(), policies)
	}
}

// The variables go into the containers that are named, and no others.
func TestAccTask_wires_containers(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	c := newProtocolClient(t, "docker_task", nil)
	arguments := values{
		"name": "sample", "image": "busybox",
		"sidecars": values{"with": values{"image": "envoy", "environment": values{"OWN": "1"}}, "without": values{"image": "envoy"}},
		"wires":    values{"a": values{"topic": "one", "env_prefix": "NEWS_", "containers": []any{"with"}}},
	}
	state, err := c.apply(c.nothing(), arguments)
	if err != nil {
		t.Fatal(err)
	}
	c.quiet(t, "the second plan", state, arguments)
	u.allHaveBut("NEWS_TOPIC_NAME", "without")
	if _, err := c.destroy(state); err != nil {
		t.Error(err)
	}
}

// A target that is not known yet leaves only what comes of it unknown.
func TestAccTask_wires_unknown(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	config := u.config(`wires = {
    later = { topic = local.topic }
    now   = { stream = "clicks", access = "read" }
  }`) + hidden("topic", `"news"`)
	policy := func(name string) tfjsonpath.Path { return tfjsonpath.New("wire_policies").AtMapKey(name) }
	u.test(
		resource.TestStep{
			Config: config,
			ConfigPlanChecks: planned(creates(),
				plancheck.ExpectUnknownValue(address, policy("later")),
				plancheck.ExpectKnownValue(address, policy("now"), knownvalue.NotNull()),
				plancheck.ExpectKnownValue(address, tfjsonpath.New("wire_environment").AtMapKey("STREAM_NAME"), knownvalue.StringExact("clicks")),
			),
			ConfigStateChecks: []statecheck.StateCheck{has("wire_environment", knownvalue.MapPartial(map[string]knownvalue.Check{
				"TOPIC_NAME": knownvalue.StringExact("news"), "STREAM_NAME": knownvalue.StringExact("clicks"),
			}))},
		},
		resource.TestStep{Config: config, ConfigPlanChecks: planned(plancheck.ExpectEmptyPlan())},
	)
}

// A variable of a wire that a pipeline changed is drift, and comes back.
func TestAccTask_wires_drift(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	config := u.config(`wires = { a = { topic = "news" } }`)
	u.test(
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig: func() {
				u.registerElsewhere(func(in *ecs.RegisterTaskDefinitionInput) {
					for i, v := range in.ContainerDefinitions[0].Environment {
						if aws.ToString(v.Name) == "TOPIC_NAME" {
							in.ContainerDefinitions[0].Environment[i].Value = aws.String("other")
						}
					}
				})
			},
			Config:           config,
			ConfigPlanChecks: planned(updates(), changes("arn", "drift", "revision", "wire_environment")),
			PostApplyFunc: func() {
				if !slices.ContainsFunc(u.newest().ContainerDefinitions[0].Environment, func(v ecstypes.KeyValuePair) bool {
					return aws.ToString(v.Name) == "TOPIC_NAME" && aws.ToString(v.Value) == "news"
				}) {
					t.Error("the variable is not back")
				}
			},
		},
	)
}
