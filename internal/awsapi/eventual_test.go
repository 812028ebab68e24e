package awsapi

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dockertask/terraform-provider-docker/internal/schedule"
	"github.com/dockertask/terraform-provider-docker/internal/subscription"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// script says what each operation answers. A REST call has its method and service for a name:
// "PUT scheduler".
type script map[string]func(call) *http.Response

func (s script) with(other script) script {
	out := script{}
	maps.Copy(out, s)
	maps.Copy(out, other)
	return out
}

func (s script) answer(c call) *http.Response {
	if c.operation == "" {
		service, _, _ := strings.Cut(c.host, ".")
		c.operation = c.request.Method + " " + service
	}
	if answer, ok := s[c.operation]; ok {
		return answer(c)
	}
	return jsonError(http.StatusBadRequest, "NoAnswer", c.operation)
}

// until answers so for some time from now on, and then otherwise.
func until(d time.Duration, before, then func(call) *http.Response) func(call) *http.Response {
	end := time.Now().Add(d)
	return func(c call) *http.Response {
		if time.Now().Before(end) {
			return before(c)
		}
		return then(c)
	}
}

const forEver = 1000 * time.Hour

func ecsRefuses(code, message string) func(call) *http.Response {
	return func(call) *http.Response { return jsonError(http.StatusBadRequest, code, message) }
}

func iamRefuses(code string) func(call) *http.Response {
	return func(call) *http.Response {
		return xmlError(http.StatusConflict, code, "The role with name x cannot be found.")
	}
}

func restRefuses(status int, code, message string) func(call) *http.Response {
	return func(call) *http.Response { return restError(status, code, message) }
}

// roleTagged is a role of a unit, made long ago.
func roleTagged(unitID string) func(call) *http.Response {
	return roleMade(unitID, time.Unix(0, 0))
}

func roleMade(unitID string, at time.Time) func(call) *http.Response {
	return func(c call) *http.Response {
		name := c.field("RoleName")
		return xmlResponse(`<GetRoleResponse><GetRoleResult><Role><RoleName>` + name + `</RoleName><Path>/</Path>` +
			`<Arn>arn:aws:iam::` + testAccount + `:role/` + name + `</Arn><CreateDate>` + at.UTC().Format(time.RFC3339) + `</CreateDate>` +
			`<Tags><member><Key>` + task.TagUnit + `</Key><Value>` + unitID + `</Value></member></Tags></Role></GetRoleResult></GetRoleResponse>`)
	}
}

func tagged(unitID string) func(call) *http.Response {
	return func(call) *http.Response {
		return jsonResponse(http.StatusOK, fmt.Sprintf(`{"tags":{%q:%q}}`, task.TagUnit, unitID))
	}
}

func definitionTagged(unitID string) func(call) *http.Response {
	return func(c call) *http.Response {
		return jsonResponse(http.StatusOK, fmt.Sprintf(`{"taskDefinition":{"family":%q,"status":"ACTIVE","revision":1,"taskDefinitionArn":"arn:aws:ecs:eu-west-1:123456789012:task-definition/x:1"},"tags":[{"key":%q,"value":%q}]}`,
			c.field("taskDefinition"), task.TagUnit, unitID))
	}
}

// empty is an account without the parts, in which everything works at once.
var empty = script(whileThere).with(whileMaking).with(script{
	"GetRole": nothing, "DescribeLogGroups": nothing, "ListTagsForResource": nothing,
	"GET scheduler": restRefuses(http.StatusNotFound, "ResourceNotFoundException", "no"), "POST scheduler": done, "PUT scheduler": done, "DELETE scheduler": done,
})

// timed runs something at an AWS that follows a script, and tells how long it took.
func timed(t *testing.T, answers func() script, do func(ctx context.Context, c *Client) error, check func(took time.Duration, calls *fakeAWS, err error)) {
	t.Helper()
	isolate(t)
	synctest.Test(t, func(t *testing.T) {
		fake := &fakeAWS{answer: answers().answer}
		client := mustNew(t, testConfig(fake))
		start := time.Now()
		err := do(t.Context(), client)
		check(time.Since(start), fake, err)
	})
}

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
	denied   = "User: x is not authorized to perform: iam:PassRole on resource: arn:aws:iam::" + testAccount + ":role/transcode-0-task"
)

// A role that this operation made is waited for, for as long as IAM may need to tell of it; then
// AWS's error is shown, with a word on what to do. One that it did not make is not waited for.
func TestRoleNotReady_task(t *testing.T) {
	theirs := aTask(true)
	create := func(u task.Unit) func(context.Context, *Client) error {
		return func(ctx context.Context, c *Client) error { _, err := c.CreateUnit(ctx, u, "unit"); return err }
	}
	update := func(had, want task.Unit) func(context.Context, *Client) error {
		return func(ctx context.Context, c *Client) error {
			_, _, err := c.UpdateUnit(ctx, Update{UnitID: "unit", Had: had, Want: want, Register: true})
			return err
		}
	}
	renamed := aTask(false)
	role := renamed.Roles[task.TaskRole]
	role.Name, role.ARN = "other", "arn:aws:iam::"+testAccount+":role/other"
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
		"create, denied another":               {create(aTask(false)), nil, "AccessDeniedException", strings.Replace(denied, "transcode-0", "other", 1), false, "needs iam:PassRole"},
		"create, too many at once":             {create(theirs), nil, "ClientException", "Too many concurrent attempts to create a new revision of the specified family.", true, ""},
		"create, given, not valid":             {create(theirs), nil, "ClientException", notValid, false, "exist and to trust"},
		"create, given, denied":                {create(theirs), nil, "AccessDeniedException", denied, false, "needs iam:PassRole"},
		"update, roles there, not valid":       {update(aTask(false), aTask(false)), allThere, "ClientException", notValid, false, "apply again"},
		"update, roles there, denied":          {update(aTask(false), aTask(false)), allThere, "AccessDeniedException", denied, false, "needs iam:PassRole"},
		"update, one missing, not valid":       {update(aTask(false), aTask(false)), onlyThere("transcode-0-execution"), "ClientException", notValid, true, "apply again"},
		"update, one missing, denied":          {update(aTask(false), aTask(false)), onlyThere("transcode-0-execution"), "AccessDeniedException", denied, true, "iam:PassRole is denied"},
		"update, the other missing, denied":    {update(aTask(false), aTask(false)), onlyThere("transcode-0-task"), "AccessDeniedException", denied, false, "needs iam:PassRole"},
		"update, renamed, not valid":           {update(aTask(false), renamed), onlyThere("transcode-0-execution"), "ClientException", notValid, true, "apply again"},
		"update, from given to ones own, made": {update(theirs, aTask(false)), script{}, "ClientException", notValid, true, "apply again"},
	} {
		for _, lasts := range []time.Duration{propagation - longDelay, forEver} {
			t.Run(fmt.Sprintf("%s/%s", name, lasts), func(t *testing.T) {
				refuses := ecsRefuses(c.code, c.message)
				timed(t, func() script {
					return empty.with(c.there).with(script{"RegisterTaskDefinition": until(lasts, refuses, always(registered))})
				}, c.do, func(took time.Duration, calls *fakeAWS, err error) {
					switch tries := calls.count("RegisterTaskDefinition"); {
					case c.waits && lasts < propagation:
						if err != nil {
							t.Errorf("after %s: %v", took, err)
						}
					case err == nil || !strings.Contains(err.Error(), c.message) || !strings.Contains(err.Error(), c.says):
						t.Errorf("%v", err)
					case c.waits && (took < propagation-longDelay || took > propagation+time.Second):
						t.Errorf("waited %s", took)
					case !c.waits && (took != 0 || tries != 1):
						t.Errorf("tried %d times in %s", tries, took)
					}
				})
			})
		}
	}
}

func TestRoleNotReady_schedule(t *testing.T) {
	const roleARN = "arn:aws:iam::" + testAccount + ":role/s"
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
		return func(ctx context.Context, c *Client) error { return c.CreateSchedule(ctx, unit(given), "unit") }
	}
	update := func(ctx context.Context, c *Client) error {
		return c.UpdateSchedule(ctx, ScheduleUpdate{UnitID: "unit", Had: unit(false), Want: unit(false), HadSchedule: true})
	}
	there := script{"GET scheduler": always(func() *http.Response {
		return response(http.StatusOK, "application/json", `{"Name":"s","ScheduleExpression":"rate(2 days)"}`)
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
					return empty.with(c.there).with(script{c.call: until(lasts, restRefuses(http.StatusBadRequest, c.code, c.message), done)})
				}, c.do, func(took time.Duration, _ *fakeAWS, err error) {
					switch {
					case c.waits && lasts < propagation:
						if err != nil || took < lasts {
							t.Errorf("after %s: %v", took, err)
						}
					case err == nil || !strings.Contains(err.Error(), c.message):
						t.Errorf("%v", err)
					case c.waits && (took < propagation-longDelay || took > propagation+time.Second):
						t.Errorf("waited %s", took)
					case !c.waits && took != 0:
						t.Errorf("waited %s", took)
					}
				})
			})
		}
	}
}

// What is made again under the name of what was deleted a moment ago waits until AWS has
// forgotten the old one. Somebody else's is refused at once, and so is one that was there all
// the time.
func TestMadeAgain(t *testing.T) {
	unit := aTask(false)
	target := subscription.Target{Kind: subscription.Queue, ARN: "arn:aws:sqs:eu-west-1:123456789012:q"}
	sub := subscription.Unit{Name: "r", ARN: "arn:aws:events:eu-west-1:123456789012:rule/r", Target: target, Tags: map[string]string{}}
	timer := schedule.Unit{Schedule: schedule.Schedule{Group: "default", Name: "s", Expression: "rate(1 day)"}}
	rule := script{
		"DescribeRule": always(func() *http.Response { return jsonResponse(http.StatusOK, `{"Name":"r"}`) }), "ListTargetsByRule": done,
		"DeleteRule": done, "PutRule": done, "PutTargets": done,
		"ListTagsForResource": always(func() *http.Response {
			return jsonResponse(http.StatusOK, fmt.Sprintf(`{"Tags":[{"Key":%q,"Value":"old"}]}`, task.TagUnit))
		}),
	}
	noRule := ecsRefuses("ResourceNotFoundException", "no")
	destroy := func(ctx context.Context, c *Client) error { return c.DeleteUnit(ctx, unit, "old", Strays{}) }
	create := func(ctx context.Context, c *Client) error { _, err := c.CreateUnit(ctx, unit, "new"); return err }
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
					return jsonResponse(http.StatusOK, fmt.Sprintf(`{"Tags":[{"Key":%q,"Value":"new"}]}`, task.TagUnit))
				},
			}),
			func(ctx context.Context, c *Client) error { return c.DeleteSubscription(ctx, sub.Refs(), "old") },
			func(ctx context.Context, c *Client) error { return c.CreateSubscription(ctx, sub, "new") }, "rule r",
		},
		"schedule": {
			script{"GET scheduler": always(func() *http.Response {
				return response(http.StatusOK, "application/json", `{"Name":"s","ScheduleExpression":"rate(2 days)"}`)
			})}, empty,
			func(ctx context.Context, c *Client) error { return c.DeleteSchedule(ctx, timer, "old", Strays{}) },
			func(ctx context.Context, c *Client) error { return c.CreateSchedule(ctx, timer, "new") }, "schedule default/s",
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
						case waits && (took < propagation-longDelay || took > propagation+time.Second):
							t.Errorf("waited %s", took)
						case !waits && took != 0:
							t.Errorf("waited %s", took)
						}
					})
				})
			}
		}
	}
}

// A wire's policy waits a little for a role that somebody else has just made, and not for long
// for one that is misspelt.
func TestPutRolePolicy_unknownRole(t *testing.T) {
	for lasts, works := range map[time.Duration]bool{0: true, 5 * time.Second: true, forEver: false} {
		t.Run(lasts.String(), func(t *testing.T) {
			timed(t, func() script { return script{"PutRolePolicy": until(lasts, iamRefuses("NoSuchEntity"), doneXML)} },
				func(ctx context.Context, c *Client) error { return c.PutRolePolicy(ctx, "r", "p", "{}") },
				func(took time.Duration, _ *fakeAWS, err error) {
					if (err == nil) != works || took > shortly {
						t.Errorf("after %s: %v", took, err)
					}
				})
		})
	}
}

// While IAM tells the unique id of a role in place of its ARN, it is asked again.
func TestGetRole_noARN(t *testing.T) {
	odd := always(func() *http.Response {
		return xmlResponse(`<GetRoleResponse><GetRoleResult><Role><RoleName>r</RoleName><Arn>AROAEXAMPLE</Arn></Role></GetRoleResult></GetRoleResponse>`)
	})
	for _, lasts := range []time.Duration{10 * time.Second, forEver} {
		timed(t, func() script { return script{"GetRole": until(lasts, odd, roleOf)} },
			func(ctx context.Context, c *Client) error {
				role, err := c.getRole(ctx, "r")
				if err == nil && role.ARN != "arn:aws:iam::"+testAccount+":role/r" {
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

// A read right after a create does not take for gone what it does not see yet; one of what was
// made long ago does, and so does one of an AWS that forgets nothing.
func TestReadUnit_settles(t *testing.T) {
	isolate(t)
	inline := whileThere["GetRolePolicy"]
	type reply = func(call) *http.Response
	for name, missing := range map[string]func(there reply) script{
		"nothing":    func(reply) script { return nil },
		"definition": func(reply) script { return script{"DescribeTaskDefinition": nothing} },
		"policy":     func(reply) script { return script{"GetRolePolicy": nothing} },
		"log group":  func(reply) script { return script{"DescribeLogGroups": nothing, "ListTagsForResource": nothing} },
		"tags":       func(reply) script { return script{"ListTagsForResource": nothing} },
		"a role": func(there reply) script {
			return script{"GetRole": func(c call) *http.Response {
				if strings.HasSuffix(c.field("RoleName"), "-task") {
					return nothing(c)
				}
				return there(c)
			}}
		},
	} {
		for _, test := range []struct {
			age, unseen time.Duration
			consistent  bool
			waits       time.Duration
		}{
			{time.Second, 0, false, 0},
			{time.Second, 10 * time.Second, false, 10 * time.Second},
			{time.Second, forEver, false, settling},
			{time.Second, forEver, true, 0},
			{time.Hour, forEver, false, 0},
			{-time.Hour, forEver, false, 0}, // the clocks differ
		} {
			t.Run(fmt.Sprintf("%s/%+v", name, test), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					there := empty.with(script{
						"DescribeTaskDefinition": definitionTagged("unit"), "GetRole": roleMade("unit", time.Now().Add(-test.age)), "GetRolePolicy": inline,
						"DescribeLogGroups": groupOf, "ListTagsForResource": tagged("unit"),
					})
					answers := there.with(nil)
					unseen := missing(there["GetRole"])
					for operation, unseen := range unseen {
						answers[operation] = until(test.unseen, unseen, there[operation])
					}
					cfg := testConfig(&fakeAWS{answer: answers.answer})
					cfg.Consistent = test.consistent
					client := mustNew(t, cfg)
					refs := aTask(false).Refs()
					refs.LogGroupARN = "arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/transcode-0"
					start := time.Now()
					o, err := client.ReadUnit(t.Context(), refs)
					took := time.Since(start)
					if unseen == nil {
						if err != nil || took != 0 || o.Lacks(refs) {
							t.Errorf("after %s: %v", took, err)
						}
						return
					}
					if err != nil || took < test.waits-time.Second || took > test.waits+longDelay {
						t.Errorf("after %s, not %s: %v", took, test.waits, err)
					}
					if gone := test.unseen > test.waits; o.Lacks(refs) != gone {
						t.Errorf("missing: %t", !gone)
					}
				})
			})
		}
	}
}

func TestReadSchedule_settles(t *testing.T) {
	there := func(age time.Duration) func(call) *http.Response {
		made := time.Now().Add(-age).Unix()
		return always(func() *http.Response {
			return response(http.StatusOK, "application/json", fmt.Sprintf(`{"Name":"s","ScheduleExpression":"rate(2 days)","CreationDate":%d}`, made))
		})
	}
	for name, c := range map[string]struct {
		schedule, role time.Duration // how long ago they were made
		missing        string
		waits          bool
	}{
		"role":          {time.Second, time.Second, "GetRole", true},
		"schedule":      {time.Second, time.Second, "GET scheduler", true},
		"role, old":     {time.Hour, time.Hour, "GetRole", false},
		"schedule, old": {time.Hour, time.Hour, "GET scheduler", false},
	} {
		t.Run(name, func(t *testing.T) {
			timed(t, func() script {
				answers := empty.with(script{"GET scheduler": there(c.schedule), "GetRole": roleMade("unit", time.Now().Add(-c.role)), "GetRolePolicy": whileThere["GetRolePolicy"]})
				return answers.with(script{c.missing: until(10*time.Second, empty[c.missing], answers[c.missing])})
			}, func(ctx context.Context, client *Client) error {
				o, err := client.ReadSchedule(ctx, ScheduleRefs{Group: "default", Name: "s", Role: "s"})
				if whole := o.Schedule != nil && o.Role != nil; whole != c.waits {
					t.Errorf("whole: %t", whole)
				}
				return err
			}, func(took time.Duration, _ *fakeAWS, err error) {
				if err != nil || c.waits != (took > 0) {
					t.Errorf("after %s: %v", took, err)
				}
			})
		})
	}
}
