package task

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dockertask/terraform-provider-docker/internal/task/attribute"
)

// refused checks what ECS refuses in a container, whether attributes or a file describe it: parameters
// that the launch type, the operating system or the network mode does not have, and values that are none.
func (c *checker) refused(d describedContainer) {
	if c.onWindows() {
		for _, p := range windowsLacks {
			if p.set(d.Container) {
				c.wrong(d.at(p.attribute), "Windows containers do not have it; remove it")
			}
		}
	}
	if c.OnFargate() && c.known(attribute.LaunchTypes) {
		for _, p := range fargateLacks {
			if p.set(d) {
				c.notOnFargate(d.at(p.path...), p.allowed)
			}
		}
	}
	c.healthCheck(d)
	c.network(d)
}

// onWindows reports whether the task is known to run on Windows.
func (c *checker) onWindows() bool {
	return IsWindows(c.OperatingSystemFamily) && c.known(attribute.OperatingSystemFamily)
}

// windowsLacks are the parameters of a container of which the API reference says that they are not
// supported for Windows containers. A flag that is false and a list that is empty are none.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/use-environment-file.html
var windowsLacks = []struct {
	attribute string
	set       func(Container) bool
}{
	{"disable_networking", func(c Container) bool { return c.DisableNetworking }},
	{"dns_search_domains", func(c Container) bool { return len(c.DNSSearchDomains) > 0 }},
	{"dns_servers", func(c Container) bool { return len(c.DNSServers) > 0 }},
	{"environment_files", func(c Container) bool { return len(c.EnvironmentFiles) > 0 }},
	{"extra_hosts", func(c Container) bool { return len(c.ExtraHosts) > 0 }},
	{"links", func(c Container) bool { return len(c.Links) > 0 }},
	{"linux_parameters", func(c Container) bool { return c.LinuxParameters != nil }},
	{"privileged", func(c Container) bool { return c.Privileged }},
	{"readonly_root_filesystem", func(c Container) bool { return c.ReadonlyRootFilesystem }},
	{"system_controls", func(c Container) bool { return len(c.SystemControls) > 0 }},
	{"ulimits", func(c Container) bool { return len(c.Ulimits) > 0 }},
	{"user", func(c Container) bool { return c.User != "" }},
}

// fargateLacks are the parameters of a container that Fargate lacks, with what it has.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
var fargateLacks = []struct {
	path    []string
	set     func(describedContainer) bool
	allowed string
}{
	{[]string{"privileged"}, func(d describedContainer) bool { return d.Privileged }, "no privileged containers"},
	{[]string{"disable_networking"}, func(d describedContainer) bool { return d.DisableNetworking }, "networking always on"},
	{[]string{"dns_servers"}, func(d describedContainer) bool { return len(d.DNSServers) > 0 }, "the VPC's DNS servers only"},
	{[]string{"dns_search_domains"}, func(d describedContainer) bool { return len(d.DNSSearchDomains) > 0 }, "the VPC's search domains only"},
	{[]string{"docker_security_options"}, func(d describedContainer) bool { return len(d.DockerSecurityOptions) > 0 }, "none"},
	{[]string{"extra_hosts"}, func(d describedContainer) bool { return len(d.ExtraHosts) > 0 }, "none"},
	{[]string{"links"}, func(d describedContainer) bool { return len(d.Links) > 0 }, "none: containers of a task reach each other at localhost"},
	{[]string{"resource_requirements"}, func(d describedContainer) bool {
		return slices.ContainsFunc(d.ResourceRequirements, func(r ResourceRequirement) bool { return r.Type == "GPU" })
	}, "no GPUs"},
	{[]string{"log_driver"}, func(d describedContainer) bool {
		// One that this release does not know may be one that Fargate has.
		return slices.Contains(LogDrivers, d.Log.Driver) && !slices.Contains(FargateLogDrivers, d.Log.Driver)
	}, "the log drivers " + strings.Join(FargateLogDrivers, ", ")},
	{[]string{"start_timeout"}, func(d describedContainer) bool { return d.StartTimeout > 120 }, "timeouts of 2 to 120 seconds"},
	{[]string{"stop_timeout"}, func(d describedContainer) bool { return d.StopTimeout > 120 }, "timeouts of 2 to 120 seconds"},
	{[]string{"firelens_configuration", "options"}, func(d describedContainer) bool {
		return d.FirelensConfiguration != nil && d.FirelensConfiguration.Options["config-file-type"] == "s3" && !d.unknown(attribute.FirelensConfiguration)
	}, "only config-file-type = file, of a file in the image"},
	{[]string{"linux_parameters", "devices"}, ofLinux(func(l LinuxParameters) bool { return len(l.Devices) > 0 }), "none"},
	{[]string{"linux_parameters", "max_swap"}, ofLinux(func(l LinuxParameters) bool { return l.MaxSwap != nil }), "none"},
	{[]string{"linux_parameters", "swappiness"}, ofLinux(func(l LinuxParameters) bool { return l.Swappiness != nil }), "none"},
	{[]string{"linux_parameters", "shared_memory_size"}, ofLinux(func(l LinuxParameters) bool { return l.SharedMemorySize != 0 }), "none"},
	{[]string{"linux_parameters", "capabilities_add"}, ofLinux(func(l LinuxParameters) bool {
		return l.Capabilities != nil && slices.ContainsFunc(l.Capabilities.Add, func(capability string) bool { return capability != "SYS_PTRACE" })
	}), "only SYS_PTRACE"},
}

func ofLinux(set func(LinuxParameters) bool) func(describedContainer) bool {
	return func(d describedContainer) bool { return d.LinuxParameters != nil && set(*d.LinuxParameters) }
}

// healthCheck checks the command of a health check. The API reference has CMD and CMD-SHELL; NONE is
// Docker's word for no health check, which the page neither has nor forbids.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html
func (c *checker) healthCheck(d describedContainer) {
	if d.HealthCheck == nil || d.unknown(attribute.HealthCheck) {
		return
	}
	command, at := d.HealthCheck.Command, d.at("health_check", "command")
	const example = `["CMD-SHELL", "curl -f http://localhost/ || exit 1"]`
	switch {
	case len(command) == 0:
		c.wrong(at, "a health check is a command, as %s", example)
	case command[0] == "NONE":
		c.warn(at, "the API reference of ECS has CMD and CMD-SHELL only; NONE is passed on as it is")
	case command[0] != "CMD" && command[0] != "CMD-SHELL":
		c.wrong(at, "the first element is CMD, for a program and its arguments, or CMD-SHELL, for one line of a shell, as in %s; this one is %q", example, command[0])
	}
}

// network checks what the network mode does not have.
func (c *checker) network(d describedContainer) {
	if !c.known(attribute.NetworkMode) {
		return
	}
	if c.NetworkMode == AWSVPC && d.Hostname != "" {
		c.wrong(d.at("hostname"), "with network_mode %s a container has no host name of its own", AWSVPC)
	}
	// Windows has a mode of its own, which cannot be named.
	if len(d.Links) > 0 && !c.OnFargate() && c.NetworkMode != "bridge" && c.NetworkMode != "" && c.known(attribute.OperatingSystemFamily, attribute.LaunchTypes) {
		c.wrong(d.at("links"), "containers are linked with network_mode bridge only, not with %s; remove it", c.NetworkMode)
	}
}

// windows checks what tasks on Windows do not have. A file may say bridge or default, which mean nothing.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-networking.html
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html
func (c *checker) windows() {
	if !c.onWindows() {
		return
	}
	if mode := c.NetworkMode; mode != "" && mode != AWSVPC && !c.OnFargate() && c.known(attribute.NetworkMode, attribute.LaunchTypes) {
		c.wrong([]string{"network_mode"}, "Windows containers have %s or, where network_mode is left out, Docker's own network, not %s", AWSVPC, mode)
	}
	for name, set := range map[string]bool{"pid_mode": c.Rest.PidMode != "", "ipc_mode": c.Rest.IpcMode != ""} {
		if set {
			c.wrong([]string{name}, "Windows containers do not have it; remove it")
		}
	}
}

// router checks that the log router of a task has something to do.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_firelens.html
func (c *checker) router(all []describedContainer) {
	for _, d := range all {
		if d.unknown(attribute.LogDriver) || d.Log.Driver == "awsfirelens" {
			return
		}
	}
	for _, d := range all {
		if d.FirelensConfiguration != nil && !d.unknown(attribute.FirelensConfiguration) {
			c.wrong(d.at("firelens_configuration"), "a task with a log router has a container that logs to it: set log_driver awsfirelens on one, or remove the router")
		}
	}
}

// portNames checks the names of a container's ports.
func (c *checker) portNames(d describedContainer) {
	for i, p := range d.PortMappings {
		if err := CheckPortName(p.Name); err != nil && !d.unknown(attribute.Ports) {
			c.wrong(d.at("ports", fmt.Sprintf("#%d", i), "name"), "%s", err)
		}
	}
}
