package provider_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// heldWire is a wire that exists, between a role and a task of others.
type heldWire struct {
	wireFixture
	unit
	core      protocolClient
	arguments values
}

func (h heldWire) terraform() (protocolClient, values) { return h.core, h.arguments }

func (h heldWire) id() string { return h.task }

func (h heldWire) look() map[string]part {
	out := map[string]part{}
	for _, name := range []string{h.wireFixture.role, h.taskRole} {
		if r := h.unit.role(name); r != nil {
			out["role "+name] = r
		}
	}
	return out
}

// gone checks that both roles have what others put there, and nothing of the wire's.
func (h heldWire) gone() error {
	for _, role := range []string{h.wireFixture.role, h.taskRole} {
		if !h.aws.RoleExists(role) {
			continue
		}
		for _, name := range h.aws.RolePolicies(role) {
			if strings.HasPrefix(name, h.defaultPolicyName()) {
				return &leftPolicyError{role, name}
			}
		}
	}
	return nil
}

type leftPolicyError struct{ role, policy string }

func (e *leftPolicyError) Error() string { return "role " + e.role + " still has policy " + e.policy }

// holdWire is a wire with a policy on both roles.
func holdWire(t *testing.T) heldWire {
	t.Helper()
	w := newWired(t)
	h := heldWire{
		wireFixture: w, core: newProtocolClient(t, "docker_task_wire", nil),
		unit: unit{t: t, cloud: w.aws, name: w.task, policies: map[string]string{}, taskRole: w.task + "-" + acctest.Region() + "-task"},
	}
	acctest.CreateRole(t, h.taskRole)
	byHand := h.policy("by-hand")
	t.Cleanup(func() { // before policy and roles are deleted
		for _, role := range []string{h.wireFixture.role, h.taskRole} {
			if h.aws.RoleExists(role) && slices.Contains(h.aws.AttachedPolicies(role), byHand) {
				h.aws.DetachPolicy(role, byHand)
			}
		}
	})
	h.arguments = values{
		"task": values{"name": w.task, "subnet_ids": []any{"subnet-0a"}}, "consumer_role": w.role,
		"integration": "step_functions_task_token", "state_machine": "nightly",
	}
	return h
}

// onConsumer and onTask are the roles and policies that a change is of.
func (h heldWire) onConsumer() (role, policy string) {
	return h.wireFixture.role, h.defaultPolicyName()
}

func (h heldWire) onTask() (role, policy string) {
	return h.taskRole, h.defaultPolicyName() + "-token-nightly"
}

func wireDrift(of func(heldWire) (role, policy string), attribute string) []manualChange[heldWire] {
	changes := []string{attribute}
	return []manualChange[heldWire]{
		{field: attribute + " removed", changes: changes, does: func(h heldWire) { role, policy := of(h); h.aws.DeleteRolePolicy(role, policy) }},
		{field: attribute + " replaced", changes: changes, does: func(h heldWire) { role, policy := of(h); h.aws.PutRolePolicy(role, policy, readQueues) }},
		{field: attribute + " widened", changes: changes, does: func(h heldWire) {
			role, policy := of(h)
			document, _ := h.aws.RolePolicy(role, policy)
			h.aws.PutRolePolicy(role, policy, strings.Replace(document, `"Statement":[`, `"Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"},`, 1))
		}},
		{field: attribute + " written otherwise", does: func(h heldWire) {
			role, policy := of(h)
			document, _ := h.aws.RolePolicy(role, policy)
			h.aws.PutRolePolicy(role, policy, otherwise(document))
		}},
		{field: "policy of others added", does: func(h heldWire) { role, _ := of(h); h.aws.PutRolePolicy(role, "by-hand", readQueues) }},
		{field: "policy of others replaced", does: func(h heldWire) { role, _ := of(h); h.aws.PutRolePolicy(role, "by-hand", readObjects) }},
		{field: "managed policy of others attached", does: func(h heldWire) { role, _ := of(h); h.aws.AttachPolicy(role, h.policy("by-hand")) }},
		{field: "Role.Description", does: func(h heldWire) {
			role, _ := of(h)
			h.updateRole(&iam.UpdateRoleInput{RoleName: &role, Description: aws.String("By hand.")})
		}},
		{field: "Role.AssumeRolePolicyDocument", does: func(h heldWire) {
			role, _ := of(h)
			h.aws.PutTrustPolicy(role, strings.ReplaceAll(trustOfLambda, "lambda", "states"))
		}},
		{field: "Role.Tags", does: func(h heldWire) { role, _ := of(h); h.aws.TagRole(role, "docker-task:unit", anotherUnit) }},
	}
}

// TestAccWire_drift: manual changes of the roles of others that have policies of the wire.
func TestAccWire_drift(t *testing.T) {
	t.Parallel()
	t.Run("consumer", func(t *testing.T) {
		t.Parallel()
		drifts(t, holdWire, wireDrift(heldWire.onConsumer, "policy_json"))
	})
	t.Run("task token", func(t *testing.T) {
		t.Parallel()
		drifts(t, holdWire, wireDrift(heldWire.onTask, "task_token_policy_json"))
	})
	t.Run("computed only", func(t *testing.T) {
		t.Parallel()
		drifts(t, func(t *testing.T) heldWire {
			h := holdWire(t)
			h.arguments["attach_policy"] = false
			return h
		}, []manualChange[heldWire]{
			{field: "policy of others with the wire's name, on nobody's account", does: func(h heldWire) { h.aws.PutRolePolicy(h.wireFixture.role, "docker-task", readQueues) }},
			{field: "Role.RoleId deleted", does: func(h heldWire) { h.aws.DeleteRole(h.wireFixture.role) }},
		})
	})
}

// TestAccWire_destroy: after any manual change of the roles, destroy removes the wire's policies and nothing else.
func TestAccWire_destroy(t *testing.T) {
	t.Parallel()
	for name, does := range map[string]func(heldWire){
		"nothing": func(heldWire) {},
		"both policies gone": func(h heldWire) {
			h.aws.DeleteRolePolicy(h.onConsumer())
			h.aws.DeleteRolePolicy(h.onTask())
		},
		"one policy gone": func(h heldWire) { h.aws.DeleteRolePolicy(h.onConsumer()) },
		"replaced": func(h heldWire) {
			role, policy := h.onConsumer()
			h.aws.PutRolePolicy(role, policy, readQueues)
		},
		"policies of others": func(h heldWire) {
			h.aws.PutRolePolicy(h.wireFixture.role, "by-hand", readQueues)
			h.aws.AttachPolicy(h.wireFixture.role, h.policy("by-hand"))
			h.aws.PutRolePolicy(h.taskRole, "docker-task", readQueues)
		},
		"consumer's role gone": func(h heldWire) { h.aws.DeleteRole(h.wireFixture.role) },
		"task's role gone":     func(h heldWire) { h.aws.DeleteRole(h.taskRole) },
		"both roles gone":      func(h heldWire) { h.aws.DeleteRole(h.wireFixture.role); h.aws.DeleteRole(h.taskRole) },
	} {
		for _, refreshed := range []bool{true, false} {
			t.Run(name+map[bool]string{true: ", refreshed"}[refreshed], func(t *testing.T) {
				t.Parallel()
				h := holdWire(t)
				state := mustApply(t, h.core, h.arguments)
				does(h)
				want := h.look()
				for _, policy := range []func() (role, policy string){h.onConsumer, h.onTask} {
					role, name := policy()
					if left, ok := want["role "+role]; ok {
						policies, _ := left["policies"].(map[string]any)
						delete(policies, name)
					}
				}
				var err error
				if refreshed {
					if state, err = h.core.refresh(state); err != nil {
						t.Fatal(err)
					}
				}
				if state.exists() {
					if _, err := h.core.destroy(state); err != nil {
						t.Fatal(err)
					}
				}
				if err := different(want, h.look()); err != nil {
					t.Error(err)
				}
			})
		}
	}
}
