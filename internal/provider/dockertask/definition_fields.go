package dockertask

import (
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// taskFields are those attributes of docker_task that stand in the task definition as they
// are written.
func taskFields() tf.Fields[task.Definition] {
	type definition = task.Definition
	return tf.Fields[definition]{
		tf.ObjectMapField("volumes", "Volumes that containers can mount, by name. Each is of one kind, or empty for a directory of the task.", volumeTable,
			func(d *definition) *[]task.Volume { return &d.Volumes }, func(v *task.Volume) *string { return &v.Name }),
		ephemeralStorageField(),
		tf.FlagField("enable_fault_injection", "Whether AWS Fault Injection Service may act on the task's containers.", func(d *definition) *bool { return &d.EnableFaultInjection }),
		tf.OfEnum(tf.TextField("pid_mode", "PID namespace of the containers: `host` or `task`; on Fargate only `task`.", func(d *definition) *string { return &d.PidMode }), []string{"host", "task"}),
		tf.OfEnum(tf.TextField("ipc_mode", "IPC namespace of the containers: `host`, `task` or `none`; not on Fargate.", func(d *definition) *string { return &d.IpcMode }), []string{"host", "task", "none"}),
		tf.ObjectsField("placement_constraints", "Constraints on the container instances for the task; not on Fargate.", placementFields(),
			func(d *definition) *[]task.PlacementConstraint { return &d.PlacementConstraints }, func(p task.PlacementConstraint) string { return p.Expression }),
		tf.ObjectField("proxy_configuration", "The App Mesh proxy of the task.", proxyFields(), func(d *definition) **task.ProxyConfiguration { return &d.ProxyConfiguration }),
		tf.EmptyIsNone(tf.ObjectField("trusted_execution_configuration", "How the task is isolated from other tasks; only on managed instances.", trustedExecutionFields(),
			func(d *definition) **task.TrustedExecution { return &d.TrustedExecution }), func(d definition) bool { return d.TrustedExecution.Empty() }),
	}
}

// ephemeralStorageField: 20 GiB is what there is anyway, and the API does not take it.
func ephemeralStorageField() tf.Field[task.Definition] {
	const usual = task.DefaultEphemeralStorage
	return tf.ConvertedField(
		tf.NumberFieldOr("ephemeral_storage_gib", usual, "GiB of the task's own storage on Fargate, 20 to 200. Default: 20.",
			tf.Itself[int64], tf.Between(usual, 200, " GiB")),
		func(d task.Definition) int64 {
			if d.EphemeralStorage == nil {
				return usual
			}
			return d.EphemeralStorage.SizeInGiB
		},
		func(d *task.Definition, size int64) {
			if size != usual {
				d.EphemeralStorage = &task.EphemeralStorage{SizeInGiB: size}
			}
		})
}

// volumeTable are the attributes of a volume.
var volumeTable = volumeFields()

func volumeFields() tf.Fields[task.Volume] {
	type volume = task.Volume
	return tf.Fields[volume]{
		tf.ObjectField("efs", "EFS file system.", efsFields(), func(v *volume) **task.EFSVolume { return &v.EFS }),
		tf.FlagField("configured_at_launch", "The volume is configured when the task is run, as an EBS volume with an infrastructure role. The consumer, not the task, needs permission to pass that role.", func(v *volume) *bool { return &v.ConfiguredAtLaunch }),
		tf.ObjectField("fsx_windows", "File system of FSx for Windows File Server; not on Fargate. The execution role may look up its address and read the credentials.", fsxFields(), func(v *volume) **task.FSxVolume { return &v.FSx }),
		tf.ObjectField("s3_files", "S3 Files file system. The task role may mount it, and write to it if a container mounts it for writing.", s3FilesFields(), func(v *volume) **task.S3FilesVolume { return &v.S3Files }),
		tf.ObjectField("docker", "Docker volume on the container instance; not on Fargate.", dockerVolumeFields(), func(v *volume) **task.DockerVolume { return &v.Docker }),
		hostPathField(),
	}
}

func hostPathField() tf.Field[task.Volume] {
	return tf.ConvertedField(
		tf.TextField("host_path", "Directory of the container instance; not on Fargate.", tf.Itself[string]),
		func(v task.Volume) string {
			if v.Host == nil {
				return ""
			}
			return v.Host.SourcePath
		},
		func(v *task.Volume, path string) { v.Host = &task.HostVolume{SourcePath: path} })
}

func efsFields() tf.Fields[task.EFSVolume] {
	type efs = task.EFSVolume
	authorization := func(v *efs) *task.EFSAuthorization {
		if v.AuthorizationConfig == nil {
			v.AuthorizationConfig = &task.EFSAuthorization{}
		}
		return v.AuthorizationConfig
	}
	const enabled = "ENABLED"
	iam := tf.ConvertedField(
		tf.FlagField("iam", "Whether EFS checks the task role: the role may then mount the file system, and write to it if a container mounts it for writing.", tf.Itself[bool]),
		func(v efs) bool { return v.AuthorizationConfig != nil && v.AuthorizationConfig.IAM == enabled },
		func(v *efs, on bool) {
			if on {
				authorization(v).IAM = enabled
			}
		})
	encryption := tf.ConvertedField(
		tf.FlagField("transit_encryption", "Whether traffic is encrypted, which `iam` and `access_point_id` require.", tf.Itself[bool]),
		func(v efs) bool { return v.TransitEncryption == enabled },
		func(v *efs, on bool) {
			if on {
				v.TransitEncryption = enabled
			}
		})
	return tf.Fields[efs]{
		tf.Required(tf.TextField("file_system_id", "Id of the file system, `fs-…`.", func(v *efs) *string { return &v.FileSystemID }, task.CheckFileSystemID)),
		tf.TextFieldOr("root_directory", "/", "Directory to mount; not with an access point.", func(v *efs) *string { return &v.RootDirectory }),
		encryption,
		tf.NumberField("transit_encryption_port", "Port of the encrypted traffic. Default: one that EFS chooses.", func(v *efs) *int64 { return &v.TransitEncryptionPort }, tf.Between(1, 65535, "")),
		tf.TextField("access_point_id", "Id of the access point, `fsap-…`.", func(v *efs) *string { return &authorization(v).AccessPointID }, task.CheckAccessPointID),
		iam,
	}
}

func fsxFields() tf.Fields[task.FSxVolume] {
	type fsx = task.FSxVolume
	authorization := func(v *fsx) *task.FSxAuthorization {
		if v.AuthorizationConfig == nil {
			v.AuthorizationConfig = &task.FSxAuthorization{}
		}
		return v.AuthorizationConfig
	}
	return tf.Fields[fsx]{
		tf.Required(tf.TextField("file_system_id", "Id of the file system, `fs-…`.", func(v *fsx) *string { return &v.FileSystemID }, task.CheckFileSystemID)),
		tf.Required(tf.TextField("root_directory", "Directory to mount.", func(v *fsx) *string { return &v.RootDirectory })),
		tf.Required(tf.TextField("credentials_parameter", "ARN of the secret or parameter with the credentials. The execution role may read it.", func(v *fsx) *string { return &authorization(v).CredentialsParameter }, task.CheckSecretARN)),
		tf.Required(tf.TextField("domain", "Domain of the directory.", func(v *fsx) *string { return &authorization(v).Domain })),
	}
}

func s3FilesFields() tf.Fields[task.S3FilesVolume] {
	type files = task.S3FilesVolume
	return tf.Fields[files]{
		tf.Required(tf.TextField("file_system_arn", "ARN of the file system.", func(v *files) *string { return &v.FileSystemARN }, task.CheckS3FilesARN)),
		tf.TextField("access_point_arn", "ARN of the access point.", func(v *files) *string { return &v.AccessPointARN }, task.CheckS3FilesAccessPointARN),
		tf.TextFieldOr("root_directory", "/", "Directory to mount; not with an access point.", func(v *files) *string { return &v.RootDirectory }),
		tf.NumberField("transit_encryption_port", "Port of the encrypted traffic. Default: one that AWS chooses.", func(v *files) *int64 { return &v.TransitEncryptionPort }, tf.Between(1, 65535, "")),
	}
}

func dockerVolumeFields() tf.Fields[task.DockerVolume] {
	type docker = task.DockerVolume
	return tf.Fields[docker]{
		tf.OfEnum(tf.TextFieldOr("scope", "task", "`task` or `shared`.", func(v *docker) *string { return &v.Scope }), []string{"task", "shared"}),
		tf.FlagField("autoprovision", "Whether a missing volume is created; only with `shared`.", func(v *docker) *bool { return &v.Autoprovision }),
		tf.TextFieldOr("driver", "local", "Docker volume driver.", func(v *docker) *string { return &v.Driver }),
		tf.MapField("driver_opts", "Options of the driver.", func(v *docker) *map[string]string { return &v.DriverOpts }),
		tf.MapField("labels", "Labels of the volume.", func(v *docker) *map[string]string { return &v.Labels }),
	}
}

func placementFields() tf.Fields[task.PlacementConstraint] {
	type constraint = task.PlacementConstraint
	return tf.Fields[constraint]{
		tf.OfEnum(tf.TextFieldOr("type", "memberOf", "`memberOf`, the only type for task definitions.", func(p *constraint) *string { return &p.Type }), []string{"memberOf"}),
		tf.TextField("expression", "Expression in the cluster query language.", func(p *constraint) *string { return &p.Expression }),
	}
}

func proxyFields() tf.Fields[task.ProxyConfiguration] {
	type proxy = task.ProxyConfiguration
	return tf.Fields[proxy]{
		tf.OfEnum(tf.TextFieldOr("type", "APPMESH", "`APPMESH`, the only one.", func(p *proxy) *string { return &p.Type }), []string{"APPMESH"}),
		tf.Required(tf.TextField("container_name", "Name of the container that is the proxy.", func(p *proxy) *string { return &p.ContainerName })),
		tf.PairsField("properties", "Properties of the proxy, such as `ProxyIngressPort`.",
			func(p *proxy) *[]task.KeyValue { return &p.Properties },
			func(k, v string) task.KeyValue { return task.KeyValue{Name: k, Value: v} },
			func(v task.KeyValue) (string, string) { return v.Name, v.Value }),
	}
}

func trustedExecutionFields() tf.Fields[task.TrustedExecution] {
	type execution = task.TrustedExecution
	return tf.Fields[execution]{
		tf.Required(tf.OfEnum(tf.TextField("isolation_mode", "How the task is isolated from the other tasks of its instance: "+tf.Code(task.IsolationModes)+".", func(e *execution) *string { return &e.IsolationMode }), task.IsolationModes)),
		tf.TextField("attestation_policy", "The base64-encoded attestation policy envelope; required with `CONFIDENTIAL_SANDBOX`.", func(e *execution) *string { return &e.AttestationPolicy }),
	}
}
