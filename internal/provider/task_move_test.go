package provider_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// Sources whose state docker_task can take in a moved block.
const (
	awsType   = "aws_ecs_task_definition"
	awsccType = "awscc_ecs_task_definition"
)

// move is what Terraform asks when a moved block leads from another provider's resource.
func (c protocolClient) move(address, typeName, state string) (resourceState, error) {
	c.t.Helper()
	answer, err := c.server.MoveResourceState(c.context(), &tfprotov6.MoveResourceStateRequest{
		SourceProviderAddress: address, SourceTypeName: typeName, SourceSchemaVersion: 1,
		SourceState: &tfprotov6.RawState{JSON: []byte(state)}, TargetTypeName: c.typeName,
	})
	if err != nil {
		c.t.Fatal(err)
	}
	if err := failures(answer.Diagnostics); err != nil {
		return c.nothing(), err
	}
	return resourceState{value: c.known(answer.TargetState), private: answer.TargetPrivate, identity: answer.TargetIdentity}, nil
}

// TestAccTask_moved: a moved task definition is adopted with all its parts, and the plan that follows registers
// nothing, whatever the source address of the other provider is.
func TestAccTask_moved(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ address, typeName, arn string }{
		{"registry.terraform.io/hashicorp/aws", awsType, "arn"},
		{"registry.opentofu.org/hashicorp/aws", awsType, "arn"},
		{"mirror.example.com/ours/aws", awsType, "arn"},
		{"hashicorp/aws", awsType, "arn"},
		{"aws", awsType, "arn"},
		{"registry.terraform.io/hashicorp/awscc", awsccType, "task_definition_arn"},
		{"registry.opentofu.org/hashicorp/awscc", awsccType, "task_definition_arn"},
	} {
		t.Run(test.address, func(t *testing.T) {
			t.Parallel()
			u := newUnit(t)
			c := newProtocolClient(t, "docker_task", nil)
			arguments := values{
				"name": "sample", "image": "busybox:1.37", "cpu": 512, "memory": 1024, "environment": values{"A": "1"},
				"sidecars": values{"proxy": values{"image": "envoy", "essential": false}},
			}
			made, err := c.apply(c.nothing(), arguments)
			if err != nil {
				t.Fatal(err)
			}
			arn := textOf(t, made, "arn")
			raw, err := json.Marshal(map[string]any{
				"family": "sample", test.arn: arn, "cpu": "512", "memory": "1024", "tags": nil, "volume": []any{}, "revision": 1,
				"container_definitions": `[{"name":"sample"}]`, "id": "sample",
			})
			if err != nil {
				t.Fatal(err)
			}
			moved, err := c.move(test.address, test.typeName, string(raw))
			if err != nil {
				t.Fatal(err)
			}
			if name := textOf(t, moved, "name"); name != "sample" || moved.identity == nil {
				t.Fatalf("moved is %q, with the identity %v", name, moved.identity)
			}
			taken, err := c.refresh(moved)
			if err != nil {
				t.Fatal(err)
			}
			to, differs, err := c.plan(taken, arguments)
			if err != nil {
				t.Fatal(err)
			}
			if differs {
				t.Errorf("after the move the plan changes %v", changedAttributes(t, taken.value, to.value))
			}
			if have := textOf(t, taken, "arn"); have != arn {
				t.Errorf("moved is %s, not %s", have, arn)
			}
			if _, err := c.destroy(taken); err != nil {
				t.Error(err)
			}
			if u.cloud.LogGroup("/ecs/sample") != nil || len(u.cloud.ActiveRevisions("sample")) > 0 {
				t.Error("something is left")
			}
		})
	}
}

func TestAccTask_moved_refused(t *testing.T) {
	t.Parallel()
	newUnit(t)
	c := newProtocolClient(t, "docker_task", nil)
	const arn = "arn:aws:ecs:us-east-1:123456789012:task-definition/sample:1"
	whole := fmt.Sprintf(`{"family": "sample", "arn": %q}`, arn)
	for name, test := range map[string]struct{ address, typeName, state, says string }{
		"another resource":       {"registry.terraform.io/hashicorp/aws", "aws_ecs_service", whole, "aws_ecs_service"},
		"another provider":       {"registry.terraform.io/hashicorp/google", awsType, whole, "google"},
		"the other's resource":   {"registry.terraform.io/hashicorp/aws", awsccType, whole, awsccType},
		"no family":              {"registry.terraform.io/hashicorp/aws", awsType, fmt.Sprintf(`{"arn": %q}`, arn), "terraform import"},
		"no ARN":                 {"registry.terraform.io/hashicorp/aws", awsType, `{"family": "sample"}`, "terraform import"},
		"an ARN that is none":    {"registry.terraform.io/hashicorp/aws", awsType, `{"family": "sample", "arn": "sample:1"}`, "terraform import"},
		"a family that is none":  {"registry.terraform.io/hashicorp/aws", awsType, `{"family": 7, "arn": null}`, "terraform import"},
		"of the other provider":  {"registry.terraform.io/hashicorp/awscc", awsccType, whole, "task_definition_arn"},
		"a state that is a list": {"registry.terraform.io/hashicorp/aws", awsType, `[]`, "cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := c.move(test.address, test.typeName, test.state)
			if err == nil {
				t.Fatal("no error")
			}
			if !strings.Contains(err.Error(), test.says) {
				t.Errorf("%q does not say %q", err, test.says)
			}
		})
	}
}

// TestAccTask_moved_otherAccount: with credentials of another account, a moved task is not taken for a deleted one.
func TestAccTask_moved_otherAccount(t *testing.T) {
	t.Parallel()
	newUnit(t)
	acctest.OnEmulator(t, "there is one account only")
	c := newProtocolClient(t, "docker_task", nil)
	moved, err := c.move("registry.terraform.io/hashicorp/aws", awsType, `{"family": "sample", "arn": "arn:aws:ecs:us-east-1:299999999999:task-definition/sample:1"}`)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.refresh(moved); err == nil || !strings.Contains(err.Error(), "Credentials of another account") || !strings.Contains(err.Error(), "in account 299999999999") {
		t.Errorf("%v", err)
	}
}
