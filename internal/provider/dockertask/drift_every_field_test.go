package dockertask

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"pgregory.net/rapid"

	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// Why some edits are not tried.
const (
	ofFamily  = "a revision is one of its family"
	asAWhole  = "the task has none; a whole one is added"
	mandatory = "ECS takes none without"
)

// untried are the edits that no revision can have.
var untried = map[string]string{
	"family another": ofFamily, "family removed": ofFamily,
	"inferenceAccelerators.deviceName": asAWhole, "inferenceAccelerators.deviceType": asAWhole,
	"containerDefinitions.name removed":                                       mandatory,
	"containerDefinitions.secrets.valueFrom removed":                          mandatory,
	"containerDefinitions.logConfiguration.logDriver removed":                 mandatory,
	"containerDefinitions.logConfiguration.secretOptions.valueFrom removed":   mandatory,
	"containerDefinitions.repositoryCredentials.credentialsParameter removed": mandatory,
}

// showing is how an edit shows beside the attributes that set its field.
type showing struct {
	attributes []string // may differ too
	line       string   // why there is a line of drift, or may be one
}

const noAttribute = "no attribute sets it"

// showings are those of single fields, or of single edits of them.
var showings = map[string]showing{
	"executionRoleArn":      {line: "the attribute is of the unit's role, which is another part"},
	"taskRoleArn":           {line: "the attribute is of the unit's role, which is another part"},
	"inferenceAccelerators": {line: noAttribute},
	"containerDefinitions.environmentFiles.type": {line: noAttribute},
	// What stands there as nothing is what a configuration says by leaving it out, and gets a default.
	"cpu removed":                     {line: "null asks for the default"},
	"memory removed":                  {line: "null asks for the default"},
	"networkMode removed":             {line: "null asks for the default"},
	"requiresCompatibilities removed": {line: "null asks for the default"},
	"containerDefinitions.logConfiguration.options removed": {line: "log_options come on top of the usual ones"},
	"containerDefinitions.logConfiguration.logDriver":       {attributes: []string{"log_options"}}, // the usual ones are awslogs's
}

// TestTask_showsEveryField registers a revision outside of Terraform in which one field differs, of a container or
// of the definition. A refresh shows it in the attribute that sets the field and in no other, or as a line of
// drift; and state names the new revision. The plan is made from the configuration, so it changes exactly what the
// refresh shows.
func TestTask_showsEveryField(t *testing.T) {
	t.Parallel()
	by := setBy(t)
	all := editsOf(reflect.TypeFor[task.Definition](), "")
	tried := map[string]int{}
	for _, nulls := range []int{0, 1, 3} { // one with everything, others with less
		rapid.Custom(func(rt *rapid.T) bool {
			a := anyTask(rt, t, nulls)
			for _, e := range all {
				registered := copied(rt, a.definition)
				if untried[e.path+" "+e.what] != "" || !e.do(reflect.ValueOf(&registered).Elem()) {
					continue
				}
				if a.shows(t, e, filledIn(registered), e.setBy(by)) {
					tried[e.field()]++
				}
			}
			return true
		}).Example(nulls)
	}
	for _, e := range all {
		if tried[e.field()] == 0 && untried[e.path] == "" && untried[e.path+" "+e.what] == "" {
			t.Errorf("no edit of %s was tried", e.field())
		}
	}
	t.Logf("%d fields", len(tried))
}

// shows refreshes the state of a task with a foreign revision, and reports whether the revision means something
// else. The difference has to show in some of the attributes, and in no others.
func (a drawnTask) shows(t *testing.T, e edit, theirs task.Definition, attributes []string) bool {
	t.Helper()
	ctx := t.Context()
	var diags diag.Diagnostics
	read := a.plan
	read.flattenDefinition(ctx, a.spec, observation{Observed: task.Observed{Definition: &task.ObservedDefinition{Definition: theirs}}, place: a.in.place}, &diags)
	read.ARN, read.Revision = a.plan.ARN, a.plan.Revision
	after := read.describe(ctx, a.in.place, &diags).spec
	meant, err := after.Definition()
	if err != nil || diags.HasError() {
		t.Errorf("%s: %v, %v", e, err, diags)
		return true
	}
	changed := differentAttributes(t, a.plan, read)
	names, lines := slices.Sorted(maps.Keys(changed)), task.Differences(meant, theirs)
	if theirs.Digest() == a.definition.Digest() {
		if len(names)+len(lines) > 0 {
			t.Errorf("%s: it means the same, and shows in %v, %v", e, changed, lines)
		}
		return false
	}
	besides := showings[e.path]
	if one, ok := showings[e.path+" "+e.what]; ok {
		besides = one
	}
	if len(lines) > 0 && besides.line == "" {
		t.Errorf("%s: state means something else, by %v: %v", e, lines, changed)
	}
	if len(names) == 0 && besides.line == "" {
		t.Errorf("%s: shows in nothing, not in %v", e, attributes)
	}
	for _, name := range names {
		if !slices.Contains(append(attributes, besides.attributes...), name) {
			t.Errorf("%s: shows in %s, not only in %v: %s", e, name, attributes, changed[name])
		}
	}
	return true
}

// edit is one way in which a revision can differ.
type edit struct {
	path      string // in the words of a task definition file
	container string // "main" or "sidecar" where it is in one
	what      string
	// do edits a value; false: there is nothing there to do it to.
	do func(reflect.Value) bool
}

func (e edit) field() string { return strings.TrimSpace(e.container + " " + e.path) }

func (e edit) String() string { return e.field() + " " + e.what }

// setBy are the attributes that set the field, or one in it.
func (e edit) setBy(by map[string][]string) []string {
	path := e.path
	switch {
	case path == "containerDefinitions", e.container == "sidecar":
		return []string{"sidecars"}
	case path == "containerDefinitions.name": // another container is the main one by now
		return append(names(mainTable), "container_name", "sidecars")
	}
	var out []string
	for field, attributes := range by {
		for _, attribute := range attributes {
			if name, _, _ := strings.Cut(attribute, "."); field == path || strings.HasPrefix(field, path+".") {
				out = append(out, name)
			}
		}
	}
	return out
}

// editsOf are the edits of a type's fields, each at its first place.
func editsOf(typ reflect.Type, path string) []edit {
	whole := func(what string, do func(reflect.Value) bool) edit { return edit{path: path, what: what, do: do} }
	removed := whole("removed", func(v reflect.Value) bool {
		set := !v.IsZero()
		v.SetZero()
		return set
	})
	switch {
	case typ.Kind() == reflect.Struct:
		var out []edit
		for i := range typ.NumField() {
			f := typ.Field(i)
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			for _, e := range editsOf(f.Type, strings.TrimPrefix(path+"."+name, ".")) {
				out = append(out, e.at(func(v reflect.Value) (reflect.Value, bool) { return v.Field(i), true }))
			}
		}
		return out
	case typ.Kind() == reflect.Pointer && typ.Elem().Kind() == reflect.Struct:
		out := []edit{removed, whole("added", func(v reflect.Value) bool {
			if !v.IsNil() {
				return false
			}
			v.Set(reflect.New(typ.Elem()))
			return fillOut(v.Elem(), path)
		})}
		for _, e := range editsOf(typ.Elem(), path) {
			out = append(out, e.at(func(v reflect.Value) (reflect.Value, bool) { return v.Elem(), !v.IsNil() }))
		}
		return out
	case typ.Kind() == reflect.Slice && typ.Elem().Kind() == reflect.Struct:
		out := []edit{
			whole("one less", func(v reflect.Value) bool {
				if v.Len() <= len(placesIn(typ))-1 {
					return false
				}
				v.SetLen(v.Len() - 1)
				return true
			}),
			whole("one more", func(v reflect.Value) bool {
				one := reflect.New(typ.Elem()).Elem()
				fillOut(one, path)
				v.Set(reflect.Append(v, one))
				return true
			}),
		}
		for i, container := range placesIn(typ) {
			for _, e := range editsOf(typ.Elem(), path) {
				e.container += container
				out = append(out, e.at(func(v reflect.Value) (reflect.Value, bool) {
					if v.Len() <= i {
						return v, false
					}
					return v.Index(i), true
				}))
			}
		}
		return out
	}
	return []edit{removed, whole("another", func(v reflect.Value) bool { return setOther(v, path) })}
}

// at is the same edit of something inside of a value.
func (e edit) at(inside func(reflect.Value) (reflect.Value, bool)) edit {
	do := e.do
	e.do = func(v reflect.Value) bool {
		in, ok := inside(v)
		return ok && do(in)
	}
	return e
}

// placesIn are the elements of a list that are edited, by a name for them: of containers, the
// main one and a sidecar.
func placesIn(list reflect.Type) []string {
	if list == reflect.TypeFor[[]task.Container]() {
		return []string{"main", "sidecar"}
	}
	return []string{""}
}

// fillOut sets every field in a value.
func fillOut(v reflect.Value, path string) bool {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
			fillOut(v.Field(i), path+"."+name)
		}
		return true
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		return fillOut(v.Elem(), path)
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Struct {
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
			return fillOut(v.Index(0), path)
		}
	}
	return setOther(v, path)
}

// texts are those of fields that do not take just any.
var texts = map[string][]string{
	"cpu":                     {"512", "4096"},
	"memory":                  {"1024", "8192"},
	"requiresCompatibilities": {"EC2", "EXTERNAL", "FARGATE"},
	"volumes.efsVolumeConfiguration.transitEncryption":       {"ENABLED", "DISABLED"},
	"volumes.efsVolumeConfiguration.authorizationConfig.iam": {"ENABLED", "DISABLED"},
	"containerDefinitions.environmentFiles.type":             {"s3", "other"},
}

// otherText is one that a field can have, other than those that it has.
func otherText(path string, than ...string) string {
	for _, one := range append(slices.Clone(texts[path]), "other", "another") {
		if !slices.Contains(than, one) {
			return one
		}
	}
	panic("no other text at " + path)
}

// setOther sets a value to another one, that of a list to a longer one.
func setOther(v reflect.Value, path string) bool {
	switch v.Kind() {
	case reflect.String:
		v.SetString(otherText(path, v.String()))
	case reflect.Int64:
		v.SetInt(v.Int() + 77)
	case reflect.Bool:
		v.SetBool(!v.Bool())
	case reflect.Pointer:
		now := reflect.New(v.Type().Elem())
		if !v.IsNil() {
			now.Elem().Set(v.Elem())
		}
		v.Set(now)
		return setOther(v.Elem(), path)
	case reflect.Slice:
		one := reflect.New(v.Type().Elem()).Elem()
		if texts, ok := v.Interface().([]string); ok {
			one.SetString(otherText(path, texts...))
		} else {
			one.SetInt(77)
		}
		v.Set(reflect.Append(v, one))
	case reflect.Map:
		m, _ := v.Interface().(map[string]string)
		if len(m) == 0 {
			v.Set(reflect.ValueOf(map[string]string{"other": "other"}))
			break
		}
		first := slices.Sorted(maps.Keys(m))[0]
		m[first] = otherText(path, m[first])
	default:
		panic("no other " + v.Type().String() + " at " + path)
	}
	return true
}
