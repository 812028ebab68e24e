package task

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// inputs are the task definition files of testdata, by name.
func inputs(t testing.TB) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "input", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		out[strings.TrimSuffix(filepath.Base(file), ".json")] = string(text)
	}
	if len(out) < 7 {
		t.Fatalf("only %d files", len(out))
	}
	return out
}

func TestParseInput(t *testing.T) {
	for name, text := range inputs(t) {
		t.Run(name, func(t *testing.T) {
			in, err := ParseInput(text)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := ParseInput(in.Text()); err != nil {
				t.Errorf("its own text: %v", err)
			}
			// With a log and roles, and nothing else: the unit's definition is the file's.
			spec := Spec{Name: in.Family, Place: virginia, Base: &in.Definition}.WithDefaults()
			made, err := spec.Definition()
			if err != nil {
				t.Fatal(err)
			}
			if problems := spec.Check(nil); len(problems) > 0 {
				t.Errorf("%v", problems)
			}
			for _, d := range Differences(in.Definition, made) {
				if !strings.HasSuffix(d, ".logConfiguration") && d != "executionRoleArn" && d != "taskRoleArn" {
					t.Errorf("the unit changes %s", d)
				}
			}
			if main, _ := made.MainContainer(spec.Main.Name); main.Name != spec.Main.Name {
				t.Errorf("the main container is %s and %s", main.Name, spec.Main.Name)
			}
		})
	}
}

// inputFaults are files with all that is wrong with them.
var inputFaults = map[string]struct {
	text string
	want []string
}{
	"no JSON":       {`family: web`, []string{"a value is required here"}},
	"a file's name": {`td.json`, []string{`this is the name of a file; give its content, by file("…")`}},
	"half":          {`{"family": "web"`, []string{"the text ends inside the object"}},
	"empty":         {``, []string{"the text is empty"}},
	"null":          {`null`, []string{"a task definition is an object in { }, not null"}},
	"a text":        {`"{}"`, []string{"the JSON is encoded twice"}},
	"a list":        {`[]`, []string{"this is a list of containers, as in container_definitions of aws_ecs_task_definition"}},
	"list of containers": {`[{"name": "web", "image": "nginx:1", "memory": 128}]`,
		[]string{"Wrap it, with the task's other settings:\n\n  definition_json = jsonencode({\n    requiresCompatibilities = [\"FARGATE\"]\n"}},
	"its containers alone":        {`{"container_definitions": [{"name": "web"}]}`, []string{`jsondecode(file("FILE.json")).container_definitions`}},
	"a list of definitions":       {`[{"containerDefinitions": []}]`, []string{"this is a list of task definitions"}},
	"a template's resource":       {`{"Type": "AWS::ECS::TaskDefinition", "Properties": {"ContainerDefinitions": []}}`, []string{"use the value of its Properties"}},
	"two":                         {`{"containerDefinitions": [{"name": "a", "image": "b"}]} {}`, []string{"there is more text after the end"}},
	"no container":                {`{"family": "web", "containerDefinitions": []}`, []string{"no containerDefinitions"}},
	"no essential container":      {`{"containerDefinitions": [{"name": "a", "image": "b", "essential": false}]}`, []string{"no essential container"}},
	"no name":                     {`{"containerDefinitions": [{"image": "b"}, {"name": "", "image": "c"}]}`, []string{"containerDefinitions[0].name: the key is required", "containerDefinitions[1].name: the key is required"}},
	"one name twice":              {`{"containerDefinitions": [{"name": "a", "image": "b"}, {"name": "a", "image": "c"}]}`, []string{`several containers have the name "a"`}},
	"unknown key":                 {`{"famly": "web", "containerDefinitions": []}`, []string{"famly: unknown key; did you mean family?"}},
	"a key of Terraform":          {`{"containerDefinitions": [{"name": "a", "log_configuration": {}}]}`, []string{`containerDefinitions[0].log_configuration (container "a"): unknown key; did you mean logConfiguration?`}},
	"a key of another place":      {`{"image": "a", "containerDefinitions": []}`, []string{"image: unknown key here; it is a key of containerDefinitions[]"}},
	"a key that nothing is like":  {`{"containerDefinitions": [{"name": "a", "linuxParameters": {"tmpfs": [{"containerPath": "/", "where": "/"}]}}]}`, []string{"tmpfs[0].where (container \"a\"): unknown key; the keys are containerPath, mountOptions, size"}},
	"a new key of ECS":            {`{"newConfiguration": {}, "containerDefinitions": []}`, []string{"newConfiguration: unknown key"}},
	"keys beside an answer":       {`{"taskDefinition": {"containerDefinitions": [{"name": "a"}]}, "service": {}}`, []string{"service: unknown key"}},
	"a number in quotes":          {`{"containerDefinitions": [{"name": "a", "memory": "512"}]}`, []string{`containerDefinitions[0].memory (container "a"): the value must be a whole number, not a string; write it without quotes`}},
	"a placeholder for a number":  {`{"containerDefinitions": [{"name": "a", "memory": "${MEMORY}"}]}`, []string{`the value must be a whole number, not a string`}},
	"a fraction":                  {`{"containerDefinitions": [{"name": "a", "cpu": 0.25}]}`, []string{"containerDefinitions[0].cpu (container \"a\"): the value must be a whole number, not a fraction; it is in CPU units, 1024 to a vCPU: 0.25 vCPU is 256"}},
	"a number too large":          {`{"containerDefinitions": [{"name": "a", "memory": 4294967808}]}`, []string{"out of range; ECS takes at most 2147483647"}},
	"a boolean in quotes":         {`{"containerDefinitions": [{"name": "a", "essential": "true"}]}`, []string{"essential (container \"a\"): the value must be true or false, not a string; write it without quotes"}},
	"a number for a string":       {`{"containerDefinitions": [{"name": "a", "environment": [{"name": "PORT", "value": 8080}]}]}`, []string{`environment[0].value (container "a"): the value must be a string, not a number; write it in double quotes`}},
	"a map for the environment":   {`{"containerDefinitions": [{"name": "a", "environment": {"A": "1"}}]}`, []string{"the value must be a list in [ ], not an object; write it as a list of objects with a name each"}},
	"an object for a list":        {`{"containerDefinitions": {"name": "a", "image": "b"}}`, []string{"containerDefinitions: the value must be a list in [ ], not an object; put it in [ ]"}},
	"a string for words":          {`{"containerDefinitions": [{"name": "a", "command": "npm start"}]}`, []string{`the value must be a list in [ ], not a string; write each word as an element, as in ["sh", "-c", "…"]`}},
	"containers in a string":      {`{"containerDefinitions": "[{\"name\": \"a\"}]"}`, []string{"containerDefinitions: the value must be a list in [ ], not a string; it is a string that contains JSON: decode it with jsondecode"}},
	"a list for an object":        {`{"containerDefinitions": [{"name": "a", "healthCheck": [{"command": ["CMD", "true"]}]}]}`, []string{"the value must be an object in { }, not a list; remove the list around it"}},
	"options that are none":       {`{"containerDefinitions": [{"name": "a", "logConfiguration": {"logDriver": "awslogs", "options": ["a"]}}]}`, []string{"logConfiguration.options (container \"a\"): the value must be an object"}},
	"an option that is a boolean": {`{"containerDefinitions": [{"name": "a", "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-create-group": true}}}]}`, []string{`options["awslogs-create-group"] (container "a"): the value must be a string, not a boolean`}},
	"half a mount":                {`{"volumes": [{"name": "v", "efsVolumeConfiguration": {"fileSystemId": ""}}], "containerDefinitions": [{"name": "a"}]}`, []string{"volumes[0].efsVolumeConfiguration.fileSystemId: the key is required"}},
	"half of some credentials":    {`{"containerDefinitions": [{"name": "a", "secrets": [{"name": "A"}], "dependsOn": [{"containerName": "b"}]}]}`, []string{"secrets[0].valueFrom", "dependsOn[0].condition"}},
	"all at once": {"{\n  \"famly\": \"web\",\n  \"containerDefinitions\": [\n    {\"name\": \"a\", \"memory\": \"1\"},\n    {\"name\": \"b\",\n     \"portMappings\": [{\"containerPort\": \"x\", \"Protcol\": \"TCP\"}]}\n  ]\n  \"cpu\": 256 // units\n}", []string{
		"line 8: a comma is missing here",
		"line 8: JSON has no comments",
		"famly",
		`containerDefinitions[0].memory (container "a", line 4): the value must be a whole number`,
		`containerDefinitions[1].portMappings[0].containerPort (container "b", line 6): the value must be a whole number, not a string`,
		`containerDefinitions[1].portMappings[0].Protcol (container "b", line 6): unknown key; did you mean protocol?`,
	}},
}

// Every fault of a file is reported with its place, and none in the words of Go's errors.
func TestParseInput_faults(t *testing.T) {
	for name, test := range inputFaults {
		t.Run(name, func(t *testing.T) {
			_, found := ReadInput(test.text)
			if len(found.Wrong) != len(test.want) {
				t.Fatalf("%q, want %q", found.Wrong, test.want)
			}
			for i, want := range test.want {
				if !strings.Contains(found.Wrong[i], want) {
					t.Errorf("%q does not say %q", found.Wrong[i], want)
				}
				if wordsOfGo.MatchString(found.Wrong[i]) {
					t.Errorf("%q has words of Go", found.Wrong[i])
				}
			}
			if _, err := ParseInput(test.text); err == nil {
				t.Error("it is read")
			}
			if found.Unknown != (name == "a new key of ECS" || name == "a key that nothing is like" || name == "keys beside an answer") {
				t.Errorf("a key that may be new: %v", found.Unknown)
			}
		})
	}
}

// wordsOfGo are those of Go's own reader, and of Go's types.
var wordsOfGo = regexp.MustCompile(`cannot unmarshal|invalid character|unexpected end of|Go (value|struct)|struct field|looking for beginning|int64|float64|\bEOF\b|%!`)

// Files as people have them say the same as the file that the command line takes.
func TestParseInput_asPeopleHaveThem(t *testing.T) {
	const plain = `{"family": "shop", "cpu": "256", "memory": "512", "networkMode": "awsvpc", "requiresCompatibilities": ["FARGATE"],
		"containerDefinitions": [{"name": "web", "image": "nginx:1", "environment": [{"name": "EMPTY", "value": ""}]}], "tags": [{"key": "team", "value": "data"}]}`
	want, err := ParseInput(plain)
	if err != nil {
		t.Fatal(err)
	}
	in := func(more string) string { return "{" + more + ", " + strings.TrimPrefix(plain, "{") }
	container := func(more string) string { return strings.Replace(plain, `"name": "web"`, `"name": "web", `+more, 1) }
	described := `{"taskDefinition": ` + strings.Replace(plain, `, "tags": [{"key": "team", "value": "data"}]`, `, "revision": 7`, 1) +
		`, "tags": [{"key": "team", "value": "data"}, {"key": "aws:cloudformation:stack-id", "value": "x"}, {"key": "docker-task:unit", "value": "y"}], "ResponseMetadata": {"RetryAttempts": 0}}`
	for name, test := range map[string]struct {
		text    string
		ignored []string
	}{
		"a byte order mark":   {"\uFEFF" + plain, nil},
		"sizes as numbers":    {strings.NewReplacer(`"256"`, `256`, `"512"`, `512`).Replace(plain), nil},
		"sizes with a point":  {strings.NewReplacer(`"256"`, `256.0`, `"512"`, `5.12e2`).Replace(plain), nil},
		"other letters":       {strings.NewReplacer(`"family"`, `"Family"`, `"containerDefinitions"`, `"ContainerDefinitions"`, `"image"`, `"IMAGE"`).Replace(plain), nil},
		"nulls":               {in(`"taskRoleArn": null, "volumes": null, "placementConstraints": [null]`), nil},
		"nulls in containers": {container(`"command": null, "cpu": null, "essential": null, "ulimits": [null], "dockerLabels": {"a": null}, "healthCheck": null`), nil},
		"keys of an answer": {in(`"taskDefinitionArn": "a", "revision": 7, "status": "ACTIVE", "requiresAttributes": [], "compatibilities": [], "registeredAt": 1.5, "registeredBy": "b", "deregisteredAt": "c"`),
			[]string{"taskDefinitionArn", "revision", "status", "requiresAttributes", "compatibilities", "registeredAt", "registeredBy", "deregisteredAt"}},
		"the object around":   {described, []string{"the object around taskDefinition", `tags["aws:cloudformation:stack-id"]`, `tags["docker-task:unit"]`, "ResponseMetadata", "revision"}},
		"notes":               {in(`"$schema": "https://example.com/s.json", "//": "ours", "_comment": {}`), []string{"$schema", "//", "_comment"}},
		"notes in containers": {container(`"_why": "…"`), []string{"containerDefinitions[0]._why"}},
		"empty settings": {container(`"repositoryCredentials": {"credentialsParameter": ""}, "logConfiguration": {}, "healthCheck": {"command": []}, "linuxParameters": {"capabilities": {"add": []}},
			"restartPolicy": {"enabled": null}, "links": [""], "secrets": [{"name": "", "valueFrom": ""}], "portMappings": [{}], "firelensConfiguration": {"type": "", "options": {}}`), nil},
		"variables without a value": {strings.Replace(plain, `"environment": [`, `"environment": [{"name": "UNSET"}, {"name": "NULL", "value": null}, {"name": "", "value": ""}, `, 1), nil},
		"keys that stand twice":     {container(`"image": "other:1"`), nil},
	} {
		t.Run(name, func(t *testing.T) {
			have, found := ReadInput(test.text)
			if len(found.Wrong) > 0 || !slices.Equal(found.Ignored, test.ignored) {
				t.Fatalf("%+v", found)
			}
			if len(have.ContainerDefinitions[0].DockerLabels) == 0 {
				have.ContainerDefinitions[0].DockerLabels = nil
			}
			if d := Differences(have.Definition, want.Definition); len(d) > 0 || have.Digest() != want.Digest() || !reflect.DeepEqual(have.Tags, want.Tags) {
				t.Errorf("%s\nis not\n%s; tags %v", have.JSON(), want.JSON(), have.Tags)
			}
			if repeated := name == "keys that stand twice"; repeated != (len(found.Repeated) == 1) {
				t.Errorf("repeated %v", found.Repeated)
			}
		})
	}
}

// A volume is of its kind, and a share of a GPU is one, also where nothing is said of it.
func TestParseInput_saidByBeing(t *testing.T) {
	in, err := ParseInput(`{"volumes": [{"name": "v", "dockerVolumeConfiguration": {}}],
		"containerDefinitions": [{"name": "a", "resourceRequirements": [{"type": "GPU", "sharingStrategy": {"nvidiaMps": {}}}]}]}`)
	if err != nil {
		t.Fatal(err)
	}
	if in.Volumes[0].Docker == nil || in.ContainerDefinitions[0].ResourceRequirements[0].SharingStrategy.NvidiaMPS == nil {
		t.Errorf("%s", in.JSON())
	}
}

func FuzzParseInput(f *testing.F) {
	for _, text := range inputs(f) {
		f.Add(text)
	}
	f.Add(`{"containerDefinitions":[null,{"name":"a"}]}`)
	f.Add(`{"containerDefinitions":[{"healthCheck":null,"linuxParameters":{},"logConfiguration":{}}],"volumes":[{}],"cpu":"x"}`)
	for _, test := range inputFaults {
		f.Add(test.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		in, found := ReadInput(text)
		for _, said := range slices.Concat(found.Wrong, found.Ignored, found.Repeated) {
			if said == "" || wordsOfGo.MatchString(said) && !wordsOfGo.MatchString(text) {
				t.Errorf("%q", said)
			}
		}
		if len(found.Wrong) > 0 {
			return
		}
		spec := Spec{Name: "fuzz", Place: virginia, Base: &in.Definition}.WithDefaults()
		d, err := spec.Definition()
		if err != nil {
			t.Fatal(err)
		}
		if again := d.Canonical(); again.Digest() != d.Digest() {
			t.Errorf("the canonical form is not one: %s", d.JSON())
		}
		for _, kind := range RoleKinds {
			_ = spec.RolePolicy(kind).JSON()
		}
		for _, p := range spec.Check(nil) {
			if strings.Join(p.Path, " ") != "definition_json" || p.Message == "" || wordsOfGo.MatchString(p.Message) && !wordsOfGo.MatchString(text) {
				t.Errorf("%+v", p)
			}
		}
	})
}

// A task's name is its family whatever the file says, and by it goes the main container.
func TestSpec_WithDefaults_baseFamily(t *testing.T) {
	for name, test := range map[string]struct{ family, wanted, want string }{
		"no family":         {"", "", "shop"},
		"another":           {"proxy", "", "shop"},
		"the task's":        {"shop", "", "shop"},
		"a container named": {"shop", "proxy", "proxy"},
	} {
		t.Run(name, func(t *testing.T) {
			file := Definition{Family: test.family, ContainerDefinitions: []Container{{Name: "proxy", Image: "envoy:1"}, {Name: "shop", Image: "shop:1"}}}
			s := Spec{Name: "shop", Place: virginia, Base: &file, Main: ContainerSpec{Container: Container{Name: test.wanted, Image: "changed:2"}}}.WithDefaults()
			d, err := s.Definition()
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range d.ContainerDefinitions {
				if (c.Image == "changed:2") != (c.Name == test.want) {
					t.Errorf("container %s has the image %s", c.Name, c.Image)
				}
			}
			if s.Main.Name != test.want || d.Family != "shop" || file.Family != test.family {
				t.Errorf("main container %s, family %s, that of the file %q", s.Main.Name, d.Family, file.Family)
			}
		})
	}
}

// Images and variables go into a file from outside.
func TestSpec_Definition_baseFilled(t *testing.T) {
	file := Definition{ContainerDefinitions: []Container{
		{Name: "app", Image: "a:1", Environment: []KeyValue{{"KEPT", "1"}, {"CHANGED", "3"}}},
		{Name: "side", Environment: []KeyValue{{"CHANGED", "4"}}},
	}}
	s := Spec{Name: "app", Place: virginia, Base: &file, Images: map[string]string{"side": "s:2", "app": ""}}
	s.Main.Environment = []KeyValue{{"CHANGED", "5"}}
	d, err := s.WithDefaults().Definition()
	if err != nil {
		t.Fatal(err)
	}
	app, side := d.ContainerDefinitions[0], d.ContainerDefinitions[1]
	if app.Image != "a:1" || side.Image != "s:2" || !slices.Equal(app.Environment, []KeyValue{{"CHANGED", "5"}, {"KEPT", "1"}}) || !slices.Equal(side.Environment, []KeyValue{{"CHANGED", "4"}}) || file.ContainerDefinitions[0].Environment[1].Value != "3" {
		t.Errorf("%s from %s", d.JSON(), file.JSON())
	}
}

// The limit counts what the SDK sends: <, > and & are one byte each.
func TestDefinition_Size(t *testing.T) {
	for text, more := range map[string]int{"": 0, "a": 1, "&<>": 3, `"`: 2, "\n": 2, "ä": 2, "\u2028": 6, "\x00": 6} {
		size := func(text string) int {
			return Definition{ContainerDefinitions: []Container{{Environment: []KeyValue{{"A", text}}}}}.Size()
		}
		if have := size(text) - size(""); have != more {
			t.Errorf("%q takes %d bytes, not %d", text, have, more)
		}
	}
}
