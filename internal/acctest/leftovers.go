package acctest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
)

// CheckUnitGone is for resource.TestCase.CheckDestroy: nothing is left whose name contains
// one of the names, be it a role, a log group or an ACTIVE task definition. The consumers' roles that [CreateRole] made do not count.
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
// account holds no ACTIVE task definition, log group or role, whatever its name, but for
// the consumers' roles that [CreateRole] made. On a real account it checks nothing, for
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

// leftovers describes the objects whose name counts; that of a task definition is its family.
func (c *Cloud) leftovers(ctx context.Context, excluded func(role string) bool, counts func(name string) bool) ([]string, error) {
	var left []string
	arns, err := activeTaskDefinitions(ctx, c.ECS, "")
	if err != nil {
		return nil, err
	}
	for _, arn := range arns {
		if counts(familyOf(arn)) {
			left = append(left, "task definition "+arn)
		}
	}
	roles, err := roleNames(ctx, c.IAM)
	if err != nil {
		return nil, err
	}
	for _, role := range roles {
		if counts(role) && !excluded(role) {
			left = append(left, "role "+role)
		}
	}
	groups, err := logGroups(ctx, c.Logs, "")
	if err != nil {
		return nil, err
	}
	for _, group := range groups {
		name := aws.ToString(group.LogGroupName)
		if counts(name) {
			left = append(left, "log group "+name)
		}
	}
	return left, nil
}

// familyOf is the family in a task definition's ARN, arn:…:task-definition/FAMILY:REVISION.
func familyOf(arn string) string {
	_, family, _ := strings.Cut(arn, "/")
	family, _, _ = strings.Cut(family, ":")
	return family
}
