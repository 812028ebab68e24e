package aws

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/dockertask/terraform-provider-docker/internal/aws/awstest"
	"github.com/dockertask/terraform-provider-docker/internal/aws/wait"
	"github.com/dockertask/terraform-provider-docker/internal/schedule"
	"github.com/dockertask/terraform-provider-docker/internal/subscription"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// aTask is a docker task whose roles are its own, or are given.
func aTask(given bool) task.Unit {
	u := manyUnit(0)
	u.Definition.TaskRoleARN = u.Roles[task.TaskRole].ARN
	u.Definition.ExecutionRoleARN = u.Roles[task.ExecutionRole].ARN
	if given {
		u.Roles = map[task.RoleKind]task.Role{}
	}
	return u
}

const (
	notValid = "Role is not valid"
	denied   = "User: x is not authorized to perform: iam:PassRole on resource: arn:aws:iam::" + awstest.Account + ":role/transcode-0-task"
)

// A role that this operation made is waited for, for as long as IAM may need to tell of it; then
// AWS's error is shown, with a word on what to do. One that it did not make is waited for a little.
func TestRoleNotReady_task(t *testing.T) {
	theirs := aTask(true)
	create := func(u task.Unit) func(context.Context, *Client) error {
		return func(ctx context.Context, c *Client) error {
			_, err := c.CreateUnit(ctx, u, newRecord("unit"))
			return err
		}
	}
	update := func(had, want task.Unit) func(context.Context, *Client) error {
		return func(ctx context.Context, c *Client) error {
			_, _, err := c.UpdateUnit(ctx, Update{Record: newRecord("unit").Of(had.Parts()...), Had: had, Want: want, Register: true})
			return err
		}
	}
	renamed := aTask(false)
	role := renamed.Roles[task.TaskRole]
	role.Name, role.ARN = "other", "arn:aws:iam::"+awstest.Account+":role/other"
	renamed.Roles = map[task.RoleKind]task.Role{task.ExecutionRole: renamed.Roles[task.ExecutionRole], task.TaskRole: role}
	allThere := script{"GetRole": roleTagged("unit"), "GetRolePolicy": whileThere["GetRolePolicy"], "DescribeLogGroups": groupOf, "ListTagsForResource": tagged("unit"),
		"TagRole": doneXML, "UpdateAssumeRolePolicy": doneXML, "UpdateRole": doneXML, "TagResource": done}
	onlyThere := func(name string) script {
		return allThere.with(script{"GetRole": func(c call) *http.Response {
			if c.field("RoleName") == name {
				return roleTagged("unit")(c)
			}
			return nothing(c)
		}})
	}
	for name, c := range map[string]struct {
		do            func(context.Context, *Client) error
		there         script
		code, message string
		waits         bool
		says          string
	}{
		"create, not valid":                    {create(aTask(false)), nil, "ClientException", notValid, true, "apply again"},
		"create, denied":                       {create(aTask(false)), nil, "AccessDeniedException", denied, true, "iam:PassRole is denied"},
		"create, denied another":               {create(aTask(false)), nil, "AccessDeniedException", strings.Replace(denied, "transcode-0", "other", 1), false, "need iam:PassRole"},
		"create, too many at once":             {create(theirs), nil, "ClientException", "Too many concurrent attempts to create a new revision of the specified family.", true, ""},
		"create, given, not valid":             {create(theirs), nil, "ClientException", notValid, false, "exist and to trust"},
		"create, given, denied":                {create(theirs), nil, "AccessDeniedException", denied, false, "need iam:PassRole"},
		"update, roles there, not valid":       {update(aTask(false), aTask(false)), allThere, "ClientException", notValid, false, "apply again"},
		"update, roles there, denied":          {update(aTask(false), aTask(false)), allThere, "AccessDeniedException", denied, false, "need iam:PassRole"},
		"update, one missing, not valid":       {update(aTask(false), aTask(false)), onlyThere("transcode-0-execution"), "ClientException", notValid, true, "apply again"},
		"update, one missing, denied":          {update(aTask(false), aTask(false)), onlyThere("transcode-0-execution"), "AccessDeniedException", denied, true, "iam:PassRole is denied"},
		"update, the other missing, denied":    {update(aTask(false), aTask(false)), onlyThere("transcode-0-task"), "AccessDeniedException", denied, false, "need iam:PassRole"},
		"update, renamed, not valid":           {update(aTask(false), renamed), onlyThere("transcode-0-execution"), "ClientException", notValid, true, "apply again"},
		"update, from given to ones own, made": {update(theirs, aTask(false)), script{}, "ClientException", notValid, true, "apply again"},
	} {
		for _, lasts := range []time.Duration{propagation - wait.LongDelay, forEver} {
			t.Run(fmt.Sprintf("%s/%s", name, lasts), func(t *testing.T) {
				refuses := ecsRefuses(c.code, c.message)
				timed(t, func() script {
					return remembering(0).with(c.there).with(script{"RegisterTaskDefinition": until(lasts, refuses, always(registered))})
				}, c.do, func(took time.Duration, calls *fakeAWS, err error) {
					switch tries := calls.count("RegisterTaskDefinition"); {
					case c.waits && lasts < propagation:
						if err != nil {
							t.Errorf("after %s: %v", took, err)
						}
					case err == nil || !strings.Contains(err.Error(), c.message) || !strings.Contains(err.Error(), c.says):
						t.Errorf("%v", err)
					case c.waits && (took < propagation-wait.LongDelay || took > propagation+time.Second):
						t.Errorf("waited %s", took)
					case !c.waits && (took > shortly || tries < 2):
						t.Errorf("tried %d times in %s", tries, took)
					}
				})
			})
		}
	}
}

func TestRoleNotReady_schedule(t *testing.T) {
	const roleARN = "arn:aws:iam::" + awstest.Account + ":role/s"
	assume := "The execution role you provide must allow AWS EventBridge Scheduler to assume the role."
	pass := strings.Replace(denied, "transcode-0-task", "s", 1)
	unit := func(given bool) schedule.Unit {
		u := schedule.Unit{Schedule: schedule.Schedule{Group: "default", Name: "s", Expression: "rate(1 day)", Target: schedule.Target{RoleARN: roleARN, ClusterARN: "c", DefinitionARN: "d"}}}
		if !given {
			u.Role = &task.Role{Name: "s", ARN: roleARN, Path: "/"}
			u.Tags = map[string]string{}
		}
		return u
	}
	create := func(given bool) func(context.Context, *Client) error {
		return func(ctx context.Context, c *Client) error {
			_, err := c.CreateSchedule(ctx, unit(given), newRecord("unit"))
			return err
		}
	}
	update := func(ctx context.Context, c *Client) error {
		had := unit(false)
		_, _, err := c.UpdateSchedule(ctx, ScheduleUpdate{Record: newRecord("unit").Of(had.Parts()...), Had: had, Want: unit(false)})
		return err
	}
	there := script{"GET scheduler": always(func() *http.Response {
		return awstest.Response(http.StatusOK, "application/json", `{"Name":"s","ScheduleExpression":"rate(2 days)","Target":{"Arn":"c","RoleArn":"`+roleARN+`"}}`)
	}), "UpdateAssumeRolePolicy": doneXML, "UpdateRole": doneXML}
	for name, c := range map[string]struct {
		do            func(context.Context, *Client) error
		there         script
		call          string
		code, message string
		waits         bool
	}{
		"create, not assumed":            {create(false), nil, "POST scheduler", "ValidationException", assume, true},
		"create, denied":                 {create(false), nil, "POST scheduler", "AccessDeniedException", pass, true},
		"create, given, not assumed":     {create(true), nil, "POST scheduler", "ValidationException", assume, false},
		"create, given, denied":          {create(true), nil, "POST scheduler", "AccessDeniedException", pass, false},
		"create, invalid":                {create(false), nil, "POST scheduler", "ValidationException", "Invalid Schedule Expression.", false},
		"update, role missing":           {update, there, "PUT scheduler", "ValidationException", assume, true},
		"update, role there":             {update, there.with(script{"GetRole": roleTagged("unit"), "TagRole": doneXML, "UntagRole": doneXML}), "PUT scheduler", "ValidationException", assume, false},
		"update, another change goes on": {update, there.with(script{"GetRole": roleTagged("unit"), "TagRole": doneXML, "UntagRole": doneXML}), "PUT scheduler", "ConflictException", "conflict", true},
	} {
		for _, lasts := range []time.Duration{time.Minute, forEver} {
			t.Run(fmt.Sprintf("%s/%s", name, lasts), func(t *testing.T) {
				timed(t, func() script {
					return remembering(0).with(c.there).with(script{c.call: until(lasts, restRefuses(http.StatusBadRequest, c.code, c.message), done)})
				}, c.do, func(took time.Duration, _ *fakeAWS, err error) {
					switch {
					case c.waits && lasts < propagation:
						if err != nil || took < lasts {
							t.Errorf("after %s: %v", took, err)
						}
					case err == nil || !strings.Contains(err.Error(), c.message):
						t.Errorf("%v", err)
					case c.waits && (took < propagation-wait.LongDelay || took > propagation+time.Second):
						t.Errorf("waited %s", took)
					case !c.waits && took > shortly:
						t.Errorf("waited %s", took)
					}
				})
			})
		}
	}
}

// A create under the name of a part that was just deleted waits until the old part is gone. A part of another
// owner is refused at once, and so is one that existed before.
func TestMadeAgain(t *testing.T) {
	unit := aTask(false)
	target := subscription.Target{Kind: subscription.Queue, ARN: "arn:aws:sqs:eu-west-1:123456789012:q"}
	sub := subscription.Unit{Name: "r", ARN: "arn:aws:events:eu-west-1:123456789012:rule/r", Target: target, Tags: map[string]string{}}
	timer := schedule.Unit{Schedule: schedule.Schedule{Group: "default", Name: "s", Expression: "rate(1 day)"}}
	rule := script{
		"DescribeRule": always(func() *http.Response { return awstest.JSONResponse(http.StatusOK, `{"Name":"r"}`) }), "ListTargetsByRule": done,
		"DeleteRule": done, "PutRule": done, "PutTargets": done,
		"ListTagsForResource": always(func() *http.Response {
			return awstest.JSONResponse(http.StatusOK, fmt.Sprintf(`{"Tags":[{"Key":%q,"Value":"old"}]}`, task.TagUnit))
		}),
	}
	noRule := ecsRefuses("ResourceNotFoundException", "no")
	destroy := func(ctx context.Context, c *Client) error {
		_, err := c.DeleteUnit(ctx, unit, newRecord("old").Of(unit.Parts()...))
		return err
	}
	create := func(ctx context.Context, c *Client) error {
		_, err := c.CreateUnit(ctx, unit, newRecord("new"))
		return err
	}
	old := script{"GetRole": roleTagged("old"), "DescribeLogGroups": groupOf, "ListTagsForResource": tagged("old"), "DescribeTaskDefinition": definitionTagged("old")}
	for name, c := range map[string]struct {
		before, after script // while the old one is seen, and then
		destroy       func(context.Context, *Client) error
		create        func(context.Context, *Client) error
		part          string
	}{
		"role": {old.with(script{"CreateRole": iamRefuses("EntityAlreadyExists"), "DescribeTaskDefinition": nothing}), empty, destroy, create, "role transcode-0"},
		"role that is told of by one answer only":      {script{"CreateRole": iamRefuses("EntityAlreadyExists"), "GetRole": nothing}, empty, nil, create, "role transcode-0"},
		"role that changes":                            {script{"CreateRole": iamRefuses("EntityTemporarilyUnmodifiable"), "GetRole": nothing}, empty, nil, create, ""},
		"log group":                                    {old.with(script{"CreateLogGroup": ecsRefuses("ResourceAlreadyExistsException", "exists"), "DescribeTaskDefinition": nothing}), empty, destroy, create, "log group /ecs/transcode-0"},
		"log group that is told of by one answer only": {script{"CreateLogGroup": ecsRefuses("ResourceAlreadyExistsException", "exists")}, empty, nil, create, "log group"},
		"log group whose deletion goes on":             {script{"CreateLogGroup": ecsRefuses("OperationAbortedException", "conflict")}, empty, nil, create, ""},
		"log group that cannot be changed yet":         {script{"PutRetentionPolicy": ecsRefuses("ResourceNotFoundException", "no")}, empty, nil, create, ""},
		"family":                                       {old, empty, destroy, create, "task definition family transcode-0"},
		"rule": {
			rule, rule.with(script{
				"DescribeRule": noRule, "ListTargetsByRule": noRule,
				"ListTagsForResource": func(call) *http.Response {
					return awstest.JSONResponse(http.StatusOK, fmt.Sprintf(`{"Tags":[{"Key":%q,"Value":"new"}]}`, task.TagUnit))
				},
			}),
			func(ctx context.Context, c *Client) error {
				_, err := c.DeleteSubscription(ctx, sub.Refs(), newRecord("old").Of(sub.Parts()...))
				return err
			},
			func(ctx context.Context, c *Client) error {
				_, err := c.CreateSubscription(ctx, sub, newRecord("new"))
				return err
			}, "rule r",
		},
		"schedule": {
			script{"GET scheduler": always(func() *http.Response {
				return awstest.Response(http.StatusOK, "application/json", `{"Name":"s","ScheduleExpression":"rate(2 days)"}`)
			})}, empty,
			func(ctx context.Context, c *Client) error {
				_, err := c.DeleteSchedule(ctx, timer, newRecord("old").Of(timer.Parts()...))
				return err
			},
			func(ctx context.Context, c *Client) error {
				_, err := c.CreateSchedule(ctx, timer, newRecord("new"))
				return err
			}, "schedule default/s",
		},
	} {
		for _, seen := range []time.Duration{time.Minute, forEver} {
			for _, deleted := range []bool{true, false} {
				t.Run(fmt.Sprintf("%s/seen %s/deleted %t", name, seen, deleted), func(t *testing.T) {
					timed(t, func() script {
						answers := script{}
						for operation, now := range empty.with(c.before) {
							then, ok := empty.with(c.after)[operation]
							if !ok {
								then = now
							}
							answers[operation] = until(seen, now, then)
						}
						return answers
					}, func(ctx context.Context, client *Client) error {
						if deleted && c.destroy != nil {
							if err := c.destroy(ctx, client); err != nil {
								t.Error(err)
							}
						}
						return c.create(ctx, client)
					}, func(took time.Duration, _ *fakeAWS, err error) {
						waits := deleted || c.destroy == nil
						switch exists := Existing(err); {
						case waits && seen < propagation:
							if err != nil || took < seen {
								t.Errorf("after %s: %v", took, err)
							}
						case err == nil || c.part != "" && (len(exists) == 0 || !strings.Contains(exists[0].Part, c.part)):
							t.Errorf("%v", err)
						case waits && (took < propagation-wait.LongDelay || took > propagation+time.Second):
							t.Errorf("waited %s", took)
						case len(exists) > 0 && waits != strings.Contains(err.Error(), "try again"):
							t.Errorf("%v", err)
						case !waits && took != 0:
							t.Errorf("waited %s", took)
						}
					})
				})
			}
		}
	}
}

// A rollback deletes the parts that a create made although reads do not show them at first; also parts that it
// only may have made, because the response was lost. A part whose create was refused is not waited for.
func TestUndone_notSeenYet(t *testing.T) {
	type reply = func(call) *http.Response
	refused := func(reply) reply { return ecsRefuses("ClientException", "no") }
	broken := func(takesEffect reply) reply {
		return func(c call) *http.Response {
			takesEffect(c)
			return awstest.Response(http.StatusInternalServerError, "text/plain", "")
		}
	}
	lost := func(takesEffect reply) reply {
		return func(c call) *http.Response { takesEffect(c); return nil }
	}
	sub := subscription.Unit{
		Name: "r", ARN: "arn:aws:events:eu-west-1:123456789012:rule/r", Tags: map[string]string{},
		Target: subscription.Target{Kind: subscription.Queue, ARN: "arn:aws:sqs:eu-west-1:123456789012:q"},
	}
	timer := schedule.Unit{
		Schedule: schedule.Schedule{Group: "default", Name: "s", Expression: "rate(1 day)"},
		Role:     &task.Role{Name: "s", ARN: "arn:aws:iam::" + awstest.Account + ":role/s", Path: "/"}, Tags: map[string]string{},
	}
	for name, c := range map[string]struct {
		failing []string
		create  func(context.Context, *Client) error
	}{
		"task": {[]string{"CreateRole", "PutRolePolicy", "CreateLogGroup", "PutRetentionPolicy", "RegisterTaskDefinition"}, func(ctx context.Context, c *Client) error {
			_, err := c.CreateUnit(ctx, aTask(false), newRecord("unit"))
			return err
		}},
		"subscription": {[]string{"PutRule", "PutTargets"}, func(ctx context.Context, c *Client) error {
			_, err := c.CreateSubscription(ctx, sub, newRecord("unit"))
			return err
		}},
		"schedule": {[]string{"CreateRole", "POST scheduler"}, func(ctx context.Context, c *Client) error {
			_, err := c.CreateSchedule(ctx, timer, newRecord("unit"))
			return err
		}},
	} {
		for _, operation := range c.failing {
			for way, fail := range map[string]func(takesEffect reply) reply{"refused": refused, "broken": broken, "lost": lost} {
				for _, late := range []time.Duration{0, 10 * time.Second} {
					t.Run(fmt.Sprintf("%s/%s/%s/%s", name, operation, way, late), func(t *testing.T) {
						var account script
						timed(t, func() script {
							account = remembering(late)
							account[operation] = fail(account[operation])
							return account
						}, c.create, func(took time.Duration, _ *fakeAWS, err error) {
							failed, ok := errors.AsType[*CreateError](err)
							if !ok || failed.Rollback != nil {
								t.Errorf("after %s: %v", took, err)
							}
							left, _ := io.ReadAll(account["left"](call{}).Body)
							if len(left) > 0 {
								t.Errorf("after %s there is still %s", took, left)
							}
							if late == 0 && took != 0 {
								t.Errorf("took %s", took)
							}
						})
					})
				}
			}
		}
	}
}

// A part is one that there may be unless no attempt to make it went out, or AWS refused every one.
func TestMaking(t *testing.T) {
	const unanswered = 0
	for name, c := range map[string]struct {
		answers []int // of the attempts, by their status
		stopped bool
		noted   bool
	}{
		"made":                {answers: []int{http.StatusOK}, noted: true},
		"denied":              {answers: []int{http.StatusForbidden}},
		"broken":              {answers: []int{http.StatusInternalServerError, http.StatusInternalServerError}, noted: true},
		"lost":                {answers: []int{unanswered, unanswered}, noted: true},
		"lost, then denied":   {answers: []int{unanswered, http.StatusForbidden}, noted: true},
		"broken, then denied": {answers: []int{http.StatusBadGateway, http.StatusForbidden}, noted: true},
		"throttled, denied":   {answers: []int{http.StatusTooManyRequests, http.StatusForbidden}},
		"never sent":          {stopped: true},
	} {
		t.Run(name, func(t *testing.T) {
			awstest.Isolate(t)
			synctest.Test(t, func(t *testing.T) {
				attempts := 0
				fake := &fakeAWS{answer: func(call) *http.Response {
					status := c.answers[attempts]
					attempts++
					switch status {
					case unanswered:
						return nil
					case http.StatusOK:
						return whileMaking["CreateRole"](call{})
					}
					return awstest.XMLError(status, "Refused", "no")
				}}
				cfg := testConfig(fake)
				cfg.MaxRetries = aws.Int(2)
				client := mustNew(t, cfg)
				ctx, stop := context.WithCancel(t.Context())
				defer stop()
				if c.stopped {
					stop()
				}
				role := "r"
				err := client.creating(ctx, rolePart(role), func(ctx context.Context) error {
					_, err := client.iam.CreateRole(ctx, &iam.CreateRoleInput{RoleName: &role, AssumeRolePolicyDocument: &role})
					return err
				})
				if noted := client.session.recent.mayBeInvisible(rolePart(role)); noted != c.noted || attempts != len(c.answers) {
					t.Errorf("noted: %t, after %d attempts: %v", noted, attempts, err)
				}
			})
		})
	}
}

// While IAM returns the unique id of a role in place of its ARN, the role is read again.
func TestGetRole_noARN(t *testing.T) {
	odd := always(func() *http.Response {
		return awstest.XMLResponse(`<GetRoleResponse><GetRoleResult><Role><RoleName>r</RoleName><Arn>AROAEXAMPLE</Arn></Role></GetRoleResult></GetRoleResponse>`)
	})
	for _, lasts := range []time.Duration{10 * time.Second, forEver} {
		timed(t, func() script { return script{"GetRole": until(lasts, odd, roleOf)} },
			func(ctx context.Context, c *Client) error {
				role, err := c.getRole(ctx, "r")
				if err == nil && role.ARN != "arn:aws:iam::"+awstest.Account+":role/r" {
					t.Errorf("%+v", role)
				}
				return err
			},
			func(took time.Duration, _ *fakeAWS, err error) {
				if bounded := took <= propagation; errors.Is(err, errNoARN) != (lasts == forEver) || !bounded {
					t.Errorf("after %s: %v", took, err)
				}
			})
	}
}

// A rule exists and AWS does not return its tags, so its owner is not known: a rollback, which may only delete
// what the create made, then fails. So do a destroy after such a rollback, and a read.
func TestRule_tagsNotReturned(t *testing.T) {
	refs := subscription.Refs{Name: "r", ARN: "arn:aws:events:eu-west-1:123456789012:rule/r"}
	sub := subscription.Unit{
		Name: refs.Name, ARN: refs.ARN, Tags: map[string]string{},
		Target: subscription.Target{Kind: subscription.Queue, ARN: "arn:aws:sqs:eu-west-1:123456789012:q"},
	}
	there := script{"DescribeRule": always(func() *http.Response { return awstest.JSONResponse(http.StatusOK, `{"Name":"r"}`) }), "ListTargetsByRule": done}
	for name, c := range map[string]struct {
		account script
		do      func(context.Context, *Client) error
	}{
		"create": {nil, func(ctx context.Context, c *Client) error {
			_, err := c.CreateSubscription(ctx, sub, newRecord("unit"))
			failed, _ := errors.AsType[*CreateError](err)
			if failed == nil {
				return errors.New("the create did not fail")
			}
			return failed.Rollback
		}},
		"destroy": {there, func(ctx context.Context, c *Client) error {
			_, err := c.DeleteSubscription(ctx, refs, newRecord("unit"))
			return err
		}},
		"refresh": {there, func(ctx context.Context, c *Client) error {
			seen, err := c.ReadSubscription(ctx, refs, time.Now().Unix())
			if err != nil {
				return err
			}
			return CheckTagsReturned(newRecord("unit"), refs.Name, seen.Rule)
		}},
		"update": {there, func(ctx context.Context, c *Client) error {
			_, err := c.UpdateSubscription(ctx, SubscriptionUpdate{Record: newRecord("unit"), Want: sub})
			return err
		}},
	} {
		t.Run(name, func(t *testing.T) {
			timed(t, func() script {
				return remembering(0).with(c.account).with(script{"ListTagsForResource": ecsRefuses("ResourceNotFoundException", "no")})
			}, c.do, func(took time.Duration, calls *fakeAWS, err error) {
				if !errors.Is(err, errTagsNotReturned) || len(Existing(err)) > 0 {
					t.Errorf("after %s: %v", took, err)
				}
				if n := calls.count("DeleteRule") + calls.count("RemoveTargets"); n > 0 {
					t.Error("it was removed, whosever it is")
				}
			})
		})
	}
}

// Revisions are deleted right after they are deregistered: ECS may not know that yet, and is asked
// again for those only that it refused. One that is in use is refused at once.
func TestDeleteRevisions_stillActive(t *testing.T) {
	const still = "The specified task definition is still in ACTIVE status. Please deregister the target and try again."
	arns := []string{"arn:aws:ecs:eu-west-1:123456789012:task-definition/t:1", "arn:aws:ecs:eu-west-1:123456789012:task-definition/t:2"}
	refuses := func(reason string) func(call) *http.Response {
		return func(call) *http.Response {
			return awstest.JSONResponse(http.StatusOK, fmt.Sprintf(`{"failures":[{"arn":%q,"reason":%q}]}`, arns[1], reason))
		}
	}
	inactive := func(call) *http.Response {
		return awstest.JSONResponse(http.StatusOK, `{"taskDefinition":{"status":"INACTIVE"}}`)
	}
	for name, c := range map[string]struct {
		lasts         time.Duration
		reason        string
		works, waited bool
	}{
		"known at once": {0, still, true, false},
		"told late":     {5 * time.Second, still, true, true},
		"never told":    {forEver, still, false, true},
		"in use":        {forEver, "The specified task definition is in use.", false, false},
	} {
		t.Run(name, func(t *testing.T) {
			timed(t, func() script {
				return script{"DeleteTaskDefinitions": until(c.lasts, refuses(c.reason), done), "DescribeTaskDefinition": inactive}
			}, func(ctx context.Context, client *Client) error { return client.deleteRevisions(ctx, arns) },
				func(took time.Duration, calls *fakeAWS, err error) {
					if (err == nil) != c.works || (took > 0) != c.waited || took > shortly {
						t.Errorf("after %s: %v", took, err)
					}
					if last := calls.calls[len(calls.calls)-1]; c.works && c.waited && strings.Contains(last.body, arns[0]) {
						t.Errorf("what was deleted is deleted again: %s", last.body)
					}
				})
		})
	}
}
