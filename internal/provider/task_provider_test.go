package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// TestAccTask_provider_unknown: while the provider's region is not known, there is no client and no guess; the apply
// knows the region.
func TestAccTask_provider_unknown(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	config := strings.Replace(u.config(), fmt.Sprintf("region = %q", acctest.Region()), "region = local.region", 1) + hidden("region", fmt.Sprintf("%q", acctest.Region()))
	u.test(
		resource.TestStep{
			Config:            config,
			ConfigPlanChecks:  planned(creates(), unknown(u.computed()...)),
			ConfigStateChecks: []statecheck.StateCheck{has("region", knownvalue.StringExact(acctest.Region())), has("revision", knownvalue.Int64Exact(1))},
		},
		resource.TestStep{Config: config, ConfigPlanChecks: planned(plancheck.ExpectEmptyPlan())},
	)
}

// TestAccTask_provider_defaultTags: tags of the provider are on every part, and the task's
// own go over them.
func TestAccTask_provider_defaultTags(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	with := func(tags string, arguments ...string) string {
		return acctest.ProviderConfig(t, "default_tags {\n    tags = "+tags+"\n  }") + u.resource(arguments...)
	}
	tagged := func(want map[string]string) func() {
		return func() {
			u.t.Helper()
			_, definition := u.cloud.TaskDefinition(u.name)
			for _, tags := range []map[string]string{definition, u.cloud.RoleTags(u.executionRole), u.cloud.RoleTags(u.taskRole), u.cloud.LogGroupTags(u.logGroup)} {
				for key := range tags {
					if strings.HasPrefix(key, "docker-task:") {
						delete(tags, key)
					}
				}
				if fmt.Sprint(tags) != fmt.Sprint(want) {
					t.Errorf("tags %v, not %v", tags, want)
				}
			}
		}
	}
	u.test(
		resource.TestStep{
			Config:           with(`{ team = "video", cost = "1" }`, `tags = { team = "audio" }`),
			ConfigPlanChecks: planned(plans("tags_all", textMap(map[string]string{"team": "audio", "cost": "1"}))),
			PostApplyFunc:    tagged(map[string]string{"team": "audio", "cost": "1"}),
		},
		resource.TestStep{
			Config:           with(`{ team = "video", cost = "2" }`),
			ConfigPlanChecks: planned(updates(), unknown(), changes("tags", "tags_all")),
			PostApplyFunc:    tagged(map[string]string{"team": "video", "cost": "2"}),
		},
		// A default tag that is removed for good is drift of all parts.
		resource.TestStep{
			PreConfig:        func() { u.cloud.UntagTaskDefinition(u.arn(), "cost") },
			Config:           with(`{ team = "video", cost = "2" }`),
			ConfigPlanChecks: planned(updates(), changes("drift", "tags_all")),
			PostApplyFunc:    tagged(map[string]string{"team": "video", "cost": "2"}),
		},
		resource.TestStep{
			Config:           with(`{ team = local.team }`) + hidden("team", `"film"`),
			ConfigPlanChecks: planned(updates(), unknown("tags_all")),
			PostApplyFunc:    tagged(map[string]string{"team": "film"}),
		},
		resource.TestStep{Config: with(`{}`), PostApplyFunc: tagged(map[string]string{})},
		refused(with(`{ "docker-task:x" = "y" }`), `provider\s+keeps\s+tag\s+keys`),
	)
}

// TestAccTask_provider_ignoreTags: tags that others manage are neither shown nor removed.
func TestAccTask_provider_ignoreTags(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	config := func(arguments string) string {
		return acctest.ProviderConfig(t, "ignore_tags {\n    keys = [\"owner\"]\n    key_prefixes = [\"corp:\"]\n  }") + u.resource(arguments)
	}
	u.test(
		resource.TestStep{Config: config("")},
		resource.TestStep{
			PreConfig: func() {
				u.cloud.TagRole(u.taskRole, "owner", "somebody")
				u.cloud.TagTaskDefinition(u.arn(), "corp:cost", "1")
				u.cloud.TagLogGroup(u.logGroup, "corp:cost", "1")
			},
			Config:           config(""),
			ConfigPlanChecks: planned(plancheck.ExpectEmptyPlan()),
		},
		resource.TestStep{
			Config: config(`tags = { team = "video" }`),
			PostApplyFunc: func() {
				if tags := u.cloud.RoleTags(u.taskRole); tags["owner"] != "somebody" || tags["team"] != "video" {
					t.Errorf("tags of the role: %v", tags)
				}
				if tags := u.cloud.LogGroupTags(u.logGroup); tags["corp:cost"] != "1" {
					t.Errorf("tags of the log group: %v", tags)
				}
			},
		},
	)
}

// TestAccTask_provider_otherAccount: credentials of another account than state's do nothing.
func TestAccTask_provider_otherAccount(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	acctest.OnEmulator(t, "there is one account only")
	other := "299999999999"
	otherwise := func(arguments ...string) string {
		return strings.ReplaceAll(acctest.ProviderConfig(t), acctest.AccountID(t), other) + u.resource(arguments...)
	}
	message := `(?s)Credentials\s+of\s+another\s+account.*in\s+account\s+` + acctest.AccountID(t) + `.*for\s+account\s+` + other
	u.test(
		resource.TestStep{Config: u.config()},
		refused(otherwise(), message),
		refused(otherwise(`image = "alpine"`), message),
		resource.TestStep{Config: u.config(), ConfigPlanChecks: planned(plancheck.ExpectEmptyPlan())},
	)
}

// TestAccTask_provider_skipAccount: without the account id ARNs are unknown on create and
// come from state afterwards.
func TestAccTask_provider_skipAccount(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	config := func(arguments ...string) string {
		return acctest.ProviderConfig(t, "skip_requesting_account_id = true", "skip_credentials_validation = true") + u.resource(arguments...)
	}
	u.test(
		resource.TestStep{
			Config: config(),
			ConfigPlanChecks: planned(creates(), unknown("arn", "cluster_arn", "execution_role_arn", "execution_role_policy_json",
				"family_arn", "log_group_arn", "revision", "task_role_arn")),
			ConfigStateChecks: []statecheck.StateCheck{
				has("task_role_arn", knownvalue.StringExact(u.place.Global("iam", "role/"+u.taskRole))),
				has("execution_role_policy_json", knownvalue.StringFunc(u.isLogPolicy)),
			},
			PostApplyFunc: u.checkRoles,
		},
		resource.TestStep{Config: config(), ConfigPlanChecks: planned(plancheck.ExpectEmptyPlan())},
		resource.TestStep{Config: config(`image = "alpine"`), ConfigPlanChecks: planned(updates(), unknown("arn", "revision"))},
		resource.TestStep{Config: config(`image = "alpine"`, `tags = { a = "b" }`), ConfigPlanChecks: planned(updates(), unknown())},
	)
}

// TestAccTask_provider_skipAccount_imported: the account is requested if no ARN has it: a trust policy without an
// account would admit no one. An older release read ARNs without.
func TestAccTask_provider_skipAccount_imported(t *testing.T) {
	t.Parallel()
	for name, old := range map[string]bool{"read now": false, "read of old": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u := newUnit(t)
			c := newProtocolClient(t, "docker_task", values{"skip_requesting_account_id": true, "skip_credentials_validation": true})
			arguments := values{"name": "sample", "image": "busybox"}
			if _, err := c.apply(c.nothing(), arguments); err != nil {
				t.Fatal(err)
			}
			u.cloud.DeregisterAll("sample")
			state, err := c.imported("sample")
			if err != nil {
				t.Fatal(err)
			}
			family := u.place.Regional("ecs", "task-definition/sample")
			if have := textOf(t, state, "family_arn"); have != family {
				t.Errorf("family_arn is %q, not %q", have, family)
			}
			if old {
				state.value, err = tftypes.Transform(state.value, func(at *tftypes.AttributePath, v tftypes.Value) (tftypes.Value, error) {
					if at.Equal(tftypes.NewAttributePath().WithAttributeName("family_arn")) {
						return tftypes.NewValue(tftypes.String, strings.Replace(family, u.place.Account, "", 1)), nil
					}
					return v, nil
				})
				if err != nil {
					t.Fatal(err)
				}
			}
			if state, err = c.apply(state, arguments); err != nil {
				t.Fatal(err)
			}
			if trust := u.cloud.TrustPolicy("sample-" + acctest.Region() + "-task"); !strings.Contains(trust, u.place.Account) {
				t.Errorf("the task role trusts %s", trust)
			}
			if _, err := c.destroy(state); err != nil {
				t.Error(err)
			}
		})
	}
}
