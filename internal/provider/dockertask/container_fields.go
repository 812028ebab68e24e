package dockertask

import (
	"slices"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// The tables of fields: of the main container, of a sidecar, of the rest of the definition.
var (
	mainTable       = mainFields()
	sidecarTable    = sidecarFields()
	definitionTable = taskFields()
	sidecarsTable   = tf.Fields[task.Spec]{tf.ObjectMapField("sidecars",
		"Further containers, by name, with the attributes of the main container. `cpu` and `memory` are those of the container; with `awslogs`, it logs to the task's log group.",
		sidecarTable, func(s *task.Spec) *[]task.ContainerSpec { return &s.Sidecars }, func(c *task.ContainerSpec) *string { return &c.Name },
		mapvalidator.KeysAre(tf.StringCheck(task.CheckName)))}
)

// containerFields are the attributes of every container, in docker_task itself for the main
// one and in sidecars for the others. Texts say what ECS does; where a launch type lacks a
// field, validation says so.
func containerFields() tf.Fields[task.ContainerSpec] {
	type spec = task.ContainerSpec
	return tf.Fields[spec]{
		tf.ListField("command", "Command that the container runs, word by word: `[\"sh\", \"-c\", \"…\"]`. Default: the image's.", func(c *spec) *[]string { return &c.Command }),
		tf.ListField("entry_point", "Entry point of the container, word by word. Default: the image's.", func(c *spec) *[]string { return &c.EntryPoint }),
		tf.TextField("working_directory", "Directory in which the command runs. Default: the image's.", func(c *spec) *string { return &c.WorkingDirectory }),
		tf.TextField("user", "User in the container: `USER`, `UID`, `USER:GROUP` or `UID:GID`. Default: the image's.", func(c *spec) *string { return &c.User }),
		tf.PairsField("environment", "Environment variables. They are visible in the plan, in state and in the task definition: use `secrets` for secret values.",
			func(c *spec) *[]task.KeyValue { return &c.Environment },
			func(k, v string) task.KeyValue { return task.KeyValue{Name: k, Value: v} },
			func(v task.KeyValue) (string, string) { return v.Name, v.Value },
			mapvalidator.KeysAre(tf.StringCheck(task.CheckVariable))),
		environmentFilesField(),
		tf.MapField("secrets", "Environment variables whose values ECS reads from a reference when a task starts: the name or ARN of an SSM parameter, "+
			"the ARN of a Secrets Manager secret, or `secret:NAME`; the latter two also with `:JSON_KEY:STAGE:VERSION`. "+
			"The execution role may read exactly these.",
			func(c *spec) *map[string]string { return &c.SecretRefs },
			mapvalidator.KeysAre(tf.StringCheck(task.CheckVariable)), mapvalidator.ValueStringsAre(tf.StringCheck(task.CheckSecret))),
		tf.ObjectsField("ports", "Ports on which the container listens.", portFields(),
			func(c *spec) *[]task.PortMapping { return &c.PortMappings }, portKey),
		tf.ObjectField("health_check", "Command that checks the health of the container.", healthCheckFields(),
			func(c *spec) **task.HealthCheck { return &c.HealthCheck }),
		tf.PairsField("depends_on_containers", "Containers that must have reached a condition before this one starts, by name: "+tf.Code(task.DependencyConditions)+".",
			func(c *spec) *[]task.Dependency { return &c.DependsOn },
			func(k, v string) task.Dependency { return task.Dependency{ContainerName: k, Condition: v} },
			func(d task.Dependency) (string, string) { return d.ContainerName, d.Condition },
			mapvalidator.ValueStringsAre(tf.Enum(task.DependencyConditions))),
		tf.NumberField("start_timeout", "Seconds to wait for the containers this one depends on, 2 to 120 on Fargate.", func(c *spec) *int64 { return &c.StartTimeout }, tf.Between(2, 86400, " seconds")),
		tf.NumberField("stop_timeout", "Seconds from the stop signal until the container is killed, 2 to 120 on Fargate. Default: 30, on EC2 the setting of the container instance's agent.", func(c *spec) *int64 { return &c.StopTimeout }, tf.Between(2, 86400, " seconds")),
		tf.ObjectField("restart_policy", "Lets ECS restart the container by itself.", restartPolicyFields(), func(c *spec) **task.RestartPolicy { return &c.RestartPolicy }),
		tf.FlagField("readonly_root_filesystem", "Whether the container's root file system is read-only.", func(c *spec) *bool { return &c.ReadonlyRootFilesystem }),
		tf.ObjectsField("mount_points", "Mount points of the task's volumes in the container.", mountPointFields(),
			func(c *spec) *[]task.MountPoint { return &c.MountPoints }, func(m task.MountPoint) string { return m.ContainerPath }),
		tf.ObjectsField("volumes_from", "Containers whose volumes are mounted in this container too.", volumeFromFields(),
			func(c *spec) *[]task.VolumeFrom { return &c.VolumesFrom }, func(v task.VolumeFrom) string { return v.SourceContainer }),
		tf.EmptyIsNone(tf.ObjectField("linux_parameters", "Settings of the Linux kernel for the container.", linuxFields(), func(c *spec) **task.LinuxParameters { return &c.LinuxParameters }),
			func(c spec) bool { return c.LinuxParameters.Empty() }),
		tf.ObjectMapField("ulimits", "Limits of the container's processes, by name: "+tf.Code(task.UlimitNames)+".", ulimitFields(),
			func(c *spec) *[]task.Ulimit { return &c.Ulimits }, func(u *task.Ulimit) *string { return &u.Name }, mapvalidator.KeysAre(tf.Enum(task.UlimitNames))),
		tf.PairsField("system_controls", "Kernel parameters, such as `net.core.somaxconn`, and their values.",
			func(c *spec) *[]task.SystemControl { return &c.SystemControls },
			func(k, v string) task.SystemControl { return task.SystemControl{Namespace: k, Value: v} },
			func(v task.SystemControl) (string, string) { return v.Namespace, v.Value }),
		tf.MapField("docker_labels", "Docker labels of the container.", func(c *spec) *map[string]string { return &c.DockerLabels }),
		tf.ListField("docker_security_options", "Docker security options; not on Fargate.", func(c *spec) *[]string { return &c.DockerSecurityOptions }),
		tf.ListField("dns_servers", "DNS servers; not on Fargate.", func(c *spec) *[]string { return &c.DNSServers }),
		tf.ListField("dns_search_domains", "DNS search domains; not on Fargate.", func(c *spec) *[]string { return &c.DNSSearchDomains }),
		tf.ObjectsField("extra_hosts", "Lines of the container's /etc/hosts; not on Fargate.", hostEntryFields(),
			func(c *spec) *[]task.HostEntry { return &c.ExtraHosts }, func(h task.HostEntry) string { return h.Hostname + " " + h.IPAddress }),
		tf.TextField("hostname", "Host name of the container; not with `awsvpc`.", func(c *spec) *string { return &c.Hostname }),
		tf.ListField("links", "Containers to link, `NAME:ALIAS`; only with `bridge`.", func(c *spec) *[]string { return &c.Links }),
		tf.FlagField("disable_networking", "Whether the container has no network; not on Fargate.", func(c *spec) *bool { return &c.DisableNetworking }),
		tf.FlagField("privileged", "Whether the container is privileged, with root permissions on its container instance; not on Fargate.", func(c *spec) *bool { return &c.Privileged }),
		tf.FlagField("interactive", "Whether the container's standard input stays open.", func(c *spec) *bool { return &c.Interactive }),
		tf.FlagField("pseudo_terminal", "Whether the container has a terminal (TTY).", func(c *spec) *bool { return &c.PseudoTerminal }),
		repositoryCredentialsField(),
		tf.ObjectsField("resource_requirements", "GPUs or other accelerators; not on Fargate.", resourceFields(),
			func(c *spec) *[]task.ResourceRequirement { return &c.ResourceRequirements }, func(r task.ResourceRequirement) string { return r.Type }),
		tf.ObjectField("firelens_configuration", "Makes the container the log router for containers with `log_driver = \"awsfirelens\"`; one container of a task.", firelensFields(),
			func(c *spec) **task.FirelensConfiguration { return &c.FirelensConfiguration }),
		tf.ListField("credential_specs", "Credential specifications of Active Directory: ARNs of files on S3 or of parameters, with `credentialspec:` or `credentialspecdomainless:` before them. The execution role may read them.",
			func(c *spec) *[]string { return &c.CredentialSpecs }, task.CheckCredentialSpec),
		tf.OfEnum(tf.TextFieldOr("version_consistency", "enabled", "Whether ECS resolves the tag of the image to a digest: `enabled` or `disabled`.", func(c *spec) *string { return &c.VersionConsistency }), []string{"enabled", "disabled"}),
		tf.OfEnum(tf.TextFieldOr("log_driver", task.AWSLogs, "Log driver: "+tf.Code(task.LogDrivers)+". `awslogs` writes to the task's log group; `none` leaves the output to the container instance.", func(c *spec) *string { return &c.Log.Driver }), task.LogDrivers),
		tf.MapField("log_options", "Options of the log driver. For `awslogs`, the provider adds group, region and stream prefix.", func(c *spec) *map[string]string { return &c.Log.Options }),
		tf.MapField("log_secret_options", "Options of the log driver whose values ECS reads from a reference, as in `secrets`.", func(c *spec) *map[string]string { return &c.Log.SecretRefs },
			mapvalidator.ValueStringsAre(tf.StringCheck(task.CheckSecret))),
		essentialField(),
	}
}

// sidecarFields are those that the main container has under other names: there, cpu and
// memory are the task's.
func sidecarFields() tf.Fields[task.ContainerSpec] {
	return slices.Concat(tf.Fields[task.ContainerSpec]{tf.Required(imageField())}, containerSizeFields(""), containerFields())
}

// mainFields are those of the main container.
func mainFields() tf.Fields[task.ContainerSpec] {
	return slices.Concat(tf.Fields[task.ContainerSpec]{imageField()}, containerSizeFields("container_"), containerFields())
}

func imageField() tf.Field[task.ContainerSpec] {
	return tf.TextField("image", "Image to run: `REPOSITORY`, `REPOSITORY:TAG` or `REPOSITORY@sha256:DIGEST`. For a private ECR repository, the execution role may pull it.",
		func(c *task.ContainerSpec) *string { return &c.Image }, task.CheckImage)
}

func containerSizeFields(prefix string) tf.Fields[task.ContainerSpec] {
	type spec = task.ContainerSpec
	return tf.Fields[spec]{
		tf.NumberField(prefix+"cpu", "CPU units of this container within the task, 1024 to a vCPU. Default: the rest of the task's CPU units.", func(c *spec) *int64 { return &c.CPU }, tf.Between(0, 1<<20, " units")),
		tf.NumberField(prefix+"memory", "MiB of memory at which this container is killed. Default: the task's memory.", func(c *spec) *int64 { return &c.Memory }, tf.Between(6, 1<<20, " MiB")),
		tf.NumberField(prefix+"memory_reservation", "MiB of memory that are reserved for this container.", func(c *spec) *int64 { return &c.MemoryReservation }, tf.Between(6, 1<<20, " MiB")),
	}
}

// essentialField: a container without which the task stops; that is what ECS takes when
// nothing is said.
func essentialField() tf.Field[task.ContainerSpec] {
	return tf.ConvertedField(
		tf.FlagFieldOr("essential", true, "Whether the task stops when this container does. Default: true.", tf.Itself[bool]),
		func(c task.ContainerSpec) bool { return c.Essential == nil || *c.Essential },
		func(c *task.ContainerSpec, essential bool) { c.Essential = &essential })
}

// environmentFilesField: files are only ever on S3, so a list of ARNs says it all.
func environmentFilesField() tf.Field[task.ContainerSpec] {
	return tf.ConvertedField(
		tf.ListField("environment_files", "Files of variables on S3, by the ARNs of the objects. Variables of `environment` override them; a later file overrides an earlier one. The execution role may read exactly these.",
			tf.Itself[[]string], task.CheckEnvironmentFile),
		func(c task.ContainerSpec) []string {
			var arns []string
			for _, f := range c.EnvironmentFiles {
				arns = append(arns, f.Value)
			}
			return arns
		},
		func(c *task.ContainerSpec, arns []string) {
			c.EnvironmentFiles = nil
			for _, a := range arns {
				c.EnvironmentFiles = append(c.EnvironmentFiles, task.EnvironmentFile{Type: "s3", Value: a})
			}
		})
}

func repositoryCredentialsField() tf.Field[task.ContainerSpec] {
	type spec = task.ContainerSpec
	return tf.ConvertedField(
		tf.TextField("repository_credentials", "ARN of the Secrets Manager secret with which ECS logs in to a private registry other than ECR. The execution role may read it.",
			tf.Itself[string], checkRepositoryCredentials),
		func(c spec) string {
			if c.RepositoryCredentials == nil {
				return ""
			}
			return c.RepositoryCredentials.CredentialsParameter
		},
		func(c *spec, secret string) {
			c.RepositoryCredentials = &task.RepositoryCredentials{CredentialsParameter: secret}
		})
}

func portFields() tf.Fields[task.PortMapping] {
	type port = task.PortMapping
	return tf.Fields[port]{
		tf.NumberField("container_port", "Port in the container; with `awsvpc` also the port on the task's IP address. Either this or `container_port_range` is required.", func(p *port) *int64 { return &p.ContainerPort }, tf.Between(1, 65535, "")),
		tf.TextField("container_port_range", "Ports in the container, `FIRST-LAST`.", func(p *port) *string { return &p.ContainerPortRange }, task.CheckPortRange),
		hostPortField(),
		tf.OfEnum(tf.TextFieldOr("protocol", "tcp", "`tcp` or `udp`.", func(p *port) *string { return &p.Protocol }), []string{"tcp", "udp"}),
		tf.TextField("name", "Name of the port for Service Connect: 1 to 64 lower-case letters, digits, underscores and hyphens.", func(p *port) *string { return &p.Name }),
		tf.OfEnum(tf.TextField("app_protocol", "Application protocol for Service Connect: `http`, `http2` or `grpc`.", func(p *port) *string { return &p.AppProtocol }), []string{"http", "http2", "grpc"}),
	}
}

// hostPortField: under awsvpc the host port is the container's, which may also be written
// out; a definition in its canonical form has none then.
func hostPortField() tf.Field[task.PortMapping] {
	type port = task.PortMapping
	plain := tf.NumberField("host_port", "Port on the container instance; 0 or null for any. Not with `awsvpc`, where it is the container port.", func(p *port) *int64 { return &p.HostPort }, tf.Between(0, 65535, ""))
	f := plain
	f.Keep = func(have attr.Value, aws port) attr.Value {
		if v, ok := have.(types.Int64); ok && aws.HostPort == 0 && aws.ContainerPort != 0 && v.ValueInt64() == aws.ContainerPort {
			return have
		}
		return plain.KeepOr(have, aws)
	}
	return f
}

func portKey(p task.PortMapping) string {
	protocol := p.Protocol
	if protocol == "" {
		protocol = "tcp"
	}
	return strconv.FormatInt(p.ContainerPort, 10) + p.ContainerPortRange + "/" + protocol
}

func healthCheckFields() tf.Fields[task.HealthCheck] {
	type check = task.HealthCheck
	return tf.Fields[check]{
		tf.ListField("command", "Command: `CMD` with a program and its arguments, or `CMD-SHELL` with one shell command, as in `[\"CMD-SHELL\", \"curl -f http://localhost/\"]`.", func(h *check) *[]string { return &h.Command }),
		tf.NumberFieldOr("interval", 30, "Seconds between two checks, 5 to 300. Default: 30.", func(h *check) *int64 { return &h.Interval }, tf.Between(5, 300, " seconds")),
		tf.NumberFieldOr("timeout", 5, "Seconds that a check may take, 2 to 60. Default: 5.", func(h *check) *int64 { return &h.Timeout }, tf.Between(2, 60, " seconds")),
		tf.NumberFieldOr("retries", 3, "Consecutive failures after which the container is unhealthy, 1 to 10. Default: 3.", func(h *check) *int64 { return &h.Retries }, tf.Between(1, 10, "")),
		tf.NumberField("start_period", "Seconds after the start in which failures do not count, 0 to 300. Default: 0.", func(h *check) *int64 { return &h.StartPeriod }, tf.Between(0, 300, " seconds")),
	}
}

func restartPolicyFields() tf.Fields[task.RestartPolicy] {
	type policy = task.RestartPolicy
	enabled := tf.FlagField("enabled", "Whether ECS restarts the container.", func(p *policy) *bool { return &p.Enabled })
	enabled.Flatten = func(p policy) attr.Value { return types.BoolValue(p.Enabled) }
	return tf.Fields[policy]{
		tf.Required(enabled),
		ignoredExitCodesField(),
		tf.NumberFieldOr("restart_attempt_period", 300, "Seconds that the container has to run before it can be restarted, 60 to 1800. Default: 300.", func(p *policy) *int64 { return &p.RestartAttemptPeriod }, tf.Between(60, 1800, " seconds")),
	}
}

func mountPointFields() tf.Fields[task.MountPoint] {
	type mount = task.MountPoint
	return tf.Fields[mount]{
		tf.Required(tf.TextField("source_volume", "Name of the volume, a key of `volumes`.", func(m *mount) *string { return &m.SourceVolume })),
		tf.Required(tf.TextField("container_path", "Path in the container.", func(m *mount) *string { return &m.ContainerPath })),
		tf.FlagField("read_only", "Whether the mount is read-only. Default: false.", func(m *mount) *bool { return &m.ReadOnly }),
	}
}

func volumeFromFields() tf.Fields[task.VolumeFrom] {
	type from = task.VolumeFrom
	return tf.Fields[from]{
		tf.Required(tf.TextField("source_container", "Name of the other container.", func(v *from) *string { return &v.SourceContainer })),
		tf.FlagField("read_only", "Whether the mount is read-only. Default: false.", func(v *from) *bool { return &v.ReadOnly }),
	}
}

func linuxFields() tf.Fields[task.LinuxParameters] {
	type linux = task.LinuxParameters
	capabilities := func(l *linux) *task.Capabilities {
		if l.Capabilities == nil {
			l.Capabilities = &task.Capabilities{}
		}
		return l.Capabilities
	}
	return tf.Fields[linux]{
		tf.FlagField("init_process_enabled", "Whether an init process handles signals and child processes.", func(l *linux) *bool { return &l.InitProcessEnabled }),
		tf.UnorderedListField("capabilities_add", "Kernel capabilities to add to Docker's defaults; on Fargate only `SYS_PTRACE`.", func(l *linux) *[]string { return &capabilities(l).Add }),
		tf.UnorderedListField("capabilities_drop", "Kernel capabilities to remove.", func(l *linux) *[]string { return &capabilities(l).Drop }),
		tf.ObjectsField("devices", "Devices of the container instance; not on Fargate.", deviceFields(),
			func(l *linux) *[]task.Device { return &l.Devices }, task.Device.Key),
		tf.PointerField("max_swap", "MiB of swap, 0 for none; not on Fargate.", func(l *linux) **int64 { return &l.MaxSwap }, tf.Between(0, 1<<20, " MiB")),
		tf.PointerField("swappiness", "Tendency of the kernel to swap, 0 to 100; not on Fargate.", func(l *linux) **int64 { return &l.Swappiness }, tf.Between(0, 100, "")),
		tf.NumberField("shared_memory_size", "MiB of /dev/shm; not on Fargate.", func(l *linux) *int64 { return &l.SharedMemorySize }, tf.Between(1, 1<<20, " MiB")),
		tf.ObjectsField("tmpfs", "File systems in memory.", tmpfsFields(),
			func(l *linux) *[]task.Tmpfs { return &l.Tmpfs }, func(t task.Tmpfs) string { return t.ContainerPath }),
	}
}

func deviceFields() tf.Fields[task.Device] {
	type device = task.Device
	plain := tf.TextField("container_path", "Path in the container. Default: the same.", func(d *device) *string { return &d.ContainerPath })
	path := plain
	path.Flatten = func(d device) attr.Value {
		if d.ContainerPath == d.HostPath {
			return types.StringNull()
		}
		return plain.Flatten(d)
	}
	path.Keep = func(have attr.Value, aws device) attr.Value {
		if v, ok := have.(types.String); ok && path.Flatten(aws).IsNull() && v.ValueString() == aws.HostPath {
			return have
		}
		return path.Flatten(aws)
	}
	permissions := tf.OfEnum(tf.UnorderedListField("permissions", "`read`, `write`, `mknod`. Default: all.", func(d *device) *[]string { return &d.Permissions }), task.DevicePermissions)
	flatten := permissions.Flatten
	permissions.Flatten = func(d device) attr.Value {
		if d.AllPermissions() {
			d.Permissions = nil
		}
		return flatten(d)
	}
	return tf.Fields[device]{
		tf.Required(tf.TextField("host_path", "Path on the container instance.", func(d *device) *string { return &d.HostPath })),
		path,
		permissions,
	}
}

func tmpfsFields() tf.Fields[task.Tmpfs] {
	type tmpfs = task.Tmpfs
	return tf.Fields[tmpfs]{
		tf.Required(tf.TextField("container_path", "Path in the container.", func(t *tmpfs) *string { return &t.ContainerPath })),
		tf.Required(tf.NumberField("size_mib", "Maximum size in MiB.", func(t *tmpfs) *int64 { return &t.Size }, tf.Between(1, 1<<20, " MiB"))),
		tf.UnorderedListField("mount_options", "Options of the mount.", func(t *tmpfs) *[]string { return &t.MountOptions }),
	}
}

func ulimitFields() tf.Fields[task.Ulimit] {
	type ulimit = task.Ulimit
	limit := func(name, description string, at func(*ulimit) *int64) tf.Field[ulimit] {
		f := tf.Required(tf.NumberField(name, description, at, tf.Between(-1, 1<<31-1, "")))
		f.Flatten = func(u ulimit) attr.Value { return types.Int64Value(*at(&u)) } // 0 is a limit too
		return f
	}
	return tf.Fields[ulimit]{
		limit("soft_limit", "Soft limit, which processes may raise.", func(u *ulimit) *int64 { return &u.SoftLimit }),
		limit("hard_limit", "Hard limit, up to which they may raise it.", func(u *ulimit) *int64 { return &u.HardLimit }),
	}
}

func hostEntryFields() tf.Fields[task.HostEntry] {
	type host = task.HostEntry
	return tf.Fields[host]{
		tf.Required(tf.TextField("hostname", "Name.", func(h *host) *string { return &h.Hostname })),
		tf.Required(tf.TextField("ip_address", "Address.", func(h *host) *string { return &h.IPAddress })),
	}
}

func resourceFields() tf.Fields[task.ResourceRequirement] {
	type resource = task.ResourceRequirement
	return tf.Fields[resource]{
		tf.Required(tf.TextField("type", "`GPU`, `NeuronDevice` (managed instances only), `InferenceAccelerator` or another type of ECS.", func(r *resource) *string { return &r.Type })),
		tf.TextField("value", "Number of GPUs, `ALL` for `NeuronDevice`, or name of the accelerator. Either this or `sharing_strategy` is required.", func(r *resource) *string { return &r.Value }),
		tf.ObjectField("sharing_strategy", "How the container shares a GPU with other containers; with type `GPU`, on EC2 and managed instances.", sharingFields(),
			func(r *resource) **task.SharingStrategy { return &r.SharingStrategy }),
	}
}

func sharingFields() tf.Fields[task.SharingStrategy] {
	type strategy = task.SharingStrategy
	return tf.Fields[strategy]{
		tf.ObjectField("nvidia_mps", "A share by NVIDIA's Multi-Process Service, the only strategy.", mpsFields(),
			func(s *strategy) **task.NvidiaMPS { return &s.NvidiaMPS }),
	}
}

func mpsFields() tf.Fields[task.NvidiaMPS] {
	type mps = task.NvidiaMPS
	return tf.Fields[mps]{
		tf.Required(tf.NumberField("memory", "MiB of the GPU's memory.", func(m *mps) *int64 { return &m.Memory }, tf.Between(1, 1<<20, " MiB"))),
		tf.NumberField("max_compute_percent", "Maximum share of the GPU's compute capacity in percent. Default: no limit.", func(m *mps) *int64 { return &m.MaxComputePercent }, tf.Between(1, 100, " percent")),
	}
}

func firelensFields() tf.Fields[task.FirelensConfiguration] {
	type firelens = task.FirelensConfiguration
	return tf.Fields[firelens]{
		tf.Required(tf.OfEnum(tf.TextField("type", "`fluentbit` or `fluentd`.", func(f *firelens) *string { return &f.Type }), []string{"fluentbit", "fluentd"})),
		tf.MapField("options", "Options of the log router, such as `enable-ecs-log-metadata` and `config-file-type`. The execution role may read a configuration file on S3.", func(f *firelens) *map[string]string { return &f.Options }),
	}
}

func ignoredExitCodesField() tf.Field[task.RestartPolicy] {
	return tf.Field[task.RestartPolicy]{
		Name: "ignored_exit_codes",
		Attribute: schema.ListAttribute{
			ElementType: types.Int64Type, Optional: true,
			Validators:          []validator.List{listvalidator.SizeAtMost(50)},
			MarkdownDescription: "Exit codes after which it is not restarted, at most 50.",
		},
		Expand: func(v attr.Value, p *task.RestartPolicy) {
			p.IgnoredExitCodes = nil
			for _, e := range tf.As[types.List](v).Elements() {
				p.IgnoredExitCodes = append(p.IgnoredExitCodes, tf.As[types.Int64](e).ValueInt64())
			}
			slices.Sort(p.IgnoredExitCodes)
		},
		Flatten: func(p task.RestartPolicy) attr.Value {
			if len(p.IgnoredExitCodes) == 0 {
				return types.ListNull(types.Int64Type)
			}
			var codes []attr.Value
			for _, c := range slices.Sorted(slices.Values(p.IgnoredExitCodes)) {
				codes = append(codes, types.Int64Value(c))
			}
			return types.ListValueMust(types.Int64Type, codes)
		},
	}
}
