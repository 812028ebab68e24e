package provider_test

import (
	"fmt"
	"regexp"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// TestAccTask_keepRevisions: so many older revisions stay ACTIVE, the newest of them.
func TestAccTask_keepRevisions(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		argument string
		after    [][]int // the ACTIVE revisions after each deploy
	}{
		"0":       {"keep_revisions = 0", [][]int{{1}, {2}, {3}}},
		"1":       {"keep_revisions = 1", [][]int{{1}, {1, 2}, {2, 3}}},
		"default": {"", [][]int{{1}, {1, 2}, {1, 2, 3}, {1, 2, 3, 4}, {1, 2, 3, 4, 5}, {1, 2, 3, 4, 5, 6}, {2, 3, 4, 5, 6, 7}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u := newUnit(t)
			var steps []resource.TestStep
			for i, active := range c.after {
				steps = append(steps, resource.TestStep{
					Config:            u.config(c.argument, fmt.Sprintf(`image = "busybox:1.%d"`, i)),
					ConfigStateChecks: []statecheck.StateCheck{has("revision", knownvalue.Int64Exact(int64(i+1)))},
					PostApplyFunc: func() {
						if have := u.active(); !slices.Equal(have, active) {
							t.Errorf("after %d deploys ACTIVE are %v, not %v", i+1, have, active)
						}
					},
				})
			}
			u.test(steps...)
		})
	}
}

// TestAccTask_keepRevisions_fewer deregisters at once what is too many now, without a new
// revision.
func TestAccTask_keepRevisions_fewer(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	u.test(
		resource.TestStep{Config: u.config()},
		resource.TestStep{Config: u.config(`image = "busybox:1.1"`)},
		resource.TestStep{Config: u.config(`image = "busybox:1.2"`)},
		resource.TestStep{
			Config:           u.config(`image = "busybox:1.2"`, "keep_revisions = 1"),
			ConfigPlanChecks: planned(updates(), changes("keep_revisions"), unknown()),
			PostApplyFunc: func() {
				if have := u.active(); !slices.Equal(have, []int{2, 3}) {
					t.Errorf("ACTIVE are %v", have)
				}
			},
		},
	)
}

// TestAccTask_keepRevisions_failed: what could not be tidied up is a warning; the deploy is
// done.
func TestAccTask_keepRevisions_failed(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	proxy := acctest.NewProxy(t)
	u.test(
		resource.TestStep{Config: u.config("keep_revisions = 0")},
		resource.TestStep{
			PreConfig:         func() { proxy.Fail(acctest.On("ecs.DeregisterTaskDefinition"), acctest.AccessDenied) },
			Config:            u.config("keep_revisions = 0", `image = "alpine"`),
			ConfigStateChecks: []statecheck.StateCheck{has("revision", knownvalue.Int64Exact(2))},
			PostApplyFunc: func() {
				if have := u.active(); !slices.Equal(have, []int{1, 2}) {
					t.Errorf("ACTIVE are %v", have)
				}
				proxy.Reset()
			},
		},
		resource.TestStep{
			Config: u.config("keep_revisions = 0", `image = "alpine:3"`),
			PostApplyFunc: func() {
				if have := u.active(); !slices.Equal(have, []int{3}) {
					t.Errorf("ACTIVE are %v", have)
				}
			},
		},
	)
}

// TestAccTask_changedSincePlan: an update that finds a revision that its plan did not see
// stops before it changes anything.
func TestAccTask_changedSincePlan(t *testing.T) {
	t.Parallel()
	for name, arguments := range map[string]string{
		"registering": `image = "alpine"`,
		"tags":        `tags = { team = "video" }`,
		"roles":       `task_role = { description = "Other." }`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u := newUnit(t)
			proxy := acctest.NewProxy(t)
			var before map[string]part
			deployed := false
			u.test(
				resource.TestStep{Config: u.config(), PostApplyFunc: func() { before = u.look() }},
				resource.TestStep{
					PreConfig: func() {
						// The first look is that of the refresh, the second that of the apply; the
						// default subnets are asked for at each of the plans between them.
						looks := 0
						proxy.Before(acctest.On("ecs.DescribeTaskDefinition"), func(acctest.Call) {
							if looks++; looks == 2 {
								u.registerElsewhere(func(in *ecs.RegisterTaskDefinitionInput) { in.ContainerDefinitions[0].Image = aws.String("pipeline") })
								deployed = true
							}
						})
					},
					Config:      u.config(arguments),
					ExpectError: regexp.MustCompile(`(?s)changed\s+since\s+the\s+plan.*revision\s+2.*revision\s+1.*Plan\s+again`),
				},
				resource.TestStep{
					PreConfig: func() {
						proxy.Reset()
						if !deployed {
							t.Error("nothing was registered in between")
						}
						now := u.look()
						delete(now, "task definition")
						for name := range now {
							if fmt.Sprint(now[name]) != fmt.Sprint(before[name]) {
								t.Errorf("%s was changed: %v", name, now[name])
							}
						}
					},
					Config:            u.config(arguments),
					ConfigPlanChecks:  planned(updates(), unknown("arn", "revision")),
					ConfigStateChecks: []statecheck.StateCheck{has("revision", knownvalue.Int64Exact(3))},
				},
			)
		})
	}
}

// TestAccTask_newestDeregistered: for a family, the emulator returns the newest revision also if it is INACTIVE, AWS
// the newest ACTIVE one; in both cases another must be registered.
func TestAccTask_newestDeregistered(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	u.test(
		resource.TestStep{Config: u.config()},
		resource.TestStep{Config: u.config(`image = "alpine"`)},
		resource.TestStep{
			PreConfig:         func() { u.cloud.Deregister(u.arn()) },
			Config:            u.config(`image = "alpine"`),
			ConfigPlanChecks:  planned(updates(), unknown("arn", "revision")),
			ConfigStateChecks: []statecheck.StateCheck{has("revision", knownvalue.Int64Exact(3))},
		},
	)
}

// TestAccTask_staleAnswer: ECS is eventually consistent, and may not return the family yet; the revision in state is
// read before the family counts as missing.
func TestAccTask_staleAnswer(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	proxy := acctest.NewProxy(t)
	var asked *acctest.Injection
	u.test(
		resource.TestStep{Config: u.config()},
		resource.TestStep{
			PreConfig: func() {
				asked = proxy.Fail(func(c acctest.Call) bool {
					return c.Operation == "DescribeTaskDefinition" && c.Field("taskDefinition") == u.name
				}, acctest.Fault{Code: "ClientException", Message: "Unable to describe task definition."})
			},
			Config:           u.config(),
			ConfigPlanChecks: planned(plancheck.ExpectEmptyPlan()),
			PostApplyFunc: func() {
				if asked.Hits() == 0 {
					t.Error("nothing was asked for by family")
				}
				proxy.Reset()
			},
		},
	)
}
