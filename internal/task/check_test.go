package task

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/task/attribute"
)

// checkCase is a rule of [Spec.Check]: a description that breaks it, one close by that does
// not, and the attributes without which it must not be judged.
type checkCase struct {
	wrong, right func(*Spec)
	path         string // steps with blanks between
	says         string
	warning      bool
	needs        []string
}

func side(name string, edit func(*ContainerSpec)) ContainerSpec {
	c := ContainerSpec{Container: Container{Name: name, Image: "busybox"}}
	if edit != nil {
		edit(&c)
	}
	return c
}

func onManaged(s *Spec) { s.LaunchTypes, s.CPU, s.Memory = []string{"MANAGED_INSTANCES"}, 1024, 2048 }
func onEC2(s *Spec)     { s.LaunchTypes, s.CPU, s.Memory = []string{"EC2"}, 1024, 2048 }

// spec makes an edit of a list of edits.
func edits(list ...func(*Spec)) func(*Spec) {
	return func(s *Spec) {
		for _, edit := range list {
			edit(s)
		}
	}
}

func mainWith(edit func(*ContainerSpec)) func(*Spec) { return func(s *Spec) { edit(&s.Main) } }
func sidecars(list ...ContainerSpec) func(*Spec)     { return func(s *Spec) { s.Sidecars = list } }
func volumes(list ...Volume) func(*Spec)             { return func(s *Spec) { s.Rest.Volumes = list } }
func asIs(*Spec)                                     {}

// ec2Only are the fields of a container that Fargate lacks.
var ec2Only = map[string]func(*ContainerSpec){
	"privileged":              func(c *ContainerSpec) { c.Privileged = true },
	"disable_networking":      func(c *ContainerSpec) { c.DisableNetworking = true },
	"dns_servers":             func(c *ContainerSpec) { c.DNSServers = []string{"10.0.0.2"} },
	"dns_search_domains":      func(c *ContainerSpec) { c.DNSSearchDomains = []string{"example.com"} },
	"docker_security_options": func(c *ContainerSpec) { c.DockerSecurityOptions = []string{"no-new-privileges"} },
	"extra_hosts":             func(c *ContainerSpec) { c.ExtraHosts = []HostEntry{{"db", "10.0.0.1"}} },
	"links":                   func(c *ContainerSpec) { c.Links = []string{"db"} },
	"resource_requirements":   func(c *ContainerSpec) { c.ResourceRequirements = []ResourceRequirement{{Type: "GPU", Value: "1"}} },
	"log_driver":              func(c *ContainerSpec) { c.Log.Driver = "syslog" },
	"start_timeout":           func(c *ContainerSpec) { c.StartTimeout = 121 },
	"stop_timeout":            func(c *ContainerSpec) { c.StopTimeout = 121 },
	"linux_parameters devices": func(c *ContainerSpec) {
		c.LinuxParameters = &LinuxParameters{Devices: []Device{{HostPath: "/dev/fuse"}}}
	},
	"linux_parameters max_swap":           func(c *ContainerSpec) { c.LinuxParameters = &LinuxParameters{MaxSwap: new(int64)} },
	"linux_parameters swappiness":         func(c *ContainerSpec) { c.LinuxParameters = &LinuxParameters{Swappiness: new(int64)} },
	"linux_parameters shared_memory_size": func(c *ContainerSpec) { c.LinuxParameters = &LinuxParameters{SharedMemorySize: 64} },
	"linux_parameters capabilities_add": func(c *ContainerSpec) {
		c.LinuxParameters = &LinuxParameters{Capabilities: &Capabilities{Add: []string{"SYS_PTRACE", "SYS_ADMIN"}}}
	},
}

// linuxOnly are the fields of a container that Windows lacks.
var linuxOnly = map[string]func(*ContainerSpec){
	"disable_networking":       ec2Only["disable_networking"],
	"dns_servers":              ec2Only["dns_servers"],
	"dns_search_domains":       ec2Only["dns_search_domains"],
	"extra_hosts":              ec2Only["extra_hosts"],
	"links":                    ec2Only["links"],
	"privileged":               ec2Only["privileged"],
	"environment_files":        func(c *ContainerSpec) { c.EnvironmentFiles = []EnvironmentFile{{"s3", "arn:aws:s3:::b/a.env"}} },
	"linux_parameters":         func(c *ContainerSpec) { c.LinuxParameters = &LinuxParameters{} },
	"readonly_root_filesystem": func(c *ContainerSpec) { c.ReadonlyRootFilesystem = true },
	"system_controls":          func(c *ContainerSpec) { c.SystemControls = []SystemControl{{"net.core.somaxconn", "1"}} },
	"ulimits":                  func(c *ContainerSpec) { c.Ulimits = []Ulimit{{"core", 0, 0}} },
	"user":                     func(c *ContainerSpec) { c.User = "1000" },
}

func logRouter(c *ContainerSpec)    { c.FirelensConfiguration = &FirelensConfiguration{Type: "fluentbit"} }
func logsToRouter(c *ContainerSpec) { c.Log.Driver = "awsfirelens" }
func onWindows(s *Spec)             { s.OperatingSystemFamily = windows }

func checkCases() map[string]checkCase {
	no := false
	efs := func(e EFSVolume) func(*Spec) { return volumes(Volume{Name: "data", EFS: &e}) }
	port := func(p ...PortMapping) func(*Spec) { return mainWith(func(c *ContainerSpec) { c.PortMappings = p }) }
	waits := func(condition string, other func(*ContainerSpec)) func(*Spec) {
		return edits(sidecars(side("db", other)), mainWith(func(c *ContainerSpec) { c.DependsOn = []Dependency{{"db", condition}} }))
	}
	needs := func(r ResourceRequirement) func(*Spec) {
		return mainWith(func(c *ContainerSpec) { c.ResourceRequirements = []ResourceRequirement{r} })
	}
	memory := mainWith(func(c *ContainerSpec) { c.Memory = 64 })
	share := &SharingStrategy{NvidiaMPS: &NvidiaMPS{Memory: 1024}}
	router := func(file string) func(*Spec) {
		return edits(sidecars(side("s", logsToRouter)), mainWith(func(c *ContainerSpec) {
			c.FirelensConfiguration = &FirelensConfiguration{Type: "fluentbit", Options: map[string]string{"config-file-type": "s3", "config-file-value": file}}
		}))
	}
	out := map[string]checkCase{
		"ephemeral storage": {
			wrong: edits(onEC2, func(s *Spec) { s.Rest.EphemeralStorage = &EphemeralStorage{30} }),
			right: func(s *Spec) { s.Rest.EphemeralStorage = &EphemeralStorage{30} },
			path:  "ephemeral_storage_gib", says: "only Fargate has it", needs: []string{"launch_types"},
		},
		"subnets without interfaces": {
			wrong: edits(onEC2, func(s *Spec) { s.Network.SubnetIDs = []string{"subnet-1"} }),
			right: edits(onEC2, func(s *Spec) { s.NetworkMode, s.Network.SubnetIDs = AWSVPC, []string{"subnet-1"} }),
			path:  "subnet_ids", says: "only with network_mode awsvpc, not with bridge", needs: []string{"launch_types", "network_mode", "subnet_ids"},
		},
		"security groups without interfaces": {
			wrong: edits(onEC2, func(s *Spec) { s.Network.SecurityGroupIDs = []string{"sg-1"} }),
			right: edits(onEC2, func(s *Spec) { s.NetworkMode, s.Network.SecurityGroupIDs = AWSVPC, []string{"sg-1"} }),
			path:  "security_group_ids", says: "only with network_mode awsvpc", needs: []string{"launch_types", "security_group_ids"},
		},
		"network mode": {
			wrong: func(s *Spec) { s.NetworkMode = "bridge" }, right: edits(onEC2, func(s *Spec) { s.NetworkMode = "bridge" }),
			path: "network_mode", says: "only awsvpc", needs: []string{"launch_types", "network_mode"},
		},
		"ipc mode": {
			wrong: func(s *Spec) { s.Rest.IpcMode = "task" }, right: edits(onEC2, func(s *Spec) { s.Rest.IpcMode = "task" }),
			path: "ipc_mode", says: "Fargate has none", needs: []string{"launch_types"},
		},
		"pid mode": {
			wrong: func(s *Spec) { s.Rest.PidMode = "host" }, right: func(s *Spec) { s.Rest.PidMode = "task" },
			path: "pid_mode", says: "only task", needs: []string{"launch_types"},
		},
		"placement": {
			wrong: func(s *Spec) { s.Rest.PlacementConstraints = []PlacementConstraint{{"memberOf", "a"}} },
			right: edits(onEC2, func(s *Spec) { s.Rest.PlacementConstraints = []PlacementConstraint{{"memberOf", "a"}} }),
			path:  "placement_constraints", says: "Fargate has none", needs: []string{"launch_types"},
		},
		"trusted execution on Fargate": {
			wrong: func(s *Spec) { s.Rest.TrustedExecution = &TrustedExecution{IsolationMode: "ISOLATED_SANDBOX"} },
			right: edits(onManaged, func(s *Spec) { s.Rest.TrustedExecution = &TrustedExecution{IsolationMode: "ISOLATED_SANDBOX"} }),
			path:  "trusted_execution_configuration", says: "Fargate has none", needs: []string{"launch_types"},
		},
		"trusted execution on EC2": {
			wrong: edits(onEC2, func(s *Spec) { s.Rest.TrustedExecution = &TrustedExecution{IsolationMode: "ISOLATED_SANDBOX"} }),
			right: edits(onManaged, func(s *Spec) { s.Rest.TrustedExecution = &TrustedExecution{IsolationMode: "ISOLATED_SANDBOX"} }),
			path:  "trusted_execution_configuration", says: "only managed instances have it", needs: []string{"launch_types"},
		},
		"attestation without a policy": {
			wrong: edits(onManaged, func(s *Spec) { s.Rest.TrustedExecution = &TrustedExecution{IsolationMode: "CONFIDENTIAL_SANDBOX"} }),
			right: edits(onManaged, func(s *Spec) {
				s.Rest.TrustedExecution = &TrustedExecution{IsolationMode: "CONFIDENTIAL_SANDBOX", AttestationPolicy: "cG9saWN5"}
			}),
			path: "trusted_execution_configuration attestation_policy", says: "needs an attestation policy", needs: []string{"trusted_execution_configuration"},
		},
		"platform": {
			wrong: func(s *Spec) { s.Architecture, s.OperatingSystemFamily = "ARM64", windows },
			right: func(s *Spec) { s.OperatingSystemFamily = windows },
			path:  "architecture", says: "ARM64 on LINUX only", needs: []string{"architecture", "operating_system_family", "launch_types"},
		},
		"size": {
			wrong: func(s *Spec) { s.CPU, s.Memory = 256, 4096 }, right: func(s *Spec) { s.CPU, s.Memory = 512, 4096 },
			path: "memory", says: "the smallest size with 4096 MiB is cpu 512", needs: []string{"memory", "operating_system_family", "launch_types"},
		},
		"CPU of the containers": {
			wrong: edits(mainWith(func(c *ContainerSpec) { c.CPU = 200 }), sidecars(side("db", func(c *ContainerSpec) { c.CPU = 57 }))),
			right: edits(mainWith(func(c *ContainerSpec) { c.CPU = 200 }), sidecars(side("db", func(c *ContainerSpec) { c.CPU = 56 }))),
			path:  "cpu", says: "257 CPU units together, and the task has 256", needs: []string{"cpu", "launch_types"},
		},
		"memory of the containers": {
			wrong: edits(mainWith(func(c *ContainerSpec) { c.Memory = 256 }), sidecars(side("db", func(c *ContainerSpec) { c.MemoryReservation = 257 }))),
			right: edits(mainWith(func(c *ContainerSpec) { c.Memory = 256 }), sidecars(side("db", func(c *ContainerSpec) { c.MemoryReservation = 256 }))),
			path:  "memory", says: "513 MiB of memory together", needs: []string{"memory", "launch_types"},
		},
		"reservation over the limit": {
			wrong: mainWith(func(c *ContainerSpec) { c.Memory, c.MemoryReservation = 64, 128 }), right: mainWith(func(c *ContainerSpec) { c.Memory, c.MemoryReservation = 128, 64 }),
			path: "container_memory_reservation", says: "128 MiB cannot be kept", needs: []string{"launch_types"},
		},
		"a sidecar over the task": {
			wrong: sidecars(side("db", func(c *ContainerSpec) { c.Memory, c.MemoryReservation = 1024, 64 })), right: sidecars(side("db", func(c *ContainerSpec) { c.Memory, c.MemoryReservation = 512, 64 })),
			path: "sidecars [db] memory", says: "1024 MiB is more than the task has: 512", needs: []string{"memory"},
		},
		"no memory anywhere": {
			wrong: func(s *Spec) { s.LaunchTypes = []string{"EC2"} }, right: edits(func(s *Spec) { s.LaunchTypes = []string{"EC2"} }, mainWith(func(c *ContainerSpec) { c.Memory = 64 })),
			path: "container_memory", says: "needs memory", needs: []string{"memory", "container_memory", "container_memory_reservation", "launch_types"},
		},
		"a volume of two kinds": {
			wrong: volumes(Volume{Name: "data", EFS: &EFSVolume{FileSystemID: "fs-1"}, ConfiguredAtLaunch: true}), right: volumes(Volume{Name: "data", ConfiguredAtLaunch: true}),
			path: "volumes [data]", says: "configured_at_launch and efs at once", needs: []string{"launch_types"},
		},
		"IAM without encryption": {
			wrong: efs(EFSVolume{AuthorizationConfig: &EFSAuthorization{IAM: "ENABLED"}}), right: efs(EFSVolume{AuthorizationConfig: &EFSAuthorization{IAM: "ENABLED"}, TransitEncryption: "ENABLED"}),
			path: "volumes [data] efs transit_encryption", says: "need transit_encryption", needs: []string{"volumes"},
		},
		"directory of an access point": {
			wrong: efs(EFSVolume{RootDirectory: "/a", TransitEncryption: "ENABLED", AuthorizationConfig: &EFSAuthorization{AccessPointID: "fsap-1"}}),
			right: efs(EFSVolume{RootDirectory: "/", TransitEncryption: "ENABLED", AuthorizationConfig: &EFSAuthorization{AccessPointID: "fsap-1"}}),
			path:  "volumes [data] efs root_directory", says: "has a root directory of its own", needs: []string{"volumes"},
		},
		"EFS on Windows": {
			wrong: edits(efs(EFSVolume{FileSystemID: "fs-1"}), func(s *Spec) { s.OperatingSystemFamily = windows }), right: efs(EFSVolume{FileSystemID: "fs-1"}),
			path: "volumes [data] efs", says: "Windows containers cannot mount EFS", needs: []string{"operating_system_family"},
		},
		"docker volume": {
			wrong: volumes(Volume{Name: "data", Docker: &DockerVolume{}}), right: edits(onEC2, volumes(Volume{Name: "data", Docker: &DockerVolume{}})),
			path: "volumes [data] docker", says: "Fargate has bind", needs: []string{"launch_types"},
		},
		"host path": {
			wrong: volumes(Volume{Name: "data", Host: &HostVolume{"/srv"}}), right: volumes(Volume{Name: "data", Host: &HostVolume{}}),
			path: "volumes [data] host_path", says: "Fargate has bind", needs: []string{"launch_types"},
		},
		"FSx": {
			wrong: volumes(Volume{Name: "data", FSx: &FSxVolume{}}), right: edits(onEC2, volumes(Volume{Name: "data", FSx: &FSxVolume{}})),
			path: "volumes [data] fsx_windows", says: "Fargate has bind", needs: []string{"launch_types"},
		},
		"directory of an access point of S3 Files": {
			wrong: volumes(Volume{Name: "data", S3Files: &S3FilesVolume{AccessPointARN: "arn", RootDirectory: "/a"}}),
			right: volumes(Volume{Name: "data", S3Files: &S3FilesVolume{AccessPointARN: "arn", RootDirectory: "/"}}),
			path:  "volumes [data] s3_files root_directory", says: "has a root directory of its own", needs: []string{"volumes"},
		},
		"a requirement of nothing": {
			wrong: edits(onEC2, needs(ResourceRequirement{Type: "GPU"})), right: edits(onEC2, needs(ResourceRequirement{Type: "GPU", Value: "1"})),
			path: "resource_requirements #0", says: "one of value and sharing_strategy", needs: []string{"resource_requirements"},
		},
		"a requirement of both": {
			wrong: edits(onEC2, needs(ResourceRequirement{Type: "GPU", Value: "1", SharingStrategy: share})), right: edits(onEC2, needs(ResourceRequirement{Type: "GPU", SharingStrategy: share})),
			path: "resource_requirements #0", says: "one of value and sharing_strategy", needs: []string{"resource_requirements"},
		},
		"a shared accelerator": {
			wrong: edits(onEC2, needs(ResourceRequirement{Type: "NeuronDevice", SharingStrategy: share})), right: edits(onEC2, needs(ResourceRequirement{Type: "NeuronDevice", Value: "ALL"})),
			path: "resource_requirements #0 sharing_strategy", says: "only a GPU is shared", needs: []string{"resource_requirements"},
		},
		"sharing by nothing": {
			wrong: edits(onEC2, needs(ResourceRequirement{Type: "GPU", SharingStrategy: &SharingStrategy{}})), right: edits(onEC2, needs(ResourceRequirement{Type: "GPU", SharingStrategy: share})),
			path: "resource_requirements #0 sharing_strategy", says: "nvidia_mps is the only strategy", needs: []string{"resource_requirements"},
		},
		"sharing outside of AWS": {
			wrong: edits(func(s *Spec) { s.LaunchTypes = []string{"EXTERNAL"} }, memory, needs(ResourceRequirement{Type: "GPU", SharingStrategy: share})),
			right: edits(func(s *Spec) { s.LaunchTypes = []string{"MANAGED_INSTANCES"} }, memory, needs(ResourceRequirement{Type: "GPU", SharingStrategy: share})),
			path:  "resource_requirements #0 sharing_strategy", says: "external instances share no GPUs", needs: []string{"resource_requirements", "launch_types"},
		},
		"a router's file of nowhere": {
			wrong: edits(onEC2, router("logs.conf")), right: edits(onEC2, router("arn:aws:s3:::conf/logs.conf")),
			path: "firelens_configuration options", says: "the option config-file-value is the ARN of the file", needs: []string{"firelens_configuration"},
		},
		"a router's file on Fargate": {
			wrong: router("arn:aws:s3:::conf/logs.conf"), right: edits(onEC2, router("arn:aws:s3:::conf/logs.conf")),
			path: "firelens_configuration options", says: "Fargate has only config-file-type = file", needs: []string{"firelens_configuration", "launch_types"},
		},
		"a port's name in two containers": {
			wrong: edits(port(PortMapping{ContainerPort: 80, Name: "http"}), sidecars(side("db", func(c *ContainerSpec) { c.PortMappings = []PortMapping{{ContainerPort: 81, Name: "http"}} }))),
			right: edits(port(PortMapping{ContainerPort: 80, Name: "http"}), sidecars(side("db", func(c *ContainerSpec) { c.PortMappings = []PortMapping{{ContainerPort: 81, Name: "db"}} }))),
			path:  "sidecars [db] ports #0 name", says: `a port of container app has the name "http" already`, needs: []string{"sidecars"},
		},
		"options of no log": {
			wrong: mainWith(func(c *ContainerSpec) { c.Log = LogSpec{Driver: NoLog, Options: map[string]string{"a": "b"}} }), right: mainWith(func(c *ContainerSpec) { c.Log = LogSpec{Driver: NoLog} }),
			path: "log_driver", says: "none has no options", needs: []string{"launch_types"},
		},
		"no stream prefix": {
			wrong: mainWith(func(c *ContainerSpec) { c.Log.Options = map[string]string{"awslogs-stream-prefix": ""} }),
			right: edits(onEC2, mainWith(func(c *ContainerSpec) { c.Log.Options = map[string]string{"awslogs-stream-prefix": ""} })),
			path:  "log_options [awslogs-stream-prefix]", says: "awslogs needs a stream prefix", needs: []string{"log_driver", "log_options", "launch_types"},
		},
		"health check of nothing": {
			wrong: mainWith(func(c *ContainerSpec) { c.HealthCheck = &HealthCheck{} }), right: mainWith(func(c *ContainerSpec) { c.HealthCheck = &HealthCheck{Command: []string{"CMD", "true"}} }),
			path: "health_check command", says: "a health check is a command", needs: []string{"health_check"},
		},
		"health check without a kind": {
			wrong: mainWith(func(c *ContainerSpec) { c.HealthCheck = &HealthCheck{Command: []string{"curl", "localhost"}} }),
			right: mainWith(func(c *ContainerSpec) { c.HealthCheck = &HealthCheck{Command: []string{"CMD-SHELL", "curl localhost"}} }),
			path:  "health_check command", says: `the first element is CMD, for a program and its arguments, or CMD-SHELL`, needs: []string{"health_check"},
		},
		"no health check": {
			wrong: mainWith(func(c *ContainerSpec) { c.HealthCheck = &HealthCheck{Command: []string{"NONE"}} }), right: asIs,
			path: "health_check command", says: "NONE is passed on as it is", warning: true, needs: []string{"health_check"},
		},
		"a log router that nobody logs to": {
			wrong: sidecars(side("r", logRouter)),
			right: edits(sidecars(side("r", logRouter)), mainWith(logsToRouter)),
			path:  "sidecars [r] firelens_configuration", says: "set log_driver awsfirelens on one", needs: []string{"sidecars", "log_driver"},
		},
		"a main log router that nobody logs to": {
			wrong: mainWith(logRouter), right: edits(mainWith(logRouter), sidecars(side("s", logsToRouter))),
			path: "firelens_configuration", says: "set log_driver awsfirelens on one", needs: []string{"sidecars", "firelens_configuration"},
		},
		"a port's name in capitals": {
			wrong: port(PortMapping{ContainerPort: 80, Name: "Web Port!"}), right: port(PortMapping{ContainerPort: 80, Name: "_web-port_1"}),
			path: "ports #0 name", says: "1 to 64 lower-case letters", needs: []string{"ports"},
		},
		"a port's name with a hyphen first": {
			wrong: port(PortMapping{ContainerPort: 80, Name: "-web"}), right: port(PortMapping{ContainerPort: 80, Name: strings.Repeat("w", 64)}),
			path: "ports #0 name", says: "no hyphen at its beginning", needs: []string{"ports"},
		},
		"a port's name, long": {
			wrong: port(PortMapping{ContainerPort: 80, Name: strings.Repeat("w", 65)}), right: port(PortMapping{ContainerPort: 80}),
			path: "ports #0 name", says: "1 to 64", needs: []string{"ports"},
		},
		"network mode of Windows": {
			wrong: edits(onEC2, onWindows, func(s *Spec) { s.NetworkMode = "host" }), right: edits(onEC2, onWindows, func(s *Spec) { s.NetworkMode = AWSVPC }),
			path: "network_mode", says: "Windows containers have awsvpc or", needs: []string{"network_mode", "launch_types", "operating_system_family"},
		},
		"process namespace of Windows": {
			wrong: edits(onEC2, onWindows, func(s *Spec) { s.Rest.PidMode = "task" }), right: edits(onEC2, func(s *Spec) { s.Rest.PidMode = "task" }),
			path: "pid_mode", says: "Windows containers do not have it", needs: []string{"operating_system_family"},
		},
		"shared memory of Windows": {
			wrong: edits(onEC2, onWindows, func(s *Spec) { s.Rest.IpcMode = "task" }), right: edits(onEC2, func(s *Spec) { s.Rest.IpcMode = "task" }),
			path: "ipc_mode", says: "Windows containers do not have it", needs: []string{"operating_system_family"},
		},
		"restarts that are off": {
			wrong: mainWith(func(c *ContainerSpec) { c.RestartPolicy = &RestartPolicy{IgnoredExitCodes: []int64{1}} }), right: mainWith(func(c *ContainerSpec) { c.RestartPolicy = &RestartPolicy{} }),
			path: "restart_policy enabled", says: "only matter with enabled", warning: true, needs: []string{"restart_policy"},
		},
		"host name": {
			wrong: mainWith(func(c *ContainerSpec) { c.Hostname = "box" }), right: edits(onEC2, mainWith(func(c *ContainerSpec) { c.Hostname = "box" })),
			path: "hostname", says: "with network_mode awsvpc", needs: []string{"network_mode"},
		},
		"a variable from two sources": {
			wrong: mainWith(func(c *ContainerSpec) {
				c.Environment, c.SecretRefs = []KeyValue{{"A", "x"}}, map[string]string{"A": "/a"}
			}),
			right: mainWith(func(c *ContainerSpec) {
				c.Environment, c.SecretRefs = []KeyValue{{"A", "x"}}, map[string]string{"B": "/a"}
			}),
			path: "secrets [A]", says: `"A" is in environment and in secrets`,
		},
		"a secret itself": {
			wrong: mainWith(func(c *ContainerSpec) { c.SecretRefs = map[string]string{"A": "hunter2"} }),
			right: mainWith(func(c *ContainerSpec) {
				c.SecretRefs = map[string]string{"A": "/a", "B": "arn:aws:ssm:us-east-1:111122223333:parameter/hunter2", "C": "secret:hunter2", "D": "team/hunter2"}
			}),
			path: "secrets [A]", says: "taken as the name of an SSM parameter, and has no slash", warning: true,
		},
		"a secret itself, of a sidecar": {
			wrong: sidecars(side("db", func(c *ContainerSpec) { c.SecretRefs = map[string]string{"A": "hunter2"} })), right: asIs,
			path: "sidecars [db] secrets [A]", says: "no slash", warning: true,
		},
		"a secret itself, of a log": {
			wrong: mainWith(func(c *ContainerSpec) {
				c.Log = LogSpec{Driver: "splunk", SecretRefs: map[string]string{"splunk-token": "hunter2"}}
			}),
			right: mainWith(func(c *ContainerSpec) {
				c.Log = LogSpec{Driver: "splunk", SecretRefs: map[string]string{"splunk-token": "/a"}}
			}),
			path: "log_secret_options [splunk-token]", says: "no slash", warning: true,
		},
		"a command with blanks": {
			wrong: mainWith(func(c *ContainerSpec) { c.Command = []string{"echo a"} }), right: mainWith(func(c *ContainerSpec) { c.EntryPoint, c.Command = []string{"sh", "-c"}, []string{"echo a"} }),
			path: "command", says: "one element with blanks", warning: true, needs: []string{"command", "entry_point"},
		},
		"an entry point with blanks": {
			wrong: mainWith(func(c *ContainerSpec) { c.EntryPoint = []string{"sh -c"} }), right: mainWith(func(c *ContainerSpec) { c.EntryPoint = []string{"sh"} }),
			path: "entry_point", says: "one element with blanks", warning: true, needs: []string{"command", "entry_point"},
		},
		"a port of nothing": {
			wrong: port(PortMapping{Protocol: "udp"}), right: port(PortMapping{ContainerPort: 80}),
			path: "ports #0", says: "one of container_port and container_port_range", needs: []string{"ports"},
		},
		"a port of both": {
			wrong: port(PortMapping{ContainerPort: 80, ContainerPortRange: "80-81"}), right: port(PortMapping{ContainerPortRange: "80-81"}),
			path: "ports #0", says: "one of container_port and container_port_range", needs: []string{"ports"},
		},
		"a port twice": {
			wrong: port(PortMapping{ContainerPort: 53}, PortMapping{ContainerPort: 53, Protocol: "tcp"}), right: port(PortMapping{ContainerPort: 53}, PortMapping{ContainerPort: 53, Protocol: "udp"}),
			path: "ports #1", says: "53/tcp stands in ports[0] already", needs: []string{"ports"},
		},
		"a port's name twice": {
			wrong: port(PortMapping{ContainerPort: 80, Name: "http"}, PortMapping{ContainerPort: 81, Name: "http"}), right: port(PortMapping{ContainerPort: 80}, PortMapping{ContainerPort: 81}),
			path: "ports #1 name", says: "has the name", needs: []string{"ports"},
		},
		"host port": {
			wrong: port(PortMapping{ContainerPort: 80, HostPort: 8080}), right: port(PortMapping{ContainerPort: 80, HostPort: 80}),
			path: "ports #0 host_port", says: "the host port is the container's, 80, not 8080", needs: []string{"network_mode", "launch_types", "ports"},
		},
		"host port of the host's network": {
			wrong: edits(onEC2, func(s *Spec) { s.NetworkMode = "host" }, port(PortMapping{ContainerPort: 80, HostPort: 8080})),
			right: edits(onEC2, func(s *Spec) { s.NetworkMode = "bridge" }, port(PortMapping{ContainerPort: 80, HostPort: 8080})),
			path:  "ports #0 host_port", says: "with network_mode host the host port is the container's", needs: []string{"network_mode", "launch_types", "ports"},
		},
		"ports of no network": {
			wrong: edits(onEC2, func(s *Spec) { s.NetworkMode = "none" }, port(PortMapping{ContainerPort: 80})),
			right: edits(onEC2, func(s *Spec) { s.NetworkMode = "host" }, port(PortMapping{ContainerPort: 80, HostPort: 80})),
			path:  "ports", says: "with network_mode none a container has no ports", needs: []string{"network_mode", "ports"},
		},
		"links of the host's network": {
			wrong: edits(onEC2, func(s *Spec) { s.NetworkMode = "host" }, mainWith(func(c *ContainerSpec) { c.Links = []string{"db"} })),
			right: edits(onEC2, mainWith(func(c *ContainerSpec) { c.Links = []string{"db"} })),
			path:  "links", says: "network_mode bridge only, not with host", needs: []string{"network_mode", "operating_system_family", "launch_types"},
		},
		"a soft limit over the hard one": {
			wrong: mainWith(func(c *ContainerSpec) { c.Ulimits = []Ulimit{{"nofile", 2048, 1024}} }),
			right: mainWith(func(c *ContainerSpec) { c.Ulimits = []Ulimit{{"nofile", 2048, -1}, {"core", 1, 1}, {"cpu", -1, -1}} }),
			path:  "ulimits [nofile] soft_limit", says: "at most the hard limit, 1024, not 2048", needs: []string{"ulimits", "launch_types"},
		},
		"no soft limit under a hard one": {
			wrong: mainWith(func(c *ContainerSpec) { c.Ulimits = []Ulimit{{"nofile", -1, 1024}} }), right: asIs,
			path: "ulimits [nofile] soft_limit", says: "not -1", needs: []string{"ulimits"},
		},
		"a public address on EC2": {
			wrong: edits(onEC2, func(s *Spec) { s.NetworkMode, s.Network.AssignPublicIP = AWSVPC, true }),
			right: edits(onEC2, func(s *Spec) {
				s.LaunchTypes, s.NetworkMode, s.Network.AssignPublicIP = []string{"EC2", Fargate}, AWSVPC, true
			}),
			path: "assign_public_ip", says: "launch_types are EC2", needs: []string{"assign_public_ip", "launch_types"},
		},
		"a proxy that is nobody": {
			wrong: func(s *Spec) { s.Rest.ProxyConfiguration = &ProxyConfiguration{ContainerName: "envoy"} },
			right: edits(sidecars(side("envoy", nil)), func(s *Spec) { s.Rest.ProxyConfiguration = &ProxyConfiguration{ContainerName: "envoy"} }),
			path:  "proxy_configuration container_name", says: `no container "envoy"; the task has app`, needs: []string{"proxy_configuration", "sidecars", "name", "container_name"},
		},
		"no such volume": {
			wrong: mainWith(func(c *ContainerSpec) { c.MountPoints = []MountPoint{{"data", "/data", false}} }),
			right: edits(volumes(Volume{Name: "data"}), mainWith(func(c *ContainerSpec) { c.MountPoints = []MountPoint{{"data", "/data", false}} })),
			path:  "mount_points #0 source_volume", says: `no volume "data"; volumes has none`, needs: []string{"volumes", "mount_points"},
		},
		"a path twice": {
			wrong: edits(volumes(Volume{Name: "a"}, Volume{Name: "b"}), mainWith(func(c *ContainerSpec) { c.MountPoints = []MountPoint{{"a", "/x", false}, {"b", "/x", false}} })),
			right: edits(volumes(Volume{Name: "a"}, Volume{Name: "b"}), mainWith(func(c *ContainerSpec) { c.MountPoints = []MountPoint{{"a", "/x", false}, {"b", "/y", false}} })),
			path:  "mount_points #1 container_path", says: "mount_points[0] is at", needs: []string{"volumes", "mount_points"},
		},
		"a container twice": {
			wrong: sidecars(side("app", nil)), right: sidecars(side("db", nil)),
			path: "sidecars [app]", says: "the main container has the name", needs: []string{"sidecars", "name", "container_name"},
		},
		"a port of two containers": {
			wrong: edits(port(PortMapping{ContainerPort: 80}), sidecars(side("db", func(c *ContainerSpec) { c.PortMappings = []PortMapping{{ContainerPort: 80}} }))),
			right: edits(onEC2, port(PortMapping{ContainerPort: 80}), sidecars(side("db", func(c *ContainerSpec) { c.PortMappings = []PortMapping{{ContainerPort: 80}} }))),
			path:  "sidecars [db] ports #0", says: "container app has port 80/tcp already", needs: []string{"sidecars", "network_mode"},
		},
		"two log routers": {
			wrong: edits(mainWith(func(c *ContainerSpec) { c.FirelensConfiguration = &FirelensConfiguration{Type: "fluentd"} }), sidecars(side("r", func(c *ContainerSpec) { c.FirelensConfiguration = &FirelensConfiguration{Type: "fluentd"} }))),
			right: edits(mainWith(logsToRouter), sidecars(side("r", logRouter))),
			path:  "sidecars [r] firelens_configuration", says: "one log router", needs: []string{"sidecars"},
		},
		"no log router": {
			wrong: mainWith(func(c *ContainerSpec) { c.Log.Driver = "awsfirelens" }),
			right: edits(mainWith(func(c *ContainerSpec) { c.Log.Driver = "awsfirelens" }), sidecars(side("r", func(c *ContainerSpec) { c.FirelensConfiguration = &FirelensConfiguration{Type: "fluentd"} }))),
			path:  "log_driver", says: "needs a container with firelens_configuration", needs: []string{"sidecars", "firelens_configuration"},
		},
		"nothing essential": {
			wrong: mainWith(func(c *ContainerSpec) { c.Essential = &no }), right: edits(mainWith(func(c *ContainerSpec) { c.Essential = &no }), sidecars(side("db", nil))),
			path: "essential", says: "at least one essential container", needs: []string{"essential", "sidecars"},
		},
		"eleven containers": {
			wrong: func(s *Spec) {
				for i := range MaxContainers {
					s.Sidecars = append(s.Sidecars, side(fmt.Sprint("s", i), nil))
				}
			},
			right: func(s *Spec) {
				for i := range MaxContainers - 1 {
					s.Sidecars = append(s.Sidecars, side(fmt.Sprint("s", i), nil))
				}
			},
			path: "sidecars", says: "at most 10 containers, the main one included; these are 11", needs: []string{"sidecars"},
		},
		"volumes from nobody": {
			wrong: mainWith(func(c *ContainerSpec) { c.VolumesFrom = []VolumeFrom{{SourceContainer: "db"}} }),
			right: edits(sidecars(side("db", nil)), mainWith(func(c *ContainerSpec) { c.VolumesFrom = []VolumeFrom{{SourceContainer: "db"}} })),
			path:  "volumes_from #0 source_container", says: `no container "db"; the task has app`, needs: []string{"volumes_from", "sidecars"},
		},
		"waiting for nobody": {
			wrong: mainWith(func(c *ContainerSpec) { c.DependsOn = []Dependency{{"db", "START"}} }), right: waits("START", nil),
			path: "depends_on_containers [db]", says: `no container "db"`, needs: []string{"depends_on_containers", "sidecars"},
		},
		"waiting for itself": {
			wrong: mainWith(func(c *ContainerSpec) { c.DependsOn = []Dependency{{"app", "START"}} }), right: asIs,
			path: "depends_on_containers [app]", says: "cannot wait for itself", needs: []string{"depends_on_containers"},
		},
		"health that nobody checks": {
			wrong: waits("HEALTHY", nil), right: waits("HEALTHY", func(c *ContainerSpec) { c.HealthCheck = &HealthCheck{Command: []string{"CMD", "true"}} }),
			path: "depends_on_containers [db]", says: `HEALTHY needs a health_check of container "db"`, needs: []string{"depends_on_containers", "sidecars"},
		},
		"the end of an essential container": {
			wrong: waits("SUCCESS", nil), right: waits("SUCCESS", func(c *ContainerSpec) { c.Essential = &no }),
			path: "depends_on_containers [db]", says: "SUCCESS cannot be waited for", needs: []string{"depends_on_containers", "sidecars"},
		},
		"a circle": {
			wrong: edits(waits("START", func(c *ContainerSpec) { c.DependsOn = []Dependency{{"app", "START"}} })), right: waits("START", nil),
			path: "depends_on_containers", says: "app → db → app", needs: []string{"depends_on_containers", "sidecars"},
		},
	}
	for field, edit := range linuxOnly {
		out["Windows has no "+field] = checkCase{
			wrong: edits(onEC2, onWindows, mainWith(edit)), right: edits(onEC2, mainWith(edit)),
			path: field, says: "Windows containers do not have it", needs: []string{"operating_system_family"},
		}
		out["Windows has no "+field+" of a sidecar"] = checkCase{
			wrong: edits(onEC2, onWindows, sidecars(side("db", edit))), right: edits(onEC2, sidecars(side("db", edit))),
			path: "sidecars [db] " + field, says: "Windows containers do not have it", needs: []string{"operating_system_family"},
		}
	}
	for field, edit := range ec2Only {
		out["Fargate has no "+field] = checkCase{
			wrong: mainWith(edit), right: edits(onEC2, mainWith(edit), func(s *Spec) { s.NetworkMode = "bridge" }),
			path: field, says: "Fargate has", needs: []string{"launch_types"},
		}
		out["Fargate has no "+field+" of a sidecar"] = checkCase{
			wrong: sidecars(side("db", edit)), right: edits(onEC2, sidecars(side("db", edit))),
			path: "sidecars [db] " + field, says: "Fargate has", needs: []string{"launch_types"},
		}
	}
	return out
}

func checked(edit func(*Spec), unknown ...string) []Problem {
	s := Spec{Name: "app", Place: virginia, Main: side("", nil)}
	edit(&s)
	set := attribute.Set{}
	for _, name := range unknown {
		set[attribute.Named(name)] = true
	}
	return s.WithDefaults().Check(set)
}

func TestSpec_Check(t *testing.T) {
	for name, c := range checkCases() {
		t.Run(name, func(t *testing.T) {
			is := func(p Problem) bool {
				return strings.Join(p.Path, " ") == c.path && strings.Contains(p.Message, c.says) && p.Warning == c.warning
			}
			wrong := checked(c.wrong)
			if said := fmt.Sprint(wrong); strings.Contains(said, "hunter2") {
				t.Errorf("%s repeats a secret", said)
			}
			if !slices.ContainsFunc(wrong, is) {
				t.Errorf("no problem at %q that says %q: %v", c.path, c.says, wrong)
			}
			if right := checked(c.right); len(right) > 0 {
				t.Errorf("the right one has problems: %v", right)
			}
			for _, attribute := range c.needs {
				if judged := checked(c.wrong, attribute); slices.ContainsFunc(judged, is) {
					t.Errorf("judged without knowing %s: %v", attribute, judged)
				}
			}
		})
	}
}

// A whole definition of the user's is theirs and ECS's business, but for what is certainly refused.
func TestSpec_Check_base(t *testing.T) {
	file := func(edit func(*Definition)) func(*Spec) {
		return func(s *Spec) {
			s.Main = ContainerSpec{} // but for image and environment, nothing goes beside a file
			s.Base = &Definition{
				RequiresCompatibilities: []string{Fargate}, CPU: "256", Memory: "512", ContainerDefinitions: []Container{{Name: "a", Image: "b"}},
			}
			edit(s.Base)
		}
	}
	ec2 := func(d *Definition) { d.RequiresCompatibilities, d.CPU, d.Memory = []string{"EC2"}, "", "" }
	for name, test := range map[string]struct {
		edit       func(*Spec)
		path, says string // nothing for none
	}{
		"fine":              {file(func(*Definition) {}), "", ""},
		"unusual, but fine": {file(func(d *Definition) { d.ContainerDefinitions[0].Interactive = true }), "", ""},
		"not said": {file(func(d *Definition) {
			d.RuntimePlatform, d.CPU, d.Memory = &RuntimePlatform{OperatingSystemFamily: windows}, "1024", "2048"
			c := &d.ContainerDefinitions[0]
			c.Links, c.DNSServers, c.Ulimits, c.EnvironmentFiles = []string{}, []string{}, []Ulimit{}, []EnvironmentFile{}
		}), "", ""},
		"a logger and its router": {file(func(d *Definition) {
			d.ContainerDefinitions = append(d.ContainerDefinitions, Container{Name: "r", Image: "fluent", FirelensConfiguration: &FirelensConfiguration{Type: "fluentbit"}})
			d.ContainerDefinitions[0].LogConfiguration = &LogConfiguration{LogDriver: "awsfirelens"}
		}), "", ""},
		"a router alone": {file(func(d *Definition) {
			d.ContainerDefinitions = append(d.ContainerDefinitions, Container{Name: "r", Image: "fluent", FirelensConfiguration: &FirelensConfiguration{Type: "fluentbit"}})
		}), "definition_json", `in the file, containerDefinitions["r"].firelensConfiguration: a task with a log router has a container that logs to it: set logConfiguration.logDriver awsfirelens`},
		"privileged on Fargate": {file(func(d *Definition) { d.ContainerDefinitions[0].Privileged = true }), "definition_json", `in the file, containerDefinitions["a"].privileged: Fargate has no privileged containers`},
		"log driver on Fargate": {file(func(d *Definition) {
			d.ContainerDefinitions[0].LogConfiguration = &LogConfiguration{LogDriver: "syslog"}
		}),
			"definition_json", `in the file, containerDefinitions["a"].logConfiguration.logDriver: Fargate has the log drivers`},
		"capabilities on Fargate": {file(func(d *Definition) {
			d.ContainerDefinitions[0].LinuxParameters = &LinuxParameters{Capabilities: &Capabilities{Add: []string{"NET_ADMIN"}}}
		}), "definition_json", `in the file, containerDefinitions["a"].linuxParameters.capabilities.add: Fargate has only SYS_PTRACE`},
		"read-only root of Windows": {file(func(d *Definition) {
			d.RuntimePlatform, d.CPU, d.Memory = &RuntimePlatform{OperatingSystemFamily: windows}, "1024", "2048"
			d.ContainerDefinitions[0].ReadonlyRootFilesystem = true
		}), "definition_json", `in the file, containerDefinitions["a"].readonlyRootFilesystem: Windows containers do not have it`},
		"network of Windows": {file(func(d *Definition) {
			ec2(d)
			d.NetworkMode, d.Memory, d.RuntimePlatform = "host", "64", &RuntimePlatform{OperatingSystemFamily: windows}
		}), "definition_json", `in the file, networkMode: Windows containers have awsvpc or, where networkMode is left out`},
		"network of Windows in the console": {file(func(d *Definition) {
			ec2(d)
			d.NetworkMode, d.Memory, d.RuntimePlatform = "default", "64", &RuntimePlatform{OperatingSystemFamily: windows}
		}), "", ""},
		"EFS of Windows": {file(func(d *Definition) {
			d.RuntimePlatform, d.CPU, d.Memory = &RuntimePlatform{OperatingSystemFamily: windows}, "1024", "2048"
			d.Volumes = []Volume{{Name: "v", EFS: &EFSVolume{FileSystemID: "fs-1"}}}
		}), "definition_json", `in the file, volumes["v"].efsVolumeConfiguration: Windows containers cannot mount EFS`},
		"host path on Fargate": {file(func(d *Definition) { d.Volumes = []Volume{{Name: "v", Host: &HostVolume{"/srv"}}} }),
			"definition_json", `in the file, volumes["v"].host.sourcePath: Fargate has bind`},
		"health check": {file(func(d *Definition) {
			d.ContainerDefinitions[0].HealthCheck = &HealthCheck{Command: []string{"curl", "localhost"}}
		}),
			"definition_json", `in the file, containerDefinitions["a"].healthCheck.command: the first element is CMD`},
		"a port's name": {file(func(d *Definition) {
			d.ContainerDefinitions[0].PortMappings = []PortMapping{{ContainerPort: 80}, {ContainerPort: 81, Name: "Web"}}
		}), "definition_json", `in the file, containerDefinitions["a"].portMappings[1].name: the name of a port`},
		"sizes in words":    {file(func(d *Definition) { d.CPU, d.Memory = ".5 vCPU", "1 GB" }), "", ""},
		"no launch type":    {file(func(d *Definition) { d.RequiresCompatibilities, d.EphemeralStorage = nil, &EphemeralStorage{30} }), "", ""},
		"network mode":      {file(func(d *Definition) { d.NetworkMode = "bridge" }), "definition_json", "in the file, networkMode: Fargate has only awsvpc; remove it, or set requiresCompatibilities without FARGATE"},
		"process namespace": {file(func(d *Definition) { d.PidMode = "host" }), "definition_json", "in the file, pidMode: Fargate has only task"},
		"storage on EC2":    {file(func(d *Definition) { ec2(d); d.Memory, d.EphemeralStorage = "64", &EphemeralStorage{30} }), "definition_json", "in the file, ephemeralStorage: only Fargate has it"},
		"size":              {file(func(d *Definition) { d.Memory = "4096" }), "definition_json", "in the file, memory: with cpu = 256, memory is"},
		"no size":           {file(func(d *Definition) { d.CPU = "much" }), "definition_json", `in the file, cpu: "much" is no size`},
		"platform": {file(func(d *Definition) {
			d.CPU, d.Memory, d.RuntimePlatform = "1024", "2048", &RuntimePlatform{"ARM64", windows}
		}), "definition_json", "in the file, runtimePlatform.cpuArchitecture: ECS runs ARM64 on LINUX only; with " + windows + " the architecture"},
		"memory of a container": {file(func(d *Definition) {
			d.ContainerDefinitions[0].Memory, d.ContainerDefinitions[0].MemoryReservation = 1024, 64
		}), "definition_json", `in the file, containerDefinitions["a"].memory: 1024 MiB is more than the task has`},
		"a secret itself": {file(func(d *Definition) {
			d.ContainerDefinitions[0].Secrets = []ContainerSecret{{"A", "/a"}, {"B", "hunter2"}}
		}), "definition_json", `in the file, containerDefinitions["a"].secrets["B"]: the value is taken as the name of an SSM parameter`},
		"a secret itself, of a log": {file(func(d *Definition) {
			d.ContainerDefinitions[0].LogConfiguration = &LogConfiguration{LogDriver: "splunk", SecretOptions: []ContainerSecret{{"B", "hunter2"}}}
		}), "definition_json", `in the file, containerDefinitions["a"].logConfiguration.secretOptions["B"]: the value is taken`},
		"no memory": {file(ec2), "definition_json", `in the file, containerDefinitions["a"].memory: container a needs memory: set memory or memoryReservation for it, or memory for the whole task`},
		"eleven containers": {file(func(d *Definition) {
			d.ContainerDefinitions = slices.Repeat([]Container{{Name: "a", Image: "b"}}, MaxContainers+1)
		}), "definition_json", "in the file, containerDefinitions: a task has at most 10 containers"},
		"subnets of bridges": {edits(file(func(d *Definition) { ec2(d); d.Memory = "64" }), func(s *Spec) { s.Network.SubnetIDs = []string{"subnet-1"} }),
			"subnet_ids", "only with networkMode awsvpc, not with bridge"},
		"no image":            {file(func(d *Definition) { *d = twoContainers(*d); d.ContainerDefinitions[1].Image = "" }), "definition_json", `in the file, containerDefinitions["b"].image: container b has no image; write one there, or set images = { b = "…" } beside the file`},
		"no main image":       {file(func(d *Definition) { d.ContainerDefinitions[0].Image = "" }), "definition_json", `container a has no image; write one there, or set image = "…" beside the file`},
		"an odd name":         {file(func(d *Definition) { *d = twoContainers(*d); d.ContainerDefinitions[1] = Container{Name: "b.c"} }), "definition_json", `set images = { "b.c" = "…" } beside`},
		"a main image beside": {edits(file(func(d *Definition) { d.ContainerDefinitions[0].Image = "" }), func(s *Spec) { s.Main.Image = "c" }), "", ""},
		"images beside":       {edits(file(func(d *Definition) { d.ContainerDefinitions[0].Image = "<IMAGE1_NAME>" }), func(s *Spec) { s.Images = map[string]string{"a": "c"} }), "", ""},
		"an image not known":  {edits(file(func(d *Definition) { d.ContainerDefinitions[0].Image = "" }), func(s *Spec) { s.Images = map[string]string{"a": ""} }), "", ""},
		"two images for one":  {edits(file(func(*Definition) {}), func(s *Spec) { s.Main.Image, s.Images = "c", map[string]string{"a": "d"} }), "images [a]", "container a gets its image from image; remove one of the two"},
		"an image for nobody": {edits(file(func(*Definition) {}), func(s *Spec) { s.Images = map[string]string{"web": "d"} }), "images [web]", `there is no container "web"; the file has a`},
		"a role by name": {file(func(d *Definition) {
			d.ExecutionRoleARN, d.TaskRoleARN = "ecsTaskExecutionRole", "arn:aws:iam::123456789012:role/x*y/z"
		}), "", ""},
		"a role to fill in":   {file(func(d *Definition) { d.ExecutionRoleARN = "<TASK_EXECUTION_ROLE_ARN>" }), "definition_json", "in the file, executionRoleArn: a role is given by its ARN, arn:PARTITION:iam::ACCOUNT:role/NAME, or by its name, and this one is \"<TASK_EXECUTION_ROLE_ARN>\"; set execution_role = { arn = … } in its place"},
		"part of a role":      {file(func(d *Definition) { d.TaskRoleARN = "arn:aws:iam::${ACCOUNT}:role/x" }), "definition_json", "in the file, taskRoleArn: a role is given by its ARN"},
		"another kind of ARN": {file(func(d *Definition) { d.TaskRoleARN = "arn:aws:iam::123456789012:user/x" }), "definition_json", "in the file, taskRoleArn: a role is given by its ARN"},
		"a role filled in":    {edits(file(func(d *Definition) { d.TaskRoleARN = "{{ role }}" }), func(s *Spec) { s.TaskRole.ARN = "arn:aws:iam::123456789012:role/x" }), "", ""},
		"a role made":         {edits(file(func(d *Definition) { d.TaskRoleARN = "{{ role }}" }), func(s *Spec) { s.TaskRole.Name = "x" }), "", ""},
		"a family to fill in": {file(func(d *Definition) { d.Family = "<FAMILY>" }), "", ""},
		"an image to fill in": {file(func(d *Definition) { d.ContainerDefinitions[0].Image = "<IMAGE1_NAME>" }), "definition_json", `look like placeholders of a template: containerDefinitions["a"].image. They are registered`},
	} {
		t.Run(name, func(t *testing.T) {
			got := checked(test.edit)
			switch {
			case test.path == "" && len(got) > 0:
				t.Error(got)
			case test.path != "" && (len(got) != 1 || strings.Join(got[0].Path, " ") != test.path || !strings.Contains(got[0].Message, test.says)):
				t.Errorf("%v, not %q at %s", got, test.says, test.path)
			}
		})
	}
}

func twoContainers(d Definition) Definition {
	d.ContainerDefinitions = append(d.ContainerDefinitions, Container{Name: "b", Image: "c"})
	return d
}

// What is not known yet may be what a file lacks.
func TestSpec_Check_baseUnknown(t *testing.T) {
	base := func(s *Spec) {
		s.Main = ContainerSpec{}
		s.Base = &Definition{
			RequiresCompatibilities: []string{Fargate}, CPU: "256", Memory: "512", TaskRoleARN: "<ROLE>",
			ContainerDefinitions: []Container{{Name: "a", Image: "<IMAGE>", Environment: []KeyValue{{"A", "${A}"}}}, {Name: "b"}},
		}
	}
	if got := checked(base); len(got) != 3 {
		t.Fatalf("%v", got)
	}
	if got := checked(base, "image", "images", "environment", "task_role.arn"); len(got) > 0 {
		t.Errorf("judged without knowing: %v", got)
	}
}

// A placeholder that nothing has filled in is found in any text; what a shell, Docker or an
// application reads in its own way is none.
func TestPlaceholders(t *testing.T) {
	with := func(edit func(*Container)) Definition {
		c := Container{Name: "a", Image: "b"}
		edit(&c)
		return Definition{ContainerDefinitions: []Container{c}}
	}
	variable := func(value string) Definition {
		return with(func(c *Container) { c.Environment = []KeyValue{{Name: "A", Value: value}} })
	}
	option := func(key, value string) Definition {
		return with(func(c *Container) {
			c.LogConfiguration = &LogConfiguration{LogDriver: AWSLogs, Options: map[string]string{key: value}}
		})
	}
	image := func(text string) Definition { return with(func(c *Container) { c.Image = text }) }
	command := func(text string) Definition {
		return with(func(c *Container) { c.Command = []string{"sh", "-c", text} })
	}
	const at = `containerDefinitions["a"].`
	for name, test := range map[string]struct {
		d    Definition
		want string // path, "" for none
	}{
		"CodeDeploy":         {image("<IMAGE1_NAME>"), at + "image"},
		"ecspresso":          {image("{{ must_env `IMAGE` }}"), at + "image"},
		"part of an image":   {image("123456789012.dkr.ecr.us-east-1.amazonaws.com/app:__TAG__"), at + "image"},
		"envsubst":           {image("app:${TAG}"), at + "image"},
		"an image with __":   {image("team/my__app:1"), ""},
		"network mode":       {Definition{NetworkMode: "{{networkmode}}"}, "networkMode"},
		"a container's name": {Definition{ContainerDefinitions: []Container{{Name: "<NAME>"}}}, `containerDefinitions["<NAME>"].name`},
		"a volume":           {Definition{Volumes: []Volume{{Name: "v", EFS: &EFSVolume{FileSystemID: "${EFS}"}}}}, "volumes[0].efsVolumeConfiguration.fileSystemId"},
		"a secret": {with(func(c *Container) {
			c.Secrets = []ContainerSecret{{Name: "A", ValueFrom: "arn:aws:ssm:<REGION>:1:parameter/a"}}
		}), at + `secrets["A"].valueFrom`},
		"a variable's name":    {with(func(c *Container) { c.Environment = []KeyValue{{Name: "__NAME__"}} }), at + `environment["__NAME__"]`},
		"a variable":           {variable("${DATABASE}"), at + `environment["A"]`},
		"a variable, sed":      {variable("https://__HOST__/x"), at + `environment["A"]`},
		"a variable in text":   {variable("https://${HOST}/x"), ""},
		"a variable of a page": {variable("<b>{{ name }}</b> <Hello>"), ""},
		"a variable of Python": {variable("__main__"), ""},
		"a command to fill in": {command("__COMMAND__"), at + "command[2]"},
		"a script":             {command("echo ${HOME} {{ a }} <IN"), ""},
		"a word of a script":   {command("${HOME}"), ""},
		"a health check": {with(func(c *Container) {
			c.HealthCheck = &HealthCheck{Command: []string{"CMD-SHELL", "curl localhost:${PORT}"}}
		}), ""},
		"a log group":            {option(LogGroupOption, "/ecs/${ENV}"), at + `logConfiguration.options["awslogs-group"]`},
		"a tag of Docker":        {option("tag", "{{.Name}}/{{.ID}}"), ""},
		"an option to fill in":   {option("endpoint", "<ENDPOINT>"), at + `logConfiguration.options["endpoint"]`},
		"a label":                {with(func(c *Container) { c.DockerLabels = map[string]string{"rule": "Host(`{{ x }}`)"} }), ""},
		"a constraint":           {Definition{PlacementConstraints: []PlacementConstraint{{Expression: "attribute:zone == <ZONE>"}}}, "placementConstraints[0].expression"},
		"a constraint, compared": {Definition{PlacementConstraints: []PlacementConstraint{{Expression: "attribute:a < 1 and attribute:b > 2"}}}, ""},
	} {
		if got := strings.Join(placeholders(test.d), " "); got != test.want {
			t.Errorf("%s: %q, not %q", name, got, test.want)
		}
	}
}

// Whatever is described, and whatever of it is known, checking comes to an end.
func FuzzSpec_Check(f *testing.F) {
	for _, text := range inputs(f) {
		f.Add(text, uint64(0))
		f.Add(text, uint64(0xffff))
	}
	attributes := []string{
		"launch_types", "network_mode", "sidecars", "ports", "volumes", "mount_points", "depends_on_containers", "health_check", "essential",
		"memory", "cpu", "operating_system_family", "command", "restart_policy", "firelens_configuration", "name",
	}
	f.Fuzz(func(t *testing.T, text string, unknown uint64) {
		in, err := ParseInput(text)
		if err != nil {
			return
		}
		s := Spec{Name: in.Family, Place: virginia, LaunchTypes: in.RequiresCompatibilities, NetworkMode: in.NetworkMode, Rest: in.Definition}
		for i, c := range in.ContainerDefinitions {
			one := ContainerSpec{Container: c}
			if i == 0 {
				s.Main = one
			} else {
				s.Sidecars = append(s.Sidecars, one)
			}
		}
		set := attribute.Set{}
		for i, name := range attributes {
			set[attribute.Named(name)] = unknown&(1<<i) != 0
		}
		problems := s.WithDefaults().Check(set)
		for _, p := range problems {
			if len(p.Path) == 0 || p.Message == "" {
				t.Errorf("%+v", p)
			}
		}
	})
}
