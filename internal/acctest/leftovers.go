package acctest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
)

// CheckUnitGone is for resource.TestCase.CheckDestroy: nothing is left whose name contains one
// of the names, be it a role, a log group, an ACTIVE task definition, a rule, a schedule or a cluster of a unit. The
// consumers' roles that [CreateRole] made do not count.
func CheckUnitGone(t testing.TB, names ...string) resource.TestCheckFunc {
	t.Helper()
	if len(names) == 0 || slices.Contains(names, "") {
		t.Fatal("acctest: CheckUnitGone without a name would check nothing")
	}
	return checkLeftovers(t, func(name string) bool {
		return slices.ContainsFunc(names, func(unit string) bool { return strings.Contains(name, unit) })
	})
}

// CheckAccountEmpty is for resource.TestCase.CheckDestroy on the emulator: the test's
// account holds no ACTIVE task definition, log group, role, rule, schedule or cluster of a unit, whatever its
// name, but for the consumers' roles that [CreateRole] made. On a real account it checks nothing, for
// others work there too: CheckUnitGone does.
func CheckAccountEmpty(t testing.TB) resource.TestCheckFunc {
	t.Helper()
	if session.kind == sessionReal {
		return func(*terraform.State) error { return nil }
	}
	return checkLeftovers(t, func(string) bool { return true })
}

func checkLeftovers(t testing.TB, counts func(name string) bool) resource.TestCheckFunc {
	t.Helper()
	of := accountOf(t)
	cloud := AWS(t)
	return func(*terraform.State) error {
		ctx, cancel := cloud.context()
		defer cancel()
		left, err := cloud.leftovers(ctx, of.isConsumer, counts)
		if err != nil {
			return fmt.Errorf("looking for what is left: %w", err)
		}
		if len(left) > 0 {
			return errors.New("left behind: " + strings.Join(left, ", "))
		}
		return nil
	}
}

func (a *account) isConsumer(role string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.consumers[role]
}

// leftovers describes what units make and whose name counts.
func (c *Cloud) leftovers(ctx context.Context, excluded func(role string) bool, counts func(name string) bool) ([]string, error) {
	all, err := unitHoldings(ctx, c)
	var left []string
	for _, h := range all {
		if counts(h.name) && !(h.kind == kindRole && excluded(h.name)) {
			left = append(left, h.String())
		}
	}
	return left, err
}
