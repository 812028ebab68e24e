package connection

// EndpointService is a service whose endpoint can be set in the provider block.
type EndpointService struct {
	Name    string   // the key in [Config.Endpoints], as the AWS CLI names the service
	Aliases []string // other names that the aws provider takes for it
}

// EndpointServices are the services whose endpoints can be set, by the names that the aws
// provider takes in its endpoints block. Some are not called yet; they are here so that one
// block serves both providers.
var EndpointServices = []EndpointService{
	{Name: "dynamodb"},
	{Name: "ec2"},
	{Name: "ecr"},
	{Name: "ecs"},
	{Name: "efs"},
	{Name: "events", Aliases: []string{"cloudwatchevents", "eventbridge"}},
	{Name: "iam"},
	{Name: "kms"},
	{Name: "lambda"},
	{Name: "logs", Aliases: []string{"cloudwatchlog", "cloudwatchlogs"}},
	{Name: "s3", Aliases: []string{"s3api"}},
	{Name: "scheduler"},
	{Name: "secretsmanager"},
	{Name: "sfn", Aliases: []string{"stepfunctions"}},
	{Name: "sns"},
	{Name: "sqs"},
	{Name: "ssm"},
	{Name: "sso"},
	{Name: "sts"},
}
