// Package golden compares what a test got with a file of testdata, and writes it anew with
// go test -update.
package golden

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// File compares got with a file, or writes it.
func File(t *testing.T, file string, got []byte) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; go test -update writes it", err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s, -want +got (go test -update takes it over):\n%s", file, diff)
	}
}

// JSON compares a document, laid out to be read, with testdata/NAME.golden.json. Of no
// document there is an empty file.
func JSON(t *testing.T, name, got string) {
	t.Helper()
	var spread bytes.Buffer
	if got != "" {
		if err := json.Indent(&spread, []byte(got), "", "  "); err != nil {
			t.Fatalf("%s: %v", got, err)
		}
	}
	spread.WriteByte('\n')
	File(t, filepath.Join("testdata", name+".golden.json"), spread.Bytes())
}

// Section compares what stands between two marks of a file, as in a page of the documentation
// whose table comes from the code, or writes it.
func Section(t *testing.T, file, begin, end, want string) {
	t.Helper()
	sections.Lock() // a file may have several, whose tests run at once
	defer sections.Unlock()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, _ := strings.Cut(string(text), begin)
	have, after, found := strings.Cut(rest, end)
	if !found {
		t.Fatalf("%s has no %s…%s", file, begin, end)
	}
	if *update {
		if err := os.WriteFile(file, []byte(before+begin+want+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("%s, -code +file (go test -update takes it over):\n%s", file, diff)
	}
}

var sections sync.Mutex

// NoOther tells of golden files in testdata/FOLDER that no test has used by name.
func NoOther(t *testing.T, folder string, used map[string]bool) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", folder, "*.golden.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if name := filepath.Base(file[:len(file)-len(".golden.json")]); !used[name] {
			t.Errorf("%s is of no test", file)
		}
	}
}
