package lifecycle

import (
	"cmp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/wire"
)

// PlaceRule says whether what an argument names by its ARN has to be where the resource is.
type PlaceRule struct {
	// What the ARN is of, as in "The cluster"; "" for the argument.
	What string
	// Region and account say why it has to be of the resource's, and what to do else; "" where it
	// need not be, or where AWS's pages do not say. {theirs} is what the ARN has, {ours} what the
	// resource has.
	Region, Account string
	// Unless is a bool attribute beside the argument that lifts the rule of the account where it is
	// false.
	Unless string
	// OfTask tells that the argument is a part of a task, whose family_arn or region says where it is.
	OfTask bool
	// Source is the page that has it.
	Source string
}

// Rules that several arguments have.
var (
	anywhereRule = PlaceRule{}

	passedRoleRule = PlaceRule{
		What:    "The role",
		Account: "a role can be passed to services of its own account only. Give a role of account {ours}",
		Source:  "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",
	}
	ownPolicyRule = PlaceRule{
		What:    "The policy",
		Account: "IAM takes managed policies of the role's own account, and AWS's. Give a policy of account {ours}",
		Source:  "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html",
	}
	clusterRule = PlaceRule{
		What:    "The cluster",
		Region:  "ECS runs a task in clusters of its task definition's region only. Give a cluster of {ours}, or make the task in {theirs}",
		Account: "ECS runs a task in clusters of its task definition's account only. Give a cluster of account {ours}, or use a provider with credentials for account {theirs}",
		Source:  "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html",
	}
	ownKeyRule = PlaceRule{
		What:   "The key",
		Region: "a service encrypts with keys of its own region only. Give a key of {ours}, or the replica there of a multi-Region key",
		Source: "https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html",
	}
	// The secret may be of another region or account.
	// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/private-auth.html
	// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-ssm-paramstore.html
	secretRule = anywhereRule
	// The ARN of an object of S3 has neither.
	objectRule = anywhereRule

	targetRule = PlaceRule{
		What:    "The target",
		Region:  "a rule reaches only what is in its own region, {ours}. Give a target there",
		Account: "for a target in another account EventBridge needs a role and that account's consent. Let a target of account {ours}, such as a topic, hear of the task, and pass it on",
		Source:  "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html",
	}
)

// PlaceRules are the arguments that take an ARN, by resource. Elements of a collection are [*].
var PlaceRules = map[string]map[string]PlaceRule{
	"docker_task": withTask("wires[*].docker_task", withContainers(map[string]PlaceRule{
		"cluster": clusterRule,
		"log_group.arn": {
			What:    "The log group",
			Account: "the awslogs driver takes a region and no account, so containers would write to a group of this name in account {ours}. Give a group of that account",
			Source:  "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specify-log-config.html",
		},
		"log_group.kms_key_id":                         ownKeyRule,
		"execution_role.arn":                           passedRoleRule,
		"task_role.arn":                                passedRoleRule,
		"execution_role.managed_policy_arns[*]":        ownPolicyRule,
		"task_role.managed_policy_arns[*]":             ownPolicyRule,
		"permissions_boundary":                         ownPolicyRule,
		"secrets_kms_key_arns[*]":                      anywhereRule, // as the secrets
		"volumes[*].fsx_windows.credentials_parameter": secretRule,
		"volumes[*].s3_files.file_system_arn":          anywhereRule,
		"volumes[*].s3_files.access_point_arn":         anywhereRule,
		"wires[*].kms_key_arn":                         anywhereRule, // where the target is: wire.Wire.Check
	})),
	"data.docker_task": {"cluster": clusterRule},
	"docker_task_wire": withTask("task", map[string]PlaceRule{
		"consumer_role": {
			What: "The role",
			Account: "a policy can be put on roles of account {ours} only. Use a provider with credentials of account {theirs} for this wire; " +
				"and as a role cannot be passed to another account, run the task through a role of its own account",
			Unless: "attach_policy",
			Source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",
		},
		"state_machine": {
			What:    "The state machine",
			Account: "a task token works only for callers of the state machine's own account. Give a state machine of account {ours}",
			Source:  "https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-wait-token",
		},
	}),
	"data.docker_task_runs": withTask("task", map[string]PlaceRule{}),
	"docker_task_run": withTask("task", map[string]PlaceRule{
		"task_role_arn": passedRoleRule, "execution_role_arn": passedRoleRule, "volumes[*].role_arn": passedRoleRule,
		"container_instances[*]": {
			What:    "The container instance",
			Region:  "ECS starts tasks on instances of its own region only. Give an instance of {ours}",
			Account: "ECS starts tasks on instances of its own account only. Give an instance of account {ours}",
			Source:  "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_StartTask.html",
		},
		"volumes[*].kms_key_arn":             ownKeyRule,
		"containers[*].environment_files[*]": objectRule,
	}),
	"docker_task_schedule": withTask("task", map[string]PlaceRule{
		"role.arn": {
			What:    "The role",
			Account: "Scheduler only takes a role of the schedule's own account. Give a role of account {ours}",
			Source:  "https://docs.aws.amazon.com/scheduler/latest/UserGuide/setting-up.html",
		},
		"permissions_boundary":               ownPolicyRule,
		"kms_key_arn":                        ownKeyRule,
		"containers[*].environment_files[*]": objectRule,
		"dead_letter_queue.queue":            anywhereRule, // no page says
		"dead_letter_queue.kms_key_arn":      anywhereRule, // as the queue
	}),
	"docker_task_cluster": {"execute_command.kms_key_arn": ownKeyRule, "event_history.kms_key_arn": ownKeyRule},
	"docker_task_subscription": withTask("task", map[string]PlaceRule{
		"function": targetRule, "queue": targetRule, "topic": targetRule,
		"dead_letter_queue.queue": {
			What:    "The queue",
			Region:  "a rule reaches only what is in its own region, {ours}. Give a queue there",
			Account: "its policy cannot be changed with credentials for account {ours}. Set attach_permission = false, and put dead_letter_permission_json into that queue's policy",
			Unless:  "attach_permission",
			Source:  "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html",
		},
	}),
}

// withTask adds the arguments of a nested task.
func withTask(at string, rules map[string]PlaceRule) map[string]PlaceRule {
	c, role := clusterRule, passedRoleRule
	c.OfTask, role.OfTask = true, true
	rules[at+".cluster"] = c
	rules[at+".execution_role_arn"], rules[at+".task_role_arn"] = role, role
	rules[at+".family_arn"] = anywhereRule // Model.CheckPlace, by what is made for the task
	if at != "task" {
		rules[at+".family_arn"] = PlaceRule{
			What:    "The task",
			Account: "ECS lets no account run tasks of another. Give a task of account {ours}",
			Source:  "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html",
		}
	}
	return rules
}

// withContainers adds the arguments of containers and of wires, which are many.
func withContainers(rules map[string]PlaceRule) map[string]PlaceRule {
	for _, at := range []string{"", "sidecars[*]."} {
		rules[at+"secrets[*]"], rules[at+"log_secret_options[*]"] = secretRule, secretRule
		rules[at+"repository_credentials"] = secretRule
		rules[at+"environment_files[*]"], rules[at+"credential_specs[*]"] = objectRule, objectRule
	}
	for _, k := range wire.Kinds {
		switch k.Given {
		case wire.ByText:
			rules["wires[*]."+k.Name] = anywhereRule // a name is of the task's place, an ARN of any
		case wire.ByObject:
			for _, f := range k.Fields {
				if f.Name == "arn" {
					rules["wires[*]."+k.Name+".arn"] = anywhereRule
				}
			}
		}
	}
	return rules
}

// CheckArgumentPlaces refuses ARNs in a configuration that are of another region or account than
// the resource, where they cannot work. What is not known, the account included, is not judged.
func CheckArgumentPlaces(resource string, config tftypes.Value, place arn.Place, diags *diag.Diagnostics) {
	_, suffix, _ := strings.Cut(resource, "docker")
	c := placeCheck{rules: PlaceRules[resource], noun: nounOf(suffix), diags: diags}
	root := members(config)
	if region, is := members(root["task"])["region"]; is && !region.IsKnown() || root["task"].Type() != nil && !root["task"].IsKnown() {
		place.Region = ""
	}
	for name, v := range root {
		c.walk(v, path.Root(name), name, place, root)
	}
}

// CheckDefaultPlaces does so for the defaults in the provider block, whose region and account are place.
func CheckDefaultPlaces(config tftypes.Value, place arn.Place, diags *diag.Diagnostics) {
	c := placeCheck{noun: "provider", diags: diags, rules: map[string]PlaceRule{
		"defaults.cluster": clusterRule, "defaults.permissions_boundary": ownPolicyRule, "defaults.log_kms_key_id": ownKeyRule,
	}}
	root := members(config)
	c.walk(root["defaults"], path.Root("defaults"), "defaults", place, root)
}

// nounOf is what messages call a resource whose name is the provider's followed by suffix: "task schedule".
func nounOf(suffix string) string {
	if suffix == "_task" {
		return "docker task"
	}
	return strings.ReplaceAll(strings.TrimPrefix(suffix, "_"), "_", " ")
}

// CheckPlacesAtApply does so in an apply, where a plan did not know the account.
func (c *Configured) CheckPlacesAtApply(resource string, config tftypes.Value, place arn.Place, diags *diag.Diagnostics) {
	if c.Client.AccountID == "" && !diags.HasError() {
		CheckArgumentPlaces(resource, config, place, diags)
	}
}

type placeCheck struct {
	rules map[string]PlaceRule
	noun  string
	diags *diag.Diagnostics
}

// members are the attributes of an object that is there.
func members(v tftypes.Value) map[string]tftypes.Value {
	out := map[string]tftypes.Value{}
	if v.Type() != nil && v.IsKnown() && !v.IsNull() && v.Type().Is(tftypes.Object{}) {
		_ = v.As(&out)
	}
	return out
}

func textIn(v tftypes.Value) string {
	var s string
	if v.Type() == nil || !v.IsKnown() || v.IsNull() || !v.Type().Is(tftypes.String) || v.As(&s) != nil {
		return ""
	}
	return s
}

// walk goes through a value, at a path that is named as in the table; beside are the attributes next
// to it.
func (c placeCheck) walk(v tftypes.Value, at path.Path, name string, place arn.Place, beside map[string]tftypes.Value) {
	if v.IsNull() || !v.IsKnown() {
		return
	}
	switch t := v.Type(); {
	case t.Is(tftypes.String):
		if rule, has := c.rules[name]; has {
			c.check(rule, textIn(v), at, place, beside)
		}
	case t.Is(tftypes.Object{}):
		inside := members(v)
		for key, e := range inside {
			c.walk(e, at.AtName(key), name+"."+key, place, inside)
		}
	case t.Is(tftypes.Map{}):
		elements := map[string]tftypes.Value{}
		_ = v.As(&elements)
		for key, e := range elements {
			c.walk(e, at.AtMapKey(key), name+"[*]", place, beside)
		}
	case t.Is(tftypes.List{}), t.Is(tftypes.Set{}):
		var elements []tftypes.Value
		_ = v.As(&elements)
		for i, e := range elements {
			in := at.AtListIndex(i)
			if t.Is(tftypes.Set{}) {
				in = at.AtSetValue(types.StringValue(textIn(e)))
			}
			c.walk(e, in, name+"[*]", place, beside)
		}
	}
}

func (c placeCheck) check(rule PlaceRule, text string, at path.Path, place arn.Place, beside map[string]tftypes.Value) {
	a, err := arn.Parse(text)
	if err != nil {
		return
	}
	if rule.OfTask {
		region := beside["region"]
		if family, err := arn.Parse(textIn(beside["family_arn"])); err == nil {
			place = family.Place()
		} else if !beside["family_arn"].IsKnown() || !region.IsKnown() {
			return
		} else if textIn(region) != "" {
			place.Region = textIn(region)
		}
	}
	const partitions = "partitions of AWS share nothing, so that no part of one can use a part of another. Give one of partition {ours}"
	say := func(theirs, ours, where, why string) {
		why = strings.NewReplacer("{theirs}", theirs, "{ours}", ours).Replace(why)
		tf.AddInvalidf(c.diags, at, "%s is %s %s, and the %s %[2]s %[5]s: %[6]s", cmp.Or(rule.What, "The ARN"), where, theirs, c.noun, ours, why)
	}
	switch {
	case a.Partition != place.Partition && place.Partition != "" && !isLifted(rule.Unless, beside):
		say(a.Partition, place.Partition, "of partition", partitions)
	case rule.Region != "" && a.Region != "" && place.Region != "" && a.Region != place.Region:
		say(a.Region, place.Region, "in", rule.Region)
	case rule.Account != "" && !isLifted(rule.Unless, beside) && place.Account != "" && a.Account != "" && a.Account != arn.AWSAccount && a.Account != place.Account:
		say(a.Account, place.Account, "of account", rule.Account)
	}
}

// isLifted tells that the attribute which lifts a rule is false, or not known.
func isLifted(unless string, beside map[string]tftypes.Value) bool {
	v, has := beside[unless]
	attach := true
	if has && v.IsKnown() && !v.IsNull() {
		_ = v.As(&attach)
	}
	return has && !v.IsKnown() || !attach
}

// CheckPassedRole refuses a role that no attribute names, and that is not of the account of a resource, such as
// "docker task"; what describes it, as "The task role in the file".
func CheckPassedRole(noun, what, role string, at path.Path, place arn.Place, diags *diag.Diagnostics) {
	rule := passedRoleRule
	rule.What = what
	placeCheck{noun: noun, diags: diags}.check(rule, role, at, place, nil)
}
