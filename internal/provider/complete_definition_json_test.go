package provider_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// definitionFiles are task definition files as people have them.
func definitionFiles(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "task", "testdata", "input", "*.json"))
	if err != nil || len(files) < 7 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	out := map[string]string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		out[strings.TrimSuffix(filepath.Base(file), ".json")] = string(text)
	}
	return out
}

// TestAccTask_definitionJSON: after the apply of a task definition file the plan is empty, image and environment go
// into its main container, and an import registers nothing.
func TestAccTask_definitionJSON(t *testing.T) {
	t.Parallel()
	for name, text := range definitionFiles(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u := newUnit(t)
			c := newProtocolClient(t, "docker_task", nil)
			alone := values{"name": "sample", "definition_json": text}
			beside := merged(alone, values{"image": "busybox:2", "environment": values{"ADDED": "1", "EMPTY": ""}})
			// go on changes the task to what the arguments say.
			goOn := func(state resourceState, arguments values, changes ...string) resourceState {
				t.Helper()
				if err := c.validate(arguments); err != nil {
					t.Fatal(err)
				}
				to, _, err := c.plan(state, arguments)
				if err != nil {
					t.Fatal(err)
				}
				if have := changedAttributes(t, state.value, to.value); len(changes) > 0 && !slices.Equal(have, changes) {
					t.Errorf("the plan changes %v, not %v", have, changes)
				}
				state, err = c.change(state, to, c.config(arguments))
				if err != nil {
					t.Fatal(err)
				}
				c.quiet(t, "after "+strings.Join(changes, " "), state, arguments)
				return state
			}
			state := goOn(c.nothing(), alone)
			state = goOn(state, beside, "arn", "environment", "image", "revision")
			d, _ := u.cloud.TaskDefinition("sample")
			main := d.ContainerDefinitions[slices.IndexFunc(d.ContainerDefinitions, func(c2 ecstypes.ContainerDefinition) bool {
				return aws.ToString(c2.Name) == textOf(t, state, "container_name")
			})]
			if aws.ToString(main.Image) != "busybox:2" || !slices.ContainsFunc(main.Environment, func(v ecstypes.KeyValuePair) bool { return aws.ToString(v.Name) == "ADDED" }) {
				t.Errorf("image and environment are not in the main container: %+v", main)
			}

			taken, err := c.imported("sample")
			if err != nil {
				t.Fatal(err)
			}
			to, _, err := c.plan(taken, beside)
			if err != nil {
				t.Fatal(err)
			}
			have := changedAttributes(t, taken.value, to.value)
			if slices.Contains(have, "arn") || !slices.Contains(have, "definition_json") {
				t.Errorf("after an import the plan changes %v", have)
			}
			if state, err = c.change(taken, to, c.config(beside)); err != nil {
				t.Fatal(err)
			}
			c.quiet(t, "after the import", state, beside)
			if n := len(u.cloud.ActiveRevisions("sample")); n != 2 {
				t.Errorf("%d revisions", n)
			}
			// Another file is another definition.
			state = goOn(state, merged(beside, values{"definition_json": strings.Replace(text, `"essential": true`, `"interactive": true`, 1)}))
			state = goOn(state, alone)
			if _, err := c.destroy(state); err != nil {
				t.Error(err)
			}
		})
	}
}

// The unit keeps its parts after a pipeline has registered a revision, which names the unit's roles and log group
// like a file that brings its own.
func TestAccTask_definitionJSON_registeredElsewhere(t *testing.T) {
	t.Parallel()
	type ends = func(t *testing.T, c protocolClient, state resourceState, arguments values) resourceState
	refreshed := func(t *testing.T, c protocolClient, state resourceState) resourceState {
		t.Helper()
		seen, err := c.refresh(state)
		if err != nil {
			t.Fatal(err)
		}
		return seen
	}
	for name, more := range map[string]values{
		"alone":     nil,
		"own roles": {"task_role": values{"description": "Ours."}, "execution_role": values{"max_session_duration": 7200}},
		"own names": {"task_role": values{"name": "our-task"}, "execution_role": values{"name": "our-execution"}, "log_group": values{"name": "/ours"}},
	} {
		for way, end := range everyInShort(3, map[string]ends{
			"destroyed": func(t *testing.T, c protocolClient, state resourceState, _ values) resourceState {
				return refreshed(t, c, state)
			},
			"refreshed": func(t *testing.T, c protocolClient, state resourceState, _ values) resourceState {
				return refreshed(t, c, refreshed(t, c, state))
			},
			"not refreshed": func(_ *testing.T, _ protocolClient, state resourceState, _ values) resourceState { return state },
			"replaced, as tainted": func(t *testing.T, c protocolClient, state resourceState, _ values) resourceState {
				return refreshed(t, c, state).withoutPrivate()
			},
			"applied": func(t *testing.T, c protocolClient, state resourceState, arguments values) resourceState {
				state = refreshed(t, c, state)
				if said := c.warnings(state, arguments); len(said) > 0 {
					t.Errorf("the plan warns of %q", said)
				}
				state, err := c.apply(state, arguments)
				if err != nil {
					t.Fatal(err)
				}
				c.quiet(t, "applied", state, arguments)
				return state
			},
			"renamed": func(t *testing.T, c protocolClient, state resourceState, arguments values) resourceState {
				state, err := c.applyOrReplace(refreshed(t, c, state), merged(arguments, values{"name": "renamed"}))
				if err != nil {
					t.Fatal(err)
				}
				return state
			},
		}) {
			t.Run(name+"/"+way, func(t *testing.T) {
				t.Parallel()
				u := newUnit(t)
				u.name = "sample"
				c := newProtocolClient(t, "docker_task", nil)
				arguments := merged(values{"name": "sample", "definition_json": `{"requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc",
					"cpu": "256", "memory": "512", "containerDefinitions": [{"name": "web", "image": "nginx:1"}]}`}, more)
				state, err := c.apply(c.nothing(), arguments)
				if err != nil {
					t.Fatal(err)
				}
				u.registerElsewhere(func(in *ecs.RegisterTaskDefinitionInput) { in.ContainerDefinitions[0].Image = aws.String("nginx:2") })
				if _, err := c.destroy(end(t, c, state, arguments)); err != nil {
					t.Fatal(err)
				}
				if left := acctest.Holdings(t); len(left) > 0 {
					t.Errorf("left are %q", left)
				}
			})
		}
	}
}

// Roles that a file names belong to others.
func TestAccTask_definitionJSON_roles(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	c := newProtocolClient(t, "docker_task", nil)
	execution, own := acctest.CreateRole(t, "their-execution"), acctest.CreateRole(t, "their-task")
	arguments := values{"name": "sample", "definition_json": `{"executionRoleArn": "` + execution + `", "taskRoleArn": "` + own + `",
		"requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc", "cpu": "256", "memory": "512",
		"containerDefinitions": [{"name": "a", "image": "busybox"}]}`}
	state, err := c.apply(c.nothing(), arguments)
	if err != nil {
		t.Fatal(err)
	}
	c.quiet(t, "roles of the file", state, arguments)
	for attribute, want := range map[string]string{"execution_role_arn": execution, "task_role_arn": own} {
		if have := textOf(t, state, attribute); have != want {
			t.Errorf("%s is %q, not %q", attribute, have, want)
		}
	}
	if _, err := c.destroy(state); err != nil {
		t.Error(err)
	}
	if !u.cloud.RoleExists("their-execution") || !u.cloud.RoleExists("their-task") {
		t.Error("roles of others were deleted")
	}
}

// TestAccTask_definitionJSON_tags: the tags of a file are those of every part, unless tags says
// otherwise.
func TestAccTask_definitionJSON_tags(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	c := newProtocolClient(t, "docker_task", nil)
	file := func(tags string) values {
		return values{"name": "sample", "definition_json": `{"requiresCompatibilities": ["FARGATE"], "containerDefinitions": [{"name": "a", "image": "b"}], "tags": [` + tags + `]}`}
	}
	const both = `{"key": "team", "value": "data"}, {"key": "stage", "value": "test"}`
	state := c.nothing()
	for _, test := range []struct {
		arguments   values
		team, stage string
	}{
		{file(both), "data", "test"},
		{merged(file(both), values{"tags": values{"team": "media"}}), "media", "test"},
		{file(`{"key": "team", "value": "data"}`), "data", ""},
	} {
		var err error
		if state, err = c.apply(state, test.arguments); err != nil {
			t.Fatal(err)
		}
		c.quiet(t, "tags of the file", state, test.arguments)
		_, definition := u.cloud.TaskDefinition("sample")
		for part, tags := range map[string]map[string]string{
			"definition": definition, "role": u.cloud.RoleTags("sample-" + acctest.Region() + "-task"), "log group": u.cloud.LogGroupTags("/ecs/sample"),
		} {
			if tags["team"] != test.team || tags["stage"] != test.stage {
				t.Errorf("%s has the tags %v", part, tags)
			}
		}
	}
	if _, err := c.destroy(state); err != nil {
		t.Error(err)
	}
}

func TestAccTask_definitionJSON_refused(t *testing.T) {
	t.Parallel()
	acctest.PreCheck(t)
	c := newProtocolClient(t, "docker_task", nil)
	const fine = `{"containerDefinitions": [{"name": "a", "image": "b"}]}`
	for name, test := range map[string]struct {
		arguments values
		says      []string
	}{
		"unknown keys": {values{"definition_json": `{"famly": "x", "containerDefinitions": [{"name": "a", "image": "b", "environmentt": []}]}`},
			[]string{"Invalid definition_json: The file has 2 faults:\n\n  - famly: unknown key; did you mean family?\n  - containerDefinitions[0].environmentt (container \"a\"): unknown key; did you mean environment?\n"}},
		"a key of a newer ECS": {values{"definition_json": `{"quantumConfiguration": {}, "containerDefinitions": [{"name": "a", "image": "b"}]}`},
			[]string{"Invalid definition_json: In the file, quantumConfiguration: unknown key. If ECS has such a key by now, a newer version of the provider sends it; until then, remove it"}},
		"a list of containers": {values{"definition_json": `[{"name": "a", "image": "b"}]`},
			[]string{"Invalid definition_json: In the file, this is a list of containers", "\n    containerDefinitions    = jsondecode(file(\"FILE.json\"))\n  })\n"}},
		"no image":              {values{"definition_json": twoImages}, []string{`Invalid definition_json: In the file, containerDefinitions["side"].image: container side has no image`, `In the file, containerDefinitions["main"].image: container main has no image`}},
		"no image beside":       {values{"definition_json": twoImages, "image": "busybox"}, []string{`container side has no image; write one there, or set images = { side = "…" } beside the file.`}},
		"two images for one":    {values{"definition_json": twoImages, "image": "busybox", "images": values{"main": "busybox", "side": "envoy"}}, []string{`Invalid images["main"]: Container main gets its image from image`}},
		"an image of nobody":    {values{"definition_json": twoImages, "images": values{"main": "busybox", "side": "envoy", "web": "nginx"}}, []string{`Invalid images["web"]: There is no container "web"; the file has main, side.`}},
		"an image that is none": {values{"definition_json": twoImages, "images": values{"main": "busybox", "side": "Bad Image"}}, []string{`Invalid images["side"]: An image is REPOSITORY`}},
		"images without a file": {values{"image": "busybox", "images": values{"side": "envoy"}, "sidecars": values{"side": values{"image": "envoy"}}}, []string{"Invalid images: definition_json is not set, and images fills in the containers of that.", "sidecars[NAME].image"}},
		"a role to fill in":     {values{"definition_json": `{"taskRoleArn": "<ROLE>", ` + strings.TrimPrefix(fine, "{")}, []string{"Invalid definition_json: In the file, taskRoleArn: a role is given by its ARN"}},
		"settings of nothing":   {values{"definition_json": strings.Replace(fine, `"name"`, `"secrets": [{"name": "A"}], "name"`, 1)}, []string{`In the file, containerDefinitions[0].secrets[0].valueFrom (container "a"): the key is required`}},
		"more than one of a kind": {values{"definition_json": `{"requiresCompatibilities": ["EC2"], "containerDefinitions": [{"name": "a", "image": "b"}]}`},
			[]string{`In the file, containerDefinitions["a"].memory: container a needs memory: set memory or memoryReservation for it, or memory for the whole task`}},
		"command beside":    {values{"definition_json": fine, "command": []any{"x"}}, []string{"Invalid command", "definition_json describes the whole task"}},
		"sidecars beside":   {values{"definition_json": fine, "sidecars": values{"s": values{"image": "b"}}}, []string{"Invalid sidecars"}},
		"volumes beside":    {values{"definition_json": fine, "volumes": values{"v": values{}}}, []string{"Invalid volumes"}},
		"cpu beside":        {values{"definition_json": fine, "cpu": 256}, []string{"Invalid cpu"}},
		"no such container": {values{"definition_json": fine, "container_name": "web"}, []string{"Invalid container_name", `There is no container "web"; the file has a.`}},
		"of no size": {values{"definition_json": `{"requiresCompatibilities": ["FARGATE"], "cpu": "256", "memory": "4096", "containerDefinitions": [{"name": "a", "image": "b"}]}`},
			[]string{"Invalid definition_json", "In the file, memory: with cpu = 256, memory is"}},
		"tag":     {values{"definition_json": strings.TrimSuffix(fine, "}") + `, "tags": [{"key": "docker-task:x", "value": "y"}]}`}, []string{"Invalid definition_json", "In the file, tags: the provider keeps tag keys"}},
		"neither": {values{}, []string{"Missing image"}},
	} {
		t.Run(name, func(t *testing.T) {
			err := c.validate(merged(values{"name": "sample"}, test.arguments))
			if err == nil {
				t.Fatal("no error")
			}
			for _, words := range test.says {
				if !strings.Contains(err.Error(), words) {
					t.Errorf("%q does not say %q", err, words)
				}
			}
		})
	}
}

// twoImages are two containers whose images a pipeline fills in.
const twoImages = `{"requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc", "cpu": "256", "memory": "512",
  "containerDefinitions": [{"name": "main", "image": ""}, {"name": "side"}]}`

// TestAccTask_definitionJSON_warned: what is ignored of a file, and what nothing has filled in, is said
// once, and a plain file is quiet.
func TestAccTask_definitionJSON_warned(t *testing.T) {
	t.Parallel()
	acctest.PreCheck(t)
	c := newProtocolClient(t, "docker_task", nil)
	const plain = `{"requiresCompatibilities": ["FARGATE"], "containerDefinitions": [{"name": "a", "image": "b"}]}`
	const ignored = "definition_json: Keys of definition_json are ignored: RegisterTaskDefinition does not take these keys, and they are ignored: "
	for name, test := range map[string]struct {
		arguments values
		says      string
	}{
		"plain":              {values{"definition_json": plain}, ""},
		"a byte order mark":  {values{"definition_json": "\uFEFF" + plain}, ""},
		"keys of an answer":  {values{"definition_json": `{"status": "ACTIVE", "revision": 7, ` + strings.TrimPrefix(plain, "{")}, ignored + "status, revision."},
		"a whole answer":     {values{"definition_json": `{"taskDefinition": ` + plain + `, "tags": []}`}, ignored + "the object around taskDefinition."},
		"a placeholder":      {values{"definition_json": strings.Replace(plain, `"b"`, `"<IMAGE1_NAME>"`, 1)}, `definition_json: Placeholders in definition_json: The file has values that look like placeholders of a template: containerDefinitions["a"].image. They are registered`},
		"one filled in":      {values{"definition_json": strings.Replace(plain, `"b"`, `"<IMAGE1_NAME>"`, 1), "image": "busybox"}, ""},
		"one filled in late": {values{"definition_json": strings.Replace(plain, `"b"`, `"<IMAGE1_NAME>"`, 1), "images": tftypes.UnknownValue}, ""},
	} {
		answer, err := c.server.ValidateResourceConfig(t.Context(), &tfprotov6.ValidateResourceConfigRequest{
			TypeName: "docker_task", Config: c.dynamic(c.typ, c.config(merged(values{"name": "sample"}, test.arguments))),
		})
		if err != nil {
			t.Fatal(err)
		}
		var said []string
		for _, d := range answer.Diagnostics {
			said = append(said, strings.Trim(strings.ReplaceAll(d.Attribute.String(), "AttributeName", ""), `(")`)+": "+d.Summary+": "+d.Detail)
		}
		if all := strings.Join(said, "\n"); len(said) > 1 || !strings.HasPrefix(all, test.says) || test.says == "" && all != "" {
			t.Errorf("%s: %q, not %q", name, all, test.says)
		}
	}
}

// TestAccTask_definitionJSON_images: images fills in the containers of a file, an image that was registered elsewhere
// is drift of images, and an unknown image makes unknown only what follows from it. A container does not get a
// variable without a value.
func TestAccTask_definitionJSON_images(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	c := newProtocolClient(t, "docker_task", nil)
	file := strings.Replace(twoImages, `"name": "main"`, `"name": "main", "environment": [{"name": "UNSET"}, {"name": "NULL", "value": null}, {"name": "LEFT_OUT", "value": "x"}, {"name": "EMPTY", "value": ""}]`, 1)
	with := func(main, side any) values {
		return values{"name": "sample", "definition_json": file, "images": values{"main": main, "side": side}, "environment": values{"LEFT_OUT": nil, "ADDED": "1"}}
	}
	images := func() []string {
		d, _ := u.cloud.TaskDefinition("sample")
		var out []string
		for _, c := range d.ContainerDefinitions {
			out = append(out, aws.ToString(c.Image))
		}
		return out
	}
	if err := c.validate(with("busybox:1", tftypes.UnknownValue)); err != nil {
		t.Fatal(err)
	}
	to, _, err := c.plan(c.nothing(), with("busybox:1", tftypes.UnknownValue))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"arn", "execution_role_policy_json", "images"} {
		if attributeOf(t, to, name).IsFullyKnown() {
			t.Errorf("%s is known before the image is", name)
		}
	}
	first := with("busybox:1", "123456789012.dkr.ecr.us-east-1.amazonaws.com/side:1")
	state, err := c.apply(c.nothing(), first)
	if err != nil {
		t.Fatal(err)
	}
	c.quiet(t, "the second plan", state, first)
	if have := images(); !slices.Equal(have, []string{"busybox:1", "123456789012.dkr.ecr.us-east-1.amazonaws.com/side:1"}) {
		t.Errorf("images are %v", have)
	}
	if policy := textOf(t, state, "execution_role_policy_json"); !strings.Contains(policy, "repository/side") {
		t.Errorf("the execution role cannot pull the image: %s", policy)
	}
	d, _ := u.cloud.TaskDefinition("sample")
	var variables []string
	for _, v := range d.ContainerDefinitions[0].Environment {
		variables = append(variables, aws.ToString(v.Name)+"="+aws.ToString(v.Value))
	}
	if slices.Sort(variables); !slices.Equal(variables, []string{"ADDED=1", "EMPTY=", "LEFT_OUT=x"}) {
		t.Errorf("the container gets %v", variables)
	}

	second := with("busybox:1", "envoy:2")
	if to, _, err = c.plan(state, second); err != nil {
		t.Fatal(err)
	}
	if have := changedAttributes(t, state.value, to.value); !slices.Equal(have, []string{"arn", "execution_role_policy_json", "images", "revision"}) {
		t.Errorf("the plan changes %v", have)
	}
	if state, err = c.change(state, to, c.config(second)); err != nil {
		t.Fatal(err)
	}
	c.quiet(t, "another image", state, second)

	pipeline := c.definition(t)
	pipeline.ContainerDefinitions[1].Image = aws.String("envoy:3")
	u.cloud.Register(pipeline)
	seen, err := c.refresh(state)
	if err != nil {
		t.Fatal(err)
	}
	if have := attributeOf(t, seen, "images").String(); !strings.Contains(have, "envoy:3") || !attributeOf(t, seen, "definition_json").Equal(attributeOf(t, state, "definition_json")) {
		t.Errorf("an image of a pipeline's shows in images as %s", have)
	}
	// As lifecycle { ignore_changes = [images] } has it.
	c.quiet(t, "a pipeline's image, ignored", seen, with("busybox:1", "envoy:3"))
	if state, err = c.apply(seen, second); err != nil {
		t.Fatal(err)
	}
	if have := images(); have[1] != "envoy:2" {
		t.Errorf("images are %v", have)
	}
	if _, err := c.destroy(state); err != nil {
		t.Error(err)
	}
}

// textOf is a top-level text of a state; "" where there is none.
func textOf(t *testing.T, s resourceState, attribute string) string {
	t.Helper()
	var text *string
	if err := attributeOf(t, s, attribute).As(&text); err != nil {
		t.Fatal(err)
	}
	return aws.ToString(text)
}

func attributeOf(t *testing.T, s resourceState, attribute string) tftypes.Value {
	t.Helper()
	var attributes map[string]tftypes.Value
	if err := s.value.As(&attributes); err != nil {
		t.Fatal(err)
	}
	return attributes[attribute]
}
