package provider_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
	"github.com/dockertask/terraform-provider-docker/internal/policy"
	"github.com/dockertask/terraform-provider-docker/internal/wire"
)

// targetsElsewhere are targets of other accounts and regions, by the kinds that take an ARN.
var targetsElsewhere = map[string]any{
	"function":      "arn:aws:lambda:eu-west-1:444455556666:function:resize:live",
	"object_store":  "arn:aws:s3:::their-uploads",
	"table":         "arn:aws:dynamodb:eu-west-1:444455556666:table/items",
	"job_queue":     "arn:aws:sqs:eu-west-1:444455556666:jobs.fifo",
	"topic":         "arn:aws:sns:eu-west-1:444455556666:news",
	"stream":        "arn:aws:kinesis:eu-west-1:444455556666:stream/clicks",
	"rest_api":      values{"arn": "arn:aws:execute-api:eu-west-1:444455556666:abc123/live"},
	"graphql_api":   values{"arn": "arn:aws:appsync:eu-west-1:444455556666:apis/abcdefghijklmnopqrstuvwxyz"},
	"state_machine": "arn:aws:states:eu-west-1:444455556666:stateMachine:flow",
	"event_bus":     "arn:aws:events:eu-west-1:444455556666:event-bus/orders",
	"secret":        "arn:aws:secretsmanager:eu-west-1:444455556666:secret:token-AbCdEf",
	"parameter":     "arn:aws:ssm:eu-west-1:444455556666:parameter/app/key",
	"table_stream":  "arn:aws:dynamodb:eu-west-1:444455556666:table/items/stream/2026-05-11T21:21:33.291",
	"websocket_api": values{"arn": "arn:aws:execute-api:eu-west-1:444455556666:abc123/live"},
	"data_api":      "arn:aws:rds:eu-west-1:444455556666:cluster:ledger",
	"search_domain": values{"arn": "arn:aws:es:eu-west-1:444455556666:domain/articles"},
	"email":         "arn:aws:ses:eu-west-1:444455556666:identity/example.com",
	"model":         "arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-lite-v1:0",
	"user_pool":     "arn:aws:cognito-idp:eu-west-1:444455556666:userpool/eu-west-1_AbCdEf123",

	"express_workflow": "arn:aws:states:eu-west-1:444455556666:stateMachine:price:live",
}

// everyWire has a wire of every kind in every access, here and elsewhere, each with variables
// of its own: in two halves, because one role has no room for all.
func everyWire(t *testing.T) (first, second values) {
	t.Helper()
	first, second = values{}, values{}
	half := first
	add := func(name string, w values) {
		if w["policy"] == nil { // which has no variables
			w["env_prefix"] = strings.ToUpper(name) + "_"
		}
		half[name] = w
	}
	for name, sample := range allWires() {
		w := must[values](sample)
		i := slices.IndexFunc(wire.Kinds, func(k wire.Kind) bool { return w[k.Name] != nil })
		k := wire.Kinds[i]
		if half = first; i > len(wire.Kinds)/2 {
			half = second
		}
		if len(k.Accesses()) == 0 {
			add(name, w)
		}
		for _, access := range k.Accesses() {
			add(name+"_"+string(access), merged(w, values{"access": string(access)}))
			if there := targetsElsewhere[k.Name]; there != nil {
				add(name+"_there_"+string(access), values{k.Name: there, "access": string(access)})
			}
		}
	}
	for _, k := range wire.Kinds {
		if _, ok := targetsElsewhere[k.Name]; !ok && k.Given == wire.ByText {
			t.Errorf("no %s of another account", k.Name)
		}
	}
	first["nightly"] = values{"state_machine": "nightly", "task_token": true, "env_prefix": "NIGHTLY_"}
	return first, second
}

// All that a task can be wired to, through Terraform in one configuration: every kind with every access, every
// integration on one role, a subscription and a schedule. It is created, the next plan is empty, and a destroy leaves
// nothing.
func TestAccWires_together(t *testing.T) {
	t.Parallel()
	h := newSubscriptionFixture(t)
	done := h.queue("-done")
	role := h.task + "-consumer"
	acctest.CreateRole(t, role)
	cloud := acctest.AWS(t)
	encoded := func(wires values) string {
		text, err := json.Marshal(wires)
		h.must(err)
		return fmt.Sprintf("wires = jsondecode(%q)", text)
	}
	first, second := everyWire(t)
	more := h.task + "-more"
	config := h.provider +
		block("resource docker_task test", fmt.Sprintf("name = %q", h.task), `image = "busybox:1.37"`, encoded(first)) +
		block("resource docker_task more", fmt.Sprintf("name = %q", more), `image = "busybox:1.37"`, encoded(second)) +
		h.block("test", "task = docker_task.test", fmt.Sprintf("queue = %q", done)) +
		block("resource docker_task_schedule test", fmt.Sprintf("name = %q", h.task), "task = docker_task.test", fmt.Sprintf("expression = %q", daily))
	for _, i := range wire.Integrations {
		lines := []string{
			"task = docker_task.test", fmt.Sprintf("consumer_role = %q", role),
			fmt.Sprintf("integration = %q", i.Name), fmt.Sprintf("policy_name = %q", i.Name),
		}
		if i.Token {
			lines = append(lines, `state_machine = "nightly"`)
		}
		config += block("resource docker_task_wire "+i.Name, lines...)
	}
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		CheckDestroy: resource.ComposeAggregateTestCheckFunc(h.gone(h.queueLets(done)), acctest.CheckUnitGone(t, h.task), acctest.CheckUnitGone(t, more), func(*terraform.State) error {
			if left := cloud.RolePolicies(role); len(left) > 0 {
				return fmt.Errorf("left on the consumer's role: %v", left)
			}
			return nil
		}),
		Steps: []resource.TestStep{{
			Config:           config,
			ConfigPlanChecks: planned(expectAllKnown(theSubscription), expectAllKnown(theSchedule), expectAllKnown("docker_task_wire.step_functions_task_token")),
			Check: resource.ComposeAggregateTestCheckFunc(h.queueLets(done, h.task+"-"+done+"-queue"), func(*terraform.State) error {
				if have := cloud.RolePolicies(role); len(have) != len(wire.Integrations) {
					return fmt.Errorf("the consumer's role has %v", have)
				}
				for task, all := range map[string][]string{
					h.task: {`"s3:GetObject"`, `"s3:PutObject"`, "arn:aws:s3:::their-uploads/*", ":444455556666:", ":stateMachine:nightly"},
					more:   {`"rds-db:connect"`, ":eu-west-1::foundation-model/", ":444455556666:", ":replicationgroup:sessions"},
				} {
					document, _ := cloud.RolePolicy(task+"-"+acctest.Region()+"-task", "docker-task")
					for _, says := range all {
						if !strings.Contains(document, says) {
							return fmt.Errorf("%s is not in %s", says, document)
						}
					}
				}
				return nil
			}),
		}},
	})
}

// Sixty wires are more than one policy has room for statement by statement: they are merged, and the plan has the
// merged policy. With longer names that is not enough, and the plan lists the sizes.
func TestAccTask_wires_many(t *testing.T) {
	t.Parallel()
	newUnit(t)
	c := newProtocolClient(t, "docker_task", nil)
	arguments := func(n, length int) values {
		wires := values{}
		for i := range n {
			name := fmt.Sprintf("w%02d", i)
			bucket := name + strings.Repeat("x", length-len(name))
			wires[name] = values{"object_store": bucket, "access": "read_write", "env_prefix": strings.ToUpper(name) + "_"}
		}
		return values{"name": "sample", "image": "busybox", "wires": wires}
	}
	state, err := c.apply(c.nothing(), arguments(60, 12))
	if err != nil {
		t.Fatal(err)
	}
	document := textOf(t, state, "task_role_policy_json")
	if n := strings.Count(document, `"Sid"`); policy.Size(document) > policy.RoleInlineLimit || n >= 60 || strings.Count(document, "s3:::w") != 120 {
		t.Errorf("%d statements with %d characters:\n%s", n, policy.Size(document), document)
	}
	c.quiet(t, "the second plan", state, arguments(60, 12))
	if _, err := c.destroy(state); err != nil {
		t.Error(err)
	}
	_, _, err = c.plan(c.nothing(), arguments(60, 100))
	if err == nil {
		t.Fatal("no error")
	}
	for _, says := range []string{"IAM takes 10240 on one role", "w00 ", "w59 ", "managed_policy_arns"} {
		if !strings.Contains(err.Error(), says) {
			t.Errorf("%q is not in %s", says, err)
		}
	}
}
