package aws

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dockertask/terraform-provider-docker/internal/aws/awstest"
	"github.com/dockertask/terraform-provider-docker/internal/schedule"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// A role that is full has room for a policy when another has left it.
func TestChangeRole_full(t *testing.T) {
	want := task.Role{
		Name: "r", Path: "/", TrustPolicy: "{}", ManagedPolicyARNs: []string{"arn:aws:iam::aws:policy/New"},
		Policies: map[string]string{"new": `{"Statement":[]}`},
	}
	full := func(call) *http.Response { return awstest.XMLError(http.StatusConflict, "LimitExceeded", "no more") }
	for name, leaving := range map[string]leavingPolicies{
		"nothing leaves": {},
		"others leave":   {inline: []string{"old"}, attached: []string{"arn:aws:iam::aws:policy/Old"}},
	} {
		t.Run(name, func(t *testing.T) {
			var gone sync.Map // calls come side by side
			until := func(removal string) func(call) *http.Response {
				return func(c call) *http.Response {
					if _, is := gone.Load(removal); is {
						return doneXML(c)
					}
					return full(c)
				}
			}
			remove := func(removal string) func(call) *http.Response {
				return func(c call) *http.Response { gone.Store(removal, true); return doneXML(c) }
			}
			timed(t, func() script {
				return empty.with(script{
					"PutRolePolicy": until("inline"), "DeleteRolePolicy": remove("inline"),
					"AttachRolePolicy": until("attached"), "DetachRolePolicy": remove("attached"),
				})
			}, func(ctx context.Context, c *Client) error {
				return c.changeRole(ctx, want, &task.ObservedRole{Name: "r", Path: "/", TrustPolicy: "{}"}, task.TagChange{}, leaving)
			}, func(took time.Duration, calls *fakeAWS, err error) {
				if (err == nil) == leaving.none() {
					t.Errorf("after %s and %d calls: %v", took, calls.count(""), err)
				}
			})
		})
	}
}

// A family with many revisions of a pipeline is not trimmed in one update: registrations of other units share the
// rate.
func TestTrimRevisions_many(t *testing.T) {
	const surplus = 250
	var arns []string
	for i := range surplus + 1 {
		arns = append(arns, fmt.Sprintf(`"arn:aws:ecs:eu-west-1:123456789012:task-definition/x:%d"`, i+1))
	}
	u := task.Unit{Definition: task.Definition{Family: "x"}}
	timed(t, func() script {
		return empty.with(script{"ListTaskDefinitions": func(call) *http.Response {
			return awstest.JSONResponse(http.StatusOK, `{"taskDefinitionArns":[`+strings.Join(arns, ",")+`]}`)
		}})
	}, func(ctx context.Context, c *Client) error { return c.trimRevisions(ctx, u, surplus+1, "unit") },
		func(_ time.Duration, calls *fakeAWS, err error) {
			if n := calls.count("DeregisterTaskDefinition"); n != maxTrimmed || err == nil || !strings.Contains(err.Error(), "150 more") {
				t.Errorf("%d were deregistered: %v", n, err)
			}
			for _, c := range calls.calls {
				if c.operation == "DeregisterTaskDefinition" && revisionOf(c.field("taskDefinition")) > maxTrimmed {
					t.Errorf("%s is none of the oldest", c.field("taskDefinition"))
				}
			}
		})
}

// A schedule whose start has passed can be created again, without a client token that AWS remembers.
func TestCreateSchedule_begun(t *testing.T) {
	s := schedule.Schedule{Group: "default", Name: "s", Expression: "rate(1 day)", Start: time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC)}
	timed(t, func() script {
		return empty.with(script{"POST scheduler": func(c call) *http.Response {
			if token := c.field("ClientToken"); token == "unit" {
				t.Error("the token is that of an earlier create")
			}
			if strings.Contains(c.body, "StartDate") {
				return restError(http.StatusBadRequest, "ValidationException", "The StartDate you specify cannot be earlier than 5 minutes ago.")
			}
			return done(c)
		}})
	}, func(ctx context.Context, c *Client) error {
		_, err := c.CreateSchedule(ctx, schedule.Unit{Schedule: s, Tags: map[string]string{}}, newRecord("unit"))
		return err
	}, func(took time.Duration, _ *fakeAWS, err error) {
		if err != nil || took != 0 {
			t.Errorf("after %s: %v", took, err)
		}
	})
}
