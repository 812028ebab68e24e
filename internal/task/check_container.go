package task

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

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
		c.wrong(d.at("log_driver"), "the log driver %s has no options; remove log_options and log_secret_options", NoLog)
	}
	if d.HealthCheck != nil && len(d.HealthCheck.Command) == 0 && !d.unknown("health_check") {
		c.wrong(d.at("health_check", "command"), `a health check is a command, as ["CMD-SHELL", "curl -f http://localhost/ || exit 1"]`)
	}
	if d.RestartPolicy != nil && !d.RestartPolicy.Enabled && !d.unknown("restart_policy") && (d.RestartPolicy.RestartAttemptPeriod != 0 || len(d.RestartPolicy.IgnoredExitCodes) > 0) {
		c.wrong(d.at("restart_policy", "enabled"), "the other settings only matter with enabled = true")
	}
	c.gpus(d)
	if r := d.FirelensConfiguration; r != nil && r.Options["config-file-type"] == "s3" && !d.unknown("firelens_configuration") {
		if wrong := CheckObjectARN(r.Options["config-file-value"]); wrong != "" {
			c.wrong(d.at("firelens_configuration", "options"), "the option config-file-value is the ARN of the file with config-file-type = s3: %s", wrong)
		}
		if c.OnFargate() {
			c.notOnFargate(d.at("firelens_configuration", "options"), "only config-file-type = file, of a file in the image")
		}
	}
	if c.NetworkMode == AWSVPC && c.known("network_mode") && d.Hostname != "" {
		c.wrong(d.at("hostname"), "with network_mode %s a container has no host name of its own", AWSVPC)
	}
	for _, u := range d.Ulimits {
		if u.HardLimit >= 0 && (u.SoftLimit > u.HardLimit || u.SoftLimit < 0) && !d.unknown("ulimits") {
			c.wrong(d.at("ulimits", "["+u.Name+"]", "soft_limit"), "the soft limit is at most the hard limit, %d, not %d (-1 is no limit)", u.HardLimit, u.SoftLimit)
		}
	}
	if !c.OnFargate() {
		// Windows has a mode of its own, which cannot be named.
		if len(d.Links) > 0 && c.NetworkMode != "bridge" && c.NetworkMode != "" && c.known("network_mode", "operating_system_family") {
			c.wrong(d.at("links"), "containers are linked with network_mode bridge only, not with %s; remove it", c.NetworkMode)
		}
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
	if prefix, set := d.Log.Options[streamPrefixOption]; set && prefix == "" && (d.Log.Driver == "" || d.Log.Driver == AWSLogs) && !d.unknown("log_driver", "log_options") {
		c.wrong(d.at("log_options", "["+streamPrefixOption+"]"), "on Fargate awslogs needs a stream prefix; remove the option, or give one")
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

// gpus checks what a container asks of GPUs and accelerators.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ResourceRequirement.html
func (c *checker) gpus(d describedContainer) {
	if d.unknown("resource_requirements") {
		return
	}
	for i, r := range d.ResourceRequirements {
		at := d.at("resource_requirements", fmt.Sprintf("#%d", i))
		shared := r.SharingStrategy != nil
		switch {
		case shared == (r.Value != ""):
			c.wrong(at, "a requirement has one of value and sharing_strategy")
		case shared && r.Type != "GPU":
			c.wrong(append(at, "sharing_strategy"), "only a GPU is shared, not a requirement of type %s", r.Type)
		case shared && r.SharingStrategy.NvidiaMPS == nil:
			c.wrong(append(at, "sharing_strategy"), "nvidia_mps is the only strategy that there is; set it")
		case shared && slices.Contains(c.LaunchTypes, "EXTERNAL"):
			c.wrong(append(at, "sharing_strategy"), "external instances share no GPUs; set launch_types without EXTERNAL, or value")
		}
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

// secrets questions references to secrets that may be secrets themselves.
func (c *checker) secrets(d describedContainer) {
	inFile := func(list []ContainerSecret) map[string]string {
		out := map[string]string{}
		for _, s := range list {
			out[s.Name] = s.ValueFrom
		}
		return out
	}
	question := func(path []string, references map[string]string) {
		for _, name := range slices.Sorted(maps.Keys(references)) {
			if doubt := QuestionSecret(references[name]); doubt != "" {
				c.warn(append(slices.Clone(path), "["+name+"]"), "%s", doubt)
			}
		}
	}
	question(d.at("secrets"), d.SecretRefs)
	question(d.at("log_secret_options"), d.Log.SecretRefs)
	question(d.at("secrets"), inFile(d.Secrets))
	if l := d.LogConfiguration; l != nil {
		question(d.at("logConfiguration", "secretOptions"), inFile(l.SecretOptions))
	}
}

func (c *checker) command(d describedContainer) {
	if d.unknown("command", "entry_point") {
		return
	}
	if wrong := CheckCommand(d.EntryPoint); wrong != "" {
		c.warn(d.at("entry_point"), "%s", wrong)
	}
	if wrong := CheckCommand(d.Command); wrong != "" && !endsInShellFlag(d.EntryPoint) {
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
			c.wrong(at, "the port %s stands in ports[%d] already; a port is mapped once", key, first)
		} else {
			seen[key] = i
		}
		if first, twice := names[p.Name]; twice && p.Name != "" {
			c.wrong(append(at, "name"), "the port in ports[%d] has the name %q already", first, p.Name)
		} else {
			names[p.Name] = i
		}
		if (c.NetworkMode == AWSVPC || c.NetworkMode == "host") && c.known("network_mode", "launch_types") && p.HostPort != 0 && p.HostPort != p.ContainerPort {
			c.wrong(append(at, "host_port"), "with network_mode %s the host port is the container's, %d, not %d; remove it", c.NetworkMode, p.ContainerPort, p.HostPort)
		}
	}
	if c.NetworkMode == "none" && c.known("network_mode") && len(d.PortMappings) > 0 {
		c.wrong(d.at("ports"), "with network_mode none a container has no ports; remove them")
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
