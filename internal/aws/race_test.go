package aws

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
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

// contested is an account in which two units, unit-a and unit-b, want the same parts. Every answer takes a
// second; what it says, and what the call does, is so in the middle of it.
type contested struct {
	mu sync.Mutex
	// parts have what makes them, by the names of the calls that make or tell of them: a unit's id, or "".
	parts     map[string]string
	revisions []string // the units that have registered them; "-" for one that is INACTIVE
	schedule  string   // as it was written
	policy    string
}

// unitIn is the unit that a call is of.
func unitIn(c call) string {
	body, _ := url.QueryUnescape(c.body)
	for _, id := range []string{"unit-a", "unit-b"} {
		if strings.Contains(body, id) {
			return id
		}
	}
	return ""
}

func (a *contested) answer(c call) *http.Response {
	const half = time.Second / 2 // of the clock of synctest
	<-time.After(half)
	defer func() { <-time.After(half) }()
	a.mu.Lock()
	defer a.mu.Unlock()
	a.parts = maps.Clone(a.parts)
	if a.parts == nil {
		a.parts = map[string]string{}
	}
	role, group := "role "+strings.ToLower(c.field("RoleName")), "group"
	ofRule := strings.Contains(c.body, ":rule/")
	exists := func(part string) bool { _, is := a.parts[part]; return is }
	refused := ecsRefuses("ResourceNotFoundException", "no")
	if c.operation == "" {
		switch c.request.Method {
		case http.MethodGet:
			if a.schedule == "" {
				return restError(http.StatusNotFound, "ResourceNotFoundException", "no")
			}
			return awstest.Response(http.StatusOK, "application/json", a.schedule)
		case http.MethodDelete:
			a.schedule = ""
		case http.MethodPost:
			if a.schedule != "" {
				return restError(http.StatusConflict, "ConflictException", "exists")
			}
			a.schedule = c.body
		}
		return awstest.Response(http.StatusOK, "application/json", `{}`)
	}
	switch c.operation {
	case "GetRole":
		if !exists(role) {
			return nothing(c)
		}
		return roleTagged(a.parts[role])(c)
	case "CreateRole":
		if exists(role) {
			return iamRefuses("EntityAlreadyExists")(c)
		}
		a.parts[role] = unitIn(c)
	case "TagRole":
		a.parts[role] = unitIn(c)
	case "UntagRole":
		a.parts[role] = ""
	case "DeleteRole":
		delete(a.parts, role)
	case "GetRolePolicy":
		if c.field("PolicyName") != "wire" || a.policy == "" {
			return nothing(c)
		}
		return awstest.XMLResponse(`<GetRolePolicyResponse><GetRolePolicyResult><PolicyDocument>` + url.QueryEscape(a.policy) + `</PolicyDocument></GetRolePolicyResult></GetRolePolicyResponse>`)
	case "PutRolePolicy":
		a.policy = c.field("PolicyDocument")
	case "DescribeLogGroups":
		if !exists(group) {
			return nothing(c)
		}
		return groupOf(c)
	case "CreateLogGroup":
		if exists(group) {
			return ecsRefuses("ResourceAlreadyExistsException", "exists")(c)
		}
		a.parts[group] = unitIn(c)
	case "DeleteLogGroup":
		delete(a.parts, group)
	case "ListTagsForResource":
		if ofRule {
			if !exists("rule") {
				return refused(c)
			}
			return awstest.JSONResponse(http.StatusOK, fmt.Sprintf(`{"Tags":[{"Key":%q,"Value":%q}]}`, task.TagUnit, a.parts["rule"]))
		}
		if !exists(group) {
			return refused(c)
		}
		return tagged(a.parts[group])(c)
	case "TagResource":
		switch id := unitIn(c); {
		case id == "":
		case ofRule:
			a.parts["rule"] = id
		default:
			a.parts[group] = id
		}
	case "UntagResource":
		if !ofRule && strings.Contains(c.body, task.TagUnit) {
			a.parts[group] = ""
		}
	case "PutRule":
		if !exists("rule") {
			a.parts["rule"] = unitIn(c)
		}
	case "DescribeRule":
		if !exists("rule") {
			return refused(c)
		}
		return awstest.JSONResponse(http.StatusOK, `{"Name":"r"}`)
	case "ListTargetsByRule":
		if !exists("rule") {
			return refused(c)
		}
	case "DeleteRule":
		delete(a.parts, "rule")
	case "RegisterTaskDefinition":
		a.revisions = append(a.revisions, unitIn(c))
		return a.definition(c, len(a.revisions))
	case "DeregisterTaskDefinition":
		a.revisions[revisionOf(c.field("taskDefinition"))-1] = "-"
	case "DescribeTaskDefinition":
		n := int(revisionOf("x:" + c.field("taskDefinition")))
		for i := len(a.revisions); n == 0 && i > 0; i-- {
			if a.revisions[i-1] != "-" {
				n = i
			}
		}
		if n == 0 || a.revisions[n-1] == "-" {
			return nothing(c)
		}
		return a.definition(c, n)
	case "ListTaskDefinitions":
		var arns []string
		for i, id := range a.revisions {
			if id != "-" {
				arns = append(arns, fmt.Sprintf(`"arn:aws:ecs:%s:%s:task-definition/%s:%d"`, awstest.Region, awstest.Account, c.field("familyPrefix"), i+1))
			}
		}
		return awstest.JSONResponse(http.StatusOK, `{"taskDefinitionArns":[`+strings.Join(arns, ",")+`]}`)
	}
	if strings.HasPrefix(c.host, "iam.") {
		return awstest.XMLResponse(`<` + c.operation + `Response><` + c.operation + `Result></` + c.operation + `Result></` + c.operation + `Response>`)
	}
	return done(c)
}

func (a *contested) definition(c call, revision int) *http.Response {
	family := c.field("family")
	if family == "" {
		family = familyIn(c, "taskDefinition")
	}
	return awstest.JSONResponse(http.StatusOK, fmt.Sprintf(
		`{"taskDefinition":{"family":%[1]q,"status":"ACTIVE","revision":%[6]d,"taskDefinitionArn":"arn:aws:ecs:%[4]s:%[5]s:task-definition/%[1]s:%[6]d"},"tags":[{"key":%[2]q,"value":%[3]q}]}`,
		family, task.TagUnit, a.revisions[revision-1], awstest.Region, awstest.Account, revision))
}

// owner is the unit that has a part in the end, of those that two have wanted.
func (a *contested) owners() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	var out []string
	for _, id := range append(slices.Collect(maps.Values(a.parts)), a.revisions...) {
		if id != "" && id != "-" && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// contestedTask is the docker task of a unit, with nothing of its own but what is set.
func contestedTask(id string, set func(*task.Unit)) task.Unit {
	u := task.Unit{
		Definition: task.Definition{Family: "of-" + id, ContainerDefinitions: []task.Container{{Name: "main", Image: id}}},
		Roles:      map[task.RoleKind]task.Role{}, LogGroup: task.LogGroup{None: true}, Tags: map[string]string{"of": id}, KeepRevisions: 5,
	}
	set(&u)
	return u
}

func contestedRole(name string) task.Role {
	return task.Role{Name: name, Path: "/", ARN: "arn:aws:iam::" + awstest.Account + ":role/" + name, MaxSessionDuration: 3600}
}

// Two units that want one part at the same time do not both have it, in one process or in two: the second
// fails, and rolls back what it has created or changed until then.
func TestHolds_race(t *testing.T) {
	create := func(set func(*task.Unit)) func(context.Context, *Client, string) error {
		return func(ctx context.Context, c *Client, id string) error {
			_, err := c.CreateUnit(ctx, contestedTask(id, set), newRecord(id))
			return err
		}
	}
	update := func(had, want func(*task.Unit)) func(context.Context, *Client, string) error {
		return func(ctx context.Context, c *Client, id string) error {
			before := contestedTask(id, had)
			_, _, err := c.UpdateUnit(ctx, Update{Record: newRecord(id).Of(before.Parts()...), Had: before, Want: contestedTask(id, want), Register: true})
			return err
		}
	}
	plain := func(*task.Unit) {}
	role := func(kind task.RoleKind, name string) func(*task.Unit) {
		return func(u *task.Unit) {
			r := contestedRole(name)
			u.Roles[kind] = r
			if kind == task.ExecutionRole {
				u.Definition.ExecutionRoleARN = r.ARN
			} else {
				u.Definition.TaskRoleARN = r.ARN
			}
		}
	}
	given := func(kind task.RoleKind, name string) func(*task.Unit) {
		return func(u *task.Unit) { role(kind, name)(u); u.Roles = map[task.RoleKind]task.Role{} }
	}
	group := func(adopt bool) func(*task.Unit) {
		return func(u *task.Unit) {
			u.LogGroup = task.LogGroup{Name: "/shared", Adopt: adopt, RetentionInDays: 7, Class: task.LogGroupClasses[0]}
		}
	}
	cased := func(ctx context.Context, c *Client, id string) error {
		name := map[string]string{"unit-a": "Shared", "unit-b": "shared"}[id]
		return create(role(task.TaskRole, name))(ctx, c, id)
	}
	sub := func(id string) subscription.Unit {
		arn := "arn:aws:events:" + awstest.Region + ":" + awstest.Account + ":rule/r"
		return subscription.Unit{Name: "r", ARN: arn, Pattern: "{}", Tags: map[string]string{"of": id}, Target: subscription.Target{Kind: subscription.Queue, ARN: "arn:aws:sqs:" + awstest.Region + ":" + awstest.Account + ":q"}}
	}
	timer := func(name, role string, own bool) schedule.Unit {
		r := contestedRole(role)
		u := schedule.Unit{Tags: map[string]string{}, Schedule: schedule.Schedule{Group: "default", Name: name, Expression: "rate(1 day)", Target: schedule.Target{RoleARN: r.ARN}}}
		if own {
			u.Role = &r
		}
		return u
	}
	for name, c := range map[string]struct {
		there map[string]string
		do    func(ctx context.Context, c *Client, id string) error
		part  string
		// ownerless: AWS does not show another process who owns the part.
		ownerless bool
	}{
		"execution role, adopted": {
			map[string]string{"role shared": ""}, update(given(task.ExecutionRole, "shared"), role(task.ExecutionRole, "shared")), "execution role shared", false,
		},
		"task role, adopted": {
			map[string]string{"role shared": ""}, update(given(task.TaskRole, "shared"), role(task.TaskRole, "shared")), "task role shared", false,
		},
		"role, that state has and carries no id": {
			map[string]string{"role shared": ""}, update(role(task.TaskRole, "shared"), role(task.TaskRole, "shared")), "task role shared", false,
		},
		"role, made":                  {nil, create(role(task.TaskRole, "shared")), "task role shared", false},
		"role, made, in another case": {nil, cased, "task role ", false},
		"role, made by an update":     {nil, update(plain, role(task.TaskRole, "shared")), "task role shared", false},
		"log group, made":             {nil, create(group(false)), "log group /shared", false},
		"log group, adopted":          {map[string]string{"group": ""}, create(group(true)), "log group /shared", false},
		"log group, adopted by an update": {
			map[string]string{"group": ""}, update(plain, group(true)), "log group /shared", false,
		},
		"log group, that state has and carries no id": {
			map[string]string{"group": ""}, update(group(false), group(false)), "log group /shared", false,
		},
		"family": {nil, create(func(u *task.Unit) { u.Definition.Family = "shared" }), "task definition family shared", false},
		"rule, made": {nil, func(ctx context.Context, c *Client, id string) error {
			_, err := c.CreateSubscription(ctx, sub(id), newRecord(id))
			return err
		}, "rule r", false},
		"rule, imported": {map[string]string{"rule": ""}, func(ctx context.Context, c *Client, id string) error {
			_, err := c.UpdateSubscription(ctx, SubscriptionUpdate{Record: newRecord(id).Of(sub(id).Parts()...), Want: sub(id)})
			return err
		}, "rule r", false},
		"schedule with a given role": {nil, func(ctx context.Context, c *Client, id string) error {
			_, err := c.CreateSchedule(ctx, timer("s", "theirs", false), newRecord(id))
			return err
		}, "schedule default/s", false},
		"schedule's role": {nil, func(ctx context.Context, c *Client, id string) error {
			u := timer("s", "shared", true)
			u.Schedule.Name += id
			_, err := c.CreateSchedule(ctx, u, newRecord(id))
			return err
		}, "role shared", false},
		"schedule's role, adopted": {map[string]string{"role shared": ""}, func(ctx context.Context, c *Client, id string) error {
			had, want := timer("s", "shared", false), timer("s", "shared", true)
			had.Schedule.Name += id
			want.Schedule.Name += id
			_, _, err := c.UpdateSchedule(ctx, ScheduleUpdate{Record: newRecord(id).Of(had.Parts()...), Had: had, Want: want})
			return err
		}, "role shared", false},
		"wire's policy": {nil, func(ctx context.Context, c *Client, id string) error {
			_, err := c.HoldRolePolicy(ctx, "consumer", "wire", `{"Statement":[]}`, Holder{ID: id, Name: "wire " + id})
			return err
		}, "policy wire of role consumer", true},
	} {
		for _, processes := range []int{1, 2} {
			for _, late := range []time.Duration{0, 300 * time.Millisecond, 700 * time.Millisecond, 1100 * time.Millisecond, 1700 * time.Millisecond} {
				t.Run(fmt.Sprintf("%s/%d processes/%s", name, processes, late), func(t *testing.T) {
					if c.ownerless && processes == 2 {
						return
					}
					awstest.Isolate(t)
					synctest.Test(t, func(t *testing.T) {
						account := &contested{parts: c.there}
						config := testConfig(&fakeAWS{answer: account.answer})
						clients := []*Client{mustNew(t, config)}
						for range processes - 1 {
							clients = append(clients, mustNew(t, config))
						}
						errs := make([]error, 2)
						var both sync.WaitGroup
						for i, id := range []string{"unit-a", "unit-b"} {
							both.Go(func() {
								<-time.After(time.Duration(i) * late)
								errs[i] = c.do(t.Context(), clients[i%processes], id)
							})
						}
						both.Wait()
						refused := errs[0]
						if refused == nil {
							refused = errs[1]
						}
						if refused == nil || errs[0] != nil && errs[1] != nil {
							t.Fatalf("the one says %v, the other %v", errs[0], errs[1])
						}
						if !strings.Contains(refused.Error(), c.part) {
							t.Errorf("it does not name the part: %v", refused)
						}
						held, inProcess := errors.AsType[*HeldError](refused)
						if len(Existing(refused)) == 0 && !inProcess {
							t.Errorf("it is no refusal: %v", refused)
						}
						if inProcess && (held.By == "" || held.Wanted == "" || !strings.Contains(refused.Error(), held.By) || !strings.Contains(refused.Error(), held.Wanted)) {
							t.Errorf("it does not name both: %v", refused)
						}
						if owners := account.owners(); len(owners) > 1 {
							t.Errorf("parts are left of %v", owners)
						}
					})
				})
			}
		}
	}
}
