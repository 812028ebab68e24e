package provider_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

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

// TestAccTask_definitionJSON: a task definition file is applied and then quiet, image and
// environment go into its main container, and taking over what it made registers nothing.
func TestAccTask_definitionJSON(t *testing.T) {
	t.Parallel()
	for name, text := range definitionFiles(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u := newUnit(t)
			c := newCore(t, "docker_task", nil)
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

// Roles that a file names are somebody else's.
func TestAccTask_definitionJSON_roles(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	c := newCore(t, "docker_task", nil)
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
		t.Error("somebody else's roles are gone")
	}
}

// TestAccTask_definitionJSON_tags: the tags of a file are those of every part, unless tags says
// otherwise.
func TestAccTask_definitionJSON_tags(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	c := newCore(t, "docker_task", nil)
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
	c := newCore(t, "docker_task", nil)
	const fine = `{"containerDefinitions": [{"name": "a", "image": "b"}]}`
	for name, test := range map[string]struct {
		arguments values
		says      []string
	}{
		"unknown key":         {values{"definition_json": `{"famly": "x"}`}, []string{"definition_json", `"famly"`}},
		"unknown key, nested": {values{"definition_json": `{"containerDefinitions": [{"name": "a", "image": "b", "environmentt": []}]}`}, []string{`"environmentt"`}},
		"command beside":      {values{"definition_json": fine, "command": []any{"x"}}, []string{"Invalid command", "definition_json describes the whole task"}},
		"sidecars beside":     {values{"definition_json": fine, "sidecars": values{"s": values{"image": "b"}}}, []string{"Invalid sidecars"}},
		"volumes beside":      {values{"definition_json": fine, "volumes": values{"v": values{}}}, []string{"Invalid volumes"}},
		"cpu beside":          {values{"definition_json": fine, "cpu": 256}, []string{"Invalid cpu"}},
		"no such container":   {values{"definition_json": fine, "container_name": "web"}, []string{"Invalid container_name", `There is no container "web"; the file has a.`}},
		"of no size": {values{"definition_json": `{"requiresCompatibilities": ["FARGATE"], "cpu": "256", "memory": "4096", "containerDefinitions": [{"name": "a", "image": "b"}]}`},
			[]string{"Invalid definition_json", "In the file, memory: cpu 256 goes with"}},
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
