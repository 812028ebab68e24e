package provider_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// heldTask is a docker task that exists.
type heldTask struct {
	unit
	core      protocolClient
	arguments values
	keeps     bool // something stays when it is destroyed
}

func (h heldTask) terraform() (protocolClient, values) { return h.core, h.arguments }

func (h heldTask) id() string { return h.name }

func (h heldTask) gone() error {
	if h.keeps {
		return nil
	}
	return h.checkGone()(nil)
}

func (h heldTask) roleName(kind string) string {
	return map[string]string{"execution": h.executionRole, "task": h.taskRole}[kind]
}

// holdTask is a docker task with all kinds of parts, to which others have added theirs.
func holdTask(t *testing.T) heldTask {
	t.Helper()
	u := newUnit(t)
	role := values{
		"description": "By Terraform.", "managed_policy_arns": []any{u.policy("listed")}, "policies": values{"objects": readObjects},
	}
	return heldTask{unit: u, core: newProtocolClient(t, "docker_task", nil), arguments: values{
		"name": u.name, "image": "busybox", "environment": values{"A": "1", "B": "2"}, "tags": values{"team": "video"},
		"permissions_boundary": u.policy("boundary"), "execution_role": role, "task_role": role,
		"log_group": values{"retention_in_days": 90},
		"sidecars":  values{"proxy": values{"image": "envoy", "essential": false}},
		"wires":     values{"jobs": values{"job_queue": "jobs", "access": "read", "containers": []any{u.name, "proxy"}}},
	}}
}

// holdPlainTask is a docker task with the required arguments alone.
func holdPlainTask(t *testing.T) heldTask {
	t.Helper()
	u := newUnit(t)
	return heldTask{unit: u, core: newProtocolClient(t, "docker_task", nil), arguments: values{"name": u.name, "image": "busybox"}}
}

// remakeRole deletes a role and creates another one of its name, without the unit's tags.
func (u unit) remakeRole(name string, change func(*iam.CreateRoleInput)) {
	u.t.Helper()
	u.cloud.DeleteRole(name)
	in := &iam.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: aws.String(trustOfLambda)}
	if change != nil {
		change(in)
	}
	if _, err := u.cloud.IAM.CreateRole(u.t.Context(), in); err != nil {
		u.t.Fatal(err)
	}
}

func (u unit) putBoundary(role, policy string) {
	u.t.Helper()
	_, err := u.cloud.IAM.PutRolePermissionsBoundary(u.t.Context(), &iam.PutRolePermissionsBoundaryInput{RoleName: &role, PermissionsBoundary: &policy})
	if err != nil {
		u.t.Fatal(err)
	}
}

// respelled is a policy with the same meaning, spelled otherwise.
func otherwise(document string) string {
	return strings.ReplaceAll(strings.ReplaceAll(document, `"Effect":"Allow"`, "\n  \"Effect\" : \"Allow\""), `"Version":"2012-10-17",`, `"Version" : "2012-10-17", `)
}

// anotherUnit marks a part as another unit's.
const anotherUnit = "anotherunitsid"

// roleDrift are changes of a role, for both kinds of roles.
func roleDrift(kind string) []manualChange[heldTask] {
	attribute, policy := kind+"_role", kind+"_role_policy_json"
	on := func(f func(h heldTask, role string)) func(heldTask) {
		return func(h heldTask) { f(h, h.roleName(kind)) }
	}
	line := func(text string) []string { return []string{kind + " role: " + text} }
	boundary := manualChange[heldTask]{changes: []string{"permissions_boundary"}}
	if kind == "task" { // the attribute tells of the execution role
		boundary = manualChange[heldTask]{lines: line("permissions boundary")}
	} else { // where nothing else is known, it is the one that the execution role has
		boundary.imported = []string{"drift", "permissions_boundary"}
	}
	boundary.field, boundary.does = "Role.PermissionsBoundary removed", on(func(h heldTask, role string) { h.removeBoundary(role) })
	otherBoundary := boundary
	otherBoundary.field, otherBoundary.does = "Role.PermissionsBoundary replaced", on(func(h heldTask, role string) { h.putBoundary(role, h.policy("other")) })
	return []manualChange[heldTask]{
		boundary, otherBoundary,
		{
			field: "Role.Description changed", changes: []string{attribute},
			does: on(func(h heldTask, role string) {
				h.updateRole(&iam.UpdateRoleInput{RoleName: &role, Description: aws.String("By hand."), MaxSessionDuration: aws.Int32(3600)})
			}),
		},
		{
			field: "Role.MaxSessionDuration changed", changes: []string{attribute},
			does: on(func(h heldTask, role string) {
				h.updateRole(&iam.UpdateRoleInput{RoleName: &role, Description: aws.String("By Terraform."), MaxSessionDuration: aws.Int32(7200)})
			}),
		},
		{
			field: "Role.AssumeRolePolicyDocument replaced", lines: line("trust policy"),
			does: on(func(h heldTask, role string) { h.cloud.PutTrustPolicy(role, trustOfLambda) }),
		},
		{
			field: "Role.AssumeRolePolicyDocument widened", lines: line("trust policy"),
			does: on(func(h heldTask, role string) {
				h.cloud.PutTrustPolicy(role, strings.Replace(h.cloud.TrustPolicy(role), `"ecs-tasks.amazonaws.com"`, `["ecs-tasks.amazonaws.com","lambda.amazonaws.com"]`, 1))
			}),
		},
		{
			field: "Role.AssumeRolePolicyDocument written otherwise",
			does:  on(func(h heldTask, role string) { h.cloud.PutTrustPolicy(role, otherwise(h.cloud.TrustPolicy(role))) }),
		},
		{
			field: "Role.Tags added", lines: line("tags by hand"),
			does: on(func(h heldTask, role string) { h.cloud.TagRole(role, "by hand", "yes") }),
		},
		{
			field: "Role.Tags changed", lines: line("tags team"),
			does: on(func(h heldTask, role string) { h.cloud.TagRole(role, "team", "audio") }),
		},
		{
			field: "Role.Tags removed", lines: line("tags team"),
			does: on(func(h heldTask, role string) { h.cloud.UntagRole(role, "team") }),
		},
		{
			field: "Role.Tags: where it runs changed", lines: line("tags docker-task:assign-public-ip, docker-task:cluster"),
			imported: []string{"drift", "cluster", "cluster_arn"}, // the other role says otherwise: it takes none
			does: on(func(h heldTask, role string) {
				h.cloud.TagRole(role, "docker-task:cluster", "elsewhere")
				h.cloud.TagRole(role, "docker-task:assign-public-ip", "maybe")
			}),
		},
		{
			field: "Role.Tags: where it runs removed", lines: line("tags docker-task:security-groups, docker-task:subnets"),
			does: on(func(h heldTask, role string) {
				h.cloud.UntagRole(role, "docker-task:subnets", "docker-task:security-groups")
			}),
		},
		{
			field: "Role.Tags: one like the provider's added", lines: line("tags docker-task:more"),
			does: on(func(h heldTask, role string) { h.cloud.TagRole(role, "docker-task:more", "yes") }),
		},
		{
			field: "Role.Tags: unit removed", lines: line("tags docker-task:unit"),
			does: on(func(h heldTask, role string) { h.cloud.UntagRole(role, "docker-task:unit") }),
		},
		{
			field: "Role.Tags: another unit", refused: "role NAME-" + acctest.Region() + "-" + kind + " exists in account ACCOUNT and belongs to another unit of this provider",
			does: on(func(h heldTask, role string) { h.cloud.TagRole(role, "docker-task:unit", anotherUnit) }),
			undo: on(func(h heldTask, role string) { h.cloud.UntagRole(role, "docker-task:unit") }),
		},
		{
			field: "policy docker-task removed", changes: []string{policy},
			does: on(func(h heldTask, role string) { h.cloud.DeleteRolePolicy(role, "docker-task") }),
		},
		{
			field: "policy docker-task replaced", changes: []string{policy},
			does: on(func(h heldTask, role string) { h.cloud.PutRolePolicy(role, "docker-task", readQueues) }),
		},
		{
			field: "policy listed removed", changes: []string{attribute},
			does: on(func(h heldTask, role string) { h.cloud.DeleteRolePolicy(role, "objects") }),
		},
		{
			field: "policy listed replaced", changes: []string{attribute},
			does: on(func(h heldTask, role string) { h.cloud.PutRolePolicy(role, "objects", readQueues) }),
		},
		{
			field: "policy listed written otherwise",
			does:  on(func(h heldTask, role string) { h.cloud.PutRolePolicy(role, "objects", otherwise(readObjects)) }),
		},
		{
			field: "policy of others added",
			does:  on(func(h heldTask, role string) { h.cloud.PutRolePolicy(role, "by-hand", readQueues) }),
		},
		{
			field: "managed policy listed detached", changes: []string{attribute},
			does: on(func(h heldTask, role string) { h.cloud.DetachPolicy(role, h.policy("listed")) }),
		},
		{
			field: "policy docker-task written otherwise", imported: []string{policy}, // as AWS has it
			does: on(func(h heldTask, role string) {
				document, _ := h.cloud.RolePolicy(role, "docker-task")
				h.cloud.PutRolePolicy(role, "docker-task", otherwise(document))
			}),
		},
	}
}

// othersManagedPolicy is the last change: for an import, every attached policy is the task's.
func othersManagedPolicy(kind string) manualChange[heldTask] {
	return manualChange[heldTask]{
		field:    "managed policy of others attached",
		does:     func(h heldTask) { h.cloud.AttachPolicy(h.roleName(kind), h.policy("by-hand")) },
		imported: []string{},
	}
}

// goneRoleDrift are changes of a role as a whole.
func goneRoleDrift(kind string) []manualChange[heldTask] {
	arn, policy := kind+"_role_arn", kind+"_role_policy_json"
	changes := []string{arn, policy}
	remade := []string{kind + "_role", policy, "permissions_boundary"}
	tags := kind + " role: tags docker-task:assign-public-ip, docker-task:cluster, docker-task:security-groups, docker-task:subnets, docker-task:unit, team"
	lines := []string{kind + " role: trust policy", tags}
	if kind == "task" {
		remade = []string{kind + "_role", policy}
		lines = []string{kind + " role: trust policy", kind + " role: permissions boundary", tags}
	}
	return []manualChange[heldTask]{
		{
			field: "Role.RoleId deleted", changes: changes,
			does: func(h heldTask) { h.cloud.DeleteRole(h.roleName(kind)) },
		},
		{
			field: "Role.RoleId made again by hand", changes: remade, lines: lines,
			does: func(h heldTask) { h.remakeRole(h.roleName(kind), nil) },
		},
		{
			field: "Role.RoleId made again by another unit", refused: "role NAME-" + acctest.Region() + "-" + kind + " exists in account ACCOUNT and belongs to another unit of this provider",
			does: func(h heldTask) {
				h.remakeRole(h.roleName(kind), func(in *iam.CreateRoleInput) {
					in.Tags = []iamtypes.Tag{{Key: aws.String("docker-task:unit"), Value: aws.String(anotherUnit)}}
				})
			},
			undo: func(h heldTask) { h.cloud.DeleteRole(h.roleName(kind)) },
		},
		{
			field: "Role.Path: made again elsewhere", refused: "IAM cannot move a role",
			does: func(h heldTask) {
				h.remakeRole(h.roleName(kind), func(in *iam.CreateRoleInput) { in.Path = aws.String("/elsewhere/") })
			},
			undo: func(h heldTask) { h.cloud.DeleteRole(h.roleName(kind)) },
		},
	}
}

// TestAccTask_drift_roles: manual changes of both roles.
func TestAccTask_drift_roles(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"execution", "task"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			drifts(t, holdTask, append(roleDrift(kind), othersManagedPolicy(kind)))
		})
		t.Run(kind+" as a whole", func(t *testing.T) {
			t.Parallel()
			drifts(t, holdTask, goneRoleDrift(kind))
		})
		t.Run(kind+" imported", func(t *testing.T) {
			t.Parallel()
			importedDrifts(t, holdTask, roleDrift(kind))
		})
	}
}
