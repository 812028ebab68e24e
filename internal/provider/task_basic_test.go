package provider_test

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// afterApply stands for a value that is known after apply.
type afterApply struct{ knownvalue.Check }

// plansAll wants the planned value of every attribute there is.
func plansAll(attributes map[string]knownvalue.Check) []plancheck.PlanCheck {
	checks := []plancheck.PlanCheck{changeCheck(func(c *tfjson.Change) error {
		after, _ := c.After.(map[string]any)
		unknown, _ := c.AfterUnknown.(map[string]any)
		for name := range union(after, unknown) {
			if attributes[name] == nil {
				return fmt.Errorf("nothing is said of attribute %s", name)
			}
		}
		return nil
	})}
	var unknowns []string
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		if _, ok := attributes[name].(afterApply); ok {
			unknowns = append(unknowns, name)
			continue
		}
		checks = append(checks, plans(name, attributes[name]))
	}
	return append(checks, unknown(unknowns...))
}

// defaults are the attributes of a task of which only name and image are given.
func (u unit) defaults() map[string]knownvalue.Check {
	regional := func(service, resource string) knownvalue.Check {
		return knownvalue.StringExact(u.place.Regional(service, resource))
	}
	role := func(name string) knownvalue.Check { return knownvalue.StringExact(u.place.Global("iam", "role/"+name)) }
	page := func(path string) knownvalue.Check {
		return knownvalue.StringRegexp(regexp.MustCompile(`^https://.*` + regexp.QuoteMeta(path)))
	}
	null := knownvalue.Null()
	all := map[string]knownvalue.Check{}
	for _, name := range leftAlone {
		all[name] = null
	}
	maps.Copy(all, map[string]knownvalue.Check{
		"launch_types": knownvalue.SetExact(texts("FARGATE")), "network_mode": knownvalue.StringExact("awsvpc"),
		"wire_policies": knownvalue.MapExact(nil), "wire_environment": knownvalue.MapExact(nil),
		"name": knownvalue.StringExact(u.name), "region": knownvalue.StringExact(acctest.Region()),
		"image": knownvalue.StringExact("busybox"), "cpu": knownvalue.Int64Exact(256), "memory": knownvalue.Int64Exact(512),
		"architecture": knownvalue.StringExact("X86_64"), "operating_system_family": knownvalue.StringExact("LINUX"),
		"container_name": knownvalue.StringExact(u.name),
		"command":        null, "entry_point": null, "working_directory": null, "user": null, "environment": null,
		"secrets": null, "secrets_kms_key_arns": null, "ports": null,
		"log_group": null, "execution_role": null, "task_role": null, "permissions_boundary": null,
		"cluster": knownvalue.StringExact("default"), "subnet_ids": knownvalue.SetExact(texts(u.defaultSubnets()...)),
		"security_group_ids": null, "assign_public_ip": knownvalue.Bool(true),
		"keep_revisions": knownvalue.Int64Exact(5), "tags": null, "tags_all": knownvalue.MapExact(nil), "timeouts": null,
		"family_arn":                 regional("ecs", "task-definition/"+u.name),
		"execution_role_arn":         role(u.executionRole),
		"execution_role_name":        knownvalue.StringExact(u.executionRole),
		"execution_role_policy_json": knownvalue.StringFunc(u.isLogPolicy),
		"task_role_arn":              role(u.taskRole),
		"task_role_name":             knownvalue.StringExact(u.taskRole),
		"task_role_policy_json":      null,
		"log_group_name":             knownvalue.StringExact(u.logGroup),
		"log_group_arn":              regional("logs", "log-group:"+u.logGroup),
		"log_retention_in_days":      knownvalue.Int64Exact(30),
		"log_kms_key_id":             null,
		"cluster_arn":                regional("ecs", "cluster/default"),
		"console_urls": knownvalue.MapExact(map[string]knownvalue.Check{
			"task_definition": page("ecs/v2/task-definitions/" + u.name), "tasks": page("ecs/v2/clusters/default/tasks"), "log_group": page("cloudwatch/home"),
			"execution_role": page("#/roles/details/" + u.executionRole), "task_role": page("#/roles/details/" + u.taskRole),
		}),
		"drift":    knownvalue.ListExact(nil),
		"arn":      afterApply{regional("ecs", "task-definition/"+u.name+":1")},
		"revision": afterApply{knownvalue.Int64Exact(1)},
	})
	return all
}

// leftAlone are attributes that are null unless they are set.
var leftAlone = []string{
	"container_cpu", "container_memory", "container_memory_reservation", "credential_specs", "definition_json", "delete_revisions",
	"depends_on_containers", "disable_networking", "dns_search_domains", "dns_servers", "docker_labels", "docker_security_options",
	"enable_execute_command", "enable_fault_injection", "environment_files", "ephemeral_storage_gib", "essential", "extra_hosts",
	"firelens_configuration", "health_check", "hostname", "images", "interactive", "ipc_mode", "links", "linux_parameters", "log_driver",
	"log_options", "log_secret_options", "mount_points", "pid_mode", "placement_constraints", "privileged", "proxy_configuration",
	"pseudo_terminal", "readonly_root_filesystem", "repository_credentials", "resource_requirements", "restart_policy", "sidecars",
	"single_role", "start_timeout", "stop_timeout", "system_controls", "trusted_execution_configuration", "ulimits", "version_consistency", "volumes", "volumes_from", "wires",
}

// isLogPolicy: the execution role may write this log, and nothing else.
func (u unit) isLogPolicy(document string) error {
	var statement struct{ Sid, Effect, Resource string }
	return statementOf(document, &statement, func() error {
		if statement.Resource != u.place.Regional("logs", "log-group:"+u.logGroup+":log-stream:*") || statement.Effect != "Allow" {
			return fmt.Errorf("not the right to write one log: %s", document)
		}
		return nil
	})
}

// TestAccTask_basic: everything is known at the first plan but the revision, state says the
// same afterwards, and AWS has what it says.
func TestAccTask_basic(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	inState := []statecheck.StateCheck{
		statecheck.ExpectIdentity(address, map[string]knownvalue.Check{
			"name": knownvalue.StringExact(u.name), "region": knownvalue.StringExact(acctest.Region()), "account_id": knownvalue.StringExact(acctest.AccountID(t)),
		}),
	}
	for name, value := range u.defaults() {
		if l, ok := value.(afterApply); ok {
			value = l.Check
		}
		inState = append(inState, has(name, value))
	}
	u.test(resource.TestStep{
		Config:            u.config(),
		ConfigPlanChecks:  planned(append(plansAll(u.defaults()), creates())...),
		ConfigStateChecks: inState,
		PostApplyFunc: func() {
			u.checkRoles()
			u.checkTags()
			u.checkDefinition()
			if days := u.cloud.Retention(u.logGroup); days != 30 {
				t.Errorf("the log group keeps events for %d days", days)
			}
		},
	})
}

func (u unit) checkRoles() {
	u.t.Helper()
	var statement struct {
		Principal struct{ Service string }
		Action    string
		Condition map[string]map[string]string
	}
	for _, name := range []string{u.executionRole, u.taskRole} {
		statement.Condition = nil
		err := statementOf(u.cloud.TrustPolicy(name), &statement, func() error {
			if statement.Principal.Service != "ecs-tasks.amazonaws.com" || statement.Action != "sts:AssumeRole" {
				return fmt.Errorf("trusts %+v", statement)
			}
			return nil
		})
		if err != nil {
			u.t.Errorf("role %s: %v", name, err)
		}
		if attached := u.cloud.AttachedPolicies(name); len(attached) != 0 {
			u.t.Errorf("role %s has managed policies %v", name, attached)
		}
	}
	// The last one read is the task role's.
	if account := statement.Condition["StringEquals"]["aws:SourceAccount"]; account != acctest.AccountID(u.t) {
		u.t.Errorf("the task role trusts tasks of account %q", account)
	}
	if source := statement.Condition["ArnLike"]["aws:SourceArn"]; source != u.place.Regional("ecs", "*") {
		u.t.Errorf("the task role trusts tasks of %q", source)
	}
	if policies := u.cloud.RolePolicies(u.executionRole); !slices.Equal(policies, []string{"docker-task"}) {
		u.t.Errorf("the execution role has policies %v", policies)
	}
	if policies := u.cloud.RolePolicies(u.taskRole); len(policies) != 0 {
		u.t.Errorf("the task role has policies %v", policies)
	}
	document, _ := u.cloud.RolePolicy(u.executionRole, "docker-task")
	if err := u.isLogPolicy(document); err != nil {
		u.t.Error(err)
	}
}

// checkTags: all four parts carry the same tags.
func (u unit) checkTags() {
	u.t.Helper()
	_, tags := u.cloud.TaskDefinition(u.name)
	if tags["docker-task:unit"] == "" || tags["docker-task:cluster"] != "default" || tags["docker-task:assign-public-ip"] != "true" {
		u.t.Errorf("tags of the task definition: %v", tags)
	}
	for part, other := range map[string]map[string]string{
		u.executionRole: u.cloud.RoleTags(u.executionRole), u.taskRole: u.cloud.RoleTags(u.taskRole), u.logGroup: u.cloud.LogGroupTags(u.logGroup),
	} {
		if !maps.Equal(tags, other) {
			u.t.Errorf("tags of %s: %v, not %v", part, other, tags)
		}
	}
}

func (u unit) checkDefinition() {
	u.t.Helper()
	d := u.newest()
	if aws.ToString(d.Cpu) != "256" || aws.ToString(d.Memory) != "512" || d.NetworkMode != ecstypes.NetworkModeAwsvpc ||
		!slices.Equal(d.RequiresCompatibilities, []ecstypes.Compatibility{ecstypes.CompatibilityFargate}) ||
		d.RuntimePlatform.CpuArchitecture != ecstypes.CPUArchitectureX8664 || d.RuntimePlatform.OperatingSystemFamily != ecstypes.OSFamilyLinux {
		u.t.Errorf("task definition: %v", u.plain(d))
	}
	if len(d.ContainerDefinitions) != 1 {
		u.t.Fatalf("%d containers", len(d.ContainerDefinitions))
	}
	c := d.ContainerDefinitions[0]
	log := map[string]string{"awslogs-group": u.logGroup, "awslogs-region": acctest.Region(), "awslogs-stream-prefix": "ecs"}
	if aws.ToString(c.Name) != u.name || aws.ToString(c.Image) != "busybox" || !aws.ToBool(c.Essential) ||
		c.LogConfiguration.LogDriver != ecstypes.LogDriverAwslogs || !maps.Equal(c.LogConfiguration.Options, log) {
		u.t.Errorf("container: %v", u.plain(c))
	}
}

// TestAccTask_unknown: what is not known at the plan is not treated as left out, and only
// what follows from it is unknown too.
func TestAccTask_unknown(t *testing.T) {
	t.Parallel()
	name := acctest.NamePrefix + "unknown"
	for argument, c := range everyInShort(8, map[string]struct {
		value   string   // as HCL
		unknown []string // beside arn and revision
	}{
		"image":                {`"alpine"`, []string{"execution_role_policy_json", "image"}},
		"cpu":                  {"512", []string{"cpu", "memory"}},
		"memory":               {"1024", []string{"cpu", "memory"}},
		"architecture":         {`"ARM64"`, []string{"architecture"}},
		"container_name":       {`"main"`, []string{"container_name"}},
		"command":              {`["true"]`, []string{"command"}},
		"entry_point":          {`["sh"]`, []string{"entry_point"}},
		"working_directory":    {`"/tmp"`, []string{"working_directory"}},
		"user":                 {`"1000"`, []string{"user"}},
		"environment":          {`{ A = "1" }`, []string{"environment"}},
		"secrets":              {`{ A = "/a" }`, []string{"execution_role_policy_json", "secrets"}},
		"ports":                {"[{ container_port = 80, protocol = null, name = null, app_protocol = null }]", []string{"ports"}},
		"cluster":              {`"main"`, []string{"cluster", "cluster_arn"}},
		"subnet_ids":           {`["subnet-0123456789abcdef0"]`, []string{"assign_public_ip", "subnet_ids"}},
		"security_group_ids":   {`["sg-0123456789abcdef0"]`, []string{"security_group_ids"}},
		"assign_public_ip":     {"false", []string{"assign_public_ip"}},
		"keep_revisions":       {"1", []string{"keep_revisions"}},
		"tags":                 {`{ a = "b" }`, []string{"tags", "tags_all"}},
		"region":               {fmt.Sprintf("%q", acctest.Region()), nil}, // everything that can be: see below
		"secrets_kms_key_arns": {`["arn:aws:kms:us-east-1:123456789012:key/k"]`, []string{"execution_role_policy_json", "secrets_kms_key_arns"}},
		"name":                 {fmt.Sprintf("%q", name), []string{"container_name", "execution_role_arn", "execution_role_name", "execution_role_policy_json", "family_arn", "log_group_arn", "log_group_name", "name", "task_role_arn", "task_role_name"}},
		"log_group": {
			`{ name = "/logs", arn = null, retention_in_days = 7, kms_key_id = null, class = null, adopt = null, keep_on_destroy = null }`,
			[]string{"execution_role_policy_json", "log_group", "log_group_arn", "log_group_name", "log_kms_key_id", "log_retention_in_days"},
		},
		"execution_role": {
			fmt.Sprintf(`{ name = "%s-x", arn = null, path = null, description = null, max_session_duration = null, managed_policy_arns = null, policies = null }`, name),
			[]string{"execution_role", "execution_role_arn", "execution_role_name"},
		},
		"task_role": {
			fmt.Sprintf(`{ name = "%s-x", arn = null, path = null, description = null, max_session_duration = null, managed_policy_arns = null, policies = null }`, name),
			[]string{"task_role", "task_role_arn", "task_role_name"},
		},
	}) {
		t.Run(argument, func(t *testing.T) {
			t.Parallel()
			u := newUnit(t)
			if argument == "name" || argument == "execution_role" || argument == "task_role" {
				acctest.OnEmulator(t, "the same name every time")
			}
			checks := []plancheck.PlanCheck{creates()}
			if c.unknown != nil {
				checks = append(checks, unknown(append([]string{"arn", "revision"}, c.unknown...)...))
			} else {
				checks = append(checks, unknown(u.computed()...))
			}
			acctest.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: factories,
				Steps: []resource.TestStep{{
					Config:           u.config(argument+" = local.hidden") + hidden("hidden", c.value),
					ConfigPlanChecks: planned(checks...),
				}},
				CheckDestroy: acctest.CheckAccountEmpty(t),
			})
		})
	}
}

// computed are the attributes that the provider fills in when the configuration has only
// name and image.
func (u unit) computed() []string {
	return []string{
		"architecture", "arn", "assign_public_ip", "cluster", "cluster_arn", "container_name", "cpu", "drift", "execution_role_arn",
		"execution_role_name", "execution_role_policy_json", "family_arn", "keep_revisions", "launch_types", "log_group_arn", "log_group_name",
		"log_kms_key_id", "log_retention_in_days", "memory",
		"network_mode", "operating_system_family", "permissions_boundary", "region", "revision", "security_group_ids", "subnet_ids", "tags_all", "task_role_arn", "task_role_name", "task_role_policy_json",
		"wire_environment", "wire_policies",
	}
}
