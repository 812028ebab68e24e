package task

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// DefinitionLimit is the size of a task definition in bytes.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html
const DefinitionLimit = 64 * 1024

// Size is how many bytes of [DefinitionLimit] a definition takes: in the JSON that the SDK sends,
// in which <, > and & are one byte each.
func (d Definition) Size() int {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	if err := e.Encode(d); err != nil {
		// Strings, numbers, lists and maps of them cannot fail to encode.
		panic(fmt.Sprintf("encoding a task definition: %s", err))
	}
	return text.Len() - len("\n")
}

// Definition is a task definition as ECS's RegisterTaskDefinition takes it and
// DescribeTaskDefinition returns it, field by field with ECS's JSON names: also those that no
// attribute sets, so that a value set by others is found. A pointer stands where ECS
// distinguishes "not set" from zero.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html
type Definition struct {
	Family                  string                 `json:"family,omitempty"`
	ContainerDefinitions    []Container            `json:"containerDefinitions,omitempty"`
	CPU                     string                 `json:"cpu,omitempty"`
	Memory                  string                 `json:"memory,omitempty"`
	NetworkMode             string                 `json:"networkMode,omitempty"`
	RequiresCompatibilities []string               `json:"requiresCompatibilities,omitempty"`
	RuntimePlatform         *RuntimePlatform       `json:"runtimePlatform,omitempty"`
	ExecutionRoleARN        string                 `json:"executionRoleArn,omitempty"`
	TaskRoleARN             string                 `json:"taskRoleArn,omitempty"`
	EphemeralStorage        *EphemeralStorage      `json:"ephemeralStorage,omitempty"`
	EnableFaultInjection    bool                   `json:"enableFaultInjection,omitempty"`
	IpcMode                 string                 `json:"ipcMode,omitempty"`
	PidMode                 string                 `json:"pidMode,omitempty"`
	PlacementConstraints    []PlacementConstraint  `json:"placementConstraints,omitempty"`
	ProxyConfiguration      *ProxyConfiguration    `json:"proxyConfiguration,omitempty"`
	InferenceAccelerators   []InferenceAccelerator `json:"inferenceAccelerators,omitempty"`
	Volumes                 []Volume               `json:"volumes,omitempty"`
	TrustedExecution        *TrustedExecution      `json:"trustedExecutionConfiguration,omitempty"`
}

// Container is a container definition.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
type Container struct {
	Name                   string                 `json:"name,omitempty"`
	Image                  string                 `json:"image,omitempty"`
	CPU                    int64                  `json:"cpu,omitempty"`
	Memory                 int64                  `json:"memory,omitempty"`
	MemoryReservation      int64                  `json:"memoryReservation,omitempty"`
	Essential              *bool                  `json:"essential,omitempty"`
	Command                []string               `json:"command,omitempty"`
	EntryPoint             []string               `json:"entryPoint,omitempty"`
	WorkingDirectory       string                 `json:"workingDirectory,omitempty"`
	User                   string                 `json:"user,omitempty"`
	Environment            []KeyValue             `json:"environment,omitempty"`
	EnvironmentFiles       []EnvironmentFile      `json:"environmentFiles,omitempty"`
	Secrets                []ContainerSecret      `json:"secrets,omitempty"`
	PortMappings           []PortMapping          `json:"portMappings,omitempty"`
	LogConfiguration       *LogConfiguration      `json:"logConfiguration,omitempty"`
	HealthCheck            *HealthCheck           `json:"healthCheck,omitempty"`
	DependsOn              []Dependency           `json:"dependsOn,omitempty"`
	StartTimeout           int64                  `json:"startTimeout,omitempty"`
	StopTimeout            int64                  `json:"stopTimeout,omitempty"`
	RestartPolicy          *RestartPolicy         `json:"restartPolicy,omitempty"`
	ReadonlyRootFilesystem bool                   `json:"readonlyRootFilesystem,omitempty"`
	MountPoints            []MountPoint           `json:"mountPoints,omitempty"`
	VolumesFrom            []VolumeFrom           `json:"volumesFrom,omitempty"`
	LinuxParameters        *LinuxParameters       `json:"linuxParameters,omitempty"`
	Ulimits                []Ulimit               `json:"ulimits,omitempty"`
	SystemControls         []SystemControl        `json:"systemControls,omitempty"`
	DockerLabels           map[string]string      `json:"dockerLabels,omitempty"`
	DockerSecurityOptions  []string               `json:"dockerSecurityOptions,omitempty"`
	DNSServers             []string               `json:"dnsServers,omitempty"`
	DNSSearchDomains       []string               `json:"dnsSearchDomains,omitempty"`
	ExtraHosts             []HostEntry            `json:"extraHosts,omitempty"`
	Hostname               string                 `json:"hostname,omitempty"`
	Links                  []string               `json:"links,omitempty"`
	DisableNetworking      bool                   `json:"disableNetworking,omitempty"`
	Privileged             bool                   `json:"privileged,omitempty"`
	Interactive            bool                   `json:"interactive,omitempty"`
	PseudoTerminal         bool                   `json:"pseudoTerminal,omitempty"`
	RepositoryCredentials  *RepositoryCredentials `json:"repositoryCredentials,omitempty"`
	ResourceRequirements   []ResourceRequirement  `json:"resourceRequirements,omitempty"`
	FirelensConfiguration  *FirelensConfiguration `json:"firelensConfiguration,omitempty"`
	CredentialSpecs        []string               `json:"credentialSpecs,omitempty"`
	VersionConsistency     string                 `json:"versionConsistency,omitempty"`
}

// RuntimePlatform is the CPU architecture and operating system that a task needs.
type RuntimePlatform struct {
	CPUArchitecture       string `json:"cpuArchitecture,omitempty"`
	OperatingSystemFamily string `json:"operatingSystemFamily,omitempty"`
}

// EphemeralStorage is the size of a task's own storage on Fargate, where it is not the usual 20 GiB.
type EphemeralStorage struct {
	SizeInGiB int64 `json:"sizeInGiB"`
}

// PlacementConstraint says on which container instances a task may run; not on Fargate.
type PlacementConstraint struct {
	Type       string `json:"type,omitempty"`
	Expression string `json:"expression,omitempty"`
}

// ProxyConfiguration is the App Mesh proxy of a task.
type ProxyConfiguration struct {
	Type          string     `json:"type,omitempty"`
	ContainerName string     `json:"containerName,omitempty"`
	Properties    []KeyValue `json:"properties,omitempty"`
}

// InferenceAccelerator is an Elastic Inference accelerator, which AWS no longer offers.
type InferenceAccelerator struct {
	DeviceName string `json:"deviceName,omitempty"`
	DeviceType string `json:"deviceType,omitempty"`
}

// TrustedExecution is how a task is isolated from the other tasks of a managed instance.
type TrustedExecution struct {
	IsolationMode     string `json:"isolationMode,omitempty"`
	AttestationPolicy string `json:"attestationPolicy,omitempty"` // base64
}

// KeyValue is an environment variable or another named value.
type KeyValue struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// EnvironmentFile is a file of variables on S3, by its ARN.
type EnvironmentFile struct {
	Type  string `json:"type,omitempty"`
	Value string `json:"value,omitempty"`
}

// ContainerSecret is a variable, or an option of a log driver, whose value ECS fetches; see [Secret].
type ContainerSecret struct {
	Name      string `json:"name"`
	ValueFrom string `json:"valueFrom"`
}

// PortMapping is a port, or a range of ports, that a container listens on.
type PortMapping struct {
	ContainerPort      int64  `json:"containerPort,omitempty"`
	ContainerPortRange string `json:"containerPortRange,omitempty"`
	HostPort           int64  `json:"hostPort,omitempty"`
	Protocol           string `json:"protocol,omitempty"`
	Name               string `json:"name,omitempty"`
	AppProtocol        string `json:"appProtocol,omitempty"`
}

// LogConfiguration says where a container's output goes.
type LogConfiguration struct {
	LogDriver     string            `json:"logDriver,omitempty"`
	Options       map[string]string `json:"options,omitempty"`
	SecretOptions []ContainerSecret `json:"secretOptions,omitempty"`
}

// HealthCheck is a command that reports whether a container is well.
type HealthCheck struct {
	Command     []string `json:"command,omitempty"`
	Interval    int64    `json:"interval,omitempty"` // seconds
	Timeout     int64    `json:"timeout,omitempty"`  // seconds
	Retries     int64    `json:"retries,omitempty"`
	StartPeriod int64    `json:"startPeriod,omitempty"` // seconds
}

// Dependency is a container that has to be so far before another one starts.
type Dependency struct {
	ContainerName string `json:"containerName,omitempty"`
	Condition     string `json:"condition,omitempty"`
}

// RestartPolicy says whether ECS restarts a container by itself.
type RestartPolicy struct {
	Enabled              bool    `json:"enabled"`
	IgnoredExitCodes     []int64 `json:"ignoredExitCodes,omitempty"`
	RestartAttemptPeriod int64   `json:"restartAttemptPeriod,omitempty"` // seconds
}

// MountPoint is where a container sees a volume of the task.
type MountPoint struct {
	SourceVolume  string `json:"sourceVolume,omitempty"`
	ContainerPath string `json:"containerPath,omitempty"`
	ReadOnly      bool   `json:"readOnly,omitempty"`
}

// VolumeFrom mounts all that another container has mounted.
type VolumeFrom struct {
	SourceContainer string `json:"sourceContainer,omitempty"`
	ReadOnly        bool   `json:"readOnly,omitempty"`
}

// LinuxParameters are settings of the Linux kernel for a container.
type LinuxParameters struct {
	Capabilities       *Capabilities `json:"capabilities,omitempty"`
	Devices            []Device      `json:"devices,omitempty"`
	InitProcessEnabled bool          `json:"initProcessEnabled,omitempty"`
	MaxSwap            *int64        `json:"maxSwap,omitempty"` // MiB
	SharedMemorySize   int64         `json:"sharedMemorySize,omitempty"`
	Swappiness         *int64        `json:"swappiness,omitempty"`
	Tmpfs              []Tmpfs       `json:"tmpfs,omitempty"`
}

// Capabilities are the kernel capabilities that a container has beyond or below Docker's own.
type Capabilities struct {
	Add  []string `json:"add,omitempty"`
	Drop []string `json:"drop,omitempty"`
}

// Device is a device of the container instance that a container sees.
type Device struct {
	HostPath      string   `json:"hostPath,omitempty"`
	ContainerPath string   `json:"containerPath,omitempty"`
	Permissions   []string `json:"permissions,omitempty"`
}

// Tmpfs is a file system in memory.
type Tmpfs struct {
	ContainerPath string   `json:"containerPath,omitempty"`
	Size          int64    `json:"size"` // MiB
	MountOptions  []string `json:"mountOptions,omitempty"`
}

// Ulimit is a limit of a container's processes.
type Ulimit struct {
	Name      string `json:"name"`
	SoftLimit int64  `json:"softLimit"`
	HardLimit int64  `json:"hardLimit"`
}

// SystemControl is a kernel parameter of a container.
type SystemControl struct {
	Namespace string `json:"namespace,omitempty"`
	Value     string `json:"value,omitempty"`
}

// HostEntry is a line of a container's /etc/hosts.
type HostEntry struct {
	Hostname  string `json:"hostname,omitempty"`
	IPAddress string `json:"ipAddress,omitempty"`
}

// RepositoryCredentials is the secret with which ECS logs in to a private registry other than ECR.
type RepositoryCredentials struct {
	CredentialsParameter string `json:"credentialsParameter,omitempty"`
}

// ResourceRequirement is a GPU or an accelerator that a container needs: whole ones by a
// value, or a share of a GPU.
type ResourceRequirement struct {
	Type            string           `json:"type,omitempty"`
	Value           string           `json:"value,omitempty"`
	SharingStrategy *SharingStrategy `json:"sharingStrategy,omitempty"`
}

// SharingStrategy is how a container shares a GPU; a union of ECS's with one member so far.
type SharingStrategy struct {
	NvidiaMPS *NvidiaMPS `json:"nvidiaMps,omitempty"`
}

// NvidiaMPS is a share of a GPU by NVIDIA's Multi-Process Service.
type NvidiaMPS struct {
	Memory            int64 `json:"memory,omitempty"`            // MiB
	MaxComputePercent int64 `json:"maxComputePercent,omitempty"` // 0: ECS sets no limit
}

// FirelensConfiguration makes a container the log router of the others.
type FirelensConfiguration struct {
	Type    string            `json:"type,omitempty"`
	Options map[string]string `json:"options,omitempty"`
}

// Volume is a volume of a task, of one of the kinds below.
type Volume struct {
	Name               string         `json:"name,omitempty"`
	ConfiguredAtLaunch bool           `json:"configuredAtLaunch,omitempty"`
	Host               *HostVolume    `json:"host,omitempty"`
	Docker             *DockerVolume  `json:"dockerVolumeConfiguration,omitempty"`
	EFS                *EFSVolume     `json:"efsVolumeConfiguration,omitempty"`
	FSx                *FSxVolume     `json:"fsxWindowsFileServerVolumeConfiguration,omitempty"`
	S3Files            *S3FilesVolume `json:"s3filesVolumeConfiguration,omitempty"`
}

// HostVolume is a directory of the container instance, or an empty one.
type HostVolume struct {
	SourcePath string `json:"sourcePath,omitempty"`
}

// DockerVolume is a volume of Docker's on the container instance.
type DockerVolume struct {
	Scope         string            `json:"scope,omitempty"`
	Autoprovision bool              `json:"autoprovision,omitempty"`
	Driver        string            `json:"driver,omitempty"`
	DriverOpts    map[string]string `json:"driverOpts,omitempty"`
	Labels        map[string]string `json:"labels,omitempty"`
}

// EFSVolume is a file system of EFS.
type EFSVolume struct {
	FileSystemID          string            `json:"fileSystemId,omitempty"`
	RootDirectory         string            `json:"rootDirectory,omitempty"`
	TransitEncryption     string            `json:"transitEncryption,omitempty"`
	TransitEncryptionPort int64             `json:"transitEncryptionPort,omitempty"`
	AuthorizationConfig   *EFSAuthorization `json:"authorizationConfig,omitempty"`
}

// EFSAuthorization is how a task may use a file system of EFS.
type EFSAuthorization struct {
	AccessPointID string `json:"accessPointId,omitempty"`
	IAM           string `json:"iam,omitempty"`
}

// FSxVolume is a file system of FSx for Windows File Server.
type FSxVolume struct {
	FileSystemID        string            `json:"fileSystemId,omitempty"`
	RootDirectory       string            `json:"rootDirectory,omitempty"`
	AuthorizationConfig *FSxAuthorization `json:"authorizationConfig,omitempty"`
}

// FSxAuthorization is how a task may use a file system of FSx.
type FSxAuthorization struct {
	CredentialsParameter string `json:"credentialsParameter,omitempty"`
	Domain               string `json:"domain,omitempty"`
}

// S3FilesVolume is a file system of S3 Files.
type S3FilesVolume struct {
	FileSystemARN         string `json:"fileSystemArn,omitempty"`
	AccessPointARN        string `json:"accessPointArn,omitempty"`
	RootDirectory         string `json:"rootDirectory,omitempty"`
	TransitEncryptionPort int64  `json:"transitEncryptionPort,omitempty"`
}
