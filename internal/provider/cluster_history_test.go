package provider_test

import (
	"crypto/sha256"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventstypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

func (h clusterFixture) historyGroup() string {
	return "/aws/events/ecs/containerinsights/" + h.name + "/performance"
}

// historyRule is the rule's name, computed apart from the provider.
func (h clusterFixture) historyRule() string {
	const digits = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
	sum := sha256.Sum256([]byte(`"` + h.arn(h.name) + `"`))
	n, out := new(big.Int).SetBytes(sum[:]), ""
	for n.Sign() > 0 {
		var rest big.Int
		n.DivMod(n, big.NewInt(58), &rest)
		out = digits[rest.Int64():rest.Int64()+1] + out
	}
	return "EventsToLogs-" + h.name[:6] + "-" + out
}

// policies are the resource policies of CloudWatch Logs, by name.
func (h clusterFixture) policies() map[string]string {
	h.t.Helper()
	out, err := h.cloud.Logs.DescribeResourcePolicies(h.t.Context(), &cloudwatchlogs.DescribeResourcePoliciesInput{})
	h.must(err)
	all := map[string]string{}
	for _, p := range out.ResourcePolicies {
		all[aws.ToString(p.PolicyName)] = aws.ToString(p.PolicyDocument)
	}
	return all
}

func (h clusterFixture) deletePolicy(name string) {
	h.t.Helper()
	_, err := h.cloud.Logs.DeleteResourcePolicy(h.t.Context(), &cloudwatchlogs.DeleteResourcePolicyInput{PolicyName: &name})
	h.must(err)
}

// history checks the event history as AWS has it.
func (h clusterFixture) history(retention int32, pattern string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		group := h.cloud.LogGroup(h.historyGroup())
		name := h.historyRule()
		rule, err := h.cloud.Events.DescribeRule(h.t.Context(), &eventbridge.DescribeRuleInput{Name: &name})
		if group == nil || err != nil {
			return fmt.Errorf("log group %v, rule: %w", group, err)
		}
		targets, err := h.cloud.Events.ListTargetsByRule(h.t.Context(), &eventbridge.ListTargetsByRuleInput{Rule: &name})
		if err != nil {
			return err
		}
		arn := h.place.Regional("logs", "log-group:"+h.historyGroup())
		if len(targets.Targets) != 1 || aws.ToString(targets.Targets[0].Arn) != arn {
			return fmt.Errorf("targets %v", targets.Targets)
		}
		return orHave(aws.ToInt32(group.RetentionInDays) == retention && aws.ToString(rule.EventPattern) == pattern && rule.State == eventstypes.RuleStateEnabled,
			fmt.Sprint(aws.ToInt32(group.RetentionInDays), " ", aws.ToString(rule.EventPattern), " ", rule.State))
	}
}

func (h clusterFixture) pattern(types string) string {
	return fmt.Sprintf(`{"detail":{"clusterArn":["%s"]},"detail-type":[%s],"source":["aws.ecs"]}`, h.arn(h.name), types)
}

// The event history comes and goes with its attribute, under the names that the console looks for; one policy serves all
// clusters, and stays.
func TestAccCluster_eventHistory(t *testing.T) {
	t.Parallel()
	h := newClusterFixture(t)
	tasks := h.pattern(`"ECS Task State Change"`)
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		CheckDestroy: resource.ComposeAggregateTestCheckFunc(acctest.CheckAccountEmpty(t), func(*terraform.State) error {
			return orHave(len(h.policies()) == 1, h.policies())
		}),
		Steps: []resource.TestStep{
			{
				Config: h.config("event_history = {}", `tags = { team = "video" }`),
				ConfigPlanChecks: planned(
					plancheck.ExpectKnownValue(theCluster, tfjsonpath.New("event_log_group_name"), knownvalue.StringExact(h.historyGroup())),
					plancheck.ExpectKnownValue(theCluster, tfjsonpath.New("event_rule_arn"), knownvalue.StringExact(h.place.Regional("events", "rule/"+h.historyRule()))),
					plancheck.ExpectKnownValue(theCluster, tfjsonpath.New("console_urls").AtMapKey("event_history"), knownvalue.NotNull()),
				),
				Check: resource.ComposeAggregateTestCheckFunc(h.history(30, tasks), func(*terraform.State) error {
					policies := h.policies()
					want := fmt.Sprintf(`{"Statement":[{"Action":["logs:CreateLogStream","logs:PutLogEvents"],"Effect":"Allow","Principal":{"Service":["delivery.logs.amazonaws.com","events.amazonaws.com"]},"Resource":"%s","Sid":"TrustEventsToStoreLogEvent"}],"Version":"2012-10-17"}`,
						h.place.Regional("logs", "log-group:/aws/events/*:*"))
					tags := h.cloud.LogGroupTags(h.historyGroup())
					return orHave(len(policies) == 1 && policies["docker-task-events"] == want && tags["team"] == "video" && tags["docker-task:unit"] != "", fmt.Sprint(policies, tags))
				}),
			},
			{Config: h.config("event_history = {}", `tags = { team = "video" }`), ConfigPlanChecks: planned(plancheck.ExpectEmptyPlan())},
			{
				ResourceName: theCluster, ImportState: true, ImportStateId: h.name,
				ImportStateVerifyIdentifierAttribute: "name", ImportStateVerify: true,
			},
			{
				Config:           h.config(`event_history = { retention_in_days = 7, detail_types = ["ECS Task State Change", "ECS Service Action"] }`),
				ConfigPlanChecks: planned(changesOf{theCluster, []string{"event_history", "tags", "tags_all"}}),
				Check: resource.ComposeAggregateTestCheckFunc(h.history(7, h.pattern(`"ECS Service Action","ECS Task State Change"`)), func(*terraform.State) error {
					tags := h.cloud.LogGroupTags(h.historyGroup())
					return orHave(len(tags) == 1, tags)
				}),
			},
			{
				ResourceName: theCluster, ImportState: true, ImportStateId: h.name,
				ImportStateVerifyIdentifierAttribute: "name", ImportStateVerify: true, ImportStateVerifyIgnore: []string{"event_history.detail_types"}, // in another order
			},
			{
				Config:           h.config(),
				ConfigPlanChecks: planned(changesOf{theCluster, []string{"console_urls", "event_history", "event_log_group_name", "event_rule_arn"}}),
				Check: func(*terraform.State) error {
					return orHave(h.cloud.LogGroup(h.historyGroup()) == nil && len(acctest.Parts(t)) == 1, acctest.Parts(t))
				},
			},
			{Config: h.config(), ConfigPlanChecks: planned(plancheck.ExpectEmptyPlan())},
			{Config: h.config("event_history = { retention_in_days = 0 }"), Check: h.history(0, tasks)},
		},
	})
}

// A policy that lets EventBridge write to these log groups is enough, whoever made it.
func TestAccCluster_eventHistory_policyOfOthers(t *testing.T) {
	t.Parallel()
	h := newClusterFixture(t)
	_, err := h.cloud.Logs.PutResourcePolicy(t.Context(), &cloudwatchlogs.PutResourcePolicyInput{
		PolicyName: aws.String("TrustEventsToStoreLogEvents"), PolicyDocument: aws.String(fmt.Sprintf(
			`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":["events.amazonaws.com","delivery.logs.amazonaws.com"]},"Action":["logs:CreateLogStream","logs:PutLogEvents"],"Resource":"%s"}}`,
			h.place.Regional("logs", "log-group:/aws/events/*:*"))),
	})
	h.must(err)
	c := newProtocolClient(t, "docker_task_cluster", nil)
	_, err = c.apply(c.nothing(), values{"name": h.name, "event_history": values{}})
	h.must(err)
	if n := len(h.policies()); n != 1 {
		t.Errorf("%d policies", n)
	}
}

// clusterHistoryDrift are manual changes of an event history, and what the next plan changes.
var clusterHistoryDrift = map[string]struct {
	change  func(h clusterFixture)
	changes []string
	lines   string
}{
	"log group": {func(h clusterFixture) { h.cloud.DeleteLogGroup(h.historyGroup()) }, []string{"console_urls", "event_log_group_name"}, ""},
	"retention": {func(h clusterFixture) { h.cloud.PutRetention(h.historyGroup(), 7) }, []string{"event_history"}, ""},
	"rule": {func(h clusterFixture) {
		h.removeTargets()
		_, err := h.cloud.Events.DeleteRule(h.t.Context(), &eventbridge.DeleteRuleInput{Name: aws.String(h.historyRule())})
		h.must(err)
	}, []string{"event_rule_arn"}, ""},
	"target": {clusterFixture.removeTargets, []string{"drift"}, "target"},
	"pattern": {func(h clusterFixture) {
		h.putRule(func(in *eventbridge.PutRuleInput) { in.EventPattern = aws.String(`{"source":["aws.ecs"]}`) })
	}, []string{"drift"}, "rule: event pattern"},
	"state": {func(h clusterFixture) {
		h.putRule(func(in *eventbridge.PutRuleInput) { in.State = eventstypes.RuleStateDisabled })
	}, []string{"drift"}, "rule: state"},
	"description": {func(h clusterFixture) {
		h.putRule(func(in *eventbridge.PutRuleInput) { in.Description = aws.String("x") })
	}, []string{"drift"}, "rule: description"},
	"tags of the log group": {func(h clusterFixture) { h.cloud.TagLogGroup(h.historyGroup(), "team", "audio") }, []string{"drift"}, "log group: tags team"},
	"tags of the rule": {func(h clusterFixture) {
		_, err := h.cloud.Events.UntagResource(h.t.Context(), &eventbridge.UntagResourceInput{ResourceARN: aws.String(h.place.Regional("events", "rule/"+h.historyRule())), TagKeys: []string{"docker-task:unit"}})
		h.must(err)
	}, []string{"drift"}, "rule: tags docker-task:unit"},
	"policy":  {func(h clusterFixture) { h.deletePolicy("docker-task-events") }, []string{"drift"}, "resource policy of CloudWatch Logs: EventBridge may not write to /aws/events/*"},
	"cluster": {func(h clusterFixture) { h.remove(h.name) }, []string{"arn", "container_insights"}, ""},
}

func (h clusterFixture) removeTargets() {
	h.t.Helper()
	_, err := h.cloud.Events.RemoveTargets(h.t.Context(), &eventbridge.RemoveTargetsInput{Rule: aws.String(h.historyRule()), Ids: []string{"docker-task"}})
	h.must(err)
}

func (h clusterFixture) putRule(change func(*eventbridge.PutRuleInput)) {
	h.t.Helper()
	name := h.historyRule()
	rule, err := h.cloud.Events.DescribeRule(h.t.Context(), &eventbridge.DescribeRuleInput{Name: &name})
	h.must(err)
	in := &eventbridge.PutRuleInput{Name: &name, EventPattern: rule.EventPattern, State: rule.State, Description: rule.Description}
	change(in)
	_, err = h.cloud.Events.PutRule(h.t.Context(), in)
	h.must(err)
}

// Every manual change of an event history shows in the plan, and the apply reverts it.
func TestAccCluster_eventHistory_drift(t *testing.T) {
	t.Parallel()
	for name, c := range clusterHistoryDrift {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newClusterFixture(t)
			config := h.config("event_history = {}", `tags = { team = "video" }`)
			asItWas := resource.ComposeAggregateTestCheckFunc(h.history(30, h.pattern(`"ECS Task State Change"`)), func(*terraform.State) error {
				tags := h.cloud.LogGroupTags(h.historyGroup())
				return orHave(len(h.policies()) == 1 && tags["team"] == "video" && len(tags) == 2 && h.cluster(h.name) != nil, tags)
			})
			acctest.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: factories,
				CheckDestroy:             h.gone(),
				Steps: []resource.TestStep{
					{Config: config, Check: asItWas},
					{PreConfig: func() { c.change(h) }, Config: config, ConfigPlanChecks: planned(changesOf{theCluster, c.changes}, driftOf{theCluster, c.lines}), Check: asItWas},
				},
			})
		})
	}
}

// An event history that others keep is refused, before anything is made.
func TestAccCluster_eventHistory_exists(t *testing.T) {
	t.Parallel()
	h := newClusterFixture(t)
	h.cloud.CreateLogGroup(h.historyGroup())
	refused := saying("The event history of cluster "+h.name+" exists", "Log group "+h.historyGroup()+" exists already", "Turn that off")
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		CheckDestroy: func(*terraform.State) error {
			return orHave(h.cloud.LogGroup(h.historyGroup()) != nil, "the log group is gone")
		},
		Steps: []resource.TestStep{
			{Config: h.config("event_history = {}"), ExpectError: refused},
			{PreConfig: func() {
				if h.cluster(h.name) != nil {
					t.Error("the cluster was made")
				}
			}, Config: h.config()},
			{Config: h.config("event_history = {}"), ExpectError: saying("could not be updated", "exists already", "Turn that off")},
			{Config: h.config(), ConfigPlanChecks: planned(plancheck.ExpectEmptyPlan())},
		},
	})
}

// A cluster that is kept, because it was adopted, loses its event history.
func TestAccCluster_eventHistory_kept(t *testing.T) {
	t.Parallel()
	h := newClusterFixture(t)
	h.make(ecs.CreateClusterInput{CapacityProviders: []string{"FARGATE", "FARGATE_SPOT"}})
	c := newProtocolClient(t, "docker_task_cluster", nil)
	before := acctest.Holdings(t)
	state, err := c.apply(c.nothing(), values{"name": h.name, "adopt": true, "event_history": values{}})
	h.must(err)
	_, err = c.destroy(state)
	h.must(err)
	if after := acctest.Holdings(t); !slices.Equal(before, after) {
		t.Errorf("before there was %q, now there is %q", before, after)
	}
}

// The full resource policies of a region are said.
func TestAccCluster_eventHistory_tenPolicies(t *testing.T) {
	t.Parallel()
	h := newClusterFixture(t)
	proxy := acctest.NewProxy(t)
	proxy.Fail(acctest.On("logs.PutResourcePolicy"), acctest.Fault{Code: "LimitExceededException", Message: "Resource limit exceeded."})
	c := newProtocolClient(t, "docker_task_cluster", nil)
	state, err := c.apply(c.nothing(), values{"name": h.name, "event_history": values{}})
	if err == nil || !strings.Contains(err.Error(), "at most ten resource policies") || state.exists() || len(acctest.Parts(t)) != 0 {
		t.Errorf("%v, %v", err, acctest.Parts(t))
	}
}
