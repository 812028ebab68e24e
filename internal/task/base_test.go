package task

import (
	"os"
	"path/filepath"
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
			if problems := spec.Check(func(...string) bool { return true }); len(problems) > 0 {
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

func TestParseInput_refused(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"no JSON":                {`family: web`, "invalid character"},
		"half":                   {`{"family": "web"`, "unexpected"},
		"empty":                  {``, "EOF"},
		"a list":                 {`[]`, "cannot unmarshal array"},
		"null":                   {`null`, "no containerDefinitions"},
		"unknown key":            {`{"famly": "web"}`, `unknown field "famly"`},
		"unknown key, nested":    {`{"containerDefinitions": [{"name": "a", "image": "b", "environmentt": []}]}`, `unknown field "environmentt"`},
		"unknown key, deep":      {`{"containerDefinitions": [{"linuxParameters": {"tmpfs": [{"path": "/"}]}}]}`, `unknown field "path"`},
		"of another type":        {`{"containerDefinitions": [{"name": "a", "memory": "512"}]}`, "memory"},
		"two":                    {`{"containerDefinitions": [{"name": "a", "image": "b"}]} {}`, "after the end"},
		"no container":           {`{"family": "web", "containerDefinitions": []}`, "no containerDefinitions"},
		"no essential container": {`{"containerDefinitions": [{"name": "a", "image": "b", "essential": false}]}`, "no essential container"},
		"what describe answers":  {`{"taskDefinition": {"family": "web"}}`, `unknown field "taskDefinition"`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ParseInput(test.text)
			if err == nil {
				t.Fatal("no error")
			}
			if !strings.Contains(err.Error(), test.want) {
				t.Errorf("%q does not name %q", err, test.want)
			}
			if strings.Contains(err.Error(), "json: ") {
				t.Errorf("%q tells of Go's reader", err)
			}
		})
	}
}

func FuzzParseInput(f *testing.F) {
	for _, text := range inputs(f) {
		f.Add(text)
	}
	f.Add(`{"containerDefinitions":[null,{"name":"a"}]}`)
	f.Add(`{"containerDefinitions":[{"healthCheck":null,"linuxParameters":{},"logConfiguration":{}}],"volumes":[{}],"cpu":"x"}`)
	f.Fuzz(func(t *testing.T, text string) {
		in, err := ParseInput(text)
		if err != nil {
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
		for _, p := range spec.Check(func(...string) bool { return true }) {
			if strings.Join(p.Path, " ") != "definition_json" || p.Message == "" {
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
