package provider

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

// What private state holds in the rare hour, strays, permissions left, an adopted log group, is in no
// frozen state, which is of a run that went well. So it is frozen by hand, each field with a value: a
// field that goes by another name now would be forgotten without a word, and with it what is to be
// deleted, or must not be. New fields are empty in it.
func TestFrozen_private(t *testing.T) {
	t.Parallel()
	kinds := map[string]func() any{
		"docker_task":              func() any { return &unitState{} },
		"docker_task_schedule":     func() any { return &unitState{} },
		"docker_task_subscription": func() any { return &subscriptionState{} },
		"docker_task_wire":         func() any { return &wireState{} },
	}
	folders, err := filepath.Glob("testdata/frozen/v*")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, folder := range folders {
		text, err := os.ReadFile(filepath.Join(folder, "private.json"))
		if os.IsNotExist(err) {
			continue // the same as before
		}
		if err != nil {
			t.Fatal(err)
		}
		var frozen map[string]json.RawMessage
		if err := json.Unmarshal(text, &frozen); err != nil {
			t.Fatal(err)
		}
		for name, unit := range frozen {
			seen[name] = true
			read := kinds[name]()
			strict := json.NewDecoder(bytes.NewReader(unit))
			strict.DisallowUnknownFields()
			if err := strict.Decode(read); err != nil {
				t.Errorf("%s: %s: %v. An older release wrote it: read it too", folder, name, err)
				continue
			}
			again, err := json.Marshal(read)
			if err != nil {
				t.Fatal(err)
			}
			var had, has map[string]any
			if err := json.Unmarshal(unit, &had); err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(again, &has); err != nil {
				t.Fatal(err)
			}
			for field, value := range had {
				if !reflect.DeepEqual(has[field], value) {
					t.Errorf("%s: %s: %s was %v, and is %v", folder, name, field, value, has[field])
				}
			}
		}
	}
	for name := range kinds {
		if !seen[name] {
			t.Errorf("no frozen private state of %s", name)
		}
	}
}
