package provider_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/golden"
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
		golden.Section(t, filepath.Join("..", "..", "templates", "guides", "failures.md"), "<!-- faults -->\n", "<!-- /faults -->", f.markdown())
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
