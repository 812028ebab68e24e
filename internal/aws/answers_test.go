package aws

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/dockertask/terraform-provider-docker/internal/aws/awstest"
	"github.com/dockertask/terraform-provider-docker/internal/aws/middleware"
	"github.com/dockertask/terraform-provider-docker/internal/panics"
	"github.com/dockertask/terraform-provider-docker/internal/schedule"
	"github.com/dockertask/terraform-provider-docker/internal/subscription"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// serviceIDs are the services by the names of the fields of [Client], and of a variable.
var serviceIDs = map[string]string{
	"ecs": "ECS", "iam": "IAM", "logs": "CloudWatch Logs", "ec2": "EC2", "ecr": "ECR", "secrets": "Secrets Manager", "events": "EventBridge",
	"lambda": "Lambda", "sns": "SNS", "sqs": "SQS", "scheduler": "Scheduler",
}

var sdkCall = regexp.MustCompile(`\.(ecs|iam|logs|ec2|ecr|secrets|events|lambda|sns|sqs|scheduler)\.([A-Z]\w+)\(ctx\b`)

// calledOperations are the operations of AWS that the code calls, with the field of the client that has them.
func calledOperations(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		code, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, call := range sdkCall.FindAllStringSubmatch(string(code), -1) {
			out[serviceIDs[call[1]]+"."+call[2]] = call[1]
		}
	}
	return out
}

// Every operation that is called has a rule for its answer, and no other has one.
func TestAnswers_allOperations(t *testing.T) {
	have := slices.Sorted(maps.Keys(middleware.Rules))
	want := append(slices.Collect(maps.Keys(calledOperations(t))), "STS.GetCallerIdentity")
	slices.Sort(want)
	if !slices.Equal(have, want) {
		t.Errorf("rules for\n%s\nand calls of\n%s", strings.Join(have, "\n"), strings.Join(want, "\n"))
	}
	if len(want) < 55 {
		t.Errorf("only %d calls found", len(want))
	}
}

// strangeAnswers replace a response. wrong reports for which operations the replacement is no valid response: for
// those with a result, or also for those without one whose protocol has a document all the same.
var strangeAnswers = map[string]struct {
	alter func(body string) string
	wrong func(rule middleware.Rule, xml bool) bool
}{
	"nothing":    {func(string) string { return "" }, hasResult},
	"blank":      {func(string) string { return " \r\n" }, hasResult},
	"empty JSON": {func(string) string { return "{}" }, hasResult},
	"empty XML":  {func(string) string { return "<x></x>" }, func(rule middleware.Rule, xml bool) bool { return xml || len(rule.Has) > 0 }},
	"null":       {func(string) string { return "null" }, hasResult},
	"a list":     {func(string) string { return "[1,2,3]" }, hasResult},
	"HTML":       {func(string) string { return "<html><body><h1>502 Bad Gateway</h1></body></html>" }, always3},
	"a doctype":  {func(string) string { return "\n<!DOCTYPE html><title>Sign in</title>" }, always3},
	"half":       {func(body string) string { return body[:len(body)/2] }, func(rule middleware.Rule, _ bool) bool { return len(rule.Has) > 0 }},
	"no values":  {withoutValues, func(rule middleware.Rule, _ bool) bool { return len(rule.Has) > 0 }},
	"other types": {otherTypes, func(rule middleware.Rule, xml bool) bool {
		return !xml && len(rule.Has) > 0
	}},
	"another's name": {func(body string) string { return strings.ReplaceAll(body, "mine", "another") }, func(rule middleware.Rule, _ bool) bool { return len(rule.Has) > 0 && len(rule.Same) > 0 }},
	"null in lists": {nullInLists, func(rule middleware.Rule, _ bool) bool {
		return slices.ContainsFunc(rule.Has, func(path string) bool { return strings.ContainsAny(path, "[+") })
	}},
}

func hasResult(rule middleware.Rule, xml bool) bool { return xml || len(rule.Has) > 0 }

func always3(middleware.Rule, bool) bool { return true }

// altered changes the values of a JSON document.
func altered(body string, change func(v any) any) string {
	var v any
	if json.Unmarshal([]byte(body), &v) != nil {
		return body
	}
	out, err := json.Marshal(change(v))
	if err != nil {
		panic(err)
	}
	return string(out)
}

var xmlText = regexp.MustCompile(`>[^<]+<`)

func withoutValues(body string) string {
	if strings.HasPrefix(body, "<") {
		return xmlText.ReplaceAllString(body, "><")
	}
	return altered(body, func(v any) any {
		fields, _ := v.(map[string]any)
		for k := range fields {
			fields[k] = nil
		}
		return fields
	})
}

func otherTypes(body string) string {
	var change func(v any) any
	change = func(v any) any {
		switch v := v.(type) {
		case map[string]any:
			for k, e := range v {
				v[k] = change(e)
			}
			return v
		case []any:
			return map[string]any{"a": 1}
		case string:
			return 7
		case float64:
			return "seven"
		}
		return v
	}
	return altered(body, change)
}

var xmlMember = regexp.MustCompile(`<(member|item)>.*?</(member|item)>`)

func nullInLists(body string) string {
	if strings.HasPrefix(body, "<") {
		return xmlMember.ReplaceAllString(body, "<$1></$1>")
	}
	var change func(v any) any
	change = func(v any) any {
		switch v := v.(type) {
		case map[string]any:
			for k, e := range v {
				v[k] = change(e)
			}
		case []any:
			return []any{nil, map[string]any{}}[:min(2, len(v)+1)]
		}
		return v
	}
	return altered(body, change)
}

// wholeAnswers are answers as AWS gives them, of the operations whose answer has something. What is asked
// about is called mine.
var wholeAnswers = map[string]string{
	"DescribeSubnets":             `<DescribeSubnetsResponse><subnetSet><item><subnetId>subnet-1</subnetId></item></subnetSet></DescribeSubnetsResponse>`,
	"GetAuthorizationToken":       `{"authorizationData":[{"authorizationToken":"QVdTOmE="}]}`,
	"CreateCluster":               clusterAnswer,
	"DescribeResourcePolicies":    `{"resourcePolicies":[{"policyName":"mine","policyDocument":"{}"}]}`,
	"UpdateCluster":               clusterAnswer,
	"PutClusterCapacityProviders": clusterAnswer,
	"DeleteCluster":               clusterAnswer,
	"DescribeTaskDefinition":      definitionAnswer,
	"RegisterTaskDefinition":      definitionAnswer,
	"UpdateRole":                  `<UpdateRoleResponse><UpdateRoleResult></UpdateRoleResult></UpdateRoleResponse>`,
	"ListTaskDefinitions":         `{"taskDefinitionArns":["arn:aws:ecs:eu-west-1:123456789012:task-definition/mine:1"]}`,
	"StopTask":                    `{"task":{"taskArn":"arn:aws:ecs:eu-west-1:123456789012:task/mine/1"}}`,
	"ListRules":                   `{"Rules":[{"Name":"mine"}]}`,
	"ListSchedules":               `{"Schedules":[{"Name":"mine","GroupName":"default"}]}`,
	"ListTaskDefinitionFamilies":  `{"families":["mine"]}`,
	"ListTasks":                   `{"taskArns":["arn:aws:ecs:eu-west-1:123456789012:task/mine/1"]}`,
	"DeleteTaskDefinitions":       `{"taskDefinitions":[],"failures":[]}`,
	"DescribeRule":                `{"Name":"mine","Arn":"arn:aws:events:eu-west-1:123456789012:rule/mine"}`,
	"ListTargetsByRule":           `{"Targets":[{"Id":"docker-task","Arn":"arn:aws:sqs:eu-west-1:123456789012:mine"}]}`,
	"GetRole":                     `<GetRoleResponse><GetRoleResult><Role><RoleName>mine</RoleName><Path>/</Path><Arn>arn:aws:iam::123456789012:role/mine</Arn><Tags><member><Key>docker-task:unit</Key><Value>unit</Value></member></Tags></Role></GetRoleResult></GetRoleResponse>`,
	"CreateRole":                  `<CreateRoleResponse><CreateRoleResult><Role><RoleName>mine</RoleName><Path>/</Path><Arn>arn:aws:iam::123456789012:role/mine</Arn></Role></CreateRoleResult></CreateRoleResponse>`,
	"GetRolePolicy":               `<GetRolePolicyResponse><GetRolePolicyResult><RoleName>mine</RoleName><PolicyName>mine</PolicyName><PolicyDocument>%7B%7D</PolicyDocument></GetRolePolicyResult></GetRolePolicyResponse>`,
	"ListRolePolicies":            `<ListRolePoliciesResponse><ListRolePoliciesResult><PolicyNames><member>mine</member></PolicyNames></ListRolePoliciesResult></ListRolePoliciesResponse>`,
	"ListAttachedRolePolicies":    `<ListAttachedRolePoliciesResponse><ListAttachedRolePoliciesResult><AttachedPolicies><member><PolicyArn>arn:aws:iam::aws:policy/ReadOnlyAccess</PolicyArn></member></AttachedPolicies></ListAttachedRolePoliciesResult></ListAttachedRolePoliciesResponse>`,
	"ListInstanceProfilesForRole": `<ListInstanceProfilesForRoleResponse><ListInstanceProfilesForRoleResult><InstanceProfiles><member><InstanceProfileName>p</InstanceProfileName></member></InstanceProfiles></ListInstanceProfilesForRoleResult></ListInstanceProfilesForRoleResponse>`,
	"ListTagsForResource":         `{"Tags":[{"Key":"a","Value":"b"}],"tags":{"a":"b"}}`,
	"GetPolicy":                   `{"Policy":"{}"}`,
	"DescribeLogGroups":           `{"logGroups":[{"logGroupName":"mine","arn":"arn:aws:logs:eu-west-1:123456789012:log-group:mine:*"}]}`,
	"GetSchedule":                 `{"Name":"mine","GroupName":"mine","ScheduleExpression":"rate(1 day)","Target":{"Arn":"arn:aws:ecs:eu-west-1:123456789012:cluster/c","RoleArn":"arn:aws:iam::123456789012:role/r"}}`,
	"GetSecretValue":              `{"ARN":"arn:aws:secretsmanager:eu-west-1:123456789012:secret:mine-AbCdEf","SecretString":"{}"}`,
	"GetTopicAttributes":          `<GetTopicAttributesResponse><GetTopicAttributesResult><Attributes><entry><key>TopicArn</key><value>arn:aws:sns:eu-west-1:123456789012:mine</value></entry></Attributes></GetTopicAttributesResult></GetTopicAttributesResponse>`,
	"GetQueueAttributes":          `{"Attributes":{"QueueArn":"arn:aws:sqs:eu-west-1:123456789012:mine"}}`,
	"GetQueueUrl":                 `{"QueueUrl":"https://sqs.eu-west-1.amazonaws.com/123456789012/mine"}`,
}

const clusterAnswer = `{"cluster":{"clusterArn":"arn:aws:ecs:eu-west-1:123456789012:cluster/mine","clusterName":"mine","status":"ACTIVE"}}`

const definitionAnswer = `{"taskDefinition":{"family":"mine","status":"ACTIVE","revision":1,"taskDefinitionArn":"arn:aws:ecs:eu-west-1:123456789012:task-definition/mine:1","containerDefinitions":[{"name":"c"}]},"tags":[]}`

// TestAnswers_strange has each operation answered with what is no answer to it: an error each time that the
// answer lacks what the code reads; and the whole answer is none.
func TestAnswers_strange(t *testing.T) {
	awstest.Isolate(t)
	cases := 0
	for operation, field := range calledOperations(t) {
		service, name, _ := strings.Cut(operation, ".")
		xml := slices.Contains([]string{"IAM", "SNS", "EC2"}, service)
		body, ok := wholeAnswers[name]
		switch {
		case ok:
		case len(middleware.Rules[operation].Has) > 0 && !onlyLists(middleware.Rules[operation]):
			t.Errorf("%s has no answer here", operation)
		case xml:
			body = "<" + name + "Response></" + name + "Response>"
		default:
			body = "{}"
		}
		invoke := func(body string) error {
			cases++
			fake := &fakeAWS{exact: true, answer: func(call) *http.Response {
				if xml {
					return awstest.XMLResponse(body)
				}
				return awstest.JSONResponse(http.StatusOK, body)
			}}
			client := mustNew(t, testConfig(fake))
			return invokeSDK(t, reflect.ValueOf(client).Elem().FieldByName(field), field, name)
		}
		if err := invoke(body); err != nil {
			t.Errorf("%s: a whole answer is refused: %v", operation, err)
		}
		for kind, strange := range strangeAnswers {
			if strings.Contains(kind, "lists") && !strings.ContainsAny(body, "[") && !strings.Contains(body, "<member>") && !strings.Contains(body, "<item>") {
				continue
			}
			if kind == "other types" && strings.HasPrefix(body, "<") {
				continue
			}
			rule := middleware.Rules[operation]
			if onlyLists(rule) { // nothing that is always there
				rule.Has = nil
			}
			err := invoke(strange.alter(body))
			if strange.wrong(rule, xml) && err == nil {
				t.Errorf("%s answered with %s: no error", operation, kind)
			}
			if wrong, ok := errors.AsType[*panics.PanicError](err); ok {
				t.Errorf("%s answered with %s: %v", operation, kind, wrong)
			}
		}
	}
	t.Logf("%d cases", cases)
}

// onlyLists reports whether a rule is only about elements of lists that may be missing.
func onlyLists(rule middleware.Rule) bool {
	return !slices.ContainsFunc(rule.Has, func(path string) bool { return !strings.Contains(path, "*") })
}

// invokeSDK makes a call of the SDK with a request in which everything is set.
func invokeSDK(t *testing.T, client reflect.Value, field, operation string) error {
	t.Helper()
	client = reflect.NewAt(client.Type(), client.Addr().UnsafePointer()).Elem() // the field is not exported
	method := client.MethodByName(operation)
	if !method.IsValid() {
		t.Fatalf("%s has no %s", field, operation)
	}
	in := reflect.New(method.Type().In(1).Elem())
	awstest.Fill(in.Elem(), 0)
	for name, value := range map[string]string{
		"QueueUrl": "https://sqs.eu-west-1.amazonaws.com/123456789012/mine", "TopicArn": "arn:aws:sns:eu-west-1:123456789012:mine",
		"SecretId": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:mine",
	} {
		if f := in.Elem().FieldByName(name); f.IsValid() {
			f.Set(reflect.ValueOf(&value))
		}
	}
	err, _ := method.Call([]reflect.Value{reflect.ValueOf(t.Context()), in})[1].Interface().(error)
	return err
}

// unitOperations are what the provider does with all it has, at an account that has it already or not.
func unitOperations() map[string]struct {
	there bool
	do    func(ctx context.Context, c *Client) error
} {
	unit := manyUnit(0)
	queue := subscription.NewPermission(subscription.Queue, "arn:aws:sqs:eu-west-1:123456789012:q", "arn:aws:events:eu-west-1:123456789012:rule/r")
	heard := subscription.Unit{
		Name: "r", ARN: "arn:aws:events:eu-west-1:123456789012:rule/r", Tags: map[string]string{}, Permissions: []subscription.Permission{queue},
		Target: subscription.Target{Kind: subscription.Queue, ARN: "arn:aws:sqs:eu-west-1:123456789012:q"},
	}
	timer := schedule.Unit{
		Schedule: schedule.Schedule{Group: "default", Name: "s", Expression: "rate(1 day)", Target: schedule.Target{RoleARN: "arn:aws:iam::" + awstest.Account + ":role/s"}},
		Role:     &task.Role{Name: "s", ARN: "arn:aws:iam::" + awstest.Account + ":role/s", Path: "/"}, Tags: map[string]string{},
	}
	create := map[string]func(ctx context.Context, c *Client) error{
		"task": func(ctx context.Context, c *Client) error {
			_, err := c.CreateUnit(ctx, unit, newRecord("unit"))
			return err
		},
		"schedule": func(ctx context.Context, c *Client) error {
			_, err := c.CreateSchedule(ctx, timer, newRecord("unit"))
			return err
		},
		"subscription": func(ctx context.Context, c *Client) error {
			_, err := c.CreateSubscription(ctx, heard, newRecord("unit"))
			return err
		},
		"wire": func(ctx context.Context, c *Client) error {
			_, err := c.HoldRolePolicy(ctx, "consumer", "wire", `{"Statement":[]}`, Holder{ID: "unit"})
			return err
		},
	}
	change := map[string]func(ctx context.Context, c *Client) error{
		"task read": func(ctx context.Context, c *Client) error { _, err := c.ReadUnit(ctx, unit.Refs(), 0); return err },
		"task updated": func(ctx context.Context, c *Client) error {
			_, _, err := c.UpdateUnit(ctx, Update{Record: newRecord("unit").Of(unit.PartsWith(1, false)...), Had: unit, Want: unit, Register: true, HadDefinition: &task.ObservedDefinition{Revision: 1}})
			return err
		},
		"task deleted": func(ctx context.Context, c *Client) error {
			_, err := c.DeleteUnit(ctx, unit, newRecord("unit").Of(unit.PartsWith(1, false)...))
			return err
		},
		"schedule read": func(ctx context.Context, c *Client) error {
			_, err := c.ReadSchedule(ctx, scheduleRefs(timer), 0)
			return err
		},
		"schedule updated": func(ctx context.Context, c *Client) error {
			want := timer
			want.Schedule.Description = "other"
			_, _, err := c.UpdateSchedule(ctx, ScheduleUpdate{Record: newRecord("unit").Of(timer.Parts()...), Had: timer, Want: want})
			return err
		},
		"schedule deleted": func(ctx context.Context, c *Client) error {
			_, err := c.DeleteSchedule(ctx, timer, newRecord("unit").Of(timer.Parts()...))
			return err
		},
		"subscription read": func(ctx context.Context, c *Client) error {
			_, err := c.ReadSubscription(ctx, heard.Refs(), 0)
			return err
		},
		"subscription updated": func(ctx context.Context, c *Client) error {
			want := heard
			want.Description = "other"
			_, err := c.UpdateSubscription(ctx, SubscriptionUpdate{Record: newRecord("unit").Of(heard.Parts()...), Want: want})
			return err
		},
		"subscription deleted": func(ctx context.Context, c *Client) error {
			_, err := c.DeleteSubscription(ctx, heard.Refs(), newRecord("unit").Of(heard.Parts()...))
			return err
		},
		"wire deleted": func(ctx context.Context, c *Client) error {
			_, err := c.DropRolePolicy(ctx, "consumer", "wire", Holder{ID: "unit"})
			return err
		},
	}
	out := map[string]struct {
		there bool
		do    func(ctx context.Context, c *Client) error
	}{}
	for name, do := range create {
		out[name+" created"] = struct {
			there bool
			do    func(ctx context.Context, c *Client) error
		}{false, do}
	}
	for name, do := range change {
		what, _, _ := strings.Cut(name, " ")
		out[name] = struct {
			there bool
			do    func(ctx context.Context, c *Client) error
		}{true, func(ctx context.Context, c *Client) error {
			if err := create[what](ctx, c); err != nil {
				return err
			}
			begun(ctx)
			return do(ctx, c)
		}}
	}
	return out
}

// accountOf is an account that remembers what is made in it, and has a queue.
func accountOf() script {
	account := remembering(0)
	var policy string
	return account.with(script{
		"GetQueueUrl": done, "GetQueueAttributes": func(call) *http.Response {
			return awstest.JSONResponse(http.StatusOK, fmt.Sprintf(`{"Attributes":{"Policy":%q}}`, policy))
		},
		"SetQueueAttributes": func(c call) *http.Response {
			var in struct{ Attributes struct{ Policy string } }
			if err := json.Unmarshal([]byte(c.body), &in); err != nil {
				panic(err)
			}
			policy = in.Attributes.Policy
			return done(c)
		},
		"PUT scheduler": done, "RemoveTargets": done, "TagResource": done, "UpdateAssumeRolePolicy": doneXML, "TagRole": doneXML, "UntagRole": doneXML, "UpdateRole": doneXML,
		"GetRolePolicy": account["GetRolePolicy"], "DeleteRetentionPolicy": done,
	})
}

// TestUnits_strangeAnswers has the answers to each call of each operation of the provider altered: it ends with
// an error or as if nothing was wrong, and never in a panic; and a create that fails leaves nothing, or says so.
func TestUnits_strangeAnswers(t *testing.T) {
	awstest.Isolate(t)
	cases := 0
	for name, operation := range unitOperations() {
		run := func(on string, hurt func(c call, whole *http.Response) *http.Response) (called []string, left string, err error) {
			cases++
			synctest.Test(t, func(t *testing.T) {
				account := accountOf()
				begun := !operation.there
				fake := &fakeAWS{exact: true}
				seen := map[string]bool{}
				fake.answer = func(c call) *http.Response {
					answer := account.answer(c)
					if answer == nil {
						return nil
					}
					answer = whole(c, answer)
					fake.mu.Lock()
					seen[c.operationOrMethod()] = true
					hit := begun && c.operationOrMethod() == on
					fake.mu.Unlock()
					if hit && answer.StatusCode == http.StatusOK {
						return hurt(c, answer)
					}
					return answer
				}
				client := mustNew(t, testConfig(fake))
				ctx := client.Context(t.Context())
				ctx = withBegin(ctx, func() {
					fake.mu.Lock()
					begun, seen = true, map[string]bool{}
					fake.mu.Unlock()
				})
				// The server of the provider is the last to catch a panic. Of a create it would know too little.
				err = panics.Guard(ctx, func() error { return operation.do(ctx, client) })
				called = slices.Sorted(maps.Keys(seen))
				text, _ := io.ReadAll(account["left"](call{}).Body)
				left = string(text)
			})
			return called, left, err
		}
		unhurt := func(_ call, whole *http.Response) *http.Response { return whole }
		calls, _, err := run("", unhurt)
		if err != nil || len(calls) == 0 {
			t.Errorf("%s: %v after %v", name, err, calls)
			continue
		}
		for _, on := range calls {
			for kind, strange := range strangeAnswers {
				if testing.Short() && !slices.Contains([]string{"nothing", "empty JSON", "no values", "null in lists"}, kind) {
					continue
				}
				_, left, err := run(on, func(_ call, whole *http.Response) *http.Response {
					body, _ := io.ReadAll(whole.Body)
					return awstest.Response(http.StatusOK, whole.Header.Get("Content-Type"), strange.alter(string(body)))
				})
				if wrong, ok := errors.AsType[*panics.PanicError](err); ok {
					t.Errorf("%s, %s answered with %s: %v", name, on, kind, wrong)
				}
				checkLeft(t, fmt.Sprintf("%s, %s answered with %s", name, on, kind), operation.there, left, err)
			}
			// A panic of our own, in the place of the one that the rules prevent.
			var hit atomic.Bool // of calls that may be made at the same time
			_, left, err := run(on, func(call, *http.Response) *http.Response {
				hit.Store(true)
				panic("secret-in-a-panic of " + on)
			})
			if wrong, ok := errors.AsType[*panics.PanicError](err); hit.Load() && !ok || ok && !strings.Contains(wrong.Where, ".go:") || err != nil && strings.Contains(err.Error(), "secret-in-a-panic") {
				t.Errorf("%s, panic in %s: %v", name, on, err)
			}
			checkLeft(t, fmt.Sprintf("%s, panic in %s", name, on), operation.there, left, err)
		}
	}
	t.Logf("%d cases", cases)
}

func checkLeft(t *testing.T, when string, there bool, left string, err error) {
	t.Helper()
	if there || err == nil || left == "" {
		return
	}
	if failed, ok := errors.AsType[*CreateError](err); !ok || failed.Rollback == nil {
		t.Errorf("%s: left behind: %s; %v", when, left, err)
	}
}

type beginKey struct{}

// withBegin has [begun] call a function.
func withBegin(ctx context.Context, f func()) context.Context {
	return context.WithValue(ctx, beginKey{}, f)
}

// begun marks the beginning of the code under test.
func begun(ctx context.Context) {
	if f, ok := ctx.Value(beginKey{}).(func()); ok {
		f()
	}
}
