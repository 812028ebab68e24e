package task

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/golden"
	"github.com/dockertask/terraform-provider-docker/internal/policy"
)

var (
	virginia = arn.Place{Partition: "aws", Region: "us-east-1", Account: "123456789012"}
	beijing  = arn.Place{Partition: "aws-cn", Region: "cn-north-1", Account: "123456789012"}
	gov      = arn.Place{Partition: "aws-us-gov", Region: "us-gov-west-1", Account: "123456789012"}
)

// specIn is a small docker task, every value effective.
func specIn(place arn.Place, edits ...func(*Spec)) Spec {
	s := Spec{Name: "transcode", Place: place, Main: ContainerSpec{Container: Container{Image: "public.ecr.aws/docker/library/busybox:1.37"}}}
	for _, edit := range edits {
		edit(&s)
	}
	return s.WithDefaults()
}

func image(ref string) func(*Spec) { return func(s *Spec) { s.Main.Image = ref } }

func logsTo(options map[string]string) func(*Spec) {
	return func(s *Spec) { s.Main.Log.Options = options }
}

func secrets(references ...string) func(*Spec) {
	return func(s *Spec) {
		s.Main.SecretRefs = map[string]string{}
		for i, r := range references {
			s.Main.SecretRefs[string(rune('A'+i))] = r
		}
	}
}

func keys(arns ...string) func(*Spec) { return func(s *Spec) { s.SecretsKMSKeyARNs = arns } }

// executionPolicies are the cases whose documents stand in testdata/execution.
var executionPolicies = map[string]Spec{
	"public_image":        specIn(virginia),
	"docker_hub_image":    specIn(virginia, image("busybox")),
	"own_log_group":       specIn(virginia, func(s *Spec) { s.LogGroup.Name = "/apps/transcode" }),
	"given_log_group":     specIn(virginia, func(s *Spec) { s.LogGroup.ARN = "arn:aws:logs:us-east-1:123456789012:log-group:/shared" }),
	"given_log_group_all": specIn(virginia, func(s *Spec) { s.LogGroup.ARN = "arn:aws:logs:us-east-1:123456789012:log-group:/shared:*" }),
	"log_group_elsewhere": specIn(virginia, logsTo(map[string]string{"awslogs-region": "eu-west-1"}), func(s *Spec) {
		s.Sidecars = []ContainerSpec{{Container: Container{Name: "proxy"}, Log: LogSpec{Options: map[string]string{"awslogs-region": "us-east-1"}}}}
	}),
	"log_group_of_a_file_elsewhere": specIn(virginia, func(s *Spec) {
		s.Base = &Definition{ContainerDefinitions: []Container{{Name: "a", Image: "b", LogConfiguration: &LogConfiguration{
			LogDriver: AWSLogs, Options: map[string]string{"awslogs-group": "/ecs/transcode", "awslogs-region": "eu-west-1"},
		}}}}
	}),
	"given_log_group_elsewhere": specIn(virginia, func(s *Spec) { s.LogGroup.ARN = "arn:aws:logs:eu-west-1:210987654321:log-group:/shared" },
		logsTo(map[string]string{"awslogs-region": "eu-west-1"})),

	"created_log_group":     specIn(virginia, logsTo(map[string]string{"awslogs-group": "/theirs", "awslogs-create-group": "true"})),
	"created_log_group_own": specIn(virginia, logsTo(map[string]string{"awslogs-create-group": "true"})),
	"created_log_group_given": specIn(virginia, func(s *Spec) { s.LogGroup.ARN = "arn:aws:logs:us-east-1:123456789012:log-group:/shared" },
		logsTo(map[string]string{"awslogs-create-group": "true"})),
	"created_log_group_not": specIn(virginia, logsTo(map[string]string{"awslogs-group": "/theirs", "awslogs-create-group": "false"})),
	"created_log_group_of_a_sidecar": specIn(virginia, func(s *Spec) {
		s.Sidecars = []ContainerSpec{{Container: Container{Name: "proxy"}, Log: LogSpec{Options: map[string]string{
			"awslogs-group": "/theirs", "awslogs-region": "eu-west-1", "awslogs-create-group": "true",
		}}}}
	}),

	"ecr_image":                 specIn(virginia, image("123456789012.dkr.ecr.us-east-1.amazonaws.com/team/transcode:1.37")),
	"ecr_image_other_account":   specIn(virginia, image("210987654321.dkr.ecr.eu-west-1.amazonaws.com/transcode:1")),
	"ecr_image_digest":          specIn(virginia, image("123456789012.dkr.ecr.us-east-1.amazonaws.com/transcode@sha256:"+strings.Repeat("0f", 32))),
	"ecr_image_fips":            specIn(gov, image("123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com/transcode:1")),
	"ecr_image_dual_stack":      specIn(virginia, image("123456789012.dkr-ecr.us-east-1.on.aws/transcode:1")),
	"ecr_image_dual_stack_fips": specIn(virginia, image("123456789012.dkr-ecr-fips.us-east-1.on.aws/transcode:1")),
	"ecr_image_china":           specIn(beijing, image("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/transcode:1")),

	"parameter_by_name":    specIn(virginia, secrets("token")),
	"parameter_by_path":    specIn(virginia, secrets("/transcode/token", "/transcode/key", "transcode-plain")),
	"parameter_by_arn":     specIn(virginia, secrets("arn:aws:ssm:eu-west-1:210987654321:parameter/shared/token")),
	"secret_by_arn":        specIn(virginia, secrets("arn:aws:secretsmanager:us-east-1:123456789012:secret:database-Ab12Cd")),
	"secret_by_arn_of_key": specIn(virginia, secrets("arn:aws:secretsmanager:us-east-1:123456789012:secret:database-Ab12Cd:password::")),
	"secret_by_name":       specIn(virginia, secrets("secret:team/database")),
	"secret_twice":         specIn(virginia, secrets("secret:database:user", "secret:database:password")),
	"secrets_of_both":      specIn(beijing, secrets("/b", "secret:database:user", "/a", "arn:aws-cn:secretsmanager:cn-northwest-1:123456789012:secret:other-Ab12Cd")),

	"keys_of_parameters": specIn(virginia, secrets("/a"), keys("arn:aws:kms:us-east-1:123456789012:key/b", "arn:aws:kms:us-east-1:123456789012:key/a")),
	"keys_of_both": specIn(virginia, secrets("/a", "secret:b", "arn:aws:ssm:eu-west-1:123456789012:parameter/c"),
		keys("arn:aws:kms:us-east-1:123456789012:key/a")),
	"keys_china":           specIn(beijing, secrets("secret:a"), keys("arn:aws-cn:kms:cn-north-1:123456789012:key/a")),
	"keys_without_secrets": specIn(virginia, keys("arn:aws:kms:us-east-1:123456789012:key/a")),

	"environment_files": specIn(virginia, func(s *Spec) {
		s.Main.EnvironmentFiles = []EnvironmentFile{{"s3", "arn:aws:s3:::settings/team/b.env"}, {"s3", "arn:aws:s3:::settings/a.env"}}
		s.Sidecars = []ContainerSpec{{Container: Container{Name: "proxy", EnvironmentFiles: []EnvironmentFile{{"s3", "arn:aws:s3:::other/a.env"}}}}}
	}),
	"router_file": specIn(beijing, onEC2, func(s *Spec) {
		s.Sidecars = []ContainerSpec{{Container: Container{Name: "router", FirelensConfiguration: &FirelensConfiguration{
			Type: "fluentbit", Options: map[string]string{"config-file-type": "s3", "config-file-value": "arn:aws-cn:s3:::conf/router.conf"},
		}}}}
	}),
	"router_file_in_the_image": specIn(virginia, func(s *Spec) {
		s.Main.FirelensConfiguration = &FirelensConfiguration{Type: "fluentbit", Options: map[string]string{"config-file-type": "file", "config-file-value": "/router.conf"}}
	}),
	"credential_spec_on_s3": specIn(virginia, onEC2, func(s *Spec) {
		s.Main.CredentialSpecs = []string{"credentialspec:arn:aws:s3:::specs/gmsa.json"}
	}),
	"credential_spec_parameter": specIn(virginia, onEC2, keys("arn:aws:kms:us-east-1:123456789012:key/a"), func(s *Spec) {
		s.Main.CredentialSpecs = []string{"credentialspecdomainless:arn:aws:ssm:us-east-1:123456789012:parameter/gmsa"}
	}),
	"credential_spec_of_old": specIn(virginia, onEC2, func(s *Spec) {
		s.Main.DockerSecurityOptions = []string{"no-new-privileges", "credentialspec:arn:aws:ssm:us-east-1:123456789012:parameter/gmsa", "credentialspec:file://gmsa.json"}
	}),
	"fsx_with_a_secret": specIn(virginia, onEC2, volumes(Volume{Name: "share", FSx: &FSxVolume{
		FileSystemID: "fs-0123456789abcdef0", AuthorizationConfig: &FSxAuthorization{CredentialsParameter: "arn:aws:secretsmanager:us-east-1:123456789012:secret:fsx-Ab12Cd"},
	}})),
	"fsx_with_a_parameter": specIn(gov, onEC2, volumes(Volume{Name: "share", FSx: &FSxVolume{
		FileSystemID: "fs-0123456789abcdef0", AuthorizationConfig: &FSxAuthorization{CredentialsParameter: "arn:aws-us-gov:ssm:us-gov-west-1:123456789012:parameter/fsx"},
	}})),

	"everything_gov": specIn(gov,
		image("123456789012.dkr.ecr.us-gov-west-1.amazonaws.com/transcode:1"),
		secrets("/a", "secret:b:c"),
		keys("arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/a")),
}

func TestSpec_RolePolicy_execution(t *testing.T) {
	used := map[string]bool{}
	for name, spec := range executionPolicies {
		used[name] = true
		t.Run(name, func(t *testing.T) {
			document := spec.RolePolicy(ExecutionRole)
			golden.JSON(t, "execution/"+name, document.JSON())
			leastPrivilege(t, spec.Place, document)
			if again := spec.RolePolicy(ExecutionRole).JSON(); again != document.JSON() {
				t.Errorf("another text the second time:\n%s\n%s", document.JSON(), again)
			}
		})
	}
	golden.NoOther(t, "execution", used)
}

// withoutResource are the actions that AWS allows on everything or not at all.
// https://docs.aws.amazon.com/service-authorization/latest/reference/
var withoutResource = []string{"ecr:GetAuthorizationToken", "fsx:DescribeFileSystems"}

// leastPrivilege fails where a statement is wider than AWS makes it.
func leastPrivilege(t *testing.T, place arn.Place, d policy.Document) {
	t.Helper()
	sids := map[string]bool{}
	for _, s := range d.Statements {
		if s.Sid == "" || sids[s.Sid] {
			t.Errorf("%q: a Sid is there, and there once", s.Sid)
		}
		sids[s.Sid] = true
		if len(s.Actions) == 0 || len(s.Resources) == 0 {
			t.Errorf("%s has no actions or no resources", s.Sid)
		}
		for _, action := range s.Actions {
			if strings.Contains(action, "*") {
				t.Errorf("%s allows %s", s.Sid, action)
			}
		}
		for _, resource := range s.Resources {
			if resource == "*" && slices.Contains(withoutResource, strings.Join(s.Actions, " ")) {
				continue
			}
			if name, isS3 := strings.CutPrefix(resource, "arn:"+place.Partition+":s3:::"); isS3 && !strings.ContainsAny(name, "*?") {
				continue // a bucket's ARN names neither region nor account
			}
			a, err := arn.Parse(resource)
			if err != nil {
				t.Errorf("%s: %v", s.Sid, err)
				continue
			}
			if a.Partition != place.Partition || !a.Place().Complete() {
				t.Errorf("%s: %s is not of %s", s.Sid, resource, place.Partition)
			}
			// What follows the name is not known before the task runs.
			name := strings.TrimSuffix(strings.TrimSuffix(resource, ":log-stream:*"), "-??????")
			if s.Sid == "CreateLogGroup" {
				name = strings.TrimSuffix(resource, ":*") // no name has a colon
			}
			if strings.ContainsAny(name, "*?") {
				t.Errorf("%s: %s is a pattern", s.Sid, resource)
			}
		}
	}
	var read any
	if err := json.Unmarshal([]byte(d.JSON()), &read); err != nil {
		t.Errorf("%v: %s", err, d.JSON())
	}
}

// A task that nothing is wired to may do nothing.
func TestSpec_RolePolicy_task(t *testing.T) {
	for name, spec := range executionPolicies {
		if got := spec.RolePolicy(TaskRole).JSON(); got != "" {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// mount is a task with one volume that one container mounts.
func mount(place arn.Place, v Volume, readOnly bool) Spec {
	return specIn(place, func(s *Spec) {
		v.Name = "data"
		s.Rest.Volumes = []Volume{v, {Name: "scratch"}}
		s.Main.MountPoints = []MountPoint{{"data", "/data", readOnly}, {"scratch", "/tmp", false}}
	})
}

// taskPolicies are the cases whose documents stand in testdata/task.
func taskPolicies() map[string]Spec {
	efs := func(point string) Volume {
		return Volume{EFS: &EFSVolume{FileSystemID: "fs-01234567", AuthorizationConfig: &EFSAuthorization{IAM: "ENABLED", AccessPointID: point}}}
	}
	const files = "arn:aws:s3files:us-east-1:123456789012:file-system/fs-01234567"
	return map[string]Spec{
		"efs":                   mount(virginia, efs(""), false),
		"efs_to_read":           mount(beijing, efs(""), true),
		"efs_access_point":      mount(virginia, efs("fsap-01234567"), true),
		"s3_files":              mount(virginia, Volume{S3Files: &S3FilesVolume{FileSystemARN: files}}, false),
		"s3_files_to_read":      mount(virginia, Volume{S3Files: &S3FilesVolume{FileSystemARN: files}}, true),
		"s3_files_access_point": mount(virginia, Volume{S3Files: &S3FilesVolume{FileSystemARN: files, AccessPointARN: files + "/access-point/fsap-01234567"}}, false),
		"s3_files_of_a_sidecar": sidecarMount(files),
	}
}

// sidecarMount has a volume that the main container reads and a sidecar writes.
func sidecarMount(fileSystem string) Spec {
	return specIn(virginia, func(s *Spec) {
		s.Rest.Volumes = []Volume{{Name: "data", S3Files: &S3FilesVolume{FileSystemARN: fileSystem}}}
		s.Main.MountPoints = []MountPoint{{"data", "/data", true}}
		s.Sidecars = []ContainerSpec{{Container: Container{Name: "writer", MountPoints: []MountPoint{{"data", "/data", false}}}}}
	})
}

func TestSpec_RolePolicy_volumes(t *testing.T) {
	used := map[string]bool{}
	for name, spec := range taskPolicies() {
		used[name] = true
		t.Run(name, func(t *testing.T) {
			document := spec.RolePolicy(TaskRole)
			golden.JSON(t, "task/"+name, document.JSON())
			leastPrivilege(t, spec.Place, document)
		})
	}
	golden.NoOther(t, "task", used)
}

// What is no file system, no object and no parameter gives no right: neither a pattern nor
// something else of the same service.
func TestSpec_RolePolicy_noPatterns(t *testing.T) {
	efs := func(id, point string) Volume {
		return Volume{Name: "v", EFS: &EFSVolume{FileSystemID: id, AuthorizationConfig: &EFSAuthorization{IAM: "ENABLED", AccessPointID: point}}}
	}
	files := func(fileSystem, point string) Volume {
		return Volume{Name: "v", S3Files: &S3FilesVolume{FileSystemARN: fileSystem, AccessPointARN: point}}
	}
	const arn = "arn:aws:s3files:us-east-1:123456789012:file-system/"
	var all []Volume
	for _, id := range []string{"", "*", "fs-*", "fs-1/../x", "fs-1*", "fsap-1"} {
		all = append(all, efs(id, ""), files(id, ""), files(arn+id, ""))
	}
	for _, point := range []string{"*", "fsap-*", "fs-1"} {
		all = append(all, efs("fs-1", point), files(arn+"fs-1", point), files(arn+"fs-1", arn+"fs-1/access-point/"+point))
	}
	all = append(all, files(arn+"fs-1/access-point/fsap-1", ""), files(arn+"fs-1", arn+"fs-1"), files("arn:aws:s3files:us-east-1::file-system/fs-1", ""))
	for _, v := range all {
		if have := specIn(virginia, volumes(v)).RolePolicy(TaskRole).JSON(); have != "" {
			t.Errorf("%+v %+v: %s", v.EFS, v.S3Files, have)
		}
	}
	for _, object := range []string{"", "*", "arn:aws:s3:::*", "arn:aws:s3:::bucket", "arn:aws:s3:::bucket/", "arn:aws:s3:::bucket/*", "arn:aws:s3:::b*/a.env", "arn:aws:s3:::bucket/?.env", "arn:aws:sqs:us-east-1:123456789012:bucket/a.env"} {
		spec := specIn(virginia, onEC2, mainWith(func(c *ContainerSpec) {
			c.Log.Driver = NoLog
			c.EnvironmentFiles = []EnvironmentFile{{"s3", object}}
			c.CredentialSpecs = []string{"credentialspec:" + object}
			c.FirelensConfiguration = &FirelensConfiguration{Options: map[string]string{"config-file-type": "s3", "config-file-value": object}}
		}))
		if have := spec.RolePolicy(ExecutionRole).JSON(); have != "" {
			t.Errorf("%q: %s", object, have)
		}
	}
}

// A reference that validation refuses must not widen or break a policy.
func TestSpec_RolePolicy_refusedSecret(t *testing.T) {
	broken := specIn(virginia, secrets("not a reference!", "arn:aws:ssm:us-east-1:123456789012:parameter/*"))
	if got := broken.RolePolicy(ExecutionRole).JSON(); got != "" {
		t.Errorf("a task that cannot be made has a policy: %s", got)
	}
	if _, err := broken.Definition(); err == nil {
		t.Error("and no error")
	}
}

func TestSpec_TrustPolicy(t *testing.T) {
	used := map[string]bool{}
	for _, place := range []arn.Place{virginia, beijing, gov} {
		for _, kind := range RoleKinds {
			name := string(kind) + "_" + place.Partition
			used[name] = true
			t.Run(name, func(t *testing.T) { golden.JSON(t, "trust/"+name, specIn(place).TrustPolicy(kind).JSON()) })
		}
	}
	// The other way round, on request.
	yes, no := true, false
	restricted := specIn(virginia, func(s *Spec) { s.ExecutionRole.RestrictTrust, s.TaskRole.RestrictTrust = &yes, &no })
	usual := specIn(virginia)
	if restricted.TrustPolicy(ExecutionRole).JSON() != usual.TrustPolicy(TaskRole).JSON() || restricted.TrustPolicy(TaskRole).JSON() != usual.TrustPolicy(ExecutionRole).JSON() {
		t.Error("restrict_trust does not change the trust policies")
	}
	golden.NoOther(t, "trust", used)
}

// The keys' statement is read back by its Sid on import.
func TestSidDecryptSecrets(t *testing.T) {
	spec := executionPolicies["keys_of_parameters"]
	got := policy.Resources(spec.RolePolicy(ExecutionRole).JSON(), SidDecryptSecrets)
	if diff := cmp.Diff(slices.Sorted(slices.Values(spec.SecretsKMSKeyARNs)), got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// The statement of a service is the same whatever variable a secret goes to.
func TestSpec_RolePolicy_namesOfVariablesDoNotShow(t *testing.T) {
	a := specIn(virginia, secrets("/a", "/b", "secret:c"))
	b := specIn(virginia)
	references := slices.Sorted(maps.Values(a.Main.SecretRefs))
	b.Main.SecretRefs = map[string]string{"Z": references[0], "Y": references[1], "X": references[2]}
	if diff := cmp.Diff(a.RolePolicy(ExecutionRole).JSON(), b.RolePolicy(ExecutionRole).JSON()); diff != "" {
		t.Error(diff)
	}
}

// ECS takes the name of a registry's secret beside its ARN, and never a parameter's.
func TestRights_registrySecretByName(t *testing.T) {
	for reference, want := range map[string]string{
		"my-registry-login": "arn:aws:secretsmanager:us-east-1:123456789012:secret:my-registry-login-??????",
		"team/app-config":   "arn:aws:secretsmanager:us-east-1:123456789012:secret:team/app-config-??????",
		"arn:aws:secretsmanager:us-east-1:123456789012:secret:login-AbCdEf": "arn:aws:secretsmanager:us-east-1:123456789012:secret:login-AbCdEf",
		"":        "",
		"*":       "",
		"secret:": "",
	} {
		s := Spec{Name: "app", Place: virginia, Base: &Definition{ContainerDefinitions: []Container{
			{Name: "app", Image: "registry.example/app", RepositoryCredentials: &RepositoryCredentials{CredentialsParameter: reference}},
		}}}.WithDefaults()
		var got []string
		for _, st := range s.RolePolicy(ExecutionRole).Statements {
			switch st.Sid {
			case "ReadSecrets":
				got = append(got, st.Resources...)
			case "ReadParameters":
				t.Errorf("%q: the right to read %v", reference, st.Resources)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: the right to read %v, not %s", reference, got, want)
		}
	}
}
