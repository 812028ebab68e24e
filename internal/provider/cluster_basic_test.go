package provider_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// All but the account's setting of Container Insights is in the first plan. An import takes over what there is.
func TestAccCluster_basic(t *testing.T) {
	t.Parallel()
	h := newClusterFixture(t)
	known := map[string]knownvalue.Check{
		"name": knownvalue.StringExact(h.name), "region": knownvalue.StringExact(acctest.Region()), "arn": knownvalue.StringExact(h.arn(h.name)),
		"capacity_providers": knownvalue.SetExact([]knownvalue.Check{knownvalue.StringExact("FARGATE"), knownvalue.StringExact("FARGATE_SPOT")}),
		"default_strategy":   knownvalue.Null(), "execute_command": knownvalue.Null(),
		"tags_all": knownvalue.MapExact(nil), "drift": knownvalue.ListExact(nil),
		"console_urls": knownvalue.MapExact(map[string]knownvalue.Check{
			"cluster": knownvalue.StringExact(fmt.Sprintf("https://%s.console.aws.amazon.com/ecs/v2/clusters/%s?region=%[1]s", acctest.Region(), h.name)),
			"tasks":   knownvalue.StringExact(fmt.Sprintf("https://%s.console.aws.amazon.com/ecs/v2/clusters/%s/tasks?region=%[1]s", acctest.Region(), h.name)),
		}),
	}
	plan := []plancheck.PlanCheck{plancheck.ExpectUnknownValue(theCluster, tfjsonpath.New("container_insights"))}
	state := []statecheck.StateCheck{statecheck.ExpectKnownValue(theCluster, tfjsonpath.New("container_insights"), knownvalue.StringExact("disabled"))}
	for attribute, check := range known {
		plan = append(plan, plancheck.ExpectKnownValue(theCluster, tfjsonpath.New(attribute), check))
		state = append(state, statecheck.ExpectKnownValue(theCluster, tfjsonpath.New(attribute), check))
	}
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		CheckDestroy: resource.ComposeAggregateTestCheckFunc(h.gone(), func(*terraform.State) error {
			return orHave(h.cluster(h.name) == nil, h.cluster(h.name))
		}),
		Steps: []resource.TestStep{
			{
				Config: h.config(), ConfigPlanChecks: planned(plan...), ConfigStateChecks: state,
				Check: h.has(func(c ecstypes.Cluster) bool {
					return slices.Equal(providersOf(c), []string{"FARGATE", "FARGATE_SPOT"}) && len(c.DefaultCapacityProviderStrategy) == 0 && len(c.Tags) == 1
				}),
			},
			{Config: h.config(), ConfigPlanChecks: planned(plancheck.ExpectEmptyPlan())},
			{
				ResourceName: theCluster, ImportState: true, ImportStateId: h.name + "@" + acctest.Region(),
				ImportStateVerifyIdentifierAttribute: "name", ImportStateVerify: true,
			},
			{ResourceName: theCluster, ImportState: true, ImportStateKind: resource.ImportBlockWithID, ImportStateId: h.arn(h.name)},
			{ResourceName: theCluster, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
		},
	})
}

// Without any argument it is the cluster `default`, which a new account does not have; its docker task runs there.
func TestAccCluster_default(t *testing.T) {
	t.Parallel()
	h := newClusterFixture(t)
	config := h.provider + block("resource docker_task_cluster test") + block("resource docker_task test",
		fmt.Sprintf("name = %q", h.name), `image = "busybox"`, "cluster = docker_task_cluster.test.name")
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		CheckDestroy:             acctest.CheckAccountEmpty(t),
		Steps: []resource.TestStep{{
			Config:           config,
			ConfigPlanChecks: planned(plancheck.ExpectKnownValue(address, tfjsonpath.New("cluster_arn"), knownvalue.StringExact(h.arn("default")))),
			Check:            func(*terraform.State) error { return orHave(h.cluster("default") != nil, "no cluster") },
		}},
	})
	if h.cluster("default") != nil {
		t.Error("the cluster that was created is left")
	}
}

// The cluster `default` is taken over where it exists; what the configuration does not say stays, and a destroy keeps it.
func TestAccCluster_adopt(t *testing.T) {
	t.Parallel()
	h := newClusterFixture(t)
	h.name = "default"
	h.make(ecs.CreateClusterInput{
		CapacityProviders: []string{"FARGATE"}, Tags: []ecstypes.Tag{{Key: aws.String("theirs"), Value: aws.String("1")}},
		DefaultCapacityProviderStrategy: []ecstypes.CapacityProviderStrategyItem{{CapacityProvider: aws.String("FARGATE"), Weight: 5}},
		Settings:                        []ecstypes.ClusterSetting{{Name: ecstypes.ClusterSettingNameContainerInsights, Value: aws.String("enhanced")}},
	})
	theirs := h.capacityProvider(acctest.RandomName(t))
	h.associate([]string{"FARGATE", theirs}, ecstypes.CapacityProviderStrategyItem{CapacityProvider: aws.String("FARGATE"), Weight: 5})
	kept := func(c ecstypes.Cluster) bool {
		return slices.Contains(c.CapacityProviders, theirs) && insightsOf(c) == "enhanced" && len(c.DefaultCapacityProviderStrategy) == 1
	}
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		CheckDestroy: resource.ComposeAggregateTestCheckFunc(h.gone(), h.has(func(c ecstypes.Cluster) bool {
			return kept(c) && len(c.Tags) == 2 && h.tags("default")["theirs"] == "1"
		})),
		Steps: []resource.TestStep{
			{
				Config: h.config(`tags = { team = "video" }`),
				Check: resource.ComposeAggregateTestCheckFunc(
					h.has(func(c ecstypes.Cluster) bool {
						tags := h.tags("default")
						return kept(c) && len(c.CapacityProviders) == 3 && tags["theirs"] == "1" && tags["team"] == "video" && tags["docker-task:adopted"] == "true" && len(tags) == 4
					}),
					resource.TestCheckResourceAttr(theCluster, "container_insights", "enhanced"),
					resource.TestCheckResourceAttr(theCluster, "tags_all.%", "1"),
					resource.TestCheckNoResourceAttr(theCluster, "default_strategy"),
				),
			},
			{
				Config:           h.config(`tags = { team = "audio" }`, `default_strategy = [{ name = "FARGATE_SPOT" }]`),
				ConfigPlanChecks: planned(plancheck.ExpectResourceAction(theCluster, plancheck.ResourceActionUpdate)),
				Check: h.has(func(c ecstypes.Cluster) bool {
					return len(c.DefaultCapacityProviderStrategy) == 1 && *c.DefaultCapacityProviderStrategy[0].CapacityProvider == "FARGATE_SPOT"
				}),
			},
			{ // what the unit has set itself goes with the attribute
				Config: h.config(`tags = { team = "audio" }`),
				Check:  h.has(func(c ecstypes.Cluster) bool { return len(c.DefaultCapacityProviderStrategy) == 0 }),
			},
			{
				PreConfig: func() {
					h.associate([]string{"FARGATE", "FARGATE_SPOT", theirs}, ecstypes.CapacityProviderStrategyItem{CapacityProvider: aws.String("FARGATE"), Weight: 1})
				},
				Config: h.config(`tags = { team = "audio" }`), ConfigPlanChecks: planned(plancheck.ExpectEmptyPlan()),
			},
		},
	})
}

// keep_on_destroy = false deletes a cluster that was taken over, and true keeps one that was created.
func TestAccCluster_keepOnDestroy(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		exists bool
		lines  []string
		kept   bool
	}{
		"adopted, deleted":   {true, []string{"adopt = true", "keep_on_destroy = false"}, false},
		"adopted":            {true, []string{"adopt = true"}, true},
		"created, kept":      {false, []string{"keep_on_destroy = true", `tags = { team = "video" }`}, true},
		"created, may adopt": {false, []string{"adopt = true"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newClusterFixture(t)
			if c.exists {
				h.make(ecs.CreateClusterInput{})
			}
			acctest.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: factories,
				CheckDestroy: resource.ComposeAggregateTestCheckFunc(h.gone(), func(*terraform.State) error {
					return orHave((h.cluster(h.name) != nil) == c.kept, h.cluster(h.name))
				}),
				Steps: []resource.TestStep{{Config: h.config(c.lines...)}},
			})
		})
	}
}

// Any other cluster that exists is refused, with the import command; a deleted one does not exist.
func TestAccCluster_exists(t *testing.T) {
	t.Parallel()
	h := newClusterFixture(t)
	h.make(ecs.CreateClusterInput{})
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		CheckDestroy:             h.gone(),
		Steps: []resource.TestStep{
			{
				Config:      h.config(),
				ExpectError: saying("Cluster "+h.name+" exists", "exists already in "+acctest.Region(), "terraform import docker_task_cluster.NAME "+h.name+"@"+acctest.Region(), "With adopt = true"),
			},
			{
				PreConfig:   func() { h.tag("docker-task:unit", lostID("docker_task_cluster", "another")) },
				Config:      h.config("adopt = true"),
				ExpectError: saying("belongs to another unit of this provider: docker_task_cluster another", "Neither a create nor an import"),
			},
			{
				PreConfig:   func() { h.tag("docker-task:unit", lostID("docker_task_cluster", h.name)) },
				Config:      h.config("adopt = true"),
				ExpectError: saying("terraform import docker_task_cluster.NAME "+h.name, "If a run was killed"),
			},
			{PreConfig: func() { h.remove(h.name) }, Config: h.config(), Check: h.has(func(c ecstypes.Cluster) bool { return len(c.CapacityProviders) == 2 })},
		},
	})
}

// A cluster that others have deleted is created again.
func TestAccCluster_disappears(t *testing.T) {
	t.Parallel()
	h := newClusterFixture(t)
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		CheckDestroy:             h.gone(),
		Steps: []resource.TestStep{
			{Config: h.config()},
			{
				PreConfig: func() { h.remove(h.name) }, Config: h.config(),
				ConfigPlanChecks: planned(plancheck.ExpectResourceAction(theCluster, plancheck.ResourceActionCreate)),
			},
		},
	})
}

// A cluster without the provider's tags is imported as one that was there before, with all that it has.
func TestAccCluster_import(t *testing.T) {
	t.Parallel()
	h := newClusterFixture(t)
	h.make(ecs.CreateClusterInput{
		CapacityProviders: []string{"FARGATE", "FARGATE_SPOT"}, Tags: []ecstypes.Tag{{Key: aws.String("team"), Value: aws.String("video")}},
		DefaultCapacityProviderStrategy: []ecstypes.CapacityProviderStrategyItem{{CapacityProvider: aws.String("FARGATE_SPOT"), Weight: 3, Base: 1}},
		Configuration: &ecstypes.ClusterConfiguration{ExecuteCommandConfiguration: &ecstypes.ExecuteCommandConfiguration{
			Logging: "OVERRIDE", LogConfiguration: &ecstypes.ExecuteCommandLogConfiguration{CloudWatchLogGroupName: aws.String("sessions"), CloudWatchEncryptionEnabled: true},
		}},
	})
	whole := h.config(`tags = { team = "video" }`, `default_strategy = [{ name = "FARGATE_SPOT", weight = 3, base = 1 }]`,
		`execute_command = { log_group = "sessions", log_group_encrypted = true }`, `container_insights = "disabled"`)
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		CheckDestroy:             resource.ComposeAggregateTestCheckFunc(h.gone(), h.has(func(c ecstypes.Cluster) bool { return len(c.Tags) == 1 })),
		Steps: []resource.TestStep{
			{
				Config:           whole + fmt.Sprintf("import {\n  to = %s\n  identity = { name = %q }\n}\n", theCluster, h.name),
				ConfigPlanChecks: planned(plancheck.ExpectResourceAction(theCluster, plancheck.ResourceActionNoop)),
			},
			{Config: whole, ConfigPlanChecks: planned(plancheck.ExpectEmptyPlan())},
		},
	})
	for id, says := range map[string]string{
		"a.b": "Invalid import id", "arn:aws:ecs:us-east-1:123456789012:service/a": "Invalid import id", acctest.RandomName(t): "Nothing to import",
	} {
		if _, err := newProtocolClient(t, "docker_task_cluster", nil).imported(id); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", id, err)
		}
	}
}
