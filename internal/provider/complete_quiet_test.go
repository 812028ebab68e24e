package provider_test

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
)

// TestAccTask_saidOtherwise: what means the same to ECS is quiet however it is written, and
// writing it so registers nothing. Here is what takes more than one attribute, or says what
// AWS answers; TestAccTask_spellings has every single one.
func TestAccTask_saidOtherwise(t *testing.T) {
	t.Parallel()
	for name, test := range everyInShort(3, map[string]struct{ one, other values }{
		"ports written out":       {values{"ports": []any{values{"container_port": 80}}}, values{"ports": []any{values{"container_port": 80, "host_port": 80, "protocol": "tcp"}}}},
		"the log's own options":   {nil, values{"log_driver": "awslogs", "log_options": values{"awslogs-stream-prefix": "ecs", "awslogs-region": "us-east-1"}}},
		"a sidecar":               {values{"sidecars": values{"s": values{"image": "envoy"}}}, values{"sidecars": values{"s": values{"image": "envoy", "essential": true, "environment": values{}, "ports": []any{}, "log_driver": "awslogs"}}}},
		"a size":                  {nil, values{"cpu": 256, "memory": 512, "architecture": "X86_64", "operating_system_family": "LINUX", "network_mode": "awsvpc", "launch_types": []any{"FARGATE"}}},
		"launch types":            {values{"launch_types": []any{"EC2", "FARGATE"}}, values{"launch_types": []any{"FARGATE", "EC2"}}},
		"EC2":                     {values{"launch_types": []any{"EC2"}, "container_memory": 64}, values{"launch_types": []any{"EC2"}, "container_memory": 64, "network_mode": "bridge"}},
		"a port of any on EC2":    {values{"launch_types": []any{"EC2"}, "container_memory": 64, "ports": []any{values{"container_port": 80}}}, values{"launch_types": []any{"EC2"}, "container_memory": 64, "ports": []any{values{"container_port": 80, "host_port": 0}}}},
		"MANAGED_INSTANCES":       {values{"launch_types": []any{"MANAGED_INSTANCES"}, "cpu": 1024, "memory": 2048}, values{"launch_types": []any{"MANAGED_INSTANCES"}, "cpu": 1024, "memory": 2048, "network_mode": "awsvpc"}},
		"EXTERNAL":                {values{"launch_types": []any{"EXTERNAL"}, "container_memory": 64, "network_mode": "awsvpc"}, values{"launch_types": []any{"EXTERNAL"}, "container_memory": 64, "network_mode": "awsvpc", "assign_public_ip": false}},
		"empty environment value": {values{"environment": values{"EMPTY": "", "A": "1"}}, values{"environment": values{"A": "1", "EMPTY": ""}}},
	}) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			newUnit(t)
			c := newProtocolClient(t, "docker_task", nil)
			one, other := merged(values{"name": "sample", "image": "busybox"}, test.one), merged(values{"name": "sample", "image": "busybox"}, test.other)
			for _, pair := range [][2]values{{one, other}, {other, one}} {
				for _, arguments := range pair {
					if err := c.validate(arguments); err != nil {
						t.Fatal(err)
					}
				}
				state, err := c.apply(c.nothing(), pair[0])
				if err != nil {
					t.Fatal(err)
				}
				c.quiet(t, "as it was written", state, pair[0])
				to, _, err := c.plan(state, pair[1])
				if err != nil {
					t.Fatal(err)
				}
				if have := changedAttributes(t, state.value, to.value); slices.Contains(have, "arn") {
					t.Errorf("written otherwise, the plan registers a revision: %v", have)
				}
				if !to.value.Equal(state.value) {
					if state, err = c.change(state, to, c.config(pair[1])); err != nil {
						t.Fatal(err)
					}
				}
				c.quiet(t, "written otherwise", state, pair[1])
				if _, err := c.destroy(state); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// TestAccTask_deleteRevisions: revisions that grow old, and all when the task is destroyed,
// are deleted too.
func TestAccTask_deleteRevisions(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	c := newProtocolClient(t, "docker_task", nil)
	arguments := func(image string) values {
		return values{"name": "sample", "image": image, "keep_revisions": 1, "delete_revisions": true}
	}
	state := c.nothing()
	var err error
	for _, image := range []string{"busybox:1", "busybox:2", "busybox:3"} {
		if state, err = c.apply(state, arguments(image)); err != nil {
			t.Fatal(err)
		}
	}
	with := func(status ecstypes.TaskDefinitionStatus) int {
		out, err := u.cloud.ECS.ListTaskDefinitions(t.Context(), &ecs.ListTaskDefinitionsInput{FamilyPrefix: aws.String("sample"), Status: status})
		if err != nil {
			t.Fatal(err)
		}
		return len(out.TaskDefinitionArns)
	}
	if active, inactive := with(ecstypes.TaskDefinitionStatusActive), with(ecstypes.TaskDefinitionStatusInactive); active != 2 || inactive != 0 {
		t.Errorf("%d revisions are ACTIVE and %d INACTIVE", active, inactive)
	}
	if _, err := c.destroy(state); err != nil {
		t.Fatal(err)
	}
	if active, inactive := with(ecstypes.TaskDefinitionStatusActive), with(ecstypes.TaskDefinitionStatusInactive); active+inactive != 0 {
		t.Errorf("%d revisions are left ACTIVE and %d INACTIVE", active, inactive)
	}
}

// TestAccTask_ignoreImage: a pipeline that deploys sidecars' and the main image keeps its
// revision.
func TestAccTask_ignoreImage(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	config := u.config(`sidecars = { proxy = { image = "envoy" } }
  lifecycle {
    ignore_changes = [image]
  }`)
	u.test(
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig: func() {
				u.registerElsewhere(func(in *ecs.RegisterTaskDefinitionInput) { in.ContainerDefinitions[0].Image = aws.String("deployed") })
			},
			Config:           config,
			ConfigPlanChecks: planned(plancheck.ExpectEmptyPlan()),
			ConfigStateChecks: []statecheck.StateCheck{
				has("image", knownvalue.StringExact("deployed")), has("revision", knownvalue.Int64Exact(2)),
			},
		},
	)
}
