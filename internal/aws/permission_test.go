package aws

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dockertask/terraform-provider-docker/internal/aws/awstest"
	"github.com/dockertask/terraform-provider-docker/internal/schedule"
	"github.com/dockertask/terraform-provider-docker/internal/subscription"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// forgetfulLambda is a Lambda that writes the policy of a function as a whole, a second after it
// has read it: of two statements that are written at the same time one is lost. Report:
// hashicorp/terraform-provider-aws, internal/service/lambda/permission.go.
type forgetfulLambda struct {
	mu       sync.Mutex
	policies map[string]map[string]any // by function and qualifier, by statement
	lose     string                    // a statement that the first write of it loses
}

func (f *forgetfulLambda) answer(c call) *http.Response {
	missing := restError(http.StatusNotFound, "ResourceNotFoundException", "no")
	path := strings.Split(c.request.URL.EscapedPath(), "/") // /2015-03-31/functions/NAME/policy[/SID]
	where := path[3] + ":" + c.request.URL.Query().Get("Qualifier")
	f.mu.Lock()
	have := maps.Clone(f.policies[where])
	f.mu.Unlock()
	write := func() *http.Response {
		<-time.After(time.Second) // of the clock of synctest
		f.mu.Lock()
		defer f.mu.Unlock()
		f.policies[where] = have
		return awstest.JSONResponse(http.StatusOK, `{}`)
	}
	switch c.request.Method {
	case http.MethodGet:
		if len(have) == 0 {
			return missing
		}
		text, _ := json.Marshal(map[string]any{"Statement": slices.Collect(maps.Values(have))})
		body, _ := json.Marshal(map[string]string{"Policy": string(text)})
		return awstest.JSONResponse(http.StatusOK, string(body))
	case http.MethodDelete:
		if have[path[5]] == nil {
			return missing
		}
		delete(have, path[5])
		return write()
	}
	var in struct {
		Action, Principal, SourceArn string
		StatementID                  string `json:"StatementId"`
	}
	_ = json.Unmarshal([]byte(c.body), &in)
	if have[in.StatementID] != nil {
		return restError(http.StatusConflict, "ResourceConflictException", "The statement id provided already exists")
	}
	if have == nil {
		have = map[string]any{}
	}
	if in.StatementID == f.lose {
		f.lose = ""
		return write()
	}
	arn := "arn:aws:lambda:eu-west-1:123456789012:function:" + path[3]
	if q := c.request.URL.Query().Get("Qualifier"); q != "" {
		arn += ":" + q
	}
	have[in.StatementID] = map[string]any{
		"Sid": in.StatementID, "Effect": "Allow", "Principal": map[string]any{"Service": in.Principal}, "Action": in.Action,
		"Resource": arn, "Condition": map[string]any{"ArnLike": map[string]any{"AWS:SourceArn": in.SourceArn}},
	}
	return write()
}

func (f *forgetfulLambda) statements() int {
	n := 0
	for _, p := range f.policies {
		n += len(p)
	}
	return n
}

// Many subscriptions of one function, in one apply and in one destroy: no statement is lost, and none
// is left. One that was lost all the same is put again.
func TestPermission_ofOneFunction(t *testing.T) {
	awstest.Isolate(t)
	const function = "arn:aws:lambda:eu-west-1:123456789012:function:f"
	var permissions []subscription.Permission
	for i := range 4 {
		for _, arn := range []string{function, function + ":live"} {
			permissions = append(permissions, subscription.NewPermission(subscription.Function, arn, fmt.Sprintf("arn:aws:events:eu-west-1:123456789012:rule/r%d", i)))
		}
	}
	synctest.Test(t, func(t *testing.T) {
		lambda := &forgetfulLambda{policies: map[string]map[string]any{}, lose: permissions[0].Sid}
		c := mustNew(t, testConfig(&fakeAWS{answer: lambda.answer}))
		all := func(do func(subscription.Permission) error) error {
			var calls []func() error
			for _, p := range permissions {
				calls = append(calls, func() error { return do(p) })
			}
			return concurrently(t.Context(), calls...)
		}
		err := all(func(p subscription.Permission) error { return c.permit(t.Context(), p) })
		if n := lambda.statements(); err != nil || n != len(permissions)-1 {
			t.Errorf("%d statements, not %d: %v", n, len(permissions)-1, err)
		}
		err = c.verifyStatements(t.Context(), permissions)
		if n := lambda.statements(); err != nil || n != len(permissions) {
			t.Errorf("settled, %d statements, not %d: %v", n, len(permissions), err)
		}
		err = all(func(p subscription.Permission) error { return c.forbid(t.Context(), p) })
		if n := lambda.statements(); err != nil || n != 0 {
			t.Errorf("%d statements are left: %v", n, err)
		}
	})
}

// The same run may have just created an object that an operation names: it is waited for shortly. A misspelt name
// fails within seconds.
func TestMadeByOthers(t *testing.T) {
	const account = "123456789012"
	ruleARN := "arn:aws:events:eu-west-1:" + account + ":rule/r"
	rest := restRefuses(http.StatusNotFound, "ResourceNotFoundException", "no such thing")
	iamMissing := func(what string) func(call) *http.Response {
		return func(call) *http.Response {
			return awstest.XMLError(http.StatusNotFound, "NoSuchEntity", what+" does not exist or is not attachable.")
		}
	}
	permit := func(kind subscription.Kind, service string) func(context.Context, *Client) error {
		return func(ctx context.Context, c *Client) error {
			return c.permit(ctx, subscription.NewPermission(kind, "arn:aws:"+service+":eu-west-1:"+account+":"+map[subscription.Kind]string{subscription.Function: "function:"}[kind]+"x", ruleARN))
		}
	}
	role := task.Role{Name: "r", Path: "/", TrustPolicy: "{}", PermissionsBoundary: "arn:aws:iam::" + account + ":policy/B", ManagedPolicyARNs: []string{"arn:aws:iam::" + account + ":policy/P"}}
	group := task.LogGroup{Name: "g", KMSKeyID: "arn:aws:kms:eu-west-1:" + account + ":key/k", Class: task.LogGroupClasses[0]}
	timer := schedule.Schedule{Group: "jobs", Name: "s", Expression: "rate(1 day)"}
	key := ecsRefuses("InvalidParameterException", "The specified KMS key does not exist or is not allowed to be used with Arn 'g'")
	assume := restRefuses(http.StatusBadRequest, "ValidationException", "The execution role you provide must allow AWS EventBridge Scheduler to assume the role.")
	for name, c := range map[string]struct {
		operation string
		missing   func(call) *http.Response
		then      func(call) *http.Response
		others    script
		do        func(context.Context, *Client) error
	}{
		"function": {"POST lambda", rest, done, script{"GET lambda": rest}, permit(subscription.Function, "lambda")},
		"queue": {"GetQueueUrl", ecsRefuses("AWS.SimpleQueueService.NonExistentQueue", "no"), func(call) *http.Response {
			return awstest.JSONResponse(http.StatusOK, `{"QueueUrl":"https://sqs.eu-west-1.amazonaws.com/123456789012/x"}`)
		}, script{"GetQueueAttributes": done, "SetQueueAttributes": done}, permit(subscription.Queue, "sqs")},
		"topic": {"GetTopicAttributes", func(call) *http.Response { return awstest.XMLError(http.StatusNotFound, "NotFound", "no") },
			func(call) *http.Response {
				return awstest.XMLResponse(`<R><GetTopicAttributesResult></GetTopicAttributesResult></R>`)
			},
			script{"SetTopicAttributes": doneXML}, permit(subscription.Topic, "sns")},
		"consumer's role": {"PutRolePolicy", iamRefuses("NoSuchEntity"), doneXML, nil,
			func(ctx context.Context, c *Client) error { return c.PutRolePolicy(ctx, "r", "p", "{}") }},
		"managed policy": {"AttachRolePolicy", iamMissing("Policy P"), doneXML, nil,
			func(ctx context.Context, c *Client) error { return c.putPolicies(ctx, role) }},
		"managed policy, later": {"AttachRolePolicy", iamMissing("Policy P"), doneXML, script{"PutRolePermissionsBoundary": doneXML},
			func(ctx context.Context, c *Client) error {
				return c.changeRole(ctx, role, &task.ObservedRole{Name: "r", Path: "/", TrustPolicy: "{}"}, task.TagChange{}, leavingPolicies{})
			}},
		"boundary": {"CreateRole", iamMissing("Scope B"), empty["CreateRole"], nil,
			func(ctx context.Context, c *Client) error { return c.createRole(ctx, task.TaskRole, role, nil) }},
		"boundary, later": {"PutRolePermissionsBoundary", iamMissing("Scope B"), doneXML, script{"AttachRolePolicy": doneXML},
			func(ctx context.Context, c *Client) error {
				return c.changeRole(ctx, role, &task.ObservedRole{Name: "r", Path: "/", TrustPolicy: "{}"}, task.TagChange{}, leavingPolicies{})
			}},
		"log group's key": {"CreateLogGroup", key, done, nil,
			func(ctx context.Context, c *Client) error {
				_, err := c.createLogGroup(ctx, group, "", nil)
				return err
			}},
		"log group's key, later": {"AssociateKmsKey", key, done, nil, func(ctx context.Context, c *Client) error {
			return c.changeLogGroup(ctx, group, &task.ObservedLogGroup{Name: "g"}, task.TagChange{})
		}},
		"schedule group": {"POST scheduler", rest, done, nil,
			func(ctx context.Context, c *Client) error { _, err := c.createSchedule(ctx, timer, nil); return err }},
		"schedule group, later": {"PUT scheduler", rest, done, nil,
			func(ctx context.Context, c *Client) error { return c.putSchedule(ctx, timer, nil) }},
		"schedule's role": {"POST scheduler", assume, done, nil,
			func(ctx context.Context, c *Client) error { _, err := c.createSchedule(ctx, timer, nil); return err }},
		"task's role": {"RegisterTaskDefinition", ecsRefuses("ClientException", notValid), empty["RegisterTaskDefinition"], nil,
			func(ctx context.Context, c *Client) error {
				_, err := c.registerDefinition(ctx, aTask(true).Definition, nil, nil)
				return err
			}},
	} {
		for lasts, works := range map[time.Duration]bool{0: true, 5 * time.Second: true, forEver: false} {
			t.Run(fmt.Sprintf("%s/%s", name, lasts), func(t *testing.T) {
				timed(t, func() script { return empty.with(c.others).with(script{c.operation: until(lasts, c.missing, c.then)}) }, c.do,
					func(took time.Duration, _ *fakeAWS, err error) {
						if (err == nil) != works || took > shortly || works && took < lasts || !works && took == 0 {
							t.Errorf("after %s: %v", took, err)
						}
					})
			})
		}
	}
}

// A statement that could not be written is not written with the statement of another unit later: no unit would
// remove it.
func TestEditPolicy_failed(t *testing.T) {
	awstest.Isolate(t)
	const queue, rules = "arn:aws:sqs:eu-west-1:123456789012:done", "arn:aws:events:eu-west-1:123456789012:rule/"
	failing := true
	fake := &fakeAWS{answer: func(c call) *http.Response {
		switch {
		case c.operation == "GetQueueUrl":
			return awstest.JSONResponse(http.StatusOK, `{"QueueUrl":"https://sqs.eu-west-1.amazonaws.com/123456789012/done"}`)
		case c.operation == "SetQueueAttributes" && failing:
			return awstest.JSONResponse(http.StatusForbidden, `{"__type":"AccessDeniedException","message":"not authorized"}`)
		}
		return awstest.JSONResponse(http.StatusOK, `{}`)
	}}
	c := mustNew(t, testConfig(fake))
	failed := subscription.NewPermission(subscription.Queue, queue, rules+"failed")
	if err := c.permit(t.Context(), failed); err == nil || !strings.Contains(err.Error(), "not authorized") {
		t.Fatalf("error %v", err)
	}
	failing = false
	other := subscription.NewPermission(subscription.Queue, queue, rules+"other")
	if err := c.permit(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	last := fake.calls[len(fake.calls)-1]
	if last.operation != "SetQueueAttributes" || !strings.Contains(last.body, other.Sid) || strings.Contains(last.body, failed.Sid) {
		t.Errorf("%s with %s, which has the statement of %s: %t", last.operation, last.body, failed.RuleARN, strings.Contains(last.body, failed.Sid))
	}
}
