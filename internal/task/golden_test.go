package task

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write testdata/*.golden.json anew")

// golden compares JSON, laid out to be read, with testdata/NAME.golden.json.
func golden(t *testing.T, name, got string) {
	t.Helper()
	var spread bytes.Buffer
	if got != "" {
		if err := json.Indent(&spread, []byte(got), "", "  "); err != nil {
			t.Fatalf("%s: %v", got, err)
		}
	}
	spread.WriteByte('\n')
	file := filepath.Join("testdata", name+".golden.json")
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, spread.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; go test -update writes it", err)
	}
	if diff := cmp.Diff(string(want), spread.String()); diff != "" {
		t.Errorf("%s, -want +got (go test -update takes it over):\n%s", file, diff)
	}
}

// unusedGolden tells of golden files that no test has asked for.
func unusedGolden(t *testing.T, folder string, used map[string]bool) {
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
