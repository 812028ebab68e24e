package provider_test

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-testing/plancheck"
)

// unknownOf checks that exactly these are unknown of a resource in the plan.
type unknownOf struct {
	address string
	want    []string
}

func (u unknownOf) CheckPlan(_ context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	for _, change := range req.Plan.ResourceChanges {
		if change.Address != u.address {
			continue
		}
		have, want := unknownPaths(change.Change.AfterUnknown, ""), slices.Sorted(slices.Values(u.want))
		slices.Sort(have)
		if !slices.Equal(have, want) {
			resp.Error = fmt.Errorf("unknown at plan are %v, not %v", have, want)
		}
		return
	}
	resp.Error = fmt.Errorf("%s is not in the plan", u.address)
}
