package middleware

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// AnswerError is an answer with which AWS does not answer: a part is missing, it is about something
// else, or it is no answer of AWS's API at all. A proxy between, an endpoint of the configuration, or a
// fault of AWS's own may be the cause. Nothing is read from such an answer. A call that changes something
// may have taken effect all the same.
type AnswerError struct {
	Operation string // IAM.GetRole
	Wrong     string // lacks Role
}

// Error says what is wrong, and what to look at. The SDK puts the operation before it.
func (e *AnswerError) Error() string {
	return "the answer " + e.Wrong + ", so nothing was read from it; if trying again does not help, a proxy or endpoint of the configuration may have changed it"
}

// Rule is what every answer of an operation has. Paths are those of the SDK's types:
//
//   - List[] is a list that is there, and List* one that may be missing. What follows holds for each
//     of its elements: a null among them has none of it.
//   - List+ is a list with at least one element.
//
// What AWS may leave out is in no rule. Operations without a result have a rule without paths.
type Rule struct {
	Has  []string
	Same []sameName
}

// sameName is a name in the answer that is the one of the request. It is looked at where both are.
type sameName struct {
	answer, request string
	is              func(answer, request string) bool
}

func rule(has ...string) Rule { return Rule{Has: has} }

func (r Rule) about(answer, request string, is func(answer, request string) bool) Rule {
	r.Same = append(r.Same, sameName{answer, request, is})
	return r
}

func equal(answer, request string) bool { return answer == request }

// endsWith compares a name with the last part of an ARN or URL.
func endsWith(answer, request string) bool {
	name := request[strings.LastIndexAny(request, ":/")+1:]
	return answer == name || strings.HasSuffix(answer, "/"+name) || strings.HasSuffix(answer, ":"+name)
}

// isOfDefinition compares the ARN of a revision with the ARN, family:revision or family asked for.
func isOfDefinition(answer, request string) bool {
	name := func(s string) string { return s[strings.LastIndexByte(s, '/')+1:] }
	have, want := name(answer), name(request)
	if !strings.Contains(want, ":") {
		have, _, _ = strings.Cut(have, ":")
	}
	return have == want
}

// startsWith: the ARN of a secret may be given without the characters that Secrets Manager appends.
func startsWith(answer, request string) bool {
	return strings.HasPrefix(answer, request) || !strings.HasPrefix(request, "arn:")
}

// definition is what a task definition in an answer has at least.
var definitionHas = []string{
	"TaskDefinition.TaskDefinitionArn", "TaskDefinition.Family", "TaskDefinition.Revision", "TaskDefinition.Status",
	"TaskDefinition.ContainerDefinitions+.Name", "Tags*.Key",
}

// clusterHas is what a cluster in an answer has at least.
var clusterHas = []string{"Cluster.ClusterArn", "Cluster.ClusterName", "Cluster.Status"}

// Rules are those of all operations that this package calls (TestAnswers_allOperations). The source is the API reference of each service: what is
// said to be always there, and the answers that are documented as examples.
var Rules = map[string]Rule{
	"EC2.DescribeSubnets": rule("Subnets[].SubnetId"),

	"ECR.GetAuthorizationToken": rule(), // what it lacks is said where the login is read

	"ECS.DeleteTaskDefinitions":      rule("Failures*.Arn"),
	"ECS.DeregisterTaskDefinition":   rule(),
	"ECS.DescribeTaskDefinition":     rule(definitionHas...).about("TaskDefinition.TaskDefinitionArn", "TaskDefinition", isOfDefinition),
	"ECS.ListTaskDefinitions":        rule("TaskDefinitionArns[]"),
	"ECS.RegisterTaskDefinition":     rule(definitionHas...).about("TaskDefinition.TaskDefinitionArn", "Family", isOfDefinition).about("TaskDefinition.Family", "Family", equal),
	"ECS.DescribeTasks":              rule("Tasks*.TaskArn", "Tasks*.LastStatus", "Tasks*.TaskDefinitionArn", "Failures*.Reason"),
	"ECS.ListTaskDefinitionFamilies": rule("Families[]"),
	"ECS.ListTasks":                  rule("TaskArns[]"),
	"ECS.RunTask":                    rule("Tasks*.TaskArn", "Tasks*.TaskDefinitionArn", "Failures*.Reason").about("Tasks*.TaskDefinitionArn", "TaskDefinition", isOfDefinition),
	"ECS.StartTask":                  rule("Tasks*.TaskArn", "Tasks*.TaskDefinitionArn", "Failures*.Reason").about("Tasks*.TaskDefinitionArn", "TaskDefinition", isOfDefinition),
	"ECS.StopTask":                   rule("Task.TaskArn"),
	"ECS.TagResource":                rule(),
	"ECS.UntagResource":              rule(),

	"ECS.CreateCluster":               rule(clusterHas...).about("Cluster.ClusterName", "ClusterName", equal),
	"ECS.DeleteCluster":               rule(clusterHas...).about("Cluster.ClusterName", "Cluster", equal),
	"ECS.DescribeClusters":            rule("Clusters*.ClusterArn", "Clusters*.ClusterName", "Clusters*.Status", "Failures*.Reason").about("Clusters*.ClusterName", "Clusters*", equal),
	"ECS.PutClusterCapacityProviders": rule(clusterHas...).about("Cluster.ClusterName", "Cluster", equal),
	"ECS.UpdateCluster":               rule(clusterHas...).about("Cluster.ClusterName", "Cluster", equal),

	"EventBridge.DeleteRule":          rule(),
	"EventBridge.DescribeRule":        rule("Arn", "Name").about("Name", "Name", equal),
	"EventBridge.ListRules":           rule("Rules[].Name"),
	"EventBridge.ListTagsForResource": rule("Tags[].Key"),
	"EventBridge.ListTargetsByRule":   rule("Targets[].Id", "Targets[].Arn"),
	"EventBridge.PutRule":             rule().about("RuleArn", "Name", endsWith),
	"EventBridge.PutTargets":          rule("FailedEntries*.ErrorCode"),
	"EventBridge.RemoveTargets":       rule("FailedEntries*.ErrorCode"),
	"EventBridge.TagResource":         rule(),
	"EventBridge.UntagResource":       rule(),

	"IAM.AttachRolePolicy":              rule(),
	"IAM.CreateRole":                    rule("Role.RoleName", "Role.Arn").about("Role.RoleName", "RoleName", equal),
	"IAM.DeleteRole":                    rule(),
	"IAM.DeleteRolePermissionsBoundary": rule(),
	"IAM.DeleteRolePolicy":              rule(),
	"IAM.DetachRolePolicy":              rule(),
	"IAM.GetRole":                       rule("Role.RoleName", "Role.Arn", "Role.Tags*.Key").about("Role.RoleName", "RoleName", strings.EqualFold),
	"IAM.GetRolePolicy":                 rule("PolicyDocument").about("RoleName", "RoleName", strings.EqualFold).about("PolicyName", "PolicyName", strings.EqualFold),
	"IAM.ListAttachedRolePolicies":      rule("AttachedPolicies[].PolicyArn"),
	"IAM.ListInstanceProfilesForRole":   rule("InstanceProfiles[].InstanceProfileName"),
	"IAM.ListRolePolicies":              rule("PolicyNames[]"),
	"IAM.PutRolePermissionsBoundary":    rule(),
	"IAM.PutRolePolicy":                 rule(),
	"IAM.RemoveRoleFromInstanceProfile": rule(),
	"IAM.TagRole":                       rule(),
	"IAM.UntagRole":                     rule(),
	"IAM.UpdateAssumeRolePolicy":        rule(),
	"IAM.UpdateRole":                    rule(),

	"Lambda.AddPermission":    rule(),
	"Lambda.GetPolicy":        rule("Policy"), // a function without one is an error of its own
	"Lambda.RemovePermission": rule(),

	"CloudWatch Logs.AssociateKmsKey":          rule(),
	"CloudWatch Logs.CreateLogGroup":           rule(),
	"CloudWatch Logs.DeleteLogGroup":           rule(),
	"CloudWatch Logs.DeleteRetentionPolicy":    rule(),
	"CloudWatch Logs.DescribeLogGroups":        rule("LogGroups[].LogGroupName", "LogGroups[].Arn").about("LogGroups*.LogGroupName", "LogGroupNamePrefix", strings.HasPrefix),
	"CloudWatch Logs.DisassociateKmsKey":       rule(),
	"CloudWatch Logs.DescribeResourcePolicies": rule("ResourcePolicies[]"),
	"CloudWatch Logs.PutResourcePolicy":        rule(),
	"CloudWatch Logs.DescribeLogStreams":       rule("LogStreams*.LogStreamName"),
	"CloudWatch Logs.GetLogEvents":             rule(),
	"CloudWatch Logs.ListTagsForResource":      rule("Tags"), // an empty one where there are none
	"CloudWatch Logs.PutRetentionPolicy":       rule(),
	"CloudWatch Logs.TagResource":              rule(),
	"CloudWatch Logs.UntagResource":            rule(),

	"Scheduler.CreateSchedule": rule().about("ScheduleArn", "Name", endsWith),
	"Scheduler.DeleteSchedule": rule(),
	"Scheduler.GetSchedule": rule("Name", "ScheduleExpression", "Target").
		about("Name", "Name", equal).about("GroupName", "GroupName", equal),
	"Scheduler.ListSchedules":  rule("Schedules[].Name", "Schedules[].GroupName"),
	"Scheduler.UpdateSchedule": rule().about("ScheduleArn", "Name", endsWith),

	"Secrets Manager.GetSecretValue": rule("ARN").about("ARN", "SecretId", startsWith),

	// The ARN is asked for besides the policy, which not every queue and topic has: an answer without
	// either says nothing, and a policy written after it would lose the statements of others.
	"SNS.GetTopicAttributes": rule("Attributes.TopicArn").about("Attributes.TopicArn", "TopicArn", equal),
	"SNS.SetTopicAttributes": rule(),
	"SQS.GetQueueAttributes": rule("Attributes.QueueArn").about("Attributes.QueueArn", "QueueUrl", endsWith),
	"SQS.GetQueueUrl":        rule("QueueUrl").about("QueueUrl", "QueueName", endsWith),
	"SQS.SetQueueAttributes": rule(),

	"STS.GetCallerIdentity": rule("Account", "Arn"),
}

// answerCheck refuses answers against the rules. In the step that initializes a call it compares the result
// with the request; next to the wire it looks at what was sent, as the SDK reads a page of HTML as a document
// in which everything is missing, and does not read the answers of calls without a result.
type answerCheck struct{}

// addTo puts it innermost in both steps.
func (a answerCheck) addTo(stack *middleware.Stack) error {
	if err := stack.Initialize.Add(a, middleware.After); err != nil {
		return err
	}
	return stack.Deserialize.Add(a, middleware.After)
}

// ID names the middleware in both steps.
func (answerCheck) ID() string { return "DockerTaskAnswerCheck" }

// HandleInitialize checks the result of a call.
func (answerCheck) HandleInitialize(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (
	out middleware.InitializeOutput, metadata middleware.Metadata, err error,
) {
	out, metadata, err = next.HandleInitialize(ctx, in)
	if err != nil {
		return out, metadata, err
	}
	name := operationName(ctx)
	if wrong := Rules[name].check(in.Parameters, out.Result); wrong != "" {
		return middleware.InitializeOutput{}, metadata, &AnswerError{name, wrong}
	}
	return out, metadata, nil
}

// HandleDeserialize checks what was sent.
func (answerCheck) HandleDeserialize(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (
	out middleware.DeserializeOutput, metadata middleware.Metadata, err error,
) {
	out, metadata, err = next.HandleDeserialize(ctx, in)
	response, ok := out.RawResponse.(*smithyhttp.Response)
	if err != nil || !ok || response.StatusCode >= http.StatusMultipleChoices {
		return out, metadata, err
	}
	root := ""
	switch awsmiddleware.GetServiceID(ctx) {
	case ec2.ServiceID, iam.ServiceID, sns.ServiceID, sts.ServiceID:
		root = awsmiddleware.GetOperationName(ctx) + "Response"
	}
	if wrong := peek(response.Response, root); wrong != "" {
		return out, metadata, &AnswerError{operationName(ctx), wrong}
	}
	return out, metadata, nil
}

func operationName(ctx context.Context) string {
	return awsmiddleware.GetServiceID(ctx) + "." + awsmiddleware.GetOperationName(ctx)
}

// maxPeek is how much of an answer is looked at: an XML declaration and the root.
const maxPeek = 512

// peek looks at the beginning of an answer. root is the root of the document that the protocol has, "" for
// JSON, where an answer without a result may be empty.
func peek(response *http.Response, root string) (wrong string) {
	buffered := bufio.NewReaderSize(response.Body, maxPeek)
	begin, err := buffered.Peek(maxPeek)
	if err != nil && err != io.EOF {
		begin = nil // the SDK reports that the connection is lost
	}
	body := response.Body
	response.Body = struct {
		io.Reader
		io.Closer
	}{buffered, body}
	switch {
	case err != nil && err != io.EOF:
		return ""
	case strings.HasPrefix(http.DetectContentType(begin), "text/html"): // the header says less: emulators have it so for JSON
		return "is a page of HTML"
	case root == "":
		return ""
	case len(bytes.TrimSpace(begin)) == 0:
		return "is empty"
	case !bytes.Contains(begin, []byte("<"+root)):
		return "is no document of the type " + root
	}
	return ""
}

// check says what is wrong with a result.
func (r Rule) check(request, result any) string {
	for _, path := range r.Has {
		if lacking := lacks(reflect.ValueOf(result), strings.Split(path, "."), ""); lacking != "" {
			return "lacks " + lacking
		}
	}
	for _, s := range r.Same {
		want := textsAt(reflect.ValueOf(request), strings.Split(s.request, "."))
		for _, have := range textsAt(reflect.ValueOf(result), strings.Split(s.answer, ".")) {
			if len(want) == 1 && want[0] != "" && have != "" && !s.is(have, want[0]) {
				return fmt.Sprintf("is about %s, and not about %s", have, want[0])
			}
		}
	}
	return ""
}

// lacks is the path to what a value does not have; "" if it has all of the path.
func lacks(v reflect.Value, path []string, at string) string {
	v = reflect.Indirect(v)
	if !v.IsValid() {
		return strings.Trim(at+"."+strings.Join(path, "."), ".")
	}
	if len(path) == 0 {
		if v.IsZero() || v.Kind() == reflect.Int32 && v.Int() < 0 {
			return at
		}
		return ""
	}
	name := strings.TrimRight(path[0], "[]*+")
	inner := child(v, name)
	at = strings.TrimPrefix(at+"."+name, ".")
	if name == path[0] {
		return lacks(inner, path[1:], at)
	}
	switch path[0][len(name):] {
	case "[]":
		if inner.IsNil() {
			return at
		}
	case "+":
		if inner.Len() == 0 {
			return at
		}
	}
	for i := range inner.Len() {
		if lacking := lacks(inner.Index(i), path[1:], at+"["+strconv.Itoa(i)+"]"); lacking != "" {
			return lacking
		}
	}
	return ""
}

// child is a field or the entry of a map.
func child(v reflect.Value, name string) reflect.Value {
	if v.Kind() == reflect.Map {
		return v.MapIndex(reflect.ValueOf(name))
	}
	return v.FieldByName(name)
}

// textsAt are the texts at the end of a path.
func textsAt(v reflect.Value, path []string) []string {
	v = reflect.Indirect(v)
	switch {
	case !v.IsValid():
		return nil
	case len(path) == 0:
		return []string{v.String()}
	}
	name := strings.TrimRight(path[0], "[]*+")
	inner := child(v, name)
	if name == path[0] {
		return textsAt(inner, path[1:])
	}
	var out []string
	for i := range inner.Len() {
		out = append(out, textsAt(inner.Index(i), path[1:])...)
	}
	return out
}
