package provider_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// saying matches a message however the command line breaks its lines: blanks stand for any
// white space, with the frame that it draws at the left.
func saying(parts ...string) *regexp.Regexp {
	var pattern []string
	for _, part := range parts {
		words := strings.Fields(part)
		for i, word := range words {
			words[i] = regexp.QuoteMeta(word)
		}
		pattern = append(pattern, strings.Join(words, `[\s│]+`))
	}
	return regexp.MustCompile(`(?s)` + strings.Join(pattern, `.*`))
}

// What is wrong with a wire is said before anything is applied, and where. The same value,
// known only after apply, is no error in a plan.
func TestAccWire_invalid(t *testing.T) {
	t.Parallel()
	const (
		byName   = `task = { name = "transcode", subnet_ids = [] }`
		consumer = `consumer_role = "api"`
		taskLine = `task = { name = "transcode", subnet_ids = [], %s = VALUE }`
		cluster  = "arn:aws:ecs:eu-west-1:123456789012:cluster/"
		family   = "arn:aws:ecs:eu-west-1:123456789012:task-definition/"
	)
	inTask := func(attribute string) []string { return []string{fmt.Sprintf(taskLine, attribute), consumer} }
	whole := `task = { name = "transcode", family_arn = VALUE, container_name = "c", cluster = "default", subnet_ids = [], assign_public_ip = true }`
	for name, test := range map[string]struct {
		lines []string // VALUE stands for the value
		value string   // "" is not tried as unknown
		says  []string
	}{
		"no consumer_role": {
			[]string{byName}, "", []string{"Missing consumer_role", "attach_policy = false"},
		},
		"no consumer_role, to be attached": {
			[]string{byName, "attach_policy = VALUE"}, "true", []string{"Missing consumer_role"},
		},
		"unknown action": {
			[]string{byName, consumer, "actions = VALUE"}, `["run", "start"]`, []string{"actions", "run, describe, stop", `"start"`},
		},
		"no action": {
			[]string{byName, consumer, "actions = VALUE"}, `[]`, []string{"actions", "at least 1"},
		},
		"an action that is null": {
			[]string{byName, consumer, "actions = VALUE"}, `[null]`, []string{"actions", "null"},
		},
		"prefix with a hyphen": {
			[]string{byName, consumer, "env_prefix = VALUE"}, `"A-"`, []string{"Invalid env_prefix", "letters, digits and underscores", `"A-"`},
		},
		"prefix with a digit first": {
			[]string{byName, consumer, "env_prefix = VALUE"}, `"1_"`, []string{"Invalid env_prefix", "no digit first"},
		},
		"prefix too long for a policy's name": {
			[]string{byName, consumer, "env_prefix = VALUE"}, `"` + strings.Repeat("P", 65) + `"`, []string{"Invalid env_prefix", "64 characters", "65"},
		},
		"revision 0": {
			[]string{byName, consumer, "revision = VALUE"}, "0", []string{"Invalid revision", "1 to", "not 0"},
		},
		"policy name with a blank": {
			[]string{byName, consumer, "policy_name = VALUE"}, `"a b"`, []string{"Invalid policy_name", "1 to 128 letters", `"a b"`},
		},
		"empty policy name": {
			[]string{byName, consumer, "policy_name = VALUE"}, `""`, []string{"Invalid policy_name"},
		},
		"policy name of the unit": {
			[]string{byName, consumer, "policy_name = VALUE"}, `"docker-task"`, []string{"Invalid policy_name", "choose another"},
		},
		"role name with a blank": {
			[]string{byName, "consumer_role = VALUE"}, `"a b"`, []string{"Invalid consumer_role", "name or ARN", "1 to 64 letters", `"a b"`},
		},
		"role name of 65 characters": {
			[]string{byName, "consumer_role = VALUE"}, `"` + strings.Repeat("r", 65) + `"`, []string{"Invalid consumer_role", "1 to 64"},
		},
		"user for a role": {
			[]string{byName, "consumer_role = VALUE"}, `"arn:aws:iam::123456789012:user/api"`, []string{"Invalid consumer_role", "user/api", "The ARN of a role is arn:PARTITION:iam::ACCOUNT:role/NAME"},
		},
		"session for a role": {
			[]string{byName, "consumer_role = VALUE"}, `"arn:aws:sts::123456789012:assumed-role/api/me"`, []string{"Invalid consumer_role", "sts"},
		},
		"role of another account": {
			[]string{byName, "consumer_role = VALUE"}, `"arn:aws:iam::999999999999:role/api"`,
			[]string{"Invalid consumer_role", "account 999999999999", "credentials of account 999999999999"},
		},
		"task with a blank": {
			[]string{`task = { name = VALUE, subnet_ids = [] }`, consumer}, `"a b"`, []string{"Invalid task.name", "letters, digits, hyphens"},
		},
		"task in no region": {
			inTask("region"), `"eu-wset-1"`, []string{"Invalid task.region", "eu-wset-1", "eu-west-1"},
		},
		"every cluster": {
			inTask("cluster"), `"*"`, []string{"Invalid task.cluster", "name of 1 to 255", `"*"`},
		},
		"every cluster, as ARN": {
			inTask("cluster"), `"` + cluster + `*"`, []string{"Invalid task.cluster"},
		},
		"a family's ARN with revision": {
			[]string{whole, consumer}, `"` + family + `transcode:7"`, []string{"Invalid task.family_arn", "without a revision", "revision of the wire"},
		},
		"every family": {
			[]string{whole, consumer}, `"` + family + `*"`, []string{"Invalid task.family_arn"},
		},
		"another family": {
			[]string{whole, consumer}, `"` + family + `publish"`, []string{"Invalid task.family_arn", "publish", "transcode"},
		},
		"a role's name for its ARN": {
			inTask("task_role_arn"), `"mine"`, []string{"Invalid task.task_role_arn", "ARN"},
		},
		"every role": {
			inTask("execution_role_arn"), `"arn:aws:iam::123456789012:role/*"`, []string{"Invalid task.execution_role_arn"},
		},
		"two subnets in one": {
			[]string{`task = { name = "transcode", subnet_ids = VALUE }`, consumer}, `["subnet-0a,subnet-0b"]`, []string{"Invalid task.subnet_ids", "subnet-0123456789abcdef0"},
		},
		"security group's name": {
			inTask("security_group_ids"), `["default"]`, []string{"Invalid task.security_group_ids", "sg-0123456789abcdef0"},
		},
		"container with a blank": {
			inTask("container_name"), `"a b"`, []string{"Invalid task.container_name"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			acctest.PreCheck(t)
			wire := block("resource docker_task_wire test", test.lines...)
			steps := []resource.TestStep{{
				Config:      acctest.ProviderConfig(t) + strings.ReplaceAll(wire, "VALUE", test.value),
				PlanOnly:    true,
				ExpectError: saying(test.says...),
			}}
			if test.value != "" {
				steps = append(steps, resource.TestStep{
					Config:             acctest.ProviderConfig(t) + hidden("late", test.value) + strings.ReplaceAll(wire, "VALUE", "local.late"),
					PlanOnly:           true,
					ExpectNonEmptyPlan: true,
				})
			}
			acctest.Test(t, resource.TestCase{ProtoV6ProviderFactories: factories, Steps: steps})
		})
	}
}

// Whether the policy is put on the role changes what is asked of the role, and nothing else.
func TestAccWire_invalid_attachPolicy(t *testing.T) {
	t.Parallel()
	acctest.PreCheck(t)
	c := newProtocolClient(t, "docker_task_wire", nil)
	arguments := values{"task": values{"name": "transcode", "subnet_ids": []any{"subnet-0a"}}}
	err := c.validate(merged(arguments, values{"attach_policy": tftypes.UnknownValue, "next_state": "Done"}))
	if err == nil || !strings.Contains(err.Error(), "only Step Functions has states") {
		t.Errorf("next_state, to be attached or not: %v", err)
	}
	theirs := merged(arguments, values{"consumer_role": "arn:aws:iam::999999999999:role/api"})
	if _, _, err := c.plan(c.nothing(), theirs); err == nil || !strings.Contains(err.Error(), "of account 999999999999") {
		t.Errorf("a role of another account: %v", err)
	}
	if _, _, err := c.plan(c.nothing(), merged(theirs, values{"attach_policy": false})); err != nil {
		t.Errorf("a role of another account, not attached: %v", err)
	}
}
