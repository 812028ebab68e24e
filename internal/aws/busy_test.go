package aws

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/dockertask/terraform-provider-docker/internal/aws/awstest"
	"github.com/dockertask/terraform-provider-docker/internal/aws/wait"
	"github.com/dockertask/terraform-provider-docker/internal/subscription"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// A change that AWS refuses for the sake of another one that is going on is made when that is
// over.
func TestBusy(t *testing.T) {
	const (
		topicARN    = "arn:aws:sns:eu-west-1:123456789012:t"
		functionARN = "arn:aws:lambda:eu-west-1:123456789012:function:f"
		ruleARN     = "arn:aws:events:eu-west-1:123456789012:rule/r"
		goesOn      = 20 * time.Second
	)
	json := func(code string) func(call) *http.Response { return ecsRefuses(code, "another change is going on") }
	rest := func(code string) func(call) *http.Response {
		return restRefuses(http.StatusConflict, code, "another change is going on")
	}
	entries := func(code string) func(call) *http.Response {
		return func(call) *http.Response {
			return awstest.JSONResponse(http.StatusOK, fmt.Sprintf(`{"FailedEntryCount":1,"FailedEntries":[{"TargetId":"t","ErrorCode":%q,"ErrorMessage":"later"}]}`, code))
		}
	}
	role := task.Role{Name: "r", Path: "/", TrustPolicy: "{}", ManagedPolicyARNs: []string{"arn:aws:iam::aws:policy/P"}}
	have := func() *task.ObservedRole {
		return &task.ObservedRole{Name: "r", Path: "/", Attached: role.ManagedPolicyARNs, TrustPolicy: "{}"}
	}
	change := func(ctx context.Context, c *Client, want task.Role, tags task.TagChange, leaving leavingPolicies) error {
		return c.changeRole(ctx, want, have(), tags, leaving)
	}
	permission := func(kind subscription.Kind, arn string) subscription.Permission {
		return subscription.Permission{Kind: kind, ARN: arn, Sid: subscription.Sid(ruleARN), RuleARN: ruleARN}
	}
	topic := "" // its policy
	topics := script{
		"GetTopicAttributes": func(call) *http.Response {
			return awstest.XMLResponse(`<R><GetTopicAttributesResult><Attributes><entry><key>Policy</key><value><![CDATA[` + topic + `]]></value></entry></Attributes></GetTopicAttributesResult></R>`)
		},
	}
	for name, c := range map[string]struct {
		operation string
		refuses   func(call) *http.Response
		accepts   func(call) *http.Response
		others    script
		do        func(context.Context, *Client) error
	}{
		"wire": {"PutRolePolicy", iamRefuses("ConcurrentModification"), doneXML, nil,
			func(ctx context.Context, c *Client) error { return c.PutRolePolicy(ctx, "r", "p", "{}") }},
		"wire, deleted": {"DeleteRolePolicy", iamRefuses("ConcurrentModification"), doneXML, nil,
			func(ctx context.Context, c *Client) error { return c.DeleteRolePolicy(ctx, "r", "p") }},
		"managed policy": {"AttachRolePolicy", iamRefuses("NoSuchEntity"), doneXML, nil,
			func(ctx context.Context, c *Client) error { return c.putPolicies(ctx, role) }},
		"managed policy, detached": {"DetachRolePolicy", iamRefuses("EntityTemporarilyUnmodifiable"), doneXML, nil,
			func(ctx context.Context, c *Client) error {
				return change(ctx, c, role, task.TagChange{}, leavingPolicies{attached: []string{"p"}})
			}},
		"tags of a role": {"TagRole", iamRefuses("ConcurrentModification"), doneXML, nil, func(ctx context.Context, c *Client) error {
			return change(ctx, c, role, task.TagChange{Set: map[string]string{"a": "b"}}, leavingPolicies{})
		}},
		"role": {"UpdateAssumeRolePolicy", iamRefuses("ConcurrentModification"), doneXML, nil, func(ctx context.Context, c *Client) error {
			want := role
			want.TrustPolicy = `{"Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}`
			return change(ctx, c, want, task.TagChange{}, leavingPolicies{})
		}},
		"role, deleted": {"DeleteRole", iamRefuses("DeleteConflict"), doneXML, script(whileThere),
			func(ctx context.Context, c *Client) error {
				return c.deleteRole(ctx, "r", onRole{}, owner{Record: newRecord("unit").Of(task.Part{Kind: task.RolePart, Name: "r"})})
			}},
		"log group": {"PutRetentionPolicy", json("OperationAbortedException"), done, nil, func(ctx context.Context, c *Client) error {
			return c.changeLogGroup(ctx, task.LogGroup{Name: "g", RetentionInDays: 1}, &task.ObservedLogGroup{Name: "g"}, task.TagChange{})
		}},
		"log group, deleted": {"DeleteLogGroup", json("OperationAbortedException"), done, script(whileThere),
			func(ctx context.Context, c *Client) error {
				return c.deleteLogGroup(ctx, "g", "", keeping{}, owner{Record: newRecord("unit").Of(task.Part{Kind: task.LogGroupPart, Name: "g"})})
			}},
		"rule": {"PutRule", json("ConcurrentModificationException"), done, nil,
			func(ctx context.Context, c *Client) error {
				return c.putRule(ctx, subscription.Unit{Name: "r", Pattern: "{}"}, nil)
			}},
		"rule, deleted": {"DeleteRule", ecsRefuses("ValidationException", "Rule can't be deleted since it has targets."), done, script{"ListTargetsByRule": done},
			func(ctx context.Context, c *Client) error { return c.deleteRule(ctx, "r", nil) }},
		"target": {"PutTargets", entries("ConcurrentModificationException"), done, nil,
			func(ctx context.Context, c *Client) error {
				return c.putTarget(ctx, "r", subscription.Target{ARN: functionARN})
			}},
		"target, throttled": {"PutTargets", entries("ThrottlingException"), done, nil,
			func(ctx context.Context, c *Client) error {
				return c.putTarget(ctx, "r", subscription.Target{ARN: functionARN})
			}},
		"target, removed": {"RemoveTargets", entries("ThrottlingException"), done, nil,
			func(ctx context.Context, c *Client) error { return c.removeTargets(ctx, "r", []string{"t"}) }},
		"function": {"POST lambda", rest("ResourceConflictException"), done, script{"GET lambda": restRefuses(http.StatusNotFound, "ResourceNotFoundException", "no")},
			func(ctx context.Context, c *Client) error {
				return c.permit(ctx, permission(subscription.Function, functionARN))
			}},
		"function, forbidden": {"DELETE lambda", rest("PreconditionFailedException"), once(done, restRefuses(http.StatusNotFound, "ResourceNotFoundException", "no")), nil,
			func(ctx context.Context, c *Client) error {
				return c.forbid(ctx, permission(subscription.Function, functionARN))
			}},
		"topic": {"SetTopicAttributes", func(call) *http.Response { return awstest.XMLError(http.StatusConflict, "ConcurrentAccess", "later") },
			func(c call) *http.Response { topic = c.field("AttributeValue"); return doneXML(c) }, topics,
			func(ctx context.Context, c *Client) error {
				return c.permit(ctx, permission(subscription.Topic, topicARN))
			}},
		"schedule, deleted": {"DELETE scheduler", rest("ConflictException"), done, nil,
			func(ctx context.Context, c *Client) error { return c.deleteSchedule(ctx, "default", "s") }},
	} {
		t.Run(name, func(t *testing.T) {
			timed(t, func() script { return c.others.with(script{c.operation: until(goesOn, c.refuses, c.accepts)}) }, c.do,
				func(took time.Duration, _ *fakeAWS, err error) {
					if err != nil || took < goesOn || took > goesOn+wait.LongDelay {
						t.Errorf("after %s: %v", took, err)
					}
				})
		})
	}
}
