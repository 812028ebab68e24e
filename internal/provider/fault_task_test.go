package provider_test

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// faultyTask is docker_task under faults. Its subnets are given, because the lookup of the default subnets is an
// operation of its own.
var faultyTask = &subject{
	typeName: "docker_task",
	around:   func(_ *testing.T, h *faultHarness) { h.makePolicy() },
	made: func(h faultHarness) values {
		return values{
			"name": h.name, "image": "busybox", "subnet_ids": []any{"subnet-0a"},
			"execution_role": values{"policies": values{"objects": readObjects}, "managed_policy_arns": []any{h.policyARN()}},
			"tags":           values{"team": "video"},
			"keep_revisions": 0,
		}
	},
	imported: func(h faultHarness) string { return h.name + "@" + acctest.Region() },
	changes: []faultChange{
		{name: "image, which registers a revision", to: alike(values{"image": "alpine"})},
		{name: "tags", to: alike(values{"tags": values{"owner": "audio"}})},
		{name: "cluster and network", to: alike(values{"cluster": "batch", "subnet_ids": []any{"subnet-0b"}, "security_group_ids": []any{"sg-0a"}, "assign_public_ip": true})},
		{name: "retention of the log group", to: alike(values{"log_group": values{"retention_in_days": 7}})},
		{name: "retention of the log group removed", to: alike(values{"log_group": values{"retention_in_days": 0}})},
		{name: "policies of a role added and removed", to: func(h faultHarness) values {
			return values{
				"execution_role": values{"policies": values{"queues": readQueues}},
				"task_role":      values{"policies": values{"objects": readObjects}, "managed_policy_arns": []any{h.policyARN()}},
			}
		}},
		{name: "settings of a role", to: alike(values{"task_role": values{"description": "Does it.", "max_session_duration": 7200}})},
		{name: "permissions boundary set", to: func(h faultHarness) values { return values{"permissions_boundary": h.policyARN()} }},
		{
			name:   "permissions boundary removed",
			before: func(h faultHarness) []values { return []values{{"permissions_boundary": h.policyARN()}} },
			to:     alike(values{"permissions_boundary": nil}),
		},
		{name: "wires, which change policy and environment", to: alike(values{"wires": values{"uploads": values{"object_store": "uploads", "access": "read"}}})},
		{
			name:   "one role in place of two",
			before: alike([]values{{"wires": values{"uploads": values{"object_store": "uploads", "access": "read"}}}}),
			to:     alike(values{"single_role": true}),
		},
		{name: "role renamed", to: func(h faultHarness) values { return values{"task_role": values{"name": h.name + "-renamed"}} }},
		{
			name: "role given up",
			to:   func(h faultHarness) values { return values{"task_role": values{"arn": h.roleARN(h.taskRole())}} },
			kept: keptRole(faultHarness.taskRole),
		},
		{
			name: "role taken over",
			prepare: func(h faultHarness) {
				_, err := h.cloud.IAM.CreateRole(h.t.Context(), &iam.CreateRoleInput{RoleName: aws.String(h.name + "-theirs"), AssumeRolePolicyDocument: aws.String(trustOfLambda)})
				h.must(h.nothing(), err)
			},
			before: func(h faultHarness) []values {
				return []values{{"task_role": values{"arn": h.roleARN(h.name + "-theirs")}}}
			},
			to: func(h faultHarness) values { return values{"task_role": values{"name": h.name + "-theirs"}} },
			kept: func(h faultHarness, _ bool) {
				keptRole(func(h faultHarness) string { return h.name + "-theirs" })(h, false)
			},
		},
		{
			name:   "log group renamed",
			to:     func(h faultHarness) values { return values{"log_group": values{"name": "/logs/" + h.name}} },
			oneWay: true,
			kept:   keptLogGroup(faultHarness.logGroup),
		},
		{
			name: "log group given up",
			to: func(h faultHarness) values {
				return values{"log_group": values{"arn": h.place.Regional("logs", "log-group:"+h.logGroup())}}
			},
			kept: keptLogGroup(faultHarness.logGroup),
		},
		{
			name:    "log group of its own in place of a given one",
			prepare: makeLogGroup,
			before: func(h faultHarness) []values {
				return []values{{"log_group": values{"arn": h.place.Regional("logs", "log-group:"+h.theirGroup())}}}
			},
			to:     func(h faultHarness) values { return values{"log_group": values{"name": h.logGroup()}} },
			oneWay: true,
			kept:   func(h faultHarness, _ bool) { keptLogGroup(faultHarness.theirGroup)(h, true) },
		},
		{
			name:    "log group adopted",
			prepare: makeLogGroup,
			to: func(h faultHarness) values {
				return values{"log_group": values{"name": h.theirGroup(), "adopt": true}}
			},
			oneWay: true,
			kept: func(h faultHarness, changed bool) {
				keptLogGroup(faultHarness.logGroup)(h, changed)
				keptLogGroup(faultHarness.theirGroup)(h, true)
			},
		},
		{
			name:   "older revisions deregistered",
			before: alike([]values{{"keep_revisions": 5}, {"keep_revisions": 5, "image": "alpine"}, {"keep_revisions": 5, "image": "debian"}}),
			to:     alike(values{"keep_revisions": 0}),
		},
		{name: "older revisions deleted", to: alike(values{"image": "alpine", "delete_revisions": true})},
		{
			name: "much at once",
			to: func(h faultHarness) values {
				return values{
					"image":          "alpine",
					"execution_role": values{"policies": values{"queues": readQueues}, "description": "Starts it."},
					"task_role":      values{"name": h.name + "-renamed"},
					"log_group":      values{"name": "/logs/" + h.name, "retention_in_days": 7},
					"tags":           values{"team": "audio"},
				}
			},
			oneWay: true,
			kept:   keptLogGroup(faultHarness.logGroup),
		},
		{name: "name", replaces: true, to: func(h faultHarness) values { return values{"name": h.name + "-renamed"} }},
	},
	variants: []faultVariant{
		{
			name: "log group adopted", creates: true, prepare: makeLogGroup,
			// The user's own tags stay on it, so they would show nothing about the unit's.
			made: func(h faultHarness) values {
				return values{"log_group": values{"name": h.theirGroup(), "adopt": true}, "tags": nil}
			},
		},
		{
			name: "log group kept",
			made: alike(values{"log_group": values{"keep_on_destroy": true}}),
			kept: keptLogGroup(faultHarness.logGroup),
		},
		{
			name: "one role", creates: true,
			made: alike(values{"single_role": true, "wires": values{"uploads": values{"object_store": "uploads", "access": "read"}}}),
		},
		{name: "revisions deleted", made: alike(values{"delete_revisions": true})},
		{name: "role in an instance profile", later: func(h faultHarness) {
			ctx := h.t.Context()
			_, err := h.cloud.IAM.CreateInstanceProfile(ctx, &iam.CreateInstanceProfileInput{InstanceProfileName: &h.name})
			h.must(h.nothing(), err)
			_, err = h.cloud.IAM.AddRoleToInstanceProfile(ctx, &iam.AddRoleToInstanceProfileInput{InstanceProfileName: &h.name, RoleName: aws.String(h.taskRole())})
			h.must(h.nothing(), err)
		}},
	},
	more: []faultOperation{
		{
			name: "first plan, which configures the provider", reads: true,
			prepare: func(h faultHarness) resourceState { return h.nothing() },
			run: func(h faultHarness, before resourceState) (resourceState, error) {
				c, err := configuredCore(h.context(), h.t, factories["docker"], h.typeName, values{"max_retries": 3})
				if err != nil {
					return before, err
				}
				c.ctx = h.ctx
				_, _, err = c.plan(c.nothing(), h.arguments(values{"subnet_ids": nil}))
				return before, err
			},
			endings: []faultEnding{{name: "destroyed", finish: destroyed}},
		},
		{
			name: "data source", reads: true,
			prepare: func(h faultHarness) resourceState { return h.must(h.apply(h.nothing(), h.arguments())) },
			run: func(h faultHarness, before resourceState) (resourceState, error) {
				return before, h.data("docker_task", values{"name": h.name})
			},
			endings: []faultEnding{{name: "destroyed", finish: destroyed}},
		},
	},
}

// alike are the same arguments whatever the unit is called.
func alike[T any](arguments T) func(faultHarness) T { return func(faultHarness) T { return arguments } }

func (h faultHarness) taskRole() string { return fmt.Sprintf("%s-%s-task", h.name, acctest.Region()) }

func (h faultHarness) logGroup() string { return "/ecs/" + h.name }

// theirGroup is a log group of another owner; makeLogGroup creates it, with a tag.
func (h faultHarness) theirGroup() string { return "/theirs/" + h.name }

func makeLogGroup(h faultHarness) {
	h.t.Helper()
	h.cloud.CreateLogGroup(h.theirGroup())
	h.cloud.TagLogGroup(h.theirGroup(), "owner", "somebody")
}

func (h faultHarness) roleARN(name string) string { return h.place.Global("iam", "role/"+name) }

// makePolicy creates a managed policy that belongs to no unit.
func (h faultHarness) makePolicy() {
	h.t.Helper()
	_, err := h.cloud.IAM.CreatePolicy(h.t.Context(), &iam.CreatePolicyInput{PolicyName: aws.String(h.others + "-policy"), PolicyDocument: aws.String(readObjects)})
	h.must(h.nothing(), err)
}

func (h faultHarness) policyARN() string { return h.place.Global("iam", "policy/"+h.others+"-policy") }
