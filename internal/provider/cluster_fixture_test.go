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
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
	"github.com/dockertask/terraform-provider-docker/internal/arn"
)

// theCluster is what the cluster tests are about, most of the time.
const theCluster = "docker_task_cluster.test"

// clusterFixture is a name for a cluster, in an account of its own.
type clusterFixture struct {
	t        *testing.T
	name     string
	provider string
	place    arn.Place
	cloud    *acctest.Cloud
}

func newClusterFixture(t *testing.T, providerLines ...string) clusterFixture {
	t.Helper()
	acctest.PreCheck(t)
	acctest.Isolate(t)
	return clusterFixture{t: t, name: acctest.RandomName(t), provider: acctest.ProviderConfig(t, providerLines...), place: placeOf(t), cloud: acctest.AWS(t)}
}

// must ends the test where a call of the fixture's own client fails.
func (h clusterFixture) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// block is docker_task_cluster.test, with more lines.
func (h clusterFixture) block(lines ...string) string {
	if !slices.ContainsFunc(lines, func(l string) bool { return strings.HasPrefix(l, "name ") }) {
		lines = append([]string{fmt.Sprintf("name = %q", h.name)}, lines...)
	}
	return block("resource docker_task_cluster test", lines...)
}

func (h clusterFixture) config(lines ...string) string { return h.provider + h.block(lines...) }

func (h clusterFixture) arn(name string) string { return h.place.Regional("ecs", "cluster/"+name) }

// cluster is a cluster as ECS has it; nil where there is none, or it was deleted.
func (h clusterFixture) cluster(name string) *ecstypes.Cluster {
	h.t.Helper()
	out, err := h.cloud.ECS.DescribeClusters(h.t.Context(), &ecs.DescribeClustersInput{
		Clusters: []string{name}, Include: []ecstypes.ClusterField{ecstypes.ClusterFieldTags, ecstypes.ClusterFieldSettings, ecstypes.ClusterFieldConfigurations},
	})
	h.must(err)
	if len(out.Clusters) == 0 || aws.ToString(out.Clusters[0].Status) == "INACTIVE" {
		return nil
	}
	return &out.Clusters[0]
}

// make makes a cluster of others.
func (h clusterFixture) make(in ecs.CreateClusterInput) {
	h.t.Helper()
	if in.ClusterName == nil {
		in.ClusterName = &h.name
	}
	_, err := h.cloud.ECS.CreateCluster(h.t.Context(), &in)
	h.must(err)
}

// remove deletes a cluster by hand.
func (h clusterFixture) remove(name string) {
	h.t.Helper()
	_, err := h.cloud.ECS.DeleteCluster(h.t.Context(), &ecs.DeleteClusterInput{Cluster: &name})
	h.must(err)
}

func (h clusterFixture) associate(providers []string, strategy ...ecstypes.CapacityProviderStrategyItem) {
	h.t.Helper()
	if strategy == nil {
		strategy = []ecstypes.CapacityProviderStrategyItem{}
	}
	_, err := h.cloud.ECS.PutClusterCapacityProviders(h.t.Context(), &ecs.PutClusterCapacityProvidersInput{Cluster: &h.name, CapacityProviders: providers, DefaultCapacityProviderStrategy: strategy})
	h.must(err)
}

func (h clusterFixture) edit(in ecs.UpdateClusterInput) {
	h.t.Helper()
	in.Cluster = &h.name
	_, err := h.cloud.ECS.UpdateCluster(h.t.Context(), &in)
	h.must(err)
}

func (h clusterFixture) tags(name string) map[string]string {
	h.t.Helper()
	out := map[string]string{}
	for _, tag := range h.cluster(name).Tags {
		out[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
	}
	return out
}

func (h clusterFixture) tag(key, value string) { h.cloud.TagTaskDefinition(h.arn(h.name), key, value) }

func (h clusterFixture) untag(keys ...string) { h.cloud.UntagTaskDefinition(h.arn(h.name), keys...) }

// provider of EC2 instances, which belongs to others.
func (h clusterFixture) capacityProvider(name string) string {
	h.t.Helper()
	_, err := h.cloud.ECS.CreateCapacityProvider(h.t.Context(), &ecs.CreateCapacityProviderInput{
		Name: &name, AutoScalingGroupProvider: &ecstypes.AutoScalingGroupProvider{AutoScalingGroupArn: aws.String(h.place.Regional("autoscaling", "autoScalingGroup:1:autoScalingGroupName/"+name))},
	})
	h.must(err)
	return name
}

// has checks a cluster as ECS has it.
func (h clusterFixture) has(check func(c ecstypes.Cluster) bool) resource.TestCheckFunc {
	return func(*terraform.State) error {
		c := h.cluster(h.name)
		if c == nil {
			return fmt.Errorf("there is no cluster %s", h.name)
		}
		return orHave(check(*c), *c)
	}
}

// gone checks that no cluster of a unit is left.
func (h clusterFixture) gone() resource.TestCheckFunc { return acctest.CheckUnitGone(h.t, h.name) }

func providersOf(c ecstypes.Cluster) []string {
	return slices.Sorted(slices.Values(c.CapacityProviders))
}

func insightsOf(c ecstypes.Cluster) string {
	for _, s := range c.Settings {
		return aws.ToString(s.Value)
	}
	return ""
}

// makeCluster creates the cluster that the examples import.
func makeCluster(t *testing.T) {
	t.Helper()
	core := newProtocolClient(t, "docker_task_cluster", nil)
	if _, err := core.apply(core.nothing(), values{}); err != nil {
		t.Fatal(err)
	}
}
