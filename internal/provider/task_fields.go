package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// taskFields are those attributes of docker_task that stand in the task definition as they
// are written.
func taskFields() fields[task.Definition] {
	type definition = task.Definition
	return fields[definition]{
		objectMapField("volumes", "Volumes that containers can mount, by name; each of one kind, or empty for a directory of the task's own.", volumeTable,
			func(d *definition) *[]task.Volume { return &d.Volumes }, func(v *task.Volume) *string { return &v.Name }),
		ephemeralStorageField(),
		flagField("enable_fault_injection", "Whether AWS Fault Injection Service may act on the task's containers.", func(d *definition) *bool { return &d.EnableFaultInjection }),
		ofEnum(textField("pid_mode", "Whose processes the containers see: `host` or `task`; on Fargate only `task`.", func(d *definition) *string { return &d.PidMode }), []string{"host", "task"}),
		ofEnum(textField("ipc_mode", "Whose shared memory the containers see: `host`, `task` or `none`; not on Fargate.", func(d *definition) *string { return &d.IpcMode }), []string{"host", "task", "none"}),
		objectsField("placement_constraints", "On which container instances the task may run; not on Fargate.", placementFields(),
			func(d *definition) *[]task.PlacementConstraint { return &d.PlacementConstraints }, func(p task.PlacementConstraint) string { return p.Expression }),
		objectField("proxy_configuration", "The App Mesh proxy of the task.", proxyFields(), func(d *definition) **task.ProxyConfiguration { return &d.ProxyConfiguration }),
		emptyIsNone(objectField("trusted_execution_configuration", "How the task is isolated from other tasks; only on managed instances.", trustedExecutionFields(),
			func(d *definition) **task.TrustedExecution { return &d.TrustedExecution }), func(d definition) bool { return d.TrustedExecution.Empty() }),
	}
}

// ephemeralStorageField: 20 GiB is what there is anyway, and the API does not take it.
func ephemeralStorageField() field[task.Definition] {
	const usual = task.DefaultEphemeralStorage
	f := numberField("ephemeral_storage_gib", "GiB of the task's own storage on Fargate, 20 to 200. Default: 20.",
		func(*task.Definition) *int64 { return new(int64) }, between(usual, 200, " GiB"))
	f.expand = func(v attr.Value, d *task.Definition) {
		if size := as[types.Int64](v).ValueInt64(); size != usual {
			d.EphemeralStorage = &task.EphemeralStorage{SizeInGiB: size}
		}
	}
	f.flatten = func(d task.Definition) attr.Value {
		if d.EphemeralStorage == nil || d.EphemeralStorage.SizeInGiB == usual {
			return types.Int64Null()
		}
		return types.Int64Value(d.EphemeralStorage.SizeInGiB)
	}
	return f
}

// volumeTable are the attributes of a volume.
var volumeTable = volumeFields()

func volumeFields() fields[task.Volume] {
	type volume = task.Volume
	return fields[volume]{
		objectField("efs", "A file system of EFS.", efsFields(), func(v *volume) **task.EFSVolume { return &v.EFS }),
		flagField("configured_at_launch", "The volume is configured when the task is run: one of EBS, with the infrastructure role that ECS manages it by. The consumer, not the task, has to be allowed to pass that role.", func(v *volume) *bool { return &v.ConfiguredAtLaunch }),
		objectField("fsx_windows", "A file system of FSx for Windows File Server; not on Fargate. The execution role may look up its address and read the credentials.", fsxFields(), func(v *volume) **task.FSxVolume { return &v.FSx }),
		objectField("s3_files", "A file system of S3 Files. The task role may mount it, and write where a container mounts it so.", s3FilesFields(), func(v *volume) **task.S3FilesVolume { return &v.S3Files }),
		objectField("docker", "A volume of Docker's on the container instance; not on Fargate.", dockerVolumeFields(), func(v *volume) **task.DockerVolume { return &v.Docker }),
		hostPathField(),
	}
}

func hostPathField() field[task.Volume] {
	f := textField("host_path", "Directory of the container instance; not on Fargate.", func(*task.Volume) *string { return new(string) })
	f.expand = func(v attr.Value, to *task.Volume) {
		to.Host = &task.HostVolume{SourcePath: as[types.String](v).ValueString()}
	}
	f.flatten = func(v task.Volume) attr.Value {
		if v.Host == nil {
			return types.StringNull()
		}
		return stringOrNull(v.Host.SourcePath)
	}
	return f
}

func efsFields() fields[task.EFSVolume] {
	type efs = task.EFSVolume
	authorization := func(v *efs) *task.EFSAuthorization {
		if v.AuthorizationConfig == nil {
			v.AuthorizationConfig = &task.EFSAuthorization{}
		}
		return v.AuthorizationConfig
	}
	iam := flagField("iam", "Whether the task role is asked for: it may then mount the file system, and write where a container mounts it so.", func(*efs) *bool { return new(bool) })
	iam.expand = func(v attr.Value, to *efs) {
		if as[types.Bool](v).ValueBool() {
			authorization(to).IAM = "ENABLED"
		}
	}
	iam.flatten = func(v efs) attr.Value {
		if v.AuthorizationConfig != nil && v.AuthorizationConfig.IAM == "ENABLED" {
			return types.BoolValue(true)
		}
		return types.BoolNull()
	}
	encryption := flagField("transit_encryption", "Whether traffic is encrypted, as `iam` and `access_point_id` need.", func(*efs) *bool { return new(bool) })
	encryption.expand = func(v attr.Value, to *efs) {
		if as[types.Bool](v).ValueBool() {
			to.TransitEncryption = "ENABLED"
		}
	}
	encryption.flatten = func(v efs) attr.Value {
		if v.TransitEncryption == "ENABLED" {
			return types.BoolValue(true)
		}
		return types.BoolNull()
	}
	return fields[efs]{
		required(textField("file_system_id", "Id of the file system, `fs-…`.", func(v *efs) *string { return &v.FileSystemID }, task.CheckFileSystemID)),
		textFieldOr("root_directory", "/", "Directory to mount; not with an access point.", func(v *efs) *string { return &v.RootDirectory }),
		encryption,
		numberField("transit_encryption_port", "Port of the encrypted traffic. Default: one that EFS chooses.", func(v *efs) *int64 { return &v.TransitEncryptionPort }, between(1, 65535, "")),
		textField("access_point_id", "Id of the access point, `fsap-…`.", func(v *efs) *string { return &authorization(v).AccessPointID }, task.CheckAccessPointID),
		iam,
	}
}

func fsxFields() fields[task.FSxVolume] {
	type fsx = task.FSxVolume
	authorization := func(v *fsx) *task.FSxAuthorization {
		if v.AuthorizationConfig == nil {
			v.AuthorizationConfig = &task.FSxAuthorization{}
		}
		return v.AuthorizationConfig
	}
	return fields[fsx]{
		required(textField("file_system_id", "Id of the file system, `fs-…`.", func(v *fsx) *string { return &v.FileSystemID }, task.CheckFileSystemID)),
		required(textField("root_directory", "Directory to mount.", func(v *fsx) *string { return &v.RootDirectory })),
		required(textField("credentials_parameter", "ARN of the secret or parameter with the credentials. The execution role may read it.", func(v *fsx) *string { return &authorization(v).CredentialsParameter }, task.CheckSecretARN)),
		required(textField("domain", "Domain of the directory.", func(v *fsx) *string { return &authorization(v).Domain })),
	}
}

func s3FilesFields() fields[task.S3FilesVolume] {
	type files = task.S3FilesVolume
	return fields[files]{
		required(textField("file_system_arn", "ARN of the file system.", func(v *files) *string { return &v.FileSystemARN }, task.CheckS3FilesARN)),
		textField("access_point_arn", "ARN of the access point.", func(v *files) *string { return &v.AccessPointARN }, task.CheckS3FilesAccessPointARN),
		textFieldOr("root_directory", "/", "Directory to mount; not with an access point.", func(v *files) *string { return &v.RootDirectory }),
		numberField("transit_encryption_port", "Port of the encrypted traffic. Default: one that AWS chooses.", func(v *files) *int64 { return &v.TransitEncryptionPort }, between(1, 65535, "")),
	}
}

func dockerVolumeFields() fields[task.DockerVolume] {
	type docker = task.DockerVolume
	return fields[docker]{
		ofEnum(textFieldOr("scope", "task", "`task` or `shared`.", func(v *docker) *string { return &v.Scope }), []string{"task", "shared"}),
		flagField("autoprovision", "Whether the volume is made when it is not there; with `shared`.", func(v *docker) *bool { return &v.Autoprovision }),
		textFieldOr("driver", "local", "Volume driver of Docker's.", func(v *docker) *string { return &v.Driver }),
		mapField("driver_opts", "Options of the driver.", func(v *docker) *map[string]string { return &v.DriverOpts }),
		mapField("labels", "Labels of the volume.", func(v *docker) *map[string]string { return &v.Labels }),
	}
}

func placementFields() fields[task.PlacementConstraint] {
	type constraint = task.PlacementConstraint
	return fields[constraint]{
		ofEnum(textFieldOr("type", "memberOf", "`memberOf`, the only one of task definitions.", func(p *constraint) *string { return &p.Type }), []string{"memberOf"}),
		textField("expression", "Expression of the cluster query language.", func(p *constraint) *string { return &p.Expression }),
	}
}

func proxyFields() fields[task.ProxyConfiguration] {
	type proxy = task.ProxyConfiguration
	return fields[proxy]{
		ofEnum(textFieldOr("type", "APPMESH", "`APPMESH`, the only one.", func(p *proxy) *string { return &p.Type }), []string{"APPMESH"}),
		required(textField("container_name", "Name of the container that is the proxy.", func(p *proxy) *string { return &p.ContainerName })),
		pairsField("properties", "Properties of the proxy, as `ProxyIngressPort`.",
			func(p *proxy) *[]task.KeyValue { return &p.Properties },
			func(k, v string) task.KeyValue { return task.KeyValue{Name: k, Value: v} },
			func(v task.KeyValue) (string, string) { return v.Name, v.Value }),
	}
}

func trustedExecutionFields() fields[task.TrustedExecution] {
	type execution = task.TrustedExecution
	return fields[execution]{
		required(ofEnum(textField("isolation_mode", "How the task is isolated from the other tasks of its instance: "+code(task.IsolationModes)+".", func(e *execution) *string { return &e.IsolationMode }), task.IsolationModes)),
		textField("attestation_policy", "The base64-encoded attestation policy envelope; required with `CONFIDENTIAL_SANDBOX`.", func(e *execution) *string { return &e.AttestationPolicy }),
	}
}
