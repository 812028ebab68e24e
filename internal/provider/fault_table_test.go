package provider_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// faultRow is an operation in the table.
type faultRow struct {
	resource, operation string
	calls               []faultCall
	// points are all that there are, tried those that the form asked for.
	points, tried int
}

func (r faultRow) changing() int {
	n := 0
	for _, c := range r.calls {
		if c.changing {
			n++
		}
	}
	return n
}

// faultTable counts what was tried.
type faultTable struct {
	mu   sync.Mutex
	rows []faultRow
}

func (f *faultTable) add(r faultRow) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.rows = append(f.rows, r)
}

// sorted are the rows in the order of the subjects and their operations.
func (f *faultTable) sorted() []faultRow {
	var order []string
	for _, s := range subjects {
		for _, o := range s.operations() {
			order = append(order, s.typeName+" "+o.name)
		}
	}
	rows := slices.Clone(f.rows)
	slices.SortFunc(rows, func(a, b faultRow) int {
		return slices.Index(order, a.resource+" "+a.operation) - slices.Index(order, b.resource+" "+b.operation)
	})
	return rows
}

// whole tells that no operation is missing, as one is where -run names some.
func (f *faultTable) whole() bool {
	n := 0
	for _, s := range subjects {
		n += len(s.operations())
	}
	return len(f.rows) == n
}

// report prints what was tried, and compares the guide's table with it.
func (f *faultTable) report(t *testing.T) {
	t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	calls, points, tried := 0, 0, 0
	for _, r := range f.sorted() {
		t.Logf("%-25s %-35s %3d calls, %2d of them changing; %4d points, %4d tried", r.resource, r.operation, len(r.calls), r.changing(), r.points, r.tried)
		calls, points, tried = calls+len(r.calls), points+r.points, tried+r.tried
	}
	t.Logf("%d calls, %d points, %d tried", calls, points, tried)
	if f.whole() && !t.Failed() {
		f.checkGuide(t)
	}
}

// checkGuide: the guide has the table that the code gives; -update writes it.
func (f *faultTable) checkGuide(t *testing.T) {
	t.Helper()
	const begin, end = "<!-- faults -->\n", "<!-- /faults -->"
	file := filepath.Join("..", "..", "templates", "guides", "failures.md")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, _ := strings.Cut(string(text), begin)
	have, after, found := strings.Cut(rest, end)
	if !found {
		t.Fatalf("%s has no %s…%s", file, begin, end)
	}
	want := f.markdown()
	if flag.Lookup("update").Value.String() == "true" {
		if err := os.WriteFile(file, []byte(before+begin+want+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("%s, -code +guide (make test-faults ARGS=-update takes it over):\n%s", file, diff)
	}
}

func (f *faultTable) markdown() string {
	var b strings.Builder
	b.WriteString("| resource | operation | calls | of them changing | points |\n|---|---|--:|--:|--:|\n")
	calls, changing, points := 0, 0, 0
	for _, r := range f.sorted() {
		fmt.Fprintf(&b, "| `%s` | %s | %d | %d | %d |\n", r.resource, r.operation, len(r.calls), r.changing(), r.points)
		calls, changing, points = calls+len(r.calls), changing+r.changing(), points+r.points
	}
	fmt.Fprintf(&b, "| **all** | | **%d** | **%d** | **%d** |\n", calls, changing, points)
	return b.String()
}
