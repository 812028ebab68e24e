package task

import (
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
	if kind == ExecutionRole {
		return s.executionPolicy()
	}
	// What the task itself may do is what it is wired to.
	return policy.Document{}
}

// executionPolicy is what ECS needs to start the task: write its log, pull its image if
// the repository is a private one of ECR, read its secrets. Nothing wider.
func (s Spec) executionPolicy() policy.Document {
	d := policy.Document{Statements: []policy.Statement{{
		Sid:     "WriteLog",
		Actions: []string{"logs:CreateLogStream", "logs:PutLogEvents"},
		// The service authorization reference has both on the log stream, not on the group.
		Resources: []string{strings.TrimSuffix(s.LogGroupARN(), ":*") + ":log-stream:*"},
	}}}
	if repository := repositoryARN(s.Main.Image, s.Place.Partition); repository != "" {
		d.Statements = append(d.Statements,
			// Has no resource types in the service authorization reference.
			policy.Statement{Sid: "LogInToRegistry", Actions: []string{"ecr:GetAuthorizationToken"}, Resources: []string{"*"}},
			policy.Statement{
				Sid:       "PullImage",
				Actions:   []string{"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"},
				Resources: []string{repository},
			})
	}
	return policy.Document{Statements: append(d.Statements, s.secretStatements()...)}
}

// SidDecryptSecrets names the statement whose resources are the keys of the secrets.
const SidDecryptSecrets = "DecryptSecrets"

// secretSids name the statements by the service that a secret is read from.
var secretSids = map[string]string{"ssm": "ReadParameters", "secretsmanager": "ReadSecrets"}

func (s Spec) secretStatements() []policy.Statement {
	byService := map[string]*policy.Statement{}
	var through []string
	for _, key := range slices.Sorted(maps.Keys(s.Main.Secrets)) {
		secret, err := ParseSecret(s.Main.Secrets[key], s.Place)
		if err != nil {
			continue // refused by validation, with its key
		}
		st := byService[secret.Service]
		if st == nil {
			st = &policy.Statement{Sid: secretSids[secret.Service], Actions: []string{secret.Action}}
			byService[secret.Service] = st
		}
		st.Resources = append(st.Resources, secret.Resource)
		through = append(through, viaService(secret.Service, secret.Region, s.Place)...)
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
			Resources: policy.Sorted(s.SecretsKMSKeyARNs),
			Conditions: policy.Conditions{
				{Operator: "StringEquals", Key: "kms:ViaService", Values: policy.Sorted(through)},
			},
		})
	}
	return out
}

// viaService are the values of kms:ViaService for a service. The documentation writes
// amazonaws.com in every partition, policies for China in the wild amazonaws.com.cn: there
// both stand.
// https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
func viaService(service, region string, place arn.Place) []string {
	out := []string{service + "." + region + ".amazonaws.com"}
	if place.Partition == "aws-cn" {
		out = append(out, out[0]+".cn")
	}
	return out
}
