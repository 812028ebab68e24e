package task

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/policy"
)

// tasksPrincipal is the service that runs tasks; the same in every partition.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
const tasksPrincipal = "ecs-tasks.amazonaws.com"

// TrustPolicy says who may act with a role. The task role is kept to tasks of this account
// and region (the confused deputy problem); the execution role has no such condition until
// it was seen to work for pulls and logs.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html#create_task_iam_policy_and_role
func (s Spec) TrustPolicy(kind RoleKind) policy.Document {
	trust := policy.Statement{Service: tasksPrincipal, Actions: []string{"sts:AssumeRole"}}
	if kind == TaskRole {
		trust.Conditions = policy.Conditions{
			{Operator: "StringEquals", Key: "aws:SourceAccount", Values: []string{s.Place.Account}},
			{Operator: "ArnLike", Key: "aws:SourceArn", Values: []string{s.Place.Regional("ecs", "*")}},
		}
	}
	return policy.Document{Statements: []policy.Statement{trust}}
}

// RolePolicy is the inline policy that the unit owns on a role. It has no statement where
// the role needs none.
func (s Spec) RolePolicy(kind RoleKind) policy.Document {
	d, err := s.Definition()
	if err != nil {
		return policy.Document{} // a secret that validation refuses with its key
	}
	if kind == ExecutionRole {
		return policy.Document{Statements: slices.Concat(
			s.logStatements(d), s.pullStatements(d), s.secretStatements(d), s.fileStatements(d))}
	}
	return policy.Document{Statements: slices.Concat(s.Wired.Statements, s.volumeStatements(d), s.execStatements())}
}

// logStatements let ECS write the containers' logs.
func (s Spec) logStatements(d Definition) []policy.Statement {
	var groups []string
	for _, c := range d.ContainerDefinitions {
		group, ok := logGroupOf(c)
		if !ok {
			continue
		}
		arn := s.LogGroupARN()
		if group != s.LogGroupName() {
			arn = s.Place.Regional("logs", "log-group:"+group)
		}
		// The service authorization reference has both actions on the log stream, not on the
		// group.
		groups = append(groups, policy.Literal(strings.TrimSuffix(arn, ":*"))+":log-stream:*")
	}
	if len(groups) == 0 {
		return nil
	}
	return []policy.Statement{{
		Sid:       "WriteLog",
		Actions:   []string{"logs:CreateLogStream", "logs:PutLogEvents"},
		Resources: policy.Sorted(groups),
	}}
}

// logGroupOf is the log group that a container writes to, if it writes to one.
func logGroupOf(c Container) (string, bool) {
	if c.LogConfiguration == nil || c.LogConfiguration.LogDriver != AWSLogs {
		return "", false
	}
	group := c.LogConfiguration.Options[LogGroupOption]
	return group, group != ""
}

// pullStatements let ECS pull images from private repositories of ECR.
func (s Spec) pullStatements(d Definition) []policy.Statement {
	var repositories []string
	for _, c := range d.ContainerDefinitions {
		if arn := repositoryARN(c.Image, s.Place.Partition); arn != "" {
			repositories = append(repositories, policy.Literal(arn))
		}
	}
	if len(repositories) == 0 {
		return nil
	}
	return []policy.Statement{
		// Has no resource types in the service authorization reference.
		{Sid: "LogInToRegistry", Actions: []string{"ecr:GetAuthorizationToken"}, Resources: []string{"*"}},
		{
			Sid:       "PullImage",
			Actions:   []string{"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"},
			Resources: policy.Sorted(repositories),
		},
	}
}

// SidDecryptSecrets names the statement whose resources are the keys of the secrets.
const SidDecryptSecrets = "DecryptSecrets"

// secretSids name the statements by the service that a secret is read from.
var secretSids = map[string]string{"ssm": "ReadParameters", "secretsmanager": "ReadSecrets"}

// secretStatements let ECS read what it puts into variables and log options, and the
// passwords of registries.
func (s Spec) secretStatements(d Definition) []policy.Statement {
	byService := map[string]*policy.Statement{}
	var through []string
	for _, reference := range secretReferences(d) {
		secret, err := ParseSecret(reference, s.Place)
		if err != nil {
			continue // refused by validation, with its key
		}
		st := byService[secret.Service]
		if st == nil {
			st = &policy.Statement{Sid: secretSids[secret.Service], Actions: []string{secret.Action}}
			byService[secret.Service] = st
		}
		st.Resources = append(st.Resources, secret.Resource)
		through = append(through, arn.Place{Partition: s.Place.Partition, Region: secret.Region}.ViaService(secret.Service)...)
	}
	var out []policy.Statement
	for _, service := range slices.Sorted(maps.Keys(byService)) {
		st := byService[service]
		st.Resources = policy.Sorted(st.Resources)
		out = append(out, *st)
	}
	if len(out) > 0 && len(s.SecretsKMSKeyARNs) > 0 {
		out = append(out, policy.Statement{
			Sid:       SidDecryptSecrets,
			Actions:   []string{"kms:Decrypt"},
			Resources: policy.Sorted(policy.Literals(s.SecretsKMSKeyARNs)),
			Conditions: policy.Conditions{
				{Operator: "StringEquals", Key: "kms:ViaService", Values: policy.Sorted(through)},
			},
		})
	}
	return out
}

func secretReferences(d Definition) []string {
	var out []string
	for _, c := range d.ContainerDefinitions {
		for _, secret := range c.Secrets {
			out = append(out, secret.ValueFrom)
		}
		if c.LogConfiguration != nil {
			for _, secret := range c.LogConfiguration.SecretOptions {
				out = append(out, secret.ValueFrom)
			}
		}
		if c.RepositoryCredentials != nil {
			out = append(out, c.RepositoryCredentials.CredentialsParameter)
		}
	}
	return out
}

// fileStatements let ECS read environment files.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html#task-execution-s3-env-files
func (s Spec) fileStatements(d Definition) []policy.Statement {
	var objects, buckets []string
	for _, c := range d.ContainerDefinitions {
		for _, f := range c.EnvironmentFiles {
			objects = append(objects, f.Value)
			bucket, _, _ := strings.Cut(f.Value, "/")
			buckets = append(buckets, bucket)
		}
	}
	if len(objects) == 0 {
		return nil
	}
	return []policy.Statement{
		{Sid: "ReadEnvironmentFiles", Actions: []string{"s3:GetObject"}, Resources: policy.Sorted(policy.Literals(objects))},
		{Sid: "FindEnvironmentFiles", Actions: []string{"s3:GetBucketLocation"}, Resources: policy.Sorted(policy.Literals(buckets))},
	}
}

// volumeStatements let the task mount file systems of EFS with IAM: to read, and to write
// where a container mounts it so.
// https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html
func (s Spec) volumeStatements(d Definition) []policy.Statement {
	var out []policy.Statement
	for _, v := range d.Volumes {
		if v.EFS == nil || v.EFS.AuthorizationConfig == nil || v.EFS.AuthorizationConfig.IAM != "ENABLED" {
			continue
		}
		st := policy.Statement{
			Sid:       fmt.Sprintf("MountVolume%d", len(out)+1),
			Actions:   []string{"elasticfilesystem:ClientMount"},
			Resources: []string{policy.Literal(s.Place.Regional("elasticfilesystem", "file-system/"+v.EFS.FileSystemID))},
		}
		if writes(d, v.Name) {
			st.Actions = append(st.Actions, "elasticfilesystem:ClientWrite")
		}
		if point := v.EFS.AuthorizationConfig.AccessPointID; point != "" {
			st.Conditions = policy.Conditions{{
				Operator: "StringEquals", Key: "elasticfilesystem:AccessPointArn",
				Values: []string{policy.Literal(s.Place.Regional("elasticfilesystem", "access-point/"+point))},
			}}
		}
		out = append(out, st)
	}
	return out
}

// writes tells whether a container may write to a volume.
func writes(d Definition, volume string) bool {
	for _, c := range d.ContainerDefinitions {
		for _, m := range c.MountPoints {
			if m.SourceVolume == volume && !m.ReadOnly {
				return true
			}
		}
	}
	return false
}

// execStatements let ECS Exec open its channels, which have no resource types.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html#ecs-exec-required-iam-permissions
func (s Spec) execStatements() []policy.Statement {
	if !s.ExecuteCommand {
		return nil
	}
	return []policy.Statement{{
		Sid: "ExecuteCommand",
		Actions: []string{
			"ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel",
			"ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel",
		},
		Resources: []string{"*"},
	}}
}
