// Package attribute names the attributes of a docker task that something is derived from. A derived value
// lists its own beside its derivation, and is known as soon as all of these are.
package attribute

import "slices"

// Path is an attribute by its name, or one of an object after a dot, as in log_group.arn.
type Path struct{ text string }

// Named is the attribute of a name: for tables of fields and keys, which have names themselves.
func Named(text string) Path { return Path{text} }

func (p Path) String() string { return p.text }

// Set is a set of attributes.
type Set map[Path]bool

// Any reports whether one of the attributes is in the set.
func (s Set) Any(paths ...Path) bool {
	return slices.ContainsFunc(paths, func(p Path) bool { return s[p] })
}

// Other reports whether an attribute is in the set that is none of these.
func (s Set) Other(than ...Path) bool {
	for p, in := range s {
		if in && !slices.Contains(than, p) {
			return true
		}
	}
	return false
}

// Role are the attributes of execution_role or task_role.
type Role struct {
	ARN, Name, NamePrefix, Path, Description, MaxSessionDuration, ManagedPolicyARNs, Policies, RestrictTrust Path
}

// All are the attributes of the role.
func (r Role) All() []Path {
	return []Path{r.ARN, r.Name, r.NamePrefix, r.Path, r.Description, r.MaxSessionDuration, r.ManagedPolicyARNs, r.Policies, r.RestrictTrust}
}

func role(name string) Role {
	of := func(attribute string) Path { return define(name + "." + attribute) }
	return Role{
		of("arn"), of("name"), of("name_prefix"), of("path"), of("description"),
		of("max_session_duration"), of("managed_policy_arns"), of("policies"), of("restrict_trust"),
	}
}

// Account is the account of the credentials. It is no attribute, but may be unknown like one.
var Account = Path{"account"}

// The attributes that something is derived from, or a check needs.
var (
	Name           = define("name")
	Region         = define("region")
	DefinitionJSON = define("definition_json")
	Images         = define("images")
	Sidecars       = define("sidecars")
	Wires          = define("wires")

	Image                 = define("image")
	ContainerName         = define("container_name")
	ContainerMemory       = define("container_memory")
	Command               = define("command")
	CredentialSpecs       = define("credential_specs")
	DependsOnContainers   = define("depends_on_containers")
	DockerSecurityOptions = define("docker_security_options")
	EntryPoint            = define("entry_point")
	Environment           = define("environment")
	EnvironmentFiles      = define("environment_files")
	Essential             = define("essential")
	FirelensConfiguration = define("firelens_configuration")
	HealthCheck           = define("health_check")
	LogDriver             = define("log_driver")
	LogOptions            = define("log_options")
	LogSecretOptions      = define("log_secret_options")
	MemoryReservation     = define("container_memory_reservation")
	MountPoints           = define("mount_points")
	Ports                 = define("ports")
	RepositoryCredentials = define("repository_credentials")
	ResourceRequirements  = define("resource_requirements")
	RestartPolicy         = define("restart_policy")
	Secrets               = define("secrets")
	Ulimits               = define("ulimits")
	VolumesFrom           = define("volumes_from")

	Architecture          = define("architecture")
	CPU                   = define("cpu")
	LaunchTypes           = define("launch_types")
	Memory                = define("memory")
	NetworkMode           = define("network_mode")
	OperatingSystemFamily = define("operating_system_family")
	ProxyConfiguration    = define("proxy_configuration")
	TrustedExecution      = define("trusted_execution_configuration")
	Volumes               = define("volumes")
	// Those of any volume.
	VolumesEFS        = define("volumes.efs")
	VolumesFSxWindows = define("volumes.fsx_windows")
	VolumesS3Files    = define("volumes.s3_files")

	ExecutionRole        = role("execution_role")
	TaskRole             = role("task_role")
	SingleRole           = define("single_role")
	PermissionsBoundary  = define("permissions_boundary")
	SecretsKMSKeyARNs    = define("secrets_kms_key_arns")
	EnableExecuteCommand = define("enable_execute_command")
	LogGroup             = struct{ ARN, Name, RetentionInDays, KMSKeyID, Class, Adopt, KeepOnDestroy Path }{
		define("log_group.arn"), define("log_group.name"), define("log_group.retention_in_days"), define("log_group.kms_key_id"),
		define("log_group.class"), define("log_group.adopt"), define("log_group.keep_on_destroy"),
	}

	Cluster          = define("cluster")
	SubnetIDs        = define("subnet_ids")
	SecurityGroupIDs = define("security_group_ids")
	AssignPublicIP   = define("assign_public_ip")
	Tags             = define("tags")
	TagsAll          = define("tags_all")
	KeepRevisions    = define("keep_revisions")
	DeleteRevisions  = define("delete_revisions")
)

// defined are the attributes above.
var defined []Path

func define(text string) Path {
	p := Path{text}
	defined = append(defined, p)
	return p
}

// All are the attributes that have a name here.
func All() []Path { return slices.Clone(defined) }
