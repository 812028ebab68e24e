package wire_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/golden"
	"github.com/dockertask/terraform-provider-docker/internal/policy"
	"github.com/dockertask/terraform-provider-docker/internal/wire"
)

// Policy and environment of every kind and access, in three partitions.
func TestKinds(t *testing.T) {
	for _, place := range []arn.Place{
		home,
		{Partition: "aws-cn", Region: "cn-north-1", Account: "111122223333"},
		{Partition: "aws-us-gov", Region: "us-gov-west-1", Account: "111122223333"},
	} {
		for _, k := range wire.Kinds {
			t.Run(place.Partition+"/"+k.Name, func(t *testing.T) {
				type entry struct {
					Access      wire.Access       `json:"access,omitempty"`
					TaskToken   bool              `json:"task_token,omitempty"`
					Policy      json.RawMessage   `json:"policy"`
					Environment map[string]string `json:"environment"`
				}
				var entries []entry
				add := func(access wire.Access, token bool) {
					w := sample(t, k.Name, place)
					w.Access, w.TaskToken = access, token
					if k.TakesKey() {
						w.KMSKeyARN = place.Regional("kms", "key/1234abcd-12ab-34cd-56ef-1234567890ab")
					}
					d, err := wire.Policy([]wire.Wire{w}, place, 0)
					if err != nil {
						t.Fatal(err)
					}
					entries = append(entries, entry{access, token, json.RawMessage(d.JSON()), w.Environment(place)})
				}
				for _, access := range accesses(k) {
					add(access, false)
				}
				if k.TakesToken() {
					add("", true)
					add(wire.ReadWrite, true)
				}
				var text bytes.Buffer
				e := json.NewEncoder(&text)
				e.SetEscapeHTML(false)
				e.SetIndent("", "  ")
				if err := e.Encode(entries); err != nil {
					t.Fatal(err)
				}
				golden.File(t, filepath.Join("testdata", "kinds", place.Partition, k.Name+".json"), text.Bytes())
			})
		}
	}
}

// An ARN keeps its own partition, region and account.
func TestEnvironment(t *testing.T) {
	task := publish(home)
	tests := []struct {
		name string
		wire wire.Wire
		want map[string]string
	}{
		{"name", wire.Wire{Kind: "job_queue", Value: "jobs", Access: wire.Read}, map[string]string{
			"QUEUE_NAME": "jobs", "QUEUE_ARN": "arn:aws:sqs:us-east-1:111122223333:jobs", "QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/111122223333/jobs",
		}},
		{"another region and account", wire.Wire{Kind: "job_queue", Value: "arn:aws:sqs:eu-west-1:444455556666:jobs.fifo", Access: wire.Read}, map[string]string{
			"QUEUE_NAME": "jobs.fifo", "QUEUE_ARN": "arn:aws:sqs:eu-west-1:444455556666:jobs.fifo", "QUEUE_URL": "https://sqs.eu-west-1.amazonaws.com/444455556666/jobs.fifo",
		}},
		{"China", wire.Wire{Kind: "job_queue", Value: "arn:aws-cn:sqs:cn-north-1:444455556666:jobs", Access: wire.Read}, map[string]string{
			"QUEUE_NAME": "jobs", "QUEUE_ARN": "arn:aws-cn:sqs:cn-north-1:444455556666:jobs", "QUEUE_URL": "https://sqs.cn-north-1.amazonaws.com.cn/444455556666/jobs",
		}},
		{"ISO", wire.Wire{Kind: "job_queue", Value: "arn:aws-iso:sqs:us-iso-east-1:444455556666:jobs", Access: wire.Read}, map[string]string{
			"QUEUE_NAME": "jobs", "QUEUE_ARN": "arn:aws-iso:sqs:us-iso-east-1:444455556666:jobs", "QUEUE_URL": "https://sqs.us-iso-east-1.c2s.ic.gov/444455556666/jobs",
		}},
		{"prefix", wire.Wire{Kind: "object_store", Value: "arn:aws:s3:::input", Access: wire.Read, EnvPrefix: "IN_"}, map[string]string{
			"IN_BUCKET_NAME": "input", "IN_BUCKET_ARN": "arn:aws:s3:::input",
		}},
		{"alias of a function", wire.Wire{Kind: "function", Value: "resize:live"}, map[string]string{
			"FUNCTION_NAME": "resize:live", "FUNCTION_ARN": "arn:aws:lambda:us-east-1:111122223333:function:resize:live",
		}},
		{"alias of a state machine", wire.Wire{Kind: "state_machine", Value: "arn:aws:states:us-east-1:111122223333:stateMachine:m:live", Access: wire.Write}, map[string]string{
			"STATE_MACHINE_NAME": "m", "STATE_MACHINE_ARN": "arn:aws:states:us-east-1:111122223333:stateMachine:m:live",
		}},
		{"stage by ARN", wire.Wire{Kind: "rest_api", Fields: map[string]string{"arn": "arn:aws:execute-api:eu-west-1:444455556666:abc123/prod"}}, map[string]string{
			"API_ID": "abc123", "API_URL": "https://abc123.execute-api.eu-west-1.amazonaws.com/prod",
		}},
		{"API by ARN, and a stage", wire.Wire{Kind: "rest_api", Fields: map[string]string{"arn": "arn:aws:execute-api:eu-west-1:444455556666:abc123", "stage": "prod"}}, map[string]string{
			"API_ID": "abc123", "API_URL": "https://abc123.execute-api.eu-west-1.amazonaws.com/prod",
		}},
		{"default stage of an HTTP API", wire.Wire{Kind: "rest_api", Fields: map[string]string{"id": "abc123", "stage": "$default"}}, map[string]string{
			"API_ID": "abc123", "API_URL": "https://abc123.execute-api.us-east-1.amazonaws.com",
		}},
		{"GraphQL API without URL", wire.Wire{Kind: "graphql_api", Fields: map[string]string{"arn": "arn:aws:appsync:eu-west-1:444455556666:apis/abc"}, Access: wire.Read}, map[string]string{
			"GRAPHQL_API_ID": "abc",
		}},
		{"objects below a prefix", wire.Wire{Kind: "object_prefix", Fields: map[string]string{"bucket": "input", "prefix": "a/b/"}, Access: wire.Read}, map[string]string{
			"OBJECT_PREFIX_BUCKET": "input", "OBJECT_PREFIX": "a/b/",
		}},
		{"WebSocket API in China", wire.Wire{Kind: "websocket_api", Fields: map[string]string{"arn": "arn:aws-cn:execute-api:cn-north-1:444455556666:abc123/prod"}, Access: wire.Write}, map[string]string{
			"WEBSOCKET_API_ID": "abc123", "WEBSOCKET_API_URL": "https://abc123.execute-api.cn-north-1.amazonaws.com.cn/prod",
		}},
		{"serverless cache", wire.Wire{Kind: "cache", Fields: map[string]string{"serverless_cache_name": "c", "username": "u", "endpoint": "c.serverless.use1.cache.amazonaws.com:6379"}}, map[string]string{
			"CACHE_ADDRESS": "c.serverless.use1.cache.amazonaws.com", "CACHE_PORT": "6379", "CACHE_USER": "u",
		}},
		{"search domain without endpoint", wire.Wire{Kind: "search_domain", Fields: map[string]string{"arn": "arn:aws:es:eu-west-1:444455556666:domain/orders"}, Access: wire.Read}, map[string]string{"SEARCH_DOMAIN_NAME": "orders"}},
		{"model", wire.Wire{Kind: "model", Value: "amazon.nova-lite-v1:0"}, map[string]string{
			"MODEL_ID": "amazon.nova-lite-v1:0", "MODEL_ARN": "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0",
		}},
		{"stream of a table", wire.Wire{Kind: "table_stream", Value: "arn:aws:dynamodb:us-east-1:111122223333:table/orders/stream/2026-05-11T21:21:33.291"}, map[string]string{"TABLE_STREAM_TABLE": "orders"}},
		{"secret by name", wire.Wire{Kind: "secret", Value: "prod/db", Access: wire.Read}, map[string]string{
			"SECRET_ARN": "arn:aws:secretsmanager:us-east-1:111122223333:secret:prod/db",
		}},
		// Secrets Manager takes an ARN that ends in a hyphen and six characters for a whole one.
		{"secret whose name ends as an ARN does", wire.Wire{Kind: "secret", Value: "prod/db-secret", Access: wire.Read}, map[string]string{
			"SECRET_ARN": "prod/db-secret",
		}},
		{"secret that RDS keeps", wire.Wire{Kind: "secret", Value: "arn:aws:secretsmanager:us-east-1:111122223333:secret:rds!cluster-0b1c-AbCdEf", Access: wire.Read}, map[string]string{
			"SECRET_ARN": "arn:aws:secretsmanager:us-east-1:111122223333:secret:rds!cluster-0b1c-AbCdEf",
		}},
		{"parameter", wire.Wire{Kind: "parameter", Value: "/prod/db", Access: wire.Read}, map[string]string{"PARAMETER_NAME": "/prod/db"}},
		{"parameter without levels", wire.Wire{Kind: "parameter", Value: "db", Access: wire.Read}, map[string]string{"PARAMETER_NAME": "db"}},
		{"path", wire.Wire{Kind: "parameter", Value: "/prod/*", Access: wire.Read}, map[string]string{"PARAMETER_NAME": "/prod"}},
		{"parameter by ARN", wire.Wire{Kind: "parameter", Value: "arn:aws:ssm:us-east-1:111122223333:parameter/prod/db", Access: wire.Read}, map[string]string{"PARAMETER_NAME": "/prod/db"}},
		{"parameter without levels by ARN", wire.Wire{Kind: "parameter", Value: "arn:aws:ssm:us-east-1:111122223333:parameter/db", Access: wire.Read}, map[string]string{"PARAMETER_NAME": "db"}},
		{"parameter of another account", wire.Wire{Kind: "parameter", Value: "arn:aws:ssm:us-east-1:444455556666:parameter/prod/db", Access: wire.Read}, map[string]string{
			"PARAMETER_NAME": "arn:aws:ssm:us-east-1:444455556666:parameter/prod/db",
		}},
		{"database whose endpoint has the port", wire.Wire{Kind: "database", Fields: map[string]string{"resource_id": "db-A", "username": "u", "endpoint": "h.example.com:3306"}}, map[string]string{
			"DB_ADDRESS": "h.example.com", "DB_PORT": "3306", "DB_USER": "u",
		}},
		{"database without endpoint", wire.Wire{Kind: "database", Fields: map[string]string{"resource_id": "db-A", "username": "u"}}, map[string]string{
			"DB_USER": "u",
		}},
		{"database with a port alone", wire.Wire{Kind: "database", Fields: map[string]string{"resource_id": "db-A", "username": "u", "port": "3306"}}, map[string]string{
			"DB_PORT": "3306", "DB_USER": "u",
		}},
		{"names of one's own", wire.Wire{Kind: "object_store", Value: "in-1", Access: wire.Read, Names: map[string]string{"BUCKET_NAME": "IN", "BUCKET_ARN": "IN_ARN"}}, map[string]string{
			"IN": "in-1", "IN_ARN": "arn:aws:s3:::in-1",
		}},
		{"those that are named", wire.Wire{Kind: "object_store", Value: "in-1", Access: wire.Read, Names: map[string]string{"BUCKET_NAME": "BUCKET_NAME"}}, map[string]string{"BUCKET_NAME": "in-1"}},
		{"rights only", wire.Wire{Kind: "object_store", Value: "in-1", Access: wire.Read, Names: map[string]string{}}, map[string]string{}},
		{"a docker task's names", wire.Wire{Kind: "docker_task", Task: &task, Names: map[string]string{"DOCKER_TASK_ARN": "NEXT"}}, map[string]string{
			"NEXT": "arn:aws:ecs:us-east-1:111122223333:task-definition/publish",
		}},
		{"database's name", wire.Wire{Kind: "database", Fields: map[string]string{"resource_id": "db-A", "username": "u", "endpoint": "h:1"}, Names: map[string]string{"DB_ADDRESS": "PGHOST"}}, map[string]string{
			"PGHOST": "h",
		}},
		{"policy's none", wire.Wire{Kind: "policy", Names: map[string]string{}, Value: `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}`}, map[string]string{}},
		{"policy", wire.Wire{Kind: "policy", Value: `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}`}, map[string]string{}},
		{"docker task", wire.Wire{Kind: "docker_task", Task: &task, EnvPrefix: "NEXT_"}, map[string]string{
			"NEXT_DOCKER_TASK_ARN": "arn:aws:ecs:us-east-1:111122223333:task-definition/publish", "NEXT_DOCKER_TASK_SUBNETS": "subnet-a,subnet-b",
			"NEXT_DOCKER_TASK_CLUSTER": "arn:aws:ecs:us-east-1:111122223333:cluster/media", "NEXT_DOCKER_TASK_SECURITY_GROUPS": "sg-a",
			"NEXT_DOCKER_TASK_ASSIGN_PUBLIC_IP": "ENABLED", "NEXT_DOCKER_TASK_CONTAINER": "publish",
			"NEXT_DOCKER_TASK_LAUNCH_TYPE": "FARGATE",
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if problems := test.wire.Check(home); len(problems) > 0 {
				t.Fatal(texts(problems))
			}
			got := test.wire.Environment(home)
			if !maps.Equal(got, test.want) {
				t.Errorf("environment %v\nwant %v", got, test.want)
			}
			have := slices.Sorted(slices.Values(test.wire.Variables()))
			if want := slices.Sorted(maps.Keys(got)); !slices.Equal(have, want) {
				t.Errorf("Variables() are %v, and set are %v", have, want)
			}
		})
	}
}

// Fields that are not known yet leave it open what variables there are, unless the wire names them or
// another field decides it already.
func TestUndecided(t *testing.T) {
	database := func(names map[string]string, fields ...string) wire.Wire {
		w := wire.Wire{Kind: "database", Fields: map[string]string{"resource_id": "db-A", "username": "u"}, Names: names}
		for _, f := range fields {
			w.Fields[f] = "1"
		}
		return w
	}
	for _, test := range []struct {
		name    string
		wire    wire.Wire
		unknown []string
		want    bool
	}{
		{"all known", database(nil), nil, false},
		{"endpoint", database(nil), []string{"endpoint"}, true},
		{"endpoint, port known", database(nil, "port"), []string{"endpoint"}, true},
		{"port", database(nil), []string{"port"}, true},
		{"port, endpoint known", database(nil, "endpoint"), []string{"port"}, false},
		{"user", database(nil), []string{"username"}, false},
		{"named", database(map[string]string{"DB_ADDRESS": "PGHOST"}), []string{"endpoint"}, false},
		{"rights only", database(map[string]string{}), []string{"endpoint"}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := test.wire.Undecided(func(field string) bool { return slices.Contains(test.unknown, field) })
			if got != test.want {
				t.Errorf("undecided: %t", got)
			}
		})
	}
}

// The table itself: what every row has to have.
func TestKindsTable(t *testing.T) {
	names := map[string]bool{}
	variables := map[string]string{}
	for _, k := range wire.Kinds {
		if names[k.Name] {
			t.Errorf("%s is there twice", k.Name)
		}
		names[k.Name] = true
		if found, ok := wire.Find(k.Name); !ok || found.Name != k.Name {
			t.Errorf("Find(%q) finds %q", k.Name, found.Name)
		}
		if k.Description == "" {
			t.Errorf("%s has no description", k.Name)
		}
		for _, v := range k.Variables() {
			if variables[v] != "" {
				t.Errorf("%s is a variable of %s and of %s", v, variables[v], k.Name)
			}
			variables[v] = k.Name
		}
		for _, name := range k.Deciding() {
			if !slices.ContainsFunc(k.Fields, func(f wire.Field) bool { return f.Name == name }) {
				t.Errorf("%s: %s decides about a variable, and is no field", k.Name, name)
			}
		}
		// Every value that a template names is there: nothing is left empty.
		for name, value := range sample(t, k.Name, home).Environment(home) {
			if value == "" || strings.ContainsAny(value, "{}") {
				t.Errorf("%s: %s is %q", k.Name, name, value)
			}
		}
	}
	if _, ok := wire.Find("bucket"); ok {
		t.Error("Find finds a kind that there is not")
	}
}

func TestDocumentation(t *testing.T) {
	golden.File(t, filepath.Join("testdata", "documentation.md"), []byte(wire.Documentation()))
}

// The statements of a role's policy that a user wrote stay what they are, Sids apart.
func TestWritten(t *testing.T) {
	w := wire.Wire{Name: "more_rights", Kind: "policy", Value: `{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","NotAction":"iam:*","Resource":"*","Condition":{"NumericLessThan":{"s3:max-keys":10}}},
		{"Sid":"read-mail","Effect":"Deny","Action":["ses:Get*"],"NotResource":["*"]},
		{"Sid":"Read_mail","Effect":"Allow","Action":"ses:GetX","Resource":"*"},
		{"Effect":"Allow","Action":"ses:GetY","Resource":"<&>*"}]}`}
	d, err := wire.Policy([]wire.Wire{w}, home, 0)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"Version":"2012-10-17","Statement":[` +
		`{"Condition":{"NumericLessThan":{"s3:max-keys":10}},"Effect":"Allow","NotAction":"iam:*","Resource":"*","Sid":"MoreRights"},` +
		`{"Action":["ses:Get*"],"Effect":"Deny","NotResource":["*"],"Sid":"MoreRightsReadMail"},` +
		`{"Action":"ses:GetX","Effect":"Allow","Resource":"*","Sid":"MoreRightsReadMail2"},` +
		`{"Action":"ses:GetY","Effect":"Allow","Resource":"<&>*","Sid":"MoreRights2"}]}`
	if d.JSON() != want {
		t.Errorf("policy\n%s\nwant\n%s", d.JSON(), want)
	}
	if policy.Check(d.JSON()) != nil {
		t.Error(policy.Check(d.JSON()))
	}
}
