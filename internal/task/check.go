package task

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/dockertask/terraform-provider-docker/internal/task/attribute"
)

// MaxContainers is how many containers a task definition can have.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html
const MaxContainers = 10

// Problem is something wrong with a description that takes more than one value to see.
type Problem struct {
	// Path is where: names of attributes, keys of maps as "[KEY]", indexes of lists as "#0".
	Path    []string
	Message string
	Warning bool
	// Summary is what the problem is in a few words, where it is not that the path is wrong.
	Summary string
}

// Check says what is wrong with a description, as far as it is known: an unknown attribute must not be
// judged, nor anything that depends on it. Defaults are filled in.
func (s Spec) Check(unknown attribute.Set) []Problem {
	c := checker{Spec: s, unknown: unknown}
	if s.Base != nil {
		c.Rest = s.Base.Canonical()
		c.launch()
		c.windows()
		c.sizeTexts()
		c.size()
		c.count([]string{"containerDefinitions"})
		c.lackedVolumes()
		for _, one := range c.all() {
			c.refused(one)
			c.portNames(one)
			c.secrets(one)
		}
		c.router(c.all())
		c.fileRoles()
		c.fileImages()
		c.filePlaceholders()
		return inFile(c.problems) // the rest is the user's own business, and ECS's
	}
	if c.known(attribute.LaunchTypes) {
		c.launch()
		c.size()
		c.volumes()
		c.lackedVolumes()
		for _, one := range c.all() {
			c.container(one)
		}
	}
	c.windows()
	for _, one := range c.all() {
		c.refused(one)
		c.portNames(one)
		c.variables(one)
		c.secrets(one)
		c.command(one)
		c.ports(one)
		c.mounts(one)
	}
	if c.known(attribute.Sidecars, attribute.Name, attribute.ContainerName) {
		c.together()
	}
	return c.problems
}

type checker struct {
	Spec
	unknown  attribute.Set
	problems []Problem
}

// known reports whether attributes are known, wholly.
func (c *checker) known(attributes ...attribute.Path) bool { return !c.unknown.Any(attributes...) }

// describedContainer is a container with the way to its attributes. Unknown values of the
// main container are known by attribute, those of sidecars only for all attributes together.
type describedContainer struct {
	ContainerSpec
	path    []string
	prefix  string // of cpu and memory
	unknown func(attributes ...attribute.Path) bool
}

func (c *checker) all() []describedContainer {
	if c.Base != nil {
		var out []describedContainer
		for _, one := range c.Base.ContainerDefinitions {
			log := LogSpec{Driver: AWSLogs}
			if l := one.LogConfiguration; l != nil {
				log = LogSpec{Driver: l.LogDriver, Options: l.Options}
			}
			out = append(out, describedContainer{
				ContainerSpec: ContainerSpec{Container: one, Log: log}, path: []string{"containerDefinitions", "[" + one.Name + "]"},
				unknown: func(...attribute.Path) bool { return false },
			})
		}
		return out
	}
	out := []describedContainer{{ContainerSpec: c.Main, prefix: "container_", unknown: c.unknown.Any}}
	for _, s := range c.Sidecars {
		out = append(out, describedContainer{
			ContainerSpec: s, path: []string{"sidecars", "[" + s.Name + "]"},
			unknown: func(...attribute.Path) bool { return !c.known(attribute.Sidecars) },
		})
	}
	return out
}

// fileKeys are the keys of a task definition file that have another name than their attribute, but for
// capital letters. A dot leads to a key of an object.
var fileKeys = map[string]string{
	"launch_types": "requiresCompatibilities", "architecture": "runtimePlatform.cpuArchitecture", "operating_system_family": "runtimePlatform.operatingSystemFamily",
	"ephemeral_storage_gib": "ephemeralStorage", "depends_on_containers": "dependsOn", "ports": "portMappings",
	"log_driver": "logConfiguration.logDriver", "log_options": "logConfiguration.options", "capabilities_add": "capabilities.add",
	"efs": "efsVolumeConfiguration", "docker": "dockerVolumeConfiguration", "fsx_windows": "fsxWindowsFileServerVolumeConfiguration", "host_path": "host.sourcePath",
}

// fileKey is the key of a task definition file for which an attribute stands.
func fileKey(attribute string) string {
	if key, ok := fileKeys[attribute]; ok {
		return key
	}
	words := strings.Split(attribute, "_")
	for i, w := range words[1:] {
		words[i+1] = strings.ToUpper(w[:1]) + w[1:]
	}
	return strings.Join(words, "")
}

// inFile turns problems of attributes into those of the keys of definition_json, which is one
// attribute. Where the task runs has attributes beside it.
func inFile(problems []Problem) []Problem {
	var pairs []string
	for _, name := range []string{"launch_types", "network_mode", "memory_reservation", "isolation_mode", "log_driver"} {
		pairs = append(pairs, name, fileKey(name))
	}
	keys := strings.NewReplacer(pairs...)
	for i, p := range problems {
		if p.Path[0] == "definition_json" || p.Path[0] == "images" {
			continue // said of the file already, or of the attribute beside it
		}
		at := ""
		for _, step := range p.Path {
			switch step[0] {
			case '[':
				at += fmt.Sprintf("[%q]", strings.TrimSuffix(step[1:], "]"))
			case '#':
				at += "[" + step[1:] + "]"
			default:
				at += "." + fileKey(step)
			}
		}
		problems[i].Message = keys.Replace(p.Message)
		if !slices.Contains([]string{"subnet_ids", "security_group_ids", "assign_public_ip"}, p.Path[0]) {
			problems[i].Path = []string{"definition_json"}
			problems[i].Message = "in the file, " + at[1:] + ": " + problems[i].Message
		}
	}
	return problems
}

func (d describedContainer) at(attributes ...string) []string {
	return slices.Concat(d.path, attributes)
}

func (c *checker) wrong(path []string, format string, values ...any) {
	c.problems = append(c.problems, Problem{Path: path, Message: fmt.Sprintf(format, values...)})
}

func (c *checker) warn(path []string, format string, values ...any) {
	c.problems = append(c.problems, Problem{Path: path, Message: fmt.Sprintf(format, values...), Warning: true})
}

// launch checks what task and launch type have to say to each other.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
func (c *checker) launch() {
	if t := c.Rest.TrustedExecution; t != nil && t.IsolationMode == confidentialSandbox && t.AttestationPolicy == "" && c.known(attribute.TrustedExecution) {
		c.wrong([]string{"trusted_execution_configuration", "attestation_policy"}, "isolation_mode %s needs an attestation policy", confidentialSandbox)
	}
	if !c.OnFargate() {
		if len(c.LaunchTypes) > 0 && !slices.Contains(c.LaunchTypes, ManagedInstances) && c.Network.AssignPublicIP && c.known(attribute.AssignPublicIP) {
			c.wrong([]string{"assign_public_ip"}, "only tasks on Fargate get a public address of their own; launch_types are %s", Or(c.LaunchTypes))
		}
		// ECS decides by itself what a file that names no launch type can run on.
		if c.Rest.EphemeralStorage != nil && len(c.LaunchTypes) > 0 {
			c.wrong([]string{"ephemeral_storage_gib"}, "only Fargate has it; launch_types are %s", Or(c.LaunchTypes))
		}
		if c.Rest.TrustedExecution != nil && len(c.LaunchTypes) > 0 && !slices.Contains(c.LaunchTypes, ManagedInstances) {
			c.wrong([]string{"trusted_execution_configuration"}, "only managed instances have it; launch_types are %s", Or(c.LaunchTypes))
		}
		if c.known(attribute.NetworkMode, attribute.SubnetIDs, attribute.SecurityGroupIDs) && c.NetworkMode != AWSVPC {
			for attribute, ids := range map[string][]string{"subnet_ids": c.Network.SubnetIDs, "security_group_ids": c.Network.SecurityGroupIDs} {
				if len(ids) > 0 {
					c.wrong([]string{attribute}, "a task has a network interface of its own only with network_mode %s, not with %s", AWSVPC, c.NetworkMode)
				}
			}
		}
		return
	}
	for _, f := range []struct {
		attribute string
		set       bool
		allowed   string
	}{
		{"network_mode", c.NetworkMode != AWSVPC && c.known(attribute.NetworkMode), "only " + AWSVPC},
		{"ipc_mode", c.Rest.IpcMode != "", "none"},
		{"pid_mode", c.Rest.PidMode != "" && c.Rest.PidMode != "task", "only task"},
		{"trusted_execution_configuration", c.Rest.TrustedExecution != nil, "none"},
		{"placement_constraints", len(c.Rest.PlacementConstraints) > 0, "none"},
	} {
		if f.set {
			c.notOnFargate([]string{f.attribute}, f.allowed)
		}
	}
}

func (c *checker) notOnFargate(path []string, allowed string) {
	c.wrong(path, "Fargate has %s; remove it, or set launch_types without %s", allowed, Fargate)
}

// sizeTexts checks that cpu and memory in a file are numbers: other texts would be left out.
func (c *checker) sizeTexts() {
	for attribute, text := range map[string]string{"cpu": c.Rest.CPU, "memory": c.Rest.Memory} {
		if _, err := strconv.ParseInt(text, 10, 64); err != nil && text != "" {
			c.wrong([]string{attribute}, "%q is no size; a size is a number, as in \"256\" CPU units and \"512\" MiB", text)
		}
	}
}

// count checks how many containers there are.
func (c *checker) count(path []string) {
	if n := len(c.all()); n > MaxContainers {
		c.wrong(path, "a task has at most %d containers, the main one included; these are %d", MaxContainers, n)
	}
}

// size checks CPU, memory and platform, and that the containers fit in.
func (c *checker) size() {
	if !c.known(attribute.OperatingSystemFamily) {
		return // it decides which sizes there are
	}
	if err := CheckPlatform(c.Architecture, c.OperatingSystemFamily); err != nil && c.known(attribute.Architecture) {
		c.wrong([]string{"architecture"}, "%s", err)
	}
	cpu, memory := c.CPU, c.Memory
	if !c.known(attribute.CPU) {
		cpu = 0
	}
	if !c.known(attribute.Memory) {
		memory = 0
	}
	if c.OnFargate() {
		if name, err := CheckSize(c.OperatingSystemFamily, cpu, memory); err != nil {
			c.wrong([]string{name}, "%s", err)
			return
		}
	}
	var cpus, memories int64
	for _, one := range c.all() {
		cpus += one.CPU
		reserved := one.MemoryReservation
		if reserved == 0 {
			reserved = one.Memory
		}
		memories += reserved
		if one.Memory != 0 && one.MemoryReservation > one.Memory {
			c.wrong(one.at(one.prefix+"memory_reservation"), "%d MiB cannot be kept for a container that is killed at %d MiB", one.MemoryReservation, one.Memory)
		}
		if memory != 0 && one.Memory > memory {
			c.wrong(one.at(one.prefix+"memory"), "%d MiB is more than the task has: %d", one.Memory, memory)
		}
		if !c.OnFargate() && c.known(attribute.Memory) && memory == 0 && one.Memory == 0 && one.MemoryReservation == 0 && !one.unknown(attribute.ContainerMemory, attribute.MemoryReservation) {
			c.wrong(one.at(one.prefix+"memory"), "%s", c.needsMemory(one))
		}
	}
	if cpu != 0 && cpus > cpu {
		c.wrong([]string{"cpu"}, "the containers ask for %d CPU units together, and the task has %d", cpus, cpu)
	}
	if memory != 0 && memories > memory {
		c.wrong([]string{"memory"}, "the containers ask for %d MiB of memory together, and the task has %d", memories, memory)
	}
}

// needsMemory says where a container's memory can be set: the keys of a file have other names than
// the attributes.
func (c *checker) needsMemory(d describedContainer) string {
	hard, soft := d.prefix+"memory", d.prefix+"memory_reservation"
	if c.Base != nil {
		soft = "memoryReservation"
	}
	return fmt.Sprintf("container %s needs memory: set %s or %s for it, or memory for the whole task, which off Fargate has none by default", d.Name, hard, soft)
}

// volumes checks that each is of one kind, and of one that the launch type has.
func (c *checker) volumes() {
	for _, v := range c.Rest.Volumes {
		at := func(attribute string) []string { return []string{"volumes", "[" + v.Name + "]", attribute} }
		var kinds []string
		for kind, set := range map[string]bool{
			"efs": v.EFS != nil, "fsx_windows": v.FSx != nil, "s3_files": v.S3Files != nil, "docker": v.Docker != nil,
			"host_path": v.Host != nil, "configured_at_launch": v.ConfiguredAtLaunch,
		} {
			if set {
				kinds = append(kinds, kind)
			}
		}
		slices.Sort(kinds)
		if len(kinds) > 1 {
			c.wrong([]string{"volumes", "[" + v.Name + "]"}, "a volume is of one kind, not of %s at once", strings.Join(kinds, " and "))
		}
		if e := v.EFS; e != nil && e.AuthorizationConfig != nil && c.known(attribute.Volumes) {
			if e.TransitEncryption != "ENABLED" && (e.AuthorizationConfig.IAM == "ENABLED" || e.AuthorizationConfig.AccessPointID != "") {
				c.wrong(append(at("efs"), "transit_encryption"), "iam and access_point_id need transit_encryption = true")
			}
			if e.AuthorizationConfig.AccessPointID != "" && e.RootDirectory != "" && e.RootDirectory != "/" {
				c.wrong(append(at("efs"), "root_directory"), "an access point has a root directory of its own; remove this one")
			}
		}
		if f := v.S3Files; f != nil && f.AccessPointARN != "" && f.RootDirectory != "" && f.RootDirectory != "/" && c.known(attribute.Volumes) {
			c.wrong(append(at("s3_files"), "root_directory"), "an access point has a root directory of its own; remove this one")
		}
	}
}

// lackedVolumes checks that the operating system and the launch type have such volumes.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_data_volumes.html
func (c *checker) lackedVolumes() {
	for _, v := range c.Rest.Volumes {
		at := func(attribute string) []string { return []string{"volumes", "[" + v.Name + "]", attribute} }
		if c.onWindows() && v.EFS != nil {
			c.wrong(at("efs"), "Windows containers cannot mount EFS")
		}
		if !c.OnFargate() {
			continue
		}
		for attribute, set := range map[string]bool{"docker": v.Docker != nil, "host_path": v.Host != nil && v.Host.SourcePath != "", "fsx_windows": v.FSx != nil} {
			if set {
				c.notOnFargate(at(attribute), "bind, EFS, S3 Files and EBS volumes")
			}
		}
	}
}
