package provider_test

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
	"github.com/dockertask/terraform-provider-docker/internal/golden"
)

// faultRow is an operation in the table.
type faultRow struct {
	resource, operation string
	calls               []faultCall
	// points are all, tried those of the form.
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

// whole reports whether all operations were run: -run may have selected some.
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
	if f.whole() {
		f.mustHaveAll(t)
	}
	if f.whole() && !t.Failed() {
		golden.Section(t, filepath.Join("..", "..", "templates", "guides", "failures.md"), "<!-- faults -->\n", "<!-- /faults -->", f.markdown())
	}
}

// mustHaveAll checks that the calls had every AWS operation by which the provider changes something.
func (f *faultTable) mustHaveAll(t *testing.T) {
	t.Helper()
	seen := map[string]bool{}
	for _, r := range f.rows {
		for _, c := range r.calls {
			operation, _, _ := strings.Cut(c.key, " ")
			seen[cmp.Or(restOperations[operation], operation)] = true
		}
	}
	for _, operation := range changingOperations(t) {
		if reason := notFaulty[operation]; seen[operation] == (reason != "") {
			t.Errorf("%s: met by a fault: %t; reason why it is not: %q", operation, seen[operation], reason)
		}
	}
}

// restOperations are the operations behind the methods of services that name none.
var restOperations = map[string]string{
	"scheduler.POST": "scheduler.CreateSchedule", "scheduler.PUT": "scheduler.UpdateSchedule", "scheduler.DELETE": "scheduler.DeleteSchedule",
	"lambda.POST": "lambda.AddPermission", "lambda.DELETE": "lambda.RemovePermission",
}

// notFaulty are AWS operations without a fault, and why.
var notFaulty = map[string]string{
	"logs.AssociateKmsKey":    "the emulator does not have it: see TestChangeLogGroup_key of internal/aws",
	"logs.DisassociateKmsKey": "as logs.AssociateKmsKey",
}

var (
	clientCall = regexp.MustCompile(`\b[a-z]+\.(ecs|events|iam|lambda|logs|scheduler|sns|sqs)\.([A-Z]\w+)\(`)
	awsCode    = filepath.Join("..", "aws", "*.go")
)

// changingOperations are the operations by which the provider changes something, read from its code.
func changingOperations(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(awsCode)
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %d files, %v", awsCode, len(files), err)
	}
	found := map[string]bool{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		code, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, call := range clientCall.FindAllStringSubmatch(string(code), -1) {
			if (acctest.Call{Operation: call[2]}).Mutating() {
				found[call[1]+"."+call[2]] = true
			}
		}
	}
	if len(found) < 25 {
		t.Fatalf("only %d operations found in %s: %v", len(found), awsCode, found)
	}
	return slices.Sorted(maps.Keys(found))
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
