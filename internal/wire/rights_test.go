package wire_test

import (
	"encoding/json"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/policy"
	"github.com/dockertask/terraform-provider-docker/internal/policy/policytest"
	"github.com/dockertask/terraform-provider-docker/internal/task"
	"github.com/dockertask/terraform-provider-docker/internal/wire"
)

// call is a request: action, resource, and the keys of its context.
func call(action, resource string, context ...string) policytest.Request {
	r := policytest.Request{Action: action, Resource: resource, Context: map[string][]string{}}
	for i := 0; i+1 < len(context); i += 2 {
		r.Context[context[i]] = []string{context[i+1]}
	}
	return r
}

// calls are several actions on a resource.
func calls(resource string, actions ...string) []policytest.Request {
	var out []policytest.Request
	for _, a := range actions {
		out = append(out, call(a, resource))
	}
	return out
}

func join(lists ...[]policytest.Request) []policytest.Request { return slices.Concat(lists...) }

// rights are what a kind is for, and what it is not.
type rights struct {
	// wire is the sample of the kind unless set.
	wire func(t *testing.T) wire.Wire
	// names are what the target is called in ARNs: in the calls below, the same with one of
	// them changed has to be denied.
	names []string
	// read, write and token are the calls of each access. All others are denied, those of
	// the other access among them.
	read, write, token []policytest.Request
	// denied are further calls, of actions that come near.
	denied []policytest.Request
}

const (
	kmsKey  = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
	cluster = "arn:aws:ecs:us-east-1:111122223333:cluster/media"
)

func of(w wire.Wire) func(*testing.T) wire.Wire {
	return func(*testing.T) wire.Wire { w.Name = "w"; return w }
}

// kindRights are by kind, and after a slash by form of the target.
var kindRights = map[string]rights{
	"function": {
		names: []string{"uploads"},
		write: join(
			calls("arn:aws:lambda:us-east-1:111122223333:function:uploads", "lambda:InvokeFunction"),
			calls("arn:aws:lambda:us-east-1:111122223333:function:uploads:live", "lambda:InvokeFunction")),
		denied: calls("arn:aws:lambda:us-east-1:111122223333:function:uploads",
			"lambda:UpdateFunctionCode", "lambda:GetFunction", "lambda:InvokeFunctionUrl", "lambda:InvokeAsync"),
	},
	"function/alias": {
		wire:  of(wire.Wire{Kind: "function", Value: "arn:aws:lambda:us-east-1:111122223333:function:resize:live"}),
		names: []string{"resize", "live"},
		write: calls("arn:aws:lambda:us-east-1:111122223333:function:resize:live", "lambda:InvokeFunction"),
		denied: join(
			calls("arn:aws:lambda:us-east-1:111122223333:function:resize", "lambda:InvokeFunction"),
			calls("arn:aws:lambda:us-east-1:111122223333:function:resize:$LATEST", "lambda:InvokeFunction")),
	},
	"docker_task": {
		names: []string{"publish", "media"},
		read:  []policytest.Request{call("ecs:DescribeTasks", "arn:aws:ecs:us-east-1:111122223333:task/media/0a1b", "ecs:cluster", cluster)},
		write: []policytest.Request{
			call("ecs:RunTask", "arn:aws:ecs:us-east-1:111122223333:task-definition/publish:7", "ecs:cluster", cluster),
			call("ecs:RunTask", "arn:aws:ecs:us-east-1:111122223333:task-definition/publish:8", "ecs:cluster", cluster),
			call("ecs:StopTask", "arn:aws:ecs:us-east-1:111122223333:task/media/0a1b", "ecs:cluster", cluster),
			call("iam:PassRole", "arn:aws:iam::111122223333:role/publish-execution", "iam:PassedToService", "ecs-tasks.amazonaws.com"),
			call("iam:PassRole", "arn:aws:iam::111122223333:role/publish-task", "iam:PassedToService", "ecs-tasks.amazonaws.com"),
		},
		denied: []policytest.Request{
			call("iam:PassRole", "arn:aws:iam::111122223333:role/publish-task", "iam:PassedToService", "lambda.amazonaws.com"),
			call("iam:PassRole", "arn:aws:iam::111122223333:role/publish-task", "iam:PassedToService", "ec2.amazonaws.com"),
			call("iam:PassRole", "arn:aws:iam::111122223333:role/admin/publish-task", "iam:PassedToService", "ecs-tasks.amazonaws.com"),
			call("iam:PassRole", "arn:aws:iam::111122223333:role/admin", "iam:PassedToService", "ecs-tasks.amazonaws.com"),
			call("ecs:StartTask", "arn:aws:ecs:us-east-1:111122223333:task-definition/publish:7", "ecs:cluster", cluster),
			call("ecs:RegisterTaskDefinition", "*"),
			call("ecs:ExecuteCommand", "arn:aws:ecs:us-east-1:111122223333:task/media/0a1b", "ecs:cluster", cluster),
			call("ecs:RunTask", "arn:aws:ecs:us-east-1:111122223333:task-definition/publish", "ecs:cluster", cluster),
		},
	},
	"object_store": {
		names: []string{"uploads"},
		read: join(
			calls("arn:aws:s3:::uploads/in/a.mp4", "s3:GetObject", "s3:GetObjectVersion"),
			calls("arn:aws:s3:::uploads", "s3:ListBucket", "s3:GetBucketLocation")),
		write: calls("arn:aws:s3:::uploads/in/a.mp4", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"),
		denied: join(
			calls("arn:aws:s3:::uploads/in/a.mp4", "s3:PutObjectAcl", "s3:DeleteObjectVersion", "s3:BypassGovernanceRetention"),
			calls("arn:aws:s3:::uploads", "s3:DeleteBucket", "s3:PutBucketPolicy", "s3:GetBucketPolicy", "s3:PutObject"),
			calls("arn:aws:s3:::uploads-archive/in/a.mp4", "s3:GetObject", "s3:PutObject"),
			calls("arn:aws:s3:::uploads-archive", "s3:ListBucket"),
			calls("*", "s3:ListAllMyBuckets")),
	},
	"object_prefix": {
		wire:  of(wire.Wire{Kind: "object_prefix", Fields: map[string]string{"bucket": "footage", "prefix": "incoming/"}}),
		names: []string{"footage", "incoming"},
		read: join(
			calls("arn:aws:s3:::footage/incoming/a.mp4", "s3:GetObject", "s3:GetObjectVersion"),
			[]policytest.Request{
				call("s3:ListBucket", "arn:aws:s3:::footage", "s3:prefix", "incoming/"),
				call("s3:ListBucket", "arn:aws:s3:::footage", "s3:prefix", "incoming/2026/"),
			}),
		write: calls("arn:aws:s3:::footage/incoming/a.mp4", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"),
		denied: join(
			calls("arn:aws:s3:::footage/incoming", "s3:GetObject", "s3:PutObject"),
			calls("arn:aws:s3:::footage/outgoing/a.mp4", "s3:GetObject", "s3:PutObject"),
			calls("arn:aws:s3:::footage/outgoing/incoming/a.mp4", "s3:GetObject"),
			calls("arn:aws:s3:::footage", "s3:ListBucket", "s3:GetBucketLocation", "s3:DeleteBucket"),
			[]policytest.Request{call("s3:ListBucket", "arn:aws:s3:::footage", "s3:prefix", "incoming"), call("s3:ListBucket", "arn:aws:s3:::footage", "s3:prefix", "")}),
	},
	"table_stream": {
		wire:  of(wire.Wire{Kind: "table_stream", Value: "ledger"}),
		names: []string{"ledger"},
		read: join(
			calls("arn:aws:dynamodb:us-east-1:111122223333:table/ledger/stream/2026-05-11T21:21:33.291", "dynamodb:DescribeStream", "dynamodb:GetShardIterator", "dynamodb:GetRecords"),
			calls("arn:aws:dynamodb:us-east-1:111122223333:table/ledger", "dynamodb:DescribeTable")),
		denied: join(
			calls("arn:aws:dynamodb:us-east-1:111122223333:table/ledger", "dynamodb:GetItem", "dynamodb:Scan", "dynamodb:UpdateTable"),
			calls("*", "dynamodb:ListStreams")),
	},
	"table_stream/arn": {
		wire:  of(wire.Wire{Kind: "table_stream", Value: "arn:aws:dynamodb:us-east-1:111122223333:table/orders/stream/2026-05-11T21:21:33.291"}),
		names: []string{"orders", "2026-05-11T21:21:33.291"},
		read: join(
			calls("arn:aws:dynamodb:us-east-1:111122223333:table/orders/stream/2026-05-11T21:21:33.291", "dynamodb:DescribeStream", "dynamodb:GetShardIterator", "dynamodb:GetRecords"),
			calls("arn:aws:dynamodb:us-east-1:111122223333:table/orders", "dynamodb:DescribeTable")),
		denied: calls("arn:aws:dynamodb:us-east-1:111122223333:table/orders/stream/2026-06-01T00:00:00.000", "dynamodb:GetRecords"),
	},
	"websocket_api": {
		names: []string{"a1b2c3d4e5", "prod"},
		read:  calls("arn:aws:execute-api:us-east-1:111122223333:a1b2c3d4e5/prod/GET/@connections/L0SM9cOFvHcCIhw=", "execute-api:ManageConnections"),
		write: join(
			calls("arn:aws:execute-api:us-east-1:111122223333:a1b2c3d4e5/prod/POST/@connections/L0SM9cOFvHcCIhw=", "execute-api:ManageConnections"),
			calls("arn:aws:execute-api:us-east-1:111122223333:a1b2c3d4e5/prod/DELETE/@connections/L0SM9cOFvHcCIhw=", "execute-api:ManageConnections")),
		denied: join(
			calls("arn:aws:execute-api:us-east-1:111122223333:a1b2c3d4e5/test/POST/@connections/x", "execute-api:ManageConnections"),
			calls("arn:aws:execute-api:us-east-1:111122223333:a1b2c3d4e5/test/$connect", "execute-api:Invoke")),
	},
	"express_workflow": {
		wire:   of(wire.Wire{Kind: "express_workflow", Value: "quotes"}),
		names:  []string{"quotes"},
		write:  calls("arn:aws:states:us-east-1:111122223333:stateMachine:quotes", "states:StartSyncExecution", "states:StartExecution"),
		denied: calls("arn:aws:states:us-east-1:111122223333:stateMachine:quotes", "states:UpdateStateMachine", "states:DeleteStateMachine", "states:DescribeStateMachine"),
	},
	"express_workflow/alias": {
		wire:  of(wire.Wire{Kind: "express_workflow", Value: "quote:live"}),
		names: []string{"quote"},
		write: []policytest.Request{
			call("states:StartSyncExecution", "arn:aws:states:us-east-1:111122223333:stateMachine:quote", "states:StateMachineQualifier", "live"),
			call("states:StartExecution", "arn:aws:states:us-east-1:111122223333:stateMachine:quote", "states:StateMachineQualifier", "live"),
		},
		denied: []policytest.Request{
			call("states:StartSyncExecution", "arn:aws:states:us-east-1:111122223333:stateMachine:quote"),
			call("states:StartSyncExecution", "arn:aws:states:us-east-1:111122223333:stateMachine:quote", "states:StateMachineQualifier", "test"),
		},
	},
	"data_api": {
		names: []string{"uploads"},
		read: calls("arn:aws:rds:us-east-1:111122223333:cluster:uploads",
			"rds-data:ExecuteStatement", "rds-data:BatchExecuteStatement", "rds-data:BeginTransaction", "rds-data:CommitTransaction", "rds-data:RollbackTransaction"),
		write: calls("arn:aws:rds:us-east-1:111122223333:cluster:uploads",
			"rds-data:ExecuteStatement", "rds-data:BatchExecuteStatement", "rds-data:BeginTransaction", "rds-data:CommitTransaction", "rds-data:RollbackTransaction"),
		denied: join(
			calls("arn:aws:rds:us-east-1:111122223333:cluster:uploads", "rds:DeleteDBCluster", "rds:ModifyDBCluster", "rds-data:ExecuteSql"),
			calls("arn:aws:rds:us-east-1:111122223333:db:uploads", "rds-data:ExecuteStatement")),
	},
	"cache": {
		names: []string{"sessions", "dumper"},
		read: join(
			calls("arn:aws:elasticache:us-east-1:111122223333:replicationgroup:sessions", "elasticache:Connect"),
			calls("arn:aws:elasticache:us-east-1:111122223333:user:dumper", "elasticache:Connect")),
		write: join(
			calls("arn:aws:elasticache:us-east-1:111122223333:replicationgroup:sessions", "elasticache:Connect"),
			calls("arn:aws:elasticache:us-east-1:111122223333:user:dumper", "elasticache:Connect")),
		denied: join(
			calls("arn:aws:elasticache:us-east-1:111122223333:replicationgroup:sessions", "elasticache:DeleteReplicationGroup", "elasticache:ModifyReplicationGroup"),
			calls("arn:aws:elasticache:us-east-1:111122223333:user:default", "elasticache:Connect"),
			calls("arn:aws:elasticache:us-east-1:111122223333:user:dumper", "elasticache:ModifyUser")),
	},
	"cache/serverless": {
		wire:  of(wire.Wire{Kind: "cache", Fields: map[string]string{"serverless_cache_name": "prices", "username": "reader"}}),
		names: []string{"prices", "reader"},
		read: join(
			calls("arn:aws:elasticache:us-east-1:111122223333:serverlesscache:prices", "elasticache:Connect"),
			calls("arn:aws:elasticache:us-east-1:111122223333:user:reader", "elasticache:Connect")),
		write: join(
			calls("arn:aws:elasticache:us-east-1:111122223333:serverlesscache:prices", "elasticache:Connect"),
			calls("arn:aws:elasticache:us-east-1:111122223333:user:reader", "elasticache:Connect")),
		denied: calls("arn:aws:elasticache:us-east-1:111122223333:replicationgroup:prices", "elasticache:Connect"),
	},
	"search_domain": {
		names: []string{"orders"},
		read:  calls("arn:aws:es:us-east-1:111122223333:domain/orders/index/_doc/1", "es:ESHttpGet", "es:ESHttpHead"),
		write: calls("arn:aws:es:us-east-1:111122223333:domain/orders/index/_doc/1", "es:ESHttpPost", "es:ESHttpPut", "es:ESHttpPatch", "es:ESHttpDelete"),
		denied: join(
			calls("arn:aws:es:us-east-1:111122223333:domain/orders", "es:DeleteDomain", "es:UpdateDomainConfig", "es:DescribeDomain"),
			calls("arn:aws:es:us-east-1:111122223333:domain/orders-2/index", "es:ESHttpGet")),
	},
	"email": {
		names: []string{"example.com"},
		write: calls("arn:aws:ses:us-east-1:111122223333:identity/example.com", "ses:SendEmail", "ses:SendRawEmail"),
		denied: join(
			calls("arn:aws:ses:us-east-1:111122223333:identity/example.com", "ses:DeleteIdentity", "ses:PutIdentityPolicy", "ses:SendBulkEmail"),
			calls("arn:aws:ses:us-east-1:111122223333:identity/other.example.com", "ses:SendEmail"),
			calls("arn:aws:ses:us-east-1:111122223333:configuration-set/example.com", "ses:SendEmail")),
	},
	"model": {
		names: []string{"amazon.nova-lite-v1:0"},
		read:  calls("arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0", "bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"),
		denied: join(
			calls("arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0", "bedrock:InvokeModel"),
			calls("arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.amazon.nova-lite-v1:0", "bedrock:InvokeModel"),
			calls("arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0", "bedrock:CreateModelCustomizationJob", "bedrock:GetFoundationModel")),
	},
	"user_pool": {
		names: []string{"us-east-1_AbCdEf123"},
		read: calls("arn:aws:cognito-idp:us-east-1:111122223333:userpool/us-east-1_AbCdEf123", "cognito-idp:AdminGetUser", "cognito-idp:AdminListGroupsForUser",
			"cognito-idp:DescribeUserPool", "cognito-idp:ListGroups", "cognito-idp:ListUsers", "cognito-idp:ListUsersInGroup"),
		write: calls("arn:aws:cognito-idp:us-east-1:111122223333:userpool/us-east-1_AbCdEf123", "cognito-idp:AdminAddUserToGroup", "cognito-idp:AdminCreateUser",
			"cognito-idp:AdminDisableUser", "cognito-idp:AdminEnableUser", "cognito-idp:AdminRemoveUserFromGroup", "cognito-idp:AdminUpdateUserAttributes"),
		denied: calls("arn:aws:cognito-idp:us-east-1:111122223333:userpool/us-east-1_AbCdEf123",
			"cognito-idp:AdminDeleteUser", "cognito-idp:AdminSetUserPassword", "cognito-idp:AdminInitiateAuth", "cognito-idp:DeleteUserPool", "cognito-idp:UpdateUserPool"),
	},
	"table": {
		names: []string{"uploads"},
		read: join(
			calls("arn:aws:dynamodb:us-east-1:111122223333:table/uploads",
				"dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:Scan", "dynamodb:ConditionCheckItem", "dynamodb:DescribeTable"),
			calls("arn:aws:dynamodb:us-east-1:111122223333:table/uploads/index/by-day", "dynamodb:Query", "dynamodb:Scan")),
		write: calls("arn:aws:dynamodb:us-east-1:111122223333:table/uploads",
			"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem"),
		denied: join(
			calls("arn:aws:dynamodb:us-east-1:111122223333:table/uploads", "dynamodb:DeleteTable", "dynamodb:UpdateTable", "dynamodb:CreateBackup", "dynamodb:PartiQLDelete"),
			calls("arn:aws:dynamodb:us-east-1:111122223333:table/uploads/stream/2026", "dynamodb:GetRecords"),
			calls("arn:aws:dynamodb:us-east-1:111122223333:table/uploads/index/by-day", "dynamodb:PutItem")),
	},
	"job_queue": {
		names: []string{"uploads"},
		read: calls("arn:aws:sqs:us-east-1:111122223333:uploads",
			"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes", "sqs:GetQueueUrl"),
		write: calls("arn:aws:sqs:us-east-1:111122223333:uploads", "sqs:SendMessage", "sqs:GetQueueUrl"),
		denied: join(
			calls("arn:aws:sqs:us-east-1:111122223333:uploads", "sqs:PurgeQueue", "sqs:DeleteQueue", "sqs:SetQueueAttributes", "sqs:AddPermission"),
			calls("arn:aws:sqs:us-east-1:111122223333:uploads.fifo", "sqs:SendMessage", "sqs:ReceiveMessage"),
			calls("arn:aws:sqs:us-east-1:111122223333:uploads-dead", "sqs:SendMessage", "sqs:ReceiveMessage")),
	},
	"topic": {
		names:  []string{"uploads"},
		write:  calls("arn:aws:sns:us-east-1:111122223333:uploads", "sns:Publish"),
		denied: calls("arn:aws:sns:us-east-1:111122223333:uploads", "sns:Subscribe", "sns:DeleteTopic", "sns:SetTopicAttributes"),
	},
	"stream": {
		names: []string{"uploads"},
		read: calls("arn:aws:kinesis:us-east-1:111122223333:stream/uploads",
			"kinesis:DescribeStreamSummary", "kinesis:ListShards", "kinesis:GetShardIterator", "kinesis:GetRecords"),
		write:  calls("arn:aws:kinesis:us-east-1:111122223333:stream/uploads", "kinesis:PutRecord", "kinesis:PutRecords"),
		denied: calls("arn:aws:kinesis:us-east-1:111122223333:stream/uploads", "kinesis:DeleteStream", "kinesis:UpdateShardCount", "kinesis:RegisterStreamConsumer"),
	},
	"rest_api": {
		names: []string{"a1b2c3d4e5", "prod"},
		write: join(
			calls("arn:aws:execute-api:us-east-1:111122223333:a1b2c3d4e5/prod/GET/orders/1", "execute-api:Invoke"),
			calls("arn:aws:execute-api:us-east-1:111122223333:a1b2c3d4e5/prod/POST/", "execute-api:Invoke")),
		denied: join(
			calls("arn:aws:execute-api:us-east-1:111122223333:a1b2c3d4e5/test/GET/orders", "execute-api:Invoke"),
			calls("arn:aws:execute-api:us-east-1:111122223333:a1b2c3d4e5/prod/GET/orders", "execute-api:InvalidateCache", "execute-api:ManageConnections")),
	},
	"graphql_api": {
		names: []string{"abcdefghijklmnopqrstuvwxyz"},
		read: join(
			calls("arn:aws:appsync:us-east-1:111122223333:apis/abcdefghijklmnopqrstuvwxyz/types/Query/fields/orders", "appsync:GraphQL"),
			calls("arn:aws:appsync:us-east-1:111122223333:apis/abcdefghijklmnopqrstuvwxyz/types/Subscription/fields/onOrder", "appsync:GraphQL")),
		write: calls("arn:aws:appsync:us-east-1:111122223333:apis/abcdefghijklmnopqrstuvwxyz/types/Mutation/fields/addOrder", "appsync:GraphQL"),
		denied: join(
			calls("arn:aws:appsync:us-east-1:111122223333:apis/abcdefghijklmnopqrstuvwxyz/types/Order/fields/secret", "appsync:GraphQL"),
			calls("arn:aws:appsync:us-east-1:111122223333:apis/abcdefghijklmnopqrstuvwxyz", "appsync:DeleteGraphqlApi", "appsync:GetGraphqlApi")),
	},
	"state_machine": {
		names: []string{"uploads"},
		read: join(
			calls("arn:aws:states:us-east-1:111122223333:stateMachine:uploads", "states:DescribeStateMachine"),
			calls("arn:aws:states:us-east-1:111122223333:execution:uploads:e1", "states:DescribeExecution")),
		write: join(
			calls("arn:aws:states:us-east-1:111122223333:stateMachine:uploads", "states:StartExecution"),
			calls("arn:aws:states:us-east-1:111122223333:execution:uploads:e1", "states:StopExecution")),
		token: calls("arn:aws:states:us-east-1:111122223333:stateMachine:uploads",
			"states:SendTaskSuccess", "states:SendTaskFailure", "states:SendTaskHeartbeat"),
		denied: join(
			calls("arn:aws:states:us-east-1:111122223333:stateMachine:uploads", "states:UpdateStateMachine", "states:DeleteStateMachine", "states:StartSyncExecution"),
			calls("arn:aws:states:us-east-1:111122223333:execution:uploads:e1", "states:RedriveExecution", "states:GetExecutionHistory")),
	},
	"state_machine/alias": {
		wire:  of(wire.Wire{Kind: "state_machine", Value: "nightly:live"}),
		names: []string{"nightly"},
		read: []policytest.Request{
			call("states:DescribeStateMachine", "arn:aws:states:us-east-1:111122223333:stateMachine:nightly", "states:StateMachineQualifier", "live"),
			call("states:DescribeExecution", "arn:aws:states:us-east-1:111122223333:execution:nightly:e1"),
		},
		write: []policytest.Request{
			call("states:StartExecution", "arn:aws:states:us-east-1:111122223333:stateMachine:nightly", "states:StateMachineQualifier", "live"),
			call("states:StopExecution", "arn:aws:states:us-east-1:111122223333:execution:nightly:e1"),
		},
		token: calls("arn:aws:states:us-east-1:111122223333:stateMachine:nightly",
			"states:SendTaskSuccess", "states:SendTaskFailure", "states:SendTaskHeartbeat"),
		denied: []policytest.Request{
			call("states:StartExecution", "arn:aws:states:us-east-1:111122223333:stateMachine:nightly"),
			call("states:StartExecution", "arn:aws:states:us-east-1:111122223333:stateMachine:nightly", "states:StateMachineQualifier", "test"),
		},
	},
	"event_bus": {
		names:  []string{"uploads"},
		write:  calls("arn:aws:events:us-east-1:111122223333:event-bus/uploads", "events:PutEvents"),
		denied: calls("arn:aws:events:us-east-1:111122223333:event-bus/uploads", "events:PutPermission", "events:DeleteEventBus", "events:PutRule"),
	},
	"secret": {
		names: []string{"uploads", "AbCdEf"},
		read: calls("arn:aws:secretsmanager:us-east-1:111122223333:secret:uploads-AbCdEf",
			"secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"),
		write: calls("arn:aws:secretsmanager:us-east-1:111122223333:secret:uploads-AbCdEf", "secretsmanager:PutSecretValue"),
		denied: calls("arn:aws:secretsmanager:us-east-1:111122223333:secret:uploads-AbCdEf",
			"secretsmanager:DeleteSecret", "secretsmanager:UpdateSecret", "secretsmanager:PutResourcePolicy"),
	},
	"secret/name": {
		wire:  of(wire.Wire{Kind: "secret", Value: "prod/db"}),
		names: []string{"prod/db"},
		read: calls("arn:aws:secretsmanager:us-east-1:111122223333:secret:prod/db-AbCdEf",
			"secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"),
		write: calls("arn:aws:secretsmanager:us-east-1:111122223333:secret:prod/db-AbCdEf", "secretsmanager:PutSecretValue"),
		denied: join(
			calls("arn:aws:secretsmanager:us-east-1:111122223333:secret:prod/db-2-AbCdEf", "secretsmanager:GetSecretValue"),
			calls("arn:aws:secretsmanager:us-east-1:111122223333:secret:prod/db-AbCdEfg", "secretsmanager:GetSecretValue")),
	},
	"parameter": {
		names: []string{"uploads", "key"},
		read:  calls("arn:aws:ssm:us-east-1:111122223333:parameter/uploads/key", "ssm:GetParameter", "ssm:GetParameters"),
		write: calls("arn:aws:ssm:us-east-1:111122223333:parameter/uploads/key", "ssm:PutParameter"),
		denied: join(
			calls("arn:aws:ssm:us-east-1:111122223333:parameter/uploads/key", "ssm:DeleteParameter", "ssm:GetParameterHistory", "ssm:GetParametersByPath"),
			calls("arn:aws:ssm:us-east-1:111122223333:parameter/uploads", "ssm:GetParametersByPath"),
			calls("arn:aws:ssm:us-east-1:111122223333:parameter/uploads/key/below", "ssm:GetParameter", "ssm:PutParameter")),
	},
	"parameter/path": {
		wire:  of(wire.Wire{Kind: "parameter", Value: "/uploads/prod/*"}),
		names: []string{"uploads", "prod"},
		read: join(
			calls("arn:aws:ssm:us-east-1:111122223333:parameter/uploads/prod/a/b", "ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"),
			calls("arn:aws:ssm:us-east-1:111122223333:parameter/uploads/prod", "ssm:GetParametersByPath")),
		write: calls("arn:aws:ssm:us-east-1:111122223333:parameter/uploads/prod/a/b", "ssm:PutParameter"),
		denied: join(
			calls("arn:aws:ssm:us-east-1:111122223333:parameter/uploads/prod", "ssm:GetParameter", "ssm:PutParameter"),
			calls("arn:aws:ssm:us-east-1:111122223333:parameter/uploads", "ssm:GetParametersByPath"),
			calls("arn:aws:ssm:us-east-1:111122223333:parameter/uploads/production/a", "ssm:GetParameter")),
	},
	"database": {
		names: []string{"db-ABCDEFGHIJKL01234", "dumper"},
		read:  calls("arn:aws:rds-db:us-east-1:111122223333:dbuser:db-ABCDEFGHIJKL01234/dumper", "rds-db:connect"),
		write: calls("arn:aws:rds-db:us-east-1:111122223333:dbuser:db-ABCDEFGHIJKL01234/dumper", "rds-db:connect"),
		denied: join(
			calls("arn:aws:rds-db:us-east-1:111122223333:dbuser:db-ABCDEFGHIJKL01234/admin", "rds-db:connect"),
			calls("arn:aws:rds:us-east-1:111122223333:db:orders", "rds:DeleteDBInstance", "rds:CreateDBSnapshot")),
	},
	"policy": {
		wire: of(wire.Wire{Kind: "policy", Value: `{"Version":"2012-10-17","Statement":[` +
			`{"Effect":"Allow","Action":["sqs:SendMessage","sqs:ReceiveMessage"],"Resource":"arn:aws:sqs:us-east-1:111122223333:mails"},` +
			`{"Effect":"Deny","Action":"sqs:Delete*","Resource":"*"}]}`}),
		names:  []string{"mails"},
		write:  calls("arn:aws:sqs:us-east-1:111122223333:mails", "sqs:SendMessage", "sqs:ReceiveMessage"),
		denied: calls("arn:aws:sqs:us-east-1:111122223333:mails", "sqs:DeleteQueue"),
	},
}

func TestKindRights(t *testing.T) {
	var every []policytest.Request
	for _, r := range kindRights {
		every = join(every, r.read, r.write, r.token, r.denied)
	}
	covered := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(kindRights)) {
		r := kindRights[name]
		kind, _, _ := strings.Cut(name, "/")
		k, ok := wire.Find(kind)
		if !ok {
			t.Fatalf("there is no kind %s", kind)
		}
		covered[kind] = true
		with := func(t *testing.T, access wire.Access, token bool) wire.Wire {
			w := sample(t, kind, home)
			if r.wire != nil {
				w = r.wire(t)
			}
			w.Access, w.TaskToken = access, token
			return w
		}
		for _, access := range accesses(k) {
			allowed := r.write
			switch access {
			case wire.Read:
				allowed = r.read
			case wire.ReadWrite:
				allowed = join(r.read, r.write)
			}
			t.Run(name+"/"+string(access), func(t *testing.T) {
				checkRights(t, document(t, with(t, access, false)), r.names, allowed, every)
			})
			if k.TakesToken() {
				t.Run(name+"/"+string(access)+"/token", func(t *testing.T) {
					checkRights(t, document(t, with(t, access, true)), r.names, join(allowed, r.token), every)
				})
			}
		}
		if k.TakesToken() {
			t.Run(name+"/token", func(t *testing.T) {
				checkRights(t, document(t, with(t, "", true)), r.names, r.token, every)
			})
		}
	}
	for _, k := range wire.Kinds {
		if !covered[k.Name] {
			t.Errorf("nothing is said about %s", k.Name)
		}
	}
}

// An unset access is what the documentation says, and never more.
func TestKindRightsUnset(t *testing.T) {
	for kind, want := range map[string]wire.Access{"docker_task": wire.ReadWrite, "database": wire.ReadWrite, "function": wire.Write, "topic": wire.Write, "rest_api": wire.Write, "event_bus": wire.Write,
		"data_api": wire.ReadWrite, "cache": wire.ReadWrite, "email": wire.Write, "model": wire.Read, "table_stream": wire.Read, "express_workflow": wire.Write} {
		w := sample(t, kind, home)
		unset := document(t, w)
		w.Access = want
		if said := document(t, w); said != unset {
			t.Errorf("%s without access\n%s\nwith %s\n%s", kind, unset, want, said)
		}
	}
}

// A key is for the target's service only, and for what the access needs.
func TestKeyRights(t *testing.T) {
	uses := map[string]map[wire.Access][]string{}
	for _, service := range []string{"object_store", "object_prefix", "table", "job_queue", "state_machine", "secret"} {
		uses[service] = map[wire.Access][]string{wire.Read: {"kms:Decrypt"}, wire.Write: {"kms:GenerateDataKey", "kms:Decrypt"}, wire.ReadWrite: {"kms:Decrypt", "kms:GenerateDataKey"}}
	}
	uses["topic"] = map[wire.Access][]string{wire.Write: {"kms:GenerateDataKey", "kms:Decrypt"}}
	uses["express_workflow"] = uses["topic"]
	uses["table_stream"] = map[wire.Access][]string{wire.Read: {"kms:Decrypt"}}
	uses["stream"] = map[wire.Access][]string{wire.Read: {"kms:Decrypt"}, wire.Write: {"kms:GenerateDataKey"}, wire.ReadWrite: {"kms:Decrypt", "kms:GenerateDataKey"}}
	uses["parameter"] = map[wire.Access][]string{wire.Read: {"kms:Decrypt"}, wire.Write: {"kms:Encrypt", "kms:GenerateDataKey"}, wire.ReadWrite: {"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"}}
	services := map[string]string{
		"object_store": "s3", "table": "dynamodb", "job_queue": "sqs", "state_machine": "states",
		"secret": "secretsmanager", "topic": "sns", "stream": "kinesis", "parameter": "ssm",
		"object_prefix": "s3", "table_stream": "dynamodb", "express_workflow": "states",
	}
	for _, k := range wire.Kinds {
		if !k.TakesKey() {
			if uses[k.Name] != nil {
				t.Errorf("%s takes no key", k.Name)
			}
			continue
		}
		for _, access := range k.Accesses() {
			t.Run(k.Name+"/"+string(access), func(t *testing.T) {
				w := sample(t, k.Name, home)
				w.Access = access
				without := document(t, w)
				w.KMSKeyARN = kmsKey
				through := services[k.Name] + ".us-east-1.amazonaws.com"
				var allowed, every []policytest.Request
				for _, action := range uses[k.Name][access] {
					allowed = append(allowed, call(action, kmsKey, "kms:ViaService", through))
				}
				for _, action := range []string{"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:ScheduleKeyDeletion", "kms:PutKeyPolicy", "kms:CreateGrant"} {
					every = append(every, call(action, kmsKey, "kms:ViaService", through))
				}
				for _, other := range []string{"ec2.us-east-1.amazonaws.com", services[k.Name] + ".eu-west-1.amazonaws.com", services[k.Name]} {
					for _, r := range allowed {
						every = append(every, call(r.Action, kmsKey, "kms:ViaService", other))
					}
				}
				for _, r := range allowed {
					if decide(t, without, r) {
						t.Errorf("%s is allowed without kms_key_arn", r.Action)
					}
				}
				var d struct{ Statement []json.RawMessage }
				if err := json.Unmarshal([]byte(document(t, w)), &d); err != nil {
					t.Fatal(err)
				}
				key := `{"Version":"2012-10-17","Statement":[` + string(d.Statement[len(d.Statement)-1]) + `]}`
				checkRights(t, key, []string{"1234abcd"}, allowed, every)
			})
		}
	}
}

// Who runs a task: every set of actions, newest and pinned revision.
func TestConsumerRights(t *testing.T) {
	inCluster := func(action, resource string) policytest.Request {
		return call(action, resource, "ecs:cluster", cluster)
	}
	run := func(revision string) []policytest.Request {
		return []policytest.Request{inCluster("ecs:RunTask", "arn:aws:ecs:us-east-1:111122223333:task-definition/publish:"+revision)}
	}
	pass := []policytest.Request{
		call("iam:PassRole", "arn:aws:iam::111122223333:role/publish-execution", "iam:PassedToService", "ecs-tasks.amazonaws.com"),
		call("iam:PassRole", "arn:aws:iam::111122223333:role/publish-task", "iam:PassedToService", "ecs-tasks.amazonaws.com"),
	}
	describe := []policytest.Request{inCluster("ecs:DescribeTasks", "arn:aws:ecs:us-east-1:111122223333:task/media/0a1b")}
	stop := []policytest.Request{inCluster("ecs:StopTask", "arn:aws:ecs:us-east-1:111122223333:task/media/0a1b")}
	tag := []policytest.Request{call("ecs:TagResource", "arn:aws:ecs:us-east-1:111122223333:task/media/0a1b", "ecs:CreateAction", "RunTask")}
	follow := calls("arn:aws:events:us-east-1:111122223333:rule/StepFunctionsGetEventsForECSTaskRule", "events:PutTargets", "events:PutRule", "events:DescribeRule")
	registered := func(action, revision string, context ...string) []policytest.Request {
		return []policytest.Request{call(action, "arn:aws:ecs:us-east-1:111122223333:task-definition/publish:"+revision, context...)}
	}
	deploy := join(registered("ecs:RegisterTaskDefinition", "8"), registered("ecs:TagResource", "8", "ecs:CreateAction", "RegisterTaskDefinition"))
	integration := func(name string) wire.Consumer {
		i, ok := wire.FindIntegration(name)
		if !ok {
			t.Fatalf("there is no integration %s", name)
		}
		return wire.Consumer{Actions: i.Actions, Integration: i}
	}
	every := join(run("7"), run("8"), run("77"), pass, describe, stop, tag, follow, deploy, kindRights["docker_task"].denied, kindRights["function"].write, []policytest.Request{
		call("ecs:TagResource", "arn:aws:ecs:us-east-1:111122223333:task/media/0a1b", "ecs:CreateAction", "CreateService"),
		call("ecs:TagResource", "arn:aws:ecs:us-east-1:111122223333:task-definition/publish:7", "ecs:CreateAction", "RunTask"),
		call("ecs:UntagResource", "arn:aws:ecs:us-east-1:111122223333:task/media/0a1b"),
		call("ecs:UntagResource", "arn:aws:ecs:us-east-1:111122223333:task-definition/publish:8"),
		call("ecs:TagResource", "arn:aws:ecs:us-east-1:111122223333:task-definition/publish:8"),
		call("ecs:RegisterTaskDefinition", "*"),
		call("ecs:RegisterTaskDefinition", "arn:aws:ecs:us-east-1:111122223333:task-definition/publish-all:1"),
		call("ecs:RegisterTaskDefinition", "arn:aws:ecs:us-east-1:111122223333:task-definition/publish"),
		call("ecs:DeregisterTaskDefinition", "*"),
		call("ecs:DescribeTaskDefinition", "*"),
		call("ecs:DeleteTaskDefinitions", "arn:aws:ecs:us-east-1:111122223333:task-definition/publish:8"),
		call("ecs:UpdateService", "arn:aws:ecs:us-east-1:111122223333:service/media/publish"),
		call("iam:PassRole", "arn:aws:iam::111122223333:role/publish-task", "iam:PassedToService", "lambda.amazonaws.com"),
		call("iam:PutRolePolicy", "arn:aws:iam::111122223333:role/publish-task"),
		call("events:PutRule", "arn:aws:events:us-east-1:111122223333:rule/another"),
		call("events:DeleteRule", "arn:aws:events:us-east-1:111122223333:rule/StepFunctionsGetEventsForECSTaskRule"),
		inCluster("ecs:ListTasks", "*"),
		inCluster("ecs:RunTask", "arn:aws:ecs:us-east-1:111122223333:task-definition/publish-all:7"),
		call("ecs:RunTask", "arn:aws:ecs:us-east-1:111122223333:task-definition/publish:7", "ecs:cluster", cluster+"-2"),
		call("ecs:RunTask", "arn:aws:ecs:us-east-1:111122223333:task-definition/publish:7"),
		call("iam:PassRole", "arn:aws:iam::111122223333:role/publish-task"),
	})
	tests := []struct {
		name     string
		consumer wire.Consumer
		allowed  []policytest.Request
	}{
		{"all", wire.Consumer{Actions: wire.Actions}, join(run("7"), run("8"), run("77"), pass, describe, stop)},
		{"all, pinned", wire.Consumer{Actions: wire.Actions, Revision: 7}, join(run("7"), pass, describe, stop)},
		{"run", wire.Consumer{Actions: []wire.Action{wire.Run}}, join(run("7"), run("8"), run("77"), pass)},
		{"run, pinned", wire.Consumer{Actions: []wire.Action{wire.Run}, Revision: 8}, join(run("8"), pass)},
		{"describe", wire.Consumer{Actions: []wire.Action{wire.Describe}}, describe},
		{"stop", wire.Consumer{Actions: []wire.Action{wire.Stop}}, stop},
		{"run and tag", wire.Consumer{Actions: []wire.Action{wire.Run}, TagsTasks: true}, join(run("7"), run("8"), run("77"), pass, tag)},
		{"step functions", integration("step_functions"), join(run("7"), run("8"), run("77"), pass)},
		{"step functions, sync", integration("step_functions_sync"), join(run("7"), run("8"), run("77"), pass, describe, stop, follow)},
		{"step functions, task token", integration("step_functions_task_token"), join(run("7"), run("8"), run("77"), pass)},
		{"scheduler", integration("scheduler"), join(run("7"), run("8"), run("77"), pass)},
		{"events", integration("events"), join(run("7"), run("8"), run("77"), pass)},
		{"pipes", integration("pipes"), join(run("7"), run("8"), run("77"), pass)},
		{"deploy", integration("deploy"), join(deploy, pass)},
		{"describe and stop", wire.Consumer{Actions: []wire.Action{wire.Describe, wire.Stop}, Revision: 7}, join(describe, stop)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d, err := test.consumer.Policy(publish(home))
			if err != nil {
				t.Fatal(err)
			}
			checkRights(t, d.JSON(), []string{"publish", "media"}, test.allowed, every)
		})
	}
}

// A task answers for its token to one state machine, and may do no more with it.
func TestTokenRights(t *testing.T) {
	const there = "arn:aws:states:eu-west-1:444455556666:stateMachine:nightly"
	for given, machine := range map[string]string{"nightly": "arn:aws:states:us-east-1:111122223333:stateMachine:nightly", there: there} {
		answer := calls(machine, "states:SendTaskSuccess", "states:SendTaskFailure", "states:SendTaskHeartbeat")
		checkRights(t, wire.TokenPolicy(given, home).JSON(), []string{"nightly"}, answer, join(
			calls(machine, "states:StartExecution", "states:StopExecution", "states:DescribeStateMachine", "states:UpdateStateMachine"),
			calls("arn:aws:states:us-east-1:444455556666:stateMachine:nightly", "states:SendTaskSuccess"),
		))
	}
}

// What ECS does in the execution role's name, and who may assume the roles.
func TestRoleRights(t *testing.T) {
	spec := task.Spec{
		Name: "transcode", Place: home,
		Main: task.ContainerSpec{
			Container: task.Container{Image: "111122223333.dkr.ecr.us-east-1.amazonaws.com/media/transcode:1"},
			SecretRefs: map[string]string{
				"A": "/transcode/key", "B": "secret:transcode",
				"C": "arn:aws:secretsmanager:us-east-1:111122223333:secret:shared-AbCdEf:password::",
			},
		},
		SecretsKMSKeyARNs: []string{kmsKey},
	}.WithDefaults()
	const stream = "arn:aws:logs:us-east-1:111122223333:log-group:/ecs/transcode:log-stream:ecs/transcode/0a1b"
	log := calls(stream, "logs:CreateLogStream", "logs:PutLogEvents")
	pull := join(
		calls("*", "ecr:GetAuthorizationToken"),
		calls("arn:aws:ecr:us-east-1:111122223333:repository/media/transcode", "ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"))
	secrets := join(
		calls("arn:aws:ssm:us-east-1:111122223333:parameter/transcode/key", "ssm:GetParameters"),
		calls("arn:aws:secretsmanager:us-east-1:111122223333:secret:transcode-AbCdEf", "secretsmanager:GetSecretValue"),
		calls("arn:aws:secretsmanager:us-east-1:111122223333:secret:shared-AbCdEf", "secretsmanager:GetSecretValue"),
		[]policytest.Request{
			call("kms:Decrypt", kmsKey, "kms:ViaService", "ssm.us-east-1.amazonaws.com"),
			call("kms:Decrypt", kmsKey, "kms:ViaService", "secretsmanager.us-east-1.amazonaws.com"),
		})
	every := join(log, pull, secrets,
		calls(stream, "logs:DeleteLogStream", "logs:GetLogEvents"),
		calls("arn:aws:logs:us-east-1:111122223333:log-group:/ecs/transcode2:log-stream:x", "logs:PutLogEvents"),
		calls("arn:aws:ecr:us-east-1:111122223333:repository/media/transcode", "ecr:PutImage"),
		calls("arn:aws:ecr:us-east-1:111122223333:repository/media/transcode2", "ecr:BatchGetImage"),
		calls("arn:aws:ssm:us-east-1:111122223333:parameter/transcode/key2", "ssm:GetParameters"),
		calls("arn:aws:ssm:us-east-1:111122223333:parameter/transcode/key", "ssm:PutParameter"),
		calls("arn:aws:secretsmanager:us-east-1:111122223333:secret:transcode-2-AbCdEf", "secretsmanager:GetSecretValue"),
		[]policytest.Request{
			call("kms:Decrypt", kmsKey, "kms:ViaService", "s3.us-east-1.amazonaws.com"),
			call("kms:Decrypt", kmsKey),
			call("kms:Encrypt", kmsKey, "kms:ViaService", "ssm.us-east-1.amazonaws.com"),
		})

	names := []string{"transcode", "key", "shared", "1234abcd"}
	t.Run("execution role", func(t *testing.T) {
		checkRights(t, spec.RolePolicy(task.ExecutionRole).JSON(), names, join(log, pull, secrets), every)
	})
	t.Run("execution role, public image, no secrets", func(t *testing.T) {
		plain := spec
		plain.Main.Image, plain.Main.SecretRefs = "public.ecr.aws/docker/library/busybox:1.37", nil
		checkRights(t, plain.RolePolicy(task.ExecutionRole).JSON(), names, log, every)
	})

	t.Run("execution role, a volume of FSx", func(t *testing.T) {
		const password = "arn:aws:secretsmanager:us-east-1:111122223333:secret:share-AbCdEf"
		mounted := spec
		mounted.Main.Image, mounted.Main.SecretRefs, mounted.SecretsKMSKeyARNs = "mcr.microsoft.com/windows/servercore:ltsc2022", nil, nil
		mounted.Rest.Volumes = []task.Volume{{Name: "share", FSx: &task.FSxVolume{
			FileSystemID: "fs-0123456789abcdef0", RootDirectory: "share", AuthorizationConfig: &task.FSxAuthorization{CredentialsParameter: password, Domain: "example.com"},
		}}}
		checkRights(t, mounted.RolePolicy(task.ExecutionRole).JSON(), append(names, "share"),
			join(log, calls("*", "fsx:DescribeFileSystems"), calls(password, "secretsmanager:GetSecretValue")),
			join(every, calls("arn:aws:secretsmanager:us-east-1:111122223333:secret:share-2-AbCdEf", "secretsmanager:GetSecretValue")))
	})

	t.Run("task role", func(t *testing.T) {
		const files, point = "arn:aws:elasticfilesystem:us-east-1:111122223333:file-system/fs-0a", "arn:aws:elasticfilesystem:us-east-1:111122223333:access-point/fsap-0b"
		mounted := spec
		mounted.ExecuteCommand = true
		mounted.Rest.Volumes = []task.Volume{{Name: "media", EFS: &task.EFSVolume{
			FileSystemID: "fs-0a", AuthorizationConfig: &task.EFSAuthorization{IAM: "ENABLED", AccessPointID: "fsap-0b"},
		}}}
		mounted.Main.MountPoints = []task.MountPoint{{SourceVolume: "media", ContainerPath: "/media"}}
		// Names whose Sids would be those of the task's own statements.
		wires := []wire.Wire{
			{Name: "execute_command", Kind: "topic", Value: "done"},
			{Name: "mount_volume1", Kind: "job_queue", Value: "jobs", Access: wire.Write},
		}
		d, err := wire.Policy(wires, home, 0)
		if err != nil {
			t.Fatal(err)
		}
		mounted.Wired.Statements = d.Statements
		own := join(
			calls("*", "ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel", "ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel"),
			[]policytest.Request{
				call("elasticfilesystem:ClientMount", files, "elasticfilesystem:AccessPointArn", point),
				call("elasticfilesystem:ClientWrite", files, "elasticfilesystem:AccessPointArn", point),
			})
		wired := join(
			calls("arn:aws:sns:us-east-1:111122223333:done", "sns:Publish"),
			calls("arn:aws:sqs:us-east-1:111122223333:jobs", "sqs:SendMessage", "sqs:GetQueueUrl"))
		checkRights(t, mounted.RolePolicy(task.TaskRole).JSON(), []string{"done", "jobs", "fs-0a"}, join(own, wired), join(every, []policytest.Request{
			call("elasticfilesystem:ClientRootAccess", files, "elasticfilesystem:AccessPointArn", point),
		}))
	})

	for _, kind := range task.RoleKinds {
		trust := spec.TrustPolicy(kind).JSON()
		for _, c := range []struct {
			name, principal, account, source string
			want                             bool
		}{
			{"ECS", "ecs-tasks.amazonaws.com", "111122223333", "arn:aws:ecs:us-east-1:111122223333:*", true},
			{"another service", "ec2.amazonaws.com", "111122223333", "arn:aws:ecs:us-east-1:111122223333:task/x", false},
			{"ECS itself", "ecs.amazonaws.com", "111122223333", "arn:aws:ecs:us-east-1:111122223333:task/x", false},
			// The execution role has no condition until it was seen to work on a real account.
			{"another account", "ecs-tasks.amazonaws.com", "444455556666", "arn:aws:ecs:us-east-1:444455556666:task/x", kind == task.ExecutionRole},
			{"another region", "ecs-tasks.amazonaws.com", "111122223333", "arn:aws:ecs:eu-west-1:111122223333:task/x", kind == task.ExecutionRole},
			{"another service's resource", "ecs-tasks.amazonaws.com", "111122223333", "arn:aws:batch:us-east-1:111122223333:job/x", kind == task.ExecutionRole},
		} {
			got, err := policytest.Trusts(trust, policytest.Request{Action: "sts:AssumeRole", Principal: c.principal, Context: map[string][]string{
				"aws:SourceAccount": {c.account}, "aws:SourceArn": {c.source},
			}})
			if err != nil || got != c.want {
				t.Errorf("%s role, %s: %v, %v; want %v", kind, c.name, got, err, c.want)
			}
		}
	}
}

// document is the policy of one wire.
func document(t *testing.T, w wire.Wire) string {
	t.Helper()
	d, err := wire.Policy([]wire.Wire{w}, home, 0)
	if err != nil {
		t.Fatal(err)
	}
	return d.JSON()
}

func decide(t *testing.T, document string, r policytest.Request) bool {
	t.Helper()
	allowed, err := policytest.Allows(document, r)
	if err != nil {
		t.Fatalf("%s on %s: %s\n%s", r.Action, r.Resource, err, document)
	}
	return allowed
}

// checkRights holds a policy against calls: those allowed are, those of every that are not
// among them are not, nor is any that is one step away from an allowed one. No action and
// no resource of the policy is idle, none is wider than it has to be, and all are in the
// service authorization reference.
func checkRights(t *testing.T, document string, names []string, allowed, every []policytest.Request) {
	t.Helper()
	is := func(r policytest.Request) func(policytest.Request) bool {
		return func(o policytest.Request) bool {
			return r.Action == o.Action && r.Resource == o.Resource && maps.EqualFunc(r.Context, o.Context, slices.Equal)
		}
	}
	for _, r := range allowed {
		if !decide(t, document, r) {
			t.Errorf("%s on %s with %v is not allowed by\n%s", r.Action, r.Resource, r.Context, document)
		}
		for _, away := range stepsAway(r, names) {
			if !slices.ContainsFunc(allowed, is(away)) && decide(t, document, away) {
				t.Errorf("%s on %s with %v is allowed, one step from %s with %v\n%s", away.Action, away.Resource, away.Context, r.Resource, r.Context, document)
			}
		}
		checkReference(t, r)
	}
	for _, r := range every {
		if !slices.ContainsFunc(allowed, is(r)) && decide(t, document, r) {
			t.Errorf("%s on %s with %v is allowed by\n%s", r.Action, r.Resource, r.Context, document)
		}
	}
	checkNarrow(t, document, allowed)
}

// stepsAway are the call in another place, on another's resource, or in another context.
func stepsAway(r policytest.Request, names []string) []policytest.Request {
	changes := [][2]string{
		{":us-east-1:", ":eu-west-1:"}, {"111122223333", "444455556666"}, {"arn:aws:", "arn:aws-cn:"},
	}
	for _, n := range names {
		changes = append(changes, [2]string{n, n + "2"}, [2]string{n, "x" + n}, [2]string{n, n[:len(n)-1]}, [2]string{n, strings.ToUpper(n) + "_"})
	}
	var out []policytest.Request
	for _, c := range changes {
		if changed := strings.Replace(r.Resource, c[0], c[1], 1); changed != r.Resource {
			out = append(out, policytest.Request{Action: r.Action, Resource: changed, Context: r.Context})
		}
	}
	for key, have := range r.Context {
		without := maps.Clone(r.Context)
		delete(without, key)
		out = append(out, policytest.Request{Action: r.Action, Resource: r.Resource, Context: without})
		for _, value := range []string{have[0] + "2", "x" + have[0], "other"} {
			if key == "s3:prefix" && strings.HasPrefix(value, have[0]) {
				continue // below the prefix
			}
			other := maps.Clone(r.Context)
			other[key] = []string{value}
			out = append(out, policytest.Request{Action: r.Action, Resource: r.Resource, Context: other})
		}
		for _, c := range changes {
			if changed := strings.Replace(have[0], c[0], c[1], 1); changed != have[0] {
				other := maps.Clone(r.Context)
				other[key] = []string{changed}
				out = append(out, policytest.Request{Action: r.Action, Resource: r.Resource, Context: other})
			}
		}
	}
	return out
}

// checkNarrow refuses an action or resource that no allowed call needs, and wildcards beyond
// those that are explained.
func checkNarrow(t *testing.T, document string, allowed []policytest.Request) {
	t.Helper()
	var d struct {
		Statement []struct {
			Sid, Effect      string
			Action, Resource any
			Condition        json.RawMessage `json:",omitempty"`
		}
	}
	if err := json.Unmarshal([]byte(document), &d); err != nil {
		t.Fatal(err)
	}
	list := func(v any) []string {
		switch v := v.(type) {
		case string:
			return []string{v}
		case []any:
			var out []string
			for _, e := range v {
				text, ok := e.(string)
				if !ok {
					t.Fatalf("%v is no text", e)
				}
				out = append(out, text)
			}
			return out
		}
		t.Fatalf("%v is no list", v)
		return nil
	}
	for _, s := range d.Statement {
		if s.Effect == "Deny" {
			continue
		}
		needed := func(action, resource string) bool {
			s.Action, s.Resource = action, resource
			text, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": s})
			if err != nil {
				t.Fatal(err)
			}
			return slices.ContainsFunc(allowed, func(r policytest.Request) bool { return decide(t, string(text), r) })
		}
		actions, resources := list(s.Action), list(s.Resource)
		for _, a := range actions {
			if strings.ContainsAny(a, "*?") {
				t.Errorf("%s has the action %s", s.Sid, a)
			}
			if !slices.ContainsFunc(resources, func(on string) bool { return needed(a, on) }) {
				t.Errorf("no call needs %s of statement %s", a, s.Sid)
			}
			if slices.Contains(resources, "*") && !slices.ContainsFunc(wire.UnscopedActions, func(u wire.Unscoped) bool { return slices.Contains(u.Actions, a) }) {
				t.Errorf("%s is allowed on *, which wire.UnscopedActions does not explain", a)
			}
		}
		for _, on := range resources {
			if !slices.ContainsFunc(actions, func(a string) bool { return needed(a, on) }) {
				t.Errorf("no call needs the resource %s of statement %s", on, s.Sid)
			}
		}
	}
}

// reference is what AWS's service authorization reference says of the actions that are used
// here: the forms of the ARNs that each is authorized on, and those of its condition keys
// that are used. It was read off the reference on the day that it names.
var reference = func() map[string]struct{ Resources, Keys []string } {
	text, err := os.ReadFile("testdata/service_authorization.json")
	if err != nil {
		panic(err)
	}
	var r struct {
		Actions map[string]struct{ Resources, Keys []string }
	}
	if err := json.Unmarshal(text, &r); err != nil {
		panic(err)
	}
	return r.Actions
}()

// withoutResource are actions that the reference has without a resource, and which are
// granted on one in practice.
// https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-wait-token
var withoutResource = []string{"states:SendTaskSuccess", "states:SendTaskFailure", "states:SendTaskHeartbeat"}

var (
	variable = regexp.MustCompile(`\\\$\\\{([A-Za-z]+)\\\}`)
	// deep are the variables of the reference that go on beyond a slash or a colon.
	deep = []string{
		"ApiSpecificResourcePath", "DomainName", "EventBusName", "FunctionName", "LogGroupName", "LogStreamName", "ObjectName",
		"ParameterNameWithoutLeadingSlash", "RepositoryName", "ResourceId", "RoleNameWithPath", "SecretId", "StreamLabel",
	}
)

// checkReference reports whether AWS authorizes the action on such a resource, and knows its
// keys there: a policy that allows another call is good for nothing.
func checkReference(t *testing.T, r policytest.Request) {
	t.Helper()
	said, ok := reference[r.Action]
	if !ok {
		t.Errorf("%s is not in testdata/service_authorization.json", r.Action)
		return
	}
	for key := range r.Context {
		if !slices.Contains(said.Keys, key) {
			t.Errorf("%s has no condition key %s", r.Action, key)
		}
	}
	if slices.Contains(withoutResource, r.Action) || r.Resource == "*" && len(said.Resources) == 0 {
		return
	}
	if !slices.ContainsFunc(said.Resources, func(form string) bool {
		pattern := variable.ReplaceAllStringFunc(regexp.QuoteMeta(form), func(v string) string {
			if slices.Contains(deep, variable.FindStringSubmatch(v)[1]) {
				return ".*"
			}
			return "[^/:]+"
		})
		return regexp.MustCompile("^" + pattern + "$").MatchString(r.Resource)
	}) {
		t.Errorf("%s is not authorized on %s but on %v", r.Action, r.Resource, said.Resources)
	}
}

// Merging allows neither more nor less.
func TestPolicyMerged(t *testing.T) {
	var wires []wire.Wire
	var every []policytest.Request
	for i := range 40 {
		name := "input" + strings.Repeat("x", i%7) + string(rune('a'+i%26)) + string(rune('a'+i/26))
		access := wire.Accesses[i%3]
		wires = append(wires, wire.Wire{Name: name, Kind: "object_store", Value: name, Access: access},
			wire.Wire{Name: name + "_queue", Kind: "job_queue", Value: name, Access: access})
		every = join(every,
			calls("arn:aws:s3:::"+name+"/a", "s3:GetObject", "s3:GetObjectVersion", "s3:PutObject", "s3:DeleteObject"),
			calls("arn:aws:s3:::"+name, "s3:ListBucket"),
			calls("arn:aws:sqs:us-east-1:111122223333:"+name, "sqs:SendMessage", "sqs:ReceiveMessage"))
	}
	d, err := wire.Policy(wires, home, 0)
	if err != nil {
		t.Fatal(err)
	}
	var plain policy.Document
	for _, w := range wires {
		s, err := w.Statements(home)
		if err != nil {
			t.Fatal(err)
		}
		plain.Statements = append(plain.Statements, s...)
	}
	if policy.Size(plain.JSON()) <= policy.RoleInlineLimit || len(d.Statements) >= len(plain.Statements) {
		t.Fatalf("%d statements with %d characters are no test of merging", len(d.Statements), policy.Size(plain.JSON()))
	}
	allowed := 0
	for _, r := range every {
		want := decide(t, plain.JSON(), r)
		if want {
			allowed++
		}
		if decide(t, d.JSON(), r) != want {
			t.Errorf("%s on %s: merged %v, by themselves %v", r.Action, r.Resource, !want, want)
		}
	}
	if allowed == 0 || allowed == len(every) {
		t.Errorf("%d of %d calls are allowed: no test", allowed, len(every))
	}
	slices.Reverse(wires)
	again, err := wire.Policy(wires, home, 0)
	if err != nil || again.JSON() != d.JSON() {
		t.Errorf("in another order, %v:\n%s\nnot\n%s", err, again.JSON(), d.JSON())
	}
}
