package provider

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tftest"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// answers is an AWS that gives each operation one answer: that of its name, or that of "".
type answers map[string]answer

// answer is an error with a code, or a result: what JSON is made of, or XML for a query.
type answer struct {
	code   string
	result any
}

// scheduleOperations are those of Scheduler, which speaks REST.
var scheduleOperations = map[string]string{"GET": "GetSchedule", "POST": "CreateSchedule", "PUT": "UpdateSchedule", "DELETE": "DeleteSchedule"}

func (a answers) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var operation string
	query := false
	_, target, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	switch {
	case target != "":
		operation = target
	case strings.HasPrefix(r.URL.Path, "/schedules/"):
		operation = scheduleOperations[r.Method]
	case strings.HasSuffix(r.URL.Path, "/policy"):
		operation = r.Method + " function policy"
	default:
		operation, query = r.FormValue("Action"), true
	}
	if operation == "GetCallerIdentity" {
		(&fakeSTS{}).ServeHTTP(w, r)
		return
	}
	body, _ := io.ReadAll(r.Body)
	asked := map[string]any{} // what is asked about: an answer has its name
	_ = json.Unmarshal(body, &asked)
	for k := range r.Form {
		asked[k] = r.FormValue(k)
	}
	if strings.HasPrefix(r.URL.Path, "/schedules/") {
		asked["Name"] = path.Base(r.URL.Path)
	}
	is, found := a[operation]
	if !found {
		is = a[""]
	}
	if query {
		w.Header().Set("Content-Type", "text/xml")
		if is.code != "" {
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprintf(w, `<ErrorResponse><Error><Code>%s</Code><Message>played with name</Message></Error></ErrorResponse>`, is.code)
			return
		}
		text := fmt.Sprintf("<%[1]sResponse><%[1]sResult>%[2]v</%[1]sResult></%[1]sResponse>", operation, is.result)
		_, _ = io.WriteString(w, withAsked(text, asked))
		return
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	if is.code != "" {
		w.Header().Set("X-Amzn-ErrorType", is.code)
		w.WriteHeader(http.StatusBadRequest)
		_ = json.NewEncoder(w).Encode(map[string]any{"__type": is.code, "message": "played: Unable to describe task definition."})
		return
	}
	text, _ := json.Marshal(is.result)
	_, _ = io.WriteString(w, withAsked(string(text), asked))
}

// withAsked has the names that were asked about in the places of ASKED-FIELD.
func withAsked(text string, asked map[string]any) string {
	return askedField.ReplaceAllStringFunc(text, func(field string) string {
		name := fmt.Sprint(asked[strings.TrimPrefix(field, "ASKED-")])
		return name[strings.LastIndexByte(name, '/')+1:]
	})
}

var askedField = regexp.MustCompile(`ASKED-[A-Za-z]+`)

// denying refuses everything.
var denying = answers{"": {code: "AccessDeniedException"}}

// lacking has nothing.
var lacking = answers{
	"DescribeTaskDefinition": {code: "ClientException"},
	"DescribeLogGroups":      {result: tftest.Block{"logGroups": []any{}}},
	"CreateSchedule":         {code: "ResourceNotFoundException"},
	"GetSchedule":            {code: "ResourceNotFoundException"},
	"GetQueueUrl":            {code: "AWS.SimpleQueueService.NonExistentQueue"},
	"GetQueueAttributes":     {code: "AWS.SimpleQueueService.NonExistentQueue"},
	"SetQueueAttributes":     {code: "AWS.SimpleQueueService.NonExistentQueue"},
	"GetTopicAttributes":     {code: "NotFound"},
	"DescribeRule":           {code: "ResourceNotFoundException"},
	"ListTargetsByRule":      {code: "ResourceNotFoundException"},
	"ListTagsForResource":    {code: "ResourceNotFoundException"},
	"PutRule":                {code: "AccessDeniedException"},
	"GET function policy":    {code: "ResourceNotFoundException"},
	"POST function policy":   {code: "ResourceNotFoundException"},
	"":                       {code: "NoSuchEntity"},
}

// taken has a part of every name, with one tag.
func taken(key, value string) answers {
	tag := tftest.Block{"key": key, "value": value}
	return answers{
		"DescribeTaskDefinition": {result: tftest.Block{"taskDefinition": tftest.Block{
			"taskDefinitionArn": "arn:aws:ecs:eu-west-1:" + tftest.Account + ":task-definition/t:1", "family": "t", "revision": 1, "status": "ACTIVE",
			"containerDefinitions": []any{tftest.Block{"name": "t", "image": "busybox:1.37"}},
		}, "tags": []any{tag}}},
		"CreateRole": {code: "EntityAlreadyExists"},
		"GetRole": {result: "<Role><Tags><member><Key>" + key + "</Key><Value>" + value + "</Value></member></Tags><RoleName>ASKED-RoleName</RoleName><Path>/</Path><Arn>arn:aws:iam::" + tftest.Account + ":role/r</Arn>" +
			"<AssumeRolePolicyDocument>%7B%7D</AssumeRolePolicyDocument><CreateDate>2020-01-01T00:00:00Z</CreateDate></Role>"},
		"GetRolePolicy":  {result: "<RoleName>ASKED-RoleName</RoleName><PolicyName>ASKED-PolicyName</PolicyName><PolicyDocument>%7B%22Statement%22%3A%5B%5D%7D</PolicyDocument>"},
		"DeleteRole":     {result: ""},
		"CreateLogGroup": {code: "ResourceAlreadyExistsException"},
		"DescribeLogGroups": {result: tftest.Block{"logGroups": []any{tftest.Block{
			"logGroupName": "/ecs/t", "logGroupArn": "arn:aws:logs:eu-west-1:" + tftest.Account + ":log-group:/ecs/t", "arn": "arn:aws:logs:eu-west-1:" + tftest.Account + ":log-group:/ecs/t:*",
		}}}},
		"ListTagsForResource": {result: tftest.Block{"tags": tftest.Block{key: value}, "Tags": []any{tftest.Block{"Key": key, "Value": value}}}},
		"GetQueueUrl":         {result: tftest.Block{"QueueUrl": "https://queue/ASKED-QueueName"}},
		"GetQueueAttributes":  {result: tftest.Block{"Attributes": tftest.Block{"QueueArn": "arn:aws:sqs:eu-west-1:" + tftest.Account + ":ASKED-QueueUrl"}}},
		"GetTopicAttributes":  {result: "<Attributes><entry><key>TopicArn</key><value>ASKED-TopicArn</value></entry></Attributes>"},
		"GET function policy": {code: "ResourceNotFoundException"},
		"GetSchedule":         {result: tftest.Block{"Name": "ASKED-Name", "GroupName": "g", "State": "ENABLED", "ScheduleExpression": "rate(2 days)", "Target": tftest.Block{"Arn": "arn:aws:ecs:eu-west-1:" + tftest.Account + ":cluster/default", "RoleArn": "arn:aws:iam::" + tftest.Account + ":role/other"}}},
		"CreateSchedule":      {code: "ConflictException"},
		"DescribeRule":        {result: tftest.Block{"Name": "ASKED-Name", "Arn": "arn:aws:events:eu-west-1:" + tftest.Account + ":rule/r", "EventPattern": "{}", "State": "ENABLED"}},
		"ListTargetsByRule":   {result: tftest.Block{"Targets": []any{}}},
		"":                    {code: "AccessDeniedException"},
	}
}

const aRole = "arn:aws:iam::" + tftest.Account + ":role/scheduler"

// reported are the errors and warnings of an RPC.
type reported []*tfprotov6.Diagnostic

// String is all that is said.
func (r reported) String() string {
	var out []string
	for _, d := range r {
		out = append(out, d.Summary+": "+d.Detail)
	}
	return strings.Join(out, "\n")
}

func (w walk) change(resource string, p plannedResource, before prior, arguments tftest.Block) reported {
	w.t.Helper()
	typ := w.schemas.ResourceSchemas[resource].ValueType()
	state := tftypes.NewValue(typ, nil)
	if before.state != nil {
		state = *before.state
	}
	config, planned := tftypes.NewValue(typ, nil), tftypes.NewValue(typ, nil)
	if arguments != nil {
		config, planned = tftest.Value(w.t, typ, arguments), p.state
	}
	private := before.private
	if p.PlanResourceChangeResponse != nil {
		private = p.PlannedPrivate
	}
	answer, err := w.server.ApplyResourceChange(w.t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: resource, PriorState: w.dynamic(typ, state), PlannedState: w.dynamic(typ, planned), Config: w.dynamic(typ, config), PlannedPrivate: private,
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return answer.Diagnostics
}

func (w walk) read(resource string, state *tfprotov6.DynamicValue, private []byte) reported {
	w.t.Helper()
	answer, err := w.server.ReadResource(w.t.Context(), &tfprotov6.ReadResourceRequest{TypeName: resource, CurrentState: state, Private: private})
	if err != nil {
		w.t.Fatal(err)
	}
	return answer.Diagnostics
}

func (w walk) imports(resource, id string) reported {
	w.t.Helper()
	answer, err := w.server.ImportResourceState(w.t.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: resource, ID: id})
	if err != nil {
		w.t.Fatal(err)
	}
	if len(answer.ImportedResources) != 1 {
		return answer.Diagnostics
	}
	one := answer.ImportedResources[0]
	return w.read(resource, one.State, one.Private)
}

func (w walk) data(name string, arguments tftest.Block) reported {
	w.t.Helper()
	typ := w.schemas.DataSourceSchemas[name].ValueType()
	answer, err := w.server.ReadDataSource(w.t.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: name, Config: w.dynamic(typ, tftest.Value(w.t, typ, arguments))})
	if err != nil {
		w.t.Fatal(err)
	}
	return answer.Diagnostics
}

// somewhere are resources of each kind, with all parts that a create may find taken or missing.
func somewhere() map[string]struct {
	resource, id string
	is, changed  tftest.Block
	free         map[string]bool
} {
	named := tftest.Block{"name": "t", "subnet_ids": []any{"subnet-0a"}}
	type in = struct {
		resource, id string
		is, changed  tftest.Block
		// free are the answers that do not matter to a create.
		free map[string]bool
	}
	noTags, untouched := map[string]bool{"owned": true}, map[string]bool{"owned": true, "missing": true}
	on := func(target string) in {
		return in{"docker_task_subscription", "t-q@eu-west-1", tftest.Block{"name": "t-q", "task": named, target: "q"}, tftest.Block{"name": "t-q", "task": named, target: "q", "enabled": false}, nil}
	}
	return map[string]in{
		"docker_task": {"docker_task", "t@eu-west-1", aTask("t", tftest.Block{"subnet_ids": []any{"subnet-0a"}}), aTask("t", tftest.Block{"subnet_ids": []any{"subnet-0a"}, "cpu": 512, "memory": 1024}), map[string]bool{"missing": true}},
		"docker_task_schedule": {
			"docker_task_schedule", "g/s@eu-west-1", tftest.Block{"name": "s", "group": "g", "task": named, "expression": "rate(1 day)"},
			tftest.Block{"name": "s", "group": "g", "task": named, "expression": "rate(3 days)"}, untouched,
		},
		"docker_task_schedule with a given role": {
			"docker_task_schedule", "g/s@eu-west-1", tftest.Block{"name": "s", "group": "g", "task": named, "expression": "rate(1 day)", "role": tftest.Block{"arn": aRole}},
			tftest.Block{"name": "s", "group": "g", "task": named, "expression": "rate(3 days)", "role": tftest.Block{"arn": aRole}}, noTags,
		},
		"docker_task_subscription of a function": on("function"),
		"docker_task_subscription of a queue":    on("queue"),
		"docker_task_subscription of a topic":    on("topic"),
		"docker_task_wire":                       {"docker_task_wire", "", tftest.Block{"task": named, "consumer_role": "api"}, tftest.Block{"task": named, "consumer_role": "api", "actions": []any{"run"}}, noTags},
	}
}

// called is an error of the SDK's, up to what comes after the operation.
var called = regexp.MustCompile(`operation error (\w+(?: \w+)*): \w+, `)

// mustPlace checks that each error of AWS's names where the call went, and a message without any the region
// or account.
func mustPlace(t *testing.T, said reported, as *regexp.Regexp) {
	t.Helper()
	if !as.MatchString(said.String()) {
		t.Fatalf("does not say %s: %s", as, said)
	}
	const region, account = "in eu-west-1", "in account " + tftest.Account
	for _, d := range said {
		text := d.Summary + ": " + d.Detail
		if !strings.Contains(text, "eu-west-1") && !strings.Contains(text, account) {
			t.Errorf("names neither region nor account: %s", text)
		}
		for _, at := range called.FindAllStringSubmatchIndex(text, -1) {
			where := region
			if text[at[2]:at[3]] == "IAM" {
				where = account
			}
			if !strings.HasPrefix(text[at[1]:], where+": ") {
				t.Errorf("does not say %q after %q: %s", where, text[at[0]:at[1]], text)
			}
		}
	}
}

// What a message says, by what AWS answers.
var saysOf = map[string]*regexp.Regexp{
	"denied":  regexp.MustCompile("AccessDenied|UnknownError"),
	"missing": regexp.MustCompile("There is no|does not exist|NonExistent|NotFound|No such"),
	"taken":   regexp.MustCompile("exists already|another policy of this name"),
	"owned":   regexp.MustCompile("exists in .* and belongs to another"),
}

// Whatever was not found, could not be read or exists already, the message names the region that was looked
// in; of IAM, which has no regions, the account.
func TestMessages_namePlaces(t *testing.T) {
	t.Parallel()
	on := func(t *testing.T, aws answers) walk {
		t.Helper()
		return newWalkIn(t, aws, byGraphWalk, OnConsistentAWS())
	}
	for name, r := range somewhere() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			planned := func(t *testing.T, w walk) plannedResource {
				t.Helper()
				p := w.plan(r.resource, prior{}, r.is)
				if said := p.errors(); len(said) > 0 {
					t.Fatal(said)
				}
				return p
			}
			for how, aws := range map[string]answers{"denied": denying, "missing": lacking, "taken": taken("owner", "me"), "owned": taken(task.TagUnit, "0other")} {
				t.Run("create, "+how, func(t *testing.T) {
					t.Parallel()
					if r.free[how] {
						return
					}
					w := on(t, aws)
					mustPlace(t, w.change(r.resource, planned(t, w), prior{}, r.is), saysOf[how])
				})
			}
			for how, aws := range map[string]answers{"denied": denying, "missing": lacking} {
				t.Run("import, "+how, func(t *testing.T) {
					t.Parallel()
					if r.id == "" {
						return // a wire is not imported
					}
					mustPlace(t, on(t, aws).imports(r.resource, r.id), saysOf[how])
				})
			}
			t.Run("denied", func(t *testing.T) {
				t.Parallel()
				w := on(t, denying)
				id := "0unit"
				if r.resource == "docker_task_wire" {
					id = "" // state alone has its policies
				}
				before := planned(t, w).existing(t, id)
				typ := w.schemas.ResourceSchemas[r.resource].ValueType()
				t.Run("read", func(t *testing.T) {
					mustPlace(t, w.read(r.resource, w.dynamic(typ, *before.state), before.private), saysOf["denied"])
				})
				t.Run("update", func(t *testing.T) {
					mustPlace(t, w.change(r.resource, w.plan(r.resource, before, r.changed), before, r.changed), saysOf["denied"])
				})
				t.Run("delete", func(t *testing.T) {
					mustPlace(t, w.change(r.resource, plannedResource{}, before, nil), saysOf["denied"])
				})
			})
			t.Run("update, owned", func(t *testing.T) {
				t.Parallel()
				if r.free["owned"] {
					return // only a part with tags is another's
				}
				w := on(t, taken(task.TagUnit, "0other"))
				before := planned(t, w).existing(t, "0unit")
				mustPlace(t, w.change(r.resource, w.plan(r.resource, before, r.changed), before, r.changed), saysOf["owned"])
			})
		})
	}
	for how, aws := range map[string]answers{"denied": denying, "missing": lacking} {
		t.Run("data source docker_task, "+how, func(t *testing.T) {
			t.Parallel()
			mustPlace(t, on(t, aws).data("docker_task", tftest.Block{"name": "t"}), saysOf[how])
		})
	}
	// The image of the registry of a region is asked for with that region's token.
	t.Run("data source docker_task_image", func(t *testing.T) {
		t.Parallel()
		w := on(t, denying)
		mustPlace(t, w.data("docker_task_image", tftest.Block{"image": tftest.Account + ".dkr.ecr.eu-west-1.amazonaws.com/app:v1"}), saysOf["denied"])
	})
	// By name alone, without subnets of their own.
	for name, r := range byNameOnly(nil) {
		if name == "subscription" {
			continue // which needs none
		}
		t.Run("subnets of a "+name+" by name", func(t *testing.T) {
			t.Parallel()
			mustPlace(t, on(t, denying).plan(r.typ, prior{}, r.is).Diagnostics, saysOf["denied"])
		})
	}
}
