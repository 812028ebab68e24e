package wire_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/wire"
)

func TestCheck(t *testing.T) {
	const key = "arn:aws:kms:us-east-1:111122223333:key/1234abcd"
	policyOf := func(statement string) wire.Wire {
		return wire.Wire{Kind: "policy", Value: `{"Version":"2012-10-17","Statement":[` + statement + `]}`}
	}
	tests := []struct {
		name string
		wire wire.Wire
		// want is the field and what the text contains; "" is no problem.
		field, want string
	}{
		{"good", wire.Wire{Kind: "object_store", Value: "input", Access: wire.Read}, "", ""},
		{"short name", wire.Wire{Kind: "object_store", Value: "in", Access: wire.Read}, "object_store", "3 to 255"},
		{"no such kind", wire.Wire{Kind: "bucket", Value: "input", Access: wire.Read}, "", `no kind "bucket": this kind is called object_store`},
		{"no such kind at all", wire.Wire{Kind: "printer", Value: "input"}, "", `no kind "printer"`},

		{"prefix without a slash", wire.Wire{Kind: "object_prefix", Access: wire.Read, Fields: map[string]string{"bucket": "input", "prefix": "in"}}, "object_prefix.prefix", "a slash between and at the end"},
		{"prefix with a wildcard", wire.Wire{Kind: "object_prefix", Access: wire.Read, Fields: map[string]string{"bucket": "input", "prefix": "in*/"}}, "object_prefix.prefix", "a slash between and at the end"},
		{"prefix of a bucket's ARN", wire.Wire{Kind: "object_prefix", Access: wire.Read, Fields: map[string]string{"bucket": "arn:aws:s3:::input", "prefix": "in/"}}, "object_prefix.bucket", "the name of a bucket"},
		{"prefix without a bucket", wire.Wire{Kind: "object_prefix", Access: wire.Read, Fields: map[string]string{"prefix": "in/"}}, "object_prefix", "object_prefix needs bucket"},
		{"prefix in a directory bucket", wire.Wire{Kind: "object_prefix", Access: wire.Read, Fields: map[string]string{"bucket": "in--use1-az4--x-s3", "prefix": "in/"}}, "object_prefix", "s3express"},
		{"cache that is none", wire.Wire{Kind: "cache", Fields: map[string]string{"username": "u"}}, "cache", "set one of replication_group_id and serverless_cache_name"},
		{"cache that is two", wire.Wire{Kind: "cache", Fields: map[string]string{"username": "u", "replication_group_id": "a", "serverless_cache_name": "b"}}, "cache", "set one of"},
		{"cache without a port", wire.Wire{Kind: "cache", Fields: map[string]string{"username": "u", "replication_group_id": "a", "endpoint": "h"}}, "cache", "the port is not known"},
		{"cache without an endpoint", wire.Wire{Kind: "cache", Fields: map[string]string{"username": "u", "replication_group_id": "a"}}, "", ""},
		{"pool of another region", wire.Wire{Kind: "user_pool", Access: wire.Read, Value: "eu-west-1_AbCdEf123"}, "user_pool", "give its ARN"},
		{"pool of another region, by ARN", wire.Wire{Kind: "user_pool", Access: wire.Read, Value: "arn:aws:cognito-idp:eu-west-1:444455556666:userpool/eu-west-1_AbCdEf123"}, "", ""},
		{"name of a pool", wire.Wire{Kind: "user_pool", Access: wire.Read, Value: "customers"}, "user_pool", "an id such as eu-west-1_AbCdEf123"},
		{"inference profile", wire.Wire{Kind: "model", Value: "us.anthropic.claude-sonnet-4-20250514-v1:0"}, "model", "use policy"},
		{"model's ARN with an account", wire.Wire{Kind: "model", Value: "arn:aws:bedrock:us-east-1:111122223333:foundation-model/amazon.nova-lite-v1:0"}, "model", "has an account"},
		{"model of another region", wire.Wire{Kind: "model", Value: "arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-lite-v1:0"}, "", ""},
		{"ARN of a table for its stream", wire.Wire{Kind: "table_stream", Value: "arn:aws:dynamodb:us-east-1:111122223333:table/orders"}, "", ""},
		{"ARN of an index for a stream", wire.Wire{Kind: "table_stream", Value: "arn:aws:dynamodb:us-east-1:111122223333:table/orders/index/i"}, "table_stream", "something else of dynamodb"},
		{"write to a stream", wire.Wire{Kind: "table_stream", Value: "orders", Access: wire.Write}, "access", "knows only access read"},
		{"domain's endpoint as a URL", wire.Wire{Kind: "search_domain", Access: wire.Read, Fields: map[string]string{"name": "orders", "endpoint": "https://x"}}, "search_domain.endpoint", "a host name"},

		{"access missing", wire.Wire{Kind: "object_store", Value: "input"}, "access", "object_store can be read and written, and access is not set; allowed are read, write or read_write"},
		{"access misspelt", wire.Wire{Kind: "object_store", Value: "input", Access: "rw"}, "access", `access is read, write or read_write, not "rw"`},
		{"access that follows", wire.Wire{Kind: "topic", Value: "done"}, "", ""},
		{"the only access", wire.Wire{Kind: "topic", Value: "done", Access: wire.Write}, "", ""},
		{"access that the kind has not", wire.Wire{Kind: "topic", Value: "done", Access: wire.Read}, "access", "topic knows only access write, not read"},
		{"both accesses of a kind with one", wire.Wire{Kind: "function", Value: "f", Access: wire.ReadWrite}, "access", "function knows only access write, not read_write"},
		{"access of a policy", wire.Wire{Kind: "policy", Value: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}`, Access: wire.Read}, "access", "policy has no access"},
		{"state machine without access", wire.Wire{Kind: "state_machine", Value: "m"}, "access", "access is not set"},
		{"state machine with just a token", wire.Wire{Kind: "state_machine", Value: "m", TaskToken: true}, "", ""},
		{"token of something else", wire.Wire{Kind: "topic", Value: "m", TaskToken: true}, "task_token", "a state machine's"},
		{"database without access", wire.Wire{Kind: "database", Fields: map[string]string{"resource_id": "db-A", "username": "u", "endpoint": "h", "port": "1"}}, "", ""},

		{"empty target", wire.Wire{Kind: "topic"}, "topic", "this one is empty"},
		{"ARN of another service", wire.Wire{Kind: "topic", Value: "arn:aws:sqs:us-east-1:111122223333:done"}, "topic",
			"topic is an SNS topic, by name or by an ARN such as arn:PARTITION:sns:REGION:ACCOUNT:NAME; this is an ARN of sqs"},
		{"ARN of something else of the service", wire.Wire{Kind: "topic", Value: "arn:aws:sns:us-east-1:111122223333:done:1f2e"}, "topic", "something else of sns"},
		{"ARN of a table's stream", wire.Wire{Kind: "table", Access: wire.Read, Value: "arn:aws:dynamodb:us-east-1:111122223333:table/t/stream/2026"}, "table", "something else of dynamodb"},
		{"ARN cut short", wire.Wire{Kind: "topic", Value: "arn:aws:sns:us-east-1:done"}, "topic", "not whole"},
		{"ARN without account", wire.Wire{Kind: "topic", Value: "arn:aws:sns:us-east-1::done"}, "topic", "no account id"},
		{"ARN without region", wire.Wire{Kind: "topic", Value: "arn:aws:sns::111122223333:done"}, "topic", "no region"},
		{"ARN of an unknown partition", wire.Wire{Kind: "topic", Value: "arn:x:sns:us-east-1:111122223333:done"}, "topic", "no partition"},
		{"wildcard for the account", wire.Wire{Kind: "topic", Value: "arn:aws:sns:us-east-1:*:done"}, "topic", "a wildcard before the resource"},
		{"wildcard for the region", wire.Wire{Kind: "topic", Value: "arn:aws:sns:*:111122223333:done"}, "topic", "a wildcard before the resource"},
		{"a bucket's objects", wire.Wire{Kind: "object_store", Value: "arn:aws:s3:::in/*", Access: wire.Read}, "object_store", "something else of s3"},
		{"access point", wire.Wire{Kind: "object_store", Value: "arn:aws:s3:us-east-1:111122223333:accesspoint/a", Access: wire.Read}, "object_store", "a region or an account"},
		{"directory bucket", wire.Wire{Kind: "object_store", Value: "in--use1-az4--x-s3", Access: wire.Read}, "object_store", "s3express"},
		{"URL of a queue", wire.Wire{Kind: "job_queue", Value: "https://sqs.us-east-1.amazonaws.com/111122223333/jobs", Access: wire.Read}, "job_queue", "by name (1 to 80"},
		{"partition whose host names are not known", wire.Wire{Kind: "job_queue", Value: "arn:aws-new:sqs:us-new-1:111122223333:jobs", Access: wire.Read}, "job_queue", `partition "aws-new"`},

		{"API without stage", wire.Wire{Kind: "rest_api", Fields: map[string]string{"id": "abc"}}, "rest_api", "rest_api needs stage, or arn"},
		{"API with nothing", wire.Wire{Kind: "rest_api"}, "rest_api", "rest_api needs id and stage, or arn"},
		{"API's ARN without stage", wire.Wire{Kind: "rest_api", Fields: map[string]string{"arn": "arn:aws:execute-api:us-east-1:111122223333:abc"}}, "rest_api", "rest_api needs stage"},
		{"API's ARN and another id", wire.Wire{Kind: "rest_api", Fields: map[string]string{"id": "x", "arn": "arn:aws:execute-api:us-east-1:111122223333:abc/prod"}}, "rest_api.arn", "id is set to another than the ARN's"},
		{"ARN of one method", wire.Wire{Kind: "rest_api", Fields: map[string]string{"arn": "arn:aws:execute-api:us-east-1:111122223333:abc/prod/GET/x"}}, "rest_api.arn", "something else of execute-api"},
		{"API's stage", wire.Wire{Kind: "rest_api", Fields: map[string]string{"id": "abc", "stage": "*"}}, "rest_api.stage", "stage is 1 to 128"},
		{"GraphQL URL", wire.Wire{Kind: "graphql_api", Access: wire.Read, Fields: map[string]string{"id": "abc", "url": "http://x"}}, "graphql_api.url", "https"},
		{"database without port", wire.Wire{Kind: "database", Fields: map[string]string{"resource_id": "db-A", "username": "u", "endpoint": "h"}}, "database", "port is not known"},
		{"database with two ports", wire.Wire{Kind: "database", Fields: map[string]string{"resource_id": "db-A", "username": "u", "endpoint": "h:1", "port": "2"}}, "database", "leave one out"},
		{"database's port", wire.Wire{Kind: "database", Fields: map[string]string{"resource_id": "db-A", "username": "u", "endpoint": "h", "port": "70000"}}, "database", "1 to 65535"},
		{"identifier instead of the resource id", wire.Wire{Kind: "database", Fields: map[string]string{"resource_id": "orders", "username": "u", "endpoint": "h:1"}}, "database.resource_id", "db-, cluster- or prx-"},

		{"no task", wire.Wire{Kind: "docker_task"}, "docker_task", "docker_task.NAME"},

		{"key", wire.Wire{Kind: "topic", Value: "done", KMSKeyARN: key}, "", ""},
		{"key of a kind without", wire.Wire{Kind: "function", Value: "f", KMSKeyARN: key}, "kms_key_arn", "function needs no right"},
		{"key by id", wire.Wire{Kind: "topic", Value: "done", KMSKeyARN: "1234abcd"}, "kms_key_arn", "arn:PARTITION:kms:REGION:ACCOUNT:key/ID"},
		{"key by alias", wire.Wire{Kind: "topic", Value: "done", KMSKeyARN: "arn:aws:kms:us-east-1:111122223333:alias/a"}, "kms_key_arn", "ARN of an alias"},
		{"all keys", wire.Wire{Kind: "topic", Value: "done", KMSKeyARN: "arn:aws:kms:us-east-1:111122223333:key/*"}, "kms_key_arn", "id of a key"},
		{"key of another region", wire.Wire{Kind: "topic", Value: "done", KMSKeyARN: "arn:aws:kms:eu-west-1:111122223333:key/1234abcd"}, "kms_key_arn", "the key is in region eu-west-1, the target in us-east-1"},
		{"key of another region, bucket there", wire.Wire{Kind: "object_store", Value: "input", Access: wire.Read, KMSKeyARN: "arn:aws:kms:eu-west-1:111122223333:key/1234abcd"}, "", ""},

		{"prefix", wire.Wire{Kind: "topic", Value: "done", EnvPrefix: "DONE_"}, "", ""},
		{"prefix with a hyphen", wire.Wire{Kind: "topic", Value: "done", EnvPrefix: "DONE-"}, "env_prefix", "letters, digits and underscores"},
		{"prefix with a digit first", wire.Wire{Kind: "topic", Value: "done", EnvPrefix: "2_"}, "env_prefix", "no digit first"},
		{"prefix that AWS's variables begin with", wire.Wire{Kind: "topic", Value: "done", EnvPrefix: "AWS_ECS_"}, "", ""},

		{"variables", wire.Wire{Kind: "topic", Value: "done", Names: map[string]string{"TOPIC_NAME": "NEWS"}}, "", ""},
		{"no variables", wire.Wire{Kind: "topic", Value: "done", Names: map[string]string{}}, "", ""},
		{"variable that the kind has not", wire.Wire{Kind: "topic", Value: "done", Names: map[string]string{"BUCKET_NAME": "NEWS"}}, `variables["BUCKET_NAME"]`, "topic has no variable BUCKET_NAME; it has TOPIC_NAME, TOPIC_ARN"},
		{"variable of a docker task", wire.Wire{Kind: "docker_task", Task: &wire.Task{FamilyARN: "arn:aws:ecs:us-east-1:111122223333:task-definition/x", ClusterARN: "arn:aws:ecs:us-east-1:111122223333:cluster/x"}, Names: map[string]string{"TASK_ARN": "NEWS"}}, `variables["TASK_ARN"]`, "it has DOCKER_TASK_ARN, "},
		{"variable of a policy", wire.Wire{Kind: "policy", Value: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}`, Names: map[string]string{"TOPIC_NAME": "NEWS"}}, `variables["TOPIC_NAME"]`, "policy has no variables"},
		{"variable without a name", wire.Wire{Kind: "topic", Value: "done", Names: map[string]string{"TOPIC_NAME": ""}}, `variables["TOPIC_NAME"]`, "must not be empty"},
		{"variable with a bad name", wire.Wire{Kind: "topic", Value: "done", Names: map[string]string{"TOPIC_NAME": "A=B"}}, `variables["TOPIC_NAME"]`, "has no ="},
		{"one name for two", wire.Wire{Kind: "topic", Value: "done", Names: map[string]string{"TOPIC_NAME": "NEWS", "TOPIC_ARN": "NEWS"}}, `variables["TOPIC_NAME"]`, "TOPIC_ARN and TOPIC_NAME both get the name NEWS"},
		{"variables and a prefix", wire.Wire{Kind: "topic", Value: "done", EnvPrefix: "A_", Names: map[string]string{"TOPIC_NAME": "NEWS"}}, "env_prefix", "set one of them"},
		{"no variables and a prefix", wire.Wire{Kind: "topic", Value: "done", EnvPrefix: "A_", Names: map[string]string{}}, "env_prefix", "set one of them"},
		{"variable without its field", wire.Wire{Kind: "database", Fields: map[string]string{"resource_id": "db-A", "username": "u"}, Names: map[string]string{"DB_PORT": "PGPORT"}}, `variables["DB_PORT"]`, "there is a DB_PORT only with endpoint or port of database"},

		{"policy: no JSON", wire.Wire{Kind: "policy", Value: "x"}, "policy", "is not JSON"},
		{"policy: no version", wire.Wire{Kind: "policy", Value: `{"Statement":[]}`}, "policy", `"Version": "2012-10-17"`},
		{"policy: no statement", policyOf(""), "policy", "no statement"},
		{"policy: a text", policyOf(`"x"`), "policy", "statement 1 of the policy is no object"},
		{"policy: principal", policyOf(`{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}`), "policy", `has "Principal", which a policy of a role has not`},
		{"policy: no effect", policyOf(`{"Action":"s3:*","Resource":"*"}`), "policy", "Effect"},
		{"policy: no action", policyOf(`{"Effect":"Allow","Resource":"*"}`), "policy", "NotAction"},
		{"policy: no resource", policyOf(`{"Effect":"Allow","Action":"s3:*"}`), "policy", "NotResource"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.wire.Name = "x"
			problems := test.wire.Check(home)
			_, err := test.wire.Statements(home)
			if test.want == "" {
				if len(problems) > 0 || err != nil {
					t.Errorf("problems %s; Statements: %v", texts(problems), err)
				}
				return
			}
			if len(problems) != 1 || at(problems[0]) != test.field || !strings.Contains(problems[0].Text, test.want) {
				t.Fatalf("problems %q; want one of %q with %q", texts(problems), test.field, test.want)
			}
			if problems[0].Wire != "x" {
				t.Errorf("the problem is of wire %q", problems[0].Wire)
			}
			if strings.HasSuffix(problems[0].Text, ".") || problems[0].Text == "" {
				t.Errorf("%q is no remark", problems[0].Text)
			}
			if err == nil || len(test.wire.Environment(home)) > 0 {
				t.Errorf("Statements: %v, Environment: %v of a wire with a problem", err, test.wire.Environment(home))
			}
		})
	}
}

// No name, ARN or field gets a wildcard or a variable into a policy.
func TestCheckWildcards(t *testing.T) {
	for _, k := range wire.Kinds {
		for _, wildcard := range []string{"*", "?", "${aws:username}"} {
			w := sample(t, k.Name, home)
			w.Access = accesses(k)[0]
			if w.Value != "" && k.Given == wire.ByText {
				try := w
				for _, value := range []string{w.Value + wildcard, wildcard + w.Value, wildcard, w.Value[:2] + wildcard + w.Value[2:]} {
					try.Value = value
					if len(try.Check(home)) == 0 {
						t.Errorf("%s takes %q", k.Name, value)
					}
				}
			}
			for _, f := range k.Fields {
				try := w
				try.Fields = map[string]string{}
				for name, value := range w.Fields {
					try.Fields[name] = value
				}
				try.Fields[f.Name] += wildcard
				if len(try.Check(home)) == 0 {
					t.Errorf("%s.%s takes %q", k.Name, f.Name, try.Fields[f.Name])
				}
			}
		}
	}
}

// What stands in place of a secret's name by mistake may be its value.
func TestCheckSaysNoSecret(t *testing.T) {
	const value = "hunter2 hunter2"
	for _, kind := range []string{"secret", "parameter", "policy"} {
		w := wire.Wire{Name: "x", Kind: kind, Value: value}
		if kind != "policy" {
			w.Access = wire.Read
		}
		if problems := w.Check(home); len(problems) == 0 || strings.Contains(texts(problems), "hunter2") {
			t.Errorf("%s: %q", kind, texts(problems))
		}
	}
}

func TestChoose(t *testing.T) {
	for _, test := range []struct {
		set               []string
		kind, field, want string
	}{
		{[]string{"access", "topic"}, "topic", "", ""},
		{[]string{"access"}, "", "", "names no target; set one of function (not lambda), docker_task (not task), object_store (not bucket or s3), "},
		{[]string{"access"}, "", "", "job_queue (not queue or sqs)"},
		{[]string{"access", "topic", "job_queue"}, "", "topic", "this one has job_queue and topic"},
	} {
		k, problems := wire.Choose("x", test.set)
		switch {
		case test.want == "":
			if k.Name != test.kind || len(problems) > 0 {
				t.Errorf("Choose(%v) = %s, %s", test.set, k.Name, texts(problems))
			}
		case len(problems) != 1 || problems[0].Field != test.field || !strings.Contains(problems[0].Text, test.want):
			t.Errorf("Choose(%v): %s", test.set, texts(problems))
		}
	}
}

// While the place is not known, nothing is wrong for that.
func TestCheckWithoutPlace(t *testing.T) {
	for _, k := range wire.Kinds {
		w := sample(t, k.Name, home)
		w.Access = accesses(k)[0]
		if problems := w.Check(arn.Place{}); len(problems) > 0 {
			t.Errorf("%s: %s", k.Name, texts(problems))
		}
	}
}

// Without an account no ARN is made up.
func TestStatementsWithoutAccount(t *testing.T) {
	nowhere := arn.Place{Partition: "aws", Region: "us-east-1"}
	w := wire.Wire{Name: "x", Kind: "topic", Value: "done"}
	if s, err := w.Statements(nowhere); err == nil {
		t.Errorf("statements %v", s)
	}
	w.Value = "arn:aws:sns:us-east-1:111122223333:done"
	if _, err := w.Statements(nowhere); err != nil {
		t.Errorf("by ARN: %v", err)
	}
	w = wire.Wire{Name: "x", Kind: "object_store", Value: "input", Access: wire.Read}
	if _, err := w.Statements(nowhere); err != nil {
		t.Errorf("a bucket's ARN has no account: %v", err)
	}
	w = wire.Wire{Name: "x", Kind: "model", Value: "amazon.nova-lite-v1:0"}
	if _, err := w.Statements(nowhere); err != nil {
		t.Errorf("a model's ARN has no account: %v", err)
	}
}

// A state machine has one form of name, whether a task calls it or answers it.
func TestCheckStateMachine(t *testing.T) {
	for _, name := range []string{
		"nightly", "a.b+c_d-E9", "arn:aws:states:us-east-1:111122223333:stateMachine:a.b", strings.Repeat("m", 80),
		"", "a b", "a*", "a/b", "naïve", strings.Repeat("m", 81), "arn:aws:states:us-east-1:111122223333:activity:a",
	} {
		wrong := wire.CheckStateMachine(name)
		problems := wire.Wire{Kind: "state_machine", Value: name, Access: wire.Read}.Check(home)
		if (wrong == nil) != (len(problems) == 0) {
			t.Errorf("%q: to answer it: %q; to call it: %s", name, wrong, texts(problems))
		}
	}
}

// at is the attribute of a problem, below its wire.
func at(p wire.Problem) string {
	if p.Key != "" {
		return fmt.Sprintf("%s[%q]", p.Field, p.Key)
	}
	return p.Field
}
