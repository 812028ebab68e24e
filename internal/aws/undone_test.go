package aws

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/dockertask/terraform-provider-docker/internal/aws/awstest"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// A log group whose tags AWS does not return may be the one that the create has created: the rollback does
// not say that nothing is left.
func TestRollback_tagsNotReturned(t *testing.T) {
	there := func() script {
		return empty.with(script{
			"DescribeLogGroups": groupOf, "ListTagsForResource": nothing, "CreateLogGroup": done, "DescribeTaskDefinition": nothing,
			"RegisterTaskDefinition": ecsRefuses("ClientException", "Invalid"),
		})
	}
	u := task.Unit{Tags: map[string]string{}, Definition: task.Definition{Family: "transcode"}, LogGroup: task.LogGroup{Name: "/ecs/transcode", Class: task.LogGroupClasses[0]}}
	create := func(ctx context.Context, c *Client) error {
		_, err := c.CreateUnit(ctx, u, newRecord("unit"))
		return err
	}
	timed(t, there, create, func(_ time.Duration, _ *fakeAWS, err error) {
		if failed, ok := errors.AsType[*CreateError](err); !ok || failed.Rollback == nil || !strings.Contains(failed.Rollback.Error(), "log group /ecs/transcode exists in eu-west-1") {
			t.Errorf("the create that left a log group ends with %v", err)
		}
	})
}

// A create that is refused because of another owner's role leaves nothing, even if the provider may not list the
// policies of that role.
func TestRollback_anothersRole(t *testing.T) {
	theirs := func() script {
		return empty.with(script{
			"GetRole": roleTagged(""), "CreateRole": iamRefuses("EntityAlreadyExists"), "DescribeTaskDefinition": nothing,
			"ListRolePolicies": iamRefuses("AccessDenied"), "ListAttachedRolePolicies": iamRefuses("AccessDenied"), "ListInstanceProfilesForRole": iamRefuses("AccessDenied"),
		})
	}
	u := task.Unit{Tags: map[string]string{}, Definition: task.Definition{Family: "transcode"}, Roles: map[task.RoleKind]task.Role{task.TaskRole: {Name: "transcode-task", ARN: "arn:aws:iam::" + awstest.Account + ":role/transcode-task"}}}
	create := func(ctx context.Context, c *Client) error {
		_, err := c.CreateUnit(ctx, u, newRecord("unit"))
		return err
	}
	timed(t, theirs, create, func(_ time.Duration, _ *fakeAWS, err error) {
		if failed, ok := errors.AsType[*CreateError](err); !ok || failed.Rollback != nil || len(Existing(err)) != 1 {
			t.Errorf("the refused create ends with %v", err)
		}
	})
}

// A log group of a new name whose tags AWS does not return yet is one that the update which failed may
// have created.
func TestOrphans_tagsNotReturned(t *testing.T) {
	there := func() script { return empty.with(script{"DescribeLogGroups": groupOf, "ListTagsForResource": nothing}) }
	var after task.Record
	look := func(ctx context.Context, c *Client) error {
		after = c.afterFailure(ctx, newRecord("unit").WithPossible(task.Part{Kind: task.LogGroupPart, Name: "/ecs/new"}), nil, nil)
		return nil
	}
	timed(t, there, look, func(time.Duration, *fakeAWS, error) {
		if len(after.Orphans(nil)) != 1 {
			t.Errorf("of the log groups %+v are remembered", after.Parts)
		}
	})
}
