package provider_test

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// full are all arguments, each with a value that is not its default.
func (u unit) full() map[string]string {
	return map[string]string{
		"image":                `"alpine:3"`,
		"cpu":                  "512",
		"memory":               "2048",
		"architecture":         `"ARM64"`,
		"container_name":       `"main"`,
		"command":              `["sleep", "30"]`,
		"entry_point":          `["sh", "-c"]`,
		"working_directory":    `"/work"`,
		"user":                 `"1000:1000"`,
		"environment":          `{ A = "1", B = "2" }`,
		"secrets":              `{ TOKEN = "/app/token", PASSWORD = "secret:app:password" }`,
		"secrets_kms_key_arns": fmt.Sprintf("[%q]", u.place.Regional("kms", "key/a")),
		"ports":                `[{ container_port = 80 }, { container_port = 53, protocol = "udp", name = "dns" }]`,
		"log_group":            `{ retention_in_days = 7 }`,
		"execution_role":       `{ description = "Starts it." }`,
		"task_role":            fmt.Sprintf(`{ max_session_duration = 7200, policies = { objects = %q } }`, readObjects),
		"permissions_boundary": fmt.Sprintf("%q", u.policy("boundary")),
		"cluster":              `"main"`,
		"subnet_ids":           `["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]`,
		"security_group_ids":   `["sg-0123456789abcdef0"]`,
		"assign_public_ip":     "true",
		"keep_revisions":       "2",
		"tags":                 `{ team = "video" }`,
		"timeouts":             `{ create = "5m" }`,
	}
}

func arguments(of map[string]string) string {
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(of)) {
		lines = append(lines, name+" = "+of[name])
	}
	return strings.Join(lines, "\n")
}

// updateCase is the change of one argument of the full task.
type updateCase struct {
	// with are other arguments of the base; an empty one is left out of it.
	with map[string]string
	to   func(unit) string
	// changes are the attributes that the plan changes, removed those that it changes when
	// the argument is left out afterwards, and left is what the argument is then.
	changes []string
	removed []string
	left    knownvalue.Check
}

func value(v string) func(unit) string { return func(unit) string { return v } }

// registering are the changed attributes when a revision is registered.
func registering(attributes ...string) []string {
	return append([]string{"arn", "revision"}, attributes...)
}

var updateCases = map[string]updateCase{
	"image": {to: value(`"busybox"`), changes: registering("image")},
	"image_private": {
		to: func(u unit) string {
			return fmt.Sprintf("%q", fmt.Sprintf("%s.dkr.ecr.%s.amazonaws.com/app:1", acctest.AccountID(u.t), acctest.Region()))
		},
		changes: registering("image", "execution_role_policy_json"),
	},
	"cpu":    {to: value("1024"), changes: registering("cpu"), removed: registering("cpu"), left: knownvalue.Int64Exact(256)},
	"memory": {to: value("4096"), changes: registering("memory"), removed: registering("memory"), left: knownvalue.Int64Exact(1024)},
	"architecture": {
		to: value(`"X86_64"`), changes: registering("architecture"), removed: nil, left: knownvalue.StringExact("X86_64"),
	},
	"operating_system_family": {
		with:    map[string]string{"architecture": `"X86_64"`, "cpu": "1024"},
		to:      value(`"WINDOWS_SERVER_2022_CORE"`),
		changes: registering("operating_system_family"), removed: registering("operating_system_family"), left: knownvalue.StringExact("LINUX"),
	},
	"container_name":    {to: value(`"worker"`), changes: registering("container_name"), removed: registering("container_name"), left: knownvalue.NotNull()},
	"command":           {to: value(`["sleep", "60"]`), changes: registering("command"), removed: registering("command"), left: knownvalue.Null()},
	"entry_point":       {to: value(`["bash", "-c"]`), changes: registering("entry_point"), removed: registering("entry_point"), left: knownvalue.Null()},
	"working_directory": {to: value(`"/tmp"`), changes: registering("working_directory"), removed: registering("working_directory"), left: knownvalue.Null()},
	"user":              {to: value(`"root"`), changes: registering("user"), removed: registering("user"), left: knownvalue.Null()},
	"environment":       {to: value(`{ A = "1", C = "3" }`), changes: registering("environment"), removed: registering("environment"), left: knownvalue.Null()},
	"secrets": {
		to: value(`{ TOKEN = "/app/other" }`), changes: registering("secrets", "execution_role_policy_json"),
		removed: registering("secrets", "execution_role_policy_json"), left: knownvalue.Null(),
	},
	"secrets_kms_key_arns": {
		to: func(u unit) string {
			return fmt.Sprintf("[%q, %q]", u.place.Regional("kms", "key/b"), u.place.Regional("kms", "key/a"))
		},
		changes: []string{"secrets_kms_key_arns", "execution_role_policy_json"},
		removed: []string{"secrets_kms_key_arns", "execution_role_policy_json"}, left: knownvalue.Null(),
	},
	"ports":                {to: value(`[{ container_port = 8080, app_protocol = "http", name = "web" }]`), changes: registering("ports"), removed: registering("ports"), left: knownvalue.Null()},
	"log_group":            {to: value(`{ retention_in_days = 0 }`), changes: []string{"log_group", "log_retention_in_days"}, removed: []string{"log_group", "log_retention_in_days"}, left: knownvalue.Null()},
	"execution_role":       {to: value(`{ description = "Starts.", max_session_duration = 43200 }`), changes: []string{"execution_role"}, removed: []string{"execution_role"}, left: knownvalue.Null()},
	"task_role":            {to: value(fmt.Sprintf(`{ policies = { objects = %q, queues = %q } }`, readQueues, readQueues)), changes: []string{"task_role"}, removed: []string{"task_role"}, left: knownvalue.Null()},
	"task_role_managed":    {to: func(u unit) string { return fmt.Sprintf(`{ managed_policy_arns = [%q] }`, u.policy("managed")) }, changes: []string{"task_role"}, removed: []string{"task_role"}, left: knownvalue.Null()},
	"permissions_boundary": {to: func(u unit) string { return fmt.Sprintf("%q", u.policy("other")) }, changes: []string{"permissions_boundary"}, removed: []string{"permissions_boundary"}, left: knownvalue.Null()},
	"cluster":              {to: value(`"other"`), changes: []string{"cluster", "cluster_arn"}, removed: []string{"cluster", "cluster_arn"}, left: knownvalue.StringExact("default")},
	"subnet_ids":           {to: value(`["subnet-0123456789abcdef2"]`), changes: []string{"subnet_ids"}, removed: []string{"subnet_ids"}, left: knownvalue.NotNull()},
	"security_group_ids":   {to: value(`["sg-0123456789abcdef1", "sg-0123456789abcdef0"]`), changes: []string{"security_group_ids"}, removed: []string{"security_group_ids"}, left: knownvalue.Null()},
	"assign_public_ip":     {with: map[string]string{"assign_public_ip": "false"}, to: value("true"), changes: []string{"assign_public_ip"}, removed: []string{"assign_public_ip"}, left: knownvalue.Bool(false)},
	"keep_revisions":       {to: value("0"), changes: []string{"keep_revisions"}, removed: []string{"keep_revisions"}, left: knownvalue.Int64Exact(5)},
	"tags":                 {to: value(`{ team = "audio", cost = "1" }`), changes: []string{"tags", "tags_all"}, removed: []string{"tags", "tags_all"}, left: knownvalue.Null()},
	"timeouts":             {to: value(`{ update = "7m" }`), changes: []string{"timeouts"}, removed: []string{"timeouts"}, left: knownvalue.Null()},
}

// TestAccTask_update changes every argument alone: an update in place of just what it says,
// that registers a revision only if the definition is another one. Left out, the argument
// has its default again. Each step's second plan is empty, so AWS has what was planned.
func TestAccTask_update(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for name := range updateCases {
		seen[argumentOf(name)] = true
	}
	for _, name := range inShort(9, slices.Sorted(maps.Keys(updateCases))) {
		c, argument := updateCases[name], argumentOf(name)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u := newUnit(t)
			base := u.full()
			maps.Copy(base, c.with)
			changed := maps.Clone(base)
			changed[argument] = c.to(u)
			removed := maps.Clone(base)
			delete(removed, argument)

			steps := []resource.TestStep{
				{Config: u.config(arguments(base))},
				{Config: u.config(arguments(changed)), ConfigPlanChecks: planned(changeOf(c.changes)...)},
			}
			if c.left != nil {
				steps = append(steps, resource.TestStep{
					Config:            u.config(arguments(removed)),
					ConfigPlanChecks:  planned(append(changeOf(c.removed), plans(argument, c.left))...),
					ConfigStateChecks: []statecheck.StateCheck{has(argument, c.left)},
				})
			}
			u.test(steps...)
		})
	}
	for argument := range newUnit(t).full() {
		if !seen[argument] {
			t.Errorf("no update of %s is tested", argument)
		}
	}
}

// argumentOf is the argument that a case is about: a word after it separates several cases of one.
func argumentOf(name string) string {
	for _, argument := range []string{"image", "task_role"} {
		if strings.HasPrefix(name, argument+"_") {
			return argument
		}
	}
	return name
}

// changeOf wants an update of exactly these attributes, or none.
func changeOf(attributes []string) []plancheck.PlanCheck {
	switch {
	case len(attributes) == 0:
		return []plancheck.PlanCheck{unchanged()}
	case slices.Contains(attributes, "arn"):
		return []plancheck.PlanCheck{updates(), changes(attributes...), unknown("arn", "revision")}
	}
	return []plancheck.PlanCheck{updates(), changes(attributes...), unknown()}
}

// TestAccTask_full creates a task with all arguments.
func TestAccTask_full(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	u.test(
		resource.TestStep{
			Config:           u.config(arguments(u.full())),
			ConfigPlanChecks: planned(creates(), unknown("arn", "revision")),
			ConfigStateChecks: []statecheck.StateCheck{
				has("revision", knownvalue.Int64Exact(1)),
				has("drift", knownvalue.ListExact(nil)),
				has("tags_all", textMap(map[string]string{"team": "video"})),
				has("execution_role_policy_json", knownvalue.StringRegexp(regexp.MustCompile(`"Sid":"ReadSecrets".*:secret:app-\?{6}".*"Sid":"ReadParameters".*:parameter/app/token".*"Sid":"DecryptSecrets"`))),
			},
		},
		// All arguments left out at once.
		resource.TestStep{
			Config:            u.config(`image = "alpine:3"`),
			ConfigPlanChecks:  planned(updates(), unknown("arn", "revision")),
			ConfigStateChecks: []statecheck.StateCheck{has("cpu", knownvalue.Int64Exact(256)), has("memory", knownvalue.Int64Exact(512)), has("revision", knownvalue.Int64Exact(2))},
			PostApplyFunc: func() {
				u.checkRoles()
				if days := u.cloud.Retention(u.logGroup); days != 30 {
					t.Errorf("the log group keeps events for %d days", days)
				}
			},
		},
	)
}

// TestAccTask_replace: another name or region is another task.
func TestAccTask_replace(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	acctest.OnEmulator(t, "a second region")
	const elsewhere = "eu-west-1"
	other := u.name + "-b"
	u.test(
		resource.TestStep{Config: u.config()},
		resource.TestStep{
			Config:            u.config(fmt.Sprintf("name = %q", other)),
			ConfigPlanChecks:  planned(replaces(), unknown("arn", "revision")),
			ConfigStateChecks: []statecheck.StateCheck{has("revision", knownvalue.Int64Exact(1))},
			PostApplyFunc: func() {
				if left := u.look(); len(left) != 0 {
					t.Errorf("of the old task there is still %v", left)
				}
			},
		},
		resource.TestStep{
			Config:           u.config(fmt.Sprintf("name = %q\nregion = %q", other, elsewhere)),
			ConfigPlanChecks: planned(replaces(), unknown("arn", "revision")),
			ConfigStateChecks: []statecheck.StateCheck{
				has("region", knownvalue.StringExact(elsewhere)),
				has("task_role_name", knownvalue.StringExact(other+"-"+elsewhere+"-task")),
			},
		},
		// One that is not known may be any.
		resource.TestStep{
			Config:            u.config(fmt.Sprintf("name = %q\nregion = local.region", other)) + hidden("region", fmt.Sprintf("%q", acctest.Region())),
			ConfigPlanChecks:  planned(replaces()),
			ConfigStateChecks: []statecheck.StateCheck{has("region", knownvalue.StringExact(acctest.Region()))},
		},
	)
}

// TestAccTask_replace_createBeforeDestroy: under another name both exist for a moment.
func TestAccTask_replace_createBeforeDestroy(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	const first = "lifecycle { create_before_destroy = true }"
	u.test(
		resource.TestStep{Config: u.config(first)},
		resource.TestStep{
			Config:           u.config(first, fmt.Sprintf("name = %q", u.name+"-b")),
			ConfigPlanChecks: planned(action(plancheck.ResourceActionCreateBeforeDestroy)),
		},
	)
}

// TestAccTask_quiet: what means the same to AWS changes nothing there.
func TestAccTask_quiet(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	proxy := acctest.NewProxy(t)
	full := u.full()
	same := func(config string, checks ...plancheck.PlanCheck) resource.TestStep {
		return resource.TestStep{
			PreConfig:        proxy.Reset,
			Config:           config,
			ConfigPlanChecks: planned(append(checks, unknown())...),
			PostApplyFunc: func() {
				if calls := proxy.Calls(acctest.Call.Mutating); len(calls) != 0 {
					t.Errorf("AWS was asked for changes: %v", acctest.CountByOperation(calls))
				}
			},
		}
	}
	reordered := maps.Clone(full)
	maps.Copy(reordered, map[string]string{
		"subnet_ids":  `["subnet-0123456789abcdef1", "subnet-0123456789abcdef0"]`,
		"environment": `{ B = "2", A = "1" }`,
	})
	rewritten := maps.Clone(full)
	maps.Copy(rewritten, map[string]string{
		"ports":     `[{ container_port = 53, protocol = "udp", name = "dns" }, { container_port = 80, protocol = "tcp" }]`,
		"task_role": fmt.Sprintf(`{ path = "/", max_session_duration = 7200, policies = { objects = jsonencode(jsondecode(%q)) }, managed_policy_arns = [] }`, readObjects),
		"log_group": fmt.Sprintf(`{ name = %q, retention_in_days = 7, class = "STANDARD", adopt = false, keep_on_destroy = false }`, u.logGroup),
	})
	defaults := map[string]string{
		"region": fmt.Sprintf("%q", acctest.Region()), "cpu": "256", "memory": "512", "architecture": `"X86_64"`, "operating_system_family": `"LINUX"`,
		"container_name": fmt.Sprintf("%q", u.name), "cluster": `"default"`, "assign_public_ip": "true", "keep_revisions": "5",
		"command": "[]", "entry_point": "[]", "environment": "{}", "secrets": "{}", "secrets_kms_key_arns": "[]", "ports": "[]",
		"security_group_ids": "[]", "tags": "{}", "log_group": "{ retention_in_days = 30 }",
		"execution_role": fmt.Sprintf(`{ name = %q, path = "/", max_session_duration = 3600, policies = {} }`, u.executionRole),
		"task_role":      "{}",
	}
	u.test(
		resource.TestStep{Config: u.config(arguments(full))},
		same(u.config(arguments(reordered)), plancheck.ExpectEmptyPlan()),
		same(u.config(arguments(rewritten)), updates(), changes("log_group", "ports", "task_role")),
		resource.TestStep{Config: u.config()},
		same(u.config(arguments(defaults)), updates(), changes("command", "entry_point", "environment", "execution_role", "log_group", "ports",
			"secrets", "secrets_kms_key_arns", "security_group_ids", "tags", "task_role")),
		same(u.config(), updates()),
		// Made with all of it from the start.
		resource.TestStep{Config: u.config(), Destroy: true},
		resource.TestStep{Config: u.config(arguments(defaults)), ConfigPlanChecks: planned(creates())},
	)
}
