package policytest_test

import (
	"strings"
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/policy/policytest"
)

// document makes a policy of statements.
func document(statements ...string) string {
	return `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`
}

func TestAllows(t *testing.T) {
	const (
		bucket  = "arn:aws:s3:::amzn-s3-demo-bucket"
		object  = bucket + "/object.jpg"
		account = "111122223333"
	)
	getObject := func(resource string) policytest.Request {
		return policytest.Request{Action: "s3:GetObject", Resource: resource}
	}
	// A statement on every object, with the rest given.
	allow := func(rest string) string {
		return document(`{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"` + rest + `}`)
	}
	with := func(key string, values ...string) policytest.Request {
		r := getObject(object)
		if values != nil {
			r.Context = map[string][]string{key: values}
		}
		return r
	}

	tests := []struct {
		name    string
		policy  string
		request policytest.Request
		want    bool
	}{
		// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
		{"no statement is about it: implicit deny", document(`{"Effect":"Allow","Action":"s3:PutObject","Resource":"*"}`), getObject(object), false},
		{"allowed", allow(""), getObject(object), true},
		{"explicit deny wins", document(
			`{"Effect":"Deny","Action":"s3:*","Resource":"`+object+`"}`,
			`{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}`), getObject(object), false},
		{"explicit deny wins in any order", document(
			`{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}`,
			`{"Effect":"Deny","Action":"s3:*","Resource":"`+object+`"}`), getObject(object), false},
		{"a deny of something else", document(
			`{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}`,
			`{"Effect":"Deny","Action":"s3:*","Resource":"`+object+`2"}`), getObject(object), true},
		{"a deny whose condition does not hold", document(
			`{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}`,
			`{"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{"StringEquals":{"aws:SourceAccount":"`+account+`"}}}`), getObject(object), true},
		{"one statement, not in a list", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}}`, getObject(object), true},

		// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
		{"action: case does not count", document(`{"Effect":"Allow","Action":"s3:getobject","Resource":"*"}`), getObject(object), true},
		{"action: wildcard in the middle", document(`{"Effect":"Allow","Action":"iam:*AccessKey*","Resource":"*"}`),
			policytest.Request{Action: "iam:ListAccessKeys", Resource: "*"}, true},
		{"action: a wildcard is of one service", document(`{"Effect":"Allow","Action":"s3:*","Resource":"*"}`),
			policytest.Request{Action: "sqs:SendMessage", Resource: "*"}, false},
		{"action: one character", document(`{"Effect":"Allow","Action":"s3:GetObjec?","Resource":"*"}`), getObject(object), true},
		{"action: not a prefix", document(`{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}`),
			policytest.Request{Action: "s3:GetObjectVersion", Resource: object}, false},
		// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html
		{"NotAction: another action", document(`{"Effect":"Allow","NotAction":"s3:DeleteBucket","Resource":"arn:aws:s3:::*"}`), getObject(object), true},
		{"NotAction: that action", document(`{"Effect":"Allow","NotAction":"s3:DeleteBucket","Resource":"arn:aws:s3:::*"}`),
			policytest.Request{Action: "s3:DeleteBucket", Resource: bucket}, false},
		{"NotAction: denies all but", document(`{"Effect":"Allow","Action":"*","Resource":"*"}`, `{"Effect":"Deny","NotAction":["iam:*","s3:GetObject"],"Resource":"*"}`),
			getObject(object), true},
		// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notresource.html
		{"NotResource: that resource", document(`{"Effect":"Allow","Action":"s3:*","NotResource":"` + object + `"}`), getObject(object), false},
		{"NotResource: another resource", document(`{"Effect":"Allow","Action":"s3:*","NotResource":"` + object + `"}`), getObject(object + "2"), true},

		// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
		{"StringEquals", allow(`,"Condition":{"StringEquals":{"aws:SourceAccount":"` + account + `"}}`), with("aws:SourceAccount", account), true},
		{"StringEquals: another", allow(`,"Condition":{"StringEquals":{"aws:SourceAccount":"` + account + `"}}`), with("aws:SourceAccount", "444455556666"), false},
		{"StringEquals: key absent", allow(`,"Condition":{"StringEquals":{"aws:SourceAccount":"` + account + `"}}`), with(""), false},
		{"StringEquals: case of the value counts", allow(`,"Condition":{"StringEquals":{"aws:PrincipalTag/team":"Data"}}`), with("aws:PrincipalTag/team", "data"), false},
		{"StringEquals: case of the key does not", allow(`,"Condition":{"StringEquals":{"AWS:sourceaccount":"` + account + `"}}`), with("aws:SourceAccount", account), true},
		{"StringEquals: * is a character", allow(`,"Condition":{"StringEquals":{"aws:PrincipalTag/team":"d*"}}`), with("aws:PrincipalTag/team", "data"), false},
		{"StringEqualsIgnoreCase", allow(`,"Condition":{"StringEqualsIgnoreCase":{"aws:PrincipalTag/team":"Data"}}`), with("aws:PrincipalTag/team", "data"), true},
		{"any of the values", allow(`,"Condition":{"StringEquals":{"aws:SourceAccount":["444455556666","` + account + `"]}}`), with("aws:SourceAccount", account), true},
		{"all keys", allow(`,"Condition":{"StringEquals":{"aws:SourceAccount":"` + account + `","aws:PrincipalAccount":"` + account + `"}}`), with("aws:SourceAccount", account), false},
		{"all operators", allow(`,"Condition":{"StringEquals":{"aws:SourceAccount":"` + account + `"},"StringLike":{"s3:prefix":"a*"}}`), with("aws:SourceAccount", account), false},
		{"StringNotEquals: none of the values", allow(`,"Condition":{"StringNotEquals":{"aws:SourceAccount":["444455556666","` + account + `"]}}`), with("aws:SourceAccount", account), false},
		{"StringNotEquals: key absent", allow(`,"Condition":{"StringNotEquals":{"aws:SourceAccount":"` + account + `"}}`), with(""), true},
		{"StringLike: *", allow(`,"Condition":{"StringLike":{"s3:prefix":"home/*"}}`), with("s3:prefix", "home/data/x"), true},
		{"StringLike: ?", allow(`,"Condition":{"StringLike":{"s3:prefix":"home?"}}`), with("s3:prefix", "home"), false},
		{"StringLike: the whole value", allow(`,"Condition":{"StringLike":{"s3:prefix":"home"}}`), with("s3:prefix", "home/"), false},
		{"StringLike: ${*} is a character", allow(`,"Condition":{"StringLike":{"s3:prefix":"${*}"}}`), with("s3:prefix", "home"), false},
		{"StringNotLike", allow(`,"Condition":{"StringNotLike":{"s3:prefix":"home/*"}}`), with("s3:prefix", "home/x"), false},
		{"IfExists: absent", allow(`,"Condition":{"StringEqualsIfExists":{"aws:SourceAccount":"` + account + `"}}`), with(""), true},
		{"IfExists: there, and another", allow(`,"Condition":{"StringEqualsIfExists":{"aws:SourceAccount":"` + account + `"}}`), with("aws:SourceAccount", "444455556666"), false},
		{"Bool", allow(`,"Condition":{"Bool":{"aws:SecureTransport":"true"}}`), with("aws:SecureTransport", "false"), false},
		{"Null: absent wanted", allow(`,"Condition":{"Null":{"aws:SourceAccount":"true"}}`), with(""), true},
		{"Null: present wanted", allow(`,"Condition":{"Null":{"aws:SourceAccount":"false"}}`), with(""), false},
		{"ArnEquals: takes wildcards as ArnLike", allow(`,"Condition":{"ArnEquals":{"aws:SourceArn":"arn:aws:sns:*:` + account + `:my?opic*"}}`),
			with("aws:SourceArn", "arn:aws:sns:eu-west-1:"+account+":mytopic-1"), true},
		{"ArnLike: component by component", allow(`,"Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:sns:*:mytopic"}}`),
			with("aws:SourceArn", "arn:aws:sns:eu-west-1:"+account+":mytopic"), false},
		{"ArnLike: a * stays in its component", allow(`,"Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:sns:*:` + account + `:a:b"}}`),
			with("aws:SourceArn", "arn:aws:sns:eu-west-1:444455556666:"+account+":a:b"), false},
		{"ArnLike: the last component has colons", allow(`,"Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:logs:*:*:log-group:*"}}`),
			with("aws:SourceArn", "arn:aws:logs:eu-west-1:"+account+":log-group:x:log-stream:y"), true},
		{"ArnNotLike", allow(`,"Condition":{"ArnNotLike":{"aws:SourceArn":"arn:aws:sns:*:*:*"}}`), with("aws:SourceArn", "arn:aws:sns:eu-west-1:"+account+":t"), false},

		// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
		{"ForAllValues: all are among them", allow(`,"Condition":{"ForAllValues:StringEquals":{"aws:TagKeys":["environment","webserver"]}}`), with("aws:TagKeys", "webserver"), true},
		{"ForAllValues: one is not", allow(`,"Condition":{"ForAllValues:StringEquals":{"aws:TagKeys":["environment","webserver"]}}`), with("aws:TagKeys", "environment", "costcenter"), false},
		{"ForAllValues: absent", allow(`,"Condition":{"ForAllValues:StringEquals":{"aws:TagKeys":["environment"]}}`), with(""), true},
		{"ForAnyValue: one is among them", allow(`,"Condition":{"ForAnyValue:StringEquals":{"aws:TagKeys":["environment","webserver"]}}`), with("aws:TagKeys", "environment", "costcenter"), true},
		{"ForAnyValue: none is", allow(`,"Condition":{"ForAnyValue:StringEquals":{"aws:TagKeys":["environment"]}}`), with("aws:TagKeys", "costcenter"), false},
		{"ForAnyValue: absent", allow(`,"Condition":{"ForAnyValue:StringEquals":{"aws:TagKeys":["environment"]}}`), with(""), false},
		{"ForAnyValue: absent, IfExists", allow(`,"Condition":{"ForAnyValue:StringEqualsIfExists":{"aws:TagKeys":["environment"]}}`), with(""), false},
		{"ForAnyValue: any that does not match", allow(`,"Condition":{"ForAnyValue:StringNotEquals":{"aws:TagKeys":["environment"]}}`), with("aws:TagKeys", "environment", "costcenter"), true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := policytest.Allows(test.policy, test.request)
			if err != nil || got != test.want {
				t.Errorf("Allows(%s, %+v) = %v, %v; want %v", test.policy, test.request, got, err, test.want)
			}
		})
	}
}

// The examples of the documentation, and what it says about segments.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html#reference_policies_elements_resource_wildcards
func TestAllowsResource(t *testing.T) {
	const bucket = "arn:aws:s3:::amzn-s3-demo-bucket"
	tests := []struct {
		pattern, resource string
		want              bool
	}{
		{"*", bucket + "/x", true},
		{bucket + "/*", bucket + "/a/b", true},
		{bucket + "/*", bucket, false},
		{bucket + "/*", bucket + "2/a", false},
		{bucket + "*", bucket + "2/a", true},
		{bucket + "/*/test/*", bucket + "/1/test/object.jpg", true},
		{bucket + "/*/test/*", bucket + "/1/2/test/3/object.jpg", true},
		{bucket + "/*/test/*", bucket + "/1///test///object.jpg", true},
		{bucket + "/*/test/*", bucket + "//test/object.jpg", true},
		{bucket + "/*/test/*", bucket + "/1/test/", true},
		{bucket + "/*/test/*", bucket + "/1-test/object.jpg", false},
		{bucket + "/*/test/*", bucket + "/test/object.jpg", false},
		{bucket + "/*/test/*", bucket + "/1/2/test.jpg", false},
		{bucket + "/a.b", bucket + "/aXb", false},
		{bucket + "/${*}", bucket + "/a", false},
		{"arn:aws:iam::123456789012:user/Bob", "arn:aws:iam::123456789012:user/bob", false},
		{"arn:aws:sqs:*:123456789012:queue1", "arn:aws:sqs:us-east-2:123456789012:queue1", true},
		{"arn:aws:sqs:us-*:123456789012:queue1", "arn:aws:sqs:us-east-2:123456789012:queue1", true},
		{"arn:aws:sqs:us-east-2:123456789012:queue?", "arn:aws:sqs:us-east-2:123456789012:queue12", false},
		{"arn:aws:secretsmanager:us-east-2:123456789012:secret:db-??????", "arn:aws:secretsmanager:us-east-2:123456789012:secret:db-AbCdEf", true},
		{"arn:aws:secretsmanager:us-east-2:123456789012:secret:db-??????", "arn:aws:secretsmanager:us-east-2:123456789012:secret:db-2-AbCdEf", false},
		// A * at the end of a segment goes on beyond the colon, one before the end does not.
		{"arn:aws:lambda:us-east-2:123456789012:function:f*", "arn:aws:lambda:us-east-2:123456789012:function:f:prod", true},
		{"arn:aws:lambda:us-east-2:123456789012:function:*:prod", "arn:aws:lambda:us-east-2:123456789012:function:f:g:prod", true},
		{"arn:aws:lambda:us-east-2:123456789012:function:*f", "arn:aws:lambda:us-east-2:123456789012:function:a:f", false},
		{"arn:aws:lambda:us-east-2:123456789012:function:?", "arn:aws:lambda:us-east-2:123456789012:function::", false},
	}
	for _, test := range tests {
		d := document(`{"Effect":"Allow","Action":"x:Do","Resource":"` + test.pattern + `"}`)
		got, err := policytest.Allows(d, policytest.Request{Action: "x:Do", Resource: test.resource})
		if err != nil || got != test.want {
			t.Errorf("%s on %s = %v, %v; want %v", test.pattern, test.resource, got, err, test.want)
		}
	}
}

func TestTrusts(t *testing.T) {
	const trust = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":["ecs-tasks.amazonaws.com","x.amazonaws.com"]},` +
		`"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:SourceAccount":"111122223333"}}}]}`
	request := func(principal, account string) policytest.Request {
		return policytest.Request{Action: "sts:AssumeRole", Principal: principal, Context: map[string][]string{"aws:SourceAccount": {account}}}
	}
	for _, test := range []struct {
		principal, account string
		want               bool
	}{
		{"ecs-tasks.amazonaws.com", "111122223333", true},
		{"x.amazonaws.com", "111122223333", true},
		{"ec2.amazonaws.com", "111122223333", false},
		{"ecs-tasks.amazonaws.com", "444455556666", false},
	} {
		got, err := policytest.Trusts(trust, request(test.principal, test.account))
		if err != nil || got != test.want {
			t.Errorf("%s of %s = %v, %v; want %v", test.principal, test.account, got, err, test.want)
		}
	}
	if _, err := policytest.Trusts(trust, policytest.Request{Action: "sts:AssumeRole"}); err == nil {
		t.Error("a request without a principal is no error")
	}
}

// What is not known, or what IAM would refuse, is an error wherever it stands: also in a
// statement that has nothing to do with the request.
func TestAllowsRefuses(t *testing.T) {
	const good = `{"Sid":"A","Effect":"Allow","Action":"s3:GetObject","Resource":"*"}`
	request := policytest.Request{Action: "s3:GetObject", Resource: "arn:aws:s3:::b/o"}
	other := func(rest string) string {
		return `{"Effect":"Allow","Action":"sqs:SendMessage","Resource":"*"` + rest + `}`
	}
	tests := map[string]struct {
		policy  string
		request policytest.Request
	}{
		"no JSON":                   {"x", request},
		"more than one document":    {document(good) + "{}", request},
		"no version":                {`{"Statement":[` + good + `]}`, request},
		"an old version":            {`{"Version":"2008-10-17","Statement":[` + good + `]}`, request},
		"no statement":              {`{"Version":"2012-10-17","Statement":[]}`, request},
		"unknown element":           {document(good, other(`,"Resorce":"*"`)), request},
		"unknown operator":          {document(good, other(`,"Condition":{"NumericLessThan":{"s3:prefix":"1"}}`)), request},
		"unknown prefix":            {document(good, other(`,"Condition":{"ForSomeValues:StringEquals":{"aws:TagKeys":"1"}}`)), request},
		"unknown key":               {document(good, other(`,"Condition":{"StringEquals":{"ecs:custer":"1"}}`)), request},
		"condition without a value": {document(good, other(`,"Condition":{"StringEquals":{"ecs:cluster":[]}}`)), request},
		"multi-valued key":          {document(good, other(`,"Condition":{"StringEquals":{"aws:TagKeys":"1"}}`)), request},
		"Null with another value":   {document(good, other(`,"Condition":{"Null":{"ecs:cluster":"1"}}`)), request},
		"policy variable":           {document(good, other(`,"Condition":{"StringEquals":{"ecs:cluster":"${aws:username}"}}`)), request},
		"variable in a resource":    {document(`{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::${aws:username}"}`), request},
		"effect":                    {document(`{"Effect":"allow","Action":"s3:GetObject","Resource":"*"}`), request},
		"no action":                 {document(`{"Effect":"Allow","Resource":"*"}`), request},
		"Action and NotAction":      {document(`{"Effect":"Allow","Action":"s3:GetObject","NotAction":"s3:PutObject","Resource":"*"}`), request},
		"action without a service":  {document(`{"Effect":"Allow","Action":"GetObject","Resource":"*"}`), request},
		"no resource":               {document(`{"Effect":"Allow","Action":"s3:GetObject"}`), request},
		"resource that is no ARN":   {document(`{"Effect":"Allow","Action":"s3:GetObject","Resource":"b/*"}`), request},
		"wildcard for the service":  {document(`{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:*:::b"}`), request},
		"principal":                 {document(`{"Effect":"Allow","Principal":{"Service":"x"},"Action":"s3:GetObject","Resource":"*"}`), request},
		"Sid twice":                 {document(good, good), request},
		"Sid with a hyphen":         {document(`{"Sid":"a-b","Effect":"Allow","Action":"s3:GetObject","Resource":"*"}`), request},
		"request: action":           {document(good), policytest.Request{Action: "s3:Get*", Resource: "arn:aws:s3:::b/o"}},
		"request: resource":         {document(good), policytest.Request{Action: "s3:GetObject", Resource: "arn:aws:s3:::b/*"}},
		"request: no resource":      {document(good), policytest.Request{Action: "s3:GetObject"}},
		"request: principal":        {document(good), policytest.Request{Action: "s3:GetObject", Resource: "*", Principal: "x"}},
		"request: unknown key":      {document(good), policytest.Request{Action: "s3:GetObject", Resource: "*", Context: map[string][]string{"ecs:custer": {"x"}}}},
		"request: two values":       {document(good), policytest.Request{Action: "s3:GetObject", Resource: "*", Context: map[string][]string{"ecs:cluster": {"x", "y"}}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if allowed, err := policytest.Allows(test.policy, test.request); err == nil || allowed {
				t.Errorf("Allows(%s, %+v) = %v without an error", test.policy, test.request, allowed)
			}
		})
	}
	if allowed, err := policytest.Allows(document(good), request); err != nil || !allowed {
		t.Errorf("the good statement: %v, %v", allowed, err)
	}
}
