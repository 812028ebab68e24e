package wire

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/dockertask/terraform-provider-docker/internal/awsname"
)

// Kinds are all kinds of wires, in the order of the documentation. Actions and resources
// are those of AWS's service authorization reference; a test holds them against it.
// https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
//
// No pattern lets a *, a ? or a ${ into a resource: a name never widens a statement.
var Kinds = []Kind{
	{
		Name:        "function",
		Description: "a Lambda function",
		Note:        "A name or ARN with a version or alias (`NAME:ALIAS`) allows only that one.",
		arns:        awsname.Function,
		variables:   []variable{{name: "FUNCTION_NAME", value: "{target}"}, {name: "FUNCTION_ARN", value: "{arn}"}},
		rights: []right{
			{access: Write, actions: []string{"lambda:InvokeFunction"}, on: []resource{
				{at: "function:{target}"},
				{at: "function:{target}:*", unless: "qualifier", note: "without a version or alias"},
			}},
		},
	},
	{
		Name:        "docker_task",
		Description: "another docker task that this one runs",
		Note:        "`read` describes, `write` runs and stops; the default is both.",
		Given:       ByTask,
		unset:       ReadWrite,
		actions:     map[Access][]Action{Read: {Describe}, Write: {Run, Stop}},
	},
	{
		Name:        "object_store",
		Description: "an S3 bucket",
		// https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html#mpuAndPermissions
		Note: "`write` includes neither `s3:ListMultipartUploadParts`, " +
			"with which a client resumes a multipart upload, nor `s3:GetBucketLocation`, which some clients call first: add them with a wire of kind `policy`.",
		arns: awsname.Form{
			Service: "s3", NoPlace: true,
			Name: bucketName,
			Says: "3 to 255 letters, digits, hyphens and dots",
		},
		variables: []variable{{name: "BUCKET_NAME", value: "{name}"}, {name: "BUCKET_ARN", value: "{arn}"}},
		rights: []right{
			{access: Read, actions: []string{"s3:GetObject", "s3:GetObjectVersion"}, on: []resource{{at: "{name}/*"}}},
			{access: Write, actions: []string{"s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"}, on: []resource{{at: "{name}/*"}}},
			{access: Read, sid: "Bucket", actions: []string{"s3:ListBucket", "s3:GetBucketLocation"}, on: []resource{{at: "{name}"}}},
		},
		// An upload in parts has to decrypt the parts.
		// https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html#mpuAndPermissions
		key:    keyUse{service: "s3", read: []string{"kms:Decrypt"}, write: []string{"kms:GenerateDataKey", "kms:Decrypt"}},
		derive: func(v values) error { return refuseDirectoryBucket(v["name"]) },
	},
	{
		Name:        "object_prefix",
		Description: "the objects of an S3 bucket below a prefix",
		// https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-policies-s3.html#iam-policy-ex1
		Note:  "The prefix ends in a slash. `read` lists this prefix only: a client has to ask for it, with `Prefix=` of `ListObjectsV2`.",
		Given: ByObject,
		Fields: []Field{
			{Name: "bucket", Description: "Name of the bucket.", needed: true, pattern: bucketName, says: "the name of a bucket: 3 to 255 letters, digits, hyphens and dots"},
			{
				Name: "prefix", Description: "Prefix of the keys, which ends in a slash: `incoming/`.", needed: true,
				pattern: regexp.MustCompile(`^(?:[A-Za-z0-9_.=!+@-]+/)+$`), says: "letters, digits and characters of _ . = ! + @ -, with a slash between and at the end and none at the beginning",
			},
		},
		arns:      awsname.Form{Service: "s3", NoPlace: true},
		variables: []variable{{name: "OBJECT_PREFIX_BUCKET", value: "{bucket}"}, {name: "OBJECT_PREFIX", value: "{prefix}"}},
		rights: []right{
			{access: Read, actions: []string{"s3:GetObject", "s3:GetObjectVersion"}, on: []resource{{at: "{bucket}/{prefix}*"}}},
			{access: Write, actions: []string{"s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"}, on: []resource{{at: "{bucket}/{prefix}*"}}},
			{access: Read, sid: "Bucket", actions: []string{"s3:ListBucket"}, on: []resource{{at: "{bucket}"}}, where: &where{operator: "StringLike", key: "s3:prefix", value: "{prefix}*"}},
		},
		key:    keyUse{service: "s3", read: []string{"kms:Decrypt"}, write: []string{"kms:GenerateDataKey", "kms:Decrypt"}},
		derive: func(v values) error { return refuseDirectoryBucket(v["bucket"]) },
	},
	{
		Name:        "table",
		Description: "a DynamoDB table",
		Note: "`write` does not include `dynamodb:DescribeTable`, " +
			"which older clients call before they write: add it with a wire of kind `policy`, or use `read_write`.",
		arns: awsname.Form{
			Service: "dynamodb", Prefix: "table/",
			// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
			Name: regexp.MustCompile(`^(?P<name>[A-Za-z0-9_.-]{3,255})$`),
			Says: "3 to 255 letters, digits, underscores, hyphens and dots",
		},
		variables: []variable{{name: "TABLE_NAME", value: "{name}"}, {name: "TABLE_ARN", value: "{arn}"}},
		rights: []right{
			{
				access: Read,
				actions: []string{
					"dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:Scan",
					"dynamodb:ConditionCheckItem", "dynamodb:DescribeTable",
				},
				on: []resource{{at: "table/{name}"}, {at: "table/{name}/index/*"}},
			},
			// Items are written to the table alone; its indexes follow.
			{
				access: Write, sid: "Items",
				actions: []string{"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem"},
				on:      []resource{{at: "table/{name}"}},
			},
		},
		// Reading and writing alike unwrap the table's key in the caller's name.
		// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
		key: keyUse{service: "dynamodb", read: []string{"kms:Decrypt"}, write: []string{"kms:GenerateDataKey", "kms:Decrypt"}},
	},
	{
		Name:        "table_stream",
		Description: "the stream of a DynamoDB table",
		// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_DescribeStream.html
		Note: "Give the name of the table, or the ARN of the stream. By the name the task may read each stream of the table, also one that is enabled later; it finds the newest as " +
			"`LatestStreamArn` of `DescribeTable`. An ARN allows only that stream.",
		arns: awsname.Form{
			Service: "dynamodb", Prefix: "table/", Example: "NAME/stream/LABEL",
			Name: regexp.MustCompile(`^(?P<name>[A-Za-z0-9_.-]{3,255})(?:/stream/(?P<label>[0-9A-Za-z:.-]{1,64}))?$`),
			Says: "the name of the table: 3 to 255 letters, digits, underscores, hyphens and dots",
		},
		variables: []variable{{name: "TABLE_STREAM_TABLE", value: "{name}"}},
		rights: []right{
			{
				access:  Read,
				actions: []string{"dynamodb:DescribeStream", "dynamodb:GetShardIterator", "dynamodb:GetRecords"},
				on:      []resource{{at: "table/{name}/stream/{label}"}},
			},
			{access: Read, sid: "Table", actions: []string{"dynamodb:DescribeTable"}, on: []resource{{at: "table/{name}"}}},
		},
		// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
		key: keyUse{service: "dynamodb", read: []string{"kms:Decrypt"}},
		derive: func(v values) error {
			if !v.has("label") {
				v["label"] = "*"
			}
			return nil
		},
	},
	{
		Name:        "job_queue",
		Description: "an SQS queue",
		arns:        awsname.Queue,
		variables: []variable{
			{name: "QUEUE_NAME", value: "{name}"},
			{name: "QUEUE_ARN", value: "{arn}"},
			// https://docs.aws.amazon.com/general/latest/gr/sqs-service.html
			{name: "QUEUE_URL", value: "https://sqs.{region}.{suffix}/{account}/{name}"},
		},
		rights: []right{
			{
				access: Read,
				actions: []string{
					"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes", "sqs:GetQueueUrl",
				},
				on: []resource{{at: "{name}"}},
			},
			{access: Write, actions: []string{"sqs:SendMessage", "sqs:GetQueueUrl"}, on: []resource{{at: "{name}"}}},
		},
		// A producer decrypts to verify the new data key.
		// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html#sqs-what-permissions-for-sse
		key: keyUse{service: "sqs", read: []string{"kms:Decrypt"}, write: []string{"kms:GenerateDataKey", "kms:Decrypt"}},
	},
	{
		Name:        "topic",
		Description: "an SNS topic",
		arns:        awsname.Topic,
		variables:   []variable{{name: "TOPIC_NAME", value: "{name}"}, {name: "TOPIC_ARN", value: "{arn}"}},
		rights: []right{
			{access: Write, actions: []string{"sns:Publish"}, on: []resource{{at: "{name}"}}},
		},
		// https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
		key: keyUse{service: "sns", write: []string{"kms:GenerateDataKey", "kms:Decrypt"}},
	},
	{
		Name:        "stream",
		Description: "a Kinesis data stream",
		// https://docs.aws.amazon.com/streams/latest/dev/kcl-iam-permissions.html
		Note: "`read` includes neither `kinesis:DescribeStream`, which older clients call, nor `kinesis:RegisterStreamConsumer`, " +
			"`kinesis:DescribeStreamConsumer` and `kinesis:SubscribeToShard` of enhanced fan-out, nor the DynamoDB table and the metrics of the Kinesis Client Library: " +
			"add them with wires of the kinds `policy` and `table`.",
		arns: awsname.Form{
			Service: "kinesis", Prefix: "stream/",
			// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_CreateStream.html
			Name: regexp.MustCompile(`^(?P<name>[A-Za-z0-9_.-]{1,128})$`),
			Says: "1 to 128 letters, digits, underscores, hyphens and dots",
		},
		variables: []variable{{name: "STREAM_NAME", value: "{name}"}, {name: "STREAM_ARN", value: "{arn}"}},
		rights: []right{
			{
				access:  Read,
				actions: []string{"kinesis:DescribeStreamSummary", "kinesis:ListShards", "kinesis:GetShardIterator", "kinesis:GetRecords"},
				on:      []resource{{at: "stream/{name}"}},
			},
			{access: Write, actions: []string{"kinesis:PutRecord", "kinesis:PutRecords"}, on: []resource{{at: "stream/{name}"}}},
		},
		// https://docs.aws.amazon.com/streams/latest/dev/permissions-user-key-KMS.html
		key: keyUse{service: "kinesis", read: []string{"kms:Decrypt"}, write: []string{"kms:GenerateDataKey"}},
	},
	{
		Name:        "rest_api",
		Description: "an API Gateway REST or HTTP API",
		Note:        "`{ arn }` is the `execution_arn` of a stage, or of an API with `stage` beside it.",
		Given:       ByObject,
		Fields:      stageFields,
		arns:        stageARN,
		variables: []variable{
			{name: "API_URL", value: "https://{id}.execute-api.{region}.{suffix}{path}"},
			{name: "API_ID", value: "{id}"},
		},
		rights: []right{
			{access: Write, actions: []string{"execute-api:Invoke"}, on: []resource{{at: "{id}/{stage}/*"}}},
		},
		derive: deriveStage,
	},
	{
		Name:        "websocket_api",
		Description: "an API Gateway WebSocket API, whose clients the task sends messages",
		Note: "`write` sends messages and closes connections, `read` tells about a connection. `WEBSOCKET_API_URL` is the endpoint of the callbacks: " +
			"`endpoint_url` of the client `apigatewaymanagementapi`. `{ arn }` is the `execution_arn` of a stage, or of an API with `stage` beside it.",
		Given:  ByObject,
		Fields: stageFields,
		arns:   stageARN,
		variables: []variable{
			{name: "WEBSOCKET_API_URL", value: "https://{id}.execute-api.{region}.{suffix}{path}"},
			{name: "WEBSOCKET_API_ID", value: "{id}"},
		},
		// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-control-access-iam.html
		rights: []right{
			{access: Read, actions: []string{"execute-api:ManageConnections"}, on: []resource{{at: "{id}/{stage}/GET/@connections/*"}}},
			{access: Write, sid: "Messages", actions: []string{"execute-api:ManageConnections"}, on: []resource{
				{at: "{id}/{stage}/POST/@connections/*"}, {at: "{id}/{stage}/DELETE/@connections/*"},
			}},
		},
		derive: deriveStage,
	},
	{
		Name:        "graphql_api",
		Description: "an AppSync GraphQL API",
		Note:        "The URL cannot be derived from the id: `GRAPHQL_API_URL` is set if `url` is.",
		Given:       ByObject,
		Fields: []Field{
			{
				Name: "id", Description: "Id of the API.", needed: true,
				pattern: regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`), says: "1 to 64 letters, digits, hyphens and underscores",
			},
			{Name: fieldARN, Description: "ARN of the API, in place of `id`."},
			{
				Name: "url", Description: "URL of its GraphQL endpoint, as in `uris[\"GRAPHQL\"]` of the API.",
				pattern: regexp.MustCompile(`^https://[A-Za-z0-9.-]+(?::[0-9]+)?(?:/[A-Za-z0-9_./-]*)?$`), says: "an https URL",
			},
		},
		arns: awsname.Form{Service: "appsync", Prefix: "apis/", Example: "ID", Name: regexp.MustCompile(`^(?P<id>[A-Za-z0-9_-]{1,64})$`)},
		variables: []variable{
			{name: "GRAPHQL_API_URL", value: "{url}", when: []string{"url"}},
			{name: "GRAPHQL_API_ID", value: "{id}"},
		},
		rights: []right{
			{access: Read, actions: []string{"appsync:GraphQL"}, on: []resource{
				{at: "apis/{id}/types/Query/*"}, {at: "apis/{id}/types/Subscription/*"},
			}},
			{access: Write, sid: "Mutations", actions: []string{"appsync:GraphQL"}, on: []resource{{at: "apis/{id}/types/Mutation/*"}}},
		},
	},
	{
		Name:        "state_machine",
		Description: "a Step Functions state machine",
		Note: "An alias or version (`NAME:ALIAS`) allows only that one. `task_token = true` allows the task to send the result " +
			"for its task token, with or without `access`. `write` does not include `states:StartSyncExecution`: that is the kind `express_workflow`.",
		arns:      awsname.StateMachine,
		variables: []variable{{name: "STATE_MACHINE_NAME", value: "{name}"}, {name: "STATE_MACHINE_ARN", value: "{arn}"}},
		rights: []right{
			{access: Read, actions: []string{"states:DescribeStateMachine"}, on: []resource{{at: "stateMachine:{name}"}}, where: machineQualifier},
			{access: Write, actions: []string{"states:StartExecution"}, on: []resource{{at: "stateMachine:{name}"}}, where: machineQualifier},
			{access: Read, sid: "Executions", actions: []string{"states:DescribeExecution"}, on: []resource{{at: "execution:{name}:*"}}},
			{access: Write, sid: "Executions", actions: []string{"states:StopExecution"}, on: []resource{{at: "execution:{name}:*"}}},
			// The reference has no resource for these three; in practice IAM compares the machine.
			{
				access: taskToken, sid: "TaskToken",
				actions: []string{"states:SendTaskSuccess", "states:SendTaskFailure", "states:SendTaskHeartbeat"},
				on:      []resource{{at: "stateMachine:{name}"}},
			},
		},
		// https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html
		key: keyUse{service: "states", read: []string{"kms:Decrypt"}, write: []string{"kms:GenerateDataKey", "kms:Decrypt"}},
	},
	{
		Name:        "express_workflow",
		Description: "a Step Functions state machine of type Express",
		// https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html
		Note:      "`states:StartSyncExecution` waits for the result, `states:StartExecution` does not. An alias or version (`NAME:ALIAS`) allows only that one. An Express execution can be neither described nor stopped.",
		arns:      awsname.StateMachine,
		variables: []variable{{name: "EXPRESS_WORKFLOW_NAME", value: "{name}"}, {name: "EXPRESS_WORKFLOW_ARN", value: "{arn}"}},
		rights: []right{
			{access: Write, actions: []string{"states:StartSyncExecution", "states:StartExecution"}, on: []resource{{at: "stateMachine:{name}"}}, where: machineQualifier},
		},
		// https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html
		key: keyUse{service: "states", write: []string{"kms:GenerateDataKey", "kms:Decrypt"}},
	},
	{
		Name:        "event_bus",
		Description: "an EventBridge event bus",
		Note:        "EventBridge itself uses the key of an encrypted bus: the key policy allows it, not the task role.",
		arns: awsname.Form{
			Service: "events", Prefix: "event-bus/",
			// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateEventBus.html
			Name: regexp.MustCompile(`^(?P<name>[A-Za-z0-9._/-]{1,256})$`),
			Says: "1 to 256 letters, digits and characters of . - _ /",
		},
		variables: []variable{{name: "EVENT_BUS_NAME", value: "{name}"}, {name: "EVENT_BUS_ARN", value: "{arn}"}},
		rights: []right{
			{access: Write, actions: []string{"events:PutEvents"}, on: []resource{{at: "event-bus/{name}"}}},
		},
	},
	{
		Name:        "secret",
		Description: "a Secrets Manager secret",
		Note: "Give the ARN if it is known. For a name, and for an ARN without the six " +
			"characters that Secrets Manager adds, the statement ends in `-??????`. For a name that ends in a hyphen and six characters, `SECRET_ARN` is the " +
			"name, because Secrets Manager does not find such a secret by its ARN. For the value in a variable, use `secrets` instead.",
		secretive: true,
		arns:      awsname.Secret,
		variables: []variable{{name: "SECRET_ARN", value: "{arn}"}},
		rights: []right{
			{access: Read, actions: []string{"secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"}, on: []resource{{at: "secret:{pattern}"}}},
			{access: Write, actions: []string{"secretsmanager:PutSecretValue"}, on: []resource{{at: "secret:{pattern}"}}},
		},
		// https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html#security-encryption-authz
		key: keyUse{service: "secretsmanager", read: []string{"kms:Decrypt"}, write: []string{"kms:GenerateDataKey", "kms:Decrypt"}},
		derive: func(v values) error {
			v["pattern"] = v["name"]
			if !v.has(givenByARN) || !awsname.SecretSuffix.MatchString(v["name"]) {
				v["pattern"] += "-??????"
			}
			// An ARN without the six characters finds the secret, but for one that looks as if it had them.
			// https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html#ARN_secretnamehyphen
			if !v.has(givenByARN) && awsname.SecretSuffix.MatchString(v["name"]) {
				v[fieldARN] = v["name"]
			}
			return nil
		},
	},
	{
		Name:        "parameter",
		Description: "an SSM parameter",
		Note:        "A name that ends in `/*` is a path and includes all parameters below it; `PARAMETER_NAME` is then the path.",
		secretive:   true,
		arns: awsname.Form{
			Service: "ssm", Prefix: "parameter/",
			// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
			Name: regexp.MustCompile(`^(?P<name>/?[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+){0,14})(?P<below>/\*)?$`),
			Says: "letters, digits and characters of _ . - in up to 15 levels between slashes, with /* at the end for all below a path",
		},
		variables: []variable{{name: "PARAMETER_NAME", value: "{parameter}"}},
		rights: []right{
			{access: Read, actions: []string{"ssm:GetParameter", "ssm:GetParameters"}, on: []resource{
				{at: "parameter/{rest}", unless: "below", note: "a parameter"}, {at: "parameter/{rest}/*", when: "below", note: "a path"},
			}},
			// Who may read by a path may read all below it, whatever else IAM says: only for a path.
			// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html
			{access: Read, sid: "Path", actions: []string{"ssm:GetParametersByPath"}, on: []resource{
				{at: "parameter/{rest}", when: "below", note: "a path"}, {at: "parameter/{rest}/*", when: "below", note: "a path"},
			}},
			{access: Write, actions: []string{"ssm:PutParameter"}, on: []resource{
				{at: "parameter/{rest}", unless: "below", note: "a parameter"}, {at: "parameter/{rest}/*", when: "below", note: "a path"},
			}},
		},
		// Standard parameters are encrypted under the key itself, advanced ones under a data key.
		// https://docs.aws.amazon.com/systems-manager/latest/userguide/secure-string-parameter-kms-encryption.html
		key:    keyUse{service: "ssm", read: []string{"kms:Decrypt"}, write: []string{"kms:Encrypt", "kms:GenerateDataKey"}},
		derive: deriveParameter,
	},
	{
		Name:        "database",
		Description: "an RDS database, Aurora cluster or RDS proxy, with IAM authentication",
		Note: "Read and write are one permission, to connect as the user; the database decides what the user may do. `endpoint` " +
			"may end in `:PORT` instead of `port`. Without `endpoint` there is no `DB_ADDRESS`, and `DB_PORT` only with " +
			"`port`, for an application that reads the address from another source, such as a secret.",
		Given: ByObject,
		unset: ReadWrite,
		Fields: []Field{
			{
				Name: "resource_id", Description: "Resource id: `db-…` of an instance, `cluster-…` of a cluster, `prx-…` of a proxy.", needed: true,
				// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.IAMPolicy.html
				pattern: regexp.MustCompile(`^(?:db|cluster|prx)-[A-Za-z0-9]{1,64}$`), says: "db-, cluster- or prx- and letters and digits",
			},
			{
				Name: "username", Description: "User of the database.", needed: true,
				pattern: regexp.MustCompile(`^[A-Za-z0-9_.@+-]{1,63}$`), says: "1 to 63 letters, digits and characters of _ . @ + -",
			},
			{
				Name: "endpoint", Description: "Host name, with `:PORT` or without. Default: none, and no `DB_ADDRESS`.",
				pattern: regexp.MustCompile(`^[A-Za-z0-9.-]{1,255}(?::[0-9]{1,5})?$`), says: "a host name, with :PORT or without",
			},
			{
				Name: "port", Description: "Port. Default: that of `endpoint`.", Number: true,
				pattern: regexp.MustCompile(`^[0-9]{1,5}$`), says: "a number of 1 to 65535",
			},
		},
		arns: awsname.Form{Service: "rds-db"},
		variables: []variable{
			{name: "DB_ADDRESS", value: "{address}", when: []string{"endpoint"}},
			{name: "DB_PORT", value: "{port}", when: []string{"endpoint", "port"}}, // an endpoint has to come with a port
			{name: "DB_USER", value: "{username}"},
		},
		rights: []right{
			{access: Read, actions: []string{"rds-db:connect"}, on: []resource{{at: "dbuser:{resource_id}/{username}"}}},
			{access: Write, actions: []string{"rds-db:connect"}, on: []resource{{at: "dbuser:{resource_id}/{username}"}}},
		},
		derive: deriveDatabase,
	},
	{
		Name:        "data_api",
		Description: "an Aurora cluster, through the RDS Data API",
		// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/data-api.access.html
		Note:  "Read and write are one permission; the user of the database decides what it may do. The calls name a secret with that user: add a wire of kind `secret`.",
		unset: ReadWrite,
		arns: awsname.Form{
			Service: "rds", Prefix: "cluster:",
			// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html
			Name: regexp.MustCompile(`^(?P<name>[A-Za-z][A-Za-z0-9-]{0,62})$`),
			Says: "1 to 63 letters, digits and hyphens, the first of them a letter",
		},
		variables: []variable{{name: "DB_CLUSTER_NAME", value: "{name}"}, {name: "DB_CLUSTER_ARN", value: "{arn}"}},
		rights: []right{
			{access: Read, actions: dataAPIActions, on: []resource{{at: "cluster:{name}"}}},
			{access: Write, actions: dataAPIActions, on: []resource{{at: "cluster:{name}"}}},
		},
	},
	{
		Name:        "cache",
		Description: "an ElastiCache cache, with IAM authentication",
		// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html
		Note: "Read and write are one permission, to connect as the user; its access string decides what it may do. `endpoint` may end in `:PORT` instead of `port`. " +
			"Without `endpoint` there is no `CACHE_ADDRESS`, and `CACHE_PORT` only with `port`.",
		Given: ByObject,
		unset: ReadWrite,
		Fields: []Field{
			{
				Name: "replication_group_id", Description: "Id of the replication group. Set this or `serverless_cache_name`.",
				pattern: regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]{0,39}$`), says: "1 to 40 letters, digits and hyphens, the first of them a letter",
			},
			{
				Name: "serverless_cache_name", Description: "Name of the serverless cache.",
				pattern: regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]{0,39}$`), says: "1 to 40 letters, digits and hyphens, the first of them a letter",
			},
			{
				Name: "username", Description: "Id of the user, which is its name too, as ElastiCache requires with IAM authentication.", needed: true,
				pattern: regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]{0,39}$`), says: "1 to 40 letters, digits and hyphens, the first of them a letter",
			},
			{
				Name: "endpoint", Description: "Host name, with `:PORT` or without. Default: none, and no `CACHE_ADDRESS`.",
				pattern: regexp.MustCompile(`^[A-Za-z0-9.-]{1,255}(?::[0-9]{1,5})?$`), says: "a host name, with :PORT or without",
			},
			{
				Name: "port", Description: "Port. Default: that of `endpoint`.", Number: true,
				pattern: regexp.MustCompile(`^[0-9]{1,5}$`), says: "a number of 1 to 65535",
			},
		},
		arns: awsname.Form{Service: "elasticache"},
		variables: []variable{
			{name: "CACHE_ADDRESS", value: "{address}", when: []string{"endpoint"}},
			{name: "CACHE_PORT", value: "{port}", when: []string{"endpoint", "port"}},
			{name: "CACHE_USER", value: "{username}"},
		},
		rights: []right{
			{access: Read, actions: []string{"elasticache:Connect"}, on: cacheAndUser},
			{access: Write, actions: []string{"elasticache:Connect"}, on: cacheAndUser},
		},
		derive: func(v values) error {
			if v.has("replication_group_id") == v.has("serverless_cache_name") {
				return errors.New("a cache is a replication group or a serverless cache: set one of replication_group_id and serverless_cache_name")
			}
			return deriveDatabase(v)
		},
	},
	{
		Name:        "search_domain",
		Description: "an OpenSearch Service domain",
		// https://docs.aws.amazon.com/opensearch-service/latest/developerguide/ac.html
		Note: "`read` is GET and HEAD; a search that a client sends as POST, as most do, needs `read_write`. With fine-grained access control, map the task role to a role of the domain. " +
			"`SEARCH_ENDPOINT` is set if `endpoint` is, because it cannot be derived from the name.",
		Given: ByObject,
		Fields: []Field{
			{
				Name: "name", Description: "Name of the domain.", needed: true,
				// https://docs.aws.amazon.com/opensearch-service/latest/APIReference/API_CreateDomain.html
				pattern: regexp.MustCompile(`^[a-z][a-z0-9-]{2,27}$`), says: "3 to 28 lower-case letters, digits and hyphens, the first of them a letter",
			},
			{Name: fieldARN, Description: "ARN of the domain, in place of `name`."},
			{
				Name: "endpoint", Description: "Host name of the domain. Default: none, and no `SEARCH_ENDPOINT`.",
				pattern: regexp.MustCompile(`^[A-Za-z0-9.-]{1,255}$`), says: "a host name",
			},
		},
		arns: awsname.Form{Service: "es", Prefix: "domain/", Name: regexp.MustCompile(`^(?P<name>[a-z][a-z0-9-]{2,27})$`)},
		variables: []variable{
			{name: "SEARCH_DOMAIN_NAME", value: "{name}"},
			{name: "SEARCH_ENDPOINT", value: "https://{endpoint}", when: []string{"endpoint"}},
		},
		rights: []right{
			{access: Read, actions: []string{"es:ESHttpGet", "es:ESHttpHead"}, on: []resource{{at: "domain/{name}/*"}}},
			{access: Write, actions: []string{"es:ESHttpPost", "es:ESHttpPut", "es:ESHttpPatch", "es:ESHttpDelete"}, on: []resource{{at: "domain/{name}/*"}}},
		},
	},
	{
		Name:        "email",
		Description: "an SES identity, a domain or an address, from which the task sends",
		// https://docs.aws.amazon.com/ses/latest/dg/sending-authorization-policies.html
		Note: "For a configuration set, also one that is the default of the identity, and for a template add their ARNs with a wire of kind `policy`.",
		arns: awsname.Form{
			Service: "ses", Prefix: "identity/",
			Name: regexp.MustCompile(`^(?P<name>[A-Za-z0-9](?:[A-Za-z0-9.@_+-]{0,318}[A-Za-z0-9])?)$`),
			Says: "a domain or an address",
		},
		variables: []variable{{name: "EMAIL_IDENTITY", value: "{name}"}, {name: "EMAIL_IDENTITY_ARN", value: "{arn}"}},
		rights: []right{
			{access: Write, actions: []string{"ses:SendEmail", "ses:SendRawEmail"}, on: []resource{{at: "identity/{name}"}}},
		},
	},
	{
		Name:        "model",
		Description: "a foundation model of Amazon Bedrock",
		// https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-prereq.html
		Note: "For an inference profile (`us.…`), which runs a model in several regions, add the statements with a wire of kind `policy`. The account has to have access to the model.",
		arns: awsname.Form{
			Service: "bedrock", Prefix: "foundation-model/", NoAccount: true, Example: "ID",
			// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_FoundationModelSummary.html
			Name: regexp.MustCompile(`^(?P<name>[a-z0-9-]{1,63}\.[a-z0-9.-]{1,63}(?::[a-z0-9-]{1,63}){0,2})$`),
			Says: "an id such as amazon.nova-lite-v1:0",
		},
		variables: []variable{{name: "MODEL_ID", value: "{name}"}, {name: "MODEL_ARN", value: "{arn}"}},
		rights: []right{
			{access: Read, actions: []string{"bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"}, on: []resource{{at: "foundation-model/{name}"}}},
		},
		derive: func(v values) error {
			if inferenceProfile.MatchString(v["name"]) {
				return errors.New("this is the id of an inference profile, which runs a model in several regions; use policy, with the ARN of the profile and of the model in each region")
			}
			return nil
		},
	},
	{
		Name:        "user_pool",
		Description: "a Cognito user pool",
		Note:        "`read` finds users and groups, `write` creates, changes, enables and disables users and changes their groups. It neither deletes users nor sets passwords: add that with a wire of kind `policy`.",
		arns: awsname.Form{
			Service: "cognito-idp", Prefix: "userpool/", Example: "ID",
			// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserPoolType.html
			Name: regexp.MustCompile(`^(?P<name>(?P<pool_region>[a-z]+(?:-[a-z]+)+-[0-9]+)_[A-Za-z0-9]{1,40})$`),
			Says: "an id such as eu-west-1_AbCdEf123",
		},
		variables: []variable{{name: "USER_POOL_ID", value: "{name}"}, {name: "USER_POOL_ARN", value: "{arn}"}},
		rights: []right{
			{
				access: Read,
				actions: []string{
					"cognito-idp:AdminGetUser", "cognito-idp:AdminListGroupsForUser", "cognito-idp:DescribeUserPool",
					"cognito-idp:ListGroups", "cognito-idp:ListUsers", "cognito-idp:ListUsersInGroup",
				},
				on: []resource{{at: "userpool/{name}"}},
			},
			{
				access: Write,
				actions: []string{
					"cognito-idp:AdminAddUserToGroup", "cognito-idp:AdminCreateUser", "cognito-idp:AdminDisableUser", "cognito-idp:AdminEnableUser",
					"cognito-idp:AdminRemoveUserFromGroup", "cognito-idp:AdminUpdateUserAttributes",
				},
				on: []resource{{at: "userpool/{name}"}},
			},
		},
		derive: func(v values) error {
			if v.has("region") && v["pool_region"] != v["region"] {
				return fmt.Errorf("the pool is in region %s by its id, and would be looked for in %s: give its ARN", v["pool_region"], v["region"])
			}
			return nil
		},
	},
	{
		Name:        "policy",
		Description: "any other service, as the JSON of an IAM policy",
		Note:        "The statements are added unchanged; their `Sid` begins with the wire's name. No variables.",
		Given:       ByJSON,
		secretive:   true,
	},
}

// bucketName is the name of a bucket. Upper case, underscores and more than 63 characters: buckets of us-east-1 from
// before 2018.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
var bucketName = regexp.MustCompile(`^(?P<name>[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9])$`)

// refuseDirectoryBucket refuses the buckets of a service of their own, whose ARNs and actions differ.
func refuseDirectoryBucket(name string) error {
	if strings.HasSuffix(name, "--x-s3") {
		return errors.New("a directory bucket (--x-s3) is reached through s3express, which this kind does not know; use policy")
	}
	return nil
}

// stageFields are a stage of an API.
var stageFields = []Field{
	{
		Name: "id", Description: "Id of the API.", needed: true,
		pattern: regexp.MustCompile(`^[a-z0-9]{1,64}$`), says: "1 to 64 lower-case letters and digits",
	},
	{
		Name: "stage", Description: "Name of the stage.", needed: true,
		// https://docs.aws.amazon.com/apigateway/latest/api/API_CreateStage.html
		pattern: regexp.MustCompile(`^(?:\$default|[A-Za-z0-9_-]{1,128})$`), says: "1 to 128 letters, digits, hyphens and underscores, or $default",
	},
	{Name: fieldARN, Description: "ARN of the stage (`execution_arn`), in place of `id` and `stage`."},
}

// stageARN is the ARN of a stage, or of an API.
var stageARN = awsname.Form{
	Service: "execute-api", Example: "ID/STAGE",
	Name: regexp.MustCompile(`^(?P<id>[a-z0-9]{1,64})(?:/(?P<stage>\$default|[A-Za-z0-9_-]{1,128}))?(?:/\*)?$`),
}

// deriveStage finds the path of a stage. The default stage of an HTTP API has no part in its URL.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-stages.html
func deriveStage(v values) error {
	if v["stage"] != "$default" {
		v["path"] = "/" + v["stage"]
	}
	return nil
}

// dataAPIActions are the calls of the RDS Data API.
var dataAPIActions = []string{
	"rds-data:ExecuteStatement", "rds-data:BatchExecuteStatement", "rds-data:BeginTransaction", "rds-data:CommitTransaction", "rds-data:RollbackTransaction",
}

// cacheAndUser are what ElastiCache authorizes a connection on: both of them.
var cacheAndUser = []resource{
	{at: "replicationgroup:{replication_group_id}", when: "replication_group_id", note: "a replication group"},
	{at: "serverlesscache:{serverless_cache_name}", when: "serverless_cache_name", note: "a serverless cache"},
	{at: "user:{username}"},
}

// inferenceProfile is the id of an inference profile of a geography.
// https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html
var inferenceProfile = regexp.MustCompile(`^(?:us|eu|apac|ca|jp|au|us-gov|global)\.`)

// fieldARN is the field of an object that gives the target by ARN instead.
const fieldARN = "arn"

// machineQualifier keeps the right on a state machine to the alias or version that is given.
// https://docs.aws.amazon.com/step-functions/latest/dg/auth-version-alias.html
var machineQualifier = &where{operator: "ForAnyValue:StringEquals", key: "states:StateMachineQualifier", value: "{qualifier}", when: "qualifier"}

// deriveParameter finds the name that the container asks for. A parameter of another
// account is asked for by its ARN.
// https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-shared-parameters.html
func deriveParameter(v values) error {
	v["rest"] = strings.TrimPrefix(v["name"], "/")
	v["parameter"] = v["name"]
	if !v.has(givenByARN) {
		v["target"] = strings.TrimPrefix(v["target"], "/")
		return nil
	}
	// An ARN leaves out the leading slash that the name of a parameter in a hierarchy has.
	if strings.Contains(v["rest"], "/") || v.has("below") {
		v["parameter"] = "/" + v["rest"]
	}
	if v["account"] != v["home_account"] && !v.has("below") {
		v["parameter"] = v["arn"]
	}
	return nil
}

func deriveDatabase(v values) error {
	v["address"] = v["endpoint"]
	if host, port, found := strings.Cut(v["endpoint"], ":"); found {
		if v.has("port") && v["port"] != port {
			return fmt.Errorf("endpoint has port %s and port is %s; leave one out", port, v["port"])
		}
		v["address"], v["port"] = host, port
	}
	if !v.has("port") {
		if !v.has("endpoint") {
			return nil
		}
		return errors.New("the port is not known: set port, or an endpoint that ends in :PORT")
	}
	if n, err := strconv.Atoi(v["port"]); err != nil || n < 1 || n > 65535 {
		return errors.New("a port is 1 to 65535, not " + v["port"])
	}
	return nil
}
