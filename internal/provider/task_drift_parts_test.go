package provider_test

import (
	"maps"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// TestAccTask_drift_underived: if a role needs no policy of the task's, a policy of that name is removed.
func TestAccTask_drift_underived(t *testing.T) {
	t.Parallel()
	changes := []manualChange[heldTask]{{
		field: "policy docker-task added", changes: []string{"task_role_policy_json"},
		does: func(h heldTask) { h.cloud.PutRolePolicy(h.taskRole, "docker-task", readObjects) },
	}}
	t.Run("refreshed", func(t *testing.T) {
		t.Parallel()
		drifts(t, holdPlainTask, changes)
	})
	t.Run("imported", func(t *testing.T) {
		t.Parallel()
		importedDrifts(t, holdPlainTask, changes)
	})
}

// TestAccTask_drift_adopted: of an adopted log group, the unit manages its own tags only. A group that has lost the
// tag of an adopted one is still kept.
func TestAccTask_drift_adopted(t *testing.T) {
	t.Parallel()
	stand := func(t *testing.T) heldTask {
		h := holdPlainTask(t)
		h.cloud.CreateLogGroup(h.logGroup)
		h.cloud.TagLogGroup(h.logGroup, "owner", "somebody")
		h.arguments["log_group"], h.keeps = values{"adopt": true}, true
		return h
	}
	t.Run("tags", func(t *testing.T) {
		t.Parallel()
		var last heldTask
		drifts(t, func(t *testing.T) heldTask { last = stand(t); return last }, []manualChange[heldTask]{
			{
				field: "LogGroup: tags: mark removed", lines: []string{"log group: tags docker-task:adopted"},
				does: func(h heldTask) { h.cloud.UntagLogGroup(h.logGroup, "docker-task:adopted") },
			},
			{
				field: "LogGroup: tags: all of the unit's removed",
				lines: []string{"log group: tags docker-task:adopted, docker-task:assign-public-ip, docker-task:cluster, docker-task:security-groups, docker-task:subnets, docker-task:unit"},
				does: func(h heldTask) {
					tags := h.cloud.LogGroupTags(h.logGroup)
					delete(tags, "owner")
					for key := range tags {
						h.cloud.UntagLogGroup(h.logGroup, key)
					}
				},
			},
			{
				field: "LogGroup: tags: owner's changed",
				does:  func(h heldTask) { h.cloud.TagLogGroup(h.logGroup, "owner", "somebody else") },
			},
		})
		last.checkAdoptedLeft("somebody else")
	})
	t.Run("destroyed without its mark", func(t *testing.T) {
		t.Parallel()
		h := stand(t)
		state := mustApply(t, h.core, h.arguments)
		h.cloud.UntagLogGroup(h.logGroup, "docker-task:adopted")
		if _, err := h.core.destroy(state); err != nil {
			t.Fatal(err)
		}
		h.checkAdoptedLeft("somebody")
	})
	t.Run("imported", func(t *testing.T) {
		t.Parallel()
		h := stand(t)
		mustApply(t, h.core, h.arguments)
		state, err := h.core.imported(h.name)
		if err != nil {
			t.Fatal(err)
		}
		h.cloud.UntagLogGroup(h.logGroup, "docker-task:adopted")
		if _, err := h.core.destroy(state); err != nil {
			t.Fatal(err)
		}
		h.checkAdoptedLeft("somebody")
	})
	t.Run("made again", func(t *testing.T) {
		t.Parallel()
		h := stand(t)
		state := mustApply(t, h.core, h.arguments)
		h.remakeLogGroup(nil)
		h.cloud.DeleteLogGroup(h.logGroup)
		state, err := h.core.refresh(state)
		if err != nil {
			t.Fatal(err)
		}
		if state, err = h.core.apply(state, h.arguments); err != nil {
			t.Fatal(err)
		}
		h.core.mustPlanNothing(state, h.arguments)
		// Only the task's by now.
		if _, err := h.core.destroy(state); err != nil {
			t.Fatal(err)
		}
		if err := h.checkGone()(nil); err != nil {
			t.Error(err)
		}
	})
}

// checkAdoptedLeft checks that the group is left with the tag of its owner, and nothing else.
func (h heldTask) checkAdoptedLeft(owner string) {
	h.t.Helper()
	if h.cloud.LogGroup(h.logGroup) == nil {
		h.t.Fatal("the adopted log group was deleted")
	}
	if tags := h.cloud.LogGroupTags(h.logGroup); !maps.Equal(tags, map[string]string{"owner": owner}) {
		h.t.Errorf("tags of the log group: %v", tags)
	}
	h.cloud.DeleteLogGroup(h.logGroup)
	if err := h.checkGone()(nil); err != nil {
		h.t.Error(err)
	}
}

// TestAccTask_drift_given: changes of parts that are given by ARN are not drift: the task does not read them.
func TestAccTask_drift_given(t *testing.T) {
	t.Parallel()
	role := func(h heldTask) string { return h.name + "-given" }
	group := func(h heldTask) string { return h.logGroup + "-given" }
	drifts(t, func(t *testing.T) heldTask {
		h := holdPlainTask(t)
		arn := acctest.CreateRole(t, role(h))
		h.cloud.CreateLogGroup(group(h))
		h.arguments["execution_role"], h.arguments["task_role"] = values{"arn": arn}, values{"arn": arn}
		h.arguments["log_group"] = values{"arn": h.place.Regional("logs", "log-group:"+group(h))}
		return h
	}, []manualChange[heldTask]{
		{field: "Role.Description", does: func(h heldTask) {
			h.updateRole(&iam.UpdateRoleInput{RoleName: aws.String(role(h)), Description: aws.String("By hand.")})
		}},
		{field: "Role.AssumeRolePolicyDocument", does: func(h heldTask) { h.cloud.PutTrustPolicy(role(h), trustOfLambda) }},
		{field: "Role.Tags", does: func(h heldTask) { h.cloud.TagRole(role(h), "docker-task:unit", anotherUnit) }},
		{field: "policy docker-task", does: func(h heldTask) { h.cloud.PutRolePolicy(role(h), "docker-task", readObjects) }},
		{field: "Role.RoleId deleted", does: func(h heldTask) { h.cloud.DeleteRole(role(h)) }},
		{field: "LogGroup.RetentionInDays", does: func(h heldTask) { h.cloud.PutRetention(group(h), 7) }},
		{field: "LogGroup: tags", does: func(h heldTask) { h.cloud.TagLogGroup(group(h), "docker-task:unit", anotherUnit) }},
		{field: "LogGroup.CreationTime deleted", does: func(h heldTask) { h.cloud.DeleteLogGroup(group(h)) }},
	})
}

// TestAccTask_drift_ignoreTags: ignored tags may be added, changed and removed on any part; all other tags are
// managed.
func TestAccTask_drift_ignoreTags(t *testing.T) {
	t.Parallel()
	everywhere := func(tag func(h heldTask, set func(key, value string), remove func(key string))) func(heldTask) {
		return func(h heldTask) {
			arn := h.arn()
			tag(h, func(k, v string) { h.cloud.TagTaskDefinition(arn, k, v) }, func(k string) { h.cloud.UntagTaskDefinition(arn, k) })
			for _, role := range []string{h.executionRole, h.taskRole} {
				tag(h, func(k, v string) { h.cloud.TagRole(role, k, v) }, func(k string) { h.cloud.UntagRole(role, k) })
			}
			tag(h, func(k, v string) { h.cloud.TagLogGroup(h.logGroup, k, v) }, func(k string) { h.cloud.UntagLogGroup(h.logGroup, k) })
		}
	}
	for name, ignore := range map[string]values{
		"keys and prefixes":  {"keys": []any{"owner"}, "key_prefixes": []any{"corp:"}},
		"the provider's own": {"keys": []any{"owner", "docker-task:unit"}, "key_prefixes": []any{"corp:", "docker-"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			drifts(t, func(t *testing.T) heldTask {
				h := holdPlainTask(t)
				h.core = newProtocolClient(t, "docker_task", values{"ignore_tags": []any{ignore}})
				h.arguments["tags"] = values{"team": "video"}
				return h
			}, []manualChange[heldTask]{
				{field: "tags ignored and added", does: everywhere(func(_ heldTask, set func(key, value string), _ func(string)) {
					set("owner", "somebody")
					set("corp:cost", "1")
				})},
				{field: "tags ignored and changed", does: everywhere(func(_ heldTask, set func(key, value string), _ func(string)) { set("owner", "somebody else") })},
				{field: "tags ignored and removed", does: everywhere(func(_ heldTask, _ func(string, string), remove func(key string)) { remove("corp:cost") })},
				{
					field: "tags that are not ignored", changes: []string{"tags", "tags_all"},
					lines: []string{"task definition: tags team", "execution role: tags team", "task role: tags team", "log group: tags team"},
					does:  everywhere(func(_ heldTask, set func(key, value string), _ func(string)) { set("team", "audio") }),
				},
				{
					field: "tags of the provider", lines: []string{"task role: tags docker-task:unit", "log group: tags docker-task:cluster"},
					does: func(h heldTask) {
						h.cloud.UntagRole(h.taskRole, "docker-task:unit")
						h.cloud.TagLogGroup(h.logGroup, "docker-task:cluster", "elsewhere")
					},
				},
			})
		})
	}
}

// TestAccTask_drift_whole: as long as one part is left, the plan is an update; without any, a create.
func TestAccTask_drift_whole(t *testing.T) {
	t.Parallel()
	remove := map[string]func(heldTask){
		"definition":     func(h heldTask) { h.cloud.DeregisterAll(h.name) },
		"execution role": func(h heldTask) { h.cloud.DeleteRole(h.executionRole) },
		"task role":      func(h heldTask) { h.cloud.DeleteRole(h.taskRole) },
		"log group":      func(h heldTask) { h.remakeLogGroup(nil); h.cloud.DeleteLogGroup(h.logGroup) },
	}
	for _, left := range append(sortedNames(remove), "") {
		t.Run("but "+left, func(t *testing.T) {
			t.Parallel()
			h := holdTask(t)
			state := mustApply(t, h.core, h.arguments)
			before := h.look()
			for part, f := range remove {
				if part != left {
					f(h)
				}
			}
			state, err := h.core.refresh(state)
			if err != nil {
				t.Fatal(err)
			}
			if state.exists() != (left != "") {
				t.Fatalf("left is %q, and it is in state: %t", left, state.exists())
			}
			if state, err = h.core.apply(state, h.arguments); err != nil {
				t.Fatal(err)
			}
			h.core.mustPlanNothing(state, h.arguments)
			if left != "" {
				if err := different(before, h.look()); err != nil {
					t.Error(err)
				}
			}
			if _, err := h.core.destroy(state); err != nil {
				t.Fatal(err)
			}
			if err := h.checkGone()(nil); err != nil {
				t.Error(err)
			}
		})
	}
}
