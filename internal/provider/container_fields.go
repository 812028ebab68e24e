package provider

import (
	"slices"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// The tables of fields: of the main container, of a sidecar, of the rest of the definition.
var (
	mainTable       = mainFields()
	sidecarTable    = sidecarFields()
	definitionTable = taskFields()
	sidecarsTable   = fields[task.Spec]{objectMapField("sidecars",
		"Further containers, by name, with the attributes of the main one. `cpu` and `memory` are the container's own; where it logs to CloudWatch Logs, it is to the task's log group.",
		sidecarTable, func(s *task.Spec) *[]task.ContainerSpec { return &s.Sidecars }, func(c *task.ContainerSpec) *string { return &c.Name },
		mapvalidator.KeysAre(stringCheck(task.CheckName)))}
)

// containerFields are the attributes of every container, in docker_task itself for the main
// one and in sidecars for the others. Texts say what ECS does; where a launch type lacks a
// field, validation says so.
func containerFields() fields[task.ContainerSpec] {
	type spec = task.ContainerSpec
	return fields[spec]{
		listField("command", "Command that the container runs, word by word: `[\"sh\", \"-c\", \"…\"]`. Default: the image's.", func(c *spec) *[]string { return &c.Command }),
		listField("entry_point", "Entry point of the container, word by word. Default: the image's.", func(c *spec) *[]string { return &c.EntryPoint }),
		textField("working_directory", "Directory in which the command runs. Default: the image's.", func(c *spec) *string { return &c.WorkingDirectory }),
		textField("user", "User in the container: `USER`, `UID`, `USER:GROUP` or `UID:GID`. Default: the image's.", func(c *spec) *string { return &c.User }),
		pairsField("environment", "Environment variables. They stand in the plan, in state and in the task definition: use `secrets` for what nobody should read there.",
			func(c *spec) *[]task.KeyValue { return &c.Environment },
			func(k, v string) task.KeyValue { return task.KeyValue{Name: k, Value: v} },
			func(v task.KeyValue) (string, string) { return v.Name, v.Value },
			mapvalidator.KeysAre(stringCheck(task.CheckVariable))),
		environmentFilesField(),
		mapField("secrets", "Environment variables whose values ECS fetches when a task starts, by reference: the name or ARN of an SSM parameter, "+
			"the ARN of a Secrets Manager secret, or `secret:NAME`; the latter two also with `:JSON_KEY:STAGE:VERSION`. "+
			"The execution role may read exactly these.",
			func(c *spec) *map[string]string { return &c.SecretRefs },
			mapvalidator.KeysAre(stringCheck(task.CheckVariable)), mapvalidator.ValueStringsAre(stringCheck(task.CheckSecret))),
		objectsField("ports", "Ports on which the container listens.", portFields(),
			func(c *spec) *[]task.PortMapping { return &c.PortMappings }, portKey),
		objectField("health_check", "Command that checks the health of the container.", healthCheckFields(),
			func(c *spec) **task.HealthCheck { return &c.HealthCheck }),
		pairsField("depends_on_containers", "Containers that have to be so far before this one starts: name to "+code(task.DependencyConditions)+".",
			func(c *spec) *[]task.Dependency { return &c.DependsOn },
			func(k, v string) task.Dependency { return task.Dependency{ContainerName: k, Condition: v} },
			func(d task.Dependency) (string, string) { return d.ContainerName, d.Condition },
			mapvalidator.ValueStringsAre(enum(task.DependencyConditions))),
		numberField("start_timeout", "Seconds to wait for the containers this one depends on, 2 to 120 on Fargate.", func(c *spec) *int64 { return &c.StartTimeout }, between(2, 86400, " seconds")),
		numberField("stop_timeout", "Seconds from the signal to stop until the container is killed, 2 to 120 on Fargate. Default: 30, on EC2 what the agent of the container instance is set to.", func(c *spec) *int64 { return &c.StopTimeout }, between(2, 86400, " seconds")),
		objectField("restart_policy", "Lets ECS restart the container by itself.", restartPolicyFields(), func(c *spec) **task.RestartPolicy { return &c.RestartPolicy }),
		flagField("readonly_root_filesystem", "Whether the container's root file system is read-only.", func(c *spec) *bool { return &c.ReadonlyRootFilesystem }),
		objectsField("mount_points", "Where the container sees volumes of the task.", mountPointFields(),
			func(c *spec) *[]task.MountPoint { return &c.MountPoints }, func(m task.MountPoint) string { return m.ContainerPath }),
		objectsField("volumes_from", "Containers all of whose volumes this one sees too.", volumeFromFields(),
			func(c *spec) *[]task.VolumeFrom { return &c.VolumesFrom }, func(v task.VolumeFrom) string { return v.SourceContainer }),
		emptyIsNone(objectField("linux_parameters", "Settings of the Linux kernel for the container.", linuxFields(), func(c *spec) **task.LinuxParameters { return &c.LinuxParameters }),
			func(c spec) bool { return c.LinuxParameters.Empty() }),
		objectMapField("ulimits", "Limits of the container's processes, by name: "+code(task.UlimitNames)+".", ulimitFields(),
			func(c *spec) *[]task.Ulimit { return &c.Ulimits }, func(u *task.Ulimit) *string { return &u.Name }, mapvalidator.KeysAre(enum(task.UlimitNames))),
		pairsField("system_controls", "Kernel parameters, as `net.core.somaxconn`, to their values.",
			func(c *spec) *[]task.SystemControl { return &c.SystemControls },
			func(k, v string) task.SystemControl { return task.SystemControl{Namespace: k, Value: v} },
			func(v task.SystemControl) (string, string) { return v.Namespace, v.Value }),
		mapField("docker_labels", "Docker labels of the container.", func(c *spec) *map[string]string { return &c.DockerLabels }),
		listField("docker_security_options", "Security options of Docker's; not on Fargate.", func(c *spec) *[]string { return &c.DockerSecurityOptions }),
		listField("dns_servers", "DNS servers; not on Fargate.", func(c *spec) *[]string { return &c.DNSServers }),
		listField("dns_search_domains", "DNS search domains; not on Fargate.", func(c *spec) *[]string { return &c.DNSSearchDomains }),
		objectsField("extra_hosts", "Lines of the container's /etc/hosts; not on Fargate.", hostEntryFields(),
			func(c *spec) *[]task.HostEntry { return &c.ExtraHosts }, func(h task.HostEntry) string { return h.Hostname + " " + h.IPAddress }),
		textField("hostname", "Host name of the container; not with `awsvpc`.", func(c *spec) *string { return &c.Hostname }),
		listField("links", "Containers to link, `NAME:ALIAS`; only with `bridge`.", func(c *spec) *[]string { return &c.Links }),
		flagField("disable_networking", "Whether the container has no network; not on Fargate.", func(c *spec) *bool { return &c.DisableNetworking }),
		flagField("privileged", "Whether the container has all rights on its container instance; not on Fargate.", func(c *spec) *bool { return &c.Privileged }),
		flagField("interactive", "Whether the container's standard input stays open.", func(c *spec) *bool { return &c.Interactive }),
		flagField("pseudo_terminal", "Whether the container gets a terminal.", func(c *spec) *bool { return &c.PseudoTerminal }),
		repositoryCredentialsField(),
		objectsField("resource_requirements", "GPUs or other accelerators; not on Fargate.", resourceFields(),
			func(c *spec) *[]task.ResourceRequirement { return &c.ResourceRequirements }, func(r task.ResourceRequirement) string { return r.Type }),
		objectField("firelens_configuration", "Makes the container the log router of the others, whose `log_driver` is then `awsfirelens`; one container of a task.", firelensFields(),
			func(c *spec) **task.FirelensConfiguration { return &c.FirelensConfiguration }),
		listField("credential_specs", "Credential specifications of Active Directory: ARNs of files on S3 or of parameters, with `credentialspec:` or `credentialspecdomainless:` before them. The execution role may read them.",
			func(c *spec) *[]string { return &c.CredentialSpecs }, task.CheckCredentialSpec),
		ofEnum(textFieldOr("version_consistency", "enabled", "Whether ECS turns the image's tag into a digest: `enabled` or `disabled`.", func(c *spec) *string { return &c.VersionConsistency }), []string{"enabled", "disabled"}),
		ofEnum(textFieldOr("log_driver", task.AWSLogs, "Where the output goes: "+code(task.LogDrivers)+". `awslogs` writes to the task's log group; `none` leaves the output to the container instance.", func(c *spec) *string { return &c.Log.Driver }), task.LogDrivers),
		mapField("log_options", "Options of the log driver. For `awslogs` they come on top of group, region and stream prefix.", func(c *spec) *map[string]string { return &c.Log.Options }),
		mapField("log_secret_options", "Options of the log driver whose values ECS fetches, by reference as in `secrets`.", func(c *spec) *map[string]string { return &c.Log.SecretRefs },
			mapvalidator.ValueStringsAre(stringCheck(task.CheckSecret))),
		essentialField(),
	}
}

// sidecarFields are those that the main container has under other names: there, cpu and
// memory are the task's.
func sidecarFields() fields[task.ContainerSpec] {
	return slices.Concat(fields[task.ContainerSpec]{required(imageField())}, containerSizeFields(""), containerFields())
}

// mainFields are those of the main container.
func mainFields() fields[task.ContainerSpec] {
	return slices.Concat(fields[task.ContainerSpec]{imageField()}, containerSizeFields("container_"), containerFields())
}

func imageField() field[task.ContainerSpec] {
	return textField("image", "Image to run: `REPOSITORY`, `REPOSITORY:TAG` or `REPOSITORY@sha256:DIGEST`. The right to pull follows when the repository is a private one of ECR.",
		func(c *task.ContainerSpec) *string { return &c.Image }, task.CheckImage)
}

func containerSizeFields(prefix string) fields[task.ContainerSpec] {
	type spec = task.ContainerSpec
	return fields[spec]{
		numberField(prefix+"cpu", "CPU units of this container within the task, 1024 to a vCPU. Default: whatever is left.", func(c *spec) *int64 { return &c.CPU }, between(0, 1<<20, " units")),
		numberField(prefix+"memory", "MiB of memory at which this container is killed. Default: the task's memory.", func(c *spec) *int64 { return &c.Memory }, between(6, 1<<20, " MiB")),
		numberField(prefix+"memory_reservation", "MiB of memory that are kept for this container.", func(c *spec) *int64 { return &c.MemoryReservation }, between(6, 1<<20, " MiB")),
	}
}

// essentialField: a container without which the task stops; that is what ECS takes when
// nothing is said.
func essentialField() field[task.ContainerSpec] {
	f := flagField("essential", "Whether the task stops when this container does. Default: true.", func(*task.ContainerSpec) *bool { return new(bool) })
	f.expand = func(v attr.Value, c *task.ContainerSpec) { c.Essential = as[types.Bool](v).ValueBoolPointer() }
	f.flatten = func(c task.ContainerSpec) attr.Value {
		if c.Essential != nil && !*c.Essential {
			return types.BoolValue(false)
		}
		return types.BoolNull()
	}
	return f
}

// environmentFilesField: files are only ever on S3, so a list of ARNs says it all.
func environmentFilesField() field[task.ContainerSpec] {
	type held struct{ arns []string }
	list := listField("environment_files", "Files of variables on S3, by the ARNs of the objects. Variables of `environment` win; of two files, the later. The execution role may read exactly these.",
		func(h *held) *[]string { return &h.arns }, task.CheckEnvironmentFile)
	return field[task.ContainerSpec]{
		name: list.name, attribute: list.attribute,
		expand: func(v attr.Value, c *task.ContainerSpec) {
			c.EnvironmentFiles = nil
			for _, a := range stringsOf(as[types.List](v).Elements()) {
				c.EnvironmentFiles = append(c.EnvironmentFiles, task.EnvironmentFile{Type: "s3", Value: a})
			}
		},
		flatten: func(c task.ContainerSpec) attr.Value {
			var h held
			for _, f := range c.EnvironmentFiles {
				h.arns = append(h.arns, f.Value)
			}
			return list.flatten(h)
		},
	}
}

func repositoryCredentialsField() field[task.ContainerSpec] {
	type spec = task.ContainerSpec
	f := textField("repository_credentials", "ARN of the Secrets Manager secret with which ECS logs in to a private registry other than ECR. The execution role may read it.",
		func(*spec) *string { return new(string) }, checkRepositoryCredentials)
	f.expand = func(v attr.Value, c *spec) {
		c.RepositoryCredentials = &task.RepositoryCredentials{CredentialsParameter: as[types.String](v).ValueString()}
	}
	f.flatten = func(c spec) attr.Value {
		if c.RepositoryCredentials == nil {
			return types.StringNull()
		}
		return stringOrNull(c.RepositoryCredentials.CredentialsParameter)
	}
	return f
}

func portFields() fields[task.PortMapping] {
	type port = task.PortMapping
	return fields[port]{
		numberField("container_port", "Port in the container; under `awsvpc` also the port of the task's address. One of this and `container_port_range`.", func(p *port) *int64 { return &p.ContainerPort }, between(1, 65535, "")),
		textField("container_port_range", "Ports in the container, `FIRST-LAST`.", func(p *port) *string { return &p.ContainerPortRange }, task.CheckPortRange),
		hostPortField(),
		ofEnum(textFieldOr("protocol", "tcp", "`tcp` or `udp`.", func(p *port) *string { return &p.Protocol }), []string{"tcp", "udp"}),
		textField("name", "Name of the port for Service Connect: 1 to 64 lower-case letters, digits, underscores and hyphens.", func(p *port) *string { return &p.Name }),
		ofEnum(textField("app_protocol", "Application protocol for Service Connect: `http`, `http2` or `grpc`.", func(p *port) *string { return &p.AppProtocol }), []string{"http", "http2", "grpc"}),
	}
}

// hostPortField: under awsvpc the host port is the container's, which may also be written
// out; a definition in its canonical form has none then.
func hostPortField() field[task.PortMapping] {
	type port = task.PortMapping
	plain := numberField("host_port", "Port of the container instance; 0 or nothing for any. Not with `awsvpc`, where it is the container's.", func(p *port) *int64 { return &p.HostPort }, between(0, 65535, ""))
	f := plain
	f.keep = func(have attr.Value, aws port) attr.Value {
		if v, ok := have.(types.Int64); ok && aws.HostPort == 0 && aws.ContainerPort != 0 && v.ValueInt64() == aws.ContainerPort {
			return have
		}
		return plain.keepOr(have, aws)
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

func healthCheckFields() fields[task.HealthCheck] {
	type check = task.HealthCheck
	return fields[check]{
		listField("command", "Command: `CMD` with a program and its arguments, or `CMD-SHELL` with one line of a shell, as `[\"CMD-SHELL\", \"curl -f http://localhost/\"]`.", func(h *check) *[]string { return &h.Command }),
		numberFieldOr("interval", 30, "Seconds between two checks, 5 to 300. Default: 30.", func(h *check) *int64 { return &h.Interval }, between(5, 300, " seconds")),
		numberFieldOr("timeout", 5, "Seconds that a check may take, 2 to 60. Default: 5.", func(h *check) *int64 { return &h.Timeout }, between(2, 60, " seconds")),
		numberFieldOr("retries", 3, "Failures in a row that make the container unhealthy, 1 to 10. Default: 3.", func(h *check) *int64 { return &h.Retries }, between(1, 10, "")),
		numberField("start_period", "Seconds in which failures do not count, 0 to 300. Default: 0.", func(h *check) *int64 { return &h.StartPeriod }, between(0, 300, " seconds")),
	}
}

func restartPolicyFields() fields[task.RestartPolicy] {
	type policy = task.RestartPolicy
	enabled := flagField("enabled", "Whether ECS restarts the container.", func(p *policy) *bool { return &p.Enabled })
	enabled.flatten = func(p policy) attr.Value { return types.BoolValue(p.Enabled) }
	return fields[policy]{
		required(enabled),
		ignoredExitCodesField(),
		numberFieldOr("restart_attempt_period", 300, "Seconds that the container has to run before it can be restarted, 60 to 1800. Default: 300.", func(p *policy) *int64 { return &p.RestartAttemptPeriod }, between(60, 1800, " seconds")),
	}
}

func mountPointFields() fields[task.MountPoint] {
	type mount = task.MountPoint
	return fields[mount]{
		required(textField("source_volume", "Name of the volume, a key of `volumes`.", func(m *mount) *string { return &m.SourceVolume })),
		required(textField("container_path", "Path in the container.", func(m *mount) *string { return &m.ContainerPath })),
		flagField("read_only", "Whether the container may only read. Default: false.", func(m *mount) *bool { return &m.ReadOnly }),
	}
}

func volumeFromFields() fields[task.VolumeFrom] {
	type from = task.VolumeFrom
	return fields[from]{
		required(textField("source_container", "Name of the other container.", func(v *from) *string { return &v.SourceContainer })),
		flagField("read_only", "Whether this container may only read. Default: false.", func(v *from) *bool { return &v.ReadOnly }),
	}
}

func linuxFields() fields[task.LinuxParameters] {
	type linux = task.LinuxParameters
	capabilities := func(l *linux) *task.Capabilities {
		if l.Capabilities == nil {
			l.Capabilities = &task.Capabilities{}
		}
		return l.Capabilities
	}
	return fields[linux]{
		flagField("init_process_enabled", "Whether an init process takes care of signals and children.", func(l *linux) *bool { return &l.InitProcessEnabled }),
		bagField("capabilities_add", "Kernel capabilities on top of Docker's; on Fargate only `SYS_PTRACE`.", func(l *linux) *[]string { return &capabilities(l).Add }),
		bagField("capabilities_drop", "Kernel capabilities taken away.", func(l *linux) *[]string { return &capabilities(l).Drop }),
		objectsField("devices", "Devices of the container instance; not on Fargate.", deviceFields(),
			func(l *linux) *[]task.Device { return &l.Devices }, task.Device.Key),
		pointerField("max_swap", "MiB of swap, 0 for none; not on Fargate.", func(l *linux) **int64 { return &l.MaxSwap }, between(0, 1<<20, " MiB")),
		pointerField("swappiness", "How readily pages are swapped, 0 to 100; not on Fargate.", func(l *linux) **int64 { return &l.Swappiness }, between(0, 100, "")),
		numberField("shared_memory_size", "MiB of /dev/shm; not on Fargate.", func(l *linux) *int64 { return &l.SharedMemorySize }, between(1, 1<<20, " MiB")),
		objectsField("tmpfs", "File systems in memory.", tmpfsFields(),
			func(l *linux) *[]task.Tmpfs { return &l.Tmpfs }, func(t task.Tmpfs) string { return t.ContainerPath }),
	}
}

func deviceFields() fields[task.Device] {
	type device = task.Device
	plain := textField("container_path", "Path in the container. Default: the same.", func(d *device) *string { return &d.ContainerPath })
	path := plain
	path.flatten = func(d device) attr.Value {
		if d.ContainerPath == d.HostPath {
			return types.StringNull()
		}
		return plain.flatten(d)
	}
	path.keep = func(have attr.Value, aws device) attr.Value {
		if v, ok := have.(types.String); ok && path.flatten(aws).IsNull() && v.ValueString() == aws.HostPath {
			return have
		}
		return path.flatten(aws)
	}
	permissions := ofEnum(bagField("permissions", "`read`, `write`, `mknod`. Default: all.", func(d *device) *[]string { return &d.Permissions }), task.DevicePermissions)
	flatten := permissions.flatten
	permissions.flatten = func(d device) attr.Value {
		if d.AllPermissions() {
			d.Permissions = nil
		}
		return flatten(d)
	}
	return fields[device]{
		required(textField("host_path", "Path on the container instance.", func(d *device) *string { return &d.HostPath })),
		path,
		permissions,
	}
}

func tmpfsFields() fields[task.Tmpfs] {
	type tmpfs = task.Tmpfs
	return fields[tmpfs]{
		required(textField("container_path", "Path in the container.", func(t *tmpfs) *string { return &t.ContainerPath })),
		required(numberField("size_mib", "Most MiB that it takes.", func(t *tmpfs) *int64 { return &t.Size }, between(1, 1<<20, " MiB"))),
		bagField("mount_options", "Options of the mount.", func(t *tmpfs) *[]string { return &t.MountOptions }),
	}
}

func ulimitFields() fields[task.Ulimit] {
	type ulimit = task.Ulimit
	limit := func(name, description string, at func(*ulimit) *int64) field[ulimit] {
		f := required(numberField(name, description, at, between(-1, 1<<31-1, "")))
		f.flatten = func(u ulimit) attr.Value { return types.Int64Value(*at(&u)) } // 0 is a limit too
		return f
	}
	return fields[ulimit]{
		limit("soft_limit", "Limit that processes may raise.", func(u *ulimit) *int64 { return &u.SoftLimit }),
		limit("hard_limit", "Limit up to which they may.", func(u *ulimit) *int64 { return &u.HardLimit }),
	}
}

func hostEntryFields() fields[task.HostEntry] {
	type host = task.HostEntry
	return fields[host]{
		required(textField("hostname", "Name.", func(h *host) *string { return &h.Hostname })),
		required(textField("ip_address", "Address.", func(h *host) *string { return &h.IPAddress })),
	}
}

func resourceFields() fields[task.ResourceRequirement] {
	type resource = task.ResourceRequirement
	return fields[resource]{
		required(textField("type", "`GPU`, `NeuronDevice` (managed instances only), `InferenceAccelerator` or another of ECS's.", func(r *resource) *string { return &r.Type })),
		textField("value", "Number of GPUs, `ALL` for `NeuronDevice`, or name of the accelerator. One of this and `sharing_strategy`.", func(r *resource) *string { return &r.Value }),
		objectField("sharing_strategy", "How the container shares a GPU with other containers; with type `GPU`, on EC2 and managed instances.", sharingFields(),
			func(r *resource) **task.SharingStrategy { return &r.SharingStrategy }),
	}
}

func sharingFields() fields[task.SharingStrategy] {
	type strategy = task.SharingStrategy
	return fields[strategy]{
		objectField("nvidia_mps", "A share by NVIDIA's Multi-Process Service, the only strategy that there is.", mpsFields(),
			func(s *strategy) **task.NvidiaMPS { return &s.NvidiaMPS }),
	}
}

func mpsFields() fields[task.NvidiaMPS] {
	type mps = task.NvidiaMPS
	return fields[mps]{
		required(numberField("memory", "MiB of the GPU's memory.", func(m *mps) *int64 { return &m.Memory }, between(1, 1<<20, " MiB"))),
		numberField("max_compute_percent", "Most that the container uses of the GPU's compute capacity, in percent. Default: no limit.", func(m *mps) *int64 { return &m.MaxComputePercent }, between(1, 100, " percent")),
	}
}

func firelensFields() fields[task.FirelensConfiguration] {
	type firelens = task.FirelensConfiguration
	return fields[firelens]{
		required(ofEnum(textField("type", "`fluentbit` or `fluentd`.", func(f *firelens) *string { return &f.Type }), []string{"fluentbit", "fluentd"})),
		mapField("options", "Options of the log router, as `enable-ecs-log-metadata` and `config-file-type`. The execution role may read a configuration file on S3.", func(f *firelens) *map[string]string { return &f.Options }),
	}
}

func ignoredExitCodesField() field[task.RestartPolicy] {
	return field[task.RestartPolicy]{
		name: "ignored_exit_codes",
		attribute: schema.ListAttribute{
			ElementType: types.Int64Type, Optional: true,
			Validators:          []validator.List{listvalidator.SizeAtMost(50)},
			MarkdownDescription: "Exit codes after which it is not restarted, at most 50.",
		},
		expand: func(v attr.Value, p *task.RestartPolicy) {
			p.IgnoredExitCodes = nil
			for _, e := range as[types.List](v).Elements() {
				p.IgnoredExitCodes = append(p.IgnoredExitCodes, as[types.Int64](e).ValueInt64())
			}
			slices.Sort(p.IgnoredExitCodes)
		},
		flatten: func(p task.RestartPolicy) attr.Value {
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
