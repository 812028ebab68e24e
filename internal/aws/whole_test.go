package aws

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/dockertask/terraform-provider-docker/internal/aws/awstest"
)

// whole adds to an answer of a fake what AWS's own always has, so that a test says only what it is about.
// What a test says stays.
func whole(c call, answer *http.Response) *http.Response {
	if answer.StatusCode != http.StatusOK {
		return answer
	}
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		panic(err)
	}
	body := string(text)
	if wrapper, ok := xmlWrappers[c.operation]; ok || strings.HasPrefix(body, "<") {
		body = wholeXML(c, withRoot(c, body), wrapper)
	} else if add, ok := jsonParts[c.operationOrMethod()]; ok {
		fields := map[string]any{}
		if body == "" || json.Unmarshal(text, &fields) == nil {
			add(c, fields)
			filled, err := json.Marshal(fields)
			if err != nil {
				panic(err)
			}
			body = string(filled)
		}
	}
	out := *answer
	out.Body, out.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
	return &out
}

// operationOrMethod is the operation, or of REST services the method and the service: "GET scheduler".
func (c call) operationOrMethod() string {
	if c.operation != "" {
		return c.operation
	}
	service, _, _ := strings.Cut(c.host, ".")
	return c.request.Method + " " + service
}

// xmlWrappers are the elements around lists in the answers of services that speak XML; "" for none.
var xmlWrappers = map[string]string{
	"ListRolePolicies": "PolicyNames", "ListAttachedRolePolicies": "AttachedPolicies", "ListInstanceProfilesForRole": "InstanceProfiles",
	"DescribeSubnets": "subnetSet", "CreateRole": "Role", "GetTopicAttributes": "Attributes",
	"AttachRolePolicy": "", "DeleteRole": "", "DeleteRolePermissionsBoundary": "", "DeleteRolePolicy": "", "DetachRolePolicy": "",
	"PutRolePermissionsBoundary": "", "PutRolePolicy": "", "RemoveRoleFromInstanceProfile": "", "TagRole": "", "UntagRole": "",
	"UpdateAssumeRolePolicy": "", "UpdateRole": "", "SetTopicAttributes": "",
}

// withRoot has the root that the protocol has, in the place of another.
func withRoot(c call, body string) string {
	root := c.operation + "Response"
	_, inner, ok := strings.Cut(body, ">")
	if strings.HasPrefix(body, "<"+root) {
		return body
	}
	if end := strings.LastIndex(inner, "</"); ok && end >= 0 {
		return "<" + root + ">" + inner[:end] + "</" + root + ">"
	}
	return "<" + root + "></" + root + ">"
}

func wholeXML(c call, body, wrapper string) string {
	if wrapper == "" || strings.Contains(body, "<"+wrapper) && c.operation != "GetTopicAttributes" && (c.operation != "CreateRole" || strings.Contains(body, "<Arn>")) {
		return body
	}
	inner := "<" + wrapper + "></" + wrapper + ">"
	switch c.operation {
	case "CreateRole":
		inner = fmt.Sprintf("<Role><RoleName>%s</RoleName><Arn>arn:aws:iam::%s:role/%[1]s</Arn></Role>", c.field("RoleName"), awstest.Account)
	case "GetTopicAttributes":
		entry := "<entry><key>TopicArn</key><value>" + c.field("TopicArn") + "</value></entry>"
		if strings.Contains(body, "<Attributes>") {
			return strings.Replace(body, "<Attributes>", "<Attributes>"+entry, 1)
		}
		inner = "<Attributes>" + entry + "</Attributes>"
	}
	if c.operation == "DescribeSubnets" {
		return "<DescribeSubnetsResponse>" + inner + "</DescribeSubnetsResponse>"
	}
	if c.operation == "CreateRole" && strings.Contains(body, "<Role>") {
		return strings.Replace(body, "</Role>", "<Arn>arn:aws:iam::"+awstest.Account+":role/"+c.field("RoleName")+"</Arn></Role>", 1)
	}
	if end := "</" + c.operation + "Result>"; strings.Contains(body, end) {
		return strings.Replace(body, end, inner+end, 1)
	}
	return "<" + c.operation + "Response><" + c.operation + "Result>" + inner + "</" + c.operation + "Result></" + c.operation + "Response>"
}

// jsonParts add to the answers of the others.
var jsonParts = map[string]func(c call, fields map[string]any){
	"RegisterTaskDefinition": func(c call, fields map[string]any) { wholeDefinition(fields, c.field("family"), "1", true) },
	"DescribeTaskDefinition": func(c call, fields map[string]any) {
		name := c.field("taskDefinition")
		family, revision, _ := strings.Cut(name[strings.LastIndexByte(name, '/')+1:], ":")
		wholeDefinition(fields, family, revision, false)
	},
	"ListTaskDefinitions": func(_ call, fields map[string]any) { missing(fields, "taskDefinitionArns", []any{}) },
	"DescribeLogGroups":   func(_ call, fields map[string]any) { missing(fields, "logGroups", []any{}) },
	"DescribeRule": func(c call, fields map[string]any) {
		fields["Name"] = c.field("Name")
		missing(fields, "Arn", "arn:aws:events:"+awstest.Region+":"+awstest.Account+":rule/"+c.field("Name"))
	},
	"ListTargetsByRule": func(_ call, fields map[string]any) {
		missing(fields, "Targets", []any{})
		targets, _ := fields["Targets"].([]any)
		for _, t := range targets {
			target, _ := t.(map[string]any)
			missing(target, "Arn", "arn")
		}
	},
	"GetQueueUrl": func(c call, fields map[string]any) {
		fields["QueueUrl"] = "https://sqs." + awstest.Region + ".amazonaws.com/" + awstest.Account + "/" + c.field("QueueName")
	},
	"GetQueueAttributes": func(c call, fields map[string]any) {
		missing(fields, "Attributes", map[string]any{})
		attributes, _ := fields["Attributes"].(map[string]any)
		url := c.field("QueueUrl")
		missing(attributes, "QueueArn", "arn:aws:sqs:"+awstest.Region+":"+awstest.Account+":"+url[strings.LastIndexByte(url, '/')+1:])
	},
	"GET scheduler": func(c call, fields map[string]any) {
		path := c.request.URL.Path
		fields["Name"] = path[strings.LastIndexByte(path, '/')+1:]
		missing(fields, "ScheduleExpression", "rate(1 day)")
		missing(fields, "Target", map[string]any{})
		target, _ := fields["Target"].(map[string]any)
		missing(target, "Arn", "")
		missing(target, "RoleArn", "")
	},
	"GET lambda": func(_ call, fields map[string]any) { missing(fields, "Policy", `{"Statement":[]}`) },
	"ListTagsForResource": func(c call, fields map[string]any) {
		if strings.Contains(c.field("ResourceARN"), ":rule/") {
			missing(fields, "Tags", []any{})
			return
		}
		missing(fields, "tags", map[string]any{})
	},
	"GetSecretValue": func(c call, fields map[string]any) { missing(fields, "ARN", c.field("SecretId")) },
}

// wholeDefinition adds to a task definition; one that was just registered is of the family asked for.
func wholeDefinition(fields map[string]any, family, revision string, registered bool) {
	missing(fields, "taskDefinition", map[string]any{})
	d, _ := fields["taskDefinition"].(map[string]any)
	if registered {
		d["family"] = family
	}
	missing(d, "family", family)
	missing(d, "status", "ACTIVE")
	if revision == "" {
		revision = "1"
	}
	missing(d, "revision", json.Number(revision))
	missing(d, "taskDefinitionArn", fmt.Sprintf("arn:aws:ecs:%s:%s:task-definition/%s:%v", awstest.Region, awstest.Account, family, d["revision"]))
	missing(d, "containerDefinitions", []any{map[string]any{"name": family}})
}

func missing(fields map[string]any, name string, value any) {
	if _, there := fields[name]; !there {
		fields[name] = value
	}
}
