package aws

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dockertask/terraform-provider-docker/internal/aws/awstest"
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
	return awstest.JSONError(http.StatusBadRequest, "NoAnswer", c.operation)
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

// once answers so a single time, and then otherwise.
func once(first, then func(call) *http.Response) func(call) *http.Response {
	var asked atomic.Bool
	return func(c call) *http.Response {
		if asked.CompareAndSwap(false, true) {
			return first(c)
		}
		return then(c)
	}
}

const forEver = 1000 * time.Hour

func ecsRefuses(code, message string) func(call) *http.Response {
	return func(call) *http.Response { return awstest.JSONError(http.StatusBadRequest, code, message) }
}

func iamRefuses(code string) func(call) *http.Response {
	return func(call) *http.Response {
		return awstest.XMLError(http.StatusConflict, code, "The role with name x cannot be found.")
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
		return awstest.XMLResponse(`<GetRoleResponse><GetRoleResult><Role><RoleName>` + name + `</RoleName><Path>/</Path>` +
			`<Arn>arn:aws:iam::` + awstest.Account + `:role/` + name + `</Arn><CreateDate>` + at.UTC().Format(time.RFC3339) + `</CreateDate>` +
			`<Tags><member><Key>` + task.TagUnit + `</Key><Value>` + unitID + `</Value></member></Tags></Role></GetRoleResult></GetRoleResponse>`)
	}
}

func tagged(unitID string) func(call) *http.Response {
	return func(call) *http.Response {
		return awstest.JSONResponse(http.StatusOK, fmt.Sprintf(`{"tags":{%q:%q}}`, task.TagUnit, unitID))
	}
}

func definitionTagged(unitID string) func(call) *http.Response {
	return func(c call) *http.Response {
		return awstest.JSONResponse(http.StatusOK, fmt.Sprintf(`{"taskDefinition":{"family":%[1]q,"status":"ACTIVE","revision":1,"taskDefinitionArn":"arn:aws:ecs:%[4]s:%[5]s:task-definition/%[1]s:1"},"tags":[{"key":%[2]q,"value":%[3]q}]}`,
			familyIn(c, "taskDefinition"), task.TagUnit, unitID, awstest.Region, awstest.Account))
	}
}

// familyIn is the family in a field, which may have an ARN.
func familyIn(c call, field string) string {
	name := c.field(field)
	family, _, _ := strings.Cut(name[strings.LastIndexByte(name, '/')+1:], ":")
	return family
}

// empty is an account without the parts, in which everything works at once.
var empty = script(whileThere).with(whileMaking).with(script{
	"GetRole": nothing, "DescribeLogGroups": nothing, "ListTagsForResource": nothing,
	"GET scheduler": restRefuses(http.StatusNotFound, "ResourceNotFoundException", "no"), "POST scheduler": done, "PUT scheduler": done, "DELETE scheduler": done,
	"PutTargets": done,
})

// remembering is an empty account whose reads show each write with the given delay. Revisions are listed later
// still.
func remembering(late time.Duration) script {
	var mu sync.Mutex
	made := map[string]time.Time{}
	var schedule string // as it was written
	makes := func(key func(call) string, answer func(call) *http.Response) func(call) *http.Response {
		return func(c call) *http.Response {
			mu.Lock()
			defer mu.Unlock()
			made[key(c)] = time.Now()
			return answer(c)
		}
	}
	removes := func(key func(call) string, answer func(call) *http.Response) func(call) *http.Response {
		return func(c call) *http.Response {
			mu.Lock()
			defer mu.Unlock()
			delete(made, key(c))
			return answer(c)
		}
	}
	tellsAfter := func(late time.Duration, key func(call) string, there, not func(call) *http.Response) func(call) *http.Response {
		return func(c call) *http.Response {
			mu.Lock()
			defer mu.Unlock()
			if at, ok := made[key(c)]; ok && time.Since(at) >= late {
				return there(c)
			}
			return not(c)
		}
	}
	tells := func(key func(call) string, there, not func(call) *http.Response) func(call) *http.Response {
		return tellsAfter(late, key, there, not)
	}
	field := func(kind, name string) func(call) string {
		return func(c call) string { return kind + c.field(name) }
	}
	family := func(name string) func(call) string {
		return func(c call) string { return "family " + familyIn(c, name) }
	}
	rule := func(call) string { return "rule" }
	timer := func(call) string { return "schedule" }
	noRule := ecsRefuses("ResourceNotFoundException", "no")
	tags := func(c call) *http.Response {
		if strings.Contains(c.field("ResourceARN"), ":rule/") {
			return awstest.JSONResponse(http.StatusOK, fmt.Sprintf(`{"Tags":[{"Key":%q,"Value":"unit"}]}`, task.TagUnit))
		}
		return tagged("unit")(c)
	}
	return empty.with(script{
		"CreateRole":             makes(field("role ", "RoleName"), empty["CreateRole"]),
		"DeleteRole":             removes(field("role ", "RoleName"), doneXML),
		"GetRole":                tells(field("role ", "RoleName"), roleTagged("unit"), nothing),
		"CreateLogGroup":         makes(field("group ", "logGroupName"), done),
		"DeleteLogGroup":         removes(field("group ", "logGroupName"), done),
		"DescribeLogGroups":      tells(field("group ", "logGroupNamePrefix"), groupOf, nothing),
		"RegisterTaskDefinition": makes(family("family"), empty["RegisterTaskDefinition"]),
		"DescribeTaskDefinition": tells(family("taskDefinition"), definitionTagged("unit"), nothing),
		"ListTaskDefinitions": tellsAfter(2*late, family("familyPrefix"), empty["ListTaskDefinitions"],
			func(call) *http.Response { return awstest.JSONResponse(http.StatusOK, `{"taskDefinitionArns":[]}`) }),
		"DeregisterTaskDefinition": removes(family("taskDefinition"), done),
		"POST scheduler":           makes(timer, func(c call) *http.Response { schedule = c.body; return done(c) }),
		"GET scheduler": tells(timer,
			func(call) *http.Response { return awstest.Response(http.StatusOK, "application/json", schedule) }, empty["GET scheduler"]),
		"DELETE scheduler":  removes(timer, done),
		"PutRule":           makes(rule, done),
		"DeleteRule":        removes(rule, done),
		"DescribeRule":      tells(rule, func(call) *http.Response { return awstest.JSONResponse(http.StatusOK, `{"Name":"r"}`) }, noRule),
		"ListTargetsByRule": tells(rule, done, noRule),
		"ListTagsForResource": func(c call) *http.Response {
			if strings.Contains(c.field("ResourceARN"), ":rule/") {
				return tells(rule, tags, noRule)(c)
			}
			return tags(c)
		},
		"left": func(call) *http.Response { // for tests: what is still there
			mu.Lock()
			defer mu.Unlock()
			return awstest.JSONResponse(http.StatusOK, strings.Join(slices.Sorted(maps.Keys(made)), ", "))
		},
	})
}

// timed runs something at an AWS that follows a script, and reports how long it took.
func timed(t *testing.T, answers func() script, do func(ctx context.Context, c *Client) error, check func(took time.Duration, calls *fakeAWS, err error)) {
	t.Helper()
	awstest.Isolate(t)
	synctest.Test(t, func(t *testing.T) {
		fake := &fakeAWS{answer: answers().answer}
		client := mustNew(t, testConfig(fake))
		start := time.Now()
		err := do(t.Context(), client)
		check(time.Since(start), fake, err)
	})
}
