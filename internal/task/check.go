package task

import (
	"fmt"
	"slices"
	"strings"
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
}

// Known tells whether attributes are known, wholly: an unknown one must not be judged, nor
// anything that depends on it.
type Known func(attributes ...string) bool

// Check says what is wrong with a description, as far as it is known. Defaults are filled
// in.
func (s Spec) Check(known Known) []Problem {
	c := checker{Spec: s, known: known}
	if s.Base != nil {
		return c.problems // the user's own business, and ECS's
	}
	if known("launch_types") {
		c.launch()
		c.size()
		c.volumes()
		for _, one := range c.all() {
			c.container(one)
		}
	}
	for _, one := range c.all() {
		c.variables(one)
		c.command(one)
		c.ports(one)
		c.mounts(one)
	}
	if known("sidecars", "name", "container_name") {
		c.together()
	}
	return c.problems
}

type checker struct {
	Spec
	known    Known
	problems []Problem
}

// describedContainer is a container with the way to its attributes. What of the main container is
// unknown is told attribute by attribute, what of a sidecar only for all of them.
type describedContainer struct {
	ContainerSpec
	path    []string
	prefix  string // of cpu and memory
	unknown func(attributes ...string) bool
}

func (c *checker) all() []describedContainer {
	out := []describedContainer{{ContainerSpec: c.Main, prefix: "container_", unknown: func(a ...string) bool { return !c.known(a...) }}}
	for _, s := range c.Sidecars {
		out = append(out, describedContainer{
			ContainerSpec: s, path: []string{"sidecars", "[" + s.Name + "]"},
			unknown: func(...string) bool { return !c.known("sidecars") },
		})
	}
	return out
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
	if !c.OnFargate() {
		if c.Rest.EphemeralStorage != nil {
			c.wrong([]string{"ephemeral_storage_gib"}, "only Fargate has it; launch_types are %s", Or(c.LaunchTypes))
		}
		if c.known("network_mode", "subnet_ids", "security_group_ids") && c.NetworkMode != AWSVPC {
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
		{"network_mode", c.NetworkMode != AWSVPC && c.known("network_mode"), "only " + AWSVPC},
		{"ipc_mode", c.Rest.IpcMode != "", "none"},
		{"pid_mode", c.Rest.PidMode != "" && c.Rest.PidMode != "task", "only task"},
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

// size checks CPU, memory and platform, and that the containers fit in.
func (c *checker) size() {
	if !c.known("operating_system_family") {
		return // it decides which sizes there are
	}
	if wrong := CheckPlatform(c.Architecture, c.OperatingSystemFamily); wrong != "" && c.known("architecture") {
		c.wrong([]string{"architecture"}, "%s", wrong)
	}
	cpu, memory := c.CPU, c.Memory
	if !c.known("cpu") {
		cpu = 0
	}
	if !c.known("memory") {
		memory = 0
	}
	if c.OnFargate() {
		if wrong := CheckSize(c.OperatingSystemFamily, cpu, memory); wrong != nil {
			c.wrong([]string{wrong.Attribute}, "%s", wrong.Message)
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
		if !c.OnFargate() && c.known("memory") && memory == 0 && one.Memory == 0 && one.MemoryReservation == 0 && !one.unknown(one.prefix+"memory", one.prefix+"memory_reservation") {
			c.wrong(one.at(one.prefix+"memory"), "container %s needs memory, %smemory or %smemory_reservation, as without Fargate the task need not have a size", one.Name, one.prefix, one.prefix)
		}
	}
	if cpu != 0 && cpus > cpu {
		c.wrong([]string{"cpu"}, "the containers ask for %d CPU units together, and the task has %d", cpus, cpu)
	}
	if memory != 0 && memories > memory {
		c.wrong([]string{"memory"}, "the containers ask for %d MiB of memory together, and the task has %d", memories, memory)
	}
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
		if e := v.EFS; e != nil && e.AuthorizationConfig != nil && c.known("volumes") {
			if e.TransitEncryption != "ENABLED" && (e.AuthorizationConfig.IAM == "ENABLED" || e.AuthorizationConfig.AccessPointID != "") {
				c.wrong(append(at("efs"), "transit_encryption"), "iam and access_point_id need transit_encryption = true")
			}
			if e.AuthorizationConfig.AccessPointID != "" && e.RootDirectory != "" && e.RootDirectory != "/" {
				c.wrong(append(at("efs"), "root_directory"), "an access point has a root directory of its own; remove this one")
			}
		}
		if f := v.S3Files; f != nil && f.AccessPointARN != "" && f.RootDirectory != "" && f.RootDirectory != "/" && c.known("volumes") {
			c.wrong(append(at("s3_files"), "root_directory"), "an access point has a root directory of its own; remove this one")
		}
		if IsWindows(c.OperatingSystemFamily) && v.EFS != nil && c.known("operating_system_family") {
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
