package task

import (
	"fmt"
	"maps"
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

// container checks what Fargate and Windows do not have.
func (c *checker) container(d describedContainer) {
	if IsWindows(c.OperatingSystemFamily) && c.known("operating_system_family") {
		for attribute, set := range map[string]bool{"ulimits": len(d.Ulimits) > 0, "linux_parameters": d.LinuxParameters != nil} {
			if set {
				c.wrong(d.at(attribute), "Windows containers do not have it; remove it")
			}
		}
	}
	if d.Log.Driver == NoLog && (len(d.Log.Options) > 0 || len(d.Log.SecretRefs) > 0) {
		c.wrong(d.at("log_driver"), "%s has no options; remove log_options and log_secret_options", NoLog)
	}
	if d.HealthCheck != nil && len(d.HealthCheck.Command) == 0 && !d.unknown("health_check") {
		c.wrong(d.at("health_check", "command"), `a health check is a command, as ["CMD-SHELL", "curl -f http://localhost/ || exit 1"]`)
	}
	if d.RestartPolicy != nil && !d.RestartPolicy.Enabled && !d.unknown("restart_policy") && (d.RestartPolicy.RestartAttemptPeriod != 0 || len(d.RestartPolicy.IgnoredExitCodes) > 0) {
		c.wrong(d.at("restart_policy", "enabled"), "the other settings only matter with enabled = true")
	}
	if c.NetworkMode == AWSVPC && c.known("network_mode") && d.Hostname != "" {
		c.wrong(d.at("hostname"), "with network_mode %s a container has no host name of its own", AWSVPC)
	}
	if !c.OnFargate() {
		return
	}
	for _, f := range []struct {
		path    []string
		set     bool
		allowed string
	}{
		{d.at("privileged"), d.Privileged, "no privileged containers"},
		{d.at("disable_networking"), d.DisableNetworking, "networking always on"},
		{d.at("dns_servers"), len(d.DNSServers) > 0, "the VPC's DNS servers only"},
		{d.at("dns_search_domains"), len(d.DNSSearchDomains) > 0, "the VPC's search domains only"},
		{d.at("docker_security_options"), len(d.DockerSecurityOptions) > 0, "none"},
		{d.at("extra_hosts"), len(d.ExtraHosts) > 0, "none"},
		{d.at("links"), len(d.Links) > 0, "none: containers of a task reach each other at localhost"},
		{d.at("resource_requirements"), slices.ContainsFunc(d.ResourceRequirements, func(r ResourceRequirement) bool { return r.Type == "GPU" }), "no GPUs"},
		{d.at("log_driver"), d.Log.Driver != "" && !slices.Contains(FargateLogDrivers, d.Log.Driver), "the log drivers " + strings.Join(FargateLogDrivers, ", ")},
		{d.at("start_timeout"), d.StartTimeout > 120, "timeouts of 2 to 120 seconds"},
		{d.at("stop_timeout"), d.StopTimeout > 120, "timeouts of 2 to 120 seconds"},
	} {
		if f.set {
			c.notOnFargate(f.path, f.allowed)
		}
	}
	l := d.LinuxParameters
	if l == nil {
		return
	}
	added := []string{}
	if l.Capabilities != nil {
		added = l.Capabilities.Add
	}
	for attribute, set := range map[string]bool{
		"devices": len(l.Devices) > 0, "max_swap": l.MaxSwap != nil, "swappiness": l.Swappiness != nil, "shared_memory_size": l.SharedMemorySize != 0,
	} {
		if set {
			c.notOnFargate(d.at("linux_parameters", attribute), "none")
		}
	}
	if slices.ContainsFunc(added, func(capability string) bool { return capability != "SYS_PTRACE" }) {
		c.notOnFargate(d.at("linux_parameters", "capabilities_add"), "only SYS_PTRACE")
	}
}

// variables checks that a variable has one source.
func (c *checker) variables(d describedContainer) {
	for _, v := range d.Environment {
		if _, both := d.SecretRefs[v.Name]; both {
			c.wrong(d.at("secrets", "["+v.Name+"]"), "%q is in environment and in secrets; ECS takes a variable from one of them. Remove it from the other", v.Name)
		}
	}
}

func (c *checker) command(d describedContainer) {
	if d.unknown("command", "entry_point") {
		return
	}
	if wrong := CheckCommand(d.EntryPoint); wrong != "" {
		c.warn(d.at("entry_point"), "%s", wrong)
	}
	shell := len(d.EntryPoint) > 0 && d.EntryPoint[len(d.EntryPoint)-1] == "-c"
	if wrong := CheckCommand(d.Command); wrong != "" && !shell {
		c.warn(d.at("command"), "%s", wrong)
	}
}

// ports checks a container's own ports.
func (c *checker) ports(d describedContainer) {
	if d.unknown("ports") {
		return
	}
	seen, names := map[string]int{}, map[string]int{}
	for i, p := range d.PortMappings {
		at := d.at("ports", fmt.Sprintf("#%d", i))
		if (p.ContainerPort == 0) == (p.ContainerPortRange == "") {
			c.wrong(at, "a port has one of container_port and container_port_range")
			continue
		}
		key := portText(p)
		if first, twice := seen[key]; twice {
			c.wrong(at, "port %s stands in ports[%d] already; a port is mapped once", key, first)
		} else {
			seen[key] = i
		}
		if first, twice := names[p.Name]; twice && p.Name != "" {
			c.wrong(append(at, "name"), "the port in ports[%d] has the name %q already", first, p.Name)
		} else {
			names[p.Name] = i
		}
		if c.NetworkMode == AWSVPC && c.known("network_mode", "launch_types") && p.HostPort != 0 && p.HostPort != p.ContainerPort {
			c.wrong(append(at, "host_port"), "with network_mode %s the host port is the container's, %d, not %d; remove it", AWSVPC, p.ContainerPort, p.HostPort)
		}
	}
}

func portText(p PortMapping) string {
	protocol := p.Protocol
	if protocol == "" {
		protocol = "tcp"
	}
	if p.ContainerPortRange != "" {
		return p.ContainerPortRange + "/" + protocol
	}
	return fmt.Sprintf("%d/%s", p.ContainerPort, protocol)
}

// mounts checks that mount points name volumes of the task.
func (c *checker) mounts(d describedContainer) {
	if !c.known("volumes") || d.unknown("mount_points") {
		return
	}
	volumes := map[string]bool{}
	for _, v := range c.Rest.Volumes {
		volumes[v.Name] = true
	}
	paths := map[string]int{}
	for i, m := range d.MountPoints {
		at := d.at("mount_points", fmt.Sprintf("#%d", i))
		if !volumes[m.SourceVolume] {
			c.wrong(append(at, "source_volume"), "there is no volume %q; volumes has %s", m.SourceVolume, orNone(slices.Sorted(maps.Keys(volumes))))
		}
		if first, twice := paths[m.ContainerPath]; twice {
			c.wrong(append(at, "container_path"), "mount_points[%d] is at %q already", first, m.ContainerPath)
		}
		paths[m.ContainerPath] = i
	}
}

func orNone(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

// together checks what the containers of a task have to say to each other.
func (c *checker) together() {
	containers := map[string]describedContainer{}
	essential, routers := false, 0
	ports := map[string]string{}
	all := c.all()
	for _, d := range all {
		if _, twice := containers[d.Name]; twice {
			c.wrong(d.path, "the main container has the name %q too; name the sidecar otherwise, or set container_name", d.Name)
		}
		containers[d.Name] = d
		essential = essential || d.Essential == nil || *d.Essential
		if d.FirelensConfiguration != nil {
			if routers++; routers > 1 {
				c.wrong(d.at("firelens_configuration"), "a task has one log router at most")
			}
		}
		for i, p := range d.PortMappings {
			other, taken := ports[portText(p)]
			if taken && other != d.Name && c.NetworkMode == AWSVPC && c.known("network_mode", "launch_types") && !d.unknown("ports") {
				c.wrong(d.at("ports", fmt.Sprintf("#%d", i)), "container %s has port %s already; with network_mode %s the containers of a task share one address", other, portText(p), AWSVPC)
			}
			ports[portText(p)] = d.Name
		}
	}
	if len(all) > MaxContainers {
		c.wrong([]string{"sidecars"}, "a task has at most %d containers, the main one included; these are %d", MaxContainers, len(all))
	}
	if !essential && c.known("essential") {
		c.wrong([]string{"essential"}, "a task has at least one essential container; set essential = true on one")
	}
	for _, d := range all {
		if d.Log.Driver == "awsfirelens" && routers == 0 && c.known("firelens_configuration") {
			c.wrong(d.at("log_driver"), "awsfirelens needs a container with firelens_configuration, which no container of the task has")
		}
		for i, v := range d.VolumesFrom {
			if _, ok := containers[v.SourceContainer]; !ok && !d.unknown("volumes_from") {
				c.wrong(d.at("volumes_from", fmt.Sprintf("#%d", i), "source_container"), "there is no container %q; the task has %s", v.SourceContainer, orNone(slices.Sorted(maps.Keys(containers))))
			}
		}
		if !d.unknown("depends_on_containers") {
			c.dependencies(d, containers)
		}
	}
	c.cycle(all)
}

func (c *checker) dependencies(d describedContainer, containers map[string]describedContainer) {
	for _, on := range d.DependsOn {
		at := d.at("depends_on_containers", "["+on.ContainerName+"]")
		other, ok := containers[on.ContainerName]
		switch {
		case on.ContainerName == d.Name:
			c.wrong(at, "a container cannot wait for itself")
		case !ok:
			c.wrong(at, "there is no container %q; the task has %s", on.ContainerName, orNone(slices.Sorted(maps.Keys(containers))))
		case on.Condition == "HEALTHY" && other.HealthCheck == nil && !other.unknown("health_check"):
			c.wrong(at, "HEALTHY needs a health_check of container %q", on.ContainerName)
		case (on.Condition == "COMPLETE" || on.Condition == "SUCCESS") && (other.Essential == nil || *other.Essential) && !other.unknown("essential"):
			c.wrong(at, "%s cannot be waited for on an essential container, as the task stops when it ends; set essential = false on %q", on.Condition, on.ContainerName)
		}
	}
}

// cycle looks for containers that wait for each other.
func (c *checker) cycle(all []describedContainer) {
	waits := map[string][]string{}
	for _, d := range all {
		if d.unknown("depends_on_containers") {
			return
		}
		for _, on := range d.DependsOn {
			if on.ContainerName != d.Name {
				waits[d.Name] = append(waits[d.Name], on.ContainerName)
			}
		}
	}
	state := map[string]int{} // 1: on the way, 2: done
	var visit func(name string, way []string) []string
	visit = func(name string, way []string) []string {
		way = append(way, name)
		state[name] = 1
		for _, next := range waits[name] {
			if state[next] == 1 {
				return append(way[slices.Index(way, next):], next)
			}
			if state[next] == 0 {
				if found := visit(next, way); found != nil {
					return found
				}
			}
		}
		state[name] = 2
		return nil
	}
	for _, d := range all {
		if state[d.Name] != 0 {
			continue
		}
		if round := visit(d.Name, nil); round != nil {
			c.wrong(d.at("depends_on_containers"), "containers wait for each other in a circle: %s", strings.Join(round, " → "))
			return
		}
	}
}
