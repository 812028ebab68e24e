package provider_test

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
)

// planned runs checks before the apply of a step.
func planned(checks ...plancheck.PlanCheck) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: checks}
}

// The actions that a plan of docker_task.test can have.
func creates() plancheck.PlanCheck   { return action(plancheck.ResourceActionCreate) }
func updates() plancheck.PlanCheck   { return action(plancheck.ResourceActionUpdate) }
func unchanged() plancheck.PlanCheck { return action(plancheck.ResourceActionNoop) }
func replaces() plancheck.PlanCheck {
	return action(plancheck.ResourceActionDestroyBeforeCreate)
}

func action(a plancheck.ResourceActionType) plancheck.PlanCheck {
	return plancheck.ExpectResourceAction(address, a)
}

// changeCheck is a check of what is planned for docker_task.test.
type changeCheck func(*tfjson.Change) error

// CheckPlan finds the change.
func (c changeCheck) CheckPlan(_ context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	for _, change := range req.Plan.ResourceChanges {
		if change.Address == address {
			resp.Error = c(change.Change)
			return
		}
	}
	resp.Error = fmt.Errorf("%s is not in the plan", address)
}

// changes wants exactly these attributes to differ between what AWS has now and what is
// planned; one that is going to be known later differs.
func changes(attributes ...string) plancheck.PlanCheck {
	return changeCheck(func(c *tfjson.Change) error {
		have := changed(c)
		want := slices.Sorted(slices.Values(attributes))
		if !slices.Equal(have, want) {
			return fmt.Errorf("the plan changes [%s], not [%s]\nfrom %v\nto   %v", strings.Join(have, " "), strings.Join(want, " "), c.Before, c.After)
		}
		return nil
	})
}

func changed(c *tfjson.Change) []string {
	before, _ := c.Before.(map[string]any)
	after, _ := c.After.(map[string]any)
	later, _ := c.AfterUnknown.(map[string]any)
	var out []string
	for name := range union(before, after, later) {
		if isTrue(later[name]) || !reflect.DeepEqual(before[name], after[name]) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return withoutPages(out)
}

// withoutPages leaves out console_urls where an attribute is listed that it follows from: it changes, and is unknown,
// whenever one of these is. Alone, it stays.
func withoutPages(attributes []string) []string {
	for _, name := range []string{"name", "region", "group", "cluster", "log_group_name", "execution_role_name", "task_role_name", "role_name"} {
		if slices.Contains(attributes, name) {
			return slices.DeleteFunc(attributes, func(a string) bool { return a == "console_urls" })
		}
	}
	return attributes
}

func union(maps ...map[string]any) map[string]bool {
	out := map[string]bool{}
	for _, m := range maps {
		for name := range m {
			out[name] = true
		}
	}
	return out
}

// isTrue reports whether a value of AfterUnknown has anything unknown in it.
func isTrue(v any) bool {
	switch v := v.(type) {
	case bool:
		return v
	case []any:
		return slices.ContainsFunc(v, isTrue)
	case map[string]any:
		for _, e := range v {
			if isTrue(e) {
				return true
			}
		}
	}
	return false
}

// unknown wants exactly these attributes to be unknown in the plan, wholly or in part.
func unknown(attributes ...string) plancheck.PlanCheck {
	return changeCheck(func(c *tfjson.Change) error {
		later, _ := c.AfterUnknown.(map[string]any)
		have := []string{}
		for name, v := range later {
			if isTrue(v) {
				have = append(have, name)
			}
		}
		slices.Sort(have)
		have = withoutPages(have)
		if want := slices.Sorted(slices.Values(attributes)); !slices.Equal(have, want) {
			return fmt.Errorf("[%s] will be known after apply, not [%s]", strings.Join(have, " "), strings.Join(want, " "))
		}
		return nil
	})
}

// sees wants an attribute to have been read like this before the plan was made.
func sees(attribute string, value knownvalue.Check) plancheck.PlanCheck {
	return changeCheck(func(c *tfjson.Change) error {
		have, err := tfjsonpath.Traverse(c.Before, tfjsonpath.New(attribute))
		if err != nil {
			return err
		}
		if err := value.CheckValue(have); err != nil {
			return fmt.Errorf("%s as it was read: %w", attribute, err)
		}
		return nil
	})
}

// plans wants an attribute to be planned like this.
func plans(attribute string, value knownvalue.Check) plancheck.PlanCheck {
	return plancheck.ExpectKnownValue(address, tfjsonpath.New(attribute), value)
}

// has wants an attribute of the state to be like this.
func has(attribute string, value knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, tfjsonpath.New(attribute), value)
}

func texts(values ...string) []knownvalue.Check {
	out := make([]knownvalue.Check, len(values))
	for i, v := range values {
		out[i] = knownvalue.StringExact(v)
	}
	return out
}

func textMap(values map[string]string) knownvalue.Check {
	out := map[string]knownvalue.Check{}
	for k, v := range values {
		out[k] = knownvalue.StringExact(v)
	}
	return knownvalue.MapExact(out)
}
