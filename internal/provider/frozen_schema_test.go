package provider_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// frozenRoot has a folder for each form that states had in a release: the schemas, and states
// of a configuration, as that release wrote them. CONTRIBUTING.md says when there is a new one;
// none is ever changed.
const frozenRoot = "testdata/frozen"

// frozenFolders are the folders, oldest first.
func frozenFolders(t *testing.T) []string {
	t.Helper()
	folders, err := filepath.Glob(filepath.Join(frozenRoot, "v*"))
	if err != nil || len(folders) == 0 {
		t.Fatalf("no frozen schemas: %v", err)
	}
	return folders
}

// schemaForm is what a state depends on of a resource's schema, and of its identity's.
type schemaForm struct {
	Version         int64             `json:"version"`
	Attributes      map[string]string `json:"attributes"` // kinds of types by path
	IdentityVersion int64             `json:"identity_version"`
	Identity        map[string]string `json:"identity"`
}

// schemaForms are those of the provider as it is.
func schemaForms(t *testing.T) map[string]schemaForm {
	t.Helper()
	server, err := factories["docker"]()
	if err != nil {
		t.Fatal(err)
	}
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	identities, err := server.GetResourceIdentitySchemas(t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]schemaForm{}
	for name, s := range schemas.ResourceSchemas {
		form := schemaForm{Version: s.Version, Attributes: map[string]string{}, Identity: map[string]string{}}
		formOf("", s.ValueType(), form.Attributes)
		if identity := identities.IdentitySchemas[name]; identity != nil {
			form.IdentityVersion = identity.Version
			formOf("", identity.ValueType(), form.Identity)
		}
		out[name] = form
	}
	return out
}

// formOf notes the kind of a type, and of those within it.
func formOf(path string, typ tftypes.Type, to map[string]string) {
	kind := typ.String()
	below := func(name string, typ tftypes.Type) {
		if path != "" {
			name = path + "." + name
		}
		formOf(name, typ, to)
	}
	switch typ := typ.(type) {
	case tftypes.Object:
		kind = "object"
		for name, attribute := range typ.AttributeTypes {
			below(name, attribute)
		}
	case tftypes.List:
		kind = "list"
		below("*", typ.ElementType)
	case tftypes.Set:
		kind = "set"
		below("*", typ.ElementType)
	case tftypes.Map:
		kind = "map"
		below("*", typ.ElementType)
	}
	if path != "" {
		to[path] = kind
	}
}

// broken is what a state of the frozen form would lose in the other, sorted. New attributes
// lose nothing; with a higher version, the upgrader's test has the word.
func broken(frozen, now schemaForm) []string {
	lost := func(what string, version, nowVersion int64, had, has map[string]string) []string {
		if nowVersion > version {
			return nil
		}
		var out []string
		if nowVersion < version {
			out = append(out, fmt.Sprintf("%sversion %d is now %d", what, version, nowVersion))
		}
		for _, path := range slices.Sorted(maps.Keys(had)) {
			switch kind := has[path]; kind {
			case had[path]:
			case "":
				out = append(out, fmt.Sprintf("%s%s is gone", what, path))
			default:
				out = append(out, fmt.Sprintf("%s%s was %s and is %s", what, path, had[path], kind))
			}
		}
		return out
	}
	return append(lost("", frozen.Version, now.Version, frozen.Attributes, now.Attributes),
		lost("identity: ", frozen.IdentityVersion, now.IdentityVersion, frozen.Identity, now.Identity)...)
}

// A state of any release is a state of this one: what a schema had is there in the same form,
// or the schema has a new version and an upgrader.
func TestFrozen_schemas(t *testing.T) {
	t.Parallel()
	now := schemaForms(t)
	for _, folder := range frozenFolders(t) {
		text, err := os.ReadFile(filepath.Join(folder, "schemas.json"))
		if err != nil {
			t.Fatal(err)
		}
		var frozen map[string]schemaForm
		if err := json.Unmarshal(text, &frozen); err != nil {
			t.Fatal(err)
		}
		if len(frozen) == 0 {
			t.Errorf("%s has no schema", folder)
		}
		for name, form := range frozen {
			is, ok := now[name]
			if !ok {
				t.Errorf("%s: there is no %s any more", folder, name)
				continue
			}
			for _, problem := range broken(form, is) {
				t.Errorf("%s: %s: %s. A state of a release would lose it: raise the version of the schema and write an upgrader; see CONTRIBUTING.md.", folder, name, problem)
			}
		}
	}
}

func TestBroken(t *testing.T) {
	t.Parallel()
	frozen := schemaForm{
		Version: 1, Attributes: map[string]string{"name": "tftypes.String", "ports": "list", "ports.*": "object", "ports.*.port": "tftypes.Number"},
		IdentityVersion: 1, Identity: map[string]string{"name": "tftypes.String"},
	}
	for name, test := range map[string]struct {
		change func(*schemaForm)
		want   []string
	}{
		"nothing":                     {func(*schemaForm) {}, nil},
		"a new attribute":             {func(f *schemaForm) { f.Attributes["more"] = "map" }, nil},
		"a new nested attribute":      {func(f *schemaForm) { f.Attributes["ports.*.name"] = "tftypes.String" }, nil},
		"an attribute gone":           {func(f *schemaForm) { delete(f.Attributes, "name") }, []string{"name is gone"}},
		"a nested one gone":           {func(f *schemaForm) { delete(f.Attributes, "ports.*.port") }, []string{"ports.*.port is gone"}},
		"another type":                {func(f *schemaForm) { f.Attributes["ports"] = "set" }, []string{"ports was list and is set"}},
		"another type of a leaf":      {func(f *schemaForm) { f.Attributes["ports.*.port"] = "tftypes.String" }, []string{"ports.*.port was tftypes.Number and is tftypes.String"}},
		"gone under a new version":    {func(f *schemaForm) { delete(f.Attributes, "name"); f.Version = 2 }, nil},
		"an older version":            {func(f *schemaForm) { f.Version = 0 }, []string{"version 1 is now 0"}},
		"identity":                    {func(f *schemaForm) { f.Identity = nil }, []string{"identity: name is gone"}},
		"identity, another version":   {func(f *schemaForm) { f.Identity, f.IdentityVersion = nil, 2 }, nil},
		"the resource's says no word": {func(f *schemaForm) { f.Identity, f.Version = nil, 2 }, []string{"identity: name is gone"}},
	} {
		now := schemaForm{Version: 1, Attributes: maps.Clone(frozen.Attributes), IdentityVersion: 1, Identity: maps.Clone(frozen.Identity)}
		test.change(&now)
		if got := broken(frozen, now); !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, not %q", name, got, test.want)
		}
	}
}
