package provider_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// changesOf checks that exactly these attributes of a resource change in place.
type changesOf struct {
	address    string
	attributes []string
}

func (want changesOf) CheckPlan(_ context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	for _, change := range req.Plan.ResourceChanges {
		if change.Address != want.address {
			continue
		}
		if have := changed(change.Change); !slices.Equal(have, slices.Sorted(slices.Values(want.attributes))) || !change.Change.Actions.Update() {
			resp.Error = fmt.Errorf("the plan is to %v %v, not to update %v\nfrom %v\nto   %v", change.Change.Actions, have, want.attributes, change.Change.Before, change.Change.After)
		}
		return
	}
	resp.Error = fmt.Errorf("%s is not in the plan", want.address)
}

// driftOf checks the one line of drift that a plan of a resource begins with; "" for none.
type driftOf struct{ address, line string }

func (want driftOf) CheckPlan(_ context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	var lines []any
	if want.line != "" {
		lines = []any{want.line}
	}
	for _, change := range req.Plan.ResourceChanges {
		before, _ := change.Change.Before.(map[string]any)
		if have, _ := before["drift"].([]any); change.Address == want.address && !slices.Equal(have, lines) {
			resp.Error = fmt.Errorf("drift is %v, not %v", have, lines)
		}
	}
}

func executeOf(c ecstypes.Cluster) ecstypes.ExecuteCommandConfiguration {
	if c.Configuration == nil || c.Configuration.ExecuteCommandConfiguration == nil {
		return ecstypes.ExecuteCommandConfiguration{}
	}
	return *c.Configuration.ExecuteCommandConfiguration
}

func strategyOf(c ecstypes.Cluster) string {
	out := ""
	for _, p := range c.DefaultCapacityProviderStrategy {
		out += fmt.Sprintf("%s %d %d;", *p.CapacityProvider, p.Base, p.Weight)
	}
	return out
}

// clusterUpdates are changes of one attribute: lines before and after, what differs in the plan, and what ECS has then.
var clusterUpdates = map[string]struct {
	before, after string
	changes       []string
	check         func(c ecstypes.Cluster) bool
}{
	"capacity_providers": {
		after: `capacity_providers = ["FARGATE"]`, changes: []string{"capacity_providers"},
		check: func(c ecstypes.Cluster) bool { return slices.Equal(c.CapacityProviders, []string{"FARGATE"}) },
	},
	"capacity_providers: none": {
		before: `capacity_providers = ["FARGATE"]`, after: `capacity_providers = []`, changes: []string{"capacity_providers"},
		check: func(c ecstypes.Cluster) bool { return len(c.CapacityProviders) == 0 },
	},
	"default_strategy": {
		after: `default_strategy = [{ name = "FARGATE", base = 2 }, { name = "FARGATE_SPOT", weight = 4 }]`, changes: []string{"default_strategy"},
		check: func(c ecstypes.Cluster) bool { return strategyOf(c) == "FARGATE 2 1;FARGATE_SPOT 0 4;" },
	},
	"default_strategy removed": {
		before: `default_strategy = [{ name = "FARGATE_SPOT" }]`, changes: []string{"default_strategy"},
		check: func(c ecstypes.Cluster) bool { return strategyOf(c) == "" },
	},
	"container_insights": {
		before: `container_insights = "enabled"`, after: `container_insights = "enhanced"`, changes: []string{"container_insights"},
		check: func(c ecstypes.Cluster) bool { return insightsOf(c) == "enhanced" },
	},
	"execute_command": {
		after: `execute_command = { kms_key_arn = "KEY", bucket = "sessions", bucket_prefix = "ecs/", bucket_encrypted = true }`, changes: []string{"execute_command"},
		check: func(c ecstypes.Cluster) bool {
			e := executeOf(c)
			return e.Logging == "OVERRIDE" && aws.ToString(e.KmsKeyId) != "" && *e.LogConfiguration.S3BucketName == "sessions" && *e.LogConfiguration.S3KeyPrefix == "ecs/" &&
				e.LogConfiguration.S3EncryptionEnabled && !e.LogConfiguration.CloudWatchEncryptionEnabled
		},
	},
	"execute_command: log group": {
		before: `execute_command = { logging = "NONE" }`, after: `execute_command = { log_group = "sessions", log_group_encrypted = true }`, changes: []string{"execute_command"},
		check: func(c ecstypes.Cluster) bool {
			e := executeOf(c)
			return e.Logging == "OVERRIDE" && *e.LogConfiguration.CloudWatchLogGroupName == "sessions" && e.LogConfiguration.CloudWatchEncryptionEnabled
		},
	},
	"execute_command removed": {
		before: `execute_command = { logging = "NONE" }`, changes: []string{"execute_command"},
		check: func(c ecstypes.Cluster) bool { return executeOf(c).Logging == "DEFAULT" },
	},
	"tags": {
		before: `tags = { a = "1", b = "1" }`, after: `tags = { b = "2", c = "2" }`, changes: []string{"tags", "tags_all"},
		check: func(c ecstypes.Cluster) bool { return len(c.Tags) == 3 },
	},
	"keep_on_destroy": {
		before: "keep_on_destroy = true", after: "keep_on_destroy = false", changes: []string{"keep_on_destroy"},
		check: func(c ecstypes.Cluster) bool { return len(c.Tags) == 1 },
	},
	"adopt":    {after: "adopt = true", changes: []string{"adopt"}, check: func(c ecstypes.Cluster) bool { return len(c.Tags) == 1 }},
	"timeouts": {after: `timeouts = { delete = "5m" }`, changes: []string{"timeouts"}, check: func(c ecstypes.Cluster) bool { return len(c.Tags) == 1 }},
}

func TestAccCluster_update(t *testing.T) {
	t.Parallel()
	for name, u := range clusterUpdates {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newClusterFixture(t)
			line := func(s string) string { return strings.ReplaceAll(s, "KEY", h.place.Regional("kms", "key/0123")) }
			acctest.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: factories,
				CheckDestroy:             h.gone(),
				Steps: []resource.TestStep{
					{Config: h.config(line(u.before))},
					{Config: h.config(line(u.after)), ConfigPlanChecks: planned(changesOf{theCluster, u.changes}), Check: h.has(u.check)},
					{Config: h.config(line(u.after)), ConfigPlanChecks: planned(plancheck.ExpectEmptyPlan())},
				},
			})
		})
	}
}

// What container_insights does not say any more stays; another name or region is another cluster.
func TestAccCluster_unset(t *testing.T) {
	t.Parallel()
	h := newClusterFixture(t)
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		CheckDestroy:             h.gone(),
		Steps: []resource.TestStep{
			{Config: h.config(`container_insights = "enhanced"`)},
			{Config: h.config(), ConfigPlanChecks: planned(plancheck.ExpectEmptyPlan())},
			{Config: h.config(fmt.Sprintf("name = %q", h.name+"-b")), ConfigPlanChecks: planned(plancheck.ExpectResourceAction(theCluster, plancheck.ResourceActionDestroyBeforeCreate))},
			{Config: h.config(fmt.Sprintf("name = %q", h.name+"-b"), `region = "sa-east-1"`), ConfigPlanChecks: planned(plancheck.ExpectResourceAction(theCluster, plancheck.ResourceActionDestroyBeforeCreate))},
		},
	})
}

// clusterDrift are manual changes, and what the next plan changes.
var clusterDrift = map[string]struct {
	change  func(h clusterFixture)
	changes []string
}{
	"capacity provider taken away": {func(h clusterFixture) {
		h.associate([]string{"FARGATE"}, ecstypes.CapacityProviderStrategyItem{CapacityProvider: aws.String("FARGATE"), Weight: 1})
	}, []string{"capacity_providers"}},
	"strategy": {func(h clusterFixture) {
		h.associate([]string{"FARGATE", "FARGATE_SPOT"}, ecstypes.CapacityProviderStrategyItem{CapacityProvider: aws.String("FARGATE_SPOT"), Weight: 2, Base: 1})
	}, []string{"default_strategy"}},
	"no strategy": {func(h clusterFixture) { h.associate([]string{"FARGATE", "FARGATE_SPOT"}) }, []string{"default_strategy"}},
	"insights": {func(h clusterFixture) {
		h.edit(ecs.UpdateClusterInput{Settings: []ecstypes.ClusterSetting{{Name: ecstypes.ClusterSettingNameContainerInsights, Value: aws.String("disabled")}}})
	}, []string{"container_insights"}},
	"execute command": {func(h clusterFixture) {
		h.edit(ecs.UpdateClusterInput{Configuration: &ecstypes.ClusterConfiguration{ExecuteCommandConfiguration: &ecstypes.ExecuteCommandConfiguration{Logging: "DEFAULT", KmsKeyId: aws.String("0123")}}})
	}, []string{"execute_command"}},
	"tag changed":       {func(h clusterFixture) { h.tag("team", "audio") }, []string{"tags", "tags_all"}},
	"tag added":         {func(h clusterFixture) { h.tag("by hand", "yes") }, []string{"tags", "tags_all"}},
	"tag removed":       {func(h clusterFixture) { h.untag("team") }, []string{"tags", "tags_all"}},
	"unit's tag":        {func(h clusterFixture) { h.untag("docker-task:unit") }, []string{"drift"}},
	"like the unit's":   {func(h clusterFixture) { h.tag("docker-task:more", "yes") }, []string{"drift"}},
	"marked as adopted": {func(h clusterFixture) { h.tag("docker-task:adopted", "true") }, []string{"drift"}},
}

// Every manual change shows in the plan, and the apply reverts it.
func TestAccCluster_drift(t *testing.T) {
	t.Parallel()
	for name, c := range clusterDrift {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newClusterFixture(t)
			config := h.config(`tags = { team = "video" }`, `default_strategy = [{ name = "FARGATE" }]`, `container_insights = "enabled"`, `execute_command = { logging = "NONE" }`)
			asItWas := h.has(func(c ecstypes.Cluster) bool {
				return slices.Equal(providersOf(c), []string{"FARGATE", "FARGATE_SPOT"}) && strategyOf(c) == "FARGATE 0 1;" && insightsOf(c) == "enabled" &&
					executeOf(c).Logging == "NONE" && executeOf(c).KmsKeyId == nil && len(c.Tags) == 2 && h.tags(h.name)["team"] == "video"
			})
			acctest.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: factories,
				CheckDestroy:             h.gone(),
				Steps: []resource.TestStep{
					{Config: config, Check: asItWas},
					{PreConfig: func() { c.change(h) }, Config: config, ConfigPlanChecks: planned(changesOf{theCluster, c.changes}), Check: asItWas},
				},
			})
		})
	}
}

// What others associate stays, and is not shown; a cluster that carries another unit's id is not changed and not deleted.
func TestAccCluster_others(t *testing.T) {
	t.Parallel()
	h := newClusterFixture(t)
	theirs := h.capacityProvider(acctest.RandomName(t))
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		CheckDestroy:             h.gone(),
		Steps: []resource.TestStep{
			{Config: h.config()},
			{
				PreConfig: func() { h.associate([]string{theirs, "FARGATE", "FARGATE_SPOT"}) },
				Config:    h.config(), ConfigPlanChecks: planned(plancheck.ExpectEmptyPlan()),
			},
			{
				Config: h.config(`capacity_providers = ["FARGATE_SPOT"]`),
				Check:  h.has(func(c ecstypes.Cluster) bool { return slices.Equal(providersOf(c), []string{"FARGATE_SPOT", theirs}) }),
			},
			{
				PreConfig:   func() { h.tag("docker-task:unit", lostID("docker_task_cluster", "another")) },
				Config:      h.config(),
				ExpectError: saying("could not be updated", "belongs to another unit of this provider"),
			},
			{
				PreConfig: func() { h.untag("docker-task:unit") },
				Config:    h.config(),
				Check:     h.has(func(c ecstypes.Cluster) bool { return len(c.CapacityProviders) == 3 && len(c.Tags) == 1 }),
			},
		},
	})
}

// What is wrong with a cluster is said before anything is applied, and where.
func TestAccCluster_invalid(t *testing.T) {
	t.Parallel()
	h := newClusterFixture(t)
	var steps []resource.TestStep
	for _, c := range []struct {
		lines []string
		says  []string
	}{
		{[]string{`name = "a.b"`}, []string{"Invalid name", "1 to 255 letters"}},
		{[]string{fmt.Sprintf("name = %q", strings.Repeat("a", 256))}, []string{"Invalid name", "1 to 255 letters"}},
		{[]string{`name = ""`}, []string{"Invalid name", "1 to 255 letters"}},
		{[]string{`name = "arn:aws:ecs:us-east-1:123456789012:cluster/a"`}, []string{"Invalid name"}},
		{[]string{`region = ""`}, []string{"Invalid region", "leave region out"}},
		{[]string{`region = "eu-nowhere-1"`}, []string{"Invalid region"}},
		{[]string{`capacity_providers = ["a b"]`}, []string{"Invalid capacity_providers", "FARGATE_SPOT"}},
		{[]string{`capacity_providers = [for i in range(21) : "p${i}"]`}, []string{"capacity_providers", "at most 20"}},
		{[]string{`default_strategy = [{ name = "FARGATE", weight = 0 }, { name = "FARGATE_SPOT", weight = 0 }]`}, []string{"Invalid default_strategy", "weight greater than 0"}},
		{[]string{`default_strategy = [{ name = "FARGATE", base = 1 }, { name = "FARGATE_SPOT", base = 1 }]`}, []string{"Invalid default_strategy", "Only one capacity provider of a strategy has a base"}},
		{[]string{`default_strategy = [{ name = "FARGATE" }, { name = "FARGATE" }]`}, []string{"Invalid default_strategy", "twice"}},
		{[]string{`default_strategy = [{ name = "ours" }]`}, []string{"Invalid default_strategy", "no capacity provider ours", "add it to capacity_providers"}},
		{[]string{`capacity_providers = ["FARGATE"]`, `default_strategy = [{ name = "FARGATE_SPOT" }]`}, []string{"Invalid default_strategy", "no capacity provider FARGATE_SPOT, but FARGATE"}},
		{[]string{`capacity_providers = ["FARGATE", "ours"]`, `default_strategy = [{ name = "FARGATE" }, { name = "ours" }]`}, []string{"Invalid default_strategy", "Fargate's capacity providers"}},
		{[]string{`default_strategy = [{ name = "FARGATE", weight = 1001 }]`}, []string{"Invalid default_strategy[0].weight", "0 to 1000"}},
		{[]string{`default_strategy = [{ name = "FARGATE", base = 100001 }]`}, []string{"Invalid default_strategy[0].base", "0 to 100000"}},
		{[]string{`container_insights = "on"`}, []string{"Invalid container_insights", "disabled, enabled, enhanced"}},
		{[]string{`execute_command = { logging = "OVERRIDE" }`}, []string{"Invalid execute_command.logging", "set one of them, and leave logging out"}},
		{[]string{`execute_command = { logging = "none" }`}, []string{"Invalid execute_command.logging", "DEFAULT and NONE"}},
		{[]string{`execute_command = { logging = "NONE", log_group = "a" }`}, []string{"Invalid execute_command.logging", "remove logging"}},
		{[]string{`execute_command = { bucket_prefix = "a" }`}, []string{"Invalid execute_command.bucket_prefix", "set bucket"}},
		{[]string{`execute_command = { bucket_encrypted = true }`}, []string{"Invalid execute_command.bucket_encrypted", "set bucket"}},
		{[]string{`execute_command = { log_group_encrypted = true }`}, []string{"Invalid execute_command.log_group_encrypted", "set log_group"}},
		{[]string{`execute_command = { bucket = "s3://a" }`}, []string{"Invalid execute_command.bucket", "3 to 63"}},
		{[]string{`execute_command = { bucket = "abc", bucket_prefix = "" }`}, []string{"Invalid execute_command.bucket_prefix", "leave it out"}},
		{[]string{`execute_command = { log_group = "a b" }`}, []string{"Invalid execute_command.log_group"}},
		{[]string{`execute_command = { kms_key_arn = "alias/a" }`}, []string{"Invalid execute_command.kms_key_arn", "key/ID"}},
		{[]string{`execute_command = { kms_key_arn = "arn:aws:kms:sa-east-1:123456789012:key/1" }`}, []string{"Invalid execute_command.kms_key_arn", "of its own region only"}},
		{[]string{`tags = { "docker-task:unit" = "b" }`}, []string{"Invalid tags", "docker-task:"}},
		{[]string{`tags = { "aws:x" = "b" }`}, []string{"Invalid tags", "aws:"}},
		{[]string{`tags = { for i in range(49) : "t${i}" => "x" }`}, []string{"Invalid tags", "AWS takes 50", "needs 2"}},
		{[]string{`timeouts = { delete = "soon" }`}, []string{"timeouts"}},
	} {
		steps = append(steps, resource.TestStep{Config: h.config(c.lines...), PlanOnly: true, ExpectError: saying(c.says...)})
	}
	acctest.Test(t, resource.TestCase{ProtoV6ProviderFactories: factories, Steps: steps})
}
