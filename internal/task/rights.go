package task

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/policy"
	"github.com/dockertask/terraform-provider-docker/internal/task/attribute"
)

// Principal is the service that runs tasks; the same in every partition.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
const Principal = "ecs-tasks.amazonaws.com"

// TrustPolicy says who may act with a role. The task role is kept to tasks of this account
// and region (the confused deputy problem) unless the user says otherwise; the execution role
// only where the user says so, until it was seen to work for pulls and logs.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html#create_task_iam_policy_and_role
func (s Spec) TrustPolicy(kind RoleKind) policy.Document {
	trust := policy.Statement{Service: Principal, Actions: []string{"sts:AssumeRole"}}
	if s.restrictsTrust(kind) {
		trust.Conditions = policy.Conditions{
			{Operator: "StringEquals", Key: "aws:SourceAccount", Values: []string{s.Place.Account}},
			{Operator: "ArnLike", Key: "aws:SourceArn", Values: []string{s.Place.Regional("ecs", "*")}},
		}
	}
	return policy.Document{Statements: []policy.Statement{trust}}
}

func (s Spec) restrictsTrust(kind RoleKind) bool {
	if said := s.Role(kind).RestrictTrust; said != nil {
		return *said
	}
	return kind == TaskRole
}

// right is a part of a role's policy, and the attributes that it follows from: needs in any case, names
// where there are statements. Sidecars and a whole definition may need any right.
type right struct {
	statements   func(Spec, Definition) []policy.Statement
	needs, names []attribute.Path
}

// rights are the parts of the roles' policies.
var rights = map[RoleKind][]right{
	ExecutionRole: {
		{
			Spec.logStatements,
			[]attribute.Path{attribute.LogDriver, attribute.LogOptions, attribute.LogGroup.ARN, attribute.LogGroup.Name},
			[]attribute.Path{attribute.Name, attribute.Region, attribute.Account},
		},
		{
			Spec.pullStatements,
			[]attribute.Path{attribute.Image, attribute.Images},
			[]attribute.Path{attribute.Region},
		},
		{
			Spec.secretStatements,
			[]attribute.Path{
				attribute.Secrets, attribute.SecretsKMSKeyARNs, attribute.LogDriver, attribute.LogSecretOptions, attribute.RepositoryCredentials,
				attribute.CredentialSpecs, attribute.DockerSecurityOptions, attribute.VolumesFSxWindows,
			},
			[]attribute.Path{attribute.Region, attribute.Account},
		},
		{
			Spec.fileStatements,
			[]attribute.Path{attribute.EnvironmentFiles, attribute.FirelensConfiguration, attribute.CredentialSpecs, attribute.DockerSecurityOptions},
			nil,
		},
		{
			Spec.fileSystemStatements,
			[]attribute.Path{attribute.VolumesFSxWindows},
			nil,
		},
	},
	TaskRole: {
		{
			Spec.wireStatements,
			[]attribute.Path{attribute.Wires},
			[]attribute.Path{attribute.SingleRole, attribute.Region, attribute.Account},
		},
		{
			Spec.volumeStatements,
			[]attribute.Path{attribute.VolumesEFS, attribute.VolumesS3Files, attribute.MountPoints},
			[]attribute.Path{attribute.Region, attribute.Account},
		},
		{
			Spec.execStatements,
			[]attribute.Path{attribute.EnableExecuteCommand},
			nil,
		},
	},
}

// RolePolicy is the inline policy that the unit owns on a role. It has no statement where
// the role needs none.
func (s Spec) RolePolicy(kind RoleKind) policy.Document {
	d, err := s.Definition()
	if err != nil {
		return policy.Document{} // a secret that validation refuses with its key
	}
	var out policy.Document
	for _, r := range rights[kind] {
		out.Statements = append(out.Statements, r.statements(s, d)...)
	}
	return out
}

// RolePolicyNeeds are the attributes that [Spec.RolePolicy] follows from.
func (s Spec) RolePolicyNeeds(kind RoleKind) []attribute.Path {
	needs := []attribute.Path{attribute.Sidecars, attribute.DefinitionJSON}
	d, err := s.Definition()
	for _, r := range rights[kind] {
		needs = append(needs, r.needs...)
		if err != nil || len(r.statements(s, d)) > 0 {
			needs = append(needs, r.names...)
		}
	}
	if kind == ExecutionRole && s.Base != nil {
		needs = append(needs, attribute.Name, attribute.ContainerName) // tell which container gets image
	}
	if kind == TaskRole && len(s.Wired.Statements) > 0 {
		// They are merged where the role's other policies leave little room.
		needs = append(needs, s.Holder(kind).Attributes().Policies)
		if s.Holder(kind) != kind {
			needs = append(needs, s.RolePolicyNeeds(s.Holder(kind))...)
		}
	}
	return needs
}

// wireStatements are those of the wires.
func (s Spec) wireStatements(Definition) []policy.Statement { return s.Wired.Statements }

// logStatements let ECS write the containers' logs, and create the log groups that a definition asks it to
// create. The unit's own exists.
func (s Spec) logStatements(d Definition) []policy.Statement {
	var written, made []string
	for _, c := range d.ContainerDefinitions {
		group, ok := logGroupOf(c)
		if !ok {
			continue
		}
		arn, place, own := s.LogGroupARN(), s.Place, s.LogGroup.Managed()
		place.Region = cmp.Or(c.LogConfiguration.Options[logRegionOption], place.Region)
		if group != s.LogGroupName() || place.Region != s.LogGroup.region(s.Place) {
			arn, own = place.Regional("logs", "log-group:"+group), false
		}
		arn = policy.Literal(strings.TrimSuffix(arn, ":*"))
		// The service authorization reference has both actions on the log stream, not on the
		// group.
		written = append(written, arn+":log-stream:*")
		if create, _ := strconv.ParseBool(c.LogConfiguration.Options[createGroupOption]); create && !own {
			// The driver asks for log-group:NAME:log-stream:, without a stream.
			// Report: terraform-aws-modules/terraform-aws-ecs 112.
			made = append(made, arn+":*")
		}
	}
	var out []policy.Statement
	for _, st := range []policy.Statement{
		{Sid: "WriteLog", Actions: []string{"logs:CreateLogStream", "logs:PutLogEvents"}, Resources: policy.Sorted(written)},
		{Sid: "CreateLogGroup", Actions: []string{"logs:CreateLogGroup"}, Resources: policy.Sorted(made)},
	} {
		if len(st.Resources) > 0 {
			out = append(out, st)
		}
	}
	return out
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

// secretStatements let ECS read what it puts into variables and log options, the passwords
// of registries and file systems, and the credential specs that are parameters.
func (s Spec) secretStatements(d Definition) []policy.Statement {
	byService := map[string]*policy.Statement{}
	var through []string
	for _, secret := range s.secretsRead(d) {
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

// secretsRead are the secrets and parameters that ECS reads to start a task. What is no reference is refused
// by validation, with its key.
func (s Spec) secretsRead(d Definition) []Secret {
	var out []Secret
	read := func(secret Secret, err error) {
		if err == nil {
			out = append(out, secret)
		}
	}
	for _, c := range d.ContainerDefinitions {
		for _, secret := range c.Secrets {
			read(ParseSecret(secret.ValueFrom, s.Place))
		}
		if c.LogConfiguration != nil {
			for _, secret := range c.LogConfiguration.SecretOptions {
				read(ParseSecret(secret.ValueFrom, s.Place))
			}
		}
		if c.RepositoryCredentials != nil {
			read(parseRegistrySecret(c.RepositoryCredentials.CredentialsParameter, s.Place))
		}
		for _, at := range credentialSpecs(c) {
			if a, err := arn.Parse(at); err == nil && a.Service == "ssm" {
				read(ParseSecret(at, s.Place))
			}
		}
	}
	for _, v := range d.Volumes {
		if v.FSx != nil && v.FSx.AuthorizationConfig != nil {
			read(ParseSecret(v.FSx.AuthorizationConfig.CredentialsParameter, s.Place))
		}
	}
	return out
}

// credentialSpecs say where a container's credential specs (gMSA) are: ARNs of parameters and
// of objects on S3, or files on the container instance. Older definitions have them among the
// security options. The secret that a domainless one names stands in the spec itself.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/windows-gmsa.html
func credentialSpecs(c Container) []string {
	var out []string
	for _, spec := range slices.Concat(c.CredentialSpecs, c.DockerSecurityOptions) {
		kind, at, _ := strings.Cut(spec, ":")
		if kind == "credentialspec" || kind == "credentialspecdomainless" {
			out = append(out, at)
		}
	}
	return out
}

// fileStatements let ECS read files on S3: those of variables, the log router's configuration
// and credential specs. ECS asks for the region of the bucket first.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html#task-execution-s3-env-files
func (Spec) fileStatements(d Definition) []policy.Statement {
	var objects, buckets []string
	for _, object := range fileReferences(d) {
		if CheckObjectARN(object) != nil {
			continue // refused by validation, or by ECS
		}
		bucket, _, _ := strings.Cut(object, "/")
		objects, buckets = append(objects, object), append(buckets, bucket)
	}
	if len(objects) == 0 {
		return nil
	}
	return []policy.Statement{
		{Sid: "ReadFiles", Actions: []string{"s3:GetObject"}, Resources: policy.Sorted(policy.Literals(objects))},
		{Sid: "FindFiles", Actions: []string{"s3:GetBucketLocation"}, Resources: policy.Sorted(policy.Literals(buckets))},
	}
}

func fileReferences(d Definition) []string {
	var out []string
	for _, c := range d.ContainerDefinitions {
		for _, f := range c.EnvironmentFiles {
			out = append(out, f.Value)
		}
		// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/firelens-taskdef-customconfig.html
		if r := c.FirelensConfiguration; r != nil && r.Options["config-file-type"] == "s3" {
			out = append(out, r.Options["config-file-value"])
		}
		for _, at := range credentialSpecs(c) {
			if a, err := arn.Parse(at); err == nil && a.Service == "s3" {
				out = append(out, at)
			}
		}
	}
	return out
}

// fileSystemStatements let ECS look up the address of file systems of FSx. The action has no
// resource types in the service authorization reference.
// https://github.com/aws/amazon-ecs-agent/blob/master/agent/taskresource/fsxwindowsfileserver/fsxwindowsfileserver_windows.go
func (Spec) fileSystemStatements(d Definition) []policy.Statement {
	if !slices.ContainsFunc(d.Volumes, func(v Volume) bool { return v.FSx != nil }) {
		return nil
	}
	return []policy.Statement{{Sid: "FindFileSystems", Actions: []string{"fsx:DescribeFileSystems"}, Resources: []string{"*"}}}
}

// volumeStatements let the task mount file systems of EFS with IAM, and of S3 Files: to read,
// and to write where a container mounts it so.
// https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-files-security-iam.html
func (s Spec) volumeStatements(d Definition) []policy.Statement {
	var out []policy.Statement
	for _, v := range d.Volumes {
		service, fileSystem, accessPoint := s.mounts(v)
		if fileSystem == "" {
			continue
		}
		st := policy.Statement{
			Sid:       fmt.Sprintf("MountVolume%d", len(out)+1),
			Actions:   []string{service + ":ClientMount"},
			Resources: []string{policy.Literal(fileSystem)},
		}
		if writes(d, v.Name) {
			st.Actions = append(st.Actions, service+":ClientWrite")
		}
		if accessPoint != "" {
			st.Conditions = policy.Conditions{{Operator: "StringEquals", Key: service + ":AccessPointArn", Values: []string{policy.Literal(accessPoint)}}}
		}
		out = append(out, st)
	}
	return out
}

// mounts are the ARNs of the file system and the access point that the task role mounts for a
// volume; "" for none. What is no id or no ARN is refused by validation, or by ECS.
func (s Spec) mounts(v Volume) (service, fileSystem, accessPoint string) {
	const efs, s3files = "elasticfilesystem", "s3files"
	switch {
	case v.EFS != nil && v.EFS.AuthorizationConfig != nil && v.EFS.AuthorizationConfig.IAM == "ENABLED":
		id, point := v.EFS.FileSystemID, v.EFS.AuthorizationConfig.AccessPointID
		if CheckFileSystemID(id) != nil || point != "" && CheckAccessPointID(point) != nil {
			break
		}
		if point != "" {
			accessPoint = s.Place.Regional(efs, "access-point/"+point)
		}
		return efs, s.Place.Regional(efs, "file-system/"+id), accessPoint
	case v.S3Files != nil:
		fileSystem, accessPoint = v.S3Files.FileSystemARN, v.S3Files.AccessPointARN
		if CheckS3FilesARN(fileSystem) != nil || accessPoint != "" && CheckS3FilesAccessPointARN(accessPoint) != nil {
			break
		}
		return s3files, fileSystem, accessPoint
	}
	return "", "", ""
}

// writes reports whether a container may write to a volume.
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

// SidExecuteCommand names the statement for ECS Exec.
const SidExecuteCommand = "ExecuteCommand"

// execStatements let ECS Exec open its channels, which have no resource types.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html#ecs-exec-required-iam-permissions
func (s Spec) execStatements(Definition) []policy.Statement {
	if !s.ExecuteCommand {
		return nil
	}
	return []policy.Statement{{
		Sid: SidExecuteCommand,
		Actions: []string{
			"ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel",
			"ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel",
		},
		Resources: []string{"*"},
	}}
}
