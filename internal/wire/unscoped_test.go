package wire

// Unscoped are actions that are allowed on every resource, because IAM knows no narrower.
type Unscoped struct {
	Actions []string
	// Where tells which policy they stand in, and Why it cannot be narrower.
	Where, Why string
}

// UnscopedActions are all that anything here allows on "*".
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonfsx.html
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonmessagegatewayservice.html
var UnscopedActions = []Unscoped{
	{
		Actions: []string{"ecr:GetAuthorizationToken"},
		Where:   "execution role of a task whose image is in a private ECR repository",
		Why:     "logs in to the whole registry; the action has no resource. Pulling is limited to the one repository",
	},
	{
		Actions: []string{"fsx:DescribeFileSystems"},
		Where:   "execution role of a task with an FSx for Windows File Server volume",
		Why:     "looks up the address of the file system; the action has no resource. It lists file systems, not their content",
	},
	{
		Actions: []string{
			"ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel",
			"ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel",
		},
		Where: "task role, with `enable_execute_command`",
		Why:   "channels of ECS Exec; the actions have no resource",
	},
}
